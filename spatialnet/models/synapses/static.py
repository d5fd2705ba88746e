"""Synapses that do not change."""

from ..declaration import Parameter, SynapseModel

static_synapse = SynapseModel(
    name="static_synapse",
    summary="Transmits every spike with a constant weight after a constant delay.",
    parameters={
        "weight": Parameter(1.0, "pA or mV", "effect of a spike, in the unit of the target model"),
        "delay": Parameter(1.0, "ms", "transmission delay, rounded to whole steps", above=0.0),
    })

MODELS = (static_synapse,)
