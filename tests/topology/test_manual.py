"""The examples of the Topology user manual of NEST 2.16, with what it says of them.

Repaired where the text lost lines: ``poisson_generator`` in the lists of elements and the end of the call of `PlotTargets`. The
layers in which the manual shows its masks, 11 × 11 and 11 × 11 × 11 of spacing 1, and 51 × 51 for its kernels, are said by its figures.
"""

import math

import matplotlib.pyplot as plt
import numpy as np
import pytest
from scipy import stats

import spatialnet as sn
import spatialnet.nest as nest
import spatialnet.topology as tp


def positions(layer):
    return np.array(tp.GetPosition(nest.GetLeaves(layer)[0]))


def partners(layer, node, mask, connection_type="divergent"):
    """Positions of the targets (sources, if convergent) of `node`, relative to it."""
    tp.ConnectLayers(layer, layer, {"connection_type": connection_type, "mask": mask})
    if connection_type == "divergent":
        found = tp.GetTargetNodes(node, layer)[0]
    else:
        found = nest.GetConnections(target=node).get("source")
    return {tuple(np.round(d, 6)) for d in tp.Displacement(node, found)}


def lattice(inside, radius=5, dimensions=2):
    """Points of the lattice of spacing 1 that a condition chooses."""
    axes = np.meshgrid(*[np.arange(-radius, radius + 1.0)] * dimensions)
    keep = inside(*axes)
    return set(zip(*(a[keep].tolist() for a in axes)))


# ---- layers ----

def test_a_grid_lies_about_the_origin_in_an_extent_of_1():
    l = tp.CreateLayer({'rows': 5,
                        'columns': 5,
                        'elements': 'iaf_psc_alpha'})
    assert l == (1,) and nest.GetLeaves(l)[0] == tuple(range(2, 27))
    step = [-0.4, -0.2, 0.0, 0.2, 0.4]
    assert positions(l) == pytest.approx(np.array([[x, -y] for x in step for y in step]), abs=1e-15)
    assert set(nest.GetStatus(nest.GetLeaves(l)[0], 'model')) == {'iaf_psc_alpha'}


def test_the_extent_scales_the_spacing_and_leaves_the_indices():
    l = tp.CreateLayer({'rows': 5,
                        'columns': 5,
                        'extent': [2.0, 0.5],
                        'elements': 'iaf_psc_alpha'})
    assert tp.Displacement(tp.GetElement(l, [0, 0]), tp.GetElement(l, [1, 1]))[0] == pytest.approx((0.4, -0.1))
    assert np.abs(positions(l)).max(axis=0) == pytest.approx([1.0 - 0.2, 0.25 - 0.05])


def test_the_center_moves_a_grid():
    l1 = tp.CreateLayer({'rows': 5,
                         'columns': 5,
                         'elements': 'iaf_psc_alpha'})
    l2 = tp.CreateLayer({'rows': 5,
                         'columns': 5,
                         'elements': 'iaf_psc_alpha',
                         'center': [-1., 1.]})
    l3 = tp.CreateLayer({'rows': 5,
                         'columns': 5,
                         'elements': 'iaf_psc_alpha',
                         'center': [1.5, 0.5]})
    assert (l1, l2, l3) == ((1,), (27,), (53,))
    assert positions(l2) == pytest.approx(positions(l1) + [-1, 1])
    assert positions(l3) == pytest.approx(positions(l1) + [1.5, 0.5])
    assert tp.FindCenterElement(l1 + l2 + l3) == (14, 40, 66)
    assert tp.GetLayer([14, 40, 66]) == l1 + l2 + l3


def test_a_layer_built_from_its_left_edge():
    nc, nr = 5, 3
    d = 0.1
    l = tp.CreateLayer({'columns': nc,
                        'rows': nr,
                        'elements': 'iaf_psc_alpha',
                        'extent': [nc * d, nr * d],
                        'center': [nc * d / 2., 0.]})
    places = positions(l)
    assert places.min(axis=0) == pytest.approx([d / 2, -d]) and places.max(axis=0) == pytest.approx([0.45, d])


@pytest.mark.parametrize("dimensions, n", [(2, 50), (3, 200)])
def test_a_free_layer_lies_where_it_is_told(dimensions, n):
    pos = np.random.default_rng(1).uniform(-0.5, 0.5, (n, dimensions)).tolist()
    l = tp.CreateLayer({'positions': pos,
                        'elements': 'iaf_psc_alpha'})
    assert positions(l).tolist() == pos
    status = nest.GetStatus(l)[0]
    assert status['model'] == 'topology_layer_free' and status['topology']['extent'] == (1.0,) * dimensions
    assert status['topology']['center'] == (0.0,) * dimensions


