from libc.stdint cimport int32_t, int64_t, uint8_t, uint16_t, uint32_t, uint64_t
from libc.stdlib cimport realloc

from spatialnet._core.pairs cimport spn_cell, spn_leaf, spn_near, spn_pair_program, spn_pool, spn_squeeze
from spatialnet._core.program cimport SPN_LANES, spn_reader, spn_stream

cdef enum Status:
    OK = 0
    NO_MEMORY = 1
    TOO_FEW = 2         # fewer candidates than connections wanted
    NO_WEIGHT = 3       # all candidates have p = 0
    BAD_P = 4           # p is negative or not a number
    REDRAW_FAILED = 5
    BAD_WEIGHT = 6
    BAD_DELAY = 7

cdef enum:
    JUMPS = 32
    CHANCES = 512

cdef struct Vector:
    uint32_t *at
    size_t n, room

cdef struct Numbers:
    double *at
    size_t n, room

cdef struct Leaves:
    spn_leaf *at
    size_t n, room

# Connections of some drivers, row after row.
cdef struct Chunk:
    uint16_t *gaps      # the nodes (gaps.h)
    size_t n, room
    size_t n_gaps
    Vector drivers      # whose rows these are
    Chunk *before       # of the same thread

# What one thread works with.
cdef struct Work:
    double *p
    double *p_bounds
    double *mask
    double *mask_bounds
    double *weight
    double *delay
    # what may hold connections of any driver of the cell, image after image; boxes inside the mask come first
    spn_cell cell
    int searched
    Numbers turns       # three for each image: how often the way to it goes round the pool
    Vector image_begin  # the first leaf of each image, and the end
    Vector image_edge   # the first leaf on the edge of the mask
    Leaves leaves       # those that are jumped over come last, inside and on the edge
    Leaves found_leaves[4]
    spn_near near       # nodes of leaves with a threshold, if random bytes decide them (`near`)
    Vector near_begin   # where the bounds do not know the mask, the first of each image, and the end
    Vector near_edge    # the first on the edge of the mask
    Vector stack        # boxes still to be asked
    Vector stack_inside # for each: 1 if known to lie inside the mask
    int certain         # no leaf can have a negative p
    Numbers sums        # running sums of nodes times bound
    Vector guide        # for each n-th of their total, the first of the n leaves that reaches beyond
    Vector candidates   # places, for fixed degrees
    Numbers keys
    Vector found        # nodes of the pool that get a connection
    Vector spare
    uint8_t *marks
    # the lanes waiting for a test
    int n_lanes
    uint32_t place[SPN_LANES + 8]
    double bound[SPN_LANES + 8]
    int all_inside      # no lane needs the mask's test
    # those that a random byte did not decide
    int n_doubtful
    uint32_t doubtful_node[SPN_LANES]
    uint32_t doubtful_number[SPN_LANES]
    uint8_t doubtful_chance[SPN_LANES]
    spn_reader choices
    # exponential random numbers, made in advance
    spn_stream jumps
    double jump[JUMPS]
    uint64_t jumps_made
    int jumps_left
    double gap          # what is left of the one that leads to the next stop; negative: to be drawn
    # random bytes, made in advance
    spn_stream sifting
    uint8_t chance[CHANCES + 64]
    uint64_t chances_made
    int chances_at, chances_end
    spn_stream accept
    uint64_t accepted_words
    int64_t self_place  # the driver's own place in the pool if it is to be left out, or -1
    double x[3]
    double origin[3]
    int32_t lattice[3]  # cell of a grid
    int32_t edge_step[SPN_LANES]
    Chunk *chunk        # where the next row goes
    double ahead        # to the next event of a Poisson process
    int status
    double detail
    # of the first driver that failed, in the order of the search
    int failure
    Py_ssize_t failing
    double failing_detail

# Steps on the lattice of a grid, in classes of similar p (spatialnet/connect/stencil.py).
cdef struct StencilData:
    int wrap
    int32_t shape[3]
    double spacing[3]
    const int32_t *steps
    const double *p
    const uint8_t *at_edge
    const uint8_t *threshold    # whole part of 256 p
    int64_t n_classes
    const int64_t *begin
    const double *bound
    const uint32_t *place_of

# What is the same for all drivers.
cdef struct Job:
    StencilData stencil
    spn_pool pool
    spn_pair_program p, mask, weight, delay
    spn_squeeze squeeze     # without entries: not used
    double mask_lower[3]
    double mask_upper[3]
    const uint32_t *order
    int has_p, has_mask, has_weight, has_delay
    int driver_is_source, allow_autapses, allow_multapses, dedupe, fixed_degree, random_p, poisson, each_event
    int sort_bits
    uint64_t seed, projection, synapse
    double constant_p
    size_t room         # of a chunk
    double tics_per_ms
    int64_t tics_per_step

cdef Work *new_work(const Job *job) noexcept nogil
cdef void free_work(Work *w) noexcept nogil
cdef void free_chunk(Chunk *chunk) noexcept nogil


cdef inline int push(Vector *v, uint32_t value) noexcept nogil:
    cdef void *grown
    if v.n == v.room:
        grown = realloc(v.at, (2 * v.room + 64) * sizeof(uint32_t))
        if grown == NULL:
            return 0
        v.at, v.room = <uint32_t *> grown, 2 * v.room + 64
    v.at[v.n] = value
    v.n += 1
    return 1


cdef inline int push_number(Numbers *v, double value) noexcept nogil:
    cdef void *grown
    if v.n == v.room:
        grown = realloc(v.at, (2 * v.room + 64) * sizeof(double))
        if grown == NULL:
            return 0
        v.at, v.room = <double *> grown, 2 * v.room + 64
    v.at[v.n] = value
    v.n += 1
    return 1


cdef inline int push_leaf(Leaves *v, const spn_leaf *leaf) noexcept nogil:
    cdef void *grown
    if v.n == v.room:
        grown = realloc(v.at, (2 * v.room + 64) * sizeof(spn_leaf))
        if grown == NULL:
            return 0
        v.at, v.room = <spn_leaf *> grown, 2 * v.room + 64
    v.at[v.n] = leaf[0]
    v.n += 1
    return 1


cdef inline int reserve(Vector *v, size_t n) noexcept nogil:
    cdef void *grown
    if v.room < n:
        grown = realloc(v.at, n * sizeof(uint32_t))
        if grown == NULL:
            return 0
        v.at, v.room = <uint32_t *> grown, n
    return 1
