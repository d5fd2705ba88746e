# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
# Checks are made once, when a program is built; its loops run over whole blocks.
"""Register programs and the block virtual machine that runs them (ext/kernels/vm.h)."""

from cpython.mem cimport PyMem_Free, PyMem_Malloc
from cpython.pycapsule cimport PyCapsule_GetPointer, PyCapsule_IsValid
from libc.math cimport NAN
from libc.stdlib cimport free, malloc
from libc.string cimport memcpy

from spatialnet.pair_function cimport (SPATIALNET_PAIR_FUNCTION_CAPSULE, SPATIALNET_PAIR_FUNCTION_VERSION,
                                       spatialnet_pair_function)

import numpy as np


def operation_names():
    """Names of the machine's operations, in the order of their codes."""
    return [spn_operation_name(code).decode() for code in range(SPN_N_OPERATIONS)]


def compiled_name(capsule):
    """The name of the compiled function in `capsule`, or None where there is no such function in it."""
    cdef spatialnet_pair_function *compiled
    if not PyCapsule_IsValid(capsule, SPATIALNET_PAIR_FUNCTION_CAPSULE):
        return None
    compiled = <spatialnet_pair_function *> PyCapsule_GetPointer(capsule, SPATIALNET_PAIR_FUNCTION_CAPSULE)
    if compiled.version != SPATIALNET_PAIR_FUNCTION_VERSION or compiled.evaluate == NULL or compiled.name == NULL:
        return None
    return (<bytes> compiled.name).decode("utf-8", "replace")


cdef class Caller:
    """A function of the user as the machine calls it."""
    cdef object function        # what the user gave: spatialnet.expressions.custom.UserFunction
    cdef object error           # raised by a Python function; it is not called again
    cdef object keep
    cdef spatialnet_pair_function *compiled
    cdef double[::1] parameters
    cdef const int[::1] registers


cdef void call_python(void *context, const double *const *columns, int n_columns, int n, double *out) noexcept with gil:
    cdef Caller caller = <Caller> context
    cdef const double[::1] values
    cdef double[::1] column
    cdef int i, k
    for i in range(n):
        out[i] = NAN
    if caller.error is not None:
        return
    try:
        arguments = []
        for k in range(n_columns):
            column = np.empty(n)
            memcpy(&column[0], columns[k], n * sizeof(double))
            arguments.append(np.asarray(column))
        values = caller.function.evaluate(*arguments)
        for i in range(n):
            out[i] = values[i]
    except BaseException as error:  # raised where the run has ended (`Program.check`)
        caller.error = error


cdef void call_compiled(void *context, const double *const *columns, int n_columns, int n, double *out) noexcept nogil:
    cdef spatialnet_pair_function *compiled = (<Caller> context).compiled
    cdef const double *parameters = &(<Caller> context).parameters[0]
    cdef double x[SPN_MAX_ARGUMENTS]
    cdef int i, k
    for i in range(n):
        for k in range(n_columns):
            x[k] = columns[k][i]
        out[i] = compiled.evaluate(x, n_columns, parameters)


cdef void bound_compiled(void *context, const double *lower, const double *upper, int n_columns, double *least,
                         double *most) noexcept nogil:
    (<Caller> context).compiled.bound(lower, upper, n_columns, &(<Caller> context).parameters[0], least, most)


