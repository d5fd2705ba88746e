"""urbanczik_synapse: the weights are those of the rule as a sum over all steps, however the run is divided."""

import numpy as np
import pytest

import spatialnet as sn
from tests.reference.dendrites import weights

H, N, T = 0.1, 8, 420.0
TRAINS = [np.arange(3.0, 418.0, 7.3).round(1), np.array([20.0, 20.1, 21.0, 390.0])]
DELAYS = np.linspace(1.0, 3.1, N).round(1)
CELLS = {"theta": -60.0, "phi_max": 0.1, "soma_E_L": np.linspace(-70, -66, N), "dendritic_tau_syn_ex": np.linspace(2, 5, N),
         "dendritic_C_m": np.linspace(250, 350, N), "g_sp": np.linspace(400, 600, N)}
SYNAPSE = {"weight": 40.0, "eta": 0.1, "tau_Delta": 60.0, "Wmin": 35.0, "Wmax": 45.0}


def network(threads=1, shortest=None, source_first=True):
    """Two parrots that drive the dendrites of neurons, one not like the other."""
    net = sn.Network(seed=6, threads=threads)
    net._simulation.nodes_per_thread = 1
    create = {"source": lambda: net.create("parrot_neuron", n=2, name="source"),
              "cells": lambda: net.create("pp_cond_exp_mc_urbanczik", n=N, name="cells", **CELLS)}
    made = {name: create[name]() for name in sorted(create, reverse=source_first)}
    source, cells = made["source"], made["cells"]
    given = net.create("spike_generator", n=2, spike_times=[train - 1.0 for train in TRAINS])
    net.connect(given, source, sn.one_to_one())
    delays = np.tile(DELAYS[:, None], (1, 2))
    synapse = sn.synapse("urbanczik_synapse", receptor=3, delay=delays, **SYNAPSE)
    projection = net.connect(source, cells, sn.all_to_all(), synapse)
    if shortest is not None:
        idle = net.create("parrot_neuron", name="idle")
        net.connect(idle, cells, sn.all_to_all(), sn.static_synapse(delay=shortest, receptor=1))
    net.record(projection, "weights", name="weights")
    net.record(cells, "V_m.p", interval=H, dtype="f8", name="dendrites")
    net.record(cells, "spikes", name="spikes")
    return net, source, cells


def sent(parts=1, **options):
    """(steps, sources, targets, weights) and the network, after a run in parts."""
    net, source, cells = network(**options)
    found = [net._simulation.run(T / parts).weights["weights"] for _ in range(parts)]
    columns = [np.concatenate([getattr(f, name) for f in found]) for name in ("steps", "sources", "targets", "weights")]
    return [columns[0], columns[1] - source.ids[0], columns[2] - cells.ids[0], columns[3]]


@pytest.mark.parametrize("source_first", [True, False])
def test_weights_are_sums_over_all_steps(source_first):
    net, source, cells = network(source_first=source_first)
    data = net.simulate(T, progress=False)
    V, spikes, found = data["recordings/dendrites"]["V_m.p"].values, data["spikes/spikes"], data["weights/weights"]
    n_spikes = 0
    for i in range(N):
        p = {name: np.broadcast_to(cells.get(name), N)[i] for name in sn.get_model(cells.model).parameters}
        fired = set(np.rint(spikes["time"].values[spikes["node"].values == cells.ids[i]] / H).astype(int))
        n_spikes += len(fired)
        for k, train in enumerate(TRAINS):
            mine = (found["source"].values == source.ids[k]) & (found["target"].values == cells.ids[i])
            expected = weights(p, H, V[:, i], fired, train, DELAYS[i], **SYNAPSE)
            np.testing.assert_allclose(found["weight"].values[mine], expected, rtol=1e-10)
            assert np.ptp(expected) > (2 if k == 0 else 1e-3)
    assert n_spikes > 8 and (found["weight"].values == 35.0).any()


@pytest.mark.parametrize("options", [{"threads": 3}, {"parts": 4}, {"shortest": 0.1}])
def test_weights_are_the_same_for_any_threads_parts_and_slices(options):
    assert all(np.array_equal(a, b) for a, b in zip(sent(), sent(**options)))


def test_errors_are_kept_for_a_tenth_of_a_second_only():
    net, _, cells = network()
    net._simulation.run(T)
    kept = net._simulation._groups[cells.population.index].voltages.spikes(3)[0]
    assert kept[0] > 4096 - 64 and len(kept) < 200


def test_only_dendrites_that_learn_can_be_targets():
    net = sn.Network()
    source, target = net.create("parrot_neuron"), net.create("iaf_cond_alpha_mc")
    net.connect(source, target, sn.all_to_all(), sn.synapse("urbanczik_synapse", receptor=5))
    with pytest.raises(sn.errors.SimulationError, match="no dendrite that learns"):
        net.simulate(1.0, progress=False)
    with pytest.raises(sn.errors.ParameterError, match="must have the sign of Wmin"):
        net.connect(source, target, sn.all_to_all(), sn.synapse("urbanczik_synapse", weight=-2.0, Wmin=1.0, receptor=5))
    net = sn.Network()
    target = net.create("pp_cond_exp_mc_urbanczik", dendritic_tau_syn_ex=10.0)
    net.connect(net.create("parrot_neuron"), target, sn.all_to_all(), sn.synapse("urbanczik_synapse", receptor=3))
    with pytest.raises(sn.errors.SimulationError, match="must differ from its tau_syn_ex"):
        net.simulate(1.0, progress=False)
