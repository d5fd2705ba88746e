"""A real network through a real run: what the tree says is what happened."""

import json

import numpy as np
import pytest

import spatialnet as sn
from spatialnet.data import describe
from spatialnet.errors import DataError
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
    models = data.spatialnet.models()
    for population in said["populations"]:
        layer, geometry = data[f"/layers/{population['name']}"], population["geometry"]
        placement = None
        if geometry is not None:
            where = {k: geometry[k] for k in ("extent", "center", "edge_wrap")}
            placement = sn.grid(geometry["shape"], **where) if "shape" in geometry else \
                sn.free(np.column_stack([layer[a].values for a in geometry["positions"]["coordinates"]]), **where)
        parameters = {k: layer[v["variable"]].values if isinstance(v, dict) and "variable" in v else value_of(v)
                      for k, v in population["parameters"].items()}
        net.create(models.get(population.get("declaration"), population["model"]), placement, n=None if geometry else population["n"], name=population["name"],
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
        synapses = [sn.synapse(models.get(s.get("declaration"), s["model"]), **{k: value_of(s[k]) for k in ("weight", "delay", "receptor")},
                               **{k: nodes_of(v["nodes"]) if isinstance(v, dict) and "nodes" in v else value_of(v)
                                  for k, v in s["parameters"].items()}) for s in said_of_synapses]
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


def of_users():
    """A network of models that do not ship: of the user, and copies."""
    net = sn.Network(seed=3, threads=1)
    mine = sn.NeuronModel(
        "mine", equations="dV_m/dt = -(V_m - E_L) / tau + (I_stim + I_e) / C_m : mV\ndw/dt = -w_a / tau_w",
        states={"V_m": (-70.0, "mV"), "w_a": sn.State(0.0, "mV", "adaptation", at_least=-1.0)}, threshold="V_m >= V_th + w_a",
        reset="V_m = V_reset; w_a += 1", refractory="t_ref", inputs={0: ("V_m += w", "V_m += 0.5 * w"), 3: "w_a += w"},
        parameters={"E_L": (-70.0, "mV"), "tau": sn.Parameter(12.0, "ms", "of the membrane", above=0.0), "tau_w": 50.0, "C_m": 250.0,
                    "I_e": 420.0, "V_th": -55.0, "V_reset": -65.0, "t_ref": (2.0, "ms"), "highest": sn.Parameter(float("inf"), "", "", finite=False)})
    rewarded = sn.SynapseModel("mine", parameters={"tau_n": 100.0}, states={"c": 0.5}, modulator="tau_n", on_post="c += 0.1",
                               on_pre="if K_minus > 0.2: c -= 0.2", interval="w += c * n * tau_n * (1 - exp(-T / tau_n)); c *= exp(-T / 50)")
    slow = sn.copy_model("iaf_psc_alpha_multisynapse", "slow", tau_syn=[3.0, 7.0], V_m=-66.0)
    cells = net.create(mine, n=12, name="cells", I_e=np.linspace(400, 500, 12))
    others = net.create(slow, n=3, name="others", I_e=400.0)
    again = net.create(sn.copy_model("dc_generator", "strong", amplitude=30.0), name="current")
    transmitter = net.create("volume_transmitter")
    net.connect(cells[:2], transmitter, sn.all_to_all())
    net.connect(again, cells, sn.all_to_all())
    net.connect(cells, cells, sn.fixed_indegree(3), rewarded(weight=0.2, volume_transmitter=transmitter, c=sn.random.uniform(0, 1)), name="changing")
    net.connect(cells, others, sn.all_to_all(), sn.copy_model("stdp_synapse", "fast", lambda_=0.05)(weight=20.0, receptor=2), name="fast")
    net.record(cells + others, "spikes")
    return net


def test_models_of_the_user_are_told_and_made_again(tmp_path):
    net = of_users()
    data = net.simulate(200.0, progress=False)
    data.to_netcdf(tmp_path / "run.nc")
    found = sn.load(tmp_path / "run.nc")
    models = found.spatialnet.models()
    assert {key: type(model).__name__ for key, model in models.items()} == {
        "mine": "NeuronModel", "mine 2": "SynapseModel", "slow": "NeuronModel", "strong": "Generator", "fast": "SynapseModel"}
    assert models["mine"].parameters["tau"] == sn.Parameter(12.0, "ms", "of the membrane", above=0.0)
    assert models["mine"].equations == net.layers["cells"].parts[0].population.model.equations and models["mine"].parameters["highest"].default == np.inf
    told = json.loads(found.attrs["description_json"])["models"]
    assert told["fast"] == {"name": "fast", "copy_of": "stdp_synapse", "defaults": {"lambda": 0.05}}
    again = rebuild(found)
    assert describe(again) == json.loads(found.attrs["description_json"])
    result = again.simulate(200.0, progress=False)
    assert data["/spikes/spikes"].sizes["spike"] > 50 and data["/connections/changing"].weight.std() > 0
    for group in ("connections", "spikes", "layers"):
        assert result[group].identical(data[group]), group
    with pytest.raises(DataError, match="root"):
        found["/spikes/spikes"].spatialnet.models()


@pytest.mark.parametrize("change, message", [
    ({"equations": "dV_m/dt = __import__('os').system('true')"}, "equations"), ({"kernel": "iaf_psc_alpha"}, "'kernel' is nothing that"),
    ({"parameters": {"tau": {"default": {"expression": "1"}}}}, "neither a number nor a text"),
    ({"parameters": {"tau": {"default": 1.0, "unit": "", "meaning": "", "__class__": 1}}}, "__class__"), ({"kind": "os"}, "'os'"),
    ({"reset": "V_m = open('x')"}, "unknown function"), ({"states": 3}, "states must be a mapping"), ({"kind": "neuron", "copy_of": "os"}, "copy_of"),
    ({"threshold": ["V_m"]}, "mine"), ({"name": 3}, "no text")])
def test_a_dataset_that_tells_nonsense_of_a_model_is_refused(change, message):
    """And nothing of it is executed."""
    data = of_users().simulate(0.0, progress=False)
    said = json.loads(data.attrs["description_json"])
    said["models"]["mine"] |= change
    data.attrs["description_json"] = json.dumps(said)
    with pytest.raises(DataError, match=f"model 'mine' of the dataset cannot be built again: .*{message}"):
        data.spatialnet.models()


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
