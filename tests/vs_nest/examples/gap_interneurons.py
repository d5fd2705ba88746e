"""Interneurons coupled by gap junctions and inhibition: Hahne et al., Front. Neuroinform. 9:22 (2015).

``python gap_interneurons.py [scale]``: 500 cells with 60 gap junctions each at scale 1. Prints seconds and rates as JSON.
"""

import json
import sys
import time

import nest
import numpy as np

scale = float(sys.argv[1]) if len(sys.argv) > 1 else 0.2
n, n_junctions, n_inhibitory, t_simulated = int(500 * scale), 60, 50, 200.0

nest.ResetKernel()
nest.set_verbosity("M_ERROR")
nest.set(resolution=0.05, rng_seed=12345, use_wfr=True, wfr_comm_interval=1.0, wfr_tol=1e-4, wfr_max_iterations=15)
random = np.random.default_rng(7)
start = time.perf_counter()
cells = nest.Create("hh_psc_alpha_gap", n, {"V_m": random.uniform(-70.0, -60.0, n)})
noise = nest.Create("poisson_generator", params={"rate": 1000.0})
recorder = nest.Create("spike_recorder", params={"start": 50.0})
nest.Connect(noise, cells, syn_spec={"weight": 300.0, "delay": 1.0})
nest.Connect(cells, cells, {"rule": "fixed_indegree", "indegree": n_inhibitory, "allow_autapses": False, "allow_multapses": True},
             {"weight": -50.0, "delay": 1.0})
for a, b in random.integers(1, n + 1, (n * n_junctions // 2, 2)).tolist():
    nest.Connect(nest.NodeCollection([a]), nest.NodeCollection([b]), {"rule": "one_to_one", "make_symmetric": True},
                 {"synapse_model": "gap_junction", "weight": 0.3})
nest.Connect(cells, recorder)
built = time.perf_counter()
nest.Simulate(t_simulated)
done = time.perf_counter()
rate = recorder.n_events / n / (t_simulated - 50.0) * 1000.0
print(json.dumps({"build": built - start, "simulate": done - built, "rates": [rate], "connections": nest.num_connections}))
