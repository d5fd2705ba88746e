"""The first notebook as a user meets it: run it, click a neuron, walk with the keys, on a light and on a dark page."""

import json
import re
import shutil
from pathlib import Path

import numpy as np
import pytest

import spatialnet as sn
from spatialnet.views.figures.movie import on_grid, rate_limit

NOTEBOOK = Path(__file__).resolve().parents[2] / "notebooks" / "01_first_network.ipynb"
#: The figure's models and the range of its axes, read in the page: Bokeh keeps what it shows on `Bokeh.index`.
SHOWN = """(frame) => {
    const bokeh = window.Bokeh, inside = [];
    const search = (root) => { for (const element of root.querySelectorAll('*')) {
        inside.push(element); if (element.shadowRoot) search(element.shadowRoot); } };
    search(frame);
    for (const view of bokeh.index.roots) {
        if (!inside.includes(view.el)) continue;
        const doc = view.model.document;
        const source = (name) => doc.get_model_by_name(name)?.data;
        const ids = (name) => Array.from(source(name)?.id ?? []);
        const plot = doc.get_model_by_name('plane-0-1') ?? doc.get_model_by_name('raster');
        return {partners: ids('partners'), chosen: ids('chosen'), text: plot.title.text_color?.value ?? plot.title.text_color,
                outlines: (source('mask-0-1-line')?.xs ?? []).length};
    }
    return null;
}"""


@pytest.fixture
def notebook(lab):
    """The first notebook, opened."""
    copy = lab.server.files / NOTEBOOK.name
    shutil.copy(NOTEBOOK, copy)
    lab.open(copy.name)
    yield lab
    copy.unlink()


def cell_of(lab, code):
    """The cell whose code is or ends with the given line."""
    index = lab.page.evaluate(
        """(code) => [...window.jupyterapp.shell.currentWidget.content.model.cells]
            .findIndex(cell => cell.type === 'code' && cell.sharedModel.source.trim().split('\\n').at(-1).startsWith(code))""",
        code,
    )
    assert index >= 0, f"the notebook has no cell that ends with {code!r}"
    return lab.page.locator(".jp-Notebook > .jp-WindowedPanel-outer .jp-Cell").nth(index)


def frame_of(cell):
    """The figure of a cell, in sight and drawn."""
    frame = cell.locator(".spatialnet-view").first
    frame.locator("canvas").first.wait_for(state="attached")
    in_the_middle(frame)
    return frame


def in_the_middle(element):
    """Scroll until the element is in the middle of the page; cells above it may still grow while they are drawn."""
    last = None
    for _ in range(20):
        element.evaluate("(element) => element.scrollIntoView({block: 'center'})")
        element.page.wait_for_timeout(250)
        now = element.bounding_box()
        if now == last:
            return
        last = now


def shown(frame):
    """What the page shows now."""
    return frame.evaluate(SHOWN)


def wait_for_status(lab, frame, pattern):
    """Wait until the line under the figure says it, and return it."""
    status = frame.locator(".spatialnet-status")
    lab.page.wait_for_function(
        "([element, pattern]) => new RegExp(pattern).test(element.textContent)", arg=[status.element_handle(), pattern]
    )
    return status.text_content()


def wait_for_chosen(lab, frame, node):
    """Wait until the figure shows a node as the chosen one, and return all it shows; the words may be there first."""
    lab.page.wait_for_function(
        "([frame, shown, node]) => (0, eval)(shown)(frame)?.chosen[0] === node", arg=[frame.element_handle(), SHOWN, node]
    )
    return shown(frame)


def click(lab, frame, x, y):
    """Click at a point of the first map, given in the units of its axes."""
    place = frame.evaluate(
        """(frame, [x, y]) => {
            const inside = [];
            const search = (root) => { for (const element of root.querySelectorAll('*')) {
                inside.push(element); if (element.shadowRoot) search(element.shadowRoot); } };
            search(frame);
            for (const view of window.Bokeh.index.roots) {
                if (!inside.includes(view.el)) continue;
                for (const plot of [view, ...view.children()].filter((one) => one.model.name === 'plane-0-1')) {
                    const box = plot.canvas_view.el.getBoundingClientRect();
                    const at = plot.frame.bbox;
                    return [box.x + plot.frame.x_scale.compute(x), box.y + plot.frame.y_scale.compute(y)];
                }
            }
        }""",
        [x, y],
    )
    lab.page.mouse.click(*place)


