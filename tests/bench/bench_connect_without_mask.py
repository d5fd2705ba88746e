"""What does a Gaussian p cost without a mask, against a mask of four standard deviations, among 100,000 nodes placed at random?

The mask changes next to nothing in the result; at most twice the time is wanted. One thread, CPU seconds of the connect call, the
least of three.
"""

from __future__ import annotations

import time

import numpy as np

N, EXTENT, STD, P = 100_000, [4.0, 4.0], 0.1, 0.5


def seconds(masked: bool) -> tuple[float, int]:
    import spatialnet as sn
    best = np.inf
    for _ in range(3):
        net = sn.Network(seed=1, threads=1)
        positions = np.random.default_rng(1).uniform(-2, 2, (N, 2))
        layer = net.create("iaf_psc_alpha", sn.free(positions, extent=EXTENT, center=[0.0, 0.0], edge_wrap=True))
        rule = sn.pairwise_bernoulli(P * sn.gaussian(sn.distance, std=STD), mask=sn.circular(4 * STD) if masked else None)
        begin = time.process_time()
        projection = net.connect(layer, layer, rule)
        best = min(best, time.process_time() - begin)
    return best, projection.n


def main() -> None:
    (masked, n_masked), (free, n_free) = seconds(True), seconds(False)
    for name, s, n in (("mask of 4 sigma", masked, n_masked), ("no mask", free, n_free)):
        print(f"{name:16} {n:>10,} connections in {s:.2f} s, {s / n * 1e9:.0f} ns each")
    print(f"without the mask: {free / masked:.2f} × the time")


if __name__ == "__main__":
    main()
