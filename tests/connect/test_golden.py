"""The connections that the reference makes with p = 1, node by node. Ids are counted from 1 here, as it shows them."""

import numpy as np
import pytest

import spatialnet as sn

SHAPES = {
    "square": (sn.rectangular([-1, -1], [1, 1]), [7, 8, 9, 12, 13, 14, 17, 18, 19]),
    "circle": (sn.circular(1.0), [8, 12, 13, 14, 18]),
    "wide circle": (sn.circular(1.5), [7, 8, 9, 12, 13, 14, 17, 18, 19]),
    "ring": (sn.doughnut(1.0, 2.0), [3, 7, 9, 11, 15, 17, 19, 23]),
    "flat ellipse": (sn.elliptical(4, 2), [3, 8, 12, 13, 14, 18, 23]),
    "ellipse": (sn.elliptical(4, 2, azimuth_angle=90), [8, 11, 12, 13, 14, 15, 18]),
    "thin ellipse": (sn.elliptical(4, 1, azimuth_angle=45), [9, 13, 17]),
    "oblique bar": (sn.rectangular([-2, -.5], [2, .5], azimuth_angle=45), [9, 13, 17]),
    "turned bar": (sn.rectangular([0, -.5], [2, .5], azimuth_angle=90), [17, 18, 19]),
    "anchored": (sn.rectangular([-1, -1], [1, 1], anchor=[1., 0.]), [12, 13, 14, 17, 18, 19, 22, 23, 24]),
}

GRID_SHAPES = {
    "below and right": (sn.grid_mask([2, 3]), [13, 14, 15, 18, 19, 20]),
    "anchored inside": (sn.grid_mask([2, 3], anchor=[1, 1]), [7, 8, 9, 12, 13, 14]),
    "anchored outside": (sn.grid_mask([2, 2], anchor=[-1, 3]), [16, 21]),
}


def sheet(shape, edge_wrap, placed="grid"):
    """A layer of spacing 1; as free positions the connector searches, as a grid it computes."""
    net = sn.Network(threads=1)
    extent = [float(n) for n in shape]
    placement = sn.grid(shape, extent=extent, edge_wrap=edge_wrap)
    if placed == "free":
        placement = sn.free(placement.realize().positions, extent=extent, center=[0., 0.], edge_wrap=edge_wrap)
    return net, net.create("parrot_neuron", placement)


def targets(projection, node):
    return (np.sort(projection.targets_of([node - 1])) + 1).tolist()


@pytest.mark.parametrize("placed", ["grid", "free"])
@pytest.mark.parametrize("name", SHAPES)
def test_targets_of_the_middle_node_are_those_of_the_reference(name, placed):
    mask, expected = SHAPES[name]
    net, layer = sheet([5, 5], False, placed)
    assert targets(net.connect(layer, layer, sn.pairwise_bernoulli(1.0, mask=mask)), 13) == expected


@pytest.mark.parametrize("name", SHAPES)
def test_mask_is_centred_on_the_target_when_asked(name):
    """Then the mask picks the sources of node 13."""
    mask, expected = SHAPES[name]
    net, layer = sheet([5, 5], False)
    projection = net.connect(layer, layer, sn.pairwise_bernoulli(1.0, mask=mask, use_on_source=True))
    assert (np.sort(projection.sources_of([12])) + 1).tolist() == expected


@pytest.mark.parametrize("use_on_source", [False, True])
@pytest.mark.parametrize("name", GRID_SHAPES)
def test_grid_mask_takes_the_cells_of_the_reference(name, use_on_source):
    """It has the same orientation when it picks sources."""
    mask, expected = GRID_SHAPES[name]
    net, layer = sheet([5, 5], False)
    projection = net.connect(layer, layer, sn.pairwise_bernoulli(1.0, mask=mask, use_on_source=use_on_source))
    found = projection.sources_of([12]) if use_on_source else projection.targets_of([12])
    assert (np.sort(found) + 1).tolist() == expected


