"""What was connected, seen from above: the pattern of a network, degrees, distances, and whether they are as asked for.

The tests are exact about what a rule leaves to chance. Nodes are chosen without a look at their connections, the
probability of every pair of a chosen node is computed as the rule has it, and what was made of them is compared with the
mean and the variance that follow. So on networks that are as they should be, p-values are uniform.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy import special, stats

from .._core.columns import Transposition
from .._core.geometry import displacement as _displacement
from ..errors import ParameterError
from ..expressions.evaluate import at
from ..language.nodes import Expression, is_random, symbols
from ..language.render import text
from ..space.images import count_images
from .projection import ConnectionTable, Projection
from .rules import (
    AllToAll,
    FixedTotalNumber,
    OneToOne,
    Pairs,
    PairwiseBernoulli,
    PairwisePoisson,
    TripartiteBernoulliWithPool,
)
from .selection import pick

if TYPE_CHECKING:
    from ..network import Network

#: variance below which a bin is joined with the next, so that counts are nearly normal far out too; and that of all nodes
_ENOUGH, _ENOUGH_IN_ALL = 50.0, 50.0
#: draws by weight without repetition have a distribution that is found by repeating them: candidates looked at in all,
#: and the fewest and most repetitions for each driver
_KEYS, _REPETITIONS = 20_000_000, (5, 50)


# ---- which layer connects to which -------------------------------------------------------------------------------


@dataclass(frozen=True)
class PatternRow:
    """One projection in a pattern.

    Attributes
    ----------
    projection, source, target, rule : str
        Names.
    mask, profile : str
        Mask and probability as text; empty where there is none.
    n : int
        Connections.
    weight : (float, float, float)
        Smallest, mean and largest weight; NaN where nothing is connected.
    delay : (float, float)
        Shortest and longest delay, ms.
    """

    projection: str
    source: str
    target: str
    rule: str
    mask: str
    profile: str
    n: int
    weight: tuple[float, float, float]
    delay: tuple[float, float]

    @property
    def sign(self) -> str:
        """``"+"``, ``"−"``, ``"±"`` for weights of both signs, ``"0"``, or ``""`` where nothing is connected."""
        low, _, high = self.weight
        if not self.n:
            return ""
        return "±" if low < 0 < high else "+" if high > 0 else "−" if low < 0 else "0"


@dataclass(frozen=True)
class ConnectivityPattern:
    """Which layer connects to which, and how; what `Network.pattern` returns. A row for each projection."""

    rows: tuple[PatternRow, ...]

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[PatternRow]:
        return iter(self.rows)

    def to_dataset(self):
        """As an `xarray.Dataset` along ``projection``."""
        from ..data.inspected import pattern_dataset
        return pattern_dataset(self)

    def _repr_html_(self) -> str:
        from ..views import pattern_html
        return pattern_html(self)

    def __repr__(self) -> str:
        lines = [f"<pattern of {len(self)} projections>"]
        for row in self.rows:
            how = ", ".join(part for part in (row.rule, row.mask, row.profile and f"profile {row.profile}") if part)
            lines.append(f"  {row.source} → {row.target} ({row.sign or 'none'}): {row.n} connections, {how}")
        return "\n".join(lines)


def pattern(network: Network) -> ConnectivityPattern:
    """What `Network.pattern` returns."""
    return ConnectivityPattern(tuple(_row(p) for p in network.projections))


def _row(projection: Projection) -> PatternRow:
    rule, p = projection.rule, projection.rule.profile
    tables = [t for t in projection.tables if len(t)]
    weights, delays = [t.weights for t in tables], [t.delays for t in tables]
    total = sum(float(np.sum(w, dtype=np.float64)) if np.ndim(w) else float(w) * len(t) for w, t in zip(weights, tables))
    nan = float("nan")
    h = projection.network.resolution
    return PatternRow(
        projection.name, projection.source.name, projection.target.name, rule.name, "" if rule.mask is None else repr(rule.mask),
        "" if p is None else text(p) if isinstance(p, Expression) else f"{p:g}", projection.n,
        (min(float(np.min(w)) for w in weights), total / projection.n, max(float(np.max(w)) for w in weights)) if tables
        else (nan,) * 3,
        (min(int(np.min(d)) for d in delays) * h, max(int(np.max(d)) for d in delays) * h) if tables else (nan,) * 2)


# ---- is a projection as its rule says ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Verdict:
    """One comparison of what was made with what was to be expected.

    Attributes
    ----------
    statistic, dof : float or None
        Of the chi-square test.
    p_value : float or None
        Probability of a deviation as large by chance; None where it is not known, and `reason` says why.
    reason : str
    """

    statistic: float | None = None
    dof: float | None = None
    p_value: float | None = None
    reason: str = ""


@dataclass(frozen=True)
class DegreeHistogram:
    """How many nodes have how many connections.

    Attributes
    ----------
    end : str
        ``"out"`` or ``"in"``.
    edges : ndarray (b + 1,)
        Of the bins, halfway between whole numbers.
    measured : ndarray (b,) int64
        Nodes in each bin.
    expected : ndarray (b,) or None
        Nodes to be expected, where the rule leaves the degree to chance in a known way.
    verdict : Verdict
    """

    end: str
    edges: NDArray[np.float64]
    measured: NDArray[np.int64]
    expected: NDArray[np.float64] | None
    verdict: Verdict


@dataclass(frozen=True)
class DistanceProfile:
    """How many pairs at which distance are connected, among all pairs of some drivers.

    Attributes
    ----------
    edges : ndarray (b + 1,)
        Of the bins, in mm.
    pairs : ndarray (b,) int64
        Pairs at this distance, connected or not.
    measured : ndarray (b,) int64
        Connections.
    expected, deviation : ndarray (b,) or None
        Mean and standard deviation of `measured` by the rule.
    verdict : Verdict
    """

    edges: NDArray[np.float64]
    pairs: NDArray[np.int64]
    measured: NDArray[np.int64]
    expected: NDArray[np.float64] | None
    deviation: NDArray[np.float64] | None
    verdict: Verdict


@dataclass(frozen=True)
class ProjectionCheck:
    """Whether the connections of a projection are as its rule says; what `Projection.check` returns.

    Of several synapses of a pair, and of both directions, one is looked at; that the others join the same nodes is part
    of the verdict on the number.

    Attributes
    ----------
    name : str
    n_sampled : int
        Drivers whose pairs were all looked at.
    out_degrees, in_degrees : DegreeHistogram
    distances : DistanceProfile or None
        None without positions.
    number : Verdict
        Of the number of connections the drivers have.
    """

    name: str
    rule: str
    n: int
    n_sampled: int
    out_degrees: DegreeHistogram
    in_degrees: DegreeHistogram
    distances: DistanceProfile | None
    number: Verdict

    @property
    def verdicts(self) -> dict[str, Verdict]:
        """All comparisons by name."""
        found = {"number": self.number, "out-degree": self.out_degrees.verdict, "in-degree": self.in_degrees.verdict}
        return found | ({} if self.distances is None else {"distance": self.distances.verdict})

    @property
    def p_values(self) -> dict[str, float]:
        """Those that are known, by name."""
        return {name: v.p_value for name, v in self.verdicts.items() if v.p_value is not None}

    @property
    def p_value(self) -> float | None:
        """The smallest of `p_values`, times their number (Bonferroni), at most 1; None if there are none."""
        values = self.p_values.values()
        return min(1.0, len(values) * min(values)) if values else None

    def to_dataset(self):
        """As an `xarray.Dataset` with the histograms, the profile and the p-values."""
        from ..data.inspected import check_dataset
        return check_dataset(self)

    def view(self):
        """The histograms and the profile as a figure; see `spatialnet.views`."""
        from ..views import view_check
        return view_check(self)

    def _repr_mimebundle_(self, include=None, exclude=None):
        from ..views import check_mimebundle
        return check_mimebundle(self)

    def __repr__(self) -> str:
        lines = [f"<check of '{self.name}': {self.n} connections, {self.rule}, {self.n_sampled} drivers looked at>"]
        for name, v in self.verdicts.items():
            lines.append(f"  {name}: " + (f"p = {v.p_value:.3g}" if v.p_value is not None else f"not tested, {v.reason}"))
        return "\n".join(lines)


def check(projection: Projection, sample: int = 200, bins: int = 20) -> ProjectionCheck:
    """What `Projection.check` returns."""
    for name, value, least in (("sample", sample, 1), ("bins", bins, 1)):
        if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < least:
            raise ParameterError("check", name, f"must be an integer ≥ {least}, got {value!r}")
    drawn, is_complete = _drawn(projection)
    look = _third_factor if isinstance(projection.rule, TripartiteBernoulliWithPool) else _by_rule
    found = look(drawn, sample, bins)
    number = found.number if is_complete else _WRONG
    return ProjectionCheck(projection.name, projection.rule.name, projection.n, found.n_sampled, found.out_degrees,
                           found.in_degrees, found.distances, number)


@dataclass
class _Found:
    out_degrees: DegreeHistogram
    in_degrees: DegreeHistogram
    distances: DistanceProfile | None
    number: Verdict
    n_sampled: int


#: what is certain came, or did not
_RIGHT, _WRONG = Verdict(0.0, 0, 1.0), Verdict(np.inf, 0, 0.0)


def _drawn(projection: Projection) -> tuple[Projection, bool]:
    """The projection with one synapse and in one direction, as it was drawn; and whether all else is as that says."""
    n_copies = len(projection.synapses) * (2 if projection.rule.make_symmetric else 1)
    n_tables = len(projection.tables) // n_copies
    first = projection.tables[:n_tables]
    one = Projection(projection.network, projection.index, projection.name, projection.source, projection.target,
                     projection.rule, projection.synapses[0], first)
    is_complete = True
    for k in range(1, n_copies):
        copies = projection.tables[k * n_tables:(k + 1) * n_tables]
        is_complete &= all(map(_same_pairs if k < len(projection.synapses) else _opposite_pairs, first, copies))
    if isinstance(projection.rule, (OneToOne, Pairs)):
        made, asked = [one.sources, one.targets], _listed(one)
        is_complete &= len(made[0]) == len(asked[0]) and all(
            (m[np.lexsort(made)] == a[np.lexsort(asked)]).all() for m, a in zip(made, asked))
    return one, is_complete


def _same_pairs(table: ConnectionTable, other: ConnectionTable) -> bool:
    return np.array_equal(table.offsets, other.offsets) and np.array_equal(table.targets, other.targets)


def _opposite_pairs(table: ConnectionTable, other: ConnectionTable) -> bool:
    turned = Transposition(np.ascontiguousarray(table.targets), table.target.n)
    return np.array_equal(turned.offsets, other.offsets) and np.array_equal(turned.rows(table.offsets), other.targets)


def _listed(projection: Projection) -> list[NDArray[np.int64]]:
    """Ids of the sources and targets that a rule names one by one."""
    rule, ends = projection.rule, [projection.source.ids, projection.target.ids]
    if isinstance(rule, Pairs):
        given = [rule.sources, rule.targets]
        ends = given if rule.ids else [ids[places] for ids, places in zip(ends, given)]
    if not rule.allow_autapses:
        differ = ends[0] != ends[1]
        ends = [ids[differ] for ids in ends]
    return ends


def _by_rule(projection: Projection, sample: int, bins: int) -> _Found:
    """For rules that say something of every pair."""
    law = _Law(projection)
    profile, drivers = _look(projection, law, law.driver, law.pool, sample, bins, forward=True)
    partners = None
    if law.reason is None and law.independent:
        _, partners = _look(projection, law, law.pool, law.driver, sample, bins, forward=False)
    ends = []
    for end, degrees in (("out", projection.out_degrees()), ("in", projection.in_degrees())):
        drives = (end == "out") == (projection.driver == "source")
        given = None if drives else projection.out_degrees() if end == "in" else projection.in_degrees()
        ends.append(_degrees(end, degrees, law, drivers if drives else partners, given))
    number = Verdict(reason=law.reason or "the rule fixes it, or leaves it to the weights of all pairs")
    if law.reason is None and law.independent:
        number = _total(drivers)
    return _Found(*ends, profile, number, len(drivers.degrees))


def _third_factor(projection: Projection, sample: int, bins: int) -> _Found:
    """For connections to third nodes, or from them: given the primary ones, each is joined with one probability."""
    rule = projection.rule
    into, primary = _primary(projection)
    law = _Law(projection)
    third, joined = ("in", "out") if into else ("out", "in")
    degrees = {"out": projection.out_degrees(), "in": projection.in_degrees()}
    number, histograms = Verdict(reason=law.reason), {}
    if primary is None:
        law.reason = "the primary connections are no longer known"
        number = Verdict(reason=law.reason)
        histograms[joined] = _degrees(joined, degrees[joined], law, None, None)
    else:
        trials = primary.out_degrees() if into else primary.in_degrees()
        variance = trials * rule.p * (1 - rule.p)
        seen = _Seen(degrees[joined], trials * rule.p, variance, variance * (1 - 6 * rule.p * (1 - rule.p)))
        edges = _degree_edges(seen.degrees)
        histograms[joined] = DegreeHistogram(joined, edges, np.histogram(seen.degrees, edges)[0],
                                             _mixture(edges, seen.mean, seen.variance), _dispersion(seen))
        number = _total(seen)
    histograms[third] = _pool_degrees(third, degrees[third], degrees[joined], rule, into)
    profile, _ = _look(projection, law, law.driver, law.pool, sample, bins, forward=True)
    return _Found(histograms["out"], histograms["in"], profile, number, len(degrees[joined]))


def _primary(projection: Projection) -> tuple[bool, Projection | None]:
    """Whether connections lead to the third nodes, and the primary projection as it was drawn, if nobody changed it."""
    numbered = {p.index: p for p in projection.network.projections}
    for into, end, index in ((True, "source", projection.index - 1), (False, "target", projection.index - 2)):
        found = numbered.get(index)
        if found is not None and getattr(found, end) is getattr(projection, end) and not isinstance(
                found.rule, TripartiteBernoulliWithPool):
            return into, None if found.n_changes else _drawn(found)[0]
    return True, None


def _pool_degrees(end: str, degrees: NDArray[np.int64], joined: NDArray[np.int64], rule: TripartiteBernoulliWithPool,
                  into: bool) -> DegreeHistogram:
    """Degrees of the third nodes, given how many connections each node at the other end has."""
    n = len(degrees)
    size = rule.pool_size or n
    if rule.pool_type == "block" or (into and size < n):
        edges = _degree_edges(degrees)
        reason = ("each target has third nodes of its own" if rule.pool_type == "block"
                  else "the third node depends on the target, which a connection from the source does not tell")
        return DegreeHistogram(end, edges, np.histogram(degrees, edges)[0], None, Verdict(reason=reason))
    # A target draws a pool with probability size / n for each third node, and then one of `size` for each connection.
    of_each = joined / n * (1 - 1 / size) + joined ** 2 / (n * size) - (joined / n) ** 2
    return _alike(end, degrees, degrees.sum() / n, float(of_each.sum()) * n / max(n - 1, 1))


class _Law:
    """What the rule of a projection says about a pair.

    Attributes
    ----------
    reason : str or None
        Why nothing can be expected.
    independent : bool
        Whether every pair is decided for itself; otherwise the partners of a driver are drawn, given their number.
    """

    def __init__(self, projection: Projection):
        rule = projection.rule
        self.rule, self.network = rule, projection.network
        self.drives = projection.driver == "source"
        self.driver, self.pool = ((projection.source, projection.target) if self.drives
                                  else (projection.target, projection.source))
        self.is_spatial = projection.is_spatial
        self.listed = isinstance(rule, (OneToOne, Pairs))
        if self.listed:
            source, target = _listed(projection)
            self.near, self.far = (source, target) if self.drives else (target, source)
        self.independent = self.listed or isinstance(rule, (AllToAll, PairwiseBernoulli, PairwisePoisson))
        self.poisson = isinstance(rule, PairwisePoisson)
        self.mask = projection.mask
        self.p = rule.profile if rule.profile is not None else 1.0
        self.uniform = not isinstance(rule.profile, Expression)
        self.replace = rule.allow_multapses
        self.extent = None
        if self.is_spatial:
            geometry = self.pool.parts[0].geometry
            self.extent = geometry.extent if geometry.edge_wrap else None
            dimensions = {len(part.extent) for nodes in (self.driver, self.pool) for part in nodes.parts}
            self.is_spatial = len(dimensions) == 1
        self.reason = self._reason()

    def _reason(self) -> str | None:
        total = isinstance(self.rule, FixedTotalNumber)
        if isinstance(self.rule, TripartiteBernoulliWithPool):
            return "the nodes are those of the primary connections"
        if not self.uniform and is_random(self.rule.profile):
            return "p is random itself"
        if total and not self.replace and not self.uniform:
            return "drawing pairs by weight without repetition has no known distribution"
        if total and self.mask is not None and self.rule.allow_oversized_mask:
            return "nodes count several times in an oversized mask"
        return None

    def weights(self, x: NDArray[np.float64], own: int, positions: NDArray[np.float64], ids: NDArray[np.int64],
                forward: bool) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """p, or the weight, of each pair of a node with others, and how many times it is a candidate.

        `forward` where the node is a driver and the others the pool; else the other way round.
        """
        n = len(ids)
        if self.listed:
            near, far = (self.near, self.far) if forward else (self.far, self.near)
            place = np.full(self.network.n_nodes, -1)
            place[ids] = np.arange(n)
            return np.ones(n), np.bincount(place[far[near == own]], minlength=n)
        times = np.ones(n, np.int64)
        if self.mask is not None:
            if forward:
                times = count_images(self.mask, positions, x, self.extent)
            else:
                times = _images_around(self.mask, positions, x, self.extent)
            if not self.rule.allow_oversized_mask:
                times = np.minimum(times, 1)
        if not self.rule.allow_autapses:
            times[ids == own] = 0
        if self.uniform:
            return np.full(n, float(self.p) if self.independent else 1.0), times
        p = np.zeros(n)
        near = np.flatnonzero(times)
        inputs = {}
        if symbols(self.rule.profile):
            here, there = np.broadcast_to(x, (len(near), len(x))), positions[near]
            start, end = (here, there) if forward == self.drives else (there, here)
            inputs = {"displacement": self.displacement(start, end), "source": start, "target": end}
        p[near] = at(self.rule.profile, n=len(near), **inputs)
        upper = 1.0 if self.independent and not self.poisson else np.inf
        return np.clip(p, 0.0, upper), times

    def displacement(self, start: NDArray[np.float64], end: NDArray[np.float64]) -> NDArray[np.float64]:
        """The way the rule measures."""
        extent = np.ones(start.shape[1]) if self.extent is None else self.extent
        return _displacement(np.ascontiguousarray(start), np.ascontiguousarray(end), extent, self.extent is not None)


def _images_around(mask: Any, anchors: NDArray[np.float64], x: NDArray[np.float64],
                   extent: NDArray[np.float64] | None) -> NDArray[np.int64]:
    """How many images of `x` lie in the mask around each of `anchors`: the mask turned about the origin, around `x`."""
    return count_images(_Turned(mask), anchors, x, extent)


class _Turned:
    """A mask seen from the node that is in it."""

    def __init__(self, mask: Any):
        self.mask = mask

    def contains(self, points: NDArray[np.float64]) -> NDArray[np.bool_]:
        return self.mask.contains(-points)

    def bounding_box(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        lower, upper = self.mask.bounding_box()
        return -upper, -lower

    def __repr__(self) -> str:
        return repr(self.mask)


@dataclass
class _Seen:
    """Degrees of some nodes with their mean, variance and fourth cumulant by the rule."""

    degrees: NDArray[np.int64]
    mean: NDArray[np.float64]
    variance: NDArray[np.float64]
    fourth: NDArray[np.float64]


def _look(projection: Projection, law: _Law, nodes: Any, others: Any, sample: int, bins: int,
          forward: bool) -> tuple[DistanceProfile | None, _Seen]:
    """All pairs of some of `nodes`, one node after the other."""
    spatial = law.is_spatial
    # chosen by number alone, so that the choice knows nothing of the connections
    chosen = np.sort(np.random.default_rng(20).choice(len(nodes), min(sample, len(nodes)), replace=False))
    ids, other_ids = nodes.ids[chosen], others.ids
    place = np.full(projection.network.n_nodes, -1)
    place[other_ids] = np.arange(len(other_ids))
    positions = other_positions = np.empty((0, 0))
    if spatial:
        positions = np.concatenate([part.positions for part in nodes.parts])[chosen]
        other_positions = np.concatenate([part.positions for part in others.parts])
    edges = _edges(law, positions, other_positions, bins) if spatial else np.zeros(2)
    n_bins = len(edges) - 1
    seen = _Seen(*(np.zeros(len(ids), dtype) for dtype in (np.int64, float, float, float)))
    again = int(np.clip(_KEYS // max(len(ids) * len(other_ids), 1), *_REPETITIONS))
    generator = np.random.default_rng(21)
    pairs, measured = np.zeros(n_bins, np.int64), np.zeros(n_bins, np.int64)
    expected, covariance = np.zeros(n_bins), np.zeros((n_bins, n_bins))
    partners = _partners(projection, ids, by_source=forward == law.drives)
    for k, own in enumerate(ids):
        made = np.bincount(place[partners(k)], minlength=len(other_ids))
        x = positions[k] if spatial else np.empty(0)
        bin_of = np.zeros(len(other_ids), np.int64)
        if spatial and forward:
            way = law.displacement(np.broadcast_to(x, other_positions.shape), other_positions)
            distance = np.sqrt((way ** 2).sum(axis=1))
            bin_of = np.clip(np.searchsorted(edges, distance, side="right") - 1, 0, n_bins - 1)
            pairs += np.bincount(bin_of[distance <= edges[-1]], minlength=n_bins)
            measured += np.bincount(bin_of, made, n_bins).astype(np.int64)
        seen.degrees[k] = made.sum()
        if law.reason is not None:
            continue
        p, times = law.weights(x, int(own), other_positions, other_ids, forward)
        if law.independent:
            variance = times * (p if law.poisson else p * (1 - p))
            seen.mean[k], seen.variance[k] = (times * p).sum(), variance.sum()
            seen.fourth[k] = (times * p).sum() if law.poisson else (variance * (1 - 6 * p * (1 - p))).sum()
            if forward:
                expected += np.bincount(bin_of, times * p, n_bins)
                covariance[np.diag_indices(n_bins)] += np.bincount(bin_of, variance, n_bins)
        elif (total := (times * p).sum()) > 0:
            # Given how many a driver has, they are drawn from all its candidates.
            n, share = seen.degrees[k], np.bincount(bin_of, times * p, n_bins) / total
            if not law.replace and not law.uniform:
                mean, spread = _without_repetition(p, times, n, bin_of, n_bins, again, generator)
                expected += mean
                covariance += spread
                continue
            left = 1.0 if law.replace else (total - n) / max(total - 1, 1)
            expected += n * share
            covariance += n * left * (np.diag(share) - np.outer(share, share))
    if not (spatial and forward):
        return None, seen
    if law.reason is not None:
        return DistanceProfile(edges, pairs, measured, None, None, Verdict(reason=law.reason)), seen
    verdict = _compare(measured, expected, covariance)
    return DistanceProfile(edges, pairs, measured, expected, np.sqrt(np.diag(covariance).clip(0)), verdict), seen


def _without_repetition(p: NDArray[np.float64], times: NDArray[np.int64], n: int, bin_of: NDArray[np.int64],
                        n_bins: int, again: int, generator: np.random.Generator
                        ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean and covariance of the bins of `n` candidates drawn one after the other by weight, from drawing them `again`.

    Those with the smallest of exponential numbers with rates p are such a draw (Efraimidis and Spirakis, 2006,
    doi:10.1016/j.ipl.2005.11.003). The covariance is that of the difference to the mean, which is itself a sample.
    """
    candidates = np.repeat(np.arange(len(p)), np.where(p > 0, times, 0))
    if n >= len(candidates):
        return np.bincount(bin_of[candidates], minlength=n_bins).astype(float), np.zeros((n_bins, n_bins))
    keys = generator.standard_exponential((again, len(candidates))) / p[candidates]
    chosen = bin_of[candidates[np.argpartition(keys, n, axis=1)[:, :n]]]
    counts = np.bincount((chosen + n_bins * np.arange(again)[:, None]).ravel(), minlength=again * n_bins)
    counts = counts.reshape(again, n_bins)
    covariance = np.cov(counts.T).reshape(n_bins, n_bins) * (1 + 1 / again)
    # what never happened in a few repetitions may happen all the same
    return counts.mean(axis=0), covariance + 1e-6 * np.diag(np.bincount(bin_of[candidates], minlength=n_bins))


