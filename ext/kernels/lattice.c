#include "lattice.h"

#include "pairs.h"
#include "portability.h"

SPN_CLONES static void compare(const uint8_t *restrict byte, const uint8_t *restrict threshold, int n,
                               uint8_t *restrict below, uint8_t *restrict equal) {
    for (int i = 0; i < n; i++) { below[i] = byte[i] < threshold[i]; equal[i] = byte[i] == threshold[i]; }
}

int spn_compare_bytes(const uint8_t *byte, const uint8_t *threshold, int n, uint8_t *below, int32_t *equal) {
    uint8_t same[SPN_LANES + 8];
    compare(byte, threshold, n, below, same);
    memset(below + n, 0, 8);
    memset(same + n, 0, 8);
    return spn_numbers_of_set(same, n, equal);
}

/* A step is at most one turn, so once is enough. */
static inline int32_t around(int32_t at, int32_t n) {
    at += at < 0 ? n : 0;
    return at - (at >= n ? n : 0);
}

static inline uint32_t within(int32_t at, int32_t n) { return (uint32_t)at < (uint32_t)n ? 0 : UINT32_MAX; }

SPN_CLONES void spn_nodes_at(const int32_t *restrict steps, const int32_t *restrict some, int n, int d,
                             const int32_t *cell, const int32_t *shape, int wrap, uint32_t *restrict nodes) {
    const int32_t a = cell[0], b = cell[1], c = d > 2 ? cell[2] : 0;
    const int32_t n_a = shape[0], n_b = shape[1], n_c = d > 2 ? shape[2] : 1;
    if (d == 2 && wrap)
        for (int i = 0; i < n; i++) {
            const int32_t *step = steps + 2 * some[i];
            nodes[i] = (uint32_t)(around(a + step[0], n_a) * n_b + around(b + step[1], n_b));
        }
    else
        for (int i = 0; i < n; i++) {
            const int32_t *step = steps + d * some[i];
            int32_t x = a + step[0], y = b + step[1], z = d > 2 ? c + step[2] : 0;
            if (wrap) { x = around(x, n_a); y = around(y, n_b); z = around(z, n_c); }
            nodes[i] = ((uint32_t)x * n_b + y) * n_c + z;
            if (!wrap) nodes[i] |= within(x, n_a) | within(y, n_b) | within(z, n_c);
        }
}
