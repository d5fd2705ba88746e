#include "engine.h"
#include "relaxation.h"
#include "philox.h"
#include "portability.h"

#include <stdlib.h>
#include <string.h>

#if defined(_OPENMP)
#  include <omp.h>
#endif
#if defined(__x86_64__)
#  include <immintrin.h>
#endif
#if defined(__unix__) || defined(__APPLE__)
#  include <sched.h>
#endif

/* Second word of the key of random numbers in neurons: NEURON in spatialnet/expressions/streams.py. */
#define SPN_STREAM_NEURON 16

/* ---- waiting for the other threads ---- */

/* Spins briefly, then yields: with more threads than free processors a pure spin costs whole time slices. */
typedef struct { int count, waiting, generation; } spn_barrier;

static void wait_for_all(spn_barrier *b) {
    if (b->count == 1) return;
    const int generation = __atomic_load_n(&b->generation, __ATOMIC_ACQUIRE);
    if (__atomic_add_fetch(&b->waiting, 1, __ATOMIC_ACQ_REL) == b->count) {
        __atomic_store_n(&b->waiting, 0, __ATOMIC_RELAXED);
        __atomic_add_fetch(&b->generation, 1, __ATOMIC_ACQ_REL);
        return;
    }
    for (int spins = 0; __atomic_load_n(&b->generation, __ATOMIC_ACQUIRE) == generation; spins++) {
        if (spins < 4000) {
#if defined(__x86_64__)
            _mm_pause();
#endif
        } else {
#if defined(__unix__) || defined(__APPLE__)
            sched_yield();
#endif
        }
    }
}

/* ---- lists that grow ---- */

static int grow(double **column, int64_t capacity) {
    double *grown = realloc(*column, capacity * sizeof **column);
    if (grown) *column = grown;
    return !grown;
}

int spn_append_spike(spn_spikes *list, uint32_t node, const double *factor, const double *sent) {
    if (list->n == list->capacity) {
        const int64_t capacity = list->capacity ? 2 * list->capacity : 64;
        uint32_t *nodes = realloc(list->nodes, capacity * sizeof *nodes);
        if (!nodes) return 1;
        list->nodes = nodes;
        if ((factor && grow(&list->factors, capacity)) || (sent && grow(&list->sent, capacity))) return 1;
        list->capacity = capacity;
    }
    list->nodes[list->n] = node;
    if (factor) list->factors[list->n] = *factor;
    if (sent) list->sent[list->n] = *sent;
    list->n++;
    return 0;
}

static int append_record(spn_record *record, int32_t step, uint32_t node, const double *offset) {
    if (record->n == record->capacity) {
        const int64_t capacity = record->capacity ? 2 * record->capacity : 1024;
        int32_t *steps = realloc(record->steps, capacity * sizeof *steps);
        if (!steps) return 1;
        record->steps = steps;
        uint32_t *nodes = realloc(record->nodes, capacity * sizeof *nodes);
        if (!nodes) return 1;
        record->nodes = nodes;
        if (offset && grow(&record->offsets, capacity)) return 1;
        record->capacity = capacity;
    }
    record->steps[record->n] = step;
    if (offset) record->offsets[record->n] = *offset;
    record->nodes[record->n++] = node;
    return 0;
}

