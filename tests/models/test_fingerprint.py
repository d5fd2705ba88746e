"""Compiled steps are refused when they were written from other declarations."""

import os
import shutil

import pytest

import spatialnet as sn
from spatialnet._core import engine
from spatialnet._core.engine import FINGERPRINT
from spatialnet.models import fingerprint


def test_what_is_compiled_was_written_from_the_declarations_at_hand():
    """If this fails, nothing else means anything: rebuild."""
    assert fingerprint.fingerprint() == FINGERPRINT


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A copy of the declarations, which may be changed."""
    for folder in ("models", "language"):
        shutil.copytree(fingerprint._PACKAGE / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(fingerprint, "_PACKAGE", tmp_path)
    fingerprint.check.cache_clear()
    yield tmp_path
    fingerprint.check.cache_clear()


def test_a_change_without_a_build_is_refused_at_the_first_run(checkout):
    sn.Network().simulate(0.1, progress=False)
    fingerprint.check.cache_clear()
    path = checkout / "models" / "neurons" / "conductance.py"
    path.write_text(path.read_text(encoding="utf-8").replace("g_ex", "g_in", 1), encoding="utf-8")
    with pytest.raises(ImportError, match="rebuild: the compiled models were not written from"):
        sn.Network().simulate(0.1, progress=False)


def test_line_ends_do_not_matter_and_texts_that_cannot_be_read_are_not_compared(checkout):
    path = checkout / "models" / "tape.py"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    fingerprint.check(FINGERPRINT, engine.__file__)
    path.rename(checkout / "models" / "other.py")
    assert fingerprint.fingerprint() != FINGERPRINT
    (checkout / "models" / "missing.py").symlink_to("nowhere")
    fingerprint.check.cache_clear()
    fingerprint.check(FINGERPRINT, engine.__file__)


def test_texts_that_are_older_than_what_was_compiled_are_not_read(checkout, monkeypatch):
    for path in checkout.rglob("*.py"):
        os.utime(path, (0, 0))
    monkeypatch.setattr(fingerprint, "fingerprint", lambda: pytest.fail("read"))
    fingerprint.check(FINGERPRINT, engine.__file__)
