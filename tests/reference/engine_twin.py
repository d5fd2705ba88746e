"""One step after another, one neuron after another: what the engine must do, written to be read.

Takes the same populations, tables and recorders as `Simulation` and gives the same results, from the same plans, with
plain Python numbers. The sums of a step are formed in the order of `ARCHITECTURE.md`, so spikes agree exactly.
"""

import math

import numpy as np

from spatialnet.simulate.result import RunResult, SpikeRecord, TraceRecord
from tests.reference.step_twin import NeuronTwin


def steps_of(ms, h):
    return 10**15 if math.isinf(ms) else round(ms / h)


def run(network, t):
    """Simulate a whole network for `t` ms from the beginning; no Poisson generators."""
    h = network.resolution
    populations = network.populations
    neurons = {p.index: NeuronTwin(p, h) for p in populations if p.model.kind == "neuron"}
    tables = [table for projection in network.projections for table in projection.tables]
    spikes_due, currents_due = {}, {}  # step -> (population, node) -> ...
    emitted = []  # (step, population, node, multiplicity)
    samples = {r.name: [] for r in network.recorders}
    n_steps = round(t / h)

    def weight_delay(table, j):
        return (float(np.broadcast_to(table.weights, len(table.targets))[j]),
                int(np.broadcast_to(table.delays, len(table.targets))[j]))

    def send(step, table, node, factor, weight_factor=1.0):
        target = table.target
        for j in range(table.offsets[node], table.offsets[node + 1]):
            w, d = weight_delay(table, j)
            cell = spikes_due.setdefault(step + d, {}).setdefault((target.index, int(table.targets[j])), {})
            if target.model.kind == "relay":
                cell[0] = cell.get(0, 0.0) + factor
            else:
                positive, negative = neurons[target.index].plan.receptors[table.receptor]
                w *= factor * weight_factor
                channel = negative if w < 0 else positive
                cell[channel] = cell.get(channel, 0.0) + w

    for step in range(1, n_steps + 1):
        due, current = spikes_due.pop(step, {}), currents_due.pop(step, {})
        fired = []
        for p in populations:
            for i in range(p.n):
                cell = due.get((p.index, i), {})
                if p.model.kind == "relay" and cell.get(0):
                    fired.append((p, i, cell[0]))
                elif p.model.kind == "neuron":
                    channels = [cell.get(c, 0.0) for c in range(neurons[p.index].plan.channels)]
                    if neurons[p.index].update(i, channels, [current.get((p.index, i), 0.0)]):
                        fired.append((p, i, 1.0))
        for p in populations:
            own = [(i, m) for q, i, m in fired if q is p]
            values = p.parameters
            if p.model.kind == "generator":
                start, stop = (steps_of(values[k], h) for k in ("start", "stop"))
            if p.model.kind == "generator" and p.model.signal == "spikes":
                times = values["spike_times"]
                weights = values["spike_weights"] if len(values["spike_weights"]) else np.ones(len(times))
                counts = values["spike_multiplicities"] if len(values["spike_multiplicities"]) else np.ones(len(times))
                for time, w, m in zip(times, weights, counts):
                    if round(time / h) == step and start < step <= stop and m > 0:
                        emitted += [(step, p.index, i, int(m)) for i in range(p.n)]
                        for table in (x for x in tables if x.source is p):
                            for i in range(p.n):
                                send(step, table, i, float(m), float(w))
            elif p.model.kind == "generator" and p.model.signal == "current" and max(start, 1) <= step < stop:
                for table in (x for x in tables if x.source is p):
                    for i in range(p.n):
                        amplitude = float(np.broadcast_to(values["amplitude"], p.n)[i])
                        for j in range(table.offsets[i], table.offsets[i + 1]):
                            w, d = weight_delay(table, j)
                            cell = currents_due.setdefault(step + d + 1, {})
                            key = table.target.index, int(table.targets[j])
                            cell[key] = cell.get(key, 0.0) + w * amplitude
            else:
                emitted += [(step, p.index, i, int(m)) for i, m in own]
                for table in (x for x in tables if x.source is p):
                    for i, m in own:
                        send(step, table, i, m)
        for r in network.recorders:
            if hasattr(r, "interval") and step % r.interval == 0:
                samples[r.name].append([[neurons[q.index].see(i, v) for q, indices in r.indices() for i in indices]
                                        for v in r.variables])

    result = RunResult(0.0, n_steps * h, h, "complete")
    for r in network.recorders:
        if hasattr(r, "interval"):
            values = np.array(samples[r.name]).reshape(-1, len(r.variables), len(r.ids))
            steps = np.arange(1, n_steps // r.interval + 1) * r.interval
            result.traces[r.name] = TraceRecord(steps, r.ids, {v: values[:, k] for k, v in enumerate(r.variables)}, {})
        else:
            wanted = set(r.ids.tolist())
            found = sorted((s, populations[p].first_id + i) for s, p, i, m in emitted for _ in range(m)
                           if populations[p].first_id + i in wanted)
            array = np.array(found, dtype=np.int64).reshape(-1, 2)
            result.spikes[r.name] = SpikeRecord(array[:, 0], array[:, 1], r.ids)
    return result