int spn_engine_open(spn_engine *e) {
    for (int g = 0; g < e->n_groups; g++) {
        spn_group *group = e->groups + g;
        group->spikes = calloc((size_t)e->n_parts * 2 * e->slice, sizeof *group->spikes);
        group->records = calloc((size_t)e->n_parts, sizeof *group->records);
        if (!group->spikes || !group->records) return 1;
        if (group->kind == SPN_PRECISE && spn_open_queue(e, group)) return 1;
        for (int i = 0; i < group->n_tables; i++) {
            if (!group->tables[i].coupling || group->tables[i].coupling->within) continue;
            e->is_instantaneous |= group->tables[i].coupling->at_once;
            if (!group->values) group->values = malloc((size_t)(2 * e->slice * group->n + 1) * sizeof(double));
            if (!group->values) return 1;
        }
        if (group->kind != SPN_NEURONS) continue;
        const int n_own = group->step.n_rows - group->n_variables - group->n_inputs - group->n_currents;
        group->work = calloc((size_t)e->n_parts, sizeof *group->work);
        for (int p = 0; group->work && p < e->n_parts; p++) {
            group->work[p] = malloc(((size_t)spn_step_workspace(&group->step) + (size_t)n_own * spn_step_block(&group->step)) * sizeof(double) + 8);
            if (!group->work[p]) return 1;
            spn_step_begin(&group->step, group->work[p] + n_own * spn_step_block(&group->step));
        }
        if (!group->work) return 1;
    }
    return spn_relaxation_open(e) || spn_plasticity_open(e);
}

void spn_engine_close(spn_engine *e) {
    spn_plasticity_close(e);
    spn_relaxation_close(e);
    for (int g = 0; g < e->n_groups; g++) {
        spn_group *group = e->groups + g;
        for (int64_t i = 0; group->spikes && i < (int64_t)e->n_parts * 2 * e->slice; i++) {
            free(group->spikes[i].nodes);
            free(group->spikes[i].factors);
            free(group->spikes[i].sent);
        }
        for (int p = 0; group->records && p < e->n_parts; p++) {
            free(group->records[p].steps);
            free(group->records[p].nodes);
            free(group->records[p].offsets);
        }
        for (int p = 0; group->work && p < e->n_parts; p++) free(group->work[p]);
        if (group->kind == SPN_PRECISE) spn_close_queue(e, group);
        free(group->work);
        free(group->spikes);
        free(group->records);
        free(group->values);
        group->values = NULL;
        group->spikes = NULL;
        group->records = NULL;
        group->work = NULL;
    }
}

/* ---- one slice of one part ---- */

typedef struct {
    double zeros[SPN_WIDE_BLOCK]; /* input of nodes to which nothing is connected: the 0 that is read is what is written */
    int64_t n_stale;              /* nodes of the part whose partners have moved */
    uint8_t fired[SPN_WIDE_BLOCK + 8];   /* read eight at a time */
    int64_t n_spikes;
    int failed;
} spn_workspace;

static spn_spikes *list_of(const spn_engine *e, const spn_group *g, int part, int parity, int64_t lag) {
    return g->spikes + ((int64_t)part * 2 + parity) * e->slice + lag;
}

static void sample(const spn_group *g, int64_t step, int64_t from, int64_t to) {
    for (int s = 0; s < g->n_samplers; s++) {
        const spn_sampler *m = g->samplers + s;
        if ((step - m->phase) % m->interval) continue;
        const int64_t number = (step - m->phase) / m->interval;
        if (number < m->first_row || number >= m->last_row) continue;
        const int64_t row = (number - m->first_row) % m->n_rows;
        int64_t low = 0, high = m->n_nodes;
        while (low < high) { /* first node that is not below `from` */
            const int64_t middle = (low + high) / 2;
            if (m->nodes[middle] < from) low = middle + 1; else high = middle;
        }
        for (int64_t i = low; i < m->n_nodes && m->nodes[i] < to; i++) {
            const int64_t node = m->nodes[i], at = row * m->width + m->columns[i];
            const double value = m->state[node] + m->offset[m->offset_per_node ? node : 0];
            if (m->wide) ((double *)m->values)[at] = value; else ((float *)m->values)[at] = (float)value;
        }
    }
}

/* Notes the first node that left a limit; what is not a number has left it. */
static void watch(spn_limit *limit, int part, int64_t step, int64_t from, int64_t n, const double *v) {
    spn_escape *const first = limit->escapes + part;
    if (first->step) return;
    int inside = 1;
    for (int64_t i = 0; i < n; i++) inside &= (v[i] >= limit->low) & (v[i] <= limit->high);
    for (int64_t i = 0; !inside && i < n && !first->step; i++)
        if (!(v[i] >= limit->low && v[i] <= limit->high)) *first = (spn_escape){step, from + i, v[i]};
}

