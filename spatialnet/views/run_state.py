"""What a view of a run shows: spikes, and the window or the moment that is looked at. See `state`."""

from __future__ import annotations

from typing import Any

import numpy as np
import traitlets

from .words import count


class RasterState(traitlets.HasTraits):
    """Spikes of a run, the window of time that is looked at and the bin width of the rate."""

    spikes = traitlets.Any(help="a `Spikes`")
    window = traitlets.Tuple(traitlets.Float(), traitlets.Float(), help="ms")
    bin_width = traitlets.Float(5.0, help="ms")

    def __init__(self, spikes: Any, **traits: Any):
        traits.setdefault("window", (spikes.t_start, spikes.t_stop))
        super().__init__(spikes=spikes, **traits)

    @traitlets.validate("window")
    def _ordered(self, proposal: dict[str, Any]) -> tuple[float, float]:
        start, stop = (float(value) for value in proposal["value"])
        if not start < stop:
            raise traitlets.TraitError(f"the window must begin before it ends, got ({start:g}, {stop:g}) ms")
        return start, stop

    @traitlets.validate("bin_width")
    def _positive(self, proposal: dict[str, Any]) -> float:
        if not proposal["value"] > 0.0:
            raise traitlets.TraitError(f"the bin width must be > 0 ms, got {proposal['value']:g}")
        return proposal["value"]

    def title(self) -> str:
        """What is shown."""
        return f"{count(self.spikes.n_spikes, 'spike')} of {count(int(self.spikes.offsets[-1]), 'node')}"

    def words(self) -> str:
        """The state in one line of words."""
        spikes, (start, stop) = self.spikes, self.window
        parts = []
        for group in spikes.groups:
            n = len(group.times[group.within(start, stop)])
            rate = 1e3 * n / max(len(group.ids), 1) / (stop - start)
            parts.append(f"{group.name}: {count(n, 'spike')}, {rate:.3g} Hz per node")
        return f"{start:g} to {stop:g} ms · " + " · ".join(parts)


class MovieState(traitlets.HasTraits):
    """Spikes of a run as activity in space, one frame for each bin of time."""

    spikes = traitlets.Any(help="a `Spikes`")
    bin_width = traitlets.Float(10.0, help="ms")
    frame = traitlets.Int(0, help="by default the one with most spikes")

    def __init__(self, spikes: Any, **traits: Any):
        super().__init__(spikes=spikes, **traits)
        if "frame" not in traits:
            self.frame = self._busiest()

    def _busiest(self) -> int:
        times = np.concatenate([group.times for group in self.spikes.placed])
        frames = np.ceil((times - self.spikes.t_start) / self.bin_width - 1e-9).astype(np.int64) - 1
        return int(np.bincount(np.maximum(frames, 0), minlength=1).argmax())

    @property
    def n_frames(self) -> int:
        """Number of bins between start and stop of the recording."""
        return max(int(np.ceil((self.spikes.t_stop - self.spikes.t_start) / self.bin_width - 1e-9)), 1)

    @traitlets.validate("frame")
    def _within(self, proposal: dict[str, Any]) -> int:
        return min(max(int(proposal["value"]), 0), self.n_frames - 1)

    @traitlets.validate("bin_width")
    def _positive(self, proposal: dict[str, Any]) -> float:
        if not proposal["value"] > 0.0:
            raise traitlets.TraitError(f"the bin width must be > 0 ms, got {proposal['value']:g}")
        return proposal["value"]

    def span(self) -> tuple[float, float]:
        """Start and end of the frame, ms."""
        start = self.spikes.t_start + self.frame * self.bin_width
        return start, min(start + self.bin_width, self.spikes.t_stop)

    def title(self) -> str:
        """What is shown."""
        return f"Activity of {' and '.join(group.name for group in self.spikes.placed)}"

    def words(self) -> str:
        """The state in one line of words."""
        start, stop = self.span()
        rates = (f"{group.name}: {np.mean(self.spikes.rates(group, start, stop)):.3g} Hz"
                 for group in self.spikes.placed)
        return f"{start:g} to {stop:g} ms · " + " · ".join(rates)
