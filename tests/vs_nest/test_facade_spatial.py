"""Layers, masks, Parameters, connecting in space and questions about it: the same on `spatialnet.nest` and NEST."""

import numpy as np
import pytest
from scipy import stats

from tests.vs_nest.on_both import agree, cases, comparable, ours, outcome, theirs

LAYERS = cases("""
nest.GetPosition(nest.Create('iaf_psc_alpha', positions=nest.spatial.grid([4, 3], center=[1., .5], extent=[2., 1.5])))
nest.GetPosition(nest.Create('iaf_psc_alpha', positions=nest.spatial.grid([2, 2, 2])))
nest.GetPosition(nest.Create('iaf_psc_alpha', positions=nest.spatial.grid(shape=[5, 4], extent=[5., 4.])))
nest.GetPosition(nest.Create('iaf_psc_alpha', positions=nest.spatial.grid([3, 1], edge_wrap=True)))
nest.GetPosition(nest.Create('iaf_psc_alpha', positions=nest.spatial.free([[0., 0.], [.3, .2], [1.2, .4]])))
nest.GetPosition(nest.Create('iaf_psc_alpha', positions=nest.spatial.free([[0, 0], [1, 2]])))
nest.GetPosition(nest.Create('iaf_psc_alpha', positions=nest.spatial.free([(0., 0., 1.), (1., 2., 3.)])))
nest.Create('iaf_psc_alpha', positions=nest.spatial.grid([4, 3])).spatial
nest.Create('iaf_psc_alpha', positions=nest.spatial.grid([4, 3], center=[1., .5], extent=[2., 1.5], edge_wrap=True)).spatial
nest.Create('iaf_psc_alpha', positions=nest.spatial.grid([2, 3, 4])).spatial
nest.Create('iaf_psc_alpha', positions=nest.spatial.free([[0., 0.], [.3, .2], [1.2, .4]])).spatial
nest.Create('iaf_psc_alpha', positions=nest.spatial.free([[-.5, -.5], [.5, .5]])).spatial
nest.Create('iaf_psc_alpha', positions=nest.spatial.free([[.1, .1], [.1, .9]])).spatial
nest.Create('iaf_psc_alpha', positions=nest.spatial.free([[0., 0.], [1., 1.01]])).spatial
nest.Create('iaf_psc_alpha', positions=nest.spatial.free([[.1, .2], [.4, .3]], extent=[2., 2.])).spatial
nest.Create('iaf_psc_alpha', positions=nest.spatial.free([[.1, .2]], extent=[2., 2.])).spatial
nest.Create('iaf_psc_alpha', positions=nest.spatial.free([[.1, .2], [.4, .3]], extent=[2., 2.], edge_wrap=True)).spatial
nest.Create('iaf_psc_alpha', 3).spatial
l = nest.Create('iaf_psc_alpha', positions=nest.spatial.grid([4, 3])); l[:2].spatial
l = nest.Create('iaf_psc_alpha', positions=nest.spatial.grid([4, 3])); l[::2].spatial
l = nest.Create('iaf_psc_alpha', positions=nest.spatial.grid([4, 3])); l[3].spatial
l = nest.Create('iaf_psc_alpha', positions=nest.spatial.grid([4, 3])); l[[0, 3]].spatial
l = nest.Create('iaf_psc_alpha', positions=nest.spatial.free([[0., 0.], [.3, .2], [1.2, .4]])); l[1:].spatial
l = nest.Create('spike_recorder', positions=nest.spatial.grid([2, 2])); l.spatial, nest.GetPosition(l)
l = nest.Create('poisson_generator', positions=nest.spatial.grid([1, 1])); l.spatial, nest.GetPosition(l)
l = nest.Create('iaf_psc_alpha', 30, positions=nest.spatial.free(nest.random.uniform(-1., 1.), extent=[2.5, 2.5])); l.spatial['extent'], len(nest.GetPosition(l)), np.abs(nest.GetPosition(l)).max() < 1
l = nest.Create('iaf_psc_alpha', 30, positions=nest.spatial.free(nest.random.uniform(-1., 1.), num_dimensions=3)); np.shape(nest.GetPosition(l))
l = nest.Create('iaf_psc_alpha', 30, positions=nest.spatial.free([nest.random.uniform(-1., 1.), nest.random.uniform(4., 5.)])); np.shape(nest.GetPosition(l)), np.min(nest.GetPosition(l), axis=0)[1] >= 4
nest.Create('iaf_psc_alpha', 5, positions=nest.spatial.grid([2, 2]))
nest.Create('iaf_psc_alpha', positions=nest.spatial.grid([2]))
nest.Create('iaf_psc_alpha', positions=nest.spatial.grid([2, 0]))
nest.Create('iaf_psc_alpha', positions=nest.spatial.grid([2, -1]))
nest.Create('iaf_psc_alpha', positions=nest.spatial.grid([2., 2.]))
nest.Create('iaf_psc_alpha', positions=nest.spatial.grid([2, 2], extent=[1.]))
nest.Create('iaf_psc_alpha', positions=nest.spatial.grid([2, 2], center=[1., 2., 3.]))
nest.spatial.free(nest.random.uniform())
nest.spatial.free(nest.random.uniform(), extent=[1., 1.], num_dimensions=2)
nest.spatial.free(nest.random.uniform(), num_dimensions=4)
nest.spatial.free([[0., 0.]], num_dimensions=2)
nest.spatial.free([])
nest.spatial.free(3)
nest.Create('iaf_psc_alpha', positions=nest.spatial.free([[0.], [1.]]))
nest.Create('iaf_psc_alpha', positions=nest.spatial.free([[0., 0.], [1., 2., 3.]]))
nest.Create('iaf_psc_alpha', positions=nest.spatial.free([[0., 0.]]))
nest.Create('iaf_psc_alpha', positions=nest.spatial.free([[0., 0.], [5., 5.]], extent=[1., 1.]))
nest.Create('iaf_psc_alpha', 2, positions=nest.spatial.free(nest.random.uniform(0., 5.), extent=[0.001, 0.001]))
""")


