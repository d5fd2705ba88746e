"""Rules beyond the first ones, here and in NEST: equal connections without chance, equal distributions with it (p > 1e-3)."""

import contextlib

import numpy as np
import pytest
from scipy import stats

import spatialnet as sn

nest = pytest.importorskip("nest", reason="NEST (nest-simulator) is not installed")
from tests.vs_nest.test_connect import build, degrees_agree, free, grid, lengths, quiet_kernel  # noqa: E402, F401

SYMMETRIC = {"rule": "symmetric_pairwise_bernoulli", "allow_autapses": False, "allow_multapses": True, "make_symmetric": True}


def same_pairs(ours, theirs):
    assert sorted(map(tuple, ours.tolist())) == sorted(map(tuple, theirs.tolist()))


def multiplicities_agree(ours, theirs):
    """How many pairs have one connection, two, and so on."""
    counts = [np.bincount(np.unique(pairs, axis=0, return_counts=True)[1])[1:] for pairs in (ours, theirs)]
    n = max(map(len, counts))
    table = np.array([np.pad(c, (0, n - len(c))) for c in counts])
    enough = table.sum(axis=0) >= 20
    table = np.column_stack([table[:, enough], table[:, ~enough].sum(axis=1)]) if (~enough).any() else table
    table = table[:, table.sum(axis=0) > 0]
    assert table.shape[1] == 1 or stats.chi2_contingency(table).pvalue > 1e-3


@pytest.mark.parametrize("average", [0.03, 0.4])
def test_pairwise_poisson_agrees_in_distribution(average):
    _, made, ours, theirs, _ = build(grid([25, 25], [1, 1]), sn.pairwise_poisson(average),
                                     {"rule": "pairwise_poisson", "pairwise_avg_num_conns": average})
    assert abs(len(ours) - len(theirs)) < 3.3 * np.sqrt(2 * len(ours))
    for column in (0, 1):
        degrees_agree(ours, theirs, made.source.ids, column)
    multiplicities_agree(ours, theirs)


@pytest.mark.parametrize("places", [grid([25, 25], [2, 2], True), free(600, [2, 2])], ids=["wrapped grid", "free"])
@pytest.mark.parametrize("radius", [None, 0.5])
def test_pairwise_poisson_in_space_agrees_in_distribution(places, radius):
    """The mask stands around the target, in NEST always and here by default."""
    mask = None if radius is None else sn.circular(radius)
    theirs = {} if radius is None else {"mask": {"circular": {"radius": radius}}}
    profile = nest.spatial_distributions.gaussian(nest.spatial.distance, std=0.3)
    net, made, pairs, found, _ = build(places, sn.pairwise_poisson(1.5 * sn.gaussian(sn.distance, std=0.3), mask=mask),
                                       {"rule": "pairwise_poisson", "pairwise_avg_num_conns": 1.5 * profile} | theirs)
    assert abs(len(pairs) - len(found)) < 3.3 * np.sqrt(2 * len(pairs))
    for column in (0, 1):
        degrees_agree(pairs, found, made.source.ids, column)
    multiplicities_agree(pairs, found)
    assert stats.ks_2samp(lengths(net, made, pairs), lengths(net, made, found)).pvalue > 1e-3


def test_pairwise_poisson_stands_on_the_target_in_both():
    """A mask to the right of the driver tells which end that is."""
    right = {"rectangular": {"lower_left": [0.1, -0.1], "upper_right": [2.0, 0.1]}}
    net, made, ours, theirs, _ = build(grid([6, 6], [6, 6]), sn.pairwise_poisson(9.0, mask=sn.rectangular([.1, -.1], [2., .1])),
                                       {"rule": "pairwise_poisson", "pairwise_avg_num_conns": 9.0, "mask": right})
    same_pairs(np.unique(ours, axis=0), np.unique(theirs, axis=0))


@pytest.mark.parametrize("within", [True, False])
def test_symmetric_pairwise_bernoulli_agrees_in_distribution(within):
    _, made, ours, theirs, _ = build(grid([30, 30], [1, 1]), sn.symmetric_pairwise_bernoulli(0.04), SYMMETRIC | {"p": 0.04},
                                     targets=None if within else grid([25, 25], [1, 1]))
    assert abs(len(ours) - len(theirs)) < 3.3 * 2 * np.sqrt(len(ours))
    nodes = np.union1d(made.source.ids, made.target.ids)
    for column in (0, 1):
        degrees_agree(ours, theirs, nodes, column)
    if within:
        multiplicities_agree(ours, theirs)
    same_pairs(theirs, theirs[:, ::-1])
    same_pairs(ours, ours[:, ::-1])


