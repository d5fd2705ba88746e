"""The kernel's half of BokehView against a page that keeps its own document, as a browser does."""

import gzip
import json
import re
from concurrent.futures import ThreadPoolExecutor

import bokeh
import numpy as np
import pytest
from bokeh.core.serialization import Buffer, Serialized
from bokeh.document import Document
from bokeh.events import RangesUpdate
from bokeh.models import ColumnDataSource, Range1d
from bokeh.plotting import figure

from spatialnet.views import raster
from spatialnet.views.bokeh_view import STATIC, BokehJS, BokehView, bokehjs
from spatialnet.views.figures.style import same
from spatialnet.views.widgets import LayerView, ProjectionView


class Page:
    """A front-end view: takes the snapshot, follows the patches, asks when one is missing."""

    def __init__(self, view, monkeypatch, name="page"):
        self.view, self.name, self.patches, self.doc, self.lost = view, name, [], None, 0
        others = view.send
        monkeypatch.setattr(view, "send", lambda content, buffers=None: (others(content, buffers),
                                                                         self.receive(content, buffers)))
        state = view.get_state("_snapshot")["_snapshot"]
        self.show(state, state["buffers"])

    def show(self, content, buffers):
        self.doc = Document.from_json(self.serialized(content, buffers))
        self.seq = content["seq"]
        assert self.seq == 0 or self.patches, "what was changed before the first page should be in the snapshot"

    @staticmethod
    def serialized(content, buffers):
        pairs = zip(content["ids"], buffers or [], strict=True)
        return Serialized(json.loads(content["content"]), [Buffer(id, bytes(data)) for id, data in pairs])

    def receive(self, content, buffers):
        if content["kind"] == "snapshot" and content["to"] == self.name:
            self.show(content, buffers)
        elif content["kind"] == "patch":
            self.patches.append(content)
            if self.lost:
                self.lost -= 1
                return
            if content["seq"] != self.seq + 1:
                self.check()
                return
            self.seq = content["seq"]
            if content["not_to"] != self.name:
                self.doc.apply_json_patch(self.serialized(content, buffers))

    def send(self, content, buffers=()):
        self.view._handle_custom_msg({"view": self.name, **content}, list(buffers))

    def check(self):
        self.send({"kind": "check", "seq": self.seq})

    def change(self, model, attr, value):
        """What a user does in the page: change a property."""
        setattr(self.doc.get_model_by_id(model.id), attr, value)
        event = {"kind": "ModelChanged", "model": {"id": model.id}, "attr": attr, "new": value}
        self.send({"kind": "patch", "content": json.dumps({"events": [event]}), "ids": []})

    def same_as_kernel(self):
        """Whether all that can be seen is the same on both sides."""
        for model in self.view.document.models:
            mine = self.doc.get_model_by_id(model.id)
            for prop in ("data", "text", "low", "high", "start", "end", "visible", "palette"):
                if prop in model.properties():
                    one, two = getattr(model, prop), getattr(mine, prop)
                    if not same(dict(one) if prop == "data" else one, dict(two) if prop == "data" else two):
                        return False
        return True


@pytest.fixture
def plot():
    made = figure(x_range=Range1d(0, 1), y_range=Range1d(0, 1))
    made.scatter("x", "y", source=ColumnDataSource({"x": np.arange(5.0), "y": np.arange(5.0)}, name="dots"))
    return made


def test_bokehjs_is_the_one_of_the_installed_package_and_is_served_once():
    first, second = bokehjs(), bokehjs()
    assert first is second and first.version == bokeh.__version__
    code = gzip.decompress(first.part).decode()
    assert f'"{bokeh.__version__}"' in code and len(first.part) < 500_000
    BokehView(figure())
    assert sum(isinstance(w, BokehJS) for w in _widgets()) == 1


def test_bokehjs_is_served_anew_after_all_widgets_were_closed():
    first = bokehjs()
    first.close()
    assert bokehjs() is not first and bokehjs().comm is not None


