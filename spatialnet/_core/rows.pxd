from libc.stdint cimport uint16_t, uint32_t, uint64_t

from spatialnet._core.job cimport Job, Work

cdef void keep_row(const Job *job, Work *w, uint32_t driver) noexcept nogil
cdef void compute_values(const Job *job, Work *w, uint64_t driver_id, const uint32_t *nodes, size_t n_row,
                         const uint32_t *place_of, double *weights, uint16_t *delays) noexcept nogil
