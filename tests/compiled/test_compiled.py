"""Compiled functions: masks and kernels from an extension module of one's own.

They replace the elliptic mask and the kernel affine2d that manuals of the reference write as C++ modules.
"""

from pathlib import Path

import numpy as np
import pytest

import spatialnet as sn
from spatialnet.errors import MaskError, ParameterError, UserCodeError

PLACES = {"grid": sn.grid([11, 11], extent=[1., 1.]), "grid torus": sn.grid([11, 11], extent=[1., 1.], edge_wrap=True),
          "free": sn.free(sn.random.uniform(-.5, .5), n=500, extent=[1., 1.], center=[0., 0.]),
          "free torus": sn.free(sn.random.uniform(-.5, .5), n=500, extent=[1., 1.], center=[0., 0.], edge_wrap=True)}
BOX = ([-.45, -.25], [.45, .25])


def columns(place, rule, synapse=None, threads=2):
    net = sn.Network(seed=5, threads=threads)
    layer = net.create("parrot_neuron", PLACES[place])
    return net.connect(layer, layer, rule, synapse).connections_of()


def assert_equal(one, other):
    for name in ("source", "target", "weight", "delay"):
        np.testing.assert_array_equal(one[name], other[name])


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("p", [1.0, 0.5])
def test_elliptic_mask_is_the_same_in_four_ways(shapes, place, p):
    """Compiled with and without bounds, as a Python function and as text."""
    def ellipse(dx, dy):
        return (dx / .45) ** 2 + (dy / .25) ** 2 <= 1

    masks = [sn.mask("(dx/a)**2 + (dy/b)**2 <= 1", a=.45, b=.25), sn.mask(ellipse, bounding_box=BOX),
             *(sn.mask(f, parameters=[.45, .25], bounding_box=BOX) for f in (shapes.elliptic, shapes.elliptic_without_bound))]
    made = [columns(place, sn.pairwise_bernoulli(p, mask=m)) for m in masks]
    assert len(made[0]["source"]) > 1000
    for other in made[1:]:
        if p == 1.0:
            assert_equal(made[0], other)
        else:  # which boxes of a free layer are known to lie inside decides which numbers are drawn
            n, m = len(made[0]["source"]), len(other["source"])
            assert abs(n - m) < 5 * np.sqrt(n)
    assert_equal(made[1], made[3])
    if p != 1.0:
        full = columns(place, sn.all_to_all(mask=masks[0]))
        pairs = set(zip(full["source"].tolist(), full["target"].tolist()))
        assert all(set(zip(m["source"].tolist(), m["target"].tolist())) <= pairs for m in made)


@pytest.mark.parametrize("place", PLACES)
def test_affine_kernel_is_the_same_in_three_ways(shapes, place):
    """p(d) = a d_x + b d_y + c, as the manual gives it, with its mask; and as weight and delay."""
    a, b, c = 1.0, 2.0, 0.5

    def affine2d(dx, dy):
        return a * dx + b * dy + c

    ways = [sn.expression("a*dx + b*dy + c", a=a, b=b, c=c), sn.function(affine2d, inputs=("dx", "dy")),
            sn.function(shapes.affine2d, inputs=("dx", "dy"), parameters=(a, b, c))]
    near = sn.circular(0.5)
    made = [columns(place, sn.fixed_indegree(10, p=sn.max(way, 0.0), mask=near), sn.static_synapse(weight=way, delay=2 + way))
            for way in ways]
    assert len(made[0]["source"]) == 10 * (121 if "grid" in place else 500) and np.ptp(made[0]["weight"]) > 1
    if "grid" in place or len(made[0]["source"]):
        assert_equal(made[1], made[2])
    pairwise = [columns(place, sn.pairwise_bernoulli(way, mask=near), sn.static_synapse(weight=way, delay=2 + way))
                for way in ways]
    assert_equal(pairwise[1], pairwise[2])
    if "grid" in place:  # on a lattice p is computed in advance, so nothing depends on bounds
        assert_equal(pairwise[0], pairwise[1])
    layer = sn.Network(seed=5).create("parrot_neuron", PLACES[place])
    for found in (made[0], made[1], pairwise[0], pairwise[1]):
        dx, dy = layer.displacement(layer.positions[found["source"]], layer.positions[found["target"]]).T
        np.testing.assert_allclose(found["weight"], a * dx + b * dy + c, rtol=1e-12, atol=1e-14)
        assert (found["weight"] > 0).all()
    expected = np.clip(affine2d(*layer.displacement(np.repeat(layer.positions, len(layer), 0),
                                                    np.tile(layer.positions, (len(layer), 1))).T), 0, 1)
    apart = layer.displacement(np.repeat(layer.positions, len(layer), 0), np.tile(layer.positions, (len(layer), 1)))
    expected = expected[(apart ** 2).sum(axis=1) <= .25]
    for found in pairwise:
        assert abs(len(found["source"]) - expected.sum()) < 5 * np.sqrt((expected * (1 - expected)).sum())


