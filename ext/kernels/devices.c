/* What devices send. Every random number is a word of Philox addressed by what is drawn (ARCHITECTURE, "Random
   numbers"), so a device gives the same for any number of threads, any slicing, and a run in parts. */
#include "delivery.h"
#include "philox.h"
#include "vecmath.h"
#include "vm.h"

#include <math.h>

/* Second words of the key: DEVICE in spatialnet/expressions/streams.py, and its second and third stream. */
enum { SPN_STREAM_NUMBERS = 7, SPN_STREAM_CHOICES = 7 + 256 };
enum { SPN_MOST_THRESHOLDS = 8192, SPN_GUIDE_BITS = 6, SPN_MANY = 64, SPN_LANES_AT_ONCE = 256 };

/* What `constant` holds, one column per line. */
enum { COPY_PROBABILITY };
enum { NOISE_MEAN, NOISE_INTERVAL };
enum { SUP_SHAPE, SUP_PROCESSES };
enum { DEAD_STEPS, DEAD_PROCESSES, DEAD_HAZARD };
enum { CLOCK_ORDER, CLOCK_ANCHOR, CLOCK_READING };
enum { REGULAR_INTERVAL };

/* ---- signals: numbers that are given functions of the step ---- */

static double signal_at(const spn_signals *x, int64_t s, int64_t step) {
    double value = x->offset[s];
    if (x->pieces) {
        int64_t low = x->pieces[s], high = x->pieces[s + 1];
        const int64_t first = low;
        while (low < high) { /* first piece that begins after the step */
            const int64_t middle = (low + high) / 2;
            if (x->steps[middle] <= step) low = middle + 1; else high = middle;
        }
        value = low > first ? x->values[low - 1] : 0.0;
    }
    return x->amplitude[s] == 0.0 ? value : value + x->amplitude[s] * sin(x->angle[s] * (double)step + x->phase[s]);
}

/* Integral of a sinusoid over the steps from `a` to `b`. */
static double signal_integral(const spn_signals *x, int64_t s, double a, double b) {
    const double angle = x->angle[s], constant = x->offset[s] * (b - a);
    if (x->amplitude[s] == 0.0) return constant;
    if (angle == 0.0) return constant + x->amplitude[s] * sin(x->phase[s]) * (b - a);
    return constant + x->amplitude[s] / angle * (cos(angle * a + x->phase[s]) - cos(angle * b + x->phase[s]));
}

static inline int is_active(const spn_group *g, int64_t s, int64_t step) {
    return !g->start || (step > g->start[s] && step <= g->stop[s]);
}

/* ---- Poisson numbers ---- */

typedef struct { spn_rate rate; uint64_t thresholds[SPN_MOST_THRESHOLDS]; int32_t guide[1 << SPN_GUIDE_BITS]; } spn_own_rate;

/* Tabulates a Poisson distribution whose mean holds for one step only; for many numbers a guide pays. */
static const spn_rate *make_rate(spn_own_rate *own, double mean, int many) {
    if (!(mean > 0.0)) return NULL;
    const double reach = 12.0 * sqrt(mean), low = mean > reach ? floor(mean - reach) : 0.0;
    double p = low > 0.0 ? exp(low * log(mean) - mean - lgamma(low + 1.0)) : spn_exp(-mean), sum = 0.0;
    int n = 0;
    for (double k = low; n < SPN_MOST_THRESHOLDS && (p > 0x1p-64 || k <= mean); k += 1.0) {
        sum += p;
        const double scaled = sum * 0x1p64;
        if (scaled >= 0x1p64) break;
        own->thresholds[n++] = (uint64_t)scaled;
        p *= mean / (k + 1.0);
    }
    own->rate = (spn_rate){own->thresholds, many ? own->guide : NULL, (int64_t)low, n, 64 - SPN_GUIDE_BITS};
    if (many) for (int32_t at = 0, bits = 0; bits < 1 << SPN_GUIDE_BITS; bits++) {
        while (at < n && own->thresholds[at] <= (uint64_t)bits << (64 - SPN_GUIDE_BITS)) at++;
        own->guide[bits] = at;
    }
    return &own->rate;
}

