"""Questions put to the same network here and in NEST: places, neighbours, nodes in masks, connections, dumped text.

Nothing is random, so every answer must be the same. NEST counts nodes from 1.
"""

import numpy as np
import pytest

import spatialnet as sn

nest = pytest.importorskip("nest", reason="NEST (nest-simulator) is not installed")
from tests.vs_nest.test_connect import DEEP, FLAT, free, grid, masks, quiet_kernel  # noqa: E402, F401

PLACES = {"grid": lambda: grid([7, 5], [4.2, 5], center=[0.5, -1.0]),
          "wrapped grid": lambda: grid([7, 5], [4.2, 5], True),
          "free": lambda: free(60, [4.2, 5]), "wrapped free": lambda: free(60, [4.2, 5], True),
          "3-D grid": lambda: grid([5, 3, 4], [4, 3, 2.5]), "wrapped 3-D free": lambda: free(60, [4, 3, 2.5], True)}
POINTS = np.array([[0.11, 0.23, 0.31], [-2.03, 1.57, -0.4], [4.4, -3.3, 2.1], [0.0, 0.0, 0.0], [-0.5, 0.25, 0.9]])


def one_layer(place):
    ours, theirs = PLACES[place]()
    return sn.Network(threads=1).create("iaf_psc_alpha", ours), nest.Create("iaf_psc_alpha", positions=theirs)


def same(ours, theirs):
    np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-14)


def created(name, spec):
    """A mask here and there."""
    ours, theirs = masks(name, **dict(spec))
    return ours, nest.CreateMask(name, theirs[name], *([theirs["anchor"]] if "anchor" in theirs else []))


def ids(collection):
    """Ids of a node collection as we count."""
    return sorted(i - 1 for i in collection.tolist())


# ---- places ----

@pytest.mark.parametrize("place", PLACES)
def test_positions_extents_and_centres_are_the_same(place):
    ours, theirs = one_layer(place)
    same(ours.positions, nest.GetPosition(theirs))
    same(ours[3:20:4].positions, nest.GetPosition(theirs[3:20:4]))
    told = theirs.spatial
    same(ours.extent, told["extent"])
    same(ours.center, told["center"])
    assert ours.edge_wrap == told["edge_wrap"] and len(ours) == told["network_size"]
    assert ours.shape == (tuple(told["shape"]) if "shape" in told else None)
    assert len(ours[3:20:4]) == theirs[3:20:4].spatial["network_size"]


@pytest.mark.parametrize("positions", [[(0, 0), (.3, .2), (1.2, .4)], [(.1, .1), (.1, .9)], [(0, 0), (1, 1.01)],
                                       [(0, 0, 0), (2.5, .5, -1)], [(-.5, -.5), (.5, .5)]])
def test_free_layers_get_the_same_extent_and_centre(positions):
    ours = sn.free(positions).realize()
    theirs = nest.Create("iaf_psc_alpha", positions=nest.spatial.free([list(map(float, p)) for p in positions])).spatial
    np.testing.assert_allclose(ours.extent, theirs["extent"])
    np.testing.assert_allclose(ours.center, theirs["center"])


@pytest.mark.parametrize("place", PLACES)
def test_displacements_and_distances_from_points_to_nodes_are_the_same(place):
    ours, theirs = one_layer(place)
    points = POINTS[:, :len(ours.extent)]
    listed = points.tolist()
    for k in (0, 17, len(ours) - 1):  # NEST answers for the first point alone where several go to one node
        same(ours.displacement(points, ours[k]), [nest.Displacement([p], theirs[k])[0] for p in listed])
        same(ours.distance(points, ours[k]), [nest.Distance([p], theirs[k])[0] for p in listed])
    same(ours.displacement(points[0], ours), nest.Displacement(listed[:1], theirs))
    same(ours.displacement(points, ours[:5]), nest.Displacement(listed, theirs[:5]))


