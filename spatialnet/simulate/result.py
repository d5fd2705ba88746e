"""What a run hands over; `data` makes the labelled tree of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass
class SpikeRecord:
    """Spikes of one recorder, sorted by step, then node.

    Attributes
    ----------
    steps : (n_spikes,) int64
        The step at whose end the spike was emitted.
    nodes : (n_spikes,) int64
        Global ids; a spike of multiplicity m is listed m times.
    recorded : (n_nodes,) int64
        Global ids of all recorded nodes, the silent ones too.
    window : (float, float)
        Only spikes in (start, stop] ms were recorded.
    offsets : (n_spikes,) float64 or None
        How long before the end of its step each spike was, ms; None where no recorded node knows such times.
    """

    steps: NDArray[np.int64]
    nodes: NDArray[np.int64]
    recorded: NDArray[np.int64]
    window: tuple[float, float] = (0.0, np.inf)
    offsets: NDArray[np.float64] | None = None


@dataclass
class TraceRecord:
    """Sampled variables of one recorder.

    Attributes
    ----------
    steps : (k,) int64
        Multiples of the recording interval; the value is that at the end of the step, after a reset.
    nodes : (n,) int64
        Global ids.
    variables : dict of str to (k, n) array
    units : dict of str to str
    window : (float, float)
        Only samples in (start, stop] ms were recorded.
    """

    steps: NDArray[np.int64]
    nodes: NDArray[np.int64]
    variables: dict[str, NDArray[np.floating]]
    units: dict[str, str]
    window: tuple[float, float] = (0.0, np.inf)


@dataclass
class DetectorRecord:
    """What the detectors of one layer have counted since they were made or cleared.

    Attributes
    ----------
    variables, coordinates : dict of str to (dimensions, values, attributes)
    """

    variables: dict[str, tuple[tuple[str, ...], NDArray[Any], dict[str, str]]]
    coordinates: dict[str, tuple[tuple[str, ...], NDArray[Any], dict[str, str]]]


@dataclass
class WeightRecord:
    """What was sent through the connections of a projection, sorted by step, source and target.

    Attributes
    ----------
    steps : (n,) int64
        The step of the presynaptic spike.
    sources, targets : (n,) int64
        Global ids.
    weights : (n,) float64
        The weight that was sent.
    projection : str
        Its name.
    window : (float, float)
        Only spikes in (start, stop] ms were recorded.
    """

    steps: NDArray[np.int64]
    sources: NDArray[np.int64]
    targets: NDArray[np.int64]
    weights: NDArray[np.float64]
    projection: str
    window: tuple[float, float] = (0.0, np.inf)


@dataclass
class RunResult:
    """One run: its window (ms), the resolution (ms), ``complete`` or ``stopped`` or ``failed`` and why, and what it recorded."""

    t_start: float
    t_stop: float
    resolution: float
    status: str
    spikes: dict[str, SpikeRecord] = field(default_factory=dict)
    traces: dict[str, TraceRecord] = field(default_factory=dict)
    weights: dict[str, WeightRecord] = field(default_factory=dict)
    reason: str = ""
    detectors: dict[str, DetectorRecord] = field(default_factory=dict)
