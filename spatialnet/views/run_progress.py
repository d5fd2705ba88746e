"""Progress of a run in a notebook: how far, how fast, how many spikes, and a button that stops it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import ipywidgets

from . import html, words
from .comms import answer_beside_cells

#: Least time in seconds between two updates: the page cannot show more, and messages cost.
INTERVAL = 0.15


class ProgressWidget(ipywidgets.HBox):
    """A bar, the simulated time, the spikes so far, the speed, and Stop.

    It is a tracker: whoever runs calls `started`, `progressed` and `finished` with an object that has ``t``, ``t_start``
    (optional), ``t_stop``, ``n_spikes``, ``wall_time``, ``status`` and ``stop()``.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic):
        self._clock = clock
        self._run: Any = None
        self._last = -float("inf")
        self._first = 0.0
        # Stop arrives in another thread than the run's where JupyterLab delivers messages beside a running cell.
        self._lock = threading.RLock()
        self.bar = ipywidgets.FloatProgress(min=0.0, max=1.0, layout=ipywidgets.Layout(width="240px", height="14px"),
                                            style={"bar_color": "#2f7fc0"})
        self.text = ipywidgets.HTML()
        self.button = ipywidgets.Button(description="Stop", icon="stop", tooltip="Stop and keep what was computed",
                                        layout=ipywidgets.Layout(width="84px"))
        self.button.on_click(self._stop)
        answer_beside_cells(self.button)
        super().__init__([self.bar, self.button, self.text],
                         layout=ipywidgets.Layout(align_items="center", flex_flow="row wrap"))

    def started(self, run: Any) -> None:
        """Show the bar at its beginning."""
        with self._lock:
            self._run = run
            self._first = float(getattr(run, "t_start", run.t))
            self.button.layout.display = ""
            self.button.disabled = False
            self._show(run)
        if _in_notebook():
            from IPython.display import display

            display(self)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        # When it is shown, the end is not known: a saved notebook tells what was asked for.
        said = f"A run until {words.grouped(self._run.t_stop)} ms" if self._run is not None else "A run"
        return {**super()._repr_mimebundle_(), "text/plain": said, "text/html": html.saved(said)}

    def progressed(self, run: Any) -> None:
        """Follow the run, not more often than the page can show."""
        if self._clock() - self._last >= INTERVAL:
            with self._lock:
                self._show(run)

    def finished(self, run: Any) -> None:
        """Show the end, and that there is nothing more to stop."""
        with self._lock:
            self._show(run)
            self._run = None
            self.button.layout.display = "none"
            self.bar.bar_style = {"complete": "success", "stopped": "warning", "failed": "danger"}.get(run.status, "")
            self.bar.style.bar_color = None  # or the colour of the style would not be seen

    def _stop(self, _: Any) -> None:
        with self._lock:
            if self._run is not None:
                self.button.disabled = True
                self._run.stop("stopped by its button")

    def _show(self, run: Any) -> None:
        self._last = self._clock()
        span = max(float(run.t_stop) - self._first, 1e-12)
        self.bar.value = min(max((float(run.t) - self._first) / span, 0.0), 1.0)
        self.text.value = f'<span style="font-variant-numeric: tabular-nums">{progress_text(run, self._first)}</span>'


def progress_text(run: Any, first: float = 0.0) -> str:
    """Where a run stands, in words.

    Parameters
    ----------
    run
        With ``t``, ``t_stop``, ``n_spikes``, ``wall_time`` and ``status``.
    first : float
        Time at which it began, ms.
    """
    parts = [f"{words.grouped(run.t)} of {words.grouped(run.t_stop)} ms", words.count(int(run.n_spikes), "spike")]
    done = float(run.t) - first
    if run.wall_time > 0.0 and done > 0.0:
        speed = done / (1e3 * run.wall_time)
        parts.append(f"{words.number(speed, 2)} × real time")
        left = (float(run.t_stop) - float(run.t)) / (1e3 * speed)
        if run.status in ("complete", "stopped", "failed"):
            parts.append(f"{run.wall_time:.1f} s")
        elif left >= 1.0:
            parts.append(f"about {left:.0f} s left")
    if run.status in ("stopped", "failed"):
        parts.insert(0, f"<b>{run.status}</b>")
    return " · ".join(parts)


def _in_notebook() -> bool:
    """Whether a kernel listens: only then are widgets more than text."""
    from . import has_kernel

    return has_kernel()
