"""Setting ``biological_time`` back to 0: the native clock goes on, and all times here count from the step at which that was done."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..simulate.timing import grid_steps, is_on_grid
from .errors import translated, unsupported
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


def demand_on_grid(declaration: Any, values: dict[str, Any], given: Any = None) -> None:
    """Refuse times of generators that are no multiples of the resolution, when they are given and not only in a run."""
    from .kernel import kernel
    if declaration.kind != "generator":
        return
    switches = any(k in values and np.any(values[k]) for k in ("allow_offgrid_times", "precise_times"))
    for key in ("start", "stop", "origin", *(() if switches else ("spike_times", *_TIMES[:2]))):
        if key not in (values if given is None else given) or isinstance(values[key], Parameter):
            continue
        value = values[key]
        has_lists = isinstance(value, tuple | list) and len(value) and hasattr(value[0], "__len__")
        times = np.concatenate([np.asarray(v, np.float64) for v in value]) if has_lists else np.ravel(np.asarray(value, np.float64))
        times = times[times < FOREVER]
        if not is_on_grid(times, kernel.resolution).all():
            with translated():
                grid_steps(times, kernel.resolution, declaration.name, key)


def from_zero(declaration: Any, values: dict[str, Any], is_new: bool = True) -> dict[str, Any]:
    """Parameters of a device as the native clock sees them."""
    from .kernel import kernel
    if kernel.epoch == 0 or "origin" not in declaration.parameters or not is_new and "origin" not in values:
        return values
    return values | {"origin": np.asarray(values.get("origin", 0.0)) + kernel.epoch * kernel.resolution}
