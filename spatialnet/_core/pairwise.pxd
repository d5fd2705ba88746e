from libc.stdint cimport uint8_t, uint32_t

from spatialnet._core.job cimport JUMPS, Job, Work
from spatialnet._core.pairs cimport spn_stream_exponentials

cdef void connect_pairwise(const Job *job, Work *w) noexcept nogil
cdef double exponential(Work *w) noexcept nogil
cdef const uint8_t *chances(Work *w, int n) noexcept nogil
cdef int without(uint32_t *places, int n, uint32_t place) noexcept nogil


cdef inline double next_jump(Work *w) noexcept nogil:
    if w.jumps_left == 0:
        spn_stream_exponentials(&w.jumps, w.jumps_made, JUMPS, w.jump)
        w.jumps_made += JUMPS
        w.jumps_left = JUMPS
    w.jumps_left -= 1
    return w.jump[JUMPS - 1 - w.jumps_left]
