/* One step of a block of neurons.

   A step reads and writes rows: the state columns of the model, its input channels, the currents of generators, random
   numbers, and temporaries. It is one compiled function, or up to four segments around an adaptive solver, and the slope of what
   goes through gap junctions. */
#ifndef SPN_STEP_H
#define SPN_STEP_H

#include <stdint.h>
#include "vm.h"

enum { SPN_BEFORE, SPN_ATTEMPT, SPN_SUBSTEP, SPN_AFTER, SPN_SLOPE, SPN_N_SEGMENTS };
/* Neurons updated together. Where a solver takes sub-steps, the few that need many wait for each other: then more together. */
enum { SPN_BLOCK = 512, SPN_WIDE_BLOCK = 4096, SPN_MAX_ROWS = 256, SPN_MAX_REGISTERS = 1024 };

/* The whole step: v rows, c constants (one value or one column each), fired: 1 for neurons that spike; input channels are
   read and set to 0. Returns non-zero if any neuron spikes. */
typedef int64_t (*spn_step_function)(int64_t n, double *const *v, const double *const *c, uint8_t *fired);
typedef void (*spn_segment_function)(int64_t n, double *const *v, const double *const *c);

/* A segment as a program of the block machine. Its registers are, in this order, rows in place, numbers, and places of the
   workspace. Besides the operations of vm.h it knows two in one, SPN_N_OPERATIONS + 4 inner + outer, which are rounded twice, as
   apart: inner is a + b, a - b, a b; outer is inner + c, inner - c, c - inner, inner c. */

typedef struct {
    int n_code, n_rows, n_numbers, n_registers, n_outputs;
    const spn_instruction *code;
    const double *numbers;
    const int32_t *rows;     /* row of register k; constants that are columns as -1 - number */
    const int32_t *outputs;  /* row and register, in pairs: what must be copied at the end */
} spn_machine;

typedef struct {
    spn_step_function whole;                           /* or NULL, and segments: */
    spn_segment_function compiled[SPN_N_SEGMENTS];     /* NULL: a machine, or nothing to do */
    const spn_machine *machines[SPN_N_SEGMENTS];
    /* the solver, by embedded Runge-Kutta steps of order 4(5) */
    int n_solved;
    const int32_t *solved, *fresh;                     /* rows of the variables, and of what they would be after an attempt */
    int length, ratio;                                 /* rows: length of the attempt, its largest error relative to the tolerance */
    int substep;                                       /* row with the length of the next sub-step */
    int elapsed, slope;                                /* rows: the time since the begin of the step, the slope of a variable; or -1 */
    const int32_t *carried, *returned;                 /* rows that attempts and what follows them use; those that they change */
    int n_carried, n_returned;
    int n_rows, n_constants, columns;                  /* columns: constants are one column each */
    int spiking;                                       /* row; -1: none ever spikes */
    int lanes;                                         /* neurons solved together */
    double h;
} spn_step;

static inline int64_t spn_step_block(const spn_step *s) { return s->n_solved ? SPN_WIDE_BLOCK : SPN_BLOCK; }

/* Doubles of workspace a thread needs for this step. */
int64_t spn_step_workspace(const spn_step *s);
void spn_step_begin(const spn_step *s, double *work);  /* fills what stays the same from step to step */
/* `solved`: rows, `stride` apart, of the solved variables and the lengths of sub-steps at the end, where they are known; or NULL. */
void spn_step_run(const spn_step *s, double *work, int64_t n, double *const *v, const double *const *c, const double *solved,
                  int64_t stride);
/* The equations alone over one step, and the slope at one time. */
void spn_step_solve(const spn_step *s, double *work, int n, double *const *v, const double *const *c);
void spn_step_slope(const spn_step *s, double *work, int n, double *const *v, const double *const *c);

#endif
