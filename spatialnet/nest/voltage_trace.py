"""Plots of recorded membrane potentials."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["from_device", "from_file"]


def from_device(detec: Any, neurons: Any = None, title: str | None = None, grayscale: bool = False, timeunit: str = "ms") -> list[Any]:
    """Plot ``V_m`` of the nodes that one multimeter or voltmeter has recorded; gives a list of lines for each.

    Parameters
    ----------
    detec : NodeCollection
    neurons : sequence of int, optional
        Ids; all by default.
    title : str, optional
    grayscale : bool
    timeunit : str
        ``"ms"`` or ``"s"``.
    """
    if len(detec) > 1:
        raise ValueError("Please provide a single voltmeter.")
    status = detec.get()
    if status["model"] not in ("voltmeter", "multimeter") and "record_from" not in status:
        raise TypeError("Please provide a voltmeter or a multimeter measuring V_m.")
    if "V_m" not in status["record_from"]:
        raise ValueError("Please provide a multimeter measuring V_m.")
    if status["record_to"] != "memory":
        raise ValueError("Please provide a voltmeter that records to memory, or use from_file.")
    events = status["events"]
    if len(events["times"]) == 0:
        raise ValueError("No events recorded! Make sure that the voltmeter is connected.")
    if timeunit not in ("ms", "s"):
        raise ValueError(f"timeunit must be 'ms' or 's', got {timeunit!r}.")
    scale = 1.0 if timeunit == "ms" else 1e-3
    rows = np.column_stack([events["senders"], events["times"] * scale, events["V_m"]])
    return _plotted(rows, neurons, title or "Membrane potential", grayscale, f"Time ({timeunit})")


def from_file(fname: Any, title: str | None = None, grayscale: bool = False) -> list[Any]:
    """Plot the third column of one file, or several, that the backend ``ascii`` wrote."""
    names = [fname] if isinstance(fname, str) else list(fname)
    rows = np.concatenate([np.loadtxt(name, skiprows=3, ndmin=2)[:, :3] for name in names])
    return _plotted(rows, None, title or "Membrane potential", grayscale, "Time (ms)")


def _plotted(rows: np.ndarray, neurons: Any, title: str, grayscale: bool, xlabel: str) -> list[Any]:
    import matplotlib.pyplot as plt
    drawn: list[Any] = []
    for neuron in np.unique(rows[:, 0]) if neurons is None else neurons:
        mine = rows[rows[:, 0] == int(neuron)]
        if len(mine) == 0:
            raise ValueError(f"Wrong neuron ID: {neuron}.")
        drawn.append(plt.plot(mine[:, 1], mine[:, 2], "k" if grayscale else "", label=f"Neuron {int(neuron)}"))
    plt.title(title)
    plt.ylabel("Membrane potential (mV)")
    plt.xlabel(xlabel)
    plt.legend(loc="best")
    return drawn
