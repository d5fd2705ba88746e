"""What the manual tells in passing, what `spatialnet.topology` refuses, and what it has of its own."""

import subprocess
import sys

import numpy as np
import pytest
from scipy import stats

import spatialnet.nest as nest
import spatialnet.topology as tp

E = nest.NESTErrors
GRID = {"rows": 4, "columns": 5, "elements": "iaf_psc_alpha"}


def size():
    """Nodes and connections."""
    return nest.network_size, nest.num_connections


def test_it_needs_neither_nest_nor_a_figure_library():
    code = "import sys, spatialnet.topology; print([m for m in ('nest', 'matplotlib', 'bokeh', 'ipywidgets') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_every_name_is_documented_and_there():
    assert all(getattr(tp, name).__doc__ for name in tp.__all__ if name != "NESTError")
    assert tp.NESTError is E.KernelException


# ---- layers ----

@pytest.mark.parametrize("spec, kind, named", [
    ({"rows": 2, "elements": "iaf_psc_alpha"}, E.BadProperty, "columns"),
    ({"elements": "iaf_psc_alpha"}, E.BadProperty, "positions"),
    ({"rows": 2, "columns": 2}, E.BadProperty, "elements"),
    ({**GRID, "positions": [[0., 0.]]}, E.BadProperty, "either"),
    ({**GRID, "rows": 0}, E.BadProperty, "shape"),
    ({**GRID, "rows": 2.5}, E.BadProperty, "shape"),
    ({**GRID, "extent": [1.]}, E.BadProperty, "extent"),
    ({**GRID, "extent": [1., -1.]}, E.BadProperty, "extent"),
    ({**GRID, "center": [0., 0., 0.]}, E.BadProperty, "center"),
    ({**GRID, "edge_wrap": 1}, E.BadProperty, "edge_wrap"),
    ({**GRID, "shape": [2, 2]}, E.UnaccessedDictionaryEntry, "shape"),
    ({**GRID, "elements": "iaf_psc_alfa"}, E.UnknownModelName, "iaf_psc_alfa"),
    ({**GRID, "elements": ["iaf_psc_alpha", "nobody"]}, E.UnknownModelName, "nobody"),
    ({**GRID, "elements": []}, E.BadProperty, "elements"),
    ({**GRID, "elements": [3, "iaf_psc_alpha"]}, E.BadProperty, "follows"),
    ({**GRID, "elements": ["iaf_psc_alpha", 2, 3]}, E.BadProperty, "follows"),
    ({**GRID, "elements": ["iaf_psc_alpha", 0]}, E.BadProperty, "at least one"),
    ({**GRID, "elements": ["iaf_psc_alpha", ["iaf_psc_exp", 2]]}, E.NotImplemented, "nested"),
    ({"positions": [], "elements": "iaf_psc_alpha"}, E.BadProperty, "at least one"),
    ({"positions": [[0., 0.], [0.6, 0.]], "elements": "iaf_psc_alpha"}, E.BadProperty, "outside"),
    ({"positions": [[0., 0.], [0.2, 0., 1.]], "elements": "iaf_psc_alpha"}, E.BadProperty, "positions"),
    ({"positions": [[5., 5.]], "center": [4., 4.], "elements": "iaf_psc_alpha"}, E.BadProperty, "outside"),
    ("iaf_psc_alpha", TypeError, "dictionary"),
    ([], TypeError, "dictionary"),
])
def test_a_layer_that_makes_no_sense_is_refused_and_nothing_is_made(spec, kind, named):
    for given in (spec, [GRID, spec]) if isinstance(spec, dict) else (spec,):
        with pytest.raises(kind, match=named):
            tp.CreateLayer(given)
    assert nest.network_size == 0


