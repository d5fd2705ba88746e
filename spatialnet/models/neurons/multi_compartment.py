"""Neurons of a few compartments.

Defaults, units and the order of operations are those of NEST's models of the same names. What NEST keeps in a dictionary for
each compartment has the name of the compartment in front here: ``soma_C_m``.
"""

from ..declaration import NeuronModel, Parameter, SpikeInput, State


def _compartment(name: str, C_m: float, g_L: float, E_in: float, tau_syn_ex: float, tau_syn_in: float) -> dict[str, Parameter]:
    rows = {
        "C_m": Parameter(C_m, "pF", f"capacitance of the {name} compartment", above=0.0),
        "g_L": Parameter(g_L, "nS", f"leak conductance of the {name} compartment", above=0.0),
        "E_L": Parameter(-70.0, "mV", f"leak reversal potential of the {name} compartment"),
        "E_ex": Parameter(0.0, "mV", f"excitatory reversal potential of the {name} compartment"),
        "E_in": Parameter(E_in, "mV", f"inhibitory reversal potential of the {name} compartment"),
        "tau_syn_ex": Parameter(tau_syn_ex, "ms", f"time constant of excitation of the {name} compartment", above=0.0),
        "tau_syn_in": Parameter(tau_syn_in, "ms", f"time constant of inhibition of the {name} compartment", above=0.0),
        "I_e": Parameter(0.0, "pA", f"constant input current to the {name} compartment"),
    }
    return {f"{name}_{key}": parameter for key, parameter in rows.items()}


_COMPARTMENTS = ("soma", "proximal", "distal")
_MC_STATES: dict[str, State] = {}
for _name in _COMPARTMENTS:
    _MC_STATES |= {
        f"{_name}_V_m": State(-70.0, "mV", f"potential of the {_name} compartment", recorded_as=f"V_m.{_name[0]}"),
        f"{_name}_g_ex": State(0.0, "nS", "excitatory conductance", recorded_as=f"g_ex.{_name[0]}", derived=True),
        f"{_name}_g_in": State(0.0, "nS", "inhibitory conductance", recorded_as=f"g_in.{_name[0]}", derived=True),
        f"{_name}_dg_ex": State(0.0, "nS/ms", "rising part of the excitatory conductance", derived=True),
        f"{_name}_dg_in": State(0.0, "nS/ms", "rising part of the inhibitory conductance", derived=True),
    }


def _of(name: str, coupling: str) -> str:
    """Equations of one compartment of iaf_cond_alpha_mc; ``@`` stands for its name."""
    return f"""
    d@_V_m/dt = where(refractory > 0, 0, (-@_g_L * (@_V_m - @_E_L) - @_g_ex * (@_V_m - @_E_ex) - @_g_in * (@_V_m - @_E_in) \\
{coupling} + @_I_e + I_@) / @_C_m)
    d@_g_ex/dt = @_dg_ex - @_g_ex / @_tau_syn_ex
    d@_g_in/dt = @_dg_in - @_g_in / @_tau_syn_in
    d@_dg_ex/dt = -@_dg_ex / @_tau_syn_ex
    d@_dg_in/dt = -@_dg_in / @_tau_syn_in
    """.replace("@", name).replace("\\\n", "")


iaf_cond_alpha_mc = NeuronModel(
    name="iaf_cond_alpha_mc", kernel="iaf_cond_alpha_mc",
    summary="Leaky integrate-and-fire neuron of three compartments with alpha-shaped synaptic conductances.",
    parameters={
        "V_th": Parameter(-55.0, "mV", "spike threshold of the soma"),
        "V_reset": Parameter(-60.0, "mV", "potential of the soma after a spike"),
        "t_ref": Parameter(2.0, "ms", "refractory time, rounded up to whole steps", at_least=0.0),
        "g_sp": Parameter(2.5, "nS", "coupling of soma and proximal compartment", at_least=0.0),
        "g_pd": Parameter(1.0, "nS", "coupling of proximal and distal compartment", at_least=0.0),
        **_compartment("soma", 150.0, 10.0, -85.0, 0.5, 2.0),
        **_compartment("proximal", 75.0, 5.0, -85.0, 0.5, 2.0),
        **_compartment("distal", 150.0, 10.0, -85.0, 0.5, 2.0),
    },
    states=_MC_STATES | {"t_ref_remaining": State(0.0, "ms", "rest of the refractory time", derived=True)},
    equations=_of("soma", "- g_sp * (soma_V_m - proximal_V_m)")
    + _of("proximal", "- g_sp * (proximal_V_m - soma_V_m) - g_pd * (proximal_V_m - distal_V_m)")
    + _of("distal", "- g_pd * (distal_V_m - proximal_V_m)"),
    inputs={2 * k + 1 + i: SpikeInput(f"{name}_dg_{kind} += w * e / {name}_tau_syn_{kind}", only_positive=True)
            for k, name in enumerate(_COMPARTMENTS) for i, kind in enumerate(("ex", "in"))},
    currents={7: "I_soma", 8: "I_proximal", 9: "I_distal"},
    step="""
        integrate
        receive
        fires = (refractory == 0) and (soma_V_m >= V_th)
        if refractory > 0: soma_V_m = V_reset
        refractory = max(refractory - 1, 0)
        spike if fires: soma_V_m = V_reset; refractory = steps(t_ref)
        t_ref_remaining = refractory * h
    """,
    ordered=(("V_reset", "V_th"),),
    recorded=tuple(f"{v}.{c[0]}" for v in ("V_m", "g_ex", "g_in") for c in _COMPARTMENTS) + ("t_ref_remaining",),
    paper="Meffin, Burkitt, Grayden: An analytical model for the large, fluctuating synaptic conductance state typical of "
          "neocortical neurons in vivo, Journal of Computational Neuroscience 16 (2004)", doi="10.1023/B:JCNS.0000014108.03012.81",
    notes="Receptors 1 to 6: excitation and inhibition of soma, proximal and distal compartment, with positive weights; 7 to 9: "
          "their currents. During refractoriness the potentials of all compartments stand still, as in NEST.")

