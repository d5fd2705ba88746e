#include "vm.h"

#include <math.h>

#include "vecmath.h"

#define REDRAW_ATTEMPTS 1000

const char *spn_operation_name(int op) {
    static const char *names[] = {
#define X(name) #name,
        SPN_OPERATIONS(X)
#undef X
    };
    return op >= 0 && op < SPN_N_OPERATIONS ? names[op] : "";
}

/* Wichura's algorithm AS 241 (PPND16), Applied Statistics 37 (1988) 477-484, doi:10.2307/2347330: one formula for the middle
   85 %, which vectorises, and two for the tails. */
#define CENTRAL 0.425

static inline double quantile_central(double p) {
    const double q = p - 0.5, r = 0.180625 - q * q;
    return q * (((((((r * 2509.0809287301226727 + 33430.575583588128105) * r + 67265.770927008700853) * r +
                    45921.953931549871457) * r + 13731.693765509461125) * r + 1971.5909503065514427) * r +
                 133.14166789178437745) * r + 3.387132872796366608) /
           (((((((r * 5226.495278852545925 + 28729.085735721942674) * r + 39307.89580009271061) * r +
                21213.794301586595867) * r + 5394.1960214247511077) * r + 687.1870074920579083) * r +
             42.313330701600911252) * r + 1.0);
}

static inline double quantile_near(double r) {
    r -= 1.6;
    return (((((((r * 7.7454501427834140764e-4 + 0.0227238449892691845833) * r + 0.24178072517745061177) * r +
             1.27045825245236838258) * r + 3.64784832476320460504) * r + 5.7694972214606914055) * r +
          4.6303378461565452959) * r + 1.42343711074968357734) /
        (((((((r * 1.05075007164441684324e-9 + 5.475938084995344946e-4) * r + 0.0151986665636164571966) * r +
             0.14810397642748007459) * r + 0.68976733498510000455) * r + 1.6763848301838038494) * r +
          2.05319162663775882187) * r + 1.0);
}

static double quantile_tail(double p) {
    const double q = p - 0.5;
    double r = q < 0.0 ? p : 1.0 - p;
    if (!(r > 0.0)) return q < 0.0 ? -INFINITY : INFINITY;
    r = sqrt(-spn_log(r));
    double x;
    if (r <= 5.0) {
        x = quantile_near(r);
    } else {
        r -= 5.0;
        x = (((((((r * 2.01033439929228813265e-7 + 2.71155556874348757815e-5) * r + 0.0012426609473880784386) * r +
                 0.026532189526576123093) * r + 0.29656057182850489123) * r + 1.7848265399172913358) * r +
              5.4637849111641143699) * r + 6.6579046435011037772) /
            (((((((r * 2.04426310338993978564e-15 + 1.4215117583164458887e-7) * r + 1.8463183175100546818e-5) * r +
                 7.868691311456132591e-4) * r + 0.0148753612908506148525) * r + 0.13692988092273580531) * r +
              0.59983220655588793769) * r + 1.0);
    }
    return q < 0.0 ? -x : x;
}

static double normal_quantile(double p) {
    return fabs(p - 0.5) <= CENTRAL ? quantile_central(p) : quantile_tail(p);
}

SPN_CLONES static void quantiles_central(double *restrict d, const double *restrict p, int n) {
    for (int i = 0; i < n; i++) d[i] = quantile_central(p[i]);
}

double spn_binomial_quantile(double u, double n, double p) {
    if (!(n > 0.0) || !(p > 0.0)) return 0.0;
    if (p >= 1.0) return n;
    const double mean = n * p, reach = 40.0 * sqrt(mean * (1.0 - p)) + 1.0;
    double k = floor(mean - reach);  /* below it lies less than can be drawn, and powers of 1 - p would vanish */
    if (k < 0.0) k = 0.0;
    double mass = exp(lgamma(n + 1.0) - lgamma(k + 1.0) - lgamma(n - k + 1.0) + k * log(p) + (n - k) * log1p(-p));
    for (double below = mass; below <= u && k < n; below += mass) {
        mass *= (n - k) / (k + 1.0) * p / (1.0 - p);
        k += 1.0;
        if (mass < 1e-300 && k > mean) break;
    }
    return k;
}

