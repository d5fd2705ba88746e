"""Nodes → C expressions that compilers turn into vector instructions.

There are no branches: a condition is a 64-bit mask (all ones or zero) and a choice is bit arithmetic, because ``?:``
is not vectorised below AVX-512. The generated text relies on `PRELUDE`.
"""

from __future__ import annotations

from collections.abc import Mapping

from .nodes import Expression, Named, Number, Operation, Symbol

PRELUDE = """\
#include <math.h>
#include "portability.h"

/* m is all ones (a) or zero (b) */
static inline double spn_select(int64_t m, double a, double b) {
    return spn_from_bits((spn_bits(a) & (uint64_t)m) | (spn_bits(b) & ~(uint64_t)m));
}
/* columns never overlap, and there are too many of them for the compiler to test that at run time */
#if defined(__clang__)
#  define SPN_INDEPENDENT _Pragma("clang loop vectorize(assume_safety)")
#elif defined(__GNUC__)
#  define SPN_INDEPENDENT _Pragma("GCC ivdep")
#else
#  define SPN_INDEPENDENT
#endif
"""

_INFIX = {"add": "+", "sub": "-", "mul": "*", "div": "/"}
_COMPARE = {"lt": "<", "le": "<=", "gt": ">", "ge": ">=", "eq": "==", "ne": "!="}
_CALL = {"exp": "exp", "expm1": "expm1", "log": "log", "sqrt": "sqrt", "sin": "sin", "cos": "cos", "floor": "floor",
         "abs": "fabs", "pow": "pow", "lgamma": "lgamma"}


def number(value: float) -> str:
    """A double as C text that reads back to the same bits."""
    if value in (float("inf"), float("-inf")):
        return "INFINITY" if value > 0 else "-INFINITY"
    return float(value).hex() if value != int(value) or abs(value) > 1e15 else f"{value:.1f}"


def real(node: Expression, names: Mapping[str, str]) -> str:
    """C text of a real-valued `node`.

    Parameters
    ----------
    names : mapping
        Symbol → C identifier (or text in parentheses).
    """
    match node:
        case Number(value):
            return number(value)
        case Symbol(name):
            return names[name]
        case Named(body=body):
            return real(body, names)
        case Operation("neg", (a,)):
            return f"(-{real(a, names)})"
        case Operation(name, (a, b)) if name in _INFIX:
            return f"({real(a, names)} {_INFIX[name]} {real(b, names)})"
        case Operation("min" | "max" as name, (a, b)):
            a, b = real(a, names), real(b, names)
            return f"spn_select(-(int64_t)({a} {'<' if name == 'min' else '>'} {b}), {a}, {b})"
        case Operation("where", (c, a, b)):
            return f"spn_select({mask(c, names)}, {real(a, names)}, {real(b, names)})"
        case Operation("mod", (a, b)):
            a, b = real(a, names), real(b, names)
            return f"({a} - floor({a} / {b}) * {b})"
        case Operation(name, arguments) if name in _CALL:
            return f"{_CALL[name]}({', '.join(real(a, names) for a in arguments)})"
        case Operation():
            return f"spn_select({mask(node, names)}, 1.0, 0.0)"
    raise NotImplementedError(f"no C for {node!r}")


def mask(node: Expression, names: Mapping[str, str]) -> str:
    """C text of a condition as a 64-bit mask."""
    match node:
        case Operation(name, (a, b)) if name in _COMPARE:
            return f"(-(int64_t)({real(a, names)} {_COMPARE[name]} {real(b, names)}))"
        case Operation("and", (a, b)):
            return f"({mask(a, names)} & {mask(b, names)})"
        case Operation("or", (a, b)):
            return f"({mask(a, names)} | {mask(b, names)})"
        case Operation("not", (a,)):
            return f"(~{mask(a, names)})"
    return f"(-(int64_t)({real(node, names)} != 0.0))"
