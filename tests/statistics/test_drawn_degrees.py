"""Degrees that are drawn, and pairs in both directions: chi-square at p > 1e-3, fixed seeds."""

import numpy as np
import pytest
from scipy import stats

import spatialnet as sn


def agrees(values, law, n_draws):
    """Counts of integers against a discrete law, rare ones taken together."""
    low, high = law.ppf(0.01), law.ppf(0.99)
    observed = np.bincount((np.clip(values, low, high) - low).astype(int), minlength=int(high - low) + 1)
    inner = law.pmf(np.arange(low + 1, high))
    expected = n_draws * np.array([law.cdf(low), *inner, law.sf(high - 1)])
    assert observed.sum() == n_draws
    assert stats.chisquare(observed, expected).pvalue > 1e-3


@pytest.mark.parametrize("rule, count", [(sn.fixed_indegree, "in_degrees"), (sn.fixed_outdegree, "out_degrees")])
@pytest.mark.parametrize("switches", [{}, {"allow_multapses": False}])
def test_drawn_degrees_follow_their_distribution(rule, count, switches):
    """Each number 5 … 14 for a tenth of the nodes; a half is rounded up."""
    net = sn.Network(seed=12)
    layer = net.create("iaf_psc_alpha", n=3000)
    degrees = getattr(net.connect(layer, layer, rule(4.5 + sn.random.uniform(0, 10), **switches)), count)()
    assert degrees.min() == 5 and degrees.max() == 14
    assert stats.chisquare(np.bincount(degrees)[5:]).pvalue > 1e-3


def test_two_calls_draw_different_degrees():
    net = sn.Network(seed=12)
    layer = net.create("iaf_psc_alpha", n=500)
    first, second = (net.connect(layer, layer, sn.fixed_indegree(sn.random.uniform(0, 50))).in_degrees() for _ in range(2))
    assert abs(np.corrcoef(first, second)[0, 1]) < 4 / np.sqrt(500)


def test_degrees_of_symmetric_bernoulli_are_binomial():
    """Between two layers each pair has one chance; within one, a pair has two, one from each end."""
    net = sn.Network(seed=7)
    a, b = net.create("iaf_psc_alpha", n=400), net.create("iaf_psc_alpha", n=300)
    between = net.connect(a, b, sn.symmetric_pairwise_bernoulli(0.05))
    assert between.n == 2 * between.in_degrees().sum()
    agrees(between.in_degrees(), stats.binom(400, 0.05), 300)
    agrees(between.out_degrees(), stats.binom(300, 0.05), 400)
    within = net.connect(a, a, sn.symmetric_pairwise_bernoulli(0.05))
    assert (within.in_degrees() == within.out_degrees()).all()
    agrees(within.in_degrees(), stats.binom(2 * 399, 0.05), 400)


def test_sources_of_joined_layers_are_chosen_in_proportion_to_p():
    """In-degrees from excitatory and inhibitory cells together, in space: each source by its own p."""
    net = sn.Network(seed=21)
    exc = net.create("iaf_psc_alpha", sn.grid([6, 6], extent=[1., 1.], edge_wrap=True))
    inh = net.create("iaf_psc_alpha", sn.free(sn.random.uniform(0, 1), n=12, extent=[1., 1.], edge_wrap=True))
    target = net.create("iaf_psc_alpha", sn.free([[.1, .2]] * 2000, extent=[1., 1.]))
    made = net.connect(exc + inh, target, sn.fixed_indegree(10, p=sn.gaussian(sn.distance, std=0.3), mask=sn.circular(0.45)))
    places = np.concatenate([exc.positions, inh.positions])
    distance = exc.distance([.1, .2], places)
    p = np.exp(-distance ** 2 / 2 / 0.3 ** 2) * (distance <= 0.45)
    counts = made.out_degrees()
    assert (made.in_degrees() == 10).all() and (counts[p == 0] == 0).all()
    assert stats.chisquare(counts[p > 0], 20_000 * p[p > 0] / p.sum()).pvalue > 1e-3
