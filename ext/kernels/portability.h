/* What differs between compilers and machines, in one place. */
#ifndef SPN_PORTABILITY_H
#define SPN_PORTABILITY_H

#include <stdint.h> /* also defines __GLIBC__: musl has no ifunc, so no clones there */
#include <string.h>

/* One source, several instruction sets, chosen when the library is loaded. Multiplications and additions are
   never fused (-ffp-contract=off), so that every clone gives the same bits. */
#if defined(__has_attribute)
#if __has_attribute(target_clones) && defined(__x86_64__) && defined(__GLIBC__)
#define SPN_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#endif
#endif
#ifndef SPN_CLONES
#define SPN_CLONES
#endif

/* Number of the lowest bit that is set; there must be one. */
#if defined(__GNUC__)
static inline int spn_lowest_bit(uint64_t u) { return __builtin_ctzll(u); }
#else
static inline int spn_lowest_bit(uint64_t u) { int n = 0; while (!(u >> n & 1)) n++; return n; }
#endif

static inline uint64_t spn_bits(double x) { uint64_t u; memcpy(&u, &x, 8); return u; }
static inline double spn_from_bits(uint64_t u) { double x; memcpy(&x, &u, 8); return x; }

#endif
