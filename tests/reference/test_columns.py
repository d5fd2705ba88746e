"""Turned tables against a stable sort."""

import numpy as np
import pytest

from spatialnet._core.columns import Transposition


@pytest.mark.parametrize("threads", [1, 2, 5])
@pytest.mark.parametrize("n_rows, n_nodes, m", [(0, 3, 0), (1, 1, 1), (7, 3, 20), (1000, 200, 400_000), (3, 90_000, 400_000),
                                                (500_000, 50, 400_000)])
def test_columns_are_those_of_a_stable_sort(n_rows, n_nodes, m, threads):
    """Also with empty rows, rows longer than the part of a thread, and fewer entries than threads ask for."""
    rng = np.random.default_rng(4)
    nodes = np.minimum(rng.integers(0, n_nodes, m), rng.integers(0, n_nodes, m)).astype(np.uint32)
    offsets = np.r_[0, np.sort(rng.integers(0, m + 1, max(0, n_rows - 1))), m].astype(np.int64)
    order = np.argsort(nodes, kind="stable")
    turned = Transposition(nodes, n_nodes, threads)
    assert (np.diff(turned.offsets) == np.bincount(nodes, minlength=n_nodes)).all() and turned.offsets[0] == 0
    assert (turned.rows(offsets) == np.repeat(np.arange(len(offsets) - 1), np.diff(offsets))[order]).all()
    for dtype in (np.float32, np.float64, np.uint16, np.uint32):
        column = rng.integers(0, 60_000, m).astype(dtype)
        made = turned.column(column)
        assert made.dtype == dtype and (made == column[order]).all()
