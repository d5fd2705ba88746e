#include "pairs.h"

#include "portability.h"
#include "vecmath.h"
#include "wide.h"

/* sign (position - x), the shortest way: with sign -1 it leads from the node to x. */
SPN_CLONES static void relative(const double *restrict position, const uint32_t *restrict index, int n, double x,
                                double sign, double extent, double *restrict out) {
    const double near = extent > 0.0 ? 0.499 * extent : INFINITY, turns_per_length = 1.0 / extent;
    int far = 0, unsure = 0;
    for (int i = 0; i < n; i++) {
        out[i] = sign * (position[index[i]] - x);
        far |= fabs(out[i]) > near;
    }
    if (!far) return;
    /* The division of spn_wrap can be spared, except where its rounding decides. */
    for (int i = 0; i < n; i++) {
        const double d = out[i], turns = d * turns_per_length + 0.5, whole = floor(turns), rest = turns - whole;
        unsure |= (rest < 1e-9) | (rest > 1.0 - 1e-9);
        out[i] = d - extent * whole;
    }
    if (unsure)
        for (int i = 0; i < n; i++) out[i] = spn_wrap(sign * (position[index[i]] - x), extent);
}

SPN_CLONES static void lengths(const double (*restrict v)[SPN_LANES], int d, int n, double *restrict out) {
    if (d == 2)
        for (int i = 0; i < n; i++) out[i] = sqrt(v[0][i] * v[0][i] + v[1][i] * v[1][i]);
    else
        for (int i = 0; i < n; i++) out[i] = sqrt(v[0][i] * v[0][i] + v[1][i] * v[1][i] + v[2][i] * v[2][i]);
}

void spn_fill_pairs(const spn_pair_program *q, const spn_pool *pool, const double *x, int driver_is_source,
                    const uint32_t *index, int n, double *registers) {
    double v[3][SPN_LANES]; /* from source to target */
    const double sign = driver_is_source ? 1.0 : -1.0;
    if (q->uses_displacement)
        for (int k = 0; k < pool->d; k++) relative(pool->position[k], index, n, x[k], sign, pool->extent[k], v[k]);
    for (int j = 0; j < q->program->n_inputs; j++) {
        double *out = registers + (size_t)j * SPN_LANES;
        const int input = q->inputs[j];
        if (input == SPN_DISTANCE) lengths(v, pool->d, n, out);
        else if (input < SPN_DX) for (int i = 0; i < n; i++) out[i] = fabs(v[input - SPN_DISTANCE_X][i]);
        else if (input < SPN_SOURCE_X) memcpy(out, v[input - SPN_DX], n * sizeof *out);
        else {
            const int of_source = input < SPN_TARGET_X, axis = input - (of_source ? SPN_SOURCE_X : SPN_TARGET_X);
            if (of_source == driver_is_source) for (int i = 0; i < n; i++) out[i] = x[axis];
            else for (int i = 0; i < n; i++) out[i] = pool->position[axis][index[i]];
        }
    }
}

void spn_fill_mask(const spn_pair_program *q, const spn_pool *pool, const double *origin, const uint32_t *index, int n,
                   double *registers) {
    for (int j = 0; j < q->program->n_inputs; j++)
        relative(pool->position[q->inputs[j]], index, n, origin[q->inputs[j]], 1.0, 0.0, registers + (size_t)j * SPN_LANES);
}

typedef struct { double lo, hi; } interval;

/* Ways of going from source to target, [lo, hi] apart along one axis: one interval, or two if they pass the antipode. */
static int ways(double lo, double hi, double extent, interval out[2]) {
    if (extent <= 0.0) { out[0] = (interval){lo, hi}; return 1; }
    const double turns_lo = floor(lo / extent + 0.5), turns_hi = floor(hi / extent + 0.5), half = extent / 2;
    if (turns_lo == turns_hi) { out[0] = (interval){lo - extent * turns_lo, hi - extent * turns_lo}; return 1; }
    if (turns_hi - turns_lo > 1.0) { out[0] = (interval){-half, half}; return 1; }
    out[0] = (interval){lo - extent * turns_lo, half};
    out[1] = (interval){-half, hi - extent * turns_hi};
    return 2;
}

