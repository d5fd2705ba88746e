# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
# Arguments are checked in spatialnet/connect; the loops below touch only arrays they size themselves.
"""A rule carried out for many drivers, in threads (`driver` does one).

First all pairs are found, which wait in chunks; then they are put into their places, and weights and delays computed
there.
"""

from cython.parallel cimport prange, threadid
from libc.stdint cimport int32_t, int64_t, uint8_t, uint16_t, uint32_t, uint64_t
from libc.stdlib cimport free, malloc, realloc

import numpy as np

from spatialnet._core.driver cimport connect_driver
from spatialnet._core.job cimport (BAD_DELAY, BAD_P, BAD_WEIGHT, NO_MEMORY, NO_WEIGHT, OK, REDRAW_FAILED, TOO_FEW, Chunk, Job,
                                   Work, free_chunk, free_work, new_work)
from spatialnet._core.neighbors import driver_cells
from spatialnet._core.pairs cimport spn_pair_program, spn_unpack
from spatialnet._core.program cimport Program
from spatialnet._core.rows cimport compute_values, keep_row

cdef enum:
    DRIVERS_PER_BLOCK = 32      # at least: a block ends where a cell does
    DRIVERS_AT_MOST = 64
    CONNECTIONS_PER_CHUNK = 1 << 18

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
    driver_in_pool : ndarray (m,) int64 or None
        Number of the same node in the pool, or -1; not looked at where autapses are allowed.
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
    each_event : bool
        Whether a random p is drawn anew for every event of a Poisson process, instead of once for every pair.
    squeeze : Squeeze or None
        Bounds of p by the distance, where p depends on nothing else.
    given : (offsets, nodes) or None
        Rows as this class has made them, for which there shall be only weights and delays.
    """

    cdef Job job
    cdef Work **works       # of each thread
    cdef Py_ssize_t n_works
    cdef readonly Py_ssize_t n_drivers, n_blocks, done  # with values, every block of drivers counts twice
    cdef Py_ssize_t n_searched  # blocks in which pairs are looked for
    cdef readonly int64_t n     # connections made so far
    cdef object keep
    cdef list programs
    cdef bint holds_gil     # some function of the user is written in Python
    cdef const int64_t[::1] drivers, cell_begin     # neighbours together; where each cell begins
    cdef const double[:, ::1] cell_lower, cell_upper
    cdef int64_t[::1] block_begin, block_cell       # where each block begins, and its first cell
    cdef const double[:, ::1] positions
    cdef const int64_t[::1] ids, in_pool, degrees
    cdef uint32_t[::1] place_of
    cdef uint32_t[::1] counts
    cdef const uint32_t[::1] order
    cdef const int32_t[:, ::1] cells
    # the rows in their places
    cdef int64_t[::1] offsets
    cdef uint32_t[::1] nodes
    cdef double[::1] weights
    cdef uint16_t[::1] delays

    def __cinit__(self, tree, driver_positions, driver_ids, driver_in_pool, extent, p, mask, mask_box, weight, delay,
                  double constant_p, degrees, bint driver_is_source, bint allow_autapses, bint allow_multapses,
                  bint dedupe, uint64_t seed, uint64_t projection, double tics_per_ms, int64_t tics_per_step,
                  stencil=None, uint64_t synapse=0, bint poisson=False, bint each_event=False, squeeze=None,
                  given=None):
        cdef int k
        cdef const int32_t[::1] chances
        cdef const double[:, ::1] coordinates = tree.coordinates, lower = tree.lower, upper = tree.upper
        cdef const uint32_t[::1] begin = tree.begin, end = tree.end
        cdef const uint32_t[::1] child_begin = tree.child_begin, child_end = tree.child_end
        self.order = tree.order
        self.positions = np.ascontiguousarray(driver_positions, np.float64)
        self.ids = np.ascontiguousarray(driver_ids, np.int64)
        self.n_drivers = len(driver_ids)
        if degrees is not None:
            self.degrees = np.ascontiguousarray(degrees, np.int64)
        place_of = np.empty(len(tree.order), np.uint32)
        place_of[tree.order] = np.arange(len(tree.order), dtype=np.uint32)
        self.place_of = place_of
        if not allow_autapses:  # the search works with places
            self.in_pool = np.where(driver_in_pool >= 0, place_of[driver_in_pool].astype(np.int64), -1)
        self.programs = []
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
        self.job.each_event = each_event
        self.job.random_p = p is not None and p[0].n_draws > 0 and not each_event
        self.job.has_mask = self._program(mask, &self.job.mask)
        self.job.has_weight = self._program(weight, &self.job.weight)
        self.job.has_delay = self._program(delay, &self.job.delay)
        if self.job.has_mask:
            for k in range(coordinates.shape[0]):
                self.job.mask_lower[k], self.job.mask_upper[k] = mask_box[0][k], mask_box[1][k]
        self.job.constant_p, self.job.room = constant_p, CONNECTIONS_PER_CHUNK
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
        elif squeeze is not None:
            self.keep.append(squeeze)
            chances = squeeze.chances
            self.job.squeeze.chances, self.job.squeeze.n = &chances[0], chances.shape[0] - 1
            self.job.squeeze.per_square, self.job.squeeze.reach = squeeze.per_square, squeeze.reach
            self.job.squeeze.one_way, self.job.squeeze.knows_mask = squeeze.one_way, squeeze.knows_mask
        self.counts = np.zeros(max(1, self.n_drivers), np.uint32)
        self.offsets = self.nodes = self.weights = self.delays = None
        if given is not None:
            self.offsets, self.nodes = given
        self._divide(tree)

    cdef int _divide(self, tree) except -1:
        """Drivers into cells that share a search, and these into blocks, which a thread does one at a time."""
        cdef Py_ssize_t cell, at = 0, begin, n, room
        if self.job.stencil.n_classes or self.offsets is not None:  # nothing to search for
            self.drivers, self.cell_begin = np.arange(self.n_drivers), np.array([0, self.n_drivers])
            self.cell_lower = self.cell_upper = np.zeros((1, 3))
        else:
            self.drivers, self.cell_begin, self.cell_lower, self.cell_upper = driver_cells(
                tree, np.asarray(self.positions), self.job.squeeze.n > 0)
        begins, cells = [], []
        room = 0
        for cell in range(self.cell_begin.shape[0] - 1):
            begin, n = self.cell_begin[cell], self.cell_begin[cell + 1] - self.cell_begin[cell]
            while n > 0:
                if room < n and room <= DRIVERS_AT_MOST - DRIVERS_PER_BLOCK:
                    begins.append(begin)
                    cells.append(cell)
                    room = DRIVERS_AT_MOST
                at = min(room, n)
                begin, n, room = begin + at, n - at, room - at
        self.n_searched = 0 if self.offsets is not None else len(begins)
        self.n_blocks = self.n_searched + (len(begins) if self.job.has_weight or self.job.has_delay else 0)
        self.block_begin = np.array([*begins, self.n_drivers], np.int64)
        self.block_cell = np.array([*cells, 0], np.int64)
        return 0

    cdef int _stencil(self, given) except -1:
        cdef int k
        cdef const int32_t[:, ::1] steps = given.steps
        cdef const double[::1] p = given.p, bound = given.class_bound
        cdef const uint8_t[::1] at_edge = given.at_edge, threshold = given.threshold
        cdef const int64_t[::1] begin = given.class_begin
        self.cells = given.driver_cells
        self.keep.append(given)
        self.job.stencil.wrap, self.job.stencil.n_classes = given.wrap, bound.shape[0]
        for k in range(self.job.pool.d):
            self.job.stencil.shape[k], self.job.stencil.spacing[k] = given.shape[k], given.spacing[k]
        if bound.shape[0]:
            self.job.stencil.steps, self.job.stencil.p, self.job.stencil.at_edge = &steps[0, 0], &p[0], &at_edge[0]
            self.job.stencil.threshold = &threshold[0]
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
        self.programs.append(program)
        self.holds_gil |= program.holds_gil
        q.program, q.inputs = &program.c, &inputs[0]
        q.uses_displacement = any(n < 7 for n in numbers)
        q.uses_sign = any(4 <= n < 7 for n in numbers)
        q.uses_distance_only = all(n < 4 for n in numbers)
        return 1

    def __dealloc__(self):
        cdef Py_ssize_t i
        for i in range(self.n_works):
            free_work(self.works[i])
        free(self.works)

    cdef int _prepare(self, Py_ssize_t threads) except -1:
        """What `threads` need, kept from run to run."""
        cdef void *grown
        cdef Py_ssize_t i
        if threads > self.n_works:
            grown = realloc(self.works, threads * sizeof(Work *))
            if grown == NULL:
                raise MemoryError()
            self.works = <Work **> grown
            for i in range(self.n_works, threads):
                self.works[i] = new_work(&self.job)
                if self.works[i] == NULL:
                    raise MemoryError()
                self.n_works = i + 1
                if self.works[i].status:
                    raise MemoryError()
        return 0

    def run(self, Py_ssize_t n_blocks, int threads):
        """Carries out the next `n_blocks` blocks.

        Returns
        -------
        None, or (status, driver, detail) of the first driver that failed
            `status` is a value of STATUS, `driver` a number in the list of drivers. The first in the order of the search, which
            the layers fix, so neither the number of threads nor that of the blocks changes it.
        """
        cdef Py_ssize_t first = self.done, b, i
        cdef Py_ssize_t last = min(first + n_blocks, self.n_blocks if first >= self.n_searched else self.n_searched)
        cdef Work *w
        cdef Work *failed = NULL
        if self.holds_gil:
            threads = 1
        threads = max(1, threads)
        self._prepare(threads)
        if first >= self.n_searched:
            self._place_rows(threads)
        for b in prange(first, last, num_threads=threads, schedule="dynamic", nogil=True):
            if b < self.n_searched:
                self._search(b, self.works[threadid()])
            else:
                self._compute(b - self.n_searched, self.works[threadid()])
        self.done = last
        for program in self.programs:
            program.check()
        for i in range(self.n_works):
            w = self.works[i]
            if w.failure and (failed == NULL or w.failing < failed.failing):
                failed = w
        if failed != NULL:
            if failed.failure == NO_MEMORY:
                raise MemoryError()
            return STATUS[failed.failure], self.drivers[failed.failing], failed.failing_detail
        if last <= self.n_searched:
            for i in range(self.block_begin[first], self.block_begin[last]):
                self.n += self.counts[self.drivers[i]]
        return None

    cdef void _search(self, Py_ssize_t b, Work *w) noexcept nogil:
        cdef Py_ssize_t at, i, cell = self.block_cell[b], last = -1
        cdef int k
        for at in range(self.block_begin[b], self.block_begin[b + 1]):
            while at >= self.cell_begin[cell + 1]:
                cell += 1
            if cell != last:
                last, w.searched = cell, 0
                for k in range(self.cell_lower.shape[1]):
                    w.cell.lower[k], w.cell.upper[k] = self.cell_lower[cell, k], self.cell_upper[cell, k]
            i = self.drivers[at]
            for k in range(self.job.pool.d):
                w.x[k] = self.positions[i, k]
                if self.job.stencil.n_classes:
                    w.lattice[k] = self.cells[i, k]
            w.status = OK
            connect_driver(&self.job, w, self.ids[i], -1 if self.job.allow_autapses else self.in_pool[i],
                           self.degrees[i] if self.job.fixed_degree else 0)
            if not w.status:
                keep_row(&self.job, w, <uint32_t> i)
            if w.status:
                note_failure(w, at)
                return
            self.counts[i] = <uint32_t> w.found.n

    cdef void _compute(self, Py_ssize_t b, Work *w) noexcept nogil:
        """Weights and delays of a block of drivers."""
        cdef Py_ssize_t at, i
        cdef int64_t to
        cdef int k
        for at in range(self.block_begin[b], self.block_begin[b + 1]):
            i = self.drivers[at]
            for k in range(self.job.pool.d):
                w.x[k] = self.positions[i, k]
            w.status, to = OK, self.offsets[i]
            compute_values(&self.job, w, self.ids[i], &self.nodes[0] + to, <size_t> (self.offsets[i + 1] - to),
                           &self.place_of[0], &self.weights[0] + to, &self.delays[0] + to)
            if w.status:
                note_failure(w, at)
                return

    def rows(self, int threads):
        """The connections, sorted by driver, then pool node: (offsets int64 (m + 1,), nodes uint32, weights, delays).

        Weights (float64) and delays (uint16, steps) are None where no program computes them. To be called at the end.
        """
        self._place_rows(threads)
        n = self.offsets[self.n_drivers]
        return (np.asarray(self.offsets), np.asarray(self.nodes)[:n], np.asarray(self.weights)[:n] if self.job.has_weight else None,
                np.asarray(self.delays)[:n] if self.job.has_delay else None)

    cdef int _place_rows(self, int threads) except -1:
        """Puts what was found where it belongs, once.

        Every chunk is given up as soon as it is copied, and all that values do not need before.
        """
        cdef Chunk **chunks = NULL
        cdef Chunk *chunk
        cdef Py_ssize_t n = 0, i
        if self.weights is not None:
            return 0
        if self.offsets is not None:
            self.n = self.offsets[self.n_drivers]
        self.weights = np.empty(max(1, self.n) if self.job.has_weight else 1)
        self.delays = np.empty(max(1, self.n) if self.job.has_delay else 1, np.uint16)
        if self.offsets is not None:
            return 0
        for i in range(self.n_works):
            chunk = self.works[i].chunk
            while chunk != NULL:
                n, chunk = n + 1, chunk.before
        chunks = <Chunk **> malloc(max(1, n) * sizeof(Chunk *))
        if chunks == NULL:
            raise MemoryError()
        n = 0
        for i in range(self.n_works):
            while self.works[i].chunk != NULL:
                chunks[n] = self.works[i].chunk
                n, self.works[i].chunk = n + 1, chunks[n].before
        self.in_pool = self.degrees = self.order = self.cells = self.cell_lower = self.cell_upper = None
        if self.n_blocks == self.n_searched:
            self.keep = self.positions = self.ids = self.place_of = self.drivers = None
        offsets = np.zeros(self.n_drivers + 1, np.int64)
        np.cumsum(self.counts[:self.n_drivers], out=offsets[1:])
        self.offsets, self.nodes = offsets, np.empty(max(1, self.n), np.uint32)
        for i in prange(n, num_threads=max(1, threads), schedule="dynamic", nogil=True):
            self._place(chunks[i])
        free(chunks)
        return 0

    cdef void _place(self, Chunk *chunk) noexcept nogil:
        """Puts the rows of a chunk where they belong, and frees it."""
        cdef size_t i, at = 0
        cdef uint32_t driver
        for i in range(chunk.drivers.n):
            driver = chunk.drivers.at[i]
            at += spn_unpack(chunk.gaps + at, self.counts[driver], &self.nodes[0] + self.offsets[driver])
        free_chunk(chunk)


cdef inline void note_failure(Work *w, Py_ssize_t at) noexcept nogil:
    if w.failure == OK or at < w.failing:
        w.failure, w.failing, w.failing_detail = w.status, at, w.detail
