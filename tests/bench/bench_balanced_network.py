"""How much faster than NEST is the balanced random network of 12,500 neurons with 1,250 inputs each, for 1 s?

One thread each; CPU seconds of the simulate phase, after 10 ms to warm up. Also prints nanoseconds per delivered
spike, and bytes per synapse of the connection tables. ``bench_balanced_network.py [iaf_psc_alpha|iaf_psc_delta]``.
"""

from __future__ import annotations

import json
import sys
import time

import numpy as np

N_E, N_I, DEGREE_E, DEGREE_I, DELAY, G, ETA, DURATION = 10_000, 2_500, 1_000, 250, 1.5, 5.0, 2.0, 1000.0
NEURON = {"C_m": 250.0, "tau_m": 20.0, "E_L": 0.0, "V_reset": 0.0, "V_m": 0.0, "V_th": 20.0, "t_ref": 2.0}
PSP, TAU_SYN = 0.1, 0.5


def setting(model: str) -> tuple[dict, float, float]:
    """Parameters, excitatory weight, and rate of the noise (1/s) for 0.1 mV per spike and twice the threshold drive."""
    if model == "iaf_psc_delta":
        return NEURON, PSP, ETA * 20.0 / (PSP * NEURON["tau_m"]) * 1000
    t, tau_m, C = np.linspace(0, 10, 100_001), NEURON["tau_m"], NEURON["C_m"]
    beta = TAU_SYN * tau_m / (tau_m - TAU_SYN)
    shape = np.e / TAU_SYN * beta / C * (beta * (np.exp(-t / tau_m) - np.exp(-t / TAU_SYN)) - t * np.exp(-t / TAU_SYN))
    weight = PSP / shape.max()
    return (NEURON | {"tau_syn_ex": TAU_SYN, "tau_syn_in": TAU_SYN}, weight,
            ETA * 20.0 * C / (weight * np.e * tau_m * TAU_SYN) * 1000)


def ours(model: str) -> dict:
    import spatialnet as sn
    parameters, weight, rate = setting(model)
    net = sn.Network(seed=1, threads=1)
    exc, inh = net.create(model, n=N_E, name="E", **parameters), net.create(model, n=N_I, name="I", **parameters)
    noise = net.create("poisson_generator", rate=rate)
    projections = [
        net.connect(exc, exc + inh, sn.fixed_indegree(DEGREE_E), sn.static_synapse(weight=weight, delay=DELAY)),
        net.connect(inh, exc + inh, sn.fixed_indegree(DEGREE_I), sn.static_synapse(weight=-G * weight, delay=DELAY))]
    net.connect(noise, exc + inh, sn.all_to_all(), sn.static_synapse(weight=weight, delay=DELAY))
    net.record(exc + inh, "spikes")
    net.simulate(10.0, progress=False, connections=False)
    begin = time.process_time()
    data = net.simulate(DURATION, progress=False, connections=False)
    seconds = time.process_time() - begin
    tables = [table for p in projections for table in p.tables]
    size = sum(np.asarray(c).nbytes for t in tables for c in (t.offsets, t.targets, t.weights, t.delays))
    return {"seconds": seconds, "spikes": int(data["spikes/spikes"].sizes["spike"]),
            "bytes": size / sum(p.n for p in projections)}


def nests(model: str) -> dict:
    import nest
    parameters, weight, rate = setting(model)
    nest.ResetKernel()
    nest.set_verbosity("M_ERROR")
    exc, inh = nest.Create(model, N_E, params=parameters), nest.Create(model, N_I, params=parameters)
    noise, recorder = nest.Create("poisson_generator", params={"rate": rate}), nest.Create("spike_recorder")
    for source, degree, w in ((exc, DEGREE_E, weight), (inh, DEGREE_I, -G * weight)):
        nest.Connect(source, exc + inh, {"rule": "fixed_indegree", "indegree": degree}, {"weight": w, "delay": DELAY})
    nest.Connect(noise, exc + inh, syn_spec={"weight": weight, "delay": DELAY})
    nest.Connect(exc + inh, recorder)
    nest.Simulate(10.0)
    before, begin = recorder.n_events, time.process_time()
    nest.Simulate(DURATION)
    return {"seconds": time.process_time() - begin, "spikes": int(recorder.n_events - before)}


def main() -> None:
    model = next((a for a in sys.argv[1:] if not a.startswith("--")), "iaf_psc_alpha")
    if "--nest" in sys.argv:
        print(json.dumps(nests(model)))
        return
    from limits import distance
    from nest_process import nest_half
    own = ours(model)
    events = own["spikes"] * (DEGREE_E + DEGREE_I)
    rate, ns = own["spikes"] / (N_E + N_I) / DURATION * 1000, own["seconds"] / events * 1e9
    print(f"{model}: {own['seconds']:.2f} s, {rate:.1f} Hz, {ns:.2f} ns per delivered spike, everything included"
          f"{distance(ns, 'delivered spike')}, {own['bytes']:.1f} bytes per synapse")
    if theirs := nest_half(__file__, model):
        print(f"NEST: {theirs['seconds']:.2f} s, {theirs['spikes'] / (N_E + N_I) / DURATION * 1000:.1f} Hz; "
              f"{theirs['seconds'] / own['seconds']:.1f} × faster")


if __name__ == "__main__":
    main()
