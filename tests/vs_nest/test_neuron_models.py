"""Every neuron model: NEST's defaults and recordables, and the same spikes and traces for random input.

Models are found by their names, so a new declaration is tested at once. `INPUT` holds what a model needs to be driven well where
the usual input is not enough, `DIFFERENT` what is different by intent.
"""

from functools import cache

import numpy as np
import pytest

from spatialnet.errors import ParameterError
from spatialnet.models import get_model, list_models
from spatialnet.models.kernels import plan
from tests.reference.plain_network import PlainNetwork

H, DURATION, N_SPIKES = 0.1, 1000.0, 400
#: those that send rates are compared in test_rates.py
NEURONS = [name for name in list_models("neuron") if
           get_model(name).kind == "neuron" and not {"rate", "diffusion"} & {*get_model(name).sends}]
#: keys of NEST that are no parameters of a model: the archive of spikes, and NEST's own business
SHARED = {
    "archiver_length", "available", "beta_Ca", "Ca", "capacity", "element_type", "elementsize", "frozen", "global_id",
    "ignore_and_spike", "ignore_and_spike_interval", "ignore_and_spike_offset", "instantiations", "local", "model", "model_id",
    "node_uses_wfr", "post_trace", "receptor_types", "recordables", "supports_precise_spikes", "synaptic_elements", "t_spike",
    "tau_Ca", "n_synapses", "n_receptors", "tau_minus", "tau_minus_triplet", "thread", "thread_local_id", "type_id", "vp", "has_connections", "element",
    "offset",  # of the last spike, of iaf_psc_exp_ps_lossless
}
COMPARTMENTS = ("soma", "proximal", "distal", "dendritic")
#: shown by NEST, but not accepted
UNSETTABLE = {("iaf_psc_delta_ps", "refractory_input")}
#: NEST ignores every current into the dendrite of pp_cond_exp_mc_urbanczik
WITHOUT_CURRENT = {("pp_cond_exp_mc_urbanczik", 6)}
#: NEST records the potential of iaf_psc_exp_htum relative to E_L
ADDED = {("iaf_psc_exp_htum", "V_m"): -70.0}
#: models whose spikes are drawn, so sharp that a spike is certain above a potential and impossible below: no chance is left
GIF = {"Delta_V": 1e-6, "tau_sfa": [30.0, 200.0], "q_sfa": [2.0, 1.0], "tau_stc": [20.0], "q_stc": [10.0]}
CERTAIN = {
    **{f"gif_{kind}": GIF | {"V_T_star": -50.0} for kind in ("psc_exp", "psc_exp_multisynapse", "cond_exp", "cond_exp_multisynapse")},
    "pp_psc_delta": {"c_3": 1e6, "dead_time": 4.0, "with_reset": False, "tau_sfa": [30.0], "q_sfa": [5.0]},
    "pp_cond_exp_mc_urbanczik": {"phi_max": 1e6, "beta": 1e6, "theta": -68.0}}
#: (current pA, size of a spike's effect on each receptor)
INPUT = {
    "iaf_psc_delta": (380.0, 2.0), "iaf_cond_exp": (300.0, 20.0), "iaf_cond_alpha": (300.0, 10.0), "iaf_cond_beta": (300.0, 10.0),
    "iaf_cond_exp_sfa_rr": (900.0, 5.0), "iaf_chxk_2008": (2000.0, 20.0),
    "aeif_cond_exp": (900.0, 10.0), "aeif_cond_alpha": (900.0, 10.0), "aeif_psc_exp": (900.0, 200.0), "aeif_psc_alpha": (900.0, 200.0),
    "aeif_psc_delta": (900.0, 2.0), "izhikevich": (10.0, 5.0), "mat2_psc_exp": (500.0, 100.0), "amat2_psc_exp": (300.0, 100.0),
    "hh_psc_alpha": (700.0, 100.0), "hh_cond_exp_traub": (600.0, 2.0), "hh_cond_beta_gap_traub": (900.0, 2.0),
    "hh_psc_alpha_gap": (200.0, 50.0), "hh_psc_alpha_clopath": (700.0, 100.0), "aeif_psc_delta_clopath": (900.0, 2.0),
    "ht_neuron": (30.0, 0.5), "iaf_cond_alpha_mc": (300.0, 10.0), "pp_cond_exp_mc_urbanczik": (300.0, 10.0),
    "aeif_cond_alpha_multisynapse": (900.0, 1.0), "aeif_cond_beta_multisynapse": (900.0, 1.0), "astrocyte_lr_1994": (1e-4, 1.0), "aeif_cond_alpha_astro": (900.0, 10.0),
}
#: the largest deviation of a trace while the spikes are the same step for step, by solver; aeif_psc_delta takes its input within a
#: step, after a sub-step whose length need not be NEST's
TOLERANCE = {"exact": 1e-9, "forward_euler": 1e-9, "rkf45": 1e-3, "aeif_psc_delta": 0.05, "aeif_psc_delta_clopath": 0.05}


@pytest.fixture(scope="module")
def nest():
    import nest
    nest.set_verbosity("M_ERROR")
    return nest


