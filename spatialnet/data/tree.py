"""A network and what a run gave → one labelled tree."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import numpy as np
import xarray as xr
from numpy.typing import DTypeLike, NDArray

from ..errors import DataError
from . import provenance
from .columns import gather_connections, ids_of
from .description import description_json, is_column, plain, sha256
from .schema import (
    AXES,
    CONVENTIONS,
    GRID_AXES,
    NODE_ATTRIBUTES,
    RNG,
    SCHEMA_VERSION,
    TIME_ATTRIBUTES,
    RunTree,
    attributes,
    axis_attributes,
    group_names,
    id_type,
    time_of,
    to_json,
)
from .units import meaning, weight_units

#: with ``connections="auto"``, a network of more synapses than this keeps its columns to itself
AUTO_SYNAPSES = 5_000_000


def build_tree(network, result, title: str | None = None, history: str | None = None, *,
               connections: Literal["auto"] | bool = "auto", trace_dtype: DTypeLike | None = None) -> RunTree:
    """Everything a run gave, with what it takes to understand and repeat it.

    Parameters
    ----------
    network : Network
        The network that ran.
    result : RunResult
        What `simulate` handed over.
    title, history : str, optional
        One line each; by default what the network is made of, and that it was simulated, when and how long.
    connections : "auto" or bool
        Whether ``/connections`` holds the synapses. "auto" does as long as the network has at most `AUTO_SYNAPSES` of
        them; otherwise the groups have the attributes alone, with ``columns_stored = 0`` and a comment.
    trace_dtype : dtype, optional
        Type of recorded traces; as they were recorded when not given.

    Returns
    -------
    RunTree
        The groups ``/layers``, ``/connections``, ``/spikes``, ``/recordings``, ``/weights`` and ``/detectors`` of
        the dataset.

    Raises
    ------
    DataError
        If the result names nodes that the network does not have.
    """
    if connections not in ("auto", True, False):
        raise DataError(f"connections={connections!r}: expected \"auto\", True or False")
    groups: dict[str, xr.Dataset] = {"/": xr.Dataset(attrs=_root_attributes(network, result, title, history))}
    n_synapses = sum(int(p.n) for p in network.projections)
    stored = n_synapses <= AUTO_SYNAPSES if connections == "auto" else connections
    positions = Positions(network.populations)
    for kind, items in {
        "layers": {p.name: layer_dataset(p) for p in network.populations},
        "connections": {p.name: connections_dataset(p, network.resolution, stored) for p in network.projections},
        "spikes": {name: spikes_dataset(r, result, positions, name) for name, r in result.spikes.items()},
        "recordings": {name: recording_dataset(r, result, positions, name, trace_dtype)
                       for name, r in result.traces.items()},
        "weights": {name: weights_dataset(r, result, name) for name, r in getattr(result, "weights", {}).items()},
        "detectors": {name: detector_dataset(r, name) for name, r in getattr(result, "detectors", {}).items()},
    }.items():
        for group, (name, dataset) in zip(group_names(list(items)), items.items()):
            if group != name:
                dataset.attrs["name"] = name
            groups[f"/{kind}/{group}"] = dataset
    return RunTree.from_dict(groups)


def _root_attributes(network, result, title: str | None, history: str | None) -> dict[str, object]:
    description = description_json(network)
    created = provenance.now()
    version = provenance.spatialnet_version()
    layers = ", ".join(f"{p.name} ({p.n} {p.model.name})" for p in network.populations)
    return attributes({
        "Conventions": CONVENTIONS, "spatialnet_schema": SCHEMA_VERSION, "spatialnet_version": version,
        "title": title or f"Network of {layers or 'no nodes'}",
        "history": history or f"{created} spatialnet {version}: simulated {result.t_start:g} to {result.t_stop:g} ms",
        "created": created, "seed": int(network.seed), "rng": RNG, "resolution": float(network.resolution),
        "status": result.status, **({"status_reason": result.reason} if getattr(result, "reason", "") else {}), "description_json": description, "description_sha256": sha256(description),
        "environment_json": to_json(provenance.environment())}, "the root")


class Positions:
    """Where every node of a network is, looked up by global id."""

    def __init__(self, populations: Iterable):
        self._populations = sorted(populations, key=lambda p: p.first_id)

    def coordinates(self, ids: NDArray[np.int64], dim: str, where: str) -> dict[str, tuple]:
        """Coordinates ``x``, ``y`` and ``z`` of `ids` along `dim`; NaN for nodes without a place.

        Raises
        ------
        DataError
            If an id belongs to no population.
        """
        n_dims, units, known = 0, "mm", np.zeros(len(ids), bool)
        columns = np.full((len(AXES), len(ids)), np.nan)
        for population in self._populations:
            mine = (ids >= population.first_id) & (ids < population.first_id + population.n)
            known |= mine
            geometry = population.geometry
            if geometry is None or not mine.any():
                continue
            found = geometry.positions[ids[mine] - population.first_id]
            columns[:found.shape[1], mine] = found.T
            n_dims, units = max(n_dims, found.shape[1]), geometry.units
        if not known.all():
            raise DataError(f"{where}: node {ids[~known][0]} is in no population of the network")
        return {axis: (dim, column, axis_attributes(axis, units)) for axis, column in zip(AXES[:n_dims], columns)}

    def meaning(self, ids: NDArray[np.int64], variable: str) -> dict[str, str]:
        """Attributes of a recorded variable, as the model of the first of `ids` declares it."""
        models = (p.model for p in self._populations if len(ids) and 0 <= ids[0] - p.first_id < p.n)
        return next((meaning(model, variable) for model in models), {"long_name": variable})

    def layers(self, ids: NDArray[np.int64]) -> str:
        """Names of the populations of `ids`, joined by commas."""
        return ", ".join(p.name for p in self._populations
                         if ((ids >= p.first_id) & (ids < p.first_id + p.n)).any())


def layer_dataset(population) -> xr.Dataset:
    """Group ``/layers/<name>``: the nodes of one population."""
    ids = population.first_id + np.arange(population.n, dtype=np.int64)
    coords = {"node": ("node", ids, NODE_ATTRIBUTES)}
    attrs = {"model": population.model.name, "placement": "none", "n": int(population.n)}
    geometry = population.geometry
    if geometry is not None:
        for axis, column in zip(AXES, geometry.positions.T):
            coords[axis] = ("node", np.ascontiguousarray(column, dtype=float), axis_attributes(axis, geometry.units))
        if geometry.shape is not None:
            shape = tuple(int(n) for n in geometry.shape)
            # x is the slowest index and y runs downwards: node k is (column, row, level) of the shape in C order.
            for name, index in zip(GRID_AXES, np.unravel_index(np.arange(population.n), shape)):
                coords[name] = ("node", index.astype(np.int32), {"long_name": f"{name} of the grid, from 0"})
        attrs |= {"placement": geometry.placement, "edge_wrap": int(bool(geometry.edge_wrap)),
                  "extent": np.asarray(geometry.extent, float), "center": np.asarray(geometry.center, float),
                  "shape": None if geometry.shape is None else np.asarray(geometry.shape, np.int32)}
    variables, common = {}, {}
    for name, value in population.parameters.items():
        if is_column(value, population.n):
            variables[name] = ("node", value.copy(), meaning(population.model, name))
        else:
            common[name] = plain(value, short=None)
    attrs["params_json"] = to_json(common)
    return xr.Dataset(variables, coords, attributes(attrs, population.name))


def connections_dataset(projection, resolution: float, stored: bool = True) -> xr.Dataset:
    """Group ``/connections/<name>``: one projection as columns, or its attributes alone.

    Parameters
    ----------
    projection : Projection
    resolution : float
        Step in ms, the unit of the stored delays.
    stored : bool
        False leaves the columns out.
    """
    rule, n = projection.rule, int(projection.n)
    attrs = {"source_layer": ", ".join(p.population.name for p in projection.source.parts),
             "target_layer": ", ".join(p.population.name for p in projection.target.parts),
             "driver": projection.driver, "n_synapses": n, "columns_stored": int(stored),
             "rule_json": to_json(plain(rule)), "mask_json": to_json(plain(projection.mask)),
             "synapse_json": to_json(plain(projection.synapse)),
             "allow_autapses": int(getattr(rule, "allow_autapses", True)),
             "allow_multapses": int(getattr(rule, "allow_multapses", True))}
    if not stored:
        attrs["comment"] = (f"{n} synapses were left out to keep the dataset small; net.simulate(…, "
                            "connections=True) keeps them")
        return xr.Dataset(attrs=attributes(attrs, projection.name))
    columns = gather_connections(projection)
    source_node, target_node = ids_of(projection.source), ids_of(projection.target)
    if getattr(rule, "make_symmetric", False):  # each end is both
        source_node = target_node = np.union1d(source_node, target_node)
    first, last = np.searchsorted(columns.target, target_node), np.searchsorted(columns.target, target_node, "right")
    highest = max((int(ids[-1]) for ids in (source_node, target_node) if len(ids)), default=0)
    ids = id_type(highest)
    weight_attributes = {"long_name": "weight"}
    if unit := weight_units(projection):
        weight_attributes["units"] = unit
    delay_steps = columns.delay_steps
    constant = bool(len(delay_steps)) and delay_steps.strides == (0,)
    delay = np.broadcast_to(time_of(delay_steps[0], resolution), delay_steps.shape) if constant \
        else time_of(delay_steps, resolution)
    variables = {
        "source": ("synapse", columns.source.astype(ids), {"long_name": "global id of the source node"}),
        "target": ("synapse", columns.target.astype(ids), {"long_name": "global id of the target node"}),
        "weight": ("synapse", columns.weight, weight_attributes),
        "delay": ("synapse", delay, {"long_name": "delay", "units": "ms"}),
        "receptor": ("synapse", columns.receptor, {"long_name": "receptor of the target node"}),
        "n_in": ("target_node", (last - first).astype(np.int64),
                 {"long_name": "number of connections to the target node", "sample_dimension": "synapse"}),
    }
    for name, values in columns.others.items():
        variables[name] = ("synapse", values, meaning(projection.synapses[0].declaration, name))
    coords = {"target_node": ("target_node", target_node, {"long_name": "global id of every possible target"}),
              "source_node": ("source_node", source_node, {"long_name": "global id of every possible source"})}
    return xr.Dataset(variables, coords, attributes(attrs, projection.name))


def spike_columns(record, resolution: float, name: str = "spikes") -> dict[str, NDArray]:
    """The columns of ``/spikes/<name>``: ``time``, ``node`` and perhaps ``offset`` by spike, ``n_spikes`` by recorded node."""
    steps, nodes = np.asarray(record.steps, np.int64), np.asarray(record.nodes, np.int64)
    recorded = np.unique(np.asarray(record.recorded, np.int64))
    if steps.shape != nodes.shape or steps.ndim != 1:
        raise DataError(f"recorder {name!r}: steps and nodes must be two columns of one length, got shapes "
                        f"{steps.shape} and {nodes.shape}")
    offsets = getattr(record, "offsets", None)
    if not _is_sorted(steps, nodes):
        order = np.lexsort((nodes, steps))
        steps, nodes, offsets = steps[order], nodes[order], None if offsets is None else offsets[order]
    index = np.searchsorted(recorded, nodes)
    inside = index < len(recorded)
    inside[inside] = recorded[index[inside]] == nodes[inside]
    if not inside.all():
        raise DataError(f"recorder {name!r}: node {nodes[~inside][0]} spiked but is not among the recorded nodes")
    columns = {"time": time_of(steps, resolution), "node": nodes.astype(id_type(int(recorded[-1]) if len(recorded) else 0)),
               "n_spikes": np.bincount(index, minlength=len(recorded)).astype(np.int64)}
    return columns if offsets is None else columns | {"offset": offsets}


def spikes_dataset(record, result, positions: Positions, name: str = "spikes") -> xr.Dataset:
    """Group ``/spikes/<name>``: spikes by time, and every recorded node, also the silent ones."""
    recorded = np.unique(np.asarray(record.recorded, np.int64))
    said = {"time": ("spike", {"units": "ms", "long_name": "time of the spike"}),
            "node": ("spike", NODE_ATTRIBUTES | {"instance_dimension": "recorded_node"}),
            "n_spikes": ("recorded_node", {"long_name": "number of spikes of the node"}),
            "offset": ("spike", {"units": "ms", "long_name": "how long before `time` the spike was"})}
    variables = _variables(spike_columns(record, result.resolution, name), said)
    coords = {"recorded_node": ("recorded_node", recorded, {"long_name": "global id of every recorded node"}),
              **positions.coordinates(recorded, "recorded_node", f"recorder {name!r}")}
    return xr.Dataset(variables, coords, attributes({
        **window_of(record, result), "resolution": float(result.resolution), "layer": positions.layers(recorded)}, name))


def _is_sorted(steps: NDArray[np.int64], nodes: NDArray[np.int64]) -> bool:
    later, same = steps[1:] > steps[:-1], steps[1:] == steps[:-1]
    return bool((later | (same & (nodes[1:] >= nodes[:-1]))).all())


def _variables(columns: dict[str, NDArray], said: dict[str, tuple[str, dict[str, str]]]) -> dict[str, tuple]:
    """Columns with their dimension and attributes."""
    return {name: (said[name][0], column, said[name][1]) for name, column in columns.items()}


def recording_columns(record, resolution: float, name: str = "recording", dtype: DTypeLike | None = None) -> dict[str, NDArray]:
    """The columns of ``/recordings/<name>``: ``time``, ``step`` and every variable, whose rows are times."""
    steps, nodes = np.asarray(record.steps, np.int64), np.asarray(record.nodes, np.int64)
    columns = {}
    for variable, values in record.variables.items():
        values = np.asarray(values)
        if values.shape != (len(steps), len(nodes)):
            raise DataError(f"recording {name!r}: {variable} has shape {values.shape}, expected (time, node) = "
                            f"({len(steps)}, {len(nodes)})")
        columns[variable] = values.astype(dtype or values.dtype)
    return columns | {"time": time_of(steps, resolution), "step": steps}


def recording_dataset(record, result, positions: Positions, name: str = "recording",
                      dtype: DTypeLike | None = None) -> xr.Dataset:
    """Group ``/recordings/<name>``: state variables over time and node."""
    nodes = np.asarray(record.nodes, np.int64)
    columns, variables = recording_columns(record, result.resolution, name, dtype), {}
    for variable in record.variables:
        attrs = positions.meaning(nodes, variable)
        if unit := record.units.get(variable):
            attrs["units"] = unit
        variables[variable] = (("time", "node"), columns[variable], attrs)
    coords = {"time": ("time", columns["time"], TIME_ATTRIBUTES),
              "step": ("time", columns["step"], {"long_name": "number of the step"}),
              "node": ("node", nodes, NODE_ATTRIBUTES),
              **positions.coordinates(nodes, "node", f"recording {name!r}")}
    return xr.Dataset(variables, coords, attributes({
        **window_of(record, result), "resolution": float(result.resolution), "layer": positions.layers(nodes)}, name))


def weight_columns(record, resolution: float, name: str = "weights") -> dict[str, NDArray]:
    """The columns of ``/weights/<name>``: ``time``, ``source``, ``target`` and ``weight`` by transmission."""
    ids = id_type(max((int(np.max(ends, initial=0)) for ends in (record.sources, record.targets)), default=0))
    return {"time": time_of(np.asarray(record.steps, np.int64), resolution), "source": record.sources.astype(ids),
            "target": record.targets.astype(ids), "weight": record.weights}


def weights_dataset(record, result, name: str = "weights") -> xr.Dataset:
    """Group ``/weights/<name>``: every weight that was sent through a projection, by time, source and target."""
    said = {"time": {"units": "ms", "long_name": "time of the presynaptic spike"}, "source": {"long_name": "global id of the source node"},
            "target": {"long_name": "global id of the target node"}, "weight": {"long_name": "weight that was sent"}}
    variables = _variables(weight_columns(record, result.resolution, name), {k: ("transmission", v) for k, v in said.items()})
    return xr.Dataset(variables, attrs=attributes({
        **window_of(record, result), "resolution": float(result.resolution), "projection": record.projection}, name))


def window_of(record, result) -> dict[str, float]:
    """Within the run, when a recorder was active."""
    start, stop = getattr(record, "window", (0.0, np.inf))
    t_start = min(max(float(result.t_start), start), float(result.t_stop))
    return {"t_start": t_start, "t_stop": max(min(float(result.t_stop), stop), t_start)}


def detector_dataset(record, name: str = "detector") -> xr.Dataset:
    """Group ``/detectors/<name>``: what a layer of detectors has counted since it was made or cleared."""
    return xr.Dataset(record.variables, record.coordinates, attributes({"layer": name}, name))
