"""A network in words: plain dictionaries, lists, numbers and text, enough to build it again.

What is long is not told twice: free positions and parameters that differ from node to node stand in ``/layers`` of
the same dataset and are named here; weights given one by one stand in ``/connections``. Expressions are text that
`spatialnet.language.parse` reads, and so are the equations and statements of models that do not ship; functions of the user appear by
name and source position only, because nothing that a file says is ever executed.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Mapping

import numpy as np

from ..language.nodes import Expression
from ..language.render import text
from ..masks.mask import Combined, Mask
from ..masks.shapes import Shape
from ..models import Model
from .declarations import Declarations
from .schema import to_json

#: arrays up to this size are written out, longer ones are named by shape and hash
SHORT = 1024


def describe(network) -> dict:
    """The network as plain values.

    Parameters
    ----------
    network : Network
        What is read: ``resolution``, ``seed``, ``populations``, ``projections`` and ``recorders``.

    Returns
    -------
    dict
        With the keys ``resolution``, ``seed``, ``populations``, ``projections``, ``recorders``, and ``models`` where some do not
        ship: a population or synapse of such a model names it as ``declaration``. It survives JSON unchanged.
    """
    models = Declarations()
    found = {"resolution": float(network.resolution), "seed": int(network.seed),
             "populations": [describe_population(p, models) for p in network.populations],
             "projections": [describe_projection(p, k, models) for k, p in enumerate(network.projections)],
             "recorders": [plain(r) for r in network.recorders]}
    return found | ({"models": plain(models.said, short=None)} if models.said else {})


def description_json(network) -> str:
    """`describe` as canonical JSON: equal networks give equal texts."""
    return to_json(describe(network))


def sha256(text: str) -> str:
    """Hexadecimal SHA-256 of `text` in UTF-8."""
    return hashlib.sha256(text.encode()).hexdigest()


def describe_population(population, models: Declarations | None = None) -> dict:
    """One population: model, number, placement and parameters; `models` takes a model that does not ship."""
    parameters = {}
    for name, value in population.parameters.items():
        if is_column(value, population.n):
            parameters[name] = {"variable": name}
        else:
            parameters[name] = plain(value, short=None)
    return {"name": population.name, "model": population.model.name, "n": int(population.n),
            "first_id": int(population.first_id), "parameters": parameters,
            "geometry": describe_geometry(population.geometry)} | _declared(population.model, models)


def _declared(model, models: Declarations | None) -> dict[str, str]:
    key = models.key(model) if models is not None and isinstance(model, Model) else None
    return {} if key is None else {"declaration": key}


def describe_geometry(geometry) -> dict | None:
    """Where the nodes are; free positions are those of ``/layers``."""
    if geometry is None:
        return None
    found = {"placement": geometry.placement, "extent": plain(geometry.extent), "center": plain(geometry.center),
             "edge_wrap": bool(geometry.edge_wrap), "units": geometry.units}
    if geometry.shape is not None:
        found["shape"] = [int(n) for n in geometry.shape]
    else:
        found["positions"] = {"coordinates": list("xyz"[:geometry.positions.shape[1]])}
    return found


def describe_projection(projection, place: int | None = None, models: Declarations | None = None) -> dict:
    """One projection: the arguments of the call that made it.

    `number` keys its random numbers, told where another projection was disconnected before it, so that it is not its
    `place` among the others. `changes` counts what has been done to single connections since: then the columns alone
    tell what they are.
    """
    synapses = projection.synapse if isinstance(projection.synapse, (list, tuple)) else (projection.synapse,)
    said = [{**(plain(s) or {}), **_declared(getattr(s, "declaration", None), models)} or None for s in synapses]
    found = {"name": projection.name, "source": describe_nodes(projection.source),
             "target": describe_nodes(projection.target), "rule": plain(projection.rule),
             "mask": plain(projection.mask), "synapse": said if len(said) > 1 else said[0], "driver": projection.driver,
             "n": int(projection.n)}
    number, changes = getattr(projection, "index", place), getattr(projection, "n_changes", 0)
    if place is not None and number != place:
        found["number"] = int(number)
    if changes:
        found["changes"] = int(changes)
    return found


def describe_nodes(nodes) -> list[dict]:
    """A selection as its parts: the whole population, a slice of it, or a list of indices."""
    found = []
    for part in nodes.parts:
        indices = np.asarray(part.indices)
        entry = {"population": part.population.name}
        if not (len(indices) == part.population.n and np.array_equal(indices, np.arange(len(indices)))):
            entry["indices"] = _indices(indices)
        found.append(entry)
    return found


def _indices(indices: np.ndarray) -> dict | list[int]:
    steps = np.diff(indices)
    if len(indices) > 2 and steps[0] > 0 and (steps == steps[0]).all():
        return {"start": int(indices[0]), "stop": int(indices[-1]) + 1, "step": int(steps[0])}
    return indices.tolist()


def describe_mask(mask) -> dict:
    """A mask as the call of its shape, or as two masks and what joins them."""
    if isinstance(mask, Combined):
        return {"operator": mask.operator, "left": describe_mask(mask.left), "right": describe_mask(mask.right)}
    if isinstance(mask, Shape):
        found = {"type": mask.name, **plain(dict(mask.shown))}
        return found | ({"anchor": plain(mask.anchor)} if np.any(mask.anchor) else {})
    return {"type": type(mask).__name__, "text": repr(mask)}


def is_column(value: object, n: int) -> bool:
    """True if a parameter holds one number for each of `n` nodes."""
    return isinstance(value, np.ndarray) and value.shape == (n,) and value.dtype.kind in "biuf"


def plain(value: object, short: int | None = SHORT) -> object:
    """`value` in the terms of JSON.

    Parameters
    ----------
    value
        A number, text, array, expression, function, selection, or a dataclass of such.
    short : int or None
        Longest array that is written out; None writes all of them.
    """
    match value:
        case None | bool() | str():
            return value
        case int():
            return int(value)
        case float():
            # JSON has no word for infinity and NaN.
            return float(value) if np.isfinite(value) else {"number": repr(float(value))}
        case np.generic():
            return plain(value.item(), short)
        case Expression():
            return {"expression": text(value)}
        case np.dtype():
            return str(value)
        case np.ndarray():
            if short is not None and value.size > short:
                digest = hashlib.sha256(np.ascontiguousarray(value).tobytes()).hexdigest()
                return {"array": {"shape": list(value.shape), "dtype": str(value.dtype), "sha256": digest}}
            return plain(value.tolist(), short)
        case Mapping():
            return {str(key): plain(v, short) for key, v in value.items()}
        case list() | tuple():
            return [plain(v, short) for v in value]
        case set() | frozenset():
            return sorted((plain(v, short) for v in value), key=repr)
    if hasattr(value, "parts") and hasattr(value, "ids"):
        return {"nodes": describe_nodes(value)}
    if isinstance(value, Mask):
        return describe_mask(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {f.name: plain(getattr(value, f.name), short) for f in dataclasses.fields(value)
                  if not f.name.startswith("_")}
        return {"type": _kind(value), **fields}
    if callable(value):
        return {"function": f"{getattr(value, '__module__', '?')}.{getattr(value, '__qualname__', repr(value))}"}
    if hasattr(value, "name") and isinstance(value.name, str):
        return {"type": type(value).__name__, "name": value.name}
    return {"type": type(value).__name__, "text": repr(value)}


def _kind(value: object) -> str:
    # Rules carry the name users call them by in their class.
    name = getattr(type(value), "name", None)
    return name if isinstance(name, str) else type(value).__name__