@pytest.mark.parametrize("place", PLACES)
def test_displacements_between_nodes_have_the_documented_sign(place):
    """NEST 3.10 returns them the other way round, against its documentation; distances have no sign."""
    ours, theirs = one_layer(place)
    same(-ours.displacement(ours[2], ours), nest.Displacement(theirs[2], theirs))
    same(-ours.displacement(ours[:9], ours[9:18]), nest.Displacement(theirs[:9], theirs[9:18]))
    same(ours.distance(ours[2], ours), nest.Distance(theirs[2], theirs))


@pytest.mark.parametrize("place", PLACES)
def test_the_nearest_nodes_are_the_same(place):
    """The first of equally near ones, and all of them; also round the edges and for points outside."""
    ours, theirs = one_layer(place)
    between, upon = (ours.positions[:1] + ours.positions[1:2]) / 2, ours.positions[4:5]
    points = np.concatenate([POINTS[:, :len(ours.extent)], between, upon])
    found = nest.FindNearestElement(theirs, points.tolist())
    assert ours.nearest_ids(points).tolist() == [ids(one)[0] for one in found]
    for point in points:
        assert ours.nearest(point).ids.tolist() == ids(nest.FindNearestElement(theirs, point.tolist()))
        found = nest.FindNearestElement(theirs, point.tolist(), find_all=True)
        assert sorted(ours.nearest(point, find_all=True).ids) == sorted(i for one in found for i in ids(one))
    assert ours.center_node().ids.tolist() == ids(nest.FindCenterElement(theirs))


@pytest.mark.parametrize("place, mask", [(k, mask) for k in PLACES for mask in (DEEP if "3-D" in k else FLAT)])
def test_nodes_inside_a_mask_are_the_same(place, mask):
    """Laid on the layer, across its edges and from outside."""
    ours, theirs = one_layer(place)
    mask, there = created(*mask)
    for at in ([0.0, 0.0, 0.0], [0.13, -0.61, 0.2], [2.2, 2.6, -1.4]):
        at = at[:mask.dimensions]
        assert ours.inside(mask, at).ids.tolist() == ids(nest.SelectNodesByMask(theirs, at, there))


@pytest.mark.parametrize("operator", ["&", "|", "-"])
@pytest.mark.parametrize("place", ["grid", "wrapped free"])
def test_nodes_inside_combined_masks_are_the_same(place, operator):
    ours, theirs = one_layer(place)
    both = sn.circular(0.9), sn.rectangular([-0.4, -1.0], [1.0, 0.3])
    there = (nest.CreateMask("circular", {"radius": 0.9}),
             nest.CreateMask("rectangular", {"lower_left": [-0.4, -1.0], "upper_right": [1.0, 0.3]}))
    combine = {"&": lambda a, b: a & b, "|": lambda a, b: a | b, "-": lambda a, b: a - b}[operator]
    for at in ([0.1, 0.1], [1.7, -2.2]):
        found = ours.inside(combine(*both), at).ids.tolist()
        assert found == ids(nest.SelectNodesByMask(theirs, at, combine(*there))) and found
    points = np.random.default_rng(2).uniform(-1.2, 1.2, (200, 2))
    inside = combine(*there)
    assert combine(*both).contains(points).tolist() == [inside.Inside(p.tolist()) for p in points]


@pytest.mark.parametrize("name, spec", FLAT + DEEP)
def test_points_inside_a_mask_are_the_same(name, spec):
    mask, there = created(name, spec)
    points = np.random.default_rng(3).uniform(-2, 2, (400, mask.dimensions))
    assert mask.contains(points).tolist() == [there.Inside(p.tolist()) for p in points]


# ---- connections ----

