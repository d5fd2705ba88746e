"""The connector against its slow twin: the same network, connection by connection, to the last bit."""

import numpy as np
import pytest

import spatialnet as sn
from spatialnet.errors import ConnectError, ParameterError
from tests.reference import connector as twin

SCATTERED = sn.free(sn.random.uniform(-1, 1), n=600, extent=[2, 2], center=[0, 0])
TORUS = sn.free(sn.random.uniform(-1, 1), n=600, extent=[2, 2], center=[0, 0], edge_wrap=True)
CUBE = sn.free(sn.random.uniform(-1, 1), n=700, extent=[2, 2, 2], center=[0, 0, 0], edge_wrap=True)
GRID = sn.grid([20, 15], extent=[2, 1.5])
GRID_TORUS = sn.grid([20, 15], extent=[2, 1.5], edge_wrap=True)
GRID_3D = sn.grid([8, 7, 6], extent=[1, 1, 1], edge_wrap=True)
PLACES = {"scattered": SCATTERED, "torus": TORUS, "cube": CUBE, "grid": GRID, "grid torus": GRID_TORUS, "grid 3-D": GRID_3D}
FLAT = ["scattered", "torus", "grid", "grid torus"]
DEEP = ["cube", "grid 3-D"]

near = sn.circular(0.45)
decay = sn.gaussian(sn.distance, std=0.25)
oblique = sn.gaussian2d(sn.displacement.x, sn.displacement.y, mean_x=0.2, std_x=0.3, std_y=0.1, rho=0.3)
stripes = sn.where(sn.cos(12 * sn.source.x) > 0.2, sn.exponential(sn.distance, beta=0.2), 0.05 * abs(sn.target.y))
bump = sn.gamma(sn.distance, kappa=2, theta=0.1) * 0.2
patch = sn.gabor(sn.displacement.x, sn.displacement.y, theta=30, gamma=0.8, std=0.3, lam=0.6, psi=20)
noisy = decay * sn.random.uniform(0.2, 0.8)


def agree(place, rule, synapse=None, n_drivers=8, pool=None, seed=11):
    """Builds `rule` from a slice of one layer to another (or itself), twice; the columns must be equal."""
    net = sn.Network(seed=seed, threads=2)
    first = net.create("iaf_psc_alpha", PLACES[place] if isinstance(place, str) else place, name="first")
    second = first if pool == "same" else net.create("iaf_psc_alpha", PLACES[pool or place] if isinstance(
        place, str) else place, name="second")
    some = first[3:3 + 2 * n_drivers:2]
    source, target = (some, second) if rule.driver == "source" else (second, some)
    synapse = synapse or sn.static_synapse()
    made = net.connect(source, target, rule, synapse).connections_of()
    expected = twin.connect(net, 0, source, target, rule, synapse)
    assert len(expected["source"]) > 0
    np.testing.assert_array_equal(made["source"], expected["source"])
    np.testing.assert_array_equal(made["target"], expected["target"])
    np.testing.assert_array_equal(made["weight"], expected["weight"])
    np.testing.assert_array_equal(made["delay"], expected["delay"] / 10)
    return expected


@pytest.mark.parametrize("place", FLAT)
@pytest.mark.parametrize("p", [decay, 0.1 * decay, oblique, stripes, bump, patch, noisy, sn.gaussian(sn.distance, std=0.02)])
def test_pairwise_bernoulli_agrees_with_its_twin_without_a_mask(place, p):
    agree(place, sn.pairwise_bernoulli(p))


@pytest.mark.parametrize("p, mask", [(0.01 * sn.gaussian(sn.distance, std=2.0), None), (sn.exponential(sn.distance, 0.03), None),
                                     (5e-4 * sn.exponential(sn.distance, beta=1.0), None), (0.02 * decay, near),
                                     (0.01 * sn.gaussian(sn.displacement.x, std=1.0), sn.rectangular([-0.9] * 2, [0.9] * 2))])
@pytest.mark.parametrize("edge_wrap", [False, True])
def test_large_boxes_of_small_or_even_probability_agree_with_their_twin(p, mask, edge_wrap):
    """Crossed as a whole, without a look at the boxes inside."""
    place = sn.free(sn.random.uniform(-1, 1), n=4000, extent=[2, 2], center=[0, 0], edge_wrap=edge_wrap)
    agree(place, sn.pairwise_bernoulli(p, mask=mask), n_drivers=20)


@pytest.mark.parametrize("rule", [sn.fixed_indegree(9, p=decay, mask=near), sn.all_to_all(mask=near)])
def test_large_boxes_inside_a_mask_agree_with_their_twin(rule):
    place = sn.free(sn.random.uniform(-1, 1), n=4000, extent=[2, 2], center=[0, 0], edge_wrap=True)
    agree(place, rule, n_drivers=5)


