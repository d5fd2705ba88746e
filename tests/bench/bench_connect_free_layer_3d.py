"""How much faster than NEST is pairwise Bernoulli with a round mask and Gaussian p on 20,000 nodes placed at random in a cube?

As bench_connect_free_layer.py, with one axis more: most boxes of nodes lie on the edge of the mask. About 5.5 million connections;
one thread each, CPU seconds of the connect call. At least 20 times NEST's speed is wanted.
"""

from __future__ import annotations

import numpy as np
from connecting import compare

N, EXTENT, RADIUS, STD, P = 20_000, [2.0, 2.0, 2.0], 0.5, 0.25, 0.6


def positions() -> np.ndarray:
    return np.random.default_rng(1).uniform(-1, 1, (N, 3))


def main() -> None:
    compare(
        __file__,
        lambda sn: sn.free(positions(), extent=EXTENT, center=[0.0, 0.0, 0.0], edge_wrap=True),
        lambda sn: sn.pairwise_bernoulli(P * sn.gaussian(sn.distance, std=STD), mask=sn.spherical(RADIUS)),
        lambda nest: nest.spatial.free(positions().tolist(), extent=EXTENT, edge_wrap=True),
        lambda nest: {"rule": "pairwise_bernoulli", "mask": {"spherical": {"radius": RADIUS}},
                      "p": P * nest.spatial_distributions.gaussian(nest.spatial.distance, std=STD)})


if __name__ == "__main__":
    main()