/* The rate of a generator at a step, for `n` numbers; NULL if it is silent. */
static const spn_rate *rate_at(const spn_group *g, int64_t s, int64_t step, int64_t n, spn_own_rate *own) {
    if (!is_active(g, s, step)) return NULL;
    if (!g->rate_of) return make_rate(own, signal_at(&g->signals, s, step), n > SPN_MANY);
    return g->rate_of[s] < 0 ? NULL : g->rates + g->rate_of[s];
}

static inline double poisson_number(const spn_rate *rate, uint64_t word) {
    int32_t i = rate->guide ? rate->guide[word >> rate->shift] : 0;
    if (!rate->guide && rate->n > 32) {
        int32_t high = rate->n;
        while (i < high) {
            const int32_t middle = (i + high) / 2;
            if (word >= rate->thresholds[middle]) i = middle + 1; else high = middle;
        }
    }
    while (i < rate->n && word >= rate->thresholds[i]) i++;
    return (double)(rate->base + i);
}

/* The four numbers of targets 4 block … 4 block + 3. */
static inline void poisson_block(const spn_rate *rate, const uint64_t key[2], uint64_t step, uint64_t block,
                                 uint64_t generator, uint64_t tag, double numbers[4]) {
    const uint64_t counter[4] = {block, generator, step, tag};
    uint64_t words[4];
    philox4x64(counter, key, words);
    for (int i = 0; i < 4; i++) numbers[i] = poisson_number(rate, words[i]);
}

/* Numbers of the connections of a row, one after another. Rows are sorted by target, and one target never lies in two
   pieces: the k-th of several equal ones is the k-th, and draws numbers of its own. */
typedef struct {
    const spn_rate *rate;
    uint64_t key[2], step, generator, occurrence, repeat, block, block_repeat;
    double numbers[4];
} spn_draws;

static spn_draws open_draws(const spn_engine *e, const spn_group *g, const spn_table *t, int64_t s, int64_t step,
                            const spn_rate *rate) {
    return (spn_draws){rate, {e->seed, SPN_STREAM_NUMBERS}, (uint64_t)step, g->first_id + (uint64_t)s, t->occurrence, 0,
                       UINT64_MAX, 0, {0}};
}

static inline uint64_t repeat_at(const spn_table *t, int64_t begin, int64_t j, uint64_t before) {
    return j > begin && t->targets[j - 1] == t->targets[j] ? before + 1 : 0;
}

static inline double next_number(spn_draws *d, const spn_table *t, int64_t begin, int64_t j) {
    const uint32_t target = t->targets[j];
    d->repeat = repeat_at(t, begin, j, d->repeat);
    if (target / 4 != d->block || d->repeat != d->block_repeat) {
        d->block = target / 4, d->block_repeat = d->repeat;
        poisson_block(d->rate, d->key, d->step, d->block, d->generator, d->occurrence + (d->repeat << 48), d->numbers);
    }
    return d->numbers[target % 4];
}

/* As many further random numbers as a connection may need in one step (`b` is the step, or the number of an interval). */
static spn_reader open_choices(const spn_engine *e, const spn_table *t, uint64_t generator, int64_t j, uint64_t b,
                               uint64_t repeat) {
    const uint64_t key[2] = {e->seed, SPN_STREAM_CHOICES};
    spn_reader reader;
    spn_reader_open(&reader, key, generator | (uint64_t)t->targets[j] << 32, b, t->occurrence + (repeat << 48));
    return reader;
}

static inline void put(const spn_table *t, const spn_group *target, int64_t n_slots, int64_t step, int64_t j, double number) {
    const double w = t->unweighted ? 1.0 : weight_at(t, t->weight_type, j);
    row_at(target, n_slots, step + t->lead + delay_at(t, t->delay_type, j), w < 0.0 ? t->negative : t->positive)[t->targets[j]]
        += w * number;
}

static inline int is_plain(const spn_table *t) {
    return t->contiguous && t->delay_type == SPN_CONSTANT && (t->unweighted || t->weight_type == SPN_CONSTANT);
}

