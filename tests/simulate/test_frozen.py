"""Frozen nodes are not updated: they keep their state, are silent and deaf, and go on when they are no longer frozen."""

import numpy as np
import pytest

import spatialnet as sn
from spatialnet.errors import ParameterError

#: models that step in different ways: exact, adaptive, with several segments, of precise times, with values of every step
NEURONS = {"iaf_psc_alpha": {"I_e": 500.0}, "iaf_psc_delta": {"I_e": 500.0}, "hh_psc_alpha": {"I_e": 900.0}, "aeif_cond_alpha": {"I_e": 900.0},
           "izhikevich": {"I_e": 20.0}, "iaf_psc_exp_ps": {"I_e": 500.0}, "iaf_psc_exp_multisynapse": {"I_e": 500.0}, "lin_rate_ipn": {"sigma": 1.0}}


def network(model, parameters, threads=1):
    net = sn.Network(seed=3, threads=threads)
    layer = net.create(model, n=1100, **parameters)
    if "rate" not in model:
        net.record(layer, "spikes", name="spikes")
    return net, layer


@pytest.mark.parametrize("model", NEURONS)
def test_frozen_neurons_keep_their_state_and_the_others_do_not_notice(model):
    net, layer = network(model, NEURONS[model])
    free, others = network(model, NEURONS[model])
    net.simulate(30.0)
    free.simulate(30.0)
    frozen = np.zeros(1100, bool)
    frozen[[0, 5, 511, 512, 700, 1099]] = True
    names = [name for name in layer.population.model.states if not layer.population.model.states[name].derived]
    before = {name: layer.get(name).copy() for name in names}
    layer.set(frozen=frozen)
    assert np.array_equal(layer.get("frozen"), frozen)
    run, reference = net.simulate(30.0), free.simulate(30.0)
    for name in names:
        assert np.array_equal(layer.get(name)[frozen], before[name][frozen]), name
        assert np.array_equal(layer.get(name)[~frozen], others.get(name)[~frozen]), name
    if "rate" not in model:
        wanted = reference["spikes/spikes"].node.values
        assert np.array_equal(run["spikes/spikes"].node.values, wanted[~frozen[wanted]])
        assert 0 < len(run["spikes/spikes"].node) < len(wanted)


@pytest.mark.parametrize("model", ["iaf_psc_alpha", "hh_psc_alpha", "iaf_psc_exp_ps"])
def test_neurons_go_on_where_they_stood(model):
    net, layer = network(model, NEURONS[model])
    free, other = network(model, NEURONS[model])
    net.simulate(10.0)
    layer.set(frozen=True)
    net.simulate(7.0)
    layer.set(frozen=False)
    assert layer.population.frozen is None
    later, usual = net.simulate(50.0)["spikes/spikes"], (free.simulate(10.0), free.simulate(50.0))[1]["spikes/spikes"]
    assert np.allclose(later.time.values - 7.0, usual.time.values, atol=1e-9) and len(usual.time)
    assert np.allclose(layer.get("V_m"), other.get("V_m"), atol=1e-9)


def test_frozen_neurons_are_deaf():
    """What arrives while they are frozen is lost; what was on its way and arrives later is not."""
    net = sn.Network()
    source = net.create("spike_generator", n=1, spike_times=[5.0, 12.0])
    neuron = net.create("iaf_psc_delta", n=2)
    net.connect(source, neuron, sn.all_to_all(), sn.static_synapse(weight=3.0, delay=4.0))
    neuron.set(frozen=[True, False])
    net.simulate(12.5)
    assert np.array_equal(neuron.get("V_m")[:1], [-70.0]) and neuron.get("V_m")[1] > -69.0
    neuron.set(frozen=False)
    net.simulate(3.5)
    assert neuron.get("V_m")[0] == pytest.approx(-67.0)


def test_frozen_relays_and_generators_send_nothing():
    generators = {"poisson_generator": {"rate": 2000.0}, "spike_generator": {"spike_times": [1.0, 12.0, 23.0]}, "gamma_sup_generator": {"rate": 2000.0},
                  "ppd_sup_generator": {"rate": 2000.0, "dead_time": 0.2}, "mip_generator": {"rate": 2000.0, "p_copy": 0.5},
                  "sinusoidal_gamma_generator": {"rate": 2000.0}, "poisson_generator_ps": {"rate": 2000.0},
                  "inhomogeneous_poisson_generator": {"rate_times": [1.0], "rate_values": [2000.0]},
                  "pulsepacket_generator": {"pulse_times": [5.0, 15.0, 25.0], "activity": 5, "sdev": 0.5}}
    net = sn.Network(seed=1)
    sources = [net.create(name, n=1, **parameters) for name, parameters in generators.items()]
    relays = [net.create("parrot_neuron_ps" if name.endswith("_ps") else "parrot_neuron", n=1) for name in generators]
    for source, relay in zip(sources, relays):
        net.connect(source, relay, sn.all_to_all(), sn.static_synapse(delay=0.1))
    last = net.create("parrot_neuron", n=1)
    net.connect(relays[0], last, sn.all_to_all(), sn.static_synapse(delay=0.1))
    net.record(sum([*relays[1:], last], relays[0]), "spikes", name="spikes")

    def counts():
        run = net.simulate(10.0)["spikes/spikes"]
        return [int((run.node.values == relay.ids[0]).sum()) for relay in [*relays, last]]

    assert all(counts())
    for source in sources:
        source.set(frozen=True)
    net.simulate(0.5)
    assert not any(counts())
    for source in sources:
        source.set(frozen=False)
    relays[0].set(frozen=True)
    later = counts()
    assert later[0] == later[-1] == 0 and all(later[1:-1])
    assert max(later) < 45  # no burst makes up for what was not sent


def test_a_frozen_current_does_not_flow_and_a_frozen_rate_is_not_sent():
    net = sn.Network()
    current, neuron = net.create("dc_generator", n=1, amplitude=100.0), net.create("iaf_psc_alpha", n=1)
    net.connect(current, neuron, sn.all_to_all())
    current.set(frozen=True)
    rates, target = net.create("lin_rate_ipn", n=1, rate=5.0, sigma=0.0), net.create("lin_rate_ipn", n=1, sigma=0.0)
    net.connect(rates, target, sn.all_to_all(), sn.synapse("rate_connection_delayed"))
    rates.set(frozen=True)
    net.simulate(20.0)
    assert neuron.get("V_m") == -70.0 and target.get("rate") == 0.0 and rates.get("rate") == 5.0
    current.set(frozen=False)
    rates.set(frozen=False)
    net.simulate(20.0)
    assert neuron.get("V_m") > -70.0 and target.get("rate") > 0.0


def test_snapshots_keep_who_is_frozen():
    net, layer = network("iaf_psc_alpha", {"I_e": 500.0})
    layer[:3].set(frozen=True)
    kept = net.snapshot()
    layer.set(frozen=False)
    net.restore(kept)
    assert layer.get("frozen").sum() == 3
    layer.set(frozen=True)
    net.restore(kept)
    assert layer.get("frozen").sum() == 3


@pytest.mark.parametrize(("model", "value", "words"), [("iaf_psc_alpha", 1, "True or False"), ("iaf_psc_alpha", [True], "True or False"),
                                                       ("correlation_detector", True, "cannot be frozen"), ("ignore_and_fire", True, "cannot be frozen")])
def test_impossible_freezing_is_refused(model, value, words):
    net = sn.Network()
    layer = net.create(model, n=2)
    with pytest.raises(ParameterError, match=words):
        layer.set(frozen=value)
    assert not layer.get("frozen").any()
