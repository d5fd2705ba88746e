/* Steps on the lattice of a grid: which are taken, and where they lead. */
#ifndef SPN_LATTICE_H
#define SPN_LATTICE_H

#include <stdint.h>

/* Of n bytes: the positions of those below their threshold → `below`, and of those equal to it → `equal`; the numbers
   of both. Both have room for n + 16. */
int spn_compare_bytes(const uint8_t *byte, const uint8_t *threshold, int n, int32_t *below, int32_t *equal,
                      int *n_equal);
/* Nodes that some of the steps lead to from `cell` → `nodes`; UINT32_MAX beyond the edge. */
void spn_nodes_at(const int32_t *steps, const int32_t *some, int n, int d, const int32_t *cell, const int32_t *shape,
                  int wrap, uint32_t *nodes);

#endif
