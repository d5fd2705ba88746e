"""The progress of a run in a cell."""

import threading
from types import SimpleNamespace

import pytest

import spatialnet as sn
from spatialnet.simulate.trackers import Run, Tracker
from spatialnet.views import progress
from spatialnet.views.run_progress import INTERVAL, ProgressWidget, progress_text


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def run_at(t, **facts):
    run = Run(0.0, 1000.0)
    run.t = t
    for name, value in facts.items():
        setattr(run, name, value)
    return run


def test_it_is_a_tracker():
    assert isinstance(progress(), Tracker)


def test_a_saved_notebook_tells_what_was_run():
    widget = ProgressWidget()
    widget.started(run_at(0.0))
    shown = widget._repr_mimebundle_()
    assert shown["text/plain"] == "A run until 1\u202f000 ms" and shown["text/plain"] in shown["text/html"]


def test_it_shows_time_spikes_and_speed():
    widget = ProgressWidget()
    widget.started(run_at(0.0))
    assert widget.bar.value == 0.0
    widget = ProgressWidget()
    widget.progressed(run_at(250.0, n_spikes=12345, wall_time=0.5))
    assert widget.bar.value == 0.25
    assert "250 of 1\u202f000 ms · 12\u202f345 spikes · 0.5 × real time · about 2 s left" in widget.text.value


def test_a_second_run_begins_at_its_own_start():
    run = Run(1000.0, 3000.0)
    widget = ProgressWidget()
    widget.started(run)
    run.t, run.wall_time = 2000.0, 2.0
    widget._last = -1.0
    widget.progressed(run)
    assert widget.bar.value == 0.5
    assert "0.5 × real time" in widget.text.value


def test_it_does_not_flood_the_page():
    clock = Clock()
    widget = ProgressWidget(clock)
    run = run_at(0.0)
    widget.started(run)
    seen = []
    widget.bar.observe(lambda change: seen.append(change.new), "value")
    for k in range(1, 1001):
        clock.now += INTERVAL / 100
        run.t = float(k)
        widget.progressed(run)
    assert 9 <= len(seen) <= 11


@pytest.mark.parametrize("status, style", [("complete", "success"), ("stopped", "warning"), ("failed", "danger")])
def test_the_end_is_shown_and_nothing_is_left_to_stop(status, style):
    widget = ProgressWidget()
    run = run_at(0.0)
    widget.started(run)
    run.t, run.status, run.wall_time = 400.0, status, 1.25
    widget.finished(run)
    assert widget.bar.bar_style == style and widget.bar.value == 0.4
    assert widget.button.layout.display == "none"
    assert ("stopped" in widget.text.value) == (status == "stopped")
    assert "1.2 s" in widget.text.value or "1.3 s" in widget.text.value
    widget.button.click()
    assert not run.stop_requested


def test_stop_stops_the_run_from_another_thread():
    """The button's message arrives in a thread of its own; the data until then are kept."""
    net = sn.Network(seed=1, threads=1)
    cells = net.create("iaf_psc_alpha", n=200, I_e=1000.0)
    net.record(cells, "spikes")
    widget = ProgressWidget()

    class StopSoon:
        def started(self, run):
            pass

        def progressed(self, run):
            if run.t > 0.0:
                thread = threading.Thread(target=widget.button.click)
                thread.start()
                thread.join()

        def finished(self, run):
            pass

    data = net.simulate(1e6, progress=False, trackers=[widget, StopSoon()])
    assert data.attrs["status"] == "stopped" and 0.0 < net.time < 1e6
    assert "stopped" in widget.text.value
    assert data["/spikes/spikes"].sizes["spike"] > 0


def test_text_of_a_run_that_has_not_begun():
    assert progress_text(SimpleNamespace(t=0.0, t_stop=10.0, n_spikes=0, wall_time=0.0, status="running")) == \
        "0 of 10 ms · 0 spikes"
