"""A real network through a real run: what the tree says is what happened."""

import json

import numpy as np
import pytest

import spatialnet as sn
from spatialnet.data import describe
from spatialnet.language.nodes import Symbol


@pytest.fixture(scope="module")
def network():
    net = sn.Network(seed=7, threads=1, title="A small sheet")
    exc = net.create("iaf_psc_alpha", sn.grid([12, 12], extent=[2., 2.], edge_wrap=True), name="E",
                     V_m=sn.random.uniform(-70, -56), C_m=250 + 10 * sn.pos.x)
    inh = net.create("iaf_psc_exp", sn.free(sn.random.uniform(-1, 1), n=36, extent=[2., 2.], center=[0., 0.],
                                            edge_wrap=True), name="I")
    noise = net.create("poisson_generator", rate=9000.)
    clock = net.create("spike_generator", spike_times=[1.0, 5.5, 7.3], name="clock")
    near = sn.circular(0.6) - sn.circular(0.1, anchor=[0.05, 0])
    net.connect(exc, inh, sn.pairwise_bernoulli(0.8 * sn.gaussian(sn.distance, std=1 / 3), mask=near),
                sn.static_synapse(weight=sn.random.normal(20., 2.), delay=0.5 + sn.distance / 0.3), name="E→I")
    net.connect(inh, exc[::2], sn.fixed_indegree(5, p=sn.exponential(sn.distance, beta=0.3)),
                sn.static_synapse(weight=-60., delay=1.5), name="I→E")
    net.connect(noise, exc + inh, sn.all_to_all(), sn.static_synapse(weight=12.))
    net.connect(clock, exc[[3, 1]], sn.all_to_all(), sn.static_synapse(weight=[[800.], [900.]], delay=0.3))
    net.record(exc + inh, "spikes")
    net.record(exc[:3], ["V_m", "I_syn_ex"], interval=0.5, dtype="f8", name="traces")
    return net


@pytest.fixture(scope="module")
def data(network):
    return network.simulate(100.)


def test_tree_of_a_run_survives_its_file(data, tmp_path):
    data.to_netcdf(tmp_path / "run.nc")
    assert sn.load(tmp_path / "run.nc").identical(data)


def test_tree_holds_the_connections_of_the_projections(network, data):
    for projection in network.projections:
        group = data[f"/connections/{projection.name}"]
        columns = projection.connections_of()
        order = np.lexsort((columns["source"], columns["target"]))
        for name, column in columns.items():
            assert (group[name].values == column[order]).all(), (projection.name, name)
        assert (group["n_in"].values == projection.in_degrees()[np.argsort(projection.target.ids)]).all()


def test_displacement_of_the_tree_is_that_of_the_layers(network, data):
    group, delta = data["/connections/E→I"], data.spatialnet.displacement("E→I").values
    exc, inh = network["E"], network["I"]
    start = exc.positions[group["source"].values - exc.ids[0]]
    end = inh.positions[group["target"].values - inh.ids[0]]
    assert (delta == inh.displacement(start, end)).all()
    delays = 0.5 + data.spatialnet.distance("E→I").values / 0.3
    assert np.abs(group["delay"].values - delays).max() <= 0.05 + 1e-9


def test_weights_have_the_unit_of_the_target_model(data):
    assert data["/connections/E→I"]["weight"].attrs["units"] == "pA"
    assert data["/layers/E"]["C_m"].attrs == {"units": "pF", "long_name": "membrane capacitance"}
    assert data["/recordings/traces"]["I_syn_ex"].attrs["units"] == "pA"


def test_recordings_keep_the_type_asked_for(data):
    recording = data["/recordings/traces"]
    assert recording["V_m"].dtype == np.float64 and recording.sizes == {"time": 200, "node": 3}
    assert recording["time"].values[0] == 0.5 and float(recording["time"].diff("time").max()) == pytest.approx(0.5)


def test_network_spikes_and_rates_add_up(data):
    counts = data.spatialnet.counts()
    assert counts.sum() == data["/spikes/spikes"].sizes["spike"] > 0
    assert data.spatialnet.rates().sum() == pytest.approx(10 * counts.sum())
    assert data.spatialnet.binned(0.1).sum() == counts.sum()
    assert data.attrs["title"] == "A small sheet" and data.attrs["status"] == "complete"