/* Sends `numbers` through the connections from `begin` on. */
static void put_all(const spn_table *t, const spn_group *target, int64_t n_slots, int64_t step, int64_t begin, int64_t n,
                    const double *restrict numbers) {
    if (is_plain(t)) {
        const double w = t->weight;
        double *restrict const cells = row_at(target, n_slots, step + t->lead + t->delay, w < 0.0 ? t->negative : t->positive)
                                     + t->targets[begin];
        for (int64_t i = 0; i < n; i++) cells[i] += w * numbers[i];
    } else {
        for (int64_t i = 0; i < n; i++) if (numbers[i] != 0.0) put(t, target, n_slots, step, begin + i, numbers[i]);
    }
}

/* ---- spikes that are different for every target ---- */

static void deliver_poisson(const spn_engine *e, const spn_group *g, const spn_table *t, int64_t step, int piece) {
    const spn_group *target = e->groups + t->target;
    const uint64_t key[2] = {e->seed, SPN_STREAM_NUMBERS};
    spn_own_rate own;
    for (int64_t s = 0; s < g->n; s++) {
        const spn_range row = row_of(t, (uint32_t)s, piece, e->n_pieces);
        const spn_rate *rate;
        if (row.begin == row.end || !(rate = rate_at(g, s, step, row.end - row.begin, &own))) continue;
        if (is_plain(t)) {
            const double w = t->weight;
            double *restrict const cells = row_at(target, e->n_slots, step + t->delay, w < 0.0 ? t->negative : t->positive);
            const int64_t first = t->targets[row.begin], last = first + (row.end - row.begin);
            double numbers[4];
            for (int64_t block = first / 4; 4 * block < last; block++) {
                poisson_block(rate, key, (uint64_t)step, (uint64_t)block, g->first_id + (uint64_t)s, t->occurrence, numbers);
                const int64_t from = 4 * block < first ? first : 4 * block, to = 4 * block + 4 < last ? 4 * block + 4 : last;
                for (int64_t i = from; i < to; i++) cells[i] += w * numbers[i - 4 * block];
            }
            continue;
        }
        spn_draws draws = open_draws(e, g, t, s, step, rate);
        for (int64_t j = row.begin; j < row.end; j++) {
            const double number = next_number(&draws, t, row.begin, j);
            if (number != 0.0) put(t, target, e->n_slots, step, j, number);
        }
    }
}

/* Superposed gamma processes are processes that pass through `shape` stages at one rate and spike at the end of the
   last. The changes of stage of all of them are a Poisson process, and each happens to any of them alike. */
static void deliver_gamma_sup(const spn_engine *e, const spn_group *g, const spn_table *t, int64_t step, int piece) {
    const int64_t m = t->offsets[g->n];
    for (int64_t s = 0; s < g->n; s++) {
        if (g->rate_of[s] < 0 || !is_active(g, s, step)) continue;
        const spn_range row = row_of(t, (uint32_t)s, piece, e->n_pieces);
        const int shape = (int)g->constant[SUP_SHAPE][s];
        const uint64_t processes = (uint64_t)g->constant[SUP_PROCESSES][s];
        spn_draws draws = open_draws(e, g, t, s, step, g->rates + g->rate_of[s]);
        for (int64_t j = row.begin; j < row.end; j++) {
            int64_t changes = (int64_t)next_number(&draws, t, row.begin, j);
            if (!changes) continue;
            spn_reader reader = open_choices(e, t, draws.generator, j, (uint64_t)step, draws.repeat);
            int32_t *in_stage = t->counts + j; /* one row of `m` for every stage */
            double spikes = 0.0;
            for (; changes; changes--) {
                int64_t chosen = (int64_t)spn_below(spn_reader_word(&reader), processes);
                int stage = 0;
                while (stage + 1 < shape && chosen >= in_stage[stage * m]) chosen -= in_stage[stage++ * m];
                in_stage[stage * m]--;
                if (++stage == shape) stage = 0, spikes += 1.0;
                in_stage[stage * m]++;
            }
            if (spikes != 0.0) put(t, e->groups + t->target, e->n_slots, step, j, spikes);
        }
    }
}

/* Superposed Poisson processes with dead time. Candidates come at the highest rate all of them could have; each is a
   spike of one of the processes that are not dead, with the hazard of the step, or nothing. */
