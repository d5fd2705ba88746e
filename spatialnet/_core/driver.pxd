from libc.stdint cimport int64_t, uint64_t

from spatialnet._core.job cimport Job, Work

cdef void connect_driver(const Job *job, Work *w, uint64_t driver_id, int64_t self_place, int64_t degree) noexcept nogil
