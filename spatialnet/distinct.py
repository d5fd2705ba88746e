"""Distinct values of an array.

`numpy.unique` does the same, but its first call imports `numpy.ma`, which takes ten times as long as a run of a few neurons.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray


def distinct(values: ArrayLike) -> NDArray[Any]:
    """The distinct values, ascending."""
    ordered = np.sort(values, axis=None)
    return ordered[np.append(ordered[:1] == ordered[:1], ordered[1:] != ordered[:-1])]


def repeats(values: ArrayLike) -> bool:
    """Whether a value occurs more than once."""
    ordered = np.sort(values, axis=None)
    return bool((ordered[1:] == ordered[:-1]).any())
