"""Synapses that change: against their Python twin, on any number of threads, in parts, for long times, and with mistakes in them."""

import dataclasses

import numpy as np
import pytest

import spatialnet as sn
from spatialnet.errors import ConnectError, ParameterError, SimulationError, UnknownNameError
from spatialnet.models.plasticity import plan
from tests.reference.plasticity import weights_sent

RANDOM = {"bernoulli_synapse", "quantal_stp_synapse"}
DECLARED = [name for name in sn.list_models("synapse") if name not in RANDOM and not sn.get_model(name, "synapse").is_static
            and sn.get_model(name, "synapse").carrier is None and not plan(sn.get_model(name, "synapse")).follows]
N, T = 20, 300.0


def trains(seed, n, rate=0.08):
    rng = np.random.default_rng(seed)
    return [np.flatnonzero(rng.random(int(T * 10) - 20) < rate * 0.1 * (1 + i % 3)) + 11 for i in range(n)]


def network(threads=1, shortest=None, n_pre=3, n=N):
    """Parrots with random spikes, each end driven by a generator; a short delay elsewhere makes short slices."""
    net = sn.Network(seed=3, threads=threads)
    net._simulation.nodes_per_thread = 1
    pre, post = net.create("parrot_neuron", n=n_pre), net.create("parrot_neuron", n=n, tau_minus=np.linspace(10, 30, n))
    transmitter = net.create("volume_transmitter")
    steps = trains(1, n_pre + n + 1)
    given = net.create("spike_generator", n=n_pre + n + 1, spike_times=[(s - 10) * 0.1 for s in steps])
    net.connect(given, pre + post + transmitter, sn.one_to_one(), sn.static_synapse(delay=1.0))
    if shortest is not None:
        net.connect(net.create("parrot_neuron", name="idle"), post, sn.all_to_all(), sn.static_synapse(delay=shortest))
    return net, pre, post, transmitter, steps


def synapse(model, transmitter, **values):
    declared = sn.get_model(model, "synapse")
    if "volume_transmitter" in declared.parameters:
        values["volume_transmitter"] = transmitter
    return sn.synapse(declared, receptor=1, **({"weight": 0.5 if "vogels" in declared.name else 40.0} | values))


def weights(model, t=T, parts=1, delay=1.5, record="weights", **options):
    net, pre, post, transmitter, steps = network(**options)
    projection = net.connect(pre, post, sn.all_to_all(), synapse(model, transmitter, delay=delay))
    net.record(projection, record)
    found = [net._simulation.run(t / parts).weights[record] for _ in range(parts)]
    columns = [np.concatenate([getattr(f, name) for f in found]) for name in ("steps", "sources", "targets", "weights")]
    return columns, steps, projection


@pytest.mark.parametrize("name", DECLARED)
def test_every_declared_synapse_agrees_with_its_twin(name):
    (_, sources, targets, found), steps, _ = weights(name)
    model = sn.get_model(name, "synapse")
    values = {k: p.default for k, p in model.parameters.items()} | {k: s.initial for k, s in model.states.items()}
    values["weight"] = 0.5 if "vogels" in name else 40.0
    for source, target in ((0, 3), (1, 3), (2, 8), (2, 22)):
        expected = weights_sent(model, values, steps[source].tolist(), steps[target].tolist(), 15,
                                np.linspace(10, 30, N)[target - 3], 110.0, steps[-1].tolist() if model.interval else ())
        assert np.allclose(found[(sources == source) & (targets == target)], expected, rtol=1e-11, atol=1e-11)


