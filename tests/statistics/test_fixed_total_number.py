"""The pairs of fixed_total_number are uniform: chi-square at p > 1e-3, fixed seeds."""

import numpy as np
import pytest
from scipy import stats

import spatialnet as sn
from spatialnet.errors import ConnectError


def counts(source, target, rule):
    """How often each pair was drawn."""
    made = source.network.connect(source, target, rule).connections_of()
    start = np.searchsorted(np.sort(source.ids), made["source"])
    end = np.searchsorted(np.sort(target.ids), made["target"])
    found = np.zeros((len(source), len(target)), np.int64)
    np.add.at(found, (start, end), 1)
    return found


@pytest.mark.parametrize("autapses", [True, False])
def test_all_pairs_are_equally_likely(autapses):
    """Also where some sources are among the targets and others are not."""
    net = sn.Network(seed=4)
    a, b = net.create("iaf_psc_alpha", n=20), net.create("iaf_psc_alpha", n=30)
    found = counts(a + b[:5], b, sn.fixed_total_number(100_000, allow_autapses=autapses))
    possible = np.ones_like(found, bool)
    if not autapses:
        possible[20:, :5] &= ~np.eye(5, dtype=bool)
    assert found.sum() == 100_000 and (found[~possible] == 0).all()
    assert stats.chisquare(found[possible]).pvalue > 1e-3


@pytest.mark.parametrize("n", [100, 250])
def test_pairs_without_repetition_are_equally_likely(n):
    """The same in 600 networks of 12 × 25 possible pairs, fewer and more than half of them."""
    found = np.zeros((12, 25), np.int64)
    for seed in range(600):
        net = sn.Network(seed=seed, threads=1)
        a, b = net.create("iaf_psc_alpha", n=12), net.create("iaf_psc_alpha", n=25)
        drawn = counts(a, b, sn.fixed_total_number(n, allow_multapses=False))
        assert drawn.max() == 1 and drawn.sum() == n
        found += drawn
    # each count is hypergeometric: the variance is that of n draws, less the part that is used up
    q = n / 300
    statistic = ((found - 600 * q) ** 2 / (600 * q * (1 - q))).sum() * (299 / 300)
    assert stats.chi2.sf(statistic, 299) > 1e-3 and stats.chi2.cdf(statistic, 299) > 1e-3


def test_out_degrees_are_binomial():
    net = sn.Network(seed=8)
    a = net.create("iaf_psc_alpha", n=2000)
    degrees = net.connect(a, a, sn.fixed_total_number(20_000)).out_degrees()
    edges = np.arange(4, 17)
    observed = np.bincount(np.clip(degrees, 3, 17), minlength=18)[3:]
    law = stats.binom(20_000, 1 / 2000)
    expected = 2000 * np.array([law.cdf(3), *law.pmf(edges), law.sf(16)])
    assert stats.chisquare(observed, expected).pvalue > 1e-3


def test_elements_of_an_array_go_to_connections_in_random_order():
    """Connections lie sorted by source; weights given in ascending order must not follow that."""
    net = sn.Network(seed=2)
    a = net.create("iaf_psc_alpha", n=100)
    given = np.arange(5000.0)
    made = net.connect(a, a, sn.fixed_total_number(5000), sn.static_synapse(weight=given, delay=1 + given % 7)).connections_of()
    assert (np.sort(made["weight"]) == given).all()
    assert (made["delay"] == 1 + made["weight"] % 7).all()
    assert stats.spearmanr(made["source"], made["weight"]).pvalue > 1e-3


@pytest.mark.parametrize("multapses", [True, False])
def test_pairs_in_space_follow_p(multapses):
    """In a mask, weighted by p: the numbers by distance are those of p times the pairs there."""
    net = sn.Network(seed=6)
    a = net.create("iaf_psc_alpha", sn.grid([20, 20], extent=[20., 20.], edge_wrap=True))
    rule = sn.fixed_total_number(12_000, p=sn.exponential(sn.distance, beta=2.0), mask=sn.circular(4.1),
                                 allow_multapses=multapses)
    made = net.connect(a, a, rule).connections_of()
    pairs = np.column_stack([made["source"], made["target"]])
    distance = a.distance(a.positions[pairs[:, 0]], a.positions[pairs[:, 1]])
    assert made["source"].size == 12_000 and distance.max() <= 4.1
    if multapses:
        steps = np.array([(x, y) for x in range(-4, 5) for y in range(-4, 5) if x * x + y * y < 4.1 ** 2])
        radius = np.round(np.hypot(*steps.T), 9)
        levels, kind = np.unique(radius, return_inverse=True)
        expected = np.bincount(kind, np.exp(-radius / 2))
        observed = np.bincount(np.searchsorted(levels, np.round(distance, 9) - 1e-6), minlength=len(levels))
        assert stats.chisquare(observed, 12_000 * expected / expected.sum()).pvalue > 1e-3
    else:
        assert len(np.unique(pairs, axis=0)) == 12_000


@pytest.mark.parametrize("p", [sn.distance, 0.2 + sn.distance * sn.random.uniform()], ids=["plain", "random"])
@pytest.mark.parametrize("n", [20, 45])
def test_pairs_without_repetition_are_taken_as_if_one_after_the_other(p, n):
    """Few and most of 9 × 6 pairs: how often each is among `n` drawn by weight, without replacement, one by one."""
    weights = None
    found, expected, rng = np.zeros(54), np.zeros(54), np.random.default_rng(1)
    for seed in range(500):
        net = sn.Network(seed=seed, threads=1)
        a = net.create("iaf_psc_alpha", sn.grid([3, 3], extent=[3.0, 3.0]))
        b = net.create("iaf_psc_alpha", sn.grid([3, 2], extent=[3.0, 3.0]))
        if weights is None:
            d = np.hypot(*(b.positions[None] - a.positions[:, None]).transpose(2, 0, 1)).ravel()
            weights = d if p is sn.distance else 0.2 + d / 2
            possible = int((weights > 0).sum())
            keys = rng.exponential(size=(20_000, 54)) / np.where(weights > 0, weights, 1e-300)
            expected = (keys.argsort(1).argsort(1) < n).mean(0)
        drawn = counts(a, b, sn.fixed_total_number(n, p=p, allow_multapses=False))
        assert drawn.max() == 1 and drawn.sum() == n <= possible
        found += drawn.ravel()
    error = np.sqrt(np.maximum(expected * (1 - expected), 1e-3) * (1 / 500 + 1 / 20_000))
    z = (found / 500 - expected) / error
    assert np.abs(z).max() < 4.2 and (z ** 2).mean() < 1.5


def test_no_more_pairs_than_have_a_positive_p():
    """All of them can be had however small p is; one more cannot."""
    net = sn.Network(seed=1)
    a = net.create("iaf_psc_alpha", sn.grid([12, 1], extent=[12.0, 1.0]))
    p = sn.where(sn.distance < 4.5, sn.exp(-9 * sn.distance ** 2), 0.0)
    reach = 12 + 2 * (11 + 10 + 9 + 8)
    made = net.connect(a, a, sn.fixed_total_number(reach, p=p, allow_multapses=False))
    assert len(made) == reach
    with pytest.raises(ConnectError, match=f"{reach} pairs could be drawn but n={reach + 1}"):
        net.connect(a, a, sn.fixed_total_number(reach + 1, p=p, allow_multapses=False))
