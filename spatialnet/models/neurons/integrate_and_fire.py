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

#: with delta > 0 the threshold is soft, and does not ask whether the neuron is refractory
_SOFT = {
    "delta": Parameter(0.0, "mV", "width of the soft threshold; 0: a hard one", at_least=0.0),
    "rho": Parameter(0.01, "1/s", "firing rate at the soft threshold", at_least=0.0),
}
_FIRES = "where(delta > 0, uniform() < rho * exp((V_m - V_th) / max(delta, 1e-300)) * h * 1e-3, V_m >= V_th)"
_EXPONENTIAL_STATES = _V_M | {
    "I_syn_ex": State(0.0, "pA", "excitatory synaptic current"),
    "I_syn_in": State(0.0, "pA", "inhibitory synaptic current"),
}
_EXPONENTIAL = """
    dV_m/dt = -(V_m - E_L) / tau_m + (I_syn_ex + I_syn_in + I_e + I_stim) / C_m
    dI_syn_ex/dt = -I_syn_ex / tau_syn_ex
    dI_syn_in/dt = -I_syn_in / tau_syn_in
"""
_CLAMPED = """
    integrate
    I_syn_ex += (1 - exp(-h / tau_syn_ex)) * I_filtered
    if refractory > 0: V_m = old_V_m
    receive
    refractory = max(refractory - 1, 0)
"""
_FILTERED = {0: "I_stim", 1: "I_filtered"}
_FILTERED_NOTE = "A current sent to receptor 1 is filtered as excitatory synaptic currents are."
_TSODYKS = "Tsodyks, Uziel, Markram: Synchrony generation in recurrent networks with frequency-dependent synapses, " \
           "Journal of Neuroscience 20 (2000)"

iaf_psc_exp = NeuronModel(
    name="iaf_psc_exp", kernel="iaf_psc_exp",
    summary="Leaky integrate-and-fire neuron with exponential synaptic currents.",
    parameters=_MEMBRANE | _SYNAPSES | _SOFT,
    states=_EXPONENTIAL_STATES, equations=_EXPONENTIAL,
    inputs={0: SpikeInput("I_syn_ex += w", "I_syn_in += w")},
    currents=_FILTERED,
    flags={"soft": "delta > 0"},
    step=_CLAMPED + f"""
    unless soft: spike if V_m >= V_th: V_m = V_reset; refractory = steps(t_ref)
    when soft: spike if {_FIRES}: V_m = V_reset; refractory = steps(t_ref)
    """,
    ordered=_FIRING["ordered"],
    paper=_TSODYKS, doi="10.1523/JNEUROSCI.20-01-j0003.2000", notes=_FILTERED_NOTE)

iaf_tum_2000 = NeuronModel(
    name="iaf_tum_2000", kernel="iaf_tum_2000",
    summary="Leaky integrate-and-fire neuron with exponential synaptic currents, whose own spikes carry the effect of short-term "
            "plasticity.",
    parameters=_MEMBRANE | _SYNAPSES | _SOFT | {
        "U": Parameter(0.5, "", "utilisation added by a spike", at_least=0.0),
        "tau_fac": Parameter(1000.0, "ms", "time constant of facilitation; 0: none", at_least=0.0),
        "tau_rec": Parameter(400.0, "ms", "time constant of recovery", above=0.0),
        "tau_psc": Parameter(2.0, "ms", "time constant of the active state", above=0.0),
    },
    states=_EXPONENTIAL_STATES | {
        "u": State(0.0, "", "utilisation of resources"),
        "x": State(0.0, "", "resources in the recovered state"),
        "y": State(0.0, "", "resources in the active state"),
    },
    equations=_EXPONENTIAL + """
    forgetting = where(tau_fac > 0, 1 / max(tau_fac, 1e-300), 0)
    du/dt = -forgetting * u
    dx/dt = (1 - x - y) / tau_rec
    dy/dt = -y / tau_psc
    """,
    inputs={0: SpikeInput("I_syn_ex += w", "I_syn_in += w"), 1: SpikeInput("I_syn_ex += w", "I_syn_in += w", scaled=True)},
    currents=_FILTERED,
    flags={"soft": "delta > 0"},
    step=_CLAMPED + f"""
    unless soft: fires = V_m >= V_th
    when soft: fires = {_FIRES}
    if fires: u = where(tau_fac > 0, u + U * (1 - u), U); sent = u * x; x -= sent; y += sent
    spike if fires: V_m = V_reset; refractory = steps(t_ref)
    """,
    recorded=("V_m", "I_syn_ex", "I_syn_in"), ordered=_FIRING["ordered"],
    requires={"U <= 1": "U must be in [0, 1]", "(u >= 0) and (u <= 1 + 1e-9)": "u must be in [0, 1]",
              "(x >= -1e-9) and (y >= -1e-9) and (x + y <= 1 + 1e-9)": "x and y must be >= 0, and x + y <= 1"},
    paper=_TSODYKS, doi="10.1523/JNEUROSCI.20-01-j0003.2000",
    notes=f"{_FILTERED_NOTE} Spikes that arrive at receptor 1 are scaled by u x of their sender, those at receptor 0 are not.")

