"""Connections as columns, and questions about them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .._core.columns import Transposition
from ..errors import ConnectError
from ..models import SynapseModel
from ..models.plasticity import plan
from ..space.layer import Ids, Nodes, Population
from .plasticity import Plasticity, filled, narrow
from .rules import Rule
from .selection import Connections, Picked, joined, milliseconds, pick
from .synapse import Synapse

if TYPE_CHECKING:
    from ..network import Network
    from .inspection import ProjectionCheck


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
        In steps; 0 where the synapse has none.
    receptor : int
    plasticity : Plasticity, optional
        What connections of a synapse that is not static keep besides.
    carrier : SynapseModel, optional
        The synapse model, where it carries something else than spikes.
    """

    source: Population
    target: Population
    offsets: NDArray[np.int64]
    targets: NDArray[np.uint32]
    weights: float | NDArray[np.floating]
    delays: int | NDArray[np.unsignedinteger]
    receptor: int = 0
    plasticity: Plasticity | None = None
    carrier: SynapseModel | None = None
    _by_target: tuple[NDArray[np.int64], NDArray[np.unsignedinteger]] | None = field(default=None, init=False, repr=False)

    def __len__(self) -> int:
        return len(self.targets)

    def by_target(self) -> tuple[NDArray[np.int64], NDArray[np.unsignedinteger]]:
        """The index from targets to rows, built when first asked for: 4 bytes per connection, 8 per target node.

        Returns
        -------
        offsets : ndarray (n_target + 1,) int64
        rows : ndarray (m,) uint32 (uint64 from 2**32 connections on)
            Connections to target i are the rows ``rows[offsets[i]:offsets[i + 1]]``, ascending.
        """
        if self._by_target is None:
            targets = np.ascontiguousarray(self.targets)
            turned = Transposition(targets, self.target.n)
            if len(self) < 2 ** 32:
                rows = turned.column(np.arange(len(self), dtype=np.uint32))
            else:
                rows = np.argsort(targets, kind="stable").astype(np.uint64)
            self._by_target = turned.offsets, rows
        return self._by_target

    @property
    def index_nbytes(self) -> int:
        """Memory of the index by target, in bytes; 0 while it has not been asked for."""
        return 0 if self._by_target is None else sum(a.nbytes for a in self._by_target)

    @property
    def columns(self) -> list[NDArray[Any]]:
        """The columns that are arrays; tables of several synapses share those that tell the pairs."""
        return [c for c in (self.offsets, self.targets, self.weights, self.delays) if isinstance(c, np.ndarray)]

    @property
    def nbytes(self) -> int:
        """Memory of the columns, in bytes."""
        return sum(c.nbytes for c in self.columns) + (0 if self.plasticity is None else self.plasticity.nbytes)

    def column(self, name: str) -> Any:
        """The weights, or a parameter or state variable of the synapse: one number, or one for each connection."""
        return self.weights if name == "weight" else self.plasticity.column(name)

    def store(self, name: str, column: Any) -> None:
        """Replace a column, as narrow as loses nothing."""
        if name == "delay":
            self.delays = column
        elif name == "weight":
            changing = self.plasticity is not None and plan(self.plasticity.model).changes_weight
            self.weights = filled(column, len(self)) if changing else narrow(column)
        else:
            self.plasticity.replace(name, column)

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
    synapse : Synapse or tuple of Synapse
    tables : list of ConnectionTable
        One for each pair of populations, synapse and direction.
    n_changes : int
        How often its connections have been changed since, in ways that `synapse` does not tell.
    """

    def __init__(self, network: Network, index: int, name: str, source: Nodes, target: Nodes, rule: Rule,
                 synapse: Synapse | tuple[Synapse, ...], tables: list[ConnectionTable]):
        self.network, self.index, self.name = network, index, name
        self.source, self.target, self.rule, self.synapse, self.tables = source, target, rule, synapse, tables
        self.n_changes = 0

    @property
    def mask(self):
        """The region around the driver, in mm: the rule's mask, a grid mask as the rectangle it covers; or None."""
        pool = self.target if self.driver == "source" else self.source
        return None if self.rule.mask is None else self.rule.mask.resolved(pool)

    @property
    def synapses(self) -> tuple[Synapse, ...]:
        """The synapses of which every pair has one; mostly a single one."""
        return self.synapse if isinstance(self.synapse, tuple) else (self.synapse,)

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
        columns = {id(column): column.nbytes for table in self.tables for column in table.columns}
        return sum(columns.values()) + sum(table.plasticity.nbytes for table in self.tables if table.plasticity is not None)

    @property
    def index_nbytes(self) -> int:
        """Memory of the index by target, in bytes: 4 per connection once `sources_of` has been asked, else 0."""
        return sum(table.index_nbytes for table in self.tables)

    @property
    def sources(self) -> Ids:
        """Global source id of every connection, int64 (n,)."""
        return _sources(pick(self))

    @property
    def targets(self) -> Ids:
        """Global target id of every connection, int64 (n,)."""
        return _targets(pick(self))

    @property
    def weights(self) -> NDArray[np.float64]:
        """Weight of every connection (n,), in the unit of the target model."""
        return _weights(pick(self))

    @property
    def delays(self) -> NDArray[np.float64]:
        """Delay of every connection (n,), in ms."""
        return _delays(pick(self), self.network.resolution)

    def get(self, name: str, source: ArrayLike | Nodes | None = None, target: ArrayLike | Nodes | None = None) -> NDArray[np.float64]:
        """A parameter or state variable of the synapses, as it is now.

        Parameters
        ----------
        name : str
            ``"weight"``, ``"delay"``, or a name of the synapse model such as ``"Kplus"``.
        source, target : Nodes or array_like of int, optional
            Only connections from, and to, these.

        Returns
        -------
        ndarray (n,)
            In the order of `connections_of`.

        Raises
        ------
        UnknownNameError, ConnectError

        Notes
        -----
        A plastic synapse changes when a presynaptic spike reaches it: what this gives is how the last one left it. (Every
        65536 steps all connections are brought up to date with the postsynaptic spikes that have reached them.)
        """
        for synapse in self.synapses:
            synapse.declaration.find(name)
        picked = pick(self, source, target)
        if name == "delay":
            return _delays(picked, self.network.resolution)
        return joined([np.array(p.values(p.table.column(name)), np.float64) for p in picked], np.float64)

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
        picked = pick(self, source, target)
        return {"source": _sources(picked), "target": _targets(picked), "weight": _weights(picked),
                "delay": _delays(picked, self.network.resolution)}

    def connections(self, source: ArrayLike | Nodes | None = None, target: ArrayLike | Nodes | None = None) -> Connections:
        """Connections from `source` to `target` (ids or Nodes, all by default) as one labelled object; see `Network.connections`."""
        self._demand_alive()
        return self.network.connections(source, target, projection=self)

    def targets_of(self, nodes: ArrayLike | Nodes) -> Ids:
        """Global ids of the targets of `nodes`, one for each connection.

        Parameters
        ----------
        nodes : Nodes or array_like of int
            Sources, or their global ids (``layer.ids``); others have no targets here.

        Returns
        -------
        ndarray (n,) int64

        Examples
        --------
        >>> import spatialnet as sn
        >>> net = sn.Network(seed=1)
        >>> a, b = net.create("iaf_psc_alpha", n=2), net.create("iaf_psc_alpha", n=3)
        >>> net.connect(a, b, sn.all_to_all()).targets_of(a[0])
        array([2, 3, 4])
        """
        return _targets(pick(self, source=nodes))

    def sources_of(self, nodes: ArrayLike | Nodes) -> Ids:
        """Global ids of the sources of `nodes`, one for each connection.

        The first call builds an index by target, of 4 bytes per connection.

        Parameters
        ----------
        nodes : Nodes or array_like of int
            Targets, or their global ids (``layer.ids``); others have no sources here.

        Returns
        -------
        ndarray (n,) int64
        """
        return _sources(pick(self, target=nodes))

    def displacements(self, source: ArrayLike | Nodes | None = None,
                      target: ArrayLike | Nodes | None = None) -> NDArray[np.float64]:
        """From source to target of each connection (n, d), in mm, for given ends `source` and `target` or for all; see `Connections.displacement`."""
        return self.connections(source, target).displacement

    def distances(self, source: ArrayLike | Nodes | None = None,
                  target: ArrayLike | Nodes | None = None) -> NDArray[np.float64]:
        """Length of each connection from `source` to `target` (n,), in mm, as its rule measured it; of all by default."""
        return self.connections(source, target).distance

    # ---- changes ----

    def set(self, weight: Any = None, delay: Any = None, *, source: ArrayLike | Nodes | None = None,
            target: ArrayLike | Nodes | None = None, where: ArrayLike | None = None, **parameters: Any) -> None:
        """Change weights, delays and what else the synapses have, of all connections or of some.

        Parameters
        ----------
        weight, delay : float, array_like (m,) or Expression, optional
            Weights in the unit of the target model, delays in ms. An array has one value for each chosen connection, in the
            order of `connections_of`; an expression is evaluated for each pair.
        **parameters
            Parameters and state of the synapse model, likewise.
        source, target : Nodes or array_like of int, optional
            Only connections from, and to, these.
        where : array_like of bool (n,), optional
            Only connections marked here, in the order of `connections_of`.

        Raises
        ------
        ParameterError, ConnectError, ExpressionError, PositionError
            Nothing is changed then.

        Notes
        -----
        Spikes that are under way arrive when, and as strong as, they were sent. Draws of a second ``set`` are new ones.

        Examples
        --------
        >>> e_to_i.set(weight=2 * e_to_i.weights)                        # doctest: +SKIP
        >>> e_to_i.set(delay=0.5 + sn.distance / 0.3, source=exc[:10])   # doctest: +SKIP
        """
        from .change import set_values
        with self._changing():
            set_values(self, {"weight": weight, "delay": delay, **parameters}, source, target, where)

    def disconnect(self, source: ArrayLike | Nodes | None = None, target: ArrayLike | Nodes | None = None, *,
                   where: ArrayLike | None = None) -> int:
        """Remove the connections that all given conditions meet, those that join the same pair several times included.

        Parameters
        ----------
        source, target : Nodes or array_like of int, optional
            Only connections from, and to, these.
        where : array_like of bool (n,), optional
            Only connections marked here, in the order of `connections_of`.

        Returns
        -------
        int
            How many were removed.

        Raises
        ------
        ConnectError
            If there is none, or nothing says which; nothing is changed then.
        """
        from .change import remove
        if source is None and target is None and where is None:
            raise ConnectError(f"projection '{self.name}': say which connections with source=, target= or where=; "
                               "net.disconnect(projection) removes all of them.")
        with self._changing():
            n = remove(self, source, target, where)
            self.network._simulation.forget_tables()
            return n

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """Holds the network, which must not be in a run."""
        with self.network._lock:
            self._demand_alive()
            if self.network._simulation.is_running:
                raise ConnectError(f"projection '{self.name}' cannot be changed during a run; change it between two runs.")
            yield

    def _demand_alive(self) -> None:
        if self not in self.network.projections:
            raise ConnectError(f"projection '{self.name}' has been disconnected and is no longer part of the network.")

    def dump(self, path: Any, digits: int | None = None) -> None:
        """Write the connections as text, a line for each: ``source target weight delay dx dy [dz]``.

        Parameters
        ----------
        path : path
            Replaced when the new file is complete.
        digits : int, optional
            Significant digits; by default as many as are needed to read the same numbers back. NEST writes 6.

        See Also
        --------
        spatialnet.read_connections : reads such files.

        Notes
        -----
        Delays are in ms, displacements in mm: target minus source, the shortest way where the pool layer wraps, ``nan``
        where a node has no position. Sorted as `connections_of`.
        """
        self.connections().dump(path, digits)

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

    def check(self, *, sample: int = 200, bins: int = 20) -> ProjectionCheck:
        """Compare degrees and distances with what the rule lets expect.

        Parameters
        ----------
        sample : int
            Most drivers whose pairs are all looked at, chosen without regard to their connections.
        bins : int
            Of the distance profile.

        Returns
        -------
        ProjectionCheck
            Degree histograms, distance profile, p-values, and reasons where the rule fixes no distribution. Shows
            itself as a figure; `ProjectionCheck.view` has it too.

        Raises
        ------
        ParameterError

        Notes
        -----
        A small p-value says that the connections are not what the rule makes: it was changed since, or something is wrong.
        Of a thousand sound projections one has a p-value below 0.001.
        """
        from .inspection import check
        self._demand_alive()
        return check(self, sample, bins)

    def view(self, source: Nodes | int | None = None, target: Nodes | int | None = None, probability: bool = False):
        """An interactive map that shows the targets of `source`, or the sources of `target`.

        Parameters
        ----------
        source, target : Layer or int, optional
            The chosen node at one of the ends, as a layer of one node or as a global id; a source near the middle without.
        probability : bool
            Whether what the rule asks of a pair is drawn as a map beneath.

        Returns
        -------
        spatialnet.views.widgets.ProjectionView
            ``view.save("targets.svg")`` keeps it, as .svg, .png, .pdf or .html.

        Raises
        ------
        ParameterError
            If both are given, or the node is none of that end.
        """
        from ..views import view_projection
        return view_projection(self, source=source, target=target, probability=probability)

    def profile(self, source: Nodes | None = None, target: Nodes | None = None, *, against: str = "distance",
                show: str | Sequence[str] | None = None):
        """See how probability, weights and delays depend on distance.

        Parameters
        ----------
        source, target : Layer or int, optional
            Only the connections of one node; some of all without.
        against : str
            ``"distance"``, or an axis, ``"x"``, ``"y"`` or ``"z"``: where the partner lies. The share of connected pairs is
            always drawn against the distance.
        show : str or sequence of str, optional
            Some of ``"probability"`` (connections per pair, for all nodes together), ``"weight"`` and ``"delay"``; by default
            all that differ between connections.

        Returns
        -------
        spatialnet.views.widgets.ProfileView
            Connections as dots or bars; as a line what the rule or the synapse asks for, where it depends on the distance
            alone.

        Raises
        ------
        ParameterError, PositionError
        """
        from ..views import view_profile
        self._demand_alive()
        return view_profile(self, source, target, against, show)

    @property
    def is_spatial(self) -> bool:
        """Whether all nodes on both ends have positions."""
        return all(part.is_spatial for nodes in (self.source, self.target) for part in nodes.parts)

    def _repr_mimebundle_(self, include=None, exclude=None):
        from ..views import projection_mimebundle
        return projection_mimebundle(self)

    def __repr__(self) -> str:
        return f"<projection '{self.name}': {self.n} connections, {self.rule!r}, {self.synapse!r}>"


def _sources(picked: list[Picked]) -> Ids:
    return joined([p.sources() for p in picked], np.int64)


def _targets(picked: list[Picked]) -> Ids:
    return joined([p.targets() for p in picked], np.int64)


def _weights(picked: list[Picked]) -> NDArray[np.float64]:
    return joined([p.values(p.table.weights).astype(np.float64) for p in picked], np.float64)


def _delays(picked: list[Picked], resolution: float) -> NDArray[np.float64]:
    return joined([milliseconds(p.values(p.table.delays), resolution) for p in picked], np.float64)
