"""Structural plasticity: growth curves against closed forms and quadrature, pairing, and what a run makes of it."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp

import spatialnet as sn
from spatialnet.errors import ParameterError, UnknownNameError

CURVES = [("linear", {"eps": 0.3}), ("gaussian", {"eta": 0.05, "eps": 0.4}), ("sigmoid", {"eps": 0.2, "psi": 0.05})]


def slope(curve, rate, calcium, eps, eta=0.0, psi=0.1):
    """The growth curves as published."""
    if curve == "linear":
        return rate * (1 - calcium / eps)
    if curve == "gaussian":
        xi, zeta = (eta + eps) / 2, (eta - eps) / (2 * np.sqrt(np.log(2)))
        return rate * (2 * np.exp(-((calcium - xi) / zeta) ** 2) - 1)
    return rate * (2 / (1 + np.exp((calcium - eps) / psi)) - 1)


@pytest.mark.parametrize("curve, shape", CURVES, ids=[c for c, _ in CURVES])
def test_elements_follow_their_growth_curve(curve, shape):
    """One neuron with given spikes: z and Ca against a numerical solution between the spikes."""
    net = sn.Network(seed=1)
    cells = net.create("iaf_psc_delta")
    given = net.create("spike_generator", spike_times=[10.0, 300.0, 301.0, 900.0])
    net.connect(given, cells, sn.all_to_all(), sn.static_synapse(weight=100.0, delay=1.0))
    net.growth.add_element(cells, "axon", growth_curve=curve, growth_rate=0.004, z=6.0, tau_vacant=0.0, tau_Ca=800.0,
                           beta_Ca=0.2, Ca=0.1, **shape)
    other = net.create("iaf_psc_delta", name="other")
    net.growth.add_element(other, "dendrite", growth_rate=0.0)
    net.growth.add_synapse("grown", "axon", "dendrite")
    net.growth.interval = 1e6
    net.simulate(1500.0, progress=False)
    calcium, z, t = 0.1, 6.0, 0.0
    for until in (11.0, 301.0, 901.0, 1500.0):  # what arrives at 302 falls into the refractory time
        solved = solve_ivp(lambda _, y: [-y[0] / 800.0, slope(curve, 0.004, y[0], **shape)], (t, until), [calcium, z], rtol=1e-11, atol=1e-12)
        calcium, z = solved.y[:, -1]
        t = until
        calcium += 0.2 * (until < 1500.0)
    assert net.growth.calcium(cells)[0] == pytest.approx(calcium, rel=1e-9)
    assert net.growth.elements(cells)["axon"].z[0] == pytest.approx(z, abs=1e-7)


def growing(seed=1, threads=1, **options):
    net = sn.Network(seed=seed, threads=threads)
    net._simulation.nodes_per_thread = 1
    cells = net.create("iaf_psc_alpha", n=60, name="E")
    noise = net.create("poisson_generator", rate=8000.0)
    net.connect(noise, cells, sn.all_to_all(), sn.static_synapse(weight=8.0))
    growth = {"growth_rate": 0.01, "growth_curve": "linear", "eps": 0.2, "tau_Ca": 1000.0, "beta_Ca": 0.01} | options
    net.growth.add_element(cells, "axon", **growth)
    net.growth.add_element(cells, "dendrite", **growth)
    net.growth.add_synapse("grown", "axon", "dendrite", sn.static_synapse(weight=5.0, delay=1.5))
    net.growth.interval = 100.0
    net.record(cells, "spikes")
    return net, cells


def test_connections_form_and_are_counted():
    net, cells = growing()
    data = net.simulate(1000.0, progress=False)
    grown = net.growth.projections[0]
    assert grown.n > 200 and grown.name == "grown: E→E" and grown in net.projections
    assert not (grown.sources == grown.targets).any()
    for name, ends in (("axon", grown.sources), ("dendrite", grown.targets)):
        element = net.growth.elements(cells)[name]
        assert np.array_equal(element.connected, np.bincount(ends, minlength=60))
    assert data["spikes/spikes"].sizes["spike"] > 0 and data.attrs["status"] == "complete"


def test_connections_are_lost_when_elements_shrink():
    net, cells = growing(z=20.0, growth_rate=-0.02, eps=1e6)
    net.simulate(100.0, progress=False)
    first = net.growth.projections[0].n
    net.simulate(700.1, progress=False)  # the step after the update at 800 ms
    left = net.growth.projections[0]
    element = net.growth.elements(cells)["axon"]
    assert first > 900 and left.n < first / 2
    assert (element.connected <= np.ceil(element.z)).all()


def test_growth_is_the_same_in_one_run_or_many_and_on_any_number_of_threads():
    whole, cells = growing()
    first = whole.simulate(600.0, progress=False)["spikes/spikes"]
    parts, other = growing(threads=3)
    spikes = [parts.simulate(t, progress=False)["spikes/spikes"] for t in (50.0, 270.0, 280.0)]
    assert np.array_equal(np.concatenate([s.node.values for s in spikes]), first.node.values)
    a, b = whole.growth.projections[0], parts.growth.projections[0]
    assert np.array_equal(a.sources, b.sources) and np.array_equal(a.targets, b.targets)
    assert np.array_equal(whole.growth.elements(cells)["axon"].z, parts.growth.elements(other)["axon"].z)


def test_elements_follow_the_spikes_while_growth_is_off():
    net, cells = growing(z=2.0)
    net.growth.is_enabled = False
    net.simulate(250.0, progress=False)
    element = net.growth.elements(cells)["axon"]
    assert not net.growth.projections and not element.connected.any()
    assert net.growth.calcium(cells).max() > 0 and (element.z != 2.0).all()
    net.growth.remove_synapse("grown")
    net.growth.remove_element(cells, "axon")
    assert list(net.growth.elements(cells)) == ["dendrite"]
    with pytest.raises(LookupError, match="no synaptic element 'axon'"):
        net.growth.remove_element(cells, "axon")


def test_a_script_for_nest_tells_that_growth_is_left_out():
    net, _ = growing(z=2.0)
    net.simulate(1.0, progress=False)
    assert net.growth.projections[0].n > 0 and "# Left out: structural plasticity" in net.to_nest_script()


def test_growth_goes_on_from_a_snapshot():
    net, cells = growing()
    net.simulate(350.0, progress=False)
    kept = net.snapshot()
    net.simulate(40.0, progress=False)
    z = net.growth.elements(cells)["axon"].z
    net.restore(kept)
    net.simulate(40.0, progress=False)
    assert np.array_equal(net.growth.elements(cells)["axon"].z, z)


def test_partners_are_drawn_evenly():
    """Every neuron offers one bouton and one spine: over many seeds each pair without itself is equally likely."""
    counts = np.zeros((6, 6))
    for seed in range(1, 301):
        net = sn.Network(seed=seed)
        cells = net.create("iaf_psc_delta", n=6)
        for name in ("axon", "dendrite"):
            net.growth.add_element(cells, name, growth_rate=0.0, z=1.0)
        net.growth.add_synapse("grown", "axon", "dendrite", autapses=True)
        net.growth.interval = 1.0
        net.simulate(1.0, progress=False)
        grown = net.growth.projections[0]
        counts[grown.sources, grown.targets] += 1
    from scipy import stats
    assert counts.sum() == 1800 and stats.chisquare(counts.ravel()).pvalue > 1e-3


def test_pairs_that_may_not_be_are_not_made():
    net = sn.Network(seed=3)
    cells = net.create("iaf_psc_delta", n=4)
    for name in ("axon", "dendrite"):
        net.growth.add_element(cells, name, growth_rate=0.0, z=10.0, tau_vacant=0.0)
    net.growth.add_synapse("grown", "axon", "dendrite", autapses=False, multapses=False)
    net.growth.interval = 1.0
    net.simulate(40.0, progress=False)
    grown = net.growth.projections[0]
    found = set(zip(grown.sources.tolist(), grown.targets.tolist()))
    assert len(found) == grown.n == 12 and all(a != b for a, b in found)


def test_vacant_elements_decay():
    net = sn.Network(seed=1)
    cells = net.create("iaf_psc_delta", n=2)
    net.growth.add_element(cells, "axon", growth_rate=0.0, z=[10.5, 0.5], tau_vacant=0.1)
    net.growth.add_element(cells, "dendrite", growth_rate=0.0)
    net.growth.add_synapse("grown", "axon", "dendrite")
    net.growth.interval = 10.0
    net.simulate(20.0, progress=False)
    np.testing.assert_allclose(net.growth.elements(cells)["axon"].z, [10.5 - 1.0 - 0.9, 0.5])


def test_mistakes_are_refused():
    net = sn.Network(seed=1)
    cells = net.create("iaf_psc_delta", n=3)
    noise = net.create("poisson_generator")
    for layer, options, reason in ((noise, {}, "no synaptic elements"), (cells[:2], {}, "whole layer"), (cells, {"growth_curve": "cubic"}, "linear"),
                                   (cells, {"eta": 0.9}, "below eps"), (cells, {"z": -1.0}, ">= 0"), (cells, {"z": [1, 2]}, "3 numbers"),
                                   (cells, {"tau_Ca": 0.0}, "> 0"), (cells, {"tau_vacant": 2.0}, "in \\[0, 1\\]")):
        with pytest.raises(ParameterError, match=reason):
            net.growth.add_element(layer, "axon", growth_rate=1.0, **options)
    assert net.growth.elements(cells) == {}
    net.growth.add_element(cells, "axon", growth_rate=1.0)
    with pytest.raises(ParameterError, match="already"):
        net.growth.add_element(cells, "axon", growth_rate=1.0)
    with pytest.raises(UnknownNameError, match="no synaptic element 'axen'. Did you mean 'axon'"):
        net.growth.add_synapse("grown", "axen", "axon")
    with pytest.raises(ParameterError, match="one weight and one delay"):
        net.growth.add_synapse("grown", "axon", "axon", sn.static_synapse(weight=sn.random.normal(1.0, 1.0)))
    for synapse in (sn.synapse("rate_connection_delayed"), sn.synapse("stdp_synapse")):
        with pytest.raises(ParameterError, match="plastic, random or several synapses do not grow, nor couplings"):
            net.growth.add_synapse("grown", "axon", "axon", synapse)
    net.growth.interval = 0.05
    net.growth.add_synapse("grown", "axon", "axon")
    with pytest.raises(ParameterError, match="interval"):
        net.simulate(1.0, progress=False)


def occupied(z=5.0, rates=(-0.05, -0.02), name="s"):
    """Six neurons connected all to all without themselves, with as many elements, which retract."""
    net = sn.Network(seed=4, threads=1)
    cells = net.create("iaf_psc_alpha", n=6)
    for element, rate in zip("ad", rates):
        net.growth.add_element(cells, element, growth_curve="linear", growth_rate=rate, z=z, tau_vacant=0.0)
    net.growth.interval = 10.0
    net.growth.add_synapse("s", "a", "d")
    given = net.connect(cells, cells, sn.all_to_all(allow_autapses=False), sn.static_synapse(weight=np.arange(36.0).reshape(6, 6)))
    net.growth.occupy(given, "a", "d", name)
    return net, cells, given


def test_connections_that_occupy_elements_go_when_these_retract():
    """Those that stay keep their weights; every connection, given or grown anew, has an element at either end."""
    net, cells, given = occupied()
    weights = {(s, t): t * 6.0 + s for s in range(6) for t in range(6)}
    found = []
    for _ in range(5):
        net.simulate(10.0)
        found.append(net.n_connections)
        assert all(weights[s, t] == w for s, t, w in zip(given.sources, given.targets, given.weights))
        elements, every = net.growth.elements(cells), net.connections()
        assert np.array_equal(elements["a"].connected, np.bincount(every.source, minlength=6))
        assert np.array_equal(elements["d"].connected, np.bincount(every.target, minlength=6))
    assert found[0] == 30 > found[1] == found[2] > found[3] and found[1] <= 24 and found[3] <= 18 and given.n <= found[4]


def test_nothing_grows_in_the_place_of_what_retracts_on_one_side():
    """As in NEST: 30, 24, 24, 18, 18 connections while five elements shrink by one every 20 ms."""
    net, cells, given = occupied(rates=(-0.05, 0.0))
    found = []
    for _ in range(5):
        net.simulate(10.0)
        found.append(given.n)
    assert found == [30, 24, 24, 18, 18] and net.n_connections == 18
    assert (net.growth.elements(cells)["a"].connected == 3).all()


def test_connections_stay_if_no_synapses_may_take_them():
    net, cells, given = occupied(name=None)
    net.simulate(50.0)
    assert given.n == 30 and (net.growth.elements(cells)["a"].vacant < 0).all()


def test_there_are_as_many_elements_as_connections_at_least():
    net, cells, _ = occupied(z=2.3, rates=(0.0, 0.0))
    assert np.allclose(net.growth.elements(cells)["a"].z, 5.3)
    net.simulate(20.0)
    assert net.n_connections == 30


def test_only_projections_of_the_network_occupy_elements():
    net, _, given = occupied()
    with pytest.raises(ParameterError, match="projection of this network"):
        sn.Network().growth.occupy(given, "a", "d")
    with pytest.raises(ParameterError, match="projection of this network"):
        net.growth.occupy(3, "a", "d")
