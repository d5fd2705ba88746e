"""Impossible connections are refused, and the network is as it was before the call."""

import numpy as np
import pytest

import spatialnet as sn
from spatialnet.errors import (
    ConnectError,
    ExpressionError,
    MaskError,
    ParameterError,
    PositionError,
    SpatialnetError,
)


def test_mask_wider_than_a_wrapped_layer_is_refused(net, refused):
    with refused(MaskError, "circular(radius=1.6)", "'E'", "extent 3 × 3, edge_wrap=True", "met twice",
                 "allow_oversized_mask=True"):
        net.connect(net["E"], net["E"], sn.pairwise_bernoulli(0.1, mask=sn.circular(1.6)))


def test_mask_as_wide_as_a_wrapped_layer_meets_every_node_once(net):
    """The reference counts nodes half an extent away twice; here a node counts once unless asked otherwise."""
    projection = net.connect(net["E"], net["E"], sn.pairwise_bernoulli(1., mask=sn.rectangular([-1.5, -1.5], [1.5, 1.5])))
    assert projection.n == 36 * 36 and (projection.in_degrees() == 36).all()


def test_mask_wider_than_a_plain_layer_is_no_mistake(net):
    assert net.connect(net["I"], net["I"], sn.pairwise_bernoulli(1., mask=sn.circular(100.))).n == 9


@pytest.mark.parametrize("mask", [sn.spherical(0.3), sn.box([0, 0, 0], [1, 1, 1]) & sn.spherical(0.3)])
def test_mask_of_another_dimension_is_refused(net, refused, mask):
    with refused(MaskError, "3-dimensional, but layer 'E' is 2-dimensional"):
        net.connect(net["E"], net["E"], sn.pairwise_bernoulli(0.1, mask=mask))


def test_layers_of_different_dimension_are_refused_in_space_only(net, refused):
    with refused(ConnectError, "different dimension", "'E' has 2", "'cube' has 3"):
        net.connect(net["E"], net["cube"], sn.pairwise_bernoulli(sn.gaussian(sn.distance)))
    assert net.connect(net["E"], net["cube"], sn.all_to_all()).n == 36 * 8


def test_mask_for_nodes_without_a_place_is_refused(net, refused):
    with refused(PositionError, "'placeless'", "has no positions"):
        net.connect(net["placeless"], net["E"], sn.pairwise_bernoulli(0.1, mask=sn.circular(0.5)))


def test_degree_larger_than_the_pool_is_refused_without_multapses(net, refused):
    with refused(ConnectError, "fixed_outdegree", "source 0", "candidate targets", "outdegree=50",
                 "allow_multapses=False", "Lower the degree or allow multapses"):
        net.connect(net["E"], net["I"], sn.fixed_outdegree(50, allow_multapses=False))


def test_degree_larger_than_the_mask_is_refused_without_multapses(net, refused):
    with refused(ConnectError, "fixed_indegree", "target", "5 candidate sources in its mask", "indegree=6", "Widen the mask"):
        net.connect(net["E"], net["E"], sn.fixed_indegree(6, mask=sn.circular(0.5), allow_multapses=False))


def test_autapses_do_not_count_as_candidates(net, refused):
    with refused(ConnectError, "4 candidate sources in its mask but indegree=5"):
        net.connect(net["E"], net["E"], sn.fixed_indegree(5, mask=sn.circular(0.5), allow_multapses=False,
                                                          allow_autapses=False))


def test_degree_without_any_candidate_is_refused(net, refused):
    with refused(ConnectError, "0 candidate"):
        net.connect(net["E"], net["I"], sn.fixed_outdegree(1, mask=sn.circular(0.01, anchor=[0.3, 0.3])))


def test_more_connections_than_pairs_are_refused_without_multapses(net, refused):
    with refused(ConnectError, "fixed_total_number", "n=109", "108 pairs", "allow_multapses=False"):
        net.connect(net["E"], net["I"], sn.fixed_total_number(109, allow_multapses=False))


def test_connections_that_no_pair_allows_are_refused(net, refused):
    with refused(ConnectError, "fixed_total_number", "Widen"):
        net.connect(net["E"], net["I"], sn.fixed_total_number(5, mask=sn.circular(0.01, anchor=[0.3, 0.3])))


