/* Steps in segments: programs of the block machine, and the adaptive solver around either form. */
#include "step.h"

#include <math.h>
#include <string.h>

#include "vecmath.h"

#define MOST_GATHERED (2 * SPN_LANES)

/* ---- workspace: registers of the machines, then rows and constants of gathered neurons ---- */

static int64_t registers_of(const spn_step *s, int segment) {
    const spn_machine *m = s->machines[segment];
    return m ? (int64_t)(m->n_registers - m->n_rows) * SPN_LANES : 0;
}

static int64_t place_of(const spn_step *s, int segment) {
    int64_t at = 0;
    for (int k = 0; k < segment; k++) at += registers_of(s, k);
    return at;
}

/* Doubles from one row of the gathered to the next: not a power of 2, or all rows would meet in one set of the cache. */
static int64_t pitch_of(const spn_step *s) { return 2 * s->lanes + 8; }

int64_t spn_step_workspace(const spn_step *s) {
    return place_of(s, SPN_N_SEGMENTS) + (s->n_solved ? s->n_rows + s->n_constants + s->n_returned : 0) * pitch_of(s);
}

void spn_step_begin(const spn_step *s, double *work) {
    memset(work, 0, spn_step_workspace(s) * sizeof(double));
    for (int k = 0; k < SPN_N_SEGMENTS; k++)
        for (int i = 0; s->machines[k] && i < s->machines[k]->n_numbers * SPN_LANES; i++)
            work[place_of(s, k) + i] = s->machines[k]->numbers[i / SPN_LANES];
}

#define EACH_OUTER(k, inner) \
    case 4 * k: for (int i = 0; i < n; i++) d[i] = inner + c[i]; break; \
    case 4 * k + 1: for (int i = 0; i < n; i++) d[i] = inner - c[i]; break; \
    case 4 * k + 2: for (int i = 0; i < n; i++) d[i] = c[i] - inner; break; \
    case 4 * k + 3: for (int i = 0; i < n; i++) d[i] = inner * c[i]; break;

SPN_CLONES static void two_in_one(int op, double *restrict d, const double *a, const double *b, const double *c, int n) {
    switch (op) { EACH_OUTER(0, (a[i] + b[i])) EACH_OUTER(1, (a[i] - b[i])) EACH_OUTER(2, (a[i] * b[i])) }
}

/* The same with a number as second operand, which then needs no row of the cache. */
SPN_CLONES static void two_in_one_with(int op, double *restrict d, const double *a, double b, const double *c, int n) {
    switch (op) { EACH_OUTER(0, (a[i] + b)) EACH_OUTER(1, (a[i] - b)) EACH_OUTER(2, (a[i] * b)) }
}

/* Operations of two with a number as second operand; 0 if `op` is not one of these. */
SPN_CLONES static int apply_with(int op, double *restrict d, const double *a, double b, int n) {
    switch (op) {
    case SPN_OP_add: for (int i = 0; i < n; i++) d[i] = a[i] + b; return 1;
    case SPN_OP_sub: for (int i = 0; i < n; i++) d[i] = a[i] - b; return 1;
    case SPN_OP_mul: for (int i = 0; i < n; i++) d[i] = a[i] * b; return 1;
    case SPN_OP_div: for (int i = 0; i < n; i++) d[i] = a[i] / b; return 1;
    case SPN_OP_max: for (int i = 0; i < n; i++) d[i] = a[i] > b ? a[i] : b; return 1;
    case SPN_OP_min: for (int i = 0; i < n; i++) d[i] = a[i] < b ? a[i] : b; return 1;
    case SPN_OP_gt: for (int i = 0; i < n; i++) d[i] = a[i] > b ? 1.0 : 0.0; return 1;
    case SPN_OP_ge: for (int i = 0; i < n; i++) d[i] = a[i] >= b ? 1.0 : 0.0; return 1;
    case SPN_OP_lt: for (int i = 0; i < n; i++) d[i] = a[i] < b ? 1.0 : 0.0; return 1;
    case SPN_OP_eq: for (int i = 0; i < n; i++) d[i] = a[i] == b ? 1.0 : 0.0; return 1;
    default: return 0;
    }
}

static inline int is_number(const spn_machine *m, int k) { return k >= m->n_rows && k < m->n_rows + m->n_numbers; }

