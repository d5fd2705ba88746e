"""Whether the compiled steps of models were written from the declarations at hand: else they would be wrong without a word."""

from __future__ import annotations

import zlib
from functools import cache
from pathlib import Path

_PACKAGE = Path(__file__).parent.parent
#: what ext/generate.py reads
_FOLDERS = "models", "language"


def fingerprint() -> int:
    """A number (CRC-32) that changes with every text from which the C of the models is written; 0 if they cannot be read."""
    found = 0
    try:
        for path in sorted(path for folder in _FOLDERS for path in (_PACKAGE / folder).rglob("*.py")):
            found = zlib.crc32(path.relative_to(_PACKAGE).as_posix().encode() + path.read_bytes().replace(b"\r\n", b"\n"), found)
    except OSError:
        return 0
    return found


@cache
def check(compiled: int) -> None:
    """Refuse compiled steps that were written from other declarations; done once, when the first network runs (under 1 ms).

    Parameters
    ----------
    compiled : int
        What `fingerprint` was when they were written.

    Raises
    ------
    ImportError
    """
    if fingerprint() not in (0, compiled):
        raise ImportError(f"rebuild: the compiled models were not written from the declarations in {_PACKAGE}, so they could be wrong. "
                          "Run pip install again, in a checkout: pip install --no-build-isolation -e .")
