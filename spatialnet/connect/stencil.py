"""Grids need no search: what one driver may connect to is a list of steps on the lattice, the same for all drivers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..expressions.evaluate import at
from ..language.nodes import Expression, is_random, symbols
from ..masks.mask import INSIDE, OUTSIDE, Mask
from ..space.layer import Nodes
from .rules import MOST_OF_A_PAIR

#: a lattice step decides the mask unless the mask's edge is that near, relative to the spacing; then positions do
_EDGE = 1e-6
#: a class of steps reaches down to that part of its largest p, or until so few nodes are expected
_SPREAD = 0.8
_FEW = 0.5
#: from this p on, each step of a Bernoulli rule costs a random byte, and below steps are jumped over (as in ext/lattice.pyx)
_BYTES_FROM = 0.03125
_LARGEST = 4_000_000


@dataclass(eq=False)
class Stencil:
    """Lattice steps from a driver to its candidates, in classes.

    Where p is a mean number, a class has similar p, and the largest comes first. Where it is a probability, the steps with p = 1 come
    first and then all that random bytes decide, in the order of the nodes they lead to; then classes of similar p.

    Attributes
    ----------
    shape : tuple of int
        Of the pool's lattice.
    wrap : bool
    driver_cells : ndarray (m, d) int32
        Cell of every driver on the pool's lattice; it may lie outside.
    steps : ndarray (k, d) int32
    p : ndarray (k,) float64
    threshold : ndarray (k,) uint8
        Random bytes below mean a connection; if equal, the rest of the random number decides.
    at_edge : ndarray (k,) uint8
        Whether the mask must be asked again with the positions themselves.
    class_begin : ndarray (n_classes + 1,) int64
    class_bound : ndarray (n_classes,) float64
    spacing : ndarray (d,) float64
        Displacement of one step along each axis.
    """

    shape: tuple[int, ...]
    wrap: bool
    driver_cells: NDArray[np.int32]
    steps: NDArray[np.int32]
    p: NDArray[np.float64]
    threshold: NDArray[np.uint8]
    at_edge: NDArray[np.uint8]
    class_begin: NDArray[np.int64]
    class_bound: NDArray[np.float64]
    spacing: NDArray[np.float64]


def stencil(driver: Nodes, pool: Nodes, p: Expression | float, mask: Mask | None, driver_is_source: bool,
            poisson: bool = False) -> Stencil | None:
    """The stencil for pairwise Bernoulli or Poisson, where p is a mean number, or None where there is none.

    There is one if the pool is a whole grid, all drivers lie on its lattice, and p depends on nothing but the
    displacement.
    """
    if len(pool.parts) != 1 or not pool.parts[0].is_whole or pool.parts[0].placement != "grid":
        return None
    if isinstance(p, Expression) and (is_random(p) or any(s.startswith(("source", "target")) for s in symbols(p))):
        return None
    layer = pool.parts[0]
    shape, extent = np.array(layer.shape), layer.extent
    spacing = extent / shape * np.array([1.0, -1.0, 1.0])[:len(shape)]
    cells = (np.concatenate([part.positions for part in driver.parts]) - layer.positions[0]) / spacing
    driver_cells = np.rint(cells)
    if np.abs(cells - driver_cells).max() > 1e-6 or np.abs(driver_cells).max() > 1e9:
        return None
    steps = _steps(shape, layer.edge_wrap, mask, extent / shape, driver_cells)
    if steps is None:
        return None
    offsets = steps * spacing
    at_edge = np.zeros(len(steps), np.uint8)
    if mask is not None:
        slack = _EDGE * np.abs(spacing)
        relation = mask.relation(offsets - slack, offsets + slack)
        keep = relation != OUTSIDE
        steps, offsets, at_edge = steps[keep], offsets[keep], (relation[keep] != INSIDE).astype(np.uint8)
    if isinstance(p, Expression):
        ahead = offsets if driver_is_source else -offsets
        values = at(p, displacement=ahead - extent * np.floor(ahead / extent + 0.5) if layer.edge_wrap else ahead)
        if np.isnan(values).any() or poisson and values.max() > MOST_OF_A_PAIR:
            return None  # the search reports which node it is
        values = np.clip(values, 0.0, None if poisson else 1.0)
    else:
        values = np.full(len(steps), float(p))
    # 0: always, 1: by random bytes, 2: those to jump over
    kind = np.full(len(values), 2) if poisson else np.where(values >= 1, 0, np.where(values >= _BYTES_FROM, 1, 2))
    order = np.lexsort((np.where(kind == 2, -values, 0.0), kind))[:np.count_nonzero(values)]
    values = values[order]
    ends = np.searchsorted(kind[order], [1, 2])
    begin, bound = _classes(values[ends[1]:])
    begin, bound = begin + ends[1], list(bound)
    for first, end in ((ends[0], ends[1]), (0, ends[0])):
        if end > first:
            begin, bound = np.r_[first, begin], [values[first:end].max(), *bound]
    bound = np.array(bound, np.float64)
    if layer.edge_wrap:
        driver_cells %= shape
    return Stencil(tuple(layer.shape), layer.edge_wrap, driver_cells.astype(np.int32), steps[order].astype(np.int32), values,
                   np.minimum(256 * values, 255).astype(np.uint8),
                   at_edge[order], begin, bound, spacing)


def _steps(shape: NDArray, wrap: bool, mask: Mask | None, size: NDArray, driver_cells: NDArray) -> NDArray | None:
    """All steps that can lead from a driver to a node of the pool inside the mask's bounding box."""
    if wrap:
        low, high = -(shape // 2), (shape - 1) // 2  # every node once
    else:
        low, high = -driver_cells.max(axis=0), shape - 1 - driver_cells.min(axis=0)
    if mask is not None:
        lower, upper = mask.bounding_box()
        if (np.array([1.0, -1.0, 1.0])[:len(shape)] < 0).any():  # a step down in y is a step up in number
            lower, upper = lower.copy(), upper.copy()
            lower[1], upper[1] = -upper[1], -lower[1]
        first, last = np.floor(lower / size - _EDGE), np.ceil(upper / size + _EDGE)
        if wrap and (last - first >= shape).any():
            return None  # a node could be met twice: left to the search, which knows how to count it once
        low, high = (first, last) if wrap else (np.maximum(low, first), np.minimum(high, last))
    low, high = low.astype(np.int64), high.astype(np.int64)
    count = np.maximum(high - low + 1, 0)
    if not 0 < count.prod() <= _LARGEST:
        return None
    axes = [np.arange(a, b + 1) for a, b in zip(low, high)]
    return np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, len(shape))


def _classes(values: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Ranges of similar value in a descending array."""
    begin, bound, at = [0], [], 0
    while at < len(values):
        top = values[at]
        few = len(values) if top * len(values) <= _FEW else int(_FEW / top)
        end = max(at + 1, int(np.searchsorted(-values, -_SPREAD * top, side="right")), at + few)
        at = min(end, len(values))
        begin.append(at)
        bound.append(top)
    return np.array(begin, np.int64), np.array(bound, np.float64)
