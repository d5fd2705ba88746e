"""The box tree against brute force: it holds every node once, its boxes are tight, and searches miss nobody."""

import numpy as np
import pytest

import spatialnet as sn
from spatialnet._core.neighbors import NODES_PER_BOX, START_BOXES, BoxTree, driver_cells
from tests.reference import neighbors as twin


def scattered(n, d, spread=(1.0, 1.0, 1.0), seed=0):
    return np.random.default_rng(seed).uniform(-1, 1, (n, d)) * np.array(spread[:d])


PLACES = {
    "none in common": scattered(500, 2), "cube": scattered(900, 3), "thin": scattered(400, 2, (1, 0.01)),
    "line": scattered(200, 2, (1, 0)), "heap": np.zeros((100, 2)), "two heaps": np.repeat([[0., 0.], [1., 1.]], 60, 0),
    "one": np.ones((1, 2)), "few": scattered(NODES_PER_BOX, 2), "grid": sn.grid([30, 40]).realize().positions,
    "grid 3-D": sn.grid([9, 8, 7]).realize().positions, "nowhere": np.empty((50, 0)), "many": scattered(5000, 2),
    "clustered": np.concatenate([scattered(300, 2, seed=1) * 1e-3, scattered(300, 2, seed=2)]),
}
ALL = pytest.mark.parametrize("place", PLACES)


def leaves(tree):
    return np.flatnonzero(tree.child_begin == tree.child_end)


@ALL
def test_the_finest_boxes_hold_every_node_once(place):
    positions = PLACES[place]
    tree = BoxTree(positions)
    assert sorted(tree.order.tolist()) == list(range(len(positions)))
    np.testing.assert_array_equal(tree.coordinates, positions[tree.order].T)
    spans = sorted((int(tree.begin[b]), int(tree.end[b])) for b in leaves(tree))
    assert spans[0][0] == 0 and spans[-1][1] == len(positions)
    assert all(end == begin for (_, end), (begin, _) in zip(spans, spans[1:]))


@ALL
def test_boxes_are_as_large_as_their_nodes_need(place):
    positions = PLACES[place]
    tree = BoxTree(positions)
    for box in range(len(tree.begin)):
        own = positions[tree.order[tree.begin[box]:tree.end[box]]]
        assert len(own) > 0
        assert (tree.lower[:, box] == own.min(axis=0)).all() and (tree.upper[:, box] == own.max(axis=0)).all()


@ALL
def test_children_share_the_nodes_of_their_box_in_order(place):
    tree = BoxTree(PLACES[place])
    inner = np.flatnonzero(tree.child_begin != tree.child_end)
    for box in inner:
        children = range(tree.child_begin[box], tree.child_end[box])
        assert tree.begin[children[0]] == tree.begin[box] and tree.end[children[-1]] == tree.end[box]
        assert all(tree.end[a] == tree.begin[b] for a, b in zip(children, children[1:]))
    born = np.concatenate([np.arange(tree.child_begin[b], tree.child_end[b]) for b in inner] or [np.empty(0, int)])
    assert len(np.unique(born)) == len(born), "a box has one parent"


@ALL
def test_a_search_starts_from_few_boxes_that_hold_every_node_once(place):
    tree = BoxTree(PLACES[place])
    start = range(tree.first_start, tree.first_start + tree.n_start)
    assert 1 <= tree.n_start <= START_BOXES
    assert tree.begin[start[0]] == 0 and tree.end[start[-1]] == len(PLACES[place])
    assert all(tree.end[a] == tree.begin[b] for a, b in zip(start, start[1:]))


def test_spread_nodes_lie_in_boxes_of_a_bounded_size():
    """What the cost of a search rests on."""
    for place in ("none in common", "cube", "grid", "many"):
        tree = BoxTree(PLACES[place])
        sizes = (tree.end - tree.begin)[leaves(tree)]
        assert sizes.mean() <= NODES_PER_BOX and sizes.max() <= 5 * NODES_PER_BOX


