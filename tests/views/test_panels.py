"""Small multiples: several views side by side."""

import numpy as np
import pytest
from bokeh.plotting import figure

import spatialnet as sn
from spatialnet.errors import ParameterError, PositionError
from spatialnet.views import figures


def test_panels_stand_in_rows_under_their_titles(sheet, cloud, projection):
    view = sn.panels({"a layer": sheet, "a mask": sn.circular(0.2).preview(sheet), "targets": projection}, columns=2, side=200)
    assert [[state.title() for state in row] for row in view.state.rows] == [["a layer", "a mask"], ["targets"]]
    assert view.state.words().startswith("3 panels: a layer: 100 nodes")
    assert repr(view) == "<PanelsView: a layer · a mask · targets>"
    canvases = view.widget.children
    assert [canvas.root.select_one({"name": "title"}).text for canvas in canvases] == ["a layer", "a mask", "targets"]
    assert {plot.frame_width for canvas in canvases for plot in canvas.root.select({"type": figure})} == {200}
    assert len({canvas.layout.width for canvas in canvases}) == 1  # so that columns line up


def test_each_panel_lives_for_itself(sheet):
    view = sn.panels([sn.circular(0.2).preview(sheet), sn.doughnut(0.1, 0.3).preview(sheet)])
    canvases = view.widget.children
    view.views[0].state.node = 7
    chosen = [canvas.root.select_one({"name": "chosen"}).data["id"][0] for canvas in canvases]
    assert chosen == [7, 44]
    assert canvases[0].status.startswith("Node 7 of E") and canvases[1].status.startswith("Node 44 of E")


def test_without_titles_panels_say_what_they_show(sheet):
    assert sn.panels([sheet]).state.title() == "E · 100 nodes · iaf_psc_alpha"


@pytest.mark.parametrize("suffix", ["svg", "png", "pdf", "html"])
def test_panels_are_saved_together(sheet, projection, suffix, tmp_path):
    sn.panels({"one": projection, "two": projection.check()}, columns=1).save(tmp_path / f"panels.{suffix}")
    assert (tmp_path / f"panels.{suffix}").stat().st_size > 1000


def test_on_a_page_of_their_own_panels_take_its_width_where_they_have_none(sheet, projection):
    for views, mode in (([projection.profile(), projection.check()], "stretch_width"), ([sheet, projection], None)):
        root = figures.panels_figure(sn.panels(views).state)
        assert {root.sizing_mode, *(line.sizing_mode for line in root.children)} == {mode}


@pytest.mark.parametrize("call, message", [
    (lambda sheet: sn.panels([]), "panels.views: must be a list of views, or a dict .* not empty, got \\[\\]"),
    (lambda sheet: sn.panels(sheet), "panels.views: must be a list of views"),
    (lambda sheet: sn.panels([3]), "panels.views: must be views of layers, masks, projections, profiles or checks, .* got 3"),
    (lambda sheet: sn.panels([sheet], columns=0), "panels.columns: must be an integer ≥ 1, got 0"),
    (lambda sheet: sn.panels([sheet], side=3), "panels.side"),
])
def test_what_cannot_stand_side_by_side_is_an_error_of_the_call(sheet, call, message):
    with pytest.raises(ParameterError, match=message):
        call(sheet)


def test_joined_layers_share_a_map_and_keep_their_frames(net):
    left = net.create("parrot_neuron", sn.grid([3, 3], center=[-1.0, 0.0]), name="left")
    right = net.create("parrot_neuron", sn.grid([3, 3], center=[1.0, 0.0], edge_wrap=True), name="right")
    view = (left + right).view()
    assert view.state.color_by == "layer" and view.state.title() == "left + right · 18 nodes · parrot_neuron"
    root = figures.layer_figure(view.state)
    assert list(root.select_one({"name": "nodes"}).data["value"]) == [0] * 9 + [1] * 9
    assert [item.label.value for item in root.select_one({"name": "layers"}).items] == ["left", "right"]
    assert [(*low, *high, wrap) for low, high, wrap in view.state.places.boxes] == [
        (-1.5, -0.5, -0.5, 0.5, False), (0.5, -0.5, 1.5, 0.5, True)]
    view.state.color_by = ""
    assert not figures.layer_properties(view.state)["layers"]["visible"]


def test_flat_layers_and_blocks_have_no_map_in_common(sheet, block):
    with pytest.raises(PositionError, match="'E \\+ B': flat layers and layers with depth have no map in common"):
        (sheet + block).view()


def test_a_layer_is_coloured_by_the_distance_from_the_chosen_node(net):
    line = net.create("parrot_neuron", sn.grid([5, 1], extent=[5.0, 1.0], edge_wrap=True))
    state = line.view(color_by="distance").state
    assert np.isnan(state.values()).all() and not figures.layer_properties(state)["bar"]["visible"]
    state.node = 0
    assert np.allclose(state.values(), [0, 1, 2, 2, 1])
    state.node = 4
    assert np.allclose(figures.layer_properties(state)["nodes"]["data"]["value"], [1, 2, 2, 1, 0])


def test_cells_of_small_grids_are_numbered(net, sheet, cloud):
    state = sheet.view(node=sheet[3, 8]).state
    assert state.cell() == (3, 8) and "column 3, row 8" in state.words()
    root = figures.layer_figure(state)
    assert [axis.axis_label for axis in root.above + root.right if getattr(axis, "axis_label", None)] == ["column", "row"]
    assert root.above[0].ticker.ticks[3] == pytest.approx(sheet[3, 8].positions[0, 0])
    assert root.right[0].ticker.ticks[8] == pytest.approx(sheet[3, 8].positions[0, 1])
    large = net.create("parrot_neuron", sn.grid([40, 40]))
    for layer in (cloud, sheet[:50], large):
        assert len(figures.layer_figure(layer.view().state).above) <= 2  # title and toolbar
    assert cloud.view(node=cloud[0]).state.cell() is None
