"""Layers and their nodes: making them, and asking where they are."""

from __future__ import annotations

from typing import Any

import numpy as np

from .._core.geometry import displacement
from ..nest import errors
from ..nest.errors import translated
from ..nest.kernel import Block, kernel
from ..nest.masks import Mask
from ..nest.old import current_name
from ..nest.subnets import Ids, LayerNode, add_layer, grouped, ids_of, layers, layers_of
from ..space import placement
from ..space.placement import Geometry

_KEYS = ("rows", "columns", "layers", "positions", "elements", "extent", "center", "edge_wrap")


def CreateLayer(specs: dict[str, Any] | list | tuple) -> Ids:
    """Make layers.

    Parameters
    ----------
    specs : dict, or list of dict
        ``elements``: a model, or a list of models, each perhaps followed by how many there are at every place, as in
        ``["iaf_cond_alpha", 10, "poisson_generator"]``. ``rows`` and ``columns`` (in 3 dimensions also ``layers``) for a grid, or
        ``positions``, a list of points. ``extent`` (1 along each axis), ``center`` (the origin), ``edge_wrap`` (False).

    Returns
    -------
    Ids
        Of the layers. The nodes of a layer follow it: for each element, all places; columns from left to right, and within a
        column rows from the top.

    Raises
    ------
    NESTErrors.*, TypeError
        Nothing is made then.
    """
    given = [specs] if isinstance(specs, dict) else list(specs) if isinstance(specs, (list, tuple)) else None
    if not given or not all(isinstance(one, dict) for one in given):
        raise TypeError(f"CreateLayer takes a dictionary or a list of these, got {specs!r}")
    plans = [(_geometry(one), _slots(one)) for one in given]
    return Ids(add_layer(*plan).id for plan in plans)


def _slots(spec: dict[str, Any]) -> list[str]:
    """A model for each slot."""
    elements = spec.get("elements")
    if isinstance(elements, str):
        elements = [elements]
    if not isinstance(elements, (list, tuple)) or not elements:
        raise errors.BadProperty(f"'elements' must be a model or a list of models, perhaps with numbers, got {elements!r}.")
    slots: list[str] = []
    for k, item in enumerate(elements):
        if isinstance(item, (list, tuple)):
            raise errors.unsupported(f"nested elements such as {list(item)!r}", "NEST has had none since 2.2; give a flat list.")
        if isinstance(item, str):
            model = current_name(item)
            if model not in kernel.node_models:
                raise errors.UnknownModelName(f"{item} is not a known model name.")
            slots.append(model)
            continue
        if isinstance(item, bool) or not isinstance(item, (int, np.integer)) or k == 0 or not isinstance(elements[k - 1], str):
            raise errors.BadProperty(f"'elements': a number of nodes follows the name of a model, got {item!r} in {list(elements)!r}.")
        if item < 1:
            raise errors.BadProperty(f"'elements': there must be at least one {elements[k - 1]} at a place, got {item}.")
        slots += [slots[-1]] * (int(item) - 1)
    return slots


def _geometry(spec: dict[str, Any]) -> Geometry:
    unknown = [k for k in spec if k not in _KEYS]
    if unknown:
        raise errors.UnaccessedDictionaryEntry(f"Unaccessed elements in the layer: {' '.join(map(str, unknown))}; there are "
                                               f"{', '.join(_KEYS)}.")
    if "elements" not in spec:
        raise errors.BadProperty("a layer needs 'elements'.")
    extent, center, wrap = spec.get("extent"), spec.get("center"), spec.get("edge_wrap", False)
    cells = [k for k in ("columns", "rows", "layers") if k in spec]
    with translated():
        if "positions" in spec:
            if cells:
                raise errors.BadProperty(f"a layer has either 'positions' or '{cells[0]}'.")
            if len(spec["positions"]) == 0:
                raise errors.BadProperty("give at least one position.")
            d = np.size(spec["positions"][0])
            extent, center = (np.ones(d) if extent is None else extent), (np.zeros(d) if center is None else center)
            return placement.free(spec["positions"], extent=extent, center=center, edge_wrap=wrap).realize()
        if not {"rows", "columns"} <= set(cells):
            raise errors.BadProperty("a layer needs 'rows' and 'columns', or 'positions'.")
        return placement.grid([spec[k] for k in cells], extent, center, wrap).realize()


