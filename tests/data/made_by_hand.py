"""A small network and a run, made by hand after the contract in ARCHITECTURE.md, so that every number is known."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import ClassVar

import numpy as np

from spatialnet.errors import UnknownNameError


class Model:
    """As a declaration answers: a name, and the unit and meaning of what it knows."""

    def __init__(self, name: str):
        self.name = name
        self.known = {"V_m": ("mV", "membrane potential"), "C_m": ("pF", "membrane capacitance"),
                      "rate": ("1/s", "rate")}

    def find(self, name: str):
        if name not in self.known:
            raise UnknownNameError("parameter", name, self.known)
        unit, meaning = self.known[name]
        return SimpleNamespace(unit=unit, meaning=meaning)


@dataclass
class Geometry:
    positions: np.ndarray
    extent: np.ndarray
    center: np.ndarray
    edge_wrap: bool = False
    placement: str = "free"
    shape: tuple | None = None
    units: str = "mm"


@dataclass
class Population:
    index: int
    name: str
    model: Model
    first_id: int
    n: int
    geometry: Geometry | None = None
    parameters: dict = field(default_factory=dict)


@dataclass
class Part:
    population: Population
    indices: np.ndarray


class Nodes:
    def __init__(self, *parts: Part):
        self.parts = parts
        self.ids = np.concatenate([p.population.first_id + p.indices for p in parts])

    def __len__(self):
        return len(self.ids)


def whole(*populations: Population) -> Nodes:
    return Nodes(*(Part(p, np.arange(p.n)) for p in populations))


@dataclass
class Table:
    source: Population
    target: Population
    offsets: np.ndarray
    targets: np.ndarray
    weights: object
    delays: object
    receptor: int = 0


@dataclass(frozen=True)
class Rule:
    name: ClassVar[str] = "pairwise_bernoulli"
    p: object
    allow_autapses: bool = True
    allow_multapses: bool = False


@dataclass
class Projection:
    name: str
    source: Nodes
    target: Nodes
    rule: Rule
    tables: list
    mask: object = None
    synapse: object = None
    driver: str = "source"

    @property
    def n(self):
        return sum(int(t.offsets[-1]) for t in self.tables)


def table(source: Population, target: Population, pairs, weights=2.0, delays=10, receptor=0) -> Table:
    """A table from (source index, target index) pairs in the order of their creation."""
    pairs = np.array(pairs, np.int64).reshape(-1, 2)
    order = np.lexsort((pairs[:, 1], pairs[:, 0]))
    counts = np.bincount(pairs[:, 0], minlength=source.n)
    weights = np.asarray(weights, float)[order] if np.ndim(weights) else weights
    delays = np.asarray(delays, np.uint16)[order] if np.ndim(delays) else delays
    return Table(source, target, np.concatenate([[0], np.cumsum(counts)]), pairs[order, 1].astype(np.uint32), weights,
                 delays, receptor)


def grid_geometry(columns: int, rows: int, extent, edge_wrap=False) -> Geometry:
    extent = np.array(extent, float)
    column, row = np.unravel_index(np.arange(columns * rows), (columns, rows))
    positions = np.column_stack([(column + 0.5) / columns * extent[0] - extent[0] / 2,
                                 extent[1] / 2 - (row + 0.5) / rows * extent[1]])
    return Geometry(positions, extent, np.zeros(2), edge_wrap, "grid", (columns, rows))


def spike_record(steps, nodes, recorded):
    return SimpleNamespace(steps=np.array(steps, np.int64), nodes=np.array(nodes, np.int64),
                           recorded=np.array(recorded, np.int64))
