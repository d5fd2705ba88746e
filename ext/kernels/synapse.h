/* What the compiled deliveries of plastic synapses are made of (ext/generate.py writes them). */
#ifndef SPN_SYNAPSE_H
#define SPN_SYNAPSE_H

#include <math.h>
#include <float.h>
#include "delivery.h"
#include "philox.h"
#include "vecmath.h"
#include "vm.h"

/* Second word of the key: SYNAPSE in spatialnet/expressions/streams.py. */
#define SPN_STREAM_SYNAPSE 9

#if defined(__GNUC__)
#  define SPN_INLINE static inline __attribute__((always_inline))
#else
#  define SPN_INLINE static inline
#endif

/* Tables for powers, by the first bits: (1 + (k + 1/2) / 128)^-1, its negative logarithm, and 2^(k / 64). */
extern const double spn_reciprocal[128], spn_logarithm[128], spn_root[64];

/* x^p as exp(p log x) with short polynomials beside the tables: a weight needs no correct rounding, and has to be quick. The
   relative error is below 1e-15 (1 + |p log x|). */
SPN_INLINE double spn_raised(double x, double p) {
    if (p == 1.0) return x;
    if (p == 0.0) return 1.0;
    if (!(x > 1e-300 && x < 1e300)) return pow(x, p);
    const uint64_t bits = spn_bits(x), k = bits >> 45 & 127;
    const double e = (double)((int64_t)(bits >> 52) - 1023);
    const double r = spn_from_bits((bits & 0xfffffffffffffULL) | 0x3ff0000000000000ULL) * spn_reciprocal[k] - 1.0, r2 = r * r;
    const double series = (r2 * r) * ((1.0 / 3.0 - 0.25 * r) + r2 * ((0.2 - r * (1.0 / 6.0)) + r2 * (1.0 / 7.0)));
    const double y = p * (e * 0x1.62e42fefa39efp-1 + (spn_logarithm[k] + (r - (0.5 * r2 - series))));
    if (!(fabs(y) < 700.0)) return pow(x, p);
    const double shifted = y * 0x1.71547652b82fep6 + SPN_MAGIC, n = shifted - SPN_MAGIC;
    const double t = (y - n * 0x1.62e42fefa3800p-7) - n * 0x1.ef35793c76730p-51, t2 = t * t;
    const double rest = t + t2 * ((0.5 + t * (1.0 / 6.0)) + t2 * (1.0 / 24.0 + t * (1.0 / 120.0)));
    const int64_t whole = (int64_t)(spn_bits(shifted) << 12) >> 12;
    const double scale = spn_from_bits(spn_bits(spn_root[whole & 63]) + ((uint64_t)(whole >> 6) << 52));
    return scale + scale * rest;
}

/* exp(-t / tau) for t = steps h, by a table where there is one. */
SPN_INLINE double spn_decay(const double *table, int64_t steps, double t, double tau) {
    return table && steps < SPN_DECAYS ? table[steps] : spn_exp(-t / tau);
}

/* The spikes of a target far ahead in the row, then the last of them. */
SPN_INLINE void spn_prefetch_posts(const spn_table *t, const spn_train *trains, int64_t j, int64_t end) {
    if (j + 16 >= end) return;
    SPN_PREFETCH(trains + t->targets[j + 16]);
    const spn_train *soon = trains + t->targets[j + 8];
    SPN_PREFETCH(soon->posts + soon->n - 1);
    SPN_PREFETCH(soon->posts + soon->n - 3);
}

static inline double spn_square(double x) { return x * x; }
static inline double spn_least(double a, double b) { return a < b ? a : b; }
static inline double spn_largest(double a, double b) { return a > b ? a : b; }
static inline double spn_mod(double a, double b) {
    const double r = fmod(a, b);
    return r != 0.0 && (r < 0.0) != (b < 0.0) ? r + b : r;
}

/* The k-th random number of connection j at one spike: four connections share a block. */
typedef struct { uint64_t key[2], step, identity; uint64_t block[8]; uint64_t words[8][4]; } spn_draws;

