"""Masks counted in cells of a grid."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..errors import MaskError
from ..space.layer import Nodes
from .mask import Mask
from .shapes import Shape, rectangular

_MOST_CELLS = 2 ** 31


class GridMask(Shape):
    """A block of cells of the pool's grid; see `grid_mask`.

    How large a cell is only the pool knows, so the mask has no region before it is `resolved`.
    """

    def __init__(self, shape: tuple[int, int], cell: tuple[int, int]):
        shown: dict[str, object] = {"shape": list(shape)}
        if any(cell):
            shown["anchor"] = list(cell)
        super().__init__("grid_mask", np.zeros(2), shown)
        self.shape, self.cell = shape, cell

    def resolved(self, pool: Nodes) -> Mask:
        """The rectangle that the cells cover on the grid of `pool`, in mm around the node.

        Raises
        ------
        MaskError
            If `pool` is no two-dimensional grid, or joins grids of different spacing.
        """
        for part in pool.parts:
            if part.geometry.placement != "grid":
                raise MaskError(f"{self!r} counts cells of a grid, but layer '{part.name}' has free positions. "
                                "Use rectangular(lower_left, upper_right), in mm.")
            if len(part.extent) != 2:
                raise MaskError(f"{self!r} is 2-dimensional, but layer '{part.name}' is {len(part.extent)}-dimensional. "
                                "Use box(lower_left, upper_right), in mm.")
        spacings = [part.extent / part.shape for part in pool.parts]
        for part, spacing in zip(pool.parts, spacings):
            if (np.abs(spacing - spacings[0]) > 1e-9 * spacings[0]).any():
                raise MaskError(f"{self!r} has no one size on '{pool.name}': the cells of '{pool.parts[0].name}' are "
                                f"{_size(spacings[0])} mm and those of '{part.name}' {_size(spacing)} mm. "
                                "Connect the layers one by one.")
        (width, height), (columns, rows), (column, row) = spacings[0].tolist(), self.shape, self.cell
        # Columns count to the right, rows downwards.
        return rectangular([(-column - 0.5) * width, -(rows - row - 0.5) * height],
                           [(columns - column - 0.5) * width, (row + 0.5) * height])

    def _refuse(self) -> MaskError:
        return MaskError(f"{self!r} has no size of its own: cells belong to a grid layer. "
                         "Use mask.resolved(layer), the rectangle it covers there.")

    @property
    def expression(self):
        raise self._refuse()

    def bounding_box(self):
        raise self._refuse()

    def contains(self, points):
        raise self._refuse()

    def preview(self, layer, p=None, node=None, **options):
        from ..views import demand_layer
        demand_layer(layer)
        return self.resolved(layer).preview(layer, p=p, node=node, **options)


def _size(spacing) -> str:
    return " × ".join(f"{s:g}" for s in spacing)


def _integers(name: str, value, least: int, said: str) -> tuple[int, int]:
    items = list(value) if isinstance(value, (list, tuple, np.ndarray)) else []
    whole = all(isinstance(i, (int, np.integer)) and not isinstance(i, (bool, np.bool_)) for i in items)
    if len(items) != 2 or not whole or not all(least <= i < _MOST_CELLS for i in items):
        raise MaskError(f"grid_mask: {name} must be {said}, got {value!r}.")
    return int(items[0]), int(items[1])


def grid_mask(shape: Sequence[int], anchor: Sequence[int] | None = None) -> Mask:
    """A block of cells of the pool's grid.

    Parameters
    ----------
    shape : [int, int]
        Columns and rows.
    anchor : [int, int], optional
        Column and row of the cell of the mask that lies on the node, counted from the upper left one, which is
        [0, 0] and the default: the mask then reaches to the right and down. It may lie outside the mask.

    Returns
    -------
    Mask
        For pools that are grids in two dimensions. It has no region of its own; ``mask.resolved(layer)`` has.

    Raises
    ------
    MaskError
        If `shape` or `anchor` is not two integers.

    Notes
    -----
    As in NEST, positions decide: the mask is a rectangle around the node, half a cell larger on each side than the centres of
    its cells. So it works between layers that differ, and has the same orientation with ``use_on_source=True``. It does
    not combine with other masks; its resolved form does.

    Examples
    --------
    >>> import spatialnet as sn
    >>> layer = sn.Network().create("iaf_psc_alpha", sn.grid([5, 5], extent=[5., 5.]))
    >>> grid_mask([2, 3], anchor=[1, 1]).resolved(layer)
    rectangular(lower_left=[-1.5, -1.5], upper_right=[0.5, 1.5])
    """
    size = _integers("shape", shape, 1, "[columns, rows], two integers ≥ 1")
    cell = (0, 0) if anchor is None else _integers("anchor", anchor, -_MOST_CELLS, "[column, row] of a cell, two integers")
    return GridMask(size, cell)
