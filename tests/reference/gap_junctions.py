"""Neurons coupled by gap junctions as one system of equations, by SciPy's solver of order 8 with tight tolerances."""

import numpy as np
from scipy.integrate import solve_ivp

from spatialnet.models import kernels
from tests.reference.step_twin import NeuronTwin


def solved(population, conductances, times, currents=None):
    """Voltages (len(times), n) of the neurons of `population`, without synapses.

    `conductances` (n, n) is g_ij (nS) of the current g_ij (V_j - V_i) into neuron i; `currents` are those of generators.
    """
    twin = NeuronTwin(population, 0.1)
    solved, voltage = twin.plan.solved, twin.plan.solved.index("V_m")
    conductances, n = np.asarray(conductances, float), population.n
    currents = np.zeros(n) if currents is None else currents
    known = [twin.constants[i] | dict.fromkeys((*kernels.JUNCTION, "elapsed"), 0.0) | {
        "gap_conductance": conductances[i].sum(), **dict.fromkeys(twin.plan.currents, currents[i])} for i in range(n)]

    def slopes(t, y):
        y = y.reshape(n, -1)
        partners = conductances @ y[:, voltage]
        return np.concatenate([twin.slopes(known[i] | {"gap_0": partners[i]}, dict(zip(solved, y[i].tolist()))) for i in range(n)])

    start = np.concatenate([[twin.state[i][x] for x in solved] for i in range(n)])
    found = solve_ivp(slopes, (0.0, times[-1]), start, method="DOP853", rtol=1e-9, atol=1e-9, t_eval=times)
    return found.y.reshape(n, len(solved), -1)[:, voltage].T
