/* Steps in segments: programs of the block machine, and the adaptive solver around either form. */
#include "step.h"

#include <math.h>
#include <string.h>

#include "vecmath.h"

#define MOST_LANES SPN_LANES

/* ---- workspace: registers of the machines, then the solver's stages and gathered rows ---- */

static int64_t registers_of(const spn_step *s, int segment) {
    const spn_machine *m = s->machines[segment];
    return m ? (int64_t)(m->n_registers - m->n_rows) * SPN_LANES : 0;
}

static int64_t place_of(const spn_step *s, int segment) {
    int64_t at = 0;
    for (int k = 0; k < segment; k++) at += registers_of(s, k);
    return at;
}

int64_t spn_step_workspace(const spn_step *s) {
    /* of every variable six slopes, the trial state and the new one; gathered rows and constants */
    return place_of(s, SPN_N_SEGMENTS) + (int64_t)(8 * s->n_solved + s->n_rows + s->n_constants) * MOST_LANES;
}

void spn_step_begin(const spn_step *s, double *work) {
    for (int k = 0; k < SPN_N_SEGMENTS; k++)
        for (int i = 0; s->machines[k] && i < s->machines[k]->n_numbers * SPN_LANES; i++)
            work[place_of(s, k) + i] = s->machines[k]->numbers[i / SPN_LANES];
}

SPN_CLONES static void product(int op, double *restrict d, const double *a, const double *b, const double *c, int n) {
    if (op == SPN_ADD_PRODUCT) for (int i = 0; i < n; i++) d[i] = c[i] + a[i] * b[i];
    else if (op == SPN_SUB_PRODUCT) for (int i = 0; i < n; i++) d[i] = c[i] - a[i] * b[i];
    else for (int i = 0; i < n; i++) d[i] = a[i] * b[i] - c[i];
}

