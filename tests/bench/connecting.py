"""What the connection benches share: one projection built by both libraries, timed and weighed."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable

from nest_process import both_halves


def resident() -> int:
    """Bytes of memory this process holds."""
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4096


def ours(places: Callable, rule: Callable) -> dict:
    """Seconds to build with one thread, then bytes per synapse with random weights and distance-dependent delays.

    Parameters
    ----------
    places : callable
        Gets the module, returns the placement.
    rule : callable
        Gets the module, returns the rule.
    """
    import spatialnet as sn
    net = sn.Network(seed=1, threads=1)
    layer = net.create("iaf_psc_alpha", places(sn))
    result = {}
    for key, synapse in (("plain", None), ("full", sn.static_synapse(sn.random.normal(20., 2.), 0.5 + sn.distance / 0.3))):
        begin = time.process_time()
        projection = net.connect(layer, layer, rule(sn), synapse)
        result[key] = time.process_time() - begin
    offsets = sum(table.offsets.nbytes for table in projection.tables)
    return result | {"n": projection.n, "bytes": (projection.nbytes - offsets) / projection.n, "offsets": offsets}


def nests(places: Callable, rule: Callable) -> dict:
    """The same with NEST; its bytes are the growth of the process."""
    import nest
    nest.set_verbosity("M_ERROR")
    distance = nest.spatial.distance
    result = {}
    for key, synapse in (("plain", {}), ("full", {"weight": nest.random.normal(20., 2.), "delay": 0.5 + distance / 0.3})):
        nest.ResetKernel()
        nest.rng_seed = 1
        layer = nest.Create("iaf_psc_alpha", positions=places(nest))
        before, begin = resident(), time.process_time()
        nest.Connect(layer, layer, rule(nest), synapse)
        result[key] = time.process_time() - begin
        # The first of the two takes its memory from the system; the second may find it free.
        result.setdefault("bytes", (resident() - before) / nest.num_connections)
    return result | {"n": nest.num_connections}


def compare(script: str, places: Callable, rule: Callable, nests_places: Callable, nests_rule: Callable) -> None:
    """Prints seconds, ratios and bytes; as ``script --ours`` and ``script --nest`` it is one half."""
    if "--nest" in sys.argv:
        print(json.dumps(nests(nests_places, nests_rule)))
        return
    if "--ours" in sys.argv:
        print(json.dumps(ours(places, rule)))
        return
    own, theirs = both_halves(script)
    for key, name in (("plain", "constant weight and delay"), ("full", "random weight, delay by distance")):
        print(f"{name}: {own['n']:,} synapses in {own[key]:.3f} s, {own[key] / own['n'] * 1e9:.0f} ns each", end="")
        print(f"; NEST {theirs[key]:.2f} s: {theirs[key] / theirs['n'] * own['n'] / own[key]:.1f} × faster" if theirs else "")
    print(f"{own['bytes']:.1f} bytes per synapse with both, and {own['offsets'] / 1024:.0f} kB of row offsets", end="")
    print(f"; NEST {theirs['bytes']:.1f} bytes" if theirs else "")
