"""Geometry of stored connections: displacement and distance, computed when asked."""

from __future__ import annotations

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from .._core.geometry import displacement as _displacement
from ..errors import DataError, UnknownNameError
from .schema import AXES
from .spikes import index_in


def connection_groups(data: xr.DataTree | xr.Dataset) -> dict[str, xr.Dataset]:
    """Every projection that `data` holds: a tree, its ``/connections``, one group of it, or the dataset of one."""
    if isinstance(data, xr.Dataset):
        if "columns_stored" in data.attrs:
            return {data.attrs.get("name", "connections"): data}
    else:
        if "columns_stored" in data.attrs:
            return {data.attrs.get("name", data.name or "connections"): data.to_dataset()}
        parent = data if data.name == "connections" else data.children.get("connections")
        if parent is not None and parent.children:
            return {node.attrs.get("name", name): node.to_dataset() for name, node in parent.children.items()}
    raise DataError("no connections here: expected the tree of a run with a group /connections, or one group of it")


def read_connections(data: xr.DataTree | xr.Dataset, name: str | None = None) -> xr.Dataset:
    """The columns of one projection; the name may be left out where there is only one.

    Raises
    ------
    UnknownNameError
        If there is no projection of that name.
    DataError
        If there are several and none is named, or the columns were left out of the dataset.
    """
    groups = connection_groups(data)
    if name is None:
        if len(groups) > 1:
            raise DataError(f"there are {len(groups)} projections; name one of {', '.join(map(repr, groups))}")
        name = next(iter(groups))
    if name not in groups:
        raise UnknownNameError("projection", name, groups)
    found = groups[name]
    if not found.attrs["columns_stored"]:
        raise DataError(f"projection {name!r} stands in this dataset without its {found.attrs['n_synapses']} synapses, "
                        "which were left out to keep it small; run net.simulate(…, connections=True) to have them, or "
                        "ask the projection itself")
    return found


def layer_groups(data: xr.DataTree | xr.Dataset) -> dict[str, xr.Dataset]:
    """The layers of the tree that `data` is part of; empty for a dataset on its own."""
    if isinstance(data, xr.Dataset):
        return {}
    parent = data.root.children.get("layers")
    return {} if parent is None else {n.attrs.get("name", k): n.to_dataset() for k, n in parent.children.items()}


def displacement(connections: xr.Dataset, layers: dict[str, xr.Dataset]) -> xr.DataArray:
    """From source to target of every connection, the short way round where the pool layer wraps.

    The pool is the layer the mask is moved over: that of the targets if sources drive the rule, else that of the
    sources. NaN where an end has no position.

    Returns
    -------
    DataArray
        Dimensions ``synapse`` and ``axis``.
    """
    if not layers:
        raise DataError("displacement needs the positions in /layers: ask the tree, "
                        "data.spatialnet.displacement(\"name\"), not the dataset of one projection")
    source, target = connections["source"].values, connections["target"].values
    pool = target if connections.attrs["driver"] == "source" else source
    n_axes = max((sum(axis in d.variables for axis in AXES) for d in layers.values()), default=0)
    start, end = _positions(source, layers, n_axes), _positions(target, layers, n_axes)
    delta = end - start
    for layer in layers.values():
        if layer.attrs.get("edge_wrap"):
            extent = np.asarray(layer.attrs["extent"], float)
            mine = index_in(layer["node"].values, pool)[1]
            d = len(extent)
            delta[mine, :d] = _displacement(start[mine, :d], end[mine, :d], extent, True)
    units = next((d["x"].attrs.get("units", "mm") for d in layers.values() if "x" in d.variables), "mm")
    return xr.DataArray(delta, dims=("synapse", "axis"), coords={"axis": list(AXES[:n_axes])}, name="displacement",
                        attrs={"units": units, "long_name": "displacement from source to target"})


def distance(connections: xr.Dataset, layers: dict[str, xr.Dataset]) -> xr.DataArray:
    """Length of `displacement`."""
    delta = displacement(connections, layers)
    # Flat layers beside solid ones have no z: an axis that only one end has does not count.
    lengths = np.sqrt(np.nansum(delta.values ** 2, axis=1))
    lengths[np.isnan(delta.values).all(axis=1)] = np.nan
    return xr.DataArray(lengths, dims="synapse", name="distance",
                        attrs={"units": delta.attrs["units"], "long_name": "distance from source to target"})


def _positions(ids: NDArray[np.integer], layers: dict[str, xr.Dataset], n_axes: int) -> NDArray[np.float64]:
    positions = np.full((len(ids), n_axes), np.nan)
    for layer in layers.values():
        index, mine = index_in(layer["node"].values, ids)
        for k, axis in enumerate(AXES[:n_axes]):
            if axis in layer.variables:
                positions[mine, k] = layer[axis].values[index[mine]]
    return positions