# ---- which nodes ----

def GetElement(layers: Any, locations: Any) -> tuple:
    """The nodes at places of grids.

    Parameters
    ----------
    layers : list of int
        Ids of layers that are grids.
    locations : [column, row], or list of these
        Counted from the upper left corner, from 0; in 3 dimensions ``[column, row, layer]``.

    Returns
    -------
    tuple
        The ids at the place; one such tuple for each of several locations, and one of those for each of several layers.
    """
    found = []
    single = _is_one(locations)
    for layer in layers_of(layers, "GetElement"):
        shape = layer.geometry.shape
        if shape is None:
            raise errors.LayerExpected(f"GetElement: layer {layer.id} has free positions; use FindNearestElement.")
        here = []
        for place in [locations] if single else locations:
            cell = np.asarray(place)
            if cell.shape != (len(shape),) or cell.dtype.kind not in "iu":
                raise errors.BadProperty(f"GetElement: a location is {len(shape)} integers here, [column, row…], got {place!r}.")
            if (cell < 0).any() or (cell >= shape).any():
                raise errors.BadProperty(f"GetElement: layer {layer.id} has {' × '.join(map(str, shape))} columns and rows, there is no "
                                         f"{list(place)}.")
            index = np.ravel_multi_index(tuple(cell), shape)
            here.append(Ids(layer.slot_ids(slot)[index] for slot in range(len(layer.slots))))
        found.append(here[0] if single else tuple(here))
    return found[0] if len(found) == 1 else tuple(found)


def _is_one(locations: Any) -> bool:
    if not isinstance(locations, (list, tuple, np.ndarray)) or len(locations) == 0:
        raise TypeError(f"locations must be coordinates or a list of these, got {locations!r}")
    return np.ndim(locations[0]) == 0


def GetLayer(nodes: Any) -> Ids:
    """The layer of each node."""
    ids, known = ids_of(nodes, "nodes"), layers()
    bounds = np.array([(layer.id, layer.id + layer.n) for layer in known]).reshape(-1, 2)
    which = np.searchsorted(bounds[:, 0], ids) - 1
    outside = (which < 0) | (ids > bounds[which, 1]) if known else np.ones(len(ids), bool)
    if outside.any():
        raise errors.LayerNodeExpected(f"GetLayer: node {ids[outside][0]} is in no layer.")
    return Ids(bounds[which, 0])


def FindNearestElement(layers: Any, locations: Any, find_all: bool = False) -> tuple:
    """The node nearest to each location.

    Parameters
    ----------
    layers : list of int
    locations : position, or list of positions
    find_all : bool
        All equally near nodes instead of the first: a tuple of ids for each location.

    Returns
    -------
    tuple
        An id, or tuple of ids, for each location; one such tuple for each of several layers.
    """
    found = []
    for layer in layers_of(layers, "FindNearestElement"):
        here = []
        for point in [locations] if _is_one(locations) else locations:
            with translated():
                places = np.sort(layer.native().nearest(point, find_all=True).indices)
            ids = [int(layer.slot_ids(slot)[k]) for slot in range(len(layer.slots)) for k in places]
            here.append(Ids(ids) if find_all else ids[0])
        found.append(tuple(here) if find_all else Ids(here))
    return found[0] if len(found) == 1 else tuple(found)


def FindCenterElement(layers: Any) -> Ids:
    """For each layer the node nearest to its centre."""
    found = layers_of(layers, "FindCenterElement")
    return Ids(FindNearestElement([layer.id], layer.geometry.center.tolist())[0] for layer in found)


def SelectNodesByMask(layer: Any, anchor: Any, mask_obj: Mask) -> Ids:
    """The nodes of a layer inside a mask.

    Parameters
    ----------
    layer : list of one int
    anchor : position
        Where the origin of the mask lies; may be outside the layer.
    mask_obj : Mask
        From `CreateMask`.
    """
    node = one_layer(layer, "SelectNodesByMask")
    if not isinstance(mask_obj, Mask):
        raise TypeError("mask_obj must be a Mask object, see CreateMask.")
    native = node.native()
    with translated():
        mask = mask_obj._native.resolved(native)
        lower, upper = mask.bounding_box()
        if native.edge_wrap and ((upper - lower) > native.extent * (1 + 1e-9)).any():
            raise errors.BadProperty("the mask is wider than the periodic layer, so a node could be met twice; use a smaller mask.")
        places = np.sort(native.inside(mask, anchor).indices)
    return Ids(node.slot_ids(slot)[k] for slot in range(len(node.slots)) for k in places)


