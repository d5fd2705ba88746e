#include "near.h"

#include "portability.h"

#include <stdlib.h>

#if defined(__x86_64__) && defined(__GNUC__)
#include <immintrin.h>
#define SPN_WIDE __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,popcnt,bmi")))
#endif

void spn_near_begin(spn_near *near, const spn_squeeze *q, const spn_pool *pool, const spn_cell *cell) {
    near->n = 0;
    near->turns = 0;
    for (int k = 0; k < pool->d; k++) {
        near->middle[k] = 0.5 * (cell->lower[k] + cell->upper[k]);
        const int turns = pool->extent[k] > 0.0 && !q->one_way;
        near->around[k] = turns ? (float)pool->extent[k] : INFINITY;
        near->turns |= turns;
    }
}

void spn_near_free(spn_near *near) {
    for (int k = 0; k < 3; k++) free(near->x[k]);
    free(near->place);
}

static int make_room(spn_near *near, int d, size_t n) {
    if (near->n + n + 64 <= near->room) return 1;
    const size_t room = 2 * near->n + n + 1024;
    for (int k = 0; k < d; k++) {
        float *grown = realloc(near->x[k], room * sizeof *grown);
        if (!grown) return 0;
        near->x[k] = grown;
    }
    uint32_t *grown = realloc(near->place, room * sizeof *grown);
    if (!grown) return 0;
    near->place = grown;
    near->room = room;
    return 1;
}

enum { BATCH = 256 };

/* From the middle of the cell to each node, the shortest way around, and how far beyond the cell that is, squared. */
SPN_CLONES static void measure(double *restrict v, int n, double extent, double half, double *restrict beyond) {
    if (extent > 0.0)
        for (int i = 0; i < n; i++) v[i] -= extent * floor(v[i] / extent + 0.5);
    for (int i = 0; i < n; i++) {
        const double excess = fabs(v[i]) - half, past = excess > 0.0 ? excess : 0.0;
        beyond[i] += past * past;
    }
}

SPN_CLONES static void within(const double *restrict beyond, int n, double square, uint8_t *restrict flags) {
    for (int i = 0; i < n; i++) flags[i] = beyond[i] <= square;
}

SPN_CLONES static void copy_some(const double *restrict v, const int32_t *restrict kept, int n, float *restrict out) {
    for (int i = 0; i < n; i++) out[i] = (float)v[kept[i]];
}

SPN_CLONES static void copy_places(const uint32_t *restrict place, const int32_t *restrict kept, int n,
                                   uint32_t *restrict out) {
    for (int i = 0; i < n; i++) out[i] = place[kept[i]];
}

int spn_near_add(spn_near *near, const spn_squeeze *q, const spn_pool *pool, const spn_cell *origins,
                 const spn_leaf *leaves, size_t n_leaves) {
    double v[3][BATCH], beyond[BATCH], middle[3];
    uint32_t place[BATCH], at = n_leaves ? leaves->begin : 0;
    uint8_t flags[BATCH + 8];
    int32_t kept[BATCH + 8];
    const int d = pool->d;
    for (int axis = 0; axis < d; axis++) middle[axis] = 0.5 * (origins->lower[axis] + origins->upper[axis]);
    for (size_t k = 0; k < n_leaves;) {
        int n = 0;
        while (k < n_leaves && n < BATCH) { /* a batch of nodes, of as many leaves as it takes */
            const int some = (int)(leaves[k].end - at) < BATCH - n ? (int)(leaves[k].end - at) : BATCH - n;
            for (int axis = 0; axis < d; axis++) {
                const double *position = pool->position[axis] + at;
                for (int i = 0; i < some; i++) v[axis][n + i] = position[i] - middle[axis];
            }
            for (int i = 0; i < some; i++) place[n + i] = at + i;
            n += some;
            at += some;
            if (at == leaves[k].end && ++k < n_leaves) at = leaves[k].begin;
        }
        memset(beyond, 0, n * sizeof *beyond);
        for (int axis = 0; axis < d; axis++)
            measure(v[axis], n, q->one_way ? 0.0 : pool->extent[axis],
                    0.5 * (origins->upper[axis] - origins->lower[axis]), beyond);
        within(beyond, n, q->reach * q->reach, flags);
        memset(flags + n, 0, 8);
        const int m = spn_numbers_of_set(flags, n, kept);
        if (!make_room(near, d, m)) return 0;
        for (int axis = 0; axis < d; axis++) copy_some(v[axis], kept, m, near->x[axis] + near->n);
        copy_places(place, kept, m, near->place + near->n);
        near->n += m;
    }
    return 1;
}

