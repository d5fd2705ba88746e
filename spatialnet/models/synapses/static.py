"""Synapses that do not change."""

from ..declaration import Parameter, SynapseModel

static_synapse = SynapseModel(
    name="static_synapse",
    summary="Transmits every spike with a constant weight after a constant delay.",
    parameters={}, kernel="static_synapse")

static_synapse_hom_w = SynapseModel(
    name="static_synapse_hom_w",
    summary="A static synapse with one weight for all connections.",
    parameters={}, kernel="static_synapse", uniform=("weight",))

cont_delay_synapse = SynapseModel(
    name="cont_delay_synapse",
    summary="A static synapse whose delay need not be a whole number of steps.",
    parameters={}, kernel="static_synapse", rounds_delays_up=True,
    notes="Spikes travel in whole steps, so a delay between two steps acts like the longer one.")

bernoulli_synapse = SynapseModel(
    name="bernoulli_synapse",
    summary="Transmits every spike with a given probability.",
    parameters={"p_transmit": Parameter(1.0, "", "probability that a spike passes", at_least=0.0, at_most=1.0)},
    passes="binomial_quantile(random, multiplicity, p_transmit)",
    notes="Of spikes that come together each passes, or not, on its own. The numbers depend on the seed, the connection "
          "and the step, and on nothing else.",
    paper="Lefort, Tomm, Sarria, Petersen: The excitatory neuronal network of the C2 barrel column in mouse primary "
          "somatosensory cortex, Neuron 61 (2009)", doi="10.1016/j.neuron.2008.12.020", kernel="bernoulli_synapse")

MODELS = (static_synapse, static_synapse_hom_w, cont_delay_synapse, bernoulli_synapse)
