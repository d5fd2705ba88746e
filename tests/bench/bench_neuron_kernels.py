"""How much faster than NEST are 4,000 unconnected ``aeif_cond_alpha`` or ``hh_psc_alpha`` neurons for 1 s?

One thread each; CPU seconds of the simulate phase, after 10 ms to warm up. The neurons fire regularly, driven by currents that
differ. Also prints nanoseconds per neuron and step of 0.1 ms, and how far they are from what can be reached; bench_unconnected_neurons.py
does so for ``iaf_psc_alpha``, bench_balanced_network.py for delivered spikes.
"""

from __future__ import annotations

import json
import sys
import time

import numpy as np

N, DURATION = 4000, 1000.0
#: model → constant currents (pA)
DRIVES = {"aeif_cond_alpha": np.linspace(600.0, 1000.0, N), "hh_psc_alpha": np.linspace(500.0, 900.0, N)}


def ours(model: str) -> dict:
    import spatialnet as sn
    net = sn.Network(seed=1, threads=1)
    cells = net.create(model, n=N, I_e=DRIVES[model])
    net.record(cells, "spikes")
    net.simulate(10.0, progress=False, connections=False)
    begin = time.process_time()
    data = net.simulate(DURATION, progress=False, connections=False)
    return {"seconds": time.process_time() - begin, "spikes": int(data["spikes/spikes"].sizes["spike"])}


def nests(model: str) -> dict:
    import nest
    nest.ResetKernel()
    nest.set_verbosity("M_ERROR")
    cells = nest.Create(model, N, params={"I_e": DRIVES[model]})
    recorder = nest.Create("spike_recorder")
    nest.Connect(cells, recorder)
    nest.Simulate(10.0)
    before, begin = recorder.n_events, time.process_time()
    nest.Simulate(DURATION)
    return {"seconds": time.process_time() - begin, "spikes": int(recorder.n_events - before)}


def main() -> None:
    if "--nest" in sys.argv:
        print(json.dumps(nests(sys.argv[-1])))
        return
    from limits import distance
    from nest_process import nest_half
    for model in DRIVES:
        own = ours(model)
        ns = own["seconds"] / N / DURATION / 10 * 1e9
        print(f"{model}: {own['seconds']:.2f} s, {ns:.0f} ns per neuron and step{distance(ns, model)}, {own['spikes']} spikes")
        if theirs := nest_half(__file__, model):
            print(f"NEST: {theirs['seconds']:.2f} s, {theirs['spikes']} spikes; "
                  f"{theirs['seconds'] / own['seconds']:.1f} × faster")


if __name__ == "__main__":
    main()
