"""Leaky integrate-and-fire neurons driven by conductances.

Defaults, units and the order of operations are those of NEST's models of the same names.
"""

from ..declaration import NeuronModel, Parameter, SpikeInput, State


def beta_gain(rise: str, decay: str) -> str:
    """Slope that a beta function with peak 1 has at its beginning, r**(1 / (r - 1)) / rise with r = decay / rise.

    This form of the usual quotient of differences stays exact where the two time constants are close, and is e / rise for r = 1.
    """
    ratio = f"{decay} / {rise}"
    return f"exp(where({ratio} == 1, 1, log({ratio}) / where({ratio} == 1, 1, {ratio} - 1))) / {rise}"


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
_DG = {"dg_ex": State(0.0, "nS/ms", "rising part of the excitatory conductance"),
       "dg_in": State(0.0, "nS/ms", "rising part of the inhibitory conductance")}
_REMAINING = {"t_ref_remaining": State(0.0, "ms", "rest of the refractory time", derived=True)}
_MEFFIN = ("Meffin, Burkitt, Grayden: An analytical model for the large, fluctuating synaptic conductance state typical of "
           "neocortical neurons in vivo, Journal of Computational Neuroscience 16 (2004)")
#: above the threshold the potential does not drive currents; while refractory it does not move
_V_EQUATION = """
    V = where(refractory > 0, V_reset, min(V_m, V_th))
    dV_m/dt = where(refractory > 0, 0, (-g_L * (V - E_L) - g_ex * (V - E_ex) - g_in * (V - E_in) + I_e + I_stim) / C_m)
"""
EXPONENTIAL = """
    dg_ex/dt = -g_ex / tau_syn_ex
    dg_in/dt = -g_in / tau_syn_in
"""
ALPHA = """
    dg_ex/dt = dg_ex - g_ex / tau_syn_ex
    dg_in/dt = dg_in - g_in / tau_syn_in
    ddg_ex/dt = -dg_ex / tau_syn_ex
    ddg_in/dt = -dg_in / tau_syn_in
"""
BETA = """
    dg_ex/dt = dg_ex - g_ex / tau_rise_ex
    dg_in/dt = dg_in - g_in / tau_rise_in
    ddg_ex/dt = -dg_ex / tau_decay_ex
    ddg_in/dt = -dg_in / tau_decay_in
"""
ALPHA_INPUT = {0: SpikeInput("dg_ex += w * e / tau_syn_ex", "dg_in += -w * e / tau_syn_in")}
BETA_INPUT = {0: SpikeInput(f"dg_ex += w * {beta_gain('tau_rise_ex', 'tau_decay_ex')}",
                            f"dg_in += -w * {beta_gain('tau_rise_in', 'tau_decay_in')}")}
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
    equations=_V_EQUATION + EXPONENTIAL,
    inputs={0: SpikeInput("g_ex += w", "g_in += -w")},
    step="integrate\nreceive" + _CLAMP_AND_FIRE,
    ordered=(("V_reset", "V_th"),),
    paper=_MEFFIN, doi="10.1023/B:JCNS.0000014108.03012.81")

iaf_cond_alpha = NeuronModel(
    name="iaf_cond_alpha", kernel="iaf_cond_alpha",
    summary="Leaky integrate-and-fire neuron with alpha-shaped synaptic conductances.",
    parameters=_MEMBRANE | _TAU_SYN,
    states=_V_M | _G | _DG | _REMAINING,
    equations=_V_EQUATION + ALPHA,
    inputs=ALPHA_INPUT,
    step="integrate" + _CLAMP_AND_FIRE + "    receive\n    t_ref_remaining = refractory * h",
    ordered=(("V_reset", "V_th"),), recorded=("V_m", "g_ex", "g_in", "t_ref_remaining"),
    paper=_MEFFIN, doi="10.1023/B:JCNS.0000014108.03012.81")