@pytest.mark.parametrize("place", ["scattered", "torus", "grid torus"])
@pytest.mark.parametrize("p", [1.0, 0.7, 0.1, 0.02, decay, 0.03 * decay, oblique, noisy])
@pytest.mark.parametrize("mask", [near, near - sn.circular(0.1, anchor=[0.05, 0]),
                                  sn.rectangular([-0.6, -0.1], [0.3, 0.2], azimuth_angle=30, anchor=[0.1, 0.2])])
def test_pairwise_bernoulli_agrees_with_its_twin_in_a_mask(place, p, mask):
    """Both ways through a box: jumps where its bound is small, every node where it is not."""
    agree(place, sn.pairwise_bernoulli(p, mask=mask))


@pytest.mark.parametrize("place", DEEP)
@pytest.mark.parametrize("p, mask", [
    (0.3, sn.spherical(0.4)), (sn.gaussian(sn.distance, std=0.2), None), (decay, sn.box([-0.3, -0.3, -0.1], [0.3, 0.3, 0.2],
                                                                      azimuth_angle=20, polar_angle=40)),
    (0.5 * sn.exponential(sn.distance.z, beta=0.1) * decay, sn.ellipsoidal(0.9, 0.5, 0.7, polar_angle=25))])
def test_pairwise_bernoulli_agrees_with_its_twin_in_three_dimensions(place, p, mask):
    agree(place, sn.pairwise_bernoulli(p, mask=mask))


@pytest.mark.parametrize("place, pool", [("scattered", "grid torus"), ("grid", "torus"), ("grid", "grid torus"),
                                         ("grid torus", "grid")])
@pytest.mark.parametrize("p, mask", [(decay, None), (0.3, near), (oblique, near)])
def test_layers_that_differ_agree_with_their_twin(place, pool, p, mask):
    """Drivers on the pool's lattice or off it; edges are those of the pool."""
    agree(place, sn.pairwise_bernoulli(p, mask=mask), pool=pool)


@pytest.mark.parametrize("mask, p", [(sn.circular(0.5), 1.0), (sn.rectangular([-0.3, -0.2], [0.3, 0.2]), 0.6),
                                     (sn.doughnut(0.1, 0.5), decay)])
@pytest.mark.parametrize("place", ["grid", "grid torus"])
def test_nodes_on_the_edge_of_the_mask_agree_with_their_twin(place, mask, p):
    """Lattice steps alone cannot tell there: a spacing of 0.1 is no binary fraction, and positions decide."""
    agree(place, sn.pairwise_bernoulli(p, mask=mask))
    agree(place, sn.pairwise_bernoulli(p, mask=mask, use_on_source=True, allow_autapses=False), pool="same")


@pytest.mark.parametrize("n", [30, 150])
@pytest.mark.parametrize("p", [decay, sn.exponential(sn.distance, beta=0.3), sn.where(sn.distance < 0.3, 1.0, 0.25)])
@pytest.mark.parametrize("mask", [None, sn.circular(0.6), sn.doughnut(0.2, 0.65), sn.rectangular([-0.9, -0.1], [0.7, 0.5]),
                                  sn.circular(0.3) | sn.circular(0.2, anchor=[0.4, 0.1]), sn.circular(0.6, anchor=[0.01, 0])])
@pytest.mark.parametrize("edge_wrap", [False, True])
def test_functions_of_the_distance_agree_with_their_twin_in_few_boxes(n, p, mask, edge_wrap):
    """Cells so wide that the mask meets several images of the pool around one of them."""
    place = sn.free(sn.random.uniform(-0.7, 0.7), n=n, extent=[2, 1.4], center=[0, 0], edge_wrap=edge_wrap)
    agree(place, sn.pairwise_bernoulli(p, mask=mask), n_drivers=4)
    agree(place, sn.pairwise_bernoulli(p, mask=mask, allow_autapses=False), n_drivers=4, pool="same")


@pytest.mark.parametrize("place", FLAT)
@pytest.mark.parametrize("average", [0.02, 0.3, 2.5, decay, 0.03 * decay, 5 * decay, oblique, noisy, stripes,
                                     0.1 * sn.random.exponential(1.0), 0.05 / (0.01 + sn.distance), decay - 0.1])
@pytest.mark.parametrize("mask", [None, near])
def test_pairwise_poisson_agrees_with_its_twin(place, average, mask):
    """Events along the nodes of a box where they are rare, numbers node by node where they are not."""
    agree(place, sn.pairwise_poisson(average, mask=mask), n_drivers=4)


