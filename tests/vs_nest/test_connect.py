"""The same network here and in NEST: equal target sets where nothing is random, equal distributions where something is.

Degrees are compared with a two-sample chi-square test, distances of connected pairs with a two-sample Kolmogorov-Smirnov
test; both must give p > 1e-3. The seeds are fixed, so the outcome is always the same.
"""

import contextlib
import operator

import numpy as np
import pytest
from scipy import stats

import spatialnet as sn

nest = pytest.importorskip("nest", reason="NEST (nest-simulator) is not installed")
D = nest.spatial.distance
draw = nest.random

# ---- the same things on both sides ----


@pytest.fixture(autouse=True)
def quiet_kernel():
    nest.set_verbosity("M_ERROR")
    nest.ResetKernel()
    nest.rng_seed = 4711


def grid(shape, extent, wrap=False, center=None):
    center = [0.0] * len(shape) if center is None else center
    return (sn.grid(shape, extent=extent, center=center, edge_wrap=wrap),
            nest.spatial.grid(shape, extent=[float(e) for e in extent], center=[float(c) for c in center], edge_wrap=wrap))


def free(n, extent, wrap=False, seed=0):
    """Random places; two opposite ones put the centre at the origin for both."""
    half = np.array(extent) / 2
    positions = np.random.default_rng(seed).uniform(-0.98, 0.98, (n, len(extent))) * half
    positions[0], positions[1] = -0.98 * half, 0.98 * half
    return (sn.free(positions, extent=extent, edge_wrap=wrap),
            nest.spatial.free(positions.tolist(), extent=[float(e) for e in extent], edge_wrap=wrap))


def masks(name, **spec):
    """A mask here, and its dictionary there."""
    anchor = spec.pop("anchor", None)
    theirs = {name: spec}
    if anchor is not None:
        theirs["anchor"] = [float(a) for a in anchor]
    return getattr(sn, name)(**spec, anchor=anchor), theirs


def build(places, rule, nests_rule, synapse=None, nests_synapse=None, targets=None):
    """Connects a layer with itself, or with another, on both sides: two (n, 2) arrays of pairs counted from 0."""
    net = sn.Network(seed=99)
    layers = [net.create("iaf_psc_alpha", place[0], name=str(i)) for i, place in enumerate([places] + [targets] * (
        targets is not None))]
    made = net.connect(layers[0], layers[-1], rule, synapse)
    theirs = [nest.Create("iaf_psc_alpha", positions=place[1]) for place in [places] + [targets] * (targets is not None)]
    nest.Connect(theirs[0], theirs[-1], nests_rule, nests_synapse or {})
    table = nest.GetConnections()
    columns = np.array([table.source, table.target]).T - 1
    ours = np.column_stack([made.sources, made.targets])
    return net, made, ours, columns, table


def lengths(net, made, pairs):
    """Distances of pairs as the pool sees them."""
    source, target = made.source.parts[0], made.target.parts[0]
    pool = target if made.driver == "source" else source
    return pool.distance(source.positions[pairs[:, 0] - source.ids[0]], target.positions[pairs[:, 1] - target.ids[0]])


