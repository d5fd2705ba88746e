from libc.stdint cimport int64_t

from spatialnet._core.job cimport Job, Work

cdef void sum_leaves(Work *w) noexcept nogil
cdef void connect_degree(const Job *job, Work *w, int64_t degree, int64_t self_place) noexcept nogil
