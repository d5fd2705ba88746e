"""Rows drawn from a whole pool against slow draws, and by node against a stable sort."""

import numpy as np
import pytest

from spatialnet._core.uniform import Rows
from spatialnet.expressions import streams
from tests.reference.philox import Reader, Stream

SEED, PROJECTION = 4, 2


def rows(lengths, n_pool, once, threads=1, own=None):
    """Some rows, and their offsets; none leaves a node out, or row i leaves out own[i]."""
    offsets = np.r_[0, np.cumsum(lengths)].astype(np.int64)
    own = np.full(len(lengths), -1) if own is None else own
    return Rows(offsets, own, np.arange(len(lengths)) + 7, n_pool, once, SEED, 0, PROJECTION, threads), offsets


def slow(i, length, n_pool, once, own):
    """One row."""
    reader, possible = Reader(Stream(SEED, streams.CANDIDATE, i + 7, PROJECTION)), n_pool - (own >= 0)
    if once:
        drawn: set[int] = set()
        others = length > possible // 2
        while len(drawn) < (possible - length if others else length):
            drawn.add(reader.evenly(possible))
        nodes = sorted(set(range(possible)) - drawn if others else drawn)
    else:
        nodes = sorted(reader.evenly(possible) for _ in range(length))
    return [node + (0 <= own <= node) for node in nodes]


@pytest.mark.parametrize("n_pool, once", [(1, False), (1, True), (7, False), (7, True), (300, False), (300, True), (3 << 30, False)])
def test_rows_are_those_drawn_one_by_one(n_pool, once):
    """Short and long ones, some of all nodes; the largest pool rejects every fourth number."""
    lengths = [min(n, n_pool) if once else n for n in (0, 1, 5, 40, 80, 130, 150, 151, 290, 300)]
    own = np.array([-1 if n == n_pool or n_pool == 1 else n_pool // 2 for n in lengths])
    made, offsets = rows(lengths, n_pool, once, 2, own)
    nodes = np.zeros(offsets[-1], np.uint32)
    made.fill(nodes, 0, 4)
    made.fill(nodes, 4, len(lengths))
    for i, length in enumerate(lengths):
        assert nodes[offsets[i]:offsets[i + 1]].tolist() == slow(i, length, n_pool, once, int(own[i]))


@pytest.mark.parametrize("parts", [1, 2, 5])
@pytest.mark.parametrize("n_rows, length, n_pool, once", [
    (400, 30, 50, True), (3000, 200, 100, False), (70_000, 3, 20, False), (50, 30, 9000, False), (0, 0, 5, False)])
def test_rows_by_node_are_a_stable_sort(n_rows, length, n_pool, once, parts):
    """Many entries for each node or few, more rows than are sorted at once, and none."""
    made, offsets = rows(np.full(n_rows, length), n_pool, once, parts)
    nodes = np.zeros(offsets[-1], np.uint32)
    made.fill(nodes, 0, n_rows)
    bounds = np.arange(parts + 1) * n_rows // parts
    at, none = np.zeros((parts, n_pool), np.int64), np.zeros(0, np.uint32)
    made.by_node(at, bounds[:-1].copy(), bounds[1:].copy(), none)
    assert (at.sum(0) == np.bincount(nodes, minlength=n_pool)).all()
    at = np.ascontiguousarray((np.cumsum(at.T).reshape(n_pool, parts)).T) - at
    found = np.zeros(len(nodes), np.uint32)
    if len(nodes):
        made.by_node(at, bounds[:-1].copy(), bounds[1:].copy(), found)
    assert (found == np.repeat(np.arange(n_rows), length)[np.argsort(nodes, kind="stable")]).all()
