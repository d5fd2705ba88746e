/* For the few loops over sixteen lanes that compilers do not write so well. A function that is SPN_WIDE may be called where
   spn_is_wide() says so. */
#ifndef SPN_WIDE_H
#define SPN_WIDE_H

#if defined(__x86_64__) && defined(__GNUC__)
#include <immintrin.h>
#define SPN_WIDE __attribute__((target("avx512f,avx512bw,avx512vl,popcnt,bmi")))
static inline int spn_is_wide(void) { return __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl"); }
#endif

#endif
