"""Probability, weights and delays against distance, and the probability as a map beneath the targets."""

import numpy as np
import pytest

import spatialnet as sn
from spatialnet.errors import ParameterError, PositionError
from spatialnet.views import figures


@pytest.fixture
def line(net):
    """21 nodes on a wrapped line, 1 mm apart."""
    return net.create("iaf_psc_alpha", sn.grid([21, 1], extent=[21.0, 1.0], edge_wrap=True), name="line")


@pytest.fixture
def graded(net, line):
    return net.connect(line, line, sn.all_to_all(),
                       sn.static_synapse(weight=sn.max(1 - 0.1 * sn.distance, 0), delay=1 + 0.1 * sn.distance))


def data(root, name):
    return root.select_one({"name": name}).data


def test_a_node_s_weights_and_delays_lie_on_the_lines_asked_for(graded, line):
    state = graded.profile(source=line[0]).state
    assert state.panels == ("weight", "delay")
    root = figures.profile_figure(state)
    shown = data(root, "weight-dots-0")
    order = np.argsort(shown["x"])
    assert np.allclose(shown["x"][order], np.r_[0, np.repeat(np.arange(1, 11), 2)])  # the shortest way round
    assert np.allclose(shown["value"], 1 - 0.1 * shown["x"])
    curve = data(root, "delay-curve-0")
    assert np.allclose(curve["value"], 1 + 0.1 * curve["x"]) and curve["x"][-1] == pytest.approx(10)
    assert state.words() == "Node 0 of line · x = −10, y = 0 mm · 21 connections to targets"


def test_against_an_axis_dots_stand_where_the_partners_are(graded, line):
    view = graded.profile(target=line[3], against="x")
    root = figures.profile_figure(view.state)
    shown = data(root, "weight-dots-0")
    assert np.allclose(np.sort(shown["x"]), line.positions[:, 0]) and len(data(root, "weight-curve-0")["x"]) == 0
    assert root.select_one({"name": "weight-axis"}).axis_label == "x of the source (mm)"
    view.state.against = "distance"
    assert figures.profile_properties(view.state)["weight-axis"]["axis_label"] == "distance (mm)"


@pytest.mark.parametrize("make_symmetric", [False, True])
def test_synapses_of_one_call_are_told_apart(net, line, make_symmetric):
    other = net.create("iaf_psc_alpha", sn.grid([21, 1], extent=[21.0, 1.0]), name="other")
    synapses = [sn.static_synapse(weight=2.0), sn.static_synapse(weight=5.0)]
    projection = net.connect(line, other, sn.one_to_one(make_symmetric=make_symmetric), synapses)
    state = projection.profile(show="weight").state
    dots = state.dots()
    assert sorted(set(zip(dots.synapse, dots.weight, strict=True))) == [(0, 2.0), (1, 5.0)]
    assert len(dots.weight) == 42
    assert [item.label.value for item in figures.profile_figure(state).children[0].below[-1].items] == ["2", "5"]


def test_the_share_of_connected_pairs_is_what_the_rule_asks_for(net):
    sheet = net.create("parrot_neuron", sn.free(sn.random.uniform(-1, 1), n=1000, extent=[2.0, 2.0], edge_wrap=True))
    p = sn.max(1 - 2 * sn.distance, 0)
    projection = net.connect(sheet, sheet, sn.pairwise_bernoulli(p=p, mask=sn.circular(0.4)))
    state = projection.profile(show="probability").state
    edges, measured, expected = state.share()
    middle = (edges[:-1] + edges[1:]) / 2
    within = edges[1:] < 0.4
    assert np.allclose(expected[within], 1 - 2 * middle[within], atol=0.03)
    pairs = state.check.pairs
    assert np.all(np.abs(measured - expected)[within] < 4.5 * (0.5 / np.sqrt(pairs[within])))
    assert state.words().endswith("pairs")
    bars = data(figures.profile_figure(state), "probability-measured")
    assert np.array_equal(bars["share"], measured, equal_nan=True)


def test_pairs_beyond_the_mask_are_not_counted_among_those_in_it(net):
    sheet = net.create("parrot_neuron", sn.grid([20, 20]))
    check = net.connect(sheet, sheet, sn.all_to_all(mask=sn.rectangular([-0.2, -0.2], [0.2, 0.2]))).check(sample=10_000)
    farthest = check.distances.edges[-1]
    distances = [sheet.distance(node, sheet) for node in sheet]
    assert check.distances.pairs.sum() == sum((d <= farthest).sum() for d in distances) < 160_000


@pytest.mark.parametrize("suffix", ["svg", "png", "pdf", "html"])
def test_a_profile_is_saved(projection, suffix, tmp_path):
    projection.profile().save(tmp_path / f"profile.{suffix}")
    assert (tmp_path / f"profile.{suffix}").stat().st_size > 1000


@pytest.mark.parametrize("call, message", [
    (lambda p: p.profile(source=0, target=100), "profile.source: give source= or target=, not both"),
    (lambda p: p.profile(source=100), "profile.source: node 100 is not one of E"),
    (lambda p: p.profile(against="z"), "profile.against: must be one of distance, x, y, got 'z'"),
    (lambda p: p.profile(show="colour"), "profile.show: must be some of probability, weight, delay, got 'colour'"),
    (lambda p: p.profile(source=0, show="probability"), "profile.show: .* give no node"),
])
def test_what_has_no_profile_is_an_error_of_the_call(projection, call, message):
    with pytest.raises(ParameterError, match=message):
        call(projection)


def test_without_positions_there_is_no_profile(net):
    cells = net.create("parrot_neuron", n=4)
    with pytest.raises(PositionError):
        net.connect(cells, cells, sn.all_to_all()).profile()


def test_the_probability_lies_beneath_the_targets(net, sheet):
    p = sn.exp(sn.displacement.x) / 2  # larger on the right of the source
    forth = net.connect(sheet, sheet, sn.pairwise_bernoulli(p=p, mask=sn.circular(0.2, anchor=[0.1, 0.0])))
    view = forth.view(source=44, probability=True)
    x = np.linspace(-0.5, 0.5, 201)[:-1] + 0.0025
    row = view.state.field()[110]  # through node 44, at (-0.05, 0.05)
    inside = np.isfinite(row)
    assert np.allclose(x[inside][[0, -1]], [-0.1475, 0.2475], atol=0.006)
    assert np.allclose(row[inside], np.exp(x[inside] + 0.05) / 2)
    root = figures.projection_figure(view.state)
    assert np.array_equal(data(root, "field-0-1")["image"][0], view.state.field().astype(np.float32), equal_nan=True)
    # seen from the target, the sources lie the other way
    view.state.direction = "sources"
    row = view.state.field()[110]
    inside = np.isfinite(row)
    assert np.allclose(x[inside][[0, -1]], [-0.3475, 0.0475], atol=0.006)
    assert np.allclose(row[inside], np.exp(-(x[inside] + 0.05)) / 2)
    view.state.probability = False
    assert data(figures.projection_figure(view.state), "field-0-1")["image"].size == 0


def test_fixed_degrees_have_a_relative_probability(back):
    assert back.view().state.profile_label == "relative probability"
    assert len(back.view().controls()) == 1  # no p, nothing to show
