"""Where the nodes of a layer, or of several, lie: the arrays that every map is drawn from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .outlines import shortest

AXES = "xyz"


@dataclass(frozen=True)
class Places:
    """The positioned nodes of a `Nodes`, parts joined in their order.

    Attributes
    ----------
    ids : (n,) int64 array
        Global ids.
    positions : (n, d) float64 array
        In the unit `units`.
    part : (n,) int array
        Which of `names` a node belongs to.
    names, models : tuple of str
        Of the parts, including those without positions.
    lower, upper : (d,) arrays
        Corners of the box that holds the extents of all parts.
    edge_wrap : bool
        True if all parts are tori of the same extent.
    unplaced : (m,) int64 array
        Ids of nodes that have no position, such as devices.
    boxes : tuple of (lower, upper, edge_wrap)
        Extent of each part with positions, equal ones once.
    """

    ids: NDArray[np.int64]
    positions: NDArray[np.float64]
    part: NDArray[np.int64]
    names: tuple[str, ...]
    models: tuple[str, ...]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    edge_wrap: bool
    unplaced: NDArray[np.int64]
    boxes: tuple[tuple[NDArray[np.float64], NDArray[np.float64], bool], ...] = ()
    units: str = "mm"

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def dimensions(self) -> int:
        """Number of axes of the positions; 2 where nothing has a position."""
        return self.positions.shape[1]

    @property
    def extent(self) -> NDArray[np.float64]:
        """Size of the box between `lower` and `upper`."""
        return self.upper - self.lower

    def distance(self, point: NDArray[np.float64]) -> NDArray[np.float64]:
        """Distances of all nodes from a point (n,), the shortest way where the places wrap."""
        way = shortest(point, self.positions, self.extent, self.edge_wrap)
        return np.sqrt(np.einsum("ij,ij->i", way, way))

    @cached_property
    def _order(self) -> NDArray[np.int64]:
        return np.argsort(self.ids, kind="stable")

    def index_of(self, ids: Any) -> NDArray[np.int64]:
        """Indices of global ids into the arrays here; -1 for those that are not among them."""
        ids = np.atleast_1d(np.asarray(ids, dtype=np.int64))
        if len(self) == 0:
            return np.full(len(ids), -1)
        place = np.minimum(np.searchsorted(self.ids, ids, sorter=self._order), len(self) - 1)
        index = self._order[place]
        return np.where(self.ids[index] == ids, index, -1)

    def name_of(self, node: int) -> str:
        """Name of the part in which a positioned node lies."""
        return self.names[int(self.part[int(self.index_of(node)[0])])]

    def central(self) -> int | None:
        """Id of the node nearest to the middle, or None if nothing has a position."""
        if len(self) == 0:
            return None
        offset = self.positions - (self.lower + self.upper) / 2
        return int(self.ids[np.argmin(np.einsum("ij,ij->i", offset, offset))])


def places_of(nodes: Any) -> Places:
    """Collect the places of a layer, or of any `Nodes` with ``parts``."""
    parts = tuple(getattr(nodes, "parts", None) or (nodes,))
    placed = [(k, part) for k, part in enumerate(parts) if part.is_spatial]
    unplaced = [np.asarray(part.ids, dtype=np.int64) for part in parts if not part.is_spatial]
    names = tuple(str(part.name) for part in parts)
    models = tuple(str(part.model) for part in parts)
    empty = np.empty(0, dtype=np.int64)
    if not placed:
        corner = np.zeros(2)
        return Places(empty, np.empty((0, 2)), empty, names, models, corner - 0.5, corner + 0.5, False,
                      np.concatenate(unplaced) if unplaced else empty)
    layers = [part for _, part in placed]
    lower = np.array([np.asarray(part.center) - np.asarray(part.extent) / 2 for part in layers], dtype=np.float64)
    upper = np.array([np.asarray(part.center) + np.asarray(part.extent) / 2 for part in layers], dtype=np.float64)
    return Places(
        ids=np.concatenate([np.asarray(part.ids, dtype=np.int64) for part in layers]),
        positions=np.concatenate([np.asarray(part.positions, dtype=np.float64) for part in layers]),
        part=np.concatenate([np.full(len(part.ids), k, dtype=np.int64) for k, part in placed]),
        names=names,
        models=models,
        lower=lower.min(axis=0),
        upper=upper.max(axis=0),
        edge_wrap=bool(
            all(part.edge_wrap for part in layers) and np.allclose(lower, lower[0]) and np.allclose(upper, upper[0])
        ),
        unplaced=np.concatenate(unplaced) if unplaced else empty,
        boxes=tuple({(*low, *high, part.edge_wrap): (low, high, bool(part.edge_wrap))
                     for low, high, part in zip(lower, upper, layers, strict=True)}.values()),
        units=layers[0].geometry.units,
    )