def see(lab, cell, name):
    """Keep a picture of a cell, and of the page around it."""
    lab.page.set_viewport_size({"width": 1280, "height": 1600})  # or tall cells are cut
    in_the_middle(cell)
    lab.page.wait_for_timeout(400)  # the browser draws after the model has changed
    path = lab.screenshot(name)
    cell.screenshot(path=str(path.with_stem(f"{path.stem}-cell")))
    lab.page.set_viewport_size({"width": 1280, "height": 900})


@pytest.mark.slow
def test_first_notebook_runs_and_answers_clicks_and_keys_on_both_themes(notebook):
    lab = notebook
    lab.set_theme("light")
    lab.run_all()
    projection = cell_of(lab, "e_to_i")
    frame = frame_of(projection)
    wait_for_status(lab, frame, "targets in I")
    first = shown(frame)
    assert first["outlines"] == 1 and len(first["partners"]) > 0

    # A click near the upper left corner chooses the neuron there; its mask goes on at the other edges.
    click(lab, frame, -1.95, 1.95)
    words = wait_for_status(lab, frame, "^Node 0 of E")
    corner = wait_for_chosen(lab, frame, 0)
    assert corner["outlines"] == 4
    assert corner["partners"] != first["partners"]
    assert f"{len(corner['partners'])} targets in I" in words
    see(lab, projection, "first-network-projection-light")

    # The arrow keys walk: the next column is 40 neurons on, the row below the next one; and round the edge.
    lab.page.keyboard.press("ArrowRight")
    wait_for_status(lab, frame, "^Node 40 of E")
    lab.page.keyboard.press("ArrowDown")
    wait_for_status(lab, frame, "^Node 41 of E")
    assert wait_for_chosen(lab, frame, 41)["partners"] != corner["partners"]
    lab.page.keyboard.press("ArrowLeft")
    lab.page.keyboard.press("ArrowLeft")
    wait_for_status(lab, frame, r"^Node 1561 of E")

    # The other direction: an inhibitory neuron and its sources.
    projection.locator("select").select_option("sources")
    words = wait_for_status(lab, frame, "sources in E")
    assert re.match(r"Node 1[6-9]\d\d of I", words)
    see(lab, projection, "first-network-sources-light")
    projection.locator("select").select_option("targets")
    wait_for_status(lab, frame, "targets in I")

    # The theme of the page is worn at once, without the kernel.
    light = shown(frame)["text"]
    lab.set_theme("dark")
    lab.page.wait_for_function(
        "([frame, shown, light]) => (0, eval)(shown)(frame).text !== light", arg=[frame.element_handle(), SHOWN, light]
    )
    see(lab, projection, "first-network-projection-dark")

    for theme in ("dark", "light"):
        lab.set_theme(theme)
        for name, code in [("layer", "inh"), ("mask", "near.preview"), ("network", "net"), ("objects", "exc; e_to_i"),
                           ("run", "rhythm.spatialnet.raster"), ("movie", "rhythm.spatialnet.movie")]:
            see(lab, cell_of(lab, code), f"first-network-{name}-{theme}")

    assert lab.outside == []  # nothing was fetched from anywhere else
    assert not [line for line in lab.console if line.startswith(("error", "pageerror"))]


def notebook_of(lab, name, *cells):
    """Open a notebook with some cells of code."""
    document = {
        "nbformat": 4, "nbformat_minor": 5,
        "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
        "cells": [{"cell_type": "code", "id": f"c{k}", "metadata": {}, "execution_count": None, "outputs": [],
                   "source": source} for k, source in enumerate(cells)],
    }
    (lab.server.files / name).write_text(json.dumps(document))
    lab.open(name)


@pytest.mark.slow
def test_stop_ends_a_run_and_keeps_its_data(lab):
    notebook_of(
        lab, "stop.ipynb",
        "import spatialnet as sn\nnet = sn.Network(seed=1)\ncells = net.create('iaf_psc_alpha', n=2000, I_e=1000.0)\n"
        "recorder = net.record(cells, 'spikes')\ndata = net.simulate(1e6)",
        "print(data.attrs['status'], 0 < net.time < 1e6, data['/spikes/spikes'].sizes['spike'] > 0)",
    )
    lab.page.evaluate("() => { void window.jupyterapp.commands.execute('notebook:run-all-cells'); }")
    first, second = lab.page.locator(".jp-Cell").nth(0), lab.page.locator(".jp-Cell").nth(1)
    first.get_by_text(re.compile("of 1\u202f000\u202f000 ms · .* s left")).wait_for()
    lab.screenshot("progress-running")
    first.get_by_role("button", name="Stop").click()
    first.get_by_text("stopped").wait_for()
    second.get_by_text("stopped True True").wait_for()
    lab.screenshot("progress-stopped")


