"""A declared neuron → its plan of one step, and the C of it.

The plan lists the constants a step needs (each with the recipe that computes it from the parameters at run time), the
input channels it reads, and the statements of its segments in terms of both. A step whose equations are integrated in closed
form has one segment, and its C is one function over a block of neurons; a step with an adaptive solver has up to four: before,
attempt (a sub-step with its error), substep (after each sub-step that is accepted) and after; where neurons are coupled by gap
junctions also slope (of what is sent). Each function comes in two variants of the same text:
constants the same for all neurons, or one column each.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache, cached_property, reduce

from ..language import codegen
from ..language.nodes import (
    Draw,
    Expression,
    Number,
    Operation,
    Symbol,
    operation,
    structure,
    substitute,
    symbols,
    walk,
)
from ..language.parse import parse
from .analysis import LinearSystem, derivative, linear_system, sides, simplified
from .declaration import NeuronModel
from .steps import STEPS, Assign, Guard, Integrate, Receive, statements
from .tape import Tape

#: the segments of a step, in the order of their functions
SEGMENTS = ("before", "attempt", "substep", "after", "slope")
#: Fehlberg 1969 (NASA TR R-315), table III: coefficients of the stages, of the fifth order, and of the error
STAGES = ((), (1 / 4,), (3 / 32, 9 / 32), (1932 / 2197, -7200 / 2197, 7296 / 2197), (439 / 216, -8.0, 3680 / 513, -845 / 4104),
          (-8 / 27, 2.0, -3544 / 2565, 1859 / 4104, -11 / 40))
FIFTH = (16 / 135, 0.0, 6656 / 12825, 28561 / 56430, -9 / 50, 2 / 55)
ERROR = (1 / 360, 0.0, -128 / 4275, -2197 / 75240, 1 / 50, 2 / 55)
#: the times of the stages, and of the end, in units of the sub-step
TIMES = (0.0, 1 / 4, 3 / 8, 12 / 13, 1.0, 1 / 2, 1.0)
#: rows of what reaches a neuron through gap junctions: coefficients of a polynomial in the time `elapsed`, and the conductance
JUNCTION = ("gap_0", "gap_1", "gap_2", "gap_3", "gap_conductance")
#: the constant with the size of the noise upon what is sent
NOISE = "noise sent"


@dataclass(frozen=True)
class Constant:
    """One number a step needs.

    `recipe` says where it comes from: ``("P", i, j)``, ``("stimulus", i, c)``, ``("constant", i)`` of the propagators;
    ``("value", expression)`` of the parameters.
    """

    name: str
    recipe: tuple


@dataclass(frozen=True)
class Layout:
    """What the engine needs to know of a step besides its statements.

    Attributes
    ----------
    variables : tuple of str
        Columns the engine keeps.
    channels : int
        Number of input channels; channel k is the row ``arriving_k``.
    receptors : dict of int to (int, int)
        Receptor → channels of positive and negative weights.
    couplings : dict of str to (int, int)
        By what synapses carry: the channels of the two sums.
    currents : tuple of str
        Rows of the currents of generators.
    draws : tuple of str
        Rows of random numbers: ``draw_…`` uniform in [0, 1), then ``normal_…``.
    temporaries : tuple of str
        Rows that pass values from one segment to the next; ``spiking``, the number of spikes of the step; ``sent``, the
        factor that goes with them, or ``spike_offset``; the item of the model's series; the current of the next step. With gap
        junctions also those of `JUNCTION`, ``elapsed`` (ms since the begin of what is solved), and ``slope of x`` of what is sent.
    solved : tuple of str
        Variables that the adaptive solver integrates. ``attempt`` reads the row ``length`` and leaves what x would be after a
        sub-step of this length in ``new x``, and the worst ratio of error and tolerance in ``ratio``.
    tolerance : tuple of str
        Constants with the absolute and the relative error.
    """

    system: LinearSystem | None
    constants: tuple[Constant, ...]
    variables: tuple[str, ...]
    channels: int
    receptors: dict[int, tuple[int, int]]
    couplings: dict[str, tuple[int, int]]
    currents: tuple[str, ...]
    draws: tuple[str, ...]
    temporaries: tuple[str, ...]
    solved: tuple[str, ...]
    tolerance: tuple[str, str] | None

    @property
    def rows(self) -> tuple[str, ...]:
        """Every row, in the order in which the engine passes them."""
        arriving = tuple(f"arriving_{k}" for k in range(self.channels))
        return (*self.variables, *arriving, *self.currents, *self.draws, *self.temporaries)


@dataclass(frozen=True)
class Plan(Layout):
    """What one step of a model does, for the generated C, the block machine and the twin.

    Attributes
    ----------
    segments : dict of str to tuple of statements
        By the names of `SEGMENTS`; only ``before`` without a solver.
    slope : tuple of statements
        The right-hand sides, as ``slope of x``.
    """

    model: NeuronModel
    segments: dict[str, tuple[Guard | Assign, ...]]
    slope: tuple[Assign, ...]

    @cached_property
    def counts(self) -> bool:
        """Whether the number of spikes in a step may be other than 1."""
        return any(isinstance(made, Assign) and made.name == "spiking" and getattr(made.value, "value", 0.0) != 1.0
                   for part in self.segments.values() for made in part)

    @cached_property
    def touched(self) -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
        """Of the segments of a sub-step: the rows that each reads, and those that it writes."""
        found, rows = {}, set(self.rows)
        for segment in ("attempt", "substep"):
            if segment in self.segments:
                tape = self.tape(segment)
                kept = {name: line for name, line in tape.results.items() if name in rows}
                lines = [tape.lines[n] for n in tape.used(kept.values())]
                found[segment] = tuple(line.what for line in lines if line.op == "row"), tuple(kept)
        return found

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
        self.sums: dict[str, str] = {}
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
        return Symbol(self.sums.get(node.name, node.name))

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
        couplings = self.couplings(n_channels)
        if model.noise:
            self.constant(NOISE, "value", parse(model.noise, self.fixed))

        parts: dict[str, list[Guard | Assign]] = {segment: [] for segment in SEGMENTS}
        now = parts["before"]
        tolerance, solved, slope = None, (), ()
        for statement in self.body:
            if isinstance(statement, Receive):
                now += [Assign(name, operation("add", Symbol(name), term)) for name, term in channels]
            elif not isinstance(statement, Integrate):
                now.append(self.statement(statement))
            elif solver == "rkf45":
                slope = tuple(self.slopes())
                parts["attempt"] = self.attempt(slope)
                parts["substep"] = [self.statement(s) for s in statement.substep]
                parts["slope"] = list(slope) if model.is_gap_coupled else []
                solved, now = tuple(model.derivatives), parts["after"]
                tolerance = tuple(self.constant(f"{what} error", "value", parse(text, self.fixed))
                                  for what, text in zip(("absolute", "relative"), model.tolerance))
            else:
                now += self.exact(system) if system else self.euler(solver)
        if model.is_gap_coupled and (parts["before"] or parts["substep"] or not parts["slope"]):
            raise model.refuse("step", "must begin with 'integrate', with nothing in sub-steps, by rkf45, to have gap junctions.")
        olds = sorted({s for part in parts.values() for made in part for s in _uses(made) if s.startswith("old_")
                       and s[4:] in model.states})
        parts["before"][:0] = [Assign(name, Symbol(name[4:])) for name in olds]

        segments = {name: tuple(part) for name, part in parts.items() if part or name == "before" and tolerance is None}
        kept: tuple[str, ...] = ("spiking", *((model.series,) if model.series else ()))
        ahead = f"next_{next(iter(model.currents.values()), '')}"
        if model.is_gap_coupled:
            kept += (*JUNCTION, "elapsed", f"slope of {model.sends['gap']}")
        kept += (ahead,) * any(ahead in _uses(made) for part in parts.values() for made in part)
        assigned = {made.name for part in parts.values() for made in part if isinstance(made, Assign)}
        kept += tuple(name for name in ("sent", "spike_offset") if name in assigned)
        if tolerance is not None:
            names = [c.name for c in self.constants]
            read = dict.fromkeys(row for part in segments.values() for row in Tape(part, names, True).rows)
            assigned = {made.name for part in segments.values() for made in part if isinstance(made, Assign)}
            kept += ("length", "ratio", *(f"new {name}" for name in solved))
            known = {*model.variables, *kept, *(f"arriving_{k}" for k in range(n_channels + len(self.sums)))}
            kept += tuple(name for name in read if name in assigned - known)
        return Plan(system, tuple(self.constants), model.variables, n_channels + len(self.sums), receptors, couplings,
                    tuple(model.currents.values()), (*self.draws, *self.normals), kept, solved, tolerance, model, segments, slope)

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

    def couplings(self, first: int) -> dict[str, tuple[int, int]]:
        """Channels of the sums of what arrives in every step, after those of the spikes."""
        made = {}
        for carried, coupling in self.model.couplings.items():
            if carried == "gap":  # no sums in rings: the waveforms of partners, see relaxation.c
                continue
            for name in coupling.sums:
                self.sums[name] = f"arriving_{first + len(self.sums)}"
            last = first + len(self.sums) - 1
            made[carried] = (last - len(coupling.sums) + 1, last)
        return made

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
        made = {**model.abbreviations, **{f"slope of {name}": node for name, node in model.derivatives.items()}}
        if model.is_gap_coupled:
            voltages, conductance = model.couplings["gap"].sums
            *coefficients, known = map(Symbol, JUNCTION)
            polynomial = reduce(lambda a, b: operation("add", operation("mul", a, Symbol("elapsed")), b), reversed(coefficients))
            made = {name: substitute(node, {voltages: polynomial, conductance: known}) for name, node in made.items()}
        made = share_exponentials({name: self.reciprocal(node) for name, node in made.items()}, self.fixed)
        return [Assign(name, self.hoist(node)) for name, node in made.items()]

    def reciprocal(self, node: Expression) -> Expression:
        """`node` with divisions by what does not change as multiplications, which cost a tenth."""
        match node:
            case Operation("div", (a, b)) if symbols(b) <= self.fixed < symbols(a) | self.fixed and not _draws(b):
                return operation("mul", self.reciprocal(a), operation("div", 1.0, b))
            case Operation(name, arguments):
                return operation(name, *map(self.reciprocal, arguments))
        return node

    def attempt(self, slope: tuple[Assign, ...]) -> list[Assign]:
        """One sub-step by Fehlberg's stages, the values at its end by the fifth order, and the worst ratio."""
        model, made, length = self.model, [], Symbol("length")
        slopes: list[dict[str, Expression]] = []

        def evaluate(ends: dict[str, Expression]) -> None:
            number = len(slopes)
            names = {**ends, "elapsed": operation("add", Symbol("elapsed"), operation("mul", TIMES[number], length))}
            for line in slope:
                made.append(Assign(f"{line.name}, {number}", substitute(line.value, names)))
                names[line.name] = Symbol(made[-1].name)
            slopes.append({x: names[f"slope of {x}"] for x in model.derivatives})

        def change(x: str, weights: tuple[float, ...]) -> Expression:
            terms = [operation("mul", weight, k[x]) for weight, k in zip(weights, slopes) if weight]
            return operation("mul", length, reduce(lambda a, b: operation("add", a, b), terms))

        for weights in STAGES:
            evaluate({x: operation("add", Symbol(x), change(x, weights)) if weights else Symbol(x) for x in model.derivatives})
        made += [Assign(f"new {x}", operation("add", Symbol(x), change(x, FIFTH))) for x in model.derivatives]
        absolute, relative = (parse(text, self.fixed) for text in model.tolerance)
        errors = {x: operation("abs", change(x, ERROR)) for x in model.derivatives}
        if isinstance(relative, Number) and relative.value == 0.0:
            worst = reduce(lambda a, b: operation("max", a, b), errors.values())
            return [*made, Assign("ratio", operation("mul", worst, self.hoist(operation("div", 1.0, absolute))))]
        ends = {x: Symbol(f"new {x}") for x in model.derivatives}
        if model.scale == "slope":
            evaluate(ends)
            ends = {x: operation("mul", length, k) for x, k in slopes[-1].items()}
        absolute, relative = self.hoist(absolute), self.hoist(relative)
        ratios = [operation("div", error, operation("add", absolute, operation("mul", relative, operation("abs", ends[x]))))
                  for x, error in errors.items()]
        return [*made, Assign("ratio", reduce(lambda a, b: operation("max", b, a), ratios))]


