"""The compiled devices against their slow twins: the same spikes in the same steps, for repeated connections too."""

import numpy as np
import pytest

from tests.reference import devices
from tests.reference.plain_network import PlainNetwork

TARGETS = [0, 1, 1, 2, 5, 6, 6, 6, 9]
STEPS, SEED, H = 150, 12, 0.1
#: parrots are population 0, so the first table of the generator carries this
OCCURRENCE, GENERATOR = 0, 10

SINUSOID = {"rate": 3000.0, "amplitude": 3500.0, "frequency": 130.0, "phase": 40.0}
GAMMA = {"rate": 900.0, "amplitude": 500.0, "frequency": 130.0, "phase": 40.0, "order": 2.5}
SUP = {"rate": 200.0, "gamma_shape": 3, "n_proc": 4}
PPD = {"rate": 300.0, "dead_time": 1.5, "n_proc": 5, "frequency": 100.0, "relative_amplitude": 0.6}


def sent(model, parameters, threads=1, parts=(STEPS,), build=None):
    """Numbers by step and connection: every connection has an own parrot, fed through weights that cannot be told apart."""
    net = PlainNetwork(seed=SEED, threads=threads)
    parrots = net.create("parrot_neuron", 10)
    device = net.create(model, **parameters)
    if build:
        build(net, device)
    net.connect(device, parrots, [(0, t) for t in TARGETS], delay=0.1)
    net.record(parrots, "spikes")
    out = np.zeros((STEPS + 1, 10))
    for n in parts:
        found = net.simulate(n * H).spikes["spikes"]
        np.add.at(out, (found.steps - 1, found.nodes), 1)
    return out[:-1]


def by_target(numbers):
    out = np.zeros((STEPS, 10))
    np.add.at(out, (slice(None), TARGETS), numbers[:STEPS])
    return out


def expected(case):
    thing = (STEPS, TARGETS, SEED, GENERATOR, OCCURRENCE)
    match case:
        case "inhomogeneous_poisson_generator":
            return devices.poisson(lambda k: 0.0 if k < 20 else 0.3 if k < 90 else 150.0, *thing)
        case "sinusoidal_poisson_generator":
            return devices.poisson(lambda k: max(0.0, devices.sinusoid(SINUSOID, k, H, 3000.0, 3500.0)) * 1e-4, *thing)
        case "sinusoidal_gamma_generator":
            return devices.sinusoidal_gamma(GAMMA, *thing, H)
        case "gamma_sup_generator":
            return devices.gamma_sup(SUP, *thing, H)
        case "ppd_sup_generator":
            return devices.ppd_sup(PPD, *thing, H)
        case "mip_generator":
            return devices.copies(devices.mother(lambda k: 1.3, STEPS, SEED, GENERATOR), 0.4, TARGETS, SEED, GENERATOR,
                                  OCCURRENCE)


CASES = {
    "inhomogeneous_poisson_generator": {"rate_times": [2.0, 9.0], "rate_values": [3000.0, 1.5e6]},
    "sinusoidal_poisson_generator": SINUSOID, "sinusoidal_gamma_generator": GAMMA, "gamma_sup_generator": SUP,
    "ppd_sup_generator": PPD, "mip_generator": {"rate": 13_000.0, "p_copy": 0.4},
}


@pytest.mark.parametrize("model", CASES)
def test_device_agrees_with_its_python_twin(model):
    wanted = by_target(expected(model))
    assert wanted.sum() > 50
    assert np.array_equal(sent(model, CASES[model]), wanted)


@pytest.mark.parametrize("model", CASES)
def test_device_gives_the_same_for_threads_and_parts(model):
    whole = sent(model, CASES[model])
    assert np.array_equal(sent(model, CASES[model], threads=3), whole)
    assert np.array_equal(sent(model, CASES[model], parts=(1, 73, 0, 20, 56)), whole)


@pytest.mark.parametrize("model", ["sinusoidal_poisson_generator", "sinusoidal_gamma_generator"])
def test_one_train_for_all_targets(model):
    found = sent(model, CASES[model] | {"individual_spike_trains": False})
    per_connection = found / np.maximum(np.bincount(TARGETS, minlength=10), 1)
    assert (per_connection[:, sorted(set(TARGETS))] == per_connection[:, :1]).all() and found.sum() > 50
    assert np.array_equal(found, sent(model, CASES[model] | {"individual_spike_trains": False}, 3, (70, 80)))
    if model == "sinusoidal_poisson_generator":
        mean = devices.mother(lambda k: max(0.0, devices.sinusoid(SINUSOID, k, H, 3000.0, 3500.0)) * 1e-4, STEPS, SEED, GENERATOR)
        assert np.array_equal(found[:, 0], mean[:STEPS])


