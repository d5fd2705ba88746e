"""What is drawn of a mask is the mask, cut and continued where the layer is."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import spatialnet as sn
from spatialnet.views.outlines import (
    DIRECTIONS,
    clip_line,
    clip_polygon,
    images,
    mask_outline,
    mask_pieces,
    nearest,
    neighbour,
    shortest,
)

LOWER, UPPER = np.array([-1.0, -0.5]), np.array([1.0, 0.5])

MASKS = {
    "circular": sn.circular(0.4),
    "anchored": sn.circular(0.2, anchor=[0.5, 0.3]),
    "doughnut": sn.doughnut(0.2, 0.4),
    "elliptical": sn.elliptical(0.8, 0.3, azimuth_angle=30.0),
    "rotated": sn.rectangular([-0.3, -0.1], [0.3, 0.1], azimuth_angle=45.0),
    "union": sn.circular(0.2) | sn.rectangular([0.1, 0.1], [0.5, 0.2]),
    "difference": sn.circular(0.4) - sn.circular(0.1, anchor=[0.2, 0.0]),
    "intersection": sn.circular(0.4) & sn.rectangular([0.0, 0.0], [1.0, 1.0]),
}


def area(rings):
    """Signed areas of outlines as `mask_outline` gives them, holes against the rest, added."""
    return abs(sum(np.sum(r[:-1, 0] * r[1:, 1] - r[1:, 0] * r[:-1, 1]) / 2 for r in rings))


@pytest.mark.parametrize("name", MASKS)
def test_outline_separates_inside_from_outside(name):
    """Every vertex has points of the mask and points outside it within a hair's breadth."""
    mask = MASKS[name]
    angle = np.linspace(0.0, 2 * np.pi, 16, endpoint=False)
    around = 1e-5 * np.column_stack([np.cos(angle), np.sin(angle)])
    for line in mask_outline(mask):
        assert np.array_equal(line[0], line[-1])
        member = mask.contains((line[:, None] + around).reshape(-1, 2)).reshape(len(line), -1)
        assert member.any(axis=1).all() and not member.all(axis=1).any()


def test_outline_of_a_circle_is_round():
    (line,) = mask_outline(sn.circular(0.4))
    assert np.allclose(np.hypot(*line.T), 0.4, atol=1e-6)
    assert np.isclose(area([line]), np.pi * 0.16, rtol=1e-3)


def test_outline_of_an_aligned_rectangle_has_its_corners():
    (line,) = mask_outline(sn.rectangular([-0.3, -0.1], [0.2, 0.25]))
    for corner in ([-0.3, -0.1], [-0.3, 0.25], [0.2, -0.1], [0.2, 0.25]):
        assert np.linalg.norm(line - corner, axis=1).min() < 1e-6


def test_a_ring_has_an_outline_for_its_hole():
    lines = mask_outline(sn.doughnut(0.2, 0.4))
    assert sorted(round(float(np.hypot(*line.T).mean()), 4) for line in lines) == [0.2, 0.4]
    assert np.isclose(area(lines), np.pi * (0.16 - 0.04), rtol=2e-3)


def test_a_mask_in_three_dimensions_is_seen_as_its_silhouette():
    ball = sn.spherical(0.4)
    for plane in ((0, 1), (2, 1)):
        (line,) = mask_outline(ball, plane)
        assert np.allclose(np.hypot(*line.T), 0.4, atol=2e-3)
    slab = sn.box([-0.1, -0.2, -0.3], [0.1, 0.2, 0.3])
    (line,) = mask_outline(slab, (2, 1))
    assert np.allclose([line.min(axis=0), line.max(axis=0)], [[-0.3, -0.2], [0.3, 0.2]], atol=1e-6)


def test_an_empty_mask_has_no_outline():
    assert mask_outline(sn.circular(0.1) & sn.circular(0.1, anchor=[1.0, 0.0])) == []


@given(st.floats(-1.0, 1.0), st.floats(-0.5, 0.5), st.floats(0.02, 0.49))
def test_what_a_wrapped_mask_covers_is_as_large_as_the_mask(x, y, radius):
    """Wherever the node is: the pieces at the opposite edges make the circle whole again."""
    lines = mask_outline(sn.circular(radius), lattice=60)
    strokes, fills = mask_pieces(lines, np.array([x, y]), LOWER, UPPER, edge_wrap=True)
    assert np.isclose(sum(area(rings) for rings in fills), area(lines), rtol=1e-9, atol=1e-12)
    for piece in [*strokes, *(ring for rings in fills for ring in rings)]:
        assert (piece >= LOWER - 1e-12).all() and (piece <= UPPER + 1e-12).all()
    length = sum(np.linalg.norm(np.diff(piece, axis=0), axis=1).sum() for piece in strokes)
    assert np.isclose(length, np.linalg.norm(np.diff(lines[0], axis=0), axis=1).sum(), rtol=1e-9)


