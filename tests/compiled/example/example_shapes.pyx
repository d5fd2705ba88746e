# cython: language_level=3, cdivision=True
"""An elliptic mask and an affine kernel, compiled for spatialnet."""

from spatialnet.pair_function cimport pair_function


cdef double in_ellipse(const double *x, int n, const double *radii) noexcept nogil:
    return (x[0] / radii[0]) ** 2 + (x[1] / radii[1]) ** 2 <= 1.0


cdef inline double nearest(double low, double high) noexcept nogil:
    return 0.0 if low <= 0.0 <= high else min(low * low, high * high)


cdef void ellipse_of_box(const double *lower, const double *upper, int n, const double *radii, double *least,
                         double *most) noexcept nogil:
    """Outside if the nearest point of the box is; inside if all its corners are, since an ellipse is convex."""
    cdef double far_x = max(lower[0] * lower[0], upper[0] * upper[0]), far_y = max(lower[1] * lower[1], upper[1] * upper[1])
    cdef double a = radii[0] * radii[0], b = radii[1] * radii[1]
    # A little to the safe side: what rounding may decide is left to the points.
    most[0] = nearest(lower[0], upper[0]) / a + nearest(lower[1], upper[1]) / b <= 1.0 + 1e-9
    least[0] = far_x / a + far_y / b <= 1.0 - 1e-9


cdef double value_of_plane(const double *x, int n, const double *c) noexcept nogil:
    return c[0] * x[0] + c[1] * x[1] + c[2]


cdef double root(const double *x, int n, const double *parameters) noexcept nogil:
    return x[0] ** 0.5 if x[0] >= 0 else -1e400 + 1e400  # not a number


elliptic = pair_function(b"elliptic", in_ellipse, ellipse_of_box)
elliptic_without_bound = pair_function(b"elliptic_without_bound", in_ellipse, NULL)
affine2d = pair_function(b"affine2d", value_of_plane, NULL)
square_root = pair_function(b"square_root", root, NULL)
