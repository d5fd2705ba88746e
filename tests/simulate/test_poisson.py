"""Poisson generators: the distribution, independence, and that draws depend on nothing but what is drawn."""

import math
from decimal import Decimal, localcontext

import numpy as np
import pytest
from scipy import stats

from spatialnet.simulate.generators import poisson_table
from tests.reference.plain_network import PlainNetwork


def relayed(rate, n_targets, t, seed=3, threads=1, pairs=None, parts=None, **options):
    """Counts (steps, targets) of what each of `n_targets` relays receives."""
    net = PlainNetwork(seed=seed, threads=threads)
    relays = net.create("parrot_neuron", n_targets)
    net.connect(net.create("poisson_generator", rate=rate, **options), relays, pairs, delay=0.1)
    net.record(relays, "spikes")
    counts = np.zeros((round(t * 10) + 1, n_targets), int)
    for part in parts or (t,):
        found = net.simulate(part).spikes["spikes"]
        np.add.at(counts, (found.steps - 1, found.nodes), 1)
    return counts[:-1]  # stamps of emission: one step before arrival


@pytest.mark.parametrize("rate", [500.0, 8_000.0, 25_000.0, 400_000.0])
def test_numbers_per_step_are_poisson(rate):
    """Chi-square over all steps and targets, p > 1e-3 at a fixed seed."""
    counts = relayed(rate, 40, 200.0)[1:].ravel()
    law = stats.poisson(rate * 1e-4)
    low, high = int(law.ppf(2e-3)), int(law.ppf(1 - 2e-3))
    edges = np.arange(low, high + 1)
    expected = np.concatenate([[law.cdf(low)], law.pmf(edges[1:-1]), [law.sf(high - 1)]]) * counts.size
    found = np.concatenate([[(counts <= low).sum()], [(counts == k).sum() for k in edges[1:-1]],
                            [(counts >= high).sum()]])
    assert stats.chisquare(found, expected).pvalue > 1e-3
    assert counts.var() / counts.mean() == pytest.approx(1.0, abs=0.05)


def test_targets_and_steps_are_independent():
    counts = relayed(8_000.0, 12, 400.0).astype(float)
    between = np.corrcoef(counts.T)[np.triu_indices(12, 1)]
    assert np.abs(between).max() < 4.5 / np.sqrt(len(counts))
    following = [np.corrcoef(c[:-1], c[1:])[0, 1] for c in counts.T]
    assert np.abs(following).max() < 4.5 / np.sqrt(len(counts))


def test_draws_depend_on_seed_generator_target_and_step_only():
    whole = relayed(8_000.0, 50, 20.0)
    assert np.array_equal(whole, relayed(8_000.0, 50, 20.0, threads=5))
    assert np.array_equal(whole, relayed(8_000.0, 50, 20.0, parts=(3.3, 16.7)))
    chosen = [3, 4, 17, 31, 48]
    some = relayed(8_000.0, 50, 20.0, pairs=[(0, j) for j in chosen])
    assert np.array_equal(some[:, chosen], whole[:, chosen]) and some.sum() == whole[:, chosen].sum()
    assert not np.array_equal(whole, relayed(8_000.0, 50, 20.0, seed=4))


