"""gif_pop_psc_exp: what its theory expects is what the twin computes, and what is drawn is distributed as it should be."""

import numpy as np
import pytest

import spatialnet as sn
from spatialnet.simulate.populations import history_length
from tests.reference.populations import expected

H = 0.5
NODES = {"N": [200.0, 50.0, 1000.0], "I_e": [300.0, 700.0, 1200.0], "V_reset": [1.0, 2.0, 0.0], "E_L": [0.5, 0.0, 0.0],
         "t_ref": [4.0, 2.2, 0.0], "tau_m": [20.0, 15.0, 3.0], "tau_syn_ex": 3.0, "V_m": [2.0, 0.0, 0.0],
         "len_kernel": [-1, 40, 7], "tau_sfa": [[30.0, 5.0], [50.0, 10.0], [100.0, 20.0]], "q_sfa": [[0.5, 0.2], [1.0, -0.2], [0.3, 0.3]]}
TIMES = {"ex": np.arange(20.0, 300.0, 7.0), "in": np.arange(33.0, 300.0, 11.0)}


def network(threads=1, **changed):
    net = sn.Network(seed=3, resolution=H, threads=threads)
    net._simulation.nodes_per_thread = 1
    populations = net.create("gif_pop_psc_exp", n=3, name="populations", **(NODES | changed))
    for times, weight in zip(TIMES.values(), (60.0, -40.0)):
        net.connect(net.create("spike_generator", n=1, spike_times=times), populations, sn.all_to_all(),
                    sn.static_synapse(weight=weight, delay=1.0))
    net.connect(net.create("dc_generator", n=1, amplitude=80.0, start=100.0, stop=200.0), populations, sn.all_to_all())
    net.record(populations, ["mean", "V_m", "E_sfa", "I_syn_ex", "I_syn_in", "n_events"], interval=H, dtype="f8", name="traces")
    net.record(populations, "spikes", name="spikes")
    return net


def traces(data):
    return {name: values.values for name, values in data["recordings/traces"].items() if values.dims[0] == "time"}


def test_expectations_are_those_of_the_twin():
    data = network().simulate(300.0, progress=False)
    found = traces(data)
    steps = np.arange(1, 601)
    arriving = {kind: np.isin(steps, np.rint((times + 1.0) / H)) for kind, times in TIMES.items()}
    current = 80.0 * ((steps > 202) & (steps <= 402))
    for i in range(3):
        p = {"C_m": 250.0, "tau_syn_in": 6.0, "lambda_0": 10.0, "Delta_V": 2.0, "V_T_star": 15.0}
        p |= {name: values[i] if isinstance(values, list) else values for name, values in NODES.items()}
        length = p["len_kernel"] if p["len_kernel"] > 0 else history_length(
            p["tau_m"], p["t_ref"], 2.0, np.array(p["tau_sfa"]), np.array(p["q_sfa"]), H)
        twin = expected(p, H, length, found["n_events"][:, i], 60.0 * arriving["ex"], -40.0 * arriving["in"], current)
        assert found["n_events"][:, i].sum() > 100 and np.ptp(twin["E_sfa"]) > 0.01
        for name, values in twin.items():
            np.testing.assert_allclose(found[name][:, i], values, rtol=1e-9, atol=1e-10, err_msg=name)


def test_every_spike_of_a_population_is_recorded_and_arrives():
    net = sn.Network(seed=1, resolution=H)
    populations = net.create("gif_pop_psc_exp", n=2, N=500, I_e=[500.0, 0.0], lambda_0=[10.0, 0.0])
    net.connect(populations[:1], populations[1:], sn.all_to_all(), sn.static_synapse(weight=2.0, delay=1.5))
    net.record(populations, ["n_events", "I_syn_ex"], interval=H, dtype="f8", name="traces")
    net.record(populations, "spikes", name="spikes")
    data = net.simulate(200.0, progress=False)
    events, current = (data["recordings/traces"][name].values for name in ("n_events", "I_syn_ex"))
    spikes = data["spikes/spikes"]
    assert events[:, 0].sum() > 500 and not events[:, 1].any()
    assert np.array_equal(np.bincount(np.rint(spikes["time"].values / H).astype(int), minlength=401)[1:], events[:, 0])
    I, expected_current = 0.0, []
    for arriving in np.concatenate([np.zeros(3), events[:-3, 0]]):
        I = I * np.exp(-H / 3) + 2.0 * arriving * 3.0 / H * (1 - np.exp(-H / 3))
        expected_current.append(I)
    np.testing.assert_allclose(current[:, 1], expected_current, rtol=1e-12, atol=1e-12)


