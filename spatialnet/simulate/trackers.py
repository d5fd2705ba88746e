"""Those who watch a run. The engine knows nothing of them: between two chunks `Simulation` tells them how far it is."""

from __future__ import annotations

import sys
import time
from typing import Protocol, TextIO, runtime_checkable


class Run:
    """A run as its trackers see it.

    Attributes
    ----------
    t_start, t, t_stop : float
        Beginning, time reached and end, ms.
    n_spikes : int
        Spikes of neurons and relays so far, recorded or not.
    wall_time : float
        Seconds since the beginning.
    status : {"running", "complete", "stopped", "failed"}
    """

    def __init__(self, t_start: float, t_stop: float):
        self.t_start = self.t = t_start
        self.t_stop = t_stop
        self.n_spikes = 0
        self.wall_time = 0.0
        self.status = "running"
        self.stop_requested = False

    @property
    def fraction(self) -> float:
        """Part of the run that is done, 0 … 1."""
        return (self.t - self.t_start) / (self.t_stop - self.t_start) if self.t_stop > self.t_start else 1.0

    def stop(self) -> None:
        """End the run at the next chunk and keep what was computed; may be called from any thread."""
        self.stop_requested = True

    def __repr__(self) -> str:
        return f"<Run {self.t:g} of {self.t_stop:g} ms, {self.n_spikes} spikes, {self.status}>"


@runtime_checkable
class Tracker(Protocol):
    """What a tracker has: three methods, each given the `Run`."""

    def started(self, run: Run) -> None: ...
    def progressed(self, run: Run) -> None: ...
    def finished(self, run: Run) -> None: ...


class ProgressLine:
    """One line in a terminal, rewritten as the run goes on.

    Parameters
    ----------
    file : text stream, optional
        Default: the standard error stream. Where it is not a terminal, only the last line is written.
    interval : float
        Least wall time between two updates, s.
    patience : float
        Runs shorter than this many seconds of wall time write nothing.
    """

    def __init__(self, file: TextIO | None = None, interval: float = 0.25, patience: float = 0.5):
        self.file, self.interval, self.patience = file, interval, patience
        self._written, self._last = 0, 0.0

    def started(self, run: Run) -> None:
        self._written, self._last = 0, time.monotonic()

    def progressed(self, run: Run) -> None:
        now = time.monotonic()
        stream = self.file or sys.stderr
        if run.wall_time >= self.patience and now - self._last >= self.interval and stream.isatty():
            self._last = now
            left = run.wall_time * (1 - run.fraction) / run.fraction if run.fraction > 0 else 0.0
            self._write(stream, f"{100 * run.fraction:3.0f} %  {run.t:g} of {run.t_stop:g} ms  "
                                f"{run.n_spikes:,} spikes  {left:.0f} s left", "")

    def finished(self, run: Run) -> None:
        if run.wall_time >= self.patience:
            self._write(self.file or sys.stderr, f"{run.status} at {run.t:g} ms: {run.n_spikes:,} spikes in "
                                                 f"{run.wall_time:.1f} s", "\n")

    def _write(self, stream: TextIO, text: str, end: str) -> None:
        back = "\r" if self._written else ""
        stream.write(f"{back}{text.ljust(self._written)}{end}")
        stream.flush()
        self._written = len(text)
