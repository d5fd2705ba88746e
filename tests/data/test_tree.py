"""The tree of a run says what DATASETS promises: dimensions, coordinates, units, attributes."""

import json

import numpy as np
import pytest
import xarray as xr

from spatialnet.data import build_tree
from spatialnet.data.schema import REQUIRED_ATTRIBUTES, attributes, group_names, time_of
from spatialnet.errors import DataError
from tests.data.made_by_hand import Projection, Rule, spike_record, table, whole


def test_root_has_attributes_and_no_coordinates(tree):
    """A time at the root would clash with the times of the children."""
    assert not tree.dataset.variables
    assert set(tree.attrs) == set(REQUIRED_ATTRIBUTES)
    assert tree.attrs["seed"] == 12345 and tree.attrs["resolution"] == 0.1 and tree.attrs["status"] == "complete"
    assert set(tree.children) == {"layers", "connections", "spikes", "recordings"}
    json.loads(tree.attrs["environment_json"])


def test_every_attribute_is_text_or_numbers(tree):
    """netCDF knows no None, bool or dict."""
    for node in tree.subtree:
        for owner in (node, *node.dataset.variables.values()):
            for name, value in owner.attrs.items():
                good = isinstance(value, (str, int, float)) and not isinstance(value, bool)
                assert good or (isinstance(value, np.ndarray) and value.dtype.kind in "if"), (node.path, name, value)


def test_grid_layer_keeps_positions_and_lattice(tree):
    layer = tree["/layers/E"]
    assert layer.sizes == {"node": 6}
    assert layer["node"].values.tolist() == [1, 2, 3, 4, 5, 6]
    assert layer["column"].values.tolist() == [0, 0, 1, 1, 2, 2] and layer["row"].values.tolist() == [0, 1] * 3
    assert layer["column"].dtype == np.int32
    # Row 0 is on top, and x is the slowest index.
    assert layer["y"].values.tolist() == [0.5, -0.5] * 3 and layer["x"].values.tolist() == [-1, -1, 0, 0, 1, 1]
    assert layer["x"].attrs["axis"] == "X" and layer["x"].attrs["units"] == "mm"
    assert layer.attrs["shape"].tolist() == [3, 2] and layer.attrs["edge_wrap"] == 1
    assert layer.attrs["placement"] == "grid" and layer.attrs["n"] == 6 and layer.attrs["model"] == "iaf_psc_alpha"


def test_layer_has_variables_only_for_parameters_that_differ(tree):
    layer = tree["/layers/E"]
    assert list(layer.data_vars) == ["V_m"] and layer["V_m"].attrs["units"] == "mV"
    assert json.loads(layer.attrs["params_json"]) == {"C_m": 250.0}


def test_nodes_without_a_place_are_a_layer_too(tree):
    layer = tree["/layers/noise"]
    assert "x" not in layer.variables and layer.attrs["placement"] == "none" and "extent" not in layer.attrs
    assert json.loads(layer.attrs["params_json"]) == {"rate": 8000.0, "stop": {"number": "inf"}}


def test_connections_are_sorted_by_target_then_source_then_creation(tree):
    group = tree["/connections/E→I"].to_dataset()
    rows = list(zip(*(group[c].values.tolist() for c in ("target", "source", "weight", "delay"))))
    assert rows == [(7, 1, 6.0, 1.2), (7, 3, 2.0, 2.0), (8, 1, 1.0, 1.5), (8, 6, 4.0, 1.0), (8, 6, 5.0, 1.1),
                    (10, 3, 3.0, 0.5)]
    assert group["weight"].attrs["units"] == "pA" and group["delay"].attrs["units"] == "ms"
    assert group["receptor"].dtype == np.int16 and group["source"].dtype == np.int32


def test_n_in_makes_connections_a_ragged_array_by_target(tree):
    group = tree["/connections/E→I"]
    assert group["n_in"].attrs["sample_dimension"] == "synapse"
    assert group["target_node"].values.tolist() == [7, 8, 9, 10]
    assert group["n_in"].values.tolist() == [2, 3, 0, 1]
    assert group["source_node"].values.tolist() == [1, 2, 3, 4, 5, 6]