def degrees_agree(ours, theirs, nodes, column):
    """Two-sample chi-square over the histogram of degrees, rare ones pooled so that each bin expects 10 nodes."""
    counts = [np.bincount(pairs[:, column], minlength=nodes.max() + 1)[nodes] for pairs in (ours, theirs)]
    together = np.sort(np.concatenate(counts))
    if together[0] == together[-1]:
        assert (counts[0] == counts[1]).all()
        return
    edges = np.unique(together[np.arange(20, len(together) - 19, max(20, len(together) // 20))])
    table = np.array([np.bincount(np.searchsorted(edges, c, side="right"), minlength=len(edges) + 1) for c in counts])
    table = table[:, table.sum(axis=0) > 0]
    assert table.shape[1] >= 2 and stats.chi2_contingency(table).pvalue > 1e-3


def totals_agree(ours, theirs, sigma):
    """The numbers of connections differ by less than 3.3 standard deviations of their difference (p > 1e-3)."""
    assert abs(len(ours) - len(theirs)) < 3.3 * np.sqrt(2) * sigma


# ---- nothing random ----

FLAT = [("circular", {"radius": 1.0}), ("circular", {"radius": 1.5, "anchor": [0.5, -0.25]}),
        ("rectangular", {"lower_left": [-1., -1.], "upper_right": [1., 0.5]}),
        ("rectangular", {"lower_left": [-1.2, -0.4], "upper_right": [1.2, 0.4], "azimuth_angle": 30.}),
        ("rectangular", {"lower_left": [0., -0.5], "upper_right": [2., 0.5], "azimuth_angle": 90., "anchor": [0.25, 0.5]}),
        ("doughnut", {"inner_radius": 0.5, "outer_radius": 1.5}),
        ("elliptical", {"major_axis": 3., "minor_axis": 1.}),
        ("elliptical", {"major_axis": 3., "minor_axis": 1.5, "azimuth_angle": -50., "anchor": [0.25, 0.25]})]
DEEP = [("spherical", {"radius": 1.0}), ("spherical", {"radius": 0.8, "anchor": [0.1, 0.2, -0.3]}),
        ("box", {"lower_left": [-1., -0.5, -0.1], "upper_right": [0.5, 0.5, 1.]}),
        ("box", {"lower_left": [-0.7, -0.3, -0.2], "upper_right": [0.7, 0.3, 0.2], "azimuth_angle": 35., "polar_angle": 20.}),
        ("ellipsoidal", {"major_axis": 1.8, "minor_axis": 1., "polar_axis": 1.5, "azimuth_angle": 40., "polar_angle": 70.})]


def equal_pairs(ours, theirs):
    assert len(ours) > 0
    assert sorted(map(tuple, ours.tolist())) == sorted(map(tuple, theirs.tolist()))


@pytest.mark.parametrize("wrap", [False, True])
@pytest.mark.parametrize("name, spec", FLAT)
@pytest.mark.parametrize("place", ["grid", "free"])
def test_masks_choose_the_same_targets(name, spec, wrap, place):
    """Spacing 1/4, so that many nodes lie exactly on an edge; random places for the rest."""
    ours, theirs = masks(name, **dict(spec))
    places = grid([16, 20], [4, 5], wrap) if place == "grid" else free(300, [4, 5], wrap)
    *_, made, found, _ = build(places, sn.pairwise_bernoulli(1.0, mask=ours), {"rule": "pairwise_bernoulli", "mask": theirs})
    equal_pairs(made, found)


@pytest.mark.parametrize("wrap", [False, True])
@pytest.mark.parametrize("name, spec", DEEP)
@pytest.mark.parametrize("place", ["grid", "free"])
def test_masks_choose_the_same_targets_in_three_dimensions(name, spec, wrap, place):
    ours, theirs = masks(name, **dict(spec))
    places = grid([8, 6, 5], [4, 3, 2.5], wrap) if place == "grid" else free(250, [4, 3, 2.5], wrap)
    *_, made, found, _ = build(places, sn.pairwise_bernoulli(1.0, mask=ours), {"rule": "pairwise_bernoulli", "mask": theirs})
    equal_pairs(made, found)


@pytest.mark.parametrize("wrap", [False, True])
@pytest.mark.parametrize("combine", [operator.and_, operator.or_, operator.sub])
def test_combined_masks_choose_the_same_targets(combine, wrap):
    """NEST 3.10 takes no combined mask in Connect; the pairs of its single masks are combined instead."""
    pairs = [masks("circular", radius=1.0), masks("rectangular", lower_left=[-0.5, -1.5], upper_right=[1.5, 0.5])]
    places = grid([12, 16], [3, 4], wrap)
    theirs = []
    for _, spec in pairs:
        nest.ResetKernel()
        layer = nest.Create("iaf_psc_alpha", positions=places[1])
        nest.Connect(layer, layer, {"rule": "pairwise_bernoulli", "mask": spec})
        table = nest.GetConnections()
        theirs.append(set(zip(np.array(table.source) - 1, np.array(table.target) - 1)))
    layer = sn.Network().create("iaf_psc_alpha", places[0])
    made = layer.network.connect(layer, layer, sn.pairwise_bernoulli(1.0, mask=combine(pairs[0][0], pairs[1][0])))
    ours = list(zip(made.sources, made.targets))
    assert len(ours) == len(set(ours)) and set(ours) == combine(*theirs)


@pytest.mark.parametrize("wrap", [False, True])
def test_masks_around_the_target_choose_the_same_sources(wrap):
    """Between different layers: the pool is the source layer, and its edges count."""
    ours, theirs = masks("rectangular", lower_left=[-0.25, -1.], upper_right=[1., 0.5])
    *_, made, found, _ = build(grid([16, 16], [4, 4], wrap), sn.pairwise_bernoulli(1.0, mask=ours, use_on_source=True),
                               {"rule": "pairwise_bernoulli", "mask": theirs, "use_on_source": True},
                               targets=grid([8, 4], [3, 3], not wrap, center=[0.5, 0.25]))
    equal_pairs(made, found)


def test_autapses_are_left_out_alike():
    ours, theirs = masks("circular", radius=1.0)
    *_, made, found, _ = build(grid([8, 16], [4, 4], True), sn.pairwise_bernoulli(1.0, mask=ours, allow_autapses=False),
                               {"rule": "pairwise_bernoulli", "mask": theirs, "allow_autapses": False})
    equal_pairs(made, found)


@pytest.mark.parametrize("rule", ["all_to_all", "one_to_one"])
def test_rules_without_chance_make_the_same_connections(rule):
    *_, made, found, _ = build(grid([5, 4], [1, 1]), getattr(sn, rule)(), {"rule": rule})
    equal_pairs(made, found)


EXPRESSIONS = [
    (sn.gaussian(sn.distance, mean=0.3, std=0.7), lambda: nest.spatial_distributions.gaussian(D, mean=0.3, std=0.7)),
    (sn.exponential(sn.distance, beta=0.4), lambda: nest.spatial_distributions.exponential(D, beta=0.4)),
    (sn.gamma(sn.distance + 0.1, kappa=2.5, theta=0.5), lambda: nest.spatial_distributions.gamma(D + 0.1, kappa=2.5, theta=0.5)),
    (sn.gaussian2d(sn.distance.x, sn.distance.y, 0.1, 0.2, 0.5, 0.7, rho=0.3),
     lambda: nest.spatial_distributions.gaussian2D(D.x, D.y, 0.1, 0.2, 0.5, 0.7, rho=0.3)),
    (sn.gabor(sn.target.x - sn.source.x, sn.target.y - sn.source.y, theta=30, gamma=0.8, std=0.6, lam=1.3, psi=0.2),
     lambda: nest.spatial_distributions.gabor(
         nest.spatial.target_pos.x - nest.spatial.source_pos.x, nest.spatial.target_pos.y - nest.spatial.source_pos.y,
         theta=30., gamma=0.8, std=0.6, lam=1.3, psi=0.2)),
    (sn.where(sn.distance < 1, 2 * sn.distance.x ** 3, 1.5 - sn.min(sn.distance, 1.8)),
     lambda: nest.logic.conditional(D < 1, 2 * D.x ** 3, 1.5 - nest.math.min(D, 1.8))),
    (sn.exp(-sn.distance) * sn.sin(sn.target.x) + sn.cos(sn.source.y) / 3,
     lambda: nest.math.exp(-1 * D) * nest.math.sin(nest.spatial.target_pos.x) + nest.math.cos(nest.spatial.source_pos.y) / 3),
]


@pytest.mark.parametrize("ours, theirs", EXPRESSIONS, ids=lambda e: repr(e) if isinstance(e, sn.language.nodes.Expression) else "")
@pytest.mark.parametrize("wrap", [False, True])
def test_weights_by_expression_are_the_same(ours, theirs, wrap):
    """To 1e-12: the last digits of exp and pow differ between libraries."""
    rule = {"rule": "pairwise_bernoulli", "mask": {"circular": {"radius": 1.4}}}
    _net, made, pairs, found, table = build(free(150, [3, 3], wrap), sn.pairwise_bernoulli(1.0, mask=sn.circular(1.4)), rule,
                                           sn.static_synapse(ours), {"weight": theirs()})
    order, order_found = np.lexsort(pairs.T[::-1]), np.lexsort(found.T[::-1])
    np.testing.assert_array_equal(pairs[order], found[order_found])
    np.testing.assert_allclose(made.weights[order], np.array(table.weight)[order_found], rtol=1e-12, atol=1e-14)


def test_delays_are_rounded_alike():
    """Halves of a step among them."""
    net, made, pairs, found, table = build(
        grid([40, 1], [1, 1]), sn.pairwise_bernoulli(1.0, mask=sn.rectangular([-.01, -.01], [1, .01])),
        {"rule": "pairwise_bernoulli", "mask": {"rectangular": {"lower_left": [-.01, -.01], "upper_right": [1., .01]}}},
        sn.static_synapse(delay=0.05 + 2 * sn.distance), {"delay": 0.05 + 2 * D})
    order, order_found = np.lexsort(pairs.T[::-1]), np.lexsort(found.T[::-1])
    np.testing.assert_array_equal(pairs[order], found[order_found])
    exact = np.abs((0.05 + 2 * lengths(net, made, pairs[order])) * 10 % 1 - 0.5) < 1e-9
    ours, theirs = np.rint(made.delays[order] * 10), np.rint(np.array(table.delay)[order_found] * 10)
    np.testing.assert_array_equal(ours[~exact], theirs[~exact])
    assert exact.any() and (np.abs(ours[exact] - theirs[exact]) <= 1).all()


@pytest.mark.parametrize("delay", [0.05, 0.14, 0.15, 0.25, 0.96, 1.234, 0.1, 2.0])
def test_constant_delays_are_rounded_alike(delay):
    _, made, _, _, table = build(grid([2, 1], [1, 1]), sn.one_to_one(), "one_to_one", sn.static_synapse(delay=delay),
                                 {"delay": delay})
    assert made.delays[0] == pytest.approx(table.delay[0], rel=1e-12)


@pytest.mark.parametrize("resolution", [0.1, 0.25, 0.7, 1.0])
def test_delays_near_the_middle_of_two_steps_are_rounded_alike(resolution):
    """Given as an array, and computed."""
    rng = np.random.default_rng(5)
    aside = rng.choice([0, 1e-12, -1e-12, 1e-9, -1e-9, 1e-6, -1e-6, -4e-4, 1e-3], 300)
    delays = (rng.integers(1, 200, 300) + 0.5) * resolution + aside
    net = sn.Network(resolution=resolution)
    ours = net.create("iaf_psc_alpha", sn.free(np.column_stack([delays, 0 * delays])))
    given, by_place = sn.static_synapse(delay=delays), sn.static_synapse(delay=sn.source.x)
    made = net.connect(ours, ours, sn.one_to_one(), [given, by_place])
    computed = net.connect(ours, ours[:1], sn.pairwise_bernoulli(1.0), by_place)
    nest.resolution = resolution
    theirs = nest.Create("parrot_neuron", 300), nest.Create("parrot_neuron", 300)
    nest.Connect(*theirs, "one_to_one", {"delay": delays})
    expected = np.rint(np.array(nest.GetConnections(*theirs).delay) / resolution)
    for found in (made.delays[:300], made.delays[300:], computed.delays):
        np.testing.assert_array_equal(np.rint(found / resolution), expected)


# ---- by chance ----

def gauss(std):
    return sn.gaussian(sn.distance, std=std), nest.spatial_distributions.gaussian(D, std=std)


PLACES = {"grid": lambda: grid([40, 40], [4, 4]), "wrapped grid": lambda: grid([40, 40], [4, 4], True),
          "free": lambda: free(1500, [4, 4]), "wrapped free": lambda: free(1500, [4, 4], True),
          "wrapped 3-D grid": lambda: grid([12, 12, 10], [2.4, 2.4, 2], True), "3-D free": lambda: free(1500, [2, 2, 2])}
MASKS = {"none": lambda d: (None, None),
         "round": lambda d: masks("circular", radius=0.8) if d == 2 else masks("spherical", radius=0.7),
         "oblong": lambda d: masks("elliptical", major_axis=2.4, minor_axis=1.2, azimuth_angle=25., anchor=[0.2, 0.]) if d == 2
         else masks("box", lower_left=[-.7, -.3, -.5], upper_right=[.5, .6, .4], azimuth_angle=20.)}


def with_mask(rule, mask):
    return rule if mask is None else rule | {"mask": mask}


@pytest.mark.parametrize("mask", MASKS)
@pytest.mark.parametrize("place", PLACES)
def test_pairwise_bernoulli_agrees_in_distribution(place, mask):
    places = PLACES[place]()
    p, nests_p = gauss(0.35)
    ours, theirs = MASKS[mask](places[0].realize().positions.shape[1])
    net, made, pairs, found, _ = build(places, sn.pairwise_bernoulli(0.6 * p, mask=ours),
                                       with_mask({"rule": "pairwise_bernoulli", "p": 0.6 * nests_p}, theirs))
    totals_agree(pairs, found, np.sqrt(len(pairs)))
    for column in (0, 1):
        degrees_agree(pairs, found, made.source.ids, column)
    assert stats.ks_2samp(lengths(net, made, pairs), lengths(net, made, found)).pvalue > 1e-3


@pytest.mark.parametrize("multapses", [True, False])
@pytest.mark.parametrize("mask", ["none", "round"])
@pytest.mark.parametrize("place", ["wrapped grid", "free", "3-D free"])
@pytest.mark.parametrize("rule", ["fixed_indegree", "fixed_outdegree"])
def test_fixed_degrees_agree_in_distribution(rule, place, mask, multapses):
    """Without multapses many candidates are few: then p must not act as a probability of acceptance."""
    places = PLACES[place]()
    p, nests_p = gauss(0.3)
    ours, theirs = MASKS[mask](places[0].realize().positions.shape[1])
    net, made, pairs, found, _ = build(
        places, getattr(sn, rule)(15, p=p, mask=ours, allow_multapses=multapses),
        with_mask({"rule": rule, rule.removeprefix("fixed_"): 15, "p": nests_p, "allow_multapses": multapses}, theirs))
    assert len(pairs) == len(found)
    for column in (0, 1):
        degrees_agree(pairs, found, made.source.ids, column)
    assert stats.ks_2samp(lengths(net, made, pairs), lengths(net, made, found)).pvalue > 1e-3
    repeats = [len(pairs) - len(np.unique(pairs, axis=0)), len(found) - len(np.unique(found, axis=0))]
    if multapses:
        assert abs(repeats[0] - repeats[1]) < 3.3 * np.sqrt(sum(repeats)) and repeats[0] > 0
    else:
        assert repeats == [0, 0]


@pytest.mark.parametrize("rule, nests_rule", [
    (sn.pairwise_bernoulli(0.05), {"rule": "pairwise_bernoulli", "p": 0.05}),
    (sn.fixed_indegree(30), {"rule": "fixed_indegree", "indegree": 30}),
    (sn.fixed_outdegree(30, allow_multapses=False), {"rule": "fixed_outdegree", "outdegree": 30, "allow_multapses": False}),
    (sn.fixed_total_number(25_000), {"rule": "fixed_total_number", "N": 25_000}),
], ids=lambda rule: getattr(rule, "name", ""))
def test_rules_without_space_agree_in_distribution(rule, nests_rule):
    _net, made, pairs, found, _ = build(grid([30, 30], [1, 1]), rule, nests_rule)
    totals_agree(pairs, found, np.sqrt(len(pairs)))
    for column in (0, 1):
        degrees_agree(pairs, found, made.source.ids, column)


DISTRIBUTIONS = [(sn.random.uniform(-1., 3.), lambda: draw.uniform(-1., 3.)), (sn.random.normal(2., 3.), lambda: draw.normal(2., 3.)),
                 (sn.random.lognormal(0.5, 0.8), lambda: draw.lognormal(0.5, 0.8)),
                 (sn.random.exponential(2.5), lambda: draw.exponential(2.5)), (sn.random.uniform_int(9), lambda: draw.uniform_int(9)),
                 (sn.random.redraw(sn.random.normal(0., 1.), 0.5, 2.), lambda: nest.math.redraw(draw.normal(0., 1.), 0.5, 2.))]


@pytest.mark.parametrize("ours, theirs", DISTRIBUTIONS, ids=lambda e: e.name if hasattr(e, "name") else "")
def test_random_weights_agree_in_distribution(ours, theirs):
    _, made, _, _, table = build(grid([40, 40], [1, 1]), sn.fixed_indegree(5), {"rule": "fixed_indegree", "indegree": 5},
                                 sn.static_synapse(ours), {"weight": theirs()})
    assert stats.ks_2samp(made.weights, np.array(table.weight)).pvalue > 1e-3


# ---- refused alike ----

@pytest.mark.parametrize("synapse, nests_synapse", [
    (lambda: sn.static_synapse(delay=0.04), {"delay": 0.04}), (lambda: sn.static_synapse(delay=-1.0), {"delay": -1.0}),
    (lambda: sn.static_synapse(delay=sn.random.uniform(0.0, 0.04)), {"delay": nest.random.uniform(0.0, 0.04)}),
    (lambda: sn.static_synapse(receptor=3), {"receptor_type": 3}),
    (lambda: sn.static_synapse("strong"), {"weight": "strong"}),
])
def test_synapses_that_nest_refuses_are_refused_here(synapse, nests_synapse):
    net = sn.Network()
    cells = net.create("iaf_psc_alpha", n=5)
    with pytest.raises(sn.errors.SpatialnetError):
        net.connect(cells, cells, sn.all_to_all(), synapse())
    assert net.n_connections == 0
    theirs = nest.Create("iaf_psc_alpha", 5)
    with pytest.raises(nest.NESTErrors.KernelException), contextlib.redirect_stdout(None):
        nest.Connect(theirs, theirs, "all_to_all", nests_synapse)


@pytest.mark.parametrize("rule, nests_rule", [
    (lambda: sn.fixed_indegree(26, allow_multapses=False), {"rule": "fixed_indegree", "indegree": 26, "allow_multapses": False}),
    (lambda: sn.pairwise_bernoulli(1.5), {"rule": "pairwise_bernoulli", "p": 1.5}),
    (lambda: sn.pairwise_bernoulli(1.0, mask=sn.circular(3.0)), {"rule": "pairwise_bernoulli", "mask": {"circular": {"radius": 3.0}}}),
    (lambda: sn.pairwise_bernoulli(1.0, mask=sn.spherical(0.5)), {"rule": "pairwise_bernoulli", "mask": {"spherical": {"radius": 0.5}}}),
    (lambda: sn.pairwise_bernoulli(1.0, mask=sn.doughnut(1.0, 0.5)),
     {"rule": "pairwise_bernoulli", "mask": {"doughnut": {"inner_radius": 1.0, "outer_radius": 0.5}}}),
    (lambda: sn.pairwise_bernoulli(1.0, mask=sn.elliptical(1.0, 2.0)),
     {"rule": "pairwise_bernoulli", "mask": {"elliptical": {"major_axis": 1.0, "minor_axis": 2.0}}}),
    (lambda: sn.pairwise_bernoulli(1.0, mask=sn.rectangular([1., 0.], [0., 1.])),
     {"rule": "pairwise_bernoulli", "mask": {"rectangular": {"lower_left": [1., 0.], "upper_right": [0., 1.]}}}),
    (lambda: sn.pairwise_bernoulli(1.0, mask=sn.circular(0.0)),
     {"rule": "pairwise_bernoulli", "mask": {"circular": {"radius": 0.}}}),
    (lambda: sn.pairwise_bernoulli(1.0, mask=sn.grid_mask([6, 2])),
     {"rule": "pairwise_bernoulli", "mask": {"grid": {"shape": [6, 2]}}}),
    (lambda: sn.fixed_indegree(2, mask=sn.circular(0.1, anchor=[0.5, 0.5])),
     {"rule": "fixed_indegree", "indegree": 2, "mask": {"circular": {"radius": 0.1}, "anchor": [0.5, 0.5]}}),
    (lambda: sn.fixed_outdegree(6, mask=sn.circular(1.0), allow_multapses=False),
     {"rule": "fixed_outdegree", "outdegree": 6, "mask": {"circular": {"radius": 1.0}}, "allow_multapses": False}),
    (lambda: sn.fixed_total_number(-1), {"rule": "fixed_total_number", "N": -1}),
    (lambda: sn.fixed_total_number(626, allow_multapses=False),
     {"rule": "fixed_total_number", "N": 626, "allow_multapses": False}),
    (lambda: sn.fixed_indegree(1, allow_autapses=0), {"rule": "fixed_indegree", "indegree": 1, "allow_autapses": 0}),
    (lambda: sn.fixed_outdegree(-1), {"rule": "fixed_outdegree", "outdegree": -1}),
    (lambda: sn.fixed_outdegree(2.5), {"rule": "fixed_outdegree", "outdegree": 2.5}),
])
def test_what_nest_refuses_is_refused_here(rule, nests_rule):
    net = sn.Network()
    layer = net.create("iaf_psc_alpha", sn.grid([5, 5], extent=[5., 5.], edge_wrap=True))
    with pytest.raises(sn.errors.SpatialnetError):
        net.connect(layer, layer, rule())
    assert net.n_connections == 0
    theirs = nest.Create("iaf_psc_alpha", positions=nest.spatial.grid([5, 5], extent=[5., 5.], edge_wrap=True))
    with pytest.raises(nest.NESTErrors.KernelException), contextlib.redirect_stdout(None):
        nest.Connect(theirs, theirs, nests_rule)
