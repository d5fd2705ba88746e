#include "near.h"

#include "portability.h"
#include "wide.h"

#include <stdlib.h>

void spn_near_begin(spn_near *near, const spn_pool *pool, const spn_cell *cell) {
    near->n = 0;
    near->turns = 0;
    for (int k = 0; k < pool->d; k++) {
        near->middle[k] = 0.5 * (cell->lower[k] + cell->upper[k]);
        near->half[k] = 0.5 * (cell->upper[k] - cell->lower[k]);
        near->around[k] = pool->extent[k] > 0.0 ? (float)pool->extent[k] : INFINITY;
    }
}

void spn_near_free(spn_near *near) {
    for (int k = 0; k < 3; k++) free(near->x[k]);
    free(near->node);
    free(near->spare);
}

static int grow(void *column, size_t bytes) {
    void **at = column, *grown = realloc(*at, bytes);
    if (grown) *at = grown;
    return grown != NULL;
}

enum { BATCH = 256, BEYOND = 16 }; /* what vectors may touch behind the end */

static int make_room(spn_near *near, int d, size_t n) {
    if (near->n + n + BEYOND <= near->room) return 1;
    const size_t room = 2 * near->n + n + 1024;
    for (int k = 0; k < d; k++)
        if (!grow(&near->x[k], room * sizeof **near->x)) return 0;
    if (!grow(&near->node, room * sizeof *near->node) || !grow(&near->spare, room * sizeof *near->spare)) return 0;
    near->room = room;
    return 1;
}

SPN_CLONES static void ways(const double *restrict position, const uint32_t *restrict place, int n, double from,
                            double *restrict v) {
    for (int i = 0; i < n; i++) v[i] = position[place[i]] - from;
}

/* The shortest way around from the middle of the cell; whether it may be another one for some driver of the cell. */
SPN_CLONES static int turn(double *restrict v, int n, double extent, double half) {
    const double turns_per_length = 1.0 / extent, safe = 0.499 * extent - half;
    int far = 0;
    for (int i = 0; i < n; i++) far |= fabs(v[i]) > safe;
    if (!far) return 0;
    far = 0;
    for (int i = 0; i < n; i++) {
        v[i] -= extent * floor(v[i] * turns_per_length + 0.5);
        far |= fabs(v[i]) > safe;
    }
    return far;
}

/* How far beyond the cell each node is, squared, one axis more. */
SPN_CLONES static void measure(const double *restrict v, int n, double half, double *restrict beyond) {
    for (int i = 0; i < n; i++) {
        const double excess = fabs(v[i]) - half, past = excess > 0.0 ? excess : 0.0;
        beyond[i] += past * past;
    }
}

SPN_CLONES static void within(const double *restrict beyond, int n, double square, uint8_t *restrict flags) {
    for (int i = 0; i < n; i++) flags[i] = beyond[i] <= square;
}

SPN_CLONES static void in_single(const double *restrict v, int n, float *restrict out) {
    for (int i = 0; i < n; i++) out[i] = (float)v[i];
}

SPN_CLONES static void pick(const uint32_t *restrict list, const uint32_t *restrict which, int n, uint32_t *restrict out) {
    for (int i = 0; i < n; i++) out[i] = list[which[i]];
}

SPN_CLONES static void pick_some(const uint32_t *restrict list, const int32_t *restrict which, int n,
                                 uint32_t *restrict out) {
    for (int i = 0; i < n; i++) out[i] = list[which[i]];
}

int spn_near_add(spn_near *near, const spn_squeeze *q, const spn_pool *pool, const spn_cell *origins,
                 const uint32_t *order, const spn_leaf *leaves, size_t n_leaves) {
    double v[BATCH], beyond[BATCH];
    uint32_t place[BATCH], node[BATCH], at = n_leaves ? leaves->begin : 0;
    uint8_t flags[BATCH + 8];
    int32_t kept[BATCH + 16];
    for (size_t k = 0; k < n_leaves;) {
        int n = 0;
        while (k < n_leaves && n < BATCH) { /* a batch of nodes, of as many leaves as it takes */
            const int some = (int)(leaves[k].end - at) < BATCH - n ? (int)(leaves[k].end - at) : BATCH - n;
            for (int i = 0; i < some; i++) place[n + i] = at + i;
            n += some;
            at += some;
            if (at == leaves[k].end && ++k < n_leaves) at = leaves[k].begin;
        }
        memset(beyond, 0, n * sizeof *beyond);
        for (int axis = 0; axis < pool->d; axis++) {
            ways(pool->position[axis], place, n, 0.5 * (origins->lower[axis] + origins->upper[axis]), v);
            if (pool->extent[axis] > 0.0 && !q->one_way) turn(v, n, pool->extent[axis], near->half[axis]);
            measure(v, n, 0.5 * (origins->upper[axis] - origins->lower[axis]), beyond);
        }
        within(beyond, n, q->reach * q->reach, flags);
        memset(flags + n, 0, 8);
        const int m = spn_numbers_of_set(flags, n, kept);
        if (!make_room(near, pool->d, m)) return 0;
        pick(order, place, n, node);
        pick_some(node, kept, m, near->node + near->n);
        near->n += m;
    }
    return 1;
}

