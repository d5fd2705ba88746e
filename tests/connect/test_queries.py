"""Questions about connections, against loops over plain lists of them."""

import numpy as np
import pytest

import spatialnet as sn
from spatialnet.errors import ConnectError, MaskError, ParameterError, PositionError, UnknownNameError


def network(edge_wrap=True):
    """Two layers, one in slices, joined ends, multapses, constant and random weights, a placeless source."""
    net = sn.Network(seed=5, threads=1)
    exc = net.create("iaf_psc_alpha", sn.grid([8, 7], extent=[2., 1.4], edge_wrap=edge_wrap), name="E")
    inh = net.create("iaf_psc_alpha", sn.free(sn.random.uniform(-0.7, 0.7), n=30, extent=[2., 1.4], edge_wrap=edge_wrap),
                     name="I")
    noise = net.create("poisson_generator", rate=100., name="noise")
    decay = sn.gaussian(sn.distance, std=0.4)
    net.connect(exc, inh, sn.pairwise_bernoulli(0.7 * decay, mask=sn.circular(0.6)),
                sn.static_synapse(weight=sn.random.normal(20., 2.), delay=0.5 + sn.distance), name="E→I")
    net.connect(inh[::3], exc + inh, sn.fixed_indegree(4, p=decay), sn.static_synapse(weight=-5., delay=1.5), name="back")
    net.connect(exc[::2], inh, sn.fixed_outdegree(20), sn.static_synapse(weight=sn.random.uniform(1., 2.)), name="many")
    net.connect(noise, exc + inh, sn.all_to_all(), name="drive")
    return net


def rows(net, names=None):
    """Every connection as a tuple, read from the tables one by one."""
    found = []
    for k, projection in enumerate(net.projections):
        if names is not None and projection.name not in names:
            continue
        for table in projection.tables:
            for i in range(table.source.n):
                for r in range(table.offsets[i], table.offsets[i + 1]):
                    weight = table.weights[r] if isinstance(table.weights, np.ndarray) else table.weights
                    delay = table.delays[r] if isinstance(table.delays, np.ndarray) else table.delays
                    found.append((projection.name, table.source.first_id + i, table.target.first_id + int(table.targets[r]),
                                  float(weight), int(delay) / 10))
    return found


def told(c):
    return [(c.projections[k].name, s, t, w, d) for k, s, t, w, d in zip(
        c.projection_number.tolist(), c.source.tolist(), c.target.tolist(), c.weight.tolist(), c.delay.tolist())]


SOURCES = [None, [3], [0, 2, 4, 6, 60, 61, 86], list(range(40)), []]
TARGETS = [None, [57], [56, 58, 60, 85, 1], list(range(20, 80)), []]


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("target", TARGETS)
def test_connections_between_nodes_are_those_of_a_loop(source, target):
    net = network()
    expected = [r for r in rows(net) if (source is None or r[1] in source) and (target is None or r[2] in target)]
    found = net.connections(source, target)
    assert told(found) == expected and len(found) == len(expected)
    for projection in net.projections:
        mine = [r for r in expected if r[0] == projection.name]
        columns = projection.connections_of(source, target)
        assert list(zip(*(columns[k].tolist() for k in ("source", "target", "weight", "delay")))) == [r[1:] for r in mine]
        if source is not None:
            assert projection.targets_of(source).tolist() == [r[2] for r in rows(net, [projection.name]) if r[1] in source]
        if target is not None:
            assert projection.sources_of(target).tolist() == [r[1] for r in rows(net, [projection.name]) if r[2] in target]


def test_filters_by_projection_weight_and_model_are_those_of_a_loop():
    net = network()
    assert told(net.connections(projection="many")) == rows(net, ["many"])
    assert told(net.connections(projection=[net.projections[1], "E→I"])) == rows(net, ["E→I", "back"])
    assert told(net.connections(weight=(-np.inf, 0))) == rows(net, ["back"])
    assert told(net.connections(weight=(1.5, 20), source=net["E"])) == [r for r in rows(net) if 1.5 <= r[3] <= 20 and r[1] < 56]
    assert len(net.connections(model="static_synapse")) == net.n_connections
    everything = net.connections()
    assert told(everything[everything.weight > 10]) == [r for r in rows(net) if r[3] > 10]
    assert told(everything[5:400:7]) == rows(net)[5:400:7]


def test_single_columns_are_those_of_all():
    for projection in network().projections:
        columns = projection.connections_of()
        for name in ("source", "target", "weight", "delay"):
            column = getattr(projection, name + "s")
            assert column.dtype == columns[name].dtype and (column == columns[name]).all()


