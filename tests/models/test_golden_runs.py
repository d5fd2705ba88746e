"""One neuron of every model against spike times and potentials printed by NEST 3.10; NEST is not needed.

One neuron, h = 0.1 ms, 102 ms. A dc_generator from 10 to 90 ms, and spikes at 2 and 4 ms, with a delay of 1 ms each; what is not said
has its default. Recorded are the potential and the spikes.
"""

from dataclasses import dataclass, field

import pytest

from spatialnet.models import get_model
from tests.reference.plain_network import PlainNetwork

H = 0.1


@dataclass
class Golden:
    """A model, what is changed, the drive, and what NEST prints: V at 6 and 100 ms, the number of spikes and the first four."""

    model: str
    current: float  # pA
    weight: float
    V_at_6: float
    V_at_100: float
    n_spikes: int
    spikes: list[float]
    parameters: dict = field(default_factory=dict)
    receptor: int = 0
    current_receptor: int = 0
    variable: str = "V_m"
    above: float = 0.0  # added to our potential: NEST records some relative to E_L

    def __str__(self):
        return "-".join([self.model, *self.parameters])


GOLDEN = [
    Golden("iaf_psc_alpha", 400, 200, -67.923054, -63.98290, 2, [33.3, 63.1]),
    Golden("iaf_psc_exp", 400, 200, -68.368010, -64.23023, 2, [37.4, 67.2]),
    Golden("iaf_psc_delta", 400, 2, -66.708689, -64.23023, 2, [37.4, 67.2]),
    Golden("iaf_cond_exp", 300, 20, -68.046518, -63.98954, 4, [36.7, 53.5, 70.3, 87.1]),
    Golden("iaf_cond_alpha", 300, 20, -64.852910, -63.43966, 4, [34.4, 51.2, 68.0, 84.8]),
    Golden("iaf_cond_beta", 300, 20, -64.852910, -63.43966, 4, [34.4, 51.2, 68.0, 84.8]),
    Golden("iaf_cond_exp_sfa_rr", 900, 5, -67.907949, -69.99967, 5, [15.8, 29.7, 45.4, 64.0]),
    Golden("iaf_chxk_2008", 2000, 20, -56.016735, -54.68042, 4, [21.9174, 39.9875, 58.1228, 76.2011]),
    # NEST moves recorded spikes by what they open of NMDA channels: 35.8516, 52.1012, 68.1109, 84.0453
    Golden("iaf_bw_2001", 500, 5, -68.489290, -62.26320, 4, [36.5, 52.4, 68.3, 84.2], receptor=1),
    Golden("aeif_cond_exp", 900, 10, -69.774912, -68.40439, 4, [25.0, 37.3, 53.0, 73.9]),
    Golden("aeif_cond_alpha", 900, 10, -68.379714, -68.37245, 4, [24.7, 37.0, 52.8, 73.7]),
    Golden("aeif_psc_exp", 900, 200, -70.364672, -68.41681, 4, [25.1, 37.4, 53.1, 74.0]),
    Golden("aeif_psc_alpha", 900, 200, -69.959724, -68.40784, 4, [25.0, 37.3, 53.0, 73.9]),
    Golden("aeif_psc_delta", 900, 2, -67.351345, -68.35213, 4, [24.5, 36.9, 52.6, 73.5]),
    Golden("izhikevich", 10, 5, -67.289785, -80.05464, 3, [15.1, 37.9, 83.0]),
    Golden("izhikevich", 10, 5, -70.972067, -80.02611, 3, [15.0, 37.6, 82.7], {"consistent_integration": False}),
    Golden("hh_psc_alpha", 700, 100, -64.451453, -65.10281, 5, [13.8, 31.1, 48.2, 65.4]),
    Golden("hh_cond_exp_traub", 600, 2, -55.684806, -59.87183, 8, [7.6, 19.3, 29.9, 40.6]),
    Golden("hh_cond_beta_gap_traub", 900, 2, -58.215978, -65.16393, 8, [15.1, 25.4, 35.7, 46.1]),
    Golden("hh_psc_alpha_gap", 200, 50, -68.657809, -72.28533, 4, [16.7, 29.8, 47.9, 71.3]),
    Golden("ht_neuron", 20, 1, -66.226754, -61.80174, 12, [21.8, 27.4, 33.0, 38.6], receptor=1),
    Golden("iaf_cond_alpha_mc", 800, 20, -69.330180, -64.31142, 25, [13.7, 16.9, 20.1, 23.3], receptor=3, current_receptor=7,
           variable="V_m.s"),
    Golden("iaf_psc_exp_multisynapse", 400, 200, -67.775094, -63.94089, 2, [32.4, 62.2], {"tau_syn": [1.0, 5.0]}, receptor=2),
    Golden("iaf_psc_exp_htum", 400, 200, 1.631990, 5.76977, 2, [37.4, 67.2], {"t_ref_abs": 2.0, "t_ref_tot": 5.0}, above=70.0),
    # NEST moves recorded spikes by the factor that they carry: 37.3554, 67.1161
    Golden("iaf_tum_2000", 400, 200, -68.368010, -64.23023, 2, [37.4, 67.2]),
    Golden("mat2_psc_exp", 500, 100, -68.812655, -65.86753, 3, [18.1, 40.1, 67.4]),
    Golden("amat2_psc_exp", 300, 100, -69.317784, -63.90343, 6, [37.1, 48.6, 59.7, 70.7], {"beta": 0.5, "omega": -60.0}),
    Golden("iaf_chs_2007", 0, 1.5, -1.173252, -0.00421, 1, [5.8]),
    Golden("iaf_psc_alpha_multisynapse", 400, 200, -68.625781, -64.18734, 3, [16.0, 37.0, 66.6], {"tau_syn": [1.0, 5.0]}, receptor=2),
    Golden("iaf_psc_alpha_ps", 400, 200, -67.923054, -63.97502, 2, [33.2113, 62.9372]),
    Golden("iaf_psc_exp_ps", 400, 200, -68.368010, -64.22431, 2, [37.3932, 67.1191]),
    Golden("iaf_psc_delta_ps", 400, 2, -66.708689, -64.22431, 2, [37.3932, 67.1191]),
    Golden("aeif_cond_alpha_multisynapse", 900, 10, -64.525244, -68.06115, 4, [22.5, 34.8, 50.6, 71.5],
           {"E_rev": [0.0, -85.0], "tau_syn": [1.0, 5.0]}, receptor=1),
    Golden("aeif_cond_beta_multisynapse", 900, 10, -65.155298, -68.18829, 4, [23.3, 35.7, 51.4, 72.4],
           {"E_rev": [0.0, -85.0], "tau_rise": [0.5, 1.0], "tau_decay": [1.0, 5.0]}, receptor=1),
    Golden("glif_psc", 300, 50, -76.774382, -76.45207, 5, [21.6, 37.4, 53.2, 69.0], receptor=1),
    Golden("glif_psc", 300, 50, -76.774382, -74.21605, 2, [22.8, 58.3],
           {"spike_dependent_threshold": True, "after_spike_currents": True, "adapting_threshold": True}, receptor=1),
    Golden("glif_cond", 300, 2, -76.657693, -77.53586, 5, [22.8, 38.6, 54.4, 70.2], receptor=1),
    Golden("glif_psc_double_alpha", 300, 50, -76.407500, -74.55343, 5, [19.2, 34.5, 50.3, 66.1], receptor=1),
]


