"""What each rule makes: the connections themselves, counted and compared."""

import numpy as np
import pytest

import spatialnet as sn
from spatialnet.errors import ConnectError, MaskError, ParameterError

near = sn.circular(0.3)
decay = sn.gaussian(sn.distance, std=0.2)


@pytest.fixture
def net():
    network = sn.Network(seed=17, threads=2)
    network.create("iaf_psc_alpha", sn.grid([8, 6], extent=[1.6, 1.2], edge_wrap=True), name="grid")
    network.create("iaf_psc_exp", sn.free(sn.random.uniform(-.8, .8), n=70, extent=[1.6, 1.6], center=[0, 0]), name="free")
    network.create("iaf_psc_delta", n=20, name="plain")
    return network


def pairs(projection):
    return list(zip(projection.sources.tolist(), projection.targets.tolist()))


def product(a, b):
    return [(i, j) for i in a.ids.tolist() for j in b.ids.tolist()]


def test_all_to_all_makes_every_pair_once_in_order(net):
    assert pairs(net.connect(net["plain"], net["grid"], sn.all_to_all())) == product(net["plain"], net["grid"])


def test_all_to_all_without_autapses_leaves_out_equal_ids_only(net):
    plain = net["plain"]
    made = net.connect(plain[:12], plain[5:], sn.all_to_all(allow_autapses=False))
    assert pairs(made) == [(i, j) for i, j in product(plain[:12], plain[5:]) if i != j]


def test_one_to_one_pairs_by_place_in_line(net):
    a, b = net["plain"], net["grid"][10:30]
    assert pairs(net.connect(a, b, sn.one_to_one())) == list(zip(a.ids.tolist(), b.ids.tolist()))
    shifted = net.connect(a[:-1], a[1:], sn.one_to_one(allow_autapses=False))
    assert pairs(shifted) == list(zip(a.ids[:-1].tolist(), a.ids[1:].tolist()))
    assert net.connect(a, a, sn.one_to_one(allow_autapses=False), name="none").n == 0
    assert pairs(net.connect(a[[3, 1, 2]], b[[0, 2, 1]], sn.one_to_one())) == [
        (a.ids[1], b.ids[2]), (a.ids[2], b.ids[1]), (a.ids[3], b.ids[0])]


def test_pairwise_bernoulli_makes_no_pair_twice(net):
    for p, mask in ((0.4, None), (0.4, near), (decay, None), (3 * decay, near)):
        made = pairs(net.connect(net["grid"], net["free"], sn.pairwise_bernoulli(p, mask=mask)))
        assert made and len(made) == len(set(made)) and made == sorted(made)


@pytest.mark.parametrize("p, n", [(0.0, 0), (1.0, 48 * 70), (-0.5 + 0 * sn.distance, 0), (2 + 0 * sn.distance, 48 * 70)])
def test_probabilities_of_nothing_and_of_certainty_are_exact(net, p, n):
    assert net.connect(net["grid"], net["free"], sn.pairwise_bernoulli(p)).n == n


@pytest.mark.parametrize("p, mask", [(None, None), (None, near), (decay, None), (decay, near)])
@pytest.mark.parametrize("multapses", [True, False])
@pytest.mark.parametrize("autapses", [True, False])
def test_fixed_degrees_are_met_exactly_by_every_node(net, p, mask, multapses, autapses):
    grid, switches = net["grid"], {"allow_multapses": multapses, "allow_autapses": autapses}
    inward = net.connect(grid, grid, sn.fixed_indegree(4, p=p, mask=mask, **switches))
    outward = net.connect(grid, grid, sn.fixed_outdegree(4, p=p, mask=mask, **switches))
    assert (inward.in_degrees() == 4).all() and (outward.out_degrees() == 4).all()
    for made in (inward, outward):
        assert multapses or len(set(pairs(made))) == made.n
        assert autapses or all(i != j for i, j in pairs(made))
    if mask is not None:
        for made in (inward, outward):
            d = grid.distance(grid.positions[made.sources - grid.ids[0]], grid.positions[made.targets - grid.ids[0]])
            assert d.max() <= 0.3 * (1 + 1e-12)