@pytest.mark.parametrize("name", DECLARED + ["quantal_stp_synapse", "bernoulli_synapse"])
def test_the_block_machine_gives_the_same_weights(name):
    """A synapse of the user is run without compiler: the same declaration, the same numbers."""
    model = sn.get_model(name, "synapse")
    changed = {"n": 5.0, "a": 5.0} if "quantal" in name else {"p_transmit": 0.5} if "bernoulli" in name else {}
    compiled, interpreted = (dataclasses.replace(sn.copy_model(model, "mine", **changed), kernel=k) for k in (model.kernel, ""))
    (steps, _, targets, expected), (at, _, to, found) = weights(compiled)[0], weights(interpreted)[0]
    assert np.array_equal(steps, at) and np.array_equal(targets, to) and len(found) > 200
    assert np.allclose(found, expected, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("name", ["stdp_triplet_synapse", "stdp_nn_restr_synapse", "tsodyks_synapse", "quantal_stp_synapse",
                                  "stdp_dopamine_synapse"])
@pytest.mark.parametrize("options", [{"threads": 3}, {"parts": 3}, {"shortest": 0.1}, {"threads": 2, "shortest": 0.3}])
def test_weights_are_the_same_for_any_threads_parts_and_slices(name, options):
    expected, found = weights(name)[0], weights(name, **options)[0]
    assert all(np.array_equal(a, b) for a, b in zip(expected, found))


@pytest.mark.parametrize("target_first", [False, True])
def test_long_silence_costs_no_memory_and_changes_nothing(target_first):
    """Every 65536 steps connections are brought up to date, so that old spikes can be forgotten; the weights stay the same."""
    model = sn.get_model("stdp_synapse", "synapse")
    pre, post = [100, 140_000, 140_010], list(range(50, 140_000, 400))
    net = sn.Network(seed=1, threads=1)
    ends = [net.create("parrot_neuron", name=name) for name in (("post", "pre") if target_first else ("pre", "post"))]
    source, target = ends[::-1] if target_first else ends
    for end, steps in ((source, pre), (target, post)):
        given = net.create("spike_generator", spike_times=np.array(steps) * 0.1 - 1)
        net.connect(given, end, sn.one_to_one(), sn.static_synapse(delay=1.0))
    projection = net.connect(source, target, sn.all_to_all(), sn.synapse(model, weight=50.0, delay=2.0, receptor=1))
    net.record(projection, "weights")
    found = net._simulation.run(14_010.0).weights["weights"].weights
    values = {k: p.default for k, p in model.parameters.items()} | {"Kplus": 0.0, "weight": 50.0}
    assert np.allclose(found, weights_sent(model, values, pre, post, 20), rtol=1e-13)
    kept = net._simulation._groups[target.population.index].archive.spikes(0)[0]
    assert kept[0] > 131_072 - 20 - 400 and len(kept) < 30


def test_state_can_be_asked_for_and_set():
    net, pre, post, _, _ = network()
    projection = net.connect(pre, post, sn.all_to_all(), sn.synapse("stdp_synapse", weight=40.0, delay=1.5, receptor=1, lambda_=0.05))
    assert projection.get("lambda").tolist() == [0.05] * 60 and projection.tables[0].weights.dtype == np.float64
    net._simulation.run(100.0)
    assert len(np.unique(projection.weights)) > 50 and np.array_equal(projection.get("weight"), projection.weights)
    traces = projection.get("Kplus").reshape(3, N)
    assert (traces == traces[:, :1]).all() and (traces > 0).all()
    projection.set(weight=30.0, Kplus=0.0)
    assert (projection.weights == 30.0).all() and (projection.get("Kplus") == 0.0).all()
    projection.set(Wmax=np.linspace(50, 60, N), source=pre[:1])
    assert projection.get("Wmax", source=pre[1:2]).tolist() == [100.0] * N and projection.get("Wmax")[N - 1] == 60.0
    before = projection.get("Kplus")
    net._simulation.run(100.0)
    assert projection.disconnect(target=post[:1]) == 3
    assert projection.n == 57 and not np.array_equal(before[:N], projection.get("Kplus")[:N])
    net._simulation.run(50.0)
    for wrong in ({"Wmux": 1.0}, {"tau_plus": -1.0}, {"tau_plus": np.full(57, np.nan)}):
        with pytest.raises((ParameterError, UnknownNameError)):
            projection.set(**wrong)
    assert (projection.get("tau_plus") == 20.0).all()


def test_parameters_are_arrays_or_expressions_like_weights():
    net = sn.Network(seed=1, threads=1)
    cells = net.create("iaf_psc_alpha", sn.grid([4, 4]))
    projection = net.connect(cells, cells, sn.fixed_indegree(5), sn.synapse(
        "stdp_synapse", Wmax=50 + 10 * sn.distance, tau_plus=sn.random.uniform(10, 20), alpha=np.arange(80.).reshape(16, 5)))
    assert np.allclose(projection.get("Wmax"), 50 + 10 * projection.connections().distance)
    taus = projection.get("tau_plus")
    assert len(np.unique(taus)) == 80 and 10 <= taus.min() < taus.max() < 20
    assert (projection.get("alpha").astype(int) // 5 == projection.targets).all()
    symmetric = net.connect(cells, cells, sn.one_to_one(make_symmetric=True), sn.synapse("stdp_synapse", alpha=np.arange(16.)))
    assert np.array_equal(symmetric.get("alpha"), np.tile(np.arange(16.), 2))


def test_synapses_with_common_parameters_take_twelve_bytes():
    net = sn.Network(seed=1, threads=1)
    cells = net.create("iaf_psc_alpha", n=1000)
    projection = net.connect(cells, cells, sn.fixed_indegree(100), sn.synapse("stdp_synapse", weight=10.0))
    assert projection.nbytes < 12.3 * projection.n


def test_snapshots_hold_plastic_synapses():
    net, pre, post, transmitter, _ = network()
    projections = [net.connect(pre, post, sn.all_to_all(), synapse(name, transmitter, delay=1.5))
                   for name in ("stdp_synapse", "stdp_dopamine_synapse")]
    net._simulation.run(100.0)
    kept = net.snapshot()
    net._simulation.run(150.0)
    after = [p.weights for p in projections]
    net.restore(kept)
    assert not np.array_equal(projections[0].weights, after[0])
    net._simulation.run(150.0)
    assert all(np.array_equal(p.weights, w) for p, w in zip(projections, after))


def test_a_weight_that_explodes_is_named_and_the_data_kept():
    mine = sn.SynapseModel("growing", parameters={"factor": 1e3}, on_pre="w = w * exp(factor)")
    net, pre, post, _, steps = network()
    projection = net.connect(pre, post, sn.all_to_all(), mine(weight=1.0, receptor=1, delay=1.0))
    net.record(pre, "spikes")
    with pytest.raises(SimulationError, match=r"growing from node \d of 'parrot_neuron' to node \d+ .* was inf") as error:
        net.simulate(T, progress=False)
    first = min(s[0] for s in steps[:3])
    assert error.value.time == pytest.approx(first * 0.1) and error.value.model == "growing"
    assert len(error.value.result.spikes["spikes"].steps)
    projection.set(weight=1.0, factor=0.0)
    assert net._simulation.run(10.0).status == "complete"


def test_bernoulli_synapses_pass_each_spike_on_its_own():
    """Binomial numbers for spikes that come together; 5 standard deviations of 20,000 spikes."""
    net = sn.Network(seed=5, threads=1)
    given = net.create("spike_generator", spike_times=np.arange(1.0, 101.0), spike_multiplicities=np.full(100, 4.0))
    pre, post = net.create("parrot_neuron"), net.create("parrot_neuron", n=50)
    net.connect(given, pre, sn.all_to_all())
    net.connect(pre, post, sn.all_to_all(), sn.synapse("bernoulli_synapse", p_transmit=0.3))
    net.record(post, "spikes")
    record = net._simulation.run(110.0).spikes["spikes"]
    counts = np.zeros((110 * 10, 50))
    np.add.at(counts, (record.steps, record.nodes - 2), 1)
    counts = counts[20:1020:10]
    assert abs(counts.sum() - 6000) < 5 * np.sqrt(20_000 * 0.3 * 0.7)
    frequencies = np.bincount(counts.ravel().astype(int), minlength=5) / counts.size
    assert np.abs(frequencies - [0.2401, 0.4116, 0.2646, 0.0756, 0.0081]).max() < 0.035
    assert np.abs(np.corrcoef(counts.T) - np.eye(50)).max() < 0.5


def test_quantal_synapses_release_on_average_what_tsodyks2_sends():
    net = sn.Network(seed=5, threads=1)
    given, pre = net.create("spike_generator", spike_times=[10.0, 20.0, 35.0, 80.0]), net.create("parrot_neuron")
    post = net.create("parrot_neuron", n=4000)
    net.connect(given, pre, sn.all_to_all())
    common = {"U": 0.4, "u": 0.4, "tau_rec": 60.0, "tau_fac": 30.0}
    quantal = net.connect(pre, post, sn.all_to_all(), sn.synapse("quantal_stp_synapse", n=10.0, a=10.0, receptor=1, **common))
    mean = net.connect(pre, post[:1], sn.all_to_all(), sn.synapse("tsodyks2_synapse", weight=10.0, receptor=1, **common))
    net.record(quantal, "weights", name="quantal")
    net.record(mean, "weights", name="mean")
    run = net._simulation.run(90.0).weights
    for step, expected in zip(run["mean"].steps, run["mean"].weights):
        sent = run["quantal"].weights[run["quantal"].steps == step]
        # synapses that release nothing send nothing
        assert abs(sent.sum() / 4000 - expected) < 5 * np.sqrt(10 * 0.25 / 4000)


def by_voltage(threads=1, shortest=None, parts=1, longer=False):
    """The network of which NEST's weights were written down, twice over."""
    net = sn.Network(seed=1, threads=threads)
    net._simulation.nodes_per_thread = 1
    cells = net.create("hh_psc_alpha_clopath", n=40, theta_plus=-55.0, theta_minus=-68.0, u_bar_plus=-65.0, u_bar_minus=-65.0,
                       u_bar_bar=-65.0)
    source = net.create("parrot_neuron")
    net.connect(net.create("spike_generator", spike_times=[9.0, 24.0, 39.0, 40.0, 59.0, 74.0, 89.0]), source, sn.all_to_all())
    net.connect(net.create("dc_generator", amplitude=650.0, start=5.0), cells, sn.all_to_all())
    projection = net.connect(source, cells, sn.all_to_all(), sn.synapse("clopath_synapse", weight=0.5, delay=1.3))
    if shortest is not None:
        net.connect(net.create("parrot_neuron", name="idle"), cells, sn.all_to_all(), sn.static_synapse(delay=shortest))
    net.record(projection, "weights")
    found = []
    for k in range(parts):
        kept = net.snapshot() if k else None
        if kept is not None:  # what is done twice is the same
            net._simulation.run(100.0 / parts)
            net.restore(kept)
        found.append(net._simulation.run(100.0 / parts).weights["weights"].weights)
        if longer and k == 0:
            net.connect(net.create("parrot_neuron", name="far"), cells, sn.all_to_all(), sn.synapse("clopath_synapse", delay=40.0))
    return np.concatenate(found).reshape(7, 40)


def test_weights_by_voltage_are_those_of_the_reference():
    found = by_voltage()
    golden = [0.49958001, 0.50016278, 0.50149096, 0.50026381, 0.50409255, 0.50670268, 0.50784829]
    assert (found == found[:, :1]).all() and np.allclose(found[:, 0], golden, rtol=0, atol=2e-5)


@pytest.mark.parametrize("options", [{"threads": 3}, {"shortest": 0.1}, {"parts": 4}, {"parts": 2, "longer": True}])
def test_weights_by_voltage_are_the_same_for_any_threads_parts_and_slices(options):
    assert np.array_equal(by_voltage(**options), by_voltage())


# ---- synapses of the user ----

def test_a_synapse_of_the_user_is_a_model():
    mine = sn.SynapseModel("leaky_stdp", parameters={"rate": 0.1, "tau": sn.Parameter(20.0, "ms", "of the trace", above=0.0)},
                           states={"trace": 0.0},
                           on_post="potentiated = rate * trace * exp(-dt / tau)\nw += potentiated",
                           on_pre="if K_minus > 0.5: w -= rate * K_minus",
                           after="trace = trace * exp(-dt / tau) + 1")
    assert plan(mine).shared == ("trace",) and "rate" in mine.parameters
    net, pre, post, _, steps = network()
    projection = net.connect(pre, post, sn.all_to_all(), mine(weight=10.0, delay=1.5, receptor=1, rate=0.2))
    net.record(projection, "weights")
    found = net._simulation.run(T).weights["weights"]
    expected = weights_sent(mine, {"rate": 0.2, "tau": 20.0, "trace": 0.0, "weight": 10.0}, steps[0].tolist(), steps[5].tolist(), 15,
                            np.linspace(10, 30, N)[2])
    assert np.allclose(found.weights[(found.sources == 0) & (found.targets == 5)], expected, rtol=1e-12)
    with pytest.raises(ParameterError, match="tau: must be > 0 ms"):
        mine(tau=-1.0)


def rewarded(**changed):
    """The dopamine synapse as a user would write it: dw/dt = c (n - b), solved between events."""
    return sn.SynapseModel("rewarded", **{
        "parameters": {"A_plus": 1.0, "A_minus": 1.5, "tau_plus": 20.0, "tau_c": 1000.0, "tau_n": sn.Parameter(200.0, "ms", "of dopamine"), "b": 0.0},
        "states": {"mark": 0.0, "trace": 0.0}, "modulator": "tau_n",
        "on_post": "mark += A_plus * trace * exp(-dt / tau_plus)", "on_pre": "mark -= A_minus * K_minus",
        "after": "trace = trace * exp(-dt / tau_plus) + 1",
        "interval": """
            rate = 1 / tau_c + 1 / tau_n
            w -= mark * (n / rate * expm1(-rate * T) - b * tau_c * expm1(-T / tau_c))
            mark *= exp(-T / tau_c)
        """} | changed)


@pytest.mark.parametrize("options", [{}, {"threads": 3}, {"parts": 3}, {"shortest": 0.1}, {"n": 300}])
@pytest.mark.parametrize("b", [0.0, 0.002])
def test_a_modulated_synapse_of_the_user_is_the_dopamine_synapse(b, options):
    """No weight reaches a bound, where the one that ships would stop it."""
    built_in = sn.copy_model("stdp_dopamine_synapse", "within_bounds", b=b, Wmax=1e9, Wmin=-1e9)
    expected, _, _ = weights(built_in, **options)
    found, _, projection = weights(sn.copy_model(rewarded(), "copied", b=b), **options)
    assert all(np.array_equal(a, b) for a, b in zip(found[:3], expected[:3])) and len(found[3]) > 200
    assert np.abs(found[3] - expected[3]).max() <= 1e-12 * np.abs(expected[3]).max() and np.ptp(found[3]) > 0.1
    assert projection.get("mark").std() > 0


@pytest.mark.parametrize("dopamine", [[50, 400, 90_000, 90_003], list(range(50, 150_000, 37))], ids=["few", "many"])
def test_a_modulated_synapse_may_ignore_spikes_and_be_silent_for_long(dopamine):
    """The weight is the integral of the concentration, also of what was forgotten when connections were brought up to date."""
    model = sn.SynapseModel("integrating", parameters={"tau": 50.0}, modulator="tau", interval="w += n * tau * (1 - exp(-T / tau))")
    pre, given = [300, 140_000, 150_000], np.array(dopamine)
    net = sn.Network(seed=1, threads=1)
    ends, transmitter = net.create("parrot_neuron", n=2), net.create("volume_transmitter")
    trains = net.create("spike_generator", n=2, spike_times=[np.array(s) * 0.1 - 1 for s in (pre, dopamine)])
    net.connect(trains[:1], ends[:1], sn.all_to_all())
    net.connect(trains[1:], transmitter, sn.all_to_all())
    projection = net.connect(ends[:1], ends[1:], sn.all_to_all(), model(weight=0.0, delay=2.0, receptor=1, volume_transmitter=transmitter))
    net.record(projection, "weights")
    found = net._simulation.run(15_010.0).weights["weights"].weights
    expected = [(1 - np.exp(-(t - given[given < t]) * 0.1 / 50)).sum() for t in pre]
    assert np.allclose(found, expected, rtol=1e-11) and expected[0] < expected[1]
    with pytest.raises(ParameterError, match="volume_transmitter: is needed"):
        model(weight=1.0)
    with pytest.raises(ParameterError, match="tau: is common to all"):
        model(volume_transmitter=transmitter, tau=[1.0, 2.0])
    with pytest.raises(ParameterError, match="tau: must be > 0"):
        model(volume_transmitter=transmitter, tau=0.0)


@pytest.mark.parametrize("texts, message", [
    ({"on_pre": "w = 1\nimport os"}, r"on_pre: line 2: .*cannot be read"),
    ({"on_pre": "w = __import__('os')"}, r"on_pre: line 1: .*unknown function"),
    ({"on_post": "w = w.__class__"}, r"on_post: line 1: .*Attribute"),
    ({"on_post": "w = sum([x for x in (1, 2)])"}, r"on_post: line 1"),
    ({"on_post": "w = [x for x in (1, 2)]"}, r"on_post: line 1: .*ListComp"),
    ({"on_post": "\n\nw = w ** 1000"}, r"on_post: line 3: .*power of 1000"),
    ({"on_post": "w = K_minus"}, r"on_post: line 1: .*unknown name 'K_minus'"),
    ({"on_post": "w = random"}, r"on_post: line 1: .*unknown name 'random'"),
    ({"on_pre": "a = 2"}, r"on_pre: line 1: .*'a' cannot be changed"),
    ({"on_pre": "dt = 2"}, r"'dt' cannot be changed"),
    ({"on_pre": "y += 2"}, r"'y' has no value yet"),
    ({"on_pre": "if w > 1: y = 2"}, r"'y' needs a value first"),
    ({"on_pre": "w = (1"}, r"on_pre: line 1: .*cannot be read"),
    ({"send": "w +"}, r"send: .*cannot be read"),
    ({"after": "w = nothing"}, r"after: line 1: .*unknown name 'nothing'"),
    ({"parameters": {"w": 1.0}}, r"'w' cannot be the name"),
    ({"parameters": {"a": "x"}}, r"must be a number or a Parameter"),
    ({"interval": "w = n"}, r"interval: goes with the modulator"),
    ({"interval": "w = n", "modulator": "b"}, r"modulator: must be the name of a parameter"),
    ({"interval": "w = n\nw = K_minus", "modulator": "a"}, r"interval: line 2: .*unknown name 'K_minus'"),
])
def test_texts_that_mean_nothing_are_refused_with_their_line(texts, message):
    with pytest.raises(ParameterError, match=message):
        sn.SynapseModel("mine", **({"parameters": {"a": 1.0}} | texts))


# ---- what is refused ----

def test_what_a_plastic_synapse_cannot_do_is_refused():
    net, pre, post, transmitter, _ = network()
    with pytest.raises(UnknownNameError, match="stdp_synapse"):
        sn.synapse("stpd_synapse")
    with pytest.raises(UnknownNameError, match="tau_plus"):
        sn.synapse("stdp_synapse", tau_pluss=1.0)
    with pytest.raises(ParameterError, match="p_transmit: must be >= 0 and <= 1, got 1.5"):
        sn.synapse("bernoulli_synapse", p_transmit=1.5)
    with pytest.raises(ParameterError, match="common to all"):
        sn.synapse("stdp_synapse_hom", Wmax=[1.0, 2.0])
    with pytest.raises(ParameterError, match="x: must be at most 1 - y"):
        net.connect(pre, post, sn.all_to_all(), sn.synapse("tsodyks_synapse", x=0.6, y=0.6))
    with pytest.raises(ParameterError, match="sign of Wmax"):
        net.connect(pre, post, sn.all_to_all(), sn.synapse("vogels_sprekeler_synapse", weight=-0.5))
    with pytest.raises(ParameterError, match="volume_transmitter: is needed"):
        sn.synapse("stdp_dopamine_synapse")
    with pytest.raises(ParameterError, match="must be one volume_transmitter node"):
        sn.synapse("stdp_dopamine_synapse", volume_transmitter=pre)
    with pytest.raises(ParameterError, match="must have shape"):
        net.connect(pre, post, sn.all_to_all(), sn.synapse("stdp_synapse", alpha=np.ones(7)))
    with pytest.raises(ConnectError, match="no receptor 1"):
        net.connect(pre, transmitter, sn.all_to_all(), sn.static_synapse(receptor=1))
    by_voltage = net.connect(pre, post, sn.all_to_all(), sn.synapse("clopath_synapse"))
    with pytest.raises(SimulationError, match="keeps no filtered voltage"):
        net.simulate(1.0, progress=False)
    net.disconnect(by_voltage)
    assert len(net.projections) == 1
    noise = net.create("poisson_generator", rate=10.0)
    projection = net.connect(noise, post, sn.all_to_all(), sn.synapse("stdp_synapse"))
    with pytest.raises(SimulationError, match="parrot_neuron"):
        net.simulate(1.0, progress=False)
    net.disconnect(projection)
    assert net._simulation.run(1.0).status == "complete"


def test_copies_have_their_own_defaults():
    slow = sn.copy_model("stdp_synapse", "slow_stdp", tau_plus=40.0, lambda_=0.02, Kplus=1.0)
    assert slow.parameters["tau_plus"].default == 40.0 and slow.states["Kplus"].initial == 1.0
    assert sn.get_model("stdp_synapse", "synapse").parameters["tau_plus"].default == 20.0
    (_, _, _, found), _, projection = weights(slow)
    (_, _, _, original), _, _ = weights("stdp_synapse")
    assert projection.get("lambda")[0] == 0.02 and not np.array_equal(found, original)
    neuron = sn.copy_model("iaf_psc_alpha", "slow_neuron", tau_m=30.0)
    net = sn.Network(seed=1)
    assert net.create(neuron).get("tau_m") == 30.0
    net.simulate(1.0, progress=False)
    for wrong in ({"tau_q": 1.0}, {"tau_m": -1.0}):
        with pytest.raises((ParameterError, UnknownNameError)):
            sn.copy_model("iaf_psc_alpha", "x", **wrong)
    with pytest.raises(ParameterError, match="no model has"):
        sn.copy_model("iaf_psc_alpha", "iaf_psc_exp")