@pytest.fixture(scope="module")
def network():
    """Two layers, three projections, two synapse models; one pair several times."""
    nest.set_verbosity("M_ERROR")
    nest.ResetKernel()
    places = grid([7, 5], [3.5, 2.5], True), free(30, [3.5, 2.5], True)
    net = sn.Network(threads=1)
    A, B = (net.create("iaf_psc_alpha", place[0], name=name) for place, name in zip(places, "AB"))
    a, b = (nest.Create("iaf_psc_alpha", positions=place[1]) for place in places)
    nest.CopyModel("static_synapse", "other")
    near, D = {"circular": {"radius": 0.8}}, nest.spatial.distance
    net.connect(A, B, sn.all_to_all(mask=sn.circular(0.8)), sn.static_synapse(sn.distance, 1 + sn.distance),
                name="A→B")
    nest.Connect(a, b, {"rule": "pairwise_bernoulli", "mask": near}, {"weight": D, "delay": 1 + D})
    ahead = {"rectangular": {"lower_left": [0., 0.], "upper_right": [1.2, 0.6]}}
    net.connect(B, A, sn.pairwise_bernoulli(1.0, mask=sn.rectangular([0, 0], [1.2, 0.6])), sn.static_synapse(-2.5, 2.0),
                name="B→A")
    nest.Connect(b, a, {"rule": "pairwise_bernoulli", "mask": ahead},
                 {"synapse_model": "other", "weight": -2.5, "delay": 2.0})
    net.connect(A[::2], A[1::3], sn.all_to_all(), [sn.static_synapse(3.0, 1.0), sn.static_synapse(4.0, 1.5)],
                name="A→A")
    nest.Connect(a[::2], a[1::3], "all_to_all", nest.CollocatedSynapses(
        {"weight": 3.0, "delay": 1.0}, {"synapse_model": "other", "weight": 4.0, "delay": 1.5}))
    yield net, A, B, a, b
    nest.ResetKernel()


@pytest.fixture(autouse=True)
def quiet_kernel(request):  # noqa: F811
    """As of the other modules, but the network above stays."""
    if "network" not in request.fixturenames:
        nest.set_verbosity("M_ERROR")
        nest.ResetKernel()


def rows(connections):
    """Sorted (source, target, weight, delay), weights to the digits both sides agree on."""
    return sorted((s, t, round(w, 10), round(d, 6)) for s, t, w, d in zip(*(
        np.asarray(connections[k]).tolist() for k in ("source", "target", "weight", "delay"))))


def theirs(**filters):
    found = nest.GetConnections(**filters)
    if len(found) == 0:
        return []
    columns = {k: np.atleast_1d(getattr(found, k)) for k in ("source", "target", "weight", "delay")}
    return rows(columns | {"source": columns["source"] - 1, "target": columns["target"] - 1})


def told(c):
    return rows({"source": c.source, "target": c.target, "weight": c.weight, "delay": c.delay})


SLICES = [np.s_[:], np.s_[3:4], np.s_[5:20], np.s_[::3], np.s_[-1:]]


@pytest.mark.parametrize("of_source", [None, *SLICES], ids=str)
@pytest.mark.parametrize("of_target", [None, *SLICES], ids=str)
def test_connections_by_source_and_target_are_the_same(network, of_source, of_target):
    net, A, B, a, b = network
    for (source, their_source), (target, their_target) in (((A, a), (B, b)), ((B, b), (A, a)), ((A, a), (A, a))):
        ours = net.connections(None if of_source is None else source[of_source],
                               None if of_target is None else target[of_target])
        filters = {} if of_source is None else {"source": their_source[of_source]}
        filters |= {} if of_target is None else {"target": their_target[of_target]}
        assert told(ours) == theirs(**filters)


def test_connections_by_model_are_those_of_the_projections_that_use_it(network):
    """NEST tells synapses apart by the names of copied models; here by projection."""
    net, A, _B, a, _b = network
    first = [*told(net.connections(projection="A→B")), *told(net.connections(projection="A→A", weight=(3.0, 3.0)))]
    assert sorted(first) == theirs(synapse_model="static_synapse")
    second = [*told(net.connections(projection="B→A")), *told(net.connections(projection="A→A", weight=(4.0, 4.0)))]
    assert sorted(second) == theirs(synapse_model="other")
    some = net.connections(A[:9], projection="A→A", weight=(4.0, 4.0))
    assert told(some) == theirs(source=a[:9], synapse_model="other")


def test_distances_of_connections_are_the_same(network):
    """As the pool of the rule measures them."""
    net, A, B, a, b = network
    found = nest.GetConnections(a, b)
    ours = net.connections(A, B)
    there = {(s - 1, t - 1): d for s, t, d in zip(found.source, found.target, found.distance)}
    same(ours.distance, [there[pair] for pair in zip(ours.source.tolist(), ours.target.tolist())])


