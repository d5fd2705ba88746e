from libc.stdint cimport int32_t, uint64_t

cdef extern from "philox.h" nogil:
    ctypedef struct spn_stream:
        uint64_t key[2]
        uint64_t a
        uint64_t b
        uint64_t c
    ctypedef struct spn_reader:
        spn_stream stream
    void philox4x64(const uint64_t *counter, const uint64_t *key, uint64_t *out)
    double spn_unit(uint64_t word)
    uint64_t spn_below(uint64_t word, uint64_t n)
    void spn_stream_uniforms(const spn_stream *s, uint64_t first, int n, double *out)
    void spn_stream_block(const spn_stream *s, uint64_t block, uint64_t *out)
    void spn_reader_open(spn_reader *r, const uint64_t *key, uint64_t a, uint64_t b, uint64_t c)
    uint64_t spn_reader_word(spn_reader *r)
    double spn_reader_unit(spn_reader *r)

cdef extern from "vm.h" nogil:
    enum:
        SPN_LANES
        SPN_N_OPERATIONS
        SPN_MAX_ARGUMENTS
    ctypedef struct spn_instruction:
        int32_t op
        int32_t dst
        int32_t a
        int32_t b
        int32_t c
    ctypedef struct spn_function:
        void (*evaluate)(void *context, const double *const *columns, int n_columns, int n, double *out) noexcept nogil
        void (*bound)(void *context, const double *lower, const double *upper, int n_columns, double *least,
                      double *most) noexcept nogil
        void *context
        double lower
        double upper
        int refuses_nan
        int failed
        double failure
        int n_arguments
        const int *arguments
    ctypedef struct spn_program:
        int n_code
        int n_registers
        int n_inputs
        int n_constants
        int result
        const spn_instruction *code
        const double *constants
        spn_function *functions
    void spn_fill_constants(const spn_program *p, double *registers)
    int spn_run(const spn_program *p, double *registers, int n, const spn_stream *draws, uint64_t first)
    void spn_fill_constant_bounds(const spn_program *p, double *registers)
    void spn_bound(const spn_program *p, double *registers, int n)
    const char *spn_operation_name(int op)

cdef class Program:
    cdef spn_program c
    cdef spn_instruction *_code
    cdef double *_constants
    cdef spn_function *_functions
    cdef tuple _callers
    cdef readonly tuple inputs
    cdef readonly int n_draws
    cdef readonly bint holds_gil
