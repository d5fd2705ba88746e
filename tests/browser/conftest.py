"""A JupyterLab server and a page in a real browser.

Take the fixture ``lab`` for a fresh page; the files it can open lie in ``lab.server.files``. Screenshots land in
``test-artifacts/screenshots``.
"""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCREENSHOTS = ROOT / "test-artifacts" / "screenshots"
BROWSER_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class Server:
    """One JupyterLab process on a free port of 127.0.0.1; `files` is the folder it shows."""

    def __init__(self, home: Path):
        self.files = home / "files"
        self.log = home / "server.log"
        config = home / "config"
        (config / "labconfig").mkdir(parents=True)
        self.files.mkdir()
        # The announcements ask github.com for news and open a dialog over the page.
        disabled = {"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": True}}
        (config / "labconfig" / "page_config.json").write_text(json.dumps(disabled))
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        environment = {
            **os.environ,
            "HOME": str(home),
            "JUPYTER_CONFIG_DIR": str(config),
            "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
            "JUPYTER_DATA_DIR": str(home / "data"),
            "IPYTHONDIR": str(home / "ipython"),
            "SPATIALNET_DEMO_DIR": str(home / "demo"),
        }
        command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--ip=127.0.0.1", f"--port={port}"]
        command += ["--ServerApp.port_retries=0", "--IdentityProvider.token=", f"--ServerApp.root_dir={self.files}"]
        command += ["--allow-root", "--LabApp.expose_app_in_browser=True", "--LabApp.check_for_updates_class="
                    "jupyterlab.NeverCheckForUpdate"]
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                command, env=environment, stdout=log, stderr=log, start_new_session=True, cwd=home
            )
        self._wait(timeout=120)

    def _wait(self, timeout: float) -> None:
        deadline = time.monotonic() + timeout
        while True:
            try:
                with urllib.request.urlopen(f"{self.url}/api/status", timeout=5):
                    return
            except OSError:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    self.stop()
                    raise RuntimeError(f"JupyterLab did not start:\n{self.log.read_text()[-3000:]}") from None
                time.sleep(0.3)

    def stop(self) -> None:
        """Stop the server and, through it, its kernels."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()


class Lab:
    """A page that shows JupyterLab. `page` is Playwright's; `outside` lists requests that left the machine."""

    def __init__(self, page, server: Server):
        self.page = page
        self.server = server
        self.outside: list[str] = []
        self.console: list[str] = []
        page.on("request", self._note_request)
        page.on("console", lambda message: self.console.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: self.console.append(f"pageerror: {error}"))

    def _note_request(self, request) -> None:
        if not request.url.startswith((self.server.url, "data:", "blob:", self.server.url.replace("http", "ws"))):
            self.outside.append(request.url)

    def open(self, path: str | None = None) -> None:
        """Show JupyterLab with an empty layout, or with the document at `path` (relative to the server's files)."""
        # A workspace of its own and ?reset: or the layout of the page before comes back.
        where = "/lab/workspaces/test" + (f"/tree/{path}" if path else "") + "?reset"
        self.page.goto(self.server.url + where)
        self.page.wait_for_function("() => window.jupyterapp !== undefined", timeout=90_000)
        self.page.evaluate("() => window.jupyterapp.restored")
        self.page.wait_for_selector("#jupyterlab-splash", state="detached", timeout=60_000)
        if path:
            self.page.wait_for_selector(".jp-NotebookPanel .jp-Notebook", timeout=60_000)
            self.wait_for_kernel()

    def wait_for_kernel(self) -> None:
        """Wait until the current notebook's kernel answers; "idle" alone is not yet ready."""
        self.page.evaluate(
            """async () => {
                const panel = window.jupyterapp.shell.currentWidget;
                await panel.context.ready;
                await panel.sessionContext.ready;
                const kernel = panel.sessionContext.session.kernel;
                await kernel.info;
                await kernel.requestExecute({code: '', silent: true}).done;
            }"""
        )

    def command(self, name: str, **arguments) -> None:
        """Execute one of JupyterLab's commands and wait for it."""
        self.page.evaluate(
            "async ([name, args]) => { await window.jupyterapp.commands.execute(name, args); }", [name, arguments]
        )

    def run_all(self) -> None:
        """Run every cell of the current notebook; raise if one fails."""
        self.command("notebook:run-all-cells")
        failed = self.page.evaluate(
            """() => [...window.jupyterapp.shell.currentWidget.content.model.cells].flatMap(cell =>
                (cell.toJSON().outputs ?? []).filter(output => output.output_type === 'error')
                    .map(output => output.traceback.join('\\n')))"""
        )
        colours = re.compile(r"\x1b\[[0-9;]*m")
        assert not failed, "a cell failed:\n" + colours.sub("", "\n".join(failed))

    def set_theme(self, theme: str) -> None:
        """`theme` is ``"light"`` or ``"dark"``."""
        self.command("apputils:change-theme", theme=f"JupyterLab {theme.title()}")
        # Attached, not visible: everything in this body is positioned, so it has no height of its own.
        self.page.wait_for_selector(f"body[data-jp-theme-light={'true' if theme == 'light' else 'false'}]",
                                    state="attached")

    def screenshot(self, name: str) -> Path:
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        path = SCREENSHOTS / f"{name}.png"
        self.page.screenshot(path=str(path))
        return path


@pytest.fixture(scope="session")
def chromium():
    """A running browser, or a skip that says why there is none."""
    reason = os.environ.get("SPATIALNET_NO_BROWSER")
    if reason:
        pytest.skip(f"no browser: {reason}")
    sys.path.insert(0, str(ROOT / ".ci"))
    try:
        import browser
    finally:
        sys.path.pop(0)
    path = browser.find()
    if path is None:
        pytest.skip("no browser: none on PATH (set CHROMIUM=/path/to/browser)")
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with playwright.sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=path, args=BROWSER_ARGUMENTS)
        yield running
        running.close()


@pytest.fixture(scope="session")
def server(chromium, tmp_path_factory):
    """One JupyterLab for the whole session. Put files a test opens into ``server.files``."""
    pytest.importorskip("jupyterlab", reason="jupyterlab is not installed")
    running = Server(tmp_path_factory.mktemp("jupyter"))
    yield running
    running.stop()


@pytest.fixture
def lab(chromium, server):
    """A fresh page on JupyterLab."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(30_000)
    page = Lab(context.new_page(), server)
    yield page
    # Kernels are not shared between tests: stop those the test started.
    page.page.evaluate("async () => { await window.jupyterapp?.serviceManager.sessions.shutdownAll(); }")
    context.close()
