"""A segment of a step → a program of the block machine, for models without compiled C."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..language.program import operation_codes
from .kernels import Plan


@dataclass(frozen=True)
class Machine:
    """A program over rows.

    Attributes
    ----------
    code : list of (int, int, int, int, int)
        Operation, destination and operands; see ``ext/kernels/vm.h``.
    inputs : list of (bool, int)
        For register k: whether it is filled from a constant, and the number of the row or constant.
    numbers : list of float
        The registers after the inputs.
    outputs : list of (int, int)
        Row and register of everything that is written.
    n_registers : int
    """

    code: list[tuple[int, int, int, int, int]]
    inputs: list[tuple[bool, int]]
    numbers: list[float]
    outputs: list[tuple[int, int]]
    n_registers: int


def machine(plan: Plan, segment: str, values: Mapping[str, float]) -> Machine:
    """The program of one segment.

    Parameters
    ----------
    values : mapping
        Constants that are the same for all neurons become numbers of the program; the others are read from columns.
    """
    tape = plan.tape(segment)
    rows = {name: i for i, name in enumerate(plan.rows)}
    numbers_of = {c.name: k for k, c in enumerate(plan.constants)}
    kept = {rows[name]: line for name, line in tape.results.items() if name in rows}
    used = tape.used(kept.values())
    codes = operation_codes()

    inputs: list[tuple[bool, int]] = []
    register: dict[int, int] = {}
    for number in used:
        line = tape.lines[number]
        if line.op == "row" or line.op == "constant" and line.what not in values:
            register[number] = len(inputs)
            inputs.append((line.op == "constant", numbers_of[line.what] if line.op == "constant" else rows[line.what]))
    numbers: list[float] = []
    for number in used:
        line = tape.lines[number]
        if line.op == "number" or line.op == "constant" and line.what in values:
            register[number] = len(inputs) + len(numbers)
            numbers.append(line.what if line.op == "number" else values[line.what])

    last = {a: number for number in used for a in tape.lines[number].arguments}
    n_fixed = n_registers = len(inputs) + len(numbers)
    forever, free, code = set(kept.values()), [], []
    for number in used:
        line = tape.lines[number]
        if number in register:
            continue
        # a register is free again after its last use; the result may not take that of an operand, since sweeps do not alias
        if free:
            register[number] = free.pop()
        else:
            register[number], n_registers = n_registers, n_registers + 1
        operands = [register[a] for a in line.arguments]
        if line.op == "integer_power":
            operands.append(line.what)
        code.append((codes[line.op], register[number], *operands, *(0,) * (3 - len(operands))))
        free += [register[a] for a in dict.fromkeys(line.arguments)
                 if last[a] == number and a not in forever and register[a] >= n_fixed]
    return Machine(code, inputs, numbers, [(row, register[line]) for row, line in kept.items()], n_registers)
