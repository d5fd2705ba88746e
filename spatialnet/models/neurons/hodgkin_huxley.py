"""Neurons with the currents of Hodgkin and Huxley.

Defaults, units and the order of operations are those of NEST's models of the same names.
"""

from ..declaration import Coupling, NeuronModel, Parameter, SpikeInput, State
from .conductance import ALPHA, BETA, BETA_INPUT, EXPONENTIAL


def _parameters(**defaults: float) -> dict[str, Parameter]:
    rows = {
        "C_m": ("pF", "membrane capacitance", {"above": 0.0}),
        "g_L": ("nS", "leak conductance", {"at_least": 0.0}),
        "g_Na": ("nS", "peak conductance of sodium", {"at_least": 0.0}),
        "g_K": ("nS", "peak conductance of potassium", {"at_least": 0.0}),
        "g_Kv1": ("nS", "peak conductance of potassium Kv1", {"at_least": 0.0}),
        "g_Kv3": ("nS", "peak conductance of potassium Kv3", {"at_least": 0.0}),
        "E_L": ("mV", "leak reversal potential", {}),
        "E_Na": ("mV", "sodium reversal potential", {}),
        "E_K": ("mV", "potassium reversal potential", {}),
        "E_ex": ("mV", "excitatory reversal potential", {}),
        "E_in": ("mV", "inhibitory reversal potential", {}),
        "V_T": ("mV", "shift of the rates; a spike needs V_T + 30", {}),
        "t_ref": ("ms", "time without another spike, rounded up to whole steps", {"at_least": 0.0}),
        "tau_syn_ex": ("ms", "time constant of excitatory synapses", {"above": 0.0}),
        "tau_syn_in": ("ms", "time constant of inhibitory synapses", {"above": 0.0}),
        "tau_rise_ex": ("ms", "rise time constant of excitatory conductances", {"above": 0.0}),
        "tau_decay_ex": ("ms", "decay time constant of excitatory conductances", {"above": 0.0}),
        "tau_rise_in": ("ms", "rise time constant of inhibitory conductances", {"above": 0.0}),
        "tau_decay_in": ("ms", "decay time constant of inhibitory conductances", {"above": 0.0}),
        "I_e": ("pA", "constant input current", {}),
    }
    return {name: Parameter(default, *rows[name][:2], **rows[name][2]) for name, default in defaults.items()}


def _states(V_m: float, **gates: float) -> dict[str, State]:
    meaning = {"Act_m": "activation of sodium", "Inact_h": "inactivation of sodium", "Act_n": "activation of potassium",
               "Inact_p": "activation of potassium Kv3"}
    return {"V_m": State(V_m, "mV", "membrane potential"),
            **{name: State(value, "", meaning[name]) for name, value in gates.items()}}


def _gates(**names: str) -> str:
    return "".join(f"    d{name}/dt = alpha_{x} * (1 - {name}) - beta_{x} * {name}\n" for x, name in names.items())


def _linear(factor: float, v: str, width: float) -> str:
    """factor v / (1 - exp(-v / width)), continued through v = 0 by its series."""
    return (f"where(abs({v}) < 1e-4, {factor * width!r} + {factor / 2!r} * ({v}), "
            f"{factor!r} * ({v}) / (1 - exp(-({v}) / {width!r})))")


_I = {"I_syn_ex": State(0.0, "pA", "excitatory synaptic current"), "I_syn_in": State(0.0, "pA", "inhibitory synaptic current"),
      "dI_syn_ex": State(0.0, "pA/ms", "rising part of the excitatory current", derived=True),
      "dI_syn_in": State(0.0, "pA/ms", "rising part of the inhibitory current", derived=True)}
_G = {"g_ex": State(0.0, "nS", "excitatory conductance"), "g_in": State(0.0, "nS", "inhibitory conductance")}
_DG = {"dg_ex": State(0.0, "nS/ms", "rising part of the excitatory conductance", derived=True),
       "dg_in": State(0.0, "nS/ms", "rising part of the inhibitory conductance", derived=True)}
_CURRENTS = {0: SpikeInput("dI_syn_ex += w * e / tau_syn_ex", "dI_syn_in += w * e / tau_syn_in")}
_I_EQUATIONS = ALPHA.replace("g_", "I_syn_")
#: a spike is the first step in which the potential falls again
_STEP = """
    integrate
    receive
    fires = (refractory == 0) and (V_m >= {}) and (old_V_m > V_m)
    refractory = max(refractory - 1, 0)
    spike if fires: refractory = steps(t_ref)
"""