pp_cond_exp_mc_urbanczik = NeuronModel(
    name="pp_cond_exp_mc_urbanczik", kernel="pp_cond_exp_mc_urbanczik",
    summary="Two-compartment point process neuron, whose dendrite learns to predict the soma.",
    parameters={
        "t_ref": Parameter(3.0, "ms", "refractory time, rounded up to whole steps", at_least=0.0),
        "phi_max": Parameter(0.15, "1/ms", "largest firing rate", at_least=0.0),
        "rate_slope": Parameter(0.5, "", "slope of the firing rate", at_least=0.0),
        "beta": Parameter(1 / 3, "1/mV", "steepness of the firing rate"),
        "theta": Parameter(-55.0, "mV", "potential of the steepest firing rate"),
        "g_sp": Parameter(600.0, "nS", "coupling of the dendrite to the soma", at_least=0.0),
        "g_ps": Parameter(0.0, "nS", "coupling of the soma to the dendrite", at_least=0.0),
        **_compartment("soma", 300.0, 30.0, -75.0, 3.0, 3.0),
        **_compartment("dendritic", 300.0, 30.0, 0.0, 3.0, 3.0),
    },
    states={
        "soma_V_m": State(-70.0, "mV", "potential of the soma", recorded_as="V_m.s"),
        "dendritic_V_m": State(-70.0, "mV", "potential of the dendrite", recorded_as="V_m.p"),
        "soma_g_ex": State(0.0, "nS", "excitatory conductance of the soma", recorded_as="g_ex.s", derived=True),
        "soma_g_in": State(0.0, "nS", "inhibitory conductance of the soma", recorded_as="g_in.s", derived=True),
        "dendritic_I_ex": State(0.0, "pA", "excitatory current of the dendrite", recorded_as="I_ex.p", derived=True),
        "dendritic_I_in": State(0.0, "pA", "inhibitory current of the dendrite", recorded_as="I_in.p", derived=True),
        "error": State(0.0, "1/mV", "by how much the dendrite failed to predict the spikes of the step", derived=True),
    },
    equations="""
        dsoma_V_m/dt = (-soma_g_L * (soma_V_m - soma_E_L) - soma_g_ex * (soma_V_m - soma_E_ex) - soma_g_in * (soma_V_m - soma_E_in) \
+ g_sp * (dendritic_V_m - soma_V_m) + soma_I_e + I_soma) / soma_C_m
        ddendritic_V_m/dt = (-dendritic_g_L * (dendritic_V_m - dendritic_E_L) + g_ps * (soma_V_m - dendritic_V_m) + dendritic_I_ex \
+ dendritic_I_in + dendritic_I_e + I_dendritic) / dendritic_C_m
        dsoma_g_ex/dt = -soma_g_ex / soma_tau_syn_ex
        dsoma_g_in/dt = -soma_g_in / soma_tau_syn_in
        ddendritic_I_ex/dt = -dendritic_I_ex / dendritic_tau_syn_ex
        ddendritic_I_in/dt = -dendritic_I_in / dendritic_tau_syn_in
    """,
    inputs={1: SpikeInput("soma_g_ex += w", only_positive=True), 2: SpikeInput("soma_g_in += w", only_positive=True),
            3: SpikeInput("dendritic_I_ex += w", only_positive=True), 4: SpikeInput("dendritic_I_in += -w", only_positive=True)},
    currents={5: "I_soma", 6: "I_dendritic"},
    step="""
        integrate
        receive
        rate = phi_max / (1 + rate_slope * exp(beta * (theta - soma_V_m)))
        fires = (refractory == 0) and (uniform() < 1 - exp(-rate * h))
        refractory = max(refractory - 1, 0)
        spike if fires: refractory = steps(t_ref)
        predicted = (soma_g_L * soma_E_L + g_sp * dendritic_V_m) / (soma_g_L + g_sp)
        odds = rate_slope * exp(beta * (theta - predicted))
        error = 15 * beta * (where(fires, 1, 0) - h * phi_max / (1 + odds)) / (1 + 1 / odds)
    """,
    recorded=("V_m.s", "g_ex.s", "g_in.s", "V_m.p", "I_ex.p", "I_in.p"),
    paper="Urbanczik, Senn: Learning by the dendritic prediction of somatic spiking, Neuron 81 (2014)",
    doi="10.1016/j.neuron.2013.11.030",
    notes="Receptors: 1 and 2 conductances of the soma, 3 and 4 currents of the dendrite; 5 and 6 direct currents.")

MODELS = (iaf_cond_alpha_mc, pp_cond_exp_mc_urbanczik)
