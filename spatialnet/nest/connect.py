"""`Connect` and `TripartiteConnect`: conn_spec translated to the native rules."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from .._core.random import uniforms
from ..connect import rules
from ..connect.projection import ConnectionTable, Projection
from ..connect.rules import Rule
from ..distinct import distinct, repeats
from ..errors import ConnectError, ParameterError, SpatialnetError
from ..expressions.coordinates import NODE_SYMBOLS
from ..language.nodes import symbols
from ..models import SynapseModel
from ..models.registry import check_connection
from ..space.layer import Nodes
from . import errors
from .compatibility import demand_compatible, demand_same_signal
from .connections import GetConnections
from .errors import translated, unsupported
from .kernel import Block, kernel
from .masks import native_mask
from .models import RECEPTORS, weight_recorder
from .nodes import NodeCollection, id_array, is_iterable
from .parameters import Parameter, is_number
from .recording import Multimeter, demand_recordable, demand_spikes
from .subnets import demand_no_layer
from .synapses import CollocatedSynapses, Spec, native_synapse, read_syn_spec
from .waiting import FEW, Route, record, told

#: parameters of each rule: name → (needed, kind)
_RULES: dict[str, dict[str, str]] = {
    "one_to_one": {}, "all_to_all": {}, "fixed_indegree": {"indegree": "degree"}, "fixed_outdegree": {"outdegree": "degree"},
    "fixed_total_number": {"N": "count"}, "pairwise_bernoulli": {"p": "probability"},
    "symmetric_pairwise_bernoulli": {"p": "probability"}, "pairwise_poisson": {"pairwise_avg_num_conns": "average"},
}
_SWITCHES = {"allow_autapses": True, "allow_multapses": True, "make_symmetric": False}
_SPATIAL_RULES = ("pairwise_bernoulli", "pairwise_poisson", "fixed_indegree", "fixed_outdegree")
_SPATIAL_KEYS = {"rule", "mask", "p", "pairwise_avg_num_conns", "indegree", "outdegree", "use_on_source", "allow_autapses",
                 "allow_multapses", "allow_oversized_mask"}
_SPATIAL_SYNAPSE_KEYS = {"synapse_model", "weight", "delay", "synapse_label", "receptor_type"}


def Connect(pre: Any, post: Any, conn_spec: Any = None, syn_spec: Any = None, return_synapsecollection: bool = False) -> Any:
    """Connect two sets of nodes.

    Parameters
    ----------
    pre, post : NodeCollection, or list of ids
    conn_spec : str or dict, optional
        The rule, ``all_to_all`` by default: a name, or a dictionary with the key ``rule`` and its parameters.
    syn_spec : str, dict or CollocatedSynapses, optional
        Synapse model and its parameters: numbers, arrays or Parameters.
    return_synapsecollection : bool
        Whether to return all connections that exist now from `pre` to `post`.

    Raises
    ------
    NESTErrors.*, TypeError, ValueError, KeyError, IndexError
        Nothing is connected then.
    """
    with kernel.timed("construction_connect"):
        if not kernel.connections.queue.follow(pre, post, conn_spec, syn_spec):
            pre, post = _connect(pre, post, conn_spec, syn_spec)
    return GetConnections(pre, post) if return_synapsecollection else None


def _connect(pre: Any, post: Any, conn_spec: Any, syn_spec: Any) -> tuple[NodeCollection, NodeCollection]:
    spec = _read_conn_spec(conn_spec)
    pre, post, order = _ends(pre, post, spec["rule"])
    for what, nodes in (("pre", pre), ("post", post)):
        if len(nodes) == 0:
            raise errors.IllegalConnection(f"{what} must not be empty.")
    spatial = _is_spatial(spec, syn_spec)
    if spatial:
        _check_spatial(pre, post, spec, syn_spec)
        specs, rule = read_syn_spec(kernel, syn_spec), _spatial_rule(spec)
    else:
        specs = read_syn_spec(kernel, syn_spec)
        rule = _rule(spec, specs, pre, post, order)
    if any(s.elements for s in specs) and spec["rule"] not in ("one_to_one", "all_to_all"):
        raise errors.NotImplemented(f"{spec['rule']} is not implemented for structural plasticity; one_to_one and all_to_all are.")
    if len(specs) > 1 and any(s.elements for s in specs):
        raise unsupported("synaptic elements of CollocatedSynapses", "Connect them one by one.")
    route = _connect_checked(pre, post, rule, specs, spec["rule"], spatial)
    if route is not None:
        kernel.connections.queue.routes[pre.home, post.home, told(conn_spec), told(syn_spec)] = route
    return pre, post


def _read_conn_spec(conn_spec: Any) -> dict[str, Any]:
    if conn_spec is None:
        return {"rule": "all_to_all"}
    if isinstance(conn_spec, str):
        return {"rule": conn_spec}
    if not isinstance(conn_spec, dict):
        raise TypeError(f"conn_spec must be a string or a dict, got {conn_spec!r}")
    if "rule" not in conn_spec:
        raise KeyError("conn_spec needs the key 'rule'")
    if not isinstance(conn_spec["rule"], str):
        raise errors.TypeMismatch(f"rule must be the name of a rule, got {conn_spec['rule']!r}.")
    return dict(conn_spec)


# ---- pre and post ----

def _ends(pre: Any, post: Any, rule: str) -> tuple[NodeCollection, NodeCollection, tuple | None]:
    """Both ends as collections; for lists of pairs also the places of their nodes."""
    given = []
    for what, nodes in (("pre", pre), ("post", post)):
        if isinstance(nodes, NodeCollection):
            given.append(nodes)
            continue
        if not is_iterable(nodes):
            raise TypeError(f"{what} must be a NodeCollection or a list of ids, got {nodes!r}")
        given.append(id_array(nodes))
    if all(isinstance(g, NodeCollection) for g in given):
        return given[0], given[1], None
    if any(isinstance(g, np.ndarray) and repeats(g) for g in given) and rule != "one_to_one":
        raise ValueError("ids that repeat are possible with the rule one_to_one alone")
    if rule != "one_to_one":
        return (*(g if isinstance(g, NodeCollection) else NodeCollection(g) for g in given), None)
    if any(np.asarray(nodes).dtype.kind == "f" for nodes in (pre, post) if not isinstance(nodes, NodeCollection) and len(nodes)):
        raise TypeError(f"ids of pairs must be integers, got {pre!r} and {post!r}")
    arrays = [np.asarray(g) for g in given]
    if len(arrays[0]) != len(arrays[1]):
        raise ValueError(f"pre and post must be equally long, got {len(arrays[0])} and {len(arrays[1])}")
    found = [np.unique(a, return_inverse=True) for a in arrays]
    return NodeCollection(found[0][0]), NodeCollection(found[1][0]), tuple(f[1].ravel() for f in found)


# ---- without space ----

def _switches(spec: dict[str, Any]) -> dict[str, bool]:
    found = {}
    for key, default in _SWITCHES.items():
        value = spec.get(key, default)
        if not isinstance(value, (bool, np.bool_)):
            raise errors.TypeMismatch(f"{key} must be True or False, got {value!r}.")
        found[key] = bool(value)
    return found


def _rule(spec: dict[str, Any], specs: list[Spec], pre: NodeCollection, post: NodeCollection, order: tuple | None) -> Rule:
    name = spec["rule"]
    if name == "third_factor_bernoulli_with_pool":
        raise TypeError(f"{name} is for TripartiteConnect")
    if name not in _RULES:
        raise errors.BadProperty(f"Unknown connectivity rule: {name}")
    switches = _switches(spec)
    needed = _RULES[name]
    for key in needed:
        if key not in spec:
            raise IndexError(f"{name} needs '{key}'")
    values = {key: _rule_value(name, key, kind, spec[key]) for key, kind in needed.items()}
    if name == "one_to_one" and len(pre) != len(post) and order is None:
        raise errors.DimensionMismatch(f"one_to_one: {len(pre)} sources and {len(post)} targets.")
    unknown = [k for k in spec if k not in {"rule", *needed, *_SWITCHES}]
    if unknown:
        raise errors.UnaccessedDictionaryEntry(f"Unaccessed elements in conn_spec: {' '.join(map(str, unknown))}")
    _check_switches(name, switches, values, pre, post)
    _check_arrays(name, specs, values, pre, post, order)
    with translated():
        return _native_rule(name, values, switches, pre, post, order)


def _rule_value(name: str, key: str, kind: str, value: Any) -> Any:
    if isinstance(value, Parameter):
        if kind == "count":
            raise errors.TypeMismatch(f"{name}: {key} must be an integer, got {value!r}.")
        if symbols(value.expression).intersection(NODE_SYMBOLS):
            raise errors.BadParameterValue(f"{name}: {key} cannot use spatial.pos without a mask.")
        return value
    if kind in ("degree", "count"):
        if isinstance(value, bool) or not isinstance(value, (int, np.integer)):
            raise errors.TypeMismatch(f"{name}: {key} must be an integer, got {value!r}.")
        if value < 0:
            raise errors.BadProperty(f"{name}: {key} cannot be less than zero, got {value}.")
        return int(value)
    if isinstance(value, bool) or not is_number(value):
        raise errors.TypeMismatch(f"{name}: {key} must be a number, got {value!r}.")
    upper = np.inf if kind == "average" else 1
    if not 0 <= value <= upper or name == "symmetric_pairwise_bernoulli" and value == 1:
        raise errors.BadProperty(f"{name}: {key} must lie between 0 and {upper:g}, got {value:g}.")
    return float(value)


def _check_switches(name: str, switches: dict[str, bool], values: dict[str, Any], pre: NodeCollection, post: NodeCollection) -> None:
    multapses, autapses, symmetric = switches["allow_multapses"], switches["allow_autapses"], switches["make_symmetric"]
    if name == "symmetric_pairwise_bernoulli":
        if autapses or not multapses or not symmetric:
            raise errors.BadProperty("symmetric_pairwise_bernoulli needs allow_autapses=False, allow_multapses=True and make_symmetric=True.")
        return
    if symmetric and name != "one_to_one":
        raise errors.NotImplemented(f"{name} does not support make_symmetric.")
    if multapses:
        return
    if name == "pairwise_poisson":
        raise errors.BadProperty("pairwise_poisson needs allow_multapses=True, because a pair gets any number of connections.")
    if name == "fixed_total_number":
        if values["N"] > len(pre) * len(post):
            raise errors.BadProperty(f"fixed_total_number: N={values['N']}, but there are only {len(pre) * len(post)} pairs.")
        raise errors.NotImplemented("fixed_total_number does not support allow_multapses=False.")
    for key, candidates in (("indegree", pre), ("outdegree", post)):
        degree = values.get(key)
        if isinstance(degree, int) and degree > len(candidates):
            raise errors.BadProperty(f"{name}: {key}={degree}, but there are only {len(candidates)} candidates and "
                                     "allow_multapses=False.")


def _check_arrays(name: str, specs: list[Spec], values: dict[str, Any], pre: NodeCollection, post: NodeCollection,
                  order: tuple | None) -> None:
    shape = {"one_to_one": lambda: (len(pre) if order is None else len(order[0]),), "all_to_all": lambda: (len(post), len(pre)),
             "fixed_indegree": lambda: (len(post), values["indegree"]),
             "fixed_outdegree": lambda: (len(pre), values["outdegree"]), "fixed_total_number": lambda: (values["N"],)}
    for spec in specs:
        for value in spec.all_values:
            if not isinstance(value, np.ndarray):
                continue
            if name not in shape:
                raise TypeError(f"{name} takes no arrays, because the number of its connections is not known beforehand")
            wanted = shape[name]()
            if value.ndim != len(wanted):
                raise TypeError(f"{name} takes arrays of shape {wanted}, got {value.shape}")
            if value.shape != wanted:
                raise ValueError(f"{name} takes arrays of shape {wanted}, got {value.shape}")


def _native_rule(name: str, values: dict[str, Any], switches: dict[str, bool], pre: NodeCollection, post: NodeCollection,
                 order: tuple | None) -> Rule:
    autapses, both = switches["allow_autapses"], {k: switches[k] for k in ("allow_autapses", "allow_multapses")}
    values = {k: v.expression if isinstance(v, Parameter) else v for k, v in values.items()}
    match name:
        case "one_to_one" if order is not None:
            return rules.Pairs(sources=order[0], targets=order[1], allow_autapses=autapses, make_symmetric=switches["make_symmetric"])
        case "one_to_one":
            return rules.OneToOne(allow_autapses=autapses, make_symmetric=switches["make_symmetric"])
        case "all_to_all":
            return rules.AllToAll(allow_autapses=autapses)
        case "fixed_indegree":
            return rules.FixedIndegree(indegree=values["indegree"], **both)
        case "fixed_outdegree":
            return rules.FixedOutdegree(outdegree=values["outdegree"], **both)
        case "fixed_total_number":
            return rules.FixedTotalNumber(n=values["N"], **both)
        case "pairwise_bernoulli" if not isinstance(values["p"], float):
            return _one_p_per_target(values["p"], autapses, pre, post)
        case "pairwise_bernoulli":
            return rules.PairwiseBernoulli(p=values["p"], allow_autapses=autapses)
        case "symmetric_pairwise_bernoulli":
            return rules.SymmetricPairwiseBernoulli(p=values["p"])
    return rules.PairwisePoisson(average=values["pairwise_avg_num_conns"], allow_autapses=autapses)


def _one_p_per_target(p: Any, autapses: bool, pre: NodeCollection, post: NodeCollection) -> Rule:
    """NEST asks a Parameter once for each target: so degrees are binomial numbers of a p of their own."""
    from scipy.stats import binom
    drawn = np.clip(Parameter(p)._drawn(len(post)), 0, 1)
    candidates = len(pre) - (0 if autapses else np.isin(post.ids, pre.ids).astype(int))
    u = uniforms(kernel.seed, 102, (0, 0, kernel.next_draw()), len(post))
    return rules.FixedIndegree(indegree=binom.ppf(np.nextafter(u, 1), candidates, drawn).astype(np.int64), allow_autapses=autapses,
                               allow_multapses=False)


# ---- in space ----

def _is_spatial(spec: dict[str, Any], syn_spec: Any) -> bool:
    if not isinstance(spec["rule"], str):
        return False
    given = syn_spec.syn_specs if isinstance(syn_spec, CollocatedSynapses) else (syn_spec,)
    values = [*spec.values(), *(v for one in given if isinstance(one, dict) for v in one.values())]
    return ("mask" in spec or "use_on_source" in spec or any(isinstance(v, Parameter) and v.is_spatial() for v in values)
            or "p" in spec and "bernoulli" not in spec["rule"]
            or "pairwise_avg_num_conns" in spec and spec["rule"] != "pairwise_poisson")


def _check_spatial(pre: NodeCollection, post: NodeCollection, spec: dict[str, Any], syn_spec: Any) -> None:
    given = syn_spec.syn_specs if isinstance(syn_spec, CollocatedSynapses) else (syn_spec,)
    if syn_spec is not None and not all(isinstance(one, (dict, str)) for one in given):
        raise TypeError(f"syn_spec must be a string, a dict or a CollocatedSynapses object, got {syn_spec!r}")
    for nodes in (pre, post):
        if nodes.spatial is None:
            raise TypeError("Presynaptic and postsynaptic NodeCollection must have spatial information")
    if spec["rule"] not in _SPATIAL_RULES:
        raise ValueError(f"{spec['rule']} has no form in space; there are {', '.join(_SPATIAL_RULES)}")
    for key in spec:
        if key not in _SPATIAL_KEYS:
            raise ValueError(f"'{key}' is not allowed in the conn_spec of a connection in space")
    own = {"fixed_indegree": "indegree", "fixed_outdegree": "outdegree"}.get(spec["rule"])
    unused = [key for key in ("indegree", "outdegree") if key in spec and key != own]
    if spec["rule"] == "pairwise_poisson" and "p" in spec:
        unused.append("p")
    if unused:
        raise errors.UnaccessedDictionaryEntry(f"{spec['rule']} does not use {' and '.join(unused)}.")
    for one in given:
        for key, value in one.items() if isinstance(one, dict) else ():
            if key not in _SPATIAL_SYNAPSE_KEYS:
                raise ValueError(f"'{key}' is not allowed in the syn_spec of a connection in space; set it with CopyModel")
            if is_iterable(value):
                raise TypeError(f"'{key}' must be a number or a Parameter in space, not an array")
            if key == "receptor_type" and isinstance(value, (float, np.floating)):
                raise errors.TypeMismatch(f"receptor_type must be an integer, got {value!r}.")
    if "use_on_source" in spec and not spec["rule"].startswith("pairwise"):
        raise ValueError(f"use_on_source is for the pairwise rules, not for {spec['rule']}")
    if pre._block.population.geometry.positions.shape[1] != post._block.population.geometry.positions.shape[1]:
        raise errors.BadProperty("both layers must have the same number of dimensions.")


def _spatial_rule(spec: dict[str, Any]) -> Rule:
    name = spec["rule"]
    for key in ("allow_autapses", "allow_multapses", "allow_oversized_mask", "use_on_source"):
        if not isinstance(spec.get(key, True), (bool, np.bool_)):
            raise errors.TypeMismatch(f"{key} must be True or False, got {spec[key]!r}.")
    common: dict[str, Any] = {k: spec[k] for k in ("allow_autapses", "allow_oversized_mask") if k in spec}
    common["mask"] = native_mask(spec["mask"]) if spec.get("mask", {}) != {} else None
    p = _profile(name, "p", spec.get("p", 1.0))
    with translated():
        if name == "pairwise_bernoulli":
            p = min(max(p, 0.0), 1.0) if isinstance(p, float) else p
            return rules.PairwiseBernoulli(p=p, use_on_source=spec.get("use_on_source", False), **common)
        common["allow_multapses"] = spec.get("allow_multapses", True)
        if name == "pairwise_poisson":
            if "pairwise_avg_num_conns" not in spec:
                raise errors.BadProperty("pairwise_poisson needs 'pairwise_avg_num_conns'.")
            average = _profile(name, "pairwise_avg_num_conns", spec["pairwise_avg_num_conns"])
            return rules.PairwisePoisson(average=average, use_on_source=True, **common)
        key = "indegree" if name == "fixed_indegree" else "outdegree"
        degree = spec[key]  # KeyError, as in NEST
        if isinstance(degree, Parameter):
            degree = degree.expression
        elif isinstance(degree, bool) or not isinstance(degree, (int, np.integer)):
            raise errors.TypeMismatch(f"{name}: {key} must be an integer, got {degree!r}.")
        elif degree < 0:
            raise errors.BadProperty(f"{name}: {key} cannot be less than zero, got {degree}.")
        make: Callable[..., Rule] = rules.FixedIndegree if key == "indegree" else rules.FixedOutdegree
        return make(**{key: degree}, p=p, **common)


def _profile(name: str, key: str, value: Any) -> Any:
    if isinstance(value, Parameter):
        if symbols(value.expression).intersection(NODE_SYMBOLS):
            raise errors.BadParameterValue(f"{name}: {key}: spatial.pos belongs to a single node; use source_pos or target_pos.")
        return value.expression
    if isinstance(value, bool) or not is_number(value):
        raise errors.TypeMismatch(f"{name}: {key} must be a number or a Parameter, got {value!r}.")
    return float(value)


# ---- devices ----

def _connect_checked(pre: NodeCollection, post: NodeCollection, rule: Rule, specs: list[Spec], name: str, spatial: bool) -> Route | None:
    """Connect; or let the connections wait, and say how."""
    starts, ends = [b for b, _ in pre.blocks()], [b for b, _ in post.blocks()]
    for block in (*starts, *ends):
        demand_no_layer(block)
    recording = [bool(b.devices) for b in (*starts, *ends)]
    if not any(recording):
        _check_pairs(pre, starts, ends, rule, specs)
        with translated("BadProperty"):
            route = _wait(pre, post, rule, specs)
        if route is None:
            _connect_native(pre.native(), post.native(), rule, specs, spatial)
        return route
    if len(set(recording[:len(starts)])) + len(set(recording[len(starts):])) > 2:
        if not isinstance(rule, rules.AllToAll) or any(s.has_arrays for s in specs):
            raise unsupported("recorders and other nodes mixed at one end of a connection", "Connect them one by one.")
        for source in _sorted_out(pre):
            for target in _sorted_out(post):
                _connect_checked(source, target, rule, specs, name, spatial)
        return None
    if carriers := [s.model.name for s in specs if s.model.declaration.carrier]:
        raise errors.IllegalConnection(f"{carriers[0]} carries no spikes; recorders are connected by static_synapse.")
    _check_models(starts, ends, specs)
    meters = recording[0]
    if meters:
        _check_metering(pre, starts, ends, rule)
    else:
        _check_recording(starts, ends, rule, name, spatial)
    specs = [Spec(s.model, {k: v for k, v in s.values.items() if k in ("weight", "delay")}, 0, s.label) for s in specs]
    route = _wait(pre, post, rule, specs)
    if route is None:
        _connect_recorders(pre.native(), post.native(), rule, specs, spatial, meters)
    return route


def _sorted_out(nodes: NodeCollection) -> list[NodeCollection]:
    """Recorders, and what is none."""
    kinds: dict[bool, list[np.ndarray]] = {}
    for block, indices in nodes.blocks():
        kinds.setdefault(bool(block.devices), []).append(indices + block.first)
    return [NodeCollection._of(np.concatenate(ids), nodes._block) for ids in kinds.values()]


def _check_pairs(pre: NodeCollection, starts: list[Block], ends: list[Block], rule: Rule, specs: list[Spec]) -> None:
    """Refuse connections that mean nothing, before any is made."""
    _check_models(starts, ends, specs)
    if rule.make_symmetric:
        _check_models(ends, starts, specs)
    book = kernel.connections
    for block, indices in pre.blocks():
        if block.model.element_type != "stimulator":
            continue
        for spec in specs:
            known = {book.stimulator_models.setdefault(i, spec.model.name) for i in (indices + block.first).tolist()}
            if known != {spec.model.name}:
                raise errors.IllegalConnection("all outgoing connections of a device must use the same synapse model, got "
                                               f"{spec.model.name} after {', '.join(known)}.")


def _check_models(starts: list[Block], ends: list[Block], specs: list[Spec]) -> None:
    """Refuse synapses that NEST does not make between nodes of these models, and receptors that they do not have."""
    for start in starts:
        for end in ends:
            for spec in specs:
                demand_compatible(start.model, end.model, spec.model, len(spec.values.get("volume_transmitter", ())) == 1)
                if start.devices or end.devices:
                    continue
                for receptor in distinct(spec.receptor) if isinstance(spec.receptor, np.ndarray) else [spec.receptor]:
                    if not isinstance(receptor, Parameter):
                        _check_receptor(start, end, int(receptor), spec.model.declaration.carrier)
                if not spec.model.declaration.carrier:
                    demand_same_signal(start.model, end.model)


def _check_receptor(start: Block, end: Block, receptor: int, carrier: SynapseModel | None) -> None:
    try:
        check_connection(start.population.model, end.population.model, receptor, start.population.parameters, end.population.parameters, carrier)
    except ConnectError as error:
        if "receptor" not in str(error) or "carry a factor" in str(error):
            raise errors.IllegalConnection(str(error)) from None
        known = RECEPTORS.get(end.model.base)
        is_unknown = carrier or end.model.base in ("ht_neuron", "iaf_bw_2001") or (receptor > max(known.values()) if known else 0 in getattr(end.population.model, "inputs", {0: 0}))
        kind = "UnknownReceptorType" if is_unknown else "IncompatibleReceptorType"
        raise getattr(errors, kind)(str(error)) from None


def _check_metering(pre: NodeCollection, starts: list[Block], ends: list[Block], rule: Rule) -> None:
    for start in starts:
        if not all(isinstance(d, Multimeter) for d in start.devices):
            raise errors.IllegalConnection(f"{start.model.name} sends nothing; it is the target of connections.")
    for block, indices in pre.blocks():
        for end in ends:
            for i in indices:
                demand_recordable(block.devices[i], end.model)


def _check_recording(starts: list[Block], ends: list[Block], rule: Rule, name: str, spatial: bool) -> None:
    for end in ends:
        if any(isinstance(d, Multimeter) for d in end.devices):
            raise errors.IllegalConnection(f"{end.model.name} is no target: connect it to the nodes it records from.")
    allowed = ("pairwise_bernoulli", "pairwise_poisson") if spatial else ("all_to_all", "one_to_one")
    if name not in allowed or rule.make_symmetric or name == "pairwise_bernoulli" and rule.driver != "target":
        raise errors.IllegalConnection("recorders are targets of all_to_all and one_to_one, and in space of pairwise_bernoulli "
                                       f"with use_on_source or pairwise_poisson; got {name}.")
    for start in starts:
        demand_spikes(start)


# ---- making ----

@translated("BadProperty", MaskError="BadProperty", PositionError="LayerExpected", ExpressionError="KernelException")
def _connect_native(source: Nodes, target: Nodes, rule: Rule, specs: list[Spec], spatial: bool) -> None:
    kernel.connections.flush()
    recorder = _weight_recorder(specs)
    with _named(spatial):
        made = kernel.network.connect(source, target, rule, _natives(specs, target))
    names, labels = _of_tables(made, specs)
    try:
        _check_made(made.tables, specs)
    except BaseException:
        kernel.network.disconnect(made)
        raise
    _split_receptors(made, specs, names, labels)
    orders = None
    if isinstance(rule, rules.Pairs) and rule.allow_autapses and len(made.tables) == 1:
        orders = [np.lexsort((rule.targets, rule.sources))]
    kernel.connections.add(made, names, labels, False, orders, weight_recorder=recorder)
    if specs[0].elements:
        kernel.connections.calls[-1].occupies = specs[0].elements
        kernel.network.growth.occupy(made, *specs[0].elements)


def _weight_recorder(specs: list[Spec]) -> Any:
    """The recorder of what the connections will send, if their model has one."""
    found = [weight_recorder(kernel, s.model.defaults["weight_recorder"]) for s in specs if "weight_recorder" in s.model.defaults]
    if any(found) and any(s.model.declaration.carrier for s in specs):
        raise unsupported(f"recording what a {specs[0].model.name} carries", "It carries no spikes.")
    if len(specs) > 1 and any(found):
        raise unsupported("weight recorders of CollocatedSynapses", "Connect them one by one.")
    return found[0] if found else None


def _connect_recorders(source: Nodes, target: Nodes, rule: Rule, specs: list[Spec], spatial: bool, meters: bool) -> None:
    kernel.connections.flush()
    object.__setattr__(rule, "allow_autapses", True)  # a recorder is never its own source
    static = kernel.synapse_models["static_synapse"]  # nothing is sent, so nothing changes either
    synapse = _natives([Spec(static, s.values) for s in specs], target)
    with translated("BadProperty", PositionError="LayerExpected", ExpressionError="KernelException"), _named(spatial):
        made = record(kernel.network, kernel.connections, source, target, rule, synapse)
    names, labels = _of_tables(made, specs)
    if meters:
        _demand_once(made.tables)
    kernel.connections.add(made, names, labels, True)
    for table in made.tables:
        if meters:
            kernel.connections.queue.sample_many(*(kernel.block_of[id(p)] for p in (table.source, table.target)))
        block = kernel.block_of[id(table.source if meters else table.target)]
        for device in block.devices:
            device.is_connected = True


def _demand_once(tables: list[ConnectionTable]) -> None:
    """A meter cannot record the same node twice."""
    old = [t for call in kernel.connections.calls if call.is_recording for t in call.projection.tables]
    for table in tables:
        keys = [np.repeat(np.arange(t.source.n), np.diff(t.offsets)) * t.target.n + t.targets.astype(np.int64)
                for t in [table, *(o for o in old if o.source is table.source and o.target is table.target)]]
        together = np.concatenate(keys)
        if repeats(together):
            raise errors.IllegalConnection("a multimeter cannot be connected to the same node more than once.")


class _named:
    """Turns errors of the native `connect` into those of NEST."""

    def __init__(self, spatial: bool):
        self.spatial = spatial

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        if not isinstance(error, SpatialnetError):
            return
        if isinstance(error, ParameterError) and error.parameter == "delay":
            raise errors.BadDelay(str(error)) from error
        if isinstance(error, ConnectError) and self.spatial and ("candidate" in str(error) or "redraw" in str(error)):
            raise errors.KernelException(str(error)) from error
        if "redraw" in str(error):
            raise errors.KernelException(str(error)) from error


def _natives(specs: list[Spec], target: Nodes) -> Any:
    """The native synapses; one more, whose weight is the receptor, for each synapse with several receptors."""
    some = next(iter(getattr(target.parts[0].population.model, "inputs", (0,))), 0)  # until the connections are sorted out
    made = [native_synapse(s, some if _varies(s.receptor) else int(s.receptor)) for s in specs]
    for spec in specs:
        if _varies(spec.receptor):
            receptor = spec.receptor if isinstance(spec.receptor, Parameter) else spec.receptor.astype(float)
            made.append(native_synapse(Spec(kernel.synapse_models["static_synapse"], {"weight": receptor, "delay": kernel.resolution}), some))
    return made[0] if len(made) == 1 else made


def _varies(receptor: Any) -> bool:
    return isinstance(receptor, (np.ndarray, Parameter))


def _of_tables(made: Projection, specs: list[Spec]) -> tuple[list[str], list[int]]:
    """Synapse model and label of every table: those of one direction come synapse by synapse."""
    n_synapses = len(specs) + sum(_varies(s.receptor) for s in specs)
    per_direction = len(made.tables) // (2 if made.rule.make_symmetric else 1)
    per_synapse = max(per_direction // n_synapses, 1)
    numbers = [k % max(per_direction, 1) // per_synapse for k in range(len(made.tables))]
    return ([specs[k].model.name if k < len(specs) else "" for k in numbers],
            [specs[k].label if k < len(specs) else -1 for k in numbers])


def _check_made(tables: list[ConnectionTable], specs: list[Spec]) -> None:
    if any(isinstance(s.values.get("delay"), Parameter) for s in specs):
        for table in tables:
            if len(table):
                kernel.check_delay_steps(np.asarray(table.delays))


def _split_receptors(made: Projection, specs: list[Spec], names: list[str], labels: list[int]) -> None:
    """Give the connections of synapses with several receptors one table for each."""
    varying = [k for k, s in enumerate(specs) if _varies(s.receptor)]
    if not varying:
        return
    per = len(made.tables) // (len(specs) + len(varying))
    tables, out_names, out_labels = [], [], []
    for k, spec in enumerate(specs):
        for j in range(per):
            table = made.tables[k * per + j]
            if k not in varying:
                split = [table]
            else:
                receptors = made.tables[(len(specs) + varying.index(k)) * per + j].weights
                split = _by_receptor(table, np.broadcast_to(np.rint(receptors).astype(int), len(table)))
            tables += split
            out_names += [spec.model.name] * len(split)
            out_labels += [spec.label] * len(split)
    for table in tables:
        _check_receptor(kernel.block_of[id(table.source)], kernel.block_of[id(table.target)], table.receptor, table.carrier)
    made.tables, names[:], labels[:] = tables, out_names, out_labels
    made.synapse = made.synapse[:len(specs)] if len(specs) > 1 else made.synapse[0]
    made.n_changes += 1
    kernel.network._simulation.forget_tables()


def _by_receptor(table: ConnectionTable, receptors: np.ndarray) -> list[ConnectionTable]:
    made = []
    for receptor in distinct(receptors):
        keep = np.flatnonzero(receptors == receptor)
        weights, delays = (c[keep] if isinstance(c, np.ndarray) else c for c in (table.weights, table.delays))
        made.append(ConnectionTable(table.source, table.target, np.searchsorted(keep, table.offsets).astype(np.int64),
                                    table.targets[keep], weights, delays, int(receptor), carrier=table.carrier))
    return made


def _wait(pre: NodeCollection, post: NodeCollection, rule: Rule, specs: list[Spec]) -> Route | None:
    """Put off the connections of a small call that draws nothing and has been checked; None if they must be made at once."""
    start, end, is_one_to_one = pre.home, post.home, type(rule) is rules.OneToOne
    if (start is None or end is None or len(specs) != 1 or not (is_one_to_one or type(rule) is rules.AllToAll) or rule.mask is not None
            or (len(pre) if is_one_to_one else len(pre) * len(post)) > FEW):
        return None
    (spec,) = specs
    declared, receiving = spec.model.declaration, end.population.model
    # how many receptors a detector has, its parameters decide
    if (rule.make_symmetric != declared.symmetric or receiving.kind == "detector" or spec.elements
            or "weight" not in spec.values):
        return None
    if not all(is_number(v) and math.isfinite(v) for v in spec.all_values):
        return None
    queue = kernel.connections.queue
    recorder = None if start.devices or end.devices else _weight_recorder(specs)
    route = queue.route(start, end, spec, rule.make_symmetric, is_one_to_one, rule.allow_autapses, recorder)
    return route if queue.put(route, pre, post, route.weight, route.delay) else None


# ---- three populations ----

def TripartiteConnect(pre: NodeCollection, post: NodeCollection, third: NodeCollection, conn_spec: Any,
                      third_factor_conn_spec: Any, syn_specs: dict[str, Any] | None = None) -> None:
    """Connect `pre` and `post`, and some of these connections through nodes of `third`.

    Parameters
    ----------
    pre, post, third : NodeCollection
    conn_spec : str or dict
        Rule of the primary connections.
    third_factor_conn_spec : dict
        ``rule``: ``third_factor_bernoulli_with_pool``; ``p`` (1), ``pool_size`` (all), ``pool_type`` (``"random"`` or
        ``"block"``).
    syn_specs : dict, optional
        syn_spec for the keys ``primary``, ``third_in`` and ``third_out``.
    """
    spec, factor = _read_conn_spec(conn_spec), _read_conn_spec(third_factor_conn_spec)
    for what, nodes in (("pre", pre), ("post", post), ("third", third)):
        if not isinstance(nodes, NodeCollection):
            raise TypeError(f"{what} must be a NodeCollection, got {nodes!r}")
        if len(nodes) == 0:
            raise errors.IllegalConnection(f"{what} must not be empty.")
    if factor["rule"] != "third_factor_bernoulli_with_pool":
        raise errors.IllegalConnection(f"{factor['rule']} is no rule for third factors.")
    if spec["rule"] == "symmetric_pairwise_bernoulli" or spec.get("make_symmetric"):
        raise errors.BadProperty("the primary connections go in one direction.")
    given = dict(syn_specs or {})
    unknown = [k for k in given if k not in ("primary", "third_in", "third_out")]
    if unknown:
        raise ValueError(f"syn_specs has the keys primary, third_in and third_out, got {unknown[0]!r}")
    specs = {k: read_syn_spec(kernel, given.get(k)) for k in ("primary", "third_in", "third_out")}
    if any(s.has_arrays for ss in specs.values() for s in ss):
        raise ValueError("syn_specs of TripartiteConnect take no arrays")
    rule = _rule(spec, specs["primary"], pre, post, None)
    unknown = [k for k in factor if k not in ("rule", "p", "pool_size", "pool_type")]
    if unknown:
        raise errors.UnaccessedDictionaryEntry(f"Unaccessed elements in third_factor_conn_spec: {unknown[0]}")
    for key, kind in (("p", (int, float)), ("pool_size", int), ("pool_type", str)):
        if key in factor and not isinstance(factor[key], kind):
            raise errors.TypeMismatch(f"{key}: got {factor[key]!r}.")
    with translated():
        third_rule = rules.TripartiteBernoulliWithPool(p=float(factor.get("p", 1.0)), pool_size=factor.get("pool_size"),
                                                       pool_type=factor.get("pool_type", "random"))
        for (start, end), key in zip(((pre, post), (pre, third), (third, post)), specs):
            _check_pairs(start, [b for b, _ in start.blocks()], [b for b, _ in end.blocks()], rules.AllToAll(), specs[key])
        kernel.connections.flush()
        made = kernel.network.connect_tripartite(pre.native(), post.native(), third.native(), rule, third_rule,
                                                 synapses={k: _natives(s, end.native()) for (k, s), end in zip(specs.items(), (post, third, post))})
    for projection, key in zip(made, specs):
        names, labels = _of_tables(projection, specs[key])
        kernel.connections.add(projection, names, labels, False)
