"""What does a single call of `spatialnet.nest` cost next to the same call of PyNEST?

``python tests/bench/bench_facade_calls.py [words]``: microseconds of processor time per call in a loop, the least of several repeats, each on a new
kernel, with the garbage collector on as in a script; only calls whose text contains one of the words, if any are given. Single connections
wait in a queue here, so a last call that makes them is part of the loop.
"""

from __future__ import annotations

import json
import os
import sys
import time

from nest_process import nest_half

REPEATS, CALLS = 3, 300

#: name → what it holds: made anew for every repeat, and never timed
SETUP = {
    "a": 'nest.Create("iaf_psc_alpha", 400)',
    "b": 'nest.Create("iaf_psc_alpha", 400, {"I_e": [float(i) for i in range(400)]})',
    "x": "a[3]", "y": "b[7]",
    "parrots": 'nest.Create("parrot_neuron", 400)',
    "recorder": 'nest.Create("spike_recorder")',
    "nodes": 'nest.NodeCollection(a.tolist())',
    "singles": "list(a)",
    "gaps": 'nest.Create("hh_psc_alpha_gap", 400)',
    "pairs": '[nest.Connect(a[k], b[k], syn_spec={"weight": float(k), "delay": 1.0}) for k in range(400)] and nest.GetConnections(a, b)',
}

#: statement, with k = 0 … CALLS - 1; and one that ends the loop
STATEMENTS = [
    ('nest.Create("iaf_psc_alpha")', ""),
    ('nest.Create("iaf_psc_alpha", 10, {"V_m": -60.0, "I_e": 100.0})', ""),
    ('nest.Create("iaf_psc_alpha", 2, {"I_e": [1.0, 2.0]})', ""),
    ('nest.Create("parrot_neuron")', ""),
    ('nest.Create("spike_generator", params={"spike_times": [1.0, 2.0, 3.0]})', ""),
    ('nest.Create("poisson_generator", params={"rate": 100.0})', ""),
    ('nest.Create("spike_recorder")', ""),
    ('nest.Create("multimeter", params={"record_from": ["V_m"], "interval": 0.5})', ""),
    ("nest.Connect(x, y)", "nest.num_connections"),
    ("nest.Connect(singles[k], y)", "nest.num_connections"),
    ('nest.Connect(x, y, "one_to_one", {"weight": 2.0, "delay": 1.5})', "nest.GetConnections(x)"),
    ('nest.Connect(a[k], b[k], syn_spec={"weight": 1.0 * k, "delay": 1.5})', "nest.GetConnections(x)"),
    ('nest.Connect(a[k], b[k], "one_to_one", {"synapse_model": "stdp_synapse", "weight": 2.0})', "nest.GetConnections(x)"),
    ('nest.Connect(parrots[k], b, "all_to_all", {"weight": 2.0})', "nest.GetConnections(x)"),
    ('nest.Connect(gaps[k], gaps[k + 1], {"rule": "one_to_one", "make_symmetric": True}, {"synapse_model": "gap_junction", "weight": 0.5})',
     "nest.GetConnections(x)"),
    ("nest.Connect(a[k], recorder)", "nest.num_connections"),
    ("nest.Connect(x, y, return_synapsecollection=True)", ""),
    ('nest.GetConnections(x, y)', ""),
    ("nest.GetConnections(pairs_of[k])", ""),
    ("pairs[k].weight", ""), ("pairs[k].weight = 3.0", ""), ("pairs.weight", ""), ("pairs.weight = 2.0", ""),
    ("pairs.get(['source', 'target', 'weight'])", ""),
    ("x.V_m", ""), ("x.V_m = -60.0", ""), ("a.V_m", ""), ("a.V_m = -60.0", ""), ('a.set({"V_m": -60.0, "I_e": 10.0})', ""),
    ('x.get(["V_m", "I_e"])', ""), ("x.get()", ""), ('nest.GetStatus(x, "V_m")', ""), ('nest.SetStatus(x, {"V_m": -60.0})', ""),
    ("x.global_id", ""), ("recorder.n_events", ""), ("recorder.events", ""), ("a[k]", ""), ("a[:10]", ""), ("a[[1, 5]]", ""), ("a + b", ""),
    ("x + y", ""), ("len(a)", ""), ("a.tolist()", ""), ("nest.NodeCollection([k + 1])", ""), ("[n for n in a]", ""), ("x == y", ""),
    ('nest.SetDefaults("iaf_psc_exp", {"tau_m": 12.0})', ""), ('nest.GetDefaults("iaf_psc_exp")', ""), ('nest.GetDefaults("iaf_psc_exp", "tau_m")', ""),
    ('nest.CopyModel("iaf_psc_exp", f"mine_{k}", {"tau_m": 12.0})', ""),
    ('nest.CopyModel("stdp_synapse", f"mine_{k}", {"weight": 12.0})', ""),
    ("nest.GetKernelStatus()", ""), ('nest.GetKernelStatus("resolution")', ""), ("nest.resolution", ""),
    ('nest.SetKernelStatus({"print_time": False})', ""), ("nest.rng_seed = 12", ""), ("nest.ResetKernel()", ""),
]


def measure(nest: object, words: list[str]) -> dict[str, float]:
    """Microseconds per call of each statement."""
    found = {}
    for statement, last in STATEMENTS:
        if words and not any(w in statement for w in words):
            continue
        code, end = (compile(text or "None", "<call>", "exec") for text in (f"for k in range({CALLS}):\n    {statement}", last))
        times = []
        for _ in range(REPEATS):
            nest.ResetKernel()
            names = {"nest": nest}
            for name, text in SETUP.items():
                names[name] = eval(text, names)  # the texts are above
            names["pairs_of"] = names["singles"]
            start = time.process_time()
            exec(code, names)  # noqa: S102  (our own statements)
            exec(end, names)  # noqa: S102
            times.append(time.process_time() - start)
        found[statement] = min(times) / CALLS * 1e6
    return found


def main() -> None:
    if "--nest" in sys.argv:
        import nest
        nest.set_verbosity("M_ERROR")
        words = sys.argv[sys.argv.index("--nest") + 1:]
        print(json.dumps(measure(nest, words)))
        return
    from spatialnet import nest
    os.environ["PYNEST_QUIET"] = "1"
    there, here = nest_half(__file__, *sys.argv[1:]), measure(nest, sys.argv[1:])
    print(f"{'microseconds per call':100}{'NEST':>9}{'ours':>9}{'ratio':>8}")
    for statement, time_here in here.items():
        if there is None:
            print(f"{statement[:99]:100}{'':9}{time_here:9.1f}")
        else:
            print(f"{statement[:99]:100}{there[statement]:9.1f}{time_here:9.1f}{there[statement] / time_here:8.2f}", flush=True)


if __name__ == "__main__":
    main()
