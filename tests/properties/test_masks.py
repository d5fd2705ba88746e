"""Laws of masks: their algebra, their boxes, and what they say about boxes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spatialnet.masks.mask import INSIDE, OUTSIDE
from tests.properties.strategies import coordinates, lengths, masks_of, points, shapes_of

DIMENSIONS = pytest.mark.parametrize("d", [2, 3])


def near(mask, at):
    """Points around the mask, so that many lie in it and on its rim."""
    lower, upper = mask.bounding_box()
    spread = (np.asarray(at) + 10) / 20
    return np.vstack([at, lower + spread * (upper - lower), lower, upper, (lower + upper) / 2])


@DIMENSIONS
@given(data=st.data())
def test_operators_are_those_of_sets(d, data):
    a, b, at = data.draw(masks_of(d)), data.draw(masks_of(d)), data.draw(points(d))
    at = np.vstack([near(a, at), near(b, at)])
    in_a, in_b = a.contains(at), b.contains(at)
    assert ((a & b).contains(at) == (in_a & in_b)).all()
    assert ((a | b).contains(at) == (in_a | in_b)).all()
    assert ((a - b).contains(at) == (in_a & ~in_b)).all()


@DIMENSIONS
@given(data=st.data())
def test_union_is_what_difference_and_intersection_make(d, data):
    a, b, at = data.draw(shapes_of(d)), data.draw(shapes_of(d)), data.draw(points(d))
    at = near(a, at)
    assert ((a | b).contains(at) == ((a - b) | (b - a) | (a & b)).contains(at)).all()
    assert not (a - a).contains(at).any()


@DIMENSIONS
@given(data=st.data())
def test_bounding_box_contains_the_mask(d, data):
    mask, at = data.draw(masks_of(d)), data.draw(points(d))
    at = near(mask, at)
    lower, upper = mask.bounding_box()
    assert (lower <= upper).all()
    outside = ((at < lower) | (at > upper)).any(axis=1)
    assert not (mask.contains(at) & outside).any()


@DIMENSIONS
@given(data=st.data())
def test_what_a_mask_says_of_a_box_holds_for_every_point_of_it(d, data):
    """Inside means all, outside means none; partly says nothing."""
    mask = data.draw(masks_of(d))
    box_low, box_high = mask.bounding_box()
    corner = np.array(data.draw(st.lists(coordinates, min_size=d, max_size=d)))
    middle = box_low + (corner + 10) / 20 * (box_high - box_low)
    half = np.array(data.draw(st.lists(lengths, min_size=d, max_size=d))) / data.draw(st.sampled_from([2, 20, 200]))
    lower, upper = middle - half, middle + half
    share = (data.draw(points(d)) + 10) / 20
    corners = np.stack(np.meshgrid(*zip(lower, upper)), axis=-1).reshape(-1, d)
    at = np.vstack([np.clip(lower + share * (upper - lower), lower, upper), corners, middle])
    said, found = mask.relation(lower, upper)[0], mask.contains(at)
    if said == INSIDE:
        assert found.all()
    elif said == OUTSIDE:
        assert not found.any()


@DIMENSIONS
@given(data=st.data())
def test_a_point_is_a_box_that_is_never_partly_inside(d, data):
    mask, at = data.draw(shapes_of(d)), data.draw(points(d))
    at = near(mask, at)
    assert (mask.relation(at, at) == np.where(mask.contains(at), INSIDE, OUTSIDE)).all()


@DIMENSIONS
@given(data=st.data())
def test_far_boxes_are_known_to_be_outside(d, data):
    """Else the connector would test every node of every layer."""
    mask = data.draw(masks_of(d))
    lower, upper = mask.bounding_box()
    far = upper + 100 * (upper - lower) + 1
    assert mask.relation(far, far + 1)[0] == OUTSIDE


@DIMENSIONS
@given(data=st.data())
def test_masks_written_alike_are_equal_and_hash_alike(d, data):
    a, b = data.draw(shapes_of(d)), data.draw(shapes_of(d))
    assert (a | b) == (a | b) and hash(a | b) == hash(a | b)
    assert (a == b) == (repr(a) == repr(b))
