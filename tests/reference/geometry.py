"""Displacement on a line or a circle, in exact fractions."""

from __future__ import annotations

from fractions import Fraction
from math import floor


def displacement(start, end, extent, edge_wrap: bool) -> list[Fraction]:
    """From `start` to `end`, axis by axis; on a circle the shortest way, in [-extent/2, extent/2)."""
    out = []
    for a, b, size in zip(start, end, extent):
        d = Fraction(float(b)) - Fraction(float(a))
        if edge_wrap:
            size = Fraction(float(size))
            d -= size * floor(d / size + Fraction(1, 2))
        out.append(d)
    return out


def square_distance(start, end, extent, edge_wrap: bool) -> Fraction:
    return sum(d * d for d in displacement(start, end, extent, edge_wrap))
