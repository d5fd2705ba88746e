# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
# `build.py` sizes and checks the arrays.
"""Rows of connections whose nodes are drawn uniformly from a whole pool, with replacement or without.

The length of every row is known, so each is drawn where it will stay. Rows that are wanted by node, instead, are drawn twice:
once to count how often each node comes, and once to put the number of the row where it belongs. That is as fast as turning
them round, in half the memory.
"""

from cython.parallel cimport prange, threadid
from libc.stdint cimport int64_t, uint8_t, uint16_t, uint32_t, uint64_t
from libc.stdlib cimport calloc, free, malloc

from spatialnet._core.pairs cimport spn_sort
from spatialnet._core.program cimport spn_stream
from spatialnet._core.uniform cimport spn_draw_different, spn_draw_nodes, spn_put_rows

cdef enum:
    ROWS_PER_BLOCK = 16
    ROWS_AT_ONCE = 65536        # in 16 bits
    ENTRIES_AT_ONCE = 1 << 18   # that a core's cache holds
    CANDIDATE = 3               # spatialnet.expressions.streams


cdef class Rows:
    """How the nodes of rows are drawn.

    Parameters
    ----------
    offsets : ndarray (n_rows + 1,) int64
    own : ndarray (n_rows,) int64
        Number in the pool of the node whose row it is, where it must not be drawn; else -1.
    ids : ndarray (n_rows,) int64
        What the random numbers of each row are keyed by.
    n_pool : int
        Below 2**32.
    once : bool
        Whether a node may be in a row only once. There must be enough of them.
    seed, occurrence, projection : int
    threads : int
    """

    cdef const int64_t[::1] offsets, own, ids
    cdef uint32_t n_pool
    cdef bint once
    cdef int threads, bits
    cdef size_t longest         # row
    cdef spn_stream words
    cdef uint32_t **spare       # of each thread: room for a row
    cdef uint8_t **marks

    def __cinit__(self, const int64_t[::1] offsets, const int64_t[::1] own, const int64_t[::1] ids, uint32_t n_pool, bint once,
                  uint64_t seed, uint64_t occurrence, uint64_t projection, int threads):
        cdef int64_t row, t
        self.offsets, self.own, self.ids, self.n_pool, self.once, self.threads = offsets, own, ids, n_pool, once, threads
        self.bits = max(1, int(n_pool - 1).bit_length())
        self.words.key[0], self.words.key[1] = seed, CANDIDATE
        self.words.a, self.words.b, self.words.c = 0, occurrence, projection
        self.longest = 1
        for row in range(offsets.shape[0] - 1):
            self.longest = max(self.longest, self._length(row))
        self.spare = <uint32_t **> calloc(threads, sizeof(uint32_t *))
        self.marks = <uint8_t **> calloc(threads, sizeof(uint8_t *))
        if self.spare == NULL or self.marks == NULL:
            raise MemoryError()
        for t in range(threads):
            self.spare[t] = <uint32_t *> malloc(self.longest * sizeof(uint32_t))
            self.marks[t] = <uint8_t *> calloc(n_pool if once else 1, 1)
            if self.spare[t] == NULL or self.marks[t] == NULL:
                raise MemoryError()

    def __dealloc__(self):
        cdef int64_t t
        for t in range(self.threads):
            if self.spare != NULL:
                free(self.spare[t])
            if self.marks != NULL:
                free(self.marks[t])
        free(self.spare)
        free(self.marks)

    def fill(self, uint32_t[::1] nodes, int64_t first, int64_t last):
        """Draws the rows `first` to `last` - 1, ascending, into `nodes`, from ``offsets[first]`` to ``offsets[last]``."""
        cdef int64_t block, n_blocks = (last - first + ROWS_PER_BLOCK - 1) // ROWS_PER_BLOCK
        if nodes.shape[0]:
            for block in prange(n_blocks, num_threads=self.threads, schedule="dynamic", nogil=True):
                self._fill(&nodes[0], first + block * ROWS_PER_BLOCK, min(last, first + (block + 1) * ROWS_PER_BLOCK), threadid())

    cdef void _fill(self, uint32_t *nodes, int64_t first, int64_t last, int thread) noexcept nogil:
        cdef int64_t row
        for row in range(first, last):
            self._draw(row, nodes + self.offsets[row], thread)
            spn_sort(nodes + self.offsets[row], self.spare[thread], <uint32_t> self._length(row), self.bits)

    cdef void _draw(self, int64_t row, uint32_t *nodes, int thread) noexcept nogil:
        cdef size_t n = self._length(row)
        cdef uint32_t possible = self.n_pool - (self.own[row] >= 0)
        cdef spn_stream words = self.words
        words.a = <uint64_t> self.ids[row]
        if self.once:
            spn_draw_different(nodes, n, possible, self.own[row], &words, self.marks[thread])
        else:
            spn_draw_nodes(nodes, n, possible, self.own[row], &words)

    def by_node(self, int64_t[:, ::1] at, const int64_t[::1] first, const int64_t[::1] last, uint32_t[::1] rows):
        """Draws the rows ``first[k]`` to ``last[k]`` - 1 in thread k, and counts in ``at[k]`` how often each node comes.

        If there is room in `rows` (m,) uint32, their numbers are put there: ``at[k]`` tells where the next one of each node goes.
        """
        cdef int64_t part
        cdef int failed = 0
        for part in prange(first.shape[0], num_threads=first.shape[0], schedule="static", chunksize=1, nogil=True):
            failed += self._by_node(&at[part, 0], first[part], last[part], &rows[0] if rows.shape[0] else NULL, <int> part)
        if failed:
            raise MemoryError()

    cdef int _by_node(self, int64_t *at, int64_t row, int64_t last, uint32_t *rows, int thread) noexcept nogil:
        """Some rows at a time; returns whether there is no memory."""
        cdef size_t n, i, room = max(self.longest, min(<size_t> ENTRIES_AT_ONCE, 16 * <size_t> self.n_pool))
        cdef uint32_t n_rows
        cdef uint32_t *nodes = <uint32_t *> malloc(room * sizeof(uint32_t))
        cdef size_t *ends = <size_t *> malloc(ROWS_AT_ONCE * sizeof(size_t))
        cdef uint32_t *counts = <uint32_t *> calloc(self.n_pool, sizeof(uint32_t))
        cdef uint16_t *sorted = <uint16_t *> malloc(room * sizeof(uint16_t))
        cdef bint failed = nodes == NULL or ends == NULL or counts == NULL or sorted == NULL
        while row < last and not failed:
            n = n_rows = 0
            while row < last and n_rows < ROWS_AT_ONCE and n + self._length(row) <= room:
                self._draw(row, nodes + n, thread)
                n, row = n + self._length(row), row + 1
                ends[n_rows] = n
                n_rows += 1
            if rows == NULL:
                for i in range(n):
                    at[nodes[i]] += 1
            else:
                spn_put_rows(nodes, ends, n_rows, <uint32_t> (row - n_rows), self.n_pool, at, rows, counts, sorted)
        free(nodes)
        free(ends)
        free(counts)
        free(sorted)
        return failed

    cdef inline size_t _length(self, int64_t row) noexcept nogil:
        return <size_t> (self.offsets[row + 1] - self.offsets[row])