def _partners(projection: Projection, ids: NDArray[np.int64], by_source: bool) -> Callable[[int], NDArray[np.int64]]:
    """A function from the k-th of `ids` to the nodes at the other end of its connections."""
    found = pick(projection, source=ids) if by_source else pick(projection, target=ids)
    near = np.concatenate([p.sources() if by_source else p.targets() for p in found] or [np.empty(0, np.int64)])
    far = np.concatenate([p.targets() if by_source else p.sources() for p in found] or [np.empty(0, np.int64)])
    order = np.argsort(near, kind="stable")
    near, far = near[order], far[order]
    starts, stops = np.searchsorted(near, ids, "left"), np.searchsorted(near, ids, "right")
    return lambda k: far[starts[k]:stops[k]]


def _edges(law: _Law, positions: NDArray[np.float64], others: NDArray[np.float64], bins: int) -> NDArray[np.float64]:
    """Distances from 0 to the farthest possible, from the places alone."""
    both = np.concatenate([positions, others])
    reach = np.ptp(both, axis=0)
    if law.extent is not None:
        reach = np.minimum(reach, law.extent / 2)
    longest = float(np.sqrt((reach ** 2).sum()))
    if law.mask is not None:
        lower, upper = law.mask.bounding_box()
        longest = min(longest, float(np.sqrt((np.maximum(np.abs(lower), np.abs(upper)) ** 2).sum())))
    longest = longest * (1 + 1e-9) or 1.0
    # beyond the mask neither is anything made nor expected, and such pairs are not counted
    return np.linspace(0.0, longest, bins + 1)


