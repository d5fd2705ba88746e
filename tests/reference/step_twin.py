"""One neuron, one step, in plain Python numbers: what the compiled steps and the block machine must do.

Runs the statements of a plan one after the other, and the equations of an adaptive solver by Fehlberg's tableau as published
(NASA TR R-315, table III), with exact fractions.
"""

import math
from fractions import Fraction as F

import numpy as np

from spatialnet.language.nodes import FOLD, Named, Number, Operation, Symbol
from spatialnet.language.parse import parse
from spatialnet.models import kernels
from spatialnet.models.analysis import condition_holds, evaluate, propagators
from spatialnet.models.steps import STEPS, Guard

STAGES = [[], [F(1, 4)], [F(3, 32), F(9, 32)], [F(1932, 2197), F(-7200, 2197), F(7296, 2197)],
          [F(439, 216), F(-8), F(3680, 513), F(-845, 4104)], [F(-8, 27), F(2), F(-3544, 2565), F(1859, 4104), F(-11, 40)]]
FOURTH = [F(25, 216), F(0), F(1408, 2565), F(2197, 4104), F(-1, 5), F(0)]
FIFTH = [F(16, 135), F(0), F(6656, 12825), F(28561, 56430), F(-9, 50), F(2, 55)]


def value_of(node, names):
    match node:
        case Number(value):
            return value
        case Symbol(name):
            return names[name]
        case Named(body=body):
            return value_of(body, names)
        case Operation("where", (condition, a, b)):
            return value_of(a if value_of(condition, names) else b, names)
        case Operation(name, arguments):
            return float(FOLD[name](*(value_of(a, names) for a in arguments)))


class NeuronTwin:
    """A population of neurons of one model.

    `draw(row, i, step)` gives the uniform random numbers of a step.
    """

    def __init__(self, population, h, draw=None):
        self.model, self.n, self.h, self.draw = population.model, population.n, h, draw
        flags = frozenset(name for name, text in self.model.flags.items()
                          if condition_holds(parse(text, set(population.parameters)), population.parameters))
        self.plan = kernels.plan(self.model, flags)
        self.values = [{k: float(np.broadcast_to(v, self.n)[i]) for k, v in population.parameters.items()
                        if getattr(self.model.find(k), "kind", "number") != "list"} for i in range(self.n)]
        for name, value in self.model.listed(population.parameters).items():
            for i, column in enumerate(np.broadcast_to(value, self.n)):
                self.values[i][name] = float(column)
        if self.model.series:
            given = population.parameters[self.model.series]
            self.items = given if isinstance(given, tuple) else [given] * self.n
        self.constants = [self.constants_of(values) for values in self.values]
        self.offsets = [{s: v[d.relative_to] if d.relative_to else 0.0 for s, d in self.model.states.items()}
                        for v in self.values]
        self.state = [{s: (v.get(d.begins, d.initial) if d.derived else v[s]) - o[s] for s, d in self.model.states.items()}
                      | {s: h if s == "substep" else 0.0 for s in self.plan.variables if s not in self.model.states}
                      for v, o in zip(self.values, self.offsets)]

    def constants_of(self, values):
        given = values | {self.model.resolution: self.h} | {STEPS + k: float(math.ceil(round(v * 1000) / round(self.h * 1000)))
                                          for k, v in values.items() if math.isfinite(v)}
        tables = {}
        if self.plan.system is not None:
            tables = dict(zip(("P", "stimulus", "constant"), propagators(self.plan.system, given, self.h, 1)))
        return {c.name: float(evaluate(c.recipe[1], given)) if c.recipe[0] == "value" else float(tables[c.recipe[0]][c.recipe[1:]])
                for c in self.plan.constants}

    def see(self, i, name):
        return self.state[i][name] + self.offsets[i].get(name, 0.0)

    def update(self, i, spikes, currents, step=0):
        """One step of neuron i; `spikes` is the input per channel, `currents` that of generators. True if it fires."""
        names = self.constants[i] | self.state[i] | {"spiking": 0.0}
        names |= {f"arriving_{k}": value for k, value in enumerate(spikes)}
        names |= dict.fromkeys(self.plan.currents, 0.0) | dict(zip(self.plan.currents, currents))
        if self.model.series:
            names[self.model.series] = self.items[i][step - 1] if step <= len(self.items[i]) else 0.0
        names |= {row: self.draw(k, i, step) for k, row in enumerate(self.plan.draws)}
        names |= dict.fromkeys((*kernels.JUNCTION, "elapsed"), 0.0)
        self.run(self.plan.segments.get("before", ()), names)
        if self.plan.tolerance:
            self.solve(names)
            self.run(self.plan.segments.get("after", ()), names)
        self.state[i] = {name: names[name] for name in self.plan.variables}
        return names["spiking"] != 0.0

    @staticmethod
    def run(statements, names):
        guards = {}
        for s in statements:
            if isinstance(s, Guard):
                guards[s.name] = value_of(s.condition, names)
            elif s.guard is None or guards[s.guard]:
                names[s.name] = value_of(s.value, names)
            else:
                names.setdefault(s.name, 0.0)

    def slopes(self, names, state):
        inner = names | state
        self.run(self.plan.slope, inner)
        return [inner[f"slope of {s}"] for s in self.plan.solved]

    def solve(self, names):
        absolute, relative = (names[c] for c in self.plan.tolerance)
        t = 0.0
        while t < self.h:
            d = min(names["substep"], self.h - t)
            start = [names[s] for s in self.plan.solved]
            slopes = []
            for stage in STAGES:
                state = [y + d * sum(float(a) * k[j] for a, k in zip(stage, slopes)) for j, y in enumerate(start)]
                slopes.append(self.slopes(names, dict(zip(self.plan.solved, state))))
            new = [y + d * sum(float(b) * k[j] for b, k in zip(FIFTH, slopes)) for j, y in enumerate(start)]
            error = [abs(d * sum(float(b - a) * k[j] for a, b, k in zip(FOURTH, FIFTH, slopes))) for j in range(len(start))]
            scale = new if self.model.scale == "value" else [
                d * k for k in self.slopes(names, dict(zip(self.plan.solved, new)))]
            ratio = max(e / (absolute + relative * abs(s)) for e, s in zip(error, scale))
            if ratio > 1.1:
                names["substep"] = d * max(0.2, 0.9 * ratio ** (-1 / 5))
                continue
            names["substep"] = d * min(5.0, max(1.0, 0.9 * max(ratio, 1e-300) ** (-1 / 6))) if ratio < 0.5 else d
            t = t + d if d < self.h - t else self.h
            names.update(zip(self.plan.solved, new))
            self.run(self.plan.segments.get("substep", ()), names)
