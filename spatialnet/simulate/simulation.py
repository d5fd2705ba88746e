"""A network's runs: what the engine needs is derived from it lazily and kept between runs."""

from __future__ import annotations

import math
import os
import signal
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .._core import engine as compiled
from .._core.delivery import cut_rows
from .._core.engine import Engine
from ..errors import ParameterError, SimulationError
from ..models import fingerprint
from ..models.registry import check_connection
from .collecting import Collected
from .detectors import DetectorGroup
from .groups import Group, NeuronGroup
from .kinds import group_class, make_group
from .plasticity import describe, prepare_archives
from .result import RunResult
from .timing import run_steps
from .trackers import Run, Tracker

#: wall time between two looks at signals and trackers, s
CHUNK = 0.06
#: nodes and connections in the steps of the first chunk, of which the time is not known yet: a few ms
FIRST_CHUNK = 20_000
#: ring buffer that a piece of a delivery may reach, in bytes; fits a second-level cache
PIECE_BYTES = 1 << 19
#: and the most pieces of a thread's part: each costs a word per source
MOST_PIECES = 64
#: longest slice, in steps; longer minimal delays gain nothing
LONGEST_SLICE = 128
#: default of `Simulation.nodes_per_thread`
NODES_PER_THREAD = 2048


class Sink(Protocol):
    """Where a run is streamed to: `write` takes what was recorded since the last time, `t` is the time (ms) it has reached."""

    t: float

    def write(self, piece: RunResult) -> None: ...


@dataclass
class _Table:
    """A connection table as the engine sees it."""

    table: Any
    source: int
    target: int
    ordinal: int
    cuts: NDArray[np.uint32] | None = None
    bounds: NDArray[np.int64] | None = None
    contiguous: bool | None = None
    memory: dict[str, NDArray[Any]] | None = None
    version: object = None

    @property
    def occurrence(self) -> int:
        """Tells apart tables between the same two populations, which must not share their draws."""
        return (self.target & 0xffffffff) | (self.ordinal & 0xffff) << 32


