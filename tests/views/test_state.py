"""What a state says is what the network is."""

import numpy as np
import pytest
import traitlets

import spatialnet as sn
from spatialnet.errors import DataError, UnknownNameError
from spatialnet.views.places import places_of
from spatialnet.views.run_state import MovieState, RasterState
from spatialnet.views.spikes import spikes_of
from spatialnet.views.state import LayerState, MaskState, ProjectionState

# ---- places ------------------------------------------------------------------------------------------------------


def test_places_join_the_parts_and_leave_out_what_has_none(sheet, cloud, device):
    places = places_of(sheet[:7] + cloud + device)
    assert len(places) == 67 and list(places.unplaced) == [160]
    assert places.names == ("E[…]", "I", "noise")
    assert list(places.index_of([0, 6, 7, 100, 159, 160])) == [0, 6, -1, 7, 66, -1]
    assert places.name_of(130) == "I"
    assert places.edge_wrap and np.allclose(places.extent, 1.0)


def test_parts_of_different_extent_do_not_wrap_together(net, sheet):
    wide = net.create("iaf_psc_alpha", sn.grid([4, 4], extent=[2.0, 1.0], edge_wrap=True), name="wide")
    places = places_of(sheet + wide)
    assert not places.edge_wrap
    assert np.allclose(places.lower, [-1.0, -0.5]) and np.allclose(places.upper, [1.0, 0.5])


# ---- layers ------------------------------------------------------------------------------------------------------


def test_a_click_chooses_the_nearest_node(sheet):
    state = LayerState(sheet)
    state.choose_at((-0.04, 0.06))
    assert state.node == 44
    assert state.words() == "Node 44 of E · x = −0.05, y = 0.05 mm · column 4, row 4"


def test_colours_and_words_tell_units(net, cloud):
    state = LayerState(cloud, color_by="tau_m", node=100)
    assert state.label == "tau_m (ms)" and state.words().endswith(" · tau_m = 10 ms")
    assert LayerState(cloud, color_by="distance").label == "distance (mm)" and LayerState(cloud).label == ""


def test_a_list_that_all_nodes_share_is_no_column(net):
    """Not even if it is as long as the layer."""
    layer = net.create("spike_generator", sn.grid([3, 1]), spike_times=[1.0, 2.0, 3.0])
    assert set(LayerState(layer[:2]).columns) == {"x", "y"}
    longer = net.create("spike_generator", sn.grid([2, 1]), spike_times=[1.0, 2.0, 3.0])
    assert set(LayerState(longer).columns) == {"x", "y"}


def test_a_slice_is_chosen_by_its_global_ids(cloud):
    state = LayerState(cloud[10:20])
    state.step("ArrowRight")
    assert state.node in range(110, 120)
    with pytest.raises(traitlets.TraitError, match="node 100 is not one of I"):
        state.node = 100


def test_the_first_key_chooses_the_central_node(sheet):
    state = LayerState(sheet)
    state.step("ArrowLeft")
    assert state.node in (44, 45, 54, 55)


def test_layers_can_be_coloured_by_what_differs(cloud, block):
    state = LayerState(cloud)
    assert list(state.columns) == ["x", "y", "tau_m"]
    state.color_by = "tau_m"
    assert np.allclose(state.columns["tau_m"], np.linspace(10.0, 20.0, 60))
    with pytest.raises(traitlets.TraitError, match="no column 'C_m' to colour by; there are: x, y, tau_m"):
        state.color_by = "C_m"
    assert list(LayerState(cloud[5:8]).columns["tau_m"]) == list(np.linspace(10.0, 20.0, 60)[5:8])
    assert LayerState(block).color_by == "z"


# ---- projections -------------------------------------------------------------------------------------------------


def test_partners_are_those_of_the_projection(projection):
    state = ProjectionState(projection, node=44)
    expected = projection.connections_of(source=[44])
    partners = state.partners()
    assert list(partners.ids) == sorted(expected["target"])
    assert np.allclose(partners.weight, expected["weight"][np.argsort(expected["target"])])
    state.direction = "sources"
    assert list(state.partners().ids) == sorted(set(projection.sources_of([state.node])))


def test_several_connections_with_one_partner_are_summed(back):
    state = ProjectionState(back, direction="sources", node=44)
    partners = state.partners()
    assert partners.n_connections == 30 and len(partners.ids) < 30
    assert np.allclose(partners.weight, -5.0 * partners.count)
    assert state.weight_limits == (-5.0 * partners.count.max(), -5.0)
    assert f"{len(partners.ids)} sources through 30 connections in I" in state.words()


