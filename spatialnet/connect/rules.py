"""The rules: who is connected to whom."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, ClassVar

import numpy as np

from ..errors import ConnectError, MaskError, ParameterError
from ..expressions.coordinates import NODE_SYMBOLS
from ..language.nodes import Expression, Number, symbols
from ..masks.mask import Mask


@dataclass(frozen=True, eq=False, kw_only=True)
class Rule:
    """Base of all rules. `driver` is the end on which the mask is centred; the other end is the pool."""

    name: ClassVar[str] = ""
    driver: ClassVar[str] = "source"
    p: float | Expression | None = None
    mask: Mask | None = None
    allow_autapses: bool = True
    allow_multapses: bool = True
    allow_oversized_mask: bool = False

    def __post_init__(self) -> None:
        for switch in ("allow_autapses", "allow_multapses", "allow_oversized_mask", "use_on_source"):
            if not isinstance(getattr(self, switch, False), (bool, np.bool_)):
                raise ParameterError(self.name, switch, f"must be True or False, got {getattr(self, switch)!r}")
        if self.mask is not None and not isinstance(self.mask, Mask):
            raise MaskError(f"{self.name}: mask must be a mask such as spatialnet.circular(0.5), got {self.mask!r}.")
        if self.p is not None:
            self._check_p()

    def _check_p(self) -> None:
        p = self.p
        if isinstance(p, Number):
            object.__setattr__(self, "p", p.value)
        elif isinstance(p, Expression):
            if symbols(p).intersection(NODE_SYMBOLS):
                raise ParameterError(self.name, "p", "cannot use pos, which belongs to a single node; "
                                     "use source, target, distance or displacement")
        else:
            try:
                object.__setattr__(self, "p", float(p))
            except (TypeError, ValueError):
                raise ParameterError(self.name, "p", f"must be a number or an expression, got {p!r}") from None

    def __repr__(self) -> str:
        shown = [f"{f.name}={getattr(self, f.name)!r}" for f in fields(self) if getattr(self, f.name) is not f.default
                 or f.name in ("indegree", "outdegree", "n")]
        return f"{self.name}({', '.join(shown)})"


def _count(rule: str, name: str, value: Any) -> int:
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, (int, np.integer)) or value < 0:
        raise ParameterError(rule, name, f"must be an integer ≥ 0, got {value!r}")
    if value >= 2 ** 32:
        raise ParameterError(rule, name, f"must be below 2**32, got {value}")
    return int(value)


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class AllToAll(Rule):
    name: ClassVar[str] = "all_to_all"


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class OneToOne(Rule):
    name: ClassVar[str] = "one_to_one"


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class PairwiseBernoulli(Rule):
    name: ClassVar[str] = "pairwise_bernoulli"
    use_on_source: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        if isinstance(self.p, float) and not 0 <= self.p <= 1:
            raise ParameterError(self.name, "p", f"must be a probability between 0 and 1, got {self.p:g}")

    @property
    def driver(self) -> str:
        return "target" if self.use_on_source else "source"


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class FixedIndegree(Rule):
    name: ClassVar[str] = "fixed_indegree"
    driver: ClassVar[str] = "target"
    indegree: int

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "indegree", _count(self.name, "indegree", self.indegree))
        _check_relative_p(self)

    @property
    def degree(self) -> int:
        return self.indegree


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class FixedOutdegree(Rule):
    name: ClassVar[str] = "fixed_outdegree"
    outdegree: int

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "outdegree", _count(self.name, "outdegree", self.outdegree))
        _check_relative_p(self)

    @property
    def degree(self) -> int:
        return self.outdegree


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class FixedTotalNumber(Rule):
    name: ClassVar[str] = "fixed_total_number"
    n: int

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "n", _count(self.name, "n", self.n))
        _check_relative_p(self)


def _check_relative_p(rule: Rule) -> None:
    """Where p is a relative weight, a positive constant changes nothing, and anything else is a mistake."""
    if isinstance(rule.p, float):
        if not (rule.p > 0 and np.isfinite(rule.p)):
            raise ParameterError(rule.name, "p", f"is a relative weight and must be > 0, got {rule.p:g}")
        object.__setattr__(rule, "p", None)


def all_to_all(*, mask: Mask | None = None, allow_autapses: bool = True, allow_oversized_mask: bool = False) -> Rule:
    """Every source to every target (inside the mask around the source, if one is given).

    Parameters
    ----------
    mask : Mask, optional
    allow_autapses : bool
        Whether a node may connect to itself.
    allow_oversized_mask : bool
        Whether the mask may be wider than a wrapped layer; nodes then count once for each image inside it.
    """
    return AllToAll(mask=mask, allow_autapses=allow_autapses, allow_oversized_mask=allow_oversized_mask)


def one_to_one(*, allow_autapses: bool = True) -> Rule:
    """The i-th source to the i-th target; both must be equally many."""
    return OneToOne(allow_autapses=allow_autapses)


def pairwise_bernoulli(p: float | Expression = 1.0, *, mask: Mask | None = None, use_on_source: bool = False,
                       allow_autapses: bool = True, allow_oversized_mask: bool = False) -> Rule:
    """Each pair once, with probability `p`.

    Parameters
    ----------
    p : float or Expression
        Probability. Values of an expression above 1 count as 1, below 0 as 0.
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
    """
    return PairwiseBernoulli(p=p, mask=mask, use_on_source=use_on_source, allow_autapses=allow_autapses,
                             allow_oversized_mask=allow_oversized_mask)


def fixed_indegree(indegree: int, *, p: float | Expression | None = None, mask: Mask | None = None,
                   allow_autapses: bool = True, allow_multapses: bool = True, allow_oversized_mask: bool = False) -> Rule:
    """Every target gets exactly `indegree` connections.

    Parameters
    ----------
    indegree : int
        Number of connections of each target, ≥ 0.
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
    """
    return FixedIndegree(indegree=indegree, p=p, mask=mask, allow_autapses=allow_autapses,
                         allow_multapses=allow_multapses, allow_oversized_mask=allow_oversized_mask)


def fixed_outdegree(outdegree: int, *, p: float | Expression | None = None, mask: Mask | None = None,
                    allow_autapses: bool = True, allow_multapses: bool = True, allow_oversized_mask: bool = False) -> Rule:
    """Every source makes exactly `outdegree` connections; see `fixed_indegree`, with the ends exchanged."""
    return FixedOutdegree(outdegree=outdegree, p=p, mask=mask, allow_autapses=allow_autapses,
                          allow_multapses=allow_multapses, allow_oversized_mask=allow_oversized_mask)


def fixed_total_number(n: int, *, p: float | Expression | None = None, mask: Mask | None = None,
                       allow_autapses: bool = True, allow_multapses: bool = True,
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
    allow_multapses : bool
        Whether a pair may be drawn more than once.
    allow_autapses, allow_oversized_mask : bool
        See `all_to_all`.

    Returns
    -------
    Rule
    """
    return FixedTotalNumber(n=n, p=p, mask=mask, allow_autapses=allow_autapses, allow_multapses=allow_multapses,
                            allow_oversized_mask=allow_oversized_mask)


def check_rule(rule: object) -> Rule:
    """`rule`, or a `ConnectError` that says what a rule looks like."""
    if not isinstance(rule, Rule):
        raise ConnectError(f"the third argument of connect must be a rule such as spatialnet.pairwise_bernoulli(0.1), "
                           f"got {rule!r}.")
    return rule
