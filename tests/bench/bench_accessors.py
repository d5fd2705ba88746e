"""How much faster does the accessor count spikes than xarray's groupby?

A million spikes of ten thousand nodes: rates, cv and bins by the accessor, and the number of spikes of each node by
``groupby("node")``. Prints the ratio of the two counts, measured in the same process.
"""

from __future__ import annotations

import time

import numpy as np
import xarray as xr

import spatialnet.data  # noqa: F401  registers the accessor

N_SPIKES, N_NODES, DURATION = 1_000_000, 10_000, 10_000.0


def dataset(n_spikes: int, n_nodes: int) -> xr.Dataset:
    """Spikes at random, as a recorder's group holds them."""
    rng = np.random.default_rng(0)
    steps = np.sort(rng.integers(1, int(DURATION * 10) + 1, n_spikes))
    return xr.Dataset({"time": ("spike", steps / 10), "node": ("spike", rng.integers(0, n_nodes, n_spikes))},
                      {"recorded_node": np.arange(n_nodes)},
                      {"t_start": 0.0, "t_stop": DURATION, "resolution": 0.1})


def seconds(function, repeat: int = 3) -> float:
    """Shortest of a few runs."""
    best = np.inf
    for _ in range(repeat):
        begin = time.perf_counter()
        function()
        best = min(best, time.perf_counter() - begin)
    return best


def main() -> None:
    spikes = dataset(N_SPIKES, N_NODES)
    times = {"counts": seconds(spikes.spatialnet.counts), "rates": seconds(spikes.spatialnet.rates),
             "cv": seconds(spikes.spatialnet.cv), "binned(10 ms)": seconds(lambda: spikes.spatialnet.binned(10.0))}
    for name, value in times.items():
        print(f"accessor {name:14} {1e3 * value:8.1f} ms")
    grouped = seconds(lambda: spikes["time"].groupby(spikes["node"]).count(), repeat=1)
    mapped = seconds(lambda: spikes["time"].groupby(spikes["node"]).map(lambda t: t.count()), repeat=1)
    print(f"groupby  count          {1e3 * grouped:8.1f} ms, {grouped / times['counts']:.0f} × the accessor's counts")
    print(f"groupby  map            {1e3 * mapped:8.1f} ms, {mapped / times['counts']:.0f} × the accessor's counts")


if __name__ == "__main__":
    main()