static void deliver_ppd_sup(const spn_engine *e, const spn_group *g, const spn_table *t, int64_t step, int piece) {
    const int64_t m = t->offsets[g->n];
    for (int64_t s = 0; s < g->n; s++) {
        const spn_range row = row_of(t, (uint32_t)s, piece, e->n_pieces);
        const int64_t dead_steps = (int64_t)g->constant[DEAD_STEPS][s];
        const double processes = g->constant[DEAD_PROCESSES][s];
        int32_t *restrict dead = t->counts, *restrict fired = t->counts + (1 + step % (dead_steps + 1)) * m;
        if (dead_steps) for (int64_t j = row.begin; j < row.end; j++) dead[j] -= fired[j], fired[j] = 0;
        if (g->rate_of[s] < 0 || !is_active(g, s, step)) continue;
        double hazard = signal_at(&g->signals, s, step); /* probability per step */
        if (dead_steps) hazard = -spn_log(1.0 - (hazard < 1.0 - 1e-9 ? hazard : 1.0 - 1e-9));
        hazard /= g->constant[DEAD_HAZARD][s] * processes;
        spn_draws draws = open_draws(e, g, t, s, step, g->rates + g->rate_of[s]);
        for (int64_t j = row.begin; j < row.end; j++) {
            int64_t candidates = (int64_t)next_number(&draws, t, row.begin, j);
            if (!candidates) continue;
            spn_reader reader = open_choices(e, t, draws.generator, j, (uint64_t)step, draws.repeat);
            double spikes = 0.0;
            for (; candidates; candidates--) {
                if (spn_reader_unit(&reader) >= hazard * (processes - dead[j])) continue;
                spikes += 1.0;
                if (dead_steps) dead[j]++, fired[j]++;
            }
            if (spikes != 0.0) put(t, e->groups + t->target, e->n_slots, step, j, spikes);
        }
    }
}

/* ---- gamma processes in rescaled time ---- */

/* Normal number, by the polar method of Marsaglia. */
static double normal(spn_reader *reader) {
    for (;;) {
        const double u = 2.0 * spn_reader_unit(reader) - 1.0, v = 2.0 * spn_reader_unit(reader) - 1.0, q = u * u + v * v;
        if (q > 0.0 && q < 1.0) return u * sqrt(-2.0 * spn_log(q) / q);
    }
}

/* Gamma number of a shape >= 1 and mean `shape`: Marsaglia and Tsang 2000, doi:10.1145/358407.358414. */
static double gamma_number(spn_reader *reader, double shape) {
    const double d = shape - 1.0 / 3.0, c = 1.0 / sqrt(9.0 * d);
    for (;;) {
        const double x = normal(reader), v = (1.0 + c * x) * (1.0 + c * x) * (1.0 + c * x);
        if (v <= 0.0) continue;
        const double u = 1.0 - spn_reader_unit(reader);
        if (spn_log(u) < 0.5 * x * x + d - d * v + d * spn_log(v)) return d * v;
    }
}

/* Time as the process sees it: it advances by `order` for every spike that is expected, while the generator is active. */
static double clock_at(const spn_group *g, int64_t s, int64_t step) {
    double from = g->constant[CLOCK_ANCHOR][s], to = (double)step;
    if (from < (double)g->start[s]) from = (double)g->start[s];
    if (to > (double)g->stop[s]) to = (double)g->stop[s];
    return g->constant[CLOCK_READING][s]
         + (to > from ? g->constant[CLOCK_ORDER][s] * signal_integral(&g->signals, s, from, to) : 0.0);
}

/* Spikes until the clock shows `now`; `next` is the reading at which the next one is due, `n` how many were drawn. */
static inline int64_t clocked_spikes(spn_reader reader, double order, double before, double now, double *next, int32_t *n) {
    int64_t spikes = 0;
    for (;;) {
        if (*n) { if (now < *next) return spikes; spikes++; } else *next = before; /* begins as after a spike */
        reader.stream.b = (uint64_t)(*n)++, reader.block = 0, reader.left = 0;
        *next += gamma_number(&reader, order);
    }
}

