from libc.stdint cimport uint32_t, uint64_t

from spatialnet._core.job cimport Job, Work

cdef void keep_row(const Job *job, Work *w, uint32_t driver, uint64_t driver_id, const uint32_t *place_of) noexcept nogil
