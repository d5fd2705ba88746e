"""One neuron with random input spikes and a current: the same spikes and the same recorded variables as in NEST.

Models with an exact propagator agree to rounding; those with an adaptive solver to its tolerance, and their spikes to one step.
"""

from dataclasses import dataclass, field

import numpy as np
import pytest

from spatialnet.models import get_model
from tests.reference.plain_network import PlainNetwork

nest = pytest.importorskip("nest", reason="NEST (nest-simulator) is not installed")
H, T = 0.1, 400.0


@dataclass
class Case:
    """A neuron, the size of its synapses, and a current (pA) with the receptor it goes to."""

    model: str
    weight: float
    current: float
    parameters: dict = field(default_factory=dict)
    receptors: tuple = (0,)
    negative: bool = True
    current_receptor: int = 0
    tolerance: float = 1e-9
    changed: dict = field(default_factory=dict)  # variable → from NEST's value to ours
    nests_parameters: dict = field(default_factory=dict)  # instead of ours of the same values

    def __str__(self):
        return f"{self.model} {' '.join(f'{k}={v}' for k, v in self.parameters.items() if np.ndim(v) == 0)}"


NOISE = np.random.default_rng(3).normal(0, 1, round(T / H)).tolist()
#: hazards so steep, or so high, that nothing is left to chance
SHARP = {"lambda_0": 1e6, "Delta_V": 1e-4, "tau_sfa": [20.0, 100.0], "q_sfa": [3.0, 1.0], "tau_stc": [10.0, 50.0], "q_stc": [20.0, 5.0]}
CERTAIN = {"c_2": 1e12, "c_3": 0.0, "tau_sfa": [20.0, 100.0], "q_sfa": [3.0, 1.0]}
SWITCHES = ("spike_dependent_threshold", "after_spike_currents", "adapting_threshold")
VARIANTS = [dict(zip(SWITCHES, on)) for on in ((False, False, False), (True, False, False), (False, True, False), (True, True, False),
                                               (True, True, True))]
CASES = [
    Case("mat2_psc_exp", 100.0, 500.0),
    Case("mat2_psc_exp", 100.0, 900.0, {"tau_m": 7.0, "alpha_1": 5.0, "t_ref": 1.35}),
    Case("amat2_psc_exp", 100.0, 300.0, {"beta": 0.5, "omega": -60.0}, tolerance=1e-8),
    Case("amat2_psc_exp", 100.0, 300.0, {"beta": -0.3, "omega": -60.0, "tau_v": 4.0}, tolerance=1e-8),
    Case("iaf_psc_exp", 200.0, 400.0),
    Case("iaf_psc_exp", 200.0, 400.0, current_receptor=1),
    Case("iaf_psc_exp_htum", 200.0, 600.0, {"t_ref_abs": 2.0, "t_ref_tot": 5.35}, changed={"V_m": lambda v: v - 70.0}),
    Case("iaf_psc_delta", 2.0, 500.0, {"refractory_input": True, "t_ref": 5.0}),
    Case("iaf_tum_2000", 200.0, 400.0, current_receptor=1),
    Case("iaf_chs_2007", 2.0, 0.0, {"noise": NOISE, "V_noise": 0.05}, negative=False),
    Case("iaf_psc_alpha_multisynapse", 200.0, 400.0, {"tau_syn": [1.0, 5.0]}, (1, 2)),
    Case("iaf_psc_exp_multisynapse", 200.0, 400.0, {"tau_syn": [1.0, 5.0]}, (1, 2)),
    Case("gif_psc_exp", 50.0, 170.0, SHARP),
    Case("gif_cond_exp", 3.0, 170.0, SHARP),
    Case("gif_psc_exp_multisynapse", 50.0, 170.0, SHARP | {"tau_syn": [1.0, 5.0]}, (1, 2)),
    Case("gif_cond_exp_multisynapse", 3.0, 300.0, SHARP | {"tau_syn": [1.0, 5.0], "E_rev": [0.0, -80.0]}, (1, 2), negative=False),
    Case("pp_psc_delta", 2.0, 600.0, CERTAIN | {"dead_time": 2.55}),
    Case("pp_psc_delta", 2.0, 600.0, CERTAIN | {"dead_time": 2.0, "with_reset": False}),
    Case("pp_psc_delta", 2.0, 600.0, CERTAIN | {"dead_time": 0.01, "t_ref_remaining": 30.0}),
    Case("aeif_cond_alpha_multisynapse", 10.0, 1500.0, {"E_rev": [0.0, -85.0], "tau_syn": [1.0, 5.0]}, (1, 2), negative=False,
         tolerance=1e-6),
    Case("aeif_cond_beta_multisynapse", 10.0, 1500.0, {"E_rev": [0.0, -85.0], "tau_rise": [0.5, 5.0], "tau_decay": [1.0, 5.0]}, (1, 2),
         negative=False, tolerance=1e-6),
    *(Case("glif_psc", 100.0, 300.0, {"tau_syn": [2.0, 4.0], **variant}, (1, 2)) for variant in VARIANTS),
    *(Case("glif_psc_double_alpha", 50.0, 300.0, {"tau_syn_fast": [2.0, 3.0], "tau_syn_slow": [6.0, 8.0], "amp_slow": [0.3, 0.5],
                                                  **variant}, (1, 2)) for variant in VARIANTS),
    *(Case("glif_cond", 8.0, 500.0, variant, (1, 2), negative=False) for variant in VARIANTS),
    # asc_init does nothing there: ASCurrents must be set
    Case("glif_psc", 100.0, 300.0, VARIANTS[-1] | {"asc_init": [5.0, -10.0]}, (1,),
         nests_parameters=VARIANTS[-1] | {"ASCurrents": [5.0, -10.0]}),
    Case("glif_cond", 8.0, 500.0, VARIANTS[-1] | {"asc_init": [5.0, -10.0]}, (1, 2), negative=False,
         nests_parameters=VARIANTS[-1] | {"ASCurrents": [5.0, -10.0]}),
]


