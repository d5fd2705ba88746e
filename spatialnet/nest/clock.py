"""Setting ``biological_time`` back to 0: the native clock goes on, and all times here count from the step at which that was done."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..simulate.timing import grid_steps, is_on_grid
from .errors import BadProperty, TimeMultipleRequired, translated, unsupported
from .models import FOREVER
from .parameters import Parameter

#: lists of times of generators that would have to begin anew
_TIMES = ("rate_times", "amplitude_times", "pulse_times", "std_times")
#: what goes with spike times
_SPIKES = ("spike_weights", "spike_multiplicities")


def set_back(kernel: Any) -> None:
    """Let the time be 0 now. States and spikes under way stay; windows of devices count anew.

    Spikes of generators whose time has passed are forgotten, as NEST does not send them again.
    """
    if kernel.step == kernel.epoch:
        return
    if kernel.network.growth.is_active:
        raise unsupported("biological_time = 0 in a network that grows", "Use ResetKernel().")
    moving = [block for block in kernel.blocks if not block.devices and block.population.model.kind in ("generator", "detector")]
    for block in moving:
        _demand_timeless(block)
    now, h = kernel.step - kernel.epoch, kernel.resolution
    for block in moving:
        known = block.population.parameters
        if "spike_times" in known:
            _forget(block, now * h)
        block.layer.set(origin=np.asarray(known["origin"]) + now * h)
    kernel.epoch = kernel.step
    kernel.connections.renew()


def _demand_timeless(block: Any) -> None:
    parameters = block.population.parameters
    lists = [k for k in _TIMES if k in parameters]
    if lists or block.population.model.kind == "detector" or np.any(parameters.get("frequency", 0.0)):
        what = lists[0] if lists else "frequency" if "frequency" in parameters else "counts"
        raise unsupported(f"biological_time = 0 with a {block.model.name}, because of its {what}", "Use ResetKernel().")


def _forget(block: Any, now: float) -> None:
    """Drop the spikes of a generator that have passed."""
    columns: dict[str, list[Any]] = {k: [] for k in ("spike_times", *_SPIKES) if k in block.population.parameters}
    for node in block.layer:
        values = {k: np.asarray(node.get(k), np.float64).ravel() for k in columns}
        keep = values["spike_times"] > now + 1e-9
        for key, column in columns.items():
            column.append(values[key][keep] if len(values[key]) else values[key])
    block.layer.set({k: tuple(v) for k, v in columns.items()})


def on_grid(declaration: Any, values: dict[str, Any], given: Any = None) -> dict[str, Any]:
    """`given` (by default all `values`) with times rounded up where a generator does that; elsewhere times that are no multiples of
    the resolution are refused when they are given, and not only in a run."""
    from .kernel import kernel
    given = values if given is None else given
    if declaration.kind == "detector":
        _demand_bins(declaration, values, given)
    if declaration.kind != "generator":
        return given
    rounds, is_precise = (k in values and np.any(values[k]) for k in ("allow_offgrid_times", "precise_times"))
    if rounds and is_precise:
        raise BadProperty(f"{declaration.name}: precise_times=True excludes allow_offgrid_times=True.")
    made, h = dict(given), kernel.resolution
    if declaration.name == "noise_generator" and not isinstance(given.get("dt"), Parameter | None):
        with translated("StepMultipleRequired"):
            grid_steps(np.asarray(given["dt"], np.float64), h, declaration.name, "dt")
    for key in ("start", "stop", "origin", *(() if is_precise else ("spike_times", *_TIMES[:2]))):
        if key not in given or isinstance(values[key], Parameter):
            continue
        value = values[key]
        if rounds and key.endswith("_times"):
            made[key] = _lists(value, lambda times: np.ceil(times / h - 1e-6) * h)
            continue
        has_lists = isinstance(value, tuple | list) and len(value) and hasattr(value[0], "__len__")
        times = np.concatenate([np.asarray(v, np.float64) for v in value]) if has_lists else np.ravel(np.asarray(value, np.float64))
        if (times < 0).any():
            raise BadProperty(f"{declaration.name}.{key} must not be negative, got {times.min():g} ms.")
        if key == "rate_times" and len(times) and times.min() <= (now := (kernel.step - kernel.epoch) * h):
            raise BadProperty(f"{declaration.name}.{key} must lie after the time that is reached, {now:g} ms, got {times.min():g} ms.")
        times = times[times < FOREVER]
        if not is_on_grid(times, h).all():
            with translated():
                grid_steps(times, h, declaration.name, key)
    return made


def _demand_bins(declaration: Any, values: dict[str, Any], given: Any) -> None:
    """Refuse bins of lags that are no multiples of the resolution, or do not fill the longest lag."""
    from .kernel import kernel
    keys = [k for k in ("delta_tau", "tau_max") if k in given]
    if not keys or any(isinstance(values.get(k), Parameter) for k in ("delta_tau", "tau_max")):
        return
    name = declaration.name
    width, longest = (np.asarray(values.get(k, declaration.parameters[k].default), np.float64) for k in ("delta_tau", "tau_max"))
    with translated("StepMultipleRequired"):
        steps = np.asarray(grid_steps(width, kernel.resolution, name, "delta_tau"))
    if np.any(np.abs(longest / width - np.rint(longest / width)) > 1e-9):
        raise TimeMultipleRequired(f"{name}.tau_max must be a multiple of delta_tau, got {longest} and {width} ms.")
    if name == "correlomatrix_detector" and np.any(steps % 2 == 0):
        raise BadProperty(f"{name}.delta_tau must be an odd multiple of the resolution, got {width} ms.")


def _lists(value: Any, change: Any) -> Any:
    """A list of numbers, or lists of these, with every number changed."""
    if isinstance(value, tuple | list) and any(isinstance(v, tuple | list | np.ndarray) for v in value):
        return type(value)(change(np.asarray(v, np.float64)) for v in value)
    return change(np.asarray(value, np.float64))


def from_zero(declaration: Any, values: dict[str, Any], is_new: bool = True) -> dict[str, Any]:
    """Parameters of a device as the native clock sees them."""
    from .kernel import kernel
    if kernel.epoch == 0 or "origin" not in declaration.parameters or not is_new and "origin" not in values:
        return values
    return values | {"origin": np.asarray(values.get("origin", 0.0)) + kernel.epoch * kernel.resolution}
