"""Every model that ships: its compiled step, the block machine and the slow twin do the same."""

import dataclasses

import numpy as np
import pytest

from spatialnet.models import get_model, list_models
from spatialnet.models.kernels import plan
from tests.reference.plain_network import PlainNetwork
from tests.reference.step_twin import NeuronTwin

NEURONS = [name for name in list_models("neuron") if get_model(name).kernel]
H, STEPS, N = 0.1, 400, 5
#: what makes a neuron spike a few times: a current (pA), and the size of its synapses
DRIVE = {
    "iaf_cond_exp": (600.0, 5.0), "iaf_chxk_2008": (2000.0, 20.0), "iaf_cond_exp_sfa_rr": (900.0, 5.0), "izhikevich": (10.0, 5.0),
    "iaf_bw_2001": (600.0, 5.0), **dict.fromkeys(("aeif_cond_exp", "aeif_cond_alpha", "aeif_cond_alpha_astro"), (900.0, 10.0)),
    **dict.fromkeys(("aeif_psc_exp", "aeif_psc_alpha"), (900.0, 200.0)),
    **dict.fromkeys(("aeif_psc_delta", "aeif_psc_delta_clopath"), (900.0, 2.0)),
    **dict.fromkeys(("hh_psc_alpha", "hh_psc_alpha_clopath"), (700.0, 100.0)), "hh_psc_alpha_gap": (200.0, 50.0),
    "hh_cond_exp_traub": (600.0, 2.0), "hh_cond_beta_gap_traub": (900.0, 2.0), "ht_neuron": (20.0, 1.0),
    "iaf_cond_alpha_mc": (800.0, 20.0), "pp_cond_exp_mc_urbanczik": (300.0, 10.0), "astrocyte_lr_1994": (1e-4, 1.0),
    "iaf_psc_delta": (380.0, 2.0), "mat2_psc_exp": (500.0, 100.0), "iaf_chs_2007": (0.0, 2.0)}


#: rates that arrive at what takes rates, from which step on, and the weights they have
RATES, WEIGHTS = [(1, 0.3), (40, -1.0), (200, 2.0)], (0.7, -0.2)


def coupled(model, step):
    """What arrives at a step over connections that carry no spikes, by channel."""
    if "diffusion" in model.couplings:
        return [WEIGHTS[0], 30.0]
    now = [x for s, x in RATES if s < step]
    return [w * now[-1] if now else 0.0 for w in WEIGHTS] if "rate" in model.couplings else []


def inputs_of(model, seed=3):
    """(receptor, step, node, weight) of arriving spikes and the current, the same for every way to run a model."""
    rng = np.random.default_rng(seed)
    current, scale = DRIVE.get(model.name, (600.0, 5.0) if "g_L" in model.parameters else (380.0, 200.0))
    both = all((i.negative is not None or "psc" in model.name) and not i.only_positive for i in model.inputs.values())
    spikes = sorted((int(rng.choice(list(model.inputs))), int(step), int(rng.integers(N)),
                     float(rng.normal(0.3, 1.0) * scale if both else rng.uniform(0, 1) * scale))
                    for step in rng.integers(2, STEPS - 20, 60 if model.inputs else 0))
    return spikes, current


def run(model, parameters):
    """Traces of all recordables and spikes, from the engine."""
    spikes, current = inputs_of(model)
    net = PlainNetwork(resolution=H)
    population = net.create(model, N, **parameters)
    for receptor, spikes_of in model.inputs.items():
        for node in range(N):
            own = [(s, w) for r, s, i, w in spikes if r == receptor and i == node]
            if own and not spikes_of.scaled:
                given = net.create("spike_generator", 1, spike_times=[s * H for s, _ in own], spike_weights=[w for _, w in own])
                net.connect(given, population, np.array([[0, node]]), weight=1.0, delay=H, receptor=receptor)
    for receptor in list(model.currents)[:1]:
        net.connect(net.create("dc_generator", 1, amplitude=current, start=5.0), population, weight=1.0, delay=H, receptor=receptor)
    if "rate" in model.couplings:
        given = net.create("step_rate_generator", 1, amplitude_times=[s * H for s, _ in RATES], amplitude_values=[x for _, x in RATES])
        for weight in WEIGHTS:
            net.connect(given, population, weight=weight, delay=H, carrier="rate_connection_delayed")
    if "diffusion" in model.couplings:
        given = net.create("siegert_neuron", 1, theta=1e9, rate=1.0, mean=1.0)
        net.connect(given, population, carrier="diffusion_connection", drift_factor=WEIGHTS[0], diffusion_factor=30.0)
    if model.spikes:
        net.record(net.nodes(population), "spikes")
    for name in model.recordables:
        net.record(net.nodes(population), name, interval=H, dtype="f8")
    found = net.simulate(STEPS * H)
    fired = [(int(s), int(n), o) for record in found.spikes.values() for s, n, o in zip(
        record.steps, record.nodes, np.zeros(len(record.steps)) if record.offsets is None else record.offsets)]
    return fired, {
        name: found.traces[name].variables[name] for name in model.recordables}, population


def jitter(model):
    values = {"V_m": np.random.default_rng(2).uniform(-72, -66, N)} if "V_m" in model.settable else {}
    values |= {"rate": np.random.default_rng(2).normal(0, 1, N)} if "rate" in model.states else {}
    if model.series:
        values[model.series] = [np.random.default_rng(4 + i).normal(0, 1, STEPS // (1 + i % 2)) for i in range(N)]
        values["V_noise"] = 0.05
    return values


@pytest.mark.parametrize("differ", [False, True], ids=["equal", "different"])
@pytest.mark.parametrize("name", NEURONS)
def test_compiled_step_and_block_machine_give_the_same_bits(name, differ):
    model = get_model(name)
    parameters = jitter(model) | ({"C_m": np.linspace(0.9, 1.1, N) * model.parameters["C_m"].default}
                                  if differ and "C_m" in model.parameters else {})
    compiled = run(model, parameters)
    machine = run(dataclasses.replace(model, kernel=""), parameters)
    assert compiled[0] == machine[0]
    for variable, values in compiled[1].items():
        assert np.array_equal(values, machine[1][variable]), variable


@pytest.mark.parametrize("name", NEURONS)
def test_compiled_step_agrees_with_the_twin(name):
    model = get_model(name)
    fired, traces, population = run(model, jitter(model))
    if plan(model).draws:
        pytest.skip("draws random numbers; the distribution tests cover it")
    twin = NeuronTwin(population, H)
    spikes, current = inputs_of(model)
    arriving = {}
    for receptor, step, node, weight in spikes:
        if model.inputs[receptor].scaled:  # no generator sends factors
            continue
        channel = twin.plan.receptors[receptor][weight < 0]
        cell = arriving.setdefault((step + 1, node), [0.0] * twin.plan.channels)
        cell[channel] += weight
    # where the tolerance is tight the estimated error is mostly rounding, so sub-steps may differ
    tolerance = 1e-2 if model.name.startswith("aeif_psc_delta") else 1e-9 if model.tolerance[0] == "1e-3" else 1e-6
    for step in range(1, STEPS + 1):
        for i in range(N):
            currents = [current if k == 0 and step >= 50 + 1 + 1 else 0.0 for k in range(len(model.currents))]
            twin.update(i, coupled(model, step) or arriving.get((step, i), [0.0] * twin.plan.channels), currents, step)
            for variable, values in traces.items():
                assert twin.see(i, model.variable(variable)) == pytest.approx(values[step - 1, i], rel=tolerance, abs=tolerance), (
                    variable, step, i)
    assert fired or "spike" not in model.step_text, "a test without spikes shows little"
