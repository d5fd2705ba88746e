"""How a model is written down: parameters, state, equations, inputs, threshold, reset and the paper.

A declaration is data. `analysis` sorts its equations, `kernels` turns them into C, `simulate` runs the C, and the
notebook shows the same declaration as LaTeX and tables.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from ..errors import ExpressionError, ParameterError, UnknownNameError
from ..language.nodes import Expression, symbols
from ..language.parse import parse
from ..language.render import latex

_EQUATION = re.compile(r"\s*d(?P<state>[A-Za-z_]\w*)\s*/\s*dt\s*=(?P<right>[^:]*)(?P<unit>:.*)?$")
_ASSIGNMENT = re.compile(r"\s*(?P<state>[A-Za-z_]\w*)\s*(?P<sign>\+?=)\s*(?P<right>.*)$")


@dataclass(frozen=True)
class Parameter:
    """A constant of a model: default, unit, meaning, and what is allowed.

    Parameters
    ----------
    default : float, bool, list or None
    unit, meaning : str
        For tables and errors; they are not computed with.
    above : float, optional
        A strict lower bound.
    at_least, at_most : float, optional
        Inclusive bounds.
    kind : {"number", "switch", "list", "node"}
        One number per node; one truth value for all nodes; numbers, the same for all nodes or one list per node; a node of the model
        of that name.
    finite : bool
        Whether infinity is refused.
    only : str, optional
        Refuses every value but the default, with the reason given.

    Examples
    --------
    >>> Parameter(20.0, "ms", "membrane time constant", above=0.0).allowed
    '> 0 ms'
    """

    default: object
    unit: str
    meaning: str
    above: float | None = None
    at_least: float | None = None
    at_most: float | None = None
    kind: str = "number"
    finite: bool = True
    only: str | None = None

    @property
    def allowed(self) -> str:
        """The bounds in words, for tables and errors."""
        return _allowed(self)


@dataclass(frozen=True)
class State:
    """A variable that changes in time: its `initial` value, `unit` and `meaning`.

    It may be set to values between `at_least` and `at_most`. `relative_to` names the parameter from which the engine counts the variable: V_m is kept as V_m - E_L, so a
    neuron at rest is exactly 0 and an input that just reaches the threshold does so without rounding. A `derived`
    variable follows from the others; it can be recorded but not set; it may begin at the parameter that `begins` names. `recorded_as` is its name in recordings, where that
    is no name of a variable (``V_m.s``) or taken by a parameter. A run fails when the variable is not between `low` and
    `high`, as a solution that has become unstable.
    """

    initial: float
    unit: str
    meaning: str
    relative_to: str | None = None
    derived: bool = False
    recorded_as: str = ""
    low: float = -math.inf
    high: float = math.inf
    at_least: float | None = None
    at_most: float | None = None
    begins: str = ""

    @property
    def allowed(self) -> str:
        """The bounds in words, for tables and errors."""
        return _allowed(self)


def _allowed(declared: Parameter | State) -> str:
    known = ((sign, getattr(declared, name, None)) for sign, name in ((">", "above"), (">=", "at_least"), ("<=", "at_most")))
    bounds = " and ".join(f"{sign} {bound:g}" for sign, bound in known if bound is not None)
    return f"{bounds} {declared.unit}".rstrip() if bounds else ""


#: traces of a node's own spikes, which plastic synapses on it see
ARCHIVE = {"tau_minus": Parameter(20.0, "ms", "time constant of the trace that plastic synapses see", above=0.0),
           "tau_minus_triplet": Parameter(110.0, "ms", "time constant of their slow trace", above=0.0)}


@dataclass(frozen=True)
class SpikeInput:
    """What arriving spikes of one receptor do: assignments, with ``;`` between them, in which ``w`` is the weight of the connection.

    With `negative` the sign of the weight selects the assignment; without it one serves both signs. With `scaled` the weight is
    multiplied by the factor that the sender assigned to ``sent``. With `only_positive` weights below 0 are refused.
    """

    positive: str
    negative: str | None = None
    scaled: bool = False
    only_positive: bool = False


@dataclass(frozen=True)
class Coupling:
    """What arrives in every step over connections that carry no spikes.

    Attributes
    ----------
    first, second : str
        Names, in the step, of the sums of values times weights: over positive and negative weights, or for diffusion of drift and
        of variance. Without `second` there is one sum. For gap junctions, of the voltages of partners times their conductances,
        and of the conductances.
    gain : str
        What becomes of every value ``x`` before it is weighted, while the flag `when` is on. Its parameters must then be the
        same for all nodes.
    when : str
        A flag of the model.
    """

    first: str
    second: str = ""
    gain: str = ""
    when: str = ""

    @property
    def sums(self) -> tuple[str, ...]:
        """The names of the sums."""
        return tuple(filter(None, (self.first, self.second)))


@dataclass(frozen=True, eq=False)
class Model:
    """What all models share: a name, parameters with their checks, documentation."""

    name: str
    summary: str = ""
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    paper: str = ""
    doi: str = ""
    notes: str = ""

    kind = "model"
    states: Mapping[str, State] = field(default_factory=dict, kw_only=True)

    @cached_property
    def settable(self) -> dict[str, Parameter | State]:
        """Everything `Network.create` and `Layer.set` accept: parameters, and state by its initial value."""
        return {**self.parameters, **self.states}

    @cached_property
    def _defaults(self) -> dict[str, object]:
        """The checked defaults, but for lists: every population has its own arrays."""
        return {name: self._value(name, declared, _default(declared), 1) for name, declared in self.settable.items()
                if getattr(declared, "kind", "number") != "list"}

    @property
    def recordables(self) -> tuple[str, ...]:
        """Names that can be recorded as traces."""
        return tuple(self.states)

    def unit(self, name: str) -> str:
        """Unit of a parameter or state variable."""
        return (self.states.get(name) or self.find(name)).unit

    def find(self, name: str) -> Parameter | State:
        """The declaration of a parameter or state variable.

        Raises
        ------
        UnknownNameError
            With the nearest name that is known.
        """
        try:
            return self.settable[name]
        except (KeyError, TypeError):
            raise UnknownNameError("parameter", name, self.settable,
                                   f"See get_model('{self.name}').parameters.", owner=self.name) from None

    def unrolled(self, given: Mapping[str, object]) -> Model:
        """The model itself, or, where its variables depend on the lengths of lists in `given`, the one for these lengths."""
        return self

    def check(self, given: Mapping[str, object], n: int) -> dict[str, object]:
        """The complete parameters of `n` nodes: `given`, checked, and the defaults for the rest.

        Parameters
        ----------
        given : mapping
            Numbers, or arrays of `n` values, in the unit of each parameter.
        n : int
            Number of nodes.

        Returns
        -------
        dict
            Every parameter and initial state as a float, as an (n,) float64 array where nodes differ, as a bool, or
            as a list parameter's arrays.

        Raises
        ------
        UnknownNameError, ParameterError
        """
        for name in given:
            self.find(name)
        known = self._defaults
        checked = {name: known[name] if name in known and name not in given else
                   self._value(name, declared, given.get(name, _default(declared)), n) for name, declared in self.settable.items()}
        self.cross_check(checked)
        return checked

    def cross_check(self, values: Mapping[str, object]) -> None:
        """Raise `ParameterError` where values are impossible only together."""

    def refuse(self, name: str, reason: str) -> ParameterError:
        """The error of this model about parameter `name`."""
        return ParameterError(self.name, name, reason)

    def _value(self, name: str, declared: Parameter | State, value: object, n: int) -> object:
        kind = getattr(declared, "kind", "number")
        if kind == "switch":
            if isinstance(value, (bool, int)) and value in (0, 1) or type(value).__name__ in ("bool_", "bool"):
                value = bool(value)
            else:
                raise self.refuse(name, f"must be True or False, got {value!r}.")
        elif kind == "list":
            return self._lists(name, value, n)
        else:
            value = self._numbers(name, declared, value, n)
        only = getattr(declared, "only", None)
        if only and _differs(value, declared.default):
            raise self.refuse(name, f"{only} Only {declared.default!r} is possible, got {value!r}.")
        return value

    def _numbers(self, name: str, declared: Parameter | State, value: object, n: int) -> object:
        if isinstance(value, Expression):
            raise self.refuse(name, "an expression must be evaluated per node first; got one unevaluated.")
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            number = float(value)
            self._bounds(name, declared, math.isnan(number), math.isinf(number), number, number)
            return number
        import numpy as np
        try:
            values = np.asarray(value)
        except ValueError:
            values = np.asarray(None)
        if values.dtype.kind not in "iuf" or values.ndim > 1:
            raise self.refuse(name, f"must be a number or an array of {n} numbers, got {value!r}.")
        values = values.astype(np.float64)
        if values.ndim == 1 and values.shape != (n,):
            raise self.refuse(name, f"has {values.size} values for {n} nodes.")
        if values.size:
            low, high = float(values.min()), float(values.max())  # NaN if there is one among them
            self._bounds(name, declared, math.isnan(low), math.isinf(low) or math.isinf(high), low, high)
            if low == high:
                return low
        return values

    def _bounds(self, name: str, declared: Parameter | State, nan: bool, infinite: bool, low: float,
                high: float) -> None:
        if nan:
            raise self.refuse(name, "must be a number, got NaN.")
        if infinite and getattr(declared, "finite", True):
            raise self.refuse(name, f"must be finite, got {high if math.isinf(high) else low}.")
        above, least, most = (getattr(declared, bound, None) for bound in ("above", "at_least", "at_most"))
        if (above is not None and low <= above) or (least is not None and low < least):
            raise self.refuse(name, f"must be {declared.allowed}, got {low}.")
        if most is not None and high > most:
            raise self.refuse(name, f"must be {declared.allowed}, got {high}.")

    def _lists(self, name: str, value: object, n: int) -> object:
        import numpy as np

        def numbers(items: object) -> object:
            try:
                array = np.asarray(items, dtype=np.float64)
            except (TypeError, ValueError):
                array = None
            if array is None or array.ndim != 1:
                raise self.refuse(name, f"must be a list of numbers, or {n} such lists, got {value!r}.")
            if array.size:
                low, high = float(array.min()), float(array.max())
                if not (math.isfinite(low) and math.isfinite(high)):
                    raise self.refuse(name, "must hold finite numbers.")
                self._bounds(name, self.find(name), False, False, low, high)
            return array

        if isinstance(value, tuple) and not value:
            return np.empty(0)
        items = list(value) if hasattr(value, "__iter__") and not isinstance(value, str) else None
        if items is None:
            raise self.refuse(name, f"must be a list of numbers, or {n} such lists, got {value!r}.")
        if items and all(hasattr(item, "__len__") for item in items):
            if len(items) != n:
                raise self.refuse(name, f"has {len(items)} lists for {n} nodes.")
            return tuple(numbers(item) for item in items)
        return numbers(items)

    def _repr_html_(self) -> str:
        from ..views import model_html
        return model_html(self.unrolled({}))

    def table(self) -> list[dict[str, str]]:
        """Rows of the parameter table: symbol, default, unit, allowed, meaning."""
        return [{"name": name, "default": str(_default(d)), "unit": d.unit, "allowed": getattr(d, "allowed", ""),
                 "meaning": d.meaning, "kind": "state" if isinstance(d, State) else "parameter"}
                for name, d in self.settable.items()]

    def __repr__(self) -> str:
        changed = ", ".join(f"{k}={_default(d)!r}" for k, d in self.settable.items())
        return f"<{self.kind} model {self.name}: {self.summary} {changed}>"


def _default(declared: Parameter | State) -> object:
    return declared.initial if isinstance(declared, State) else declared.default


def _differs(value: object, default: object) -> bool:
    return bool((value != default).any()) if hasattr(value, "any") else value != default


@dataclass(frozen=True, eq=False, repr=False)
class NeuronModel(Model):
    """A point neuron given by equations, and by what it does in one step of the resolution.

    A model of your own needs no compiler: the block machine runs it, at a cost near that of the models that ship.

    Parameters
    ----------
    name, summary, paper, doi, notes : str
    parameters : mapping
        Name → `Parameter`; or a number, or a number and its unit.
    states : mapping
        Name → `State`; or the initial value, or that and a unit. Variables that have an equation begin at 0 if not given.
    equations : str
        One ``dx/dt = …`` per line, and abbreviations ``name = …`` for them. A state variable without an equation changes
        only in the step.
    inputs : mapping of int to SpikeInput
        By receptor number: what arriving spikes do. A text is what they do to the only receptor, 0; a text for a receptor serves
        both signs of weights, two texts are for positive and negative ones.
    currents : mapping of int to str
        By receptor number: the name, in equations and step, of the current of connected current generators.
    step : str
        What happens in one step, in order; see `spatialnet.models.steps` for the statements. Made from `order`,
        `threshold`, `reset`, `refractory`, `held` and `lower_bound` where it is left out.
    flags : mapping of str to str
        Conditions on parameters that choose among the statements of a step (``when flag: …``): a flag is on if its
        condition holds for any of the neurons.
    method : {"auto", "exact", "rkf45", "exponential_euler", "forward_euler"}
        How ``integrate`` solves the equations: by the exact propagator where they are linear, else by an embedded
        Runge-Kutta method of order 4(5) (Fehlberg) whose sub-steps adapt to every neuron.
    tolerance : tuple of str
        Absolute and relative error of a sub-step for ``rkf45``: numbers or parameters.
    scale : {"value", "slope"}
        What the relative error refers to: the size of a variable, or its change in the sub-step.
    order : {"after_update", "before_update"}
        Whether spikes arriving with the stamp of a step are added after its integration (currents) or take part in
        it as jumps of the held variable (delta synapses).
    threshold, reset : str
        A condition and assignments.
    refractory, held : str
        Parameter with the refractory time (ms; rounded up to steps) and the variable clamped meanwhile.
    lower_bound : tuple of str, optional
        Variable and parameter that bounds it from below after each update.
    ordered : tuple of pairs
        Parameters of which the first must be below the second.
    requires : mapping of str to str
        Conditions on parameters and initial state that must hold for every node, and how to say so.
    recorded : tuple of str
        Names that may be recorded, where not every state variable may.
    series : str
        A list parameter of which every step takes the next item, from the step on in which it was set; 0 after its end.
    resolution : str
        Name of the length of a step in the texts.
    precise : str
        The rule, in ``ext/kernels/precise.c``, of a model that spikes and hears spikes at times within the step; it replaces the
        step.
    runs_as : str
        Name of the group that runs it in the place of the step, where the state is more than variables.
    couplings : mapping of str to Coupling
        By what synapses carry: values that arrive in every step.
    sends : mapping of str to str
        By what synapses carry: the variable whose value before a step is sent in the step.
    sends_after : bool
        The value after a step is sent, as a spike of the step would be.
    noise : str
        Size of white noise upon what is sent, in terms of parameters; it is the first ``normal()`` of the step.
    kernel : str
        Name of the compiled step, where it has one; other models are run by the block machine.
    lists : mapping of str to tuple of str
        Index → the list parameters whose common length it runs over; see `spatialnet.models.unroll`.
    template, elements
        Of a model for lists of given lengths: what it was made from, and the names of the items of its lists.

    Examples
    --------
    A leaky integrate-and-fire neuron whose potential jumps by the weights of its spikes:

    >>> import spatialnet as sn
    >>> model = sn.NeuronModel(
    ...     "leaky", equations="dV_m/dt = -(V_m - E_L) / tau_m + I_e / C_m",
    ...     parameters={"tau_m": (10.0, "ms"), "C_m": (250.0, "pF"), "E_L": (-70.0, "mV"), "I_e": (500.0, "pA"), "t_ref": (2.0, "ms")},
    ...     states={"V_m": (-70.0, "mV")}, inputs={0: "V_m += w"},
    ...     threshold="V_m >= -55", reset="V_m = E_L", refractory="t_ref")
    >>> net = sn.Network(seed=1)
    >>> cells = net.create(model, n=3, I_e=[300.0, 500.0, 700.0])
    >>> recorder = net.record(cells, "spikes")
    >>> net.simulate(100.0).spatialnet.counts().values
    array([ 0,  6, 10])
    """

    equations: str = ""
    inputs: Mapping[int, SpikeInput] = field(default_factory=dict)
    currents: Mapping[int, str] = field(default_factory=lambda: {0: "I_stim"})
    step: str = ""
    flags: Mapping[str, str] = field(default_factory=dict)
    method: str = "auto"
    tolerance: tuple[str, str] = ("1e-3", "0")
    scale: str = "value"
    order: str = "after_update"
    threshold: str = ""
    reset: str = ""
    refractory: str = ""
    held: str = "V_m"
    lower_bound: tuple[str, str] | None = None
    ordered: tuple[tuple[str, str], ...] = ()
    requires: Mapping[str, str] = field(default_factory=dict)
    recorded: tuple[str, ...] = ()
    series: str = ""
    precise: str = ""
    runs_as: str = ""
    resolution: str = "h"
    couplings: Mapping[str, Coupling] = field(default_factory=dict)
    sends: Mapping[str, str] = field(default_factory=dict)
    sends_after: bool = False
    noise: str = ""
    kernel: str = ""
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    template: NeuronModel | None = None
    elements: tuple[str, ...] = ()

    kind = "neuron"

    def __post_init__(self) -> None:
        def settle(name: str, value: object) -> None:
            object.__setattr__(self, name, value)

        if self.template is not None:
            return
        own = {name: _declared(self, Parameter, name, value) for name, value in dict(self.parameters).items()}
        settle("parameters", own | {name: p for name, p in ARCHIVE.items() if name not in own and self.spikes})
        states = {name: _declared(self, State, name, value) for name, value in dict(self.states).items()}
        for match in filter(None, map(_EQUATION.match, self.equations.splitlines())):
            states.setdefault(match["state"], State(0.0, (match["unit"] or "").strip(" :"), ""))
        settle("states", states)
        inputs = {0: self.inputs} if isinstance(self.inputs, (str, SpikeInput)) else dict(self.inputs)
        settle("inputs", {receptor: SpikeInput(given) if isinstance(given, str) else SpikeInput(*given)
                          if isinstance(given, (tuple, list)) else given for receptor, given in inputs.items()})
        if not self.kernel and not self.precise and not self.lists:
            self._check_texts()

    def _check_texts(self) -> None:
        """Read every text now, so that an error appears where the model is written."""
        if not self.states:
            raise self.refuse("equations", "there is no state variable; give one an equation, dx/dt = …, or a value in states.")
        taken = [name for name in (*self.parameters, *self.states) if name in (self.resolution, "refractory", "substep", "spiking")
                 or name == "w" and name in self.parameters
                 or name.startswith(("old_", "arriving_")) or name in self.currents.values()]
        if taken or (both := set(self.parameters) & set(self.states)):
            name = taken[0] if taken else both.pop()
            raise self.refuse(name, "is a name with a meaning of its own, or is used twice; choose another.")
        if self.refractory and self.refractory not in self.parameters:
            raise self.refuse("refractory", f"must name a parameter, got {self.refractory!r}.")
        if self.refractory and not self.step and self.held not in self.states:
            raise self.refuse("held", f"must name the state variable that is clamped while refractory, got {self.held!r}; there "
                              f"are {', '.join(self.states)}.")
        from .kernels import plan
        plan(self)

    def unrolled(self, given: Mapping[str, object]) -> NeuronModel:
        if not self.lists:
            return self
        from .unroll import lengths, unrolled
        return unrolled(self, lengths(self, given))

    def listed(self, values: Mapping[str, object]) -> dict[str, object]:
        """The items of all lists by their names, as numbers or (n,) arrays."""
        import numpy as np
        found: dict[str, object] = {}
        for index, names in (self.template.lists if self.template else {}).items():
            for name in names:
                table = np.array(values[name], dtype=np.float64)
                for k, column in enumerate(table if table.ndim < 2 else table.T, 1):
                    found[f"{name}_{k}"] = float(column) if np.ndim(column) == 0 else np.ascontiguousarray(column)
        return found

    @cached_property
    def settable(self) -> dict[str, Parameter | State]:
        return {**self.parameters, **{name: s for name, s in self.states.items() if not s.derived}}

    @property
    def recordables(self) -> tuple[str, ...]:
        return self.recorded or tuple(state.recorded_as or name for name, state in self.states.items())

    def variable(self, recordable: str) -> str:
        """The state variable that is recorded under this name."""
        return next((name for name, state in self.states.items() if state.recorded_as == recordable), recordable)

    def unit(self, name: str) -> str:
        return self.states[self.variable(name)].unit if self.variable(name) in self.states else super().unit(name)

    @cached_property
    def variables(self) -> tuple[str, ...]:
        """Every column the engine keeps: the state, and what the step needs besides."""
        needs = ("refractory",) * ("refractory" in self.step_text) + ("substep",) * (self.solver == "rkf45")
        return (*self.states, *(name for name in needs if name not in self.states))

    @property
    def names(self) -> frozenset[str]:
        """All names its equations may use."""
        return (frozenset(self.parameters) | frozenset(self.states) | frozenset(self.currents.values())
                | {self.resolution, "refractory"} | {f"next_{name}" for name in self.currents.values()}
                | {name for c in self.couplings.values() for name in c.sums}
                | {f"old_{name}" for name in self.states} | frozenset(self.elements))

    @property
    def is_gap_coupled(self) -> bool:
        """Whether it can have gap junctions."""
        return "gap" in self.couplings

    @property
    def spikes(self) -> bool:
        """Whether it ever spikes."""
        return bool(self.precise or self.runs_as) or "spike if" in self.step_text or "spiking" in self.step_text

    def has_spikes(self, values: Mapping[str, object]) -> bool:
        """Whether it sends the same spikes to all its targets."""
        return self.spikes

    @cached_property
    def step_text(self) -> str:
        """The statements of one step."""
        if self.step:
            return self.step
        lines = ["integrate"]
        if self.order == "before_update":
            lines.append("receive")
        if self.lower_bound:
            lines.append("{0} = max({0}, {1})".format(*self.lower_bound))
        if self.refractory:
            lines.append(f"if refractory > 0: {self.held} = old_{self.held}")
        if self.order == "after_update":
            lines.append("receive")
        if self.refractory:
            lines.append("refractory = max(refractory - 1, 0)")
        if self.threshold:
            then = [*filter(None, (part.strip() for part in self.reset.split(";")))]
            then += [f"refractory = steps({self.refractory})"] * bool(self.refractory)
            lines.append(f"spike if {self.threshold}: {'; '.join(then)}")
        return "\n".join(lines)

    @cached_property
    def _sides(self) -> tuple[dict[str, Expression], dict[str, Expression]]:
        abbreviations: dict[str, Expression] = {}
        found: dict[str, Expression] = {}
        for number, line in enumerate(self.equations.splitlines(), 1):
            if not line.strip():
                continue
            match = _EQUATION.match(line)
            try:
                if match and match["state"] in self.states:
                    found[match["state"]] = parse(match["right"].strip(), self.names | frozenset(abbreviations))
                    continue
                match = _ASSIGNMENT.match(line)
                if match and match["sign"] == "=" and not _EQUATION.match(line):
                    if match["state"] in self.names:
                        raise self.refuse("equations", f"line {number}: '{match['state']}' is taken; an abbreviation needs a "
                                          "name of its own.")
                    abbreviations[match["state"]] = parse(match["right"].strip(), self.names | frozenset(abbreviations))
                    continue
            except ExpressionError as error:
                raise self.refuse("equations", f"line {number}: {error}") from None
            raise self.refuse("equations", f"line {number}: cannot read {line.strip()!r}; expected 'dx/dt = …' with x one "
                              f"of {', '.join(self.states)}, or an abbreviation 'name = …'.")
        return {state: found[state] for state in self.states if state in found}, abbreviations

    @property
    def derivatives(self) -> dict[str, Expression]:
        """State variable → right-hand side of its equation, in the order of `states`; abbreviations are not replaced."""
        return self._sides[0]

    @property
    def abbreviations(self) -> dict[str, Expression]:
        """Abbreviations of the equations, in order."""
        return self._sides[1]

    @cached_property
    def conditions(self) -> dict[str, Expression]:
        """The conditions of `flags`."""
        return {flag: parse(text, frozenset(self.parameters)) for flag, text in self.flags.items()}

    @cached_property
    def solver(self) -> str:
        """How ``integrate`` solves the equations."""
        if self.method != "auto":
            return self.method
        from .analysis import is_linear
        return "exact" if is_linear(self) else "rkf45"

    def assignment(self, text: str) -> tuple[str, str, Expression]:
        """(variable, ``=`` or ``+=``, right-hand side) of one assignment."""
        match = _ASSIGNMENT.match(text)
        if not match or match["state"] not in self.states:
            raise self.refuse("assignment", f"cannot read {text!r}; expected 'x = …' or 'x += …' with x one of "
                              f"{', '.join(self.states)}.")
        try:
            return match["state"], match["sign"], parse(match["right"], self.names | {"w"})
        except ExpressionError as error:
            raise self.refuse("assignment", str(error)) from None

    def cross_check(self, values: Mapping[str, object]) -> None:
        if self.template is not None and self.template.unrolled(values) is not self:
            raise self.refuse(next(iter(self.template.lists.values()))[0],
                              "cannot change its length; the number of variables is fixed when the layer is created.")
        for low, high in self.ordered:
            below = values[low] < values[high]
            if not (below.all() if hasattr(below, "all") else below):
                raise self.refuse(low, f"must be below {high}, got {low} = {_shown(values[low])} and "
                                  f"{high} = {_shown(values[high])}.")
        if self.requires:
            import numpy as np

            from .analysis import evaluate
        for node, words in self._requirements:
            if not np.all(evaluate(node, values)):
                names = [name for name in self.settable if name in symbols(node)]
                raise self.refuse(names[0], f"{words}, got {' and '.join(f'{n} = {_shown(values[n])}' for n in names)}.")

    @cached_property
    def _requirements(self) -> list[tuple[Expression, str]]:
        return [(parse(condition), words) for condition, words in self.requires.items()]

    def _repr_latex_(self) -> str:
        if self.lists:
            return self.unrolled({})._repr_latex_()
        lines = [rf"\frac{{d {_latex_name(name)}}}{{dt}} &= {latex(right)}"
                 for name, right in self.derivatives.items()]
        lines += [f"{_latex_name(name)} &= {latex(right)}" for name, right in self.abbreviations.items()]
        return "$$\\begin{aligned}" + " \\\\ ".join(lines) + "\\end{aligned}$$"


def _declared(model: NeuronModel, kind: type, name: str, value: object) -> Parameter | State:
    if isinstance(value, kind):
        return value
    number, unit = value if isinstance(value, (tuple, list)) and len(value) == 2 else (value, "")
    if not (isinstance(name, str) and name.isidentifier()):
        raise model.refuse(str(name), "a name must consist of letters, digits and underscores.")
    if isinstance(number, bool) or not isinstance(number, (int, float)) or not isinstance(unit, str):
        raise model.refuse(name, f"must be a number, or a number and its unit, got {value!r}.")
    return kind(float(number), unit, "")


def _latex_name(name: str) -> str:
    return latex(parse(name))


def _shown(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value) if isinstance(value, bool) else f"{value.min():g} … {value.max():g}"


@dataclass(frozen=True, eq=False, repr=False)
class Relay(Model):
    """A node that sends every arriving spike on, with its multiplicity and the stamp of its arrival.

    `runs_as` names the group that runs it; `checks` are those of a `Generator`. With `per_target` every
    target gets its own choice of the spikes, so that the node has none that could be recorded. Spikes to the receptors in
    `deaf` are not heard: plastic synapses on the node see them, the node does not.
    """

    runs_as: str = "relays"
    per_target: bool = False
    checks: tuple = ()
    deaf: tuple[int, ...] = ()

    kind = "relay"

    def __post_init__(self) -> None:
        if not self.per_target:
            object.__setattr__(self, "parameters", {**self.parameters, **ARCHIVE})

    def has_spikes(self, values: Mapping[str, object]) -> bool:
        """Whether it sends the same spikes to all its targets."""
        return not self.per_target

    def cross_check(self, values: Mapping[str, object]) -> None:
        for check in self.checks:
            check(self, values)


@dataclass(frozen=True, eq=False, repr=False)
class SynapseModel(Model):
    """What a connection does with a spike.

    A connection acts when a presynaptic spike reaches it, and looks back then: first `on_post` is run for every
    postsynaptic spike that has reached it since, in order, then `on_pre`; then `send` is what the target receives;
    `after` prepares the next time. The whole delay is dendritic: a postsynaptic spike at t reaches the synapse at
    t + delay, a presynaptic one at its own time.

    Attributes
    ----------
    name, summary, paper, doi, notes : str
    parameters, states : mapping
        As of a `NeuronModel`; every connection has its own values, except those in `uniform`.
    on_post, on_pre, after : str
        Statements, one per line or separated by ``;``: ``x = …``, ``x += …`` (also ``-= *= /=``), each perhaps after
        ``if condition:``. They may change ``w``, the weight, and the state variables; other names on the left are
        abbreviations. See `spatialnet.models.plasticity.NAMES` for what they can use.
    send : str
        The weight of what is sent.
    passes : str
        How many of the ``multiplicity`` spikes that came together are sent; none: nothing is.
    interval : str
        What happens in the time ``T`` between two events at the synapse while the concentration of a modulator is
        ``n`` at its beginning.
    modulator : str
        Parameter with the time constant of the modulator, ms, common to all connections. Every spike that reaches the node given
        as ``volume_transmitter`` adds 1 / time constant to the concentration, which decays with it.
    checks : tuple of (str, str)
        Conditions on parameters and state, each with what to say where it does not hold.
    uniform : tuple of str
        Parameters that all connections of a projection have in common.
    rounds_delays_up : bool
        Delays between two steps act like the longer one, not the nearer one.
    carries : {"spikes", "rate", "diffusion", "gap"}
        What it transports; other things than spikes travel in every step. Gap junctions transport the voltage itself, all the time.
    at_once : bool
        It has no delay: what leaves in a step acts in that step.
    symmetric : bool
        Connections are made in both directions only.
    kernel : str
        Name of the compiled delivery; models without one are run by the block machine.

    Examples
    --------
    Weights that grow by a tenth with every spike they carry, up to a limit:

    >>> import spatialnet as sn
    >>> growing = sn.SynapseModel("growing", parameters={"limit": 30.0}, after="w = min(1.1 * w, limit)")
    >>> net = sn.Network(seed=1)
    >>> spikes = net.create("spike_generator", spike_times=[1.0, 2.0, 3.0])
    >>> relay, cell = net.create("parrot_neuron"), net.create("iaf_psc_alpha")
    >>> to_relay = net.connect(spikes, relay, sn.all_to_all())
    >>> made = net.connect(relay, cell, sn.all_to_all(), growing(weight=10.0))
    >>> data = net.simulate(10.0)
    >>> made.weights.round(2)
    array([13.31])
    """

    on_post: str = ""
    on_pre: str = ""
    after: str = ""
    send: str = "w"
    passes: str = "multiplicity"
    interval: str = ""
    modulator: str = ""
    checks: tuple[tuple[str, str], ...] = ()
    uniform: tuple[str, ...] = ()
    rounds_delays_up: bool = False
    carries: str = "spikes"
    at_once: bool = False
    symmetric: bool = False
    kernel: str = ""

    kind = "synapse"

    def __post_init__(self) -> None:
        common = {"weight": Parameter(1.0, "pA, nS or mV", "effect of a spike, in the unit of the target model"),
                  "delay": Parameter(1.0, "ms", "transmission delay, rounded to whole steps", above=0.0)}
        if self.carries == "diffusion":
            del common["weight"]
        if self.at_once:
            del common["delay"]
        object.__setattr__(self, "parameters", {**common, **{name: _as_parameter(self.name, name, declared)
                                                             for name, declared in self.parameters.items()}})
        if self.modulator in self.parameters:
            constant = self.parameters[self.modulator]
            object.__setattr__(self, "parameters", self.parameters | {
                self.modulator: constant if constant.above is not None else replace(constant, above=0.0), "volume_transmitter": _TRANSMITTER})
            object.__setattr__(self, "uniform", tuple(dict.fromkeys((*self.uniform, self.modulator))))
        object.__setattr__(self, "states", {name: declared if isinstance(declared, State) else State(
            _as_parameter(self.name, name, declared).default, "", "") for name, declared in self.states.items()})
        if not self.kernel:
            from .plasticity import plan
            plan(self)  # raises what is wrong with the statements

    @property
    def is_static(self) -> bool:
        """Whether a connection is its weight and nothing else."""
        return (self.on_post, self.on_pre, self.after, self.send, self.passes) == ("", "", "", "w", "multiplicity") and \
            set(self.parameters) <= {"weight", "delay"}

    @property
    def carrier(self) -> SynapseModel | None:
        """The model itself, if it carries something else than spikes."""
        return None if self.carries == "spikes" else self

    def _value(self, name: str, declared: Parameter | State, value: object, n: int) -> object:
        return value if getattr(declared, "kind", "") == "node" else super()._value(name, declared, value, n)

    @cached_property
    def _conditions(self) -> list[tuple[Expression, str]]:
        from .plasticity import expression
        return [(expression(self, text), reason) for text, reason in self.checks]

    def cross_check(self, values: Mapping[str, object]) -> None:
        from .analysis import evaluate
        for condition, reason in self._conditions:
            holds = evaluate(condition, {**values, "w": values["weight"]})
            if not (holds.all() if hasattr(holds, "all") else holds):
                raise self.refuse(reason.split()[0], reason.split(maxsplit=1)[1])

    def __call__(self, **values: object) -> object:
        """A synapse of this model: `spatialnet.synapse` with it."""
        from ..connect.synapse import synapse
        return synapse(self, **values)


_TRANSMITTER = Parameter(None, "", "the node that collects the spikes of the neurons that release the modulator", kind="node")


def _as_parameter(owner: str, name: str, declared: object) -> Parameter:
    """A bare number is a parameter without a unit."""
    if isinstance(declared, Parameter):
        return declared
    if isinstance(declared, (int, float)) and not isinstance(declared, bool) and math.isfinite(declared):
        return Parameter(float(declared), "", "")
    raise ParameterError(owner, str(name), f"must be a number or a Parameter, got {declared!r}.")
