/* From spikes to the ring buffers of their targets, straight from the columns of the connection tables. */
#include "engine.h"
#include "philox.h"

#if defined(__GNUC__)
#  define SPN_PREFETCH(p) __builtin_prefetch(p)
#else
#  define SPN_PREFETCH(p) ((void)0)
#endif

/* Second word of the key of Poisson generators: DEVICE in spatialnet/expressions/streams.py. */
#define SPN_STREAM_POISSON 7

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

/* Ring row of a channel for what leaves at `step` and takes `delay` steps. */
static inline double *row_at(const spn_group *g, int64_t n_slots, int64_t arrival, int channel) {
    return g->ring + ((arrival & (n_slots - 1)) * g->n_channels + channel) * g->stride;
}

static inline double weight_at(const spn_table *t, int type, int64_t j) {
    return type == SPN_SHORT ? (double)((const float *)t->weights)[j]
         : type == SPN_LONG ? ((const double *)t->weights)[j] : t->weight;
}

static inline int64_t delay_at(const spn_table *t, int type, int64_t j) {
    return type == SPN_SHORT ? ((const uint16_t *)t->delays)[j]
         : type == SPN_LONG ? ((const uint32_t *)t->delays)[j] : t->delay;
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
                if (delay_type != SPN_CONSTANT) SPN_PREFETCH((const char *)t->delays + j * (delay_type * 2));
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
    case ((w) * 3 + (d)) * 2 + (m): \
        deliver(t, g, n_slots, step, nodes, factors, n, piece, n_pieces, w, d, m); break;

void spn_deliver(const spn_table *t, const spn_group *g, int64_t n_slots, int64_t step, const uint32_t *nodes,
                 const double *factors, int64_t n, int piece, int n_pieces) {
    const int weight_type = t->unweighted ? SPN_CONSTANT : t->weight_type;
    const int mixed = weight_type != SPN_CONSTANT && t->sign == 0 && t->positive != t->negative;
    switch ((weight_type * 3 + t->delay_type) * 2 + mixed) {
        SPN_CASE(0, 0, 0) SPN_CASE(0, 1, 0) SPN_CASE(0, 2, 0)
        SPN_CASE(1, 0, 0) SPN_CASE(1, 1, 0) SPN_CASE(1, 2, 0)
        SPN_CASE(2, 0, 0) SPN_CASE(2, 1, 0) SPN_CASE(2, 2, 0)
        SPN_CASE(1, 0, 1) SPN_CASE(1, 1, 1) SPN_CASE(1, 2, 1)
        SPN_CASE(2, 0, 1) SPN_CASE(2, 1, 1) SPN_CASE(2, 2, 1)
    }
}

static inline double poisson_number(const spn_rate *rate, uint64_t word) {
    int32_t i = rate->guide[word >> rate->shift];
    while (i < rate->n && word >= rate->thresholds[i]) i++;
    return (double)(rate->base + i);
}

/* The four numbers of targets 4 block .. 4 block + 3. */
static inline void poisson_block(const spn_rate *rate, const uint64_t key[2], uint64_t step, uint64_t block,
                                 uint64_t generator, uint64_t tag, double numbers[4]) {
    const uint64_t counter[4] = {block, generator, step, tag};
    uint64_t words[4];
    philox4x64(counter, key, words);
    for (int i = 0; i < 4; i++) numbers[i] = poisson_number(rate, words[i]);
}

void spn_deliver_poisson(const spn_table *t, const spn_group *source, const spn_group *g, uint64_t seed,
                         int64_t n_slots, int64_t step, int piece, int n_pieces) {
    const uint64_t key[2] = {seed, SPN_STREAM_POISSON};
    double numbers[4];
    for (int64_t s = 0; s < source->n; s++) {
        if (source->rate_of[s] < 0 || step <= source->start[s] || step > source->stop[s]) continue;
        const spn_rate *rate = source->rates + source->rate_of[s];
        const uint64_t generator = source->first_id + (uint64_t)s;
        const spn_range row = row_of(t, (uint32_t)s, piece, n_pieces);
        if (row.begin == row.end) continue;
        const int simple = t->contiguous && t->delay_type == SPN_CONSTANT
                           && (t->unweighted || t->weight_type == SPN_CONSTANT);
        if (simple) {
            const double w = t->weight;
            double *restrict const cells = row_at(g, n_slots, step + t->delay, w < 0.0 ? t->negative : t->positive);
            const int64_t first = t->targets[row.begin], last = first + (row.end - row.begin);
            for (int64_t block = first / 4; 4 * block < last; block++) {
                poisson_block(rate, key, (uint64_t)step, (uint64_t)block, generator, t->occurrence, numbers);
                const int64_t from = 4 * block < first ? first : 4 * block, to = 4 * block + 4 < last ? 4 * block + 4 : last;
                for (int64_t i = from; i < to; i++) cells[i] += w * numbers[i - 4 * block];
            }
            continue;
        }
        uint64_t repeat = 0, known_block = UINT64_MAX, known_repeat = 0;
        for (int64_t j = row.begin; j < row.end; j++) {
            const uint32_t target = t->targets[j];
            /* sorted by target, and one target never lies in two pieces: the k-th of several equal ones is the k-th */
            repeat = j > row.begin && t->targets[j - 1] == target ? repeat + 1 : 0;
            if (target / 4 != known_block || repeat != known_repeat) {
                known_block = target / 4, known_repeat = repeat;
                poisson_block(rate, key, (uint64_t)step, known_block, generator, t->occurrence + (repeat << 48), numbers);
            }
            const double number = numbers[target % 4];
            if (number == 0.0) continue;
            const double w = t->unweighted ? 1.0 : weight_at(t, t->weight_type, j);
            row_at(g, n_slots, step + delay_at(t, t->delay_type, j), w < 0.0 ? t->negative : t->positive)[target]
                += w * number;
        }
    }
}

void spn_deliver_current(const spn_table *t, const spn_group *source, const spn_group *g, int64_t n_slots, int64_t step,
                         int piece, int n_pieces) {
    for (int64_t s = 0; s < source->n; s++) {
        if (source->amplitude[s] == 0.0 || step < source->start[s] || step >= source->stop[s]) continue;
        const uint32_t node = (uint32_t)s;
        spn_deliver(t, g, n_slots, step, &node, source->amplitude + s, 1, piece, n_pieces);
    }
}
