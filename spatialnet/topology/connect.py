"""`ConnectLayers`, and what it has made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..connect import rules
from ..expressions import functions
from ..language.nodes import is_random
from ..nest import errors
from ..nest.connect import _connect_checked
from ..nest.connections import SynapseCollection
from ..nest.errors import translated
from ..nest.kernel import kernel
from ..nest.nodes import NodeCollection
from ..nest.old import current_name
from ..nest.parameters import Parameter as NestParameter
from ..nest.subnets import Ids, LayerNode, grouped, ids_of, layers_of
from ..nest.synapses import Spec, read_syn_spec
from .kernels import Parameter, parameter_of, way
from .layers import one_layer, positions_of, ways
from .masks import mask_of

_KEYS = ("connection_type", "mask", "kernel", "weights", "delays", "synapse_model", "sources", "targets", "number_of_connections",
         "allow_autapses", "allow_multapses", "allow_oversized_mask")


@dataclass
class _Plan:
    """One connection between layers, all of it checked."""

    source: NodeCollection
    target: NodeCollection
    rule: rules.Rule
    specs: list[Spec]


def ConnectLayers(pre: Any, post: Any, projections: dict[str, Any] | list | tuple) -> None:
    """Connect layers.

    Parameters
    ----------
    pre, post : list of int
        Ids of layers, equally many.
    projections : dict, or list of dict
        One for all pairs of layers, or one for each. ``connection_type``: ``"divergent"`` looks for targets around each source,
        ``"convergent"`` for sources around each target. Further, all optional: ``mask``, ``kernel`` (probability, 1 by
        default), ``weights``, ``delays``, ``synapse_model``, ``sources`` and ``targets`` (``{"model": …}`` and ``{"lid": …}``, the number
        of a slot from 1), ``number_of_connections`` for each node around which is looked, ``allow_autapses``,
        ``allow_multapses``, ``allow_oversized_mask``.

    Raises
    ------
    NESTErrors.*, TypeError, ValueError
        Nothing is connected then.
    """
    sources, targets = layers_of(pre, "pre"), layers_of(post, "post")
    if len(sources) != len(targets):
        raise ValueError(f"pre and post must be equally many layers, got {len(sources)} and {len(targets)}")
    given = [projections] * len(sources) if isinstance(projections, dict) else list(projections)
    if len(given) != len(sources) or not all(isinstance(one, dict) for one in given):
        raise TypeError(f"projections must be a dictionary, or one for each of {len(sources)} pairs of layers")
    plans = [_plan(*one) for one in zip(sources, targets, given)]
    kernel.connections.flush()
    before = len(kernel.connections.calls)
    try:
        for plan in plans:
            name = {rules.FixedIndegree: "fixed_indegree", rules.FixedOutdegree: "fixed_outdegree"}.get(type(plan.rule), "pairwise_bernoulli")
            _connect_checked(plan.source, plan.target, plan.rule, plan.specs, name, spatial=True)
    except BaseException:
        for call in kernel.connections.calls[before:]:
            if not call.is_recording:
                kernel.network.disconnect(call.projection)
        del kernel.connections.calls[before:]
        kernel.connections._stale = True
        raise


def _plan(source: LayerNode, target: LayerNode, spec: dict[str, Any]) -> _Plan:
    unknown = [k for k in spec if k not in _KEYS]
    if unknown:
        raise errors.UnaccessedDictionaryEntry(f"Unaccessed elements in the connection: {' '.join(map(str, unknown))}; there are "
                                               f"{', '.join(_KEYS)}.")
    kind = spec.get("connection_type")
    if kind not in ("divergent", "convergent"):
        raise errors.BadProperty(f"'connection_type' must be 'divergent' or 'convergent', got {kind!r}.")
    dimensions = {layer.geometry.positions.shape[1] for layer in (source, target)}
    if len(dimensions) > 1:
        raise errors.BadProperty("both layers must have the same number of dimensions.")
    switches = {}
    for key, default in (("allow_autapses", True), ("allow_multapses", True), ("allow_oversized_mask", False)):
        switches[key] = spec.get(key, default)
        if not isinstance(switches[key], (bool, np.bool_)):
            raise errors.TypeMismatch(f"{key} must be True or False, got {switches[key]!r}.")
    divergent, axes = kind == "divergent", dimensions.pop()
    pre, post = _chosen(source, spec.get("sources"), "sources"), _chosen(target, spec.get("targets"), "targets")
    _demand_direction(pre, divergent)
    with translated():
        toward = way(axes, divergent)
        rule = _rule(spec, divergent, toward, switches)
        values = {native: _value(spec[key], key, toward) for key, native in (("weights", "weight"), ("delays", "delay")) if key in spec}
    model = spec.get("synapse_model", "static_synapse")
    return _Plan(pre, post, rule, read_syn_spec(kernel, {"synapse_model": model, **values}))


def _chosen(layer: LayerNode, choice: Any, what: str) -> NodeCollection:
    """The nodes of a layer that a dictionary chooses."""
    if choice is None:
        return NodeCollection._of(layer.ids)
    if not isinstance(choice, dict) or not choice or not choice.keys() <= {"model", "lid"}:
        raise errors.BadProperty(f"'{what}' must be {{'model': name}} or {{'lid': number}}, got {choice!r}.")
    slots = set(range(len(layer.slots)))
    if "model" in choice:
        model = current_name(choice["model"])
        if model not in kernel.node_models:
            raise errors.UnknownModelName(f"{choice['model']} is not a known model name.")
        slots &= {k for k in slots if layer.slots[k] == model}
    if "lid" in choice:
        lid = choice["lid"]
        if isinstance(lid, bool) or not isinstance(lid, (int, np.integer)) or not 1 <= lid <= len(layer.slots):
            raise errors.BadProperty(f"'{what}': lid must be the number of an element, from 1 to {len(layer.slots)}, got {lid!r}.")
        slots &= {int(lid) - 1}
    if not slots:
        raise errors.BadProperty(f"'{what}': layer {layer.id} has no such nodes as {choice!r}; its elements are {', '.join(layer.slots)}.")
    return NodeCollection._of(np.concatenate([layer.slot_ids(k) for k in sorted(slots)]))


def _demand_direction(pre: NodeCollection, divergent: bool) -> None:
    """Stimulators do not know what converges on them; of recorders `Connect` demands the opposite."""
    stimulators = [block.model.name for block, _ in pre.blocks() if block.model.element_type == "stimulator"]
    if stimulators and not divergent:
        raise errors.IllegalConnection(f"stimulation devices such as {stimulators[0]} require the connection type divergent.")


def _rule(spec: dict[str, Any], divergent: bool, toward: Any, switches: dict[str, bool]) -> rules.Rule:
    p = parameter_of(spec.get("kernel", 1.0), "kernel")
    p = p.make(toward) if isinstance(p, Parameter) else p
    common = {"mask": mask_of(spec["mask"])._native if "mask" in spec else None,
              **{k: switches[k] for k in ("allow_autapses", "allow_oversized_mask")}}
    if "number_of_connections" not in spec:
        p = min(max(p, 0.0), 1.0) if isinstance(p, float) else p
        return rules.PairwiseBernoulli(p=p, use_on_source=not divergent, **common)
    n = spec["number_of_connections"]
    if isinstance(n, bool) or not isinstance(n, (int, np.integer)):
        raise errors.TypeMismatch(f"number_of_connections must be an integer, got {n!r}.")
    if n < 0:
        raise errors.BadProperty(f"number_of_connections cannot be less than zero, got {n}.")
    if isinstance(p, float):
        if not p > 0:
            raise errors.BadProperty(f"with number_of_connections the kernel must be above 0 somewhere, got {p:g}.")
    elif is_random(p):
        raise errors.unsupported("a random kernel together with number_of_connections", "It would accept like its average: leave it out.")
    else:
        p = functions.min(functions.max(p, 0.0), 1.0)  # a probability of acceptance, not only a relative weight
    make, degree = (rules.FixedOutdegree, "outdegree") if divergent else (rules.FixedIndegree, "indegree")
    return make(**{degree: int(n)}, p=p, allow_multapses=switches["allow_multapses"], **common)


def _value(given: Any, what: str, toward: Any) -> Any:
    value = parameter_of(given, what)
    return NestParameter(value.make(toward)) if isinstance(value, Parameter) else value


# ---- what is connected ----

def _connections(sources: np.ndarray, targets: np.ndarray | None, model: str | None) -> tuple[np.ndarray, ...]:
    if model is not None and model not in kernel.synapse_models:
        raise errors.UnknownSynapseType(f"Synapse with name {model} does not exist.")
    return kernel.connections.choose(np.unique(sources), targets, model, None)


def GetTargetNodes(sources: Any, tgt_layer: Any, tgt_model: str | None = None, syn_model: str | None = None) -> tuple[Ids, ...]:
    """For each source its targets in a layer, one for each connection, ascending.

    Parameters
    ----------
    sources : list of int
    tgt_layer : list of one int
    tgt_model, syn_model : str, optional
        Only targets of this model, only connections of this one.
    """
    ids = ids_of(sources, "sources")
    layer = one_layer(tgt_layer, "GetTargetNodes")
    among = _chosen(layer, None if tgt_model is None else {"model": tgt_model}, "tgt_model").ids
    columns = _connections(ids, among, syn_model)
    order = np.lexsort((columns[4], columns[3]))
    starts, ends = columns[3][order], columns[4][order]
    bounds = np.searchsorted(starts, [ids, ids + 1])
    return tuple(Ids(ends[a:b]) for a, b in bounds.T)


def GetTargetPositions(sources: Any, tgt_layer: Any, tgt_model: str | None = None, syn_model: str | None = None) -> tuple[tuple, ...]:
    """The positions of `GetTargetNodes`."""
    found = GetTargetNodes(sources, tgt_layer, tgt_model, syn_model)
    return tuple(tuple(map(tuple, positions_of(np.array(ids, np.int64)).tolist())) for ids in found)


def DumpLayerConnections(layers: Any, synapse_model: str, outname: str) -> None:
    """Write a line ``source target weight delay dx dy [dz]`` for each connection that begins in the layers.

    The displacement is NaN where the target has no position.
    """
    found = layers_of(layers, "DumpLayerConnections")
    with open(outname, "w", encoding="utf-8") as file:
        for layer in found:
            handles = SynapseCollection(_connections(layer.ids, None, synapse_model))
            if len(handles) == 0:
                continue
            sources, targets = handles._columns[3:]
            there = _ways_where_there_are_any(positions_of(sources), targets)
            line = "%d %d" + " %.6g" * (2 + there.shape[1]) + "\n"
            file.writelines(line % row for row in zip(sources.tolist(), targets.tolist(), handles._column("weight"),
                                                      handles._column("delay"), *there.T.tolist()))


def _ways_where_there_are_any(starts: np.ndarray, targets: np.ndarray) -> np.ndarray:
    made = np.full(starts.shape, np.nan)
    for places, here in grouped(targets):
        geometry = kernel.blocks[kernel.block_numbers(here[:1])[0]].population.geometry
        if geometry is not None and geometry.positions.shape[1] == starts.shape[1]:
            made[places] = ways(starts[places], here)
    return made
