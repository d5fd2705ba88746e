"""The network: what users create, connect, record and simulate. Each verb is delegated to its package."""

from __future__ import annotations

import math
import os
import sys
import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from zlib import crc32

import numpy as np
from numpy.typing import ArrayLike

from .connect.build import connect
from .connect.projection import Projection
from .connect.rules import Rule, check_rule, check_third_factor
from .connect.selection import Connections, choose
from .connect.synapse import TICS_PER_MS, Synapse, check_synapse, check_synapses
from .connect.tripartite import TripartiteProjections, check_primary, connect_tripartite
from .errors import ConnectError, ExpressionError, ParameterError, SimulationError, UnknownNameError
from .expressions import streams
from .expressions.coordinates import NODE_SYMBOLS, n_axes
from .expressions.custom import from_text
from .expressions.evaluate import at
from .language.nodes import Expression, symbols
from .models import Model
from .models.registry import check_connection, get_model, without_underscores
from .simulate.growth import Growth
from .simulate.recording import Recorder, make_recorder, make_weight_recorder
from .simulate.simulation import Simulation
from .simulate.snapshot import Snapshot
from .simulate.trackers import Build, BuildWatch, Tracker
from .space.layer import Layer, Nodes, Population
from .space.placement import Geometry, Placement

if TYPE_CHECKING:
    from .connect.inspection import ConnectivityPattern