@pytest.mark.parametrize("lines", LAYERS)
def test_layers(lines):
    agree(lines)


FIVE = "l = nest.Create('iaf_psc_alpha', positions=nest.spatial.grid([5, 5], extent=[5., 5.])); "
WRAPPED = "l = nest.Create('iaf_psc_alpha', positions=nest.spatial.grid([5, 5], extent=[5., 5.], edge_wrap=True)); "
CUBE = "l = nest.Create('iaf_psc_alpha', positions=nest.spatial.grid([3, 3, 3], extent=[3., 3., 3.])); "
FREE = "l = nest.Create('iaf_psc_alpha', positions=nest.spatial.free((np.random.default_rng(3).random((40, 2)) * 4).tolist(), extent=[4., 4.])); "
FLAT_MASKS = cases("""
{'rectangular': {'lower_left': [-1., -1.], 'upper_right': [1., 1.]}}
{'circular': {'radius': 1.0}}
{'circular': {'radius': 1.5}}
{'doughnut': {'inner_radius': 1.0, 'outer_radius': 2.0}}
{'doughnut': {'inner_radius': 0.0, 'outer_radius': 1.0}}
{'elliptical': {'major_axis': 4., 'minor_axis': 2.}}
{'elliptical': {'major_axis': 4., 'minor_axis': 2., 'azimuth_angle': 90.}}
{'elliptical': {'major_axis': 4., 'minor_axis': 1., 'azimuth_angle': 45.}}
{'elliptical': {'major_axis': 4., 'minor_axis': 2., 'anchor': [1., .5]}}
{'rectangular': {'lower_left': [-2., -.5], 'upper_right': [2., .5], 'azimuth_angle': 45.}}
{'rectangular': {'lower_left': [0., -.5], 'upper_right': [2., .5], 'azimuth_angle': 90.}}
{'rectangular': {'lower_left': [-1., -1.], 'upper_right': [1., 1.]}, 'anchor': [1., 0.]}
{'circular': {'radius': 1.0}, 'anchor': [-.5, .5]}
{'circular': {'radius': 1.0, 'anchor': [1., 0.]}}
{'doughnut': {'inner_radius': 0.5, 'outer_radius': 1.5}, 'anchor': [.5, .5]}
""")
MASK_OBJECTS = cases("""
nest.CreateMask('circular', {'radius': 1.5})
nest.CreateMask('circular', {'radius': 1.5}, anchor=[0.5, 0.])
nest.CreateMask('circular', {'radius': 2.}) - nest.CreateMask('rectangular', {'lower_left': [-1., -1.], 'upper_right': [.5, .5]})
nest.CreateMask('circular', {'radius': 2.}) & nest.CreateMask('rectangular', {'lower_left': [-1., -1.], 'upper_right': [2., .5]})
nest.CreateMask('circular', {'radius': 1.}) | nest.CreateMask('rectangular', {'lower_left': [-1., -1.], 'upper_right': [0., 2.]})
""")
GRID_MASKS = cases("""
{'grid': {'shape': [2, 3]}}
{'grid': {'shape': [2, 3]}, 'anchor': [1, 1]}
{'grid': {'shape': [2, 2]}, 'anchor': [-1, 3]}
""")
DEEP_MASKS = cases("""
{'box': {'lower_left': [-1., -1., 0.], 'upper_right': [1., 0., 1.]}}
{'spherical': {'radius': 1.2}}
{'spherical': {'radius': 1.2}, 'anchor': [0.5, 0., 0.]}
{'ellipsoidal': {'major_axis': 3., 'minor_axis': 2., 'polar_axis': 1.}}
{'ellipsoidal': {'major_axis': 3., 'minor_axis': 2., 'polar_axis': 1., 'azimuth_angle': 30., 'polar_angle': 60.}}
{'box': {'lower_left': [-1.5, -.4, -.4], 'upper_right': [1.5, .4, .4], 'azimuth_angle': 45., 'polar_angle': 90.}}
""")


@pytest.mark.parametrize("layer, mask", [(layer, m) for layer in (FIVE, WRAPPED, FREE) for m in FLAT_MASKS]
                         + [(layer, m) for layer in (FIVE, WRAPPED) for m in GRID_MASKS] + [(CUBE, m) for m in DEEP_MASKS])
@pytest.mark.parametrize("use_on_source", [False, True])
def test_masks_choose_the_same_nodes(layer, mask, use_on_source):
    assert agree(f"{layer}nest.Connect(l, l, {{'rule': 'pairwise_bernoulli', 'p': 1.0, 'mask': {mask}, 'use_on_source': {use_on_source}}}); "
                 "connections()")[0] == "value"


