"""Binary neurons: a state of 0 or 1, looked at anew at random times.

Changes travel as spikes: two for 0 → 1, one for 1 → 0; a binary neuron that receives them adds or takes away the weight. Defaults,
units and the order of operations are those of NEST's models of the same names.
"""

from ..declaration import NeuronModel, Parameter, SpikeInput, State

_PARAMETERS = {
    "tau_m": Parameter(10.0, "ms", "mean interval between two updates", above=0.0),
    "theta": Parameter(0.0, "mV", "threshold of the input"),
}
_STATES = {
    "S": State(0.0, "", "state, 0 or 1"),
    "h": State(0.0, "mV", "summed input"),
    "due": State(0.0, "ms", "time to the next update", derived=True),
    "begun": State(0.0, "", "whether the first update has a time", derived=True),
}
#: the new state is decided from the input at every update, whose intervals are exponential
_STEP = """
    receive
    x = h + I_stim - theta
    if begun == 0: due = -tau_m * log(1 - uniform()); begun = 1
    due -= dt
    updates = due < 0
    new = {new}
    spike if updates and (new != S): spiking = 1 + new; sent = where(new > 0, 0.5, -1); S = new
    if updates: due += -tau_m * log(1 - uniform())
"""
_COMMON = {"states": _STATES, "inputs": {0: SpikeInput("h += w", scaled=True)}, "recorded": ("S", "h"), "resolution": "dt",
           "notes": "A change from 0 to 1 is sent as two spikes, one from 1 to 0 as one. The input does not start from the states of the "
                    "presynaptic neurons, only their changes count."}

ginzburg_neuron = NeuronModel(
    name="ginzburg_neuron", kernel="ginzburg_neuron",
    summary="Binary neuron with a sigmoid and a linear part in its gain function.",
    parameters=_PARAMETERS | {
        "c_1": Parameter(0.0, "1/mV", "slope of the linear part"),
        "c_2": Parameter(1.0, "", "height of the sigmoid part"),
        "c_3": Parameter(1.0, "1/mV", "slope of the sigmoid part"),
    },
    step=_STEP.format(new="uniform() < c_1 * (x + theta) + c_2 * (1 - 1 / (exp(2 * c_3 * x) + 1))"),
    paper="Ginzburg, Sompolinsky: Theory of correlations in stochastic neural networks, Physical Review E 50 (1994)",
    doi="10.1103/PhysRevE.50.3171", **_COMMON)

mcculloch_pitts_neuron = NeuronModel(
    name="mcculloch_pitts_neuron", kernel="mcculloch_pitts_neuron",
    summary="Binary neuron with a threshold.",
    parameters=_PARAMETERS,
    step=_STEP.format(new="x > 0"),
    paper="McCulloch, Pitts: A logical calculus of the ideas immanent in nervous activity, Bulletin of Mathematical Biophysics 5 (1943)",
    doi="10.1007/BF02478259", **_COMMON)

erfc_neuron = NeuronModel(
    name="erfc_neuron", kernel="erfc_neuron",
    summary="Binary neuron with the complementary error function as gain.",
    parameters=_PARAMETERS | {"sigma": Parameter(1.0, "mV", "width of the gain function", above=0.0)},
    step=_STEP.format(new="normal() < x / sigma"),
    paper="McCulloch, Pitts: A logical calculus of the ideas immanent in nervous activity, Bulletin of Mathematical Biophysics 5 (1943)",
    doi="10.1007/BF02478259", **_COMMON)

MODELS = (ginzburg_neuron, mcculloch_pitts_neuron, erfc_neuron)