static void deliver_clocked(const spn_engine *e, const spn_group *g, const spn_table *t, int64_t step, int piece) {
    for (int64_t s = 0; s < g->n; s++) {
        const spn_range row = row_of(t, (uint32_t)s, piece, e->n_pieces);
        if (row.begin == row.end || !is_active(g, s, step)) continue;
        const double before = clock_at(g, s, step - 1), now = clock_at(g, s, step), order = g->constant[CLOCK_ORDER][s];
        for (int64_t j = row.begin; j < row.end; j++) {
            if (t->counts[j] && now < t->values[j]) continue;
            uint64_t repeat = 0;
            for (int64_t k = j; k > row.begin && t->targets[k - 1] == t->targets[j]; k--) repeat++;
            const spn_reader reader = open_choices(e, t, g->first_id + (uint64_t)s, j, 0, repeat);
            const int64_t spikes = clocked_spikes(reader, order, before, now, t->values + j, t->counts + j);
            if (spikes) put(t, e->groups + t->target, e->n_slots, step, j, (double)spikes);
        }
    }
}

/* ---- Poisson processes with a dead time, between steps ---- */

enum { POINT_RATE, POINT_DEAD };

/* `values` is the time of the next spike of a connection, in steps; not after the present step began: the process begins now, in
   equilibrium. Random numbers are counted within the step in which they are drawn. */
static void deliver_points(const spn_engine *e, const spn_group *g, const spn_table *t, int64_t step, int piece, int *failed) {
    for (int64_t s = 0; s < g->n; s++) {
        const spn_range row = row_of(t, (uint32_t)s, piece, e->n_pieces);
        const double rate = g->constant[POINT_RATE][s], dead = g->constant[POINT_DEAD][s];
        if (row.begin == row.end || !is_active(g, s, step) || !(rate > 0.0)) continue;
        const double hazard = rate / (1.0 - rate * dead), begin = (double)(step - 1), end = (double)step;
        uint64_t repeat = 0;
        for (int64_t j = row.begin; j < row.end; j++) {
            repeat = repeat_at(t, row.begin, j, repeat);
            double next = t->values[j];
            if (next > end) continue;
            spn_reader reader = open_choices(e, t, g->first_id + (uint64_t)s, j, (uint64_t)step, repeat);
            if (!(next > begin)) {
                const double u = spn_reader_unit(&reader);
                next = begin + (u < rate * dead ? u / rate : dead - spn_log(1.0 - spn_reader_unit(&reader)) / hazard);
            }
            for (; next <= end; next += dead - spn_log(1.0 - spn_reader_unit(&reader)) / hazard) {
                if (t->precise) *failed |= spn_deliver_at(e, t, step, j, 1.0, (end - next) * g->h, piece);
                else put(t, e->groups + t->target, e->n_slots, step, j, 1.0);
            }
            t->values[j] = next;
        }
    }
}

/* ---- currents ---- */

double spn_signal(const spn_group *g, int64_t node, int64_t step) {
    return step >= g->start[node] && step < g->stop[node] ? signal_at(&g->signals, node, step) : 0.0;
}

static void deliver_current(const spn_engine *e, const spn_group *g, const spn_table *t, int64_t step, int piece) {
    for (int64_t s = 0; s < g->n; s++) {
        const double value = spn_signal(g, s, step);
        const uint32_t node = (uint32_t)s;
        if (value == 0.0) continue;
        if (is_plain(t)) {
            const spn_range row = row_of(t, node, piece, e->n_pieces);
            if (row.begin == row.end) continue;
            const double more = t->weight * value;
            double *restrict const cells = row_at(e->groups + t->target, e->n_slots, step + t->lead + t->delay, t->positive)
                                         + t->targets[row.begin];
            for (int64_t i = 0; i < row.end - row.begin; i++) cells[i] += more;
        } else spn_deliver(t, e->groups + t->target, e->n_slots, step, &node, &value, 1, piece, e->n_pieces);
    }
}

