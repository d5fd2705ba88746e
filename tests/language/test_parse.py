"""The text of expressions: what can be read, what it means, and that nothing else is let in."""

import pytest

from spatialnet.errors import ExpressionError
from spatialnet.language.nodes import Number, Symbol, structure
from spatialnet.language.parse import MAX_DEPTH, MAX_LENGTH, parse
from spatialnet.language.program import compile_program

VALUES = {"x": 0.7, "y": -2.5, "distance_x": 3.0}


def value(text):
    program = compile_program(parse(text), list(VALUES))
    import numpy as np
    return program.evaluate({name: np.array([VALUES[name]]) for name in program.inputs}, 1)[0]


@pytest.mark.parametrize("text", [
    "x + y * 2 - 3 / x", "(x + y) * 2", "-x ** 2", "2 ** -x", "2 ** 3 ** x", "y % 2", "y % -2", "x - y - 1", "x / y / 2", "+x - -y",
    "abs(y)", "min(x, y) + max(x, 3)", "x < y", "x <= 0.7", "y != -2.5", "0 < x < 1", "0 < x < 0.5 < 2", "x > 0 and y > 0",
    "x > 0 or y > 0", "not x > 0", "not (x > 0 and y > 0)", "x if y > 0 else 2 * x", "1 if x > 0 else 2 if y > 0 else 3",
    "1e-3 * x", "1_000 + x", "0x10 * x", "True + x", "  x\t+ 1  ", "(x\n + y)"])
def test_a_text_means_what_it_means_in_python(text):
    expected = eval(text.strip(), {"__builtins__": {"abs": abs, "min": min, "max": max}}, dict(VALUES))  # the oracle
    assert value(text) == pytest.approx(float(expected), rel=1e-15)


@pytest.mark.parametrize("text, expected", [
    ("exp(0) + log(e ** 2) + sqrt(16)", 7.0), ("sin(pi / 2) + cos(0)", 2.0), ("floor(-0.5)", -1.0), ("where(x > 0, 5, 6)", 5.0),
    ("distance.x", 3.0), ("expm1(0)", 0.0), ("(x > 0) & (y < 0)", 1.0), ("(x < 0) | (y > 0)", 0.0), ("~(x > 0)", 0.0)])
def test_functions_constants_and_components_are_known(text, expected):
    node = parse(text, names=list(VALUES))
    assert value(text) == pytest.approx(expected) if not isinstance(node, Number) else node.value == pytest.approx(expected)


def test_a_name_that_is_allowed_hides_a_constant():
    assert structure(parse("e + 1", names=["e"])) == structure(Symbol("e") + 1)
    assert structure(parse("1 < inf")) == structure(parse("1 < inf", names=None))


@pytest.mark.parametrize("text", [
    "__import__('os').system('true')", "x.__class__", "().__class__", "open('x')", "lambda: 1", "[x for x in (1,)]", "x[0]", "'text'",
    "f'{x}'", "x = 1", "x; y", "import os", "x := 2", "{1: 2}", "{1}", "(1, 2)", "...", "None", "1j", "x @ y", "x // y", "x << 2",
    "x ^ y", "x is y", "x in y", "x.real", "x.x.x", "exp.x(1)", "exp(*x)", "exp(x=1)", "exp(x, y)", "exp()", "eval(x)", "getattr(x, 'y')",
    "await x", "yield", "x if y", "", "   ", "x +", "(x", "x)", "1 2", "\x00", "x**1e9", "x ** 65", "2 ** 1000", "10 ** 10 ** 10",
    "1e999 - 1e999", "0 / 0", "log(0)", "sqrt(-1)", "print(x)", "abs(x, y)", "where(x, y)", "normal_quantile(x)", "lgamma(x)", "b'x'"])
def test_everything_else_is_refused(text):
    with pytest.raises(ExpressionError):
        parse(text)


def test_refusals_name_the_place_and_the_choices():
    with pytest.raises(ExpressionError, match=r"unknown function 'tan'; known: abs, cos.*line 1, column 5"):
        parse("1 + tan(x)")
    with pytest.raises(ExpressionError, match=r"unknown name 'z'; known: x, y"):
        parse("x + z", names=["x", "y"])
    with pytest.raises(ExpressionError, match="a power of 65; at most 64"):
        parse("x ** 65")


@pytest.mark.parametrize("text", ["x" + " + 1" * MAX_LENGTH, "(" * 5000 + "x" + ")" * 5000, "-" * (MAX_DEPTH + 2) + "x",
                                  "x" + "**x" * (MAX_DEPTH + 1), "1" * 5000, "abs(" * 150 + "x" + ")" * 149])
def test_texts_that_would_exhaust_the_machine_are_refused(text):
    with pytest.raises(ExpressionError):
        parse(text)


@pytest.mark.parametrize("thing", [None, 3, b"x", ["x"]])
def test_only_text_is_read(thing):
    with pytest.raises(ExpressionError, match="expected the text of an expression"):
        parse(thing)
