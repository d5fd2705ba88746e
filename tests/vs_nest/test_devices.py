"""Devices against NEST: every default, deterministic ones spike by spike and value by value, the others in distribution."""

import numpy as np
import pytest
from scipy import stats

from spatialnet.models import get_model
from spatialnet.models.devices import currents, detectors, spikes
from spatialnet.models.devices.detectors import Detector
from spatialnet.models.neurons import relays
from tests.reference.plain_network import PlainNetwork

DEVICES = [model.name for family in (spikes, currents, detectors, relays) for model in family.MODELS
           if model.name != "volume_transmitter"]
#: what NEST's tables hold besides: state, results, and what all nodes have
RESULTS = {"histogram", "count_histogram", "histogram_correction", "covariance", "count_covariance", "events", "y_0", "y_1"}


def fresh(**kernel):
    import nest
    nest.ResetKernel()
    nest.set_verbosity("M_ERROR")
    nest.set(**kernel)
    return nest


@pytest.mark.parametrize("name", DEVICES)
def test_every_default_is_nests(name):
    nest = fresh()
    model, theirs = get_model(name), nest.GetDefaults(name)
    common = {key for other in ("parrot_neuron", "spike_recorder", "iaf_psc_delta") for key in nest.GetDefaults(other)}
    common |= {"stimulus_source", "element_type"}
    own = set(theirs) - (common - {"start", "stop", "origin"}) - RESULTS
    assert own - {"n_events"} <= set(model.settable), own
    for parameter, declared in model.parameters.items():
        if parameter == "n_events":
            continue
        expected, default = theirs[parameter], declared.default
        if declared.kind == "list":
            assert len(default) == len(expected) == 0
        elif default == float("inf"):
            assert expected > 1e308
        else:
            assert default == expected, (parameter, default, expected)
    if not isinstance(model, Detector):
        assert set(model.recordables) == {str(r) for r in theirs.get("recordables", ())}


def meter_of(nest, node, *names):
    """A multimeter on `node` that samples every step."""
    meter = nest.Create("multimeter", params={"interval": 0.1, "record_from": list(names)})
    nest.Connect(meter, node)
    return meter


# ---- currents ----

CURRENTS = [
    ("dc_generator", {"amplitude": 120.0}),
    ("ac_generator", {"amplitude": 150.0, "offset": 60.0, "frequency": 35.0, "phase": 70.0}),
    ("step_current_generator", {"amplitude_times": [3.0, 11.2, 25.0], "amplitude_values": [200.0, -50.0, 90.0]}),
    ("step_current_generator", {"amplitude_times": [3.04, 11.2], "amplitude_values": [200.0, -50.0], "allow_offgrid_times": True}),
]


@pytest.mark.parametrize("window", [{}, {"start": 4.0, "stop": 30.0}, {"start": 1.0, "stop": 20.0, "origin": 5.0}])
@pytest.mark.parametrize("model, parameters", CURRENTS)
def test_currents_are_recorded_and_act_as_in_nest(model, parameters, window):
    net = PlainNetwork()
    device, cell = net.create(model, **parameters, **window), net.create("iaf_psc_alpha", tau_m=25.0)
    net.connect(device, cell, weight=0.8, delay=1.4)
    net.record(device, "I", interval=0.1, dtype="f8")
    net.record(cell, "V_m", interval=0.1, dtype="f8")
    traces = net.simulate(50.0).traces

    nest = fresh()
    device, cell = nest.Create(model, params=parameters | window), nest.Create("iaf_psc_alpha", params={"tau_m": 25.0})
    nest.Connect(device, cell, syn_spec={"weight": 0.8, "delay": 1.4})
    meters = meter_of(nest, device, "I"), meter_of(nest, cell, "V_m")
    nest.Simulate(55.0)
    for meter, name in zip(meters, ("I", "V_m")):
        expected = meter.events[name][:500]
        assert np.abs(traces[name].variables[name][:, 0] - expected).max() < 1e-9 and expected.any()


