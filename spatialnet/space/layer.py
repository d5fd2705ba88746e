"""What users hold: nodes, and layers of nodes with positions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .._core.geometry import displacement as _displacement
from ..distinct import repeats
from ..errors import MaskError, PositionError
from .images import count_images
from .placement import Geometry, Positions

if TYPE_CHECKING:
    from ..masks.mask import Mask
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
    frozen : (n,) bool or None
        Nodes that are not updated; None: there are none.
    """

    index: int
    name: str
    model: Any
    first_id: int
    n: int
    geometry: Geometry | None = None
    parameters: dict[str, Any] = field(default_factory=dict)
    frozen: NDArray[np.bool_] | None = None


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

    @property
    def is_spatial(self) -> bool:
        """Whether any node has a position."""
        return any(part.is_spatial for part in self.parts)

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
        if repeats(np.concatenate([p.ids for p in parts])):
            raise PositionError(f"'{self.name}' and '{other.name}' share nodes; join disjoint ones.")
        return Nodes(self.network, parts)

    def view(self, node: Nodes | int | None = None, color_by: str | None = None):
        """An interactive map: click a node, or walk with the arrow keys.

        Parameters
        ----------
        node : Layer or int, optional
            The chosen node, as a layer of one node or as a global id.
        color_by : str, optional
            A parameter that differs between nodes, an axis, ``"distance"`` from the chosen node, or ``"layer"``.

        Returns
        -------
        spatialnet.views.widgets.LayerView
            ``view.save("map.svg")`` keeps it, as .svg, .png, .pdf or .html.

        Raises
        ------
        ParameterError
            If the node is none of these, or there is nothing of that name to colour by.
        """
        from ..views import view_layer
        return view_layer(self, node=node, color_by=color_by)

    def _repr_mimebundle_(self, include=None, exclude=None):
        from ..views import layer_mimebundle
        return layer_mimebundle(self)

    def __repr__(self) -> str:
        return f"<{len(self)} nodes: {self.name}>"


