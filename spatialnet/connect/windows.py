"""A given number of pairs in space: the first events of many Poisson processes, found window by window of time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from .._core import merge
from .._core.geometry import displacement
from .._core.random import uniforms
from ..errors import ConnectError
from ..expressions import streams
from ..expressions.coordinates import PAIR_SYMBOLS
from ..expressions.evaluate import at
from ..language.nodes import Expression, is_random, operation
from ..language.program import compile_program

if TYPE_CHECKING:
    from .build import Job

_PAIRS_AT_ONCE = 1 << 16
_TIMES = 4  # occurrence of the random numbers

#: pairs by driver: where each row begins, and the nodes of the pool, ascending in each row
Pairs = tuple[NDArray[np.int64], NDArray[np.uint32]]


class Windows:
    """Draws `rule.n` pairs inside the mask, in proportion to p.

    Every pair is a Poisson process whose rate is its p, and the first `n` events of all are taken (without multapses: the
    first events of `n` pairs). Time is cut into windows, each as long as what came before suggests; in all but the last
    everything is taken, and in the last the events that come first.
    """

    def __init__(self, job: Job):
        self.job, self.rule = job, job.rule
        self.n, self.once = job.rule.n, not job.rule.allow_multapses
        self.drivers, self.nodes = job.positions(job.driver), job.positions(job.pool)
        self._set_rate()

    def _set_rate(self) -> None:
        """p relative to its largest value, and the longest window, in units of 1 / that value."""
        p, job = self.rule.p, self.job
        self.rate: float | Expression = 1.0
        self.is_random = is_random(p) if p is not None else False
        # at the end of the longest window every pair with p > 0 has had an event, where that can be asked for
        self.longest = 1024.0 if self.is_random else 1e290 if self.once else 2.0 ** 19
        if p is not None:
            scale = _largest(p, np.minimum(self.drivers.min(0), self.nodes.min(0)),
                             np.maximum(self.drivers.max(0), self.nodes.max(0)), job.extent if job.edge_wrap else None)
            if not 0 < scale < np.inf:
                raise ConnectError(f"{job.label}: p = {p!r} has no finite positive upper bound on these layers.")
            self.rate = p / scale

    def draw(self, watch: Callable[[float, int], None] | None) -> Pairs:
        """The pairs; `watch` is told what part of them is there, and their number."""
        n, once = self.n, self.once
        offsets, nodes, n_chosen = np.zeros(len(self.drivers) + 1, np.int64), np.empty(n, np.uint32), 0
        elapsed, window, idle = 0.0, 0, 0
        length = n / (len(self.drivers) * len(self.nodes))
        while n_chosen < n:
            length = min(length, self.longest)
            made, times = self._window(length, window)
            keep = np.ones(len(made[1]), bool)
            if once:
                merge.leave_known(offsets, nodes, *made, keep.view(np.uint8))
            left = n - n_chosen
            excess = np.count_nonzero(keep) - left
            if excess > 0:
                keep[_latest(times, keep, excess)] = False
            made = made if keep.all() else merge.kept(*made, keep.view(np.uint8))
            del keep, times
            n_made = len(made[1])
            if n_made:
                offsets = merge.put_in(offsets, nodes, *made)
            del made
            n_chosen, left = n_chosen + n_made, left - n_made
            elapsed, window, idle = elapsed + length, window + 1, 0 if n_made else idle + 1
            if length >= self.longest and left and (not n_made or once and not self.is_random):
                raise ConnectError(f"{self.job.label}: {n_chosen} pairs could be drawn but n={n}; the mask and p leave "
                                   "too few. Widen them, or lower n.")
            if watch is not None:
                watch(n_chosen / n, n_chosen)
            if n_made:  # a little more than is missing, at a rate that is rather too high
                length = min(16 * elapsed, (left + 4 * left ** 0.5 + 4) * length / (n_made + 2 * n_made ** 0.5 + 2))
            else:
                length = elapsed * 16.0 ** (idle if once and not self.is_random else 1)
        return offsets, nodes

    def _window(self, length: float, number: int) -> tuple[Pairs, Callable[[int, int], NDArray[np.float64]]]:
        """Pairs with events in a window, and a function for when those first … end - 1 have them."""
        job, rule, rate, once = self.job, self.rule, self.rate, self.once
        wide = rule.mask is not None and (job.dedupe or rule.allow_oversized_mask)
        if once and not self.is_random:  # whether there is any event
            p: Any = -operation("expm1", -length * rate) if isinstance(rate, Expression) else -np.expm1(-length)
            poisson = False
        else:
            p, poisson = length * rate, True
        offsets, nodes, _, _ = job.rows_by_driver(p, None, poisson, None if wide else rule.mask, each_event=self.is_random,
                                                  window=number)
        made = offsets, nodes
        if wide:  # a node counts once, however many of its images are inside
            keep = np.empty(len(nodes), bool)
            for first, end, start, stop in self._blocks(made):
                keep[first:end] = self._in_mask(stop - start)
            made = merge.kept(*made, keep.view(np.uint8))
        copies = None
        if once and self.is_random:
            offsets, nodes, copies = merge.each_once(*made)
            made = offsets, nodes
        thing = (0, _TIMES, job.index | number << 32)

        def times(first: int, end: int) -> NDArray[np.float64]:
            u = uniforms(job.network.seed, streams.CANDIDATE, thing, end - first, first)
            if copies is not None:  # the first of some events
                return -np.expm1(np.log1p(-u) / copies[first:end])
            if not once:
                return u
            rates = self._rates(*self._ends(made, first, end)) if isinstance(rate, Expression) else 1.0
            return -np.log1p(u * np.expm1(-length * rates)) / rates
        return made, times

    def _rates(self, driver: NDArray[np.float64], node: NDArray[np.float64]) -> NDArray[np.float64]:
        job = self.job
        start, end = (driver, node) if job.driver_is_source else (node, driver)
        return at(self.rate, displacement=displacement(start, end, job.extent, job.edge_wrap), source=start, target=end)

    def _ends(self, pairs: Pairs, first: int, end: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Positions of the drivers and nodes of pairs first … end - 1."""
        driver = np.searchsorted(pairs[0], np.arange(first, end), side="right") - 1
        return self.drivers[driver], self.nodes[pairs[1][first:end]]

    def _blocks(self, pairs: Pairs) -> Iterator[tuple[int, int, NDArray[np.float64], NDArray[np.float64]]]:
        for first in range(0, len(pairs[1]), _PAIRS_AT_ONCE):
            end = min(first + _PAIRS_AT_ONCE, len(pairs[1]))
            yield first, end, *self._ends(pairs, first, end)

    def _in_mask(self, raw: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Whether any periodic image of the displacement lies in the mask."""
        mask, extent = self.rule.mask, self.job.extent
        if not self.job.edge_wrap:
            return mask.contains(raw)
        lower, upper = mask.bounding_box()
        inside = np.zeros(len(raw), bool)
        first = np.floor((lower - raw.max(axis=0)) / extent).astype(int)
        last = np.ceil((upper - raw.min(axis=0)) / extent).astype(int)
        for turns in np.ndindex(*(last - first + 1)):
            inside |= mask.contains(raw + (first + turns) * extent)
        return inside


def _latest(times: Callable[[int, int], NDArray[np.float64]], keep: NDArray[np.bool_], n: int) -> NDArray[np.int64]:
    """Numbers of the `n` pairs to keep that come last."""
    number, time = np.empty(0, np.int64), np.empty(0)
    for first in range(0, len(keep), _PAIRS_AT_ONCE):
        end = min(first + _PAIRS_AT_ONCE, len(keep))
        some = keep[first:end]
        time = np.concatenate([time, times(first, end)[some]])
        number = np.concatenate([number, first + np.flatnonzero(some)])
        if len(time) > n:
            last = np.argpartition(time, len(time) - n)[len(time) - n:]
            number, time = number[last], time[last]
    return number


def _largest(p: Expression, lower: NDArray, upper: NDArray, extent: NDArray | None) -> float:
    """An upper bound of p for all pairs of nodes inside a box."""
    width = upper - lower
    reach = width if extent is None else np.minimum(width, extent / 2)
    low, high = {"distance": 0.0}, {"distance": float(np.sqrt((reach ** 2).sum()))}
    for k, axis in enumerate("xyz"[:len(width)]):
        low |= {f"distance_{axis}": 0.0, f"d{axis}": -reach[k], f"source_{axis}": lower[k], f"target_{axis}": lower[k]}
        high |= {f"distance_{axis}": reach[k], f"d{axis}": reach[k], f"source_{axis}": upper[k], f"target_{axis}": upper[k]}
    program = compile_program(p, PAIR_SYMBOLS)
    bounds = program.bounds({i: np.array([low[i]]) for i in program.inputs}, {i: np.array([high[i]]) for i in program.inputs}, 1)
    return float(bounds[1][0])
