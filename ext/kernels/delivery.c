/* From spikes to the ring buffers of their targets, straight from the columns of the connection tables. */
#include "delivery.h"

void spn_cut_rows(const int64_t *offsets, const uint32_t *targets, int64_t n_source, const int64_t *bounds,
                  int n_pieces, uint32_t *cuts) {
    for (int64_t s = 0; s < n_source; s++) {
        const uint32_t *row = targets + offsets[s];
        const int64_t length = offsets[s + 1] - offsets[s];
        uint32_t *cut = cuts + s * (n_pieces + 1);
        int64_t at = 0;
        for (int p = 0; p <= n_pieces; p++) {
            int64_t high = length;
            while (at < high) { /* first target that is not below the bound */
                const int64_t middle = (at + high) / 2;
                if ((int64_t)row[middle] < bounds[p]) at = middle + 1; else high = middle;
            }
            cut[p] = (uint32_t)at;
        }
    }
}

/* Written once for all column types; each call below has constant types, so the compiler drops what it cannot be. */
static inline void deliver(const spn_table *t, const spn_group *g, int64_t n_slots, int64_t step, const uint32_t *nodes,
                           const double *factors, int64_t n, int piece, int n_pieces, int weight_type, int delay_type,
                           int mixed) {
    const int64_t mask = n_slots - 1, slot_size = (int64_t)g->n_channels * g->stride;
    const int64_t positive = t->positive * g->stride, negative = t->negative * g->stride;
    const int64_t departure = step + t->lead;
    double *const constant_row = g->ring + ((departure + t->delay) & mask) * slot_size;
    for (int64_t s = 0; s < n; s++) {
        const spn_range row = row_of(t, nodes[s], piece, n_pieces);
        /* Rows begin where the hardware cannot guess: their places are fetched four spikes ahead, their first lines two. */
        if (s + 4 < n) {
            SPN_PREFETCH(t->offsets + nodes[s + 4]);
            if (t->cuts) SPN_PREFETCH(t->cuts + (int64_t)nodes[s + 4] * (n_pieces + 1) + piece);
        }
        if (s + 2 < n) {
            const spn_range ahead = row_of(t, nodes[s + 2], piece, n_pieces);
            const int64_t end = ahead.end < ahead.begin + 96 ? ahead.end : ahead.begin + 96;
            for (int64_t j = ahead.begin; j < end; j += 16) {
                SPN_PREFETCH(t->targets + j);
                if (weight_type != SPN_CONSTANT) SPN_PREFETCH((const char *)t->weights + j * (weight_type * 4));
                if (delay_type != SPN_CONSTANT) SPN_PREFETCH(t->delays + j);
            }
        }
        const double factor = factors ? factors[s] : 1.0;
        const double constant_weight = t->weight * factor;
        /* The sign of what arrives chooses the channel; a factor is negative only where a generator is told so. */
        const int64_t channel = (t->sign < 0) != (factor < 0.0) ? negative : positive;
        const uint32_t *restrict const targets = t->targets;
        for (int64_t j = row.begin; j < row.end; j++) {
            const double w = weight_type == SPN_CONSTANT ? constant_weight : weight_at(t, weight_type, j) * factor;
            double *cell = delay_type == SPN_CONSTANT
                         ? constant_row : g->ring + ((departure + delay_at(t, delay_type, j)) & mask) * slot_size;
            cell += mixed ? positive + ((negative - positive) & -(int64_t)(w < 0.0)) : channel;
            cell[targets[j]] += w;
        }
    }
}

#define SPN_CASE(w, d, m) \
    case ((w) * 2 + (d)) * 2 + (m): \
        deliver(t, g, n_slots, step, nodes, factors, n, piece, n_pieces, w, d, m); break;

void spn_deliver(const spn_table *t, const spn_group *g, int64_t n_slots, int64_t step, const uint32_t *nodes,
                 const double *factors, int64_t n, int piece, int n_pieces) {
    const int weight_type = t->unweighted ? SPN_CONSTANT : t->weight_type;
    const int mixed = weight_type != SPN_CONSTANT && t->sign == 0 && t->positive != t->negative;
    switch ((weight_type * 2 + t->delay_type) * 2 + mixed) {
        SPN_CASE(0, 0, 0) SPN_CASE(0, 1, 0)
        SPN_CASE(1, 0, 0) SPN_CASE(1, 1, 0) SPN_CASE(1, 0, 1) SPN_CASE(1, 1, 1)
        SPN_CASE(2, 0, 0) SPN_CASE(2, 1, 0) SPN_CASE(2, 0, 1) SPN_CASE(2, 1, 1)
    }
}