def test_periodic_boundaries_make_the_ends_neighbours():
    lp = tp.CreateLayer({'rows': 1, 'columns': 5, 'extent': [5., 1.],
                         'elements': 'iaf_psc_alpha',
                         'edge_wrap': True})
    nodes = nest.GetLeaves(lp)[0]
    assert tp.GetPosition(nodes) == ((-2., 0.), (-1., 0.), (0., 0.), (1., 0.), (2., 0.))
    assert tp.Distance(nodes[:1], nodes) == (0., 1., 2., 2., 1.)
    assert max(tp.Distance(nodes[:1], nodes)) <= math.sqrt(5 ** 2 + 1) / 2


def test_the_status_of_a_layer_describes_it():
    l = tp.CreateLayer({'rows': 5, 'columns': 5, 'elements': 'iaf_psc_alpha'})
    status = nest.GetStatus(l)[0]
    assert status['topology'] == {'center': (0.0, 0.0), 'columns': 5, 'depth': 1, 'edge_wrap': False, 'extent': (1.0, 1.0), 'rows': 5}
    assert status['model'] == 'topology_layer_grid' and status['global_id'] == 1
    with pytest.raises(nest.NESTErrors.UnaccessedDictionaryEntry, match="topology"):
        nest.SetStatus(l, {'topology': {}})


def printed(capsys):
    nest.PrintNetwork(depth=2)
    return capsys.readouterr().out.strip().split("\n")


def test_the_network_is_printed_with_its_layers(capsys):
    tp.CreateLayer({'rows': 5, 'columns': 5, 'elements': 'iaf_psc_alpha'})
    assert printed(capsys) == ["+-[0] root dim=[1 25]",
                               "   +-[1] topology_layer_grid dim=[25]",
                               "      +-[1]...[25] iaf_psc_alpha"]


def test_composite_elements_come_model_by_model(capsys):
    l = tp.CreateLayer({'rows': 1, 'columns': 2,
                        'elements': ['iaf_cond_alpha',
                                     'poisson_generator']})
    assert printed(capsys) == ["+-[0] root dim=[1 4]",
                               "   +-[1] topology_layer_grid dim=[4]",
                               "      +-[1]...[2] iaf_cond_alpha",
                               "      +-[3]...[4] poisson_generator"]
    assert tp.GetElement(l, [0, 0]) == (2, 4) and tp.GetElement(l, [1, 0]) == (3, 5)
    assert tp.GetPosition([2, 4]) == ((-0.25, 0.0),) * 2


def test_numbers_after_a_model_repeat_it_at_every_place(capsys):
    l = tp.CreateLayer({'rows': 1, 'columns': 2,
                        'elements': ['iaf_cond_alpha', 10,
                                     'poisson_generator',
                                     'noise_generator', 2]})
    assert printed(capsys) == ["+-[0] root dim=[1 26]",
                               "   +-[1] topology_layer_grid dim=[26]",
                               "      +-[1]...[20] iaf_cond_alpha",
                               "      +-[21]...[22] poisson_generator",
                               "      +-[23]...[26] noise_generator"]
    assert len(tp.GetElement(l, [1, 0])) == 13
    assert len(set(tp.GetPosition(tp.GetElement(l, [1, 0])))) == 1


def test_microcolumns_are_composite_elements_of_copied_models():
    for lyr in ['L23', 'L4', 'L56']:
        nest.CopyModel('iaf_psc_alpha', lyr + 'pyr')
        nest.CopyModel('iaf_psc_alpha', lyr + 'in', {'V_th': -52.})
    l = tp.CreateLayer({'rows': 20, 'columns': 20, 'extent': [0.5, 0.5],
                        'elements': ['L23pyr', 3, 'L23in',
                                     'L4pyr', 3, 'L4in',
                                     'L56pyr', 3, 'L56in']})
    column = tp.GetElement(l, [7, 3])
    assert nest.GetStatus(column, 'model') == ('L23pyr',) * 3 + ('L23in',) + ('L4pyr',) * 3 + ('L4in',) + ('L56pyr',) * 3 + ('L56in',)
    assert nest.GetStatus(column, 'V_th') == ((-55.,) * 3 + (-52.,)) * 3
    assert len(nest.GetLeaves(l)[0]) == 12 * 400
    assert len(nest.GetLeaves(l, properties={'model': 'L4pyr'})[0]) == 1200


