"""Adaptive exponential integrate-and-fire neurons, and Izhikevich's.

Defaults, units and the order of operations are those of NEST's models of the same names.
"""

from ..declaration import NeuronModel, Parameter, SpikeInput, State
from .conductance import ALPHA, ALPHA_INPUT, EXPONENTIAL

MEMBRANE = {
    "C_m": Parameter(281.0, "pF", "membrane capacitance", above=0.0),
    "g_L": Parameter(30.0, "nS", "leak conductance", above=0.0),
    "E_L": Parameter(-70.6, "mV", "leak reversal potential"),
    "V_th": Parameter(-50.4, "mV", "threshold of the exponential upstroke"),
    "Delta_T": Parameter(2.0, "mV", "slope factor of the upstroke; 0: a sharp threshold at V_th", at_least=0.0),
    "V_peak": Parameter(0.0, "mV", "potential that counts as a spike"),
    "V_reset": Parameter(-60.0, "mV", "potential after a spike"),
    "t_ref": Parameter(0.0, "ms", "refractory time, rounded up to whole steps", at_least=0.0),
    "a": Parameter(4.0, "nS", "sub-threshold adaptation"),
    "b": Parameter(80.5, "pA", "jump of the adaptation current at a spike"),
    "tau_w": Parameter(144.0, "ms", "time constant of the adaptation", above=0.0),
    "I_e": Parameter(0.0, "pA", "constant input current"),
    "gsl_error_tol": Parameter(1e-6, "", "error allowed in a sub-step, absolute (mV, pA, nS) and relative", above=0.0),
}
STATES = {
    "V_m": State(-70.6, "mV", "membrane potential", low=-1e3),
    "w": State(0.0, "pA", "adaptation current", low=-1e6, high=1e6),
}
_TAU_SYN = {
    "tau_syn_ex": Parameter(0.2, "ms", "time constant of excitatory synapses", above=0.0),
    "tau_syn_in": Parameter(2.0, "ms", "time constant of inhibitory synapses", above=0.0),
}
_CONDUCTANCES = {
    "E_ex": Parameter(0.0, "mV", "excitatory reversal potential"),
    "E_in": Parameter(-85.0, "mV", "inhibitory reversal potential"),
}
_G = {"g_ex": State(0.0, "nS", "excitatory conductance"), "g_in": State(0.0, "nS", "inhibitory conductance")}
_DG = {"dg_ex": State(0.0, "nS/ms", "rising part of the excitatory conductance"),
       "dg_in": State(0.0, "nS/ms", "rising part of the inhibitory conductance")}
_I = {"I_syn_ex": State(0.0, "pA", "excitatory current"), "I_syn_in": State(0.0, "pA", "size of the inhibitory current")}
_DI = {"dI_syn_ex": State(0.0, "pA/ms", "rising part of the excitatory current"),
       "dI_syn_in": State(0.0, "pA/ms", "rising part of the inhibitory current")}


def equations(synaptic: str) -> str:
    """The equations of an adaptive exponential neuron with this synaptic current."""
    return f"""
        V = where(refractory > 0, V_reset, min(V_m, V_peak))
        I_spike = g_L * Delta_T * exp((V - V_th) * where(Delta_T == 0, 0, 1 / where(Delta_T == 0, 1, Delta_T)))
        dV_m/dt = where(refractory > 0, 0, (-g_L * (V - E_L) + I_spike {synaptic} - w + I_e + I_stim) / C_m)
        dw/dt = (a * (V - E_L) - w) / tau_w
    """


CONDUCTANCES = "- g_ex * (V - E_ex) - g_in * (V - E_in)"
_CURRENTS = "+ I_syn_ex - I_syn_in"
#: after every sub-step; several spikes in one step are possible where t_ref is 0
FIRE = """\
        spike if V_m >= where(Delta_T > 0, V_peak, V_th): V_m = V_reset; w += b; \
refractory = where(steps(t_ref) > 0, steps(t_ref) + 1, 0)
"""
STEP = f"""
    integrate:
        if refractory > 0: V_m = V_reset
{FIRE}
    refractory = max(refractory - 1, 0)
    receive
"""
BRETTE = {"paper": "Brette, Gerstner: Adaptive exponential integrate-and-fire model as an effective description of neuronal "
                   "activity, Journal of Neurophysiology 94 (2005)", "doi": "10.1152/jn.00686.2005"}
SOLVER = {"tolerance": ("gsl_error_tol", "gsl_error_tol"), "scale": "slope"}


class AdaptiveExponential(NeuronModel):
    """What all aeif models refuse."""

    def cross_check(self, values):
        super().cross_check(values)
        import numpy as np
        V_th, V_peak, V_reset, Delta_T = (np.asarray(values[name]) for name in ("V_th", "V_peak", "V_reset", "Delta_T"))
        if (V_peak < V_th).any():
            raise self.refuse("V_peak", f"must be at least V_th; got V_peak = {V_peak.min():g} and V_th = {V_th.max():g} mV.")
        if (V_reset >= V_peak).any():
            raise self.refuse("V_reset", f"must be below V_peak; got V_reset = {V_reset.max():g} and V_peak = {V_peak.min():g} mV.")
        steep = (V_peak - V_th) > Delta_T * np.log(np.finfo(float).max / 1e20)
        if (steep & (Delta_T > 0)).any():
            raise self.refuse("Delta_T", "is so small that the current at V_peak would overflow; use a larger Delta_T, a lower V_peak, "
                              "or Delta_T = 0 for a sharp threshold.")


