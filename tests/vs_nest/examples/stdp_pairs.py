"""Change of a synapse by pairs of spikes: G. Bi and M. Poo, J. Neurosci. 18, 10464 (1998), with ``stdp_synapse``.

Sixty pairs at 1 Hz for each time difference; prints the relative change of the weight as JSON.
"""

import json
import time

import nest

differences = [float(d) for d in range(-50, 51, 10)]
n_pairs, period, dendritic = 60, 1000.0, 1.0

nest.ResetKernel()
nest.set_verbosity("M_ERROR")
start = time.perf_counter()
pre, post = [], []
times = [100.0 + period * k for k in range(n_pairs)]
sent = nest.Create("spike_generator", len(differences), [{"spike_times": times} for _ in differences])
fired = nest.Create("spike_generator", len(differences), [{"spike_times": [t + d for t in times]} for d in differences])
pre, post = nest.Create("parrot_neuron", len(differences)), nest.Create("parrot_neuron", len(differences))
nest.Connect(sent, pre, "one_to_one")
nest.Connect(fired, post, "one_to_one")
# parrots pass on what arrives at receptor 0; receptor 1 hears without passing on
nest.CopyModel("stdp_synapse", "pair", {"weight": 5.0, "lambda": 0.01, "alpha": 1.05, "mu_plus": 0.0, "mu_minus": 0.0, "Wmax": 10.0})
nest.Connect(pre, post, "one_to_one", {"synapse_model": "pair", "delay": dendritic, "receptor_type": 1})
built = time.perf_counter()
nest.Simulate(times[-1] + 500.0)
done = time.perf_counter()
weights = nest.GetConnections(synapse_model="pair").weight
print(json.dumps({"build": built - start, "simulate": done - built, "equal": weights, "connections": nest.num_connections}))
