"""A run's state at one time, kept so that it can go on from there again, bit for bit."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import Any

import numpy as np

from ..errors import SimulationError
from .groups import Group, aligned


class Snapshot:
    """The dynamic state of a network: clock, state of all nodes, spikes under way, memory of devices and synapses.

    Made by `Network.snapshot`, taken back by `Network.restore`, any number of times. What was created and connected is not in
    it: it belongs to the network it was taken of, as that is.
    """

    def __init__(self, simulation: Any):
        self._network = simulation.network
        self._shape = _shape(simulation.network)
        self._content = _copied(simulation)
        self.time = simulation.t

    def __repr__(self) -> str:
        return f"<snapshot at {self.time:g} ms of {len(self._shape[0])} layers and {len(self._shape[1])} tables of connections>"

    def restore(self, simulation: Any) -> None:
        """Put `simulation` into this state.

        Raises
        ------
        SimulationError
            If the snapshot is of another network, or layers or connections were added or removed since; nothing is changed then.
        """
        if simulation.network is not self._network:
            raise SimulationError("this snapshot was taken of another network.")
        if _shape(simulation.network) != self._shape:
            raise SimulationError("layers or connections were added or removed since this snapshot was taken; it cannot be "
                                  "restored. Take a new one after every create, connect and disconnect.")
        restored = _copied(_Kept(simulation.network, **self._content))
        for population, parameters in zip(simulation.network.populations, restored["parameters"]):
            population.parameters.clear()
            population.parameters.update(parameters)
        for population, frozen in zip(simulation.network.populations, restored["frozen"]):
            population.frozen = frozen
        for table, columns in zip(_tables(simulation.network), restored["columns"]):
            for name, values in columns.items():
                setattr(table, name, values)
        simulation.step, simulation._n_slots = restored["step"], restored["_n_slots"]
        simulation._groups, simulation._tables = restored["_groups"], restored["_tables"]
        simulation._stale, simulation.network.growth.memory = restored["_stale"], restored["growth"]
        for group in simulation._groups:
            _align(group)


class _Kept:
    """What `_copied` reads of a simulation, with the parameters and columns of the time of the snapshot."""

    def __init__(self, network: Any, **content: Any):
        self.network = network
        self.__dict__.update(content)


#: attributes of a table of connections that change in a run or by `set`
_COLUMNS = ("weights", "delays", "plasticity")


def _tables(network: Any) -> list[Any]:
    return [table for projection in network.projections for table in projection.tables]


def _shape(network: Any) -> tuple[tuple[int, ...], tuple[int, ...]]:
    return tuple(map(id, network.populations)), tuple(map(id, _tables(network)))


def _copied(simulation: Any) -> dict[str, Any]:
    """A deep copy of all that changes; layers, models and the structure of connections are shared."""
    network = simulation.network
    shared: Iterable[Any] = (network, *network.populations, *_tables(network), *network.projections,
                             *(p.model for p in network.populations), *(getattr(p, "geometry", None) for p in network.populations))
    memo = {id(thing): thing for thing in shared}
    for group in simulation._groups:
        memo |= {id(thing): thing for thing in (getattr(group, "model", None), getattr(group, "plan", None))}
    for table in _tables(network):
        memo |= {id(column): column for column in (table.offsets, table.targets)}
    content = {
        "step": simulation.step, "_n_slots": simulation._n_slots, "_groups": simulation._groups, "_tables": simulation._tables,
        "_stale": simulation._stale,
        "parameters": getattr(simulation, "parameters", [p.parameters for p in network.populations]),
        "frozen": getattr(simulation, "frozen", [p.frozen for p in network.populations]),
        "columns": getattr(simulation, "columns", [{name: getattr(t, name) for name in _COLUMNS if hasattr(t, name)}
                                                   for t in _tables(network)]),
        "growth": getattr(simulation, "growth", network.growth.memory)}
    return copy.deepcopy(content, memo)


def _align(group: Group) -> None:
    """Columns that begin on cache lines again, which copies do not."""
    for name in ("state", "ring"):
        values = getattr(group, name, None)
        if isinstance(values, np.ndarray) and values.dtype == np.float64:
            fresh = aligned(*values.shape)
            fresh[...] = values
            setattr(group, name, fresh)
