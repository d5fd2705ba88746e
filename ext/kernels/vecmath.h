/* Elementary functions that vectorise and give the same bits on every machine (the C library's do neither).
   Relative error below 1.5 units in the last place over the whole range; results below 2.3e-308 are flushed to 0. */
#ifndef SPN_VECMATH_H
#define SPN_VECMATH_H

#include "portability.h"

#define SPN_MAGIC 0x1.8p52 /* adding it rounds to an integer, found in the low bits */

/* exp: x = k ln 2 + r with |r| <= ln2 / 2, then the Taylor polynomial of degree 13 (remainder 4e-18). */
static inline double spn_exp(double x) {
    const double shifted = x * 0x1.71547652b82fep0 + SPN_MAGIC, k = shifted - SPN_MAGIC;
    const double r = (x - k * 0x1.62e42fefa3800p-1) - k * 0x1.ef35793c76730p-45;
    double p = 1.0 / 6227020800.0;
    p = p * r + 1.0 / 479001600.0;
    p = p * r + 1.0 / 39916800.0;
    p = p * r + 1.0 / 3628800.0;
    p = p * r + 1.0 / 362880.0;
    p = p * r + 1.0 / 40320.0;
    p = p * r + 1.0 / 5040.0;
    p = p * r + 1.0 / 720.0;
    p = p * r + 1.0 / 120.0;
    p = p * r + 1.0 / 24.0;
    p = p * r + 1.0 / 6.0;
    p = p * r + 0.5;
    p = p * r * r + r;
    const double scale = spn_from_bits((spn_bits(shifted) << 52) + 0x3ff0000000000000ULL);
    double y = scale * p + scale;
    y = x < -708.0 ? 0.0 : y;
    y = x > 709.0 ? spn_from_bits(0x7ff0000000000000ULL) : y;
    return x != x ? x : y;
}

/* x to a whole power, by repeated squaring. */
static inline double spn_power(double x, int n) {
    double base = n < 0 ? 1.0 / x : x, y = 1.0;
    for (int k = n < 0 ? -n : n; k; k >>= 1, base *= base)
        if (k & 1) y *= base;
    return y;
}

/* log: x = 2^e m with m in [sqrt(1/2), sqrt(2)), then the odd series of 2 artanh((m - 1) / (m + 1)), arranged so that
   the leading term m - 1 is exact. Subnormal arguments count as 0. */
static inline double spn_log(double x) {
    const uint64_t u = spn_bits(x), biased = (u + (0x3ff0000000000000ULL - 0x3fe6a09e667f3bcdULL)) >> 52;
    const double e = spn_from_bits(0x4338000000000000ULL + biased) - (SPN_MAGIC + 1023.0);
    const double m = spn_from_bits(u - ((biased - 1023) << 52));
    const double f = m - 1.0, s = f / (2.0 + f), z = s * s, h = 0.5 * f * f;
    double p = 2.0 / 23.0;
    p = p * z + 2.0 / 21.0;
    p = p * z + 2.0 / 19.0;
    p = p * z + 2.0 / 17.0;
    p = p * z + 2.0 / 15.0;
    p = p * z + 2.0 / 13.0;
    p = p * z + 2.0 / 11.0;
    p = p * z + 2.0 / 9.0;
    p = p * z + 2.0 / 7.0;
    p = p * z + 2.0 / 5.0;
    p = p * z + 2.0 / 3.0;
    p = p * z;
    double y = e * 0x1.62e42fefa3800p-1 + (f - (h - (s * (h + p) + e * 0x1.ef35793c76730p-45)));
    y = x < 0x1p-1022 ? -spn_from_bits(0x7ff0000000000000ULL) : y;
    y = x > 0x1.fffffffffffffp1023 ? x : y;
    y = x < 0.0 ? spn_from_bits(0x7ff8000000000000ULL) : y;
    return x != x ? x : y;
}

static inline double spn_expm1(double x) {
    /* exp(x) - 1 loses digits near 0, where the series is short */
    if (fabs(x) > 0.25) return spn_exp(x) - 1.0;
    double p = 1.0 / 479001600.0;
    p = p * x + 1.0 / 39916800.0; p = p * x + 1.0 / 3628800.0; p = p * x + 1.0 / 362880.0; p = p * x + 1.0 / 40320.0;
    p = p * x + 1.0 / 5040.0; p = p * x + 1.0 / 720.0; p = p * x + 1.0 / 120.0; p = p * x + 1.0 / 24.0;
    p = p * x + 1.0 / 6.0; p = p * x + 0.5;
    return p * x * x + x;
}

#endif