/* Of the tails, those within seven standard deviations or so. Returns whether there are others, for `quantile_tail`. */
SPN_CLONES static int quantiles_near(double *restrict d, const double *restrict p, int n) {
    int far = 0;
    for (int i = 0; i < n; i++) {
        const double q = p[i] - 0.5, r = sqrt(-spn_log(q < 0.0 ? p[i] : 1.0 - p[i])), x = quantile_near(r);
        d[i] = q < 0.0 ? -x : x;
        far |= !(r <= 5.0);
    }
    return far;
}

void spn_normal_quantiles(double *d, const double *p, int n) {
    double tail[SPN_LANES], value[SPN_LANES];
    int lane[SPN_LANES], m = 0;
    for (int i = 0; i < n; i++) { lane[m] = i; tail[m] = p[i]; m += !(fabs(p[i] - 0.5) <= CENTRAL); }
    quantiles_central(d, p, n);
    if (quantiles_near(value, tail, m))
        for (int i = 0; i < m; i++) value[i] = quantile_tail(tail[i]);
    for (int i = 0; i < m; i++) d[lane[i]] = value[i];
}

/* P(shape, x), the regularised lower incomplete gamma function, or 1 - P: the series below shape + 1, else the continued fraction
   by Lentz's method (Numerical Recipes 6.2). */
static double gamma_tail(double shape, double x, int upper) {
    if (!(x > 0.0)) return upper ? 1.0 : 0.0;
    const double front = spn_exp(shape * spn_log(x) - x - lgamma(shape));
    if (x < shape + 1.0) {
        double term = 1.0 / shape, sum = term;
        for (double k = shape + 1.0; term > sum * 1e-17; k += 1.0) sum += term *= x / k;
        return upper ? 1.0 - sum * front : sum * front;
    }
    double b = x + 1.0 - shape, c = 1e300, d = 1.0 / b, fraction = d;
    for (int k = 1; k < 100000; k++) {
        const double a = k * (shape - k);
        b += 2.0;
        d = a * d + b;
        c = b + a / c;
        d = 1.0 / (fabs(d) < 1e-300 ? 1e-300 : d);
        if (fabs(c) < 1e-300) c = 1e-300;
        fraction *= d * c;
        if (fabs(d * c - 1.0) < 1e-16) break;
    }
    return upper ? front * fraction : 1.0 - front * fraction;
}

/* x with P(shape, x) = p: Newton's method in a bracket, from the cube of a normal variable (Wilson and Hilferty 1931). */
static double gamma_quantile(double p, double shape) {
    if (!(p > 0.0)) return 0.0;
    if (!(p < 1.0)) return INFINITY;
    const int upper = p > 0.5; /* the smaller tail is the one known to full precision */
    const double cube = 1.0 - 1.0 / (9.0 * shape) + normal_quantile(p) / (3.0 * sqrt(shape));
    double low = 0.0, high = INFINITY, x = shape * cube * cube * cube;
    if (!(cube > 0.3)) x = spn_exp((spn_log(p) + lgamma(shape + 1.0)) / shape);
    for (int k = 0; k < 200; k++) {
        const double over = upper ? 1.0 - p - gamma_tail(shape, x, 1) : gamma_tail(shape, x, 0) - p;
        if (over > 0.0) high = x; else low = x;
        double next = x - over / spn_exp((shape - 1.0) * spn_log(x) - x - lgamma(shape));
        if (!(next > low && next < high)) next = high < INFINITY ? 0.5 * (low + high) : 2.0 * x;
        if (fabs(next - x) <= 4e-16 * x) return next;
        x = next;
    }
    return x;
}

