"""Activity on a lattice: what maps and movies show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from ..errors import DataError, ParameterError, UnknownNameError
from .schema import axis_attributes, time_of
from .spikes import Spikes, index_in

#: nodes for each cell of the lattice a free layer gets when none is asked for
NODES_PER_CELL = 4


@dataclass(frozen=True)
class Lattice:
    """Cells over a rectangle; x and y both ascend."""

    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    shape: tuple[int, int]  # columns, rows
    edge_wrap: bool = False

    def centers(self, axis: int) -> NDArray[np.float64]:
        """Middle of every column (axis 0) or row (axis 1)."""
        n = self.shape[axis]
        return self.lower[axis] + (self.upper - self.lower)[axis] * (np.arange(n) + 0.5) / n

    def cell_of(self, positions: NDArray[np.float64]) -> NDArray[np.int64]:
        """Number of the cell of each position, rows outermost."""
        width = np.where(self.upper > self.lower, self.upper - self.lower, 1.0)
        scaled = (positions[:, :2] - self.lower) / width * self.shape
        cells = np.floor(scaled).astype(np.int64)
        # On a torus the right edge is the left edge; elsewhere a node on the rim belongs to the last cell.
        cells = cells % self.shape if self.edge_wrap else np.clip(cells, 0, np.array(self.shape) - 1)
        return cells[:, 1] * self.shape[0] + cells[:, 0]


def lattice_for(spikes: Spikes, layers: dict[str, xr.Dataset], shape: Sequence[int] | None) -> Lattice:
    """The lattice to bin `spikes` on.

    With a `shape`, that many columns and rows over the layers recorded. Without, the lattice of the grid layer if the
    recorded nodes are of one, of the grid layer with most columns if there are several, else one with about
    `NODES_PER_CELL` nodes in a cell.
    """
    placed = np.isfinite(spikes.positions).all(axis=1)
    if spikes.positions.shape[1] < 2 or not placed.any():
        raise DataError(f"recorder {', '.join(spikes.names)}: none of the recorded nodes has a position, so there is "
                        "no field; create them with sn.grid or sn.free")
    mine = [d for d in layers.values() if "extent" in d.attrs and index_in(d["node"].values, spikes.nodes)[1].any()]
    if mine:
        lower = np.min([d.attrs["center"][:2] - d.attrs["extent"][:2] / 2 for d in mine], axis=0)
        upper = np.max([d.attrs["center"][:2] + d.attrs["extent"][:2] / 2 for d in mine], axis=0)
        wrap = all(d.attrs["edge_wrap"] and np.allclose(d.attrs["extent"][:2], upper - lower) for d in mine)
    else:
        found = spikes.positions[placed, :2]
        lower, upper, wrap = found.min(axis=0), found.max(axis=0), False
    grids = [tuple(int(n) for n in d.attrs["shape"][:2]) for d in mine if "shape" in d.attrs]
    if shape is None and grids:
        shape = max(grids)
    elif shape is None:
        n_cells, size = max(1.0, placed.sum() / NODES_PER_CELL), np.where(upper > lower, upper - lower, 1.0)
        columns = max(1, round(float(np.sqrt(n_cells * size[0] / size[1]))))
        shape = (columns, max(1, round(n_cells / columns)))
    return Lattice(np.asarray(lower, float), np.asarray(upper, float), _checked(shape), bool(wrap))


def _checked(shape: Sequence[int]) -> tuple[int, int]:
    try:
        columns, rows = (int(n) for n in shape)
        good = columns >= 1 and rows >= 1 and tuple(shape) == (columns, rows)
    except (TypeError, ValueError):
        good = False
    if not good:
        raise ParameterError("field", "shape", f"must be two whole numbers ≥ 1, [columns, rows], got {shape!r}")
    return columns, rows


def of_layer(spikes: Spikes, layers: dict[str, xr.Dataset], layer: str) -> Spikes:
    """The spikes of the nodes of one layer."""
    if layer not in layers:
        raise UnknownNameError("layer", layer, layers)
    keep = index_in(layers[layer]["node"].values, spikes.nodes)[1]
    if not keep.any():
        raise DataError(f"layer {layer!r} was not recorded by {', '.join(spikes.names)}")
    renumbered = np.cumsum(keep) - 1
    fired = keep[spikes.index]
    return spikes.chosen(fired, index=renumbered[spikes.index[fired]], nodes=spikes.nodes[keep], recorder=spikes.recorder[keep],
                         positions=spikes.positions[keep])


def field(spikes: Spikes, lattice: Lattice, bin_width: float) -> xr.Dataset:
    """Mean rate of the nodes in each cell, bin by bin.

    Returns
    -------
    Dataset
        ``rate(time, y, x)`` in Hz, NaN where no recorded node lies, with ``n_nodes(y, x)`` and ``time_bounds``.
    """
    columns, rows = lattice.shape
    placed = np.isfinite(spikes.positions).all(axis=1)
    cell = np.zeros(len(spikes.nodes), np.int64)
    cell[placed] = lattice.cell_of(spikes.positions[placed])
    n_nodes = np.bincount(cell[placed], minlength=columns * rows)
    fired = placed[spikes.index]
    mine = spikes.chosen(fired)
    edges = mine.edges(bin_width)
    counts = mine.histogram(edges, cell[mine.index], columns * rows)
    times = mine.time_coordinates(edges)
    with np.errstate(invalid="ignore", divide="ignore"):
        per_node_and_ms = np.where(n_nodes > 0, counts / n_nodes, np.nan)
    rate = (1000.0 * per_node_and_ms / times["bin_width"][1][:, None]).astype(np.float32)
    times["time"] = (*times["time"][:2], times["time"][2] | {"bounds": "time_bounds"})
    bounds = time_of(np.column_stack([edges[:-1], edges[1:]]), mine.resolution)
    return xr.Dataset(
        {"rate": (("time", "y", "x"), rate.reshape(-1, rows, columns),
                  {"units": "Hz", "long_name": "mean rate of the nodes in the cell", "cell_methods": "time: mean"}),
         "n_nodes": (("y", "x"), n_nodes.reshape(rows, columns), {"long_name": "number of recorded nodes in the cell"}),
         "time_bounds": (("time", "bound"), bounds)},
        {**times, "x": ("x", lattice.centers(0), axis_attributes("x", spikes.units)),
         "y": ("y", lattice.centers(1), axis_attributes("y", spikes.units))},
        {"t_start": float(time_of(np.int64(mine.start), mine.resolution)),
         "t_stop": float(time_of(np.int64(mine.stop), mine.resolution)), "recorder": ", ".join(spikes.names)})
