# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
# Works on the arrays of a `Job`, which `connector` sizes and checks.
"""One driver node against its pool: candidates → mask → probability → nodes to connect.

The boxes of the pool are asked first: what lies outside the mask, or has an upper bound of p that is 0, is never
looked at. That is asked once for all drivers of a cell, with bounds that hold for each of them. A box with a small bound b
is crossed in geometric jumps that stop at each node with probability b; where b is larger, each node costs a random byte.
What is stopped at is kept with probability p / b. So every pair is connected with exactly its own p, at a cost that grows
with the connections. On a grid the boxes are replaced by a stencil of lattice steps. All random numbers are keyed by the
driver.
"""

from libc.math cimport INFINITY, NAN, ceil, floor, isfinite, log1p
from libc.stdlib cimport calloc, free, realloc
from libc.string cimport memcpy, memmove

from spatialnet._core.program cimport (spn_below, spn_bound, spn_fill_constant_bounds, spn_fill_constants,
                                       spn_reader_open, spn_reader_unit, spn_reader_word, spn_run, spn_stream_block,
                                       spn_stream_uniforms)

cdef extern from "vecmath.h" nogil:
    double spn_log(double x)

cdef extern from "portability.h" nogil:
    void *spn_pages(size_t size)
    void spn_free_pages(void *at, size_t size)

cdef extern from "pairs.h" nogil:
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
    int spn_keep_true(const double *value, int n, uint32_t *place, double *bound)
    int spn_accept(const double *u, const double *scale, const double *p, int n, int32_t *out)
    int spn_delay_steps(const double *ms, int n, double tics_per_ms, double tics_per_step, uint16_t *out)
    void spn_stream_halves(const spn_stream *s, uint64_t first, int n, double *out)
    void spn_stream_exponentials(const spn_stream *s, uint64_t first, int n, double *out)
    void spn_sort(uint32_t *values, uint32_t *spare, uint32_t n, int bits)

# Below this bound it is cheaper to jump (a logarithm for each stop) than to roll a die for every node.
cdef double JUMP_BELOW = 0.0625
# The same where the numbers of connections are Poisson.
cdef double EVENTS_BELOW = 0.4
# The same on a lattice, where a test costs no more than a random number.
cdef double JUMP_ON_LATTICE_BELOW = 0.2
# A coarse box is crossed as a whole if that many stops are expected at most, or if p hardly varies inside.
cdef double FEW_STOPS = 0.5
cdef double NEARLY_CONSTANT = 0.8
# A larger mean number of connections of one pair is a mistake.
cdef double MOST_OF_A_PAIR = 1048576.0
# Fixed degrees are drawn from the boxes if they take less than this part of the pool, and the bounds let pass one proposal
# out of that many.
cdef int FEW_OF_THE_POOL = 4
cdef int PROPOSALS_AT_MOST = 32
# Relative weights below this count as 0 where candidates are weighed.
cdef double LEAST_P = 1e-300
cdef enum:
    BATCH = 128         # boxes asked at a time

spn_prepare_pairs()


cdef int push(Vector *v, uint32_t value) noexcept nogil:
    cdef void *grown
    if v.n == v.room:
        grown = realloc(v.at, (2 * v.room + 64) * sizeof(uint32_t))
        if grown == NULL:
            return 0
        v.at, v.room = <uint32_t *> grown, 2 * v.room + 64
    v.at[v.n] = value
    v.n += 1
    return 1


cdef int push_number(Numbers *v, double value) noexcept nogil:
    cdef void *grown
    if v.n == v.room:
        grown = realloc(v.at, (2 * v.room + 64) * sizeof(double))
        if grown == NULL:
            return 0
        v.at, v.room = <double *> grown, 2 * v.room + 64
    v.at[v.n] = value
    v.n += 1
    return 1


cdef int push_leaf(Leaves *v, const spn_leaf *leaf) noexcept nogil:
    cdef void *grown
    if v.n == v.room:
        grown = realloc(v.at, (2 * v.room + 64) * sizeof(spn_leaf))
        if grown == NULL:
            return 0
        v.at, v.room = <spn_leaf *> grown, 2 * v.room + 64
    v.at[v.n] = leaf[0]
    v.n += 1
    return 1


cdef int reserve(Vector *v, size_t n) noexcept nogil:
    cdef void *grown
    if v.room < n:
        grown = realloc(v.at, n * sizeof(uint32_t))
        if grown == NULL:
            return 0
        v.at, v.room = <uint32_t *> grown, n
    return 1


cdef double *registers_for(const spn_pair_program *q, int bounds) noexcept nogil:
    cdef double *r = <double *> calloc(q.program.n_registers * SPN_LANES * (1 + bounds), sizeof(double))
    if r != NULL:
        if bounds:
            spn_fill_constant_bounds(q.program, r)
        else:
            spn_fill_constants(q.program, r)
    return r


cdef Work *new_work(const Job *job) noexcept nogil:
    cdef Work *w = <Work *> calloc(1, sizeof(Work))
    if w == NULL:
        return NULL
    if job.has_p:
        w.p, w.p_bounds = registers_for(&job.p, 0), registers_for(&job.p, 1)
    if job.has_mask:
        w.mask, w.mask_bounds = registers_for(&job.mask, 0), registers_for(&job.mask, 1)
    if job.has_weight:
        w.weight = registers_for(&job.weight, 0)
    if job.has_delay:
        w.delay = registers_for(&job.delay, 0)
    if job.fixed_degree and not job.allow_multapses and not job.has_mask:
        w.marks = <uint8_t *> calloc(job.pool.n, 1)
    if ((job.has_p and (w.p == NULL or w.p_bounds == NULL))
            or (job.has_mask and (w.mask == NULL or w.mask_bounds == NULL))
            or (job.has_weight and w.weight == NULL) or (job.has_delay and w.delay == NULL)
            or (job.fixed_degree and not job.allow_multapses and not job.has_mask and w.marks == NULL)):
        w.status = NO_MEMORY
    return w


