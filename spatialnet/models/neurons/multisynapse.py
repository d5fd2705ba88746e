"""Neurons with any number of receptors, each with a time constant of its own.

Defaults, units and the order of operations are those of NEST's models of the same names.
"""

from ..declaration import NeuronModel, Parameter, SpikeInput, State
from .adaptive import BRETTE, MEMBRANE, SOLVER, STATES, STEP, AdaptiveExponential, equations
from .conductance import beta_gain
from .integrate_and_fire import _DIESMANN, _FIRING, _MEMBRANE, _V_M, _V_MIN

_TAU_SYN = {"tau_syn": Parameter((2.0,), "ms", "time constants of the synaptic currents, one per receptor", kind="list", above=0.0)}
_CURRENT = {"I_syn": State(0.0, "pA", "sum of the synaptic currents", derived=True)}

iaf_psc_alpha_multisynapse = NeuronModel(
    name="iaf_psc_alpha_multisynapse",
    summary="Leaky integrate-and-fire neuron with alpha-shaped synaptic currents of any number of time constants.",
    parameters=_MEMBRANE | _V_MIN | _TAU_SYN,
    lists={"k": ("tau_syn",)},
    states=_V_M | _CURRENT | {"I_syn[k]": State(0.0, "pA", "synaptic current of a receptor"),
                              "dI_syn[k]": State(0.0, "pA/ms", "rising part of the current of a receptor")},
    equations="""
        dV_m/dt = -(V_m - E_L) / tau_m + (sum(I_syn[k]) + I_e + I_stim) / C_m
        dI_syn[k]/dt = dI_syn[k] - I_syn[k] / tau_syn[k]
        ddI_syn[k]/dt = -dI_syn[k] / tau_syn[k]
    """,
    inputs={"k": SpikeInput("dI_syn[k] += w * e / tau_syn[k]")},
    step="""
        integrate
        V_m = max(V_m, V_min)
        if refractory > 0: V_m = old_V_m
        receive
        I_syn = sum(I_syn[k])
        refractory = max(refractory - 1, 0)
        spike if V_m >= V_th: V_m = V_reset; refractory = steps(t_ref)
    """,
    recorded=("V_m", "I_syn", "I_syn[k]"), ordered=_FIRING["ordered"],
    paper=_DIESMANN, doi="10.1016/S0925-2312(01)00409-X")

iaf_psc_exp_multisynapse = NeuronModel(
    name="iaf_psc_exp_multisynapse",
    summary="Leaky integrate-and-fire neuron with exponential synaptic currents of any number of time constants.",
    parameters=_MEMBRANE | _TAU_SYN,
    lists={"k": ("tau_syn",)},
    states=_V_M | _CURRENT | {"I_syn[k]": State(0.0, "pA", "synaptic current of a receptor")},
    equations="""
        dV_m/dt = -(V_m - E_L) / tau_m + (sum(I_syn[k]) + I_e + I_stim) / C_m
        dI_syn[k]/dt = -I_syn[k] / tau_syn[k]
    """,
    inputs={"k": SpikeInput("I_syn[k] += w")},
    step="""
        integrate
        if refractory > 0: V_m = old_V_m
        receive
        I_syn = sum(I_syn[k])
        refractory = max(refractory - 1, 0)
        spike if V_m >= V_th: V_m = V_reset; refractory = steps(t_ref)
    """,
    recorded=("V_m", "I_syn", "I_syn[k]"), ordered=_FIRING["ordered"],
    paper=_DIESMANN, doi="10.1016/S0925-2312(01)00409-X")

_REVERSAL = {"E_rev": Parameter((0.0,), "mV", "reversal potentials, one per receptor", kind="list")}
_CONDUCTANCE = {"g[k]": State(0.0, "nS", "conductance of a receptor"), "dg[k]": State(0.0, "nS/ms", "rising part of the conductance")}
_ADAPTIVE = equations("- sum(g[k] * (V - E_rev[k]))")

aeif_cond_alpha_multisynapse = AdaptiveExponential(
    name="aeif_cond_alpha_multisynapse",
    summary="Adaptive exponential integrate-and-fire neuron with alpha-shaped synaptic conductances of any number of time constants.",
    parameters=MEMBRANE | _TAU_SYN | _REVERSAL,
    lists={"k": ("tau_syn", "E_rev")},
    states=STATES | _CONDUCTANCE,
    equations=_ADAPTIVE + """
        dg[k]/dt = dg[k] - g[k] / tau_syn[k]
        ddg[k]/dt = -dg[k] / tau_syn[k]
    """,
    inputs={"k": SpikeInput("dg[k] += w * e / tau_syn[k]", only_positive=True)},
    step=STEP, recorded=("V_m", "w", "g[k]"), **SOLVER, **BRETTE)

aeif_cond_beta_multisynapse = AdaptiveExponential(
    name="aeif_cond_beta_multisynapse",
    summary="Adaptive exponential integrate-and-fire neuron with beta-shaped synaptic conductances of any number of time constants.",
    parameters=MEMBRANE | _REVERSAL | {
        "tau_rise": Parameter((2.0,), "ms", "rise times of the conductances, one per receptor", kind="list", above=0.0),
        "tau_decay": Parameter((20.0,), "ms", "decay times of the conductances, one per receptor", kind="list", above=0.0)},
    lists={"k": ("tau_rise", "tau_decay", "E_rev")},
    states=STATES | _CONDUCTANCE,
    equations=_ADAPTIVE + """
        dg[k]/dt = dg[k] - g[k] / tau_rise[k]
        ddg[k]/dt = -dg[k] / tau_decay[k]
    """,
    inputs={"k": SpikeInput(f"dg[k] += w * {beta_gain('tau_rise[k]', 'tau_decay[k]')}", only_positive=True)},
    step=STEP, recorded=("V_m", "w", "g[k]"), **SOLVER, **BRETTE)

MODELS = (iaf_psc_alpha_multisynapse, iaf_psc_exp_multisynapse, aeif_cond_alpha_multisynapse, aeif_cond_beta_multisynapse)
