"""Masks of the user's own: an expression, a Python function, or a compiled one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..errors import ExpressionError, MaskError
from ..expressions.coordinates import MASK_SYMBOLS
from ..expressions.custom import UserFunction, check_function, read
from ..language.nodes import Call, Expression, Named, Number, Operation, Symbol, is_random, operation, symbols
from ..language.render import text
from .enclosing import enclosing_box
from .mask import Mask
from .shapes import Shape, all_of

_CONDITIONS = ("lt", "le", "gt", "ge", "eq", "ne", "and", "or", "not")


class CustomMask(Shape):
    """A condition of the user's own; see `mask`."""

    def __init__(self, condition: Expression, dimensions: int, first: str, shown: dict[str, object],
                 box: tuple[NDArray[np.float64], NDArray[np.float64]] | None, function: object = None):
        super().__init__("mask", np.zeros(dimensions), shown)
        self.condition, self.first, self.function, self.is_cut = condition, first, function, box is not None
        self.box = box
        if box is None:
            self.box = enclosing_box(self)
            if self.box is None:
                raise MaskError(f"{self!r} has no end in some direction, or none that can be proved. Restrict it, as in "
                                "'… and abs(dx) <= 1', or give bounding_box=(lower, upper), in mm.")
            if (self.box[0] > self.box[1]).any():
                raise MaskError(f"{self!r} holds for no point.")

    @property
    def expression(self) -> Expression:
        if not self.is_cut:
            return self.condition
        sides = [(Symbol(s) >= low) & (Symbol(s) <= high) for s, low, high in zip(MASK_SYMBOLS, *(c.tolist() for c in self.box))]
        return all_of(sides) & self.condition

    def bounding_box(self):
        return self.box[0].copy(), self.box[1].copy()

    def __repr__(self) -> str:
        shown = {k: v for k, v in self.shown.items() if k not in ("condition", "function")}
        return f"mask({', '.join([self.first, *(f'{k}={v!r}' for k, v in shown.items())])})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, CustomMask) and repr(self) == repr(other) and self.function is other.function

    __hash__ = Mask.__hash__


def mask(condition: str | Expression | Callable[..., NDArray[np.bool_]] | Any, /, *, bounding_box: Sequence[ArrayLike] | None = None,
         dimensions: int | None = None, parameters: Sequence[float] = (), **values: float) -> Mask:
    """A mask of your own.

    Parameters
    ----------
    condition : str, Expression, callable or PyCapsule
        Text such as ``"(dx/a)**2 + (dy/b)**2 <= 1"``: a condition on the position ``dx, dy, dz`` relative to the node (mm),
        in the language of `spatialnet.expression`; or an expression of the same. A Python function of two or three
        arrays (m,), ``dx, dy`` and in three dimensions ``dz``, which returns an array (m,) of bool. Or a compiled function
        as ``spatialnet/include/spatialnet/pair_function.h`` describes it.
    bounding_box : (lower, upper), optional
        Corners, in mm; what lies outside does not belong to the mask. By default that of the condition,
        found with interval arithmetic. Functions need it.
    dimensions : int, optional
        2 or 3; by default as many as `bounding_box` has, or 3 where ``dz`` occurs and 2 where it does not.
    parameters : sequence of float
        For compiled functions: what they get as `parameters`.
    **values : float
        Values of other names in the text.

    Returns
    -------
    Mask
        Combines with others.

    Raises
    ------
    ExpressionError
        If the text cannot be read.
    MaskError
        If it is no condition, holds for no point, or has no end and no `bounding_box` is given.

    Notes
    -----
    A function must depend on its arguments only; it may be asked about points outside the bounding box too. It cannot tell
    whether a whole box lies inside, so every node in the bounding box is tested, unless it is compiled and has a
    ``bound``. Python functions run in a single thread.

    Examples
    --------
    >>> mask("(dx/a)**2 + (dy/b)**2 <= 1", a=0.3, b=0.2).contains([[.3, 0], [.2, .2]]).tolist()
    [True, False]
    >>> import numpy as np
    >>> star = mask(lambda dx, dy: np.hypot(dx, dy) < np.cos(5 * np.arctan2(dy, dx)), bounding_box=([-1, -1], [1, 1]))
    >>> star.contains([[0.9, 0.0], [-0.9, 0.0]]).tolist()
    [True, False]
    """
    if dimensions not in (None, 2, 3) or isinstance(dimensions, bool):
        raise MaskError(f"mask: dimensions must be 2 or 3, got {dimensions!r}.")
    box = None if bounding_box is None else _box(bounding_box, dimensions)
    if box is not None:
        dimensions = len(box[0])
    if isinstance(condition, (str, Expression)):
        if len(tuple(parameters)):
            raise MaskError("mask: parameters belong to compiled functions; give the names of a text values, as in "
                            "mask('dx <= a', a=0.5).")
        return _of_expression(condition, dimensions, box, values)
    if values:
        raise MaskError(f"mask: '{next(iter(values))}' is for conditions given as text; a compiled function takes parameters=[…].")
    return _of_function(condition, dimensions, box, parameters)