# ---- masks ----

@pytest.mark.parametrize("wrapped, n_at_the_edge", [(False, 8), (True, 15)])
def test_a_rectangle_chooses_15_targets_and_fewer_at_an_open_edge(wrapped, n_at_the_edge):
    l = tp.CreateLayer({'rows': 11, 'columns': 11, 'extent': [11., 11.],
                        'elements': 'iaf_psc_alpha', 'edge_wrap': wrapped})
    conndict = {'connection_type': 'divergent',
                'mask': {'rectangular': {'lower_left': [-2., -1.],
                                         'upper_right': [2., 1.]}}}
    tp.ConnectLayers(l, l, conndict)
    ctr, edge = tp.FindCenterElement(l), (tp.FindNearestElement(l, [4., 5.])[0],)
    assert [len(t) for t in tp.GetTargetNodes(ctr + edge, l)] == [15, n_at_the_edge]
    reached = set(tp.GetTargetPositions(edge, l)[0])
    assert reached == {(x, y) for x in ((2., 3., 4., 5., -5.) if wrapped else (2., 3., 4., 5.)) for y in ((4., 5., -5.) if wrapped else (4., 5.))}


RECTANGLE = {'lower_left': [-2., -1.], 'upper_right': [2., 1.]}
ELLIPSE = {'major_axis': 7., 'minor_axis': 4.}


def turned(x, y, angle):
    a = math.radians(angle)
    return x * math.cos(a) + y * math.sin(a), -x * math.sin(a) + y * math.cos(a)


def in_rectangle(x, y):
    return (abs(x) <= 2 + 1e-9) & (abs(y) <= 1 + 1e-9)


def in_ellipse(x, y):
    return (x / 3.5) ** 2 + (y / 2) ** 2 <= 1


MASKS = {
    "rectangular": ({'rectangular': RECTANGLE}, in_rectangle),
    "circular": ({'circular': {'radius': 2.0}}, lambda x, y: x ** 2 + y ** 2 <= 4),
    "doughnut": ({'doughnut': {'inner_radius': 1.5, 'outer_radius': 3.}},
                 lambda x, y: (x ** 2 + y ** 2 > 2.25) & (x ** 2 + y ** 2 <= 9)),
    "elliptical": ({'elliptical': ELLIPSE}, in_ellipse),
    "rectangular, shifted": ({'rectangular': RECTANGLE, 'anchor': [-1.5, -1.5]}, lambda x, y: in_rectangle(x + 1.5, y + 1.5)),
    "circular, shifted": ({'circular': {'radius': 2.0}, 'anchor': [-2.0, 0.0]}, lambda x, y: (x + 2) ** 2 + y ** 2 <= 4),
    "doughnut, shifted": ({'doughnut': {'inner_radius': 1.5, 'outer_radius': 3.}, 'anchor': [1.5, 1.5]},
                          lambda x, y: ((x - 1.5) ** 2 + (y - 1.5) ** 2 > 2.25) & ((x - 1.5) ** 2 + (y - 1.5) ** 2 <= 9)),
    "elliptical, shifted": ({'elliptical': ELLIPSE, 'anchor': [2.0, -1.0]}, lambda x, y: in_ellipse(x - 2, y + 1)),
    "rectangular, turned": ({'rectangular': {**RECTANGLE, 'azimuth_angle': 120.}}, lambda x, y: in_rectangle(*turned(x, y, 120))),
    "elliptical, turned": ({'elliptical': {**ELLIPSE, 'azimuth_angle': 45.}}, lambda x, y: in_ellipse(*turned(x, y, 45))),
    # rows downwards, columns to the right; the anchor is the cell on the driver
    "grid": ({'grid': {'rows': 3, 'columns': 5}}, lambda x, y: (x >= 0) & (x < 5) & (y <= 0) & (y > -3)),
    "grid, middle": ({'grid': {'rows': 3, 'columns': 5}, 'anchor': {'row': 1, 'column': 2}}, in_rectangle),
    "grid, outside": ({'grid': {'rows': 3, 'columns': 5}, 'anchor': {'row': -1, 'column': 2}},
                      lambda x, y: (abs(x) <= 2) & (y <= -1) & (y >= -3)),
}


