"""Expressions as text and as formulas."""

import pytest

import spatialnet as sn
from spatialnet.language.nodes import Number, Symbol, operation, structure
from spatialnet.language.parse import parse
from spatialnet.language.render import latex, text

x, y = Symbol("x"), Symbol("y")


@pytest.mark.parametrize("node, shown", [
    (x + y * 2, "x + y * 2"), ((x + y) * 2, "(x + y) * 2"), (x - (y - 1), "x - (y - 1)"), (x - y - 1, "x - y - 1"),
    (x / (y / 2), "x / (y / 2)"), (-(x + y), "-(x + y)"), ((-x) ** 2, "(-x) ** 2"), (-(x ** 2), "-x ** 2"),
    ((x ** 2) ** y, "(x ** 2) ** y"), (x ** (-y), "x ** (-y)"), ((x < y) & (y <= 1), "(x < y) & (y <= 1)"),
    (~(x < y), "~(x < y)"), (sn.min(x, sn.max(y, 1)), "min(x, max(y, 1))"), (sn.where(x > 0, x, 0.5), "where(x > 0, x, 0.5)"),
    (abs(x), "abs(x)"), (sn.distance.x * sn.source.y, "distance.x * source.y"), (sn.distance + 1, "distance + 1"),
    (sn.gaussian(sn.distance, std=0.4), "gaussian(distance, std=0.4)"), (0.8 * sn.exponential(sn.distance, 2), "0.8 * exponential(distance, beta=2)"),
    (sn.random.normal(20., 2.) + 1, "normal(mean=20, std=2) + 1"), (sn.random.redraw(sn.random.uniform(), 0.1, 0.9), "redraw(uniform(min=0, max=1), 0.1, 0.9)"),
    (x * 0.1, "x * 0.1"), (x + 1e-20, "x + 1e-20"), (x + 1 / 3, "x + 0.3333333333333333"), (x * -2, "x * -2")])
def test_text_has_the_parentheses_it_needs_and_no_more(node, shown):
    assert text(node) == repr(node) == shown


@pytest.mark.parametrize("node", [x - (y - 1), (-x) ** 2, -(x ** 2), x ** (-y), (x ** y) ** 2, ~(x < y), (x < y) | (x > 1) & (y == 2),
                                  ((x < y) < 1), x * -2, x ** -2, operation("neg", -x), x % (y % 3), (x == y) != 1, Number(-3.0) ** x])
def test_text_is_read_back_as_the_same_tree(node):
    assert structure(parse(text(node))) == structure(node)


@pytest.mark.parametrize("node, formula", [
    (x / y, r"\frac{x}{y}"), (sn.sqrt(x), r"\sqrt{x}"), (x ** 2, r"x^{2}"), ((x + y) ** 2, r"\left(x + y\right)^{2}"),
    (sn.exp(-x), r"e^{-x}"), (x * y, r"x \, y"), (2 * x, r"2 \, x"), (abs(x), r"\left|x\right|"), (sn.distance, "d"),
    (x / 1, "x"), (y - x / 1, "y - x"), (y * (-x / 2), r"y \, \left(-\frac{x}{2}\right)"), (sn.displacement.x, r"\Delta x"), (x <= y, r"x \le y"), (sn.log(x), r"\ln\left(x\right)"),
    (sn.random.normal(1., 2.), r"\mathcal{N}(1,\,2^2)"), (sn.random.uniform(0., 2.), r"\mathcal{U}(0,\,2)")])
def test_formulas_are_those_of_a_textbook(node, formula):
    assert latex(node) == formula and node._repr_latex_() == f"${formula}$"


def test_a_profile_shows_its_formula_and_a_distribution_its_name():
    assert latex(sn.exponential(sn.distance, beta=0.5)) == r"\exp\left(-\frac{d}{0.5}\right)"
    assert text(sn.gaussian(sn.distance, std=0.5)) not in latex(sn.gaussian(sn.distance, std=0.5))
    assert latex(sn.random.lognormal(0., 1.)) == r"\mathrm{lognormal}(0, 1)"
    assert r"\begin{cases}" in latex(sn.where(x > 0, 1, y))


def test_greek_letters_are_written_as_such():
    assert latex(parse("x / tau_syn_ex + Delta_T")) == r"\frac{x}{\tau_\mathrm{syn,ex}} + \Delta_\mathrm{T}"
