# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
# `build.py` sizes and checks the arrays.
"""A given number of pairs, drawn uniformly, with replacement or without.

No pair is ever listed and sorted afterwards. First only the sources are drawn, and counted: that fixes the length of every
row. Given its length, the targets of a row are independent of all other rows, so each row is drawn where it will stay.
"""

from cython.parallel cimport prange, threadid
from libc.stdint cimport int64_t, uint8_t, uint32_t, uint64_t
from libc.stdlib cimport calloc, free, malloc

from spatialnet._core.program cimport (spn_below, spn_reader, spn_reader_open, spn_reader_word, spn_stream,
                                       spn_stream_block)

cdef extern from "pairs.h" nogil:
    void spn_sort(uint32_t *values, uint32_t *spare, uint32_t n, int bits)

cdef enum:
    DRAWS_PER_BLOCK = 65536     # of sources; a block is keyed by its number
    ROWS_PER_BLOCK = 16
    CANDIDATE = 3               # spatialnet.expressions.streams
    ROW = 1                     # occurrence: the targets of a row, keyed by the number of the source

PER_BLOCK = DRAWS_PER_BLOCK


def count_sources(uint32_t[::1] counts, const int64_t[::1] order, int64_t n_shorter, uint64_t n_targets, uint64_t n,
                  int64_t first, int64_t last, uint64_t seed, uint64_t projection, int threads):
    """Draws the sources of the pairs in blocks `first` to `last` - 1, and adds them to `counts`.

    Parameters
    ----------
    counts : ndarray (n_sources,) uint32
    order : ndarray (n_sources,) int64
        All sources; the first `n_shorter` of them have one possible target less, themselves.
    n_shorter : int
    n_targets : int
    n : int
        Pairs in all blocks.
    first, last : int
        A block holds `PER_BLOCK` pairs, the last one what is left.
    seed, projection : int
    threads : int
    """
    cdef int64_t n_sources = counts.shape[0], block, i, t
    cdef uint32_t **own = <uint32_t **> calloc(threads, sizeof(uint32_t *))
    cdef bint failed = own == NULL
    try:
        for t in range(threads):
            if not failed:
                own[t] = <uint32_t *> calloc(n_sources, sizeof(uint32_t))
                failed = own[t] == NULL
        if failed:
            raise MemoryError()
        for block in prange(first, last, num_threads=threads, schedule="dynamic", nogil=True):
            count_block(own[threadid()], &order[0], n_sources, n_shorter, n_targets, n, block, seed, projection)
        for t in range(threads):
            for i in range(n_sources):
                counts[i] += own[t][i]
    finally:
        if own != NULL:
            for t in range(threads):
                free(own[t])
        free(own)


def count_sources_once(uint32_t[::1] counts, const int64_t[::1] capacity, uint64_t n_targets, uint64_t n, uint64_t seed,
                       uint64_t projection):
    """Draws the sources of `n` different pairs, and adds them to `counts`.

    One after the other, because the chance of a source falls with every pair it has got: it is proportional to what is left of
    its `capacity` (the number of its possible targets). At most half of all pairs should be asked for; draw those left out
    where more are wanted.
    """
    cdef spn_reader words
    cdef uint64_t[2] key
    cdef int64_t n_sources = counts.shape[0], source
    key[0], key[1] = seed, CANDIDATE
    spn_reader_open(&words, key, 0, 0, projection)
    with nogil:
        while n > 0:
            source = <int64_t> spn_below(spn_reader_word(&words), n_sources)
            if <int64_t> spn_below(spn_reader_word(&words), n_targets) < capacity[source] - counts[source]:
                counts[source] += 1
                n -= 1


cdef void count_block(uint32_t *counts, const int64_t *order, int64_t n_sources, int64_t n_shorter, uint64_t n_targets,
                      uint64_t n, int64_t block, uint64_t seed, uint64_t projection) noexcept nogil:
    cdef spn_stream s
    cdef uint64_t words[8]
    cdef uint64_t at = <uint64_t> block * DRAWS_PER_BLOCK, end = min(at + DRAWS_PER_BLOCK, n), number = 0, x
    cdef uint64_t shorter = <uint64_t> n_shorter * (n_targets - 1)
    cdef uint64_t pairs = shorter + <uint64_t> (n_sources - n_shorter) * n_targets
    cdef int j, some
    s.key[0], s.key[1] = seed, CANDIDATE
    s.a, s.b, s.c = <uint64_t> block, 0, projection
    while at < end:
        # two independent blocks at once hide the latency of the multiplications
        spn_stream_block(&s, number, words)
        spn_stream_block(&s, number + 1, words + 4)
        number += 2
        some = <int> min(<uint64_t> 8, end - at)
        at += some
        if n_shorter == 0 or n_shorter == n_sources:
            for j in range(some):
                counts[spn_below(words[j], n_sources)] += 1
        else:  # each pair is as likely as any other, so sources with fewer targets are drawn less often
            for j in range(some):
                x = spn_below(words[j], pairs)
                if x < shorter:
                    counts[order[x / (n_targets - 1)]] += 1
                else:
                    counts[order[n_shorter + (x - shorter) / n_targets]] += 1


