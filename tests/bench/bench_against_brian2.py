"""Is the balanced random network of 12,500 neurons with 1,250 inputs each faster than in Brian2's C++ standalone mode?

The networks of bench_balanced_network.py for 1 s, one thread each; seconds of the main loop (Brian2: as its program reports them,
without its compilation). The environment variable BRIAN_PYTHON names an interpreter that has Brian2 (it may need an older NumPy than
this one) and a C++ compiler. ``bench_against_brian2.py [iaf_psc_alpha|iaf_psc_delta]``.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile

import numpy as np
from bench_balanced_network import (
    DEGREE_E,
    DEGREE_I,
    DELAY,
    DURATION,
    N_E,
    N_I,
    NEURON,
    TAU_SYN,
    G,
    ours,
    setting,
)


def brian(model: str) -> dict:
    import brian2 as b
    _, weight, rate = setting(model)
    b.prefs.devices.cpp_standalone.openmp_threads = 0
    b.set_device("cpp_standalone", build_on_run=False)
    b.defaultclock.dt = 0.1 * b.ms
    tau, C = NEURON["tau_m"], NEURON["C_m"]  # numbers in ms and pF, so that the equations are those of the other bench
    if model == "iaf_psc_delta":
        equations, jump = f"dv/dt = -v / {tau} / ms : 1 (unless refractory)", "v_post += {}"
    else:
        equations = f"""dv/dt = (-v / {tau} + g / {C}) / ms : 1 (unless refractory)
                        dg/dt = (x - g / {TAU_SYN}) / ms : 1
                        dx/dt = -x / {TAU_SYN} / ms : 1"""
        jump = f"x_post += {{}} * exp(1) / {TAU_SYN}"
    cells = b.NeuronGroup(N_E + N_I, equations, threshold=f"v > {NEURON['V_th']}", reset=f"v = {NEURON['V_reset']}",
                          refractory=NEURON["t_ref"] * b.ms, method="exact")
    objects = [cells]
    rng = np.random.default_rng(1)
    for first, n, degree, w in ((0, N_E, DEGREE_E, weight), (N_E, N_I, DEGREE_I, -G * weight)):
        sources = rng.integers(first, first + n, (N_E + N_I) * degree)
        targets = np.repeat(np.arange(N_E + N_I), degree)
        synapses = b.Synapses(cells, cells, on_pre=jump.format(repr(w)), delay=DELAY * b.ms)
        synapses.connect(i=sources, j=targets)
        objects.append(synapses)
    target = "v" if model == "iaf_psc_delta" else "x"
    kick = weight if model == "iaf_psc_delta" else weight * 2.718281828459045 / TAU_SYN
    objects.append(b.PoissonInput(cells, target, 1000, rate / 1000 * b.Hz, weight=kick))
    monitor = b.SpikeMonitor(cells)
    network = b.Network(*objects, monitor)
    network.run(DURATION * b.ms)
    with tempfile.TemporaryDirectory() as folder:
        b.device.build(directory=folder, run=True, with_output=False)
        return {"seconds": b.device._last_run_time, "spikes": int(monitor.num_spikes)}


def main() -> None:
    model = next((a for a in sys.argv[1:] if not a.startswith("--")), "iaf_psc_alpha")
    if "--brian" in sys.argv:
        print(json.dumps(brian(model)))
        return
    own = ours(model)
    print(f"{model}: {own['seconds']:.2f} s, {own['spikes'] / (N_E + N_I) / DURATION * 1000:.1f} Hz")
    python = os.environ.get("BRIAN_PYTHON", sys.executable)
    if subprocess.run([python, "-c", "import brian2"], capture_output=True, check=False).returncode:
        print("Brian2 is not installed: no ratio. Set BRIAN_PYTHON to an interpreter that has it.")
        return
    run = subprocess.run([python, __file__, "--brian", model], capture_output=True, text=True, check=True)
    theirs = json.loads(run.stdout.strip().splitlines()[-1])
    print(f"Brian2: {theirs['seconds']:.2f} s, {theirs['spikes'] / (N_E + N_I) / DURATION * 1000:.1f} Hz; "
          f"{theirs['seconds'] / own['seconds']:.1f} × faster")


if __name__ == "__main__":
    main()