@pytest.mark.parametrize("connection_type", ["divergent", "convergent"])
@pytest.mark.parametrize("name", MASKS)
def test_a_mask_chooses_the_nodes_in_its_region_around_the_driver(name, connection_type):
    mask, inside = MASKS[name]
    l = tp.CreateLayer({'rows': 11, 'columns': 11, 'extent': [11., 11.], 'elements': 'iaf_psc_alpha'})
    assert partners(l, tp.FindCenterElement(l), mask, connection_type) == lattice(inside)


@pytest.mark.parametrize("kind", ["box", "volume"])
def test_masks_in_three_dimensions(kind):
    l = tp.CreateLayer({'rows': 11, 'columns': 11, 'layers': 11, 'extent': [11., 11., 11.], 'elements': 'iaf_psc_alpha'})
    assert nest.GetStatus(l)[0]['topology']['depth'] == 11
    ctr = tp.FindCenterElement(l)
    assert tp.GetElement(l, [5, 5, 5]) == ctr
    masks = [({kind: {'lower_left': [-2., -1., -1.], 'upper_right': [2., 1., 1.]}},
              lambda x, y, z: (abs(x) <= 2) & (abs(y) <= 1) & (abs(z) <= 1)),
             ({'spherical': {'radius': 2.5}}, lambda x, y, z: x ** 2 + y ** 2 + z ** 2 <= 6.25),
             ({'ellipsoidal': {'major_axis': 7., 'minor_axis': 4., 'polar_axis': 4.5}},
              lambda x, y, z: (x / 3.5) ** 2 + (y / 2) ** 2 + (z / 2.25) ** 2 <= 1)]
    for given, inside in masks:
        found = tp.SelectNodesByMask(l, [0., 0., 0.], tp.CreateMask(*next(iter(given.items()))))
        assert set(tp.GetPosition(found)) == lattice(inside, dimensions=3)
    tp.ConnectLayers(l, l, {'connection_type': 'divergent', 'mask': masks[0][0]})
    assert set(tp.GetTargetPositions(ctr, l)[0]) == lattice(masks[0][1], dimensions=3)


# ---- kernels ----

def gauss(d, sigma=1.0):
    return np.exp(-d ** 2 / (2 * sigma ** 2))


CIRCLE = {'circular': {'radius': 4.}}
KERNELS = {
    "constant": (CIRCLE, 0.5, lambda x, y: 0.5 + 0 * x, (0, 0)),
    "Gaussian": (CIRCLE, {'gaussian': {'p_center': 1.0, 'sigma': 1.}}, lambda x, y: gauss(np.hypot(x, y)), (0, 0)),
    "eccentric Gaussian": ({**CIRCLE, 'anchor': [1.5, 1.5]}, {'gaussian': {'p_center': 1.0, 'sigma': 1., 'anchor': [1.5, 1.5]}},
                           lambda x, y: gauss(np.hypot(x - 1.5, y - 1.5)), (1.5, 1.5)),
    "cut-off Gaussian": (CIRCLE, {'gaussian': {'p_center': 1.0, 'sigma': 1., 'cutoff': 0.5}},
                         lambda x, y: gauss(np.hypot(x, y)) * (gauss(np.hypot(x, y)) >= 0.5), (0, 0)),
    "2D Gaussian": (CIRCLE, {'gaussian2D': {'p_center': 1.0, 'sigma_x': 1., 'sigma_y': 3.}},
                    lambda x, y: np.exp(-x ** 2 / 2 - y ** 2 / 18), (0, 0)),
    "uniform": (CIRCLE, {'uniform': {'min': 0.2, 'max': 0.6}}, lambda x, y: 0.4 + 0 * x, (0, 0)),
}


@pytest.mark.parametrize("connection_type", ["divergent", "convergent"])
@pytest.mark.parametrize("name", KERNELS)
def test_a_kernel_is_the_probability_of_each_pair(name, connection_type):
    """Counts by displacement are binomial: every driver of a wrapped grid sees the same lattice. Bonferroni, fixed seed."""
    mask, kernel, p, (ax, ay) = KERNELS[name]
    n = 51
    l = tp.CreateLayer({'rows': n, 'columns': n, 'extent': [51., 51.], 'elements': 'iaf_psc_alpha', 'edge_wrap': True})
    tp.ConnectLayers(l, l, {'connection_type': connection_type, 'mask': mask, 'kernel': kernel})
    connections = nest.GetConnections()
    ends = [connections.get(key) for key in ("source", "target")]
    ways = np.rint(tp.Displacement(*(ends if connection_type == "divergent" else ends[::-1]))).astype(int)
    points, counts = np.unique(ways, axis=0, return_counts=True)
    axes = np.meshgrid(np.arange(-8, 9), np.arange(-8, 9))
    expected = np.where(np.hypot(axes[0] - ax, axes[1] - ay) <= 4, p(*map(np.asarray, axes)), 0.0)
    found = np.zeros(expected.shape, int)
    found[points[:, 1] + 8, points[:, 0] + 8] = counts
    assert (found[expected == 0] == 0).all() and (found[expected > 1 - 1e-9] == n * n).all()
    inside = (expected > 0) & (expected < 1 - 1e-9)
    law = stats.binom(n * n, expected[inside])
    tails = np.minimum(law.cdf(found[inside]), law.sf(found[inside] - 1))
    assert tails.min() > 1e-3 / inside.sum()