iaf_cond_beta = NeuronModel(
    name="iaf_cond_beta", kernel="iaf_cond_beta",
    summary="Leaky integrate-and-fire neuron with beta-shaped synaptic conductances (difference of two exponentials).",
    parameters=_MEMBRANE | {
        "tau_rise_ex": Parameter(0.2, "ms", "rise time constant of excitatory conductances", above=0.0),
        "tau_decay_ex": Parameter(0.2, "ms", "decay time constant of excitatory conductances", above=0.0),
        "tau_rise_in": Parameter(2.0, "ms", "rise time constant of inhibitory conductances", above=0.0),
        "tau_decay_in": Parameter(2.0, "ms", "decay time constant of inhibitory conductances", above=0.0),
    },
    states=_V_M | _G | _DG | _REMAINING,
    equations=_V_EQUATION + BETA,
    inputs=BETA_INPUT,
    step="integrate" + _CLAMP_AND_FIRE + "    receive\n    t_ref_remaining = refractory * h",
    ordered=(("V_reset", "V_th"),), recorded=("V_m", "g_ex", "g_in", "t_ref_remaining"),
    paper=_MEFFIN, doi="10.1023/B:JCNS.0000014108.03012.81")

iaf_cond_exp_sfa_rr = NeuronModel(
    name="iaf_cond_exp_sfa_rr", kernel="iaf_cond_exp_sfa_rr",
    summary="Conductance-based leaky integrate-and-fire neuron with spike-frequency adaptation and a relative refractory time.",
    parameters=_MEMBRANE | _TAU_SYN | {
        "C_m": Parameter(289.5, "pF", "membrane capacitance", above=0.0),
        "g_L": Parameter(28.95, "nS", "leak conductance", above=0.0),
        "E_in": Parameter(-75.0, "mV", "inhibitory reversal potential"),
        "V_th": Parameter(-57.0, "mV", "spike threshold"),
        "V_reset": Parameter(-70.0, "mV", "potential after a spike"),
        "t_ref": Parameter(0.5, "ms", "refractory time, rounded up to whole steps", at_least=0.0),
        "tau_syn_ex": Parameter(1.5, "ms", "time constant of excitatory conductances", above=0.0),
        "tau_syn_in": Parameter(10.0, "ms", "time constant of inhibitory conductances", above=0.0),
        "tau_sfa": Parameter(110.0, "ms", "time constant of the adaptation", above=0.0),
        "tau_rr": Parameter(1.97, "ms", "time constant of the relative refractoriness", above=0.0),
        "q_sfa": Parameter(14.48, "nS", "jump of g_sfa at a spike"),
        "q_rr": Parameter(3214.0, "nS", "jump of g_rr at a spike"),
        "E_sfa": Parameter(-70.0, "mV", "reversal potential of the adaptation"),
        "E_rr": Parameter(-70.0, "mV", "reversal potential of the relative refractoriness"),
    },
    states=_V_M | _G | {"g_sfa": State(0.0, "nS", "conductance of the spike-frequency adaptation"),
                        "g_rr": State(0.0, "nS", "conductance of the relative refractoriness")},
    equations=_V_EQUATION.replace(" + I_e", " - g_sfa * (V - E_sfa) - g_rr * (V - E_rr) + I_e") + EXPONENTIAL + """
        dg_sfa/dt = -g_sfa / tau_sfa
        dg_rr/dt = -g_rr / tau_rr
    """,
    inputs={0: SpikeInput("g_ex += w", "g_in += -w")},
    step="integrate\nreceive" + _CLAMP_AND_FIRE.replace("steps(t_ref)", "steps(t_ref); g_sfa += q_sfa; g_rr += q_rr"),
    ordered=(("V_reset", "V_th"),),
    paper="Muller, Buesing, Schemmel, Meier: Spike-frequency adapting neural ensembles: beyond mean adaptation and renewal "
          "theories, Neural Computation 19 (2007)", doi="10.1162/neco.2007.19.11.2958")

