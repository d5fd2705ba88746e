/* Philox4x64-10, the counter-based generator of Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy
   as 1, 2, 3", SC 2011, doi:10.1145/2063384.2063405. Word for word what numpy.random.Philox gives (NumPy adds 1 to
   its counter before the first block).

   Every random number of the library is a pure function of what is drawn: the key holds the seed and the stream,
   the counter names the thing (see "Random numbers" in ARCHITECTURE.md). */
#ifndef SPN_PHILOX_H
#define SPN_PHILOX_H

#include <stdint.h>

static inline uint64_t spn_mulhi(uint64_t a, uint64_t b) { return (uint64_t)(((unsigned __int128)a * b) >> 64); }

static inline void philox4x64(const uint64_t counter[4], const uint64_t key[2], uint64_t out[4]) {
    uint64_t c0 = counter[0], c1 = counter[1], c2 = counter[2], c3 = counter[3], k0 = key[0], k1 = key[1];
    for (int round = 0; round < 10; round++) {
        const uint64_t lo0 = c0 * 0xD2E7470EE14C6C93ULL, hi0 = spn_mulhi(c0, 0xD2E7470EE14C6C93ULL);
        const uint64_t lo1 = c2 * 0xCA5A826395121157ULL, hi1 = spn_mulhi(c2, 0xCA5A826395121157ULL);
        c0 = hi1 ^ c1 ^ k0; c1 = lo1;
        c2 = hi0 ^ c3 ^ k1; c3 = lo0;
        k0 += 0x9E3779B97F4A7C15ULL; k1 += 0xBB67AE8584CAA73BULL;
    }
    out[0] = c0; out[1] = c1; out[2] = c2; out[3] = c3;
}

/* Uniform in [0, 1) with 53 bits, as NumPy makes it. */
static inline double spn_unit(uint64_t word) { return (double)(word >> 11) * 0x1.0p-53; }

/* Uniform integer in [0, n): the high word of the product (bias below n / 2^64). */
static inline uint64_t spn_below(uint64_t word, uint64_t n) { return spn_mulhi(word, n); }

/* The random numbers of one thing: word i of `key`, `a`, `b`, `c` is word i % 4 of block i / 4. */
typedef struct { uint64_t key[2]; uint64_t a, b, c; } spn_stream;

static inline void spn_stream_block(const spn_stream *s, uint64_t block, uint64_t out[4]) {
    const uint64_t counter[4] = {block, s->a, s->b, s->c};
    philox4x64(counter, s->key, out);
}

/* Words first .. first + n - 1 of the stream as uniforms. */
static inline void spn_stream_uniforms(const spn_stream *s, uint64_t first, int n, double *out) {
    uint64_t words[8];
    int i = 0;
    while (i < n && (first + i) % 4) {
        spn_stream_block(s, (first + i) / 4, words);
        for (int j = (int)((first + i) % 4); j < 4 && i < n; j++) out[i++] = spn_unit(words[j]);
    }
    for (; i + 8 <= n; i += 8) { /* two independent blocks at once hide the latency of the multiplications */
        spn_stream_block(s, (first + i) / 4, words);
        spn_stream_block(s, (first + i) / 4 + 1, words + 4);
        for (int j = 0; j < 8; j++) out[i + j] = spn_unit(words[j]);
    }
    while (i < n) {
        spn_stream_block(s, (first + i) / 4, words);
        for (int j = 0; j < 4 && i < n; j++) out[i++] = spn_unit(words[j]);
    }
}

/* A stream read in order, for loops that do not know beforehand how much they need. */
typedef struct { spn_stream stream; uint64_t block; int left; uint64_t words[4]; } spn_reader;

static inline void spn_reader_open(spn_reader *r, const uint64_t key[2], uint64_t a, uint64_t b, uint64_t c) {
    r->stream.key[0] = key[0]; r->stream.key[1] = key[1];
    r->stream.a = a; r->stream.b = b; r->stream.c = c;
    r->block = 0; r->left = 0;
}

static inline uint64_t spn_reader_word(spn_reader *r) {
    if (r->left == 0) { spn_stream_block(&r->stream, r->block++, r->words); r->left = 4; }
    return r->words[4 - r->left--];
}

static inline double spn_reader_unit(spn_reader *r) { return spn_unit(spn_reader_word(r)); }

#endif
