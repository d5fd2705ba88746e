"""Connections as columns, and questions about them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..errors import ConnectError
from ..space.layer import Ids, Nodes, Population
from .rules import Rule
from .synapse import Synapse

if TYPE_CHECKING:
    from ..network import Network


@dataclass(eq=False)
class ConnectionTable:
    """Connections between two populations, sorted by source, target and order of creation.

    Attributes
    ----------
    source, target : Population
    offsets : ndarray (n_source + 1,) int64
        Connections of source i are the rows ``offsets[i]:offsets[i + 1]``.
    targets : ndarray (m,) uint32
        Number of the target in its population.
    weights : float or ndarray (m,) float32 or float64
        float32 only where it loses nothing.
    delays : int or ndarray (m,) uint16
        In steps.
    receptor : int
    """

    source: Population
    target: Population
    offsets: NDArray[np.int64]
    targets: NDArray[np.uint32]
    weights: float | NDArray[np.floating]
    delays: int | NDArray[np.unsignedinteger]
    receptor: int = 0

    def __len__(self) -> int:
        return len(self.targets)

    @property
    def nbytes(self) -> int:
        """Memory of the columns, in bytes."""
        return sum(c.nbytes for c in (self.offsets, self.targets, self.weights, self.delays) if isinstance(c, np.ndarray))

    @property
    def sources(self) -> NDArray[np.uint32]:
        """Number of the source of each row in its population."""
        return np.repeat(np.arange(self.source.n, dtype=np.uint32), np.diff(self.offsets))


class Projection:
    """What one `Network.connect` made.

    Attributes
    ----------
    network : Network
    name : str
    source, target : Nodes
    rule : Rule
    synapse : Synapse
    tables : list of ConnectionTable
        One for each pair of populations.
    """

    def __init__(self, network: Network, index: int, name: str, source: Nodes, target: Nodes, rule: Rule,
                 synapse: Synapse, tables: list[ConnectionTable]):
        self.network, self.index, self.name = network, index, name
        self.source, self.target, self.rule, self.synapse, self.tables = source, target, rule, synapse, tables

    @property
    def mask(self):
        """The region around the driver, in mm: the rule's mask, a grid mask as the rectangle it covers; or None."""
        pool = self.target if self.driver == "source" else self.source
        return None if self.rule.mask is None else self.rule.mask.resolved(pool)

    @property
    def driver(self) -> str:
        """``"source"`` or ``"target"``: the end on which the mask is centred."""
        return self.rule.driver

    @property
    def n(self) -> int:
        """Number of connections."""
        return sum(map(len, self.tables))

    def __len__(self) -> int:
        return self.n

    @property
    def nbytes(self) -> int:
        """Memory of the connections, in bytes."""
        return sum(table.nbytes for table in self.tables)

    @property
    def sources(self) -> Ids:
        """Global source id of every connection, int64 (n,)."""
        return self.connections_of()["source"]

    @property
    def targets(self) -> Ids:
        """Global target id of every connection, int64 (n,)."""
        return self.connections_of()["target"]

    @property
    def weights(self) -> NDArray[np.float64]:
        """Weight of every connection (n,), in the unit of the target model."""
        return self.connections_of()["weight"]

    @property
    def delays(self) -> NDArray[np.float64]:
        """Delay of every connection (n,), in ms."""
        return self.connections_of()["delay"]

    def connections_of(self, source: ArrayLike | Nodes | None = None,
                       target: ArrayLike | Nodes | None = None) -> dict[str, NDArray[Any]]:
        """Connections from and to given nodes.

        Parameters
        ----------
        source, target : Nodes or array_like of int, optional
            Global ids; all when not given.

        Returns
        -------
        dict
            Columns ``source``, ``target`` (int64 global ids), ``weight`` (float64) and ``delay`` (float64, ms), sorted by
            source and target within each pair of populations.

        Raises
        ------
        ConnectError
            If an id is not one of the network's.
        """
        columns: dict[str, list[NDArray[Any]]] = {"source": [], "target": [], "weight": [], "delay": []}
        wanted_sources, wanted_targets = self._ids("source", source), self._ids("target", target)
        for table in self.tables:
            rows: Any = slice(None)
            if wanted_sources is not None:
                local = wanted_sources - table.source.first_id
                local = np.unique(local[(local >= 0) & (local < table.source.n)])
                starts, lengths = table.offsets[local], np.diff(table.offsets)[local]
                sources = np.repeat(local, lengths)
                rows = np.repeat(starts - np.r_[0, np.cumsum(lengths)[:-1]], lengths) + np.arange(lengths.sum())
            else:
                sources = table.sources
            targets = table.targets[rows]
            weights = table.weights[rows] if isinstance(table.weights, np.ndarray) else np.full(len(targets), table.weights)
            delays = table.delays[rows] if isinstance(table.delays, np.ndarray) else np.full(len(targets), table.delays)
            if wanted_targets is not None:
                local = wanted_targets - table.target.first_id
                chosen = np.zeros(table.target.n, bool)
                chosen[local[(local >= 0) & (local < table.target.n)]] = True
                keep = chosen[targets]
                sources, targets, weights, delays = sources[keep], targets[keep], weights[keep], delays[keep]
            columns["source"].append(sources.astype(np.int64) + table.source.first_id)
            columns["target"].append(targets.astype(np.int64) + table.target.first_id)
            columns["weight"].append(weights.astype(np.float64))
            # by division: 3 / 10 is the float nearest to 0.3, 3 * 0.1 is not
            steps_per_ms = 1 / self.network.resolution
            columns["delay"].append(delays / steps_per_ms if steps_per_ms == round(steps_per_ms)
                                    else delays * self.network.resolution)
        empty = {"source": np.int64, "target": np.int64}
        return {name: np.concatenate(parts) if parts else np.empty(0, empty.get(name, np.float64))
                for name, parts in columns.items()}

    def _ids(self, end: str, given: ArrayLike | Nodes | None) -> Ids | None:
        if given is None:
            return None
        ids = given.ids if isinstance(given, Nodes) else np.atleast_1d(np.asarray(given))
        if ids.size and (ids.dtype.kind not in "iu" or ids.ndim != 1 or ids.min() < 0
                         or ids.max() >= self.network.n_nodes):
            raise ConnectError(f"projection '{self.name}': {end} must be nodes, or ids between 0 and "
                               f"{self.network.n_nodes - 1}, got {given!r}.")
        return ids.astype(np.int64)

    def targets_of(self, nodes: ArrayLike | Nodes) -> Ids:
        """Global ids of the targets of `nodes` (ids or Nodes), one for each connection."""
        return self.connections_of(source=nodes)["target"]

    def sources_of(self, nodes: ArrayLike | Nodes) -> Ids:
        """Global ids of the sources of `nodes` (ids or Nodes), one for each connection."""
        return self.connections_of(target=nodes)["source"]

    def in_degrees(self) -> NDArray[np.int64]:
        """Number of connections to each node of `target`, int64 (len(target),)."""
        return self._degrees(self.target, "target", lambda t: np.bincount(t.targets, minlength=t.target.n))

    def out_degrees(self) -> NDArray[np.int64]:
        """Number of connections from each node of `source`, int64 (len(source),)."""
        return self._degrees(self.source, "source", lambda t: np.diff(t.offsets))

    def _degrees(self, nodes: Nodes, end: str, count) -> NDArray[np.int64]:
        total = np.zeros(self.network.n_nodes, np.int64)
        for table in self.tables:
            population = getattr(table, end)
            total[population.first_id:population.first_id + population.n] += count(table)
        return total[nodes.ids]

    def view(self, source: Nodes | None = None, target: Nodes | None = None, **options: Any):
        """An interactive map that shows the targets of `source`, or the sources of `target`; see `spatialnet.views`."""
        from ..views import view_projection
        return view_projection(self, source=source, target=target, **options)

    @property
    def is_spatial(self) -> bool:
        """Whether all nodes on both ends have positions."""
        return all(part.is_spatial for nodes in (self.source, self.target) for part in nodes.parts)

    def _repr_mimebundle_(self, include=None, exclude=None):
        if not self.is_spatial:
            return {"text/plain": repr(self)}
        from ..views import projection_mimebundle
        return projection_mimebundle(self)

    def __repr__(self) -> str:
        return f"<projection '{self.name}': {self.n} connections, {self.rule!r}, {self.synapse!r}>"
