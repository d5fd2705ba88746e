"""What each rule promises, beside chance."""

import numpy as np
import pytest

import spatialnet as sn
from spatialnet.errors import ConnectError, ParameterError


@pytest.fixture
def net():
    network = sn.Network(seed=5, threads=1)
    network.create("iaf_psc_alpha", sn.grid([10, 10], extent=[2., 2.], edge_wrap=True), name="E")
    network.create("iaf_psc_alpha", sn.grid([5, 5], extent=[2., 2.], edge_wrap=True), name="I")
    return network


def listed(projection, *columns):
    """Connections as tuples, sorted."""
    found = projection.connections_of()
    return sorted(zip(*(found[c].tolist() for c in columns or ("source", "target", "weight", "delay"))))


# ---- pairs ----

def test_listed_pairs_become_connections_with_their_own_values(net):
    made = net.connect(net["I"], net["E"], sn.pairs([4, 0, 0, 4], [1, 7, 7, 0]),
                       sn.static_synapse(weight=[1., 2., 3., 4.], delay=[.1, .2, .3, .4]))
    assert listed(made) == [(100, 7, 2., .2), (100, 7, 3., .3), (104, 0, 4., .4), (104, 1, 1., .1)]


def test_listed_pairs_count_within_slices_and_sums(net):
    """Position 3 of a slice is its fourth node; ids are those of the network."""
    some, both = net["E"][50:40:-1], net["I"] + net["E"][[9, 3]]
    assert listed(net.connect(some, both, sn.pairs([3, 0], [26, 0])), "source", "target") == [(47, 3), (50, 100)]
    assert listed(net.connect(some, both, sn.pairs([47, 50], [3, 100], ids=True)), "source", "target") == [(47, 3), (50, 100)]


def test_connections_of_a_query_can_be_made_again(net):
    first = net.connect(net["E"], net["I"], sn.pairwise_bernoulli(0.2), sn.static_synapse(sn.random.normal(), 1 + sn.distance))
    found = first.connections_of()
    again = net.connect(net["E"], net["I"], sn.pairs(found["source"], found["target"], ids=True),
                        sn.static_synapse(found["weight"], found["delay"]))
    assert listed(again) == listed(first)


def test_expressions_are_evaluated_for_listed_pairs(net):
    made = net.connect(net["E"], net["E"], sn.pairs([0, 0], [1, 9]), sn.static_synapse(weight=sn.distance))
    assert made.weights == pytest.approx([.2, .2])


def test_no_pairs_make_no_connections_and_autapses_can_be_left_out(net):
    assert net.connect(net["E"], net["I"], sn.pairs([], [])).n == 0
    rule = sn.pairs([1, 2, 2], [1, 3, 2], allow_autapses=False)
    made = net.connect(net["E"], net["E"], rule, sn.static_synapse(weight=[1., 2., 3.]))
    assert listed(made, "source", "target", "weight") == [(2, 3, 2.)]


# ---- both directions ----

def test_one_to_one_can_be_made_symmetric(net):
    some = net["E"][:25]
    made = net.connect(some, net["I"], sn.one_to_one(make_symmetric=True),
                       sn.static_synapse(weight=np.arange(25.), delay=1 + np.arange(25.)))
    there = [(i, 100 + i, float(i), 1. + i) for i in range(25)]
    assert listed(made) == sorted(there + [(t, s, w, d) for s, t, w, d in there])
    assert made.n == 50 and (made.targets_of([103]) == [3]).all() and (made.sources_of([103]) == [3]).all()


def test_symmetric_self_connections_are_made_twice_or_not_at_all(net):
    made = net.connect(net["I"], net["I"], sn.one_to_one(make_symmetric=True))
    assert (made.in_degrees() == 2).all() and (made.sources == made.targets).all()
    assert net.connect(net["I"], net["I"], sn.one_to_one(make_symmetric=True, allow_autapses=False)).n == 0


@pytest.mark.parametrize("ends", [("E", "I"), ("E", "E")])
@pytest.mark.parametrize("p, mask", [(0.3, None), (0.6 * sn.gaussian(sn.distance, std=0.3), sn.circular(0.5))])
def test_symmetric_bernoulli_connects_both_ways_alike(net, ends, p, mask):
    made = net.connect(net[ends[0]], net[ends[1]], sn.symmetric_pairwise_bernoulli(p, mask=mask),
                       sn.static_synapse(sn.random.normal(), 0.1 + sn.random.uniform()))
    rows = listed(made)
    assert rows == sorted((t, s, w, d) for s, t, w, d in rows) and len(rows) > 100
    assert all(s != t for s, t, _, _ in rows)