def _compare(measured: NDArray[np.int64], expected: NDArray[np.float64], covariance: NDArray[np.float64]) -> Verdict:
    """Chi-square of counts with a known covariance; bins with little to expect are joined."""
    fixed = np.diag(covariance) <= 1e-9 * expected  # so none is expected, or all of them
    if (np.abs(measured - expected)[fixed] > 1e-6 * np.maximum(1.0, expected[fixed])).any():
        return Verdict(np.inf, int(fixed.sum()), 0.0)  # what is certain did not happen
    groups, group = np.zeros(len(measured), np.int64), 0
    collected = 0.0
    for b, variance in enumerate(np.diag(covariance)):
        groups[b] = group
        collected += variance
        if collected >= _ENOUGH:
            group, collected = group + 1, 0.0
    groups = np.minimum(groups, max(group - 1, 0))  # what is left over belongs to the last full one
    joining = (groups == np.arange(groups.max() + 1)[:, None]).astype(float)
    difference = joining @ (measured - expected)
    joined = joining @ covariance @ joining.T
    values, vectors = np.linalg.eigh(joined)
    kept = values > 1e-9 * max(values.max(), 1.0)
    if not fixed.all() and (not kept.any() or values[kept].max() < _ENOUGH):
        return Verdict(reason="too few connections")
    if not kept.any():
        return _RIGHT  # everything was certain, and so it came
    statistic = float(((vectors[:, kept].T @ difference) ** 2 / values[kept]).sum())
    return Verdict(statistic, int(kept.sum()), float(stats.chi2.sf(statistic, kept.sum())))


