"""Layouts of compiled steps as plain data.

To plan a step takes as long as to simulate a few neurons for seconds. So the build writes what the engine needs of the plan beside
the C, as JSON: expressions are numbers, names, and lists of an operation and its arguments.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, fields

from ..language.nodes import Expression, Named, Number, Operation, Symbol
from .analysis import LinearSystem
from .declaration import NeuronModel
from .kernels import Constant, Layout, default_flags, plan


@dataclass(frozen=True)
class Compiled(Layout):
    """Layout of a step that is compiled with some `flags` of the model on; `counts` and `touched` are those of the plan."""

    counts: bool
    touched: dict[str, tuple[tuple[str, ...], tuple[str, ...]]]
    flags: frozenset[str]


def written(model: NeuronModel) -> str:
    """The layout of the compiled step of `model`, as `read` takes it."""
    flags = default_flags(model)
    made = plan(model, flags)
    said = {f.name: getattr(made, f.name) for f in fields(Layout)} | {"counts": made.counts, "touched": made.touched, "flags": sorted(flags)}
    said["constants"] = [(c.name, c.recipe) for c in made.constants]
    said["receptors"] = list(made.receptors.items())
    if made.system is not None:
        parts = {f.name: getattr(made.system, f.name) for f in fields(LinearSystem)}
        said["system"] = {name: list(part.items()) if isinstance(part, dict) else part for name, part in parts.items()}
    return json.dumps(said, default=_said, separators=(",", ":"))


def read(text: str) -> Compiled:
    """The layout that `written` gave."""
    said = json.loads(text)
    said["constants"] = tuple(Constant(name, ("value", _node(recipe[1])) if recipe[0] == "value" else tuple(recipe))
                              for name, recipe in said["constants"])
    said["receptors"] = {receptor: tuple(channels) for receptor, channels in said["receptors"]}
    said["couplings"] = {carried: tuple(channels) for carried, channels in said["couplings"].items()}
    said["touched"] = {segment: tuple(map(tuple, rows)) for segment, rows in said["touched"].items()}
    if system := said["system"]:
        for name in ("matrix", "stimulus", "constant"):
            system[name] = {tuple(at) if isinstance(at, list) else at: _node(entry) for at, entry in system[name]}
        for name in ("propagates", "stimulated"):
            system[name] = tuple(map(tuple, system[name]))
        said["system"] = LinearSystem(**{name: tuple(part) if isinstance(part, list) else part for name, part in system.items()})
    said["flags"] = frozenset(said["flags"])
    return Compiled(**{name: tuple(part) if isinstance(part, list) else part for name, part in said.items()})


def _said(node: object) -> object:
    match node:
        case Number(value):
            return value
        case Symbol(name):
            return name
        case Named(body=body):
            return body
        case Operation(name, arguments):
            return [name, *arguments]
    raise TypeError(f"{node!r} has no place in a layout")


def _node(said: object) -> Expression:
    if isinstance(said, list):
        return Operation(said[0], tuple(map(_node, said[1:])))
    return Symbol(said) if isinstance(said, str) else Number(said)
