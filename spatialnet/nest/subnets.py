"""Layers of NEST 2.x: each is a node with an id of its own, followed by the nodes at its places; made by `spatialnet.topology`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Self

import numpy as np

from ..space.layer import Layer, Population
from ..space.placement import Geometry, Placement
from . import errors
from .kernel import Block, kernel
from .models import NodeModel
from .nodes import Create, NodeCollection, _demand_existing, id_array
from .recording import StandIn


class Ids(tuple):
    """Ids as NEST 2.x has them: a tuple of integers. Slices and sums are `Ids`, too."""

    __slots__ = ()

    def __new__(cls, ids: Iterable[int] = ()) -> Self:
        return super().__new__(cls, map(int, ids))

    def __getitem__(self, key: Any) -> Any:
        found = super().__getitem__(key)
        return Ids(found) if isinstance(key, slice) else found

    def __add__(self, other: tuple) -> Ids:
        return Ids(super().__add__(tuple(other)))


def ids_of(value: Any, what: str) -> np.ndarray:
    """Ids in the order given, from a list, tuple or array of them, or a NodeCollection; all demanded to exist."""
    if isinstance(value, NodeCollection):
        return value.ids
    if not isinstance(value, (list, tuple, range, np.ndarray)):
        raise TypeError(f"{what} must be a list of ids, got {value!r}")
    ids = id_array(value)
    _demand_existing(ids)
    return ids


class LayerNode:
    """What a layer is among the nodes: its geometry, and which model each of its slots has.

    A layer with composite elements has several nodes at every place; the nodes of one slot have consecutive ids.

    Attributes
    ----------
    id : int
    geometry : Geometry
        Of every slot.
    slots : list of str
        Models.
    """

    is_connected = frozen = False

    def __init__(self, node_id: int, geometry: Geometry, slots: list[str]):
        self.id, self.geometry, self.slots = node_id, geometry, slots

    @property
    def model(self) -> str:
        return f"topology_layer_{self.geometry.placement}"

    @property
    def n_places(self) -> int:
        return len(self.geometry.positions)

    @property
    def n(self) -> int:
        return self.n_places * len(self.slots)

    @property
    def ids(self) -> np.ndarray:
        """Ids of the nodes within."""
        return np.arange(self.id + 1, self.id + 1 + self.n)

    def slot_ids(self, slot: int) -> np.ndarray:
        """Ids of the nodes of one slot, place by place."""
        return self.ids[slot * self.n_places:(slot + 1) * self.n_places]

    def native(self, slot: int = 0) -> Layer:
        """The nodes of one slot in the native network."""
        return kernel.blocks[kernel.block_numbers(self.slot_ids(slot)[:1])[0]].layer

    def status(self) -> dict[str, Any]:
        g = self.geometry
        topology = {"center": tuple(g.center.tolist()), "edge_wrap": g.edge_wrap, "extent": tuple(g.extent.tolist())}
        if g.shape is not None:
            topology |= {"columns": g.shape[0], "rows": g.shape[1], "depth": g.shape[2] if len(g.shape) == 3 else 1}
        else:
            topology["positions"] = tuple(map(tuple, g.positions.tolist()))
        return {"number_of_children": self.n, "topology": dict(sorted(topology.items()))}

    def set(self, values: dict[str, Any]) -> None:
        raise errors.UnaccessedDictionaryEntry(f"{', '.join(values)}: a layer has nothing that can be set; SetStatus takes the nodes "
                                               "within, GetLeaves(layer)[0].")

    def open(self) -> None:
        """A layer records nothing."""

    close = open


class _Given(Placement):
    """A geometry that exists already; what `Create` takes as `positions`."""

    def __init__(self, geometry: Geometry):
        self.geometry, self.n = geometry, len(geometry.positions)

    def _placed(self, n: int) -> Placement:
        return self

    def realize(self, seed: int = 0, population: int = 0) -> Geometry:
        return self.geometry


def add_layer(geometry: Geometry, slots: list[str]) -> LayerNode:
    """A layer, and its nodes."""
    made = LayerNode(kernel.n_nodes + 1, geometry, slots)
    population = Population(-1, made.model, StandIn(made.model), 2 ** 40 + made.id, 1)
    kernel.add_block(NodeModel(made.model, made.model, -1, "layer"), Layer(kernel.network, population), [made])
    for model in slots:
        Create(model, positions=_Given(geometry))
    return made


def layer_node(block: Block) -> LayerNode | None:
    """The layer that a block stands for, if it does."""
    return block.devices[0] if block.devices and isinstance(block.devices[0], LayerNode) else None


def layers() -> list[LayerNode]:
    """All layers, by id."""
    return [node for node in map(layer_node, kernel.blocks) if node is not None]


def layer_of(node_id: int) -> LayerNode | None:
    """The layer within which a node is."""
    return next((layer for layer in layers() if layer.id < node_id <= layer.id + layer.n), None)


def layers_of(value: Any, what: str) -> list[LayerNode]:
    """The layers with the given ids, demanded."""
    known = {layer.id: layer for layer in layers()}
    found = ids_of(value, what).tolist()
    for node_id in found:
        if node_id not in known:
            raise errors.LayerExpected(f"{what}: {node_id} is the id of a node, not of a layer made by CreateLayer.")
    return [known[node_id] for node_id in found]


def demand_no_layer(block: Block) -> None:
    """Refuse to connect a layer itself."""
    if layer_node(block) is not None:
        raise errors.IllegalConnection("a layer cannot be connected as if it were a node: use topology.ConnectLayers, or its nodes, "
                                       "GetLeaves(layer)[0].")


def grouped(ids: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
    """Ids in any order → for each block the places in `ids`, and the ids there, ascending and each once more if repeated."""
    order = np.argsort(ids, kind="stable")
    numbers = kernel.block_numbers(ids[order])
    return [(part, ids[part]) for part in np.split(order, np.flatnonzero(np.diff(numbers)) + 1) if len(part)]


# ---- what users call ----

def _within(subnets: Any, properties: dict[str, Any] | None, what: str) -> tuple[Ids, ...]:
    found = []
    for layer in layers_of(subnets, what):
        ids = layer.ids
        for key, wanted in (properties or {}).items():
            values = NodeCollection._of(layer.ids)._column(key)
            ids = ids[[values[i - layer.id - 1] == wanted for i in ids]]
        found.append(Ids(ids))
    return tuple(found)


def GetLeaves(subnets: Any, properties: dict[str, Any] | None = None, local_only: bool = False) -> tuple[Ids, ...]:
    """For each layer the ids of its nodes, those whose parameters have the values in `properties`.

    Parameters
    ----------
    subnets : list of int
        Ids of layers.
    properties : dict, optional
    local_only : bool
        Changes nothing: there is one process.
    """
    return _within(subnets, properties, "GetLeaves")


def GetChildren(subnets: Any, properties: dict[str, Any] | None = None, local_only: bool = False) -> tuple[Ids, ...]:
    """The same as `GetLeaves`: layers hold nodes and nothing else."""
    return _within(subnets, properties, "GetChildren")


def PrintNetwork(depth: int = 1, subnet: Any = None) -> None:
    """Print layers and nodes; nodes are counted within their layer, and neighbours of one model share a line.

    Parameters
    ----------
    depth : int
        2 prints what is within layers, too.
    subnet : list of int, optional
        A layer to print alone.
    """
    if subnet is not None:
        (layer,) = layers_of(subnet, "PrintNetwork")
        lines = [f"+-[{layer.id}] {layer.model} dim=[{layer.n}]", *(_ranges(layer.slots, layer.n_places) if depth > 1 else ())]
        print("\n".join(lines))
        return
    lines, number, k = [], 0, 0
    while k < len(kernel.blocks):
        block, layer = kernel.blocks[k], layer_node(kernel.blocks[k])
        if layer is None:
            run = k + 1
            while run < len(kernel.blocks) and kernel.blocks[run].model.name == block.model.name:
                run += 1
            n = sum(b.n for b in kernel.blocks[k:run])
            lines.append(_line(number + 1, number + n, block.model.name))
            number, k = number + n, run
            continue
        number, k = number + 1, k + 1 + len(layer.slots)
        lines.append(f"   +-[{number}] {layer.model} dim=[{layer.n}]")
        if depth > 1:
            lines += ["   " + line for line in _ranges(layer.slots, layer.n_places)]
    sizes = {layer.n for layer in layers()}
    inner = f" {sizes.pop()}" if len(sizes) == 1 and number == len(layers()) else ""
    print("\n".join([f"+-[0] root dim=[{number}{inner}]", *lines]))


def _line(first: int, last: int, model: str) -> str:
    return f"   +-[{first}]{f'...[{last}]' if last > first else ''} {model}"


def _ranges(slots: list[str], n_places: int) -> list[str]:
    """A line for each run of slots of one model."""
    cuts = [0, *(k for k in range(1, len(slots)) if slots[k] != slots[k - 1]), len(slots)]
    return [_line(a * n_places + 1, b * n_places, slots[a]) for a, b in zip(cuts, cuts[1:])]
