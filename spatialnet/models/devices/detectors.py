"""Detectors: nodes that count the spikes sent to them. Spikes and traces as such are kept by `Network.record`.

A detector is active for stamps in (start + origin, stop + origin]. It sees stamps of emission: delays do not matter.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..declaration import Model, Parameter, State
from .device import WINDOW, check_window, require


@dataclass(frozen=True, eq=False, repr=False)
class Detector(Model):
    """A node that takes spikes and sends nothing.

    Attributes
    ----------
    receptors : int or str
        How many kinds of input it tells apart, or the parameter that says so.
    runs_as : str
        The group of `spatialnet.simulate.detectors` that runs it.
    results : mapping of str to State
        What can be read by ``layer.get`` besides the parameters.
    """

    receptors: int | str = 1
    runs_as: str = ""
    results: Mapping[str, State] = field(default_factory=dict)

    kind = "detector"

    @property
    def recordables(self) -> tuple[str, ...]:
        return ()

    def find(self, name: str) -> Parameter | State:
        return self.results[name] if isinstance(name, str) and name in self.results else super().find(name)

    def n_receptors(self, values: Mapping[str, object]) -> int:
        """The number of receptors that all nodes with the parameters `values` have."""
        if isinstance(self.receptors, int):
            return self.receptors
        value = values[self.receptors]
        return int(value.min() if hasattr(value, "min") else value)

    def has_spikes(self, values: Mapping[str, object]) -> bool:
        return False

    def cross_check(self, values: Mapping[str, object]) -> None:
        check_window(self, values)
        if "N_channels" in values:
            channels = values["N_channels"]
            require(self, values, "N_channels", channels == channels // 1, "must be a whole number")


def _pairs(delta_tau: float, tau_max: float) -> dict[str, Parameter]:
    return {
        "delta_tau": Parameter(delta_tau, "ms", "width of a bin of lags, a multiple of the resolution", above=0.0),
        "tau_max": Parameter(tau_max, "ms", "longest lag, a multiple of delta_tau", at_least=0.0),
        "Tstart": Parameter(0.0, "ms", "pairs count whose later spike does not lie before"),
        "Tstop": Parameter(float("inf"), "ms", "pairs count whose later spike does not lie behind", finite=False),
    } | WINDOW


#: setting it to 0 is how a detector is cleared
_EVENTS = {"n_events": Parameter(0.0, "", "number of spikes; setting it to 0 begins anew",
                                 only="It can be set to 0, to begin anew.")}
_CHANNELS = {"N_channels": Parameter(1.0, "", "number of receptors", at_least=1.0)}
_N_EVENTS = {"n_events": State(0.0, "", "number of spikes on each receptor")}
_CLEARED = "Changing a parameter clears it."

correlation_detector = Detector(
    name="correlation_detector",
    summary="Cross-correlogram of the spikes on its receptors 0 and 1.",
    parameters=_pairs(0.5, 5.0) | _EVENTS,
    receptors=2, runs_as="correlation",
    results={"histogram": State(0.0, "", "sums of products of the weights of pairs, by lag"),
             "histogram_correction": State(0.0, "", "what rounding has left out of the histogram"),
             "count_histogram": State(0.0, "", "number of pairs by lag")} | _N_EVENTS,
    notes="The lag is the time of the spike on receptor 1 minus that on receptor 0. Bins are centred on multiples of "
          f"delta_tau and closed on the left; there are 2 tau_max / delta_tau + 1 of them. {_CLEARED}")

correlomatrix_detector = Detector(
    name="correlomatrix_detector",
    summary="Covariances of the spikes on every two of its receptors.",
    parameters=_pairs(0.5, 5.0) | _CHANNELS | _EVENTS,
    receptors="N_channels", runs_as="correlomatrix",
    results={"covariance": State(0.0, "", "sums of products of the weights of pairs, by receptors and lag"),
             "count_covariance": State(0.0, "", "number of pairs by receptors and lag")} | _N_EVENTS,
    notes="Entry (i, j, k) counts spikes on i that follow spikes on j by a lag in bin k; the bin 0 holds lags of both signs, and "
          f"every spike with itself. delta_tau must be an odd multiple of the resolution. {_CLEARED}")

correlospinmatrix_detector = Detector(
    name="correlospinmatrix_detector",
    summary="Covariances of the binary states on every two of its receptors.",
    parameters=_pairs(0.1, 1.0) | _CHANNELS | _EVENTS,
    receptors="N_channels", runs_as="correlospinmatrix",
    results={"count_covariance": State(0.0, "", "steps in which both were 1, by receptors and lag")} | _N_EVENTS,
    notes="Entry (i, j, k) is the number of steps in which i was 1 and j had been 1 a lag of (k - tau_max / delta_tau) delta_tau "
          f"before. Two spikes at once set a receptor to 1, a single one to 0. {_CLEARED}")

spin_detector = Detector(
    name="spin_detector",
    summary="Changes of the states of binary neurons.",
    parameters=WINDOW | _EVENTS,
    runs_as="spin",
    results={"events": State(0.0, "", "times (ms), senders and states")} | _N_EVENTS,
    notes="Two spikes of a node at once say that its state is 1 now, a single one that it is 0.")

MODELS = (correlation_detector, correlomatrix_detector, correlospinmatrix_detector, spin_detector)
