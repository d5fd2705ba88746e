"""Structural plasticity: `synaptic_elements` and calcium of nodes, and the kernel's synapses that grow, on `Network.growth`.

As there, the nodes of one `Create` call have elements of the same names and curves; numbers `z` and `Ca` are one for each node.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..connect.synapse import default_delay
from ..errors import ParameterError
from ..simulate.growth import Growth, SynapticElement, check_element
from ..simulate.timing import grid_steps
from . import errors
from .errors import translated, unsupported
from .parameters import Parameter, is_number

#: parameters of neurons with their defaults
DEFAULTS: dict[str, Any] = {"Ca": 0.0, "tau_Ca": 10_000.0, "beta_Ca": 0.001, "synaptic_elements": {}}
#: what can be set besides: values of elements that exist
KEYS = frozenset({*DEFAULTS, "synaptic_elements_param"})
_CURVES = {"linear": ("eps",), "gaussian": ("eta", "eps"), "sigmoid": ("eps", "psi")}
_CURVE_KEYS = {"eps": 0.7, "eta": 0.1, "psi": 0.1}
_ELEMENT: dict[str, Any] = {"growth_curve": "linear", "growth_rate": 1.0, "continuous": True, "tau_vacant": 0.1, "z": 0.0} | _CURVE_KEYS
_SYNAPSE = {"synapse_model": "static_synapse", "allow_autapses": True, "allow_multapses": True}


def has_elements(model: Any) -> bool:
    """Whether nodes of a model have calcium and synaptic elements."""
    return (model.declaration is not None and model.element_type == "neuron" and model.declaration.kind in ("neuron", "relay")
            and model.base not in ("astrocyte_lr_1994", "gif_pop_psc_exp"))


# ---- of nodes ----

def check(given: dict[str, Any]) -> None:
    """Refuse values of one node that `give` could not take."""
    for key, value in given.items():
        if key in ("synaptic_elements", "synaptic_elements_param"):
            if not isinstance(value, dict):
                raise errors.TypeMismatch(f"{key} must be a dict of dicts, got {value!r}.")
            for name, element in value.items():
                _element(name, element)
        elif isinstance(value, Parameter):
            raise unsupported(f"a Parameter as {key}", "Give numbers.")
        elif isinstance(value, bool) or not is_number(value):
            raise errors.TypeMismatch(f"{key} must be a number, got {value!r}.")
        elif key != "Ca" and not value > 0:
            raise errors.BadProperty(f"{key} must be > 0, got {value!r}.")


def _element(name: str, given: Any, known: dict[str, Any] = _ELEMENT) -> dict[str, Any]:
    """All values of an element, checked."""
    if not isinstance(given, dict):
        raise errors.TypeMismatch(f"element '{name}' must be a dict, got {given!r}.")
    unknown = [k for k in given if k not in _ELEMENT and k != "z_connected"]
    if unknown:
        raise errors.UnaccessedDictionaryEntry(f"element '{name}': unknown {', '.join(map(str, unknown))}; known are {', '.join(_ELEMENT)}.")
    made = {k: given.get(k, known[k]) for k in _ELEMENT}
    if made["growth_curve"] not in _CURVES:
        raise IndexError(f"element '{name}': growth_curve must be one of {', '.join(_CURVES)}, got {made['growth_curve']!r}")
    for key in made.keys() - {"growth_curve", "continuous"}:
        if isinstance(made[key], bool) or not is_number(made[key]):
            raise errors.TypeMismatch(f"element '{name}': {key} must be a number, got {made[key]!r}.")
    if not made["tau_vacant"] > 0:
        raise errors.BadProperty(f"element '{name}': tau_vacant must be > 0, got {made['tau_vacant']!r}.")
    if not made["z"] >= 0:
        raise errors.BadProperty(f"element '{name}': z must be ≥ 0, got {made['z']!r}.")
    with translated():
        check_element(**{k: made[k] for k in ("growth_curve", "tau_vacant", *_CURVE_KEYS)})
    return made


def shown(given: dict[str, Any], z_connected: int = 0) -> dict[str, Any]:
    """The values of an element as NEST lists them: those of other curves are left out."""
    made = _element("", given)
    return {k: float(v) if k not in ("continuous", "growth_curve") else v for k, v in sorted(made.items())
            if k not in _CURVE_KEYS or k in _CURVES[made["growth_curve"]]} | {"z_connected": z_connected}


class Plan:
    """Calcium and elements that some nodes of a block are to have, checked before anything changes.

    Parameters
    ----------
    growth : Growth
    layer : Layer or None
        Of the whole block; None before it is made.
    n : int
        Nodes of the block.
    indices : (m,) int64
        Which of them.
    rows : list of dict
        For each of these, or one for all.
    """

    def __init__(self, growth: Growth, layer: Any, n: int, indices: np.ndarray, rows: list[dict[str, Any]]):
        self.growth, self.elements, self.calcium = growth, None, {}
        for row in rows:
            check(row)
        rows = rows * len(indices) if len(rows) == 1 else rows
        followed = layer is not None and layer.population.index in growth._cells
        for key in ("tau_Ca", "beta_Ca"):
            if key in rows[0]:
                values = {float(row[key]) for row in rows}
                known = DEFAULTS[key] if not followed else getattr(growth._cells[layer.population.index], key.split("_")[0])
                if len(values) > 1 or len(indices) < n and values != {known}:
                    raise unsupported(f"different values of {key} among the nodes of one Create call")
                self.calcium[key] = values.pop()
        if "Ca" in rows[0]:
            self.calcium["Ca"] = growth.calcium(layer).copy() if followed else np.zeros(n)
            self.calcium["Ca"][indices] = [row["Ca"] for row in rows]
        known = {} if layer is None else growth.elements(layer)
        if "synaptic_elements" in rows[0]:
            lists = [{name: _element(name, e) for name, e in row["synaptic_elements"].items()} for row in rows]
        elif "synaptic_elements_param" in rows[0]:
            old = [{name: _values(e, i) for name, e in known.items()} for i in indices]
            lists = [{name: _element(name, row["synaptic_elements_param"].get(name, {}), e) for name, e in was.items()}
                     for row, was in zip(rows, old)]
        else:
            return
        like = [{name: _curve(e) for name, e in one.items()} for one in lists]
        if any(one != like[0] for one in like) or len(indices) < n and like[0] != {name: _curve(_values(e, 0)) for name, e in known.items()}:
            raise unsupported("synaptic_elements with different names or curves among the nodes of one Create call")
        for name, element in known.items():
            if element.connected.any() and (name not in like[0] or like[0][name] != _curve(_values(element, 0))):
                raise unsupported(f"new curves of elements '{name}', which are connected")
        self.elements = {}
        for name, curve in like[0].items():
            z = known[name].z.copy() if name in known else np.zeros(n)
            z[indices] = [one[name]["z"] for one in lists]
            self.elements[name] = curve | {"z": z}

    def carry_out(self, layer: Any) -> None:
        """Give the nodes what was planned."""
        self.growth.set_calcium(layer, **self.calcium)
        if self.elements is None:
            return
        cells = self.growth._cells[layer.population.index]
        for name in list(cells.elements):
            if not cells.elements[name].connected.any():
                self.growth.remove_element(layer, name)
        for name, element in self.elements.items():
            if name in cells.elements:
                cells.elements[name].z[:] = element["z"]
            else:
                self.growth.add_element(layer, name, **element)


def _values(element: SynapticElement, i: int) -> dict[str, Any]:
    return {k: getattr(element, k) for k in _ELEMENT if k != "z"} | {"z": float(element.z[i])}


def _curve(element: dict[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in element.items() if k != "z"}


def known(kernel: Any, block: Any) -> list[str]:
    """Which of the keys have a value: calcium that nobody has asked for is not followed."""
    if not has_elements(block.model):
        return []
    followed = block.population.index in kernel.network.growth._cells or kernel.step == 0
    return [k for k in DEFAULTS if k != "Ca" or followed]


def values(kernel: Any, block: Any, indices: np.ndarray, key: str) -> list[Any] | None:
    """Calcium or elements of some nodes; None if they have no such key."""
    if key not in DEFAULTS or not has_elements(block.model):
        return None
    growth, layer = kernel.network.growth, block.layer
    cells = growth._cells.get(layer.population.index)
    if cells is None and key not in known(kernel, block):
        raise unsupported("Ca of nodes whose calcium was not followed", "Set Ca = 0. before the simulation.")
    if cells is None:
        return [{} if key == "synaptic_elements" else DEFAULTS[key] for _ in indices]
    if key == "Ca":
        return growth.calcium(layer)[indices].tolist()
    if key == "synaptic_elements":
        elements = growth.elements(layer)
        return [{name: shown(_values(e, i), int(e.connected[i])) for name, e in sorted(elements.items())} for i in indices]
    return [cells.tau if key == "tau_Ca" else cells.beta] * len(indices)


# ---- of the kernel ----

def checked_synapses(kernel: Any, given: Any) -> dict[str, dict[str, Any]]:
    """`structural_plasticity_synapses` with defaults."""
    if not isinstance(given, dict) or not all(isinstance(one, dict) for one in given.values()):
        raise errors.TypeMismatch(f"structural_plasticity_synapses must be a dict of dicts, got {given!r}.")
    made = {}
    for name, one in given.items():
        unknown = one.keys() - {*_SYNAPSE, "pre_synaptic_element", "post_synaptic_element"}
        if unknown:
            raise unsupported(f"structural_plasticity_synapses['{name}']['{min(unknown)}']", "Give weight and delay to the synapse model.")
        if not {"pre_synaptic_element", "post_synaptic_element"} <= one.keys():
            raise errors.BadProperty(f"'{name}': structural plasticity requires both a pre- and postsynaptic element.")
        made[name] = dict(sorted((_SYNAPSE | one).items()))
        model = kernel.synapse_models.get(made[name]["synapse_model"])
        if model is None:
            raise errors.UnknownSynapseType(f"Synapse with name {made[name]['synapse_model']} does not exist.")
        if not model.declaration.is_static:
            raise unsupported(f"structural plasticity with {model.name}", "Only static synapses grow.")
    return made


def checked_interval(kernel: Any, value: Any) -> float:
    """`structural_plasticity_update_interval` in ms."""
    if isinstance(value, bool) or not is_number(value):
        raise errors.TypeMismatch(f"structural_plasticity_update_interval must be a number, got {value!r}.")
    with translated():
        grid_steps(value, kernel.resolution, "kernel", "structural_plasticity_update_interval")
        if not value > 0:
            raise ParameterError("kernel", "structural_plasticity_update_interval", f"must be > 0, got {value!r}.")
    return float(value)


def prepare(kernel: Any) -> None:
    """Tell the native network what grows, before a run."""
    from .synapses import Spec, native_synapse
    growth, settings = kernel.network.growth, kernel.settings
    growth.interval, growth.is_enabled = settings["structural_plasticity_update_interval"], kernel.grows
    if not kernel.grows:
        return
    wanted = settings["structural_plasticity_synapses"]
    known = {name for cells in growth._cells.values() for name in cells.elements}
    for name in list(growth._kinds):
        if kernel.growing.get(name) != wanted.get(name):
            growth.remove_synapse(name)
    for name, one in wanted.items():
        pre, post = one["pre_synaptic_element"], one["post_synaptic_element"]
        if name in growth._kinds or not {pre, post} <= known:
            continue
        model = kernel.synapse_models[one["synapse_model"]]
        weight, delay = model.default("weight"), model.defaults.get("delay", default_delay(1.0, kernel.resolution))
        synapse = native_synapse(Spec(model, {"weight": float(weight), "delay": float(delay)}), int(model.defaults.get("receptor_type", 0)))
        with translated("BadProperty"):
            growth.add_synapse(name, pre, post, synapse, autapses=one["allow_autapses"], multapses=one["allow_multapses"])
    kernel.growing = dict(wanted)
    owners = {(one["synapse_model"], one["pre_synaptic_element"], one["post_synaptic_element"]): name for name, one in wanted.items()}
    models = {id(call.projection): call.models[0] for call in kernel.connections.calls if call.occupies and call.models}
    for given in growth._given:
        given.name = owners.get((models.get(id(given.projection)), given.pre, given.post))


def take_over(kernel: Any) -> None:
    """Let `GetConnections` know what has grown."""
    book, growth = kernel.connections, kernel.network.growth
    known = {id(call.projection) for call in book.calls}
    for name, kind in growth._kinds.items():
        for projection in kind.projections.values():
            if id(projection) not in known:
                book.add(projection, [kernel.growing[name]["synapse_model"]], [-1], False)
                book.calls[-1].has_grown = True
