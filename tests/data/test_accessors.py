"""``data.spatialnet``: every answer against a plain loop, silent nodes included."""

import subprocess
import sys

import numpy as np
import pytest
import xarray as xr

from spatialnet.data import build_tree
from spatialnet.errors import DataError, ParameterError, UnknownNameError
from tests.data.made_by_hand import Projection, Rule, spike_record, table, whole


def test_counts_have_every_recorded_node(tree):
    counts = tree.spatialnet.counts("spikes")
    assert counts.dims == ("recorded_node",) and counts.values.tolist() == [1, 5, 0, 0, 0, 0, 2, 0, 0, 0]
    assert counts.sel(recorded_node=2) == 5 and counts["x"].values[0] == -1.0


def test_rates_are_in_hertz(tree):
    rates = tree.spatialnet.rates("spikes")
    assert rates.sel(recorded_node=2) == 500.0 and rates.sel(recorded_node=3) == 0.0 and rates.attrs["units"] == "Hz"
    assert rates.mean() == 80.0


def test_rates_in_a_window_exclude_its_beginning_and_include_its_end(tree):
    """A spike carries the end of its step, so windows join without counting a spike twice."""
    first = tree.spatialnet.rates("spikes", t_stop=5.0)
    second = tree.spatialnet.rates("spikes", t_start=5.0)
    assert first.sel(recorded_node=2) == 600.0 and second.sel(recorded_node=2) == 400.0
    assert first.sel(recorded_node=1) == 200.0 and second.sel(recorded_node=1) == 0.0


def test_rates_of_an_empty_window_are_refused(tree):
    with pytest.raises(ParameterError, match="t_stop: must be later"):
        tree.spatialnet.rates("spikes", t_start=5.0, t_stop=5.0)
    with pytest.raises(ParameterError, match="finite"):
        tree.spatialnet.rates("spikes", t_start=float("nan"))


def test_rates_of_a_run_of_no_length_are_nan(network, result):
    result.t_stop, result.spikes = 0.0, {"E": spike_record([], [], [1])}
    result.traces = {}
    tree = build_tree(network, result)
    assert np.isnan(tree.spatialnet.rates()).all()
    assert tree.spatialnet.binned(1.0).shape == (0, 1)
    assert tree.spatialnet.field(1.0).sizes["time"] == 0


def test_all_recorders_are_taken_when_none_is_named(tree):
    counts = tree.spatialnet.counts()
    assert counts.sizes["recorded_node"] == 16
    assert counts.where(counts.recorder == "only E", drop=True).values.tolist() == [1, 1, 0, 0, 0, 0]
    assert tree.spatialnet.counts(["only E"]).sizes["recorded_node"] == 6


def test_unknown_recorder_is_refused_with_the_nearest_name(tree):
    with pytest.raises(UnknownNameError, match="no recorder 'spike'. Did you mean 'spikes'"):
        tree.spatialnet.counts("spike")


def test_layer_named_as_a_recorder_is_answered_with_how_to_select_it(tree):
    with pytest.raises(UnknownNameError, match=r"no recorder 'I'.*'I' is a layer.*\.sel\(recorded_node=data\['layers/I'\]"):
        tree.spatialnet.rates("I")
    assert tree.spatialnet.rates("spikes").sel(recorded_node=tree["layers/I"].node).shape == (4,)


@pytest.mark.parametrize("part", [lambda t: t["spikes"], lambda t: t["/spikes/spikes"],
                                  lambda t: t["/spikes/spikes"].to_dataset()])
def test_every_group_is_useful_alone(tree, part):
    counts = part(tree).spatialnet.counts(None)
    assert counts.values[:10].tolist() == [1, 5, 0, 0, 0, 0, 2, 0, 0, 0]


def test_selected_nodes_leave_the_spikes_of_the_others_out(tree):
    """A user narrows the dataset as xarray does it; spikes of other nodes must not be counted to anyone."""
    narrowed = tree["/spikes/spikes"].to_dataset().sel(recorded_node=[7, 2])
    assert narrowed.spatialnet.counts().values.tolist() == [2, 5]


def test_selected_spikes_are_counted(tree):
    spikes = tree["/spikes/spikes"].to_dataset()
    assert spikes.isel(spike=spikes.time.values > 5).spatialnet.counts().sum() == 3


