"""Networks without random numbers: the same spikes as NEST, step for step, and the same potentials."""

import numpy as np
import pytest

from tests.reference.plain_network import PlainNetwork

SIDE = 6  # neurons on a wrapped SIDE × SIDE grid, each connected to its four neighbours and to one further away
SCALE = {"iaf_psc_alpha": 60.0, "iaf_psc_exp": 90.0, "iaf_psc_delta": 0.6}
TIMES = [1.0, 4.5, 4.5, 20.0, 20.1, 77.7, 300.0, 512.3, 900.0]


def wiring(model):
    """(source, target, weight, delay ms) arrays; delays differ between connections, weights have both signs."""
    rows = []
    for i in range(SIDE * SIDE):
        x, y = i % SIDE, i // SIDE
        for k, (dx, dy) in enumerate([(1, 0), (-1, 0), (0, 1), (0, -1), (2, 3)]):
            j = (x + dx) % SIDE + (y + dy) % SIDE * SIDE
            rows.append((i, j, SCALE[model] * (1.0 if k != 2 else -1.3), 0.5 + 0.3 * k + 0.1 * (i % 3)))
    return np.array(rows)


def ours(model, parameters, duration):
    net = PlainNetwork(threads=2)
    neurons = net.create(model, SIDE * SIDE, **parameters)
    connections = wiring(model)
    net.connect(neurons, neurons, connections[:, :2], weight=connections[:, 2], delay=connections[:, 3])
    given = net.create("spike_generator", spike_times=TIMES)
    relay = net.create("parrot_neuron")
    net.connect(given, relay, delay=0.7)
    net.connect(relay, neurons, [(0, i) for i in range(0, SIDE * SIDE, 4)], weight=3 * SCALE[model], delay=1.1)
    net.connect(given, neurons, [(0, 1), (0, 2)], weight=-2 * SCALE[model], delay=2.0)
    current = net.create("dc_generator", amplitude=420.0, start=10.0, stop=800.0)
    net.connect(current, neurons, weight=np.linspace(0.95, 1.3, SIDE * SIDE), delay=1.3)
    net.record(neurons, "spikes")
    net.record(neurons, "V_m", interval=0.1, dtype="f8")
    run = net.simulate(duration)
    return run.spikes["spikes"].steps, run.spikes["spikes"].nodes, run.traces["V_m"].variables["V_m"]


def nests(model, parameters, duration):
    import nest
    nest.ResetKernel()
    nest.set_verbosity("M_ERROR")
    neurons = nest.Create(model, SIDE * SIDE, params=parameters)
    first = neurons[0].global_id
    c = wiring(model)
    nest.Connect((c[:, 0] + first).astype(int), (c[:, 1] + first).astype(int), "one_to_one",
                 {"weight": c[:, 2], "delay": c[:, 3]})
    given, relay = nest.Create("spike_generator", params={"spike_times": TIMES}), nest.Create("parrot_neuron")
    nest.Connect(given, relay, syn_spec={"delay": 0.7})
    nest.Connect(relay, neurons[::4], syn_spec={"weight": 3 * SCALE[model], "delay": 1.1})
    nest.Connect(given, neurons[1:3], syn_spec={"weight": -2 * SCALE[model], "delay": 2.0})
    current = nest.Create("dc_generator", params={"amplitude": 420.0, "start": 10.0, "stop": 800.0})
    for neuron, weight in zip(neurons, np.linspace(0.95, 1.3, SIDE * SIDE)):
        nest.Connect(current, neuron, syn_spec={"weight": weight, "delay": 1.3})
    recorder = nest.Create("spike_recorder", params={"time_in_steps": True})
    meter = nest.Create("multimeter", params={"record_from": ["V_m"], "interval": 0.1})
    nest.Connect(neurons, recorder)
    nest.Connect(meter, neurons)
    nest.Simulate(duration + 5.0)  # the meter hands over its last slice in the next one
    spikes, values = recorder.events, meter.events
    steps, nodes = spikes["times"], spikes["senders"] - first
    keep = steps <= round(duration * 10)
    order = np.lexsort((nodes[keep], steps[keep]))
    rows = np.rint(values["times"] * 10).astype(int) - 1
    keep_rows = rows < round(duration * 10)
    V = np.full((round(duration * 10), SIDE * SIDE), np.nan)
    V[rows[keep_rows], values["senders"][keep_rows] - first] = values["V_m"][keep_rows]
    return steps[keep][order], nodes[keep][order], V


@pytest.mark.parametrize("model, parameters", [
    ("iaf_psc_alpha", {}), ("iaf_psc_exp", {}), ("iaf_psc_delta", {}),
    ("iaf_psc_alpha", {"tau_syn_ex": 10.0, "tau_syn_in": 0.7, "t_ref": 0.55, "V_min": -71.0}),
    ("iaf_psc_exp", {"tau_m": 17.0, "tau_syn_ex": 9.999, "t_ref": 0.0, "E_L": -66.0, "V_reset": -63.0, "V_m": -68.0}),
    ("iaf_psc_delta", {"tau_m": 23.0, "C_m": 180.0, "I_e": 30.0, "V_min": -70.5, "V_m": -54.0}),
])
def test_spike_times_are_equal_and_potentials_agree(model, parameters):
    steps, nodes, V = ours(model, parameters, 1000.0)
    their_steps, their_nodes, their_V = nests(model, parameters, 1000.0)
    assert len(their_steps) > 200
    assert np.array_equal(steps, their_steps) and np.array_equal(nodes, their_nodes)
    assert np.abs(V - their_V).max() < 1e-10


@pytest.mark.parametrize("model", ["iaf_psc_alpha", "iaf_psc_exp"])
def test_synaptic_currents_agree(model):
    """Recorded currents lie at the same stamps with the same values."""
    import nest
    names = ["I_syn_ex", "I_syn_in"]
    net = PlainNetwork()
    neuron = net.create(model, tau_syn_in=3.0)
    net.connect(net.create("spike_generator", spike_times=[1.0, 2.5], spike_weights=[2.0, -1.0]), neuron, weight=50.0)
    net.record(neuron, names, interval=0.1, dtype="f8", name="I")
    found = net.simulate(20.0).traces["I"].variables
    nest.ResetKernel()
    nest.set_verbosity("M_ERROR")
    neuron = nest.Create(model, params={"tau_syn_in": 3.0})
    given = nest.Create("spike_generator", params={"spike_times": [1.0, 2.5], "spike_weights": [2.0, -1.0]})
    meter = nest.Create("multimeter", params={"record_from": names, "interval": 0.1})
    nest.Connect(given, neuron, syn_spec={"weight": 50.0})
    nest.Connect(meter, neuron)
    nest.Simulate(25.0)
    for name in names:
        assert np.abs(found[name][:, 0] - meter.events[name][:200]).max() < 1e-12 and found[name].std() > 0