# ---- weights and delays ----

LINE = {'rows': 1, 'columns': 51,
        'extent': [51., 1.], 'center': [25., 0.],
        'elements': 'iaf_psc_alpha'}
WIDE = {'connection_type': 'divergent',
        'mask': {'rectangular': {'lower_left': [-25.5, -0.5],
                                 'upper_right': [25.5, 0.5]}}}


def from_node(l, location):
    """Distances, weights and delays of the connections of one node."""
    source = tp.FindNearestElement(l, location)
    found = nest.GetConnections(source=source)
    columns = found.get(["target", "weight", "delay"])
    order = np.argsort(columns["target"])
    targets, weights, delays = (np.array(columns[k])[order] for k in ("target", "weight", "delay"))
    return np.array(tp.GetPosition(targets))[:, 0], np.array(tp.Distance(source, targets)), weights, delays


@pytest.mark.parametrize("wrapped", [False, True])
def test_linear_weights_and_delays(wrapped):
    ldict = {**LINE, 'edge_wrap': wrapped}
    cdict = {**WIDE,
             'weights': {'linear': {'c': 1.0,
                                    'a': -0.05,
                                    'cutoff': 0.0}},
             'delays': {'linear': {'c': 0.1, 'a': 0.02}}}
    l = tp.CreateLayer(ldict)
    tp.ConnectLayers(l, l, cdict)
    x, d, weights, delays = from_node(l, [0., 0.])
    assert x.tolist() == list(range(51 if wrapped else 26))
    assert d == pytest.approx(np.minimum(x, 51 - x) if wrapped else x)
    assert weights == pytest.approx(np.maximum(1 - 0.05 * d, 0), abs=1e-12)
    assert np.abs(delays - (0.1 + 0.02 * d)).max() <= 0.05 + 1e-9 and delays == pytest.approx(np.rint(delays * 10) / 10)


@pytest.mark.parametrize("weights, value", [
    ({'exponential': {'a': 1., 'tau': 5.}}, lambda d: np.exp(-d / 5)),
    ({'gaussian': {'p_center': 1., 'sigma': 5.}}, lambda d: gauss(d, 5.0)),
])
def test_various_weight_functions(weights, value):
    l = tp.CreateLayer(LINE)
    tp.ConnectLayers(l, l, {**WIDE, 'weights': weights})
    x, d, found, delays = from_node(l, [25., 0.])
    assert len(x) == 51 and found == pytest.approx(value(d), rel=1e-12) and (delays == 1.0).all()


def test_uniform_weights_are_uniform():
    l = tp.CreateLayer(LINE)
    tp.ConnectLayers(l, l, {**WIDE, 'weights': {'uniform': {'min': 0.2, 'max': 0.8}}})
    weights = nest.GetConnections().get('weight')
    assert len(weights) == 51 * 51 - 2 * sum(range(26)) and min(weights) >= 0.2 and max(weights) < 0.8
    assert stats.kstest(weights, stats.uniform(0.2, 0.6).cdf).pvalue > 1e-3


# ---- prescribed number of connections ----

