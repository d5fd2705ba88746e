"""Binary neurons: their statistics against closed forms, and how changes travel."""

import numpy as np
import pytest
from scipy import stats

import spatialnet as sn


def states(model, t=2000.0, n=400, seed=5, **parameters):
    net = sn.Network(seed=seed)
    cells = net.create(model, n=n, **parameters)
    net.record(cells, "spikes")
    net.record(cells, "S", interval=50.0, dtype="f8")
    data = net.simulate(t, progress=False)
    return data["recordings/S"]["S"].values[2:], data["spikes/spikes"]


@pytest.mark.parametrize("model, parameters, p", [
    ("ginzburg_neuron", {"h": 0.4, "theta": 0.1}, (1 + np.tanh(0.3)) / 2),
    ("ginzburg_neuron", {"c_1": 0.5, "c_2": 0.0, "h": 0.6}, 0.3),
    ("ginzburg_neuron", {"c_3": 2.0, "c_2": 0.5, "h": -0.2}, 0.25 * (1 + np.tanh(-0.4))),
    ("erfc_neuron", {"h": 0.5, "theta": 0.2, "sigma": 0.7}, stats.norm.cdf(0.3 / 0.7)),
    ("mcculloch_pitts_neuron", {"h": 0.1}, 1.0), ("mcculloch_pitts_neuron", {"h": -0.1}, 0.0)])
def test_mean_activity_is_the_gain_of_the_input(model, parameters, p):
    """Samples 50 ms apart with a mean interval of 5 ms between updates are independent for all practical purposes."""
    found, _ = states(model, tau_m=5.0, **parameters)
    if p in (0.0, 1.0):
        assert (found == p).all()
    else:
        assert stats.binomtest(int(found.sum()), found.size, p).pvalue > 1e-3


def test_intervals_between_changes_are_exponential():
    """With gain 1/2 every second update changes the state, so changes of one neuron are a Poisson process of rate 1 / (2 tau_m),
    on a grid that is fine against it."""
    _, spikes = states("ginzburg_neuron", n=60, t=4000.0, tau_m=20.0)
    intervals = np.concatenate([np.diff(np.unique(spikes.time.values[spikes.node.values == i])) for i in range(60)])
    jitter = np.random.default_rng(1).uniform(-0.05, 0.05, intervals.size)
    assert stats.kstest(intervals + jitter, "expon", args=(0, 40.0)).pvalue > 1e-3


def test_changes_travel_as_spikes_and_move_the_input_by_the_weight():
    net = sn.Network(seed=2)
    source = net.create("ginzburg_neuron", n=3, tau_m=5.0)
    target = net.create("mcculloch_pitts_neuron", theta=1e9)
    net.connect(source, target, sn.all_to_all(), sn.static_synapse(weight=[[1.0, 10.0, -100.0]], delay=2.0))
    net.record(source, "S", interval=0.1, dtype="f8", name="sent")
    net.record(target, "h", interval=0.1, dtype="f8", name="arrived")
    net.record(source, "spikes")
    data = net.simulate(200.0, progress=False)
    sent, arrived = data["recordings/sent"]["S"].values, data["recordings/arrived"]["h"].values[:, 0]
    assert np.array_equal(arrived[20:], (sent @ [1.0, 10.0, -100.0])[:-20]) and (arrived[:20] == 0).all()
    times, counts = np.unique(np.stack([data["spikes/spikes"].time.values, data["spikes/spikes"].node.values]), axis=1, return_counts=True)
    for node in range(3):
        ups_and_downs = counts[times[1] == node]
        assert (ups_and_downs[::2] == 2).all() and (ups_and_downs[1::2] == 1).all() and ups_and_downs.size > 10


def test_a_network_of_binary_neurons_is_the_same_on_any_number_of_threads():
    found = []
    for threads in (1, 3):
        net = sn.Network(seed=4, threads=threads)
        net._simulation.nodes_per_thread = 1
        cells = net.create("ginzburg_neuron", n=300, theta=0.2)
        net.connect(cells, cells, sn.fixed_indegree(20), sn.static_synapse(weight=0.3, delay=0.5))
        net.record(cells, "spikes")
        found.append(net.simulate(100.0, progress=False)["spikes/spikes"])
    assert len(found[0].time) > 300 and np.array_equal(found[0].node.values, found[1].node.values)