/* Steps of segments leave the number of spikes in a row. */
static int64_t step_in_segments(const spn_group *g, double *work, int64_t n, double *const *v, const double *const *c,
                                const double *solved, uint8_t *fired) {
    const spn_step *s = &g->step;
    if (s->spiking >= 0) memset(v[s->spiking], 0, n * sizeof(double));
    spn_step_run(s, work, n, v, c, solved, g->stride);
    for (int i = 0; i < g->n_inputs; i++) memset(v[g->n_variables + i], 0, n * sizeof(double));
    if (s->spiking < 0) return 0;
    const double *const spiking = v[s->spiking];
    uint64_t any = 0;
    for (int64_t i = 0; i < n; i++) any |= spn_bits(spiking[i]);
    for (int64_t i = 0; any && i < n; i++) fired[i] = spiking[i] != 0.0;
    return any != 0;
}

void spn_draw_row(const spn_engine *e, const spn_group *g, int row, int64_t step, int64_t from, int64_t n, double *out) {
    const spn_stream stream = {{e->seed, SPN_STREAM_NEURON}, g->first_id, (uint64_t)row, (uint64_t)step};
    const int is_normal = row >= g->n_draws - g->n_normals;
    double uniforms[SPN_WIDE_BLOCK];
    spn_stream_uniforms(&stream, (uint64_t)from, (int)n, is_normal ? uniforms : out);
    for (int64_t k = 0; is_normal && k < n; k += SPN_LANES)
        spn_apply(SPN_OP_normal_quantile, out + k, uniforms + k, NULL, NULL, 0, (int)(n - k < SPN_LANES ? n - k : SPN_LANES));
}

/* Frozen nodes of a block that was updated with all others are what they were, and silent. */
static void keep_frozen(const spn_group *g, int64_t from, int64_t n, uint8_t *fired) {
    for (int64_t i = 0; i < n; i++) {
        if (!g->frozen[from + i]) continue;
        for (int r = 0; r < g->n_variables; r++) g->state[r][from + i] = g->kept[r][from + i];
        fired[i] = 0;
    }
}

