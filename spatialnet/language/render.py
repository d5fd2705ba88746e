"""Nodes → text and LaTeX. Pure functions."""

from __future__ import annotations

from .nodes import Call, Draw, Expression, Named, Number, Operation, Redraw, Symbol

_SIGN = {"eq": (1, "=="), "ne": (1, "!="), "lt": (1, "<"), "le": (1, "<="), "gt": (1, ">"), "ge": (1, ">="),
         "or": (2, "|"), "and": (3, "&"), "add": (4, "+"), "sub": (4, "-"), "mul": (5, "*"), "div": (5, "/"),
         "mod": (5, "%"), "neg": (6, "-"), "pow": (7, "**")}
_LATEX_SIGN = {"or": r"\lor", "and": r"\land", "eq": "=", "ne": r"\ne", "lt": "<", "le": r"\le", "gt": ">",
               "ge": r"\ge", "add": "+", "sub": "-", "mul": r"\,", "mod": r"\bmod"}
_COMPONENT = ("_x", "_y", "_z")
_LATEX_SYMBOL = {"distance": "d", "dx": r"\Delta x", "dy": r"\Delta y", "dz": r"\Delta z"}
_ATOM = 9


def text(node: Expression) -> str:
    """`node` as Python-like text that `parse` reads again (random parts excepted)."""
    return _text(node)[0]


def _number(value: float) -> str:
    # The shortest digits that give the same number again: a description must rebuild the network exactly.
    return repr(float(value)).removesuffix(".0")


def _symbol(name: str) -> str:
    return f"{name[:-2]}.{name[-1]}" if name.endswith(_COMPONENT) else name


def _wrap(part: tuple[str, int], level: int) -> str:
    return part[0] if part[1] >= level else f"({part[0]})"


def _text(node: Expression) -> tuple[str, int]:
    match node:
        case Number(value):
            return _number(value), _ATOM if value >= 0 else 6
        case Symbol(name):
            return _symbol(name), _ATOM
        case Draw():
            return "uniform()", _ATOM
        case Redraw(value, low, high):
            return f"redraw({text(value)}, {_number(low)}, {_number(high)})", _ATOM
        case Named(name, arguments, keywords):
            shown = [text(a) for a in arguments]
            shown += [f"{k}={_number(v) if isinstance(v, float) else v}" for k, v in keywords]
            return f"{name}({', '.join(shown)})", _ATOM
        case Call(function, arguments):
            return f"{function.name}({', '.join(map(text, arguments))})", _ATOM
        case Operation("neg", (a,)):
            return f"-{_wrap(_text(a), 6)}", 6
        case Operation("not", (a,)):
            return f"~{_wrap(_text(a), 8)}", 6
        case Operation(name, (a, b)) if name in _SIGN:
            level, sign = _SIGN[name]
            left, right = (8, 7) if name == "pow" else (level + (level == 1), level + 1)
            return f"{_wrap(_text(a), left)} {sign} {_wrap(_text(b), right)}", level
        case Operation(name, arguments):
            return f"{name}({', '.join(map(text, arguments))})", _ATOM
    raise TypeError(f"not an expression node: {node!r}")


def latex(node: Expression) -> str:
    """`node` as LaTeX, without dollar signs."""
    return _latex(node)[0]


_GREEK = frozenset({"alpha", "beta", "gamma", "delta", "Delta", "epsilon", "eta", "theta", "lambda", "mu", "nu", "xi", "rho", "sigma", "tau",
                    "phi", "psi", "omega"})


def _latex_name(name: str) -> str:
    if name in _LATEX_SYMBOL:
        return _LATEX_SYMBOL[name]
    head, _, tail = name.partition("_")
    head = head if len(head) == 1 else rf"\{head}" if head in _GREEK else rf"\mathrm{{{head}}}"
    tail = tail.replace("_", ",")
    return rf"{head}_\mathrm{{{tail}}}" if tail else head


def _latex(node: Expression) -> tuple[str, int]:
    def paren(n: Expression, level: int) -> str:
        shown, own = _latex(n)
        return shown if own >= level else rf"\left({shown}\right)"

    match node:
        case Number(value):
            mantissa, _, exponent = f"{value:.6g}".partition("e")
            shown = mantissa if not exponent else rf"{mantissa}\cdot 10^{{{int(exponent)}}}"
            shown = shown.replace("inf", r"\infty")
            return shown, (_ATOM if value >= 0 and not exponent else 5)
        case Symbol(name):
            return _latex_name(name), _ATOM
        case Draw():
            return r"\mathcal{U}(0, 1)", _ATOM
        case Redraw(value, low, high):
            return rf"\left.{latex(value)}\right|_{{[{_number(low)},\,{_number(high)}]}}", _ATOM
        case Named("normal", (), keywords):
            values = dict(keywords)
            return rf"\mathcal{{N}}({values['mean']},\,{values['std']}^2)", _ATOM
        case Named("uniform", (), keywords):
            values = dict(keywords)
            return rf"\mathcal{{U}}({values['min']},\,{values['max']})", _ATOM
        case Named(_, arguments, _, body) if arguments:
            return _latex(body)
        case Named(name, _, keywords):
            return rf"\mathrm{{{name}}}({', '.join(str(v) for _, v in keywords)})".replace("_", r"\_"), _ATOM
        case Call(function, arguments):
            name = function.name.replace("_", r"\_")
            return rf"\mathrm{{{name}}}\left({', '.join(map(latex, arguments))}\right)", _ATOM
        case Operation("neg", (a,)):
            return f"-{paren(a, 5)}", 4
        case Operation("div", (a, Number(1.0))):
            return _latex(a)
        case Operation("div", (Operation("neg", (a,)), b)):
            return rf"-\frac{{{latex(a)}}}{{{latex(b)}}}", 4
        case Operation("div", (a, b)):
            return rf"\frac{{{latex(a)}}}{{{latex(b)}}}", 8
        case Operation("pow", (a, b)):
            return rf"{paren(a, _ATOM)}^{{{latex(b)}}}", 8
        case Operation("exp", (a,)):
            exponent = latex(a)
            # A fraction in an exponent is too small to read.
            return (rf"\exp\left({exponent}\right)", _ATOM) if r"\frac" in exponent else (rf"e^{{{exponent}}}", 8)
        case Operation("sqrt", (a,)):
            return rf"\sqrt{{{latex(a)}}}", _ATOM
        case Operation("abs", (a,)):
            return rf"\left|{latex(a)}\right|", _ATOM
        case Operation("floor", (a,)):
            return rf"\left\lfloor {latex(a)}\right\rfloor", _ATOM
        case Operation("not", (a,)):
            return rf"\lnot {paren(a, 8)}", 6
        case Operation("where", (c, a, b)):
            return rf"\begin{{cases}} {latex(a)} & {latex(c)} \\ {latex(b)} & \text{{otherwise}} \end{{cases}}", _ATOM
        case Operation(name, (a, b)) if name in _LATEX_SIGN:
            level = _SIGN[name][0]
            right = paren(b, level + (name in ("sub", "mod")))
            if name == "mul" and (right[0].isdigit() or right[0] == "-"):
                right = rf"\cdot {right}"
            return f"{paren(a, level)} {_LATEX_SIGN[name]} {right}", level
        case Operation(name, arguments):
            shown = {"log": r"\ln", "sin": r"\sin", "cos": r"\cos", "min": r"\min", "max": r"\max"}.get(name)
            shown = shown or rf"\mathrm{{{name}}}".replace("_", r"\_")
            return rf"{shown}\left({', '.join(map(latex, arguments))}\right)", _ATOM
    raise TypeError(f"not an expression node: {node!r}")
