"""`Network.to_nest_script`: the script runs on NEST and makes the same network there, and on `spatialnet.nest`."""

import numpy as np
import pytest

import spatialnet as sn
from tests.vs_nest.on_both import ours, theirs


def run(script, nest):
    nest.ResetKernel()
    nest.set_verbosity("M_ERROR")
    names = {"nest": nest}
    exec(script.replace("import nest\n", ""), names)  # noqa: S102
    return names


def pairs(nest):
    found = nest.GetConnections()
    columns = found.get(["source", "target", "weight", "delay"])
    return sorted((int(s), int(t), round(w, 9), round(d, 9)) for s, t, w, d in zip(*columns.values()))


def own_pairs(net):
    found = net.connections()
    return sorted((int(s) + 1, int(t) + 1, round(float(w), 9), round(float(d), 9))
                  for s, t, w, d in zip(found.source, found.target, found.weight, found.delay))


def layers(net):
    return net.create("iaf_psc_alpha", sn.grid([6, 5], extent=[6., 5.]), name="my cells"), \
        net.create("iaf_psc_exp", sn.free(np.random.default_rng(1).uniform(-2, 2, (40, 2)), extent=[4., 4.]), name="4free")


FIXED = [
    sn.all_to_all(), sn.all_to_all(allow_autapses=False), sn.all_to_all(mask=sn.circular(1.5)),
    sn.pairwise_bernoulli(1.0, mask=sn.rectangular([-1., -1.], [2., 1.], azimuth_angle=30., anchor=[0.25, 0.5])),
    sn.pairwise_bernoulli(1.0, mask=sn.doughnut(0.5, 1.5), use_on_source=True),
    sn.pairwise_bernoulli(1.0, mask=sn.elliptical(3., 1., azimuth_angle=20.)),
    sn.pairwise_bernoulli(1.0, mask=sn.circular(2.) - sn.circular(1.)),
    sn.pairwise_bernoulli(sn.distance < 1.5), sn.pairwise_bernoulli((sn.distance.x < 1.5) & ~(sn.distance.y > 1.)),
    sn.pairwise_bernoulli(sn.where(sn.displacement.x > 0.3, 1.0, 0.0) * 1.0),
    sn.fixed_indegree(30, allow_multapses=False), sn.pairs([0, 4, 4, 7], [1, 2, 2, 9]), sn.fixed_total_number(40),
    sn.pairwise_bernoulli(0.2), sn.pairwise_poisson(0.3),
]


@pytest.mark.parametrize("how", ["rules", "listed"])
@pytest.mark.parametrize("rule", FIXED, ids=repr)
def test_connections_are_the_same(rule, how):
    random = rule.name in ("fixed_total_number", "pairwise_poisson") or repr(rule.p) == "0.2"
    net = sn.Network(seed=3, threads=1)
    a, b = layers(net)
    weight = sn.distance + 0.5 * sn.source.x if rule.mask is not None else 2.5
    net.connect(a, b, rule, sn.static_synapse(weight=weight, delay=1.5))
    if "sub" in repr(rule.mask) or rule.name == "pairs":
        assert "# listed, because" in net.to_nest_script()
    for nest in (theirs, ours):
        run(net.to_nest_script(how), nest)
        made = pairs(nest)
        if random and how == "rules":
            assert 0 < len(made) and abs(len(made) - net.n_connections) < 5 * np.sqrt(2 * net.n_connections) + 1
        else:
            assert made == own_pairs(net) and len(made) > 0


def test_expressions_have_the_same_values():
    weights = [2.0 * sn.gaussian(sn.distance, std=0.7), sn.exponential(sn.distance, beta=0.4) + 0.1, sn.max(1 - 0.3 * sn.distance, 0.0),
               sn.exp(-sn.distance) * sn.cos(sn.distance.x), abs(sn.displacement.x), (sn.distance ** 2 + 1) ** 0.5, sn.sqrt(sn.distance),
               sn.gaussian2d(sn.displacement.x, sn.displacement.y, std_x=1.0, std_y=0.5, rho=0.2),
               sn.where((sn.source.x > 0) | (sn.target.y < 0), 2.0, sn.target.x), -sn.gamma(sn.distance + 0.1, kappa=2.0, theta=0.5),
               sn.gabor(sn.displacement.x, sn.displacement.y, theta=30.0, std=0.6, lam=1.3)]
    for weight in weights:
        net = sn.Network(threads=1)
        a, b = layers(net)
        net.connect(a, b, sn.all_to_all(), sn.static_synapse(weight=weight))
        assert "listed" not in net.to_nest_script()
        run(net.to_nest_script(), theirs)
        assert np.allclose(np.array(pairs(theirs)), np.array(own_pairs(net)), atol=1e-8)