def trains(case):
    """(receptor, times, weights) of the input of each receptor."""
    for k, receptor in enumerate(case.receptors):
        rng = np.random.default_rng(10 + k)
        times = np.unique(np.round(rng.uniform(1, T - 5, 150), 1))
        weights = rng.normal(0.3, 1, times.size) if case.negative else rng.uniform(0, 1, times.size)
        yield receptor, times, weights * case.weight


def theirs(case, variables):
    nest.ResetKernel()
    nest.set_verbosity("M_ERROR")
    neuron = nest.Create(case.model, params=case.nests_parameters or case.parameters)
    for receptor, times, weights in trains(case):
        given = nest.Create("spike_generator", params={"spike_times": times, "spike_weights": weights})
        nest.Connect(given, neuron, syn_spec={"delay": 1.0, "receptor_type": receptor})
    if case.current:
        current = nest.Create("dc_generator", params={"amplitude": case.current, "start": 10.0, "stop": T - 50.0})
        nest.Connect(current, neuron, syn_spec={"delay": 1.0, "receptor_type": case.current_receptor})
    meter = nest.Create("multimeter", params={"record_from": variables, "interval": H})
    recorder = nest.Create("spike_recorder", params={"time_in_steps": True})
    nest.Connect(meter, neuron)
    nest.Connect(neuron, recorder)
    nest.Simulate(T)
    return recorder.events["times"], {name: meter.events[name] for name in variables}


def ours(case, variables):
    net = PlainNetwork(resolution=H)
    neuron = net.create(case.model, **case.parameters)
    for receptor, times, weights in trains(case):
        given = net.create("spike_generator", spike_times=times, spike_weights=weights)
        net.connect(given, neuron, delay=1.0, receptor=receptor)
    if case.current:
        current = net.create("dc_generator", amplitude=case.current, start=10.0, stop=T - 50.0)
        net.connect(current, neuron, delay=1.0, receptor=case.current_receptor)
    net.record(neuron, "spikes", name="spikes")
    for name in variables:
        net.record(neuron, name, interval=H, dtype="f8", name=name)
    run = net.simulate(T)
    return run.spikes["spikes"].steps, {name: run.traces[name].variables[name][:, 0] for name in variables}


