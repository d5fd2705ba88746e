from libc.stdint cimport int32_t, uint8_t, uint32_t

from spatialnet._core.job cimport Job, Work

cdef void connect_near(const Job *job, Work *w, size_t image) noexcept nogil
