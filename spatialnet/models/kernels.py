"""A declared neuron → its plan of one step, and the C of it.

The plan lists the constants a step needs (each with the recipe that computes it from the parameters at run time) and
the input channels it reads. The C is one function per model over a block of neurons, in two variants of the same
text: constants the same for all neurons, or one column each.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from ..language import codegen
from ..language.nodes import Expression, Number, Operation, Symbol, operation, symbols
from ..language.parse import parse
from .analysis import LinearSystem, derivative, linear_system
from .declaration import NeuronModel


@dataclass(frozen=True)
class Constant:
    """One number a step needs.

    `recipe` says where it comes from: ``("P", i, j)``, ``("stimulus", i)``, ``("constant", i)`` of the propagators;
    ``("value", expression)`` of the parameters; ``("steps", parameter)``, a time rounded up to steps.
    """

    name: str
    recipe: tuple


@dataclass(frozen=True)
class Plan:
    """What one step of a model does, for the generated C, for its twin and for the engine."""

    model: NeuronModel
    system: LinearSystem
    constants: tuple[Constant, ...]
    #: channel → (state index, constant holding the gain or None)
    channels: tuple[tuple[int, str | None], ...]
    #: receptor → channels of positive and negative weights
    receptors: dict[int, tuple[int, int]]
    #: condition and assignments with hoisted constants as symbols
    threshold: Expression
    reset: tuple[tuple[str, Expression], ...]


@cache
def plan(model: NeuronModel) -> Plan:
    """The plan of `model`, made once."""
    system = linear_system(model)
    index = {name: i for i, name in enumerate(system.states)}
    constants = [Constant(f"p_{i}_{j}", ("P", i, j)) for i, j in system.propagates]
    constants += [Constant(f"s_{i}", ("stimulus", i)) for i in system.stimulated]
    constants += [Constant(f"q_{i}", ("constant", i)) for i in system.driven]

    def hoist(name: str, node: Expression) -> Expression:
        if isinstance(node, Number):
            return node
        constants.append(Constant(name, ("value", node)))
        return Symbol(name)

    def relative(name: str, node: Expression) -> Expression:
        reference = model.states[name].relative_to
        return operation("sub", node, Symbol(reference)) if reference else node

    channels, receptors = [], {}
    for receptor, spike_input in model.inputs.items():
        ends = []
        for text in filter(None, (spike_input.positive, spike_input.negative)):
            state, sign, right = model.assignment(text)
            gain = derivative(right, "w")
            if sign != "+=" or symbols(gain) & (frozenset(model.states) | {"w"}):
                raise NotImplementedError(f"{model.name}: {text!r} is not proportional to the weight")
            gain = hoist(f"g_{len(channels)}", gain)
            ends.append(len(channels))
            channels.append((index[state], gain.name if isinstance(gain, Symbol) else None))
        receptors[receptor] = (ends[0], ends[-1])

    condition = parse(model.threshold, model.names)
    if not (isinstance(condition, Operation) and len(condition.arguments) == 2
            and isinstance(condition.arguments[0], Symbol) and condition.arguments[0].name in model.states
            and not symbols(condition.arguments[1]) & frozenset(model.states)):
        raise NotImplementedError(f"{model.name}: the threshold must compare a variable with parameters")
    variable, level = condition.arguments
    threshold = Operation(condition.name, (variable, hoist("threshold", relative(variable.name, level))))

    reset = []
    for text in filter(None, (part.strip() for part in model.reset.split(";"))):
        state, sign, right = model.assignment(text)
        if symbols(right) & frozenset(model.states):
            raise NotImplementedError(f"{model.name}: {text!r} depends on the state")
        value = hoist(f"reset_{state}", relative(state, right) if sign == "=" else right)
        reset.append((state, value if sign == "=" else operation("add", Symbol(state), value)))

    if model.lower_bound:
        state, parameter = model.lower_bound
        constants.append(Constant("lower_bound", ("value", relative(state, Symbol(parameter)))))
    if model.refractory:
        constants.append(Constant("refractory_steps", ("steps", model.refractory)))
    return Plan(model, system, tuple(constants), tuple(channels), receptors, threshold, tuple(reset))


def c_source(model: NeuronModel) -> str:
    """Both variants of the step of `model` as C functions ``spn_<name>_uniform`` and ``spn_<name>_columns``."""
    return "\n".join(_function(plan(model), variant) for variant in ("uniform", "columns"))


def _function(made: Plan, variant: str) -> str:
    model, system = made.model, made.system
    states = system.states
    columns = variant == "columns"
    held = model.held if model.refractory else None
    lines = []
    for k, constant in enumerate(made.constants):
        lines.append(f"const double *restrict const k_{constant.name} = c[{k}];" if columns
                     else f"const double {constant.name} = c[{k}][0];")
    if not columns and model.refractory:
        lines.append("const int64_t n_refractory = (int64_t)(int32_t)refractory_steps;")
    lines += [f"double *restrict const y_{s} = y[{i}];" for i, s in enumerate(states)]
    lines += [f"double *restrict const x_{k} = x[{k}];" for k in range(len(made.channels))]
    lines.append(f"const double *restrict const x_stimulus = x[{len(made.channels)}];")

    body = []
    if columns:
        body += [f"const double {c.name} = k_{c.name}[i];" for c in made.constants]
        if model.refractory:
            body.append("const int64_t n_refractory = (int64_t)(int32_t)refractory_steps;")
    body += [f"const double old_{s} = y_{s}[i];" for s in states]
    if held:
        body += ["const int64_t left = r[i];", "const int64_t is_held = -(int64_t)(left > 0);"]
    arriving: dict[int, list[str]] = {}
    for k, (state, gain) in enumerate(made.channels):
        arriving.setdefault(state, []).append(f"{gain} * x_{k}[i]" if gain else f"x_{k}[i]")
    names = {s: f"new_{s}" for s in states} | {c.name: c.name for c in made.constants}

    for i, state in enumerate(states):
        terms = [f"p_{i}_{j} * old_{states[j]}" for a, j in system.propagates if a == i]
        terms += [f"s_{i} * x_stimulus[i]"] * (i in system.stimulated) + [f"q_{i}"] * (i in system.driven)
        if model.order == "before_update":
            terms += arriving.get(i, [])
        body.append(f"double new_{state} = {' + '.join(terms)};")
        if model.lower_bound and model.lower_bound[0] == state:
            body.append(f"new_{state} = spn_select(-(int64_t)(new_{state} < lower_bound), lower_bound, new_{state});")
        if state == held:
            body.append(f"new_{state} = spn_select(is_held, old_{state}, new_{state});")
        if model.order == "after_update":
            body += [f"new_{state} += {term};" for term in arriving.get(i, [])]
    body.append(f"const int64_t fires = {codegen.mask(made.threshold, names)};")
    for state, value in made.reset:
        body.append(f"new_{state} = spn_select(fires, {codegen.real(value, names)}, new_{state});")
    body += [f"y_{s}[i] = new_{s};" for s in states]
    body += [f"x_{k}[i] = 0.0;" for k in range(len(made.channels))]
    if held:
        body.append("r[i] = (int32_t)((fires & n_refractory) | (~fires & is_held & (left - 1)));")
    body += ["fired[i] = (uint8_t)(fires & 1);", "any |= fires;"]
    return _TEMPLATE.format(name=f"{model.name}_{variant}", head="\n    ".join(lines), body="\n        ".join(body))


_TEMPLATE = """\
SPN_CLONES
int64_t spn_{name}(int64_t n, double *const *restrict y, int32_t *restrict r, double *const *restrict x,
        const double *const *restrict c, uint8_t *restrict fired) {{
    {head}
    int64_t any = 0;
    SPN_INDEPENDENT
    for (int64_t i = 0; i < n; i++) {{
        {body}
    }}
    return any;
}}
"""
