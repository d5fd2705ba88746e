"""The shapes: circular, rectangular, doughnut, elliptical; spherical, box, ellipsoidal.

Boundaries belong to the mask, with exact comparisons; only the inner circle of a doughnut does not, and rotated boxes have
a tolerance of 1e-12 mm (as in NEST, so that a grid point on the edge stays inside after the rotation).
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..errors import MaskError
from ..expressions.coordinates import MASK_SYMBOLS
from ..language.nodes import Expression, Symbol
from .mask import Mask

_ROTATION_TOLERANCE = 1e-12


class Shape(Mask):
    """A single shape, placed at `anchor` relative to the node."""

    def __init__(self, name: str, anchor: NDArray[np.float64], shown: dict[str, object]):
        self.name, self.anchor, self.shown = name, anchor, shown
        self.dimensions = len(anchor)

    def coordinates(self) -> list[Expression]:
        """Position relative to the anchor."""
        return [Symbol(s) - a if a else Symbol(s) for s, a in zip(MASK_SYMBOLS, self.anchor.tolist())]

    def __repr__(self) -> str:
        shown = dict(self.shown)
        if self.anchor.any():
            shown["anchor"] = self.anchor.tolist()
        return f"{self.name}({', '.join(f'{k}={v!r}' for k, v in shown.items())})"


class Ball(Shape):
    """Distance up to `radius`, and beyond `hole` if there is one."""

    def __init__(self, name: str, radius: float, hole: float | None, anchor, shown):
        super().__init__(name, anchor, shown)
        self.radius, self.hole = radius, hole

    @property
    def expression(self) -> Expression:
        square = sum_of(c ** 2 for c in self.coordinates())
        inside = square <= self.radius * self.radius
        return inside if self.hole is None else inside & (square > self.hole * self.hole)

    def bounding_box(self):
        return self.anchor - self.radius, self.anchor + self.radius

    def radii(self):
        away = float(np.linalg.norm(self.anchor))
        return 0.0 if self.hole is not None else max(0.0, self.radius - away), self.radius + away


class Rotated(Shape):
    """A shape that turns about its own centre: first by `polar` (z towards x), then by `azimuth` (x towards y)."""

    def __init__(self, name: str, center: NDArray[np.float64], azimuth: float, polar: float, anchor, shown):
        super().__init__(name, anchor, shown)
        self.center, self.azimuth, self.polar = center, azimuth, polar

    @property
    def rotation(self) -> NDArray[np.float64]:
        """Matrix (d, d) from the unrotated shape to its place."""
        a, p = math.radians(self.azimuth), math.radians(self.polar)
        turn_z = np.array([[math.cos(a), -math.sin(a), 0], [math.sin(a), math.cos(a), 0], [0, 0, 1]])
        turn_y = np.array([[math.cos(p), 0, math.sin(p)], [0, 1, 0], [-math.sin(p), 0, math.cos(p)]])
        return (turn_z @ turn_y)[:self.dimensions, :self.dimensions]

    @property
    def is_rotated(self) -> bool:
        return self.azimuth != 0 or self.polar != 0

    def own_coordinates(self) -> list[Expression]:
        """Position relative to the centre, along the shape's own axes."""
        offsets = [c - m if m else c for c, m in zip(self.coordinates(), self.center.tolist())]
        if not self.is_rotated:
            return offsets
        return [sum_of(offset * factor for offset, factor in zip(offsets, column) if factor)
                for column in self.rotation.T.tolist()]


class Box(Rotated):
    """Between two corners, edges included."""

    def __init__(self, name: str, lower: NDArray[np.float64], upper: NDArray[np.float64], azimuth, polar, anchor, shown):
        super().__init__(name, (lower + upper) / 2, azimuth, polar, anchor, shown)
        self.lower, self.upper = lower, upper

    @property
    def expression(self) -> Expression:
        if not self.is_rotated:  # compared with the corners themselves, without a rounding
            sides = [(c >= low) & (c <= high)
                     for c, low, high in zip(self.coordinates(), self.lower.tolist(), self.upper.tolist())]
        else:
            half = ((self.upper - self.lower) / 2 + _ROTATION_TOLERANCE).tolist()
            sides = [abs(c) <= h for c, h in zip(self.own_coordinates(), half)]
        return all_of(sides)

    def bounding_box(self):
        if not self.is_rotated:
            return self.lower + self.anchor, self.upper + self.anchor
        reach = np.abs(self.rotation) @ ((self.upper - self.lower) / 2) + 2 * _ROTATION_TOLERANCE
        return self.center + self.anchor - reach, self.center + self.anchor + reach


class Ellipsoid(Rotated):
    """Ellipse or ellipsoid given by its full axes."""

    def __init__(self, name: str, axes: NDArray[np.float64], azimuth, polar, anchor, shown):
        super().__init__(name, np.zeros(len(axes)), azimuth, polar, anchor, shown)
        self.axes = axes

    @property
    def expression(self) -> Expression:
        return sum_of((c * 2 / axis) ** 2 for c, axis in zip(self.own_coordinates(), self.axes.tolist())) <= 1

    def bounding_box(self):
        reach = np.sqrt(((self.rotation * (self.axes / 2)) ** 2).sum(axis=1))
        reach *= 1 + 1e-12 if self.is_rotated else 1.0
        return self.anchor - reach, self.anchor + reach


