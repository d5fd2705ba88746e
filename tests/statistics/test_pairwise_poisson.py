"""The number of connections of every pair is Poisson distributed with its own mean: chi-square at p > 1e-3, fixed seeds."""

import numpy as np
import pytest
from scipy import stats

import spatialnet as sn

N_TARGETS = 3000
near = sn.gaussian(sn.distance, std=0.25)
POOLS = {"grid": sn.grid([12, 12], extent=[2., 2.]), "torus": sn.grid([12, 12], extent=[2., 2.], edge_wrap=True),
         "free": sn.free(sn.random.uniform(-1, 1), n=150, extent=[2., 2.], center=[0., 0.], edge_wrap=True)}
#: where all targets lie: on the lattice of a grid, p is looked up by steps
OFF_LATTICE, ON_LATTICE = [0.31, -0.12], [0.25, -1 / 12]


def numbers(pool, rule, at=OFF_LATTICE):
    """Connections from each node of a pool to each of many targets in one place, (N_TARGETS, n); and the distances."""
    net = sn.Network(seed=3, threads=2)
    sources = net.create("iaf_psc_alpha", pool)
    targets = net.create("iaf_psc_alpha", sn.free([at] * N_TARGETS, extent=[2., 2.], center=[0., 0.]))
    ends = (sources, targets) if rule.driver == "target" else (targets, sources)
    made = net.connect(*ends, rule)
    pool_ids, others = (made.sources, made.targets) if rule.driver == "target" else (made.targets, made.sources)
    counts = np.zeros((N_TARGETS, len(sources)), np.int64)
    np.add.at(counts, (others - targets.ids[0], pool_ids), 1)
    return counts, sources.distance(at, sources.positions)


@pytest.mark.parametrize("on_source", [True, False])
@pytest.mark.parametrize("pool, at", [("grid", OFF_LATTICE), ("grid", ON_LATTICE), ("torus", ON_LATTICE),
                                      ("free", OFF_LATTICE)])
@pytest.mark.parametrize("average, value, mask", [
    (0.05, lambda d: 0.05 + 0 * d, None), (1.7, lambda d: 1.7 + 0 * d, sn.circular(0.6)),
    (0.2 * near, lambda d: 0.2 * np.exp(-d ** 2 / 0.125), None), (6 * near, lambda d: 6 * np.exp(-d ** 2 / 0.125), None),
    (3 * near, lambda d: 3 * np.exp(-d ** 2 / 0.125), sn.circular(0.6)),
])
def test_the_mean_of_each_pair_is_its_average(pool, at, average, value, mask, on_source):
    """Sums over all targets are Poisson too."""
    counts, distance = numbers(POOLS[pool], sn.pairwise_poisson(average, mask=mask, use_on_source=on_source), at)
    wanted = N_TARGETS * value(distance) * (1 if mask is None else distance <= 0.6)
    found = counts.sum(axis=0)
    assert (found[wanted == 0] == 0).all()
    many = wanted > 10
    score = ((found[many] - wanted[many]) ** 2 / wanted[many]).sum()
    assert 5e-4 < stats.chi2.sf(score, many.sum()) < 1 - 5e-4
    assert abs(found[~many].sum() - wanted[~many].sum()) < 3.5 * np.sqrt(wanted[~many].sum()) + 1


@pytest.mark.parametrize("average", [0.1, 0.6, 1.5, 4.0])
@pytest.mark.parametrize("pool, at, spatial", [("free", OFF_LATTICE, True), ("free", OFF_LATTICE, False),
                                               ("grid", ON_LATTICE, True)])
def test_the_number_of_each_pair_is_poisson(average, pool, at, spatial):
    """Not only its mean; with an expression numbers are drawn node by node, or by events where they are few, or on a grid."""
    counts, _ = numbers(POOLS[pool], sn.pairwise_poisson(average + 0 * sn.distance if spatial else average), at)
    law, most = stats.poisson(average), int(stats.poisson(average).isf(1e-4))
    observed = np.bincount(np.minimum(counts.ravel(), most), minlength=most + 1)
    expected = counts.size * np.array([*law.pmf(np.arange(most)), law.sf(most - 1)])
    assert stats.chisquare(observed, expected).pvalue > 1e-3
    neighbours = np.corrcoef(counts[:, :-1].ravel(), counts[:, 1:].ravel())[0, 1]
    assert abs(neighbours) < 4 / np.sqrt(counts.size)


def test_a_random_average_is_drawn_once_for_each_pair():
    """Half of all pairs have an average of 0, the others of 3: a mixture, with another variance than its mean."""
    counts, _ = numbers(POOLS["free"], sn.pairwise_poisson(sn.where(sn.random.uniform(0, 1) < 0.5, 3.0, 0.0)))
    assert counts.mean() == pytest.approx(1.5, abs=0.02)
    assert counts.var() == pytest.approx(1.5 + 1.5 ** 2, abs=0.05)
