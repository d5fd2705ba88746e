"""Plasticity by the times of pre- and postsynaptic spikes.

The postsynaptic time constants, tau_minus and tau_minus_triplet, are parameters of the target neuron.
"""

from ..declaration import Parameter, State, SynapseModel

_TAU_PLUS = {"tau_plus": Parameter(20.0, "ms", "time constant of the presynaptic trace", above=0.0)}
_PAIR = _TAU_PLUS | {
    "lambda": Parameter(0.01, "", "step size"),
    "alpha": Parameter(1.0, "", "depression relative to potentiation"),
    "mu_plus": Parameter(1.0, "", "exponent of potentiation: 0 additive, 1 multiplicative"),
    "mu_minus": Parameter(1.0, "", "exponent of depression"),
    "Wmax": Parameter(100.0, "as weight", "largest weight; its sign is that of the weights"),
}
_KPLUS = {"Kplus": State(0.0, "", "presynaptic trace after the last spike", at_least=0.0)}
_SIGNS = (("w * Wmax >= 0", "weight must have the sign of Wmax."),)
_TRACE = "Kplus = Kplus * exp(-dt / tau_plus) + 1"
_POTENTIATE = "w = Wmax * min(1, w / Wmax + lambda_ * (1 - w / Wmax) ** mu_plus * {})"
_DEPRESS = "w = Wmax * max(0, w / Wmax - alpha * lambda_ * (w / Wmax) ** mu_minus * {})"
_GUETIG = {"paper": "Gütig, Aharonov, Rotter, Sompolinsky: Learning input correlations through nonlinear temporally asymmetric "
                    "Hebbian plasticity, Journal of Neuroscience 23 (2003)", "doi": "10.1523/JNEUROSCI.23-09-03697.2003"}
_MORRISON = {"paper": "Morrison, Diesmann, Gerstner: Phenomenological models of synaptic plasticity based on spike timing, "
                      "Biological Cybernetics 98 (2008)", "doi": "10.1007/s00422-008-0233-1"}

_STDP = {
    "summary": "Pair-based plasticity: all pairs of a pre- and a postsynaptic spike count.",
    "parameters": _PAIR, "states": _KPLUS,
    "on_post": _POTENTIATE.format("Kplus * exp(-dt / tau_plus)"),
    "on_pre": _DEPRESS.format("K_minus"),
    "after": _TRACE} | _GUETIG

stdp_synapse = SynapseModel(name="stdp_synapse", kernel="stdp_synapse", **_STDP)
stdp_synapse_hom = SynapseModel(name="stdp_synapse_hom", kernel="stdp_synapse", uniform=tuple(_PAIR), **_STDP)

stdp_nn_symm_synapse = SynapseModel(
    name="stdp_nn_symm_synapse",
    summary="Each spike is paired with the nearest one before it, on the other side.",
    parameters=_PAIR,
    on_post=_POTENTIATE.format("exp(-dt / tau_plus)"),
    on_pre=_DEPRESS.format("K_nearest"), kernel="stdp_nn_symm_synapse", **_MORRISON)

stdp_nn_restr_synapse = SynapseModel(
    name="stdp_nn_restr_synapse",
    summary="Only pairs of spikes that are nearest to each other, on both sides, count.",
    parameters=_PAIR,
    states={"paired": State(0.0, "", "whether a postsynaptic spike has come since the last presynaptic one")},
    on_post="if paired == 0: " + _POTENTIATE.format("exp(-dt / tau_plus)") + "; paired = 1",
    on_pre="if paired != 0: " + _DEPRESS.format("K_nearest"),
    after="paired = 0", kernel="stdp_nn_restr_synapse", **_MORRISON)

stdp_nn_pre_centered_synapse = SynapseModel(
    name="stdp_nn_pre_centered_synapse",
    summary="A presynaptic spike is paired with the nearest postsynaptic ones before and after it.",
    parameters=_PAIR, states=_KPLUS,
    on_post=_POTENTIATE.format("Kplus * exp(-dt / tau_plus)") + "; Kplus = 0",
    on_pre=_DEPRESS.format("K_nearest"),
    after=_TRACE, kernel="stdp_nn_pre_centered_synapse", **_MORRISON)