def test_several_layers_are_made_in_one_call():
    layers = tp.CreateLayer([GRID, {**GRID, "elements": ["iaf_psc_alpha", "iaf_psc_exp"]}])
    assert layers == (1, 22) and [len(n) for n in nest.GetLeaves(layers)] == [20, 40]
    assert nest.GetChildren(layers) == nest.GetLeaves(layers) == nest.GetNodes(layers)
    assert nest.GetNodes(layers, {"model": "iaf_psc_exp"}) == ((), nest.GetLeaves(layers)[1][20:])
    assert nest.GetNodes().tolist() == [*nest.GetLeaves(layers)[0], *nest.GetLeaves(layers)[1]]
    assert tp.GetLayer([2, 62, 22 + 1, 21]) == (1, 22, 22, 1)
    assert tp.FindCenterElement(layers) == tp.FindNearestElement(layers[:1], [0., 0.]) + tp.FindNearestElement(layers[1:], [0., 0.])
    assert tp.FindNearestElement(layers, [[-1., 1.], [1., -1.]]) == ((2, 21), (23, 42))
    assert tp.GetElement(layers, [1, 2]) == ((8,), (29, 49))
    assert tp.GetElement(layers[1:], [[1, 2], [4, 3]]) == ((29, 49), (42, 62))


def test_places_of_a_free_layer_are_not_moved_by_its_center():
    l = tp.CreateLayer({"positions": [[4., 4.], [5., 5.]], "center": [4.5, 4.5], "elements": "iaf_psc_alpha"})
    assert tp.GetPosition(nest.GetLeaves(l)[0]) == ((4., 4.), (5., 5.))
    assert nest.GetStatus(l, "topology")[0]["positions"] == ((4., 4.), (5., 5.))


def test_find_all_names_the_whole_element_and_all_ties():
    l = tp.CreateLayer({"rows": 2, "columns": 2, "elements": ["iaf_psc_alpha", "iaf_psc_exp"]})
    assert tp.FindNearestElement(l, [0., 0.]) == (2,)
    assert tp.FindNearestElement(l, [0., 0.], find_all=True) == ((2, 3, 4, 5, 6, 7, 8, 9),)
    assert tp.FindNearestElement(l, [[-0.3, 0.3], [0., 1.]], find_all=True) == ((2, 6), (2, 4, 6, 8))


