"""Synapses that change, between parrots with random spikes: NEST sends the same weights."""

import numpy as np
import pytest

import spatialnet as sn
from tests.reference.dendrites import weights

#: state that NEST does not show
HIDDEN = {"slow", "fast", "learned", "since", "due"}
MODELS = [
    ("stdp_synapse", {}), ("stdp_synapse", {"mu_plus": 0.3, "mu_minus": 0.7, "lambda": 0.1, "alpha": 1.1, "Kplus": 0.4}),
    ("stdp_synapse", {"Wmax": -100.0, "weight": -40.0}),
    ("stdp_synapse_hom", {"lambda": 0.05}), ("stdp_nn_symm_synapse", {"lambda": 0.05}),
    ("stdp_nn_restr_synapse", {"lambda": 0.05}), ("stdp_nn_pre_centered_synapse", {"lambda": 0.05}),
    ("stdp_triplet_synapse", {"Aplus": 0.02, "Aplus_triplet": 0.3, "Aminus": 0.2, "Aminus_triplet": 0.05}),
    ("stdp_pl_synapse_hom", {"lambda": 0.02}), ("vogels_sprekeler_synapse", {"weight": 0.5, "eta": 0.05}),
    ("vogels_sprekeler_synapse", {"weight": -0.5, "eta": 0.05, "Wmax": -1.0}),
    ("jonke_synapse", {"beta": 0.1, "mu_plus": -0.01, "mu_minus": 0.01, "lambda": 0.05}),
    ("tsodyks_synapse", {}), ("tsodyks_synapse", {"tau_fac": 50.0, "tau_rec": 100.0, "U": 0.2}),
    ("tsodyks_synapse_hom", {"tau_fac": 20.0}), ("tsodyks2_synapse", {}),
    ("tsodyks2_synapse", {"tau_fac": 50.0, "tau_rec": 100.0, "U": 0.2, "u": 0.1, "x": 0.9}),
    ("ht_synapse", {"tau_P": 50.0, "delta_P": 0.3, "P": 0.8}), ("static_synapse", {}), ("static_synapse_hom_w", {}),
    ("bernoulli_synapse", {}), ("quantal_stp_synapse", {"U": 1.0, "u": 1.0, "n": 5, "a": 5, "tau_rec": 1e-3}),
]
COMMON = {"stdp_synapse_hom", "jonke_synapse", "stdp_pl_synapse_hom", "tsodyks_synapse_hom", "static_synapse_hom_w"}
N, T = 12, 400.0  # postsynaptic parrots with delays of their own; the second presynaptic parrot is nearly silent


def trains():
    """Random spikes on the grid of 0.1 ms, close enough for coincidences; two presynaptic and N postsynaptic trains."""
    rng = np.random.default_rng(12)
    counts = [60, 3, *rng.integers(5, 60, N)]
    return [np.sort(rng.choice(np.arange(11, round(T * 10) - 60), n, replace=False)) / 10 for n in counts]


DELAYS = np.array([0.1, 0.3, 1.5, 2.0, 2.1, 5.0, 0.7, 1.0, 1.1, 3.3, 4.4, 0.2])


def ours(model, values, threads=1):
    net = sn.Network(seed=1, threads=threads)
    net._simulation.nodes_per_thread = 1
    pre = net.create("parrot_neuron", n=2)
    post = net.create("parrot_neuron", n=N, tau_minus=np.linspace(10, 30, N), tau_minus_triplet=90.0)
    given = net.create("spike_generator", n=2 + N, spike_times=[t - 0.1 for t in trains()])
    net.connect(given, pre + post, sn.one_to_one(), sn.static_synapse(delay=0.1))
    synapse = sn.synapse(model, receptor=1, delay=np.tile(DELAYS[:, None], (1, 2)), **({"weight": 40.0} | values))
    projection = net.connect(pre, post, sn.all_to_all(), synapse)
    net.record(projection, "weights")
    sent = net._simulation.run(T).weights["weights"]
    return np.column_stack([sent.steps, sent.sources, sent.targets - 2, sent.weights]), projection


def nests(model, values):
    import nest
    nest.ResetKernel()
    nest.set_verbosity("M_ERROR")
    recorder = nest.Create("weight_recorder")
    pre, post = nest.Create("parrot_neuron", 2), nest.Create("parrot_neuron", N)
    post.tau_minus, post.tau_minus_triplet = np.linspace(10, 30, N), [90.0] * N
    for train, node in zip(trains(), (*pre, *post)):
        nest.Connect(nest.Create("spike_generator", params={"spike_times": train - 0.1}), node, syn_spec={"delay": 0.1})
    values = {"weight": 40.0} | values
    common = dict(values) if model in COMMON else {}
    own = {} if model in COMMON else values
    if model in COMMON and model not in ("static_synapse_hom_w", "tsodyks_synapse_hom"):
        own = {"weight": common.pop("weight")}
    nest.CopyModel(model, "copy", common | {"weight_recorder": recorder})
    for node, delay in zip(post, DELAYS):
        nest.Connect(pre, node, syn_spec={"synapse_model": "copy", "delay": delay, "receptor_type": 1, **own})
    nest.Simulate(T + 10)
    events = recorder.events
    table = np.column_stack([np.rint(events["times"] * 10), events["senders"] - pre[0].global_id,
                             events["targets"] - post[0].global_id, events["weights"]])
    table = table[table[:, 0] <= round(T * 10)]
    return table[np.lexsort((table[:, 2], table[:, 1], table[:, 0]))]