@pytest.mark.parametrize("edge_wrap", [False, True])
def test_displacements_are_target_minus_source_the_short_way_in_the_pool(edge_wrap):
    net = network(edge_wrap)
    c = net.connections(projection=["E→I", "back", "many"])
    positions = {int(i): p for layer in (net["E"], net["I"]) for i, p in zip(layer.ids, layer.positions)}
    extent = np.array([2., 1.4])
    for s, t, d, length, start, end in zip(c.source, c.target, c.displacement, c.distance, c.source_positions,
                                           c.target_positions):
        assert (start == positions[s]).all() and (end == positions[t]).all()
        raw = end - start
        if edge_wrap:
            raw = raw - extent * np.floor(raw / extent + 0.5)
        assert d == pytest.approx(raw, abs=1e-12) and length == pytest.approx(np.hypot(*raw))
    expected = net["I"].displacement(c.source_positions, c.target_positions)
    assert np.array_equal(c.displacement, expected)
    assert np.array_equal(net.projections[0].distances(source=[3]), net.connections([3], projection="E→I").distance)


@pytest.mark.parametrize("part", [np.s_[::3], np.s_[1::5], np.s_[::-2], [40, 3, 17]], ids=str)
def test_positions_of_partners_are_theirs_for_stepped_slices_too(part):
    """The reference returns those of other nodes then."""
    net = network()
    exc, inh = net["E"], net["I"]
    for nodes, others in ((exc[part], inh), (exc[part], inh[::4])):
        ahead, back = net.connections(nodes, others), net.connections(others, nodes)
        assert len(ahead) > 0 and set(ahead.source) <= set(nodes.ids) and set(back.target) <= set(nodes.ids)
        assert (ahead.source_positions == exc.positions[ahead.source]).all()
        assert (ahead.target_positions == inh.positions[ahead.target - inh.ids[0]]).all()
        assert (back.source_positions == inh.positions[back.source - inh.ids[0]]).all()


def test_displacements_without_a_place_are_nan():
    net = network()
    c = net.connections(projection="drive")
    assert np.isnan(c.displacement).all() and np.isnan(c.distance).all() and np.isnan(c.source_positions).all()
    assert np.isfinite(c.target_positions).all()


def test_a_choice_is_a_snapshot():
    net = network()
    c, everything = net.connections(projection="many"), net.connections()
    before = told(c), told(everything)
    net.projections[2].set(weight=7.0)
    net.projections[2].disconnect(source=[0])
    assert (told(c), told(everything)) == before
    with pytest.raises(ValueError, match="read-only"):
        net.connections(projection="back").weight[0] = 1.0


def test_choices_become_datasets_and_frames():
    net = network()
    c = net.connections(source=net["E"])
    data, frame = c.to_dataset(), c.to_pandas()
    assert data.sizes == {"synapse": len(c)} and data["weight"].attrs["units"] == "pA" and data["delay"].attrs["units"] == "ms"
    names = data["projection"].attrs["flag_meanings"].split("\n")
    assert [(names[k], *r) for k, *r in zip(*(data[v].values.tolist() for v in ("projection", "source", "target", "weight",
                                                                                "delay")))] == told(c)
    assert list(frame.itertuples(index=False, name=None)) == [(s, t, w, d, n) for n, s, t, w, d in told(c)]
    assert data.to_netcdf() is not None


def test_the_index_by_target_is_lazy_and_goes_with_its_table():
    net = network()
    many = net.projections[2]
    size = many.nbytes
    many.targets_of([0])
    assert many.index_nbytes == 0
    many.sources_of([57])
    assert many.index_nbytes == 4 * many.n + 8 * 31 and many.nbytes == size
    many.set(weight=3.0)
    assert many.index_nbytes > 0  # who is connected has not changed
    many.disconnect(target=[57])
    assert many.index_nbytes == 0 and len(many.sources_of([57])) == 0


def test_strange_questions_are_refused():
    net, other = network(), network()
    for question in (lambda: net.connections(source=[-1]), lambda: net.connections(target=[87]),
                     lambda: net.connections(source=[0.5]), lambda: net.connections(source=[[1]]),
                     lambda: net.connections(source=other["E"]), lambda: net.projections[0].targets_of(other["E"]),
                     lambda: net.connections(projection=other.projections[0]), lambda: net.connections(projection=3),
                     lambda: net.connections(source="E"), lambda: net.connections(source=[[1], [1, 2]])):
        with pytest.raises(ConnectError):
            question()
    with pytest.raises(UnknownNameError, match="no projection 'mani'. Did you mean 'many'"):
        net.connections(projection="mani")
    with pytest.raises(UnknownNameError, match="static_synapse"):
        net.connections(model="static_synaps")
    for weight in (3, (2, 1), (np.nan, 1), "ab", (1, 2, 3)):
        with pytest.raises(ParameterError, match="least and the largest"):
            net.connections(weight=weight)
    for key in ([0, 1], 3, [True]):
        with pytest.raises(TypeError, match="truth values"):
            net.connections()[key]


# ---- layers ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("edge_wrap", [False, True])
def test_nodes_inside_a_mask_are_those_that_would_be_connected(edge_wrap):
    net = network(edge_wrap)
    for layer in (net["E"], net["I"]):
        for mask in (sn.circular(0.5), sn.rectangular([-1., -0.7], [1., 0.7]), sn.doughnut(0.2, 0.6),
                     sn.elliptical(1.4, 0.3, azimuth_angle=30., anchor=[0.2, 0.1]), sn.circular(0.6) - sn.circular(0.3)):
            projection = net.connect(layer, layer, sn.pairwise_bernoulli(1.0, mask=mask))
            for k in (0, 11, len(layer) - 1):
                found = layer.inside(mask, layer[k])
                assert found.ids.tolist() == sorted(projection.targets_of(layer[k]).tolist())
                assert (layer.inside(mask, layer.positions[k]).ids == found.ids).all()


