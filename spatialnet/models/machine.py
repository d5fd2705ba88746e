"""A segment of a step → a program of the block machine, for models without compiled C."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from ..language.program import operation_codes
from .kernels import Plan

_INNER = ("add", "sub", "mul")
#: two operations in one, in the order of ``ext/kernels/step.h``
_TWO_IN_ONE = [f"{inner} {outer}" for inner in _INNER for outer in ("add", "sub", "from", "mul")]


@dataclass(frozen=True)
class Machine:
    """A program over rows. Its registers are rows in place, then numbers, then places of a workspace.

    Attributes
    ----------
    code : list of (int, int, int, int, int)
        Operation, destination and operands; see ``ext/kernels/step.h`` and ``vm.h``.
    rows : list of int
        Number of the row of register k; of a constant that differs between neurons, -1 - its number.
    numbers : list of float
    outputs : list of (int, int)
        Row and register of what must be copied at the end, because the row was still read when its new value was there.
    n_registers : int
    """

    code: list[tuple[int, int, int, int, int]]
    rows: list[int]
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
    return _Assembler(plan, segment, values).assemble()


class _Assembler:
    def __init__(self, plan: Plan, segment: str, values: Mapping[str, float]):
        self.tape, self.values = plan.tape(segment), values
        rows = {name: i for i, name in enumerate(plan.rows)}
        constants = {c.name: k for k, c in enumerate(plan.constants)}
        self.kept = {rows[name]: line for name, line in self.tape.results.items() if name in rows}
        self.lines = {number: self.tape.lines[number] for number in self.tape.used(self.kept.values())}
        self.place_of = {number: rows[line.what] if line.op == "row" else -1 - constants[line.what]
                         for number, line in self.lines.items()
                         if line.op == "row" or line.op == "constant" and line.what not in values}

    def assemble(self) -> Machine:
        operands, order = self._operands()
        last = {a: at for at, number in enumerate(order) for a in operands[number][1]}
        rows = list(dict.fromkeys((*self.place_of.values(), *self.kept)))
        register = {number: rows.index(place) for number, place in self.place_of.items()}
        fixed = [n for n, line in self.lines.items() if line.op in ("number", "constant") and n not in register]
        register |= {number: len(rows) + k for k, number in enumerate(fixed)}
        numbers = [self.lines[n].what if self.lines[n].op == "number" else self.values[self.lines[n].what] for n in fixed]

        # A value that moves from row to row unchanged is kept apart meanwhile: its row may be written before the end.
        moved = {number for row, number in self.kept.items() if self.place_of.get(number, row) != row}
        # A new value goes straight to its row if nothing reads the row's old value any more, or at the same time.
        at_row = {place: number for number, place in self.place_of.items()}
        direct = {}
        for row, number in self.kept.items():
            if number in order and number not in direct and last.get(at_row.get(row), -1) < order.index(number):
                direct[number] = row
        n_registers, free, code, codes = len(rows) + len(numbers), [], [], _codes()
        forever = set(self.kept.values())
        first_free = n_registers
        apart = {}
        for number in moved:  # the larger of a value and itself
            apart[number], n_registers = n_registers, n_registers + 1
            code.append((codes["max"], apart[number], register[number], register[number], 0))
        for at, number in enumerate(order):
            name, arguments = operands[number]
            if number in direct:
                register[number] = rows.index(direct[number])
            elif free:
                register[number] = free.pop()
            else:
                register[number], n_registers = n_registers, n_registers + 1
            given = [register[a] for a in arguments]
            code.append((codes[name], register[number], *given, *(0,) * (3 - len(given))))
            # free after its last use; not before, since the operations of the machine do not work in place
            free += [register[a] for a in dict.fromkeys(arguments)
                     if last[a] == at and a not in forever and register[a] >= first_free]
        outputs = [(row, apart.get(number, register[number])) for row, number in self.kept.items() if direct.get(number) != row]
        return Machine(code, rows, numbers, outputs, n_registers)

    def _operands(self) -> tuple[dict[int, tuple[str, tuple[int, ...]]], list[int]]:
        """Operation and operands of every line that computes, two in one where the first is used only once; their order."""
        uses = Counter(a for line in self.lines.values() for a in line.arguments) + Counter(self.kept.values())
        made, absorbed = {}, set()
        for number, line in self.lines.items():
            if line.op in ("row", "constant", "number"):
                continue
            made[number] = (line.op, line.arguments)
            if line.op not in _INNER:
                continue
            a, b = line.arguments
            for inner, other, outer in ((b, a, "from" if line.op == "sub" else line.op), (a, b, line.op)):
                if uses[inner] == 1 and inner in made and (name := f"{made[inner][0]} {outer}") in _TWO_IN_ONE:
                    made[number] = (name, (*made[inner][1], other))
                    absorbed.add(inner)
                    break
        return made, [number for number in made if number not in absorbed]


def _codes() -> dict[str, int]:
    codes = operation_codes()
    return codes | {name: len(codes) + k for k, name in enumerate(_TWO_IN_ONE)}