cdef void free_work(Work *w) noexcept nogil:
    cdef Chunk *chunk
    cdef int kind
    if w == NULL:
        return
    for kind in range(4):
        free(w.found_leaves[kind].at)
    free(w.p); free(w.p_bounds); free(w.mask); free(w.mask_bounds); free(w.weight); free(w.delay)
    free(w.stack.at); free(w.stack_inside.at); free(w.leaves.at); free(w.turns.at)
    free(w.image_begin.at); free(w.image_edge.at); free(w.sums.at); free(w.guide.at)
    while w.chunk != NULL:
        chunk, w.chunk = w.chunk, w.chunk.before
        free_chunk(chunk)
    free(w.candidates.at); free(w.keys.at); free(w.found.at); free(w.spare.at); free(w.marks)
    free(w)


# ---- which boxes may hold connections ----

cdef void find_leaves(const Job *job, Work *w, const spn_cell *origins) noexcept nogil:
    """Boxes that a mask around `origins` can touch and whose bound of p is not 0, with these bounds, after those there are."""
    cdef int i, j, n, n_lanes, taken, first, leaf, descend_fully = job.fixed_degree or job.dedupe
    cdef int kind
    cdef size_t k
    cdef int owner[SPN_LANES]
    cdef uint32_t boxes[BATCH]
    cdef uint8_t inside[BATCH]
    cdef double low[BATCH]
    cdef double high[BATCH]
    cdef double lo, hi
    cdef uint32_t box, size
    cdef const double *result
    w.stack.n = w.stack_inside.n = 0
    for kind in range(4):
        w.found_leaves[kind].n = 0
    for i in range(job.pool.n_start):
        if not push(&w.stack, job.pool.first_start + i) or not push(&w.stack_inside, not job.has_mask):
            w.status = NO_MEMORY
            return
    while w.stack.n:
        # The last boxes of the stack, in a batch; those outside the mask are dropped at once.
        n = <int> min(<size_t> BATCH, w.stack.n)
        w.stack.n -= n
        w.stack_inside.n -= n
        for i in range(n):
            boxes[i] = w.stack.at[w.stack.n + i]
            inside[i] = w.stack_inside.at[w.stack.n + i]
        if job.has_mask:
            spn_fill_mask_bounds(&job.mask, &job.pool, origins, boxes, n, w.mask_bounds)
            spn_bound(job.mask.program, w.mask_bounds, n)
            result = w.mask_bounds + 2 * job.mask.program.result * SPN_LANES
            j = 0
            for i in range(n):
                if inside[i] or result[SPN_LANES + i] != 0.0:
                    inside[j] = inside[i] or result[i] > 0.0
                    boxes[j] = boxes[i]
                    j += 1
            n = j
        if job.has_p:
            first = 0
            while first < n:
                taken = spn_fill_pair_bounds(&job.p, &job.pool, &w.cell, job.driver_is_source, boxes + first, n - first,
                                             w.p_bounds, owner, &n_lanes)
                spn_bound(job.p.program, w.p_bounds, n_lanes)
                result = w.p_bounds + 2 * job.p.program.result * SPN_LANES
                for i in range(taken):
                    low[first + i], high[first + i] = 1e308, 0.0
                for i in range(n_lanes):
                    j = first + owner[i]
                    lo, hi = result[i], result[SPN_LANES + i]
                    low[j] = lo if lo < low[j] else low[j]
                    # also where the bound is not a number: then nothing is ruled out
                    high[j] = high[j] if hi <= high[j] else hi
                first += taken
        for i in range(n):
            box = boxes[i]
            size = job.pool.end[box] - job.pool.begin[box]
            leaf = job.pool.child_begin[box] == job.pool.child_end[box]
            if job.has_p:
                if high[i] <= 0.0 and not job.fixed_degree:
                    continue
                if not job.fixed_degree:
                    if not job.poisson:  # written so that NaN counts as 1
                        high[i] = high[i] if high[i] < 1.0 else 1.0
                    elif not high[i] < 1e308:
                        high[i] = 1e308
                    if not descend_fully and (size * high[i] <= FEW_STOPS or (
                            inside[i] and low[i] >= NEARLY_CONSTANT * high[i])):
                        leaf = 1
                elif high[i] == 0.0 and low[i] == 0.0:
                    continue
            else:
                high[i] = job.constant_p
                if inside[i] or size * high[i] <= FEW_STOPS:
                    leaf = 1
            if leaf:
                if job.has_p and not low[i] >= 0.0:
                    w.certain = 0
                if not keep_leaf(job, w, box, inside[i], high[i]):
                    w.status = NO_MEMORY
                    return
            else:
                for j in range(job.pool.child_begin[box], job.pool.child_end[box]):
                    if not push(&w.stack, j) or not push(&w.stack_inside, inside[i]):
                        w.status = NO_MEMORY
                        return
    for kind in range(4):
        if kind == 2 and not push(&w.image_edge, <uint32_t> w.leaves.n):
            w.status = NO_MEMORY
        for k in range(w.found_leaves[kind].n):
            if not push_leaf(&w.leaves, &w.found_leaves[kind].at[k]):
                w.status = NO_MEMORY


