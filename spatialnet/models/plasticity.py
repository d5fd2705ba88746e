"""A declared synapse → its plan, the C of its delivery, and the programs with which the block machine runs it.

The plan finds what depends on the presynaptic train alone. Where the parameters are the same for all connections of a
table, such state variables (a presynaptic trace, the resources of short-term plasticity) are kept once per source, and
what is computed from them once per row. The C is one function per model in two variants of the same text: parameters
the same for all connections of a table, or anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, partial

from ..errors import ExpressionError
from ..language.codegen import number
from ..language.nodes import (
    Draw,
    Expression,
    Named,
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
from .declaration import SynapseModel

#: what statements can use besides parameters, state and ``w``: event → name → meaning
NAMES = {
    "on_post": {
        "dt": "time from the last presynaptic spike to this postsynaptic one, at the synapse, ms",
        "delay": "of the connection, ms",
        "K_post": "postsynaptic trace (tau_minus of the target) just before this spike",
        "K_post_triplet": "the same with tau_minus_triplet",
        "potentiation": "instead of a spike, a step in which the voltage of a Clopath neuron potentiates: how much",
        "dendritic_error": "instead of a spike, every step: by how much the dendrite failed to predict the soma",
        "tau_dendrite": "membrane time constant of the dendrite, ms", "tau_dendrite_syn": "time constant of its synapses, ms",
    },
    "on_pre": {
        "dt": "time since the last presynaptic spike, ms",
        "delay": "of the connection, ms",
        "first": "1 for the first presynaptic spike, else 0",
        "multiplicity": "how many spikes came together",
        "K_minus": "postsynaptic trace (tau_minus of the target) of the spikes that reached the synapse before this one",
        "K_minus_triplet": "the same with tau_minus_triplet",
        "K_nearest": "the same as K_minus, of the nearest postsynaptic spike alone",
        "depression": "how much the voltage of a Clopath neuron depresses",
        "tau_dendrite": "membrane time constant of the dendrite, ms", "tau_dendrite_syn": "time constant of its synapses, ms",
        "random": "a uniform random number in [0, 1), a new one at every place",
    },
    "interval": {"T": "length of the interval, ms", "n": "concentration of the modulator at its beginning"},
}
NAMES["after"] = NAMES["send"] = NAMES["passes"] = NAMES["on_pre"]
_ROW = {"dt", "first", "multiplicity"}  # the same for all connections of a row, at a presynaptic spike
_POST = {"K_minus", "K_minus_triplet", "K_nearest"}
#: what synapses follow instead of spikes, and the names of it
_FOLLOWED = {"voltage": {"potentiation", "depression"}, "error": {"dendritic_error", "tau_dendrite", "tau_dendrite_syn"}}
_STATEMENT = re.compile(r"\s*(?P<left>[A-Za-z_]\w*)\s*(?P<sign>[-+*/]?=)(?!=)(?P<right>.*)$", re.DOTALL)
_OPERATOR = {"+=": "add", "-=": "sub", "*=": "mul", "/=": "div"}
_KEYWORDS = {"lambda": "lambda_"}  # parameters that Python's grammar does not take as names


@dataclass(frozen=True)
class Statement:
    """``name = value``; a `local` one is an abbreviation that only later statements of the same event see."""

    name: str
    value: Expression
    local: bool


@dataclass(frozen=True)
class Plan:
    """A synapse model, sorted.

    Attributes
    ----------
    on_post, on_pre, after, interval : tuple of Statement
    send, passes : Expression
    parameters : tuple of str
        In the order of the columns the engine gets; without weight, delay and nodes.
    states : tuple of str
    shared : tuple of str
        State variables that depend on the presynaptic train and the parameters alone.
    changes_weight, needs_posts, is_random : bool
    follows : {"", "voltage", "error"}
        What of the target it looks at instead of spikes.
    """

    model: SynapseModel
    on_post: tuple[Statement, ...]
    on_pre: tuple[Statement, ...]
    after: tuple[Statement, ...]
    interval: tuple[Statement, ...]
    send: Expression
    passes: Expression
    parameters: tuple[str, ...]
    states: tuple[str, ...]
    shared: tuple[str, ...]
    changes_weight: bool
    needs_posts: bool
    follows: str
    is_random: bool


def expression(model: SynapseModel, text: str, event: str = "", local: Iterable[str] = ()) -> Expression:
    """`text` as an expression of parameters, state and what `event` offers.

    Raises
    ------
    ExpressionError
    """
    own = {_KEYWORDS.get(name, name) for name, declared in model.settable.items()
           if name not in ("weight", "delay") and getattr(declared, "kind", "number") == "number"}
    names = own | set(NAMES.get(event, ())) | {"w"} | set(local)
    node = parse(text, names, profiles={"binomial_quantile": partial(operation, "binomial_quantile")})
    if "random" in symbols(node):
        node = _with_draws(node)
    return substitute(node, {safe: Symbol(name) for name, safe in _KEYWORDS.items()})


def _with_draws(node: Expression) -> Expression:
    """Every ``random`` is a draw of its own."""
    if isinstance(node, Symbol) and node.name == "random":
        return Draw()
    return operation(node.name, *map(_with_draws, node.arguments)) if isinstance(node, Operation) else node


def statements(model: SynapseModel, event: str, before: tuple[Statement, ...] = ()) -> tuple[Statement, ...]:
    """The statements of `event`, which see the abbreviations of those `before`.

    Raises
    ------
    ParameterError
        Naming the event and the line.
    """
    found: list[Statement] = list(before)
    changeable = set(model.states) | {"w"}
    taken = set(model.parameters) | set(NAMES[event]) | set(_KEYWORDS.values())
    for at, line in enumerate(getattr(model, event).splitlines(), 1):
        text, condition = line.strip(), None
        if not text:
            continue
        try:
            known = [s.name for s in found if s.local]
            if text.startswith("if ") and ":" in text:
                head, text = text[3:].split(":", 1)
                condition = f"condition {len(found)}"  # no name a text could hold
                found.append(Statement(condition, expression(model, head, event, known), True))
            for part in filter(str.strip, text.split(";")):
                match = _STATEMENT.match(part)
                if not match:
                    raise ExpressionError(part.strip(), "cannot be read; expected 'x = …' or 'x += …'")
                left, local = match["left"], match["left"] not in changeable
                if left in taken:
                    raise ExpressionError(part.strip(), f"'{left}' cannot be changed; only w and the states "
                                          f"({', '.join(model.states) or 'none'}) can, and names of your own")
                known = [s.name for s in found if s.local]
                value = expression(model, match["right"].strip(), event, known)
                if match["sign"] != "=":
                    if local and left not in known:
                        raise ExpressionError(part.strip(), f"'{left}' has no value yet")
                    value = operation(_OPERATOR[match["sign"]], Symbol(left), value)
                if condition is not None:
                    if local and left not in known:
                        raise ExpressionError(part.strip(), f"'{left}' needs a value first, for when the condition is false")
                    value = operation("where", Symbol(condition), value, Symbol(left))
                found.append(Statement(left, value, local))
        except ExpressionError as error:
            raise model.refuse(event, f"line {at}: {error}") from None
    return tuple(found[len(before):])


@cache
def plan(model: SynapseModel) -> Plan:
    """The plan of `model`, made once.

    Raises
    ------
    ParameterError
        Where a statement cannot be read or means nothing.
    """
    for name in (*model.parameters, *model.states):
        if not isinstance(name, str) or not name.isidentifier() or name == "w" or name in _KEYWORDS.values() or any(
                name in NAMES[event] for event in ("on_post", "on_pre")) and name != "delay":
            raise model.refuse("parameters", f"'{name}' cannot be the name of a parameter or state variable.")
    if clash := set(model.parameters) & set(model.states):
        raise model.refuse("states", f"'{min(clash)}' is a parameter, too.")
    on_post, on_pre, interval = (statements(model, event) for event in ("on_post", "on_pre", "interval"))
    after = statements(model, "after", on_pre)
    known = [s.name for s in on_pre if s.local]
    sent = []
    for event in ("send", "passes"):
        try:
            sent.append(expression(model, getattr(model, event), event, known))
        except ExpressionError as error:
            raise model.refuse(event, str(error)) from None
    if bool(model.interval) != bool(model.modulator):
        raise model.refuse("interval", "goes with the modulator; give both or none.")
    if model.modulator and model.modulator not in model.uniform:
        raise model.refuse("modulator", f"must be the name of a parameter, its time constant in ms, got {model.modulator!r}.")
    values = [s.value for s in (*on_post, *on_pre, *after, *interval)] + sent
    used = frozenset().union(*map(symbols, values)) if values else frozenset()
    follows = next((kind for kind, names in _FOLLOWED.items() if used & names), "")
    if follows and (not model.kernel or used & (_POST | {"K_post", "K_post_triplet"})):
        raise model.refuse("on_post", f"{' and '.join(sorted(used & _FOLLOWED[follows]))} are for synapses of the library; a synapse of "
                           "your own sees spikes.")
    return Plan(model, on_post, on_pre, after, interval, *sent,
                tuple(name for name, p in model.parameters.items() if name not in ("weight", "delay") and p.kind == "number"),
                tuple(model.states), _shared(model, on_post, on_pre, after, interval),
                any(s.name == "w" for s in (*on_post, *on_pre, *after, *interval)),
                bool(on_post) or bool(used & _POST), follows, any(isinstance(n, Draw) for v in values for n in walk(v)))


def _shared(model: SynapseModel, on_post: tuple, on_pre: tuple, after: tuple, interval: tuple) -> tuple[str, ...]:
    shared = set(model.states) - {s.name for s in (*on_post, *interval)}
    while True:
        of_row = _row_names(model, shared, (*on_pre, *after))
        lost = {s.name for s in (*on_pre, *after) if s.name in shared and not _of_row(s.value, of_row)}
        if not lost:
            return tuple(name for name in model.states if name in shared)
        shared -= lost


def _row_names(model: SynapseModel, shared: set[str], sequence: tuple[Statement, ...]) -> set[str]:
    """Names whose values are the same for all connections of a row."""
    found = set(model.parameters) - {"delay"} | _ROW | shared
    local = {s.name for s in sequence if s.local}
    found |= local
    while lost := {s.name for s in sequence if s.local and s.name in found and not _of_row(s.value, found)}:
        found -= lost
    return found


def _of_row(node: Expression, names: set[str]) -> bool:
    return symbols(node) <= names and not any(isinstance(n, Draw) for n in walk(node))


def synapse_table(models: Iterable[SynapseModel]) -> str:
    """C of `spn_find_synapse`."""
    lines = []
    for model in models:
        for columns in (0, 1):
            name = f"spn_{model.name}_{'columns' if columns else 'uniform'}"
            decaying = 0 if columns else sum(1 << k for k in _decaying(plan(model)))
            lines.append(f'    if (!strcmp(kernel, "{model.name}") && columns == {columns}) {{ s->deliver = {name}; '
                         f's->settle = {name}_settle; s->advance = {name}_advance; s->decaying = {decaying}; return 1; }}')
    return "\n".join(["int spn_find_synapse(const char *kernel, int columns, spn_plasticity *s) {", *lines, "    return 0;",
                      "}", ""])


def _decaying(made: Plan) -> list[int]:
    """Numbers of the parameters tau of which on_post has exp(-dt / tau)."""
    found = {node.arguments[0].arguments[1].name for s in made.on_post for node in walk(s.value) if isinstance(node, Operation)
             and node.name == "exp" and isinstance(node.arguments[0], Operation) and node.arguments[0].name == "div"
             and structure(node.arguments[0].arguments[0]) == structure(operation("neg", Symbol("dt")))
             and isinstance(node.arguments[0].arguments[1], Symbol)}
    return [k for k, name in enumerate(made.parameters) if name in found]


# ---- C ----

def c_source(model: SynapseModel) -> str:
    """Delivery, settling and presynaptic update of `model` in both variants: ``spn_<name>_uniform`` and ``…_columns``."""
    return "\n".join(_Writer(plan(model), uniform).text() for uniform in (True, False))


_INFIX = {"add": "+", "sub": "-", "mul": "*", "div": "/"}
_COMPARE = {"lt": "<", "le": "<=", "gt": ">", "ge": ">=", "eq": "==", "ne": "!="}
_CALL = {"exp": "spn_exp", "log": "spn_log", "expm1": "expm1", "sqrt": "sqrt", "sin": "sin", "cos": "cos", "floor": "floor",
         "abs": "fabs", "pow": "spn_raised", "lgamma": "lgamma", "min": "spn_least", "max": "spn_largest",
         "binomial_quantile": "spn_binomial_quantile"}


def real(node: Expression, names: Mapping[str, str]) -> str:
    """C text of a real-valued `node`; unlike `codegen.real` with branches, because connections are visited one by one."""
    match node:
        case Number(value):
            return number(value)
        case Symbol(name):
            return names[name]
        case Named(body=body):
            return real(body, names)
        case Operation("neg", (a,)):
            return f"(-{real(a, names)})"
        case Operation("pow", (a, Number(2.0))):
            return f"spn_square({real(a, names)})"
        case Operation("where", (c, a, b)):
            return f"({condition(c, names)} ? {real(a, names)} : {real(b, names)})"
        case Operation("mod", (a, b)):
            return f"spn_mod({real(a, names)}, {real(b, names)})"
        case Operation(name, (a, b)) if name in _INFIX:
            return f"({real(a, names)} {_INFIX[name]} {real(b, names)})"
        case Operation(name, arguments) if name in _CALL:
            return f"{_CALL[name]}({', '.join(real(a, names) for a in arguments)})"
    return f"(double){condition(node, names)}"


def condition(node: Expression, names: Mapping[str, str]) -> str:
    """C text of a truth value."""
    match node:
        case Operation(name, (a, b)) if name in _COMPARE:
            return f"({real(a, names)} {_COMPARE[name]} {real(b, names)})"
        case Operation("and" | "or" as name, (a, b)):
            return f"({condition(a, names)} {'&&' if name == 'and' else '||'} {condition(b, names)})"
        case Operation("not", (a,)):
            return f"(!{condition(a, names)})"
    return f"({real(node, names)} != 0.0)"


#: time constants of the target
_TIMES = (("const double", "b_tau_dendrite", "s->archive->tau_triplet[target * s->archive->tau_triplet_step]"),
          ("const double", "b_tau_dendrite_syn", "s->archive->tau[target * s->archive->tau_step]"))


class _Writer:
    """The C of one variant."""

    def __init__(self, made: Plan, uniform: bool):
        self.plan, self.uniform = made, uniform
        self.shared = made.shared if uniform else ()
        self.own = tuple(name for name in made.states if name not in self.shared)
        self.row = _row_names(made.model, set(self.shared), (*made.on_pre, *made.after)) if uniform else set()
        self.n_draws = 0

    def text(self) -> str:
        name = f"{self.plan.model.name}_{'uniform' if self.uniform else 'columns'}"
        hoisted, window, on_pre, store = self._hoisted(), self._window(), self._on_pre(), self._store()
        keep = self._keep()
        once = _used(self._notes() + hoisted, window + on_pre)
        own = _used(self._columns(), window + on_pre + store)
        advance = _used(self._notes() + hoisted, keep)
        return _TEMPLATE.format(
            name=name, parameters=_lines(_used(self._parameters(), once + own + window + on_pre), 1), notes=_lines(once, 2),
            per_row=len(self.shared) + 1, columns=_lines(own, 3), window=_lines(window, 3), on_pre=_lines(on_pre, 4),
            store=_lines(store, 3), advance=_lines(_used(self._parameters(), advance + keep) + advance + keep, 1))

    def _parameters(self) -> list[str]:
        if not self.uniform:
            return []
        return [f"const double p_{name} = *s->parameter[{k}];" for k, name in enumerate(self.plan.parameters)]

    def _notes(self) -> list[str]:
        return [f"const double r_{name}_0 = note[{k + 1}];" for k, name in enumerate(self.shared)]

    def _names(self, versions: dict[str, int], event: str) -> dict[str, str]:
        names = {name: f"p_{name}" for name in self.plan.parameters} | {"w": "w"}
        names |= {name: f"s_{name}" for name in self.own}
        names |= {name: f"r_{name}_{versions.get(name, 0)}" for name in self.shared}
        names |= {name: f"b_{name}" for name in NAMES[event]}
        return names

    def _is_hoisted(self, statement: Statement) -> bool:
        return self.uniform and statement.name in self.row and statement.name != "w" and (
            statement.local or statement.name in self.shared)

    def _hoisted(self) -> list[str]:
        """What is computed once per row; every assignment makes a new version of its variable."""
        lines, versions = [], {}
        self.at: list[dict[str, int]] = []  # versions in force before each statement, and at the end
        for statement in (*self.plan.on_pre, *self.plan.after):
            self.at.append(dict(versions))
            if self._is_hoisted(statement):
                text = self._real(statement.value, versions, "on_pre")
                versions[statement.name] = versions.get(statement.name, 0) + 1
                lines.append(f"const double {self._versioned(statement.name, versions)} = {text};")
        self.at.append(dict(versions))
        return lines

    def _versioned(self, name: str, versions: dict[str, int]) -> str:
        return f"r_{_identifier(name)}_{versions.get(name, 0)}"

    def _real(self, node: Expression, versions: dict[str, int], event: str) -> str:
        names = self._names(versions, event)
        for name in symbols(node) - set(names):
            names[name] = self._versioned(name, versions) if self.uniform and name in self.row and event == "on_pre" \
                else f"l_{_identifier(name)}"
        drawn = self._drawn(node)
        if self.uniform and event == "on_post":
            drawn = self._by_table(drawn, names)
        return real(drawn, names | {f"draw {k}": f"spn_draw(&draws, (uint64_t)j, {k})" for k in range(self.n_draws)})

    def _by_table(self, node: Expression, names: dict[str, str]) -> Expression:
        """`node` with exp(-dt / parameter) looked up; its text stands under a name of its own in `names`."""
        match node:
            case Operation("exp", (Operation("div", (Operation("neg", (Symbol("dt"),)), Symbol(tau))),)) if tau in self.plan.parameters:
                number = self.plan.parameters.index(tau)
                names[f"decay {tau}"] = f"spn_decay(s->decay[{number}], steps, b_dt, p_{tau})"
                return Symbol(f"decay {tau}")
            case Operation(name, arguments):
                return Operation(name, tuple(self._by_table(a, names) for a in arguments))
        return node

    def _drawn(self, node: Expression) -> Expression:
        """`node` with each draw as a symbol of its number."""
        if isinstance(node, Draw):
            self.n_draws += 1
            return Symbol(f"draw {self.n_draws - 1}")
        return Operation(node.name, tuple(map(self._drawn, node.arguments))) if isinstance(node, Operation) else node

    def _columns(self) -> list[str]:
        lines = [] if self.uniform else [f"const double p_{name} = s->parameter[{k}][j * s->parameter_step[{k}]];"
                                         for k, name in enumerate(self.plan.parameters)]
        for name in self.own:
            k = self.own.index(name)
            lines.append(f"double s_{name} = s->state[{k}][j];")
        return lines

    def _sequence(self, sequence: tuple[Statement, ...], event: str, first: int | None = None) -> list[str]:
        """Statements on what belongs to the connection."""
        lines, declared = [], set()
        for i, statement in enumerate(sequence):
            versions = {} if first is None else self.at[first + i]
            if first is not None and self._is_hoisted(statement):
                continue
            value = self._real(statement.value, versions, event)
            if statement.local:
                name = f"l_{_identifier(statement.name)}"
                lines.append(f"{'' if name in declared or name in self.declared else 'double '}{name} = {value};")
                declared.add(name)
                if first is not None:
                    self.declared.add(name)
            else:
                lines.append(f"{'w' if statement.name == 'w' else 's_' + statement.name} = {value};")
        return lines

    def _window(self) -> list[str]:
        """The postsynaptic spikes of the window, and the intervals between events."""
        made = self.plan
        self.declared: set[str] = set()
        if not made.needs_posts:
            return []
        lines = ["spn_prefetch_posts(t, s->archive->trains, j, row.end);",
                 "const spn_train *const train = s->archive->trains + target;",
                 "const int64_t horizon = x->step - delay, from = clock - delay;",
                 "int64_t end = train->n;",
                 "while (end > 0 && train->posts[end - 1].step > horizon) end--;"]
        if made.on_post or made.interval:
            lines += ["int64_t begin = end;", "while (begin > 0 && train->posts[begin - 1].step > from) begin--;"]
        body = [f"{kind} {name} = {text};" for kind, name, text in (
            ("const int64_t", "steps", "post->step + delay - last"), ("const double", "b_dt", "(double)steps * s->h"), ("const double", "b_delay", "(double)delay * s->h"),
            ("const double", "b_K_post", "post->K - 1.0"), ("const double", "b_K_post_triplet", "post->K_triplet - 1.0"),
            ("const double", "b_potentiation", "post->K"), ("const double", "b_dendritic_error", "post->K"), *_TIMES)]
        sequence = self._sequence(made.on_post, "on_post")
        body = _used(body, sequence) + sequence
        if made.interval:
            inner = self._sequence(made.interval, "interval")
            lines += ["int64_t now = clock, modulation = first_modulation;", "double b_n = row_n;",
                      "for (int64_t k = begin; k <= end; k++) {",
                      "    const int64_t event = k < end ? train->posts[k].step + delay : x->step;",
                      "    while (now < event) {",
                      "        const int jumps = modulation < modulator->n && modulator->posts[modulation].step <= event;",
                      "        const int64_t until = jumps ? modulator->posts[modulation].step : event;",
                      "        const double b_T = (double)(until - now) * s->h;",
                      *(f"        {line}" for line in inner),
                      f"        b_n = jumps ? modulator->posts[modulation++].K : b_n * spn_exp(-b_T / p_{made.model.modulator});",
                      "        now = until;",
                      "    }",
                      "    if (k == end) break;",
                      "    const spn_post *const post = train->posts + k;",
                      *(f"    {line}" for line in body), "}"]
        elif made.on_post:
            lines += ["for (const spn_post *post = train->posts + begin; post < train->posts + end; post++) {",
                      *(f"    {line}" for line in body), "}"]
        return lines

    def _on_pre(self) -> list[str]:
        made, lines = self.plan, []
        used = frozenset().union(*(symbols(s.value) for s in (*made.on_pre, *made.after)), symbols(made.send),
                                 symbols(made.passes))
        if "delay" in used:
            lines.append("const double b_delay = (double)delay * s->h;")
        lines += [f"{kind} {name} = {text};" for kind, name, text in _TIMES if name.removeprefix("b_") in used]
        if "depression" in used:
            lines.append("const double b_depression = spn_depression(s->archive, horizon, target);")
        if used & _POST:
            lines += ["while (end > 0 && train->posts[end - 1].step == horizon) end--;",
                      "const spn_post *const nearest = end > 0 ? train->posts + end - 1 : NULL;",
                      "const double since = nearest ? (double)(horizon - nearest->step) * s->h : 0.0;"]
            for name, tau, value in (("K_minus", "tau", "nearest->K * "), ("K_minus_triplet", "tau_triplet", "nearest->K_triplet * "),
                                     ("K_nearest", "tau", "")):
                if name in used:
                    lines.append(f"const double b_{name} = nearest ? {value}spn_decay(s->archive->{tau.replace('tau', 'decay')}, horizon - "
                                 f"nearest->step, since, s->archive->{tau}[target * s->archive->{tau}_step]) : 0.0;")
        lines += self._sequence(made.on_pre, "on_pre", 0)
        end = self.at[len(made.on_pre)]
        lines += [f"const double sent = {self._real(made.send, end, 'on_pre')};",
                  f"const double passes = {self._real(made.passes, end, 'on_pre')};",
                  "spn_send(x, j, target, delay, sent, passes * scale, passes);"]
        return lines + self._sequence(made.after, "on_pre", len(made.on_pre))

    def _store(self) -> list[str]:
        lines = ["((double *)t->weights)[j] = w;"] if self.plan.changes_weight else []
        changed = {s.name for s in (*self.plan.on_post, *self.plan.on_pre, *self.plan.after, *self.plan.interval)}
        return lines + [f"s->state[{k}][j] = s_{name};" for k, name in enumerate(self.own) if name in changed]

    def _keep(self) -> list[str]:
        return [f"s->shared[{k}][source] = {self._versioned(name, self.at[-1])};" for k, name in enumerate(self.shared)]


def _used(definitions: list[str], body: list[str]) -> list[str]:
    """Those definitions (``type name = …;``, in order) that `body` needs."""
    found: list[str] = []
    words = set(re.findall(r"\w+", " ".join(body)))
    for line in reversed(definitions):
        name = line.split(" = ", 1)[0].split()[-1]
        if name in words:
            found.insert(0, line)
            words |= set(re.findall(r"\w+", line.split(" = ", 1)[1]))
    return found


def _identifier(name: str) -> str:
    return name.replace(" ", "_")


def _lines(lines: list[str], level: int) -> str:
    return "".join(f"\n{'    ' * level}{line}" for line in lines)


_TEMPLATE = """\
static inline void {name}(const spn_delivery *x, const int settles) {{
    const spn_table *const t = x->table;
    const spn_plasticity *const s = t->plasticity;{parameters}
    spn_draws draws = spn_open_draws(x);
    (void)draws;
    for (int64_t i = 0; i < x->n; i++) {{
        const uint32_t source = settles ? (uint32_t)i : x->nodes[i];
        const spn_range row = row_of(t, source, x->piece, x->n_pieces);
        if (row.begin == row.end) continue;
        double own_note[SPN_MAX_NOTES];
        const double *const note = settles ? spn_present(s, source, own_note) : x->notes + i * {per_row};
        const int64_t last = spn_last(note[0]), clock = last > x->settled ? last : x->settled;
        if (settles && clock >= x->step) continue;
        if (!settles) spn_prefetch_rows(x, i);
        const double b_dt = (double)(x->step - last) * s->h, b_first = note[0] < 0.0;
        const double b_multiplicity = settles || !x->multiplicities ? 1.0 : x->multiplicities[i];
        const double scale = settles || !x->scales ? 1.0 : x->scales[i];
        const spn_modulator *const modulator = s->modulator;
        double row_n = 0.0;
        const int64_t first_modulation = modulator ? spn_modulation(modulator, clock, s->h, &row_n) : 0;
        (void)first_modulation; (void)row_n; (void)b_dt; (void)b_first; (void)b_multiplicity; (void)scale;{notes}
        for (int64_t j = row.begin; j < row.end; j++) {{
            const uint32_t target = t->targets[j];
            const int64_t delay = delay_at(t, t->delay_type, j);
            double w = weight_at(t, t->weight_type, j);{columns}{window}
            if (!settles) {{{on_pre}
            }}{store}
        }}
    }}
}}
static void spn_{name}(const spn_delivery *x) {{ {name}(x, 0); }}
static void spn_{name}_settle(const spn_delivery *x) {{ {name}(x, 1); }}
static void spn_{name}_advance(const spn_plasticity *s, uint32_t source, const double *note, double b_dt, double b_first,
                               double b_multiplicity) {{
    (void)s; (void)source; (void)note; (void)b_dt; (void)b_first; (void)b_multiplicity;{advance}
}}
"""
