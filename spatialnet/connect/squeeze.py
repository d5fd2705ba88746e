"""Bounds of a probability that depends on nothing but the distance, in steps of its square."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..expressions.coordinates import PAIR_SYMBOLS
from ..language.nodes import Expression, is_random, symbols
from ..language.program import compile_program
from ..masks.mask import Mask

_STEPS = 1024
#: where p stays below, one step is enough
_SMALL = 1 / 512
#: a mask that is nearly a ball is decided by the distance, too
_NEARLY = 0.9


@dataclass(eq=False)
class Squeeze:
    """What bounds of p say about a random byte.

    Attributes
    ----------
    chances : ndarray (n + 1,) int32
        For each step of the squared distance: bytes below the lower 16 bits mean a connection, bytes from the upper 16
        bits on none; those between are not decided. The last is for all that is farther.
    per_square : float
        Steps in the square of a mm.
    reach : float
        No node is farther away, in mm.
    one_way : bool
        Whether the way to what is in reach is the shortest anyway, in the image of the pool where the mask meets it.
    knows_mask : bool
        Whether no byte means a connection outside the mask.
    """

    chances: NDArray[np.int32]
    per_square: float
    reach: float
    one_way: bool
    knows_mask: bool


def squeeze(p: Expression | float, mask: Mask | None, pool: NDArray, drivers: NDArray, extent: NDArray | None,
            cell_size: NDArray) -> Squeeze | None:
    """The bounds, or None where p is a number, random, or depends on more than the distance.

    Parameters
    ----------
    p : Expression or float
    mask : Mask or None
    pool, drivers : ndarray (n, d) float64
        Positions.
    extent : ndarray (d,) float64, optional
        Where the pool wraps.
    cell_size : ndarray (d,) float64
        Of the cells relative to which the core measures, in single precision.
    """
    if not is_radial(p):
        return None
    if extent is not None:
        far = np.linalg.norm(extent) / 2
    else:
        far = np.linalg.norm(np.maximum(pool.max(0), drivers.max(0)) - np.minimum(pool.min(0), drivers.min(0)))
    inner, reach = (np.inf, np.inf) if mask is None else mask.radii()
    program = compile_program(p, PAIR_SYMBOLS)

    def bounds(near, to):
        return program.bounds({"distance": near}, {"distance": to}, len(near))

    farther = far * (1 + 1e-9) + 1e-300
    distances = np.r_[np.geomspace(1e-6, 1, 512) * farther]
    beyond = bounds(distances, np.full(512, farther))[1]
    small = distances[beyond <= _SMALL]
    last = min(farther, reach * (1 + 1e-4), small[0] if len(small) else np.inf)
    # by rounding in single precision a node may fall into the next step
    step = last ** 2 / _STEPS
    slack = 0.02 * step + 4e-6 * last * (last + float(cell_size.max(initial=0.0)))
    ends = step * np.arange(_STEPS + 1)
    near = np.sqrt(np.maximum(ends - slack, 0.0)) * (1 - 1e-12)
    to = np.append(np.sqrt(ends[1:] + slack) * (1 + 1e-12), max(farther, last * 1.01))
    low, high = bounds(near, to)
    # written so that NaN decides nothing
    low = np.where(low >= 0.0, np.floor(256 * np.minimum(low, 1.0)), 0).astype(np.int32)
    high = np.where(high < 1.0, np.ceil(256 * np.maximum(high, 0.0)), 256).astype(np.int32)
    reach_at_most = reach * (1 + 1e-9)
    one_way = extent is None or bool(reach_at_most <= extent.min() / 2)
    knows_mask = mask is None or (one_way and inner >= _NEARLY * reach)
    if mask is not None:
        high[near > reach_at_most] = 0
        if knows_mask:
            low[to > inner * (1 - 1e-9)] = 0
        low = np.minimum(low, high)
    return Squeeze(low | high << 16, _STEPS / last ** 2, reach_at_most, one_way, knows_mask)


def is_radial(p: Expression | float) -> bool:
    return isinstance(p, Expression) and symbols(p) == {"distance"} and not is_random(p)