def test_noise_has_nests_distribution_and_changes_when_nests_does():
    """Variance against the law, in both; the same stamps of changes."""
    parameters = {"mean": 20.0, "std": 30.0, "std_mod": 25.0, "frequency": 20.0, "phase": 60.0, "dt": 0.5, "start": 2.3}
    net = PlainNetwork(seed=5)
    device, cells = net.create("noise_generator", **parameters), net.create("iaf_psc_alpha")
    net.connect(device, cells)
    net.record(device, "I", interval=0.1, dtype="f8")
    ours = net.simulate(2000.0).traces["I"].variables["I"][:, 0]
    nest = fresh(rng_seed=5)
    device = nest.Create("noise_generator", params=parameters)
    nest.Connect(device, nest.Create("iaf_psc_alpha"))
    meter = meter_of(nest, device, "I")
    nest.Simulate(2010.0)
    theirs = meter.events["I"][:20_000]
    begins = np.arange(23, 20_000, 5)
    variance = 30.0 ** 2 + 25.0 ** 2 * np.sin(2 * np.pi * 0.02 * begins / 10 + np.deg2rad(60.0))
    for values in (ours, theirs):
        assert (values[:22] == 0).all() and set(np.flatnonzero(np.diff(values)) + 2) <= set(begins)
        z = (values[begins - 1] - 20.0) / np.sqrt(variance)
        assert stats.kstest(z, "norm").pvalue > 1e-3


def test_a_step_rate_is_recorded_as_in_nest():
    parameters = {"amplitude_times": [3.0, 11.2], "amplitude_values": [20.0, 5.0], "start": 4.0, "stop": 20.0}
    net = PlainNetwork()
    net.record(net.create("step_rate_generator", **parameters), "rate", interval=0.1, dtype="f8")
    ours = net.simulate(30.0).traces["rate"].variables["rate"][:, 0]
    nest = fresh()
    device = nest.Create("step_rate_generator", params=parameters)
    meter = meter_of(nest, device, "rate")
    nest.Simulate(35.0)
    assert np.array_equal(ours, meter.events["rate"][:300])


@pytest.mark.parametrize("model", ["sinusoidal_poisson_generator", "sinusoidal_gamma_generator"])
def test_momentary_rates_are_nests(model):
    parameters = {"rate": 80.0, "amplitude": 60.0, "frequency": 11.0, "phase": 33.0}
    net = PlainNetwork()
    net.record(net.create(model, **parameters), "rate", interval=0.1, dtype="f8")
    ours = net.simulate(100.0).traces["rate"].variables["rate"][:, 0]
    nest = fresh()
    device = nest.Create(model, params=parameters)
    meter = meter_of(nest, device, "rate")
    nest.Simulate(110.0)
    assert np.abs(ours - meter.events["rate"][:1000]).max() < 1e-8


# ---- given spikes ----

GIVEN = [
    {"spike_times": [1.0, 4.5, 4.5, 20.0]}, {"spike_times": [1.0, 2.0, 3.0], "origin": 2.0, "start": 1.0, "stop": 3.0},
    {"spike_times": [0.11, 0.12, 0.15, 0.18, 0.2, 0.21], "allow_offgrid_times": True},
    {"spike_times": [0.0, 2.0, 3.0], "shift_now_spikes": True},
    {"spike_times": [1.0, 2.0, 3.0, 4.0], "spike_multiplicities": [2, 0, 1, 3]},
    {"spike_times": [1.0, 2.0, 3.0, 4.0], "start": 2.0, "stop": 3.0},
]


@pytest.mark.parametrize("model", ["spike_generator", "spike_train_injector"])
@pytest.mark.parametrize("parameters", GIVEN)
def test_given_spikes_are_sent_when_nest_sends_them(model, parameters):
    net = PlainNetwork()
    device, parrot = net.create(model, **parameters), net.create("parrot_neuron")
    net.connect(device, parrot, delay=1.3)
    net.record(device, "spikes", name="own")
    net.record(parrot, "spikes", name="passed")
    spikes = net.simulate(30.0).spikes
    nest = fresh()
    device, parrot = nest.Create(model, params=parameters), nest.Create("parrot_neuron")
    nest.Connect(device, parrot, syn_spec={"delay": 1.3})
    recorders = nest.Create("spike_recorder", 2, params={"time_in_steps": True})
    nest.Connect(device, recorders[0], syn_spec={"delay": 1.3})
    nest.Connect(parrot, recorders[1], syn_spec={"delay": 1.3})
    nest.Simulate(32.0)
    for name, recorder in zip(("own", "passed"), recorders):
        assert spikes[name].steps.tolist() == sorted(recorder.events["times"])


