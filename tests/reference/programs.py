"""What the machine makes of an expression, to the last bit: trees evaluated one operation at a time, no registers.

The elementary functions repeat the arithmetic of ext/kernels/vecmath.h, since the twin of the connector must take the
same decisions as the connector itself. That these formulas are the functions they claim to be is tested against NumPy
(tests/reference/test_programs.py). Intervals are evaluated as the textbook says: the extremes over all corners.
"""

from __future__ import annotations

import itertools
import math

import numpy as np

from spatialnet.language import nodes
from spatialnet.language.nodes import Call, Draw, Expression, Named, Number, Operation, Redraw, Symbol
from tests.reference.philox import Stream

_MAGIC = float.fromhex("0x1.8p52")
_LN2_HIGH, _LN2_LOW_EXP = float.fromhex("0x1.62e42fefa3800p-1"), float.fromhex("0x1.ef35793c76730p-45")
#: of (exp(r) - 1 - r) / r^2
_MINIMAX = list(map(float.fromhex, """0x1.000000000000ap-1 0x1.55555555554f9p-3 0x1.555555555083fp-5 0x1.1111111127d0dp-7
    0x1.6c16c184388ffp-10 0x1.a01a012a0f8bbp-13 0x1.a01999e2af12cp-16 0x1.71df25b2c441dp-19
    0x1.28ad9b479c4d3p-22 0x1.ad7f3ed116ae8p-26""".split()))
#: of (2 artanh(s) - 2 s) / s^3 in s^2
_ODD = list(map(float.fromhex, """0x1.555555555558fp-1 0x1.9999999980c23p-2 0x1.249249414a51fp-2 0x1.c71c527cda1ebp-3
    0x1.74662a30b3298p-3 0x1.39a3967142090p-3 0x1.2ef48402664bfp-3""".split()))


