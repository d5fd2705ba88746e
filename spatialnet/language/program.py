"""Nodes → register program, the form that the core runs over lanes and over boxes."""

from __future__ import annotations

import functools
from collections.abc import Sequence

from ..errors import ExpressionError
from .nodes import (
    Call,
    Draw,
    Expression,
    Named,
    Number,
    Operation,
    Redraw,
    Symbol,
    is_random,
    structure,
    symbols,
)

_MAX_INTEGER_POWER = 64


def compile_program(node: Expression, inputs: Sequence[str]):
    """Compile `node` into a `spatialnet._core.program.Program`.

    Parameters
    ----------
    node : Expression
    inputs : sequence of str
        Names that may occur. Only those that do become inputs of the program (`Program.inputs`), in this order.

    Raises
    ------
    ExpressionError
        If `node` contains a symbol that is not among `inputs`.
    """
    from .._core.program import Program

    used = symbols(node)
    unknown = sorted(used.difference(inputs))
    if unknown:
        raise ExpressionError(repr(node), f"'{unknown[0]}' has no value here; available: {', '.join(inputs) or 'nothing'}")
    compiler = _Compiler([name for name in inputs if name in used], node)
    try:
        result = compiler.emit(node)
    except RecursionError:
        raise ExpressionError("", "the expression is nested too deeply (several hundred operations, one in the other); "
                              "write it with fewer") from None
    return Program(tuple(compiler.inputs), compiler.code, compiler.constants, compiler.n_registers, result,
                   compiler.n_draws, compiler.functions)


@functools.cache
def operation_codes() -> dict[str, int]:
    from .._core.program import operation_names
    return {name: code for code, name in enumerate(operation_names())}


class _Compiler:
    """Common subexpressions are computed once; random parts never are."""

    def __init__(self, inputs: list[str], node: Expression):
        self.inputs = inputs
        self.constants: list[float] = []
        self._constant_register: dict[float, int] = {}
        self._collect_constants(node)
        self.n_registers = len(inputs) + len(self.constants)
        self.code: list[tuple[int, int, int, int, int]] = []
        self.n_draws = 0
        self.functions: list[tuple[object, list[int]]] = []
        self._done: dict[tuple, int] = {}

    def _collect_constants(self, node: Expression) -> None:
        # An explicit stack, as for every walk over a tree that may be deep.
        stack = [node]
        while stack:
            match stack.pop():
                case Number(value):
                    self._constant(value)
                case Operation("pow", (base, Number(value))) if _is_integer_power(value):
                    stack.append(base)
                case Operation(_, arguments) | Call(_, arguments):
                    stack.extend(arguments)
                case Redraw(value, low, high):
                    # the machine reads `high` from the register after `low`
                    self._constant_register.setdefault(("limits", low, high), len(self.constants))
                    self.constants += [low, high]
                    stack.append(value)
                case Named(body=body):
                    stack.append(body)

    def _constant(self, value: float) -> None:
        if value not in self._constant_register:
            self._constant_register[value] = len(self.constants)
            self.constants.append(value)

    def _new_register(self) -> int:
        self.n_registers += 1
        return self.n_registers - 1

    def _append(self, name: str, *operands: int, register: int | None = None) -> int:
        register = self._new_register() if register is None else register
        self.code.append((operation_codes()[name], register, *operands, *(0,) * (3 - len(operands))))
        return register

    def emit(self, node: Expression) -> int:
        """Code for `node`; the register its value is in."""
        match node:
            case Named(body=body):
                return self.emit(body)
            case Number(value):
                return len(self.inputs) + self._constant_register[value]
            case Symbol(name):
                return self.inputs.index(name)
            case Draw():
                self.n_draws += 1
                return self._append("random", self.n_draws - 1)
            case Redraw(value, low, high):
                position = len(self.code)
                register = self._append("redraw")
                shared, self._done = self._done, dict(self._done)
                result = self.emit(value)
                self._done = shared
                limits = len(self.inputs) + self._constant_register["limits", low, high]
                self.code[position] = (operation_codes()["redraw"], register, result, len(self.code) - position - 1, limits)
                return register
        key = None if is_random(node) else structure(node)
        if key is not None and key in self._done:
            return self._done[key]
        register = self._operation(node)
        if key is not None:
            self._done[key] = register
        return register

    def _operation(self, node: Operation | Call) -> int:
        if isinstance(node, Call):
            self.functions.append((node.function, [self.emit(a) for a in node.arguments]))
            return self._append("call", len(self.functions) - 1)
        if node.name == "pow" and isinstance(node.arguments[1], Number) and _is_integer_power(node.arguments[1].value):
            exponent = int(node.arguments[1].value)
            base = self.emit(node.arguments[0])
            return self._append("square", base) if exponent == 2 else self._append("integer_power", base, exponent)
        return self._append(node.name, *(self.emit(a) for a in node.arguments))


def _is_integer_power(value: float) -> bool:
    return value == int(value) and abs(value) <= _MAX_INTEGER_POWER if abs(value) < 1e9 else False
