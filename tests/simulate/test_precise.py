"""Spikes between steps: nothing depends on the steps."""

import numpy as np
import pytest

from tests.reference.plain_network import PlainNetwork

GIVEN = np.sort(np.random.default_rng(5).uniform(1, 60, 60))


def times_of(record, h):
    return record.steps * h - record.offsets


def recurrent(h, threads=1, parts=(100.0,), model="iaf_psc_exp_ps"):
    """A ring of neurons and a parrot, driven at arbitrary times: (times, nodes)."""
    net = PlainNetwork(resolution=h, threads=threads)
    given, parrot = net.create("spike_generator", spike_times=GIVEN, precise_times=True), net.create("parrot_neuron_ps")
    neurons = net.create(model, 8, V_m=np.linspace(-69, -60, 8), I_e=360.0)
    scale = 2.0 if "delta" in model else 300.0
    net.connect(given, parrot, delay=0.4)
    net.connect(parrot, neurons, [(0, i) for i in range(0, 8, 2)], weight=2 * scale, delay=0.6)
    net.connect(neurons, neurons, [(i, (i + k) % 8) for i in range(8) for k in (1, 3)], weight=np.linspace(-1, 1, 16) * scale,
                delay=np.linspace(0.4, 2.7, 16).round(1))
    net.record(neurons, "spikes", name="spikes")
    net.record(parrot, "spikes", name="relayed")
    runs = [net.simulate(t) for t in parts]
    np.testing.assert_allclose(np.concatenate([times_of(r.spikes["relayed"], h) for r in runs]), GIVEN + 0.4, atol=1e-9)
    found = [(times_of(r.spikes["spikes"], h), r.spikes["spikes"].nodes) for r in runs]
    times, nodes = (np.concatenate(c) for c in zip(*found))
    order = np.lexsort((nodes, times))
    return times[order], nodes[order]


@pytest.mark.parametrize("model", ["iaf_psc_alpha_ps", "iaf_psc_exp_ps_lossless", "iaf_psc_delta_ps"])
def test_spike_times_do_not_depend_on_the_resolution(model):
    coarse, fine = recurrent(0.1, model=model), recurrent(0.05, model=model)
    assert coarse[0].size > 40 and np.array_equal(coarse[1], fine[1])
    np.testing.assert_allclose(coarse[0], fine[0], atol=1e-8)


def test_spikes_are_the_same_for_any_number_of_threads_and_in_parts():
    """Events that are on their way when a run ends arrive in the next one."""
    times, nodes = recurrent(0.1)
    for other in (recurrent(0.1, threads=3), recurrent(0.1, parts=(0.5, 33.3, 0.1, 66.1)), recurrent(0.1, 2, (50.0, 50.0))):
        assert np.array_equal(times, other[0]) and np.array_equal(nodes, other[1])


def test_snapshot_keeps_events_on_their_way():
    import spatialnet as sn

    def network():
        net = sn.Network(seed=3)
        given = net.create("spike_generator", spike_times=GIVEN.tolist(), precise_times=True)
        neurons = net.create("iaf_psc_delta_ps", n=3, I_e=370.0)
        net.connect(given, neurons, sn.all_to_all(), sn.static_synapse(weight=3.0, delay=2.0))
        net.record(neurons, "spikes", name="spikes")
        return net

    net = network()
    net.simulate(20.0)
    kept = net.snapshot()
    first = net.simulate(30.0).spikes["spikes"]
    net.restore(kept)
    again = net.simulate(30.0).spikes["spikes"]
    assert first["offset"].size and np.array_equal(first["offset"], again["offset"]) and np.array_equal(first["time"], again["time"])


def test_a_constant_current_makes_spikes_at_the_closed_form():
    """V reaches the threshold after tau_m log(R I / (R I - (V_th - E_L))); refractoriness begins at that very time."""
    net = PlainNetwork(resolution=0.1)
    neurons = net.create("iaf_psc_alpha_ps", 2, I_e=[500.0, 900.0])
    net.record(neurons, "spikes", name="spikes")
    found = net.simulate(200.0).spikes["spikes"]
    for i, current in enumerate((500.0, 900.0)):
        drive = current * 10.0 / 250.0
        interval = 10.0 * np.log(drive / (drive - 15.0)) + 2.0
        times = times_of(found, 0.1)[found.nodes == i]
        np.testing.assert_allclose(times, interval * np.arange(1, times.size + 1) - 2.0, atol=1e-9)


def test_lossless_neurons_spike_where_the_potential_exceeds_the_threshold_only_between_steps():
    """A short strong current lifts the potential above the threshold and lets it fall again within one step of 1 ms."""
    counts = {}
    for model in ("iaf_psc_exp_ps", "iaf_psc_exp_ps_lossless"):
        net = PlainNetwork(resolution=1.0)
        given = net.create("spike_generator", spike_times=[2.3], precise_times=True)
        neuron = net.create(model, tau_syn_ex=0.1, tau_syn_in=0.1, tau_m=0.5)
        net.connect(given, neuron, weight=60_000.0, delay=1.0)
        net.record(neuron, "spikes", name="spikes")
        run = net.simulate(10.0)
        counts[model] = run.spikes["spikes"].steps.size
    assert counts == {"iaf_psc_exp_ps": 0, "iaf_psc_exp_ps_lossless": 1}


def test_recorders_of_the_facade_show_the_very_times():
    from spatialnet import nest
    nest.ResetKernel()
    given = nest.Create("spike_generator", params={"spike_times": [1.234, 5.678], "precise_times": True})
    parrot = nest.Create("parrot_neuron_ps")
    recorders = [nest.Create("spike_recorder", params={"time_in_steps": in_steps}) for in_steps in (False, True)]
    nest.Connect(given, parrot, syn_spec={"delay": 1.0})
    for recorder in recorders:
        nest.Connect(parrot, recorder)
    nest.Simulate(10.0)
    events = [recorder.get("events") for recorder in recorders]
    np.testing.assert_allclose(events[0]["times"], [2.234, 6.678], atol=1e-12)
    assert events[1]["times"].tolist() == [23, 67]
    np.testing.assert_allclose(events[1]["offsets"], [0.066, 0.022], atol=1e-12)
