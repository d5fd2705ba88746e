"""How much faster than NEST are 100,000 unconnected ``iaf_psc_alpha`` neurons for 1 s?

One thread each; CPU seconds of the simulate phase, after 10 ms to warm up. The neurons fire regularly, driven by
currents that differ. Also prints nanoseconds per neuron and step.
"""

from __future__ import annotations

import json
import sys
import time

import numpy as np

N, DURATION = 100_000, 1000.0


def drives() -> np.ndarray:
    """Constant currents, pA: half of the neurons fire."""
    return np.linspace(300.0, 450.0, N)


def ours(same: bool) -> dict:
    import spatialnet as sn
    net = sn.Network(seed=1, threads=1)
    cells = net.create("iaf_psc_alpha", n=N, I_e=380.0 if same else drives(),
                       V_m=np.linspace(-70.0, -56.0, N))
    net.record(cells, "spikes")
    net.simulate(10.0, progress=False, connections=False)
    begin = time.process_time()
    data = net.simulate(DURATION, progress=False, connections=False)
    return {"seconds": time.process_time() - begin, "spikes": int(data["spikes/spikes"].sizes["spike"])}


def nests(same: bool) -> dict:
    import nest
    nest.ResetKernel()
    nest.set_verbosity("M_ERROR")
    cells = nest.Create("iaf_psc_alpha", N, params={"I_e": 380.0 if same else drives()})
    cells.V_m = np.linspace(-70.0, -56.0, N)
    recorder = nest.Create("spike_recorder")
    nest.Connect(cells, recorder)
    nest.Simulate(10.0)
    before, begin = recorder.n_events, time.process_time()
    nest.Simulate(DURATION)
    return {"seconds": time.process_time() - begin, "spikes": int(recorder.n_events - before)}


def main() -> None:
    if "--nest" in sys.argv:
        print(json.dumps(nests("same" in sys.argv)))
        return
    from limits import distance
    from nest_process import nest_half
    for kind in ("same", "different"):
        own = ours(kind == "same")
        ns = own["seconds"] / N / DURATION / 10 * 1e9
        print(f"{kind} parameters: {own['seconds']:.2f} s, {ns:.2f} ns per neuron and step{distance(ns, 'iaf_psc_alpha')}, "
              f"{own['spikes']} spikes")
        if theirs := nest_half(__file__, kind):
            print(f"NEST: {theirs['seconds']:.2f} s, {theirs['spikes']} spikes; "
                  f"{theirs['seconds'] / own['seconds']:.1f} × faster")


if __name__ == "__main__":
    main()
