"""How much faster than NEST is a balanced network of 11,250 neurons with 1,125 inputs each whose E→E synapses are plastic?

The network of NEST's hpc benchmark: iaf_psc_alpha, 9,000 excitatory neurons with 900 plastic inputs each
(``stdp_pl_synapse_hom`` by default, or ``stdp_synapse``), 2,250 inhibitory ones. One thread each; CPU seconds of simulating
1 s, after 10 ms to warm up. ``bench_stdp_network.py [stdp_synapse|stdp_pl_synapse_hom|static_synapse]``.
"""

from __future__ import annotations

import json
import sys
import time

N_E, N_I, DEGREE_E, DEGREE_I, DELAY, G, DURATION = 9_000, 2_250, 900, 225, 1.5, 5.0, 1000.0
TAU_SYN, TAU_M, C_M, V_TH, PSP, ETA = 0.32582722403722841, 10.0, 250.0, 20.0, 0.45, 1.3
NEURON = {"tau_m": TAU_M, "C_m": C_M, "t_ref": 0.5, "tau_syn_ex": TAU_SYN, "tau_syn_in": TAU_SYN, "E_L": 0.0, "V_reset": 0.0,
          "V_m": 5.7, "V_th": V_TH, "tau_minus": 30.0}
SYNAPSE = {"stdp_pl_synapse_hom": {"alpha": 0.0513, "lambda": 0.1, "mu": 0.4, "tau_plus": 15.0},
           "stdp_synapse": {"alpha": 1.1, "lambda": 0.01, "tau_plus": 15.0}, "static_synapse": {}}


def strength() -> tuple[float, float]:
    """Weight (pA) of a synapse that gives 0.45 mV, and the rate (1/s) of the noise on every neuron."""
    import numpy as np
    t, beta = np.linspace(0, 10, 100_001), TAU_SYN * TAU_M / (TAU_M - TAU_SYN)
    shape = np.e / TAU_SYN * beta / C_M * (beta * (np.exp(-t / TAU_M) - np.exp(-t / TAU_SYN)) - t * np.exp(-t / TAU_SYN))
    weight = PSP / shape.max()
    return weight, ETA * V_TH / (weight * TAU_M / C_M * np.e * TAU_SYN * TAU_M) * TAU_M * 1000.0


def ours(model: str) -> dict:
    import spatialnet as sn
    weight, rate = strength()
    net = sn.Network(seed=1, threads=1)
    exc, inh = net.create("iaf_psc_alpha", n=N_E, name="E", **NEURON), net.create("iaf_psc_alpha", n=N_I, name="I", **NEURON)
    noise = net.create("poisson_generator", rate=rate)
    changing = SYNAPSE[model] | ({"Wmax": 2 * weight} if model == "stdp_synapse" else {})
    plastic = net.connect(exc, exc, sn.fixed_indegree(DEGREE_E), sn.synapse(model, weight=weight, delay=DELAY, **changing))
    net.connect(exc, inh, sn.fixed_indegree(DEGREE_E), sn.static_synapse(weight=weight, delay=DELAY))
    net.connect(inh, exc + inh, sn.fixed_indegree(DEGREE_I), sn.static_synapse(weight=-G * weight, delay=DELAY))
    net.connect(noise, exc + inh, sn.all_to_all(), sn.static_synapse(weight=weight, delay=DELAY))
    net.record(exc + inh, "spikes")
    net.simulate(10.0, progress=False, connections=False)
    begin = time.process_time()
    data = net.simulate(DURATION, progress=False, connections=False)
    seconds = time.process_time() - begin
    return {"seconds": seconds, "spikes": int(data["spikes/spikes"].sizes["spike"]), "bytes": plastic.nbytes / plastic.n,
            "weight": float(plastic.weights.mean() / weight)}


def nests(model: str) -> dict:
    import nest
    import numpy as np
    weight, rate = strength()
    nest.ResetKernel()
    nest.set_verbosity("M_ERROR")
    exc, inh = nest.Create("iaf_psc_alpha", N_E, params=NEURON), nest.Create("iaf_psc_alpha", N_I, params=NEURON)
    noise, recorder = nest.Create("poisson_generator", params={"rate": rate}), nest.Create("spike_recorder")
    changing = SYNAPSE[model] | ({"Wmax": 2 * weight} if model == "stdp_synapse" else {})
    nest.CopyModel(model, "plastic", changing)
    for source, target, degree, w, name in ((exc, exc, DEGREE_E, weight, "plastic"), (exc, inh, DEGREE_E, weight, "static_synapse"),
                                            (inh, exc + inh, DEGREE_I, -G * weight, "static_synapse")):
        nest.Connect(source, target, {"rule": "fixed_indegree", "indegree": degree},
                     {"synapse_model": name, "weight": w, "delay": DELAY})
    nest.Connect(noise, exc + inh, syn_spec={"weight": weight, "delay": DELAY})
    nest.Connect(exc + inh, recorder)
    nest.Simulate(10.0)
    before, begin = recorder.n_events, time.process_time()
    nest.Simulate(DURATION)
    seconds = time.process_time() - begin
    some = nest.GetConnections(exc[:100], synapse_model="plastic").weight
    return {"seconds": seconds, "spikes": int(recorder.n_events - before), "weight": float(np.mean(some) / weight)}


def main() -> None:
    model = next((a for a in sys.argv[1:] if not a.startswith("--")), "stdp_pl_synapse_hom")
    if "--nest" in sys.argv:
        print(json.dumps(nests(model)))
        return
    from nest_process import nest_half
    own = ours(model)
    n, events = N_E + N_I, own["spikes"] * (DEGREE_E + DEGREE_I)
    print(f"{model}: {own['seconds']:.2f} s, {own['spikes'] / n / DURATION * 1000:.1f} Hz, "
          f"{own['seconds'] / events * 1e9:.1f} ns per delivered spike (everything included), {own['bytes']:.1f} bytes per plastic "
          f"synapse, weights × {own['weight']:.3f}")
    if theirs := nest_half(__file__, model):
        print(f"NEST: {theirs['seconds']:.2f} s, {theirs['spikes'] / n / DURATION * 1000:.1f} Hz, weights × {theirs['weight']:.3f}; "
              f"{theirs['seconds'] / own['seconds']:.1f} × faster")


if __name__ == "__main__":
    main()