def test_what_nest_cannot_say_is_listed_with_the_reason():
    net = sn.Network(threads=1)
    wrapped = net.create("iaf_psc_alpha", sn.grid([5, 5], edge_wrap=True))
    net.connect(wrapped, wrapped, sn.pairwise_bernoulli(sn.displacement.x > 0.1))
    net.connect(wrapped, wrapped, sn.all_to_all(), sn.static_synapse(weight=sn.floor(10 * sn.distance)))
    net.connect(wrapped[[0, 3, 4]], wrapped, sn.all_to_all(mask=sn.circular(0.3)))
    changed = net.connect(wrapped, wrapped, sn.one_to_one())
    changed.set(weight=np.arange(25.0))
    script = net.to_nest_script()
    assert script.count("# listed, because") == 4 and "no displacement that wraps" in script and "changed one by one" in script
    run(script, theirs)
    assert pairs(theirs) == own_pairs(net)


def test_nodes_have_the_same_parameters_and_places():
    net = sn.Network(seed=2 ** 40, resolution=0.2, threads=2)
    a = net.create("iaf_psc_alpha", n=70, V_m=sn.random.uniform(-70, -60), tau_m=12.0, V_min=-90.0)
    b = net.create("iaf_psc_exp", sn.free(sn.random.uniform(-1, 1), n=50, extent=[3., 3.]), I_e=5 * sn.pos.x)
    c = net.create("spike_generator", n=2, spike_times=[[1.0, 2.0], [3.0]])
    d = net.create("poisson_generator", rate=50.0, stop=100.0)
    e = net.create("iaf_psc_exp_multisynapse", n=2, tau_syn=[1.0, 2.0])
    net.connect(c, e, sn.one_to_one(), sn.static_synapse(receptor=2, delay=0.4))
    found = run(net.to_nest_script(), theirs)
    assert theirs.resolution == 0.2 and theirs.local_num_threads == 2
    assert np.allclose(found["iaf_psc_alpha"].V_m, a.get("V_m")) and set(found["iaf_psc_alpha"].V_min) == {-90.0}
    assert np.allclose(found["iaf_psc_exp"].I_e, b.get("I_e"))
    assert np.allclose(theirs.GetPosition(found["iaf_psc_exp"]), b.positions)
    assert [list(t) for t in found["spike_generator"].spike_times] == [[1.0, 2.0], [3.0]]
    assert found["poisson_generator"].get(["rate", "stop"]) == {"rate": 50.0, "stop": 100.0}
    assert list(found["iaf_psc_exp_multisynapse"][0].tau_syn) == [1.0, 2.0]
    assert theirs.GetConnections().get("receptor") == [2, 2] and len(d) == 1


def test_a_deterministic_network_spikes_alike():
    net = sn.Network(seed=5, threads=1)
    cells = net.create("iaf_psc_alpha", sn.grid([8, 8]), I_e=380 + 200 * sn.random.uniform())
    net.connect(cells, cells, sn.fixed_indegree(8), sn.static_synapse(weight=40.0, delay=1.0 + sn.distance))
    net.record(cells, "spikes", name="spikes of all")
    net.record(cells[:5], ["V_m"], interval=0.5)
    script = net.to_nest_script("listed") + "\nnest.Simulate(200.0)\n"
    steps = net._simulation.run(200.0).spikes["spikes of all"]
    for nest in (theirs, ours):
        found = run(script, nest)
        events = found["spikes_of_all"].events
        order = np.lexsort((events["senders"], np.round(events["times"] * 10)))
        assert np.round(events["times"][order] * 10).astype(int).tolist() == steps.steps.tolist()
        assert (events["senders"][order] - 1).tolist() == steps.nodes.tolist() and len(steps.steps) > 300
        assert found["V_m"].record_from == ("V_m",) or found["V_m"].record_from == ["V_m"]


def test_models_of_the_user_are_refused():
    net = sn.Network()
    net.create(sn.NeuronModel("mine", equations="dV_m/dt = -V_m / 10", threshold="V_m >= 1", reset="V_m = 0",
                              states={"V_m": 0.0}) if hasattr(sn, "NeuronModel") else "iaf_psc_alpha")
    if hasattr(sn, "NeuronModel"):
        with pytest.raises(sn.errors.DataError, match="mine"):
            net.to_nest_script()
    with pytest.raises(sn.errors.DataError, match="rules"):
        net.to_nest_script("all")


