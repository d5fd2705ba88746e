# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""Rows of connections with their weights and delays, kept in chunks until all drivers are done."""

from libc.math cimport isfinite
from libc.stdint cimport uint16_t, uint32_t, uint64_t
from libc.stdlib cimport calloc
from libc.string cimport memcpy

from spatialnet._core.job cimport BAD_DELAY, BAD_WEIGHT, NO_MEMORY, REDRAW_FAILED, Chunk, Job, Work, push
from spatialnet._core.pairs cimport SPN_GAPS_AT_MOST, spn_delay_steps, spn_fill_pairs, spn_pack
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
    if not job.given:
        chunk.gaps = <uint16_t *> spn_pages(SPN_GAPS_AT_MOST(chunk.room) * sizeof(uint16_t))  # what is not touched costs nothing
    if job.has_weight:
        chunk.weights = <double *> spn_pages(chunk.room * sizeof(double))
    if job.has_delay:
        chunk.delays = <uint16_t *> spn_pages(chunk.room * sizeof(uint16_t))
    if ((not job.given and chunk.gaps == NULL) or (job.has_weight and chunk.weights == NULL)
            or (job.has_delay and chunk.delays == NULL)):
        return NULL
    return chunk


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
    if not job.given:
        out.n_gaps += spn_pack(w.found.at, w.found.n, out.gaps + out.n_gaps)
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
