"""Rows of a pool so large that neighbours in a row lie further apart than 16 bits can tell, and closer."""

import numpy as np
import pytest
from scipy.spatial import cKDTree

import spatialnet as sn


@pytest.mark.parametrize("driver_is_source", [True, False])
def test_rows_of_sparse_nodes_are_those_in_the_mask(driver_is_source):
    net = sn.Network(seed=5)
    many = net.create("iaf_psc_alpha", sn.free(sn.random.uniform(-1, 1), n=600_000, extent=[2.0, 2.0]))
    few = net.create("iaf_psc_alpha", sn.free(sn.random.uniform(-1, 1), n=300, extent=[2.0, 2.0]))
    rule = sn.pairwise_bernoulli(p=1.0, mask=sn.circular(0.006), use_on_source=not driver_is_source)
    ends = (few, many) if driver_is_source else (many, few)
    made = net.connect(*ends, rule, sn.static_synapse(weight=sn.random.normal(1.0, 0.1), delay=1.0 + sn.distance))

    near = cKDTree(many.positions).query_ball_point(few.positions, 0.006)
    expected = {(few.ids[i], many.ids[j]) for i, row in enumerate(near) for j in row}
    found = np.column_stack([made.sources, made.targets][::1 if driver_is_source else -1])
    assert {(int(a), int(b)) for a, b in found} == expected and len(found) == len(expected)
    gaps = np.concatenate([np.diff(sorted(row)) for row in near if len(row) > 1])
    assert (gaps > 0xFFFF).sum() > 100 and (gaps < 0xFFFF).sum() > 100
    distances = np.linalg.norm(many.positions[found[:, 1] - many.ids[0]] - few.positions[found[:, 0] - few.ids[0]], axis=1)
    np.testing.assert_array_equal(made.delays, np.round((1.0 + distances) * 10) / 10)
