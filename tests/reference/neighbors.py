"""Neighbours by brute force: every node is looked at, with exact distances."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from tests.reference.geometry import square_distance


def within(positions, point, radius: float, extent, edge_wrap: bool) -> list[int]:
    """Numbers of the nodes up to `radius` away from `point`, ascending."""
    square = Fraction(float(radius)) ** 2
    return [i for i, p in enumerate(np.asarray(positions)) if square_distance(point, p, extent, edge_wrap) <= square]


def inside(positions, lower, upper) -> list[int]:
    """Numbers of the nodes in a box, its faces included."""
    return [i for i, p in enumerate(np.asarray(positions)) if all(a <= v <= b for a, v, b in zip(lower, p, upper))]
