# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
# `build.py` and `degrees` size and check the arrays.
"""Rows of connections whose nodes are drawn uniformly from a whole pool, with replacement or without.

The length of every row is known, so each is drawn where it will stay, or from where all of them are turned round.
"""

from cython.parallel cimport prange, threadid
from libc.stdint cimport int64_t, uint8_t, uint32_t, uint64_t
from libc.stdlib cimport calloc, free, malloc

from spatialnet._core.pairs cimport spn_sort
from spatialnet._core.program cimport (spn_below, spn_reader, spn_reader_open, spn_reader_word, spn_stream,
                                       spn_stream_block)

cdef enum:
    ROWS_PER_BLOCK = 16
    CANDIDATE = 3               # spatialnet.expressions.streams


def fill_rows(const int64_t[::1] offsets, const int64_t[::1] own, const int64_t[::1] ids, uint64_t n_pool, bint once,
              bint ascending, uint32_t[::1] nodes, int64_t first, int64_t last, uint64_t seed, uint64_t occurrence,
              uint64_t projection, int threads):
    """Draws the nodes of the rows `first` to `last` - 1.

    Parameters
    ----------
    offsets : ndarray (n_rows + 1,) int64
    own : ndarray (n_rows,) int64
        Number in the pool of the node whose row it is, where it must not be drawn; else -1.
    ids : ndarray (n_rows,) int64
        What the random numbers of each row are keyed by.
    n_pool : int
    once : bool
        Whether a node may be in a row only once. There must be enough of them.
    ascending : bool
        Whether rows are wanted in order.
    nodes : ndarray (n,) uint32
        Filled from ``offsets[first]`` to ``offsets[last]``.
    first, last : int
    seed, occurrence, projection : int
    threads : int
    """
    cdef int64_t longest = 0, row, block, t, n_blocks = (last - first + ROWS_PER_BLOCK - 1) / ROWS_PER_BLOCK
    cdef int bits = max(1, int(n_pool - 1).bit_length())
    cdef uint32_t **spare = <uint32_t **> calloc(threads, sizeof(uint32_t *))
    cdef uint8_t **marks = <uint8_t **> calloc(threads, sizeof(uint8_t *))
    cdef bint failed = spare == NULL or marks == NULL
    cdef spn_stream draws
    draws.key[0], draws.key[1], draws.a, draws.b, draws.c = seed, CANDIDATE, 0, occurrence, projection
    try:
        for row in range(first, last):
            longest = max(longest, offsets[row + 1] - offsets[row])
        if longest == 0:
            return
        for t in range(threads):
            if not failed:
                spare[t] = <uint32_t *> malloc(longest * sizeof(uint32_t))
                marks[t] = <uint8_t *> calloc(n_pool if once else 1, 1)
                failed = spare[t] == NULL or marks[t] == NULL
        if failed:
            raise MemoryError()
        for block in prange(n_blocks, num_threads=threads, schedule="dynamic", nogil=True):
            fill_block(&offsets[0], &own[0], &ids[0], n_pool, once, &nodes[0], first + block * ROWS_PER_BLOCK,
                       min(last, first + (block + 1) * ROWS_PER_BLOCK), draws, bits if ascending else 0, spare[threadid()],
                       marks[threadid()])
    finally:
        for t in range(threads):
            if spare != NULL:
                free(spare[t])
            if marks != NULL:
                free(marks[t])
        free(spare)
        free(marks)


cdef void fill_block(const int64_t *offsets, const int64_t *own, const int64_t *ids, uint64_t n_pool, bint once,
                     uint32_t *nodes, int64_t first, int64_t last, spn_stream draws, int bits, uint32_t *spare,
                     uint8_t *marks) noexcept nogil:
    """Rows `first` to `last` - 1, sorted if `bits` is not 0."""
    cdef int64_t row, n
    for row in range(first, last):
        n = offsets[row + 1] - offsets[row]
        draws.a = <uint64_t> ids[row]
        if once:
            draw_row_once(nodes + offsets[row], n, n_pool, own[row], &draws, marks)
        else:
            draw_row(nodes + offsets[row], n, n_pool, own[row], &draws)
        if bits:
            spn_sort(nodes + offsets[row], spare, <uint32_t> n, bits)


cdef void draw_row(uint32_t *nodes, int64_t n, uint64_t n_pool, int64_t own, const spn_stream *draws) noexcept nogil:
    """`n` nodes of the pool other than `own` (-1: any)."""
    cdef uint64_t words[8]
    cdef uint64_t number = 0, possible = n_pool - (own >= 0)
    cdef int64_t at = 0
    cdef uint32_t node
    cdef int j, some
    while at < n:
        # two independent blocks at once hide the latency of the multiplications
        spn_stream_block(draws, number, words)
        spn_stream_block(draws, number + 1, words + 4)
        number += 2
        some = <int> min(<int64_t> 8, n - at)
        if own < 0:
            for j in range(some):
                nodes[at + j] = <uint32_t> spn_below(words[j], possible)
        else:
            for j in range(some):
                node = <uint32_t> spn_below(words[j], possible)
                nodes[at + j] = node + (node >= own)
        at += some


cdef void draw_row_once(uint32_t *nodes, int64_t n, int64_t n_pool, int64_t own, const spn_stream *draws,
                        uint8_t *marks) noexcept nogil:
    """Different nodes; above half of those possible, the ones left out are drawn. `marks` is 0 before and after."""
    cdef spn_reader words
    cdef int64_t i = 0, j, possible = n_pool - (own >= 0), wanted
    cdef bint left_out = n > possible / 2
    spn_reader_open(&words, draws.key, draws.a, draws.b, draws.c)
    wanted = possible - n if left_out else n
    while i < wanted:
        j = <int64_t> spn_below(spn_reader_word(&words), possible)
        if not marks[j]:
            marks[j] = 1
            if not left_out:
                nodes[i] = <uint32_t> j
            i += 1
    if left_out:
        i = 0
        for j in range(possible):
            if not marks[j]:
                nodes[i] = <uint32_t> j
                i += 1
            marks[j] = 0
    else:
        for i in range(n):
            marks[nodes[i]] = 0
    if own >= 0:
        for i in range(n):
            nodes[i] += nodes[i] >= own
