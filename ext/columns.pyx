# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
# The callers give columns of equal length and node numbers below `n_nodes`.
"""Connection tables turned from one end to the other, column by column, by a stable counting sort."""

from cython.parallel cimport prange
from libc.stdint cimport int64_t, uint16_t, uint32_t

import numpy as np

ctypedef fused Column:
    float
    double
    uint16_t
    uint32_t

cdef enum:
    ENTRIES_PER_THREAD = 1 << 16    # at least, and as many as there are nodes: each thread counts every node


cdef class Transposition:
    """The order of entries by node; entries of one node stay as they are.

    The entries are cut into equal parts, one for each thread, which counts the nodes of its part and puts them behind those
    of the parts before; so the order does not depend on the number of threads.

    Parameters
    ----------
    nodes : ndarray (m,) uint32
        Of every entry.
    n_nodes : int
    threads : int

    Attributes
    ----------
    offsets : ndarray (n_nodes + 1,) int64
        Where each node's row begins in the transposed table.
    """

    cdef const uint32_t[::1] nodes
    cdef const int64_t[:, ::1] starts   # where the next entry of each node goes, for each part
    cdef Py_ssize_t n_parts
    cdef readonly object offsets

    def __init__(self, const uint32_t[::1] nodes, Py_ssize_t n_nodes, int threads=1):
        cdef Py_ssize_t m = nodes.shape[0], part, i
        cdef int64_t here, n
        self.nodes = nodes
        self.n_parts = max(1, min(threads, m // max(ENTRIES_PER_THREAD, n_nodes)))
        cdef int64_t[:, ::1] starts = np.zeros((self.n_parts, n_nodes), np.int64)
        cdef int64_t[::1] offsets = np.empty(n_nodes + 1, np.int64)
        for part in prange(self.n_parts, num_threads=self.n_parts, schedule="static", chunksize=1, nogil=True):
            for i in range(part * m // self.n_parts, (part + 1) * m // self.n_parts):
                starts[part, nodes[i]] += 1
        with nogil:
            here = 0
            for i in range(n_nodes):
                offsets[i] = here
                for part in range(self.n_parts):
                    n = starts[part, i]
                    starts[part, i] = here
                    here += n
            offsets[n_nodes] = here
        self.starts, self.offsets = starts, np.asarray(offsets)

    def column(self, const Column[::1] column):
        """A column in the order of the transposed table."""
        cdef int64_t[:, ::1] at = np.array(self.starts)
        cdef const uint32_t[::1] nodes = self.nodes
        cdef Py_ssize_t m = nodes.shape[0], n_parts = self.n_parts, part, i
        result = np.empty(m, np.asarray(column).dtype)
        cdef Column[::1] out = result
        for part in prange(n_parts, num_threads=n_parts, schedule="static", chunksize=1, nogil=True):
            for i in range(part * m // n_parts, (part + 1) * m // n_parts):
                out[at[part, nodes[i]]] = column[i]
                at[part, nodes[i]] += 1
        return result

    def rows(self, const int64_t[::1] offsets):
        """The row number of every entry in the order of the transposed table: uint32 (m,).

        `offsets` (n_rows + 1,) tell where each row of entries begins.
        """
        cdef int64_t[:, ::1] at = np.array(self.starts)
        cdef const uint32_t[::1] nodes = self.nodes
        cdef Py_ssize_t m = nodes.shape[0], n_parts = self.n_parts, part
        cdef const int64_t[::1] first = np.searchsorted(offsets, np.arange(n_parts) * m // n_parts, side="right") - 1
        cdef uint32_t[::1] out = np.empty(m, np.uint32)
        for part in prange(n_parts, num_threads=n_parts, schedule="static", chunksize=1, nogil=True):
            put_rows(&at[part, 0], nodes, offsets, first[part], part * m // n_parts, (part + 1) * m // n_parts, out)
        return np.asarray(out)


cdef void put_rows(int64_t *at, const uint32_t[::1] nodes, const int64_t[::1] offsets, int64_t row, Py_ssize_t i,
                   Py_ssize_t end, uint32_t[::1] out) noexcept nogil:
    while i < end:
        while i < end and i < offsets[row + 1]:
            out[at[nodes[i]]] = <uint32_t> row
            at[nodes[i]] += 1
            i += 1
        row += 1
