"""Tracked files name no package registry and no path of the machine they were made on."""

import json
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_lock_file_names_no_host():
    lock = json.loads((ROOT / "labextension" / "package-lock.json").read_text(encoding="utf-8"))
    assert len(lock["packages"]) > 10
    assert not [name for name, package in lock["packages"].items() if "resolved" in package]


def test_version_is_the_same_everywhere():
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    version = re.search(r'^version = "(.+)"$', text, re.MULTILINE)[1]
    package = json.loads((ROOT / "labextension" / "package.json").read_text(encoding="utf-8"))
    lock = json.loads((ROOT / "labextension" / "package-lock.json").read_text(encoding="utf-8"))
    assert package["version"] == lock["version"] == version
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"## {version}" in changelog


def test_links_of_the_readme_lead_somewhere():
    for name in ("README.md", "CONTRIBUTING.md"):
        text = (ROOT / name).read_text(encoding="utf-8")
        targets = re.findall(r"\]\((?!https?:)([^)#]+)\)|<img src=\"(?!https?:)([^\"]+)\"", text)
        missing = [path for path in map("".join, targets) if not (ROOT / path).exists()]
        assert not missing, f"{name} links to {missing}"
