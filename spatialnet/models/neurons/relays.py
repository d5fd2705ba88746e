"""Nodes that pass spikes on, or spike without regard to their input."""

from ..declaration import Parameter, Relay
from ..devices.device import require

parrot_neuron = Relay(
    name="parrot_neuron",
    summary="Sends every arriving spike on, with the stamp of its arrival.",
    parameters={}, deaf=(1,),
    notes="Weights of incoming connections are ignored, multiplicities kept; spikes to receptor 1 are not sent on. Shares one Poisson train between many "
          "targets, which a poisson_generator alone never does.")

ignore_and_fire = Relay(
    name="ignore_and_fire",
    summary="Ignores its input and spikes regularly.",
    parameters={"rate": Parameter(10.0, "1/s", "rate of the spikes", above=0.0),
                "phase": Parameter(1.0, "", "time to the first spike relative to the interval, 0 < phase <= 1", above=0.0)},
    runs_as="regular",
    checks=(lambda model, values: require(model, values, "phase", values["phase"] <= 1.0, "must be > 0 and <= 1"),),
    notes="The first spike comes phase / rate + h after the beginning; times are rounded up to steps.")

volume_transmitter = Relay(
    name="volume_transmitter",
    summary="Collects the spikes of neurons that release a neuromodulator, for synapses such as stdp_dopamine_synapse.",
    parameters={},
    notes="A spike counts from its arrival here. Weights are ignored, multiplicities kept.")

MODELS = (parrot_neuron, ignore_and_fire, volume_transmitter)
