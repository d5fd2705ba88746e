"""The cortical microcircuit of Potjans and Diesmann, Cerebral Cortex 24, 785 (2014): eight populations in four layers.

``python microcircuit.py [scale]``: numbers of neurons and of inputs are scaled alike; what is lost of the input's mean is
replaced by a current, and weights grow by the square root. Prints seconds and rates as JSON.
"""

import json
import sys
import time

import nest
import numpy as np

scale = float(sys.argv[1]) if len(sys.argv) > 1 else 0.1
t_simulated = 600.0
N_full = np.array([20683, 5834, 21915, 5479, 4850, 1065, 14395, 2948])
K_ext = np.array([1600, 1500, 2100, 1900, 2000, 1900, 2900, 2100])
mean_rates = np.array([0.903, 2.965, 4.414, 5.876, 7.569, 8.633, 1.105, 7.829])  # of the full network, in 1/s
P = np.array([[0.1009, 0.1689, 0.0437, 0.0818, 0.0323, 0.0, 0.0076, 0.0],
              [0.1346, 0.1371, 0.0316, 0.0515, 0.0755, 0.0, 0.0042, 0.0],
              [0.0077, 0.0059, 0.0497, 0.1350, 0.0067, 0.0003, 0.0453, 0.0],
              [0.0691, 0.0029, 0.0794, 0.1597, 0.0033, 0.0, 0.1057, 0.0],
              [0.1004, 0.0622, 0.0505, 0.0057, 0.0831, 0.3726, 0.0204, 0.0],
              [0.0548, 0.0269, 0.0257, 0.0022, 0.0600, 0.3158, 0.0086, 0.0],
              [0.0156, 0.0066, 0.0211, 0.0166, 0.0572, 0.0197, 0.0396, 0.2252],
              [0.0364, 0.0010, 0.0034, 0.0005, 0.0277, 0.0080, 0.0658, 0.1443]])
w, g, bg_rate, tau_syn = 87.8, -4.0, 8.0, 0.5

nest.ResetKernel()
nest.set_verbosity("M_ERROR")
nest.rng_seed = 55
start = time.perf_counter()
pairs = np.outer(N_full, N_full)
synapses = np.log(1 - P) / np.log(1 - 1 / pairs)  # in the full network, by target and source
weights = np.where(np.arange(8) % 2, g * w, w) * np.ones((8, 1))
weights[0, 2] *= 2
scaled = weights / np.sqrt(scale)
N = np.round(N_full * scale).astype(int)
numbers = np.round(synapses * scale ** 2).astype(int)
inputs = synapses / N_full[:, None]
current = tau_syn * 1e-3 * (1 - np.sqrt(scale)) * ((inputs * weights * mean_rates).sum(axis=1) + K_ext * w * bg_rate)
neuron = {"C_m": 250.0, "tau_m": 10.0, "tau_syn_ex": tau_syn, "tau_syn_in": tau_syn, "t_ref": 2.0, "E_L": -65.0, "V_reset": -65.0,
          "V_th": -50.0}
populations, recorders = [], []
for n, i_e, k in zip(N, current, K_ext):
    nodes = nest.Create("iaf_psc_exp", int(n), neuron | {"I_e": float(i_e), "V_m": nest.random.normal(-58.0, 10.0)})
    noise, recorder = nest.Create("poisson_generator", params={"rate": bg_rate * k * scale}), nest.Create("spike_recorder", params={"start": 100.0})
    nest.Connect(noise, nodes, syn_spec={"weight": w / np.sqrt(scale), "delay": 1.5})
    nest.Connect(nodes, recorder)
    populations.append(nodes)
    recorders.append(recorder)
for i, target in enumerate(populations):
    for j, source in enumerate(populations):
        if numbers[i, j] == 0:
            continue
        size = abs(scaled[i, j])
        draw = nest.math.redraw(nest.random.normal(size, 0.1 * size), 0.0, 1e6)
        delay = 0.8 if j % 2 else 1.5
        nest.Connect(source, target, {"rule": "fixed_total_number", "N": int(numbers[i, j])},
                     {"weight": draw * float(np.sign(scaled[i, j])),
                      "delay": nest.math.redraw(nest.random.normal(delay, 0.5 * delay), 0.1, 100.0)})
built = time.perf_counter()
nest.Simulate(t_simulated)
done = time.perf_counter()
rates = [r.n_events / len(nodes) / (t_simulated - 100.0) * 1000.0 for r, nodes in zip(recorders, populations)]
print(json.dumps({"build": built - start, "simulate": done - built, "rates": rates, "connections": nest.num_connections}))
