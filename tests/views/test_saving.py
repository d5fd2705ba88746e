"""Files and fall-backs: what is written can be read, and says what the view says."""

import base64
import re
import subprocess
import sys
from html.parser import HTMLParser
from xml.etree import ElementTree

import matplotlib
import numpy as np
import pytest
from matplotlib.collections import PathCollection

import spatialnet as sn
from spatialnet import views
from spatialnet.views import saving, static_pictures
from spatialnet.views.run_state import MovieState, RasterState
from spatialnet.views.spikes import spikes_of
from spatialnet.views.state import LayerState, MaskState, ProjectionState
from spatialnet.views.widgets import static_bundle


@pytest.fixture(params=["layer", "block", "projection", "back", "mask", "raster", "movie"])
def state(request, sheet, cloud, block, projection, back, run):
    return {
        "layer": lambda: LayerState(cloud, color_by="tau_m", node=120),
        "block": lambda: LayerState(block),
        "projection": lambda: ProjectionState(projection, node=0),
        "back": lambda: ProjectionState(back, node=150),
        "mask": lambda: MaskState(sn.doughnut(0.1, 0.3), sheet, p=sn.gaussian(sn.distance, std=0.2), node=0),
        "raster": lambda: RasterState(spikes_of(run)),
        "movie": lambda: MovieState(spikes_of(run)),
    }[request.param]()


class References(HTMLParser):
    """What a page fetches; the text of its scripts is none of it."""

    def __init__(self, page):
        super().__init__()
        self.found = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.found += [(tag, value) for name, value in attrs if name in ("src", "href")]


def svg_text(path):
    """The root element of an SVG file."""
    return ElementTree.parse(path).getroot()


def test_every_view_is_saved_in_every_form(state, tmp_path):
    for suffix in ("svg", "png", "pdf", "html"):
        saving.save(state, tmp_path / f"view.{suffix}")
    assert sorted(path.suffix for path in tmp_path.iterdir()) == [".html", ".pdf", ".png", ".svg"]  # nothing half-written
    root = svg_text(tmp_path / "view.svg")
    assert root.tag.endswith("svg") and float(root.get("width").removesuffix("pt")) > 200
    png = (tmp_path / "view.png").read_bytes()
    assert png.startswith(b"\x89PNG\r\n") and int.from_bytes(png[16:20], "big") > 400
    assert (tmp_path / "view.pdf").read_bytes().startswith(b"%PDF")


def test_a_saved_page_holds_all_it_needs(state, tmp_path):
    """It is opened offline, or years later: no script, style or picture may come from elsewhere."""
    saving.save(state, tmp_path / "view.html")
    page = (tmp_path / "view.html").read_text(encoding="utf-8")
    assert References(page).found == []
    assert "Bokeh.version" in page or "__bokeh__" in page
    assert "embed_items" in page
    if not isinstance(state, MovieState):  # its words change with the frame
        assert state.words() in page


def test_the_suffix_decides_and_an_unknown_one_is_refused(sheet, tmp_path):
    view = views.view_layer(sheet)
    view.save(tmp_path / "upper.SVG")
    assert svg_text(tmp_path / "upper.SVG").tag.endswith("svg")
    with pytest.raises(ValueError, match=r"'map.jpg': the suffix must be one of .svg, .png, .pdf, .html"):
        view.save(tmp_path / "map.jpg")
    with pytest.raises(ValueError, match="the suffix must be one of"):
        view.save(str(tmp_path / "map"))
    assert [path.name for path in tmp_path.iterdir()] == ["upper.SVG"]


def test_a_missing_folder_is_told_before_anything_is_drawn(sheet, tmp_path, monkeypatch):
    monkeypatch.setattr(static_pictures, "render", None)
    with pytest.raises(FileNotFoundError, match="there is no directory '.*nodir' to save 'r.svg' in"):
        views.view_layer(sheet).save(tmp_path / "nodir" / "r.svg")
    (tmp_path / "folder.svg").mkdir()
    with pytest.raises(IsADirectoryError, match="is a directory; name a file in it, such as .*view.svg"):
        views.view_layer(sheet).save(tmp_path / "folder.svg")