aeif_cond_exp = AdaptiveExponential(
    name="aeif_cond_exp", kernel="aeif_cond_exp",
    summary="Adaptive exponential integrate-and-fire neuron with exponential synaptic conductances.",
    parameters=MEMBRANE | _CONDUCTANCES | _TAU_SYN,
    states=STATES | _G,
    equations=equations(CONDUCTANCES) + EXPONENTIAL,
    inputs={0: SpikeInput("g_ex += w", "g_in += -w")},
    step=STEP, **SOLVER, **BRETTE)

aeif_cond_alpha = AdaptiveExponential(
    name="aeif_cond_alpha", kernel="aeif_cond_alpha",
    summary="Adaptive exponential integrate-and-fire neuron with alpha-shaped synaptic conductances.",
    parameters=MEMBRANE | _CONDUCTANCES | _TAU_SYN,
    states=STATES | _G | _DG,
    equations=equations(CONDUCTANCES) + ALPHA,
    inputs=ALPHA_INPUT, recorded=("V_m", "g_ex", "g_in", "w"),
    step=STEP, **SOLVER, **BRETTE)

aeif_psc_exp = AdaptiveExponential(
    name="aeif_psc_exp", kernel="aeif_psc_exp",
    summary="Adaptive exponential integrate-and-fire neuron with exponential synaptic currents.",
    parameters=MEMBRANE | _TAU_SYN,
    states=STATES | _I,
    equations=equations(_CURRENTS) + EXPONENTIAL.replace("g_", "I_syn_"),
    inputs={0: SpikeInput("I_syn_ex += w", "I_syn_in += -w")},
    step=STEP, **SOLVER, **BRETTE)

aeif_psc_alpha = AdaptiveExponential(
    name="aeif_psc_alpha", kernel="aeif_psc_alpha",
    summary="Adaptive exponential integrate-and-fire neuron with alpha-shaped synaptic currents.",
    parameters=MEMBRANE | _TAU_SYN,
    states=STATES | _I | _DI,
    equations=equations(_CURRENTS) + ALPHA.replace("g_", "I_syn_"),
    inputs={0: SpikeInput("dI_syn_ex += w * e / tau_syn_ex", "dI_syn_in += -w * e / tau_syn_in")},
    recorded=("V_m", "w", "I_syn_ex", "I_syn_in"),
    step=STEP, **SOLVER, **BRETTE)

aeif_psc_delta = AdaptiveExponential(
    name="aeif_psc_delta", kernel="aeif_psc_delta",
    summary="Adaptive exponential integrate-and-fire neuron whose potential jumps by the weight of each spike.",
    parameters=MEMBRANE | {
        "refractory_input": Parameter(False, "", "whether input during refractoriness is kept for its end, decaying with "
                                                 "C_m / g_L meanwhile", kind="switch"),
    },
    states=STATES | {"kept": State(0.0, "mV", "input kept for the end of refractoriness", derived=True)},
    equations=equations(""),
    inputs={0: SpikeInput("V_m += w")},
    flags={"keeps": "refractory_input == 1"},
    step="""
    integrate:
        if refractory > 0: V_m = V_reset
        when keeps: if refractory > 0: kept += arriving_0 * exp(-refractory * h * g_L / C_m)
        if refractory == 0: V_m += arriving_0
        when keeps: if refractory == 0: V_m += kept; kept = 0
        arriving_0 = 0
""" + FIRE + """
    refractory = max(refractory - 1, 0)
    """,
    recorded=("V_m", "w"),
    notes="Arriving spikes act after the first sub-step of the solver.",
    **SOLVER, **BRETTE)

izhikevich = NeuronModel(
    name="izhikevich", kernel="izhikevich",
    summary="Izhikevich's two-variable neuron.",
    parameters={
        "a": Parameter(0.02, "1/ms", "rate of the recovery variable"),
        "b": Parameter(0.2, "", "sensitivity of the recovery variable to the potential"),
        "c": Parameter(-65.0, "mV", "potential after a spike"),
        "d": Parameter(8.0, "mV", "jump of the recovery variable at a spike"),
        "V_th": Parameter(30.0, "mV", "spike threshold"),
        "V_min": Parameter(float("-inf"), "mV", "lower bound of the membrane potential", finite=False),
        "I_e": Parameter(0.0, "pA", "constant input current"),
        "consistent_integration": Parameter(True, "", "one step of Euler's method with jumps of the potential, instead of the "
                                                      "two half steps with currents of the paper", kind="switch"),
    },
    states={"V_m": State(-65.0, "mV", "membrane potential"), "U_m": State(-13.0, "mV", "recovery variable")},
    equations="""
        dV_m/dt = 0.04 * V_m * V_m + 5 * V_m + 140 - U_m + I_e + I_stim
        dU_m/dt = a * (b * V_m - U_m)
    """,
    inputs={0: SpikeInput("V_m += w")},
    flags={"halves": "consistent_integration == 0"},
    method="forward_euler",
    step="""
        unless halves: integrate
        unless halves: receive
        when halves: V_m += h / 2 * (0.04 * V_m * V_m + 5 * V_m + 140 - U_m + I_e + I_stim + arriving_0)
        when halves: V_m += h / 2 * (0.04 * V_m * V_m + 5 * V_m + 140 - U_m + I_e + I_stim + arriving_0)
        when halves: U_m += h * a * (b * V_m - U_m)
        V_m = max(V_m, V_min)
        spike if V_m >= V_th: V_m = c; U_m += d
    """,
    paper="Izhikevich: Simple model of spiking neurons, IEEE Transactions on Neural Networks 14 (2003)",
    doi="10.1109/TNN.2003.820440")

MODELS = (aeif_cond_exp, aeif_cond_alpha, aeif_psc_exp, aeif_psc_alpha, aeif_psc_delta, izhikevich)
