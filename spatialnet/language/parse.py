"""Text → nodes, by a whitelist over Python's own grammar. Nothing in the text is ever executed."""

from __future__ import annotations

import ast
import keyword
from collections.abc import Callable, Collection, Mapping

from ..errors import ExpressionError
from .nodes import ARITY, Expression, Number, Symbol, operation

MAX_LENGTH = 10_000
MAX_DEPTH = 200
MAX_POWER = 64

_BINARY = {ast.Add: "add", ast.Sub: "sub", ast.Mult: "mul", ast.Div: "div", ast.Pow: "pow", ast.Mod: "mod",
           ast.BitAnd: "and", ast.BitOr: "or"}
_UNARY = {ast.USub: "neg", ast.Not: "not", ast.Invert: "not"}
_COMPARE = {ast.Lt: "lt", ast.LtE: "le", ast.Gt: "gt", ast.GtE: "ge", ast.Eq: "eq", ast.NotEq: "ne"}
_BOOL = {ast.And: "and", ast.Or: "or"}
#: functions a text may call: every named operation that is not an operator sign
FUNCTIONS = {name: name for name in ("abs", "exp", "expm1", "log", "sqrt", "sin", "cos", "floor", "min", "max", "where")}
_CONSTANTS = {"pi": 3.141592653589793, "e": 2.718281828459045, "inf": float("inf")}


def parse(text: str, names: Collection[str] | None = None, values: Mapping[str, float] | None = None,
          profiles: Mapping[str, Callable[..., Expression]] | None = None) -> Expression:
    """Read an expression.

    Parameters
    ----------
    text : str
        Python-like: numbers, names, ``+ - * / ** %``, comparisons (also chained), ``and or not``,
        ``a if c else b`` and the functions of `FUNCTIONS`; ``name.x`` stands for the symbol ``name_x``.
    names : collection of str, optional
        Names that may occur; all when not given.
    values : mapping, optional
        Further names, and the numbers they stand for.
    profiles : mapping, optional
        Further functions by name. They are called with what stands in the text, numbers as floats, and also take keywords.

    Returns
    -------
    Expression

    Raises
    ------
    ExpressionError
        For everything else: attributes, calls of other names, strings, subscripts, comprehensions, powers above 64.
    ParameterError
        From one of `profiles`.
    """
    if not isinstance(text, str):
        raise ExpressionError(repr(text), "expected the text of an expression")
    if len(text) > MAX_LENGTH:
        raise ExpressionError(text[:40] + "…", f"is longer than {MAX_LENGTH} characters")
    try:
        tree = ast.parse(text.strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ExpressionError(text, f"cannot be read: {getattr(error, 'msg', None) or error}") from None
    return _Reader(text, names, values or {}, profiles or {}).read(tree.body, 0)


class _Reader:
    def __init__(self, text: str, names: Collection[str] | None, values: Mapping[str, float],
                 profiles: Mapping[str, Callable[..., Expression]]):
        self.text, self.names, self.values, self.profiles = text, names, values, profiles

    def refuse(self, node: ast.AST, reason: str) -> ExpressionError:
        column = getattr(node, "col_offset", 0) + 1
        return ExpressionError(self.text, f"{reason} (line {getattr(node, 'lineno', 1)}, column {column})")

    def symbol(self, node: ast.AST, name: str) -> Expression:
        if name.endswith("_") and keyword.iskeyword(name[:-1]) and name[:-1] in (self.names or ()):
            name = name[:-1]  # lambda_ stands for lambda, which is no name in Python's grammar
        if name in self.values:
            return Number(self.values[name])
        if self.names is None or name in self.names:
            return Symbol(name)
        if name in _CONSTANTS:
            return Number(_CONSTANTS[name])
        raise self.refuse(node, f"unknown name '{name}'; known: {', '.join(sorted((*self.names, *self.values)))}")

    def profile(self, node: ast.Call, name: str, arguments: list[Expression], keywords: dict[str, Expression]) -> Expression:
        arguments = [a.value if isinstance(a, Number) else a for a in arguments]
        try:
            return self.profiles[name](*arguments, **{k: v.value if isinstance(v, Number) else v for k, v in keywords.items()})
        except TypeError as error:  # too few arguments, or an unknown one
            raise self.refuse(node, str(error)) from None

    def read(self, node: ast.AST, depth: int) -> Expression:
        if depth > MAX_DEPTH:
            raise self.refuse(node, "is nested too deeply")

        def inner(n: ast.AST) -> Expression:
            return self.read(n, depth + 1)

        match node:
            case ast.Constant(value=bool(value)):
                return Number(float(value))
            case ast.Constant(value=int(value) | float(value)):
                try:
                    return Number(float(value))
                except OverflowError:
                    raise self.refuse(node, "is too large a number") from None
            case ast.Name(id=name):
                return self.symbol(node, name)
            case ast.Attribute(value=ast.Name(id=name), attr="x" | "y" | "z" as axis):
                return self.symbol(node, f"{name}_{axis}")
            case ast.UnaryOp(op=ast.UAdd(), operand=operand):
                return inner(operand)
            case ast.UnaryOp(op=op, operand=operand) if type(op) in _UNARY:
                return operation(_UNARY[type(op)], inner(operand))
            case ast.BinOp(left=left, op=op, right=right) if type(op) in _BINARY:
                power = inner(right)
                if isinstance(op, ast.Pow) and isinstance(power, Number) and abs(power.value) > MAX_POWER:
                    raise self.refuse(node, f"a power of {power.value:g}; at most {MAX_POWER} is allowed")
                return operation(_BINARY[type(op)], inner(left), power)
            case ast.BoolOp(op=op, values=values):
                result = inner(values[0])
                for value in values[1:]:
                    result = operation(_BOOL[type(op)], result, inner(value))
                return result
            case ast.Compare(left=left, ops=ops, comparators=comparators) if all(type(o) in _COMPARE for o in ops):
                sides = [inner(n) for n in (left, *comparators)]
                result = None
                for op, a, b in zip(ops, sides, sides[1:]):
                    step = operation(_COMPARE[type(op)], a, b)
                    result = step if result is None else operation("and", result, step)
                return result
            case ast.IfExp(test=test, body=body, orelse=orelse):
                return operation("where", inner(test), inner(body), inner(orelse))
            case ast.Call(func=ast.Name(id=name), args=args, keywords=[]) if name in FUNCTIONS:
                if len(args) != ARITY[FUNCTIONS[name]]:
                    raise self.refuse(node, f"{name} takes {ARITY[FUNCTIONS[name]]} arguments, got {len(args)}")
                return operation(FUNCTIONS[name], *map(inner, args))
            case ast.Call(func=ast.Name(id=name), args=args, keywords=keywords) if name in self.profiles:
                given = {k.arg: inner(k.value) for k in keywords}
                if None in given or len(given) < len(keywords):
                    raise self.refuse(node, "keywords must be written out, each once")
                return self.profile(node, name, list(map(inner, args)), given)
            case ast.Call(func=ast.Name(id=name)) if name not in FUNCTIONS:
                known = ", ".join(sorted((*FUNCTIONS, *self.profiles)))
                raise self.refuse(node, f"unknown function '{name}'; known: {known}")
            case ast.Call(func=ast.Name(id=name)):
                raise self.refuse(node, f"{name} takes no keywords")
        raise self.refuse(node, f"{type(node).__name__} is not part of the language")
