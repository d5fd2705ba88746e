# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""What the drivers of a rule have in common (`Job`), and what one thread works with (`Work`)."""

from libc.stdint cimport uint16_t
from libc.stdlib cimport calloc, free

from spatialnet._core.pairs cimport SPN_GAPS_AT_MOST, spn_near_free, spn_pair_program
from spatialnet._core.program cimport SPN_LANES, spn_fill_constant_bounds, spn_fill_constants

cdef extern from "portability.h" nogil:
    void spn_free_pages(void *at, size_t size)


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
    free(w.near_begin.at); free(w.near_edge.at)
    spn_near_free(&w.near)
    while w.chunk != NULL:
        chunk, w.chunk = w.chunk, w.chunk.before
        free_chunk(chunk)
    free(w.candidates.at); free(w.keys.at); free(w.found.at); free(w.spare.at); free(w.marks)
    free(w)


cdef void free_chunk(Chunk *chunk) noexcept nogil:
    spn_free_pages(chunk.gaps, SPN_GAPS_AT_MOST(chunk.room) * sizeof(uint16_t))
    free(chunk.drivers.at)
    free(chunk)