@cache
def defaults_of(name):
    import nest
    return dict(nest.GetDefaults(name))


@pytest.mark.parametrize("name", NEURONS)
def test_defaults_are_those_of_nest(name, nest):
    model, theirs = get_model(name).unrolled({}), {}
    for key, value in defaults_of(name).items():  # dictionaries of compartments
        theirs |= {f"{key}_{inner}": v for inner, v in value.items()} if key in COMPARTMENTS else {key: value}
    known = {**model.parameters, **model.states}
    for key, value in theirs.items():
        if key in SHARED or key not in known:
            continue
        declared = known[key]
        own = declared.initial if hasattr(declared, "initial") else declared.default
        value = np.asarray(value, float)
        value = np.where(np.abs(value) > 1e300, np.copysign(np.inf, value), value)  # NEST's infinity
        assert np.allclose(np.asarray(own, float), value, rtol=1e-12, atol=0, equal_nan=True), (key, own, value)
    # lists of states, of which ours has one variable for each item, or none where they are empty
    lists = {key for key, value in theirs.items() if np.ndim(value) == 1 and (f"{key}_1" in known or not len(value))}
    lists |= {key for key in ("g", "dg") if np.ndim(theirs.get(key)) == 1}
    assert not set(theirs) - SHARED - set(known) - lists, "parameters that are missing"
    own_too = {key for key, declared in known.items() if not hasattr(declared, "initial")} - set(theirs) - SHARED
    assert not own_too, "parameters that NEST has not"


@pytest.mark.parametrize("name", NEURONS)
def test_recordables_are_those_of_nest(name):
    assert set(get_model(name).unrolled({}).recordables) == set(defaults_of(name)["recordables"])


def stimulus(model):
    """Receptor → (times, weights), and the current."""
    rng = np.random.default_rng(7)
    current, size = INPUT.get(model.name, (400.0, 100.0))
    trains = {}
    for receptor, spike_input in model.inputs.items():
        if spike_input.scaled:  # takes spikes of neurons only
            continue
        times = np.unique(rng.integers(10, int(DURATION / H) - 100, N_SPIKES)) * H
        weights = rng.normal(0.4, 1.0, times.size) * size
        if spike_input.negative is None and "psc" not in model.name and "izh" not in model.name:
            weights = np.abs(weights)
        trains[receptor] = np.round(times, 1), weights
    return trains, current


def spikes(model):
    """Whether it spikes; astrocytes do not."""
    return "spik" in model.step_text


def current_receptors(model):
    return [receptor for receptor in model.currents if (model.name, receptor) not in WITHOUT_CURRENT]


def ours(model, parameters):
    net = PlainNetwork(resolution=H)
    neuron = net.create(model, 1, **parameters)
    trains, current = stimulus(neuron.model)
    for receptor, (times, weights) in trains.items():
        net.connect(net.create("spike_generator", 1, spike_times=times, spike_weights=weights), neuron, delay=1.0, receptor=receptor)
    for receptor in current_receptors(model):
        net.connect(net.create("dc_generator", 1, amplitude=current, start=100.0, stop=900.0), neuron, delay=1.0, receptor=receptor)
    if spikes(model):
        net.record(neuron, "spikes")
    names = neuron.model.recordables
    net.record(neuron, names, interval=H, dtype="f8", name="traces")
    run = net.simulate(DURATION)
    return run.spikes["spikes"].steps if spikes(model) else np.zeros(0), {v: run.traces["traces"].variables[v][:, 0] for v in names}


def nests(name, model, parameters):
    import nest
    nest.ResetKernel()
    nest.set_verbosity("M_ERROR")
    nest.resolution = H
    neuron = nest.Create(name, params=parameters)
    trains, current = stimulus(model)
    for receptor, (times, weights) in trains.items():
        given = nest.Create("spike_generator", params={"spike_times": times, "spike_weights": weights})
        nest.Connect(given, neuron, syn_spec={"delay": 1.0, "receptor_type": receptor})
    for receptor in current_receptors(model):
        given = nest.Create("dc_generator", params={"amplitude": current, "start": 100.0, "stop": 900.0})
        nest.Connect(given, neuron, syn_spec={"delay": 1.0, "receptor_type": receptor})
    recorder = nest.Create("spike_recorder", params={"time_in_steps": True})
    meter = nest.Create("multimeter", params={"record_from": list(model.recordables), "interval": H})
    if spikes(model):
        nest.Connect(neuron, recorder)
    nest.Connect(meter, neuron)
    nest.Simulate(DURATION + 5.0)  # the meter hands over its last slice in the next one
    steps = np.sort(recorder.events["times"]) if spikes(model) else np.zeros(0)
    n = round(DURATION / H)
    return steps[steps <= n], {v: meter.events[v][:n] for v in model.recordables}


def variants():
    for name in NEURONS:
        model = get_model(name)
        yield pytest.param(name, {}, id=name)
        for parameter, declared in model.parameters.items():
            if (name, parameter) in UNSETTABLE:
                continue
            if declared.kind == "switch" and declared.only is None:
                try:
                    model.unrolled({}).check({parameter: not declared.default}, 1)
                except ParameterError:  # possible only together with others
                    continue
                yield pytest.param(name, {parameter: not declared.default}, id=f"{name}-{parameter}")


