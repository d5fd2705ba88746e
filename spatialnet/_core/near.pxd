from libc.stdint cimport uint64_t

from spatialnet._core.job cimport Job, Work

cdef double rest(const Work *w, uint64_t number) noexcept nogil
cdef void connect_near(const Job *job, Work *w) noexcept nogil
