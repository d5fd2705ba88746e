# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
# Arguments are checked in spatialnet/connect; the loops below touch only arrays they size themselves.
"""A rule carried out for many drivers, in threads (`driver` does one)."""

from cython.parallel cimport prange, threadid
from libc.stdint cimport int32_t, int64_t, uint8_t, uint16_t, uint32_t, uint64_t
from libc.stdlib cimport calloc, free
from libc.string cimport memcpy, memset

import numpy as np

from spatialnet._core.driver cimport (BAD_DELAY, BAD_P, BAD_WEIGHT, NO_MEMORY, NO_WEIGHT, OK, REDRAW_FAILED, TOO_FEW,
                                      Block, Job, Work, attributes, connect_driver, free_work, new_work,
                                      spn_pair_program)
from spatialnet._core.program cimport Program

cdef enum:
    DRIVERS_PER_BLOCK = 16

STATUS = {NO_MEMORY: "memory", TOO_FEW: "too few", NO_WEIGHT: "no weight", BAD_P: "p", REDRAW_FAILED: "redraw",
          BAD_WEIGHT: "weight", BAD_DELAY: "delay"}


cdef class Connector:
    """One rule carried out for a list of drivers over a pool.

    Parameters
    ----------
    tree : BoxTree
        Of the pool.
    driver_positions : ndarray (m, d) float64
    driver_ids : ndarray (m,) int64
        Global ids: what random numbers are keyed by.
    driver_in_pool : ndarray (m,) int64
        Number of the same node in the pool, or -1.
    extent : ndarray (d,) float64
        Of the pool; 0 along axes that do not wrap.
    p, mask, weight, delay : (Program, inputs) or None
        `inputs` are the numbers of the program's inputs in PAIR_SYMBOLS; for the mask, of MASK_SYMBOLS.
    mask_box : (lower, upper)
    constant_p : float
        Used where `p` is None.
    degrees : ndarray (m,) int64 or None
        Connections of each driver; None for pairwise Bernoulli.
    driver_is_source, allow_autapses, allow_multapses : bool
    dedupe : bool
        Whether the mask is as wide as the pool, so that a node may be met in two images and must count once.
    seed, projection : int
    tics_per_ms : float
    tics_per_step : int
    stencil : Stencil or None
        Replaces the search, where the pool is a grid.
    synapse : int
        Number of the synapse among those of one call, which keys weights and delays.
    poisson : bool
        Whether p is the mean number of connections of a pair, instead of a probability.
    """

    cdef Job job
    cdef Block *blocks
    cdef readonly Py_ssize_t n_drivers, n_blocks, done
    cdef object keep
    cdef const double[:, ::1] positions
    cdef const int64_t[::1] ids, in_pool, degrees
    cdef uint32_t[::1] place_of
    cdef uint32_t[::1] counts
    cdef const uint32_t[::1] order
    cdef const int32_t[:, ::1] cells

    def __cinit__(self, tree, driver_positions, driver_ids, driver_in_pool, extent, p, mask, mask_box, weight, delay,
                  double constant_p, degrees, bint driver_is_source, bint allow_autapses, bint allow_multapses,
                  bint dedupe, uint64_t seed, uint64_t projection, double tics_per_ms, int64_t tics_per_step,
                  stencil=None, uint64_t synapse=0, bint poisson=False):
        cdef int k
        cdef const double[:, ::1] coordinates = tree.coordinates, lower = tree.lower, upper = tree.upper
        cdef const uint32_t[::1] begin = tree.begin, end = tree.end
        cdef const uint32_t[::1] child_begin = tree.child_begin, child_end = tree.child_end
        self.order = tree.order
        self.positions = np.ascontiguousarray(driver_positions, np.float64)
        self.ids = np.ascontiguousarray(driver_ids, np.int64)
        self.n_drivers = len(driver_ids)
        self.degrees = np.zeros(self.n_drivers, np.int64) if degrees is None else np.ascontiguousarray(degrees, np.int64)
        place_of = np.empty(len(tree.order), np.uint32)
        place_of[tree.order] = np.arange(len(tree.order), dtype=np.uint32)
        self.place_of = place_of
        in_pool = np.ascontiguousarray(driver_in_pool, np.int64)
        if allow_autapses:
            in_pool = np.full_like(in_pool, -1)
        else:  # the search works with places
            in_pool = np.where(in_pool >= 0, place_of[in_pool].astype(np.int64), -1)
        self.in_pool = in_pool
        self.keep = [tree, p, mask, weight, delay]
        self.job.pool.d, self.job.pool.n = coordinates.shape[0], len(tree.order)
        for k in range(coordinates.shape[0]):
            self.job.pool.position[k] = &coordinates[k, 0]
            self.job.pool.lower[k], self.job.pool.upper[k] = &lower[k, 0], &upper[k, 0]
            self.job.pool.extent[k] = extent[k]
        self.job.pool.begin, self.job.pool.end = &begin[0], &end[0]
        self.job.pool.child_begin, self.job.pool.child_end = &child_begin[0], &child_end[0]
        self.job.pool.n_boxes = begin.shape[0]
        self.job.pool.first_start, self.job.pool.n_start = tree.first_start, tree.n_start
        self.job.order = &self.order[0]
        self.job.has_p = self._program(p, &self.job.p)
        self.job.random_p = p is not None and p[0].n_draws > 0
        self.job.has_mask = self._program(mask, &self.job.mask)
        self.job.has_weight = self._program(weight, &self.job.weight)
        self.job.has_delay = self._program(delay, &self.job.delay)
        if self.job.has_mask:
            for k in range(coordinates.shape[0]):
                self.job.mask_lower[k], self.job.mask_upper[k] = mask_box[0][k], mask_box[1][k]
        self.job.constant_p = constant_p
        self.job.fixed_degree, self.job.poisson = degrees is not None, poisson
        self.job.driver_is_source, self.job.allow_autapses = driver_is_source, allow_autapses
        self.job.allow_multapses, self.job.dedupe = allow_multapses, dedupe
        self.job.seed, self.job.projection, self.job.synapse = seed, projection, synapse
        self.job.tics_per_ms, self.job.tics_per_step = tics_per_ms, tics_per_step
        self.job.sort_bits = max(1, int(len(tree.order) - 1).bit_length())
        self.job.stencil.place_of = &self.place_of[0]
        self.cells = np.zeros((1, 1), np.int32)
        if stencil is not None:
            self._stencil(stencil)
        self.counts = np.zeros(max(1, self.n_drivers), np.uint32)
        self.n_blocks = (self.n_drivers + DRIVERS_PER_BLOCK - 1) // DRIVERS_PER_BLOCK
        self.blocks = <Block *> calloc(max(1, self.n_blocks), sizeof(Block))
        if self.blocks == NULL:
            raise MemoryError()

    cdef int _stencil(self, given) except -1:
        cdef int k
        cdef const int32_t[:, ::1] steps = given.steps
        cdef const double[::1] p = given.p, bound = given.class_bound
        cdef const uint8_t[::1] at_edge = given.at_edge
        cdef const int64_t[::1] begin = given.class_begin
        self.cells = given.driver_cells
        self.keep.append(given)
        self.job.stencil.wrap, self.job.stencil.n_classes = given.wrap, bound.shape[0]
        for k in range(self.job.pool.d):
            self.job.stencil.shape[k], self.job.stencil.spacing[k] = given.shape[k], given.spacing[k]
        if bound.shape[0]:
            self.job.stencil.steps, self.job.stencil.p, self.job.stencil.at_edge = &steps[0, 0], &p[0], &at_edge[0]
            self.job.stencil.begin, self.job.stencil.bound = &begin[0], &bound[0]
        return 0

    cdef int _program(self, given, spn_pair_program *q) except -1:
        cdef Program program
        cdef const int[::1] inputs
        if given is None:
            return 0
        program, numbers = given
        inputs = np.ascontiguousarray([*numbers, 0], np.intc)
        self.keep.append(inputs)
        q.program, q.inputs = &program.c, &inputs[0]
        q.uses_displacement = any(n < 7 for n in numbers)
        q.uses_sign = any(4 <= n < 7 for n in numbers)
        q.uses_distance_only = all(n < 4 for n in numbers)
        return 1

    def __dealloc__(self):
        cdef Py_ssize_t b
        if self.blocks != NULL:
            for b in range(self.n_blocks):
                free(self.blocks[b].nodes)
                free(self.blocks[b].weights)
                free(self.blocks[b].delays)
            free(self.blocks)

    @property
    def n(self):
        """Connections made so far."""
        cdef Py_ssize_t b
        cdef size_t total = 0
        for b in range(self.n_blocks):
            total += self.blocks[b].n
        return total

    def run(self, Py_ssize_t n_blocks, int threads):
        """Carries out the next `n_blocks` blocks of drivers.

        Returns
        -------
        None, or (status, driver, detail) of the first driver that failed
            `status` is a value of STATUS, `driver` a number in the list of drivers.
        """
        cdef Py_ssize_t first = self.done, last = min(self.done + n_blocks, self.n_blocks), b, i, failed = -1
        cdef int t
        cdef Work **works = <Work **> calloc(threads, sizeof(Work *))
        cdef int *statuses = <int *> calloc(max(1, last - first), sizeof(int))
        cdef Py_ssize_t *failing = <Py_ssize_t *> calloc(max(1, last - first), sizeof(Py_ssize_t))
        cdef double *details = <double *> calloc(max(1, last - first), sizeof(double))
        try:
            if works == NULL or statuses == NULL or failing == NULL or details == NULL:
                raise MemoryError()
            for t in range(threads):
                works[t] = new_work(&self.job)
                if works[t] == NULL or works[t].status:
                    raise MemoryError()
            for b in prange(first, last, num_threads=threads, schedule="dynamic", nogil=True):
                self._block(b, works[threadid()], &statuses[b - first], &failing[b - first], &details[b - first])
            self.done = last
            for b in range(last - first):
                if statuses[b] == NO_MEMORY:
                    raise MemoryError()
                if statuses[b]:
                    return STATUS[statuses[b]], failing[b], details[b]
        finally:
            if works != NULL:
                for t in range(threads):
                    free_work(works[t])
            free(works)
            free(statuses)
            free(failing)
            free(details)
        return None

    cdef void _block(self, Py_ssize_t b, Work *w, int *status, Py_ssize_t *failing, double *detail) noexcept nogil:
        cdef Py_ssize_t i
        cdef int k
        for i in range(b * DRIVERS_PER_BLOCK, min((b + 1) * DRIVERS_PER_BLOCK, self.n_drivers)):
            for k in range(self.job.pool.d):
                w.x[k] = self.positions[i, k]
                if self.job.stencil.n_classes:
                    w.cell[k] = self.cells[i, k]
            w.status = OK
            connect_driver(&self.job, w, self.ids[i], self.in_pool[i], self.degrees[i])
            if not w.status:
                attributes(&self.job, w, self.ids[i], &self.place_of[0], &self.blocks[b])
            if w.status:
                status[0], failing[0], detail[0] = w.status, i, w.detail
                return
            self.counts[i] = <uint32_t> w.found.n

    def rows(self):
        """The connections, sorted by driver, then pool node: (offsets int64 (m + 1,), nodes uint32, weights, delays).

        Weights (float64) and delays (uint16, steps) are None where no program computes them. Empties the connector.
        """
        cdef Py_ssize_t b
        cdef size_t at = 0, n
        offsets = np.zeros(self.n_drivers + 1, np.int64)
        np.cumsum(self.counts[:self.n_drivers], out=offsets[1:])
        total = int(offsets[self.n_drivers])
        nodes = np.empty(total, np.uint32)
        weights = np.empty(total) if self.job.has_weight else None
        delays = np.empty(total, np.uint16) if self.job.has_delay else None
        cdef uint32_t[::1] node_view = nodes
        cdef double[::1] weight_view = weights
        cdef uint16_t[::1] delay_view = delays
        for b in range(self.n_blocks):
            n = self.blocks[b].n
            if n:
                memcpy(&node_view[at], self.blocks[b].nodes, n * sizeof(uint32_t))
                if self.job.has_weight:
                    memcpy(&weight_view[at], self.blocks[b].weights, n * sizeof(double))
                if self.job.has_delay:
                    memcpy(&delay_view[at], self.blocks[b].delays, n * sizeof(uint16_t))
            free(self.blocks[b].nodes)
            free(self.blocks[b].weights)
            free(self.blocks[b].delays)
            memset(&self.blocks[b], 0, sizeof(Block))
            at += n
        return offsets, nodes, weights, delays