def test_a_fan_out_of_50_follows_the_kernel():
    """Given the places, targets are drawn with probability ∝ kernel; pooled over sources by distance, fixed seed, p > 1e-3."""
    pos = np.random.default_rng(5).uniform(-1., 1., (1000, 2)).tolist()
    ldict = {'positions': pos, 'extent': [2., 2.],
             'elements': 'iaf_psc_alpha', 'edge_wrap': True}
    cdict = {'connection_type': 'divergent',
             'mask': {'circular': {'radius': 1.0}},
             'kernel': {'linear': {'c': 1., 'a': -2., 'cutoff': 0.0}},
             'number_of_connections': 50,
             'allow_multapses': True, 'allow_autapses': False}
    l = tp.CreateLayer(ldict)
    tp.ConnectLayers(l, l, cdict)
    connections = nest.GetConnections()
    sources, targets = (np.array(connections.get(k)) for k in ("source", "target"))
    assert (np.bincount(sources)[2:] == 50).all() and (sources != targets).all()
    d = np.array(connections.distance)
    assert d.max() < 0.5
    difference = np.array(pos)[:, None] - np.array(pos)
    every = np.hypot(*np.moveaxis(difference - 2 * np.rint(difference / 2), -1, 0))
    chance = np.maximum(1 - 2 * every, 0)
    np.fill_diagonal(chance, 0)
    chance *= 50 / chance.sum(axis=1, keepdims=True)
    bins = np.linspace(0, 0.5, 21)
    expected, counts = np.histogram(every, bins, weights=chance)[0], np.histogram(d, bins)[0]
    assert stats.chisquare(counts, expected).pvalue > 1e-3
    # the manual's curve, 24 r (1 - 2 r), holds for places without structure
    assert d.mean() == pytest.approx(0.25, abs=0.005)


# ---- composite layers ----

def pyramids_and_interneurons(**synapses):
    nest.CopyModel('iaf_psc_alpha', 'pyr')
    nest.CopyModel('iaf_psc_alpha', 'in')
    ldict = {'rows': 10, 'columns': 10, 'elements': ['pyr', 'in']}
    cdict_p2i = {'connection_type': 'divergent',
                 'mask': {'circular': {'radius': 0.5}},
                 'kernel': 0.8,
                 'sources': {'model': 'pyr'},
                 'targets': {'model': 'in'}, **({'synapse_model': 'exc'} if synapses else {})}
    cdict_i2p = {'connection_type': 'divergent',
                 'mask': {'rectangular': {'lower_left': [-0.2, -0.2],
                                          'upper_right': [0.2, 0.2]}},
                 'sources': {'model': 'in'},
                 'targets': {'model': 'pyr'}, **({'synapse_model': 'inh'} if synapses else {})}
    l = tp.CreateLayer(ldict)
    tp.ConnectLayers(l, l, cdict_p2i)
    tp.ConnectLayers(l, l, cdict_i2p)
    return l, *(nest.GetLeaves(l, properties={'model': m})[0] for m in ('pyr', 'in'))


def test_sources_and_targets_are_chosen_by_model():
    l, pyr, inter = pyramids_and_interneurons()
    forth, back = nest.GetConnections(source=pyr), nest.GetConnections(source=inter)
    assert set(forth.targets()) <= set(inter) and set(back.targets()) <= set(pyr)
    distances = np.array([tp.Distance([node], inter) for node in pyr])
    # rounding decides about nodes at 0.5 itself, as in NEST
    low, high = (stats.binom((distances <= 0.5 + slack).sum(), 0.8).interval(0.999)[k] for k, slack in enumerate((-1e-9, 1e-9)))
    assert low <= len(forth) <= high
    ways = np.abs(tp.Displacement(back.get('source'), back.get('target')))
    assert 34 ** 2 <= len(back) <= 44 ** 2 and ways.max() <= 0.2 + 1e-9  # rounding decides about nodes 0.2 away
    ctr = tp.GetElement(l, [5, 5])
    assert tp.GetTargetNodes(ctr[:1], l, tgt_model='pyr') == ((),)
    assert tp.GetTargetNodes(ctr[:1], l, tgt_model='in') == tp.GetTargetNodes(ctr[:1], l)


def test_the_synapse_model_gives_the_weights():
    nest.CopyModel('static_synapse', 'exc', {'weight': 2.0})
    nest.CopyModel('static_synapse', 'inh', {'weight': -8.0})
    l, pyr, inter = pyramids_and_interneurons(named=True)
    for source, model, weight in ((pyr, 'exc', 2.0), (inter, 'inh', -8.0)):
        found = nest.GetConnections(source=source)
        assert set(found.get('synapse_model')) == {model} and set(found.get('weight')) == {weight}
        assert len(tp.GetTargetNodes(source[:1], l, syn_model=model)[0]) > 0
        assert tp.GetTargetNodes(source[:1], l, syn_model='static_synapse')[0] == ()


# ---- devices ----

