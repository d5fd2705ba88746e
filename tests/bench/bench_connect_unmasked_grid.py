"""Does pairwise Bernoulli with Gaussian p need a mask to be fast, on a wrapped 100 × 100 grid?

The network of bench_connect_masked_grid.py without the mask; NEST looks at all hundred million pairs. One thread each, CPU
seconds of the connect call.
"""

from __future__ import annotations

from bench_connect_masked_grid import EXTENT, STD, P
from connecting import compare


def main() -> None:
    compare(
        __file__,
        lambda sn: sn.grid([100, 100], extent=EXTENT, edge_wrap=True),
        lambda sn: sn.pairwise_bernoulli(P * sn.gaussian(sn.distance, std=STD)),
        lambda nest: nest.spatial.grid([100, 100], extent=EXTENT, edge_wrap=True),
        lambda nest: {"rule": "pairwise_bernoulli",
                      "p": P * nest.spatial_distributions.gaussian(nest.spatial.distance, std=STD)})


if __name__ == "__main__":
    main()
