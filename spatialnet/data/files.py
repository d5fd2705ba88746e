"""Datasets in netCDF files: written whole or not at all, read at once and closed.

A file is data. Reading one parses numbers and JSON; nothing in it is executed.
"""

from __future__ import annotations

import os
import secrets
import shutil
from pathlib import Path

import numpy as np
import xarray as xr

from ..errors import DataError
from .schema import REQUIRED_ATTRIBUTES, SCHEMA_VERSION, RunTree

ENGINE = "h5netcdf"
#: shorter variables are stored as they are: a compressed chunk costs more than it saves
COMPRESS_FROM = 4096
#: values in a chunk of a column
CHUNK = 131_072


def to_netcdf(tree: xr.DataTree, filepath=None, mode: str = "w", encoding=None, engine: str | None = None,
              compute: bool = True, **kwargs):
    """Save `tree`; a path is replaced in one step when the file is complete.

    Parameters
    ----------
    tree : DataTree
    filepath : path or file-like, optional
        Without one the bytes are returned.
    mode, encoding, engine, compute, **kwargs
        As `xarray.DataTree.to_netcdf`; `mode` "a", a file-like object and a remote address are left to xarray.

    Raises
    ------
    OSError
        If the file cannot be written. What was there before is still there, and nothing is left beside it.
    """
    engine = engine or ENGINE
    encoding = default_encoding(tree) if encoding is None else encoding
    options = {"mode": mode, "encoding": encoding, "engine": engine, "compute": compute, **kwargs}
    if not isinstance(filepath, (str, os.PathLike)) or mode != "w" or not compute or "://" in str(filepath):
        return xr.DataTree.to_netcdf(tree, filepath, **options)
    # Through a symbolic link, the file it points to is the one to replace.
    target = Path(os.path.realpath(Path(filepath).expanduser()))
    check_target(target, example="run.nc", given=filepath)
    # In the same directory, because a file can take another's place only within one file system.
    temporary = target.parent / f".{target.name[:200]}.{secrets.token_hex(4)}.tmp"
    try:
        xr.DataTree.to_netcdf(tree, temporary, **options)
        if target.exists():
            shutil.copymode(target, temporary)
        with open(temporary, "rb+") as file:
            os.fsync(file.fileno())
        os.replace(temporary, target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return None


def check_target(path: Path, example: str, given: str | os.PathLike | None = None) -> None:
    """Refuse, before any work, a path at which no file can be written; `given` is how the user wrote it."""
    if path.is_dir():
        shown = Path(path if given is None else given)
        raise IsADirectoryError(f"{str(shown)!r} is a directory; name a file in it, such as {str(shown / example)!r}")
    if not path.parent.is_dir():
        raise FileNotFoundError(f"there is no directory {str(path.parent)!r} to save {path.name!r} in")


def default_encoding(tree: xr.DataTree) -> dict[str, dict[str, dict[str, object]]]:
    """Encoding of every variable: no fill values, and zlib 1 with shuffle for what is long.

    Times are not packed: shuffled and compressed they take 20 bits for a spike, exactly.
    """
    encoding = {}
    for node in tree.subtree:
        group = {}
        for name, variable in node.to_dataset(inherit=False).variables.items():
            options: dict[str, object] = {}
            if variable.dtype.kind == "f":
                options["_FillValue"] = None
            if variable.size >= COMPRESS_FROM and variable.dtype.kind in "biuf":
                options |= {"zlib": True, "complevel": 1, "shuffle": True}
                if variable.ndim == 1:
                    options["chunksizes"] = (min(variable.size, CHUNK),)
            if options:
                group[name] = options
        if group:
            encoding[node.path] = group
    return encoding


def load(path: str | os.PathLike) -> RunTree:
    """Read a dataset that `data.to_netcdf` saved, or a store that `Network.simulate` wrote.

    A file is read at once and closed: it can be saved over, moved or deleted afterwards. A store is read when its values are
    asked for.

    Parameters
    ----------
    path : path
        A netCDF-4 file, or a directory with a Zarr store, written by spatialnet.

    Returns
    -------
    RunTree
        Identical to what was saved.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    DataError
        If the file is not one of spatialnet, is damaged, or has a schema of a later major version.
    """
    path = Path(path).expanduser()
    if (path / "zarr.json").is_file():
        from .store import read_store
        tree = read_store(path)
        _check_attributes(path, {name: tree.attrs.get(name) for name in REQUIRED_ATTRIBUTES}, sorted(tree.attrs)[:5],
                          f"expected a Zarr store written by spatialnet (schema {SCHEMA_VERSION})")
        return tree
    if not path.is_file():
        raise FileNotFoundError(f"there is no file {str(path)!r} to load" if not path.exists() else
                                f"{str(path)!r} is a directory; name a file in it")
    _check(path)
    try:
        # The times are plain numbers in ms: xarray must not make dates of them.
        with xr.open_datatree(path, engine=ENGINE, decode_times=False, decode_timedelta=False) as opened:
            groups = {node.path: node.to_dataset(inherit=False).load().drop_encoding() for node in opened.subtree}
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        raise DataError(f"{str(path)!r} says it was written by spatialnet but cannot be read ({error}); it may be "
                        "damaged or cut short") from error
    for dataset in groups.values():
        # Attributes compare, copy and go to JSON as plain Python numbers.
        dataset.attrs = {k: v.item() if isinstance(v, np.generic) else v for k, v in dataset.attrs.items()}
    return RunTree.from_dict(groups)


def _check(path: Path) -> None:
    import h5py

    expected = f"expected a netCDF-4 file saved by spatialnet (schema {SCHEMA_VERSION})"
    try:
        with h5py.File(path, "r") as file:
            found = {name: file.attrs.get(name) for name in REQUIRED_ATTRIBUTES}
            others = sorted(file.attrs)[:5]
    except OSError as error:
        raise DataError(f"{str(path)!r} is not a netCDF-4 file ({error}); {expected}") from error
    _check_attributes(path, found, others, expected)


def _check_attributes(path: Path, found: dict[str, object], others: list[str], expected: str) -> None:
    schema = _as_text(found["spatialnet_schema"])
    if schema is None:
        seen = f"its attributes are {', '.join(others)}" if others else "it has no attributes"
        raise DataError(f"{str(path)!r} has no attribute 'spatialnet_schema': {expected}, but {seen}. Open files of "
                        "other programs with xarray.open_datatree(path)")
    major = schema.partition(".")[0]
    if not major.isdigit() or int(major) > int(SCHEMA_VERSION.partition(".")[0]):
        raise DataError(f"{str(path)!r} has schema {schema!r}, this version of spatialnet reads up to "
                        f"{SCHEMA_VERSION}; update it with: pip install --upgrade jupyter-spatialnet")
    missing = [name for name, value in found.items() if value is None]
    if missing:
        raise DataError(f"{str(path)!r} lacks the attribute {missing[0]!r}: {expected}, complete")


def _as_text(value: object) -> str | None:
    return value.decode(errors="replace") if isinstance(value, bytes) else None if value is None else str(value)