def test_numbers_are_those_of_the_documented_philox_words():
    """Key: seed, DEVICE; counter: target / 4, generator, step, tag. The number inverts the distribution function."""
    from spatialnet._core.random import philox
    from spatialnet.expressions.streams import DEVICE
    counts = relayed(8_000.0, 9, 3.0, seed=21)
    law = stats.poisson(0.8)
    for step in (1, 2, 17, 29):
        for target in range(9):
            generator, tag = 9, 0  # ids 0 … 8 are the relays, which are population 0
            word = philox((target // 4, generator, step, tag), (21, DEVICE))[target % 4]
            assert counts[step, target] == law.ppf((int(word) + 0.5) / 2 ** 64)


def test_several_connections_to_one_target_are_independent():
    """A doubled connection has twice the variance, not four times."""
    doubled = relayed(8_000.0, 9, 300.0, pairs=[(0, j) for j in range(9)] * 2)[1:]
    assert doubled.mean() == pytest.approx(1.6, rel=0.03) and doubled.var() / doubled.mean() == pytest.approx(1, abs=0.05)
    net = PlainNetwork()
    noise, relay = net.create("poisson_generator", rate=8_000.0), net.create("parrot_neuron", 9)
    for _ in range(2):
        net.connect(noise, relay, delay=0.1)
    net.record(relay, "spikes")
    found = net.simulate(300.0).spikes["spikes"]
    counts = np.zeros((3001, 9))
    np.add.at(counts, (found.steps, found.nodes - 1), 1)
    assert counts.var() / counts.mean() == pytest.approx(1, abs=0.05)


@pytest.mark.parametrize("options, first, last", [({}, 1, 199), ({"start": 2.0, "stop": 3.0}, 21, 30),
                                                  ({"start": 2.0, "stop": 3.0, "origin": 1.0}, 31, 40)])
def test_generators_are_active_after_start_up_to_stop(options, first, last):
    """Stamps in (start, stop]. NEST's own come one step later: 2.2 … 3.1 for 2 … 3, and 0.2 for the first of all."""
    active = np.flatnonzero(relayed(300_000.0, 20, 20.0, **options).sum(axis=1))
    assert active[0] == first and active[-1] == last


def test_weighted_input_has_the_moments_of_shot_noise():
    """Campbell's theorem for a delta neuron far from threshold: mean τ r w, variance τ r w² / 2."""
    net = PlainNetwork(seed=5)
    neurons = net.create("iaf_psc_delta", 200, V_th=1e9)
    net.connect(net.create("poisson_generator", rate=1_000.0), neurons, weight=0.5, delay=0.5)
    net.record(neurons, "V_m", interval=1.0, dtype="f8")
    net.simulate(100.0)
    V = net.simulate(500.0).traces["V_m"].variables["V_m"] + 70.0
    assert V.mean() == pytest.approx(10e-3 * 1000 * 0.5, rel=0.01)
    assert V.var() == pytest.approx(10e-3 * 1000 * 0.25 / 2, rel=0.05)


class LawOfLargeMean:
    """Poisson's law summed from its terms; SciPy's tails are off by 1e-5 at a mean of a million.

    The largest term comes from its logarithm in 50 digits with Stirling's series, the others from their ratios.
    """

    def __init__(self, mean: float):
        mode, reach = int(mean), int(40 * math.sqrt(mean))
        with localcontext(prec=50):
            m, k = Decimal(mean), Decimal(mode)
            log_factorial = k * k.ln() - k + (2 * Decimal(math.pi) * k).ln() / 2 + 1 / (12 * k) - 1 / (360 * k ** 3)
            largest = np.longdouble(float((k * m.ln() - m - log_factorial).exp()))
        steps = np.arange(reach, dtype=np.longdouble)
        above, below = largest * np.cumprod(mean / (mode + 1 + steps)), largest * np.cumprod((mode - steps) / mean)
        terms = np.concatenate([below[::-1], [largest], above])
        self.first, self.below, self.above = mode - reach, np.cumsum(terms), np.cumsum(terms[::-1])[::-1]

    def cdf(self, numbers):
        return self.below[numbers - self.first].astype(float)

    def sf(self, numbers):
        return self.above[numbers + 1 - self.first].astype(float)


@pytest.mark.parametrize("mean", [1e-9, 0.05, 0.8, 3.7, 100.0, 1e4, 1e6])
def test_inverse_distribution_function_is_exact(mean):
    """Thresholds are the distribution function to full precision, and the guide never overshoots."""
    thresholds, guide, base, shift = poisson_table(mean, 10)
    numbers = base + np.arange(thresholds.size)
    law = stats.poisson(mean) if mean < 1e5 else LawOfLargeMean(mean)
    upper = numbers > mean
    assert np.allclose(thresholds[~upper] / 2.0 ** 64, law.cdf(numbers[~upper]), rtol=1e-9, atol=2.0 ** -63)
    assert np.allclose((2 ** 64 - thresholds[upper].astype(object)).astype(float) / 2.0 ** 64,
                       law.sf(numbers[upper]), rtol=1e-9, atol=2.0 ** -62)
    assert (np.diff(thresholds.astype(object)) >= 0).all() and guide[0] == 0
    for bits in (0, 1, 511, 1023):
        low = bits << shift
        assert guide[bits] == sum(int(t) <= low for t in thresholds)


@pytest.mark.parametrize("mean", [1e4, 1e6, 1e7])
def test_law_of_large_means_is_scipys_in_its_middle(mean):
    numbers = int(mean) + np.arange(-3, 4) * int(math.sqrt(mean))
    assert np.allclose(LawOfLargeMean(mean).cdf(numbers), stats.poisson(mean).cdf(numbers), rtol=1e-8)


@pytest.mark.parametrize("mean, number", [(1e6, 1_006_000), (1e7, 10_019_000), (1e7, 9_981_000)])
def test_tails_of_large_means_are_exact(mean, number):
    thresholds, _, base, _ = poisson_table(mean, 10)
    law, threshold = LawOfLargeMean(mean), int(thresholds[number - base])
    found, wanted = (2 ** 64 - threshold, law.sf(number)) if number > mean else (threshold, law.cdf(number))
    assert found / 2 ** 64 == pytest.approx(wanted, rel=1e-9, abs=2 ** -63)
