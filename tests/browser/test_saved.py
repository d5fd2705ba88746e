"""A notebook that was run, saved and closed shows its figures when it is opened again, before anything runs."""

import pytest

from tests.browser.test_first_network import frame_of, notebook_of, wait_for_status


@pytest.mark.slow
def test_a_notebook_opened_again_shows_its_pictures(lab):
    notebook_of(
        lab, "saved.ipynb",
        "import spatialnet as sn\nnet = sn.Network(seed=1)\n"
        "exc = net.create('iaf_psc_alpha', sn.grid([10, 10]), name='E', I_e=500.0)\nexc",
        "recorder = net.record(exc, 'spikes')\ndata = net.simulate(50.0)\n"
        "sn.panels({'a mask': sn.circular(0.3).preview(exc), 'the layer': exc})",
    )
    lab.run_all()
    frame = frame_of(lab.page.locator(".jp-Cell").first)
    wait_for_status(lab, frame, "^100 nodes")
    lab.command("docmanager:save")
    lab.page.evaluate("async () => { await window.jupyterapp.serviceManager.sessions.shutdownAll(); }")
    lab.open("saved.ipynb")
    first, second = lab.page.locator(".jp-Cell").nth(0), lab.page.locator(".jp-Cell").nth(1)
    first.locator("img[alt^='E · 100 nodes']").wait_for()
    second.locator("img[alt^='a mask']").wait_for()
    second.get_by_text("A run until 50 ms").wait_for()
    assert lab.page.get_by_text("Error displaying widget").count() == 0
    lab.screenshot("saved-notebook")
    # Run again, they live again.
    lab.run_all()
    wait_for_status(lab, frame_of(first), "^100 nodes")
    assert first.locator("img").count() == 0