def test_spike_weights_multiply_the_weight_of_the_connection():
    parameters = {"spike_times": [1.0, 5.0, 9.0], "spike_weights": [1.5, -2.0, 0.5]}
    net = PlainNetwork()
    cell = net.create("iaf_psc_exp")
    net.connect(net.create("spike_generator", **parameters), cell, weight=100.0)
    net.record(cell, ["V_m", "I_syn_ex", "I_syn_in"], interval=0.1, dtype="f8", name="all")
    found = net.simulate(20.0).traces["all"].variables
    nest = fresh()
    cell = nest.Create("iaf_psc_exp")
    nest.Connect(nest.Create("spike_generator", params=parameters), cell, syn_spec={"weight": 100.0})
    meter = meter_of(nest, cell, "V_m", "I_syn_ex", "I_syn_in")
    nest.Simulate(25.0)
    for name, values in found.items():
        assert np.abs(values[:, 0] - meter.events[name][:200]).max() < 1e-11


@pytest.mark.parametrize("parameters", [{"rate": 30.0, "phase": 0.3}, {"rate": 10.0, "phase": 0.25}, {},
                                        {"rate": 3333.0, "phase": 0.5}, {"rate": 30_000.0, "phase": 0.5}])
def test_ignore_and_fire_spikes_when_nests_does(parameters):
    net = PlainNetwork()
    net.record(net.create("ignore_and_fire", 2, **parameters), "spikes")
    ours = net.simulate(250.0).spikes["spikes"]
    nest = fresh()
    node = nest.Create("ignore_and_fire", params=parameters)
    recorder = nest.Create("spike_recorder", params={"time_in_steps": True})
    nest.Connect(node, recorder)
    nest.Simulate(251.0)
    expected = [t for t in recorder.events["times"] if t <= 2500]
    assert ours.steps[ours.nodes == 0].tolist() == expected and ours.steps[ours.nodes == 1].tolist() == expected
    assert expected


# ---- random spikes, in distribution ----

def ours_counts(model, parameters, n, t, seed):
    """(steps, n): what each of `n` targets is sent in every step of emission."""
    net = PlainNetwork(seed=seed)
    parrots = net.create("parrot_neuron", n)
    net.connect(net.create(model, **parameters), parrots)
    net.record(parrots, "spikes")
    found = net.simulate(t + 1.0).spikes["spikes"]
    return counted(found.steps - 10, found.nodes, n, t)


def nests_counts(model, parameters, n, t, seed):
    nest = fresh(rng_seed=seed)
    parrots, recorder = nest.Create("parrot_neuron", n), nest.Create("spike_recorder", params={"time_in_steps": True})
    nest.Connect(nest.Create(model, params=parameters), parrots)
    nest.Connect(parrots, recorder)
    nest.Simulate(t + 1.5)
    return counted(recorder.events["times"] - 10, recorder.events["senders"] - parrots[0].global_id, n, t)


def counted(steps, nodes, n, t):
    counts = np.zeros((round(10 * t), n))
    keep = (steps > 0) & (steps <= len(counts))
    np.add.at(counts, (steps[keep].astype(int) - 1, nodes[keep].astype(int)), 1)
    return counts


RANDOM = [
    ("poisson_generator", {"rate": 400.0}),
    ("inhomogeneous_poisson_generator", {"rate_times": [100.0, 400.0], "rate_values": [200.0, 700.0]}),
    ("sinusoidal_poisson_generator", {"rate": 300.0, "amplitude": 400.0, "frequency": 8.0, "phase": 50.0}),
    ("sinusoidal_gamma_generator", {"rate": 200.0, "amplitude": 150.0, "frequency": 8.0, "phase": 50.0, "order": 4.0}),
    ("gamma_sup_generator", {"rate": 40.0, "gamma_shape": 4, "n_proc": 8}),
    ("ppd_sup_generator", {"rate": 50.0, "dead_time": 12.0, "n_proc": 8, "frequency": 8.0, "relative_amplitude": 0.7}),
    ("mip_generator", {"rate": 600.0, "p_copy": 0.4}),
]


