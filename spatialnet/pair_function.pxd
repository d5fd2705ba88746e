"""Compiled functions for masks, probabilities, weights and delays; see include/spatialnet/pair_function.h."""

cdef extern from "spatialnet/pair_function.h":
    const char *SPATIALNET_PAIR_FUNCTION_CAPSULE
    int SPATIALNET_PAIR_FUNCTION_VERSION
    ctypedef double (*spatialnet_evaluate)(const double *x, int n, const double *parameters) noexcept nogil
    ctypedef void (*spatialnet_bound)(const double *lower, const double *upper, int n, const double *parameters,
                                      double *least, double *most) noexcept nogil
    ctypedef struct spatialnet_pair_function:
        int version
        const char *name
        spatialnet_evaluate evaluate
        spatialnet_bound bound
    object pair_function "spatialnet_new_pair_function"(const char *name, spatialnet_evaluate evaluate,
                                                        spatialnet_bound bound)
