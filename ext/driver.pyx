# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
# Works on the arrays of a `Job`, which `connector` sizes and checks.
"""One driver node against its pool: candidates → mask → probability → nodes to connect.

The boxes of the pool are asked first (`search`): what lies outside the mask, or has an upper bound of p that is 0, is never
looked at. That is asked once for all drivers of a cell, with bounds that hold for each of them. Then every pair is connected with
exactly its own p (`pairwise`), at a cost that grows with the connections; on a grid the boxes are replaced by a stencil of lattice
steps (`lattice`). Or a given number of nodes is drawn (`degrees`). All random numbers are keyed by the driver.
"""

from libc.stdint cimport int64_t, uint32_t, uint64_t

from spatialnet._core.degrees cimport connect_degree, sum_leaves
from spatialnet._core.job cimport NO_MEMORY, Job, Work, reserve
from spatialnet._core.lattice cimport connect_on_lattice
from spatialnet._core.pairs cimport spn_sort
from spatialnet._core.pairwise cimport connect_pairwise, exponential
from spatialnet._core.program cimport spn_reader_open
from spatialnet._core.search cimport search


cdef void connect_driver(const Job *job, Work *w, uint64_t driver_id, int64_t self_place, int64_t degree) noexcept nogil:
    """Nodes of the pool for one driver → `w.found`, ascending."""
    cdef uint64_t[2] key
    cdef size_t i
    key[0], key[1] = job.seed, 3  # streams.CANDIDATE
    spn_reader_open(&w.choices, key, driver_id, 0, job.projection)
    w.jumps.key[0], w.jumps.key[1] = job.seed, 3
    w.jumps.a, w.jumps.b, w.jumps.c = driver_id, 1, job.projection
    w.jumps_made = w.jumps_left = 0
    w.gap = -1.0
    w.sifting = w.jumps
    w.sifting.b = 3
    w.chances_made = w.chances_at = w.chances_end = 0
    w.accept.key[0], w.accept.key[1] = job.seed, 4  # streams.ACCEPT
    w.accept.a, w.accept.b, w.accept.c = driver_id, 0, job.projection
    w.accepted_words = 0
    w.found.n = w.candidates.n = 0
    w.n_lanes = 0
    w.self_place = self_place
    if job.poisson and not job.stencil.n_classes:
        w.ahead = exponential(w)
    if not w.searched and not job.stencil.n_classes and (not job.fixed_degree or job.has_p or job.has_mask):
        search(job, w)
        if job.fixed_degree and not w.status:
            sum_leaves(w)
        if w.status:
            return
    if job.fixed_degree:
        if degree > 0:
            connect_degree(job, w, degree, self_place)
    elif job.stencil.n_classes:
        connect_on_lattice(job, w)
    else:
        connect_pairwise(job, w)
    if w.marks != NULL:
        for i in range(w.found.n):
            w.marks[job.stencil.place_of[w.found.at[i]]] = 0
    if w.status:
        return
    if not reserve(&w.spare, w.found.n):
        w.status = NO_MEMORY
        return
    spn_sort(w.found.at, w.spare.at, <uint32_t> w.found.n, job.sort_bits)
