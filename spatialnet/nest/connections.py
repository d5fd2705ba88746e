"""What is connected: the calls of `Connect`, `GetConnections`, `SynapseCollection` and `Disconnect`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..connect.change import remove, set_values
from ..connect.projection import ConnectionTable, Projection
from ..connect.selection import Picked, _rows, milliseconds
from ..distinct import distinct
from ..errors import ParameterError
from ..simulate.recording import SpikeRecorder as NativeSpikes
from ..simulate.recording import TraceRecorder as NativeTraces
from ..simulate.recording import WeightRecorder as NativeWeights
from ..space.layer import Layer, Nodes
from . import errors
from .models import not_there, to_json
from .parameters import Parameter, is_number
from .taps import Tap, needs_tap
from .waiting import Queue

#: rows of a printed collection above which the middle is left out
_LONG = 35


@dataclass(eq=False)
class Call:
    """What one call made: a projection, and for each of its tables the synapse model and label.

    Projections of recorders are not in the native network.
    """

    projection: Projection
    models: list[str]
    labels: list[int]
    is_recording: bool
    #: number of the first connection among all, and per table the place of each row among those of the call
    first: int
    orders: list[np.ndarray] | None = None
    weight_recorder: Any = None
    has_grown: bool = False
    #: names of the synaptic elements at its ends
    occupies: tuple[str, str] | None = None

    @property
    def n(self) -> int:
        return self.projection.n


class ConnectionBook:
    """All calls of `Connect` in order, those of recorders included, and what they record."""

    def __init__(self, kernel: Any):
        self.kernel = kernel
        self.calls: list[Call] = []
        self.stimulator_models: dict[int, str] = {}  # by id: all connections of a device use one model
        self.queue = Queue(self)
        self._recordings: list[tuple[Any, Any, Any]] = []  # native recorder, device, multiplicities by node or None
        self._taps: dict[int, Tap] = {}  # by id() of the table
        self._stale = True
        self.n_made = 0  # removed ones included, and those that wait

    # ---- what there is ----

    @property
    def n(self) -> int:
        """Number of connections."""
        return sum(call.n for call in self.calls) + self.queue.n

    def count(self, model: str) -> int:
        """Number of connections of a synapse model."""
        made = sum(len(t) for call in self.calls for t, name in zip(call.projection.tables, call.models) if name == model)
        return made + self.queue.count(model)

    def has_any(self, population: Any) -> bool:
        """Whether a connection begins or ends at some nodes."""
        self.flush()
        return any(end is population for call in self.calls for t in call.projection.tables for end in (t.source, t.target))

    def delay_extrema(self) -> tuple[int, int] | None:
        """Smallest and largest delay in steps; None without connections."""
        self.flush()
        found = [d for call in self.calls for t in call.projection.tables if len(t)
                 for d in (np.min(self.delays(t)), np.max(self.delays(t)))]
        return (int(min(found)), int(max(found))) if found else None

    def delays(self, table: ConnectionTable) -> Any:
        """Delays in steps as NEST shows them: what has none is said to have the default one."""
        acts_at_once = table.carrier is not None and table.carrier.at_once
        return max(round(1000 / self.kernel.tics_per_step), 1) if acts_at_once else table.delays

    def add(self, projection: Projection, models: list[str], labels: list[int], is_recording: bool,
            orders: list[np.ndarray] | None = None, is_numbered: bool = False, weight_recorder: Any = None) -> None:
        """Take over what a call has made; `is_numbered`: it was counted when it began to wait, and `orders` has the numbers."""
        first = 0 if is_numbered else self.n_made
        self.calls.append(Call(projection, models, labels, is_recording, first, orders, weight_recorder))
        self.n_made += 0 if is_numbered else projection.n
        self._stale |= is_recording or weight_recorder is not None

    def flush(self) -> None:
        """Make the connections that wait."""
        if self.queue.n:
            self.queue.flush()

    # ---- recording ----

    def renew(self) -> None:
        """Attach the recorders anew before the next run."""
        self._stale = True

    def attach_recorders(self) -> None:
        """Let the native network record what recorders are connected to."""
        if not self._stale:
            return
        network = self.kernel.network
        ours = {id(native) for native, _, _ in self._recordings}
        network.recorders = [r for r in network.recorders if id(r) not in ours]
        self._recordings = []
        self._renew_taps()
        connected: dict[int, list[tuple[Any, np.ndarray]]] = {}
        devices: dict[int, Any] = {}
        for call in self.calls:
            if call.weight_recorder is not None and call.n:
                name = network._free_name("recorder", None, f"weight_recorder {call.weight_recorder.id}", [r.name for r in network.recorders])
                network.recorders.append(NativeWeights(name, call.projection))
                self._recordings.append((network.recorders[-1], call.weight_recorder, None))
            if not call.is_recording:
                continue
            for table in call.projection.tables:
                if id(table) in self._taps:
                    continue
                meters = table.source.model.kind == "recorder"
                block = self.kernel.block_of[id(table.source if meters else table.target)]
                offsets, nodes = (table.offsets, table.targets) if meters else (table.by_target()[0], None)
                for k in np.flatnonzero(np.diff(offsets)):
                    rows = slice(offsets[k], offsets[k + 1])
                    at = nodes[rows] if meters else np.searchsorted(table.offsets, table.by_target()[1][rows], side="right") - 1
                    device = block.devices[k]
                    devices[device.id] = device
                    connected.setdefault(device.id, []).append((table.target if meters else table.source, np.asarray(at, np.int64)))
        for number, parts in connected.items():
            self._attach(devices[number], parts)
        self._stale = False

    def _renew_taps(self) -> None:
        """Tap what stimulators send to recorders, as they are connected now."""
        network, known = self.kernel.network, self._taps
        tables = [t for call in self.calls if call.is_recording for t in call.projection.tables if len(t) and needs_tap(t.source)]
        self._taps = {id(t): known.get(id(t)) or Tap(self.kernel, t) for t in tables}
        for key, tap in known.items():
            if key not in self._taps:
                network.disconnect(tap.projection)
        for tap in self._taps.values():
            name = network._free_name("recorder", None, tap.layer.name, [r.name for r in network.recorders])
            network.recorders.append(tap.recorder(name))
            self._recordings.append((network.recorders[-1], tap, None))

    def _attach(self, device: Any, parts: list[tuple[Any, np.ndarray]]) -> None:
        network = self.kernel.network
        counts: dict[int, tuple[Any, np.ndarray]] = {}
        for population, at in parts:
            known = counts.setdefault(population.index, (population, np.zeros(population.n, np.int64)))[1]
            known += np.bincount(at, minlength=population.n)
        layers = [Layer(network, population, np.flatnonzero(n)) for population, n in counts.values()]
        nodes = layers[0] if len(layers) == 1 else Nodes(network, tuple(layers))
        name = network._free_name("recorder", None, f"{device.name} {device.id}", [r.name for r in network.recorders])
        if hasattr(device, "extra") and "interval" in device.values:
            if not device.columns:
                return
            step = np.gcd.reduce([device.steps(device.values["interval"]), device.steps(device.values["offset"]), self.kernel.epoch])
            native: Any = NativeTraces(name, nodes, device.columns, int(step), np.dtype("f8"))
            times = None
        else:
            native = NativeSpikes(name, nodes)
            times = None if all((n <= 1).all() for _, n in counts.values()) else counts
        network.recorders.append(native)
        self._recordings.append((native, device, times))

    def hand_out(self, result: Any) -> None:
        """Give the recorders what a run has recorded."""
        starts = np.array([b.population.first_id if not b.devices else -1 for b in self.kernel.blocks])
        firsts = np.array([b.first for b in self.kernel.blocks])
        usual = np.flatnonzero(starts >= 0)

        def facade_ids(ids: np.ndarray) -> np.ndarray:
            which = usual[np.searchsorted(starts[usual], ids, side="right") - 1]
            return ids - starts[which] + firsts[which]

        for native, device, times in self._recordings:
            if isinstance(device, Tap):
                device.hand_out(result.spikes[native.name])
            elif isinstance(native, NativeSpikes):
                record = result.spikes[native.name]
                steps, nodes, offsets = record.steps, record.nodes, record.offsets
                if times is not None and len(steps):
                    often = np.zeros(self.kernel.network.n_nodes, np.int64)
                    for population, n in times.values():
                        often[population.first_id:population.first_id + population.n] = n
                    offsets = None if offsets is None else np.repeat(offsets, often[nodes])
                    steps, nodes = np.repeat(steps, often[nodes]), np.repeat(nodes, often[nodes])
                device.add(facade_ids(nodes), steps, offsets=offsets)
            elif isinstance(native, NativeWeights):
                record = result.weights[native.name]
                nothing = np.zeros(len(record.steps), np.int64)
                device.add(facade_ids(record.sources), record.steps, facade_ids(record.targets), nothing, nothing, record.weights)
            else:
                record = result.traces[native.name]
                interval, offset = device.steps(device.values["interval"]), device.steps(device.values["offset"])
                since = record.steps - self.kernel.epoch
                keep = ((since - offset) % interval == 0) & (since >= max(offset, 1))
                awake = ~self._are_frozen(record.nodes)  # as in NEST, nothing is recorded of frozen nodes
                steps, nodes = record.steps[keep], facade_ids(record.nodes[awake])
                device.add(np.tile(nodes, len(steps)), np.repeat(steps, len(nodes)),
                           *(np.ascontiguousarray(record.variables[v][keep][:, awake]).ravel() for v in device.columns))

    def _are_frozen(self, nodes: np.ndarray) -> np.ndarray:
        """Whether nodes, by their native ids, are frozen."""
        frozen = np.zeros(self.kernel.network.n_nodes, bool)
        for population in self.kernel.network.populations:
            if population.frozen is not None:
                frozen[population.first_id:population.first_id + population.n] = population.frozen
        return frozen[nodes]

    # ---- choosing ----

    def choose(self, source: np.ndarray | None, target: np.ndarray | None, model: str | None,
               label: int | None) -> tuple[np.ndarray, ...]:
        """Call, table, row, source and target of each chosen connection, in the order of NEST's handles."""
        spans = [None if ids is None else (int(ids.min()), int(ids.max())) if len(ids) else (0, 0) for ids in (source, target)]
        self.queue.flush(*spans)
        parts = []
        for c, call in enumerate(self.calls):
            for t, table in enumerate(call.projection.tables):
                if len(table) == 0 or model not in (None, call.models[t]) or label not in (None, -1, call.labels[t]):
                    continue
                blocks = [self.kernel.block_of[id(p)] for p in (table.source, table.target)]
                if not all(block.meets(span) for block, span in zip(blocks, spans)):
                    continue
                ends = [None if ids is None else ids[(ids >= b.first) & (ids < b.first + b.n)] - b.first
                        for ids, b in zip((source, target), blocks)]
                if any(e is not None and len(e) == 0 for e in ends):
                    continue
                picked = Picked(table, _rows(table, *(None if e is None or len(e) == b.n else e for e, b in zip(ends, blocks))))
                n = len(picked)
                if n == 0:
                    continue
                rank = 2 if blocks[0].model.element_type != "neuron" else 1 if blocks[1].model.element_type == "recorder" else 0
                rows = np.arange(n) if picked.is_whole else picked.rows
                made = rows if call.orders is None else call.orders[t][rows]
                parts.append((made + call.first, np.full(n, c), np.full(n, t), rows, picked.source_indices().astype(np.int64) + blocks[0].first,
                              picked.target_indices().astype(np.int64) + blocks[1].first, self.kernel.synapse_models[call.models[t]].number, rank))
        if not parts:
            return tuple(np.empty(0, np.int64) for _ in range(5))
        made, *columns = (np.concatenate([p[k] for p in parts]) for k in range(6))
        if len(parts) > 1 or any(call.orders is not None for call in self.calls):
            model_numbers, ranks = (np.repeat([p[k] for p in parts], [len(p[0]) for p in parts]) for k in (6, 7))
            order = np.lexsort((made, columns[3], ranks, model_numbers))
            columns = [c[order] for c in columns]
        return tuple(columns)


