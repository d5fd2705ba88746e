"""Neurons that spike at random follow the law of their hazard: fixed seeds, p > 1e-3."""

import numpy as np
import pytest
from scipy import stats

from tests.reference.plain_network import PlainNetwork

H = 0.1


def intervals(model, duration=20_000.0, n=20, **parameters):
    """Steps between successive spikes of every neuron, and the spikes themselves."""
    net = PlainNetwork(resolution=H, seed=11)
    neurons = net.create(model, n, **parameters)
    net.record(neurons, "spikes", name="spikes")
    spikes = net.simulate(duration).spikes["spikes"]
    return np.concatenate([np.diff(np.sort(spikes.steps[spikes.nodes == k])) for k in range(n)]), spikes


def geometric_p_value(found, first, p):
    """Chi-square of steps whose law is geometric with success probability `p`, beginning at `first`."""
    edges = np.unique(stats.geom.ppf(np.linspace(0, 1, 30)[1:-1], p)).astype(int)
    counts = np.histogram(found - first + 1, [0.5, *(edges + 0.5), np.inf])[0]
    expected = np.diff([0, *stats.geom.cdf(edges, p), 1]) * found.size
    return stats.chisquare(counts, expected).pvalue


@pytest.mark.parametrize("model", ["gif_psc_exp", "gif_cond_exp"])
def test_gif_neuron_waits_a_refractory_time_and_then_a_geometric_one(model):
    """At a fixed potential (V_reset = E_L and no input) the hazard is lambda_0 exp((E_L - V_T_star) / Delta_V)."""
    found, _ = intervals(model, lambda_0=50.0, Delta_V=5.0, V_T_star=-68.0, V_reset=-70.0, t_ref=2.05)
    p = 1 - np.exp(-50.0 * np.exp(-2.0 / 5.0) * 1e-3 * H)
    assert found.min() > 21 and geometric_p_value(found, 22, p) > 1e-3


def test_point_process_has_its_linear_and_exponential_hazard():
    found, _ = intervals("pp_psc_delta", dead_time=3.0, with_reset=False, c_1=2.0, c_2=5.0, c_3=0.2, V_m=10.0, I_e=250.0, tau_m=10.0)
    p = 1 - np.exp(-(2.0 * 10.0 + 5.0 * np.exp(2.0)) * 1e-3 * H)
    assert geometric_p_value(found, 31, p) > 1e-3


def test_point_process_without_dead_time_draws_poisson_numbers():
    """Several spikes of a step are recorded one by one."""
    mean, n, steps = 0.7, 20, 5000
    _, spikes = intervals("pp_psc_delta", steps * H, n, dead_time=0.0, c_2=mean / H * 1e3, c_3=0.0)
    numbers = np.zeros((steps + 1, n), dtype=int)
    np.add.at(numbers, (spikes.steps, spikes.nodes), 1)
    counts = np.bincount(np.minimum(numbers[1:].ravel(), 5), minlength=6)
    law = stats.poisson.pmf(np.arange(5), mean)
    assert stats.chisquare(counts, np.append(law, 1 - law.sum()) * steps * n).pvalue > 1e-3


@pytest.mark.parametrize("shape", [1.0, 3.0])
def test_random_dead_times_are_gamma_distributed(shape):
    """With a hazard that fires at once, an interval is the dead time rounded up, and one step more."""
    found, _ = intervals("pp_psc_delta", 8000.0, c_2=1e12, c_3=0.0, dead_time=5.0, dead_time_random=True, dead_time_shape=shape)
    edges = np.unique(np.round(stats.gamma.ppf(np.linspace(0, 1, 25)[1:-1], shape, scale=50.0 / shape))).astype(int)
    counts = np.histogram(found - 1, [0, *(edges + 0.5), np.inf])[0]
    expected = np.diff([0, *stats.gamma.cdf(edges, shape, scale=50.0 / shape), 1]) * found.size
    assert stats.chisquare(counts, expected).pvalue > 1e-3


def test_multiplicity_weighs_what_arrives():
    """A spike that stands for k spikes acts with k times its weight."""
    net = PlainNetwork(resolution=H, seed=2)
    source, target = net.create("pp_psc_delta", dead_time=0.0, c_2=20_000.0, c_3=0.0), net.create("iaf_psc_exp", tau_syn_ex=1e-3)
    net.connect(source, target, weight=3.0, delay=1.0)
    net.record(source, "spikes", name="spikes")
    net.record(target, "I_syn_ex", interval=H, dtype="f8", name="current")
    run = net.simulate(50.0)
    numbers = np.bincount(run.spikes["spikes"].steps, minlength=501)
    assert numbers.max() > 3
    np.testing.assert_allclose(run.traces["current"].variables["I_syn_ex"][10:, 0], 3.0 * numbers[1:491], atol=1e-9)


@pytest.mark.parametrize("dead_time", [0.0, 3.0])
def test_poisson_spikes_between_steps_have_their_intervals(dead_time):
    """Dead time plus an exponential time, whatever the step; targets are independent, and the first spike is that of equilibrium."""
    rate, n = 100.0, 50
    net = PlainNetwork(resolution=H, seed=8)
    parrots = net.create("parrot_neuron_ps", n)
    net.connect(net.create("poisson_generator_ps", rate=rate, dead_time=dead_time, start=5.0), parrots, delay=0.5)
    net.record(parrots, "spikes", name="spikes")
    parts = [net.simulate(t).spikes["spikes"] for t in (333.3, 1666.7)]
    times = np.concatenate([p.steps * H - p.offsets for p in parts])
    nodes = np.concatenate([p.nodes for p in parts])
    trains = [np.sort(times[nodes == node]) for node in np.unique(nodes)]
    free = stats.expon(loc=dead_time, scale=1000.0 / rate - dead_time)
    assert len(trains) == n and stats.kstest(np.concatenate([np.diff(t) for t in trains]), free.cdf).pvalue > 1e-3
    first = np.array([t[0] for t in trains]) - 5.5
    law = stats.kstest(first, lambda x: np.where(x < dead_time, x * rate / 1000.0, 1 - (1 - dead_time * rate / 1000.0)
                                                 * np.exp(-(x - dead_time) / (1000.0 / rate - dead_time))))
    assert first.min() > 0 and law.pvalue > 1e-3