iaf_psc_exp_htum = NeuronModel(
    name="iaf_psc_exp_htum", kernel="iaf_psc_exp_htum",
    summary="Leaky integrate-and-fire neuron with exponential synaptic currents, and a relative refractory time in which it "
            "integrates but does not spike.",
    parameters={name: p for name, p in _MEMBRANE.items() if name != "t_ref"} | _SYNAPSES | {
        "t_ref_abs": Parameter(2.0, "ms", "time in which the potential is clamped, rounded up to whole steps", above=0.0),
        "t_ref_tot": Parameter(2.0, "ms", "time without another spike, rounded up to whole steps", above=0.0),
    },
    states=_EXPONENTIAL_STATES, equations=_EXPONENTIAL,
    inputs={0: SpikeInput("I_syn_ex += w", "I_syn_in += w")},
    step="""
    integrate
    if refractory > steps(t_ref_tot) - steps(t_ref_abs): V_m = old_V_m
    receive
    fires = (refractory == 0) and (V_m >= V_th)
    refractory = max(refractory - 1, 0)
    spike if fires: V_m = V_reset; refractory = steps(t_ref_tot)
    """,
    ordered=_FIRING["ordered"], requires={"t_ref_abs <= t_ref_tot": "t_ref_abs must not exceed t_ref_tot"},
    paper=_TSODYKS, doi="10.1523/JNEUROSCI.20-01-j0003.2000")

iaf_psc_delta = NeuronModel(
    name="iaf_psc_delta", kernel="iaf_psc_delta",
    summary="Leaky integrate-and-fire neuron whose potential jumps by the weight of each spike.",
    parameters=_MEMBRANE | _V_MIN | {
        "refractory_input": Parameter(False, "", "whether input during refractoriness is kept, decaying, for its end",
                                      kind="switch"),
    },
    states=_V_M | {"kept": State(0.0, "mV", "input kept for the end of refractoriness", derived=True)},
    equations="dV_m/dt = -(V_m - E_L) / tau_m + (I_e + I_stim) / C_m",
    inputs={0: SpikeInput("V_m += w")},
    flags={"keeps": "refractory_input == 1"},
    step="""
    integrate
    receive
    when keeps: V_m += kept
    V_m = max(V_m, V_min)
    when keeps: kept = where(refractory > 0, kept + arriving_0 * exp(-refractory * h / tau_m), 0)
    if refractory > 0: V_m = old_V_m
    refractory = max(refractory - 1, 0)
    spike if V_m >= V_th: V_m = V_reset; refractory = steps(t_ref)
    """,
    recorded=("V_m",), ordered=_FIRING["ordered"],
    paper=_DIESMANN, doi="10.1016/S0925-2312(01)00409-X")

iaf_chs_2007 = NeuronModel(
    name="iaf_chs_2007", kernel="iaf_chs_2007",
    summary="Spike response neuron with alpha-shaped synaptic potentials and a given noise, for relay cells of the thalamus.",
    parameters={
        "tau_epsp": Parameter(8.5, "ms", "time constant of synaptic potentials", above=0.0),
        "tau_reset": Parameter(15.4, "ms", "time constant of the potential after a spike", above=0.0),
        "V_epsp": Parameter(0.77, "", "peak of the potential of a synapse of weight 1", at_least=0.0),
        "V_reset": Parameter(2.31, "", "size of the potential after a spike", at_least=0.0),
        "V_noise": Parameter(0.0, "", "scale of the noise"),
        "noise": Parameter((), "", "what is added to the potential, one value for every step", kind="list"),
    },
    states={
        "V_m": State(0.0, "", "membrane potential; it spikes at 1", derived=True),
        "i_syn": State(0.0, "", "rising part of the synaptic potential", derived=True),
        "V_syn": State(0.0, "", "synaptic potential", derived=True),
        "V_spike": State(0.0, "", "potential after spikes", derived=True),
    },
    equations="""
        dV_syn/dt = -V_syn / tau_epsp + i_syn * V_epsp * e / tau_epsp
        di_syn/dt = -i_syn / tau_epsp
        dV_spike/dt = -V_spike / tau_reset
    """,
    inputs={0: SpikeInput("i_syn += w", only_positive=True)}, currents={},
    series="noise",
    step="""
    integrate
    receive
    V_m = V_syn + V_spike + V_noise * noise
    spike if V_m >= 1: V_spike -= V_reset; V_m -= V_reset
    """,
    recorded=("V_m",),
    paper="Carandini, Horton, Sincich: Thalamic filtering of retinal spike trains by postsynaptic summation, Journal of Vision 7 "
          "(2007)", doi="10.1167/7.14.20")

MODELS = (iaf_psc_alpha, iaf_psc_exp, iaf_tum_2000, iaf_psc_exp_htum, iaf_psc_delta, iaf_chs_2007)
