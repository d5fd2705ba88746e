"""Balanced random network with delta synapses: N. Brunel, J. Comput. Neurosci. 8, 183 (2000), asynchronous irregular state.

``python brunel_delta.py [scale]``: 12,500 neurons with 1,250 inputs each at scale 1. Prints seconds and rates as JSON.
"""

import json
import sys
import time

import nest

scale = float(sys.argv[1]) if len(sys.argv) > 1 else 0.2
g, eta, J, delay, epsilon = 5.0, 2.0, 0.1, 1.5, 0.1
tau_m, theta, t_simulated = 20.0, 20.0, 500.0
NE, NI = int(10000 * scale), int(2500 * scale)
CE, CI = int(epsilon * NE), int(epsilon * NI)
J_scaled = J * (1000 / CE) ** 0.5

nest.ResetKernel()
nest.set_verbosity("M_ERROR")
nest.rng_seed = 12345
start = time.perf_counter()
neuron = {"C_m": 1.0, "tau_m": tau_m, "t_ref": 2.0, "E_L": 0.0, "V_reset": 10.0, "V_m": 0.0, "V_th": theta}
nest.CopyModel("iaf_psc_delta", "brunel_neuron", neuron)
excitatory, inhibitory = nest.Create("brunel_neuron", NE), nest.Create("brunel_neuron", NI)
nodes = excitatory + inhibitory
nodes.V_m = nest.random.uniform(0.0, theta)
rate = eta * theta / (J_scaled * CE * tau_m) * 1000.0 * CE
noise = nest.Create("poisson_generator", params={"rate": rate})
recorders = [nest.Create("spike_recorder", params={"start": 100.0}) for _ in range(2)]
nest.CopyModel("static_synapse", "excitatory", {"weight": J_scaled, "delay": delay})
nest.CopyModel("static_synapse", "inhibitory", {"weight": -g * J_scaled, "delay": delay})
nest.Connect(noise, nodes, syn_spec="excitatory")
nest.Connect(excitatory, nodes, {"rule": "fixed_indegree", "indegree": CE}, "excitatory")
nest.Connect(inhibitory, nodes, {"rule": "fixed_indegree", "indegree": CI}, "inhibitory")
nest.Connect(excitatory[:min(NE, 1000)], recorders[0])
nest.Connect(inhibitory[:min(NI, 1000)], recorders[1])
built = time.perf_counter()
nest.Simulate(t_simulated)
done = time.perf_counter()
rates = [r.n_events / min(n, 1000) / (t_simulated - 100.0) * 1000.0 for r, n in zip(recorders, (NE, NI))]
print(json.dumps({"build": built - start, "simulate": done - built, "rates": rates, "connections": nest.num_connections}))