def _of_expression(condition: str | Expression, dimensions: int | None, box, values: dict[str, float]) -> Mask:
    if isinstance(condition, str):
        node, written = read(condition, MASK_SYMBOLS, values), condition
    else:
        node, written = condition, text(condition)
        if values:
            raise MaskError(f"mask: '{next(iter(values))}' is for conditions given as text.")
    unknown = sorted(symbols(node).difference(MASK_SYMBOLS))
    if unknown:
        raise ExpressionError(written, f"a mask cannot use '{unknown[0]}'; it is a condition on dx, dy and dz, the position "
                              "relative to the node")
    if is_random(node):
        raise MaskError(f"mask {written!r} is random; a mask says for certain what belongs to it. Put what is random into p.")
    if not _is_condition(node):
        raise MaskError(f"mask {written!r} is no condition. Compare it with something, as in {written + ' <= 1'!r}.")
    needed = 3 if "dz" in symbols(node) else 2
    if dimensions is not None and dimensions < needed:
        raise MaskError(f"mask {written!r} uses dz, so it is 3-dimensional, not {dimensions}-dimensional.")
    shown: dict[str, object] = {"condition": written, **{k: float(v) for k, v in values.items()}}
    if box is not None:
        shown["bounding_box"] = [corner.tolist() for corner in box]
    elif (dimensions or needed) != needed:
        shown["dimensions"] = dimensions
    return CustomMask(node, dimensions or needed, repr(written), shown, box)


def _of_function(function: Any, dimensions: int | None, box, parameters: Sequence[float]) -> Mask:
    numbers = check_function("mask", function, parameters)
    compiled = not callable(function)
    if box is None:
        raise MaskError("mask: a function cannot tell where it ends. Give bounding_box=(lower, upper), in mm, as in "
                        "bounding_box=([-1, -1], [1, 1]).")
    lower, upper = (-np.inf, np.inf) if compiled else (0.0, 1.0)
    user = UserFunction(function, lower, upper, numbers, boolean=not compiled, refuses_nan=True)
    arguments = tuple(Symbol(s) for s in MASK_SYMBOLS[:dimensions])
    shown: dict[str, object] = {"function": user.name, **({"parameters": list(numbers)} if numbers else {}),
                                "bounding_box": [corner.tolist() for corner in box]}
    return CustomMask(operation("ne", Call(user, arguments), 0.0), dimensions, user.name, shown, box, function)


def _is_condition(node: Expression) -> bool:
    match node:
        case Number(value):
            return value in (0.0, 1.0)
        case Named(body=body):
            return _is_condition(body)
        case Operation("where", (_, *branches)) | Operation("mul" | "min" | "max", branches):
            return all(map(_is_condition, branches))
        case Operation(name):
            return name in _CONDITIONS
    return False


def _box(given: Any, dimensions: int | None) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    try:
        lower, upper = (np.array(corner, np.float64) for corner in given)
    except (TypeError, ValueError):
        lower = upper = np.empty(0)
    if lower.shape not in ((2,), (3,)) or lower.shape != upper.shape or not np.isfinite([lower, upper]).all() \
            or not (lower < upper).all():
        raise MaskError("mask: bounding_box must be two corners of 2 or 3 finite numbers, the second greater along every axis, "
                        f"got {given!r}.")
    if dimensions not in (None, len(lower)):
        raise MaskError(f"mask: dimensions={dimensions}, but bounding_box has {len(lower)}.")
    return lower, upper