static void update_neurons(const spn_engine *e, spn_group *g, int64_t now, int part, int parity, int64_t n_lags,
                           spn_workspace *work) {
    const int64_t mask = e->n_slots - 1;
    const spn_step *s = &g->step;
    const int n_arriving = g->n_inputs + g->n_currents, n_outside = g->n_variables + n_arriving;
    const int64_t block = spn_step_block(s);
    double *const own = g->work[part], *const rest = own + (s->n_rows - n_outside) * block;
    for (int64_t from = g->bounds[part]; from < g->bounds[part + 1]; from += block) {
        const int64_t to = from + block < g->bounds[part + 1] ? from + block : g->bounds[part + 1], n = to - from;
        double *v[SPN_MAX_ROWS];
        const double *c[SPN_MAX_ROWS];
        for (int i = 0; i < g->n_variables; i++) v[i] = g->state[i] + from;
        for (int i = 0; i < s->n_constants; i++) c[i] = g->constant[i] + (s->columns ? from : 0);
        for (int i = g->n_variables; i < n_outside; i++) v[i] = work->zeros;
        for (int i = n_outside; i < s->n_rows; i++) v[i] = own + (i - n_outside) * block;
        for (int i = 0; g->junction >= 0 && i < SPN_N_JUNCTION; i++) v[g->junction + i] = work->zeros;
        const double *const solved = g->relaxation ? spn_relaxed(g, from) : NULL;
        memset(work->fired, 0, sizeof work->fired);
        for (int64_t lag = 0; lag < n_lags; lag++) {
            const int64_t step = now + 1 + lag;
            if (g->ring) {
                double *row = g->ring + (step & mask) * g->n_channels * g->stride + from;
                for (int i = 0; i < g->n_channels; i++) v[g->n_variables + i] = row + i * g->stride;
            }
            for (int i = 0; i < g->n_draws; i++) spn_draw_row(e, g, i, step, from, n, v[n_outside + i]);
            if (g->values && !g->sends_after && !e->is_instantaneous)
                spn_emit_values(e, g, step, from, to, spn_values(e, g, parity, lag));
            if (g->ahead >= 0) /* nothing else will arrive there: slices are no longer than delays */
                v[g->ahead] = g->ring && g->n_channels > g->n_inputs
                            ? g->ring + (((step + 1) & mask) * g->n_channels + g->n_inputs) * g->stride + from : work->zeros;
            if (g->series >= 0)
                for (int64_t i = from; i < to; i++) {
                    const int64_t at = g->begin[i] + step - 1 - g->series_start;
                    v[g->series][i - from] = at < g->end[i] ? g->items[at] : 0.0;
                }
            const int any = s->whole ? s->whole(n, v, c, work->fired) : step_in_segments(g, rest, n, v, c, solved, work->fired);
            if (g->frozen) keep_frozen(g, from, n, work->fired);
            if (any) {
                spn_spikes *list = list_of(e, g, part, parity, lag);
                const double *const numbers = g->counts ? v[s->spiking] : NULL, *const sent = g->sent < 0 ? NULL : v[g->sent];
                for (int64_t i = 0; i < n; i += 8) {
                    uint64_t eight;
                    memcpy(&eight, work->fired + i, 8);
                    for (int64_t k = i; eight; eight >>= 8, k++)
                        if (eight & 0xff) {
                            const double carried = sent ? sent[k] * (numbers ? numbers[k] : 1.0) : 0.0;
                            work->failed |= spn_append_spike(list, (uint32_t)(from + k), numbers ? numbers + k : NULL,
                                                         sent ? &carried : NULL);
                        }
                }
            }
            if (g->ring)
                for (int i = g->n_inputs; i < g->n_channels; i++) memset(v[g->n_variables + i], 0, n * sizeof(double));
            for (int i = 0; i < g->n_limits; i++) watch(g->limits + i, part, step, from, n, v[g->limits[i].row]);
            if (g->values && g->sends_after) spn_emit_values(e, g, step, from, to, spn_values(e, g, parity, lag));
            if (g->n_samplers) sample(g, step, from, to);
            if (g->voltages) work->failed |= spn_keep_voltages(g->voltages, step, from, to);
        }
    }
}

static void update_relays(const spn_engine *e, spn_group *g, int64_t now, int part, int parity, int64_t n_lags,
                          spn_workspace *work) {
    if (!g->ring) return;
    for (int64_t lag = 0; lag < n_lags; lag++) {
        double *row = g->ring + ((now + 1 + lag) & (e->n_slots - 1)) * g->n_channels * g->stride;
        spn_spikes *list = list_of(e, g, part, parity, lag);
        for (int64_t i = g->bounds[part]; i < g->bounds[part + 1]; i++) {
            if (row[i] == 0.0) continue;
            const int is_active = !g->start || (now + 1 + lag > g->start[i] && now + 1 + lag <= g->stop[i]);
            if (is_active && !(g->frozen && g->frozen[i]))
                work->failed |= spn_append_spike(list, (uint32_t)i, row + i, NULL);
            row[i] = 0.0;
        }
    }
}

