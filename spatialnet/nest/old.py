"""The connection routines and distribution dictionaries of NEST 2.x."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..expressions import functions
from ..expressions import random as draws
from ..expressions.custom import UserFunction
from ..language.nodes import Call, Draw, Expression
from . import errors
from .errors import translated
from .parameters import Parameter

_SMALL, _LARGE = -math.inf, math.inf


def _quantile(name: str, *arguments: float, **keywords: float) -> Expression:
    """A number with a distribution of `scipy.stats`: the inverse of its distribution function, of a uniform number."""
    from scipy import stats
    law = getattr(stats, name)(*arguments, **keywords)

    def drawn(u):
        return law.ppf(np.maximum(u, 2.0 ** -54))

    return Call(UserFunction(drawn, 0.0, math.inf), (Draw(),))


#: name → keys with defaults, and what makes the expression
_KINDS: dict[str, tuple[dict[str, float], Any]] = {
    "normal": ({"mu": 0.0, "sigma": 1.0}, lambda mu, sigma: draws.normal(mu, sigma)),
    "lognormal": ({"mu": 0.0, "sigma": 1.0}, lambda mu, sigma: draws.lognormal(mu, sigma)),
    "uniform": ({"low": 0.0, "high": 1.0}, lambda low, high: draws.uniform(low, high)),
    "uniform_int": ({"low": 0, "high": 0}, lambda low, high: low + draws.uniform_int(int(high) - int(low) + 1)),
    "binomial": ({"n": 1, "p": 0.5}, lambda n, p: _quantile("binom", int(n), p)),
    "gsl_binomial": ({"n": 1, "p": 0.5}, lambda n, p: _quantile("binom", int(n), p)),
    "exponential": ({"lambda": 1.0}, lambda rate: draws.exponential(1 / rate)),
    "gamma": ({"order": 1.0, "scale": 1.0}, lambda order, scale: _quantile("gamma", order, scale=scale)),
    "poisson": ({"lambda": 0.0}, lambda rate: _quantile("poisson", rate)),
}
_DISCRETE = ("binomial", "gsl_binomial", "poisson")


def distribution_of(given: dict[str, Any]) -> Parameter:
    """The Parameter of a dictionary ``{"distribution": name, key: value, …}``.

    Names: ``normal``, ``lognormal``, ``uniform``, ``uniform_int``, ``binomial``, ``gsl_binomial``, ``exponential``, ``gamma``,
    ``poisson``; all but the uniform ones also with ``_clipped`` (drawn again until low < x < high, low ≤ x ≤ high for
    whole numbers) and ``_clipped_to_boundary``.
    """
    given = dict(given)
    if "distribution" not in given:
        raise errors.BadProperty(f"a dictionary as a value must be a distribution, {{'distribution': name, …}}, got {given!r}.")
    name = given.pop("distribution")
    base = name.removesuffix("_clipped_to_boundary").removesuffix("_clipped")
    if base not in _KINDS or base != name and base.startswith("uniform"):
        raise errors.BadProperty(f"there is no distribution '{name}'; there are {', '.join(_KINDS)}, most of them also _clipped "
                                 "and _clipped_to_boundary.")
    keys, make = _KINDS[base]
    low, high = (given.pop(k, d) for k, d in (("low", _SMALL), ("high", _LARGE))) if base != name else (_SMALL, _LARGE)
    unknown = [k for k in given if k not in keys]
    if unknown:
        raise errors.UnaccessedDictionaryEntry(f"Unaccessed elements in the distribution '{name}': {' '.join(unknown)}")
    if not low < high:
        raise errors.BadProperty(f"{name}: low < high is demanded, got {low:g} and {high:g}.")
    with translated():
        value = make(*(given.get(k, d) for k, d in keys.items()))
        if name.endswith("_to_boundary"):
            value = functions.min(value, high) if high < _LARGE else value
            value = functions.max(value, low) if low > _SMALL else value
        elif name != base:
            if base not in _DISCRETE:  # the bounds themselves are left out
                low, high = np.nextafter(low, _LARGE), np.nextafter(high, _SMALL)
            value = draws.redraw(value, max(low, -1e300), min(high, 1e300))
    return Parameter(value)


# ---- names ----

#: models of NEST 2.x whose name has changed
RENAMED_MODELS = {"spike_detector": "spike_recorder", "iaf_neuron": "iaf_psc_alpha"}


def current_name(model: Any) -> Any:
    """The name that a node model of NEST 2.x has today."""
    from .kernel import kernel
    return model if model in kernel.node_models else RENAMED_MODELS.get(model, model)


# ---- routines ----

def _synapse(weight: Any, delay: Any, model: str) -> dict[str, Any]:
    if (weight is None) != (delay is None):
        raise errors.BadProperty("weight and delay must be given together.")
    return {"synapse_model": model, **({} if weight is None else {"weight": weight, "delay": delay})}


def _per_node(value: Any, n_rows: int, by_row: bool) -> Any:
    """A list with one value for each partner of a node, as the array that `Connect` takes."""
    if not isinstance(value, (list, tuple, np.ndarray)):
        return value
    row = np.asarray(value, np.float64)
    return np.tile(row, (n_rows, 1)) if by_row else np.tile(row[:, None], (1, n_rows))


def OneToOneConnect(pre: Any, post: Any, params: Any = None, delay: Any = None, model: str = "static_synapse") -> None:
    """The i-th node of `pre` to the i-th of `post`; `params` is a dict, a list of dicts, or weights."""
    from .connect import Connect
    if isinstance(params, dict):
        spec = {**params, "synapse_model": model}
    elif isinstance(params, (list, tuple)) and params and isinstance(params[0], dict):
        spec = {"synapse_model": model, **{k: [p[k] for p in params] for k in params[0]}}
    else:
        spec = _synapse(params, delay, model)
    Connect(pre, post, "one_to_one", spec)


def ConvergentConnect(pre: Any, post: Any, weight: Any = None, delay: Any = None, model: str = "static_synapse") -> None:
    """All of `pre` to each of `post`; lists have one value for each of `pre`."""
    from .connect import Connect
    Connect(pre, post, "all_to_all", _synapse(*(_per_node(v, len(post), True) for v in (weight, delay)), model))


def DivergentConnect(pre: Any, post: Any, weight: Any = None, delay: Any = None, model: str = "static_synapse") -> None:
    """Each of `pre` to all of `post`; lists have one value for each of `post`."""
    from .connect import Connect
    Connect(pre, post, "all_to_all", _synapse(*(_per_node(v, len(pre), False) for v in (weight, delay)), model))


def RandomConvergentConnect(pre: Any, post: Any, n: int, weight: Any = None, delay: Any = None, model: str = "static_synapse",
                            options: dict[str, bool] | None = None) -> None:
    """`n` random nodes of `pre` to each of `post`; lists have one value for each of the `n`."""
    from .connect import Connect
    Connect(pre, post, {"rule": "fixed_indegree", "indegree": n, **_options(options)},
            _synapse(*(_per_node(v, len(post), True) for v in (weight, delay)), model))


def RandomDivergentConnect(pre: Any, post: Any, n: int, weight: Any = None, delay: Any = None, model: str = "static_synapse",
                           options: dict[str, bool] | None = None) -> None:
    """Each of `pre` to `n` random nodes of `post`; lists have one value for each of the `n`."""
    from .connect import Connect
    Connect(pre, post, {"rule": "fixed_outdegree", "outdegree": n, **_options(options)},
            _synapse(*(_per_node(v, len(pre), True) for v in (weight, delay)), model))


def _options(options: dict[str, bool] | None) -> dict[str, bool]:
    unknown = set(options or {}) - {"allow_autapses", "allow_multapses"}
    if unknown:
        raise errors.UnaccessedDictionaryEntry(f"options are allow_autapses and allow_multapses, got {sorted(unknown)[0]}.")
    return dict(options or {})


def GetStatus(nodes_or_conns: Any, keys: Any = None, output: str = "") -> Any:
    """Status of nodes or connections, one by one: a tuple of dicts, of values for one key, of tuples for several.

    Nodes may be a list of ids, in any order, as in NEST 2.x.
    """
    from .connections import SynapseCollection
    from .models import to_json
    from .nodes import NodeCollection
    if _are_ids(nodes_or_conns):
        found = _status_of_ids(nodes_or_conns, keys)
        return to_json(found) if output == "json" else found
    if not isinstance(nodes_or_conns, (NodeCollection, SynapseCollection)):
        raise TypeError("The first input (nodes_or_conns) must be NodeCollection or a SynapseCollection with connection handles")
    if len(nodes_or_conns) == 0:
        return "[]" if output == "json" else ()
    names = None if keys is None else [keys] if isinstance(keys, str) else list(keys)
    columns = nodes_or_conns.get() if names is None else nodes_or_conns.get(names)
    if len(nodes_or_conns) == 1:
        columns = {k: [v] for k, v in columns.items()}
    if names is None:
        made: Any = tuple(dict(zip(columns, row)) for row in zip(*columns.values()))
    elif isinstance(keys, str):
        made = tuple(columns[keys]) if isinstance(nodes_or_conns, NodeCollection) else list(columns[keys])
    else:
        made = tuple(zip(*(columns[k] for k in names)))
    return to_json(made) if output == "json" else made


def _are_ids(value: Any) -> bool:
    return isinstance(value, (list, tuple, np.ndarray)) and len(value) > 0 and np.asarray(value).dtype.kind in "iu"


def _status_of_ids(ids: Any, keys: Any) -> tuple[Any, ...]:
    from .nodes import NodeCollection
    from .subnets import grouped, ids_of
    array = ids_of(ids, "nodes_or_conns")
    found: list[Any] = [None] * len(array)
    for places, here in grouped(array):
        distinct, which = np.unique(here, return_inverse=True)
        values = GetStatus(NodeCollection._of(distinct), keys)
        for place, k in zip(places, which):
            found[place] = values[k]
    return tuple(found)


def SetStatus(nodes_or_conns: Any, params: Any, val: Any = None) -> None:
    """Set parameters of nodes or connections: a dict, a list of dicts, or a name and a value (or a list of values).

    Nodes may be a list of ids, in any order, as in NEST 2.x.
    """
    from .connections import SynapseCollection
    from .nodes import NodeCollection
    if _are_ids(nodes_or_conns):
        from .subnets import ids_of
        ids = ids_of(nodes_or_conns, "nodes_or_conns")
        if len(np.unique(ids)) < len(ids):
            raise errors.BadProperty("SetStatus: an id is given twice.")
        order = np.argsort(ids)
        if isinstance(params, str):
            val = [val[k] for k in order] if isinstance(val, (list, tuple, np.ndarray)) and len(val) == len(ids) else val
        elif isinstance(params, (list, tuple)) and len(params) == len(ids):
            params = [params[k] for k in order]
        nodes_or_conns = NodeCollection._of(ids[order])
    if not isinstance(nodes_or_conns, (NodeCollection, SynapseCollection)):
        raise TypeError("The first input (nodes_or_conns) must be NodeCollection or a SynapseCollection with connection handles")
    nodes_or_conns.set({params: val} if isinstance(params, str) else params)
