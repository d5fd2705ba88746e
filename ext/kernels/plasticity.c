#include "plasticity.h"

#include <stdlib.h>
#include <string.h>

#include "synapse.h"
#include "vm.h"

/* ---- lists that grow ---- */

static int make_room(void **items, int64_t *capacity, int64_t wanted, size_t size) {
    if (wanted <= *capacity) return 0;
    const int64_t larger = *capacity ? (2 * *capacity > wanted ? 2 * *capacity : wanted) : (wanted > 4 ? wanted : 4);
    void *memory = realloc(*items, (size_t)larger * size);
    if (!memory) return 1;
    *items = memory;
    *capacity = larger;
    return 0;
}

static double decayed(double trace, int64_t steps, double h, double tau) { return trace * spn_exp(-(double)steps * h / tau); }

static int append_post(spn_train *train, int64_t step, double h, double tau, double tau_triplet, double jump) {
    if (make_room((void **)&train->posts, &train->capacity, train->n + 1, sizeof *train->posts)) return 1;
    spn_post *post = train->posts + train->n;
    post->step = step;
    post->K = post->K_triplet = jump;
    if (train->n) {
        const spn_post *before = post - 1;
        post->K = decayed(before->K, step - before->step, h, tau) + jump;
        post->K_triplet = decayed(before->K_triplet, step - before->step, h, tau_triplet) + jump;
    }
    train->n++;
    return 0;
}

/* Drops the spikes before `step`, except the last of them. */
static void forget(spn_train *train, int64_t step) {
    int64_t old = 0;
    while (old < train->n && train->posts[old].step < step) old++;
    if (old < 2) return;
    memmove(train->posts, train->posts + old - 1, (size_t)(train->n - old + 1) * sizeof *train->posts);
    train->n -= old - 1;
    if (train->capacity > 64 && train->n < train->capacity / 8) {
        spn_post *smaller = realloc(train->posts, (size_t)(2 * train->n) * sizeof *smaller);
        if (smaller) { train->posts = smaller; train->capacity = 2 * train->n; }
    }
}

int spn_archive_add(spn_archive *a, uint32_t node, int64_t step) {
    return append_post(a->trains + node, step, a->h, a->tau[node * a->tau_step],
                       a->tau_triplet[node * a->tau_triplet_step], 1.0);
}

static int keep_errors(spn_archive *a, int64_t step, int64_t from, int64_t to) {
    for (int64_t i = from; i < to; i++) {
        spn_train *train = a->trains + i;
        if (make_room((void **)&train->posts, &train->capacity, train->n + 1, sizeof *train->posts)) return 1;
        const spn_post post = {step, a->voltage->error[i], 0.0};
        train->posts[train->n++] = post;
    }
    return 0;
}

int spn_keep_voltages(spn_archive *a, int64_t step, int64_t from, int64_t to) {
    const spn_voltage *v = a->voltage;
    if (v->error) return keep_errors(a, step, from, to);
    double *const delayed = v->delayed + step % (v->delay + 1) * 2 * v->n;
    const double *const then = v->delayed + (step + 1) % (v->delay + 1) * 2 * v->n; /* written `delay` steps ago */
    double *const depression = v->depression + (step & (v->slots - 1)) * v->n;
    int failed = 0;
    for (int64_t i = from; i < to; i++) {
        double p[5];
        for (int k = 0; k < 5; k++) p[k] = v->parameter[k][i * v->step[k]];
        delayed[i] = v->u_plus[i];
        delayed[v->n + i] = v->u_minus[i];
        const double V = v->V[i] + v->V_offset[i * v->step[5]], plus = then[i], minus = then[v->n + i];
        if (V > p[2] && plus > p[3]) {
            spn_train *train = a->trains + i;
            if (make_room((void **)&train->posts, &train->capacity, train->n + 1, sizeof *train->posts)) { failed = 1; continue; }
            const spn_post post = {step, p[0] * (V - p[2]) * (plus - p[3]) * a->h, 0.0};
            train->posts[train->n++] = post;
        }
        const double amplitude = v->is_constant ? p[1] : p[1] * v->u_bar[i] * v->u_bar[i] / p[4];
        depression[i] = minus > p[3] ? amplitude * (minus - p[3]) : 0.0;
    }
    return failed;
}

