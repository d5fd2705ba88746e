"""A native network as a PyNEST script that runs on NEST."""

from __future__ import annotations

import base64
import io
import keyword
import re
from typing import Any

import numpy as np

from ..connect import rules
from ..connect.projection import Projection
from ..connect.synapse import Synapse
from ..errors import DataError
from ..language.nodes import (
    Call,
    Draw,
    Expression,
    Named,
    Number,
    Operation,
    Redraw,
    Symbol,
    is_random,
    symbols,
)
from ..masks.lattice import GridMask
from ..masks.mask import Mask
from ..masks.shapes import Shape
from ..models.declaration import Parameter as DeclaredParameter
from ..models.registry import list_models
from ..simulate.recording import SpikeRecorder, WeightRecorder
from ..space.layer import Layer, Nodes, Population
from .models import FOREVER, HIDDEN, RENAMED, SHOWN

_SIGNS = {"add": "+", "sub": "-", "mul": "*", "div": "/", "lt": "<", "le": "<=", "gt": ">", "ge": ">=", "eq": "==", "ne": "!="}
_PROFILES = {"gaussian": "gaussian", "gaussian2d": "gaussian2D", "exponential": "exponential", "gamma": "gamma", "gabor": "gabor"}
_DRAWS = ("uniform", "uniform_int", "normal", "lognormal", "exponential")
#: arrays up to this size are written out, longer ones packed
_SHORT = 60
_UNPACK = '''

def unpack(text):
    """An array from text."""
    return np.load(io.BytesIO(base64.b64decode(text)))["a"]
'''


class _NoForm(Exception):
    """What NEST cannot say; the reason is told in the script."""


def nest_script(network: Any, connections: str = "rules") -> str:
    """The script; see `spatialnet.Network.to_nest_script`."""
    if connections not in ("rules", "listed"):
        raise DataError(f"connections must be 'rules' or 'listed', got {connections!r}.")
    writer = _Writer(network)
    body = [*writer.populations(), *writer.weight_recorders(), "", *(writer.projection(p, connections) for p in network.projections), "",
            *writer.recorders()]
    if network.growth.is_active:
        body.insert(0, "# Left out: structural plasticity (network.growth). What has grown is connected, and stays as it is.")
    text = "\n".join(body)
    head = ["import base64", "import io", ""] if "unpack(" in text else []
    title = f'"""{network.title}"""\n' if network.title else ""
    seed = network.seed if 0 < network.seed < 2 ** 32 else network.seed % (2 ** 32 - 1) + 1
    start = [*head, "import nest", *(["import numpy as np"] if "np." in text or head else []), *([_UNPACK] if head else []),
             "nest.ResetKernel()", f"nest.set(resolution={network.resolution!r}, rng_seed={seed}, local_num_threads={network.threads})", ""]
    return title + "\n".join(start) + "\n" + text.rstrip() + "\n"