def test_devices_reach_the_part_of_a_layer_that_their_mask_covers():
    nrn_layer = tp.CreateLayer({'rows': 20,
                                'columns': 20,
                                'elements': 'iaf_psc_alpha'})
    stim = tp.CreateLayer({'rows': 1,
                           'columns': 1,
                           'elements': 'poisson_generator'})
    cdict_stim = {'connection_type': 'divergent',
                  'mask': {'circular': {'radius': 0.1},
                           'anchor': [0.2, 0.2]}}
    tp.ConnectLayers(stim, nrn_layer, cdict_stim)
    rec = tp.CreateLayer({'rows': 1,
                          'columns': 1,
                          'elements': 'spike_detector'})
    cdict_rec = {'connection_type': 'convergent',
                 'mask': {'circular': {'radius': 0.1},
                          'anchor': [-0.2, 0.2]}}
    tp.ConnectLayers(nrn_layer, rec, cdict_rec)
    places = positions(nrn_layer)
    device, detector = nest.GetLeaves(stim)[0], nest.GetLeaves(rec)[0]
    reached = np.array(tp.GetTargetPositions(device, nrn_layer)[0])
    assert len(reached) == (np.hypot(*(places - [0.2, 0.2]).T) <= 0.1).sum() == 12
    watched = nest.GetConnections(target=detector).get('source')
    assert set(watched) == {2 + k for k in np.flatnonzero(np.hypot(*(places - [-0.2, 0.2]).T) <= 0.1)}
    # of both, what they do: neurons under the generator fire, and are seen by a detector that is moved there
    nest.SetStatus(device, {'rate': 200000.})
    seen = tp.CreateLayer({'rows': 1, 'columns': 1, 'elements': 'spike_detector'})
    tp.ConnectLayers(nrn_layer, seen, {**cdict_rec, 'mask': cdict_stim['mask']})
    nest.Simulate(100.)
    assert nest.GetStatus(detector, 'n_events') == (0,)
    assert nest.GetStatus(nest.GetLeaves(seen)[0], 'n_events')[0] > 12


def test_one_detector_records_from_the_leaves_of_a_layer():
    nrn_layer = tp.CreateLayer({'rows': 20, 'columns': 20, 'elements': 'iaf_psc_alpha'})
    rec = nest.Create('spike_detector')
    nrns = nest.GetLeaves(nrn_layer, local_only=True)[0]
    nest.Connect(nrns, rec)
    nest.SetStatus(nrns[100:200], 'I_e', 500.)
    nest.Simulate(50.)
    assert set(nest.GetStatus(rec)[0]['events']['senders']) == set(nrns[100:200])
    assert nest.GetStatus([nrns[150], nrns[3]], 'I_e') == (500., 0.)


def test_meters_are_sources():
    nrn_layer = tp.CreateLayer({'rows': 4, 'columns': 4, 'elements': 'iaf_psc_alpha'})
    meter = tp.CreateLayer({'rows': 1, 'columns': 1, 'elements': 'voltmeter'})
    tp.ConnectLayers(meter, nrn_layer, {'connection_type': 'divergent', 'mask': {'circular': {'radius': 0.2}}})
    nest.Simulate(5.)
    events = nest.GetStatus(nest.GetLeaves(meter)[0], 'events')[0]
    assert set(events['senders']) == set(tp.SelectNodesByMask(nrn_layer, [0., 0.], tp.CreateMask('circular', {'radius': 0.2})))
    assert len(set(events['senders'])) == 4


# ---- pictures ----

def test_the_figure_of_a_gaussian_projection():
    l = tp.CreateLayer({'rows': 21, 'columns': 21,
                        'elements': 'iaf_psc_alpha'})
    conndict = {'connection_type': 'divergent',
                'mask': {'circular': {'radius': 0.4}},
                'kernel': {'gaussian': {'p_center': 1.0, 'sigma': 0.15}}}
    tp.ConnectLayers(l, l, conndict)
    fig = tp.PlotLayer(l, nodesize=80)
    ctr = tp.FindCenterElement(l)
    same = tp.PlotTargets(ctr, l, fig=fig,
                          mask=conndict['mask'], kernel=conndict['kernel'],
                          src_size=250, tgt_color='red', tgt_size=20,
                          kernel_color='green')
    (ax,) = fig.axes
    assert same is fig
    nodes, targets, own, contours = ax.collections
    assert len(nodes.get_offsets()) == 441 and own.get_offsets().tolist() == [[0.0, 0.0]]
    assert sorted(map(tuple, targets.get_offsets())) == sorted(tp.GetTargetPositions(ctr, l)[0])
    (ring,) = ax.lines
    assert np.hypot(*ring.get_xydata().T) == pytest.approx(0.4, rel=1e-3)
    radii = sorted(np.hypot(*np.array(path.vertices).T).mean() for path in contours.get_paths() if len(path.vertices))
    assert radii == pytest.approx([0.15, 0.3, 0.45], rel=0.02)
    assert ax.get_xlim() == pytest.approx((-0.55, 0.55)) and ax.get_aspect() == 1.0