class Network:
    """A network of neurons and devices, in space or not.

    Parameters
    ----------
    seed : int
        Seed of everything random, 0 … 2**63 - 1. The same seed and the same calls give the same network and the same
        spikes, on any number of threads.
    resolution : float
        Time step in ms, a multiple of 0.001.
    threads : int, optional
        Threads for connecting and simulating; the cores of the machine by default.
    title : str, optional
        Shown with the network and kept in its datasets.

    Raises
    ------
    ParameterError
        If an argument is impossible.

    Examples
    --------
    >>> import spatialnet as sn
    >>> net = sn.Network(seed=1, threads=1)
    >>> cells = net.create("iaf_psc_alpha", sn.grid([4, 4]), name="cells")
    >>> net.connect(cells, cells, sn.pairwise_bernoulli(1.0, mask=sn.circular(0.3))).n
    64
    """

    def __init__(self, seed: int = 1, resolution: float = 0.1, threads: int | None = None, title: str | None = None):
        if isinstance(seed, bool) or not isinstance(seed, (int, np.integer)) or not 0 <= seed < 2 ** 63:
            raise ParameterError("Network", "seed", f"must be an integer between 0 and 2**63 - 1, got {seed!r}")
        try:
            tics = float(resolution) * TICS_PER_MS
        except (TypeError, ValueError):
            tics = math.nan
        if not (math.isfinite(tics) and tics > 0.5 and abs(tics - round(tics)) < 1e-6):
            raise ParameterError("Network", "resolution", f"must be a positive multiple of 0.001 ms, got {resolution!r}")
        if threads is None:
            threads = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        self._seed, self._resolution, self.threads, self.title = int(seed), float(resolution), threads, title
        self.populations: list[Population] = []
        self.projections: list[Projection] = []
        self.recorders: list[Recorder] = []
        self._names = {"layer": _Names(self.populations), "projection": _Names(self.projections)}
        self._settings = 0
        self._n_disconnected = 0
        self._n_at_seed = 0, 0  # populations and projections when the seed was set: random numbers count from there
        self._simulation = Simulation(self)
        #: structural plasticity: synaptic elements, and the synapses that form between them
        self.growth = Growth(self)
        # Widget callbacks run in another thread beside a running cell.
        self._lock = threading.RLock()

    @property
    def seed(self) -> int:
        """Seed of everything random; decided when the network is made."""
        return self._seed

    @property
    def resolution(self) -> float:
        """Time step in ms; decided when the network is made."""
        return self._resolution

    @property
    def threads(self) -> int:
        """Threads for connecting and simulating; may be changed, results stay the same."""
        return self._threads

    @threads.setter
    def threads(self, threads: int) -> None:
        if isinstance(threads, bool) or not isinstance(threads, (int, np.integer)) or not 1 <= threads <= 1024:
            raise ParameterError("Network", "threads", f"must be an integer between 1 and 1024, got {threads!r}")
        self._threads = int(threads)

    # ---- create ----

    def create(self, model: str | Model, positions: Placement | None = None, *, n: int | None = None, name: str | None = None,
               **parameters: Any) -> Layer:
        """Make nodes.

        Parameters
        ----------
        model : str or Model
            A neuron or device model, or its name; see `spatialnet.list_models`.
        positions : Placement, optional
            `spatialnet.grid` or `spatialnet.free`. Without it the nodes have no place.
        n : int, optional
            Number of nodes without positions; 1 by default.
        name : str, optional
            Name of the layer, unique in the network; the model's name by default.
        **parameters
            Parameters and initial state: numbers, arrays (n,), or expressions of ``pos`` and ``random``.

        Returns
        -------
        Layer

        Raises
        ------
        UnknownNameError, ParameterError, PositionError
            The network is as it was before.
        """
        with self._lock:
            declaration = get_model(model, "neuron")
            parameters = without_underscores(declaration, parameters)
            declaration = declaration.unrolled(parameters)
            index = len(self.populations)
            geometry = None
            if isinstance(positions, Placement):
                if n is not None:
                    raise ParameterError("create", "n", f"is decided by the placement {positions!r}; leave it out")
                n = positions.n
            elif positions is not None:
                raise ParameterError("create", "positions", "must be spatialnet.grid(…) or spatialnet.free(…), "
                                     f"got {positions!r}; the number of nodes without places is n=…")
            n = 1 if n is None else n
            if isinstance(n, bool) or not isinstance(n, (int, np.integer)) or n < 1:
                raise ParameterError("create", "n", f"must be an integer ≥ 1, got {n!r}")
            if n + self.n_nodes >= 2 ** 32:
                raise ParameterError("create", "n", f"would make {n + self.n_nodes} nodes; a network holds fewer than 2**32")
            name = self._name("layer", name, declaration.name)
            if positions is not None:
                geometry = positions.realize(self.seed, index - self._n_at_seed[0])
            population = Population(index, name, declaration, self.n_nodes, int(n), geometry)
            values = self._evaluated(population, slice(None), parameters, (index - self._n_at_seed[0], 0))
            population.parameters = declaration.check(values, int(n))
            self.populations.append(population)
            return Layer(self, population)

    @property
    def n_nodes(self) -> int:
        """Number of nodes, devices included."""
        return self.populations[-1].first_id + self.populations[-1].n if self.populations else 0

    @property
    def n_connections(self) -> int:
        """Number of connections."""
        return sum(p.n for p in self.projections)

    @property
    def layers(self) -> dict[str, Layer]:
        """All layers by name, in the order of their creation."""
        return {p.name: Layer(self, p) for p in self.populations}

    def __getitem__(self, name: str) -> Layer:
        layers = self.layers
        if name not in layers:
            raise UnknownNameError("layer", name, layers)
        return layers[name]

    def _reseed(self, seed: int) -> None:
        """Go on as a network of that seed: what is drawn from now on is what the same calls would draw in a new one.

        Only scripts for NEST change the seed of a network that exists; its description, and checks of what was drawn before, are
        those of the new seed then.
        """
        self._seed, self._settings = seed, 0
        self._n_at_seed = len(self.populations), len(self.projections) + self._n_disconnected

    def _name(self, kind: str, name: str | None, default: str) -> str:
        names = self._names[kind]
        return names.free(default) if name is None else self._free_name(kind, name, default, names.taken)

    def _free_name(self, kind: str, name: str | None, default: str, taken: Collection[str]) -> str:
        if name is None:
            return _numbered(default, taken, 2)[0]
        if not isinstance(name, str) or not name.strip() or "/" in name or name in (".", ".."):
            raise ParameterError(kind, "name", f"must be a text without '/', got {name!r}")
        if name in taken:
            raise ParameterError(kind, "name", f"'{name}' is taken; choose another one")
        return name

    # ---- parameters ----

    def _evaluated(self, population: Population, indices: np.ndarray | slice, parameters: Mapping[str, Any],
                   number: tuple[int, int]) -> dict[str, Any]:
        """`parameters` with expressions turned into arrays for the nodes `indices`.

        `number` is that of the population when it is created, and that of the setting (from 1 on), else 0.
        """
        values = {}
        for name, value in parameters.items():
            value = from_text(value, population.model.name, name)
            if isinstance(value, Expression):
                declared = population.model.settable.get(name)
                if getattr(declared, "kind", "number") != "number":
                    raise ParameterError(population.model.name, name, "is no number for each node and takes no expression, "
                                         f"got {value!r}")
                used = symbols(value)
                unknown = sorted(used.difference(NODE_SYMBOLS))
                if unknown:
                    raise ExpressionError(repr(value), f"{name} belongs to a single node and cannot use '{unknown[0]}'; "
                                          "use pos.x, pos.y, pos.z")
                columns = {}
                if used:
                    geometry: Geometry = Layer(self, population).geometry
                    if n_axes(used) > geometry.positions.shape[1]:
                        raise ExpressionError(repr(value), f"pos.z in the 2-dimensional layer '{population.name}'")
                    columns = {"pos": geometry.positions}
                thing = (streams.PARAMETER, number[0], crc32(name.encode()) << 32 | number[1])
                try:
                    value = at(value, seed=self.seed, stream=thing, n=population.n, **columns)[indices]
                except ArithmeticError as error:
                    raise ParameterError(population.model.name, name, f"{error}. Widen the limits") from None
            values[name] = value
        return values

    def _set(self, layer: Layer, parameters: Mapping[str, Any]) -> None:
        with self._lock:
            self._settings += 1  # a second setting draws anew
            try:
                parameters = without_underscores(layer.population.model, parameters)
                values = self._evaluated(layer.population, layer.indices, parameters, (0, self._settings))
                self._simulation.set_parameters(layer.population, layer.indices, values)
            except BaseException:
                self._settings -= 1  # one that failed was none
                raise

    def _get(self, layer: Layer, name: str) -> Any:
        with self._lock:
            values = self._simulation.get(layer.population, layer.indices, name)
            return values[0] if len(layer) == 1 else values

    # ---- connect ----

    def connect(self, source: Nodes, target: Nodes, rule: Rule, synapse: Synapse | Sequence[Synapse] | None = None, *,
                name: str | None = None) -> Projection:
        """Connect two sets of nodes. The connections exist from this call on.

        Parameters
        ----------
        source, target : Nodes
            Layers, slices of layers, or sums of them.
        rule : Rule
            Who is connected to whom, as ``spatialnet.pairwise_bernoulli(p=0.1, mask=spatialnet.circular(0.5))``.
        synapse : Synapse or sequence of Synapse, optional
            Weight and delay; ``static_synapse()`` (weight 1, delay 1 ms) by default. With several, every pair that the rule
            chooses gets one connection of each.
        name : str, optional
            Name of the projection; ``source→target`` by default.

        Returns
        -------
        Projection

        Raises
        ------
        ConnectError, MaskError, ParameterError, PositionError, ExpressionError
            The network is as it was before. The same holds after an interrupt.
        """
        self._check_ends(source=source, target=target)
        check_rule(rule)
        synapse = check_synapse(synapse, self.resolution)
        with self._lock:
            name = self._name("projection", name, f"{source.name}→{target.name}")
            index = len(self.projections) + self._n_disconnected  # a number is never used twice
            _check_models(source, target, synapse)
            if rule.make_symmetric:
                _check_models(target, source, synapse)
            with _watched(name) as watch:
                tables = connect(self, index - self._n_at_seed[1], name, source, target, rule, synapse, watch)
            projection = Projection(self, index, name, source, target, rule, synapse, tables)
            self.projections.append(projection)
            return projection

    def connect_tripartite(self, source: Nodes, target: Nodes, third: Nodes, rule: Rule, third_factor: Rule, *,
                           synapses: Mapping[str, Any] | None = None, name: str | None = None) -> TripartiteProjections:
        """Connect two sets of nodes, and some of these connections through nodes of a third one.

        For each connection that `rule` makes, `third_factor` may choose a third node; then the source connects to it, and it
        connects to the target.

        Parameters
        ----------
        source, target, third : Nodes
        rule : Rule
            Of the primary connections, from source to target; any that goes in one direction.
        third_factor : Rule
            Such as ``spatialnet.tripartite_bernoulli_with_pool(p=0.5, pool_size=4)``.
        synapses : dict, optional
            Synapses by the keys ``"primary"``, ``"third_in"`` and ``"third_out"``; ``static_synapse()`` where one is missing.
        name : str, optional
            Name of the primary projection; the others are called the same with ``third_in`` and ``third_out``.

        Returns
        -------
        TripartiteProjections
            The three projections: ``primary``, ``third_in``, ``third_out``.

        Raises
        ------
        ConnectError, MaskError, ParameterError, PositionError, ExpressionError
            The network is as it was before.

        Examples
        --------
        >>> import spatialnet as sn
        >>> net = sn.Network(threads=1)
        >>> neurons, astrocytes = net.create("iaf_psc_exp", n=100), net.create("parrot_neuron", n=20, name="astrocytes")
        >>> made = net.connect_tripartite(neurons, neurons, astrocytes, sn.fixed_indegree(10),
        ...                               sn.tripartite_bernoulli_with_pool(p=1.0, pool_size=3),
        ...                               synapses={"primary": sn.static_synapse(weight=20.)})
        >>> made.primary.n, made.third_in.n, made.third_out.n
        (1000, 1000, 1000)
        """
        self._check_ends(source=source, target=target, third=third)
        label = "connect_tripartite"
        check_primary(label, check_rule(rule))
        factor = check_third_factor(third_factor)
        given = check_synapses(label, synapses, self.resolution)
        ends = (source, target), (source, third), (third, target)
        with self._lock:
            index = len(self.projections) + self._n_disconnected
            names: list[str] = []
            for (start, end), what in zip(ends, ("", " third_in", " third_out")):
                taken = [*(p.name for p in self.projections), *names]
                names.append(self._free_name("projection", name + what if isinstance(name, str) else name,
                                             f"{start.name}→{end.name}", taken))
            for (start, end), synapse in zip(ends, given):
                _check_models(start, end, synapse)
            with _watched(names[0]) as watch:
                tables = connect_tripartite(self, index - self._n_at_seed[1], tuple(names), source, target, third, rule, factor, given, watch)
            made = [Projection(self, index + k, names[k], *ends[k], (rule, factor, factor)[k], given[k], tables[k])
                    for k in range(3)]
            self.projections.extend(made)
            return TripartiteProjections(*made)

    def _check_ends(self, **ends: Nodes) -> None:
        for end, nodes in ends.items():
            if not isinstance(nodes, Nodes):
                raise ConnectError(f"the {end} must be nodes made by net.create, got {nodes!r}.")
            if nodes.network is not self:
                raise ConnectError(f"'{nodes.name}' belongs to another network.")

    def connections(self, source: ArrayLike | Nodes | None = None, target: ArrayLike | Nodes | None = None, *,
                    projection: Projection | str | Sequence[Projection | str] | None = None, model: str | None = None,
                    weight: tuple[float, float] | None = None) -> Connections:
        """Connections of the whole network that meet all given conditions, as columns.

        Parameters
        ----------
        source, target : Nodes or array_like of int, optional
            Nodes or their ids.
        projection : Projection, str or several, optional
        model : str, optional
            Name of the synapse model.
        weight : (float, float), optional
            Least and largest weight, both included.

        Returns
        -------
        Connections
            By projection, in the order they were made, then by source, target and order of creation.

        Raises
        ------
        ConnectError, UnknownNameError, ParameterError

        Examples
        --------
        >>> import spatialnet as sn
        >>> net = sn.Network(seed=1, threads=1)
        >>> cells = net.create("iaf_psc_alpha", sn.grid([4, 4]), name="cells")
        >>> near = net.connect(cells, cells, sn.pairwise_bernoulli(1.0, mask=sn.circular(0.3)))
        >>> net.connections(source=cells[0]).target
        array([0, 1, 4])
        """
        with self._lock:
            return choose(self, source, target, projection, model, weight)

    def pattern(self) -> ConnectivityPattern:
        """Which layer connects to which: rule, mask, profile, number, weights and delays of every projection.

        Returns
        -------
        ConnectivityPattern
            A row for each projection; shows itself as a table, and becomes a dataset with ``to_dataset()``.
        """
        from .connect.inspection import pattern
        with self._lock:
            return pattern(self)

    def disconnect(self, projection: Projection | str) -> None:
        """Remove a projection with all its connections.

        Parameters
        ----------
        projection : Projection or str
            One of `projections`, or its name.

        Raises
        ------
        ConnectError, UnknownNameError
            Nothing is changed then.

        Notes
        -----
        What the other projections have drawn, and what later ones will draw, does not depend on it.
        """
        with self._lock:
            if isinstance(projection, str):
                named = {p.name: p for p in self.projections}
                if projection not in named:
                    raise UnknownNameError("projection", projection, named)
                projection = named[projection]
            if not isinstance(projection, Projection) or projection.network is not self:
                raise ConnectError(f"{projection!r} is no projection of this network.")
            with projection._changing():
                self.projections.remove(projection)
                self._names["projection"].forget()
                self._n_disconnected += 1
                projection.tables = []
                self._simulation.forget_tables()

    # ---- record and simulate ----

    def record(self, nodes: Nodes | Projection, what: str | Sequence[str], *, interval: float | None = None,
               offset: float | None = None, start: float = 0.0, stop: float = math.inf, name: str | None = None,
               dtype: Any = "f4") -> Recorder:
        """Record spikes, traces or transmitted weights in the simulations that follow.

        Parameters
        ----------
        nodes : Nodes or Projection
        what : str or sequence of str
            ``"spikes"``, or recordables of the model such as ``"V_m"``, ``"I"`` of a current generator; of a projection
            ``"weights"``: the weight of everything that its connections send, with time, source and target.
        interval : float, optional
            Between two samples of a trace, in ms; 1 by default.
        offset : float, optional
            Samples are taken at ``offset + k interval`` ms; at the multiples of the interval without it.
        start, stop : float
            Only stamps in (start, stop] ms are recorded.
        name : str, optional
            Name of the record in the results.
        dtype : dtype
            Of traces: ``"f4"`` or ``"f8"``.

        Returns
        -------
        Recorder

        Raises
        ------
        ParameterError, UnknownNameError, SimulationError
        """
        if not isinstance(nodes, (Nodes, Projection)) or nodes.network is not self:
            raise ParameterError("record", "nodes", f"must be nodes or a projection of this network, got {nodes!r}")
        with self._lock:
            if isinstance(nodes, Projection):
                for given, value in (("interval", interval), ("offset", offset)):
                    if value is not None:
                        raise ParameterError("record", given, "weights are recorded whenever they are sent; leave it out.")
                recorder = make_weight_recorder(nodes, what, name, {r.name for r in self.recorders}, self.resolution, start, stop)
                self.recorders.append(recorder)
                return recorder
            recorder = make_recorder(nodes, what, interval=interval, offset=offset, start=start, stop=stop, name=name, dtype=dtype,
                                     resolution=self.resolution, taken={r.name for r in self.recorders})
            self.recorders.append(recorder)
            return recorder

    def simulate(self, time: float, *, progress: bool | None = None, trackers: Sequence[Tracker] = (),
                 connections: bool | str = "auto", store: Any = None):
        """Simulate, and return what was recorded.

        Parameters
        ----------
        time : float
            In ms, a multiple of the resolution, ≥ 0.
        progress : bool, optional
            Whether to show the progress; by default in notebooks and terminals.
        trackers : sequence of Tracker
            Told of the run a few times per second.
        connections : bool or "auto"
            Whether the dataset holds the connections; see `spatialnet.data.build_tree`.
        store : path, optional
            A directory for a Zarr store, to which what is recorded goes while the run lasts, so that memory stays bounded. It
            must not exist yet. Needs the package zarr.

        Returns
        -------
        xarray.DataTree
            Layers, connections, spikes and recordings, labelled. After an interrupt its ``status`` is ``"stopped"``, and
            it holds what was computed until then; a second interrupt raises KeyboardInterrupt. With a `store` its values are
            read from there when they are asked for; `spatialnet.load` opens it again.

        Raises
        ------
        ParameterError, SimulationError
        """
        from .data import build_tree, open_store
        shown = _progress(progress)
        with self._lock:
            if store is not None:
                with open_store(store, self, title=self.title, connections=connections) as sink:
                    return sink.finish(self._simulation.run(time, trackers=[*shown, *trackers], sink=sink))
            result = self._simulation.run(time, trackers=[*shown, *trackers])
            return build_tree(self, result, title=self.title, connections=connections)

    def snapshot(self) -> Snapshot:
        """The present state of the simulation, to go on from again with `restore`.

        Returns
        -------
        Snapshot
            Of time, state, spikes under way, weights and the memory of devices and synapses; it takes as much memory as these.
        """
        with self._lock:
            self._idle("take a snapshot")
            return Snapshot(self._simulation)

    def restore(self, snapshot: Snapshot) -> None:
        """Go back, or forward, to the state of a snapshot; what follows is the same, bit for bit.

        Parameters
        ----------
        snapshot : Snapshot
            Of this network, with the layers and connections it has now.

        Raises
        ------
        SimulationError
            If it does not fit; the network is as it was then.
        """
        if not isinstance(snapshot, Snapshot):
            raise ParameterError("restore", "snapshot", f"must come from Network.snapshot(), got {snapshot!r}")
        with self._lock:
            self._idle("restore a snapshot")
            snapshot.restore(self._simulation)

    def reset(self) -> None:
        """Back to time 0 and the initial state of all nodes, with nothing under way. What has grown stays.

        Raises
        ------
        SimulationError
            If there are plastic synapses, whose weights at the beginning are not kept: take a snapshot then, and restore it.
        """
        with self._lock:
            self._idle("reset")
            plastic = [p.name for p in self.projections if any(t.plasticity is not None for t in p.tables)]
            if plastic:
                raise SimulationError(f"the weights that '{plastic[0]}' had at the beginning are not known any more. Take a snapshot before "
                                      "the first run, and restore it instead of a reset.")
            self._simulation = Simulation(self)
            self.growth.rewind()

    def _idle(self, what: str) -> None:
        if self._simulation.is_running:
            raise SimulationError(f"cannot {what} during a run; wait for its end.")

    def to_nest_script(self, connections: str = "rules") -> str:
        """The network as a PyNEST script that runs on NEST: populations, connections and recorders.

        Parameters
        ----------
        connections : str
            ``"rules"`` writes the calls of `connect`, so that NEST draws connections of its own from the same distributions; what it
            has no words for is listed. ``"listed"`` writes every connection.

        Returns
        -------
        str
            Append ``nest.Simulate(…)`` to it. The state reached by earlier simulations is not in it.

        Raises
        ------
        DataError
            If a model is not one of NEST's.

        Examples
        --------
        >>> import spatialnet as sn
        >>> net = sn.Network(seed=1, threads=1)
        >>> cells = net.create("iaf_psc_alpha", sn.grid([4, 4]), name="cells")
        >>> near = net.connect(cells, cells, sn.pairwise_bernoulli(0.5, mask=sn.circular(0.3)))
        >>> print(net.to_nest_script().splitlines()[-1])                    # doctest: +NORMALIZE_WHITESPACE
        nest.Connect(cells, cells, {'rule': 'pairwise_bernoulli', 'p': 0.5, 'mask': {'circular': {'radius': 0.3}}},
                     {'synapse_model': 'static_synapse', 'weight': 1.0, 'delay': 1.0})
        """
        from .nest.script import nest_script
        with self._lock:
            return nest_script(self, connections)

    @property
    def time(self) -> float:
        """Time reached, in ms."""
        return self._simulation.t

    def _repr_html_(self) -> str:
        from .views import network_html
        return network_html(self)

    def __repr__(self) -> str:
        lines = [f"<network{f' {self.title!r}' if self.title else ''}: {self.n_nodes} nodes, "
                 f"{self.n_connections} connections, seed {self.seed}, {self.time:g} ms simulated>"]
        lines += [f"  {Layer(self, p)!r}" for p in self.populations]
        lines += [f"  <projection '{p.name}': {p.n} connections, {p.rule.name}>" for p in self.projections]
        return "\n".join(lines)