@pytest.mark.parametrize("case", CASES, ids=str)
def test_spikes_and_traces_are_nests(case):
    variables = [str(name) for name in nest.GetDefaults(case.model)["recordables"]]
    spikes, traces = theirs(case, variables)
    own_spikes, own_traces = ours(case, variables)
    assert len(spikes) > 3, "a test without spikes shows little"
    assert own_spikes.tolist() == spikes.tolist()
    for name in variables:
        expected = case.changed.get(name, lambda value: value)(traces[name])
        np.testing.assert_allclose(own_traces[name][:expected.size], expected, rtol=case.tolerance, atol=case.tolerance, err_msg=name)


@pytest.mark.parametrize("name", sorted({case.model for case in CASES}))
def test_defaults_and_recordables_are_nests(name):
    """Every parameter of the model has NEST's default; ours knows no other names, save hidden parts of the state."""
    model, defaults = get_model(name), nest.GetDefaults(name)
    assert set(model.unrolled({}).recordables) == {str(r) for r in defaults["recordables"]}
    for parameter, declared in model.parameters.items():
        value, nests = np.asarray(declared.default, dtype=float), np.asarray(defaults[parameter], dtype=float)
        nests = np.where(np.abs(nests) > 1e300, np.copysign(np.inf, nests), nests)  # there is no -inf there
        assert value.shape == nests.shape and np.allclose(value, nests, rtol=1e-12), parameter
    for state, declared in model.unrolled({}).states.items():
        if state in defaults and np.ndim(defaults[state]) == 0:
            assert declared.initial == pytest.approx(defaults[state]), state


@pytest.mark.parametrize("parameters", [{}, {"x": 0.3, "u": 0.3, "y": 0.1, "tau_fac": 0.0},
                                        {"tau_fac": 50.0, "tau_rec": 100.0, "U": 0.2, "tau_psc": 5.0}])
def test_spikes_of_tum_neurons_carry_their_plasticity(parameters):
    """Receptor 1 scales weights by u x of the sender."""
    nest.ResetKernel()
    a, b = nest.Create("iaf_tum_2000", params={"I_e": 800.0, **parameters}), nest.Create("iaf_tum_2000")
    nest.Connect(a, b, syn_spec={"weight": 100.0, "delay": 1.0, "receptor_type": 1})
    meter, recorder = nest.Create("multimeter", params={"record_from": ["I_syn_ex"], "interval": H}), nest.Create(
        "spike_recorder", params={"time_in_steps": True})
    nest.Connect(meter, b)
    nest.Connect(a, recorder)
    nest.Simulate(100.0)
    net = PlainNetwork(resolution=H)
    first, second = net.create("iaf_tum_2000", I_e=800.0, **parameters), net.create("iaf_tum_2000")
    net.connect(first, second, weight=100.0, delay=1.0, receptor=1)
    net.record(first, "spikes", name="spikes")
    net.record(second, "I_syn_ex", interval=H, dtype="f8", name="current")
    run = net.simulate(100.0)
    expected = meter.events["I_syn_ex"]
    assert expected.max() > 2.0
    np.testing.assert_allclose(run.traces["current"].variables["I_syn_ex"][:expected.size, 0], expected, atol=1e-11)
    assert run.spikes["spikes"].steps.tolist() == recorder.events["times"].tolist()


def test_soft_threshold_fires_at_the_declared_rate():
    """A potential far below the hard threshold, held by its rest: spikes are independent in every step, and refractoriness does
    not stop them (as in NEST, whose rate is compared, too)."""
    phi = 200.0 * np.exp((-70.0 + 55.0) / 10.0)  # 1/s
    net = PlainNetwork(resolution=H, seed=5)
    neurons = net.create("iaf_psc_exp", 200, delta=10.0, rho=200.0, t_ref=20.0)
    net.record(neurons, "spikes", name="spikes")
    count = net.simulate(1000.0).spikes["spikes"].steps.size
    nest.ResetKernel()
    nest.rng_seed = 7
    recorder = nest.Create("spike_recorder")
    nest.Connect(nest.Create("iaf_psc_exp", 200, params={"delta": 10.0, "rho": 200.0, "t_ref": 20.0}), recorder)
    nest.Simulate(1000.0)
    expected = 200 * phi
    for found in (count, recorder.n_events):
        assert abs(found - expected) < 3.3 * np.sqrt(expected)
