/* Ascending rows of nodes, kept as the gaps between them: half the memory while they wait to be put together. */
#ifndef SPN_GAPS_H
#define SPN_GAPS_H

#include <stddef.h>
#include <stdint.h>

/* Halves that a row of n nodes takes at most. */
#define SPN_GAPS_AT_MOST(n) (3 * (n))

/* Writes the row and returns the number of halves that it takes: two for the first node, one for every gap, three where it is wide. */
size_t spn_pack(const uint32_t *nodes, size_t n, uint16_t *halves);
/* Reads it again and returns the same number. */
size_t spn_unpack(const uint16_t *halves, size_t n, uint32_t *nodes);

#endif
