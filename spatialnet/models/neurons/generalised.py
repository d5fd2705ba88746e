"""Neurons that spike at random, with a hazard that rises with the potential: generalised integrate-and-fire and point process.

Defaults, units and the order of operations are those of NEST's models of the same names.
"""

from ..declaration import NeuronModel, Parameter, SpikeInput, State

_ADAPTATION = {
    "tau_sfa": Parameter((), "ms", "time constants of the adaptation of the threshold", kind="list", above=0.0),
    "q_sfa": Parameter((), "mV", "jumps of the threshold at a spike", kind="list"),
}
_MEMBRANE = {
    "C_m": Parameter(80.0, "pF", "membrane capacitance", above=0.0),
    "g_L": Parameter(4.0, "nS", "leak conductance", above=0.0),
    "E_L": Parameter(-70.0, "mV", "resting potential"),
    "V_reset": Parameter(-55.0, "mV", "potential while refractory"),
    "t_ref": Parameter(4.0, "ms", "refractory time, rounded up to whole steps", at_least=0.0),
    "I_e": Parameter(0.0, "pA", "constant input current"),
    "lambda_0": Parameter(1.0, "1/s", "hazard at the threshold", at_least=0.0),
    "Delta_V": Parameter(0.5, "mV", "sharpness of the threshold", above=0.0),
    "V_T_star": Parameter(-35.0, "mV", "threshold at rest"),
    "tau_stc": Parameter((), "ms", "time constants of the currents after spikes", kind="list", above=0.0),
    "q_stc": Parameter((), "pA", "jumps of the currents at a spike", kind="list"),
} | _ADAPTATION
_LISTS = {"i": ("tau_sfa", "q_sfa"), "j": ("tau_stc", "q_stc")}
_STATES = {
    "V_m": State(-70.0, "mV", "membrane potential"),
    "E_sfa": State(0.0, "mV", "threshold, with its adaptation", derived=True),
    "I_stc": State(0.0, "pA", "sum of the currents after spikes", derived=True),
    "sfa[i]": State(0.0, "mV", "part of the adaptation of the threshold", derived=True),
    "stc[j]": State(0.0, "pA", "part of the current after spikes", derived=True),
}
_TAU_SYN = {
    "tau_syn_ex": Parameter(2.0, "ms", "time constant of excitatory synapses", above=0.0),
    "tau_syn_in": Parameter(2.0, "ms", "time constant of inhibitory synapses", above=0.0),
}
_MANY_TAU_SYN = {"tau_syn": Parameter((2.0,), "ms", "time constants of the synapses, one per receptor", kind="list", above=0.0)}
_REVERSAL = {"E_rev": Parameter((0.0,), "mV", "reversal potentials of the synapses, one per receptor", kind="list")}
_TOLERANCE = {"gsl_error_tol": Parameter(1e-3, "", "absolute error of a sub-step of the solver", above=0.0)}

#: what holds for this step is read before it decays
_ADAPT = """
    I_stc = sum(stc[j])
    E_sfa = V_T_star + sum(sfa[i])
    stc[j] = stc[j] * exp(-h / tau_stc[j])
    sfa[i] = sfa[i] * exp(-h / tau_sfa[i])
"""
#: a spike leaves the potential as it is until the next step
_ESCAPE = """
    free = refractory == 0
    if refractory > 0: V_m = V_reset
    refractory = max(refractory - 1, 0)
    hazard = lambda_0 * 1e-3 * exp((V_m - E_sfa) / Delta_V)
    spike if free and (uniform() < -expm1(-h * hazard)): stc[j] += q_stc[j]; sfa[i] += q_sfa[i]; refractory = steps(t_ref)
"""
_PAPER = {"paper": "Mensi, Naud, Pozzorini, Avermann, Petersen, Gerstner: Parameter extraction and classification of three cortical "
                   "neuron types reveals two distinct adaptation mechanisms, Journal of Neurophysiology 107 (2012)",
          "doi": "10.1152/jn.00408.2011",
          "notes": "The potential is set to V_reset in the step after a spike, and held there for t_ref."}
