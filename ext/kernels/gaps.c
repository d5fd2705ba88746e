/* See gaps.h. A gap of 16 set bits says that the two halves behind it are the gap. */
#include "gaps.h"
#include "portability.h"

#define WIDE 0xFFFFu

/* All gaps as if none were wide; the widest of them. */
SPN_CLONES static uint32_t pack_narrow(const uint32_t *restrict nodes, size_t n, uint16_t *restrict halves) {
    uint32_t widest = 0;
    for (size_t i = 1; i < n; i++) {
        const uint32_t gap = nodes[i] - nodes[i - 1];
        halves[i - 1] = (uint16_t)gap;
        widest = gap > widest ? gap : widest;
    }
    return widest;
}

size_t spn_pack(const uint32_t *nodes, size_t n, uint16_t *halves) {
    if (!n) return 0;
    halves[0] = (uint16_t)nodes[0];
    halves[1] = (uint16_t)(nodes[0] >> 16);
    if (pack_narrow(nodes, n, halves + 2) < WIDE) return n + 1;
    size_t at = 2;
    for (size_t i = 1; i < n; i++) {
        const uint32_t gap = nodes[i] - nodes[i - 1];
        if (gap < WIDE) {
            halves[at++] = (uint16_t)gap;
        } else {
            halves[at++] = WIDE;
            halves[at++] = (uint16_t)gap;
            halves[at++] = (uint16_t)(gap >> 16);
        }
    }
    return at;
}

size_t spn_unpack(const uint16_t *halves, size_t n, uint32_t *nodes) {
    if (!n) return 0;
    size_t at = 2;
    uint32_t node = nodes[0] = halves[0] | (uint32_t)halves[1] << 16;
    for (size_t i = 1; i < n; i++) {
        uint32_t gap = halves[at++];
        if (gap == WIDE) {
            gap = halves[at] | (uint32_t)halves[at + 1] << 16;
            at += 2;
        }
        nodes[i] = node += gap;
    }
    return at;
}