@pytest.mark.parametrize("delay, said", [
    (0.05 - 1e-3, "must be ≥ 0.1 ms, the resolution"), (0., "got 0 ms"), (-1., "got -1 ms"), (1e6, "at most 6553.5 ms"),
    (0.01 * sn.distance, "must be ≥ 0.1 ms"), (sn.distance - 1., "must be ≥ 0.1 ms"), (1e5 + sn.distance, "at most"),
    (sn.log(sn.distance.x * 0), "ms"),
])
def test_impossible_delay_is_refused(net, refused, delay, said):
    with refused(ParameterError, "static_synapse.delay", said):
        net.connect(net["E"], net["I"], sn.pairwise_bernoulli(1.0), sn.static_synapse(delay=delay))


@pytest.mark.parametrize("value", [np.nan, np.inf, "heavy", None, [1., np.nan], [["a"]], {}])
@pytest.mark.parametrize("which", ["weight", "delay"])
def test_synapse_without_finite_numbers_is_refused(net, refused, which, value):
    """Only `static_synapse` itself takes None for its default delay."""
    with refused(ParameterError, f"static_synapse.{which}"):
        net.connect(net["E"], net["I"], sn.all_to_all(), sn.synapse("static_synapse", **{which: value}))


@pytest.mark.parametrize("rule", [sn.pairwise_bernoulli(1.0), sn.all_to_all(), sn.fixed_total_number(20),
                                  sn.fixed_indegree(3), sn.one_to_one()])
@pytest.mark.parametrize("weight", [1 / (0 * sn.distance), sn.log(0 * sn.distance), sn.sqrt(-1 - sn.distance)])
def test_weight_that_is_no_number_for_some_pair_is_refused(net, refused, rule, weight):
    target = net["E"] if rule.name == "one_to_one" else net["I"]
    with refused(ConnectError, "weight", "must be finite"):
        net.connect(net["E"], target, rule, sn.static_synapse(weight=weight))


@pytest.mark.parametrize("p", [-0.1, 1.1, np.nan, np.inf, "often", [0.5]])
def test_impossible_probability_is_refused(net, refused, p):
    with refused(ParameterError, "pairwise_bernoulli.p: must be"):
        net.connect(net["E"], net["I"], sn.pairwise_bernoulli(p))


@pytest.mark.parametrize("p", [sn.log(-1 - sn.distance), 0 / (0 * sn.distance), sn.sqrt(-1 - sn.distance)])
@pytest.mark.parametrize("rule", [lambda p: sn.pairwise_bernoulli(p), lambda p: sn.fixed_indegree(2, p=p),
                                  lambda p: sn.fixed_outdegree(2, p=p, mask=sn.circular(2.))])
def test_probability_that_is_no_number_is_refused(net, refused, rule, p):
    with refused(ConnectError, "p = ", "gives nan for "):
        net.connect(net["E"], net["I"], rule(p))


def test_probability_above_one_counts_as_one_and_below_zero_as_zero(net):
    assert net.connect(net["E"], net["I"], sn.pairwise_bernoulli(2 + sn.distance)).n == 108
    assert net.connect(net["E"], net["I"], sn.pairwise_bernoulli(-1 - sn.distance), name="none").n == 0


def test_weight_of_zero_for_all_candidates_is_refused(net, refused):
    with refused(ConnectError, "target 38 has 0 candidate sources with p > 0", "Widen p or lower the degree."):
        net.connect(net["E"], net["I"], sn.fixed_indegree(2, p=0 * sn.distance))


@pytest.mark.parametrize("profile, name", [
    (lambda v: sn.gaussian(sn.distance, std=v), "gaussian.std"), (lambda v: sn.exponential(sn.distance, beta=v), "beta"),
    (lambda v: sn.gaussian2d(sn.distance.x, sn.distance.y, std_x=v), "std_x"), (lambda v: sn.gamma(sn.distance, theta=v), "theta"),
    (lambda v: sn.gabor(sn.displacement.x, sn.displacement.y, lam=v), "lam"), (lambda v: sn.random.normal(0, v), "std"),
    (lambda v: sn.random.lognormal(0, v), "std"), (lambda v: sn.random.exponential(v), "beta"),
])
@pytest.mark.parametrize("value", [0, -1, -0.0])
def test_non_positive_widths_are_refused(profile, name, value):
    with pytest.raises(ParameterError, match=rf"{name.replace('.', '[.]')}: must be .*> 0, got "):
        profile(value)


