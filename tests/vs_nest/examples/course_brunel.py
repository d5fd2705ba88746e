"""A balanced network as courses write it: defaults, ``GetStatus`` and ``SetStatus``, multimeter, raster plots, tables of connections.

N. Brunel, J. Comput. Neurosci. 8, 183 (2000). Prints rates and what the calls gave as JSON.
"""

import json
import sys
import time

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import nest
import numpy as np

order = int(400 * float(sys.argv[1])) if len(sys.argv) > 1 else 400
NE, NI = 4 * order, order
CE, CI = int(0.1 * NE), int(0.1 * NI)
J, g, eta, delay, theta, tau = 0.5, 5.0, 2.0, 1.5, 20.0, 20.0

nest.ResetKernel()
nest.set_verbosity("M_ERROR")
start = time.perf_counter()
nest.SetKernelStatus({"local_num_threads": 1, "resolution": 0.1, "rng_seed": 55, "print_time": False, "overwrite_files": True})
nest.SetDefaults("iaf_psc_delta", {"C_m": 1.0, "tau_m": tau, "t_ref": 2.0, "E_L": 0.0, "V_reset": 0.0, "V_m": 0.0, "V_th": theta})
nest.SetDefaults("poisson_generator", {"rate": 1000.0 * eta * theta / (J * tau)})
excitatory, inhibitory = nest.Create("iaf_psc_delta", NE), nest.Create("iaf_psc_delta", NI)
noise, espikes, ispikes = nest.Create("poisson_generator"), nest.Create("spike_recorder"), nest.Create("spike_recorder")
meter = nest.Create("multimeter", params={"interval": 0.5, "record_from": ["V_m"]})
espikes.set(label="brunel-ex", record_to="memory")
nest.SetStatus(ispikes, [{"label": "brunel-in", "record_to": "memory"}])
for k, neuron in enumerate(excitatory[:5]):
    neuron.set({"V_m": 2.0 * k})
nest.SetStatus(inhibitory, "V_m", np.linspace(0, 10, NI).tolist())
nest.CopyModel("static_synapse", "excitatory", {"weight": J, "delay": delay})
nest.CopyModel("static_synapse", "inhibitory", {"weight": -g * J, "delay": delay})
nest.Connect(noise, excitatory, syn_spec="excitatory")
nest.Connect(noise, inhibitory, syn_spec="excitatory")
nest.Connect(excitatory[:50], espikes, syn_spec="excitatory")
nest.Connect(inhibitory[:25], ispikes, syn_spec="excitatory")
nest.Connect(meter, excitatory[:3])
nest.Connect(excitatory, excitatory + inhibitory, {"rule": "fixed_indegree", "indegree": CE}, "excitatory")
nest.Connect(inhibitory, excitatory + inhibitory, {"rule": "fixed_indegree", "indegree": CI}, "inhibitory")
built = time.perf_counter()
nest.Simulate(500.0)
done = time.perf_counter()

status = meter.get()
plt.figure()
plt.plot(status["events"]["times"], status["events"]["V_m"])
events = espikes.get("events")
plt.figure()
plt.plot(events["times"], events["senders"], ".")
nest.raster_plot.from_device(espikes, hist=True)
nest.raster_plot.from_device(ispikes, hist=False, title="inhibitory")
frame = nest.GetConnections(excitatory[:10], inhibitory).get(["source", "target", "weight", "delay"], output="pandas")
ends = nest.GetStatus(nest.GetConnections(excitatory[:2]), ["source", "target"])
volts = meter.get("events", ["times", "V_m"], output="pandas")
equal = {"synapses": nest.GetDefaults("excitatory")["num_connections"] + nest.GetDefaults("inhibitory")["num_connections"],
         "frame": [*frame.columns, *map(str, frame.dtypes), frame.index.name, float(frame.weight.mean())], "volts": [*volts.columns, *volts.shape],
         "types": [type(ends).__name__, type(ends[0]).__name__, *(str(events[k].dtype) for k in sorted(events))],
         "network": [nest.network_size, nest.min_delay, espikes.label, ispikes.get("label"), list(inhibitory[:3].get("tau_m"))]}
print(json.dumps({"build": built - start, "simulate": done - built, "rates": [espikes.n_events / 50 / 0.5, ispikes.n_events / 25 / 0.5],
                  "connections": nest.num_connections, "same": equal}))
