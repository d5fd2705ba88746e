"""How much faster than NEST is each rule, with distance or without, at a million connections and more?

One thread each, CPU seconds of the connect call: fixed degrees of 100 with a linear decay among 10,000 nodes on a wrapped grid,
and without space fixed in-degree (12.5 million connections among 10,000 nodes), Bernoulli, total number and all-to-all (10 million).
At least 20 times NEST's speed is wanted with distance, 10 times without.
"""

from __future__ import annotations

import json
import sys
import time

from nest_process import both_halves

SPATIAL = {"fixed_outdegree, linear decay": ("fixed_outdegree", "outdegree"),
           "fixed_indegree, linear decay": ("fixed_indegree", "indegree")}
PLAIN = {"fixed_indegree 1,250": {"rule": "fixed_indegree", "indegree": 1250},
         "pairwise_bernoulli 0.1": {"rule": "pairwise_bernoulli", "p": 0.1},
         "fixed_total_number 10,000,000": {"rule": "fixed_total_number", "N": 10_000_000},
         "all_to_all of 3,162": {"rule": "all_to_all"}}
N_ALL = 3162


def timed(connect, count) -> dict:
    begin = time.process_time()
    made = connect()
    return {"seconds": time.process_time() - begin, "n": count(made)}


def ours() -> dict:
    import spatialnet as sn
    rules = {"fixed_indegree": lambda s: sn.fixed_indegree(s["indegree"]), "all_to_all": lambda s: sn.all_to_all(),
             "pairwise_bernoulli": lambda s: sn.pairwise_bernoulli(s["p"]),
             "fixed_total_number": lambda s: sn.fixed_total_number(s["N"])}
    result = {}
    for name, (rule, degree) in SPATIAL.items():
        net = sn.Network(seed=1, threads=1)
        layer = net.create("iaf_psc_alpha", sn.grid([100, 100], edge_wrap=True))
        made = getattr(sn, rule)(**{degree: 100}, p=1 - 0.5 * sn.distance)
        result[name] = timed(lambda: net.connect(layer, layer, made), lambda projection: projection.n)  # noqa: B023
    for name, spec in PLAIN.items():
        net = sn.Network(seed=1, threads=1)
        nodes = net.create("iaf_psc_alpha", n=N_ALL if spec["rule"] == "all_to_all" else 10_000)
        made = rules[spec["rule"]](spec)
        result[name] = timed(lambda: net.connect(nodes, nodes, made), lambda projection: projection.n)  # noqa: B023
    return result


def nests() -> dict:
    import nest
    nest.set_verbosity("M_ERROR")
    result = {}
    for name, (rule, degree) in SPATIAL.items():
        nest.ResetKernel()
        layer = nest.Create("iaf_psc_alpha", positions=nest.spatial.grid([100, 100], edge_wrap=True))
        spec = {"rule": rule, degree: 100, "p": 1 - 0.5 * nest.spatial.distance}
        result[name] = timed(lambda: nest.Connect(layer, layer, spec), lambda _: nest.num_connections)  # noqa: B023
    for name, spec in PLAIN.items():
        nest.ResetKernel()
        nodes = nest.Create("iaf_psc_alpha", N_ALL if spec["rule"] == "all_to_all" else 10_000)
        result[name] = timed(lambda: nest.Connect(nodes, nodes, spec), lambda _: nest.num_connections)  # noqa: B023
    return result


def main() -> None:
    if "--nest" in sys.argv:
        print(json.dumps(nests()))
        return
    if "--ours" in sys.argv:
        print(json.dumps(ours()))
        return
    own, theirs = both_halves(__file__, repeats=3)
    for name, mine in own.items():
        line = f"{name:32} {mine['n']:>9,} connections in {mine['seconds']:.3f} s, {mine['seconds'] / mine['n'] * 1e9:.0f} ns each"
        if theirs:
            other = theirs[name]
            line += f"; NEST {other['seconds'] / other['n'] * 1e9:.0f} ns: " \
                    f"{other['seconds'] / other['n'] / (mine['seconds'] / mine['n']):.1f} × faster"
        print(line)


if __name__ == "__main__":
    main()
