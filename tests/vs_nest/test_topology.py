"""Layers and connections of `spatialnet.topology` against what NEST 3.10 makes of the same words in today's form."""

import numpy as np
import pytest
from scipy import stats

import spatialnet.nest as nest
import spatialnet.topology as tp
from tests.vs_nest.on_both import theirs

#: name → a layer in the words of NEST 2.x, and its positions in those of NEST 3
LAYERS = {
    "square": (dict(rows=5, columns=5, extent=[5., 5.]), lambda s: s.grid([5, 5], extent=[5., 5.])),
    "wrapped": (dict(rows=5, columns=7, extent=[7., 5.], edge_wrap=True), lambda s: s.grid([7, 5], extent=[7., 5.], edge_wrap=True)),
    "default": (dict(rows=4, columns=6), lambda s: s.grid([6, 4])),
    "moved": (dict(rows=4, columns=6, extent=[6., 4.], center=[1.5, -0.5]), lambda s: s.grid([6, 4], extent=[6., 4.], center=[1.5, -0.5])),
    "cube": (dict(rows=3, columns=4, layers=5, extent=[4., 3., 5.]), lambda s: s.grid([4, 3, 5], extent=[4., 3., 5.])),
    "line": (dict(rows=1, columns=51, extent=[51., 1.], center=[25., 0.]), lambda s: s.grid([51, 1], extent=[51., 1.], center=[25., 0.])),
    "ring": (dict(rows=1, columns=51, extent=[51., 1.], center=[25., 0.], edge_wrap=True),
             lambda s: s.grid([51, 1], extent=[51., 1.], center=[25., 0.], edge_wrap=True)),
}
_POINTS = np.random.default_rng(3).uniform(-1, 1, (40, 2)).round(6).tolist() + [[-1., -1.], [1., 1.]]  # so that both find one extent
LAYERS["scattered"] = (dict(positions=_POINTS, extent=[2., 2.]), lambda s: s.free(_POINTS, extent=[2., 2.]))
LAYERS["scattered torus"] = (dict(positions=_POINTS, extent=[2.5, 2.5], edge_wrap=True), lambda s: s.free(_POINTS, extent=[2.5, 2.5], edge_wrap=True))


def ours_layer(name, elements="iaf_psc_alpha"):
    return tp.CreateLayer({**LAYERS[name][0], "elements": elements})


def theirs_layer(name, model="iaf_psc_alpha"):
    return theirs.Create(model, positions=LAYERS[name][1](theirs.spatial))


@pytest.fixture(autouse=True)
def new_kernels():
    nest.ResetKernel()
    theirs.ResetKernel()
    theirs.set_verbosity("M_ERROR")


def columns(package, offset=0):
    """(source, target, weight, delay) of all connections, sorted."""
    found = package.GetConnections()
    if len(found) == 0:
        return np.empty((0, 4))
    table = np.array([np.atleast_1d(found.get(key)) for key in ("source", "target", "weight", "delay")], float).T
    table[:, :2] -= offset
    return table[np.lexsort(table.T[::-1])]


@pytest.mark.parametrize("name", LAYERS)
def test_nodes_lie_where_nest_places_them(name):
    l, m = ours_layer(name), theirs_layer(name)
    assert np.array(tp.GetPosition(nest.GetLeaves(l)[0])) == pytest.approx(np.array(theirs.GetPosition(m)), abs=1e-12)
    topology, spatial = nest.GetStatus(l)[0]["topology"], m.spatial
    assert topology["extent"] == pytest.approx(tuple(spatial["extent"])) and topology["center"] == pytest.approx(tuple(spatial["center"]))


