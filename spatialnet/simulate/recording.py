"""What is recorded: spikes, or traces of variables at an interval."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ..errors import ParameterError, SimulationError, UnknownNameError
from .timing import NEVER, grid_steps


@dataclass(frozen=True, eq=False, repr=False)
class Recorder:
    """Something recorded of `nodes` in every run, under `name` in the results."""

    name: str
    nodes: object
    start: int = field(default=0, kw_only=True)
    stop: int = field(default=NEVER, kw_only=True)

    def window(self, h: float) -> tuple[float, float]:
        """Recorded are stamps in (start, stop] ms."""
        return _in_ms(self.start, h), _in_ms(self.stop, h)

    def indices(self) -> list[tuple[object, NDArray[np.int64]]]:
        """(population, indices into it) of every part of the recorded nodes."""
        return [(part.population, np.asarray(part.indices, dtype=np.int64)) for part in self.nodes.parts]

    @property
    def what(self) -> str:
        """What is kept, in words."""
        raise NotImplementedError

    def __repr__(self) -> str:
        n = len(self.nodes)
        return (f"<recorder '{self.name}': {self.what} of {n} {'node' if n == 1 else 'nodes'} of {self.nodes.name}"
                f"{_window_text(self.window(self.nodes.network.resolution))}>")

    @property
    def ids(self) -> NDArray[np.int64]:
        """Global ids in the order of the parts."""
        parts = [population.first_id + indices for population, indices in self.indices()]
        return np.concatenate(parts).astype(np.int64) if parts else np.zeros(0, np.int64)


@dataclass(frozen=True, eq=False, repr=False)
class SpikeRecorder(Recorder):
    """Keeps emission times."""

    @property
    def what(self) -> str:
        return "spikes"


@dataclass(frozen=True, eq=False, repr=False)
class TraceRecorder(Recorder):
    """Samples `variables` as `dtype` every `interval` steps, counted from the step `offset`, which is the first if it is not 0.

    Samples are rows: `row` tells how many multiples of the interval lie at or before a step (within the window).
    """

    variables: tuple[str, ...]
    interval: int
    dtype: np.dtype
    offset: int = 0

    @property
    def what(self) -> str:
        return f"{', '.join(self.variables)} every {_in_ms(self.interval, self.nodes.network.resolution):g} ms"

    @property
    def phase(self) -> int:
        """Where in an interval samples lie."""
        return self.offset % self.interval

    def row(self, step: int) -> int:
        """Number of the first sample after `step`; before the window that of its first one."""
        step = min(max(step, self.start, self.offset - 1), max(self.stop, self.start, self.offset - 1))
        return (step - self.phase) // self.interval + 1

    def steps(self, begin: int, end: int) -> NDArray[np.int64]:
        """The steps of the rows begin … end - 1."""
        return np.arange(begin, end, dtype=np.int64) * self.interval + self.phase


@dataclass(frozen=True, eq=False, repr=False)
class WeightRecorder:
    """Keeps every weight that is sent through the connections of `projection`."""

    name: str
    projection: object
    start: int = 0
    stop: int = NEVER

    def __repr__(self) -> str:
        return (f"<recorder '{self.name}': weights of {self.projection.name}"
                f"{_window_text(self.window(self.projection.network.resolution))}>")

    def window(self, h: float) -> tuple[float, float]:
        """Recorded are stamps in (start, stop] ms."""
        return _in_ms(self.start, h), _in_ms(self.stop, h)


def make_recorder(nodes: object, what: str | Sequence[str], interval: float | None = None, name: str | None = None,
                  dtype: object = "f4", resolution: float = 0.1, taken: Collection[str] = (), offset: float | None = None,
                  start: float = 0.0, stop: float = math.inf) -> Recorder:
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
    offset : float, optional
        ms from which intervals are counted, and the first sample if it is not 0; a multiple of `resolution`.
    start, stop : float
        ms; only stamps in (start, stop] are recorded. Multiples of `resolution`.

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
    window = _window(start, stop, resolution)
    if variables == ("spikes",):
        for given, value in (("interval", interval), ("offset", offset)):
            if value is not None:
                raise ParameterError("record", given, "spikes are recorded whenever they occur; leave it out.")
        for part in nodes.parts:
            model = part.population.model
            if model.kind == "neuron" and not model.spikes:
                raise SimulationError(f"spikes of '{part.population.name}' cannot be recorded: a {model.name} does not spike. "
                                      f"Its recordables: {', '.join(model.recordables)}.")
            if not model.has_spikes(part.population.parameters):
                raise SimulationError(
                    f"spikes of '{part.population.name}' cannot be recorded: a {part.population.model.name} has no "
                    "spikes of its own but sends different ones to every target. Connect it one-to-one to parrot_neuron "
                    "nodes and record those.")
        return SpikeRecorder(name, nodes, **window)
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
    first = int(_steps(0.0 if offset is None else offset, resolution, "offset"))
    if first < 0 or first >= NEVER:
        raise ParameterError("record", "offset", f"must be >= 0 ms and finite, got {offset}.")
    dtype = np.dtype(dtype)
    if dtype not in (np.dtype("f4"), np.dtype("f8")):
        raise ParameterError("record", "dtype", f"must be 'f4' or 'f8', got {dtype}.")
    return TraceRecorder(name, nodes, **window, variables=variables, interval=steps, offset=first, dtype=dtype)



def make_weight_recorder(projection: object, what: object, name: str | None, taken: Collection[str], resolution: float = 0.1,
                         start: float = 0.0, stop: float = math.inf) -> WeightRecorder:
    """A recorder of what is sent through a projection.

    Raises
    ------
    ParameterError
    """
    if what != "weights":
        raise ParameterError("record", "what", f"must be 'weights' for a projection, got {what!r}.")
    if any(s.declaration.carrier for s in projection.synapses):
        raise ParameterError("record", "what", f"'weights' are recorded with every spike, but {projection.synapses[0].model} carries none.")
    return WeightRecorder(_free_name(name, "weights", taken), projection, **_window(start, stop, resolution))


def _free_name(name: str | None, base: str, taken: Collection[str]) -> str:
    if name is None:
        name, number = base, 2
        while name in taken:
            name, number = f"{base}_{number}", number + 1
    elif name in taken:
        raise ParameterError("record", "name", f"'{name}' is taken; recorders need different names.")
    return name


def _in_ms(steps: int, h: float) -> float:
    return steps * h if abs(steps) < NEVER else math.copysign(math.inf, steps)


def _window_text(window: tuple[float, float]) -> str:
    """The window in words, unless it is all of time."""
    start, stop = window
    return "" if start <= 0 and stop == math.inf else f", stamps in ({start:g}, {stop:g}] ms"


def _window(start: object, stop: object, resolution: float) -> dict[str, int]:
    steps = {k: int(_steps(v, resolution, k)) for k, v in (("start", start), ("stop", stop))}
    if steps["stop"] < steps["start"]:
        raise ParameterError("record", "stop", f"must be >= start, got start = {start:g} ms and stop = {stop:g} ms.")
    return steps


def _steps(value: object, resolution: float, name: str) -> NDArray[np.int64]:
    try:
        time = float(value)
    except (TypeError, ValueError):
        time = math.nan
    if math.isnan(time):
        raise ParameterError("record", name, f"must be a time in ms, got {value!r}.")
    return grid_steps(time, resolution, "record", name)