def test_dataset_without_spikes_is_refused(tree):
    with pytest.raises(DataError, match="no spikes here"):
        tree["/layers/E"].spatialnet.counts()
    with pytest.raises(DataError, match="no spikes here"):
        xr.Dataset().spatialnet.rates()


def test_lost_attributes_are_named(tree):
    with pytest.raises(DataError, match="lack the attribute t_start"):
        tree["/spikes/spikes"].to_dataset().drop_attrs().spatialnet.rates()


def test_intervals_belong_to_their_nodes(tree):
    isi = tree.spatialnet.isi("spikes")
    assert isi.values.tolist() == [2.0, 2.0, 2.0, 2.0, 9.7] and isi["node"].values.tolist() == [2, 2, 2, 2, 7]
    assert isi.attrs["units"] == "ms"


def test_cv_is_zero_for_a_clock_and_unknown_for_few_spikes(tree):
    cv = tree.spatialnet.cv("spikes")
    assert cv.sel(recorded_node=2) == 0.0 and cv.notnull().sum() == 1


def test_cv_is_one_for_a_poisson_process(network, result):
    rng = np.random.default_rng(3)
    steps = np.sort(rng.choice(10_000_000, 20_000, replace=False)) + 1
    result.t_stop, result.spikes, result.traces = 1e6, {"E": spike_record(steps, np.ones(20_000), [1])}, {}
    assert build_tree(network, result).spatialnet.cv().item() == pytest.approx(1.0, abs=0.03)


@pytest.fixture
def precise(network, result):
    """Spikes at 1.0, 2.95, 3.05, 4.01 (node 2) and 2.99, 3.0 (node 7) ms, in no order."""
    record = spike_record([30, 41, 10, 30, 31, 30], [7, 2, 2, 2, 2, 7], range(1, 11))
    record.offsets = np.array([0.0, 0.09, 0.0, 0.05, 0.05, 0.01])
    result.spikes = {"spikes": record}
    return build_tree(network, result)


def test_intervals_and_irregularity_use_times_within_the_step_where_they_are_known(precise):
    isi = precise.spatialnet.isi()
    assert isi["node"].values.tolist() == [2, 2, 2, 7]
    assert isi.values == pytest.approx([1.95, 0.1, 0.96, 0.01], abs=1e-12)
    own = np.array([1.95, 0.1, 0.96])
    assert precise.spatialnet.cv().sel(recorded_node=2) == pytest.approx(own.std() / own.mean())


def test_tables_and_rasters_show_times_within_the_step(precise):
    from spatialnet.views.spikes import spikes_of
    times = [1.0, 2.95, 2.99, 3.0, 3.05, 4.01]
    assert precise.spatialnet.to_pandas().time.tolist() == pytest.approx(times)
    assert precise.spatialnet.to_pandas().node.tolist() == [2, 2, 7, 7, 2, 2]
    groups = {group.name: group for group in spikes_of(precise).groups}
    assert groups["E"].times == pytest.approx([1.0, 2.95, 3.05, 4.01]) and groups["I"].times == pytest.approx([2.99, 3.0])


def test_counts_in_bins_do_not_depend_on_times_within_the_step(precise):
    """Bins begin and end with steps, and a spike lies within the step that it is listed with."""
    assert precise.spatialnet.binned(1.0).sel(recorded_node=2).values.tolist() == [1, 0, 1, 1, 1, 0, 0, 0, 0, 0]
    assert precise.spatialnet.counts(t_start=1.0, t_stop=3.0).sum() == 3
    assert precise.spatialnet.field(5.0)["rate"].notnull().any()


def test_recorders_with_and_without_times_within_the_step_go_together(network, result):
    exact, plain = spike_record([30, 41], [2, 2], [2]), spike_record([20, 40], [3, 3], [3])
    exact.offsets = np.array([0.05, 0.0])
    result.spikes = {"a": exact, "b": plain}
    assert build_tree(network, result).spatialnet.isi().values.tolist() == pytest.approx([1.15, 2.0])