class Layer(Nodes):
    """One population, or a slice of it. Positions, extent and wrapping stay with every slice.

    ``layer[3]``, ``layer[:100]``, ``layer[[1, 5]]`` and ``layer[mask]`` are layers too, and on a grid ``layer[column, row]``.
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

    def __setattr__(self, name: str, value: Any) -> None:
        if name not in ("network", "population", "indices", "_parts"):
            raise AttributeError(f"a layer has no attribute '{name}' to set; parameters are set with layer.set({name}=…)")
        super().__setattr__(name, value)

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
        elif isinstance(key, tuple):
            chosen = self.indices[[self._cell(key)]]
        else:
            array = np.asarray(key)
            if array.size == 0:
                array = array.astype(np.int64)
            if array.ndim != 1 or array.dtype.kind not in "iub":
                raise TypeError(f"index a layer with a number, a slice, integers or a boolean mask, got {key!r}")
            chosen = self.indices[array]
            if repeats(chosen):
                raise IndexError("a node can be in a layer only once")
        return Layer(self.network, self.population, chosen)

    def _cell(self, key: tuple[int, ...]) -> int:
        """Number of the node in a cell of the grid."""
        shape = self.shape if self.is_spatial and self.is_whole else None
        if shape is None or len(key) != len(shape) or not all(isinstance(k, (int, np.integer)) for k in key):
            raise TypeError(f"layer[column, row] takes a cell of a whole grid, got {key!r} for {self!r}; index nodes with a list, "
                            "layer[[3, 4]]")
        if not all(-n <= k < n for k, n in zip(key, shape)):
            raise IndexError(f"'{self.name}' is a grid of {' × '.join(map(str, shape))}, there is no cell {list(key)}")
        return int(np.ravel_multi_index([k % n for k, n in zip(key, shape)], shape))

    def displacement(self, start: ArrayLike | Nodes, end: ArrayLike | Nodes) -> Positions:
        """From `start` to `end`, so end minus start; the shortest way if this layer wraps.

        Parameters
        ----------
        start, end : array_like (d,) or (m, d), or Nodes
            Positions, in mm, or nodes that have some; equally many, or one.

        Returns
        -------
        ndarray (m, d)

        Raises
        ------
        PositionError
        """
        points = [self._points(value) for value in (start, end)]
        if len({len(p) for p in points} - {1}) > 1:
            raise PositionError(f"{len(points[0])} starts and {len(points[1])} ends; give equal numbers, or one.")
        return _displacement(*points, self.extent, self.edge_wrap)

    def _points(self, value: ArrayLike | Nodes) -> Positions:
        """`value` as finite points (m, d) of this layer's dimension."""
        d = len(self.extent)
        try:
            given = np.concatenate([part.positions for part in value.parts]) if isinstance(value, Nodes) else value
            array = np.atleast_2d(np.asarray(given, dtype=np.float64))
        except PositionError:
            raise
        except (TypeError, ValueError):
            array = np.empty((0, 0))
        if array.ndim != 2 or array.shape[1] != d or not np.isfinite(array).all():
            raise PositionError(f"'{self.name}' is {d}-dimensional: give {d} finite coordinates for each point, "
                                f"got {value!r}.")
        return array

    def distance(self, start: ArrayLike | Nodes, end: ArrayLike | Nodes) -> NDArray[np.float64]:
        """Lengths (m,) of the `displacement` from `start` to `end`, in mm."""
        return np.sqrt((self.displacement(start, end) ** 2).sum(axis=1))

    def nearest(self, point: ArrayLike | Nodes, k: int = 1, *, find_all: bool = False) -> Layer:
        """The nodes nearest to a point.

        Parameters
        ----------
        point : array_like (d,), or a Layer of one node
            In mm.
        k : int
            How many, nearest first; of equally near ones the first.
        find_all : bool
            Every node as near as the k-th, too, within rounding (1e-14 of the distance).

        Returns
        -------
        Layer

        Raises
        ------
        PositionError
        """
        if isinstance(k, bool) or not isinstance(k, (int, np.integer)) or not 1 <= k <= len(self):
            raise PositionError(f"k must lie between 1 and {len(self)}, the number of nodes, got {k!r}.")
        if len(self._points(point)) != 1:
            raise PositionError(f"nearest takes one point, got {len(self._points(point))}; nearest_ids takes several.")
        distance = self.distance(point, self.positions)
        order = np.argsort(distance, kind="stable")
        if find_all:
            k = int((distance <= distance[order[k - 1]] * (1 + 1e-14)).sum())
        return self[order[:k]]

    def nearest_ids(self, points: ArrayLike | Nodes) -> Ids:
        """Global id of the node nearest to each of some points, of equally near ones the first.

        Parameters
        ----------
        points : array_like (m, d), or Nodes
            In mm.

        Returns
        -------
        ndarray (m,) int64
        """
        points, positions = self._points(points), self.positions
        if len(positions) == 0:
            raise PositionError(f"'{self.name}' has no nodes, so none is nearest.")
        found = np.empty(len(points), np.int64)
        at_once = max(1, (1 << 20) // len(positions))
        for i in range(0, len(points), at_once):
            some = points[i:i + at_once]
            distance = self.distance(np.repeat(some, len(positions), axis=0), np.tile(positions, (len(some), 1)))
            found[i:i + at_once] = distance.reshape(len(some), -1).argmin(axis=1)
        return self.ids[found]

    def center_node(self) -> Layer:
        """The node nearest to the centre of the layer; of equally near ones the first."""
        return self.nearest(self.center)

    def inside(self, mask: Mask, anchor: ArrayLike | Nodes | None = None) -> Layer:
        """The nodes in a mask that is laid on the layer.

        Parameters
        ----------
        mask : Mask
        anchor : array_like (d,), or a Layer of one node, optional
            Where the origin of the mask lies, in mm; it may be outside the layer. The centre of the layer by default.

        Returns
        -------
        Layer
            In the order of this one. Where the layer wraps, the mask is continued at the opposite edges; no node comes
            twice, however wide the mask.

        Raises
        ------
        MaskError
            If mask and layer differ in dimension.
        PositionError
        """
        if not callable(getattr(mask, "contains", None)):
            raise MaskError(f"inside takes a mask such as spatialnet.circular(0.5), got {mask!r}.")
        anchor = self._points(self.center if anchor is None else anchor)
        if len(anchor) != 1:
            raise PositionError(f"inside takes one anchor, got {len(anchor)}.")
        mask = mask.resolved(self)
        if mask.dimensions != len(self.extent):
            raise MaskError(f"{mask!r} is {mask.dimensions}-dimensional, but layer '{self.name}' is "
                            f"{len(self.extent)}-dimensional.")
        inside = count_images(mask, self.positions, anchor[0], self.extent if self.edge_wrap else None) > 0
        return self[inside]

    def dump(self, path: Any, digits: int | None = None) -> None:
        """Write the nodes as text, a line ``id x y [z]`` for each.

        Parameters
        ----------
        path : path
            Replaced when the new file is complete.
        digits : int, optional
            Significant digits; by default as many as are needed to read the same numbers back. NEST writes 6.

        See Also
        --------
        spatialnet.read_nodes : reads such files.
        """
        from .text import dump_nodes
        dump_nodes(self, path, digits)

    def get(self, name: str) -> Any:
        """Current value of a parameter or state variable.

        Parameters
        ----------
        name : str
            Such as ``"tau_m"`` or ``"V_m"``; a notebook shows all of them with ``spatialnet.get_model(layer.model)``.

        Returns
        -------
        ndarray (n,), or a scalar for a single node
            In the unit the model tells.

        Raises
        ------
        UnknownNameError

        Examples
        --------
        >>> import spatialnet as sn
        >>> cells = sn.Network(seed=1).create("iaf_psc_exp", n=3, tau_m=[8.0, 10.0, 12.0])
        >>> cells.get("tau_m")
        array([ 8., 10., 12.])
        """
        return self.network._get(self, name)

    def set(self, values: Mapping[str, Any] | None = None, /, **parameters: Any) -> None:
        """Set parameters or state.

        Parameters
        ----------
        values : dict, optional
            Values by name, where they are no keywords.
        **parameters
            Numbers, arrays (n,) or expressions of ``pos`` and ``random``, in the units of the model.

        Raises
        ------
        ParameterError, UnknownNameError
            Nothing is changed then.

        Notes
        -----
        ``frozen=True`` stops nodes of any model: they keep their state, send nothing, and what reaches them is lost;
        ``frozen=False`` lets them go on.
        """
        self.network._set(self, {**(values or {}), **parameters})

    def __getattr__(self, name: str) -> Any:
        # Only for names that are nothing else. Parameters are no attributes: a run may change them, and a layer has many.
        population = self.__dict__.get("population")
        if population is not None and name in getattr(population.model, "settable", ()):
            raise AttributeError(f"a layer has no attribute '{name}'; parameters are read with layer.get('{name}') and set with "
                                 f"layer.set({name}=…)", name=name, obj=self)
        raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'", name=name, obj=self)

    def __repr__(self) -> str:
        name = self.population.name
        if len(self) == 1 and not self.is_whole:
            where = ", ".join(f"{axis} = {value:g}" for axis, value in zip("xyz", self.positions[0])) + " mm" if self.is_spatial else ""
            return f"<node {self.ids[0]} of '{name}': {', '.join(filter(None, (self.model, where)))}>"
        if not self.is_whole:
            return f"<{len(self)} of the {self.population.n} nodes of '{name}': {self.model}>"
        if not self.is_spatial:
            return f"<'{self.name}': {len(self)} × {self.model}>"
        size = " × ".join(f"{e:g}" for e in self.extent)
        kind = "grid of " + " × ".join(map(str, self.shape)) if self.shape else "free layer"
        wrap = ", wrapped" if self.edge_wrap else ""
        return f"<layer '{self.name}': {len(self)} × {self.model}, {kind}, {size} mm{wrap}>"
