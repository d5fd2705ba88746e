"""Statements → a tape: one operation a line, every value computed once.

Both forms in which a step is run are written from it: C (`spatialnet.models.kernels`) and programs of the block machine
(`spatialnet.models.machine`). So they do the same operations in the same order, and give the same bits.
"""

from __future__ import annotations

from collections.abc import Iterable

from ..language.codegen import Line
from ..language.nodes import Expression, Named, Number, Operation, Symbol
from .steps import Assign, Guard

#: operations whose value is 1 or 0
_TRUTHS = frozenset(("lt", "le", "gt", "ge", "eq", "ne", "and", "or", "not"))


class Tape:
    """The lines that `statements` need, and where the variables end up.

    With `counted` the row ``spiking`` holds the spikes of earlier segments; else there are none yet.

    Attributes
    ----------
    lines : list of Line
    rows : list of str
        Variables that are read, in order of their first use.
    results : dict of str to int
        Variable → line that holds its last value.
    """

    def __init__(self, statements: Iterable[Guard | Assign], constants: Iterable[str], counted: bool = False):
        self.lines: list[Line] = []
        self.results: dict[str, int] = {}
        self.rows: list[str] = []
        self._constants, self._counted = frozenset(constants), counted
        self._known: dict[Line, int] = {}
        self._guards: dict[str, int] = {}
        #: lines of the operations of the present statement, which may hold one node in many places
        self._found: dict[int, int] = {}
        for statement in statements:
            self._found.clear()
            if isinstance(statement, Guard):
                self._guards[statement.name] = self.value(statement.condition)
                continue
            value = self.value(statement.value)
            if statement.guard is not None:
                value = self._add("where", self._guards[statement.guard], value, self.variable(statement.name))
            self.results[statement.name] = value

    def variable(self, name: str) -> int:
        """The line that holds the present value of a variable."""
        if name in self.results:
            return self.results[name]
        if name == "spiking" and not self._counted:
            return self._leaf(Line("number", what=0.0))
        if name not in self.rows:
            self.rows.append(name)
        return self._leaf(Line("row", what=name))

    def value(self, node: Expression) -> int:
        """The line that holds the value of `node`."""
        match node:
            case Operation(name, arguments):
                if id(node) not in self._found:
                    self._found[id(node)] = self._add(name, *map(self.value, arguments))
                return self._found[id(node)]
            case Number(value):
                return self._leaf(Line("number", what=value))
            case Symbol(name):
                return self._leaf(Line("constant", what=name)) if name in self._constants else self.variable(name)
            case Named(body=body):
                return self.value(body)
        raise NotImplementedError(f"{node!r} cannot be part of a step")

    def _add(self, op: str, *arguments: int) -> int:
        if op == "pow" and (power := self.lines[arguments[1]]).op == "number" and power.what == int(power.what):
            return self._power(arguments[0], int(power.what))
        if op == "where" and self.lines[arguments[0]].op in _TRUTHS and [self.lines[a].what for a in arguments[1:]] == [1.0, 0.0]:
            return arguments[0]
        return self._leaf(Line(op, arguments))

    def _power(self, base: int, exponent: int) -> int:
        """A whole power by repeated squaring, in the order of ``spn_power``."""
        one = self._leaf(Line("number", what=1.0))
        if exponent < 0:
            base, exponent = self._leaf(Line("div", (one, base))), -exponent
        result = None
        while exponent:
            if exponent & 1:
                result = base if result is None else self._leaf(Line("mul", (result, base)))
            exponent >>= 1
            base = self._leaf(Line("mul", (base, base))) if exponent else base
        return one if result is None else result

    def _leaf(self, line: Line) -> int:
        if line not in self._known:
            self._known[line] = len(self.lines)
            self.lines.append(line)
        return self._known[line]

    def used(self, wanted: Iterable[int]) -> list[int]:
        """Numbers of the lines that `wanted` lines need, themselves included, ascending."""
        needed: set[int] = set()
        stack = list(wanted)
        while stack:
            number = stack.pop()
            if number not in needed:
                needed.add(number)
                stack.extend(self.lines[number].arguments)
        return sorted(needed)
