/* Gap junctions: the current into node i is the sum of g_ij (V_j(t) - V_i(t)) over its partners j.

   A step is divided into windows of at most LONGEST ms. In a window every neuron solves its own equations, given the sum of
   g_ij V_j(t) as a cubic polynomial: Hermite's, from the values V and slopes S of the partners at both ends. Then partners hear
   how far the new values at the end are from the ones before, and those that are moved by it solve the window again, from its
   begin, until none is. Whether a node is moved does not depend on the division into parts, nor does the order of any sum.

   First the values at the end are guessed, from the slopes at the begin of the last three windows, which are kept between runs.
   Then a neuron far from its threshold, as its partners, is solved once or twice. The nodes themselves stay as they are until
   the step is found: their update takes it over. */
#include "relaxation.h"
#include "delivery.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ms: a spike of a fast-spiking cell is some ten of them wide */
#define LONGEST 0.025
/* mV by which the mean voltage of the partners may be wrong */
#define TOLERANCE 1e-4
/* nodes solved together */
#define CHUNK 512

/* Pairs are (V, S): sums over the partners, weighted, or of the node itself. */
typedef struct spn_relaxation {
    spn_step step;              /* of one window */
    double *ends[2];            /* [solved variable or sub-step][node]: at both ends of a window, in turn */
    double *conductance;        /* [node]: of all its gap junctions */
    double *first, *last;       /* [node] pairs: sums at the begin and at the end of the window */
    double *used;               /* [node] pairs: sums at the end when it was solved */
    double *before;             /* [node] pairs: sums of the slopes at the begin of the last two windows */
    double *weight;             /* [node]: sum of the absolute conductances */
    double *told;               /* [node] pairs: what partners know of the end of the window */
    double *moved;              /* [node] pairs: how far that is from the truth */
    double *slope, *past;       /* [node]: its own slope at the begin of the window, pairs: and of the last two */
    uint8_t *stale;             /* [node]: to be solved again */
    int voltage;                /* which of the solved variables is sent */
    int n_windows;
    void *memory;
    double *room;               /* [part]: rows and constants of a chunk */
} spn_relaxation;

int spn_windows(const spn_engine *e) {
    for (int k = 0; k < e->n_groups; k++)
        if (e->groups[k].relaxation) return e->groups[k].relaxation->n_windows;
    return 0;
}

const double *spn_relaxed(const spn_group *g, int64_t from) {
    const spn_relaxation *r = g->relaxation;
    return r->ends[r->n_windows & 1] + from;
}

/* What is frozen is not solved: its partners see a voltage that stays the same. */
static inline int is_frozen(const spn_group *g, int64_t node) { return g->frozen && g->frozen[node]; }

/* ---- memory ---- */

static int64_t room_of(const spn_group *g) { return (int64_t)(g->step.n_rows + g->step.n_constants) * CHUNK; }

static int open_group(const spn_engine *e, spn_group *g) {
    if (g->relaxation) return 0;
    spn_relaxation *r = g->relaxation = calloc(1, sizeof *r);
    const int64_t rows = g->step.n_solved + 1, n = g->stride;
    if (!r || !(r->memory = calloc((size_t)(2 * rows + 15) * n, sizeof(double)))) return 1;
    if (!(r->room = calloc((size_t)(e->n_parts * room_of(g)), sizeof(double)))) return 1;
    double *at = r->memory;
    r->ends[0] = at, r->ends[1] = at += rows * n, r->conductance = at += rows * n, r->first = at += n;
    r->last = at += 2 * n, r->used = at += 2 * n, r->told = at += 2 * n, r->moved = at += 2 * n;
    r->before = at += 2 * n, r->weight = at += 2 * n, r->stale = (uint8_t *)(at + n);
    r->slope = g->slopes, r->past = g->slopes + n;
    r->step = g->step;
    r->n_windows = (int)ceil(g->step.h / LONGEST - 1e-9);
    r->step.h = g->step.h / r->n_windows;
    while (r->voltage < g->step.n_solved - 1 && g->step.solved[r->voltage] != g->sends) r->voltage++;
    return 0;
}