def share_exponentials(made: dict[str, Expression], fixed: set[str]) -> dict[str, Expression]:
    """Exponentials of multiples of one variable, exp(k a x + c), as powers of exp(a x) where k is a whole number.

    A power costs a few multiplications, an exponential as much as twenty; the rates of gating variables often allow it.
    """
    found: dict[str, dict[float, Expression]] = {}
    for node in made.values():
        for part in walk(node):
            if isinstance(part, Operation) and part.name == "exp" and (line := _line(part.arguments[0], fixed)):
                found.setdefault(line[0], {}).setdefault(line[1], line[2])
    bases: dict[str, list[tuple[float, Expression]]] = {}
    for name, slopes in found.items():
        for slope in sorted(slopes, key=abs):
            if not any(_multiple(slope, base) for base, _ in bases.setdefault(name, [])):
                bases[name].append((slope, slopes[slope]))

    def rewritten(node: Expression) -> Expression:
        if not isinstance(node, Operation):
            return node
        if node.name == "exp" and (line := _line(node.arguments[0], fixed)):
            name, slope, rest = line
            base, shift = next(found for found in bases[name] if _multiple(slope, found[0]))
            times = _multiple(slope, base)
            one = operation("exp", operation("add", operation("mul", base, Symbol(name)), shift))
            if times == 1 and structure(rest) == structure(shift):
                return one
            factor = operation("exp", operation("sub", rest, operation("mul", float(times), shift)))
            power = _power(one, times)
            return power if isinstance(factor, Number) and factor.value == 1.0 else operation("mul", power, factor)
        return operation(node.name, *map(rewritten, node.arguments))

    return {name: rewritten(node) for name, node in made.items()}


