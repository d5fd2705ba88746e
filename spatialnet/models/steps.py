"""The text of a step → statements.

A step is what a neuron does between two points of the time grid, one statement a line, in order:

======================================  ==================================================================
``integrate``                           the equations, from the state and the inputs at hand
``integrate:`` and indented lines       the same; the lines are run after every sub-step of an adaptive solver
``receive``                             arriving spikes act, as `inputs` says
``x = …``, ``x += …``, ``x -= …``       a state variable, or any new name, which lasts for the step
``if condition: x = …; y = …``          assignments where the condition holds
``spike if condition: x = …``           a spike with the stamp of the step, and its consequences
``when flag: …``, ``unless flag: …``    a statement that is there only if a flag of the model is on, or off
======================================  ==================================================================

Names: parameters, state variables, currents, ``h`` (the resolution, ms), ``refractory`` (a counter of steps), ``old_x`` (a
state variable at the beginning of the step), ``next_I`` (what the current ``I`` of receptor 0 will be in the next step),
``arriving_k`` (the sum of the weights that arrive in channel k; to be set to 0 where it acts in a sub-step, so that it acts
once); functions, besides those of every expression: ``steps(parameter)``, a time rounded up to steps; ``uniform()``,
``normal()``, ``poisson(mean)`` and ``gamma(shape)``, random numbers; ``lower_gamma(s, x)``, the incomplete gamma function, of
parameters alone; ``siegert(a, b)``, sqrt(pi) times the integral of exp(s**2) (1 + erf(s)) from a to b.

Three names mean something to whom the spike reaches: ``spiking``, how many spikes there are in this step (``spike if`` makes it
1); ``sent``, a factor for the weights of receptors that are `scaled`; and, instead of it, ``spike_offset``, how long before the
end of the step the spike was (ms): it is recorded, and heard by neurons with precise spike times.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass

from ..errors import ExpressionError
from ..language.nodes import Draw, Expression, Number, Operation, Symbol, as_expression
from ..language.parse import parse
from .declaration import NeuronModel

#: the symbol of a time in whole steps is its parameter with this in front
STEPS = "steps of "
_ASSIGNMENT = re.compile(r"(?P<name>[A-Za-z_]\w*)\s*(?P<sign>[+-]?)=(?!=)\s*(?P<right>.+)$")
_CONDITIONAL = re.compile(r"(?P<what>if|spike if|when|unless)\s+(?P<condition>[^:]+?)\s*(?::\s*(?P<rest>.*))?$")


@dataclass(frozen=True)
class Guard:
    """A condition under a name, for the assignments that depend on it."""

    name: str
    condition: Expression


@dataclass(frozen=True)
class Assign:
    """`name` becomes `value`, where its guard holds."""

    name: str
    value: Expression
    guard: str | None = None


@dataclass(frozen=True)
class Receive:
    """Arriving spikes act."""


@dataclass(frozen=True)
class Integrate:
    """The equations over one step, and what is done after each sub-step of an adaptive solver."""

    substep: tuple[Guard | Assign, ...] = ()


Statement = Guard | Assign | Receive | Integrate


def statements(model: NeuronModel, flags: Collection[str] = ()) -> tuple[Statement, ...]:
    """The statements of one step of `model` with these flags on.

    Raises
    ------
    ParameterError
        For a line that cannot be read; it names the line.
    """
    return _Reader(model, flags).read()


class _Reader:
    def __init__(self, model: NeuronModel, flags: Collection[str]):
        self.model, self.flags = model, flags
        self.names = set(model.names) | {f"arriving_{k}" for k in range(2 * len(model.inputs))}
        self.fixed = {name for name in set(self.names) - set(model.states) - {"refractory"} if not name.startswith("arriving_")}
        self.n_guards = 0

    def read(self) -> tuple[Statement, ...]:
        made: list[Statement] = []
        block: list[Statement] | None = None
        for self.number, line in enumerate(self.model.step_text.splitlines(), 1):
            text = line.split("#", 1)[0].strip()
            if not text:
                continue
            if text == "integrate:":
                block = []
                self.margin = len(line) - len(line.lstrip())
                made.append(Integrate())
                continue
            if block is not None and len(line) - len(line.lstrip()) > self.margin:
                block += self.line(text, substep=True)
                at = next(i for i, s in enumerate(made) if isinstance(s, Integrate))
                made[at] = Integrate(tuple(block))
                continue
            block = None
            made += self.line(text)
        if sum(isinstance(s, Integrate) for s in made) > 1:
            raise self.model.refuse("step", "integrates twice; one 'integrate' is allowed.")
        return tuple(made)

    def refuse(self, reason: object) -> Exception:
        return self.model.refuse("step", f"line {self.number}: {reason}")

    def expression(self, text: str) -> Expression:
        def steps(parameter: object) -> Expression:
            if not isinstance(parameter, Symbol) or parameter.name not in self.model.parameters:
                raise ExpressionError(text, "steps(…) takes the name of a parameter")
            if (unit := self.model.parameters[parameter.name].unit) not in ("ms", ""):
                raise ExpressionError(text, f"steps(…) takes a time in ms, {parameter.name} has the unit {unit}")
            return Symbol(STEPS + parameter.name)

        def drawn(name: str) -> Callable[..., Expression]:
            return lambda *parameters: Operation(f"{name}_quantile", (Draw(), *map(as_expression, parameters)))

        functions = {"steps": steps, "uniform": Draw} | {name: drawn(name) for name in ("normal", "poisson", "gamma")}
        functions["lower_gamma"] = lambda s, x: Operation("lower_gamma", (as_expression(s), as_expression(x)))
        functions["siegert"] = lambda a, b: Operation("siegert", (as_expression(a), as_expression(b)))
        try:
            return parse(text, self.names, None, functions)
        except ExpressionError as error:
            raise self.refuse(error) from None

    def line(self, text: str, substep: bool = False) -> list[Statement]:
        match = _CONDITIONAL.match(text)
        if match is None:
            return [{"receive": Receive, "integrate": Integrate}[text]()] if text in ("receive", "integrate") else [
                self.assignment(text, None)]
        if match["what"] in ("when", "unless"):
            flag = match["condition"]
            if flag not in self.model.flags:
                raise self.refuse(f"unknown flag '{flag}'; known: {', '.join(self.model.flags) or 'none'}")
            there = (flag in self.flags) == (match["what"] == "when")
            return self.line(match["rest"] or "", substep) if there else []
        self.n_guards += 1
        guard = f"if_{self.n_guards}"
        made: list[Statement] = [Guard(guard, self.expression(match["condition"]))]
        if match["what"] == "spike if":
            made.append(Assign("spiking", Symbol("spiking") + 1.0 if substep else Number(1.0), guard))
        return made + [self.assignment(part.strip(), guard) for part in (match["rest"] or "").split(";") if part.strip()]

    def assignment(self, text: str, guard: str | None) -> Assign:
        match = _ASSIGNMENT.match(text)
        if match is None:
            raise self.refuse(f"cannot read {text!r}; expected 'x = …', 'if …: x = …', 'spike if …', 'integrate' or 'receive'")
        name = match["name"]
        if name in self.fixed:
            raise self.refuse(f"'{name}' cannot be assigned")
        right = self.expression(match["right"])
        if match["sign"]:
            if name not in self.names:
                raise self.refuse(f"'{name}' has no value yet")
            right = Symbol(name) + right if match["sign"] == "+" else Symbol(name) - right
        self.names.add(name)
        return Assign(name, right, guard)
