"""Leaky integrate-and-fire neurons driven by conductances.

Defaults, units and the order of operations are those of NEST's models of the same names.
"""

from ..declaration import NeuronModel, Parameter, SpikeInput, State

_MEMBRANE = {
    "C_m": Parameter(250.0, "pF", "membrane capacitance", above=0.0),
    "g_L": Parameter(16.6667, "nS", "leak conductance", above=0.0),
    "E_L": Parameter(-70.0, "mV", "leak reversal potential"),
    "E_ex": Parameter(0.0, "mV", "excitatory reversal potential"),
    "E_in": Parameter(-85.0, "mV", "inhibitory reversal potential"),
    "V_th": Parameter(-55.0, "mV", "spike threshold"),
    "V_reset": Parameter(-60.0, "mV", "potential after a spike"),
    "t_ref": Parameter(2.0, "ms", "refractory time, rounded up to whole steps", at_least=0.0),
    "I_e": Parameter(0.0, "pA", "constant input current"),
}
_TAU_SYN = {
    "tau_syn_ex": Parameter(0.2, "ms", "time constant of excitatory conductances", above=0.0),
    "tau_syn_in": Parameter(2.0, "ms", "time constant of inhibitory conductances", above=0.0),
}
_V_M = {"V_m": State(-70.0, "mV", "membrane potential")}
_G = {"g_ex": State(0.0, "nS", "excitatory conductance"), "g_in": State(0.0, "nS", "inhibitory conductance")}
_MEFFIN = ("Meffin, Burkitt, Grayden: An analytical model for the large, fluctuating synaptic conductance state typical of "
           "neocortical neurons in vivo, Journal of Computational Neuroscience 16 (2004)")
#: above the threshold the potential does not drive currents; while refractory it does not move
_V_EQUATION = """
    V = where(refractory > 0, V_reset, min(V_m, V_th))
    dV_m/dt = where(refractory > 0, 0, (-g_L * (V - E_L) - g_ex * (V - E_ex) - g_in * (V - E_in) + I_e + I_stim) / C_m)
"""
_EXPONENTIAL = """
    dg_ex/dt = -g_ex / tau_syn_ex
    dg_in/dt = -g_in / tau_syn_in
"""
_CLAMP_AND_FIRE = """
    fires = (refractory == 0) and (V_m >= V_th)
    if refractory > 0: V_m = V_reset
    refractory = max(refractory - 1, 0)
    spike if fires: V_m = V_reset; refractory = steps(t_ref)
"""

iaf_cond_exp = NeuronModel(
    name="iaf_cond_exp", kernel="iaf_cond_exp",
    summary="Leaky integrate-and-fire neuron with exponential synaptic conductances.",
    parameters=_MEMBRANE | _TAU_SYN,
    states=_V_M | _G,
    equations=_V_EQUATION + _EXPONENTIAL,
    inputs={0: SpikeInput("g_ex += w", "g_in += -w")},
    step="integrate\nreceive" + _CLAMP_AND_FIRE,
    ordered=(("V_reset", "V_th"),),
    paper=_MEFFIN, doi="10.1023/B:JCNS.0000014108.03012.81")

MODELS = (iaf_cond_exp,)