static interval magnitude(interval v) {
    const double l = fabs(v.lo), h = fabs(v.hi);
    return (interval){v.lo <= 0.0 && v.hi >= 0.0 ? 0.0 : (l < h ? l : h), l < h ? h : l};
}

static void fill_box(const spn_pair_program *q, const spn_pool *pool, const spn_cell *cell, int driver_is_source,
                     uint32_t box, const interval *way, const interval *size, int lane, double *registers) {
    for (int j = 0; j < q->program->n_inputs; j++) {
        double *lo = registers + 2 * (size_t)j * SPN_LANES + lane, *hi = lo + SPN_LANES;
        const int input = q->inputs[j];
        if (input == SPN_DISTANCE) {
            double l = size[0].lo * size[0].lo + size[1].lo * size[1].lo;
            double h = size[0].hi * size[0].hi + size[1].hi * size[1].hi;
            if (pool->d == 3) { l += size[2].lo * size[2].lo; h += size[2].hi * size[2].hi; }
            *lo = sqrt(l); *hi = sqrt(h);
        } else if (input < SPN_DX) {
            *lo = size[input - SPN_DISTANCE_X].lo; *hi = size[input - SPN_DISTANCE_X].hi;
        } else if (input < SPN_SOURCE_X) {
            *lo = way[input - SPN_DX].lo; *hi = way[input - SPN_DX].hi;
        } else {
            const int of_source = input < SPN_TARGET_X, axis = input - (of_source ? SPN_SOURCE_X : SPN_TARGET_X);
            if (of_source == driver_is_source) { *lo = cell->lower[axis]; *hi = cell->upper[axis]; }
            else { *lo = pool->lower[axis][box]; *hi = pool->upper[axis][box]; }
        }
    }
}

/* Shortest and longest distance along one axis from drivers in [low, high] to boxes; branch-free, with the arithmetic of
   `ways`. */
SPN_CLONES static void sizes_along(const double *restrict lower, const double *restrict upper,
                                   const uint32_t *restrict boxes, int n, double low, double high, double extent,
                                   double *restrict near, double *restrict far) {
    const double half = extent / 2;
    if (extent > 0.0)
        for (int i = 0; i < n; i++) {
            const double lo = lower[boxes[i]] - high, hi = upper[boxes[i]] - low;
            const double turns_lo = floor(lo / extent + 0.5), turns_hi = floor(hi / extent + 0.5);
            const double a = lo - extent * turns_lo, b = hi - extent * turns_hi, p = fabs(a), q = fabs(b);
            const double least = p < q ? p : q, most = p < q ? q : p;
            const double ahead = a <= 0.0 ? 0.0 : a, behind = b >= 0.0 ? 0.0 : -b;
            const double past = turns_hi - turns_lo > 1.0 ? 0.0 : ahead < behind ? ahead : behind;
            const int same = turns_lo == turns_hi;
            near[i] = same ? ((a <= 0.0) & (b >= 0.0) ? 0.0 : least) : past;
            far[i] = same ? most : half;
        }
    else
        for (int i = 0; i < n; i++) {
            const double a = lower[boxes[i]] - high, b = upper[boxes[i]] - low, p = fabs(a), q = fabs(b);
            const double least = p < q ? p : q;
            near[i] = (a <= 0.0) & (b >= 0.0) ? 0.0 : least;
            far[i] = p < q ? q : p;
        }
}

SPN_CLONES static void add_squares(const double *restrict v, int n, double *restrict sum) {
    for (int i = 0; i < n; i++) sum[i] += v[i] * v[i];
}

SPN_CLONES static void root(const double *restrict sum, int n, double *restrict out) {
    for (int i = 0; i < n; i++) out[i] = sqrt(sum[i]);
}

