"""Milliseconds ↔ steps. Time is kept in steps; floats appear only where users write them."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..errors import ParameterError

#: the finest time that is told apart, ms
TIC = 1e-3
#: how far from a step a time may be and still lie on it, ms
_TOLERANCE = 1e-3 * TIC
#: "never" in steps, with room for adding delays
NEVER = np.iinfo(np.int64).max // 4


def is_on_grid(times: ArrayLike, h: float) -> NDArray[np.bool_]:
    """Which of `times` (ms) are multiples of the step `h` (ms); infinite ones count."""
    times = np.asarray(times, dtype=np.float64)
    finite = np.where(np.isfinite(times), times, 0.0)
    return np.abs(finite - np.rint(finite / h) * h) <= _TOLERANCE + 1e-12 * np.abs(finite)


def grid_steps(times: ArrayLike, h: float, owner: str, name: str) -> NDArray[np.int64]:
    """Steps of times that must lie on the grid; infinite ones become `NEVER`.

    Raises
    ------
    ParameterError
        ``owner.name: …`` for a time between two steps.
    """
    times = np.asarray(times, dtype=np.float64)
    off = ~is_on_grid(times, h)
    if off.any():
        raise ParameterError(owner, name, f"must be a multiple of the resolution {h:g} ms, got "
                             f"{np.atleast_1d(times)[np.atleast_1d(off)][0]:g}.")
    return np.where(np.isfinite(times), np.rint(np.where(np.isfinite(times), times, 0.0) / h),
                    np.where(times > 0, NEVER, -NEVER)).astype(np.int64)


def steps_up(times: ArrayLike, h: float) -> NDArray[np.int64]:
    """Steps that are at least as long as `times` (ms): 0.14 ms are 2 steps of 0.1 ms."""
    tics = np.rint(np.asarray(times, dtype=np.float64) / TIC)
    return np.ceil(tics / np.rint(h / TIC)).astype(np.int64)


#: steps of the longest run: floats still tell neighbouring steps apart, and integers do not overflow
LONGEST_RUN = 2 ** 50


def run_steps(duration: object, h: float) -> int:
    """Steps of a run of `duration` ms.

    Raises
    ------
    ParameterError
        If it is not a number, negative, infinite, or not a multiple of the resolution.
    """
    try:
        t = float(duration)
    except (TypeError, ValueError):
        t = math.nan
    if math.isnan(t) or isinstance(duration, (bool, str)):
        raise ParameterError("simulate", "t", f"must be a time in ms, got {duration!r}.")
    if t < 0 or math.isinf(t):
        raise ParameterError("simulate", "t", f"must be >= 0 ms and finite, got {t:g}.")
    if t > LONGEST_RUN * h:
        raise ParameterError("simulate", "t", f"must be at most {LONGEST_RUN * h:g} ms, got {t:g}.")
    steps = round(t / h)
    return steps if abs(t - steps * h) <= _TOLERANCE + 1e-12 * t else int(grid_steps(t, h, "simulate", "t"))  # which says why not