def _total(seen: _Seen) -> Verdict:
    """Number of connections of all nodes that were looked at."""
    difference, variance = float((seen.degrees - seen.mean).sum()), float(seen.variance.sum())
    if variance <= 1e-9 * seen.mean.sum():
        return _RIGHT if abs(difference) < 0.5 else _WRONG
    if variance < _ENOUGH_IN_ALL:
        return Verdict(reason="too few connections")
    statistic = difference ** 2 / variance
    return Verdict(statistic, 1, float(stats.chi2.sf(statistic, 1)))


# ---- degrees -----------------------------------------------------------------------------------------------------


def _degrees(end: str, degrees: NDArray[np.int64], law: _Law, seen: _Seen | None,
             given: NDArray[np.int64] | None) -> DegreeHistogram:
    """Histogram of one end; `given` are the degrees of the drivers, where these are the others."""
    edges = _degree_edges(degrees)
    measured = np.histogram(degrees, edges)[0]
    if law.reason is None and law.independent and seen is not None:
        expected = _mixture(edges, seen.mean, seen.variance) * (len(degrees) / len(seen.mean))
        return DegreeHistogram(end, edges, measured, expected, _dispersion(seen))
    if given is None and law.rule.name in ("fixed_indegree", "fixed_outdegree") and law.reason is None:
        fixed = law.rule.degree
        if isinstance(fixed, Expression) and is_random(fixed):
            return DegreeHistogram(end, edges, measured, None, Verdict(reason="the degree is drawn from an expression"))
        if isinstance(fixed, Expression):
            places = np.concatenate([part.positions for part in law.driver.parts])
            fixed = np.floor(at(fixed, pos=places, **{"source" if law.drives else "target": places}) + 0.5)
        expected = np.histogram(np.broadcast_to(fixed, len(degrees)), edges)[0].astype(float)
        return DegreeHistogram(end, edges, measured, expected, _RIGHT if (degrees == fixed).all() else _WRONG)
    mean, variance, reason = _even_draws(degrees, law, given)
    if reason:
        return DegreeHistogram(end, edges, measured, None, Verdict(reason=reason))
    return _alike(end, degrees, mean, variance)


