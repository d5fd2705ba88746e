"""Frozen expression nodes and their operators.

A node says how a value is computed, not the value. Nodes are immutable and compare by identity, because ``==``
between expressions makes a comparison *expression*; `structure` gives a comparable form.
"""

from __future__ import annotations

import math
import numbers
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from operator import is_

from ..errors import ExpressionError

#: number of arguments of every operation the language knows
ARITY = {
    "neg": 1, "abs": 1, "exp": 1, "expm1": 1, "log": 1, "sqrt": 1, "sin": 1, "cos": 1, "floor": 1, "not": 1,
    "normal_quantile": 1, "lgamma": 1,
    "add": 2, "sub": 2, "mul": 2, "div": 2, "pow": 2, "mod": 2, "poisson_quantile": 2, "gamma_quantile": 2, "min": 2, "max": 2,
    "lt": 2, "le": 2, "gt": 2, "ge": 2, "eq": 2, "ne": 2, "and": 2, "or": 2, "siegert": 2,
    "binomial_quantile": 3, "where": 3,
}


class Expression:
    """A lazy value. Combine with ``+ - * / ** %``, comparisons, ``&``, ``|``, ``~`` and ``abs``."""

    __slots__ = ()

    def __add__(self, other): return operation("add", self, other)
    def __radd__(self, other): return operation("add", other, self)
    def __sub__(self, other): return operation("sub", self, other)
    def __rsub__(self, other): return operation("sub", other, self)
    def __mul__(self, other): return operation("mul", self, other)
    def __rmul__(self, other): return operation("mul", other, self)
    def __truediv__(self, other): return operation("div", self, other)
    def __rtruediv__(self, other): return operation("div", other, self)
    def __pow__(self, other): return operation("pow", self, other)
    def __rpow__(self, other): return operation("pow", other, self)
    def __mod__(self, other): return operation("mod", self, other)
    def __rmod__(self, other): return operation("mod", other, self)
    def __lt__(self, other): return operation("lt", self, other)
    def __le__(self, other): return operation("le", self, other)
    def __gt__(self, other): return operation("gt", self, other)
    def __ge__(self, other): return operation("ge", self, other)
    def __eq__(self, other): return operation("eq", self, other) if is_value(other) else NotImplemented
    def __ne__(self, other): return operation("ne", self, other) if is_value(other) else NotImplemented
    def __and__(self, other): return operation("and", self, other)
    def __rand__(self, other): return operation("and", other, self)
    def __or__(self, other): return operation("or", self, other)
    def __ror__(self, other): return operation("or", other, self)
    def __invert__(self): return operation("not", self)
    def __neg__(self): return operation("neg", self)
    def __pos__(self): return self
    def __abs__(self): return operation("abs", self)

    __hash__ = object.__hash__
    # NumPy scalars and arrays on the left then defer to the operators above.
    __array_ufunc__ = None

    def __bool__(self):
        raise ExpressionError(str(self), "an expression has no truth value before it is evaluated; "
                              "use where(condition, a, b), and & | ~ instead of and, or, not")

    def __repr__(self) -> str:
        from .render import text
        return text(self)

    def _repr_latex_(self) -> str:
        from .render import latex
        return f"${latex(self)}$"

    def at(self, **values):
        """Evaluate for given values; see `spatialnet.expressions.evaluate`."""
        from ..expressions.evaluate import at
        return at(self, **values)


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class Number(Expression):
    """A constant."""

    value: float


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class Symbol(Expression):
    """A named input: a coordinate (``distance``, ``dx``, ``source_x`` …), a parameter or a state variable."""

    name: str


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class Operation(Expression):
    """One of the operations of `ARITY` applied to its arguments."""

    name: str
    arguments: tuple[Expression, ...]


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class Draw(Expression):
    """A uniform random number in [0, 1). Every *occurrence* in a tree draws anew, so ``u - u`` is not 0."""


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class Redraw(Expression):
    """`value`, drawn again until ``low <= value <= high``."""

    value: Expression
    low: float
    high: float


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class Named(Expression):
    """`body` under the name the user wrote, so that ``gaussian(distance, std=0.4)`` shows as such."""

    name: str
    arguments: tuple[Expression, ...]
    keywords: tuple[tuple[str, object], ...]
    body: Expression


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class Call(Expression):
    """A function of the user (`spatialnet.expressions.custom.UserFunction`) of its arguments."""

    function: object
    arguments: tuple[Expression, ...]


def children(node: Expression) -> tuple[Expression, ...]:
    """What `node` is computed from, one level down."""
    if isinstance(node, (Operation, Call)):
        return node.arguments
    if isinstance(node, Redraw):
        return (node.value,)
    return (node.body,) if isinstance(node, Named) else ()


def walk(node: Expression) -> Iterator[Expression]:
    """Every occurrence of every node below and including `node`, parents first."""
    stack = [node]
    while stack:
        top = stack.pop()
        yield top
        stack.extend(reversed(children(top)))


def symbols(node: Expression) -> frozenset[str]:
    """Names of all inputs of `node`."""
    found, stack = set(), [node]
    while stack:
        top = stack.pop()
        if isinstance(top, Symbol):
            found.add(top.name)
        else:
            stack.extend(children(top))
    return frozenset(found)


def is_random(node: Expression) -> bool:
    """True if the value differs from one evaluation to the next."""
    return any(isinstance(n, Draw) for n in walk(node))


def structure(node: Expression) -> tuple:
    """A hashable form, equal for equal trees."""
    match node:
        case Operation(name, arguments):
            return (name, *map(structure, arguments))
        case Number(value):
            return ("number", value)
        case Symbol(name):
            return ("symbol", name)
        case Draw():
            return ("draw",)
        case Call(function, arguments):
            return ("call", id(function), *map(structure, arguments))
        case Redraw(value, low, high):
            return ("redraw", structure(value), low, high)
        case Named(body=body):
            return structure(body)
    raise TypeError(f"not an expression node: {node!r}")


