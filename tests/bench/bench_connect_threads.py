"""How much sooner is a connect call done on two threads than on one?

The networks of the benches of the masked grid, of the free layer, and of a fixed in-degree without space. Wall seconds, the least
of seven, alternating; meaningful only where two cores are free. At least 1.7 is wanted.
"""

from __future__ import annotations

import time

import bench_connect_free_layer as free
import bench_connect_masked_grid as grid


def networks(sn) -> dict:
    return {
        "masked grid": ({"positions": sn.grid([100, 100], extent=grid.EXTENT, edge_wrap=True)}, sn.pairwise_bernoulli(
            grid.P * sn.gaussian(sn.distance, std=grid.STD), mask=sn.circular(grid.RADIUS))),
        "free layer": ({"positions": sn.free(free.positions(), extent=free.EXTENT, center=[0.0, 0.0], edge_wrap=True)},
                       sn.pairwise_bernoulli(free.P * sn.gaussian(sn.distance, std=free.STD), mask=sn.circular(free.RADIUS))),
        "in-degree 1,250": ({"n": 10_000}, sn.fixed_indegree(1250))}


def main() -> None:
    import spatialnet as sn
    for name, (nodes, rule) in networks(sn).items():
        best = {1: float("inf"), 2: float("inf")}
        for _ in range(7):
            for threads in (1, 2):
                net = sn.Network(seed=1, threads=threads)
                layer = net.create("iaf_psc_alpha", **nodes)
                begin = time.perf_counter()
                net.connect(layer, layer, rule)
                best[threads] = min(best[threads], time.perf_counter() - begin)
        print(f"{name:16} one thread {best[1]:.3f} s, two {best[2]:.3f} s: {best[1] / best[2]:.2f} × as fast")


if __name__ == "__main__":
    main()
