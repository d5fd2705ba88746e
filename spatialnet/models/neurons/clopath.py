"""Neurons that keep the low-pass filtered potentials of Clopath's plasticity rule.

Defaults, units and the order of operations are those of NEST's models of the same names. The filtered potentials u_bar_plus,
u_bar_minus and u_bar_bar are what a clopath_synapse reads, together with the parameters of the rule.
"""

from ..declaration import NeuronModel, Parameter, SpikeInput, State
from .adaptive import MEMBRANE, SOLVER, STATES
from .hodgkin_huxley import hh_psc_alpha

_RULE = {
    "A_LTP": Parameter(0.00008, "1/mV^2", "amplitude of potentiation", at_least=0.0),
    "A_LTD": Parameter(0.00014, "1/mV", "amplitude of depression", at_least=0.0),
    "A_LTD_const": Parameter(True, "", "whether the amplitude of depression is constant, instead of following u_bar_bar", kind="switch"),
    "theta_plus": Parameter(-45.3, "mV", "threshold of V_m for potentiation"),
    "theta_minus": Parameter(-70.6, "mV", "threshold of the filtered potentials"),
    "u_ref_squared": Parameter(60.0, "mV^2", "reference of the homeostasis", above=0.0),
    "delay_u_bars": Parameter(5.0, "ms", "delay after which filtered potentials act", at_least=0.0),
}


def _filters(tau_plus: float) -> dict[str, Parameter]:
    return {"tau_u_bar_plus": Parameter(tau_plus, "ms", "time constant of u_bar_plus", above=0.0),
            "tau_u_bar_minus": Parameter(10.0, "ms", "time constant of u_bar_minus", above=0.0),
            "tau_u_bar_bar": Parameter(500.0, "ms", "time constant of u_bar_bar", above=0.0)}


def _filtered(initial: float) -> dict[str, State]:
    return {"u_bar_plus": State(initial, "mV", "filtered potential for potentiation"),
            "u_bar_minus": State(initial, "mV", "filtered potential for depression"),
            "u_bar_bar": State(initial, "mV", "u_bar_minus, filtered once more, for homeostasis")}


_FILTERING = """
    du_bar_plus/dt = (V - u_bar_plus) / tau_u_bar_plus
    du_bar_minus/dt = (V - u_bar_minus) / tau_u_bar_minus
    du_bar_bar/dt = (u_bar_minus - u_bar_bar) / tau_u_bar_bar
"""
_CLOPATH = {"paper": "Clopath, Büsing, Vasilaki, Gerstner: Connectivity reflects coding: a model of voltage-based STDP with "
                     "homeostasis, Nature Neuroscience 13 (2010)", "doi": "10.1038/nn.2479"}

hh_psc_alpha_clopath = NeuronModel(
    name="hh_psc_alpha_clopath", kernel="hh_psc_alpha_clopath",
    summary="Hodgkin-Huxley neuron with alpha-shaped synaptic currents and the filtered potentials of Clopath's rule.",
    parameters={**hh_psc_alpha.parameters, **_RULE, **_filters(114.0)},
    states={**hh_psc_alpha.states, **_filtered(0.0)},
    equations=hh_psc_alpha.equations + _FILTERING.replace("(V -", "(V_m -"),
    inputs=hh_psc_alpha.inputs, step=hh_psc_alpha.step,
    recorded=(*hh_psc_alpha.recordables, "u_bar_plus", "u_bar_minus", "u_bar_bar"), **_CLOPATH)

aeif_psc_delta_clopath = NeuronModel(
    name="aeif_psc_delta_clopath", kernel="aeif_psc_delta_clopath",
    summary="Adaptive exponential neuron with delta synapses, a spike after-current, an adaptive threshold and the filtered "
            "potentials of Clopath's rule.",
    parameters={name: p for name, p in MEMBRANE.items() if name != "V_th"} | _RULE | _filters(7.0) | {
        "V_peak": Parameter(33.0, "mV", "potential that counts as a spike"),
        "V_clamp": Parameter(33.0, "mV", "potential during a spike"),
        "t_clamp": Parameter(2.0, "ms", "length of a spike, rounded up to whole steps", at_least=0.0),
        "V_th_max": Parameter(30.4, "mV", "threshold after a spike"),
        "V_th_rest": Parameter(-50.4, "mV", "resting threshold"),
        "tau_V_th": Parameter(50.0, "ms", "time constant of the threshold", above=0.0),
        "I_sp": Parameter(400.0, "pA", "depolarising current after a spike"),
        "tau_z": Parameter(40.0, "ms", "time constant of the current after a spike", above=0.0),
    },
    states={**STATES, **_filtered(-70.6),
            "z": State(0.0, "pA", "current after a spike", derived=True),
            "V_th": State(-50.4, "mV", "threshold of the exponential upstroke", derived=True),
            "clamped": State(0.0, "steps", "rest of the spike", derived=True)},
    equations="""
        V = where(clamped > 0, V_clamp, where(refractory > 0, V_reset, min(V_m, V_peak)))
        I_spike = where(Delta_T == 0, 0, g_L * Delta_T * exp((V - V_th) / where(Delta_T == 0, 1, Delta_T)))
        dV_m/dt = where((clamped > 0) or (refractory > 0), 0, (-g_L * (V - E_L) + I_spike - w + z + I_e + I_stim) / C_m)
        dw/dt = where(clamped > 0, 0, (a * (V - E_L) - w) / tau_w)
        dz/dt = -z / tau_z
        dV_th/dt = (V_th_rest - V_th) / tau_V_th
    """ + _FILTERING,
    inputs={0: SpikeInput("V_m += w")},
    step="""
    integrate:
        if clamped > 0: V_m = V_clamp
        if (clamped == 0) and (refractory > 0): V_m = V_reset
        if (clamped == 0) and (refractory == 0): V_m += arriving_0
        arriving_0 = 0
        spike if (clamped == 0) and (refractory == 0) and (V_m >= V_peak): V_m = V_clamp; w += b; z = I_sp; V_th = V_th_max; \
clamped = steps(t_clamp) + 1
    refractory = max(refractory - 1, 0)
    if clamped == 1: V_m = V_reset; refractory = steps(t_ref)
    clamped = max(clamped - 1, 0)
    """,
    ordered=(("V_reset", "V_peak"),),
    recorded=("V_m", "w", "z", "V_th", "u_bar_plus", "u_bar_minus", "u_bar_bar"), **SOLVER, **_CLOPATH)

MODELS = (hh_psc_alpha_clopath, aeif_psc_delta_clopath)
