"""A figure shows what its state says, at first and after every change."""

import numpy as np
import pytest
from bokeh.models import ColumnDataSource, Legend

import spatialnet as sn
from spatialnet.views import figures
from spatialnet.views.figures import raster as raster_module
from spatialnet.views.figures.movie import on_grid, rate_limit
from spatialnet.views.figures.style import same, wardrobe
from spatialnet.views.palette import THEMES, palette, weight_colours, weight_palette
from spatialnet.views.run_state import MovieState, RasterState
from spatialnet.views.spikes import spikes_of
from spatialnet.views.state import LayerState, MaskState, ProjectionState


def data(root, name):
    """Columns of a named source."""
    return root.select_one({"name": name}).data


def luminance(color):
    """Relative luminance of a hexadecimal colour (WCAG 2)."""
    channels = np.array(list(bytes.fromhex(color[1:7]))) / 255
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4) @ [0.2126, 0.7152, 0.0722]


def contrast(one, two):
    low, high = sorted((luminance(one), luminance(two)))
    return (high + 0.05) / (low + 0.05)


# ---- contents ----------------------------------------------------------------------------------------------------


def test_layer_map_shows_every_node_where_it_is(cloud):
    root = figures.layer_figure(LayerState(cloud, node=130, color_by="tau_m"))
    nodes = data(root, "nodes")
    assert np.allclose(np.column_stack([nodes["x"], nodes["y"]]), cloud.positions, atol=1e-6)
    assert list(nodes["id"]) == list(cloud.ids)
    assert np.allclose(nodes["value"], np.linspace(10.0, 20.0, 60), atol=1e-5)
    assert list(data(root, "chosen")["id"]) == [130]
    colors = root.select_one({"name": "colors"})
    assert (colors.low, colors.high) == (10.0, 20.0)
    assert root.select_one({"name": "bar"}).visible
    assert root.title.text == "I · 60 nodes · iaf_psc_alpha"
    assert (root.xaxis.axis_label, root.yaxis.axis_label) == ("x (mm)", "y (mm)")


def test_maps_are_drawn_to_scale(net):
    wide = net.create("iaf_psc_alpha", sn.grid([8, 4], extent=[2.0, 1.0]), name="wide")
    root = figures.layer_figure(LayerState(wide))
    assert root.frame_width == 2 * root.frame_height
    across, up = root.x_range.end - root.x_range.start, root.y_range.end - root.y_range.start
    assert np.isclose(across / up, 2.0) and across > 2.0


def test_three_dimensions_are_shown_from_the_front_and_from_the_side(block):
    root = figures.layer_figure(LayerState(block))
    front, side = root.children
    assert (front.xaxis.axis_label, side.xaxis.axis_label) == ("x (mm)", "z (mm)")
    assert front.y_range is side.y_range  # zooming one zooms the other
    assert np.allclose(data(root, "nodes")["z"], block.positions[:, 2], atol=1e-6)


def test_projection_map_shows_the_partners_and_the_mask(projection):
    state = ProjectionState(projection, node=0)  # in a corner
    root = figures.projection_figure(state)
    found = projection.connections_of(source=[0])
    order = np.argsort(found["target"])
    partners = data(root, "partners")
    assert list(partners["id"]) == list(found["target"][order])
    assert np.allclose(partners["weight"], found["weight"][order])
    assert np.allclose(partners["delay"], found["delay"][order])
    assert np.all(np.diff(partners["size"][np.argsort(partners["weight"])]) >= 0.0)  # stronger is larger
    assert list(data(root, "chosen")["id"]) == [0]
    assert len(data(root, "pool")["id"]) == 60 and len(data(root, "drivers")["id"]) == 100
    assert len(data(root, "mask-0-1-line")["xs"]) == len(data(root, "mask-0-1-area")["xs"]) == 4
    for xs in data(root, "mask-0-1-line")["xs"]:
        assert np.all(np.abs(xs) <= 0.5 + 1e-9)


def test_legend_names_what_is_there(projection, net, sheet):
    with_mask = figures.projection_figure(ProjectionState(projection))
    labels = [item.label.value for item in with_mask.select_one({"type": Legend}).items]
    assert labels == ["chosen node", "its targets", "E, click one", "I", "mask"]
    within = figures.projection_figure(ProjectionState(net.connect(sheet, sheet, sn.pairwise_bernoulli(p=0.1))))
    labels = [item.label.value for item in within.select_one({"type": Legend}).items]
    assert labels == ["chosen node", "its targets", "other nodes"]


