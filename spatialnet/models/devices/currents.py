"""Generators of currents, and of rates.

They are active for stamps in [start + origin, stop + origin), from the first step on. A current with stamp s and delay d
moves the potential of its target from s + d + h on, so the potential moves in (start + d, stop + d]: the rule of spikes.
"""

from __future__ import annotations

from collections.abc import Mapping

from ..declaration import Model, Parameter, State
from .device import WINDOW, Generator, require, steps_check

_CURRENT = {"I": State(0.0, "pA", "current, before it is weighted")}


def _check_modulation(model: Model, values: Mapping[str, object]) -> None:
    require(model, values, "std_mod", values["std_mod"] <= values["std"], "must not exceed std", "std_mod", "std")


def _steps(unit: str, what: str) -> dict[str, Parameter]:
    return {
        "amplitude_times": Parameter((), "ms", f"when the {what} changes, ascending, multiples of the resolution", kind="list"),
        "amplitude_values": Parameter((), unit, f"{what} from each of these times on; 0 before the first", kind="list"),
        "allow_offgrid_times": Parameter(False, "", "round times up to the next step", kind="switch"),
    }


dc_generator = Generator(
    name="dc_generator",
    summary="Constant current.",
    parameters={"amplitude": Parameter(0.0, "pA", "current; the weight of the connection multiplies it")} | WINDOW,
    signal="current", runs_as="current", recorded=_CURRENT)

ac_generator = Generator(
    name="ac_generator",
    summary="Sinusoidal current.",
    parameters={"offset": Parameter(0.0, "pA", "mean of the current"),
                "amplitude": Parameter(0.0, "pA", "amplitude of the sine"),
                "frequency": Parameter(0.0, "Hz", "frequency of the sine"),
                "phase": Parameter(0.0, "degree", "phase of the sine")} | WINDOW,
    signal="current", runs_as="current", recorded=_CURRENT,
    notes="I = offset + amplitude sin(2 pi frequency t + phase) with t the stamp.")

noise_generator = Generator(
    name="noise_generator",
    summary="Gaussian white noise current, constant for intervals, independent for every target.",
    parameters={"mean": Parameter(0.0, "pA", "mean of the current"),
                "std": Parameter(0.0, "pA", "standard deviation of the current", at_least=0.0),
                "dt": Parameter(1.0, "ms", "interval between two changes, a multiple of the resolution", above=0.0),
                "std_mod": Parameter(0.0, "pA", "modulated part of the standard deviation", at_least=0.0),
                "frequency": Parameter(0.0, "Hz", "frequency of the modulation"),
                "phase": Parameter(0.0, "degree", "phase of the modulation")} | WINDOW,
    signal="current", runs_as="noise", recorded={"I": State(0.0, "pA", "mean of the currents of all targets, not weighted")},
    checks=(_check_modulation,),
    notes="The variance is std^2 + std_mod^2 sin(2 pi frequency t + phase) with t the beginning of an interval. Intervals are "
          "counted from the beginning of activity.")

step_current_generator = Generator(
    name="step_current_generator",
    summary="Current that changes at given times.",
    parameters=_steps("pA", "current") | WINDOW,
    signal="current", runs_as="current", recorded=_CURRENT, checks=(steps_check("amplitude_times", "amplitude_values"),),
    notes="A current holds for stamps from its time on.")

step_rate_generator = Generator(
    name="step_rate_generator",
    summary="Rate that changes at given times, for rate neurons.",
    parameters=_steps("1/s", "rate") | WINDOW,
    signal="rate", runs_as="current", recorded={"rate": State(0.0, "1/s", "rate")},
    checks=(steps_check("amplitude_times", "amplitude_values"),),
    notes="A rate holds for stamps from its time on.")

MODELS = (dc_generator, ac_generator, noise_generator, step_current_generator, step_rate_generator)
