"""Those who watch long work: a run, or a projection being built. The engine knows nothing of them: between two chunks they
are told how far it is."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from typing import Protocol, TextIO, runtime_checkable

from ..errors import ParameterError


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
    reason : str
        Why it was stopped.
    """

    def __init__(self, t_start: float, t_stop: float):
        self.t_start = self.t = t_start
        self.t_stop = t_stop
        self.n_spikes = 0
        self.wall_time = 0.0
        self.status = "running"
        self.stop_requested = False
        self.reason = ""

    @property
    def fraction(self) -> float:
        """Part of the run that is done, 0 … 1."""
        return (self.t - self.t_start) / (self.t_stop - self.t_start) if self.t_stop > self.t_start else 1.0

    def stop(self, reason: str = "") -> None:
        """End the run at the next chunk and keep what was computed; may be called from any thread.

        Parameters
        ----------
        reason : str
            Goes into the dataset, as ``status_reason``.
        """
        self.stop_requested, self.reason = True, self.reason or reason

    def describe(self) -> str:
        """How far the run is, in words."""
        return f"{self.t:g} of {self.t_stop:g} ms, {self.n_spikes:,} spikes"

    def __repr__(self) -> str:
        return f"<Run {self.t:g} of {self.t_stop:g} ms, {self.n_spikes} spikes, {self.status}>"


class Build:
    """A projection being built as its trackers see it; the members it shares with `Run` mean the same.

    Attributes
    ----------
    name : str
        Of the projection.
    fraction : float
        Part of the driver nodes that are done, 0 … 1.
    n_connections : int
        Made so far.
    """

    def __init__(self, name: str):
        self.name = name
        self.fraction, self.n_connections, self.wall_time = 0.0, 0, 0.0
        self.status = "running"
        self.stop_requested = False

    def stop(self, reason: str = "") -> None:
        """Give the projection up; may be called from any thread."""
        self.stop_requested = True

    def describe(self) -> str:
        """How far the projection is, in words."""
        return f"connecting {self.name}, {self.n_connections:,} connections"


@runtime_checkable
class Tracker(Protocol):
    """What a tracker has: three methods, each given the `Run` or `Build`."""

    def started(self, run: Run | Build) -> None: ...
    def progressed(self, run: Run | Build) -> None: ...
    def finished(self, run: Run | Build) -> None: ...


class BuildWatch:
    """Tells trackers about a `Build`, once it has taken so long that a user wonders.

    Parameters
    ----------
    build : Build
    trackers : callable
        Makes the trackers when they are needed: () → sequence of Tracker.
    patience : float
        Seconds of wall time before they are.
    """

    def __init__(self, build: Build, trackers: Callable[[], Sequence[Tracker]], patience: float = 1.0):
        self.build, self._make, self.patience = build, trackers, patience
        self._trackers: Sequence[Tracker] | None = None
        self._begin = time.monotonic()

    def __call__(self, fraction: float, n_connections: int) -> None:
        """Note how far the build is.

        Raises
        ------
        KeyboardInterrupt
            If a tracker has asked to stop.
        """
        build = self.build
        build.fraction, build.n_connections, build.wall_time = fraction, n_connections, time.monotonic() - self._begin
        if self._trackers is None and build.wall_time >= self.patience and fraction < 1:
            self._trackers = self._make()
            for tracker in self._trackers:
                tracker.started(build)
        for tracker in self._trackers or ():
            tracker.progressed(build)
        if build.stop_requested:
            raise KeyboardInterrupt(f"connecting {build.name} was stopped; nothing was connected.")

    def close(self, status: str) -> None:
        """The build is over: ``"complete"``, ``"stopped"`` or ``"failed"``."""
        self.build.status = status
        self.build.wall_time = time.monotonic() - self._begin
        for tracker in self._trackers or ():
            tracker.finished(self.build)


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
            self._write(stream, f"{100 * run.fraction:3.0f} %  {run.describe()}, {left:.0f} s left", "")

    def finished(self, run: Run) -> None:
        if run.wall_time >= self.patience:
            self._write(self.file or sys.stderr, f"{run.status}: {run.describe()}, {run.wall_time:.1f} s", "\n")

    def _write(self, stream: TextIO, text: str, end: str) -> None:
        back = "\r" if self._written else ""
        stream.write(f"{back}{text.ljust(self._written)}{end}")
        stream.flush()
        self._written = len(text)


class WallTimeLimit:
    """Stops a run after so much time on the clock; what was computed is kept.

    Parameters
    ----------
    seconds : float
    """

    def __init__(self, seconds: float):
        if not seconds >= 0:
            raise ParameterError("WallTimeLimit", "seconds", f"must be >= 0, got {seconds!r}.")
        self.seconds = seconds

    def started(self, run: Run) -> None: ...

    def progressed(self, run: Run) -> None:
        if run.wall_time >= self.seconds:
            run.stop(f"the limit of {self.seconds:g} s of wall time was reached")

    def finished(self, run: Run) -> None: ...


class StopWhen:
    """Stops a run when a condition holds, which is looked at some times per second of wall time.

    Parameters
    ----------
    condition : callable
        ``condition(run) -> bool``, given the `Run`.

    Examples
    --------
    >>> explosion = StopWhen(lambda run: run.n_spikes > 1_000_000)
    """

    def __init__(self, condition: Callable[[Run], bool]):
        self.condition = condition

    def started(self, run: Run) -> None: ...

    def progressed(self, run: Run) -> None:
        if self.condition(run):
            run.stop(f"the condition {getattr(self.condition, '__name__', self.condition)} holds")

    def finished(self, run: Run) -> None: ...


class RateTracker:
    """The rate of the whole network while it runs.

    Parameters
    ----------
    n_nodes : int
        Nodes to divide by; `Network.n_nodes`, for instance.
    changed : callable, optional
        Called as ``changed(t, rate)`` at every look, some times per second of wall time.

    Attributes
    ----------
    times, rates : list of float
        End of each interval between two looks, ms; spikes per second and node in it.
    """

    def __init__(self, n_nodes: int, changed: Callable[[float, float], object] | None = None):
        self.n_nodes, self.changed = max(int(n_nodes), 1), changed
        self.times: list[float] = []
        self.rates: list[float] = []

    def started(self, run: Run) -> None:
        self._t, self._n = run.t_start, 0

    def progressed(self, run: Run) -> None:
        if run.t > self._t:
            rate = (run.n_spikes - self._n) / self.n_nodes / (run.t - self._t) * 1e3
            self._t, self._n = run.t, run.n_spikes
            self.times.append(run.t)
            self.rates.append(rate)
            if self.changed is not None:
                self.changed(run.t, rate)

    def finished(self, run: Run) -> None: ...