def test_saving_needs_no_widgets(projection, tmp_path):
    view = views.view_projection(projection)
    view.save(tmp_path / "a.svg")
    view.save(tmp_path / "a.html")
    assert not {"canvas", "widget"} & vars(view).keys()


def test_a_failed_save_leaves_the_old_file(sheet, tmp_path, monkeypatch):
    path = tmp_path / "map.png"
    views.view_layer(sheet).save(path)
    before = path.read_bytes()

    def fail(*_, **__):
        raise OSError("disk full")

    monkeypatch.setattr("os.replace", fail)
    with pytest.raises(OSError, match="disk full"):
        views.view_layer(sheet, node=3).save(path)
    assert path.read_bytes() == before and [p.name for p in tmp_path.iterdir()] == ["map.png"]


def test_the_picture_is_of_the_state(projection):
    state = ProjectionState(projection, node=0)
    (ax, *_) = static_pictures.draw(state).axes
    partners = state.partners()
    drawn = [c for c in ax.collections if isinstance(c, PathCollection) and len(c.get_offsets()) == len(partners.ids)]
    expected = projection.target.positions[partners.ids - 100]
    assert any(np.allclose(c.get_offsets(), expected) and np.allclose(c.get_array(), partners.weight) for c in drawn)
    assert ax.get_title(loc="left") == f"E→I · {projection.n:,} connections".replace(",", "\u202f")
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("x (mm)", "y (mm)")


def test_a_ring_is_drawn_with_its_hole(sheet):
    """The filling rule of pictures is not the one of the figures; the rings are turned for it."""
    path = static_pictures.compound(MaskState(sn.doughnut(0.1, 0.3), sheet).outlines())
    assert np.isclose(sum(_signed(polygon) for polygon in path.to_polygons()), np.pi * (0.09 - 0.01), rtol=5e-3)


def _signed(ring):
    return np.sum(ring[:-1, 0] * ring[1:, 1] - ring[1:, 0] * ring[:-1, 1]) / 2


def test_fall_back_is_a_picture_and_words(state):
    bundle = static_bundle(state)
    assert state.words() in bundle["text/plain"]
    source = re.search(r'<img src="data:image/(svg\+xml|png);base64,([^"]+)"', bundle["text/html"])
    content = base64.b64decode(source[2])
    if source[1] == "png":
        assert content.startswith(b"\x89PNG")
    else:
        assert ElementTree.fromstring(content).tag.endswith("svg")
    # Notebooks that are not trusted lose these.
    assert "<svg" not in bundle["text/html"] and "<style" not in bundle["text/html"]


def test_large_layers_fall_back_to_pixels(net):
    large = net.create("iaf_psc_alpha", sn.grid([160, 130]), name="large")
    state = LayerState(large)
    assert len(large) > static_pictures.MAX_VECTOR_DOTS
    bundle = static_bundle(state)
    assert "data:image/png" in bundle["text/html"] and len(bundle["text/html"]) < 400_000
    vector = static_pictures.render(state, "svg")
    assert b"<image" in vector and len(vector) < 2_000_000  # dots as pixels, text and axes as lines


def test_the_same_state_gives_the_same_pixels(sheet):
    one, two = (static_pictures.render(LayerState(sheet, node=3), "png") for _ in range(2))
    assert one == two


def test_pictures_leave_matplotlib_as_they_found_it(sheet):
    before = dict(matplotlib.rcParams)
    for kind in ("svg", "png", "pdf"):
        static_pictures.render(LayerState(sheet), kind)
    assert dict(matplotlib.rcParams) == before


def test_pictures_do_without_pyplot(tmp_path):
    """Pyplot keeps figures and a backend for the whole process."""
    code = (
        "import sys, spatialnet as sn; from spatialnet import views; net = sn.Network();"
        "views.view_layer(net.create('iaf_psc_alpha', sn.grid([3, 3]))).save('map.svg');"
        "assert 'matplotlib.pyplot' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=tmp_path)
    assert (tmp_path / "map.svg").exists()