/* The entry of each node. What is beyond the list in the last vector is computed, too, and not used. */
SPN_CLONES static void look_up(const spn_squeeze *q, const float *restrict x, const float *restrict y,
                               const float *restrict z, int d, const float *at, const float *around, int turns, int n,
                               int32_t *restrict out) {
    const int32_t *chances = q->chances;
    const float per_square = (float)q->per_square, last = (float)q->n;
    const float x0 = at[0], y0 = at[1], z0 = at[2], x_around = around[0], y_around = around[1], z_around = around[2];
#define STEP(square) { const float s = (square) * per_square; out[i] = (int32_t)(s < last ? s : last); }
    if (turns)
        for (int i = 0; i < n; i++) {
            float dx = fabsf(x[i] - x0), dy = d > 1 ? fabsf(y[i] - y0) : 0.0f, dz = d > 2 ? fabsf(z[i] - z0) : 0.0f;
            dx = dx < x_around - dx ? dx : x_around - dx;
            dy = dy < y_around - dy ? dy : y_around - dy;
            dz = dz < z_around - dz ? dz : z_around - dz;
            STEP(dx * dx + dy * dy + dz * dz)
        }
    else if (d == 3)
        for (int i = 0; i < n; i++) {
            const float dx = x[i] - x0, dy = y[i] - y0, dz = z[i] - z0;
            STEP(dx * dx + dy * dy + dz * dz)
        }
    else
        for (int i = 0; i < n; i++) {
            const float dx = x[i] - x0, dy = y[i] - y0;
            STEP(dx * dx + dy * dy)
        }
#undef STEP
    for (int i = 0; i < n; i++) out[i] = chances[out[i]];
}

SPN_CLONES static void judge(const int32_t *restrict chances, const uint8_t *restrict chance, int n,
                             uint8_t *restrict sure, uint8_t *restrict perhaps) {
    for (int i = 0; i < n; i++) {
        const int32_t c = chance[i], low = chances[i] & 0xffff, high = chances[i] >> 16;
        sure[i] = c < low;
        perhaps[i] = (c >= low) & (c < high);
    }
}

static int judge_all(const spn_squeeze *q, const spn_near *near, int d, size_t first, int n, const float *at,
                     const uint8_t *chance, uint32_t *places, int32_t *doubtful, int *n_doubtful) {
    int32_t chances[BATCH], taken[BATCH + 8];
    uint8_t sure[BATCH + 8], perhaps[BATCH + 8];
    look_up(q, near->x[0] + first, d > 1 ? near->x[1] + first : NULL, d > 2 ? near->x[2] + first : NULL, d, at,
            near->around, near->turns, (n + 15) & ~15, chances);
    judge(chances, chance, n, sure, perhaps);
    memset(sure + n, 0, 8);
    memset(perhaps + n, 0, 8);
    *n_doubtful = spn_numbers_of_set(perhaps, n, doubtful);
    const int m = spn_numbers_of_set(sure, n, taken);
    copy_places(near->place + first, taken, m, places);
    return m;
}

#ifdef SPN_WIDE
/* The same sixteen at a time, where the machine can gather and compress: in half the time. */
SPN_WIDE static int judge_wide(const spn_squeeze *q, const spn_near *near, int d, size_t first, int n, const float *at,
                               const uint8_t *chance, uint32_t *places, int32_t *doubtful, int *n_doubtful) {
    const __m512 per_square = _mm512_set1_ps((float)q->per_square), last = _mm512_set1_ps((float)q->n);
    const __m512i low_half = _mm512_set1_epi32(0xffff);
    int m = 0, m_doubtful = 0;
    for (int i = 0; i < n; i += 16) {
        const __mmask16 there = n - i < 16 ? (__mmask16)((1 << (n - i)) - 1) : (__mmask16)0xffff;
        __m512 square = _mm512_setzero_ps();
        for (int k = 0; k < d; k++) {
            __m512 way = _mm512_sub_ps(_mm512_loadu_ps(near->x[k] + first + i), _mm512_set1_ps(at[k]));
            if (near->turns) {
                way = _mm512_abs_ps(way);
                way = _mm512_min_ps(way, _mm512_sub_ps(_mm512_set1_ps(near->around[k]), way));
            }
            square = _mm512_add_ps(square, _mm512_mul_ps(way, way));
        }
        const __m512i step = _mm512_cvttps_epi32(_mm512_min_ps(_mm512_mul_ps(square, per_square), last));
        const __m512i bounds = _mm512_mask_i32gather_epi32(_mm512_setzero_si512(), there, step, q->chances, 4);
        const __m512i byte = _mm512_cvtepu8_epi32(_mm_maskz_loadu_epi8(there, chance + i));
        const __mmask16 sure = _mm512_mask_cmplt_epi32_mask(there, byte, _mm512_and_si512(bounds, low_half));
        unsigned perhaps = _mm512_mask_cmplt_epi32_mask((__mmask16)(there & ~sure), byte, _mm512_srli_epi32(bounds, 16));
        const __m512i place = _mm512_loadu_si512(near->place + first + i);
        _mm512_storeu_si512(places + m, _mm512_maskz_compress_epi32(sure, place));
        m += __builtin_popcount(sure);
        for (; perhaps; perhaps &= perhaps - 1) doubtful[m_doubtful++] = i + __builtin_ctz(perhaps);
    }
    *n_doubtful = m_doubtful;
    return m;
}
#endif

int spn_squeeze_bytes(const spn_squeeze *q, const spn_near *near, int d, size_t first, int n, const double *x,
                      const uint8_t *chance, uint32_t *places, int32_t *doubtful, int *n_doubtful) {
    float at[3] = {0.0f, 0.0f, 0.0f};
    for (int k = 0; k < d; k++) at[k] = (float)(x[k] - near->middle[k]);
#ifdef SPN_WIDE
    if (__builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq"))
        return judge_wide(q, near, d, first, n, at, chance, places, doubtful, n_doubtful);
#endif
    return judge_all(q, near, d, first, n, at, chance, places, doubtful, n_doubtful);
}