RECT = {"lower_left": [-2., -1.], "upper_right": [2., 1.]}
#: layer, mask of NEST 2.x, mask of NEST 3
MASKS = [
    *((layer, m, m) for layer in ("square", "wrapped", "moved") for m in (
        {"rectangular": {"lower_left": [-1.2, -1.], "upper_right": [2., 1.]}},
        {"circular": {"radius": 1.5}}, {"circular": {"radius": 1.0}}, {"doughnut": {"inner_radius": 1.0, "outer_radius": 2.0}},
        {"elliptical": {"major_axis": 4., "minor_axis": 2.}}, {"elliptical": {"major_axis": 4., "minor_axis": 2., "azimuth_angle": 90.}},
        {"circular": {"radius": 1.2}, "anchor": [0.5, -0.25]}, {"rectangular": RECT, "anchor": [0.5, 1.0]},
        {"rectangular": {"lower_left": [-2., -.5], "upper_right": [2., .5], "azimuth_angle": 45.}},
        {"doughnut": {"inner_radius": 0.6, "outer_radius": 1.8}, "anchor": [-0.75, 0.25]})),
    *((layer, {"grid": {"rows": 3, "columns": 2}, **({} if a is None else {"anchor": {"row": a[1], "column": a[0]}})},
       {"grid": {"shape": [2, 3]}, **({} if a is None else {"anchor": list(a)})})
      for layer in ("square", "wrapped", "default") for a in (None, (1, 1), (-1, 2), (0, 3))),
    *((layer, m, m) for layer in ("scattered", "scattered torus") for m in (
        {"circular": {"radius": 0.4}}, {"rectangular": {"lower_left": [-0.3, -0.1], "upper_right": [0.6, 0.5]}},
        {"elliptical": {"major_axis": 1.2, "minor_axis": 0.5, "azimuth_angle": 30.}, "anchor": [0.1, 0.2]})),
    *(("cube", m, m) for m in (
        {"spherical": {"radius": 1.5}}, {"box": {"lower_left": [-1., -1., 0.], "upper_right": [1., 1., 2.]}},
        {"ellipsoidal": {"major_axis": 4., "minor_axis": 2., "polar_axis": 3.}}, {"spherical": {"radius": 1.1}, "anchor": [0.5, 0.5, -0.5]},
        {"box": {"lower_left": [-0.6, -0.6, -1.6], "upper_right": [.6, .6, 1.6], "azimuth_angle": 30., "polar_angle": 60.}})),
    ("cube", {"volume": {"lower_left": [-1., -1., -1.], "upper_right": [1., 1., 1.]}},
     {"box": {"lower_left": [-1., -1., -1.], "upper_right": [1., 1., 1.]}}),
]


@pytest.mark.parametrize("connection_type", ["divergent", "convergent"])
@pytest.mark.parametrize("layer, old, new", MASKS, ids=lambda value: str(value)[:70])
def test_masks_choose_the_same_pairs(layer, old, new, connection_type):
    l, m = ours_layer(layer), theirs_layer(layer)
    tp.ConnectLayers(l, l, {"connection_type": connection_type, "mask": old})
    theirs.Connect(m, m, {"rule": "pairwise_bernoulli", "p": 1.0, "mask": new,
                          **({"use_on_source": True} if connection_type == "convergent" else {})})
    assert np.array_equal(columns(nest, 1), columns(theirs))


#: function of NEST 2.x, and of NEST 3 with its functions D (distribution), S (spatial), M (math), L (logic)
FUNCTIONS = {
    "number": (2.5, lambda S, D, M, L: 2.5),
    "linear": ({"linear": {"c": 1.0, "a": -0.05}}, lambda S, D, M, L: 1.0 - 0.05 * S.distance),
    "linear, cut off": ({"linear": {"c": 1.0, "a": -0.05, "cutoff": 0.3}},
                        lambda S, D, M, L: L.conditional(1.0 - 0.05 * S.distance >= 0.3, 1.0 - 0.05 * S.distance, 0.)),
    "exponential": ({"exponential": {"a": 2., "c": 0.5, "tau": 5.}}, lambda S, D, M, L: 0.5 + 2. * D.exponential(S.distance, beta=5.)),
    "gaussian": ({"gaussian": {"p_center": 1.5, "sigma": 5., "mean": 2., "c": 0.1}},
                 lambda S, D, M, L: 0.1 + 1.5 * D.gaussian(S.distance, mean=2., std=5.)),
    "gamma": ({"gamma": {"kappa": 2., "theta": 3.}}, lambda S, D, M, L: D.gamma(S.distance, kappa=2., theta=3.)),
    "defaults": ({"gaussian": {}}, lambda S, D, M, L: D.gaussian(S.distance)),
}


@pytest.mark.parametrize("connection_type", ["divergent", "convergent"])
@pytest.mark.parametrize("layer", ["line", "ring", "moved", "scattered torus", "cube"])
@pytest.mark.parametrize("name", FUNCTIONS)
def test_weights_are_the_same_functions_of_distance(name, layer, connection_type):
    old, new = FUNCTIONS[name]
    l, m = ours_layer(layer), theirs_layer(layer)
    tp.ConnectLayers(l, l, {"connection_type": connection_type, "weights": old})
    theirs.Connect(m, m, {"rule": "pairwise_bernoulli", "p": 1.0, **({"use_on_source": True} if connection_type == "convergent" else {})},
                   {"weight": new(theirs.spatial, theirs.spatial_distributions, theirs.math, theirs.logic)})
    assert columns(nest, 1) == pytest.approx(columns(theirs), rel=1e-12, abs=1e-15)


