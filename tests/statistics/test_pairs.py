"""Every pair is connected with exactly its own probability: counts over thousands of drivers in one place.

All drivers share a position, so the number of them that choose a node of the pool is binomial with the p of that pair,
which is evaluated directly, without program, mask search or bounds. Fixed seeds, p > 1e-3.
"""

import numpy as np
import pytest
from scipy import stats

import spatialnet as sn
from tests.reference.connector import Space
from tests.reference.programs import evaluate

N_DRIVERS = 4000
POOLS = {
    "grid": sn.grid([15, 12], extent=[3, 2.4]), "wrapped grid": sn.grid([15, 13], extent=[3, 2.6], edge_wrap=True),
    "free": sn.free(sn.random.uniform(-1, 1), n=200, extent=[2, 2], center=[0, 0]),
    "wrapped free": sn.free(sn.random.uniform(-1, 1), n=200, extent=[2, 2], center=[0, 0], edge_wrap=True),
    "wrapped 3-D free": sn.free(sn.random.uniform(-1, 1), n=200, extent=[2, 2, 2], center=[0, 0, 0], edge_wrap=True),
}
P = {
    "wide": 0.7 * sn.gaussian(sn.distance, std=0.5), "thin": 0.06 * sn.gaussian(sn.distance, std=0.6),
    "steep": sn.exponential(sn.distance, beta=0.08) + 0.002, "even": 0.03 + 0 * sn.distance,
    "oblique": sn.gaussian2d(sn.displacement.x, sn.displacement.y, 0.2, -0.1, 0.5, 0.3, rho=0.5),
    "above one": 1.5 - sn.distance, "cut": sn.where(sn.distance.x < 0.45, 0.4, 0.01),
    "of places": 0.2 * (1 + sn.sin(3 * sn.target.x) * sn.cos(2 * sn.target.y)),
}


def together(pool, rule, at=7, seed=31, n=N_DRIVERS):
    """A layer, the place of one of its nodes, and the connections of n drivers, all at that place, to the layer."""
    net = sn.Network(seed=seed, threads=2)
    layer = net.create("iaf_psc_alpha", pool, name="pool")
    place = layer.positions[at]
    drivers = net.create("iaf_psc_alpha", sn.free(np.tile(place, (n, 1)), extent=np.ones(len(place))), name="drivers")
    made = net.connect(drivers, layer, rule)
    return layer, place, made


def probabilities(layer, place, p, mask):
    """p of every pair, by definition."""
    space = Space(len(layer.extent), layer.extent, layer.edge_wrap)
    values = np.clip(evaluate(p, space.inputs(place, layer.positions, True), len(layer)), 0, 1)
    if mask is not None:
        values = values * mask.contains(space.displacement(place, layer.positions, True))
    return values


def agrees(counts, p, n=N_DRIVERS):
    """Sum of squared standard scores over all nodes; exactly none or all where p is 0 or 1."""
    assert (counts[p == 0] == 0).all() and (counts[p == 1] == n).all()
    rare = (p > 0) & (n * np.minimum(p, 1 - p) < 5)
    chance = (p > 0) & (p < 1) & ~rare
    of_chance = p[chance]
    statistic = ((counts[chance] - n * of_chance) ** 2 / (n * of_chance * (1 - of_chance))).sum()
    assert chance.sum() + rare.sum() > 0
    if chance.any():
        assert 5e-4 < stats.chi2.sf(statistic, chance.sum()) < 1 - 5e-4
    if rare.any():  # few drivers are expected at each of these: all of them together
        wanted, variance = n * p[rare].sum(), n * (p * (1 - p))[rare].sum()
        assert abs(counts[rare].sum() - wanted) < 3.3 * np.sqrt(variance) + 1


@pytest.mark.parametrize("mask", [None, sn.circular(0.7)], ids=["all", "round"])
@pytest.mark.parametrize("p", P)
@pytest.mark.parametrize("pool", [k for k in POOLS if "3-D" not in k])
def test_each_pair_is_connected_with_its_own_probability(pool, p, mask):
    layer, place, made = together(POOLS[pool], sn.pairwise_bernoulli(P[p], mask=mask))
    agrees(made.in_degrees(), probabilities(layer, place, P[p], mask))


@pytest.mark.parametrize("p", ["wide", "thin", "steep"])
def test_each_pair_is_connected_with_its_own_probability_in_three_dimensions(p):
    mask = sn.box([-0.8, -0.6, -0.7], [0.5, 0.6, 0.3])
    layer, place, made = together(POOLS["wrapped 3-D free"], sn.pairwise_bernoulli(P[p], mask=mask))
    agrees(made.in_degrees(), probabilities(layer, place, P[p], mask))


@pytest.mark.parametrize("p", [0.02, 0.15, 0.5])
@pytest.mark.parametrize("mask", [None, sn.circular(0.7)], ids=["all", "round"])
@pytest.mark.parametrize("pool", ["wrapped grid", "free"])
def test_constant_probability_is_that_of_each_pair(pool, mask, p):
    layer, place, made = together(POOLS[pool], sn.pairwise_bernoulli(p, mask=mask))
    agrees(made.in_degrees(), probabilities(layer, place, p + 0 * sn.distance, mask))


