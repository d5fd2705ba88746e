"""Generalised leaky integrate-and-fire neurons of the Allen Institute, in five variants of growing complexity.

Defaults, units and the order of operations are those of NEST's models of the same names.
"""

from ..declaration import NeuronModel, Parameter, SpikeInput, State

_SWITCHES = {
    "spike_dependent_threshold": Parameter(False, "", "whether a spike raises the threshold and the potential is scaled instead of "
                                                      "reset", kind="switch"),
    "after_spike_currents": Parameter(False, "", "whether spikes leave currents behind", kind="switch"),
    "adapting_threshold": Parameter(False, "", "whether the threshold follows the potential", kind="switch"),
}


def _parameters(conductance: str) -> dict[str, Parameter]:
    return {
        "C_m": Parameter(58.72, "pF", "membrane capacitance", above=0.0),
        conductance: Parameter(9.43, "nS", "membrane conductance", above=0.0),
        "E_L": Parameter(-78.85, "mV", "resting potential"),
        "V_th": Parameter(-51.68, "mV", "threshold at rest"),
        "V_reset": Parameter(-78.85, "mV", "potential after a spike, unless the threshold depends on spikes"),
        "t_ref": Parameter(3.75, "ms", "refractory time, rounded up to whole steps", above=0.0),
        "th_spike_add": Parameter(0.37, "mV", "jump of the threshold at a spike"),
        "th_spike_decay": Parameter(0.009, "1/ms", "decay of that jump", above=0.0),
        "voltage_reset_fraction": Parameter(0.2, "", "how much of the potential, from rest, is left after a spike", at_least=0.0),
        "voltage_reset_add": Parameter(18.51, "mV", "what is added to it"),
        "th_voltage_index": Parameter(0.005, "1/ms", "how strongly the threshold follows the potential"),
        "th_voltage_decay": Parameter(0.09, "1/ms", "how fast it forgets", above=0.0),
        "asc_init": Parameter((0.0, 0.0), "pA", "currents after spikes at the beginning", kind="list"),
        "asc_decay": Parameter((0.003, 0.1), "1/ms", "decay of these currents", kind="list", above=0.0),
        "asc_amps": Parameter((-9.18, -198.94), "pA", "what a spike adds to them", kind="list"),
        "asc_r": Parameter((1.0, 1.0), "", "how much of them a spike leaves", kind="list", at_least=0.0),
    } | _SWITCHES


_ASC = {"j": ("asc_init", "asc_decay", "asc_amps", "asc_r")}
_SPARSE = {
    "ASCurrents[j]": State(0.0, "pA", "current after spikes", derived=True, begins="asc_init[j]"),
    "ASCurrents_sum": State(0.0, "pA", "sum of the currents after spikes, averaged over the step", derived=True),
    "I": State(0.0, "pA", "current of generators", derived=True),
    "threshold": State(-51.68, "mV", "threshold", derived=True, begins="V_th"),
}
_THRESHOLDS = {
    "threshold_spike": State(0.0, "mV", "part of the threshold that depends on spikes"),
    "threshold_voltage": State(0.0, "mV", "part of the threshold that depends on the potential"),
}
_PARTS = ("threshold", "threshold_spike", "threshold_voltage")
_V_M = {"V_m": State(-78.85, "mV", "membrane potential", relative_to="E_L")}
_FLAGS = {"rising": "spike_dependent_threshold == 1", "currents": "after_spike_currents == 1",
          "following": "adapting_threshold == 1"}
_REQUIRES = {"adapting_threshold <= min(spike_dependent_threshold, after_spike_currents)":
             "an adapting threshold needs a spike dependent threshold and after spike currents"}
