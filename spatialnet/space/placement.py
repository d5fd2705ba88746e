"""Placements: how the nodes of a layer get their positions."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..errors import PositionError
from ..expressions import streams
from ..expressions.evaluate import at
from ..language.nodes import Expression, symbols

Positions = NDArray[np.float64]  # (n, d)


@dataclass(frozen=True, eq=False)
class Geometry:
    """Where the nodes of a population are. Its arrays are read-only, since layers hand them out.

    Attributes
    ----------
    positions : ndarray (n, d) float64
        In `units`.
    extent, center : ndarray (d,) float64
    edge_wrap : bool
        Whether the layer is a torus of size `extent`.
    placement : str
        ``"grid"`` or ``"free"``.
    shape : tuple of int or None
        Nodes along each axis, grids only.
    units : str
    """

    positions: Positions
    extent: NDArray[np.float64]
    center: NDArray[np.float64]
    edge_wrap: bool
    placement: str
    shape: tuple[int, ...] | None = None
    units: str = "mm"

    def __post_init__(self) -> None:
        for array in (self.positions, self.extent, self.center):
            array.setflags(write=False)


class Placement:
    """Base of `Grid` and `Free`.

    Attributes
    ----------
    n : int
        Number of nodes.
    """

    def realize(self, seed: int, population: int) -> Geometry:
        """The geometry for the population of this number; random positions are keyed by both."""
        raise NotImplementedError


def _vector(name: str, value: ArrayLike, d: int, *, positive: bool = False) -> NDArray[np.float64]:
    try:
        array = np.array(value, dtype=np.float64)  # a copy: what the caller does to the own array changes nothing here
    except (TypeError, ValueError):
        raise PositionError(f"{name} must be {d} numbers, got {value!r}.") from None
    if array.shape != (d,):
        raise PositionError(f"{name} must be {d} numbers, one for each axis, got {value!r}.")
    if not np.isfinite(array).all() or (positive and (array <= 0).any()):
        raise PositionError(f"{name} must be {'positive and ' if positive else ''}finite, got {value!r}.")
    return array


@dataclass(frozen=True, eq=False)
class Grid(Placement):
    """A regular grid; see `grid`."""

    shape: tuple[int, ...]
    extent: NDArray[np.float64]
    center: NDArray[np.float64]
    edge_wrap: bool

    @property
    def n(self) -> int:
        return math.prod(self.shape)

    def realize(self, seed: int = 0, population: int = 0) -> Geometry:
        axes = []
        for k, (count, extent, center) in enumerate(zip(self.shape, self.extent, self.center)):
            offsets = extent / count * (np.arange(count) + 0.5)
            # x grows to the right and z upwards, but a column is filled from the top down
            axes.append(center + extent / 2 - offsets if k == 1 else center - extent / 2 + offsets)
        positions = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, len(axes))
        return Geometry(positions, self.extent, self.center, self.edge_wrap, "grid", self.shape)

    def __repr__(self) -> str:
        return (f"grid({list(self.shape)}, extent={self.extent.tolist()}, center={self.center.tolist()}, "
                f"edge_wrap={self.edge_wrap})")


def grid(shape: Sequence[int], extent: ArrayLike | None = None, center: ArrayLike | None = None,
         edge_wrap: bool = False) -> Grid:
    """Nodes on a regular grid, in the centres of its cells.

    Parameters
    ----------
    shape : sequence of 2 or 3 int
        Nodes along x, y (and z).
    extent : sequence of float, optional
        Size along each axis (mm); 1 by default.
    center : sequence of float, optional
        Centre of the layer (mm); the origin by default.
    edge_wrap : bool
        Whether opposite edges are glued together (a torus).

    Returns
    -------
    Grid

    Raises
    ------
    PositionError
        If `shape` is not 2 or 3 positive integers, or a vector has another length or is not finite.

    Notes
    -----
    Order of the nodes (as in NEST): x is the slowest index, from left to right; y next, from the top down; z fastest,
    upwards.

    Examples
    --------
    >>> grid([2, 2]).realize().positions.tolist()
    [[-0.25, 0.25], [-0.25, -0.25], [0.25, 0.25], [0.25, -0.25]]
    """
    try:
        counts = tuple(shape)
        integral = all(not isinstance(c, (bool, np.bool_)) and int(c) == c and not isinstance(c, (float, np.floating))
                       for c in counts)
    except (TypeError, ValueError):
        counts, integral = (), False
    if len(counts) not in (2, 3) or not integral or min(counts, default=0) < 1:
        raise PositionError(f"the shape of a grid must be 2 or 3 integers ≥ 1, as in [40, 40], got {shape!r}.")
    d = len(counts)
    extent = _vector("extent", np.ones(d) if extent is None else extent, d, positive=True)
    center = _vector("center", np.zeros(d) if center is None else center, d)
    return Grid(tuple(int(c) for c in counts), extent, center, _flag("edge_wrap", edge_wrap))


def _flag(name: str, value: object) -> bool:
    if not isinstance(value, (bool, np.bool_)):
        raise PositionError(f"{name} must be True or False, got {value!r}.")
    return bool(value)


@dataclass(frozen=True, eq=False)
class Free(Placement):
    """Freely placed nodes; see `free`."""

    positions: Positions | None
    expressions: tuple[Expression, ...]
    n: int
    extent: NDArray[np.float64] | None
    center: NDArray[np.float64] | None
    edge_wrap: bool

    def realize(self, seed: int = 0, population: int = 0) -> Geometry:
        if self.positions is not None:
            positions = self.positions
        else:
            columns = [at(e, seed=seed, stream=(streams.POSITION, population, axis), n=self.n)
                       for axis, e in enumerate(self.expressions)]
            positions = np.stack(columns, axis=1)
            if not np.isfinite(positions).all():
                raise PositionError(f"the position expressions give values that are not finite: {self.expressions}.")
        lowest, highest = positions.min(axis=0), positions.max(axis=0)
        center = (lowest + highest) / 2 if self.center is None else self.center
        extent = np.ceil(highest - lowest) if self.extent is None else self.extent
        if self.extent is not None or self.center is not None:
            outside = (np.abs(positions - center) > extent / 2 * (1 + 1e-12)).any(axis=1)
            if outside.any():
                i = int(np.flatnonzero(outside)[0])
                raise PositionError(f"{int(outside.sum())} of {len(positions)} positions lie outside the extent {extent.tolist()} "
                                    f"around {center.tolist()}; the first is {positions[i].tolist()} (node {i}). "
                                    "Give a larger extent, or another center.")
        if self.edge_wrap and (extent <= 0).any():
            raise PositionError(f"edge_wrap=True needs an extent > 0 along every axis, got {extent.tolist()}. "
                                "Give the extent.")
        return Geometry(positions, extent, center, self.edge_wrap, "free")

    def __repr__(self) -> str:
        where = "positions" if self.positions is not None else repr(list(self.expressions))
        extent = "" if self.extent is None else f", extent={self.extent.tolist()}"
        return f"free({where}, n={self.n}{extent}, edge_wrap={self.edge_wrap})"


def free(positions: ArrayLike | Expression | Sequence[Expression], n: int | None = None,
         extent: ArrayLike | None = None, center: ArrayLike | None = None, edge_wrap: bool = False,
         num_dimensions: int | None = None) -> Free:
    """Nodes at given or random positions.

    Parameters
    ----------
    positions : array_like (n, 2) or (n, 3), Expression, or sequence of 2 or 3 Expression
        Positions (mm), or an expression drawn once for each node and axis, as ``random.uniform(-2, 2)``.
    n : int, optional
        Number of nodes, for expressions only.
    extent : sequence of float, optional
        Size of the layer (mm). By default the whole numbers that just contain the positions.
    center : sequence of float, optional
        Centre of the layer (mm). By default the middle of the positions' bounding box.
    edge_wrap : bool
        Whether opposite edges are glued together (a torus).
    num_dimensions : int, optional
        2 or 3, for a single expression without `extent`; otherwise it must agree with what was given.

    Returns
    -------
    Free

    Raises
    ------
    PositionError
        If positions are missing, not finite, of the wrong shape, or outside the extent.
    """
    edge_wrap = _flag("edge_wrap", edge_wrap)
    several = isinstance(positions, (list, tuple)) and len(positions) > 0 and all(
        isinstance(p, Expression) for p in positions)
    if isinstance(positions, Expression) or several:
        if several:
            expressions = tuple(positions)
            if num_dimensions not in (None, len(expressions)):
                raise PositionError(f"num_dimensions={num_dimensions}, but {len(expressions)} expressions were given.")
        else:
            d = num_dimensions if num_dimensions is not None else (np.size(extent) if extent is not None else None)
            if d not in (2, 3) or not isinstance(d, (int, np.integer)):
                raise PositionError("one expression for all axes needs extent=[…] or num_dimensions=2 or 3 to tell "
                                    f"the number of axes, got num_dimensions={num_dimensions!r}.")
            expressions = (positions,) * d
        if len(expressions) not in (2, 3):
            raise PositionError(f"give 2 or 3 expressions, one for each axis, got {len(expressions)}.")
        if isinstance(n, bool) or not isinstance(n, (int, np.integer)) or n < 1:
            raise PositionError(f"random positions need n, the number of nodes, an integer ≥ 1, got {n!r}.")
        for e in expressions:
            if symbols(e):
                raise PositionError(f"a position cannot depend on {sorted(symbols(e))[0]!r}; use spatialnet.random.*.")
        array = None
    else:
        if positions is None:
            raise PositionError("give positions, an (n, 2) or (n, 3) array, or an expression with n=….")
        try:
            array = np.array(positions, dtype=np.float64)
        except (TypeError, ValueError):
            raise PositionError("positions must be an (n, 2) or (n, 3) array of numbers; the vectors given differ in "
                                "length or are not numbers.") from None
        if array.ndim != 2 or array.shape[1] not in (2, 3) or len(array) == 0:
            raise PositionError(f"positions must have shape (n, 2) or (n, 3) with n ≥ 1, got {array.shape}.")
        if num_dimensions not in (None, array.shape[1]):
            raise PositionError(f"num_dimensions={num_dimensions}, but positions have {array.shape[1]} coordinates.")
        if not np.isfinite(array).all():
            i = int(np.flatnonzero(~np.isfinite(array).all(axis=1))[0])
            raise PositionError(f"positions must be finite, got {array[i].tolist()} for node {i}.")
        if n not in (None, len(array)):
            raise PositionError(f"n={n}, but {len(array)} positions were given; leave n out.")
        array.setflags(write=False)
        expressions, n = (), len(array)
    d = len(expressions) or array.shape[1]
    extent = None if extent is None else _vector("extent", extent, d, positive=True)
    center = None if center is None else _vector("center", center, d)
    return Free(array, expressions, int(n), extent, center, edge_wrap)
