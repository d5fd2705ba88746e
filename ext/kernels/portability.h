/* What differs between compilers and machines, in one place. */
#ifndef SPN_PORTABILITY_H
#define SPN_PORTABILITY_H

#include <stddef.h>
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

/* Into every caller, however long it has become: a loop with a call in it is not vectorised. */
#if defined(__GNUC__)
#define SPN_INLINE static inline __attribute__((always_inline))
#else
#define SPN_INLINE static inline
#endif

/* Memory that goes back to the system when it is freed, as that of malloc may not. NULL if there is none. */
#if defined(__unix__) || defined(__APPLE__)
#include <sys/mman.h>
#include <unistd.h>
static inline void *spn_pages(size_t size) {
    void *at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return at == MAP_FAILED ? NULL : at;
}
static inline void spn_free_pages(void *at, size_t size) { if (at) munmap(at, size); }
#else
#include <stdlib.h>
static inline void *spn_pages(size_t size) { return malloc(size); }
static inline void spn_free_pages(void *at, size_t size) { (void)size; free(at); }
#endif

/* The pages wholly inside an array that nobody will read again go back to the system; the array can still be freed. */
static inline void spn_forget(void *at, size_t size) {
#if defined(__linux__)
    const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE), begin = ((uintptr_t)at + page - 1) / page * page;
    const uintptr_t end = ((uintptr_t)at + size) / page * page;
    if (begin < end) madvise((void *)begin, end - begin, MADV_DONTNEED);
#else
    (void)at; (void)size;
#endif
}

static inline uint64_t spn_bits(double x) { uint64_t u; memcpy(&u, &x, 8); return u; }
static inline double spn_from_bits(uint64_t u) { double x; memcpy(&x, &u, 8); return x; }

#endif