_DECAY = """
    active = refractory == 0
    when rising: if active: threshold_spike = threshold_spike * exp(-th_spike_decay * h)
"""
_CURRENTS = """
    when currents: if active: ASCurrents_sum = sum(ASCurrents[j] * -expm1(-asc_decay[j] * h) / (asc_decay[j] * h))
    when currents: if active: ASCurrents[j] = ASCurrents[j] * exp(-asc_decay[j] * h)
"""
#: potential and threshold, from rest; exact for a potential that relaxes under a constant current
_FIRE = """
    if refractory > 0: V_m = old_V_m
    when following: drive = (I_stim + ASCurrents_sum) / {g}
    when following: gap = th_voltage_index / (th_voltage_decay - {g} / C_m) * ((old_V_m - E_L) - drive)
    when following: goal = th_voltage_index / th_voltage_decay * drive
    when following: rest = exp(-th_voltage_decay * h) * (threshold_voltage - gap - goal)
    when following: if active: threshold_voltage = gap * exp(-{g} * h / C_m) + rest + goal
    fires = active and (V_m > V_th + threshold_spike + threshold_voltage)
    refractory = max(refractory - 1, 0)
    when currents: if fires: ASCurrents[j] = asc_amps[j] + ASCurrents[j] * asc_r[j] * exp(-asc_decay[j] * t_ref)
    when rising: if fires: threshold_spike = threshold_spike * exp(-th_spike_decay * t_ref) + th_spike_add
    spike if fires: refractory = steps(t_ref); V_m = V_reset
    when rising: if fires: V_m = E_L + (voltage_reset_fraction * (old_V_m - E_L) + voltage_reset_add)
    threshold = V_th + threshold_spike + threshold_voltage
    I = next_I_stim
"""
_PAPER = {"paper": "Teeter, Iyer, Menon, Gouwens, Feng, Berg, Szafer, Cain, Zeng, Hawrylycz, Koch, Mihalas: Generalized leaky "
                   "integrate-and-fire models classify multiple neuron types, Nature Communications 9 (2018)",
          "doi": "10.1038/s41467-017-02717-4",
          "notes": "Variants: none of the three switches; spike_dependent_threshold; after_spike_currents; both; all three."}
#: the recorded synaptic current is that at the beginning of the last step in which it acted
_STEP = _DECAY + "    if active: I_syn = sum({})" + _CURRENTS + "    integrate" + _FIRE.format(g="g")

glif_psc = NeuronModel(
    name="glif_psc",
    summary="Generalised leaky integrate-and-fire neuron with alpha-shaped synaptic currents.",
    parameters=_parameters("g") | {
        "tau_syn": Parameter((2.0,), "ms", "time constants of the synaptic currents, one per receptor", kind="list", above=0.0)},
    lists=_ASC | {"k": ("tau_syn",)},
    states=_V_M | _THRESHOLDS | _SPARSE | {
        "I_syn": State(0.0, "pA", "sum of the synaptic currents", derived=True),
        "I_syn[k]": State(0.0, "pA", "synaptic current of a receptor", derived=True),
        "dI_syn[k]": State(0.0, "pA/ms", "its rising part", derived=True)},
    equations="""
        dV_m/dt = (-g * (V_m - E_L) + sum(I_syn[k]) + ASCurrents_sum + I_stim) / C_m
        dI_syn[k]/dt = dI_syn[k] - I_syn[k] / tau_syn[k]
        ddI_syn[k]/dt = -dI_syn[k] / tau_syn[k]
    """,
    inputs={"k": SpikeInput("dI_syn[k] += w * e / tau_syn[k]")},
    flags=_FLAGS, requires=_REQUIRES, ordered=(("V_reset", "V_th"),),
    step=_STEP.format("I_syn[k]") + "    receive",
    recorded=("V_m", "I", "I_syn", "ASCurrents_sum", *_PARTS), **_PAPER)

