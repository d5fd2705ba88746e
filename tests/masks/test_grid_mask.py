"""Grid masks: cells of the pool's grid, chosen by position."""

import numpy as np
import pytest

import spatialnet as sn
from spatialnet.errors import MaskError


@pytest.fixture
def net():
    return sn.Network(threads=1)


def inside(mask, driver, pool):
    """What the reference says: a box in units of the pool's spacing around the driver, edges included."""
    (columns, rows), (a, b) = mask.shape, mask.cell
    dx, dy = pool.extent / pool.shape
    x, y = (pool.positions[None] - driver.positions[:, None]).transpose(2, 0, 1)
    return (((-a - .5) * dx <= x) & (x <= (columns - a - .5) * dx) & (-(rows - b - .5) * dy <= y) & (y <= (b + .5) * dy))


@pytest.mark.parametrize("anchor", [None, [1, 1], [2, 0], [-1, 3], [5, -2]])
@pytest.mark.parametrize("use_on_source", [False, True])
def test_positions_decide_between_layers_that_differ(net, anchor, use_on_source):
    """Two grids of different spacing and extent, and drivers at free positions; the cells are the pool's."""
    places = np.random.default_rng(1).uniform(-1, 1, (30, 2))
    pool = net.create("parrot_neuron", sn.grid([9, 7], extent=[2., 2.1]), name="pool")
    mask = sn.grid_mask([3, 2], anchor=anchor)
    for name, placement in (("coarse", sn.grid([4, 5], extent=[2., 3.], center=[.1, 0])), ("free", sn.free(places))):
        driver = net.create("parrot_neuron", placement, name=name)
        ends = (pool, driver) if use_on_source else (driver, pool)
        made = net.connect(*ends, sn.pairwise_bernoulli(1.0, mask=mask, use_on_source=use_on_source))
        drivers, nodes = (made.targets, made.sources) if use_on_source else (made.sources, made.targets)
        found = np.zeros((len(driver), len(pool)), int)
        np.add.at(found, (drivers - driver.ids[0], nodes - pool.ids[0]), 1)
        assert made.n > 0 or anchor == [5, -2]
        np.testing.assert_array_equal(found, inside(mask, driver, pool))


def test_every_rule_and_slices_take_grid_masks(net):
    layer = net.create("parrot_neuron", sn.grid([6, 6], extent=[6., 6.], edge_wrap=True))
    mask = sn.grid_mask([3, 3], anchor=[1, 1])
    assert net.connect(layer, layer, sn.all_to_all(mask=mask)).n == 36 * 9
    assert net.connect(layer[:12], layer, sn.fixed_outdegree(9, mask=mask, allow_multapses=False)).n == 12 * 9
    assert net.connect(layer, layer[::2], sn.fixed_indegree(4, mask=mask)).n == 18 * 4
    some = net.connect(layer, layer[::2], sn.pairwise_bernoulli(1.0, mask=mask))
    assert set(some.targets % 2) == {0} and some.n == 36 * 9 // 2
    made = net.connect(layer, layer, sn.fixed_total_number(50, mask=mask))
    apart = np.abs(layer.displacement(layer.positions[made.sources], layer.positions[made.targets]))
    assert made.n == 50 and apart.max() < 1.5


def test_grid_mask_as_wide_as_the_torus_holds_every_node_once_and_no_wider_one_is_taken(net):
    layer = net.create("parrot_neuron", sn.grid([4, 4], edge_wrap=True), name="L")
    assert net.connect(layer, layer, sn.all_to_all(mask=sn.grid_mask([4, 4]))).n == 256
    with pytest.raises(MaskError, match="more than layer 'L'"):
        net.connect(layer, layer, sn.all_to_all(mask=sn.grid_mask([5, 4])))
    assert net.connect(layer, layer, sn.all_to_all(mask=sn.grid_mask([5, 4]), allow_oversized_mask=True)).n == 320