static void update_part(const spn_engine *e, int64_t now, int part, int parity, int64_t n_lags, spn_workspace *work) {
    for (int k = 0; k < e->n_groups; k++) {
        spn_group *g = e->groups + k;
        if (g->kind == SPN_CURRENT && g->values && !e->is_instantaneous)
            for (int64_t lag = 0; lag < n_lags; lag++)
                spn_emit_values(e, g, now + 1 + lag, g->bounds[part], g->bounds[part + 1], spn_values(e, g, parity, lag));
        if (g->kind == SPN_SPIKES) work->failed |= spn_note_spikes(e, g, part, parity, now, n_lags);
        if (g->kind > SPN_LISTING) continue;
        for (int64_t lag = 0; lag < n_lags; lag++) list_of(e, g, part, parity, lag)->n = 0;
        if (g->kind == SPN_NEURONS) update_neurons(e, g, now, part, parity, n_lags, work);
        else if (g->kind == SPN_PRECISE) for (int64_t lag = 0; lag < n_lags; lag++) {
            work->failed |= spn_update_precise(e, g, now + 1 + lag, part, list_of(e, g, part, parity, lag));
            if (g->n_samplers) sample(g, now + 1 + lag, g->bounds[part], g->bounds[part + 1]);
        }
        else if (g->kind == SPN_POPULATIONS) for (int64_t lag = 0; lag < n_lags; lag++) {
            work->failed |= spn_update_populations(e, g, now + 1 + lag, part, list_of(e, g, part, parity, lag));
            if (g->n_samplers) sample(g, now + 1 + lag, g->bounds[part], g->bounds[part + 1]);
        }
        else if (g->kind == SPN_RELAYS) update_relays(e, g, now, part, parity, n_lags, work);
        else for (int64_t lag = 0; lag < n_lags; lag++)
            work->failed |= spn_emit(e, g, now + 1 + lag, part, list_of(e, g, part, parity, lag));
        work->failed |= spn_note_spikes(e, g, part, parity, now, n_lags);
        for (int64_t lag = 0; lag < n_lags; lag++) {
            const spn_spikes *list = list_of(e, g, part, parity, lag);
            work->n_spikes += list->n;
            for (int64_t i = 0; g->last_spikes && i < list->n; i++) {
                g->last_spikes[list->nodes[i]] = (double)(now + 1 + lag);
                if (g->timed) g->last_spikes[g->n + list->nodes[i]] = list->sent[i];
            }
            if (!g->recorded) continue;
            const int32_t step = (int32_t)(now + 1 + lag - e->chunk_start);
            for (int64_t i = 0; i < list->n; i++) {
                if (!g->recorded[list->nodes[i]]) continue;
                const int64_t times = list->factors ? (int64_t)list->factors[i] : 1;
                for (int64_t m = 0; m < times; m++) work->failed |= append_record(g->records + part, step, list->nodes[i], g->timed ? list->sent + i : NULL);
            }
        }
    }
}

/* Spike generators hold their spikes as lists, so the events of a step are a stretch of them. */
static void deliver_events(const spn_engine *e, const spn_group *g, int64_t now, int64_t lag, int parity, int64_t *next,
                           int piece, spn_workspace *work) {
    const int64_t step = now + 1 + lag;
    int64_t from = *next, to;
    while (from < g->n_events && g->event_steps[from] < step) from++;
    for (to = from; to < g->n_events && g->event_steps[to] == step; to++) {
        double factor = g->event_multiplicities[to];
        if (piece == 0 && g->recorded && g->recorded[g->event_nodes[to]])
            for (int64_t m = 0; m < (int64_t)factor; m++)
                work->failed |= append_record(g->records, (int32_t)(step - e->chunk_start), g->event_nodes[to],
                                              g->event_offsets ? g->event_offsets + to : NULL);
        for (int i = 0; i < g->n_tables; i++) {
            const spn_table *t = g->tables + i;
            if (t->deaf && !t->plasticity) continue;
            if (t->plasticity) {
                spn_deliver_plastic(e, t, now, lag, 0, parity, to - from, g->event_nodes + to, &factor, g->event_weights + to, 1,
                                    piece, &work->failed);
                continue;
            }
            const double scaled = t->unweighted ? factor : factor * g->event_weights[to];
            if (t->precise) {
                spn_deliver_offsets(e, t, step, g->event_nodes + to, &scaled, g->event_offsets + to, 1, piece, &work->failed);
                continue;
            }
            spn_deliver(t, e->groups + t->target, e->n_slots, step, g->event_nodes + to, &scaled, 1, piece, e->n_pieces);
        }
    }
    *next = to;
}

