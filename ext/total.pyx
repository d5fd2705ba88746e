# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
# `build.py` sizes and checks the arrays.
"""A given number of pairs, drawn uniformly, with replacement or without.

No pair is ever listed and sorted afterwards. First only the sources are drawn, and counted: that fixes the length of every
row. Given its length, the targets of a row are independent of all other rows, so each row is drawn where it will stay
(`uniform`).
"""

from cython.parallel cimport prange, threadid
from libc.stdint cimport int64_t, uint32_t, uint64_t
from libc.stdlib cimport calloc, free

from spatialnet._core.program cimport spn_below, spn_reader, spn_reader_open, spn_reader_word, spn_stream
from spatialnet._core.uniform cimport spn_draw_nodes

cdef enum:
    DRAWS_PER_BLOCK = 65536     # of sources; a block is keyed by its number
    CANDIDATE = 3               # spatialnet.expressions.streams

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
                own[t] = <uint32_t *> calloc(n_sources + DRAWS_PER_BLOCK, sizeof(uint32_t))  # and what is drawn
                failed = own[t] == NULL
        if failed:
            raise MemoryError()
        for block in prange(first, last, num_threads=threads, schedule="dynamic", nogil=True):
            count_block(own[threadid()], &order[0], n_sources, n_shorter, n_targets, n, block, seed, projection,
                        own[threadid()] + n_sources)
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
                      uint64_t n, int64_t block, uint64_t seed, uint64_t projection, uint32_t *drawn) noexcept nogil:
    cdef spn_stream s
    cdef spn_reader words
    cdef uint64_t shorter = <uint64_t> n_shorter * (n_targets - 1), x
    cdef uint64_t pairs = shorter + <uint64_t> (n_sources - n_shorter) * n_targets
    cdef int some = <int> min(<uint64_t> DRAWS_PER_BLOCK, n - <uint64_t> block * DRAWS_PER_BLOCK), j
    s.key[0], s.key[1] = seed, CANDIDATE
    s.a, s.b, s.c = <uint64_t> block, 0, projection
    if n_shorter == 0 or n_shorter == n_sources:
        spn_draw_nodes(drawn, some, <uint32_t> n_sources, -1, &s)
        for j in range(some):
            counts[drawn[j]] += 1
        return
    spn_reader_open(&words, s.key, s.a, s.b, s.c)
    for j in range(some):  # each pair is as likely as any other, so sources with fewer targets are drawn less often
        x = spn_below(spn_reader_word(&words), pairs)
        if x < shorter:
            counts[order[x / (n_targets - 1)]] += 1
        else:
            counts[order[n_shorter + (x - shorter) / n_targets]] += 1
