"""Laws of expressions: what they mean, that bounds enclose, that text is read back."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from spatialnet.language.nodes import Number, Symbol, operation, structure
from spatialnet.language.parse import parse
from spatialnet.language.program import compile_program
from spatialnet.language.render import latex, text
from tests.properties.strategies import EXACT, ROUNDED, TOTAL, coordinates, expressions, points
from tests.reference import expressions as twin

NAMES = ("dx", "dy")


def run(node, dx, dy):
    program = compile_program(node, NAMES)
    columns = {"dx": np.asarray(dx, float), "dy": np.asarray(dy, float)}
    return program.evaluate({name: columns[name] for name in program.inputs}, len(columns["dx"]))


def bounds(node, low, high):
    program = compile_program(node, NAMES)
    ends = [{name: np.array([end[NAMES.index(name)]], float) for name in program.inputs} for end in (low, high)]
    lower, upper = program.bounds(*ends, 1)
    return lower[0], upper[0]


@given(expressions(EXACT), points(2))
def test_machine_agrees_with_numpy_to_the_last_bit(node, at):
    """For the operations that IEEE 754 rounds correctly; NaN where NumPy has NaN."""
    with np.errstate(all="ignore"):
        expected = np.broadcast_to(twin.evaluate(node, dx=at[:, 0], dy=at[:, 1]), len(at))
    # min and max of a NaN are the machine's own choice.
    assume(np.isfinite(expected).all() or not any(w in text(node) for w in ("min", "max")))
    np.testing.assert_array_equal(run(node, at[:, 0], at[:, 1]), expected)


@pytest.mark.parametrize("name", ["exp", "expm1", "log", "sin", "cos", "lgamma", "normal_quantile"])
@given(st.lists(st.floats(1e-300, 700, allow_subnormal=False), min_size=1, max_size=20))
def test_functions_agree_with_numpy_to_rounding(name, values):
    values = np.array(values) / (701.0 if name == "normal_quantile" else 1.0)
    with np.errstate(all="ignore"):
        expected = twin.MEANING[name](values)
    found = run(operation(name, Symbol("dx")), values, values)
    np.testing.assert_allclose(found, expected, rtol=1e-14, atol=4e-15)


@given(st.lists(st.tuples(coordinates, coordinates.filter(bool)), min_size=1, max_size=20))
def test_modulo_has_the_sign_of_the_divisor(pairs):
    """As Python's own."""
    a, b = np.array(pairs).T
    found = run(Symbol("dx") % Symbol("dy"), a, b)
    assert found.tolist() == [x % y for x, y in pairs]


@given(st.lists(st.floats(-5, 5), min_size=1, max_size=20), st.integers(-8, 12))
def test_integer_powers_agree_with_numpy(values, exponent):
    values = np.array([v if abs(v) > 1e-3 else 1.0 for v in values])
    found = run(Symbol("dx") ** exponent, values, values)
    np.testing.assert_allclose(found, values ** float(exponent), rtol=1e-14)


def value_at(node, point):
    """The value at a point, or None if any part of the expression has no value there."""
    with np.errstate(invalid="raise", divide="raise", over="raise", under="ignore"):
        try:
            value = float(twin.evaluate(node, dx=np.float64(point[0]), dy=np.float64(point[1])))
        except FloatingPointError:
            return None
    return None if np.isnan(value) else value


@st.composite
def boxes(draw):
    """A box, some points in it, its corners among them."""
    corners = np.sort(np.array([[draw(coordinates), draw(coordinates)] for _ in range(2)]), axis=0)
    share = np.array(draw(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=4, max_size=4)))
    inside = np.clip(corners[0] + share * (corners[1] - corners[0]), *corners)
    return corners[0], corners[1], np.vstack([corners, inside])


@given(expressions(EXACT), boxes())
def test_bounds_enclose_every_value(node, box):
    """To the last bit where rounding is correct: a mask decides by them."""
    lower, upper = bounds(node, box[0], box[1])
    for point in box[2]:
        value = value_at(node, point)
        if value is not None:
            assert lower <= value <= upper, (text(node), point)


@given(expressions(ROUNDED), boxes())
def test_bounds_enclose_every_value_of_rounded_functions(node, box):
    """A probability bound may miss the last digits of its function, no more."""
    lower, upper = bounds(node, box[0], box[1])
    assert not (np.isnan(lower) or np.isnan(upper)), text(node)
    # Behind a comparison or a floor, a rounding becomes a whole unit: those are tested exactly above.
    assume(not any(sign in text(node) for sign in ("<", ">", "=", "%", "floor", "where", "~")))
    for point in box[2]:
        value = value_at(node, point)
        if value is not None and np.isfinite(value):
            slack = 1e-9 * max(1.0, abs(value))
            assert lower - slack <= value <= upper + slack, (text(node), point)


@given(expressions(TOTAL), boxes())
def test_bounds_of_a_smaller_box_are_no_wider(node, box):
    """Inclusion monotony, on which cutting cells into smaller ones relies."""
    lower, upper = bounds(node, box[0], box[1])
    middle = (box[0] + box[1]) / 2
    inner_lower, inner_upper = bounds(node, box[0], middle)
    slack = 1e-9 * max(1.0, *(abs(b) for b in (lower, upper) if np.isfinite(b)), 1.0)
    assert inner_lower >= lower - slack and inner_upper <= upper + slack


@given(expressions())
def test_text_is_read_back_as_the_same_expression(node):
    """The text of a description is enough to have the expression again."""
    assert structure(parse(text(node))) == structure(node)


@given(expressions())
def test_every_expression_has_a_formula(node):
    formula = latex(node)
    assert formula.count("{") == formula.count("}")


@given(st.floats(allow_nan=False))
def test_numbers_are_exact_in_text(value):
    read = parse(text(Number(value)), names=())
    assert isinstance(read, Number) and read.value == value


@pytest.mark.parametrize("node", ["sqrt(dx)", "log(dx)", "1 - sqrt(dx)", "where(dx > 0, sqrt(dx), 5)", "1 / dy - 1 / dx",
                                  "max(sqrt(dx), dy)"])
def test_bounds_are_never_nan(node):
    """A NaN would be taken for no bound, or lost in a comparison and with it a part of the range."""
    lower, upper = bounds(parse(node), (-1, -1), (1, 1))
    assert not (np.isnan(lower) or np.isnan(upper))
    for x in (0.25, 1.0):
        value = value_at(parse(node), (x, 0.5))
        assert lower <= value <= upper
