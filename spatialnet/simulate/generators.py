"""Relays and generators in the engine: their numbers, and what they remember.

A generator's random numbers are words of Philox that the engine draws (`ext/kernels/devices.c`); here is computed what
follows from the parameters alone.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from .._core.engine import noise
from .._core.random import uniforms
from ..errors import ParameterError
from ..expressions import streams
from ..models.devices.device import own
from .groups import Group
from .timing import NEVER, TIC, grid_steps, is_on_grid, steps_up

#: mean number of spikes per step that a table can hold where it is made anew every step
MOST_PER_STEP = 1e5
#: what initial states are drawn from: the third stream of the devices
_INITIAL = streams.DEVICE + 2 * 256


class RelayGroup(Group):
    """Nodes that send on what arrives; their ring counts spikes."""

    kind = "relays"
    inputs = 1


class RegularGroup(Group):
    """ignore_and_fire: the step of the next spike of every node."""

    kind = "regular"
    listens = can_freeze = False

    def refresh(self, step: int) -> None:
        rate = self.column("rate")
        self.interval = steps_up(1000.0 / rate, self.h)
        first = steps_up(self.column("phase") * 1000.0 / rate, self.h) + 1
        passed = np.maximum(-(-(step + 1 - first) // self.interval), 0)
        self.next = (first + passed * self.interval).astype(np.float64)

    def describe(self) -> dict[str, object]:
        return super().describe() | {"constants": [self.interval.astype(np.float64)], "states": [self.next]}


class GeneratorGroup(Group):
    """Base of the devices: each is active in a window of steps."""

    def window(self, name: str) -> NDArray[np.int64]:
        """A bound of the window in steps, one per node."""
        origin = grid_steps(self.parameters["origin"], self.h, self.owner(), "origin")
        bound = grid_steps(self.parameters[name], self.h, self.owner(), name)
        bound = np.where(np.abs(bound) == NEVER, bound, bound + origin)
        return np.ascontiguousarray(np.broadcast_to(bound, self.population.n), dtype=np.int64)

    def refresh(self, step: int) -> None:
        self.start, self.stop = self.window("start"), self.window("stop")
        if self.population.frozen is not None:
            self.stop = np.where(self.population.frozen, self.start, self.stop)

    def describe(self) -> dict[str, object]:
        return super().describe() | {"start": self.start, "stop": self.stop}

    def times(self, name: str, node: int) -> NDArray[np.int64]:
        """Steps of a list of times, rounded up where that is allowed."""
        times = own(self.parameters, name, node)
        on_grid = is_on_grid(times, self.h)
        if not self.parameters["allow_offgrid_times"] and not on_grid.all():
            raise ParameterError(self.owner(), name, f"must be multiples of the resolution {self.h:g} ms, "
                                 f"got {times[~on_grid][0]:g}. Use allow_offgrid_times=True to round up.")
        return np.where(on_grid, np.rint(times / self.h), np.ceil(times / self.h)).astype(np.int64)

    # ---- signals ----

    def constant_signal(self, value: NDArray[np.float64]) -> dict[str, NDArray]:
        """A value per node that does not change."""
        zero = np.zeros(self.population.n)
        return {"offset": np.ascontiguousarray(value), "amplitude": zero, "angle": zero, "phase": zero}

    def sinusoid(self, offset: NDArray[np.float64], amplitude: NDArray[np.float64]) -> dict[str, NDArray]:
        """``offset + amplitude sin(2 pi frequency t + phase)`` per node; frequency and phase are parameters."""
        phase = self.column("phase") if "phase" in self.parameters else np.zeros(self.population.n)
        return {"offset": offset, "amplitude": amplitude, "angle": 2e-3 * np.pi * self.h * self.column("frequency"),
                "phase": np.deg2rad(phase)}

    def pieces(self, times: str, values: str, scale: float = 1.0) -> dict[str, NDArray]:
        """Values from given times on, per node."""
        steps, amounts = [], []
        for node in range(self.population.n):
            steps.append(self.times(times, node))
            amounts.append(own(self.parameters, values, node) * scale)
            if (np.diff(steps[-1]) <= 0).any():
                raise ParameterError(self.owner(), times, "must lie in different steps.")
        ends = np.cumsum([0, *(s.size for s in steps)], dtype=np.int64)
        return self.constant_signal(np.zeros(self.population.n)) | {
            "pieces": ends, "steps": np.concatenate(steps), "values": np.concatenate(amounts).astype(np.float64)}


def signal_at(signals: dict[str, NDArray], nodes: NDArray[np.int64], steps: NDArray[np.int64]) -> NDArray[np.float64]:
    """Values of signals, shape (len(steps), len(nodes)); the engine computes the same."""
    values = np.broadcast_to(signals["offset"][nodes], (len(steps), len(nodes))).copy()
    if "pieces" in signals:
        for k, node in enumerate(nodes):
            part = slice(*signals["pieces"][node:node + 2])
            held = np.concatenate([[0.0], signals["values"][part]])
            values[:, k] = held[np.searchsorted(signals["steps"][part], steps, side="right")]
    angle = np.multiply.outer(steps, signals["angle"][nodes]) + signals["phase"][nodes]
    return values + signals["amplitude"][nodes] * np.sin(angle)


# ---- currents ----

class CurrentGroup(GeneratorGroup):
    """dc, ac and step_current_generator: a current that is a given function of time."""

    kind = "current"

    def refresh(self, step: int) -> None:
        super().refresh(step)
        # A current has no stamp before the first step: start 0 is start h.
        self.start = np.maximum(self.start, 1)
        self.signals = self.signal()

    def signal(self) -> dict[str, NDArray]:
        if "amplitude_times" in self.parameters:
            return self.pieces("amplitude_times", "amplitude_values")
        if "frequency" in self.parameters:
            return self.sinusoid(self.column("offset"), self.column("amplitude"))
        return self.constant_signal(self.column("amplitude"))

    def describe(self) -> dict[str, object]:
        return super().describe() | {"signals": self.signals}

    def is_active(self, nodes: NDArray[np.int64], steps: NDArray[np.int64]) -> NDArray[np.bool_]:
        return (steps[:, None] >= self.start[nodes]) & (steps[:, None] < self.stop[nodes])

    def trace(self, name: str, nodes: NDArray[np.int64], steps: NDArray[np.int64], sent: Sequence) -> NDArray[np.float64]:
        return np.where(self.is_active(nodes, steps), signal_at(self.signals, nodes, steps), 0.0)


class NoiseGroup(CurrentGroup):
    """noise_generator: normal numbers for every target and interval; the signal is the variance."""

    kind = "noise"

    def signal(self) -> dict[str, NDArray]:
        return self.sinusoid(self.column("std") ** 2, self.column("std_mod") ** 2)

    def refresh(self, step: int) -> None:
        super().refresh(step)
        interval = grid_steps(self.parameters["dt"], self.h, self.owner(), "dt")
        if (interval < 1).any():
            raise ParameterError(self.owner(), "dt", f"must be at least the resolution {self.h:g} ms.")
        self.interval = np.ascontiguousarray(np.broadcast_to(interval, self.population.n), np.float64)

    def describe(self) -> dict[str, object]:
        return super().describe() | {"constants": [self.column("mean"), self.interval]}

    def memory(self, table: object, occurrence: int) -> dict[str, NDArray]:
        return {"values": np.zeros(len(table.targets))}

    def trace(self, name: str, nodes: NDArray[np.int64], steps: NDArray[np.int64], sent: Sequence) -> NDArray[np.float64]:
        values = np.zeros((len(steps), len(nodes)))
        for k, node in enumerate(nodes):
            active = self.is_active(nodes[k:k + 1], steps)[:, 0]
            begins = steps - (steps - self.start[node]) % int(self.interval[node])
            distinct, which = np.unique(begins[active], return_inverse=True)
            rows = [(t.targets[slice(*t.offsets[node:node + 2])], occurrence) for t, occurrence in sent]
            n = sum(len(targets) for targets, _ in rows)
            if n == 0:
                continue
            means = np.array([sum(noise(self.seed, self.population.first_id + int(node), occurrence, int(begin), targets).sum()
                                  for targets, occurrence in rows) / n for begin in distinct])
            std = np.sqrt(np.maximum(signal_at(self.signals, nodes[k:k + 1], distinct)[:, 0], 0.0))
            values[active, k] = (self.column("mean")[node] + std * means)[which.ravel()]
        return values


# ---- spikes that are different for every target ----

def poisson_table(mean: float, bits: int) -> tuple[NDArray[np.uint64], NDArray[np.int32], int, int]:
    """Inverse distribution function of a Poisson number over 64 random bits.

    Returns
    -------
    thresholds : (k,) uint64
        ``2**64 P(number <= base + i)``; the number is `base` plus the thresholds at or below the random word. Numbers
        whose probability is below 2**-64 do not occur.
    guide : (2**bits,) int32
        By the leading `bits` of the word: how many thresholds lie at or below every word with these bits.
    base, shift : int
        The smallest number; 64 - `bits`.
    """
    # Probabilities in units of the largest, by their ratios; summed from both ends, because the smaller of the two tails is the one
    # known to full precision. SciPy's are less exact, and importing them takes as long as a small network.
    reach = 12.0 * math.sqrt(mean)
    numbers = np.arange(max(0, math.floor(mean - reach)), math.ceil(mean + reach) + 60, dtype=np.float64)
    mode = math.floor(mean) - int(numbers[0])
    p = np.concatenate((np.cumprod(numbers[mode:0:-1] / mean)[::-1], [1.0], np.cumprod(mean / numbers[mode + 1:])))
    below, above = np.cumsum(p), np.append(np.cumsum(p[:0:-1])[::-1], 0.0)
    scale = 2.0 ** 64 / (below[mode] + above[mode])
    below, above = below * scale, np.floor(above * scale)
    low = below < 2.0 ** 63
    thresholds = np.empty(numbers.size, np.uint64)
    thresholds[low] = np.floor(below[low]).astype(np.uint64)
    thresholds[~low] = np.uint64(0) - np.minimum(above[~low], 2.0 ** 63).astype(np.uint64)
    keep = np.where(low, below >= 1.0, above >= 1.0)
    first = int(np.argmax(keep))
    thresholds = np.ascontiguousarray(thresholds[keep])
    shift = 64 - bits
    edges = np.arange(2 ** bits, dtype=np.uint64) << np.uint64(shift)
    guide = np.searchsorted(thresholds, edges, side="right").astype(np.int32)
    return thresholds, guide, int(numbers[first]), shift


class PoissonGroup(GeneratorGroup):
    """poisson_generator: one table of the inverse distribution function per distinct rate."""

    kind = "poisson"

    def refresh(self, step: int) -> None:
        super().refresh(step)
        self.tabulate(self.means())

    def means(self) -> NDArray[np.float64]:
        """Mean numbers per step."""
        return self.column("rate") * self.h * 1e-3

    def tabulate(self, means: NDArray[np.float64]) -> None:
        """Tables for these mean numbers per step."""
        if (means > 1e9).any():
            raise ParameterError(self.owner(), "rate", "more than 1e9 spikes per step cannot be drawn.")
        distinct, which = np.unique(means, return_inverse=True)
        bits = 10 if distinct.size <= 64 else 6
        silent = int(distinct.size > 0 and distinct[0] == 0.0)
        self.rates = [poisson_table(mean, bits) for mean in distinct[silent:]]
        self.rate_of = (which.ravel() - silent).astype(np.int32)

    def describe(self) -> dict[str, object]:
        return super().describe() | {"rates": self.rates, "rate_of": self.rate_of}


class MipGroup(PoissonGroup):
    """mip_generator: the spikes of the mother are listed, and copied by chance."""

    kind = "mothers"

    def describe(self) -> dict[str, object]:
        return super().describe() | {"copies": 1, "constants": [self.column("p_copy")]}


class DilutorGroup(GeneratorGroup):
    """spike_dilutor: a relay whose spikes are copied by chance."""

    kind = "relays"
    inputs = 1

    def describe(self) -> dict[str, object]:
        return super().describe() | {"copies": 1, "constants": [self.column("p_copy")]}


class InhomogeneousGroup(GeneratorGroup):
    """inhomogeneous_poisson_generator: the rate is a signal, in spikes per step."""

    kind = "poisson"

    def refresh(self, step: int) -> None:
        super().refresh(step)
        self.signals = self.signal()
        most = np.max(self.signals["values"], initial=0.0) if "values" in self.signals else \
            np.max(self.signals["offset"] + np.abs(self.signals["amplitude"]))
        if most > MOST_PER_STEP:
            raise ParameterError(self.owner(), "rate_values" if "values" in self.signals else "rate",
                                 f"more than {MOST_PER_STEP:g} spikes per step cannot be drawn where the rate changes.")

    def signal(self) -> dict[str, NDArray]:
        return self.pieces("rate_times", "rate_values", self.h * 1e-3)

    def describe(self) -> dict[str, object]:
        return super().describe() | {"signals": self.signals}


class SinusoidalPoissonGroup(InhomogeneousGroup):
    """sinusoidal_poisson_generator; with one train for all targets the generator lists its spikes itself."""

    @property
    def kind(self) -> str:
        return "poisson" if self.parameters["individual_spike_trains"] else "mothers"

    def signal(self) -> dict[str, NDArray]:
        per_step = self.h * 1e-3
        return self.sinusoid(self.column("rate") * per_step, self.column("amplitude") * per_step)

    def trace(self, name: str, nodes: NDArray[np.int64], steps: NDArray[np.int64], sent: Sequence) -> NDArray[np.float64]:
        return np.maximum(signal_at(self.signals, nodes, steps), 0.0) / (self.h * 1e-3)


class SinusoidalGammaGroup(SinusoidalPoissonGroup):
    """sinusoidal_gamma_generator: a clock that runs with the rate; targets wait for their next reading of it."""

    def __init__(self, population: object, h: float, seed: int):
        super().__init__(population, h, seed)
        self.due, self.drawn = np.zeros(population.n), np.zeros(population.n)
        self.anchor, self.reading = np.zeros(population.n), np.zeros(population.n)
        self.signals: dict[str, NDArray] | None = None

    @property
    def kind(self) -> str:
        return "clocked" if self.parameters["individual_spike_trains"] else "clocks"

    def refresh(self, step: int) -> None:
        if self.signals is not None:  # what has passed, at the rate that held until now
            a = np.maximum(self.anchor, self.start)
            self.reading = self.reading + self.order * self._integral(a, np.maximum(np.minimum(step, self.stop), a))
        self.anchor = np.full(self.population.n, float(step))
        super().refresh(step)
        self.order = self.column("order")

    def _integral(self, a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
        offset, amplitude, angle, phase = (self.signals[k] for k in ("offset", "amplitude", "angle", "phase"))
        still = angle == 0.0
        turned = (np.cos(angle * a + phase) - np.cos(angle * b + phase)) / np.where(still, 1.0, angle)
        return offset * (b - a) + amplitude * np.where(still, np.sin(phase) * (b - a), turned)

    def describe(self) -> dict[str, object]:
        return super().describe() | {"constants": [self.order, self.anchor, self.reading], "states": [self.due, self.drawn]}

    def memory(self, table: object, occurrence: int) -> dict[str, NDArray]:
        m = len(table.targets)
        return {"values": np.zeros(m), "counts": np.zeros(m, np.int32)}


class SuperposedGroup(PoissonGroup):
    """Base of superposed processes: every connection remembers how many of them are in which state."""

    def counts(self, table: object, occurrence: int, n_states: int, categories: object) -> NDArray[np.int32]:
        """Processes of every connection by state, (n_states, m): each is put by chance into one of `categories`.

        `categories` gives for uniform numbers and the nodes they belong to the states, or -1 for none that is counted.
        """
        m = len(table.targets)
        counted = np.zeros((n_states, m), np.int32)
        node = np.repeat(np.arange(self.population.n), np.diff(table.offsets))
        processes = self.column("n_proc").astype(np.int64)[node]
        ends = np.concatenate([[0], np.cumsum(processes)])
        thing = (self.population.first_id, occurrence, 0)
        begin = 0
        while begin < m:  # some millions of processes at a time
            end = max(int(np.searchsorted(ends, ends[begin] + 4_000_000, side="right")) - 1, begin + 1)
            which = np.repeat(np.arange(begin, end), processes[begin:end])
            state = categories(uniforms(self.seed, _INITIAL, thing, which.size, int(ends[begin])), node[which])
            kept = state >= 0
            flat = state[kept] * (end - begin) + which[kept] - begin
            counted[:, begin:end] = np.bincount(flat, minlength=n_states * (end - begin)).reshape(n_states, -1)
            begin = end
        return counted


class GammaSupGroup(SuperposedGroup):
    """gamma_sup_generator: a change of stage is what a table draws."""

    kind = "gamma_sup"

    def means(self) -> NDArray[np.float64]:
        self.shape, self.processes = self.column("gamma_shape"), self.column("n_proc")
        self.version = self.shape.tobytes(), self.processes.tobytes()
        return super().means() * self.shape * self.processes

    def describe(self) -> dict[str, object]:
        return super().describe() | {"constants": [self.shape, self.processes]}

    def memory(self, table: object, occurrence: int) -> dict[str, NDArray]:
        def stage(u: NDArray[np.float64], node: NDArray[np.int64]) -> NDArray[np.int64]:
            return (u * self.shape[node]).astype(np.int64)
        return {"counts": self.counts(table, occurrence, int(self.shape.max()), stage)}


class PpdSupGroup(SuperposedGroup):
    """ppd_sup_generator: the signal is the probability that a process which is not dead spikes in a step."""

    kind = "ppd_sup"

    def means(self) -> NDArray[np.float64]:
        self.processes = self.column("n_proc")
        self.dead = np.rint(self.column("dead_time") / self.h)
        self.per_step = self.column("rate") * self.h * 1e-3
        if (self.per_step * self.dead >= 1.0).any():
            raise ParameterError(self.owner(), "dead_time", "rounded to steps, must be shorter than the mean interval.")
        hazard = self.per_step / (1.0 - self.per_step * self.dead)
        modulation = self.column("relative_amplitude")
        self.signals = self.sinusoid(hazard, hazard * modulation)
        highest = hazard * (1.0 + modulation)
        self.highest = np.where(self.dead > 0, -np.log(1.0 - np.minimum(highest, 1.0 - 1e-9)), highest) * (1.0 + 1e-12)
        self.highest = np.where(highest > 0, self.highest, 1.0)
        self.version = self.dead.tobytes(), self.processes.tobytes()
        return np.where(highest > 0, self.highest, 0.0) * self.processes

    def describe(self) -> dict[str, object]:
        return super().describe() | {"constants": [self.dead, self.processes, self.highest], "signals": self.signals}

    def memory(self, table: object, occurrence: int) -> dict[str, NDArray]:
        # row 0: dead processes; rows 1 …: those that died in step k, at 1 + k modulo (dead + 1)
        def age(u: NDArray[np.float64], node: NDArray[np.int64]) -> NDArray[np.int64]:
            slot = np.floor(u / np.maximum(self.per_step[node], 1e-300)).clip(0, self.dead[node]).astype(np.int64)
            return np.where(slot < self.dead[node], slot + 1, -1)
        counts = self.counts(table, occurrence, int(self.dead.max()) + 2, age)
        counts[0] = counts[1:].sum(axis=0)
        return {"counts": counts}


# ---- given spikes ----

class SpikeListGroup(GeneratorGroup):
    """spike_generator: given spikes, as one list sorted by step, then node."""

    kind = "spikes"

    def refresh(self, step: int) -> None:
        super().refresh(step)
        origin = np.broadcast_to(grid_steps(self.parameters["origin"], self.h, self.owner(), "origin"),
                                 self.population.n)
        parts = [self._kept(i, step, *self.train(i, int(origin[i]), step)) for i in range(self.population.n)]
        steps, multiplicities, weights, *offsets = (np.concatenate(columns) for columns in zip(*parts))
        nodes = np.repeat(np.arange(len(parts), dtype=np.uint32), [p[0].size for p in parts])
        order = np.lexsort((nodes, steps))
        self.events = {"event_steps": steps[order], "event_nodes": nodes[order],
                       "event_multiplicities": multiplicities[order], "event_weights": weights[order]}
        if offsets:
            self.events["event_offsets"] = offsets[0][order]

    @property
    def precise(self) -> bool:
        return bool(self.parameters.get("precise_times", False))

    def _kept(self, node: int, step: int, *train: NDArray) -> tuple[NDArray, ...]:
        steps, multiplicities, *_ = train
        keep = (steps > max(step, self.start[node])) & (steps <= self.stop[node]) & (multiplicities > 0)
        return tuple(column[keep] for column in train)

    def train(self, node: int, origin: int, step: int) -> tuple[NDArray, NDArray, NDArray]:
        """Steps, multiplicities and weights of the spikes of one node."""
        columns = []
        if self.precise:
            times = own(self.parameters, "spike_times", node) / self.h
            steps = np.where(np.abs(times - np.rint(times)) < 1e-9, np.rint(times), np.ceil(times)).astype(np.int64)
            offsets = np.maximum(steps - times, 0.0) * self.h
        else:
            steps = self.times("spike_times", node)
        steps = steps + origin
        if self.parameters["shift_now_spikes"]:
            steps = np.where(steps == step, step + 1, steps)
        for name in ("spike_multiplicities", "spike_weights"):
            given = own(self.parameters, name, node) if name in self.parameters else steps[:0]
            columns.append(given if given.size else np.ones(steps.size))
        return steps, *columns, *([offsets] if self.precise else [])

    def describe(self) -> dict[str, object]:
        return super().describe() | self.events


class InjectorGroup(SpikeListGroup):
    """spike_train_injector: given spikes that are listed as those of neurons are."""

    kind = "injectors"


class PulsePacketGroup(SpikeListGroup):
    """pulsepacket_generator: the spikes of every packet are drawn when it is made known."""

    def train(self, node: int, origin: int, step: int) -> tuple[NDArray, NDArray, NDArray]:
        activity, sdev = int(self.column("activity")[node]), float(self.column("sdev")[node])
        generator, lanes = self.population.first_id + node, np.arange(activity, dtype=np.uint32)
        times, seen = [np.zeros(0)], {}
        for centre in own(self.parameters, "pulse_times", node):
            tic = round(centre / TIC)
            seen[tic] = seen.get(tic, -1) + 1  # equal times draw different packets
            times.append(centre + sdev * noise(self.seed, generator, seen[tic], tic & 0x7fffffffffffffff, lanes))
        times = np.concatenate(times) / self.h
        steps = np.where(np.abs(times - np.rint(times)) < 1e-6, np.rint(times), np.ceil(times)).astype(np.int64) + 1
        steps, counts = np.unique(steps, return_counts=True)
        return steps, counts.astype(np.float64), np.ones(steps.size)


GROUPS = {"relays": RelayGroup, "regular": RegularGroup, "dilutors": DilutorGroup, "poisson": PoissonGroup,
          "inhomogeneous_poisson": InhomogeneousGroup, "sinusoidal_poisson": SinusoidalPoissonGroup,
          "sinusoidal_gamma": SinusoidalGammaGroup, "gamma_sup": GammaSupGroup, "ppd_sup": PpdSupGroup, "mip": MipGroup,
          "pulsepacket": PulsePacketGroup, "spikes": SpikeListGroup, "injectors": InjectorGroup, "current": CurrentGroup,
          "noise": NoiseGroup}
