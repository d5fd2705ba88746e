"""Gap junctions: as accurate as one system of equations, and the same bits however a network is divided."""

import dataclasses

import numpy as np
import pytest

import spatialnet as sn
from spatialnet.data.units import weight_units
from spatialnet.errors import ConnectError, SimulationError, UnknownNameError
from spatialnet.models import get_model
from spatialnet.simulate import Simulation
from tests.reference.gap_junctions import solved
from tests.reference.plain_network import PlainNetwork

FAST, TRAUB = "hh_psc_alpha_gap", "hh_cond_beta_gap_traub"
BOTH_WAYS = sn.one_to_one(make_symmetric=True)


def pair(model, g, h, t, **parameters):
    """Voltages (steps, 2) of two coupled neurons, their population and spikes."""
    net = PlainNetwork(resolution=h)
    population = net.create(model, 2, **parameters)
    net.connect(population, population, [(0, 1), (1, 0)], weight=g, carrier="gap_junction")
    net.record(population, "V_m", interval=h, dtype="f8")
    net.record(population, "spikes")
    found = net.simulate(t)
    return found.traces["V_m"].variables["V_m"], population, found.spikes["spikes"]


@pytest.mark.parametrize("model, I_e, g, h, worst", [
    (FAST, [200.0, 0.0], 5.0, 0.1, 0.02), (FAST, [200.0, 0.0], 30.0, 0.1, 0.02), (FAST, [200.0, 0.0], 30.0, 0.05, 0.02),
    (FAST, [200.0, 180.0], 300.0, 0.1, 0.2), (TRAUB, [900.0, 0.0], 20.0, 0.1, 0.02)])
def test_a_pair_follows_the_joint_equations(model, I_e, g, h, worst):
    model = dataclasses.replace(get_model(model), tolerance=("1e-6", "0"))
    made = dataclasses.replace(model, kernel="") if model.name == TRAUB else model
    voltages, population, spikes = pair(made, g, h, 20.0, I_e=np.array(I_e))
    times = np.arange(1, len(voltages) + 1) * h
    times[-1] = 20.0
    expected = solved(population, [[0.0, g], [g, 0.0]], times)
    assert np.abs(voltages - expected).max() < worst
    assert expected.max() > 0 and len(spikes.steps) > 0


def test_neurons_of_two_models_are_coupled_by_different_conductances():
    """The sum of the currents is that of the equations: without capacitances in common, charge flows from one to the other."""
    net = sn.Network()
    a, b = net.create(FAST, n=3), net.create(TRAUB, n=3)
    projection = net.connect(a, b, BOTH_WAYS, sn.synapse("gap_junction", weight=[1.0, 4.0, 0.0]))
    assert projection.weights.tolist() == [1.0, 4.0, 0.0] * 2 and projection.n == 6
    assert weight_units(projection) == "nS"
    net.simulate(20.0)
    apart = a.get("V_m") - b.get("V_m")
    assert (np.abs(apart[[1, 0]]) < np.abs(apart[[0, 2]])).all()  # the stronger, the closer