def test_autapses_are_left_out_of_fixed_indegree_with_a_mask_and_no_p(net):
    """The reference makes them all the same. Four neighbours, each exactly once."""
    grid = net["grid"]
    made = net.connect(grid, grid, sn.fixed_indegree(4, mask=sn.circular(0.21), allow_autapses=False, allow_multapses=False))
    assert (made.sources != made.targets).all() and (made.in_degrees() == 4).all() and (made.out_degrees() == 4).all()


def test_degree_of_all_candidates_takes_all_of_them(net):
    plain = net["plain"]
    every = net.connect(plain, plain, sn.fixed_indegree(20, allow_multapses=False))
    assert pairs(every) == product(plain, plain)
    others = net.connect(plain, plain, sn.fixed_outdegree(19, allow_multapses=False, allow_autapses=False))
    assert pairs(others) == [(i, j) for i, j in product(plain, plain) if i != j]


def test_multapses_occur_where_they_are_allowed(net):
    made = net.connect(net["plain"][:3], net["plain"], sn.fixed_indegree(10))
    assert (made.in_degrees() == 10).all() and len(set(pairs(made))) <= 60 < made.n
    total = net.connect(net["plain"][:3], net["plain"][:3], sn.fixed_total_number(500))
    assert total.n == 500 and set(pairs(total)) == set(product(net["plain"][:3], net["plain"][:3]))


def test_earlier_connections_do_not_count_as_multapses(net):
    """Without multapses no pair comes twice within one call; what was there before does not matter."""
    plain = net["plain"]
    for rule in (sn.all_to_all(), sn.fixed_indegree(20, allow_multapses=False),
                 sn.fixed_outdegree(20, allow_multapses=False), sn.fixed_total_number(400, allow_multapses=False),
                 sn.pairwise_bernoulli(1.0)):
        assert sorted(pairs(net.connect(plain, plain, rule))) == product(plain, plain)
    assert np.unique(net.connections(plain, plain).target, return_counts=True)[1].tolist() == [100] * 20


@pytest.mark.parametrize("rule", [sn.fixed_indegree(0, mask=sn.circular(0.001, anchor=[.05, .05])),
                                  sn.fixed_outdegree(0, p=0 * sn.distance)])
def test_a_degree_of_zero_needs_no_candidates(net, rule):
    """The reference refuses an empty mask even then."""
    assert net.connect(net["grid"], net["grid"], rule).n == 0


@pytest.mark.parametrize("rule", [sn.all_to_all(), sn.pairwise_bernoulli(0.5), sn.pairwise_poisson(0.5),
                                  sn.fixed_indegree(1), sn.fixed_outdegree(3), sn.fixed_total_number(9),
                                  sn.pairs([0, 0], [1, 1])],
                         ids=lambda rule: rule.name)
def test_stimulators_may_be_sources_of_every_rule(net, rule):
    noise = net.create("poisson_generator", n=2, rate=10.)
    made = net.connect(noise, net["plain"], rule)
    assert made.n > 0 and set(made.sources) <= set(noise.ids) and set(made.targets) <= set(net["plain"].ids)
    assert net.connect(noise, net["plain"][:2], sn.one_to_one()).n == 2


@pytest.mark.parametrize("source, target", [("poisson_generator", "spike_generator"), ("parrot_neuron", "dc_generator"),
                                            ("dc_generator", "parrot_neuron"),
                                            ("spike_generator", "poisson_generator")])
def test_signals_that_do_not_fit_are_refused(net, source, target):
    with pytest.raises(ConnectError, match="takes no"):
        net.connect(net.create(source), net.create(target), sn.all_to_all())


def test_only_the_pool_decides_whether_a_mask_is_too_wide(net):
    """The grid is wrapped, the free layer is not; a mask of 4 mm is wider than both."""
    wide = sn.circular(2.0)
    assert net.connect(net["grid"], net["free"], sn.pairwise_bernoulli(1.0, mask=wide)).n == 48 * 70
    assert net.connect(net["free"], net["grid"], sn.pairwise_bernoulli(1.0, mask=wide, use_on_source=True)).n == 48 * 70
    for ends, rule in ((("free", "grid"), sn.pairwise_bernoulli(1.0, mask=wide)),
                       (("grid", "free"), sn.fixed_indegree(3, mask=wide)),
                       (("grid", "free"), sn.pairwise_poisson(1.0, mask=wide))):
        with pytest.raises(MaskError, match="more than layer 'grid'"):
            net.connect(net[ends[0]], net[ends[1]], rule)


