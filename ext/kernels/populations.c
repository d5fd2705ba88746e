/* Populations of generalised integrate-and-fire neurons, each a node: how many spike in a step is drawn around what the
   theory of finite populations expects (Schwalger, Deger and Gerstner 2017, doi:10.1371/journal.pcbi.1005507).

   Neurons are told apart by the step of their last spike. At step k, slot k mod K of a history is about those whose last
   spike is K steps old, the next slot about K - 1, and so on around the ring. Of each such class it holds how many neurons
   are expected not to have spiked since, the variance of this number, their potential and hazard, and how many spikes
   there were. Who has not spiked for longer than K steps is free: those are one class, with the potential V_m. */
#include "delivery.h"
#include "vecmath.h"
#include "vm.h"

#include <string.h>

/* Columns of state and constants, in the order of spatialnet/simulate/populations.py. */
enum { V, EX, IN, THRESHOLD, MEAN, EVENTS, FREE, FREE_VARIANCE, FREE_HAZARD };
enum { SIZE, BASE, SLOPE, RATE, RESET, REFRACTORY_STEPS, I_E, DECAY, REST, GAIN, DECAY_EX, SOURCE_EX, TO_V_EX, DECAY_IN,
       SOURCE_IN, TO_V_IN, IS_BINOMIAL };

#define SPN_CHUNK 64

/* Sums over the classes: those expected to spike, all neurons, and the same of their variance. */
typedef struct { double spiking, total, noisy, variance; } sums;

/* Of classes but the free one; small numbers as they are, as in the paper. */
static inline double chance(double expected) { return expected > 0.01 ? 1.0 - spn_exp(-expected) : expected; }

/* `n` slots from `at` on, the oldest first, none of them refractory. What the spikes of a class do to younger ones is
   added to `threshold`. */
static void follow(const spn_histories *s, const double *const *c, int64_t node, int64_t at, int64_t table, int64_t n,
                   double drive, double h, double *threshold, sums *sum) {
    const double per_neuron = 1.0 / c[SIZE][node], slope = 1.0 / c[SLOPE][node], decay = c[DECAY][node];
    const double rate = c[RATE][node] * 1e-3, half = 0.5 * h;
    double seen[SPN_CHUNK], p[SPN_CHUNK];
    for (int64_t from = 0; from < n; from += SPN_CHUNK) {
        const int64_t m = n - from < SPN_CHUNK ? n - from : SPN_CHUNK;
        double *const count = s->count + at + from, *const variance = s->variance + at + from;
        double *const potential = s->potential + at + from, *const hazard = s->hazard + at + from;
        const double *const spikes = s->spikes + at + from;
        const double *const own = s->own + table + from, *const renewal = s->renewal + table + from;
        for (int64_t i = 0; i < m; i++) {
            seen[i] = *threshold;
            *threshold += renewal[i] * spikes[i] * per_neuron;
        }
        for (int64_t i = 0; i < m; i++) {
            potential[i] = potential[i] * decay + drive;
            const double now = rate * spn_exp((potential[i] - own[i] - seen[i]) * slope);
            p[i] = half * (now + hazard[i]);
            hazard[i] = now;
        }
        for (int64_t i = 0; i < m; i++) p[i] = chance(p[i]);
        for (int64_t i = 0; i < m; i++) {
            sum->spiking += p[i] * count[i];
            sum->total += count[i];
            sum->noisy += p[i] * variance[i];
            sum->variance += variance[i];
            variance[i] = (1.0 - p[i]) * (1.0 - p[i]) * variance[i] + p[i] * count[i];
            count[i] *= 1.0 - p[i];
        }
    }
}