/* Whether P(Poisson number <= k) >= p. */
static int poisson_reaches(double k, double mean, double p) {
    return p > 0.5 ? gamma_tail(k + 1.0, mean, 0) <= 1.0 - p : gamma_tail(k + 1.0, mean, 1) >= p;
}

/* The least k with P(Poisson number <= k) >= p: summed up where that is short and precise, else sought from a normal guess. */
double spn_poisson_quantile(double p, double mean) {
    if (!(mean > 0.0) || !(p > 0.0)) return 0.0;
    if (!(p < 1.0)) return INFINITY;
    double k = 0.0;
    if (mean < 12.0 && p < 0.999999) {
        double mass = spn_exp(-mean), below = mass;
        while (below < p) { k += 1.0; mass *= mean / k; below += mass; }
        return k;
    }
    k = floor(mean + sqrt(mean) * normal_quantile(p));
    if (k < 0.0) k = 0.0;
    while (k > 0.0 && poisson_reaches(k - 1.0, mean, p)) k -= 1.0;
    while (!poisson_reaches(k, mean, p)) k += 1.0;
    return k;
}

/* The sign follows the divisor, as in Python. */
static inline double mod_of(double a, double b) {
    const double r = fmod(a, b);
    return r != 0.0 && (r < 0.0) != (b < 0.0) ? r + b : r;
}

void spn_fill_constants(const spn_program *p, double *registers) {
    for (int k = 0; k < p->n_constants; k++)
        for (int i = 0; i < SPN_LANES; i++) registers[(p->n_inputs + k) * SPN_LANES + i] = p->constants[k];
}

#define EACH(expression) for (int i = 0; i < n; i++) d[i] = (expression); break

/* The arithmetic that vectorises. Returns 0 when `op` is not one of these. */
SPN_CLONES static int sweep(int op, double *restrict d, const double *a, const double *b, const double *c, int n) {
    switch (op) {
    case SPN_OP_neg: EACH(-a[i]);
    case SPN_OP_abs: EACH(fabs(a[i]));
    case SPN_OP_exp: EACH(spn_exp(a[i]));
    case SPN_OP_log: EACH(spn_log(a[i]));
    case SPN_OP_sqrt: EACH(sqrt(a[i]));
    case SPN_OP_not: EACH(a[i] == 0.0 ? 1.0 : 0.0);
    case SPN_OP_add: EACH(a[i] + b[i]);
    case SPN_OP_sub: EACH(a[i] - b[i]);
    case SPN_OP_mul: EACH(a[i] * b[i]);
    case SPN_OP_div: EACH(a[i] / b[i]);
    case SPN_OP_square: EACH(a[i] * a[i]);
    case SPN_OP_min: EACH(a[i] < b[i] ? a[i] : b[i]);
    case SPN_OP_max: EACH(a[i] > b[i] ? a[i] : b[i]);
    case SPN_OP_lt: EACH(a[i] < b[i] ? 1.0 : 0.0);
    case SPN_OP_le: EACH(a[i] <= b[i] ? 1.0 : 0.0);
    case SPN_OP_gt: EACH(a[i] > b[i] ? 1.0 : 0.0);
    case SPN_OP_ge: EACH(a[i] >= b[i] ? 1.0 : 0.0);
    case SPN_OP_eq: EACH(a[i] == b[i] ? 1.0 : 0.0);
    case SPN_OP_ne: EACH(a[i] != b[i] ? 1.0 : 0.0);
    case SPN_OP_and: EACH((a[i] != 0.0) & (b[i] != 0.0) ? 1.0 : 0.0);
    case SPN_OP_or: EACH((a[i] != 0.0) | (b[i] != 0.0) ? 1.0 : 0.0);
    case SPN_OP_where: EACH(a[i] != 0.0 ? b[i] : c[i]);
    default: return 0;
    }
    return 1;
}

