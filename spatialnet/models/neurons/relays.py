"""Nodes that pass spikes on."""

from ..declaration import Relay

parrot_neuron = Relay(
    name="parrot_neuron",
    summary="Sends every arriving spike on, with the stamp of its arrival.",
    parameters={},
    notes="Weights of incoming connections are ignored, multiplicities kept. Shares one Poisson train between many "
          "targets, which a poisson_generator alone never does.")

MODELS = (parrot_neuron,)