@pytest.mark.parametrize("arguments", [{"rho": 1.0}, {"rho": -1.5}, {"rho": np.nan}, {"std_y": np.inf}])
def test_impossible_bivariate_gaussian_is_refused(arguments):
    with pytest.raises(ParameterError, match=f"gaussian2d.{next(iter(arguments))}"):
        sn.gaussian2d(sn.distance.x, sn.distance.y, **arguments)


@pytest.mark.parametrize("make", [lambda: sn.random.uniform(1, 1), lambda: sn.random.uniform(2, 1),
                                  lambda: sn.random.uniform_int(0), lambda: sn.random.uniform_int(2.5),
                                  lambda: sn.random.redraw(sn.random.normal(), 2, 1),
                                  lambda: sn.random.redraw(sn.distance, 0, 1)])
def test_impossible_distributions_are_refused(make):
    with pytest.raises(ParameterError):
        make()


def test_redraw_that_cannot_succeed_is_refused(net, refused):
    weight = sn.random.redraw(sn.random.uniform(0, 1), 5, 6)
    with refused(SpatialnetError, "redraw", "Widen the limits"):
        net.connect(net["E"], net["I"], sn.pairwise_bernoulli(1.0), sn.static_synapse(weight=weight))


@pytest.mark.parametrize("degree", [-1, 2.5, None, True, np.nan])
@pytest.mark.parametrize("rule", [sn.fixed_indegree, sn.fixed_outdegree, sn.fixed_total_number])
def test_impossible_degree_is_refused(rule, degree):
    with pytest.raises(ParameterError, match="must be an integer ≥ 0, got"):
        rule(degree)


@pytest.mark.parametrize("rule", [sn.fixed_indegree, sn.fixed_outdegree, sn.fixed_total_number])
def test_huge_degree_is_refused_before_memory_is_asked_for(rule):
    with pytest.raises(ParameterError, match=r"must be below 2\*\*32"):
        rule(2**70)


def test_mask_that_goes_round_a_torus_without_end_is_refused(net, refused):
    """Every image of every node is looked at: a forgotten unit must not stall the notebook."""
    with refused(MaskError, "goes round layer 'E'", "Use a smaller mask"):
        net.connect(net["E"], net["E"], sn.pairwise_bernoulli(1e-6, mask=sn.circular(1e4), allow_oversized_mask=True))


def test_expression_without_end_is_refused(net, refused):
    p = sn.distance
    for _ in range(5000):
        p = p + 1e-9 * sn.distance
    with refused(ExpressionError, "nested too deeply"):
        net.connect(net["E"], net["E"], sn.pairwise_bernoulli(p))


def test_degree_of_zero_makes_no_connections(net):
    for k, rule in enumerate((sn.fixed_indegree(0), sn.fixed_outdegree(0), sn.fixed_total_number(0))):
        assert net.connect(net["E"], net["I"], rule, name=f"none {k}").n == 0


@pytest.mark.parametrize("rule, shape", [(sn.one_to_one(), (35,)), (sn.all_to_all(), (36, 36, 1)),
                                         (sn.all_to_all(), (36,)), (sn.fixed_indegree(3), (3, 36)),
                                         (sn.fixed_outdegree(3), (36,)), (sn.fixed_total_number(10), (9,)),
                                         (sn.pairwise_bernoulli(0.5), (36,)),
                                         (sn.all_to_all(mask=sn.circular(0.5)), (36, 36))])
@pytest.mark.parametrize("which", ["weight", "delay"])
def test_array_of_another_shape_is_refused(net, refused, rule, shape, which):
    with refused(SpatialnetError, "shape" if rule.name != "pairwise_bernoulli" and rule.mask is None else "arrays"):
        net.connect(net["E"], net["E"], rule, sn.static_synapse(**{which: np.full(shape, 2.)}))


def test_delays_in_an_array_are_checked_each(net, refused):
    delays = np.full(36, 2.)
    delays[7] = 0.01
    with refused(ParameterError, "static_synapse.delay: must be ≥ 0.1 ms"):
        net.connect(net["E"], net["E"], sn.one_to_one(), sn.static_synapse(delay=delays))


def test_one_to_one_needs_equal_numbers(net, refused):
    with refused(ConnectError, "'E' has 36 nodes and 'I' 3", "equally many"):
        net.connect(net["E"], net["I"], sn.one_to_one())


