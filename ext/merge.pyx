# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
# `connect/windows.py` gives rows of as many drivers, and arrays of the length of their nodes.
"""Lists of pairs as rows of ascending nodes: which are in both, leaving some out, and putting two together.

Rows are given by `offsets` (n_rows + 1,) int64, where each begins, and `nodes` (n,) uint32.
"""

from libc.stdint cimport int64_t, uint8_t, uint16_t, uint32_t
from libc.string cimport memcpy, memmove

import numpy as np

cdef extern from "portability.h" nogil:
    void spn_forget(void *at, size_t size)

cdef enum:
    FORGOTTEN_AT_ONCE = 1 << 20     # entries


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


def each_once(const int64_t[::1] offsets, uint32_t[::1] nodes):
    """The rows with equal entries once, in the same memory, and how often each was there: (offsets, nodes, copies uint16)."""
    cdef int64_t[::1] new_offsets = np.empty(offsets.shape[0], np.int64)
    cdef uint16_t[::1] copies = np.empty(nodes.shape[0], np.uint16)
    cdef Py_ssize_t row
    cdef int64_t i, n = 0
    with nogil:
        for row in range(offsets.shape[0] - 1):
            new_offsets[row] = n
            for i in range(offsets[row], offsets[row + 1]):
                if n > new_offsets[row] and nodes[n - 1] == nodes[i]:
                    copies[n - 1] += copies[n - 1] < 0xFFFF
                else:
                    nodes[n] = nodes[i]
                    copies[n] = 1
                    n += 1
        new_offsets[offsets.shape[0] - 1] = n
    return np.asarray(new_offsets), np.asarray(nodes)[:n], np.asarray(copies)[:n]


def put_in(const int64_t[::1] offsets, uint32_t[::1] nodes, const int64_t[::1] new_offsets, uint32_t[::1] new_nodes):
    """Puts new rows into those at the beginning of `nodes`, where there is room for them behind: the offsets of all.

    From the back, so that nothing is overwritten that is still to be read. What has been read of `new_nodes` goes back to the
    system: they can be read only once.
    """
    cdef int64_t[::1] all_offsets = np.add(offsets, new_offsets)
    cdef Py_ssize_t row
    cdef int64_t unread = new_nodes.shape[0]
    with nogil:
        for row in range(offsets.shape[0] - 2, -1, -1):
            put_row(&nodes[0], offsets[row], offsets[row + 1], &new_nodes[0], new_offsets[row], new_offsets[row + 1],
                    &nodes[0] + all_offsets[row + 1])
            if unread - new_offsets[row] >= FORGOTTEN_AT_ONCE or row == 0:
                spn_forget(&new_nodes[0] + new_offsets[row], (unread - new_offsets[row]) * sizeof(uint32_t))
                unread = new_offsets[row]
    return np.asarray(all_offsets)


cdef inline void put_row(const uint32_t *old, int64_t first, int64_t i, const uint32_t *new, int64_t new_first, int64_t j,
                         uint32_t *end) noexcept nogil:
    """Merges two ascending rows that end before `i` and `j` into one that ends before `end`."""
    cdef uint32_t a, b
    cdef bint later
    while i > first and j > new_first:  # without branches that nobody can foresee
        a, b = old[i - 1], new[j - 1]
        later = a > b
        end -= 1
        end[0] = a if later else b
        i -= later
        j -= not later
    if j > new_first:
        memcpy(end - (j - new_first), new + new_first, (j - new_first) * sizeof(uint32_t))
    elif i > first:
        memmove(end - (i - first), old + first, (i - first) * sizeof(uint32_t))