/* ---- what goes wrong, and what is recorded ---- */

void spn_report_weight(const spn_delivery *x, int64_t row, double value) {
    if (x->mishap->happened) return;
    x->mishap->row = row;
    x->mishap->step = x->step;
    x->mishap->value = value;
    x->mishap->happened = 1;
}

void spn_record_transmission(const spn_delivery *x, int64_t row, double weight) {
    if (make_room((void **)&x->sent->items, &x->sent->capacity, x->sent->n + 1, sizeof *x->sent->items)) { *x->failed = 1; return; }
    spn_transmission *item = x->sent->items + x->sent->n++;
    item->row = row;
    item->step = x->step;
    item->weight = weight;
}

/* ---- in the time loop ---- */

/* The same bits as without a table: an exponential costs twenty times a look-up. */
static double *decays_of(double tau, double h) {
    double *table = malloc(SPN_DECAYS * sizeof *table);
    for (int k = 0; table && k < SPN_DECAYS; k++) table[k] = spn_exp(-((double)k * h) / tau);
    return table;
}

int spn_plasticity_open(spn_engine *e) {
    e->settling = SPN_SETTLING;
    for (int g = 0; g < e->n_groups; g++) {
        spn_archive *a = e->groups[g].archive, *v = e->groups[g].voltages;
        if (a) a->settling = SPN_SETTLING;
        if (v) v->settling = v->voltage->error ? SPN_DENSE_SETTLING : SPN_SETTLING;
        if (v && v->settling < e->settling) e->settling = v->settling;
        if (a && !a->tau_step && !(a->decay = decays_of(a->tau[0], a->h))) return 1;
        if (a && !a->tau_triplet_step && !(a->decay_triplet = decays_of(a->tau_triplet[0], a->h))) return 1;
        for (int i = 0; i < e->groups[g].n_tables; i++) {
            spn_plasticity *s = e->groups[g].tables[i].plasticity;
            if (!s) continue;
            s->notes = calloc((size_t)e->n_parts * 2 * e->slice, sizeof *s->notes);
            s->mishaps = calloc((size_t)e->n_parts, sizeof *s->mishaps);
            if (!s->notes || !s->mishaps) return 1;
            for (int k = 0; k < s->n_parameters; k++)
                if (s->decaying >> k & 1 && !(s->decay[k] = decays_of(s->parameter[k][0], s->h))) return 1;
        }
    }
    return 0;
}

void spn_plasticity_close(spn_engine *e) {
    for (int g = 0; g < e->n_groups; g++) {
        spn_archive *a = e->groups[g].archive;
        if (a) {
            free(a->decay);
            free(a->decay_triplet);
            a->decay = a->decay_triplet = NULL;
        }
        for (int i = 0; e->groups[g].tables && i < e->groups[g].n_tables; i++) {
            spn_plasticity *s = e->groups[g].tables[i].plasticity;
            if (!s) continue;
            for (int64_t k = 0; s->notes && k < (int64_t)e->n_parts * 2 * e->slice; k++) free(s->notes[k].values);
            for (int p = 0; s->sent && p < e->n_parts; p++) { free(s->sent[p].items); s->sent[p].items = NULL; }
            for (int k = 0; k < s->n_parameters; k++) { free(s->decay[k]); s->decay[k] = NULL; }
            free(s->notes);
            free(s->mishaps);
            s->notes = NULL;
            s->mishaps = NULL;
        }
    }
}

static spn_notes *notes_of(const spn_engine *e, const spn_plasticity *s, int part, int parity, int64_t lag) {
    return s->notes + ((int64_t)part * 2 + parity) * e->slice + lag;
}