def fill_rows(const int64_t[::1] offsets, const int64_t[::1] own, uint64_t n_targets, bint once, uint32_t[::1] targets,
              int64_t first, int64_t last, uint64_t seed, uint64_t projection, int threads):
    """Draws the targets of the rows `first` to `last` - 1, ascending in each row.

    Parameters
    ----------
    offsets : ndarray (n_sources + 1,) int64
    own : ndarray (n_sources,) int64
        Number of the source among the targets where it must not be drawn, else -1.
    n_targets : int
    once : bool
        Whether a target may be in a row only once.
    targets : ndarray (n,) uint32
        Filled from ``offsets[first]`` to ``offsets[last]``.
    first, last : int
    seed, projection : int
    threads : int
    """
    cdef int64_t longest = 0, row, block, t, n_blocks = (last - first + ROWS_PER_BLOCK - 1) / ROWS_PER_BLOCK
    cdef int bits = max(1, int(n_targets - 1).bit_length())
    cdef uint32_t **spare = <uint32_t **> calloc(threads, sizeof(uint32_t *))
    cdef uint8_t **marks = <uint8_t **> calloc(threads, sizeof(uint8_t *))
    cdef bint failed = spare == NULL or marks == NULL
    try:
        for row in range(first, last):
            longest = max(longest, offsets[row + 1] - offsets[row])
        if longest == 0:
            return
        for t in range(threads):
            if not failed:
                spare[t] = <uint32_t *> malloc(longest * sizeof(uint32_t))
                marks[t] = <uint8_t *> calloc(n_targets if once else 1, 1)
                failed = spare[t] == NULL or marks[t] == NULL
        if failed:
            raise MemoryError()
        for block in prange(n_blocks, num_threads=threads, schedule="dynamic", nogil=True):
            fill_block(&offsets[0], &own[0], n_targets, once, &targets[0], first + block * ROWS_PER_BLOCK,
                       min(last, first + (block + 1) * ROWS_PER_BLOCK), seed, projection, bits, spare[threadid()],
                       marks[threadid()])
    finally:
        for t in range(threads):
            if spare != NULL:
                free(spare[t])
            if marks != NULL:
                free(marks[t])
        free(spare)
        free(marks)


cdef void fill_block(const int64_t *offsets, const int64_t *own, uint64_t n_targets, bint once, uint32_t *targets,
                     int64_t first, int64_t last, uint64_t seed, uint64_t projection, int bits, uint32_t *spare,
                     uint8_t *marks) noexcept nogil:
    cdef int64_t row, n, possible
    for row in range(first, last):
        n = offsets[row + 1] - offsets[row]
        possible = <int64_t> n_targets - (own[row] >= 0)
        if once:
            draw_row_once(targets + offsets[row], n, possible, own[row], row, seed, projection, bits, spare, marks)
        else:
            draw_row(targets + offsets[row], n, possible, own[row], row, seed, projection)
            spn_sort(targets + offsets[row], spare, <uint32_t> n, bits)


cdef void draw_row(uint32_t *targets, int64_t n, uint64_t possible, int64_t own, int64_t row, uint64_t seed,
                   uint64_t projection) noexcept nogil:
    cdef spn_stream s
    cdef uint64_t words[8]
    cdef uint64_t number = 0
    cdef int64_t at = 0
    cdef uint32_t target
    cdef int j, some
    s.key[0], s.key[1] = seed, CANDIDATE
    s.a, s.b, s.c = <uint64_t> row, ROW, projection
    while at < n:
        spn_stream_block(&s, number, words)
        spn_stream_block(&s, number + 1, words + 4)
        number += 2
        some = <int> min(<int64_t> 8, n - at)
        if own < 0:
            for j in range(some):
                targets[at + j] = <uint32_t> spn_below(words[j], possible)
        else:
            for j in range(some):
                target = <uint32_t> spn_below(words[j], possible)
                targets[at + j] = target + (target >= own)
        at += some


cdef void draw_row_once(uint32_t *targets, int64_t n, int64_t possible, int64_t own, int64_t row, uint64_t seed,
                        uint64_t projection, int bits, uint32_t *spare, uint8_t *marks) noexcept nogil:
    """Different targets; above half of those possible, the ones left out are drawn. `marks` is 0 before and after."""
    cdef spn_reader words
    cdef uint64_t[2] key
    cdef int64_t i = 0, j, wanted
    cdef uint8_t left_out = n > possible / 2
    key[0], key[1] = seed, CANDIDATE
    spn_reader_open(&words, key, <uint64_t> row, ROW, projection)
    wanted = possible - n if left_out else n
    while i < wanted:
        j = <int64_t> spn_below(spn_reader_word(&words), possible)
        if not marks[j]:
            marks[j] = 1
            if not left_out:
                targets[i] = <uint32_t> j
            i += 1
    if left_out:
        i = 0
        for j in range(possible):
            if not marks[j]:
                targets[i] = <uint32_t> j
                i += 1
            marks[j] = 0
    else:
        for i in range(n):
            marks[targets[i]] = 0
        spn_sort(targets, spare, <uint32_t> n, bits)
    if own >= 0:
        for i in range(n):
            targets[i] += targets[i] >= own
