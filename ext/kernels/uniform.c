/* See uniform.h. Halves of words are turned into integers below n as D. Lemire, "Fast random integer generation in an interval",
   ACM Trans. Model. Comput. Simul. 29 (2019), doi:10.1145/3230636, does: the upper half of the product with n, unless the lower half
   is below 2^32 mod n, so that all are equally likely. */
#include "uniform.h"
#include "portability.h"

#if defined(__GNUC__)
#define SPN_FETCH(at) __builtin_prefetch(at, 1)
#else
#define SPN_FETCH(at) ((void)0)
#endif

enum { AT_ONCE = 128, AHEAD = 16 };

/* Integers from the next blocks of words, the lower half of each first; about `wanted`, if that are fewer. Returns how many. */
SPN_INLINE int draw_some(const spn_stream *words, uint64_t *block, size_t wanted, uint32_t n, uint32_t least,
                         uint32_t some[AT_ONCE]) {
    const int m = wanted < AT_ONCE ? ((int)wanted + 15) / 16 * 8 : AT_ONCE / 2;
    uint64_t w[AT_ONCE / 2];
    for (int k = 0; k < m; k += 8) { /* two independent blocks at once hide the latency of the multiplications */
        spn_stream_block(words, (*block)++, w + k);
        spn_stream_block(words, (*block)++, w + k + 4);
    }
    uint32_t rejected = 0;
    for (int k = 0; k < m; k++) {
        const uint64_t first = (w[k] & 0xFFFFFFFF) * n, second = (w[k] >> 32) * n;
        some[2 * k] = (uint32_t)(first >> 32);
        some[2 * k + 1] = (uint32_t)(second >> 32);
        rejected |= ((uint32_t)first < least) | ((uint32_t)second < least);
    }
    if (!rejected) return 2 * m;
    int taken = 0;
    for (int k = 0; k < 2 * m; k++) {
        const uint64_t product = (w[k / 2] >> 32 * (k % 2) & 0xFFFFFFFF) * n;
        some[taken] = (uint32_t)(product >> 32);
        taken += (uint32_t)product >= least;
    }
    return taken;
}

SPN_INLINE uint32_t least_for(uint32_t n) { return (0u - n) % n; }

SPN_INLINE void leave_out(uint32_t *nodes, size_t n, int64_t own) {
    if (own >= 0)
        for (size_t i = 0; i < n; i++) nodes[i] += nodes[i] >= (uint32_t)own;
}

SPN_CLONES void spn_draw_nodes(uint32_t *nodes, size_t n, uint32_t possible, int64_t own, const spn_stream *words) {
    uint32_t some[AT_ONCE];
    uint64_t block = 0;
    if (!n) return;
    const uint32_t least = least_for(possible);
    for (size_t at = 0; at < n;) {
        size_t taken = (size_t)draw_some(words, &block, n - at, possible, least, some);
        taken = taken < n - at ? taken : n - at;
        memcpy(nodes + at, some, taken * sizeof *some);
        leave_out(nodes + at, taken, own);
        at += taken;
    }
}

SPN_CLONES void spn_draw_different(uint32_t *nodes, size_t n, uint32_t possible, int64_t own, const spn_stream *words,
                                   uint8_t *marks) {
    const int others = n > possible / 2; /* the ones left out are fewer: they are drawn */
    const size_t wanted = others ? possible - n : n;
    uint32_t some[AT_ONCE];
    uint64_t block = 0;
    if (!n) return;
    const uint32_t least = least_for(possible);
    for (size_t at = 0; at < wanted;) {
        const int taken = draw_some(words, &block, wanted - at, possible, least, some);
        for (int k = 0; k < taken && at < wanted; k++) {
            nodes[at] = some[k];
            at += !marks[some[k]];
            marks[some[k]] = 1;
        }
    }
    if (!wanted) {
        for (size_t i = 0; i < n; i++) nodes[i] = (uint32_t)i;
    } else if (n >= possible / 4) { /* the marks are read in order, which spares sorting */
        size_t at = 0;
        for (uint32_t node = 0; at < n; node++) {
            nodes[at] = node;
            at += marks[node] != others;
        }
        memset(marks, 0, possible);
    } else {
        for (size_t i = 0; i < n; i++) marks[nodes[i]] = 0;
    }
    leave_out(nodes, n, own);
}

void spn_put_rows(const uint32_t *restrict nodes, const size_t *restrict ends, uint32_t n_rows, uint32_t first, uint32_t n_pool,
                  int64_t *restrict at, uint32_t *restrict rows, uint32_t *restrict counts, uint16_t *restrict sorted) {
    const size_t n = n_rows ? ends[n_rows - 1] : 0;
    size_t i = 0;
    if (n < 2 * (size_t)n_pool) {
        for (uint32_t r = 0; r < n_rows; r++)
            for (; i < ends[r]; i++) rows[at[nodes[i]]++] = first + r;
        return;
    }
    /* All over memory, every entry would miss the caches. They are sorted where they fit in, and each node's written at once. */
    for (i = 0; i < n; i++) counts[nodes[i]]++;
    uint32_t begin = 0;
    for (uint32_t node = 0; node < n_pool; node++) {
        const uint32_t count = counts[node];
        counts[node] = begin;
        begin += count;
    }
    i = 0;
    for (uint32_t r = 0; r < n_rows; r++)
        for (; i < ends[r]; i++) sorted[counts[nodes[i]]++] = (uint16_t)r;
    begin = 0;
    for (uint32_t node = 0; node < n_pool; node++) {
        const uint32_t end = counts[node];
        uint32_t *restrict to = rows + at[node] - begin;
        if (node + AHEAD < n_pool) SPN_FETCH(rows + at[node + AHEAD]);
        for (uint32_t j = begin; j < end; j++) to[j] = first + sorted[j];
        at[node] += end - begin;
        begin = end;
        counts[node] = 0;
    }
}