def run(golden):
    net = PlainNetwork(resolution=H)
    neuron = net.create(golden.model, 1, **golden.parameters)
    given = net.create("spike_generator", 1, spike_times=[2.0, 4.0])
    net.connect(given, neuron, weight=golden.weight, delay=1.0, receptor=golden.receptor)
    current = net.create("dc_generator", 1, amplitude=golden.current, start=10.0, stop=90.0)
    if golden.current:
        net.connect(current, neuron, weight=1.0, delay=1.0, receptor=golden.current_receptor)
    net.record(neuron, "spikes", name="spikes")
    net.record(neuron, golden.variable, interval=H, dtype="f8", name="V")
    found = net.simulate(102.0)
    spikes = found.spikes["spikes"]
    return spikes.steps * H - (0.0 if spikes.offsets is None else spikes.offsets), found.traces["V"].variables[golden.variable][:, 0] + golden.above


@pytest.mark.parametrize("golden", GOLDEN, ids=str)
def test_runs_are_those_that_nest_printed(golden):
    """Exactly integrated models to the printed digits, adaptive ones to one step and 1e-3 mV."""
    spikes, V = run(golden)
    exact = get_model(golden.model).unrolled(golden.parameters).solver != "rkf45"
    between_steps = any(abs(time / H - round(time / H)) > 1e-6 for time in golden.spikes)
    assert len(spikes) == golden.n_spikes
    assert spikes[:len(golden.spikes)] == pytest.approx(golden.spikes, abs=5.1e-5 if exact else 2e-4 if between_steps else H + 1e-9)
    for time, printed, digits in ((6.0, golden.V_at_6, 6), (100.0, golden.V_at_100, 5)):
        at = V[round(time / H) - 1]
        assert abs(at - printed) <= (0.51 * 10.0 ** -digits if exact else 1e-3), (time, at)
