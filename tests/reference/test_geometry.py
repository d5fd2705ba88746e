"""Displacement in floating point against exact fractions."""

import numpy as np
import pytest

from spatialnet._core.geometry import displacement
from tests.reference import geometry as twin


def cases(d, seed):
    """Random points, points on a lattice (exact halves of the extent among them), and points many extents apart."""
    rng = np.random.default_rng(seed)
    extent = rng.choice([1.0, 2.0, 4.0, 0.75, 3.3], d)
    random = rng.uniform(-5, 5, (2, 60, d))
    lattice = rng.integers(-16, 17, (2, 60, d)) * extent / 8
    far = rng.uniform(-300, 300, (2, 20, d))
    return np.concatenate([random, lattice, far], axis=1), extent


@pytest.mark.parametrize("d", [2, 3])
@pytest.mark.parametrize("seed", range(4))
def test_displacement_agrees_with_exact_fractions(d, seed):
    """Up to rounding of the coordinates' size; where the exact one is half an extent, either end of [-L/2, L/2)."""
    (start, end), extent = cases(d, seed)
    made = displacement(start, end, extent, True)
    for i in range(len(start)):
        exact = np.array(list(map(float, twin.displacement(start[i], end[i], extent, True))))
        slack = 4 * np.spacing(np.abs(start[i]) + np.abs(end[i]) + extent)
        off = np.abs(made[i] - exact)
        at_half = np.abs(np.abs(exact) - extent / 2) <= slack
        assert ((off <= slack) | at_half & (np.abs(off - extent) <= slack)).all()
        assert (made[i] >= -extent / 2 - slack).all() and (made[i] <= extent / 2 + slack).all()
    plain = displacement(start, end, extent, False)
    for i in range(len(start)):
        assert plain[i].tolist() == [float(v) for v in twin.displacement(start[i], end[i], extent, False)]


@pytest.mark.parametrize("turns", [-3, -1, 0, 1, 2])
def test_exact_coordinates_give_the_exact_displacement(turns):
    """On a lattice of binary fractions nothing is rounded: half an extent is negative, also turns away."""
    extent = np.array([4.0, 2.0])
    steps = np.arange(-8, 9) / 4
    start = np.zeros((1, 2))
    end = np.stack(np.meshgrid(steps, steps), -1).reshape(-1, 2) + turns * extent
    made = displacement(start, end, extent, True)
    assert made.tolist() == [[float(v) for v in twin.displacement(start[0], e, extent, True)] for e in end]
    assert (made >= -extent / 2).all() and (made < extent / 2).all()


@pytest.mark.parametrize("target, expected", [
    ((-1, 1.5), (1, 0)), ((0, 1.5), (2, 0)), ((1, 1.5), (-2, 0)), ((2, 1.5), (-1, 0)), ((2, -.5), (-1, -2))])
def test_displacement_gives_the_vectors_of_the_reference(target, expected):
    """5 × 4 grid of extent 5 × 4, wrapped, from its first node."""
    start, extent = np.array([[-2, 1.5]]), np.array([5.0, 4.0])
    assert displacement(start, np.array([target], float), extent, True).tolist() == [list(map(float, expected))]
    assert [float(v) for v in twin.displacement(start[0], target, extent, True)] == list(expected)


def test_one_start_serves_many_ends_and_the_other_way_round():
    points, extent = cases(2, 9)
    start, end = map(np.ascontiguousarray, points)
    assert (displacement(start[:1], end, extent, True) == displacement(np.repeat(start[:1], len(end), 0), end, extent, True)
            ).all()
    assert (displacement(start, end[:1], extent, True) == displacement(start, np.repeat(end[:1], len(end), 0), extent, True)
            ).all()
    assert displacement(start[:0], end[:1], extent, True).shape == (0, 2)
    for some, others in ((start[:3], end[:2]), (start[:0], end[:2]), (start, end[:, :1])):
        with pytest.raises(ValueError, match="different number or dimension"):
            displacement(some, others, extent, True)
