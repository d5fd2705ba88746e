"""Expression nodes: operators make trees, trees are values to compare and to change."""

import copy
import math
import pickle

import numpy as np
import pytest

from spatialnet.errors import ExpressionError
from spatialnet.language.nodes import (
    ARITY,
    FOLD,
    Draw,
    Named,
    Number,
    Operation,
    Redraw,
    Symbol,
    as_expression,
    is_random,
    operation,
    structure,
    substitute,
    symbols,
    walk,
)

x, y = Symbol("x"), Symbol("y")


@pytest.mark.parametrize("node, name", [
    (x + y, "add"), (x - y, "sub"), (x * y, "mul"), (x / y, "div"), (x ** y, "pow"), (x % y, "mod"), (x < y, "lt"),
    (x <= y, "le"), (x > y, "gt"), (x >= y, "ge"), (x == y, "eq"), (x != y, "ne"), (x & y, "and"), (x | y, "or")])
def test_operators_between_expressions_make_their_operation(node, name):
    assert structure(node) == (name, ("symbol", "x"), ("symbol", "y"))


@pytest.mark.parametrize("node, expected", [
    (2 + x, ("add", 2, x)), (2 - x, ("sub", 2, x)), (2 * x, ("mul", 2, x)), (2 / x, ("div", 2, x)), (2 ** x, ("pow", 2, x)),
    (2 % x, ("mod", 2, x)), (2 < x, ("gt", x, 2)), (2 >= x, ("le", x, 2)), (2 == x, ("eq", x, 2)), (True & x, ("and", True, x)),
    (True | x, ("or", True, x))])
def test_operators_with_a_number_on_the_left_keep_the_order(node, expected):
    name, *arguments = expected
    assert structure(node) == (name, *(structure(as_expression(a)) for a in arguments))


@pytest.mark.parametrize("number", [3, 3.0, np.float32(3), np.int64(3), np.array(3), np.uint8(3)])
def test_numbers_of_any_kind_are_accepted_on_both_sides(number):
    """The reference refuses NumPy's integers on the right."""
    three = ("number", 3.0)
    assert structure(x * number) == ("mul", ("symbol", "x"), three)
    assert structure(number * x) == ("mul", three, ("symbol", "x"))


def test_unary_operators():
    assert structure(-x) == ("neg", ("symbol", "x")) and +x is x
    assert structure(abs(x)) == ("abs", ("symbol", "x")) and structure(~x) == ("not", ("symbol", "x"))


def test_numbers_alone_are_computed_at_once():
    assert structure(operation("exp", 0) + 1) == ("number", 2.0)
    assert structure(operation("where", Number(1) > 2, 5, 6)) == ("number", 6.0)
    assert set(FOLD) == set(ARITY), "every operation has a meaning on numbers"


@pytest.mark.parametrize("name, arguments", [("div", (1, 0)), ("log", (0,)), ("log", (-1,)), ("sqrt", (-1,)), ("pow", (-1, 0.5)),
                                             ("mod", (1, 0)), ("exp", (1000,)), ("sub", (math.inf, math.inf))])
def test_numbers_without_a_result_are_refused_at_once(name, arguments):
    with pytest.raises(ExpressionError, match="no (real )?value"):
        operation(name, *arguments)


@pytest.mark.parametrize("other", ["2", None, [1, 2], np.array([1., 2.]), 1j, object()])
def test_what_is_no_number_is_refused(other):
    with pytest.raises((ExpressionError, TypeError)):
        x + other
    with pytest.raises(ExpressionError, match="expected a number or an expression"):
        operation("add", x, other)


def test_nan_is_no_constant():
    with pytest.raises(ExpressionError, match="cannot hold NaN"):
        x + math.nan


def test_wrong_number_of_arguments_is_refused():
    with pytest.raises(ExpressionError, match="takes 2 arguments, got 1"):
        operation("min", x)


def test_an_expression_is_neither_true_nor_false():
    for use in (lambda: bool(x < 1), lambda: x and y, lambda: not x, lambda: 1 < x < 2):
        with pytest.raises(ExpressionError, match="no truth value"):
            use()


def test_nodes_are_immutable_and_hash_by_identity():
    node = x + y
    with pytest.raises(AttributeError):
        node.name = "sub"
    assert len({node, x + y}) == 2 and node in {node}


def test_copies_and_pickles_have_the_same_structure():
    tree = Named("f", (x,), (("a", 1.0),), (x + 2) ** y) * Redraw(Draw() + x, 0.0, 1.0)
    for other in (copy.deepcopy(tree), pickle.loads(pickle.dumps(tree))):
        assert structure(other) == structure(tree)


def test_a_walk_meets_every_occurrence_parents_first():
    tree = Operation("add", (Operation("mul", (x, y)), x))
    assert [type(n).__name__ if not isinstance(n, Symbol) else n.name for n in walk(tree)] == [
        "Operation", "Operation", "x", "y", "x"]
    assert symbols(tree) == {"x", "y"} and symbols(Number(1)) == set()


def test_randomness_is_found_anywhere_in_the_tree():
    assert is_random(x + Draw()) and is_random(Redraw(Draw(), 0, 1)) and is_random(Named("u", (), (), Draw()))
    assert not is_random(x + y) and not is_random(Named("g", (x,), (), operation("exp", x)))


def test_substitution_replaces_symbols_everywhere_and_leaves_the_tree():
    tree = Named("f", (x,), (), x * y) + Redraw(Draw() * x, 0.0, 1.0)
    before = structure(tree)
    changed = substitute(tree, {"x": 3.0, "z": 5.0})
    assert symbols(changed) == {"y"} and structure(tree) == before
    assert structure(substitute(x + y, {"x": y, "y": x})) == structure(y + x), "at once, not one after the other"
    assert structure(substitute(x + y, {"x": 1, "y": 2})) == ("number", 3.0)
