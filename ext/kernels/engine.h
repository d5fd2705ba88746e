/* The time loop: groups of nodes, the tables that connect them, and one call that advances them all.

   Time is integer. Step k ends at k h; a spike of step k with a delay of d steps arrives in step k + d. A slice is a
   run of steps no longer than the smallest delay, so within it nodes do not see each other. Every thread owns a part
   of the targets: it updates its nodes for the whole slice, a block in cache at a time, waits for the others, then
   delivers all spikes of the slice to its own nodes, piece by piece if their ring buffers exceed the cache, each in the
   order (step, group, table, node). So each sum is formed in the same order for any number of parts and pieces and any
   slicing, and spikes are the same to the last bit. */
#ifndef SPN_ENGINE_H
#define SPN_ENGINE_H

#include <stdint.h>
#include "plasticity.h"
#include "step.h"

/* Up to SPN_LISTING, nodes list their spikes when they are updated; spike generators hold theirs as a list; all others
   are devices that send something different to every target. */
enum { SPN_NEURONS, SPN_PRECISE, SPN_POPULATIONS, SPN_RELAYS, SPN_INJECTORS, SPN_REGULAR, SPN_MOTHERS, SPN_CLOCKS, SPN_LISTING = SPN_CLOCKS, SPN_SPIKES,
       SPN_POISSON, SPN_GAMMA_SUP, SPN_PPD_SUP, SPN_CLOCKED, SPN_POINTS, SPN_CURRENT, SPN_NOISE };
enum { SPN_CONSTANT, SPN_SHORT, SPN_LONG }; /* weight: double, float32, float64; delay: int, uint16 */

/* Connections that carry a value in every step. */
typedef struct {
    int at_once;                    /* values act in the step in which they leave */
    int within;                     /* gap junctions: the value acts all the time, see relaxation.c */
    const double *first, *second;   /* NULL: the weight; else the factors for the channels `positive` and `negative` */
    int first_step, second_step;    /* 0: the same for all connections */
    const struct spn_program *gain; /* what becomes of a value before it is weighted; NULL: nothing */
} spn_coupling;

/* Connections from one group to another: the columns of a ConnectionTable, not copied. */
typedef struct spn_table {
    const int64_t *offsets;
    const uint32_t *targets;
    const void *weights;
    const uint16_t *delays;
    int weight_type, delay_type;
    double weight;
    int64_t delay;
    const uint32_t *cuts;   /* (n_source, n_pieces + 1): where each piece's targets begin in a row; NULL for one piece */
    int target;             /* index of the target group */
    int positive, negative; /* input channels of the target by sign of the weight */
    int sign;               /* 1: no weight is negative, -1: all are, 0: mixed */
    int64_t lead;           /* added to the delay: 1 for currents, which act in the step after their arrival */
    int unweighted;         /* relays count spikes, whatever the weights */
    int scaled;             /* weights are multiplied by the factor that a spike carries */
    int precise;            /* spikes keep their time within the step: source and target know such times */
    int deaf;               /* the target does not hear */
    int contiguous;         /* targets of every row follow each other */
    uint64_t occurrence;    /* tells apart several tables between the same two groups */
    int32_t *counts;        /* what a device remembers of every connection */
    double *values;
    spn_plasticity *plasticity; /* NULL: the weights are all there is */
    const spn_coupling *coupling; /* NULL: it carries spikes */
} spn_table;

/* Values of state variables of some nodes, every `interval` steps. */
typedef struct {
    int64_t interval, phase, first_row, last_row, n_nodes, n_rows, width; /* rows are used again when all are filled */
    const int64_t *nodes;   /* ascending */
    const int64_t *columns; /* where each goes in a row */
    const double *state;
    const double *offset;   /* added to the state: one value, or per node */
    int offset_per_node, wide;
    void *values;           /* (n_rows, width) float64 if wide, else float32 */
} spn_sampler;

/* Inverse distribution function of a Poisson number: thresholds are 2^64 P(number <= base + i). */
typedef struct {
    const uint64_t *thresholds;
    const int32_t *guide;   /* by the leading bits of the random word: thresholds at or below it */
    int64_t base;
    int32_t n, shift;
} spn_rate;

/* At step k: offset + amplitude sin(angle k + phase). With pieces, the offset is values[i] from steps[i] on, 0 before. */
typedef struct {
    const double *offset, *amplitude, *angle, *phase; /* per node */
    const int64_t *pieces;  /* (n + 1): where the pieces of each node begin; NULL: none */
    const int64_t *steps;
    const double *values;
} spn_signals;

