"""Degrees follow the laws of their rules: binomial, multinomial. Chi-square tests with fixed seeds, p > 1e-3."""

import numpy as np
import pytest
from scipy import stats

import spatialnet as sn

N_SOURCES, N_TARGETS = 800, 1200


def connected(rule, placed=False, seed=77, **synapse):
    net = sn.Network(seed=seed, threads=2)
    if placed:
        layer = net.create("iaf_psc_alpha", sn.grid([40, 40], extent=[4, 4], edge_wrap=True))
        return net.connect(layer, layer, rule)
    a, b = net.create("iaf_psc_alpha", n=N_SOURCES, name="a"), net.create("iaf_psc_alpha", n=N_TARGETS, name="b")
    return net.connect(a, b, rule)


def is_binomial(degrees, n, p):
    """Histogram of degrees against Binomial(n, p); bins of at least 8 expected nodes."""
    distribution = stats.binom(n, p)
    edges = [-1]
    for k in range(int(distribution.ppf(1e-9)), int(distribution.isf(1e-9)) + 1):
        if len(degrees) * (distribution.cdf(k) - distribution.cdf(edges[-1])) >= 8 and len(degrees) * distribution.sf(k) >= 8:
            edges.append(k)
    edges.append(n)  # rarer ones belong to the last bin, and to the first
    expected = len(degrees) * np.diff(distribution.cdf(edges))
    counts = np.histogram(degrees, np.array(edges) + 0.5)[0]
    assert counts.sum() == len(degrees) and len(counts) > 5
    assert stats.chisquare(counts, expected * len(degrees) / expected.sum()).pvalue > 1e-3


def is_multinomial(counts, share=None):
    assert stats.chisquare(counts, None if share is None else counts.sum() * share).pvalue > 1e-3


@pytest.mark.parametrize("p", [0.01, 0.1, 0.5, 0.9])
def test_pairwise_bernoulli_gives_binomial_degrees(p):
    made = connected(sn.pairwise_bernoulli(p))
    is_binomial(made.in_degrees(), N_SOURCES, p)
    is_binomial(made.out_degrees(), N_TARGETS, p)


@pytest.mark.parametrize("p", [0.05, 0.4])
def test_pairwise_bernoulli_in_a_mask_gives_binomial_degrees(p):
    """Every node of a torus has the same number of candidates."""
    in_mask = connected(sn.all_to_all(mask=sn.circular(0.85)), placed=True).out_degrees()
    assert (in_mask == in_mask[0]).all()
    made = connected(sn.pairwise_bernoulli(p, mask=sn.circular(0.85)), placed=True)
    is_binomial(made.in_degrees(), in_mask[0], p)
    is_binomial(made.out_degrees(), in_mask[0], p)


def test_random_probability_is_drawn_for_each_pair():
    """The reference, without space, draws it for each target; in-degrees would vary much more then."""
    made = connected(sn.pairwise_bernoulli(sn.random.uniform(0, 0.4)))
    is_binomial(made.in_degrees(), N_SOURCES, 0.2)
    is_binomial(made.out_degrees(), N_TARGETS, 0.2)


@pytest.mark.parametrize("multapses", [True, False])
def test_fixed_indegree_gives_the_sources_chance_degrees(multapses):
    """With multapses multinomial; without, each source is among the k of a target with probability k/N."""
    made = connected(sn.fixed_indegree(50, allow_multapses=multapses))
    assert (made.in_degrees() == 50).all()
    if multapses:
        is_multinomial(made.out_degrees())
        is_binomial(made.out_degrees(), 50 * N_TARGETS, 1 / N_SOURCES)
    else:
        is_binomial(made.out_degrees(), N_TARGETS, 50 / N_SOURCES)


@pytest.mark.parametrize("degree", [60, 1000])
@pytest.mark.parametrize("multapses", [True, False])
def test_fixed_outdegree_gives_the_targets_chance_degrees(multapses, degree):
    """1000 of 1200: then those left out are drawn."""
    made = connected(sn.fixed_outdegree(degree, allow_multapses=multapses))
    assert (made.out_degrees() == degree).all()
    if multapses:
        is_multinomial(made.in_degrees())
    else:
        is_binomial(made.in_degrees(), N_SOURCES, degree / N_TARGETS)


def test_fixed_degrees_in_a_mask_choose_evenly():
    made = connected(sn.fixed_indegree(20, mask=sn.circular(0.5), allow_multapses=False), placed=True)
    size = connected(sn.all_to_all(mask=sn.circular(0.5)), placed=True).out_degrees()[0]
    is_binomial(made.out_degrees(), size, 20 / size)


def test_number_of_multapses_is_that_of_drawing_with_replacement():
    """Expected distinct sources of a target: N (1 - (1 - 1/N)^k)."""
    made = connected(sn.fixed_indegree(200))
    distinct = len(set(zip(made.sources, made.targets))) / N_TARGETS
    p = 1 - (1 - 1 / N_SOURCES) ** 200
    assert abs(distinct - N_SOURCES * p) < 3.3 * np.sqrt(N_SOURCES * p * (1 - p) / N_TARGETS)


def test_fixed_total_number_gives_both_ends_chance_degrees():
    made = connected(sn.fixed_total_number(60_000))
    assert made.n == 60_000
    is_multinomial(made.out_degrees())
    is_multinomial(made.in_degrees())


def test_fixed_total_number_without_multapses_draws_each_pair_alike():
    """Degrees are hypergeometric, narrower than binomial by the share of pairs that stay free."""
    made = connected(sn.fixed_total_number(480_000, allow_multapses=False))
    pairs = (made.sources - made.source.ids[0]) * N_TARGETS + made.targets - made.target.ids[0]
    assert made.n == 480_000 == len(np.unique(pairs))
    for degrees, n in ((made.out_degrees(), N_TARGETS), (made.in_degrees(), N_SOURCES)):
        z = (degrees - n * 0.5) ** 2 / (n * 0.5 * 0.5)
        assert 1e-3 < stats.chi2.sf(z.sum(), len(degrees) - 1) < 1 - 1e-3


def test_fixed_total_number_draws_pairs_in_proportion_to_p():
    """p = x of the source; four sources at 1, 2, 3, 4."""
    net = sn.Network(seed=3)
    a = net.create("iaf_psc_alpha", sn.free([[1., 0], [2., 0], [3., 0], [4., 0]]), name="a")
    b = net.create("iaf_psc_alpha", sn.free(sn.random.uniform(0, 4), n=50, extent=[4, 4]), name="b")
    made = net.connect(a, b, sn.fixed_total_number(30_000, p=0.2 * sn.source.x))
    is_multinomial(made.out_degrees(), np.array([1, 2, 3, 4]) / 10)
    is_multinomial(made.in_degrees())


def test_all_rules_use_other_random_numbers_in_another_projection():
    """The same call twice is not the same network: the projection's number is part of the key."""
    net = sn.Network(seed=9)
    a = net.create("iaf_psc_alpha", n=400)
    for rule in (sn.pairwise_bernoulli(0.1), sn.fixed_indegree(40), sn.fixed_outdegree(40), sn.fixed_total_number(16_000)):
        first, second = (net.connect(a, a, rule) for _ in range(2))
        shared = len(set(zip(first.sources, first.targets)) & set(zip(second.sources, second.targets)))
        assert abs(shared - 1600) < 6 * np.sqrt(1600), "two independent choices of a tenth share a hundredth"
