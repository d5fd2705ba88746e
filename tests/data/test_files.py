"""Files are whole or absent, and give back exactly what was saved."""

import errno
import os
import pickle
import subprocess
import sys

import h5py
import numpy as np
import pytest
import xarray as xr

from spatialnet.data import RunTree, build_tree, load
from spatialnet.errors import DataError


@pytest.fixture
def path(tmp_path):
    return tmp_path / "run.nc"


def left_beside(path):
    return sorted(p.name for p in path.parent.iterdir() if p != path)


def test_loaded_dataset_is_identical_to_the_saved_one(tree, path):
    tree.to_netcdf(path)
    found = load(path)
    assert isinstance(found, RunTree) and found.identical(tree)
    for node in tree.subtree:
        for name, variable in node.dataset.variables.items():
            assert found[node.path].dataset.variables[name].dtype == variable.dtype, (node.path, name)
    assert [n.path for n in found.subtree] == [n.path for n in tree.subtree]


def test_loaded_attributes_are_plain_values(tree, path):
    tree.to_netcdf(path)
    found = load(path)
    assert type(found.attrs["seed"]) is int and type(found.attrs["resolution"]) is float
    assert found["/layers/E"].attrs["extent"].tolist() == [3.0, 2.0]


def test_seeds_of_64_bits_and_long_descriptions_survive(network, result, path):
    """HDF5 limits an attribute of fixed length to 64 kB; ours are of variable length."""
    network.seed = 2**64 - 1
    network.populations[0].parameters["spike_times"] = np.arange(100_000) / 10
    tree = build_tree(network, result)
    tree.to_netcdf(path)
    assert load(path).attrs["seed"] == 2**64 - 1 and load(path).identical(tree)


def test_saving_over_the_loaded_file_works(tree, path):
    """A save cell is run again and again."""
    tree.to_netcdf(path)
    found = load(path)
    found.attrs["title"] = "second"
    found.to_netcdf(path)
    assert load(path).attrs["title"] == "second"
    path.unlink()
    assert found["/spikes/spikes"].sizes["spike"] == 8


def test_save_of_the_accessor_is_atomic_for_any_tree(tree, path):
    plain = xr.DataTree.from_dict({n.path: n.to_dataset() for n in tree.subtree})
    plain.spatialnet.save(path)
    assert load(path).identical(tree)
    with pytest.raises(DataError, match="whole tree"):
        tree["/spikes"].spatialnet.save(path)
    with pytest.raises(DataError, match="whole tree"):
        tree["/spikes/spikes"].to_dataset().spatialnet.save(path)


@pytest.mark.parametrize("place", ["os.replace", "os.fsync", "xarray.backends.writers.dump_to_store"])
@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "No space left on device"), KeyboardInterrupt()])
def test_failing_disk_leaves_the_old_file_and_nothing_else(tree, path, monkeypatch, place, error):
    tree.to_netcdf(path)
    before = path.read_bytes()

    def fail(*args, **kwargs):
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(place, fail)
        with pytest.raises(type(error)):
            tree.to_netcdf(path)
    assert path.read_bytes() == before and left_beside(path) == []


def test_disk_full_in_the_middle_of_writing_leaves_the_old_file(tree, path, monkeypatch):
    from xarray.backends import writers
    tree.to_netcdf(path)
    before, whole, calls = path.read_bytes(), writers.dump_to_store, []

    def half(*args, **kwargs):
        calls.append(1)
        if len(calls) > 3:
            raise OSError(errno.ENOSPC, "No space left on device")
        return whole(*args, **kwargs)

    monkeypatch.setattr(writers, "dump_to_store", half)
    with pytest.raises(OSError, match="No space"):
        tree.to_netcdf(path)
    assert path.read_bytes() == before and left_beside(path) == []


def test_no_file_appears_where_there_was_none(tree, path, monkeypatch):
    monkeypatch.setattr(os, "replace", lambda *a: (_ for _ in ()).throw(OSError("no")))
    with pytest.raises(OSError):
        tree.to_netcdf(path)
    assert list(path.parent.iterdir()) == []


def test_saving_keeps_permissions_and_symbolic_links(tree, path):
    tree.to_netcdf(path)
    path.chmod(0o640)
    link = path.parent / "link.nc"
    link.symlink_to(path)
    tree.to_netcdf(link)
    assert link.is_symlink() and path.stat().st_mode & 0o777 == 0o640


def test_new_file_has_the_permissions_of_any_new_file(tree, path):
    tree.to_netcdf(path)
    other = path.parent / "other"
    other.touch()
    assert path.stat().st_mode == other.stat().st_mode


def test_saving_to_a_place_that_is_none_is_refused(tree, tmp_path):
    with pytest.raises(FileNotFoundError, match="there is no directory"):
        tree.to_netcdf(tmp_path / "missing" / "run.nc")
    with pytest.raises(IsADirectoryError, match="run.nc"):
        tree.to_netcdf(tmp_path)


def test_bytes_and_open_files_are_left_to_xarray(tree, path):
    assert bytes(tree.to_netcdf())[1:4] == b"HDF"
    with open(path, "wb+") as file:
        tree.to_netcdf(file)
    assert load(path).identical(tree)


