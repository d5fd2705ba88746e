/* Connections that carry a value in every step: rates, and the drift and diffusion of a mean field.

   The value that leaves in a step is the one from before it. So values may act in the step in which they leave: then slices
   are one step long, and they are delivered before the nodes are updated. */
#include "delivery.h"
#include "vm.h"

#include <stdlib.h>

double *spn_values(const spn_engine *e, const spn_group *g, int parity, int64_t lag) {
    return g->values + ((int64_t)parity * e->slice + lag) * g->n;
}

static void add_noise(const spn_engine *e, const spn_group *g, int64_t step, int64_t from, int64_t to, double *out) {
    const double *const size = g->constant[g->noise];
    for (int64_t at = from; at < to; at += SPN_BLOCK) {
        const int64_t n = at + SPN_BLOCK < to ? SPN_BLOCK : to - at;
        double normal[SPN_BLOCK];
        spn_draw_row(e, g, g->n_draws - g->n_normals, step, at, n, normal);
        for (int64_t i = 0; i < n; i++) out[at + i] += size[g->step.columns ? at + i : 0] * normal[i];
    }
}

void spn_emit_values(const spn_engine *e, const spn_group *g, int64_t step, int64_t from, int64_t to, double *out) {
    if (g->kind == SPN_CURRENT) {
        for (int64_t i = from; i < to; i++) out[i] = spn_signal(g, i, step);
        return;
    }
    const double *const value = g->state[g->sends];
    for (int64_t i = from; i < to; i++) out[i] = value[i];
    if (g->noise >= 0) add_noise(e, g, step, from, to, out);
    for (int64_t i = from; g->frozen && i < to; i++)
        if (g->frozen[i]) out[i] = 0.0;
}

/* What the target makes of every value before it is weighted. */
static int apply_gain(const spn_program *gain, const double *values, int64_t n, double *out) {
    double *registers = malloc((size_t)gain->n_registers * SPN_LANES * sizeof *registers);
    if (!registers) return 1;
    spn_fill_constants(gain, registers);
    for (int64_t from = 0; from < n; from += SPN_LANES) {
        const int size = (int)(n - from < SPN_LANES ? n - from : SPN_LANES);
        if (gain->n_inputs) for (int i = 0; i < size; i++) registers[i] = values[from + i];
        spn_run(gain, registers, size, NULL, 0);
        const double *const result = registers + (int64_t)gain->result * SPN_LANES;
        for (int i = 0; i < size; i++) out[from + i] = result[i];
    }
    free(registers);
    return 0;
}

void spn_deliver_values(const spn_engine *e, const spn_group *g, const spn_table *t, const double *values, int64_t step,
                        int piece, int *failed) {
    const spn_coupling *const c = t->coupling;
    const spn_group *const target = e->groups + t->target;
    double *changed = NULL;
    if (c->gain) {
        changed = malloc((size_t)(g->n + 1) * sizeof *changed);
        if (!changed || apply_gain(c->gain, values, g->n, changed)) { *failed = 1; free(changed); return; }
        values = changed;
    }
    for (int64_t s = 0; s < g->n; s++) {
        const double x = values[s];
        if (x == 0.0) continue;
        const spn_range row = row_of(t, (uint32_t)s, piece, e->n_pieces);
        for (int64_t j = row.begin; j < row.end; j++) {
            const int64_t arrival = step + delay_at(t, t->delay_type, j);
            const uint32_t to = t->targets[j];
            if (c->first) {
                row_at(target, e->n_slots, arrival, t->positive)[to] += c->first[j * c->first_step] * x;
                row_at(target, e->n_slots, arrival, t->negative)[to] += c->second[j * c->second_step] * x;
            } else { /* the sign of the weight chooses the channel, whatever the value */
                const double w = weight_at(t, t->weight_type, j);
                row_at(target, e->n_slots, arrival, w < 0.0 ? t->negative : t->positive)[to] += w * x;
            }
        }
    }
    free(changed);
}