@pytest.mark.parametrize("switches, said", [({"allow_autapses": True}, "allow_autapses: must be False"),
                                            ({"allow_multapses": False}, "allow_multapses: must be True"),
                                            ({"make_symmetric": False}, "make_symmetric: must be True"),
                                            ({"make_symmetric": 1}, "must be True or False"),
                                            ({"p": 1.0}, "p: must be below 1"), ({"p": -0.1}, "between 0 and 1")])
def test_symmetric_bernoulli_refuses_what_contradicts_it(switches, said):
    with pytest.raises(ParameterError, match=said):
        sn.symmetric_pairwise_bernoulli(**({"p": 0.1} | switches))


# ---- degrees that differ ----

@pytest.mark.parametrize("rule, count", [(sn.fixed_indegree, "in_degrees"), (sn.fixed_outdegree, "out_degrees")])
@pytest.mark.parametrize("switches", [{}, {"mask": sn.circular(0.7)}, {"allow_multapses": False}])
def test_degrees_can_be_given_one_by_one(net, rule, count, switches):
    degrees = np.arange(100) % 9
    made = net.connect(net["E"], net["E"], rule(degrees, **switches))
    assert (getattr(made, count)() == degrees).all()


@pytest.mark.parametrize("rule, count", [(sn.fixed_indegree, "in_degrees"), (sn.fixed_outdegree, "out_degrees")])
def test_degrees_can_depend_on_the_place(net, rule, count):
    made = net.connect(net["E"], net["E"], rule(3.5 + 2 * sn.pos.x))
    assert (getattr(made, count)() == np.floor(4 + 2 * net["E"].positions[:, 0])).all()
    end = sn.target if rule is sn.fixed_indegree else sn.source
    assert (getattr(net.connect(net["E"], net["I"] + net["E"], rule(3.5 + 2 * end.x)), count)() >= 2).all()


def test_whole_number_as_an_expression_is_a_number(net):
    from spatialnet.language.nodes import Number
    assert repr(sn.fixed_indegree(Number(3.0))) == "fixed_indegree(indegree=3)"


def test_degrees_that_differ_are_the_same_on_any_number_of_threads():
    made = []
    for threads in (1, 3):
        net = sn.Network(seed=2, threads=threads)
        layer = net.create("iaf_psc_alpha", n=300)
        made.append(listed(net.connect(layer, layer, sn.fixed_indegree(sn.random.uniform(0, 20)))))
    assert made[0] == made[1]


# ---- several synapses ----

@pytest.mark.parametrize("rule", [sn.pairwise_poisson(0.3), sn.pairwise_poisson(3 * sn.gaussian(sn.distance, std=.1)),
                                  sn.pairwise_bernoulli(0.1), sn.fixed_indegree(4, mask=sn.circular(0.6)),
                                  sn.fixed_outdegree(sn.random.uniform(0, 9)), sn.fixed_total_number(300), sn.one_to_one(),
                                  sn.all_to_all(), sn.pairs([1, 1, 5], [2, 2, 0]), sn.symmetric_pairwise_bernoulli(0.1),
                                  sn.fixed_total_number(50, mask=sn.circular(0.5)),
                                  sn.pairwise_bernoulli(sn.gaussian(sn.distance, std=.2), use_on_source=True)])
def test_every_pair_gets_one_connection_of_each_synapse(net, rule):
    first, second = sn.static_synapse(1 + sn.random.uniform(), 1.0), sn.static_synapse(-5 * sn.distance - 1, 2.0)
    made = net.connect(net["E"], net["E"], rule, [first, second])
    positive, negative = ([row[:2] for row in listed(made) if (row[2] > 0) == sign] for sign in (True, False))
    assert positive == negative and made.n == 2 * len(positive) > 0
    assert made.synapse == (first, second) and {row[3] for row in listed(made)} == {1.0, 2.0}


@pytest.mark.parametrize("rule", [
    sn.pairwise_bernoulli(0.3, use_on_source=True), sn.pairwise_poisson(0.3, mask=sn.circular(0.5)), sn.fixed_indegree(4),
    sn.fixed_total_number(60, p=sn.exponential(sn.distance, beta=0.3)), sn.all_to_all(), sn.one_to_one(make_symmetric=True)])
