"""Weights that synapses send, against numbers that were recorded from NEST 3.10."""

import numpy as np
import pytest

import spatialnet as sn

PRE, POST = [10.0, 30.0, 50.0, 70.0, 90.0], [12.0, 25.0, 28.5, 48.5, 69.0, 88.6]
GOLDEN = [
    ("stdp_synapse", {}, [50.000000, 50.169298, 49.997575, 49.659526, 50.106407]),
    ("stdp_synapse_hom", {}, [50.000000, 50.169298, 49.997575, 49.659526, 50.106407]),
    ("stdp_nn_symm_synapse", {}, [50.000000, 50.392003, 50.388447, 50.203078, 50.497558]),
    ("stdp_nn_restr_synapse", {}, [50.000000, 49.996477, 49.995826, 49.995826, 50.293101]),
    ("stdp_nn_pre_centered_synapse", {}, [50.000000, 49.996477, 49.995826, 49.811901, 50.291052]),
    ("stdp_triplet_synapse", {}, [50.000000, 49.996327, 49.995974, 49.990923, 50.010084]),
    ("stdp_pl_synapse_hom", {}, [50.000000, 44.299209, 40.797349, 38.038911, 36.266555]),
    ("stdp_synapse", {"mu_plus": .3, "mu_minus": .7, "alpha": 1.2, "lambda_": .05},
     [50.000000, 51.451034, 50.232846, 47.727465, 51.522901]),
    ("vogels_sprekeler_synapse", {"weight": .5}, [0.499880, 0.502683, 0.503904, 0.504461, 0.506481]),
    ("jonke_synapse", {"beta": .1, "mu_plus": -.01, "mu_minus": .01, "lambda_": .05},
     [49.995000, 49.919542, 49.855789, 49.795131, 49.779645]),
    ("tsodyks_synapse", {"tau_rec": 100., "tau_fac": 50., "U": .2}, [10.000000, 12.769320, 11.786301, 10.115725, 8.844800]),
    ("tsodyks_synapse_hom", {"tau_rec": 100., "tau_fac": 50., "U": .2}, [10.000000, 12.769320, 11.786301, 10.115725, 8.844800]),
    ("tsodyks2_synapse", {"tau_rec": 100., "tau_fac": 50., "U": .2, "u": .2},
     [10.000000, 12.847000, 11.956484, 10.329766, 9.060705]),
    ("ht_synapse", {"tau_P": 50.}, [50.000000, 45.810500, 43.353232, 41.911971, 41.066627]),
]


def parrots(seed=1, threads=1, pre=PRE, post=POST, n=1, **target):
    """A network of one presynaptic and `n` postsynaptic parrots with given spikes; generators reach them after 1 ms."""
    net = sn.Network(seed=seed, threads=threads)
    before, after = net.create("parrot_neuron", name="pre"), net.create("parrot_neuron", n=n, name="post", **target)
    for spikes, nodes in ((pre, before), (post, after)):
        given = net.create("spike_generator", spike_times=[t - 1.0 for t in spikes])
        net.connect(given, nodes, sn.all_to_all(), sn.static_synapse(delay=1.0))
    return net, before, after


def sent(model, values, **options):
    net, pre, post = parrots(**options)
    projection = net.connect(pre, post, sn.all_to_all(), sn.synapse(model, receptor=1, **({"weight": 50.0, "delay": 1.5} | values)))
    net.record(projection, "weights")
    return net._simulation.run(100.0).weights["weights"].weights, projection


@pytest.mark.parametrize("model, values, weights", GOLDEN)
def test_weights_of_the_reference(model, values, weights):
    found, _ = sent(model, values)
    assert np.allclose(found, weights, rtol=0, atol=5.1e-7)


@pytest.mark.parametrize("model, values, weights", GOLDEN)
def test_parameters_of_single_connections_serve_the_same_rule(model, values, weights):
    """The variant with one value per connection, for parameters that differ, gives the same weights."""
    name = next(iter(values), None)
    if model.endswith("_hom"):
        pytest.skip("its parameters are common to all connections")
    declared = sn.get_model(model, "synapse")
    name = name if name in declared.parameters and name != "weight" else next(
        k for k in declared.parameters if k not in ("weight", "delay"))
    default = values.get(name, declared.parameters[name].default)
    found, _ = sent(model, values | {name: np.array([[default], [default * 1.01]])}, n=2)
    assert np.allclose(found[::2], weights, rtol=0, atol=5.1e-7) and not np.array_equal(found[::2], found[1::2])