/* What most programs need: nothing but distances. Every box fills one lane. */
static int fill_distance_bounds(const spn_pair_program *q, const spn_pool *pool, const spn_cell *cell,
                                const uint32_t *boxes, int n, double *registers, int *owner) {
    double near[3][SPN_LANES], far[3][SPN_LANES], nearest[SPN_LANES] = {0}, farthest[SPN_LANES] = {0};
    if (n > SPN_LANES) n = SPN_LANES;
    for (int k = 0; k < pool->d; k++) {
        sizes_along(pool->lower[k], pool->upper[k], boxes, n, cell->lower[k], cell->upper[k], pool->extent[k], near[k],
                    far[k]);
        add_squares(near[k], n, nearest);
        add_squares(far[k], n, farthest);
    }
    for (int j = 0; j < q->program->n_inputs; j++) {
        double *lo = registers + 2 * (size_t)j * SPN_LANES, *hi = lo + SPN_LANES;
        if (q->inputs[j] == SPN_DISTANCE) { root(nearest, n, lo); root(farthest, n, hi); }
        else {
            memcpy(lo, near[q->inputs[j] - SPN_DISTANCE_X], n * sizeof *lo);
            memcpy(hi, far[q->inputs[j] - SPN_DISTANCE_X], n * sizeof *hi);
        }
    }
    for (int i = 0; i < n; i++) owner[i] = i;
    return n;
}

int spn_fill_pair_bounds(const spn_pair_program *q, const spn_pool *pool, const spn_cell *cell, int driver_is_source,
                         const uint32_t *boxes, int n, double *registers, int *owner, int *n_lanes) {
    if (q->uses_distance_only) return *n_lanes = fill_distance_bounds(q, pool, cell, boxes, n, registers, owner);
    const int d = pool->d;
    int lane = 0, taken = 0;
    for (; taken < n && lane + 8 <= SPN_LANES; taken++) {
        const uint32_t box = boxes[taken];
        interval choices[3][2], way[3], size[3] = {{0, 0}, {0, 0}, {0, 0}};
        int count[3] = {1, 1, 1};
        for (int k = 0; k < d; k++) {
            const double lo = pool->lower[k][box] - cell->upper[k], hi = pool->upper[k][box] - cell->lower[k];
            count[k] = driver_is_source ? ways(lo, hi, pool->extent[k], choices[k])
                                        : ways(-hi, -lo, pool->extent[k], choices[k]);
            size[k] = magnitude(choices[k][0]);
            if (count[k] == 2) { /* both ways are as long as half the extent at most */
                const interval other = magnitude(choices[k][1]);
                if (other.lo < size[k].lo) size[k].lo = other.lo;
                if (!q->uses_sign) count[k] = 1;
            }
        }
        for (int a = 0; a < count[0]; a++)
            for (int b = 0; b < count[1]; b++)
                for (int c = 0; c < count[2]; c++) {
                    if (d > 0) way[0] = choices[0][a];
                    if (d > 1) way[1] = choices[1][b];
                    if (d > 2) way[2] = choices[2][c];
                    if (q->uses_sign) for (int k = 0; k < d; k++) size[k] = magnitude(way[k]);
                    fill_box(q, pool, cell, driver_is_source, box, way, size, lane, registers);
                    owner[lane++] = taken;
                }
    }
    *n_lanes = lane;
    return taken;
}

void spn_fill_mask_bounds(const spn_pair_program *q, const spn_pool *pool, const spn_cell *origins,
                          const uint32_t *boxes, int n, double *registers) {
    for (int j = 0; j < q->program->n_inputs; j++) {
        const int axis = q->inputs[j];
        double *lo = registers + 2 * (size_t)j * SPN_LANES, *hi = lo + SPN_LANES;
        for (int i = 0; i < n; i++) {
            lo[i] = pool->lower[axis][boxes[i]] - origins->upper[axis];
            hi[i] = pool->upper[axis][boxes[i]] - origins->lower[axis];
        }
    }
}

/* Which of eight flags (bytes that are 0 or 1) are set, one after the other: loops without branches that depend on data. */
static uint8_t set_flags[256][8];

void spn_prepare_pairs(void) {
    for (int mask = 0; mask < 256; mask++)
        for (int bit = 0, m = 0; bit < 8; bit++)
            if (mask >> bit & 1) set_flags[mask][m++] = (uint8_t)bit;
}

static inline const uint8_t *set_among(const uint8_t *flags, int *count) {
    uint64_t word;
    memcpy(&word, flags, 8);
    *count = (int)(word * 0x0101010101010101ULL >> 56);
    return set_flags[word * 0x0102040810204080ULL >> 56];
}

