# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
# Works on the arrays of a `Job`, which `connector` sizes and checks.
"""Fixed degrees: a given number of nodes, drawn from the pool, the candidates or the boxes that the search found."""

from libc.math cimport INFINITY, isfinite
from libc.stdint cimport int64_t, uint32_t

from spatialnet._core.job cimport (BAD_P, NO_MEMORY, NO_WEIGHT, REDRAW_FAILED, TOO_FEW, Job, Numbers, Work, push_number,
                                   reserve)
from spatialnet._core.pairs cimport spn_fill_pairs, spn_stream_halves
from spatialnet._core.program cimport (SPN_LANES, spn_below, spn_reader_unit, spn_reader_word, spn_run, spn_stream_uniforms)
from spatialnet._core.search cimport collect_candidates
from spatialnet._core.uniform cimport spn_draw_different, spn_draw_nodes

cdef extern from "vecmath.h" nogil:
    double spn_log(double x)

# Fixed degrees are drawn from the boxes if they take less than this part of the pool, and the bounds let pass one proposal
# out of that many.
cdef int FEW_OF_THE_POOL = 4
cdef int PROPOSALS_AT_MOST = 32
# Relative weights below this count as 0 where candidates are weighed.
cdef double LEAST_P = 1e-300


cdef void connect_degree(const Job *job, Work *w, int64_t degree, int64_t self_place) noexcept nogil:
    """`degree` nodes of the pool → `w.found`."""
    if not reserve(&w.found, degree):
        w.status = NO_MEMORY
        return
    if not job.has_mask and not job.has_p:
        if job.pool.n - (self_place >= 0) < (1 if job.allow_multapses else degree):
            w.status = TOO_FEW
            w.detail = job.pool.n - (self_place >= 0)
            return
        choose_from_pool(job, w, degree, self_place)
        return
    if job.has_p and not job.has_mask and not job.random_p and job.pool.n >= FEW_OF_THE_POOL * degree:
        choose_by_proposal(job, w, degree)
    if <int64_t> w.found.n < degree:
        collect_candidates(job, w)
    if w.status or <int64_t> w.found.n == degree:
        return
    if <int64_t> w.candidates.n < (1 if job.allow_multapses else degree):
        w.status = TOO_FEW
        w.detail = w.candidates.n
    elif job.has_p:
        choose_weighted(job, w, degree)
    else:
        choose_from_candidates(job, w, degree)


# ---- without weights ----

cdef void choose_from_pool(const Job *job, Work *w, int64_t degree, int64_t self_place) noexcept nogil:
    """Uniformly from the whole pool."""
    cdef int64_t i
    cdef uint32_t possible = <uint32_t> (job.pool.n - (self_place >= 0))
    if job.allow_multapses:
        spn_draw_nodes(w.found.at, degree, possible, self_place, &w.choices.stream)
    else:
        spn_draw_different(w.found.at, degree, possible, self_place, &w.choices.stream, w.marks)
    for i in range(degree):
        w.found.at[i] = job.order[w.found.at[i]]
    w.found.n = degree


cdef void choose_from_candidates(const Job *job, Work *w, int64_t degree) noexcept nogil:
    cdef int64_t i, j, n = <int64_t> w.candidates.n
    cdef uint32_t other
    for i in range(degree):
        if job.allow_multapses:
            j = spn_below(spn_reader_word(&w.choices), n)
        else:  # the first steps of a shuffle
            j = i + spn_below(spn_reader_word(&w.choices), n - i)
            other = w.candidates.at[i]
            w.candidates.at[i] = w.candidates.at[j]
            w.candidates.at[j] = other
            j = i
        w.found.at[i] = job.order[w.candidates.at[j]]
    w.found.n = degree


# ---- with weights ----

cdef void choose_weighted(const Job *job, Work *w, int64_t degree) noexcept nogil:
    """From the candidates, until there are `degree` nodes in `w.found`."""
    cdef size_t i, positive = 0, wanted = degree - w.found.n
    cdef double total = 0.0, u
    weigh(job, w)
    if w.status:
        return
    for i in range(w.candidates.n):
        if w.found.n and not job.allow_multapses and w.marks[w.candidates.at[i]]:
            w.keys.at[i] = 0.0
        positive += w.keys.at[i] > 0.0
    if positive == 0 or (not job.allow_multapses and positive < wanted):
        positive += 0 if job.allow_multapses else w.found.n
        w.status = NO_WEIGHT if positive == 0 else TOO_FEW
        w.detail = positive
        return
    if not job.allow_multapses:
        # Efraimidis and Spirakis, Inf. Process. Lett. 97 (2006) 181, doi:10.1016/j.ipl.2005.11.003: exponential keys
        for i in range(w.candidates.n):
            u = 1.0 - spn_reader_unit(&w.choices)
            w.keys.at[i] = -spn_log(u) / w.keys.at[i] if w.keys.at[i] > 0.0 else INFINITY
        smallest_first(w.keys.at, w.candidates.at, w.candidates.n, wanted)
        for i in range(wanted):
            w.found.at[w.found.n + i] = job.order[w.candidates.at[i]]
    else:
        for i in range(w.candidates.n):
            total += w.keys.at[i]
            w.keys.at[i] = total
        for i in range(wanted):
            u = spn_reader_unit(&w.choices) * total
            w.found.at[w.found.n + i] = job.order[w.candidates.at[first_above(&w.keys, u)]]
    w.found.n = degree


