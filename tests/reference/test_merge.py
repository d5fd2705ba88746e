"""Rows put into others, and events counted once, against lists."""

import numpy as np
import pytest

from spatialnet._core import merge


def rows(rng, n_rows, n, n_nodes):
    """Offsets of `n` entries in rows, some of them empty, and nodes ascending in each."""
    offsets = np.r_[0, np.sort(rng.integers(0, n + 1, n_rows - 1)), n].astype(np.int64)
    nodes = rng.integers(0, n_nodes, n).astype(np.uint32)
    return offsets, np.concatenate([np.sort(row) for row in np.split(nodes, offsets[1:-1])])


@pytest.mark.parametrize("n_rows, n, n_new", [(1, 5, 7), (50, 0, 300), (50, 300, 0), (50, 300, 2000), (3, 2_500_000, 2_500_000)])
def test_rows_are_put_in_where_they_belong(n_rows, n, n_new):
    """Also rows that are longer than what goes back to the system at once."""
    rng = np.random.default_rng(5)
    (offsets, nodes), (new_offsets, new_nodes) = (rows(rng, n_rows, m, 200) for m in (n, n_new))
    parts = zip(np.split(nodes, offsets[1:-1]), np.split(new_nodes, new_offsets[1:-1]))
    wanted = np.concatenate([np.sort(np.r_[a, b]) for a, b in parts])
    room = np.r_[nodes, np.zeros(n_new, np.uint32)]
    assert (merge.put_in(offsets, room, new_offsets, new_nodes) == offsets + new_offsets).all()
    assert (room == wanted).all()


def test_equal_entries_of_a_row_are_counted():
    rng = np.random.default_rng(6)
    offsets, nodes = rows(rng, 40, 5000, 30)
    wanted = [np.unique(row, return_counts=True) for row in np.split(nodes, offsets[1:-1])]
    new_offsets, new_nodes, copies = merge.each_once(offsets, nodes)
    assert (np.diff(new_offsets) == [len(found) for found, _ in wanted]).all()
    assert (new_nodes == np.concatenate([found for found, _ in wanted])).all()
    assert (copies == np.concatenate([count for _, count in wanted])).all()
