/* Neurons that spike, and hear spikes, at any time: between events their equations are solved in closed form, so the step only
   says when neighbours learn of a spike, not when it was (Morrison, Straube, Plesser and Diesmann 2007,
   doi:10.1162/neco.2007.19.1.47; Hanuschkin et al. 2010, doi:10.3389/fninf.2010.00113).

   Times within a step are counted backwards, as `offset` before its end. Spikes of senders that know only steps arrive through
   the ring, at offset 0; currents are constant in a step. */
#include "delivery.h"
#include "vecmath.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Rules; columns of state and constants, in the order of spatialnet/simulate/precise.py. */
enum { ALPHA, EXPONENTIAL, LOSSLESS, DELTA, PARROT };
enum { V, EX, IN, D_EX, D_IN, REFRACTORY, RELEASE_STEP, RELEASE_OFFSET, KEPT, SUM };
enum { TAU_M, C_M, I_E, THRESHOLD, RESET, V_MIN, TAU_EX, TAU_IN, REFRACTORY_STEPS, KEEPS };

/* ---- events on their way ---- */

static spn_arrivals *cell_of(const spn_engine *e, const spn_group *g, int part, int64_t arrival) {
    return g->queue + (int64_t)part * e->n_slots + (arrival & (e->n_slots - 1));
}

static int append_event(spn_arrivals *cell, spn_arrival event) {
    if (cell->n == cell->capacity) {
        const int64_t capacity = cell->capacity ? 2 * cell->capacity : 16;
        spn_arrival *events = realloc(cell->events, capacity * sizeof *events);
        if (!events) return 1;
        cell->events = events;
        cell->capacity = capacity;
    }
    cell->events[cell->n++] = event;
    return 0;
}

int spn_open_queue(const spn_engine *e, spn_group *g) {
    g->queue = calloc((size_t)(e->n_parts * e->n_slots), sizeof *g->queue);
    if (!g->queue) return 1;
    for (int64_t i = 0; i < g->n_pending; i++) {
        int part = 0;
        while (g->pending[i].node >= g->bounds[part + 1]) part++;
        if (append_event(cell_of(e, g, part, g->pending_steps[i]), g->pending[i])) return 1;
    }
    return 0;
}

void spn_close_queue(const spn_engine *e, spn_group *g) {
    for (int64_t i = 0; g->queue && i < e->n_parts * e->n_slots; i++) free(g->queue[i].events);
    free(g->queue);
    g->queue = NULL;
}

int spn_deliver_at(const spn_engine *e, const spn_table *t, int64_t step, int64_t j, double factor, double offset, int piece) {
    const double w = (t->unweighted ? 1.0 : weight_at(t, t->weight_type, j)) * factor;
    const spn_arrival event = {t->targets[j], w < 0.0 ? t->negative : t->positive, offset, w};
    const int part = piece / (e->n_pieces / e->n_parts);
    return append_event(cell_of(e, e->groups + t->target, part, step + delay_at(t, t->delay_type, j)), event);
}

void spn_deliver_offsets(const spn_engine *e, const spn_table *t, int64_t step, const uint32_t *nodes, const double *factors,
                         const double *offsets, int64_t n, int piece, int *failed) {
    for (int64_t s = 0; s < n; s++) {
        const spn_range row = row_of(t, nodes[s], piece, e->n_pieces);
        for (int64_t j = row.begin; j < row.end; j++)
            *failed |= spn_deliver_at(e, t, step, j, factors ? factors[s] : 1.0, offsets[s], piece);
    }
}

/* By node, then by time; merges, so that simultaneous events keep the order of their delivery. */
static int sort_events(spn_arrivals *cell) {
    if (cell->n < 2) return 0;
    spn_arrival *from = cell->events, *to = malloc(cell->n * sizeof *to), *spare = to;
    if (!to) return 1;
    for (int64_t width = 1; width < cell->n; width *= 2) {
        for (int64_t low = 0; low < cell->n; low += 2 * width) {
            const int64_t middle = low + width < cell->n ? low + width : cell->n;
            const int64_t high = middle + width < cell->n ? middle + width : cell->n;
            for (int64_t i = low, j = middle, k = low; k < high; k++) {
                const int second = i == middle || (j < high && (from[j].node < from[i].node ||
                                   (from[j].node == from[i].node && from[j].offset > from[i].offset)));
                to[k] = second ? from[j++] : from[i++];
            }
        }
        spn_arrival *other = from; from = to; to = other;
    }
    if (from != cell->events) memcpy(cell->events, from, cell->n * sizeof *from);
    free(spare);
    return 0;
}

/* ---- one neuron ---- */

typedef struct { double v, ex, in, d_ex, d_in; } membrane;
typedef struct { int rule; double tau_m, c, current, threshold, v_min, tau_ex, tau_in; } constants;

/* Integral over t of exp(-d s), and of s exp(-d s): what is left of a current that decays d faster than the membrane. */
static double once(double d, double t) { return fabs(d * t) < 1e-300 ? t : -expm1(-d * t) / d; }

