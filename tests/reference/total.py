"""A given number of pairs in slow Python: the specification of `spatialnet._core.total`."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

import spatialnet as sn
from spatialnet.expressions import streams
from spatialnet.language.nodes import Expression, operation
from tests.reference import connector
from tests.reference.philox import Reader, Stream
from tests.reference.programs import evaluate

ROW = 1  # occurrence of the words that choose the targets of a row
PER_BLOCK = 65536


class _Row(Reader):
    """The words of one source."""

    def word(self) -> int:
        if self.read % 4 == 0:
            self.block = self.stream.words(self.read, 4, ROW)
        self.read += 1
        return self.block[(self.read - 1) % 4]


def draw(seed: int, projection: int, n: int, source_ids, target_ids, autapses: bool, multapses: bool) -> list[tuple[int, int]]:
    """(source number, target number) of `n` connections, sorted."""
    place = {int(id_): j for j, id_ in enumerate(target_ids)}
    own = [-1 if autapses else place.get(int(id_), -1) for id_ in source_ids]
    possible = [len(target_ids) - (o >= 0) for o in own]
    counts = [0] * len(source_ids)
    if multapses:
        shorter = [i for i, o in enumerate(own) if o >= 0]
        order = shorter + [i for i, o in enumerate(own) if o < 0]
        mixed = 0 < len(shorter) < len(own)
        for first in range(0, n, PER_BLOCK):
            words = Reader(Stream(seed, streams.CANDIDATE, first // PER_BLOCK, projection))
            for _ in range(min(PER_BLOCK, n - first)):
                if mixed:  # pairs are numbered: those of the shorter rows first
                    pair, edge = words.below(sum(possible)), len(shorter) * (len(target_ids) - 1)
                    i = pair // (len(target_ids) - 1) if pair < edge else len(shorter) + (pair - edge) // len(target_ids)
                    counts[order[i]] += 1
                else:
                    counts[words.evenly(len(source_ids))] += 1
    else:
        words, total = Reader(Stream(seed, streams.CANDIDATE, 0, projection)), sum(possible)
        left = min(n, total - n)
        while left:
            i, slot = words.below(len(source_ids)), words.below(len(target_ids))
            if slot < possible[i] - counts[i]:
                counts[i] += 1
                left -= 1
        if n > total - n:
            counts = [p - c for p, c in zip(possible, counts)]
    pairs = []
    for i, count in enumerate(counts):
        words = _Row(Stream(seed, streams.CANDIDATE, i, projection))
        if multapses:
            row = [words.evenly(possible[i]) for _ in range(count)]
        else:
            row = _subset(words, count, possible[i])
        pairs += sorted((i, j + (0 <= own[i] <= j)) for j in row)
    return pairs


def _subset(words: Reader, count: int, possible: int) -> list[int]:
    left_out = count > possible // 2
    chosen: set[int] = set()
    while len(chosen) < (possible - count if left_out else count):
        chosen.add(words.evenly(possible))
    return sorted(set(range(possible)) - chosen if left_out else chosen)


def draw_in_space(net, projection: int, source, target, rule, largest: float = 1.0) -> list[tuple[int, int]]:
    """The same inside a mask and in proportion to p, whose bound over all pairs is `largest`; p is not random.

    A pair has events at the rate p / `largest`; the first ones are taken, those of the last window by the clock.
    """
    driver, pool = (source, target) if rule.driver == "source" else (target, source)
    rate = 1.0 if rule.p is None else rule.p / largest
    geometry = pool.parts[0].population.geometry
    space = connector.Space(len(geometry.extent), geometry.extent, geometry.edge_wrap)
    wide = rule.mask is not None and (rule.allow_oversized_mask or connector._full_width(rule.mask, space))
    once, numbers = not rule.allow_multapses, [{int(id_): i for i, id_ in enumerate(end.ids)} for end in (driver, pool)]
    origins, places = (np.concatenate([part.positions for part in end.parts]) for end in (driver, pool))
    options = {"allow_autapses": rule.allow_autapses, "use_on_source": rule.use_on_source, "mask": None if wide else rule.mask,
               "allow_oversized_mask": rule.allow_oversized_mask and not wide}
    chosen, elapsed, window = [], 0.0, 0
    length = rule.n / (len(driver) * len(pool))
    while len(chosen) < rule.n:
        if once:
            p = -operation("expm1", -length * rate) if isinstance(rate, Expression) else -np.expm1(-length)
            found = connector.connect(net, projection | window << 32, source, target,
                                      replace(sn.pairwise_bernoulli(0.5, **options), p=p), sn.static_synapse())
        else:
            found = connector.connect(net, projection | window << 32, source, target,
                                      sn.pairwise_poisson(length * rate, **options), sn.static_synapse())
        ends = [found["source"], found["target"]][::1 if rule.driver == "source" else -1]
        made = sorted((numbers[0][int(i)], numbers[1][int(j)]) for i, j in zip(*ends))
        if wide:
            made = [(i, j) for i, j in made if _any_image(rule.mask, places[j] - origins[i], space)]
        u = Stream(net.seed, streams.CANDIDATE, 0, projection | window << 32).uniforms(0, len(made), 4)
        timed = list(zip(made, u))
        if once:
            timed = [(pair, x) for pair, x in timed if pair not in set(chosen)]
        new = len(timed)
        if new > rule.n - len(chosen):
            def time(pair, x):
                values = space.inputs(origins[pair[0]], places[[pair[1]]], rule.driver == "source")
                r = float(evaluate(rate, values, 1)[0]) if isinstance(rate, Expression) else 1.0
                return -np.log1p(x * np.expm1(-length * r)) / r
            if once:
                timed = [(pair, time(pair, x)) for pair, x in timed]
            timed = sorted(timed, key=lambda t: t[1])[:rule.n - len(chosen)]
        chosen += [pair for pair, _ in timed]
        elapsed, window, left = elapsed + length, window + 1, rule.n - len(chosen)
        assert new and window < 20, "choose a test that finds pairs in every window"
        length = min(16 * elapsed, (left + 4 * left ** 0.5 + 4) * length / (new + 2 * new ** 0.5 + 2))
    return sorted(chosen if rule.driver == "source" else [pair[::-1] for pair in chosen])


def _any_image(mask, raw: np.ndarray, space) -> bool:
    turns = np.stack(np.meshgrid(*[np.arange(-2, 3) if size > 0 else [0] for size in space.extent]), -1).reshape(-1, space.d)
    return bool(connector._in_mask(mask, raw + turns * space.extent).any())


def pairs(projection) -> list[tuple[int, int]]:
    """What `draw` should give for the first projection of a network, as numbers within its ends."""
    found = projection.connections_of()
    source = {int(id_): i for i, id_ in enumerate(projection.source.ids)}
    target = {int(id_): i for i, id_ in enumerate(projection.target.ids)}
    return sorted((source[int(i)], target[int(j)]) for i, j in np.column_stack([found["source"], found["target"]]))