@pytest.mark.slow
def test_a_preview_moves_while_a_cell_runs_and_survives_a_reload(lab):
    """Messages of widgets are handled beside the running cell; a reloaded page shows the present, not the past."""
    notebook_of(
        lab, "preview.ipynb",
        "import time\nimport spatialnet as sn\nnet = sn.Network(seed=1)\n"
        "exc = net.create('iaf_psc_alpha', sn.grid([10, 10], edge_wrap=True), name='E')\n"
        "view = sn.circular(0.3).preview(exc, p=0.5)\nview",
        "end = time.monotonic() + 60\n"
        "while view.state.node != 0 and time.monotonic() < end:\n    time.sleep(0.05)\n"
        "print('chosen while running:', view.state.node)",
    )
    # Without waiting for the end: the second cell keeps the kernel's main thread until the click has arrived.
    lab.page.evaluate("() => { void window.jupyterapp.commands.execute('notebook:run-all-cells'); }")
    frame = frame_of(lab.page.locator(".jp-Cell").first)
    wait_for_status(lab, frame, "^Node ")
    click(lab, frame, -0.45, 0.45)
    wait_for_status(lab, frame, "^Node 0 of E")
    lab.page.locator(".jp-Cell").nth(1).get_by_text("chosen while running: 0").last.wait_for()

    lab.command("docmanager:save")
    lab.page.reload()
    lab.page.wait_for_function("() => window.jupyterapp !== undefined")
    lab.page.evaluate("() => window.jupyterapp.restored")
    frame = frame_of(lab.page.locator(".jp-Cell").first)
    wait_for_status(lab, frame, "^Node 0 of E")
    wait_for_chosen(lab, frame, 0)
    assert lab.outside == []


@pytest.mark.slow
def test_a_figure_of_a_kernel_that_is_gone_says_so(lab):
    notebook_of(lab, "gone.ipynb", "import spatialnet as sn\n"
                "sn.Network(seed=1).create('iaf_psc_alpha', sn.grid([10, 10]), name='E')")
    lab.run_all()
    frame = frame_of(lab.page.locator(".jp-Cell").first)
    wait_for_status(lab, frame, "^100 nodes")
    lab.page.evaluate("async () => { await window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart(); }")
    lab.wait_for_kernel()
    click(lab, frame, 0.05, 0.05)
    wait_for_status(lab, frame, "Run the cell again")
    assert not [line for line in lab.console if line.startswith("pageerror")]


@pytest.mark.slow
def test_zooming_a_raster_shows_single_spikes(lab):
    """From afar tens of thousands of spikes are a picture of counts; nearby they are dots, drawn by the kernel for the window."""
    notebook_of(
        lab, "raster.ipynb",
        "import spatialnet as sn\nnet = sn.Network(seed=1)\n"
        "cells = net.create('iaf_psc_alpha', sn.grid([20, 20]), name='E', I_e=sn.random.uniform(350.0, 500.0))\n"
        "recorder = net.record(cells, 'spikes')\ndata = net.simulate(2000.0)\nview = data.spatialnet.raster()\nview",
        "start, stop = view.state.window\n"
        "print('zoomed', 300 < start < 700 and 1100 < stop < 1500, data['/spikes/spikes'].sizes['spike'] > 20000)",
    )
    lab.command("notebook:run-cell-and-select-next")
    frame = frame_of(lab.page.locator(".jp-Cell").first)
    wait_for_status(lab, frame, "^0 to 2000 ms")
    counts = "(frame, name) => [...Bokeh.documents, ...Bokeh.index.roots.map((view) => view.model.document)]" \
        ".map((doc) => doc.get_model_by_name(name)).find((model) => model).data"
    assert frame.evaluate(counts + ".row.length", "spikes-0") == 0
    assert frame.evaluate(counts + ".image.length", "picture-0") == 1
    box = frame.locator("canvas").first.bounding_box()
    left, width = box["x"] + 70, box["width"] - 94
    lab.page.mouse.move(left + 0.25 * width, box["y"] + 120)
    lab.page.mouse.down()
    lab.page.mouse.move(left + 0.45 * width, box["y"] + 180, steps=4)
    lab.page.mouse.move(left + 0.65 * width, box["y"] + 200, steps=4)
    lab.page.mouse.up()
    wait_for_status(lab, frame, r"^(3|4|5|6)\d\d(\.\d+)? to 1")
    lab.page.wait_for_function("([frame, counts]) => (0, eval)(counts)(frame, 'spikes-0').row.length > 1000",
                               arg=[frame.element_handle(), counts])
    assert frame.evaluate(counts + ".image.length", "picture-0") == 0
    # The drag has made the first cell the active one.
    lab.page.evaluate("() => { window.jupyterapp.shell.currentWidget.content.activeCellIndex = 1; }")
    lab.command("notebook:run-cell")
    lab.page.locator(".jp-Cell").nth(1).get_by_text("zoomed True True").wait_for()
    lab.screenshot("raster-zoomed")


