"""When things happen: the checks of the reference that need no reference to run."""

import numpy as np
import pytest

from spatialnet.errors import ParameterError, SimulationError, UnknownNameError
from spatialnet.simulate.timing import grid_steps, steps_up
from tests.reference.plain_network import PlainNetwork

GOLDEN = [("iaf_psc_alpha", 200, -67.923054, -63.98290, [33.3, 63.1]),
          ("iaf_psc_exp", 200, -68.368010, -64.23023, [37.4, 67.2]),
          ("iaf_psc_delta", 2, -66.708689, -64.23023, [37.4, 67.2])]


@pytest.mark.parametrize("model, weight, at_6, at_100, times", GOLDEN)
def test_golden_runs(model, weight, at_6, at_100, times):
    """NEST 3.10, one neuron for 102 ms: spikes at 2 and 4 ms, 400 pA from 10 to 90 ms."""
    net = PlainNetwork()
    neuron = net.create(model)
    net.connect(net.create("spike_generator", spike_times=[2.0, 4.0]), neuron, weight=weight)
    net.connect(net.create("dc_generator", amplitude=400.0, start=10.0, stop=90.0), neuron)
    net.record(neuron, "spikes")
    net.record(neuron, "V_m", interval=0.1, dtype="f8")
    run = net.simulate(102.0)
    V = run.traces["V_m"].variables["V_m"][:, 0]
    assert V[59] == pytest.approx(at_6, abs=1e-6) and V[999] == pytest.approx(at_100, abs=1e-5)
    assert (run.spikes["spikes"].steps / 10).tolist() == times
    assert all(V[s - 1] == -70.0 for s in run.spikes["spikes"].steps)  # the record at a spike shows the reset


@pytest.mark.parametrize("model, V_moves", [("iaf_psc_delta", 20), ("iaf_psc_exp", 21), ("iaf_psc_alpha", 21)])
def test_a_spike_of_1_ms_with_a_delay_of_1_ms_is_seen_from_2_ms_on(model, V_moves):
    net = PlainNetwork()
    neuron = net.create(model)
    net.connect(net.create("spike_generator", spike_times=[1.0]), neuron, weight=5.0)
    current = ["I_syn_ex"] if model != "iaf_psc_delta" else []
    net.record(neuron, ["V_m", *current], interval=0.1, dtype="f8", name="all")
    run = net.simulate(3.0).traces["all"]
    assert run.steps[np.flatnonzero(run.variables["V_m"][:, 0] != -70.0)[0]] == V_moves
    if current:
        first = run.steps[np.flatnonzero(run.variables["I_syn_ex"][:, 0])[0]]
        assert first == (20 if model == "iaf_psc_exp" else 21)


@pytest.mark.parametrize("start, stop, first, last", [(2.0, 3.0, 3.1, 4.0), (0.0, 3.0, 1.2, 4.0), (0.1, 3.0, 1.2, 4.0)])
def test_a_current_acts_from_start_plus_delay_plus_one_step(start, stop, first, last):
    net = PlainNetwork()
    neuron = net.create("iaf_psc_delta", tau_m=1e6)
    net.connect(net.create("dc_generator", amplitude=100.0, start=start, stop=stop), neuron)
    net.record(neuron, "V_m", interval=0.1, dtype="f8")
    run = net.simulate(6.0).traces["V_m"]
    moves = run.steps[np.diff(run.variables["V_m"][:, 0], prepend=-70.0) > 1e-3] / 10
    assert moves[0] == first and moves[-1] == last


def test_potential_is_held_for_the_refractory_time():
    """Spike at 2.1, t_ref 2: fixed through 4.1, first free value at 4.2."""
    net = PlainNetwork()
    neuron = net.create("iaf_psc_exp", I_e=500.0)
    net.connect(net.create("spike_generator", spike_times=[1.1]), neuron, weight=4e4, delay=0.9)
    net.record(neuron, "spikes")
    net.record(neuron, "V_m", interval=0.1, dtype="f8")
    run = net.simulate(4.2)
    V = run.traces["V_m"].variables["V_m"][:, 0]
    assert run.spikes["spikes"].steps.tolist() == [21]
    assert (V[20:41] == -70.0).all() and V[41] != -70.0


def test_durations_are_rounded_up_and_times_must_lie_on_steps():
    assert steps_up([0.05, 0.1, 0.14, 0.15, 2.0, 0.0], 0.1).tolist() == [1, 1, 2, 2, 20, 0]
    assert grid_steps([0.3, 1000.7, np.inf], 0.1, "x", "y")[:2].tolist() == [3, 10007]
    with pytest.raises(ParameterError, match="x.y: must be a multiple of the resolution 0.1 ms, got 0.25"):
        grid_steps([0.2, 0.25], 0.1, "x", "y")


def test_relays_keep_stamps_and_multiplicity_in_a_chain():
    """Delays of 1, 1.5 and 0.3 from a spike at 1.0: relays fire at 2.0, 3.5 and 3.8; weights mean nothing to them."""
    net = PlainNetwork()
    given = net.create("spike_generator", spike_times=[1.0], spike_multiplicities=[3.0])
    relays = [net.create("parrot_neuron") for _ in range(3)]
    for source, target, delay in zip([given, *relays], relays, (1.0, 1.5, 0.3)):
        net.connect(source, target, weight=-7.5, delay=delay)
    net.record(net.nodes(relays[0]) + net.nodes(relays[1]) + net.nodes(relays[2]), "spikes")
    found = net.simulate(10.0).spikes["spikes"]
    assert found.steps.tolist() == [20] * 3 + [35] * 3 + [38] * 3
    assert found.nodes.tolist() == [1] * 3 + [2] * 3 + [3] * 3