static void deliver_piece(const spn_engine *e, int64_t now, int piece, int parity, int64_t n_lags, spn_workspace *work,
                         int64_t *next_event) {
    for (int64_t lag = 0; lag < n_lags; lag++) {
        const int64_t step = now + 1 + lag;
        for (int k = 0; k < e->n_groups; k++) {
            const spn_group *g = e->groups + k;
            if (g->kind == SPN_SPIKES) { deliver_events(e, g, now, lag, parity, next_event + k, piece, work); continue; }
            for (int i = 0; i < g->n_tables; i++) {
                const spn_table *t = g->tables + i;
                const spn_group *target = e->groups + t->target;
                if (t->coupling) {
                    if (!t->coupling->at_once)
                        spn_deliver_values(e, g, t, spn_values(e, g, parity, lag), step, piece, &work->failed);
                    continue;
                }
                if (t->deaf && !t->plasticity) continue;
                if (g->kind > SPN_LISTING) { spn_deliver_device(e, g, t, step, piece, &work->failed); continue; }
                for (int p = 0; p < e->n_parts; p++) {
                    const spn_spikes *list = list_of(e, g, p, parity, lag);
                    if (list->n == 0) continue;
                    if (t->precise)
                        spn_deliver_offsets(e, t, step, list->nodes, list->factors, list->sent, list->n, piece, &work->failed);
                    else if (g->copies) spn_deliver_copies(e, g, t, step, list, piece);
                    else if (t->plasticity)
                        spn_deliver_plastic(e, t, now, lag, p, parity, 0, list->nodes, list->factors,
                                            t->scaled ? list->sent : NULL, list->n, piece, &work->failed);
                    else spn_deliver(t, target, e->n_slots, step, list->nodes, t->scaled ? list->sent : list->factors,
                                     list->n, piece, e->n_pieces);
                }
            }
        }
    }
}

/* Values that act at once: what the nodes of a part send, and what reaches those of a piece. */
static void emit_part(const spn_engine *e, int64_t now, int part, int parity) {
    for (int k = 0; k < e->n_groups; k++) {
        const spn_group *g = e->groups + k;
        if (g->values && !g->sends_after)
            spn_emit_values(e, g, now + 1, g->bounds[part], g->bounds[part + 1], spn_values(e, g, parity, 0));
    }
}

static void deliver_at_once(const spn_engine *e, int64_t now, int piece, int parity, spn_workspace *work) {
    for (int k = 0; k < e->n_groups; k++) {
        const spn_group *g = e->groups + k;
        for (int i = 0; i < g->n_tables; i++)
            if (g->tables[i].coupling && g->tables[i].coupling->at_once)
                spn_deliver_values(e, g, g->tables + i, spn_values(e, g, parity, 0), now + 1, piece, &work->failed);
    }
}

/* One step of what is coupled by gap junctions: windows, each solved until no partner of any node moves. */
static void relax(spn_engine *e, int64_t now, int thread, int n_threads, spn_workspace *works, spn_barrier *barrier) {
    for (int p = thread; p < e->n_parts; p += n_threads) spn_relax_begin(e, now, p);
    wait_for_all(barrier);
    for (int window = 0; window < spn_windows(e); window++) {
        for (int p = thread; p < e->n_parts; p += n_threads) spn_relax_guess(e, p, window);
        for (int laps = 0;; laps++) {
            int64_t n_stale = 0;
            for (int p = thread; p < e->n_parts; p += n_threads) spn_relax_solve(e, now, p, window);
            wait_for_all(barrier);
            for (int p = thread; p < e->n_parts; p += n_threads) works[p].n_stale = spn_relax_exchange(e, p);
            wait_for_all(barrier);
            for (int p = 0; p < e->n_parts; p++) n_stale += works[p].n_stale;
            if (n_stale && laps == SPN_MOST_LAPS && thread == 0) e->n_unsettled++;
            if (!n_stale || laps == SPN_MOST_LAPS) break;
        }
    }
}

