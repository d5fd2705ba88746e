"""Layers, projections and runs small enough to know every number of."""

from types import SimpleNamespace

import numpy as np
import pytest
import xarray as xr
from spatialnet.masks.shapes import circular
from spatialnet.space.layer import Layer, Nodes, Population
from spatialnet.space.placement import free, grid


def make_layer(placement, name="E", first_id=0, model="iaf_psc_alpha", parameters=None, index=0):
    """A layer without a network."""
    geometry = placement.realize(1, index)
    population = Population(index, name, SimpleNamespace(name=model), first_id, len(geometry.positions), geometry,
                            parameters or {})
    return Layer(None, population)


class FakeProjection:
    """What a view asks of a projection, over plain columns."""

    def __init__(self, source, target, columns, mask=None, driver="source", name="E→E"):
        self.source, self.target, self.mask, self.driver, self.name = source, target, mask, driver, name
        self.columns = {key: np.asarray(value) for key, value in columns.items()}
        self.rule = "pairwise_bernoulli(p=0.5)"
        self.n = len(self.columns["source"])
        self.weights, self.delays = self.columns["weight"], self.columns["delay"]

    def connections_of(self, source=None, target=None):
        end, ids = ("source", source) if target is None else ("target", target)
        keep = np.isin(self.columns[end], ids)
        return {key: value[keep] for key, value in self.columns.items()}


def connect_within(source, target, mask, driver="source", seed=0, sign=1.0):
    """Every pair whose mask holds it, with weights that tell the pairs apart."""
    pool, drivers = (target, source) if driver == "source" else (source, target)
    columns = {"source": [], "target": []}
    for node, at in zip(drivers.ids, drivers.positions, strict=True):
        found = pool.ids[mask.contains(pool.displacement(at, pool.positions))]
        ends = {"source": np.full(len(found), node), "target": found}
        if driver == "target":
            ends = {"source": found, "target": np.full(len(found), node)}
        for key, ids in ends.items():
            columns[key].append(ids)
    columns = {key: np.concatenate(ids) for key, ids in columns.items()}
    n = len(columns["source"])
    weights = sign * np.random.default_rng(seed).uniform(1.0, 2.0, n)
    return FakeProjection(source, target, {**columns, "weight": weights, "delay": np.full(n, 1.5)}, mask, driver)


@pytest.fixture
def sheet():
    """A wrapped grid of 10 × 10 nodes over 1 × 1 mm; node 44 lies at (-0.05, 0.05)."""
    return make_layer(grid([10, 10], edge_wrap=True))


@pytest.fixture
def cloud():
    """Free nodes in a wrapped square, with a parameter that differs."""
    positions = np.random.default_rng(3).uniform(-0.5, 0.5, (60, 2))
    return make_layer(free(positions, extent=[1.0, 1.0], center=[0.0, 0.0], edge_wrap=True), "I", 100, index=1,
                      parameters={"V_m": np.linspace(-70.0, -60.0, 60), "tau_m": 10.0})


@pytest.fixture
def block():
    """A grid in three dimensions."""
    return make_layer(grid([6, 5, 4], extent=[1.2, 1.0, 0.8]), "B")


@pytest.fixture
def device():
    """Nodes without positions."""
    return Layer(None, Population(2, "noise", SimpleNamespace(name="poisson_generator"), 500, 1))


@pytest.fixture
def projection(sheet):
    return connect_within(sheet, sheet, circular(0.2))


@pytest.fixture
def both(sheet, cloud):
    return Nodes(None, (sheet, cloud))


@pytest.fixture
def run(sheet, cloud):
    """A run of 100 ms: node k of the sheet spikes at k + 1 ms, node 100 at 10, 20, … ms, the rest is silent."""
    layers = {}
    for layer in (sheet, cloud):
        x, y = layer.positions.T
        attrs = {"model": layer.model, "placement": layer.placement, "extent": layer.extent, "center": layer.center,
                 "edge_wrap": int(layer.edge_wrap), "n": len(layer)}
        if layer.shape:
            attrs["shape"] = np.array(layer.shape)
        layers[f"/layers/{layer.name}"] = xr.Dataset(
            coords={"node": layer.ids, "x": ("node", x, {"units": "mm"}), "y": ("node", y, {"units": "mm"})}, attrs=attrs)
    times = np.concatenate([np.arange(1.0, 101.0), np.arange(10.0, 101.0, 10.0)])
    nodes = np.concatenate([np.arange(100), np.full(10, 100)])
    order = np.argsort(times, kind="stable")
    positions = np.concatenate([sheet.positions, cloud.positions])
    spikes = xr.Dataset(
        {"time": ("spike", times[order], {"units": "ms"}), "node": ("spike", nodes[order])},
        {"recorded_node": np.concatenate([sheet.ids, cloud.ids]), "x": ("recorded_node", positions[:, 0]),
         "y": ("recorded_node", positions[:, 1])},
        {"t_start": 0.0, "t_stop": 100.0, "resolution": 0.1})
    return xr.DataTree.from_dict({**layers, "/spikes/all": spikes})