@pytest.mark.parametrize("part", SLICES, ids=str)
def test_targets_and_sources_of_nodes_are_the_same(network, part):
    """NEST gives each once and sorted; here there is one for each connection."""
    net, A, B, a, b = network
    ahead, back = net.projections[0], net.projections[1]
    for node, there in zip(A[part], nest.GetTargetNodes(a[part], b)):
        assert np.unique(ahead.targets_of(node)).tolist() == ids(there)
    for node, there in zip(B[part], nest.GetSourceNodes(a, b[part])):
        assert np.unique(ahead.sources_of(node)).tolist() == ids(there)
    for node, there in zip(B[part], nest.GetTargetNodes(b[part], a, syn_model="other")):
        assert np.unique(back.targets_of(node)).tolist() == ids(there)
    for node, there in zip(A[part], nest.GetTargetNodes(a[part], a, syn_model="static_synapse")):
        assert np.unique(net.connections(node, A, weight=(3.0, 3.0)).target).tolist() == ids(there)


@pytest.mark.parametrize("part", [part for part in SLICES if part.step is None], ids=str)
def test_positions_of_targets_and_sources_are_the_same(network, part):
    """Not of stepped slices: there NEST's are those of other nodes."""
    net, A, B, a, b = network
    for node, there in zip(A[part], nest.GetTargetPositions(a[part], b)):
        assert sorted(net.connections(node, B).target_positions.tolist()) == sorted(map(list, there))
    for node, there in zip(B[part], nest.GetSourcePositions(a, b[part])):
        assert sorted(net.connections(A, node).source_positions.tolist()) == sorted(map(list, there))
    for node, there in zip(A[part], nest.GetTargetPositions(a[part], a)):
        assert sorted(net.connections(node, A).target_positions.tolist()) == sorted(map(list, there))


def test_dumped_text_is_the_same(network, tmp_path):
    """Line by line but for the ids, which count from 1 there; six digits."""
    net, A, B, a, b = network

    def lines(path, n_ids):
        numbers = [line.split() for line in path.read_text().splitlines()]
        return [tuple(int(x) for x in row[:n_ids]) + tuple(map(float, row[n_ids:])) for row in numbers]

    for ours, there in ((A, a), (B, b)):
        ours.dump(tmp_path / "ours.txt", digits=6)
        nest.DumpLayerNodes(there, str(tmp_path / "theirs.txt"))
        found, expected = lines(tmp_path / "ours.txt", 1), lines(tmp_path / "theirs.txt", 1)
        np.testing.assert_allclose(np.array(found) + [1, 0, 0], expected, rtol=1e-5, atol=1e-15)
    for projection, ends, model in (("A→B", (a, b), "static_synapse"), ("B→A", (b, a), "other")):
        net.connections(projection=projection).dump(tmp_path / "ours.txt", digits=6)
        nest.DumpLayerConnections(*ends, model, str(tmp_path / "theirs.txt"))
        found, expected = lines(tmp_path / "ours.txt", 2), sorted(lines(tmp_path / "theirs.txt", 2))
        np.testing.assert_allclose(np.array(found) + [1, 1, 0, 0, 0, 0], expected, rtol=1e-5, atol=1e-7)


def test_what_is_left_after_disconnecting_is_the_same():
    places = grid([6, 6], [3, 3], True)
    net = sn.Network(threads=1)
    A, a = net.create("iaf_psc_alpha", places[0]), nest.Create("iaf_psc_alpha", positions=places[1])
    made = net.connect(A, A, sn.pairwise_bernoulli(1.0, mask=sn.circular(1.0)))
    nest.Connect(a, a, {"rule": "pairwise_bernoulli", "mask": {"circular": {"radius": 1.0}}})
    made.disconnect(source=A[:7], target=A[3:20])
    nest.GetConnections(a[:7], a[3:20]).disconnect()
    assert told(net.connections()) == theirs() and made.n == nest.num_connections
    changed = net.connections(A[10:12])
    made.set(weight=5.0, source=A[10:12])
    nest.GetConnections(a[10:12]).set(weight=5.0)
    assert told(net.connections()) == theirs() and (made.weights == 5.0).sum() == len(changed) > 0
