"""A declared neuron → its plan of one step, and the C of it.

The plan lists the constants a step needs (each with the recipe that computes it from the parameters at run time), the
input channels it reads, and the statements of its segments in terms of both. A step whose equations are integrated in closed
form has one segment, and its C is one function over a block of neurons; a step with an adaptive solver has up to four: before,
slope (the right-hand sides), substep (after each sub-step) and after. Each function comes in two variants of the same text:
constants the same for all neurons, or one column each.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache

from ..language import codegen
from ..language.nodes import Draw, Expression, Number, Operation, Symbol, operation, structure, substitute, symbols
from ..language.parse import parse
from .analysis import LinearSystem, derivative, linear_system, sides, simplified
from .declaration import NeuronModel
from .steps import STEPS, Assign, Guard, Integrate, Receive, statements
from .tape import Tape

#: the segments of a step, in the order of their functions
SEGMENTS = ("before", "slope", "substep", "after")


@dataclass(frozen=True)
class Constant:
    """One number a step needs.

    `recipe` says where it comes from: ``("P", i, j)``, ``("stimulus", i, c)``, ``("constant", i)`` of the propagators;
    ``("value", expression)`` of the parameters.
    """

    name: str
    recipe: tuple


@dataclass(frozen=True)
class Plan:
    """What one step of a model does, for the generated C, the block machine, the twin and the engine.

    Attributes
    ----------
    variables : tuple of str
        Columns the engine keeps.
    channels : int
        Number of input channels; channel k is the row ``arriving_k``.
    receptors : dict of int to (int, int)
        Receptor → channels of positive and negative weights.
    currents : tuple of str
        Rows of the currents of generators.
    draws : tuple of str
        Rows of random numbers: ``draw_…`` uniform in [0, 1), then ``normal_…``.
    temporaries : tuple of str
        Rows that pass values from one segment to the next; ``spiking``, the number of spikes of the step; ``sent``, the
        factor that goes with them; the item of the model's series; the current of the next step.
    segments : dict of str to tuple of statements
        By the names of `SEGMENTS`; only ``before`` without a solver.
    solved : tuple of str
        Variables that the adaptive solver integrates; the row ``slope of x`` holds the right-hand side of x.
    tolerance : tuple of str
        Constants with the absolute and the relative error.
    """

    model: NeuronModel
    system: LinearSystem | None
    constants: tuple[Constant, ...]
    variables: tuple[str, ...]
    channels: int
    receptors: dict[int, tuple[int, int]]
    currents: tuple[str, ...]
    draws: tuple[str, ...]
    temporaries: tuple[str, ...]
    segments: dict[str, tuple[Guard | Assign, ...]]
    solved: tuple[str, ...]
    tolerance: tuple[str, str] | None

    @property
    def counts(self) -> bool:
        """Whether the number of spikes in a step may be other than 1."""
        return any(isinstance(made, Assign) and made.name == "spiking" and getattr(made.value, "value", 0.0) != 1.0
                   for part in self.segments.values() for made in part)

    @property
    def rows(self) -> tuple[str, ...]:
        """Every row, in the order in which the engine passes them."""
        arriving = tuple(f"arriving_{k}" for k in range(self.channels))
        return (*self.variables, *arriving, *self.currents, *self.draws, *self.temporaries)

    def tape(self, segment: str) -> Tape:
        """The operations of a segment."""
        return Tape(self.segments[segment], (c.name for c in self.constants), self.tolerance is not None)


@cache
def plan(model: NeuronModel, flags: frozenset[str] = frozenset()) -> Plan:
    """The plan of `model` with some of its flags on, made once."""
    return _Planner(model, flags).plan()


class _Planner:
    def __init__(self, model: NeuronModel, flags: Collection[str]):
        self.model = model
        self.body = statements(model, flags)
        self.relative = {name: s.relative_to for name, s in model.states.items() if s.relative_to}
        self.relative |= {f"old_{name}": parameter for name, parameter in self.relative.items()}
        self.constants: list[Constant] = []
        self.hoisted: dict[tuple, str] = {}
        self.draws: list[str] = []
        self.normals: list[str] = []
        self.fixed = (set(model.parameters) - {model.series}) | set(model.elements) | {model.resolution} | {STEPS + name for name in model.parameters}

    # ---- constants and variables that are kept relative to a parameter ----

    def constant(self, name: str, *recipe: object) -> str:
        self.constants.append(Constant(name, recipe))
        return name

    def hoist(self, node: Expression) -> Expression:
        """`node` with all that depends on parameters alone as constants, and random numbers as rows."""
        if isinstance(node, Number):
            return node
        if isinstance(node, Draw):
            self.draws.append(f"draw_{len(self.draws)}")
            return Symbol(self.draws[-1])
        if isinstance(node, Operation) and node.name == "normal_quantile" and isinstance(node.arguments[0], Draw):
            self.normals.append(f"normal_{len(self.normals)}")
            return Symbol(self.normals[-1])
        used = symbols(node)
        if used and used <= self.fixed and not _draws(node):
            key = structure(node)
            if key not in self.hoisted:
                self.hoisted[key] = self.constant(f"k_{len(self.hoisted)}", "value", node)
            return Symbol(self.hoisted[key])
        if isinstance(node, Operation):
            return Operation(node.name, tuple(map(self.hoist, node.arguments)))
        return node

    def absolute(self, node: Expression) -> Expression:
        """`node` in terms of the rows, which hold relative values."""
        if not symbols(node) & set(self.relative):
            return node
        if isinstance(node, Symbol):
            return operation("add", node, Symbol(self.relative[node.name]))
        if node.name in ("lt", "le", "gt", "ge", "eq", "ne"):
            for side in node.arguments:
                if isinstance(side, Symbol) and side.name in self.relative:
                    return Operation(node.name, tuple(self.from_reference(a, self.relative[side.name]) for a in node.arguments))
        return Operation(node.name, tuple(map(self.absolute, node.arguments)))

    def from_reference(self, node: Expression, parameter: str) -> Expression:
        """`node` - `parameter`, without rounding where that is possible."""
        match node:
            case Symbol(name) if self.relative.get(name) == parameter:
                return node
            case Symbol(name) if name == parameter:
                return Number(0.0)
            case Operation("min" | "max", arguments):
                return Operation(node.name, tuple(self.from_reference(a, parameter) for a in arguments))
            case Operation("where", (condition, a, b)):
                return Operation("where", (self.absolute(condition), self.from_reference(a, parameter),
                                           self.from_reference(b, parameter)))
            case Operation("add" | "sub", (a, b)) if symbols(a) & set(self.relative):
                return Operation(node.name, (self.from_reference(a, parameter), self.absolute(b)))
            case Operation("add", (a, b)) if symbols(b) & set(self.relative):
                return Operation("add", (self.absolute(a), self.from_reference(b, parameter)))
        return operation("sub", self.absolute(node), Symbol(parameter))

    def statement(self, made: Guard | Assign) -> Guard | Assign:
        if isinstance(made, Guard):
            return Guard(made.name, self.hoist(self.absolute(made.condition)))
        parameter = self.relative.get(made.name)
        value = self.from_reference(made.value, parameter) if parameter else self.absolute(made.value)
        return Assign(made.name, self.hoist(value), made.guard)

    # ---- statements ----

    def plan(self) -> Plan:
        model, solver = self.model, self.model.solver
        integrates = any(isinstance(s, Integrate) for s in self.body)
        try:
            system = linear_system(model) if integrates and solver == "exact" else None
        except NotImplementedError as error:
            raise model.refuse("equations", f"{error}. Leave method='exact' out.") from None
        if system is not None:
            self.constants += [Constant(f"p_{i}_{j}", ("P", i, j)) for i, j in system.propagates]
            self.constants += [Constant(f"s_{i}_{c}", ("stimulus", i, c)) for i, c in system.stimulated]
            self.constants += [Constant(f"q_{i}", ("constant", i)) for i in system.driven]
        n_channels, channels, receptors = self.channels()

        parts: dict[str, list[Guard | Assign]] = {"before": [], "slope": [], "substep": [], "after": []}
        now = parts["before"]
        tolerance, solved = None, ()
        for statement in self.body:
            if isinstance(statement, Receive):
                now += [Assign(name, operation("add", Symbol(name), term)) for name, term in channels]
            elif not isinstance(statement, Integrate):
                now.append(self.statement(statement))
            elif solver == "rkf45":
                parts["slope"] = self.slopes()
                parts["substep"] = [self.statement(s) for s in statement.substep]
                solved, now = tuple(model.derivatives), parts["after"]
                tolerance = tuple(self.constant(f"{what} error", "value", parse(text, self.fixed))
                                  for what, text in zip(("absolute", "relative"), model.tolerance))
            else:
                now += self.exact(system) if system else self.euler(solver)
        olds = sorted({s for part in parts.values() for made in part for s in _uses(made) if s.startswith("old_")
                       and s[4:] in model.states})
        parts["before"][:0] = [Assign(name, Symbol(name[4:])) for name in olds]

        segments = {name: tuple(part) for name, part in parts.items() if part or name == "before" and tolerance is None}
        kept: tuple[str, ...] = ("spiking", *((model.series,) if model.series else ()))
        ahead = f"next_{next(iter(model.currents.values()), '')}"
        kept += (ahead,) * any(ahead in _uses(made) for part in parts.values() for made in part)
        kept += ("sent",) * any(isinstance(made, Assign) and made.name == "sent" for part in parts.values() for made in part)
        if tolerance is not None:
            names = [c.name for c in self.constants]
            read = dict.fromkeys(row for part in segments.values() for row in Tape(part, names, True).rows)
            assigned = {made.name for part in segments.values() for made in part if isinstance(made, Assign)}
            kept += tuple(f"slope of {name}" for name in solved)
            known = {*model.variables, *kept, *(f"arriving_{k}" for k in range(n_channels))}
            kept += tuple(name for name in read if name in assigned - known)
        return Plan(model, system, tuple(self.constants), model.variables, n_channels, receptors,
                    tuple(model.currents.values()), (*self.draws, *self.normals), kept, segments, solved, tolerance)

    def channels(self) -> tuple[int, list[tuple[str, Expression]], dict[int, tuple[int, int]]]:
        """The number of channels; (variable, what is added to it when spikes are received); receptor → channels."""
        model, added, receptors, n_channels = self.model, [], {}, 0
        for receptor, spike_input in model.inputs.items():
            ends = []
            for text in filter(None, (spike_input.positive, spike_input.negative)):
                ends.append(n_channels)
                arriving, n_channels = Symbol(f"arriving_{n_channels}"), n_channels + 1
                for part in text.split(";"):
                    state, sign, right = model.assignment(part.strip())
                    gain = simplified(derivative(right, "w"))
                    if sign != "+=" or symbols(gain) - self.fixed:
                        raise model.refuse("inputs", f"{part!r} must be proportional to w, as in 'x += a * w'.")
                    one = isinstance(gain, Number) and gain.value == 1.0
                    added.append((state, arriving if one else operation("mul", self.hoist(gain), arriving)))
            receptors[receptor] = (ends[0], ends[-1])
        return n_channels, added, receptors

    def exact(self, system: LinearSystem) -> list[Assign]:
        """y ← P y + S i + q, all at once."""
        made = []
        for i, state in enumerate(system.states):
            terms = [operation("mul", Symbol(f"p_{i}_{j}"), Symbol(system.states[j])) for a, j in system.propagates if a == i]
            terms += [operation("mul", Symbol(f"s_{i}_{c}"), Symbol(system.inputs[c]))
                      for a, c in system.stimulated if a == i]
            terms += [Symbol(f"q_{i}")] if i in system.driven else []
            total = terms[0]
            for term in terms[1:]:
                total = operation("add", total, term)
            made.append(Assign(f"next {state}", total))
        return made + [Assign(state, Symbol(f"next {state}")) for state in system.states]

    def euler(self, solver: str) -> list[Assign]:
        """One step of forward or exponential Euler, all variables at once."""
        made, h = [], Symbol(self.model.resolution)
        for state, right in sides(self.model).items():
            if self.relative.get(state):
                raise self.model.refuse("states", f"{state} cannot be kept relative to a parameter with {solver}.")
            if solver == "forward_euler":
                value = operation("add", Symbol(state), operation("mul", h, right))
            else:
                rate = simplified(derivative(right, state))
                if state in symbols(rate):
                    raise self.model.refuse("equations", f"d{state}/dt is not linear in {state}, as exponential_euler needs.")
                rest = simplified(substitute(right, {state: 0.0}))
                small = operation("lt", operation("abs", rate), 1e-12)
                grown = operation("where", small, h, operation("div", operation("expm1", operation("mul", rate, h)),
                                                               operation("where", small, 1.0, rate)))
                value = operation("add", operation("mul", Symbol(state), operation("exp", operation("mul", rate, h))),
                                  operation("mul", rest, grown))
            made.append(Assign(f"next {state}", self.hoist(self.absolute(value))))
        return made + [Assign(state, Symbol(f"next {state}")) for state in self.model.derivatives]

    def slopes(self) -> list[Assign]:
        """The right-hand sides, abbreviations first."""
        model = self.model
        if self.relative:
            raise model.refuse("states", "variables cannot be kept relative to a parameter with rkf45.")
        made = [Assign(name, self.hoist(self.multiplied(node))) for name, node in model.abbreviations.items()]
        return made + [Assign(f"slope of {name}", self.hoist(self.multiplied(node))) for name, node in model.derivatives.items()]

    def multiplied(self, node: Expression) -> Expression:
        """`node` with quotients by parameters as products: a division takes as long as ten multiplications."""
        if not isinstance(node, Operation):
            return node
        arguments = tuple(map(self.multiplied, node.arguments))
        if node.name == "div" and symbols(arguments[1]) <= self.fixed and symbols(arguments[0]) - self.fixed:
            return Operation("mul", (arguments[0], operation("div", 1.0, arguments[1])))
        return Operation(node.name, arguments)


def touched(made: Plan, segment: str) -> tuple[list[str], list[str]]:
    """The rows that a segment reads, and those that it writes."""
    tape, rows = made.tape(segment), set(made.rows)
    kept = {name: line for name, line in tape.results.items() if name in rows}
    used = tape.used(kept.values())
    return [tape.lines[n].what for n in used if tape.lines[n].op == "row"], list(kept)


def _draws(node: Expression) -> bool:
    return isinstance(node, Draw) or isinstance(node, Operation) and any(map(_draws, node.arguments))


def _uses(made: Guard | Assign) -> frozenset[str]:
    return symbols(made.condition if isinstance(made, Guard) else made.value)


# ---- C ----

def c_source(model: NeuronModel) -> str:
    """The step of `model` as C: its segments, each in both variants."""
    made = plan(model, default_flags(model))
    return "\n".join(_function(made, segment, columns) for segment in made.segments for columns in (False, True))


def found_in_c(model: NeuronModel) -> str:
    """The line of ``spn_find_kernel`` for `model`."""
    made = plan(model, default_flags(model))
    fields = ["whole"] if made.tolerance is None else [f"compiled[{SEGMENTS.index(s)}]" for s in made.segments]
    sets = " ".join(f"step->{field} = columns ? {function_name(model, segment, True)} : "
                    f"{function_name(model, segment, False)};" for field, segment in zip(fields, made.segments))
    return f'    if (!strcmp(model, "{model.kernel}")) {{ {sets} return 1; }}'


def function_name(model: NeuronModel, segment: str, columns: bool) -> str:
    """C name of one function of a model."""
    return f"spn_{model.name}_{segment}_{'columns' if columns else 'uniform'}"


def default_flags(model: NeuronModel) -> frozenset[str]:
    """Flags that are on with default parameters: what is compiled."""
    from .analysis import condition_holds
    values = {name: float(p.default) for name, p in model.parameters.items() if p.kind != "list"}
    return frozenset(flag for flag, text in model.flags.items() if condition_holds(parse(text, set(values)), values))


def _function(made: Plan, segment: str, columns: bool) -> str:
    tape, whole = made.tape(segment), made.tolerance is None
    rows = {name: i for i, name in enumerate(made.rows)}
    constants = {c.name: k for k, c in enumerate(made.constants)}
    kept = {rows[name]: line for name, line in tape.results.items() if name in rows and (name != "spiking" or made.counts or not whole)}
    spiking = tape.results.get("spiking") if whole else None
    used = tape.used([*kept.values(), *([] if spiking is None else [spiking])])
    arriving = [rows[f"arriving_{k}"] for k in range(made.channels)] if whole else []

    writer = codegen.Writer(tape.lines, {name: f"v_{i}[i]" for name, i in rows.items()}
                            | {name: f"c_{k}[i]" if columns else f"c_{k}" for name, k in constants.items()})
    fires = "(int64_t)0" if spiking is None else writer.truth(spiking)
    stores = [f"v_{i}[i] = {writer.real(line)};" for i, line in kept.items()]
    body = [*writer.text, *stores, *(f"v_{i}[i] = 0.0;" for i in arriving)]
    if whole:
        body += [f"fired[i] = (uint8_t)({fires} & 1);", f"any |= {fires};"]
    leaves = [tape.lines[number] for number in used]
    touched = {rows[line.what] for line in leaves if line.op == "row"} | set(kept) | set(arriving)
    head = [f"double *restrict const v_{i} = v[{i}];" for i in sorted(touched)]
    for k in dict.fromkeys(constants[line.what] for line in leaves if line.op == "constant"):
        head.append(f"const double *restrict const c_{k} = c[{k}];" if columns else f"const double c_{k} = c[{k}][0];")
    return (_WHOLE if whole else _PART).format(name=function_name(made.model, segment, columns), head="\n    ".join(head),
                                               body="\n        ".join(body), what=f"{made.model.name}, {segment}")


_WHOLE = """\
/* {what} */
SPN_CLONES
static int64_t {name}(int64_t n, double *const *restrict v, const double *const *restrict c,
        uint8_t *restrict fired) {{
    {head}
    int64_t any = 0;
    SPN_INDEPENDENT
    for (int64_t i = 0; i < n; i++) {{
        {body}
    }}
    return any;
}}
"""
_PART = """\
/* {what} */
SPN_CLONES
static void {name}(int64_t n, double *const *restrict v, const double *const *restrict c) {{
    {head}
    SPN_INDEPENDENT
    for (int64_t i = 0; i < n; i++) {{
        {body}
    }}
}}
"""
