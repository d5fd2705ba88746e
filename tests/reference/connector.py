"""The rules in slow Python: from a network's nodes, a rule and a synapse to the list of connections.

`connect` follows the algorithms of the connector and draws the same keyed random numbers, so its lists equal those of
`Network.connect` to the last bit. All random numbers are drawn in `Draws`. From the package come only the
descriptions (nodes, rules, masks, expressions) and the order of the nodes in a box tree, which is tested on its own.
"""

from __future__ import annotations

import math

import numpy as np

from spatialnet.connect import rules
from spatialnet.expressions import streams
from spatialnet.language.nodes import Expression, is_random
from spatialnet.masks.mask import Mask
from tests.reference.lattice import Lattice
from tests.reference.philox import Reader, Stream
from tests.reference.programs import bounds, evaluate, log

AXES = "xyz"
FEW_STOPS, NEARLY_CONSTANT = 0.5, 0.8
JUMP_OCCURRENCE, PROPOSAL_OCCURRENCE, SIFT_OCCURRENCE, REST_OCCURRENCE = 1, 2, 3, 4
FEW_OF_THE_POOL, PROPOSALS_AT_MOST, LANES = 4, 32, 256
ACCEPT_OCCURRENCE = 1 << 20
BATCH = 128
LEAST_P = 1e-300  # relative weights below this count as 0


class Refused(Exception):
    """The connector must refuse this too."""


