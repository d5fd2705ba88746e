"""Snapshots: a run goes on from one bit for bit, however often it is taken back."""

import numpy as np
import pytest

import spatialnet as sn
from spatialnet.errors import ParameterError, SimulationError


def network():
    net = sn.Network(seed=3)
    cells = net.create("iaf_psc_alpha", sn.grid([12, 12], extent=[1.0, 1.0], edge_wrap=True), V_m=sn.random.uniform(-70, -56), name="E")
    noise = net.create("poisson_generator", rate=6000.0)
    given = net.create("spike_generator", spike_times=np.arange(1.0, 100.0, 3.3).round(1))
    net.connect(noise, cells, sn.all_to_all(), sn.static_synapse(weight=60.0))
    net.connect(given, cells, sn.all_to_all(), sn.static_synapse(weight=100.0, delay=4.7))
    net.connect(cells, cells, sn.fixed_indegree(20), sn.static_synapse(weight=sn.random.normal(20.0, 5.0), delay=sn.random.uniform(1.0, 8.0)))
    net.record(cells, "spikes")
    net.record(cells[:5], "V_m", interval=0.1, dtype="f8")
    return net


def same(a, b):
    for path, name in (("spikes/spikes", "time"), ("spikes/spikes", "node"), ("recordings/V_m", "V_m")):
        np.testing.assert_array_equal(a[path][name].values, b[path][name].values)


def test_a_run_goes_on_from_a_snapshot_bit_for_bit():
    net = network()
    net.simulate(33.3, progress=False)
    kept = net.snapshot()
    first = net.simulate(40.0, progress=False)
    assert first["spikes/spikes"].sizes["spike"] > 100
    for _ in range(2):
        net.restore(kept)
        assert net.time == pytest.approx(33.3)
        same(net.simulate(40.0, progress=False), first)


def test_what_was_set_meanwhile_is_taken_back():
    net = network()
    net.simulate(10.0, progress=False)
    kept = net.snapshot()
    first = net.simulate(20.0, progress=False)
    net.restore(kept)
    net["E"].set(tau_m=20.0, V_m=-60.0)
    net.projections[2].set(weight=5.0)
    other = net.simulate(20.0, progress=False)
    assert not np.array_equal(other["recordings/V_m"]["V_m"].values, first["recordings/V_m"]["V_m"].values)
    net.restore(kept)
    assert net["E"].get("tau_m")[0] == 10.0
    same(net.simulate(20.0, progress=False), first)


def test_a_snapshot_may_be_taken_before_the_first_run():
    net = network()
    kept = net.snapshot()
    first = net.simulate(15.0, progress=False)
    net.restore(kept)
    assert net.time == 0.0
    same(net.simulate(15.0, progress=False), first)


def test_reset_begins_anew():
    net = network()
    first = net.simulate(25.0, progress=False)
    net.simulate(7.0, progress=False)
    net.reset()
    assert net.time == 0.0
    same(net.simulate(25.0, progress=False), first)


def test_plastic_synapses_need_a_snapshot_instead_of_a_reset():
    net = network()
    net.connect(net["E"], net["E"], sn.fixed_indegree(5), sn.synapse("stdp_synapse", weight=20.0))
    kept = net.snapshot()
    first = net.simulate(100.0, progress=False)
    weights = net.projections[-1].weights
    with pytest.raises(SimulationError, match="Take a snapshot"):
        net.reset()
    assert net.time == 100.0
    net.restore(kept)
    same(net.simulate(100.0, progress=False), first)
    assert np.array_equal(net.projections[-1].weights, weights) and (weights != 20.0).any()


def test_snapshots_that_do_not_fit_are_refused():
    net, other = network(), network()
    kept = net.snapshot()
    with pytest.raises(SimulationError, match="another network"):
        other.restore(kept)
    net.create("iaf_psc_delta")
    net.simulate(5.0, progress=False)
    with pytest.raises(SimulationError, match="added or removed"):
        net.restore(kept)
    assert net.time == 5.0
    with pytest.raises(ParameterError, match="Network.snapshot"):
        net.restore("yesterday")


def test_limits_stop_a_run_and_keep_its_data():
    net = network()
    data = net.simulate(1e6, progress=False, trackers=[sn.WallTimeLimit(0.3)])
    assert data.attrs["status"] == "stopped" and "0.3 s of wall time" in data.attrs["status_reason"]
    assert 0 < net.time < 1e6 and data["spikes/spikes"].time.values.max() <= net.time
    rates, begin = sn.RateTracker(n_nodes=144), net.time
    data = net.simulate(1e6, progress=False, trackers=[sn.StopWhen(lambda run: run.n_spikes > 2000), rates])
    assert data.attrs["status"] == "stopped" and 2000 < data["spikes/spikes"].sizes["spike"]
    spans = np.diff([begin, *rates.times])
    assert (np.array(rates.rates) * spans * 144 / 1e3).sum() == pytest.approx(data["spikes/spikes"].sizes["spike"])
    assert "status_reason" not in net.simulate(1.0, progress=False, trackers=[sn.WallTimeLimit(60)]).attrs