def run_both(net, how, t=60.0):
    """Sorted events of every recorder of the script, on both."""
    found = []
    for nest in (theirs, ours):
        names = run(net.to_nest_script(how) + f"\nnest.Simulate({t})\n", nest)
        events = {}
        for key, nodes in names.items():
            if type(nodes).__name__ != "NodeCollection" or "n_events" not in nodes[0].get() or "events" not in nodes[0].get():
                continue
            e = nodes.events
            order = np.lexsort((e["senders"], e.get("targets", e["senders"]), np.round(e["times"] * 10)))
            events[key] = {k: np.asarray(v)[order] for k, v in e.items() if k not in ("ports", "receptors")}
        found.append(events)
    return found


PLASTIC = [
    sn.synapse("stdp_synapse", weight=60.0, delay=1.5, lambda_=0.1, Wmax=150.0),
    sn.synapse("stdp_synapse_hom", weight=60.0, lambda_=0.1, Wmax=150.0), sn.synapse("tsodyks_synapse", weight=400.0, U=0.4, tau_rec=90.0),
    sn.synapse("tsodyks2_synapse", weight=400.0, tau_fac=50.0), sn.synapse("stdp_triplet_synapse", weight=70.0, Wmax=300.0),
    sn.synapse("vogels_sprekeler_synapse", weight=50.0, eta=0.05, Wmax=200.0), sn.synapse("stdp_pl_synapse_hom", weight=60.0, mu=0.3),
    sn.synapse("stdp_synapse", weight=np.linspace(20.0, 90.0, 12).reshape(4, 3), lambda_=np.linspace(0.01, 0.1, 12).reshape(4, 3)),
]


@pytest.mark.parametrize("how", ["rules", "listed"])
@pytest.mark.parametrize("synapse", PLASTIC, ids=lambda s: s.model)
def test_plastic_synapses_keep_their_parameters(synapse, how):
    """Parameters of connections stand in syn_spec, common ones in a copied model; weights are recorded and agree."""
    net = sn.Network(seed=3, threads=1)
    train = net.create("spike_generator", n=3, spike_times=[[2.0, 9.0, 20.0, 33.0], [5.0, 12.0, 41.0], [7.0, 8.0, 30.0]])
    relay, cells = net.create("parrot_neuron", n=3), net.create("iaf_psc_alpha", n=4, I_e=[420.0, 440.0, 460.0, 480.0])
    net.connect(train, relay, sn.one_to_one())
    plastic = net.connect(relay, cells, sn.all_to_all(), synapse)
    net.record(cells, "spikes", name="spikes", start=5.0, stop=50.0)
    net.record(plastic, "weights", name="sent")
    there, here = run_both(net, how)
    assert list(there) == list(here) == ["sent", "spikes"] and len(here["sent"]["times"]) == 40
    for key in here:
        for column, values in here[key].items():
            assert np.allclose(values, there[key][column], atol=1e-6), (key, column)
    own = net.simulate(60.0)
    order = np.lexsort((own["weights/sent"].source.values, own["weights/sent"].target.values, np.round(own["weights/sent"].time.values * 10)))
    assert np.allclose(own["weights/sent"].weight.values[order], here["sent"]["weights"], atol=1e-9)


def test_plastic_connections_that_have_run_keep_weights_and_state():
    net = sn.Network(seed=3, threads=1)
    relay, cells = net.create("poisson_generator", n=1, rate=300.0), net.create("iaf_psc_alpha", n=6, I_e=500.0)
    net.connect(relay, cells, sn.all_to_all(), sn.static_synapse(weight=20.0))
    plastic = net.connect(cells, cells, sn.all_to_all(), sn.synapse("stdp_synapse", weight=50.0, lambda_=0.1, Wmax=200.0))
    net.simulate(200.0)
    run(net.to_nest_script("listed"), theirs)
    found = theirs.GetConnections(synapse_model="stdp_synapse").get(["source", "target", "weight", "lambda", "Wmax", "Kplus"])
    assert np.std(found["weight"]) > 0 and set(found["lambda"]) == {0.1} and set(found["Wmax"]) == {200.0}
    assert np.allclose(sorted(found["weight"]), np.sort(plastic.weights)) and max(found["Kplus"]) > 0