_CURRENT = "dV_m/dt = (-g_L * (V_m - E_L) + {} - I_stc + I_e + I_stim) / C_m"

gif_psc_exp = NeuronModel(
    name="gif_psc_exp",
    summary="Generalised integrate-and-fire neuron with exponential synaptic currents, adaptation and a stochastic threshold.",
    parameters=_MEMBRANE | _TAU_SYN, lists=_LISTS,
    states=_STATES | {"I_syn_ex": State(0.0, "pA", "excitatory synaptic current", derived=True),
                      "I_syn_in": State(0.0, "pA", "inhibitory synaptic current", derived=True)},
    equations=_CURRENT.format("I_syn_ex + I_syn_in") + """
    dI_syn_ex/dt = -I_syn_ex / tau_syn_ex
    dI_syn_in/dt = -I_syn_in / tau_syn_in
    """,
    inputs={0: SpikeInput("I_syn_ex += w", "I_syn_in += w")},
    step=_ADAPT + """
    # spikes act on the potential in the step in which they arrive
    I_syn_ex = I_syn_ex * exp(-h / tau_syn_ex)
    I_syn_in = I_syn_in * exp(-h / tau_syn_in)
    receive
    ex = I_syn_ex
    in_ = I_syn_in
    integrate
    I_syn_ex = ex
    I_syn_in = in_
    """ + _ESCAPE,
    recorded=("V_m", "E_sfa", "I_stc", "I_syn_ex", "I_syn_in"), **_PAPER)

gif_psc_exp_multisynapse = NeuronModel(
    name="gif_psc_exp_multisynapse",
    summary="Generalised integrate-and-fire neuron with exponential synaptic currents of any number of time constants.",
    parameters=_MEMBRANE | _MANY_TAU_SYN, lists=_LISTS | {"k": ("tau_syn",)},
    states=_STATES | {"I_syn[k]": State(0.0, "pA", "synaptic current of a receptor", derived=True)},
    equations=_CURRENT.format("sum(I_syn[k])") + "\n    dI_syn[k]/dt = -I_syn[k] / tau_syn[k]",
    inputs={"k": SpikeInput("I_syn[k] += w")},
    step=_ADAPT + "    integrate\n    receive" + _ESCAPE,
    recorded=("V_m", "E_sfa", "I_stc"), **_PAPER)

_CONDUCTANCE = """
    V = where(refractory > 0, V_reset, V_m)
    dV_m/dt = where(refractory > 0, 0, (-g_L * (V - E_L) - {} - I_stc + I_e + I_stim) / C_m)
"""

gif_cond_exp = NeuronModel(
    name="gif_cond_exp",
    summary="Generalised integrate-and-fire neuron with exponential synaptic conductances, adaptation and a stochastic threshold.",
    parameters=_MEMBRANE | _TAU_SYN | _TOLERANCE | {
        "E_ex": Parameter(0.0, "mV", "excitatory reversal potential"),
        "E_in": Parameter(-85.0, "mV", "inhibitory reversal potential")},
    lists=_LISTS,
    states=_STATES | {"g_ex": State(0.0, "nS", "excitatory conductance"), "g_in": State(0.0, "nS", "inhibitory conductance")},
    equations=_CONDUCTANCE.format("g_ex * (V - E_ex) - g_in * (V - E_in)") + """
    dg_ex/dt = -g_ex / tau_syn_ex
    dg_in/dt = -g_in / tau_syn_in
    """,
    tolerance=("gsl_error_tol", "0"),
    inputs={0: SpikeInput("g_ex += w", "g_in += -w")},
    step=_ADAPT + "    integrate\n    receive" + _ESCAPE,
    recorded=("V_m", "E_sfa", "I_stc", "g_ex", "g_in"), **_PAPER)

