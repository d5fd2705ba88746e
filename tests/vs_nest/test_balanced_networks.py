"""Balanced networks: rate, irregularity and synchrony of five networks here and of five on NEST come from the same distribution.

Two random networks with the parameters of Brunel, J. Comput. Neurosci. 8, 183 (2000), in small, and a sheet whose delays grow with
distance. `test_a_weight_or_delay_that_is_wrong_by_a_tenth_would_be_seen` shows that the same bound refuses such networks.
"""

from functools import cache

import numpy as np
import pytest
import xarray as xr
from scipy.stats import ttest_ind

import spatialnet as sn

pytest.importorskip("nest", reason="NEST (nest-simulator) is not installed")

SEEDS = range(1, 6)
WARM_UP, DURATION = 200.0, 6000.0
#: excitatory and inhibitory neurons, in the sheet along an edge of 1 mm; inputs of each from either; strength of inhibition
N, SIDE, DEGREES, G = (1000, 250), (24, 12), (100, 25), 8.0
SIGMA, SPEED = 0.15, 0.08  # mm, mm/ms
NEURON = {"C_m": 250.0, "tau_m": 20.0, "E_L": 0.0, "V_reset": 0.0, "V_m": 0.0, "V_th": 20.0, "t_ref": 2.0}
ALPHA = NEURON | {"tau_syn_ex": 0.5, "tau_syn_in": 0.5}
#: model, parameters, weight, rate of the noise (1/s), delay (ms)
NETWORKS = {"delta": ("iaf_psc_delta", NEURON, 0.6, 5_000.0, 3.0), "alpha": ("iaf_psc_alpha", ALPHA, 110.0, 5_000.0, 4.0),
            "sheet": ("iaf_psc_alpha", ALPHA, 110.0, 5_000.0, None)}
STATISTICS = "rate", "CV", "Fano factor (1 ms)", "Fano factor (3 ms)", "correlation (3 ms)", "first zero of the autocorrelation"
#: of Welch's test, for every statistic of every network
BOUND = 1e-3


def statistics(spikes):
    """Of one run, by the accessors of `spatialnet.data`; the autocorrelation is that of the activity (of quarters of a sheet)."""
    ask, width = spikes.spatialnet, 0.5
    activity = (ask.field(width, shape=[2, 2])["rate"] if "x" in spikes.coords else ask.binned(width, per="recorder")).values
    activity = activity.reshape(len(activity), -1)
    activity = activity - activity.mean(axis=0)
    lagged = np.array([(activity[:-k] * activity[k:]).mean() for k in range(1, 41)])
    k = int(np.argmax(lagged < 0))
    zero = width * (k + lagged[k - 1] / (lagged[k - 1] - lagged[k]))
    return [float(ask.rates().mean()), float(ask.cv().mean()), ask.fano_factor(1.0).item(), ask.fano_factor(3.0).item(),
            ask.correlation(3.0).item(), zero]


@cache
def ours(name, heavier=1.0, longer=1.0):
    """(seed, statistic) of networks whose weights or delays may be wrong by a factor."""
    model, parameters, weight, noise, delay = NETWORKS[name]
    found = []
    for seed in SEEDS:
        net = sn.Network(seed=seed)
        if name == "sheet":
            layers = [net.create(model, sn.grid([n, n], extent=[1.0, 1.0], edge_wrap=True), **parameters) for n in SIDE]
            near, delay = {"p": sn.gaussian(sn.distance, std=SIGMA)}, 0.5 + sn.distance / SPEED
        else:
            layers, near = [net.create(model, n=n, **parameters) for n in N], {}
        for source, degree, sign in zip(layers, DEGREES, (1, -G)):
            for target in layers:
                net.connect(source, target, sn.fixed_indegree(degree, **near),
                            sn.static_synapse(weight=heavier * sign * weight, delay=longer * delay))
        net.connect(net.create("poisson_generator", rate=noise), layers[0] + layers[1], sn.all_to_all(),
                    sn.static_synapse(weight=weight, delay=1.0))
        net.record(layers[0] + layers[1], "spikes", start=WARM_UP)
        data = net.simulate(WARM_UP + DURATION, progress=False, connections=False)
        found.append(statistics(data["spikes/spikes"].to_dataset()))
    return np.array(found)


@cache
def nests(name):
    import nest
    model, parameters, weight, noise, delay = NETWORKS[name]
    found = []
    for seed in SEEDS:
        nest.ResetKernel()
        nest.set_verbosity("M_ERROR")
        nest.SetKernelStatus({"rng_seed": seed})
        if name == "sheet":
            layers = [nest.Create(model, positions=nest.spatial.grid([n, n], extent=[1.0, 1.0], edge_wrap=True), params=parameters)
                      for n in SIDE]
            near, delay = {"p": nest.spatial_distributions.gaussian(nest.spatial.distance, std=SIGMA)}, 0.5 + nest.spatial.distance / SPEED
        else:
            layers, near = [nest.Create(model, n, params=parameters) for n in N], {}
        recorder = nest.Create("spike_recorder", params={"start": WARM_UP})
        poisson = nest.Create("poisson_generator", params={"rate": noise})
        for source, degree, sign in zip(layers, DEGREES, (1, -G)):
            for target in layers:
                nest.Connect(source, target, {"rule": "fixed_indegree", "indegree": degree, **near},
                             {"weight": sign * weight, "delay": delay})
        for layer in layers:
            nest.Connect(poisson, layer, syn_spec={"weight": weight, "delay": 1.0})
            nest.Connect(layer, recorder)
        nest.Simulate(WARM_UP + DURATION)
        places = np.concatenate([nest.GetPosition(layer) for layer in layers]).T if name == "sheet" else ()
        found.append(statistics(xr.Dataset(
            {"time": ("spike", recorder.events["times"]), "node": ("spike", recorder.events["senders"])},
            {"recorded_node": [i for layer in layers for i in layer.tolist()],
             **{axis: ("recorded_node", column) for axis, column in zip("xy", places)}},
            {"t_start": WARM_UP, "t_stop": WARM_UP + DURATION, "resolution": 0.1})))
    nest.ResetKernel()
    return np.array(found)


def p_values(found, expected):
    return dict(zip(STATISTICS, ttest_ind(found, expected, equal_var=False).pvalue))


@pytest.mark.parametrize("name", NETWORKS)
def test_rate_irregularity_and_synchrony_are_those_of_nest(name):
    found = p_values(ours(name), nests(name))
    assert min(found.values()) > BOUND, (found, ours(name).mean(axis=0), nests(name).mean(axis=0))


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("wrong", [{"heavier": 1.1}, {"longer": 1.1}], ids=["weight", "delay"])
def test_a_weight_or_delay_that_is_wrong_by_a_tenth_would_be_seen(name, wrong):
    found = p_values(ours(name, **wrong), nests(name))
    assert min(found.values()) < BOUND, found


@pytest.mark.parametrize("name", NETWORKS)
def test_the_networks_are_irregular_and_balanced(name):
    """Else agreement would be cheap."""
    rate, cv = nests(name).mean(axis=0)[:2]
    assert 10 < rate < 60 and 0.5 < cv < 1.2, (rate, cv)