void spn_engine_advance(spn_engine *e, int64_t n_steps) {
    const int64_t end = e->step + n_steps;
    const int per_part = e->n_pieces / e->n_parts;
    int64_t *next_events = calloc((size_t)e->n_pieces * e->n_groups + 1, sizeof *next_events);
    spn_workspace *works = calloc((size_t)e->n_parts, sizeof *works);
    spn_barrier barrier = {1, 0, 0};
    if (!next_events || !works) { e->failed = 1; free(next_events); free(works); return; }
    for (int p = 0; p < e->n_pieces; p++)
        for (int k = 0; k < e->n_groups; k++) next_events[p * e->n_groups + k] = e->groups[k].next_event;
    for (int k = 0; k < e->n_groups; k++) e->groups[k].next_noted = e->groups[k].next_event;
    e->chunk_start = e->step;
#if defined(_OPENMP)
#  pragma omp parallel num_threads(e->n_parts)
#endif
    {
        int thread = 0, n_threads = 1, parity = 0;
#if defined(_OPENMP)
        thread = omp_get_thread_num();
        n_threads = omp_get_num_threads(); /* may be fewer than asked for: parts are shared out */
#  pragma omp single
        barrier.count = n_threads;
#endif
#if defined(__x86_64__)
        /* Currents that have decayed below 1e-307 become 0: denormal numbers cost a hundred cycles each. */
        const unsigned int mode = _mm_getcsr();
        _mm_setcsr(mode | 0x8040);
#endif
        for (int64_t now = e->step; now < end; parity ^= 1) {
            const int64_t n_lags = end - now < e->slice ? end - now : e->slice;
            if (e->is_instantaneous) { /* the slice is one step */
                for (int p = thread; p < e->n_parts; p += n_threads) emit_part(e, now, p, parity);
                wait_for_all(&barrier);
                for (int p = thread; p < e->n_parts; p += n_threads)
                    for (int q = p * per_part; q < (p + 1) * per_part; q++) deliver_at_once(e, now, q, parity, works + p);
            }
            if (e->is_relaxed) relax(e, now, thread, n_threads, works, &barrier); /* here, too */
            for (int p = thread; p < e->n_parts; p += n_threads) update_part(e, now, p, parity, n_lags, works + p);
            /* Every spike of the slice is listed. One wait is enough: the next update writes to the other lists, so a
               slower thread may still read these. */
            wait_for_all(&barrier);
            for (int p = thread; p < e->n_parts; p += n_threads)
                for (int q = p * per_part; q < (p + 1) * per_part; q++)
                    deliver_piece(e, now, q, parity, n_lags, works + p, next_events + (int64_t)q * e->n_groups);
            int64_t settling = (now / e->settling + 1) * e->settling;
            /* Settling reads what sources change when they spike. */
            if (settling <= now + n_lags || e->is_modulated) wait_for_all(&barrier);
            for (; settling <= now + n_lags; settling += e->settling) {
                for (int p = thread; p < e->n_parts; p += n_threads) spn_settle(e, p, settling, &works[p].failed);
                wait_for_all(&barrier);
            }
            now += n_lags;
        }
#if defined(__x86_64__)
        _mm_setcsr(mode);
#endif
    }
    e->step = end;
    for (int p = 0; p < e->n_parts; p++) {
        e->n_spikes += works[p].n_spikes;
        e->failed |= works[p].failed;
    }
    for (int k = 0; k < e->n_groups; k++) e->groups[k].next_event = next_events[k];
    free(next_events);
    free(works);
}
