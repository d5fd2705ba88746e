"""What every connection of a projection carries."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import ConnectError, ParameterError, UnknownNameError
from ..expressions.custom import from_text
from ..expressions.functions import number
from ..language.nodes import Expression, Number

Values = float | NDArray[np.float64] | Expression


@dataclass(frozen=True, eq=False)
class Synapse:
    """A synapse model with its parameters; see `static_synapse`."""

    model: str
    weight: Values
    delay: Values
    receptor: int = 0

    def __repr__(self) -> str:
        def shown(value: Values) -> str:
            return f"array{value.shape}" if isinstance(value, np.ndarray) else f"{value!r}"
        receptor = f", receptor={self.receptor}" if self.receptor else ""
        return f"{self.model}(weight={shown(self.weight)}, delay={shown(self.delay)}{receptor})"


def static_synapse(weight: Any = 1.0, delay: Any = 1.0, receptor: int = 0) -> Synapse:
    """Connections with a constant weight and delay.

    Parameters
    ----------
    weight : float, array_like or Expression
        In the unit of the target model: pA for ``iaf_psc_alpha`` and ``iaf_psc_exp``, mV for ``iaf_psc_delta``.
    delay : float, array_like or Expression
        In ms; rounded to the nearest step of the resolution, halves up; at least one step.
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
    ``fixed_outdegree`` (n_sources, outdegree), ``fixed_total_number`` (n,), in no particular order; the pairwise rules take none, because the
    number of their connections is not known beforehand.
    """
    if isinstance(receptor, bool) or not isinstance(receptor, (int, np.integer)) or receptor < 0:
        raise ParameterError("static_synapse", "receptor", f"must be an integer ≥ 0, got {receptor!r}")
    return Synapse("static_synapse", _values("weight", weight), _values("delay", delay), int(receptor))


def check_synapse(synapse: object) -> Synapse | tuple[Synapse, ...]:
    """`synapse`, several as a tuple, the default for None; or a `ConnectError` that says what a synapse looks like."""
    if synapse is None:
        return static_synapse()
    several = tuple(synapse) if isinstance(synapse, (list, tuple)) else (synapse,)
    for one in several or (synapse,):
        if not isinstance(one, Synapse):
            raise ConnectError(f"the synapse must be one such as spatialnet.static_synapse(weight=2.0), or several in a list, "
                               f"got {one!r}.")
    return several if len(several) > 1 else several[0]


def check_synapses(label: str, synapses: object) -> tuple[Synapse | tuple[Synapse, ...], ...]:
    """The synapses of the three parts of tripartite connectivity, with defaults."""
    known = ("primary", "third_in", "third_out")
    given = {} if synapses is None else synapses
    if not isinstance(given, Mapping):
        raise ConnectError(f"{label}: synapses must be a dictionary with the keys {', '.join(known)}, got {synapses!r}.")
    unknown = [key for key in given if key not in known]
    if unknown:
        raise UnknownNameError("part of tripartite connectivity", str(unknown[0]), known)
    made = tuple(check_synapse(given.get(key)) for key in known)
    for key, synapse in zip(known, made):
        for one in synapse if isinstance(synapse, tuple) else (synapse,):
            if isinstance(one.weight, np.ndarray) or isinstance(one.delay, np.ndarray):
                raise ConnectError(f"{label}: weights and delays of {key} cannot be arrays. Give a number or an expression.")
    return made


def _values(name: str, value: Any) -> Values:
    value = from_text(value, "static_synapse", name)
    if isinstance(value, Number):
        return number("static_synapse", name, value.value)
    if isinstance(value, Expression):
        return value
    if isinstance(value, (list, tuple, np.ndarray)) and np.ndim(value) > 0:
        try:
            array = np.array(value, dtype=np.float64)
        except (TypeError, ValueError):
            raise ParameterError("static_synapse", name, f"must be numbers, got {value!r}") from None
        if not np.isfinite(array).all():
            raise ParameterError("static_synapse", name, "must be finite, the array contains "
                                 f"{array[~np.isfinite(array)][0]}")
        return array
    return number("static_synapse", name, value)


TICS_PER_MS = 1000


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
    if (steps > 65535).any():
        raise delay_error(float(delays.max()), resolution)
    return steps.astype(np.int64)


def delay_error(delay: float, resolution: float) -> ParameterError:
    """The error for a delay that does not fit, in ms."""
    if math.isfinite(delay) and delay >= resolution:
        reason = f"must be at most {65535 * resolution:g} ms (65535 steps of {resolution:g} ms), got {delay:g} ms"
    else:
        reason = (f"must be ≥ {resolution:g} ms, the resolution of the network, got {delay:g} ms. "
                  "Use longer delays, or Network(resolution=…)")
    return ParameterError("static_synapse", "delay", reason)