@pytest.mark.parametrize("expression, said", [
    (sn.pos.x, "pos"), (sn.distance.z, "z coordinate"), (sn.source.z, "z coordinate"),
    (sn.displacement.z, "z coordinate"),
])
def test_expression_without_a_meaning_between_nodes_is_refused(net, refused, expression, said):
    for arguments in ({"weight": expression}, {"delay": 1 + expression}):
        with pytest.raises(ExpressionError, match=said):
            net.connect(net["E"], net["I"], sn.pairwise_bernoulli(0.5), sn.static_synapse(**arguments))
    with refused((ExpressionError, ParameterError), said):
        net.connect(net["E"], net["I"], sn.pairwise_bernoulli(expression))


@pytest.mark.parametrize("nodes", [None, 3, [0, 1], "E", np.arange(3)])
def test_ends_must_be_nodes(net, refused, nodes):
    with pytest.raises(ConnectError, match="the source must be nodes"):
        net.connect(nodes, net["E"], sn.all_to_all())
    with refused(ConnectError, "the target must be nodes"):
        net.connect(net["E"], nodes, sn.all_to_all())


def test_nodes_of_another_network_are_refused(net, refused):
    other = sn.Network().create("iaf_psc_alpha", sn.grid([2, 2]), name="other")
    with refused(ConnectError, "'other' belongs to another network"):
        net.connect(net["E"], other, sn.all_to_all())


def test_empty_selection_is_refused(net, refused):
    with refused(ConnectError, "there are no target nodes"):
        net.connect(net["E"], net["E"][:0], sn.all_to_all())


@pytest.mark.parametrize("rule", [None, "all_to_all", {"rule": "all_to_all"}, sn.all_to_all])
def test_rule_must_be_a_rule(net, refused, rule):
    with refused(ConnectError, "must be a rule such as spatialnet.pairwise_bernoulli(0.1)"):
        net.connect(net["E"], net["I"], rule)


@pytest.mark.parametrize("synapse", [3.0, "static_synapse", {"weight": 1.}, sn.static_synapse])
def test_synapse_must_be_a_synapse(net, refused, synapse):
    with refused(ConnectError, "must be one such as spatialnet.static_synapse"):
        net.connect(net["E"], net["I"], sn.all_to_all(), synapse)


def test_mask_must_be_a_mask():
    with pytest.raises(MaskError, match="mask must be a mask such as"):
        sn.pairwise_bernoulli(0.1, mask={"circular": {"radius": 1}})
    with pytest.raises(ParameterError, match="allow_autapses: must be True or False"):
        sn.all_to_all(allow_autapses="no")


def test_name_that_is_taken_is_refused(net, refused):
    with refused(ParameterError, "projection.name: 'before' is taken"):
        net.connect(net["E"], net["I"], sn.all_to_all(), name="before")


@pytest.mark.parametrize("receptor", [-1, 1.5, 7])
def test_unknown_receptor_is_refused(net, refused, receptor):
    with refused(SpatialnetError, "receptor"):
        net.connect(net["E"], net["I"], sn.all_to_all(), sn.static_synapse(receptor=receptor))


def test_devices_that_receive_nothing_are_no_targets(net, refused):
    with refused(SpatialnetError, "poisson_generator"):
        net.connect(net["E"], net["noise"], sn.all_to_all())


def test_interrupt_while_connecting_leaves_nothing(net, refused, monkeypatch):
    """A half-built projection is dropped."""
    from spatialnet.connect import build

    class Interrupted:
        def __init__(self, *arguments):
            raise KeyboardInterrupt

    with monkeypatch.context() as patch, refused(KeyboardInterrupt):
        patch.setattr(build, "Connector", Interrupted)
        try:
            net.connect(net["E"], net["E"], sn.pairwise_bernoulli(0.5))
        finally:
            patch.undo()


@pytest.mark.parametrize("ids", [[-1], [10**9], [0.5], "all", [[0]]])
def test_unknown_ids_in_a_query_are_refused(net, ids):
    with pytest.raises(ConnectError, match="between 0 and"):
        net.projections[0].targets_of(ids)
    assert len(net.projections[0].targets_of([])) == 0


