/* Steps in segments: programs of the block machine, and the adaptive solver around either form. */
#include "step.h"

#include <math.h>
#include <string.h>

#include "vecmath.h"

#define MOST_LANES SPN_LANES

/* ---- workspace: registers of the machines, then gathered rows and constants ---- */

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
    return place_of(s, SPN_N_SEGMENTS) + (int64_t)(s->n_rows + s->n_constants) * MOST_LANES;
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

/* Whether every sub-step was the whole step, and no error is too large. What is not a number says no. */
SPN_CLONES static int all_done(const double *restrict length, const double *restrict ratio, double h, int n) {
    int done = 1;
    for (int l = 0; l < n; l++) done &= (length[l] >= h) & (ratio[l] <= 1.1);
    return done;
}

/* The next length of a sub-step from the worst ratio: the usual rule with a safety factor of 0.9, by at most 5 either way. */
SPN_CLONES static void adapt(double *restrict next, const double *restrict length, const double *restrict ratio, int n) {
    for (int l = 0; l < n; l++) {
        const double logarithm = spn_log(ratio[l] > 1e-300 ? ratio[l] : 1e-300);
        double less = 0.9 * spn_exp(logarithm * (-1.0 / 5.0)), more = 0.9 * spn_exp(logarithm * (-1.0 / 6.0));
        less = less < 0.2 ? 0.2 : less;
        more = more > 5.0 ? 5.0 : more < 1.0 ? 1.0 : more;
        next[l] = length[l] * (ratio[l] > 1.1 ? less : ratio[l] < 0.5 ? more : 1.0);
    }
}

/* Vector loops do eight lanes in the time of one. */
static int padded(int n) { return (n + 7) & ~7; }

/* Some neurons of a block: `n` in a row that begins at `from`, or those of a list. */
typedef struct { int n, from; const int *list; } some;

static int member(const some *m, int l) { return m->list ? m->list[l] : m->from + l; }

/* The rows of a segment and all constants for some neurons: in place if they are in a row, else gathered, with the last one
   repeated up to a whole vector. */
static void gather(const spn_step *s, int segment, double *space, const some *m, double *const *v, const double *const *c,
                   double **rows, const double **constants) {
    const int wide = padded(m->n);
    for (int r = 0; r < s->n_written[segment]; r++) {
        const int row = s->written[segment][r];
        rows[row] = m->list ? space + (int64_t)row * MOST_LANES : v[row] + m->from;
    }
    for (int r = 0; r < s->n_read[segment]; r++) {
        const int row = s->read[segment][r];
        rows[row] = m->list ? space + (int64_t)row * MOST_LANES : v[row] + m->from;
        for (int l = 0; m->list && l < wide; l++) rows[row][l] = v[row][m->list[l < m->n ? l : m->n - 1]];
    }
    for (int q = 0; q < s->n_constants; q++) {
        constants[q] = c[q] + (s->columns ? m->from : 0);
        if (!m->list || !s->columns) continue;
        double *const to = space + (int64_t)(s->n_rows + q) * MOST_LANES;
        for (int l = 0; l < wide; l++) to[l] = c[q][m->list[l < m->n ? l : m->n - 1]];
        constants[q] = to;
    }
}

/* One sub-step of some neurons, of which t says how far they are. A sub-step is repeated if its error exceeds 1.1 times the
   tolerance. Writes those that are not at the end of the step to `left`, and returns their number. */
static int advance(const spn_step *s, double *work, const some *m, double *t, double *const *v, const double *const *c, int *left) {
    double *const space = work + place_of(s, SPN_N_SEGMENTS), *const next = v[s->substep];
    double *rows[SPN_MAX_ROWS], adapted[MOST_LANES];
    const double *constants[SPN_MAX_ROWS];
    const int n = m->n;
    gather(s, SPN_ATTEMPT, space, m, v, c, rows, constants);
    double *const length = rows[s->length], *const ratio = rows[s->ratio];
    for (int l = 0; l < n; l++) {
        const double rest = s->h - t[member(m, l)], wanted = next[member(m, l)];
        length[l] = wanted < rest ? wanted : rest;
    }
    for (int l = n; l < padded(n); l++) length[l] = 0.0;
    run_segment(s, SPN_ATTEMPT, work, padded(n), rows, constants);

    if (!m->list && all_done(length, ratio, s->h, n)) {
        for (int i = 0; i < s->n_solved; i++) memcpy(v[s->solved[i]] + m->from, rows[s->fresh[i]], n * sizeof(double));
        if (s->n_written[SPN_SUBSTEP]) {
            gather(s, SPN_SUBSTEP, space, m, v, c, rows, constants);
            run_segment(s, SPN_SUBSTEP, work, n, rows, constants);
        }
        return 0;
    }
    int accepted[MOST_LANES], at[MOST_LANES], n_accepted = 0, n_left = 0;
    adapt(adapted, length, ratio, n);
    for (int l = 0; l < n; l++) {
        const int node = member(m, l);
        next[node] = adapted[l];
        const int done = !(ratio[l] > 1.1) || length[l] < 1e-10 * s->h; /* what is not a number is done, too */
        if (done) {
            t[node] = length[l] < s->h - t[node] ? t[node] + length[l] : s->h;
            at[n_accepted] = l;
            accepted[n_accepted++] = node;
        }
        if (!done || t[node] < s->h) left[n_left++] = node;
    }
    for (int i = 0; i < s->n_solved; i++) {
        double *const to = v[s->solved[i]], *const fresh = rows[s->fresh[i]];
        for (int l = 0; l < n_accepted; l++) to[accepted[l]] = fresh[at[l]];
    }
    if (n_accepted && s->n_written[SPN_SUBSTEP]) {
        const some those = {n_accepted, 0, accepted};
        gather(s, SPN_SUBSTEP, space, &those, v, c, rows, constants);
        run_segment(s, SPN_SUBSTEP, work, padded(n_accepted), rows, constants);
        for (int r = 0; r < s->n_written[SPN_SUBSTEP]; r++) {
            const int row = s->written[SPN_SUBSTEP][r];
            for (int l = 0; l < n_accepted; l++) v[row][accepted[l]] = rows[row][l];
        }
    }
    return n_left;
}

/* One step h of a block, every neuron with sub-steps of its own; the length of the next one is remembered. */
static void solve(const spn_step *s, double *work, int n, double *const *v, const double *const *c) {
    int left[SPN_WIDE_BLOCK], n_left = 0;
    double t[SPN_WIDE_BLOCK];
    memset(t, 0, n * sizeof(double));
    for (int from = 0; from < n; from += s->lanes) {
        const some all = {n - from < s->lanes ? n - from : s->lanes, from, NULL};
        n_left += advance(s, work, &all, t, v, c, left + n_left);
    }
    while (n_left) {
        int still = 0, few[MOST_LANES];
        for (int from = 0; from < n_left; from += MOST_LANES) {
            const some those = {n_left - from < MOST_LANES ? n_left - from : MOST_LANES, 0, few};
            memcpy(few, left + from, those.n * sizeof(int));
            still += advance(s, work, &those, t, v, c, left + still);
        }
        n_left = still;
    }
}

void spn_step_run(const spn_step *s, double *work, int64_t n, double *const *v, const double *const *c) {
    run_segment(s, SPN_BEFORE, work, n, v, c);
    if (s->n_solved) solve(s, work, (int)n, v, c);
    run_segment(s, SPN_AFTER, work, n, v, c);
}