@pytest.mark.parametrize("lines, kind, named", [
    ("tp.GetElement(l, [5, 0])", E.BadProperty, "5 × 4"),
    ("tp.GetElement(l, [-1, 0])", E.BadProperty, "5 × 4"),
    ("tp.GetElement(l, [0.5, 0])", E.BadProperty, "integers"),
    ("tp.GetElement(l, 3)", TypeError, "locations"),
    ("tp.GetElement(free, [0, 0])", E.LayerExpected, "FindNearestElement"),
    ("tp.GetElement(1, [0, 0])", TypeError, "list of ids"),
    ("tp.GetElement([2], [0, 0])", E.LayerExpected, "2 is the id of a node"),
    ("tp.GetElement([999], [0, 0])", E.UnknownNode, "999"),
    ("tp.GetLayer(rec)", E.LayerNodeExpected, "no layer"),
    ("tp.GetLayer(l)", E.LayerNodeExpected, "no layer"),
    ("tp.GetPosition(rec)", E.LayerExpected, "no position"),
    ("tp.GetPosition(l)", E.LayerExpected, "no position"),
    ("tp.Distance([2, 3, 4], [2, 3])", ValueError, "equally long"),
    ("tp.Displacement([[0., 0., 0.]], [2])", E.BadProperty, "dimensions"),
    ("tp.SelectNodesByMask(l, [0., 0.], {'circular': {'radius': 1.}})", TypeError, "CreateMask"),
    ("tp.SelectNodesByMask(l, [0., 0.], tp.CreateMask('spherical', {'radius': 1.}))", E.BadProperty, "3-dimensional"),
    ("tp.GetTargetNodes([2], l, syn_model='nobody')", E.UnknownSynapseType, "nobody"),
    ("tp.GetTargetNodes([2], l, tgt_model='nobody')", E.UnknownModelName, "nobody"),
    ("tp.GetTargetNodes([2], l, tgt_model='iaf_psc_exp')", E.BadProperty, "no such nodes"),
    ("tp.GetTargetNodes([2], l + free)", ValueError, "one layer"),
    ("tp.DumpLayerConnections(l, 'nobody', '/dev/null')", E.UnknownSynapseType, "nobody"),
    ("tp.CreateMask('round', {})", E.UndefinedName, "round"),
    ("tp.CreateMask('grid', {'rows': 2})", E.BadProperty, "columns"),
    ("tp.CreateMask('grid', {'rows': 2, 'columns': 2, 'layers': 2})", E.NotImplemented, "layers"),
    ("tp.CreateMask('grid', {'rows': 2, 'columns': 2}, anchor=[1, 1])", E.BadProperty, "row"),
    ("tp.CreateParameter('spline', {})", E.UndefinedName, "spline"),
    ("tp.CreateParameter('gaussian', {'sigma': 0.})", E.BadProperty, "std"),
    ("tp.CreateParameter('gaussian', {'std': 1.})", E.UnaccessedDictionaryEntry, "std"),
    ("tp.CreateParameter('gaussian2D', {'rho': 1.})", E.BadProperty, "rho"),
    ("tp.CreateParameter('exponential', {'tau': -1.})", E.BadProperty, "beta"),
    ("tp.CreateParameter('linear', {'a': 'steep'})", E.BadProperty, "steep"),
    ("tp.CreateParameter('normal', {'min': 1., 'max': 0.})", E.BadProperty, "min < max"),
    ("tp.CreateParameter('uniform', {'min': 1., 'max': 0.})", E.BadProperty, "max"),
    ("tp.register_kernel('gaussian', print)", E.NamingConflict, "gaussian"),
    ("nest.GetLeaves([2])", E.LayerExpected, "2"),
    ("nest.Connect(l, rec)", E.IllegalConnection, "GetLeaves"),
    ("nest.Connect(nest.GetLeaves(l)[0], l)", E.IllegalConnection, "GetLeaves"),
    ("nest.SetStatus([2, 3, 2], {'V_m': -60.})", E.BadProperty, "twice"),
    ("nest.SetStatus(l, {'rows': 3})", E.UnaccessedDictionaryEntry, "rows"),
    ("tp.PlotTargets([2, 3], l)", ValueError, "one id"),
    ("tp.PlotKernel(None, [2], None, {'uniform': {}})", ValueError, "random"),
])
def test_a_question_that_makes_no_sense_is_refused(lines, kind, named):
    l = tp.CreateLayer(GRID)
    free = tp.CreateLayer({"positions": [[0., 0.], [0.2, 0.1]], "elements": "iaf_psc_alpha"})
    rec = nest.Create("spike_recorder")
    with pytest.raises(kind, match=named):
        eval(lines, {"tp": tp, "nest": nest, "l": l, "free": free, "rec": rec})  # noqa: S307


# ---- connections ----