@pytest.mark.parametrize("ends", [lambda e, i: (e, i), lambda e, i: (e[5:], i[:20]), lambda e, i: (e[:15] + i[3:8], i[:20])],
                         ids=["layers", "slices", "joined"])
def test_synapses_of_one_call_share_their_pairs_until_one_is_changed(rule, ends):
    """The first are as if they were alone."""
    first, second = sn.static_synapse(sn.random.normal(), 1.0), sn.static_synapse(2.0, 1.0 + sn.random.uniform())
    made = []
    for synapses in (first, [first, second]):
        net = sn.Network(seed=3)
        e, i = (net.create("iaf_psc_alpha", sn.grid([5, 5])) for _ in range(2))
        made.append(net.connect(*ends(e, i), rule, synapses))
    alone, both = made
    k = len(both.tables) // (4 if rule.make_symmetric else 2)  # the other direction comes after both synapses
    tables, others = both.tables[:k] + both.tables[2 * k:3 * k], both.tables[k:2 * k] + both.tables[3 * k:]
    assert len(alone.tables) == len(tables) == len(others) and alone.n * 2 == both.n > 0
    for one, table, other in zip(alone.tables, tables, others):
        assert table.targets is other.targets and table.offsets is other.offsets
        assert (one.targets == table.targets).all() and (one.offsets == table.offsets).all()
        assert (one.weights == table.weights).all() and other.weights == 2.0 and one.delays == table.delays
    assert both.nbytes < sum(table.nbytes for table in both.tables)
    before = [(t.offsets.copy(), t.targets.copy()) for t in tables]
    both.disconnect(where=both.weights == 2.0)
    assert both.n == alone.n and all((t.offsets == o).all() and (t.targets == n).all() for t, (o, n) in zip(tables, before))


@pytest.mark.parametrize("rule", [sn.pairwise_bernoulli(0.2), sn.fixed_total_number(2000), sn.one_to_one()])
def test_random_weights_of_several_synapses_are_independent(net, rule):
    weight = sn.random.uniform(0, 1)
    made = net.connect(net["E"], net["E"], rule, (sn.static_synapse(weight, 1.0), sn.static_synapse(weight, 2.0)))
    first, second = (made.weights[made.delays == d] for d in (1.0, 2.0))
    assert abs(np.corrcoef(first, second)[0, 1]) < 4 / np.sqrt(len(first)) and (first != second).all()


def test_arrays_serve_several_synapses(net):
    made = net.connect(net["I"], net["I"], sn.one_to_one(),
                       [sn.static_synapse(weight=np.arange(25.)), sn.static_synapse(weight=100 + np.arange(25.))])
    assert listed(made, "source", "weight") == sorted([(100 + i, float(w)) for i in range(25) for w in (i, 100 + i)])


def test_connections_of_several_synapses_can_be_asked_and_set(net):
    made = net.connect(net["I"], net["I"], sn.one_to_one(), [sn.static_synapse(1., 1.), sn.static_synapse(2., 2.)])
    assert listed(made)[:2] == [(100, 100, 1., 1.), (100, 100, 2., 2.)] and (made.in_degrees() == 2).all()
    assert (made.targets_of([100]) == 100).all() and len(made.sources_of([100])) == 2
    assert len(net.connections(model="static_synapse")) == 50
    made.set(weight=7.)
    assert (made.weights == 7.).all() and [s.weight for s in made.synapses] == [7., 7.]


def test_a_run_holds_several_synapses_and_both_directions(net):
    """As columns sorted by target, whatever tables they lie in, and described with the rule."""
    made = net.connect(net["E"][:25], net["I"], sn.one_to_one(make_symmetric=True), [sn.static_synapse(1., 1.),
                                                                                     sn.static_synapse(2., 2.)], name="both")
    kept = net.simulate(1.0, progress=False, connections=True)["connections/both"]
    assert kept.sizes["synapse"] == made.n == 100 and int(kept["n_in"].sum()) == 100
    rows = sorted(zip(kept["source"].values.tolist(), kept["target"].values.tolist(), kept["weight"].values.tolist()))
    assert rows == listed(made, "source", "target", "weight")


# ---- driver ----