/* Writes down what a source has to say of one spike before the spike changes it. */
static int note_spike(spn_plasticity *s, spn_notes *notes, uint32_t source, int64_t step, double multiplicity) {
    const int width = s->n_shared + 1;
    if (make_room((void **)&notes->values, &notes->capacity, notes->n + width, sizeof *notes->values)) return 1;
    double *note = notes->values + notes->n;
    notes->n += width;
    spn_present(s, source, note);
    if (s->advance) s->advance(s, source, note, (double)(step - spn_last(note[0])) * s->h, note[0] < 0.0, multiplicity);
    s->last[source] = step;
    return 0;
}

static int modulate(const spn_engine *e, int group, uint32_t node, int64_t step, double multiplicity) {
    int failed = 0;
    for (int g = 0; g < e->n_groups; g++)
        for (int i = 0; i < e->groups[g].n_tables; i++) {
            const spn_plasticity *s = e->groups[g].tables[i].plasticity;
            if (!s || !s->modulator || s->modulator->group != group || s->modulator->node != node) continue;
            spn_modulator *m = s->modulator;
            if (m->train.n == m->train.capacity) /* all connections stand at the last settling, or beyond */
                forget(&m->train, step / SPN_SETTLING * SPN_SETTLING - SPN_SETTLING);
            failed |= append_post(&m->train, step, s->h, m->tau, m->tau, multiplicity / m->tau);
            m->posts = m->train.posts;
            m->n = m->train.n;
        }
    return failed;
}

int spn_note_spikes(const spn_engine *e, spn_group *g, int part, int parity, int64_t now, int64_t n_lags) {
    int failed = 0;
    const int index = (int)(g - e->groups);
    for (int64_t lag = 0; lag < n_lags; lag++) {
        const int64_t step = now + 1 + lag;
        const spn_spikes *list = g->spikes + ((int64_t)part * 2 + parity) * e->slice + lag;
        for (int64_t i = 0; i < list->n; i++) {
            const double multiplicity = list->factors ? list->factors[i] : 1.0;
            for (double m = 0.0; g->archive && m < multiplicity; m += 1.0) failed |= spn_archive_add(g->archive, list->nodes[i], step);
            if (g->modulates) failed |= modulate(e, index, list->nodes[i], step, multiplicity);
        }
        for (int k = 0; k < g->n_tables; k++) {
            spn_plasticity *s = g->tables[k].plasticity;
            if (!s) continue;
            spn_notes *notes = notes_of(e, s, part, parity, lag);
            notes->n = 0;
            if (g->kind == SPN_SPIKES) {
                for (int64_t i = g->next_noted; part == 0 && i < g->n_events && g->event_steps[i] <= step; i++)
                    if (g->event_steps[i] == step)
                        failed |= note_spike(s, notes, g->event_nodes[i], step, g->event_multiplicities[i]);
            } else for (int64_t i = 0; i < list->n; i++)
                failed |= note_spike(s, notes, list->nodes[i], step, list->factors ? list->factors[i] : 1.0);
        }
        if (g->kind == SPN_SPIKES && part == 0)
            while (g->next_noted < g->n_events && g->event_steps[g->next_noted] <= step) g->next_noted++;
    }
    return failed;
}

static int64_t settling_of(const spn_plasticity *s) { return s->archive ? s->archive->settling : SPN_SETTLING; }

static spn_delivery prepared(const spn_engine *e, const spn_table *t, int64_t step, int64_t settled, int piece,
                             int *failed) {
    const int part = piece / (e->n_pieces / e->n_parts);
    spn_delivery x = {t, e->groups + t->target, e->n_slots, step, settled, NULL, NULL, NULL, 0, NULL, piece, e->n_pieces,
                      e->seed, t->plasticity->sent ? t->plasticity->sent + part : NULL, t->plasticity->mishaps + part, failed};
    return x;
}

void spn_deliver_plastic(const spn_engine *e, const spn_table *t, int64_t now, int64_t lag, int from_part, int parity,
                         int64_t first, const uint32_t *nodes, const double *multiplicities, const double *scales,
                         int64_t n, int piece, int *failed) {
    const int64_t settling = settling_of(t->plasticity);
    spn_delivery x = prepared(e, t, now + 1 + lag, now / settling * settling, piece, failed);
    x.nodes = nodes;
    x.multiplicities = multiplicities;
    x.scales = scales;
    x.n = n;
    x.notes = notes_of(e, t->plasticity, from_part, parity, lag)->values + first * (t->plasticity->n_shared + 1);
    t->plasticity->deliver(&x);
}