int spn_relaxation_open(spn_engine *e) {
    for (int k = 0; k < e->n_groups; k++) {
        spn_group *const g = e->groups + k;
        for (int i = 0; i < g->n_tables; i++) {
            const spn_table *const t = g->tables + i;
            spn_group *const target = e->groups + t->target;
            if (!t->coupling || !t->coupling->within) continue;
            if (open_group(e, g) || open_group(e, target)) return 1;
            e->is_relaxed = 1;
            for (int64_t j = 0; j < t->offsets[g->n]; j++) {
                const double w = weight_at(t, t->weight_type, j);
                target->relaxation->conductance[t->targets[j]] += w;
                target->relaxation->weight[t->targets[j]] += fabs(w);
            }
        }
    }
    return 0;
}

void spn_relaxation_close(spn_engine *e) {
    for (int k = 0; k < e->n_groups; k++) {
        spn_group *const g = e->groups + k;
        if (g->relaxation) free(g->relaxation->memory), free(g->relaxation->room);
        free(g->relaxation);
        g->relaxation = NULL;
    }
}

/* ---- sums over partners ---- */

enum { VOLTAGES, SLOPES, MOVED };

/* Adds to the nodes of a part what their partners send: their voltages at the begin of the step; their slopes there, and before; or
   by how much what they send has moved. */
static void add(const spn_engine *e, int part, int what) {
    const int per_part = e->n_pieces / e->n_parts;
    for (int k = 0; k < e->n_groups; k++) {
        const spn_group *const g = e->groups + k;
        const spn_relaxation *const own = g->relaxation;
        for (int i = 0; own && i < g->n_tables; i++) {
            const spn_table *const t = g->tables + i;
            if (!t->coupling || !t->coupling->within) continue;
            const spn_relaxation *const r = e->groups[t->target].relaxation;
            const double *const pairs = what == MOVED ? own->moved : own->past;
            const double *const single = what == SLOPES ? own->slope : g->state[g->sends];
            double *const sums = what == MOVED ? r->last : r->before, *const first = r->first + (what == SLOPES);
            for (int64_t s = 0; s < g->n; s++) {
                if (what == MOVED && pairs[2 * s] == 0.0 && pairs[2 * s + 1] == 0.0) continue;
                for (int piece = part * per_part; piece < (part + 1) * per_part; piece++) {
                    const spn_range row = row_of(t, (uint32_t)s, piece, e->n_pieces);
                    for (int64_t j = row.begin; j < row.end; j++) {
                        const int64_t to = 2 * (int64_t)t->targets[j];
                        const double w = weight_at(t, t->weight_type, j);
                        if (what != MOVED) first[to] += w * single[s];
                        if (what != VOLTAGES) sums[to] += w * pairs[2 * s], sums[to + 1] += w * pairs[2 * s + 1];
                    }
                }
            }
        }
    }
}

/* ---- chunks ---- */

/* Nodes that are solved side by side: their rows, constants and the workspace of a step. */
typedef struct { int n; int64_t nodes[CHUNK]; double *v[SPN_MAX_ROWS], *work; const double *c[SPN_MAX_ROWS]; } chunk;

