"""The tutorials in a browser: every figure appears, on a light and on a dark page, and panels answer clicks one by one."""

import re
import shutil
from pathlib import Path

import pytest

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"


@pytest.mark.slow
@pytest.mark.parametrize("name", ["02_masks_and_profiles", "03_connection_rules"])
def test_every_figure_of_a_tutorial_appears_on_both_themes(lab, name):
    copy = lab.server.files / f"{name}.ipynb"
    shutil.copy(NOTEBOOKS / copy.name, copy)
    lab.page.set_viewport_size({"width": 1280, "height": 1400})
    lab.open(copy.name)
    lab.set_theme("light")
    lab.run_all()
    cells = lab.page.evaluate(
        """() => [...window.jupyterapp.shell.currentWidget.content.model.cells].map((cell, k) =>
            (cell.toJSON().outputs ?? []).some(output => output.data?.['application/vnd.jupyter.widget-view+json']) ? k : -1)
            .filter(k => k >= 0)""")
    assert len(cells) > 8
    for theme in ("light", "dark"):
        lab.set_theme(theme)
        for k in cells:
            cell = lab.page.locator(".jp-Notebook > .jp-WindowedPanel-outer .jp-Cell").nth(k)
            cell.evaluate("(element) => element.scrollIntoView({block: 'start'})")
            cell.locator(".spatialnet-view canvas").first.wait_for(state="attached")
            lab.page.wait_for_timeout(500)
            path = lab.screenshot(f"{name}-{k:02d}-{theme}")
            cell.screenshot(path=str(path))
    assert lab.outside == []
    assert not [line for line in lab.console if line.startswith(("error", "pageerror"))]


@pytest.mark.slow
def test_a_click_in_one_panel_leaves_the_others_alone(lab):
    code = ("import spatialnet as sn\\nsheet = sn.Network(seed=1).create('parrot_neuron', sn.grid([5, 5]), name='E')\\n"
            "sn.panels({'circle': sn.circular(0.3).preview(sheet), 'ring': sn.doughnut(0.2, 0.4).preview(sheet)}, columns=2)")
    (lab.server.files / "panels.ipynb").write_text(
        '{"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3"}}, '
        '"cells": [{"cell_type": "code", "id": "c0", "metadata": {}, "execution_count": null, "outputs": [], '
        f'"source": "{code}"}}]}}')
    lab.open("panels.ipynb")
    lab.run_all()
    frames = lab.page.locator(".jp-Cell .spatialnet-view")
    first, second = frames.nth(0), frames.nth(1)
    second.locator("canvas").first.wait_for(state="attached")
    boxes = [frame.bounding_box() for frame in (first, second)]
    assert abs(boxes[0]["y"] - boxes[1]["y"]) < 2 and boxes[1]["x"] > boxes[0]["x"] + 300  # side by side
    second.focus()
    lab.page.keyboard.press("ArrowRight")
    second.get_by_text(re.compile("^Node 17 of E")).wait_for()
    assert first.locator(".spatialnet-status").text_content().startswith("Node 12 of E")
