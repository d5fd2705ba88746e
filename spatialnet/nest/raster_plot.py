"""Raster plots of recorded spikes, with a histogram of the rate."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["extract_events", "from_data", "from_device", "from_file", "from_file_numpy", "from_file_pandas"]


def extract_events(data: Any, time: Any = None, sel: Any = None) -> np.ndarray:
    """Rows (sender, time) of `data` with a time in [t_min, t_max) and a sender in `sel`.

    Parameters
    ----------
    data : array_like (n, 2)
    time : float or [t_min, t_max], optional
        A single number is the end.
    sel : sequence of int, optional
    """
    data = np.asarray(data)
    if data.ndim != 2 or data.shape[1] < 2:
        raise ValueError("data must be rows of (sender, time)")
    low, high = (0.0, np.inf) if time is None else (0.0, time) if np.ndim(time) == 0 else tuple(time)
    if low > high:
        raise ValueError("time must be [t_min, t_max] with t_min <= t_max")
    keep = (data[:, 1] >= low) & (data[:, 1] < high)
    return data[keep if sel is None else keep & np.isin(data[:, 0], sel)]


def from_file(fname: Any, **kwargs: Any) -> Any:
    """Plot the spikes in one file, or several, that the backend ``ascii`` wrote."""
    names = [fname] if isinstance(fname, str) else list(fname)
    rows = [np.loadtxt(name, skiprows=3, ndmin=2)[:, :2] for name in names]
    return from_data(np.concatenate(rows), **kwargs)


from_file_numpy = from_file_pandas = from_file


def from_data(data: Any, sel: Any = None, **kwargs: Any) -> Any:
    """Plot rows (sender, time)."""
    data = extract_events(data, sel=sel) if sel is not None else np.asarray(data)
    return _make_plot(data[:, 1], data[:, 0], **kwargs)


def from_device(detec: Any, **kwargs: Any) -> Any:
    """Plot what a spike recorder has in memory.

    Parameters
    ----------
    detec : NodeCollection
        One spike recorder.
    hist : bool
        Whether to draw the rate, too (default).
    hist_binwidth : float
        In ms; 5 by default.
    grayscale : bool
    title, xlabel : str, optional
    """
    status = detec.get()
    if not isinstance(status, dict) or "events" not in status or "spike" not in detec.get("model"):
        raise TypeError("Please provide a spike_recorder that records to memory.")
    events = status["events"]
    if len(events["times"]) == 0:
        raise ValueError(f"No events recorded by '{status['label'] or status['model']}'.")
    kwargs.setdefault("title", f"Raster plot from device '{status['label'] or status['global_id']}'")
    return _make_plot(events["times"], events["senders"], in_steps=status["time_in_steps"], **kwargs)


def _make_plot(times: np.ndarray, senders: np.ndarray, hist: bool = True, hist_binwidth: float = 5.0, grayscale: bool = False,
               title: str | None = None, xlabel: str | None = None, in_steps: bool = False) -> Any:
    import matplotlib.pyplot as plt
    dots, bars = (".k", "gray") if grayscale else (".", "royalblue")
    xlabel = xlabel or ("Steps" if in_steps else "Time (ms)")
    if not hist:
        drawn = plt.plot(times, senders, dots)
        plt.ylabel("Neuron ID")
        plt.xlabel(xlabel)
        plt.title(title or "Raster plot")
        return drawn
    plt.figure()
    upper = plt.axes([0.1, 0.3, 0.85, 0.6])
    drawn = plt.plot(times, senders, dots)
    plt.ylabel("Neuron ID")
    plt.xticks([])
    limits = plt.xlim()
    plt.axes([0.1, 0.1, 0.85, 0.17])
    edges = np.arange(np.min(times), np.max(times) + hist_binwidth, hist_binwidth)
    counts = np.histogram(times, edges)[0]
    n = len(np.unique(senders))
    plt.bar(edges[:-1], 1000.0 * counts / (hist_binwidth * n), width=hist_binwidth, color=bars, edgecolor="black")
    plt.ylabel("Rate (spks/s)")
    plt.xlabel(xlabel)
    plt.xlim(limits)
    plt.axes(upper)
    plt.title(title or "Raster plot")
    return drawn