def _alike(end: str, degrees: NDArray[np.int64], mean: float, variance: float) -> DegreeHistogram:
    """Degrees of nodes that are all alike and have a fixed sum: their covariance is variance (1 - J / n)."""
    edges, n = _degree_edges(degrees), len(degrees)
    measured = np.histogram(degrees, edges)[0]
    expected = n * _mixture(edges, np.array([mean]), np.array([variance * (n - 1) / n]))
    if mean < 5 or n < 2:
        return DegreeHistogram(end, edges, measured, expected, Verdict(reason="too few connections"))
    if variance < 1e-9:
        return DegreeHistogram(end, edges, measured, expected, _RIGHT if (degrees == mean).all() else _WRONG)
    statistic = float(((degrees - mean) ** 2).sum() / variance)
    return DegreeHistogram(end, edges, measured, expected, Verdict(statistic, n - 1, float(stats.chi2.sf(statistic, n - 1))))


def _even_draws(degrees: NDArray[np.int64], law: _Law, given: NDArray[np.int64] | None) -> tuple[float, float, str]:
    """Mean, variance and, where they are not known, the reason, of degrees where all nodes are alike."""
    if law.reason is not None:
        return 0.0, 0.0, law.reason
    if not law.uniform or law.mask is not None:
        return 0.0, 0.0, "the degree depends on the places of all nodes"
    n, total, n_drivers = len(degrees), int(degrees.sum()), len(law.driver)
    n_candidates = n  # of each driver
    if not law.rule.allow_autapses and len(np.intersect1d(law.driver.ids, law.pool.ids)):
        is_total = isinstance(law.rule, FixedTotalNumber)
        if len(np.setxor1d(law.driver.ids, law.pool.ids)) or not is_total and np.ptp(given):
            return 0.0, 0.0, "the nodes differ in candidates, since autapses are left out"
        n_candidates = n_drivers = n - 1  # of a node in the pool, all drivers but itself
    mean = total / n
    if isinstance(law.rule, FixedTotalNumber):
        n_pairs = len(law.driver) * n_candidates
        return mean, mean * (1.0 if law.replace else (n_pairs - total) / max(n_pairs - 1, 1)), ""
    # each driver draws its share of the pool, or leaves out all but it, independently of the others
    share = given[:n_drivers] / n_candidates
    of_each = given[:n_drivers] / n_candidates * (1 - 1 / n_candidates) if law.replace else share * (1 - share)
    return mean, float(of_each.sum()) * n / max(n - 1, 1), ""