@pytest.mark.parametrize("model, parameters", RANDOM)
def test_random_spikes_have_nests_statistics(model, parameters):
    """Spikes of single targets in 20 ms, by their place in a period of 125 ms: means, spreads, and common fluctuations."""
    own, theirs = (make(model, parameters, 150, 1000.0, 7)[10:].reshape(-1, 150)
                   for make in (ours_counts, nests_counts))
    windows = [c[:9800].reshape(49, 200, 150).sum(axis=1) for c in (own, theirs)]
    # one number per target: independent between targets unless they share a parent
    if model != "mip_generator":
        for part in np.array_split(np.arange(49), 8):
            a, b = (w[part].sum(axis=0) for w in windows)
            assert stats.ttest_ind(a, b, equal_var=False).pvalue > 1e-4
            assert stats.levene(a, b).pvalue > 1e-4
    else:
        rates = [w.sum() / 150 / 0.98 for w in windows]
        assert abs(rates[0] - rates[1]) < 5 * np.sqrt(2 * 0.4 ** 2 * 600 / 0.98)
        corr = [np.corrcoef(w.T)[np.triu_indices(150, 1)].mean() for w in windows]
        assert abs(corr[0] - 0.4) < 0.1 and abs(corr[1] - 0.4) < 0.1
    # variances of windows of single targets about the mean of all of them
    spread = [((w - w.mean(axis=1, keepdims=True)) ** 2).mean(axis=0) for w in windows]
    assert stats.ttest_ind(*spread, equal_var=False).pvalue > 1e-4


def test_pulse_packets_have_nests_spread():
    parameters = {"pulse_times": [100.0, 300.0], "activity": 400, "sdev": 8.0}
    own, theirs = (make("pulsepacket_generator", parameters, 2, 400.0, 3) for make in (ours_counts, nests_counts))
    for counts in (own, theirs):
        assert (counts[:, 0] == counts[:, 1]).all() and counts[:, 0].sum() == 800
    times = [np.repeat(np.arange(1, 4001) / 10, c[:, 0].astype(int)) for c in (own, theirs)]
    assert stats.ks_2samp(*times).pvalue > 1e-3


@pytest.mark.parametrize("sdev", [0.0])
def test_a_packet_without_spread_has_nests_stamp(sdev):
    parameters = {"pulse_times": [5.0, 8.05], "activity": 3, "sdev": sdev}
    own, theirs = (make("pulsepacket_generator", parameters, 1, 20.0, 3) for make in (ours_counts, nests_counts))
    assert np.flatnonzero(own[:, 0]).tolist() == np.flatnonzero(theirs[:, 0]).tolist() == [50, 81]


def test_a_dilutor_passes_what_nests_does():
    times = np.arange(1, 3000) / 10

    def ours():
        net = PlainNetwork(seed=2)
        dilutor, parrots = net.create("spike_dilutor", p_copy=0.3), net.create("parrot_neuron", 50)
        net.connect(net.create("spike_generator", spike_times=times), dilutor)
        net.connect(dilutor, parrots)
        net.record(parrots, "spikes")
        return np.bincount(net.simulate(310.0).spikes["spikes"].nodes - 1, minlength=50)

    nest = fresh(rng_seed=2)
    dilutor, parrots = nest.Create("spike_dilutor", params={"p_copy": 0.3}), nest.Create("parrot_neuron", 50)
    recorder = nest.Create("spike_recorder")
    nest.Connect(nest.Create("spike_generator", params={"spike_times": times}), dilutor)
    nest.Connect(dilutor, parrots)
    nest.Connect(parrots, recorder)
    nest.Simulate(310.0)
    theirs = np.bincount(recorder.events["senders"] - parrots[0].global_id, minlength=50)
    for numbers in (ours(), theirs):
        assert stats.kstest((numbers - 2999 * 0.3) / np.sqrt(2999 * 0.21), "norm").pvalue > 1e-3


