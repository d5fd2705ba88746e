"""Register programs against trees evaluated directly: values to the last bit, random parts and bounds included."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import spatialnet as sn
from spatialnet.expressions.coordinates import PAIR_SYMBOLS
from spatialnet.language.nodes import Symbol, operation
from spatialnet.language.parse import parse
from spatialnet.language.program import compile_program
from tests.reference import programs as twin
from tests.reference.philox import Stream

x, y = Symbol("dx"), Symbol("dy")
TEXTS = ["dx + dy * dx - dy / (dx + 7)", "-abs(dx) ** 3 + dy ** 2 - dx ** -3 + dy ** 0", "exp(-dx ** 2 / 0.32) * exp(dy)",
         "log(abs(dx) + 1e-12) - sqrt(abs(dy))", "sin(3 * dx) * cos(dy / 2 + 1)", "expm1(dx / 100) + floor(dy * 2.5)",
         "where(dx > dy, dx, min(dy, 0.5)) + max(dx, -dy)", "(dx < 0) + 2 * (dy <= 0) + 4 * (dx == dy) + 8 * (dx != 1)",
         "(dx >= 0 and dy > 0) - (dx < 0 or not dy)", "dx % 3 - dy % -2.5", "abs(dx) ** 1.7 + abs(dy) ** -0.3",
         "where(sqrt(dx) < 2, 1, 0)", "min(log(dx), 3) + 0 * dy"]
RANDOM = [sn.random.uniform(-1, 3), sn.random.normal(2., 3.), sn.random.lognormal(0.1, 0.5), sn.random.exponential(2.),
          sn.random.uniform_int(7), sn.random.normal(x, 1 + y ** 2), sn.random.uniform() - sn.random.uniform(),
          sn.random.redraw(sn.random.normal(0., 1.), 0.5, 1.5), sn.random.redraw(
              sn.random.uniform() + sn.random.redraw(sn.random.exponential(1.), 0.2, 0.9), 0.4, 1.0) * sn.random.uniform()]
PROFILES = [sn.gaussian(sn.distance, mean=0.1, std=0.4), sn.exponential(sn.distance, beta=0.3),
            sn.gaussian2d(sn.displacement.x, sn.displacement.y, 0.1, 0.2, 0.5, 0.7, rho=0.3),
            sn.gamma(sn.distance, kappa=2.5, theta=0.5),
            sn.gabor(sn.displacement.x, sn.displacement.y, theta=30, gamma=0.8, std=0.6, lam=1.3, psi=0.2),
            sn.where(sn.distance.x < 0.5, sn.source.x * sn.target.y, 1 - sn.target.x)]


def columns(names, n, seed=0):
    """Values of both signs and many sizes, with zeros and equal pairs among them."""
    rng = np.random.default_rng(seed)
    values = {name: rng.normal(size=n) * 10.0 ** rng.integers(-3, 2, n) for name in names}
    for column in values.values():
        column[:3] = [0.0, 1.0, -1.0][:n]
    return values


@pytest.mark.parametrize("node", [*map(parse, TEXTS), *PROFILES], ids=repr)
@pytest.mark.parametrize("n", [1, 255, 256, 257, 700])
def test_programs_agree_with_their_trees_to_the_last_bit(node, n):
    """Lanes come in blocks of 256: the edges of a block must not show."""
    program = compile_program(node, PAIR_SYMBOLS)
    values = columns(program.inputs, n)
    np.testing.assert_array_equal(program.evaluate(values, n), twin.evaluate(node, values, n))


@pytest.mark.parametrize("node", RANDOM, ids=repr)
@pytest.mark.parametrize("n", [1, 300])
def test_random_parts_agree_with_their_trees_to_the_last_bit(node, n):
    """Every occurrence, every lane and every attempt of a redraw has its own word."""
    program = compile_program(node, PAIR_SYMBOLS)
    values = columns(program.inputs, n)
    made = program.evaluate(values, n, seed=42, stream=(5, 1234, 7))
    np.testing.assert_array_equal(made, twin.evaluate(node, values, n, Stream(42, 5, 1234, 7)))


def test_redraw_without_hope_gives_up_in_both():
    hopeless = sn.random.redraw(sn.random.uniform(), 2, 3)
    with pytest.raises(ArithmeticError, match="after 1000 attempts"):
        compile_program(hopeless, ()).evaluate({}, 1, seed=1)
    with pytest.raises(twin.GaveUp):
        twin.evaluate(hopeless, {}, 1, Stream(1, 0, 0, 0))


@pytest.mark.parametrize("node", [*map(parse, TEXTS), *PROFILES, *RANDOM, *(parse(t) for t in (
    "sin(dx)", "cos(dx) ** 2", "dx ** 5 - dy ** 4", "1 / dx", "dx / (2 + sin(dy))", "abs(dx) - abs(dy)", "sqrt(dx) * dy",
    "where(dx * dx < 1, exp(dy), -3)", "not (dx > 0 and dy > 0)"))], ids=repr)
def test_bounds_agree_with_naive_interval_arithmetic(node):
    """Extremes over all corners of every operation."""
    program = compile_program(node, PAIR_SYMBOLS)
    n = 600
    centre, rng = columns(program.inputs, n, 1), np.random.default_rng(2)
    half = {name: rng.choice([0.0, 0.01, 0.4, 3.0], n) for name in centre}
    lower, upper = ({name: centre[name] + sign * half[name] for name in centre} for sign in (-1, 1))
    for made, expected in zip(program.bounds(lower, upper, n), twin.bounds(node, lower, upper, n)):
        np.testing.assert_array_equal(made, expected)


@given(st.lists(st.floats(-700, 700), min_size=1, max_size=30))
def test_the_arithmetic_of_exp_and_log_is_that_of_the_functions(values):
    """Relative error below 1.5 units in the last place, as ext/kernels/vecmath.h promises."""
    at = np.array(values)
    np.testing.assert_array_max_ulp(twin.exp(at), np.exp(at), maxulp=2)
    positive = np.exp(at)
    np.testing.assert_array_max_ulp(twin.log(positive), np.log(positive), maxulp=2)
    for name in ("exp", "expm1"):
        column = {"dx": at}
        np.testing.assert_array_equal(
            compile_program(operation(name, x), ("dx",)).evaluate(column, len(at)), twin.MEANING[name](at))


def test_special_values_of_exp_and_log_are_kept():
    for program, f in ((compile_program(operation(name, x), ("dx",)), twin.MEANING[name]) for name in ("exp", "log")):
        at = np.array([0.0, -0.0, 1.0, -1.0, np.inf, -np.inf, np.nan, 710.0, -710.0, 5e-324, 1.7e308])
        with np.errstate(all="ignore"):
            np.testing.assert_array_equal(program.evaluate({"dx": at}, len(at)), f(at))
    assert twin.exp([0.0, -np.inf, np.inf]).tolist() == [1.0, 0.0, np.inf]
    assert twin.log([1.0, 0.0]).tolist() == [0.0, -np.inf] and np.isnan(twin.log(-1.0)[0])
