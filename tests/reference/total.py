"""A given number of pairs in slow Python: the specification of `spatialnet._core.total`."""

from __future__ import annotations

import numpy as np

from spatialnet.expressions import streams
from tests.reference.philox import Reader, Stream

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
                    counts[words.below(len(source_ids))] += 1
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
            row = [words.below(possible[i]) for _ in range(count)]
        else:
            row = _subset(words, count, possible[i])
        pairs += sorted((i, j + (0 <= own[i] <= j)) for j in row)
    return pairs


def _subset(words: Reader, count: int, possible: int) -> list[int]:
    left_out = count > possible // 2
    chosen: set[int] = set()
    while len(chosen) < (possible - count if left_out else count):
        chosen.add(words.below(possible))
    return sorted(set(range(possible)) - chosen if left_out else chosen)


def pairs(projection) -> list[tuple[int, int]]:
    """What `draw` should give for the first projection of a network, as numbers within its ends."""
    found = projection.connections_of()
    source = {int(id_): i for i, id_ in enumerate(projection.source.ids)}
    target = {int(id_): i for i, id_ in enumerate(projection.target.ids)}
    return sorted((source[int(i)], target[int(j)]) for i, j in np.column_stack([found["source"], found["target"]]))