#: the current through gap junctions is the sum of g_j (V_j - V_m)
_GAP = {"couplings": {"gap": Coupling("gV_gap", "g_gap")}, "sends": {"gap": "V_m"}}

_HH_PARAMETERS = _parameters(C_m=100.0, g_Na=12000.0, g_K=3600.0, g_L=30.0, E_Na=50.0, E_K=-77.0, E_L=-54.402, t_ref=2.0,
                             tau_syn_ex=0.2, tau_syn_in=2.0, I_e=0.0)
_HH_STATES = _states(-65.0, Act_m=0.05293248525724958, Inact_h=0.5961207535084603, Act_n=0.3176769140606974)
_HH_EQUATIONS = f"""
    alpha_n = {_linear(0.01, "V_m + 55", 10.0)}
    beta_n = 0.125 * exp(-(V_m + 65) / 80)
    alpha_m = {_linear(0.1, "V_m + 40", 10.0)}
    beta_m = 4 * exp(-(V_m + 65) / 18)
    alpha_h = 0.07 * exp(-(V_m + 65) / 20)
    beta_h = 1 / (1 + exp(-(V_m + 35) / 10))
    I_Na = g_Na * Act_m * Act_m * Act_m * Inact_h * (V_m - E_Na)
    I_K = g_K * Act_n * Act_n * Act_n * Act_n * (V_m - E_K)
    dV_m/dt = (-I_Na - I_K - g_L * (V_m - E_L) + I_stim + I_e + I_syn_ex + I_syn_in) / C_m
{_gates(m="Act_m", h="Inact_h", n="Act_n")}
"""
_HODGKIN_HUXLEY = {
    "paper": "Hodgkin, Huxley: A quantitative description of membrane current and its application to conduction and excitation in "
             "nerve, Journal of Physiology 117 (1952)", "doi": "10.1113/jphysiol.1952.sp004764"}

hh_psc_alpha = NeuronModel(
    name="hh_psc_alpha", kernel="hh_psc_alpha",
    summary="Hodgkin-Huxley neuron with alpha-shaped synaptic currents.",
    parameters=_HH_PARAMETERS, states=_HH_STATES | _I,
    equations=_HH_EQUATIONS + _I_EQUATIONS, inputs=_CURRENTS, step=_STEP.format("0"),
    recorded=("V_m", "I_syn_ex", "I_syn_in", "Act_m", "Inact_h", "Act_n"), **_HODGKIN_HUXLEY)

_TRAUB_PARAMETERS = {"C_m": 200.0, "g_Na": 20000.0, "g_K": 6000.0, "g_L": 10.0, "E_Na": 50.0, "E_K": -90.0, "E_L": -60.0,
                     "E_ex": 0.0, "E_in": -80.0, "t_ref": 2.0, "I_e": 0.0}
_TRAUB_STATES = _states(-60.0, Act_m=9.895563096746586e-09, Inact_h=0.999999999106396, Act_n=2.551577051602551e-07)
_TRAUB_EQUATIONS = f"""
    v = V_m - V_T
    alpha_n = {_linear(0.032, "v - 15", 5.0)}
    beta_n = 0.5 * exp((10 - v) / 40)
    alpha_m = {_linear(0.32, "v - 13", 4.0)}
    beta_m = exp(-(v - 40) / 5) * {_linear(0.28, "v - 40", 5.0)}
    alpha_h = 0.128 * exp((17 - v) / 18)
    beta_h = 4 / (1 + exp((40 - v) / 5))
    I_Na = g_Na * Act_m * Act_m * Act_m * Inact_h * (V_m - E_Na)
    I_K = g_K * Act_n * Act_n * Act_n * Act_n * (V_m - E_K)
    dV_m/dt = (-I_Na - I_K - g_L * (V_m - E_L) - g_ex * (V_m - E_ex) - g_in * (V_m - E_in) + I_stim + I_e) / C_m
{_gates(m="Act_m", h="Inact_h", n="Act_n")}
"""
_TRAUB_RECORDED = ("V_m", "g_ex", "g_in", "Act_m", "Inact_h", "Act_n")
_TRAUB_NOTE = "The default gating variables are NEST's: those at rest for V_T = 0."