def test_scaling_a_relative_p_changes_nothing(net):
    """For fixed degrees p is a weight: a density may exceed 1, and a constant is no p at all. Scaling by a power of two
    keeps every bit."""
    for rule in (sn.fixed_indegree, sn.fixed_outdegree):
        for multapses in (True, False):
            made = []
            for factor in (0.25, 1, 64):
                fresh = sn.Network(seed=17)
                grid = fresh.create("iaf_psc_alpha", sn.grid([8, 6], edge_wrap=True))
                made.append(pairs(fresh.connect(grid, grid, rule(6, p=factor * decay, allow_multapses=multapses))))
            assert made[0] == made[1] == made[2]


@pytest.mark.parametrize("multapses", [True, False])
def test_fixed_total_number_makes_so_many_inside_the_mask(net, multapses):
    grid = net["grid"]
    made = net.connect(grid, grid, sn.fixed_total_number(150, p=decay, mask=near, allow_multapses=multapses, allow_autapses=False))
    assert made.n == 150 and (multapses or len(set(pairs(made))) == 150) and (made.sources != made.targets).all()
    d = grid.distance(grid.positions[made.sources], grid.positions[made.targets])
    assert d.max() <= 0.3 * (1 + 1e-12)


def test_fixed_total_number_can_take_every_pair(net):
    a, b = net["plain"][:4], net["plain"][:5]
    made = net.connect(a, b, sn.fixed_total_number(16, allow_multapses=False, allow_autapses=False))
    assert pairs(made) == [(i, j) for i, j in product(a, b) if i != j]


def test_zero_connections_are_a_projection_like_any_other(net):
    for rule in (sn.fixed_indegree(0), sn.fixed_outdegree(0), sn.fixed_total_number(0), sn.pairwise_bernoulli(0.0)):
        made = net.connect(net["grid"], net["free"], rule, sn.static_synapse(sn.random.normal(), 1 + sn.distance))
        assert made.n == 0 and made.sources.dtype == np.int64 and (made.in_degrees() == 0).all()


# ---- the driver ----

def test_the_mask_lies_around_the_driver_of_each_rule(net):
    """Shifted to the right, it shows which end it is centred on."""
    right = sn.rectangular([0.05, -0.01], [0.45, 0.01])
    grid = net["grid"]
    for rule, around in ((sn.pairwise_bernoulli(1.0, mask=right), "source"), (sn.all_to_all(mask=right), "source"),
                         (sn.pairwise_bernoulli(1.0, mask=right, use_on_source=True), "target"),
                         (sn.fixed_indegree(2, mask=right, allow_multapses=False), "target"),
                         (sn.fixed_outdegree(2, mask=right, allow_multapses=False), "source")):
        made = net.connect(grid, grid, rule)
        ahead = grid.displacement(grid.positions[made.sources], grid.positions[made.targets])
        steps = np.rint(ahead[:, 0] / 0.2) * (1 if around == "source" else -1)
        assert made.driver == around and made.n == 96 and set(steps) == {1, 2} and np.abs(ahead[:, 1]).max() < 1e-12


def test_distances_are_those_of_the_pool(net):
    """From a free layer without edges to a wrapped grid and back: only towards the grid is there a way round."""
    grid, free = net["grid"], net["free"]
    ahead = net.connect(free, grid, sn.all_to_all(), sn.static_synapse(sn.distance))
    back = net.connect(grid, free, sn.all_to_all(), sn.static_synapse(sn.distance))
    around = net.connect(grid, free, sn.pairwise_bernoulli(1.0, use_on_source=True), sn.static_synapse(sn.distance))
    columns = ahead.connections_of()
    d = grid.distance(free.positions[columns["source"] - free.ids[0]], grid.positions[columns["target"] - grid.ids[0]])
    np.testing.assert_allclose(columns["weight"], d, rtol=1e-14)
    columns = back.connections_of()
    plain = np.linalg.norm(free.positions[columns["target"] - free.ids[0]] - grid.positions[columns["source"] - grid.ids[0]], axis=1)
    np.testing.assert_allclose(columns["weight"], plain, rtol=1e-14)
    assert (around.weights <= plain * (1 + 1e-14)).all() and (around.weights < plain - 1e-9).any()


