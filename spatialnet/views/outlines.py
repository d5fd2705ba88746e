"""Geometry of what is drawn: mask outlines, their periodic images, the neighbour in a direction.

Pure functions over arrays; nothing here knows what draws them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from contourpy import contour_generator
from numpy.typing import NDArray

from .._core.geometry import displacement

Polyline = NDArray[np.float64]  # (k, 2)

#: Unit vectors of the keys that move a selection; z is reached with the page keys.
DIRECTIONS: dict[str, tuple[float, float, float]] = {
    "ArrowLeft": (-1.0, 0.0, 0.0),
    "ArrowRight": (1.0, 0.0, 0.0),
    "ArrowDown": (0.0, -1.0, 0.0),
    "ArrowUp": (0.0, 1.0, 0.0),
    "PageDown": (0.0, 0.0, -1.0),
    "PageUp": (0.0, 0.0, 1.0),
}


def shortest(start: NDArray[np.float64], end: NDArray[np.float64], extent: Any, edge_wrap: bool) -> NDArray[np.float64]:
    """Displacement (m, d) from points to points as the layer measures it: on a torus the shortest way."""
    points = (np.ascontiguousarray(np.atleast_2d(value), dtype=np.float64) for value in (start, end))
    return displacement(*points, np.ascontiguousarray(extent, dtype=np.float64), edge_wrap)


def mask_outline(mask: Any, plane: tuple[int, int] = (0, 1), lattice: int = 160) -> list[Polyline]:
    """Closed outlines of a mask in a plane of two axes, relative to the mask's origin.

    Parameters
    ----------
    mask : mask
        Anything with ``dimensions``, ``bounding_box()`` and ``contains(points)``.
    plane : tuple of int
        The two axes that are drawn. A mask with more dimensions is shown as its silhouette: a point belongs to it
        if any point behind or before it does.
    lattice : int
        Points along the longer side of the lattice on which the mask is tested first.

    Returns
    -------
    list of (k, 2) arrays
        Closed polylines (first point repeated at the end); holes are outlines of their own.

    Notes
    -----
    A two-dimensional mask that knows its own ``outline()`` is asked for it. Otherwise the membership is contoured
    on a lattice, and every vertex, which lies on a lattice edge between a point inside and one outside, is moved
    to the boundary by bisection. The outline is then exact at its vertices whatever the shape, so combinations
    and custom masks need no code of their own.
    """
    if mask.dimensions == 2 and hasattr(mask, "outline"):
        outline = mask.outline()
        if outline is not None:
            return [closed(np.asarray(line, dtype=np.float64)) for line in outline]
    lower, upper = (np.asarray(corner, dtype=np.float64) for corner in mask.bounding_box())
    inside = silhouette(mask, plane, lower, upper)
    a, b = plane
    size = np.array([upper[a] - lower[a], upper[b] - lower[b]])
    if not np.all(size > 0.0):
        return []
    step = size.max() / lattice
    axes = [_ticks(low, high, step) for low, high in ((lower[a], upper[a]), (lower[b], upper[b]))]
    x, y = np.meshgrid(*axes)
    member = inside(np.column_stack([x.ravel(), y.ravel()])).reshape(x.shape)
    lines = contour_generator(axes[0], axes[1], member.astype(np.float64), line_type="Separate").lines(0.5)
    return [_refine(line, inside, axes) for line in lines if len(line) > 3]


def _ticks(low: float, high: float, step: float) -> NDArray[np.float64]:
    """Lattice over [low, high] with both ends on it, so that an aligned corner is met, and a cell beyond each end."""
    n = max(int(np.ceil((high - low) / step)), 8)
    beyond = (high - low) / n
    return np.concatenate([[low - beyond], np.linspace(low, high, n + 1), [high + beyond]])


def silhouette(
    mask: Any, plane: tuple[int, int], lower: NDArray[np.float64], upper: NDArray[np.float64], depth: int = 33
) -> Callable[[NDArray[np.float64]], NDArray[np.bool_]]:
    """Membership of points of a plane: in the mask itself, or in its silhouette if it has more dimensions."""
    others = [axis for axis in range(mask.dimensions) if axis not in plane]

    def inside(points: NDArray[np.float64]) -> NDArray[np.bool_]:
        full = np.zeros((len(points), mask.dimensions))
        full[:, list(plane)] = points
        if not others:
            return np.asarray(mask.contains(full), dtype=bool)
        found = np.zeros(len(points), dtype=bool)
        (axis,) = others
        for level in np.linspace(lower[axis], upper[axis], depth):
            rest = ~found
            if not rest.any():
                break
            full[:, axis] = level
            found[rest] = mask.contains(full[rest])
        return found

    return inside


def _refine(
    line: Polyline, inside: Callable[[NDArray[np.float64]], NDArray[np.bool_]], axes: Sequence[NDArray[np.float64]]
) -> Polyline:
    """Move the vertices of a contour of a membership to the boundary, along the lattice edges they lie on."""
    # A vertex is half-way between two lattice points of one row or column: look up both.
    first, second = np.empty_like(line), np.empty_like(line)
    for k, axis in enumerate(axes):
        width = np.diff(axis).min()
        first[:, k] = axis[np.clip(np.searchsorted(axis, line[:, k] + 1e-6 * width, "right") - 1, 0, len(axis) - 1)]
        second[:, k] = axis[np.clip(np.searchsorted(axis, line[:, k] - 1e-6 * width, "left"), 0, len(axis) - 1)]
    swap = ~inside(first)
    first[swap], second[swap] = second[swap], first[swap].copy()
    for _ in range(18):
        middle = (first + second) / 2
        hit = inside(middle)
        first = np.where(hit[:, None], middle, first)
        second = np.where(hit[:, None], second, middle)
    return closed((first + second) / 2)


def closed(line: Polyline) -> Polyline:
    """The polyline with its first point repeated at the end."""
    return line if len(line) == 0 or np.array_equal(line[0], line[-1]) else np.vstack([line, line[:1]])


def images(
    lines: Sequence[Polyline],
    at: NDArray[np.float64],
    lower: NDArray[np.float64],
    upper: NDArray[np.float64],
    edge_wrap: bool,
) -> list[list[Polyline]]:
    """Outlines placed at a point, with those periodic images that reach into the extent.

    Parameters
    ----------
    lines : list of (k, 2) arrays
        Outlines relative to the mask's origin.
    at : (2,) array
        Where the origin is placed.
    lower, upper : (2,) arrays
        Corners of the layer's extent.
    edge_wrap : bool
        Whether the layer is a torus; if not, there is only the one image.

    Returns
    -------
    list of lists of (k, 2) arrays
        One list of outlines for each image. They are not clipped.
    """
    if not lines:
        return []
    extent = upper - lower
    placed = [line + at for line in lines]
    low = np.min([line.min(axis=0) for line in placed], axis=0)
    high = np.max([line.max(axis=0) for line in placed], axis=0)
    if not edge_wrap:
        return [placed]
    # The image shifted by k extents is seen if it overlaps the extent: low + k L < upper and high + k L > lower.
    first = np.floor((lower - high) / extent).astype(int) + 1
    last = np.ceil((upper - low) / extent).astype(int) - 1
    return [
        [line + np.array([i, j]) * extent for line in placed]
        for i in range(first[0], last[0] + 1)
        for j in range(first[1], last[1] + 1)
    ]


def clip_line(line: Polyline, lower: NDArray[np.float64], upper: NDArray[np.float64]) -> list[Polyline]:
    """Pieces of a polyline that lie in a box (Liang & Barsky 1984, one segment after the other)."""
    start, step = line[:-1], np.diff(line, axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        one = (lower - start) / step
        two = (upper - start) / step
    near, far = np.minimum(one, two), np.maximum(one, two)
    flat = step == 0.0
    within = (start >= lower) & (start <= upper)
    near = np.where(flat, np.where(within, -np.inf, np.inf), near)
    far = np.where(flat, np.where(within, np.inf, -np.inf), far)
    enter = np.maximum(near.max(axis=1), 0.0)
    leave = np.minimum(far.min(axis=1), 1.0)
    pieces: list[list[NDArray[np.float64]]] = []
    for k in np.flatnonzero(enter < leave):
        a, b = start[k] + enter[k] * step[k], start[k] + leave[k] * step[k]
        if pieces and np.allclose(pieces[-1][-1], a, rtol=0.0, atol=1e-12 * (1.0 + np.abs(a).max())):
            pieces[-1].append(b)
        else:
            pieces.append([a, b])
    if len(pieces) > 1 and np.array_equal(line[0], line[-1]) and np.array_equal(pieces[-1][-1], pieces[0][0]):
        pieces[0] = [*pieces.pop(), *pieces[0][1:]]  # a closed line that begins inside: its first piece goes on
    return [np.array(piece) for piece in pieces]


def clip_polygon(ring: Polyline, lower: NDArray[np.float64], upper: NDArray[np.float64]) -> Polyline:
    """A closed ring cut to a box (Sutherland & Hodgman 1974), for filling; empty if nothing is left."""
    points = ring[:-1] if len(ring) > 1 and np.array_equal(ring[0], ring[-1]) else ring
    for axis in range(2):
        for bound, sign in ((lower[axis], 1.0), (upper[axis], -1.0)):
            if len(points) == 0:
                return np.empty((0, 2))
            nxt = np.roll(points, -1, axis=0)
            depth, depth_next = sign * (points[:, axis] - bound), sign * (nxt[:, axis] - bound)
            keep, cut = depth >= 0.0, (depth >= 0.0) != (depth_next >= 0.0)
            with np.errstate(divide="ignore", invalid="ignore"):
                share = np.where(cut, depth / (depth - depth_next), 0.0)
            crossing = points + share[:, None] * (nxt - points)
            # Each corner is followed by the crossing of its edge: interleave, then drop what is neither.
            both = np.stack([points, crossing], axis=1).reshape(-1, 2)
            points = both[np.stack([keep, cut], axis=1).ravel()]
    return closed(points)


def mask_pieces(
    lines: Sequence[Polyline],
    at: NDArray[np.float64],
    lower: NDArray[np.float64],
    upper: NDArray[np.float64],
    edge_wrap: bool,
) -> tuple[list[Polyline], list[list[Polyline]]]:
    """A mask around a node as it is drawn: lines to stroke and rings to fill, wrapped and cut to the extent.

    Returns
    -------
    strokes : list of (k, 2) arrays
        Open where the extent cuts them.
    fills : list of lists of (k, 2) arrays
        One list of rings for each image, to be filled by the even-odd rule so that holes stay empty.
    """
    strokes: list[Polyline] = []
    fills: list[list[Polyline]] = []
    for image in images(lines, at, lower, upper, edge_wrap):
        if edge_wrap:
            strokes += [piece for line in image for piece in clip_line(line, lower, upper)]
            rings = [ring for line in image if len(ring := clip_polygon(line, lower, upper)) > 3]
        else:
            strokes += image
            rings = list(image)
        if rings:
            fills.append(rings)
    return strokes, fills


def nearest(positions: NDArray[np.float64], point: Sequence[float], extent: Any = None, edge_wrap: bool = False) -> int:
    """Index of the node nearest to a point, compared over as many axes as the point has."""
    where = np.asarray(point, dtype=np.float64)
    near = positions[:, : len(where)]
    difference = near - where if extent is None else shortest(where, near, np.asarray(extent)[: len(where)], edge_wrap)
    return int(np.argmin(np.einsum("ij,ij->i", difference, difference)))


def neighbour(
    positions: NDArray[np.float64], index: int, key: str, extent: NDArray[np.float64], edge_wrap: bool
) -> int:
    """Index of the next node from `index` in the direction of a key; `index` itself if there is none.

    Among the nodes within 45° of the direction the one with the smallest distance counts, with steps to the side
    made three times as dear, so that walking through a scattered layer goes straight. On a torus the walk goes on
    at the opposite edge.
    """
    dimensions = positions.shape[1]
    direction = np.array(DIRECTIONS[key])[:dimensions]
    if not direction.any():
        return index
    difference = shortest(positions[index], positions, extent, edge_wrap)
    ahead = difference @ direction
    aside = np.sqrt(np.maximum(np.einsum("ij,ij->i", difference, difference) - ahead**2, 0.0))
    # A column of a grid is hit exactly; the tolerance keeps rounding from admitting the row beside it.
    candidates = np.flatnonzero((ahead > 1e-9 * (1.0 + np.abs(extent).max())) & (aside <= ahead * (1.0 + 1e-9)))
    if len(candidates) == 0:
        return index
    cost = ahead[candidates] ** 2 + (3.0 * aside[candidates]) ** 2
    return int(candidates[np.argmin(cost)])
