"""Recorders with a window or an offset: stamps in (start, stop], samples at offset + k interval."""

import numpy as np
import pytest

import spatialnet as sn
from spatialnet.errors import ParameterError


def network():
    net = sn.Network(seed=1, threads=1)
    parrot = net.create("parrot_neuron")
    net.connect(net.create("spike_generator", spike_times=[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]), parrot, sn.all_to_all(),
                sn.static_synapse(delay=1.0))
    return net, parrot


@pytest.mark.parametrize("parts", [(10.0,), (3.0, 0.1, 2.9, 4.0)])
def test_a_spike_recorder_stores_stamps_after_start_and_up_to_stop(parts):
    """simulation.md, check 5."""
    net, parrot = network()
    net.record(parrot, "spikes", start=3.0, stop=6.0)
    net.record(parrot, "spikes", name="all")
    runs = [net.simulate(t) for t in parts]
    assert np.concatenate([r["/spikes/spikes"].time for r in runs]).tolist() == [4.0, 5.0, 6.0]
    assert np.concatenate([r["/spikes/all"].time for r in runs]).tolist() == [2.0, 3.0, 4.0, 5.0, 6.0, 7.0]


def test_rates_are_taken_over_the_window():
    net, parrot = network()
    net.record(parrot, "spikes", start=3.0, stop=6.0)
    data = net.simulate(10.0)
    assert (data["/spikes/spikes"].attrs["t_start"], data["/spikes/spikes"].attrs["t_stop"]) == (3.0, 6.0)
    assert data.spatialnet.rates().item() == 1000.0


@pytest.mark.parametrize("options, expected", [
    ({"interval": 2.0}, [2, 4, 6, 8, 10]), ({"interval": 2.0, "offset": 1.0}, [1, 3, 5, 7, 9]),
    ({"start": 3.0, "stop": 7.0}, [4, 5, 6, 7]), ({"interval": 2.0, "offset": 5.0}, [5, 7, 9]),
    ({"interval": 4.0, "offset": 6.0, "stop": 9.0}, [6]), ({"start": 20.0}, []), ({"start": 4.0, "stop": 4.0}, []),
    ({"interval": 3.0, "offset": 0.5, "start": 3.5}, [6.5, 9.5]),
])
@pytest.mark.parametrize("parts", [(10.0,), (0.4, 3.1, 0.5, 6.0)])
def test_samples_lie_at_the_offset_and_the_multiples_of_the_interval(options, expected, parts):
    """simulation.md, 8.5; the values are those of a recorder that samples every step."""
    net = sn.Network(seed=1, threads=1)
    cells = net.create("iaf_psc_alpha", n=3, I_e=sn.random.uniform(200, 700))
    net.record(cells[1:], "V_m", dtype="f8", name="some", **options)
    net.record(cells, "V_m", interval=0.1, dtype="f8", name="all")
    runs = [net.simulate(t) for t in parts]
    times = np.concatenate([r["/recordings/some"].time for r in runs])
    assert times.tolist() == pytest.approx(expected)
    found, every = (np.concatenate([r[f"/recordings/{k}"].V_m for r in runs]) for k in ("some", "all"))
    assert np.array_equal(found, every[np.rint(times * 10).astype(int) - 1, 1:])


@pytest.mark.parametrize("options, said", [
    ({"offset": -1.0}, "offset"), ({"offset": 0.05}, "offset"), ({"offset": np.inf}, "offset"), ({"start": 0.05}, "start"),
    ({"stop": 2.0, "start": 3.0}, "stop"), ({"stop": "late"}, "stop"), ({"start": None}, "start"), ({"stop": np.nan}, "stop"),
])
def test_impossible_windows_are_refused(options, said):
    net = sn.Network()
    cells = net.create("iaf_psc_alpha")
    with pytest.raises(ParameterError, match=f"record.{said}"):
        net.record(cells, "V_m", **options)
    if said != "offset":
        with pytest.raises(ParameterError, match=f"record.{said}"):
            net.record(cells, "spikes", **options)
    assert not net.recorders
    with pytest.raises(ParameterError, match="record.offset"):
        net.record(cells, "spikes", offset=1.0)


def test_recorders_say_what_they_record():
    net = sn.Network(seed=1)
    cells = net.create("iaf_psc_alpha", n=5, name="cells")
    made = net.connect(cells, cells, sn.one_to_one(), name="to itself")
    assert repr(net.record(cells, "spikes")) == "<recorder 'spikes': spikes of 5 nodes of cells>"
    assert repr(net.record(cells[2], ["V_m", "I_syn_ex"], interval=0.5, start=10.0, stop=20.0, name="few")) == \
        "<recorder 'few': V_m, I_syn_ex every 0.5 ms of 1 node of cells[…], stamps in (10, 20] ms>"
    assert repr(net.record(made, "weights", start=5.0)) == "<recorder 'weights': weights of to itself, stamps in (5, inf] ms>"
