"""How much faster than NEST is pairwise Bernoulli with a round mask and Gaussian p on a wrapped 100 × 100 grid?

About three million connections; one thread each, CPU seconds of the connect call. At least 15 times
NEST's speed is wanted.
"""

from __future__ import annotations

from connecting import compare

EXTENT, RADIUS, STD, P = [4.0, 4.0], 0.8, 0.32, 0.8


def main() -> None:
    compare(
        __file__,
        lambda sn: sn.grid([100, 100], extent=EXTENT, edge_wrap=True),
        lambda sn: sn.pairwise_bernoulli(P * sn.gaussian(sn.distance, std=STD), mask=sn.circular(RADIUS)),
        lambda nest: nest.spatial.grid([100, 100], extent=EXTENT, edge_wrap=True),
        lambda nest: {"rule": "pairwise_bernoulli", "mask": {"circular": {"radius": RADIUS}},
                      "p": P * nest.spatial_distributions.gaussian(nest.spatial.distance, std=STD)})


if __name__ == "__main__":
    main()
