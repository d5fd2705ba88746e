"""What every connection of a projection carries."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import ConnectError, ParameterError, UnknownNameError, short
from ..expressions.custom import from_text
from ..expressions.functions import number
from ..language.nodes import Expression, Number
from ..models import SynapseModel, get_model
from ..models.registry import without_underscores
from ..space.layer import Nodes

Values = float | NDArray[np.float64] | Expression


@dataclass(frozen=True, eq=False)
class Synapse:
    """A synapse model with its parameters; see `synapse` and `static_synapse`."""

    model: str
    weight: Values
    delay: Values
    receptor: int = 0
    #: those that were given, and initial state
    parameters: Mapping[str, Values] = field(default_factory=dict)
    _declaration: SynapseModel | None = None
    #: whether no delay was given; it depends on the resolution of the network then
    _has_default_delay: bool = False

    def at(self, resolution: float) -> Synapse:
        """The synapse in a network of that resolution: a default delay is a whole number of steps, rounded up."""
        if not self._has_default_delay:
            return self
        return replace(self, delay=default_delay(self.delay, resolution), _has_default_delay=False)

    @property
    def declaration(self) -> SynapseModel:
        """The model."""
        return self._declaration or get_model(self.model, "synapse")

    @property
    def values(self) -> dict[str, Values]:
        """Weight, delay, and what else was given."""
        ends = {"weight": self.weight, "delay": self.delay}
        return {name: value for name, value in ends.items() if name in self.declaration.parameters} | dict(self.parameters)

    def __repr__(self) -> str:
        def shown(value: Values) -> str:
            return f"array{value.shape}" if isinstance(value, np.ndarray) else f"{value!r}"
        receptor = f"receptor={self.receptor}" if self.receptor else ""
        values = self.values
        ends = [f"{name}={shown(values.pop(name))}" for name in ("weight", "delay") if name in values]
        others = [f"{name}={shown(value)}" for name, value in values.items()]
        return f"{self.model}({', '.join(ends + [receptor] * bool(receptor) + others)})"


def static_synapse(weight: Any = 1.0, delay: Any = None, receptor: int = 0) -> Synapse:
    """Connections with a constant weight and delay.

    Parameters
    ----------
    weight : float, array_like or Expression
        In the unit of the target model: pA for ``iaf_psc_alpha`` and ``iaf_psc_exp``, mV for ``iaf_psc_delta``.
    delay : float, array_like or Expression
        In ms; rounded to the nearest step of the resolution, halves up; at least one step. By default 1 ms, rounded up.
    receptor : int
        Receptor of the target model; 0 for models that have only one.

    Returns
    -------
    Synapse

    Raises
    ------
    ParameterError
        If a value is not finite.

    Notes
    -----
    Shapes of arrays: ``one_to_one`` (n,), ``all_to_all`` (n_targets, n_sources), ``fixed_indegree`` (n_targets, indegree),
    ``fixed_outdegree`` (n_sources, outdegree), ``fixed_total_number`` (n,), in no particular order; the pairwise rules
    take none, because the number of their connections is not known beforehand.
    """
    return synapse("static_synapse", weight=weight, receptor=receptor, **({} if delay is None else {"delay": delay}))


def synapse(model: str | SynapseModel, *, receptor: int = 0, **values: Any) -> Synapse:
    """Connections of any synapse model.

    Parameters
    ----------
    model : str or SynapseModel
        See ``list_models("synapse")``, and `SynapseModel` for models of your own.
    receptor : int
        Receptor of the target model; 0 for models that have only one.
    **values
        ``weight``, ``delay``, and parameters and initial state of the model: numbers, arrays or expressions, as for
        `static_synapse`. The model's defaults serve for the others. A parameter called ``lambda`` is written ``lambda_``.

    Returns
    -------
    Synapse

    Raises
    ------
    UnknownNameError, ParameterError

    Examples
    --------
    >>> synapse("stdp_synapse", weight=50.0, delay=1.5, lambda_=0.05)
    stdp_synapse(weight=50.0, delay=1.5, lambda=0.05)
    """
    declared = get_model(model, "synapse")
    if isinstance(receptor, bool) or not isinstance(receptor, (int, np.integer)) or receptor < 0:
        raise ParameterError(declared.name, "receptor", f"must be an integer ≥ 0, got {receptor!r}")
    given = {}
    for name, value in without_underscores(declared, values).items():
        parameter = declared.find(name)
        if getattr(parameter, "kind", "number") == "node":
            if not isinstance(value, Nodes) or len(value) != 1 or value.parts[0].population.model.name != name:
                raise ParameterError(declared.name, name, f"must be one {name} node, got {short(value)}")
            given[name] = value
            continue
        given[name] = _values(declared.name, name, value)
        if name in declared.uniform and not isinstance(given[name], float):
            raise ParameterError(declared.name, name, "is common to all connections of a projection: give one number")
        if not isinstance(given[name], Expression) and name != "delay":
            declared.check({name: np.ravel(given[name])}, np.size(given[name])) if np.ndim(given[name]) else \
                declared._value(name, parameter, given[name], 1)
    defaults = {name: declared.parameters[name].default if name in declared.parameters else none
                for name, none in (("weight", 1.0), ("delay", 0.0))}
    for name, parameter in declared.parameters.items():
        if getattr(parameter, "kind", "number") == "node" and name not in given:
            raise ParameterError(declared.name, name, f"is needed: a node of the model {name}")
    without_delay = "delay" in declared.parameters and "delay" not in given
    weight, delay = (given.pop(name, defaults[name]) for name in ("weight", "delay"))
    return Synapse(declared.name, weight, delay, int(receptor), given, declared, without_delay)


def check_synapse(synapse: object, resolution: float) -> Synapse | tuple[Synapse, ...]:
    """`synapse`, several as a tuple, the default for None; or a `ConnectError` that says what a synapse looks like."""
    if synapse is None:
        return static_synapse().at(resolution)
    several = tuple(synapse) if isinstance(synapse, (list, tuple)) else (synapse,)
    for one in several or (synapse,):
        if not isinstance(one, Synapse):
            raise ConnectError(f"the synapse must be one such as spatialnet.static_synapse(weight=2.0), or several in a list, "
                               f"got {one!r}.")
    several = tuple(one.at(resolution) for one in several)
    return several if len(several) > 1 else several[0]


def check_synapses(label: str, synapses: object, resolution: float) -> tuple[Synapse | tuple[Synapse, ...], ...]:
    """The synapses of the three parts of tripartite connectivity, with defaults."""
    known = ("primary", "third_in", "third_out")
    given = {} if synapses is None else synapses
    if not isinstance(given, Mapping):
        raise ConnectError(f"{label}: synapses must be a dictionary with the keys {', '.join(known)}, got {synapses!r}.")
    unknown = [key for key in given if key not in known]
    if unknown:
        raise UnknownNameError("part of tripartite connectivity", str(unknown[0]), known)
    made = tuple(check_synapse(given.get(key), resolution) for key in known)
    for key, synapse in zip(known, made):
        for one in synapse if isinstance(synapse, tuple) else (synapse,):
            if isinstance(one.weight, np.ndarray) or isinstance(one.delay, np.ndarray):
                raise ConnectError(f"{label}: weights and delays of {key} cannot be arrays. Give a number or an expression.")
    return made


def _values(model: str, name: str, value: Any) -> Values:
    value = from_text(value, model, name)
    if isinstance(value, Number):
        return number(model, name, value.value)
    if isinstance(value, Expression):
        return value
    if isinstance(value, (list, tuple, np.ndarray)) and np.ndim(value) > 0:
        try:
            array = np.array(value, dtype=np.float64)
        except (TypeError, ValueError):
            raise ParameterError(model, name, f"must be numbers, got {value!r}") from None
        if not np.isfinite(array).all():
            raise ParameterError(model, name, "must be finite, the array contains "
                                 f"{array[~np.isfinite(array)][0]}")
        return array
    return number(model, name, value)


TICS_PER_MS = 1000
#: longest delay, in steps
MOST_STEPS = 65535


def default_delay(delay: float, resolution: float) -> float:
    """A delay in whole steps, rounded up: as long as one step where that is longer."""
    return round(max(1, math.ceil(delay / resolution - 1e-6)) * resolution, 12)


def delay_steps(delays_ms: NDArray[np.float64] | float, resolution: float) -> NDArray[np.int64]:
    """Delays in steps: to the nearest one, halves up.

    Raises
    ------
    ParameterError
        If a delay is shorter than one step.
    """
    delays = np.asarray(delays_ms, np.float64)
    # Times the steps per ms, as NEST does: 0.15 / 0.1 would be below 1.5.
    steps = np.floor(delays * (TICS_PER_MS / round(resolution * TICS_PER_MS)) + 0.5)
    if (steps < 1).any():
        raise delay_error(float(delays.min()), resolution)
    if (steps > MOST_STEPS).any():
        raise delay_error(float(delays.max()), resolution)
    return steps.astype(np.int64)


def delay_error(delay: float, resolution: float) -> ParameterError:
    """The error for a delay that does not fit, in ms."""
    if math.isfinite(delay) and delay >= resolution:
        reason = f"must be at most {MOST_STEPS * resolution:g} ms ({MOST_STEPS} steps of {resolution:g} ms), got {delay:g} ms"
    else:
        reason = (f"must be ≥ {resolution:g} ms, the resolution of the network, got {delay:g} ms. "
                  "Use longer delays, or Network(resolution=…)")
    return ParameterError("static_synapse", "delay", reason)