void spn_noise(uint64_t seed, uint64_t generator, uint64_t occurrence, int64_t step, const uint32_t *targets, int64_t n,
               double *out) {
    const uint64_t key[2] = {seed, SPN_STREAM_NUMBERS};
    uint64_t repeat = 0, known_block = UINT64_MAX, known_repeat = 0, words[4];
    double uniforms[SPN_LANES_AT_ONCE];
    for (int64_t from = 0; from < n; from += SPN_LANES_AT_ONCE) {
        const int64_t to = from + SPN_LANES_AT_ONCE < n ? from + SPN_LANES_AT_ONCE : n;
        for (int64_t j = from; j < to; j++) {
            const uint64_t block = targets[j] / 4;
            repeat = j && targets[j - 1] == targets[j] ? repeat + 1 : 0;
            if (block != known_block || repeat != known_repeat) {
                const uint64_t counter[4] = {block, generator, (uint64_t)step, occurrence + (repeat << 48)};
                philox4x64(counter, key, words);
                known_block = block, known_repeat = repeat;
            }
            uniforms[j - from] = ((double)(words[targets[j] % 4] >> 12) + 0.5) * 0x1p-52;
        }
        spn_normal_quantiles(out + from, uniforms, (int)(to - from));
    }
}

/* A noise current is constant for an interval, so it is drawn at its beginning, and anew at the beginning of a chunk. */
static void deliver_noise(const spn_engine *e, const spn_group *g, const spn_table *t, int64_t step, int piece) {
    for (int64_t s = 0; s < g->n; s++) {
        if (step < g->start[s] || step >= g->stop[s]) continue;
        const spn_range row = row_of(t, (uint32_t)s, piece, e->n_pieces);
        const int64_t since = (step - g->start[s]) % (int64_t)g->constant[NOISE_INTERVAL][s];
        double *values = t->values + row.begin;
        if (since == 0 || step == e->chunk_start + 1) {
            const double variance = signal_at(&g->signals, s, step - since), mean = g->constant[NOISE_MEAN][s];
            const double std = variance > 0.0 ? sqrt(variance) : 0.0;
            spn_noise(e->seed, g->first_id + (uint64_t)s, t->occurrence, step - since, t->targets + row.begin,
                      row.end - row.begin, values);
            for (int64_t i = 0; i < row.end - row.begin; i++) values[i] = mean + std * values[i];
        }
        if (row.begin < row.end) put_all(t, e->groups + t->target, e->n_slots, step, row.begin, row.end - row.begin, values);
    }
}

/* ---- spikes of which every target gets its own choice ---- */

void spn_deliver_copies(const spn_engine *e, const spn_group *g, const spn_table *t, int64_t step, const spn_spikes *list,
                        int piece) {
    const spn_group *target = e->groups + t->target;
    const uint64_t key[2] = {e->seed, SPN_STREAM_CHOICES};
    for (int64_t i = 0; i < list->n; i++) {
        const uint32_t s = list->nodes[i];
        const double p = g->constant[COPY_PROBABILITY][s], spikes = list->factors[i];
        const spn_range row = row_of(t, s, piece, e->n_pieces);
        uint64_t repeat = 0, known_block = UINT64_MAX, known_repeat = 0, words[4];
        double numbers[SPN_LANES_AT_ONCE];
        for (int64_t from = row.begin; from < row.end; from += SPN_LANES_AT_ONCE) {
            const int64_t to = from + SPN_LANES_AT_ONCE < row.end ? from + SPN_LANES_AT_ONCE : row.end;
            if (t->contiguous && p < 1.0 && spikes == 1.0) { /* the same without repeats */
                const uint64_t first = t->targets[from];
                for (int64_t i = 0; i < to - from;) {
                    const uint64_t counter[4] = {(first + (uint64_t)i) / 8, g->first_id + s, (uint64_t)step, t->occurrence};
                    philox4x64(counter, key, words);
                    for (uint64_t lane = (first + (uint64_t)i) % 8; lane < 8 && i < to - from; lane++, i++)
                        numbers[i] = (double)(uint32_t)(words[lane / 2] >> 32 * (lane % 2)) * 0x1p-32 < p;
                }
            } else for (int64_t j = from; j < to; j++) {
                double copies = 0.0;
                repeat = repeat_at(t, row.begin, j, repeat);
                if (p >= 1.0) copies = spikes;
                else if (spikes == 1.0) { /* half a word for every target */
                    const uint64_t block = t->targets[j] / 8;
                    if (block != known_block || repeat != known_repeat) {
                        const uint64_t counter[4] = {block, g->first_id + s, (uint64_t)step, t->occurrence + (repeat << 48)};
                        philox4x64(counter, key, words);
                        known_block = block, known_repeat = repeat;
                    }
                    copies = (double)(uint32_t)(words[t->targets[j] % 8 / 2] >> 32 * (t->targets[j] % 2)) * 0x1p-32 < p;
                } else {
                    spn_reader reader = open_choices(e, t, g->first_id + s, j, (uint64_t)step, repeat);
                    for (double k = 0.0; k < spikes; k += 1.0) copies += spn_reader_unit(&reader) < p;
                }
                numbers[j - from] = copies;
            }
            put_all(t, target, e->n_slots, step, from, to - from, numbers);
        }
    }
}