class Draws:
    """Every random number of one driver."""

    # below these bounds nodes are jumped over, above them each is looked at
    JUMP_BELOW, RADIAL_JUMP_BELOW, EVENTS_BELOW = 0.0625, 0.03125, 0.4

    def __init__(self, seed: int, projection: int, driver_id: int):
        def stream(purpose):
            return Stream(seed, purpose, int(driver_id), projection)
        self.candidate = Reader(stream(streams.CANDIDATE))
        self.jumps, self.n_jumps, self.gap = stream(streams.CANDIDATE), 0, -1.0
        self.n_chances = 0
        self.accept = stream(streams.ACCEPT)
        self.weight, self.delay = stream(streams.WEIGHT), stream(streams.DELAY)

    def jump(self, bound: float) -> float:
        """Nodes to leave out before the next stop, geometrically distributed."""
        return math.floor(self.next_exponential() * (-1.0 / math.log1p(-bound)))

    def next_exponential(self) -> float:
        u = self.jumps.uniforms(self.n_jumps, 1, JUMP_OCCURRENCE)
        self.n_jumps += 1
        return float(-log(1.0 - u)[0])

    def events(self, n: int, rate: float, again: bool):
        """Which of `n` nodes are stopped at: each is an interval of length `rate` of a Poisson process, and has an event.

        Where nodes can be met `again`, once for each event. What is left of the way to the next event serves the next box.
        """
        span = rate * n
        if self.gap < 0:
            self.gap = self.next_exponential()
        at = self.gap
        while at < span:
            node = int(at / rate)
            if node >= n:
                break
            yield node
            at = self.next_exponential() + (at if again else (node + 1.0) * rate)
        self.gap = max(0.0, at - span)

    def chances(self, n: int) -> np.ndarray:
        """The next `n` random bytes, the lowest of every word first."""
        first = self.n_chances // 8
        words = self.jumps.words(first, (self.n_chances + n + 7) // 8 - first, SIFT_OCCURRENCE)
        flat = [word >> 8 * i & 255 for word in words for i in range(8)]
        self.n_chances += n
        return np.array(flat[self.n_chances - n - 8 * first:][:n])

    def refined(self, n: int) -> np.ndarray:
        """The next `n` uniforms whose first eight bits are random bytes."""
        first = self.n_chances
        return (self.chances(n) + self.jumps.halves(first, n, REST_OCCURRENCE)) / 256

    def exponential(self) -> float:
        return -float(log(1.0 - np.array([self.candidate.unit()]))[0])

    def exponential_key(self, p: float) -> float:
        """The nodes with the smallest keys are drawn without replacement, with weights `p`."""
        u = 1.0 - self.candidate.unit()
        return -float(log(u)[0]) / p if p > 0 else math.inf

    def proposals(self, first: int, n: int) -> np.ndarray:
        """Which node is looked at next, for degrees drawn from the boxes."""
        return self.jumps.uniforms(first, n, PROPOSAL_OCCURRENCE)

    def thinning(self, first: int, n: int) -> np.ndarray:
        return self.accept.halves(first, n, ACCEPT_OCCURRENCE)


class Space:
    """Distances as a pool sees them."""

    def __init__(self, dimensions: int, extent, edge_wrap: bool):
        self.d = dimensions
        self.extent = np.asarray(extent, float) if edge_wrap else np.zeros(dimensions)

    def displacement(self, x: np.ndarray, positions: np.ndarray, from_x: bool) -> np.ndarray:
        """The shortest way from `x` to each position, or back, (n, d)."""
        d = positions - x if from_x else x - positions
        for k in range(self.d):
            if self.extent[k] > 0:
                d[:, k] -= self.extent[k] * np.floor(d[:, k] / self.extent[k] + 0.5)
        return d

    def inputs(self, x: np.ndarray, positions: np.ndarray, driver_is_source: bool) -> dict[str, np.ndarray]:
        """What expressions of a pair may name, for the driver at `x`."""
        d, n = self.displacement(x, positions, driver_is_source), len(positions)
        values = {}
        if self.d:
            square = d[:, 0] * d[:, 0]
            for k in range(1, self.d):
                square = square + d[:, k] * d[:, k]
            values["distance"] = np.sqrt(square)
        for k in range(self.d):
            values[f"distance_{AXES[k]}"] = np.abs(d[:, k])
            values[f"d{AXES[k]}"] = d[:, k]
            ends = np.full(n, x[k]), positions[:, k]
            values[f"source_{AXES[k]}"], values[f"target_{AXES[k]}"] = ends if driver_is_source else ends[::-1]
        return values

    def ways(self, low: float, high: float, k: int) -> list[tuple[float, float]]:
        """Intervals of the displacements [low, high] along axis `k`, the short way; two where it passes the antipode."""
        size = self.extent[k]
        if not size > 0:
            return [(low, high)]
        turns_low, turns_high = math.floor(low / size + 0.5), math.floor(high / size + 0.5)
        if turns_low == turns_high:
            return [(low - size * turns_low, high - size * turns_low)]
        if turns_high - turns_low > 1:
            return [(-size / 2, size / 2)]
        return [(low - size * turns_low, size / 2), (-size / 2, high - size * turns_high)]


def _magnitude(low: float, high: float) -> tuple[float, float]:
    nearest = 0.0 if low <= 0.0 <= high else min(abs(low), abs(high))
    return nearest, max(abs(low), abs(high))


class Search:
    """One driver's look at the boxes of a pool, with bounds that hold for all drivers in its cell."""

    def __init__(self, rule: rules.Rule, tree, space: Space, x: np.ndarray, driver_is_source: bool):
        self.tree, self.space, self.x, self.driver_is_source = tree, space, x, driver_is_source
        self.p, self.mask = rule.profile, rule.mask
        self.poisson = rule.name == "pairwise_poisson"
        self.positions = tree.coordinates.T
        self.fixed = hasattr(rule, "degree")
        #: p of nothing but the distance: random bytes decide, of nodes that some driver of the cell may reach
        self.radial = not self.poisson and isinstance(self.p, Expression) and _symbols(self.p) == {"distance"} and not is_random(
            self.p)
        from spatialnet._core.neighbors import driver_cells
        _, _, lower, upper = driver_cells(tree, x[None], self.radial and not self.fixed)
        self.lower, self.upper = lower[0], upper[0]
        assert (self.lower <= x).all() and (x <= self.upper).all()
        inner, outer = (math.inf, math.inf) if self.mask is None else self.mask.radii()
        self.reach = outer * (1 + 1e-9)
        self.one_way = (self.reach <= space.extent[space.extent > 0] / 2).all()
        #: then these nodes are one list, from whatever box and image; else one for each image, inside and on the mask's edge
        self.one_list = self.mask is None or self.one_way and inner >= 0.9 * outer
        if isinstance(self.p, Expression):
            self.p_low, self.p_high = self._p_bounds()

    def _p_bounds(self) -> tuple[np.ndarray, np.ndarray]:
        """The smallest and largest p between the driver and every box."""
        signed = any(f"d{a}" in _symbols(self.p) for a in AXES)
        lanes: dict[str, list[tuple[float, float]]] = {}
        owner = []
        for box in range(len(self.tree.begin)):
            low, high = self.tree.lower[:, box], self.tree.upper[:, box]
            ahead = low - self.upper, high - self.lower
            if not self.driver_is_source:
                ahead = -ahead[1], -ahead[0]
            choices = [self.space.ways(ahead[0][k], ahead[1][k], k) for k in range(self.space.d)]
            sizes = None
            if not signed:
                sizes = [[_magnitude(*way) for way in choice] for choice in choices]
                sizes = [(min(s[0] for s in size), size[0][1]) for size in sizes]
                choices = [choice[:1] for choice in choices]
            for way in _combinations(choices):
                size = sizes or [_magnitude(*w) for w in way]
                self._lane(lanes, way, size, low, high)
                owner.append(box)
        owner = np.array(owner)
        low, high = bounds(self.p, {k: np.array(v)[:, 0] for k, v in lanes.items()},
                           {k: np.array(v)[:, 1] for k, v in lanes.items()}, len(owner))
        lowest, highest = np.full(len(self.tree.begin), 1e308), np.zeros(len(self.tree.begin))
        np.minimum.at(lowest, owner, low)
        np.maximum.at(highest, owner, high)
        return lowest, highest

    def _lane(self, lanes, way, size, low, high) -> None:
        def add(name, interval):
            lanes.setdefault(name, []).append(interval)

        if self.space.d:
            least, most = 0.0, 0.0
            for near, far in size:
                least, most = least + near * near, most + far * far
            add("distance", (math.sqrt(least), math.sqrt(most)))
        for k in range(self.space.d):
            add(f"distance_{AXES[k]}", size[k])
            add(f"d{AXES[k]}", way[k])
            driver, pool = (self.lower[k], self.upper[k]), (low[k], high[k])
            add(f"source_{AXES[k]}", driver if self.driver_is_source else pool)
            add(f"target_{AXES[k]}", pool if self.driver_is_source else driver)

    def leaves(self, turns: np.ndarray) -> list[tuple[int, bool, float]]:
        """(box, whether inside the mask, bound of p), coarse boxes where that is cheaper, for one image of the mask.

        Those inside come first, and among these and the others, those whose nodes are not jumped over.
        """
        return sorted(self._leaves(turns), key=lambda leaf: (not leaf[1], self.jumps(leaf[2])))

    def jumps(self, bound: float) -> bool:
        """Whether the nodes of a box are jumped over, by this bound."""
        random = isinstance(self.p, Expression)
        if self.poisson:
            return not (random and (bound >= Draws.EVENTS_BELOW or is_random(self.p)))
        least = Draws.RADIAL_JUMP_BELOW if self.radial else Draws.JUMP_BELOW
        return self.fixed or not (bound >= least and (random or bound >= 1.0))

    def _leaves(self, turns: np.ndarray):
        tree = self.tree
        low, high = self._mask_bounds(turns)
        stack = [(box, self.mask is None) for box in range(tree.first_start, tree.first_start + tree.n_start)]
        constant = 1.0 if self.p is None else self.p
        while stack:
            batch, stack = stack[-BATCH:], stack[:-BATCH]
            for box, inside in batch:
                if self.mask is not None:
                    if not inside and high[box] == 0:
                        continue
                    inside = inside or low[box] > 0
                size = int(tree.end[box]) - int(tree.begin[box])
                leaf = tree.child_begin[box] == tree.child_end[box]
                if not isinstance(constant, Expression):
                    bound = constant
                    leaf |= inside or size * bound <= FEW_STOPS
                elif self.fixed:
                    bound = self.p_high[box]
                    if self.p_low[box] == bound == 0.0:
                        continue
                else:
                    if self.p_high[box] <= 0.0:
                        continue
                    bound = min(self.p_high[box], 1e308 if self.poisson else 1.0)
                    leaf |= size * bound <= FEW_STOPS or (inside and self.p_low[box] >= NEARLY_CONSTANT * bound)
                if leaf:
                    yield box, inside, float(bound)
                else:
                    stack += [(child, inside) for child in range(tree.child_begin[box], tree.child_end[box])]

    def _mask_bounds(self, turns: np.ndarray):
        """For every box, the ends of the condition "inside the mask": 0 and 0 where all of it is outside."""
        if self.mask is None:
            return None, None
        shift = turns * self.space.extent
        corners = [_mask_columns((end - (origin - shift)[:, None]).T) for end, origin in (
            (self.tree.lower, self.upper), (self.tree.upper, self.lower))]
        return bounds(self.mask.expression, *corners, len(self.tree.begin))

    def images(self) -> list[np.ndarray]:
        """How often the way goes round the pool, once for each image of it that masks around drivers of the cell can touch."""
        ranges = []
        for k in range(self.space.d):
            size = self.space.extent[k]
            if self.mask is None or not size > 0:
                ranges.append([0])
                continue
            lower, upper = self.mask.bounding_box()
            first = math.ceil((lower[k] + self.lower[k] - self.tree.upper[k, 0]) / size - 1e-9)
            last = math.floor((upper[k] + self.upper[k] - self.tree.lower[k, 0]) / size + 1e-9)
            ranges.append(list(range(first, last + 1)))
        return [np.array(image, float) for image in _combinations(ranges)]

    def origin(self, turns: np.ndarray) -> np.ndarray:
        """Where the mask lies, around that image."""
        return self.x - turns * self.space.extent

    def in_mask(self, places: list[int], inside: list[bool], origin: np.ndarray) -> np.ndarray:
        if all(inside):
            return np.ones(len(places), bool)
        return np.array(inside) | _in_mask(self.mask, self.positions[places] - origin)

    def reached(self, places: np.ndarray, turns: np.ndarray) -> np.ndarray:
        """Which nodes are not too far from all drivers of the cell, around that image."""
        lower, upper = self.lower - turns * self.space.extent, self.upper - turns * self.space.extent
        half = 0.5 * (upper - lower)
        ways = self.positions[places] - 0.5 * (lower + upper)
        square = np.zeros(len(places))
        for k in range(self.space.d):
            size = self.space.extent[k]
            way = ways[:, k] if self.one_way or not size > 0 else ways[:, k] - size * np.floor(ways[:, k] / size + 0.5)
            past = np.maximum(np.abs(way) - half[k], 0.0)
            square += past * past
        return square <= self.reach * self.reach

    def near(self, images: list[np.ndarray], inside: tuple[bool, ...]) -> np.ndarray:
        """Places of the nodes that random bytes decide, in the order of their numbers, each once."""
        places = [np.arange(0)]
        for turns in images:
            for box, whole, bound in self.leaves(turns):
                if whole in inside and not self.jumps(bound):
                    some = np.arange(self.tree.begin[box], self.tree.end[box])
                    places.append(some[self.reached(some, turns)])
        nodes = np.unique(self.tree.order[np.concatenate(places)])
        return np.argsort(self.tree.order)[nodes]

    def p_of(self, places, stream: Stream, first: int) -> np.ndarray:
        values = self.space.inputs(self.x, self.positions[places], self.driver_is_source)
        return evaluate(self.p, values, len(places), stream, first)


def _symbols(node: Expression):
    from spatialnet.language.nodes import symbols
    return symbols(node)


def _combinations(choices: list[list]) -> list[tuple]:
    """All ways to take one of each, the last varying fastest."""
    out: list[tuple] = [()]
    for choice in choices:
        out = [(*head, c) for head in out for c in choice]
    return out


def _mask_columns(points: np.ndarray) -> dict[str, np.ndarray]:
    return {f"d{AXES[k]}": points[:, k] for k in range(points.shape[1])}


def _in_mask(mask: Mask, points: np.ndarray) -> np.ndarray:
    return evaluate(mask.expression, _mask_columns(points), len(points)) != 0


def _collect(search: Search, own_place: int) -> list[int]:
    """Places of all candidates, image after image."""
    found = []
    for turns in search.images():
        places, inside = [], []
        for box, whole, _ in search.leaves(turns):
            for place in range(search.tree.begin[box], search.tree.end[box]):
                if place != own_place:
                    places.append(place)
                    inside.append(whole)
        found += [place for place, keep in zip(places, search.in_mask(places, inside, search.origin(turns))) if keep]
    return found


def _stops(search: Search, draws: Draws, turns: np.ndarray, own_place: int):
    """(place, bound, inside) of the nodes that a pairwise search looks at around one image; bound 1: all there are."""
    for box, inside, bound in search.leaves(turns):
        begin, n = int(search.tree.begin[box]), int(search.tree.end[box]) - int(search.tree.begin[box])
        if search.jumps(bound):
            rate = bound if search.poisson else -math.log1p(-bound)
            stops = draws.events(n, rate, search.poisson) if bound > 0 else []
        elif search.radial:
            continue  # see _decided_by_bytes
        else:
            threshold = 256 if search.poisson else math.ceil(256 * bound)
            bound = threshold / 256
            stops = range(n) if threshold == 256 else np.flatnonzero(draws.chances(n) < threshold).tolist()
        yield from ((begin + i, bound, inside) for i in stops if begin + i != own_place)


def _decided_by_bytes(search: Search, draws: Draws, own_place: int) -> list[int]:
    """Connections to the nodes near by, where p depends on the distance alone."""
    found = []

    def take(images, inside):
        places = search.near(images, inside)
        u = draws.refined(len(places))
        in_mask = np.full(len(places), search.mask is None or inside == (True,))
        for turns in images:
            in_mask = search.in_mask(places, in_mask, search.origin(turns))
        p = search.p_of(places, draws.accept, 0)
        if np.isnan(p[in_mask]).any():
            raise Refused("p")
        found.extend(places[(places != own_place) & in_mask & (u < p)].tolist())

    if search.one_list:
        take(search.images(), (True, False))
    else:
        for turns in search.images():
            take([turns], (True,))
            take([turns], (False,))
    return found


def _poisson(search: Search, draws: Draws, own_place: int, dedupe: bool) -> list[int]:
    """As `_pairwise`, but p is the mean number of connections."""
    found: list[int] = []
    tested, ahead = 0, draws.exponential()

    def number(place: int, average: float) -> None:
        nonlocal ahead
        if average > 0:
            while ahead < average:
                found.append(place)
                ahead += draws.exponential()
            ahead -= average

    def test(waiting, origin) -> None:
        nonlocal tested
        keep = search.in_mask([s[0] for s in waiting], [s[2] for s in waiting], origin)
        waiting = [s for s, k in zip(waiting, keep) if k]
        places = [s[0] for s in waiting]
        if not isinstance(search.p, Expression) or not places:
            found.extend(places)
            return
        u = draws.thinning(tested, len(places))
        averages = search.p_of(places, draws.accept, tested)
        tested += len(places)
        if not (averages <= 2 ** 20).all():
            raise Refused("p")
        for place, (_, bound, _), chance, average in zip(places, waiting, u, averages):
            if bound == 1.0:
                number(place, average)
            elif chance * bound < average:
                found.append(place)

    if dedupe:
        places = sorted(set(_collect(search, own_place)))
        if isinstance(search.p, Expression):
            test([(place, 1.0, True) for place in places], None)
        else:
            for place in places:
                number(place, search.p)
    else:
        for turns in search.images():
            test(list(_stops(search, draws, turns, own_place)), search.origin(turns))
    return found


def _evenly(draws: Draws, p: float, n: int, own_place: int) -> list[int]:
    """Nodes where there is no space, in geometric jumps."""
    found, place = [], -1
    while p > 0:
        place += 1 + draws.jump(p)
        if place >= n:
            break
        if place != own_place:
            found.append(place)
    return found


def _pairwise(search: Search, draws: Draws, own_place: int, dedupe: bool) -> list[int]:
    if search.space.d == 0 and isinstance(search.p, float) and search.p < 1.0:
        return _evenly(draws, search.p, len(search.positions), own_place)
    found: list[int] = []
    tested = 0

    def test(stops, origin):
        nonlocal tested
        places = [s[0] for s in stops]
        keep = search.in_mask(places, [s[2] for s in stops], origin)
        stops = [s for s, k in zip(stops, keep) if k]
        places = [s[0] for s in stops]
        if not isinstance(search.p, Expression) or not places:
            found.extend(places)
            return
        p = search.p_of(places, draws.accept, tested)
        if np.isnan(p).any():
            raise Refused("p")
        u = draws.thinning(tested, len(places)) * np.array([s[1] for s in stops])
        tested += len(places)
        found.extend(place for place, taken in zip(places, u < p) if taken)

    if dedupe:
        constant = search.p if isinstance(search.p, float) else 1.0
        places = sorted(set(_collect(search, own_place)))
        test([(place, 1.0, True) for place in places if constant >= 1.0 or draws.candidate.unit() < constant], None)
    else:
        if search.radial:
            found += _decided_by_bytes(search, draws, own_place)
        for turns in search.images():
            test(list(_stops(search, draws, turns, own_place)), search.origin(turns))
    return found


def _fixed_degree(search: Search, draws: Draws, own_place: int, rule, dedupe: bool, n_pool: int) -> list[int]:
    degree, again = rule.degree, rule.allow_multapses
    if degree == 0:
        return []
    if search.mask is None and search.p is None:
        pool = [place for place in range(n_pool) if place != own_place]
        if len(pool) < (1 if again else degree):
            raise Refused("too few")
        if again:
            return [pool[draws.candidate.evenly(len(pool))] for _ in range(degree)]
        complement = degree > len(pool) // 2
        chosen: set[int] = set()
        while len(chosen) < (len(pool) - degree if complement else degree):
            chosen.add(draws.candidate.evenly(len(pool)))
        return [place for i, place in enumerate(pool) if (i in chosen) != complement]
    found: list[int] = []
    if search.mask is None and not is_random(search.p) and n_pool >= FEW_OF_THE_POOL * degree:
        found = _by_proposal(search, draws, own_place, degree, again)
        if len(found) == degree:
            return found
    candidates = _collect(search, own_place)
    if dedupe:
        candidates = sorted(set(candidates))
    if len(candidates) < (1 if again else degree):
        raise Refused("too few")
    if search.p is None:
        if again:
            return [candidates[draws.candidate.below(len(candidates))] for _ in range(degree)]
        for i in range(degree):  # the first steps of a shuffle
            j = i + draws.candidate.below(len(candidates) - i)
            candidates[i], candidates[j] = candidates[j], candidates[i]
        return candidates[:degree]
    weights = search.p_of(candidates, draws.accept, 0)
    if not (np.isfinite(weights) & (weights >= 0)).all():
        raise Refused("p")
    weights = np.where(weights >= LEAST_P, weights, 0.0)
    if not again:
        weights[[c in found for c in candidates]] = 0.0
    wanted = degree - len(found)
    positive = int((weights > 0).sum())
    if positive < (1 if again else wanted):
        raise Refused("no weight" if positive == 0 and not found else "too few")
    if again:
        sums = np.cumsum(weights)
        picks = [draws.candidate.unit() * sums[-1] for _ in range(wanted)]
        return found + [candidates[_first_above(sums, u)] for u in picks]
    keys = sorted((draws.exponential_key(w), c) for w, c in zip(weights, candidates))
    return found + [c for _, c in keys[:wanted]]


def _first_above(sums: np.ndarray, u: float) -> int:
    return min(int(np.searchsorted(sums, u, side="right")), len(sums) - 1)


def _by_proposal(search: Search, draws: Draws, own_place: int, degree: int, again: bool) -> list[int]:
    """Nodes drawn by the bounds of their boxes, kept with probability p / bound; perhaps too few."""
    leaves = search.leaves(search.images()[0])
    if not leaves or min(search.p_low[box] for box, _, _ in leaves) < 0:
        return []
    sizes = [int(search.tree.end[box]) - int(search.tree.begin[box]) for box, _, _ in leaves]
    sums = np.cumsum([bound * size for (_, _, bound), size in zip(leaves, sizes)])
    found: list[int] = []
    made = 0
    while len(found) < degree and made < PROPOSALS_AT_MOST * degree + LANES and 0 < sums[-1] < 1e300:
        wanted = degree - len(found)
        n = min(LANES, wanted + wanted // 4 + 16)
        places, bound = [], []
        for u in draws.proposals(made, n):
            x = u * sums[-1]
            k = _first_above(sums, x)
            x -= sums[k - 1] if k else 0.0
            places.append(int(search.tree.begin[leaves[k][0]]) + min(int(x / leaves[k][2]), sizes[k] - 1))
            bound.append(leaves[k][2])
        keep = draws.thinning(made, n) * bound < search.p_of(places, draws.accept, made)
        made += n
        for place in np.array(places)[keep].tolist():
            if place != own_place and len(found) < degree and (again or place not in found):
                found.append(place)
    return found


def delay_steps(delay_ms: float, resolution: float = 0.1) -> int:
    """To the nearest step, halves up."""
    steps = math.floor(delay_ms * (1000 / round(resolution * 1000)) + 0.5)
    if steps < 1:
        raise Refused("delay")
    return steps


def _full_width(mask: Mask | None, space: Space) -> bool:
    if mask is None or not (space.extent > 0).any():
        return False
    lower, upper = mask.bounding_box()
    return bool((upper - lower >= space.extent * (1 - 1e-9)).any())


def connect(network, projection: int, source, target, rule, synapse) -> dict[str, np.ndarray]:
    """Columns source, target (global ids), weight, delay (steps), sorted by source, target and order of creation.

    For the rules that look at one driver after the other: all_to_all, pairwise_bernoulli, pairwise_poisson,
    fixed_indegree, fixed_outdegree.
    """
    from spatialnet._core.neighbors import BoxTree
    driver_is_source = rule.driver == "source"
    driver, pool = (source, target) if driver_is_source else (target, source)
    geometry = pool.parts[0].population.geometry
    used = [e for e in (rule.profile, synapse.weight, synapse.delay) if isinstance(e, Expression) and _symbols(e)]
    spatial = rule.mask is not None or bool(used)
    space = Space(len(geometry.extent), geometry.extent, geometry.edge_wrap) if spatial else Space(0, [], False)
    places = np.concatenate([p.positions for p in pool.parts]) if spatial else np.empty((len(pool), 0))
    origins = np.concatenate([p.positions for p in driver.parts]) if spatial else np.empty((len(driver), 0))
    tree = BoxTree(places)
    order = [int(i) for i in tree.order]
    number = {int(id_): i for i, id_ in enumerate(pool.ids)}
    dedupe = spatial and _full_width(rule.mask, space) and not rule.allow_oversized_mask
    lattice = None
    if spatial and not hasattr(rule, "degree") and not dedupe and not rule.allow_oversized_mask:
        p = 1.0 if rule.profile is None else rule.profile
        if Lattice.exists(pool, origins, p, rule.mask):
            lattice = Lattice(pool.parts[0], origins, p, rule.mask, driver_is_source, rule.name == "pairwise_poisson")
    rows = []
    for i, id_ in enumerate(driver.ids):
        draws = Draws(network.seed, projection, id_)
        own_node = None if rule.allow_autapses else number.get(int(id_))
        own = -1 if own_node is None else order.index(own_node)
        search = Search(rule, tree, space, origins[i], driver_is_source)
        if lattice is not None:
            nodes = sorted(lattice.targets(origins[i], draws, own_node))
        elif hasattr(rule, "degree"):
            nodes = sorted(order[place] for place in _fixed_degree(search, draws, own, rule, dedupe, len(pool)))
        else:
            find = _poisson if search.poisson else _pairwise
            nodes = sorted(order[place] for place in find(search, draws, own, dedupe))
        inputs = space.inputs(origins[i], places[nodes], driver_is_source)
        weights, delays = (evaluate(e, inputs, len(nodes), stream) if isinstance(e, Expression)
                           else e[i] if isinstance(e, np.ndarray) else np.full(len(nodes), float(e))
                           for e, stream in ((synapse.weight, draws.weight), (synapse.delay, draws.delay)))
        for node, weight, delay in zip(nodes, weights, delays):
            ends = (id_, pool.ids[node]) if driver_is_source else (pool.ids[node], id_)
            rows.append((int(ends[0]), int(ends[1]), float(weight), delay_steps(float(delay), network.resolution)))
    rows.sort(key=lambda row: row[:2])  # stable: equal pairs stay in the order of creation
    columns = list(zip(*rows)) or [()] * 4
    return {name: np.array(column, dtype) for name, column, dtype in zip(
        ("source", "target", "weight", "delay"), columns, (np.int64, np.int64, float, np.int64))}