static double twice(double d, double t) {
    const double x = d * t;
    if (fabs(x) > 0.05) return (-expm1(-x) - x * spn_exp(-x)) / (d * d);
    double sum = 0.0, term = 1.0;
    for (int n = 0; n < 10; n++) { sum += term / (n + 2); term *= -x / (n + 1); }
    return sum * t * t;
}

static membrane later(const constants *p, membrane m, double t) {
    const double leak = spn_exp(-t / p->tau_m);
    double v = m.v * leak - expm1(-t / p->tau_m) * p->current * p->tau_m / p->c;
    if (p->rule != DELTA) {
        const double ex = spn_exp(-t / p->tau_ex), in = spn_exp(-t / p->tau_in);
        const double by_ex = 1.0 / p->tau_ex - 1.0 / p->tau_m, by_in = 1.0 / p->tau_in - 1.0 / p->tau_m;
        v += leak / p->c * (m.ex * once(by_ex, t) + m.in * once(by_in, t));
        if (p->rule == ALPHA) {
            v += leak / p->c * (m.d_ex * twice(by_ex, t) + m.d_in * twice(by_in, t));
            m.ex = ex * (m.ex + t * m.d_ex);
            m.in = in * (m.in + t * m.d_in);
            m.d_ex *= ex;
            m.d_in *= in;
        } else {
            m.ex *= ex;
            m.in *= in;
        }
    }
    m.v = v < p->v_min ? p->v_min : v;
    return m;
}

/* exp(t / tau_m) V'(t): what is positive where the potential rises (exponential currents). Its derivative has one zero at most. */
static double rise(const constants *p, membrane m, double t) {
    const double a = p->current / p->c - m.v / p->tau_m;
    const double by_ex = 1.0 / p->tau_ex - 1.0 / p->tau_m, by_in = 1.0 / p->tau_in - 1.0 / p->tau_m;
    return a + m.ex / p->c * (spn_exp(-by_ex * t) - once(by_ex, t) / p->tau_m)
             + m.in / p->c * (spn_exp(-by_in * t) - once(by_in, t) / p->tau_m);
}

static double zero_of_rise(const constants *p, membrane m, double low, double high) {
    const int up = rise(p, m, low) > 0.0;
    for (int k = 0; k < 60; k++) {
        const double middle = 0.5 * (low + high);
        if ((rise(p, m, middle) > 0.0) == up) low = middle; else high = middle;
    }
    return 0.5 * (low + high);
}

/* The first time in (0, t] at which the potential is at the threshold, known to lie below it at 0 and not at t. */
static double crossing(const constants *p, membrane m, double t) {
    if (p->rule == DELTA) {
        const double goal = p->current * p->tau_m / p->c;
        const double found = -p->tau_m * log1p((p->threshold - m.v) / (m.v - goal));
        return found < t ? found : t;
    }
    double low = 0.0, high = t;
    for (int k = 0; k < 60; k++) {
        const double middle = 0.5 * (low + high);
        if (later(p, m, middle).v < p->threshold) low = middle; else high = middle;
    }
    return high;
}

/* A time in (0, t) at which the potential is at or above the threshold though it is below at both ends; 0 if there is none. */
static double excursion(const constants *p, membrane m, double t) {
    const double by_ex = 1.0 / p->tau_ex - 1.0 / p->tau_m, by_in = 1.0 / p->tau_in - 1.0 / p->tau_m;
    /* the derivative of `rise` is -(m.ex exp(-by_ex t) / tau_ex + m.in exp(-by_in t) / tau_in) / c */
    double turn = t;
    const double ratio = -(m.ex * p->tau_in) / (m.in * p->tau_ex);
    if (by_ex != by_in && ratio > 0.0 && ratio < INFINITY) {
        const double found = spn_log(ratio) / (by_ex - by_in);
        if (found > 0.0 && found < t) turn = found;
    }
    const double ends[3] = {0.0, turn, t};
    for (int k = 0; k < 2; k++) {
        if (!(ends[k] < ends[k + 1]) || !(rise(p, m, ends[k]) > 0.0) || rise(p, m, ends[k + 1]) > 0.0) continue;
        const double top = zero_of_rise(p, m, ends[k], ends[k + 1]);
        if (later(p, m, top).v >= p->threshold) return top;
    }
    return 0.0;
}

typedef struct { spn_group *g; uint32_t node; int64_t step; spn_spikes *list; int failed; } firing;

static void fire(firing *f, double offset, membrane *m) {
    spn_group *g = f->g;
    const double steps = g->constant[REFRACTORY_STEPS][f->node];
    f->failed |= spn_append_spike(f->list, f->node, NULL, &offset);
    m->v = g->constant[RESET][f->node];
    g->state[REFRACTORY][f->node] = steps > 0.0;
    g->state[RELEASE_STEP][f->node] = (double)f->step + steps;
    g->state[RELEASE_OFFSET][f->node] = offset;
}

