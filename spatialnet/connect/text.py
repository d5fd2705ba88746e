"""Connections as text, a line for each."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..errors import DataError
from ..space.text import read_rows, write_rows

if TYPE_CHECKING:
    from .selection import Connections

_LINES = 1 << 16


def dump_connections(connections: Connections, path: str | os.PathLike[str], digits: int | None = None) -> None:
    """Write ``source target weight delay dx dy [dz]`` for each connection; see `Projection.dump`."""
    def blocks():
        for i in range(0, len(connections), _LINES):
            c = connections[i:i + _LINES]
            yield [c.source, c.target, c.weight, c.delay, *c.displacement.T]
    write_rows(path, blocks(), digits)


def read_connections(path: str | os.PathLike[str]) -> dict[str, NDArray[Any]]:
    """Read connections from a text with lines ``source target weight delay dx dy [dz]``, such as `Projection.dump` writes.

    Parameters
    ----------
    path : path

    Returns
    -------
    dict
        ``source``, ``target`` (n,) int64, ``weight`` and ``delay`` (ms) (n,) float64, and ``displacement`` (n, d) in mm,
        NaN where a node had no position.

    Raises
    ------
    DataError
        For a line that is not such; it is named. Nothing in the file is executed.
    """
    ids, values = read_rows(path, 2, (6, 7), "source target weight delay dx dy [dz]")
    weight, delay, displacement = values[:, 0], values[:, 1], values[:, 2:]
    for wrong, reason in ((~np.isfinite(weight), "the weight must be finite"),
                          (~((delay > 0) & np.isfinite(delay)), "the delay must be > 0 and finite"),
                          (np.isinf(displacement).any(axis=1), "the displacement must be finite, or nan")):
        if wrong.any():
            k = int(np.flatnonzero(wrong)[0])
            raise DataError(f"{str(path)!r}, line {k + 1}: {reason}, got {values[k].tolist()}")
    return {"source": ids[:, 0], "target": ids[:, 1], "weight": weight.copy(), "delay": delay.copy(),
            "displacement": displacement.copy()}
