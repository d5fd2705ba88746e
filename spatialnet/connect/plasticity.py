"""What the connections of a table keep besides weight and delay: parameters, and state that changes with the spikes."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..models import SynapseModel
from ..models.plasticity import plan

if TYPE_CHECKING:
    from ..space.layer import Nodes


@dataclass(eq=False)
class Plasticity:
    """The columns of a plastic synapse, beside those of a `ConnectionTable`.

    State that depends on the presynaptic train and common parameters alone is kept once per source.

    Attributes
    ----------
    model : SynapseModel
    offsets : ndarray (n_source + 1,) int64
        Those of the table.
    parameters : dict of str to float or ndarray (m,)
    states : dict of str to ndarray (m,)
        One value per connection.
    shared : dict of str to ndarray (n_source,)
        One value per source.
    last : ndarray (n_source,) int64
        Step of the last spike of each source; before the first, the complement of the step of creation.
    transmitter : Nodes, optional
        The volume transmitter.
    """

    model: SynapseModel
    offsets: NDArray[np.int64]
    parameters: dict[str, float | NDArray[np.float64]]
    states: dict[str, NDArray[np.float64]]
    shared: dict[str, NDArray[np.float64]]
    last: NDArray[np.int64]
    transmitter: Nodes | None = None
    #: what the engine keeps from run to run: spikes of the volume transmitter
    modulation: Any = field(default=None, repr=False)

    @classmethod
    def begin(cls, model: SynapseModel, offsets: NDArray[np.int64], values: dict[str, float | NDArray[np.float64]],
              step: int, transmitter: Nodes | None = None) -> Plasticity:
        """New connections, made at `step`; `values` has every parameter and every initial state."""
        made = plan(model)
        parameters = {name: values[name] for name in made.parameters}
        uniform = all(np.ndim(value) == 0 for value in parameters.values())
        shared = [name for name in made.shared if uniform and model.kernel and np.ndim(values[name]) == 0]
        if len(shared) < len(made.shared):
            shared = []
        n_sources, n = len(offsets) - 1, int(offsets[-1])
        return cls(model, offsets, parameters,
                   {name: filled(values[name], n) for name in made.states if name not in shared},
                   {name: filled(values[name], n_sources) for name in shared},
                   np.full(n_sources, ~np.int64(step)), transmitter)

    def __deepcopy__(self, memo: dict[int, Any]) -> Plasticity:
        """Of what changes; the model, the offsets and the transmitter are shared."""
        return Plasticity(self.model, self.offsets, *(copy.deepcopy(v, memo) for v in (
            self.parameters, self.states, self.shared, self.last)), self.transmitter, copy.deepcopy(self.modulation, memo))

    @property
    def names(self) -> tuple[str, ...]:
        """Of all parameters and state variables."""
        made = plan(self.model)
        return (*made.parameters, *made.states)

    @property
    def is_uniform(self) -> bool:
        """Whether the compiled variant for common parameters serves this table."""
        return (all(np.ndim(value) == 0 for value in self.parameters.values())
                and set(self.shared) == set(plan(self.model).shared))

    @property
    def nbytes(self) -> int:
        """Memory, in bytes."""
        columns = (*self.parameters.values(), *self.states.values(), *self.shared.values(), self.last)
        return sum(c.nbytes for c in columns if isinstance(c, np.ndarray))

    def column(self, name: str) -> float | NDArray[np.float64]:
        """Values of a parameter or state variable: one, or one per connection."""
        if name in self.shared:
            return np.repeat(self.shared[name], np.diff(self.offsets))
        return self.states[name] if name in self.states else self.parameters[name]

    def replace(self, name: str, values: float | NDArray[np.float64]) -> None:
        """Set a parameter or state variable of all connections: one value, or one per connection."""
        if np.ndim(values) == 0:
            if name in self.shared:
                self.shared[name][:] = values
            elif name in self.states:
                self.states[name][:] = values
            else:
                self.parameters[name] = float(values)
            return
        self._spread()
        if name in self.states:
            self.states[name] = np.array(values, np.float64)
        else:
            self.parameters[name] = np.array(values, np.float64)

    def _spread(self) -> None:
        """Keep everything per connection."""
        self.states = {name: np.ascontiguousarray(self.column(name)) for name in plan(self.model).states}
        self.shared = {}

    def without(self, removed: NDArray[np.bool_], offsets: NDArray[np.int64]) -> Plasticity:
        """The columns of the connections that are not removed, with the offsets they have then."""
        def kept(values: Any) -> Any:
            return values[~removed] if np.ndim(values) else values
        return Plasticity(self.model, offsets, {k: kept(v) for k, v in self.parameters.items()},
                          {k: kept(v) for k, v in self.states.items()}, self.shared, self.last, self.transmitter, self.modulation)

    def rearranged(self, move: Callable[[NDArray], NDArray], offsets: NDArray[np.int64]) -> Plasticity:
        """The same, just made, for connections in another order and with other sources."""
        step = int(~self.last[0]) if len(self.last) else 0
        values = {name: move(v) if np.ndim(v := self.column(name)) else v for name in self.names if name not in self.shared}
        values |= {name: float(column[0]) if len(column) else 0.0 for name, column in self.shared.items()}
        return Plasticity.begin(self.model, offsets, values, step, self.transmitter)


def filled(value: float | NDArray[np.float64], n: int) -> NDArray[np.float64]:
    """`value` as a column of its own."""
    column = np.empty(n)
    column[:] = value
    return column


def narrow(weights: Any) -> Any:
    """float32 where that loses nothing, a single number where all are equal."""
    if not isinstance(weights, np.ndarray):
        return float(weights)
    for part in (weights[:1000], weights):  # most weights that need 64 bits show it at once
        with np.errstate(over="ignore"):
            narrow = part.astype(np.float32)
        if not (narrow == part).all():
            narrow = None
            break
    if len(weights) and weights[0] == weights[-1] and (weights == weights[0]).all():
        return float(weights[0])
    return weights if narrow is None else narrow