@pytest.mark.parametrize("spec, kind, named", [
    ({"connection_type": None}, E.BadProperty, "connection_type"),
    ({"connection_type": "pairwise_bernoulli"}, E.BadProperty, "pairwise_bernoulli"),
    ({"rule": "all_to_all"}, E.UnaccessedDictionaryEntry, "rule"),
    ({"mask": {"circular": {"radius": -1.}}}, E.BadProperty, "radius"),
    ({"mask": {"circular": {"radius": 1.}, "rectangular": {}}}, E.TypeMismatch, "one kind"),
    ({"mask": {"spherical": {"radius": 1.}}}, E.BadProperty, "3-dimensional"),
    ({"mask": 3}, E.TypeMismatch, "mask"),
    ({"kernel": "gaussian"}, E.TypeMismatch, "gaussian"),
    ({"kernel": {}}, E.BadProperty, "one function"),
    ({"kernel": {"gaussian": {}, "linear": {}}}, E.BadProperty, "one function"),
    ({"kernel": {"gaussian": {"anchor": [1., 2., 3.]}}}, E.BadProperty, "anchor"),
    ({"weights": [1., 2.]}, E.TypeMismatch, "weights"),
    ({"delays": 0.01}, E.BadDelay, "elay"),
    ({"delays": {"linear": {"c": 0.0, "a": 1.0}}}, E.BadDelay, "elay"),
    ({"synapse_model": "nobody"}, E.UnknownSynapseType, "nobody"),
    ({"sources": "iaf_psc_alpha"}, E.BadProperty, "sources"),
    ({"sources": {"model": "iaf_psc_exp"}}, E.BadProperty, "no such nodes"),
    ({"targets": {"model": "nobody"}}, E.UnknownModelName, "nobody"),
    ({"targets": {"lid": 0}}, E.BadProperty, "lid"),
    ({"targets": {"lid": 2}}, E.BadProperty, "lid"),
    ({"number_of_connections": 2.5}, E.TypeMismatch, "integer"),
    ({"number_of_connections": -1}, E.BadProperty, "zero"),
    ({"number_of_connections": 3, "kernel": 0.0}, E.BadProperty, "above 0"),
    ({"number_of_connections": 3, "kernel": {"uniform": {}}}, E.NotImplemented, "random kernel"),
    ({"number_of_connections": 21, "allow_multapses": False}, E.KernelException, "20"),
    ({"number_of_connections": 3, "mask": {"circular": {"radius": 0.1}}, "allow_multapses": False}, E.KernelException, "candidate"),
    ({"allow_autapses": 0}, E.TypeMismatch, "allow_autapses"),
    ({"allow_oversized_mask": "yes"}, E.TypeMismatch, "allow_oversized_mask"),
])
def test_a_connection_that_makes_no_sense_is_refused_and_nothing_is_made(spec, kind, named):
    l = tp.CreateLayer(GRID)
    with pytest.raises(kind, match=named):
        tp.ConnectLayers(l, l, {"connection_type": "divergent", **spec})
    with pytest.raises(kind, match=named):
        tp.ConnectLayers(l + l, l + l, [{"connection_type": "divergent"}, {"connection_type": "divergent", **spec}])
    assert size() == (21, 0)


def test_what_failed_leaves_no_trace_in_what_comes_after():
    """The second of two pairs of layers fails when it is made, not when it is read."""
    l = tp.CreateLayer(GRID)
    seen = tp.CreateLayer({"rows": 1, "columns": 1, "elements": "spike_detector"})
    nest.Connect([2], [3])  # made only when others are asked for
    with pytest.raises(E.KernelException):
        tp.ConnectLayers(l + l, seen + l, [{"connection_type": "convergent"},
                                           {"connection_type": "divergent", "number_of_connections": 21, "allow_multapses": False}])
    assert nest.num_connections == 1
    tp.ConnectLayers(l, l, {"connection_type": "divergent"})
    nest.SetStatus(nest.GetLeaves(l)[0], "I_e", 500.)
    nest.Simulate(50.)
    assert nest.num_connections == 401 and nest.GetStatus(nest.GetLeaves(seen)[0], "n_events") == (0,)


def test_layers_of_different_dimension_are_not_connected():
    flat, deep = tp.CreateLayer(GRID), tp.CreateLayer({**GRID, "layers": 2})
    with pytest.raises(E.BadProperty, match="dimensions"):
        tp.ConnectLayers(flat, deep, {"connection_type": "divergent"})