def sum_of(terms) -> Expression:
    """Sum of at least one expression, from left to right."""
    first, *rest = terms
    for term in rest:
        first = first + term
    return first


def all_of(conditions) -> Expression:
    """Conjunction of at least one condition."""
    first, *rest = conditions
    for condition in rest:
        first = first & condition
    return first


def _number(mask: str, name: str, value, *, positive: bool = False) -> float:
    try:
        result = float(value)
    except (TypeError, ValueError):
        result = math.nan
    if not math.isfinite(result) or (positive and result <= 0):
        raise MaskError(f"{mask}: {name} must be a {'number > 0' if positive else 'finite number'}, got {value!r}.")
    return result


def _vector(mask: str, name: str, value: ArrayLike, d: int) -> NDArray[np.float64]:
    try:
        array = np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError):
        array = np.empty(0)
    if array.shape != (d,) or not np.isfinite(array).all():
        raise MaskError(f"{mask}: {name} must be {d} finite numbers, got {value!r}.")
    return array


def _anchor(mask: str, value: ArrayLike | None, d: int) -> NDArray[np.float64]:
    return np.zeros(d) if value is None else _vector(mask, "anchor", value, d)


def circular(radius: float, anchor: ArrayLike | None = None) -> Mask:
    """Circle around the node, boundary included.

    Parameters
    ----------
    radius : float
        In mm, positive.
    anchor : array_like (2,), optional
        Shift of the circle's centre away from the node, in mm.

    Returns
    -------
    Mask

    Raises
    ------
    MaskError
        If `radius` is not positive, or `anchor` not two numbers.

    Examples
    --------
    >>> circular(1.0).contains([[0.6, 0.8], [0.7, 0.8]]).tolist()
    [True, False]
    """
    radius = _number("circular", "radius", radius, positive=True)
    return Ball("circular", radius, None, _anchor("circular", anchor, 2), {"radius": radius})


def spherical(radius: float, anchor: ArrayLike | None = None) -> Mask:
    """Sphere around the node, boundary included.

    Parameters
    ----------
    radius : float
        In mm, positive.
    anchor : array_like (3,), optional
        Shift of the sphere's centre away from the node, in mm.

    Returns
    -------
    Mask

    Raises
    ------
    MaskError
        If `radius` is not positive, or `anchor` not three numbers.

    Examples
    --------
    >>> spherical(1.0).contains([[0.6, 0.8, 0.0], [0.6, 0.8, 0.1]]).tolist()
    [True, False]
    """
    radius = _number("spherical", "radius", radius, positive=True)
    return Ball("spherical", radius, None, _anchor("spherical", anchor, 3), {"radius": radius})


def doughnut(inner_radius: float, outer_radius: float, anchor: ArrayLike | None = None) -> Mask:
    """Ring around the node: the outer circle included, the inner one not.

    Parameters
    ----------
    inner_radius, outer_radius : float
        In mm, ``0 <= inner_radius < outer_radius``. With an inner radius of 0 only the centre is left out.
    anchor : array_like (2,), optional
        Shift of the centre, in mm.

    Returns
    -------
    Mask

    Raises
    ------
    MaskError
        If the radii are not in order.

    Examples
    --------
    >>> doughnut(0.5, 1.0).contains([[0.5, 0.0], [0.7, 0.0], [1.0, 0.0]]).tolist()
    [False, True, True]
    """
    outer = _number("doughnut", "outer_radius", outer_radius, positive=True)
    inner = _number("doughnut", "inner_radius", inner_radius)
    if not 0 <= inner < outer:
        raise MaskError(f"doughnut: inner_radius must lie between 0 and outer_radius={outer:g}, got {inner:g}.")
    return Ball("doughnut", outer, inner, _anchor("doughnut", anchor, 2), {"inner_radius": inner, "outer_radius": outer})


def _corners(mask: str, lower_left, upper_right, d: int):
    lower, upper = _vector(mask, "lower_left", lower_left, d), _vector(mask, "upper_right", upper_right, d)
    if not (lower < upper).all():
        raise MaskError(f"{mask}: upper_right must be greater than lower_left along every axis, got "
                        f"{lower.tolist()} and {upper.tolist()}.")
    return lower, upper, {"lower_left": lower.tolist(), "upper_right": upper.tolist()}