@pytest.fixture
def offline_page(chromium):
    """A page without a network; `problems` lists errors and what it tried to fetch."""
    context = chromium.new_context(offline=True)
    page = context.new_page()
    page.problems = []
    page.on("pageerror", lambda error: page.problems.append(str(error)))
    page.on("request", lambda one: page.problems.append(one.url) if not one.url.startswith(("file:", "data:")) else None)
    yield page
    context.close()


def show(page, path):
    """Open a saved page from the disk and wait until its figure is drawn."""
    page.goto(path.as_uri())
    page.wait_for_function("() => window.Bokeh?.documents.length === 1 && Bokeh.documents[0].is_idle")


def test_saved_pages_work_without_a_server(offline_page, tmp_path):
    net = sn.Network(seed=1, threads=1)
    exc = net.create("iaf_psc_alpha", sn.grid([10, 10], edge_wrap=True), name="E")
    made = net.connect(exc, exc, sn.pairwise_bernoulli(p=0.5, mask=sn.circular(0.3)))
    made.view(source=exc[0]).save(tmp_path / "targets.html")
    show(offline_page, tmp_path / "targets.html")
    partners = offline_page.evaluate("() => Array.from(Bokeh.documents[0].get_model_by_name('partners').data.id)")
    assert sorted(partners) == sorted(made.targets_of([0]))
    assert offline_page.problems == []


def test_a_saved_movie_plays_without_a_kernel(offline_page, tmp_path):
    net = sn.Network(seed=1, threads=1)
    grid = net.create("iaf_psc_alpha", sn.grid([6, 4], extent=[3.0, 2.0]), name="E", I_e=sn.random.uniform(300.0, 900.0))
    loose = net.create("iaf_psc_alpha", sn.free(sn.random.uniform(-1, 1), n=20, extent=[2.0, 2.0]), name="I",
                       I_e=sn.random.uniform(300.0, 900.0))
    net.record(grid + loose, "spikes")
    movie = net.simulate(100.0, progress=False).spatialnet.movie(bin_width=10.0)
    movie.save(tmp_path / "movie.html")
    show(offline_page, tmp_path / "movie.html")
    offline_page.get_by_role("button", name="Play").click()
    offline_page.wait_for_function("() => Bokeh.documents[0].get_model_by_name('title-0').text.startsWith('E · 70–80')")
    offline_page.get_by_role("button", name="Pause").click()
    shown = offline_page.evaluate("""() => {
        const doc = Bokeh.documents[0], [start] = doc.get_model_by_name('title-0').text.match(/\\d+/);
        return [Number(start), Array.from(doc.get_model_by_name('frame-0').data.image[0]),
                Array.from(doc.get_model_by_name('frame-1').data.rate)];
    }""")
    movie.state.frame = shown[0] // 10
    rates = [movie.state.spikes.rates(group, *movie.state.span()) for group in movie.state.spikes.placed]
    top = rate_limit(movie.state)
    assert np.allclose(np.array(shown[1]).reshape(4, 6), on_grid(movie.state.spikes.placed[0], rates[0]), atol=top / 255)
    assert np.allclose(shown[2], rates[1], atol=top / 255)
    assert offline_page.problems == []
