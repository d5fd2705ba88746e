from spatialnet._core.job cimport Job, Work

cdef void search(const Job *job, Work *w) noexcept nogil
cdef void place_origin(const Job *job, Work *w, size_t image) noexcept nogil
cdef int keep_masked(const Job *job, Work *w) noexcept nogil
cdef void collect_candidates(const Job *job, Work *w) noexcept nogil