/* Fills the rows for the time from the begin of a window: the state, given as `begin` where it is solved, currents and partners. */
static void fill(const spn_engine *e, const spn_group *g, int64_t now, int part, const double *begin, chunk *k) {
    const spn_relaxation *const r = g->relaxation;
    const spn_step *const s = &r->step;
    const double *from[SPN_MAX_ROWS] = {NULL}, h = s->h;
    double *const room = r->room + part * room_of(g);
    k->work = g->work[part] + (s->n_rows - g->n_variables - g->n_inputs - g->n_currents) * spn_step_block(s);
    for (int i = 0; i < s->n_rows; i++) k->v[i] = room + (int64_t)i * CHUNK;
    for (int i = 0; i < g->n_variables; i++) from[i] = g->state[i];
    for (int i = 0; i <= s->n_solved; i++) from[i < s->n_solved ? s->solved[i] : s->substep] = begin + i * g->stride;
    for (int i = 0; g->ring && i < g->n_channels; i++)
        from[g->n_variables + i] = g->ring + (((now + 1) & (e->n_slots - 1)) * g->n_channels + i) * g->stride;
    for (int i = 0; i < g->n_variables + g->n_inputs + g->n_currents; i++)
        for (int l = 0; l < k->n; l++) k->v[i][l] = from[i] ? from[i][k->nodes[l]] : 0.0;
    for (int i = 0; i < s->n_constants; i++) {
        double *const own = room + (int64_t)(s->n_rows + i) * CHUNK;
        for (int l = 0; s->columns && l < k->n; l++) own[l] = g->constant[i][k->nodes[l]];
        k->c[i] = s->columns ? own : g->constant[i];
    }
    double *const *const p = k->v + g->junction;
    for (int l = 0; l < k->n; l++) {
        const double *const a = r->first + 2 * k->nodes[l], *const z = r->last + 2 * k->nodes[l], rise = (z[0] - a[0]) / h;
        p[0][l] = a[0], p[1][l] = a[1];
        p[2][l] = (3.0 * rise - 2.0 * a[1] - z[1]) / h;
        p[3][l] = (a[1] + z[1] - 2.0 * rise) / (h * h);
        p[4][l] = r->conductance[k->nodes[l]];
    }
}

/* The slopes of a chunk at some time of the window. */
static const double *slopes(const spn_relaxation *r, const chunk *k, double elapsed) {
    for (int l = 0; l < k->n; l++) k->v[r->step.elapsed][l] = elapsed;
    spn_step_slope(&r->step, k->work, k->n, k->v, k->c);
    return k->v[r->step.slope];
}

/* ---- phases ---- */

/* What the nodes of a part send at the begin of the step: their voltages are there, their slopes follow from those. */
void spn_relax_begin(const spn_engine *e, int64_t now, int part) {
    for (int q = 0; q < e->n_groups; q++) {
        const spn_relaxation *const r = e->groups[q].relaxation;
        const int64_t *const bounds = e->groups[q].bounds + part;
        if (!r) continue;
        memset(r->first + 2 * bounds[0], 0, 2 * (bounds[1] - bounds[0]) * sizeof(double));
        memset(r->before + 2 * bounds[0], 0, 2 * (bounds[1] - bounds[0]) * sizeof(double));
    }
    add(e, part, VOLTAGES);
    for (int q = 0; q < e->n_groups; q++) {
        const spn_group *const g = e->groups + q;
        const spn_relaxation *const r = g->relaxation;
        const int64_t begin = g->bounds[part], end = g->bounds[part + 1];
        for (int i = 0; r && i < 2 * (r->step.n_solved + 1); i++) {
            const int n = i >> 1, row = n < r->step.n_solved ? r->step.solved[n] : r->step.substep;
            memcpy(r->ends[i & 1] + n * g->stride + begin, g->state[row] + begin, (end - begin) * sizeof(double));
        }
        for (int64_t from = begin; r && from < end; from += CHUNK) {
            chunk k;
            k.n = (int)(end - from < CHUNK ? end - from : CHUNK);
            for (int l = 0; l < k.n; l++) k.nodes[l] = from + l;
            fill(e, g, now, part, r->ends[0], &k);
            const double *const S = slopes(r, &k, 0.0);
            for (int l = 0; l < k.n; l++) {
                double *const slope = r->slope + from + l, *const past = r->past + 2 * (from + l);
                past[1] = past[0], past[0] = *slope, *slope = S[l];
                if (is_frozen(g, from + l)) *slope = past[0] = past[1] = 0.0;
            }
        }
    }
}

/* The next value and slope, from those now and the slopes one and two windows before. */
static inline void expect(double *next, const double *now, const double *before, double h) {
    next[0] = now[0] + h * (23.0 * now[1] - 16.0 * before[0] + 5.0 * before[1]) * (1.0 / 12.0);
    next[1] = 3.0 * (now[1] - before[0]) + before[1];
}