void spn_near_arrange(spn_near *near, const spn_pool *pool, const uint32_t *place_of, size_t first, int bits) {
    uint32_t *node = near->node, place[BATCH];
    double v[BATCH];
    if (first == near->n) return;
    spn_sort(node + first, near->spare, (uint32_t)(near->n - first), bits);
    size_t end = first; /* a node that two images of the pool show is met once */
    for (size_t i = first; i < near->n; i++) {
        end += node[i] != node[end];
        node[end] = node[i];
    }
    near->n = ++end;
    for (; first < end; first += BATCH) {
        const int n = end - first < BATCH ? (int)(end - first) : BATCH;
        pick(place_of, node + first, n, place);
        for (int k = 0; k < pool->d; k++) {
            ways(pool->position[k], place, n, near->middle[k], v);
            if (pool->extent[k] > 0.0) near->turns |= turn(v, n, pool->extent[k], near->half[k]);
            in_single(v, n, near->x[k] + first);
        }
    }
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
                     const uint8_t *chance, uint32_t *nodes, int32_t *doubtful, int *n_doubtful) {
    int32_t chances[BATCH], taken[BATCH + 16];
    uint8_t sure[BATCH + 8], perhaps[BATCH + 8];
    look_up(q, near->x[0] + first, d > 1 ? near->x[1] + first : NULL, d > 2 ? near->x[2] + first : NULL, d, at,
            near->around, near->turns, (n + 15) & ~15, chances);
    judge(chances, chance, n, sure, perhaps);
    memset(sure + n, 0, 8);
    memset(perhaps + n, 0, 8);
    *n_doubtful = spn_numbers_of_set(perhaps, n, doubtful);
    const int m = spn_numbers_of_set(sure, n, taken);
    pick_some(near->node + first, taken, m, nodes);
    return m;
}

#ifdef SPN_WIDE
/* The same sixteen at a time, where the machine can gather and compress: in half the time. */
SPN_WIDE SPN_INLINE int judge_wide(const spn_squeeze *q, const spn_near *near, int d, int turns, size_t first, int n,
                                   const float *at, const uint8_t *chance, uint32_t *nodes, int32_t *doubtful,
                                   int *n_doubtful) {
    const __m512 per_square = _mm512_set1_ps((float)q->per_square), last = _mm512_set1_ps((float)q->n);
    const __m512i low_half = _mm512_set1_epi32(0xffff);
    const int32_t *chances = q->chances;
    const uint32_t *node = near->node + first;
    const float *x[3];
    __m512 from[3], around[3];
    int m = 0, m_doubtful = 0;
    for (int k = 0; k < d; k++) {
        x[k] = near->x[k] + first;
        from[k] = _mm512_set1_ps(at[k]);
        around[k] = _mm512_set1_ps(near->around[k]);
    }
    for (int i = 0; i < n; i += 16) {
        const __mmask16 there = n - i < 16 ? (__mmask16)((1 << (n - i)) - 1) : (__mmask16)0xffff;
        __m512 square = _mm512_setzero_ps();
        for (int k = 0; k < d; k++) {
            __m512 way = _mm512_sub_ps(_mm512_loadu_ps(x[k] + i), from[k]);
            if (turns) {
                way = _mm512_abs_ps(way);
                way = _mm512_min_ps(way, _mm512_sub_ps(around[k], way));
            }
            square = _mm512_add_ps(square, _mm512_mul_ps(way, way));
        }
        const __m512i step = _mm512_cvttps_epi32(_mm512_min_ps(_mm512_mul_ps(square, per_square), last));
        const __m512i bounds = _mm512_mask_i32gather_epi32(_mm512_setzero_si512(), there, step, chances, 4);
        const __m512i byte = _mm512_cvtepu8_epi32(_mm_maskz_loadu_epi8(there, chance + i));
        const __mmask16 sure = _mm512_mask_cmplt_epi32_mask(there, byte, _mm512_and_si512(bounds, low_half));
        unsigned perhaps = _mm512_mask_cmplt_epi32_mask((__mmask16)(there & ~sure), byte, _mm512_srli_epi32(bounds, 16));
        _mm512_storeu_si512(nodes + m, _mm512_maskz_compress_epi32(sure, _mm512_loadu_si512(node + i)));
        m += __builtin_popcount(sure);
        for (; perhaps; perhaps &= perhaps - 1) doubtful[m_doubtful++] = i + __builtin_ctz(perhaps);
    }
    *n_doubtful = m_doubtful;
    return m;
}

SPN_WIDE static int judge_all_wide(const spn_squeeze *q, const spn_near *near, int d, size_t first, int n, const float *at,
                                   const uint8_t *chance, uint32_t *nodes, int32_t *doubtful, int *n_doubtful) {
    if (near->turns || d < 2) return judge_wide(q, near, d, 1, first, n, at, chance, nodes, doubtful, n_doubtful);
    if (d == 2) return judge_wide(q, near, 2, 0, first, n, at, chance, nodes, doubtful, n_doubtful);
    return judge_wide(q, near, 3, 0, first, n, at, chance, nodes, doubtful, n_doubtful);
}
#endif

int spn_squeeze_bytes(const spn_squeeze *q, const spn_near *near, int d, size_t first, int n, const double *x,
                      const uint8_t *chance, uint32_t *nodes, int32_t *doubtful, int *n_doubtful) {
    float at[3] = {0.0f, 0.0f, 0.0f};
    for (int k = 0; k < d; k++) at[k] = (float)(x[k] - near->middle[k]);
#ifdef SPN_WIDE
    if (spn_is_wide()) return judge_all_wide(q, near, d, first, n, at, chance, nodes, doubtful, n_doubtful);
#endif
    return judge_all(q, near, d, first, n, at, chance, nodes, doubtful, n_doubtful);
}
