"""Growth of a network by structural plasticity: M. Butz and A. van Ooyen, PLoS Comput. Biol. 9, e1003259 (2013).

``python plasticity_growth.py [scale]``: 800 excitatory and 200 inhibitory neurons at scale 1 begin without connections, and make
excitatory ones until their calcium reaches its target. Prints seconds, rates, and the final number of connections per neuron.
"""

import json
import sys
import time

import nest

scale = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
n, t_simulated, interval = [round(k * scale) for k in (800, 200)], 8000.0, 100.0

nest.ResetKernel()
nest.set_verbosity("M_ERROR")
nest.rng_seed = 31
start = time.perf_counter()
nest.structural_plasticity_update_interval = interval
nest.CopyModel("static_synapse", "excitatory", {"weight": 20.0, "delay": 1.0})
nest.CopyModel("static_synapse", "inhibitory", {"weight": -20.0, "delay": 1.0})
nest.structural_plasticity_synapses = {
    f"from_{kind}": {"synapse_model": kind, "pre_synaptic_element": f"axon_{kind}", "post_synaptic_element": f"dendrite_{kind}",
                     "allow_autapses": False} for kind in ("excitatory", "inhibitory")}
curve = {"growth_curve": "gaussian", "growth_rate": 0.004, "continuous": False, "eta": 0.0, "eps": 0.16}
neuron = {"tau_Ca": 1000.0, "beta_Ca": 0.01}
populations, recorders = [], []
for kind, size in zip(("excitatory", "inhibitory"), n):
    elements = {name: curve for name in (f"axon_{kind}", "dendrite_excitatory", "dendrite_inhibitory")}
    nodes, recorder = nest.Create("iaf_psc_alpha", size, neuron | {"synaptic_elements": elements}), nest.Create("spike_recorder", params={
        "start": t_simulated - 2000.0})
    noise = nest.Create("poisson_generator", params={"rate": 10000.0})
    nest.Connect(noise, nodes, syn_spec={"weight": 6.2, "delay": 1.0})
    nest.Connect(nodes, recorder)
    populations.append(nodes)
    recorders.append(recorder)
fixed = nest.num_connections
nest.EnableStructuralPlasticity()
built = time.perf_counter()
nest.Simulate(t_simulated)
done = time.perf_counter()
rates = [r.n_events / len(nodes) / 2.0 for r, nodes in zip(recorders, populations)]
calcium = [100.0 * sum(nodes.Ca) / len(nodes) for nodes in populations]  # beta_Ca tau_Ca = 10 ms: in 1/s
grown = [nest.GetDefaults(kind)["num_connections"] / sum(n) for kind in ("excitatory", "inhibitory")]
print(json.dumps({"build": built - start, "simulate": done - built, "rates": rates + calcium + grown, "connections": fixed}))