cdef int keep_leaf(const Job *job, Work *w, uint32_t box, int inside, double bound) noexcept nogil:
    cdef spn_leaf leaf
    leaf.begin, leaf.end = job.pool.begin[box], job.pool.end[box]
    leaf.bound, leaf.threshold, leaf.rate = bound, 0, bound
    if job.poisson:
        if job.has_p and not job.each_event and (bound >= EVENTS_BELOW or job.random_p):
            leaf.bound, leaf.threshold = 1.0, 256
    elif not job.fixed_degree:
        if bound >= JUMP_BELOW and (job.has_p or bound >= 1.0):
            leaf.threshold = <int> ceil(256.0 * bound)
            leaf.bound = leaf.threshold / 256.0
        else:
            leaf.rate = -log1p(-bound)
    leaf.span = leaf.rate * (leaf.end - leaf.begin)
    return push_leaf(&w.found_leaves[2 * (not inside) + (leaf.threshold == 0)], &leaf)


cdef void search(const Job *job, Work *w) noexcept nogil:
    """All leaves for the drivers in `w.cell`, once for every periodic image of the pool that their masks can touch."""
    cdef int a, b, c, k
    cdef int first[3]
    cdef int last[3]
    cdef int turns[3]
    cdef size_t leaf
    cdef double extent, total = 0.0
    cdef spn_cell origins = w.cell
    w.leaves.n = w.turns.n = w.image_begin.n = w.image_edge.n = w.sums.n = 0
    w.certain = 1
    for k in range(3):
        first[k] = last[k] = 0
    for k in range(job.pool.d):
        extent = job.pool.extent[k]
        if job.has_mask and extent > 0.0:
            first[k] = <int> ceil((job.mask_lower[k] + w.cell.lower[k] - job.pool.upper[k][0]) / extent - 1e-9)
            last[k] = <int> floor((job.mask_upper[k] + w.cell.upper[k] - job.pool.lower[k][0]) / extent + 1e-9)
    for a in range(first[0], last[0] + 1):
        for b in range(first[1], last[1] + 1):
            for c in range(first[2], last[2] + 1):
                turns[0], turns[1], turns[2] = a, b, c
                if not push(&w.image_begin, <uint32_t> w.leaves.n):
                    w.status = NO_MEMORY
                for k in range(3):
                    if not push_number(&w.turns, turns[k]):
                        w.status = NO_MEMORY
                for k in range(job.pool.d):
                    origins.lower[k] = w.cell.lower[k] - turns[k] * job.pool.extent[k]
                    origins.upper[k] = w.cell.upper[k] - turns[k] * job.pool.extent[k]
                find_leaves(job, w, &origins)
                if w.status:
                    return
    if not push(&w.image_begin, <uint32_t> w.leaves.n):
        w.status = NO_MEMORY
        return
    if job.fixed_degree:
        for leaf in range(w.leaves.n):
            total += w.leaves.at[leaf].span
            if not push_number(&w.sums, total):
                w.status = NO_MEMORY
                return
        make_guide(w)
    w.searched = 1


cdef void make_guide(Work *w) noexcept nogil:
    cdef size_t i, n = w.sums.n, k = 0
    if not reserve(&w.guide, n):
        w.status = NO_MEMORY
        return
    for i in range(n):
        while k < n - 1 and w.sums.at[k] <= w.sums.at[n - 1] / n * i:
            k += 1
        w.guide.at[i] = <uint32_t> k


cdef inline size_t leaf_at(const Work *w, double share, double x) noexcept nogil:
    """The leaf whose part of the running sums holds `x`, which is `share` of the total; as `first_above`, but sooner."""
    cdef size_t k = w.guide.at[<size_t> (share * w.sums.n)]
    while k > 0 and w.sums.at[k - 1] > x:
        k -= 1
    while k < w.sums.n - 1 and w.sums.at[k] <= x:
        k += 1
    return k


cdef int keep_masked(const Job *job, Work *w) noexcept nogil:
    """Drops the waiting lanes that lie outside the mask; the number left."""
    cdef int n = w.n_lanes
    if w.all_inside or n == 0:
        return n
    spn_fill_mask(&job.mask, &job.pool, w.origin, w.place, n, w.mask)
    spn_run(job.mask.program, w.mask, n, &w.accept, 0)
    return spn_keep_true(w.mask + job.mask.program.result * SPN_LANES, n, w.place, w.bound)


# ---- pairwise Poisson ----

cdef double exponential(Work *w) noexcept nogil:
    return -spn_log(1.0 - spn_reader_unit(&w.choices))


cdef void draw_number(const Job *job, Work *w, uint32_t place, double average) noexcept nogil:
    """Poisson many connections to one node: events of rate 1 along the averages of all nodes laid end to end."""
    if not average <= MOST_OF_A_PAIR:
        w.status, w.detail = BAD_P, average
        return
    if not average > 0.0:
        return
    while w.ahead < average:
        if not push(&w.found, job.order[place]):
            w.status = NO_MEMORY
            return
        w.ahead += exponential(w)
    w.ahead -= average


cdef void draw_numbers(const Job *job, Work *w, int n, const double *u, const double *average) noexcept nogil:
    """Connections of the tested lanes: one for a stop that is kept, any number for a node met without a bound."""
    cdef int i
    for i in range(n):
        if w.bound[i] == 1.0 and not job.each_event:
            draw_number(job, w, w.place[i], average[i])
        elif average[i] != average[i]:
            w.status, w.detail = BAD_P, average[i]
        elif u[i] * w.bound[i] < average[i] and not push(&w.found, job.order[w.place[i]]):
            w.status = NO_MEMORY
        if w.status:
            return


