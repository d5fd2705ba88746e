"""Groups of nodes that are whole populations of neurons; ``ext/kernels/populations.c`` runs them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .groups import Group, NeuronGroup, aligned
from .timing import steps_up

#: columns in the order of populations.c
_STATES = ("V_m", "I_syn_ex", "I_syn_in", "E_sfa", "mean", "n_events", "free", "free_variance", "free_hazard")
#: how long a past is at most, ms
LONGEST = 20000.0


def history_length(tau_m: float, t_ref: float, Delta_V: float, tau_sfa: NDArray[np.float64],
                   q_sfa: NDArray[np.float64], h: float) -> int:
    """Steps after which it no longer matters when a neuron has spiked.

    The membrane has forgotten it by then, and what is left of the adaptation is below a tenth of `Delta_V`.
    """
    longest = int(LONGEST / h + 1e-9)
    ages = h * np.arange(longest + 1)
    adapted = np.flatnonzero(_summed(ages, tau_sfa, q_sfa) > 0.1 * Delta_V)
    least = max(int(5.0 * tau_m / h + 1e-9), int(steps_up(t_ref, h)) + 1)
    return min(max(int(adapted[-1]) if adapted.size else 0, least), longest)


def _summed(ages: NDArray[np.float64], tau: NDArray[np.float64], q: NDArray[np.float64]) -> NDArray[np.float64]:
    """What a spike of these ages adds to the threshold of the neuron that has fired it."""
    return sum((jump * np.exp(-ages / time) for time, jump in zip(tau, q)), np.zeros(ages.shape))


class PopulationGroup(NeuronGroup):
    """Every node is a population of ``N`` generalised integrate-and-fire neurons.

    How long the past is, is settled before the first step.
    """

    kind = "populations"

    def __init__(self, population: object, h: float, seed: int = 0):
        super().__init__(population, h, seed)
        self.lengths: NDArray[np.int64] | None = None
        self.n_adaptations = np.shape(self.parameters["tau_sfa"])[-1]

    def refresh(self, step: int) -> None:
        n, h, column = self.population.n, self.h, self.column
        taus, jumps = (np.broadcast_to(np.array(self.parameters[name]), (n, self.n_adaptations))
                       for name in ("tau_sfa", "q_sfa"))
        t_ref, refractory = column("t_ref"), np.broadcast_to(steps_up(column("t_ref"), h), n)
        if self.lengths is None:
            given = column("len_kernel").astype(np.int64)
            nodes = zip(column("tau_m"), t_ref, column("Delta_V"), taus, jumps)
            automatic = [history_length(*node, h) for node in nodes]
            self.lengths = np.where(given > 0, given, automatic)
            self.lengths = np.maximum(self.lengths, refractory + 1).astype(np.int64)
            self.begin = np.concatenate([[0], np.cumsum(self.lengths)])
            self.histories = aligned(5, int(self.begin[-1]))
            # all neurons have just spiked
            newest = self.begin[:-1] + step % self.lengths
            self.histories[0, newest] = self.histories[4, newest] = column("N")
            self.histories[2] = np.repeat(column("V_reset"), self.lengths)
            self.level = np.zeros((n, self.n_adaptations))
        decay, ends = np.exp(-h / taus), self.lengths[:, None] * h
        self.adaptations = np.array([decay, (1 - decay) / (column("N")[:, None] * h), jumps * taus * np.exp(-ends / taus)])
        own = [_summed(h * np.arange(length, 0, -1), *lists) for length, *lists in zip(self.lengths, taus, jumps)]
        sharpness = np.repeat(column("Delta_V"), self.lengths)
        self.kernels = np.array([np.concatenate(own), -sharpness * np.expm1(-np.concatenate(own) / sharpness)])
        tau_m, C_m = column("tau_m"), column("C_m")
        rest = -np.expm1(-h / tau_m)
        self.constants = [column("N"), column("V_T_star"), column("Delta_V"), column("lambda_0"), column("V_reset"),
                          refractory.astype(np.float64), column("I_e"), np.exp(-h / tau_m), column("E_L") * rest, tau_m / C_m * rest]
        for name in ("tau_syn_ex", "tau_syn_in"):
            tau_syn = column(name)
            x = h / tau_m - h / tau_syn
            # of a current that decays with tau_syn; the limit where both time constants are the same
            passed = h / C_m * np.exp(-h / tau_m) * np.where(x == 0, 1, np.expm1(x) / np.where(x == 0, 1, x))
            self.constants += [np.exp(-h / tau_syn), tau_syn / h, passed]
        self.constants.append(np.full(n, float(self.parameters["BinoRand"])))

    def describe(self) -> dict[str, object]:
        return Group.describe(self) | {
            "states": [self.state[self.names.index(name)] for name in _STATES], "constants": self.constants, "h": self.h,
            "begin": self.begin, "n_adaptations": self.n_adaptations, "histories": list(self.histories), "kernels": list(self.kernels),
            "level": self.level, "adaptations": list(self.adaptations)}


GROUPS = {"populations": PopulationGroup}