IN_SPACE = cases("""
nest.Connect(l, l, {'rule': 'pairwise_bernoulli', 'p': 1.0, 'mask': {'circular': {'radius': 1.}}, 'allow_autapses': False})
nest.Connect(l, l, {'rule': 'pairwise_bernoulli', 'mask': {'circular': {'radius': 1.}}})
nest.Connect(l, l, {'rule': 'pairwise_bernoulli', 'p': 3., 'mask': {'circular': {'radius': 1.}}})
nest.Connect(l, l, {'rule': 'pairwise_bernoulli', 'p': -3., 'mask': {'circular': {'radius': 1.}}})
nest.Connect(l, l, {'rule': 'pairwise_bernoulli', 'p': 1.0, 'mask': {'circular': {'radius': 1.}}}, {'weight': nest.spatial.distance, 'delay': 1. + nest.spatial.distance.x})
nest.Connect(l, l, {'rule': 'pairwise_bernoulli', 'p': 1.0}, {'weight': nest.spatial.target_pos.x - nest.spatial.source_pos.x})
nest.Connect(l, l, {'rule': 'pairwise_bernoulli', 'p': 1.0}, {'weight': nest.spatial.distance.x + 10. * nest.spatial.distance.y})
nest.Connect(l, l, {'rule': 'pairwise_bernoulli', 'p': 1.0}, {'weight': nest.spatial.distance.n(0) + 10 * nest.spatial.distance.n(1)})
nest.Connect(l, l, {'rule': 'pairwise_bernoulli', 'p': 1.0}, {'weight': nest.spatial.source_pos.n(0) * nest.spatial.target_pos.n(1)})
nest.Connect(l, l, {'rule': 'pairwise_bernoulli', 'p': nest.spatial.distance < 1.5})
nest.Connect(l, l, {'rule': 'pairwise_bernoulli', 'p': nest.logic.conditional(nest.spatial.distance <= 1., 1., 0.)})
nest.Connect(l, l, {'rule': 'pairwise_bernoulli', 'p': (nest.spatial.distance.x < 1.5) * (nest.spatial.distance.y < 0.5)})
nest.Connect(l, l, {'rule': 'pairwise_bernoulli', 'p': nest.spatial.source_pos.x > 0.5})
nest.Connect(l, l, {'rule': 'pairwise_bernoulli', 'p': 1.0}, {'weight': nest.spatial_distributions.exponential(nest.spatial.distance, beta=.5)})
nest.Connect(l, l, {'rule': 'pairwise_bernoulli', 'p': 1.0}, {'weight': nest.spatial_distributions.gaussian(nest.spatial.distance, mean=.5, std=.4)})
nest.Connect(l, l, {'rule': 'pairwise_bernoulli', 'p': 1.0}, {'weight': nest.spatial_distributions.gaussian2D(nest.spatial.distance.x, nest.spatial.distance.y, .1, .2, .5, .7, rho=.3)})
nest.Connect(l, l, {'rule': 'pairwise_bernoulli', 'p': 1.0, 'allow_autapses': False}, {'weight': nest.spatial_distributions.gamma(nest.spatial.distance, kappa=2., theta=.5)})
nest.Connect(l, l, {'rule': 'pairwise_bernoulli', 'p': 1.0}, {'weight': nest.spatial_distributions.gabor(nest.spatial.target_pos.x - nest.spatial.source_pos.x, nest.spatial.target_pos.y - nest.spatial.source_pos.y, theta=30., gamma=.8, std=.6, lam=1.3, psi=.2)})
nest.Connect(l, l, {'rule': 'pairwise_bernoulli', 'p': 1.0}, {'weight': nest.math.max(1. - 0.3 * nest.spatial.distance, 0.), 'delay': 0.1 + 0.2 * nest.spatial.distance})
nest.Connect(l, l, {'rule': 'pairwise_bernoulli', 'p': 1.0, 'mask': {'circular': {'radius': 1.}}}, nest.CollocatedSynapses({'weight': nest.spatial.distance}, {'weight': 5., 'delay': 2.}))
nest.Connect(l[::2], l[1:], {'rule': 'pairwise_bernoulli', 'p': nest.spatial.distance < 1.5})
nest.Connect(l, l, {'rule': 'fixed_indegree', 'indegree': 3, 'mask': {'rectangular': {'lower_left': [-.5, -1.], 'upper_right': [.5, 1.]}}, 'allow_multapses': False})
nest.Connect(l, l, {'rule': 'fixed_outdegree', 'outdegree': 1, 'mask': {'circular': {'radius': 0.1}}})
nest.Connect(l, l, {'rule': 'pairwise_poisson', 'pairwise_avg_num_conns': 0. * nest.spatial.distance})
g = nest.Create('poisson_generator', positions=nest.spatial.grid([1, 1])); nest.Connect(g, l, {'rule': 'pairwise_bernoulli', 'p': 1., 'mask': {'circular': {'radius': 1.}, 'anchor': [1., 1.]}})
r = nest.Create('spike_recorder', positions=nest.spatial.grid([1, 1])); nest.Connect(l, r, {'rule': 'pairwise_bernoulli', 'p': 1., 'use_on_source': True, 'mask': {'circular': {'radius': 1.}, 'anchor': [-1., 1.]}})
r = nest.Create('spike_recorder', positions=nest.spatial.grid([5, 5], extent=[5., 5.])); nest.Connect(l, r, {'rule': 'pairwise_bernoulli', 'p': 1., 'use_on_source': True, 'mask': {'circular': {'radius': 1.}}})
m = nest.Create('multimeter', params={'record_from': ['V_m']}, positions=nest.spatial.grid([1, 1])); nest.Connect(m, l, {'rule': 'pairwise_bernoulli', 'p': 1., 'mask': {'circular': {'radius': 1.}}})
nest.CopyModel('static_synapse', 'exc', {'weight': 4.}); nest.Connect(l, l, {'rule': 'pairwise_bernoulli', 'mask': {'circular': {'radius': 1.}}}, {'synapse_model': 'exc'})
k = nest.Create('iaf_psc_alpha', positions=nest.spatial.grid([2, 2], center=[1., 0.])); nest.Connect(k, l, {'rule': 'pairwise_bernoulli', 'p': nest.spatial.distance < 1.})
""")


