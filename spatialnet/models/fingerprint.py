"""Whether the compiled steps of models were written from the declarations at hand: else they would be wrong without a word."""

from __future__ import annotations

import os
import zlib
from functools import cache
from pathlib import Path

_PACKAGE = Path(__file__).parent.parent
#: what ext/generate.py reads
_FOLDERS = "models", "language"


def _texts() -> list[str]:
    """Paths of the texts from which the C of the models is written."""
    return sorted(os.path.join(where, name) for folder in _FOLDERS for where, _, names in os.walk(_PACKAGE / folder)
                  for name in names if name.endswith(".py"))


def fingerprint() -> int:
    """A number (CRC-32) that changes with every text from which the C of the models is written; 0 if they cannot be read."""
    found = 0
    try:
        for path in _texts():
            with open(path, "rb") as file:
                text = file.read().replace(b"\r\n", b"\n")
            found = zlib.crc32(os.path.relpath(path, _PACKAGE).replace(os.sep, "/").encode() + text, found)
    except OSError:
        return 0
    return found


def _are_older(library: str) -> bool:
    try:
        made = os.stat(library).st_mtime_ns
        return all(os.stat(path).st_mtime_ns < made for path in _texts())
    except OSError:
        return False


@cache
def check(compiled: int, library: str) -> None:
    """Refuse compiled steps that were written from other declarations; done once, when the first network runs.

    Texts that are all older than what was compiled of them are not read (make's rule): a tenth of a millisecond instead of two.

    Parameters
    ----------
    compiled : int
        What `fingerprint` was when they were written.
    library : str
        Path of what was compiled.

    Raises
    ------
    ImportError
    """
    if not _are_older(library) and fingerprint() not in (0, compiled):
        raise ImportError(f"rebuild: the compiled models were not written from the declarations in {_PACKAGE}, so they could be wrong. "
                          "Run pip install again, in a checkout: pip install --no-build-isolation -e .")
