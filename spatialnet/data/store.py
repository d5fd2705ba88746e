"""A run streamed to a Zarr store: what is recorded is appended while it lasts, so that memory stays bounded."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import numpy as np
import xarray as xr

from ..errors import DataError
from .files import check_target
from .schema import RunTree, group_names
from .tree import build_tree, recording_columns, spike_columns, weight_columns, window_of

#: values in a chunk of a column, and the most in a chunk of traces
CHUNK = 1 << 17
#: dimensions that grow
_GROWING = "spike", "time", "transmission"
#: how the columns of each kind of record are made
_COLUMNS = {"spikes": spike_columns, "traces": recording_columns, "weights": weight_columns}
_GROUPS = {"spikes": "spikes", "traces": "recordings", "weights": "weights"}
#: room that is given back when the disk is full, so that what was written can be closed
_RESERVE = 1 << 20


class Store:
    """Where `Simulation.run` streams to; see `open_store`.

    Attributes
    ----------
    t : float
        Time (ms) up to which the store holds what was recorded.
    """

    def __init__(self, path: Path, network, title: str | None, connections: bool | str):
        self.path, self.network, self.options = path, network, {"title": title, "connections": connections}
        self.begun = self.t = network.time
        self._root = None
        self._sizes: dict[str, int] = {}
        self._counts: dict[str, np.ndarray] = {}
        self._windows: dict[str, tuple[float, float]] = {}
        #: columns by group; plain arrays, because datasets refer to themselves and would wait for the garbage collector
        self._waiting: dict[str, list[dict[str, np.ndarray]]] = {}

    def __str__(self) -> str:
        return f"the store {str(self.path)!r}"

    # ---- while the run lasts ----

    def write(self, piece) -> None:
        """Take what was recorded since the last time; it is written when it fills a chunk, and all of it when the run is over.

        Raises
        ------
        OSError
            What was written before is still there.
        """
        if self._root is None:
            self._begin(piece)
        windows = {}
        for kind, columns_of in _COLUMNS.items():
            records = getattr(piece, kind)
            for group, (name, record) in zip(group_names(list(records)), records.items()):
                path = f"{_GROUPS[kind]}/{group}"
                self._waiting.setdefault(path, []).append(columns_of(record, piece.resolution, name))
                windows[path] = tuple(window_of(record, piece).values())
        waiting = sum(column.size for pieces in self._waiting.values() for columns in pieces for column in columns.values())
        if waiting >= CHUNK or piece.status != "running":
            self._flush(piece, windows)

    def _begin(self, piece) -> None:
        import zarr
        tree = build_tree(self.network, piece, **self.options | {"connections": False})
        for kind in ("spikes", "recordings", "weights"):
            for name in tree[kind].children if kind in tree.children else ():
                self._sizes[f"{kind}/{name}"] = 0
                empty = {d: slice(0) for d in _GROWING if d in tree[kind][name].dims}
                tree[f"{kind}/{name}"] = xr.DataTree(tree[kind][name].to_dataset(inherit=False).isel(empty))
        tree.attrs["status"] = "running"
        try:
            tree.to_zarr(self.path, mode="w-", consolidated=False, encoding=_encoding(tree))
            (self.path / "reserve").write_bytes(os.urandom(_RESERVE))
        except OSError:
            shutil.rmtree(self.path, ignore_errors=True)
            raise
        self._root = zarr.open_group(self.path, mode="r+", use_consolidated=False)

    def _flush(self, piece, windows: dict[str, tuple[float, float]]) -> None:
        waiting, self._waiting = self._waiting, {}
        sizes = dict(self._sizes)
        try:
            for group, pieces in waiting.items():
                for name in pieces[0].keys() - {"n_spikes"}:
                    values = np.concatenate([columns[name] for columns in pieces])
                    sizes[group] = self._sizes[group] + len(values)
                    if len(values):
                        self._root[f"{group}/{name}"].append(values, axis=0)
        except OSError:
            self._give_back()
            raise
        for group, pieces in waiting.items():
            if "n_spikes" in pieces[0]:
                self._counts[group] = sum((columns["n_spikes"] for columns in pieces), self._counts.get(group, 0))
        self._windows |= windows
        self._sizes, self.t = sizes, piece.t_stop

    def _give_back(self) -> None:
        """Cut what was written in part, with the room that was kept for it."""
        (self.path / "reserve").unlink(missing_ok=True)
        for group, size in self._sizes.items():
            for _, array in self._root[group].arrays():
                if (array.metadata.dimension_names or ("",))[0] in _GROWING and array.shape[0] != size:
                    array.resize((size, *array.shape[1:]))

    # ---- when it is over ----

    def finish(self, result) -> RunTree:
        """Close the store after the last piece, `result`, and open it for reading."""
        self._write_rest(result)
        self._close(result.status, result.reason)
        return read_store(self.path)

    def _write_rest(self, result) -> None:
        """What may have changed in the run, as plastic weights have, and what detectors have counted."""
        tree = build_tree(self.network, result, **self.options)
        for node in tree.subtree:
            if node.path.split("/")[1] in ("connections", "detectors") and node.path.count("/") == 2:
                node.to_dataset(inherit=False).to_zarr(self.path, group=node.path[1:], mode="w", consolidated=False)

    def _close(self, status: str, reason: str = "") -> None:
        (self.path / "reserve").unlink(missing_ok=True)
        for group, (t_start, t_stop) in self._windows.items():
            self._root[group].attrs.update(t_start=t_start, t_stop=t_stop)
            if group in self._counts:
                self._root[f"{group}/n_spikes"][:] = self._counts[group]
        history = self._root.attrs["history"].replace(f" to {self.begun:g} ms", f" to {self.t:g} ms")
        self._root.attrs.update(status=status, history=history, **({"status_reason": reason} if reason else {}))

    def __enter__(self) -> Store:
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        if kind is None or self._root is None:
            return
        if (found := getattr(error, "result", None)) is not None:  # the last steps before a state became NaN
            self.write(found)
        self._close("failed")


def open_store(path: str | os.PathLike, network, title: str | None = None, connections: bool | str = "auto") -> Store:
    """A new store for a run of `network`.

    Raises
    ------
    DataError
        If the package zarr is missing.
    FileExistsError, FileNotFoundError
        If there is something at `path` already, or no directory to put it in.
    """
    try:
        import zarr  # noqa: F401
    except ImportError:
        raise DataError("a store needs the package zarr; install it with: pip install \"jupyter-spatialnet[store]\"") from None
    path = Path(path).expanduser()
    if path.exists():
        raise FileExistsError(f"there is something at {str(path)!r} already; a run needs a store of its own")
    check_target(path, example="run.zarr")
    return Store(path, network, title, connections)


def read_store(path: Path) -> RunTree:
    """The tree in a store; values are read when they are asked for.

    Raises
    ------
    DataError
        If the store is not one of spatialnet, or is damaged.
    """
    try:
        opened = xr.open_datatree(path, engine="zarr", decode_times=False, decode_timedelta=False, consolidated=False,
                                  chunks=None)
        groups = {node.path: node.to_dataset(inherit=False).drop_encoding() for node in opened.subtree}
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        raise DataError(f"{str(path)!r} cannot be read as a Zarr store ({error})") from error
    for dataset in groups.values():
        dataset.attrs = {k: np.asarray(v) if isinstance(v, list) else v for k, v in dataset.attrs.items()}
    return RunTree.from_dict(groups)


def _encoding(tree: RunTree) -> dict[str, dict[str, dict[str, object]]]:
    encoding = {}
    for node in tree.subtree:
        group = {}
        for name, variable in node.to_dataset(inherit=False).variables.items():
            options: dict[str, object] = {"_FillValue": None} if variable.dtype.kind == "f" else {}
            if variable.dims and variable.dims[0] in _GROWING:
                width = variable.shape[1] if variable.ndim > 1 else 1
                rows = max(1, CHUNK // max(width, 1))
                options["chunks"] = (rows, *(max(n, 1) for n in variable.shape[1:]))
            if options:
                group[name] = options
        if group:
            encoding[node.path] = group
    return encoding