def test_compiled_functions_give_the_same_on_any_number_of_threads(shapes):
    rule = sn.pairwise_bernoulli(sn.function(shapes.affine2d, parameters=(.3, .3, .2)),
                                 mask=sn.mask(shapes.elliptic, parameters=[.45, .25], bounding_box=BOX))
    assert_equal(columns("free", rule, threads=1), columns("free", rule, threads=3))


def test_bounds_of_a_compiled_mask_answer_for_boxes(shapes):
    mask = sn.mask(shapes.elliptic, parameters=[.45, .25], bounding_box=BOX)
    assert mask.relation([[0, 0], [.3, .2], [.1, .1]], [[.1, .1], [.4, .24], [.4, .2]]).tolist() == [1, -1, 0]
    without = sn.mask(shapes.elliptic_without_bound, parameters=[.45, .25], bounding_box=BOX)
    assert without.relation([[0, 0], [.5, 0]], [[.1, .1], [.6, .1]]).tolist() == [0, -1]


def test_compiled_masks_tell_their_name(shapes):
    mask = sn.mask(shapes.elliptic, parameters=[.45, .25], bounding_box=BOX)
    assert repr(mask) == "mask(elliptic, parameters=[0.45, 0.25], bounding_box=[[-0.45, -0.25], [0.45, 0.25]])"
    assert mask == sn.mask(shapes.elliptic, parameters=[.45, .25], bounding_box=BOX)
    from spatialnet.data.description import describe_mask
    assert describe_mask(mask)["function"] == "elliptic"
    assert repr(0.5 * sn.function(shapes.affine2d, parameters=(1, 2, .5))) == "0.5 * affine2d(dx, dy)"


def test_compiled_mistakes_are_told_by_name(shapes):
    with pytest.raises(UserCodeError, match=r"affine2d: gave .*, outside its bounds \(0, 1\)"):
        columns("free", sn.pairwise_bernoulli(sn.function(shapes.affine2d, parameters=(1, 2, .5), bounds=(0, 1))))
    with pytest.raises(UserCodeError, match="square_root: gave NaN"):
        columns("free", sn.all_to_all(mask=sn.mask(shapes.square_root, bounding_box=BOX)))
    with pytest.raises(MaskError, match="Give bounding_box"):
        sn.mask(shapes.elliptic, parameters=[1, 1])
    with pytest.raises(MaskError, match="'a' is for conditions given as text; a compiled function takes parameters"):
        sn.mask(shapes.elliptic, a=1, bounding_box=BOX)
    from datetime import datetime_CAPI
    with pytest.raises(ParameterError, match="function.function: is a capsule that holds no function"):
        sn.function(datetime_CAPI)


def test_headers_and_declarations_ship_with_the_package():
    include = Path(sn.get_include())
    assert (include / "spatialnet" / "pair_function.h").is_file()
    assert (include.parent / "pair_function.pxd").is_file()
