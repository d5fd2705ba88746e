"""A run streamed to a Zarr store holds what the same run in memory gives, in bounded memory, also when the disk is full."""

import errno
import gc
import os
import shutil
import signal
import subprocess
import sys
import threading
import tracemalloc

import numpy as np
import pytest

import spatialnet as sn
from spatialnet.data.store import Store
from spatialnet.errors import DataError, SimulationError
from spatialnet.simulate import collecting

zarr = pytest.importorskip("zarr")


def network(threads=1):
    net = sn.Network(seed=1, threads=threads)
    cells = net.create("iaf_psc_alpha", sn.grid([10, 5]), I_e=sn.random.uniform(350, 500), name="cells")
    current = net.create("ac_generator", amplitude=50.0, frequency=10.0)
    net.connect(current, cells, sn.all_to_all())
    detector = net.create("correlation_detector")
    net.connect(cells[:2], detector, sn.all_to_all())
    net.connect(cells[2:4], detector, sn.all_to_all(), sn.static_synapse(receptor=1))
    net.record(cells, "spikes")
    net.record(cells, "V_m", interval=0.1, name="V")
    net.record(cells[:3], ["V_m", "I_syn_ex"], interval=2.0, offset=5.0, start=10.0, stop=190.0, name="some", dtype="f8")
    net.record(current, "I")
    changing = net.connect(cells[:5], cells[5:8], sn.all_to_all(), sn.synapse("stdp_synapse", weight=30.0))
    net.record(changing, "weights", start=50.0)
    return net


@pytest.mark.parametrize("buffer", [1 << 25, 20_000])
def test_a_store_holds_what_memory_would(tmp_path, monkeypatch, buffer):
    monkeypatch.setattr(collecting, "BUFFER_BYTES", buffer)
    expected, net = network().simulate(300.0), network()
    found = net.simulate(300.0, store=tmp_path / "run.zarr")
    assert found.attrs["status"] == "complete" and "0 to 300 ms" in found.attrs["history"]
    for tree in (found, sn.load(tmp_path / "run.zarr")):
        assert {n.path for n in tree.subtree} == {n.path for n in expected.subtree}
        for node in expected.subtree:
            if node.path != "/":
                assert tree[node.path].to_dataset(inherit=False).load().identical(node.to_dataset(inherit=False)), node.path
    assert found.spatialnet.rates().identical(expected.spatialnet.rates())
    assert found["/spikes/spikes"].sizes["spike"] > 100 and found["/weights/weights"].sizes["transmission"] > 50
    assert found["/weights/weights"].time.min() > 50.0 and found["/weights/weights"].attrs["t_start"] == 50.0
    assert {p.name for p in (tmp_path / "run.zarr").iterdir()} == {*expected.children, "zarr.json"}


def test_a_store_of_a_second_run_begins_where_it_did(tmp_path):
    whole, net = network().simulate(200.0), network()
    net.simulate(120.0, store=tmp_path / "a.zarr")
    second = net.simulate(80.0, store=tmp_path / "b.zarr")
    time, steps = whole["/spikes/spikes"].time.values, second["/spikes/spikes"].time.values
    assert np.array_equal(steps, time[time > 120.0])


def test_memory_stays_bounded(tmp_path, monkeypatch):
    """32 MB of samples through a buffer of 1 MB."""
    monkeypatch.setattr(collecting, "BUFFER_BYTES", 1 << 20)
    net = sn.Network(seed=1, threads=1)
    net.record(net.create("iaf_psc_alpha", n=100, I_e=400.0), "V_m", interval=0.1)
    tracemalloc.start()
    found = net.simulate(8000.0, store=tmp_path / "run.zarr")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found["/recordings/V_m"].V_m.shape == (80_000, 100) and peak < 14e6


def test_memory_does_not_wait_for_the_garbage_collector(tmp_path, monkeypatch):
    """Hundreds of pieces: none leaves anything behind that refers to itself."""
    monkeypatch.setattr(collecting, "BUFFER_BYTES", 20_000)
    net = network()
    gc.collect()
    gc.disable()
    try:
        net.simulate(300.0, store=tmp_path / "a.zarr", progress=False)
        tracemalloc.start()
        begin = tracemalloc.get_traced_memory()[0]
        grown = []
        write = Store.write

        def written(store, piece):
            write(store, piece)
            grown.append(tracemalloc.get_traced_memory()[0] - begin)

        monkeypatch.setattr(Store, "write", written)
        net.simulate(2400.0, store=tmp_path / "b.zarr", progress=False)
    finally:
        tracemalloc.stop()
        gc.enable()
    quarter = len(grown) // 4
    assert len(grown) > 200 and max(grown[-quarter:]) < max(grown[:quarter]) + 1e6, grown[::quarter]


