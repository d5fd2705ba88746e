/* Nodes drawn uniformly from a pool, from halves of random words. */
#ifndef SPN_UNIFORM_H
#define SPN_UNIFORM_H

#include <stddef.h>
#include <stdint.h>

#include "philox.h"

/* `n` nodes below `possible`, with replacement. Those from `own` on are one higher, so that `own` is left out (-1: nothing is). */
void spn_draw_nodes(uint32_t *nodes, size_t n, uint32_t possible, int64_t own, const spn_stream *words);
/* The same without replacement, n ≤ possible. `marks` holds a byte for each, 0 before and after. */
void spn_draw_different(uint32_t *nodes, size_t n, uint32_t possible, int64_t own, const spn_stream *words, uint8_t *marks);

/* Puts the numbers of some rows, `first` and the following, where those of each node go: `at`, which moves on. The rows lie one after
   the other, row r up to ends[r]; `counts` holds a number for each node of the pool, 0 before and after, `sorted` one for each entry. */
void spn_put_rows(const uint32_t *nodes, const size_t *ends, uint32_t n_rows, uint32_t first, uint32_t n_pool, int64_t *at,
                  uint32_t *rows, uint32_t *counts, uint16_t *sorted);

#endif