iaf_chxk_2008 = NeuronModel(
    name="iaf_chxk_2008", kernel="iaf_chxk_2008",
    summary="Retina and LGN neuron with an after-hyperpolarisation in place of reset and refractory time.",
    parameters={
        "C_m": Parameter(1000.0, "pF", "membrane capacitance", above=0.0),
        "g_L": Parameter(100.0, "nS", "leak conductance", above=0.0),
        "E_L": Parameter(-60.0, "mV", "leak reversal potential"),
        "E_ex": Parameter(20.0, "mV", "excitatory reversal potential"),
        "E_in": Parameter(-90.0, "mV", "inhibitory reversal potential"),
        "V_th": Parameter(-45.0, "mV", "spike threshold, to be crossed from below"),
        "tau_syn_ex": Parameter(1.0, "ms", "time constant of excitatory conductances", above=0.0),
        "tau_syn_in": Parameter(1.0, "ms", "time constant of inhibitory conductances", above=0.0),
        "tau_ahp": Parameter(0.5, "ms", "time constant of the after-hyperpolarisation", above=0.0),
        "g_ahp": Parameter(443.8, "nS", "peak conductance of the after-hyperpolarisation", at_least=0.0),
        "E_ahp": Parameter(-95.0, "mV", "reversal potential of the after-hyperpolarisation"),
        "I_e": Parameter(0.0, "pA", "constant input current"),
        "ahp_bug": Parameter(False, "", "whether an after-hyperpolarisation replaces the one before, as in the original code, "
                                        "instead of being added to it", kind="switch"),
    },
    states={
        "V_m": State(-60.0, "mV", "membrane potential"), **_G, **_DG,
        "g_after": State(0.0, "nS", "conductance of the after-hyperpolarisation", recorded_as="g_ahp"),
        "dg_after": State(0.0, "nS/ms", "rising part of the after-hyperpolarisation"),
        "I_syn_ex": State(0.0, "pA", "excitatory current", derived=True),
        "I_syn_in": State(0.0, "pA", "inhibitory current", derived=True),
        "I_ahp": State(0.0, "pA", "current of the after-hyperpolarisation", derived=True),
    },
    equations="""
        dV_m/dt = (-g_L * (V_m - E_L) - g_ex * (V_m - E_ex) - g_in * (V_m - E_in) - g_after * (V_m - E_ahp) + I_e + I_stim) / C_m
        dg_after/dt = dg_after - g_after / tau_ahp
        ddg_after/dt = -dg_after / tau_ahp
    """ + ALPHA,
    inputs=ALPHA_INPUT,
    flags={"replaced": "ahp_bug == 1"},
    step="""
        integrate
        crosses = (old_V_m < V_th) and (V_m >= V_th)
        spike_offset = h * where(crosses, (V_m - V_th) / where(crosses, V_m - old_V_m, 1), 0)
        started = g_ahp * e / tau_ahp * exp(-spike_offset / tau_ahp)
        when replaced: spike if crosses: dg_after = started; g_after = started * spike_offset
        unless replaced: spike if crosses: dg_after += started; g_after += started * spike_offset
        receive
        I_syn_ex = g_ex * (V_m - E_ex)
        I_syn_in = g_in * (V_m - E_in)
        I_ahp = g_after * (V_m - E_ahp)
    """,
    recorded=("V_m", "g_ex", "g_in", "g_ahp", "I_syn_ex", "I_syn_in", "I_ahp"),
    notes="A crossing is found by linear interpolation, and the after-hyperpolarisation begins there; that time is "
          "recorded as the offset of the spike.",
    paper="Casti, Hayot, Xiao, Kaplan: A simple model of retina-LGN transmission, Journal of Computational Neuroscience 24 "
          "(2008)", doi="10.1007/s10827-007-0053-7")

