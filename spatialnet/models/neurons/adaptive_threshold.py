"""Neurons whose threshold, not their potential, is reset: it jumps at every spike and relaxes.

Defaults, units and the order of operations are those of NEST's models of the same names.
"""

from ..declaration import NeuronModel, Parameter, SpikeInput, State


def _parameters(**defaults: float) -> dict[str, Parameter]:
    rows = {
        "C_m": ("pF", "membrane capacitance", {"above": 0.0}),
        "tau_m": ("ms", "membrane time constant", {"above": 0.0}),
        "E_L": ("mV", "resting potential", {}),
        "I_e": ("pA", "constant input current", {}),
        "tau_syn_ex": ("ms", "time constant of excitatory currents", {"above": 0.0}),
        "tau_syn_in": ("ms", "time constant of inhibitory currents", {"above": 0.0}),
        "t_ref": ("ms", "time without another spike, rounded up to whole steps", {"above": 0.0}),
        "tau_1": ("ms", "time constant of the short part of the threshold", {"above": 0.0}),
        "tau_2": ("ms", "time constant of the long part of the threshold", {"above": 0.0}),
        "alpha_1": ("mV", "jump of the short part at a spike", {}),
        "alpha_2": ("mV", "jump of the long part at a spike", {}),
        "omega": ("mV", "resting threshold", {}),
        "beta": ("1/ms", "how strongly the threshold follows the slope of the potential", {}),
        "tau_v": ("ms", "time constant of the part that follows the potential", {"above": 0.0}),
    }
    return {name: Parameter(default, *rows[name][:2], **rows[name][2]) for name, default in defaults.items()}


_STATES = {
    "V_m": State(-70.0, "mV", "membrane potential", relative_to="E_L"),
    "V_th_alpha_1": State(0.0, "mV", "short part of the threshold"),
    "V_th_alpha_2": State(0.0, "mV", "long part of the threshold"),
    "I_syn_ex": State(0.0, "pA", "excitatory synaptic current"),
    "I_syn_in": State(0.0, "pA", "inhibitory synaptic current"),
}
_EQUATIONS = """
    dV_m/dt = -(V_m - E_L) / tau_m + (I_syn_ex + I_syn_in + I_e + I_stim) / C_m
    dV_th_alpha_1/dt = -V_th_alpha_1 / tau_1
    dV_th_alpha_2/dt = -V_th_alpha_2 / tau_2
    dI_syn_ex/dt = -I_syn_ex / tau_syn_ex
    dI_syn_in/dt = -I_syn_in / tau_syn_in
"""
_STEP = """
    integrate
    receive
    fires = (refractory == 0) and (V_m >= {threshold})
    refractory = max(refractory - 1, 0)
    spike if fires: V_th_alpha_1 += alpha_1; V_th_alpha_2 += alpha_2; refractory = steps(t_ref)
    V_th = {threshold}
"""
_INPUTS = {0: SpikeInput("I_syn_ex += w", "I_syn_in += w")}


def _threshold(initial: float) -> dict[str, State]:
    return {"V_th": State(initial, "mV", "threshold", derived=True)}


mat2_psc_exp = NeuronModel(
    name="mat2_psc_exp", kernel="mat2_psc_exp",
    summary="Leaky integrate-and-fire neuron with exponential currents and a threshold of two time scales.",
    parameters=_parameters(C_m=100.0, tau_m=5.0, E_L=-70.0, I_e=0.0, tau_syn_ex=1.0, tau_syn_in=3.0, t_ref=2.0, tau_1=10.0,
                           tau_2=200.0, alpha_1=37.0, alpha_2=2.0, omega=-51.0),
    states=_STATES | _threshold(-51.0),
    equations=_EQUATIONS, inputs=_INPUTS,
    step=_STEP.format(threshold="omega + V_th_alpha_1 + V_th_alpha_2"),
    recorded=("V_m", "V_th"),
    paper="Kobayashi, Tsubo, Shinomoto: Made-to-order spiking neuron model equipped with a multi-timescale adaptive threshold, "
          "Frontiers in Computational Neuroscience 3 (2009)", doi="10.3389/neuro.10.009.2009",
    notes="The potential is never reset.")

amat2_psc_exp = NeuronModel(
    name="amat2_psc_exp", kernel="amat2_psc_exp",
    summary="Leaky integrate-and-fire neuron with exponential currents, and a threshold of two time scales that follows the "
            "potential.",
    parameters=_parameters(C_m=200.0, tau_m=10.0, E_L=-70.0, I_e=0.0, tau_syn_ex=1.0, tau_syn_in=3.0, t_ref=2.0, tau_1=10.0,
                           tau_2=200.0, alpha_1=10.0, alpha_2=0.0, omega=-65.0, beta=0.0, tau_v=5.0),
    states=_STATES | {"V_th_v": State(0.0, "mV", "part of the threshold that follows the potential"),
                      "dV_th_v": State(0.0, "mV/ms", "rising part of V_th_v")} | _threshold(-65.0),
    equations=_EQUATIONS + """
    slope = -(V_m - E_L) / tau_m + (I_syn_ex + I_syn_in + I_e + I_stim) / C_m
    dV_th_v/dt = -V_th_v / tau_v + dV_th_v
    ddV_th_v/dt = -dV_th_v / tau_v + beta * slope
    """,
    inputs=_INPUTS,
    step=_STEP.format(threshold="omega + V_th_alpha_1 + V_th_alpha_2 + V_th_v"),
    recorded=("V_m", "V_th", "V_th_v", "I_syn_ex", "I_syn_in"),
    paper="Yamauchi, Kim, Shinomoto: Elemental spiking neuron model for reproducing diverse firing patterns and predicting precise "
          "firing times, Frontiers in Computational Neuroscience 5:42 (2011)", doi="10.3389/fncom.2011.00042",
    notes="The potential is never reset.")

MODELS = (mat2_psc_exp, amat2_psc_exp)
