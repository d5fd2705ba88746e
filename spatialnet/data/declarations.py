"""Models of the user in words, and back: the texts of a declaration, or what a copy changes.

The texts go through the same whitelist parser as those of a notebook, so that reading a dataset executes nothing. The name of a
compiled kernel is never believed: a model that is read is run by the block machine, or is a copy of one that ships.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping

import numpy as np

from ..errors import DataError, SpatialnetError
from ..models import (
    Model,
    NeuronModel,
    Parameter,
    SpikeInput,
    State,
    SynapseModel,
    copy_model,
    get_model,
    list_models,
    ships,
)

_KINDS = {"neuron": NeuronModel, "synapse": SynapseModel}
_PARTS = {"parameters": Parameter, "states": State, "inputs": SpikeInput}
#: what a dataset does not say
_LEFT_OUT = {"name", "kernel", "template", "elements", "precise"}


class Declarations:
    """The models of a network that do not ship, each told once.

    Attributes
    ----------
    said : dict of str to dict
        By the name of the model, with a number where two have the same name.
    """

    def __init__(self) -> None:
        self.said: dict[str, dict] = {}

    def key(self, model: Model) -> str | None:
        """Under which key `model` is told; None if it ships."""
        model = getattr(model, "template", None) or model
        said = told(model)
        if said is None:
            return None
        key, number = model.name, 2
        while self.said.setdefault(key, said) != said:
            key, number = f"{model.name} {number}", number + 1
        return key


def told(model: Model) -> dict | None:
    """A model of the user in words: the fields of its declaration, or of a copy only what is different.

    Returns
    -------
    dict or None
        None for a model that ships, and for one that is no declaration.
    """
    if ships(model):
        return None
    role = "synapse" if model.kind == "synapse" else "neuron"
    for one in (get_model(name, role) for name in list_models(model.kind)):
        if _is_copy(model, one):
            before = _defaults(one)
            return {"name": model.name, "copy_of": one.name, "defaults": {
                name: value for name, value in _defaults(model).items() if not np.array_equal(value, before[name])}}
    if type(model) is not _KINDS.get(model.kind):
        return None
    return {"name": model.name, "kind": model.kind, **_changed(model, _LEFT_OUT)}


def _is_copy(model: Model, shipped: Model) -> bool:
    def same(own: Mapping, other: Mapping, default: str) -> bool:
        return own.keys() == other.keys() and all(
            dataclasses.replace(declared, **{default: getattr(other[name], default)}) == other[name] for name, declared in own.items())
    return type(model) is type(shipped) and all(
        getattr(model, f.name) == getattr(shipped, f.name) for f in dataclasses.fields(model) if f.name not in ("name", "parameters", "states")
    ) and same(model.parameters, shipped.parameters, "default") and same(model.states, shipped.states, "initial")


def _defaults(model: Model) -> dict[str, object]:
    return {name: p.default for name, p in model.parameters.items()} | {name: s.initial for name, s in model.states.items()}


def _changed(declared: object, left_out: Iterable[str] = ()) -> dict[str, object]:
    """The fields of a dataclass that are not as they are by default."""
    found = {}
    for field in dataclasses.fields(declared):
        value = getattr(declared, field.name)
        default = field.default_factory() if field.default_factory is not dataclasses.MISSING else field.default
        if field.name in left_out or value == default:
            continue
        found[field.name] = {str(key): _changed(part) for key, part in value.items()} if field.name in _PARTS else value
    return found


def read_models(said: object) -> dict[str, Model]:
    """The models that `Declarations` told.

    Raises
    ------
    DataError
        Where something is no declaration; it names the model and says what is wrong.
    """
    if not isinstance(said, Mapping):
        raise DataError(f"the models of a dataset must be a mapping, got {type(said).__name__}")
    return {key: _model(key, one) for key, one in said.items()}


def _model(key: str, said: object) -> Model:
    try:
        said = dict(said)
        name = said.pop("name")
        if not isinstance(name, str):
            raise DataError("its name is no text")
        if "copy_of" in said:
            if set(said) != {"copy_of", "defaults"} or not isinstance(said["copy_of"], str):
                raise DataError("expected copy_of, the name of a model, and defaults")
            return copy_model(said["copy_of"], name, **{str(k): _value(v) for k, v in said["defaults"].items()})
        cls = _KINDS[said.pop("kind")]
        allowed = {field.name for field in dataclasses.fields(cls)} - _LEFT_OUT
        if unknown := set(said) - allowed:
            raise DataError(f"{min(unknown)!r} is nothing that a dataset tells of it")
        if wrong := [field for field in _PARTS if not isinstance(said.get(field, {}), Mapping)]:
            raise DataError(f"{wrong[0]} must be a mapping")
        return cls(name, **{field: {_key(field, k): _part(_PARTS[field], v) for k, v in value.items()} if field in _PARTS else
                            {_key(field, k): _value(v) for k, v in value.items()} if isinstance(value, Mapping) else _value(value)
                            for field, value in said.items()})
    except (SpatialnetError, TypeError, ValueError, KeyError, AttributeError) as error:
        raise DataError(f"model {key!r} of the dataset cannot be built again: {error}") from error


def _key(field: str, key: str) -> object:
    return int(key) if field in ("inputs", "currents") else key


def _part(cls: type, said: object) -> object:
    return cls(**{name: _value(value) for name, value in dict(said).items()})


def _value(said: object) -> object:
    """A number, truth value, text or None, or tuples of such."""
    if isinstance(said, Mapping) and set(said) == {"number"}:
        return float(said["number"])  # infinity or NaN
    if isinstance(said, (list, tuple)):
        return tuple(map(_value, said))
    if said is None or isinstance(said, (bool, int, float, str)):
        return said
    raise DataError(f"{said!r} is neither a number nor a text")