@pytest.mark.parametrize("layer", [FIVE, WRAPPED], ids=["open", "wrapped"])
@pytest.mark.parametrize("lines", IN_SPACE)
def test_the_same_connections_in_space(lines, layer):
    agree(layer + lines + "; connections()")


@pytest.mark.parametrize("layer", [FIVE, WRAPPED, FREE], ids=["open", "wrapped", "free"])
@pytest.mark.parametrize("mask", MASK_OBJECTS)
def test_mask_objects(layer, mask):
    """They choose the same nodes around a place. Here they can be connected with, too, which NEST's own cannot."""
    value, chosen = agree(f"{layer}nest.SelectNodesByMask(l, nest.GetPosition(l[12]), {mask}).tolist()")
    assert value == "value" and len(chosen) > 0
    lines = f"{layer}nest.Connect(l[12], l, {{'rule': 'pairwise_bernoulli', 'mask': {mask}}}); nest.GetConnections().target"
    assert outcome(ours, lines) == ("value", chosen)


FAULTS = cases("""
nest.Connect(l, l, {'rule': 'all_to_all'}, {'weight': nest.spatial.distance})
nest.Connect(l, l, {'rule': 'one_to_one', 'mask': {'circular': {'radius': 1.}}})
nest.Connect(l, l, {'rule': 'fixed_total_number', 'N': 5, 'mask': {'circular': {'radius': 1.}}})
nest.Connect(l, l, {'rule': 'pairwise_bernoulli', 'mask': {'circular': {'radius': 1.}}, 'x': 3})
nest.Connect(l, l, {'rule': 'pairwise_bernoulli', 'mask': {'circular': {'radius': 1.}}, 'make_symmetric': True})
nest.Connect(l, l, {'rule': 'pairwise_bernoulli', 'mask': {'circular': {'radius': 1.}}}, {'alpha': 3.})
nest.Connect(l, l, {'rule': 'fixed_indegree', 'mask': {'circular': {'radius': 1.}}})
nest.Connect(l, l, {'rule': 'fixed_outdegree', 'mask': {'circular': {'radius': 1.}}})
nest.Connect(l, l, {'rule': 'fixed_indegree', 'indegree': 2, 'use_on_source': True})
nest.Connect(l, l, {'rule': 'pairwise_bernoulli', 'mask': {'circular': {'radius': .5}}, 'indegree': 3})
nest.Connect(l, l, {'rule': 'fixed_indegree', 'mask': {'circular': {'radius': .5}}, 'indegree': 3, 'outdegree': 3})
nest.Connect(l, l, {'rule': 'fixed_outdegree', 'mask': {'circular': {'radius': .5}}, 'indegree': 3, 'outdegree': 3})
nest.Connect(l, l, {'rule': 'pairwise_poisson', 'mask': {'circular': {'radius': .5}}, 'pairwise_avg_num_conns': 1., 'p': .5})
nest.Connect(l, l, {'rule': 'pairwise_bernoulli', 'mask': {'circular': {'radius': .5}}}, {'receptor_type': 1.5})
nest.Connect(l, l, {'rule': 'pairwise_bernoulli', 'mask': {'circular': {'radius': .5}}}, {'receptor_type': 0.})
nest.Connect(l, n, {'rule': 'pairwise_bernoulli', 'mask': {'circular': {'radius': 1.}}})
nest.Connect(n, l, {'rule': 'pairwise_bernoulli', 'p': nest.spatial.distance < 1})
nest.Connect(l[[0, 1]], l, {'rule': 'pairwise_bernoulli', 'p': nest.spatial.distance < 1})
nest.Connect(l, c, {'rule': 'pairwise_bernoulli', 'p': nest.spatial.distance < 1})
nest.Connect(l, l, {'rule': 'pairwise_bernoulli', 'p': nest.spatial.pos.x})
nest.Connect(l, l, {'rule': 'pairwise_bernoulli', 'mask': {'no_mask': {'radius': 1.}}})
nest.Connect(l, l, {'rule': 'pairwise_bernoulli', 'mask': {'circular': {'radius': 1., 'x': 2.}}})
nest.Connect(l, l, {'rule': 'pairwise_bernoulli', 'mask': {'circular': {'radius': -1.}}})
nest.Connect(l, l, {'rule': 'pairwise_bernoulli', 'mask': {'circular': {'radius': 0.}}})
nest.Connect(l, l, {'rule': 'pairwise_bernoulli', 'mask': {'circular': {}}})
nest.Connect(l, l, {'rule': 'pairwise_bernoulli', 'mask': {'doughnut': {'inner_radius': 2., 'outer_radius': 1.}}})
nest.Connect(l, l, {'rule': 'pairwise_bernoulli', 'mask': {'elliptical': {'major_axis': 1., 'minor_axis': 2.}}})
nest.Connect(l, l, {'rule': 'pairwise_bernoulli', 'mask': {'elliptical': {'major_axis': 1., 'minor_axis': 0.}}})
nest.Connect(l, l, {'rule': 'pairwise_bernoulli', 'mask': {'rectangular': {'lower_left': [1., 1.], 'upper_right': [0., 0.]}}})
nest.Connect(l, l, {'rule': 'pairwise_bernoulli', 'mask': {'rectangular': {'lower_left': [-1., -1.], 'upper_right': [0., 0.], 'polar_angle': 3.}}})
nest.Connect(l, l, {'rule': 'pairwise_bernoulli', 'mask': {'grid': {'rows': 2, 'columns': 3}}})
nest.Connect(l, l, {'rule': 'pairwise_bernoulli', 'mask': {'grid': {'shape': [2, 3]}, 'anchor': [1., 1.]}})
nest.Connect(l, l, {'rule': 'fixed_indegree', 'indegree': 5, 'mask': {'circular': {'radius': .5}}, 'allow_multapses': False})
nest.Connect(l, l, {'rule': 'fixed_outdegree', 'outdegree': 5, 'mask': {'circular': {'radius': .5}}, 'allow_multapses': False})
nest.Connect(l, l, {'rule': 'fixed_indegree', 'indegree': 5, 'mask': {'circular': {'radius': .5}, 'anchor': [30., 0.]}})
nest.Connect(l, l, {'rule': 'fixed_indegree', 'indegree': 2., 'mask': {'circular': {'radius': 1.}}})
nest.Connect(l, nest.Create('spike_recorder', positions=nest.spatial.grid([1, 1])), {'rule': 'pairwise_bernoulli', 'mask': {'circular': {'radius': 1.}}})
nest.Connect(l, l, {'rule': 'pairwise_bernoulli', 'mask': nest.CreateMask('circular', {'radius': 1.}) & 3})
nest.CreateMask('circular', {'radius': 1.}) & nest.CreateMask('spherical', {'radius': 1.})
nest.CreateMask('no_mask', {'radius': 1.})
nest.CreateMask('circular', {'radius': 1.}).Inside([0.5, 0.]), nest.CreateMask('circular', {'radius': 1.}).Inside([1.5, 0.])
nest.CreateMask('circular', {'radius': 1.}, anchor=[1., 0.]).Inside([1.5, 0.])
nest.CreateMask('grid', {'shape': [2, 2]}).Inside([1.5, 0.])
nest.CreateMask('circular', {'radius': 1.}) & nest.CreateMask('grid', {'shape': [2, 2]})
w = nest.Create('iaf_psc_alpha', positions=nest.spatial.grid([4, 4], edge_wrap=True)); nest.Connect(w, w, {'rule': 'pairwise_bernoulli', 'mask': {'circular': {'radius': .6}}})
w = nest.Create('iaf_psc_alpha', positions=nest.spatial.grid([4, 4], edge_wrap=True)); nest.Connect(w, w, {'rule': 'pairwise_bernoulli', 'mask': {'circular': {'radius': 1.}}, 'allow_oversized_mask': True}); nest.num_connections > 16 * 16
f = nest.Create('iaf_psc_alpha', positions=nest.spatial.free([[0., 0.], [1., 1.]])); nest.Connect(f, f, {'rule': 'pairwise_bernoulli', 'mask': {'grid': {'shape': [2, 2]}}})
""")


