"""Short-term plasticity: what a synapse can send depends on its own recent past."""

from ..declaration import Parameter, State, SynapseModel

_RESOURCES = {
    "tau_fac": Parameter(0.0, "ms", "time constant of facilitation; 0: none", at_least=0.0),
    "tau_rec": Parameter(800.0, "ms", "time constant of recovery from depression", above=0.0),
    "U": Parameter(0.5, "", "increase of the release probability at a spike", at_least=0.0, at_most=1.0),
}
_TSODYKS = {
    "summary": "Short-term depression and facilitation, with resources that become active and then recover.",
    "parameters": {"tau_psc": Parameter(3.0, "ms", "time constant of the postsynaptic current", above=0.0)} | _RESOURCES,
    "states": {
        "x": State(1.0, "", "recovered resources"),
        "y": State(0.0, "", "active resources"),
        "u": State(0.0, "", "release probability", at_least=0.0, at_most=1.0),
    },
    # where tau_psc = tau_rec, what flows from y to x is the limit y dt / tau exp(-dt / tau)
    "on_pre": """
        decay_y = exp(-dt / tau_psc)
        lost = expm1(-dt / tau_rec)
        gain = where(tau_psc == tau_rec, -dt / tau_rec * decay_y - lost, \
(lost * tau_rec - (decay_y - 1) * tau_psc) / where(tau_psc == tau_rec, 1, tau_psc - tau_rec))
        z = 1 - x - y
        u = where(tau_fac > 0, u * exp(-dt / where(tau_fac > 0, tau_fac, 1)), 0)
        x = x + gain * y - lost * z
        y = y * decay_y
        u = u + U * (1 - u)
        released = u * x
        x -= released
        y += released
    """,
    "send": "released * w",
    "checks": (("x + y <= 1", "x must be at most 1 - y: together they are the resources that are not inactive."),),
    "paper": "Tsodyks, Uziel, Markram: Synchrony generation in recurrent networks with frequency-dependent synapses, "
             "Journal of Neuroscience 20 (2000)", "doi": "10.1523/JNEUROSCI.20-01-j0003.2000"}

tsodyks_synapse = SynapseModel(name="tsodyks_synapse", kernel="tsodyks_synapse", **_TSODYKS)
tsodyks_synapse_hom = SynapseModel(name="tsodyks_synapse_hom", kernel="tsodyks_synapse",
                                   uniform=tuple(_TSODYKS["parameters"]), **_TSODYKS)

tsodyks2_synapse = SynapseModel(
    name="tsodyks2_synapse",
    summary="Short-term depression and facilitation by the release probability and the available resources.",
    parameters=_RESOURCES,
    states={"x": State(1.0, "", "available resources"),
            "u": State(0.5, "", "release probability", at_least=0.0, at_most=1.0)},
    on_pre="""
        x = where(first, x, 1 + (x - x * u - 1) * exp(-dt / tau_rec))
        u = where(first, u, U + where(tau_fac > 0, u * (1 - U) * exp(-dt / where(tau_fac > 0, tau_fac, 1)), 0))
    """,
    send="x * u * w",
    paper="Tsodyks, Pawelzik, Markram: Neural networks with dynamic synapses, Neural Computation 10 (1998)",
    doi="10.1162/089976698300017502", kernel="tsodyks2_synapse")

quantal_stp_synapse = SynapseModel(
    name="quantal_stp_synapse",
    summary="Short-term plasticity of single release sites, each of which releases or not.",
    parameters=_RESOURCES | {"n": Parameter(1.0, "", "number of release sites", at_least=0.0)},
    states={"u": State(0.5, "", "release probability", at_least=0.0, at_most=1.0),
            "a": State(1.0, "", "sites ready for release", at_least=0.0)},
    on_pre="""
        u = where(first, u, U + where(tau_fac > 0, u * (1 - U) * exp(-dt / where(tau_fac > 0, tau_fac, 1)), 0))
        refill = where(first, 0, -expm1(-dt / tau_rec))
        a = a + binomial_quantile(random, n - a, refill)
        released = binomial_quantile(random, a, u)
        a -= released
    """,
    send="released * w", passes="where(released > 0, multiplicity, 0)",
    paper="Fuhrmann, Segev, Markram, Tsodyks: Coding of temporal information by activity-dependent synapses, Journal of "
          "Neurophysiology 87 (2002)", doi="10.1152/jn.00258.2001", kernel="quantal_stp_synapse")

ht_synapse = SynapseModel(
    name="ht_synapse",
    summary="Short-term depression: every spike uses up a part of the vesicle pool.",
    parameters={"tau_P": Parameter(500.0, "ms", "time constant of recovery", above=0.0),
                "delta_P": Parameter(0.125, "", "part of the pool that a spike uses", at_least=0.0, at_most=1.0)},
    states={"P": State(1.0, "", "present size of the pool", at_least=0.0, at_most=1.0)},
    on_pre="P = 1 - (1 - P) * exp(-dt / tau_P)",
    send="P * w",
    after="P = P * (1 - delta_P)",
    paper="Hill, Tononi: Modeling sleep and wakefulness in the thalamocortical system, Journal of Neurophysiology 93 (2005)",
    doi="10.1152/jn.00915.2004", kernel="ht_synapse")

MODELS = (tsodyks_synapse, tsodyks_synapse_hom, tsodyks2_synapse, quantal_stp_synapse, ht_synapse)