def test_one_group_can_be_saved_by_itself(tree, path):
    tree["/spikes"].to_netcdf(path)
    with xr.open_datatree(path, engine="h5netcdf") as found:
        assert found.match("*/only E").leaves[0].sizes["spike"] == 2


def test_own_encoding_is_respected(tree, path):
    tree.to_netcdf(path, encoding={"/spikes/spikes": {"time": {"dtype": "f4"}}})
    with h5py.File(path) as file:
        assert file["/spikes/spikes/time"].dtype == np.float32


def test_long_columns_are_compressed_and_nothing_has_a_fill_value(network, result, path):
    n = 20_000
    result.spikes["many"] = type(result.spikes["spikes"])(
        steps=np.sort(np.arange(n) % 100 + 1), nodes=np.arange(n) % 10 + 1, recorded=np.arange(1, 11))
    build_tree(network, result).to_netcdf(path)
    with h5py.File(path) as file:
        column = file["/spikes/many/time"]
        assert column.compression == "gzip" and column.compression_opts == 1 and column.shuffle
        assert "_FillValue" not in column.attrs and file["/spikes/spikes/time"].compression is None


def test_file_is_read_by_xarray_alone(tree, path):
    """Others open it without spatialnet: names, units and attributes are where CF has them."""
    tree.to_netcdf(path)
    with xr.open_dataset(path, group="/spikes/spikes", engine="h5netcdf") as spikes:
        assert spikes["time"].dtype == np.float64 and spikes["time"].attrs["units"] == "ms"
        assert set(spikes.coords) == {"recorded_node", "x", "y"}


@pytest.mark.parametrize("first, engine", [
    ("import xarray", None), ("import spatialnet, xarray", None), ("import spatialnet, xarray", "spatialnet"),
    ("import xarray, spatialnet", "h5netcdf"), ("import spatialnet.data, xarray", "h5netcdf")])
def test_accessor_works_on_what_xarray_opens_itself(tree, path, first, engine):
    """`import spatialnet` alone does not load xarray; xarray finds us by our engine, unless another one is named."""
    tree.to_netcdf(path)
    code = (f"{first}; import sys; name, engine = {str(path)!r}, {engine!r}; "
            "opened = xarray.open_datatree(name, engine=engine), xarray.open_dataset(name, group='/spikes/spikes', engine=engine); "
            "print(*(int(data.spatialnet.counts('spikes').sum()) for data in opened))")
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, check=True)
    n = int(tree.spatialnet.counts("spikes").sum())
    assert done.stdout.split() == [str(n), str(n)] and n > 0


def test_missing_file_is_reported(path):
    with pytest.raises(FileNotFoundError, match="there is no file"):
        load(path)
    with pytest.raises(FileNotFoundError, match="is a directory"):
        load(path.parent)


def test_file_that_is_no_netcdf_is_refused(path):
    path.write_text("time,node\n1.0,2\n")
    with pytest.raises(DataError, match=r"is not a netCDF-4 file .*; expected a netCDF-4 file saved by spatialnet"):
        load(path)
    path.write_bytes(b"")
    with pytest.raises(DataError, match="is not a netCDF-4 file"):
        load(path)


def test_netcdf_of_another_program_is_refused(path):
    xr.Dataset({"t": ("x", [1.0])}, attrs={"title": "weather"}).to_netcdf(path, engine="h5netcdf")
    with pytest.raises(DataError, match="no attribute 'spatialnet_schema'.* its attributes are .*title"):
        load(path)


def test_later_schema_is_refused_and_a_later_minor_one_is_read(tree, path):
    tree.attrs["spatialnet_schema"] = "2.0"
    tree.to_netcdf(path)
    with pytest.raises(DataError, match=r"has schema '2.0', this version of spatialnet reads up to 1.0; update"):
        load(path)
    tree.attrs["spatialnet_schema"] = "1.9"
    tree.to_netcdf(path)
    assert load(path).attrs["spatialnet_schema"] == "1.9"


def test_incomplete_file_is_refused(tree, path):
    del tree.attrs["description_json"]
    tree.to_netcdf(path)
    with pytest.raises(DataError, match="lacks the attribute 'description_json'"):
        load(path)


def test_damaged_file_is_refused(tree, path):
    tree.to_netcdf(path)
    whole = path.read_bytes()
    for n in (100, len(whole) // 2, len(whole) - 100):
        path.write_bytes(whole[:n])
        with pytest.raises(DataError):
            load(path)


class Pickled:
    def __reduce__(self):
        return os.mkdir, ("brought_to_life",)


def test_objects_in_a_file_are_not_brought_to_life(tree, path, monkeypatch):
    """A pickle that would make a directory when read stays bytes."""
    monkeypatch.chdir(path.parent)
    tree.to_netcdf(path)
    with h5py.File(path, "a") as file:
        file.attrs["title"] = np.void(pickle.dumps(Pickled()))
    load(path)
    assert not os.path.exists("brought_to_life")