cdef class Program:
    """A compiled expression.

    Parameters
    ----------
    inputs : tuple of str
        Names of the registers 0, 1, … that are filled before each run.
    code : list of (op, dst, a, b, c)
    constants : list of float
        Registers that follow the inputs.
    n_registers, result : int
    n_draws : int
        Number of random numbers drawn per lane.
    functions : list of (function, list of int)
        Functions of the user that are called, with the registers of their arguments.
    """

    def __cinit__(self, tuple inputs, list code, list constants, int n_registers, int result, int n_draws, functions=()):
        cdef int i
        cdef Caller caller
        cdef spn_function *f
        self.inputs, self.n_draws = inputs, n_draws
        self._code = <spn_instruction *> PyMem_Malloc(max(1, len(code)) * sizeof(spn_instruction))
        self._constants = <double *> PyMem_Malloc(max(1, len(constants)) * sizeof(double))
        self._functions = <spn_function *> PyMem_Malloc(max(1, len(functions)) * sizeof(spn_function))
        if self._code == NULL or self._constants == NULL or self._functions == NULL:
            raise MemoryError()
        for i, (op, dst, a, b, c) in enumerate(code):
            if not (0 <= op < SPN_N_OPERATIONS and 0 <= dst < n_registers and 0 <= a < n_registers and c < n_registers):
                raise ValueError(f"instruction {i} of a program is malformed")
            self._code[i] = spn_instruction(op, dst, a, b, c)
        for i, value in enumerate(constants):
            self._constants[i] = value
        self._callers = tuple([Caller() for _ in functions])
        for i, (function, registers) in enumerate(functions):
            if len(registers) > SPN_MAX_ARGUMENTS or not all(0 <= r < n_registers for r in registers):
                raise ValueError(f"function {i} of a program is malformed")
            caller, f = self._callers[i], &self._functions[i]
            caller.function, caller.registers = function, np.array([*registers, 0], np.intc)
            f.context, f.lower, f.upper = <void *> caller, function.lower, function.upper
            f.refuses_nan, f.failed, f.failure = function.refuses_nan, 0, 0.0
            f.n_arguments, f.arguments, f.bound = len(registers), &caller.registers[0], NULL
            if function.capsule is None:
                f.evaluate, self.holds_gil = call_python, True
            else:
                caller.compiled = <spatialnet_pair_function *> PyCapsule_GetPointer(
                    function.capsule, SPATIALNET_PAIR_FUNCTION_CAPSULE)
                caller.parameters = np.array([*function.parameters, 0.0])
                f.evaluate = call_compiled
                if caller.compiled.bound != NULL:
                    f.bound = bound_compiled
        self.c = spn_program(len(code), n_registers, len(inputs), len(constants), result, self._code, self._constants,
                             self._functions)

    def __dealloc__(self):
        PyMem_Free(self._code)
        PyMem_Free(self._constants)
        PyMem_Free(self._functions)

    def check(self):
        """Raises what a function of the user raised, or an error if it gave values that it must not, since the last check."""
        cdef Caller caller
        cdef int i
        for i, caller in enumerate(self._callers):
            error, caller.error = caller.error, None
            failed, self._functions[i].failed = self._functions[i].failed, 0
            if error is not None:
                raise error
            if failed:
                caller.function.refuse(self._functions[i].failure)

    def evaluate(self, dict values, Py_ssize_t n, seed=0, stream=(0, 0, 0)):
        """Values for `n` lanes.

        Parameters
        ----------
        values : dict
            For each name of `inputs` a float64 array (n,).
        n : int
        seed : int
            Seed of the random parts.
        stream : (int, int, int)
            Purpose, and the words a and c of the counter (`spatialnet.expressions.streams`).

        Returns
        -------
        ndarray (n,) float64

        Raises
        ------
        ArithmeticError
            If a redraw found no value within its limits.
        """
        cdef const double[::1] column
        cdef double[::1] out = np.empty(n)
        cdef double *registers = <double *> malloc(self.c.n_registers * SPN_LANES * sizeof(double))
        cdef spn_stream draws
        cdef Py_ssize_t start, i, size
        cdef int k, failed = 0
        if registers == NULL:
            raise MemoryError()
        draws.key[0], draws.key[1] = seed, stream[0]
        draws.a, draws.b, draws.c = stream[1], 0, stream[2]
        columns = [np.ascontiguousarray(values[name], dtype=np.float64) for name in self.inputs]
        try:
            for array in columns:
                if array.shape != (n,):
                    raise ValueError(f"an input has shape {array.shape}, expected ({n},)")
            spn_fill_constants(&self.c, registers)
            for start in range(0, n, SPN_LANES):
                size = min(SPN_LANES, n - start)
                for k in range(self.c.n_inputs):
                    column = columns[k]
                    for i in range(size):
                        registers[k * SPN_LANES + i] = column[start + i]
                with nogil:
                    failed |= spn_run(&self.c, registers, <int> size, &draws, start)
                for i in range(size):
                    out[start + i] = registers[self.c.result * SPN_LANES + i]
        finally:
            free(registers)
        self.check()
        if failed:
            raise ArithmeticError("no value within the limits of a redraw after 1000 attempts")
        return np.asarray(out)

    def bounds(self, dict lower, dict upper, Py_ssize_t n):
        """Interval bounds for `n` boxes.

        Parameters
        ----------
        lower, upper : dict
            For each name of `inputs` the float64 arrays (n,) of the ends of its interval.

        Returns
        -------
        ndarray (n,), ndarray (n,)
            Lower and upper bounds of the value; they enclose every value inside the box.
        """
        cdef const double[::1] low, high
        cdef double[::1] out_low = np.empty(n), out_high = np.empty(n)
        cdef double *registers = <double *> malloc(2 * self.c.n_registers * SPN_LANES * sizeof(double))
        cdef Py_ssize_t start, i, size
        cdef int k
        if registers == NULL:
            raise MemoryError()
        lows = [np.ascontiguousarray(lower[name], dtype=np.float64) for name in self.inputs]
        highs = [np.ascontiguousarray(upper[name], dtype=np.float64) for name in self.inputs]
        try:
            for array in (*lows, *highs):
                if array.shape != (n,):
                    raise ValueError(f"an input has shape {array.shape}, expected ({n},)")
            spn_fill_constant_bounds(&self.c, registers)
            for start in range(0, n, SPN_LANES):
                size = min(SPN_LANES, n - start)
                for k in range(self.c.n_inputs):
                    low, high = lows[k], highs[k]
                    for i in range(size):
                        registers[2 * k * SPN_LANES + i] = low[start + i]
                        registers[(2 * k + 1) * SPN_LANES + i] = high[start + i]
                with nogil:
                    spn_bound(&self.c, registers, <int> size)
                for i in range(size):
                    out_low[start + i] = registers[2 * self.c.result * SPN_LANES + i]
                    out_high[start + i] = registers[(2 * self.c.result + 1) * SPN_LANES + i]
        finally:
            free(registers)
        return np.asarray(out_low), np.asarray(out_high)
