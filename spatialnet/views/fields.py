"""The probability of a connection around a node, at points and as a map."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .outlines import shortest
from .places import Places


@dataclass(frozen=True)
class Field:
    """What a rule asks of the pairs of one node with all points of a layer.

    Attributes
    ----------
    p : Expression, float or None
        None counts as 1.
    mask : Mask or None
        In mm, around the driver.
    places : Places
        The layer at the other end.
    is_source : bool
        Whether the node is the source of the pairs.
    drives : bool
        Whether the mask stands around the node; otherwise it stands around each of the points.
    """

    p: Any
    mask: Any
    places: Places
    is_source: bool = True
    drives: bool = True

    def at(self, node: NDArray[np.float64] | None, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Values for pairs of a node at a position with points (m, d); NaN outside the mask."""
        result = np.full(len(points), np.nan)
        if node is None:
            return result
        inside = np.ones(len(points), dtype=bool)
        if self.mask is not None:
            inside = self._inside(points - node if self.drives else node - points)
        if self.p is None or np.isscalar(self.p):
            result[inside] = 1.0 if self.p is None else float(self.p)
            return result
        points = points[inside]
        way = shortest(node, points, self.places.extent, self.places.edge_wrap) * (1 if self.is_source else -1)
        nodes = np.broadcast_to(node, points.shape)
        source, target = (nodes, points) if self.is_source else (points, nodes)
        result[inside] = self.p.at(displacement=way, source=source, target=target,
                                   distance=np.sqrt(np.einsum("ij,ij->i", way, way)))
        return result

    def _inside(self, difference: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Whether any periodic image of a point lies in the mask; an anchored mask may reach beyond half the extent."""
        places, mask = self.places, self.mask
        if not places.edge_wrap:
            return np.asarray(mask.contains(difference), dtype=bool)
        lower, upper = (np.asarray(corner, dtype=np.float64) for corner in mask.bounding_box())
        first = np.floor((lower - difference.max(axis=0)) / places.extent).astype(int)
        last = np.ceil((upper - difference.min(axis=0)) / places.extent).astype(int)
        found = np.zeros(len(difference), dtype=bool)
        for shift in np.ndindex(*(last - first + 1)):
            moved = difference + (np.array(shift) + first) * places.extent
            close = np.flatnonzero(~found & np.all((moved >= lower) & (moved <= upper), axis=1))
            if len(close):
                found[close] = mask.contains(moved[close])
        return found

    def map(self, node: NDArray[np.float64] | None, plane: tuple[int, int], pixels: int = 200) -> NDArray[np.float64]:
        """Values on a lattice of pixel centres over the extent, rows upwards; NaN outside the mask.

        In three dimensions the lattice lies in the plane through the node.
        """
        places, (across, up) = self.places, plane
        sides = np.maximum(np.rint(pixels * places.extent[[across, up]] / places.extent[[across, up]].max()), 2)
        n_across, n_up = (int(side) for side in sides)
        points = np.tile(node if node is not None else np.zeros(places.dimensions), (n_across * n_up, 1))
        horizontal = places.lower[across] + (np.arange(n_across) + 0.5) * places.extent[across] / n_across
        vertical = places.lower[up] + (np.arange(n_up) + 0.5) * places.extent[up] / n_up
        points[:, across] = np.tile(horizontal, n_up)
        points[:, up] = np.repeat(vertical, n_across)
        return self.at(node, points).reshape(n_up, n_across)
