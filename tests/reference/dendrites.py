"""Weights by dendritic prediction: the rule of Urbanczik and Senn (2014), as sums over all steps; the specification of urbanczik_synapse."""

import numpy as np


def weights(p, h, V, fired, arrivals, delay, weight, eta=0.07, tau_Delta=100.0, Wmin=0.0, Wmax=100.0):
    """The weight with which every presynaptic spike is sent.

    Parameters
    ----------
    p : mapping
        Parameters of pp_cond_exp_mc_urbanczik, with the name of the compartment in front.
    h : float
        Resolution, ms.
    V : (n,) array
        Potential of the dendrite after the steps 1, 2, …
    fired : set of int
        Steps in which the neuron has spiked.
    arrivals : sequence of float
        Presynaptic spikes, ms.
    delay, weight, eta, tau_Delta, Wmin, Wmax : float
        Of the synapse.

    Returns
    -------
    (len(arrivals),) array
    """
    steps = np.arange(1, len(V) + 1)
    predicted = (p["soma_g_L"] * p["soma_E_L"] + p["g_sp"] * V) / (p["soma_g_L"] + p["g_sp"])
    expected = np.exp(p["beta"] * (p["theta"] - predicted))
    rate = p["phi_max"] / (1 + p["rate_slope"] * expected)
    slope = 15 * p["beta"] / (1 + 1 / (p["rate_slope"] * expected))
    error = (np.isin(steps, list(fired)) - h * rate) * slope
    tau_L, tau_s = p["dendritic_C_m"] / p["dendritic_g_L"], p["dendritic_tau_syn_ex"]
    reached = steps * h + delay  # when an error is known at the synapse

    def effect(t):
        """Of all presynaptic spikes upon the dendrite at t, for weight 1."""
        since = t[:, None] - np.asarray(arrivals)
        kernel = np.where(since > h / 2, np.exp(-since / tau_L) - np.exp(-since / tau_s), 0.0)
        return kernel.sum(axis=1) * tau_L * tau_s / (tau_L - tau_s)

    instants = error * effect(reached)
    found = []
    for t in arrivals:
        known = reached < t + h / 2
        change = (instants[known] * -np.expm1(-(t - reached[known]) / tau_Delta)).sum()
        found.append(np.clip(weight + 15 * eta * change, Wmin, Wmax))
    return np.array(found)
