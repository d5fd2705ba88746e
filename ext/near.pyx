# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
# Works on the arrays of a `Job`, which `connector` sizes and checks.
"""Pairwise Bernoulli with a p of the distance alone: a random byte and bounds of p decide most nodes.

A node is connected if (byte + rest) / 256 < p, where the rest is another random number. Both belong to the node, so it
does not matter which bounds there are: where they do not decide, p itself does, and the rest where that lies within the
byte. The loops are those of ext/kernels/near.c.
"""

from libc.math cimport NAN
from libc.stdint cimport int32_t, int64_t, uint8_t, uint32_t, uint64_t
from libc.string cimport memcpy

from spatialnet._core.job cimport BAD_P, NO_MEMORY, Job, Work, push, reserve
from spatialnet._core.pairs cimport spn_fill_mask, spn_fill_pairs, spn_prepare_pairs, spn_squeeze_bytes
from spatialnet._core.pairwise cimport chances, without
from spatialnet._core.program cimport SPN_LANES, spn_run, spn_stream, spn_stream_block
from spatialnet._core.search cimport keep_masked, place_origin

spn_prepare_pairs()


cdef void connect_near(const Job *job, Work *w) noexcept nogil:
    """Those in the lists of the cell → `w.found`."""
    cdef size_t image
    if job.squeeze.knows_mask:
        take_some(job, w, 0, w.near.n, 1, 0, w.image_edge.n)
        test_doubtful(job, w, 0, w.image_edge.n)
        return
    for image in range(w.image_edge.n):
        place_origin(job, w, image)
        take_some(job, w, w.near_begin.at[image], w.near_edge.at[image], 1, image, image + 1)
        take_some(job, w, w.near_edge.at[image], w.near_begin.at[image + 1], 0, image, image + 1)
        take_masked(job, w)
        test_doubtful(job, w, image, image + 1)
        if w.status:
            return


cdef void take_some(const Job *job, Work *w, size_t first, size_t stop, int inside, size_t image,
                    size_t last) noexcept nogil:
    """Nodes first … stop - 1 of the list, which images of the pool from `image` to before `last` show."""
    cdef int i, n, m, n_doubtful
    cdef int64_t own = job.order[w.self_place] if w.self_place >= 0 else -1
    cdef const uint8_t *chance
    cdef uint32_t nodes[SPN_LANES + 16]
    cdef int32_t doubtful[SPN_LANES + 16]
    while first < stop and not w.status:
        n = <int> min(<size_t> SPN_LANES, stop - first)
        chance = chances(w, n)
        m = spn_squeeze_bytes(&job.squeeze, &w.near, job.pool.d, first, n, w.x, chance, nodes, doubtful, &n_doubtful)
        if w.n_doubtful + n_doubtful > SPN_LANES:
            test_doubtful(job, w, image, last)
        for i in range(n_doubtful):
            w.doubtful_node[w.n_doubtful] = w.near.node[first + doubtful[i]]
            w.doubtful_number[w.n_doubtful] = <uint32_t> first + doubtful[i]
            w.doubtful_chance[w.n_doubtful] = chance[doubtful[i]]
            w.n_doubtful += w.doubtful_node[w.n_doubtful] != own
        if own >= 0:
            m = without(nodes, m, <uint32_t> own)
        if inside:
            if not reserve(&w.found, w.found.n + m + w.found.n // 2):
                w.status = NO_MEMORY
                return
            memcpy(w.found.at + w.found.n, nodes, m * sizeof(uint32_t))
            w.found.n += m
        else:
            if w.n_lanes + m > SPN_LANES:
                take_masked(job, w)
            for i in range(m):
                w.place[w.n_lanes + i] = job.stencil.place_of[nodes[i]]
            w.n_lanes += m
        first += n


cdef void take_masked(const Job *job, Work *w) noexcept nogil:
    """Those of the waiting lanes that lie inside the mask."""
    cdef int i, n
    w.all_inside = not job.has_mask
    n = keep_masked(job, w)
    w.n_lanes = 0
    if not reserve(&w.found, w.found.n + n + w.found.n // 2):
        w.status = NO_MEMORY
        return
    for i in range(n):
        w.found.at[w.found.n + i] = job.order[w.place[i]]
    w.found.n += n


cdef void test_doubtful(const Job *job, Work *w, size_t image, size_t last) noexcept nogil:
    """Mask, then p, then the rest of the random number, for nodes of which the byte alone does not decide."""
    cdef int i, n = w.n_doubtful
    cdef const double *in_mask
    cdef const double *p
    cdef uint32_t place[SPN_LANES]
    cdef uint8_t masked[SPN_LANES]
    w.n_doubtful = 0
    if n == 0:
        return
    for i in range(n):
        place[i] = job.stencil.place_of[w.doubtful_node[i]]
        masked[i] = not job.has_mask
    if job.has_mask:
        for image in range(image, last):
            place_origin(job, w, image)
            spn_fill_mask(&job.mask, &job.pool, w.origin, place, n, w.mask)
            spn_run(job.mask.program, w.mask, n, &w.accept, 0)
            in_mask = w.mask + job.mask.program.result * SPN_LANES
            for i in range(n):
                masked[i] |= in_mask[i] != 0.0
    spn_fill_pairs(&job.p, &job.pool, w.x, job.driver_is_source, place, n, w.p)
    spn_run(job.p.program, w.p, n, &w.accept, 0)
    p = w.p + job.p.program.result * SPN_LANES
    for i in range(n):
        if not masked[i]:
            continue
        if p[i] != p[i]:
            w.status, w.detail = BAD_P, NAN
            return
        if w.doubtful_chance[i] < 256.0 * p[i] and (w.doubtful_chance[i] + 1 <= 256.0 * p[i] or (
                w.doubtful_chance[i] + rest(w, w.doubtful_number[i]) < 256.0 * p[i])):
            if not push(&w.found, w.doubtful_node[i]):
                w.status = NO_MEMORY
                return


cdef double rest(const Work *w, uint64_t number) noexcept nogil:
    """What follows a random byte: half a word."""
    cdef spn_stream stream = w.sifting
    cdef uint64_t words[4]
    stream.b = 4
    spn_stream_block(&stream, number // 8, words)
    return <double> <uint32_t> (words[number // 2 % 4] >> 32 * (number % 2)) * 2.0 ** -32
