"""Distances, weights, delays and places follow their distributions. Fixed seeds, p > 1e-3."""

import numpy as np
import pytest
from scipy import stats

import spatialnet as sn


def torus(n=3000, seed=4, d=2):
    net = sn.Network(seed=seed, threads=2)
    return net, net.create("iaf_psc_alpha", sn.free(sn.random.uniform(-2, 2), n=n, extent=[4.] * d, center=[0.] * d, edge_wrap=True))


def distances(made):
    layer = made.target.parts[0]
    return layer.distance(layer.positions[made.sources], layer.positions[made.targets])


@pytest.mark.parametrize("rule", [lambda p, m: sn.pairwise_bernoulli(0.3 * p, mask=m, allow_autapses=False),
                                  lambda p, m: sn.fixed_indegree(20, p=p, mask=m, allow_autapses=False),
                                  lambda p, m: sn.fixed_outdegree(20, p=p, mask=m, allow_autapses=False)])
@pytest.mark.parametrize("mask", [None, sn.circular(1.0)], ids=["all", "round"])
def test_distances_follow_a_gaussian_profile(rule, mask):
    """Nodes at distance r are in number like r, so lengths follow Rayleigh's law, cut off at the mask."""
    std = 0.4
    _, layer = torus()
    made = layer.network.connect(layer, layer, rule(sn.gaussian(sn.distance, std=std), mask))
    end = np.inf if mask is None else 1.0
    d = distances(made)
    assert made.n > 20_000 and d.max() <= end
    assert stats.kstest(d[:20_000], lambda r: stats.rayleigh.cdf(r, scale=std) / stats.rayleigh.cdf(end, scale=std)).pvalue > 1e-3


def test_distances_follow_an_exponential_profile_in_three_dimensions():
    """r² exp(-r / β): a gamma law of shape 3."""
    _, layer = torus(2500, d=3)
    made = layer.network.connect(layer, layer, sn.pairwise_bernoulli(
        0.3 * sn.exponential(sn.distance, beta=0.25), allow_autapses=False))
    assert made.n > 8000 and stats.kstest(distances(made), stats.gamma(3, scale=0.25).cdf).pvalue > 1e-3


def test_directions_are_even_where_p_is_round():
    _, layer = torus()
    made = layer.network.connect(layer, layer, sn.pairwise_bernoulli(0.2 * sn.gaussian(sn.distance, std=0.4), allow_autapses=False))
    d = layer.displacement(layer.positions[made.sources], layer.positions[made.targets])
    assert stats.kstest(np.arctan2(d[:, 1], d[:, 0])[::2] / (2 * np.pi) + 0.5, "uniform").pvalue > 1e-3


LAWS = [(sn.random.uniform(-1., 3.), stats.uniform(-1, 4)), (sn.random.normal(20., 2.), stats.norm(20, 2)),
        (sn.random.lognormal(0.5, 0.8), stats.lognorm(0.8, scale=np.exp(0.5))),
        (sn.random.exponential(2.5), stats.expon(scale=2.5)),
        (sn.random.redraw(sn.random.normal(0., 1.), 0.5, 2.), stats.truncnorm(0.5, 2)),
        (sn.random.uniform() + sn.random.uniform(), stats.triang(0.5, 0, 2)),
        (sn.random.normal() ** 2 + sn.random.normal() ** 2, stats.chi2(2))]


@pytest.mark.parametrize("expression, law", LAWS, ids=lambda x: repr(x)[:40])
@pytest.mark.parametrize("rule", [sn.pairwise_bernoulli(0.1), sn.fixed_indegree(30), sn.fixed_total_number(15_000)],
                         ids=lambda r: r.name)
def test_random_weights_follow_their_law(expression, law, rule):
    net = sn.Network(seed=21)
    a = net.create("iaf_psc_alpha", n=500)
    made = net.connect(a, a, rule, sn.static_synapse(expression))
    assert made.n > 10_000 and stats.kstest(made.weights, law.cdf).pvalue > 1e-3


