"""Masks contain what the reference's contain: the golden vectors, the edges, the rotations."""

import numpy as np
import pytest

from spatialnet.errors import MaskError
from spatialnet.masks.shapes import box, circular, doughnut, ellipsoidal, elliptical, rectangular, spherical
from spatialnet.space.placement import grid

GRID = grid([5, 5], extent=[5, 5]).realize().positions


def targets(mask, node=13):
    """Ids counted from 1, as the reference shows them, of the nodes in the mask around `node`."""
    return (np.flatnonzero(mask.contains(GRID - GRID[node - 1])) + 1).tolist()


@pytest.mark.parametrize("mask, expected", [
    (rectangular([-1, -1], [1, 1]), [7, 8, 9, 12, 13, 14, 17, 18, 19]),
    (circular(1.0), [8, 12, 13, 14, 18]),
    (circular(1.5), [7, 8, 9, 12, 13, 14, 17, 18, 19]),
    (doughnut(1.0, 2.0), [3, 7, 9, 11, 15, 17, 19, 23]),
    (elliptical(4, 2), [3, 8, 12, 13, 14, 18, 23]),
    (elliptical(4, 2, azimuth_angle=90), [8, 11, 12, 13, 14, 15, 18]),
    (elliptical(4, 1, azimuth_angle=45), [9, 13, 17]),
    (rectangular([-2, -.5], [2, .5], azimuth_angle=45), [9, 13, 17]),
    (rectangular([0, -.5], [2, .5], azimuth_angle=90), [17, 18, 19]),
    (rectangular([-1, -1], [1, 1], anchor=[1., 0.]), [12, 13, 14, 17, 18, 19, 22, 23, 24]),
    (rectangular([-1, -1], [1, 1], anchor=[1, 0]), [12, 13, 14, 17, 18, 19, 22, 23, 24]),
])
def test_masks_choose_the_nodes_of_the_reference(mask, expected):
    """Golden vectors on the 5 × 5 grid, from its middle."""
    assert targets(mask) == expected


def test_mask_at_the_corner_is_cut_off():
    assert targets(circular(1.0), node=1) == [1, 2, 6]


def test_edges_belong_to_the_mask_but_for_the_hole_of_a_doughnut():
    beyond = np.nextafter(0.5, 1)
    assert circular(0.5).contains([[0.3, 0.4], [0.5, 0.0], [beyond, 0.0]]).tolist() == [True, True, False]
    assert doughnut(0.5, 1.0).contains([[0.5, 0.0], [beyond, 0.0], [1, 0]]).tolist() == [False, True, True]
    assert rectangular([0, 0], [1, 2]).contains([[0, 0], [1, 2], [1.0000000001, 2]]).tolist() == [True, True, False]
    assert elliptical(4, 2).contains([[2, 0], [0, 1], [0, 1.0000001]]).tolist() == [True, True, False]
    assert spherical(1).contains([[0, 0, 1], [0.6, 0, 0.8], [0.7, 0, 0.8]]).tolist() == [True, True, False]
    assert box([0, 0, 0], [1, 1, 1]).contains([[1, 1, 1], [0, 0, 0], [-1e-9, 0, 0]]).tolist() == [True, True, False]


@pytest.mark.parametrize("mask", [
    rectangular([0, 0], [.1, .1]), circular(.1), doughnut(.05, .1), elliptical(.2, .2), box([0, 0, 0], [.1, .1, .1]),
    spherical(.1), ellipsoidal(.2, .2, .2)])
def test_edges_have_no_tolerance_unless_turned(mask):
    """0.8 - 0.7 is more than 0.1 in floating point, and falls out; 0.3 - 0.2 is less."""
    at = np.zeros((3, mask.dimensions))
    at[:, 0] = [0.1, 0.3 - 0.2, 0.8 - 0.7]
    assert mask.contains(at).tolist() == [True, True, False]


