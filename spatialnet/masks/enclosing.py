"""A box around all points that fulfil a condition, by interval arithmetic from the outside in."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .mask import INSIDE, OUTSIDE, Mask

_FARTHEST = 2.0 ** 20  # mm: nothing that is connected lies farther away
_MOST_BOXES = 4096     # looked at before a slab counts as not empty
_COARSE, _FINE = 8, 44  # bisections of one face: in a round, and at last
_THIN = 1e-12           # mm: a box this thin is tight enough


def enclosing_box(mask: Mask) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
    """Lower and upper corner of a box that contains `mask`; None if the mask has no end, or none that can be proved.

    Nothing of the condition lies outside: every slab that is cut off is proved to be empty. If all of it is, the box is
    empty too (lower above upper).
    """
    d = mask.dimensions
    lower, upper = np.full(d, -_FARTHEST), np.full(d, _FARTHEST)
    for k in range(d):
        for beyond in (1, -1):
            if not _ends(mask, lower, upper, k, beyond):
                return None
    steps = _COARSE
    while True:
        before = upper - lower
        for k in range(d):
            for side in (1, -1):
                if upper[k] - lower[k] > _THIN and not _shave(mask, lower, upper, k, side, steps):
                    return np.ones(d), -np.ones(d)
        if steps == _FINE:
            return lower, upper
        if (upper - lower > 0.9 * before).all() or (upper - lower <= _THIN).any():
            steps = _FINE


def _ends(mask: Mask, lower, upper, axis: int, side: int) -> bool:
    """Whether the mask does not reach beyond the box on one side: at once, or as far as twice the box."""
    low, high = np.full(len(lower), -np.inf), np.full(len(lower), np.inf)
    low[axis], high[axis] = (upper[axis], np.inf) if side > 0 else (-np.inf, lower[axis])
    if mask.relation(low, high)[0] == OUTSIDE:
        return True
    low, high = np.clip(low, 2 * lower, 2 * upper), np.clip(high, 2 * lower, 2 * upper)
    return _is_empty(mask, low, high)


def _shave(mask: Mask, lower, upper, axis: int, side: int, steps: int) -> bool:
    """Moves one face inwards, over what is proved to be empty. False if that is the whole box."""
    def cut(fraction: float) -> float:
        width = upper[axis] - lower[axis]
        return upper[axis] - fraction * width if side > 0 else lower[axis] + fraction * width

    def is_empty(at: float) -> bool:
        low, high = lower.copy(), upper.copy()
        (low if side > 0 else high)[axis] = at
        return _is_empty(mask, low, high)

    if is_empty(cut(1.0)):  # all of it
        return False
    least, most = 0.0, 1.0  # parts of the width that are empty, and that are not known to be
    for _ in range(steps):
        middle = (least + most) / 2
        if is_empty(cut(middle)):
            least = middle
        else:
            most = middle
    (upper if side > 0 else lower)[axis] = cut(least)
    return True


def _is_empty(mask: Mask, low: NDArray, high: NDArray) -> bool:
    """Whether a box is proved to hold nothing of the mask, by halving what is open."""
    low, high, looked_at = low[None].copy(), high[None].copy(), 0
    while len(low):
        looked_at += len(low)
        relation = mask.relation(low, high)
        if (relation == INSIDE).any() or looked_at > _MOST_BOXES:
            return False
        low, high = low[relation != OUTSIDE], high[relation != OUTSIDE]
        middle = (low + high) / 2
        if len(low) == 0:
            return True
        if mask.contains(middle).any():
            return False
        axis = (high - low).argmax(axis=1)
        rows = np.arange(len(low))
        if (high[rows, axis] - low[rows, axis] <= 0).any():
            return False
        left, right = high.copy(), low.copy()
        left[rows, axis] = right[rows, axis] = middle[rows, axis]
        low, high = np.concatenate([low, right]), np.concatenate([left, high])
    return True
