"""Structural plasticity beside NEST: the same elements, calcium and numbers of connections, as far as they are not chance."""

import numpy as np
import pytest

import spatialnet as sn

nest = pytest.importorskip("nest", reason="NEST (nest-simulator) is not installed")
N, RATE, INTERVAL, T = 100, 0.004, 100.0, 1050.0
CURVES = {"linear": {"eps": 0.4}, "gaussian": {"eta": 0.0, "eps": 0.8}, "sigmoid": {"eps": 0.4, "psi": 0.1}}
CALCIUM = {"tau_Ca": 1000.0, "beta_Ca": 0.02}


def on_nest(curve, shape):
    nest.ResetKernel()
    nest.set_verbosity("M_ERROR")
    nest.structural_plasticity_update_interval = INTERVAL
    nest.CopyModel("static_synapse", "grown", {"weight": 0.0, "delay": 1.0})
    nest.structural_plasticity_synapses = {"syn": {"synapse_model": "grown", "pre_synaptic_element": "axon",
                                                   "post_synaptic_element": "dendrite", "allow_autapses": False}}
    element = {"growth_curve": curve, "growth_rate": RATE, "z": 2.0, "continuous": False, "tau_vacant": 0.1, **shape}
    cells = nest.Create("iaf_psc_alpha", N, {"I_e": 420.0, "synaptic_elements": {"axon": element, "dendrite": element}, **CALCIUM})
    nest.EnableStructuralPlasticity()
    nest.Simulate(T)
    elements = cells.get("synaptic_elements")
    return np.array([e["axon"]["z"] for e in elements]), np.array(cells.Ca), len(nest.GetConnections(synapse_model="grown"))


@pytest.mark.parametrize("curve", CURVES)
def test_elements_calcium_and_connections_agree(curve):
    """All neurons fire alike, so every neuron has the same number of elements, and all of them find partners but for chance."""
    z, calcium, n = on_nest(curve, CURVES[curve])
    net = sn.Network(seed=1)
    cells = net.create("iaf_psc_alpha", n=N, I_e=420.0)
    for name in ("axon", "dendrite"):
        net.growth.add_element(cells, name, growth_curve=curve, growth_rate=RATE, z=2.0, **CURVES[curve], **CALCIUM)
    net.growth.add_synapse("grown", "axon", "dendrite", sn.static_synapse(weight=0.0, delay=1.0))
    net.growth.interval = INTERVAL
    net.simulate(T, progress=False)
    assert net.growth.calcium(cells)[0] == pytest.approx(calcium[0], rel=2e-2)
    # vacant elements decay, and how many are vacant is chance (a bouton and a spine of one neuron cannot join)
    assert np.mean(net.growth.elements(cells)["axon"].z) == pytest.approx(np.mean(z), rel=0.02)
    assert net.growth.projections[0].n == pytest.approx(n, rel=0.05)
