"""Masks of the user's own: expressions with the box around them, and Python functions."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import spatialnet as sn
from spatialnet.errors import ExpressionError, MaskError, ParameterError, UserCodeError
from spatialnet.masks.mask import INSIDE, OUTSIDE
from tests.properties.strategies import masks_of, points, shapes_of
from tests.reference import connector as twin

ELLIPSE = "(dx/a)**2 + (dy/b)**2 <= 1"
SQUARE = ([-1, -1], [1, 1])


def star(dx, dy):
    return np.hypot(dx, dy) <= 0.3 + 0.15 * np.cos(5 * np.arctan2(dy, dx))


def ellipse(dx, dy):
    return (dx / 0.3) ** 2 + (dy / 0.2) ** 2 <= 1


@pytest.mark.parametrize("condition, values, lower, upper", [
    (ELLIPSE, {"a": .3, "b": .2}, [-.3, -.2], [.3, .2]),
    ("abs(dx) <= 0.5 and abs(dy) < 0.25", {}, [-.5, -.25], [.5, .25]),
    ("(dx - 3)**2 + (dy + 5)**2 <= r*r", {"r": .01}, [2.99, -5.01], [3.01, -4.99]),
    ("abs(c*dx + s*dy) <= .5 and abs(c*dy - s*dx) <= .1", {"c": .8, "s": .6}, [-.46, -.38], [.46, .38]),
    ("dx**2 + dy**2 + dz**2 <= 4", {}, [-2] * 3, [2] * 3),
    ("exp(-(dx*dx + dy*dy)) > 0.5", {}, [-.8325546] * 2, [.8325546] * 2),
    ("1 / (dx*dx + dy*dy) > 4", {}, [-.5] * 2, [.5] * 2),
    ("dy == 0 and 1 <= dx < 2", {}, [1, 0], [2, 0]),
    ("0 <= dx <= 1e-3 and 1e3 <= dy <= 1e4", {}, [0, 1e3], [1e-3, 1e4]),
    ("(dx**2 + dy**2 <= 1 or (dx - 4)**2 + dy**2 <= 1) and not dy > 0", {}, [-1, -1], [5, 0]),
])
def test_box_around_a_condition_is_found(condition, values, lower, upper):
    found = sn.mask(condition, **values).bounding_box()
    np.testing.assert_allclose(found, [lower, upper], rtol=1e-6, atol=1e-11)
    assert (found[0] <= np.array(lower) + 1e-7).all() and (found[1] >= np.array(upper) - 1e-7).all()


def test_box_of_a_turned_cuboid_is_found_nearly():
    """There the way to the corners is longer than the search goes; it encloses all the same."""
    cuboid = sn.box([-.5, -.1, -1], [.5, .1, 1], azimuth_angle=30, polar_angle=20)
    (low, high), (lower, upper) = sn.mask(cuboid.expression).bounding_box(), cuboid.bounding_box()
    assert (low <= lower + 1e-9).all() and (high >= upper - 1e-9).all()
    np.testing.assert_allclose([low, high], [lower, upper], rtol=0.05)


@pytest.mark.parametrize("d", [2, 3])
@settings(max_examples=12, deadline=None)
@given(data=st.data())
def test_box_encloses_every_point_of_the_mask(d, data):
    known = data.draw(masks_of(d) if d == 2 else shapes_of(d))
    try:
        mask = sn.mask(known.expression, dimensions=d)
    except MaskError as error:
        assert "holds for no point" in str(error)
        return
    lower, upper = known.bounding_box()
    at = lower + (np.asarray(data.draw(points(d))) + 10) / 20 * (upper - lower)
    assert (mask.contains(at) == known.contains(at)).all()
    low, high = mask.bounding_box()
    inside = at[known.contains(at)]
    assert (inside >= low).all() and (inside <= high).all()
    assert (low >= lower - 0.1 * (upper - lower) - 1e-9).all() and (high <= upper + 0.1 * (upper - lower) + 1e-9).all()


@pytest.mark.parametrize("condition", ["dx < 0", "dx*dy < 1", "cos(dx) < 2", "abs(dx) <= 1", "dx**2 + dy**2 > 1", "dx != dy"])
def test_mask_without_end_needs_a_box(condition):
    with pytest.raises(MaskError, match="has no end.*give bounding_box"):
        sn.mask(condition)
    mask = sn.mask(condition, bounding_box=SQUARE)
    at = np.random.default_rng(2).uniform(-1.5, 1.5, (300, 2))
    within = (np.abs(at) <= 1).all(axis=1)
    dx, dy = at.T
    expected = within & {"dx < 0": dx < 0, "dx*dy < 1": dx * dy < 1, "cos(dx) < 2": True, "abs(dx) <= 1": True,
                         "dx**2 + dy**2 > 1": dx ** 2 + dy ** 2 > 1, "dx != dy": True}[condition]
    assert (mask.contains(at) == expected).all()
    assert mask.relation([1.1, 0], [2, 1])[0] == OUTSIDE


def test_expression_answers_for_boxes():
    mask = sn.mask(ELLIPSE, a=.3, b=.2)
    assert mask.relation([[0, 0], [1, 1]], [[.1, .1], [2, 2]]).tolist() == [INSIDE, OUTSIDE]


def test_dimensions_follow_from_what_is_named():
    assert sn.mask("dx**2 + dy**2 + dz**2 < 1").dimensions == 3 and sn.mask("dx**2 + dy**2 < 1").dimensions == 2
    column = sn.mask("dx**2 + dy**2 < 1", bounding_box=([-1, -1, -2], [1, 1, 2]))
    assert column.contains([[0, 0, 2], [0, 0, 2.1]]).tolist() == [True, False]
    with pytest.raises(MaskError, match="has no end"):
        sn.mask("dx**2 + dy**2 < 1", dimensions=3)
    with pytest.raises(MaskError, match="uses dz, so it is 3-dimensional"):
        sn.mask("dz < 1", dimensions=2)


def test_masks_of_ones_own_tell_themselves():
    mask = sn.mask(ELLIPSE, a=.3, b=.2)
    assert repr(mask) == "mask('(dx/a)**2 + (dy/b)**2 <= 1', a=0.3, b=0.2)"
    assert mask == sn.mask(ELLIPSE, a=.3, b=.2) != sn.mask(ELLIPSE, a=.3, b=.25)
    assert eval(repr(mask), {"mask": sn.mask}) == mask and hash(mask) == hash(sn.mask(ELLIPSE, a=.3, b=.2))
    assert repr(sn.mask("dx < 0", bounding_box=SQUARE)) == "mask('dx < 0', bounding_box=[[-1.0, -1.0], [1.0, 1.0]])"
    of_nodes = sn.mask(sn.displacement.x ** 2 + sn.displacement.y ** 2 <= 0.25)
    assert repr(of_nodes) == "mask('dx ** 2 + dy ** 2 <= 0.25')"
    assert repr(sn.mask(star, bounding_box=SQUARE)) == "mask(star, bounding_box=[[-1.0, -1.0], [1.0, 1.0]])"
    one, other = (sn.mask(f, bounding_box=SQUARE) for f in (lambda dx, dy: dx < 0, lambda dx, dy: dx > 0))
    assert one != other and one == sn.mask(one.function, bounding_box=SQUARE)
    from spatialnet.data.description import describe_mask
    assert describe_mask(mask) == {"type": "mask", "condition": ELLIPSE, "a": .3, "b": .2}
    assert describe_mask(one - mask)["left"]["bounding_box"] == [[-1., -1.], [1., 1.]]


@pytest.mark.parametrize("given, error, said", [
    ("dx", MaskError, "is no condition. Compare it"), ("dx*dx + dy*dy", MaskError, "no condition"),
    ("dx**2 < 0", MaskError, "holds for no point"), ("foo < 1", ExpressionError, "unknown name 'foo'"),
    ("distance < 1", ExpressionError, "unknown name 'distance'"), ("__import__('os')", ExpressionError, "unknown function"),
    (sn.distance < 1, ExpressionError, "cannot use 'distance'"), (sn.random.uniform() < .5, MaskError, "is random"),
    (3, ParameterError, "mask.function: must be a Python function"), (star, MaskError, "Give bounding_box"),
])
def test_impossible_masks_are_refused(given, error, said):
    with pytest.raises(error, match=said):
        sn.mask(given)


@pytest.mark.parametrize("options, error, said", [
    ({"bounding_box": 3}, MaskError, "bounding_box must be two corners"), ({"bounding_box": ([0, 0], [0, 1])}, MaskError, "corners"),
    ({"bounding_box": ([0, 0], [1, np.inf])}, MaskError, "corners"), ({"dimensions": 4}, MaskError, "2 or 3"),
    ({"bounding_box": SQUARE, "dimensions": 3}, MaskError, "bounding_box has 2"), ({"dx": 3}, ExpressionError, "input already"),
    ({"a": "b"}, ExpressionError, "parameter a must be a finite number"), ({"a": np.nan}, ExpressionError, "finite"),
    ({"parameters": [1]}, MaskError, "belong to compiled functions"),
])
def test_impossible_options_of_masks_are_refused(options, error, said):
    with pytest.raises(error, match=said):
        sn.mask("dx < 1", **options)


# ---- connecting ----

PLACES = {"grid": sn.grid([20, 20], extent=[2., 2.]), "grid torus": sn.grid([20, 20], extent=[2., 2.], edge_wrap=True),
          "free": sn.free(sn.random.uniform(-1, 1), n=400, extent=[2., 2.], center=[0., 0.]),
          "free torus": sn.free(sn.random.uniform(-1, 1), n=400, extent=[2., 2.], center=[0., 0.], edge_wrap=True)}


def made(place, rule, synapse=None, threads=2):
    net = sn.Network(seed=5, threads=threads)
    layer = net.create("parrot_neuron", PLACES[place])
    return net.connect(layer, layer, rule, synapse)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("mask, expected", [
    (sn.mask("dx*dx + dy*dy <= 0.2"), sn.mask(lambda dx, dy: dx * dx + dy * dy <= 0.2, bounding_box=SQUARE)),
    (sn.mask(ELLIPSE, a=.3, b=.2), sn.mask(ellipse, bounding_box=([-.3, -.2], [.3, .2]))),
    (sn.mask(ELLIPSE, a=.3, b=.2) - sn.circular(.1), sn.mask(ellipse, bounding_box=([-.3, -.2], [.3, .2])) - sn.circular(.1)),
])
@pytest.mark.parametrize("rule", [
    sn.all_to_all(), sn.pairwise_bernoulli(1.0, use_on_source=True), sn.pairwise_bernoulli(0.3), sn.fixed_outdegree(4),
    sn.pairwise_bernoulli(sn.gaussian(sn.distance, std=0.3)), sn.fixed_indegree(1, allow_multapses=False)], ids=lambda r: r.name)
def test_expression_and_function_choose_the_same_nodes(place, mask, expected, rule):
    from dataclasses import replace
    one, other = (made(place, replace(rule, mask=m)).connections_of() for m in (mask, expected))
    if isinstance(rule.p, float) and rule.p == 1.0 or rule.name == "all_to_all":
        np.testing.assert_array_equal(one["source"], other["source"])
        np.testing.assert_array_equal(one["target"], other["target"])
    else:  # the search through boxes differs, so other numbers decide; the number made does not, beyond chance
        n, m = len(one["source"]), len(other["source"])
        assert n > 100 and abs(n - m) < 5 * np.sqrt(n + m)


@pytest.mark.parametrize("place", PLACES)
def test_function_chooses_what_brute_force_chooses(place):
    mask = sn.mask(star, bounding_box=([-.5, -.5], [.5, .5]))
    projection = made(place, sn.pairwise_bernoulli(1.0, mask=mask))
    layer = projection.source
    at = layer.positions
    raw = (at[None] - at[:, None]).reshape(-1, 2)
    if layer.edge_wrap:
        raw -= 2 * np.round(raw / 2)
    expected = star(*raw.T).reshape(400, 400)
    found = np.zeros((400, 400), bool)
    found[projection.sources, projection.targets] = True
    # on a lattice, points lie exactly half an extent apart or on the mask's edge only where rounding decides
    assert (found != expected).sum() == 0


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("rule", [sn.pairwise_bernoulli(0.4, mask=sn.mask(star, bounding_box=SQUARE)),
                                  sn.fixed_indegree(5, mask=sn.mask(ELLIPSE, a=.3, b=.2)),
                                  sn.pairwise_bernoulli("0.8*exp(-distance/0.2)", mask=sn.mask(ELLIPSE, a=.3, b=.2))])
def test_masks_of_ones_own_agree_with_the_twin(place, rule):
    net = sn.Network(seed=11, threads=2)
    first, second = (net.create("parrot_neuron", PLACES[place]) for _ in range(2))
    some = first[3:15:2]
    ends = (some, second) if rule.driver == "source" else (second, some)
    found = net.connect(*ends, rule).connections_of()
    expected = twin.connect(net, 0, *ends, rule, sn.static_synapse())
    assert len(expected["source"]) > 10
    np.testing.assert_array_equal(found["source"], expected["source"])
    np.testing.assert_array_equal(found["target"], expected["target"])


def test_mask_of_ones_own_in_three_dimensions():
    net = sn.Network(threads=1)
    layer = net.create("parrot_neuron", sn.grid([6, 6, 6], extent=[6., 6., 6.], edge_wrap=True))
    ball = lambda dx, dy, dz: dx ** 2 + dy ** 2 + dz ** 2 <= 2.25  # noqa: E731
    masks = [sn.spherical(1.5), sn.mask("dx**2 + dy**2 + dz**2 <= 2.25"), sn.mask(ball, bounding_box=([-1.5] * 3, [1.5] * 3))]
    counts = [net.connect(layer, layer, sn.all_to_all(mask=m)).n for m in masks]
    assert counts == [216 * 19] * 3


@pytest.mark.parametrize("function, said", [
    (lambda dx, dy: 1 / 0, "raised ZeroDivisionError: division by zero"), (lambda dx, dy: True, "got bool"),
    (lambda dx, dy: dx, "a bool for each.*got an array of float64"), (lambda dx, dy: (dx < 0)[:3], r"shape \(\d+,\), got shape \(3,\)"),
    (lambda dx, dy: (dx < 0)[:, None], "got shape"), (lambda dx: dx < 0, "raised TypeError"),
])
def test_mistakes_in_a_function_are_told_by_its_name(function, said):
    mask = sn.mask(function, bounding_box=SQUARE)
    net = sn.Network(threads=2)
    layer = net.create("parrot_neuron", PLACES["free"])
    for rule in (sn.all_to_all(mask=mask), sn.fixed_outdegree(3, mask=mask), sn.fixed_total_number(5000, mask=mask)):
        with pytest.raises(UserCodeError, match="<lambda>: ") as caught:
            net.connect(layer, layer, rule)
        assert "raised" not in said or isinstance(caught.value.__cause__, (ZeroDivisionError, TypeError))
    with pytest.raises(UserCodeError, match=f"<lambda>: .*{said}"):
        mask.contains(np.zeros((256, 2)))
    assert not net.projections


def test_interrupt_inside_a_function_interrupts():
    def slow(dx, dy):
        raise KeyboardInterrupt
    with pytest.raises(KeyboardInterrupt):
        sn.mask(slow, bounding_box=SQUARE).contains([[0., 0.]])


def test_function_is_given_arrays_of_its_own():
    """Whatever it does with them, the next one sees the true values."""
    def spoils(dx, dy):
        dx[:] = 0
        return dy < 0
    mask = sn.mask(spoils, bounding_box=SQUARE) & sn.mask("0 < dx < 0.5 and -1 < dy < 1")
    assert mask.contains([[.1, -.5], [.6, -.5]]).tolist() == [True, False]
