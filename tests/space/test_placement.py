"""Positions and their order: the vectors of the reference, and what is refused."""

import numpy as np
import pytest

from spatialnet.errors import PositionError
from spatialnet.expressions import random
from spatialnet.language.nodes import Symbol
from spatialnet.space.placement import free, grid


@pytest.mark.parametrize("placement, expected", [
    (grid([4, 3], center=[1, .5], extent=[2, 1.5]),
     [(x, y) for x in (.25, .75, 1.25, 1.75) for y in (1, .5, 0)]),
    (grid([2, 2, 2]),
     [(-.25, .25, -.25), (-.25, .25, .25), (-.25, -.25, -.25), (-.25, -.25, .25),
      (.25, .25, -.25), (.25, .25, .25), (.25, -.25, -.25), (.25, -.25, .25)]),
])
def test_grid_is_filled_columns_first_from_the_top(placement, expected):
    """x slowest, y downwards, z fastest and upwards: the order of the reference."""
    geometry = placement.realize()
    np.testing.assert_allclose(geometry.positions, expected, atol=1e-15)
    assert geometry.placement == "grid" and geometry.units == "mm"


def test_grid_corners_are_those_of_the_reference():
    positions = grid([5, 4], extent=[5, 4]).realize().positions
    assert positions[[0, 4, 19]].tolist() == [[-2, 1.5], [-1, 1.5], [2, -1.5]]


@pytest.mark.parametrize("positions, extent, expected_extent, expected_center", [
    ([(0, 0), (.3, .2), (1.2, .4)], None, [2, 1], [.6, .2]),
    ([(-.5, -.5), (.5, .5)], None, [1, 1], [0, 0]),
    ([(.1, .1), (.1, .9)], None, [0, 1], [.1, .5]),
    ([(0, 0), (1, 1.01)], None, [1, 2], [.5, .505]),
    ([(.1, .2), (.4, .3)], [2, 2], [2, 2], [.25, .25]),
])
def test_free_layers_take_the_extent_and_centre_of_the_reference(positions, extent, expected_extent, expected_center):
    """Whole numbers that contain the positions, around the middle of their bounding box."""
    geometry = free(positions, extent=extent).realize()
    assert geometry.extent == pytest.approx(expected_extent) and geometry.center == pytest.approx(expected_center)
    assert geometry.positions.tolist() == [list(map(float, p)) for p in positions] and geometry.shape is None


@pytest.mark.parametrize("shape", [[0, 3], [3], [2, 2, 2, 2], [2.0, 3], [-1, 2], [True, 2], "ab", None, 4, []])
def test_impossible_grid_shape_is_refused(shape):
    with pytest.raises(PositionError, match=r"shape of a grid must be 2 or 3 integers ≥ 1.*got "):
        grid(shape)


@pytest.mark.parametrize("arguments", [{"extent": [1.0]}, {"extent": [1, 1, 1]}, {"extent": [1, -1]},
                                       {"extent": [0, 1]}, {"extent": [np.nan, 1]}, {"center": [0]},
                                       {"center": [np.inf, 0]}, {"extent": "wide"}, {"edge_wrap": 2}])
def test_impossible_extent_or_centre_is_refused(arguments):
    name = next(iter(arguments))
    with pytest.raises(PositionError, match=name):
        grid([3, 3], **arguments)
    with pytest.raises(PositionError, match=name):
        free([[0, 0], [0.1, 0.1]], **arguments)


@pytest.mark.parametrize("positions, said", [
    ([], "shape"), ([[1], [2]], "shape"), ([[1, 2, 3, 4]], "shape"), ([1, 2], "shape"), ([[1, 2], [3]], "differ"),
    ([["a", "b"]], "numbers"), ([[0, np.nan]], "node 0"), ([[0, 0], [np.inf, 0]], "node 1"), (None, "give positions"),
    (np.zeros((0, 2)), "n ≥ 1"),
])
def test_impossible_positions_are_refused(positions, said):
    with pytest.raises(PositionError, match=said):
        free(positions)


@pytest.mark.parametrize("arguments, said", [
    ({"positions": random.uniform(0, 1), "extent": [1, 1]}, "need n"),
    ({"positions": random.uniform(0, 1), "n": 5}, "num_dimensions"),
    ({"positions": random.uniform(0, 1), "n": 0, "extent": [1, 1]}, "≥ 1"),
    ({"positions": random.uniform(0, 1), "n": 2.5, "extent": [1, 1]}, "≥ 1"),
    ({"positions": [random.uniform(0, 1)], "n": 5}, "2 or 3 expressions"),
    ({"positions": [Symbol("distance"), random.uniform(0, 1)], "n": 5}, "distance"),
    ({"positions": [[0, 0]], "n": 5}, "leave n out"),
])
def test_incomplete_random_positions_are_refused(arguments, said):
    with pytest.raises(PositionError, match=said):
        free(**arguments)


def test_position_outside_the_extent_is_refused_and_named():
    with pytest.raises(PositionError, match=r"1 of 3 positions lie outside .*\[3.0, 0.0\] \(node 2\)"):
        free([[0, 0], [0.5, 0], [3, 0]], extent=[2, 2], center=[0, 0]).realize()


