# cython: language_level=3, boundscheck=False, wraparound=False
# The callers give columns of equal length and node numbers below `n_nodes`.
"""Connection tables turned from one end to the other, column by column, by a stable counting sort."""

from libc.stdint cimport int64_t, uint16_t, uint32_t

import numpy as np

ctypedef fused Column:
    float
    double
    uint16_t
    uint32_t


def transposed_offsets(const uint32_t[::1] nodes, Py_ssize_t n_nodes):
    """Where each node's row begins in the transposed table, int64 (n_nodes + 1,)."""
    cdef int64_t[::1] offsets = np.zeros(n_nodes + 1, np.int64)
    cdef Py_ssize_t i
    with nogil:
        for i in range(nodes.shape[0]):
            offsets[nodes[i] + 1] += 1
        for i in range(n_nodes):
            offsets[i + 1] += offsets[i]
    return np.asarray(offsets)


def transpose_rows(const int64_t[::1] offsets, const uint32_t[::1] nodes, const int64_t[::1] new_offsets):
    """The row number of every entry, ordered by node then row: uint32 (m,); see `transposed_offsets`."""
    cdef int64_t[::1] at = np.array(new_offsets)
    cdef uint32_t[::1] out = np.empty(nodes.shape[0], np.uint32)
    cdef Py_ssize_t row, i
    with nogil:
        for row in range(offsets.shape[0] - 1):
            for i in range(offsets[row], offsets[row + 1]):
                out[at[nodes[i]]] = <uint32_t> row
                at[nodes[i]] += 1
    return np.asarray(out)


def transpose_column(const uint32_t[::1] nodes, const Column[::1] column, const int64_t[::1] new_offsets):
    """A column in the order of the transposed table."""
    cdef int64_t[::1] at = np.array(new_offsets)
    cdef Py_ssize_t i
    result = np.empty(nodes.shape[0], np.asarray(column).dtype)
    cdef Column[::1] out = result
    with nogil:
        for i in range(nodes.shape[0]):
            out[at[nodes[i]]] = column[i]
            at[nodes[i]] += 1
    return result