@pytest.mark.parametrize("use_on_source", [False, True])
@pytest.mark.parametrize("name", [*SHAPES, *GRID_SHAPES])
def test_positions_are_carried_over_between_layers_with_other_centres(name, use_on_source):
    """The driver layer is centred at (1, 2); its node at (0, 0) has the place of node 13 of the pool."""
    mask, expected = (SHAPES | GRID_SHAPES)[name]
    net, pool = sheet([5, 5], False)
    drivers = net.create("parrot_neuron", sn.grid([3, 5], extent=[3., 5.], center=[1., 2.]), name="drivers")
    middle = drivers.nearest([0, 0])
    assert middle.positions.tolist() == [[0, 0]]
    ends = (pool, drivers) if use_on_source else (drivers, pool)
    projection = net.connect(*ends, sn.pairwise_bernoulli(1.0, mask=mask, use_on_source=use_on_source))
    found = projection.sources_of(middle) if use_on_source else projection.targets_of(middle)
    assert (np.sort(found) + 1).tolist() == expected


def test_stimulators_with_places_are_sources_like_any_other():
    """A layer of generators: the mask picks their targets."""
    mask, expected = SHAPES["circle"]
    net, layer = sheet([5, 5], False)
    noise = net.create("poisson_generator", sn.grid([5, 5], extent=[5., 5.]), rate=5.)
    for rule in (sn.pairwise_bernoulli(1.0, mask=mask), sn.all_to_all(mask=mask),
                 sn.fixed_indegree(5, mask=mask, allow_multapses=False)):
        ends = (noise, layer[12]) if rule.driver == "target" else (noise[12], layer)
        made = net.connect(*ends, rule)
        found = made.sources - noise.ids[0] if rule.driver == "target" else made.targets
        assert (np.sort(found) + 1).tolist() == expected


def test_grid_mask_at_the_corner_goes_round_a_torus():
    net, layer = sheet([5, 5], True)
    projection = net.connect(layer, layer, sn.pairwise_bernoulli(1.0, mask=sn.grid_mask([2, 3])))
    assert targets(projection, 25) == [1, 2, 5, 21, 22, 25]


@pytest.mark.parametrize("placed", ["grid", "free"])
@pytest.mark.parametrize("edge_wrap, expected", [(False, [1, 2, 6]), (True, [1, 2, 5, 6, 21])])
def test_circle_at_the_corner_goes_round_a_torus(edge_wrap, expected, placed):
    net, layer = sheet([5, 5], edge_wrap, placed)
    assert targets(net.connect(layer, layer, sn.pairwise_bernoulli(1.0, mask=sn.circular(1.0))), 1) == expected


def test_square_as_wide_as_the_torus_holds_every_node_once():
    net, layer = sheet([5, 5], True)
    projection = net.connect(layer, layer, sn.pairwise_bernoulli(1.0, mask=sn.rectangular([-2.5] * 2, [2.5] * 2)))
    assert (projection.out_degrees() == 25).all()


def test_node_half_an_extent_away_is_met_once():
    """The reference makes 25 connections here, some nodes twice or four times; a mask that fits meets each once."""
    mask = sn.rectangular([-2, -2], [2, 2])
    net, layer = sheet([4, 4], True)
    assert targets(net.connect(layer, layer, sn.pairwise_bernoulli(1.0, mask=mask)), 1) == list(range(1, 17))
    plain, layer = sheet([4, 4], False)
    assert len(targets(plain.connect(layer, layer, sn.pairwise_bernoulli(1.0, mask=mask)), 1)) == 9


def test_node_half_an_extent_away_is_met_once_for_each_image_when_asked():
    """As in the reference: 3, 7, 9, 10, 12, 15 twice and 11 four times."""
    net, layer = sheet([4, 4], True)
    rule = sn.pairwise_bernoulli(1.0, mask=sn.rectangular([-2, -2], [2, 2]), allow_oversized_mask=True)
    found = np.bincount(targets(net.connect(layer, layer, rule), 1), minlength=17)[1:]
    assert found.sum() == 25
    assert {k + 1: int(n) for k, n in enumerate(found) if n > 1} == {3: 2, 7: 2, 9: 2, 10: 2, 12: 2, 15: 2, 11: 4}


def test_distances_on_the_torus_are_those_of_the_reference():
    net = sn.Network(threads=1)
    layer = net.create("parrot_neuron", sn.grid([5, 4], extent=[5., 4.], edge_wrap=True))
    start = layer.positions[0]
    expected = {5: ((1, 0), 1), 9: ((2, 0), 2), 13: ((-2, 0), 2), 17: ((-1, 0), 1), 19: ((-1, -2), 5 ** .5)}
    for node, (displacement, distance) in expected.items():
        assert layer.displacement(start, layer.positions[node - 1])[0] == pytest.approx(displacement)
        assert layer.distance(start, layer.positions[node - 1])[0] == pytest.approx(distance)
