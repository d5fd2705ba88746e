"""Runs as a whole: changes between them, interrupts, trackers, and what must not be simulated."""

import io
import os
import signal
import threading
import time

import numpy as np
import pytest

from spatialnet.errors import ConnectError, ParameterError, SimulationError, UnknownNameError
from spatialnet.simulate import ProgressLine, Tracker
from tests.reference.plain_network import PlainNetwork


class Watch:
    """Notes what it is told, and stops the run at a time."""

    def __init__(self, stop_at=None, action=None):
        self.calls, self.times, self.stop_at, self.action = [], [], stop_at, action

    def started(self, run):
        self.calls.append("started")

    def progressed(self, run):
        self.calls.append("progressed")
        self.times.append(run.t)
        if self.action:
            self.action(run)
        if self.stop_at is not None and run.t >= self.stop_at:
            run.stop()

    def finished(self, run):
        self.calls.append("finished")
        self.status = run.status


def busy(n=2000):
    """Enough work for many chunks."""
    net = PlainNetwork()
    neurons = net.create("iaf_psc_alpha", n, I_e=np.linspace(300, 800, n))
    net.record(neurons, "spikes")
    net.record(net.nodes(neurons, [0, 5]), "V_m", interval=0.5, dtype="f8")
    return net, neurons


def test_trackers_follow_a_run():
    net, _ = busy()
    watch = Watch()
    assert isinstance(watch, Tracker)
    net.simulate(2000.0, [watch])
    assert watch.calls[0] == "started" and watch.calls[-1] == "finished" and watch.status == "complete"
    assert watch.times == sorted(watch.times) and watch.times[-1] == 2000.0 and len(watch.times) > 3


def test_a_stopped_run_is_the_beginning_of_a_whole_one():
    net, _ = busy()
    first = net.simulate(5000.0, [Watch(stop_at=50.0)])
    assert first.status == "stopped" and 50.0 <= first.t_stop < 5000.0
    whole, _ = busy()
    expected = whole.simulate(first.t_stop)
    assert np.array_equal(first.spikes["spikes"].steps, expected.spikes["spikes"].steps)
    assert np.array_equal(first.traces["V_m"].variables["V_m"], expected.traces["V_m"].variables["V_m"])
    assert first.traces["V_m"].steps[-1] * 0.1 <= first.t_stop + 1e-9
    assert np.array_equal(net.simulate(10.0).spikes["spikes"].nodes, whole.simulate(10.0).spikes["spikes"].nodes)


def test_first_interrupt_stops_and_keeps_the_data():
    net, _ = busy()
    before = signal.getsignal(signal.SIGINT)
    run = net.simulate(1e6, [Watch(action=lambda r: r.t > 5 and not r.stop_requested
                                   and os.kill(os.getpid(), signal.SIGINT))])
    assert run.status == "stopped" and run.t_stop < 1e6 and len(run.spikes["spikes"].steps)
    assert signal.getsignal(signal.SIGINT) is before
    assert net.simulate(1.0).status == "complete"


def test_second_interrupt_raises():
    net, _ = busy()
    before = signal.getsignal(signal.SIGINT)

    def twice(run):
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.01)

    with pytest.raises(KeyboardInterrupt):
        net.simulate(1e6, [Watch(action=twice)])
    assert signal.getsignal(signal.SIGINT) is before
    assert net.simulate(1.0).status == "complete"


def test_other_threads_run_without_touching_signals():
    net, _ = busy()
    results = []
    thread = threading.Thread(target=lambda: results.append(net.simulate(20.0)))
    thread.start()
    thread.join()
    assert results[0].status == "complete"


def test_a_failing_tracker_leaves_a_usable_network():
    net, _ = busy()

    def fail(run):
        raise RuntimeError("no picture")

    watch = Watch(action=fail)
    with pytest.raises(RuntimeError, match="no picture"):
        net.simulate(100.0, [watch])
    assert watch.status == "failed" and net.simulate(1.0).status == "complete"


def test_a_network_is_not_simulated_twice_at_once():
    net, _ = busy()
    with pytest.raises(SimulationError, match="already"):
        net.simulate(100.0, [Watch(action=lambda run: net.simulate(1.0))])


def test_progress_line_is_quiet_for_short_runs_and_one_line_for_long_ones():
    net, _ = busy()
    quiet, told = io.StringIO(), io.StringIO()
    told.isatty = lambda: True
    net.simulate(5.0, [ProgressLine(quiet, patience=60)])
    net.simulate(500.0, [ProgressLine(told, interval=0.0, patience=0.0)])
    assert quiet.getvalue() == ""
    assert told.getvalue().count("\n") == 1 and "complete: 505 of 505 ms" in told.getvalue() and "%" in told.getvalue()


def test_create_connect_and_record_work_between_runs():
    net = PlainNetwork()
    a = net.create("iaf_psc_delta", 3, I_e=500.0)
    net.record(a, "spikes")
    net.simulate(10.0)
    b = net.create("iaf_psc_delta", 2)
    net.record(b, "V_m", interval=0.1, dtype="f8")
    net.connect(a, b, weight=1.0, delay=3.0)
    run = net.simulate(20.0)
    spike = run.spikes["spikes"].steps[0]
    V = run.traces["V_m"]
    assert V.steps[np.flatnonzero(V.variables["V_m"][:, 0] != -70.0)[0]] == spike + 30
    net.connect(a, b, weight=1.0, delay=0.1)  # shorter slices, the same rings
    net.connect(a, b, weight=1.0, delay=12.0)  # longer rings
    assert net.simulate(20.0).status == "complete"