def test_a_full_disk_ends_the_run_and_keeps_what_was_written(tmp_path, monkeypatch):
    monkeypatch.setattr(collecting, "BUFFER_BYTES", 40_000)
    monkeypatch.setattr("spatialnet.data.store.CHUNK", 4000)
    append, calls = zarr.Array.append, []

    def full(array, data, axis=0):
        calls.append(1)
        if len(calls) > 20:
            array.resize((array.shape[0] + len(data), *array.shape[1:]))  # as zarr does before it writes
            raise OSError(errno.ENOSPC, "No space left on device")
        return append(array, data, axis)

    monkeypatch.setattr(zarr.Array, "append", full)
    net = network()
    with pytest.raises(SimulationError, match="No space left on device.*make room"):
        net.simulate(2000.0, store=tmp_path / "run.zarr")
    monkeypatch.undo()
    kept, reached = sn.load(tmp_path / "run.zarr"), net.time
    assert kept.attrs["status"] == "failed" and 0 < reached < 2000.0
    whole = network().simulate(2000.0)
    t_stop = kept["/recordings/V"].attrs["t_stop"]
    assert 0 < t_stop <= reached and kept["/recordings/V"].sizes["time"] == round(10 * t_stop)
    assert np.array_equal(kept["/recordings/V"].V_m, whole["/recordings/V"].V_m[:round(10 * t_stop)])
    spikes = whole["/spikes/spikes"]
    assert np.array_equal(kept["/spikes/spikes"].time, spikes.time[spikes.time <= t_stop])
    assert int(kept["/spikes/spikes"].n_spikes.sum()) == kept["/spikes/spikes"].sizes["spike"]
    rest = net.simulate(100.0)  # the network goes on where it stands
    expected = spikes.time.values[(spikes.time > reached) & (spikes.time <= reached + 100.0)]
    assert np.array_equal(rest["/spikes/spikes"].time, expected)


#: a disk of 3 MB, seen by this process alone
SMALL_DISK = """
import subprocess, sys
subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", sys.argv[1]], check=True)
import numpy as np
import spatialnet as sn

def network():
    net = sn.Network(seed=1, threads=1)
    cells = net.create("iaf_psc_alpha", n=200, V_m=sn.random.uniform(-70, -60), I_e=sn.random.uniform(350, 500))
    net.record(cells, "spikes")
    net.record(cells, "V_m", interval=0.1)
    return net

net = network()
try:
    net.simulate(5000.0, store=sys.argv[1] + "/run.zarr", progress=False)
except sn.errors.SimulationError as error:
    assert "No space left on device" in str(error) and "make room" in str(error), error
else:
    raise SystemExit("that should not have fitted")
kept, whole = sn.load(sys.argv[1] + "/run.zarr"), network().simulate(net.time, progress=False)
until = kept["/recordings/V_m"].attrs["t_stop"]
assert kept.attrs["status"] == "failed" and 0 < until <= net.time < 5000.0, (until, net.time)
assert np.array_equal(kept["/recordings/V_m"].V_m, whole["/recordings/V_m"].V_m[:round(10 * until)])
times = whole["/spikes/spikes"].time.values
assert np.array_equal(kept["/spikes/spikes"].time, times[times <= until]) and kept["/spikes/spikes"].n_spikes.sum() > 0
assert net.simulate(10.0, progress=False).attrs["status"] == "complete"
print("kept")
"""


@pytest.mark.skipif(shutil.which("unshare") is None, reason="needs Linux's unshare to mount a small disk")
def test_a_disk_that_is_really_full_ends_the_run_and_keeps_what_was_written(tmp_path):
    alone = ["unshare", "--user", "--map-root-user", "--mount"]
    if subprocess.run([*alone, "mount", "-t", "tmpfs", "tmpfs", str(tmp_path)], capture_output=True).returncode:
        pytest.skip("disks cannot be mounted here")
    done = subprocess.run([*alone, sys.executable, "-c", SMALL_DISK, str(tmp_path)], capture_output=True, text=True)
    assert done.stdout == "kept\n", done.stderr


@pytest.mark.parametrize("how", ["interrupt", "limit"])
def test_a_run_that_is_stopped_leaves_a_store_up_to_then(tmp_path, how):
    net = network()
    alarm = threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT))
    if how == "interrupt":
        alarm.start()
    try:
        found = net.simulate(1e6, store=tmp_path / "run.zarr", progress=False, trackers=[sn.WallTimeLimit(0.5)] * (how == "limit"))
    finally:
        alarm.cancel()
    assert found.attrs["status"] == "stopped" and 0 < net.time < 1e6
    assert found["/recordings/V"].attrs["t_stop"] == net.time and found["/recordings/V"].sizes["time"] == round(10 * net.time)
    whole = network().simulate(net.time, progress=False)
    assert np.array_equal(found["/spikes/spikes"].time, whole["/spikes/spikes"].time)
    assert net.simulate(1.0, progress=False).attrs["status"] == "complete"


def test_a_state_that_becomes_nan_leaves_a_readable_store(tmp_path):
    net = sn.Network(threads=1)
    cell = net.create("iaf_psc_delta")
    net.connect(net.create("spike_generator", spike_times=[100.0, 100.1, 100.2], spike_weights=[-1e308] * 3), cell, sn.all_to_all())
    net.record(cell, "V_m")
    with pytest.raises(SimulationError, match="V_m became"):
        net.simulate(1000.0, store=tmp_path / "run.zarr")
    kept = sn.load(tmp_path / "run.zarr")
    assert kept.attrs["status"] == "failed" and (kept["/recordings/V_m"].V_m[:100] == -70.0).all()


def test_stores_that_cannot_be_are_refused_before_the_run(tmp_path):
    net = network()
    (tmp_path / "taken").mkdir()
    with pytest.raises(FileExistsError, match="taken"):
        net.simulate(1.0, store=tmp_path / "taken")
    with pytest.raises(FileNotFoundError, match="no directory"):
        net.simulate(1.0, store=tmp_path / "nowhere" / "run.zarr")
    assert net.time == 0.0


def test_a_store_of_another_program_is_refused(tmp_path):
    zarr.open_group(tmp_path / "other.zarr", mode="w").attrs["author"] = "someone"
    with pytest.raises(DataError, match="spatialnet_schema"):
        sn.load(tmp_path / "other.zarr")