SPN_CLONES int spn_sift(const spn_leaf *leaf, uint32_t first, int n, const uint8_t *chance, uint32_t *restrict place,
                        double *restrict bound) {
    uint8_t flags[SPN_PIECE];
    const int threshold = leaf->threshold;
    const double b = leaf->bound;
    int m = 0;
    for (int i = 0; i < SPN_PIECE; i++) flags[i] = (chance[i] < threshold) & (i < n);
    for (int i = 0; i < n; i += 8) {
        int count;
        const uint8_t *set = set_among(flags + i, &count);
        for (int j = 0; j < 8; j++) place[m + j] = first + i + set[j];
        for (int j = 0; j < 8; j++) bound[m + j] = b;
        m += count;
    }
    return m;
}

SPN_CLONES static int compare(const double *restrict u, const double *restrict scale, const double *restrict p, int n,
                              uint8_t *restrict flags) {
    int undefined = 0;
    if (scale) for (int i = 0; i < n; i++) { flags[i] = u[i] * scale[i] < p[i]; undefined |= p[i] != p[i]; }
    else for (int i = 0; i < n; i++) { flags[i] = u[i] < p[i]; undefined |= p[i] != p[i]; }
    return undefined;
}

#ifdef SPN_WIDE
/* The same sixteen at a time, where the machine can compress. */
SPN_WIDE static int numbers_wide(const uint8_t *flags, int n, int32_t *out) {
    const __m512i lanes = _mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
    int m = 0;
    for (int i = 0; i < n; i += 16) {
        const __m128i some = _mm_maskz_loadu_epi8(n - i < 16 ? (__mmask16)((1 << (n - i)) - 1) : (__mmask16)0xffff, flags + i);
        const __mmask16 set = _mm_test_epi8_mask(some, some);
        _mm512_storeu_si512(out + m, _mm512_maskz_compress_epi32(set, _mm512_add_epi32(lanes, _mm512_set1_epi32(i))));
        m += __builtin_popcount(set);
    }
    return m;
}
#endif

int spn_numbers_of_set(const uint8_t *flags, int n, int32_t *out) {
#ifdef SPN_WIDE
    if (spn_is_wide()) return numbers_wide(flags, n, out);
#endif
    int m = 0;
    for (int i = 0; i < n; i += 8) {
        int count;
        const uint8_t *set = set_among(flags + i, &count);
        for (int j = 0; j < 8; j++) out[m + j] = i + set[j];
        m += count;
    }
    return m;
}

SPN_CLONES static void differ_from_zero(const double *restrict value, int n, uint8_t *restrict flags) {
    for (int i = 0; i < n; i++) flags[i] = value[i] != 0.0;
}

int spn_keep_true(const double *value, int n, uint32_t *place, double *bound) {
    uint8_t flags[SPN_LANES + 8];
    int32_t kept[SPN_LANES + 16];
    differ_from_zero(value, n, flags);
    memset(flags + n, 0, 8);
    const int m = spn_numbers_of_set(flags, n, kept);
    for (int i = 0; i < m; i++) { place[i] = place[kept[i]]; bound[i] = bound[kept[i]]; }
    return m;
}

int spn_accept(const double *u, const double *scale, const double *p, int n, int32_t *out) {
    uint8_t flags[SPN_LANES + 8];
    const int undefined = compare(u, scale, p, n, flags);
    memset(flags + n, 0, 8);
    return undefined ? -1 : spn_numbers_of_set(flags, n, out);
}

SPN_CLONES static int all_finite(const double *values, int n) {
    int good = 0;
    for (int i = 0; i < n; i++) good += values[i] - values[i] == 0.0;
    return good == n;
}

int spn_not_finite(const double *values, int n) {
    if (all_finite(values, n)) return -1;
    for (int i = 0;; i++)
        if (values[i] - values[i] != 0.0) return i;
}

SPN_CLONES static int steps_of(const double *restrict ms, int n, double steps_per_ms, uint16_t *restrict out) {
    int good = 0;
    for (int i = 0; i < n; i++) {
        const double steps = floor(ms[i] * steps_per_ms + 0.5);
        const int fits = (steps >= 1.0) & (steps <= 65535.0);
        out[i] = (uint16_t)(int32_t)(fits ? steps : 0.0);
        good += fits;
    }
    return good;
}

int spn_delay_steps(const double *ms, int n, double tics_per_ms, double tics_per_step, uint16_t *out) {
    if (steps_of(ms, n, tics_per_ms / tics_per_step, out) == n) return -1;
    for (int i = 0;; i++)
        if (out[i] == 0) return i;
}

