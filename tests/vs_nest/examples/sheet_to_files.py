"""A sheet with random weights and parameters by place, recorded to files; questions about it, pictures and dumps.

Prints lengths of connections, numbers of targets and what the calls gave as JSON.
"""

import json
import os
import tempfile
import time

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import nest
import numpy as np

nest.ResetKernel()
nest.set_verbosity("M_ERROR")
start = time.perf_counter()
folder = tempfile.mkdtemp()
nest.set(resolution=0.1, rng_seed=3, data_path=folder, overwrite_files=True)
excitatory = nest.Create("iaf_cond_exp", positions=nest.spatial.grid([16, 16], extent=[1.6, 1.6], edge_wrap=True),
                         params={"V_m": nest.random.uniform(-70.0, -60.0), "I_e": 50.0 + 10.0 * nest.spatial.pos.x})
inhibitory = nest.Create("iaf_cond_exp", positions=nest.spatial.grid([8, 8], extent=[1.6, 1.6], edge_wrap=True))
free = nest.Create("iaf_cond_exp", 60, positions=nest.spatial.free(nest.random.uniform(-0.8, 0.8), extent=[2.0, 2.0]))
noise = nest.Create("poisson_generator", params={"rate": 8000.0})
nest.Connect(noise, excitatory, syn_spec={"weight": 2.0})
nest.Connect(noise, inhibitory, syn_spec={"weight": 2.0})
near = {"rule": "pairwise_bernoulli", "p": 0.8 * nest.spatial_distributions.gaussian(nest.spatial.distance, std=0.2),
        "mask": {"circular": {"radius": 0.5}}, "allow_autapses": False}
nest.Connect(excitatory, excitatory, near, {"weight": nest.math.max(nest.random.normal(1.0, 0.3), 0.0), "delay": 0.5 + nest.spatial.distance})
nest.Connect(excitatory, inhibitory, {"rule": "fixed_indegree", "indegree": 20,
                                      "p": nest.spatial_distributions.exponential(nest.spatial.distance, beta=0.2)}, {"weight": 1.5})
nest.Connect(inhibitory, excitatory,
             {"rule": "pairwise_bernoulli", "p": nest.logic.conditional(nest.spatial.distance < 0.4, 0.5, 0.0), "use_on_source": True},
             {"weight": -3.0, "delay": nest.math.redraw(nest.random.normal(1.5, 0.5), 0.5, 3.0)})
nest.Connect(excitatory, free, {"rule": "pairwise_bernoulli", "mask": {"rectangular": {"lower_left": [-0.2, -0.1], "upper_right": [0.2, 0.1]}}},
             nest.CollocatedSynapses({"weight": 1.0}, {"synapse_model": "stdp_synapse", "weight": 2.0}))
to_file, to_memory = nest.Create("spike_recorder", params={"record_to": "ascii", "label": "sheet", "precision": 2}), nest.Create("spike_recorder")
meter = nest.Create("multimeter", params={"record_from": ["V_m", "g_ex", "g_in"], "interval": 1.0})
nest.Connect(excitatory, to_file)
nest.Connect(excitatory, to_memory)
nest.Connect(meter, excitatory[[0, 100, 255]])
built = time.perf_counter()
with nest.RunManager():
    nest.Run(100.0)
    nest.Run(400.0)
done = time.perf_counter()

lines = open(to_file.filenames[0]).read().splitlines()
middle = nest.FindCenterElement(excitatory)
targets = nest.GetTargetNodes(middle, excitatory)[0]
found = nest.GetConnections(excitatory, excitatory)
weights, lengths = np.array(found.weight), np.array(found.distance)
frame = found.get(["source", "target", "weight", "delay"], output="pandas")
nest.PlotTargets(middle, excitatory, mask=near["mask"], probability_parameter=near["p"]).savefig(os.path.join(folder, "targets.png"))
nest.PlotLayer(free)
plt.savefig(os.path.join(folder, "layer.png"))
nest.DumpLayerNodes(excitatory, os.path.join(folder, "nodes"))
nest.DumpLayerConnections(excitatory, excitatory, "static_synapse", os.path.join(folder, "connections"))
same = {"header": lines[:3], "file": os.path.basename(to_file.filenames[0]), "lines": len(lines) - 3 == to_memory.n_events, "keys": sorted(meter.events),
        "middle": [middle.tolist(), np.round(nest.GetPosition(middle), 9).tolist()], "spatial of targets": targets.spatial,
        "weights": [bool(weights.min() >= 0), bool(0.95 < weights.mean() < 1.05), bool(lengths.max() < 0.5 + 1e-9), max(found.delay) <= 1.0],
        "frame": [*map(str, frame.dtypes), *frame.columns], "collocated": len(nest.GetConnections(synapse_model="stdp_synapse"))
        == len(nest.GetConnections(excitatory, free, "static_synapse")), "chosen": nest.SelectNodesByMask(
            excitatory, [0.0, 0.0], nest.CreateMask("circular", {"radius": 0.25})).tolist(),
        "keys of layers": sorted(excitatory.spatial), "I_e": np.round(excitatory.I_e, 6).tolist(), "ends": np.shape(nest.GetSourcePositions(inhibitory, excitatory[0])[0])[1],
        "dumped": [len(open(os.path.join(folder, "nodes")).readlines()), len(open(os.path.join(folder, "connections")).readline().split())]}
print(json.dumps({"build": built - start, "simulate": done - built, "rates": [to_memory.n_events / len(excitatory) / 0.5],
                  "lengths": [float(lengths.mean())], "same": same, "connections": 0}))
