"""How much faster than NEST is a sheet of 40,000 neurons with 500 inputs each and delays that grow with distance, for 1 s?

CPU seconds of the simulate phase on one thread each, after 10 ms to warm up, and the peak memory of both whole processes; then wall
seconds of ours on two threads. ``bench_spatial_sheet.py [milliseconds]``.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time

SIDE, DEGREE_E, DEGREE_I, SIGMA, SPEED = 200, 400, 100, 0.05, 0.3  # nodes along an edge of 1 mm, inputs, mm, mm/ms
N_I = SIDE * SIDE // 4
NEURON = {"C_m": 250.0, "tau_m": 20.0, "E_L": 0.0, "V_reset": 0.0, "V_m": 0.0, "V_th": 20.0, "t_ref": 2.0, "tau_syn_ex": 0.5,
          "tau_syn_in": 0.5}
WEIGHT, G, NOISE = 45.0, 6.0, 18_000.0


def peak() -> float:
    """Peak memory of this process so far, MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def ours(duration: float, threads: int) -> dict:
    import spatialnet as sn
    net = sn.Network(seed=1, threads=threads)
    layer = sn.grid([SIDE, SIDE], extent=[1.0, 1.0], edge_wrap=True)
    exc = net.create("iaf_psc_alpha", layer, name="E", **NEURON)
    inh = net.create("iaf_psc_alpha", sn.grid([SIDE // 2, SIDE // 2], extent=[1.0, 1.0], edge_wrap=True), name="I", **NEURON)
    noise = net.create("poisson_generator", rate=NOISE)
    near = sn.gaussian(sn.distance, std=SIGMA)
    begin = time.process_time()
    for source, degree, weight in ((exc, DEGREE_E, WEIGHT), (inh, DEGREE_I, -G * WEIGHT)):
        for target in (exc, inh):
            net.connect(source, target, sn.fixed_indegree(degree, p=near),
                        sn.static_synapse(weight=weight, delay=0.5 + sn.distance / SPEED))
    net.connect(noise, exc + inh, sn.all_to_all(), sn.static_synapse(weight=WEIGHT))
    build = time.process_time() - begin
    net.record(exc + inh, "spikes")
    net.simulate(10.0, progress=False, connections=False)
    begin, wall = time.process_time(), time.perf_counter()
    data = net.simulate(duration, progress=False, connections=False)
    return {"seconds": time.process_time() - begin, "wall": time.perf_counter() - wall, "build": build, "memory": peak(),
            "spikes": int(data["spikes/spikes"].sizes["spike"])}


def nests(duration: float) -> dict:
    import nest
    nest.ResetKernel()
    nest.set_verbosity("M_ERROR")
    exc = nest.Create("iaf_psc_alpha", positions=nest.spatial.grid([SIDE, SIDE], extent=[1.0, 1.0], edge_wrap=True), params=NEURON)
    inh = nest.Create("iaf_psc_alpha", positions=nest.spatial.grid([SIDE // 2, SIDE // 2], extent=[1.0, 1.0], edge_wrap=True),
                      params=NEURON)
    noise, recorder = nest.Create("poisson_generator", params={"rate": NOISE}), nest.Create("spike_recorder")
    # the rule with a profile weighs every pair of 40,000 x 40,000; a disc with as many connections is the same load for the simulator
    reach = 2.0 * SIGMA
    begin = time.process_time()
    for source, degree, weight in ((exc, DEGREE_E, WEIGHT), (inh, DEGREE_I, -G * WEIGHT)):
        for target in (exc, inh):
            nest.Connect(source, target, {"rule": "fixed_indegree", "indegree": degree, "mask": {"circular": {"radius": reach}}},
                         {"weight": weight, "delay": 0.5 + nest.spatial.distance / SPEED})
    for target in (exc, inh):
        nest.Connect(noise, target, syn_spec={"weight": WEIGHT})
        nest.Connect(target, recorder)
    build = time.process_time() - begin
    nest.Simulate(10.0)
    before, begin = recorder.n_events, time.process_time()
    nest.Simulate(duration)
    return {"seconds": time.process_time() - begin, "build": build, "memory": peak(), "spikes": int(recorder.n_events - before)}


def main() -> None:
    numbers = [a for a in sys.argv[1:] if not a.startswith("--")]
    duration = float(numbers[0]) if numbers else 1000.0
    if "--nest" in sys.argv:
        print(json.dumps(nests(duration)))
        return
    if "--ours" in sys.argv:
        print(json.dumps(ours(duration, int(numbers[1]))))
        return
    from nest_process import nest_half
    runs = [json.loads(subprocess.run([sys.executable, __file__, str(duration), str(threads), "--ours"], capture_output=True, text=True,
                                      check=True).stdout.splitlines()[-1]) for threads in (1, 2)]
    own, two = runs
    n = SIDE * SIDE + N_I
    events = own["spikes"] * (DEGREE_E + DEGREE_I)
    print(f"{own['seconds']:.2f} s, {own['spikes'] / n / duration * 1000:.1f} Hz, {own['seconds'] / events * 1e9:.2f} ns per delivered "
          f"spike (everything included), {own['memory']:.0f} MB; built in {own['build']:.1f} s")
    print(f"two threads: {own['wall'] / two['wall']:.2f} × one ({own['wall']:.2f} and {two['wall']:.2f} s of wall time)")
    if theirs := nest_half(__file__, str(duration)):
        theirs_events = theirs["spikes"] * (DEGREE_E + DEGREE_I)
        print(f"NEST: {theirs['seconds']:.2f} s, {theirs['spikes'] / n / duration * 1000:.1f} Hz, {theirs['memory']:.0f} MB; built in "
              f"{theirs['build']:.1f} s")
        print(f"{theirs['seconds'] / own['seconds']:.1f} × faster, {theirs['seconds'] / theirs_events / (own['seconds'] / events):.1f} × per "
              f"delivered spike, with 1/{theirs['memory'] / own['memory']:.1f} of the memory")


if __name__ == "__main__":
    main()