def test_cells_of_a_grid_are_inside_as_they_would_be_connected():
    layer = network()["E"]
    projection = layer.network.connect(layer, layer, sn.pairwise_bernoulli(1.0, mask=sn.grid_mask([3, 2])))
    assert layer.inside(sn.grid_mask([3, 2]), layer[9]).ids.tolist() == sorted(projection.targets_of(layer[9]).tolist())


def test_a_mask_wider_than_a_torus_holds_every_node_once():
    layer = network()["E"]
    assert layer.inside(sn.circular(9.)).ids.tolist() == layer.ids.tolist()
    assert layer.inside(sn.rectangular([0, 0], [2., 1.4]), [7.3, -4.]).ids.tolist() == layer.ids.tolist()


def test_the_anchor_may_lie_outside_and_a_slice_stays_one():
    layer = network(edge_wrap=False)["E"]
    assert len(layer.inside(sn.circular(0.3), [5., 5.])) == 0
    assert layer.inside(sn.circular(1.0), [-1.5, 0.]).ids.tolist() == layer.ids[
        np.hypot(layer.positions[:, 0] + 1.5, layer.positions[:, 1]) <= 1.0].tolist()
    assert set(layer[::2].inside(sn.circular(0.6)).ids) == set(layer.inside(sn.circular(0.6)).ids) & set(layer[::2].ids)


def test_nearest_nodes_and_their_ties():
    """On a square grid the centre lies between four nodes; on the torus a corner does."""
    net = sn.Network(threads=1)
    layer = net.create("parrot_neuron", sn.grid([4, 4], extent=[4., 4.], edge_wrap=True))
    assert layer.center_node().ids.tolist() == [5]
    assert sorted(layer.nearest([0, 0], find_all=True).ids) == [5, 6, 9, 10]
    assert sorted(layer.nearest([2, 2], find_all=True).ids) == [0, 3, 12, 15]
    assert layer.nearest([0.5, 0.5]).ids.tolist() == layer.nearest([0.5, 0.5], find_all=True).ids.tolist()
    points = np.random.default_rng(1).uniform(-3, 3, (500, 2))
    assert layer.nearest_ids(points).tolist() == [int(layer.nearest(p).ids[0]) for p in points]
    assert layer.nearest_ids(layer).tolist() == layer.ids.tolist()
    assert len(layer.nearest_ids(np.empty((0, 2)))) == 0


def test_displacements_between_nodes_go_from_the_first_to_the_second():
    """With nodes too: the reference returns the start minus the end then, against its documentation."""
    net = sn.Network(threads=1)
    layer = net.create("parrot_neuron", sn.grid([5, 4], extent=[5., 4.], edge_wrap=True))
    assert layer.displacement(layer[0], layer[4]).tolist() == [[1., 0.]]
    assert layer.displacement(layer[:3], layer[5]).shape == (3, 2)
    assert np.array_equal(layer.displacement(layer[::7], layer[3]), -layer.displacement(layer[3], layer[::7]))


def test_strange_places_are_refused():
    net = network()
    layer = net["E"]
    with pytest.raises(MaskError, match="3-dimensional, but layer 'E' is 2-dimensional"):
        layer.inside(sn.spherical(0.3))
    with pytest.raises(MaskError, match="takes a mask"):
        layer.inside(0.3)
    with pytest.raises(MaskError, match="goes round"):
        layer.inside(sn.circular(1e4))
    for call in (lambda: layer.inside(sn.circular(0.3), [0.0]), lambda: layer.inside(sn.circular(0.3), [np.nan, 0]),
                 lambda: layer.inside(sn.circular(0.3), layer[:2]), lambda: net["noise"].inside(sn.circular(0.3)),
                 lambda: layer.nearest([[0, 0], [1, 1]]), lambda: layer.nearest([0, 0], 0), lambda: layer.nearest([0, 0], 1.5),
                 lambda: layer.nearest([0, 0], True), lambda: layer.displacement(net["noise"], layer),
                 lambda: layer.nearest_ids([0, 0, 0])):
        with pytest.raises(PositionError):
            call()


def test_distances_do_not_mind_layers_of_another_dimension():
    """A network may hold flat layers and blocks; each projection is measured in its own axes."""
    net = sn.Network(seed=1, threads=1)
    flat = net.create("parrot_neuron", sn.grid([3, 3]))
    block = net.create("parrot_neuron", sn.grid([2, 2, 2]))
    near, far = net.connect(flat, flat, sn.all_to_all()), net.connect(block, block, sn.all_to_all())
    assert near.distances().max() == pytest.approx(2 / 3 * np.sqrt(2))
    assert far.distances().max() == pytest.approx(np.sqrt(3) / 2)