def _line(node: Expression, fixed: set[str]) -> tuple[str, float, Expression] | None:
    """(x, a, c) of an expression a x + c, with a number a and a c that does not change."""
    if isinstance(node, Symbol) and node.name not in fixed:
        return node.name, 1.0, Number(0.0)
    if not isinstance(node, Operation):
        return None
    inner = [_line(a, fixed) for a in node.arguments]
    constant = [symbols(a) <= fixed and not _draws(a) for a in node.arguments]
    match node:
        case Operation("neg", _) if inner[0]:
            return inner[0][0], -inner[0][1], operation("neg", inner[0][2])
        case Operation("add" | "sub", (a, b)):
            sign = 1.0 if node.name == "add" else -1.0
            if inner[0] and constant[1]:
                return inner[0][0], inner[0][1], operation(node.name, inner[0][2], b)
            if inner[1] and constant[0]:
                return inner[1][0], sign * inner[1][1], operation(node.name, a, inner[1][2])
        case Operation("mul", (a, b)):
            line, factor = (inner[0], b) if inner[0] else (inner[1], a)
            if line and isinstance(factor, Number):
                return line[0], line[1] * factor.value, operation("mul", line[2], factor)
        case Operation("div", (_, Number(value))) if inner[0]:
            return inner[0][0], inner[0][1] / value, operation("div", inner[0][2], value)
    return None


def _multiple(slope: float, base: float) -> int:
    """`slope` as a multiple of `base` of up to 16, or 0."""
    times = round(slope / base) if base else 0
    return times if 1 <= times <= 16 and abs(slope - times * base) <= 1e-14 * abs(slope) else 0


def _power(node: Expression, n: int) -> Expression:
    if n == 1:
        return node
    half = _power(node, n // 2)
    return operation("mul", half, half) if n % 2 == 0 else operation("mul", operation("mul", half, half), node)


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


@cache
def default_flags(model: NeuronModel) -> frozenset[str]:
    """Flags that are on with default parameters: what is compiled."""
    from .analysis import condition_holds
    values = {name: float(p.default) for name, p in model.parameters.items() if p.kind != "list"}
    return frozenset(flag for flag, condition in model.conditions.items() if condition_holds(condition, values))


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
