"""The compiled engine against its slow twin: the same network, spike for spike and bit for bit."""

import numpy as np
import pytest

from tests.reference import engine_twin
from tests.reference.plain_network import PlainNetwork

MODELS = ("iaf_psc_alpha", "iaf_psc_exp", "iaf_psc_delta")


def recurrent(model, threads=1, heterogeneous=False, delays="constant", weights="array"):
    """Two populations, random wiring with both signs, a relay, spikes of given weights, a current."""
    rng = np.random.default_rng(5)
    net = PlainNetwork(threads=threads)
    scale = 1.0 if model == "iaf_psc_delta" else 150.0
    own = {"V_m": rng.uniform(-70, -56, 37)}
    if heterogeneous:
        own |= {"tau_m": rng.uniform(5, 20, 37), "t_ref": rng.uniform(0, 3, 37), "I_e": rng.uniform(200, 500, 37),
                "V_th": rng.uniform(-58, -54, 37)}
    a = net.create(model, 37, **({"I_e": 380.0} | own))
    b = net.create(model, 11, I_e=370.0, E_L=-68.0)
    relay = net.create("parrot_neuron", 3)
    given = net.create("spike_generator", 1, spike_times=[1.0, 1.0, 7.3, 30.0], spike_weights=[1, 2, 1, -1],
                       spike_multiplicities=[1, 2, 3, 1])
    dc = net.create("dc_generator", 2, amplitude=np.array([30.0, -40.0]), start=2.0, stop=35.0)
    for source, target in ((a, a), (a, b), (b, a), (relay, a), (given, relay), (given, b)):
        m = 6 * source.n if source.n > 1 else target.n
        pairs = np.stack([rng.integers(0, source.n, m), rng.integers(0, target.n, m)], axis=1)
        w = rng.normal(0.2, 1.0, m) * scale
        w = w if weights == "array" else w.astype(np.float32) if weights == "float32" else -0.7 * scale
        d = {"constant": 0.5, "array": rng.integers(3, 40, m) / 10}[delays]
        net.connect(source, target, pairs, weight=w, delay=d)
    net.connect(dc, a, weight=rng.normal(1, 0.3, 2 * 37), delay=1.2)
    net.record(net.nodes(a) + net.nodes(b) + net.nodes(relay) + net.nodes(given), "spikes")
    net.record(net.nodes(b) + net.nodes(a, [5, 2, 30]), "V_m", interval=0.3, dtype="f8")
    return net


@pytest.mark.parametrize("weights, delays", [("constant", "constant"), ("array", "array"), ("float32", "constant"),
                                             ("constant", "array")])
@pytest.mark.parametrize("heterogeneous", [False, True])
@pytest.mark.parametrize("model", MODELS)
def test_engine_agrees_with_its_python_twin(model, heterogeneous, delays, weights):
    case = {"heterogeneous": heterogeneous, "delays": delays, "weights": weights}
    expected = engine_twin.run(recurrent(model, **case), 25.0)
    found = recurrent(model, **case).simulate(25.0)
    assert len(expected.spikes["spikes"].steps) > 20
    assert np.array_equal(found.spikes["spikes"].steps, expected.spikes["spikes"].steps)
    assert np.array_equal(found.spikes["spikes"].nodes, expected.spikes["spikes"].nodes)
    assert np.array_equal(found.traces["V_m"].steps, expected.traces["V_m"].steps)
    # equal up to the order in which inputs of one step are summed
    assert np.abs(found.traces["V_m"].variables["V_m"] - expected.traces["V_m"].variables["V_m"]).max() < 1e-11


@pytest.mark.parametrize("threads", [2, 3, 7])
@pytest.mark.parametrize("model", MODELS)
def test_spikes_and_traces_are_identical_for_any_number_of_threads(model, threads):
    one, many = (recurrent(model, threads=n, heterogeneous=True, delays="array").simulate(60.0) for n in (1, threads))
    assert np.array_equal(one.spikes["spikes"].steps, many.spikes["spikes"].steps)
    assert np.array_equal(one.spikes["spikes"].nodes, many.spikes["spikes"].nodes)
    assert np.array_equal(one.traces["V_m"].variables["V_m"], many.traces["V_m"].variables["V_m"])


@pytest.mark.parametrize("parts", [(30.0, 30.0), (0.1, 59.9), (7.3, 0.0, 11.1, 41.6)])
def test_parts_of_a_run_equal_the_whole(parts):
    """Spikes in flight and refractoriness survive, and sums keep their order, so the bits are the same."""
    whole = recurrent("iaf_psc_alpha", delays="array")
    expected = whole.simulate(60.0)
    net = recurrent("iaf_psc_alpha", delays="array")
    runs = [net.simulate(t) for t in parts]
    assert [r.t_stop for r in runs] == pytest.approx(np.cumsum(parts))
    for field in ("steps", "nodes"):
        assert np.array_equal(np.concatenate([getattr(r.spikes["spikes"], field) for r in runs]),
                              getattr(expected.spikes["spikes"], field))
    assert np.array_equal(np.concatenate([r.traces["V_m"].variables["V_m"] for r in runs]),
                          expected.traces["V_m"].variables["V_m"])