@pytest.mark.parametrize("model, values", MODELS)
def test_weights_are_those_of_nest(model, values):
    expected = nests(model, values)
    found, _ = ours(model, values)
    assert len(found) == len(expected) > 100 and np.array_equal(found[:, :3], expected[:, :3])
    assert np.allclose(found[:, 3], expected[:, 3], rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("bounds, tolerance", [({"Wmin": -500.0, "Wmax": 500.0}, 1e-9), ({"Wmax": 41.0}, 0.1)])
def test_weights_with_dopamine_are_those_of_nest(bounds, tolerance):
    """NEST is exact with slices of one step only, which the generators' delays make here; it looks at bounds once per step."""
    import nest
    values = {"tau_c": 100.0, "tau_n": 50.0, "b": 0.01, "A_plus": 0.5} | bounds
    dopamine = [35.0, 60.0, 61.3, 150.0, 151.0, 300.2]
    nest.ResetKernel()
    nest.set_verbosity("M_ERROR")
    recorder, transmitter = nest.Create("weight_recorder"), nest.Create("volume_transmitter")
    pre, post, source = nest.Create("parrot_neuron", 2), nest.Create("parrot_neuron", N), nest.Create("parrot_neuron")
    for train, node in zip((*trains(), np.array(dopamine) - 0.1), (*pre, *post, source)):
        nest.Connect(nest.Create("spike_generator", params={"spike_times": train - 0.1}), node, syn_spec={"delay": 0.1})
    nest.Connect(source, transmitter, syn_spec={"delay": 0.1})
    nest.CopyModel("stdp_dopamine_synapse", "copy", values | {"volume_transmitter": transmitter, "weight_recorder": recorder})
    for node, delay in zip(post, DELAYS):
        nest.Connect(pre, node, syn_spec={"synapse_model": "copy", "delay": delay, "receptor_type": 1, "weight": 40.0})
    nest.Simulate(T + 10)
    events = recorder.events
    order = np.lexsort((events["targets"], events["senders"], events["times"]))
    expected = events["weights"][order][events["times"][order] <= T + 1e-6]

    def found(least_delay):
        net = sn.Network(seed=1, threads=1)
        pre, post, source = net.create("parrot_neuron", n=2), net.create("parrot_neuron", n=N), net.create("parrot_neuron")
        transmitter = net.create("volume_transmitter")
        times = [t - least_delay for t in (*trains(), np.array(dopamine) - least_delay)]
        given = net.create("spike_generator", n=3 + N, spike_times=times)
        net.connect(given, pre + post + source, sn.one_to_one(), sn.static_synapse(delay=least_delay))
        net.connect(source, transmitter, sn.one_to_one(), sn.static_synapse(delay=least_delay))
        delays = np.tile(DELAYS[:, None], (1, 2)) if least_delay == 0.1 else 1.5
        projection = net.connect(pre, post, sn.all_to_all(), sn.synapse(
            "stdp_dopamine_synapse", receptor=1, weight=40.0, delay=delays, volume_transmitter=transmitter, **values))
        net.record(projection, "weights")
        return net._simulation.run(T).weights["weights"]

    exact = found(0.1).weights
    assert len(exact) == len(expected) and np.abs(exact - expected).max() < tolerance
    assert np.isfinite(found(1.0).weights).all()


@pytest.mark.parametrize("model, values, current", [
    ("hh_psc_alpha_clopath", {"theta_plus": -55.0, "theta_minus": -68.0, "u_bar_plus": -65.0, "u_bar_minus": -65.0,
                              "u_bar_bar": -65.0}, 650.0),
    ("aeif_psc_delta_clopath", {"A_LTD_const": False, "u_ref_squared": 6000.0}, 900.0)])
def test_weights_by_voltage_are_those_of_nest(model, values, current):
    import nest
    spikes = np.array([2.0, 4.0, 10.0, 25.0, 40.0, 41.0, 60.0, 75.0, 90.0])
    nest.ResetKernel()
    nest.set_verbosity("M_ERROR")
    neuron, pre, recorder = nest.Create(model, params=values), nest.Create("parrot_neuron"), nest.Create("weight_recorder")
    nest.Connect(nest.Create("spike_generator", params={"spike_times": spikes - 1}), pre)
    nest.Connect(nest.Create("dc_generator", params={"amplitude": current, "start": 5.0}), neuron)
    nest.CopyModel("clopath_synapse", "copy", {"weight_recorder": recorder})
    nest.Connect(pre, neuron, syn_spec={"synapse_model": "copy", "weight": 0.5, "delay": 1.3})
    nest.Simulate(100.0)
    net = sn.Network(seed=1, threads=1)
    ours, source = net.create(model, n=2, **values), net.create("parrot_neuron")
    net.connect(net.create("spike_generator", spike_times=spikes - 1), source, sn.all_to_all())
    net.connect(net.create("dc_generator", amplitude=current, start=5.0), ours, sn.all_to_all())
    projection = net.connect(source, ours, sn.all_to_all(), sn.synapse("clopath_synapse", weight=0.5, delay=1.3))
    net.record(projection, "weights")
    found = np.concatenate([net._simulation.run(50.0).weights["weights"].weights for _ in range(2)])
    expected = recorder.events["weights"]
    assert len(expected) == 9 and np.ptp(expected) > 0.004
    assert np.allclose(found.reshape(9, 2), expected[:, None], rtol=2e-4, atol=1e-6)


@pytest.mark.parametrize("changed", [
    {}, {"soma": {"g_L": 20.0, "E_L": -69.0}, "theta": -63.0,
         "dendritic": {"tau_syn_ex": 2.0, "C_m": 200.0, "g_L": 25.0, "tau_syn_in": 5.0}}])
@pytest.mark.parametrize("values, delay", [
    ({}, 1.0), ({"eta": 0.3, "tau_Delta": 30.0, "Wmin": 59.0, "Wmax": 61.0}, 2.3)])
def test_weights_by_dendritic_prediction_are_those_of_nest(values, delay, changed):
    """What NEST makes of its own spikes is what the twin makes of them; without spikes, our weights are NEST's."""
    import nest
    arrivals = np.arange(3.0, 390.0, 7.3).round(1)

    def run(phi_max):
        nest.ResetKernel()
        nest.set_verbosity("M_ERROR")
        nest.rng_seed = 3
        neuron = nest.Create("pp_cond_exp_mc_urbanczik", params=changed | {"phi_max": phi_max})
        pre, recorder, spikes = nest.Create("parrot_neuron"), nest.Create("weight_recorder"), nest.Create("spike_recorder")
        nest.Connect(nest.Create("spike_generator", params={"spike_times": arrivals - 0.1}), pre, syn_spec={"delay": 0.1})
        nest.CopyModel("urbanczik_synapse", "copy", {"weight_recorder": recorder})
        given = {"synapse_model": "copy", "weight": 60.0, "delay": delay, "receptor_type": 3} | values
        nest.Connect(pre, neuron, syn_spec=given)
        meter = nest.Create("multimeter", params={"record_from": ["V_m.p"], "interval": 0.1})
        nest.Connect(meter, neuron)
        nest.Connect(neuron, spikes)
        nest.Simulate(400.0)
        fired = set(np.rint(spikes.events["times"] / 0.1).astype(int))
        return neuron.get(), meter.events["V_m.p"], fired, recorder.events["weights"]

    status, V, fired, found = run(0.15)
    p = {k: v for k, v in status.items() if not isinstance(v, dict)}
    p |= {f"{part}_{k}": v for part in ("soma", "dendritic") for k, v in status[part].items()}
    expected = weights(p, 0.1, V, fired, arrivals, delay, 60.0, **values)
    assert fired and np.ptp(expected) > 1
    np.testing.assert_allclose(found, expected, rtol=1e-12)

    _, _, fired, expected = run(1e-6)
    net = sn.Network(seed=1, resolution=0.1)
    own = {f"{part}_{k}": v for part in ("soma", "dendritic") for k, v in changed.get(part, {}).items()}
    neuron = net.create("pp_cond_exp_mc_urbanczik", phi_max=1e-6, **own | {k: v for k, v in changed.items() if k == "theta"})
    pre = net.create("parrot_neuron")
    net.connect(net.create("spike_generator", spike_times=arrivals - 0.1), pre, sn.all_to_all(), sn.static_synapse(delay=0.1))
    synapse = sn.synapse("urbanczik_synapse", receptor=3, weight=60.0, delay=delay, **values)
    net.record(net.connect(pre, neuron, sn.all_to_all(), synapse), "weights")
    assert not fired and 60 - expected.min() > 1e-6
    found = net._simulation.run(400.0).weights["weights"].weights
    np.testing.assert_allclose(found - 60, expected - 60, rtol=1e-3, atol=1e-12)


@pytest.mark.parametrize("name", [n for n in sn.list_models("synapse")])
def test_defaults_are_those_of_nest(name):
    import nest
    nest.ResetKernel()
    theirs, model = nest.GetDefaults(name), sn.get_model(name, "synapse")
    ours = {k: p.default for k, p in model.parameters.items()} | {k: s.initial for k, s in model.states.items()}
    for key, value in ours.items():
        if key in theirs and key != "volume_transmitter":
            assert theirs[key] == pytest.approx(value, abs=0, rel=1e-15), key
    unknown = set(ours) - set(theirs) - {"paired", "weight", "delay"} - HIDDEN
    assert not unknown