@pytest.mark.parametrize("average", [0.3, decay, 0.1 * decay])
def test_pairwise_poisson_agrees_with_its_twin_in_every_setting(average):
    synapse = sn.static_synapse(sn.random.normal(), 0.1 + sn.distance)
    agree("torus", sn.pairwise_poisson(average, mask=near, use_on_source=False, allow_autapses=False), synapse, pool="same")
    agree("cube", sn.pairwise_poisson(average, mask=sn.spherical(0.4)), n_drivers=4)
    place, wide = sn.grid([10, 10], extent=[2, 2], edge_wrap=True), sn.rectangular([-1, -1], [1, 1])
    agree(place, sn.pairwise_poisson(average, mask=wide), n_drivers=20)
    agree(place, sn.pairwise_poisson(average, mask=wide, allow_oversized_mask=True), n_drivers=20)


@pytest.mark.parametrize("place", FLAT)
def test_pairwise_bernoulli_from_the_target_agrees_with_its_twin(place):
    """The driver is the target; displacement still points from source to target."""
    agree(place, sn.pairwise_bernoulli(oblique, mask=near, use_on_source=True))
    agree(place, sn.pairwise_bernoulli(stripes, use_on_source=True))


@pytest.mark.parametrize("p, mask", [(0.4, None), (0.01, None), (1.0, near), (decay, None), (decay, near)])
@pytest.mark.parametrize("place", ["torus", "grid torus"])
def test_pairwise_bernoulli_without_autapses_agrees_with_its_twin(place, p, mask):
    made = agree(place, sn.pairwise_bernoulli(p, mask=mask, allow_autapses=False), pool="same")
    assert (made["source"] != made["target"]).all()


@pytest.mark.parametrize("p", [1.0, 0.3, decay])
@pytest.mark.parametrize("oversized, half", [(False, 1.0), (True, 1.0), (True, 1.7)])
def test_masks_as_wide_as_the_layer_agree_with_their_twin(p, oversized, half):
    """Without the switch every node counts once; with it, once for each image."""
    place = sn.grid([10, 10], extent=[2, 2], edge_wrap=True)
    mask = sn.rectangular([-half, -half], [half, half])
    agree(place, sn.pairwise_bernoulli(p, mask=mask, allow_oversized_mask=oversized), n_drivers=20)


@pytest.mark.parametrize("rule", [sn.fixed_indegree, sn.fixed_outdegree])
@pytest.mark.parametrize("multapses", [True, False])
@pytest.mark.parametrize("p, mask", [(None, None), (None, near), (decay, None), (oblique, near), (stripes + 0.01, None),
                                     (sn.where(sn.distance < 0.3, 1.0, 0.0), None), (noisy, near)])
@pytest.mark.parametrize("place", ["torus", "grid"])
def test_fixed_degrees_agree_with_their_twin(rule, multapses, p, mask, place):
    agree(place, rule(7, p=p, mask=mask, allow_multapses=multapses))
    agree(place, rule(5, p=p, mask=mask, allow_multapses=multapses, allow_autapses=False), pool="same")


@pytest.mark.parametrize("rule", [sn.fixed_indegree, sn.fixed_outdegree])
@pytest.mark.parametrize("place", DEEP)
def test_fixed_degrees_agree_with_their_twin_in_three_dimensions(rule, place):
    agree(place, rule(6, p=decay, mask=sn.spherical(0.5), allow_multapses=False))
    agree(place, rule(6, p=decay))


@pytest.mark.parametrize("degree", [1, 300, 301, 599, 600])
def test_degrees_near_the_size_of_the_pool_agree_with_their_twin(degree):
    """Above half the pool, those left out are drawn."""
    agree("scattered", sn.fixed_indegree(degree, allow_multapses=False), n_drivers=10)


def test_fixed_degrees_in_a_mask_as_wide_as_the_layer_agree_with_their_twin():
    place = sn.grid([10, 10], extent=[2, 2], edge_wrap=True)
    wide = sn.rectangular([-1, -1], [1, 1])
    agree(place, sn.fixed_outdegree(60, mask=wide, allow_multapses=False))
    agree(place, sn.fixed_outdegree(60, mask=wide, p=decay, allow_oversized_mask=True))


@pytest.mark.parametrize("rule", [sn.pairwise_bernoulli(decay), sn.pairwise_bernoulli(0.2, mask=near, use_on_source=True),
                                  sn.fixed_indegree(8, p=decay), sn.fixed_outdegree(8, allow_multapses=False),
                                  sn.all_to_all(mask=sn.circular(0.2)), sn.all_to_all(allow_autapses=False)])