def test_the_mask_of_every_rule_can_be_centred_on_either_end(net):
    """A mask to the right of the driver: the target lies right of the source, or the source right of the target."""
    right = sn.rectangular([0.1, -0.1], [0.7, 0.1])
    for rule in (sn.all_to_all, sn.pairwise_bernoulli, lambda **k: sn.pairwise_poisson(1.5, **k),
                 lambda **k: sn.fixed_total_number(50, **k)):
        for on_source, sign in ((False, 1), (True, -1)):
            found = net.connect(net["E"], net["E"], rule(mask=right, use_on_source=on_source)).connections_of()
            ahead = net["E"].displacement(*(net["E"].positions[found[end]] for end in ("source", "target")))
            assert len(ahead) and (sign * ahead[:, 0] > 0.1).all() and np.abs(ahead[:, 1]).max() < 1e-9


def test_pairwise_poisson_looks_around_the_target_unless_told_otherwise(net):
    assert sn.pairwise_poisson(1.0).driver == "target" and sn.pairwise_poisson(1.0, use_on_source=False).driver == "source"
    right = sn.rectangular([0.1, -0.1], [0.7, 0.1])
    found = net.connect(net["E"], net["E"], sn.pairwise_poisson(1.0, mask=right)).connections_of()
    ahead = net["E"].displacement(*(net["E"].positions[found[end]] for end in ("target", "source")))
    assert (ahead[:, 0] > 0.1).all()


def test_displacement_points_from_source_to_target_whatever_the_driver(net):
    for on_source in (False, True):
        p = sn.where(sn.displacement.x > 0.05, 1.0, 0.0) * sn.where(abs(sn.displacement.x) < 0.5, 1.0, 0.0)
        found = net.connect(net["E"], net["E"], sn.pairwise_bernoulli(p, use_on_source=on_source)).connections_of()
        ahead = net["E"].displacement(*(net["E"].positions[found[end]] for end in ("source", "target")))
        assert len(ahead) == 100 * 10 * 2 and (ahead[:, 0] > 0).all()


# ---- joined layers ----

RULES = [sn.pairwise_poisson(0.2), sn.pairwise_poisson(sn.gaussian(sn.distance, std=0.2), mask=sn.circular(0.8)),
         sn.fixed_indegree(6, p=sn.gaussian(sn.distance, std=0.3), mask=sn.circular(0.8)), sn.pairwise_bernoulli(0.3),
         sn.fixed_outdegree(5, mask=sn.circular(0.8), allow_multapses=False), sn.fixed_total_number(400),
         sn.fixed_total_number(200, mask=sn.circular(0.5)), sn.symmetric_pairwise_bernoulli(0.2),
         sn.pairwise_bernoulli(sn.exponential(sn.distance, beta=0.3), use_on_source=True), sn.all_to_all(mask=sn.circular(0.4))]


@pytest.mark.parametrize("rule", RULES, ids=lambda r: r.name)
def test_tiles_joined_are_connected_as_the_layer_they_make(rule):
    """A layer cut into tiles, and each tile a layer of its own, gives the same kind of network on either end."""
    def build(tiled):
        net = sn.Network(seed=3, threads=2)
        where = sn.grid([8, 8], extent=[2., 2.]).realize().positions
        if not tiled:
            layer = net.create("iaf_psc_alpha", sn.free(where, extent=[2., 2.], center=[0., 0.]))
        else:
            layer = sum((net.create("iaf_psc_alpha", sn.free(where[k:k + 16], extent=[2., 2.], center=[0., 0.]))
                         for k in range(16, 64, 16)), start=net.create(
                             "iaf_psc_alpha", sn.free(where[:16], extent=[2., 2.], center=[0., 0.])))
        return listed(net.connect(layer, layer, rule, sn.static_synapse(sn.random.normal(), 1 + sn.distance)))
    assert build(False) == build(True)


def test_fixed_indegree_counts_over_all_joined_layers(net):
    made = net.connect(net["E"] + net["I"], net["E"], sn.fixed_indegree(8, p=sn.gaussian(sn.distance, std=0.4)))
    assert (made.in_degrees() == 8).all()
    from_i = (made.sources >= 100).mean()
    assert 0.1 < from_i < 0.3  # a fifth of the candidates
    assert len(made.tables) == 2


# ---- faults that others have ----

