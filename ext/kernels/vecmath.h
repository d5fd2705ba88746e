/* Elementary functions that vectorise and give the same bits on every machine (the C library's do neither).
   Relative error below 1.5 units in the last place over the whole range; results below 2.3e-308 are flushed to 0. */
#ifndef SPN_VECMATH_H
#define SPN_VECMATH_H

#include "portability.h"

#define SPN_MAGIC 0x1.8p52 /* adding it rounds to an integer, found in the low bits */

/* exp: x = k ln 2 + r with |r| <= ln2 / 2, then 1 + r + r^2 q(r) with the minimax q of degree 9 (error 4e-18). Its terms are added
   in pairs, because a step with several exponentials in a row waits for every single operation of a long chain. */
SPN_INLINE double spn_exp(double x) {
    const double shifted = x * 0x1.71547652b82fep0 + SPN_MAGIC, k = shifted - SPN_MAGIC;
    const double r = (x - k * 0x1.62e42fefa3800p-1) - k * 0x1.ef35793c76730p-45;
    const double r2 = r * r, r4 = r2 * r2;
    const double low = (0x1.000000000000ap-1 + 0x1.55555555554f9p-3 * r) + (0x1.555555555083fp-5 + 0x1.1111111127d0dp-7 * r) * r2;
    const double high = (0x1.6c16c184388ffp-10 + 0x1.a01a012a0f8bbp-13 * r) + (0x1.a01999e2af12cp-16 + 0x1.71df25b2c441dp-19 * r) * r2;
    const double p = r + r2 * (low + r4 * (high + r4 * (0x1.28ad9b479c4d3p-22 + 0x1.ad7f3ed116ae8p-26 * r)));
    const double scale = spn_from_bits((spn_bits(shifted) << 52) + 0x3ff0000000000000ULL);
    double y = scale * p + scale;
    y = x < -708.0 ? 0.0 : y;
    y = x > 709.0 ? spn_from_bits(0x7ff0000000000000ULL) : y;
    return x != x ? x : y;
}

/* x to a whole power, by repeated squaring. */
SPN_INLINE double spn_power(double x, int n) {
    double base = n < 0 ? 1.0 / x : x, y = 1.0;
    for (int k = n < 0 ? -n : n; k; k >>= 1, base *= base)
        if (k & 1) y *= base;
    return y;
}

/* log: x = 2^e m with m in [sqrt(1/2), sqrt(2)), then 2 artanh((m - 1) / (m + 1)) as 2 s + s p(s^2) with the minimax p of degree 7
   (error 2e-18), arranged so that the leading term m - 1 is exact. Subnormal arguments count as 0. */
SPN_INLINE double spn_log(double x) {
    const uint64_t u = spn_bits(x), biased = (u + (0x3ff0000000000000ULL - 0x3fe6a09e667f3bcdULL)) >> 52;
    const double e = spn_from_bits(0x4338000000000000ULL + biased) - (SPN_MAGIC + 1023.0);
    const double m = spn_from_bits(u - ((biased - 1023) << 52));
    const double f = m - 1.0, s = f / (2.0 + f), z = s * s, h = 0.5 * f * f;
    const double z2 = z * z;
    const double low = (0x1.555555555558fp-1 + 0x1.9999999980c23p-2 * z) + (0x1.249249414a51fp-2 + 0x1.c71c527cda1ebp-3 * z) * z2;
    const double high = (0x1.74662a30b3298p-3 + 0x1.39a3967142090p-3 * z) + 0x1.2ef48402664bfp-3 * z2;
    const double p = z * (low + high * (z2 * z2));
    double y = e * 0x1.62e42fefa3800p-1 + (f - (h - (s * (h + p) + e * 0x1.ef35793c76730p-45)));
    y = x < 0x1p-1022 ? -spn_from_bits(0x7ff0000000000000ULL) : y;
    y = x > 0x1.fffffffffffffp1023 ? x : y;
    y = x < 0.0 ? spn_from_bits(0x7ff8000000000000ULL) : y;
    return x != x ? x : y;
}

SPN_INLINE double spn_expm1(double x) {
    /* exp(x) - 1 loses digits near 0, where the series is short */
    if (fabs(x) > 0.25) return spn_exp(x) - 1.0;
    double p = 1.0 / 479001600.0;
    p = p * x + 1.0 / 39916800.0; p = p * x + 1.0 / 3628800.0; p = p * x + 1.0 / 362880.0; p = p * x + 1.0 / 40320.0;
    p = p * x + 1.0 / 5040.0; p = p * x + 1.0 / 720.0; p = p * x + 1.0 / 120.0; p = p * x + 1.0 / 24.0;
    p = p * x + 1.0 / 6.0; p = p * x + 0.5;
    return p * x * x + x;
}

#endif
