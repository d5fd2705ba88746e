"""A population → what the engine runs: its state and its numbers, in arrays the engine uses in place."""

from __future__ import annotations

import math
from functools import cache
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from .._core.engine import layout
from ..errors import SimulationError
from ..language.nodes import substitute, symbols
from ..language.parse import parse
from ..language.program import compile_program
from ..models import kernels
from ..models.analysis import condition_holds, evaluate, propagators
from ..models.kernels import JUNCTION, NOISE, SEGMENTS, Plan
from ..models.layouts import Compiled, read
from ..models.machine import Machine, machine
from ..models.steps import STEPS
from .timing import steps_up


def padded(n: int) -> int:
    """Length of a column for `n` nodes: whole cache lines, and never a multiple of a page, because columns that lie at
    equal places in their pages evict each other."""
    length = -(-max(n, 1) // 8) * 8
    return length + 8 if length % 512 == 0 else length


def aligned(*shape: int) -> NDArray[np.float64]:
    """Zeros that begin on a cache line."""
    size = math.prod(shape)
    memory = np.zeros(size + 8)
    skip = -(memory.ctypes.data // 8) % 8
    return memory[skip:skip + size].reshape(shape)


@cache
def compiled_layout(kernel: str) -> Compiled | None:
    """The layout of a compiled step."""
    text = layout(kernel)
    return read(text) if text else None


class Group:
    """Base: one population in the engine. `inputs` counts its channels for spikes."""

    kind = ""
    inputs = 0
    currents = 1
    #: whether what is sent to it must be delivered
    listens = True
    #: whether its spikes carry the time within the step
    precise = False
    #: whether nodes can be frozen: not updated, silent and deaf
    can_freeze = True
    #: what its `memory` depends on
    version: object = None

    def __init__(self, population: object, h: float, seed: int = 0):
        self.population, self.h, self.seed = population, h, seed
        self.ring: NDArray[np.float64] | None = None
        self.has_current = False
        self.archive = None  # of its spikes, for plastic synapses
        self.voltages = None  # for those that follow its voltage
        self.length = padded(population.n)
        #: step of the last spike of every node (-1: none), and how long before the end of the step it was (ms)
        self.last_spikes = np.stack([np.full(population.n, -1.0), np.zeros(population.n)])

    @property
    def parameters(self) -> dict[str, object]:
        return self.population.parameters

    def refresh(self, step: int) -> None:
        """Compute the numbers that follow from the parameters, at the time `step`."""

    def describe(self) -> dict[str, object]:
        """What `Engine` needs to know."""
        return {"kind": self.kind, "n": self.population.n, "first_id": self.population.first_id, "ring": self.ring,
                "stride": self.length, "n_channels": self.n_channels, "archive": self.archive, "voltages": self.voltages,
                "last_spikes": self.last_spikes, "modulates": self.population.model.name == "volume_transmitter",
                "frozen": None if self.population.frozen is None else self.population.frozen.astype(np.uint8)}

    def memory(self, table: object, occurrence: int) -> dict[str, NDArray]:
        """What is remembered of every connection of `table`, beyond its columns."""
        return {}

    @property
    def n_channels(self) -> int:
        return self.inputs + self.currents * self.has_current

    def make_room(self, n_slots: int, old_slots: int, step: int, has_current: bool) -> None:
        """A ring of `n_slots`, keeping what is on its way."""
        if self.ring is not None and n_slots == old_slots and has_current == self.has_current:
            return
        old, old_channels = self.ring, self.n_channels
        self.has_current = has_current
        self.ring = aligned(n_slots, self.n_channels, self.length)
        if old is not None:
            for k in range(step + 1, step + 1 + old_slots):
                self.ring[k & n_slots - 1, :old_channels] = old[k & old_slots - 1]

    def column(self, name: str) -> NDArray[np.float64]:
        """A parameter as one value per node."""
        return np.ascontiguousarray(np.broadcast_to(np.asarray(self.parameters[name], np.float64), self.population.n))

    def owner(self) -> str:
        return self.population.model.name


class NeuronGroup(Group):
    """Neurons of a declared model."""

    kind = "neurons"

    def __init__(self, population: object, h: float, seed: int = 0):
        super().__init__(population, h, seed)
        self.model = population.model
        self.plan = self._planned()
        self.names = self.plan.variables
        #: state variables that can be set
        self.states = tuple(name for name, state in self.model.states.items() if not state.derived)
        self.state = aligned(len(self.names), self.length)
        self.constants: list[NDArray[np.float64]] = []
        self.columns = False
        #: programs of the segments for the block machine, made when they are first described
        self.machines: list[dict[str, object] | None] | None = None
        self.given_series, self.series, self.series_start = None, {}, 0
        #: of the voltage in the last windows, where gap junctions are solved
        self.slopes = aligned(3, self.length) if self.model.is_gap_coupled else None
        self.inputs, self.currents = self.plan.channels, len(self.plan.currents)
        self.precise = self.precise or "spike_offset" in self.plan.temporaries
        for name in self.names:
            if name in self.model.states:
                declared = self.model.states[name]
                begins = {**self.parameters, **self.model.listed(self.parameters)}.get(declared.begins, declared.initial)
                self.write(name, slice(None), begins if declared.derived else self.parameters[name])
        if "substep" in self.names:
            self.state[self.names.index("substep")] = h

    def flags(self) -> frozenset[str]:
        """The flags of the model that the parameters turn on."""
        return frozenset(name for name, condition in self.model.conditions.items() if condition_holds(condition, self.parameters))

    def offset(self, name: str) -> float | NDArray[np.float64]:
        """What is added to the kept value of a state variable to give the value users see."""
        reference = self.model.states[name].relative_to
        return self.parameters[reference] if reference else 0.0

    def read(self, name: str, indices: object) -> NDArray[np.float64]:
        """Current values of a state variable."""
        return (self.state[self.names.index(name), :self.population.n] + self.offset(name))[indices]

    def write(self, name: str, indices: object, values: object) -> None:
        """Set a state variable."""
        offset = np.broadcast_to(self.offset(name), self.population.n)
        self.state[self.names.index(name), :self.population.n][indices] = values - offset[indices]

    def take_series(self, step: int) -> None:
        """The items of the model's series, and the step after which they begin."""
        given, n = self.parameters[self.model.series], self.population.n
        if given is self.given_series:
            return
        self.given_series, self.series_start = given, step
        lists = given if isinstance(given, tuple) else (given,)
        ends = np.cumsum([len(items) for items in lists])
        self.series = {"items": np.concatenate(lists), "end": np.broadcast_to(ends, n).astype(np.int64),
                       "begin": np.broadcast_to(ends - [len(items) for items in lists], n).astype(np.int64)}

    def refresh(self, step: int) -> None:
        n, values = self.population.n, dict(self.parameters)
        if self.model.series:
            self.take_series(step)
        self.plan, self.machines = self._planned(), None
        asked = frozenset().union(*(symbols(c.recipe[1]) for c in self.plan.constants if c.recipe[0] == "value"))
        values |= {STEPS + name: steps_up(values[name], self.h) for name in self.parameters if STEPS + name in asked}
        values |= self.model.listed(values) | {self.model.resolution: self.h}
        tables = {}
        if self.plan.system is not None:
            tables = dict(zip(("P", "stimulus", "constant"), propagators(self.plan.system, values, self.h, n)))
        found = []
        for item in self.plan.constants:
            match item.recipe:
                case ("value", node):
                    found.append(np.asarray(evaluate(node, values), dtype=np.float64))
                case (table, *at):
                    found.append(tables[table][(..., *at)])
        self.columns = any(np.ndim(value) for value in found)
        self.uniform = {} if self.columns else {c.name: float(v) for c, v in zip(self.plan.constants, found)}
        if self.columns:
            block = aligned(len(found), self.length)
            for row, value in zip(block, found):
                row[:n] = value
            self.constants = list(block)
        else:
            self.constants = [np.array([value], dtype=np.float64) for value in found]

    def _planned(self) -> Plan | Compiled:
        """What was compiled, if it goes with the flags that are on; else a plan for the block machine."""
        flags = self.flags()
        compiled = compiled_layout(self.model.kernel) if self.model.kernel else None
        return compiled if compiled is not None and compiled.flags == flags else kernels.plan(self.model, flags)

    @property
    def kernel(self) -> str:
        """Name of the compiled step, or nothing: then the block machine runs it."""
        return self.model.kernel if isinstance(self.plan, Compiled) else ""

    def gain(self, carried: str) -> object:
        """What becomes of every value before it is weighted, as a program of ``x``; None: nothing.

        Raises
        ------
        SimulationError
            If it differs between nodes.
        """
        coupling = self.model.couplings[carried]
        if not coupling.gain or coupling.when not in self.flags():
            return None
        node = parse(coupling.gain, {"x", *self.model.parameters})
        used = {name: self.parameters[name] for name in symbols(node) - {"x"}}
        if different := [name for name, value in used.items() if np.ndim(value)]:
            raise SimulationError(f"{different[0]} of '{self.population.name}' ({self.model.name}) differs between nodes. Without linear "
                                  "summation the gain function must be the same for all nodes of a layer; create one for each value.")
        return compile_program(substitute(node, used), ["x"])

    def describe(self) -> dict[str, object]:
        plan, kernel = self.plan, self.kernel
        kept = () if self.population.frozen is None else list(self.state.copy())
        rows = {name: i for i, name in enumerate(plan.rows)}
        solves = plan.tolerance is not None

        def numbers(names: object) -> NDArray[np.int32]:
            return np.array([rows[name] for name in names], dtype=np.int32)

        made = super().describe() | {
            "model": self.model.name, "kernel": kernel, "kept": kept, "columns": self.columns, "variables": list(self.state),
            "constants": self.constants, "n_inputs": self.inputs, "n_currents": self.currents, "n_draws": len(plan.draws),
            "n_normals": sum(name.startswith("normal_") for name in plan.draws),
            "n_rows": len(rows), "h": self.h, "lanes": 64 if kernel else 256, "solved": (),
            "spiking": rows.get("spiking", -1), "counts": plan.counts,
            "sent": rows.get("sent", rows.get("spike_offset", -1)), "timed": int("spike_offset" in rows),
            "sends": rows[sent] if (sent := next(iter(self.model.sends.values()), None)) else -1,
            "sends_after": self.model.sends_after, "slopes": self.slopes, "junction": rows.get(JUNCTION[0], -1),
            "elapsed": rows.get("elapsed", -1), "slope": rows.get(f"slope of {sent}", -1),
            "noise": next((k for k, c in enumerate(plan.constants) if c.name == NOISE), -1),
            "series": rows.get(self.model.series, -1), "ahead": next((rows[r] for r in plan.temporaries if r.startswith("next_")), -1),
            "series_start": self.series_start,
            "limits": [(self.names.index(name), state.low, state.high) for name, state in self.model.states.items()
                       if math.isfinite(state.low) or math.isfinite(state.high)]} | self.series
        if solves:
            attempt, substep = (plan.touched.get(segment, ((), ())) for segment in ("attempt", "substep"))
            returned = dict.fromkeys((*plan.solved, "substep", *substep[1]))
            made |= {"solved": numbers(plan.solved), "fresh": numbers(f"new {name}" for name in plan.solved),
                     "solver": (rows["length"], rows["ratio"], rows["substep"]), "returned": numbers(returned),
                     "carried": numbers(dict.fromkeys(chain(*attempt, *substep, returned)))}
        if not kernel:
            if self.machines is None:
                self.machines = [_described(machine(plan, s, self.uniform)) if s in plan.segments else None for s in SEGMENTS]
            made["machines"] = self.machines
        return made

    def first_not_finite(self) -> tuple[str, int] | None:
        """A (variable, index) whose value is NaN or infinite, if there is one."""
        n = self.population.n
        # one sum tells whether to look closer, without an array of booleans
        with np.errstate(invalid="ignore", over="ignore"):
            if math.isfinite(self.state.sum()):
                return None
        for name, row in zip(self.names, self.state):
            bad = np.flatnonzero(~np.isfinite(row[:n]))
            if bad.size:
                return name, int(bad[0])
        return None


def _described(made: Machine) -> dict[str, object]:
    """A program of the block machine as the engine takes it."""
    return {"code": np.array(made.code, dtype=np.int32).reshape(-1, 5), "n_registers": made.n_registers,
            "numbers": np.array(made.numbers, dtype=np.float64),
            "rows": np.array(made.rows, dtype=np.int32),
            "outputs": np.array(made.outputs, dtype=np.int32).reshape(-1, 2)}