stdp_pl_synapse_hom = SynapseModel(
    name="stdp_pl_synapse_hom",
    summary="Pair-based plasticity with potentiation by a power of the weight, and no upper bound.",
    parameters=_TAU_PLUS | {"lambda": Parameter(0.1, "", "step size"),
                            "alpha": Parameter(1.0, "", "depression relative to potentiation"),
                            "mu": Parameter(0.4, "", "exponent of potentiation")},
    states=_KPLUS,
    on_post="w = w + lambda_ * w ** mu * Kplus * exp(-dt / tau_plus)",
    on_pre="w = max(0, w - lambda_ * alpha * w * K_minus)",
    after=_TRACE,
    paper="Morrison, Aertsen, Diesmann: Spike-timing dependent plasticity in balanced random networks, Neural Computation "
          "19 (2007)", doi="10.1162/neco.2007.19.6.1437",
    kernel="stdp_pl_synapse_hom", uniform=("tau_plus", "lambda", "alpha", "mu"))

stdp_triplet_synapse = SynapseModel(
    name="stdp_triplet_synapse",
    summary="Pairs and triplets of spikes change the weight.",
    parameters={
        "tau_plus": Parameter(16.8, "ms", "time constant of the presynaptic trace", above=0.0),
        "tau_plus_triplet": Parameter(101.0, "ms", "time constant of the slow presynaptic trace", above=0.0),
        "Aplus": Parameter(5e-10, "as weight", "potentiation by a pair"),
        "Aplus_triplet": Parameter(6.2e-3, "as weight", "potentiation by a triplet"),
        "Aminus": Parameter(7e-3, "as weight", "depression by a pair"),
        "Aminus_triplet": Parameter(2.3e-4, "as weight", "depression by a triplet"),
        "Wmax": Parameter(100.0, "as weight", "largest weight; its sign is that of the weights"),
    },
    states=_KPLUS | {"Kplus_triplet": State(0.0, "", "slow presynaptic trace after the last spike", at_least=0.0)},
    on_post="""
        k = Kplus * exp(-dt / tau_plus)
        w = sign(Wmax) * min(abs(w) + k * (Aplus + Aplus_triplet * K_post_triplet), abs(Wmax))
    """.replace("sign(Wmax)", "where(Wmax < 0, -1, 1)"),
    on_pre="""
        Kplus_triplet = Kplus_triplet * exp(-dt / tau_plus_triplet)
        w = where(Wmax < 0, -1, 1) * max(abs(w) - K_minus * (Aminus + Aminus_triplet * Kplus_triplet), 0)
    """,
    after=_TRACE + "; Kplus_triplet += 1",
    checks=_SIGNS,
    paper="Pfister, Gerstner: Triplets of spikes in a model of spike timing-dependent plasticity, Journal of Neuroscience 26 "
          "(2006)", doi="10.1523/JNEUROSCI.1425-06.2006", kernel="stdp_triplet_synapse")

vogels_sprekeler_synapse = SynapseModel(
    name="vogels_sprekeler_synapse",
    summary="Symmetric plasticity of inhibition: coincidences potentiate, presynaptic spikes alone depress.",
    parameters={
        "weight": Parameter(0.5, "pA, nS or mV", "effect of a spike, in the unit of the target model"),
        "tau": Parameter(20.0, "ms", "time constant of the traces; give the target the same tau_minus", above=0.0),
        "eta": Parameter(1e-3, "as weight", "step size"),
        "alpha": Parameter(0.12, "", "depression at a presynaptic spike, in steps"),
        "Wmax": Parameter(1.0, "as weight", "largest weight; its sign is that of the weights"),
    },
    states=_KPLUS,
    on_post="w = where(Wmax < 0, -1, 1) * min(abs(w) + eta * Kplus * exp(-dt / tau), abs(Wmax))",
    on_pre="""
        w = where(Wmax < 0, -1, 1) * min(abs(w) + eta * K_minus, abs(Wmax))
        w = where(Wmax < 0, -1, 1) * max(abs(w) - alpha * eta, 0)
    """,
    after="Kplus = Kplus * exp(-dt / tau) + 1",
    checks=_SIGNS,
    paper="Vogels, Sprekeler, Zenke, Clopath, Gerstner: Inhibitory plasticity balances excitation and inhibition in sensory "
          "pathways and memory networks, Science 334 (2011)", doi="10.1126/science.1211095", kernel="vogels_sprekeler_synapse")