@pytest.mark.parametrize("lines", FAULTS)
def test_faults_in_space(lines):
    agree(FIVE + "n = nest.Create('iaf_psc_alpha', 3); " + CUBE.replace("l =", "c =") + lines)


PARAMETERS = cases("""
nest.spatial.pos.x.apply(l)
nest.spatial.pos.y.apply(l[:3])
nest.spatial.pos.n(1).apply(l)
nest.spatial.pos.z.apply(l)
nest.spatial.pos.x.apply(n)
nest.spatial.distance.apply(l)
nest.spatial.distance.apply(l[0], [[1., 2.], [0., 0.]])
nest.spatial.distance.x.apply(l[3], [[1., 2.], [0., 0.]])
nest.spatial.target_pos.x.apply(l[0], [[1., 2.], [0., 0.]])
(nest.spatial.target_pos.x - nest.spatial.source_pos.y).apply(l[0], [[1., 2.], [0., 0.]])
nest.spatial_distributions.gaussian(nest.spatial.distance, std=2.).apply(l[0], [[1., 2.], [0., 0.]])
nest.spatial.distance.GetValue()
nest.spatial.distance.is_spatial(), nest.random.uniform().is_spatial(), nest.spatial.pos.x.is_spatial()
(nest.random.uniform() + nest.spatial.pos.x).is_spatial()
len(nest.random.uniform().apply(n))
0. <= nest.random.uniform().GetValue() < 1.
nest.random.uniform_int(1).GetValue()
nest.random.uniform(3., 2.)
nest.random.uniform_int(0)
nest.random.uniform_int(2.5)
nest.random.normal(0., 0.)
nest.random.normal(0., -1.)
nest.random.lognormal(0., 0.)
nest.math.redraw(nest.random.uniform(), 2., 1.)
nest.math.redraw(nest.random.uniform(), 2., 3.).GetValue()
2. <= nest.math.redraw(nest.random.uniform(0., 10.), 2., 3.).GetValue() <= 3.
nest.math.min(nest.random.uniform(), nest.random.uniform())
nest.math.max(nest.random.uniform(), 'x')
nest.spatial_distributions.gaussian(3.)
nest.spatial_distributions.exponential(nest.spatial.distance, beta=0.)
nest.spatial_distributions.gaussian(nest.spatial.distance, std=0.)
nest.spatial_distributions.gaussian2D(nest.spatial.distance.x, nest.spatial.distance.y, rho=1.)
nest.spatial_distributions.gaussian2D(nest.spatial.distance.x, nest.spatial.distance.y, std_x=0.)
nest.spatial_distributions.gamma(nest.spatial.distance, kappa=0.)
nest.spatial_distributions.gamma(nest.spatial.distance, theta=-1.)
nest.spatial_distributions.gabor(nest.spatial.distance.x, nest.spatial.distance.y, std=0.)
nest.logic.conditional(1., 2., 3.)
nest.logic.conditional(nest.random.uniform() >= 0., 2., 3.).GetValue()
nest.logic.conditional(nest.random.uniform() < 0., 2., nest.random.uniform(5., 5.1)).GetValue() >= 5.
nest.random.uniform() + 'a'
nest.random.uniform() + None
nest.random.uniform() ** nest.random.uniform()
2 ** nest.random.uniform()
abs(nest.random.uniform())
nest.random.uniform() % 2
bool(nest.random.uniform() == 3)
((nest.random.uniform_int(1) + 3.) * 2. - 1.).GetValue()
(1. / (nest.random.uniform_int(1) + 4.)).GetValue()
(5. - (nest.random.uniform_int(1) + 4.)).GetValue()
((nest.random.uniform_int(1) + 4.) ** 2).GetValue()
(-(nest.random.uniform_int(1) + 4.)).GetValue()
(+(nest.random.uniform_int(1) + 4.)).GetValue()
[((nest.random.uniform_int(1) + 4.) < x).GetValue() for x in (3., 4., 5.)]
[((nest.random.uniform_int(1) + 4.) <= x).GetValue() for x in (3., 4., 5.)]
[((nest.random.uniform_int(1) + 4.) == x).GetValue() for x in (3., 4., 5.)]
[((nest.random.uniform_int(1) + 4.) != x).GetValue() for x in (3., 4., 5.)]
[((nest.random.uniform_int(1) + 4.) >= x).GetValue() for x in (3., 4., 5.)]
[((nest.random.uniform_int(1) + 4.) > x).GetValue() for x in (3., 4., 5.)]
nest.math.exp(nest.random.uniform_int(1) + 1.).GetValue(), nest.math.sin(nest.random.uniform_int(1) + 1.).GetValue(), nest.math.cos(nest.random.uniform_int(1) + 1.).GetValue()
nest.math.min(nest.random.uniform_int(1) + 1., 0.5).GetValue(), nest.math.max(nest.random.uniform_int(1) + 1., 1.5).GetValue()
nest.CreateParameter('constant', {'value': 3.}).GetValue()
nest.CreateParameter('uniform', {'min': 3., 'max': 3.0001}).GetValue() >= 3.
nest.CreateParameter('no_parameter', {})
nest.CreateParameter('normal', {'mean': 3., 'std': -1.})
""")


