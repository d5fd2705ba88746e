/* The block virtual machine: a register program swept over lanes (pairs, nodes), or over boxes with interval
   arithmetic. The interpreter costs once per operation and block, not per lane. */
#ifndef SPN_VM_H
#define SPN_VM_H

#include "philox.h"

#define SPN_LANES 256

/* Operations; X(name) in the order of their codes. The names are those of spatialnet/language/nodes.py, and
   `random` (a uniform draw), `redraw`, `square`, `integer_power`, `call`, which the compiler of programs adds. */
#define SPN_OPERATIONS(X) \
    X(neg) X(abs) X(exp) X(expm1) X(log) X(sqrt) X(sin) X(cos) X(floor) X(not) X(normal_quantile) X(lgamma) \
    X(add) X(sub) X(mul) X(div) X(pow) X(mod) X(poisson_quantile) X(gamma_quantile) X(min) X(max) \
    X(lt) X(le) X(gt) X(ge) X(eq) X(ne) X(and) X(or) X(siegert) X(binomial_quantile) X(where) \
    X(square) X(integer_power) X(random) X(redraw) X(call)

enum {
#define X(name) SPN_OP_##name,
    SPN_OPERATIONS(X)
#undef X
    SPN_N_OPERATIONS
};

/* dst ← op(a, b, c), all registers, except: integer_power: b is the exponent; random: a is the number of the
   occurrence; redraw: a is the register of the value, b the number of following instructions that compute it,
   c and c + 1 the registers of the limits; call: a is the number of the function, which knows its arguments. */
typedef struct { int32_t op, dst, a, b, c; } spn_instruction;

/* A function of the user. It gives the values of n lanes from columns of arguments. */
typedef struct {
    void (*evaluate)(void *context, const double *const *columns, int n_columns, int n, double *out);
    void (*bound)(void *context, const double *lower, const double *upper, int n_columns, double *least, double *most);
    void *context;
    double lower, upper; /* no value may lie outside */
    int refuses_nan;
    int failed;          /* set when one does, with the value; read after the run */
    double failure;
    int n_arguments;
    const int *arguments; /* their registers */
} spn_function;

#define SPN_MAX_ARGUMENTS 16

typedef struct spn_program {
    int n_code, n_registers, n_inputs, n_constants, result;
    const spn_instruction *code;
    const double *constants; /* registers n_inputs … n_inputs + n_constants - 1 */
    spn_function *functions;
} spn_program;

/* `registers` holds n_registers rows of SPN_LANES doubles. Fill the constants once, the inputs before each run. */
void spn_fill_constants(const spn_program *p, double *registers);
/* Runs lanes 0 … n - 1; lane i takes word first + i of `draws`. Returns 0, or 1 if a redraw gave up. */
int spn_run(const spn_program *p, double *registers, int n, const spn_stream *draws, uint64_t first);

/* One instruction on columns anywhere: the arithmetic, without `random`, `redraw` and `call`. d overlaps no operand. */
void spn_apply(int op, double *d, const double *a, const double *b, const double *c, int exponent, int n);

/* The same with intervals: `registers` holds n_registers pairs of rows, lower ends then upper ends. */
void spn_fill_constant_bounds(const spn_program *p, double *registers);
void spn_bound(const spn_program *p, double *registers, int n);

/* Standard normal quantiles of n ≤ SPN_LANES probabilities in (0, 1); the same bits on every machine. */
void spn_normal_quantiles(double *out, const double *p, int n);

const char *spn_operation_name(int op);

/* sqrt(pi) times the integral of exp(s^2) (1 + erf s) from a to b. */
double spn_siegert(double a, double b);

/* The smallest number of successes in n trials of probability p whose distribution function exceeds u. */
double spn_binomial_quantile(double u, double n, double p);
double spn_poisson_quantile(double p, double mean);

#endif
