# cython: language_level=3, boundscheck=False, wraparound=False
"""Connection tables as delivery tables: how a row is divided."""

from libc.stdint cimport int64_t, uint32_t

import numpy as np

cdef extern from "engine.h" nogil:
    void spn_cut_rows(const int64_t *offsets, const uint32_t *targets, int64_t n_source, const int64_t *bounds,
                      int n_pieces, uint32_t *cuts)


def cut_rows(const int64_t[::1] offsets, const uint32_t[::1] targets, const int64_t[::1] bounds):
    """Where the targets of each piece begin in each row.

    Parameters
    ----------
    offsets : (n_source + 1,) int64
    targets : (m,) uint32
        Ascending within each row.
    bounds : (n_pieces + 1,) int64
        Piece p owns targets ``bounds[p] … bounds[p + 1] - 1``.

    Returns
    -------
    (n_source, n_pieces + 1) uint32
        Positions relative to the beginning of the row.
    """
    cdef int64_t n_source = offsets.shape[0] - 1
    cdef int n_pieces = bounds.shape[0] - 1
    cuts = np.zeros((max(n_source, 0), n_pieces + 1), dtype=np.uint32)
    cdef uint32_t[:, ::1] view = cuts
    if n_source > 0 and targets.shape[0] > 0:
        with nogil:
            spn_cut_rows(&offsets[0], &targets[0], n_source, &bounds[0], n_pieces, &view[0, 0])
    return cuts
