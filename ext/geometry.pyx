# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
# Shapes are checked by the callers in spatialnet/space.
"""Displacement and distance between points, plain or periodic (ext/kernels/geometry.h)."""

from libc.math cimport sqrt

import numpy as np

cdef extern from "geometry.h" nogil:
    double spn_wrap(double d, double extent)


def displacement(const double[:, :] start, const double[:, :] end, const double[:] extent, bint edge_wrap):
    """From each start to each end, the shortest way if `edge_wrap`.

    Parameters
    ----------
    start, end : ndarray (m, d) or (1, d) float64
    extent : ndarray (d,) float64
    edge_wrap : bool

    Returns
    -------
    ndarray (m, d) float64
    """
    cdef Py_ssize_t m = 0, d = start.shape[1], i, k
    cdef Py_ssize_t step_start = start.shape[0] != 1, step_end = end.shape[0] != 1
    cdef double[:, ::1] out
    cdef double raw
    if start.shape[0] and end.shape[0]:  # else there is nothing to do, also where the other is a single point
        m = max(start.shape[0], end.shape[0])
    if start.shape[0] not in (1, m) or end.shape[0] not in (1, m) or end.shape[1] != d or extent.shape[0] != d:
        raise ValueError("positions of different number or dimension")
    out = np.empty((m, d))
    if m == 0:
        return np.asarray(out)
    with nogil:
        for i in range(m):
            for k in range(d):
                raw = end[i * step_end, k] - start[i * step_start, k]
                out[i, k] = spn_wrap(raw, extent[k]) if edge_wrap else raw
    return np.asarray(out)