SPN_CLONES static void unit_of(const uint32_t *restrict half, int n, double *restrict out) {
    for (int i = 0; i < n; i++) out[i] = (double)half[i] * 0x1.0p-32;
}

void spn_stream_halves(const spn_stream *s, uint64_t first, int n, double *out) {
    uint32_t halves[SPN_LANES + 16];
    const int skipped = (int)(first % 8);
    for (int i = 0; i < skipped + n; i += 16) { /* two independent blocks at once hide the latency of the multiplications */
        uint64_t words[8];
        spn_stream_block(s, first / 8 + i / 8, words);
        spn_stream_block(s, first / 8 + i / 8 + 1, words + 4);
        for (int j = 0; j < 8; j++) {
            halves[i + 2 * j] = (uint32_t)words[j];
            halves[i + 2 * j + 1] = (uint32_t)(words[j] >> 32);
        }
    }
    unit_of(halves + skipped, n, out);
}

SPN_CLONES void spn_stream_bytes(const spn_stream *s, uint64_t first, int n, uint8_t *restrict out) {
    for (int i = 0; i < n; i += 2) { /* two independent blocks at once hide the latency of the multiplications */
        uint64_t words[8];
        spn_stream_block(s, first + i, words);
        spn_stream_block(s, first + i + 1, words + 4);
        memcpy(out + 32 * i, words, 64);
    }
}

SPN_CLONES static void minus_log(double *values, int n) {
    for (int i = 0; i < n; i++) values[i] = -spn_log(1.0 - values[i]);
}

void spn_stream_exponentials(const spn_stream *s, uint64_t first, int n, double *out) {
    spn_stream_uniforms(s, first, n, out);
    minus_log(out, n);
}

/* Where values stop ascending that do so from `at` on. */
static uint32_t run(const uint32_t *values, uint32_t at, uint32_t n) {
    for (at++; at < n && values[at - 1] <= values[at];) at++;
    return at;
}

/* values[0 … ascending - 1] are sorted, the others are not. */
static void merge_tail(uint32_t *values, uint32_t *spare, uint32_t ascending, uint32_t n, int bits) {
    const uint32_t m = n - ascending;
    memcpy(spare, values + ascending, m * sizeof *spare);
    spn_sort(spare, values + ascending, m, bits);
    for (uint32_t i = m, end = ascending; i > 0; i--) { /* from the last one downwards: i are still to be put in */
        const uint32_t v = spare[i - 1];
        uint32_t at = end;
        while (at > 0 && values[at - 1] > v) at--;
        memmove(values + at + i, values + at, (end - at) * sizeof *values);
        values[at + i - 1] = v;
        end = at;
    }
}

void spn_sort(uint32_t *values, uint32_t *spare, uint32_t n, int bits) {
    if (n <= 24) { /* insertion */
        for (uint32_t i = 1; i < n; i++) {
            const uint32_t v = values[i];
            uint32_t j = i;
            for (; j > 0 && values[j - 1] > v; j--) values[j] = values[j - 1];
            values[j] = v;
        }
        return;
    }
    uint32_t ascending = run(values, 0, n); /* nodes are often met in their order, but for a few, or from some other one on */
    if (n - ascending <= n / 4 || run(values, ascending, n) == n) {
        merge_tail(values, spare, ascending, n, bits);
        return;
    }
    uint32_t *from = values, *to = spare;
    const int passes = (bits + 7) / 8, digit = (bits + passes - 1) / passes, values_of_digit = 1 << digit;
    for (int shift = 0; shift < bits; shift += digit) {
        uint32_t count[256], sum = 0;
        memset(count, 0, values_of_digit * sizeof *count);
        for (uint32_t i = 0; i < n; i++) count[from[i] >> shift & (values_of_digit - 1)]++;
        for (int b = 0; b < values_of_digit; b++) { const uint32_t some = count[b]; count[b] = sum; sum += some; }
        for (uint32_t i = 0; i < n; i++) to[count[from[i] >> shift & (values_of_digit - 1)]++] = from[i];
        uint32_t *swap = from; from = to; to = swap;
    }
    if (from != values) memcpy(values, from, n * sizeof *values);
}