@pytest.mark.parametrize("connection_type", ["divergent", "convergent"])
def test_a_bivariate_gaussian_depends_on_the_way_from_driver_to_pool(connection_type):
    l, m = ours_layer("moved"), theirs_layer("moved")
    keys = dict(mean_x=0.5, mean_y=-1.0, rho=0.3)
    tp.ConnectLayers(l, l, {"connection_type": connection_type,
                            "weights": {"gaussian2D": {**keys, "sigma_x": 2.0, "sigma_y": 3.0, "p_center": 0.7, "c": 0.2}}})
    s = theirs.spatial
    sign = 1 if connection_type == "divergent" else -1
    x, y = sign * (s.target_pos.x - s.source_pos.x), sign * (s.target_pos.y - s.source_pos.y)
    theirs.Connect(m, m, {"rule": "pairwise_bernoulli", "p": 1.0},
                   {"weight": 0.2 + 0.7 * theirs.spatial_distributions.gaussian2D(x, y, std_x=2.0, std_y=3.0, **keys)})
    assert columns(nest, 1) == pytest.approx(columns(theirs), rel=1e-12)


@pytest.mark.parametrize("connection_type", ["divergent", "convergent"])
def test_an_anchor_moves_the_center_of_a_function(connection_type):
    l, m = ours_layer("moved"), theirs_layer("moved")
    tp.ConnectLayers(l, l, {"connection_type": connection_type, "weights": {"gaussian": {"sigma": 1.5, "anchor": [1.5, -0.5]}}})
    s = theirs.spatial
    sign = 1 if connection_type == "divergent" else -1
    x, y = sign * (s.target_pos.x - s.source_pos.x) - 1.5, sign * (s.target_pos.y - s.source_pos.y) + 0.5
    theirs.Connect(m, m, {"rule": "pairwise_bernoulli", "p": 1.0}, {"weight": theirs.math.exp((x ** 2. + y ** 2.) * (-1 / (2 * 1.5 ** 2)))})
    assert columns(nest, 1) == pytest.approx(columns(theirs), rel=1e-12)


@pytest.mark.parametrize("delays, new", [
    ({"linear": {"c": 0.1, "a": 0.02}}, lambda s: 0.1 + 0.02 * s.distance), (1.7, lambda s: 1.7),
    ({"exponential": {"a": 3., "c": 0.5, "tau": 7.}}, lambda s: 0.5 + 3. * theirs.spatial_distributions.exponential(s.distance, beta=7.))])
@pytest.mark.parametrize("layer", ["line", "ring"])
def test_delays_are_rounded_alike(layer, delays, new):
    """But for those within rounding of the middle between two steps."""
    l, m = ours_layer(layer), theirs_layer(layer)
    tp.ConnectLayers(l, l, {"connection_type": "divergent", "delays": delays})
    theirs.Connect(m, m, {"rule": "pairwise_bernoulli", "p": 1.0}, {"delay": new(theirs.spatial)})
    one, other = columns(nest, 1), columns(theirs)
    assert np.array_equal(one[:, :3], other[:, :3])
    different = np.abs(one[:, 3] - other[:, 3]) > 1e-9
    d = np.array(tp.Distance((one[different, 0] + 1).astype(int), (one[different, 1] + 1).astype(int))) if different.any() else np.empty(0)
    exact = 0.1 + 0.02 * d if isinstance(delays, dict) and "linear" in delays else np.empty(0)
    assert np.abs(exact * 10 % 1 - 0.5).max(initial=0) < 1e-9 and len(exact) == different.sum()


def test_composite_layers_are_several_layers_in_one_place():
    mask = {"circular": {"radius": 1.5}}
    l = ours_layer("square", ["iaf_psc_alpha", 2, "iaf_psc_exp"])
    parts = [theirs_layer("square", model) for model in ("iaf_psc_alpha", "iaf_psc_alpha", "iaf_psc_exp")]
    tp.ConnectLayers(l, l, {"connection_type": "divergent", "mask": mask, "sources": {"model": "iaf_psc_alpha"}})
    tp.ConnectLayers(l, l, {"connection_type": "convergent", "mask": mask, "sources": {"model": "iaf_psc_exp"}, "targets": {"lid": 2},
                            "weights": -3.})
    for source in parts[:2]:
        for target in parts:
            theirs.Connect(source, target, {"rule": "pairwise_bernoulli", "p": 1.0, "mask": mask})
    theirs.Connect(parts[2], parts[1], {"rule": "pairwise_bernoulli", "p": 1.0, "mask": mask, "use_on_source": True}, {"weight": -3.})
    assert np.array_equal(columns(nest, 1), columns(theirs))


