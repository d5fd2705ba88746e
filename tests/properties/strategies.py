"""What Hypothesis draws from: numbers, boxes, expressions, masks."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from spatialnet import masks
from spatialnet.errors import ExpressionError
from spatialnet.language.nodes import Expression, Number, Symbol, operation
from spatialnet.masks import shapes

coordinates = st.floats(-10, 10, allow_subnormal=False).map(lambda x: round(x, 6))
lengths = st.floats(0.01, 8).map(lambda x: round(x, 6))
angles = st.floats(-720, 720).map(lambda x: round(x, 3))

#: operations whose result is correctly rounded, so that two machines must agree to the last bit
EXACT = {1: ("neg", "abs", "sqrt", "floor", "not"),
         2: ("add", "sub", "mul", "div", "min", "max", "lt", "le", "gt", "ge", "eq", "ne", "and", "or"),
         3: ("where",)}
ROUNDED = {1: (*EXACT[1], "exp", "expm1", "log", "sin", "cos"), 2: (*EXACT[2], "mod", "pow"), 3: ("where",)}
#: operations with a value everywhere
TOTAL = {1: ("neg", "abs", "floor", "not", "exp", "sin", "cos"), 2: tuple(o for o in EXACT[2] if o != "div"),
         3: ("where",)}


def points(d: int, n: int = 20) -> st.SearchStrategy[np.ndarray]:
    """Some points of `d` dimensions, shape (n, d)."""
    return st.lists(st.lists(coordinates, min_size=d, max_size=d), min_size=n, max_size=n).map(np.array)


def expressions(operations=ROUNDED, names=("dx", "dy"), max_leaves: int = 12) -> st.SearchStrategy[Expression]:
    """Trees of `operations` on the symbols `names`."""
    leaf = st.one_of(st.sampled_from(names).map(Symbol), coordinates.map(Number),
                     st.sampled_from([0.0, 1.0, 2.0, -1.0, 0.5]).map(Number))

    def grow(below):
        return st.one_of([st.tuples(st.sampled_from(operations[arity]), *[below] * arity) for arity in operations]
                         ).map(_apply)

    return st.recursive(leaf, grow, max_leaves=max_leaves).filter(lambda node: node is not None)


def _apply(parts) -> Expression:
    name, *arguments = parts
    try:
        return operation(name, *arguments)
    except ExpressionError:
        # Numbers alone are folded at once, and log(-1) has no value: any other tree serves as well.
        return Number(1.0)


@st.composite
def shapes_of(draw, d: int) -> masks.mask.Mask:
    """One shape, turned and shifted."""
    anchor = draw(st.one_of(st.none(), st.lists(coordinates, min_size=d, max_size=d)))
    lower = np.array(draw(st.lists(coordinates, min_size=d, max_size=d)))
    upper = lower + draw(st.lists(lengths, min_size=d, max_size=d))
    axes = sorted(draw(st.lists(lengths, min_size=2, max_size=2)), reverse=True)
    if d == 2:
        kind = draw(st.sampled_from(["circular", "rectangular", "doughnut", "elliptical"]))
        if kind == "circular":
            return shapes.circular(axes[0], anchor=anchor)
        if kind == "doughnut":
            return shapes.doughnut(axes[1] / 2, axes[0], anchor=anchor)
        if kind == "rectangular":
            return shapes.rectangular(lower, upper, azimuth_angle=draw(angles), anchor=anchor)
        return shapes.elliptical(*axes, azimuth_angle=draw(angles), anchor=anchor)
    kind = draw(st.sampled_from(["spherical", "box", "ellipsoidal"]))
    if kind == "spherical":
        return shapes.spherical(axes[0], anchor=anchor)
    turn = {"azimuth_angle": draw(angles), "polar_angle": draw(angles)}
    if kind == "box":
        return shapes.box(lower, upper, **turn, anchor=anchor)
    return shapes.ellipsoidal(*axes, draw(lengths), **turn, anchor=anchor)


def masks_of(d: int) -> st.SearchStrategy[masks.mask.Mask]:
    """Shapes and what operators make of them."""
    return st.recursive(shapes_of(d), lambda below: st.tuples(st.sampled_from("&|-"), below, below).map(
        lambda parts: {"&": parts[1].__and__, "|": parts[1].__or__, "-": parts[1].__sub__}[parts[0]](parts[2])),
        max_leaves=4)