jonke_synapse = SynapseModel(
    name="jonke_synapse",
    summary="Pair-based plasticity with exponential dependence on the weight, and an offset.",
    parameters={
        "tau_plus": Parameter(20.0, "ms", "time constant of the presynaptic trace", above=0.0),
        "lambda": Parameter(0.01, "", "step size"),
        "alpha": Parameter(1.0, "", "depression relative to potentiation"),
        "beta": Parameter(0.0, "", "offset, taken at every change"),
        "mu_plus": Parameter(0.0, "", "exponent of potentiation"),
        "mu_minus": Parameter(0.0, "", "exponent of depression"),
        "Wmax": Parameter(100.0, "as weight", "largest weight"),
    },
    states=_KPLUS,
    on_post="if lambda_ != 0: w = min(Wmax, w + lambda_ * (exp(mu_plus * w) * Kplus * exp(-dt / tau_plus) - beta))",
    on_pre="if lambda_ != 0: w = max(0, w + lambda_ * (-alpha * exp(mu_minus * w) * K_minus - beta))",
    after=_TRACE,
    paper="Jonke, Legenstein, Habenschuss, Maass: Feedback inhibition shapes emergent computational properties of cortical "
          "microcircuit motifs, Journal of Neuroscience 37 (2017)", doi="10.1523/JNEUROSCI.2078-16.2017",
    kernel="jonke_synapse")

stdp_dopamine_synapse = SynapseModel(
    name="stdp_dopamine_synapse",
    summary="Pairs of spikes mark a synapse, and dopamine changes the weights of marked ones.",
    parameters=_TAU_PLUS | {
        "A_plus": Parameter(1.0, "", "mark left by a post- after a presynaptic spike"),
        "A_minus": Parameter(1.5, "", "mark left by a pre- after a postsynaptic spike"),
        "tau_c": Parameter(1000.0, "ms", "time constant of the eligibility trace", above=0.0),
        "tau_n": Parameter(200.0, "ms", "time constant of dopamine", above=0.0),
        "b": Parameter(0.0, "1/ms", "dopamine at which weights stay as they are"),
        "Wmin": Parameter(0.0, "as weight", "smallest weight"),
        "Wmax": Parameter(200.0, "as weight", "largest weight"),
    },
    states=_KPLUS | {"c": State(0.0, "", "eligibility trace")},
    on_post="c += A_plus * Kplus * exp(-dt / tau_plus)",
    on_pre="c -= A_minus * K_minus",
    after=_TRACE,
    interval="""
        s = 1 / tau_c + 1 / tau_n
        turn = where(b > 0, min(T, tau_n * log(max(n, b) / where(b > 0, b, 1))), 0)
        w = max(Wmin, min(Wmax, w - c * (n / s * expm1(-s * turn) - b * tau_c * expm1(-turn / tau_c))))
        left = n * exp(-turn / tau_n)
        c = c * exp(-turn / tau_c)
        rest = T - turn
        w = max(Wmin, min(Wmax, w - c * (left / s * expm1(-s * rest) - b * tau_c * expm1(-rest / tau_c))))
        c = c * exp(-rest / tau_c)
    """,
    modulator="tau_n",
    notes="dw/dt = c (n - b), where c decays with tau_c and n with tau_n; every spike that reaches the volume transmitter adds "
          "1 / tau_n to n. Weights stay within their bounds at all times: between two spikes a "
          "weight turns once at most, where n = b.",
    paper="Potjans, Morrison, Diesmann: Enabling functional neural circuit simulations with distributed computing of "
          "neuromodulated plasticity, Frontiers in Computational Neuroscience 4 (2010)", doi="10.3389/fncom.2010.00141",
    kernel="stdp_dopamine_synapse",
    uniform=("tau_plus", "A_plus", "A_minus", "tau_c", "tau_n", "b", "Wmin", "Wmax"))