static void sweep_scalar(int op, double *restrict d, const double *a, const double *b, const double *c, int exponent,
                         int n) {
    switch (op) {
    case SPN_OP_expm1: EACH(spn_expm1(a[i]));
    case SPN_OP_sin: EACH(sin(a[i]));
    case SPN_OP_cos: EACH(cos(a[i]));
    case SPN_OP_floor: EACH(floor(a[i]));
    case SPN_OP_normal_quantile: spn_normal_quantiles(d, a, n); break;
    case SPN_OP_lgamma: EACH(lgamma(a[i]));
    case SPN_OP_binomial_quantile: EACH(spn_binomial_quantile(a[i], b[i], c[i]));
    case SPN_OP_siegert: EACH(spn_siegert(a[i], b[i]));
    case SPN_OP_pow: EACH(pow(a[i], b[i]));
    case SPN_OP_mod: EACH(mod_of(a[i], b[i]));
    case SPN_OP_poisson_quantile: EACH(spn_poisson_quantile(a[i], b[i]));
    case SPN_OP_gamma_quantile: EACH(gamma_quantile(a[i], b[i]));
    case SPN_OP_integer_power: EACH(spn_power(a[i], exponent));
    }
}

void spn_apply(int op, double *d, const double *a, const double *b, const double *c, int exponent, int n) {
    if (!sweep(op, d, a, b, c, n)) sweep_scalar(op, d, a, b, c, exponent, n);
}

static void call(spn_function *f, const double *regs, int n, double *out) {
    const double *columns[SPN_MAX_ARGUMENTS];
    for (int k = 0; k < f->n_arguments; k++) columns[k] = regs + (size_t)f->arguments[k] * SPN_LANES;
    f->evaluate(f->context, columns, f->n_arguments, n, out);
    for (int i = 0; i < n; i++)
        if (out[i] < f->lower || out[i] > f->upper || (f->refuses_nan && out[i] != out[i])) {
            f->failure = out[i]; f->failed = 1; /* several threads may: any of their values will do */
        }
}

static int run_range(const spn_program *p, double *regs, int n, const spn_stream *draws, uint64_t first, int from,
                     int to, uint64_t attempt) {
    for (int pc = from; pc < to; pc++) {
        const spn_instruction in = p->code[pc];
        double *d = regs + (size_t)in.dst * SPN_LANES;
        if (in.op == SPN_OP_random) {
            spn_stream s = *draws;
            s.b = (uint64_t)(uint32_t)in.a | attempt << 32;
            spn_stream_uniforms(&s, first, n, d);
        } else if (in.op == SPN_OP_call) {
            call(&p->functions[in.a], regs, n, d);
        } else if (in.op == SPN_OP_redraw) {
            const double *value = regs + (size_t)in.a * SPN_LANES;
            const double *low = regs + (size_t)in.c * SPN_LANES, *high = low + SPN_LANES;
            unsigned char open[SPN_LANES];
            int left = n;
            memset(open, 1, sizeof open);
            for (uint64_t k = 0; left && k < REDRAW_ATTEMPTS; k++) {
                if (run_range(p, regs, n, draws, first, pc + 1, pc + 1 + in.b, attempt * REDRAW_ATTEMPTS + k)) return 1;
                for (int i = 0; i < n; i++)
                    if (open[i] && value[i] >= low[i] && value[i] <= high[i]) { d[i] = value[i]; open[i] = 0; left--; }
            }
            if (left) return 1;
            pc += in.b;
        } else {
            const double *a = regs + (size_t)in.a * SPN_LANES;
            const int binary = in.op >= SPN_OP_add && in.op <= SPN_OP_where;
            const double *b = binary ? regs + (size_t)in.b * SPN_LANES : a;
            const double *c = in.op == SPN_OP_where || in.op == SPN_OP_binomial_quantile ? regs + (size_t)in.c * SPN_LANES : a;
            if (!sweep(in.op, d, a, b, c, n)) sweep_scalar(in.op, d, a, b, c, in.b, n);
        }
    }
    return 0;
}

int spn_run(const spn_program *p, double *registers, int n, const spn_stream *draws, uint64_t first) {
    return run_range(p, registers, n, draws, first, 0, p->n_code, 0);
}