def rectangular(lower_left: ArrayLike, upper_right: ArrayLike, azimuth_angle: float = 0.0,
                anchor: ArrayLike | None = None) -> Mask:
    """Rectangle, edges included.

    Parameters
    ----------
    lower_left, upper_right : array_like (2,)
        Corners relative to the node, in mm.
    azimuth_angle : float
        Counter-clockwise rotation about the rectangle's own centre, in degrees.
    anchor : array_like (2,), optional
        Shift after the rotation, in mm.

    Returns
    -------
    Mask

    Raises
    ------
    MaskError
        If the corners are not in order.

    Examples
    --------
    >>> rectangular([-1.0, -0.5], [1.0, 0.5]).contains([[1.0, 0.5], [1.0, 0.6]]).tolist()
    [True, False]
    """
    lower, upper, shown = _corners("rectangular", lower_left, upper_right, 2)
    azimuth = _number("rectangular", "azimuth_angle", azimuth_angle)
    if azimuth:
        shown["azimuth_angle"] = azimuth
    return Box("rectangular", lower, upper, azimuth, 0.0, _anchor("rectangular", anchor, 2), shown)


def box(lower_left: ArrayLike, upper_right: ArrayLike, azimuth_angle: float = 0.0, polar_angle: float = 0.0,
        anchor: ArrayLike | None = None) -> Mask:
    """Cuboid, faces included.

    Parameters
    ----------
    lower_left, upper_right : array_like (3,)
        Corners relative to the node, in mm.
    azimuth_angle, polar_angle : float
        Rotations about the box's own centre, in degrees: first `polar_angle` (+z tips towards +x), then `azimuth_angle`
        (+x towards +y).
    anchor : array_like (3,), optional
        Shift after the rotation, in mm.

    Returns
    -------
    Mask

    Raises
    ------
    MaskError
        If the corners are not in order.

    Examples
    --------
    >>> box([-1.0, -0.5, 0.0], [1.0, 0.5, 2.0]).contains([[1.0, 0.5, 2.0], [0.0, 0.0, -0.1]]).tolist()
    [True, False]
    """
    lower, upper, shown = _corners("box", lower_left, upper_right, 3)
    azimuth, polar = _number("box", "azimuth_angle", azimuth_angle), _number("box", "polar_angle", polar_angle)
    shown |= {k: v for k, v in (("azimuth_angle", azimuth), ("polar_angle", polar)) if v}
    return Box("box", lower, upper, azimuth, polar, _anchor("box", anchor, 3), shown)


def elliptical(major_axis: float, minor_axis: float, azimuth_angle: float = 0.0, anchor: ArrayLike | None = None) -> Mask:
    """Ellipse, boundary included.

    Parameters
    ----------
    major_axis, minor_axis : float
        Full lengths of the axes (diameters), in mm; the major one lies along x before the rotation.
    azimuth_angle : float
        Counter-clockwise rotation, in degrees.
    anchor : array_like (2,), optional
        Shift of the centre, in mm.

    Returns
    -------
    Mask

    Raises
    ------
    MaskError
        If an axis is not positive, or ``major_axis < minor_axis``.

    Examples
    --------
    >>> elliptical(2.0, 1.0).contains([[1.0, 0.0], [0.0, 1.0]]).tolist()
    [True, False]
    """
    axes, shown = _axes("elliptical", {"major_axis": major_axis, "minor_axis": minor_axis})
    azimuth = _number("elliptical", "azimuth_angle", azimuth_angle)
    if azimuth:
        shown["azimuth_angle"] = azimuth
    return Ellipsoid("elliptical", axes, azimuth, 0.0, _anchor("elliptical", anchor, 2), shown)


def ellipsoidal(major_axis: float, minor_axis: float, polar_axis: float, azimuth_angle: float = 0.0,
                polar_angle: float = 0.0, anchor: ArrayLike | None = None) -> Mask:
    """Ellipsoid, boundary included.

    Parameters
    ----------
    major_axis, minor_axis, polar_axis : float
        Full lengths of the axes along x, y and z before the rotation, in mm.
    azimuth_angle, polar_angle : float
        Rotations in degrees, as for `box`.
    anchor : array_like (3,), optional
        Shift of the centre, in mm.

    Returns
    -------
    Mask

    Raises
    ------
    MaskError
        If an axis is not positive, or ``major_axis < minor_axis``.

    Examples
    --------
    >>> ellipsoidal(2.0, 1.0, 3.0).contains([[1.0, 0.0, 0.0], [0.0, 0.0, 1.6]]).tolist()
    [True, False]
    """
    axes, shown = _axes("ellipsoidal", {"major_axis": major_axis, "minor_axis": minor_axis, "polar_axis": polar_axis})
    azimuth = _number("ellipsoidal", "azimuth_angle", azimuth_angle)
    polar = _number("ellipsoidal", "polar_angle", polar_angle)
    shown |= {k: v for k, v in (("azimuth_angle", azimuth), ("polar_angle", polar)) if v}
    return Ellipsoid("ellipsoidal", axes, azimuth, polar, _anchor("ellipsoidal", anchor, 3), shown)


def _axes(mask: str, given: dict[str, float]) -> tuple[NDArray[np.float64], dict[str, object]]:
    shown: dict[str, object] = {name: _number(mask, name, value, positive=True) for name, value in given.items()}
    if shown["major_axis"] < shown["minor_axis"]:
        raise MaskError(f"{mask}: major_axis={shown['major_axis']:g} must not be smaller than "
                        f"minor_axis={shown['minor_axis']:g}; swap them and turn the mask with azimuth_angle=90.")
    return np.array(list(shown.values())), shown