@pytest.mark.parametrize("pool", ["wrapped grid", "free"])
@pytest.mark.parametrize("p", ["wide", "thin"])
def test_pairs_of_one_driver_are_independent(pool, p):
    """Jumping must not tie the fates of nodes that follow each other: both are chosen with the product of their p."""
    n = 8 * N_DRIVERS  # so that enough pairs of a thin p meet more than five times
    layer, place, made = together(POOLS[pool], sn.pairwise_bernoulli(P[p]), seed=5, n=n)
    chosen = np.zeros((n, len(layer)), bool)
    chosen[made.sources - made.source.ids[0], made.targets - layer.ids[0]] = True
    own = probabilities(layer, place, P[p], None)
    order = np.argsort(-own)
    for step in (1, 2, 5):
        a, b = order[:-step], order[step:]
        both = own[a] * own[b]
        keep = n * both > 5
        counts = (chosen[:, a] & chosen[:, b]).sum(axis=0)[keep]
        z = (counts - n * both[keep]) / np.sqrt(n * both[keep] * (1 - both[keep]))
        # neighbouring scores share a node, so their sum of squares is a little wider than chi-square
        assert abs((z ** 2).mean() - 1) < 5 * np.sqrt(2 / keep.sum()) and abs(z.mean()) < 0.5
    sizes = made.out_degrees()
    variance = (own * (1 - own)).sum()
    assert stats.kstest((sizes - own.sum() + np.random.default_rng(1).uniform(-.5, .5, n)) / np.sqrt(
        variance + 1 / 12), "norm").statistic < 0.05


@pytest.mark.parametrize("p", ["wide", "steep", "of places"])
@pytest.mark.parametrize("mask", [None, sn.circular(0.7)], ids=["all", "round"])
@pytest.mark.parametrize("rule", [sn.fixed_indegree, sn.fixed_outdegree])
def test_fixed_degrees_choose_in_proportion_to_p(rule, p, mask):
    """With multapses each choice is multinomial with the p of the candidates, scaled to 1."""
    net = sn.Network(seed=8, threads=2)
    layer = net.create("iaf_psc_alpha", POOLS["wrapped free"], name="pool")
    place = layer.positions[3]
    drivers = net.create("iaf_psc_alpha", sn.free(np.tile(place, (N_DRIVERS, 1)), extent=[1, 1]), name="drivers")
    ends = (layer, drivers) if rule is sn.fixed_indegree else (drivers, layer)
    expression = P[p] if rule is sn.fixed_outdegree or p != "of places" else 0.2 * (1 + sn.sin(3 * sn.source.x) * sn.cos(
        2 * sn.source.y))
    made = net.connect(*ends, rule(6, p=expression, mask=mask))
    counts = made.out_degrees() if rule is sn.fixed_indegree else made.in_degrees()
    share = probabilities(layer, place, P[p], mask)
    share = share / share.sum()
    expected = 6 * N_DRIVERS * share
    assert counts[share == 0].sum() == 0
    large = expected > 5
    bins = [np.r_[values[large], values[~large].sum()] for values in (counts, expected)]
    bins = [b[bins[1] > 0] for b in bins]
    assert stats.chisquare(*bins).pvalue > 1e-3


@pytest.mark.parametrize("rule", [sn.fixed_indegree, sn.fixed_outdegree])
def test_weighted_choice_without_multapses_draws_one_after_the_other(rule):
    """Weights 1, 2, 3, 4, two of them: P{i, j} = w_i/10 · w_j/(10 - w_i) + the other order."""
    net = sn.Network(seed=12)
    pool = net.create("iaf_psc_alpha", sn.free([[1., 0], [2., 0], [3., 0], [4., 0]]), name="pool")
    drivers = net.create("iaf_psc_alpha", sn.free(np.zeros((20_000, 2)), extent=[1, 1]), name="drivers")
    inward = rule is sn.fixed_indegree
    made = net.connect(*((pool, drivers) if inward else (drivers, pool)),
                       rule(2, p=0.01 * (sn.source.x if inward else sn.target.x), allow_multapses=False))
    ends = made.connections_of()
    chosen = np.zeros((20_000, 4), int)
    driver, node = ("target", "source") if inward else ("source", "target")
    chosen[ends[driver] - drivers.ids[0], ends[node] - pool.ids[0]] += 1
    assert (chosen.sum(axis=1) == 2).all()
    counts, expected = [], []
    for i in range(4):
        for j in range(i + 1, 4):
            a, b = i + 1, j + 1
            counts.append(int((chosen[:, i] & chosen[:, j]).sum()))
            expected.append(20_000 * (a / 10 * b / (10 - a) + b / 10 * a / (10 - b)))
    assert stats.chisquare(counts, expected).pvalue > 1e-3