@pytest.mark.parametrize("mask", [rectangular([-1, -.5], [1, .5], azimuth_angle=180),
                                  box([-1, -1, -1], [1, 1, 1], azimuth_angle=360),
                                  box([-1, -1, -1], [1, 1, 1], polar_angle=180)])
def test_turned_boxes_have_a_tolerance_of_a_millionth_of_a_millionth(mask):
    at = np.zeros((2, mask.dimensions))
    at[:, 0] = [1 + 0.9e-12, 1 + 1.2e-12]
    assert mask.contains(at).tolist() == [True, False] and mask.contains(-at).tolist() == [True, False]


def turned_back(points, azimuth, polar):
    """Points (m, 3) in the axes of a shape: Ry(-polar) Rz(-azimuth) p, as the reference writes it."""
    a, p = np.radians([-azimuth, -polar])
    about_z = np.array([[np.cos(a), -np.sin(a), 0], [np.sin(a), np.cos(a), 0], [0, 0, 1]])
    about_y = np.array([[np.cos(p), 0, np.sin(p)], [0, 1, 0], [-np.sin(p), 0, np.cos(p)]])
    return points @ (about_y @ about_z).T


@pytest.mark.parametrize("azimuth, polar", [(0, 0), (30, 0), (0, 50), (-70, 25), (200, 130)])
def test_turned_shapes_are_the_formula_of_the_reference(azimuth, polar):
    """Full axes; about the shape's own centre; the anchor comes last."""
    points, anchor = np.random.default_rng(1).uniform(-2, 2, (2000, 3)), np.array([.2, -.3, .1])
    turn = {"azimuth_angle": azimuth, "polar_angle": polar}
    lower, upper = np.array([-.4, 0, -.2]), np.array([1.2, .8, .9])
    center = (lower + upper) / 2
    q = turned_back(points - anchor - center, azimuth, polar) + center
    found = box(lower, upper, **turn, anchor=anchor).contains(points)
    assert (found == ((q >= lower) & (q <= upper)).all(axis=1)).all() and 20 < found.sum() < 1000
    q = turned_back(points - anchor, azimuth, polar)
    found = ellipsoidal(2.6, 1.2, 3.0, **turn, anchor=anchor).contains(points)
    assert (found == (((2 * q / [2.6, 1.2, 3.0]) ** 2).sum(axis=1) <= 1)).all() and found.sum() > 20
    if polar == 0:
        flat = points[:, :2]
        q = turned_back(points * [1, 1, 0] - anchor * [1, 1, 0] - center * [1, 1, 0], azimuth, 0)[:, :2] + center[:2]
        found = rectangular(lower[:2], upper[:2], azimuth_angle=azimuth, anchor=anchor[:2]).contains(flat)
        assert (found == ((q >= lower[:2]) & (q <= upper[:2])).all(axis=1)).all() and found.sum() > 20
        q = turned_back((points - anchor) * [1, 1, 0], azimuth, 0)[:, :2]
        found = elliptical(2.6, 1.2, azimuth_angle=azimuth, anchor=anchor[:2]).contains(flat)
        assert (found == (((2 * q / [2.6, 1.2]) ** 2).sum(axis=1) <= 1)).all() and found.sum() > 20


@pytest.mark.parametrize("anchor", [[1, 0], [1., 0.], [1, 0.], (1, 0), np.array([1, 0]), np.array([1, 0], "f4")])
def test_anchors_may_be_numbers_of_any_kind(anchor):
    """The reference takes whole numbers for cells of a grid, and refuses them."""
    for mask in (circular(.5, anchor=anchor), rectangular([-.5, -.5], [.5, .5], anchor=anchor),
                 elliptical(1, .5, anchor=anchor), doughnut(0, .5, anchor=anchor)):
        assert mask.contains([[1.2, 0], [0, 0]]).tolist() == [True, False]


def test_doughnut_with_a_hole_of_no_size_leaves_out_its_centre():
    assert doughnut(0, 1).contains([[0, 0], [1e-9, 0]]).tolist() == [False, True]