/* From `offset` to `to`, with all spikes on the way. */
static void advance(firing *f, const constants *p, membrane *m, double offset, double to) {
    while (offset > to) {
        const double t = offset - to;
        membrane end = later(p, *m, t);
        if (f->g->state[REFRACTORY][f->node] != 0.0) {
            end.v = m->v;
            *m = end;
            return;
        }
        double reached = end.v >= p->threshold ? t : p->rule == LOSSLESS ? excursion(p, *m, t) : 0.0;
        if (reached == 0.0) { *m = end; return; }
        reached = crossing(p, *m, reached);
        *m = later(p, *m, reached);
        offset -= reached;
        if (offset < to) offset = to;
        fire(f, offset, m);
        if (f->failed) return;
    }
}

static int update_neuron(spn_group *g, const double *const *row, uint32_t node, int64_t step, const spn_arrival *event, int64_t n,
                         double current, spn_spikes *list) {
    double *const *const s = g->state;
    const double *const *const c = g->constant;
    const constants p = {g->rule, c[TAU_M][node], c[C_M][node], c[I_E][node] + current, c[THRESHOLD][node], c[V_MIN][node],
                         c[TAU_EX][node], c[TAU_IN][node]};
    const double e = 2.718281828459045;
    membrane m = {s[V][node], s[EX][node], s[IN][node], s[D_EX][node], s[D_IN][node]};
    firing f = {g, node, step, list, 0};
    double offset = g->h;
    if (s[REFRACTORY][node] == 0.0 && m.v >= p.threshold) fire(&f, offset, &m);
    for (int64_t i = 0;;) {
        const int released = s[REFRACTORY][node] != 0.0 && s[RELEASE_STEP][node] <= (double)step;
        const int ring = i == n; /* what came through the ring is last */
        const double next = ring ? 0.0 : event[i].offset;
        if (released && s[RELEASE_OFFSET][node] >= next) {
            advance(&f, &p, &m, offset, s[RELEASE_OFFSET][node]);
            if (offset > s[RELEASE_OFFSET][node]) offset = s[RELEASE_OFFSET][node];
            s[REFRACTORY][node] = 0.0;
            m.v += s[KEPT][node];
            s[KEPT][node] = 0.0;
            if (m.v >= p.threshold) fire(&f, offset, &m);
            continue;
        }
        advance(&f, &p, &m, offset, next);
        offset = next;
        for (int channel = 0; channel < 2; channel++) {
            if (!ring && channel != event[i].channel) continue;
            const double w = ring ? row[channel] ? row[channel][node] : 0.0 : event[i].weight;
            if (w == 0.0) continue;
            if (p.rule == ALPHA && channel == 0) m.d_ex += w * e / p.tau_ex;
            else if (p.rule == ALPHA) m.d_in += w * e / p.tau_in;
            else if (p.rule != DELTA && channel == 0) m.ex += w;
            else if (p.rule != DELTA) m.in += w;
            else if (s[REFRACTORY][node] == 0.0) {
                m.v = m.v + w < p.v_min ? p.v_min : m.v + w;
                if (m.v >= p.threshold) fire(&f, offset, &m);
            } else if (c[KEEPS][node] != 0.0) {
                const double left = (s[RELEASE_STEP][node] - (double)step) * g->h + offset - s[RELEASE_OFFSET][node];
                s[KEPT][node] += w * spn_exp(-left / p.tau_m);
            }
        }
        if (f.failed || ring) break;
        i++;
    }
    s[V][node] = m.v; s[EX][node] = m.ex; s[IN][node] = m.in; s[D_EX][node] = m.d_ex; s[D_IN][node] = m.d_in;
    s[SUM][node] = m.ex + m.in;
    return f.failed;
}

int spn_update_precise(const spn_engine *e, spn_group *g, int64_t step, int part, spn_spikes *list) {
    spn_arrivals *cell = cell_of(e, g, part, step);
    int failed = sort_events(cell);
    double *const slot = g->ring ? g->ring + (step & (e->n_slots - 1)) * g->n_channels * g->stride : NULL;
    const double *const row[2] = {slot, slot && g->n_inputs > 1 ? slot + g->stride : NULL};
    double *const current = slot && g->n_channels > g->n_inputs ? slot + g->n_inputs * g->stride : NULL;
    int64_t first = 0;
    for (int64_t node = g->bounds[part]; node < g->bounds[part + 1] && !failed; node++) {
        int64_t last = first;
        while (last < cell->n && cell->events[last].node == node) last++;
        if (g->frozen && g->frozen[node]) { first = last; continue; }
        if (g->rule != PARROT)
            failed |= update_neuron(g, row, (uint32_t)node, step, cell->events + first, last - first,
                                    current ? current[node] : 0.0, list);
        for (int64_t i = first; g->rule == PARROT && i < last; i++)
            failed |= spn_append_spike(list, (uint32_t)node, &cell->events[i].weight, &cell->events[i].offset);
        if (g->rule == PARROT && slot && slot[node] != 0.0) {
            const double at_the_end = 0.0;
            failed |= spn_append_spike(list, (uint32_t)node, slot + node, &at_the_end);
        }
        first = last;
    }
    cell->n = 0;
    for (int i = 0; slot && i < g->n_channels; i++)
        memset(slot + i * g->stride + g->bounds[part], 0, (g->bounds[part + 1] - g->bounds[part]) * sizeof(double));
    return failed;
}