@pytest.mark.parametrize("weight, delay", [
    (sn.random.normal(20., 2.), 0.5 + sn.distance / 0.3),
    (sn.random.redraw(sn.random.lognormal(0., 1.), 0.5, 2.0), sn.random.uniform(0.1, 3.0)),
    (sn.random.exponential(3.0) * (sn.target.x - sn.source.x), 0.1 + 0.05 * sn.random.uniform_int(9)),
    (sn.displacement.x / (0.1 + sn.distance.y) ** 3, sn.max(0.1, sn.random.normal(1.0, 0.5))),
])
def test_weights_and_delays_agree_with_their_twin(rule, weight, delay):
    agree("torus", rule, sn.static_synapse(weight, delay), pool="same")


def test_more_connections_of_a_driver_than_lanes_agree_with_their_twin():
    """The machine works in blocks of 256 lanes; a block's edge must not show."""
    place = sn.free(sn.random.uniform(0, 1), n=700, extent=[1, 1], edge_wrap=True)
    synapse = sn.static_synapse(sn.random.normal(), 0.1 + sn.random.uniform() * sn.distance)
    agree(place, sn.pairwise_bernoulli(0.5 + 0.4 * sn.cos(9 * sn.displacement.x)), synapse, n_drivers=6)
    agree(place, sn.pairwise_bernoulli(0.9, mask=sn.circular(0.45)), synapse, n_drivers=6)
    agree(place, sn.fixed_outdegree(520, p=noisy + 0.1, allow_multapses=False), synapse, n_drivers=6)


def test_joined_layers_and_devices_without_places_agree_with_their_twin():
    net = sn.Network(seed=5)
    noise = net.create("poisson_generator", n=7, rate=5.)
    a, b = net.create("iaf_psc_alpha", TORUS), net.create("iaf_psc_exp", TORUS)
    for rule in (sn.fixed_outdegree(9), sn.fixed_indegree(3, allow_multapses=False), sn.pairwise_bernoulli(0.1)):
        made, index = net.connect(noise, a, rule), len(net.projections) - 1
        expected = twin.connect(net, index, noise, a, rule, sn.static_synapse())
        assert len(expected["source"]) and (made.sources == expected["source"]).all()
        assert (made.targets == expected["target"]).all()
    both = a[10:60] + b[5:200:3]
    for rule in (sn.pairwise_bernoulli(decay), sn.fixed_indegree(4, mask=near), sn.fixed_outdegree(4, p=decay)):
        made, index = net.connect(both, both, rule).connections_of(), len(net.projections) - 1
        expected = twin.connect(net, index, both, both, rule, sn.static_synapse())
        order = np.lexsort((made["target"], made["source"]))
        assert len(expected["source"]) > 0
        assert (made["source"][order] == expected["source"]).all() and (made["target"][order] == expected["target"]).all()


@pytest.mark.parametrize("rule", [
    sn.fixed_indegree(10, mask=sn.circular(0.05), allow_multapses=False), sn.fixed_indegree(3, mask=sn.circular(1e-6)),
    sn.fixed_indegree(10, p=sn.where(sn.distance < 0.05, 1.0, 0.0), allow_multapses=False),
    sn.fixed_indegree(10, p=sn.where(sn.distance < 1e-6, 1.0, 0.0)), sn.fixed_outdegree(3, p=sn.distance - 0.5),
    sn.fixed_indegree(601, allow_multapses=False), sn.pairwise_bernoulli(sn.sqrt(sn.distance - 0.5)),
    sn.pairwise_poisson(sn.sqrt(sn.distance - 0.5)), sn.pairwise_poisson(1e9 * sn.distance),
])
def test_what_the_twin_refuses_the_connector_refuses(rule):
    net = sn.Network(seed=3)
    a, b = net.create("iaf_psc_alpha", SCATTERED), net.create("iaf_psc_alpha", SCATTERED)
    with pytest.raises(twin.Refused):
        twin.connect(net, 0, a, b, rule, sn.static_synapse())
    with pytest.raises(ConnectError, match=rule.name):
        net.connect(a, b, rule)
    assert net.projections == []


def test_short_delays_are_refused_by_both():
    net = sn.Network(seed=3)
    a = net.create("iaf_psc_alpha", SCATTERED)
    synapse = sn.static_synapse(delay=sn.distance)
    with pytest.raises(twin.Refused):
        twin.connect(net, 0, a, a, sn.all_to_all(), synapse)
    with pytest.raises(ParameterError, match="static_synapse.delay: must be ≥ 0.1 ms"):
        net.connect(a, a, sn.all_to_all(), synapse)