def substitute(node: Expression, values: dict[str, Expression | float]) -> Expression:
    """`node` with the symbols named in `values` replaced."""
    match node:
        case Operation(name, arguments):
            replaced = [substitute(a, values) for a in arguments]
            return node if all(map(is_, replaced, arguments)) else operation(name, *replaced)
        case Symbol(name) if name in values:
            return as_expression(values[name])
        case Call(function, arguments):
            return Call(function, tuple(substitute(a, values) for a in arguments))
        case Redraw(value, low, high):
            return Redraw(substitute(value, values), low, high)
        case Named(name, arguments, keywords, body):
            return Named(name, tuple(substitute(a, values) for a in arguments), keywords, substitute(body, values))
    return node


def is_value(value: object) -> bool:
    """Whether `value` is an expression, or a real number of any kind."""
    return isinstance(value, (Expression, numbers.Real)) or (
        getattr(value, "shape", None) == () and getattr(getattr(value, "dtype", None), "kind", "") in set("biuf"))


def as_expression(value: object) -> Expression:
    """`value` as a node: nodes stay, real numbers become `Number`."""
    if isinstance(value, Expression):
        return value
    if is_value(value):
        value = float(value)
        if math.isnan(value):
            raise ExpressionError("nan", "an expression cannot hold NaN")
        return Number(value)
    raise ExpressionError(repr(value), f"expected a number or an expression, got {type(value).__name__}")


def operation(name: str, *arguments: object) -> Expression:
    """The operation `name` on `arguments`, folded where all of them are numbers."""
    if len(arguments) != ARITY[name]:
        raise ExpressionError(name, f"takes {ARITY[name]} arguments, got {len(arguments)}")
    nodes = tuple([a if isinstance(a, Expression) else as_expression(a) for a in arguments])
    if all([isinstance(n, Number) for n in nodes]):
        try:
            folded = FOLD[name](*(n.value for n in nodes))
        except (ArithmeticError, ValueError) as error:
            shown = ", ".join(f"{n.value:g}" for n in nodes)
            raise ExpressionError(f"{name}({shown})", f"has no value: {error}") from None
        if isinstance(folded, complex) or math.isnan(folded):
            shown = ", ".join(f"{n.value:g}" for n in nodes)
            raise ExpressionError(f"{name}({shown})", "has no real value")
        return Number(float(folded))
    return Operation(name, nodes)


def _normal_quantile(p: float) -> float:
    from statistics import NormalDist
    return NormalDist().inv_cdf(p)


def _binomial_quantile(u: float, n: float, p: float) -> float:
    """The smallest number of successes in n trials of probability p whose distribution function exceeds u."""
    k, below = 0, 0.0
    while k < n and 0.0 < p:
        below += math.comb(int(n), k) * p ** k * (1.0 - p) ** (n - k)
        if below > u:
            break
        k += 1
    return float(k)


def _poisson_quantile(p: float, mean: float) -> float:
    from scipy.special import pdtr, pdtrik
    k = max(math.floor(pdtrik(p, mean)) - 1, 0) if mean > 0.0 and p > 0.0 else 0
    while mean > 0.0 and pdtr(k, mean) < p:
        k += 1
    return float(k)


def _gamma_quantile(p: float, shape: float) -> float:
    from scipy.special import gammaincinv
    return float(gammaincinv(shape, p))


def _siegert(a: float, b: float) -> float:
    """sqrt(pi) times the integral of exp(s**2) (1 + erf s) from a to b; see ext/kernels/siegert.c."""
    if not a < b or b > 26 or a < -1e100:
        return 0.0 if a == b else math.inf if a < b else math.nan
    step = 1 / (32 + 4 * max(b, 0.0))
    first = -40 - math.log(max(1.0, abs(a), abs(b)))
    last = math.log(b + math.sqrt(b * b + 45) if b > 0 else 45 / (math.sqrt(b * b + 45) - b))
    points = (math.exp(first + k * step) for k in range(int((last - first) / step) + 1))
    return -step * sum(math.exp(x * (2 * b - x)) * math.expm1(-2 * (b - a) * x) for x in points)


#: the meaning of every operation on Python floats; conditions are 1.0 and 0.0
FOLD: dict[str, Callable[..., float]] = {
    "neg": lambda a: -a, "abs": abs, "exp": math.exp, "expm1": math.expm1, "log": math.log, "sqrt": math.sqrt,
    "sin": math.sin, "cos": math.cos, "floor": math.floor, "not": lambda a: float(a == 0.0),
    "normal_quantile": _normal_quantile, "lgamma": math.lgamma,
    "poisson_quantile": _poisson_quantile, "gamma_quantile": _gamma_quantile,
    "add": lambda a, b: a + b, "sub": lambda a, b: a - b, "mul": lambda a, b: a * b, "div": lambda a, b: a / b,
    "pow": lambda a, b: a ** b, "mod": lambda a, b: a % b, "min": min, "max": max,
    "lt": lambda a, b: float(a < b), "le": lambda a, b: float(a <= b), "gt": lambda a, b: float(a > b),
    "ge": lambda a, b: float(a >= b), "eq": lambda a, b: float(a == b), "ne": lambda a, b: float(a != b),
    "and": lambda a, b: float(a != 0.0 and b != 0.0), "or": lambda a, b: float(a != 0.0 or b != 0.0),
    "siegert": _siegert, "binomial_quantile": _binomial_quantile,
    "where": lambda c, a, b: a if c != 0.0 else b,
}
