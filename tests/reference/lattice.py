"""Pairwise connections on a grid in slow Python: lattice steps from a driver, in classes of similar probability."""

from __future__ import annotations

import itertools
import math

import numpy as np

from spatialnet.language.nodes import Expression, is_random, symbols
from tests.reference.programs import bounds, evaluate

AXES = "xyz"
EDGE, SPREAD, FEW, BYTES_FROM = 1e-6, 0.8, 0.5, 0.03125


class Lattice:
    """The steps from drivers on the lattice of a grid to its nodes, the most probable first."""

    def __init__(self, pool, origins: np.ndarray, p, mask, driver_is_source: bool, poisson: bool = False):
        self.shape, self.wrap, self.mask, self.poisson = pool.shape, pool.edge_wrap, mask, poisson
        self.extent, self.positions, self.first = pool.extent, pool.positions, pool.positions[0]
        # numbers grow to the right, downwards, and up
        self.spacing = pool.extent / np.array(pool.shape) * np.array([1, -1, 1])[:len(pool.shape)]
        steps = list(itertools.product(*self._ranges(origins)))
        offsets = np.array(steps) * self.spacing
        edge = np.zeros(len(steps), bool)
        keep = np.ones(len(steps), bool)
        if mask is not None:
            slack = EDGE * np.abs(self.spacing)
            low, high = bounds(mask.expression, _columns(offsets - slack), _columns(offsets + slack), len(steps))
            keep, edge = high != 0, low == 0
        values = np.full(len(steps), p, float) if not isinstance(p, Expression) else np.clip(
            self._p(p, offsets if driver_is_source else -offsets), 0, None if poisson else 1)
        chosen = sorted((i for i in range(len(steps)) if keep[i] and values[i] > 0), key=lambda i: self._rank(values[i]))
        self.steps = [(steps[i], float(values[i]), bool(edge[i])) for i in chosen]

    def _rank(self, p: float) -> tuple[int, float]:
        """Where a step stands among the others; equal ones stay in the order of the lattice."""
        if not self.poisson and p >= BYTES_FROM:
            return (0 if p >= 1 else 1), 0.0
        return 2, -p

    @staticmethod
    def exists(pool, origins: np.ndarray, p, mask) -> bool:
        """Whether p is a matter of the displacement alone and every driver lies on the lattice of the pool."""
        layer = pool.parts[0]
        if len(pool.parts) > 1 or not layer.is_whole or layer.shape is None:
            return False
        if isinstance(p, Expression) and (is_random(p) or any("source" in s or "target" in s for s in symbols(p))):
            return False
        if mask is not None and layer.edge_wrap:  # so wide that a step and another may end on the same node
            lower, upper = mask.bounding_box()
            size = layer.extent / np.array(layer.shape)
            sign = np.array([1, -1, 1])[:len(size)]
            lower, upper = np.minimum(lower * sign, upper * sign), np.maximum(lower * sign, upper * sign)
            if any(math.ceil(b / s + EDGE) - math.floor(a / s - EDGE) >= n
                   for a, b, s, n in zip(lower, upper, size, layer.shape)):
                return False
        cells = (origins - layer.positions[0]) / (layer.extent / np.array(layer.shape))
        return bool((np.abs(cells - np.rint(cells)) <= 1e-6).all())

    def cell(self, x: np.ndarray) -> np.ndarray:
        cell = np.rint((x - self.first) / self.spacing).astype(int)
        return cell % np.array(self.shape) if self.wrap else cell

    def _ranges(self, origins: np.ndarray) -> list[range]:
        cells = np.array([self.cell(x) for x in origins])
        ranges = []
        lower, upper = self.mask.bounding_box() if self.mask is not None else (None, None)
        for k, n in enumerate(self.shape):
            least, most = (-(n // 2), (n - 1) // 2) if self.wrap else (-cells[:, k].max(), n - 1 - cells[:, k].min())
            if self.mask is not None:
                ends = sorted((lower[k] / self.spacing[k], upper[k] / self.spacing[k]))
                first, last = math.floor(ends[0] - EDGE), math.ceil(ends[1] + EDGE)
                least, most = (first, last) if self.wrap else (max(least, first), min(most, last))
            ranges.append(range(least, most + 1))
        return ranges

    def _p(self, p: Expression, ahead: np.ndarray) -> np.ndarray:
        if self.wrap:
            ahead = ahead - self.extent * np.floor(ahead / self.extent + 0.5)
        values = _columns(ahead)
        values |= {f"distance_{AXES[k]}": np.abs(ahead[:, k]) for k in range(ahead.shape[1])}
        square = ahead[:, 0] ** 2
        for k in range(1, ahead.shape[1]):
            square = square + ahead[:, k] ** 2
        values["distance"] = np.sqrt(square)
        return evaluate(p, values, len(ahead))

    def node(self, cell: np.ndarray, step: tuple[int, ...]) -> int | None:
        there = cell + step
        if self.wrap:
            there %= np.array(self.shape)
        elif (there < 0).any() or (there >= self.shape).any():
            return None
        return int(np.ravel_multi_index(tuple(there), self.shape))

    def in_mask(self, x: np.ndarray, node: int, step: tuple[int, ...]) -> bool:
        """Asked with the positions themselves, since the step ends on the mask's edge."""
        raw = self.positions[node] - x
        if self.wrap:
            turns = np.floor((step * self.spacing - raw) / self.extent + 0.5)
            raw = self.positions[node] - (x - turns * self.extent)
        return bool(evaluate(self.mask.expression, _columns(raw[None]), 1)[0])

    def classes(self):
        """Ranges of steps: always taken, decided by bytes, and those whose p lies within a factor, or where few are expected anyway."""
        begin = 0
        for kind in (0, 1):
            some = [step for step in self.steps if self._rank(step[1])[0] == kind]
            if some:
                yield some, max(p for _, p, _ in some)
                begin += len(some)
        while begin < len(self.steps):
            top = self.steps[begin][1]
            similar = begin
            while similar < len(self.steps) and self.steps[similar][1] >= SPREAD * top:
                similar += 1
            end = min(max(similar, begin + int(FEW / top)), len(self.steps))
            yield self.steps[begin:end], top
            begin = end

    def taken(self, draws):
        """The steps one driver takes."""
        tested = 0
        if self.poisson:
            for steps, bound in self.classes():
                for i in draws.events(len(steps), bound, True):
                    if draws.thinning(tested, 1)[0] * bound < steps[i][1]:
                        yield steps[i]
                    tested += 1
            return
        for steps, bound in self.classes():
            if bound >= 1:
                yield from steps
            elif bound >= BYTES_FROM:
                yield from (step for step, u in zip(steps, draws.refined(len(steps))) if u < step[1])
            else:
                at = 0
                while at < len(steps):
                    at += draws.jump(bound)
                    if at >= len(steps):
                        break
                    if draws.candidate.unit() * bound < steps[at][1]:
                        yield steps[at]
                    at += 1

    def targets(self, x: np.ndarray, draws, own: int | None) -> list[int]:
        """Nodes of the pool that the driver at `x` is connected with; `own` is left out."""
        found, cell = [], self.cell(x)
        for step, _, edge in self.taken(draws):
            node = self.node(cell, step)
            if node is not None and node != own and (not edge or self.in_mask(x, node, step)):
                found.append(node)
        return found


def _columns(points: np.ndarray) -> dict[str, np.ndarray]:
    return {f"d{AXES[k]}": points[:, k] for k in range(points.shape[1])}
