"""Networks with noise: NEST's rates and irregularity, within what chance allows."""

import numpy as np

from tests.reference.plain_network import PlainNetwork

N_E, N_I, DEGREE_E, DEGREE_I, WEIGHT, G = 400, 100, 40, 10, 60.0, 5.0
NOISE = 9_000.0
DURATION = 1000.0


def wiring(rng):
    """Fixed in-degrees with multapses: (sources, targets) per pair of populations."""
    tables = {}
    for name, n, degree in (("E", N_E, DEGREE_E), ("I", N_I, DEGREE_I)):
        targets = np.repeat(np.arange(N_E + N_I), degree)
        tables[name] = np.stack([rng.integers(0, n, targets.size), targets], axis=1)
    return tables


def statistics(steps, nodes):
    """Mean rate (Hz) and mean coefficient of variation of the intervals."""
    cvs = []
    for node in range(N_E + N_I):
        intervals = np.diff(np.sort(steps[nodes == node]))
        if intervals.size > 4:
            cvs.append(intervals.std() / intervals.mean())
    return len(steps) / (N_E + N_I) / DURATION * 1000, np.mean(cvs)


def ours(seed):
    net = PlainNetwork(seed=seed, threads=2)
    neurons = net.create("iaf_psc_alpha", N_E + N_I)
    rng = np.random.default_rng(seed)
    for name, pairs in wiring(rng).items():
        pairs = pairs + [N_E * (name == "I"), 0]
        net.connect(neurons, neurons, pairs, weight=WEIGHT if name == "E" else -G * WEIGHT, delay=1.5)
    net.connect(net.create("poisson_generator", rate=NOISE), neurons, weight=WEIGHT, delay=1.0)
    net.record(neurons, "spikes")
    net.simulate(100.0)
    found = net.simulate(DURATION).spikes["spikes"]
    return statistics(found.steps, found.nodes)


def nests(seed):
    import nest
    nest.ResetKernel()
    nest.set_verbosity("M_ERROR")
    nest.rng_seed = seed
    neurons = nest.Create("iaf_psc_alpha", N_E + N_I)
    for part, degree, weight in ((neurons[:N_E], DEGREE_E, WEIGHT), (neurons[N_E:], DEGREE_I, -G * WEIGHT)):
        nest.Connect(part, neurons, {"rule": "fixed_indegree", "indegree": degree}, {"weight": weight, "delay": 1.5})
    nest.Connect(nest.Create("poisson_generator", params={"rate": NOISE}), neurons,
                 syn_spec={"weight": WEIGHT, "delay": 1.0})
    recorder = nest.Create("spike_recorder", params={"start": 100.0, "time_in_steps": True})
    nest.Connect(neurons, recorder)
    nest.Simulate(100.0 + DURATION)
    return statistics(recorder.events["times"], recorder.events["senders"] - neurons[0].global_id)


def test_a_balanced_network_has_the_same_rate_and_irregularity():
    """Means over five seeds differ by less than four standard errors."""
    own, theirs = (np.array([simulate(seed) for seed in range(1, 6)]) for simulate in (ours, nests))
    error = np.sqrt((own.var(axis=0, ddof=1) + theirs.var(axis=0, ddof=1)) / 5)
    assert (np.abs(own.mean(axis=0) - theirs.mean(axis=0)) < 4 * error + 1e-3 * theirs.mean(axis=0)).all(), (own, theirs)
    assert own[:, 0].mean() > 3
