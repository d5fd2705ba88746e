"""The theory of finite populations, one class of neurons after another: the specification of populations.c.

Follows the pseudocode of Schwalger, Deger and Gerstner (2017). Given how many spikes there were, it tells what is expected next, so
it can follow any run, also one of NEST.
"""

import numpy as np


def expected(p, h, length, events, ex=None, inhibition=None, current=None, as_nest=False):
    """What is expected in every step of a population whose numbers of spikes are known.

    Parameters
    ----------
    p : mapping
        Parameters of gif_pop_psc_exp.
    h : float
        Resolution, ms.
    length : int
        Steps during which the age of a spike matters.
    events : sequence of int
        Spikes of all steps.
    ex, inhibition : sequence of float, optional
        Sums of the weights that arrive in every step.
    current : sequence of float, optional
        Further current in every step, pA.
    as_nest : bool
        With two deviations of NEST from the paper: neurons start at 0 mV instead of V_reset, and classes other than the free one see a
        threshold that lacks the effect of the spikes of step 1, 1 + length, 1 + 2 length …, whichever was last, instead of the
        effect of the oldest ones.

    Returns
    -------
    dict
        ``mean``, ``V_m``, ``E_sfa``, ``I_syn_ex`` and ``I_syn_in`` of all steps.
    """
    n_steps, K, N, sharpness = len(events), length, p["N"], p["Delta_V"]
    nothing = np.zeros(n_steps)
    ex, inhibition, current = (nothing if given is None else given for given in (ex, inhibition, current))
    taus, jumps = np.array(p["tau_sfa"], float), np.array(p["q_sfa"], float)
    refractory = int(np.ceil(p["t_ref"] / h - 1e-9))
    decay = np.exp(-h / p["tau_m"])

    def own(age):
        return float(np.sum(jumps * np.exp(-age * h / taus)))

    def renewal(age):
        return sharpness * (1 - np.exp(-own(age) / sharpness))

    def hazard(V, threshold):
        return p["lambda_0"] / 1000 * np.exp((V - threshold) / sharpness)

    def chance(expected):
        return expected if expected <= 0.01 else 1 - np.exp(-expected)

    class Class:
        def __init__(self, spikes, V):
            self.count, self.variance, self.V, self.hazard, self.spikes = float(spikes), 0.0, V, 0.0, spikes

    past = [Class(0, p["V_reset"]) for _ in range(K - 1)] + [Class(N, 0.0 if as_nest else p["V_reset"])]  # the oldest first
    free = Class(0, p.get("V_m", 0.0))
    level, marked = np.zeros(len(taus)), 0
    I = {"ex": 0.0, "in": 0.0}
    found = {name: np.zeros(n_steps) for name in ("mean", "V_m", "E_sfa", "I_syn_ex", "I_syn_in")}
    for k in range(n_steps):
        # exact solution with an input that is constant in the step
        drive = p["E_L"] * (1 - decay) + p["tau_m"] / p["C_m"] * (p["I_e"] + current[k]) * (1 - decay)
        for kind, arriving in (("ex", ex[k]), ("in", inhibition[k])):
            tau = p[f"tau_syn_{kind}"]
            towards = arriving * tau / h
            passed = h * decay if tau == p["tau_m"] else (decay - np.exp(-h / tau)) / (1 / tau - 1 / p["tau_m"])
            drive += (p["tau_m"] * towards * (1 - decay) + (I[kind] - towards) * passed) / p["C_m"]
            I[kind] = towards + (I[kind] - towards) * np.exp(-h / tau)
        free.V = free.V * decay + drive
        oldest = past[0]
        level = level * np.exp(-h / taus) + (1 - np.exp(-h / taus)) * oldest.spikes / (N * h)
        threshold = p["V_T_star"] + float(np.sum(jumps * taus * np.exp(-K * h / taus) * level))
        found["E_sfa"][k] = threshold - as_nest * renewal(K) * marked / N
        now = hazard(free.V, threshold)
        chances = [1 - np.exp(-0.5 * h * (now + free.hazard))]
        free.hazard = now
        threshold -= renewal(K) * (marked if as_nest else oldest.spikes) / N
        for i, one in enumerate(past[:K - refractory]):
            one.V = one.V * decay + drive
            now = hazard(one.V, own(K - i) + threshold)
            threshold += renewal(K - i) * one.spikes / N
            chances.append(chance(0.5 * h * (now + one.hazard)))
            one.hazard = now
        active = [free, *past[:K - refractory]]
        total = sum(one.count for one in (free, *past))
        variance = sum(one.variance for one in active)
        share = sum(P * one.variance for P, one in zip(chances, active)) / variance if variance > 0 else 0.0
        found["mean"][k] = sum(P * one.count for P, one in zip(chances, active)) + share * (N - total)
        for P, one in zip(chances, active):
            one.variance = (1 - P) ** 2 * one.variance + P * one.count
            one.count *= 1 - P
        found["V_m"][k], found["I_syn_ex"][k], found["I_syn_in"][k] = free.V, I["ex"], I["in"]
        free.count += oldest.count
        free.variance += oldest.variance
        past = past[1:] + [Class(events[k], p["V_reset"])]
        if k % K == 0:
            marked = events[k]
    return found
