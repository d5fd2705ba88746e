/* What every delivery needs: the piece of a row, the ring row of an arrival, the columns of a table. */
#ifndef SPN_DELIVERY_H
#define SPN_DELIVERY_H

#include "engine.h"

#if defined(__GNUC__)
#  define SPN_PREFETCH(p) __builtin_prefetch(p)
#else
#  define SPN_PREFETCH(p) ((void)0)
#endif

typedef struct { int64_t begin, end; } spn_range;

static inline spn_range row_of(const spn_table *t, uint32_t source, int piece, int n_pieces) {
    spn_range range = {t->offsets[source], t->offsets[source + 1]};
    if (t->cuts) {
        const uint32_t *cut = t->cuts + (int64_t)source * (n_pieces + 1) + piece;
        range.end = range.begin + cut[1];
        range.begin += cut[0];
    }
    return range;
}

/* Ring row of a channel for what leaves at `step` and takes `delay` steps. */
static inline double *row_at(const spn_group *g, int64_t n_slots, int64_t arrival, int channel) {
    return g->ring + ((arrival & (n_slots - 1)) * g->n_channels + channel) * g->stride;
}

static inline double weight_at(const spn_table *t, int type, int64_t j) {
    return type == SPN_SHORT ? (double)((const float *)t->weights)[j]
         : type == SPN_LONG ? ((const double *)t->weights)[j] : t->weight;
}

static inline int64_t delay_at(const spn_table *t, int type, int64_t j) {
    return type == SPN_SHORT ? t->delays[j] : t->delay;
}

#endif