/* ---- intervals ---- */

void spn_fill_constant_bounds(const spn_program *p, double *registers) {
    for (int k = 0; k < p->n_constants; k++)
        for (int i = 0; i < 2 * SPN_LANES; i++) registers[2 * (p->n_inputs + k) * SPN_LANES + i] = p->constants[k];
}

static inline double smaller(double a, double b) { return a < b ? a : b; }
static inline double larger(double a, double b) { return a > b ? a : b; }
static inline double times(double a, double b) { return a == 0.0 || b == 0.0 ? 0.0 : a * b; } /* 0 · inf = 0 here */

/* A comparison that is true for `yes`, false for `no`, else open. */
#define TRUTH(yes, no) \
    for (int i = 0; i < n; i++) { const int t = (yes), f = (no); lo[i] = t ? 1.0 : 0.0; hi[i] = f ? 0.0 : 1.0; } break
#define MONOTONE(f) for (int i = 0; i < n; i++) { const double l = f(al[i]), h = f(ah[i]); lo[i] = l; hi[i] = h; } break
#define BOTH(l_expression, h_expression) \
    for (int i = 0; i < n; i++) { const double l = (l_expression), h = (h_expression); lo[i] = l; hi[i] = h; } break

static void bound_power(double al, double ah, double k, double *lo, double *hi) {
    if (al >= 0.0) {
        const double l = pow(al, k), h = pow(ah, k);
        *lo = smaller(l, h); *hi = larger(l, h);
    } else { *lo = -INFINITY; *hi = INFINITY; }
}

static void bound_integer_power(double al, double ah, int k, double *lo, double *hi) {
    if (k < 0 && al <= 0.0 && ah >= 0.0) { *lo = k % 2 ? -INFINITY : 0.0; *hi = INFINITY; return; }
    const double l = spn_power(al, k), h = spn_power(ah, k);
    *lo = smaller(l, h); *hi = larger(l, h);
    if (k % 2 == 0 && al < 0.0 && ah > 0.0) *lo = k > 0 ? 0.0 : *lo;
}

/* sin over [l, h]; cos is sin shifted by a quarter turn. */
static void bound_sine(double l, double h, double *lo, double *hi) {
    const double turn = 6.283185307179586;
    if (!(h - l < turn)) { *lo = -1.0; *hi = 1.0; return; }
    const double a = sin(l), b = sin(h);
    *lo = smaller(a, b); *hi = larger(a, b);
    if (ceil((l - turn / 4) / turn) * turn + turn / 4 <= h) *hi = 1.0;
    if (ceil((l + turn / 4) / turn) * turn - turn / 4 <= h) *lo = -1.0;
}