def _dispersion(seen: _Seen) -> Verdict:
    """Sum of squared deviations of independent degrees: a scaled chi-square with its first two moments."""
    certain = seen.variance <= 1e-9 * seen.mean
    if (np.abs(seen.degrees - seen.mean)[certain] > 1e-6 * np.maximum(1.0, seen.mean[certain])).any():
        return _WRONG
    if certain.all():
        return _RIGHT
    mean = float(seen.variance.sum())
    variance = float((2 * seen.variance ** 2 + seen.fourth).sum())
    if mean < _ENOUGH_IN_ALL or variance <= 0 or 2 * mean ** 2 / variance < 10:
        return Verdict(reason="too few connections")
    dof = 2 * mean ** 2 / variance
    statistic = float(((seen.degrees - seen.mean) ** 2).sum()) / mean * dof
    # Degrees can be too equal as well as too different.
    return Verdict(statistic, dof, float(2 * min(stats.chi2.sf(statistic, dof), stats.chi2.cdf(statistic, dof))))


def _degree_edges(degrees: NDArray[np.int64]) -> NDArray[np.float64]:
    low, high = (int(degrees.min()), int(degrees.max())) if len(degrees) else (0, 0)
    spread = high - low
    low, high = max(0, low - spread // 4 - 1), high + spread // 4 + 1
    step = max(1, -(-(high - low + 1) // 60))
    return np.arange(low, high + step + 1, step) - 0.5


def _mixture(edges: NDArray[np.float64], mean: NDArray[np.float64], variance: NDArray[np.float64]) -> NDArray[np.float64]:
    """Sum over nodes of the probability that the degree lies in each bin, by the binomial with mean and variance."""
    total = np.zeros(len(edges) - 1)
    for m, v in zip(mean, variance):
        if v <= 1e-9 * max(m, 1.0):
            cumulative = (edges > m).astype(float)
        elif v >= m * (1 - 1e-6):
            cumulative = np.where(edges < 0, 0.0, special.pdtr(np.floor(edges.clip(0)), m))
        else:
            n = max(1, round(m * m / (m - v)))
            cumulative = stats.binom.cdf(np.floor(edges), n, min(1.0, m / n))
        total += np.diff(cumulative)
    return total
