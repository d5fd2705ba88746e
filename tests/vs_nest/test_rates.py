"""Networks of rate neurons without noise: the same numbers as in NEST; and what it makes of noise."""

import numpy as np
import pytest

import spatialnet as sn
from spatialnet.models import get_model, list_models

nest = pytest.importorskip("nest", reason="NEST (nest-simulator) is not installed")
H, STEPS = 0.1, 60
MODELS = sorted(name for name in list_models("neuron") if "rate" in get_model(name).sends and "transformer" not in name)
TRANSFORMERS = sorted(name for name in list_models("neuron") if "transformer" in name)
OTHERS = {"gauss": {"mu": 0.2, "sigma": 0.7}, "sigmoid": {"theta": 0.1, "beta": 2.0}, "tanh": {"theta": 0.1}, "lin": {"g": 0.6},
          "threshold_lin": {"theta": -0.2, "alpha": 0.5}, "sigmoid_gg_1998": {"g": 0.4}}


def gain_of(model):
    return next(gain for gain in sorted(OTHERS, key=len, reverse=True)
                if gain == model.removeprefix("rate_transformer_").replace("_rate", "").removesuffix("_ipn").removesuffix("_opn"))


def quiet(model):
    """Parameters without noise, the same for both; NEST takes a noise of its own name for gauss_rate_ipn."""
    return {"std" if "gauss" in model else "sigma": 0.0, "tau": 3.0, "mean" if "gauss" in model else "mu": 0.3}


def fresh():
    nest.ResetKernel()
    nest.set_verbosity("M_ERROR")
    nest.resolution = H
    nest.wfr_tol, nest.wfr_comm_interval, nest.wfr_max_iterations = 1e-15, H, 100  # to self-consistency, in slices of one step


def couplings(n, seed=4):
    return np.random.default_rng(seed).normal(0, 0.8, (n, n)).round(3)


def run_theirs(layers, projections):
    """`layers`: (model, parameters, initial rates); `projections`: (source, target, weights, synapse, delay)."""
    fresh()
    made = [nest.Create(model, len(start), params=dict(parameters)) for model, parameters, start in layers]
    for nodes, (_, _, start) in zip(made, layers):
        for node, rate in zip(nodes, start):
            node.rate = rate
    for source, target, weights, synapse, delay in projections:
        given = {"synapse_model": synapse, "weight": weights}
        nest.Connect(made[source], made[target], "all_to_all", given | ({"delay": delay} if delay else {}))
    meters = [nest.Create("multimeter", params={"record_from": ["rate"], "interval": H}) for _ in made]
    for meter, nodes in zip(meters, made):
        nest.Connect(meter, nodes)
    nest.Simulate(STEPS * H + 2.0)
    traces = []
    for meter, nodes in zip(meters, made):
        events = meter.events
        traces.append(np.array([events["rate"][events["senders"] == i][:STEPS] for i in nodes.global_id] if len(nodes) > 1 else
                               [events["rate"][:STEPS]]).T)
    return traces


def run_ours(layers, projections, threads=1):
    net = sn.Network(resolution=H, threads=threads)
    made = [net.create(model, n=len(start), name=f"layer {k}", rate=np.array(start), **parameters)
            for k, (model, parameters, start) in enumerate(layers)]
    for source, target, weights, synapse, delay in projections:
        given = {"delay": delay} if delay else {}
        net.connect(made[source], made[target], sn.all_to_all(), sn.synapse(synapse, weight=weights, **given))
    for layer in made:
        net.record(layer, "rate", interval=H, dtype="f8", name=layer.name)
    data = net.simulate(STEPS * H, progress=False)
    return [data[f"recordings/{layer.name}"]["rate"].values for layer in made]


def compare(layers, projections):
    for found, expected in zip(run_ours(layers, projections), run_theirs(layers, projections)):
        assert np.ptp(expected) > 1e-3, "a constant shows little"
        np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-12)


START = [0.5, -0.2, 0.1, 0.8]


@pytest.mark.parametrize("delay", [0.0, 0.3], ids=["instantaneous", "delayed"])
@pytest.mark.parametrize("switches", [{}, {"linear_summation": False}, {"mult_coupling": True},
                                      {"mult_coupling": True, "linear_summation": False}, {"rectify_output": True, "rectify_rate": 0.15}],
                         ids=lambda s: " ".join(s) or "default")
@pytest.mark.parametrize("model", MODELS)
def test_networks_without_noise_are_nests(model, switches, delay):
    if not set(switches) <= set(get_model(model).parameters):
        pytest.skip("has no such switch")
    synapse = "rate_connection_delayed" if delay else "rate_connection_instantaneous"
    more = dict(OTHERS[gain_of(model)])
    if gain_of(model) == "lin" and "mult_coupling" in switches:
        more |= {"g_ex": 0.7, "g_in": 0.4, "theta_ex": 1.2, "theta_in": 0.3}
    parameters = more | quiet(model) | switches
    layers = [(model, parameters, START), ("lin_rate_ipn", quiet("lin_rate_ipn"), [0.3, 0.7])]
    compare(layers, [(0, 0, couplings(4), synapse, delay), (1, 0, couplings(4)[:, :2], synapse, delay)])


