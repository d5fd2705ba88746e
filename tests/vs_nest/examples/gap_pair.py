"""Two interneurons that fall into step through a gap junction: Mancilla et al., J. Neurosci. 27, 2058 (2007).

``python gap_pair.py``. Prints seconds, and as JSON the spike times (ms) and the last voltages (mV).
"""

import json
import time

import nest

nest.ResetKernel()
nest.set_verbosity("M_ERROR")
nest.set(resolution=0.02, use_wfr=True, wfr_interpolation_order=3, wfr_tol=1e-7, wfr_max_iterations=50)
start = time.perf_counter()
cells = nest.Create("hh_psc_alpha_gap", 2, {"I_e": 100.0})
cells[0].V_m = -10.0
nest.Connect(cells[0], cells[1], {"rule": "one_to_one", "make_symmetric": True}, {"synapse_model": "gap_junction", "weight": 0.5})
recorder = nest.Create("spike_recorder")
nest.Connect(cells, recorder)
built = time.perf_counter()
nest.Simulate(351.0)
done = time.perf_counter()
print(json.dumps({"build": built - start, "simulate": done - built, "connections": nest.num_connections,
                  "times": recorder.events["times"].tolist(), "voltages": list(cells.V_m)}))