void spn_settle(const spn_engine *e, int part, int64_t step, int *failed) {
    const int per_part = e->n_pieces / e->n_parts;
    for (int g = 0; g < e->n_groups; g++) {
        spn_group *group = e->groups + g;
        for (int i = 0; i < group->n_tables; i++) {
            const spn_table *t = group->tables + i;
            const spn_plasticity *s = t->plasticity;
            if (!s || !(s->needs_posts || s->modulator) || step % settling_of(s)) continue;
            for (int piece = part * per_part; piece < (part + 1) * per_part; piece++) {
                spn_delivery x = prepared(e, t, step, step - settling_of(s), piece, failed);
                x.n = group->n;
                s->settle(&x);
            }
        }
    }
    for (int g = 0; g < e->n_groups; g++) { /* when all tables have seen the spikes */
        const spn_group *group = e->groups + g;
        spn_archive *const archives[2] = {group->archive, group->voltages};
        for (int k = 0; k < 2; k++)
            for (int64_t node = group->bounds[part]; archives[k] && node < group->bounds[part + 1]; node++)
                if (step % archives[k]->settling == 0) forget(archives[k]->trains + node, step - archives[k]->longest);
    }
}

/* ---- synapses of the user: the statements as programs, for up to SPN_LANES connections at once ---- */

enum { POST_DT, POST_DELAY, POST_K, POST_K_TRIPLET, N_POST };
enum { INTERVAL_T, INTERVAL_N, N_INTERVAL };
enum { PRE_DT, PRE_DELAY, PRE_FIRST, PRE_MULTIPLICITY, PRE_K, PRE_K_TRIPLET, PRE_NEAREST, PRE_SEND, PRE_PASSES, N_PRE };

static double *column_of(double *columns, int k) { return columns + (int64_t)k * SPN_LANES; }

/* Runs the statements on n lanes. */
static void run_event(const spn_event *event, double *registers, double *columns, int n, const spn_stream *draws, uint64_t first) {
    const spn_program *program = event->program;
    for (int i = 0; i < event->n_inputs; i++)
        memcpy(registers + (int64_t)i * SPN_LANES, column_of(columns, event->inputs[i]), n * sizeof(double));
    spn_fill_constants(program, registers);
    spn_run(program, registers, n, draws, first);
    for (int i = 0; i < event->n_outputs; i++)
        memcpy(column_of(columns, event->outputs[i]), registers + (int64_t)event->output_registers[i] * SPN_LANES, n * sizeof(double));
}

/* Where a connection stands while its intervals are gone through: the step, the next spike of the modulator, its concentration. */
typedef struct { int64_t now, next; double concentration; } spn_position;

/* The first `n_kept` columns of some lanes, packed side by side, and back. */
static void pack(double *packed, double *columns, const int *lanes, int m, int n_kept) {
    for (int v = 0; v < n_kept; v++)
        for (int k = 0; k < m; k++) column_of(packed, v)[k] = column_of(columns, v)[lanes[k]];
}

static void unpack(double *packed, double *columns, const int *lanes, int m, int n_kept) {
    for (int v = 0; v < n_kept; v++)
        for (int k = 0; k < m; k++) column_of(columns, v)[lanes[k]] = column_of(packed, v)[k];
}