/* Spikes of one step: how many of each node (NULL: one), and the factors for scaled tables (NULL: none is sent). */
typedef struct { uint32_t *nodes; double *factors, *sent; int64_t n, capacity; } spn_spikes;
typedef struct { int32_t *steps; uint32_t *nodes; double *offsets; int64_t n, capacity; } spn_record; /* offsets: or NULL */

/* A spike on its way to a node that knows the time within the step: `offset` ms before the end of the step of its arrival. */
typedef struct { uint32_t node; int32_t channel; double offset, weight; } spn_arrival;
typedef struct { spn_arrival *events; int64_t n, capacity; } spn_arrivals;

/* A variable that must stay between two values, and the first time it did not, by part (step 0: never). */
typedef struct { int64_t step, node; double value; } spn_escape;
typedef struct { int row; double low, high; spn_escape *escapes; } spn_limit;

/* The past of nodes that are populations: see populations.c. Node i has the slots from begin[i] to begin[i + 1], and as
   many rows of two tables from the oldest age to the newest. */
typedef struct {
    const int64_t *begin;
    int n_adaptations; /* of every node */
    double *count, *variance, *potential, *hazard, *spikes;
    const double *own, *renewal;  /* what a spike of this age does to the threshold of who fired it, and of others */
    double *level;
    const double *decay, *gain, *size;
} spn_histories;

typedef struct spn_group {
    int kind;
    int64_t n, stride;          /* nodes; doubles between two rows of the ring */
    const int64_t *bounds;      /* (n_parts + 1): the nodes of each part */
    /* neurons and relays */
    spn_step step;
    int n_variables, n_inputs, n_currents, n_draws; /* rows of the step, in this order, then temporaries */
    int n_normals;              /* the last of the draws */
    int counts;                 /* whether the row of spikes may hold more than 1 */
    double *state[SPN_MAX_ROWS];
    const double *constant[SPN_MAX_ROWS];
    spn_limit *limits;
    int n_limits;
    double **work;              /* [part] */
    double *ring;               /* [slot][channel][node]; NULL without incoming connections */
    int n_channels;             /* of the ring: n_inputs, and n_currents more if currents arrive */
    int timed;                  /* what its spikes carry, `sent`, is how long before the end of the step they were */
    int sent, series, ahead;    /* rows of the factor that a spike carries, of the item of a series, of the current of the next
                                   step; -1: none */
    const double *items;        /* series: node i takes item begin[i] in the step after series_start, the next one then … */
    const int64_t *begin, *end; /* 0 from end[i] on */
    int64_t series_start;
    /* neurons with precise spike times: see precise.c; `sent` of their spikes is the offset */
    int rule;
    double h;
    spn_arrivals *queue;          /* [part][slot] */
    const int64_t *pending_steps; /* what was on its way when the engine began */
    const spn_arrival *pending;
    int64_t n_pending;
    const spn_histories *histories; /* populations */
    /* generators; numbers of theirs lie in `constant` and `state`, too */
    const int64_t *start, *stop; /* active in steps start < k <= stop (currents: start <= k < stop); NULL: always */
    const int64_t *event_steps; /* spike generators: ascending */
    const uint32_t *event_nodes;
    const double *event_multiplicities, *event_weights, *event_offsets; /* offsets: or NULL */
    int64_t n_events, next_event;
    const int32_t *rate_of;     /* Poisson: node -> rate, -1 for none; NULL: the rates are signals */
    const spn_rate *rates;
    spn_signals signals;        /* rates (spikes per step), currents, variances */
    int copies;                 /* every target gets its own choice of the spikes */
    uint64_t first_id;
    /* what leaves it */
    double *values;             /* [parity][lag][node] of what is sent in every step; NULL: nothing is */
    int sends, noise;           /* the variable that is, and the constant with the size of noise upon it (-1: none) */
    int sends_after;            /* its value after the step is sent, not the one before it */
    int junction;               /* first row of the waveforms of partners and of the conductance of gap junctions; -1: none */
    double *slopes;             /* (3 stride): those of the voltage in the last windows, for the first guess; see relaxation.c */
    struct spn_relaxation *relaxation; /* NULL: no gap junctions */
    spn_table *tables;
    int n_tables;
    const uint8_t *recorded;    /* per node; NULL: none */
    double *last_spikes;        /* [2][node]: the step of the last one (-1: none), and its offset where spikes are timed; or NULL */
    const uint8_t *frozen;      /* per node: whether it is not updated; NULL: none. Of neurons `kept` has the state they stay in */
    double *kept[SPN_MAX_ROWS];
    spn_sampler *samplers;
    int n_samplers;
    spn_spikes *spikes;         /* [part][parity][lag] */
    spn_record *records;        /* [part] */
    spn_archive *archive;       /* its spikes, for plastic synapses on its nodes; NULL: none */
    spn_archive *voltages;      /* for synapses that follow its voltage; NULL: none */
    int modulates;              /* its spikes are those of volume transmitters */
    int64_t next_noted;         /* spike generators: first event not yet noted */
} spn_group;