hh_cond_exp_traub = NeuronModel(
    name="hh_cond_exp_traub", kernel="hh_cond_exp_traub",
    summary="Hodgkin-Huxley neuron of Traub and Miles, with exponential synaptic conductances, as in the benchmarks of Brette et "
            "al. 2007.",
    parameters=_parameters(**_TRAUB_PARAMETERS, V_T=-63.0, tau_syn_ex=5.0, tau_syn_in=10.0),
    states=_TRAUB_STATES | _G,
    equations=_TRAUB_EQUATIONS + EXPONENTIAL, inputs={0: SpikeInput("g_ex += w", "g_in += -w")}, step=_STEP.format("V_T + 30"),
    recorded=_TRAUB_RECORDED, notes=_TRAUB_NOTE,
    paper="Brette et al.: Simulation of networks of spiking neurons: a review of tools and strategies, Journal of Computational "
          "Neuroscience 23 (2007)", doi="10.1007/s10827-007-0038-6")

hh_cond_beta_gap_traub = NeuronModel(
    name="hh_cond_beta_gap_traub", kernel="hh_cond_beta_gap_traub",
    summary="Hodgkin-Huxley neuron of Traub and Miles, with beta-shaped synaptic conductances and gap junctions.",
    parameters=_parameters(**_TRAUB_PARAMETERS, V_T=-50.0, tau_rise_ex=0.5, tau_decay_ex=5.0, tau_rise_in=0.5, tau_decay_in=10.0),
    states=_TRAUB_STATES | _G | _DG,
    equations=_TRAUB_EQUATIONS.replace("+ I_e)", "+ I_e + gV_gap - g_gap * V_m)") + BETA, inputs=BETA_INPUT, step=_STEP.format("V_T + 30"),
    recorded=_TRAUB_RECORDED, notes=_TRAUB_NOTE, **_GAP,
    paper="Hahne et al.: A unified framework for spiking and gap-junction interactions in distributed neuronal network "
          "simulations, Frontiers in Neuroinformatics 9:22 (2015)", doi="10.3389/fninf.2015.00022")

hh_psc_alpha_gap = NeuronModel(
    name="hh_psc_alpha_gap", kernel="hh_psc_alpha_gap",
    summary="Fast-spiking cortical interneuron with two potassium currents, alpha-shaped synaptic currents and gap junctions.",
    parameters=_parameters(C_m=40.0, g_Na=4500.0, g_Kv1=9.0, g_Kv3=9000.0, g_L=10.0, E_Na=74.0, E_K=-90.0, E_L=-70.0, t_ref=2.0,
                           tau_syn_ex=0.2, tau_syn_in=2.0, I_e=0.0),
    states=_states(-69.60401191631222, Act_m=0.019198766985083732, Inact_h=0.868462041294399, Act_n=0.0005741576228359767,
                   Inact_p=0.0002511318227150632) | _I,
    equations=f"""
    alpha_m = {_linear(40.0, "V_m - 75.5", 13.5)}
    beta_m = 1.2262 * exp(-V_m / 42.248)
    alpha_h = 0.0035 * exp(-V_m / 24.186)
    beta_h = {_linear(0.017, "V_m + 51.25", 5.2)}
    alpha_p = {_linear(1.0, "V_m - 95", 11.8)}
    beta_p = 0.025 * exp(-V_m / 22.222)
    alpha_n = {_linear(0.014, "V_m + 44", 2.3)}
    beta_n = 0.0043 * exp(-(V_m + 44) / 34)
    I_Na = g_Na * Act_m * Act_m * Act_m * Inact_h * (V_m - E_Na)
    I_K = (g_Kv1 * Act_n * Act_n * Act_n * Act_n + g_Kv3 * Inact_p * Inact_p) * (V_m - E_K)
    dV_m/dt = (-I_Na - I_K - g_L * (V_m - E_L) + I_stim + I_e + I_syn_ex + I_syn_in + gV_gap - g_gap * V_m) / C_m
{_gates(m="Act_m", h="Inact_h", n="Act_n", p="Inact_p")}
    """ + _I_EQUATIONS,
    inputs=_CURRENTS, step=_STEP.format("0"), tolerance=("1e-6", "0"), **_GAP,
    recorded=("V_m", "I_syn_ex", "I_syn_in", "Act_m", "Inact_h", "Act_n", "Inact_p"),
    paper="Mancilla, Lewis, Pinto, Rinzel, Connors: Synchronization of electrically coupled pairs of inhibitory interneurons in "
          "neocortex, Journal of Neuroscience 27 (2007)", doi="10.1523/JNEUROSCI.2715-06.2007")

MODELS = (hh_psc_alpha, hh_cond_exp_traub, hh_cond_beta_gap_traub, hh_psc_alpha_gap)
