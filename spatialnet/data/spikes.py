"""Arithmetic on spike columns: counting by node and by time, without a loop over nodes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from ..errors import DataError, ParameterError, UnknownNameError
from .schema import AXES, NODE_ATTRIBUTES, TIME_ATTRIBUTES, step_of, time_of


@dataclass(frozen=True)
class Spikes:
    """Spikes of one or several recorders, as integers.

    Attributes
    ----------
    steps : (n_spikes,) int64
        Steps since the beginning of the network.
    index : (n_spikes,) int64
        Which recorded node spiked, as an index into `nodes`.
    nodes : (n_nodes,) int64
        Global ids of the recorded nodes, silent ones included. A node of two recorders is here twice.
    recorder : (n_nodes,) int64
        Which of `names` recorded the node.
    names : tuple of str
        The recorders.
    positions : (n_nodes, d) float64
        Where the nodes are; d is 0 without space.
    units : str
        Unit of the positions.
    start, stop : int
        The recorded steps are ``start < step <= stop``: a spike carries the end of the step it happened in.
    resolution : float
        Duration of a step in ms.
    offsets : (n_spikes,) float64 or None
        How long before the end of its step each spike was, ms, in [0, resolution); None where all are at the end. Windows and bins
        begin and end with steps, so that only times and intervals depend on it.
    """

    steps: NDArray[np.int64]
    index: NDArray[np.int64]
    nodes: NDArray[np.int64]
    recorder: NDArray[np.int64]
    names: tuple[str, ...]
    positions: NDArray[np.float64]
    units: str
    start: int
    stop: int
    resolution: float
    offsets: NDArray[np.float64] | None = None

    @property
    def times(self) -> NDArray[np.float64]:
        """Times of the spikes, ms, increasing."""
        times = time_of(self.steps, self.resolution)
        return times if self.offsets is None else times - self.offsets

    def chosen(self, keep: NDArray[np.bool_], **changes: object) -> Spikes:
        """Some of the spikes, and what else changes."""
        offsets = None if self.offsets is None else self.offsets[keep]
        return replace(self, **{"steps": self.steps[keep], "index": self.index[keep], "offsets": offsets} | changes)

    @property
    def duration(self) -> float:
        """Recorded time in ms."""
        return float(time_of(np.int64(self.stop - self.start), self.resolution))

    def between(self, t_start: float | None, t_stop: float | None) -> Spikes:
        """The spikes with ``t_start < time <= t_stop``; None leaves that end as it is."""
        if t_start is None and t_stop is None:
            return self
        start = self.start if t_start is None else self._step("t_start", t_start)
        stop = self.stop if t_stop is None else self._step("t_stop", t_stop)
        if start >= stop:
            raise ParameterError("rates", "t_stop", f"must be later than t_start, got {t_start} to {t_stop} ms")
        start, stop = max(start, self.start), min(stop, self.stop)
        keep = (self.steps > start) & (self.steps <= stop)
        return self.chosen(keep, start=start, stop=max(start, stop))

    def _step(self, name: str, time: float) -> int:
        if not np.isfinite(time):
            raise ParameterError("rates", name, f"must be a finite time in ms, got {time}")
        return int(step_of(time, self.resolution))

    def counts(self) -> NDArray[np.int64]:
        """Number of spikes of every recorded node."""
        return np.bincount(self.index, minlength=len(self.nodes))

    def intervals(self) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Intervals between spikes of one node (ms), by node and time, and the index of the node of each."""
        order = np.argsort(self.index, kind="stable")
        index, steps = self.index[order], self.steps[order]
        same = index[1:] == index[:-1]
        intervals = time_of(np.diff(steps)[same], self.resolution)
        if self.offsets is not None:
            intervals = intervals - np.diff(self.offsets[order])[same]
        return intervals, index[1:][same]

    def edges(self, bin_width: float) -> NDArray[np.int64]:
        """Edges of the bins as steps; the last bin ends with the record and may be narrower."""
        width = step_of(bin_width, self.resolution) if np.isfinite(bin_width) else 0
        if width < 1 or abs(width * self.resolution - bin_width) > 1e-6 * self.resolution:
            raise ParameterError("binned", "bin_width", f"must be a positive multiple of the resolution "
                                 f"({self.resolution:g} ms), got {bin_width} ms")
        edges = np.arange(self.start, self.stop, int(width), dtype=np.int64)
        return np.append(edges, self.stop) if len(edges) else np.array([self.start], np.int64)

    def histogram(self, edges: NDArray[np.int64], rows: NDArray[np.int64], n_rows: int) -> NDArray[np.int32]:
        """Spikes per bin and row, shape (n_bins, n_rows), where `rows` says the row of each spike."""
        n_bins = len(edges) - 1
        if n_bins < 1:
            return np.zeros((0, n_rows), np.int32)
        width = int(edges[1] - edges[0])
        bins = np.minimum((self.steps - self.start - 1) // width, n_bins - 1)
        return np.bincount(bins * n_rows + rows, minlength=n_bins * n_rows).astype(np.int32).reshape(n_bins, n_rows)

    def whole_bins(self, bin_width: float) -> tuple[int, NDArray[np.int64], NDArray[np.bool_]]:
        """Number of bins of full width, the bin of every spike, and whether it lies in one of them."""
        edges = self.edges(bin_width)
        width = int(step_of(bin_width, self.resolution))
        bins = (self.steps - self.start - 1) // width
        n_bins = (int(edges[-1]) - self.start) // width
        return n_bins, bins, bins < n_bins

    def fano_factors(self, bin_width: float) -> NDArray[np.float64]:
        """Variance over mean of the number of spikes of all nodes of a recorder in a bin, for every recorder."""
        n_bins, bins, whole = self.whole_bins(bin_width)
        rows = self.recorder[self.index[whole]]
        counts = np.bincount(rows * n_bins + bins[whole], minlength=n_bins * len(self.names)).reshape(-1, n_bins)
        if n_bins < 2:
            return np.full(len(self.names), np.nan)
        with np.errstate(invalid="ignore", divide="ignore"):
            return counts.var(axis=1, ddof=1) / counts.mean(axis=1)

    def correlations(self, bin_width: float) -> NDArray[np.float64]:
        """Mean correlation of the counts of all pairs of nodes of a recorder, for every recorder.

        The variance of the sum of the standardised counts of N nodes is N + N (N - 1) times the mean correlation, so
        no pair is looked at.
        """
        n_bins, bins, whole = self.whole_bins(bin_width)
        index, bins, n_nodes = self.index[whole], bins[whole], len(self.nodes)
        cells, counts = np.unique(index * max(n_bins, 1) + bins, return_counts=True)
        node = cells // max(n_bins, 1)
        with np.errstate(invalid="ignore", divide="ignore"):
            mean = np.bincount(node, counts, n_nodes) / n_bins
            std = np.sqrt(np.bincount(node, counts.astype(float) ** 2, n_nodes) / n_bins - mean ** 2)
        varies = std > 1e-9 * mean
        scale = np.where(varies, 1 / np.where(varies, std, 1.0), 0.0)
        found = np.full(len(self.names), np.nan)
        for k in range(len(self.names)):
            mine = (self.recorder == k) & varies
            n = int(mine.sum())
            if n > 1:
                chosen = mine[index]
                total = np.bincount(bins[chosen], scale[index[chosen]], n_bins) - (mean * scale)[mine].sum()
                found[k] = ((total ** 2).mean() / n - 1) / (n - 1)
        return found

    def node_coordinates(self, dim: str = "recorded_node") -> dict[str, tuple]:
        """Coordinates of the recorded nodes along `dim`."""
        coords = {dim: (dim, self.nodes, NODE_ATTRIBUTES)}
        for axis, column in zip(AXES, self.positions.T):
            coords[axis] = (dim, column, {"units": self.units})
        if len(self.names) > 1:
            coords["recorder"] = (dim, np.array(self.names)[self.recorder], {"long_name": "recorder of the node"})
        return coords

    def time_coordinates(self, edges: NDArray[np.int64]) -> dict[str, tuple]:
        """Centres and widths of bins."""
        return {"time": ("time", time_of(edges[:-1] + edges[1:], self.resolution) / 2, TIME_ATTRIBUTES),
                "bin_width": ("time", time_of(np.diff(edges), self.resolution), {"units": "ms"})}


def spike_groups(data: xr.DataTree | xr.Dataset) -> dict[str, xr.Dataset]:
    """Every recorder that `data` holds: a tree, its ``/spikes``, one group of it, or the dataset of one."""
    if isinstance(data, xr.Dataset):
        if _is_spikes(data):
            return {data.attrs.get("name", "spikes"): data}
    else:
        if _is_spikes(data.dataset):
            return {data.dataset.attrs.get("name", data.name or "spikes"): data.to_dataset()}
        parent = data if data.name == "spikes" else data.children.get("spikes")
        if parent is not None and parent.children:
            return {node.attrs.get("name", name): node.to_dataset() for name, node in parent.children.items()}
    raise DataError("no spikes here: expected the tree of a run with a group /spikes, or one group of it. Spikes are "
                    "recorded with net.record(nodes, \"spikes\") before net.simulate(…)")


def _is_spikes(dataset) -> bool:
    return {"time", "node", "recorded_node"} <= set(dataset.variables) and "recorded_node" in dataset.dims


def read_spikes(data: xr.DataTree | xr.Dataset, name: str | Iterable[str] | None = None) -> Spikes:
    """The spikes of one recorder, of several, or of all one after the other.

    Raises
    ------
    UnknownNameError
        If there is no recorder of that name.
    DataError
        If `data` holds no spikes, or the recorders chosen cover different times.
    """
    groups = spike_groups(data)
    chosen = list(groups) if name is None else [name] if isinstance(name, str) else list(name)
    for one in chosen:
        if one not in groups:
            raise UnknownNameError("recorder", one, groups, _layer_hint(data, one))
    parts = [_read(groups[one], one) for one in chosen]
    if len(parts) == 1:
        return parts[0]
    if not parts or len({(p.start, p.stop, p.resolution) for p in parts}) > 1:
        raise DataError(f"recorders {', '.join(map(repr, chosen))} cover different times; choose one with name=…")
    n_before = np.cumsum([0] + [len(p.nodes) for p in parts])
    n_axes = max(p.positions.shape[1] for p in parts)
    positions = [np.pad(p.positions, ((0, 0), (0, n_axes - p.positions.shape[1])), constant_values=np.nan)
                 for p in parts]
    steps = np.concatenate([p.steps for p in parts])
    index = np.concatenate([p.index + n for p, n in zip(parts, n_before)])
    offsets = None
    if any(p.offsets is not None for p in parts):
        offsets = np.concatenate([np.zeros(len(p.steps)) if p.offsets is None else p.offsets for p in parts])
    order = _in_time(steps, offsets)
    units = next((p.units for p in parts if p.positions.shape[1]), parts[0].units)
    return Spikes(steps[order], index[order], np.concatenate([p.nodes for p in parts]),
                  np.repeat(np.arange(len(parts)), np.diff(n_before)), tuple(chosen), np.concatenate(positions),
                  units, parts[0].start, parts[0].stop, parts[0].resolution, None if offsets is None else offsets[order])


def _in_time(steps: NDArray[np.int64], offsets: NDArray[np.float64] | None) -> NDArray[np.int64]:
    return np.argsort(steps, kind="stable") if offsets is None else np.lexsort((-offsets, steps))


def _layer_hint(data: xr.DataTree | xr.Dataset, name: object) -> str:
    """How to have the nodes of a layer, where a layer was named in place of a recorder."""
    layers = data.root.children.get("layers") if isinstance(data, xr.DataTree) else None
    if layers is None or name not in {node.attrs.get("name", key) for key, node in layers.children.items()}:
        return ""
    return (f"{name!r} is a layer: select its nodes from the result with "
            f".sel(recorded_node=data['layers/{name}'].node), or record it under a name of its own with "
            f"net.record(net[{name!r}], 'spikes', name={name!r}).")


def _read(dataset: xr.Dataset, name: str) -> Spikes:
    times, fired = dataset["time"].values, dataset["node"].values
    nodes = dataset["recorded_node"].values
    missing = [a for a in ("t_start", "t_stop", "resolution") if a not in dataset.attrs]
    if missing:
        raise DataError(f"spikes {name!r} lack the attribute {missing[0]}, without which rates have no meaning; keep "
                        "the attributes when changing the dataset (xarray.set_options(keep_attrs=True))")
    resolution = float(dataset.attrs["resolution"])
    index, found = index_in(nodes, fired)
    # A dataset narrowed with .sel(recorded_node=…) still lists all spikes: those of the others do not count.
    steps, index = step_of(times[found], resolution), index[found]
    offsets = dataset["offset"].values[found] if "offset" in dataset.variables else None
    if offsets is not None or (steps[1:] < steps[:-1]).any():
        order = _in_time(steps, offsets)
        steps, index, offsets = steps[order], index[order], None if offsets is None else offsets[order]
    axes = [axis for axis in AXES if axis in dataset.variables and dataset[axis].dims == ("recorded_node",)]
    positions = np.column_stack([dataset[axis].values for axis in axes]) if axes else np.empty((len(nodes), 0))
    return Spikes(steps, index, nodes, np.zeros(len(nodes), np.int64), (name,), positions,
                  dataset[axes[0]].attrs.get("units", "mm") if axes else "mm",
                  int(step_of(dataset.attrs["t_start"], resolution)), int(step_of(dataset.attrs["t_stop"], resolution)),
                  resolution, offsets)


def index_in(ids: NDArray[np.integer], wanted: NDArray[np.integer]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Where each of `wanted` stands in `ids`, and whether it does."""
    if not len(ids) or not len(wanted):
        return np.zeros(len(wanted), np.int64), np.zeros(len(wanted), bool)
    low, high = int(ids.min()), int(ids.max())
    if high - low <= 4 * len(ids) + 1_000_000:
        # A table of all ids between is an order faster than a search, and layers make ids dense.
        table = np.full(high - low + 1, -1, np.int64)
        table[ids - low] = np.arange(len(ids))
        inside = (wanted >= low) & (wanted <= high)
        index = np.full(len(wanted), -1, np.int64)
        index[inside] = table[wanted[inside] - low]
        return np.maximum(index, 0), index >= 0
    order = np.argsort(ids, kind="stable")
    place = np.minimum(np.searchsorted(ids[order], wanted), len(ids) - 1)
    index = order[place]
    return index, ids[index] == wanted
