"""What is not meant to be set, indexed or combined says so."""

import numpy as np
import pytest

import spatialnet as sn
from spatialnet.errors import MaskError, ParameterError, SimulationError


@pytest.fixture
def net():
    net = sn.Network(seed=1, threads=1)
    net.create("iaf_psc_alpha", sn.grid([4, 3]), name="E")
    return net


@pytest.mark.parametrize("threads", [0, -1, 1.5, "two", True, None])
def test_threads_are_checked_whenever_they_are_set(net, threads):
    with pytest.raises(ParameterError, match="between 1 and 1024"):
        net.threads = threads
    assert net.threads == 1
    net.threads = 2
    assert net.connect(net["E"], net["E"], sn.all_to_all()).n == 144


@pytest.mark.parametrize("name", ["seed", "resolution"])
def test_what_decides_the_network_cannot_change_later(net, name):
    with pytest.raises(AttributeError):
        setattr(net, name, 1)
    assert (net.seed, net.resolution) == (1, 0.1)


def test_masks_have_no_truth_value():
    """`circular(1) and circular(0.5)` would silently be the second one."""
    with pytest.raises(MaskError, match="combine masks with &"):
        sn.circular(1.0) and sn.circular(0.5)


def test_a_grid_is_indexed_by_column_and_row(net):
    layer = net["E"]
    for column in range(4):
        for row in range(3):
            assert layer[column, row].ids.tolist() == [3 * column + row]
    assert layer[-1, -1].ids.tolist() == [11]
    with pytest.raises(IndexError, match="no cell"):
        layer[4, 0]
    with pytest.raises(TypeError, match="column, row"):
        layer[:6][1, 1]
    with pytest.raises(TypeError, match="column, row"):
        net.create("iaf_psc_alpha", n=5)[1, 1]


def test_a_parameter_assigned_to_a_layer_is_not_lost_in_silence(net):
    with pytest.raises(AttributeError, match=r"layer.set\(V_th=…\)"):
        net["E"].V_th = -50.0


def test_a_grid_of_too_many_nodes_is_refused_before_it_is_laid_out(net):
    with pytest.raises(ParameterError, match="fewer than 2"):
        net.create("iaf_psc_alpha", sn.grid([10**6, 10**6]))
    assert len(net.populations) == 1


def test_delays_that_need_more_memory_than_there_is_are_refused():
    """65535 steps of ring buffer for a million neurons would be terabytes."""
    net = sn.Network(seed=1, threads=1)
    cells = net.create("iaf_psc_alpha", n=1_000_000)
    net.connect(cells[:1], cells[:1], sn.all_to_all(), sn.static_synapse(1.0, 6553.5))
    with pytest.raises(SimulationError, match="shorter delays"):
        net.simulate(1.0)


def test_nodes_with_a_tiny_p_are_preferred_to_none_and_p_of_zero_is_never_taken():
    """Keys of p near the smallest float must not overflow into those of p = 0."""
    net = sn.Network(seed=1, threads=1)
    layer = net.create("iaf_psc_alpha", sn.grid([20, 20], extent=[2.0, 2.0]))
    left = layer.positions[:, 0] < 0
    p = sn.where(sn.source.x < 0, 1e-290, 0.0)
    projection = net.connect(layer, layer, sn.fixed_indegree(150, p=p, allow_multapses=False))
    assert np.isin(projection.sources, layer.ids[left]).all()