clopath_synapse = SynapseModel(
    name="clopath_synapse",
    summary="Plasticity by the voltage of the target, whose low-pass filtered values stand for its spikes.",
    parameters={
        "tau_x": Parameter(15.0, "ms", "time constant of the presynaptic trace", above=0.0),
        "Wmin": Parameter(0.0, "as weight", "smallest weight"),
        "Wmax": Parameter(100.0, "as weight", "largest weight"),
    },
    states={"x_bar": State(0.0, "1/ms", "presynaptic trace after the last spike", at_least=0.0)},
    on_post="w = min(Wmax, w + potentiation * x_bar * exp(-dt / tau_x))",
    on_pre="w = max(Wmin, w - depression)",
    after="x_bar = x_bar * exp(-dt / tau_x) + 1 / tau_x",
    notes="Targets are hh_psc_alpha_clopath and aeif_psc_delta_clopath; amplitudes and thresholds are theirs.",
    paper="Clopath, Büsing, Vasilaki, Gerstner: Connectivity reflects coding: a model of voltage-based STDP with homeostasis, "
          "Nature Neuroscience 13 (2010)", doi="10.1038/nn.2479", kernel="clopath_synapse")

_LEARN = """
    left = exp((since - dt) / tau_Delta)
    due += 15 * eta * tau_dendrite * tau_dendrite_syn / (tau_dendrite - tau_dendrite_syn) * learned * (1 - left)
    learned *= left
"""

urbanczik_synapse = SynapseModel(
    name="urbanczik_synapse",
    summary="Plasticity by which a dendrite learns to predict the spikes of its soma.",
    parameters={
        "eta": Parameter(0.07, "", "learning rate"),
        "tau_Delta": Parameter(100.0, "ms", "time constant with which errors are smoothed", above=0.0),
        "Wmin": Parameter(0.0, "as weight", "smallest weight"),
        "Wmax": Parameter(100.0, "as weight", "largest weight"),
    },
    states={
        "slow": State(0.0, "", "presynaptic trace that decays with the membrane of the dendrite"),
        "fast": State(0.0, "", "presynaptic trace that decays with the synapses of the dendrite"),
        "learned": State(0.0, "", "smoothed error times the effect of this synapse"),
        "since": State(0.0, "ms", "time from the last presynaptic spike to what is already smoothed"),
        "due": State(0.0, "as weight", "change of the weight that is still to come, or that a bound holds back"),
    },
    on_post=_LEARN + "learned += dendritic_error * (slow * exp(-dt / tau_dendrite) - fast * exp(-dt / tau_dendrite_syn)); since = dt",
    on_pre=_LEARN + """
        since = 0
        w += due
        due = w
        w = max(Wmin, min(Wmax, w))
        due -= w
    """,
    after="slow = slow * exp(-dt / tau_dendrite) + 1; fast = fast * exp(-dt / tau_dendrite_syn) + 1",
    checks=(("w * Wmin >= 0", "weight must have the sign of Wmin."), ("w * Wmax >= 0", "weight must have the sign of Wmax.")),
    notes="Targets are dendrites of pp_cond_exp_mc_urbanczik.",
    paper="Urbanczik, Senn: Learning by the dendritic prediction of somatic spiking, Neuron 81 (2014)",
    doi="10.1016/j.neuron.2013.11.030", kernel="urbanczik_synapse")

MODELS = (stdp_synapse, stdp_synapse_hom, stdp_nn_symm_synapse, stdp_nn_restr_synapse, stdp_nn_pre_centered_synapse,
          stdp_pl_synapse_hom, stdp_triplet_synapse, vogels_sprekeler_synapse, jonke_synapse, stdp_dopamine_synapse,
          clopath_synapse, urbanczik_synapse)
