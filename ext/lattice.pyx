# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
# Works on the arrays of a `Job`, which `connector` sizes and checks.
"""Pairwise rules on a grid, where a stencil of lattice steps replaces the search (spatialnet/connect/stencil.py)."""

from libc.math cimport floor, log1p
from libc.stdint cimport int32_t, int64_t, uint8_t, uint32_t, uint64_t

from spatialnet._core.job cimport NO_MEMORY, Job, Work, push, reserve
from spatialnet._core.near cimport rest
from spatialnet._core.pairs cimport (spn_compare_bytes, spn_nodes_at, spn_numbers_of_set, spn_prepare_pairs,
                                     spn_stream_halves)
from spatialnet._core.pairwise cimport chances, next_jump
from spatialnet._core.program cimport SPN_LANES, spn_reader_unit, spn_run

# Below this bound it is cheaper to jump than to draw a byte for every step.
cdef double JUMP_ON_LATTICE_BELOW = 0.03125
cdef enum:
    EVENTS = 32         # random numbers made at a time

spn_prepare_pairs()


cdef void connect_on_lattice(const Job *job, Work *w) noexcept nogil:
    """Nodes at steps of the stencil, each with its own p → `w.found`."""
    if job.poisson:
        take_events(job, w)
    else:
        take_steps(job, w)
    test_edge(job, w)


cdef void take_steps(const Job *job, Work *w) noexcept nogil:
    """Pairwise Bernoulli: every step at most once."""
    cdef int64_t c, step, end, i, n
    cdef int32_t taken[SPN_LANES + 16]
    cdef int32_t doubtful[SPN_LANES + 16]
    cdef uint8_t below[SPN_LANES + 8]
    cdef int k
    cdef uint64_t number = 0  # of the random byte
    cdef double bound, scale, jump
    cdef const double *p = job.stencil.p
    cdef const uint8_t *chance
    for c in range(job.stencil.n_classes):
        step, end, bound = job.stencil.begin[c], job.stencil.begin[c + 1], job.stencil.bound[c]
        if bound >= 1.0:
            for i in range(step, end):
                take_step(job, w, i)
        elif bound >= JUMP_ON_LATTICE_BELOW:
            while step < end:
                n = min(<int64_t> SPN_LANES, end - step)
                chance = chances(w, <int> n)
                for k in range(spn_compare_bytes(chance, job.stencil.threshold + step, <int> n, below, doubtful)):
                    i = doubtful[k]  # the byte is the first part of a number that is compared with p
                    below[i] = chance[i] + rest(w, number + i) < 256.0 * p[step + i]
                take_those(job, w, step, taken, spn_numbers_of_set(below, <int> n, taken))
                number += n
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


cdef void take_events(const Job *job, Work *w) noexcept nogil:
    """Pairwise Poisson: the steps of all classes end to end, each as long as the bound of its class, on the way of a Poisson
    process of rate 1, whose events are kept with probability average / bound."""
    cdef int64_t c, step, end, i
    cdef int left = 0
    cdef double at = next_jump(w), bound, span
    cdef double u[EVENTS]
    cdef const double *average = job.stencil.p
    w.accept.b = 1 << 20
    for c in range(job.stencil.n_classes):
        step, end, bound = job.stencil.begin[c], job.stencil.begin[c + 1], job.stencil.bound[c]
        span = bound * (end - step)
        while at < span:
            i = step + <int64_t> (at / bound)
            if i == end:  # by rounding
                break
            if left == 0:
                spn_stream_halves(&w.accept, w.accepted_words, EVENTS, u)
                w.accepted_words += EVENTS
                left = EVENTS
            left -= 1
            if u[EVENTS - 1 - left] * bound < average[i]:
                take_step(job, w, i)
            at += next_jump(w)
        at = max(0.0, at - span)
    w.accept.b = 0


cdef void take_those(const Job *job, Work *w, int64_t first, const int32_t *some, int n) noexcept nogil:
    """Steps first + some[i]; as `take_step`, but many at a time."""
    cdef int i
    cdef int64_t own = job.order[w.self_place] if w.self_place >= 0 else -1
    cdef uint32_t nodes[SPN_LANES]
    # those waiting at the mask's edge may come between
    if not reserve(&w.found, w.found.n + 2 * n + SPN_LANES + w.found.n // 2):
        w.status = NO_MEMORY
        return
    spn_nodes_at(job.stencil.steps + first * job.pool.d, some, n, job.pool.d, w.lattice, job.stencil.shape,
                 job.stencil.wrap, nodes)
    for i in range(n):
        if job.stencil.at_edge[first + some[i]]:
            take_step(job, w, first + some[i])
        else:
            w.found.at[w.found.n] = nodes[i]
            w.found.n += nodes[i] != <uint32_t> -1 and nodes[i] != own


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