def test_turning_round_stays_at_the_place(projection):
    state = ProjectionState(projection, node=44)
    before = state.position()
    seen = []
    state.observe(lambda change: seen.append((state.direction, state.node)), "node")
    state.direction = "sources"
    assert state.node >= 100
    distances = np.linalg.norm(projection.target.positions - before, axis=1)
    assert state.node == 100 + int(distances.argmin())
    assert seen == [("sources", state.node)]


def test_turning_round_keeps_a_node_that_is_at_both_ends(net, sheet):
    within = net.connect(sheet, sheet, sn.pairwise_bernoulli(p=0.5, mask=sn.circular(0.2)))
    state = ProjectionState(within, node=17)
    state.direction = "sources"
    assert state.node == 17
    assert state.selectable is state.pool  # drawn once


@pytest.mark.parametrize("direction", ["targets", "sources"])
def test_every_partner_lies_in_the_mask_that_is_drawn(net, sheet, direction):
    """An anchored mask is not its own mirror image: seen from the pool it stands the other way round."""
    mask = sn.circular(0.15, anchor=[0.2, 0.1])
    forward = net.connect(sheet, sheet, sn.pairwise_bernoulli(p=1.0, mask=mask))
    state = ProjectionState(forward, node=44, direction=direction)
    offsets = sheet.displacement(state.position(), sheet.positions[state.partners().ids])
    center = np.mean([line.mean(axis=0) for line in state.outlines()], axis=0)
    assert np.allclose(center, np.array([0.2, 0.1]) * (1 if direction == "targets" else -1), atol=0.01)
    assert len(offsets) and (np.linalg.norm(offsets - center, axis=1) < 0.16).all()
    backward = net.connect(sheet, sheet, sn.fixed_indegree(3, mask=mask), name="backward")
    assert ProjectionState(backward, direction=direction).mask_sign == -state.mask_sign


def test_a_source_without_a_place_is_chosen_too(net, sheet, device):
    state = ProjectionState(net.connect(device, sheet, sn.all_to_all()))
    assert state.node == 100 and state.position() is None
    assert state.words() == "Node 100 (no position) · 100 targets in E"
    state.direction = "sources"
    assert state.position() is not None
    assert state.words().endswith("· 1 source")


def test_a_projection_without_connections_shows_none(net, sheet):
    state = ProjectionState(net.connect(sheet, sheet, sn.pairwise_bernoulli(p=0.0)))
    assert len(state.partners().ids) == 0 and state.weight_limits == (0.0, 0.0)
    assert state.words().endswith("· 0 targets")


def test_changed_connections_are_asked_for_again(projection):
    state = ProjectionState(projection, node=44)
    before = state.partners()
    projection.set(weight=3.0)
    assert np.allclose(state.partners().weight, 3.0) and state.weight_limits == (3.0, 3.0)
    projection.disconnect(source=[44])
    assert len(before.ids) and len(state.partners().ids) == 0


# ---- masks -------------------------------------------------------------------------------------------------------


def test_preview_gives_the_probability_the_connector_uses(net, sheet):
    """Where p is 0 or 1 the rule leaves nothing to chance."""
    mask, p = sn.circular(0.35), sn.where(sn.distance < 0.25, 1.0, 0.0)
    state = MaskState(mask, sheet, p=p, node=0)
    expected = state.probability(sheet.positions)
    made = net.connect(sheet, sheet, sn.pairwise_bernoulli(p=p, mask=mask))
    assert sorted(made.targets_of([0])) == list(np.flatnonzero(expected == 1.0))
    inside = sheet.distance(sheet.positions[0], sheet.positions) <= 0.35
    assert np.array_equal(~np.isnan(expected), inside)


def test_preview_without_a_probability_is_the_mask(sheet):
    state = MaskState(sn.circular(0.1001), sheet, node=44)
    p = state.probability(sheet.positions)
    assert sorted(np.flatnonzero(p == 1.0)) == [34, 43, 44, 45, 54]
    assert state.words().endswith("4 other nodes in the mask")


def test_preview_counts_the_connections_to_expect(sheet):
    state = MaskState(sn.circular(0.1001), sheet, p=0.25, node=44)
    assert state.words().endswith("4 other nodes in the mask · 1 connections expected")


def test_a_mask_anchored_far_away_reaches_round_the_torus(sheet):
    mask = sn.circular(0.12, anchor=[0.7, 0.0])
    p = MaskState(mask, sheet, node=44).probability(sheet.positions)
    expected = sheet.distance(sheet.positions[44] + [0.7, 0.0], sheet.positions) <= 0.12
    assert np.array_equal(p == 1.0, expected) and expected.any()


