"""One rule for all: spikes have stamps in (start, stop], currents move potentials in (start + d, stop + d]; origin shifts both.

NEST's own windows differ from it by a step for many generators (simulation.md, 3); here all are alike.
"""

import numpy as np
import pytest

from tests.reference.plain_network import PlainNetwork

EVERY_STEP = {
    "poisson_generator": {"rate": 5e4}, "poisson_generator_ps": {"rate": 5e4},
    "sinusoidal_poisson_generator": {"rate": 5e4},
    "sinusoidal_poisson_generator shared": {"rate": 5e4, "individual_spike_trains": False},
    "inhomogeneous_poisson_generator": {"rate_times": [0.1], "rate_values": [5e4]},
    "sinusoidal_gamma_generator": {"rate": 5e4, "order": 2.0},
    "sinusoidal_gamma_generator shared": {"rate": 5e4, "order": 2.0, "individual_spike_trains": False},
    "gamma_sup_generator": {"rate": 5e3, "gamma_shape": 2, "n_proc": 10}, "ppd_sup_generator": {"rate": 1e3, "n_proc": 50},
    "mip_generator": {"rate": 1e5, "p_copy": 0.5},
    "pulsepacket_generator": {"pulse_times": [k / 10 for k in range(100)], "activity": 1},
    "spike_generator": {"spike_times": [k / 10 for k in range(1, 100)]},
    "spike_train_injector": {"spike_times": [k / 10 for k in range(1, 100)]},
}
WINDOWS = [({"start": 2.0, "stop": 3.0}, 21, 30), ({}, 1, 80), ({"start": 2.0, "stop": 2.0}, None, None),
           ({"start": 0.5, "stop": 1.5, "origin": 1.5}, 21, 30), ({"start": -5.0, "stop": 1.0}, 1, 10)]


def stamps(model, parameters, parts):
    """All stamps of spikes that 60 targets are sent."""
    net = PlainNetwork(seed=2)
    parrots = net.create("parrot_neuron", 60)
    net.connect(net.create(model.split()[0], **parameters), parrots, delay=0.3)
    net.record(parrots, "spikes")
    return np.unique(np.concatenate([net.simulate(t).spikes["spikes"].steps for t in parts]) - 3)


@pytest.mark.parametrize("parts", [(8.3,), (2.0, 0.1, 0.9, 5.3)])
@pytest.mark.parametrize("window, first, last", WINDOWS)
@pytest.mark.parametrize("model", EVERY_STEP)
def test_spikes_have_stamps_after_start_and_up_to_stop(model, window, first, last, parts):
    if "spike_" in model and "origin" in window:  # the origin shifts given times, too
        first, last = 21, 30
    wanted = [] if first is None else list(range(first, last + 1))
    found = stamps(model, EVERY_STEP[model] | window, parts)
    if model.endswith("shared") or model == "pulsepacket_generator":  # not in every step
        assert set(found) <= set(wanted) and (not wanted or len(found) >= 0.9 * len(wanted))
    else:
        assert found.tolist() == wanted


CURRENTS = {"dc_generator": {"amplitude": 10.0}, "ac_generator": {"offset": 10.0, "amplitude": 5.0, "frequency": 100.0},
            "step_current_generator": {"amplitude_times": [0.1], "amplitude_values": [10.0]},
            "noise_generator": {"mean": 50.0, "std": 1.0, "dt": 0.3}}


@pytest.mark.parametrize("parts", [(8.0,), (2.0, 0.1, 0.9, 5.0)])
@pytest.mark.parametrize("window, first, last", [
    ({"start": 2.0, "stop": 3.0}, 20, 29), ({"start": 0.5, "stop": 1.5, "origin": 1.5}, 20, 29), ({"stop": 1.0}, 1, 9),
    ({"start": 2.0, "stop": 2.0}, 0, -1)])
@pytest.mark.parametrize("model", CURRENTS)
def test_currents_move_potentials_after_start_and_up_to_stop(model, window, first, last, parts):
    """A current with stamp s and delay d acts in the step that ends at s + d + h."""
    net = PlainNetwork()
    cell = net.create("iaf_psc_delta", tau_m=1e9, C_m=1.0, V_th=1e12)
    device = net.create(model, **CURRENTS[model], **window)
    net.connect(device, cell, delay=0.7)
    net.record(cell, "V_m", interval=0.1, dtype="f8")
    net.record(device, "I", interval=0.1, dtype="f8")
    runs = [net.simulate(t) for t in parts]
    V, current = (np.concatenate([r.traces[v].variables[v][:, 0] for r in runs]) for v in ("V_m", "I"))
    active = (np.flatnonzero(current) + 1).tolist()
    assert active == list(range(first, last + 1))
    moved = np.flatnonzero(np.abs(np.diff(np.concatenate([[-70.0], V]))) > 1e-3) + 1
    assert moved.tolist() == [s + 8 for s in active]
