"""Networks and runs small enough to know every number."""

import numpy as np
import pytest
import xarray as xr

import spatialnet as sn


@pytest.fixture
def net():
    return sn.Network(seed=1, threads=1)


@pytest.fixture
def sheet(net):
    """A wrapped grid of 10 × 10 nodes over 1 × 1 mm; node 44 lies at (-0.05, 0.05)."""
    return net.create("iaf_psc_alpha", sn.grid([10, 10], edge_wrap=True), name="E")


@pytest.fixture
def cloud(net, sheet):
    """60 free nodes in a wrapped square, with a parameter that differs; their ids begin at 100."""
    positions = np.random.default_rng(3).uniform(-0.5, 0.5, (60, 2))
    place = sn.free(positions, extent=[1.0, 1.0], center=[0.0, 0.0], edge_wrap=True)
    return net.create("iaf_psc_alpha", place, name="I", tau_m=np.linspace(10.0, 20.0, 60))


@pytest.fixture
def block(net):
    """A grid in three dimensions."""
    return net.create("iaf_psc_alpha", sn.grid([6, 5, 4], extent=[1.2, 1.0, 0.8]), name="B")


@pytest.fixture
def device(net):
    """A node without a position."""
    return net.create("poisson_generator", rate=100.0, name="noise")


@pytest.fixture
def projection(net, sheet, cloud):
    """From the sheet to the free nodes within 0.3 mm, with weights that differ."""
    weight = sn.random.normal(20.0, 2.0)
    return net.connect(sheet, cloud, sn.pairwise_bernoulli(p=0.9, mask=sn.circular(0.3)), sn.static_synapse(weight=weight))


@pytest.fixture
def back(net, sheet, cloud):
    """From the free nodes to the sheet, driven by the targets; some pairs are connected several times."""
    return net.connect(cloud, sheet, sn.fixed_indegree(30, mask=sn.circular(0.3)), sn.static_synapse(weight=-5.0))


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
        coords = {"node": layer.ids, "x": ("node", x, {"units": "mm"}), "y": ("node", y, {"units": "mm"})}
        layers[f"/layers/{layer.name}"] = xr.Dataset(coords=coords, attrs=attrs)
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
