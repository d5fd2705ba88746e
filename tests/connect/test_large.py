"""A network of ten million synapses is the same however many threads build it."""

import hashlib

import numpy as np
import pytest

import spatialnet as sn

N = 20_000


def fingerprints(threads):
    """Number of connections, and one digest for each column of each table."""
    net = sn.Network(seed=2024, threads=threads)
    exc = net.create("iaf_psc_alpha", sn.grid([128, 128], extent=[8., 8.], edge_wrap=True), name="E")
    inh = net.create("iaf_psc_alpha", sn.free(sn.random.uniform(-4, 4), n=N - 128 * 128, extent=[8., 8.], center=[0., 0.],
                                              edge_wrap=True), name="I")
    near, decay = sn.circular(1.2), sn.gaussian(sn.distance, std=0.6)
    net.connect(exc, exc, sn.pairwise_bernoulli(0.9 * decay, mask=near),
                sn.static_synapse(sn.random.normal(20., 2.), 0.5 + sn.distance / 0.3))
    net.connect(exc, inh, sn.fixed_indegree(300, p=decay, mask=near), sn.static_synapse(10.0, sn.random.uniform(0.5, 2)))
    net.connect(inh, exc + inh, sn.pairwise_bernoulli(0.6 * sn.exponential(sn.distance, beta=0.6)),
                sn.static_synapse(sn.random.lognormal(1., 0.3), 1.0))
    net.connect(inh, exc, sn.fixed_outdegree(250, allow_multapses=False), sn.static_synapse(-3.0))
    net.connect(exc, inh, sn.fixed_total_number(500_000), sn.static_synapse(sn.random.uniform(1, 2)))
    digests = [hashlib.blake2b(np.ascontiguousarray(column)).hexdigest()
               for projection in net.projections for table in projection.tables
               for column in (table.offsets, table.targets, table.weights, table.delays)]
    return net.n_nodes, net.n_connections, digests


@pytest.mark.slow
def test_ten_million_synapses_are_identical_for_1_2_and_7_threads():
    """Every rule, grids and free layers, random weights and delays: all arrays equal, byte for byte."""
    nodes, connections, alone = fingerprints(1)
    assert nodes >= 20_000 and connections >= 10_000_000
    for threads in (2, 7):
        assert fingerprints(threads) == (nodes, connections, alone)