SPN_CLONES static int bound_sweep(int op, double *restrict lo, double *restrict hi, const double *al, const double *ah,
                                  const double *bl, const double *bh, const double *cl, const double *ch, int n) {
    switch (op) {
    case SPN_OP_neg: BOTH(-ah[i], -al[i]);
    case SPN_OP_abs:
        for (int i = 0; i < n; i++) {
            const double l = fabs(al[i]), h = fabs(ah[i]), least = smaller(l, h);
            hi[i] = larger(l, h); lo[i] = (al[i] <= 0.0) & (ah[i] >= 0.0) ? 0.0 : least;
        }
        break;
    case SPN_OP_square:
        for (int i = 0; i < n; i++) {
            const double l = al[i] * al[i], h = ah[i] * ah[i], least = smaller(l, h);
            hi[i] = larger(l, h); lo[i] = (al[i] <= 0.0) & (ah[i] >= 0.0) ? 0.0 : least;
        }
        break;
    case SPN_OP_exp: MONOTONE(spn_exp);
    case SPN_OP_log: MONOTONE(spn_log);
    case SPN_OP_sqrt: MONOTONE(sqrt);
    case SPN_OP_add: BOTH(al[i] + bl[i], ah[i] + bh[i]);
    case SPN_OP_sub: BOTH(al[i] - bh[i], ah[i] - bl[i]);
    case SPN_OP_min: BOTH(smaller(al[i], bl[i]), smaller(ah[i], bh[i]));
    case SPN_OP_max: BOTH(larger(al[i], bl[i]), larger(ah[i], bh[i]));
    case SPN_OP_lt: TRUTH(ah[i] < bl[i], al[i] >= bh[i]);
    case SPN_OP_le: TRUTH(ah[i] <= bl[i], al[i] > bh[i]);
    case SPN_OP_gt: TRUTH(al[i] > bh[i], ah[i] <= bl[i]);
    case SPN_OP_ge: TRUTH(al[i] >= bh[i], ah[i] < bl[i]);
    case SPN_OP_eq: TRUTH((al[i] == ah[i]) & (bl[i] == bh[i]) & (al[i] == bl[i]), (ah[i] < bl[i]) | (al[i] > bh[i]));
    case SPN_OP_ne: TRUTH((ah[i] < bl[i]) | (al[i] > bh[i]), (al[i] == ah[i]) & (bl[i] == bh[i]) & (al[i] == bl[i]));
    case SPN_OP_not: TRUTH((al[i] == 0.0) & (ah[i] == 0.0), (al[i] > 0.0) | (ah[i] < 0.0));
    case SPN_OP_and: TRUTH(((al[i] > 0.0) | (ah[i] < 0.0)) & ((bl[i] > 0.0) | (bh[i] < 0.0)),
                           ((al[i] == 0.0) & (ah[i] == 0.0)) | ((bl[i] == 0.0) & (bh[i] == 0.0)));
    case SPN_OP_or: TRUTH((al[i] > 0.0) | (ah[i] < 0.0) | (bl[i] > 0.0) | (bh[i] < 0.0),
                          (al[i] == 0.0) & (ah[i] == 0.0) & (bl[i] == 0.0) & (bh[i] == 0.0));
    case SPN_OP_where:
        for (int i = 0; i < n; i++) {
            const int yes = (al[i] > 0.0) | (ah[i] < 0.0), no = (al[i] == 0.0) & (ah[i] == 0.0);
            lo[i] = yes ? bl[i] : no ? cl[i] : smaller(bl[i], cl[i]);
            hi[i] = yes ? bh[i] : no ? ch[i] : larger(bh[i], ch[i]);
        }
        break;
    case SPN_OP_mul:
        for (int i = 0; i < n; i++) {
            const double p = times(al[i], bl[i]), q = times(al[i], bh[i]), r = times(ah[i], bl[i]),
                         s = times(ah[i], bh[i]);
            lo[i] = smaller(smaller(p, q), smaller(r, s)); hi[i] = larger(larger(p, q), larger(r, s));
        }
        break;
    default: return 0;
    }
    return 1;
}

/* An end without a value (the root of a negative one) rules nothing out; a NaN would be lost in the next comparison. */
SPN_CLONES static void open_undefined(double *restrict lo, double *restrict hi, int n) {
    for (int i = 0; i < n; i++) {
        lo[i] = lo[i] == lo[i] ? lo[i] : -INFINITY;
        hi[i] = hi[i] == hi[i] ? hi[i] : INFINITY;
    }
}