@pytest.mark.parametrize("angle", [90, 180, 270, 360, -90])
def test_rotated_boxes_keep_their_edges(angle):
    """Sine and cosine of 90° are not exactly 1 and 0: a tolerance of 1e-12 keeps the grid points on the edge."""
    turned = rectangular([-1, -.5], [1, .5], azimuth_angle=angle)
    corners = np.array([[1, .5], [-1, .5], [1, -.5], [-1, -.5]])
    corners = corners[:, ::-1] if angle % 180 else corners
    assert turned.contains(corners).all() and not turned.contains(corners * (1 + 1e-9)).any()


@pytest.mark.parametrize("azimuth, polar, direction", [
    (90, 0, (0, 1, 0)), (0, 90, (0, 0, -1)), (0, 45, (.5 ** .5, 0, -.5 ** .5)), (90, 90, (0, 0, -1)),
    (30, 60, (0.4330127, 0.25, -0.8660254)),
])
def test_box_turns_first_by_polar_then_by_azimuth(azimuth, polar, direction):
    """A long thin box along x with its middle at (1, 0, 0) turns about that middle."""
    mask = box([0, -.01, -.01], [2, .01, .01], azimuth_angle=azimuth, polar_angle=polar)
    ends = np.array([1, 0, 0]) + np.outer([-.999, .999], direction)
    assert mask.contains(ends).all()
    assert not mask.contains(np.array([[1, 0, 0]]) + 1.1 * np.array([direction])).any()


def test_rotated_mask_turns_about_its_own_centre_and_is_shifted_after():
    mask = rectangular([0, -.5], [2, .5], azimuth_angle=90, anchor=[10, 0])
    assert mask.contains([[11, 1], [11, -1]]).all() and not mask.contains([[10, 0], [12, 0], [10, 1]]).any()


def test_anchor_moves_every_shape():
    for mask in (circular(.5, anchor=[3, 1]), doughnut(0, .5, anchor=[3.1, 1]), elliptical(1, .5, anchor=[3, 1])):
        assert mask.contains([[3, 1]]).all() and not mask.contains([[0, 0]]).any()
    for mask in (spherical(.5, anchor=[3, 1, 2]), ellipsoidal(1, .5, 2, anchor=[3, 1, 2])):
        assert mask.contains([[3, 1, 2]]).all() and not mask.contains([[0, 0, 0]]).any()


def test_polar_axis_may_be_longer_or_shorter_than_the_major_one():
    assert ellipsoidal(2, 1, 6).contains([[0, 0, 3], [1, 0, 0], [0, .5, 0], [0, 0, 3.01]]).tolist() == \
        [True, True, True, False]
    assert ellipsoidal(2, 1, .5).contains([[0, 0, .25], [1, 0, 0], [0, 0, .26]]).tolist() == [True, True, False]


@pytest.mark.parametrize("shape, arguments, said", [
    (circular, [0], "radius"), (circular, [-1], "radius"), (circular, [np.nan], "radius"), (circular, ["a"], "radius"),
    (circular, [np.inf], "radius"), (spherical, [0.0], "radius"),
    (doughnut, [1, 1], "inner_radius"), (doughnut, [2, 1], "inner_radius"), (doughnut, [-1, 1], "inner_radius"),
    (elliptical, [1, 2], "major_axis"), (ellipsoidal, [1, 2, 1], "major_axis"),
    (ellipsoidal, [-1, -2, 1], "major_axis"), (box, [[0, 0, 0], [1, 1, 0]], "upper_right"),
    (spherical, [-1.0], "radius"), (doughnut, [0, 0], "outer_radius"), (elliptical, [1, 0], "minor_axis"),
    (ellipsoidal, [2, 1, 0], "polar_axis"),
    (rectangular, [[0, 0], [0, 1]], "upper_right"), (rectangular, [[1, 1], [0, 0]], "upper_right"),
    (rectangular, [[0, 0], [np.nan, 1]], "upper_right"), (rectangular, [[0], [1]], "lower_left"),
    (box, [[0, 0], [1, 1]], "3 finite numbers"), (rectangular, [[0, 0, 0], [1, 1, 1]], "2 finite numbers"),
    (rectangular, [[0, 0], [1, 1], np.nan], "azimuth_angle"),
])
def test_impossible_masks_are_refused(shape, arguments, said):
    """The message names the shape and the parameter."""
    with pytest.raises(MaskError, match=f"{shape.__name__}: .*{said}"):
        shape(*arguments)