typedef struct spn_engine {
    spn_group *groups;
    int n_groups, n_parts, n_pieces;  /* piece p belongs to part p / (n_pieces / n_parts) */
    int64_t n_slots, slice, step;  /* slots of a ring, a power of two; steps of a slice; the step reached */
    uint64_t seed;
    int64_t chunk_start, n_spikes;
    int failed;                    /* out of memory */
    int is_modulated;              /* a plastic table has a modulator */
    int64_t settling;              /* steps between two times when plastic connections are brought up to date */
    int is_instantaneous;          /* a table carries values that act in the step in which they leave */
    int is_relaxed;                /* there are gap junctions */
    int64_t n_unsettled;           /* windows in which their waveforms did not settle */
} spn_engine;

int spn_engine_open(spn_engine *e);              /* allocates the spike lists; 0 on success */
void spn_engine_close(spn_engine *e);
void spn_engine_advance(spn_engine *e, int64_t n_steps);

/* Delivers `n` spikes of one step to one piece; `factors` multiply the weights (NULL: 1). */
void spn_deliver(const spn_table *table, const spn_group *target, int64_t n_slots, int64_t step, const uint32_t *nodes,
                 const double *factors, int64_t n, int piece, int n_pieces);
void spn_deliver_device(const spn_engine *e, const spn_group *source, const spn_table *table, int64_t step, int piece, int *failed);
void spn_deliver_copies(const spn_engine *e, const spn_group *source, const spn_table *table, int64_t step,
                        const spn_spikes *list, int piece);
/* What the nodes from `from` to `to` send in a step, by their state before it. */
void spn_emit_values(const spn_engine *e, const spn_group *g, int64_t step, int64_t from, int64_t to, double *out);
double *spn_values(const spn_engine *e, const spn_group *g, int parity, int64_t lag);
void spn_deliver_values(const spn_engine *e, const spn_group *g, const spn_table *t, const double *values, int64_t step,
                        int piece, int *failed);
/* What a generator of a signal sends at a step; 0 outside its window. */
double spn_signal(const spn_group *g, int64_t node, int64_t step);
/* Row `row` of the random numbers of up to SPN_WIDE_BLOCK neurons. */
void spn_draw_row(const spn_engine *e, const spn_group *g, int row, int64_t step, int64_t from, int64_t n, double *out);
/* Lists what nodes that spike on their own emit at one step; not 0 if there is no memory left. */
int spn_emit(const spn_engine *e, spn_group *g, int64_t step, int part, spn_spikes *list);
int spn_append_spike(spn_spikes *list, uint32_t node, const double *factor, const double *sent); /* NULL: none */
/* The same with the time within the step; nodes with precise spike times, one step of one part. */
void spn_deliver_offsets(const spn_engine *e, const spn_table *table, int64_t step, const uint32_t *nodes, const double *factors,
                         const double *offsets, int64_t n, int piece, int *failed);
/* One spike over connection j of `table`; not 0 if there is no memory left. */
int spn_deliver_at(const spn_engine *e, const spn_table *table, int64_t step, int64_t j, double factor, double offset, int piece);
int spn_update_precise(const spn_engine *e, spn_group *g, int64_t step, int part, spn_spikes *list);
int spn_update_populations(const spn_engine *e, spn_group *g, int64_t step, int part, spn_spikes *list);
int spn_open_queue(const spn_engine *e, spn_group *g);
void spn_close_queue(const spn_engine *e, spn_group *g);
/* Standard normal numbers of the noise that the targets get from `step` on. */
void spn_noise(uint64_t seed, uint64_t generator, uint64_t occurrence, int64_t step, const uint32_t *targets, int64_t n,
               double *out);
void spn_cut_rows(const int64_t *offsets, const uint32_t *targets, int64_t n_source, const int64_t *bounds,
                  int n_pieces, uint32_t *cuts);
#endif
