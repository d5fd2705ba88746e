"""A small network and a run with every number known."""

from types import SimpleNamespace

import numpy as np
import pytest

from tests.data.made_by_hand import (
    Geometry,
    Model,
    Population,
    Projection,
    Rule,
    grid_geometry,
    spike_record,
    table,
    whole,
)


@pytest.fixture
def network():
    """Noise without a place, a wrapped 3 × 2 grid and four free nodes on a torus of 3 × 2."""
    noise = Population(0, "noise", Model("poisson_generator"), 0, 1, None, {"rate": 8000.0, "stop": float("inf")})
    exc = Population(1, "E", Model("iaf_psc_alpha"), 1, 6, grid_geometry(3, 2, [3.0, 2.0], True),
                     {"C_m": 250.0, "V_m": np.linspace(-70.0, -60.0, 6)})
    inh = Population(2, "I", Model("iaf_psc_alpha"), 7, 4,
                     Geometry(np.array([[-1.2, 0.5], [0.3, 0.9], [0.6, -0.9], [1.4, 0.1]]), np.array([3.0, 2.0]),
                              np.array([0.0, 0.0]), True), {"C_m": 250.0})
    e_to_i = Projection("E→I", whole(exc), whole(inh), Rule(0.8), [
        table(exc, inh, [(0, 1), (2, 0), (2, 3), (5, 1), (5, 1), (0, 0)], weights=[1.0, 2.0, 3.0, 4.0, 5.0, 6.0],
              delays=[15, 20, 5, 10, 11, 12])])
    noise_to_all = Projection("noise/all", whole(noise), whole(exc, inh), Rule(1.0), [
        table(noise, inh, [(0, k) for k in range(4)], weights=12.0),
        table(noise, exc, [(0, k) for k in range(6)], weights=12.0)])
    return SimpleNamespace(resolution=0.1, seed=12345, populations=[noise, exc, inh],
                           projections=[e_to_i, noise_to_all], recorders=[])


@pytest.fixture
def result():
    """10 ms: node 2 spikes regularly, nodes 1 and 7 once or twice, the others never."""
    return SimpleNamespace(
        t_start=0.0, t_stop=10.0, resolution=0.1, status="complete",
        spikes={"spikes": spike_record([10, 30, 50, 70, 90, 3, 50, 100], [2, 2, 2, 2, 2, 7, 1, 7], range(1, 11)),
                "only E": spike_record([10, 50], [2, 1], [6, 1, 2, 3, 4, 5])},
        traces={"V_m": SimpleNamespace(steps=np.arange(1, 101), nodes=np.array([1, 2, 9]),
                                       variables={"V_m": np.linspace(-70, -55, 300, dtype=np.float32).reshape(100, 3)},
                                       units={"V_m": "mV"})})


@pytest.fixture
def tree(network, result):
    from spatialnet.data import build_tree
    return build_tree(network, result)
