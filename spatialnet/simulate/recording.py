"""What is recorded: spikes, or traces of variables at an interval."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..errors import ParameterError, SimulationError, UnknownNameError
from .timing import grid_steps


@dataclass(frozen=True, eq=False)
class Recorder:
    """Something recorded of `nodes` in every run, under `name` in the results."""

    name: str
    nodes: object

    def indices(self) -> list[tuple[object, NDArray[np.int64]]]:
        """(population, indices into it) of every part of the recorded nodes."""
        return [(part.population, np.asarray(part.indices, dtype=np.int64)) for part in self.nodes.parts]

    @property
    def ids(self) -> NDArray[np.int64]:
        """Global ids in the order of the parts."""
        parts = [population.first_id + indices for population, indices in self.indices()]
        return np.concatenate(parts).astype(np.int64) if parts else np.zeros(0, np.int64)


@dataclass(frozen=True, eq=False)
class SpikeRecorder(Recorder):
    """Keeps emission times."""


@dataclass(frozen=True, eq=False)
class TraceRecorder(Recorder):
    """Samples `variables` at the multiples of `interval` steps, as `dtype`."""

    variables: tuple[str, ...]
    interval: int
    dtype: np.dtype


@dataclass(frozen=True, eq=False)
class WeightRecorder:
    """Keeps every weight that is sent through the connections of `projection`."""

    name: str
    projection: object


def make_recorder(nodes: object, what: str | Sequence[str], interval: float | None = None, name: str | None = None,
                  dtype: object = "f4", resolution: float = 0.1, taken: Collection[str] = ()) -> Recorder:
    """A recorder from what `Network.record` is given.

    Parameters
    ----------
    nodes : Nodes
    what : str or sequence of str
        ``"spikes"``, or names of recordables such as ``"V_m"``.
    interval : float, optional
        ms between two samples of a trace, a multiple of `resolution`; default 1.
    name : str, optional
        Default: what is recorded, with a number where that is taken.
    dtype : dtype
        Of the samples: ``"f4"`` or ``"f8"``.
    resolution : float
        Step of the network, ms.
    taken : collection of str
        Names in use.

    Raises
    ------
    ParameterError, UnknownNameError, SimulationError
    """
    try:
        variables = (what,) if isinstance(what, str) else tuple(what)
    except TypeError:
        variables = ()
    if not variables or not all(isinstance(v, str) for v in variables):
        raise ParameterError("record", "what", f"must be 'spikes' or names of recordables, got {what!r}.")
    name = _free_name(name, "_".join(variables), taken)
    if len(nodes) == 0:
        raise ParameterError("record", "nodes", "there are none.")
    if variables == ("spikes",):
        if interval is not None:
            raise ParameterError("record", "interval", "spikes are recorded whenever they occur; leave it out.")
        for part in nodes.parts:
            model = part.population.model
            if model.kind != "neuron" and not model.has_spikes(part.population.parameters):
                raise SimulationError(
                    f"spikes of '{part.population.name}' cannot be recorded: a {part.population.model.name} has no "
                    "spikes of its own but sends different ones to every target. Connect it one-to-one to parrot_neuron "
                    "nodes and record those.")
        return SpikeRecorder(name, nodes)
    for part in nodes.parts:
        model = part.population.model
        known = model.recordables
        for variable in variables:
            if variable not in known:
                raise UnknownNameError(f"recordable of {model.name}", variable, known,
                                       f"Its recordables: {', '.join(known) or 'none'}; and 'spikes' by itself.")
    steps = int(grid_steps(1.0 if interval is None else interval, resolution, "record", "interval"))
    if steps < 1:
        raise ParameterError("record", "interval", f"must be at least the resolution {resolution:g} ms, got {interval}.")
    dtype = np.dtype(dtype)
    if dtype not in (np.dtype("f4"), np.dtype("f8")):
        raise ParameterError("record", "dtype", f"must be 'f4' or 'f8', got {dtype}.")
    return TraceRecorder(name, nodes, variables, steps, dtype)


def make_weight_recorder(projection: object, what: object, name: str | None, taken: Collection[str]) -> WeightRecorder:
    """A recorder of what is sent through a projection.

    Raises
    ------
    ParameterError
    """
    if what != "weights":
        raise ParameterError("record", "what", f"must be 'weights' for a projection, got {what!r}.")
    return WeightRecorder(_free_name(name, "weights", taken), projection)


def _free_name(name: str | None, base: str, taken: Collection[str]) -> str:
    if name is None:
        name, number = base, 2
        while name in taken:
            name, number = f"{base}_{number}", number + 1
    elif name in taken:
        raise ParameterError("record", "name", f"'{name}' is taken; recorders need different names.")
    return name
