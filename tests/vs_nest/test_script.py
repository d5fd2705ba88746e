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