def test_second_run_goes_on_where_the_first_ended(network, data):
    later = network.simulate(10.)
    assert (later["/spikes/spikes"].attrs["t_start"], later["/spikes/spikes"].attrs["t_stop"]) == (100.0, 110.0)
    assert later["/spikes/spikes"]["time"].min() > 100.0
    assert later.spatialnet.binned(5.0)["time"].values.tolist() == [102.5, 107.5]


# ---- the description is enough ----

_WORDS = {name: getattr(sn, name) for name in ("gaussian", "gaussian2d", "gamma", "gabor", "where", "exp", "log", "sqrt",
                                               "sin", "cos", "floor", "abs", "min", "max", "distance", "source",
                                               "target", "pos")}
_WORDS |= {name: getattr(sn.random, name) for name in ("uniform", "normal", "lognormal", "uniform_int", "redraw")}
_WORDS |= {f"d{axis}": Symbol(f"d{axis}") for axis in "xyz"} | {"__builtins__": {}}
_WORDS["exponential"] = lambda *a, **k: (sn.exponential if a else sn.random.exponential)(*a, **k)


def value_of(described):
    """A value from its description. The words are evaluated here, in a test; the package never does."""
    if isinstance(described, dict) and "expression" in described:
        return eval(described["expression"], _WORDS)
    if isinstance(described, dict) and "number" in described:
        return float(described["number"])
    return described


def mask_of(described):
    if described is None:
        return None
    if "operator" in described:
        left, right = mask_of(described["left"]), mask_of(described["right"])
        return {"&": left.__and__, "|": left.__or__, "-": left.__sub__}[described["operator"]](right)
    return getattr(sn, described["type"])(**{k: v for k, v in described.items() if k != "type"})


def rebuild(data):
    """A network from nothing but a dataset."""
    said = json.loads(data.attrs["description_json"])
    net = sn.Network(seed=said["seed"], resolution=said["resolution"])
    for population in said["populations"]:
        layer, geometry = data[f"/layers/{population['name']}"], population["geometry"]
        placement = None
        if geometry is not None:
            where = {k: geometry[k] for k in ("extent", "center", "edge_wrap")}
            placement = sn.grid(geometry["shape"], **where) if "shape" in geometry else \
                sn.free(np.column_stack([layer[a].values for a in geometry["positions"]["coordinates"]]), **where)
        parameters = {k: layer[v["variable"]].values if isinstance(v, dict) and "variable" in v else value_of(v)
                      for k, v in population["parameters"].items()}
        net.create(population["model"], placement, n=None if geometry else population["n"], name=population["name"],
                   **parameters)

    def nodes_of(parts):
        chosen = []
        for part in parts:
            layer, indices = net[part["population"]], part.get("indices")
            if isinstance(indices, dict):
                indices = slice(indices["start"], indices["stop"], indices["step"])
            chosen.append(layer if indices is None else layer[indices])
        return sum(chosen[1:], chosen[0])

    for projection in said["projections"]:
        rule = {k: value_of(v) for k, v in projection["rule"].items() if k not in ("type", "mask")}
        accepted = getattr(sn, projection["rule"]["type"]).__code__.co_varnames
        rule = {k: v for k, v in rule.items() if k in accepted}
        if "mask" in accepted:
            rule["mask"] = mask_of(projection["mask"])
        said_of_synapses = projection["synapse"] if isinstance(projection["synapse"], list) else [projection["synapse"]]
        synapses = [sn.static_synapse(**{k: value_of(s[k]) for k in ("weight", "delay", "receptor")}) for s in said_of_synapses]
        net.connect(nodes_of(projection["source"]), nodes_of(projection["target"]),
                    getattr(sn, projection["rule"]["type"])(**rule), synapses,
                    name=projection["name"])
    for recorder in said["recorders"]:
        nodes = nodes_of(recorder["nodes"]["nodes"])
        if recorder["type"] == "SpikeRecorder":
            net.record(nodes, "spikes", name=recorder["name"])
        else:
            net.record(nodes, recorder["variables"], interval=recorder["interval"] * said["resolution"],
                       name=recorder["name"], dtype=recorder["dtype"])
    return net