@pytest.mark.parametrize("lines", PARAMETERS)
def test_parameters(lines):
    agree(FIVE + "n = nest.Create('iaf_psc_alpha', 3); " + lines)


STATEMENTS = cases("""
len(nest.Create('iaf_psc_alpha', 5, positions=nest.spatial.free([[0., 0.], [1., 1.]])))
l.spatial = {}
l + c
l[[True] * 5 + [False] * 20].spatial
nest.GetPosition(l[[0, 3]])
nest.GetPosition(l[[True] * 25])
nest.GetPosition(nest.SelectNodesByMask(l, [0., 0.], nest.CreateMask('circular', {'radius': 1.})))
nest.Create('iaf_psc_alpha', positions=nest.spatial.grid([2, 2]), params={'V_m': -70. + 5. * nest.spatial.pos.x}).V_m
l.set(V_m=-60. + nest.spatial.pos.y); l.V_m
l.V_m = 3. * nest.spatial.pos.n(1); l.get('V_m')
nest.Create('iaf_psc_alpha', positions=nest.spatial.grid([2, 2]), params={'V_m': nest.spatial.distance})
n.set(V_m=nest.spatial.pos.x)
nest.SetDefaults('iaf_psc_alpha', {'V_m': nest.random.uniform()})
nest.Create('spike_generator', params={'spike_times': nest.random.uniform()})
nest.CreateMask('circular', {'radius': 1.}) ^ nest.CreateMask('circular', {'radius': 2.})
nest.CreateMask('circular', {'radius': 1.}) - [3]
nest.CreateMask('circular', {'radius': 1., 'anchor': [1., 0.]}, anchor=[.5, .5]).Inside([2.4, .5])
nest.CreateMask('rectangular', {'lower_left': [-1., -1.], 'upper_right': [0., 0.], 'anchor': [1., 0.]})
nest.CreateMask('doughnut', {'inner_radius': -1., 'outer_radius': 1.}).Inside([0., 0.])
nest.CreateMask('doughnut', {'inner_radius': 0., 'outer_radius': 1.}).Inside([0., 0.])
nest.CreateMask('spherical', {'radius': 1.}).Inside([1., 0., 0.])
nest.CreateMask('box', {'lower_left': [-1., -1., -1.], 'upper_right': [1., 1., 1.], 'polar_angle': 45.}).Inside([1.4, 0., 0.])
nest.SelectNodesByMask(l, [0., 0.], nest.CreateMask('spherical', {'radius': 1.}))
nest.Connect(l, l, {'rule': 'pairwise_bernoulli', 'mask': {'spherical': {'radius': 1.}}})
nest.Connect(c, c, {'rule': 'pairwise_bernoulli', 'mask': {'circular': {'radius': 1.}}})
nest.spatial.pos.n(-1)
nest.spatial.source_pos.n(-1)
nest.Connect(l, l, {'rule': 'pairwise_bernoulli', 'p': 1.}, {'weight': nest.spatial.distance.z})
nest.Connect(l, l, {'rule': 'fixed_indegree', 'indegree': 2, 'p': nest.spatial.distance.n(3)})
nest.Connect(l, l, {'rule': 'fixed_indegree', 'indegree': 1, 'mask': {'circular': {'radius': .5}}}, {'weight': nest.spatial.distance.x, 'delay': 1.5}); connections()
nest.Connect(l, l, {'rule': 'fixed_indegree', 'indegree': 1, 'mask': {'circular': {'radius': .5}}}, {'weight': [1.] * 25})
nest.Connect(l, l, {'rule': 'pairwise_bernoulli', 'mask': {'circular': {'radius': 1.}}}, nest.CollocatedSynapses({'weight': 1.}, {'weight': 2., 'delay': 3.})); connections()
g = nest.Create('poisson_generator', positions=nest.spatial.grid([1, 1])); nest.Connect(g, l, {'rule': 'fixed_indegree', 'indegree': 1, 'mask': {'circular': {'radius': 9.}}})
nest.Distance([[0., 0.]], 3)
nest.FindNearestElement(l, [0., 0.]).spatial
""")


