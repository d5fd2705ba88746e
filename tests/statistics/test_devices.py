"""Random devices follow their laws: closed forms, fixed seeds, p > 1e-3."""

import numpy as np
import pytest
from scipy import stats

from tests.reference.plain_network import PlainNetwork

H = 0.1


def sent(model, n, t, seed=4, **parameters):
    """Counts (steps of emission, targets)."""
    net = PlainNetwork(seed=seed)
    parrots = net.create("parrot_neuron", n)
    net.connect(net.create(model, **parameters), parrots, delay=H)
    net.record(parrots, "spikes")
    found = net.simulate(t + H).spikes["spikes"]
    counts = np.zeros((round(t / H) + 1, n), int)
    np.add.at(counts, (found.steps - 1, found.nodes), 1)
    assert not counts[0].any()
    return counts[1:]


def intervals(counts):
    """All intervals (steps) between successive spikes of single targets."""
    return np.concatenate([np.diff(np.repeat(np.arange(len(c)), c)) for c in counts.T])


def smooth(steps, seed=1):
    """Times that were rounded to steps, spread evenly over them again."""
    rng = np.random.default_rng(seed)
    return steps + rng.uniform(-1, 1, len(steps)) / 2 + rng.uniform(-1, 1, len(steps)) / 2


@pytest.mark.parametrize("shape", [1, 2, 5])
def test_intervals_of_one_gamma_process_are_gamma(shape):
    counts = sent("gamma_sup_generator", 200, 2000.0, rate=40.0, gamma_shape=shape, n_proc=1)
    steps = smooth(intervals(counts))
    assert steps.size > 10_000
    # long intervals are cut by the end of the run, a fraction of 1 %: compare up to a quarter of it
    law = stats.gamma(shape, scale=250.0 / shape)
    assert stats.kstest(steps, law.cdf).pvalue > 1e-3
    assert abs(counts.sum() - 200 * 80) < 4 * np.sqrt(200 * 80 / shape)


@pytest.mark.parametrize("dead_time", [2.0, 15.0])
def test_intervals_of_one_process_with_dead_time_are_dead_time_and_geometric(dead_time):
    counts = sent("ppd_sup_generator", 200, 2000.0, rate=40.0, dead_time=dead_time, n_proc=1)
    beyond = intervals(counts) - round(dead_time / H)
    assert beyond.min() >= 1
    p = 1 / (250.0 - dead_time / H)
    edges = np.unique(stats.geom(p).ppf(np.linspace(0, 1, 30)[1:-1]))
    cdf = np.concatenate([[0], stats.geom(p).cdf(edges), [1]])
    observed = np.diff(np.concatenate([[0], [(beyond <= e).sum() for e in edges], [beyond.size]]))
    assert stats.chisquare(observed, np.diff(cdf) * beyond.size).pvalue > 1e-3


@pytest.mark.parametrize("model, parameters, fano", [
    ("gamma_sup_generator", {"gamma_shape": 4, "n_proc": 20}, 1 / 4),
    ("gamma_sup_generator", {"gamma_shape": 1, "n_proc": 20}, 1.0),
    ("ppd_sup_generator", {"dead_time": 12.0, "n_proc": 20}, (1 - 12.0 * 0.04) ** 2),
    ("ppd_sup_generator", {"dead_time": 0.0, "n_proc": 20}, 1.0),
])
def test_superposed_counts_have_the_fano_factor_of_one_process(model, parameters, fano):
    """Over windows much longer than an interval it is the squared coefficient of variation of the intervals."""
    counts = sent(model, 300, 4000.0, rate=40.0, **parameters).reshape(4, 10_000, 300).sum(axis=1)
    ratio = counts.var(axis=1, ddof=1).mean() / counts.mean()
    assert abs(ratio - fano) < 0.03 + 4 * fano * np.sqrt(2 / (4 * 300))
    error = np.sqrt(counts.mean() * fano / counts.size)
    assert abs(counts.mean() - 800.0) < 4 * error


@pytest.mark.parametrize("model, parameters", [("gamma_sup_generator", {"gamma_shape": 6, "n_proc": 10}),
                                               ("ppd_sup_generator", {"dead_time": 18.0, "n_proc": 10})])
def test_superposed_processes_begin_in_equilibrium(model, parameters):
    """Every millisecond from the first on has the same mean; with few processes a wave would show."""
    counts = sent(model, 3000, 40.0, rate=50.0, **parameters).reshape(40, 10, 3000).sum(axis=(1, 2))
    # numbers vary less than Poisson ones, never more
    assert np.abs(counts - 1500).max() < 4.5 * np.sqrt(1500)


def test_hazard_with_dead_time_is_modulated():
    """Without dead time the rate follows the hazard."""
    counts = sent("ppd_sup_generator", 400, 1000.0, rate=30.0, n_proc=5, frequency=10.0, relative_amplitude=0.8)
    found = counts.reshape(10, 20, 50, 400).sum(axis=(0, 2, 3))
    steps = np.arange(1, 1001).reshape(20, 50)
    expected = 10 * 400 * 0.015 * (1 + 0.8 * np.sin(2 * np.pi * steps / 1000)).sum(axis=1)
    assert stats.chi2.sf(((found - expected) ** 2 / expected).sum(), 20) > 1e-3


