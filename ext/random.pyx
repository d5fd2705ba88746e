# cython: language_level=3, boundscheck=False, wraparound=False
# The loops run inside freshly made arrays.
"""Keyed random numbers: Philox4x64-10 (ext/kernels/philox.h)."""

from libc.stdint cimport uint64_t

import numpy as np

from spatialnet._core.program cimport philox4x64, spn_stream, spn_stream_block, spn_stream_uniforms

cdef enum:
    MOST_AT_ONCE = 1 << 20


def philox(counter, key):
    """One block of Philox4x64-10.

    Parameters
    ----------
    counter : sequence of 4 int
    key : sequence of 2 int

    Returns
    -------
    ndarray (4,) uint64
    """
    cdef uint64_t c[4]
    cdef uint64_t k[2]
    cdef uint64_t[::1] out = np.empty(4, dtype=np.uint64)
    c[0], c[1], c[2], c[3] = counter
    k[0], k[1] = key
    philox4x64(c, k, &out[0])
    return np.asarray(out)


cdef spn_stream _stream(seed, purpose, thing):
    cdef spn_stream s
    s.key[0], s.key[1] = seed, purpose
    s.a, s.b, s.c = thing
    return s


def words(seed, purpose, thing, Py_ssize_t n):
    """The first `n` words of a stream, uint64 (n,).

    Parameters
    ----------
    seed : int
        Of the network.
    purpose : int
        What kind of thing is drawn (`spatialnet.expressions.streams`).
    thing : (int, int, int)
        Which one.
    n : int
    """
    cdef spn_stream s = _stream(seed, purpose, thing)
    cdef uint64_t[::1] out = np.empty((n + 3) // 4 * 4, dtype=np.uint64)
    cdef Py_ssize_t block
    for block in range((n + 3) // 4):
        spn_stream_block(&s, block, &out[4 * block])
    return np.asarray(out)[:n]


def uniforms(seed, purpose, thing, Py_ssize_t n, uint64_t first=0):
    """Words first … first + n - 1 of a stream as uniform numbers in [0, 1), float64 (n,); see `words`."""
    cdef spn_stream s = _stream(seed, purpose, thing)
    cdef double[::1] out = np.empty(n)
    cdef Py_ssize_t at
    for at in range(0, n, MOST_AT_ONCE):  # they are counted by an int
        spn_stream_uniforms(&s, first + at, <int> min(MOST_AT_ONCE, n - at), &out[at])
    return np.asarray(out)