def test_limits_of_distributions_are_those_of_the_reference():
    """uniform: the lower one included, the upper one not; redraw: both."""
    net = sn.Network(seed=2)
    a = net.create("iaf_psc_alpha", n=500)
    made = net.connect(a, a, sn.pairwise_bernoulli(0.2), sn.static_synapse(sn.random.uniform(-1., 3.)))
    assert -1 <= made.weights.min() < -0.999 and 2.999 < made.weights.max() < 3
    some = sn.random.redraw(sn.random.uniform_int(9), 3, 5)
    made = net.connect(a, a, sn.pairwise_bernoulli(0.2), sn.static_synapse(some))
    values, counts = np.unique(made.weights, return_counts=True)
    assert values.tolist() == [3, 4, 5] and stats.chisquare(counts).pvalue > 1e-3


@pytest.mark.parametrize("rule", [sn.pairwise_bernoulli(0.1), sn.fixed_total_number(15_000)], ids=lambda r: r.name)
def test_random_integers_are_equally_frequent(rule):
    net = sn.Network(seed=21)
    a = net.create("iaf_psc_alpha", n=500)
    made = net.connect(a, a, rule, sn.static_synapse(sn.random.uniform_int(7), 0.1 * (1 + sn.random.uniform_int(5))))
    values, counts = np.unique(made.weights, return_counts=True)
    assert values.tolist() == list(range(7)) and stats.chisquare(counts).pvalue > 1e-3
    values, counts = np.unique(made.delays, return_counts=True)
    assert values == pytest.approx([.1, .2, .3, .4, .5]) and stats.chisquare(counts).pvalue > 1e-3


def test_rounding_random_delays_gives_each_step_its_share():
    """Uniform in [0.1, 0.5): the first and the last step are half as wide as those between."""
    net = sn.Network(seed=22)
    a = net.create("iaf_psc_alpha", n=500)
    made = net.connect(a, a, sn.pairwise_bernoulli(0.2), sn.static_synapse(delay=sn.random.uniform(0.1, 0.5)))
    values, counts = np.unique(np.rint(made.delays * 10), return_counts=True)
    assert values.tolist() == [1, 2, 3, 4, 5]
    assert stats.chisquare(counts, made.n * np.array([1, 2, 2, 2, 1]) / 8).pvalue > 1e-3


def test_weight_delay_and_choice_do_not_know_of_each_other():
    """Their streams differ, though all three belong to the same connection."""
    _, layer = torus(1000)
    made = layer.network.connect(layer, layer, sn.pairwise_bernoulli(0.3 * sn.gaussian(sn.distance, std=0.6)),
                                 sn.static_synapse(sn.random.uniform(), 1 + 100 * sn.random.uniform()))
    columns = np.array([made.weights, made.delays, distances(made), made.targets.astype(float)])
    correlation = np.corrcoef(columns)[np.triu_indices(4, 1)]
    assert np.abs(correlation[:5]).max() < 4 / np.sqrt(made.n)
    assert abs(np.corrcoef(made.weights[1:], made.weights[:-1])[0, 1]) < 4 / np.sqrt(made.n)


@pytest.mark.parametrize("d", [2, 3])
def test_random_places_are_spread_evenly_and_independently(d):
    _, layer = torus(20_000, d=d)
    for k in range(d):
        assert stats.kstest(layer.positions[:, k], stats.uniform(-2, 4).cdf).pvalue > 1e-3
    cells = np.histogramdd(layer.positions, bins=8 if d == 2 else 4)[0]
    assert stats.chisquare(cells.ravel()).pvalue > 1e-3


def test_random_parameters_follow_their_law():
    net = sn.Network(seed=6)
    a = net.create("iaf_psc_alpha", n=10_000, V_m=sn.random.normal(-65., 3.), I_e=sn.random.uniform(0., 1.))
    assert stats.kstest(a.get("V_m"), stats.norm(-65, 3).cdf).pvalue > 1e-3
    assert abs(np.corrcoef(a.get("V_m"), a.get("I_e"))[0, 1]) < 0.04
