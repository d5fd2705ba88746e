/* One driver node against a pool: the inputs of programs for pairs of nodes and for boxes of nodes. */
#ifndef SPN_PAIRS_H
#define SPN_PAIRS_H

#include "geometry.h"
#include "vm.h"

/* Inputs by their number in spatialnet.expressions.coordinates.PAIR_SYMBOLS. */
enum { SPN_DISTANCE = 0, SPN_DISTANCE_X = 1, SPN_DX = 4, SPN_SOURCE_X = 7, SPN_TARGET_X = 10 };

/* A pool of nodes, axis by axis, and its boxes. `extent` is 0 along axes that do not wrap. */
typedef struct {
    int d;
    uint32_t n;
    const double *position[3]; /* in the order of the boxes */
    double extent[3];
    int n_boxes, n_start;      /* the search starts from boxes first_start … first_start + n_start - 1 */
    int first_start;
    const double *lower[3], *upper[3];
    const uint32_t *begin, *end, *child_begin, *child_end; /* nodes of a box; boxes inside it */
} spn_pool;

/* A box in which neighbouring drivers lie (or the origins of their masks): bounds hold for all of them. */
typedef struct { double lower[3], upper[3]; } spn_cell;

/* A box that may hold connections, as found for a cell of drivers. */
typedef struct {
    uint32_t begin, end;
    int threshold; /* of random bytes; 256: every node is tested; 0: nodes are jumped over */
    double bound;  /* of p, at least; threshold / 256 where there is one */
    double rate;   /* where nodes are jumped over: stops per node, -log(1 - bound) */
    double span;   /* the same for all nodes */
} spn_leaf;

/* A program with the numbers of its inputs. */
typedef struct {
    const spn_program *program; /* NULL: there is none */
    const int *inputs;
    int uses_displacement, uses_sign, uses_distance_only;
} spn_pair_program;

/* Fills the inputs of `q` for the driver at `x` and pool nodes index[0 … n - 1]. */
void spn_fill_pairs(const spn_pair_program *q, const spn_pool *pool, const double *x, int driver_is_source,
                    const uint32_t *index, int n, double *registers);
/* Position of pool nodes relative to a mask's origin: dx, dy, dz in registers 0, 1, 2 as far as the program has them. */
void spn_fill_mask(const spn_pair_program *q, const spn_pool *pool, const double *origin, const uint32_t *index, int n,
                   double *registers);
/* The same for boxes of nodes and all drivers of a cell. A box that wraps around the antipode fills several lanes when signs matter; owner[lane]
   is the box's position in `boxes`. Takes boxes until the lanes are full; returns the number of boxes taken. */
int spn_fill_pair_bounds(const spn_pair_program *q, const spn_pool *pool, const spn_cell *cell, int driver_is_source,
                         const uint32_t *boxes, int n, double *registers, int *owner, int *n_lanes);
void spn_fill_mask_bounds(const spn_pair_program *q, const spn_pool *pool, const spn_cell *origins,
                          const uint32_t *boxes, int n, double *registers);
/* To be called once by every module that calls one of the functions below, before that. */
void spn_prepare_pairs(void);
#define SPN_PIECE 64
/* Those of the nodes first … first + n - 1 of a leaf whose byte is below its threshold → `place`, with the leaf's bound;
   how many. n ≤ SPN_PIECE; `chance` has SPN_PIECE bytes, `place` and `bound` have room for n + 8. */
int spn_sift(const spn_leaf *leaf, uint32_t first, int n, const uint8_t *chance, uint32_t *place, double *bound);
/* Positions of the flags (bytes that are 0 or 1) that are set, in order → `out`, which has room for n + 16; how many. Behind the
   flags lie 8 zeros. */
int spn_numbers_of_set(const uint8_t *flags, int n, int32_t *out);
/* Keeps the places, with their bounds, whose value is not 0; how many. */
int spn_keep_true(const double *value, int n, uint32_t *place, double *bound);
/* Positions in 0 … n - 1 where u scale < p, in order → `out`, which has room for n + 16; their number, or -1 if some p is not
   a number. `scale` may be NULL: 1. */
int spn_accept(const double *u, const double *scale, const double *p, int n, int32_t *out);
/* The first that is infinite or not a number, or -1. */
int spn_not_finite(const double *values, int n);
/* Delays in steps: to the nearest, halves up. Returns the first that does not fit, or -1. */
int spn_delay_steps(const double *ms, int n, double tics_per_ms, double tics_per_step, uint16_t *out);
/* Numbers first … first + n - 1 of a stream as exponential random numbers of mean 1; n ≤ SPN_LANES. */
void spn_stream_exponentials(const spn_stream *s, uint64_t first, int n, double *out);
/* Ascending sort of values below 2^bits; `spare` has room for n. */
void spn_sort(uint32_t *values, uint32_t *spare, uint32_t n, int bits);
/* The bytes of the blocks first … first + n - 1 of a stream, n even: of every word the lowest first, on the machines there are. */
void spn_stream_bytes(const spn_stream *s, uint64_t first, int n, uint8_t *out);
/* Halves first … first + n - 1 of the words of the stream (the lower half first) as uniforms with 32 bits; n ≤ SPN_LANES. */
void spn_stream_halves(const spn_stream *s, uint64_t first, int n, double *out);

#endif