def test_a_mask_at_a_corner_is_continued_at_the_other_three():
    lines = mask_outline(sn.circular(0.2))
    assert len(images(lines, np.array([0.95, 0.45]), LOWER, UPPER, edge_wrap=True)) == 4
    assert len(images(lines, np.array([0.95, 0.0]), LOWER, UPPER, edge_wrap=True)) == 2
    assert len(images(lines, np.array([0.0, 0.0]), LOWER, UPPER, edge_wrap=True)) == 1


def test_an_open_layer_shows_the_one_mask_uncut():
    lines = mask_outline(sn.circular(0.2))
    strokes, fills = mask_pieces(lines, np.array([0.95, 0.45]), LOWER, UPPER, edge_wrap=False)
    assert len(strokes) == len(fills) == 1
    assert strokes[0][:, 0].max() > UPPER[0]


def test_a_line_that_leaves_and_returns_is_cut_in_two():
    line = np.array([[-0.5, 0.0], [0.0, 2.0], [0.5, 0.0]])
    one, two = clip_line(line, LOWER, UPPER)
    assert np.allclose(one, [[-0.5, 0.0], [-0.375, 0.5]])
    assert np.allclose(two, [[0.375, 0.5], [0.5, 0.0]])


def test_a_line_along_the_border_stays():
    (piece,) = clip_line(np.array([[-3.0, 0.5], [3.0, 0.5]]), LOWER, UPPER)
    assert np.allclose(piece, [[-1.0, 0.5], [1.0, 0.5]])


def test_a_ring_around_everything_is_cut_to_the_box():
    ring = 5.0 * np.array([[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0], [-1.0, -1.0]])
    assert np.isclose(area([clip_polygon(ring, LOWER, UPPER)]), 2.0)
    assert len(clip_polygon(ring + 20.0, LOWER, UPPER)) == 0


# ---- walking with the arrow keys ---------------------------------------------------------------------------------


def test_arrow_keys_walk_a_grid_node_by_node_and_around_the_edge(sheet):
    walk = [44]
    for _ in range(10):
        walk.append(neighbour(sheet.positions, walk[-1], "ArrowRight", sheet.extent, sheet.edge_wrap))
    assert walk == [44, 54, 64, 74, 84, 94, 4, 14, 24, 34, 44]  # x is the slowest index
    assert neighbour(sheet.positions, 44, "ArrowUp", sheet.extent, True) == 43  # y runs from the top down
    assert neighbour(sheet.positions, 40, "ArrowUp", sheet.extent, True) == 49


def test_an_open_layer_has_an_end(sheet):
    assert neighbour(sheet.positions, 94, "ArrowRight", sheet.extent, edge_wrap=False) == 94
    assert neighbour(sheet.positions, 40, "ArrowUp", sheet.extent, edge_wrap=False) == 40


def test_page_keys_walk_in_depth_and_do_nothing_on_a_sheet(block, sheet):
    up = neighbour(block.positions, 0, "PageUp", block.extent, False)
    assert np.allclose(block.positions[up] - block.positions[0], [0.0, 0.0, 0.2])
    assert neighbour(sheet.positions, 44, "PageUp", sheet.extent, True) == 44


@given(st.integers(0, 2**31), st.sampled_from([key for key in DIRECTIONS if key.startswith("Arrow")]), st.booleans())
def test_a_step_goes_where_the_key_points(seed, key, edge_wrap):
    positions = np.random.default_rng(seed).uniform(-0.5, 0.5, (30, 2))
    there = neighbour(positions, 0, key, np.ones(2), edge_wrap)
    if there != 0:
        step = shortest(positions[0], positions[there], np.ones(2), edge_wrap)[0]
        ahead = step @ DIRECTIONS[key][:2]
        assert ahead > 0.0 and np.hypot(*step) <= ahead * np.sqrt(2.0) * (1 + 1e-9)


def test_the_nearest_node_is_found_across_a_wrapped_edge(sheet):
    assert nearest(sheet.positions, [0.5, 0.05], sheet.extent, True) in (4, 94)
    assert nearest(sheet.positions, [0.49, 0.05], sheet.extent, True) == 94
    assert nearest(sheet.positions, [0.56, 0.05], sheet.extent, True) == 4
    assert nearest(sheet.positions, [0.56, 0.05], sheet.extent, False) == 94
