# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""Rows of connections, kept in chunks until all drivers are done, and then their weights and delays."""

from libc.stdint cimport uint16_t, uint32_t, uint64_t
from libc.stdlib cimport calloc
from libc.string cimport memcpy

from spatialnet._core.job cimport BAD_DELAY, BAD_WEIGHT, NO_MEMORY, REDRAW_FAILED, Chunk, Job, Work, push
from spatialnet._core.pairs cimport SPN_GAPS_AT_MOST, spn_delay_steps, spn_fill_pairs, spn_not_finite, spn_pack
from spatialnet._core.program cimport SPN_LANES, spn_run, spn_stream

cdef extern from "portability.h" nogil:
    void *spn_pages(size_t size)


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
    # what is not touched costs nothing
    chunk.gaps = <uint16_t *> spn_pages(SPN_GAPS_AT_MOST(chunk.room) * sizeof(uint16_t))
    return chunk if chunk.gaps != NULL else NULL


cdef void keep_row(const Job *job, Work *w, uint32_t driver) noexcept nogil:
    """Puts the driver's connections where they wait for the others."""
    cdef Chunk *out = chunk_for(job, w)
    if out == NULL or not push(&out.drivers, driver):
        w.status = NO_MEMORY
        return
    out.n_gaps += spn_pack(w.found.at, w.found.n, out.gaps + out.n_gaps)
    out.n += w.found.n


cdef void compute_values(const Job *job, Work *w, uint64_t driver_id, const uint32_t *nodes, size_t n_row,
                         const uint32_t *place_of, double *weights, uint16_t *delays) noexcept nogil:
    """Weights and delays of the row of the driver at `w.x`."""
    cdef size_t first = 0
    cdef int i, n
    cdef const double *value
    cdef uint32_t places[SPN_LANES]
    cdef spn_stream draws
    draws.key[0], draws.a, draws.b, draws.c = job.seed, driver_id, 0, job.projection
    while first < n_row:
        n = <int> min(<size_t> SPN_LANES, n_row - first)
        for i in range(n):
            places[i] = place_of[nodes[first + i]]
        if job.has_weight:
            spn_fill_pairs(&job.weight, &job.pool, w.x, job.driver_is_source, places, n, w.weight)
            draws.key[1] = 5 | job.synapse << 8  # streams.WEIGHT
            if spn_run(job.weight.program, w.weight, n, &draws, first):
                w.status = REDRAW_FAILED
            value = w.weight + job.weight.program.result * SPN_LANES
            i = spn_not_finite(value, n)
            if i >= 0:
                w.status, w.detail = BAD_WEIGHT, value[i]
                return
            memcpy(weights + first, value, n * sizeof(double))
        if job.has_delay:
            spn_fill_pairs(&job.delay, &job.pool, w.x, job.driver_is_source, places, n, w.delay)
            draws.key[1] = 6 | job.synapse << 8  # streams.DELAY
            if spn_run(job.delay.program, w.delay, n, &draws, first):
                w.status = REDRAW_FAILED
            value = w.delay + job.delay.program.result * SPN_LANES
            i = spn_delay_steps(value, n, job.tics_per_ms, job.tics_per_step, delays + first)
            if i >= 0:
                w.status, w.detail = BAD_DELAY, value[i]
                return
        first += n