def mixed(threads=1, nodes_per_thread=1, n=48, compiled=True):
    """Cells of two models with gap junctions, plastic and delayed synapses, and generators."""
    net = sn.Network(seed=4, threads=threads)
    models = [get_model(m) if compiled else dataclasses.replace(get_model(m), kernel="") for m in (FAST, TRAUB)]
    net._simulation = Simulation(net, nodes_per_thread=nodes_per_thread)
    fast = net.create(models[0], positions=sn.grid((n // 8, 8)), I_e=150.0 + 100.0 * sn.random.uniform(), name="fast")
    traub = net.create(models[1], n=n // 2, I_e=500.0 + 300.0 * sn.random.uniform(), name="traub")
    rule = sn.symmetric_pairwise_bernoulli(sn.gaussian(sn.distance, std=0.2), mask=sn.circular(0.5))
    net.connect(fast, fast, rule, sn.synapse("gap_junction", weight=0.3 * sn.random.uniform()))
    net.connect(fast[:n // 2], traub, BOTH_WAYS, sn.synapse("gap_junction", weight=2.0))
    net.connect(fast, traub, sn.fixed_indegree(4), sn.static_synapse(weight=-3.0, delay=sn.random.uniform(0.3, 1.5)))
    net.connect(traub, fast, sn.fixed_indegree(4), sn.synapse("tsodyks2_synapse", weight=80.0, delay=0.7))
    noise = net.create("poisson_generator", n=1, rate=2000.0)
    net.connect(noise, traub, sn.all_to_all(), sn.static_synapse(weight=2.0))
    net.record(fast + traub, "spikes")
    return net, fast, traub


def state(*layers):
    return np.concatenate([layer.get(name) for layer in layers for name in ("V_m", "Act_m", "Act_n")])


def test_every_division_gives_the_same_bits():
    """Threads; runs in parts; a snapshot and what follows it; the block machine."""
    net, fast, traub = mixed()
    run = net.simulate(30.0)
    expected = state(fast, traub)
    assert len(run["spikes/spikes"].time) > 100
    for threads in (2, 3):
        net, fast, traub = mixed(threads=threads)
        net.simulate(30.0)
        assert np.array_equal(state(fast, traub), expected), threads
    net, fast, traub = mixed(compiled=False)
    for t in (0.1, 3.0, 6.9):
        net.simulate(t)
    kept = net.snapshot()
    for _ in range(2):
        net.restore(kept)
        net.simulate(13.7)
        net.simulate(6.3)
        assert np.array_equal(state(fast, traub), expected)


def test_equal_neurons_stay_equal_to_one_alone():
    net = sn.Network()
    alone, coupled = net.create(FAST, n=1, I_e=200.0), net.create(FAST, n=20, I_e=200.0)
    net.connect(coupled, coupled, sn.all_to_all(), sn.synapse("gap_junction", weight=1.0))
    net.simulate(15.0)
    assert coupled.get("V_m") == pytest.approx(alone.get("V_m").item(), abs=1e-4) and np.ptp(coupled.get("V_m")) < 1e-9


def test_a_frozen_partner_is_a_voltage_clamp():
    net = PlainNetwork()
    population = net.create(FAST, 2, V_m=np.array([-40.0, -65.0]))
    table = net.connect(population, population, [(0, 1), (1, 0)], weight=5.0, carrier="gap_junction")
    population.frozen = np.array([True, False])
    net.record(population, "V_m", interval=0.1, dtype="f8")
    voltages = net.simulate(8.0).traces["V_m"].variables["V_m"]
    alone = PlainNetwork()
    other = alone.create(FAST, 2, V_m=-65.0, E_L=(10 * -70 + 5 * -40) / 15, g_L=15.0)  # the clamp is one more leak
    expected = solved(other, np.zeros((2, 2)), np.arange(1, 81) * 0.1)
    assert (voltages[:, 0] == -40.0).all() and np.abs(voltages[:, 1] - expected[:, 0]).max() < 1e-3 and len(table.offsets) == 3


def test_weights_can_change_and_connections_go_between_runs():
    def net_of(first, second):
        net = sn.Network()
        cells = net.create(FAST, n=4, I_e=[150.0, 0.0, 200.0, 0.0], name="cells")
        return net, cells, net.connect(cells[:2], cells[2:], BOTH_WAYS, sn.synapse("gap_junction", weight=[first, second]))

    net, cells, projection = net_of(3.0, 5.0)
    projection.set(weight=7.0, source=[0, 2], target=[0, 2])
    other, same, _ = net_of(7.0, 5.0)
    for n in (net, other):
        n.simulate(5.0)
    assert np.array_equal(cells.get("V_m"), same.get("V_m"))
    assert projection.disconnect(source=[1, 3], target=[1, 3]) == 2
    net.simulate(20.0)
    rest = net_of(7.0, 0.0)[1]
    rest.network.simulate(25.0)
    assert np.abs(cells.get("V_m") - same.get("V_m")).max() > 0  # it went on
    assert np.ptp([cells.get("V_m")[1], rest.get("V_m")[1]]) < 0.05  # cell 1 has forgotten its partner


@pytest.mark.parametrize("rule", [sn.one_to_one(), sn.all_to_all(), sn.pairwise_bernoulli(0.5), sn.fixed_indegree(1),
                                  sn.pairs([0, 1], [1, 0]), sn.fixed_total_number(4)], ids=repr)
def test_one_direction_is_refused_by_name(rule):
    net = sn.Network()
    a, b = net.create(FAST, n=2), net.create(FAST, n=2)
    with pytest.raises(ConnectError, match="gap_junction acts in both directions"):
        net.connect(a, b, rule, sn.synapse("gap_junction"))
    assert net.n_connections == 0


def test_all_to_all_is_symmetric_within_a_layer_with_one_weight():
    net = sn.Network()
    a = net.create(FAST, n=3)
    assert net.connect(a, a, sn.all_to_all(allow_autapses=False), sn.synapse("gap_junction", weight=2.0)).n == 6
    with pytest.raises(ConnectError, match="one weight"):
        net.connect(a, a, sn.all_to_all(), sn.synapse("gap_junction", weight=sn.random.uniform()))
    assert net.connect(a, a, sn.pairs([0, 1], [1, 2], make_symmetric=True), sn.synapse("gap_junction")).check().number.p_value == 1.0


@pytest.mark.parametrize("model", ["iaf_psc_alpha", "hh_psc_alpha", "parrot_neuron", "poisson_generator", "lin_rate_ipn"])
def test_other_models_are_refused_by_name(model):
    net = sn.Network()
    a, b = net.create(FAST, n=2), net.create(model, n=2)
    for ends in ((a, b), (b, a)):
        with pytest.raises(ConnectError, match=model):
            net.connect(*ends, BOTH_WAYS, sn.synapse("gap_junction"))


def test_there_is_no_delay():
    with pytest.raises(UnknownNameError, match="delay"):
        sn.synapse("gap_junction", delay=1.0)


def test_what_cannot_settle_fails_the_run():
    net = sn.Network()
    a = net.create(FAST, n=2, I_e=[200.0, 0.0])
    net.connect(a[:1], a[1:], BOTH_WAYS, sn.synapse("gap_junction", weight=1e5))
    with pytest.raises(SimulationError, match="did not settle between 0 and"):
        net.simulate(20.0)


def test_a_model_of_the_user_can_have_gap_junctions():
    """Passive membranes: the difference of two voltages decays with 1 / (1 / tau + 2 g / C)."""
    model = sn.NeuronModel("passive", parameters={"C_m": 100.0, "g_L": 5.0}, states={"V_m": -60.0}, method="rkf45",
                           tolerance=("1e-9", "0"), equations="dV_m/dt = (-g_L * V_m + gV - g * V_m) / C_m",
                           couplings={"gap": sn.models.declaration.Coupling("gV", "g")}, sends={"gap": "V_m"})
    net = sn.Network()
    a = net.create(model, n=2, V_m=[-60.0, -40.0])
    net.connect(a[:1], a[1:], BOTH_WAYS, sn.synapse("gap_junction", weight=10.0))
    net.simulate(4.0)
    mean, half = -50.0 * np.exp(-4 * 5 / 100), 10.0 * np.exp(-4 * (5 + 20) / 100)
    assert a.get("V_m") == pytest.approx([mean - half, mean + half], abs=1e-5)
