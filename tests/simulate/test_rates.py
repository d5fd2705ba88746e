"""Rate neurons against closed forms, mean fields against quadrature, and what connections refuse."""

import numpy as np
import pytest
from scipy import integrate, linalg, special, stats

import spatialnet as sn
from spatialnet.language.nodes import FOLD
from spatialnet.models import get_model
from tests.reference.step_twin import NeuronTwin

H = 0.1
AT_ONCE, DELAYED = "rate_connection_instantaneous", "rate_connection_delayed"


def rates(net, t, *layers, variable="rate"):
    for layer in layers:
        net.record(layer, variable, interval=net.resolution, dtype="f8", name=layer.name)
    data = net.simulate(t, progress=False)
    return [data[f"recordings/{layer.name}"][variable].values for layer in layers]


@pytest.mark.parametrize("h", [0.1, 0.05])
def test_linear_networks_follow_the_matrix_exponential(h):
    """tau dX = -X + W X + mu. The input of a step is that at its beginning, so the error falls like h: twice the difference of two
    resolutions is what is left."""
    W, mu, start = np.array([[0.2, -0.8], [0.9, -0.1]]), np.array([1.0, 0.3]), np.array([0.5, -0.4])

    def end(h):
        net = sn.Network(resolution=h)
        cells = net.create("lin_rate_ipn", n=2, sigma=0.0, tau=5.0, mu=mu, rate=start)
        net.connect(cells, cells, sn.all_to_all(), sn.synapse(AT_ONCE, weight=W))
        return rates(net, 10.0, cells)[0][-1]

    A = (W - np.eye(2)) / 5.0
    exact = linalg.expm(10 * A) @ (start + linalg.solve(A, mu / 5)) - linalg.solve(A, mu / 5)
    assert np.abs(end(h) - exact).max() < 0.2 * h
    np.testing.assert_allclose(2 * end(h / 2) - end(h), exact, atol=0.1 * h ** 2)


