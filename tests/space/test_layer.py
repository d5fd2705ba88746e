"""Layers as users hold them: slices, sums, distances, nearest nodes."""

import copy

import numpy as np
import pytest

import spatialnet as sn
from spatialnet.errors import PositionError, UnknownNameError
from tests.reference import geometry as twin


@pytest.fixture
def net():
    network = sn.Network(seed=1)
    network.create("parrot_neuron", n=3, name="first")
    network.create("iaf_psc_alpha", sn.grid([5, 4], extent=[5., 4.], edge_wrap=True), name="torus")
    network.create("iaf_psc_alpha", sn.free([[0, 0, 0], [1, 2, 3], [-1, 0, .5]], extent=[4, 4, 6]), name="cube")
    return network


@pytest.mark.parametrize("key", [np.s_[3:9], np.s_[::2], np.s_[::-3], np.s_[-1:], [7, 2, 11], np.array([True, False] * 10), np.array([4]),
                                 np.s_[5:5], []], ids=str)
def test_slices_keep_positions_extent_and_ids(net, key):
    torus = net["torus"]
    part = torus[key]
    chosen = np.arange(20)[np.asarray(key, dtype=int) if isinstance(key, list) else key]
    assert part.ids.tolist() == (3 + chosen).tolist() and len(part) == len(chosen)
    assert (part.positions == torus.positions[chosen]).all()
    assert (part.extent == [5, 4]).all() and (part.center == 0).all() and part.edge_wrap and part.is_whole == (len(chosen) == 20)
    assert [node.ids[0] for node in part] == part.ids.tolist()


def test_what_is_chosen_in_any_way_keeps_its_place_and_shape(net):
    """Lists, masks of truth values, nodes in a mask and nearest nodes lose their places in the reference."""
    torus = net["torus"]
    for part in (torus[2], torus[1:9:2], torus[[7, 2]], torus[torus.positions[:, 0] > 0], torus.nearest([0, 0], 3),
                 torus.inside(sn.circular(1.2)), next(iter(torus)), (torus[:3] + net["cube"]).parts[0]):
        assert part.shape == (5, 4) and part.placement == "grid" and part.extent.tolist() == [5, 4] and part.edge_wrap
        assert (part.positions == torus.positions[part.ids - 3]).all() and len(part) > 0


def test_what_a_layer_hands_out_cannot_change_it(net):
    """Nor does what becomes of the arrays it was made with."""
    extent, positions = np.array([4., 4.]), np.array([[0., 0.], [1., 1.]])
    layer = net.create("parrot_neuron", sn.free(positions, extent=extent), name="mine")
    extent[:], positions[:] = 9, 9
    layer.positions[0] = 7  # a copy
    torus = net["torus"]
    for array in (layer.extent, layer.center, torus.extent, layer.geometry.positions, torus.geometry.positions):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 5
    assert layer.extent.tolist() == [4, 4] and layer.positions.tolist() == [[0, 0], [1, 1]]


def test_layers_without_a_grid_have_no_shape(net):
    assert net["cube"].shape is None and net["cube"].placement == "free" and not net["cube"].edge_wrap


def test_a_slice_of_a_slice_is_a_slice(net):
    torus = net["torus"]
    assert torus[4:16][2:5][1].ids.tolist() == torus[7].ids.tolist() == torus[-13].ids.tolist() == [10]
    assert torus[::2][::-1][:3].ids.tolist() == [21, 19, 17]


@pytest.mark.parametrize("key", [20, -21, [0, 20], [1, 1], [-1, 19]])
def test_nodes_that_do_not_exist_or_come_twice_are_refused(net, key):
    with pytest.raises(IndexError):
        net["torus"][key]


@pytest.mark.parametrize("key", ["a", 1.5, [0.5], None, [[1, 2]], np.array([True, False])])
def test_indices_of_another_kind_are_refused(net, key):
    with pytest.raises((TypeError, IndexError)):
        net["torus"][key]


def test_sums_keep_the_order_of_their_parts(net):
    nodes = net["cube"] + net["first"][:2] + net["torus"][5:7]
    assert nodes.ids.tolist() == [23, 24, 25, 0, 1, 8, 9] and len(nodes) == 7
    assert [p.name for p in nodes.parts] == ["cube", "first[…]", "torus[…]"] and nodes.name == "cube + first[…] + torus[…]"
    with pytest.raises(PositionError, match="share nodes"):
        net["torus"][:3] + net["torus"][2:]
    with pytest.raises(PositionError, match="two networks"):
        net["torus"] + sn.Network().create("parrot_neuron")


@pytest.mark.parametrize("target, expected, length", [(4, (1, 0), 1), (8, (2, 0), 2), (12, (-2, 0), 2), (16, (-1, 0), 1),
                                                      (18, (-1, -2), 5 ** 0.5)])
def test_displacement_leads_the_short_way_from_the_first_to_the_second(net, target, expected, length):
    """The reference's vectors; in its documentation's sense, not in its sign for two node collections."""
    torus = net["torus"]
    start, end = torus.positions[0], torus.positions[target]
    assert torus.displacement(start, end).tolist() == [list(map(float, expected))]
    assert torus.distance(start, end) == pytest.approx([length])
    assert torus[3:5].distance(start, end) == pytest.approx([length]), "a slice measures like its layer"


