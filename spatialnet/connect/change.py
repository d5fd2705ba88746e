"""Changes of connections that exist: other weights, delays and parameters, and fewer connections. All or nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..distinct import distinct
from ..errors import ConnectError, ExpressionError, ParameterError
from ..expressions import streams
from ..expressions.coordinates import NODE_SYMBOLS, PAIR_SYMBOLS, n_axes
from ..expressions.functions import number
from ..language.nodes import Expression, symbols
from ..models import SynapseModel
from ..models.registry import without_underscores
from ..space.layer import Nodes
from .projection import ConnectionTable
from .selection import Picked, evaluated, pick
from .synapse import delay_error, delay_steps

if TYPE_CHECKING:
    from .projection import Projection


def set_values(projection: Projection, given: dict[str, Any], source: ArrayLike | Nodes | None,
               target: ArrayLike | Nodes | None, where: ArrayLike | None) -> None:
    """What `Projection.set` does."""
    label = f"projection '{projection.name}'"
    given = {name: value for name, value in given.items() if value is not None}
    if not given:
        raise ParameterError(label, "set", "needs weight=, delay=, or a parameter of the synapse")
    models = [s.declaration for s in projection.synapses]
    given = without_underscores(models[0], given)
    for name in given:
        for model in models:
            if getattr(model.find(name), "kind", "number") != "number":
                raise ParameterError(label, name, "cannot be changed; connect anew.")
    picked = pick(projection, source, target, where)
    made: list[tuple[ConnectionTable, str, Any]] = []
    for name, value in given.items():
        for one, values in zip(picked, _values(projection, name, value, picked)):
            if name == "delay":
                steps = delay_steps(values, projection.network.resolution).astype(np.uint16)
                column = _constant(_merged(one, one.table.delays, steps, np.uint16))
            else:
                column = _merged(one, one.table.column(name), values, np.float64)
            made.append((one.table, name, column))
    for table in {id(table): table for table, *_ in made}.values():
        _check(table, {name: column for t, name, column in made if t is table})
    for table, name, column in made:
        table.store(name, column)
    if source is None and target is None and where is None and all(np.ndim(v) == 0 and not isinstance(v, Expression)
                                                                   for v in given.values()) and not _has_states(models, given):
        # the same as having connected with them
        numbers = {name: float(value) for name, value in given.items()}
        ends = {name: numbers.pop(name) for name in ("weight", "delay") if name in numbers}
        changed = tuple(replace(s, **ends, parameters={**s.parameters, **numbers}) for s in projection.synapses)
        projection.synapse = changed if len(changed) > 1 else changed[0]
    else:
        projection.n_changes += 1


def _has_states(models: list[SynapseModel], given: dict[str, Any]) -> bool:
    return any(name in model.states for model in models for name in given)


def _check(table: ConnectionTable, columns: dict[str, Any]) -> None:
    """Refuse values that the synapse model of `table` does not allow."""
    if table.plasticity is None:
        return
    model = table.plasticity.model
    for name, column in columns.items():
        if name in model.uniform and np.ndim(column) and len(distinct(column)) > 1:
            raise model.refuse(name, "is common to all connections of a projection: set it for all, to one number.")
    known = {name: table.plasticity.column(name) for name in table.plasticity.names}
    known |= {"weight": table.weights} if "weight" in model.parameters else {}
    model.check(known | {name: column for name, column in columns.items() if name != "delay"}, len(table))


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
    offsets = table.offsets - removed_before
    plasticity = None if table.plasticity is None else table.plasticity.without(~keep, offsets)
    return replace(table, offsets=offsets, targets=table.targets[keep], weights=weights, delays=delays,
                   plasticity=plasticity)


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
    purpose = {"weight": streams.WEIGHT, "delay": streams.DELAY}.get(what)
    if purpose is None:
        names = list(projection.synapses[0].declaration.settable)
        purpose = streams.SYNAPSE_PARAMETER | names.index(what) << 16
    # The upper half of the third word counts changes; 0 stands for the connect call.
    number_of_change = projection.index | (projection.n_changes + 1) << 32
    values, block = [], 0
    for one in picked:
        pool = one.table.target if projection.driver == "source" else one.table.source
        column, block = evaluated(projection.network, f"projection '{projection.name}'", what, given, one,
                                  (purpose, number_of_change), pool, block)
        bad = column[~np.isfinite(column)]
        if len(bad):
            if what == "delay":
                raise delay_error(float(bad[0]), projection.network.resolution)
            raise ConnectError(f"projection '{projection.name}': the {what} {given!r} gives {bad[0]:g} for a connection; it "
                               "must be finite.")
        values.append(column)
    return values