/* Takes n connections to their next events, from one spike of the modulator to the next. */
static void pass_intervals(const spn_plasticity *s, double *registers, double *packed, double *columns, int extra, int n,
                           spn_position *positions, const int64_t *events) {
    const spn_modulator *m = s->modulator;
    for (;;) {
        int lanes[SPN_LANES], n_lanes = 0;
        for (int k = 0; k < n; k++) {
            spn_position *p = positions + k;
            if (p->now >= events[k]) continue;
            const int jumps = p->next < m->n && m->posts[p->next].step <= events[k];
            const int64_t until = jumps ? m->posts[p->next].step : events[k];
            const double T = (double)(until - p->now) * s->h;
            column_of(packed, extra + INTERVAL_T)[n_lanes] = T;
            column_of(packed, extra + INTERVAL_N)[n_lanes] = p->concentration;
            p->concentration = jumps ? m->posts[p->next++].K : p->concentration * spn_exp(-T / m->tau);
            p->now = until;
            lanes[n_lanes++] = k;
        }
        if (!n_lanes) return;
        pack(packed, columns, lanes, n_lanes, extra);
        run_event(&s->interval, registers, packed, n_lanes, NULL, 0);
        unpack(packed, columns, lanes, n_lanes, 1 + s->n_states);
    }
}

