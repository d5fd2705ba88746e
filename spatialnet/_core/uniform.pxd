from libc.stdint cimport int64_t, uint8_t, uint16_t, uint32_t

from spatialnet._core.program cimport spn_stream

cdef extern from "uniform.h" nogil:
    void spn_draw_nodes(uint32_t *nodes, size_t n, uint32_t possible, int64_t own, const spn_stream *words)
    void spn_draw_different(uint32_t *nodes, size_t n, uint32_t possible, int64_t own, const spn_stream *words, uint8_t *marks)
    void spn_put_rows(const uint32_t *nodes, const size_t *ends, uint32_t n_rows, uint32_t first, uint32_t n_pool, int64_t *at,
                      uint32_t *rows, uint32_t *counts, uint16_t *sorted)