cdef void weigh(const Job *job, Work *w) noexcept nogil:
    """p of all candidates → `w.keys`."""
    cdef size_t first = 0
    cdef int i, n
    cdef const double *p
    w.keys.n = 0
    while first < w.candidates.n:
        n = <int> min(<size_t> SPN_LANES, w.candidates.n - first)
        spn_fill_pairs(&job.p, &job.pool, w.x, job.driver_is_source, w.candidates.at + first, n, w.p)
        if spn_run(job.p.program, w.p, n, &w.accept, first):
            w.status = REDRAW_FAILED
        p = w.p + job.p.program.result * SPN_LANES
        for i in range(n):
            if not (p[i] >= 0.0 and isfinite(p[i])):
                w.status = BAD_P
                w.detail = p[i]
                return
            # what is below would make keys that overflow, like those of p = 0
            if not push_number(&w.keys, p[i] if p[i] >= LEAST_P else 0.0):
                w.status = NO_MEMORY
                return
        first += n


cdef inline size_t first_above(const Numbers *sums, double u) noexcept nogil:
    """The first place of an ascending list whose value exceeds `u`, or the last place."""
    cdef size_t low = 0, high = sums.n - 1, middle
    while low < high:
        middle = (low + high) // 2
        if sums.at[middle] > u:
            high = middle
        else:
            low = middle + 1
    return low


cdef void smallest_first(double *key, uint32_t *item, size_t n, size_t k) noexcept nogil:
    """Quickselect: the k smallest keys, with their items, come first."""
    cdef int64_t left = 0, right = <int64_t> n - 1, i, j
    cdef double pivot, number
    cdef uint32_t other
    while left < right:
        pivot = key[(left + right) // 2]
        i, j = left, right
        while i <= j:
            while key[i] < pivot:
                i += 1
            while key[j] > pivot:
                j -= 1
            if i <= j:
                number = key[i]; key[i] = key[j]; key[j] = number
                other = item[i]; item[i] = item[j]; item[j] = other
                i += 1
                j -= 1
        if <int64_t> k <= j + 1:
            right = j
        elif <int64_t> k > i:
            left = i
        else:
            return


# ---- by proposal ----

cdef void sum_leaves(Work *w) noexcept nogil:
    """Running sums of nodes times bound, for `choose_by_proposal`."""
    cdef size_t leaf
    cdef double total = 0.0
    w.sums.n = 0
    for leaf in range(w.leaves.n):
        total += w.leaves.at[leaf].span
        if not push_number(&w.sums, total):
            w.status = NO_MEMORY
            return
    make_guide(w)


cdef void make_guide(Work *w) noexcept nogil:
    cdef size_t i, n = w.sums.n, k = 0
    if not reserve(&w.guide, n):
        w.status = NO_MEMORY
        return
    for i in range(n):
        while k < n - 1 and w.sums.at[k] <= w.sums.at[n - 1] / n * i:
            k += 1
        w.guide.at[i] = <uint32_t> k


cdef inline size_t leaf_at(const Work *w, double share, double x) noexcept nogil:
    """The leaf whose part of the running sums holds `x`, which is `share` of the total; as `first_above`, but sooner."""
    cdef size_t k = w.guide.at[<size_t> (share * w.sums.n)]
    while k > 0 and w.sums.at[k - 1] > x:
        k -= 1
    while k < w.sums.n - 1 and w.sums.at[k] <= x:
        k += 1
    return k


cdef void choose_by_proposal(const Job *job, Work *w, int64_t degree) noexcept nogil:
    """Draws nodes by the bounds of their boxes and keeps each with probability p / bound, so that the cost does not grow with
    the pool. Where the bounds promise too much, fewer than `degree` are found, and the candidates must be weighed for the rest."""
    cdef size_t k
    cdef int i, n
    cdef int64_t made = 0, wanted
    cdef uint32_t size, place
    cdef double total = w.sums.at[w.sums.n - 1] if w.sums.n else 0.0, x
    cdef const double *p
    cdef double u[SPN_LANES]
    cdef double v[SPN_LANES]
    if not (w.certain and 0.0 < total < 1e300):
        return
    while <int64_t> w.found.n < degree and made < PROPOSALS_AT_MOST * degree + SPN_LANES:
        wanted = degree - <int64_t> w.found.n
        n = <int> min(<int64_t> SPN_LANES, wanted + wanted // 4 + 16)
        w.jumps.b = 2
        spn_stream_uniforms(&w.jumps, made, n, u)
        w.jumps.b = 1
        w.accept.b = 1 << 20
        spn_stream_halves(&w.accept, made, n, v)
        w.accept.b = 0
        for i in range(n):
            x = u[i] * total
            k = leaf_at(w, u[i], x)
            if k:
                x -= w.sums.at[k - 1]
            size = w.leaves.at[k].end - w.leaves.at[k].begin
            place = <uint32_t> (x / w.leaves.at[k].bound)
            w.place[i] = w.leaves.at[k].begin + (place if place < size else size - 1)
            w.bound[i] = w.leaves.at[k].bound
        spn_fill_pairs(&job.p, &job.pool, w.x, job.driver_is_source, w.place, n, w.p)
        spn_run(job.p.program, w.p, n, &w.accept, made)
        made += n
        p = w.p + job.p.program.result * SPN_LANES
        for i in range(n):
            place = w.place[i]
            if v[i] * w.bound[i] < p[i] and place != w.self_place and (job.allow_multapses or not w.marks[place]):
                w.found.at[w.found.n] = job.order[place]
                w.found.n += 1
                if not job.allow_multapses:
                    w.marks[place] = 1
                if <int64_t> w.found.n == degree:
                    break