@pytest.mark.parametrize("lines", STATEMENTS)
def test_what_else_is_said_of_space(lines):
    """Collections without places, properties by place, operators and anchors of masks, faults of dimension."""
    agree(FIVE + "n = nest.Create('iaf_psc_alpha', 3); " + CUBE.replace("l =", "c =") + lines)


QUERIES = cases("""
nest.GetPosition(l[0])
nest.GetPosition(l[3:6])
nest.GetPosition(l[::7])
nest.GetPosition(n)
nest.GetPosition(l[[0, 1]])
nest.GetPosition([1])
nest.Displacement([[0., 0.]], l[:3])
nest.Displacement([[0., 0.], [1., 1.], [2., 2.]], l[:3])
nest.Displacement(np.array([0.3, 0.1]), l[4:6])
nest.Displacement([[0., 0.], [1., 1.]], l[:3])
nest.Displacement([[0., 0.]], n)
nest.Displacement([[0., 0.]], [1])
nest.Displacement(n, l)
nest.Distance([[0., 0.]], l)
nest.Distance(l[0], l)
nest.Distance(l, l[12])
nest.Distance(l, l)
nest.Distance(np.array([0., 0.]), l[:2])
nest.FindNearestElement(l, [0., 0.])
nest.FindNearestElement(l, [10., 10.])
nest.FindNearestElement(l, [[0., 0.], [1.1, 1.2]])
nest.FindNearestElement(l, [0.5, 0.5], True)
nest.FindNearestElement(l, [0.5, 0.5])
nest.FindNearestElement(l, [[0.5, 0.5], [0., 0.]], find_all=True)
nest.FindNearestElement(n, [0., 0.])
nest.FindNearestElement([1], [0., 0.])
nest.FindNearestElement(l, 3)
nest.FindCenterElement(l)
nest.FindCenterElement(n)
nest.FindCenterElement([1])
[t.tolist() for t in nest.GetTargetNodes(l[12], l)]
[t.tolist() for t in nest.GetTargetNodes(l[:3], l)]
[t.tolist() for t in nest.GetTargetNodes(l[12], l, 'static_synapse')]
nest.GetTargetNodes(l[12], l)[0].spatial
nest.GetTargetNodes(l[12], n)
nest.GetTargetNodes([3], l)
[t.tolist() for t in nest.GetSourceNodes(l, l[12])]
[t.tolist() for t in nest.GetSourceNodes(l, l[:3], syn_model='static_synapse')]
[sorted(t) for t in nest.GetTargetPositions(l[:2], l)]
[sorted(t) for t in nest.GetSourcePositions(l, l[:2])]
nest.SelectNodesByMask(l, [0., 0.], nest.CreateMask('circular', {'radius': 1.})).tolist()
nest.SelectNodesByMask(l, [9., 9.], nest.CreateMask('circular', {'radius': 1.})).tolist()
nest.SelectNodesByMask(l, [1., 0.], nest.CreateMask('rectangular', {'lower_left': [-1., -1.], 'upper_right': [1., 0.]}) - nest.CreateMask('circular', {'radius': .5})).tolist()
nest.SelectNodesByMask(n, [0., 0.], nest.CreateMask('circular', {'radius': 1.}))
nest.SelectNodesByMask([1], [0., 0.], nest.CreateMask('circular', {'radius': 1.}))
nest.DumpLayerNodes(l, folder + '/n'); open(folder + '/n').read()
nest.DumpLayerNodes(l[3:5], folder + '/n'); len(open(folder + '/n').read().splitlines())
nest.DumpLayerConnections(l, l, 'static_synapse', folder + '/c'); sorted(open(folder + '/c').read().splitlines())
nest.DumpLayerConnections(l, l, 'no_synapse', folder + '/c')
nest.DumpLayerConnections(l, n, 'static_synapse', folder + '/c')
sorted(nest.GetConnections(l[12]).distance)
type(nest.PlotLayer(l)).__name__
type(nest.PlotTargets(l[12], l)).__name__
type(nest.PlotTargets(l[12], l, mask={'circular': {'radius': 1.}}, probability_parameter=nest.spatial_distributions.gaussian(nest.spatial.distance))).__name__
type(nest.PlotSources(l, l[12], tgt_size=30)).__name__
nest.PlotTargets(l, l)
nest.PlotTargets(l[12], 3)
nest.PlotLayer(n)
nest.PlotLayer(3)
nest.PlotProbabilityParameter(l[12])
nest.PlotProbabilityParameter(l[12], nest.spatial_distributions.gaussian(nest.spatial.distance), edges=[-2., 2., -2., 2.], shape=[10, 20])
nest.PlotProbabilityParameter(l[12], mask={'grid': {'shape': [2, 2]}})
""")