@pytest.mark.parametrize("rule", [sn.pairwise_poisson(0.0), sn.pairwise_poisson(-sn.distance), sn.pairwise_bernoulli(0.0), sn.pairwise_bernoulli(0.0, mask=sn.circular(0.5)),
                                  sn.pairwise_bernoulli(0 * sn.distance), sn.symmetric_pairwise_bernoulli(0.0),
                                  sn.pairwise_bernoulli(sn.where(sn.distance > 9, 1.0, 0.0), mask=sn.circular(0.5))])
def test_p_of_zero_connects_nothing(net, rule):
    assert net.connect(net["E"], net["E"], rule).n == 0


@pytest.mark.parametrize("rule", [sn.fixed_indegree, sn.fixed_outdegree])
@pytest.mark.parametrize("mask, n", [(None, 100), (sn.circular(0.41), 13)])
def test_degree_that_only_autapses_could_meet_is_refused_at_once(net, rule, mask, n):
    """The reference goes on drawing for ever."""
    with pytest.raises(ConnectError, match=rf"(source|target) \d+ has {n - 1} candidate .*degree={n} and allow_multapses=False"):
        net.connect(net["E"], net["E"], rule(n, mask=mask, allow_multapses=False, allow_autapses=False))
    made = net.connect(net["E"], net["E"], rule(n - 1, mask=mask, allow_multapses=False, allow_autapses=False))
    assert made.n == 100 * (n - 1) and (made.sources != made.targets).all()


def test_no_autapses_in_a_mask_without_p(net):
    made = net.connect(net["E"], net["E"], sn.fixed_indegree(20, mask=sn.circular(0.3), allow_autapses=False))
    assert made.n == 2000 and (made.sources != made.targets).all()


@pytest.mark.parametrize("rule", RULES, ids=lambda r: r.name)
def test_slices_hold_what_is_connected_after_the_whole_layer_was(net, rule):
    net.connect(net["E"], net["E"], sn.pairwise_bernoulli(1.0, mask=sn.circular(0.5)))
    some, others = net["E"][::2], net["E"][1::2]
    made = net.connect(some, others, rule)
    assert made.n > 0
    ends = (some.ids, others.ids) if not rule.make_symmetric else (np.union1d(some.ids, others.ids),) * 2
    assert np.isin(made.sources, ends[0]).all() and np.isin(made.targets, ends[1]).all()


@pytest.mark.parametrize("rule", [sn.fixed_outdegree, sn.fixed_indegree])
def test_p_and_mask_see_the_same_periodicity(rule):
    """That of the pool, also where the driver's layer has another one; the reference mixes both for out-degrees."""
    net = sn.Network(seed=1, threads=1)
    plain = net.create("iaf_psc_alpha", sn.grid([10, 1], extent=[10., 1.]))
    ring = net.create("iaf_psc_alpha", sn.grid([10, 1], extent=[10., 1.], edge_wrap=True))
    near = sn.where(sn.distance < 1.5, 1.0, 0.0)
    driver, pool = plain, ring
    ends = (driver, pool) if rule is sn.fixed_outdegree else (pool, driver)
    for switches in ({"p": near}, {"p": near, "mask": sn.rectangular([-5, -.5], [5, .5])}, {"mask": sn.rectangular([-1.5, -.5], [1.5, .5])}):
        made = net.connect(*ends, rule(3, allow_multapses=False, **switches))
        of = made.targets_of if rule is sn.fixed_outdegree else made.sources_of
        assert (np.sort(of([0])) - 10 == [0, 1, 9]).all()


@pytest.mark.parametrize("rule", [sn.fixed_outdegree(100, allow_multapses=False), sn.all_to_all(), sn.pairwise_bernoulli(1.0)])
def test_wrapped_mask_as_wide_as_the_layer_counts_no_node_twice(net, rule):
    import dataclasses
    wide = dataclasses.replace(rule, mask=sn.rectangular([-1, -1], [1, 1]))
    made = net.connect(net["E"], net["E"], wide)
    assert len(set(listed(made, "source", "target"))) == made.n == 10_000


def test_narrow_kernel_without_multapses_does_not_stall(net):
    made = net.connect(net["E"], net["E"], sn.fixed_indegree(60, p=sn.gaussian(sn.distance, std=0.05) + 1e-300,
                                                             allow_multapses=False))
    assert (made.in_degrees() == 60).all() and len(set(listed(made, "source", "target"))) == 6000
