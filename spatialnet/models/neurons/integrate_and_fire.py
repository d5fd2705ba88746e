"""Leaky integrate-and-fire neurons driven by currents.

Defaults, units and the order of operations are those of NEST's models of the same names.
"""

from ..declaration import NeuronModel, Parameter, SpikeInput, State

_MEMBRANE = {
    "C_m": Parameter(250.0, "pF", "membrane capacitance", above=0.0),
    "tau_m": Parameter(10.0, "ms", "membrane time constant", above=0.0),
    "E_L": Parameter(-70.0, "mV", "resting potential"),
    "V_th": Parameter(-55.0, "mV", "spike threshold"),
    "V_reset": Parameter(-70.0, "mV", "potential after a spike"),
    "t_ref": Parameter(2.0, "ms", "refractory time, rounded up to whole steps", at_least=0.0),
    "I_e": Parameter(0.0, "pA", "constant input current"),
}
_SYNAPSES = {
    "tau_syn_ex": Parameter(2.0, "ms", "time constant of excitatory currents", above=0.0),
    "tau_syn_in": Parameter(2.0, "ms", "time constant of inhibitory currents", above=0.0),
}
_V_MIN = {"V_min": Parameter(float("-inf"), "mV", "lower bound of the membrane potential", finite=False)}
_V_M = {"V_m": State(-70.0, "mV", "membrane potential", relative_to="E_L")}
_DIESMANN = "Diesmann, Gewaltig, Rotter, Aertsen: State space analysis of synchronous spiking in cortical neural " \
            "networks, Neurocomputing 38-40 (2001)"
_FIRING = {"threshold": "V_m >= V_th", "reset": "V_m = V_reset", "refractory": "t_ref", "held": "V_m",
               "ordered": (("V_reset", "V_th"),)}

iaf_psc_alpha = NeuronModel(
    name="iaf_psc_alpha", kernel="iaf_psc_alpha",
    summary="Leaky integrate-and-fire neuron with alpha-shaped synaptic currents.",
    parameters=_MEMBRANE | _SYNAPSES | _V_MIN,
    states=_V_M | {
        "I_syn_ex": State(0.0, "pA", "excitatory synaptic current"),
        "I_syn_in": State(0.0, "pA", "inhibitory synaptic current"),
        "dI_syn_ex": State(0.0, "pA/ms", "rising part of the excitatory current"),
        "dI_syn_in": State(0.0, "pA/ms", "rising part of the inhibitory current"),
    },
    equations="""
        dV_m/dt = -(V_m - E_L) / tau_m + (I_syn_ex + I_syn_in + I_e + I_stim) / C_m
        dI_syn_ex/dt = dI_syn_ex - I_syn_ex / tau_syn_ex
        dI_syn_in/dt = dI_syn_in - I_syn_in / tau_syn_in
        ddI_syn_ex/dt = -dI_syn_ex / tau_syn_ex
        ddI_syn_in/dt = -dI_syn_in / tau_syn_in
    """,
    inputs={0: SpikeInput("dI_syn_ex += w * e / tau_syn_ex", "dI_syn_in += w * e / tau_syn_in")},
    lower_bound=("V_m", "V_min"),
    recorded=("V_m", "I_syn_ex", "I_syn_in"),
    paper=_DIESMANN, doi="10.1016/S0925-2312(01)00409-X", **_FIRING)

iaf_psc_exp = NeuronModel(
    name="iaf_psc_exp", kernel="iaf_psc_exp",
    summary="Leaky integrate-and-fire neuron with exponential synaptic currents.",
    parameters=_MEMBRANE | _SYNAPSES | {
        "delta": Parameter(0.0, "mV", "width of the soft threshold", at_least=0.0,
                           only="The stochastic threshold is not available."),
        "rho": Parameter(0.01, "1/s", "firing rate at the soft threshold", at_least=0.0,
                         only="The stochastic threshold is not available."),
    },
    states=_V_M | {
        "I_syn_ex": State(0.0, "pA", "excitatory synaptic current"),
        "I_syn_in": State(0.0, "pA", "inhibitory synaptic current"),
    },
    equations="""
        dV_m/dt = -(V_m - E_L) / tau_m + (I_syn_ex + I_syn_in + I_e + I_stim) / C_m
        dI_syn_ex/dt = -I_syn_ex / tau_syn_ex
        dI_syn_in/dt = -I_syn_in / tau_syn_in
    """,
    inputs={0: SpikeInput("I_syn_ex += w", "I_syn_in += w")},
    paper="Tsodyks, Uziel, Markram: Synchrony generation in recurrent networks with frequency-dependent synapses, "
          "Journal of Neuroscience 20 (2000)", doi="10.1523/JNEUROSCI.20-01-j0003.2000", **_FIRING)

iaf_psc_delta = NeuronModel(
    name="iaf_psc_delta", kernel="iaf_psc_delta",
    summary="Leaky integrate-and-fire neuron whose potential jumps by the weight of each spike.",
    parameters=_MEMBRANE | _V_MIN | {
        "refractory_input": Parameter(False, "", "whether input during refractoriness is kept for its end",
                                      kind="switch", only="Input during refractoriness is always lost."),
    },
    states=_V_M,
    equations="dV_m/dt = -(V_m - E_L) / tau_m + (I_e + I_stim) / C_m",
    inputs={0: SpikeInput("V_m += w")},
    order="before_update",
    lower_bound=("V_m", "V_min"),
    paper=_DIESMANN, doi="10.1016/S0925-2312(01)00409-X", **_FIRING)

MODELS = (iaf_psc_alpha, iaf_psc_exp, iaf_psc_delta)