@pytest.mark.parametrize("threads", [1, 3])
@pytest.mark.parametrize("model", CASES)
def test_rows_without_gaps_take_a_shorter_way_to_the_same(model, threads, monkeypatch):
    """All to all, all weights equal: what the engine does for such tables agrees with the twin, too."""
    targets = list(range(3, 10))
    monkeypatch.setitem(globals(), "TARGETS", targets)
    found = sent(model, CASES[model], threads)
    assert np.array_equal(found, by_target(expected(model))) and found.sum() > 30


@pytest.mark.parametrize("threads", [1, 3])
def test_dilutor_copies_what_arrives_by_chance(threads):
    times = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]
    counts = [1, 2, 1, 40, 1, 3, 1]

    def feed(net, dilutor):
        net.connect(net.create("spike_generator", spike_times=times, spike_multiplicities=counts), dilutor, delay=0.3)

    found = sent("spike_dilutor", {"p_copy": 0.3, "start": 2.3, "stop": 6.3}, threads, build=feed)
    arriving = np.zeros(STEPS)
    for time, count in zip(times, counts):
        if 2.3 < time + 0.3 <= 6.31:
            arriving[round(time / H) + 3] = count
    assert np.array_equal(found, by_target(devices.copies(arriving, 0.3, TARGETS, SEED, GENERATOR, OCCURRENCE)))


def noisy(parameters, threads=1, parts=(STEPS,)):
    """Potentials of neurons without a leak to speak of, so that their slope is the current; and the recorded I."""
    net = PlainNetwork(seed=SEED, threads=threads)
    cells = net.create("iaf_psc_delta", 10, tau_m=1e9, C_m=1.0, V_th=1e12)
    device = net.create("noise_generator", **parameters)
    net.connect(device, cells, [(0, t) for t in TARGETS], delay=0.1)
    net.record(cells, "V_m", interval=H, dtype="f8", name="V")
    net.record(device, "I", interval=H, dtype="f8")
    runs = [net.simulate(n * H) for n in parts]
    V, current = (np.concatenate([r.traces[k].variables[v] for r in runs]) for k, v in (("V", "V_m"), ("I", "I")))
    return np.diff(np.vstack([np.full(10, -70.0), V]), axis=0) / H, current[:, 0]


NOISE = {"mean": 30.0, "std": 20.0, "std_mod": 15.0, "frequency": 60.0, "phase": 25.0, "dt": 0.7}


def test_noise_agrees_with_its_python_twin():
    """A current with stamp s and delay d drives the step that ends at s + d + h; recorded is the mean over the targets."""
    wanted = devices.noise(NOISE, STEPS, TARGETS, SEED, GENERATOR, OCCURRENCE, H)
    slopes, current = noisy(NOISE)
    driven = np.zeros((STEPS + 1, 10))
    np.add.at(driven, (slice(None), TARGETS), wanted)
    assert np.abs(slopes[2:] - driven[1:STEPS - 1]).max() < 1e-4 and np.abs(slopes[:2]).max() < 1e-6
    assert np.abs(current - wanted[1:].mean(axis=1)).max() < 1e-9


def test_noise_is_the_same_for_threads_and_parts():
    one = noisy(NOISE)
    for other in (noisy(NOISE, threads=3), noisy(NOISE, parts=(1, 33, 0, 116))):
        assert all(np.array_equal(a, b) for a, b in zip(one, other))


def test_a_snapshot_holds_what_devices_and_detectors_remember():
    """Restored, the run goes on bit for bit as it did; and as the run without a stop."""
    import spatialnet as sn

    def network():
        net = sn.Network(seed=2, threads=1)
        cells = net.create("parrot_neuron", n=20)
        for k, (model, parameters) in enumerate([*CASES.items(), ("ignore_and_fire", {"rate": 33.0}),
                                                 ("sinusoidal_gamma_generator", GAMMA | {"individual_spike_trains": False})]):
            net.connect(net.create(model, name=str(k), **parameters), cells, sn.all_to_all())
        detector = net.create("correlation_detector")
        net.connect(cells[0], detector, sn.all_to_all())
        net.connect(cells[1], detector, sn.all_to_all(), sn.static_synapse(receptor=1))
        net.record(cells, "spikes")
        return net, detector

    net, detector = network()
    net.simulate(7.0)
    kept = net.snapshot()
    first, counted = net.simulate(20.0)["/spikes/spikes"], detector.get("histogram")
    net.restore(kept)
    assert net.simulate(20.0)["/spikes/spikes"].identical(first) and np.array_equal(detector.get("histogram"), counted)
    whole = network()[0].simulate(27.0)["/spikes/spikes"]
    assert np.array_equal(whole.time[whole.time > 7.0], first.time) and counted.sum() > 0