def test_numbers_of_spikes_scatter_around_what_is_expected():
    """The sum of (n - mean)² / variance over many steps is near their number: fixed seed, 4 standard deviations."""
    for binomial in (True, False):
        net = sn.Network(seed=5, resolution=H)
        populations = net.create("gif_pop_psc_exp", n=40, N=30, I_e=500.0, BinoRand=binomial)
        net.record(populations, ["mean", "n_events"], interval=H, dtype="f8", name="traces")
        data = net.simulate(1000.0, progress=False)["recordings/traces"]
        mean, events = data["mean"].values, data["n_events"].values
        assert not events[mean <= 0].any() and events.max() <= 30
        mean = mean.clip(0, 30)
        variance = mean * (1 - mean / 30) if binomial else mean
        left = (events - mean)[variance > 0.2] / np.sqrt(variance[variance > 0.2])
        assert abs(left.mean()) < 4 / np.sqrt(left.size)
        assert abs((left ** 2).mean() - 1) < 4 * (left ** 2).std() / np.sqrt(left.size)


def test_a_population_fires_like_the_neurons_it_stands_for():
    """gif_psc_exp neurons one by one: the same mean rate within three standard errors and 2 %, over the variance of ten seeds."""
    shared = {"C_m": 250.0, "E_L": 0.0, "V_reset": 0.0, "t_ref": 4.0, "lambda_0": 10.0, "Delta_V": 2.0, "V_T_star": 15.0, "I_e": 350.0}
    net = sn.Network(seed=8, resolution=H)
    one = net.create("gif_pop_psc_exp", n=20, N=200, tau_m=20.0, tau_sfa=[100.0], q_sfa=[1.0], **shared)
    many = net.create("gif_psc_exp", n=4000, g_L=12.5, V_m=0.0, tau_sfa=[100.0], q_sfa=[1.0], **shared)
    net.record(one, "spikes", name="one")
    net.record(many, "spikes", name="many")
    data = net.simulate(1500.0, progress=False)
    windows = np.arange(500.0, 1501.0, 20.0)
    counts = {}
    for name, nodes in (("one", one), ("many", many)):
        spikes = data[f"spikes/{name}"]
        group = (spikes["node"].values - nodes.ids[0]) // (1 if name == "one" else 200)
        counts[name] = np.histogram2d(group, spikes["time"].values, bins=[np.arange(21), windows + 1e-6])[0]
    rates = {name: found.mean(axis=1) for name, found in counts.items()}
    error = np.hypot(*(r.std(ddof=1) / np.sqrt(20) for r in rates.values()))
    assert abs(rates["one"].mean() - rates["many"].mean()) < 3 * error + 0.02 * rates["many"].mean()
    spread = {name: found.var(axis=1).mean() for name, found in counts.items()}
    assert spread["one"] == pytest.approx(spread["many"], rel=0.15)


def test_runs_are_the_same_in_parts_and_on_any_number_of_threads():
    whole = traces(network().simulate(300.0, progress=False))
    threaded = traces(network(threads=3).simulate(300.0, progress=False))
    net = network()
    parts = [traces(net.simulate(t, progress=False)) for t in (70.5, 129.5, 100.0)]
    for name, values in whole.items():
        assert np.array_equal(values, threaded[name])
        assert np.array_equal(values, np.concatenate([part[name] for part in parts]))


@pytest.mark.parametrize("given, reason", [
    ({"N": 2.5}, "must be a whole number"), ({"N": 0}, ">= 1"), ({"len_kernel": 3.5}, "whole number of steps"),
    ({"q_sfa": [0.1, 0.2]}, "must have the same length"), ({"Delta_V": 0.0}, "> 0"), ({"mean": 3.0}, "mean")])
def test_what_is_impossible_is_refused(given, reason):
    with pytest.raises(sn.errors.SpatialnetError, match=reason):
        sn.Network().create("gif_pop_psc_exp", n=2, **given)