@pytest.mark.parametrize("options, steps", [
    ({"spike_times": [0.1, 0.2, 0.2, 5.0]}, [1, 2, 2, 50]),
    ({"spike_times": [0.11, 0.12, 0.15, 0.18], "allow_offgrid_times": True}, [2, 2, 2, 2]),
    ({"spike_times": [0.0, 1.0], "shift_now_spikes": True}, [1, 10]),
    ({"spike_times": [1.0, 2.0, 3.0], "start": 1.0, "stop": 2.0}, [20]),
    ({"spike_times": [1.0, 2.0, 3.0], "start": 1.0, "stop": 2.0, "origin": 0.5}, [25]),
    ({"spike_times": [1.0, 2.0], "spike_multiplicities": [2, 0]}, [10, 10]),
    ({"spike_times": []}, []),
])
def test_spike_generators_fire_in_their_window(options, steps):
    net = PlainNetwork()
    net.record(net.create("spike_generator", **options), "spikes")
    assert net.simulate(6.0).spikes["spikes"].steps.tolist() == steps


def test_spike_times_between_steps_are_refused():
    net = PlainNetwork()
    net.create("spike_generator", spike_times=[0.25])
    with pytest.raises(ParameterError, match="spike_generator.spike_times: .*0.25.*allow_offgrid_times=True"):
        net.simulate(1.0)


def test_a_potential_above_the_threshold_fires_in_the_first_step():
    net = PlainNetwork()
    net.record(net.create("iaf_psc_alpha", V_m=-50.0), "spikes")
    assert net.simulate(1.0).spikes["spikes"].steps.tolist() == [1]


def test_inputs_that_just_reach_the_threshold_fire():
    """Three jumps of 5 mV from rest at -70 are exactly the threshold at -55: potentials are kept relative to rest."""
    net = PlainNetwork()
    neuron = net.create("iaf_psc_delta")
    net.connect(net.create("spike_generator", spike_times=[1.0], spike_multiplicities=[3]), neuron, weight=5.0)
    net.record(neuron, "spikes")
    net.simulate(0.7)
    assert net.simulate(5.0).spikes["spikes"].steps.tolist() == [20]


def test_the_potential_does_not_fall_below_its_bound():
    net = PlainNetwork()
    neuron = net.create("iaf_psc_alpha", V_min=-72.0, I_e=-1000.0)
    net.simulate(20.0)
    assert net.simulation.get(neuron, [0], "V_m") == [-72.0]


@pytest.mark.parametrize("interval, t, steps", [(2.0, 7.0, [20, 40, 60]), (0.1, 0.3, [1, 2, 3]), (1.0, 0.5, [])])
def test_samples_lie_at_multiples_of_the_interval(interval, t, steps):
    net = PlainNetwork()
    net.record(net.create("iaf_psc_alpha", 3), "V_m", interval=interval)
    run = net.simulate(t).traces["V_m"]
    assert run.steps.tolist() == steps and run.variables["V_m"].shape == (len(steps), 3)
    assert run.variables["V_m"].dtype == np.float32 and run.units == {"V_m": "mV"}


def test_an_empty_network_only_advances_the_clock():
    net = PlainNetwork()
    assert net.simulate(5).t_stop == 5.0 and net.simulate(0.0).status == "complete" and net.simulate(2.5).t_stop == 7.5


@pytest.mark.parametrize("t", [-1.0, 0.05, np.nan, np.inf, "long", None])
def test_impossible_durations_are_refused(t):
    net = PlainNetwork()
    with pytest.raises(ParameterError, match="simulate.t"):
        net.simulate(t)
    assert net.simulate(1.0).t_stop == 1.0


def test_what_cannot_be_recorded_is_refused():
    net = PlainNetwork()
    neuron, relay, poisson = (net.create(m) for m in ("iaf_psc_exp", "parrot_neuron", "poisson_generator"))
    for nodes, what, options, error, words in (
            (neuron, "V_n", {}, UnknownNameError, "Did you mean 'V_m'"), (relay, "V_m", {}, UnknownNameError, "none"),
            (neuron, "V_m", {"interval": 0.25}, ParameterError, "resolution"),
            (neuron, "V_m", {"interval": 0.0}, ParameterError, "at least"),
            (neuron, "V_m", {"dtype": "i4"}, ParameterError, "dtype"),
            (neuron, "spikes", {"interval": 1.0}, ParameterError, "interval"),
            (poisson, "spikes", {}, SimulationError, "parrot_neuron")):
        with pytest.raises(error, match=words):
            net.record(nodes, what, **options)
    net.record(neuron, "V_m", name="a")
    with pytest.raises(ParameterError, match="'a' is taken"):
        net.record(neuron, "spikes", name="a")
    assert net.record(neuron, "spikes") == "spikes" and net.record(neuron, "spikes") == "spikes_2"
