"""Connections that a third population joins: neurons and the astrocytes beside their synapses."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .._core.random import uniforms
from ..errors import ConnectError
from ..expressions import streams
from ..space.layer import Nodes
from .build import Job, connect
from .projection import ConnectionTable, Projection
from .rules import FixedOutdegree, Pairs, Rule, SymmetricPairwiseBernoulli, TripartiteBernoulliWithPool
from .synapse import static_synapse

if TYPE_CHECKING:
    from ..network import Network

#: occurrence of the random words, for the index of the third_in projection
_JOINED, _MEMBER = 0, 1


class TripartiteProjections(NamedTuple):
    """What one `Network.connect_tripartite` made.

    Attributes
    ----------
    primary : Projection
        Sources → targets.
    third_in : Projection
        Sources → third nodes.
    third_out : Projection
        Third nodes → targets.
    """

    primary: Projection
    third_in: Projection
    third_out: Projection


def check_primary(label: str, rule: Rule) -> Rule:
    """`rule`, unless it cannot be the primary one."""
    if isinstance(rule, (SymmetricPairwiseBernoulli, TripartiteBernoulliWithPool)) or rule.make_symmetric:
        raise ConnectError(f"{label}: {rule!r} cannot make the primary connections, which go in one direction. Use another rule.")
    return rule


def connect_tripartite(network: Network, index: int, names: tuple[str, str, str], pre: Nodes, post: Nodes, third: Nodes,
                       rule: Rule, factor: TripartiteBernoulliWithPool, synapses: tuple, watch=None
                       ) -> tuple[list[ConnectionTable], list[ConnectionTable], list[ConnectionTable]]:
    """Tables of the primary connections, of those to the third nodes, and of those from them.

    Parameters
    ----------
    network : Network
    index : int
        Number of the primary projection; the two others follow.
    names : (str, str, str)
        Of the three projections, for error messages.
    pre, post, third : Nodes
    rule : Rule
    factor : TripartiteBernoulliWithPool
    synapses : (Synapse or tuple of Synapse) of each of the three
    watch : callable, optional

    Raises
    ------
    ConnectError, MaskError, ParameterError, PositionError
        Nothing has been made then.
    """
    pools = _Pools(network, index + 2, names[2], post, third, factor)  # refuses pools that do not fit
    primary = connect(network, index, names[0], pre, post, rule, synapses[0], watch)
    chosen = primary
    if isinstance(synapses[0], tuple):  # a pair with several synapses is one primary connection
        chosen = primary[:len(primary) // len(synapses[0])]
    sources, targets = _places(network, pre, chosen, "source"), _places(network, post, chosen, "target")
    drawn = [uniforms(network.seed, streams.CANDIDATE, (0, what, index + 1), len(sources)) for what in (_JOINED, _MEMBER)]
    joined = drawn[0] < factor.p
    sources, targets = sources[joined], targets[joined]
    members = pools.member(targets, drawn[1][joined])
    third_in = connect(network, index + 1, names[1], pre, third, Pairs(sources=sources, targets=members), synapses[1])
    third_out = connect(network, index + 2, names[2], third, post, Pairs(sources=members, targets=targets), synapses[2])
    return primary, third_in, third_out


def _places(network: Network, nodes: Nodes, tables: list[ConnectionTable], end: str) -> NDArray[np.int64]:
    """For every connection, the position of one end among `nodes`."""
    places = np.full(network.n_nodes, -1)
    places[nodes.ids] = np.arange(len(nodes))
    ids = [getattr(table, f"{end}s") + np.int64(getattr(table, end).first_id) for table in tables]
    return places[np.concatenate(ids)] if ids else np.empty(0, np.int64)


class _Pools:
    """The third nodes that each target may be joined by."""

    def __init__(self, network: Network, index: int, name: str, post: Nodes, third: Nodes, factor: TripartiteBernoulliWithPool):
        n, m = len(third), len(post)
        label = f"tripartite '{name}'"
        if n == 0:
            raise ConnectError(f"{label}: there are no third nodes.")
        self.n, self.m, self.size, self.random = n, m, factor.pool_size or n, factor.pool_type == "random"
        if self.size > n:
            raise ConnectError(f"{label}: pool_size={self.size}, but there are only {n} third nodes.")
        if not self.random:
            if self.size == 1 and m % n:
                raise ConnectError(f"{label}: blocks of one third node need a number of targets that is a multiple of theirs; "
                                   f"there are {m} targets and {n} third nodes.")
            if self.size > 1 and m * self.size != n:
                raise ConnectError(f"{label}: blocks of {self.size} third nodes for {m} targets need {m * self.size} of them, "
                                   f"there are {n}.")
        self.pools = None
        if self.random and self.size < n:
            rule = FixedOutdegree(outdegree=self.size, allow_multapses=False)
            self.pools = Job(network, index, name, post, third, rule, (static_synapse(),)).by_driver(None).nodes.reshape(m, -1)

    def member(self, targets: NDArray[np.int64], u: NDArray[np.float64]) -> NDArray[np.int64]:
        """Position of the third node for each target, chosen by numbers in [0, 1)."""
        number = (u * self.size).astype(np.int64)
        if self.pools is not None:
            return self.pools[targets, number].astype(np.int64)
        if self.random:
            return number
        return targets * self.n // self.m if self.size == 1 else targets * self.size + number