def test_torus_without_size_is_refused():
    with pytest.raises(PositionError, match="edge_wrap=True needs an extent > 0"):
        free([[0, 0], [0, 1]], edge_wrap=True).realize()


@pytest.mark.parametrize("arguments, d", [
    *(({"positions": random.uniform(-1, 1), "num_dimensions": d}, d) for d in (2, 3)),
    *(({"positions": random.uniform(-1, 1), "extent": [2] * d}, d) for d in (2, 3)),
    ({"positions": [random.uniform(-1, 1)] * 3}, 3), ({"positions": (random.uniform(-1, 1), random.normal(0, .1))}, 2),
    ({"positions": random.uniform(-1, 1), "extent": [2, 2], "num_dimensions": 2, "center": [0, 0]}, 2),
    ({"positions": [random.uniform(-1, 1)] * 2, "num_dimensions": 2}, 2)])
def test_random_positions_have_one_expression_for_all_axes_or_one_for_each(arguments, d):
    """n nodes; `num_dimensions` or the length of `extent` tells how many axes a single one is for."""
    positions = free(n=40, **arguments).realize(seed=4).positions
    assert positions.shape == (40, d) and len(np.unique(positions)) == 40 * d, "a draw for each node and axis"


@pytest.mark.parametrize("arguments, said", [
    ({"positions": random.uniform(-1, 1), "n": 4, "extent": [2] * 3, "num_dimensions": 2}, "extent must be 2 numbers"),
    ({"positions": [random.uniform(-1, 1)] * 3, "n": 4, "num_dimensions": 2}, "num_dimensions=2, but 3 expressions"),
    ({"positions": [[0., 0.]], "num_dimensions": 3}, "num_dimensions=3, but positions have 2 coordinates"),
    *(({"positions": random.uniform(-1, 1), "n": 4, "num_dimensions": value}, "num_dimensions=2 or 3") for value in (
        1, 4, 2.0, "2", True)),
    ({"positions": random.uniform(-1, 1), "n": 4, "extent": 2.0}, "num_dimensions=2 or 3"),
    ({"positions": {"x": 1}}, "numbers"), ({"positions": "ab"}, "numbers"), ({"positions": 3}, "shape")])
def test_contradictory_dimensions_are_refused(arguments, said):
    with pytest.raises(PositionError, match=said):
        free(**arguments)


@pytest.mark.parametrize("given", [[[0, 1], [2, 0]], np.array([[0, 1], [2, 0]]), ((0, 1), (2, 0)),
                                   np.array([[0, 1], [2, 0]], "f4")])
def test_positions_may_be_lists_arrays_and_whole_numbers(given):
    """The reference takes plain lists alone."""
    geometry = free(given).realize()
    assert geometry.positions.tolist() == [[0., 1.], [2., 0.]] and geometry.positions.dtype == np.float64


def test_a_single_node_needs_no_extent():
    """The reference refuses it."""
    geometry = free([[0.3, -0.2]]).realize()
    assert geometry.extent.tolist() == [0, 0] and geometry.center.tolist() == [0.3, -0.2]


@pytest.mark.parametrize("shape, extent, center", [
    ([4, 3], [2., 1.5], [1., .5]), ([3, 2, 4], [1., 4., 2.], [.1, -.2, .3]), ([1, 1], [1., 1.], [0., 0.]),
    ([7, 1, 2], [7., 1., 1.], [0., 0., 9.])])
def test_nodes_of_a_grid_lie_where_the_formula_says(shape, extent, center):
    """k = (ix ny + iy) nz + iz; x = cx - ext_x/2 + dx (ix + 1/2), y likewise downwards, z likewise upwards."""
    positions = grid(shape, extent=extent, center=center).realize().positions
    nx, ny, nz = (*shape, 1)[:3]
    for ix in range(nx):
        for iy in range(ny):
            for iz in range(nz):
                at = [c + up * (-e / 2 + e / n * (i + .5)) for c, up, e, n, i in zip(
                    center, (1, -1, 1), extent, shape, (ix, iy, iz))]
                assert positions[(ix * ny + iy) * nz + iz] == pytest.approx(at, abs=1e-14)


def test_a_grid_is_one_by_one_around_the_origin_by_default():
    for shape in ([3, 2], [2, 2, 2]):
        geometry = grid(shape).realize()
        assert geometry.extent.tolist() == [1.0] * len(shape) and geometry.center.tolist() == [0.0] * len(shape)
        assert not geometry.edge_wrap and geometry.shape == tuple(shape)


def test_random_positions_depend_on_seed_population_and_axis_alone():
    """Keyed, not drawn in turn: the first nodes of a larger layer are those of a smaller one."""
    def place(seed=1, population=0, n=50):
        return free(random.uniform(-1, 1), n=n, extent=[2, 2], center=[0, 0]).realize(seed, population).positions

    assert (place() == place()).all() and (place(n=500)[:50] == place()).all()
    assert not (place() == place(seed=2)).any() and not (place() == place(population=1)).any()
    assert not (place()[:, 0] == place()[:, 1]).any()