gif_cond_exp_multisynapse = NeuronModel(
    name="gif_cond_exp_multisynapse",
    summary="Generalised integrate-and-fire neuron with exponential synaptic conductances of any number of time constants.",
    parameters=_MEMBRANE | _MANY_TAU_SYN | _REVERSAL | _TOLERANCE, lists=_LISTS | {"k": ("tau_syn", "E_rev")},
    states=_STATES | {"g[k]": State(0.0, "nS", "conductance of a receptor", derived=True)},
    equations=_CONDUCTANCE.format("sum(g[k] * (V - E_rev[k]))") + "    dg[k]/dt = -g[k] / tau_syn[k]",
    tolerance=("gsl_error_tol", "0"),
    inputs={"k": SpikeInput("g[k] += w", only_positive=True)},
    step=_ADAPT + "    integrate\n    receive" + _ESCAPE,
    recorded=("V_m", "E_sfa", "I_stc"), **_PAPER)

pp_psc_delta = NeuronModel(
    name="pp_psc_delta",
    summary="Point process neuron whose hazard is linear and exponential in a potential that jumps by the weight of each spike.",
    parameters={
        "tau_m": Parameter(10.0, "ms", "membrane time constant", above=0.0),
        "C_m": Parameter(250.0, "pF", "membrane capacitance", above=0.0),
        "I_e": Parameter(0.0, "pA", "constant input current"),
        "c_1": Parameter(0.0, "1/(s mV)", "slope of the linear part of the hazard"),
        "c_2": Parameter(1.238, "1/s", "prefactor of the exponential part of the hazard"),
        "c_3": Parameter(0.25, "1/mV", "coefficient of the exponential part of the hazard", at_least=0.0),
        "dead_time": Parameter(1.0, "ms", "time after a spike without another one, at least one step; 0: none, and several spikes in a "
                                          "step are possible", at_least=0.0),
        "dead_time_random": Parameter(False, "", "whether dead times are drawn from a gamma distribution with mean dead_time",
                                      kind="switch"),
        "dead_time_shape": Parameter(1.0, "", "shape of that distribution", at_least=1.0),
        "with_reset": Parameter(True, "", "whether a spike sets the potential to 0", kind="switch"),
    } | _ADAPTATION,
    lists={"i": ("tau_sfa", "q_sfa")},
    states={
        "V_m": State(0.0, "mV", "membrane potential, relative to rest"),
        "E_sfa": State(0.0, "mV", "adaptation of the threshold", derived=True),
        "t_ref_remaining": State(0.0, "ms", "rest of the dead time"),
        "sfa[i]": State(0.0, "mV", "part of the adaptation", derived=True),
    },
    equations="dV_m/dt = -V_m / tau_m + (I_e + I_stim) / C_m",
    inputs={0: SpikeInput("V_m += w")},
    flags={"alive": "dead_time == 0", "random": "dead_time_random == 1", "reset": "with_reset == 1"},
    step="""
    integrate
    receive
    sfa[i] = sfa[i] * exp(-h / tau_sfa[i])
    E_sfa = sum(sfa[i])
    free = t_ref_remaining < h / 2
    t_ref_remaining = max(t_ref_remaining - h, 0)
    hazard = max(c_1 * (V_m - E_sfa) + c_2 * exp(c_3 * (V_m - E_sfa)), 0)
    n_spikes = uniform() < -expm1(-hazard * h * 1e-3)
    when alive: if dead_time == 0: n_spikes = poisson(hazard * h * 1e-3)
    spiking = where(free, n_spikes, 0)
    if spiking > 0: sfa[i] += q_sfa[i] * spiking
    when reset: if spiking > 0: V_m = 0
    rest = h * steps(dead_time)
    when random: rest = h * max(-floor(-gamma(dead_time_shape) * dead_time / (dead_time_shape * h)), 1)
    if (spiking > 0) and (dead_time > 0): t_ref_remaining = rest
    """,
    recorded=("V_m", "E_sfa"),
    paper="Cardanobile, Rotter: Multiplicatively interacting point processes and applications to neural modeling, Journal of "
          "Computational Neuroscience 28 (2010)", doi="10.1007/s10827-009-0204-0")

MODELS = (gif_psc_exp, gif_psc_exp_multisynapse, gif_cond_exp, gif_cond_exp_multisynapse, pp_psc_delta)