# ---- slices, sums ----

@pytest.mark.parametrize("rule", [sn.pairwise_bernoulli(1.0, mask=near), sn.pairwise_bernoulli(decay),
                                  sn.fixed_indegree(3, p=decay), sn.fixed_outdegree(3, p=decay), sn.fixed_outdegree(3),
                                  sn.fixed_total_number(60, mask=near), sn.all_to_all(mask=near)], ids=lambda r: repr(r)[:40])
@pytest.mark.parametrize("select", [np.s_[5:30], np.s_[::3], np.s_[::-2], [40, 3, 17, 5, 22, 23, 24]], ids=str)
def test_slices_are_honoured_on_both_ends(net, rule, select):
    """Also after the whole layer was used: the reference then connects to nodes outside of a slice."""
    grid, free = net["grid"], net["free"]
    net.connect(grid, free, sn.pairwise_bernoulli(1.0, mask=near))
    made = net.connect(grid[select], free[select], rule)
    assert made.n > 0
    assert set(made.sources) <= set(grid[select].ids) and set(made.targets) <= set(free[select].ids)
    if isinstance(rule.p, float) or rule.name == "all_to_all":
        whole = net.connect(grid, free, rule, name="whole")
        inside = [(i, j) for i, j in pairs(whole) if i in grid[select].ids and j in free[select].ids]
        assert sorted(pairs(made)) == sorted(inside)


def test_joined_layers_are_one_pool(net):
    """A degree counts over all parts; tables are one for each pair of populations."""
    both = net["free"] + net["plain"]
    made = net.connect(net["grid"], both, sn.fixed_outdegree(30))
    assert (made.out_degrees() == 30).all() and len(made.in_degrees()) == 90
    assert [(t.source.name, t.target.name) for t in made.tables] == [("grid", "free"), ("grid", "plain")]
    assert 0.6 < (made.targets < net["plain"].ids[0]).mean() < 0.95, "70 of 90"
    alone = net.connect(both, both, sn.all_to_all())
    assert sorted(pairs(alone)) == sorted(product(both, both)) and len(alone.tables) == 4


def test_connections_of_nodes_do_not_depend_on_who_else_is_connected():
    """Numbers are keyed by the driver, so a slice of the drivers has the connections it has in the whole."""
    for rule in (sn.pairwise_bernoulli(0.3), sn.pairwise_bernoulli(decay, mask=near), sn.fixed_outdegree(7, p=decay)):
        made = []
        for select in (np.s_[:], np.s_[10:20]):
            net = sn.Network(seed=1)
            layer = net.create("iaf_psc_alpha", sn.free(sn.random.uniform(0, 1), n=200, extent=[1, 1], edge_wrap=True))
            projection = net.connect(layer[select], layer, rule, sn.static_synapse(sn.random.normal(), sn.random.uniform(1, 2)))
            made.append(projection.connections_of(source=np.arange(10, 20)))
        for column in made[0]:
            np.testing.assert_array_equal(made[0][column], made[1][column])


# ---- masks as wide as the layer ----

@pytest.mark.parametrize("rule", [lambda **k: sn.pairwise_bernoulli(1.0, **k), lambda **k: sn.all_to_all(**k),
                                  lambda **k: sn.pairwise_bernoulli(2 * decay + 1, **k)])
@pytest.mark.parametrize("shape", [[4, 4], [5, 5], [4, 5]])
def test_a_mask_as_wide_as_the_layer_meets_each_node_once(rule, shape):
    net = sn.Network()
    layer = net.create("iaf_psc_alpha", sn.grid(shape, extent=shape, edge_wrap=True))
    half = np.array(shape) / 2
    made = net.connect(layer, layer, rule(mask=sn.rectangular(-half, half)))
    assert pairs(made) == product(layer, layer)