_OPENED = "1 + conc_Mg2 * exp(-0.062 * V_m) / 3.57"
iaf_bw_2001 = NeuronModel(
    name="iaf_bw_2001", kernel="iaf_bw_2001",
    summary="Leaky integrate-and-fire neuron with AMPA, GABA and saturating, voltage-dependent NMDA synapses.",
    parameters={
        "C_m": Parameter(500.0, "pF", "membrane capacitance", above=0.0),
        "g_L": Parameter(25.0, "nS", "leak conductance", above=0.0),
        "E_L": Parameter(-70.0, "mV", "leak reversal potential"),
        "E_ex": Parameter(0.0, "mV", "excitatory reversal potential"),
        "E_in": Parameter(-70.0, "mV", "inhibitory reversal potential"),
        "V_th": Parameter(-55.0, "mV", "spike threshold"),
        "V_reset": Parameter(-60.0, "mV", "potential after a spike"),
        "t_ref": Parameter(2.0, "ms", "refractory time, rounded up to whole steps", at_least=0.0),
        "tau_AMPA": Parameter(2.0, "ms", "time constant of AMPA synapses", above=0.0),
        "tau_GABA": Parameter(5.0, "ms", "time constant of GABA synapses", above=0.0),
        "tau_rise_NMDA": Parameter(2.0, "ms", "rise time constant of NMDA synapses", above=0.0),
        "tau_decay_NMDA": Parameter(100.0, "ms", "decay time constant of NMDA synapses", above=0.0),
        "alpha": Parameter(0.5, "1/ms", "how strongly a spike opens NMDA channels", above=0.0),
        "conc_Mg2": Parameter(1.0, "mM", "concentration of magnesium outside", at_least=0.0),
        "gsl_error_tol": Parameter(1e-3, "", "error allowed in a sub-step (mV, nS)", above=0.0),
    },
    states=_V_M | {
        "s_AMPA": State(0.0, "nS", "AMPA conductance"), "s_GABA": State(0.0, "nS", "GABA conductance"),
        "s_NMDA": State(0.0, "nS", "NMDA conductance, when unblocked"),
        "s_sent": State(0.0, "", "open part of the NMDA channels that this neuron drives", derived=True),
        "I_AMPA": State(0.0, "pA", "AMPA current", derived=True), "I_GABA": State(0.0, "pA", "GABA current", derived=True),
        "I_NMDA": State(0.0, "pA", "NMDA current", derived=True),
    },
    equations=f"""
        current = s_AMPA * (V_m - E_ex) + s_GABA * (V_m - E_in) + s_NMDA * (V_m - E_ex) / ({_OPENED})
        dV_m/dt = (-g_L * (V_m - E_L) - current + I_stim) / C_m
        ds_AMPA/dt = -s_AMPA / tau_AMPA
        ds_GABA/dt = -s_GABA / tau_GABA
        ds_NMDA/dt = -s_NMDA / tau_decay_NMDA
    """,
    inputs={1: SpikeInput("s_AMPA += w", only_positive=True), 2: SpikeInput("s_GABA += w", only_positive=True),
            3: SpikeInput("s_NMDA += w", scaled=True, only_positive=True)},
    step=f"""
        integrate
        I_AMPA = s_AMPA * (V_m - E_ex)
        I_GABA = s_GABA * (V_m - E_in)
        I_NMDA = s_NMDA * (V_m - E_ex) / ({_OPENED})
        s_sent = s_sent * exp(-h / tau_decay_NMDA)
        receive
        fires = (refractory == 0) and (V_m >= V_th)
        if refractory > 0: V_m = V_reset
        refractory = max(refractory - 1, 0)
        closed = exp(-alpha * tau_rise_NMDA)
        opened = exp(tau_rise_NMDA / tau_decay_NMDA * log(alpha * tau_rise_NMDA)) \
* lower_gamma(1 - tau_rise_NMDA / tau_decay_NMDA, alpha * tau_rise_NMDA)
        if fires: sent = opened + (closed - 1) * s_sent; s_sent += sent
        spike if fires: V_m = V_reset; refractory = steps(t_ref)
    """,
    tolerance=("gsl_error_tol", "0"), ordered=(("V_reset", "V_th"), ("tau_rise_NMDA", "tau_decay_NMDA")),
    recorded=("V_m", "s_AMPA", "s_GABA", "s_NMDA", "I_AMPA", "I_GABA", "I_NMDA"),
    paper="Brunel, Wang: Effects of neuromodulation in a cortical network model of object working memory dominated by recurrent "
          "inhibition, Journal of Computational Neuroscience 11 (2001)", doi="10.1023/A:1011204814320",
    notes="Receptors: 1 AMPA, 2 GABA, 3 NMDA; spikes that arrive at the last are scaled by what the sender's spike opens of the "
          "channels it has not opened before.")

MODELS = (iaf_cond_exp, iaf_cond_alpha, iaf_cond_beta, iaf_cond_exp_sfa_rr, iaf_chxk_2008, iaf_bw_2001)