@pytest.mark.parametrize("leak", [0.0, 2.5])
def test_leak_is_nests(leak):
    fresh()
    layers = [("lin_rate_ipn", quiet("lin_rate_ipn") | {"lambda_": leak}, START)]
    ours = run_ours(layers, [(0, 0, couplings(4) / 5, "rate_connection_delayed", 0.2)])
    layers[0][1]["lambda"] = layers[0][1].pop("lambda_")
    theirs = run_theirs(layers, [(0, 0, couplings(4) / 5, "rate_connection_delayed", 0.2)])
    np.testing.assert_allclose(ours[0], theirs[0], rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("linear", [True, False])
@pytest.mark.parametrize("delay", [0.0, 0.3], ids=["instantaneous", "delayed"])
@pytest.mark.parametrize("model", TRANSFORMERS)
def test_transformers_pass_on_what_nests_do(model, delay, linear):
    synapse = "rate_connection_delayed" if delay else "rate_connection_instantaneous"
    layers = [("lin_rate_ipn", quiet("lin_rate_ipn"), START),
              (model, OTHERS[gain_of(model)] | {"linear_summation": linear}, [0.1, 0.2]),
              ("tanh_rate_ipn", quiet("tanh_rate_ipn"), [0.0, 0.0, 0.0])]
    compare(layers, [(0, 1, couplings(4)[:2], synapse, delay), (1, 1, couplings(2) / 2, synapse, delay),
                     (1, 2, couplings(4)[:3, :2], synapse, delay)])


def test_mixed_delays_and_instantaneous_connections_are_nests():
    layers = [("lin_rate_ipn", quiet("lin_rate_ipn"), START), ("tanh_rate_opn", quiet("tanh_rate_opn"), START[:3])]
    compare(layers, [(0, 1, couplings(4)[:3], "rate_connection_delayed", 0.1), (1, 0, couplings(4)[:, :3], "rate_connection_delayed", 1.2),
                     (0, 0, couplings(4) / 2, "rate_connection_instantaneous", 0.0)])


def test_mean_fields_are_nests():
    def run(library):
        rates = [(8.0, 1.0), (2.0, 20.0)]
        if library is nest:
            fresh()
            nodes = [nest.Create("siegert_neuron", params={"mean": m, "rate": r, "tau": 2.0, "tau_syn": 0.4}) for m, r in rates]
            for i, target in enumerate(nodes):
                for j, source in enumerate(nodes):
                    nest.Connect(source, target, syn_spec={"synapse_model": "diffusion_connection", "drift_factor": (0.9, -0.4)[j] * (1 + i),
                                                           "diffusion_factor": 1.5 + j + i})
            meter = nest.Create("multimeter", params={"record_from": ["rate"], "interval": H})
            for node in nodes:
                nest.Connect(meter, node)
            nest.Simulate(STEPS * H + 2.0)
            return np.array([meter.events["rate"][meter.events["senders"] == n.global_id][:STEPS] for n in nodes]).T
        net = sn.Network(resolution=H)
        nodes = net.create("siegert_neuron", n=2, mean=[8.0, 2.0], rate=[1.0, 20.0], tau=2.0, tau_syn=0.4)
        net.connect(nodes, nodes, sn.all_to_all(), sn.synapse(
            "diffusion_connection", drift_factor=[[0.9, -0.4], [1.8, -0.8]], diffusion_factor=[[1.5, 2.5], [2.5, 3.5]]))
        net.record(nodes, "rate", interval=H, dtype="f8")
        return net.simulate(STEPS * H, progress=False)["recordings/rate"]["rate"].values

    found, expected = run(sn), run(nest)
    assert np.ptp(expected, axis=0).min() > 0.3
    np.testing.assert_allclose(found, expected, rtol=1e-9)


def test_step_rates_arrive_after_their_delay():
    """NEST's arrive earlier by its minimal delay, here 0.2 ms: there the steps are given later."""
    def run(shift):
        fresh()
        given = nest.Create("step_rate_generator", params={"amplitude_times": [0.3 + shift, 1.6 + shift], "amplitude_values": [2.0, -1.0]})
        node = nest.Create("lin_rate_ipn", params=quiet("lin_rate_ipn"))
        nest.Connect(given, node, syn_spec={"synapse_model": "rate_connection_delayed", "weight": 1.5, "delay": 0.6})
        nest.Connect(*[nest.Create("parrot_neuron") for _ in range(2)], syn_spec={"delay": 0.2})
        meter = nest.Create("multimeter", params={"record_from": ["rate"], "interval": H})
        nest.Connect(meter, node)
        nest.Simulate(8.0)
        return meter.events["rate"][:STEPS]

    net = sn.Network(resolution=H)
    given = net.create("step_rate_generator", n=1, amplitude_times=[0.3, 1.6], amplitude_values=[2.0, -1.0])
    node = net.create("lin_rate_ipn", n=1, **quiet("lin_rate_ipn"))
    net.connect(given, node, sn.all_to_all(), sn.synapse("rate_connection_delayed", weight=1.5, delay=0.6))
    net.record(node, "rate", interval=H, dtype="f8")
    found = net.simulate(STEPS * H, progress=False)["recordings/rate"]["rate"].values[:, 0]
    np.testing.assert_allclose(found, run(0.2), rtol=1e-12, atol=1e-12)
    moved = np.flatnonzero(np.abs(np.diff(found, prepend=0)) > 0)
    assert found[8] != found[7] and moved.size  # the step (0.8, 0.9] is the first that sees the rate of 0.3 ms


@pytest.mark.parametrize("name", [*MODELS, *TRANSFORMERS, "siegert_neuron"])
def test_defaults_and_recordables_are_nests(name):
    model, defaults = get_model(name), nest.GetDefaults(name)
    assert set(model.recordables) == {str(r) for r in defaults["recordables"]}
    for parameter, declared in model.settable.items():
        assert float(getattr(declared, "default", getattr(declared, "initial", None))) == defaults[parameter], parameter
    hidden = {"mean", "std"} if "mu" in model.parameters else set()  # other names of mu and sigma
    own = {k for k, v in defaults.items() if isinstance(v, (float, bool)) and k not in nest.GetDefaults("parrot_neuron")}
    assert own - hidden - {"noise", "noisy_rate"} == set(model.settable) - hidden


def test_noise_upon_what_is_sent_has_the_size_that_nests_has():
    """noisy_rate - rate before the step = sqrt(tau / h) noise, and noise is sigma times a standard normal number."""
    fresh()
    node = nest.Create("lin_rate_opn", params={"sigma": 1.3, "tau": 3.0, "rate": 0.5})
    meter = nest.Create("multimeter", params={"record_from": ["rate", "noise", "noisy_rate"], "interval": H})
    nest.Connect(meter, node)
    nest.Simulate(10.0)
    net = sn.Network(resolution=H)
    cell = net.create("lin_rate_opn", n=1, sigma=1.3, tau=3.0, rate=0.5)
    net.record(cell, ["rate", "noise", "noisy_rate"], interval=H, dtype="f8", name="all")
    own = net.simulate(10.0, progress=False)["recordings/all"]
    for traces in (meter.events, {k: own[k].values[:, 0] for k in ("rate", "noise", "noisy_rate")}):
        before = np.concatenate([[0.5], traces["rate"][:-1]])
        np.testing.assert_allclose(traces["noisy_rate"] - before, np.sqrt(3.0 / H) * traces["noise"], rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("source, target, synapse", [
    ("iaf_psc_alpha", "lin_rate_ipn", "static_synapse"), ("iaf_psc_alpha", "lin_rate_ipn", "rate_connection_delayed"),
    ("lin_rate_ipn", "iaf_psc_alpha", "rate_connection_delayed"), ("lin_rate_ipn", "lin_rate_ipn", "static_synapse"),
    ("siegert_neuron", "lin_rate_ipn", "diffusion_connection"), ("siegert_neuron", "lin_rate_ipn", "rate_connection_delayed"),
    ("lin_rate_ipn", "siegert_neuron", "diffusion_connection"), ("lin_rate_ipn", "siegert_neuron", "rate_connection_delayed"),
    ("step_rate_generator", "lin_rate_ipn", "rate_connection_instantaneous"), ("step_rate_generator", "lin_rate_ipn", "static_synapse"),
    ("step_rate_generator", "siegert_neuron", "diffusion_connection"), ("dc_generator", "lin_rate_ipn", "static_synapse"),
    ("poisson_generator", "lin_rate_ipn", "static_synapse"), ("step_rate_generator", "iaf_psc_alpha", "rate_connection_delayed"),
    ("lin_rate_ipn", "parrot_neuron", "static_synapse"), ("lin_rate_ipn", "parrot_neuron", "rate_connection_instantaneous")])
def test_what_nest_refuses_to_connect_is_refused(source, target, synapse):
    fresh()
    with pytest.raises(nest.NESTError):
        nest.Connect(nest.Create(source), nest.Create(target), syn_spec={"synapse_model": synapse})
    net = sn.Network()
    with pytest.raises(sn.errors.ConnectError) as error:
        net.connect(net.create(source, n=1), net.create(target, n=1), sn.all_to_all(), sn.synapse(synapse))
    assert source in str(error.value) or target in str(error.value)
    assert not net.projections