def test_an_oversized_mask_counts_images_when_asked():
    """5 × 5 torus, square of 7 × 7: 49 connections from each node, four to those within one step of the antipode's corner."""
    net = sn.Network()
    layer = net.create("iaf_psc_alpha", sn.grid([5, 5], extent=[5, 5], edge_wrap=True))
    wide = sn.rectangular([-3.2, -3.2], [3.2, 3.2])
    made = net.connect(layer, layer, sn.pairwise_bernoulli(1.0, mask=wide, allow_oversized_mask=True))
    assert (made.out_degrees() == 49).all() and (made.in_degrees() == 49).all()
    counts = np.unique(np.unique(np.array(pairs(made)), axis=0, return_counts=True)[1], return_counts=True)
    assert [c.tolist() for c in counts] == [[1, 2, 4], [25 * 9, 25 * 12, 25 * 4]], "3², 2·3·2 and 2² of the cells"


# ---- refused ----

def test_a_refused_call_uses_up_nothing(net):
    """The next projection is, number by number, the one it would have been."""
    def after(failures):
        fresh = sn.Network(seed=17)
        a = fresh.create("iaf_psc_alpha", sn.grid([6, 6]))
        if failures:
            with pytest.raises(ConnectError):
                fresh.connect(a, a, sn.fixed_indegree(99, allow_multapses=False))
            with pytest.raises(ParameterError):
                fresh.connect(a, a, sn.pairwise_bernoulli(0.5), sn.static_synapse(delay=sn.distance - 1))
            assert fresh.projections == [] and fresh.n_connections == 0
        made = fresh.connect(a, a, sn.pairwise_bernoulli(0.5), sn.static_synapse(sn.random.normal()))
        return made.name, made.index, pairs(made), made.weights.tolist()

    assert after(True) == after(False)


@pytest.mark.parametrize("switch", ["allow_autapses", "allow_multapses", "allow_oversized_mask"])
@pytest.mark.parametrize("value", [0, 1, None, "yes"])
def test_switches_must_be_true_or_false(switch, value):
    with pytest.raises(ParameterError, match=f"fixed_indegree.{switch}: must be True or False"):
        sn.fixed_indegree(1, **{switch: value})


@pytest.mark.parametrize("rule", [
    lambda: sn.fixed_indegree(p=0.5), lambda: sn.fixed_outdegree(), lambda: sn.fixed_total_number(),
    lambda: sn.pairwise_poisson(), lambda: sn.symmetric_pairwise_bernoulli(), lambda: sn.pairs([1]),
    lambda: sn.fixed_indegree(1, outdegree=2),
    lambda: sn.pairwise_bernoulli(0.1, n=3), lambda: sn.all_to_all(p=0.5), lambda: sn.one_to_one(mask=near),
    lambda: sn.fixed_indegree(1, use_on_source=True), lambda: sn.pairwise_bernoulli(0.1, allow_multapses=True),
    *(lambda rule=rule: getattr(sn, rule)(*(() if rule == "all_to_all" else (1,)), make_symmetric=True) for rule in (
        "all_to_all", "fixed_indegree", "fixed_outdegree", "fixed_total_number", "pairwise_bernoulli",
        "pairwise_poisson"))])
def test_missing_parameters_and_those_of_other_rules_are_errors(rule):
    with pytest.raises(TypeError, match="missing 1 required|unexpected keyword"):
        rule()


@pytest.mark.parametrize("rule, text", [
    (sn.pairwise_bernoulli(0.1), "pairwise_bernoulli(p=0.1)"), (sn.fixed_indegree(3), "fixed_indegree(indegree=3)"),
    (sn.fixed_total_number(3, allow_multapses=False), "fixed_total_number(allow_multapses=False, n=3)"),
    (sn.all_to_all(mask=near), "all_to_all(mask=circular(radius=0.3))"),
    (sn.pairwise_bernoulli(decay, use_on_source=True), "pairwise_bernoulli(p=gaussian(distance, std=0.2), use_on_source=True)"),
])
def test_rules_show_what_they_were_given(rule, text):
    assert repr(rule) == text
