"""How much faster than NEST, in processor seconds on one thread, are networks with gap junctions, and how much slower than without?

``python tests/bench/bench_gap_junctions.py [cells ...]``: fast-spiking interneurons with 20 gap junctions each, driven by currents.
NEST's settings are its defaults: cubic waveforms, slices of 1 ms that are repeated until voltages change by less than 1e-4 mV. How close
both come to the equations show the voltages of 30 cells, against NEST in steps of 0.01 ms with waveforms that have settled: largest
and root mean square difference. A spike that is a microsecond late is 0.4 mV.
"""

import json
import subprocess
import sys
import time

import numpy as np

T, N_JUNCTIONS = 50.0, 20


def run(nest, n: int, h: float, weight: float, tolerance: float) -> tuple[float, np.ndarray]:
    """Processor seconds of the simulation, and voltages every 0.1 ms."""
    random = np.random.default_rng(1)
    nest.ResetKernel()
    nest.set_verbosity("M_ERROR")
    nest.set(resolution=h, wfr_tol=tolerance, wfr_max_iterations=15 if tolerance == 1e-4 else 100, wfr_comm_interval=1.0 if tolerance == 1e-4 else 0.1)
    cells = nest.Create("hh_psc_alpha_gap", n, {"I_e": random.uniform(0.0, 300.0, n)})
    ids = np.array(cells)
    if weight:
        for a, b in random.integers(0, n, (n * N_JUNCTIONS // 2, 2)):
            nest.Connect(nest.NodeCollection([ids[a]]), nest.NodeCollection([ids[b]]), {"rule": "one_to_one", "make_symmetric": True},
                         {"synapse_model": "gap_junction", "weight": weight})
    meter = nest.Create("multimeter", params={"record_from": ["V_m"], "interval": 0.1})
    nest.Connect(meter, cells[:30])
    nest.Simulate(h)
    begin = time.process_time()
    nest.Simulate(T - h)
    seconds = time.process_time() - begin
    order = np.lexsort((meter.events["senders"], np.round(meter.events["times"], 3)))
    return seconds, meter.events["V_m"][order].reshape(-1, 30)[:round(T / 0.1) - 20]


def main() -> None:
    if sys.argv[1:2] == ["--one"]:
        name, n, h, weight, tolerance = sys.argv[2], int(sys.argv[3]), *map(float, sys.argv[4:])
        nest = __import__("nest") if name == "nest" else __import__("spatialnet.nest", fromlist=["nest"])
        seconds, voltages = run(nest, n, h, weight, tolerance)
        print(json.dumps([seconds, voltages.tolist()]))
        return

    def apart(*arguments: object) -> tuple[float, np.ndarray]:
        done = subprocess.run([sys.executable, "-W", "ignore", __file__, "--one", *map(str, arguments)], capture_output=True, text=True, check=True)
        seconds, voltages = json.loads(done.stdout.strip().splitlines()[-1])
        return seconds, np.array(voltages)

    for n in map(int, sys.argv[1:] or ["30", "200", "1000"]):
        exact = apart("nest", n, 0.01, 0.3, 1e-8)[1]
        for h in (0.1, 0.05):
            (there, theirs), (here, ours) = apart("nest", n, h, 0.3, 1e-4), apart("ours", n, h, 0.3, 1e-4)
            alone = apart("ours", n, h, 0.0, 1e-4)[0]
            errors = [f"{np.abs(v - exact).max():.2f} ({np.sqrt(np.mean((v - exact) ** 2)):.3f})" for v in (theirs, ours)]
            print(f"{n:5} cells, steps of {h:g} ms: NEST {there:.2f} s, ours {here:.2f} s, ratio {there / here:.1f}; without gap junctions ours "
                  f"{alone:.2f} s; error in mV NEST {errors[0]}, ours {errors[1]}", flush=True)


if __name__ == "__main__":
    main()
