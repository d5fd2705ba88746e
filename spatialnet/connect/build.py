"""A rule carried out: nodes and expressions in, connection tables out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from .._core import total
from .._core.columns import Transposition
from .._core.connector import Connector
from .._core.geometry import displacement
from .._core.neighbors import BoxTree
from .._core.random import uniforms
from .._core.uniform import Rows as UniformRows
from ..errors import ConnectError, ExpressionError, MaskError, ParameterError
from ..expressions import streams
from ..expressions.coordinates import MASK_SYMBOLS, NODE_SYMBOLS, PAIR_SYMBOLS, n_axes
from ..expressions.evaluate import at
from ..language.nodes import Expression, operation, symbols
from ..language.program import compile_program
from ..models import SynapseModel
from ..models.plasticity import plan
from ..space.layer import Layer, Nodes
from .plasticity import Plasticity, filled, narrow
from .projection import ConnectionTable
from .rules import AllToAll, FixedTotalNumber, OneToOne, Pairs, PairwiseBernoulli, PairwisePoisson, Rule
from .selection import Picked, evaluated
from .squeeze import squeeze
from .stencil import stencil
from .synapse import TICS_PER_MS, Synapse, delay_error, delay_steps
from .windows import Windows

if TYPE_CHECKING:
    from ..network import Network

_BLOCKS_PER_RUN = 32  # between two looks at Ctrl-C, at first
_SECONDS_PER_RUN = 0.05
_DRAWS_PER_RUN = 1 << 21
_DRAWS_PER_THREAD = 1 << 16  # at least
_PAIRS_AT_ONCE = 1 << 20
_MOST_IMAGES = 10_000  # of a node in an oversized mask; every one of them is looked at


@dataclass
class Rows:
    """Connections sorted by one end: nodes of the other end by number, weights and delays (steps) as scalars or columns."""

    offsets: NDArray[np.int64]
    nodes: NDArray[np.uint32]
    weights: Any
    delays: Any
    by_source: bool = True
    #: parameters and initial state given as arrays, as columns
    others: dict[str, NDArray[np.float64]] = field(default_factory=dict)


@dataclass
class Drawn:
    """What the synapses of one call share, made for the first of them; nothing of it is ever changed."""

    #: offsets and nodes of the rows as they were drawn
    pairs: tuple[NDArray[np.int64], NDArray[np.uint32]] | None = None
    #: the same turned round, where they were drawn by target
    turned: tuple[Transposition, NDArray[np.uint32]] | None = None
    tables: list[ConnectionTable] = field(default_factory=list)


def connect(network: Network, index: int, name: str, source: Nodes, target: Nodes, rule: Rule,
            synapse: Synapse | tuple[Synapse, ...], watch=None) -> list[ConnectionTable]:
    """Carry out `rule` between `source` and `target`.

    Parameters
    ----------
    network : Network
    index : int
        Number of the projection; with the seed it keys every random number.
    name : str
        For error messages.
    source, target : Nodes
    rule : Rule
    synapse : Synapse or tuple of Synapse
        Of several, every pair gets one connection each.
    watch : callable, optional
        Called with the fraction done and the connections made, several times per second; may raise to give up.

    Returns
    -------
    list of ConnectionTable

    Raises
    ------
    ConnectError, MaskError, ParameterError, PositionError
        Nothing has been made then.
    """
    synapses = synapse if isinstance(synapse, tuple) else (synapse,)
    drawn = Drawn() if len(synapses) > 1 else None
    jobs = [Job(network, index, name, source, target, rule, synapses, k, drawn) for k in range(len(synapses))]
    try:
        tables = [table for job in jobs for table in job.tables(_carry_out(job, rule, watch))]
        if rule.make_symmetric:
            turned: list[ConnectionTable] = []
            for k, table in enumerate(tables):
                like = turned[k % len(drawn.tables)] if drawn and k >= len(drawn.tables) else None
                turned.append(_reversed(table, network.threads, like))
            tables += turned
        return tables
    except MemoryError:
        raise ConnectError(f"{jobs[0].label}: there is not enough memory for its connections. Lower their number, or "
                           "connect parts of the layers.") from None


def _carry_out(job: Job, rule: Rule, watch) -> Rows:
    match rule:
        case Pairs():
            return job.listed_pairs()
        case OneToOne():
            return job.one_to_one()
        case FixedTotalNumber():
            return job.fixed_total_number(watch)
        case AllToAll() if rule.mask is None and job.has_arrays:
            return job.all_to_all_with_arrays()
    return job.by_driver(watch)


class Job:
    """One rule between two sets of nodes, with the synapse `number` of those of the call; all of it checked."""

    def __init__(self, network: Network, index: int, name: str, source: Nodes, target: Nodes, rule: Rule,
                 synapses: tuple[Synapse, ...], number: int = 0, drawn: Drawn | None = None):
        self.network, self.index, self.name, self.drawn = network, index, name, drawn
        self.synapses, self.number, synapse = synapses, number, synapses[number]
        self.source, self.target, self.rule, self.synapse = source, target, rule, synapse
        self.driver_is_source = rule.driver == "source"
        self.driver, self.pool = (source, target) if self.driver_is_source else (target, source)
        if rule.mask is not None:
            self.rule = replace(rule, mask=rule.mask.resolved(self.pool))
        self.label = f"{rule.name} '{name}'"
        if synapse.declaration.rounds_delays_up:
            self.synapse = synapse = replace(synapse, delay=_rounded_up(synapse.delay, network.resolution))
        if synapse.declaration.at_once:
            self.synapse = synapse = replace(synapse, delay=network.resolution)
        self.arrays = {name: values for name, values in synapse.parameters.items() if isinstance(values, np.ndarray)}
        self.has_arrays = any(isinstance(value, np.ndarray) for value in synapse.values.values())
        for end, nodes in (("source", source), ("target", target)):
            if len(nodes) == 0:
                raise ConnectError(f"{self.label}: there are no {end} nodes.")
        self._check_symmetry()
        self._check_space()
        if not isinstance(synapse.delay, (Expression, np.ndarray)):
            delay_steps(synapse.delay, network.resolution)
        if isinstance(getattr(rule, "degree", 0), (Expression, np.ndarray)) and self.has_arrays:
            raise ConnectError(f"{self.label}: weights and delays cannot be arrays, because the degrees differ. Give a number "
                               "or an expression.")
        if self.has_arrays and (isinstance(rule, (PairwiseBernoulli, PairwisePoisson)) or rule.mask is not None and isinstance(rule, AllToAll)):
            raise ConnectError(f"{self.label}: weights and delays cannot be arrays, because the number of connections is "
                               "not known beforehand. Give a number or an expression.")

    def _check_symmetry(self) -> None:
        rule, model = self.rule, self.synapse.declaration
        among_all = (isinstance(rule, AllToAll) and rule.mask is None and not isinstance(self.synapse.weight, (Expression, np.ndarray))
                     and np.array_equal(np.sort(self.source.ids), np.sort(self.target.ids)))
        if model.symmetric and not (rule.make_symmetric or among_all):
            raise ConnectError(f"{self.label}: a {model.name} acts in both directions. Connect with one_to_one or pairs and "
                               "make_symmetric=True, with symmetric_pairwise_bernoulli, or with all_to_all from a layer to itself, "
                               "with one weight.")

    # ---- space ----

    def _check_space(self) -> None:
        expressions = {self.rule.profile_name: self.rule.profile, **self.synapse.values}
        used = {what: symbols(e) for what, e in expressions.items() if isinstance(e, Expression)}
        for what, names in used.items():
            unknown = sorted(names.difference(PAIR_SYMBOLS))
            if unknown:
                hint = "; pos belongs to a single node: use source or target" if set(unknown) <= set(NODE_SYMBOLS) else ""
                raise ExpressionError(repr(expressions[what]), f"{what} cannot use '{unknown[0]}'{hint}")
        # also where only another synapse of the call looks at places: all of them must meet the nodes in the same order
        others = (value for s in self.synapses for value in s.values.values() if isinstance(value, Expression))
        self.is_spatial = self.rule.mask is not None or any(used.values()) or any(map(symbols, others))
        self.edge_wrap = self.dedupe = False
        if not self.is_spatial:
            return
        parts = (*self.source.parts, *self.target.parts)
        for part in parts:
            part.geometry  # raises PositionError for nodes without positions
        dimensions = {len(part.extent) for part in parts}
        if len(dimensions) > 1:
            raise ConnectError(f"{self.label}: layers of different dimension cannot be connected in space: "
                               + ", ".join(f"'{p.name}' has {len(p.extent)}" for p in parts) + " axes.")
        self.dimensions = dimensions.pop()
        for what, names in used.items():
            if n_axes(names) > self.dimensions:
                raise ExpressionError(repr(expressions[what]), f"{what} uses the z coordinate, but '{self.source.name}' and "
                                      f"'{self.target.name}' are {self.dimensions}-dimensional")
        geometries = [part.geometry for part in self.pool.parts]
        self.edge_wrap = geometries[0].edge_wrap
        self.extent = geometries[0].extent
        if any(g.edge_wrap != self.edge_wrap or (g.edge_wrap and (g.extent != self.extent).any()) for g in geometries):
            raise ConnectError(f"{self.label}: the layers joined in '{self.pool.name}' differ in edge_wrap or extent, so "
                               "distances among them have no common meaning. Connect them one by one.")
        self._check_mask()

    def _check_mask(self) -> None:
        mask = self.rule.mask
        if mask is None:
            return
        if mask.dimensions != self.dimensions:
            raise MaskError(f"{self.label}: {mask!r} is {mask.dimensions}-dimensional, but layer '{self.pool.name}' is "
                            f"{self.dimensions}-dimensional.")
        lower, upper = mask.bounding_box()
        width = upper - lower
        if self.edge_wrap:
            if (width > self.extent * (1 + 1e-9)).any() and not self.rule.allow_oversized_mask:
                size = " × ".join(f"{e:g}" for e in self.extent)
                raise MaskError(f"{mask!r} is {' × '.join(f'{w:g}' for w in width)} wide, more than layer '{self.pool.name}' "
                                f"(extent {size}, edge_wrap=True), so a node could be met twice. Use a smaller mask, or "
                                "pass allow_oversized_mask=True.")
            n_images = float(np.prod(np.ceil(width / self.extent) + 1))
            if n_images > _MOST_IMAGES:
                raise MaskError(f"{mask!r} goes round layer '{self.pool.name}' {n_images:.3g} times, so a node could be met "
                                f"as often; at most {_MOST_IMAGES} are possible. Use a smaller mask.")
            self.dedupe = bool((width >= self.extent * (1 - 1e-9)).any()) and not self.rule.allow_oversized_mask

    def positions(self, nodes: Nodes) -> NDArray[np.float64]:
        if not self.is_spatial:
            return np.empty((len(nodes), 0))
        parts = [part.positions for part in nodes.parts]
        return parts[0] if len(parts) == 1 else np.concatenate(parts)

    # ---- rules ----

    def _program(self, value: Any, names: tuple[str, ...] = PAIR_SYMBOLS):
        if not isinstance(value, Expression):
            return None
        program = compile_program(value, names)
        return program, [names.index(i) for i in program.inputs]

    def by_driver(self, watch) -> Rows:
        """The rules that look at one driver after the other."""
        rule, synapse = self.rule, self.synapse
        degree = getattr(rule, "degree", None)
        degrees, programs = self._degrees(degree), (self._program(synapse.weight), self._program(synapse.delay))
        shape = (len(self.driver), degree)
        pairs, by_source = self.drawn.pairs if self.drawn else None, self.driver_is_source
        if not self.is_spatial and (degrees is not None or isinstance(rule, AllToAll)):  # all of the pool, rows of known length
            # without values that belong to their connections, rows need not be kept by driver at first
            values = (value for s in self.synapses for value in s.values.values())
            by_source = by_source or not any(isinstance(value, (Expression, np.ndarray)) for value in values)
            if pairs is None:
                pairs = self._rows_of_degrees(degrees, by_source, None if any(programs) else watch)
        if pairs is None:
            *pairs, weights, delays = self.rows_by_driver(
                rule.profile if rule.profile is not None else 1.0, degrees, isinstance(rule, PairwisePoisson), rule.mask,
                *programs, watch=watch)
            values = weights, delays
        else:
            values = self._computed(pairs, watch)
        if self.drawn:
            self.drawn.pairs = tuple(pairs)
        return self._with_values(*pairs, values, shape, by_source)

    def _computed(self, pairs: tuple[NDArray[np.int64], NDArray[np.uint32]], watch=None) -> tuple[Any, Any]:
        """Weights and delays that are expressions, for rows by driver; None for others."""
        programs = self._program(self.synapse.weight), self._program(self.synapse.delay)
        if not any(programs):
            return None, None
        return self.rows_by_driver(1.0, None, False, None, *programs, given=pairs, watch=watch)[2:]

    def _with_values(self, offsets: NDArray[np.int64], nodes: NDArray[np.uint32], computed: tuple[Any, Any],
                     shape: tuple[int, ...], by_source: bool, arranged: Callable[[NDArray], NDArray] = np.ravel) -> Rows:
        """Rows with their weights and delays: computed, or the same for all, or the elements of arrays of `shape`, arranged so."""
        synapse, (weights, delays) = self.synapse, computed
        if isinstance(synapse.weight, np.ndarray):
            weights = arranged(self._array("weight", synapse.weight, shape))
        elif weights is None:
            weights = synapse.weight
        if isinstance(synapse.delay, np.ndarray):
            steps = delay_steps(self._array("delay", synapse.delay, shape), self.network.resolution)
            delays = arranged(steps.astype(np.uint16))
        elif delays is None:
            delays = int(delay_steps(synapse.delay, self.network.resolution))
        others = {name: arranged(self._array(name, values, shape)) for name, values in self.arrays.items()}
        return Rows(offsets, nodes, weights, delays, by_source, others)

    def rows_by_driver(self, p: float | Expression, degrees: NDArray | None, poisson: bool, mask, weight=None, delay=None, *,
                       each_event: bool = False, window: int = 0, given=None, watch=None):
        """Offsets, nodes, weights and delays of the connector; `window` tells draws of one projection apart."""
        rule, driver_ids = self.rule, self.driver.ids
        in_pool = None
        if not rule.allow_autapses:
            in_pool = self._places(self.pool)[driver_ids]
        dedupe = self.dedupe and mask is not None
        steps = None
        wide = mask is not None and (dedupe or rule.allow_oversized_mask)
        if self.is_spatial and degrees is None and given is None and not wide:
            steps = stencil(self.driver, self.pool, p, mask, self.driver_is_source, poisson)
        places = self.positions(self.pool)
        origins = places if self.driver is self.pool else self.positions(self.driver)
        tree, near = BoxTree(places), None
        if self.is_spatial and steps is None and degrees is None and given is None and not poisson and not dedupe:
            near = squeeze(p, mask, places, origins, self.extent if self.edge_wrap else None, 2 * tree.cell_size)
        connector = Connector(
            tree, origins, driver_ids, in_pool,
            self.extent if self.edge_wrap else np.zeros(3),
            self._program(p), self._program(mask.expression, MASK_SYMBOLS) if mask is not None else None,
            mask.bounding_box() if mask is not None else None, weight, delay,
            1.0 if isinstance(p, Expression) else float(p),
            degrees,
            self.driver_is_source, bool(rule.allow_autapses), bool(rule.allow_multapses),
            dedupe, self.network.seed, self.index | window << 32, TICS_PER_MS,
            round(self.network.resolution * TICS_PER_MS), steps, self.number, poisson, each_event,
            near, given)
        at_once = _BLOCKS_PER_RUN
        del places, origins, tree
        while connector.done < connector.n_blocks:
            begin = perf_counter()
            failure = connector.run(at_once, self.network.threads)
            if perf_counter() - begin < _SECONDS_PER_RUN:  # threads wait for each other at the end of a run
                at_once *= 2
            if failure is not None:
                status, driver, detail = failure
                raise self._failure(status, driver, detail, 0 if degrees is None else int(degrees[driver]))
            if watch is not None:
                watch(connector.done / connector.n_blocks, connector.n)
        return connector.rows(self.network.threads)

    def _rows_of_degrees(self, degrees: NDArray[np.int64] | None, by_source: bool,
                         watch) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
        """Offsets and nodes of rows of given length from all of the pool (None: all of it), by driver or by source."""
        n_pool, once = len(self.pool), degrees is None or not self.rule.allow_multapses
        own = np.full(len(self.driver), -1)
        if not self.rule.allow_autapses:
            own = self._places(self.pool)[self.driver.ids]
        possible = n_pool - (own >= 0)
        if degrees is None:
            degrees = possible
        short = np.flatnonzero((degrees > possible) if once else (degrees > 0) & (possible == 0))
        if len(short):
            raise self._failure("too few", short[0], possible[short[0]], degrees[short[0]])
        offsets = np.concatenate([[0], np.cumsum(degrees)])
        rows = UniformRows(offsets, own, self.driver.ids, n_pool, once, self.network.seed, 0, self.index, self.network.threads)
        return self._by_node(rows, offsets, watch) if by_source and not self.driver_is_source else (
            offsets, self._uniform_rows(rows, offsets, watch))

    def _uniform_rows(self, rows: UniformRows, offsets: NDArray[np.int64], watch) -> NDArray[np.uint32]:
        """Nodes for rows of given length: see `spatialnet._core.uniform`."""
        n_rows, n = len(offsets) - 1, int(offsets[-1])
        nodes = np.empty(n, np.uint32)
        first = 0
        while first < n_rows and n:
            last = max(first + 1, int(np.searchsorted(offsets, offsets[first] + _DRAWS_PER_RUN, side="right")) - 1)
            rows.fill(nodes, first, last)
            if watch is not None:
                watch(offsets[last] / n, int(offsets[last]))
            first = last
        return nodes

    def _by_node(self, rows: UniformRows, offsets: NDArray[np.int64], watch) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
        """The same turned round: for every node of the pool the rows it is in, once for each time."""
        n, n_pool = int(offsets[-1]), len(self.pool)
        # every thread has a part of the rows, and counts every node
        n_parts = max(1, min(self.network.threads, n // max(_DRAWS_PER_THREAD, n_pool)))
        begin = np.searchsorted(offsets, np.arange(n_parts + 1) * n // n_parts)
        n_runs = -(-n // (n_parts * _DRAWS_PER_RUN))
        at, nodes = np.zeros((n_parts, n_pool), np.int64), np.empty(n, np.uint32)
        for done, out in enumerate((nodes[:0], nodes)):
            for run in range(n_runs):
                first, last = (begin[:-1] + np.diff(begin) * k // n_runs for k in (run, run + 1))
                rows.by_node(at, first, last, out)
                if watch is not None:
                    watch((done + (run + 1) / n_runs) / 2, done * n * (run + 1) // n_runs)
            if not done:
                ends = np.cumsum(at.T).reshape(n_pool, n_parts)
                at = np.ascontiguousarray(ends.T) - at
        return np.concatenate([[0], ends[:, -1]]), nodes

    def _places(self, nodes: Nodes) -> NDArray[np.int64]:
        """For every id of the network its number among `nodes`, or -1."""
        places = np.full(self.network.n_nodes, -1)
        places[nodes.ids] = np.arange(len(nodes))
        return places

    def _degrees(self, degree: int | Expression | NDArray | None) -> NDArray[np.int64] | None:
        """Connections of every driver."""
        n, end = len(self.driver), "source" if self.driver_is_source else "target"
        if degree is None:
            return None
        what = f"{'out' if self.driver_is_source else 'in'}degree"
        if isinstance(degree, Expression):
            positions = {}
            if symbols(degree):
                places = np.concatenate([part.positions for part in self.driver.parts])
                if n_axes(symbols(degree)) > places.shape[1]:
                    raise ExpressionError(repr(degree), f"{what} uses the z coordinate, but '{self.driver.name}' is "
                                          f"{places.shape[1]}-dimensional")
                positions = {"pos": places, end: places}
            try:
                values = at(degree, seed=self.network.seed, stream=(streams.DEGREE, 0, self.index), n=n, **positions)
            except ArithmeticError as error:
                raise ConnectError(f"{self.label}: {what}: {error}. Widen the limits.") from None
            rounded = np.floor(values + 0.5)
            wrong = np.flatnonzero(~((rounded >= 0) & (rounded < 2 ** 32)))
            if len(wrong):
                raise ConnectError(f"{self.label}: {what} = {degree!r} gives {values[wrong[0]]:g} for {end} "
                                   f"{int(self.driver.ids[wrong[0]])}; it must be ≥ 0 and below 2**32.")
            return rounded.astype(np.int64)
        if isinstance(degree, np.ndarray) and len(degree) != n:
            raise ConnectError(f"{self.label}: '{self.driver.name}' has {n} nodes, but there are {len(degree)} {what}s; give "
                               f"one for each {end}.")
        return np.ascontiguousarray(np.broadcast_to(degree, n), np.int64)

    def _array(self, what: str, array: NDArray, shape: tuple[int, ...]) -> NDArray:
        if array.shape != shape:
            raise ParameterError(self.synapse.model, what, f"must have shape {shape} for {self.label}, got {array.shape}")
        return array

    def _failure(self, status: str, driver: int, detail: float, degree: int = 0) -> Exception:
        end, pool = ("source", "target") if self.driver_is_source else ("target", "source")
        node = int(self.driver.ids[driver])
        wanted = f"{'out' if self.driver_is_source else 'in'}degree={degree}"
        where = "in its mask" if self.rule.mask is not None else "in all"
        match status:
            case "too few":
                candidates = f"candidate {pool}s"
                advice = ["widen the mask"] if self.rule.mask is not None else []
                if isinstance(self.rule.p, Expression):
                    # nodes where p is 0 are no candidates
                    candidates += " with p > 0"
                    advice.append("widen p")
                advice.append("lower the degree")
                switch = ""
                if not self.rule.allow_multapses:
                    switch = " and allow_multapses=False"
                    advice.append("allow multapses")
                advice = f"{', '.join(advice[:-1])} or {advice[-1]}" if len(advice) > 1 else advice[0]
                return ConnectError(f"{self.label}: {end} {node} has {int(detail)} {candidates} {where} but {wanted}"
                                    f"{switch}. {advice[0].upper()}{advice[1:]}.")
            case "no weight":
                return ConnectError(f"{self.label}: p is 0 for all candidate {pool}s of {end} {node}, but {wanted}. "
                                    "Widen p, or lower the degree.")
            case "p" if isinstance(self.rule, PairwisePoisson):
                return ConnectError(f"{self.label}: average = {self.rule.average!r} gives {detail:g} for {end} {node}; "
                                    "it must be a number up to 2**20.")
            case "p":
                return ConnectError(f"{self.label}: p = {self.rule.p!r} gives {detail:g} for {end} {node}; "
                                    "it must be a finite number, and ≥ 0 where it is a relative weight.")
            case "redraw":
                return ConnectError(f"{self.label}: a redraw found no value within its limits after 1000 attempts "
                                    f"({end} {node}). Widen the limits.")
            case "weight":
                return ConnectError(f"{self.label}: the weight {self.synapse.weight!r} gives {detail:g} for a connection of "
                                    f"{end} {node}; it must be finite.")
        return delay_error(detail, self.network.resolution)

    def one_to_one(self) -> Rows:
        if self.rule.mask is not None or self.rule.p is not None:
            raise ConnectError(f"{self.label} takes no mask and no p.")
        n = len(self.source)
        if n != len(self.target):
            raise ConnectError(f"{self.label}: '{self.source.name}' has {n} nodes and '{self.target.name}' "
                               f"{len(self.target)}; they must be equally many.")
        i = np.arange(n, dtype=np.uint32)
        weights, delays = self._values(i, i, (n,))
        offsets, keep = np.arange(n + 1), slice(None)
        if not self.rule.allow_autapses:
            keep = self.source.ids != self.target.ids
            np.cumsum(keep, out=offsets[1:])
        return Rows(offsets, i[keep], _at(weights, keep), _at(delays, keep), others=_each(self._others((n,)), keep))

    def listed_pairs(self) -> Rows:
        """Connections that the user lists."""
        ends = []
        for what, given, nodes in (("sources", self.rule.sources, self.source), ("targets", self.rule.targets, self.target)):
            if self.rule.ids:
                places = np.full(len(given), -1)
                known = (given >= 0) & (given < self.network.n_nodes)
                places[known] = self._places(nodes)[given[known]]
                said = f"node {{}} is not in '{nodes.name}'"
            else:
                places = np.where((given >= 0) & (given < len(nodes)), given, -1)
                said = f"there is no node at position {{}} of '{nodes.name}', which has {len(nodes)} nodes"
            wrong = np.flatnonzero(places < 0)
            if len(wrong):
                raise ConnectError(f"{self.label}: {said.format(given[wrong[0]])} (number {wrong[0]} of the {what}).")
            ends.append(places.astype(np.uint32))
        sources, targets = ends
        keep = np.ones(len(sources), bool)
        if not self.rule.allow_autapses:
            keep = self.source.ids[sources] != self.target.ids[targets]
        weights, delays = self._values(sources, targets, (len(sources),))
        return self._rows(sources[keep], targets[keep], _at(weights, keep), _at(delays, keep),
                          _each(self._others((len(sources),)), keep))

    def all_to_all_with_arrays(self) -> Rows:
        """All pairs, whose values are given by [target, source]."""
        self.driver_is_source, self.driver, self.pool = True, self.source, self.target
        pairs = self._rows_of_degrees(None, True, None)
        keep = None
        if not self.rule.allow_autapses:
            keep = self.source.ids[:, None] != self.target.ids
        return self._with_values(*pairs, self._computed(pairs), (len(self.target), len(self.source)), True,
                                 lambda column: column.T.ravel() if keep is None else column.T[keep])

    def fixed_total_number(self, watch) -> Rows:
        rule = self.rule
        n_pairs = len(self.source) * len(self.target)
        if not rule.allow_autapses:
            n_pairs -= len(np.intersect1d(self.source.ids, self.target.ids))
        if n_pairs == 0 and rule.n:
            raise ConnectError(f"{self.label}: n={rule.n}, but there is no pair of different nodes. Allow autapses.")
        if not rule.allow_multapses and rule.n > n_pairs:
            raise ConnectError(f"{self.label}: n={rule.n}, but there are only {n_pairs} pairs and allow_multapses=False. "
                               "Lower n, or allow multapses.")
        in_space = rule.mask is not None or rule.p is not None
        if not in_space:  # drawn by source
            self.driver_is_source, self.driver, self.pool = True, self.source, self.target
        pairs = self.drawn.pairs if self.drawn else None
        if pairs is None:
            pairs = Windows(self).draw(watch) if in_space else self._uniform_pairs(n_pairs, watch)
        if self.drawn:
            self.drawn.pairs = pairs
        # connections have no order of their own: elements of arrays go to them in a random one
        order = slice(None)
        if self.has_arrays:
            order = np.argsort(uniforms(self.network.seed, streams.CANDIDATE, (0, 2, self.index), rule.n), kind="stable")
        return self._with_values(*pairs, self._computed(pairs), (rule.n,), self.driver_is_source, lambda column: column[order])

    def _uniform_pairs(self, n_pairs: int, watch) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
        """Pairs drawn uniformly from all `n_pairs`, row by row: see `spatialnet._core.total`."""
        n, n_targets, once = self.rule.n, len(self.target), not self.rule.allow_multapses
        own = np.full(len(self.source), -1)
        if not self.rule.allow_autapses:
            own = self._places(self.target)[self.source.ids]
        keys = (self.network.seed, self.index)
        counts = np.zeros(len(self.source), np.uint32)
        if once:
            capacity = n_targets - (own >= 0).astype(np.int64)
            total.count_sources_once(counts, capacity, n_targets, min(n, n_pairs - n), *keys)
            if n > n_pairs - n:  # those left out were drawn
                counts = (capacity - counts).astype(np.uint32)
        else:
            order, n_blocks = np.argsort(own < 0, kind="stable"), -(-n // total.PER_BLOCK)
            for first in range(0, n_blocks, _BLOCKS_PER_RUN):
                total.count_sources(counts, order, int((own >= 0).sum()), n_targets, n, first,
                                    min(first + _BLOCKS_PER_RUN, n_blocks), *keys, self.network.threads)
        offsets = np.zeros(len(counts) + 1, np.int64)
        np.cumsum(counts, out=offsets[1:])
        rows = UniformRows(offsets, own, np.arange(len(counts)), n_targets, once, self.network.seed, 1, self.index, self.network.threads)
        return offsets, self._uniform_rows(rows, offsets, watch)

    def _others(self, shape: tuple[Any, ...]) -> dict[str, NDArray[np.float64]]:
        """Arrays of parameters, as columns."""
        return {name: self._array(name, values, shape).ravel() for name, values in self.arrays.items()}

    # ---- weights and delays of listed pairs ----

    def _values(self, sources: NDArray, targets: NDArray, shape: tuple[int, ...]):
        synapse, n = self.synapse, len(sources)

        def value(what: str, given: Any, stream: int):
            if isinstance(given, np.ndarray):
                return self._array(what, given, shape).ravel()
            if not isinstance(given, Expression):
                return given
            values, used = np.empty(n), symbols(given)
            for number, first in enumerate(range(0, n, _PAIRS_AT_ONCE)):
                block, inputs = slice(first, min(first + _PAIRS_AT_ONCE, n)), {}
                if used:
                    start, end = starts[sources[block]], ends[targets[block]]
                    inputs = {"displacement": displacement(start, end, self.extent, self.edge_wrap),
                              "source": start, "target": end}
                try:
                    values[block] = at(given, seed=self.network.seed, n=block.stop - first,
                                       stream=(stream | self.number << 8, number, self.index), **inputs)
                except ArithmeticError as error:
                    raise ConnectError(f"{self.label}: {what}: {error}. Widen the limits.") from None
            return values

        starts, ends = self.positions(self.source), self.positions(self.target)

        weights, delays = (value("weight", synapse.weight, streams.WEIGHT), value("delay", synapse.delay, streams.DELAY))
        if isinstance(weights, np.ndarray) and not np.isfinite(weights).all():
            raise self._failure("weight", 0, float(weights[~np.isfinite(weights)][0]))
        if isinstance(delays, np.ndarray):
            if not np.isfinite(delays).all():
                raise delay_error(float(delays[~np.isfinite(delays)][0]), self.network.resolution)
            return weights, delay_steps(delays, self.network.resolution).astype(np.uint16)
        return weights, int(delay_steps(delays, self.network.resolution))

    def _rows(self, sources: NDArray, nodes: NDArray, weights: Any, delays: Any, others: dict[str, NDArray]) -> Rows:
        """Rows sorted by source and target from listed pairs."""
        offsets, order = _sorted_pairs(sources, nodes, len(self.source), len(self.target), self.network.threads)
        return Rows(offsets, nodes[order], _at(weights, order), _at(delays, order), others=_each(others, order))

    # ---- tables ----

    def tables(self, rows: Rows) -> list[ConnectionTable]:
        """One table for each pair of populations, sorted by source and target."""
        likes = self.drawn.tables if self.drawn else []
        made = self._tables(rows, iter(likes))
        del rows  # given up as soon as they are turned round
        tables = list(made)
        if self.drawn and not likes:
            self.drawn.tables = tables
        return tables

    def _tables(self, rows: Rows, likes: Iterator[ConnectionTable]) -> Iterator[ConnectionTable]:
        """The tables; those of several synapses share the pairs of `likes`."""
        if not rows.by_source:
            turned, nodes = (self.drawn and self.drawn.turned) or (
                Transposition(rows.nodes, len(self.source), self.network.threads), None)
            rows = _transposed(rows, turned, nodes)
            if self.drawn:
                self.drawn.turned = turned, rows.nodes
            del turned, nodes
        rows.weights = stored_weights(self.synapse.declaration, rows.weights, len(rows.nodes))
        self.n_evaluated = 0
        if len(self.source.parts) == len(self.target.parts) == 1:
            yield self._table(self.source.parts[0], self.target.parts[0], rows, next(likes, None))
            return
        source_bounds = np.cumsum([0, *(len(p) for p in self.source.parts)])
        target_bounds = np.cumsum([0, *(len(p) for p in self.target.parts)])
        for i, source in enumerate(self.source.parts):
            first, last = source_bounds[i], source_bounds[i + 1]
            begin, end = rows.offsets[first], rows.offsets[last]
            nodes = rows.nodes[begin:end]
            for j, target in enumerate(self.target.parts):
                keep = np.flatnonzero((nodes >= target_bounds[j]) & (nodes < target_bounds[j + 1]))
                offsets = np.searchsorted(keep, rows.offsets[first:last + 1] - begin)
                part = Rows(offsets.astype(np.int64), (nodes[keep] - target_bounds[j]).astype(np.uint32),
                            _at(rows.weights, begin + keep), _at(rows.delays, begin + keep),
                            others=_each(rows.others, begin + keep))
                if len(keep):
                    yield self._table(source, target, part, next(likes, None))

    def _table(self, source: Layer, target: Layer, rows: Rows, like: ConnectionTable | None) -> ConnectionTable:
        """From numbers within the parts to numbers within the populations."""
        declared = self.synapse.declaration
        offsets, nodes, weights, delays, others = rows.offsets, rows.nodes, rows.weights, rows.delays, rows.others
        if not (source.is_whole and target.is_whole):
            sources = np.repeat(source.indices.astype(np.uint32), np.diff(offsets))
            nodes = target.indices[nodes].astype(np.uint32)
            offsets, order = _sorted_pairs(sources, nodes, source.population.n, target.population.n,
                                           self.network.threads)
            nodes, weights, delays = nodes[order], _at(weights, order), _at(delays, order)
            others = _each(others, order)
        if like is not None:
            offsets, nodes = like.offsets, like.targets
        table = ConnectionTable(source.population, target.population, offsets, nodes, weights, 0 if declared.at_once else delays,
                                self.synapse.receptor, carrier=declared.carrier)
        if not declared.is_static:
            table.plasticity = self._plasticity(table, others)
        return table

    def _plasticity(self, table: ConnectionTable, others: dict[str, NDArray]) -> Plasticity:
        """What the connections of `table` keep besides weight and delay."""
        model, names = self.synapse.declaration, list(self.synapse.declaration.settable)
        given, transmitter = {"weight": table.weights} if "weight" in model.parameters else {}, None
        for name, value in self.synapse.parameters.items():
            if isinstance(value, Nodes):
                transmitter = value
            elif isinstance(value, Expression):
                purpose = streams.SYNAPSE_PARAMETER | self.number << 8 | names.index(name) << 16
                pool = table.target if self.driver_is_source else table.source
                given[name], self.n_evaluated = evaluated(self.network, self.label, name, value, Picked(table, slice(None)),
                                                          (purpose, self.index), pool, self.n_evaluated)
            else:
                given[name] = others.get(name, value)
        checked = model.check(given, len(table))
        return Plasticity.begin(model, table.offsets, checked, self.network._simulation.step, transmitter)


def _rounded_up(delay: Any, resolution: float) -> Any:
    """Delays between two steps as the longer one."""
    if isinstance(delay, Expression):
        return operation("floor", delay / resolution + (1 - 1e-6)) * resolution
    return np.ceil(np.round(np.asarray(delay) / resolution, 6)) * resolution if np.ndim(delay) else \
        float(np.ceil(round(delay / resolution, 6)) * resolution)


def _each(columns: dict[str, NDArray], rows: Any) -> dict[str, NDArray]:
    return {name: column[rows] for name, column in columns.items()}


def _reversed(table: ConnectionTable, threads: int, like: ConnectionTable | None = None) -> ConnectionTable:
    """The same connections in the other direction; their pairs are those of `like`."""
    rows = Rows(table.offsets, table.targets, table.weights, table.delays)
    turned = Transposition(table.targets, table.target.n, threads)
    rows = _transposed(rows, turned, None if like is None else like.targets)
    offsets = rows.offsets if like is None else like.offsets
    made = ConnectionTable(table.target, table.source, offsets, rows.nodes, rows.weights, rows.delays, table.receptor,
                           carrier=table.carrier)
    if table.plasticity is not None:
        made.plasticity = table.plasticity.rearranged(turned.column, offsets)
    return made


def stored_weights(model: SynapseModel, weights: Any, n: int) -> Any:
    """Weights as a table keeps them: of synapses that change them 64-bit numbers, else as narrow as loses nothing."""
    if model.is_static or not plan(model).changes_weight:
        return narrow(weights)
    return filled(weights, n)


def _sorted_pairs(sources: NDArray[np.uint32], targets: NDArray[np.uint32], n_sources: int, n_targets: int,
                  threads: int) -> tuple[NDArray[np.int64], NDArray[np.integer]]:
    """Where each source's row begins, and the order that sorts pairs by source and target, equal ones as they came."""
    if len(sources) >= 2 ** 32:
        return Transposition(sources, n_sources, threads).offsets, np.lexsort((targets, sources))
    # Two stable counting sorts, by target and then by source, are ten times faster than a sort by comparison.
    order = Transposition(targets, n_targets, threads).column(np.arange(len(sources), dtype=np.uint32))
    by_source = Transposition(sources[order], n_sources, threads)
    return by_source.offsets, by_source.column(order)


def _at(values: Any, rows: Any) -> Any:
    return values[rows] if isinstance(values, np.ndarray) else values


def _transposed(rows: Rows, turned: Transposition, nodes: NDArray[np.uint32] | None = None) -> Rows:
    """Rows turned from one end to the other, with the `nodes` they have then; every column is given up once it is turned."""
    def column(values: Any) -> Any:
        return turned.column(np.ascontiguousarray(values)) if isinstance(values, np.ndarray) else values

    rows.weights = column(rows.weights)
    rows.delays = column(rows.delays)
    for name in rows.others:
        rows.others[name] = column(rows.others[name])
    if nodes is None:
        nodes = turned.rows(rows.offsets)
    return Rows(turned.offsets, nodes, rows.weights, rows.delays, others=rows.others)