@pytest.mark.parametrize("rule", [
    sn.pairwise_poisson(0.3), sn.pairwise_poisson(2 * sn.gaussian(sn.distance, std=0.2), use_on_source=False),
    sn.symmetric_pairwise_bernoulli(0.1 * sn.gaussian(sn.distance, std=0.5)), sn.one_to_one(make_symmetric=True),
    sn.pairs([0, 3, 3], [2, 1, 1]), sn.pairs([5, 6], [7, 8], ids=True), sn.fixed_indegree(sn.random.uniform(0, 5)),
    sn.fixed_outdegree(np.arange(16) % 3), sn.fixed_indegree(2.4 - sn.pos.x, allow_multapses=False),
    sn.fixed_total_number(20, mask=sn.circular(0.3), use_on_source=True), sn.all_to_all(mask=sn.circular(0.3), use_on_source=True),
], ids=repr)
def test_every_rule_is_described_well_enough_to_be_carried_out_again(rule):
    net = sn.Network(seed=8, threads=1)
    layer = net.create("iaf_psc_alpha", sn.grid([4, 4]), name="E")
    made = net.connect(layer, layer, rule, [sn.static_synapse(sn.random.normal(), 1.5), sn.static_synapse(2.0)], name="made")
    again = rebuild(net.simulate(0., progress=False)).projections[0]
    assert repr(again.rule) == repr(made.rule) and made.n > 0
    for column, expected in made.connections_of().items():
        np.testing.assert_array_equal(again.connections_of()[column], expected)


def test_description_is_enough_to_build_and_run_the_network_again(network, data, tmp_path):
    """From the file alone: the same connections to the last bit, the same spikes, the same description."""
    data.to_netcdf(tmp_path / "run.nc")
    found = sn.load(tmp_path / "run.nc")
    again = rebuild(found)
    assert describe(again) == json.loads(found.attrs["description_json"])
    result = again.simulate(100.)
    for group in ("connections", "spikes", "recordings", "layers"):
        assert result[group].identical(data[group]), group


def test_tree_holds_the_state_of_plastic_synapses_and_what_they_sent(tmp_path):
    net = sn.Network(seed=7, threads=1)
    cells = net.create("iaf_psc_alpha", n=20, I_e=np.linspace(380, 500, 20))
    stdp = net.connect(cells, cells, sn.fixed_indegree(4), sn.synapse("stdp_synapse", weight=30., Wmax=sn.random.uniform(50, 60)),
                       name="stdp")
    static = net.connect(cells, cells, sn.fixed_indegree(2), sn.static_synapse(weight=3., delay=2.), name="static")
    net.record(stdp, "weights")
    net.record(static, "weights", name="all the same")
    net.record(cells, "spikes")
    data = net.simulate(200., progress=False)
    group = data["/connections/stdp"]
    columns = stdp.connections_of()
    order = np.lexsort((columns["source"], columns["target"]))
    for name in ("weight", "Kplus", "Wmax"):
        assert (group[name].values == stdp.get(name)[order]).all() and len(np.unique(group[name])) > 10, name
    assert "alpha" not in group and "Kplus" not in data["/connections/static"]
    spikes, sent = data["/spikes/spikes"], data["/weights/weights"]
    out = stdp.out_degrees()[spikes["node"].values]
    assert sent.sizes["transmission"] == out.sum() and sent.attrs["projection"] == "stdp"
    assert (sent["time"].values == np.repeat(spikes["time"].values, out)).all()
    assert (data["/weights/all the same"]["weight"].values == 3.0).all()
    last = {(s, t): w for s, t, w in zip(sent["source"].values, sent["target"].values, sent["weight"].values)}
    now = {(s, t): w for s, t, w in zip(columns["source"], columns["target"], stdp.weights)}
    assert all(last[pair] == now[pair] for pair in last if list(zip(columns["source"], columns["target"])).count(pair) == 1)
    data.to_netcdf(tmp_path / "run.nc")
    assert sn.load(tmp_path / "run.nc").identical(data)