def _widgets():
    from ipywidgets.widgets.widget import _instances

    return list(_instances.values())


def test_the_snapshot_is_the_document_of_now(plot):
    view = BokehView(plot)
    plot.title.text = "later"
    state = view.get_state("_snapshot")["_snapshot"]
    doc = Document.from_json(Page.serialized(state, state["buffers"]))
    assert doc.roots[0].title.text == "later"
    assert np.array_equal(doc.get_model_by_name("dots").data["x"], np.arange(5.0))


def test_changes_reach_the_page(plot, monkeypatch):
    page = Page(view := BokehView(plot), monkeypatch)
    plot.title.text = "new"
    plot.select_one({"name": "dots"}).data = {"x": np.zeros(3), "y": np.ones(3)}
    assert page.same_as_kernel() and [patch["seq"] for patch in page.patches] == [1, 2]
    assert view.get_state("_snapshot")["_snapshot"]["seq"] == 2


def test_changes_made_together_are_one_message(plot, monkeypatch):
    page = Page(view := BokehView(plot), monkeypatch)
    with view.together():
        for k in range(5):
            plot.title.text = f"{k}"
        with view.together():
            plot.x_range.end = 7
    assert len(page.patches) == 1 and page.same_as_kernel()
    events = json.loads(page.patches[0]["content"])["events"]
    assert len(events) == 2  # of the five titles only the last


def test_a_change_of_the_page_runs_callbacks_once_and_is_not_echoed(plot, monkeypatch):
    page = Page(BokehView(plot), monkeypatch)
    calls = []
    plot.x_range.on_change("end", lambda attr, old, new: calls.append((old, new)))
    page.change(plot.x_range, "end", 5)
    assert calls == [(1, 5)]
    assert [patch["not_to"] for patch in page.patches] == ["page"]


def test_what_a_callback_changes_comes_back_to_the_page_that_asked(plot, monkeypatch):
    """One message of the page, one patch with its own change (not for it), one with the answer (for all)."""
    page = Page(BokehView(plot), monkeypatch)

    def answer(attr, old, new):
        plot.title.text = f"up to {new}"

    plot.x_range.on_change("end", answer)
    page.change(plot.x_range, "end", 5)
    assert page.same_as_kernel() and page.doc.roots[0].title.text == "up to 5"


def test_two_pages_show_the_same(plot, monkeypatch):
    view = BokehView(plot)
    one, two = Page(view, monkeypatch, "one"), Page(view, monkeypatch, "two")
    one.change(plot.x_range, "end", 5)
    two.change(plot.x_range, "start", -5)
    assert one.same_as_kernel() and two.same_as_kernel()


def test_a_lost_patch_is_noticed_and_made_good(plot, monkeypatch):
    page = Page(BokehView(plot), monkeypatch)
    page.lost = 1
    plot.title.text = "lost"
    plot.x_range.end = 3  # the gap in the numbers shows that something is missing
    assert page.same_as_kernel() and page.doc.roots[0].title.text == "lost"


def test_a_page_that_is_up_to_date_is_not_sent_everything_again(plot, monkeypatch):
    view = BokehView(plot)
    page = Page(view, monkeypatch)
    sent = []
    monkeypatch.setattr(view, "send", lambda content, buffers=None: sent.append(content["kind"]))
    page.check()
    assert sent == []
    page.seq -= 1
    page.check()
    assert sent == ["snapshot"]


def test_another_root_replaces_the_first(plot, monkeypatch):
    page = Page(view := BokehView(plot), monkeypatch)
    view.root = figure(title="another")
    assert [root.title.text for root in page.doc.roots] == ["another"]
    view.root.title.text = "and changed"
    assert page.doc.roots[0].title.text == "and changed"