class _Names:
    """The names of what a growing list holds, so that a free one is found without looking at all of them."""

    def __init__(self, things: list[Any]):
        self._things = things
        self.forget()

    def forget(self) -> None:
        """Begin anew: something has been taken out of the list."""
        self._taken: set[str] = set()
        self._n_seen = 0
        self._numbers: dict[str, int] = {}

    @property
    def taken(self) -> set[str]:
        """All names."""
        if self._n_seen < len(self._things):
            self._taken.update(thing.name for thing in self._things[self._n_seen:])
            self._n_seen = len(self._things)
        return self._taken

    def free(self, default: str) -> str:
        """`default`, with the first number that makes it free."""
        name, self._numbers[default] = _numbered(default, self.taken, self._numbers.get(default, 2))
        return name


def _numbered(default: str, taken: Collection[str], k: int) -> tuple[str, int]:
    """`default`, with a number from `k` on if it is taken; and the next number."""
    name = default
    while name in taken:
        name, k = f"{default} ({k})", k + 1
    return name, k


@contextmanager
def _watched(name: str) -> Iterator[BuildWatch]:
    """A watch over the making of connections, told in the end how it went."""
    watch = BuildWatch(Build(name), lambda: _progress(None))
    try:
        yield watch
    except BaseException as error:
        watch.close("stopped" if isinstance(error, KeyboardInterrupt) else "failed")
        raise
    watch.close("complete")


def _check_models(source: Nodes, target: Nodes, synapse: Synapse | tuple[Synapse, ...]) -> None:
    for start in source.parts:
        for end in target.parts:
            for one in synapse if isinstance(synapse, tuple) else (synapse,):
                check_connection(start.population.model, end.population.model, one.receptor, start.population.parameters,
                                 end.population.parameters, one.declaration.carrier)


def _progress(wanted: bool | None) -> list[Tracker]:
    """The progress display for where this runs: a widget in Jupyter, a line in a terminal, else none."""
    if wanted is False:
        return []
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    if shell is not None and getattr(shell, "kernel", None) is not None:
        from .views import progress
        return [progress()]
    if wanted or sys.stderr.isatty():
        from .simulate.trackers import ProgressLine
        return [ProgressLine()]
    return []
