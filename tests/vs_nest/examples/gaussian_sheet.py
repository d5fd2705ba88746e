"""A wrapped sheet with Gaussian connectivity and delays that grow with distance.

``python gaussian_sheet.py [scale]``: 40,000 excitatory and 10,000 inhibitory neurons on 8 × 8 mm at scale 1, with 500 inputs
each. Prints seconds, rates, and the mean length of connections as JSON.
"""

import json
import sys
import time

import nest
import numpy as np

scale = float(sys.argv[1]) if len(sys.argv) > 1 else 0.1
n, t_simulated, K = round(200 * scale ** 0.5), 300.0, 400
extent = [8.0 * scale ** 0.5] * 2
distance = nest.spatial.distance

nest.ResetKernel()
nest.set_verbosity("M_ERROR")
nest.rng_seed = 2468
start = time.perf_counter()
neuron = {"C_m": 250.0, "tau_m": 20.0, "tau_syn_ex": 2.0, "tau_syn_in": 4.0, "t_ref": 2.0, "E_L": 0.0, "V_reset": 0.0, "V_th": 20.0}
excitatory = nest.Create("iaf_psc_exp", params=neuron | {"V_m": nest.random.uniform(0.0, 20.0)},
                         positions=nest.spatial.grid([n, n], extent=extent, edge_wrap=True))
inhibitory = nest.Create("iaf_psc_exp", params=neuron | {"V_m": nest.random.uniform(0.0, 20.0)},
                         positions=nest.spatial.grid([n // 2, n // 2], extent=extent, edge_wrap=True))
noise = nest.Create("poisson_generator", params={"rate": 12000.0})
recorders = [nest.Create("spike_recorder", params={"start": 100.0}) for _ in range(2)]
for source, k, weight, width in ((excitatory, K, 12.0, 0.25), (inhibitory, K // 4, -40.0, 0.15)):
    for target in (excitatory, inhibitory):
        nest.Connect(source, target, {"rule": "fixed_indegree", "indegree": k, "allow_autapses": False,
                                      "p": nest.spatial_distributions.gaussian(distance, std=width),
                                      "mask": {"circular": {"radius": 4 * width}}},
                     {"weight": weight, "delay": 0.5 + distance / 0.3})
nest.Connect(noise, excitatory, syn_spec={"weight": 12.0})
nest.Connect(noise, inhibitory, syn_spec={"weight": 12.0})
nest.Connect(excitatory, recorders[0])
nest.Connect(inhibitory, recorders[1])
built = time.perf_counter()
nest.Simulate(t_simulated)
done = time.perf_counter()
rates = [r.n_events / len(nodes) / (t_simulated - 100.0) * 1000.0 for r, nodes in zip(recorders, (excitatory, inhibitory))]
lengths = [float(np.mean(nest.GetConnections(source[:20], excitatory).distance)) for source in (excitatory, inhibitory)]
print(json.dumps({"build": built - start, "simulate": done - built, "rates": rates, "lengths": lengths,
                  "connections": nest.num_connections}))