def test_cells_of_a_grid_are_previewed_where_they_lie(net, sheet):
    mask = sn.grid_mask([3, 1])
    p = MaskState(mask, sheet, node=44).probability(sheet.positions)
    made = net.connect(sheet, sheet, sn.pairwise_bernoulli(p=1.0, mask=mask))
    assert sorted(made.targets_of([44])) == list(np.flatnonzero(p == 1.0)) and (p == 1.0).sum() == 3
    (line,) = ProjectionState(made, node=44).outlines()
    assert np.allclose(np.ptp(line, axis=0), [0.3, 0.1], atol=1e-6)


def test_the_field_has_its_rows_from_the_bottom_up(sheet):
    state = MaskState(sn.rectangular([-0.1, 0.2], [0.1, 0.3]), sheet, node=44)
    field = state.field(pixels=10)
    rows, columns = np.nonzero(~np.isnan(field))
    assert set(rows) <= {7, 8} and set(columns) <= {3, 4, 5}


def test_in_three_dimensions_the_field_lies_in_the_plane_of_the_node(block):
    state = MaskState(sn.spherical(0.3), block, p=sn.gaussian(sn.distance, std=0.2))
    for plane in ((0, 1), (2, 1)):
        field = state.field(plane, pixels=60)
        at = state.position()[list(plane)]
        lower, extent = state.places.lower[list(plane)], state.places.extent[list(plane)]
        column, row = ((at - lower) / extent * field.shape[::-1]).astype(int)
        assert field[row, column] == np.nanmax(field) > 0.95


# ---- runs --------------------------------------------------------------------------------------------------------


def test_spikes_are_grouped_by_layer_with_silent_nodes(run):
    spikes = spikes_of(run)
    sheet, cloud = spikes.groups
    assert (sheet.name, cloud.name) == ("E", "I")
    assert len(cloud.ids) == 60 and list(cloud.ids[np.unique(cloud.rows)]) == [100]
    assert list(sheet.ids[sheet.rows]) == list(range(100))
    assert sheet.shape == (10, 10) and cloud.shape is None
    assert (spikes.t_start, spikes.t_stop, spikes.n_spikes) == (0.0, 100.0, 110)


def test_one_group_of_a_run_can_be_shown_alone(run):
    (group,) = spikes_of(run["/spikes/all"].to_dataset()).groups
    assert len(group.ids) == 160 and group.positions.shape == (160, 2)


def test_unknown_recorders_and_runs_without_spikes_are_refused(run):
    with pytest.raises(UnknownNameError, match="no recorder 'al'. Did you mean 'all'"):
        spikes_of(run, "al")
    with pytest.raises(DataError, match="no spikes"):
        spikes_of(run["/layers"])


def test_bins_close_at_their_end(run):
    """A spike at 10 ms happened in the step that ends there, and belongs to the first bin of 10 ms."""
    spikes = spikes_of(run)
    edges, rate = spikes.population_rate(spikes.groups[1], 10.0)
    assert list(edges) == list(np.arange(0.0, 101.0, 10.0))
    assert np.allclose(rate, 1e3 / (60 * 10.0))
    _, rate = spikes.population_rate(spikes.groups[0], 30.0)
    assert np.allclose(rate, 10.0)  # also in the last bin, which is shorter


def test_raster_window_and_bin_width_are_checked(run):
    state = RasterState(spikes_of(run))
    assert state.window == (0.0, 100.0)
    with pytest.raises(traitlets.TraitError, match="begin before it ends"):
        state.window = (5.0, 5.0)
    with pytest.raises(traitlets.TraitError, match="must be > 0 ms"):
        state.bin_width = 0.0
    state.window = (0.0, 50.0)
    assert state.words() == "0 to 50 ms · E: 50 spikes, 10 Hz per node · I: 5 spikes, 1.67 Hz per node"


def test_movie_begins_with_the_frame_of_most_spikes_and_stays_within(run):
    spikes = spikes_of(run)
    state = MovieState(spikes, bin_width=15.0)
    assert state.n_frames == 7
    totals = [sum(spikes.rates(g, 15.0 * k, min(15.0 * k + 15.0, 100.0)).sum() * min(15.0, 100.0 - 15.0 * k) / 1e3
                  for g in spikes.groups) for k in range(7)]
    assert state.frame == int(np.argmax(totals))
    state.frame = 99
    assert state.frame == 6 and state.span() == (90.0, 100.0)
