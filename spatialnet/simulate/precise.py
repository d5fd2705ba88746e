"""Groups of nodes that know the time of a spike within its step; ``ext/kernels/precise.c`` runs them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .generators import GeneratorGroup
from .groups import Group, NeuronGroup, aligned
from .timing import steps_up

_RULES = {"alpha": 0, "exponential": 1, "lossless": 2, "delta": 3, "parrot": 4}
#: columns in the order of precise.c; a model without one gets a column of its own that stays 0
_STATES = ("V_m", "I_syn_ex", "I_syn_in", "dI_syn_ex", "dI_syn_in", "is_refractory", "release_step", "release_offset", "kept", "I_syn")

EVENT = np.dtype([("node", np.uint32), ("channel", np.int32), ("offset", np.float64), ("weight", np.float64)])


class Pending:
    """What is on its way: arrival steps and events."""

    def __init__(self) -> None:
        self.steps, self.events = np.zeros(0, np.int64), np.zeros(0, EVENT)

    def take(self, steps: NDArray[np.int64], events: bytes) -> None:
        """Keep what an engine leaves behind."""
        self.steps, self.events = steps, np.frombuffer(events, EVENT).copy()

    def described(self, rule: str, h: float) -> dict[str, object]:
        return {"kind": "precise", "rule": _RULES[rule], "h": h, "pending_steps": self.steps, "pending": self.events}


class PreciseGroup(NeuronGroup):
    """Neurons with precise spike times."""

    kind = "precise"
    precise = True

    def __init__(self, population: object, h: float, seed: int = 0):
        super().__init__(population, h, seed)
        self.pending = Pending()
        self.absent = aligned(len(_STATES), self.length)

    def refresh(self, step: int) -> None:
        def relative(name: str) -> NDArray[np.float64]:
            return self.column(name) - self.column("E_L")

        unused = np.ones(self.population.n)
        given = self.parameters
        self.constants = [
            self.column("tau_m"), self.column("C_m"), self.column("I_e"), relative("V_th"), relative("V_reset"), relative("V_min"),
            *(self.column(name) if name in given else unused for name in ("tau_syn_ex", "tau_syn_in")),
            np.broadcast_to(steps_up(given["t_ref"], self.h), self.population.n).astype(np.float64),
            np.full(self.population.n, float(given.get("refractory_input", False)))]

    def describe(self) -> dict[str, object]:
        states = [self.state[self.names.index(name)] if name in self.names else self.absent[k] for k, name in enumerate(_STATES)]
        return Group.describe(self) | self.pending.described(self.model.precise, self.h) | {
            "states": states, "constants": self.constants, "n_inputs": self.inputs}


class PreciseParrotGroup(Group):
    """Relays that keep the time within the step."""

    kind = "precise"
    precise = True
    inputs = 1

    def __init__(self, population: object, h: float, seed: int = 0):
        super().__init__(population, h, seed)
        self.pending = Pending()

    def describe(self) -> dict[str, object]:
        return super().describe() | self.pending.described("parrot", self.h) | {"n_inputs": 1}


class PointsGroup(GeneratorGroup):
    """poisson_generator_ps: every connection remembers the time of its next spike, in steps."""

    kind = "points"
    precise = True

    def refresh(self, step: int) -> None:
        super().refresh(step)
        self.rate, self.dead = self.column("rate") * self.h * 1e-3, self.column("dead_time") / self.h
        self.version = self.rate.tobytes(), self.dead.tobytes()

    def describe(self) -> dict[str, object]:
        return super().describe() | {"h": self.h, "constants": [self.rate, self.dead]}

    def memory(self, table: object, occurrence: int) -> dict[str, NDArray]:
        return {"values": np.full(len(table.targets), -1.0)}


GROUPS = {"precise_relays": PreciseParrotGroup, "points": PointsGroup}