@pytest.mark.parametrize("sources, targets, switches, said", [
    ([0, 3], [1, 3], {}, "there is no node at position 3 of 'I', which has 3 nodes (number 1 of the targets)"),
    ([0, -1], [1, 1], {}, "position -1 of 'E'"), ([0, 36], [1, 1], {"ids": True}, "node 36 is not in 'E'"),
    ([0, 10**12], [36, 36], {"ids": True}, "is not in 'E'"),
])
def test_pairs_of_other_nodes_are_refused(net, refused, sources, targets, switches, said):
    with refused(ConnectError, "pairs", said):
        net.connect(net["E"], net["I"], sn.pairs(sources, targets, **switches))


@pytest.mark.parametrize("sources, targets, said", [
    ([0.5], [1], "must be a list of integers"), ([[0]], [[1]], "must be a list"), ("ab", "cd", "must be a list"),
    ([0, 1], [1], "must be as many"), ([True], [1], "must be a list"), (None, [1], "must be a list"),
])
def test_pairs_that_are_no_lists_of_integers_are_refused(sources, targets, said):
    with pytest.raises(ParameterError, match=said):
        sn.pairs(sources, targets)


@pytest.mark.parametrize("degree, said", [
    (np.full(5, 2), "'I' has 3 nodes, but there are 5 indegrees"), (sn.random.normal(-5., 1.), "must be ≥ 0"),
    (sn.log(sn.pos.x * 0 - 1), "gives nan for target 36"), (1e12 + sn.pos.x, "below 2**32"),
    (sn.random.redraw(sn.random.uniform(0, 1), 5, 6), "Widen the limits"), (sn.pos.z, "2-dimensional"),
])
def test_impossible_degrees_of_single_nodes_are_refused(net, refused, degree, said):
    with refused(SpatialnetError, said):
        net.connect(net["E"], net["I"], sn.fixed_indegree(degree))


@pytest.mark.parametrize("degree", [sn.distance, sn.source.x, [1, -1], [1.5, 2.0], [[1]], [2**40], [True], "two", "source.x",
                                    "2.5", "-1", "gaussian(target.x, std=0)"])
def test_degrees_without_a_meaning_are_refused(degree):
    with pytest.raises(ParameterError, match="fixed_indegree.indegree|gaussian.std"):
        sn.fixed_indegree(degree)


def test_degrees_need_places_only_where_they_name_them(net, refused):
    assert net.connect(net["E"], net["placeless"], sn.fixed_indegree(sn.random.uniform_int(5)), name="random").n > 0
    net.projections.pop()
    with refused(PositionError, "'placeless'"):
        net.connect(net["E"], net["placeless"], sn.fixed_indegree(3 + sn.pos.x))


def test_degree_that_one_node_cannot_reach_names_it(net, refused):
    with refused(ConnectError, "target 37 has 36 candidate sources in all but indegree=37 and allow_multapses=False"):
        net.connect(net["E"], net["I"], sn.fixed_indegree([1, 37, 1], allow_multapses=False))


def test_arrays_of_weights_are_refused_where_degrees_differ(net, refused):
    with refused(ConnectError, "weights and delays cannot be arrays, because the degrees differ"):
        net.connect(net["E"], net["I"], sn.fixed_indegree([1, 2, 1]), sn.static_synapse(weight=np.ones(4)))


@pytest.mark.parametrize("synapses", [[], [sn.static_synapse(), 3.0], (None,), [sn.static_synapse(), "static_synapse"]])
def test_several_synapses_must_all_be_synapses(net, refused, synapses):
    with refused(ConnectError, "or several in a list"):
        net.connect(net["E"], net["I"], sn.all_to_all(), synapses)


def test_one_impossible_synapse_of_several_leaves_nothing(net, refused):
    with refused(ParameterError, "static_synapse.delay"):
        net.connect(net["E"], net["I"], sn.all_to_all(), [sn.static_synapse(), sn.static_synapse(delay=0.1 * sn.distance)])
    with pytest.raises(ConnectError, match="no receptor 7"):
        net.connect(net["E"], net["I"], sn.all_to_all(), [sn.static_synapse(), sn.static_synapse(receptor=7)])


@pytest.mark.parametrize("rule", [sn.one_to_one(make_symmetric=True), sn.symmetric_pairwise_bernoulli(0.5)])
def test_both_directions_are_checked(net, refused, rule):
    """A generator may be a source but no target."""
    with refused(ConnectError, "poisson_generator takes no input"):
        net.connect(net["noise"], net["I"][:1], rule)


