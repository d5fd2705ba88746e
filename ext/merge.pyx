# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
# `connect/windows.py` gives rows of as many drivers, and arrays of the length of their nodes.
"""Lists of pairs as rows of ascending nodes: which are in both, leaving some out, and putting two together.

Rows are given by `offsets` (n_rows + 1,) int64, where each begins, and `nodes` (n,) uint32.
"""

from libc.stdint cimport int64_t, uint8_t, uint32_t

import numpy as np


def leave_known(const int64_t[::1] offsets, const uint32_t[::1] nodes, const int64_t[::1] new_offsets,
                const uint32_t[::1] new_nodes, uint8_t[::1] keep):
    """Clears `keep` (bytes that are 0 or 1) for each entry of the new rows that the others have already."""
    cdef Py_ssize_t row
    cdef int64_t i, j, end
    with nogil:
        for row in range(offsets.shape[0] - 1):
            i, end = offsets[row], offsets[row + 1]
            for j in range(new_offsets[row], new_offsets[row + 1]):
                while i < end and nodes[i] < new_nodes[j]:
                    i += 1
                if i < end and nodes[i] == new_nodes[j]:
                    keep[j] = 0


def kept(const int64_t[::1] offsets, uint32_t[::1] nodes, const uint8_t[::1] keep):
    """The rows with the entries to keep alone, in the same memory: (offsets, nodes)."""
    cdef int64_t[::1] new_offsets = np.empty(offsets.shape[0], np.int64)
    cdef Py_ssize_t row
    cdef int64_t i, n = 0
    with nogil:
        for row in range(offsets.shape[0] - 1):
            new_offsets[row] = n
            for i in range(offsets[row], offsets[row + 1]):
                nodes[n] = nodes[i]
                n += keep[i]
        new_offsets[offsets.shape[0] - 1] = n
    return np.asarray(new_offsets), np.asarray(nodes)[:n]


def merged(const int64_t[::1] offsets, const uint32_t[::1] nodes, const int64_t[::1] new_offsets,
           const uint32_t[::1] new_nodes):
    """All entries of both, row by row: (offsets, nodes)."""
    cdef int64_t[::1] all_offsets = np.add(offsets, new_offsets)
    result = np.empty(nodes.shape[0] + new_nodes.shape[0], np.uint32)
    cdef uint32_t[::1] all_nodes = result
    cdef Py_ssize_t row
    cdef int64_t i, j, at = 0
    with nogil:
        for row in range(offsets.shape[0] - 1):
            i, j = offsets[row], new_offsets[row]
            while i < offsets[row + 1] and j < new_offsets[row + 1]:
                if nodes[i] <= new_nodes[j]:
                    all_nodes[at] = nodes[i]
                    i += 1
                else:
                    all_nodes[at] = new_nodes[j]
                    j += 1
                at += 1
            while i < offsets[row + 1]:
                all_nodes[at] = nodes[i]
                i, at = i + 1, at + 1
            while j < new_offsets[row + 1]:
                all_nodes[at] = new_nodes[j]
                j, at = j + 1, at + 1
    return np.asarray(all_offsets), result