class SynapseCollection:
    """Handles of connections. ``c[3]``, ``c[:10]``, ``c.weight``, ``c.weight = 2.``, ``c.get(…)``, ``c.set(…)``."""

    def __init__(self, columns: tuple[np.ndarray, ...] | None = None):
        from .kernel import kernel
        columns = tuple(np.empty(0, np.int64) for _ in range(5)) if columns is None else columns
        tables = {(c, t): (kernel.connections.calls[c], kernel.connections.calls[c].projection.tables[t])
                  for c, t in set(zip(columns[0].tolist(), columns[1].tolist()))} if len(columns[0]) else {}
        self._fill(columns, tables, kernel.generation)

    def _fill(self, columns: tuple[np.ndarray, ...], tables: dict, generation: int) -> None:
        self.__dict__.update(_columns=columns, _tables=tables, _generation=generation, print_full=False)

    def _part(self, which: Any) -> SynapseCollection:
        made = SynapseCollection.__new__(SynapseCollection)
        made._fill(tuple(c[which] for c in self._columns), self._tables, self._generation)
        return made

    def _demand_alive(self, otherwise: type[Exception] = errors.KernelException) -> None:
        from .kernel import kernel
        if len(self) == 0:
            return
        if self._generation != kernel.generation:
            raise errors.KernelException("these connections are from before ResetKernel.")
        alive = {id(t) for call in kernel.connections.calls for t in call.projection.tables}
        if any(id(table) not in alive for _, table in self._tables.values()):
            raise otherwise("connections have been removed since; call GetConnections again.")

    # ---- as a sequence ----

    def __len__(self) -> int:
        return len(self._columns[0])

    def __iter__(self) -> Iterator[SynapseCollection]:
        return (self._part(slice(k, k + 1)) for k in range(len(self)))

    def __getitem__(self, key: Any) -> SynapseCollection:
        if isinstance(key, (int, np.integer)):
            if not -len(self) <= key < len(self):
                raise IndexError(f"there is no connection number {key} among {len(self)}")
            return self._part(slice(key, key + 1) if key != -1 else slice(-1, None))
        if isinstance(key, slice):
            return self._part(key)
        raise TypeError(f"index connections with a number or a slice, got {key!r}")

    def __contains__(self, other: object) -> bool:
        if not isinstance(other, SynapseCollection) or len(other) != 1:
            return False
        return any(one == other for one in self)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, SynapseCollection):
            return False
        return self._generation == other._generation and all(map(np.array_equal, self._columns, other._columns))

    __hash__ = None

    def sources(self) -> Iterator[int]:
        """Ids of the sources, one for each connection."""
        return iter(self._columns[3].tolist())

    def targets(self) -> Iterator[int]:
        """Ids of the targets, one for each connection."""
        return iter(self._columns[4].tolist())

    # ---- get ----

    def get(self, keys: str | list[str] | None = None, output: str = "") -> Any:
        """Values of parameters: a scalar for a single connection, a list for several; a dict of these for several keys.

        Parameters
        ----------
        keys : str or list of str, optional
            All by default.
        output : str
            ``"pandas"`` or ``"json"``.
        """
        if output not in ("", "pandas", "json"):
            raise ValueError(f"output must be '', 'pandas' or 'json', got {output!r}")
        if keys is not None and not isinstance(keys, (str, list, tuple)):
            raise TypeError("keys should be either a string or an iterable")
        self._demand_alive()
        if len(self) == 0:
            return {} if keys is None else ()
        wanted = self._keys() if keys is None else [keys] if isinstance(keys, str) else list(keys)
        columns = {key: self._column(key) for key in wanted}
        if output == "pandas":
            import pandas as pd
            return pd.DataFrame(columns, index=self._columns[3])
        shaped = {k: v[0] if len(self) == 1 else v for k, v in columns.items()}
        found = shaped[keys] if isinstance(keys, str) else shaped
        return to_json(found) if output == "json" else found

    def _keys(self) -> list[str]:
        from .kernel import kernel
        c, t = self._columns[:2]
        mine = {key: found for key, found in self._tables.items() if ((c == key[0]) & (t == key[1])).any()}
        labelled = any(kernel.synapse_models[call.models[t]].has_label for (_, t), (call, _) in mine.items())
        own = {name for (_, t), (call, table) in mine.items() if table.plasticity is not None for name in self._own(call, t, table)}
        weighted = any("weight" not in kernel.synapse_models[call.models[t]].common for (_, t), (call, _) in mine.items())
        return sorted({"delay", "port", "receptor", "sizeof", "source", "synapse_id", "synapse_model", "target", "target_thread",
                       *(["weight"] if weighted else []), *(["synapse_label"] if labelled else []), *own})

    @staticmethod
    def _own(call: Call, t: int, table: ConnectionTable) -> set[str]:
        """What connections of a plastic table have besides: parameters of their own, and state."""
        from .kernel import kernel
        model = kernel.synapse_models[call.models[t]]
        return set(table.plasticity.names).intersection(model.keys).difference(model.common)

    def _by_table(self, values: Any, dtype: Any) -> np.ndarray:
        """A column from a function (call, table number, table, rows) → values."""
        made = np.empty(len(self), dtype)
        c, t, rows = self._columns[:3]
        for key, (call, table) in self._tables.items():
            here = (c == key[0]) & (t == key[1])
            if here.any():
                made[here] = values(call, key[1], table, rows[here])
        return made

    def _column(self, key: str) -> list[Any]:
        from .kernel import kernel
        if key in ("source", "target"):
            return self._columns[3 if key == "source" else 4].tolist()
        if key == "weight":
            return self._by_table(lambda call, t, table, rows: at(table.weights, rows), np.float64).tolist()
        if key == "delay":
            return milliseconds(self._by_table(lambda call, t, table, rows: at(kernel.connections.delays(table), rows), np.int64),
                                kernel.resolution).tolist()
        if key == "receptor":
            return self._by_table(lambda call, t, table, rows: table.receptor, np.int64).tolist()
        if key == "synapse_model":
            return self._by_table(lambda call, t, table, rows: call.models[t], object).tolist()
        if key == "synapse_id":
            return [kernel.synapse_models[name].number for name in self._column("synapse_model")]
        if key == "synapse_label" and key in self._keys():
            return self._by_table(lambda call, t, table, rows: call.labels[t] if kernel.synapse_models[call.models[t]].has_label else None,
                                  object).tolist()
        if key == "port":
            return self._by_table(lambda call, t, table, rows: rows, np.int64).tolist()
        if key == "sizeof":
            return self._by_table(lambda call, t, table, rows: -(-table.nbytes // len(table)), np.int64).tolist()
        if key == "target_thread":
            n = kernel.settings["local_num_threads"]
            return (self._columns[4] % n).tolist()
        own = [table.plasticity is not None and key in self._own(call, t, table) for (_, t), (call, table) in self._tables.items()]
        if not any(own):
            raise KeyError(key)
        return self._by_table(lambda call, t, table, rows: at(table.column(key), rows).tolist()
                              if table.plasticity is not None and key in self._own(call, t, table) else None,
                              object if not all(own) else np.float64).tolist()

    @property
    def distance(self) -> Any:
        """Length of the connections, NaN where an end has no position."""
        self._demand_alive()
        lengths = self._by_table(_distances, np.float64)
        return float(lengths[0]) if len(self) == 1 else lengths.tolist()

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return self.get(name)

    # ---- set ----

    def set(self, params: Any = None, **kwargs: Any) -> None:
        """Set weights and delays: one value for all, or a list with one for each; or a list of dicts."""
        from .kernel import kernel
        self._demand_alive()
        if bool(kwargs) == (params is not None):
            raise TypeError("must either provide params or kwargs, but not both.")
        given = kwargs if params is None else params
        if len(self) == 0:
            return
        if not isinstance(given, dict):
            if len(given) != len(self):
                raise TypeError(f"status dict must be a dict, or a list of dicts of length {len(self)}")
            if any(d.keys() != given[0].keys() for d in given):
                for one, own in zip(self, given):
                    one.set(own)
                return
            given = {k: [d[k] for d in given] for k in given[0]}
        from .synapses import check_delay, demand_own
        values = {}
        for call, t in {(id(call), t): (call, t) for (_, t), (call, _) in self._tables.items()}.values():
            demand_own(kernel.synapse_models[call.models[t]], given)
        for key, value in given.items():
            settable = ("weight", "delay") if key in ("weight", "delay") else [key] * all(
                table.plasticity is not None and key in self._own(call, t, table) for (_, t), (call, table) in self._tables.items())
            if key not in settable:
                raise errors.UnaccessedDictionaryEntry(f"Unaccessed elements in params of the connections: {key}")
            values[key] = self._checked(key, value)
        if "delay" in values:
            check_delay(kernel, values["delay"])
        self._write(values)

    def _checked(self, key: str, value: Any) -> np.ndarray:
        if isinstance(value, Parameter):
            raise errors.TypeMismatch(f"{key}: connections take numbers, not Parameters.")
        if isinstance(value, (list, tuple, np.ndarray)) and np.ndim(value) > 0:
            if len(value) != len(self):
                raise IndexError(f"{key} has {len(value)} values for {len(self)} connections")
            return np.asarray(value, np.float64)
        if isinstance(value, bool) or not is_number(value):
            raise errors.TypeMismatch(f"{key} must be a number, got {value!r}.")
        return np.full(len(self), float(value))

    def _write(self, values: dict[str, np.ndarray]) -> None:
        if any(call.has_grown for call, _ in self._tables.values()):
            raise errors.unsupported("new values of connections that have grown", "Set the defaults of their synapse model before they grow.")
        c, t, rows = self._columns[:3]
        for number in distinct(c):
            call = self._tables[next(k for k in self._tables if k[0] == number)][0]
            mine = np.flatnonzero(c == number)
            starts = np.r_[0, np.cumsum([len(table) for table in call.projection.tables])]
            at = starts[t[mine]] + rows[mine]
            order = np.argsort(at)
            where = np.zeros(call.n, bool)
            where[at] = True
            one = {k: v[mine][order] for k, v in values.items()}
            try:
                set_values(call.projection, one, None, None, where)
            except ParameterError as error:
                raise errors.BadProperty(str(error)) from None

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "print_full":
            self.__dict__[name] = value
        elif name == "distance":
            raise errors.UnaccessedDictionaryEntry("distance follows from the positions and cannot be set.")
        else:
            self.set({name: value})

    def disconnect(self) -> None:
        """Remove these connections."""
        from .kernel import kernel
        self._demand_alive(errors.InexistentConnection)
        if any(call.has_grown or call.occupies for call, _ in self._tables.values()):
            raise errors.unsupported("removing connections of synaptic elements", "They go with these.")
        c, t, rows = self._columns[:3]
        for number in distinct(c):
            call = kernel.connections.calls[number]
            starts = np.r_[0, np.cumsum([len(table) for table in call.projection.tables])]
            where = np.zeros(call.n, bool)
            where[starts[t[c == number]] + rows[c == number]] = True
            if call.orders is not None:
                call.orders = [o[~where[a:b]] for o, a, b in zip(call.orders, starts, starts[1:])]
            remove(call.projection, None, None, where)
            kernel.connections._stale |= call.is_recording
        kernel.network._simulation.forget_tables()

    def __str__(self) -> str:
        if len(self) == 0:
            return "The synapse collection does not contain any connections."
        columns = [("source", "d"), ("target", "d"), ("synapse_model", "s"), ("weight", "#.4g"), ("delay", "#.4g")]
        cells = [[format(v, form) for v in self._column(key)] for key, form in columns]
        heads = [key.replace("_", " ") for key, _ in columns]
        widths = [len(h) + 2 for h in heads]
        widths[2] = max(widths[2], *map(len, cells[2]))
        lines = [" ".join(f"{cell:>{w - (k == 0)}}" for k, (cell, w) in enumerate(zip(row, widths))) for row in zip(*cells)]
        if len(lines) > _LONG and not self.print_full:
            lines = [*lines[:15], " ".join(f"{'⋮':>{w - 2}}".ljust(w) for w in widths)[:-1], *lines[-15:]]
        return "\n".join([" ".join(h.center(w) for h, w in zip(heads, widths)), " ".join("-" * w for w in widths), *lines])


def at(column: Any, rows: np.ndarray) -> Any:
    """Rows of a column that may be one number."""
    return column[rows] if isinstance(column, np.ndarray) and column.ndim else np.full(len(rows), column)


def _distances(call: Call, number: int, table: ConnectionTable, rows: np.ndarray) -> Any:
    from .._core.geometry import displacement
    if table.source.geometry is None or table.target.geometry is None:
        return np.nan
    picked = Picked(table, np.sort(rows))
    start = table.source.geometry.positions[picked.source_indices()]
    end = table.target.geometry.positions[table.targets[np.sort(rows)]]
    if start.shape[1] != end.shape[1]:
        return np.nan
    pool = (table.target if call.projection.driver == "source" else table.source).geometry
    found = np.sqrt((displacement(start, end, pool.extent, pool.edge_wrap) ** 2).sum(axis=1))
    return found[np.argsort(np.argsort(rows, kind="stable"), kind="stable")]


# ---- what users call ----

def GetConnections(source: Any = None, target: Any = None, synapse_model: str | None = None,
                   synapse_label: int | None = None) -> SynapseCollection:
    """Connections that meet all conditions.

    Parameters
    ----------
    source, target : NodeCollection, optional
    synapse_model : str, optional
    synapse_label : int, optional

    Returns
    -------
    SynapseCollection
        By synapse model, then neuron to neuron before neuron to recorder before device to neuron, then by source and call.
    """
    from .kernel import kernel
    from .nodes import NodeCollection
    from .subnets import Ids
    if not kernel.settings["keep_source_table"]:
        raise errors.KernelException("GetConnections needs keep_source_table=True.")
    ends = []
    for what, nodes in (("source", source), ("target", target)):
        nodes = NodeCollection(sorted(set(nodes))) if isinstance(nodes, Ids) else nodes
        if nodes is not None and not isinstance(nodes, NodeCollection):
            raise TypeError(f"{what} must be NodeCollection.")
        ends.append(None if nodes is None else nodes.ids)
    if synapse_model is not None and not isinstance(synapse_model, str):
        raise errors.TypeMismatch(f"synapse_model must be the name of a model, got {synapse_model!r}.")
    if synapse_model is not None and synapse_model not in kernel.synapse_models:
        raise not_there(synapse_model, "UnknownSynapseType", f"Synapse with name {synapse_model} does not exist.")
    if any(e is not None and len(e) == 0 for e in ends):
        return SynapseCollection()
    return SynapseCollection(kernel.connections.choose(*ends, synapse_model, synapse_label))


def Disconnect(*args: Any, conn_spec: Any = None, syn_spec: Any = None) -> None:
    """Remove connections: those of a SynapseCollection; or one for each pair of two NodeCollections.

    Parameters
    ----------
    *args : SynapseCollection, or two NodeCollections
    conn_spec : str or dict, optional
        ``one_to_one`` (default) or ``all_to_all``.
    syn_spec : str or dict, optional
        Model of the connections; ``static_synapse`` by default.
    """
    from .kernel import kernel
    from .nodes import NodeCollection
    if len(args) == 1:
        if not isinstance(args[0], SynapseCollection):
            raise TypeError("Arguments must be either a SynapseCollection or two NodeCollections")
        if conn_spec is not None or syn_spec is not None:
            raise ValueError("When disconnecting with a SynapseCollection, conn_spec and syn_spec cannot be specified")
        args[0].disconnect()
        return
    if not 2 <= len(args) <= 4 or not all(isinstance(a, NodeCollection) for a in args[:2]):
        raise TypeError("Arguments must be either a SynapseCollection or two NodeCollections")
    extra = [*args[2:], *[None] * (4 - len(args))]
    conn_spec, syn_spec = extra[0] if conn_spec is None else conn_spec, extra[1] if syn_spec is None else syn_spec
    rule = "one_to_one" if conn_spec is None else conn_spec if isinstance(conn_spec, str) else conn_spec["rule"]
    model = "static_synapse" if syn_spec is None else syn_spec if isinstance(syn_spec, str) else syn_spec.get("synapse_model", "static_synapse")
    if model not in kernel.synapse_models:
        raise not_there(model, "UnknownSynapseType", f"Synapse with name {model} does not exist.")
    if rule not in ("one_to_one", "all_to_all"):
        raise errors.NotImplemented(f"Disconnect works with one_to_one and all_to_all, not with '{rule}'.")
    pre, post = args[0].ids, args[1].ids
    if rule == "one_to_one" and len(pre) != len(post):
        raise errors.DimensionMismatch(f"one_to_one: {len(pre)} sources and {len(post)} targets.")
    wanted = np.column_stack([pre, post]) if rule == "one_to_one" else np.stack(np.meshgrid(pre, post), -1).reshape(-1, 2)
    columns = kernel.connections.choose(pre, post, model, None)
    keys = columns[3] * (kernel.n_nodes + 1) + columns[4]
    distinct, first = np.unique(keys, return_index=True)
    asked = wanted[:, 0] * (kernel.n_nodes + 1) + wanted[:, 1]
    missing = wanted[~np.isin(asked, distinct)]
    if len(missing):
        raise errors.InexistentConnection(f"there is no connection {missing[0, 0]} → {missing[0, 1]} of model '{model}'.")
    SynapseCollection(tuple(c[first[np.searchsorted(distinct, asked)]] for c in columns)).disconnect()


def Install(module_name: str) -> None:
    """Not available: models are added in Python; raises."""
    raise errors.unsupported(f"extension modules such as '{module_name}'")
