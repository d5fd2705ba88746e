/* Synapses that change: what a table keeps besides its weights, and the spikes of its targets.

   A connection acts when a presynaptic spike of step k reaches it, and looks back then at the postsynaptic spikes in
   (t_l - d, k - d] steps, where t_l is the last presynaptic spike and d the delay. Both ends are known in time, because
   no delay is shorter than a slice. The thread that owns a target owns its spikes and all connections to it; what belongs
   to a source (its last spike, traces) is owned by the thread that owns the source, which notes the values of before with
   every spike it emits. So no thread reads what another one writes.

   Every SPN_SETTLING steps all connections are brought up to date with the postsynaptic spikes that have reached them
   until then, in the order in which the next presynaptic spike would have. So spikes need not be kept longer, whatever the
   sources do, and what connections have become does not depend on it. Where every step of the target is kept, it is every
   SPN_DENSE_SETTLING steps. */
#ifndef SPN_PLASTICITY_H
#define SPN_PLASTICITY_H

#include <stdint.h>

struct spn_table;
struct spn_group;
struct spn_engine;

enum { SPN_SETTLING = 1 << 16, SPN_DENSE_SETTLING = 1 << 10, SPN_MAX_VARIABLES = 64, SPN_MAX_NOTES = 32, SPN_DECAYS = 2048 };

/* A spike with the traces just after it. */
typedef struct { int64_t step; double K, K_triplet; } spn_post;
typedef struct { spn_post *posts; int64_t n, capacity; } spn_train;
/* Clopath's rule: what the voltage of neurons does to their synapses. `delayed` keeps u_bar_plus and u_bar_minus for `delay` steps,
   `depression` what a presynaptic spike takes off, for as long as it can be asked for. */
typedef struct {
    const double *error;              /* Urbanczik's rule: kept of every step, with nothing of Clopath's; else NULL */
    const double *V, *V_offset, *u_plus, *u_minus, *u_bar;
    const double *parameter[5];       /* A_LTP, A_LTD, theta_plus, theta_minus, u_ref_squared: one value, or one per node */
    int step[6];                      /* of each of them, and of V_offset */
    int is_constant;                  /* A_LTD does not follow u_bar_bar */
    int64_t delay, slots, n;
    double *delayed, *depression;     /* [step % (delay + 1)][2][node], [step & (slots - 1)][node] */
} spn_voltage;

typedef struct {
    spn_train *trains;                /* of each node */
    const double *tau, *tau_triplet;  /* ms; one value, or one per node */
    int tau_step, tau_triplet_step;
    double *decay, *decay_triplet;    /* exp(-k h / tau) for k < SPN_DECAYS where tau is the same for all; else NULL */
    int64_t longest;                  /* delay to any of the nodes, steps */
    double h;
    spn_voltage *voltage;             /* NULL: spikes are kept; else the steps that potentiate, or all, with how much (K) */
    int64_t settling;                 /* steps between two times when connections are brought up to date */
} spn_archive;

/* The spikes of a volume transmitter with the concentration (K) just after each. */
typedef struct { spn_train train; spn_post *posts; int64_t n; double tau; int group; uint32_t node; } spn_modulator;

typedef struct { double *values; int64_t n, capacity; } spn_notes;
typedef struct { int64_t row, step; double weight; } spn_transmission;
typedef struct { spn_transmission *items; int64_t n, capacity; } spn_transmissions;
typedef struct { int64_t row, step; double value; int happened; } spn_mishap;

/* Some spikes of one step on their way to one piece, through one table; or the settling of all sources. */
typedef struct {
    const struct spn_table *table;
    const struct spn_group *target;
    int64_t n_slots, step, settled;
    const uint32_t *nodes;
    const double *multiplicities, *scales; /* NULL: 1 */
    int64_t n;
    const double *notes;
    int piece, n_pieces;
    uint64_t seed;
    spn_transmissions *sent;              /* NULL: not recorded */
    spn_mishap *mishap;
    int *failed;
} spn_delivery;

/* Statements for the block machine: the program, which variable fills each of its inputs, and where its results go. */
typedef struct {
    const void *program;
    int n_inputs, n_outputs;
    const int32_t *inputs, *output_registers, *outputs;
} spn_event;

typedef struct spn_plasticity {
    void (*deliver)(const spn_delivery *x);
    void (*settle)(const spn_delivery *x);
    void (*advance)(const struct spn_plasticity *s, uint32_t source, const double *note, double dt, double first,
                    double multiplicity);
    int n_parameters, n_states, n_shared, needs_posts;
    const double *parameter[SPN_MAX_VARIABLES];
    int parameter_step[SPN_MAX_VARIABLES]; /* 0: one value, 1: one per connection */
    double *decay[SPN_MAX_VARIABLES];      /* exp(-k h / parameter) for those in `decaying`, where all have the same */
    uint64_t decaying;                     /* a bit for each parameter */
    double *state[SPN_MAX_VARIABLES];      /* per connection */
    double *shared[SPN_MAX_NOTES];         /* per source */
    int64_t *last;                         /* per source: step of the last spike; before the first ~(step of creation) */
    spn_archive *archive;
    spn_modulator *modulator;
    double h;
    uint64_t identity;                     /* of the table, for random numbers */
    spn_event on_post, on_pre, interval;   /* block machine */
    spn_notes *notes;                      /* [part][parity][lag] */
    spn_transmissions *sent;               /* [part], NULL: not recorded */
    spn_mishap *mishaps;                   /* [part] */
} spn_plasticity;

/* Compiled delivery of a model; 0 if there is none. */
int spn_find_synapse(const char *kernel, int columns, spn_plasticity *s);
/* Delivery by the block machine. */
void spn_use_programs(spn_plasticity *s);

int spn_archive_add(spn_archive *a, uint32_t node, int64_t step);
int spn_keep_voltages(spn_archive *a, int64_t step, int64_t from, int64_t to);
int spn_plasticity_open(struct spn_engine *e);
void spn_plasticity_close(struct spn_engine *e);
/* After the update of a slice: keeps the spikes of the part's nodes, and notes what belongs to their sources. */
int spn_note_spikes(const struct spn_engine *e, struct spn_group *g, int part, int parity, int64_t now, int64_t n_lags);
void spn_settle(const struct spn_engine *e, int part, int64_t step, int *failed);
void spn_deliver_plastic(const struct spn_engine *e, const struct spn_table *t, int64_t now, int64_t lag, int from_part,
                         int parity, int64_t first, const uint32_t *nodes, const double *multiplicities,
                         const double *scales, int64_t n, int piece, int *failed);
void spn_report_weight(const spn_delivery *x, int64_t row, double value);
void spn_record_transmission(const spn_delivery *x, int64_t row, double weight);
#endif
