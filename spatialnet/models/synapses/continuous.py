"""Connections that carry a value in every step instead of spikes."""

from ..declaration import Parameter, SynapseModel

_RATES = {"paper": "Hahne, Dahmen, Schuecker, Frommer, Bolten, Helias, Diesmann: Integration of continuous-time dynamics in a spiking "
                   "neural network simulator, Frontiers in Neuroinformatics 11 (2017)", "doi": "10.3389/fninf.2017.00034"}

rate_connection_instantaneous = SynapseModel(
    name="rate_connection_instantaneous",
    summary="Transmits the rate of the source in every step, without delay.",
    parameters={"weight": Parameter(1.0, "", "factor of the rate")}, carries="rate", at_once=True,
    notes="In the step from t to t + h the target sees the rate at t. A network with such connections is simulated in slices of one "
          "step.", **_RATES)

rate_connection_delayed = SynapseModel(
    name="rate_connection_delayed",
    summary="Transmits the rate of the source in every step, after a delay.",
    parameters={"weight": Parameter(1.0, "", "factor of the rate")}, carries="rate",
    notes="In the step from t to t + h the target sees the rate at t - delay; nothing while t < delay.", **_RATES)

diffusion_connection = SynapseModel(
    name="diffusion_connection",
    summary="Transmits a rate as the drift and the variance that its spikes would bring.",
    parameters={"drift_factor": Parameter(1.0, "", "factor of the rate for the mean of the input"),
                "diffusion_factor": Parameter(1.0, "", "factor of the rate for the variance of the input")},
    carries="diffusion", at_once=True, **_RATES)

sic_connection = SynapseModel(
    name="sic_connection",
    summary="Transmits the slow inward current that an astrocyte causes in a neuron.",
    parameters={"weight": Parameter(1.0, "", "factor of the current")}, carries="sic",
    notes="The current after the step that ends at t acts in the step that begins at t + delay.")

MODELS = (rate_connection_instantaneous, rate_connection_delayed, diffusion_connection, sic_connection)
