"""Masks laid on layers whose opposite edges are glued together."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..errors import MaskError

if TYPE_CHECKING:
    from ..masks.mask import Mask
    from .placement import Positions

MOST_IMAGES = 10_000  # of a layer in a mask that goes round it


def count_images(mask: Mask, positions: Positions, anchor: NDArray[np.float64],
                 extent: NDArray[np.float64] | None) -> NDArray[np.int64]:
    """How many periodic images of each position lie in a mask.

    Parameters
    ----------
    mask : Mask
    positions : ndarray (n, d)
    anchor : ndarray (d,)
        Where the mask's origin lies.
    extent : ndarray (d,), or None
        Size of the torus; None where nothing wraps.

    Returns
    -------
    ndarray (n,) int64
        0 or 1 unless the mask is wider than the torus.

    Raises
    ------
    MaskError
        If it is wider by far.
    """
    if extent is None or len(positions) == 0:
        return mask.contains(positions - anchor).astype(np.int64)
    lower, upper = mask.bounding_box()
    # The mask moves and the nodes stay, as in the connector, so that both round alike.
    first = np.ceil((lower + anchor - positions.max(axis=0)) / extent - 1e-9)
    last = np.floor((upper + anchor - positions.min(axis=0)) / extent + 1e-9)
    n_images = np.prod(np.maximum(last - first + 1, 0))
    if not n_images <= MOST_IMAGES:
        raise MaskError(f"{mask!r} goes round the layer {n_images:.3g} times; at most {MOST_IMAGES} are possible. "
                        "Use a smaller mask.")
    found = np.zeros(len(positions), np.int64)
    slack = 1e-9 * extent
    for turns in itertools.product(*(range(int(a), int(b) + 1) for a, b in zip(first, last))):
        points = positions - (anchor - np.array(turns) * extent)
        near = np.flatnonzero(((points >= lower - slack) & (points <= upper + slack)).all(axis=1))
        found[near] += mask.contains(points[near])
    return found
