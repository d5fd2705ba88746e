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

gap_junction = SynapseModel(
    name="gap_junction",
    summary="Couples the membrane potentials of two neurons by a conductance.",
    parameters={"weight": Parameter(1.0, "nS", "conductance g")}, carries="gap", at_once=True, symmetric=True,
    notes="The current into neuron i is the sum of g_ij (V_j(t) - V_i(t)) over its partners j. It acts in both directions, so it is made "
          "by rules that connect both ways: with make_symmetric=True, or all_to_all within one layer with one weight. Coupled neurons "
          "are solved by waveform relaxation in windows of at most 0.025 ms, with cubic polynomials for the voltages of partners, "
          "until the mean of the partners is known to 1e-4 mV. A network with gap junctions is simulated in slices of one step.",
    paper="Hahne, Helias, Kunkel, Igarashi, Bolten, Frommer, Diesmann: A unified framework for spiking and gap-junction interactions "
          "in distributed neuronal network simulations, Frontiers in Neuroinformatics 9 (2015)", doi="10.3389/fninf.2015.00022")

MODELS = (rate_connection_instantaneous, rate_connection_delayed, diffusion_connection, sic_connection, gap_junction)
