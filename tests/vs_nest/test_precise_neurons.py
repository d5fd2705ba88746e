"""Neurons with precise spike times: the same times as NEST's, not only the same steps."""

import numpy as np
import pytest

from tests.reference.plain_network import PlainNetwork

nest = pytest.importorskip("nest", reason="NEST (nest-simulator) is not installed")
H, T = 0.1, 300.0
CASES = [("iaf_psc_alpha_ps", {}, 200.0), ("iaf_psc_alpha_ps", {"t_ref": 0.35, "I_e": 500.0}, 200.0),
         ("iaf_psc_alpha_ps", {"tau_syn_in": 10.0, "V_min": -72.0}, 200.0), ("iaf_psc_exp_ps", {}, 200.0),
         ("iaf_psc_exp_ps", {"tau_syn_in": 5.0, "t_ref": 0.35, "I_e": 500.0}, 200.0), ("iaf_psc_exp_ps", {"V_m": -50.0}, 200.0),
         ("iaf_psc_exp_ps_lossless", {}, 200.0), ("iaf_psc_exp_ps_lossless", {"tau_syn_ex": 0.5, "tau_syn_in": 0.5}, 3000.0),
         ("iaf_psc_delta_ps", {}, 2.0), ("iaf_psc_delta_ps", {"t_ref": 0.35, "I_e": 500.0}, 2.0)]


def test_crossings_of_iaf_chxk_2008_are_interpolated_and_heard_as_in_nest():
    """What it sends reaches a neuron with precise times at its true time; one without, at the end of the step."""
    nest.ResetKernel()
    nest.set_verbosity("M_ERROR")
    sender, precise, plain = (nest.Create(model) for model in ("iaf_chxk_2008", "iaf_psc_alpha_ps", "iaf_psc_alpha"))
    current, recorder = nest.Create("dc_generator", params={"amplitude": 2000.0}), nest.Create("spike_recorder", params={"time_in_steps": True})
    meters = [nest.Create("multimeter", params={"record_from": ["V_m"], "interval": H}) for _ in range(2)]
    for source, target in ((current, sender), (sender, recorder), (meters[0], precise), (meters[1], plain)):
        nest.Connect(source, target)
    for target in (precise, plain):
        nest.Connect(sender, target, syn_spec={"weight": 300.0, "delay": 1.5})
    nest.Simulate(T)
    net = PlainNetwork(resolution=H)
    sender, precise, plain = (net.create(model) for model in ("iaf_chxk_2008", "iaf_psc_alpha_ps", "iaf_psc_alpha"))
    net.connect(net.create("dc_generator", amplitude=2000.0), sender)
    for k, target in enumerate((precise, plain)):
        net.connect(sender, target, weight=300.0, delay=1.5)
        net.record(target, "V_m", interval=H, dtype="f8", name=f"V {k}")
    net.record(sender, "spikes", name="spikes")
    run = net.simulate(T)
    found, events = run.spikes["spikes"], recorder.events
    assert len(found.steps) > 10 and np.array_equal(found.steps, events["times"])
    np.testing.assert_allclose(found.offsets, events["offsets"], atol=1e-4)
    assert np.ptp(found.offsets) > 0.05
    for k, meter in enumerate(meters):
        np.testing.assert_allclose(run.traces[f"V {k}"].variables["V_m"][:len(meter.events["V_m"]), 0], meter.events["V_m"], atol=1e-4)


def spike_trains(scale, precise):
    rng = np.random.default_rng(4)
    times = np.sort(rng.uniform(1, T - 5, 200))
    times = times.round(3) if precise else np.unique(np.round(times, 1))  # NEST keeps times to 1e-3 ms
    return times, rng.normal(0.3, 1, times.size) * scale


@pytest.mark.parametrize("precise", [True, False], ids=["between steps", "on the grid"])
@pytest.mark.parametrize("model, parameters, scale", CASES)
def test_spike_times_and_traces_are_nests(model, parameters, scale, precise):
    times, weights = spike_trains(scale, precise)
    nest.ResetKernel()
    nest.set_verbosity("M_ERROR")
    neuron, recorder = nest.Create(model, params=parameters), nest.Create("spike_recorder", params={"time_in_steps": True})
    given = nest.Create("spike_generator", params={"spike_times": times, "spike_weights": weights, "precise_times": precise})
    variables = [str(name) for name in nest.GetDefaults(model)["recordables"]]
    meter, current = nest.Create("multimeter", params={"record_from": variables, "interval": H}), nest.Create(
        "dc_generator", params={"amplitude": 400.0, "start": 10.0, "stop": 250.0})
    for source, target in ((given, neuron), (current, neuron), (meter, neuron), (neuron, recorder)):
        nest.Connect(source, target, syn_spec={"delay": 1.0})
    nest.Simulate(T)
    expected = recorder.events["times"] * H - recorder.events["offsets"]

    net = PlainNetwork(resolution=H)
    neuron = net.create(model, **parameters)
    net.connect(net.create("spike_generator", spike_times=times, spike_weights=weights, precise_times=precise), neuron, delay=1.0)
    net.connect(net.create("dc_generator", amplitude=400.0, start=10.0, stop=250.0), neuron, delay=1.0)
    net.record(neuron, "spikes", name="spikes")
    for name in variables:
        net.record(neuron, name, interval=H, dtype="f8", name=name)
    run = net.simulate(T)
    found = run.spikes["spikes"]
    assert len(expected) > 4 and found.steps.size == expected.size
    np.testing.assert_allclose(found.steps * H - found.offsets, expected, atol=1e-9)
    for name in variables:
        trace = meter.events[name]
        np.testing.assert_allclose(run.traces[name].variables[name][:trace.size, 0], trace, atol=1e-8, err_msg=name)