@pytest.mark.parametrize("layer, points", [("square", [[0.4, 0.6], [-9., 9.], [2., -2.]]), ("wrapped", [[3.4, 2.4], [0.5, 0.5]]),
                                           ("scattered", [[0., 0.], [0.7, -0.2]]), ("cube", [[0.1, 0.2, 0.3], [5., 5., -5.]])])
def test_nearest_nodes_are_the_same(layer, points):
    l, m = ours_layer(layer), theirs_layer(layer)
    assert tp.FindNearestElement(l, points) == tuple(n.global_id + 1 for n in theirs.FindNearestElement(m, points))
    assert tp.FindNearestElement(l, points, find_all=True) == tuple(
        tuple(n.global_id + 1 for n in some) for some in theirs.FindNearestElement(m, points, find_all=True))
    assert tp.FindNearestElement(l, points[0]) == (theirs.FindNearestElement(m, points[0]).global_id + 1,)
    assert tp.FindCenterElement(l)[0] == theirs.FindCenterElement(m).global_id + 1


@pytest.mark.parametrize("layer", ["square", "wrapped", "scattered", "scattered torus", "cube"])
def test_distances_are_the_same_and_displacements_go_to_the_second(layer):
    l, m = ours_layer(layer), theirs_layer(layer)
    nodes = nest.GetLeaves(l)[0]
    assert np.array(tp.Distance(nodes[3:4], nodes)) == pytest.approx(np.array(theirs.Distance(m[3], m)), abs=1e-12)
    place = theirs.GetPosition(m[3])
    assert np.array(tp.Displacement([place], nodes)) == pytest.approx(np.array(theirs.Displacement([place], m)), abs=1e-12)
    assert np.array(tp.Displacement(nodes[3:4], nodes)) == pytest.approx(np.array(tp.Displacement([place], nodes)), abs=1e-12)


@pytest.mark.parametrize("kind, specs", [("circular", {"radius": 1.5}), ("rectangular", RECT), ("doughnut", {"inner_radius": .8, "outer_radius": 2.})])
@pytest.mark.parametrize("layer", ["square", "moved", "wrapped"])
def test_selected_nodes_are_the_same(layer, kind, specs):
    l, m = ours_layer(layer), theirs_layer(layer)
    for anchor in ([0., 0.], [1.25, -0.75], [-4., 2.]):
        found = theirs.SelectNodesByMask(m, anchor, theirs.CreateMask(kind, specs))
        assert tp.SelectNodesByMask(l, anchor, tp.CreateMask(kind, specs)) == tuple(i + 1 for i in found.tolist())


@pytest.mark.parametrize("layer", ["square", "wrapped", "scattered", "cube"])
def test_files_hold_the_same_lines(layer, tmp_path):
    l, m = ours_layer(layer), theirs_layer(layer)
    mask = {"spherical": {"radius": 1.1}} if layer == "cube" else {"circular": {"radius": 1.1}}
    tp.ConnectLayers(l, l, {"connection_type": "divergent", "mask": mask, "weights": {"linear": {"a": 0.5, "c": 1.0}}, "delays": 1.5})
    theirs.Connect(m, m, {"rule": "pairwise_bernoulli", "p": 1.0, "mask": mask}, {"weight": 1.0 + 0.5 * theirs.spatial.distance, "delay": 1.5})
    tp.DumpLayerNodes(l, str(tmp_path / "nodes"))
    tp.DumpLayerConnections(l, "static_synapse", str(tmp_path / "connections"))
    theirs.DumpLayerNodes(m, str(tmp_path / "their_nodes"))
    theirs.DumpLayerConnections(m, m, "static_synapse", str(tmp_path / "their_connections"))
    for name, n_ids in (("nodes", 1), ("connections", 2)):
        one, other = (np.loadtxt(tmp_path / (prefix + name), ndmin=2) for prefix in ("", "their_"))
        one[:, :n_ids] -= 1
        one, other = (a[np.lexsort(a[:, :n_ids].T[::-1])] for a in (one, other))
        assert one == pytest.approx(other, rel=1e-5, abs=1e-6)


