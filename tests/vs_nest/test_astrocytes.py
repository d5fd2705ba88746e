"""Astrocytes that send slow inward currents to neurons: what NEST gives, the definition, and scripts on both."""

import numpy as np
import pytest

import spatialnet as sn
from tests.vs_nest.on_both import agree, ours
from tests.vs_nest.on_both import theirs as nest

H, STEPS = 0.1, 300


def run_theirs(delay, weights):
    nest.ResetKernel()
    nest.set_verbosity("M_ERROR")
    nest.resolution = H
    cells = nest.Create("astrocyte_lr_1994", 2, params={"Ca_astro": 0.3, "IP3": [1.0, 0.5]})
    neuron = nest.Create("aeif_cond_alpha_astro", params={"I_e": 300.0})
    nest.Connect(cells, neuron, "all_to_all", {"synapse_model": "sic_connection", "weight": [weights], "delay": delay})
    meters = [nest.Create("multimeter", params={"record_from": names, "interval": H})
              for names in (["Ca_astro"], ["I_SIC", "V_m"])]
    nest.Connect(meters[0], cells)
    nest.Connect(meters[1], neuron)
    nest.Simulate(STEPS * H + 2.0)
    calcium = meters[0].events
    return (np.array([calcium["Ca_astro"][calcium["senders"] == i][:STEPS] for i in cells.global_id]).T,
            meters[1].events["I_SIC"][:STEPS], meters[1].events["V_m"][:STEPS])


def run_ours(delay, weights, threads=1):
    net = sn.Network(resolution=H, threads=threads)
    net._simulation.nodes_per_thread = 1
    cells = net.create("astrocyte_lr_1994", n=2, Ca_astro=0.3, IP3=[1.0, 0.5])
    neuron = net.create("aeif_cond_alpha_astro", n=1, I_e=300.0)
    net.connect(cells, neuron, sn.all_to_all(), sn.synapse("sic_connection", weight=[weights], delay=delay))
    net.record(cells, "Ca_astro", interval=H, dtype="f8", name="calcium")
    net.record(neuron, ["I_SIC", "V_m"], interval=H, dtype="f8", name="neuron")
    data = net.simulate(STEPS * H, progress=False)["recordings"]
    return data["calcium"]["Ca_astro"].values, data["neuron"]["I_SIC"].values[:, 0], data["neuron"]["V_m"].values[:, 0]


@pytest.mark.parametrize("delay", [0.1, 0.5])
def test_slow_inward_currents_are_nests(delay):
    weights = [1.0, 2.5]
    ours, theirs = run_ours(delay, weights), run_theirs(delay, weights)
    np.testing.assert_allclose(ours[0], theirs[0], rtol=1e-5)
    np.testing.assert_allclose(ours[1], theirs[1], rtol=1e-4, atol=1e-12)
    np.testing.assert_allclose(ours[2], theirs[2], rtol=1e-5)
    d = round(delay / H)
    sent = np.log(np.maximum(1000 * (ours[0] - 0.19669), 1)) @ weights
    np.testing.assert_allclose(ours[1][d:], sent[:-d], rtol=1e-12)
    assert (ours[1][:d] == 0).all() and np.ptp(ours[1][d:]) > 0.1
    assert all(np.array_equal(a, b) for a, b in zip(ours, run_ours(delay, weights, threads=3)))


@pytest.mark.parametrize("source, target, synapse", [("astrocyte_lr_1994", "iaf_psc_alpha", "sic_connection"),
                                                     ("iaf_psc_alpha", "aeif_cond_alpha_astro", "sic_connection"),
                                                     ("astrocyte_lr_1994", "aeif_cond_alpha_astro", "static_synapse")])
def test_what_nest_refuses_is_refused(source, target, synapse):
    net = sn.Network()
    with pytest.raises(sn.errors.ConnectError):
        net.connect(net.create(source, n=1), net.create(target, n=1), sn.all_to_all(), sn.synapse(synapse))
    nest.ResetKernel()
    with pytest.raises(nest.NESTError):
        nest.Connect(nest.Create(source), nest.Create(target), syn_spec=synapse)


TRIPARTITE = """
spikes = nest.Create('spike_generator', params={{'spike_times': np.arange(1., 400., 0.5)}})
pre, post = nest.Create('aeif_cond_alpha_astro', 4), nest.Create('aeif_cond_alpha_astro', 3)
astrocytes = nest.Create('astrocyte_lr_1994', 3, params={{'delta_IP3': 0.2}})
nest.Connect(spikes, pre, syn_spec={{'weight': 60.0}})
nest.TripartiteConnect(pre, post, astrocytes, {{'rule': 'all_to_all'}},
    {{'rule': 'third_factor_bernoulli_with_pool', 'p': 1.0, 'pool_type': 'block', 'pool_size': 1}},
    {{'primary': {{'synapse_model': 'tsodyks_synapse', 'weight': 5.0, 'delay': 1.0}},
     'third_in': {{'synapse_model': 'tsodyks_synapse', 'weight': 1.0}},
     'third_out': {{'synapse_model': 'sic_connection', 'weight': {weight}, 'delay': 2.0}}}})
recorder = nest.Create('multimeter', params={{'record_from': ['I_SIC'], 'interval': 1.0}})
calcium = nest.Create('multimeter', params={{'record_from': ['IP3', 'Ca_astro'], 'interval': 1.0}})
nest.Connect(recorder, post)
nest.Connect(calcium, astrocytes)
nest.Simulate(400.0)
"""


def test_tripartite_networks_with_astrocytes_are_nests():
    lines = TRIPARTITE.format(weight="2.5 / 4")
    assert agree(lines + "connections()")[0] == "value"
    agree(lines + "c = nest.GetConnections(synapse_model='sic_connection'); c.get(['source', 'target', 'weight', 'delay'])")
    found = []
    for library in (ours, nest):
        library.ResetKernel()
        names = {"nest": library, "np": np}
        exec(lines, names)  # noqa: S102
        found.append([np.asarray(names[k].events[v]) for k, v in (("recorder", "I_SIC"), ("calcium", "IP3"), ("calcium", "Ca_astro"))])
    assert np.ptp(found[0][0]) > 1
    for own, expected in zip(*found):
        # NEST's meters hand over their last slice in the next run
        np.testing.assert_allclose(own[:expected.size], expected, rtol=1e-3, atol=1e-3)


def test_scripts_for_nest_keep_slow_inward_currents():
    net = sn.Network(seed=1)
    astrocytes = net.create("astrocyte_lr_1994", n=2, name="astrocytes", Ca_astro=0.3)
    neurons = net.create("aeif_cond_alpha_astro", n=2, name="neurons")
    net.connect(astrocytes, neurons, sn.one_to_one(), sn.synapse("sic_connection", weight=2.0, delay=0.4))
    nest.ResetKernel()
    exec(net.to_nest_script(), {})  # noqa: S102
    made = nest.GetConnections(synapse_model="sic_connection")
    assert made.get("weight") == [2.0, 2.0] and made.get("delay") == [0.4, 0.4]
    assert nest.NodeCollection([1]).Ca_astro == 0.3
