"""Whole populations of neurons, each described by one node.

Defaults and units are those of NEST's models of the same names.
"""

from ..declaration import NeuronModel, Parameter, SpikeInput, State

gif_pop_psc_exp = NeuronModel(
    name="gif_pop_psc_exp", runs_as="populations",
    summary="Population of generalised integrate-and-fire neurons; a node sends as many spikes as all of them have fired.",
    parameters={
        "N": Parameter(100.0, "", "number of neurons", at_least=1.0),
        "C_m": Parameter(250.0, "pF", "membrane capacitance", above=0.0),
        "tau_m": Parameter(20.0, "ms", "membrane time constant", above=0.0),
        "E_L": Parameter(0.0, "mV", "resting potential"),
        "V_reset": Parameter(0.0, "mV", "potential while refractory"),
        "t_ref": Parameter(4.0, "ms", "refractory time, rounded up to whole steps", at_least=0.0),
        "I_e": Parameter(0.0, "pA", "constant input current"),
        "lambda_0": Parameter(10.0, "1/s", "hazard at the threshold", at_least=0.0),
        "Delta_V": Parameter(2.0, "mV", "sharpness of the threshold", above=0.0),
        "V_T_star": Parameter(15.0, "mV", "threshold at rest"),
        "tau_sfa": Parameter((300.0,), "ms", "time constants of the adaptation of the threshold", kind="list", above=0.0),
        "q_sfa": Parameter((0.5,), "mV", "jumps of the threshold at a spike", kind="list"),
        "tau_syn_ex": Parameter(3.0, "ms", "time constant of excitatory synapses", above=0.0),
        "tau_syn_in": Parameter(6.0, "ms", "time constant of inhibitory synapses", above=0.0),
        "len_kernel": Parameter(-1.0, "steps", "how long ago spikes are told apart; -1: as long as it matters"),
        "BinoRand": Parameter(True, "", "numbers of spikes are binomial; otherwise Poisson, up to N", kind="switch"),
    },
    states={
        "V_m": State(0.0, "mV", "potential of neurons that have not spiked for long"),
        "I_syn_ex": State(0.0, "pA", "excitatory synaptic current"),
        "I_syn_in": State(0.0, "pA", "inhibitory synaptic current"),
        "E_sfa": State(0.0, "mV", "threshold of neurons that have not spiked for long", derived=True),
        "mean": State(0.0, "", "expected number of spikes in the step", derived=True),
        "n_events": State(0.0, "", "number of spikes in the step", derived=True),
        "free": State(0.0, "", "neurons that have not spiked for long", derived=True),
        "free_variance": State(0.0, "", "variance of their number", derived=True),
        "free_hazard": State(0.0, "1/ms", "their hazard", derived=True),
    },
    recorded=("V_m", "I_syn_ex", "I_syn_in", "E_sfa", "mean", "n_events"),
    equations="""
        dV_m/dt = (E_L - V_m) / tau_m + (I_syn_ex + I_syn_in + I_e + I_stim) / C_m
        dI_syn_ex/dt = -I_syn_ex / tau_syn_ex
        dI_syn_in/dt = -I_syn_in / tau_syn_in
    """,
    inputs={0: SpikeInput("I_syn_ex += w", "I_syn_in += w")},
    requires={"floor(N) == N": "must be a whole number",
              "floor(len_kernel) == len_kernel": "must be a whole number of steps"},
    lists={"i": ("tau_sfa", "q_sfa")},
    paper="Schwalger, Deger, Gerstner: Towards a theory of cortical columns: from spiking neurons to interacting neural "
          "populations of finite size, PLoS Computational Biology 13 (2017)", doi="10.1371/journal.pcbi.1005507",
    notes="All neurons have fired just before the node is first simulated. Spikes that arrive in a step are spread over it. "
          "Weights are those of one neuron upon one other.")

MODELS = (gif_pop_psc_exp,)