# ---- detectors ----

def trains(n, seed):
    rng = np.random.default_rng(seed)
    return [np.sort(rng.choice(np.arange(1, 2900), 150, replace=False)) / 10 for _ in range(n)]


@pytest.mark.parametrize("parameters", [{}, {"delta_tau": 1.0, "tau_max": 20.0}, {"Tstart": 50.0, "Tstop": 200.0},
                                        {"start": 40.0, "stop": 210.0, "delta_tau": 0.3, "tau_max": 3.0}])
@pytest.mark.parametrize("model", ["correlation_detector", "correlomatrix_detector"])
def test_histograms_of_given_trains_are_nests(model, parameters):
    if model == "correlomatrix_detector":
        parameters = parameters | {"N_channels": 2} | ({"delta_tau": 1.1, "tau_max": 22.0} if "delta_tau" in parameters else {})
    given, weights = trains(2, 8), (2.0, -0.7)
    net = PlainNetwork()
    detector = net.create(model, **parameters)
    for receptor in range(2):
        net.connect(net.create("spike_generator", spike_times=given[receptor]), detector, weight=weights[receptor],
                    delay=1.0 + receptor, receptor=receptor)
    net.simulate(150.0)
    net.simulate(150.0)
    nest = fresh()
    theirs = nest.Create(model, params=parameters)
    for receptor in range(2):
        nest.Connect(nest.Create("spike_generator", params={"spike_times": given[receptor]}), theirs,
                     syn_spec={"weight": weights[receptor], "delay": 1.0 + receptor, "receptor_type": receptor})
    nest.Simulate(310.0)
    for name in ("histogram", "count_histogram", "n_events") if model == "correlation_detector" else (
            "covariance", "count_covariance", "n_events"):
        found, expected = net.simulation.get(detector, [0], name)[0], np.array(theirs.get(name))
        assert np.abs(found - expected).max() < 1e-9 and np.abs(expected).sum() > 0, name


def test_spin_covariances_of_given_states_are_nests():
    """NEST counts an interval when a later change arrives, so both channels change once more, far behind."""
    intervals = [[(10.0, 10.5), (20.0, 23.0)], [(10.7, 10.9), (21.5, 22.5)]]
    ends = [(200.0, 201.0), (250.0, 251.0)]
    net = PlainNetwork()
    detector = net.create("correlospinmatrix_detector", N_channels=2)
    nest = fresh()
    theirs = [nest.Create("correlospinmatrix_detector", params={"N_channels": 2}) for _ in range(2)]
    for receptor in range(2):
        times, counts = np.ravel(intervals[receptor]), [2, 1] * len(intervals[receptor])
        net.connect(net.create("spike_generator", spike_times=times, spike_multiplicities=counts), detector, receptor=receptor)
        for k, given in enumerate((np.concatenate([times, np.ravel(ends)]), np.ravel(ends))):
            source = nest.Create("spike_generator", params={
                "spike_times": given, "spike_multiplicities": [2, 1] * (len(given) // 2)})
            nest.Connect(source, theirs[k], syn_spec={"receptor_type": receptor})
    net.simulate(100.0)
    nest.Simulate(300.0)
    expected = np.array(theirs[0].count_covariance) - np.array(theirs[1].count_covariance)
    assert np.array_equal(net.simulation.get(detector, [0], "count_covariance")[0], expected) and expected.sum() > 50


def test_spins_are_decoded_as_in_nest():
    given = {"spike_times": [10.0, 12.0, 14.0, 14.0, 16.0], "spike_multiplicities": [2, 1, 1, 1, 3]}
    net = PlainNetwork()
    detector = net.create("spin_detector")
    net.connect(net.create("spike_generator", **given), detector)
    net.simulate(30.0)
    found = net.simulation.get(detector, [0], "events")[0]
    nest = fresh()
    theirs = nest.Create("spin_detector")
    nest.Connect(nest.Create("spike_generator", params=given), theirs)
    nest.Simulate(31.0)
    assert found["times"].tolist() == theirs.events["times"].tolist()
    assert found["state"].tolist() == theirs.events["state"].tolist()
