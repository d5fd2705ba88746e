"""``data.spatialnet``: what to ask of a run.

Registered for trees and for single datasets. Every answer counts the silent nodes, and none loops over nodes:
xarray's own ``groupby("node")`` takes seconds where these take milliseconds.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from typing import Literal

import numpy as np
import xarray as xr

from ..errors import DataError, ParameterError
from ..models import Model
from . import connections as _connections
from . import export, fields, files
from .declarations import read_models
from .spikes import Spikes, read_spikes

_PER = ("node", "recorder")


@xr.register_dataset_accessor("spatialnet")
@xr.register_datatree_accessor("spatialnet")
class SpatialnetAccessor:
    """Rates, counts, fields and pictures of a run.

    Works on the tree that `Network.simulate` returns, on one group of it (``data["/spikes/E"]``) and on the dataset
    of one group.

    Every method on spikes has `name`, which recorders to take: one name, several, or None for all of them, one after
    the other, told apart by the coordinate ``recorder``. A node that two recorders have is there twice.
    """

    def __init__(self, data: xr.DataTree | xr.Dataset):
        self._data = data

    def __repr__(self) -> str:
        methods = ", ".join(f"{m}()" for m in sorted(vars(type(self))) if not m.startswith("_"))
        return f"spatialnet accessor: {methods}"

    # -- spikes by node ------------------------------------------------------------------------------------------

    def counts(self, name: str | Iterable[str] | None = None, t_start: float | None = None,
               t_stop: float | None = None) -> xr.DataArray:
        """Number of spikes of every recorded node, 0 for the silent ones.

        Parameters
        ----------
        name : str or several, optional
            Recorders; all when not given.
        t_start, t_stop : float, optional
            Count spikes with ``t_start < time <= t_stop`` (ms); the whole record when not given.

        Returns
        -------
        DataArray
            Dimension ``recorded_node``, with the global ids and positions as coordinates.
        """
        spikes = read_spikes(self._data, name).between(t_start, t_stop)
        return _per_node(spikes, spikes.counts(), "counts", {"long_name": "number of spikes"})

    def rates(self, name: str | Iterable[str] | None = None, t_start: float | None = None,
              t_stop: float | None = None) -> xr.DataArray:
        """Mean rate of every recorded node in Hz, 0 for the silent ones.

        Parameters
        ----------
        name : str or several, optional
            Recorders; all when not given.
        t_start, t_stop : float, optional
            Count spikes with ``t_start < time <= t_stop`` (ms); the whole record when not given.

        Returns
        -------
        DataArray
            Dimension ``recorded_node``; NaN if nothing was recorded in the time asked for.
        """
        spikes = read_spikes(self._data, name).between(t_start, t_stop)
        with np.errstate(invalid="ignore", divide="ignore"):
            rates = 1000.0 * spikes.counts() / np.float64(spikes.duration)
        return _per_node(spikes, rates, "rates", {"units": "Hz", "long_name": "mean rate"})

    def isi(self, name: str | Iterable[str] | None = None) -> xr.DataArray:
        """Intervals between the spikes of each node, in ms.

        Neurons with precise spike times have the intervals of these; others whole multiples of the resolution.

        Parameters
        ----------
        name : str or several, optional
            Recorders; all when not given.

        Returns
        -------
        DataArray
            Dimension ``interval``, by node and then by time; the coordinate ``node`` says whose interval it is.
        """
        spikes = read_spikes(self._data, name)
        intervals, index = spikes.intervals()
        coords = {"node": ("interval", spikes.nodes[index])}
        if len(spikes.names) > 1:
            coords["recorder"] = ("interval", np.array(spikes.names)[spikes.recorder[index]])
        return xr.DataArray(intervals, coords, ("interval",), "isi",
                            {"units": "ms", "long_name": "interval between spikes"})

    def cv(self, name: str | Iterable[str] | None = None) -> xr.DataArray:
        """Coefficient of variation of the intervals of every recorded node: 1 for a Poisson process, 0 for a clock.

        Parameters
        ----------
        name : str or several, optional
            Recorders; all when not given.

        Returns
        -------
        DataArray
            Dimension ``recorded_node``; NaN for nodes with fewer than two intervals.
        """
        spikes = read_spikes(self._data, name)
        intervals, index = spikes.intervals()
        n = np.bincount(index, minlength=len(spikes.nodes))
        with np.errstate(invalid="ignore", divide="ignore"):
            mean = np.bincount(index, intervals, len(spikes.nodes)) / n
            # Around the mean: the difference of squares would lose a regular train in rounding.
            variance = np.bincount(index, (intervals - mean[index]) ** 2, len(spikes.nodes)) / n
            cv = np.where(n >= 2, np.sqrt(variance) / mean, np.nan)
        return _per_node(spikes, cv, "cv", {"units": "1", "long_name": "coefficient of variation of the intervals"})

    # -- synchrony -----------------------------------------------------------------------------------------------

    def fano_factor(self, bin_width: float = 3.0, name: str | Iterable[str] | None = None) -> xr.DataArray:
        """Synchrony: variance over mean of the number of spikes of all nodes together in a bin.

        1 for independent Poisson processes, more where nodes spike together. In a balanced network it hardly depends on which part of a
        population is recorded, but on how many nodes are; `correlation` does not.

        Parameters
        ----------
        bin_width : float
            In ms; a multiple of the resolution. A narrower last bin is left out.
        name : str or several, optional
            Recorders; all when not given.

        Returns
        -------
        DataArray
            Dimension ``recorder``; NaN without spikes or with fewer than two bins.

        References
        ----------
        The synchrony of Potjans & Diesmann, Cereb. Cortex 24, 785 (2014), doi:10.1093/cercor/bhs358, there for 1000 nodes
        and bins of 3 ms.
        """
        spikes = read_spikes(self._data, name)
        return _per_recorder(spikes, spikes.fano_factors(bin_width), "fano_factor",
                             {"units": "1", "long_name": "Fano factor of the number of spikes of all nodes in a bin"})

    def correlation(self, bin_width: float = 3.0, name: str | Iterable[str] | None = None) -> xr.DataArray:
        """Synchrony: Pearson's correlation of the counts of two nodes in the same bins, averaged over all pairs.

        Nodes whose count is the same in every bin, as that of silent ones, have no correlation and are left out. The cost is that of
        sorting the spikes, for any number of pairs.

        Parameters
        ----------
        bin_width : float
            In ms; a multiple of the resolution. A narrower last bin is left out.
        name : str or several, optional
            Recorders; all when not given.

        Returns
        -------
        DataArray
            Dimension ``recorder``; NaN with fewer than two nodes that vary.

        References
        ----------
        Cohen & Kohn, Nat. Neurosci. 14, 811 (2011), doi:10.1038/nn.2842; by the variance of the population's activity as in
        Tetzlaff et al., PLoS Comput. Biol. 8, e1002596 (2012).
        """
        spikes = read_spikes(self._data, name)
        return _per_recorder(spikes, spikes.correlations(bin_width), "correlation",
                             {"units": "1", "long_name": "mean correlation of the counts of two nodes"})

    # -- spikes by time ------------------------------------------------------------------------------------------

    def binned(self, bin_width: float, name: str | Iterable[str] | None = None,
               per: Literal["node", "recorder"] = "node") -> xr.DataArray:
        """Spikes counted in bins of time.

        Parameters
        ----------
        bin_width : float
            In ms; a multiple of the resolution. The last bin is narrower if the record ends in it.
        name : str or several, optional
            Recorders; all when not given.
        per : {"node", "recorder"}
            Count for every node, or for all nodes of a recorder together.

        Returns
        -------
        DataArray
            Dimensions ``time`` and ``recorded_node`` or ``recorder``. The time is the middle of the bin ``(a, b]``:
            a spike carries the end of the step it happened in. ``bin_width`` is a coordinate.

        Raises
        ------
        ParameterError
            If `bin_width` is not a positive multiple of the resolution.
        """
        if per not in _PER:
            raise ParameterError("binned", "per", f"must be \"node\" or \"recorder\", got {per!r}")
        spikes = read_spikes(self._data, name)
        edges = spikes.edges(bin_width)
        attrs = {"long_name": "number of spikes in the bin"}
        if per == "node":
            counts = spikes.histogram(edges, spikes.index, len(spikes.nodes))
            dim, coords = "recorded_node", spikes.node_coordinates()
        else:
            counts = spikes.histogram(edges, spikes.recorder[spikes.index], len(spikes.names))
            n_nodes = np.bincount(spikes.recorder, minlength=len(spikes.names))
            dim = "recorder"
            coords = {"recorder": ("recorder", list(spikes.names)), "n_nodes": ("recorder", n_nodes)}
        return xr.DataArray(counts, {**spikes.time_coordinates(edges), **coords}, ("time", dim), "counts", attrs)

    def field(self, bin_width: float, name: str | Iterable[str] | None = None, layer: str | None = None,
              shape: Sequence[int] | None = None) -> xr.Dataset:
        """Activity in space and time: the mean rate of the nodes in each cell of a lattice, bin by bin.

        Parameters
        ----------
        bin_width : float
            In ms; a multiple of the resolution.
        name : str or several, optional
            Recorders; all when not given.
        layer : str, optional
            Only the nodes of this layer.
        shape : [columns, rows], optional
            The lattice, over the extent of the recorded layers. Without it: the lattice of the grid layer (the one of
            most columns if there are several); for free layers alone, one with about four nodes in a cell.

        Returns
        -------
        Dataset
            ``rate(time, y, x)`` in Hz, NaN where no recorded node lies, and ``n_nodes(y, x)``; fit to be put into
            the tree as ``data["/fields/E"]``. Layers in three dimensions are seen from above.
        """
        spikes, layers = read_spikes(self._data, name), _connections.layer_groups(self._data)
        if layer is not None:
            spikes = fields.of_layer(spikes, layers, layer)
        return fields.field(spikes, fields.lattice_for(spikes, layers, shape), bin_width)

    # -- connections ---------------------------------------------------------------------------------------------

    def displacement(self, projection: str | None = None) -> xr.DataArray:
        """From source to target of every connection, in mm, the shortest way where the layer wraps.

        Parameters
        ----------
        projection : str, optional
            Name of one; all of the run when not given.

        Returns
        -------
        DataArray
            Dimensions ``synapse`` and ``axis``.
        """
        return _connections.displacement(_connections.read_connections(self._data, projection),
                                         _connections.layer_groups(self._data))

    def distance(self, projection: str | None = None) -> xr.DataArray:
        """Length of every connection, in mm, the shortest way where the layer wraps.

        Parameters
        ----------
        projection : str, optional
            Name of one; all of the run when not given.

        Returns
        -------
        DataArray
            Dimension ``synapse``.
        """
        return _connections.distance(_connections.read_connections(self._data, projection),
                                     _connections.layer_groups(self._data))

    def matrix(self, projection: str | None = None, value: Literal["weight", "delay", "count"] = "weight"):
        """Connections as a sparse matrix.

        Parameters
        ----------
        projection : str, optional
            Name of one; all of the run when not given.
        value : {"weight", "delay", "count"}
            What the entries are; ``count`` is 1 for each connection. Several connections of a pair are separate entries, which every
            sum adds up.

        Returns
        -------
        scipy.sparse.csr_array
            Rows are ``target_node``, columns ``source_node``.
        """
        return export.connections_to_sparse(_connections.read_connections(self._data, projection), value)

    # -- the network ---------------------------------------------------------------------------------------------

    def models(self) -> dict[str, Model]:
        """The models of the run that do not ship: those of the user, and copies with other defaults.

        They are made from the texts in the dataset, by the parser that reads the texts of a notebook; nothing is executed.

        Returns
        -------
        dict of str to Model
            By the ``declaration`` that populations and synapses have in ``description_json``, which is the name of the model unless
            several have the same.

        Raises
        ------
        DataError
            If this is not the whole tree of a run, or a declaration in it cannot be read.
        """
        said = self._data.attrs.get("description_json")
        if said is None:
            raise DataError("the models are told at the root of a run, which this is not; ask the whole tree")
        return read_models(json.loads(said).get("models", {}))

    # -- other forms ---------------------------------------------------------------------------------------------

    def to_pandas(self, name: str | Iterable[str] | None = None):
        """Spikes as a table.

        Parameters
        ----------
        name : str or several, optional
            Recorders; all when not given.

        Returns
        -------
        pandas.DataFrame
            ``time`` (ms), ``node`` and, for several recorders, ``recorder``.
        """
        return export.spikes_to_pandas(read_spikes(self._data, name))

    def connections_to_pandas(self, projection: str | None = None):
        """Connections as a table.

        Parameters
        ----------
        projection : str, optional
            Name of one; all of the run when not given.

        Returns
        -------
        pandas.DataFrame
        """
        return export.connections_to_pandas(_connections.read_connections(self._data, projection))

    def save(self, path: str | os.PathLike) -> None:
        """Save the whole tree of a run, also one that xarray has made of another.

        Parameters
        ----------
        path : path
            A netCDF file; replaced when the new one is complete. `spatialnet.load` opens it again.

        Raises
        ------
        DataError
            If this is one group of a run.
        """
        if not isinstance(self._data, xr.DataTree) or not self._data.is_root:
            raise DataError("save writes the whole tree of a run, this is one group of it; save the tree, or use "
                            "xarray's own to_netcdf")
        files.to_netcdf(self._data, path)

    # -- pictures ------------------------------------------------------------------------------------------------

    def raster(self, name: str | None = None, *, window: tuple[float, float] | None = None, bin_width: float = 5.0):
        """Raster of the spikes with the rates of the populations below; drag to zoom.

        Parameters
        ----------
        name : str or several, optional
            Recorders; all by default.
        window : (float, float), optional
            First and last time shown, in ms; everything by default.
        bin_width : float
            Of the rates, in ms.

        Returns
        -------
        spatialnet.views.widgets.RasterView
            ``view.save("raster.svg")`` keeps it, as .svg, .png, .pdf or .html.
        """
        from .. import views
        return views.raster(self._data, name=name, window=window, bin_width=bin_width)

    def movie(self, name: str | None = None, *, bin_width: float = 10.0):
        """Activity of the layers in space, frame by frame.

        Parameters
        ----------
        name : str or several, optional
            Recorders; all by default.
        bin_width : float
            Duration of a frame, in ms.

        Returns
        -------
        spatialnet.views.widgets.MovieView
            ``view.save("movie.html")`` keeps it with all frames and needs no Python.

        Raises
        ------
        DataError
            If no recorded node has a position.
        """
        from .. import views
        return views.movie(self._data, name=name, bin_width=bin_width)


def _per_node(spikes: Spikes, values: np.ndarray, name: str, attrs: dict[str, str]) -> xr.DataArray:
    return xr.DataArray(values, spikes.node_coordinates(), ("recorded_node",), name, attrs)


def _per_recorder(spikes: Spikes, values: np.ndarray, name: str, attrs: dict[str, str]) -> xr.DataArray:
    return xr.DataArray(values, {"recorder": list(spikes.names)}, ("recorder",), name, attrs)