def test_spikes_in_flight_survive_longer_rings():
    def late(connect_between):
        net = PlainNetwork()
        n = net.create("iaf_psc_alpha", 2)
        net.connect(net.create("spike_generator", spike_times=[1.0, 4.9]), n, weight=np.array([10.0, -20.0]), delay=5.0)
        net.record(n, "V_m", interval=0.1, dtype="f8")
        net.simulate(5.0)
        if connect_between:
            net.connect(n, n, weight=1.0, delay=40.0)
            net.connect(net.create("dc_generator"), n)
        return net.simulate(20.0).traces["V_m"].variables["V_m"]
    assert np.array_equal(late(False), late(True)) and late(False).std() > 0


def test_parameters_and_state_change_between_runs():
    net = PlainNetwork()
    n = net.create("iaf_psc_exp", 4)
    net.simulate(5.0)
    net.simulation.set_parameters(n, [1, 3], {"I_e": np.array([100.0, 200.0]), "V_m": -60.0})
    assert net.simulation.get(n, [0, 1, 2, 3], "V_m").tolist() == [-70, -60, -70, -60]
    assert net.simulation.get(n, [1, 3, 0], "I_e").tolist() == [100, 200, 0]
    net.simulate(200.0)
    assert np.allclose(net.simulation.get(n, range(4), "V_m"), [-70, -66, -70, -62])


def test_a_new_resting_potential_does_not_shift_the_potential():
    net = PlainNetwork()
    n = net.create("iaf_psc_exp", 2, V_m=-65.0)
    net.simulate(0.0)
    net.simulation.set_parameters(n, [0, 1], {"E_L": -68.0})
    assert net.simulation.get(n, [0, 1], "V_m").tolist() == [-65.0, -65.0]
    net.simulate(300.0)
    assert np.allclose(net.simulation.get(n, [0, 1], "V_m"), -68.0)


@pytest.mark.parametrize("run_first", [False, True])
def test_an_impossible_change_changes_nothing(run_first):
    net = PlainNetwork()
    n = net.create("iaf_psc_exp", 3, I_e=5.0)
    if run_first:
        net.simulate(1.0)
    before = dict(n.parameters)
    for values, error in (({"I_e": 1.0, "tau_m": -1.0}, ParameterError), ({"V_reset": -50.0}, ParameterError),
                          ({"I_e": [1.0, 2.0]}, ParameterError), ({"tau": 1.0}, UnknownNameError)):
        with pytest.raises(error):
            net.simulation.set_parameters(n, [0, 1, 2], values)
    assert n.parameters == before


def test_generators_change_between_runs_and_drop_what_is_past():
    net = PlainNetwork()
    given = net.create("spike_generator", spike_times=[1.0, 12.0])
    net.record(given, "spikes")
    assert net.simulate(10.0).spikes["spikes"].steps.tolist() == [10]
    net.simulation.set_parameters(given, [0], {"spike_times": [5.0, 15.0, 15.0]})
    assert net.simulate(10.0).spikes["spikes"].steps.tolist() == [150, 150]
    assert net.simulation.get(given, [0], "spike_times")[0].tolist() == [5.0, 15.0, 15.0]


def test_a_subset_is_recorded_with_its_silent_nodes():
    net = PlainNetwork()
    n = net.create("iaf_psc_delta", 6, I_e=np.array([0, 600, 600, 0, 600, 600.0]))
    m = net.create("iaf_psc_delta", 2, I_e=600.0)
    name = net.record(net.nodes(m, [1]) + net.nodes(n, [4, 1, 0]), "spikes")
    net.record(n, "spikes", name="all")
    run = net.simulate(50.0)
    found = run.spikes[name]
    assert sorted(found.recorded.tolist()) == [0, 1, 4, 7] and set(found.nodes.tolist()) == {1, 4, 7}
    assert set(run.spikes["all"].nodes.tolist()) == {1, 2, 4, 5}
    keys = found.steps * 100 + found.nodes
    assert (np.diff(keys) > 0).all()


def test_a_state_that_explodes_is_named_and_the_data_kept():
    net = PlainNetwork()
    n = net.create("iaf_psc_exp", 3, V_th=1e300)
    given = net.create("spike_generator", spike_times=[50.0, 60.0])
    net.connect(given, n, [(0, 1)], weight=1.7e308)
    net.connect(given, n, [(0, 1)], weight=1.7e308)
    net.record(n, "V_m", interval=0.1)
    with pytest.raises(SimulationError, match=r"iaf_psc_exp node 1 of .* \(id 1\): (V_m|I_syn_ex) became") as error:
        net.simulate(100.0)
    assert error.value.node == 1 and error.value.result.status == "failed"
    assert np.isfinite(error.value.result.traces["V_m"].variables["V_m"][:500]).all()


@pytest.mark.parametrize("weight", [np.nan, np.inf, np.array([1.0, np.nan])])
def test_weights_must_be_finite(weight):
    net = PlainNetwork()
    n = net.create("iaf_psc_exp", 2)
    net.connect(net.create("spike_generator"), n, weight=weight)
    with pytest.raises(SimulationError, match="weights must be finite"):
        net.simulate(1.0)


def test_impossible_connections_are_refused():
    net = PlainNetwork()
    n = net.create("iaf_psc_exp")
    net.connect(n, n, receptor=3)
    with pytest.raises(ConnectError, match="no receptor 3"):
        net.simulate(1.0)


def test_a_time_beyond_all_steps_is_refused():
    net, _ = busy()
    with pytest.raises(ParameterError, match="at most"):
        net.simulate(1e18)
    assert net.simulate(1.0).t_stop == 1.0
