"""Connections that a third population joins."""

import numpy as np
import pytest
from scipy import stats

import spatialnet as sn
from spatialnet.errors import ConnectError, ParameterError, SpatialnetError


@pytest.fixture
def net():
    network = sn.Network(seed=4, threads=2)
    network.create("iaf_psc_alpha", sn.grid([10, 10], extent=[2., 2.], edge_wrap=True), name="E")
    network.create("iaf_psc_alpha", n=40, name="I")
    network.create("parrot_neuron", n=20, name="A")
    return network


def pairs(projection):
    return sorted(zip(projection.sources.tolist(), projection.targets.tolist()))


@pytest.mark.parametrize("rule", [sn.fixed_indegree(7), sn.pairwise_bernoulli(0.1), sn.all_to_all(), sn.fixed_total_number(500),
                                  sn.pairwise_poisson(0.2), sn.fixed_outdegree(sn.random.uniform(0, 9))])
@pytest.mark.parametrize("factor", [sn.tripartite_bernoulli_with_pool(), sn.tripartite_bernoulli_with_pool(1.0, 3),
                                    sn.tripartite_bernoulli_with_pool(1.0, 1, "block")])
def test_every_primary_connection_is_joined_with_p_of_one(net, rule, factor):
    """As many connections to third nodes as from them, and the same ones' ends."""
    made = net.connect_tripartite(net["E"], net["I"], net["A"], rule, factor)
    assert made.primary.n == made.third_in.n == made.third_out.n > 0
    assert (made.third_in.out_degrees() == made.primary.out_degrees()).all()
    assert (made.third_out.in_degrees() == made.primary.in_degrees()).all()
    assert (made.third_in.in_degrees() == made.third_out.out_degrees()).all()
    assert net.projections == list(made)
    assert [p.name for p in made] == ["E→I", "E→A", "A→I"] and made.third_in.rule is factor


def test_the_primary_connections_are_those_of_connect(net):
    other = sn.Network(seed=4)
    layer = other.create("iaf_psc_alpha", sn.grid([10, 10], extent=[2., 2.], edge_wrap=True), name="E")
    rule = sn.pairwise_bernoulli(sn.gaussian(sn.distance, std=0.3), mask=sn.circular(0.6))
    made = net.connect_tripartite(net["E"], net["E"], net["A"], rule, sn.tripartite_bernoulli_with_pool(0.5))
    assert pairs(made.primary) == pairs(other.connect(layer, layer, rule))


def test_joined_connections_are_binomial_and_third_nodes_uniform(net):
    made = net.connect_tripartite(net["E"], net["I"], net["A"], sn.all_to_all(), sn.tripartite_bernoulli_with_pool(0.3))
    assert stats.binomtest(made.third_in.n, 4000, 0.3).pvalue > 1e-3
    assert stats.chisquare(made.third_in.in_degrees()).pvalue > 1e-3


def test_random_pools_have_their_size_and_are_uniform(net):
    """Each target is joined by its own pool of 5 of the 20; over targets all are chosen alike."""
    made = net.connect_tripartite(net["E"], net["I"], net["A"], sn.all_to_all(), sn.tripartite_bernoulli_with_pool(1.0, 5))
    pools = [set(made.third_out.sources_of([node]).tolist()) for node in net["I"].ids]
    assert {len(pool) for pool in pools} == {5} and len(set(map(frozenset, pools))) > 30
    use = np.bincount(np.concatenate([sorted(p) for p in pools]) - net["A"].ids[0], minlength=20)
    # without repetition inside a pool, so a little narrower than chi-square
    assert stats.chi2.sf(((use - 10) ** 2 / 10).sum() * 20 / 15 * 19 / 20, 19) > 1e-3
    shares = [np.bincount(np.unique(made.third_out.sources_of([n]), return_inverse=True)[1]) for n in net["I"].ids]
    assert stats.chisquare(np.ravel(shares)).pvalue > 1e-3