def _bits(x: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(x, np.float64).view(np.uint64)


def exp(x) -> np.ndarray:
    """exp by x = k ln 2 + r and a polynomial in r."""
    x = np.atleast_1d(np.asarray(x, float))
    with np.errstate(invalid="ignore"):
        return _exp(x)


def _exp(x: np.ndarray) -> np.ndarray:
    shifted = x * float.fromhex("0x1.71547652b82fep0") + _MAGIC
    k = shifted - _MAGIC
    r = (x - k * _LN2_HIGH) - k * _LN2_LOW_EXP
    r2 = r * r
    r4 = r2 * r2
    low, high, rest = ((_MINIMAX[k] + _MINIMAX[k + 1] * r) for k in (0, 4, 8))
    low, high = low + (_MINIMAX[2] + _MINIMAX[3] * r) * r2, high + (_MINIMAX[6] + _MINIMAX[7] * r) * r2
    p = r + r2 * (low + r4 * (high + r4 * rest))
    scale = ((_bits(shifted) << np.uint64(52)) + np.uint64(0x3ff0000000000000)).view(np.float64)
    y = scale * p + scale
    y = np.where(x < -708.0, 0.0, y)
    y = np.where(x > 709.0, np.inf, y)
    return np.where(np.isnan(x), x, y)


def log(x) -> np.ndarray:
    """log by x = 2^e m and a series in (m - 1) / (m + 1)."""
    x = np.atleast_1d(np.asarray(x, float))
    u = _bits(x)
    biased = (u + np.uint64(0x3ff0000000000000 - 0x3fe6a09e667f3bcd)) >> np.uint64(52)
    e = (np.uint64(0x4338000000000000) + biased).view(np.float64) - (_MAGIC + 1023.0)
    m = (u - ((biased - np.uint64(1023)) << np.uint64(52))).view(np.float64)
    f = m - 1.0
    s = f / (2.0 + f)
    z, half = s * s, 0.5 * f * f
    z2 = z * z
    low, high = ((_ODD[k] + _ODD[k + 1] * z) for k in (0, 4))
    low, high = low + (_ODD[2] + _ODD[3] * z) * z2, high + _ODD[6] * z2
    p = z * (low + high * (z2 * z2))
    y = e * float.fromhex("0x1.62e42fefa3800p-1") + (f - (half - (s * (half + p) + e * _LN2_LOW_EXP)))
    y = np.where(x < np.finfo(float).tiny, -np.inf, y)
    y = np.where(x > np.finfo(float).max, x, y)
    y = np.where(x < 0.0, np.nan, y)
    return np.where(np.isnan(x), x, y)


def expm1(x) -> np.ndarray:
    x = np.atleast_1d(np.asarray(x, float))
    p = np.full_like(x, 1 / math.factorial(12))
    for k in range(11, 2, -1):
        p = p * x + 1 / math.factorial(k)
    p = p * x + 0.5
    return np.where(np.abs(x) > 0.25, exp(x) - 1.0, p * x * x + x)


# Wichura's algorithm AS 241, Applied Statistics 37 (1988) 477, doi:10.2307/2347330: numerator, denominator, highest first
_CENTRE = ((2509.0809287301226727, 33430.575583588128105, 67265.770927008700853, 45921.953931549871457,
            13731.693765509461125, 1971.5909503065514427, 133.14166789178437745, 3.387132872796366608),
           (5226.495278852545925, 28729.085735721942674, 39307.89580009271061, 21213.794301586595867,
            5394.1960214247511077, 687.1870074920579083, 42.313330701600911252, 1.0))
_SHOULDER = ((7.7454501427834140764e-4, 0.0227238449892691845833, 0.24178072517745061177, 1.27045825245236838258,
              3.64784832476320460504, 5.7694972214606914055, 4.6303378461565452959, 1.42343711074968357734),
             (1.05075007164441684324e-9, 5.475938084995344946e-4, 0.0151986665636164571966, 0.14810397642748007459,
              0.68976733498510000455, 1.6763848301838038494, 2.05319162663775882187, 1.0))
_TAIL = ((2.01033439929228813265e-7, 2.71155556874348757815e-5, 0.0012426609473880784386, 0.026532189526576123093,
          0.29656057182850489123, 1.7848265399172913358, 5.4637849111641143699, 6.6579046435011037772),
         (2.04426310338993978564e-15, 1.4215117583164458887e-7, 1.8463183175100546818e-5, 7.868691311456132591e-4,
          0.0148753612908506148525, 0.13692988092273580531, 0.59983220655588793769, 1.0))


def _ratio(coefficients, r: float) -> tuple[float, float]:
    values = []
    for polynomial in coefficients:
        value = polynomial[0]
        for c in polynomial[1:]:
            value = value * r + c
        values.append(value)
    return values[0], values[1]


def _normal_quantile(p: float) -> float:
    q = p - 0.5
    if abs(q) <= 0.425:
        above, below = _ratio(_CENTRE, 0.180625 - q * q)
        return q * above / below
    r = p if q < 0 else 1.0 - p
    if not r > 0:
        return -math.inf if q < 0 else math.inf
    r = math.sqrt(-log(r)[0])
    above, below = _ratio(_SHOULDER, r - 1.6) if r <= 5 else _ratio(_TAIL, r - 5)
    return -(above / below) if q < 0 else above / below


def _integer_power(x: np.ndarray, k: int) -> np.ndarray:
    if k == 2:
        return x * x
    base, y = (1.0 / x if k < 0 else x), np.ones_like(x)
    k = abs(k)
    while k:
        y = y * base if k & 1 else y
        base, k = base * base, k >> 1
    return y


def _each(function):
    """A function of Python floats, lane by lane (NumPy's own may differ from the C library's in the last bit)."""
    def apply(*columns):
        def one(*arguments):
            try:
                return function(*arguments)
            except (ValueError, OverflowError, ZeroDivisionError):
                return math.nan
        return np.array([one(*map(float, lane)) for lane in zip(*columns)])
    return apply


def _power(a: float, b: float) -> float:
    return math.inf if a == 0 and b < 0 else math.pow(a, b)


def _truth(condition) -> np.ndarray:
    return np.asarray(condition, float)


MEANING = {
    "neg": np.negative, "abs": np.abs, "exp": exp, "expm1": expm1, "log": log, "sqrt": np.sqrt, "floor": np.floor,
    "sin": _each(math.sin), "cos": _each(math.cos), "lgamma": _each(math.lgamma),
    "normal_quantile": _each(_normal_quantile), "not": lambda a: _truth(a == 0),
    "add": np.add, "sub": np.subtract, "mul": np.multiply, "div": np.divide, "pow": _each(_power),
    "mod": _each(lambda a, b: a % b),
    "min": lambda a, b: np.where(a < b, a, b), "max": lambda a, b: np.where(a > b, a, b),
    "lt": lambda a, b: _truth(a < b), "le": lambda a, b: _truth(a <= b), "gt": lambda a, b: _truth(a > b),
    "ge": lambda a, b: _truth(a >= b), "eq": lambda a, b: _truth(a == b), "ne": lambda a, b: _truth(a != b),
    "and": lambda a, b: _truth((a != 0) & (b != 0)), "or": lambda a, b: _truth((a != 0) | (b != 0)),
    "siegert": _each(nodes.FOLD["siegert"]), "binomial_quantile": _each(nodes.FOLD["binomial_quantile"]),
    "where": lambda c, a, b: np.where(c != 0, a, b),
}


def _whole_power(node: Operation) -> int | None:
    """The exponent, where it is a number that repeated multiplication serves."""
    if node.name == "pow" and isinstance(node.arguments[1], Number):
        k = node.arguments[1].value
        if abs(k) <= 64 and k == int(k):
            return int(k)
    return None


class GaveUp(ArithmeticError):
    """A redraw met its limits 1000 times in vain."""


def evaluate(node: Expression, values: dict[str, np.ndarray], n: int, stream: Stream | None = None,
             first: int = 0) -> np.ndarray:
    """Values for `n` lanes; lane i takes word ``first + i`` of `stream` for every occurrence of a random part."""
    occurrence = 0

    def value(node: Expression, attempt: int) -> np.ndarray:
        nonlocal occurrence
        match node:
            case Named(body=body):
                return value(body, attempt)
            case Number(number):
                return np.full(n, number)
            case Symbol(name):
                return np.asarray(values[name], float)
            case Draw():
                occurrence += 1
                return stream.uniforms(first, n, occurrence - 1 | attempt << 32)
            case Redraw(body, low, high):
                out, missing, start = np.full(n, np.nan), np.ones(n, bool), occurrence
                for k in range(1000):
                    occurrence = start
                    drawn = value(body, attempt * 1000 + k)
                    good = missing & (drawn >= low) & (drawn <= high)
                    out[good], missing[good] = drawn[good], False
                    if not missing.any():
                        return out
                raise GaveUp
            case Call(function, arguments):
                return np.asarray(function.function(*[value(a, attempt) for a in arguments]), float)
            case Operation(name, arguments):
                k = _whole_power(node)
                if k is not None:
                    return _integer_power(value(arguments[0], attempt), k)
                return np.asarray(MEANING[name](*[value(a, attempt) for a in arguments]), float)
        raise TypeError(f"not an expression node: {node!r}")

    with np.errstate(all="ignore"):
        return np.broadcast_to(value(node, 0), (n,)).copy()


_INCREASING = {"exp", "log", "sqrt", "floor", "expm1", "normal_quantile"}


def bounds(node: Expression, lower: dict[str, np.ndarray], upper: dict[str, np.ndarray], n: int):
    """Ends of an interval that encloses every value in each of `n` boxes."""
    with np.errstate(all="ignore"):
        return _interval(node, lower, upper, n)


def _opened(low, high):
    """An end without a value (the root of a negative one) rules nothing out."""
    return np.where(np.isnan(low), -np.inf, low), np.where(np.isnan(high), np.inf, high)


def _interval(node: Expression, lower, upper, n: int) -> tuple[np.ndarray, np.ndarray]:
    match node:
        case Named(body=body):
            return _interval(body, lower, upper, n)
        case Number(number):
            return np.full(n, number), np.full(n, number)
        case Symbol(name):
            return np.asarray(lower[name], float), np.asarray(upper[name], float)
        case Draw():
            return np.zeros(n), np.ones(n)
        case Redraw(body, low, high):
            inner = _interval(body, lower, upper, n)
            return np.maximum(inner[0], low), np.minimum(inner[1], high)
        case Call(function):
            return np.full(n, function.lower), np.full(n, function.upper)
    ends = [_interval(a, lower, upper, n) for a in node.arguments]
    k = _whole_power(node)
    if k is not None:
        return _opened(*_power_interval(*ends[0], k))
    return _opened(*_operation_interval(node.name, ends))


def _corners(function, ends) -> tuple[np.ndarray, np.ndarray]:
    values = np.array([function(*corner) for corner in itertools.product(*ends)])
    return values.min(axis=0), values.max(axis=0)


def _power_interval(low, high, k: int):
    a, b = _corners(lambda x: _integer_power(x, k), [(low, high)])
    crosses = (low <= 0) & (high >= 0)
    if k < 0:
        return np.where(crosses, -np.inf if k % 2 else 0.0, a), np.where(crosses, np.inf, b)
    return (np.where(crosses, 0.0, a) if k % 2 == 0 and k else a), b


def _never_nan(product):
    return np.where(np.isnan(product), 0.0, product)


def _open_unless(known, low, high, values):
    return np.where(known, values, low), np.where(known, values, high)


def _operation_interval(name: str, ends):
    (a_low, a_high), (b_low, b_high) = ends[0], ends[1] if len(ends) > 1 else ends[0]
    infinite = np.full_like(a_low, np.inf)
    if name in _INCREASING:
        return MEANING[name](a_low), MEANING[name](a_high)
    if name in ("neg", "add", "sub", "min", "max"):
        return _corners(MEANING[name], ends)
    if name == "abs":
        low, high = _corners(np.abs, ends)
        return np.where((a_low <= 0) & (a_high >= 0), 0.0, low), high
    if name == "mul":
        return _corners(lambda a, b: _never_nan(a * b), ends)
    if name == "div":
        low, high = _corners(np.divide, ends)
        clear = (b_low > 0) | (b_high < 0)
        return np.where(clear, low, -infinite), np.where(clear, high, infinite)
    if name == "pow":
        low, high = _corners(MEANING["pow"], [(a_low, a_high), (b_low,)])
        clear = (b_low == b_high) & (a_low >= 0)
        return np.where(clear, low, -infinite), np.where(clear, high, infinite)
    if name in ("sin", "cos"):
        shift = math.pi / 2 if name == "cos" else 0.0
        return _sine_interval(a_low + shift, a_high + shift)
    if name == "lgamma":
        return _open_unless(a_low == a_high, -infinite, infinite, MEANING["lgamma"](a_low))
    if name == "mod":
        known = (a_low == a_high) & (b_low == b_high)
        return _open_unless(known, np.minimum(b_low, 0.0), np.maximum(b_high, 0.0), MEANING["mod"](a_low, b_low))
    if name == "binomial_quantile":
        return np.zeros_like(a_low), b_high
    # conditions: what is true, and what is false, for every corner; the middle of an interval may still be 0
    holds_zero = [(low <= 0) & (high >= 0) for low, high in ends]
    is_zero = [(low == 0) & (high == 0) for low, high in ends]
    if name == "where":
        return (np.where(is_zero[0], ends[2][0], np.where(holds_zero[0], np.minimum(b_low, ends[2][0]), b_low)),
                np.where(is_zero[0], ends[2][1], np.where(holds_zero[0], np.maximum(b_high, ends[2][1]), b_high)))
    always, never = {
        "lt": lambda: (a_high < b_low, a_low >= b_high), "le": lambda: (a_high <= b_low, a_low > b_high),
        "gt": lambda: (a_low > b_high, a_high <= b_low), "ge": lambda: (a_low >= b_high, a_high < b_low),
        "eq": lambda: ((a_low == a_high) & (b_low == b_high) & (a_low == b_low), (a_high < b_low) | (a_low > b_high)),
        "ne": lambda: ((a_high < b_low) | (a_low > b_high), (a_low == a_high) & (b_low == b_high) & (a_low == b_low)),
        "not": lambda: (is_zero[0], ~holds_zero[0]),
        "and": lambda: (~holds_zero[0] & ~holds_zero[1], is_zero[0] | is_zero[1]),
        "or": lambda: (~holds_zero[0] | ~holds_zero[1], is_zero[0] & is_zero[1]),
    }[name]()
    return always.astype(float), 1.0 - never.astype(float)


def _sine_interval(low, high):
    turn = 2 * math.pi
    a, b = _corners(_each(math.sin), [(low, high)])
    crest = np.ceil((low - turn / 4) / turn) * turn + turn / 4 <= high
    trough = np.ceil((low + turn / 4) / turn) * turn - turn / 4 <= high
    round_ = ~(high - low < turn)
    return np.where(trough | round_, -1.0, a), np.where(crest | round_, 1.0, b)