glif_psc_double_alpha = NeuronModel(
    name="glif_psc_double_alpha",
    summary="Generalised leaky integrate-and-fire neuron whose synaptic currents are sums of a fast and a slow alpha function.",
    parameters=_parameters("g") | {
        "tau_syn_fast": Parameter((2.0,), "ms", "time constants of the fast currents, one per receptor", kind="list", above=0.0),
        "tau_syn_slow": Parameter((6.0,), "ms", "time constants of the slow currents", kind="list", above=0.0),
        "amp_slow": Parameter((0.3,), "", "peaks of the slow currents relative to the fast ones", kind="list", at_least=0.0)},
    lists=_ASC | {"k": ("tau_syn_fast", "tau_syn_slow", "amp_slow")},
    states=_V_M | _THRESHOLDS | _SPARSE | {
        "I_syn": State(0.0, "pA", "sum of the synaptic currents", derived=True),
        "I_fast[k]": State(0.0, "pA", "fast current of a receptor", derived=True),
        "dI_fast[k]": State(0.0, "pA/ms", "its rising part", derived=True),
        "I_slow[k]": State(0.0, "pA", "slow current of a receptor", derived=True),
        "dI_slow[k]": State(0.0, "pA/ms", "its rising part", derived=True)},
    equations="""
        dV_m/dt = (-g * (V_m - E_L) + sum(I_fast[k] + I_slow[k]) + ASCurrents_sum + I_stim) / C_m
        dI_fast[k]/dt = dI_fast[k] - I_fast[k] / tau_syn_fast[k]
        ddI_fast[k]/dt = -dI_fast[k] / tau_syn_fast[k]
        dI_slow[k]/dt = dI_slow[k] - I_slow[k] / tau_syn_slow[k]
        ddI_slow[k]/dt = -dI_slow[k] / tau_syn_slow[k]
    """,
    inputs={"k": SpikeInput("dI_fast[k] += w * e / tau_syn_fast[k]; dI_slow[k] += w * amp_slow[k] * e / tau_syn_slow[k]")},
    flags=_FLAGS, requires=_REQUIRES, ordered=(("V_reset", "V_th"),),
    step=_STEP.format("I_fast[k] + I_slow[k]") + "    receive",
    recorded=("V_m", "I", "I_syn", "ASCurrents_sum", *_PARTS), **_PAPER)

glif_cond = NeuronModel(
    name="glif_cond",
    summary="Generalised leaky integrate-and-fire neuron with alpha-shaped synaptic conductances.",
    parameters=_parameters("g_m") | {
        "tau_syn": Parameter((0.2, 2.0), "ms", "time constants of the conductances, one per receptor", kind="list", above=0.0),
        "E_rev": Parameter((0.0, -85.0), "mV", "reversal potentials, one per receptor", kind="list")},
    lists=_ASC | {"k": ("tau_syn", "E_rev")},
    states={"V_m": State(-78.85, "mV", "membrane potential")} | {
        name: State(s.initial, s.unit, s.meaning, derived=True) for name, s in _THRESHOLDS.items()} | _SPARSE | {
        "g[k]": State(0.0, "nS", "conductance of a receptor", derived=True),
        "dg[k]": State(0.0, "nS/ms", "its rising part", derived=True)},
    equations="""
        dV_m/dt = where(refractory > 0, 0, (-g_m * (V_m - E_L) - sum(g[k] * (V_m - E_rev[k])) + ASCurrents_sum + I_stim) / C_m)
        dg[k]/dt = dg[k] - g[k] / tau_syn[k]
        ddg[k]/dt = -dg[k] / tau_syn[k]
    """,
    inputs={"k": SpikeInput("dg[k] += w * e / tau_syn[k]", only_positive=True)},
    flags=_FLAGS, requires=_REQUIRES, ordered=(("V_reset", "V_th"),),
    step="    integrate" + _DECAY + _CURRENTS + _FIRE.format(g="g_m") + "    receive",
    recorded=("V_m", "I", "ASCurrents_sum", "g[k]", *_PARTS), **_PAPER)

MODELS = (glif_psc, glif_psc_double_alpha, glif_cond)