def test_blocks_are_those_of_the_reference(net):
    """One third node for consecutive targets, or a block of them for each target."""
    made = net.connect_tripartite(net["E"], net["I"], net["A"], sn.fixed_indegree(30),
                                  sn.tripartite_bernoulli_with_pool(1.0, 1, "block"))
    assert (made.third_out.sources - net["A"].ids[0] == (made.third_out.targets - net["I"].ids[0]) * 20 // 40).all()
    made = net.connect_tripartite(net["E"], net["A"], net["I"], sn.fixed_indegree(30),
                                  sn.tripartite_bernoulli_with_pool(1.0, 2, "block"))
    assert ((made.third_out.sources - net["I"].ids[0]) // 2 == made.third_out.targets - net["A"].ids[0]).all()
    assert len(set(pairs(made.third_out))) == 40


def test_p_of_zero_joins_nothing(net):
    made = net.connect_tripartite(net["E"], net["I"], net["A"], sn.all_to_all(), sn.tripartite_bernoulli_with_pool(0.0))
    assert (made.primary.n, made.third_in.n, made.third_out.n) == (4000, 0, 0)


def test_synapses_belong_to_their_parts_and_are_run(net):
    synapses = {"primary": [sn.static_synapse(sn.random.uniform(1, 2)), sn.static_synapse(-1.)],
                "third_in": sn.static_synapse(5., 2.), "third_out": sn.static_synapse(sn.random.uniform(6, 7))}
    made = net.connect_tripartite(net["E"] + net["I"], net["I"], net["A"], sn.fixed_indegree(10),
                                  sn.tripartite_bernoulli_with_pool(1.0, 4), synapses=synapses, name="net")
    assert [p.name for p in made] == ["net", "net third_in", "net third_out"]
    assert (made.primary.n, made.third_in.n) == (800, 400)  # a pair with two synapses is joined once
    assert (made.third_in.weights == 5).all() and (made.third_in.delays == 2).all()
    assert ((made.third_out.weights >= 6) & (made.third_out.weights < 7)).all()
    kept = net.simulate(1.0, progress=False, connections=True)
    assert kept["connections/net third_out"].sizes["synapse"] == 400
    assert "tripartite_bernoulli_with_pool" in kept["connections/net third_in"].attrs["rule_json"]


def test_tripartite_connectivity_is_the_same_on_any_number_of_threads():
    made = []
    for threads in (1, 3):
        network = sn.Network(seed=4, threads=threads)
        a, b = network.create("iaf_psc_alpha", n=300), network.create("parrot_neuron", n=50)
        made.append([pairs(p) for p in network.connect_tripartite(a, a, b, sn.pairwise_bernoulli(0.1),
                                                                  sn.tripartite_bernoulli_with_pool(0.4, 7))])
    assert made[0] == made[1]


@pytest.mark.parametrize("arguments, error, said", [
    ({"factor": sn.tripartite_bernoulli_with_pool(1., 21)}, ConnectError, "pool_size=21, but there are only 20 third nodes"),
    ({"factor": sn.tripartite_bernoulli_with_pool(1., 3, "block")}, ConnectError, "for 40 targets need 120 of them, there are 20"),
    ({"factor": sn.tripartite_bernoulli_with_pool(1., 1, "block"), "third": slice(0, 7)}, ConnectError, "a multiple of theirs"),
    ({"factor": sn.all_to_all()}, ConnectError, "must be one such as spatialnet.tripartite_bernoulli_with_pool"),
    ({"rule": sn.symmetric_pairwise_bernoulli(.1)}, ConnectError, "which go in one direction"),
    ({"rule": sn.one_to_one(make_symmetric=True)}, ConnectError, "which go in one direction"),
    ({"rule": sn.tripartite_bernoulli_with_pool()}, ConnectError, "use net.connect_tripartite"),
    ({"rule": "all_to_all"}, ConnectError, "must be a rule"), ({"third": slice(0, 0)}, ConnectError, "no third nodes"),
    ({"synapses": {"third": sn.static_synapse()}}, SpatialnetError, "Did you mean 'third_in'?"),
    ({"synapses": sn.static_synapse()}, ConnectError, "must be a dictionary with the keys primary, third_in, third_out"),
    ({"synapses": {"primary": sn.static_synapse(weight=[1.])}}, ConnectError, "cannot be arrays"),
    ({"synapses": {"third_out": sn.static_synapse(delay=0.05 * sn.random.uniform())}}, ParameterError, "delay"),
    ({"synapses": {"third_in": sn.static_synapse(receptor=9)}}, SpatialnetError, "receptor"),
    ({"rule": sn.fixed_indegree(101, allow_multapses=False)}, ConnectError, "indegree=101"),
    ({"name": "before"}, ParameterError, "'before' is taken"), ({"name": 3}, ParameterError, "must be a text"),
])
def test_what_is_impossible_leaves_nothing(net, arguments, error, said):
    before = net.connect(net["I"], net["E"], sn.fixed_indegree(2), name="before")
    given = {"rule": sn.fixed_indegree(3), "factor": sn.tripartite_bernoulli_with_pool(), "third": slice(None)} | arguments
    with pytest.raises(error) as caught:
        net.connect_tripartite(net["E"], net["I"], net["A"][given.pop("third")], given.pop("rule"), given.pop("factor"), **given)
    assert said in str(caught.value) and net.projections == [before]
    after = net.connect(net["E"], net["I"], sn.fixed_indegree(3))
    assert after.index == 1


@pytest.mark.parametrize("arguments, said", [({"p": 1.5}, "p: must be a probability"), ({"p": sn.distance}, "p: must be"),
                                             ({"pool_size": 0}, "pool_size: must be"), ({"pool_size": 1.5}, "pool_size"),
                                             ({"pool_type": "both"}, "must be 'random' or 'block'"), ({"p": None}, "p: must be")])
def test_impossible_pools_are_refused(arguments, said):
    with pytest.raises(ParameterError, match=said):
        sn.tripartite_bernoulli_with_pool(**arguments)


def test_a_third_factor_is_no_rule_of_connect(net):
    with pytest.raises(ConnectError, match="use net.connect_tripartite"):
        net.connect(net["E"], net["I"], sn.tripartite_bernoulli_with_pool())