@pytest.mark.parametrize("pre, post, spec, named", [
    ("poisson_generator", "iaf_psc_alpha", {"connection_type": "convergent"}, "divergent"),
    ("poisson_generator", "iaf_psc_alpha", {"connection_type": "convergent", "number_of_connections": 1}, "divergent"),
    ("iaf_psc_alpha", "spike_detector", {"connection_type": "divergent"}, "recorders"),
    ("iaf_psc_alpha", "spike_detector", {"connection_type": "convergent", "number_of_connections": 1}, "recorders"),
    ("iaf_psc_alpha", "voltmeter", {"connection_type": "convergent"}, "no target"),
    ("spike_detector", "iaf_psc_alpha", {"connection_type": "divergent"}, "sends nothing"),
])
def test_devices_take_part_in_the_directions_of_the_manual(pre, post, spec, named):
    pre, post = (tp.CreateLayer({**GRID, "elements": model}) for model in (pre, post))
    with pytest.raises(E.IllegalConnection, match=named):
        tp.ConnectLayers(pre, post, spec)
    assert nest.num_connections == 0


def test_autapses_are_left_out_if_asked():
    l = tp.CreateLayer(GRID)
    tp.ConnectLayers(l, l, {"connection_type": "convergent", "allow_autapses": False})
    found = nest.GetConnections()
    assert len(found) == 380 and not set(zip(found.get("source"), found.get("target"))) & {(i, i) for i in range(2, 22)}


def test_a_mask_wider_than_a_wrapped_layer_must_be_allowed():
    l = tp.CreateLayer({"rows": 5, "columns": 5, "extent": [5., 5.], "edge_wrap": True, "elements": "iaf_psc_alpha"})
    wide = {"connection_type": "divergent", "mask": {"rectangular": {"lower_left": [-3., -0.5], "upper_right": [3., 0.5]}}}
    with pytest.raises(E.BadProperty, match="allow_oversized_mask"):
        tp.ConnectLayers(l, l, wide)
    with pytest.raises(E.BadProperty, match="wider"):
        tp.SelectNodesByMask(l, [0., 0.], tp.CreateMask(*next(iter(wide["mask"].items()))))
    tp.ConnectLayers(l, l, {**wide, "allow_oversized_mask": True})
    assert len(nest.GetConnections()) == 25 * 7  # seven columns within ± 3, two of them for the second time


def test_masks_combine():
    l = tp.CreateLayer({"rows": 11, "columns": 11, "extent": [11., 11.], "elements": "iaf_psc_alpha"})
    disc, bar = tp.CreateMask("circular", {"radius": 3.}), tp.CreateMask("rectangular", {"lower_left": [-5., -1.], "upper_right": [5., 1.]})
    tp.ConnectLayers(l, l, {"connection_type": "divergent", "mask": disc - bar})
    reached = np.array(tp.GetTargetPositions(tp.FindCenterElement(l), l)[0])
    assert (np.abs(reached[:, 1]) > 1).all() and len(reached) == len(tp.SelectNodesByMask(l, [0., 0.], disc)) - 7 - 2 * 5


def test_parameters_combine():
    both = 0.5 * tp.CreateParameter("gaussian", {"sigma": 2.}) + tp.CreateParameter("linear", {"a": 0.1}) / 4 - 1
    assert both.GetValue([3., 4.]) == pytest.approx(0.5 * np.exp(-25 / 8) + 0.5 / 4 - 1)
    assert (1 - both).GetValue([0., 0.]) == pytest.approx(1.5) and (2 / -both).GetValue([0., 0.]) == pytest.approx(4)
    l = tp.CreateLayer(GRID)
    tp.ConnectLayers(l, l, {"connection_type": "divergent", "weights": both})
    found = nest.GetConnections()
    d = np.array(tp.Distance(found.get("source"), found.get("target")))
    assert found.get("weight") == pytest.approx(0.5 * np.exp(-d ** 2 / 8) + d / 40 - 1)


def test_a_random_value_is_cut_off_by_itself():
    """0 with the probability of a value below; what is left keeps its distribution."""
    l = tp.CreateLayer({**GRID, "rows": 10, "columns": 10})
    tp.ConnectLayers(l, l, {"connection_type": "divergent", "weights": {"uniform": {"min": 0.2, "max": 0.8, "cutoff": 0.5}}})
    weights = np.array(nest.GetConnections().get("weight"))
    assert ((weights == 0) | (weights >= 0.5)).all()
    assert stats.binomtest(int((weights == 0).sum()), len(weights), 0.5).pvalue > 1e-3
    assert stats.kstest(weights[weights > 0], stats.uniform(0.5, 0.3).cdf).pvalue > 1e-3