def test_equal_weights_need_no_colour_scale(net, sheet):
    state = ProjectionState(net.connect(sheet, sheet, sn.pairwise_bernoulli(p=0.1), sn.static_synapse(weight=2.0)))
    root = figures.projection_figure(state)
    assert not root.select_one({"name": "bar"}).visible
    weights = root.select_one({"name": "weights"})
    assert weights.low < 2.0 < weights.high


def test_targets_without_positions_leave_the_map_to_the_sources(net, sheet, device):
    recorder = net.create("parrot_neuron", n=3, name="relay")
    state = ProjectionState(net.connect(sheet, recorder, sn.all_to_all()))
    root = figures.projection_figure(state)
    assert len(data(root, "drivers")["id"]) == 100 and len(data(root, "partners")["id"]) == 0
    assert state.words().endswith("· 3 targets")


def test_mask_preview_shows_the_probability_around_the_node(sheet):
    state = MaskState(sn.circular(0.2), sheet, p=sn.gaussian(sn.distance, std=0.1), node=44)
    root = figures.mask_figure(state)
    image = data(root, "field-0-1")["image"][0]
    assert np.array_equal(image, state.field().astype(np.float32), equal_nan=True)
    assert np.isnan(image).mean() == pytest.approx(1.0 - np.pi * 0.04, abs=0.005)
    nodes = data(root, "nodes")
    assert np.array_equal(nodes["p"], state.probability(sheet.positions).astype(np.float32), equal_nan=True)
    assert root.select_one({"name": "probability"}).high == pytest.approx(1.0, abs=0.01)


def test_raster_has_a_row_for_every_node_and_one_time_axis(run):
    root = figures.raster_figure(RasterState(spikes_of(run), bin_width=10.0))
    raster, rates = root.children
    assert raster.x_range is rates.x_range
    assert (raster.y_range.start, raster.y_range.end) == (-0.5, 159.5)
    assert list(data(root, "spikes-0")["row"]) == list(range(100))
    assert list(data(root, "spikes-1")["row"]) == [100] * 10
    assert np.allclose(data(root, "rate-0")["rate"], 10.0)
    assert list(data(root, "rate-0")["time"]) == list(np.arange(0.0, 101.0, 10.0))


def test_many_spikes_become_a_picture_of_counts(run, monkeypatch):
    monkeypatch.setattr(raster_module, "MAX_MARKERS", 50)
    state = RasterState(spikes_of(run))
    root = figures.raster_figure(state)
    assert len(data(root, "spikes-0")["row"]) == 0
    image = data(root, "picture-0")["image"][0]
    assert image.sum() == 100 and image.shape[0] == 100
    assert [data(root, "picture-1")[key] for key in ("x", "y", "dw", "dh")] == [[0.0], [99.5], [100.0], [60.0]]
    state.window = (0.0, 30.0)  # few enough to be markers again
    assert len(figures.raster_properties(state)["spikes-0"]["data"]["row"]) == 30


def test_movie_shows_grids_upright(run):
    """Node 0 is at the top left; pictures begin at the bottom."""
    spikes = spikes_of(run)
    image = on_grid(spikes.groups[0], np.arange(100.0))
    assert image[9, 0] == 0.0 and image[0, 0] == 9.0 and image[9, 9] == 90.0


def test_movie_shows_the_rates_of_its_frame(run):
    state = MovieState(spikes_of(run), bin_width=10.0, frame=3)
    root = figures.movie_figure(state)
    image = data(root, "frame-0")["image"][0]
    assert np.nansum(image) == 10 * 100.0  # ten nodes spiked once in 10 ms
    assert data(root, "frame-1")["rate"][0] == 100.0 and data(root, "frame-1")["rate"].sum() == 100.0
    assert rate_limit(state) == 100.0
    assert root.select_one({"name": "title-0"}).text == "E · 30–40 ms"


def test_movie_of_a_page_carries_every_frame(run):
    state = MovieState(spikes_of(run), bin_width=10.0)
    page = figures.movie_player(state)
    (callback,) = page.select_one({"type": type(page.children[0].children[1])}).js_property_callbacks["change:value"]
    sheet, cloud = callback.args["frames"]
    assert sheet.shape == (10, 100) and cloud.shape == (10, 60)
    assert (sheet == 255).sum() == 100 and (cloud == 255).sum() == 10
    assert callback.args["spans"][3] == [30.0, 40.0]


# ---- state and figure in step ------------------------------------------------------------------------------------