# ---- pairwise Bernoulli ----

cdef void test_lanes(const Job *job, Work *w) noexcept nogil:
    """Mask, then p, then the draw, for the lanes that wait."""
    cdef int i, n = keep_masked(job, w)
    cdef const double *p
    cdef double u[SPN_LANES]
    cdef int32_t taken[SPN_LANES + 8]
    w.n_lanes = 0
    if n == 0:
        return
    if not reserve(&w.found, w.found.n + n + w.found.n // 2):
        w.status = NO_MEMORY
        return
    if not job.has_p:  # the bound was p itself
        for i in range(n):
            w.found.at[w.found.n + i] = job.order[w.place[i]]
        w.found.n += n
        return
    w.accept.b = 1 << 20  # beyond the occurrences of random parts in p
    spn_stream_halves(&w.accept, w.accepted_words, n, u)
    w.accept.b = 0
    spn_fill_pairs(&job.p, &job.pool, w.x, job.driver_is_source, w.place, n, w.p)
    if spn_run(job.p.program, w.p, n, &w.accept, w.accepted_words):
        w.status = REDRAW_FAILED
    w.accepted_words += n
    p = w.p + job.p.program.result * SPN_LANES
    if job.poisson:
        draw_numbers(job, w, n, u, p)
        return
    n = spn_accept(u, w.bound, p, n, taken)
    if n < 0:
        w.status, w.detail = BAD_P, NAN
        return
    for i in range(n):
        w.found.at[w.found.n + i] = job.order[w.place[taken[i]]]
    w.found.n += n


cdef inline void wait(const Job *job, Work *w, uint32_t place, double bound) noexcept nogil:
    w.place[w.n_lanes] = place
    w.bound[w.n_lanes] = bound
    w.n_lanes += place != w.self_place
    if w.n_lanes == SPN_LANES:
        test_lanes(job, w)


cdef void wait_some(const Job *job, Work *w, const spn_leaf *leaf) noexcept nogil:
    """The nodes of a leaf with a threshold: each with the probability `leaf.bound`."""
    cdef uint32_t place = leaf.begin
    cdef int i, n, taken
    while place < leaf.end:
        n = <int> min(<uint32_t> SPN_PIECE, leaf.end - place)
        if w.n_lanes + n > SPN_LANES:
            test_lanes(job, w)
            if w.status:
                return
        if leaf.threshold == 256:
            for i in range(n):
                w.place[w.n_lanes + i] = place + i
                w.bound[w.n_lanes + i] = 1.0
            taken = n
        else:
            taken = spn_sift(leaf, place, n, chances(w, n), w.place + w.n_lanes, w.bound + w.n_lanes)
        if place <= w.self_place < place + n:
            taken = without(w.place + w.n_lanes, taken, <uint32_t> w.self_place)
        w.n_lanes += taken
        place += n
    if w.n_lanes == SPN_LANES:
        test_lanes(job, w)


cdef int without(uint32_t *places, int n, uint32_t place) noexcept nogil:
    cdef int i, j = 0
    for i in range(n):
        places[j] = places[i]
        j += places[i] != place
    return j


cdef const uint8_t *chances(Work *w, int n) noexcept nogil:
    """The next `n` ≤ SPN_PIECE random bytes of the driver: of every word the lowest first, on the machines there are."""
    cdef uint64_t words[8]
    if w.chances_end - w.chances_at < n:
        w.chances_end -= w.chances_at
        memmove(w.chance, w.chance + w.chances_at, w.chances_end)
        w.chances_at = 0
        while w.chances_end + 64 <= CHANCES:  # two independent blocks at once hide the latency of the multiplications
            spn_stream_block(&w.sifting, w.chances_made, words)
            spn_stream_block(&w.sifting, w.chances_made + 1, words + 4)
            w.chances_made += 2
            memcpy(w.chance + w.chances_end, words, 64)
            w.chances_end += 64
    w.chances_at += n
    return w.chance + w.chances_at - n


cdef inline double next_jump(Work *w) noexcept nogil:
    if w.jumps_left == 0:
        spn_stream_exponentials(&w.jumps, w.jumps_made, JUMPS, w.jump)
        w.jumps_made += JUMPS
        w.jumps_left = JUMPS
    w.jumps_left -= 1
    return w.jump[JUMPS - 1 - w.jumps_left]


cdef inline void jump_through(const Job *job, Work *w, const spn_leaf *leaf) noexcept nogil:
    """Stops at each node of a leaf with probability `leaf.bound`.

    A node is an interval of length `leaf.rate` of a Poisson process of rate 1, and is stopped at if an event lies in it (where
    the number of connections is Poisson: once for each). What is left of the way to the next event serves the next leaf.
    """
    cdef uint32_t place = leaf.begin
    cdef double at, here
    if w.gap < 0.0:
        w.gap = next_jump(w)
    if w.gap >= leaf.span:
        w.gap -= leaf.span
        return
    at = w.gap
    while at < leaf.span and not w.status:
        here = <double> <uint32_t> (at / leaf.rate)  # the whole part
        if place + here >= leaf.end:  # by rounding
            break
        wait(job, w, place + <uint32_t> here, leaf.bound)
        at = next_jump(w) + (at if job.poisson else (here + 1.0) * leaf.rate)
    w.gap = max(0.0, at - leaf.span)


cdef void connect_pairwise(const Job *job, Work *w, size_t begin, size_t edge, size_t stop) noexcept nogil:
    """Candidates of some leaves: those inside the mask are spared its test, those from `edge` on are not."""
    cdef size_t k
    w.all_inside = 1
    for k in range(begin, stop):
        if k == edge:
            test_lanes(job, w)
            w.all_inside = 0
        if w.leaves.at[k].threshold:
            wait_some(job, w, &w.leaves.at[k])
        elif w.leaves.at[k].span > 0.0:
            jump_through(job, w, &w.leaves.at[k])
        if w.status:
            return
    test_lanes(job, w)


# ---- pairwise Bernoulli on a grid ----

cdef inline int64_t node_at(const Job *job, const Work *w, int64_t step) noexcept nogil:
    """Number of the node one step of the stencil away from the driver, or -1 beyond the edge."""
    cdef int k, d = job.pool.d
    cdef int32_t cell
    cdef int64_t node = 0
    for k in range(d):
        cell = w.lattice[k] + job.stencil.steps[step * d + k]
        if job.stencil.wrap:  # a step is at most one turn, so once is enough
            if cell < 0:
                cell += job.stencil.shape[k]
            elif cell >= job.stencil.shape[k]:
                cell -= job.stencil.shape[k]
        elif cell < 0 or cell >= job.stencil.shape[k]:
            return -1
        node = node * job.stencil.shape[k] + cell
    return node


cdef void test_edge(const Job *job, Work *w) noexcept nogil:
    """Asks the mask, with the positions themselves, about the waiting nodes that a step puts on its edge."""
    cdef int i, j, k, n = w.n_lanes
    cdef double raw, wanted, turns
    cdef const double *result
    w.n_lanes = 0
    if n == 0:
        return
    for j in range(job.mask.program.n_inputs):
        k = job.mask.inputs[j]
        for i in range(n):
            raw = job.pool.position[k][w.place[i]] - w.x[k]
            if job.stencil.wrap:  # the image that the step leads to, placed as in `visit_images`
                wanted = job.stencil.steps[w.edge_step[i] * job.pool.d + k] * job.stencil.spacing[k]
                turns = floor((wanted - raw) / job.pool.extent[k] + 0.5)
                raw = job.pool.position[k][w.place[i]] - (w.x[k] - turns * job.pool.extent[k])
            w.mask[j * SPN_LANES + i] = raw
    spn_run(job.mask.program, w.mask, n, &w.accept, 0)
    result = w.mask + job.mask.program.result * SPN_LANES
    for i in range(n):
        if result[i] != 0.0 and not push(&w.found, job.order[w.place[i]]):
            w.status = NO_MEMORY


cdef inline void take_step(const Job *job, Work *w, int64_t step) noexcept nogil:
    cdef int64_t node = node_at(job, w, step)
    if node < 0 or (w.self_place >= 0 and job.stencil.place_of[node] == w.self_place):
        return
    if job.stencil.at_edge[step]:
        w.place[w.n_lanes] = job.stencil.place_of[node]
        w.edge_step[w.n_lanes] = <int32_t> step
        w.n_lanes += 1
        if w.n_lanes == SPN_LANES:
            test_edge(job, w)
    elif not push(&w.found, <uint32_t> node):
        w.status = NO_MEMORY


cdef void connect_on_lattice(const Job *job, Work *w) noexcept nogil:
    cdef int64_t c, step, end, i, n
    cdef int32_t taken[SPN_LANES + 8]
    cdef double bound, scale, jump
    cdef const double *p = job.stencil.p
    cdef double u[SPN_LANES]
    w.accept.b = 1 << 20
    for c in range(job.stencil.n_classes):
        step, end, bound = job.stencil.begin[c], job.stencil.begin[c + 1], job.stencil.bound[c]
        if bound >= 1.0 and p[end - 1] >= 1.0:
            for i in range(step, end):
                take_step(job, w, i)
        elif bound >= JUMP_ON_LATTICE_BELOW:
            while step < end:
                n = min(<int64_t> SPN_LANES, end - step)
                spn_stream_halves(&w.accept, w.accepted_words, <int> n, u)
                w.accepted_words += n
                for i in range(spn_accept(u, NULL, p + step, <int> n, taken)):
                    take_step(job, w, step + taken[i])
                step += n
        else:
            scale = -1.0 / log1p(-bound)
            while True:
                jump = next_jump(w) * scale
                if not jump < end - step:
                    break
                step += <int64_t> jump
                if spn_reader_unit(&w.choices) * bound < p[step]:
                    take_step(job, w, step)
                step += 1
                if step == end:
                    break
    test_edge(job, w)
    w.accept.b = 0


# ---- fixed degrees ----

cdef void collect_lanes(const Job *job, Work *w) noexcept nogil:
    cdef int i, n = keep_masked(job, w)
    w.n_lanes = 0
    for i in range(n):
        if not push(&w.candidates, w.place[i]):
            w.status = NO_MEMORY


cdef void collect(const Job *job, Work *w, size_t begin, size_t edge, size_t stop) noexcept nogil:
    """Every node of some leaves inside the mask → `w.candidates`; only those from `edge` on must be asked."""
    cdef size_t k
    cdef uint32_t place
    w.all_inside = 1
    for k in range(begin, stop):
        if k == edge:
            collect_lanes(job, w)
            w.all_inside = 0
        for place in range(w.leaves.at[k].begin, w.leaves.at[k].end):
            w.place[w.n_lanes] = place
            w.n_lanes += place != w.self_place
            if w.n_lanes == SPN_LANES:
                collect_lanes(job, w)
    collect_lanes(job, w)


cdef void remove_repeats(const Job *job, Work *w) noexcept nogil:
    cdef size_t i, n = 0
    if not reserve(&w.spare, w.candidates.n):
        w.status = NO_MEMORY
        return
    spn_sort(w.candidates.at, w.spare.at, <uint32_t> w.candidates.n, job.sort_bits)
    for i in range(w.candidates.n):
        if i == 0 or w.candidates.at[i] != w.candidates.at[n - 1]:
            w.candidates.at[n] = w.candidates.at[i]
            n += 1
    w.candidates.n = n


cdef void weigh(const Job *job, Work *w) noexcept nogil:
    """p of all candidates → `w.keys`."""
    cdef size_t first = 0
    cdef int i, n
    cdef const double *p
    w.keys.n = 0
    while first < w.candidates.n:
        n = <int> min(<size_t> SPN_LANES, w.candidates.n - first)
        spn_fill_pairs(&job.p, &job.pool, w.x, job.driver_is_source, w.candidates.at + first, n, w.p)
        if spn_run(job.p.program, w.p, n, &w.accept, first):
            w.status = REDRAW_FAILED
        p = w.p + job.p.program.result * SPN_LANES
        for i in range(n):
            if not (p[i] >= 0.0 and isfinite(p[i])):
                w.status = BAD_P
                w.detail = p[i]
                return
            # what is below would make keys that overflow, like those of p = 0
            if not push_number(&w.keys, p[i] if p[i] >= LEAST_P else 0.0):
                w.status = NO_MEMORY
                return
        first += n


cdef void smallest_first(double *key, uint32_t *item, size_t n, size_t k) noexcept nogil:
    """Quickselect: the k smallest keys, with their items, come first."""
    cdef int64_t left = 0, right = <int64_t> n - 1, i, j
    cdef double pivot, number
    cdef uint32_t other
    while left < right:
        pivot = key[(left + right) // 2]
        i, j = left, right
        while i <= j:
            while key[i] < pivot:
                i += 1
            while key[j] > pivot:
                j -= 1
            if i <= j:
                number = key[i]; key[i] = key[j]; key[j] = number
                other = item[i]; item[i] = item[j]; item[j] = other
                i += 1
                j -= 1
        if <int64_t> k <= j + 1:
            right = j
        elif <int64_t> k > i:
            left = i
        else:
            return


cdef void choose_weighted(const Job *job, Work *w, int64_t degree) noexcept nogil:
    """From the candidates, until there are `degree` nodes in `w.found`."""
    cdef size_t i, positive = 0, wanted = degree - w.found.n
    cdef double total = 0.0, u
    weigh(job, w)
    if w.status:
        return
    for i in range(w.candidates.n):
        if w.found.n and not job.allow_multapses and w.marks[w.candidates.at[i]]:
            w.keys.at[i] = 0.0
        positive += w.keys.at[i] > 0.0
    if positive == 0 or (not job.allow_multapses and positive < wanted):
        positive += 0 if job.allow_multapses else w.found.n
        w.status = NO_WEIGHT if positive == 0 else TOO_FEW
        w.detail = positive
        return
    if not job.allow_multapses:
        # Efraimidis and Spirakis, Inf. Process. Lett. 97 (2006) 181, doi:10.1016/j.ipl.2005.11.003: exponential keys
        for i in range(w.candidates.n):
            u = 1.0 - spn_reader_unit(&w.choices)
            w.keys.at[i] = -spn_log(u) / w.keys.at[i] if w.keys.at[i] > 0.0 else INFINITY
        smallest_first(w.keys.at, w.candidates.at, w.candidates.n, wanted)
        for i in range(wanted):
            w.found.at[w.found.n + i] = job.order[w.candidates.at[i]]
    else:
        for i in range(w.candidates.n):
            total += w.keys.at[i]
            w.keys.at[i] = total
        for i in range(wanted):
            u = spn_reader_unit(&w.choices) * total
            w.found.at[w.found.n + i] = job.order[w.candidates.at[first_above(&w.keys, u)]]
    w.found.n = degree


cdef inline size_t first_above(const Numbers *sums, double u) noexcept nogil:
    """The first place of an ascending list whose value exceeds `u`, or the last place."""
    cdef size_t low = 0, high = sums.n - 1, middle
    while low < high:
        middle = (low + high) // 2
        if sums.at[middle] > u:
            high = middle
        else:
            low = middle + 1
    return low


cdef void choose_by_proposal(const Job *job, Work *w, int64_t degree) noexcept nogil:
    """Draws nodes by the bounds of their boxes and keeps each with probability p / bound, so that the cost does not grow with
    the pool. Where the bounds promise too much, fewer than `degree` are found, and the candidates must be weighed for the rest."""
    cdef size_t k
    cdef int i, n
    cdef int64_t made = 0, wanted
    cdef uint32_t size, place
    cdef double total = w.sums.at[w.sums.n - 1] if w.sums.n else 0.0, x
    cdef const double *p
    cdef double u[SPN_LANES]
    cdef double v[SPN_LANES]
    if not (w.certain and 0.0 < total < 1e300):
        return
    while <int64_t> w.found.n < degree and made < PROPOSALS_AT_MOST * degree + SPN_LANES:
        wanted = degree - <int64_t> w.found.n
        n = <int> min(<int64_t> SPN_LANES, wanted + wanted // 4 + 16)
        w.jumps.b = 2
        spn_stream_uniforms(&w.jumps, made, n, u)
        w.jumps.b = 1
        w.accept.b = 1 << 20
        spn_stream_halves(&w.accept, made, n, v)
        w.accept.b = 0
        for i in range(n):
            x = u[i] * total
            k = leaf_at(w, u[i], x)
            if k:
                x -= w.sums.at[k - 1]
            size = w.leaves.at[k].end - w.leaves.at[k].begin
            place = <uint32_t> (x / w.leaves.at[k].bound)
            w.place[i] = w.leaves.at[k].begin + (place if place < size else size - 1)
            w.bound[i] = w.leaves.at[k].bound
        spn_fill_pairs(&job.p, &job.pool, w.x, job.driver_is_source, w.place, n, w.p)
        spn_run(job.p.program, w.p, n, &w.accept, made)
        made += n
        p = w.p + job.p.program.result * SPN_LANES
        for i in range(n):
            place = w.place[i]
            if v[i] * w.bound[i] < p[i] and place != w.self_place and (job.allow_multapses or not w.marks[place]):
                w.found.at[w.found.n] = job.order[place]
                w.found.n += 1
                if not job.allow_multapses:
                    w.marks[place] = 1
                if <int64_t> w.found.n == degree:
                    break


cdef void choose_from_candidates(const Job *job, Work *w, int64_t degree) noexcept nogil:
    cdef int64_t i, j, n = <int64_t> w.candidates.n
    cdef uint32_t other
    for i in range(degree):
        if job.allow_multapses:
            j = spn_below(spn_reader_word(&w.choices), n)
        else:  # the first steps of a shuffle
            j = i + spn_below(spn_reader_word(&w.choices), n - i)
            other = w.candidates.at[i]
            w.candidates.at[i] = w.candidates.at[j]
            w.candidates.at[j] = other
            j = i
        w.found.at[i] = job.order[w.candidates.at[j]]
    w.found.n = degree


cdef void choose_from_pool(const Job *job, Work *w, int64_t degree, int64_t self_place) noexcept nogil:
    """Uniformly from the whole pool."""
    cdef int64_t n = job.pool.n - (self_place >= 0), i, j, wanted
    cdef int complement
    if job.allow_multapses:
        for i in range(degree):
            j = spn_below(spn_reader_word(&w.choices), n)
            w.found.at[i] = job.order[j + (self_place >= 0 and j >= self_place)]
        w.found.n = degree
        return
    complement = degree > n // 2
    wanted = n - degree if complement else degree
    w.candidates.n = 0
    i = 0
    while i < wanted:
        j = spn_below(spn_reader_word(&w.choices), n)
        if not w.marks[j]:
            w.marks[j] = 1
            if not push(&w.candidates, <uint32_t> j):
                w.status = NO_MEMORY
                return
            i += 1
    i = 0
    if complement:
        for j in range(n):
            if not w.marks[j]:
                w.found.at[i] = job.order[j + (self_place >= 0 and j >= self_place)]
                i += 1
    else:
        for i in range(wanted):
            j = w.candidates.at[i]
            w.found.at[i] = job.order[j + (self_place >= 0 and j >= self_place)]
    for i in range(wanted):
        w.marks[w.candidates.at[i]] = 0
    w.found.n = degree


# ---- one driver ----

cdef void visit_images(const Job *job, Work *w, int collecting) noexcept nogil:
    cdef size_t image, begin, edge, stop
    cdef int k
    for image in range(w.image_edge.n):
        for k in range(job.pool.d):
            w.origin[k] = w.x[k] - w.turns.at[3 * image + k] * job.pool.extent[k]
        begin, edge, stop = w.image_begin.at[image], w.image_edge.at[image], w.image_begin.at[image + 1]
        if collecting:
            collect(job, w, begin, edge, stop)
        else:
            connect_pairwise(job, w, begin, edge, stop)
        if w.status:
            return


cdef void connect_driver(const Job *job, Work *w, uint64_t driver_id, int64_t self_place, int64_t degree) noexcept nogil:
    """Nodes of the pool for one driver → `w.found`, ascending."""
    cdef uint64_t[2] key
    cdef size_t i
    key[0], key[1] = job.seed, 3  # streams.CANDIDATE
    spn_reader_open(&w.choices, key, driver_id, 0, job.projection)
    w.jumps.key[0], w.jumps.key[1] = job.seed, 3
    w.jumps.a, w.jumps.b, w.jumps.c = driver_id, 1, job.projection
    w.jumps_made = w.jumps_left = 0
    w.gap = -1.0
    w.sifting = w.jumps
    w.sifting.b = 3
    w.chances_made = w.chances_at = w.chances_end = 0
    w.accept.key[0], w.accept.key[1] = job.seed, 4  # streams.ACCEPT
    w.accept.a, w.accept.b, w.accept.c = driver_id, 0, job.projection
    w.accepted_words = 0
    w.found.n = w.candidates.n = 0
    w.n_lanes = 0
    w.self_place = self_place
    if job.poisson:
        w.ahead = exponential(w)
    if not w.searched and not job.stencil.n_classes and (not job.fixed_degree or job.has_p or job.has_mask):
        search(job, w)
        if w.status:
            return
    if not job.fixed_degree:
        if job.stencil.n_classes:
            connect_on_lattice(job, w)
        elif job.dedupe:
            visit_images(job, w, 1)
            remove_repeats(job, w)
            w.all_inside = 1
            for i in range(w.candidates.n):
                if job.poisson and not job.has_p:
                    draw_number(job, w, w.candidates.at[i], job.constant_p)
                    continue
                if not job.has_p and job.constant_p < 1.0 and spn_reader_unit(&w.choices) >= job.constant_p:
                    continue
                wait(job, w, w.candidates.at[i], 1.0)
            test_lanes(job, w)
        else:
            visit_images(job, w, 0)
    elif degree > 0:
        if not reserve(&w.found, degree):
            w.status = NO_MEMORY
            return
        if not job.has_mask and not job.has_p:
            if job.pool.n - (self_place >= 0) < (1 if job.allow_multapses else degree):
                w.status = TOO_FEW
                w.detail = job.pool.n - (self_place >= 0)
                return
            choose_from_pool(job, w, degree, self_place)
        else:
            if job.has_p and not job.has_mask and not job.random_p and job.pool.n >= FEW_OF_THE_POOL * degree:
                choose_by_proposal(job, w, degree)
            if <int64_t> w.found.n < degree:
                visit_images(job, w, 1)
            if job.dedupe:
                remove_repeats(job, w)
            if w.status:
                return
            if <int64_t> w.found.n == degree:
                pass
            elif <int64_t> w.candidates.n < (1 if job.allow_multapses else degree):
                w.status = TOO_FEW
                w.detail = w.candidates.n
            elif job.has_p:
                choose_weighted(job, w, degree)
            else:
                choose_from_candidates(job, w, degree)
    if w.marks != NULL:
        for i in range(w.found.n):
            w.marks[job.stencil.place_of[w.found.at[i]]] = 0
    if w.status:
        return
    if not reserve(&w.spare, w.found.n):
        w.status = NO_MEMORY
        return
    spn_sort(w.found.at, w.spare.at, <uint32_t> w.found.n, job.sort_bits)


cdef Chunk *chunk_for(const Job *job, Work *w) noexcept nogil:
    """A chunk with room for the row in `w.found`; NULL if there is no memory."""
    cdef Chunk *chunk = w.chunk
    if chunk != NULL and chunk.n + w.found.n <= chunk.room:
        return chunk
    chunk = <Chunk *> calloc(1, sizeof(Chunk))
    if chunk == NULL:
        return NULL
    chunk.before, w.chunk = w.chunk, chunk
    chunk.room = max(job.room, w.found.n)
    chunk.nodes = <uint32_t *> spn_pages(chunk.room * sizeof(uint32_t))
    if job.has_weight:
        chunk.weights = <double *> spn_pages(chunk.room * sizeof(double))
    if job.has_delay:
        chunk.delays = <uint16_t *> spn_pages(chunk.room * sizeof(uint16_t))
    if chunk.nodes == NULL or (job.has_weight and chunk.weights == NULL) or (job.has_delay and chunk.delays == NULL):
        return NULL
    return chunk


cdef void free_chunk(Chunk *chunk) noexcept nogil:
    spn_free_pages(chunk.nodes, chunk.room * sizeof(uint32_t))
    spn_free_pages(chunk.weights, chunk.room * sizeof(double))
    spn_free_pages(chunk.delays, chunk.room * sizeof(uint16_t))
    free(chunk.drivers.at)
    free(chunk)


cdef void keep_row(const Job *job, Work *w, uint32_t driver, uint64_t driver_id, const uint32_t *place_of) noexcept nogil:
    """Puts the driver's connections where they wait for the others, with weights and delays."""
    cdef size_t first = 0
    cdef int i, n
    cdef const double *value
    cdef uint32_t places[SPN_LANES]
    cdef spn_stream draws
    cdef Chunk *out = chunk_for(job, w)
    if out == NULL or not push(&out.drivers, driver):
        w.status = NO_MEMORY
        return
    memcpy(out.nodes + out.n, w.found.at, w.found.n * sizeof(uint32_t))
    draws.key[0], draws.a, draws.b, draws.c = job.seed, driver_id, 0, job.projection
    if job.has_weight or job.has_delay:
        while first < w.found.n:
            n = <int> min(<size_t> SPN_LANES, w.found.n - first)
            for i in range(n):
                places[i] = place_of[w.found.at[first + i]]
            if job.has_weight:
                spn_fill_pairs(&job.weight, &job.pool, w.x, job.driver_is_source, places, n, w.weight)
                draws.key[1] = 5 | job.synapse << 8  # streams.WEIGHT
                if spn_run(job.weight.program, w.weight, n, &draws, first):
                    w.status = REDRAW_FAILED
                value = w.weight + job.weight.program.result * SPN_LANES
                for i in range(n):
                    if not isfinite(value[i]):
                        w.status = BAD_WEIGHT
                        w.detail = value[i]
                        return
                memcpy(out.weights + out.n + first, value, n * sizeof(double))
            if job.has_delay:
                spn_fill_pairs(&job.delay, &job.pool, w.x, job.driver_is_source, places, n, w.delay)
                draws.key[1] = 6 | job.synapse << 8  # streams.DELAY
                if spn_run(job.delay.program, w.delay, n, &draws, first):
                    w.status = REDRAW_FAILED
                value = w.delay + job.delay.program.result * SPN_LANES
                i = spn_delay_steps(value, n, job.tics_per_ms, job.tics_per_step, out.delays + out.n + first)
                if i >= 0:
                    w.status = BAD_DELAY
                    w.detail = value[i]
                    return
            first += n
    out.n += w.found.n
