"""`Create` and `NodeCollection`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from ..distinct import distinct, repeats
from ..expressions.coordinates import NODE_SYMBOLS
from ..language.nodes import symbols
from ..simulate.kinds import group_class
from ..space.layer import Layer, Nodes, Population
from . import clock, errors, growth
from .errors import translated, unsupported
from .kernel import Block, kernel
from .models import (
    ABSENT,
    AT_START,
    COMPARTMENTS,
    COUNTS,
    INTEGERS,
    RECEPTORS,
    NodeModel,
    demand_unused,
    not_there,
    plain,
    shown,
    to_json,
    to_native,
    uses_wfr,
)
from .old import current_name
from .parameters import Parameter, is_number
from .recording import RECORDERS, StandIn


def is_iterable(value: object) -> bool:
    """Whether `value` is a list, tuple or array of values, one for each node."""
    return isinstance(value, (list, tuple, range)) or isinstance(value, np.ndarray) and value.ndim > 0


def Create(model: str, n: int = 1, params: dict | list | tuple | None = None, positions: Any = None) -> NodeCollection:
    """Make `n` nodes with consecutive ids.

    Parameters
    ----------
    model : str
    n : int
        Number of nodes; left out with a grid or a list of positions.
    params : dict or list of dict, optional
        Values for all nodes, lists with one value each, or Parameters; or a dict for each node.
    positions : spatial.grid or spatial.free, optional

    Returns
    -------
    NodeCollection
    """
    if not isinstance(model, str):
        raise AttributeError(f"the name of a model must be a text, got {model!r}")
    model = current_name(model)
    if model not in kernel.node_models:
        raise not_there(model, "UnknownModelName", f"{model} is not a known model name.")
    try:
        n = int(n) if not isinstance(n, str) else None
    except (TypeError, ValueError):
        n = None
    if n is None:
        raise TypeError("n must have an integer value")
    if not (params is None or isinstance(params, dict)
            or isinstance(params, (list, tuple)) and all(isinstance(p, dict) for p in params)):
        raise TypeError("params must be either a dict of parameters or a list or tuple of dicts")
    placement = None
    if positions is not None:
        if not hasattr(positions, "_placed"):
            raise TypeError(f"positions must be made by spatial.grid or spatial.free, got {positions!r}")
        placement = positions._placed(n)
        n = placement.n
    if n < 0:
        raise errors.BadProperty(f"the number of nodes must be positive, got {n}.")
    if n == 0:
        raise errors.BadParameterValue("the number of nodes must be at least 1.")
    if isinstance(params, (list, tuple)) and len(params) != n:
        raise TypeError("list of params must have one dictionary per node")
    entry = kernel.node_models[model]
    given = _columns(entry, params or {}, n)
    _demand_known(entry, given)
    kernel.network  # noqa: B018  settings that belong to a network are fixed from here on
    with kernel.timed("construction_create"):
        block = _create(entry, n, given, placement)
    return NodeCollection._of(range(block.first, block.first + block.n), block if placement is not None else None, block)


def _create(entry: NodeModel, n: int, given: dict[str, Any], placement: Any) -> Block:
    if entry.declaration is None:
        return _recorders(entry, n, given, placement)
    if entry.base == "noise_generator":
        given.setdefault("dt", entry.default("dt"))
    growing = {k: v for k, v in {**entry.defaults, **given}.items() if k in growth.KEYS}
    plan = growth.Plan(kernel.network.growth, None, n, np.arange(n), _rows(growing, n)) if growing else None
    frozen = given.pop("frozen", False)
    given = {k: v for k, v in given.items() if k not in growth.KEYS}
    values = to_native(entry, {**entry.defaults, **{k: _native_value(entry, k, v, n) for k, v in given.items()}})
    values = clock.on_grid(entry.declaration, values)
    values = clock.from_zero(entry.declaration, values)
    unplaced = "KernelException" if placement is None else "BadProperty"
    with translated("BadProperty", ExpressionError="KernelException", PositionError=unplaced):
        layer = kernel.network.create(entry.declaration.name, placement, n=None if placement is not None else n,
                                      name=_name(entry), **values)
    # where the variables depend on the lengths of lists, the nodes have a declaration of their own
    own = layer.population.model
    block = kernel.add_block(entry if own is entry.declaration else replace(entry, declaration=own), layer, [])
    if plan is not None:
        plan.carry_out(layer)
    if frozen is not False:
        layer.set(frozen=np.array(frozen) if isinstance(frozen, _PerNode) else frozen)
    return block


def _name(entry: NodeModel) -> str | None:
    """Copied models name their layers."""
    if entry.name == entry.base:
        return None
    return kernel.network._name("layer", None, entry.name.replace("/", "_"))


def _recorders(entry: NodeModel, n: int, given: dict[str, Any], placement: Any) -> Block:
    geometry = None
    if placement is not None:
        with translated():
            geometry = placement.realize(kernel.seed, 2 ** 31 + len(kernel.blocks))
    rows = [{k: v[i] if isinstance(v, _PerNode) else v for k, v in given.items()} for i in range(n)]
    first = kernel.n_nodes + 1
    made = [RECORDERS[entry.base]({**entry.defaults, **row}, first + i) for i, row in enumerate(rows)]
    population = Population(-1, entry.name, StandIn(entry.base), 2 ** 40 + first, n, geometry)
    return kernel.add_block(entry, Layer(kernel.network, population), made)


class _PerNode(list):
    """Values one for each node, told from a value that is itself a list."""


def _rows(given: dict[str, Any], n: int) -> list[dict[str, Any]]:
    """A dict for each node, or one for all where they are alike."""
    if not any(isinstance(v, _PerNode) for v in given.values()):
        return [given]
    return [{k: v[i] if isinstance(v, _PerNode) else v for k, v in given.items()} for i in range(n)]


def _columns(entry: NodeModel, params: dict | list, n: int) -> dict[str, Any]:
    """Parameters by name: one value for all nodes, or a `_PerNode`."""
    if not isinstance(params, dict):
        params = [entry.whole(p) for p in params]
        keys = params[0].keys() if params else ()
        if any(p.keys() != keys for p in params):
            raise TypeError("the dictionaries of params must have the same keys")
        return {k: _PerNode(p[k] for p in params) for k in keys}
    given = {}
    for key, value in entry.whole(params).items():
        if is_iterable(value) and not _holds_list(entry, key, value):
            if len(value) < n:
                raise IndexError(f"{key} has {len(value)} values for {n} nodes")
            if len(value) > n:
                raise IndexError(f"{key} has {len(value)} values for {n} nodes; give one for each")
            value = _PerNode(np.asarray(value).tolist() if isinstance(value, np.ndarray) else value)
        given[key] = value
    return given


def _holds_list(entry: NodeModel, key: str, value: Any) -> bool:
    """Whether a list is the value of each node, instead of one value for each."""
    if entry.declaration is None:
        return key in ("record_from", "events")
    if key == "n_events":  # a number for each receptor
        return not any(is_iterable(v) for v in value)
    return key in entry.keys and entry.kind(key) == "list" and not any(is_iterable(v) for v in value)


def _demand_known(entry: NodeModel, given: dict[str, Any]) -> None:
    if entry.declaration is None:
        return  # the recorder itself knows
    for key in list(given):
        if key in entry.keys or key in growth.KEYS and growth.has_elements(entry):
            _demand_kind(entry, key, given[key])
            if key == "n_events":
                given[key] = _cleared(given[key])
            continue
        if key == "frozen":
            _check_frozen(entry, given[key])
            continue
        if key in entry.unused:
            for value in given[key] if isinstance(given[key], _PerNode) else [given[key]]:
                demand_unused(entry, key, value)
            continue
        raise errors.UnaccessedDictionaryEntry(f"Unaccessed elements in params of model '{entry.name}': {key}")
    for key in entry.unused:
        given.pop(key, None)


def _demand_kind(entry: NodeModel, key: str, value: Any) -> None:
    first = value[0] if isinstance(value, _PerNode) and value else value
    if key not in entry.keys:
        return
    is_list = entry.kind(key) == "list"
    if is_list and is_iterable(first) and len(first):
        first = first[0]
    elif is_list and is_number(first):
        raise errors.TypeMismatch(f"{key} must be a list of numbers, got {first!r}.")
    if isinstance(first, str) or key in INTEGERS and isinstance(first, (float, np.floating)):
        raise errors.TypeMismatch(f"{key} must be {'an integer' if key in INTEGERS else 'a number'}, got {first!r}.")


def _cleared(value: Any) -> float:
    """The one number of events that detectors can be given: 0, or 0 for each receptor."""
    if any(np.any(v) for v in (value if is_iterable(value) else [value])):
        raise errors.BadProperty(f"n_events can only be set to 0, which clears what was counted; got {value!r}.")
    return 0.0


def _check_frozen(entry: NodeModel, value: Any) -> None:
    values = value if isinstance(value, _PerNode) else [value]
    if not all(isinstance(v, (bool, np.bool_)) for v in values):
        raise errors.TypeMismatch(f"frozen must be True or False, got {value!r}.")
    if any(values) and not group_class(entry.declaration).can_freeze:
        raise unsupported(f"frozen nodes of {entry.name}", "Disconnect them instead.")


def _native_value(entry: NodeModel, key: str, value: Any, n: int) -> Any:
    """A value as the native API takes it for `n` nodes."""
    if isinstance(value, Parameter):
        if symbols(value.expression).difference(NODE_SYMBOLS):
            raise errors.BadParameterValue(f"{key}: the Parameter belongs to connections and has no value for a node.")
        if entry.kind(key) == "list":
            raise errors.TypeMismatch(f"{key} is a list; a Parameter gives numbers.")
        return value.expression
    if isinstance(value, _PerNode):
        if entry.kind(key) == "switch" and value.count(value[0]) == len(value):
            return value[0]
        return tuple(value) if entry.kind(key) == "list" else np.array(value)
    return value


class NodeCollection:
    """Nodes, sorted by id, each once; may span several models. Cannot be changed itself.

    ``c[3]``, ``c[:10]``, ``c[[1, 5]]``, ``c[mask]`` and ``a + b`` are collections too; ``c.V_m`` reads a parameter and
    ``c.V_m = -60.`` sets it.

    Parameters
    ----------
    data : list of int, optional
        Ids of existing nodes, ascending.
    """

    # the ids as a range, if they are evenly spaced, and as an array, once it has been asked for; the block whose geometry it has;
    # the one block to which all nodes belong, if that is known; and what `blocks` has found
    __slots__ = ("_span", "_array", "_block", "_home", "_blocks", "_generation")

    def __init__(self, data: Any = None):
        if type(data) is list and len(data) == 1 and type(data[0]) is int and 1 <= data[0] <= kernel.n_nodes:
            self._fill(range(data[0], data[0] + 1), None, kernel.block_with(data[0]))
            return
        ids = id_array([] if data is None else data)
        least = np.diff(ids).min() if len(ids) > 1 else 1
        if least < 0:
            raise errors.BadProperty("Indices must be sorted in ascending order")
        if least == 0:
            raise errors.BadProperty("All node IDs in a NodeCollection have to be unique")
        _demand_existing(ids)
        self._fill(ids, None)

    @classmethod
    def _of(cls, ids: range | np.ndarray, block: Block | None = None, home: Block | None = None) -> NodeCollection:
        """A collection of ascending ids, with the geometry of `block`; `home` is the block of all its nodes, if that is known."""
        made = cls.__new__(cls)
        made._fill(ids, block, home)
        return made

    def _fill(self, ids: range | np.ndarray, block: Block | None, home: Block | None = None) -> None:
        is_range = type(ids) is range
        _set_span(self, ids if is_range else None)
        _set_array(self, None if is_range else ids)
        _set_block(self, block)
        _set_home(self, home)
        _set_blocks(self, ())
        _set_generation(self, kernel.generation)

    def _demand_current(self) -> None:
        if self._generation != kernel.generation and len(self):
            raise errors.UnknownNode("this NodeCollection is from before ResetKernel; its nodes no longer exist.")

    @property
    def ids(self) -> np.ndarray:
        """Ids, demanded to be of nodes that still exist."""
        self._demand_current()
        return self._as_array()

    def _as_array(self) -> np.ndarray:
        if self._array is None:
            _set_array(self, np.arange(self._span.start, self._span.stop, self._span.step))
        return self._array

    # ---- as a sequence ----

    def __len__(self) -> int:
        return len(self._array if self._span is None else self._span)

    def __iter__(self) -> Iterator[NodeCollection]:
        self._demand_current()
        for node in self._span or self.ids.tolist():
            yield NodeCollection._of(range(node, node + 1), self._block, self._home)

    def __contains__(self, node: object) -> bool:
        where = np.searchsorted(self.ids, node)
        return bool(where < len(self) and self._array[where] == node)

    def index(self, node_id: int) -> int:
        """Place of an id in the collection."""
        if not isinstance(node_id, (int, np.integer)):
            raise TypeError(f"an id is an integer, got {node_id!r}")
        if node_id not in self:
            raise ValueError(f"{node_id} is not in NodeCollection")
        return int(np.searchsorted(self.ids, node_id))

    def __getitem__(self, key: Any) -> NodeCollection:
        self._demand_current()
        ids = self._array if self._span is None else self._span
        if isinstance(key, slice):
            return NodeCollection._of(ids[self._slice(key)], self._block, self._home)
        if isinstance(key, (int, np.integer)):
            if not -len(ids) <= key < len(ids):
                raise IndexError(f"there is no node number {key} among {len(ids)}")
            node = int(ids[key])
            return NodeCollection._of(range(node, node + 1), self._block, self._home)
        ids = self.ids
        if not isinstance(key, (list, tuple, np.ndarray)):
            raise IndexError("only integers, slices, lists, tuples, and numpy arrays are valid indices")
        if len({isinstance(k, (bool, np.bool_)) for k in np.ravel(np.asarray(key, object))}) > 1:
            raise TypeError("indices must be integers or truth values, not both")
        array = np.asarray(key)
        if array.size == 0:
            return NodeCollection()
        if array.ndim != 1:
            raise TypeError("NumPy indices must one-dimensional")
        if array.dtype == bool:
            if len(array) != len(ids):
                raise IndexError("Bool index array must be the same length as NodeCollection")
            return NodeCollection._of(ids[array], None, self._home)
        if array.dtype.kind not in "iu":
            raise TypeError("NodeCollection indices must be integers or truth values")
        if (array < 0).any():
            raise OverflowError("indices in a list must not be negative")
        if repeats(array):
            raise ValueError("All node IDs in a NodeCollection have to be unique")
        if (np.diff(array) < 0).any():
            raise errors.BadProperty("Indices must be sorted in ascending order")
        if array[-1] >= len(ids):
            raise IndexError(f"there is no node number {array[-1]} among {len(ids)}")
        return NodeCollection._of(ids[array], None, self._home)

    def _slice(self, key: slice) -> slice:
        n, step = len(self), 1 if key.step is None else key.step
        if step < 1:
            raise IndexError("slicing step for NodeCollection must be strictly positive")
        start, stop = 0 if key.start is None else key.start, n if key.stop is None else key.stop
        for what, bound in (("start", start), ("stop", stop)):
            if abs(bound) > n:
                raise IndexError(f"slice {what} value outside of the NodeCollection")
        start, stop = start % n if start < 0 else start, stop % n if stop < 0 else stop
        if start >= stop:
            raise errors.BadParameter("start < stop required.")
        return slice(start, stop, step)

    def __add__(self, other: Any) -> NodeCollection:
        if not isinstance(other, NodeCollection):
            raise TypeError(f"Cannot add object of type '{type(other).__name__}' to 'NodeCollection'")
        if len(self) == 0 or len(other) == 0:
            return other if len(self) == 0 else self
        if self._ends_before(other):
            ids: range | np.ndarray = range(self._span.start, other._span.stop)
        elif self.ids[-1] < other.ids[0]:
            ids = np.concatenate([self.ids, other.ids])
        else:
            ids = distinct(np.concatenate([self.ids, other.ids]))
        if len(ids) < len(self) + len(other):
            raise errors.BadProperty("Cannot join overlapping NodeCollections.")
        if self._block is not other._block:
            raise errors.BadProperty("Can only join NodeCollections with same metadata.")
        return NodeCollection._of(ids, self._block)

    def _ends_before(self, other: NodeCollection) -> bool:
        """Whether both are ranges of all ids, and `other` begins where this one ends."""
        self._demand_current()
        other._demand_current()
        spans = self._span, other._span
        return None not in spans and spans[0].step == spans[1].step == 1 and spans[0].stop == spans[1].start

    def __radd__(self, other: Any) -> NodeCollection:
        if other == 0 and isinstance(other, int):  # sum() begins with 0
            return self
        return self + other

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, NodeCollection):
            return False
        if self._generation != other._generation:
            return False
        if self._span is not None and other._span is not None:
            return self._span == other._span
        return np.array_equal(self._as_array(), other._as_array())

    __hash__ = None

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        return np.array(self.ids, dtype=dtype)

    def tolist(self) -> list[int]:
        """Ids as a list."""
        self._demand_current()
        return self._array.tolist() if self._span is None else list(self._span)

    # ---- in space ----

    @property
    def spatial(self) -> dict[str, Any] | None:
        """Centre, extent, wrapping and number of nodes, with the shape of a grid or the positions of a free layer; or None."""
        self.ids  # noqa: B018
        if self._block is None:
            return None
        g = self._block.population.geometry
        made = {"center": g.center.copy(), "edge_wrap": g.edge_wrap, "extent": g.extent.copy(), "network_size": len(self)}
        if g.shape is not None:
            return made | {"shape": np.array(g.shape)}
        return made | {"positions": self.layer("spatial").positions}

    def layer(self, what: str) -> Layer:
        """The native layer; `LayerExpected` for collections that are none."""
        if self._block is None or len(self) == 0:
            raise errors.LayerExpected(f"{what}: the nodes must be a layer, or a slice of one.")
        return self._native(self._block, self.ids - self._block.first)

    def layer_positions(self, n_axes: int) -> np.ndarray:
        """Positions, for Parameters that use `n_axes` axes of them."""
        if self._block is None:
            raise errors.KernelException("the Parameter depends on positions, but these nodes have none.")
        positions = self.layer("apply").positions
        if positions.shape[1] < n_axes:
            raise errors.KernelException("the Parameter uses the z coordinate, but the layer is 2-dimensional.")
        return positions

    # ---- native ----

    def blocks(self) -> tuple[tuple[Block, np.ndarray], ...]:
        """(block, indices into it) of every part; found once, since one call asks for it many times."""
        ids = self.ids
        if not self._blocks:
            home = self._home
            _set_blocks(self, tuple(kernel.split(ids)) if home is None else ((home, ids - home.first),))
            if len(self._blocks) == 1:
                _set_home(self, self._blocks[0][0])
        return self._blocks

    @property
    def home(self) -> Block | None:
        """The block of all its nodes, if they are of one."""
        if self._home is None:
            self.blocks()
        return self._home

    @property
    def first(self) -> int:
        """The least id."""
        return int(self._array[0]) if self._span is None else self._span.start

    @staticmethod
    def _native(block: Block, indices: np.ndarray) -> Layer:
        whole = len(indices) == block.n
        return block.layer if whole else Layer(block.layer.network, block.population, indices)

    def native(self) -> Nodes:
        """The nodes in the native network."""
        if self._home is not None and len(self) == self._home.n:
            self._demand_current()
            return self._home.layer
        parts = tuple(self._native(block, indices) for block, indices in self.blocks())
        return parts[0] if len(parts) == 1 else Nodes(kernel.network, parts)

    # ---- get ----

    def get(self, *params: Any, output: str = "") -> Any:
        """Values of parameters and state.

        Parameters
        ----------
        *params : str or list of str
            A name, a list of names, nothing for all; or a name and what to take of its value, as ``"events", "times"``.
        output : str
            ``"pandas"`` or ``"json"``.

        Returns
        -------
        A value for one node and a tuple for several; with several names a dict of these.
        """
        if len(self) == 0:
            raise ValueError("Cannot get parameter of empty NodeCollection")
        if output not in ("", "pandas", "json"):
            raise ValueError(f"output must be '', 'pandas' or 'json', got {output!r}")
        if len(params) > 1:
            return self._get_part(params[0], params[1] if len(params) == 2 else list(params[1:]), output)
        what = params[0] if params else None
        if what is None:
            columns = self._all_columns()
        elif isinstance(what, str):
            columns = {what: self._column(what)}
        elif is_iterable(what):
            columns = {key: self._column(key) for key in what}
        else:
            raise TypeError("params should be either a string or an iterable")
        if output == "pandas":
            import pandas as pd
            return pd.DataFrame({k: pd.Series(v, index=self.tolist(), dtype=object if any(map(is_iterable, v)) else None)
                                 for k, v in columns.items()}, index=self.tolist())
        shaped = {k: v[0] if len(self) == 1 else tuple(v) for k, v in columns.items()}
        found = shaped[what] if isinstance(what, str) else shaped
        return to_json(found) if output == "json" else found

    def _get_part(self, name: str, keys: str | list[str], output: str) -> Any:
        values = self._column(name)
        if not all(isinstance(v, dict) for v in values):
            raise TypeError(f"'{name}' has no parts to take {keys!r} of")
        names = [keys] if isinstance(keys, str) else list(keys)
        parts = {k: [v[k] for v in values] for k in names}
        if output == "pandas":
            import pandas as pd
            return pd.DataFrame({k: pd.Series(v, index=self.tolist(), dtype=object) for k, v in parts.items()})
        shaped = {k: v[0] if len(self) == 1 else v for k, v in parts.items()}
        found = shaped[keys] if isinstance(keys, str) else shaped
        return to_json(found) if output == "json" else found

    def _column(self, key: str) -> list[Any]:
        values: list[Any] = []
        known = False
        for block, indices in self.blocks():
            part = _values(block, indices, key)
            known |= part is not None
            values += [None] * len(indices) if part is None else part
        if not known:
            raise KeyError(key)
        return values

    def _all_columns(self) -> dict[str, list[Any]]:
        keys: set[str] = set()
        for block, _ in self.blocks():
            keys |= set(_keys(block))
        return {key: self._column(key) for key in sorted(keys)}

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if len(self) == 0:
            raise AttributeError("Cannot get attribute of empty NodeCollection")
        if name == "global_id":
            ids = self.tolist()
            return ids[0] if len(ids) == 1 else tuple(ids)
        return self.get(name)

    # ---- set ----

    def set(self, params: dict | list | tuple | None = None, **kwargs: Any) -> None:
        """Set parameters and state.

        Parameters
        ----------
        params : dict or list of dict, optional
            Values for all nodes, lists with one value each, or Parameters; or one dict for each node.
        **kwargs
            The same as keywords.
        """
        if bool(kwargs) == (params is not None):
            raise TypeError("must either provide params or kwargs, but not both.")
        params = kwargs if params is None else params
        if len(self) == 0:
            return
        if not isinstance(params, dict):
            if not is_iterable(params):
                raise TypeError(f"params must be a dict or a list of dicts, got {params!r}")
            if not all(isinstance(p, dict) for p in params):
                raise TypeError("params must be a dict or a list of dicts")
            if len(params) == 1:
                params = params[0]
            elif len(params) != len(self):
                raise errors.BadParameter("List of dictionaries must be the same size as the NodeCollection "
                                          f"({len(self)}), {len(params)} given.")
            elif any(p.keys() != params[0].keys() for p in params):
                for node, own in zip(self, params):
                    node.set(own)
                return
        parts = self.blocks()
        given = _columns(parts[0][0].model, params, len(self))
        done = 0
        plans = []
        for block, indices in parts:
            own = {k: _PerNode(v[done:done + len(indices)]) if isinstance(v, _PerNode) else v for k, v in given.items()}
            _demand_known(block.model, own)
            plans.append((block, indices, own))
            done += len(indices)
        for block, indices, own in plans:
            _set(block, indices, own)

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "spatial":
            raise errors.UnaccessedDictionaryEntry("spatial cannot be set.")
        self.set({name: value})

    def __repr__(self) -> str:
        if len(self) == 0:
            return "NodeCollection(<empty>)"
        spatial = "spatial" if self._block is not None else "None"
        is_slice = self._block is not None and len(self) < self._block.n or self._span is not None and self._span.step > 1
        parts = [_shown_part(block.model.name, indices + block.first, True) for block, indices in self.blocks()] if is_slice else \
            [_shown_part(name, ids) for name, ids in _runs(self.blocks())]
        gap = "\n" + " " * 15 if len(parts) > 1 or is_slice else " "
        return f"NodeCollection(metadata={spatial},{gap}{(';' + gap).join(parts)})"


# `NodeCollection.__setattr__` sets parameters of the nodes, so what it holds is set through its slots
_set_span, _set_array, _set_block, _set_home, _set_blocks, _set_generation = (
    getattr(NodeCollection, name).__set__ for name in NodeCollection.__slots__)


def _runs(blocks: tuple[tuple[Block, np.ndarray], ...]) -> Iterator[tuple[str, np.ndarray]]:
    """Model and ids of all stretches of nodes of one model that follow each other."""
    ids = np.concatenate([indices + block.first for block, indices in blocks])
    names = np.concatenate([np.full(len(indices), k) for k, (_, indices) in enumerate(blocks)])
    known = [block.model.name for block, _ in blocks]
    numbers = np.array([known.index(name) for name in known])[names]
    cuts = np.flatnonzero((np.diff(ids) > 1) | (np.diff(numbers) != 0)) + 1
    for part, number in zip(np.split(ids, cuts), numbers[[0, *cuts]]):
        yield known[number], part


def _shown_part(name: str, ids: np.ndarray, is_slice: bool = False) -> str:
    text = f"model={name}, size={len(ids)}, first={ids[0]}"
    step = int(ids[1] - ids[0]) if len(ids) > 1 else 1
    return text + f", last={ids[-1]}" * (is_slice or len(ids) > 1) + f", step={step}" * (step > 1)


def id_array(data: Any) -> np.ndarray:
    """Ids from a list, tuple, range or array."""
    if isinstance(data, NodeCollection):
        return data.ids
    array = np.asarray(data if is_iterable(data) else list(data))
    if array.size == 0:
        return np.empty(0, np.int64)
    if array.ndim != 1 or array.dtype.kind not in "iuf" or (array != np.floor(array)).any():
        raise TypeError(f"node ids must be a list of integers, got {data!r}")
    if array.dtype.kind != "u" and (array < 0).any():
        raise OverflowError(f"node ids are not negative, got {array.min()}")
    return array.astype(np.int64)


def _demand_existing(ids: np.ndarray) -> None:
    wrong = ids[(ids < 1) | (ids > kernel.n_nodes)]
    if len(wrong):
        raise errors.UnknownNode(f"Node with id {wrong[0]} does not exist.")


# ---- values of a block ----

def _common(block: Block, indices: np.ndarray) -> dict[str, Any]:
    """Keys of every node: a value, or a list with one for each."""
    model = block.model
    ids = (indices + block.first).tolist()
    n_vps = kernel.settings["local_num_threads"]
    vps = [i % n_vps for i in ids] if model.element_type == "neuron" else 0
    made = {"element_type": model.element_type, "frozen": _frozen(block, indices), "global_id": ids, "local": True, "model": model.name,
            "model_id": model.number, "node_uses_wfr": uses_wfr(model), "thread": vps, "thread_local_id": -1, "vp": vps}
    made |= model.unused
    if growth.has_elements(model):
        made |= dict.fromkeys(_archived(block), 0)
    if model.base in RECEPTORS:
        made["receptor_types"] = [dict(sorted(RECEPTORS[model.base].items())) for _ in ids]
    if model.recordables or model.base == "ignore_and_fire":
        made["recordables"] = [list(model.recordables) for _ in ids]
    return made


def _archived(block: Block) -> tuple[str, ...]:
    """What is known of the spikes of neurons: of those that plastic synapses look back at, only the last one."""
    keeps = kernel.step and kernel.network._simulation.keeps_spikes(block.population)
    return ("t_spike",) if keeps else tuple(AT_START)


def _last_spikes(block: Block, indices: np.ndarray) -> list[float]:
    times = kernel.network._simulation.last_spikes(block.population, indices)
    return np.where(np.isnan(times), -1.0, times - kernel.epoch * kernel.resolution).tolist()


def _frozen(block: Block, indices: np.ndarray) -> list[bool]:
    if block.devices:
        return [block.devices[i].frozen for i in indices]
    frozen = block.population.frozen
    return [False] * len(indices) if frozen is None else frozen[indices].tolist()


def _keys(block: Block) -> list[str]:
    own = block.devices[0].status() if block.devices else [*block.model.parts(dict.fromkeys(block.model.keys)), *block.model.results, *block.model.count]
    grown = growth.known(kernel, block)
    return [*_common(block, np.zeros(1, np.int64)), *own, *grown]


def _values(block: Block, indices: np.ndarray, key: str) -> list[Any] | None:
    """Values of a key for some nodes of a block; None if its model has no such key."""
    if key in AT_START and growth.has_elements(block.model):
        if key not in _archived(block):
            raise unsupported(f"'{key}' of targets of plastic synapses after a simulation", "A spike_recorder knows their spikes.")
        return _last_spikes(block, indices) if key == "t_spike" else [AT_START[key]] * len(indices)
    is_own = not block.devices and key in block.model.keys
    common = {} if is_own else _common(block, indices)
    if key in common:
        value = common[key]
        return value if isinstance(value, list) else [value] * len(indices)
    if key in ABSENT.get(block.model.base, ()):
        raise unsupported(f"reading '{key}' of {block.model.name}")
    if block.devices:
        if key not in block.devices[0].status():
            return None
        return [block.devices[i].status()[key] for i in indices]
    if key in COMPARTMENTS.get(block.model.base, ()):
        columns = {k.removeprefix(f"{key}_"): _values(block, indices, k) for k in block.model.keys if k.startswith(f"{key}_")}
        return [dict(sorted(zip(columns, row))) for row in zip(*columns.values())]
    if key in block.model.count:
        return [len(v) for v in _values(block, indices, block.model.count[key])]
    if not is_own and key not in block.model.results:
        return growth.values(kernel, block, indices, key)
    found = kernel.network._simulation.history_lengths(block.population, indices) if key == "len_kernel" else None
    if found is None:
        found = kernel.network._simulation.get(block.population, indices, block.model.native(key))
    if key == "origin":
        found = found - kernel.epoch * kernel.resolution
    if found.dtype == object:
        lists = [v if isinstance(v, dict) else np.array(v, np.int64 if key in COUNTS and np.size(v) else np.float64) for v in found]
        return [np.sort(v) for v in lists] if key == "pulse_times" else lists
    return [shown(key, plain(v)) for v in found]


def _set(block: Block, indices: np.ndarray, given: dict[str, Any]) -> None:
    if block.devices:
        for k, i in enumerate(indices):
            own = {key: v[k] if isinstance(v, _PerNode) else v for key, v in given.items()}
            block.devices[i].set(own)
        return
    values, lists = {}, {}
    if block.population.model.kind in ("generator", "detector"):
        given = clock.on_grid(block.population.model, {**block.population.parameters, **given}, given)
    growing = {k: v for k, v in given.items() if k in growth.KEYS}
    plan = None if not growing else growth.Plan(kernel.network.growth, block.layer, block.n, indices, _rows(growing, len(indices)))
    for key, value in given.items():
        if key in growing:
            continue
        if key == "frozen":
            values[key] = np.array(value) if isinstance(value, _PerNode) else value
        elif block.model.kind(key) == "list" and not isinstance(value, Parameter):
            lists[block.model.native(key)] = _whole_lists(block, indices, key, value)
        else:
            values[key] = _native_value(block.model, key, value, len(indices))
    if lists:
        with translated():
            _renew_model(block, lists)
            block.layer.set(lists)
    if values:
        with translated("BadProperty", ExpressionError="KernelException", PositionError="KernelException"):
            NodeCollection._native(block, indices).set(clock.from_zero(block.model.declaration, to_native(block.model, values), is_new=False))
    if plan is not None:
        plan.carry_out(block.layer)


def _renew_model(block: Block, lists: dict[str, Any]) -> None:
    """Let nodes that nothing has used yet have lists of other lengths: then their variables are others, too."""
    population = block.population
    template = kernel.node_models[block.model.name].declaration
    values = population.parameters | lists
    if not getattr(template, "lists", None) or template.unrolled(values) is population.model:
        return
    if kernel.step or kernel.connections.has_any(population):
        return  # the native API says why not
    kept = {k: values[k] for k in template.settable if k in values}
    model = template.unrolled(kept)
    population.parameters, population.model = model.check(kept, block.n), model
    block.model = replace(block.model, declaration=model)


def _whole_lists(block: Block, indices: np.ndarray, key: str, value: Any) -> Any:
    """The lists of all nodes of a block, with those of some replaced: the native API sets them for whole layers."""
    if len(indices) == block.n:
        return tuple(value) if isinstance(value, _PerNode) else value
    lists = list(kernel.network._simulation.get(block.population, np.arange(block.n), block.model.native(key)))
    for k, i in enumerate(indices):
        lists[i] = value[k] if isinstance(value, _PerNode) else value
    return tuple(lists)


# ---- what users call ----

def GetNodes(properties: dict[str, Any] = {}, local_only: bool = False) -> NodeCollection:  # noqa: B006
    """All nodes whose parameters have the given values; in place of `properties` may stand ids of layers, as in NEST 2.x."""
    if isinstance(properties, (list, tuple)):
        from .subnets import GetLeaves
        return GetLeaves(properties, local_only if isinstance(local_only, dict) else None)
    if not isinstance(properties, dict):
        raise TypeError(f"properties must be a dict, got {properties!r}")
    found = []
    for block in kernel.blocks:
        if block.model.element_type == "layer":
            continue
        indices = np.arange(block.n)
        keep = np.ones(block.n, bool)
        for key, wanted in properties.items():
            values = _values(block, indices, key)
            keep &= np.array([v == wanted for v in values]) if values is not None else False
        found.append(indices[keep] + block.first)
    return NodeCollection._of(np.concatenate(found) if found else np.empty(0, np.int64))


def PrintNodes() -> None:
    """Print the ids and models of all nodes, a line for each range of one model."""
    ranges: list[list[Any]] = []
    for block in kernel.blocks:
        last = block.first + block.n - 1
        if ranges and ranges[-1][2] == block.model.name:
            ranges[-1][1] = last
        else:
            ranges.append([block.first, last, block.model.name])
    width = len(str(kernel.n_nodes))
    print("\n".join(f"{first:>{width}} .. {last:>{width}} {name}" if first != last else f"{first:>{width}}{'':{width + 4}} {name}"
                    for first, last, name in ranges))


def GetLocalNodeCollection(nc: NodeCollection) -> NodeCollection:
    """The nodes of this process: all of them."""
    if not isinstance(nc, NodeCollection):
        raise TypeError("GetLocalNodeCollection requires a NodeCollection in order to run")
    return nc


def demand_nodes(value: object, what: str) -> NodeCollection:
    """`value`, if it is a NodeCollection; else TypeError."""
    if not isinstance(value, NodeCollection):
        raise TypeError(f"{what} must be a NodeCollection, got {value!r}")
    return value