static void bound_scalar(const spn_instruction *in, double *lo, double *hi, const double *al, const double *ah,
                         const double *bl, const double *bh, const double *registers, int n) {
    for (int i = 0; i < n; i++) {
        double l = -INFINITY, h = INFINITY;
        switch (in->op) {
        case SPN_OP_expm1: l = spn_expm1(al[i]); h = spn_expm1(ah[i]); break;
        case SPN_OP_floor: l = floor(al[i]); h = floor(ah[i]); break;
        case SPN_OP_normal_quantile: l = normal_quantile(al[i]); h = normal_quantile(ah[i]); break;
        case SPN_OP_sin: bound_sine(al[i], ah[i], &l, &h); break;
        case SPN_OP_cos: bound_sine(al[i] + 1.5707963267948966, ah[i] + 1.5707963267948966, &l, &h); break;
        case SPN_OP_lgamma: if (al[i] == ah[i]) l = h = lgamma(al[i]); break;
        case SPN_OP_integer_power: bound_integer_power(al[i], ah[i], in->b, &l, &h); break;
        case SPN_OP_pow: if (bl[i] == bh[i]) bound_power(al[i], ah[i], bl[i], &l, &h); break;
        case SPN_OP_mod:
            if (al[i] == ah[i] && bl[i] == bh[i]) l = h = mod_of(al[i], bl[i]);
            else { l = smaller(bl[i], 0.0); h = larger(bh[i], 0.0); }
            break;
        case SPN_OP_div:
            if (bl[i] > 0.0 || bh[i] < 0.0) {
                const double p = al[i] / bl[i], q = al[i] / bh[i], r = ah[i] / bl[i], s = ah[i] / bh[i];
                l = smaller(smaller(p, q), smaller(r, s)); h = larger(larger(p, q), larger(r, s));
            }
            break;
        case SPN_OP_random: l = 0.0; h = 1.0; break;
        case SPN_OP_binomial_quantile: l = 0.0; h = bh[i]; break;
        case SPN_OP_redraw: {
            const double *limit = registers + (size_t)in->c * 2 * SPN_LANES;
            l = larger(al[i], limit[i]); h = smaller(ah[i], limit[i + 3 * SPN_LANES]);
            break;
        }
        }
        if (l != l || h != h) { l = -INFINITY; h = INFINITY; } /* no value is ruled out */
        lo[i] = l; hi[i] = h;
    }
}

static void bound_call(const spn_function *f, const double *regs, int n, double *lo, double *hi) {
    for (int i = 0; i < n; i++) {
        double lower[SPN_MAX_ARGUMENTS], upper[SPN_MAX_ARGUMENTS], l = -INFINITY, h = INFINITY;
        if (f->bound) {
            for (int k = 0; k < f->n_arguments; k++) {
                lower[k] = regs[(size_t)f->arguments[k] * 2 * SPN_LANES + i];
                upper[k] = regs[((size_t)f->arguments[k] * 2 + 1) * SPN_LANES + i];
            }
            f->bound(f->context, lower, upper, f->n_arguments, &l, &h);
        }
        lo[i] = l > f->lower ? l : f->lower; /* also where it is not a number */
        hi[i] = h < f->upper ? h : f->upper;
    }
}

void spn_bound(const spn_program *p, double *regs, int n) {
#define ROW(register_) (regs + (size_t)(register_) * 2 * SPN_LANES)
    for (int pc = 0; pc < p->n_code; pc++) {
        spn_instruction in = p->code[pc];
        if (in.op == SPN_OP_redraw) { /* first its body, then the limits */
            spn_program body = *p;
            body.code = p->code + pc + 1; body.n_code = in.b;
            spn_bound(&body, regs, n);
            pc += in.b;
        }
        const int binary = in.op >= SPN_OP_add && in.op <= SPN_OP_where;
        double *lo = ROW(in.dst);
        if (in.op == SPN_OP_call) {
            bound_call(&p->functions[in.a], regs, n, lo, lo + SPN_LANES);
            continue;
        }
        const double *a = in.op == SPN_OP_random ? lo : ROW(in.a), *b = binary ? ROW(in.b) : a;
        const double *c = in.op == SPN_OP_where ? ROW(in.c) : a;
        if (bound_sweep(in.op, lo, lo + SPN_LANES, a, a + SPN_LANES, b, b + SPN_LANES, c, c + SPN_LANES, n))
            open_undefined(lo, lo + SPN_LANES, n);
        else
            bound_scalar(&in, lo, lo + SPN_LANES, a, a + SPN_LANES, b, b + SPN_LANES, regs, n);
    }
#undef ROW
}
