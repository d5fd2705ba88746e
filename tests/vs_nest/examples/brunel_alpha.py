"""Balanced random network with alpha-shaped currents, in the asynchronous irregular state of Brunel (2000).

``python brunel_alpha.py [scale]``: 12,500 neurons with 1,250 inputs each at scale 1. Prints seconds and rates as JSON.
"""

import json
import math
import sys
import time

import nest

scale = float(sys.argv[1]) if len(sys.argv) > 1 else 0.2
g, eta, J, delay, epsilon = 5.0, 2.0, 0.1, 1.5, 0.1
tau_m, tau_syn, C_m, theta, t_simulated = 20.0, 0.5, 250.0, 20.0, 500.0
NE, NI = int(10000 * scale), int(2500 * scale)
CE, CI = int(epsilon * NE), int(epsilon * NI)


def peak_of_psp():
    """Largest potential that a current with peak 1 pA causes, mV."""
    b = 1.0 / tau_syn - 1.0 / tau_m
    t = max((0.001 * k for k in range(1, 20000)), key=lambda t: potential(t, b))
    return potential(t, b)


def potential(t, b):
    return math.e / (tau_syn * C_m) * (math.exp(-t / tau_m) - math.exp(-t / tau_syn) * (1 + b * t)) / b ** 2


nest.ResetKernel()
nest.set_verbosity("M_ERROR")
nest.rng_seed = 12345
start = time.perf_counter()
J_ex = J * (1000 / CE) ** 0.5 / peak_of_psp()
neuron = {"C_m": C_m, "tau_m": tau_m, "tau_syn_ex": tau_syn, "tau_syn_in": tau_syn, "t_ref": 2.0, "E_L": 0.0, "V_reset": 0.0,
          "V_m": 0.0, "V_th": theta}
excitatory, inhibitory = nest.Create("iaf_psc_alpha", NE, neuron), nest.Create("iaf_psc_alpha", NI, neuron)
nodes = excitatory + inhibitory
nodes.V_m = nest.random.uniform(0.0, theta)
rate = eta * theta * C_m / (J_ex * math.e * tau_m * tau_syn) * 1000.0
noise = nest.Create("poisson_generator", params={"rate": rate})
recorders = [nest.Create("spike_recorder", params={"start": 100.0}) for _ in range(2)]
nest.CopyModel("static_synapse", "excitatory", {"weight": J_ex, "delay": delay})
nest.CopyModel("static_synapse", "inhibitory", {"weight": -g * J_ex, "delay": delay})
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
