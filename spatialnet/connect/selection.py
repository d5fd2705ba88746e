"""Which connections, and what they carry: rows of tables chosen by their ends, and the columns of what was chosen.

Nothing here makes an object for a connection: a choice is a slice or an array of row numbers for each table, and a
column is an array.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .._core.geometry import displacement as _displacement
from ..distinct import distinct
from ..errors import ConnectError, ParameterError, UnknownNameError
from ..expressions.evaluate import at
from ..language.nodes import Expression, symbols
from ..models.registry import list_models
from ..space.layer import Ids, Nodes, Population

if TYPE_CHECKING:
    from ..network import Network
    from .projection import ConnectionTable, Projection

#: pairs evaluated at once
_BLOCK = 1 << 18
#: share of the targets above which reading the whole column is cheaper than going through the index
_MANY = 0.25


@dataclass(frozen=True)
class Picked:
    """Rows of one table, ascending, so in the order of `Projection.connections_of`."""

    table: ConnectionTable
    rows: slice | NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.table) if isinstance(self.rows, slice) else len(self.rows)

    @property
    def is_whole(self) -> bool:
        """Whether these are all rows of the table."""
        return isinstance(self.rows, slice)

    def source_indices(self, part: slice = slice(None)) -> NDArray[np.integer]:
        """Number of the source in its population, for some of the rows."""
        offsets = self.table.offsets
        if self.is_whole and part == slice(None):
            return self.table.sources
        rows = np.arange(*part.indices(len(self))) if self.is_whole else self.rows[part]
        if len(rows) == 0:
            return np.empty(0, np.int64)
        # the rows ascend, so each source is found once and repeated
        first, last = np.searchsorted(offsets, rows[[0, -1]], side="right") - 1
        bounds = np.searchsorted(rows, offsets[first + 1:last + 1])
        return np.repeat(np.arange(first, last + 1), np.diff(np.r_[0, bounds, len(rows)]))

    def target_indices(self, part: slice = slice(None)) -> NDArray[np.uint32]:
        """Number of the target in its population, for some of the rows."""
        return self.table.targets[part] if self.is_whole else self.table.targets[self.rows[part]]

    def sources(self) -> Ids:
        """Global source ids, int64."""
        if self.is_whole:
            population = self.table.source
            return np.repeat(np.arange(population.first_id, population.first_id + population.n), np.diff(self.table.offsets))
        return self.source_indices() + self.table.source.first_id

    def targets(self) -> Ids:
        """Global target ids, int64."""
        found = self.target_indices().astype(np.int64)
        found += self.table.target.first_id
        return found

    def values(self, column: Any) -> NDArray[Any]:
        """A column of the table at the rows: a view of it where it is whole, of one number where it is constant."""
        if not isinstance(column, np.ndarray):
            return np.broadcast_to(np.asarray(column), (len(self),))
        return column[self.rows]


def node_ids(network: Network, label: str, end: str, given: ArrayLike | Nodes | None) -> Ids | None:
    """Global ids of `given` nodes, checked; None stays None.

    Raises
    ------
    ConnectError
        If they are not nodes of this network.
    """
    if given is None:
        return None
    if isinstance(given, Nodes):
        if given.network is not network:
            raise ConnectError(f"{label}: '{given.name}' belongs to another network.")
        return given.ids
    try:
        ids = np.atleast_1d(np.asarray(given))
    except ValueError:
        ids = np.empty((0, 0))
    if ids.ndim != 1 or ids.size and (ids.dtype.kind not in "iu" or ids.min() < 0 or ids.max() >= network.n_nodes):
        raise ConnectError(f"{label}: {end} must be nodes, or ids between 0 and {network.n_nodes - 1}, got {given!r}.")
    return ids.astype(np.int64)


def pick(projection: Projection, source: ArrayLike | Nodes | None = None, target: ArrayLike | Nodes | None = None,
         where: ArrayLike | None = None) -> list[Picked]:
    """The connections of a projection from `source`, to `target`, and marked in `where`.

    Parameters
    ----------
    projection : Projection
    source, target : Nodes or array_like of int, optional
        Global ids; all when not given.
    where : array_like of bool (projection.n,), optional
        One for each connection, in the order of `Projection.connections_of`.

    Returns
    -------
    list of Picked
        One for each table.

    Raises
    ------
    ConnectError, ParameterError
    """
    label = f"projection '{projection.name}'"
    sources = node_ids(projection.network, label, "source", source)
    targets = node_ids(projection.network, label, "target", target)
    marked = None
    if where is not None:
        marked = np.asarray(where)
        if marked.dtype != bool or marked.shape != (projection.n,):
            raise ParameterError(label, "where", f"must be {projection.n} truth values, one for each connection, got "
                                 f"{marked.dtype} of shape {marked.shape}")
    found, done = [], 0
    for table in projection.tables:
        rows = _rows(table, _local(table.source, sources), _local(table.target, targets))
        if marked is not None:
            here = marked[done:done + len(table)]
            rows = np.flatnonzero(here) if isinstance(rows, slice) else rows[here[rows]]
        found.append(Picked(table, rows))
        done += len(table)
    return found


def _local(population: Population, ids: Ids | None) -> NDArray[np.int64] | None:
    if ids is None:
        return None
    local = ids - population.first_id
    local = distinct(local[(local >= 0) & (local < population.n)])
    # all nodes are no choice
    return None if len(local) == population.n else local


def _rows(table: ConnectionTable, sources: NDArray[np.int64] | None, targets: NDArray[np.int64] | None) -> Any:
    if sources is None and targets is None:
        return slice(None)
    if sources is not None:
        rows = _ranges(table.offsets[sources], table.offsets[sources + 1])
        return rows if targets is None else rows[_chosen(table, targets)[table.targets[rows]]]
    if len(targets) > _MANY * table.target.n:
        return np.flatnonzero(_chosen(table, targets)[table.targets])
    offsets, order = table.by_target()
    return np.sort(order[_ranges(offsets[targets], offsets[targets + 1])]).astype(np.int64)


def _chosen(table: ConnectionTable, targets: NDArray[np.int64]) -> NDArray[np.bool_]:
    chosen = np.zeros(table.target.n, bool)
    chosen[targets] = True
    return chosen


def _ranges(starts: NDArray[np.int64], stops: NDArray[np.int64]) -> NDArray[np.int64]:
    """All numbers from each start to before its stop, one range after the other."""
    lengths = stops - starts
    first = np.cumsum(lengths) - lengths
    return np.repeat(starts - first, lengths) + np.arange(lengths.sum())


def evaluated(network: Network, label: str, what: str, given: Expression, picked: Picked, stream: tuple[int, int],
              pool: Population, block: int = 0) -> tuple[NDArray[np.float64], int]:
    """An expression for every picked connection.

    Parameters
    ----------
    label, what : str
        For errors: whose, and which value it is.
    stream : (int, int)
        Purpose and thing of its random numbers.
    pool : Population
        The end at which the rule looked for partners; displacements are the shortest way there.
    block : int
        How many blocks of random numbers the same expression has used.

    Returns
    -------
    values : ndarray (len(picked),)
    block : int
        How many it has used now.

    Raises
    ------
    ConnectError
        If a redraw finds no value within its limits.
    """
    table, column, used = picked.table, np.empty(len(picked)), bool(symbols(given))
    for first in range(0, len(picked), _BLOCK):
        part, inputs = slice(first, min(first + _BLOCK, len(picked))), {}
        if used:
            start = table.source.geometry.positions[picked.source_indices(part)]
            end = table.target.geometry.positions[picked.target_indices(part)]
            if start.shape[1] != end.shape[1]:
                raise ConnectError(f"{label}: '{table.source.name}' and '{table.target.name}' differ in dimension, so there is "
                                   "no distance between them.")
            inputs = {"displacement": _displacement(start, end, pool.geometry.extent, pool.geometry.edge_wrap),
                      "source": start, "target": end}
        try:
            column[part] = at(given, seed=network.seed, stream=(stream[0], block, stream[1]), n=part.stop - part.start, **inputs)
        except ArithmeticError as error:
            raise ConnectError(f"{label}: {what}: {error}. Widen the limits.") from None
        block += 1
    return column, block


def joined(parts: Sequence[NDArray[Any]], empty: Any) -> NDArray[Any]:
    """The parts as one array; a single one as it is."""
    if len(parts) == 1:
        return parts[0]
    return np.concatenate(parts) if parts else np.empty(0, empty)


def milliseconds(steps: NDArray[np.integer], resolution: float) -> NDArray[np.float64]:
    """Times of integer steps, by division: 3 / 10 is the float nearest to 0.3, 3 * 0.1 is not."""
    steps_per_ms = 1 / resolution
    if steps_per_ms == round(steps_per_ms):
        return steps / steps_per_ms
    return steps * np.float64(resolution)


def positions_of(network: Network, n_axes: int) -> NDArray[np.float64]:
    """Positions of all nodes of a network (n_nodes, n_axes), NaN where a node has none; further axes are left out."""
    positions = np.full((network.n_nodes, n_axes), np.nan)
    for population in network.populations:
        if population.geometry is not None:
            here = population.geometry.positions[:, :n_axes]
            positions[population.first_id:population.first_id + population.n, :here.shape[1]] = here
    return positions


class Connections:
    """Connections chosen from a network, as columns; what `Network.connections` returns.

    A snapshot: later changes of the network do not show in it. ``len``, and ``c[…]`` with a slice or a boolean array,
    as in ``c[c.weight > 0]``.

    Attributes
    ----------
    source, target : ndarray (n,) int64
        Global ids.
    weight : ndarray (n,) float32 or float64
        In the unit of the target model.
    delay_steps : ndarray (n,) unsigned int
        In steps of the resolution.
    projections : tuple of Projection
        Those they were chosen from.
    projection_number : ndarray (n,) int64
        Which of `projections` each connection belongs to; it ascends.
    """

    def __init__(self, network: Network, projections: tuple[Projection, ...], source: Ids, target: Ids,
                 weight: NDArray[np.floating], delay_steps: NDArray[np.integer], counts: NDArray[np.int64]):
        self.network, self.projections = network, projections
        self.source, self.target, self.weight, self.delay_steps = source, target, weight, delay_steps
        self._counts = counts

    def __len__(self) -> int:
        return len(self.source)

    @property
    def projection_number(self) -> NDArray[np.int64]:
        """Which of `projections` each connection belongs to (n,)."""
        return np.repeat(np.arange(len(self.projections)), self._counts)

    @property
    def delay(self) -> NDArray[np.float64]:
        """Delays in ms (n,)."""
        return milliseconds(self.delay_steps, self.network.resolution)

    @property
    def nbytes(self) -> int:
        """Memory of the columns, in bytes; a constant column takes none."""
        columns = (self.source, self.target, self.weight, self.delay_steps)
        return sum(c.nbytes for c in columns if c.strides != (0,))

    def __getitem__(self, key: Any) -> Connections:
        if isinstance(key, slice):
            keep = np.zeros(len(self), bool)
            keep[key] = True
            if key.step is not None and key.step < 0:
                raise TypeError("connections stay in their order; slice them forwards")
        else:
            keep = np.asarray(key)
            if keep.dtype != bool or keep.shape != (len(self),):
                raise TypeError(f"choose connections with a slice or {len(self)} truth values, got {key!r}")
        ends = np.cumsum(self._counts)
        kept = np.r_[0, np.cumsum(keep)]
        counts = kept[ends] - kept[ends - self._counts]
        return Connections(self.network, self.projections, self.source[keep], self.target[keep], self.weight[keep],
                           self.delay_steps[keep], counts)

    # ---- space ----

    @property
    def n_axes(self) -> int:
        """Axes of the positions at the ends; 2 where neither has any."""
        parts = [part for p in self.projections for nodes in (p.source, p.target) for part in nodes.parts]
        return max((len(part.extent) for part in parts if part.is_spatial), default=2)

    @property
    def source_positions(self) -> NDArray[np.float64]:
        """Position of the source of each connection (n, d), in mm; NaN where it has none."""
        return positions_of(self.network, self.n_axes)[self.source]

    @property
    def target_positions(self) -> NDArray[np.float64]:
        """Position of the target of each connection (n, d), in mm; NaN where it has none."""
        return positions_of(self.network, self.n_axes)[self.target]

    @property
    def displacement(self) -> NDArray[np.float64]:
        """Target minus source (n, d), in mm, the shortest way where the pool layer wraps; NaN where one has no place.

        The pool is the end at which the rule looked for partners: the targets if the sources drive it, else the sources.
        """
        positions = positions_of(self.network, self.n_axes)
        delta = positions[self.target] - positions[self.source]
        end = np.cumsum(self._counts)
        for k, projection in enumerate(self.projections):
            rows = slice(end[k] - self._counts[k], end[k])
            pool, ids = ((projection.target, self.target) if projection.driver == "source"
                         else (projection.source, self.source))
            for population in {part.population.index: part.population for part in pool.parts}.values():
                geometry = population.geometry
                if geometry is None or not geometry.edge_wrap:
                    continue
                d = len(geometry.extent)
                mine = (ids[rows] >= population.first_id) & (ids[rows] < population.first_id + population.n)
                mine = np.flatnonzero(mine) + rows.start
                delta[mine, :d] = _displacement(np.ascontiguousarray(positions[self.source[mine], :d]),
                                                np.ascontiguousarray(positions[self.target[mine], :d]),
                                                geometry.extent, True)
        return delta

    @property
    def distance(self) -> NDArray[np.float64]:
        """Length of `displacement` (n,), in mm; an axis that only one end has does not count."""
        delta = self.displacement
        length = np.sqrt(np.nansum(delta ** 2, axis=1))
        length[np.isnan(delta).all(axis=1)] = np.nan
        return length

    # ---- elsewhere ----

    def to_dataset(self):
        """As an `xarray.Dataset` along ``synapse``, with units."""
        from ..data.chosen import chosen_dataset
        return chosen_dataset(self)

    def to_pandas(self):
        """As a `pandas.DataFrame`, a row for each connection."""
        from ..data.chosen import chosen_frame
        return chosen_frame(self)

    def dump(self, path: Any, digits: int | None = None) -> None:
        """Write as text to `path`, with so many significant `digits`; see `Projection.dump`."""
        from .text import dump_connections
        dump_connections(self, path, digits)

    def __repr__(self) -> str:
        names = ", ".join(f"'{p.name}'" for p, count in zip(self.projections, self._counts) if count)
        return f"<{len(self)} connections{f' of {names}' if names else ''}>"


def choose(network: Network, source: ArrayLike | Nodes | None, target: ArrayLike | Nodes | None, projection: Any,
           model: str | None, weight: Any) -> Connections:
    """What `Network.connections` returns."""
    label = "connections"
    sources, targets = node_ids(network, label, "source", source), node_ids(network, label, "target", target)
    projections = tuple(_projections(network, projection))
    if model is not None:
        known = {*list_models("synapse"), *(s.model for p in network.projections for s in p.synapses)}
        if model not in known:
            raise UnknownNameError("synapse model", model, sorted(known))
        projections = tuple(p for p in projections if any(s.model == model for s in p.synapses))
    low, high = _limits(weight)
    found: list[Picked] = []
    counts = []
    for one in projections:
        picked = [_between(p, low, high) for p in pick(one, sources, targets)]
        picked = [p for p in picked if len(p)]
        counts.append(sum(map(len, picked)))
        found += picked
    return Connections(
        network, projections, joined([p.sources() for p in found], np.int64), joined([p.targets() for p in found], np.int64),
        _snapshot([p.values(p.table.weights) for p in found], np.float64),
        _snapshot([p.values(p.table.delays) for p in found], np.uint16), np.array(counts, np.int64))


def _snapshot(parts: list[NDArray[Any]], empty: Any) -> NDArray[Any]:
    """The parts as one array of its own, or a view of one number where all are that number."""
    if parts and all(p.strides == (0,) for p in parts) and len({p[0] for p in parts}) == 1:
        return np.broadcast_to(parts[0][:1].reshape(()), (sum(map(len, parts)),))
    column = joined(parts, empty)
    # a whole column is a view of the table
    return column.copy() if len(parts) == 1 and column.base is not None else column


def _between(picked: Picked, low: float, high: float) -> Picked:
    if low == -np.inf and high == np.inf:
        return picked
    values = picked.values(picked.table.weights)
    keep = np.flatnonzero((values >= low) & (values <= high))
    return Picked(picked.table, keep if picked.is_whole else picked.rows[keep])


def _limits(weight: Any) -> tuple[float, float]:
    if weight is None:
        return -np.inf, np.inf
    try:
        low, high = map(float, weight)
    except (TypeError, ValueError):
        low = high = np.nan
    if not low <= high:
        raise ParameterError("connections", "weight", "must be the least and the largest weight, as in "
                             f"(0, float('inf')), got {weight!r}")
    return low, high


def _projections(network: Network, given: Any) -> Iterator[Projection]:
    from .projection import Projection
    if given is None:
        yield from network.projections
        return
    wanted = [given] if isinstance(given, (str, Projection)) else given
    try:
        wanted = list(wanted)
    except TypeError:
        raise ConnectError(f"projection must be a projection, its name, or several of them, got {given!r}.") from None
    named = {p.name: p for p in network.projections}
    asked = set()
    for one in wanted:
        found = named.get(one) if isinstance(one, str) else one
        if found is None:
            raise UnknownNameError("projection", one, named)
        if not isinstance(found, Projection) or found.network is not network or found not in network.projections:
            raise ConnectError(f"{one!r} is no projection of this network.")
        asked.add(found.name)
    yield from (p for p in network.projections if p.name in asked)
