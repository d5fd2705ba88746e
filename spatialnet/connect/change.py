"""Changes of connections that exist: other weights and delays, and fewer connections. All or nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .._core.geometry import displacement as _displacement
from ..errors import ConnectError, ExpressionError, ParameterError
from ..expressions import streams
from ..expressions.coordinates import NODE_SYMBOLS, PAIR_SYMBOLS, n_axes
from ..expressions.evaluate import at
from ..expressions.functions import number
from ..language.nodes import Expression, symbols
from ..space.layer import Nodes
from .build import _narrow
from .projection import ConnectionTable
from .selection import Picked, pick
from .synapse import delay_error, delay_steps

if TYPE_CHECKING:
    from .projection import Projection

#: pairs evaluated at once
_BLOCK = 1 << 18


def set_values(projection: Projection, weight: Any, delay: Any, source: ArrayLike | Nodes | None,
               target: ArrayLike | Nodes | None, where: ArrayLike | None) -> None:
    """What `Projection.set` does."""
    label = f"projection '{projection.name}'"
    if weight is None and delay is None:
        raise ParameterError(label, "set", "needs weight= or delay=")
    picked = pick(projection, source, target, where)
    made = []
    if weight is not None:
        values = _values(projection, "weight", weight, picked)
        made.append(("weights", [_narrow(_merged(p, p.table.weights, v, np.float64)) for p, v in zip(picked, values)]))
    if delay is not None:
        values = _values(projection, "delay", delay, picked)
        steps = [delay_steps(v, projection.network.resolution).astype(np.uint16) for v in values]
        made.append(("delays", [_constant(_merged(p, p.table.delays, s, np.uint16)) for p, s in zip(picked, steps)]))
    for name, columns in made:
        for one, column in zip(picked, columns):
            setattr(one.table, name, column)
    given = {name: value for name, value in (("weight", weight), ("delay", delay)) if value is not None}
    if source is None and target is None and where is None and all(np.ndim(v) == 0 and not isinstance(v, Expression)
                                                                   for v in given.values()):
        # the same as having connected with them
        numbers = {name: float(value) for name, value in given.items()}
        changed = tuple(replace(s, **numbers) for s in projection.synapses)
        projection.synapse = changed if len(changed) > 1 else changed[0]
    else:
        projection.n_changes += 1


def remove(projection: Projection, source: ArrayLike | Nodes | None, target: ArrayLike | Nodes | None,
           where: ArrayLike | None) -> int:
    """What `Projection.disconnect` does."""
    picked = pick(projection, source, target, where)
    n = sum(map(len, picked))
    if n == 0:
        raise ConnectError(f"projection '{projection.name}': there is no such connection, so none is removed.")
    projection.tables = [_without(p) for p in picked]
    projection.n_changes += 1
    return n


def _without(picked: Picked) -> ConnectionTable:
    """A table without the picked rows; one that becomes empty stays, so that the numbers of the others do."""
    table = picked.table
    if len(picked) == 0:
        return table
    keep = np.ones(len(table), bool)
    keep[picked.rows] = False
    removed_before = np.searchsorted(np.flatnonzero(~keep), table.offsets)
    weights, delays = (c[keep] if isinstance(c, np.ndarray) else c for c in (table.weights, table.delays))
    return replace(table, offsets=table.offsets - removed_before, targets=table.targets[keep], weights=weights, delays=delays)


def _merged(picked: Picked, column: Any, values: NDArray[Any], dtype: Any) -> Any:
    """A column with `values` at the picked rows."""
    if picked.is_whole:
        return values
    if len(picked) == 0:
        return column
    whole = np.empty(len(picked.table), dtype)
    whole[:] = column
    whole[picked.rows] = values
    return whole


def _constant(steps: Any) -> Any:
    """One number where all are equal."""
    if not isinstance(steps, np.ndarray) or steps.ndim == 0:
        return int(steps)
    return int(steps[0]) if len(steps) and (steps == steps[0]).all() else steps


def _values(projection: Projection, what: str, given: Any, picked: list[Picked]) -> list[NDArray[np.float64]]:
    """`given` as one finite number or an array for each table."""
    label, sizes = f"projection '{projection.name}'", [len(p) for p in picked]
    if isinstance(given, Expression):
        return _evaluated(projection, what, given, picked)
    if np.ndim(given) == 0:
        return [np.float64(number(label, what, given))] * len(picked)
    try:
        array = np.asarray(given, np.float64)
    except (TypeError, ValueError):
        raise ParameterError(label, what, f"must be numbers, got {given!r}") from None
    if array.shape != (sum(sizes),):
        raise ParameterError(label, what, f"must be a number, an expression, or have shape ({sum(sizes)},), one for each "
                             f"connection, got {array.shape}")
    if not np.isfinite(array).all():
        raise ParameterError(label, what, f"must be finite, the array contains {array[~np.isfinite(array)][0]}")
    # copies: the caller may go on using the array
    return [part.copy() for part in np.split(array, np.cumsum(sizes)[:-1])] if picked else []


def _evaluated(projection: Projection, what: str, given: Expression, picked: list[Picked]) -> list[NDArray[np.float64]]:
    used = symbols(given)
    unknown = sorted(used.difference(PAIR_SYMBOLS))
    if unknown:
        hint = "; pos belongs to a single node: use source or target" if set(unknown) <= set(NODE_SYMBOLS) else ""
        raise ExpressionError(repr(given), f"{what} cannot use '{unknown[0]}'{hint}")
    if used:
        for part in (*projection.source.parts, *projection.target.parts):
            if n_axes(used) > len(part.extent):  # raises PositionError for nodes without positions
                raise ExpressionError(repr(given), f"{what} uses the z coordinate, but '{part.name}' is 2-dimensional")
    purpose = {"weight": streams.WEIGHT, "delay": streams.DELAY}[what]
    # The upper half of the third word counts changes; 0 stands for the connect call.
    number_of_change = projection.index | (projection.n_changes + 1) << 32
    values, block = [], 0
    for one in picked:
        column = np.empty(len(one))
        for start in range(0, len(one), _BLOCK):
            part = slice(start, min(start + _BLOCK, len(one)))
            inputs = _pairs(projection, one, part) if used else {}
            try:
                column[part] = at(given, seed=projection.network.seed, stream=(purpose, block, number_of_change),
                                  n=part.stop - part.start, **inputs)
            except ArithmeticError as error:
                raise ConnectError(f"projection '{projection.name}': {what}: {error}. Widen the limits.") from None
            block += 1
        bad = column[~np.isfinite(column)]
        if len(bad):
            if what == "delay":
                raise delay_error(float(bad[0]), projection.network.resolution)
            raise ConnectError(f"projection '{projection.name}': the weight {given!r} gives {bad[0]:g} for a connection; it "
                               "must be finite.")
        values.append(column)
    return values


def _pairs(projection: Projection, picked: Picked, part: slice) -> dict[str, NDArray[np.float64]]:
    """What an expression can ask of some pairs."""
    table = picked.table
    start = table.source.geometry.positions[picked.source_indices(part)]
    end = table.target.geometry.positions[picked.target_indices(part)]
    if start.shape[1] != end.shape[1]:
        raise ConnectError(f"projection '{projection.name}': '{table.source.name}' and '{table.target.name}' differ in "
                           "dimension, so there is no distance between them.")
    pool = (table.target if projection.driver == "source" else table.source).geometry
    return {"displacement": _displacement(start, end, pool.extent, pool.edge_wrap), "source": start, "target": end}
