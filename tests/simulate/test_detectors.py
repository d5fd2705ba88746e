"""Detectors against direct counts over all pairs, and against numbers that NEST 3.10 gave for the same trains."""

import numpy as np
import pytest

import spatialnet as sn
from spatialnet.errors import ConnectError, ParameterError

RECEPTOR_0, RECEPTOR_1 = [10.0, 20.0], [4.7, 4.8, 9.7, 9.8, 10.2, 10.3, 15.2, 15.3, 25.0]


def detect(model, trains, weights=None, multiplicities=None, parts=(60.0,), threads=1, n=1, **parameters):
    """The detector after spikes of given times on each receptor."""
    net = sn.Network(seed=1, threads=threads)
    detector = net.create(model, n=n, **parameters)
    for receptor, times in enumerate(trains):
        counts = {} if multiplicities is None else {"spike_multiplicities": multiplicities[receptor]}
        source = net.create("spike_generator", spike_times=times, **counts)
        net.connect(source, detector, sn.all_to_all(), sn.static_synapse(
            weight=1.0 if weights is None else weights[receptor], delay=1.0 + 0.5 * receptor, receptor=receptor))
    for t in parts:
        data = net.simulate(t)
    return detector, data


def test_correlogram_of_given_spikes():
    """The bins that NEST fills; a lag of tau_max + delta_tau / 2 is too long."""
    detector, data = detect("correlation_detector", [RECEPTOR_0, RECEPTOR_1])
    expected = [2, 1, 0, 0, 0, 0, 0, 0, 0, 1, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 2]
    assert detector.get("histogram").tolist() == expected and detector.get("count_histogram").tolist() == expected
    assert detector.get("n_events").tolist() == [2, 9]
    found = data["/detectors/correlation_detector"]
    assert found.histogram.sel(lag=5.0).item() == 2 and found.lag.attrs["units"] == "ms"


def test_a_lag_on_the_border_of_bins_belongs_to_the_right_one():
    """With an even number of steps in a bin; published nowhere, so tested from both sides."""
    detector, _ = detect("correlation_detector", [[10.0], [9.9, 10.1]], delta_tau=0.2, tau_max=1.0)
    assert detector.get("count_histogram").tolist() == [0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0]


def test_weights_and_multiplicities_multiply():
    detector, _ = detect("correlation_detector", [[10.0, 20.0], [10.3]], [2.0, 3.0], [[1, 2], [3]])
    assert detector.get("histogram")[11] == 18.0 and detector.get("count_histogram")[11] == 3
    assert detector.get("n_events").tolist() == [2, 1]


@pytest.mark.parametrize("window, expected, events", [
    ({"Tstart": 12.0, "Tstop": 14.0}, {-3.0: 1, -1.0: 2, 1.0: 1, 3.0: 1}, [2, 1]),
    ({"Tstart": 12.0}, {-3.0: 1, -1.0: 2, 1.0: 2, 3.0: 2, 5.0: 1}, [2, 2]),
    ({"start": 12.0, "stop": 14.0}, {-1.0: 1}, [1, 1]),
    ({"start": 10.0, "stop": 12.0, "origin": 2.0}, {-1.0: 1}, [1, 1]),
])
@pytest.mark.parametrize("parts", [(60.0,), (11.0, 2.0, 0.0, 47.0)])
def test_windows_of_the_correlogram(window, expected, events, parts):
    """The later spike must lie in [Tstart, Tstop], every spike in (start, stop]."""
    detector, data = detect("correlation_detector", [[10.0, 12.0, 14.0], [11.0, 13.0, 15.0]], parts=parts, **window)
    histogram = data["/detectors/correlation_detector"].count_histogram[0]
    assert {float(lag): int(n) for lag, n in zip(histogram.lag, histogram) if n} == expected
    assert detector.get("n_events").tolist() == events


def all_pairs(trains, weights, n_bins, width):
    """Every ordered pair of spikes, also of one with itself, into its bin."""
    covariance, counts = np.zeros((2, len(trains), len(trains), n_bins))
    for i, (late, v) in enumerate(zip(trains, weights)):
        for j, (early, w) in enumerate(zip(trains, weights)):
            for a in late:
                for b in early:
                    k = (2 * (round(a * 10) - round(b * 10)) + width) // (2 * width)
                    if 0 <= k < n_bins:
                        covariance[i, j, k] += v * w
                        counts[i, j, k] += 1
    return covariance, counts


@pytest.mark.parametrize("parts", [(60.0,), (20.0, 0.1, 39.9)])
def test_covariances_are_those_of_all_pairs(parts):
    rng = np.random.default_rng(4)
    trains = [np.sort(rng.choice(np.arange(1, 590), 60, replace=False)) / 10 for _ in range(3)]
    weights = [1.0, 2.0, -0.5]
    detector, data = detect("correlomatrix_detector", trains, weights, parts=parts, N_channels=3, delta_tau=0.7, tau_max=4.2)
    covariance, counts = all_pairs(trains, weights, 7, 7)
    assert np.array_equal(detector.get("count_covariance"), counts)
    assert np.abs(detector.get("covariance") - covariance).max() < 1e-12
    assert detector.get("n_events").tolist() == [60, 60, 60]
    assert data["/detectors/correlomatrix_detector"].covariance.dims == ("node", "channel", "other", "lag")


