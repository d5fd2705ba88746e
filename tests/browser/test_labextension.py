"""The JupyterLab extension: it loads, offers its command, and the command does what it says."""

import json
import subprocess
import sys

import pytest

COMMAND = "spatialnet:open-first-notebook"


def test_jupyterlab_lists_the_extension_as_enabled():
    done = subprocess.run(
        [sys.executable, "-m", "jupyter", "labextension", "list"], capture_output=True, text=True, check=True
    )
    line = next(line for line in (done.stdout + done.stderr).splitlines() if "spatialnet-labextension" in line)
    assert "enabled" in line and "OK" in line
    assert "jupyter-spatialnet" in line  # from install.json: tells users what to uninstall


def test_palette_and_launcher_offer_the_first_network(lab):
    lab.open()
    lab.page.locator(".jp-LauncherCard", has_text="First Network").wait_for()
    lab.command("apputils:activate-command-palette")
    lab.page.keyboard.type("First Network")
    lab.page.locator(f'.lm-CommandPalette-item[data-command="{COMMAND}"]').wait_for()
    lab.screenshot("labextension-palette")
    assert not [line for line in lab.console if "spatialnet" in line and not line.startswith("log")]


def test_command_opens_a_notebook_with_a_python_kernel(lab):
    lab.open()
    lab.command(COMMAND)
    lab.page.locator(".jp-NotebookPanel .jp-Notebook").wait_for()
    lab.wait_for_kernel()
    saved = next(lab.server.files.glob("*.ipynb"))
    notebook = json.loads(saved.read_text())
    assert notebook["metadata"]["kernelspec"]["language"] == "python"
    assert any("net.simulate(" in "".join(cell["source"]) for cell in notebook["cells"])
    lab.screenshot("labextension-first-notebook")
    saved.unlink()


def test_the_first_network_runs_and_asks_nothing_of_other_machines(lab):
    pytest.importorskip("spatialnet.views", reason="spatialnet.views is not there yet")
    lab.open()
    lab.command(COMMAND)
    lab.page.locator(".jp-NotebookPanel .jp-Notebook").wait_for()
    lab.wait_for_kernel()
    lab.run_all()
    lab.screenshot("labextension-first-notebook-ran")
    assert lab.outside == []
    next(lab.server.files.glob("*.ipynb")).unlink()


def test_commands_can_be_removed_and_added_again(lab):
    """JupyterLab deactivates plugins when a user switches them off: nothing may stay behind, twice is harmless."""
    lab.open()
    lab.page.evaluate(
        """async () => {
            const app = window.jupyterapp, id = 'spatialnet-labextension:commands';
            await app.deactivatePlugin(id);
        }"""
    )
    assert not lab.page.evaluate(f"() => window.jupyterapp.commands.hasCommand('{COMMAND}')")
    assert lab.page.locator(".jp-LauncherCard", has_text="First Network").count() == 0
    lab.page.evaluate("() => window.jupyterapp.activatePlugin('spatialnet-labextension:commands')")
    assert lab.page.evaluate(f"() => window.jupyterapp.commands.hasCommand('{COMMAND}')")
