"""How much faster than NEST, and in how much less memory, are questions about 10 million synapses?

One thread each, CPU seconds. Layers of 10,000 nodes on a grid, 1,000 targets each, weights and delays drawn per
connection. The memory is what the process holds at its most while it answers, less what it held before: the answer itself
is part of it. NEST keeps a Python object for every synapse of an answer, and all 10 million do not fit 20 GB. So it is asked
for those of a tenth of the sources, and time and memory are multiplied: an answer twice as long takes twice as much.
"""

from __future__ import annotations

import ctypes
import gc
import json
import resource
import sys
import threading
import time

import numpy as np

SIDE, DEGREE = 100, 1000
MOST = 12 * 10 ** 9  # bytes of memory for NEST
PAGE = resource.getpagesize()


def held() -> int:
    """Memory of this process, in bytes."""
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * PAGE


class Watch:
    """CPU seconds of a block and the most memory it took beyond what was there."""

    def __enter__(self):
        gc.collect()
        # what was freed before must not serve again unseen
        ctypes.CDLL(None).malloc_trim(0)
        self.before = self.most = held()
        self.over = threading.Event()
        self.thread = threading.Thread(target=self._look)
        self.thread.start()
        self.begin = time.thread_time()
        return self

    def _look(self):
        while not self.over.wait(0.002):
            self.most = max(self.most, held())

    def __exit__(self, *_):
        self.seconds = time.thread_time() - self.begin
        self.most = max(self.most, held())
        self.over.set()
        self.thread.join()

    def result(self):
        return {"seconds": self.seconds, "bytes": self.most - self.before}


def ours() -> dict:
    import spatialnet as sn
    net = sn.Network(seed=1, threads=1)
    cells = net.create("iaf_psc_alpha", sn.grid([SIDE, SIDE], edge_wrap=True))
    begin = time.process_time()
    net.connect(cells, cells, sn.fixed_outdegree(DEGREE),
                sn.static_synapse(weight=sn.random.uniform(1., 2.), delay=sn.random.uniform(1., 5.)))
    found = {"connect": {"seconds": time.process_time() - begin, "bytes": net.projections[0].nbytes}}
    chosen = np.arange(0, SIDE * SIDE, SIDE)
    with Watch() as watch:
        c = net.connections(source=cells[chosen])
        answer = c.source, c.target, c.weight
    assert len(answer[2]) == len(chosen) * DEGREE
    found["100 sources with weights"] = watch.result()
    del c, answer
    with Watch() as watch:
        c = net.connections(source=cells[:1000])
        answer = c.target, c.target_positions
    assert answer[1].shape == (1000 * DEGREE, 2)
    found["targets of 1,000 sources with positions"] = watch.result()
    del c, answer
    with Watch() as watch:
        c = net.connections()
        answer = c.source, c.target, c.weight
    assert len(answer[2]) == SIDE * SIDE * DEGREE
    found["all sources, targets and weights"] = watch.result()
    del c, answer
    with Watch() as watch:
        net.projections[0].sources_of([4711])
    found["sources of a node, the first time"] = watch.result()
    with Watch() as watch:
        for node in range(1000):
            net.projections[0].sources_of([node])
    found["sources of 1,000 nodes, one by one"] = watch.result()
    with Watch() as watch:
        net.projections[0].set(weight=2.0 * sn.gaussian(sn.distance, std=0.3))
    found["setting all weights by an expression"] = watch.result()
    return found


def nests() -> dict:
    import nest
    resource.setrlimit(resource.RLIMIT_AS, (MOST, MOST))  # an error rather than a machine that swaps
    nest.ResetKernel()
    nest.set_verbosity("M_ERROR")
    cells = nest.Create("iaf_psc_alpha", positions=nest.spatial.grid([SIDE, SIDE], edge_wrap=True))
    begin = time.process_time()
    nest.Connect(cells, cells, {"rule": "fixed_outdegree", "outdegree": DEGREE},
                 {"weight": nest.random.uniform(1., 2.), "delay": nest.random.uniform(1., 5.)})
    found = {"connect": {"seconds": time.process_time() - begin, "bytes": 0}}
    nest.GetConnections(cells[:1])  # it sorts its tables at the first question
    with Watch() as watch:
        c = nest.GetConnections(cells[::SIDE])
        answer = c.get(["source", "target", "weight"])
    assert len(answer["weight"]) == SIDE * DEGREE
    found["100 sources with weights"] = watch.result()
    del c, answer
    some = 100  # of the 1,000: one takes as long as any other
    with Watch() as watch:
        answer = nest.GetTargetPositions(cells[:some], cells)
    assert sum(map(len, answer)) == some * DEGREE
    found["targets of 1,000 sources with positions"] = {k: v * 1000 / some for k, v in watch.result().items()}
    del answer
    with Watch() as watch:
        c = nest.GetConnections(cells[:1000])
        answer = [np.array(c.get(key)) for key in ("source", "target", "weight")]
    assert len(answer[2]) == 1000 * DEGREE
    found["all sources, targets and weights"] = {k: v * SIDE * SIDE / 1000 for k, v in watch.result().items()}
    return found


def main() -> None:
    if "--nest" in sys.argv:
        print(json.dumps(nests()))
        return
    from nest_process import nest_half
    own = ours()
    theirs = nest_half(__file__) or {}
    for question, mine in own.items():
        line = f"{question}: {mine['seconds']:.4f} s, {mine['bytes'] / 1e6:.1f} MB"
        if question in theirs:
            other = theirs[question]
            line += f"; NEST {other['seconds']:.2f} s, {other['bytes'] / 1e6:.0f} MB"
            line += f"; {other['seconds'] / mine['seconds']:.0f} × faster"
            if mine["bytes"] > 0 and other["bytes"] > 0:
                line += f", 1 / {other['bytes'] / mine['bytes']:.0f} of the memory"
        print(line, flush=True)


if __name__ == "__main__":
    main()