@pytest.mark.parametrize("connection_type, rule, degree", [("divergent", "fixed_outdegree", "outdegree"), ("convergent", "fixed_indegree", "indegree")])
@pytest.mark.parametrize("multapses", [True, False])
def test_a_prescribed_number_is_drawn_from_the_same_distances(connection_type, rule, degree, multapses):
    """Two-sample test of distances on one set of places; fixed seeds, p > 1e-3."""
    l, m = ours_layer("scattered torus"), theirs_layer("scattered torus")
    switches = {"allow_multapses": multapses, "allow_autapses": False}
    mask = {"circular": {"radius": 1.0}}
    tp.ConnectLayers(l, l, {"connection_type": connection_type, "mask": mask, "kernel": {"gaussian": {"sigma": 0.4}},
                            "number_of_connections": 6, **switches})
    theirs.Connect(m, m, {"rule": rule, degree: 6, "mask": mask, "p": theirs.spatial_distributions.gaussian(theirs.spatial.distance, std=0.4),
                          **switches})
    one, other = columns(nest, 1), columns(theirs)
    side = 0 if connection_type == "divergent" else 1
    for table in (one, other):
        assert (np.bincount(table[:, side].astype(int))[1:] == 6).all()
        assert multapses or len(np.unique(table[:, :2], axis=0)) == len(table)
    first, second = (np.array(tp.Distance((t[:, 0] + 1).astype(int), (t[:, 1] + 1).astype(int))) for t in (one, other))
    assert stats.ks_2samp(first, second).pvalue > 1e-3


@pytest.mark.parametrize("old, low, high", [({"normal": {"mean": 2., "sigma": 0.5, "min": 1.5, "max": 3.}}, 1.5, 3.),
                                            ({"lognormal": {"mu": 0.2, "sigma": 0.4, "min": 0.5, "max": 2.}}, 0.5, 2.)])
def test_random_weights_have_the_same_distribution(old, low, high):
    l, m = ours_layer("line"), theirs_layer("line")
    (name, keys), = old.items()
    draw = getattr(theirs.random, name)(mean=keys.get("mean", keys.get("mu")), std=keys["sigma"])
    tp.ConnectLayers(l, l, {"connection_type": "divergent", "weights": old})
    theirs.Connect(m, m, {"rule": "pairwise_bernoulli", "p": 1.0}, {"weight": theirs.math.redraw(draw, low, high)})
    one, other = columns(nest, 1)[:, 2], columns(theirs)[:, 2]
    assert len(one) == len(other) == 51 ** 2 and low <= one.min() and one.max() <= high
    assert stats.ks_2samp(one, other).pvalue > 1e-3


def test_a_sheet_with_devices_spikes_alike():
    """Deterministic: neurons under an anchored mask get a current, and a detector sees their times."""
    def times(package, sheet, generator, detector):
        package.Simulate(100.0)
        events = package.GetStatus(detector, "events")[0]
        return sorted(zip(events["senders"], events["times"].round(6)))

    stim, rec = {"mask": {"circular": {"radius": 1.1}, "anchor": [1., 0.]}}, {"mask": {"circular": {"radius": 2.1}}}
    ring, weights = {"mask": {"doughnut": {"inner_radius": 0.5, "outer_radius": 1.6}}}, {"gaussian": {"p_center": 90., "sigma": 1.}}
    l, m = ours_layer("square"), theirs_layer("square")
    dc, their_dc = (tp.CreateLayer({"rows": 1, "columns": 1, "elements": "dc_generator"}),
                    theirs.Create("dc_generator", positions=theirs.spatial.grid([1, 1])))
    seen, their_seen = (tp.CreateLayer({"rows": 1, "columns": 1, "elements": "spike_detector"}),
                        theirs.Create("spike_recorder", positions=theirs.spatial.grid([1, 1])))
    nest.SetStatus(nest.GetLeaves(dc)[0], {"amplitude": 600.})
    theirs.SetStatus(their_dc, {"amplitude": 600.})
    tp.ConnectLayers(dc, l, {"connection_type": "divergent", **stim})
    tp.ConnectLayers(l, l, {"connection_type": "divergent", "weights": weights, **ring})
    tp.ConnectLayers(l, seen, {"connection_type": "convergent", **rec})
    theirs.Connect(their_dc, m, {"rule": "pairwise_bernoulli", "p": 1.0, **stim})
    theirs.Connect(m, m, {"rule": "pairwise_bernoulli", "p": 1.0, **ring},
                   {"weight": 90. * theirs.spatial_distributions.gaussian(theirs.spatial.distance, std=1.)})
    theirs.Connect(m, their_seen, {"rule": "pairwise_bernoulli", "p": 1.0, "use_on_source": True, **rec})
    ours_times = [(i - 1, t) for i, t in times(nest, l, dc, nest.GetLeaves(seen)[0])]
    assert len(ours_times) > 30 and ours_times == times(theirs, m, their_dc, their_seen)
