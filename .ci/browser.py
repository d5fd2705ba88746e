"""Find a Chromium-like browser for the tests; as root on a Debian-like system, install one."""

import os
import shutil
import subprocess
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge")
MAC = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"


def find() -> str | None:
    """Path of a browser: the one named in CHROMIUM, else the first on PATH, else None."""
    chosen = os.environ.get("CHROMIUM")
    if chosen:
        return shutil.which(chosen)
    return next(filter(None, map(shutil.which, NAMES)), None) or (MAC if Path(MAC).exists() else None)


def find_or_install() -> tuple[str | None, str]:
    """As `find`, trying apt when root. Returns the path, and the reason when there is none."""
    path = find()
    if path:
        return path, ""
    if os.environ.get("CHROMIUM"):
        return None, f"CHROMIUM={os.environ['CHROMIUM']} cannot be executed"
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return None, "no browser found, and only root can install one (or set CHROMIUM=/path/to/browser)"
    if not shutil.which("apt-get"):
        return None, "no browser found and no apt-get to install one (or set CHROMIUM=/path/to/browser)"
    print("installing Chromium for the browser tests", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update"], ["install", "-y", "--no-install-recommends", "chromium", "fonts-dejavu-core"]):
        done = subprocess.run(
            ["apt-get", "-qq", *command], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )
    if done.returncode:
        why = (done.stderr.strip().splitlines() or ["no message"])[-1]
        return None, f"apt-get could not install chromium: {why}"
    path = find()
    return path, "" if path else "apt-get installed chromium, but it is not on PATH"