def test_displacement_takes_one_or_many_points_on_either_side(net):
    torus = net["torus"]
    to_all = torus.displacement([0.3, -0.2], torus.positions)
    assert to_all.shape == (20, 2)
    exact = [list(map(float, twin.displacement([0.3, -0.2], p, [5, 4], True))) for p in torus.positions]
    np.testing.assert_allclose(to_all, exact, atol=1e-15)
    assert torus.displacement(torus.positions[:3], torus.positions[:3]).tolist() == [[0, 0]] * 3
    assert torus.distance(np.empty((0, 2)), [0, 0]).shape == (0,)
    with pytest.raises(PositionError, match="3 starts and 2 ends"):
        torus.displacement(torus.positions[:3], torus.positions[:2])


@pytest.mark.parametrize("point", [[0, 0, 0], [0], 0.5, [np.nan, 0], "here", [[0, 0], [1]]])
def test_points_that_are_none_are_refused(net, point):
    with pytest.raises(PositionError, match="2-dimensional"):
        net["torus"].displacement(point, [0, 0])


@pytest.mark.parametrize("point", [[0.0, 0.1], [2.4, 1.9], [-2.6, 0.0], [100.3, -50.2], [0.5, 0.5]])
def test_the_nearest_nodes_are_those_of_looking_at_all(net, point):
    """Round the edges; of equally near ones the first."""
    torus = net["torus"]
    exact = [twin.square_distance(point, p, torus.extent, True) for p in torus.positions]
    order = sorted(range(20), key=lambda i: (round(float(exact[i]), 12), i))
    assert torus.nearest(point, k=1).ids.tolist() == [3 + order[0]]
    near = torus.nearest(point, k=6)
    assert sorted(round(float(exact[i - 3]), 12) for i in near.ids) == [round(float(exact[i]), 12) for i in order[:6]]


def test_the_nearest_of_equally_near_nodes_is_the_first():
    layer = sn.Network().create("parrot_neuron", sn.grid([2, 2], extent=[2, 2]))
    assert layer.nearest([0, 0]).ids.tolist() == [0] and layer.nearest([0, 0], k=4).ids.tolist() == [0, 1, 2, 3]
    assert layer[1:].nearest([-1, 1]).ids.tolist() == [1], "within the slice"


@pytest.mark.parametrize("k", [0, 21, -1])
def test_the_number_of_nearest_nodes_is_checked(net, k):
    with pytest.raises(PositionError, match="between 1 and 20"):
        net["torus"].nearest([0, 0], k=k)


def test_nodes_without_a_place_have_no_positions(net):
    first = net["first"]
    assert not first.is_spatial and net["cube"].is_spatial
    for ask in (lambda: first.positions, lambda: first.nearest([0, 0]), lambda: first.displacement([0, 0], [1, 1]), lambda: first.extent):
        with pytest.raises(PositionError, match="'first' .parrot_neuron. has no positions"):
            ask()


def test_layers_are_found_by_name_and_the_nearest_name_is_offered(net):
    assert list(net.layers) == ["first", "torus", "cube"] and net["cube"].ids.tolist() == [23, 24, 25]
    with pytest.raises(UnknownNameError, match="Did you mean 'torus'"):
        net["tours"]


def test_expressions_of_place_set_parameters(net):
    layer = net.create("iaf_psc_alpha", sn.grid([3, 2], extent=[3., 2.]), V_m=-70 + 5 * sn.pos.x, I_e=sn.where(sn.pos.y > 0, 10., 0.))
    assert layer.get("V_m").tolist() == (-70 + 5 * layer.positions[:, 0]).tolist()
    assert layer.get("I_e").tolist() == [10, 0] * 3
    layer[1:3].set(I_e=100 * sn.pos.y)
    assert layer.get("I_e").tolist() == [10, -50, 50, 0, 10, 0]


def test_layers_show_what_they_are(net):
    assert repr(net["torus"]) == "<layer 'torus': 20 × iaf_psc_alpha, grid of 5 × 4, 5 × 4 mm, wrapped>"
    assert repr(net["cube"]) == "<layer 'cube': 3 × iaf_psc_alpha, free layer, 4 × 4 × 6 mm>"
    assert repr(net["first"]) == "<'first': 3 × parrot_neuron>" and repr(net["first"] + net["cube"]) == "<6 nodes: first + cube>"


def test_parts_of_layers_show_which_nodes_they_are(net):
    torus, first = net["torus"], net["first"]
    assert repr(torus[1]) == f"<node {torus.ids[1]} of 'torus': iaf_psc_alpha, x = {torus.positions[1, 0]:g}, y = {torus.positions[1, 1]:g} mm>"
    assert repr(torus[:3]) == "<3 of the 20 nodes of 'torus': iaf_psc_alpha>"
    assert repr(first[0]) == f"<node {first.ids[0]} of 'first': parrot_neuron>"


def test_a_parameter_asked_for_as_an_attribute_is_told_where_it_is(net):
    with pytest.raises(AttributeError, match=r"layer.get\('V_m'\) and set with layer.set\(V_m=…\)"):
        _ = net["torus"].V_m
    with pytest.raises(AttributeError, match="'Layer' object has no attribute 'nothing'"):
        _ = net["torus"].nothing
    assert copy.copy(net["torus"]).ids.tolist() == net["torus"].ids.tolist()