@pytest.mark.parametrize("name, parameters", list(variants()))
def test_spikes_and_traces_are_those_of_nest(name, parameters):
    """Spikes are equal step for step, of adaptive solvers 99 % of them within one step; traces while they are."""
    parameters = CERTAIN.get(name, {}) | parameters
    model = get_model(name).unrolled(parameters)
    if (plan(model).draws or model.runs_as) and name not in CERTAIN or parameters.get("dead_time_random"):
        pytest.skip("its spikes are drawn; tests of their distribution cover it")
    steps, traces = ours(get_model(name), parameters)
    their_steps, their_traces = nests(name, model, parameters)
    assert len(their_steps) > 5 or not spikes(model) or parameters.get("voltage_clamp")
    same = np.array_equal(steps, their_steps)
    if model.solver != "rkf45":
        assert same
    else:
        assert len(steps) == len(their_steps)
        assert same or (np.abs(steps - their_steps) <= 1).mean() >= 0.99
    assert any(np.ptp(values) > 0 for values in their_traces.values())
    until = len(traces[model.recordables[0]]) if same else next(
        (min(a, b) for a, b in zip(steps, their_steps) if a != b)) - 2
    for variable, values in traces.items():
        theirs = their_traces[variable] + ADDED.get((name, variable), 0.0)
        scale = max(1.0, np.abs(theirs).max() / 100)
        assert np.abs(values[:until] - theirs[:until]).max() <= TOLERANCE.get(name, TOLERANCE[model.solver]) * scale, variable


def test_nmda_synapses_open_what_the_sender_has_left_closed(nest):
    """iaf_bw_2001: the conductance that every spike adds, with the spikes of a neuron that fires in bursts."""
    times = np.concatenate([np.arange(10, 60, 0.7), np.arange(300, 340, 0.5)]).round(1)
    nest.ResetKernel()
    sender, receiver = nest.Create("iaf_bw_2001"), nest.Create("iaf_bw_2001")
    given = nest.Create("spike_generator", params={"spike_times": times})
    nest.Connect(given, sender, syn_spec={"weight": 40.0, "delay": 1.0, "receptor_type": 1})
    nest.Connect(sender, receiver, syn_spec={"weight": 20.0, "delay": 1.5, "receptor_type": 3})
    meter = nest.Create("multimeter", params={"record_from": ["V_m", "s_NMDA", "I_NMDA"], "interval": H})
    nest.Connect(meter, receiver)
    nest.Simulate(500.0)
    net = PlainNetwork(resolution=H)
    own_sender, own_receiver = net.create("iaf_bw_2001"), net.create("iaf_bw_2001")
    net.connect(net.create("spike_generator", spike_times=times), own_sender, weight=40.0, delay=1.0, receptor=1)
    net.connect(own_sender, own_receiver, weight=20.0, delay=1.5, receptor=3)
    net.record(own_receiver, ["V_m", "s_NMDA", "I_NMDA"], interval=H, dtype="f8", name="traces")
    traces = net.simulate(500.0).traces["traces"].variables
    for variable, tolerance in (("s_NMDA", 1e-9), ("V_m", 1e-3), ("I_NMDA", 1e-2)):
        theirs = meter.events[variable]
        assert np.ptp(theirs) > 1
        assert np.abs(traces[variable][:theirs.size, 0] - theirs).max() < tolerance, variable


def test_urbanczik_neurons_fire_at_the_declared_rate(nest):
    """A potential that stands still gives a renewal process: dead time, then spikes with the same probability in every step."""
    n, V, phi = 400, -54.0, 0.15 / (1 + 0.5 * np.exp((-55.0 + 54.0) / 3))
    per_step = 1 - np.exp(-phi * H)
    mean, variance = 30 + 1 / per_step, (1 - per_step) / per_step ** 2
    # of a renewal process whose first interval has no dead time
    count = n * (DURATION / H / mean + (variance + mean ** 2) / (2 * mean ** 2) - 1 / per_step / mean)
    deviation = np.sqrt(n * DURATION / H * variance / mean ** 3)
    net = PlainNetwork(resolution=H, seed=11)
    neurons = net.create("pp_cond_exp_mc_urbanczik", n, soma_E_L=V, soma_V_m=V, dendritic_E_L=V, dendritic_V_m=V)
    net.record(neurons, "spikes", name="spikes")
    ours = net.simulate(DURATION).spikes["spikes"].steps.size
    nest.ResetKernel()
    nest.rng_seed = 5
    there = {"E_L": V, "V_m": V}
    theirs = nest.Create("pp_cond_exp_mc_urbanczik", n, params={"soma": there, "dendritic": there})
    recorder = nest.Create("spike_recorder")
    nest.Connect(theirs, recorder)
    nest.Simulate(DURATION)
    for found in (ours, recorder.n_events):
        assert abs(found - count) < 3.3 * deviation, (found, count, deviation)