class Simulation:
    """The dynamic side of a network: state, spikes under way, clock.

    Parameters
    ----------
    network : Network
        Its `populations`, `projections`, `recorders`, `seed`, `resolution` (ms) and `threads` are read anew at every
        run, so `create`, `connect` and `record` work between runs.
    nodes_per_thread : int
        Fewer nodes than this are not worth a thread of their own, so small networks use fewer than `network.threads`.

    Notes
    -----
    Results do not depend on the number of threads, nor on how a time is divided into runs.
    """

    def __init__(self, network: Any, nodes_per_thread: int = NODES_PER_THREAD):
        self.network, self.nodes_per_thread = network, nodes_per_thread
        self.h = float(network.resolution)
        self.step = 0
        self._groups: list[Group] = []
        self._stale: set[int] = set()
        self._tables: dict[int, _Table] = {}
        self._n_slots = 1
        self._running = False

    @property
    def t(self) -> float:
        """Time reached, ms."""
        return self._ms(self.step)

    @property
    def is_running(self) -> bool:
        """Whether a run is under way."""
        return self._running

    def _ms(self, step: int) -> float:
        return step / round(1 / self.h) if abs(1 / self.h - round(1 / self.h)) < 1e-9 else step * self.h

    # ---- parameters and state ----

    def get(self, population: Any, indices: ArrayLike, name: str) -> NDArray[Any]:
        """Current values of a parameter or state variable of some nodes, shape (len(indices),).

        Raises
        ------
        UnknownNameError
        """
        indices = np.asarray(indices, dtype=np.int64)
        if name == "frozen":
            return np.zeros(len(indices), bool) if population.frozen is None else population.frozen[indices]
        model = population.model
        if name in getattr(model, "results", ()):
            return _as_objects([self._detector(population).result(name, i) for i in indices])
        if name in getattr(model, "states", ()) and (population.index < len(self._groups) or name not in model.settable):
            known = population.index < len(self._groups)
            group = self._groups[population.index] if known else make_group(population, self.h, int(self.network.seed))
            return group.read(name, indices)
        kind = getattr(model.find(name), "kind", "number")
        value = population.parameters[name]
        if isinstance(value, tuple):
            return _as_objects([value[i] for i in indices])
        if isinstance(value, np.ndarray) and kind == "list":
            return _as_objects([value] * len(indices))
        return np.broadcast_to(value, population.n)[indices].copy()

    def last_spikes(self, population: Any, indices: ArrayLike) -> NDArray[np.float64]:
        """When some nodes spiked last, ms, shape (len(indices),); NaN for those that never did."""
        if population.index >= len(self._groups):
            return np.full(np.size(indices), np.nan)
        steps, offsets = self._groups[population.index].last_spikes[:, indices]
        return np.where(steps < 0, np.nan, self._ms(steps) - offsets)

    def history_lengths(self, population: Any, indices: ArrayLike) -> NDArray[np.int64] | None:
        """How many steps of their past nodes that are populations keep; None before the first run, and of other nodes."""
        group = self._groups[population.index] if population.index < len(self._groups) else None
        lengths = getattr(group, "lengths", None)
        return None if lengths is None else lengths[indices]

    def keeps_spikes(self, population: Any) -> bool:
        """Whether plastic synapses look back at spikes of these nodes."""
        return population.index < len(self._groups) and self._groups[population.index].archive is not None

    def _detector(self, population: Any) -> DetectorGroup:
        if population.index < len(self._groups):
            group = self._groups[population.index]
            if population.index in self._stale:
                group.refresh(self.step)
                self._stale.discard(population.index)
            return group
        group = make_group(population, self.h, int(self.network.seed))  # nothing was simulated yet
        group.refresh(self.step)
        return group

    def set_parameters(self, population: Any, indices: ArrayLike, values: Mapping[str, Any]) -> None:
        """Change parameters or state of some nodes, all or nothing.

        Parameters
        ----------
        indices : (k,) array of int
        values : mapping
            Numbers, or arrays (k,).

        Raises
        ------
        UnknownNameError, ParameterError
            Nothing is changed then.
        """
        model, n = population.model, population.n
        indices = np.asarray(indices, dtype=np.int64)
        group = self._groups[population.index] if population.index < len(self._groups) else None
        if "frozen" in values:
            frozen = self._frozen(population, indices, values["frozen"])
            values = {name: value for name, value in values.items() if name != "frozen"}
        else:
            frozen = population.frozen
        current = dict(population.parameters)
        if isinstance(group, NeuronGroup):
            current |= {name: group.read(name, slice(None)) for name in group.states}
        wanted = {}
        for name, value in values.items():
            kind = getattr(model.find(name), "kind", "number")
            if len(indices) == n and (kind != "number" or np.ndim(value) == 0):
                wanted[name] = value
            elif kind != "number":
                raise model.refuse(name, "must be set for the whole layer at once, not for a part of it.")
            else:
                # checked on their own first, so that an error speaks of what was given
                checked = model._value(name, model.find(name), value, len(indices))
                wanted[name] = np.full(n, current[name], np.float64)
                wanted[name][indices] = checked
        checked = current | {name: model._value(name, model.settable[name], value, n) for name, value in wanted.items()}
        model.cross_check(checked)
        if not isinstance(group, NeuronGroup):
            population.parameters.update({name: checked[name] for name in wanted})
        else:
            # A variable kept relative to a parameter keeps its absolute value when that parameter changes.
            absolute = {name: np.broadcast_to(checked[name], n) for name in group.states}
            population.parameters.update({name: checked[name] for name in wanted if name not in group.states})
            for name in group.states:
                reference = model.states[name].relative_to
                if name in wanted or reference in wanted:
                    group.write(name, slice(None), absolute[name])
        population.frozen = frozen
        if group is not None:
            self._stale.add(population.index)

    def _frozen(self, population: Any, indices: NDArray[np.int64], value: Any) -> NDArray[np.bool_] | None:
        """`Population.frozen` with a new value for some nodes."""
        model, given = population.model, np.asarray(value)
        if given.dtype != bool or given.shape not in ((), indices.shape):
            raise ParameterError(model.name, "frozen", f"must be True or False, or {len(indices)} of these, got {value!r}.")
        frozen = np.zeros(population.n, bool) if population.frozen is None else population.frozen.copy()
        frozen[indices] = given
        if frozen.any() and not group_class(model).can_freeze:
            raise ParameterError(model.name, "frozen", "nodes of this model cannot be frozen; disconnect them instead.")
        return frozen if frozen.any() else None

    # ---- running ----

    def run(self, t: float, trackers: Sequence[Tracker] = (), sink: Sink | None = None) -> RunResult:
        """Simulate `t` ms more.

        Parameters
        ----------
        t : float
            A multiple of the resolution, >= 0.
        trackers : sequence of Tracker
            Told about the run a few times per second of wall time.
        sink : Sink, optional
            Takes what is recorded, piece by piece, so that memory stays bounded; the result holds the last piece then.

        Returns
        -------
        RunResult
            Of this run alone. `status` is ``"stopped"`` after an interrupt (a second one raises KeyboardInterrupt) or
            `Run.stop`; what was computed until then is valid, and the next run goes on from there.

        Raises
        ------
        ParameterError
            For an impossible `t`.
        SimulationError
            If the network cannot be run, or a state variable becomes NaN or infinite; then its `result` holds what was
            recorded.
        """
        n_steps = run_steps(t, self.h)
        if self._running:
            raise SimulationError("this network is being simulated already; wait for that run to end.")
        self._running = True
        try:
            return self._run(n_steps, tuple(trackers), sink)
        finally:
            self._running = False

    def _run(self, n_steps: int, trackers: tuple[Tracker, ...], sink: Sink | None) -> RunResult:
        first, last = self.step, self.step + n_steps
        growth = getattr(self.network, "growth", None)
        collected = Collected(list(getattr(self.network, "recorders", ())), first, last, self.h, self._trace, sink is not None, growth)
        run = Run(self._ms(first), self._ms(last))
        with _Interrupts(run):  # around the preparation, too: rings must not be left half enlarged
            engine, slice_steps = self._prepare(collected)
            begin = time.perf_counter()
            for tracker in trackers:
                tracker.started(run)
            try:
                if sink:
                    self._hand_over(sink, self._result(collected, first, "running"))
                while self.step < last and not run.stop_requested:
                    if collected.growth and growth.is_due(self.step, self.h) and growth.update(self.step, self.h):
                        self._keep_events(engine)
                        engine, slice_steps = self._prepare(collected)
                    until = min(growth.next_update(self.step, self.h), last) if collected.growth else last
                    self._advance(engine, slice_steps, first, until, run, collected, trackers, begin, sink)
                run.status = "stopped" if self.step < last else "complete"
                run.reason = run.reason if run.status == "stopped" else ""
            except BaseException:
                run.status = "failed"
                raise
            finally:
                run.wall_time = time.perf_counter() - begin
                self._keep_events(engine)
                for tracker in trackers:
                    tracker.finished(run)
        result = self._result(collected, first, run.status, run.reason)
        if sink:
            self._hand_over(sink, result)
        return result

    def _keep_events(self, engine: Engine) -> None:
        """Take over what is on its way outside the rings."""
        for index, group in enumerate(self._groups):
            if hasattr(group, "pending"):
                group.pending.take(*engine.take_events(index))

    def _advance(self, engine: Engine, slice_steps: int, first: int, last: int, run: Run, collected: Collected,
                 trackers: tuple[Tracker, ...], begin: float, sink: Sink | None) -> None:
        size = sum(group.population.n for group in self._groups) + sum(len(entry.table.targets) for entry in self._tables.values())
        n = slice_steps * max(1, FIRST_CHUNK // (slice_steps * max(size, 1)))
        spikes, known = run.n_spikes, engine.n_spikes
        while self.step < last and not run.stop_requested:
            chunk_begin = time.perf_counter()
            n_now = min(n, last - self.step, collected.most_steps)
            engine.advance(n_now)
            self.step = engine.step
            for population in collected.spiking:
                collected.add(population, *engine.take_spikes(population))
            collected.take_transmissions(engine)
            for group in self._groups:
                if isinstance(group, DetectorGroup):
                    group.evaluate(self.step)
            if sink and self.step < last:
                self._hand_over(sink, self._result(collected, first, "running"))
            now = time.perf_counter()
            run.t, run.n_spikes, run.wall_time = self._ms(self.step), spikes + engine.n_spikes - known, now - begin
            self._check_state(engine, first, self.step - n_now, collected)
            self._check_weights(engine, first, collected)
            self._check_junctions(engine, first, self.step - n_now, collected)
            for tracker in trackers:
                tracker.progressed(run)
            # Whole slices, as many as fit the time between two looks; never more than four times the last.
            wanted = n_now * CHUNK / max(now - chunk_begin, 1e-6)
            n = max(1, int(min(wanted, 4 * n) / slice_steps)) * slice_steps

    def _hand_over(self, sink: Sink, piece: RunResult) -> None:
        try:
            sink.write(piece)
        except OSError as error:
            raise SimulationError(f"{sink} cannot take more than was recorded until {sink.t:g} ms ({error}). That is kept there, and "
                                  f"the network stands at {self.t:g} ms: make room and simulate on into another store.") from error

    def _check_state(self, engine: Engine, first: int, before: int, collected: Collected) -> None:
        for number, group in enumerate(self._groups):
            if not isinstance(group, NeuronGroup):
                continue
            if escape := engine.first_escape(number):
                step, index, row, value = escape
                name = group.names[row]
                time, when = self._ms(step), f"{value:g} at {self._ms(step):g} ms, outside its limits: the solution is unstable"
            elif found := group.first_not_finite():
                name, index = found
                time = self.t
                when = f"{group.state[group.names.index(name), index]} between {self._ms(before):g} and {self.t:g} ms"
            else:
                continue
            population = group.population
            error = SimulationError(f"{population.model.name} node {index} of '{population.name}' (id {population.first_id + index}): "
                                    f"{name} became {when}. Look for weights or currents that grow without bound.")
            error.model, error.node, error.variable, error.time = population.model.name, population.first_id + index, name, time
            error.result = self._result(collected, first, "failed")
            raise error

    def _check_junctions(self, engine: Engine, first: int, before: int, collected: Collected) -> None:
        if not engine.n_unsettled:
            return
        error = SimulationError(f"voltages of neurons with gap junctions did not settle between {self._ms(before):g} and {self.t:g} ms: "
                                "the conductances are too large for the capacitances. Use smaller weights, or a finer resolution.")
        error.time, error.result = self.t, self._result(collected, first, "failed")
        raise error

    def _check_weights(self, engine: Engine, first: int, collected: Collected) -> None:
        found = engine.mishap()
        if found is None:
            return
        group, number, row, step, value = found
        table = [t.table for t in self._tables.values() if t.source == group][number]
        source = table.source.first_id + int(np.searchsorted(table.offsets, row, side="right")) - 1
        target = table.target.first_id + int(table.targets[row])
        model = table.plasticity.model.name if table.plasticity is not None else "static_synapse"
        error = SimulationError(
            f"{model} from node {source} of '{table.source.name}' to node {target} of '{table.target.name}': the weight sent at "
            f"{self._ms(step):g} ms was {value}. Look for parameters that let weights grow without bound.")
        error.model, error.source, error.target, error.time = model, source, target, self._ms(step)
        error.result = self._result(collected, first, "failed")
        raise error

    # ---- from the network to the engine ----

    def _prepare(self, collected: Collected) -> tuple[Engine, int]:
        fingerprint.check(compiled.FINGERPRINT, compiled.__file__)
        collected.begin()
        populations = list(self.network.populations)
        for population in populations[len(self._groups):]:
            group = make_group(population, self.h, int(self.network.seed))
            group.refresh(self.step)
            self._groups.append(group)
        for index in sorted(self._stale):
            self._groups[index].refresh(self.step)
        self._stale.clear()

        every = self._current_tables(populations)
        tables = [t for t in every if self._groups[t.target].listens]
        delays = [_extrema(t.table.delays) for t in tables if len(t.table.targets)]
        least = max(min((low for low, _ in delays), default=LONGEST_SLICE), 1)  # values that act at once have a delay of 0
        slice_steps = min(least, LONGEST_SLICE)
        self._make_rings(tables, max((high for _, high in delays), default=1), slice_steps)

        prepare_archives(self._groups, tables, self.step, self.h)

        n_parts = self._parts(sum(p.n for p in populations))
        n_pieces = n_parts * self._pieces_per_part(tables, n_parts)
        pieces = [_divide(p.n, n_pieces) for p in populations]
        described = [group.describe() | {"bounds": b[::n_pieces // n_parts].copy(), "tables": []}
                     for group, b in zip(self._groups, pieces)]
        for table in tables:
            recorded = collected.watch(table, len(described[table.source]["tables"]))
            is_plastic = recorded or table.table.plasticity is not None and table.table.carrier is None
            found = self._describe_table(table, pieces[table.target], is_plastic)
            if is_plastic:
                found["plasticity"] = describe(table.table, table.table.plasticity, self._groups[table.target], self.h,
                                               found["occurrence"] | table.source << 48, recorded)
            described[table.source]["tables"].append(found)
        collected.attach(described, self._groups)
        for table in every:
            if isinstance(group := self._groups[table.target], DetectorGroup):
                collected.show(described[table.source], table.table, group)
        seed = int(self.network.seed) & 0xffffffffffffffff
        return Engine(described, n_parts, n_pieces, self._n_slots, slice_steps, self.step, seed), slice_steps

    def _parts(self, n_nodes: int) -> int:
        threads = self.network.threads
        if threads is None:
            threads = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        return max(1, min(int(threads), n_nodes // self.nodes_per_thread))

    def _pieces_per_part(self, tables: Iterable[_Table], n_parts: int) -> int:
        """With many delays a spike reaches cells all over the ring: so many pieces that what it reaches stays in cache."""
        reached = 0
        for entry in tables:
            if isinstance(entry.table.delays, np.ndarray) and len(entry.table.targets):
                n_delays = int(entry.table.delays.max()) - int(entry.table.delays.min()) + 1
                group = self._groups[entry.target]
                reached = max(reached, n_delays * group.n_channels * group.length * 8)
        return max(1, min(-(-reached // (n_parts * PIECE_BYTES)), MOST_PIECES))

    def _current_tables(self, populations: Sequence[Any]) -> list[_Table]:
        known, self._tables = self._tables, {}
        ordinals: dict[tuple[int, int], int] = {}
        for projection in self.network.projections:
            for table in projection.tables:
                ends = table.source.index, table.target.index
                ordinal = ordinals[ends] = ordinals.get(ends, -1) + 1
                entry = known.get(id(table)) or _Table(table, *ends, ordinal)
                entry.ordinal = ordinal
                check_connection(table.source.model, table.target.model, table.receptor, table.source.parameters,
                                 table.target.parameters, table.carrier)
                self._tables[id(table)] = entry
        return list(self._tables.values())

    def forget_tables(self) -> None:
        """Let go of the tables that are no longer in the network, and of what was derived from them."""
        alive = {id(table) for projection in self.network.projections for table in projection.tables}
        self._tables = {key: entry for key, entry in self._tables.items() if key in alive}

    def _make_rings(self, tables: Iterable[_Table], longest: int, slice_steps: int) -> None:
        n_slots = 1 << max(longest + slice_steps, 1).bit_length()
        n_slots = max(n_slots, self._n_slots)
        self._check_memory(n_slots, longest)
        reached = {t.target for t in tables}
        driven = {t.target for t in tables if t.table.source.model.kind == "generator"
                  and t.table.source.model.signal == "current"}
        for index, group in enumerate(self._groups):
            if index in reached or group.ring is not None:
                group.make_room(n_slots, self._n_slots, self.step, group.has_current or index in driven)
        self._n_slots = n_slots

    def _check_memory(self, n_slots: int, longest: int) -> None:
        """Rings are as long as the longest delay; what cannot fit the machine is refused before it is tried."""
        needed = 8 * n_slots * sum(group.population.n * max(group.n_channels, 1) for group in self._groups
                                   if isinstance(group, NeuronGroup))
        available = _memory()
        if needed > available:
            raise SimulationError(f"the longest delay, {self._ms(longest):g} ms = {longest} steps, needs {needed / 1e9:.0f} GB for spikes "
                                  f"under way, more than this machine's {available / 1e9:.0f} GB. Use shorter delays, or a coarser "
                                  "resolution.")

    def _describe_table(self, entry: _Table, bounds: NDArray[np.int64], is_plastic: bool) -> dict[str, Any]:
        table, target = entry.table, self._groups[entry.target]
        model = table.source.model
        if len(bounds) > 2 and (entry.bounds is None or not np.array_equal(entry.bounds, bounds)):
            entry.cuts, entry.bounds = cut_rows(table.offsets, table.targets, bounds), bounds
        if entry.contiguous is None:
            entry.contiguous = model.kind == "generator" and _rows_are_contiguous(table)
        weights = table.weights
        low, high = map(float, _extrema(weights)) if np.size(weights) else (0.0, 0.0)
        if not (math.isfinite(low) and math.isfinite(high)):
            raise SimulationError(f"a connection from '{table.source.name}' to '{table.target.name}' has weight "
                                  f"{low if not math.isfinite(low) else high}; weights must be finite.")
        if model.kind == "generator" and (entry.ordinal > 0xffff or _most_repeats(table) > 0xffff):
            raise SimulationError(f"'{table.source.name}' is connected to one node of '{table.target.name}' more than 65536 times; "
                                  "raise its rate or the weight instead.")
        common = {"offsets": table.offsets, "targets": table.targets, "delays": _column(table.delays), "weights": _column(weights),
                  "cuts": entry.cuts if len(bounds) > 2 else None, "target": entry.target, "sign": 1, "lead": 0, "unweighted": 0,
                  "scaled": 0, "precise": 0, "deaf": 0, "contiguous": int(entry.contiguous), "occurrence": entry.occurrence}
        if table.carrier is not None:
            positive, negative = target.plan.couplings.get(table.carrier.carries, (0, 0))
            return common | {"positive": positive, "negative": negative, "coupling": _coupling(table, target)}
        relay = not isinstance(target, NeuronGroup)
        spikes = None if relay else target.model.inputs.get(table.receptor)
        current = model.kind == "generator" and model.signal == "current"
        if spikes is not None and spikes.only_positive and low < 0 and not current:
            raise SimulationError(f"a connection from '{table.source.name}' to '{table.target.name}' has weight {low:g}; receptor "
                                  f"{table.receptor} of {target.model.name} takes weights >= 0 only.")
        if current:
            positive = negative = target.inputs + list(target.model.currents).index(table.receptor)
        else:
            positive, negative = (0, 0) if relay else target.plan.receptors[table.receptor]
        return common | {
            "weights": 1.0 if relay and not is_plastic else _column(weights), "positive": positive, "negative": negative,
            "sign": 1 if relay or low >= 0 else -1 if high < 0 else 0, "lead": int(current), "unweighted": int(relay),
            "scaled": int(spikes is not None and spikes.scaled and not current),
            "precise": int(self._groups[entry.source].precise and target.kind == "precise" and not is_plastic),
            "deaf": int(relay and table.receptor in target.population.model.deaf), **self._memory(entry)}

    def _memory(self, entry: _Table) -> dict[str, NDArray[Any]]:
        group = self._groups[entry.source]
        if entry.memory is None or entry.version != group.version:
            entry.memory, entry.version = group.memory(entry.table, entry.occurrence), group.version
        return entry.memory

    # ---- from the engine to the result ----

    def _trace(self, population: Any, name: str, nodes: NDArray[np.int64], steps: NDArray[np.int64]) -> NDArray[np.float64]:
        """What a generator sends in `steps`: no state, but computed again."""
        sent = [(t.table, t.occurrence) for t in self._tables.values() if t.source == population.index]
        return self._groups[population.index].trace(name, nodes, steps, sent)

    def _result(self, collected: Collected, first: int, status: str, reason: str = "") -> RunResult:
        spikes, traces = collected.records(self.step)
        detectors = [group for group in self._groups if isinstance(group, DetectorGroup) and status != "running"]
        found = {group.population.name: group.record() for group in detectors}
        return RunResult(self._ms(first), self.t, self.h, status, spikes, traces, collected.weights(), reason, found)


class _Interrupts:
    """While it is entered in the main thread, the first SIGINT stops the run and the second raises."""

    def __init__(self, run: Run):
        self.run, self.previous = run, None

    def __enter__(self) -> None:
        if threading.current_thread() is threading.main_thread():
            self.previous = signal.getsignal(signal.SIGINT)
            if self.previous is not None:  # None: installed outside Python, so not ours to replace
                signal.signal(signal.SIGINT, self._handle)

    def __exit__(self, *error: object) -> None:
        if self.previous is not None:
            signal.signal(signal.SIGINT, self.previous)

    def _handle(self, number: int, frame: object) -> None:
        if self.run.stop_requested:
            raise KeyboardInterrupt
        self.run.stop("interrupted")


@cache
def _memory() -> float:
    """Bytes of this machine."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") if hasattr(os, "sysconf") else float("inf")


def _coupling(table: Any, target: NeuronGroup) -> dict[str, Any]:
    """What the engine needs to know of connections that carry a value in every step."""
    factors = None
    if table.plasticity is not None:
        factors = [np.atleast_1d(np.asarray(table.column(name), np.float64)) for name in table.plasticity.names]
    carries = table.carrier.carries
    return {"at_once": table.carrier.at_once, "within": carries == "gap", "factors": factors, "gain": target.gain(carries)}


def _divide(n: int, n_parts: int) -> NDArray[np.int64]:
    """Bounds of `n_parts` parts of `n` nodes: whole cache lines, so no two threads write to the same one."""
    lines = -(-n // 8)
    return np.minimum(np.arange(n_parts + 1, dtype=np.int64) * lines // n_parts * 8, n)


def _extrema(column: Any) -> tuple[Any, Any]:
    """The least and the largest value of a column, which may be one number for all."""
    return (column.min().item(), column.max().item()) if isinstance(column, np.ndarray) else (column, column)


def _column(values: Any) -> Any:
    return values if isinstance(values, np.ndarray) and values.ndim else values.item() if hasattr(values, "item") \
        else values


def _rows_are_contiguous(table: Any) -> bool:
    """Whether every row's targets are consecutive numbers."""
    steps = np.diff(table.targets.astype(np.int64))
    inner = np.ones(steps.size, bool)
    boundaries = np.asarray(table.offsets[1:-1])
    inner[boundaries[(boundaries > 0) & (boundaries <= steps.size)] - 1] = False
    return bool((steps[inner] == 1).all())


def _as_objects(items: list[Any]) -> NDArray[Any]:
    array = np.empty(len(items), dtype=object)
    array[:] = items
    return array


def _most_repeats(table: Any) -> int:
    """How often one pair occurs at most; looked for only where a row is long enough."""
    if not len(table.offsets) > 1 or np.diff(table.offsets).max() <= 0xffff:
        return 1
    return max(int(np.unique(table.targets[a:b], return_counts=True)[1].max())
               for a, b in zip(table.offsets[:-1], table.offsets[1:]) if b - a > 0xffff)