@ALL
@pytest.mark.parametrize("drivers", ["near", "far", "one place"])
def test_cells_hold_their_drivers_and_do_not_depend_on_the_others(place, drivers):
    positions = PLACES[place]
    d = positions.shape[1]
    x = {"near": scattered(300, d) if d else np.empty((300, 0)), "far": scattered(50, d) * 1e7 if d else np.empty((50, 0)),
         "one place": np.zeros((20, d))}[drivers]
    tree = BoxTree(positions)
    order, first, lower, upper = driver_cells(tree, x)
    assert sorted(order.tolist()) == list(range(len(x)))
    assert first[0] == 0 and first[-1] == len(x) and (np.diff(first) > 0).all() and len(lower) == len(first) - 1
    for cell in range(len(lower)):
        inside = x[order[first[cell]:first[cell + 1]]]
        assert (lower[cell] <= inside).all() and (inside <= upper[cell]).all()
        alone = driver_cells(tree, inside[:1])
        np.testing.assert_array_equal(alone[2][0], lower[cell])
        np.testing.assert_array_equal(alone[3][0], upper[cell])


# One body for every kind of layer: what a mask or a bounded p finds is what brute force finds.
LAYERS = {
    "free": sn.free(scattered(500, 2), extent=[2, 2], center=[0, 0]),
    "free, wrapped": sn.free(scattered(500, 2), extent=[2, 2], center=[0, 0], edge_wrap=True),
    "free 3-D, wrapped": sn.free(scattered(600, 3), extent=[2, 2, 2], center=[0, 0, 0], edge_wrap=True),
    "clustered": sn.free(PLACES["clustered"]),
    "grid": sn.grid([16, 32], extent=[2, 4]), "grid, wrapped": sn.grid([16, 32], extent=[2, 4], edge_wrap=True),
    "oblong cells, wrapped": sn.grid([32, 8], extent=[2, 2], center=[0.5, -0.25], edge_wrap=True),
    "grid 3-D, wrapped": sn.grid([8, 4, 16], extent=[1, 1, 1], edge_wrap=True),
}


class TestSearch:
    @pytest.fixture(params=LAYERS)
    def layer(self, request):
        return sn.Network(seed=1, threads=1).create("iaf_psc_alpha", LAYERS[request.param])

    def drivers(self, layer):
        """Corners, middle, and some between."""
        return layer[[0, 1, len(layer) // 2, len(layer) // 3, len(layer) - 1]]

    def agree(self, layer, rule, radius):
        made = layer.network.connect(self.drivers(layer), layer, rule)
        for node in self.drivers(layer):
            expected = twin.within(layer.positions, node.positions[0], radius, layer.extent, layer.edge_wrap)
            assert made.targets_of(node).tolist() == [layer.ids[i] for i in expected]

    @pytest.mark.parametrize("radius", [0.125, 0.25, 0.4375])
    def test_a_round_mask_finds_the_nodes_within_its_radius(self, layer, radius):
        """Radii in binary fractions: on grids, nodes lie exactly on the circle."""
        mask = sn.circular(radius) if len(layer.extent) == 2 else sn.spherical(radius)
        self.agree(layer, sn.pairwise_bernoulli(1.0, mask=mask), radius)

    @pytest.mark.parametrize("radius", [0.125, 0.3, 0.7])
    def test_a_probability_with_an_end_finds_the_nodes_within_it(self, layer, radius):
        """No mask: boxes are left out by the bound of p alone. The square keeps the comparison free of rounding."""
        axes = sn.distance.x ** 2 + sn.distance.y ** 2 + (sn.distance.z ** 2 if len(layer.extent) == 3 else 0)
        self.agree(layer, sn.pairwise_bernoulli(sn.where(axes <= radius ** 2, 1, 0)), radius)

    def test_everybody_is_found_without_mask_and_bound(self, layer):
        made = layer.network.connect(self.drivers(layer), layer, sn.pairwise_bernoulli(1.0 + 0 * sn.distance))
        assert (made.out_degrees() == len(layer)).all() and (made.in_degrees() == 5).all()


def test_a_box_mask_finds_the_nodes_in_it():
    layer = sn.Network(seed=1).create("iaf_psc_alpha", LAYERS["clustered"])
    lower, upper = np.array([-0.3, -0.01]), np.array([0.002, 0.4])
    made = layer.network.connect(layer[::50], layer, sn.all_to_all(mask=sn.rectangular(lower, upper)))
    for node in layer[::50]:
        offsets = layer.positions - node.positions[0]
        assert made.targets_of(node).tolist() == twin.inside(offsets, lower, upper)
