"""Connection tables, by source and population → columns of one projection, by target."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy import sparse


@dataclass(frozen=True)
class Columns:
    """The connections of a projection, sorted by (target, source, order of creation); ids are global."""

    source: NDArray[np.int64]
    target: NDArray[np.int64]
    weight: NDArray[np.floating]
    delay_steps: NDArray[np.integer]
    receptor: NDArray[np.int16]
    #: state of plastic synapses, and parameters that differ
    others: dict[str, NDArray[np.float64]] = field(default_factory=dict)


def ids_of(nodes) -> NDArray[np.int64]:
    """Global ids of a selection, ascending and each once."""
    return np.unique(np.asarray(nodes.ids, np.int64))


def gather_connections(projection) -> Columns:
    """All tables of `projection` as one set of columns.

    Columns that are one number in every table stay one number in memory: the result is a read-only view of it.
    """
    tables = sorted((t for t in projection.tables), key=lambda t: (t.target.first_id, t.source.first_id))
    groups: dict[int, list] = {}
    for table in tables:
        groups.setdefault(table.target.first_id, []).append(table)
    orders, sources, targets, done = [], [], [], 0
    for first_id, group in groups.items():
        order, source, target = _by_target(group)
        orders.append(order + done)
        sources.append(source)
        targets.append(target + first_id)
        done += len(order)
    order = _join(orders, np.int64)
    sizes = [int(table.offsets[-1]) for table in tables]
    return Columns(_join(sources, np.int64), _join(targets, np.int64),
                   _column([table.weights for table in tables], sizes, order, np.float64),
                   _column([table.delays for table in tables], sizes, order, np.uint16),
                   _column([int(table.receptor) for table in tables], sizes, order, np.int16, np.int16),
                   {name: _column(values, sizes, order, np.float64) for name, values in _others(tables).items()})


def _others(tables: list) -> dict[str, list]:
    """By name what every table has besides weights and delays; parameters that are one number stand in the attributes."""
    kept = [getattr(table, "plasticity", None) for table in tables]
    if not kept or any(one is None for one in kept):
        return {}
    names = [name for name in kept[0].names if all(name in one.names for one in kept)]
    found = {name: [one.column(name) for one in kept] for name in names}
    return {name: values for name, values in found.items() if name in kept[0].model.states or any(np.ndim(v) for v in values)}


def _by_target(tables: list) -> tuple[NDArray, NDArray, NDArray]:
    """Order that sorts tables with one target population, and the sorted global source ids and target indices."""
    rows = np.concatenate([t.source.first_id + np.arange(t.source.n, dtype=np.int64) for t in tables])
    n_row = np.concatenate([np.diff(np.asarray(t.offsets, np.int64)) for t in tables])
    targets = np.concatenate([np.asarray(t.targets, np.int64) for t in tables])
    sources = np.repeat(rows, n_row)
    if (np.diff(rows) > 0).all():
        # Rows to columns is one pass of counting, stable, and several times faster than a sort.
        matrix = sparse.csr_array((np.arange(len(targets)), targets, np.concatenate(([0], np.cumsum(n_row)))),
                                  shape=(len(rows), tables[0].target.n))
        order = matrix.tocsc().data
    else:
        # Two tables of one pair of populations, for two receptors.
        order = np.lexsort((sources, targets))
    return order, sources[order], targets[order]


def _join(parts: list[NDArray], dtype: type) -> NDArray:
    return np.concatenate(parts) if parts else np.empty(0, dtype)


def _column(values: list, sizes: list[int], order: NDArray, empty: type, constant: type | None = None) -> NDArray:
    """Values of all tables, each one number or one for each connection, in the given order."""
    if not values:
        return np.empty(0, constant or empty)
    if all(np.ndim(v) == 0 for v in values) and len({float(v) for v in values}) == 1:
        return np.broadcast_to(np.asarray(values[0], constant), (len(order),))
    return np.concatenate([np.broadcast_to(np.asarray(v, constant), (n,)) for v, n in zip(values, sizes)])[order]