/* Goes on to a window, and guesses what will be at its end: of every node, and so of the sums over partners. */
void spn_relax_guess(const spn_engine *e, int part, int window) {
    if (window == 0) add(e, part, SLOPES);
    for (int k = 0; k < e->n_groups; k++) {
        spn_group *const g = e->groups + k;
        spn_relaxation *const r = g->relaxation;
        if (!r) continue;
        const double h = r->step.h, *const V = r->ends[window & 1] + r->voltage * g->stride;
        for (int64_t i = g->bounds[part]; i < g->bounds[part + 1]; i++) {
            double *const first = r->first + 2 * i, *const last = r->last + 2 * i, *const before = r->before + 2 * i;
            double *const told = r->told + 2 * i, *const past = r->past + 2 * i;
            if (window) {
                before[1] = before[0], before[0] = first[1], past[1] = past[0], past[0] = r->slope[i];
                first[0] = last[0], first[1] = last[1], r->slope[i] = told[1];
            }
            const double now[2] = {V[i], r->slope[i]};
            expect(last, first, before, h);
            expect(told, now, past, h);
            r->stale[i] = !is_frozen(g, i);
        }
    }
}

static void solve(const spn_engine *e, const spn_group *g, int64_t now, int part, int window, chunk *k) {
    const spn_relaxation *const r = g->relaxation;
    const spn_step *const s = &r->step;
    double *const end = r->ends[!(window & 1)];
    fill(e, g, now, part, r->ends[window & 1], k);
    spn_step_solve(s, k->work, k->n, k->v, k->c);
    for (int i = 0; i <= s->n_solved; i++)
        for (int l = 0; l < k->n; l++) end[i * g->stride + k->nodes[l]] = k->v[i < s->n_solved ? s->solved[i] : s->substep][l];
    const double *const V = k->v[g->sends], *const S = slopes(r, k, s->h);
    for (int l = 0; l < k->n; l++) {
        const int64_t i = 2 * k->nodes[l];
        r->used[i] = r->last[i], r->used[i + 1] = r->last[i + 1];
        r->moved[i] = V[l] - r->told[i], r->moved[i + 1] = S[l] - r->told[i + 1];
        r->told[i] = V[l], r->told[i + 1] = S[l];
    }
    k->n = 0;
}

/* Solves the window for the stale nodes of a part, and notes how far they are from what their partners know. */
void spn_relax_solve(const spn_engine *e, int64_t now, int part, int window) {
    for (int q = 0; q < e->n_groups; q++) {
        const spn_group *const g = e->groups + q;
        const spn_relaxation *const r = g->relaxation;
        chunk k;
        k.n = 0;
        for (int64_t i = g->bounds[part]; r && i < g->bounds[part + 1]; i++) {
            r->moved[2 * i] = r->moved[2 * i + 1] = 0.0;
            if (r->stale[i]) k.nodes[k.n++] = i;
            if (k.n == CHUNK) solve(e, g, now, part, window, &k);
        }
        if (k.n) solve(e, g, now, part, window, &k);
    }
}

/* Hears of the partners, and returns how many nodes of a part must solve the window again. */
int64_t spn_relax_exchange(const spn_engine *e, int part) {
    int64_t n_stale = 0;
    add(e, part, MOVED);
    for (int k = 0; k < e->n_groups; k++) {
        const spn_group *const g = e->groups + k;
        const spn_relaxation *const r = g->relaxation;
        if (!r) continue;
        const double lever = r->step.h * (4.0 / 27.0); /* the most that a slope at the end adds to the polynomial */
        for (int64_t i = g->bounds[part]; i < g->bounds[part + 1]; i++) {
            const double V = fabs(r->last[2 * i] - r->used[2 * i]), S = fabs(r->last[2 * i + 1] - r->used[2 * i + 1]);
            r->stale[i] = V + lever * S > TOLERANCE * r->weight[i] && !is_frozen(g, i);
            n_stale += r->stale[i];
        }
    }
    return n_stale;
}