@pytest.mark.parametrize("autapses", [True, False])
def test_total_number_without_possible_pairs_is_refused(net, refused, autapses):
    one = net["E"][:1]
    with refused(ConnectError, "fixed_total_number"):
        net.connect(one, one, sn.fixed_total_number(2, allow_multapses=False, allow_autapses=autapses))
    if not autapses:
        with pytest.raises(ConnectError, match="no pair of different nodes"):
            net.connect(one, one, sn.fixed_total_number(1, allow_autapses=False))


@pytest.mark.parametrize("average", [-0.1, np.nan, np.inf, 2**21, "many", None, [1.0]])
def test_impossible_averages_are_refused(average):
    with pytest.raises(ParameterError, match="pairwise_poisson.average: must be"):
        sn.pairwise_poisson(average)


def test_pairwise_poisson_needs_multapses():
    with pytest.raises(ParameterError, match="allow_multapses: must be True, because a pair gets any number"):
        sn.pairwise_poisson(0.1, allow_multapses=False)


@pytest.mark.parametrize("average, said", [
    (sn.sqrt(-1 - sn.distance), "gives nan for target"), (1e9 + sn.distance, "gives 1e+09 for target"),
    (1 / (0 * sn.distance), "gives inf for target"), (sn.distance.z, "average uses the z coordinate"),
])
def test_averages_without_a_meaning_between_nodes_are_refused(net, refused, average, said):
    with refused(SpatialnetError, said):
        net.connect(net["E"], net["I"], sn.pairwise_poisson(average))
    with pytest.raises(ConnectError, match="cannot be arrays"):
        net.connect(net["E"], net["I"], sn.pairwise_poisson(0.5), sn.static_synapse(weight=np.ones((3, 36))))


def test_name_of_a_rule_is_answered_with_the_rule(net, refused):
    with refused(ConnectError, "got 'all_to_al'. Did you mean spatialnet.all_to_all()?"):
        net.connect(net["E"], net["I"], "all_to_al")


def test_rule_with_parameters_is_named_with_room_for_them(net, refused):
    with refused(ConnectError, "Did you mean spatialnet.fixed_indegree(…)?"):
        net.connect(net["E"], net["I"], "fixed_indegree")


def test_text_in_place_of_a_mask_is_told_where_text_belongs():
    with pytest.raises(MaskError, match=r"got 'dx\*\*2\+dy\*\*2<1'\. For a condition as text use spatialnet\.mask\('…'\)"):
        sn.pairwise_bernoulli(0.1, mask="dx**2+dy**2<1")


def test_long_text_is_not_echoed_whole():
    text = "distance + " * 500 + "nowhere("
    with pytest.raises(ParameterError) as caught:
        sn.pairwise_bernoulli(text)
    assert "got 'distance + dist" in str(caught.value) and "…'" in str(caught.value) and len(str(caught.value)) < 250
    with pytest.raises(ExpressionError) as caught:
        sn.expression(text)
    assert caught.value.text == text and len(str(caught.value)) < 250


@pytest.mark.parametrize("rule", [sn.fixed_outdegree(3, mask=sn.circular(0.02), allow_multapses=False),
                                  sn.pairwise_bernoulli(sn.where(sn.source.x > 0.3, sn.sqrt(0.4 - sn.source.x), 0.5),
                                                        mask=sn.circular(0.02))], ids=["too few", "p"])
def test_the_node_that_is_told_does_not_depend_on_threads_or_time(rule):
    """Many fail; however many threads there are and however long they take, the same one is named."""
    said = set()
    for threads in (1, 2, 5) * 2:
        net = sn.Network(seed=2, threads=threads)
        a = net.create("parrot_neuron", sn.free(sn.random.uniform(-0.5, 0.5), n=4000, extent=[1.0, 1.0]))
        with pytest.raises(ConnectError) as caught:
            net.connect(a, a, rule)
        said.add(str(caught.value))
    assert len(said) == 1


@pytest.mark.parametrize("rule", [sn.pairwise_bernoulli, sn.pairwise_poisson])
def test_probabilities_too_small_to_be_divided_by_connect_nothing(rule):
    """On a grid, where a class of steps is as long as 1 / p."""
    net = sn.Network(seed=1)
    layer = net.create("iaf_psc_alpha", sn.grid([9, 9], edge_wrap=True))
    made = net.connect(layer, layer, rule(sn.where(sn.distance < 0.01, 1.0, 1e-310)))
    assert (made.sources == made.targets).all()