class _Writer:
    """Lines of the script, and what its variables are called."""

    def __init__(self, network: Any):
        self.network = network
        self.names: dict[int, str] = {}
        self.weight_recorder_of: dict[int, str] = {}  # by id() of the projection
        self.taken = {"nest", "np", "io", "base64", "unpack", *keyword.kwlist}

    def variable(self, text: str) -> str:
        """A name for a variable, as much like `text` as possible."""
        base = re.sub(r"\W+", "_", text).strip("_") or "nodes"
        base = f"n_{base}" if base[0].isdigit() else base
        name, k = base, 2
        while name in self.taken:
            name, k = f"{base}_{k}", k + 1
        self.taken.add(name)
        return name

    # ---- populations ----

    def populations(self) -> list[str]:
        lines = []
        for population in self.network.populations:
            lines.append(self._population(population))
            if population.frozen is not None:
                lines.append(f"{self._part(Layer(self.network, population, np.flatnonzero(population.frozen)), False)}.set(frozen=True)")
        return lines

    def _population(self, population: Population) -> str:
        if population.model.name not in list_models(population.model.kind):
            raise DataError(f"'{population.name}': the model '{population.model.name}' is not one of NEST's, so no script can be "
                            "written.")
        name = self.names[population.index] = self.variable(population.name)
        arguments = [repr(population.model.name)]
        if population.geometry is None:
            arguments += [str(population.n)] * (population.n > 1)
        else:
            arguments.append(f"positions={_placement(population.geometry)}")
        params = self._parameters(population)
        if any(isinstance(v, tuple) for v in params.values()):  # lists of their own: a dictionary for each node
            rows = [{k: _value(v[i] if isinstance(v, tuple) or np.ndim(v) else v) for k, v in params.items()} for i in range(population.n)]
            arguments.append(f"params=[{', '.join(map(_dict, rows))}]")
        elif params:
            arguments.append(f"params={_dict({k: _value(v) for k, v in params.items()})}")
        return f"{name} = nest.Create({', '.join(arguments)})"

    def _parameters(self, population: Population) -> dict[str, Any]:
        """Those that differ from the defaults."""
        model, found = population.model, {}
        back = {v: k for k, v in RENAMED.get(model.name, {}).items()}
        for name, declared in model.settable.items():
            if name in model.states and name not in SHOWN.get(model.name, model.states):
                continue
            value = population.parameters[name]
            default = declared.default if isinstance(declared, DeclaredParameter) else declared.initial
            if np.array_equal(np.asarray(value, object) if isinstance(value, tuple) else value, default):
                continue
            found[back.get(name, name)] = value
        return found

    # ---- connections ----

    def _model(self, projection: Projection, synapse: Synapse, own: dict[str, Any], spatial: bool) -> tuple[str, str]:
        """The name of a synapse model with everything that a syn_spec does not take, and the line that makes it.

        What is common to all connections, and in space whatever is neither weight nor delay, is taken out of `own`.
        """
        declaration = synapse.declaration
        if declaration.name not in list_models("synapse"):
            raise DataError(f"'{projection.name}': the model '{declaration.name}' is not one of NEST's, so no script can be written.")
        defaults: dict[str, str] = {}
        for key in [*own]:
            is_node = getattr(declaration.find(key), "kind", "number") == "node"
            if not (is_node or key in declaration.uniform or spatial and key not in ("weight", "delay")):
                continue
            value = own.pop(key)
            if not is_node and (isinstance(value, Expression) or np.ndim(value)):
                raise _NoForm(f"in space NEST takes no {key} that differs between connections")
            defaults[key] = self._part(value.parts[0], False) if is_node else repr(value)
        if id(projection) in self.weight_recorder_of:
            defaults["weight_recorder"] = self.weight_recorder_of[id(projection)]
        if not defaults:
            return repr(declaration.name), ""
        name = repr(self.variable(f"{declaration.name} {projection.name}"))
        return name, f"nest.CopyModel({declaration.name!r}, {name}, {_dict(defaults)})\n"

    def projection(self, projection: Projection, how: str) -> str:
        if how == "listed":
            return self._listed(projection)
        try:
            if projection.n_changes:
                raise _NoForm("its connections were changed one by one")
            return self._by_rule(projection)
        except _NoForm as reason:
            return f"# listed, because {reason}\n{self._listed(projection)}"

    def _listed(self, projection: Projection) -> str:
        if projection.synapses[0].declaration.symmetric:
            return self._listed_symmetric(projection)
        lines = []
        for k, table in enumerate(projection.tables):
            if len(table) == 0:
                continue
            synapse = projection.synapses[min(k * len(projection.synapses) // len(projection.tables), len(projection.synapses) - 1)]
            source, target = self.names[table.source.index], self.names[table.target.index]
            values: dict[str, Any] = {"weight": table.weights, "delay": np.round(np.asarray(table.delays) * self.network.resolution, 9)}
            values = {key: value for key, value in values.items() if key in synapse.declaration.parameters}
            values |= _special(table) | {k: v for k, v in synapse.parameters.items() if isinstance(v, Nodes)}
            model, copied = self._model(projection, synapse, values, spatial=False)
            spec = {"synapse_model": model} | {key: _column(value, len(table)) for key, value in values.items()}
            if table.receptor:
                spec["receptor_type"] = f"np.full({len(table)}, {table.receptor})"
            lines.append(f"{copied}nest.Connect(np.array({source})[{_packed(table.sources.astype(np.int64))}], np.array({target})[{_packed(table.targets.astype(np.int64))}], "
                         f"'one_to_one', {_dict(spec)})")
        return "\n".join(lines)

    def _listed_symmetric(self, projection: Projection) -> str:
        """Pair by pair: NEST connects lists in one direction only."""
        if len(projection.synapses) > 1:
            raise DataError(f"'{projection.name}': several synapses, of which one is a {projection.synapses[0].model}, cannot be listed. "
                            "Connect them one by one.")
        ends, weights = (projection.sources, projection.targets), projection.weights
        there, back = ends[0] < ends[1], ends[0] > ends[1]  # a node's junction with itself carries no current
        pairs = np.lexsort((weights[there], ends[1][there], ends[0][there])), np.lexsort((weights[back], ends[0][back], ends[1][back]))
        forward = [column[there][pairs[0]] for column in (*ends, weights)]
        if not all(map(np.array_equal, forward, [column[back][pairs[1]] for column in (*ends[::-1], weights)])):
            raise DataError(f"'{projection.name}': its connections differ between the two directions, so no script can be written.")
        return "\n".join([
            f"for source, target, weight in zip({_packed(forward[0] + 1)}, {_packed(forward[1] + 1)}, {_packed(forward[2])}):",
            "    nest.Connect(nest.NodeCollection([source]), nest.NodeCollection([target]), {'rule': 'one_to_one', 'make_symmetric': True}, "
            f"{{'synapse_model': {projection.synapses[0].model!r}, 'weight': weight}})"])

    def _by_rule(self, projection: Projection) -> str:
        rule = projection.rule
        used = [v for s in projection.synapses for v in (s.weight, s.delay)] + [rule.profile]
        spatial = rule.mask is not None or any(isinstance(v, Expression) and symbols(v) for v in used)
        conn, rule_is_spatial = self._rule(projection, spatial)
        synapses, copied = zip(*(self._synapse(s, projection, rule_is_spatial) for s in projection.synapses))
        syn = synapses[0] if len(synapses) == 1 else f"nest.CollocatedSynapses({', '.join(synapses)})"
        ends = [self._nodes(n, spatial, rule) for n in (projection.source, projection.target)]
        return f"{''.join(copied)}nest.Connect({ends[0]}, {ends[1]}, {_dict(conn)}, {syn})"

    def _nodes(self, nodes: Nodes, spatial: bool, rule: rules.Rule) -> str:
        parts = [self._part(part, spatial) for part in nodes.parts]
        if len(parts) > 1 and (any(p.is_spatial for p in nodes.parts) or isinstance(rule, (rules.OneToOne, rules.Pairs))
                               or not (np.diff(nodes.ids) > 0).all()):
            raise _NoForm("layers cannot be joined in NEST")
        return " + ".join(parts)

    def _part(self, layer: Layer, spatial: bool) -> str:
        name, indices = self.names[layer.population.index], layer.indices
        if layer.is_whole:
            return name
        steps = np.unique(np.diff(indices))
        if len(indices) == 1:
            return f"{name}[{indices[0]}]"
        if len(steps) == 1 and steps[0] > 0:
            return f"{name}[{indices[0]}:{indices[-1] + 1}{f':{steps[0]}' if steps[0] > 1 else ''}]"
        if spatial or steps[0] < 1:
            raise _NoForm("nodes in a list have neither places nor an order of their own in NEST")
        return f"{name}[{indices.tolist()}]"

    def _rule(self, projection: Projection, spatial: bool) -> tuple[dict[str, str], bool]:
        rule = projection.rule
        conn: dict[str, str] = {"rule": repr(rule.name)}
        switches = {"allow_autapses": True, "allow_multapses": True, "allow_oversized_mask": False, "make_symmetric": False}
        found = {k: repr(v) for k, d in switches.items() if (v := bool(getattr(rule, k, d))) != d}
        match rule:
            case rules.AllToAll() | rules.PairwiseBernoulli() if spatial and not isinstance(rule, rules.SymmetricPairwiseBernoulli):
                conn = {"rule": "'pairwise_bernoulli'", "p": self._expression(rule.p if rule.p is not None else 1.0, projection)}
                if rule.use_on_source:
                    found["use_on_source"] = "True"
            case rules.AllToAll():
                pass
            case rules.OneToOne() if not spatial:
                pass
            case rules.SymmetricPairwiseBernoulli() if not spatial and isinstance(rule.p, float):
                conn["p"] = repr(rule.p)
                found = {"allow_autapses": "False", "make_symmetric": "True"}
            case rules.PairwiseBernoulli() if not isinstance(rule, rules.SymmetricPairwiseBernoulli):
                if isinstance(rule.p, Expression):
                    raise _NoForm("NEST draws a random p once for each target")
                conn["p"] = repr(1.0 if rule.p is None else rule.p)
            case rules.PairwisePoisson() if rule.use_on_source or not spatial:
                conn["pairwise_avg_num_conns"] = self._expression(rule.average, projection)
            case rules.FixedIndegree() | rules.FixedOutdegree():
                key = "indegree" if isinstance(rule, rules.FixedIndegree) else "outdegree"
                if isinstance(rule.degree, np.ndarray) or isinstance(rule.degree, Expression) and symbols(rule.degree):
                    raise _NoForm("degrees differ from node to node")
                conn[key] = self._expression(rule.degree, projection)
                if rule.p is not None:
                    conn["p"] = self._expression(rule.p, projection)
            case rules.FixedTotalNumber() if not spatial and rule.p is None and rule.allow_multapses:
                conn["N"] = repr(rule.n)
            case _:
                raise _NoForm(f"NEST has no such form of {rule.name}")
        if rule.mask is not None:
            conn["mask"] = _mask(rule.mask)
        return conn | found, spatial

    def _synapse(self, synapse: Synapse, projection: Projection, spatial: bool) -> tuple[str, str]:
        values = synapse.values
        model, copied = self._model(projection, synapse, values, spatial)
        spec = {"synapse_model": model}
        for key, value in values.items():
            if isinstance(value, np.ndarray):
                spec[key] = _packed(value)
            else:
                spec[key] = self._expression(value, projection)
        if synapse.receptor:
            spec["receptor_type"] = repr(synapse.receptor)
        return _dict(spec), copied

    # ---- expressions ----

    def _expression(self, value: Any, projection: Projection) -> str:
        return self._text(value, projection) if isinstance(value, Expression) else repr(value)

    def _text(self, node: Expression, projection: Projection) -> str:
        def text(n: Expression) -> str:
            return self._text(n, projection)

        match node:
            case Number(value):
                return repr(value)
            case Symbol(name):
                return _symbol(name, projection)
            case Draw():
                return "nest.random.uniform()"
            case Redraw(value, low, high):
                return f"nest.math.redraw({text(value)}, {low!r}, {high!r})"
            case Named(name, (), keywords) if name in _DRAWS:
                return f"nest.random.{name}({_numbers(name, keywords)})"
            case Named(name, arguments, keywords) if name in _PROFILES and not any(isinstance(a, Number) for a in arguments):
                given = [*map(text, arguments), *(f"{k}={v!r}" for k, v in keywords)]
                return f"nest.spatial_distributions.{_PROFILES[name]}({', '.join(given)})"
            case Named(body=body):
                return text(body)
            case Operation("neg", (a,)):
                return f"(-{text(a)})"
            case Operation("not", (a,)):
                return f"({text(a)} == 0)"
            case Operation("and", (a, b)):
                return f"(({text(a)} != 0) * ({text(b)} != 0))"
            case Operation("or", (a, b)):
                return f"((({text(a)} != 0) + ({text(b)} != 0)) > 0)"
            case Operation("sqrt", (a,)):
                return f"({text(a)} ** 0.5)"
            case Operation("pow", (a, Number(exponent))):
                return f"({text(a)} ** {exponent!r})"
            case Operation("abs", (a,)) if not is_random(a):
                return f"nest.logic.conditional({text(a)} < 0, -{text(a)}, {text(a)})"
            case Operation("min" | "max" as name, (a, b)) if isinstance(a, Number) or isinstance(b, Number):
                value, bound = (a, b) if isinstance(b, Number) else (b, a)
                return f"nest.math.{name}({text(value)}, {bound.value!r})"
            case Operation("exp" | "sin" | "cos" as name, (a,)):
                return f"nest.math.{name}({text(a)})"
            case Operation("where", (c, a, b)):
                return f"nest.logic.conditional({text(c)}, {text(a)}, {text(b)})"
            case Operation(name, (a, b)) if name in _SIGNS:
                return f"({text(a)} {_SIGNS[name]} {text(b)})"
            case Call(function):
                raise _NoForm(f"NEST does not know the function {function.name}")
        raise _NoForm(f"NEST has no words for {node!r}")

    # ---- recorders ----

    def weight_recorders(self) -> list[str]:
        """Those come before the connections whose models name them."""
        lines = []
        for recorder in self.network.recorders:
            if not isinstance(recorder, WeightRecorder):
                continue
            if id(recorder.projection) in self.weight_recorder_of:
                raise DataError(f"'{recorder.projection.name}' has two recorders of weights; NEST has one for each synapse model.")
            name = self.weight_recorder_of[id(recorder.projection)] = self.variable(recorder.name)
            lines.append(f"{name} = nest.Create('weight_recorder', params={_dict(self._window(recorder))})")
        return lines

    def _window(self, recorder: Any) -> dict[str, str]:
        """Parameters that all recorders have."""
        start, stop = recorder.window(self.network.resolution)
        return {"label": repr(recorder.name)} | {k: repr(float(v)) for k, v, usual in (("start", start, 0.0), ("stop", stop, np.inf)) if v != usual}

    def recorders(self) -> list[str]:
        lines = []
        for recorder in self.network.recorders:
            if isinstance(recorder, WeightRecorder):
                continue
            name = self.variable(recorder.name)
            parts = [self._part(part, False) for part in recorder.nodes.parts]
            if isinstance(recorder, SpikeRecorder):
                lines.append(f"{name} = nest.Create('spike_recorder', params={_dict(self._window(recorder))})")
                lines += [f"nest.Connect({part}, {name})" for part in parts]
            else:
                interval = round(recorder.interval * self.network.resolution, 9)
                given = self._window(recorder) | {"record_from": repr(list(recorder.variables)), "interval": repr(interval)}
                if recorder.offset:
                    given["offset"] = repr(round(recorder.offset * self.network.resolution, 9))
                lines.append(f"{name} = nest.Create('multimeter', params={_dict(given)})")
                lines += [f"nest.Connect({name}, {part})" for part in parts]
        return lines


def _special(table: Any) -> dict[str, Any]:
    """Parameters and state of plastic connections that differ from the defaults: numbers where they are alike."""
    if table.plasticity is None:
        return {}
    declaration, found = table.plasticity.model, {}
    for name in table.plasticity.names:
        if name in HIDDEN.get(declaration.name, ()):
            continue
        declared = declaration.settable[name]
        values = np.asarray(table.column(name), np.float64)
        default = declared.default if isinstance(declared, DeclaredParameter) else declared.initial
        if values.size and not (values == default).all():
            found[name] = values.flat[0].item() if (values == values.flat[0]).all() else values
    return found


def _symbol(name: str, projection: Projection) -> str:
    if name == "distance":
        return "nest.spatial.distance"
    head, axis = name.rsplit("_", 1) if "_" in name else (name[0], name[1])
    if head == "d":
        pool = projection.target if projection.driver == "source" else projection.source
        if any(part.edge_wrap for part in pool.parts):
            raise _NoForm("NEST has no displacement that wraps")
        return f"(nest.spatial.target_pos.{axis} - nest.spatial.source_pos.{axis})"
    return {"distance": "nest.spatial.distance", "source": "nest.spatial.source_pos", "target": "nest.spatial.target_pos",
            "pos": "nest.spatial.pos"}[head] + f".{axis}"


def _numbers(name: str, keywords: tuple[tuple[str, object], ...]) -> str:
    try:
        values = {k: float(v) for k, v in keywords}
    except ValueError:
        raise _NoForm(f"the arguments of random.{name} are no numbers") from None
    return ", ".join(f"{k}={int(v) if name == 'uniform_int' else v!r}" for k, v in values.items())


def _placement(geometry: Any) -> str:
    common = f"extent={geometry.extent.tolist()}, edge_wrap={geometry.edge_wrap}"
    if geometry.placement == "grid":
        return f"nest.spatial.grid({list(geometry.shape)}, center={geometry.center.tolist()}, {common})"
    positions = geometry.positions
    middle = (positions.min(axis=0) + positions.max(axis=0)) / 2
    if geometry.edge_wrap and np.abs(middle - geometry.center).max() > 1e-9:
        raise DataError("NEST centres a free layer on the middle of its positions; a wrapped one with another centre cannot be written.")
    return f"nest.spatial.free({_packed(positions)}.tolist(), {common})" if positions.size > _SHORT else \
        f"nest.spatial.free({positions.tolist()}, {common})"


def _mask(mask: Mask) -> str:
    if isinstance(mask, GridMask):
        anchor = f", 'anchor': {list(mask.cell)}" if any(mask.cell) else ""
        return f"{{'grid': {{'shape': {list(mask.shape)}}}{anchor}}}"
    if not isinstance(mask, Shape):
        raise _NoForm("NEST connects with single masks only")
    shown = {k: v for k, v in mask.shown.items() if k != "anchor"}
    anchor = f", 'anchor': {mask.anchor.tolist()}" if mask.anchor.any() else ""
    return f"{{{mask.name!r}: {shown!r}{anchor}}}"


def _value(value: Any) -> str:
    """A parameter: a number, or a list of numbers."""
    if isinstance(value, np.ndarray):
        return repr(value.tolist()) if value.size <= _SHORT else f"{_packed(value)}.tolist()"
    if isinstance(value, float) and np.isinf(value):
        return repr(np.copysign(FOREVER, value).item())
    return repr(value)


def _column(values: Any, n: int) -> str:
    return f"np.full({n}, {np.asarray(values).item()!r})" if np.ndim(values) == 0 else _packed(np.asarray(values, np.float64))


def _packed(array: np.ndarray) -> str:
    """An array as an expression of the script."""
    if array.size <= _SHORT:
        return f"np.array({array.tolist()})"
    memory = io.BytesIO()
    np.savez_compressed(memory, a=array)
    return f"unpack('{base64.b64encode(memory.getvalue()).decode()}')"


def _dict(items: dict[str, str]) -> str:
    return "{" + ", ".join(f"{k!r}: {v}" for k, v in items.items()) + "}"