def test_a_tap_chooses_a_node_and_the_page_sees_its_targets(projection, monkeypatch):
    shown = ProjectionView(projection)
    page = Page(shown.canvas, monkeypatch)
    plot = shown.canvas.root
    event = {"kind": "MessageSent", "msg_type": "bokeh_event", "msg_data": {
        "type": "event", "name": "tap", "values": {"type": "map", "entries": [
            ["model", {"id": plot.id}], ["x", -0.45], ["y", 0.45], ["sx", 10], ["sy", 10],
            ["modifiers", {"type": "map", "entries": []}]]}}}
    page.send({"kind": "patch", "content": json.dumps({"events": [event]}), "ids": []})
    assert shown.state.node == 0
    assert page.same_as_kernel()
    assert sorted(page.doc.get_model_by_name("partners").data["id"]) == sorted(projection.targets_of([0]))
    assert shown.canvas.status == shown.state.words()


def test_a_map_says_how_to_choose_a_node_until_one_is_chosen(sheet):
    shown = LayerView(sheet)
    assert shown.canvas.status == "100 nodes. Click a node, or focus the map and use the arrow keys."
    assert shown._repr_mimebundle_()["text/plain"].endswith("100 nodes")
    shown.state.node = 44
    assert shown.canvas.status == shown.state.words() and shown.canvas.status.startswith("Node 44")


def test_keys_walk(sheet, monkeypatch):
    shown = LayerView(sheet, node=44)
    page = Page(shown.canvas, monkeypatch)
    assert {"ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"} <= set(shown.canvas.taken_keys)
    page.send({"kind": "key", "key": "ArrowRight"})
    page.send({"kind": "key", "key": "ArrowUp"})
    assert shown.state.node == 53
    assert list(page.doc.get_model_by_name("chosen").data["id"]) == [53]
    assert len(page.patches) == 2  # one for each key


def test_threads_may_change_the_state_at_the_same_time(projection, monkeypatch):
    """JupyterLab delivers messages in a thread of their own, beside the cell that is running."""
    shown = ProjectionView(projection)
    page = Page(shown.canvas, monkeypatch)

    def walk(key):
        for _ in range(15):
            page.send({"kind": "key", "key": key})

    def talk():
        for k in range(15):
            with shown.canvas.lock:
                shown.canvas.root.title.text = f"{k}"

    with ThreadPoolExecutor(3) as threads:
        for done in [threads.submit(walk, "ArrowLeft"), threads.submit(walk, "ArrowUp"), threads.submit(talk)]:
            done.result()
    assert page.same_as_kernel()
    assert [patch["seq"] for patch in page.patches] == list(range(1, len(page.patches) + 1))


def test_controls_and_state_are_in_step(projection, cloud):
    shown = ProjectionView(projection)
    choice, probability = shown.widget.children[0].children
    choice.value = "sources"
    assert shown.state.direction == "sources" and shown.state.node >= 100
    shown.state.direction = "targets"
    assert choice.value == "targets"
    probability.value = True
    assert shown.state.probability and shown.canvas.root.select_one({"name": "field-bar"}).visible
    layer = LayerView(cloud)
    (colors,) = layer.widget.children[0].children
    colors.value = "tau_m"
    assert layer.canvas.root.select_one({"name": "bar"}).visible


def test_zooming_a_raster_redraws_its_window(run, monkeypatch):
    shown = raster(run)
    page = Page(shown.canvas, monkeypatch)
    window = shown.canvas.root.select_one({"name": "window"})
    page.change(window, "start", 20.0)
    page.change(window, "end", 40.0)
    plot = shown.canvas.root.children[0]
    plot._trigger_event(RangesUpdate(plot, x0=20.0, x1=40.0, y0=0.0, y1=1.0))
    assert shown.state.window == (20.0, 40.0)
    assert list(shown.canvas.root.select_one({"name": "spikes-0"}).data["time"]) == list(np.arange(20.0, 41.0))
    assert page.same_as_kernel()


def test_no_script_of_ours_names_a_server():
    """All JavaScript comes through the kernel."""
    for path in STATIC.glob("*"):
        assert not re.search(r"https?://", path.read_text(encoding="utf-8")), path.name
