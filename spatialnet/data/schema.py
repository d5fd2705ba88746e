"""The words of a dataset: group names, attributes and types that mean the same in memory and in a file.

A dataset follows CF 1.11 as far as CF has a word for it: units, axes, bounds, and ragged arrays. An attribute is a
string, a number or an array of numbers, because netCDF knows neither None nor bool nor dict: switches are 0 or 1,
structures are JSON.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from ..errors import DataError

CONVENTIONS = "CF-1.11"
#: major.minor; a reader understands every file of its own major version
SCHEMA_VERSION = "1.0"
RNG = "philox4x64-10"

#: what a file must carry for `spatialnet.load` to take it
REQUIRED_ATTRIBUTES = ("Conventions", "spatialnet_schema", "spatialnet_version", "title", "history", "created", "seed",
                       "rng", "resolution", "status", "description_json", "description_sha256", "environment_json")

AXES = ("x", "y", "z")
GRID_AXES = ("column", "row", "level")


class RunTree(xr.DataTree):
    """An `xarray.DataTree` whose files appear whole or not at all.

    Everything is inherited but `to_netcdf`, which writes beside the target and then takes its place, so that a run
    interrupted while saving leaves the file of yesterday as it was.
    """

    __slots__ = ()

    def to_netcdf(self, filepath=None, mode="w", encoding=None, engine=None, compute=True, **kwargs):
        """Write to a netCDF file, atomically and compressed; see `xarray.DataTree.to_netcdf`.

        Parameters
        ----------
        filepath : path or file-like, optional
            Where to save. A path is replaced in one step when the file is complete; without one the bytes are
            returned.
        mode : {"w", "a"}
            "a" changes the file in place, which cannot be atomic.
        encoding : dict, optional
            Taken instead of the project's own: zlib level 1 with shuffle for long columns.
        engine : str, optional
            "h5netcdf" unless asked otherwise.
        compute, **kwargs
            As xarray has them.
        """
        from .files import to_netcdf
        return to_netcdf(self, filepath, mode=mode, encoding=encoding, engine=engine, compute=compute, **kwargs)


def to_json(value: object) -> str:
    """`value` as JSON with keys in order, so that equal descriptions are equal texts."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def group_name(name: str) -> str:
    """`name` as a group can carry it: netCDF allows any character but the slash, and no control characters.

    >>> group_name("E→I"), group_name("spikes/E")
    ('E→I', 'spikes_E')
    """
    shown = "".join("_" if c == "/" or not c.isprintable() else c for c in str(name)).strip()
    # HDF5 reads "." and ".." as paths.
    return shown if shown.strip(".") else f"_{shown}"


def group_names(names: list[str]) -> list[str]:
    """Group names for `names`, each used once."""
    taken: set[str] = set()
    groups = []
    for name in names:
        base = group = group_name(name)
        number = 2
        while group in taken:
            group, number = f"{base}_{number}", number + 1
        taken.add(group)
        groups.append(group)
    return groups


def id_type(highest: int) -> type[np.signedinteger]:
    """The integer of a column of ids: 4 bytes as long as they suffice."""
    return np.int32 if highest <= np.iinfo(np.int32).max else np.int64


def time_of(steps: NDArray[np.int64], resolution: float) -> NDArray[np.float64]:
    """Times (ms) of integer steps, correctly rounded where the resolution is one over a whole number.

    ``3 * 0.1`` is not ``0.3``, ``3 / 10`` is.

    >>> time_of(np.array([1, 3]), 0.1)
    array([0.1, 0.3])
    """
    steps = np.asarray(steps)
    per_ms = 1.0 / resolution
    if abs(per_ms - round(per_ms)) < 1e-9 * per_ms:
        return steps / round(per_ms)
    return steps * float(resolution)


def step_of(times: NDArray[np.float64], resolution: float) -> NDArray[np.int64]:
    """Integer steps of times (ms) that lie on the grid of `resolution`."""
    return np.rint(np.asarray(times, float) / resolution).astype(np.int64)


def attributes(values: Mapping[str, object], where: str = "attributes") -> dict[str, object]:
    """`values` without those that are None, the others as netCDF can hold them.

    Raises
    ------
    DataError
        For a value that has no such form.
    """
    kept = {}
    for name, value in values.items():
        if value is None:
            continue
        if isinstance(value, (bool, np.bool_)):
            value = int(value)
        elif isinstance(value, Mapping):
            value = to_json(value)
        elif isinstance(value, (list, tuple, np.ndarray)):
            value = np.asarray(value)
            if value.dtype.kind not in "iuf":
                raise DataError(f"{where}.{name}: netCDF holds arrays of numbers here, got {value.dtype} values")
        elif isinstance(value, np.generic):
            value = value.item()
        elif not isinstance(value, (str, int, float)):
            raise DataError(f"{where}.{name}: netCDF holds text and numbers here, got {type(value).__name__}")
        kept[name] = value
    return kept


def axis_attributes(axis: str, units: str) -> dict[str, str]:
    """CF attributes of the coordinate ``x``, ``y`` or ``z``."""
    return {"units": units, "axis": axis.upper(), "long_name": f"position along {axis}"}


NODE_ATTRIBUTES = {"long_name": "global id of the node"}
TIME_ATTRIBUTES = {"units": "ms", "axis": "T", "long_name": "time since the beginning of the network"}