def one_layer(layer: Any, what: str) -> LayerNode:
    """The only layer of a list."""
    found = layers_of(layer, what)
    if len(found) != 1:
        raise ValueError(f"{what}: give one layer, got {len(found)}")
    return found[0]


# ---- where ----

def _block_of(some: np.ndarray) -> Block:
    """The block of nodes that share one, demanded to have positions."""
    block = kernel.blocks[kernel.block_numbers(some[:1])[0]]
    if block.population.geometry is None:
        raise errors.LayerExpected(f"node {some[0]} has no position.")
    return block


def GetPosition(nodes: Any) -> tuple[tuple[float, ...], ...]:
    """Position of each node."""
    return tuple(map(tuple, positions_of(ids_of(nodes, "nodes")).tolist()))


def positions_of(ids: np.ndarray) -> np.ndarray:
    """Positions (n, d) of nodes."""
    parts = [(places, here, _block_of(here)) for places, here in grouped(ids)]
    dimensions = {block.population.geometry.positions.shape[1] for _, _, block in parts}
    if len(dimensions) > 1:
        raise errors.BadProperty("the nodes lie in layers of different dimensions.")
    found = np.empty((len(ids), dimensions.pop() if dimensions else 2))
    for places, here, block in parts:
        found[places] = block.population.geometry.positions[here - block.first]
    return found


def ways(starts: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """Displacements (n, d) from positions (n, d) to nodes, each the shortest way in the layer of its node."""
    stops = positions_of(ends)
    if starts.shape != stops.shape:
        raise errors.BadProperty(f"node {ends[0]} lies in {stops.shape[1]} dimensions, the other end in {starts.shape[1]}.")
    made = np.empty(stops.shape)
    for places, here in grouped(ends):
        geometry = _block_of(here).population.geometry
        made[places] = displacement(starts[places], stops[places], geometry.extent, geometry.edge_wrap)
    return made


def _between(from_arg: Any, to_arg: Any) -> np.ndarray:
    ends = ids_of(to_arg, "to_arg")
    if isinstance(from_arg, (list, tuple, np.ndarray)) and len(from_arg) > 0 and np.ndim(from_arg[0]) > 0:
        starts = np.asarray(from_arg, np.float64)
    else:
        starts = positions_of(ids_of(from_arg, "from_arg"))
    n = max(len(starts), len(ends))
    if not len(starts) or not len(ends) or {len(starts), len(ends)} - {1, n}:
        raise ValueError(f"from_arg and to_arg must be equally long, or one of them of length 1; got {len(starts)} and {len(ends)}")
    return ways(np.repeat(starts, n // len(starts), axis=0), np.repeat(ends, n // len(ends)))


def Displacement(from_arg: Any, to_arg: Any) -> tuple[tuple[float, ...], ...]:
    """Vectors from nodes or positions to nodes: ``to`` minus ``from``, the shortest way in the layer of ``to``.

    Parameters
    ----------
    from_arg : list of int, or list of positions
    to_arg : list of int
        As long as `from_arg`, or one of them of length 1.
    """
    return tuple(map(tuple, _between(from_arg, to_arg).tolist()))


def Distance(from_arg: Any, to_arg: Any) -> tuple[float, ...]:
    """Lengths of `Displacement`."""
    return tuple(np.sqrt((_between(from_arg, to_arg) ** 2).sum(axis=1)).tolist())


def DumpLayerNodes(layers: Any, outname: str) -> None:
    """Write a line ``id x y [z]`` for each node of the layers."""
    found = layers_of(layers, "DumpLayerNodes")
    with open(outname, "w", encoding="utf-8") as file:
        for layer in found:
            places = np.tile(layer.geometry.positions, (len(layer.slots), 1))
            line = "%d" + " %.6g" * places.shape[1] + "\n"
            file.writelines(line % row for row in zip(layer.ids.tolist(), *places.T.tolist()))
