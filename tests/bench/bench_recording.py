"""How much faster than NEST are 1.7 million spikes and 1,000 traces at 0.1 ms recorded and at hand as labelled xarray datasets?

One thread each; CPU seconds of a run of 1 s and of making the datasets, and the peak memory of each process. NEST's events are put in
the same form: spikes sorted by time, V_m over (time, node).
"""

from __future__ import annotations

import json
import resource
import sys
import time

N, N_TRACES, DURATION, CURRENT = 18_500, 1_000, 1000.0, 650.0


def peak() -> float:
    """Peak memory of this process so far, MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def ours() -> dict:
    import spatialnet as sn
    net = sn.Network(seed=1, threads=1)
    cells = net.create("iaf_psc_alpha", n=N, I_e=CURRENT)
    net.record(cells, "spikes")
    net.record(cells[:N_TRACES], "V_m", interval=0.1, dtype="f8")
    begin = time.process_time()
    data = net.simulate(DURATION, progress=False, connections=False)
    v = data["recordings/V_m"]["V_m"]
    return {"seconds": time.process_time() - begin, "spikes": int(data["spikes/spikes"].sizes["spike"]), "mean": float(v.mean()),
            "memory": peak()}


def nests() -> dict:
    import nest
    import numpy as np
    import xarray as xr
    nest.ResetKernel()
    nest.set_verbosity("M_ERROR")
    cells = nest.Create("iaf_psc_alpha", N, params={"I_e": CURRENT})
    recorder, meter = nest.Create("spike_recorder"), nest.Create("multimeter", params={"record_from": ["V_m"], "interval": 0.1})
    nest.Connect(cells, recorder)
    nest.Connect(meter, cells[:N_TRACES])
    begin = time.process_time()
    nest.Simulate(DURATION)
    events = recorder.events
    order = np.lexsort((events["senders"], events["times"]))
    spikes = xr.Dataset({"node": ("spike", events["senders"][order])}, {"time": ("spike", events["times"][order])})
    sampled = meter.events
    order = np.lexsort((sampled["senders"], sampled["times"]))
    times, nodes = np.unique(sampled["times"]), np.unique(sampled["senders"])
    v = xr.Dataset({"V_m": (("time", "node"), sampled["V_m"][order].reshape(times.size, nodes.size))}, {"time": times, "node": nodes})
    return {"seconds": time.process_time() - begin, "spikes": int(spikes.sizes["spike"]), "mean": float(v.V_m.mean()), "memory": peak()}


def main() -> None:
    if "--nest" in sys.argv:
        print(json.dumps(nests()))
        return
    from nest_process import nest_half
    own = ours()
    print(f"{own['seconds']:.2f} s, {own['spikes']:,} spikes, mean V_m {own['mean']:.3f} mV, {own['memory']:.0f} MB")
    if theirs := nest_half(__file__):
        print(f"NEST: {theirs['seconds']:.2f} s, {theirs['spikes']:,} spikes, mean V_m {theirs['mean']:.3f} mV, {theirs['memory']:.0f} MB")
        print(f"{theirs['seconds'] / own['seconds']:.1f} × faster, with 1/{theirs['memory'] / own['memory']:.1f} of the memory")


if __name__ == "__main__":
    main()