@pytest.mark.parametrize("individual", [True, False])
def test_sinusoidal_poisson_numbers_follow_the_rate(individual):
    """The negative part of the rate is silent."""
    n = 400 if individual else 1
    counts = sent("sinusoidal_poisson_generator", n, 1000.0 if individual else 100_000.0, rate=100.0, amplitude=160.0,
                  frequency=10.0, phase=90.0, individual_spike_trains=individual)
    counts = counts.sum(axis=1).reshape(-1, 1000).sum(axis=0)
    rate = np.maximum(0, 100.0 + 160.0 * np.cos(2 * np.pi * np.arange(1, 1001) / 1000))
    assert not counts[rate == 0].any()
    periods = 10 * n if individual else 1000
    expected = (rate * 1e-4 * periods).reshape(20, 50).sum(axis=1)
    found = counts.reshape(20, 50).sum(axis=1)[expected > 5]
    expected = expected[expected > 5]
    assert stats.chi2.sf(((found - expected) ** 2 / expected).sum(), expected.size) > 1e-3


@pytest.mark.parametrize("order", [1.0, 3.5])
def test_rescaled_intervals_of_the_sinusoidal_gamma_process_are_gamma(order):
    """In the time that runs as fast as the rate (Brown et al. 2002, doi:10.1162/08997660252741149)."""
    counts = sent("sinusoidal_gamma_generator", 300, 2000.0, rate=50.0, amplitude=45.0, frequency=4.0, order=order)
    rng = np.random.default_rng(3)
    omega, rescaled = 2e-3 * np.pi * 4.0, []
    for column in counts.T:
        steps = np.repeat(np.arange(1, len(column) + 1), column)
        t = np.concatenate([[0.0], np.sort(steps - rng.uniform(0, 1, steps.size)) * H])  # begins as after a spike
        rescaled.append(np.diff(0.05 * t + 0.045 / omega * (1 - np.cos(omega * t))))
    found = np.concatenate(rescaled)
    assert found.size > 20_000 and stats.kstest(found, stats.gamma(order, scale=1 / order).cdf).pvalue > 1e-3


def test_an_inhomogeneous_rate_holds_from_its_time_on():
    counts = sent("inhomogeneous_poisson_generator", 500, 60.0, rate_times=[10.0, 20.0, 40.0], rate_values=[500.0, 0.0, 2500.0])
    stamps = np.arange(1, 601)
    for first, last, rate in ((1, 99, 0.0), (100, 199, 500.0), (200, 399, 0.0), (400, 600, 2500.0)):
        part = counts[(stamps >= first) & (stamps <= last)].sum(axis=0)
        expected = rate * 1e-4 * (last - first + 1)
        assert part.sum() == 0 if rate == 0 else abs(part.sum() - 500 * expected) < 4 * np.sqrt(500 * expected)
        if rate:
            assert abs(part.var(ddof=1) / part.mean() - 1) < 4 * np.sqrt(2 / 500)


def test_copies_of_a_mother_correlate_with_the_probability_of_copying():
    counts = sent("mip_generator", 60, 20_000.0, rate=200.0, p_copy=0.3).reshape(1000, 200, 60).sum(axis=1)
    assert abs(counts.mean() - 1.2) < 4 * np.sqrt(0.3 * 1.2 / 1000 + 1.2 / 60_000)
    correlation = np.corrcoef(counts.T)[np.triu_indices(60, 1)]
    assert abs(correlation.mean() - 0.3) < 0.03
    assert abs((counts.var(axis=0) / counts.mean(axis=0)).mean() - 1) < 0.1


def test_a_pulse_packet_is_normal():
    counts = sent("pulsepacket_generator", 2, 200.0, pulse_times=[100.0], activity=5000, sdev=10.0)
    assert (counts[:, 0] == counts[:, 1]).all() and counts[:, 0].sum() == 5000
    steps = np.repeat(np.arange(1, 2001), counts[:, 0])
    times = (steps - 1 - np.random.default_rng(2).uniform(0, 1, steps.size)) * H  # a stamp lies a step after the rounded time
    assert stats.kstest(times, stats.norm(100.0, 10.0).cdf).pvalue > 1e-3


def test_packets_at_other_times_and_of_other_generators_differ():
    net = PlainNetwork(seed=9)
    net.record(net.create("pulsepacket_generator", 2, pulse_times=[50.0, 150.0, 150.0], activity=100, sdev=5.0), "spikes")
    found = net.simulate(250.0).spikes["spikes"]
    trains = [found.steps[found.nodes == k] for k in range(2)]
    assert [len(t) for t in trains] == [300, 300] and not np.array_equal(*trains)
    first, later = trains[0][trains[0] < 1000], trains[0][trains[0] > 1000]
    assert not np.isin(np.diff(first), np.diff(later)).all() and len(np.unique(later)) > 80


def test_noise_is_independent_between_targets_and_tables():
    net = PlainNetwork(seed=6)
    cells = net.create("iaf_psc_delta", 3000, tau_m=1e9, C_m=1.0, V_th=1e12)
    device = net.create("noise_generator", 2, std=10.0, dt=0.1)
    net.connect(device, cells, delay=H)
    net.connect(device, cells, delay=H)
    net.record(cells, "V_m", interval=H, dtype="f8")
    V = net.simulate(0.4).traces["V_m"].variables["V_m"]
    slopes = np.diff(V, axis=0)[1:] / H
    assert stats.kstest(slopes.ravel() / 20.0, "norm").pvalue > 1e-3  # four currents add up
    assert abs(np.corrcoef(slopes[0, :-1], slopes[0, 1:])[0, 1]) < 4 / np.sqrt(3000)
    assert abs(np.corrcoef(slopes[0], slopes[1])[0, 1]) < 4 / np.sqrt(3000)
