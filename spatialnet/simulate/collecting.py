"""What recorders and detectors gather during a run, handed over as a whole or piece by piece."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .detectors import DetectorGroup
from .groups import Group, NeuronGroup
from .growth import Growth
from .recording import Recorder, SpikeRecorder, TraceRecorder, WeightRecorder
from .result import SpikeRecord, TraceRecord, WeightRecord

#: samples of a recorder that are kept until they are handed over, in bytes
BUFFER_BYTES = 1 << 25


class Collected:
    """What is gathered during one run, from step `first` (exclusive) to `last`.

    Parameters
    ----------
    recorders : iterable of Recorder
    first, last : int
    h : float
        Step, ms.
    trace : function
        ``(population, variable, nodes, steps)`` → what a generator sent, (len(steps), len(nodes)).
    in_pieces : bool
        Whether `records` is called often; traces need only room for what comes between then.
    growth : Growth, optional
        Is told of the spikes of its neurons.
    """

    def __init__(self, recorders: Iterable[Recorder], first: int, last: int, h: float, trace: Callable[..., NDArray],
                 in_pieces: bool = False, growth: Growth | None = None):
        self.growth = growth if growth is not None and growth.is_active else None
        self.first, self.last, self.h, self.trace = first, last, h, trace
        self.spike_recorders = [r for r in recorders if isinstance(r, SpikeRecorder)]
        self.trace_recorders = [r for r in recorders if isinstance(r, TraceRecorder)]
        self.weight_recorders = [r for r in recorders if isinstance(r, WeightRecorder)]
        self.watched: dict[tuple[int, int], Any] = {}
        self.sent: dict[tuple[int, int], list[tuple[NDArray, NDArray, NDArray]]] = {}
        self.chunks: dict[int, list[tuple[NDArray, NDArray]]] = {}
        #: populations whose spikes have offsets
        self.precise: set[int] = set()
        self.shown: dict[int, list[tuple[Any, DetectorGroup]]] = {}
        self.values: dict[str, dict[str, NDArray]] = {}
        #: rows that are already handed over, by recorder
        self.taken = {r.name: r.row(first) for r in self.trace_recorders}
        self.rows = {}
        for r in self.trace_recorders:
            rows = r.row(last) - r.row(first)
            per_row = len(r.ids) * len(r.variables) * r.dtype.itemsize
            self.rows[r.name] = min(rows, max(1, BUFFER_BYTES // max(per_row, 1))) if in_pieces else rows

    @property
    def most_steps(self) -> int:
        """Steps that may pass before `records` must be called."""
        return min((self.rows[r.name] * r.interval for r in self.trace_recorders if self.rows[r.name]),
                   default=self.last - self.first + 1)

    @property
    def spiking(self) -> Iterable[int]:
        """Populations whose spikes are needed."""
        return self.chunks.keys() | self.shown.keys() | (self.growth.populations.keys() if self.growth else set())

    def begin(self) -> None:
        """Forget who watches what: the run is prepared, perhaps again because connections have grown."""
        self.shown.clear()
        self.watched.clear()

    def attach(self, described: list[dict[str, Any]], groups: Sequence[Group]) -> None:
        """Add to each description what is recorded of it."""
        for population in (self.growth.populations if self.growth else {}).values():
            self._mask(described[population.index], population)[:] = 1
        for recorder in self.spike_recorders:
            for population, indices in recorder.indices():
                self._mask(described[population.index], population)[indices] = 1
                self.chunks.setdefault(population.index, [])
                if groups[population.index].precise:
                    self.precise.add(population.index)
        for r in self.trace_recorders:
            column = 0
            if r.name not in self.values:  # a run is prepared again when connections grow
                self.values[r.name] = {v: np.zeros((self.rows[r.name], len(r.ids)), r.dtype) for v in r.variables}
            tables = self.values[r.name]
            for population, indices in r.indices():
                order = np.argsort(indices, kind="stable")
                group = groups[population.index]
                for variable, table in tables.items() if isinstance(group, NeuronGroup) else ():
                    state = population.model.variable(variable)
                    described[population.index].setdefault("samplers", []).append({
                        "interval": r.interval, "phase": r.phase, "first_row": r.row(self.first), "last_row": r.row(self.last),
                        "nodes": np.ascontiguousarray(indices[order]),
                        "columns": np.ascontiguousarray(order + column, dtype=np.int64),
                        "state": group.state[group.names.index(state)],
                        "offset": np.atleast_1d(np.asarray(group.offset(state), np.float64)), "values": table})
                column += len(indices)

    @staticmethod
    def _mask(described: dict[str, Any], population: Any) -> NDArray[np.uint8]:
        return described.setdefault("recorded", np.zeros(population.n, np.uint8))

    def show(self, described: dict[str, Any], table: Any, detector: DetectorGroup) -> None:
        """Show a detector the spikes that are sent to it by `table`."""
        self._mask(described, table.source)[np.diff(table.offsets) > 0] = 1
        self.shown.setdefault(table.source.index, []).append((table, detector))

    def watch(self, entry: Any, number: int) -> bool:
        """Whether what goes through a table, the `number`-th of its source, is recorded."""
        if not any(entry.table is table for r in self.weight_recorders for table in r.projection.tables):
            return False
        self.watched[entry.source, number] = entry.table
        self.sent[entry.source, number] = []
        return True

    def take_transmissions(self, engine: Any) -> None:
        """Keep what was sent in one chunk."""
        for key, kept in self.sent.items():
            found = engine.take_transmissions(*key)
            if len(found[0]):
                kept.append(found)

    def weights(self) -> dict[str, WeightRecord]:
        """Everything that was sent through recorded projections and was not handed over yet."""
        made = {}
        for r in self.weight_recorders:
            parts = []
            for key, table in self.watched.items():
                if not any(table is t for t in r.projection.tables):
                    continue
                for rows, steps, weights in self.sent[key]:
                    keep = (steps > r.start) & (steps <= r.stop)
                    rows, steps, weights = rows[keep], steps[keep], weights[keep]
                    sources = np.searchsorted(table.offsets, rows, side="right") - 1 + table.source.first_id
                    parts.append((steps, sources, table.targets[rows].astype(np.int64) + table.target.first_id, weights))
            steps, sources, targets, weights = (np.concatenate(c) for c in zip(*parts)) if parts else (
                *(np.zeros(0, np.int64),) * 3, np.zeros(0))
            order = np.lexsort((targets, sources, steps))
            made[r.name] = WeightRecord(steps[order], sources[order], targets[order], weights[order], r.projection.name,
                                        r.window(self.h))
        for kept in self.sent.values():
            kept.clear()
        return made

    def add(self, population: int, steps: NDArray, nodes: NDArray, *offsets: NDArray) -> None:
        """Keep the spikes of one chunk; `offsets` within the step where the nodes know them."""
        if self.growth:
            self.growth.add(population, steps, nodes)
        if steps.size and population in self.chunks:
            self.chunks[population].append((steps, nodes, *offsets))
        for table, detector in self.shown.get(population, ()) if steps.size else ():
            detector.receive(table, steps, nodes)

    def records(self, step: int) -> tuple[dict[str, SpikeRecord], dict[str, TraceRecord]]:
        """Everything recorded up to `step` that was not handed over yet."""
        for population, chunks in self.chunks.items():
            if len(chunks) > 1:
                self.chunks[population] = [tuple(np.concatenate(c) for c in zip(*chunks))]
        spikes = {r.name: self._spikes(r) for r in self.spike_recorders}
        for chunks in self.chunks.values():
            chunks.clear()
        return spikes, {r.name: self._trace(r, step) for r in self.trace_recorders}

    def _trace(self, r: TraceRecorder, step: int) -> TraceRecord:
        begin, end = self.taken[r.name], r.row(step)
        self.taken[r.name] = end
        steps = r.steps(begin, end)
        size = max(self.rows[r.name], 1)
        rows = slice(begin - r.row(self.first), end - r.row(self.first)) if size >= r.row(self.last) - r.row(self.first) \
            else (np.arange(begin, end) - r.row(self.first)) % size
        values = {v: table[rows] for v, table in self.values[r.name].items()}
        column = 0
        for population, indices in r.indices():
            if population.model.kind == "generator":
                for v, table in values.items():
                    table[:, column:column + len(indices)] = self.trace(population, v, indices, steps)
            column += len(indices)
        models = [population.model for population, _ in r.indices()]
        return TraceRecord(steps, r.ids, values, {v: models[0].unit(v) for v in r.variables}, r.window(self.h))

    def _spikes(self, r: SpikeRecorder) -> SpikeRecord:
        parts, precise = [], any(population.index in self.precise for population, _ in r.indices())
        for population, indices in r.indices():
            wanted = np.zeros(population.n, bool)
            wanted[indices] = True
            for steps, nodes, *offsets in self.chunks[population.index]:
                keep = slice(None)
                if not wanted.all() or r.start > self.first or r.stop < self.last:
                    keep = wanted[nodes] & (steps > r.start) & (steps <= r.stop)
                parts.append((steps[keep], nodes[keep].astype(np.int64) + population.first_id,
                              offsets[0][keep] if offsets else np.zeros(steps[keep].size)))
        nothing = np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0)
        steps, nodes, offsets = (np.concatenate(c) for c in zip(*parts)) if parts else nothing
        ahead = (steps[1:] > steps[:-1]) | ((steps[1:] == steps[:-1]) & (nodes[1:] >= nodes[:-1]))
        if precise or not ahead.all():
            order = np.lexsort((-offsets, nodes, steps))
            steps, nodes, offsets = steps[order], nodes[order], offsets[order]
        return SpikeRecord(steps, nodes, r.ids, r.window(self.h), offsets if precise else None)