def test_projection_on_several_populations_is_one_table(tree):
    """Its tables may come in any order; a slash in its name cannot stay in the name of the group."""
    group = tree["/connections/noise_all"]
    assert group.attrs["name"] == "noise/all" and group.attrs["target_layer"] == "E, I"
    assert group["target"].values.tolist() == list(range(1, 11)) and set(group["source"].values) == {0}
    assert group["weight"].values.tolist() == [12.0] * 10
    assert group["delay"].values.tolist() == [1.0] * 10


def test_constant_columns_take_no_memory(tree):
    assert tree["/connections/noise_all"]["weight"].values.strides == (0,)
    assert tree["/connections/noise_all"]["delay"].values.strides == (0,)


def test_two_receptors_of_one_pair_of_populations_are_one_table(network, result):
    exc, inh = network.populations[1:]
    network.projections = [Projection("both", whole(exc), whole(inh), Rule(1.0), [
        table(exc, inh, [(0, 0), (1, 0)], weights=1.0, receptor=1),
        table(exc, inh, [(0, 0), (0, 1)], weights=2.0, receptor=2)])]
    group = build_tree(network, result)["/connections/both"]
    rows = list(zip(*(group[c].values.tolist() for c in ("target", "source", "weight", "receptor"))))
    assert rows == [(7, 1, 1.0, 1), (7, 1, 2.0, 2), (7, 2, 1.0, 1), (8, 1, 2.0, 2)]


def test_sorting_agrees_with_a_plain_sort(network, result):
    """Against lexsort on 20,000 random connections with many multapses."""
    rng = np.random.default_rng(1)
    exc, inh = network.populations[1:]
    pairs = np.column_stack([rng.integers(6, size=20_000), rng.integers(4, size=20_000)])
    weights = rng.random(20_000)
    network.projections = [Projection("many", whole(exc), whole(inh), Rule(1.0),
                                      [table(exc, inh, pairs, weights=weights)])]
    group = build_tree(network, result)["/connections/many"]
    order = np.lexsort((np.arange(20_000), pairs[:, 0], pairs[:, 1]))
    assert (group["weight"].values == weights[order]).all()
    assert (group["target"].values == pairs[order, 1] + inh.first_id).all()


def test_projection_without_connections_has_empty_columns(network, result):
    network.projections = [Projection("none", whole(network.populations[1]), whole(network.populations[2]), Rule(0.0),
                                      [])]
    group = build_tree(network, result)["/connections/none"]
    assert group.sizes["synapse"] == 0 and group["n_in"].values.tolist() == [0] * 4


def test_connections_left_out_say_so(network, result):
    group = build_tree(network, result, connections=False)["/connections/E→I"]
    assert not group.dataset.variables
    assert group.attrs["columns_stored"] == 0 and group.attrs["n_synapses"] == 6
    assert "connections=True" in group.attrs["comment"]
    with pytest.raises(DataError, match="connections=True"):
        build_tree(network, result, connections=False).spatialnet.matrix("E→I")


def test_connections_are_left_out_by_themselves_above_a_limit(network, result, monkeypatch):
    monkeypatch.setattr("spatialnet.data.tree.AUTO_SYNAPSES", 16)
    assert build_tree(network, result)["/connections/E→I"].attrs["columns_stored"] == 1
    monkeypatch.setattr("spatialnet.data.tree.AUTO_SYNAPSES", 15)
    assert build_tree(network, result)["/connections/E→I"].attrs["columns_stored"] == 0
    assert build_tree(network, result, connections=True)["/connections/E→I"].attrs["columns_stored"] == 1


def test_unknown_choice_of_connections_is_refused(network, result):
    with pytest.raises(DataError, match="\"auto\", True or False"):
        build_tree(network, result, connections="yes")


def test_spikes_are_sorted_by_time_and_node(tree):
    spikes = tree["/spikes/spikes"]
    assert spikes["time"].values.tolist() == [0.3, 1.0, 3.0, 5.0, 5.0, 7.0, 9.0, 10.0]
    assert spikes["node"].values.tolist() == [7, 2, 2, 1, 2, 2, 2, 7]
    assert spikes["time"].attrs["units"] == "ms" and spikes["node"].attrs["instance_dimension"] == "recorded_node"
    assert spikes["node"].dtype == np.int32


