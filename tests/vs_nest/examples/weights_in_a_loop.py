"""A loop that runs, looks at weights and changes them: STDP with a weight recorder, receptors, errors that a script expects.

Everything is deterministic. Prints weights, spikes and what the calls gave as JSON.
"""

import json
import time

import nest
import numpy as np

nest.ResetKernel()
nest.set_verbosity("M_ERROR")
start = time.perf_counter()
nest.resolution = 0.1
pre, post = nest.Create("parrot_neuron", 2), nest.Create("iaf_psc_exp", 2, {"tau_m": 15.0, "tau_syn_ex": 2.0, "V_th": [-50.0, -52.0]})
trains = nest.Create("spike_generator", 2, params=[{"spike_times": np.arange(first, 400.0, 20.0)} for first in (10.0, 15.0)])
nest.Connect(trains, pre, "one_to_one", {"delay": 0.1})
sent = nest.Create("weight_recorder")
nest.CopyModel("stdp_synapse", "recorded", {"weight_recorder": sent, "Wmax": 6000.0, "lambda": 0.05})
nest.Connect(pre, post, "all_to_all", {"synapse_model": "recorded", "weight": 2600.0, "delay": 1.0})
spikes, volts = nest.Create("spike_recorder"), nest.Create("voltmeter", params={"interval": 5.0})
nest.Connect(post, spikes)
nest.Connect(volts, post)
plastic = nest.GetConnections(pre, post)
built = time.perf_counter()

history = []
with nest.RunManager():
    for k in range(8):
        nest.Run(50.0)
        history += nest.GetStatus(plastic, "weight")
        if k == 3:
            plastic[0].set(weight=1500.0)
            plastic.set([{"weight": weight * 0.9} for weight in plastic.weight])

several = nest.Create("iaf_psc_exp_multisynapse", 2, {"tau_syn": [1.0, 5.0, 20.0], "I_e": 200.0})
for weight, receptor in ((30.0, 1), (20.0, 2), (-10.0, 3)):
    nest.Connect(pre, several, syn_spec={"synapse_model": "static_synapse", "weight": weight, "receptor_type": receptor, "delay": 1.0})
nest.Simulate(100.0)
done = time.perf_counter()

nest.SetStatus(post, {"I_e": 100.0})
nest.SetStatus(post, [{"C_m": 200.0}, {"C_m": 210.0}])
first, second = post
first.V_th = -45.0
errors = []
for wrong in (lambda: nest.Connect(pre, post, syn_spec={"wight": 3.0}), lambda: nest.Create("iaf_psc_alhpa"), lambda: post.set(V_tm=3.0)):
    try:
        wrong()
    except nest.NESTError as error:
        errors.append(type(error).__name__)
events = sent.events
order = np.lexsort((events["targets"], events["senders"], np.round(events["times"] * 10)))
same = {"keys": sorted(events), "post": post.get(["V_th", "I_e", "C_m"]), "json": json.loads(post.get(["V_th", "I_e"], output="json")),
        "nodes": nest.GetNodes({"model": "parrot_neuron"}).tolist(), "found": nest.NodeCollection([3, 4]) == post, "errors": errors,
        "receptors": nest.GetConnections(pre, several).get(["target", "receptor", "weight"]), "sources": [c.source for c in plastic],
        "ids": [node.get("global_id") for node in post], "keys of a connection": sorted(nest.GetStatus(plastic)[0])[:6]}
equal = [*history, *sorted(spikes.events["times"]), *np.array(events["weights"])[order].tolist(), *several.V_m, nest.biological_time]
print(json.dumps({"build": built - start, "simulate": done - built, "equal": equal, "connections": nest.num_connections, "same": same},
                 default=lambda o: o.tolist()))