static void run_machine(const spn_machine *m, double *work, int64_t n, double *const *v, const double *const *c) {
    double *r[SPN_MAX_REGISTERS];
    for (int k = m->n_rows; k < m->n_registers; k++) r[k] = work + (int64_t)(k - m->n_rows) * SPN_LANES;
    for (int64_t from = 0; from < n; from += SPN_LANES) {
        const int size = (int)(n - from < SPN_LANES ? n - from : SPN_LANES);
        for (int k = 0; k < m->n_rows; k++) /* constants are only read */
            r[k] = (m->rows[k] >= 0 ? v[m->rows[k]] : (double *)c[-1 - m->rows[k]]) + from;
        for (const spn_instruction *i = m->code; i < m->code + m->n_code; i++) {
            if (i->op >= SPN_N_OPERATIONS) {
                const int op = i->op - SPN_N_OPERATIONS, commutes = op / 4 != 1;
                if (is_number(m, i->b)) two_in_one_with(op, r[i->dst], r[i->a], r[i->b][0], r[i->c], size);
                else if (commutes && is_number(m, i->a)) two_in_one_with(op, r[i->dst], r[i->b], r[i->a][0], r[i->c], size);
                else two_in_one(op, r[i->dst], r[i->a], r[i->b], r[i->c], size);
            } else if (is_number(m, i->b) && apply_with(i->op, r[i->dst], r[i->a], r[i->b][0], size)) {
            } else if ((i->op == SPN_OP_mul || i->op == SPN_OP_add) && is_number(m, i->a)) {
                apply_with(i->op, r[i->dst], r[i->b], r[i->a][0], size);
            } else spn_apply(i->op, r[i->dst], r[i->a], r[i->b], r[i->c], 0, size);
        }
        for (int k = 0; k < m->n_outputs; k++)
            memcpy(v[m->outputs[2 * k]] + from, r[m->outputs[2 * k + 1]], size * sizeof(double));
    }
}

static void run_segment(const spn_step *s, int segment, double *work, int64_t n, double *const *v, const double *const *c) {
    if (s->compiled[segment]) s->compiled[segment](n, v, c);
    else if (s->machines[segment]) run_machine(s->machines[segment], work + place_of(s, segment), n, v, c);
}

/* ---- the solver ---- */

/* Neurons that need more sub-steps, side by side. The last attempt of each is made, but nothing has come of it yet. */
typedef struct {
    int n, node[MOST_GATHERED];
    double t[MOST_GATHERED];                  /* how far they are in the step */
    double *rows[SPN_MAX_ROWS], *kept;        /* kept: room for the rows that are returned */
    const double *constants[SPN_MAX_ROWS];
    double *own_constants;                    /* NULL: the same for all */
} gathered;

/* Vector loops do eight lanes in the time of one. */
static int padded(int n) { return (n + 7) & ~7; }

/* The number of attempts that are the whole step without too large an error; what is not a number does not count. */
SPN_CLONES static int count_done(const double *restrict length, const double *restrict ratio, double h, int n) {
    int64_t done = 0;
    for (int l = 0; l < n; l++) done += (length[l] >= h) & (ratio[l] <= 1.1);
    return (int)done;
}

/* Which attempts are accepted: those with an error of up to 1.1 times the tolerance. Moves t on, and finds the length of the next
   by the usual rule with a safety factor of 0.9, by at most 5 either way. Returns whether all are accepted. */
SPN_CLONES static int judge(double *restrict t, double *restrict next, double *restrict accepted, const double *restrict length,
                            const double *restrict ratio, double h, int n) {
    for (int l = 0; l < n; l++) {
        const double order = ratio[l] > 1.1 ? -1.0 / 5.0 : -1.0 / 6.0;
        const double factor = 0.9 * spn_exp(spn_log(ratio[l] > 1e-300 ? ratio[l] : 1e-300) * order);
        const double less = factor < 0.2 ? 0.2 : factor, more = factor > 5.0 ? 5.0 : factor < 1.0 ? 1.0 : factor;
        next[l] = length[l] * (ratio[l] > 1.1 ? less : ratio[l] < 0.5 ? more : 1.0);
        const double refused = length[l] < 1e-10 * h ? 0.0 : ratio[l] > 1.1 ? 1.0 : 0.0; /* not what is not a number */
        const double end = length[l] < h - t[l] ? t[l] + length[l] : h;
        t[l] = refused != 0.0 ? t[l] : end;
        accepted[l] = 1.0 - refused;
    }
    int64_t all = 1;
    for (int l = 0; l < n; l++) all &= accepted[l] != 0.0;
    return (int)all;
}

/* d = a where `first` says so, else b; d may be one of them. */
SPN_CLONES static void choose(double *d, const double *first, const double *a, const double *b, int n) {
    for (int l = 0; l < n; l++) d[l] = first[l] != 0.0 ? a[l] : b[l];
}

static void enter(const spn_step *s, gathered *g, int node, double *const *rows, const double *const *constants, int l) {
    const int64_t pitch = pitch_of(s);
    g->node[g->n] = node;
    g->t[g->n] = 0.0;
    for (int r = 0; r < s->n_carried; r++) g->rows[s->carried[r]][g->n] = rows[s->carried[r]][l];
    for (int q = 0; g->own_constants && q < s->n_constants; q++) g->own_constants[q * pitch + g->n] = constants[q][l];
    g->n++;
}

/* Gives back what has changed, and puts the last one into its place. */
static void leave(const spn_step *s, gathered *g, int l, double *const *v) {
    const int64_t pitch = pitch_of(s);
    const int last = --g->n;
    for (int r = 0; r < s->n_returned; r++) v[s->returned[r]][g->node[l]] = g->rows[s->returned[r]][l];
    g->node[l] = g->node[last];
    g->t[l] = g->t[last];
    for (int r = 0; r < s->n_carried; r++) g->rows[s->carried[r]][l] = g->rows[s->carried[r]][last];
    for (int q = 0; g->own_constants && q < s->n_constants; q++)
        g->own_constants[q * pitch + l] = g->own_constants[q * pitch + last];
}

