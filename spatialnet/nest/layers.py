"""Questions about nodes in space."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..connect.selection import milliseconds
from ..space.text import write_rows
from . import errors
from .connections import GetConnections, at
from .errors import translated
from .kernel import kernel
from .masks import Mask
from .nodes import NodeCollection, demand_nodes

#: of a file, formatted at once
_LINES = 1 << 16


def GetPosition(nodes: NodeCollection) -> list:
    """Position of a node ``[x, y]``, or a list of these."""
    if not isinstance(nodes, NodeCollection):
        raise TypeError("nodes must be a NodeCollection with spatial extent")
    positions = nodes.layer("GetPosition").positions.tolist()
    return positions[0] if len(nodes) == 1 else positions


def _way(what: str, from_arg: Any, to_arg: Any) -> np.ndarray:
    if not isinstance(to_arg, NodeCollection):
        raise TypeError("to_arg must be a NodeCollection")
    if not isinstance(from_arg, (NodeCollection, list, tuple, np.ndarray)):
        raise TypeError(f"from_arg must be a NodeCollection or a list of positions, got {from_arg!r}")
    from_nodes = isinstance(from_arg, NodeCollection)
    start = from_arg if from_nodes else np.atleast_2d(np.asarray(from_arg, np.float64))
    if len({len(start), len(to_arg)} - {1}) > 1:
        raise ValueError("to_arg and from_arg must have same size unless one have size 1.")
    layer, start = to_arg.layer(what), from_arg.layer(what).positions if from_nodes else start
    with translated():
        return layer.displacement(start, layer)


def Displacement(from_arg: Any, to_arg: NodeCollection) -> list[list[float]]:
    """Vectors from nodes or positions to nodes: ``to`` minus ``from``, the shortest way in the layer of `to_arg`."""
    return _way("Displacement", from_arg, to_arg).tolist()


def Distance(from_arg: Any, to_arg: NodeCollection) -> list[float]:
    """Lengths of `Displacement`."""
    return np.sqrt((_way("Distance", from_arg, to_arg) ** 2).sum(axis=1)).tolist()


def FindNearestElement(layer: NodeCollection, locations: Any, find_all: bool = False) -> Any:
    """The node nearest to a location, or a list of these for several; with `find_all` lists of all equally near ones."""
    if not isinstance(layer, NodeCollection):
        raise TypeError("layer must be a NodeCollection")
    if not isinstance(locations, (list, tuple, np.ndarray)) or len(locations) == 0:
        raise TypeError("locations must be a list of coordinates, or a list of these")
    native = layer.layer("FindNearestElement")
    single = np.ndim(locations[0]) == 0
    found = []
    for point in [locations] if single else locations:
        with translated():
            near = np.sort(native.nearest(point, find_all=True).indices)
        nodes = [NodeCollection._of(np.array([i + layer._block.first]), layer._block) for i in near]
        found.append(nodes if find_all else nodes[0])
    return found[0] if single else found


def FindCenterElement(layer: NodeCollection) -> NodeCollection:
    """The node nearest to the centre of the layer."""
    if not isinstance(layer, NodeCollection) or layer.spatial is None:
        raise TypeError("layer must be a NodeCollection with spatial extent")
    return FindNearestElement(layer, layer.layer("FindCenterElement").center.tolist())


def _partners(fixed: NodeCollection, others: NodeCollection, syn_model: str | None, fixed_is_source: bool) -> list[np.ndarray]:
    """Ids at the other end of the connections of each node, one for each connection."""
    if not isinstance(fixed, NodeCollection) or not isinstance(others, NodeCollection):
        raise TypeError("sources and targets must be NodeCollections")
    ends = (fixed, others) if fixed_is_source else (others, fixed)
    columns = GetConnections(*ends, synapse_model=syn_model)._columns
    mine, partner = (columns[3], columns[4]) if fixed_is_source else (columns[4], columns[3])
    order = np.argsort(mine, kind="stable")
    bounds = np.searchsorted(mine[order], [fixed.ids, fixed.ids + 1])
    return [partner[order[a:b]] for a, b in bounds.T]


def GetTargetNodes(sources: NodeCollection, tgt_layer: NodeCollection, syn_model: str | None = None) -> tuple[NodeCollection, ...]:
    """For each source the nodes of `tgt_layer` that it connects to, each once."""
    return tuple(NodeCollection._of(np.unique(ids)) for ids in _partners(sources, tgt_layer, syn_model, True))


def GetSourceNodes(src_layer: NodeCollection, targets: NodeCollection, syn_model: str | None = None) -> tuple[NodeCollection, ...]:
    """For each target the nodes of `src_layer` that connect to it, each once."""
    return tuple(NodeCollection._of(np.unique(ids)) for ids in _partners(targets, src_layer, syn_model, False))


def _places(layer: NodeCollection, partners: list[np.ndarray]) -> list[list[list[float]]]:
    positions = layer.layer("positions of partners").population.geometry.positions
    return [positions[ids - layer._block.first].tolist() for ids in partners]


def GetTargetPositions(sources: NodeCollection, tgt_layer: NodeCollection, syn_model: str | None = None) -> list:
    """For each source the positions of its targets, one for each connection."""
    return _places(tgt_layer, _partners(sources, tgt_layer, syn_model, True))


def GetSourcePositions(src_layer: NodeCollection, targets: NodeCollection, syn_model: str | None = None) -> list:
    """For each target the positions of its sources, one for each connection."""
    return _places(src_layer, _partners(targets, src_layer, syn_model, False))


def SelectNodesByMask(layer: NodeCollection, anchor: Any, mask_obj: Mask) -> NodeCollection:
    """The nodes of a layer inside a mask whose origin lies at the position `anchor`."""
    if not isinstance(layer, NodeCollection):
        raise TypeError("layer must be a NodeCollection.")
    if not isinstance(mask_obj, Mask):
        raise TypeError("mask_obj must be a Mask object.")
    native = layer.layer("SelectNodesByMask")
    if np.shape(anchor) not in ((), (native.positions.shape[1],)):
        raise errors.TypeMismatch(f"anchor must have {native.positions.shape[1]} coordinates, got {anchor!r}.")
    with translated():
        mask = mask_obj._native.resolved(native)
        lower, upper = mask.bounding_box()
        if native.edge_wrap and ((upper - lower) > native.extent * (1 + 1e-9)).any():
            raise errors.BadProperty("the mask is wider than the periodic layer, so a node could be met twice; use a smaller mask.")
        chosen = native.inside(mask, anchor)
    return NodeCollection._of(np.sort(chosen.indices) + layer._block.first)


def DumpLayerNodes(layer: NodeCollection, outname: str) -> None:
    """Write a line ``id x y [z]`` for each node of the whole layer."""
    if not isinstance(layer, NodeCollection):
        raise TypeError("layer must be a NodeCollection")
    layer.layer("DumpLayerNodes")
    positions = layer._block.population.geometry.positions
    _write(outname, [np.arange(len(positions)) + layer._block.first, *positions.T])


def DumpLayerConnections(source_layer: NodeCollection, target_layer: NodeCollection, synapse_model: str, outname: str) -> None:
    """Write a line ``source target weight delay dx dy [dz]`` for each connection of a synapse model."""
    for what, nodes in (("source_layer", source_layer), ("target_layer", target_layer)):
        demand_nodes(nodes, what)
    if synapse_model not in kernel.synapse_models:
        raise errors.UnknownSynapseType(f"Synapse with name {synapse_model} does not exist.")
    native = target_layer.layer("DumpLayerConnections")
    start = source_layer.layer("DumpLayerConnections").population.geometry.positions
    end = native.population.geometry.positions
    found = GetConnections(source_layer, target_layer, synapse_model=synapse_model)
    source, target = found._columns[3:]
    way = native.displacement(start[source - source_layer._block.first], end[target - target_layer._block.first]) if len(source) else np.empty((0, 2))
    weights, steps = (found._by_table(lambda call, t, table, rows, name=name: at(getattr(table, name), rows), dtype)
                      for name, dtype in (("weights", np.float64), ("delays", np.int64)))
    columns = [source, target, weights, milliseconds(steps, kernel.resolution), *way.T]
    _write(outname, columns)


def _write(outname: str, columns: list[np.ndarray]) -> None:
    """Columns as lines, with six digits as in NEST."""
    with translated("IOError"):
        write_rows(outname, ([c[i:i + _LINES] for c in columns] for i in range(0, len(columns[0]), _LINES)), 6)