static double update_population(const spn_group *g, int64_t node, int64_t step, double ex, double in, double current,
                                double uniform) {
    const spn_histories *const s = g->histories;
    double *const *const v = g->state;
    const double *const *const c = g->constant;
    const int64_t begin = s->begin[node], K = s->begin[node + 1] - begin, oldest = begin + step % K;
    const int64_t n_aging = K - (int64_t)c[REFRACTORY_STEPS][node];
    /* arriving spikes are spread over the step, so synaptic currents relax towards what they add in each */
    const double source_ex = ex * c[SOURCE_EX][node], source_in = in * c[SOURCE_IN][node];
    const double drive = c[REST][node] + c[GAIN][node] * (c[I_E][node] + current + source_ex + source_in) +
                         c[TO_V_EX][node] * (v[EX][node] - source_ex) + c[TO_V_IN][node] * (v[IN][node] - source_in);
    v[EX][node] = source_ex + (v[EX][node] - source_ex) * c[DECAY_EX][node];
    v[IN][node] = source_in + (v[IN][node] - source_in) * c[DECAY_IN][node];
    v[V][node] = v[V][node] * c[DECAY][node] + drive;

    /* spikes that are K steps old now act on all, by an adaptation that has no memory of when each was */
    double threshold = c[BASE][node];
    for (int64_t i = node * s->n_adaptations; i < (node + 1) * s->n_adaptations; i++) {
        s->level[i] = s->level[i] * s->decay[i] + s->gain[i] * s->spikes[oldest];
        threshold += s->size[i] * s->level[i];
    }
    v[THRESHOLD][node] = threshold;

    const double hazard = c[RATE][node] * 1e-3 * spn_exp((v[V][node] - threshold) / c[SLOPE][node]);
    const double p = 1.0 - spn_exp(-0.5 * g->h * (hazard + v[FREE_HAZARD][node]));
    const double free = v[FREE][node], noise = v[FREE_VARIANCE][node];
    sums sum = {p * free, free, p * noise, noise};
    v[FREE_HAZARD][node] = hazard;
    v[FREE_VARIANCE][node] = (1.0 - p) * (1.0 - p) * noise + p * free;
    v[FREE][node] = (1.0 - p) * free;

    /* the oldest class sees its own spikes in `own`, not in the adaptation of all */
    threshold -= s->renewal[begin] * s->spikes[oldest] / c[SIZE][node];
    const int64_t until_end = begin + K - oldest, straight = until_end < n_aging ? until_end : n_aging;
    follow(s, c, node, oldest, begin, straight, drive, g->h, &threshold, &sum);
    follow(s, c, node, begin, begin + straight, n_aging - straight, drive, g->h, &threshold, &sum);
    for (int64_t i = n_aging; i < K; i++) sum.total += s->count[i < until_end ? oldest + i : oldest + i - K];

    const double size = c[SIZE][node];
    const double expected = sum.spiking + (sum.variance > 0.0 ? sum.noisy / sum.variance : 0.0) * (size - sum.total);
    const double mean = expected < 0.0 ? 0.0 : expected > size ? size : expected;
    const double drawn = c[IS_BINOMIAL][node] != 0.0 ? spn_binomial_quantile(uniform, size, mean / size)
                                                     : spn_poisson_quantile(uniform, mean);
    v[MEAN][node] = expected;
    v[EVENTS][node] = drawn < size ? drawn : size;

    v[FREE][node] += s->count[oldest];
    v[FREE_VARIANCE][node] += s->variance[oldest];
    s->count[oldest] = s->spikes[oldest] = v[EVENTS][node];
    s->variance[oldest] = s->hazard[oldest] = 0.0;
    s->potential[oldest] = c[RESET][node];
    return v[EVENTS][node];
}

int spn_update_populations(const spn_engine *e, spn_group *g, int64_t step, int part, spn_spikes *list) {
    double *const slot = g->ring ? g->ring + (step & (e->n_slots - 1)) * g->n_channels * g->stride : NULL;
    int failed = 0;
    for (int64_t from = g->bounds[part]; from < g->bounds[part + 1]; from += SPN_CHUNK) {
        const int64_t n = g->bounds[part + 1] - from < SPN_CHUNK ? g->bounds[part + 1] - from : SPN_CHUNK;
        double uniforms[SPN_CHUNK];
        spn_draw_row(e, g, 0, step, from, n, uniforms);
        for (int64_t i = 0; i < n; i++) {
            const int64_t node = from + i;
            if (g->frozen && g->frozen[node]) continue;
            const double ex = slot ? slot[node] : 0.0, in = slot ? slot[g->stride + node] : 0.0;
            const double current = slot && g->n_channels > 2 ? slot[2 * g->stride + node] : 0.0;
            const double events = update_population(g, node, step, ex, in, current, uniforms[i]);
            if (events > 0.0) failed |= spn_append_spike(list, (uint32_t)node, &events, NULL);
        }
    }
    for (int i = 0; slot && i < g->n_channels; i++)
        memset(slot + i * g->stride + g->bounds[part], 0, (g->bounds[part + 1] - g->bounds[part]) * sizeof(double));
    return failed;
}
