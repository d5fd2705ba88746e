"""syn_spec: what the connections of one call carry, translated."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..connect.synapse import Synapse, default_delay, delay_steps, synapse
from ..errors import ParameterError
from ..expressions.coordinates import NODE_SYMBOLS
from ..expressions.functions import floor
from ..language.nodes import symbols
from . import errors
from .models import SynapseModel, not_there
from .old import distribution_of
from .parameters import Parameter, is_number

#: what a syn_spec names beside weight, delay and the parameters of the model
_OF_CALLS = frozenset({"receptor_type", "synapse_label", "pre_synaptic_element", "post_synaptic_element"})


class CollocatedSynapses:
    """Several synapses for every pair that a rule chooses: one dictionary each."""

    def __init__(self, *args: dict[str, Any]):
        self.syn_specs = args

    def __len__(self) -> int:
        return len(self.syn_specs)


@dataclass
class Spec:
    """One synapse of a call: its model, and values that are numbers, arrays or Parameters.

    `values` holds weight, delay and the model's own parameters, `receptor` and `label` what they are called, `elements` the names of
    the synaptic elements that the connections occupy.
    """

    model: SynapseModel
    values: dict[str, Any] = field(default_factory=dict)
    receptor: Any = 0
    label: int = -1
    elements: tuple[str, str] | None = None

    @property
    def all_values(self) -> list[Any]:
        return [*self.values.values(), self.receptor]

    @property
    def has_arrays(self) -> bool:
        return any(isinstance(v, np.ndarray) for v in self.all_values)


def read_syn_spec(kernel: Any, syn_spec: Any) -> list[Spec]:
    """The synapses of a syn_spec: a name, a dictionary or `CollocatedSynapses`."""
    if isinstance(syn_spec, CollocatedSynapses):
        return [_read(kernel, one) for one in syn_spec.syn_specs]
    if syn_spec is None or isinstance(syn_spec, str):
        syn_spec = {"synapse_model": syn_spec or "static_synapse"}
    if not isinstance(syn_spec, dict):
        raise TypeError(f"syn_spec must be a string, a dict or a CollocatedSynapses object, got {syn_spec!r}")
    return [_read(kernel, syn_spec)]


def _read(kernel: Any, given: dict[str, Any]) -> Spec:
    given = dict(given)
    name = given.pop("synapse_model", "static_synapse")
    if name not in kernel.synapse_models:
        raise not_there(name, "UnknownSynapseType", f"Synapse with name {name} does not exist.")
    model = kernel.synapse_models[name]
    demand_own(model, given)
    unknown = [k for k in given if k not in model.keys and k not in _OF_CALLS]
    if unknown:
        raise errors.UnaccessedDictionaryEntry(f"Unaccessed elements in syn_spec of '{name}': {' '.join(map(str, unknown))}")
    common = [k for k in given if k in model.common]
    if common:
        raise errors.NotImplemented(f"{common[0]} is common to all connections of {name}; set it with SetDefaults or CopyModel.")
    elements = _elements(given)
    given = {k: _plain(k, v) for k, v in given.items()}
    check_values(kernel, model, given)
    if model.declaration.rounds_delays_up and "delay" in given:
        given["delay"] = _nearest(given["delay"], kernel.resolution)
    values = {**model.defaults, **given}
    label = values.pop("synapse_label", -1)
    receptor = values.pop("receptor_type", 0)
    values.pop("weight_recorder", None)
    for key in ("weight", "delay"):
        if key in model.declaration.parameters:
            values.setdefault(key, default_delay(1.0, kernel.resolution) if key == "delay" else model.default(key))
    if is_number(values.get("delay")):
        check_delay(kernel, values["delay"])
    return Spec(model, values, receptor, label, elements)


def _nearest(delay: Any, resolution: float) -> Any:
    """Delays of a syn_spec are rounded as those of all synapses, though defaults of the model may lie between two steps."""
    if isinstance(delay, Parameter):
        return Parameter(floor((delay / resolution + 0.5).expression)) * resolution
    return np.floor(np.asarray(delay, np.float64) / resolution + 0.5) * resolution if np.ndim(delay) else \
        math.floor(delay / resolution + 0.5) * resolution


def _elements(given: dict[str, Any]) -> tuple[str, str] | None:
    """The names of the synaptic elements, taken out of a syn_spec."""
    names = [given.pop(key, None) for key in ("pre_synaptic_element", "post_synaptic_element")]
    for name in names:
        if name is not None and not isinstance(name, str):
            raise errors.TypeMismatch(f"a synaptic element is named by a text, got {name!r}.")
    if names.count(None) == 1:
        raise errors.BadProperty("Structural plasticity requires both a pre- and postsynaptic element.")
    return None if names == [None, None] else (names[0], names[1])


def demand_own(model: SynapseModel, given: Any) -> None:
    """Refuse the delay of what acts at once, and the weight of what has factors instead."""
    own = model.declaration.parameters
    if "delay" in given and "delay" not in own:
        raise errors.BadProperty(f"{model.name} has no delay.")
    if "weight" in given and "weight" not in own:
        raise errors.BadProperty(f"{model.name} has no weight; give its {' and '.join(k for k in own if k.endswith('factor'))}.")


def _plain(key: str, value: Any) -> Any:
    if isinstance(value, dict):
        return distribution_of(value)
    if isinstance(value, (list, tuple, np.ndarray)) and np.ndim(value) > 0:
        return np.asarray(value)
    return value


def check_values(kernel: Any, model: SynapseModel, given: dict[str, Any]) -> None:
    """Refuse values of the wrong kind, with the errors of NEST."""
    for key, value in given.items():
        if key == "synapse_label":
            _check_label(model, value)
        elif key == "receptor_type":
            _check_receptor(value)
        elif key in model.node_keys:
            if getattr(value, "ids", None) is None:
                raise errors.TypeMismatch(f"{key} must be a NodeCollection, got {value!r}.")
            continue
        elif key == "n" and model.base == "quantal_stp_synapse" and isinstance(value, float):
            raise RuntimeError(f"n is the number of release sites, an integer; got {value!r}")
        elif isinstance(value, Parameter):
            if symbols(value.expression).intersection(NODE_SYMBOLS):
                raise errors.BadParameterValue(f"{key}: spatial.pos belongs to a single node; use source_pos or target_pos.")
        elif isinstance(value, np.ndarray):
            if value.dtype.kind not in "iuf":
                raise errors.BadProperty(f"{key} must be numbers, got an array of {value.dtype}.")
        elif isinstance(value, bool) or not is_number(value):
            raise errors.BadProperty(f"{key} must be a number, an array or a Parameter, got {value!r}.")
        elif math.isnan(value):
            raise errors.BadProperty(f"{key} must be a number, got NaN.")
        if key == "delay" and (is_number(value) or isinstance(value, np.ndarray) and value.size):
            check_delay(kernel, value)


def check_delay(kernel: Any, value: Any) -> None:
    """Refuse delays that are too short, or outside the limits."""
    if is_number(value) and kernel.takes_delay(value):
        return
    try:
        steps = delay_steps(np.asarray(value, np.float64), kernel.resolution)
    except ParameterError as error:
        raise errors.BadDelay(str(error)) from None
    kernel.check_delay_steps(steps)


def _check_label(model: SynapseModel, value: Any) -> None:
    if not model.has_label:
        raise errors.UnaccessedDictionaryEntry(f"synapse_label: {model.name} has no label; use {model.base}_lbl.")
    if isinstance(value, float):
        raise RuntimeError(f"synapse_label must be an integer, got {value!r}")
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < 0:
        raise errors.BadProperty(f"Connection label must not be negative, and an integer, got {value!r}.")


def _check_receptor(value: Any) -> None:
    if isinstance(value, Parameter) or type(value) is int and value >= 0:
        return
    array = np.asarray(value)
    if array.dtype.kind in "US":
        raise errors.BadProperty(f"receptor_type must be an integer, got {value!r}.")
    if array.dtype.kind not in "iu":
        raise RuntimeError(f"receptor_type must be an integer, got {value!r}")
    if array.size and array.min() < 0:
        raise errors.BadProperty(f"receptor_type must be ≥ 0, got {array.min()}.")


def native_synapse(spec: Spec, receptor: int) -> Synapse:
    """The synapse as the native API makes it."""
    values = {k: v.expression if isinstance(v, Parameter) else v for k, v in spec.values.items()}
    values |= {k: v.native() for k, v in values.items() if k in spec.model.node_keys}
    return synapse(spec.model.base, receptor=receptor, **values)
