"""Impossible recorders and runs are refused, and the network is as it was before the call."""

import numpy as np
import pytest

import spatialnet as sn
from spatialnet.errors import DataError, ParameterError, SimulationError, SpatialnetError, UnknownNameError


@pytest.mark.parametrize("time", [-1., 0.05, np.nan, np.inf, "long", None, [1.]])
def test_impossible_time_is_refused(net, refused, time):
    with refused(ParameterError, "simulate"):
        net.simulate(time)


def test_run_of_no_length_gives_empty_data(net):
    net.record(net["E"], "spikes")
    net.record(net["E"][:2], "V_m")
    data = net.simulate(0.)
    assert data["/spikes/spikes"].sizes["spike"] == 0 and data["/recordings/V_m"].sizes["time"] == 0
    assert data.spatialnet.rates().isnull().all()


def test_run_without_recorders_gives_layers_and_connections(net, tmp_path):
    data = net.simulate(1.)
    assert set(data.children) == {"layers", "connections"}
    data.to_netcdf(tmp_path / "run.nc")
    assert sn.load(tmp_path / "run.nc").identical(data)
    with pytest.raises(DataError, match="net.record"):
        data.spatialnet.rates()


def test_network_without_anything_runs(tmp_path):
    net = sn.Network()
    data = net.simulate(1.)
    data.to_netcdf(tmp_path / "run.nc")
    assert sn.load(tmp_path / "run.nc").identical(data) and net.time == 1.0


def test_unknown_recordable_is_refused_with_the_nearest_name(net, refused):
    with refused(UnknownNameError, "no recordable of iaf_psc_alpha 'V'", "Its recordables: V_m"):
        net.record(net["E"], "V")


def test_variable_of_a_device_cannot_be_recorded(net, refused):
    with refused(SpatialnetError):
        net.record(net["noise"], "V_m")


def test_spikes_of_a_generator_that_differ_by_target_cannot_be_recorded(net, refused):
    with refused(SimulationError, "parrot_neuron"):
        net.record(net["noise"], "spikes")


@pytest.mark.parametrize("arguments, said", [
    ({"interval": 0.}, "interval"), ({"interval": -1.}, "interval"), ({"interval": 0.25}, "interval"),
    ({"interval": np.nan}, "interval"), ({"dtype": "i4"}, "dtype"), ({"dtype": "c16"}, "dtype"),
])
def test_impossible_recorder_is_refused(net, refused, arguments, said):
    with refused(ParameterError, f"record.{said}"):
        net.record(net["E"], "V_m", **arguments)


@pytest.mark.parametrize("what", [[], 3, None, ["V_m", 3], ""])
def test_impossible_variable_is_refused(net, refused, what):
    with refused(SpatialnetError):
        net.record(net["E"], what)


@pytest.mark.parametrize("nodes", [None, [0, 1], "E", 3])
def test_recorded_nodes_must_be_nodes(net, refused, nodes):
    with refused(ParameterError, "record.nodes"):
        net.record(nodes, "spikes")


def test_recorder_of_nothing_is_refused(net, refused):
    with refused(ParameterError, "record.nodes: there are none"):
        net.record(net["E"][:0], "spikes")


def test_recorder_with_a_name_that_is_taken_is_refused(net):
    net.record(net["E"], "spikes")
    with pytest.raises(ParameterError, match="record.name: 'spikes' is taken"):
        net.record(net["I"], "spikes", name="spikes")
    assert net.record(net["I"], "spikes").name == "spikes_2" and len(net.recorders) == 2


@pytest.mark.parametrize("times", [[-1.], [np.nan], ["a"], [[1.], [2.]], 5.0])
def test_impossible_spike_times_are_refused(net, refused, times):
    with refused(SpatialnetError, "spike_times"):
        net.create("spike_generator", spike_times=times)
