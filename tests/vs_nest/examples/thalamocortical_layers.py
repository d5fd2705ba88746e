"""Layers of a thalamocortical system in the manner of S. Hill and G. Tononi, J. Neurophysiol. 93, 1671 (2005), with ``ht_neuron``.

``python thalamocortical_layers.py [scale]``: on 8° × 8° lie 40 × 40 places at scale 1, each with two excitatory and one inhibitory
cortical neuron, a relay neuron and a reticular one; neurons of one place are layers of equal positions. A grating drifts over the
relay neurons. Prints seconds, rates, and the mean length of connections as JSON.
"""

import json
import sys
import time

import nest
import numpy as np

scale = float(sys.argv[1]) if len(sys.argv) > 1 else 0.25
n, size, t_simulated, t_start = round(40 * scale ** 0.5), 8.0, 600.0, 100.0
step = size / n  # between places

nest.ResetKernel()
nest.set_verbosity("M_ERROR")
nest.rng_seed = 1671
start = time.perf_counter()
excitatory = {"g_KL": 1.0, "g_NaL": 0.2, "theta_eq": -51.0, "tau_m": 16.0, "tau_theta": 2.0, "tau_spike": 1.75, "t_ref": 2.0}
inhibitory = excitatory | {"theta_eq": -53.0, "tau_m": 8.0, "tau_theta": 1.0, "tau_spike": 0.5, "t_ref": 1.0}
still = {"g_peak_NaP": 0.5, "g_peak_KNa": 0.5, "g_peak_T": 0.0, "g_peak_h": 0.0}
thalamic = {"g_peak_NaP": 0.0, "g_peak_KNa": 0.0, "g_peak_T": 1.0, "g_peak_h": 0.5, "theta_eq": -53.0, "tau_m": 8.0, "tau_theta": 0.75,
            "tau_spike": 0.75, "t_ref": 2.0}
models = {"cortex_exc": (2, excitatory | still), "cortex_inh": (1, inhibitory | still), "relay": (1, excitatory | thalamic),
          "reticular": (1, excitatory | thalamic | {"g_peak_h": 0.0})}
places = nest.spatial.grid([n, n], extent=[size, size], edge_wrap=True)
layers = {}
for name, (count, parameters) in models.items():
    nest.CopyModel("ht_neuron", name, parameters)
    layers[name] = [nest.Create(name, positions=places) for _ in range(count)]
receptors = nest.GetDefaults("ht_neuron")["receptor_types"]
nest.CopyModel("sinusoidal_poisson_generator", "retina", {"rate": 60.0, "amplitude": 55.0, "frequency": 4.0})
input_nodes = nest.Create("retina", positions=places)
input_nodes.phase = [360.0 * x / size for x, _ in nest.GetPosition(input_nodes)]
noise = nest.Create("poisson_generator", params={"rate": 400.0})

#: source, target, receptor, weight, radius in places, probability at the centre, width in places
connections = [
    ("cortex_exc", "cortex_exc", "AMPA", 0.6, 4, 0.4, 2.5), ("cortex_exc", "cortex_exc", "NMDA", 0.3, 4, 0.2, 2.5),
    ("cortex_exc", "cortex_inh", "AMPA", 0.8, 4, 0.4, 2.5),
    ("cortex_inh", "cortex_exc", "GABA_A", 1.0, 3, 0.5, 2.5), ("cortex_inh", "cortex_exc", "GABA_B", 0.3, 1, 0.3, 2.5),
    ("cortex_inh", "cortex_inh", "GABA_A", 1.0, 3, 0.4, 2.5),
    ("relay", "cortex_exc", "AMPA", 2.0, 2, 0.8, 2.0), ("relay", "cortex_inh", "AMPA", 2.0, 2, 0.6, 2.0),
    ("relay", "reticular", "AMPA", 2.0, 1, 1.0, 2.5), ("cortex_exc", "relay", "AMPA", 0.3, 2, 0.5, 2.5),
    ("cortex_exc", "reticular", "AMPA", 0.3, 2, 0.5, 2.5), ("reticular", "relay", "GABA_A", 1.0, 2, 0.5, 2.5),
    ("reticular", "reticular", "GABA_B", 0.5, 2, 0.5, 2.5)]
fixed = 0
for source, target, receptor, weight, radius, p, width in connections:
    profile = p * nest.spatial_distributions.gaussian(nest.spatial.distance, std=width * step)
    for pre in layers[source]:
        for post in layers[target]:
            nest.Connect(pre, post, {"rule": "pairwise_bernoulli", "p": profile, "mask": {"circular": {"radius": (radius + 0.1) * step}},
                                     "allow_autapses": False},
                         {"weight": weight, "delay": 1.0 + 0.5 * nest.spatial.distance, "receptor_type": receptors[receptor]})
for target, weight in (("cortex_exc", 1.0), ("cortex_inh", 1.0), ("relay", 1.0), ("reticular", 1.0)):
    for post in layers[target]:
        nest.Connect(noise, post, syn_spec={"weight": weight, "delay": 1.0, "receptor_type": receptors["AMPA"]})
        fixed += len(post)
nest.Connect(input_nodes, layers["relay"][0], "one_to_one", {"weight": 5.0, "delay": 1.0, "receptor_type": receptors["AMPA"]})
recorders = {name: nest.Create("spike_recorder", params={"start": t_start}) for name in layers}
for name, parts in layers.items():
    for part in parts:
        nest.Connect(part, recorders[name])
built = time.perf_counter()
nest.Simulate(t_simulated)
done = time.perf_counter()
rates = [recorders[name].n_events / sum(map(len, parts)) / (t_simulated - t_start) * 1000.0 for name, parts in layers.items()]
lengths = [float(np.mean(nest.GetConnections(layers[a][0], layers[b][0]).distance)) for a, b in (("cortex_exc", "cortex_inh"), ("relay", "cortex_exc"))]
per_neuron = [len(nest.GetConnections(layers[a][0], layers[b][0])) / n ** 2 for a, b, *_ in connections]
print(json.dumps({"build": built - start, "simulate": done - built, "rates": rates + per_neuron, "lengths": lengths, "connections": fixed}))
