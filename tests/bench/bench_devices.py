"""What does each device cost per target and step, and how much less than in NEST?

One device on 2,000 neurons for 200 ms; CPU seconds of one thread, less those of the neurons alone. ``bench_devices.py``.
"""

from __future__ import annotations

import json
import sys
import time

N, DURATION, STEPS = 2000, 200.0, 2000

DEVICES = {
    "poisson_generator": {"rate": 2000.0},
    "inhomogeneous_poisson_generator": {"rate_times": [1.0, 100.0], "rate_values": [1000.0, 3000.0]},
    "sinusoidal_poisson_generator": {"rate": 2000.0, "amplitude": 1000.0, "frequency": 10.0},
    "sinusoidal_gamma_generator": {"rate": 200.0, "amplitude": 100.0, "frequency": 10.0, "order": 3.0},
    "gamma_sup_generator": {"rate": 20.0, "gamma_shape": 4, "n_proc": 100},
    "ppd_sup_generator": {"rate": 20.0, "dead_time": 5.0, "n_proc": 100},
    "mip_generator": {"rate": 2000.0, "p_copy": 0.3},
    "dc_generator": {"amplitude": 10.0},
    "ac_generator": {"amplitude": 10.0, "frequency": 10.0},
    "step_current_generator": {"amplitude_times": [1.0, 100.0], "amplitude_values": [10.0, 20.0]},
    "noise_generator": {"std": 10.0, "dt": 1.0},
    "noise_generator every step": {"std": 10.0, "dt": 0.1},
}


def measured(simulate) -> float:
    simulate(10.0)
    begin = time.process_time()
    simulate(DURATION)
    return time.process_time() - begin


def ours(name: str | None) -> float:
    import spatialnet as sn
    net = sn.Network(seed=1, threads=1)
    cells = net.create("iaf_psc_alpha", n=N)
    if name:
        net.connect(net.create(name.split()[0], **DEVICES[name]), cells, sn.all_to_all(), sn.static_synapse(weight=0.01, delay=1.0))
    return measured(lambda t: net.simulate(t, progress=False, connections=False))


def nests(name: str | None) -> float:
    import nest
    nest.ResetKernel()
    nest.set_verbosity("M_ERROR")
    cells = nest.Create("iaf_psc_alpha", N)
    if name:
        nest.Connect(nest.Create(name.split()[0], params=DEVICES[name]), cells, syn_spec={"weight": 0.01, "delay": 1.0})
    return measured(nest.Simulate)


def each(library) -> dict[str, float]:
    """Seconds per device, less those of the neurons alone."""
    alone = min(library(None) for _ in range(3))
    return {name: max(min(library(name) for _ in range(3)) - alone, 0.0) for name in DEVICES}


def main() -> None:
    if "--nest" in sys.argv:
        print(json.dumps(each(nests)))
        return
    from nest_process import nest_half
    own, theirs = each(ours), nest_half(__file__)
    for name, seconds in own.items():
        line = f"{name:34} {seconds / (N * STEPS) * 1e9:6.2f} ns per target and step"
        print(line + (f", NEST {theirs[name] / (N * STEPS) * 1e9:6.2f}: {theirs[name] / max(seconds, 1e-9):6.1f} ×" if theirs else ""))


if __name__ == "__main__":
    main()
