from libc.stdint cimport int64_t, uint8_t, uint32_t, uint64_t

from spatialnet._core.program cimport spn_stream

cdef void draw_row(uint32_t *nodes, int64_t n, uint64_t n_pool, int64_t own, const spn_stream *draws) noexcept nogil
cdef void draw_row_once(uint32_t *nodes, int64_t n, int64_t n_pool, int64_t own, const spn_stream *draws,
                        uint8_t *marks) noexcept nogil
