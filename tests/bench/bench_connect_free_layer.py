"""How much faster than NEST is pairwise Bernoulli with a round mask and Gaussian p on 23,000 nodes placed at random?

No lattice to count on: the nodes in the mask must be searched. About 6.1 million connections; one thread each, CPU
seconds of the connect call. At least 20 times NEST's speed is wanted.
"""

from __future__ import annotations

import numpy as np
from connecting import compare

N, EXTENT, RADIUS, STD, P = 23_000, [4.0, 4.0], 0.6, 0.25, 0.5


def positions() -> np.ndarray:
    return np.random.default_rng(1).uniform(-2, 2, (N, 2))


def main() -> None:
    compare(
        __file__,
        lambda sn: sn.free(positions(), extent=EXTENT, center=[0.0, 0.0], edge_wrap=True),
        lambda sn: sn.pairwise_bernoulli(P * sn.gaussian(sn.distance, std=STD), mask=sn.circular(RADIUS)),
        lambda nest: nest.spatial.free(positions().tolist(), extent=EXTENT, edge_wrap=True),
        lambda nest: {"rule": "pairwise_bernoulli", "mask": {"circular": {"radius": RADIUS}},
                      "p": P * nest.spatial_distributions.gaussian(nest.spatial.distance, std=STD)})


if __name__ == "__main__":
    main()