def test_silent_nodes_are_kept(tree):
    spikes = tree["/spikes/spikes"]
    assert spikes["recorded_node"].values.tolist() == list(range(1, 11))
    assert spikes["n_spikes"].values.tolist() == [1, 5, 0, 0, 0, 0, 2, 0, 0, 0]
    assert spikes.attrs["layer"] == "E, I" and (spikes.attrs["t_start"], spikes.attrs["t_stop"]) == (0.0, 10.0)


def test_recorder_without_spikes_has_empty_columns(network, result):
    result.spikes = {"silent": spike_record([], [], [1, 2])}
    spikes = build_tree(network, result)["/spikes/silent"]
    assert spikes.sizes["spike"] == 0 and spikes["n_spikes"].values.tolist() == [0, 0]


def test_spike_of_a_node_that_is_not_recorded_is_refused(network, result):
    result.spikes = {"E": spike_record([10], [9], [1, 2])}
    with pytest.raises(DataError, match="recorder 'E': node 9"):
        build_tree(network, result)


def test_recorded_node_outside_the_network_is_refused(network, result):
    result.spikes = {"E": spike_record([], [], [1, 99])}
    with pytest.raises(DataError, match="node 99 is in no population"):
        build_tree(network, result)


def test_times_are_divided_not_multiplied(tree):
    """3 / 10 is 0.3, 3 * 0.1 is not: a user selects by time=0.3."""
    recording = tree["/recordings/V_m"]
    assert float(recording["V_m"].sel(time=0.3, node=1).time) == 0.3
    assert recording["step"].values.tolist() == list(range(1, 101))
    assert (time_of(np.arange(1000), 0.1) == np.arange(1000) / 10).all()
    assert time_of(np.array([3]), 2.0)[0] == 6.0 and time_of(np.array([3]), 0.3)[0] == pytest.approx(0.9)


def test_recordings_have_dimensions_time_and_node(tree):
    voltage = tree["/recordings/V_m"]["V_m"]
    assert voltage.dims == ("time", "node") and voltage.dtype == np.float32
    assert voltage.attrs == {"units": "mV", "long_name": "membrane potential"}
    assert voltage["x"].values.tolist() == [-1.0, -1.0, 0.6] and voltage["time"].attrs["axis"] == "T"


def test_traces_have_the_type_they_were_recorded_with(network, result):
    full = np.linspace(-70, -55, 300).reshape(100, 3)
    result.traces["V_m"].variables["V_m"] = full
    assert (build_tree(network, result)["/recordings/V_m"]["V_m"].values == full).all()
    assert build_tree(network, result, trace_dtype="f4")["/recordings/V_m"]["V_m"].dtype == np.float32


def test_trace_of_another_shape_is_refused(network, result):
    result.traces["V_m"].variables["V_m"] = np.zeros((3, 100))
    with pytest.raises(DataError, match=r"recording 'V_m': V_m has shape \(3, 100\), expected .* \(100, 3\)"):
        build_tree(network, result)


def test_network_without_anything_makes_a_tree(network, result):
    network.populations, network.projections, result.spikes, result.traces = [], [], {}, {}
    assert build_tree(network, result).attrs["title"] == "Network of no nodes"


def test_tree_is_a_datatree_through_copies(tree):
    assert isinstance(tree, xr.DataTree) and type(tree.copy()) is type(tree)


def test_group_names_are_unique_and_valid():
    assert group_names(["a/b", "a_b", ".", "E→I", "a\nb"]) == ["a_b", "a_b_2", "_.", "E→I", "a_b_3"]


def test_attributes_without_a_form_in_netcdf_are_refused():
    assert attributes({"a": None, "b": True, "c": {"d": 1}}) == {"b": 1, "c": '{"d":1}'}
    with pytest.raises(DataError, match="E.names: netCDF holds"):
        attributes({"names": ["a", None]}, "E")
    with pytest.raises(DataError, match="text and numbers here, got object"):
        attributes({"a": object()})
