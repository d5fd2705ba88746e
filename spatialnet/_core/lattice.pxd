from spatialnet._core.job cimport Job, Work

cdef void connect_on_lattice(const Job *job, Work *w) noexcept nogil