def random_trains(network, result, together):
    """20 nodes for 2 s, in which `together` spikes of every node are common to all; node 9 and 10 are silent."""
    rng = np.random.default_rng(5)
    common = rng.choice(20_000, together, replace=False)
    trains = {node: np.union1d(common, rng.choice(20_000, 200 - together, replace=False)) + 1 for node in range(1, 9)}
    steps = np.concatenate(list(trains.values()))
    nodes = np.repeat(list(trains), [len(t) for t in trains.values()])
    result.t_stop, result.traces = 2000.0, {}
    result.spikes = {"all": spike_record(steps, nodes, range(1, 11)), "E": spike_record(steps[nodes < 7], nodes[nodes < 7], range(1, 7))}
    return build_tree(network, result), trains


@pytest.mark.parametrize("together", [0, 100])
@pytest.mark.parametrize("bin_width", [2.0, 3.0])
def test_synchrony_agrees_with_a_loop_over_pairs(network, result, together, bin_width):
    """2000 ms are no multiple of 3 ms: the last bin is left out."""
    tree, trains = random_trains(network, result, together)
    width = round(bin_width * 10)
    counts = np.array([np.bincount((t[t <= 20_000 // width * width] - 1) // width, minlength=20_000 // width) for t in trains.values()])
    pairs = np.corrcoef(counts)
    for recorder, n in (("all", 8), ("E", 6)):
        total = counts[:n].sum(axis=0)
        fano, correlation = (ask(bin_width).sel(recorder=recorder).item() for ask in (tree.spatialnet.fano_factor, tree.spatialnet.correlation))
        assert fano == pytest.approx(total.var(ddof=1) / total.mean())
        assert correlation == pytest.approx(pairs[:n, :n][np.triu_indices(n, 1)].mean(), abs=1e-12)
    assert (fano > 2) == (together > 0) and (correlation > 0.1) == (together > 0)


def test_synchrony_of_nothing_is_unknown(network, result):
    result.spikes, result.traces = {"E": spike_record([], [], [1, 2])}, {}
    ask = build_tree(network, result).spatialnet
    assert np.isnan(ask.fano_factor().item()) and np.isnan(ask.correlation().item()) and np.isnan(ask.fano_factor(10.0).item())
    with pytest.raises(ParameterError, match="bin_width"):
        ask.correlation(0.25)


def test_binned_counts_agree_with_a_loop(tree):
    binned = tree.spatialnet.binned(2.0, "spikes")
    expected = np.zeros((5, 10), int)
    spikes = tree["/spikes/spikes"]
    for time, node in zip(spikes["time"].values, spikes["node"].values):
        expected[int(np.ceil(time / 2.0 - 1e-9)) - 1, node - 1] += 1
    assert (binned.values == expected).all() and binned.dims == ("time", "recorded_node")
    assert binned["time"].values.tolist() == [1.0, 3.0, 5.0, 7.0, 9.0]


def test_binned_by_recorder_sums_its_nodes(tree):
    binned = tree.spatialnet.binned(5.0, per="recorder")
    assert binned.dims == ("time", "recorder") and binned["recorder"].values.tolist() == ["spikes", "only E"]
    assert binned.values.tolist() == [[5, 2], [3, 0]] and binned["n_nodes"].values.tolist() == [10, 6]


def test_last_bin_ends_with_the_record(tree):
    binned = tree.spatialnet.binned(4.0, "spikes")
    assert binned["bin_width"].values.tolist() == [4.0, 4.0, 2.0] and binned["time"].values.tolist() == [2.0, 6.0, 9.0]
    assert binned.sum() == 8
    assert tree.spatialnet.binned(100.0, "spikes")["bin_width"].values.tolist() == [10.0]


@pytest.mark.parametrize("bin_width", [0.0, -1.0, 0.25, float("nan"), float("inf")])
def test_impossible_bin_width_is_refused(tree, bin_width):
    with pytest.raises(ParameterError, match="binned.bin_width: must be a positive multiple of the resolution"):
        tree.spatialnet.binned(bin_width)


def test_unknown_way_to_count_is_refused(tree):
    with pytest.raises(ParameterError, match="binned.per"):
        tree.spatialnet.binned(1.0, per="layer")


def test_no_bin_is_lost_to_rounding(network, result):
    """One spike on every step; each bin of 0.3 ms has exactly three."""
    steps = np.arange(1, 3001)
    result.t_stop, result.spikes, result.traces = 300.0, {"E": spike_record(steps, np.ones(3000), [1])}, {}
    assert set(build_tree(network, result).spatialnet.binned(0.3).values.ravel()) == {3}


def test_field_of_a_grid_lies_on_its_lattice(tree):
    field = tree.spatialnet.field(5.0, "only E")
    assert field["rate"].dims == ("time", "y", "x") and field["rate"].shape == (2, 2, 3)
    assert field["x"].values.tolist() == [-1, 0, 1] and field["y"].values.tolist() == [-0.5, 0.5]
    # Node 1 is upper left, node 2 lower left; one spike each in the first 5 ms.
    assert field["rate"].sel(x=-1).values.tolist() == [[200.0, 200.0], [0.0, 0.0]]
    assert field["rate"].attrs["units"] == "Hz" and field["time_bounds"].values.tolist() == [[0, 5], [5, 10]]
    assert field["time"].attrs["bounds"] == "time_bounds"


def test_field_of_a_free_layer_is_on_the_lattice_asked_for(tree):
    field = tree.spatialnet.field(10.0, "spikes", layer="I", shape=[3, 2])
    assert field["n_nodes"].values.tolist() == [[0, 0, 1], [1, 1, 1]]
    rate = field["rate"].isel(time=0)
    assert np.isnan(rate.values[field["n_nodes"].values == 0]).all()
    assert rate.sel(x=-1.0, y=0.5) == 200.0


def test_field_averages_over_the_nodes_of_a_cell(tree):
    field = tree.spatialnet.field(10.0, "spikes", shape=[1, 1])
    assert field["n_nodes"].item() == 10 and field["rate"].item() == pytest.approx(80.0)


def test_field_without_a_lattice_takes_that_of_the_grid_layer(tree):
    assert tree.spatialnet.field(10.0, "spikes")["rate"].shape == (1, 2, 3)
    assert tree.spatialnet.field(10.0, "spikes", layer="I")["rate"].shape == (1, 1, 1)


def test_field_of_a_group_alone_spans_the_positions(tree):
    field = tree["/spikes/only E"].to_dataset().spatialnet.field(10.0, shape=[2, 2])
    assert field["n_nodes"].sum() == 6


def test_field_can_be_kept_in_the_tree(tree, tmp_path):
    from spatialnet import data
    tree["/fields/E"] = xr.DataTree(tree.spatialnet.field(5.0, "only E"))
    tree.to_netcdf(tmp_path / "run.nc")
    assert data.load(tmp_path / "run.nc").identical(tree)


@pytest.mark.parametrize("shape", [[0, 3], [2], [2.5, 2], "ab", 4])
def test_impossible_lattice_is_refused(tree, shape):
    with pytest.raises(ParameterError, match="field.shape: must be two whole numbers"):
        tree.spatialnet.field(1.0, "spikes", shape=shape)


def test_field_needs_positions(network, result):
    result.spikes, result.traces = {"noise": spike_record([1], [0], [0])}, {}
    with pytest.raises(DataError, match="none of the recorded nodes has a position"):
        build_tree(network, result).spatialnet.field(1.0)


def test_field_of_a_layer_that_was_not_recorded_is_refused(tree):
    with pytest.raises(DataError, match="layer 'I' was not recorded"):
        tree.spatialnet.field(1.0, "only E", layer="I")
    with pytest.raises(UnknownNameError, match="no layer 'X'"):
        tree.spatialnet.field(1.0, "only E", layer="X")


def test_displacement_goes_the_short_way_round(tree):
    delta = tree.spatialnet.displacement("E→I")
    group = tree["/connections/E→I"]
    # 3 → 7: from (0, 0.5) to (-1.2, 0.5); 3 → 10: from (0, 0.5) to (1.4, 0.1); 6 → 8: (1, -0.5) to (0.3, 0.9).
    rows = {(s, t): d for s, t, d in zip(group["source"].values, group["target"].values, delta.values)}
    assert rows[3, 7] == pytest.approx([-1.2, 0.0]) and rows[3, 10] == pytest.approx([1.4, -0.4])
    assert rows[6, 8] == pytest.approx([-0.7, -0.6]), "wraps in y, where the plain difference is 1.4 of 2"
    assert delta["axis"].values.tolist() == ["x", "y"] and delta.attrs["units"] == "mm"


def test_distance_is_the_length_of_displacement(tree):
    delta, distance = tree.spatialnet.displacement("E→I"), tree.spatialnet.distance("E→I")
    assert distance.values == pytest.approx(np.hypot(*delta.values.T))
    assert np.isnan(tree.spatialnet.distance("noise/all")).all(), "noise has no place"


def test_displacement_of_exactly_half_an_extent_is_negative(network, result):
    """The reference's range is [-L/2, L/2)."""
    exc = network.populations[1]
    network.projections = [Projection("E→E", whole(exc), whole(exc), Rule(1.0), [table(exc, exc, [(0, 1), (1, 0)])])]
    delta = build_tree(network, result).spatialnet.displacement()
    assert delta.values.tolist() == [[0.0, -1.0], [0.0, -1.0]]


def test_displacement_does_not_wrap_where_the_pool_does_not(network, result):
    network.populations[2].geometry.edge_wrap = False
    delta = build_tree(network, result).spatialnet.displacement("E→I").values
    assert delta[3] == pytest.approx([-0.7, 1.4])


def test_displacement_needs_the_layers(tree):
    with pytest.raises(DataError, match="needs the positions in /layers"):
        tree["/connections/E→I"].to_dataset().spatialnet.displacement()


def test_projection_must_be_named_where_there_are_several(tree):
    with pytest.raises(DataError, match="name one of 'E→I', 'noise/all'"):
        tree.spatialnet.distance()
    with pytest.raises(UnknownNameError, match="no projection 'E→E'. Did you mean 'E→I'"):
        tree.spatialnet.distance("E→E")
    with pytest.raises(DataError, match="no connections here"):
        tree["/layers/E"].spatialnet.distance()


def test_matrix_has_a_row_for_each_target(tree):
    matrix = tree.spatialnet.matrix("E→I")
    assert matrix.shape == (4, 6)
    assert matrix.toarray()[0].tolist() == [6.0, 0, 2.0, 0, 0, 0] and matrix.toarray()[1, 5] == 9.0
    assert tree.spatialnet.matrix("E→I", "count").sum() == 6
    with pytest.raises(ParameterError, match="matrix.value: must be one of weight, delay, count"):
        tree.spatialnet.matrix("E→I", "receptor")


def test_tables_for_pandas_have_a_row_for_each_spike_or_connection(tree):
    spikes = tree.spatialnet.to_pandas("spikes")
    assert list(spikes) == ["time", "node"] and len(spikes) == 8
    assert tree.spatialnet.to_pandas().groupby("recorder", observed=True).size().to_dict() == \
        {"spikes": 8, "only E": 2}
    assert list(tree.spatialnet.connections_to_pandas("E→I")) == ["source", "target", "weight", "delay", "receptor"]


def test_counting_agrees_with_groupby_on_many_spikes(network, result):
    rng = np.random.default_rng(5)
    steps, nodes = rng.integers(1, 10_001, 5000), rng.integers(1, 11, 5000)
    result.t_stop, result.traces = 1000.0, {}
    result.spikes = {"all": spike_record(steps, nodes, range(1, 11))}
    tree = build_tree(network, result)
    table_ = tree.spatialnet.to_pandas()
    grouped = table_.groupby("node")["time"]
    assert tree.spatialnet.counts().values.tolist() == grouped.size().tolist()
    expected = grouped.apply(lambda t: np.std(np.diff(np.sort(t))) / np.mean(np.diff(np.sort(t))))
    assert tree.spatialnet.cv().values == pytest.approx(expected.values)


def test_recorders_of_different_times_are_not_mixed(tree):
    tree["/spikes/only E"].attrs["t_stop"] = 20.0
    with pytest.raises(DataError, match="cover different times; choose one"):
        tree.spatialnet.rates()


def test_importing_the_data_package_loads_no_heavy_library():
    code = ("import sys, spatialnet.data; "
            "print([m for m in ('dask', 'bokeh', 'ipywidgets', 'matplotlib', 'spatialnet.views') if m in sys.modules])")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
