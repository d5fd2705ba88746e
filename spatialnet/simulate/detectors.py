"""Detectors: nodes that count the spikes sent to them.

They see stamps of emission, whatever the delay; a spike counts if it lies in (start + origin, stop + origin].
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..errors import ParameterError
from .groups import Group
from .result import DetectorRecord
from .timing import NEVER, grid_steps

#: pairs of spikes, or steps, that are worked on at once
_AT_ONCE = 1 << 20


class DetectorGroup(Group):
    """Base: `receive` collects spikes, `evaluate` counts them in the order (stamp, receptor)."""

    kind = "relays"  # without a ring the engine has nothing to do for them
    listens = can_freeze = False

    def refresh(self, step: int) -> None:
        origin = self.steps("origin")
        self.start, self.stop = (np.where(np.abs(b) == NEVER, b, b + origin) for b in (self.steps("start"), self.steps("stop")))
        self.arrived: list[tuple[NDArray, ...]] = []
        self.clear()

    def steps(self, name: str) -> NDArray[np.int64]:
        """A parameter in ms as steps, one per node."""
        return np.broadcast_to(grid_steps(self.parameters[name], self.h, self.owner(), name), self.population.n)

    def clear(self) -> None:
        """Begin anew."""

    def receive(self, table: object, steps: NDArray[np.int64], nodes: NDArray[np.uint32]) -> None:
        """Spikes of a source population, in any order; one of multiplicity m is listed m times."""
        order = np.lexsort((nodes, steps))
        steps, nodes = steps[order], nodes[order].astype(np.int64)
        first = np.flatnonzero(np.concatenate([[True], (steps[1:] != steps[:-1]) | (nodes[1:] != nodes[:-1])]))
        counts = np.diff(np.append(first, steps.size))
        steps, nodes = steps[first], nodes[first]
        lengths = table.offsets[nodes + 1] - table.offsets[nodes]
        spike = np.repeat(np.arange(steps.size), lengths)
        j = np.arange(spike.size) - np.repeat(np.cumsum(lengths) - lengths - table.offsets[nodes], lengths)
        targets = table.targets[j].astype(np.int64)
        weights = np.broadcast_to(table.weights, len(table.targets))[j].astype(np.float64)
        keep = (steps[spike] > self.start[targets]) & (steps[spike] <= self.stop[targets])
        columns = (targets, steps[spike], np.full(spike.size, table.receptor), nodes[spike] + table.source.first_id,
                   counts[spike], weights)
        self.arrived.append(tuple(column[keep] for column in columns))

    def evaluate(self, step: int) -> None:
        """Count what has arrived up to `step`."""
        columns = [np.concatenate(c) for c in zip(*self.arrived)] or [np.zeros(0, np.int64)] * 6
        self.arrived = []
        for node in range(self.population.n):
            mine = columns[0] == node
            steps, receptors, senders, counts, weights = (c[mine] for c in columns[1:])
            order = np.lexsort((senders, receptors, steps))
            self.count(node, step, *(c[order] for c in (steps, receptors, senders, counts, weights)))

    def count(self, node: int, step: int, steps: NDArray, receptors: NDArray, senders: NDArray, counts: NDArray,
              weights: NDArray) -> None:
        """Count the spikes of one node, ordered by stamp."""
        raise NotImplementedError

    def result(self, name: str, node: int) -> NDArray:
        """A result of one node."""
        raise NotImplementedError

    def record(self) -> DetectorRecord:
        """All results, with a dimension for the nodes."""
        raise NotImplementedError

    def _nodes(self) -> dict[str, tuple]:
        ids = self.population.first_id + np.arange(self.population.n)
        return {"node": (("node",), ids, {"long_name": "global id of the detector"})}


class _PairCounter(DetectorGroup):
    """Base of the detectors that count pairs of spikes: histograms by channel, channel and bin of the lag."""

    def refresh(self, step: int) -> None:
        self.bin, self.reach = self.steps("delta_tau"), self.steps("tau_max")
        for node in range(self.population.n):
            if self.bin[node] < 1 or self.reach[node] % self.bin[node]:
                raise ParameterError(self.owner(), "tau_max", "must be a multiple of delta_tau, which must be at least the "
                                     f"resolution {self.h:g} ms; got tau_max = {self.reach[node] * self.h:g} ms and "
                                     f"delta_tau = {self.bin[node] * self.h:g} ms.")
        self.first, self.last = self.steps("Tstart"), self.steps("Tstop")
        super().refresh(step)

    def clear(self) -> None:
        n = self.population.n
        self.sums = [np.zeros(self.shape(i)) for i in range(n)]
        self.corrections = [np.zeros(self.shape(i)) for i in range(n)]
        self.numbers = [np.zeros(self.shape(i), np.int64) for i in range(n)]
        self.events = [np.zeros(self.channels(i), np.int64) for i in range(n)]
        self.held = [tuple(np.zeros(0, t) for t in (np.int64, np.int64, np.int64, float)) for _ in range(n)]

    def channels(self, node: int) -> int:
        """Number of receptors of a node."""
        raise NotImplementedError

    def shape(self, node: int) -> tuple[int, ...]:
        """Of the histograms of a node."""
        raise NotImplementedError

    def bins(self, node: int, early: NDArray, late: NDArray, lag: NDArray) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """Where pairs belong in the flat histogram, and which of them belong there; `lag` (steps) is not negative."""
        raise NotImplementedError

    def count(self, node: int, step: int, steps: NDArray, receptors: NDArray, senders: NDArray, counts: NDArray,
              weights: NDArray) -> None:
        counted = (steps >= self.first[node]) & (steps <= self.last[node])
        self.events[node] += np.bincount(receptors[counted], minlength=self.channels(node))
        n_held = self.held[node][0].size
        steps, receptors, counts, values = (np.concatenate(c) for c in
                                            zip(self.held[node], (steps, receptors, counts, weights * counts)))
        late = n_held + np.flatnonzero(counted)
        longest = int(self.reach[node] + self.bin[node])
        low = np.searchsorted(steps, steps[late] - longest)
        lengths = late + 1 - low
        ends = np.cumsum(lengths)
        begin = 0
        while begin < late.size:
            end = max(int(np.searchsorted(ends, ends[begin] - lengths[begin] + _AT_ONCE, side="right")), begin + 1)
            size = lengths[begin:end]
            j = np.repeat(late[begin:end], size)
            i = np.arange(j.size) - np.repeat(np.cumsum(size) - size - low[begin:end], size)
            self._pairs(node, steps[j] - steps[i], receptors[i], receptors[j], values[i] * values[j], counts[j], i == j)
            begin = end
        keep = steps > step - longest
        self.held[node] = steps[keep], receptors[keep], counts[keep], values[keep]

    def _pairs(self, node: int, lag: NDArray, early: NDArray, late: NDArray, products: NDArray, counts: NDArray,
               itself: NDArray[np.bool_]) -> None:
        where, fits = self.bins(node, early, late, lag)
        self._add(node, where, fits & self.counts_itself(itself), products, counts)

    def counts_itself(self, itself: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Which pairs count, given which are of a spike with itself."""
        return ~itself

    def _add(self, node: int, where: NDArray, keep: NDArray, products: NDArray, counts: NDArray) -> None:
        size = self.sums[node].size
        more = np.bincount(where[keep], products[keep], size).reshape(self.shape(node))
        # compensated (Kahan), as long runs add little to much
        term = more - self.corrections[node]
        total = self.sums[node] + term
        self.corrections[node] = (total - self.sums[node]) - term
        self.sums[node] = total
        self.numbers[node] += np.bincount(where[keep], counts[keep], size).astype(np.int64).reshape(self.shape(node))

    def _padded(self, per_node: list[NDArray]) -> NDArray:
        shape = tuple(max(sizes) for sizes in zip(*(a.shape for a in per_node)))
        out = np.zeros((len(per_node), *shape), per_node[0].dtype)
        for row, array in zip(out, per_node):
            row[tuple(slice(0, n) for n in array.shape)] = array
        return out

    def _lags(self, n_negative: int, n: int) -> dict[str, tuple]:
        if len(set(self.bin.tolist())) > 1 or len(set(self.reach.tolist())) > 1:
            return {"lag": (("lag",), np.arange(n), {"long_name": "number of the bin; detectors have different ones"})}
        lags = (np.arange(n) - n_negative) * int(self.bin[0]) * self.h
        return {"lag": (("lag",), lags, {"units": "ms", "long_name": "centre of the bin of lags"})}