static inline spn_draws spn_open_draws(const spn_delivery *x) {
    spn_draws draws;
    draws.key[0] = x->seed; draws.key[1] = SPN_STREAM_SYNAPSE;
    draws.step = (uint64_t)x->step; draws.identity = x->table->plasticity->identity;
    for (int k = 0; k < 8; k++) draws.block[k] = UINT64_MAX;
    return draws;
}

static inline double spn_draw(spn_draws *draws, uint64_t j, int k) {
    const int slot = k & 7;
    if (draws->block[slot] != (j / 4 << 8 | (uint64_t)k)) {
        const uint64_t counter[4] = {j / 4, draws->step, (uint64_t)k, draws->identity};
        philox4x64(counter, draws->key, draws->words[slot]);
        draws->block[slot] = j / 4 << 8 | (uint64_t)k;
    }
    return spn_unit(draws->words[slot][j % 4]);
}

static inline int64_t spn_last(double note) { return note < 0.0 ? ~(int64_t)note : (int64_t)note; }

/* What `last` and the shared state are now, as a note. */
static inline const double *spn_present(const spn_plasticity *s, uint32_t source, double *note) {
    note[0] = (double)s->last[source];
    for (int k = 0; k < s->n_shared; k++) note[k + 1] = s->shared[k][source];
    return note;
}

/* What Clopath's rule takes off at a presynaptic spike that meets the voltage of `step`. */
static inline double spn_depression(const spn_archive *a, int64_t step, uint32_t target) {
    return step < 1 ? 0.0 : a->voltage->depression[(step & (a->voltage->slots - 1)) * a->voltage->n + target];
}

/* Index of the first spike of the modulator after `clock`; the concentration at `clock`. */
static inline int64_t spn_modulation(const spn_modulator *m, int64_t clock, double h, double *concentration) {
    int64_t i = m->n;
    while (i > 0 && m->posts[i - 1].step > clock) i--;
    *concentration = i ? m->posts[i - 1].K * spn_exp(-(double)(clock - m->posts[i - 1].step) * h / m->tau) : 0.0;
    return i;
}

/* Rows begin where the hardware cannot guess: their places are fetched four spikes ahead, their first lines two. */
static inline void spn_prefetch_rows(const spn_delivery *x, int64_t i) {
    const spn_table *t = x->table;
    if (i + 4 < x->n) {
        SPN_PREFETCH(t->offsets + x->nodes[i + 4]);
        if (t->cuts) SPN_PREFETCH(t->cuts + (int64_t)x->nodes[i + 4] * (x->n_pieces + 1) + x->piece);
    }
    if (i + 2 < x->n) {
        const spn_range ahead = row_of(t, x->nodes[i + 2], x->piece, x->n_pieces);
        const int64_t end = ahead.end < ahead.begin + 64 ? ahead.end : ahead.begin + 64;
        for (int64_t j = ahead.begin; j < end; j += 16) {
            SPN_PREFETCH(t->targets + j);
            if (t->weight_type == SPN_LONG)
                for (int64_t k = j; k < j + 16; k += 8) SPN_PREFETCH((const double *)t->weights + k);
        }
    }
}

/* Adds what connection j sends to the ring of its target: `weight` times `factor`, or the number of spikes. */
static inline void spn_send(const spn_delivery *x, int64_t j, uint32_t target, int64_t delay, double weight, double factor,
                            double passes) {
    const spn_table *t = x->table;
    const spn_group *g = x->target;
    if (passes == 0.0) return;
    const double sent = weight * factor;
    if (!(fabs(sent) <= DBL_MAX)) { spn_report_weight(x, j, sent); return; }
    if (x->sent) spn_record_transmission(x, j, weight);
    if (t->deaf) return;
    const double value = t->unweighted ? passes : sent;
    double *row = g->ring + (((x->step + t->lead + delay) & (x->n_slots - 1)) * g->n_channels
                             + (value < 0.0 ? t->negative : t->positive)) * g->stride;
    row[target] += value;
}
#endif