/* ---- nodes that spike on their own ---- */

static int emit_events(const spn_engine *e, spn_group *g, int64_t step, int part, spn_spikes *list) {
    int64_t low = 0, high = g->n_events;
    int failed = 0;
    while (low < high) { /* first event of the step */
        const int64_t middle = (low + high) / 2;
        if (g->event_steps[middle] < step) low = middle + 1; else high = middle;
    }
    for (; low < g->n_events && g->event_steps[low] == step; low++) {
        const int64_t node = g->event_nodes[low];
        if (node >= g->bounds[part] && node < g->bounds[part + 1])
            failed |= spn_append_spike(list, (uint32_t)node, g->event_multiplicities + low, NULL);
    }
    return failed;
}

int spn_emit(const spn_engine *e, spn_group *g, int64_t step, int part, spn_spikes *list) {
    const uint64_t key[2] = {e->seed, SPN_STREAM_NUMBERS};
    spn_own_rate own;
    int failed = 0;
    if (g->kind == SPN_INJECTORS) return emit_events(e, g, step, part, list);
    for (int64_t s = g->bounds[part]; s < g->bounds[part + 1]; s++) {
        const uint64_t generator = g->first_id + (uint64_t)s;
        double number = 0.0;
        if (g->kind == SPN_REGULAR) {
            if (g->state[0][s] > (double)step) continue; /* the step of the next spike */
            g->state[0][s] += g->constant[REGULAR_INTERVAL][s];
            number = 1.0;
        } else if (g->kind == SPN_MOTHERS) {
            const spn_rate *rate = rate_at(g, s, step, 1, &own);
            if (!rate) continue;
            const uint64_t counter[4] = {UINT64_MAX, generator, (uint64_t)step, 0};
            uint64_t words[4];
            philox4x64(counter, key, words);
            number = poisson_number(rate, words[0]);
        } else if (is_active(g, s, step)) { /* SPN_CLOCKS */
            spn_reader reader;
            int32_t n = (int32_t)g->state[1][s];
            spn_reader_open(&reader, key, generator, 0, UINT64_MAX);
            number = (double)clocked_spikes(reader, g->constant[CLOCK_ORDER][s], clock_at(g, s, step - 1), clock_at(g, s, step),
                                            g->state[0] + s, &n);
            g->state[1][s] = n;
        }
        if (number != 0.0) failed |= spn_append_spike(list, (uint32_t)s, &number, NULL);
    }
    return failed;
}

void spn_deliver_device(const spn_engine *e, const spn_group *g, const spn_table *t, int64_t step, int piece, int *failed) {
    switch (g->kind) {
        case SPN_POISSON: deliver_poisson(e, g, t, step, piece); break;
        case SPN_GAMMA_SUP: deliver_gamma_sup(e, g, t, step, piece); break;
        case SPN_PPD_SUP: deliver_ppd_sup(e, g, t, step, piece); break;
        case SPN_CLOCKED: deliver_clocked(e, g, t, step, piece); break;
        case SPN_POINTS: deliver_points(e, g, t, step, piece, failed); break;
        case SPN_CURRENT: deliver_current(e, g, t, step, piece); break;
        case SPN_NOISE: deliver_noise(e, g, t, step, piece); break;
    }
}