@pytest.mark.parametrize("rule, column", [("fixed_indegree", 1), ("fixed_outdegree", 0)])
@pytest.mark.parametrize("ours, theirs", [(2.0 + sn.random.uniform_int(12), lambda: 2.0 + nest.random.uniform_int(12)),
                                          (sn.random.uniform(0.0, 20.0), lambda: nest.random.uniform(0.0, 20.0)),
                                          (sn.max(sn.random.normal(15.0, 4.0), 0.0),
                                           lambda: nest.math.max(nest.random.normal(15.0, 4.0), 0.0))])
def test_drawn_degrees_agree_in_distribution(rule, column, ours, theirs):
    degree = rule.removeprefix("fixed_")
    _, made, pairs, found, _ = build(grid([40, 40], [1, 1]), getattr(sn, rule)(ours), {"rule": rule, degree: theirs()})
    degrees_agree(pairs, found, made.source.ids, column)


def test_one_to_one_is_made_symmetric_alike():
    for targets in (None, grid([5, 4], [1, 1])):
        nest.ResetKernel()
        _, _, ours, theirs, _ = build(grid([5, 4], [1, 1]), sn.one_to_one(make_symmetric=True),
                                      {"rule": "one_to_one", "make_symmetric": True}, targets=targets)
        same_pairs(ours, theirs)


@pytest.mark.parametrize("rule, nests_rule", [(sn.all_to_all(allow_autapses=False), {"rule": "all_to_all", "allow_autapses": False}),
                                              (sn.one_to_one(), {"rule": "one_to_one"})])
def test_several_synapses_are_made_alike(rule, nests_rule):
    _, made, ours, theirs, table = build(grid([4, 4], [1, 1]), rule, nests_rule,
                                         [sn.static_synapse(2., 1.), sn.static_synapse(-3., 2.)],
                                         nest.CollocatedSynapses({"weight": 2., "delay": 1.}, {"weight": -3., "delay": 2.}))
    same_pairs(np.column_stack([ours, made.weights, made.delays]), np.column_stack([theirs, table.weight, table.delay]))


@pytest.mark.parametrize("p, size, kind", [(0.4, None, "random"), (1.0, 3, "random"), (0.7, 1, "block")])
def test_tripartite_connectivity_agrees_in_distribution(p, size, kind):
    n, n_third = 400, 100
    net = sn.Network(seed=17)
    neurons, third = net.create("parrot_neuron", n=n), net.create("parrot_neuron", n=n_third)
    made = net.connect_tripartite(neurons, neurons, third, sn.pairwise_bernoulli(0.05),
                                  sn.tripartite_bernoulli_with_pool(p, size, kind))
    cells, others = nest.Create("parrot_neuron", n), nest.Create("parrot_neuron", n_third)
    factor = {"rule": "third_factor_bernoulli_with_pool", "p": p, "pool_type": kind} | ({} if size is None else {"pool_size": size})
    nest.TripartiteConnect(cells, cells, others, {"rule": "pairwise_bernoulli", "p": 0.05}, factor)
    for projection, ends in zip(made, ((cells, cells), (cells, others), (others, cells))):
        table = nest.GetConnections(*ends)
        theirs = np.array([table.source, table.target]).T - 1
        ours = np.column_stack([projection.sources, projection.targets])
        assert abs(len(ours) - len(theirs)) < 3.3 * np.sqrt(2 * len(ours))
        for column, nodes in enumerate((projection.source.ids, projection.target.ids)):
            degrees_agree(ours, theirs, nodes, column)
        multiplicities_agree(ours, theirs)


@pytest.mark.parametrize("rule, nests_rule", [
    (lambda: sn.pairwise_poisson(0.1, allow_multapses=False),
     {"rule": "pairwise_poisson", "pairwise_avg_num_conns": 0.1, "allow_multapses": False}),
    (lambda: sn.pairwise_poisson(-0.1), {"rule": "pairwise_poisson", "pairwise_avg_num_conns": -0.1}),
    (lambda: sn.symmetric_pairwise_bernoulli(0.1, allow_autapses=True), SYMMETRIC | {"p": 0.1, "allow_autapses": True}),
    (lambda: sn.symmetric_pairwise_bernoulli(0.1, allow_multapses=False), SYMMETRIC | {"p": 0.1, "allow_multapses": False}),
    (lambda: sn.symmetric_pairwise_bernoulli(0.1, make_symmetric=False), SYMMETRIC | {"p": 0.1, "make_symmetric": False}),
    (lambda: sn.symmetric_pairwise_bernoulli(1.0), SYMMETRIC | {"p": 1.0}),
    (lambda: sn.one_to_one(make_symmetric=1), {"rule": "one_to_one", "make_symmetric": 1}),
])
def test_switches_that_nest_refuses_are_refused_here(rule, nests_rule):
    with pytest.raises(sn.errors.SpatialnetError):
        rule()
    cells = nest.Create("parrot_neuron", 20)
    with pytest.raises(nest.NESTErrors.KernelException), contextlib.redirect_stdout(None):
        nest.Connect(cells, cells, nests_rule)