def test_correlogram_is_that_of_all_pairs():
    rng = np.random.default_rng(5)
    trains = [np.sort(rng.choice(np.arange(1, 590), 80, replace=False)) / 10 for _ in range(2)]
    detector, _ = detect("correlation_detector", trains, parts=(33.3, 26.7), delta_tau=0.4, tau_max=6.0)
    lags = np.rint(10 * np.subtract.outer(trains[1], trains[0]).ravel()).astype(int)
    bins = (lags + 60 + 2) // 4
    assert np.array_equal(detector.get("count_histogram"), np.bincount(bins[(bins >= 0) & (bins < 31)], minlength=31))


@pytest.mark.parametrize("parts", [(60.0,), (10.3, 0.3, 0.2, 49.2)])
def test_spin_covariances_count_common_steps(parts):
    """States hold from the stamp of the change on; entry (i, j, k) counts steps in which j had been 1 k bins before."""
    intervals = [[(10.0, 10.5), (30.0, 33.0)], [(10.7, 10.9), (29.5, 31.0)]]
    trains = [np.ravel(one) for one in intervals]
    detector, _ = detect("correlospinmatrix_detector", trains, None, [[2, 1] * 2] * 2, parts, N_channels=2)
    state = np.zeros((2, 600))
    for channel, one in zip(state, intervals):
        for up, down in one:
            channel[round(up * 10):round(down * 10)] = 1
    expected = [[[np.dot(state[i], np.roll(state[j], k)) for k in range(-10, 11)] for j in range(2)] for i in range(2)]
    assert np.array_equal(detector.get("count_covariance"), expected)


def test_spin_detector_decodes_multiplicities():
    detector, data = detect("spin_detector", [[10.0, 12.0, 14.0, 14.0, 16.0]], None, [[2, 1, 1, 1, 3]])
    assert detector.get("events")["state"].tolist() == [1, 0, 1, 0] and detector.get("n_events") == 4
    found = data["/detectors/spin_detector"]
    assert found.time.values.tolist() == [10.0, 12.0, 14.0, 16.0] and (found.node == 1).all()


@pytest.mark.parametrize("threads", [1, 3])
def test_detectors_see_spikes_of_neurons_at_their_emission(threads):
    """A neuron on both receptors: every spike has a partner at lag 0, whatever the delays."""
    net = sn.Network(seed=1, threads=threads)
    cells = net.create("iaf_psc_alpha", n=40, I_e=sn.random.uniform(380, 600))
    detector = net.create("correlation_detector", n=2, tau_max=0.0, name="pairs")
    net.connect(cells[3], detector, sn.all_to_all(), sn.static_synapse(delay=0.1))
    net.connect(cells[3], detector, sn.all_to_all(), sn.static_synapse(delay=7.0, receptor=1))
    net.record(cells[5], "spikes")
    net.record(cells[3], "spikes", name="third")
    data = net.simulate(200.0)
    n = data["/spikes/third"].sizes["spike"]
    assert n > 3 and (data["/spikes/spikes"].node == cells[5].ids[0]).all()
    assert all(count.tolist() == [n] for count in detector.get("count_histogram"))


def test_setting_clears_a_detector():
    detector, _ = detect("correlation_detector", [RECEPTOR_0, RECEPTOR_1])
    detector.set(n_events=0)
    assert detector.get("n_events").tolist() == [0, 0] and not detector.get("histogram").any()
    detector.set(tau_max=2.0)
    assert detector.get("histogram").shape == (9,)
    with pytest.raises(ParameterError, match="n_events"):
        detector.set(n_events=3)


@pytest.mark.parametrize("model, parameters, said", [
    ("correlation_detector", {"tau_max": 5.2}, "tau_max"), ("correlation_detector", {"delta_tau": 0.55}, "delta_tau"),
    ("correlation_detector", {"delta_tau": 0.0}, "delta_tau"), ("correlation_detector", {"stop": -1.0}, "stop"),
    ("correlomatrix_detector", {"delta_tau": 0.2}, "odd"), ("correlomatrix_detector", {"N_channels": 0}, "N_channels"),
    ("correlomatrix_detector", {"N_channels": 1.5}, "N_channels"),
])
def test_impossible_detectors_are_refused(model, parameters, said):
    with pytest.raises(ParameterError, match=said):
        detect(model, [[1.0]], **parameters)


def test_connections_that_a_detector_cannot_take_are_refused():
    net = sn.Network()
    detector, spins = net.create("correlation_detector"), net.create("spin_detector")
    given = net.create("spike_generator")
    for receptor in (2, 9):
        with pytest.raises(ConnectError, match="receptor"):
            net.connect(given, detector, sn.all_to_all(), sn.static_synapse(receptor=receptor))
    with pytest.raises(ConnectError, match="receptor"):
        net.connect(given, spins, sn.all_to_all(), sn.static_synapse(receptor=1))
    with pytest.raises(ConnectError, match="sends nothing"):
        net.connect(detector, detector, sn.all_to_all())
    with pytest.raises(ConnectError, match="takes no current"):
        net.connect(net.create("dc_generator"), detector, sn.all_to_all())
    with pytest.raises(ConnectError, match="parrot_neuron"):
        net.connect(net.create("poisson_generator", rate=10.0), detector, sn.all_to_all())
    assert not net.projections