def test_plots_take_axes_and_layers_in_three_dimensions():
    l = tp.CreateLayer({'positions': np.random.default_rng(1).uniform(-0.5, 0.5, (200, 3)).tolist(), 'elements': 'iaf_psc_alpha'})
    fig = tp.PlotLayer(l)
    assert fig.axes[0].name == "3d" and len(fig.axes[0].collections[0].get_offsets()) == 200
    flat = tp.CreateLayer({'rows': 3, 'columns': 3, 'elements': 'iaf_psc_alpha'})
    tp.ConnectLayers(flat, flat, {'connection_type': 'convergent', 'mask': {'grid': {'rows': 2, 'columns': 2}}})
    _, (left, right) = plt.subplots(1, 2)
    ctr = tp.FindCenterElement(flat)
    assert tp.PlotTargets(ctr, flat, fig=left) is tp.PlotSources(flat, ctr, fig=right, mask={'grid': {'rows': 2, 'columns': 2}})
    third = 1 / 3
    assert sorted(map(tuple, right.collections[0].get_offsets().round(9))) == sorted(
        (round(x, 9), round(y, 9)) for x in (0, third) for y in (0, -third))
    assert sorted(map(tuple, left.collections[0].get_offsets().round(9))) == sorted(
        (round(x, 9), round(y, 9)) for x in (0, -third) for y in (0, third))
    (ring,) = right.lines
    assert np.ptp(ring.get_xydata(), axis=0) == pytest.approx([2 * third] * 2)


# ---- functions and masks of one's own, in place of extension modules ----

def test_a_registered_kernel_is_affine_in_the_displacement():
    def affine2d(x, y, *, a=1.0, b=1.0, c=0.0):
        return a * x + b * y + c

    tp.register_kernel('affine2d', affine2d)
    l = tp.CreateLayer({'rows': 11, 'columns': 11, 'extent': [1., 1.],
                        'elements': 'iaf_psc_alpha'})
    tp.ConnectLayers(l, l, {'connection_type': 'convergent',
                            'mask': {'circular': {'radius': 0.5}},
                            'kernel': {'affine2d': {'a': 1.0, 'b': 2.0, 'c': 0.5}}})
    found = nest.GetConnections()
    ways = np.array(tp.Displacement(found.get('target'), found.get('source')))  # from driver to pool
    p = ways @ [1.0, 2.0] + 0.5
    assert p.min() > 0 and np.hypot(*ways.T).max() <= 0.5 + 1e-12
    every = positions(l)
    pairs = every[:, None] - every
    chance = np.where(np.hypot(*np.moveaxis(pairs, -1, 0)) <= 0.5, np.clip(pairs @ [1.0, 2.0] + 0.5, 0, 1), 0)
    z = (len(found) - chance.sum()) / math.sqrt((chance * (1 - chance)).sum())
    assert abs(z) < 3.3
    assert (p >= 1).sum() == (chance == 1).sum()


def test_a_registered_mask_is_an_ellipse_by_its_radii():
    def elliptic(r_x=1.0, r_y=1.0):
        return sn.mask("(dx / r_x)**2 + (dy / r_y)**2 <= 1", r_x=r_x, r_y=r_y)

    tp.register_mask('elliptic', elliptic)
    l = tp.CreateLayer({'rows': 11, 'columns': 11, 'extent': [1., 1.],
                        'elements': 'iaf_psc_alpha'})
    tp.ConnectLayers(l, l, {'connection_type': 'convergent',
                            'mask': {'elliptic': {'r_x': 0.5, 'r_y': 0.25}}})
    ours = sorted(zip(*(nest.GetConnections().get(k) for k in ('source', 'target'))))
    nest.ResetKernel()
    l = tp.CreateLayer({'rows': 11, 'columns': 11, 'extent': [1., 1.], 'elements': 'iaf_psc_alpha'})
    tp.ConnectLayers(l, l, {'connection_type': 'convergent', 'mask': {'elliptical': {'major_axis': 1.0, 'minor_axis': 0.5}}})
    assert ours == sorted(zip(*(nest.GetConnections().get(k) for k in ('source', 'target'))))
