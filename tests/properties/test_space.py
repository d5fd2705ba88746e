"""Laws of displacement and distance, plain and on a torus."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spatialnet._core.geometry import displacement
from tests.properties.strategies import lengths, points

DIMENSIONS = pytest.mark.parametrize("d", [2, 3])


def draw_pair(data, d):
    extent = np.array(data.draw(st.lists(lengths, min_size=d, max_size=d)))
    return data.draw(points(d)), data.draw(points(d)), extent


def length(vectors):
    return np.sqrt((vectors ** 2).sum(axis=1))


@DIMENSIONS
@given(data=st.data())
def test_wrapped_distance_never_exceeds_half_the_diagonal(d, data):
    a, b, extent = draw_pair(data, d)
    assert (length(displacement(a, b, extent, True)) <= length(extent[None])[0] / 2 * (1 + 1e-9) + 1e-12).all()


@DIMENSIONS
@given(data=st.data())
def test_wrapped_distance_never_exceeds_the_plain_one(d, data):
    a, b, extent = draw_pair(data, d)
    assert (length(displacement(a, b, extent, True)) <= length(b - a) * (1 + 1e-12) + 1e-12).all()


@DIMENSIONS
@given(data=st.data())
def test_displacement_there_and_back_is_opposite(d, data):
    """Except at exactly half an extent, which is negative both ways."""
    a, b, extent = draw_pair(data, d)
    there, back = displacement(a, b, extent, True), displacement(b, a, extent, True)
    half = np.abs(np.abs(there) - extent / 2) < 1e-9
    assert (half | (np.abs(there + back) < 1e-9)).all()
    assert (displacement(a, b, extent, False) == -displacement(b, a, extent, False)).all()


@DIMENSIONS
@given(data=st.data())
def test_displacement_leads_to_the_target_up_to_whole_extents(d, data):
    a, b, extent = draw_pair(data, d)
    turns = (a + displacement(a, b, extent, True) - b) / extent
    assert (np.abs(turns - np.rint(turns)) < 1e-7).all()
    assert (displacement(a, b, extent, False) == b - a).all()


@DIMENSIONS
@given(data=st.data())
def test_displacement_does_not_change_when_both_ends_move_round(d, data):
    a, b, extent = draw_pair(data, d)
    moved = displacement(a + extent, b + extent, extent, True)
    here = displacement(a, b, extent, True)
    turns = (moved - here) / extent
    assert (np.abs(turns - np.rint(turns)) < 1e-7).all()


def test_exactly_half_an_extent_is_negative():
    """The reference's displacements lie in [-L/2, L/2)."""
    a, b = np.zeros((1, 2)), np.array([[2.5, -2.0]])
    assert displacement(a, b, np.array([5.0, 4.0]), True).tolist() == [[-2.5, -2.0]]
    assert displacement(b, a, np.array([5.0, 4.0]), True).tolist() == [[-2.5, -2.0]]
