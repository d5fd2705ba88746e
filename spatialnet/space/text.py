"""Tables of numbers as text, a line for each row: nodes with their positions, and what other packages add.

Reading parses numbers and nothing else; what is not a number is refused with its line.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..errors import DataError, ParameterError

if TYPE_CHECKING:
    from .layer import Layer

_LINES = 1 << 16  # formatted or parsed at once


def dump_nodes(layer: Layer, path: str | os.PathLike[str], digits: int | None = None) -> None:
    """Write ``id x y [z]`` for each node; see `Layer.dump`."""
    blocks = ([layer.ids[i:i + _LINES], *layer.positions[i:i + _LINES].T] for i in range(0, len(layer), _LINES))
    write_rows(path, blocks, digits)


def read_nodes(path: str | os.PathLike[str]) -> dict[str, NDArray[Any]]:
    """Read nodes from a text with lines ``id x y [z]``, such as `Layer.dump` writes.

    Parameters
    ----------
    path : path

    Returns
    -------
    dict
        ``node`` (n,) int64 and ``positions`` (n, d) float64, in mm.

    Raises
    ------
    DataError
        For a line that is not such; it is named.
    """
    ids, values = read_rows(path, 1, (3, 4), "id x y [z]")
    bad = np.flatnonzero(~np.isfinite(values).all(axis=1))
    if len(bad):
        raise DataError(f"{str(path)!r}, line {bad[0] + 1}: positions must be finite, got {values[bad[0]].tolist()}")
    return {"node": ids[:, 0], "positions": values}


def write_rows(path: str | os.PathLike[str], blocks: Iterable[list[NDArray[Any]]], digits: int | None) -> None:
    """Write blocks of columns, integers or floats; the file takes its place when it is complete."""
    if digits is not None and (isinstance(digits, bool) or not isinstance(digits, (int, np.integer)) or not 1 <= digits <= 17):
        raise ParameterError("dump", "digits", f"must be an integer from 1 to 17, or None for all that count, got {digits!r}")
    target = Path(path)
    if not target.parent.is_dir():
        raise FileNotFoundError(f"there is no directory {str(target.parent)!r} to write {target.name!r} in")
    partial = target.with_name(f".{target.name[:200]}.{secrets.token_hex(4)}.part")
    try:
        with open(partial, "w", encoding="ascii", newline="\n") as file:
            for block in blocks:
                file.write(_formatted([np.asarray(c) for c in block], digits))
        os.replace(partial, target)
    finally:
        partial.unlink(missing_ok=True)


def _formatted(columns: list[NDArray[Any]], digits: int | None) -> str:
    """Columns as lines, all of them in one formatting operation."""
    n, width = len(columns[0]), len(columns)
    cells: list[Any] = [None] * (n * width)
    forms = []
    for k, column in enumerate(columns):
        if column.dtype.kind in "iu":
            form, values = "%d", column.tolist()
        elif digits is not None:
            form, values = f"%.{digits}g", column.tolist()
        else:  # the shortest text of a float that reads back as the same; of a float32, as a float64
            form, values = "%s", [text.removesuffix(".0") for text in map(repr, column.astype(np.float64).tolist())]
        forms.append(form)
        cells[k::width] = values
    return f"{' '.join(forms)}\n" * n % tuple(cells)


def read_rows(path: str | os.PathLike[str], n_ids: int, n_columns: tuple[int, ...],
              form: str) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Read lines that begin with `n_ids` integers ≥ 0 and have, all of them, one of `n_columns` columns.

    Returns
    -------
    ids : ndarray (n, n_ids) int64
    values : ndarray (n, columns - n_ids) float64

    Raises
    ------
    DataError
    """
    ids: list[NDArray[np.int64]] = []
    values: list[NDArray[np.float64]] = []
    width, done = None, 0
    with open(path, encoding="ascii", errors="replace") as file:
        while lines := [line for _, line in zip(range(_LINES), file)]:
            rows = [line.split() for line in lines]
            width = len(rows[0]) if width is None else width
            if width not in n_columns:
                raise _refusal(path, done, lines[0], f"expected {form}")
            k = next((k for k, row in enumerate(rows) if len(row) != width), None)
            if k is not None:
                raise _refusal(path, done + k, lines[k], f"expected {width} columns as in the lines before")
            ids.append(_parsed(path, done, lines, [row[:n_ids] for row in rows], _id, np.int64))
            values.append(_parsed(path, done, lines, [row[n_ids:] for row in rows], _float, np.float64))
            done += len(lines)
    if width is None:
        return np.empty((0, n_ids), np.int64), np.empty((0, n_columns[0] - n_ids))
    return np.concatenate(ids), np.concatenate(values)


def _parsed(path: Any, done: int, lines: list[str], rows: list[list[str]], parse: Any, dtype: Any) -> NDArray[Any]:
    try:
        return np.array([[parse(text) for text in row] for row in rows], dtype)
    except ValueError:
        for k, row in enumerate(rows):
            for text in row:
                try:
                    parse(text)
                except ValueError:
                    what = "an id, an integer ≥ 0" if parse is _id else "a number"
                    raise _refusal(path, done + k, lines[k], f"'{text[:40]}' is not {what}") from None
        raise


def _id(text: str) -> int:
    value = int(text) if text.isdigit() and len(text) < 20 else -1
    if not 0 <= value < 2 ** 63:
        raise ValueError
    return value


def _float(text: str) -> float:
    if "_" in text:  # Python reads 1_000, nobody else does
        raise ValueError
    return float(text)


def _refusal(path: Any, line: int, text: str, reason: str) -> DataError:
    shown = text.rstrip("\n")
    return DataError(f"{str(path)!r}, line {line + 1}: {reason}, got {shown[:60]!r}")
