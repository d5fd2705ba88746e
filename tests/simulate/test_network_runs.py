"""Runs of networks as users make them."""

import numpy as np
import pytest

import spatialnet as sn


def balanced(threads, n_e=16_000, n_i=4_000, degree=520):
    """20,000 neurons on two wrapped layers, more than ten million connections, noise."""
    net = sn.Network(seed=11, threads=threads)
    exc = net.create("iaf_psc_alpha", sn.grid([160, n_e // 160], extent=[4.0, 4.0], edge_wrap=True), name="E",
                     V_m=sn.random.uniform(-70.0, -56.0))
    inh = net.create("iaf_psc_alpha", sn.free(sn.random.uniform(-2, 2), n=n_i, extent=[4.0, 4.0], edge_wrap=True),
                     name="I")
    near = sn.circular(radius=0.7)
    net.connect(exc, exc + inh, sn.fixed_indegree(degree * 4 // 5, mask=near),
                sn.static_synapse(weight=sn.random.normal(30.0, 3.0), delay=0.5 + sn.distance / 0.3))
    net.connect(inh, exc + inh, sn.fixed_indegree(degree // 5, mask=near), sn.static_synapse(weight=-150.0, delay=1.0))
    net.connect(net.create("poisson_generator", rate=9_000.0), exc + inh, sn.all_to_all(),
                sn.static_synapse(weight=40.0))
    net.record(exc + inh, "spikes")
    net.record(exc[::400], "V_m", interval=1.0)
    return net


@pytest.mark.slow
def test_spikes_of_a_large_network_are_identical_for_any_number_of_threads():
    runs = {}
    for threads in (1, 2):
        net = balanced(threads)
        assert net.n_connections > 10_000_000 and net.n_nodes > 20_000
        runs[threads] = net.simulate(60.0, progress=False, connections=False)
    one, two = (r["spikes/spikes"] for r in runs.values())
    assert one.sizes["spike"] > 2_000
    assert np.array_equal(one["time"], two["time"]) and np.array_equal(one["node"], two["node"])
    assert np.array_equal(runs[1]["recordings/V_m"]["V_m"], runs[2]["recordings/V_m"]["V_m"])


def test_layers_show_the_present_state_and_accept_changes_between_runs():
    net = sn.Network(seed=1)
    cells = net.create("iaf_psc_alpha", sn.grid([3, 3]), I_e=300.0)
    rest = net.create("iaf_psc_alpha", n=4)
    start = net.create("iaf_psc_exp", n=3, V_m=[-70.0, -60.0, -65.0])
    assert start.get("V_m").tolist() == [-70.0, -60.0, -65.0]
    given = net.create("spike_generator", n=2, spike_times=[[1.0], [2.0, 3.0]])
    assert [train.tolist() for train in given.get("spike_times")] == [[1.0], [2.0, 3.0]]
    net.simulate(30.0, progress=False)
    V = cells.get("V_m")
    assert V.shape == (9,) and (V > -60.0).all() and (rest.get("V_m") == -70.0).all()
    cells[:2].set(V_m=-65.0, I_e=0.0)
    assert cells.get("V_m")[:3].tolist() == [-65.0, -65.0, V[2]]
    net.simulate(200.0, progress=False)
    assert np.allclose(cells.get("V_m")[:2], -70.0) and (cells.get("V_m")[2:] > -58.5).all()