def test_a_network_of_rates_is_what_its_definition_says():
    """Step by step in NumPy, with delays of several steps and a gain function."""
    rng = np.random.default_rng(6)
    W, D, now = rng.normal(0, 0.5, (5, 5)), rng.integers(1, 9, (5, 5)), rng.normal(0, 1, 5)
    net = sn.Network(resolution=H)
    cells = net.create("tanh_rate_ipn", n=5, sigma=0.0, tau=3.0, lambda_=0.5, mu=0.2, g=1.5, theta=0.1, rate=now)
    net.connect(cells, cells, sn.all_to_all(), sn.synapse(DELAYED, weight=W, delay=D * H))
    found = rates(net, 8.0, cells)[0]
    past, P = [now], np.exp(-0.5 * H / 3)
    for k in range(80):
        seen = np.array([[past[k - d][j] if k >= d else 0.0 for j, d in enumerate(row)] for row in D])
        now = P * now + (1 - P) / 0.5 * (0.2 + np.tanh(1.5 * ((W * seen).sum(axis=1) - 0.1)))
        past.append(now)
    np.testing.assert_allclose(found, past[1:], rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("leak", [1.0, 2.0])
def test_input_noise_is_an_ornstein_uhlenbeck_process(leak):
    """Stationary: variance sigma^2 / (2 lambda), autocorrelation exp(-lambda lag / tau); samples 20 time constants apart."""
    net = sn.Network(seed=8, resolution=H)
    cells = net.create("lin_rate_ipn", n=3000, sigma=1.5, tau=2.0, mu=1.0, lambda_=leak)
    found = rates(net, 45.0, cells)[0]
    last, std = found[-1] - 1 / leak, 1.5 / np.sqrt(2 * leak)
    assert stats.kstest(last / std, "norm").pvalue > 1e-3
    lag = 10
    expected = np.exp(-leak * lag * H / 2.0)
    residual = (last - expected * (found[-1 - lag] - 1 / leak)) / (std * np.sqrt(1 - expected ** 2))
    assert stats.kstest(residual, "norm").pvalue > 1e-3
    assert stats.pearsonr(residual, found[-1 - lag]).pvalue > 1e-3


def test_without_leak_noise_is_a_random_walk():
    net = sn.Network(seed=9, resolution=H)
    cells = net.create("lin_rate_ipn", n=3000, sigma=1.5, tau=2.0, lambda_=0.0)
    found = rates(net, 8.0, cells)[0][-1]
    assert stats.kstest(found / (1.5 * np.sqrt(8.0 / 2.0)), "norm").pvalue > 1e-3


@pytest.mark.parametrize("synapse, delay", [(AT_ONCE, {}), (DELAYED, {"delay": 0.3})])
def test_output_noise_reaches_all_targets_as_it_was_sent(synapse, delay):
    net = sn.Network(seed=3, resolution=H)
    source = net.create("lin_rate_opn", n=3, sigma=2.0, tau=4.0, rate=5.0, name="source")
    target = net.create("rate_transformer_lin", n=3, name="target")
    net.connect(source, target, sn.one_to_one(), sn.synapse(synapse, **delay))
    for variable in ("rate", "noisy_rate"):
        net.record(source, variable, interval=H, dtype="f8", name=variable)
    net.record(target, "rate", interval=H, dtype="f8", name="arrived")
    data = net.simulate(200.0, progress=False)["recordings"]
    sent, arrived = data["noisy_rate"]["noisy_rate"].values, data["arrived"]["rate"].values
    steps = 3 if delay else 0
    assert np.array_equal(arrived[steps:], sent[:len(sent) - steps]) and (arrived[:steps] == 0).all()
    before = np.concatenate([np.full((1, 3), 5.0), data["rate"]["rate"].values[:-1]])
    assert stats.kstest(((sent - before) / (2.0 * np.sqrt(4.0 / H))).ravel(), "norm").pvalue > 1e-3


def integral(a, b):
    """sqrt(pi) times the integral of exp(s^2) (1 + erf s) = erfcx(-s), by adaptive quadrature over pieces."""
    edges = np.concatenate([[a], [e for e in (-1e4, -1e3, -100, -10, -3, 0, 2, 4, 5, 6, 7) if a < e < b], [b]])
    return np.sqrt(np.pi) * sum(integrate.quad(lambda s: special.erfcx(-s), x, y, epsabs=0, epsrel=1e-13)[0]
                                for x, y in zip(edges, edges[1:]))


BOUNDS = [(-1.0, 1.0), (-0.3, -0.2), (0.0, 5.9), (-2e4, -1.0), (-300.0, -299.999), (-5.0, 6.0), (2.0, 2.001), (-1e-3, 1e-3), (4.0, 8.0)]


@pytest.mark.parametrize("a, b", BOUNDS)
def test_integral_of_siegert_is_exact_for_any_bounds(a, b):
    assert FOLD["siegert"](a, b) == pytest.approx(integral(a, b), rel=1e-12)


def siegert_rate(mu, variance, t_ref=2.0, tau_m=5.0, tau_syn=0.0, theta=15.0, V_reset=0.0):
    shift = -special.zeta(0.5) / np.sqrt(2) * np.sqrt(tau_syn / tau_m) if tau_syn else 0.0
    s = np.sqrt(variance)
    return 1000 / (t_ref + tau_m * integral((V_reset - mu) / s + shift, (theta - mu) / s + shift))


def mean_field(mu, variance, **parameters):
    """The fixed point of a population whose input is given: a first population holds a rate of 1."""
    net = sn.Network(resolution=H)
    given = net.create("siegert_neuron", n=1, mean=1.0, rate=1.0, theta=1e9)
    cell = net.create("siegert_neuron", n=1, tau=H / 40, **parameters)
    net.connect(given, cell, sn.one_to_one(), sn.synapse("diffusion_connection", drift_factor=mu, diffusion_factor=variance))
    return rates(net, 0.5, cell)[0][-1, 0]


@pytest.mark.parametrize("mu, variance, parameters", [
    (10.0, 25.0, {}), (20.0, 1.0, {}), (20.0, 1e-4, {}), (12.0, 100.0, {"tau_syn": 0.5}), (-20.0, 400.0, {"t_ref": 0.0}),
    (1000.0, 1.0, {}), (14.0, 4.0, {"theta": 18.0, "V_reset": 10.0, "tau_m": 20.0}), (9.5, 1.0, {})])
def test_mean_fields_fire_at_siegerts_rate(mu, variance, parameters):
    assert mean_field(mu, variance, **parameters) == pytest.approx(siegert_rate(mu, variance, **parameters), rel=1e-10)


def test_mean_fields_without_variance_have_the_rate_of_constant_input():
    assert mean_field(20.0, 0.0) == pytest.approx(1000 / (2.0 + 5.0 * np.log(20.0 / 5.0)), rel=1e-12)
    assert mean_field(20.0, 1e-10) == pytest.approx(mean_field(20.0, 0.0), rel=1e-6)
    assert mean_field(10.0, 0.0) == mean_field(15.0, 0.0) == mean_field(8.9, 1.0) == 0.0


def test_a_recurrent_mean_field_finds_its_fixed_point():
    net = sn.Network(resolution=H)
    cell = net.create("siegert_neuron", n=1, tau_m=10.0, mean=2.0)
    net.connect(cell, cell, sn.all_to_all(), sn.synapse("diffusion_connection", drift_factor=4.0, diffusion_factor=8.0))
    found = rates(net, 60.0, cell)[0][-1, 0]
    assert found == pytest.approx(2.0 + siegert_rate(4.0 * found, 8.0 * found, tau_m=10.0), rel=1e-9) and found > 2.5


@pytest.mark.parametrize("model", ["rate_transformer_tanh", "rate_transformer_gauss", "lin_rate_ipn"])
def test_engine_and_twin_agree_on_a_node_that_is_driven(model):
    given = {"sigma": 0.3} if model.endswith("gauss") else {"sigma": 0.0} if model.endswith("ipn") else {}
    net = sn.Network(resolution=H)
    source = net.create("step_rate_generator", n=1, amplitude_times=[0.1, 0.5, 2.0], amplitude_values=[0.3, -1.0, 2.0])
    cell = net.create(model, n=1, **given)
    for weight in (0.7, -0.2):
        net.connect(source, cell, sn.one_to_one(), sn.synapse(DELAYED, weight=weight, delay=H))
    found = rates(net, 4.0, cell)[0][:, 0]
    twin = NeuronTwin(cell.population, H, draw=lambda row, i, step: 0.0)
    for step in range(1, 41):
        x = 0.0 if step < 2 else 0.3 if step < 6 else -1.0 if step < 21 else 2.0
        twin.update(0, [0.7 * x, -0.2 * x], [], step)
        assert found[step - 1] == pytest.approx(twin.see(0, "rate"), rel=1e-14, abs=1e-15)


@pytest.mark.parametrize("linear", [True, False])
@pytest.mark.parametrize("synapse", [AT_ONCE, DELAYED])
def test_rates_are_the_same_on_any_number_of_threads_and_in_parts(synapse, linear):
    def run(threads, *times):
        net = sn.Network(seed=5, threads=threads, resolution=H)
        net._simulation.nodes_per_thread = 1
        cells = net.create("tanh_rate_ipn", n=700, tau=3.0, linear_summation=linear, name="cells")
        noisy = net.create("lin_rate_opn", n=30, name="noisy")
        delay = {"delay": sn.random.uniform(0.1, 3.0)} if synapse == DELAYED else {}
        net.connect(cells, cells, sn.fixed_indegree(20), sn.synapse(synapse, weight=sn.random.normal(0.0, 0.3), **delay))
        net.connect(noisy, cells, sn.fixed_indegree(2), sn.synapse(synapse, weight=0.01, **delay))
        net.record(cells, "rate", interval=H, dtype="f8", name="rate")
        return np.concatenate([net.simulate(t, progress=False)["recordings/rate"]["rate"].values for t in times])

    whole = run(1, 12.0)
    assert whole.std() > 0.1
    assert np.array_equal(whole, run(3, 12.0)) and np.array_equal(whole, run(2, 5.0, 0.1, 6.9))


def test_spikes_and_rates_live_in_one_network():
    """Slices are as short as connections without delay need; spikes do not notice."""
    def spikes(coupled):
        net = sn.Network(seed=2, resolution=H)
        cells = net.create("iaf_psc_alpha", n=40, I_e=sn.random.uniform(370.0, 420.0))
        net.connect(cells, cells, sn.fixed_indegree(5), sn.static_synapse(weight=20.0, delay=1.5))
        if coupled:
            rate = net.create("lin_rate_ipn", n=3)
            net.connect(rate, rate, sn.all_to_all(), sn.synapse(AT_ONCE, weight=-0.1))
        net.record(cells, "spikes")
        found = net.simulate(200.0, progress=False)["spikes/spikes"]
        return found.time.values.tolist(), found.node.values.tolist()

    assert spikes(True) == spikes(False) and len(spikes(True)[0]) > 100


def test_what_is_set_between_runs_is_seen_at_once():
    net = sn.Network(resolution=H)
    source = net.create("lin_rate_ipn", n=1, sigma=0.0, rate=1.0, tau=1e9)
    target = net.create("rate_transformer_lin", n=1)
    projection = net.connect(source, target, sn.one_to_one(), sn.synapse(AT_ONCE, weight=2.0))
    net.record(target, "rate", interval=H, dtype="f8", name="rate")
    net.simulate(1.0, progress=False)
    source.set(rate=3.0)
    projection.set(weight=-1.0)
    assert net.simulate(0.2, progress=False)["recordings/rate"]["rate"].values[:, 0] == pytest.approx([-3.0, -3.0])


@pytest.mark.parametrize("make, words", [
    (lambda net, a, b: sn.synapse(AT_ONCE, delay=1.0), "no parameter 'delay'"),
    (lambda net, a, b: sn.synapse("diffusion_connection", weight=1.0), "no parameter 'weight'"),
    (lambda net, a, b: net.connect(a, b, sn.one_to_one()), "sends no spikes. Connect it by rate_connection_instantaneous or rate_connection_delayed"),
    (lambda net, a, b: net.connect(a, b, sn.one_to_one(), sn.synapse(DELAYED)), "takes no rates"),
    (lambda net, a, b: net.connect(b, a, sn.one_to_one(), sn.synapse(DELAYED)), "a iaf_psc_alpha sends no rates, which rate_connection_delayed"),
    (lambda net, a, b: net.connect(b, a, sn.one_to_one()), "takes no spikes"),
    (lambda net, a, b: net.connect(a, a, sn.one_to_one(), sn.synapse(DELAYED, receptor=1)), "no receptor 1"),
    (lambda net, a, b: net.record(a, "spikes"), "does not spike"),
    (lambda net, a, b: net.record(net.connect(a, a, sn.one_to_one(), sn.synapse(DELAYED)), "weights"), "carries none"),
    (lambda net, a, b: net.connect(a, a, sn.one_to_one(), sn.synapse(AT_ONCE)).set(delay=1.0), "no parameter 'delay'"),
    (lambda net, a, b: net.create("siegert_neuron", V_reset=15.0), "must be below theta"),
    (lambda net, a, b: net.create("lin_rate_ipn", lambda_=-1.0), "lambda")])
def test_what_means_nothing_is_refused(make, words):
    net = sn.Network()
    a, b = net.create("lin_rate_ipn", n=2), net.create("iaf_psc_alpha", n=2)
    with pytest.raises(sn.errors.SpatialnetError, match=words):
        make(net, a, b)


def test_gain_functions_applied_to_every_rate_must_be_the_same_in_a_layer():
    net = sn.Network()
    a = net.create("tanh_rate_ipn", n=2, linear_summation=False, theta=[0.1, 0.2])
    net.connect(a, a, sn.one_to_one(), sn.synapse(AT_ONCE))
    with pytest.raises(sn.errors.SimulationError, match="theta of .* differs between nodes"):
        net.simulate(1.0, progress=False)


def test_connections_without_delay_say_so():
    net = sn.Network()
    a = net.create("lin_rate_ipn", n=3)
    projection = net.connect(a, a, sn.all_to_all(), sn.synapse(AT_ONCE, weight=0.5))
    assert (projection.delays == 0).all() and repr(projection.synapse) == "rate_connection_instantaneous(weight=0.5)"
    assert get_model("lin_rate_ipn").spikes is False and "tau_minus" not in get_model("lin_rate_ipn").parameters
