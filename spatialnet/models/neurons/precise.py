"""Neurons and relays that spike, and hear spikes, at any time within a step.

Defaults and units are those of NEST's models of the same names.
"""

from ..declaration import NeuronModel, Parameter, Relay, SpikeInput, State
from .integrate_and_fire import _EXPONENTIAL, _FIRING, _MEMBRANE, _SYNAPSES, _V_M, _V_MIN

_PARAMETERS = _MEMBRANE | _V_MIN | {
    "t_ref": Parameter(2.0, "ms", "refractory time from the very time of a spike, rounded up to whole steps", above=0.0)}
_CURRENTS = {"I_syn_ex": State(0.0, "pA", "excitatory synaptic current"), "I_syn_in": State(0.0, "pA", "inhibitory synaptic current")}
_RISING = {"dI_syn_ex": State(0.0, "pA/ms", "rising part of the excitatory current"),
           "dI_syn_in": State(0.0, "pA/ms", "rising part of the inhibitory current")}
_REFRACTORY = {
    "is_refractory": State(0.0, "", "whether the potential is held", derived=True),
    "release_step": State(0.0, "", "step in which the refractory time ends", derived=True),
    "release_offset": State(0.0, "ms", "how long before the end of that step", derived=True),
}
_PAPER = {"paper": "Morrison, Straube, Plesser, Diesmann: Exact subthreshold integration with continuous spike times in discrete time "
                   "neural network simulations, Neural Computation 19 (2007)", "doi": "10.1162/neco.2007.19.1.47"}
_HANUSCHKIN = {"paper": "Hanuschkin, Kunkel, Helias, Morrison, Diesmann: A general and efficient method for incorporating precise spike "
                        "times in globally time-driven simulations, Frontiers in Neuroinformatics 4:113 (2010)",
               "doi": "10.3389/fninf.2010.00113"}
_NOTES = "Spikes of nodes that know only steps count at the end of a step; currents are constant in a step."

iaf_psc_alpha_ps = NeuronModel(
    name="iaf_psc_alpha_ps", precise="alpha",
    summary="Leaky integrate-and-fire neuron with alpha-shaped synaptic currents and precise spike times.",
    parameters=_PARAMETERS | _SYNAPSES,
    states=_V_M | _CURRENTS | _RISING | _REFRACTORY,
    equations="""
        dV_m/dt = -(V_m - E_L) / tau_m + (I_syn_ex + I_syn_in + I_e + I_stim) / C_m
        dI_syn_ex/dt = dI_syn_ex - I_syn_ex / tau_syn_ex
        dI_syn_in/dt = dI_syn_in - I_syn_in / tau_syn_in
        ddI_syn_ex/dt = -dI_syn_ex / tau_syn_ex
        ddI_syn_in/dt = -dI_syn_in / tau_syn_in
    """,
    inputs={0: SpikeInput("dI_syn_ex += w * e / tau_syn_ex", "dI_syn_in += w * e / tau_syn_in")},
    recorded=("V_m", "I_syn_ex", "I_syn_in"), lower_bound=("V_m", "V_min"), notes=_NOTES, **_PAPER, **_FIRING)

iaf_psc_exp_ps = NeuronModel(
    name="iaf_psc_exp_ps", precise="exponential",
    summary="Leaky integrate-and-fire neuron with exponential synaptic currents and precise spike times.",
    parameters=_PARAMETERS | _SYNAPSES,
    states=_V_M | _CURRENTS | _REFRACTORY, equations=_EXPONENTIAL,
    inputs={0: SpikeInput("I_syn_ex += w", "I_syn_in += w")},
    recorded=("V_m",), lower_bound=("V_m", "V_min"),
    notes=f"{_NOTES} The threshold is tested at events and at the end of each step: excursions between them are missed.",
    **_HANUSCHKIN, **_FIRING)

iaf_psc_exp_ps_lossless = NeuronModel(
    name="iaf_psc_exp_ps_lossless", precise="lossless",
    summary="Leaky integrate-and-fire neuron with exponential synaptic currents and precise spike times, that misses none.",
    parameters=_PARAMETERS | _SYNAPSES | {
        "t_ref": Parameter(2.0, "ms", "refractory time from the very time of a spike, rounded up to whole steps", at_least=0.0)},
    states=_V_M | _CURRENTS | _REFRACTORY | {"I_syn": State(0.0, "pA", "sum of the synaptic currents", derived=True)},
    equations=_EXPONENTIAL,
    inputs={0: SpikeInput("I_syn_ex += w", "I_syn_in += w")},
    recorded=("V_m", "I_syn", "I_syn_ex", "I_syn_in"), lower_bound=("V_m", "V_min"),
    notes=f"{_NOTES} The highest potential between events is computed, too, so no crossing is missed.",
    paper="Krishnan, Porta Mana, Helias, Diesmann, Di Napoli: Perfect detection of spikes in the linear sub-threshold dynamics of point "
          "neurons, Frontiers in Neuroinformatics 11:75 (2018)", doi="10.3389/fninf.2017.00075", **_FIRING)

iaf_psc_delta_ps = NeuronModel(
    name="iaf_psc_delta_ps", precise="delta",
    summary="Leaky integrate-and-fire neuron whose potential jumps by the weight of each spike, with precise spike times.",
    parameters=_PARAMETERS | {
        "refractory_input": Parameter(False, "", "whether input during refractoriness is kept, decaying, for its end",
                                      kind="switch")},
    states=_V_M | _REFRACTORY | {"kept": State(0.0, "mV", "input kept for the end of refractoriness", derived=True)},
    equations="dV_m/dt = -(V_m - E_L) / tau_m + (I_e + I_stim) / C_m",
    inputs={0: SpikeInput("V_m += w")}, order="before_update",
    recorded=("V_m",), lower_bound=("V_m", "V_min"), notes=_NOTES, **_PAPER, **_FIRING)

parrot_neuron_ps = Relay(
    name="parrot_neuron_ps",
    summary="Sends every arriving spike on, with the very time of its arrival.",
    parameters={}, deaf=(1,), runs_as="precise_relays",
    notes="Weights of incoming connections are ignored, multiplicities kept; spikes to receptor 1 are not sent on.", **_PAPER)

MODELS = (iaf_psc_alpha_ps, iaf_psc_exp_ps, iaf_psc_exp_ps_lossless, iaf_psc_delta_ps, parrot_neuron_ps)