@pytest.mark.parametrize("anchor", [[0], [0, 0, 0], [np.nan, 0], "here", 1.0])
def test_impossible_anchor_is_refused(anchor):
    with pytest.raises(MaskError, match="circular: anchor must be 2 finite numbers"):
        circular(1.0, anchor=anchor)


@pytest.mark.parametrize("shape, arguments", [
    (ellipsoidal, {"major_axis": 2, "minor_axis": 1}), (rectangular, {"lower_left": [0, 0]}),
    (doughnut, {"outer_radius": 1}),
    (rectangular, {"lower_left": [0, 0], "upper_right": [1, 1], "polar_angle": 30}),
    (circular, {"radius": 1, "azimuth_angle": 9}),
    (elliptical, {"major_axis": 2, "minor_axis": 1, "polar_angle": 30})])
def test_missing_and_unknown_specifications_are_errors(shape, arguments):
    """The reference takes an ellipsoid without its polar axis for an endless cylinder."""
    with pytest.raises(TypeError, match="missing 1 required|unexpected keyword"):
        shape(**arguments)


def test_bounding_boxes_of_combinations():
    """Of the intersection, of both, of the left one."""
    a, b = rectangular([0, 0], [2, 3]), circular(1, anchor=[1.5, 0.5])
    assert [corner.tolist() for corner in (a & b).bounding_box()] == [[.5, 0], [2, 1.5]]
    assert [corner.tolist() for corner in (a | b).bounding_box()] == [[0, -.5], [2.5, 3]]
    assert [corner.tolist() for corner in (a - b).bounding_box()] == [[0, 0], [2, 3]]
    assert not (a & circular(1, anchor=[9, 9])).contains([[9, 9], [0, 0]]).any()


def test_masks_of_different_dimensions_do_not_combine():
    with pytest.raises(MaskError, match="combine masks of one dimension"):
        circular(1) & spherical(1)
    with pytest.raises(TypeError):
        circular(1) | 3
    for impossible in (lambda: circular(1) ^ circular(1), lambda: -circular(1), lambda: circular(1) + circular(1),
                       lambda: 1 - circular(1)):
        with pytest.raises(TypeError):
            impossible()
    with pytest.raises(MaskError, match=r"needs points of shape \(m, 2\), got \(1, 3\)"):
        circular(1).contains([[0, 0, 0]])


@pytest.mark.parametrize("mask", [
    circular(0.5), circular(0.5, anchor=[0.2, 0.1]), circular(0.1, anchor=[0.5, 0.0]), doughnut(0.2, 0.5),
    rectangular([-0.3, -0.2], [0.4, 0.1], azimuth_angle=20), elliptical(0.8, 0.3, anchor=[0.1, 0.0]), spherical(0.4),
    circular(0.5) & circular(0.4, anchor=[0.1, 0.0]), circular(0.5) | circular(0.6, anchor=[0.2, 0.0]),
    circular(0.5) - circular(0.1)])
def test_a_mask_lies_between_the_balls_of_its_radii(mask):
    points = np.random.default_rng(1).uniform(-1, 1, (20_000, mask.dimensions))
    distance = np.linalg.norm(points, axis=1)
    inner, outer = mask.radii()
    assert mask.contains(points[distance <= inner]).all() and not mask.contains(points[distance > outer]).any()
    if mask == circular(0.5):
        assert inner == outer == 0.5
