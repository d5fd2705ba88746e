"""The spikes of a run, grouped by layer: what rasters and movies are drawn from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..data.connections import layer_groups
from ..data.schema import time_of
from ..data.spikes import index_in, read_spikes


@dataclass(frozen=True)
class Group:
    """Recorded nodes of one layer and their spikes.

    Attributes
    ----------
    name : str
        Of the layer, or of the recorder where the nodes belong to no layer of the tree.
    ids : (n,) int64 array
        Global ids, increasing; silent nodes included.
    times : (k,) float64 array
        Spike times in ms, increasing.
    rows : (k,) int64 array
        Index into `ids` of the node of each spike.
    positions : (n, d) array or None
    shape : (n_columns, n_rows) or None
        Of the grid the nodes belong to, in two dimensions.
    lower, upper : (d,) arrays or None
        Corners of the layer's extent.
    units : str
        Of the positions.
    """

    name: str
    ids: NDArray[np.int64]
    times: NDArray[np.float64]
    rows: NDArray[np.int64]
    positions: NDArray[np.float64] | None = None
    shape: tuple[int, int] | None = None
    lower: NDArray[np.float64] | None = None
    upper: NDArray[np.float64] | None = None
    units: str = "mm"

    def within(self, start: float, stop: float) -> slice:
        """The spikes from `start` up to and including `stop`, as a slice of `times` and `rows`."""
        first = int(np.searchsorted(self.times, start, "left"))
        return slice(first, max(int(np.searchsorted(self.times, stop, "right")), first))


@dataclass(frozen=True)
class Spikes:
    """Spikes of one run.

    Attributes
    ----------
    groups : tuple of Group
        In the order in which they were recorded.
    t_start, t_stop : float
        Recorded interval in ms; recording ends at `t_stop` inclusive, as steps close at their end.
    """

    groups: tuple[Group, ...]
    t_start: float
    t_stop: float

    @cached_property
    def offsets(self) -> NDArray[np.int64]:
        """First row of each group when all are stacked; one longer than `groups`."""
        return np.concatenate([[0], np.cumsum([len(group.ids) for group in self.groups])]).astype(np.int64)

    @property
    def n_spikes(self) -> int:
        """Number of spikes of all groups."""
        return sum(len(group.times) for group in self.groups)

    @property
    def placed(self) -> tuple[Group, ...]:
        """The groups whose nodes have positions."""
        return tuple(group for group in self.groups if group.positions is not None)

    def rates(self, group: Group, start: float, stop: float) -> NDArray[np.float64]:
        """Rate of each node of a group in (start, stop], Hz."""
        cut = slice(int(np.searchsorted(group.times, start, "right")), int(np.searchsorted(group.times, stop, "right")))
        counts = np.bincount(group.rows[cut], minlength=len(group.ids))
        return counts * (1e3 / max(stop - start, 1e-12))

    def population_rate(self, group: Group, bin_width: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Edges of the bins (ms) and the mean rate per node in each (Hz); the last bin may be shorter."""
        n_bins = max(int(np.ceil((self.t_stop - self.t_start) / bin_width - 1e-9)), 1)
        edges = np.minimum(self.t_start + np.arange(n_bins + 1) * bin_width, self.t_stop)
        # Bins are open at their start: a spike at the end of a step belongs to the bin that ends there.
        place = np.clip(np.searchsorted(edges, group.times, "left") - 1, 0, n_bins - 1)
        counts = np.bincount(place, minlength=n_bins)
        return edges, 1e3 * counts / (max(len(group.ids), 1) * np.diff(edges))


def spikes_of(data: Any, name: str | Sequence[str] | None = None) -> Spikes:
    """Collect the spikes of a run, grouped by the layers they come from.

    Parameters
    ----------
    data : xarray.DataTree or Dataset
        A run, its ``/spikes``, one group of it, or the dataset of one. Layers are known only from a tree.
    name : str or sequence of str, optional
        Which recorders; all by default. A node that several of them have is taken once.

    Returns
    -------
    Spikes

    Raises
    ------
    DataError
        If there are no spikes, or the recorders cover different times.
    UnknownNameError
        If there is no recorder of that name.
    """
    found = read_spikes(data, name)
    ids, first = np.unique(found.nodes, return_index=True)
    once = np.zeros(len(found.nodes), dtype=bool)
    once[first] = True
    keep = once[found.index]
    nodes, times = found.nodes[found.index[keep]], found.times[keep]
    positions = found.positions[first]
    groups, rest = [], np.ones(len(ids), dtype=bool)
    for layer_name, layer in layer_groups(data).items():
        own = rest & index_in(layer["node"].values, ids)[1]
        if own.any():
            rest &= ~own
            groups.append(_group(layer_name, ids[own], positions[own], nodes, times, layer.attrs, found.units))
    for k, recorder in enumerate(found.names):
        own = rest & (found.recorder[first] == k)
        if own.any():
            groups.append(_group(recorder, ids[own], positions[own], nodes, times, {}, found.units))
    return Spikes(tuple(groups), *(float(time_of(np.int64(step), found.resolution)) for step in (found.start, found.stop)))


def _group(
    name: str, ids: NDArray[np.int64], positions: NDArray[np.float64], nodes: NDArray[np.int64],
    times: NDArray[np.float64], layer: Mapping[str, Any], units: str,
) -> Group:
    """The nodes `ids` and those of the spikes that are theirs; `layer` has the attributes of their layer."""
    rows, own = index_in(ids, nodes)
    place: dict[str, Any] = {}
    finite = np.isfinite(positions).all(axis=0)
    if finite[:2].sum() == 2:
        positions = positions[:, finite]
        lower, upper = positions.min(axis=0), positions.max(axis=0)
        if "extent" in layer:
            lower, upper = layer["center"] - layer["extent"] / 2, layer["center"] + layer["extent"] / 2
        place = {"positions": positions, "lower": lower, "upper": upper, "units": units}
        if len(layer.get("shape", ())) == 2:
            place["shape"] = tuple(int(side) for side in layer["shape"])
    return Group(name, ids, times[own], rows[own], **place)
