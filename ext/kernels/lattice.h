/* Steps on the lattice of a grid: which are taken, and where they lead. */
#ifndef SPN_LATTICE_H
#define SPN_LATTICE_H

#include <stdint.h>

/* Of n bytes: flags for those below their threshold → `below`, with 8 zeros behind, and the positions of those equal to it → `equal`
   (room for n + 16); returns the number of these. */
int spn_compare_bytes(const uint8_t *byte, const uint8_t *threshold, int n, uint8_t *below, int32_t *equal);
/* Nodes that some of the steps lead to from `cell` → `nodes`; UINT32_MAX beyond the edge. */
void spn_nodes_at(const int32_t *steps, const int32_t *some, int n, int d, const int32_t *cell, const int32_t *shape,
                  int wrap, uint32_t *nodes);

#endif