class CorrelationGroup(_PairCounter):
    """correlation_detector: lags of spikes on receptor 1 relative to those on receptor 0."""

    def channels(self, node: int) -> int:
        return 2

    def shape(self, node: int) -> tuple[int, ...]:
        return (2 * int(self.reach[node] // self.bin[node]) + 1,)

    def bins(self, node: int, early: NDArray, late: NDArray, lag: NDArray) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        width, reach = int(self.bin[node]), int(self.reach[node])
        where = (2 * np.where(late == 1, lag, -lag) + 2 * reach + width) // (2 * width)
        return where, (early != late) & (where >= 0) & (where < self.shape(node)[0])

    def result(self, name: str, node: int) -> NDArray:
        return {"histogram": self.sums, "histogram_correction": self.corrections, "count_histogram": self.numbers,
                "n_events": self.events}[name][node].copy()

    def record(self) -> DetectorRecord:
        sums, numbers = self._padded(self.sums), self._padded(self.numbers)
        return DetectorRecord({
            "histogram": (("node", "lag"), sums, {"long_name": "sum of products of weights over pairs of spikes"}),
            "count_histogram": (("node", "lag"), numbers, {"long_name": "number of pairs of spikes"}),
            "n_events": (("node", "channel"), np.array(self.events), {"long_name": "number of spikes"}),
        }, self._nodes() | self._lags(sums.shape[1] // 2, sums.shape[1]) | {
            "channel": (("channel",), np.arange(2), {"long_name": "receptor"})})


class CorrelomatrixGroup(_PairCounter):
    """correlomatrix_detector: pairs of spikes of every two channels, spikes with themselves included."""

    def refresh(self, step: int) -> None:
        super().refresh(step)
        if (self.bin % 2 == 0).any():
            raise ParameterError(self.owner(), "delta_tau", "must be an odd multiple of the resolution, so that no lag lies on "
                                 "the border of a bin.")

    def channels(self, node: int) -> int:
        return int(self.column("N_channels")[node])

    def shape(self, node: int) -> tuple[int, ...]:
        n = self.channels(node)
        return n, n, int(self.reach[node] // self.bin[node]) + 1

    def bins(self, node: int, early: NDArray, late: NDArray, lag: NDArray) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        n, _, n_bins = self.shape(node)
        k = (2 * lag + self.bin[node]) // (2 * self.bin[node])
        return (late * n + early) * n_bins + np.minimum(k, n_bins - 1), k < n_bins

    def _pairs(self, node: int, lag: NDArray, early: NDArray, late: NDArray, products: NDArray, counts: NDArray,
               itself: NDArray[np.bool_]) -> None:
        where, fits = self.bins(node, early, late, lag)
        self._add(node, where, fits, products, counts)
        # the first bin holds lags of both signs
        where, fits = self.bins(node, late, early, lag)
        self._add(node, where, fits & ~itself & (2 * lag < self.bin[node]), products, counts)

    def result(self, name: str, node: int) -> NDArray:
        return {"covariance": self.sums, "count_covariance": self.numbers, "n_events": self.events}[name][node].copy()

    def record(self) -> DetectorRecord:
        sums, numbers = self._padded(self.sums), self._padded(self.numbers)
        dims, number = ("node", "channel", "other", "lag"), np.arange(sums.shape[1])
        return DetectorRecord({
            "covariance": (dims, sums, {"long_name": "sum of products of weights over pairs of spikes"}),
            "count_covariance": (dims, numbers, {"long_name": "number of pairs of spikes"}),
            "n_events": (("node", "channel"), self._padded(self.events), {"long_name": "number of spikes"}),
        }, self._nodes() | self._lags(0, sums.shape[3]) | {
            "channel": (("channel",), number, {"long_name": "receptor of the later spike"}),
            "other": (("other",), number, {"long_name": "receptor of the earlier spike"})})


def spins(steps: NDArray, senders: NDArray, counts: NDArray) -> NDArray[np.int64]:
    """Binary states told by spikes: two at once say 1, a single one 0."""
    return (counts == 2).astype(np.int64)


class CorrelospinGroup(CorrelomatrixGroup):
    """correlospinmatrix_detector: for how many steps one channel was 1 while another had been 1 a lag before."""

    def refresh(self, step: int) -> None:
        _PairCounter.refresh(self, step)
        self.reached = step

    def shape(self, node: int) -> tuple[int, ...]:
        n = self.channels(node)
        return n, n, 2 * int(self.reach[node] // self.bin[node]) + 1

    def clear(self) -> None:
        super().clear()
        n = range(self.population.n)
        self.state = [np.zeros(self.channels(i), np.int64) for i in n]
        self.before = [np.zeros((self.channels(i), int(self.reach[i])), np.float32) for i in n]

    def evaluate(self, step: int) -> None:
        super().evaluate(step)
        self.reached = step

    def count(self, node: int, step: int, steps: NDArray, receptors: NDArray, senders: NDArray, counts: NDArray,
              weights: NDArray) -> None:
        state = spins(steps, senders, counts)
        self.events[node] += np.bincount(receptors, minlength=self.channels(node))
        for begin in range(self.reached, step, _AT_ONCE):
            end = min(begin + _AT_ONCE, step)
            values = np.zeros((self.channels(node), end - begin), np.float32)
            for channel in range(self.channels(node)):
                mine = (receptors == channel) & (steps > begin) & (steps <= end)
                # a state holds from the stamp of its spike on
                ends = np.concatenate([[0], steps[mine] - begin - 1, [end - begin]])
                values[channel] = np.repeat(np.append(self.state[node][channel], state[mine]), np.diff(ends))
                self.state[node][channel] = state[mine][-1] if mine.any() else self.state[node][channel]
            self._correlate(node, begin, values)

    def _correlate(self, node: int, begin: int, values: NDArray[np.float32]) -> None:
        reach, width, n_now = int(self.reach[node]), int(self.bin[node]), values.shape[1]
        joined = np.concatenate([self.before[node], values], axis=1)
        stamps = np.arange(begin + 1, begin + 1 + n_now)
        late = values * ((stamps >= self.first[node]) & (stamps <= self.last[node]))
        middle = reach // width
        for k in range(middle + 1):
            shifted = joined[:, reach - k * width:reach - k * width + n_now]
            pairs = np.rint(late @ shifted.T).astype(np.int64)
            self.numbers[node][:, :, middle + k] += pairs
            if k:
                self.numbers[node][:, :, middle - k] += pairs.T
        self.before[node] = joined[:, joined.shape[1] - reach:]

    def result(self, name: str, node: int) -> NDArray:
        return {"count_covariance": self.numbers, "n_events": self.events}[name][node].copy()

    def record(self) -> DetectorRecord:
        numbers = self._padded(self.numbers)
        number = np.arange(numbers.shape[1])
        return DetectorRecord({
            "count_covariance": (("node", "channel", "other", "lag"), numbers,
                                 {"long_name": "steps in which the channel was 1 and the other had been 1 a lag before"}),
            "n_events": (("node", "channel"), self._padded(self.events), {"long_name": "number of changes of state"}),
        }, self._nodes() | self._lags(numbers.shape[3] // 2, numbers.shape[3]) | {
            "channel": (("channel",), number, {"long_name": "receptor"}),
            "other": (("other",), number, {"long_name": "receptor of the other"})})


class SpinGroup(DetectorGroup):
    """spin_detector: the states that spikes of binary neurons tell."""

    def clear(self) -> None:
        self.events: list[list[tuple[NDArray, ...]]] = [[] for _ in range(self.population.n)]

    def count(self, node: int, step: int, steps: NDArray, receptors: NDArray, senders: NDArray, counts: NDArray,
              weights: NDArray) -> None:
        if steps.size:
            self.events[node].append((steps, senders, spins(steps, senders, counts)))

    def columns(self, node: int) -> tuple[NDArray, ...]:
        """Steps, senders and states of one node."""
        if not self.events[node]:
            return (np.zeros(0, np.int64),) * 3
        self.events[node] = [tuple(np.concatenate(c) for c in zip(*self.events[node]))]
        return self.events[node][0]

    def result(self, name: str, node: int) -> NDArray | int | dict[str, NDArray]:
        steps, senders, state = self.columns(node)
        if name == "n_events":
            return steps.size
        return {"times": steps * self.h, "senders": senders.copy(), "state": state.copy()}

    def record(self) -> DetectorRecord:
        columns = [self.columns(node) for node in range(self.population.n)]
        steps, senders, state = (np.concatenate(c) for c in zip(*columns))
        detector = self.population.first_id + np.repeat(np.arange(self.population.n), [c[0].size for c in columns])
        return DetectorRecord({
            "time": (("event",), steps * self.h, {"units": "ms", "long_name": "time of the change"}),
            "node": (("event",), senders, {"long_name": "global id of the node"}),
            "state": (("event",), state, {"long_name": "state after the change"}),
            "detector": (("event",), detector, {"long_name": "global id of the detector"})}, {})


GROUPS = {"correlation": CorrelationGroup, "correlomatrix": CorrelomatrixGroup, "correlospinmatrix": CorrelospinGroup,
          "spin": SpinGroup}
