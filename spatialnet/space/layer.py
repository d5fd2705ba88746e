"""What users hold: nodes, and layers of nodes with positions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .._core.geometry import displacement as _displacement
from ..errors import PositionError
from .placement import Geometry, Positions

if TYPE_CHECKING:
    from ..network import Network

Ids = NDArray[np.int64]  # (n,)


@dataclass(eq=False)
class Population:
    """What one `Network.create` made.

    Attributes
    ----------
    index : int
        Its number in the network.
    name : str
    model : object
        Declaration of the node model; ``model.name`` is its name.
    first_id, n : int
        It owns the ids ``first_id … first_id + n - 1``.
    geometry : Geometry or None
    parameters : dict
        Parameter and initial state by name: a float, or an array (n,) where the nodes differ.
    """

    index: int
    name: str
    model: Any
    first_id: int
    n: int
    geometry: Geometry | None = None
    parameters: dict[str, Any] = field(default_factory=dict)


class Nodes:
    """Nodes of one network, in order: a layer, a slice of one, or several joined with ``+``."""

    def __init__(self, network: Network, parts: tuple[Layer, ...]):
        self.network = network
        self._parts = parts

    @property
    def parts(self) -> tuple[Layer, ...]:
        """The layers (or slices) this consists of, in order."""
        return self._parts

    @property
    def ids(self) -> Ids:
        """Global ids, int64 (n,)."""
        return np.concatenate([part.ids for part in self.parts])

    @property
    def name(self) -> str:
        return " + ".join(part.name for part in self.parts)

    def __len__(self) -> int:
        return sum(len(part) for part in self.parts)

    def __iter__(self) -> Iterator[Layer]:
        for part in self.parts:
            yield from part

    def __add__(self, other: Nodes) -> Nodes:
        if not isinstance(other, Nodes):
            return NotImplemented
        if other.network is not self.network:
            raise PositionError("nodes of two networks cannot be joined.")
        parts = (*self.parts, *other.parts)
        if len(np.unique(np.concatenate([p.ids for p in parts]))) != sum(map(len, parts)):
            raise PositionError(f"'{self.name}' and '{other.name}' share nodes; join disjoint ones.")
        return Nodes(self.network, parts)

    def __repr__(self) -> str:
        return f"<{len(self)} nodes: {self.name}>"


class Layer(Nodes):
    """One population, or a slice of it. Positions, extent and wrapping stay with every slice.

    ``layer[3]``, ``layer[:100]``, ``layer[[1, 5]]`` and ``layer[mask]`` are layers too.
    """

    def __init__(self, network: Network, population: Population, indices: Ids | None = None):
        self.population = population
        self.indices = np.arange(population.n) if indices is None else indices
        super().__init__(network, (self,))

    @property
    def ids(self) -> Ids:
        """Global ids, int64 (n,)."""
        return self.population.first_id + self.indices

    @property
    def name(self) -> str:
        """Name of the population, marked if this is a part of it."""
        return self.population.name + ("" if self.is_whole else "[…]")

    @property
    def is_whole(self) -> bool:
        """Whether this is the whole population, in order."""
        n = self.population.n
        return len(self.indices) == n and bool((self.indices == np.arange(n)).all())

    @property
    def model(self) -> str:
        """Name of the node model."""
        return self.population.model.name

    @property
    def is_spatial(self) -> bool:
        """Whether the nodes have positions."""
        return self.population.geometry is not None

    @property
    def geometry(self) -> Geometry:
        """Geometry of the whole population.

        Raises
        ------
        PositionError
            If the nodes have no positions.
        """
        if self.population.geometry is None:
            raise PositionError(f"'{self.name}' ({self.model}) has no positions. Create it with a placement, "
                                "as in net.create(model, spatialnet.grid([10, 10])).")
        return self.population.geometry

    @property
    def positions(self) -> Positions:
        """Positions (n, d), in mm."""
        return self.geometry.positions[self.indices]

    @property
    def extent(self) -> NDArray[np.float64]:
        """Size of the layer along each axis (d,), in mm."""
        return self.geometry.extent

    @property
    def center(self) -> NDArray[np.float64]:
        """Centre of the layer (d,), in mm."""
        return self.geometry.center

    @property
    def edge_wrap(self) -> bool:
        """Whether opposite edges are glued together."""
        return self.geometry.edge_wrap

    @property
    def placement(self) -> str:
        """``"grid"`` or ``"free"``."""
        return self.geometry.placement

    @property
    def shape(self) -> tuple[int, ...] | None:
        """Nodes along each axis of the whole grid; None for free layers."""
        return self.geometry.shape

    def __len__(self) -> int:
        return len(self.indices)

    def __iter__(self) -> Iterator[Layer]:
        for index in self.indices:
            yield Layer(self.network, self.population, np.array([index]))

    def __getitem__(self, key: Any) -> Layer:
        if isinstance(key, (int, np.integer)) and not isinstance(key, bool):
            if not -len(self) <= key < len(self):
                raise IndexError(f"'{self.name}' has {len(self)} nodes, there is no number {key}")
            chosen = self.indices[[key]]
        elif isinstance(key, slice):
            chosen = self.indices[key]
        else:
            array = np.asarray(key)
            if array.size == 0:
                array = array.astype(np.int64)
            if array.ndim != 1 or array.dtype.kind not in "iub":
                raise TypeError(f"index a layer with a number, a slice, integers or a boolean mask, got {key!r}")
            chosen = self.indices[array]
            if len(np.unique(chosen)) != len(chosen):
                raise IndexError("a node can be in a layer only once")
        return Layer(self.network, self.population, chosen)

    def displacement(self, start: ArrayLike, end: ArrayLike) -> Positions:
        """From `start` to `end`, the shortest way if the layer wraps.

        Parameters
        ----------
        start, end : array_like (d,) or (m, d)
            Positions, in mm.

        Returns
        -------
        ndarray (m, d)
        """
        d = len(self.extent)
        points = []
        for value in (start, end):
            try:
                array = np.atleast_2d(np.asarray(value, dtype=np.float64))
            except (TypeError, ValueError):
                array = np.empty((0, 0))
            if array.ndim != 2 or array.shape[1] != d or not np.isfinite(array).all():
                raise PositionError(f"'{self.name}' is {d}-dimensional: give {d} finite coordinates for each point, "
                                    f"got {value!r}.")
            points.append(array)
        if len({len(p) for p in points} - {1}) > 1:
            raise PositionError(f"{len(points[0])} starts and {len(points[1])} ends; give equal numbers, or one.")
        return _displacement(*points, self.extent, self.edge_wrap)

    def distance(self, start: ArrayLike, end: ArrayLike) -> NDArray[np.float64]:
        """Lengths (m,) of `displacement`, in mm."""
        return np.sqrt((self.displacement(start, end) ** 2).sum(axis=1))

    def nearest(self, point: ArrayLike, k: int = 1) -> Layer:
        """The `k` nodes nearest to `point` (mm), nearest first; of equally near ones the first."""
        if not 1 <= k <= len(self):
            raise PositionError(f"k must lie between 1 and {len(self)}, the number of nodes, got {k}.")
        order = np.argsort(self.distance(point, self.positions), kind="stable")[:k]
        return self[order]

    def get(self, name: str) -> Any:
        """Current value of a parameter or state variable: an array (n,), or a scalar for a single node."""
        return self.network._get(self, name)

    def set(self, values: Mapping[str, Any] | None = None, /, **parameters: Any) -> None:
        """Set parameters or state: numbers, arrays (n,) or expressions of ``pos`` and ``random``.

        Raises
        ------
        ParameterError, UnknownNameError
            Nothing is changed then.
        """
        self.network._set(self, {**(values or {}), **parameters})

    def view(self, **options: Any):
        """An interactive map; see `spatialnet.views`."""
        from ..views import view_layer
        return view_layer(self, **options)

    def _repr_mimebundle_(self, include=None, exclude=None):
        if not self.is_spatial:
            return {"text/plain": repr(self)}
        from ..views import layer_mimebundle
        return layer_mimebundle(self)

    def __repr__(self) -> str:
        if not self.is_spatial:
            return f"<'{self.name}': {len(self)} × {self.model}>"
        size = " × ".join(f"{e:g}" for e in self.extent)
        kind = "grid of " + " × ".join(map(str, self.shape)) if self.shape else "free layer"
        wrap = ", wrapped" if self.edge_wrap else ""
        return f"<layer '{self.name}': {len(self)} × {self.model}, {kind}, {size} mm{wrap}>"
