"""Generators of spikes.

A generator is active for stamps in (start + origin, stop + origin]; one rule for all of them.
"""

from __future__ import annotations

from collections.abc import Mapping

from ..declaration import Model, Parameter, Relay, State
from .device import WINDOW, Generator, check_window, each, own, require, steps_check

_RATE = {"rate": Parameter(0.0, "1/s", "mean rate", at_least=0.0)}
_COPY = {"p_copy": Parameter(1.0, "", "probability that a spike reaches a target", at_least=0.0)}
_OFFGRID = {"allow_offgrid_times": Parameter(False, "", "round times up to the next step", kind="switch")}
_PROCESSES = {"n_proc": Parameter(1.0, "", "number of superposed processes", at_least=1.0)}
_SINUSOID = {
    "amplitude": Parameter(0.0, "1/s", "amplitude of the modulation"),
    "frequency": Parameter(0.0, "Hz", "frequency of the modulation"),
    "phase": Parameter(0.0, "degree", "phase of the modulation"),
    "individual_spike_trains": Parameter(True, "", "an own train for every target, not one for all", kind="switch"),
}
_RECORDED_RATE = {"rate": State(0.0, "1/s", "momentary rate")}


def _whole(name: str):
    """The check that a parameter is a whole number."""
    def check(model: Model, values: Mapping[str, object]) -> None:
        require(model, values, name, values[name] == values[name] // 1, "must be a whole number")
    return check


def _probability(model: Model, values: Mapping[str, object]) -> None:
    require(model, values, "p_copy", values["p_copy"] <= 1.0, "must be a probability, 0 … 1")


def _check_spikes(model: Model, values: Mapping[str, object]) -> None:
    import numpy as np
    for i, train in each(values["spike_times"]):
        where = f" (node {i})" if isinstance(values["spike_times"], tuple) else ""
        if (train[1:] < train[:-1]).any():
            raise model.refuse("spike_times", f"must not descend{where}.")
        if train.size and (train[0] < 0 or (train[0] == 0 and not values["shift_now_spikes"])):
            raise model.refuse("spike_times", f"must be > 0 ms, got {train[0]:g}{where}. A spike at time 0 needs "
                               "shift_now_spikes=True.")
        for name in ("spike_weights", "spike_multiplicities"):
            if name in values and own(values, name, i).size not in (0, train.size):
                raise model.refuse(name, f"has {own(values, name, i).size} values for {train.size} spike_times{where}.")
    for _, counts in each(values["spike_multiplicities"]):
        if counts.size and ((counts < 0).any() or (counts != np.floor(counts)).any()):
            raise model.refuse("spike_multiplicities", "must be whole numbers >= 0.")


def _check_rates(model: Model, values: Mapping[str, object]) -> None:
    for _, rates in each(values["rate_values"]):
        if (rates < 0).any():
            raise model.refuse("rate_values", f"must be >= 0 1/s, got {rates.min():g}.")


def _check_modulation(model: Model, values: Mapping[str, object]) -> None:
    fine = (values["amplitude"] >= 0) & (values["amplitude"] <= values["rate"])
    require(model, values, "amplitude", fine, "must lie between 0 and the rate", "amplitude", "rate")
    require(model, values, "order", values["order"] >= 1.0, "must be >= 1")


def _check_short_dead_time(model: Model, values: Mapping[str, object]) -> None:
    fine = values["rate"] * values["dead_time"] < 1000.0
    require(model, values, "dead_time", fine, "must be shorter than the mean interval, 1000 / rate", "dead_time", "rate")


def _check_dead_time(model: Model, values: Mapping[str, object]) -> None:
    _check_short_dead_time(model, values)
    require(model, values, "relative_amplitude", values["relative_amplitude"] <= 1.0, "must lie between 0 and 1")


poisson_generator = Generator(
    name="poisson_generator",
    summary="Poisson spikes, an independent train for every target.",
    parameters={"rate": Parameter(0.0, "1/s", "mean rate of each train", at_least=0.0)} | WINDOW,
    runs_as="poisson", per_target=True,
    notes="Several spikes in one step are sent as one event of that multiplicity. The spikes depend on the seed, the "
          "generator, the target and the step, and on nothing else.")

poisson_generator_ps = Generator(
    name="poisson_generator_ps",
    summary="Poisson spikes, also with dead time, between steps; an independent train for every target.",
    parameters=_RATE | {"dead_time": Parameter(0.0, "ms", "least time between two spikes", at_least=0.0)} | WINDOW,
    runs_as="points", per_target=True, checks=(_check_short_dead_time,),
    notes="The process begins in equilibrium. Nodes that know only steps get the spikes at the end of these.")

inhomogeneous_poisson_generator = Generator(
    name="inhomogeneous_poisson_generator",
    summary="Poisson spikes whose rate changes at given times, an independent train for every target.",
    parameters={
        "rate_times": Parameter((), "ms", "when the rate changes, ascending, multiples of the resolution", kind="list"),
        "rate_values": Parameter((), "1/s", "rate from each of these times on; 0 before the first", kind="list"),
    } | _OFFGRID | WINDOW,
    runs_as="inhomogeneous_poisson", per_target=True, checks=(steps_check("rate_times", "rate_values"), _check_rates),
    notes="A rate holds for spikes with stamps from its time on.")

sinusoidal_poisson_generator = Generator(
    name="sinusoidal_poisson_generator",
    summary="Poisson spikes with a sinusoidal rate.",
    parameters={"rate": Parameter(0.0, "1/s", "mean rate")} | _SINUSOID | WINDOW,
    runs_as="sinusoidal_poisson", per_target="individual_spike_trains", recorded=_RECORDED_RATE,
    notes="The rate is max(0, rate + amplitude sin(2 pi frequency t + phase)) with t the stamp of a spike.")

sinusoidal_gamma_generator = Generator(
    name="sinusoidal_gamma_generator",
    summary="Spikes of a gamma process with a sinusoidal rate.",
    parameters=_RATE | {"order": Parameter(1.0, "", "order of the gamma distribution; 1 is a Poisson process", at_least=1.0)}
    | _SINUSOID | WINDOW,
    runs_as="sinusoidal_gamma", per_target="individual_spike_trains", recorded=_RECORDED_RATE, checks=(_check_modulation,),
    notes="A gamma renewal process in a time that runs as fast as the rate, rate + amplitude sin(2 pi frequency t + phase). "
          "It begins as after a spike; the time stands still while the generator is not active.")

gamma_sup_generator = Generator(
    name="gamma_sup_generator",
    summary="Superposition of gamma processes, an independent one for every target.",
    parameters={"rate": Parameter(0.0, "1/s", "mean rate of one process", at_least=0.0),
                "gamma_shape": Parameter(1.0, "", "shape of the distribution of intervals, a whole number", at_least=1.0)}
    | _PROCESSES | WINDOW,
    runs_as="gamma_sup", per_target=True, checks=(_whole("gamma_shape"), _whole("n_proc")),
    notes="All processes begin in equilibrium. The total rate is n_proc rate.",
    paper="Deger, Helias, Boucsein, Rotter: Statistical properties of superimposed stationary spike trains, 2012",
    doi="10.1007/s10827-011-0362-8")

ppd_sup_generator = Generator(
    name="ppd_sup_generator",
    summary="Superposition of Poisson processes with dead time, an independent one for every target.",
    parameters={"rate": Parameter(0.0, "1/s", "mean rate of one process", at_least=0.0),
                "dead_time": Parameter(0.0, "ms", "no spike of a process follows another within it", at_least=0.0),
                "frequency": Parameter(0.0, "Hz", "frequency of the modulation of the hazard"),
                "relative_amplitude": Parameter(0.0, "", "amplitude of the modulation relative to the hazard", at_least=0.0)}
    | _PROCESSES | WINDOW,
    runs_as="ppd_sup", per_target=True, checks=(_check_dead_time, _whole("n_proc")),
    notes="All processes begin in equilibrium. The hazard is rate / (1 - rate dead_time) times "
          "1 + relative_amplitude sin(2 pi frequency t); the dead time is rounded to whole steps.",
    paper="Deger, Helias, Boucsein, Rotter: Statistical properties of superimposed stationary spike trains, 2012",
    doi="10.1007/s10827-011-0362-8")

mip_generator = Generator(
    name="mip_generator",
    summary="Correlated spikes: copies of one Poisson train, each spike reaching each target by chance.",
    parameters=_RATE | _COPY | WINDOW,
    runs_as="mip", per_target=True, checks=(_probability,),
    notes="Every target gets a Poisson train of rate p_copy rate; two of them correlate with coefficient p_copy.",
    paper="Kuhn, Aertsen, Rotter: Higher-order statistics of input ensembles and the response of simple model neurons, 2003",
    doi="10.1162/089976603321043702")

spike_dilutor = Relay(
    name="spike_dilutor",
    summary="Sends every arriving spike on to each target by chance.",
    parameters=_COPY | WINDOW,
    runs_as="dilutors", per_target=True, checks=(check_window, _probability),
    notes="Every target gets its own choice of the spikes that arrive, with the stamp of their arrival.")

pulsepacket_generator = Generator(
    name="pulsepacket_generator",
    summary="Packets of spikes around given times, the same for all targets.",
    parameters={"pulse_times": Parameter((), "ms", "centres of the packets", kind="list"),
                "activity": Parameter(0.0, "", "spikes of each packet", at_least=0.0),
                "sdev": Parameter(0.0, "ms", "standard deviation of the spikes around the centre", at_least=0.0)} | WINDOW,
    runs_as="pulsepacket", checks=(_whole("activity"),),
    notes="Times are rounded up to steps, and the stamp of a spike is one step later. Spikes that would lie in the past are "
          "dropped.")

spike_generator = Generator(
    name="spike_generator",
    summary="Spikes at given times.",
    parameters={
        "spike_times": Parameter((), "ms", "times of the spikes, ascending, multiples of the resolution",
                                 kind="list"),
        "spike_weights": Parameter((), "", "factors on the weight of the connection, one per spike", kind="list"),
        "spike_multiplicities": Parameter((), "", "how many spikes each one counts for", kind="list"),
        "allow_offgrid_times": Parameter(False, "", "round times up to the next step", kind="switch"),
        "shift_now_spikes": Parameter(False, "", "move a spike at time 0 to the first step", kind="switch"),
        "precise_times": Parameter(False, "", "keep times within steps, for nodes that know them", kind="switch"),
    } | WINDOW,
    runs_as="spikes", checks=(_check_spikes,),
    notes="`origin` is added to the times, too; times in the past are dropped.")

spike_train_injector = Generator(
    name="spike_train_injector",
    summary="A node that spikes at given times, as a neuron would.",
    parameters={name: p for name, p in spike_generator.parameters.items() if name != "spike_weights"} | {
        "precise_times": Parameter(False, "", "keep times within steps", kind="switch", only="Times within steps are not available.")},
    runs_as="injectors", checks=(_check_spikes,),
    notes="`origin` is added to the times, too; times in the past are dropped.")

MODELS = (poisson_generator, poisson_generator_ps, inhomogeneous_poisson_generator, sinusoidal_poisson_generator, sinusoidal_gamma_generator,
          gamma_sup_generator, ppd_sup_generator, mip_generator, pulsepacket_generator, spike_generator, spike_train_injector,
          spike_dilutor)
