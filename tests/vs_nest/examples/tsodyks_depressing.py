"""A depressing and a facilitating synapse: M. Tsodyks, A. Uziel and H. Markram, J. Neurosci. 20, RC50 (2000).

A regular train of spikes meets both; prints the peaks of the potentials as JSON.
"""

import json
import time

import nest
import numpy as np

nest.ResetKernel()
nest.set_verbosity("M_ERROR")
start = time.perf_counter()
neuron = {"tau_m": 40.0, "C_m": 40.0, "tau_syn_ex": 3.0, "tau_syn_in": 3.0, "V_th": 1000.0, "E_L": 0.0, "V_reset": 0.0, "V_m": 0.0}
cells = nest.Create("iaf_psc_exp", 2, neuron)
train = nest.Create("spike_generator", params={"spike_times": [50.0 * k for k in range(1, 12)] + [1100.0]})
relay = nest.Create("parrot_neuron")
nest.Connect(train, relay)
nest.CopyModel("tsodyks_synapse", "depressing", {"tau_psc": 3.0, "tau_rec": 800.0, "tau_fac": 0.0, "U": 0.5, "weight": 250.0})
nest.CopyModel("tsodyks_synapse", "facilitating", {"tau_psc": 3.0, "tau_rec": 130.0, "tau_fac": 530.0, "U": 0.03, "weight": 1540.0})
nest.Connect(relay, cells[0], syn_spec={"synapse_model": "depressing"})
nest.Connect(relay, cells[1], syn_spec={"synapse_model": "facilitating"})
meter = nest.Create("multimeter", params={"record_from": ["V_m"], "interval": 0.5})
nest.Connect(meter, cells)
built = time.perf_counter()
nest.Simulate(1200.0)
done = time.perf_counter()
events = meter.events
keep = events["times"] <= 1190.0
traces = [events["V_m"][keep & (events["senders"] == node)] for node in cells.tolist()]
peaks = [float(trace[100 * k:100 * k + 100].max()) for trace in traces for k in range(1, 12)]
print(json.dumps({"build": built - start, "simulate": done - built, "equal": np.round(peaks, 9).tolist(), "connections": nest.num_connections}))
