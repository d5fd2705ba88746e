# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
# Checks are made once, when a program is built; its loops run over whole blocks.
"""Register programs and the block virtual machine that runs them (ext/kernels/vm.h)."""

from cpython.mem cimport PyMem_Free, PyMem_Malloc
from libc.stdint cimport uint64_t
from libc.stdlib cimport free, malloc

import numpy as np


def operation_names():
    """Names of the machine's operations, in the order of their codes."""
    return [spn_operation_name(code).decode() for code in range(SPN_N_OPERATIONS)]


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
    """

    def __cinit__(self, tuple inputs, list code, list constants, int n_registers, int result, int n_draws):
        cdef int i
        self.inputs, self.n_draws = inputs, n_draws
        self._code = <spn_instruction *> PyMem_Malloc(max(1, len(code)) * sizeof(spn_instruction))
        self._constants = <double *> PyMem_Malloc(max(1, len(constants)) * sizeof(double))
        if self._code == NULL or self._constants == NULL:
            raise MemoryError()
        for i, (op, dst, a, b, c) in enumerate(code):
            if not (0 <= op < SPN_N_OPERATIONS and 0 <= dst < n_registers and 0 <= a < n_registers and c < n_registers):
                raise ValueError(f"instruction {i} of a program is malformed")
            self._code[i] = spn_instruction(op, dst, a, b, c)
        for i, value in enumerate(constants):
            self._constants[i] = value
        self.c = spn_program(len(code), n_registers, len(inputs), len(constants), result, self._code, self._constants)

    def __dealloc__(self):
        PyMem_Free(self._code)
        PyMem_Free(self._constants)

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
