# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
# Works on the arrays of a `Job`, which `connector` sizes and checks.
"""Pairwise rules in space: stops at nodes of the boxes that the search found, and the numbers of connections made there.

A box with a small bound b is crossed in geometric jumps that stop at each node with probability b; where b is larger, each
node costs a random byte. What is stopped at is kept with probability p / b.
"""

from libc.math cimport NAN, log1p, sqrt
from libc.stdint cimport int32_t, int64_t, uint8_t, uint32_t, uint64_t
from libc.string cimport memmove

from spatialnet._core.job cimport BAD_P, CHANCES, NO_MEMORY, REDRAW_FAILED, Job, Work, push, reserve
from spatialnet._core.near cimport connect_near
from spatialnet._core.pairs cimport (SPN_PIECE, spn_accept, spn_fill_pairs, spn_leaf, spn_prepare_pairs, spn_sift,
                                     spn_stream_bytes, spn_stream_exponentials, spn_stream_halves)
from spatialnet._core.program cimport SPN_LANES, spn_reader_unit, spn_run
from spatialnet._core.search cimport collect_candidates, keep_masked, place_origin

cdef extern from "vecmath.h" nogil:
    double spn_log(double x)

# A larger mean number of connections of one pair is a mistake.
cdef double MOST_OF_A_PAIR = 1048576.0

spn_prepare_pairs()


cdef void connect_pairwise(const Job *job, Work *w) noexcept nogil:
    """Nodes of the leaves, each with its own p → `w.found`."""
    cdef size_t image
    if job.pool.d == 0 and not job.has_p and not job.poisson and job.constant_p < 1.0:
        connect_evenly(job, w)
        return
    if job.dedupe:
        collect_candidates(job, w)
        if not w.status:
            connect_candidates(job, w)
        return
    if job.squeeze.n:
        connect_near(job, w)
    for image in range(w.image_edge.n):
        place_origin(job, w, image)
        connect_leaves(job, w, w.image_begin.at[image], w.image_edge.at[image], w.image_begin.at[image + 1])
        if w.status:
            return


cdef void connect_evenly(const Job *job, Work *w) noexcept nogil:
    """Where there is no space: each node with the same p, in geometric jumps of which many are made at once."""
    cdef double jump[SPN_LANES]
    cdef double nodes_per_jump, left
    cdef int64_t node = -1, n_pool = <int64_t> job.pool.n
    cdef uint64_t made = 0
    cdef uint32_t *found
    cdef int i, n
    if not job.constant_p > 0.0:
        return
    nodes_per_jump = -1.0 / log1p(-job.constant_p)
    while node < n_pool - 1:
        left = (n_pool - node) * job.constant_p
        n = <int> min(<double> SPN_LANES, left + 2.0 * sqrt(left) + 8.0) & ~7  # whole blocks of random words
        if not reserve(&w.found, w.found.n + n + w.found.n // 2):
            w.status = NO_MEMORY
            return
        spn_stream_exponentials(&w.jumps, made, n, jump)
        made += n
        for i in range(n):
            jump[i] = min(jump[i] * nodes_per_jump, 2147483647.0)
        found = w.found.at + w.found.n
        for i in range(n):
            node += 1 + <int32_t> jump[i]
            found[0] = <uint32_t> node
            if node >= n_pool:
                break
            found += node != w.self_place
        w.found.n = found - w.found.at


cdef void connect_leaves(const Job *job, Work *w, size_t begin, size_t edge, size_t stop) noexcept nogil:
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


cdef void connect_candidates(const Job *job, Work *w) noexcept nogil:
    """The same for the nodes in `w.candidates`, all inside the mask."""
    cdef size_t i
    w.all_inside = 1
    for i in range(w.candidates.n):
        if job.poisson and not job.has_p:
            draw_number(job, w, w.candidates.at[i], job.constant_p)
            continue
        if not job.has_p and job.constant_p < 1.0 and spn_reader_unit(&w.choices) >= job.constant_p:
            continue
        wait(job, w, w.candidates.at[i], 1.0)
    test_lanes(job, w)


# ---- where to stop ----

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
    """The next `n` ≤ SPN_LANES random bytes of the driver."""
    cdef int n_blocks
    if w.chances_end - w.chances_at < n:
        w.chances_end -= w.chances_at
        memmove(w.chance, w.chance + w.chances_at, w.chances_end)
        w.chances_at = 0
        n_blocks = 2 * ((CHANCES - w.chances_end) // 64)
        spn_stream_bytes(&w.sifting, w.chances_made, n_blocks, w.chance + w.chances_end)
        w.chances_made += n_blocks
        w.chances_end += 32 * n_blocks
    w.chances_at += n
    return w.chance + w.chances_at - n


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


# ---- what is made there ----

cdef inline void wait(const Job *job, Work *w, uint32_t place, double bound) noexcept nogil:
    w.place[w.n_lanes] = place
    w.bound[w.n_lanes] = bound
    w.n_lanes += place != w.self_place
    if w.n_lanes == SPN_LANES:
        test_lanes(job, w)


cdef void test_lanes(const Job *job, Work *w) noexcept nogil:
    """Mask, then p, then the draw, for the lanes that wait."""
    cdef int i, n = keep_masked(job, w)
    cdef const double *p
    cdef double u[SPN_LANES]
    cdef int32_t taken[SPN_LANES + 16]
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


# ---- Poisson numbers ----

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