def test_dopamine_and_parameters_in_space_go_to_copied_models():
    net = sn.Network(seed=1, threads=1)
    transmitter = net.create("volume_transmitter", n=1)
    sheet = net.create("iaf_psc_exp", sn.grid([5, 5]), I_e=400.0)
    net.connect(sheet, sheet, sn.pairwise_bernoulli(1.0, mask=sn.circular(0.3)), sn.synapse("stdp_synapse", weight=sn.distance, alpha=1.3))
    net.connect(sheet, sheet, sn.one_to_one(), sn.synapse("stdp_dopamine_synapse", volume_transmitter=transmitter, tau_c=500.0))
    net.connect(sheet, sheet, sn.pairwise_bernoulli(1.0, mask=sn.circular(0.3)), sn.synapse("stdp_synapse", alpha=1.0 + sn.distance))
    script = net.to_nest_script()
    assert script.count("CopyModel") == 2 and "volume_transmitter" in script and "takes no alpha" in script
    for nest in (theirs, ours):
        run(script, nest)
        found = nest.GetConnections().get(["source", "target", "synapse_model"])
        assert len(found["source"]) == net.n_connections and len(set(found["synapse_model"])) == 3
        alphas = {round(a, 6) for a in nest.GetConnections().get("alpha") if a is not None} if nest is ours else {1.3}
        assert 1.3 in alphas


def test_values_of_every_step_have_neither_weight_nor_delay_where_nest_has_none():
    net = sn.Network(threads=1)
    rates, field = net.create("lin_rate_ipn", n=2, sigma=0.0, rate=[1.0, 2.0]), net.create("siegert_neuron", n=2)
    net.connect(rates, rates, sn.all_to_all(), sn.synapse("rate_connection_instantaneous", weight=0.2))
    net.connect(rates, rates, sn.all_to_all(), sn.synapse("rate_connection_delayed", weight=-0.2, delay=2.0))
    net.connect(field, field, sn.all_to_all(), sn.synapse("diffusion_connection", drift_factor=0.5, diffusion_factor=0.1))
    net.record(rates, ["rate"], name="rate")
    for how in ("rules", "listed"):
        there, here = run_both(net, how)
        last = here["rate"]["times"] < there["rate"]["times"].max() + 0.05
        assert np.allclose(here["rate"]["rate"][last], there["rate"]["rate"])


def test_windows_offsets_and_frozen_nodes_are_written():
    net = sn.Network(threads=1)
    cells = net.create("iaf_psc_alpha", n=5, I_e=500.0)
    cells[[1, 4]].set(frozen=True)
    net.record(cells, "spikes", name="late", start=20.0)
    net.record(cells[0], ["V_m"], name="volts", interval=2.0, offset=1.0, stop=30.0)
    there, here = run_both(net, "rules")
    for key in ("late", "volts"):
        assert all(np.allclose(here[key][k], there[key][k]) for k in here[key]) and len(here[key]["times"])
    assert set(here["late"]["senders"]) == {1, 3, 4}


def test_detectors_receptors_and_several_synapses_round_trip():
    net = sn.Network(seed=2, threads=1)
    train = net.create("spike_generator", n=2, spike_times=[[5.0, 10.0, 20.0, 31.0], [6.0, 12.0, 20.5, 30.0]])
    relay, counter = net.create("parrot_neuron", n=2), net.create("correlation_detector", n=1, delta_tau=1.0, tau_max=5.0)
    cells = net.create("iaf_psc_exp_multisynapse", n=3, tau_syn=[1.0, 5.0])
    net.connect(train, relay, sn.one_to_one())
    for k in range(2):
        net.connect(relay[k], counter, sn.all_to_all(), sn.static_synapse(weight=2.0, receptor=k))
    net.connect(relay, cells, sn.all_to_all(), [sn.static_synapse(weight=30.0, receptor=1), sn.static_synapse(weight=-9.0, receptor=2, delay=2.0)])
    net.record(cells, ["V_m"], name="volts")
    histograms = []
    for nest in (theirs, ours):
        names = run(net.to_nest_script() + "\nnest.Simulate(60.0)\n", nest)
        histograms.append(np.asarray(names["correlation_detector"].histogram).tolist())
        assert sorted(nest.GetConnections(names["parrot_neuron"], names["iaf_psc_exp_multisynapse"]).receptor) == [1] * 6 + [2] * 6
    assert histograms[0] == histograms[1] and sum(histograms[0]) > 0
    there, here = run_both(net, "listed")
    shared = here["volts"]["times"] <= there["volts"]["times"].max()
    assert np.allclose(here["volts"]["V_m"][shared], there["volts"]["V_m"])


def test_synapse_models_of_the_user_are_refused_by_name():
    net = sn.Network()
    cells = net.create("iaf_psc_alpha", n=2)
    net.connect(cells, cells, sn.all_to_all(), sn.synapse(sn.copy_model("stdp_synapse", "my_stdp", alpha=2.0)))
    with pytest.raises(sn.errors.DataError, match="my_stdp"):
        net.to_nest_script()