def test_joined_tiles_of_one_spacing_are_one_pool(net):
    tiles = [net.create("parrot_neuron", sn.grid([2, 4], extent=[2., 4.], center=[x, 0.]), name=str(x)) for x in (-1., 1.)]
    made = net.connect(tiles[0] + tiles[1], tiles[0] + tiles[1], sn.all_to_all(mask=sn.grid_mask([4, 1])))
    assert made.n == 4 * (4 + 3 + 2 + 1)
    fine = net.create("parrot_neuron", sn.grid([4, 4], extent=[2., 4.]), name="fine")
    with pytest.raises(MaskError, match="no one size.*1 × 1 mm and those of 'fine' 0.5 × 1 mm"):
        net.connect(tiles[0], tiles[1] + fine, sn.all_to_all(mask=sn.grid_mask([4, 1])))


def test_grid_mask_needs_a_flat_grid(net):
    free = net.create("parrot_neuron", sn.free([[0., 0.], [1., 1.]]), name="free")
    cube = net.create("parrot_neuron", sn.grid([2, 2, 2]), name="cube")
    flat = net.create("parrot_neuron", sn.grid([2, 2]), name="flat")
    with pytest.raises(MaskError, match="'free' has free positions. Use rectangular"):
        net.connect(flat, free, sn.all_to_all(mask=sn.grid_mask([1, 1])))
    assert net.connect(free, flat, sn.all_to_all(mask=sn.grid_mask([2, 2]))).n > 0
    with pytest.raises(MaskError, match="'cube' is 3-dimensional. Use box"):
        net.connect(cube, cube, sn.all_to_all(mask=sn.grid_mask([1, 1])))


def test_grid_mask_says_itself_and_its_region(net):
    """A projection keeps what was asked for in its rule, and shows the region."""
    layer = net.create("parrot_neuron", sn.grid([5, 5], extent=[5., 5.]))
    mask = sn.grid_mask((2, 3), anchor=np.array([1, 1]))
    assert repr(mask) == "grid_mask(shape=[2, 3], anchor=[1, 1])" and mask == sn.grid_mask([2, 3], [1, 1])
    assert repr(sn.grid_mask([2, 3], [0, 0])) == "grid_mask(shape=[2, 3])"
    assert mask.resolved(layer) == sn.rectangular([-1.5, -1.5], [.5, 1.5])
    assert sn.circular(1.).resolved(layer) == sn.circular(1.)
    made = net.connect(layer, layer, sn.all_to_all(mask=mask))
    assert made.rule.mask == mask and made.mask == mask.resolved(layer)
    from spatialnet.data.description import describe_projection
    assert describe_projection(made)["rule"]["mask"] == {"type": "grid_mask", "shape": [2, 3], "anchor": [1, 1]}


def test_grid_mask_has_no_region_without_a_layer():
    mask = sn.grid_mask([2, 2])
    for ask in (lambda: mask & sn.circular(1.), lambda: sn.circular(1.) - mask, lambda: mask | mask,
                lambda: mask.contains([[0., 0.]]), mask.bounding_box, lambda: mask.expression, lambda: mask.relation([0, 0], [1, 1])):
        with pytest.raises(MaskError, match=r"grid_mask\(shape=\[2, 2\]\) has no size of its own.*mask.resolved\(layer\)"):
            ask()


@pytest.mark.parametrize("arguments, said", [
    ([[2, 2, 2]], "shape must be"), ([[0, 2]], "shape"), ([[2., 2.]], "shape"), ([[True, 2]], "shape"), ([3], "shape"),
    (["ab"], "shape"), ([[2, 2], [1., 0.]], "anchor"), ([[2, 2], [1]], "anchor"), ([[2, 2], "no"], "anchor"),
    ([[2, 2], [2 ** 40, 0]], "anchor"),
])
def test_impossible_grid_masks_are_refused(arguments, said):
    with pytest.raises(MaskError, match=f"grid_mask: {said}"):
        sn.grid_mask(*arguments)
