"""gif_pop_psc_exp against NEST: what is expected of NEST's spikes, how long its past is, and the statistics of activity."""

import numpy as np
import pytest

import spatialnet as sn
from spatialnet.simulate.populations import history_length
from tests.reference.populations import expected

nest = pytest.importorskip("nest", reason="NEST (nest-simulator) is not installed")
MODEL = "gif_pop_psc_exp"


def length_of(p, h):
    return history_length(p["tau_m"], p["t_ref"], p["Delta_V"], np.array(p["tau_sfa"]), np.array(p["q_sfa"]), h)


def fresh(h, seed=1):
    nest.ResetKernel()
    nest.set_verbosity("M_ERROR")
    nest.resolution, nest.rng_seed = h, seed


@pytest.mark.parametrize("h, T, given", [
    (0.5, 300.0, {"I_e": 300.0, "N": 200, "tau_sfa": [150.0]}),
    (0.2, 150.0, {"I_e": 500.0, "N": 50, "q_sfa": [1.0, 0.5], "tau_sfa": [30.0, 10.0], "BinoRand": False}),
    (0.2, 100.0, {"I_e": 500.0, "N": 200, "V_reset": 5.0, "V_m": 3.0, "E_L": 1.0, "t_ref": 2.3, "len_kernel": 60, "tau_sfa": [50.0, 10.0],
                  "q_sfa": [1.0, -0.2]}),
    (0.5, 300.0, {"I_e": 200.0, "N": 1000, "tau_m": 10.0, "q_sfa": [0.0], "lambda_0": 30.0, "tau_syn_ex": 5.0})])
def test_twin_expects_what_nest_does(h, T, given):
    """NEST's `mean` follows from its numbers of spikes, to rounding, once its two deviations from the paper are in the twin."""
    fresh(h)
    node = nest.Create(MODEL, params=given)
    arriving = {}
    for kind, times, weight in (("ex", np.arange(20.0, T - 5, 7.0), 60.0), ("in", np.arange(33.0, T - 5, 11.0), -40.0)):
        spikes = nest.Create("spike_generator", params={"spike_times": times})
        nest.Connect(spikes, node, syn_spec={"weight": weight, "delay": 1.0})
        arriving[kind] = weight * np.isin(np.arange(1, round(T / h) + 1), np.rint((times + 1.0) / h))
    current = nest.Create("dc_generator", params={"amplitude": 80.0, "start": 40.0, "stop": 80.0})
    nest.Connect(current, node, syn_spec={"delay": 1.0})
    names = ["mean", "V_m", "E_sfa", "I_syn_ex", "I_syn_in", "n_events"]
    meter = nest.Create("multimeter", params={"record_from": names, "interval": h})
    nest.Connect(meter, node)
    nest.Simulate(T)
    events = meter.events
    n = len(events["mean"])
    steps = np.arange(1, n + 1)
    p = {"V_m": given.get("V_m", 0.0)} | {k: v for k, v in node.get().items() if k not in ("V_m", *names)}
    length = node.len_kernel
    shown = 80.0 * ((steps > round(41.0 / h)) & (steps <= round(81.0 / h)))
    twin = expected(p, h, length, events["n_events"].astype(int), arriving["ex"][:n], arriving["in"][:n], shown, as_nest=True)
    assert events["n_events"].sum() > 100
    for name, values in twin.items():
        np.testing.assert_allclose(events[name], values, rtol=1e-9, atol=1e-10, err_msg=name)


@pytest.mark.parametrize("h, given", [
    (0.1, {}), (0.1, {"q_sfa": [-0.5]}), (0.1, {"q_sfa": [10.0], "tau_sfa": [1000.0]}), (0.1, {"q_sfa": [100.0], "tau_sfa": [10000.0]}),
    (1.0, {"tau_m": 1.0, "q_sfa": [0.0], "t_ref": 10.0}), (0.1, {"tau_m": 100.0}), (0.3, {"tau_m": 10.0, "q_sfa": [0.0]}),
    (1.0, {"tau_m": 10000.0}), (0.1, {"tau_m": 1.0, "q_sfa": [0.21]}), (0.1, {"tau_m": 1.0, "q_sfa": [5.0, -4.5], "tau_sfa": [50.0, 300.0]})])
def test_the_past_is_as_long_as_nests(h, given):
    fresh(h)
    node = nest.Create(MODEL, params=given)
    nest.Simulate(h)
    assert length_of(node.get(), h) == node.len_kernel


def test_activity_has_the_statistics_of_nests():
    """Two coupled populations: rates over 20 runs, their variance in bins, and correlations of neighbouring bins; 4 standard errors."""
    h, T, n_runs, bins = 0.5, 1000.0, 20, 10
    cells = [{"N": 400, "I_e": 350.0, "tau_sfa": [100.0], "q_sfa": [1.0]}, {"N": 100, "I_e": 300.0, "tau_sfa": [100.0], "q_sfa": [0.0]}]
    weights = [[0.4, -1.6], [0.4, -1.6]]  # [target][source]

    def measures(counts):
        counts = counts[200:200 + 1700 // bins * bins].reshape(-1, bins, 2).sum(axis=1)
        centred = counts - counts.mean(axis=0)
        return np.concatenate([counts.mean(axis=0), centred.var(axis=0), (centred[1:] * centred[:-1]).mean(axis=0),
                               [(centred[:, 0] * centred[:, 1]).mean()]])

    net = sn.Network(seed=21, resolution=h)
    layers = [net.create(MODEL, n=n_runs, **cell) for cell in cells]
    for target, row in zip(layers, weights):
        for source, weight in zip(layers, row):
            net.connect(source, target, sn.one_to_one(), sn.static_synapse(weight=weight, delay=1.0))
    for name, layer in zip("ab", layers):
        net.record(layer, "n_events", interval=h, dtype="f8", name=name)
    data = net.simulate(T, progress=False)
    found = np.stack([data[f"recordings/{name}"]["n_events"].values for name in "ab"], axis=2)
    ours = np.array([measures(found[:, i]) for i in range(n_runs)])

    fresh(h, 7)
    layers = [nest.Create(MODEL, n_runs, params=cell) for cell in cells]
    for target, row in zip(layers, weights):
        for source, weight in zip(layers, row):
            nest.Connect(source, target, "one_to_one", {"weight": weight, "delay": 1.0})
    meters = [nest.Create("multimeter", params={"record_from": ["n_events"], "interval": h}) for _ in layers]
    for meter, layer in zip(meters, layers):
        nest.Connect(meter, layer)
    nest.Simulate(T + 10)
    columns = []
    for meter, layer in zip(meters, layers):
        events = meter.events
        columns.append([events["n_events"][events["senders"] == i][:2000] for i in layer.global_id])
    theirs = np.array([measures(np.array(one).T) for one in zip(*columns)])

    error = np.hypot(ours.std(axis=0, ddof=1), theirs.std(axis=0, ddof=1)) / np.sqrt(n_runs)
    assert (ours.mean(axis=0)[:2] > 2).all()
    assert (np.abs(ours.mean(axis=0) - theirs.mean(axis=0)) < 4 * error).all(), (ours.mean(axis=0), theirs.mean(axis=0), error)
