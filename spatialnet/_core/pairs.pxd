# The inputs of programs for pairs of nodes, and loops over lanes of them (ext/kernels/pairs.c).

from libc.stdint cimport int32_t, uint8_t, uint16_t, uint32_t, uint64_t

from spatialnet._core.program cimport spn_program, spn_stream

cdef extern from "pairs.h" nogil:
    ctypedef struct spn_pool:
        int d
        uint32_t n
        const double *position[3]
        double extent[3]
        int n_boxes
        int n_start
        int first_start
        const double *lower[3]
        const double *upper[3]
        const uint32_t *begin
        const uint32_t *end
        const uint32_t *child_begin
        const uint32_t *child_end
    ctypedef struct spn_cell:
        double lower[3]
        double upper[3]
    ctypedef struct spn_leaf:
        uint32_t begin
        uint32_t end
        int threshold
        double bound
        double rate
        double span
    ctypedef struct spn_pair_program:
        const spn_program *program
        const int *inputs
        int uses_displacement
        int uses_sign
        int uses_distance_only
    void spn_fill_pairs(const spn_pair_program *q, const spn_pool *pool, const double *x, int driver_is_source,
                        const uint32_t *index, int n, double *registers)
    void spn_fill_mask(const spn_pair_program *q, const spn_pool *pool, const double *origin, const uint32_t *index,
                       int n, double *registers)
    int spn_fill_pair_bounds(const spn_pair_program *q, const spn_pool *pool, const spn_cell *cell, int driver_is_source,
                             const uint32_t *boxes, int n, double *registers, int *owner, int *n_lanes)
    void spn_fill_mask_bounds(const spn_pair_program *q, const spn_pool *pool, const spn_cell *origins,
                              const uint32_t *boxes, int n, double *registers)
    int spn_sift(const spn_leaf *leaf, uint32_t first, int n, const uint8_t *chance, uint32_t *place, double *bound)
    void spn_prepare_pairs()
    enum: SPN_PIECE
    int spn_numbers_of_set(const uint8_t *flags, int n, int32_t *out)
    int spn_keep_true(const double *value, int n, uint32_t *place, double *bound)
    int spn_accept(const double *u, const double *scale, const double *p, int n, int32_t *out)
    int spn_not_finite(const double *values, int n)
    int spn_delay_steps(const double *ms, int n, double tics_per_ms, double tics_per_step, uint16_t *out)
    void spn_stream_bytes(const spn_stream *s, uint64_t first, int n, uint8_t *out)
    void spn_stream_halves(const spn_stream *s, uint64_t first, int n, double *out)
    void spn_stream_exponentials(const spn_stream *s, uint64_t first, int n, double *out)
    void spn_sort(uint32_t *values, uint32_t *spare, uint32_t n, int bits)

cdef extern from "gaps.h" nogil:
    size_t SPN_GAPS_AT_MOST(size_t n)
    size_t spn_pack(const uint32_t *nodes, size_t n, uint16_t *halves)
    size_t spn_unpack(const uint16_t *halves, size_t n, uint32_t *nodes)

cdef extern from "near.h" nogil:
    ctypedef struct spn_near:
        uint32_t *node
        size_t n
    ctypedef struct spn_squeeze:
        const int32_t *chances
        int n
        double per_square
        double reach
        int one_way
        int knows_mask
    void spn_near_begin(spn_near *near, const spn_pool *pool, const spn_cell *cell)
    int spn_near_add(spn_near *near, const spn_squeeze *q, const spn_pool *pool, const spn_cell *origins,
                     const uint32_t *order, const spn_leaf *leaves, size_t n)
    void spn_near_arrange(spn_near *near, const spn_pool *pool, const uint32_t *place_of, size_t first, int bits)
    void spn_near_free(spn_near *near)
    int spn_squeeze_bytes(const spn_squeeze *q, const spn_near *near, int d, size_t first, int n, const double *x,
                          const uint8_t *chance, uint32_t *nodes, int32_t *doubtful, int *n_doubtful)

cdef extern from "lattice.h" nogil:
    int spn_compare_bytes(const uint8_t *byte, const uint8_t *threshold, int n, uint8_t *below, int32_t *equal)
    void spn_nodes_at(const int32_t *steps, const int32_t *some, int n, int d, const int32_t *cell, const int32_t *shape,
                      int wrap, uint32_t *nodes)