def test_a_prescribed_number_is_spread_over_all_nodes_of_an_element():
    """Each of the nodes at a place is as likely as the others, whatever its model; fixed seed."""
    l = tp.CreateLayer({**GRID, "rows": 10, "columns": 10, "elements": ["iaf_psc_alpha", 3, "iaf_psc_exp"]})
    tp.ConnectLayers(l, l, {"connection_type": "convergent", "number_of_connections": 20, "kernel": {"gaussian": {"sigma": 0.2}}})
    found = nest.GetConnections()
    sources, targets = np.array(found.get("source")), np.array(found.get("target"))
    assert (np.bincount(targets)[2:] == 20).all()
    slots = np.bincount((sources - 2) // 100, minlength=4)
    assert stats.chisquare(slots).pvalue > 1e-3
    d = np.array(tp.Distance(sources, targets))
    assert np.mean(d) < 0.27  # 0.39 without the kernel


def test_a_kernel_above_1_accepts_always_and_below_0_never():
    """In both modes; only where it lies between is it a relative weight."""
    l = tp.CreateLayer({"rows": 1, "columns": 41, "extent": [41., 1.], "elements": "iaf_psc_alpha"})
    kernel = {"linear": {"c": 3.0, "a": -0.5}}
    tp.ConnectLayers(l, l, {"connection_type": "divergent", "kernel": kernel})
    d = np.rint(nest.GetConnections().distance).astype(int)
    every = np.abs(np.arange(41)[:, None] - np.arange(41)).ravel()
    counts, possible = np.bincount(d, minlength=7)[:7], np.bincount(every)[:7]
    assert d.max() <= 5 and (counts[:5] == possible[:5]).all() and stats.binomtest(int(counts[5]), int(possible[5]), 0.5).pvalue > 1e-3
    nest.ResetKernel()
    l = tp.CreateLayer({"rows": 1, "columns": 41, "extent": [41., 1.], "edge_wrap": True, "elements": "iaf_psc_alpha"})
    tp.ConnectLayers(l, l, {"connection_type": "divergent", "kernel": kernel, "number_of_connections": 100})
    counts = np.bincount(np.rint(nest.GetConnections().distance).astype(int))
    expected = np.array([1, 2, 2, 2, 2, 1]) / 10 * 4100
    assert len(counts) == 6 and stats.chisquare(counts, expected).pvalue > 1e-3


# ---- beside nest ----

def test_status_takes_ids_in_any_order():
    l = tp.CreateLayer({**GRID, "elements": ["iaf_psc_alpha", "iaf_psc_exp"]})
    nest.SetStatus([5, 3, 30], "V_m", [-61., -62., -63.])
    assert nest.GetStatus([30, 3, 5, 3], "V_m") == (-63., -62., -61., -62.)
    nest.SetStatus([30, 3], [{"V_m": -50.}, {"V_m": -51.}])
    assert nest.GetStatus([3, 30], ["model", "V_m"]) == (("iaf_psc_alpha", -51.), ("iaf_psc_exp", -50.))
    assert nest.GetStatus(l + [2])[1]["global_id"] == 2
    assert nest.GetStatus([2, 22], "model", output="json") == '["iaf_psc_alpha", "iaf_psc_exp"]'


def test_layers_leave_the_native_network_alone():
    l = tp.CreateLayer({**GRID, "elements": ["iaf_psc_alpha", "iaf_psc_exp"]})
    tp.ConnectLayers(l, l, {"connection_type": "divergent", "targets": {"model": "iaf_psc_exp"}})
    net = nest.network()
    assert net.n_nodes == 40 and net.n_connections == 800
    assert all(layer.shape == (5, 4) for layer in net.layers.values())
    assert nest.GetConnections(source=nest.GetLeaves(l)[0][:1], target=nest.GetLeaves(l)[0][20:22]).get("target") == [22, 23]


def test_a_dump_has_no_displacement_to_targets_without_a_place(tmp_path):
    l = tp.CreateLayer(GRID)
    other = nest.Create("iaf_psc_alpha")
    nest.Connect(nest.GetLeaves(l)[0][:2], other, syn_spec={"weight": 2.5, "delay": 1.5})
    tp.ConnectLayers(l, l, {"connection_type": "divergent", "mask": {"grid": {"rows": 1, "columns": 1}}})
    tp.DumpLayerConnections(l, "static_synapse", str(tmp_path / "file"))
    lines = (tmp_path / "file").read_text().split("\n")[:-1]
    assert lines[:4] == ["2 22 2.5 1.5 nan nan", "2 2 1 1 0 0", "3 22 2.5 1.5 nan nan", "3 3 1 1 0 0"] and len(lines) == 22


def test_questions_know_layers_of_nest_3():
    nodes = nest.Create("iaf_psc_alpha", positions=nest.spatial.grid([3, 3], extent=[3., 3.], edge_wrap=True))
    assert tp.Distance(nodes[0], nodes) == pytest.approx(nest.Distance(nodes[0], nodes))
    assert tp.GetPosition([1, 9]) == ((-1., 1.), (1., -1.))


def test_ids_are_tuples_that_stay_what_they_are():
    l = tp.CreateLayer(GRID)
    nodes = nest.GetLeaves(l)[0]
    assert isinstance(nodes, tuple) and type(nodes[2:4]) is type(nodes) is type(l + nodes) and type(nodes[0]) is int


def test_old_names_of_models_are_understood():
    assert nest.GetStatus(nest.Create("spike_detector"), "model") == ("spike_recorder",)
    nest.CopyModel("iaf_neuron", "mine", {"V_th": -50.})
    l = tp.CreateLayer({**GRID, "elements": ["iaf_neuron", "mine"]})
    assert nest.GetStatus(tp.GetElement(l, [0, 0]), ["model", "V_th"]) == (("iaf_psc_alpha", -55.), ("mine", -50.))


def test_a_printed_network_has_nodes_beside_layers(capsys):
    nest.Create("iaf_psc_alpha", 3)
    l = tp.CreateLayer(GRID)
    nest.Create("spike_detector")
    nest.PrintNetwork()
    assert capsys.readouterr().out.split("\n")[:-1] == ["+-[0] root dim=[5]", "   +-[1]...[3] iaf_psc_alpha",
                                                        "   +-[4] topology_layer_grid dim=[20]", "   +-[5] spike_recorder"]
    nest.PrintNetwork(2, l)
    assert capsys.readouterr().out.split("\n")[:-1] == ["+-[4] topology_layer_grid dim=[20]", "   +-[1]...[20] iaf_psc_alpha"]


def test_kernels_without_a_gaussian_have_contours_too():
    import matplotlib.pyplot as plt
    l = tp.CreateLayer(GRID)
    ax = plt.figure().add_subplot()
    tp.PlotKernel(ax, tp.FindCenterElement(l), None, {"linear": {"c": 1., "a": -2., "cutoff": 0.0}})
    center = np.array(tp.GetPosition(tp.FindCenterElement(l))[0])
    (contours,) = ax.collections
    radii = sorted(np.hypot(*(np.array(path.vertices) - center).T).mean() for path in contours.get_paths() if len(path.vertices))
    assert radii == pytest.approx(sorted((1 - np.exp(-k ** 2 / 2)) / 2 for k in (1, 2, 3)), rel=0.02)
    tp.PlotKernel(ax, tp.FindCenterElement(l), {"circular": {"radius": 0.3}}, 0.5)
    assert len(ax.collections) == 1 and len(ax.lines) == 1