/* What comes of the attempts of all that are gathered; then the next attempt of those that are not at the end of the step. */
static void advance(const spn_step *s, double *work, gathered *g, double *const *v) {
    const int64_t pitch = pitch_of(s);
    const int n = padded(g->n);
    double accepted[MOST_GATHERED], *const length = g->rows[s->length], *const next = g->rows[s->substep];
    for (int l = g->n; l < n; l++) length[l] = 0.0;
    const int all = judge(g->t, next, accepted, length, g->rows[s->ratio], s->h, n);
    for (int i = 0; i < s->n_solved; i++)
        choose(g->rows[s->solved[i]], accepted, g->rows[s->fresh[i]], g->rows[s->solved[i]], n);
    for (int r = 0; !all && r < s->n_returned; r++) memcpy(g->kept + r * pitch, g->rows[s->returned[r]], n * sizeof(double));
    run_segment(s, SPN_SUBSTEP, work, n, g->rows, g->constants);
    for (int r = 0; !all && r < s->n_returned; r++)
        choose(g->rows[s->returned[r]], accepted, g->rows[s->returned[r]], g->kept + r * pitch, n);
    for (int l = 0; l < g->n;)
        if (g->t[l] < s->h) l++;
        else leave(s, g, l, v);
    for (int l = 0; l < g->n; l++) length[l] = next[l] < s->h - g->t[l] ? next[l] : s->h - g->t[l];
    if (s->elapsed >= 0) memcpy(g->rows[s->elapsed], g->t, g->n * sizeof(double));
    run_segment(s, SPN_ATTEMPT, work, padded(g->n), g->rows, g->constants);
}

/* One step h of a block, every neuron with sub-steps of its own; the length of the next one is remembered. */
void spn_step_solve(const spn_step *s, double *work, int n, double *const *v, const double *const *c) {
    const int64_t pitch = pitch_of(s);
    double *const space = work + place_of(s, SPN_N_SEGMENTS), *rows[SPN_MAX_ROWS];
    const double *constants[SPN_MAX_ROWS];
    gathered g = {.kept = space + (s->n_rows + s->n_constants) * pitch, .own_constants = s->columns ? space + s->n_rows * pitch : NULL};
    for (int r = 0; r < s->n_rows; r++) g.rows[r] = space + r * pitch;
    for (int q = 0; q < s->n_constants; q++) g.constants[q] = s->columns ? g.own_constants + q * pitch : c[q];
    if (s->elapsed >= 0) memset(v[s->elapsed], 0, n * sizeof(double));

    for (int from = 0; from < n; from += s->lanes) {
        const int size = n - from < s->lanes ? n - from : s->lanes;
        for (int r = 0; r < s->n_rows; r++) rows[r] = v[r] + from;
        for (int q = 0; q < s->n_constants; q++) constants[q] = c[q] + (s->columns ? from : 0);
        double *const length = rows[s->length] = v[s->length], *const next = rows[s->substep];
        rows[s->ratio] = v[s->ratio]; /* what an attempt leaves stays in the first-level cache */
        for (int i = 0; i < s->n_solved; i++) rows[s->fresh[i]] = v[s->fresh[i]];
        for (int l = 0; l < padded(size); l++) length[l] = l >= size ? 0.0 : next[l] < s->h ? next[l] : s->h;
        run_segment(s, SPN_ATTEMPT, work, padded(size), rows, constants);
        if (count_done(length, rows[s->ratio], s->h, size) < size)
            for (int l = 0; l < size; l++)
                if (!(length[l] >= s->h && rows[s->ratio][l] <= 1.1)) enter(s, &g, from + l, rows, constants, l);
        /* of all, since those that have been gathered will overwrite it */
        for (int i = 0; i < s->n_solved; i++) memcpy(rows[s->solved[i]], rows[s->fresh[i]], size * sizeof(double));
        run_segment(s, SPN_SUBSTEP, work, size, rows, constants);
        while (g.n > s->lanes) advance(s, work, &g, v);
    }
    while (g.n) advance(s, work, &g, v);
}

void spn_step_slope(const spn_step *s, double *work, int n, double *const *v, const double *const *c) {
    run_segment(s, SPN_SLOPE, work, n, v, c);
}

void spn_step_run(const spn_step *s, double *work, int64_t n, double *const *v, const double *const *c, const double *solved,
                  int64_t stride) {
    run_segment(s, SPN_BEFORE, work, n, v, c);
    for (int i = 0; solved && i <= s->n_solved; i++)
        memcpy(v[i < s->n_solved ? s->solved[i] : s->substep], solved + i * stride, n * sizeof(double));
    if (s->n_solved && !solved) spn_step_solve(s, work, (int)n, v, c);
    run_segment(s, SPN_AFTER, work, n, v, c);
}
