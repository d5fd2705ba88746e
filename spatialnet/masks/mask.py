"""What every mask can do, and how masks combine."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..errors import MaskError
from ..expressions.coordinates import MASK_SYMBOLS
from ..expressions.custom import from_text
from ..language.nodes import Expression
from ..language.program import compile_program

if TYPE_CHECKING:
    from ..space.layer import Layer, Nodes

OUTSIDE, PARTLY, INSIDE = -1, 0, 1


class Mask:
    """A region around a node: a condition on the position relative to it.

    Masks combine with ``&`` (both), ``|`` (either) and ``-`` (without). One condition answers for points, and with
    interval arithmetic for whole boxes.

    Attributes
    ----------
    dimensions : int
        2 or 3.
    """

    dimensions: int

    @property
    def expression(self) -> Expression:
        """The condition, in ``dx, dy, dz`` (mm from the node)."""
        raise NotImplementedError

    def bounding_box(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Lower and upper corner (d,) of a box that contains the mask, in mm from the node."""
        raise NotImplementedError

    def radii(self) -> tuple[float, float]:
        """Of a ball around the node that lies in the mask, and of one that the mask lies in, in mm; neither need be the best."""
        lower, upper = self.bounding_box()
        return 0.0, float(np.linalg.norm(np.maximum(abs(lower), abs(upper))))

    def resolved(self, pool: Nodes) -> Mask:
        """The mask as a region in mm, where it is to choose among the nodes `pool`. Only grid masks differ from it."""
        return self

    @functools.cached_property
    def program(self):
        """The condition, compiled."""
        return compile_program(self.expression, MASK_SYMBOLS[:self.dimensions])

    def contains(self, points: ArrayLike) -> NDArray[np.bool_]:
        """Which points lie in the mask.

        Parameters
        ----------
        points : array_like (m, d)
            Positions relative to the node, in mm.

        Returns
        -------
        ndarray (m,) bool
        """
        array = np.asarray(points, dtype=np.float64)
        if array.ndim != 2 or array.shape[1] != self.dimensions:
            raise MaskError(f"a {self.dimensions}-dimensional mask needs points of shape (m, {self.dimensions}), "
                            f"got {array.shape}.")
        columns = {s: array[:, i] for i, s in enumerate(MASK_SYMBOLS[:self.dimensions])}
        return self.program.evaluate(columns, len(array)) != 0

    def relation(self, lower: ArrayLike, upper: ArrayLike) -> NDArray[np.int64]:
        """For boxes with corners `lower` and `upper` (m, d): 1 inside the mask, -1 outside, 0 if it may be partly."""
        lower, upper = (np.atleast_2d(np.asarray(a, dtype=np.float64)) for a in (lower, upper))
        names = MASK_SYMBOLS[:self.dimensions]
        low, high = self.program.bounds({s: lower[:, i] for i, s in enumerate(names)},
                                        {s: upper[:, i] for i, s in enumerate(names)}, len(lower))
        return np.where(high == 0, OUTSIDE, np.where(low > 0, INSIDE, PARTLY))

    def __and__(self, other: Mask) -> Mask:
        return Combined.of("&", self, other)

    def __or__(self, other: Mask) -> Mask:
        return Combined.of("|", self, other)

    def __sub__(self, other: Mask) -> Mask:
        return Combined.of("-", self, other)

    def __bool__(self) -> bool:
        raise MaskError(f"{self!r} is neither true nor false; combine masks with & (both), | (either) and - (without) instead of "
                        "and, or, not.")

    def preview(self, layer: Layer, p: Expression | float | None = None, node: Layer | int | None = None):
        """See the mask on a layer before connecting.

        Parameters
        ----------
        layer : Layer
            The pool of nodes.
        p : Expression or float, optional
            Connection probability, drawn as a map.
        node : Layer or int, optional
            One node, the driver, or its id; the one nearest to the centre by default.

        Returns
        -------
        spatialnet.views.widgets.MaskPreview

        Raises
        ------
        ParameterError, MaskError
            If the node is none of the layer, or mask and layer differ in dimension.
        """
        from ..views import preview_mask
        return preview_mask(self, layer, p=from_text(p, "preview", "p"), node=node)

    def _repr_mimebundle_(self, include=None, exclude=None):
        from ..views import mask_mimebundle
        return mask_mimebundle(self)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Mask) and repr(self) == repr(other)

    def __hash__(self) -> int:
        return hash(repr(self))


class Combined(Mask):
    """Two masks joined by an operator."""

    def __init__(self, operator: str, left: Mask, right: Mask):
        self.operator, self.left, self.right = operator, left, right
        self.dimensions = left.dimensions

    @classmethod
    def of(cls, operator: str, left: Mask, right: Mask) -> Mask:
        if not isinstance(right, Mask):
            return NotImplemented
        for mask in (left, right):
            mask.bounding_box()  # raises MaskError for masks that have no region of their own
        if left.dimensions != right.dimensions:
            raise MaskError(f"{left!r} is {left.dimensions}-dimensional and {right!r} {right.dimensions}-dimensional; "
                            "combine masks of one dimension.")
        return cls(operator, left, right)

    @property
    def expression(self) -> Expression:
        left, right = self.left.expression, self.right.expression
        return {"&": lambda: left & right, "|": lambda: left | right, "-": lambda: left & ~right}[self.operator]()

    def bounding_box(self):
        (a, b), (c, d) = self.left.bounding_box(), self.right.bounding_box()
        if self.operator == "|":
            return np.minimum(a, c), np.maximum(b, d)
        if self.operator == "-":
            return a, b
        lower = np.maximum(a, c)
        return lower, np.maximum(lower, np.minimum(b, d))

    def radii(self):
        (a, b), (c, d) = self.left.radii(), self.right.radii()
        return {"&": (min(a, c), min(b, d)), "|": (max(a, c), max(b, d)), "-": (0.0, b)}[self.operator]

    def __repr__(self) -> str:
        right = f"({self.right!r})" if isinstance(self.right, Combined) else repr(self.right)
        left = f"({self.left!r})" if isinstance(self.left, Combined) and self.left.operator != self.operator else repr(self.left)
        return f"{left} {self.operator} {right}"
