"""Do time and memory stay in proportion to the connections, from a hundred thousand to a hundred million?

A wrapped grid and a layer of nodes placed at random, with a round mask and Gaussian p, at about 100 connections of each
node; and their total number given ("total", in the random layer). Every line comes from a process of its own: CPU
seconds of the connect call with one thread, and the peak of the memory it took, from VmHWM, divided by what the
finished connections hold. At most 2 is wanted.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time

import numpy as np

STD, P, MEAN = 0.1, 0.8, 100


def status(key: str) -> int:
    """Bytes, from /proc."""
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) * 1024 for line in file if line.startswith(key + ":"))


def measure(kind: str, n: int) -> dict:
    import spatialnet as sn
    # nodes for n connections, at a density that gives each about MEAN
    density = MEAN / (P * 2 * np.pi * STD ** 2)
    side = int(np.sqrt(n / MEAN))
    extent = [side / np.sqrt(density)] * 2
    p, mask = P * sn.gaussian(sn.distance, std=STD), sn.circular(3 * STD)

    def built(shape, size):
        rule = sn.pairwise_bernoulli(p, mask=mask)
        if kind == "total":
            rule = sn.fixed_total_number(MEAN * shape[0] * shape[1], p=p, mask=mask)
        net = sn.Network(seed=1, threads=1)
        if kind == "grid":
            place = sn.grid(shape, extent=size, edge_wrap=True)
        else:
            positions = (np.random.default_rng(1).random((shape[0] * shape[1], 2)) - 0.5) * size
            place = sn.free(positions, extent=size, center=[0.0, 0.0], edge_wrap=True)
        layer = net.create("iaf_psc_alpha", place)
        before, begin = status("VmRSS"), time.process_time()
        projection = net.connect(layer, layer, rule)
        return {"seconds": time.process_time() - begin, "n": projection.n,
                "memory": (status("VmHWM") - before) / projection.nbytes}

    built([40, 40], [1.0, 1.0])  # imports and what else happens once
    return built([side, side], extent)


def main() -> None:
    if len(sys.argv) == 3:
        print(json.dumps(measure(sys.argv[1], int(sys.argv[2]))))
        return
    print(f"{'':6} {'connections':>12} {'seconds':>8} {'ns each':>8} {'peak memory / result':>21}")
    for kind in ("grid", "free", "total"):
        for n in (10 ** 5, 10 ** 6, 10 ** 7, 10 ** 8):
            run = subprocess.run([sys.executable, __file__, kind, str(n)], capture_output=True, text=True, check=True)
            made = json.loads(run.stdout)
            print(f"{kind:6} {made['n']:>12,} {made['seconds']:>8.2f} {made['seconds'] / made['n'] * 1e9:>8.1f} "
                  f"{made['memory']:>21.2f}")


if __name__ == "__main__":
    main()
