"""Operations → C that compilers turn into vector instructions.

There are no branches: a condition is a 64-bit mask (all ones or zero) and a choice is bit arithmetic, because ``?:``
is not vectorised below AVX-512. The generated text relies on `PRELUDE`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

PRELUDE = """\
#include <math.h>
#include "vecmath.h"

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
_JOIN = {"and": "&", "or": "|"}
_CALL = {"exp": "spn_exp", "expm1": "spn_expm1", "log": "spn_log", "sqrt": "sqrt", "sin": "sin", "cos": "cos", "floor": "floor",
         "abs": "fabs", "pow": "pow", "lgamma": "lgamma",
         "siegert": "spn_siegert"}


def number(value: float) -> str:
    """A double as C text that reads back to the same bits."""
    if value in (float("inf"), float("-inf")):
        return "INFINITY" if value > 0 else "-INFINITY"
    return float(value).hex() if value != int(value) or abs(value) > 1e15 else f"{value:.1f}"


@dataclass(frozen=True)
class Line:
    """One operation on earlier lines of a list; or ``row``, ``constant`` and ``number``, which hold a name or a value in
    `what`."""

    op: str
    arguments: tuple[int, ...] = ()
    what: object = None


class Writer:
    """C statements for some of `lines`, written when they are first asked for.

    Parameters
    ----------
    lines : sequence of Line
    names : mapping
        C text of every row and constant.

    Attributes
    ----------
    text : list of str
        The statements so far. A truth is a mask ``m…`` of 64 bits, a number a double ``t…``.
    """

    def __init__(self, lines: Sequence[Line], names: Mapping[str, str]):
        self.lines, self.names = lines, names
        self.text: list[str] = []
        self._reals: dict[int, str] = {}
        self._truths: dict[int, str] = {}

    def _let(self, known: dict[int, str], at: int, value: str) -> str:
        letter, kind = ("t", "double") if known is self._reals else ("m", "int64_t")
        known[at] = f"{letter}{at}"
        self.text.append(f"const {kind} {known[at]} = {value};")
        return known[at]

    def real(self, at: int) -> str:
        """C text of line `at` as a number."""
        if at in self._reals:
            return self._reals[at]
        line = self.lines[at]
        if line.op == "number":
            return number(line.what)
        if line.op == "constant":
            return self.names[line.what]
        if line.op == "row":  # loaded at once: it may be overwritten before its last use
            return self._let(self._reals, at, self.names[line.what])
        if line.op in _COMPARE or line.op in _JOIN or line.op == "not":
            return self._let(self._reals, at, f"spn_select({self.truth(at)}, 1.0, 0.0)")
        if line.op == "where":
            value = f"spn_select({self.truth(line.arguments[0])}, {', '.join(map(self.real, line.arguments[1:]))})"
        else:
            value = _arithmetic(line.op, [self.real(a) for a in line.arguments])
        return self._let(self._reals, at, value)

    def truth(self, at: int) -> str:
        """C text of line `at` as a mask."""
        if at in self._truths:
            return self._truths[at]
        line = self.lines[at]
        if line.op in _COMPARE:
            a, b = map(self.real, line.arguments)
            value = f"-(int64_t)({a} {_COMPARE[line.op]} {b})"
        elif line.op in _JOIN:
            value = f" {_JOIN[line.op]} ".join(map(self.truth, line.arguments))
        elif line.op == "not":
            value = f"~{self.truth(line.arguments[0])}"
        elif line.op == "where" and [self.lines[a].what for a in line.arguments[1:]] == [1.0, 0.0]:
            return self.truth(line.arguments[0])
        else:
            value = f"-(int64_t)({self.real(at)} != 0.0)"
        return self._let(self._truths, at, value)


def _arithmetic(op: str, values: list[str]) -> str:
    match op, values:
        case "neg", (a,):
            return f"-{a}"
        case "min" | "max", (a, b):
            return f"spn_select(-(int64_t)({a} {'<' if op == 'min' else '>'} {b}), {a}, {b})"
        case "mod", (a, b):
            return f"{a} - floor({a} / {b}) * {b}"
        case _, (a, b) if op in _INFIX:
            return f"{a} {_INFIX[op]} {b}"
        case _ if op in _CALL:
            return f"{_CALL[op]}({', '.join(values)})"
    raise NotImplementedError(f"no C for {op}")