@pytest.mark.parametrize("layer", [FIVE, WRAPPED], ids=["open", "wrapped"])
@pytest.mark.parametrize("lines", QUERIES)
def test_queries(lines, layer):
    import matplotlib
    matplotlib.use("Agg")
    agree(layer + "n = nest.Create('iaf_psc_alpha', 3); "
          "nest.Connect(l, l, {'rule': 'pairwise_bernoulli', 'mask': {'circular': {'radius': 1.}}}, {'delay': 1. + nest.spatial.distance}); " + lines)
    import matplotlib.pyplot as plt
    plt.close("all")


def test_displacement_is_to_minus_from_in_the_layer_of_to():
    """On purpose unlike NEST, whose sign between collections contradicts its own documentation."""
    ours.ResetKernel()
    layer = ours.Create("iaf_psc_alpha", positions=ours.spatial.grid([5, 4], extent=[5.0, 4.0], edge_wrap=True))
    assert ours.Displacement(layer[0], layer[::4]) == [[0, 0], [1, 0], [2, 0], [-2, 0], [-1, 0]]
    assert comparable(ours.Distance(layer[0], layer[18])) == [2.236067977]


def test_every_position_is_answered_for_a_single_node():
    """On purpose unlike NEST, which gives the first displacement alone; nor does it keep what is written into `spatial`."""
    ours.ResetKernel()
    layer = ours.Create("iaf_psc_alpha", positions=ours.spatial.grid([5, 5], extent=[5.0, 5.0]))
    assert ours.Displacement([[0.0, 0.0], [1.0, 1.0]], layer[0]) == [[-2.0, 2.0], [-3.0, 1.0]]
    layer.spatial["extent"] = 3
    assert list(layer.spatial["extent"]) == [5.0, 5.0]


def test_slices_are_honoured_after_a_masked_call():
    """On purpose unlike NEST, which reuses the tree of the whole layer."""
    ours.ResetKernel()
    layer = ours.Create("iaf_psc_alpha", positions=ours.spatial.grid([5, 5], extent=[5.0, 5.0]))
    rule = {"rule": "pairwise_bernoulli", "mask": {"circular": {"radius": 2.0}}}
    ours.Connect(layer, layer, rule)
    ours.Disconnect(ours.GetConnections())
    ours.Connect(layer, layer[:7], rule)
    assert set(ours.GetConnections().get("target")) == set(range(1, 8))


SHEET = "nest.spatial.grid([20, 20], extent=[2., 2.], edge_wrap=True)"
RANDOM = cases("""
{'rule': 'pairwise_bernoulli', 'p': 0.4, 'mask': {'circular': {'radius': 0.5}}}
{'rule': 'pairwise_bernoulli', 'p': nest.spatial_distributions.gaussian(nest.spatial.distance, std=0.3)}
{'rule': 'pairwise_bernoulli', 'p': 0.8 * nest.spatial_distributions.exponential(nest.spatial.distance, beta=0.2), 'mask': {'circular': {'radius': 0.7}}}
{'rule': 'pairwise_bernoulli', 'p': 0.3 * nest.spatial_distributions.gamma(nest.spatial.distance, kappa=3., theta=0.1), 'use_on_source': True}
{'rule': 'pairwise_poisson', 'pairwise_avg_num_conns': nest.spatial_distributions.gaussian(nest.spatial.distance, std=0.2)}
{'rule': 'fixed_indegree', 'indegree': 15, 'mask': {'circular': {'radius': 0.6}}}
{'rule': 'fixed_indegree', 'indegree': 15, 'p': nest.spatial_distributions.gaussian(nest.spatial.distance, std=0.3)}
{'rule': 'fixed_indegree', 'indegree': 15, 'p': nest.spatial_distributions.gaussian(nest.spatial.distance, std=0.3), 'allow_multapses': False, 'allow_autapses': False}
{'rule': 'fixed_outdegree', 'outdegree': 15, 'p': nest.math.max(1. - 2. * nest.spatial.distance, 0.), 'mask': {'circular': {'radius': 0.9}}, 'allow_autapses': False}
{'rule': 'fixed_outdegree', 'outdegree': 15 + nest.random.uniform_int(5), 'mask': {'circular': {'radius': 0.4}}}
""")


@pytest.mark.parametrize("rule", RANDOM)
def test_random_connections_in_space_agree_in_distribution(rule):
    """Distances and degrees: two-sample Kolmogorov-Smirnov tests at p > 1e-3, fixed seeds; equal numbers within 4 sigma."""
    found = {}
    for nest in (ours, theirs):
        nest.ResetKernel()
        nest.rng_seed = 77
        layer = nest.Create("iaf_psc_alpha", positions=eval(SHEET, {"nest": nest}))
        nest.Connect(layer, layer, eval(rule, {"nest": nest}))
        conns = nest.GetConnections()
        table = conns.get(["source", "target"])
        found[nest] = (np.round(conns.distance, 6), np.bincount(table["source"], minlength=401), np.bincount(table["target"], minlength=401))
    for here, there in zip(found[ours], found[theirs]):
        assert stats.ks_2samp(here, there).pvalue > 1e-3
    n, m = len(found[ours][0]), len(found[theirs][0])
    assert abs(n - m) <= 4 * np.sqrt(n + m)
