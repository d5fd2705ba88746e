# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
# Works on the arrays of a `Job`, which `connector` sizes and checks.
"""The search in space: which boxes of the pool may hold connections of the drivers of a cell.

Boxes outside the mask, or with an upper bound of p that is 0, are left out with all that is in them.
"""

from libc.math cimport ceil, floor, log1p
from libc.stdint cimport uint8_t, uint32_t

from spatialnet._core.job cimport NO_MEMORY, Job, Work, push, push_leaf, push_number, reserve
from spatialnet._core.pairs cimport (spn_cell, spn_fill_mask, spn_fill_mask_bounds, spn_fill_pair_bounds, spn_keep_true,
                                     spn_leaf, spn_near_add, spn_near_arrange, spn_near_begin, spn_prepare_pairs,
                                     spn_sort)
from spatialnet._core.program cimport SPN_LANES, spn_bound, spn_run

# Below this bound it is cheaper to jump (a logarithm for each stop) than to roll a die for every node.
cdef double JUMP_BELOW = 0.0625
cdef double JUMP_BELOW_NEAR = 0.03125   # where the byte decides nearly always (`near`)
# The same where the numbers of connections are Poisson.
cdef double EVENTS_BELOW = 0.4
# A coarse box is crossed as a whole if that many stops are expected at most, or if p hardly varies inside.
cdef double FEW_STOPS = 0.5
cdef double NEARLY_CONSTANT = 0.8
cdef enum:
    BATCH = 128         # boxes asked at a time

spn_prepare_pairs()


cdef void search(const Job *job, Work *w) noexcept nogil:
    """All leaves for the drivers in `w.cell`, once for every periodic image of the pool that their masks can touch."""
    cdef int a, b, c, k
    cdef int first[3]
    cdef int last[3]
    cdef int turns[3]
    cdef double extent
    cdef spn_cell origins = w.cell
    w.leaves.n = w.turns.n = w.image_begin.n = w.image_edge.n = w.near_begin.n = w.near_edge.n = 0
    if job.squeeze.n:
        spn_near_begin(&w.near, &job.pool, &w.cell)
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
                if not push(&w.image_begin, <uint32_t> w.leaves.n) or not push(&w.near_begin, <uint32_t> w.near.n):
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
    if not push(&w.image_begin, <uint32_t> w.leaves.n) or not push(&w.near_begin, <uint32_t> w.near.n):
        w.status = NO_MEMORY
        return
    if job.squeeze.knows_mask:
        arrange(job, w, 0)
    w.searched = 1


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
        if kind == 2 and (not push(&w.image_edge, <uint32_t> w.leaves.n) or not push(&w.near_edge, <uint32_t> w.near.n)):
            w.status = NO_MEMORY
        if job.squeeze.n and kind % 2 == 0:
            k = w.near.n
            if not spn_near_add(&w.near, &job.squeeze, &job.pool, origins, job.order, w.found_leaves[kind].at,
                                w.found_leaves[kind].n):
                w.status = NO_MEMORY
            elif not job.squeeze.knows_mask:
                arrange(job, w, k)
            continue
        for k in range(w.found_leaves[kind].n):
            if not push_leaf(&w.leaves, &w.found_leaves[kind].at[k]):
                w.status = NO_MEMORY


cdef inline void arrange(const Job *job, Work *w, size_t first) noexcept nogil:
    spn_near_arrange(&w.near, &job.pool, job.stencil.place_of, first, job.sort_bits)


cdef int keep_leaf(const Job *job, Work *w, uint32_t box, int inside, double bound) noexcept nogil:
    cdef spn_leaf leaf
    leaf.begin, leaf.end = job.pool.begin[box], job.pool.end[box]
    leaf.bound, leaf.threshold, leaf.rate = bound, 0, bound
    if job.poisson:
        if job.has_p and not job.each_event and (bound >= EVENTS_BELOW or job.random_p):
            leaf.bound, leaf.threshold = 1.0, 256
    elif not job.fixed_degree:
        if bound >= (JUMP_BELOW_NEAR if job.squeeze.n else JUMP_BELOW) and (job.has_p or bound >= 1.0):
            leaf.threshold = <int> ceil(256.0 * bound)
            leaf.bound = leaf.threshold / 256.0
        else:
            leaf.rate = -log1p(-bound)
    leaf.span = leaf.rate * (leaf.end - leaf.begin)
    return push_leaf(&w.found_leaves[2 * (not inside) + (leaf.threshold == 0)], &leaf)


cdef int keep_masked(const Job *job, Work *w) noexcept nogil:
    """Drops the waiting lanes that lie outside the mask; the number left."""
    cdef int n = w.n_lanes
    if w.all_inside or n == 0:
        return n
    spn_fill_mask(&job.mask, &job.pool, w.origin, w.place, n, w.mask)
    spn_run(job.mask.program, w.mask, n, &w.accept, 0)
    return spn_keep_true(w.mask + job.mask.program.result * SPN_LANES, n, w.place, w.bound)


cdef void place_origin(const Job *job, Work *w, size_t image) noexcept nogil:
    """Where the mask of the driver lies for one periodic image of the pool."""
    cdef int k
    for k in range(job.pool.d):
        w.origin[k] = w.x[k] - w.turns.at[3 * image + k] * job.pool.extent[k]


# ---- candidates ----

cdef void collect_candidates(const Job *job, Work *w) noexcept nogil:
    """Every node of the leaves that lies inside the mask → `w.candidates`, each once."""
    cdef size_t image
    for image in range(w.image_edge.n):
        place_origin(job, w, image)
        collect(job, w, w.image_begin.at[image], w.image_edge.at[image], w.image_begin.at[image + 1])
        if w.status:
            return
    if job.dedupe:
        remove_repeats(job, w)


cdef void collect(const Job *job, Work *w, size_t begin, size_t edge, size_t stop) noexcept nogil:
    """Those of some leaves; only those from `edge` on must be asked."""
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


cdef void collect_lanes(const Job *job, Work *w) noexcept nogil:
    cdef int i, n = keep_masked(job, w)
    w.n_lanes = 0
    for i in range(n):
        if not push(&w.candidates, w.place[i]):
            w.status = NO_MEMORY


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
