"""The rules: who is connected to whom."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, fields
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..errors import ConnectError, MaskError, ParameterError, short
from ..expressions.coordinates import NODE_SYMBOLS
from ..expressions.custom import from_text
from ..language.nodes import Expression, Number, symbols
from ..masks.mask import Mask

#: largest mean number of connections of one pair
MOST_OF_A_PAIR = 2 ** 20


@dataclass(frozen=True, eq=False, kw_only=True)
class Rule:
    """Base of all rules. `driver` is the end on which the mask is centred; the other end is the pool."""

    name: ClassVar[str] = ""
    driver: ClassVar[str] = "source"
    #: whether every connection is also made in the other direction
    make_symmetric: ClassVar[bool] = False
    #: what users call `profile`
    profile_name: ClassVar[str] = "p"
    #: parameters that are shown even where they have their defaults
    always_shown: ClassVar[tuple[str, ...]] = ()
    p: float | Expression | None = None
    mask: Mask | None = None
    allow_autapses: bool = True
    allow_multapses: bool = True
    allow_oversized_mask: bool = False

    def __post_init__(self) -> None:
        for switch in ("allow_autapses", "allow_multapses", "allow_oversized_mask", "use_on_source", "make_symmetric"):
            if not isinstance(getattr(self, switch, False), (bool, np.bool_)):
                raise ParameterError(self.name, switch, f"must be True or False, got {getattr(self, switch)!r}")
        if self.mask is not None and not isinstance(self.mask, Mask):
            text = isinstance(self.mask, str)
            raise MaskError(f"{self.name}: mask must be a mask such as spatialnet.circular(0.5), got {short(self.mask)}."
                            + (" For a condition as text use spatialnet.mask('…')." if text else ""))
        if self.p is not None:
            self._check_profile("p")

    @property
    def profile(self) -> float | Expression | None:
        """What is asked of every pair: a probability, a relative weight, or a mean number of connections."""
        return self.p

    def _check_profile(self, name: str) -> None:
        value = from_text(getattr(self, name), self.name, name)
        if isinstance(value, Number):
            object.__setattr__(self, name, value.value)
        elif isinstance(value, Expression):
            object.__setattr__(self, name, value)
            if symbols(value).intersection(NODE_SYMBOLS):
                raise ParameterError(self.name, name, "cannot use pos, which belongs to a single node; "
                                     "use source, target, distance or displacement")
        else:
            try:
                object.__setattr__(self, name, float(value))
            except (TypeError, ValueError):
                raise ParameterError(self.name, name, f"must be a number or an expression, got {value!r}") from None

    def __repr__(self) -> str:
        def shown(value: Any) -> str:
            return f"array{value.shape}" if isinstance(value, np.ndarray) else f"{value!r}"
        return f"{self.name}({', '.join(f'{f.name}={shown(getattr(self, f.name))}' for f in self._shown())})"

    def _shown(self):
        return [f for f in fields(self) if f.name in self.always_shown or getattr(self, f.name) is not f.default]


def _count(rule: str, name: str, value: Any) -> int:
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, (int, np.integer)) or value < 0:
        raise ParameterError(rule, name, f"must be an integer ≥ 0, got {value!r}")
    if value >= 2 ** 32:
        raise ParameterError(rule, name, f"must be below 2**32, got {value}")
    return int(value)


def _degree(rule: Rule, name: str, driver: str) -> None:
    """A degree: one count, an expression of the driver (or its text), or one count for each driver."""
    value = from_text(getattr(rule, name), rule.name, name)
    if isinstance(value, Number):
        value = int(value.value) if value.value.is_integer() else value.value
    if isinstance(value, Expression):
        unknown = sorted(symbols(value).difference(NODE_SYMBOLS, (f"{driver}_{axis}" for axis in "xyz")))
        if unknown:
            raise ParameterError(rule.name, name, f"belongs to a single {driver} and cannot use '{unknown[0]}'; "
                                 f"use random, pos or {driver}")
    elif isinstance(value, (list, tuple, np.ndarray)) and np.ndim(value) > 0:
        array = np.array(value)
        if array.ndim != 1 or array.dtype.kind not in "iu" or (array.size and (array.min() < 0 or array.max() >= 2 ** 32)):
            raise ParameterError(rule.name, name, f"must be one integer ≥ 0 and below 2**32 for each {driver}, got {value!r}")
        value = array.astype(np.int64)
        value.flags.writeable = False
    else:
        value = _count(rule.name, name, value)
    object.__setattr__(rule, name, value)


class _UseOnSource:
    """The mask is centred on the source, or on the target to pick its sources."""

    @property
    def driver(self) -> str:
        return "target" if self.use_on_source else "source"


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class AllToAll(_UseOnSource, Rule):
    name: ClassVar[str] = "all_to_all"
    use_on_source: bool = False


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class OneToOne(Rule):
    name: ClassVar[str] = "one_to_one"
    make_symmetric: bool = False


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Pairs(Rule):
    name: ClassVar[str] = "pairs"
    always_shown = ("sources", "targets")
    sources: NDArray[np.int64]
    targets: NDArray[np.int64]
    ids: bool = False
    make_symmetric: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        if not isinstance(self.ids, (bool, np.bool_)):
            raise ParameterError(self.name, "ids", f"must be True or False, got {self.ids!r}")
        for end in ("sources", "targets"):
            array = np.asarray(getattr(self, end))
            if array.size == 0:
                array = array.astype(np.int64)
            if array.ndim != 1 or array.dtype.kind not in "iu":
                raise ParameterError(self.name, end, f"must be a list of integers, got {getattr(self, end)!r}")
            array = array.astype(np.int64)  # a copy: what the caller does to the own array changes nothing here
            array.flags.writeable = False
            object.__setattr__(self, end, array)
        if len(self.sources) != len(self.targets):
            raise ParameterError(self.name, "targets", f"must be as many as the sources, got {len(self.targets)} for "
                                 f"{len(self.sources)}")


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class PairwiseBernoulli(_UseOnSource, Rule):
    name: ClassVar[str] = "pairwise_bernoulli"
    use_on_source: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        if isinstance(self.p, float) and not 0 <= self.p <= 1:
            raise ParameterError(self.name, "p", f"must be a probability between 0 and 1, got {self.p:g}")


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class SymmetricPairwiseBernoulli(PairwiseBernoulli):
    name: ClassVar[str] = "symmetric_pairwise_bernoulli"
    use_on_source: bool = True
    make_symmetric: bool = True
    allow_autapses: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        if isinstance(self.p, float) and not self.p < 1:
            raise ParameterError(self.name, "p", f"must be below 1, got {self.p:g}")
        for switch, needed in (("allow_autapses", False), ("allow_multapses", True), ("make_symmetric", True)):
            if getattr(self, switch) != needed:
                reason = {"allow_autapses": "because a node has no two directions to itself",
                          "allow_multapses": "because a pair may be drawn from both of its ends",
                          "make_symmetric": "as its name says; for one direction use pairwise_bernoulli"}[switch]
                raise ParameterError(self.name, switch, f"must be {needed}, {reason}")


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class PairwisePoisson(_UseOnSource, Rule):
    name: ClassVar[str] = "pairwise_poisson"
    profile_name: ClassVar[str] = "average"
    always_shown = ("average",)
    average: float | Expression
    use_on_source: bool = True

    def __post_init__(self) -> None:
        super().__post_init__()
        self._check_profile("average")
        if isinstance(self.average, float) and not 0 <= self.average <= MOST_OF_A_PAIR:
            raise ParameterError(self.name, "average", f"must be a number ≥ 0 and at most 2**20, got {self.average:g}")
        if not self.allow_multapses:
            raise ParameterError(self.name, "allow_multapses", "must be True, because a pair gets any number of connections; "
                                 "to connect each pair at most once use pairwise_bernoulli")

    @property
    def profile(self) -> float | Expression:
        return self.average


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class FixedIndegree(Rule):
    name: ClassVar[str] = "fixed_indegree"
    driver: ClassVar[str] = "target"
    always_shown = ("indegree",)
    indegree: int | Expression | NDArray[np.int64]

    def __post_init__(self) -> None:
        super().__post_init__()
        _degree(self, "indegree", "target")
        _check_relative_p(self)

    @property
    def degree(self) -> int | Expression | NDArray[np.int64]:
        return self.indegree


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class FixedOutdegree(Rule):
    name: ClassVar[str] = "fixed_outdegree"
    always_shown = ("outdegree",)
    outdegree: int | Expression | NDArray[np.int64]

    def __post_init__(self) -> None:
        super().__post_init__()
        _degree(self, "outdegree", "source")
        _check_relative_p(self)

    @property
    def degree(self) -> int | Expression | NDArray[np.int64]:
        return self.outdegree


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class FixedTotalNumber(_UseOnSource, Rule):
    name: ClassVar[str] = "fixed_total_number"
    always_shown = ("n",)
    n: int
    use_on_source: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "n", _count(self.name, "n", self.n))
        _check_relative_p(self)


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class TripartiteBernoulliWithPool(Rule):
    name: ClassVar[str] = "tripartite_bernoulli_with_pool"
    always_shown = ("p",)
    pool_size: int | None = None
    pool_type: str = "random"

    def __post_init__(self) -> None:
        super().__post_init__()
        if not isinstance(self.p, float) or not 0 <= self.p <= 1:
            raise ParameterError(self.name, "p", f"must be a probability between 0 and 1, got {self.p!r}")
        if self.pool_size is not None:
            size = self.pool_size
            if isinstance(size, (bool, np.bool_)) or not isinstance(size, (int, np.integer)) or size < 1:
                raise ParameterError(self.name, "pool_size", f"must be an integer ≥ 1, got {size!r}")
            object.__setattr__(self, "pool_size", int(size))
        if self.pool_type not in ("random", "block"):
            raise ParameterError(self.name, "pool_type", f"must be 'random' or 'block', got {self.pool_type!r}")


def _check_relative_p(rule: Rule) -> None:
    """Where p is a relative weight, a positive constant changes nothing, and anything else is a mistake."""
    if isinstance(rule.p, float):
        if not (rule.p > 0 and np.isfinite(rule.p)):
            raise ParameterError(rule.name, "p", f"is a relative weight and must be > 0, got {rule.p:g}")
        object.__setattr__(rule, "p", None)


def all_to_all(*, mask: Mask | None = None, use_on_source: bool = False, allow_autapses: bool = True,
               allow_oversized_mask: bool = False) -> Rule:
    """Every source to every target (inside the mask around the source, if one is given).

    Parameters
    ----------
    mask : Mask, optional
    use_on_source : bool
        Centre the mask on the target instead, to pick its sources.
    allow_autapses : bool
        Whether a node may connect to itself.
    allow_oversized_mask : bool
        Whether the mask may be wider than a wrapped layer; nodes then count once for each image inside it.

    Returns
    -------
    Rule

    Examples
    --------
    >>> import spatialnet as sn
    >>> sn.all_to_all(mask=sn.circular(0.3))
    all_to_all(mask=circular(radius=0.3))
    """
    return AllToAll(mask=mask, use_on_source=use_on_source, allow_autapses=allow_autapses, allow_oversized_mask=allow_oversized_mask)


def one_to_one(*, allow_autapses: bool = True, make_symmetric: bool = False) -> Rule:
    """The i-th source to the i-th target; both must be equally many.

    Parameters
    ----------
    allow_autapses : bool
        Whether a node may connect to itself.
    make_symmetric : bool
        Whether to make the same connections from the targets to the sources too, with the same weights and delays. A node
        that connects to itself then does so twice.

    Returns
    -------
    Rule

    Examples
    --------
    >>> import spatialnet as sn
    >>> net = sn.Network(threads=1)
    >>> cells = net.create("iaf_psc_alpha", n=3)
    >>> net.connect(cells, cells, sn.one_to_one()).targets
    array([0, 1, 2])
    """
    return OneToOne(allow_autapses=allow_autapses, make_symmetric=make_symmetric)


def pairs(sources: ArrayLike, targets: ArrayLike, *, ids: bool = False, allow_autapses: bool = True,
          make_symmetric: bool = False) -> Rule:
    """Connections from a list: the k-th goes from ``sources[k]`` to ``targets[k]``.

    Parameters
    ----------
    sources, targets : array_like (n,) of int
        Positions in the nodes given to `Network.connect`, counted from 0: 3 is the fourth node of a slice, too. A pair that is
        listed twice is connected twice.
    ids : bool
        Whether they are global ids instead, as queries return them.
    allow_autapses : bool
        Whether a node may connect to itself; if not, such entries are left out.
    make_symmetric : bool
        Whether to make the same connections from the targets to the sources too, with the same weights and delays.

    Returns
    -------
    Rule
        Takes arrays (n,) as weights and delays.

    Raises
    ------
    ParameterError
        If they are no integers, or not equally many.

    Examples
    --------
    >>> import spatialnet as sn
    >>> net = sn.Network(threads=1)
    >>> cells = net.create("iaf_psc_alpha", n=5)
    >>> listed = net.connect(cells, cells, sn.pairs([0, 4, 4], [1, 2, 3]), sn.static_synapse(weight=[1., 2., 3.]))
    >>> listed.targets_of([4])
    array([2, 3])
    """
    return Pairs(sources=sources, targets=targets, ids=ids, allow_autapses=allow_autapses, make_symmetric=make_symmetric)


def pairwise_bernoulli(p: float | Expression = 1.0, *, mask: Mask | None = None, use_on_source: bool = False,
                       allow_autapses: bool = True, allow_oversized_mask: bool = False) -> Rule:
    """Each pair once, with probability `p`.

    Parameters
    ----------
    p : float or Expression
        Probability, 1 by default. Values of an expression above 1 count as 1, below 0 as 0.
    mask : Mask, optional
        Only nodes inside the mask around the source are candidates.
    use_on_source : bool
        Centre the mask on the target instead, to pick its sources.
    allow_autapses, allow_oversized_mask : bool
        See `all_to_all`.

    Returns
    -------
    Rule

    Raises
    ------
    ParameterError
        If a constant `p` is not a probability.

    Examples
    --------
    >>> import spatialnet as sn
    >>> sn.pairwise_bernoulli(0.8 * sn.gaussian(sn.distance, std=0.3), mask=sn.circular(1.0))
    pairwise_bernoulli(p=0.8 * gaussian(distance, std=0.3), mask=circular(radius=1.0))
    """
    return PairwiseBernoulli(p=p, mask=mask, use_on_source=use_on_source, allow_autapses=allow_autapses,
                             allow_oversized_mask=allow_oversized_mask)


def pairwise_poisson(average: float | Expression, *, mask: Mask | None = None, use_on_source: bool = True,
                     allow_autapses: bool = True, allow_multapses: bool = True, allow_oversized_mask: bool = False) -> Rule:
    """Each pair a random number of times, Poisson distributed with mean `average`.

    Parameters
    ----------
    average : float or Expression
        Mean number of connections of a pair, at most 2**20. Values of an expression below 0 count as 0; one with random parts
        is drawn once for each pair.
    mask : Mask, optional
        Only sources inside the mask around the target are candidates.
    use_on_source : bool
        False centres the mask on the source instead, to pick its targets. (Unlike for `pairwise_bernoulli`, the target is the
        centre by default, as in NEST.)
    allow_multapses : bool
        Must be True.
    allow_autapses, allow_oversized_mask : bool
        See `all_to_all`.

    Returns
    -------
    Rule

    Raises
    ------
    ParameterError
        If a constant `average` is negative or too large, or multapses are not allowed.

    Examples
    --------
    >>> import spatialnet as sn
    >>> sn.pairwise_poisson(2 * sn.gaussian(sn.distance, std=0.3), mask=sn.circular(1.0))
    pairwise_poisson(mask=circular(radius=1.0), average=2 * gaussian(distance, std=0.3))
    """
    return PairwisePoisson(average=average, mask=mask, use_on_source=use_on_source, allow_autapses=allow_autapses,
                           allow_multapses=allow_multapses, allow_oversized_mask=allow_oversized_mask)


def symmetric_pairwise_bernoulli(p: float | Expression, *, mask: Mask | None = None, allow_autapses: bool = False,
                                 allow_multapses: bool = True, make_symmetric: bool = True,
                                 allow_oversized_mask: bool = False) -> Rule:
    """Each pair with probability `p`, and then in both directions, with the same weight and delay.

    Parameters
    ----------
    p : float or Expression
        Probability, below 1. Drawn for every source and target: within one layer a pair has two chances, one from each end,
        and may get two connections in each direction.
    mask : Mask, optional
        Only sources inside the mask around the target are candidates.
    allow_autapses, allow_multapses, make_symmetric : bool
        Can only be what they are; other values are refused, as a reminder.
    allow_oversized_mask : bool
        See `all_to_all`.

    Returns
    -------
    Rule

    Raises
    ------
    ParameterError
        If `p` is no probability below 1, or a switch is set otherwise.

    Examples
    --------
    >>> import spatialnet as sn
    >>> net = sn.Network(threads=1)
    >>> cells = net.create("iaf_psc_alpha", n=30)
    >>> both = net.connect(cells, cells, sn.symmetric_pairwise_bernoulli(0.1))
    >>> sorted(both.targets_of(0)) == sorted(both.sources_of(0))
    True
    """
    return SymmetricPairwiseBernoulli(p=p, mask=mask, allow_autapses=allow_autapses, allow_multapses=allow_multapses,
                                      make_symmetric=make_symmetric, allow_oversized_mask=allow_oversized_mask)


def fixed_indegree(indegree: int | Expression | ArrayLike, *, p: float | Expression | None = None, mask: Mask | None = None,
                   allow_autapses: bool = True, allow_multapses: bool = True, allow_oversized_mask: bool = False) -> Rule:
    """Every target gets exactly `indegree` connections.

    Parameters
    ----------
    indegree : int, Expression or array_like (n_targets,) of int
        Number of connections of each target, ≥ 0. An expression of ``random`` and ``pos`` (or ``target``), or its text, is
        evaluated once for each target and rounded to the nearest integer, halves up.
    p : Expression, optional
        Relative weight with which sources are drawn; scaling it changes nothing.
    mask : Mask, optional
        Only sources inside the mask around the target are candidates.
    allow_multapses : bool
        Whether a source may be drawn more than once for one target.
    allow_autapses, allow_oversized_mask : bool
        See `all_to_all`.

    Returns
    -------
    Rule

    Raises
    ------
    ParameterError
        If a degree is no integer ≥ 0, or a constant `p` is not positive.

    Examples
    --------
    >>> import spatialnet as sn
    >>> net = sn.Network(threads=1)
    >>> cells = net.create("iaf_psc_alpha", n=30)
    >>> net.connect(cells, cells[:3], sn.fixed_indegree(10, allow_autapses=False)).in_degrees()
    array([10, 10, 10])
    """
    return FixedIndegree(indegree=indegree, p=p, mask=mask, allow_autapses=allow_autapses,
                         allow_multapses=allow_multapses, allow_oversized_mask=allow_oversized_mask)


def fixed_outdegree(outdegree: int | Expression | ArrayLike, *, p: float | Expression | None = None, mask: Mask | None = None,
                    allow_autapses: bool = True, allow_multapses: bool = True, allow_oversized_mask: bool = False) -> Rule:
    """Every source makes exactly `outdegree` connections.

    Parameters
    ----------
    outdegree : int, Expression or array_like (n_sources,) of int
        Number of connections of each source, ≥ 0. An expression of ``random`` and ``pos`` (or ``source``), or its text, is
        evaluated once for each source and rounded to the nearest integer, halves up.
    p : Expression, optional
        Relative weight with which targets are drawn; scaling it changes nothing.
    mask : Mask, optional
        Only targets inside the mask around the source are candidates.
    allow_multapses : bool
        Whether a target may be drawn more than once for one source.
    allow_autapses, allow_oversized_mask : bool
        See `all_to_all`.

    Returns
    -------
    Rule

    Raises
    ------
    ParameterError
        If a degree is no integer ≥ 0, or a constant `p` is not positive.

    Examples
    --------
    >>> import spatialnet as sn
    >>> net = sn.Network(threads=1)
    >>> cells = net.create("iaf_psc_alpha", n=30)
    >>> net.connect(cells[:3], cells, sn.fixed_outdegree(10, allow_multapses=False)).out_degrees()
    array([10, 10, 10])
    """
    return FixedOutdegree(outdegree=outdegree, p=p, mask=mask, allow_autapses=allow_autapses,
                          allow_multapses=allow_multapses, allow_oversized_mask=allow_oversized_mask)


def fixed_total_number(n: int, *, p: float | Expression | None = None, mask: Mask | None = None,
                       use_on_source: bool = False, allow_autapses: bool = True, allow_multapses: bool = True,
                       allow_oversized_mask: bool = False) -> Rule:
    """Exactly `n` connections, drawn from all pairs.

    Parameters
    ----------
    n : int
        Number of connections, ≥ 0.
    p : Expression, optional
        Relative weight with which pairs are drawn.
    mask : Mask, optional
        Only pairs whose target is inside the mask around the source are candidates.
    use_on_source : bool
        Centre the mask on the target instead: only pairs whose source is inside it are candidates.
    allow_multapses : bool
        Whether a pair may be drawn more than once.
    allow_autapses, allow_oversized_mask : bool
        See `all_to_all`.

    Returns
    -------
    Rule

    Raises
    ------
    ParameterError
        If `n` is no integer ≥ 0, or a constant `p` is not positive.

    Examples
    --------
    >>> import spatialnet as sn
    >>> net = sn.Network(threads=1)
    >>> cells = net.create("iaf_psc_alpha", n=30)
    >>> net.connect(cells, cells, sn.fixed_total_number(200)).n
    200
    """
    return FixedTotalNumber(n=n, p=p, mask=mask, use_on_source=use_on_source, allow_autapses=allow_autapses,
                            allow_multapses=allow_multapses, allow_oversized_mask=allow_oversized_mask)


def tripartite_bernoulli_with_pool(p: float = 1.0, pool_size: int | None = None, pool_type: str = "random") -> Rule:
    """Which third node joins a connection; for `Network.connect_tripartite`.

    Parameters
    ----------
    p : float
        Probability that a primary connection is joined by a third node.
    pool_size : int, optional
        Number of third nodes that a target may be joined by; all of them by default.
    pool_type : str
        ``"random"``: each target draws a pool of its own, without repetition. ``"block"``: pools are consecutive blocks of the
        third nodes. With `pool_size` 1 equally many consecutive targets share a third node; otherwise each target has a block
        of its own, and there must be exactly as many third nodes as that needs.

    Returns
    -------
    Rule

    Raises
    ------
    ParameterError

    Examples
    --------
    >>> import spatialnet as sn
    >>> sn.tripartite_bernoulli_with_pool(0.5, pool_size=4)
    tripartite_bernoulli_with_pool(p=0.5, pool_size=4)
    """
    return TripartiteBernoulliWithPool(p=p, pool_size=pool_size, pool_type=pool_type)


def check_third_factor(factor: object) -> TripartiteBernoulliWithPool:
    """`factor`, or a `ConnectError` that says what one looks like."""
    if not isinstance(factor, TripartiteBernoulliWithPool):
        raise ConnectError("the third factor must be one such as spatialnet.tripartite_bernoulli_with_pool(p=0.5, pool_size=4), "
                           f"got {factor!r}.")
    return factor


#: functions that make a rule for `connect`
RULES = ("all_to_all", "one_to_one", "pairs", "pairwise_bernoulli", "pairwise_poisson", "symmetric_pairwise_bernoulli",
         "fixed_indegree", "fixed_outdegree", "fixed_total_number")


def check_rule(rule: object) -> Rule:
    """`rule`, or a `ConnectError` that says what a rule looks like."""
    if not isinstance(rule, Rule):
        near = difflib.get_close_matches(rule, RULES, n=1) if isinstance(rule, str) else []
        arguments = "" if near and near[0] in ("all_to_all", "one_to_one") else "…"
        hint = f" Did you mean spatialnet.{near[0]}({arguments})?" if near else ""
        raise ConnectError(f"the third argument of connect must be a rule such as spatialnet.pairwise_bernoulli(0.1), "
                           f"got {short(rule)}.{hint}")
    if isinstance(rule, TripartiteBernoulliWithPool):
        raise ConnectError(f"{rule.name} joins connections of another rule; use net.connect_tripartite.")
    return rule