def changes():
    """For each kind of state: how to make it, and changes of it one after the other."""
    return {
        "layer": (lambda f: LayerState(f["cloud"]), figures.layer_figure, figures.layer_properties,
                  [("node", 130), ("color_by", "tau_m"), ("node", 101), ("color_by", ""), ("node", None)]),
        "projection": (lambda f: ProjectionState(f["projection"]), figures.projection_figure, figures.projection_properties,
                       [("node", 0), ("direction", "sources"), ("node", 150), ("direction", "targets")]),
        "mask": (lambda f: MaskState(sn.circular(0.2), f["sheet"], p=sn.gaussian(sn.distance)), figures.mask_figure,
                 figures.mask_properties, [("node", 0), ("p", 0.3), ("p", None), ("node", 55)]),
        "raster": (lambda f: RasterState(spikes_of(f["run"])), figures.raster_figure, figures.raster_properties,
                   [("window", (10.0, 40.0)), ("bin_width", 1.0)]),
        "movie": (lambda f: MovieState(spikes_of(f["run"])), figures.movie_figure, figures.movie_properties,
                  [("frame", 0), ("frame", 7), ("bin_width", 20.0)]),
    }


@pytest.mark.parametrize("kind", ["layer", "projection", "mask", "raster", "movie"])
def test_a_figure_that_followed_equals_one_made_anew(kind, projection, sheet, cloud, run):
    state_of, make, properties, steps = changes()[kind]
    state = state_of({"projection": projection, "sheet": sheet, "cloud": cloud, "run": run})
    root, worn = make(state), properties(state)
    for trait, value in steps:
        setattr(state, trait, value)
        wanted = properties(state)
        figures.apply(root, wanted, worn)
        worn = wanted
        fresh = make(state)
        for name, values in wanted.items():
            for prop in values:
                if prop != "wardrobe":
                    one, two = (getattr(r.select_one({"name": name}), prop) for r in (root, fresh))
                    assert same(_plain(one), _plain(two)), (trait, value, name, prop)


def _plain(value):
    """Bokeh's own property containers compare by identity; ours compare by value."""
    return dict(value) if hasattr(value, "keys") else getattr(value, "value", value)


def test_only_what_changed_is_set(projection):
    state = ProjectionState(projection, node=44)
    root = figures.projection_figure(state)
    touched = []
    for model in root.select({"type": ColumnDataSource}):
        model.on_change("data", lambda attr, old, new, name=model.name: touched.append(name))
    worn = figures.projection_properties(state)
    state.node = 45
    figures.apply(root, figures.projection_properties(state), worn)
    assert set(touched) == {"partners", "chosen", "mask-0-1-line", "mask-0-1-area"}  # not the thousands of others


# ---- themes ------------------------------------------------------------------------------------------------------


def test_dressing_changes_every_model_that_has_a_wardrobe_and_back(projection):
    root = figures.projection_figure(ProjectionState(projection))
    dressed = [model for model in root.references() if wardrobe(model)]
    assert len(dressed) > 10
    for theme in ("dark", "light"):
        figures.dress(root, theme)
        for model in dressed:
            for prop, value in wardrobe(model)[theme].items():
                worn = getattr(model, prop)
                assert worn == value or getattr(worn, "value", None) == value, (model, prop)


def test_a_model_offers_the_same_properties_on_both_themes(projection, run):
    for root in (figures.projection_figure(ProjectionState(projection)), figures.raster_figure(RasterState(spikes_of(run)))):
        for model in root.references():
            held = wardrobe(model)
            assert held is None or held["light"].keys() == held["dark"].keys()


@pytest.mark.parametrize("theme", THEMES)
def test_text_is_legible_and_populations_stand_out(theme):
    """WCAG asks for a contrast of 4.5 for text and 3 for graphics."""
    from spatialnet.views.palette import INK, POPULATIONS

    page = {"light": "#ffffff", "dark": "#111111"}[theme]
    for role in ("text", "muted"):
        assert contrast(INK[theme][role], page) >= 4.5
    for color in (*POPULATIONS[theme], INK[theme]["node"], INK[theme]["mask"]):
        assert contrast(color, page) >= 3.0, color


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("name", ["blue", "red", "field"])
def test_louder_is_always_farther_from_the_page(theme, name):
    page = {"light": "#ffffff", "dark": "#111111"}[theme]
    steps = [contrast(color, page) for color in palette(name, theme, 32)]
    assert np.all(np.diff(steps) > 0.0)


def test_the_strongest_weight_has_the_loudest_colour():
    """Of either sign: the lowest of the negative, the highest of the positive."""
    name, low, high = weight_palette(-10.0, -2.0)
    assert (name, low, high) == ("red", -10.0, -2.0)
    colours = weight_colours(name, "light")
    assert contrast(colours[0], "#ffffff") > contrast(colours[-1], "#ffffff")
    assert weight_palette(-1.0, 4.0) == ("diverging", -4.0, 4.0)
    assert weight_palette(2.0, 2.0)[0] == weight_palette(0.0, 0.0)[0] == "blue"