/* The same with a number as first operand, which then needs no row of the cache. */
SPN_CLONES static void product_with(int op, double *restrict d, double a, const double *b, const double *c, int n) {
    if (op == SPN_ADD_PRODUCT) for (int i = 0; i < n; i++) d[i] = c[i] + a * b[i];
    else if (op == SPN_SUB_PRODUCT) for (int i = 0; i < n; i++) d[i] = c[i] - a * b[i];
    else for (int i = 0; i < n; i++) d[i] = a * b[i] - c[i];
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
                if (is_number(m, i->a)) product_with(i->op, r[i->dst], r[i->a][0], r[i->b], r[i->c], size);
                else if (is_number(m, i->b)) product_with(i->op, r[i->dst], r[i->b][0], r[i->a], r[i->c], size);
                else product(i->op, r[i->dst], r[i->a], r[i->b], r[i->c], size);
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

/* Fehlberg 1969 (NASA TR R-315), table III: coefficients of the stages, of the fifth order, and of the error. */
static const double STAGE[6][5] = {
    {0.0, 0.0, 0.0, 0.0, 0.0},
    {1.0 / 4.0, 0.0, 0.0, 0.0, 0.0},
    {3.0 / 32.0, 9.0 / 32.0, 0.0, 0.0, 0.0},
    {1932.0 / 2197.0, -7200.0 / 2197.0, 7296.0 / 2197.0, 0.0, 0.0},
    {439.0 / 216.0, -8.0, 3680.0 / 513.0, -845.0 / 4104.0, 0.0},
    {-8.0 / 27.0, 2.0, -3544.0 / 2565.0, 1859.0 / 4104.0, -11.0 / 40.0}};
static const double FIFTH[6] = {16.0 / 135.0, 0.0, 6656.0 / 12825.0, 28561.0 / 56430.0, -9.0 / 50.0, 2.0 / 55.0};
static const double ERROR[6] = {1.0 / 360.0, 0.0, -128.0 / 4275.0, -2197.0 / 75240.0, 1.0 / 50.0, 2.0 / 55.0};

/* y + d sum of a[j] k[j], in this order of additions. */
SPN_CLONES static void stage(double *restrict out, const double *restrict y, const double *restrict d, double *const *k,
                             const double *a, int n_terms, int n) {
    double sum[MOST_LANES];
    for (int l = 0; l < n; l++) sum[l] = a[0] * k[0][l];
    for (int j = 1; j < n_terms; j++) {
        if (a[j] == 0.0) continue;
        const double *restrict const kj = k[j];
        const double aj = a[j];
        for (int l = 0; l < n; l++) sum[l] += aj * kj[l];
    }
    for (int l = 0; l < n; l++) out[l] = y[l] + d[l] * sum[l];
}

/* What the largest ratio of error and tolerance becomes with one more variable. */
SPN_CLONES static void worst(double *restrict ratio, const double *restrict d, double *const *k, const double *restrict scale,
                             const double *restrict absolute, const double *restrict relative, int by_slope, int n) {
    double sum[MOST_LANES];
    for (int l = 0; l < n; l++) sum[l] = ERROR[0] * k[0][l];
    for (int j = 2; j < 6; j++) for (int l = 0; l < n; l++) sum[l] += ERROR[j] * k[j][l];
    for (int l = 0; l < n; l++) {
        const double size = by_slope ? fabs(d[l] * scale[l]) : fabs(scale[l]);
        const double r = fabs(d[l] * sum[l]) / (absolute[l] + relative[l] * size);
        ratio[l] = r > ratio[l] ? r : ratio[l];
    }
}

/* The next length of a sub-step from the worst ratio: the usual rule with a safety factor of 0.9, by at most 5 either way. */
SPN_CLONES static void adapt(double *restrict d, const double *restrict ratio, int n) {
    for (int l = 0; l < n; l++) {
        const double logarithm = spn_log(ratio[l] > 1e-300 ? ratio[l] : 1e-300);
        double less = 0.9 * spn_exp(logarithm * (-1.0 / 5.0)), more = 0.9 * spn_exp(logarithm * (-1.0 / 6.0));
        less = less < 0.2 ? 0.2 : less;
        more = more > 5.0 ? 5.0 : more < 1.0 ? 1.0 : more;
        d[l] *= ratio[l] > 1.1 ? less : ratio[l] < 0.5 ? more : 1.0;
    }
}

/* The rows that a segment touches and all constants at some of the lanes: in place if they are all, else gathered. */
static void gather(const spn_step *s, int segment, double *space, const int *lane, int n, int all, double *const *v,
                   const double *const *c, double **rows, const double **constants) {
    for (int r = 0; r < s->n_touched[segment]; r++) {
        const int row = s->touched[segment][r];
        rows[row] = all ? v[row] : space + (int64_t)row * MOST_LANES;
        for (int l = 0; !all && l < n; l++) rows[row][l] = v[row][lane[l]];
    }
    for (int q = 0; q < s->n_constants; q++) {
        constants[q] = c[q];
        if (all || !s->columns) continue;
        double *const to = space + (int64_t)(s->n_rows + q) * MOST_LANES;
        for (int l = 0; l < n; l++) to[l] = c[q][lane[l]];
        constants[q] = to;
    }
}

/* One step h of up to MOST_LANES neurons, every one with sub-steps of its own. The length of the next sub-step is
   remembered; a sub-step is repeated if its error exceeds 1.1 times absolute + relative * scale, where the scale is the value
   at its end or, `by_slope`, the change in it. */
static void solve(const spn_step *s, double *work, int n, double *const *v, const double *const *c) {
    const int m = s->n_solved;
    double *at = work + place_of(s, SPN_N_SEGMENTS);
    double *k[32][6], *trial[32], *fifth[32];
    double *gathered[SPN_MAX_ROWS];
    const double *constants[SPN_MAX_ROWS];
    for (int i = 0; i < m; i++) {
        for (int j = 0; j < 6; j++, at += MOST_LANES) k[i][j] = at;
        trial[i] = at; at += MOST_LANES;
        fifth[i] = at; at += MOST_LANES;
    }
    double t[MOST_LANES], d[MOST_LANES], ratio[MOST_LANES], absolute[MOST_LANES], relative[MOST_LANES];
    int lane[MOST_LANES], n_active = n;
    for (int l = 0; l < n; l++) { t[l] = 0.0; lane[l] = l; }
    double *const next = v[s->substep];

    while (n_active) {
        gather(s, SPN_SLOPE, at, lane, n_active, n_active == n, v, c, gathered, constants);
        const double *start[32];
        for (int i = 0; i < m; i++) start[i] = gathered[s->solved[i]];
        for (int l = 0; l < n_active; l++) {
            const double left = s->h - t[lane[l]], wanted = next[lane[l]];
            d[l] = wanted < left ? wanted : left;
            absolute[l] = constants[s->absolute][s->columns ? l : 0];
            relative[l] = constants[s->relative][s->columns ? l : 0];
        }
        for (int j = 0; j < 6; j++) {
            for (int i = 0; i < m; i++) {
                gathered[s->slopes[i]] = k[i][j];
                if (j == 0) continue;
                stage(trial[i], start[i], d, k[i], STAGE[j], j, n_active);
                gathered[s->solved[i]] = trial[i];
            }
            run_segment(s, SPN_SLOPE, work, n_active, gathered, constants);
        }
        for (int l = 0; l < n_active; l++) ratio[l] = 0.0;
        for (int i = 0; i < m; i++) {
            stage(fifth[i], start[i], d, k[i], FIFTH, 6, n_active);
            if (s->by_slope) {
                gathered[s->solved[i]] = fifth[i];
            } else {
                worst(ratio, d, k[i], fifth[i], absolute, relative, 0, n_active);
            }
        }
        if (s->by_slope) { /* slopes at the end of the sub-step */
            for (int i = 0; i < m; i++) gathered[s->slopes[i]] = trial[i];
            run_segment(s, SPN_SLOPE, work, n_active, gathered, constants);
            for (int i = 0; i < m; i++) worst(ratio, d, k[i], trial[i], absolute, relative, 1, n_active);
        }

        int accepted[MOST_LANES], n_accepted = 0, n_left = 0;
        double used[MOST_LANES];
        memcpy(used, d, n_active * sizeof(double));
        adapt(d, ratio, n_active);
        for (int l = 0; l < n_active; l++) {
            const int node = lane[l];
            next[node] = d[l];
            const int done = !(ratio[l] > 1.1) || used[l] < 1e-10 * s->h; /* what is not a number is done, too */
            if (done) {
                for (int i = 0; i < m; i++) v[s->solved[i]][node] = fifth[i][l];
                t[node] = used[l] < s->h - t[node] ? t[node] + used[l] : s->h;
                accepted[n_accepted++] = node;
            }
            if (!done || t[node] < s->h) lane[n_left++] = node;
        }
        n_active = n_left;
        if (n_accepted && s->n_touched[SPN_SUBSTEP]) {
            const int whole = n_accepted == n;
            gather(s, SPN_SUBSTEP, at, accepted, n_accepted, whole, v, c, gathered, constants);
            run_segment(s, SPN_SUBSTEP, work, n_accepted, gathered, constants);
            for (int r = 0; !whole && r < s->n_written; r++) {
                const int row = s->written[r];
                for (int l = 0; l < n_accepted; l++) v[row][accepted[l]] = gathered[row][l];
            }
        }
    }
}

void spn_step_run(const spn_step *s, double *work, int64_t n, double *const *v, const double *const *c) {
    run_segment(s, SPN_BEFORE, work, n, v, c);
    if (s->n_solved) {
        for (int64_t from = 0; from < n; from += s->lanes) {
            double *rows[SPN_MAX_ROWS];
            const double *constants[SPN_MAX_ROWS];
            for (int r = 0; r < s->n_rows; r++) rows[r] = v[r] + from;
            for (int q = 0; q < s->n_constants; q++) constants[q] = c[q] + (s->columns ? from : 0);
            solve(s, work, (int)(n - from < s->lanes ? n - from : s->lanes), rows, constants);
        }
    }
    run_segment(s, SPN_AFTER, work, n, v, c);
}