static void run_programs(const spn_delivery *x, const int settles) {
    const spn_table *t = x->table;
    const spn_plasticity *s = t->plasticity;
    const int per_connection = 1 + s->n_states, n_columns = per_connection + s->n_parameters + N_PRE;
    const spn_program *const programs[] = {s->on_post.program, s->on_pre.program, s->interval.program}, *const on_post = programs[0];
    int n_registers = 0;
    for (int k = 0; k < 3; k++)
        if (programs[k] && programs[k]->n_registers > n_registers) n_registers = programs[k]->n_registers;
    double *columns = malloc(((size_t)2 * n_columns + n_registers) * SPN_LANES * sizeof *columns);
    if (!columns) { *x->failed = 1; return; }
    double *packed = columns + (int64_t)n_columns * SPN_LANES, *registers = packed + (int64_t)n_columns * SPN_LANES;
    const int extra = per_connection + s->n_parameters; /* first of the columns an event brings */
    int64_t begin[SPN_LANES], end[SPN_LANES], events[SPN_LANES];
    spn_position positions[SPN_LANES];
    for (int64_t i = 0; i < x->n; i++) {
        const uint32_t source = settles ? (uint32_t)i : x->nodes[i];
        const spn_range row = row_of(t, source, x->piece, x->n_pieces);
        if (row.begin == row.end) continue;
        const double note = settles ? (double)s->last[source] : x->notes[i];
        const int64_t last = spn_last(note), clock = last > x->settled ? last : x->settled;
        if (settles && clock >= x->step) continue;
        const double multiplicity = settles || !x->multiplicities ? 1.0 : x->multiplicities[i];
        const double scale = settles || !x->scales ? 1.0 : x->scales[i];
        spn_position start = {clock, 0, 0.0};
        if (s->modulator) start.next = spn_modulation(s->modulator, clock, s->h, &start.concentration);
        /* Blocks of lanes begin at multiples of four, because four connections share their random words. */
        for (int64_t first = row.begin; first < row.end;) {
            const int64_t stop = (first / SPN_LANES + 1) * SPN_LANES, to = stop < row.end ? stop : row.end;
            const int n = (int)(to - first);
            int64_t most = 0;
            for (int k = 0; k < n; k++) columns[k] = weight_at(t, t->weight_type, first + k);
            for (int v = 0; v < s->n_states; v++) memcpy(column_of(columns, 1 + v), s->state[v] + first, n * sizeof(double));
            for (int v = 0; v < s->n_parameters; v++)
                for (int k = 0; k < n; k++)
                    column_of(columns, per_connection + v)[k] = s->parameter[v][(first + k) * s->parameter_step[v]];
            for (int k = 0; k < n; k++) {
                const int64_t delay = delay_at(t, t->delay_type, first + k), horizon = x->step - delay, from = clock - delay;
                int64_t a = 0, b = 0;
                if (s->needs_posts) {
                    const spn_train *train = s->archive->trains + t->targets[first + k];
                    for (b = train->n; b > 0 && train->posts[b - 1].step > horizon;) b--;
                    for (a = b; a > 0 && train->posts[a - 1].step > from;) a--;
                }
                begin[k] = a;
                end[k] = b;
                if (b - a > most) most = b - a;
                positions[k] = start;
            }
            /* The r-th postsynaptic spike of every connection that has so many, packed side by side. */
            for (int64_t r = 0; s->modulator || (on_post && r < most); r++) {
                int lanes[SPN_LANES], m = 0;
                if (s->modulator) {
                    for (int k = 0; k < n; k++)
                        events[k] = begin[k] + r < end[k] ? s->archive->trains[t->targets[first + k]].posts[begin[k] + r].step
                                                            + delay_at(t, t->delay_type, first + k) : x->step;
                    pass_intervals(s, registers, packed, columns, extra, n, positions, events);
                    if (r >= most) break;
                    if (!on_post) continue;
                }
                for (int k = 0; k < n; k++) {
                    if (begin[k] + r >= end[k]) continue;
                    const spn_post *post = s->archive->trains[t->targets[first + k]].posts + begin[k] + r;
                    const int64_t delay = delay_at(t, t->delay_type, first + k);
                    column_of(packed, extra + POST_DT)[m] = (double)(post->step + delay - last) * s->h;
                    column_of(packed, extra + POST_DELAY)[m] = (double)delay * s->h;
                    column_of(packed, extra + POST_K)[m] = post->K - 1.0;
                    column_of(packed, extra + POST_K_TRIPLET)[m] = post->K_triplet - 1.0;
                    lanes[m++] = k;
                }
                pack(packed, columns, lanes, m, extra);
                run_event(&s->on_post, registers, packed, m, NULL, 0);
                unpack(packed, columns, lanes, m, per_connection);
            }
            if (!settles) {
                for (int k = 0; k < n; k++) {
                    const uint32_t target = t->targets[first + k];
                    const int64_t delay = delay_at(t, t->delay_type, first + k), horizon = x->step - delay;
                    column_of(columns, extra + PRE_DT)[k] = (double)(x->step - last) * s->h;
                    column_of(columns, extra + PRE_DELAY)[k] = (double)delay * s->h;
                    column_of(columns, extra + PRE_FIRST)[k] = note < 0.0;
                    column_of(columns, extra + PRE_MULTIPLICITY)[k] = multiplicity;
                    double K = 0.0, K_triplet = 0.0, near = 0.0;
                    if (s->needs_posts) {
                        const spn_archive *a = s->archive;
                        const spn_post *posts = a->trains[target].posts;
                        int64_t p = end[k] - 1;
                        while (p >= 0 && posts[p].step == horizon) p--;
                        if (p >= 0) {
                            near = decayed(1.0, horizon - posts[p].step, s->h, a->tau[target * a->tau_step]);
                            K = posts[p].K * near;
                            K_triplet = decayed(posts[p].K_triplet, horizon - posts[p].step, s->h,
                                                a->tau_triplet[target * a->tau_triplet_step]);
                        }
                    }
                    column_of(columns, extra + PRE_K)[k] = K;
                    column_of(columns, extra + PRE_K_TRIPLET)[k] = K_triplet;
                    column_of(columns, extra + PRE_NEAREST)[k] = near;
                }
                const spn_stream draws = {{x->seed, SPN_STREAM_SYNAPSE}, (uint64_t)x->step, 0, s->identity};
                run_event(&s->on_pre, registers, columns, n, &draws, (uint64_t)first);
                for (int k = 0; k < n; k++) {
                    const double passes = column_of(columns, extra + PRE_PASSES)[k];
                    spn_send(x, first + k, t->targets[first + k], delay_at(t, t->delay_type, first + k),
                             column_of(columns, extra + PRE_SEND)[k], passes * scale, passes);
                }
            }
            if (t->weight_type == SPN_LONG) memcpy((double *)t->weights + first, columns, n * sizeof(double));
            for (int v = 0; v < s->n_states; v++) memcpy(s->state[v] + first, column_of(columns, 1 + v), n * sizeof(double));
            first = to;
        }
    }
    free(columns);
}

static void deliver_by_programs(const spn_delivery *x) { run_programs(x, 0); }
static void settle_by_programs(const spn_delivery *x) { run_programs(x, 1); }

void spn_use_programs(spn_plasticity *s) {
    s->deliver = deliver_by_programs;
    s->settle = settle_by_programs;
    s->advance = NULL;
}
