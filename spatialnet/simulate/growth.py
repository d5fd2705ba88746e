"""Structural plasticity: synaptic elements grow and shrink with the activity of their neurons, and find partners.

Every neuron has a calcium concentration Ca, which decays with tau_Ca and rises by beta_Ca at each of its spikes, and synaptic
elements (axonal boutons, dendritic spines), whose number z changes with Ca by a growth curve. At every interval neurons with fewer
elements than connections lose some, and vacant elements are paired at random (Butz and van Ooyen 2013,
doi:10.1371/journal.pcbi.1003259; the rules of an update are those of NEST).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..connect.change import remove
from ..connect.projection import ConnectionTable, Projection
from ..connect.rules import pairs
from ..connect.synapse import Synapse, check_synapse, delay_steps
from ..errors import ParameterError, UnknownNameError
from ..expressions import streams
from ..models.registry import check_connection
from ..space.layer import Layer, Nodes, Population
from .timing import grid_steps

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(16)


@dataclass
class SynapticElement:
    """One kind of synaptic elements on the neurons of a layer.

    Attributes
    ----------
    growth_curve : {"linear", "gaussian", "sigmoid"}
    growth_rate : float
        Elements per ms.
    eps, eta, psi : float
        Of the curve, in units of Ca: the target (linear, sigmoid), the two zeros (gaussian: eta below eps), the width (sigmoid).
    continuous : bool
        Whether `z` is shown as a fraction too; pairing always takes whole elements.
    tau_vacant : float
        Fraction of the vacant elements that is lost at every interval.
    z, connected : (n,) float64 and int64
        Elements of every neuron, and how many of them have partners.
    """

    growth_curve: str
    growth_rate: float
    eps: float
    eta: float
    psi: float
    continuous: bool
    tau_vacant: float
    z: NDArray[np.float64]
    connected: NDArray[np.int64]

    @property
    def whole(self) -> NDArray[np.int64]:
        """Elements that can have a partner."""
        return np.floor(self.z).astype(np.int64)

    @property
    def vacant(self) -> NDArray[np.int64]:
        """Whole elements without a partner; below 0 where there are more connections than elements."""
        return self.whole - self.connected

    def slope(self, calcium: NDArray[np.float64]) -> NDArray[np.float64]:
        """dz/dt, in elements per ms."""
        match self.growth_curve:
            case "linear":
                return self.growth_rate * (1.0 - calcium / self.eps)
            case "gaussian":
                middle, width = (self.eta + self.eps) / 2.0, (self.eps - self.eta) / (2.0 * math.sqrt(math.log(2.0)))
                return self.growth_rate * (2.0 * np.exp(-((calcium - middle) / width) ** 2) - 1.0)
        return self.growth_rate * (2.0 / (1.0 + np.exp((calcium - self.eps) / self.psi)) - 1.0)

    def grown(self, calcium: NDArray[np.float64], dt: NDArray[np.float64], tau: float) -> NDArray[np.float64]:
        """What is added to z in `dt` ms, while the calcium decays with `tau`."""
        if self.growth_curve == "linear":
            return self.growth_rate * (dt - calcium / self.eps * tau * -np.expm1(-dt / tau))
        times = dt * (1.0 + _NODES[:, None]) / 2.0
        return dt / 2.0 * (_WEIGHTS @ self.slope(calcium * np.exp(-times / tau)))


def check_element(growth_curve: str, eps: float, eta: float, psi: float, tau_vacant: float) -> None:
    """Refuse a growth curve that is none."""
    if growth_curve not in ("linear", "gaussian", "sigmoid"):
        raise ParameterError("add_element", "growth_curve", f"must be 'linear', 'gaussian' or 'sigmoid', got {growth_curve!r}.")
    if growth_curve == "gaussian" and not eta < eps:
        raise ParameterError("add_element", "eta", f"must be below eps, got eta = {eta:g} and eps = {eps:g}.")
    for key, value in (("eps", eps), ("psi", psi)):
        if not value > 0:
            raise ParameterError("add_element", key, f"must be > 0, got {value!r}.")
    if not 0 <= tau_vacant <= 1:
        raise ParameterError("add_element", "tau_vacant", f"must be in [0, 1], got {tau_vacant!r}.")


@dataclass
class _Cells:
    """A population whose neurons have elements."""

    population: Population
    tau: float
    beta: float
    calcium: NDArray[np.float64]
    elements: dict[str, SynapticElement] = field(default_factory=dict)
    spikes: list[tuple[NDArray[np.int64], NDArray[np.int64]]] = field(default_factory=list)

    def pass_time(self, first: int, last: int, h: float) -> None:
        """From step `first` to `last`, with the spikes in between."""
        steps, nodes = (np.concatenate(c) for c in zip(*self.spikes)) if self.spikes else (np.zeros(0, np.int64),) * 2
        order = np.lexsort((steps, nodes))
        steps, nodes = steps[order].astype(np.int64), nodes[order].astype(np.int64)
        rank = np.arange(nodes.size) - np.searchsorted(nodes, nodes)
        reached = np.full(self.population.n, first, dtype=np.int64)
        for k in range(int(rank.max()) + 1 if rank.size else 0):  # the k-th spikes of all neurons together
            at = rank == k
            self._decay(nodes[at], (steps[at] - reached[nodes[at]]) * h)
            reached[nodes[at]] = steps[at]
            self.calcium[nodes[at]] += self.beta
        self._decay(slice(None), (last - reached) * h)

    def _decay(self, nodes: Any, dt: NDArray[np.float64]) -> None:
        for element in self.elements.values():
            element.z[nodes] = np.maximum(element.z[nodes] + element.grown(self.calcium[nodes], dt, self.tau), 0.0)
        self.calcium[nodes] *= np.exp(-dt / self.tau)


@dataclass
class _Kind:
    """Synapses between elements of two names."""

    name: str
    synapse: Synapse
    pre: str
    post: str
    autapses: bool
    multapses: bool
    projections: dict[tuple[int, int], Projection] = field(default_factory=dict)


@dataclass
class _Given:
    """Connections that were not grown, but occupy elements; `name` is that of the growing synapses that may take them away."""

    projection: Projection
    pre: str
    post: str
    name: str | None


@dataclass
class _Bundle:
    """Connections between two layers, and how to keep only some of them."""

    layers: tuple[int, int]
    sources: NDArray[np.int64]
    targets: NDArray[np.int64]
    keep: Callable[[NDArray[np.bool_]], None]


class Growth:
    """The structural plasticity of a network: `Network.growth`.

    Attributes
    ----------
    interval : float
        Between two updates, ms; the first one comes before the first step.
    is_enabled : bool
        Whether connections change. Calcium and elements follow the spikes in any case.
    """

    def __init__(self, network: Any):
        self.network, self.interval, self.is_enabled = network, 10_000.0, True
        self._cells: dict[int, _Cells] = {}
        self._kinds: dict[str, _Kind] = {}
        self._given: list[_Given] = []
        self._reached = 0

    # ---- describing ----

    def add_element(self, layer: Layer, name: str, *, growth_rate: float, growth_curve: str = "gaussian", eps: float = 0.7,
                    eta: float = 0.1, psi: float = 0.1, z: Any = 0.0, continuous: bool = True, tau_vacant: float = 0.1,
                    tau_Ca: float = 10_000.0, beta_Ca: float = 0.001, Ca: Any = 0.0) -> None:
        """Give the neurons of a layer a kind of synaptic elements.

        Parameters
        ----------
        layer : Layer
            A whole layer of neurons.
        name : str
            Such as ``"axon"``; synapses are made between names.
        growth_rate : float
            Elements per ms; below 0 the curve is turned over.
        growth_curve : {"linear", "gaussian", "sigmoid"}
        eps, eta, psi : float
            See `SynapticElement`.
        z : float or (n,) array
            Elements at the beginning.
        tau_vacant : float
            Fraction of vacant elements lost at every interval.
        tau_Ca, beta_Ca, Ca : float
            Time constant (ms) and rise per spike of the calcium of this layer, and its value at the beginning; all elements of a
            layer share it, so they are taken from the first.

        Raises
        ------
        ParameterError
        """
        self._check_layer("add_element", layer)
        check_element(growth_curve, eps, eta, psi, tau_vacant)
        if not tau_Ca > 0:
            raise ParameterError("add_element", "tau_Ca", f"must be > 0, got {tau_Ca!r}.")
        n = layer.population.n
        try:
            elements = np.broadcast_to(np.asarray(z, np.float64), n).copy()
        except ValueError:
            raise ParameterError("add_element", "z", f"must be a number or {n} numbers, got {z!r}.") from None
        if not (np.isfinite(elements).all() and (elements >= 0).all()):
            raise ParameterError("add_element", "z", "must be >= 0.")
        if name in self.elements(layer):
            raise ParameterError("add_element", "name", f"'{layer.name}' has elements '{name}' already.")
        if layer.population.index not in self._cells:
            self.set_calcium(layer, Ca, tau_Ca=tau_Ca, beta_Ca=beta_Ca)
        self._catch_up()
        cells = self._cells[layer.population.index]
        cells.elements[name] = SynapticElement(growth_curve, float(growth_rate), float(eps), float(eta), float(psi), bool(continuous), float(tau_vacant),
                                               elements, np.zeros(n, np.int64))

    def remove_element(self, layer: Layer, name: str) -> None:
        """Take a kind of elements from the neurons of a layer; none of them may be connected.

        Raises
        ------
        ParameterError, UnknownNameError
        """
        known = self.elements(layer)
        if name not in known:
            raise UnknownNameError("synaptic element", name, known)
        if known[name].connected.any():
            raise ParameterError("remove_element", "name", f"elements '{name}' of '{layer.name}' are connected.")
        self._catch_up()
        del self._cells[layer.population.index].elements[name]

    def set_calcium(self, layer: Layer, Ca: Any = None, *, tau_Ca: float | None = None, beta_Ca: float | None = None) -> None:
        """Set the calcium of the neurons of a layer, and how it changes; it is followed from now on.

        Parameters
        ----------
        layer : Layer
            A whole layer of neurons.
        Ca : float or (n,) array, optional
        tau_Ca, beta_Ca : float, optional
            Time constant (ms; 10 000 at first) and rise per spike (0.001).

        Raises
        ------
        ParameterError
        """
        self._check_layer("set_calcium", layer)
        if tau_Ca is not None and not tau_Ca > 0:
            raise ParameterError("set_calcium", "tau_Ca", f"must be > 0, got {tau_Ca!r}.")
        n = layer.population.n
        calcium = None if Ca is None else np.broadcast_to(np.asarray(Ca, np.float64), n).copy()
        self._catch_up()
        cells = self._cells.setdefault(layer.population.index, _Cells(layer.population, 10_000.0, 0.001, np.zeros(n)))
        cells.calcium = cells.calcium if calcium is None else calcium
        cells.tau = cells.tau if tau_Ca is None else float(tau_Ca)
        cells.beta = cells.beta if beta_Ca is None else float(beta_Ca)

    def _check_layer(self, call: str, layer: Any) -> None:
        if not isinstance(layer, Layer) or layer.network is not self.network or len(layer) != layer.population.n:
            raise ParameterError(call, "layer", f"must be a whole layer of this network, got {layer!r}.")
        if layer.population.model.kind not in ("neuron", "relay"):
            raise ParameterError(call, "layer", f"a {layer.population.model.name} has no synaptic elements.")

    def _catch_up(self) -> None:
        """Bring all cells to the present, before something about them changes."""
        step = self.network._simulation.step
        for cells in self._cells.values():
            cells.pass_time(self._reached, step, self.network.resolution)
            cells.spikes.clear()
        self._reached = step

    def add_synapse(self, name: str, pre: str, post: str, synapse: Synapse | None = None, *, autapses: bool = False,
                    multapses: bool = True) -> None:
        """Let synapses form between vacant elements.

        Parameters
        ----------
        name : str
            Of the projections that grow; between two layers ``name: A→B``.
        pre, post : str
            Names of the elements of the presynaptic and the postsynaptic neuron.
        synapse : Synapse, optional
            A `static_synapse` with one weight and one delay.
        autapses, multapses : bool
            Whether a neuron may connect to itself, and whether a pair may connect more than once.

        Raises
        ------
        ParameterError, UnknownNameError
        """
        synapse = check_synapse(synapse, self.network.resolution)
        if name in self._kinds:
            raise ParameterError("add_synapse", "name", f"'{name}' is taken.")
        if isinstance(synapse, tuple) or not synapse.declaration.is_static or synapse.declaration.carries != "spikes" or not all(
                isinstance(value, (int, float)) for value in (synapse.weight, synapse.delay)):
            raise ParameterError("add_synapse", "synapse", "must be a static_synapse with one weight and one delay; plastic, random or "
                                 "several synapses do not grow, nor couplings of rates.")
        delay_steps(synapse.delay, self.network.resolution)
        known = {element for cells in self._cells.values() for element in cells.elements}
        for element in (pre, post):
            if element not in known:
                raise UnknownNameError("synaptic element", element, known, "Give it to a layer with add_element first.")
        for a, b in self._ends(pre, post):
            check_connection(a.population.model, b.population.model, synapse.receptor)
        self._kinds[name] = _Kind(name, synapse, pre, post, autapses, multapses)

    def occupy(self, projection: Projection, pre: str, post: str, name: str | None = None) -> None:
        """Let connections that were made by `Network.connect` occupy synaptic elements of their neurons.

        Parameters
        ----------
        projection : Projection
            Stays as it is otherwise; do not disconnect parts of it later.
        pre, post : str
            Names of elements. Neurons without such take no part; where there are too few, there will be as many as connections.
        name : str, optional
            Of the growing synapses that take connections away when elements retract; by default nothing does.

        Raises
        ------
        ParameterError
        """
        if not isinstance(projection, Projection) or projection.network is not self.network:
            raise ParameterError("occupy", "projection", f"must be a projection of this network, got {projection!r}.")
        self._catch_up()
        self._given.append(_Given(projection, pre, post, name))
        for table in projection.tables:
            for element in self._count(table, pre, post, 1):
                element.z = np.maximum(element.z, np.where(element.vacant < 0, element.connected + element.z % 1.0, 0.0))

    def _count(self, table: ConnectionTable, pre: str, post: str, sign: int) -> list[SynapticElement]:
        """Add the connections of a table to those of the elements at its ends, or take them off."""
        found = []
        for population, element_name, ends in ((table.source, pre, table.sources), (table.target, post, table.targets)):
            cells = self._cells.get(population.index)
            if cells is None or element_name not in cells.elements:
                continue
            element = cells.elements[element_name]
            element.connected += sign * np.bincount(ends, minlength=population.n)
            found.append(element)
        return found

    def remove_synapse(self, name: str) -> None:
        """Let no more synapses of a name form or go; those that have grown stay.

        Raises
        ------
        UnknownNameError
        """
        if name not in self._kinds:
            raise UnknownNameError("growing synapse", name, self._kinds)
        del self._kinds[name]

    def elements(self, layer: Layer) -> dict[str, SynapticElement]:
        """The elements of a layer by name, as they are now."""
        return {} if layer.population.index not in self._cells else self._now(layer).elements

    def calcium(self, layer: Layer) -> NDArray[np.float64]:
        """The calcium of the neurons of a layer now."""
        if layer.population.index not in self._cells:
            raise ParameterError("calcium", "layer", f"'{layer.name}' has no synaptic elements.")
        return self._now(layer).calcium

    def _now(self, layer: Layer) -> _Cells:
        """A copy at the present time. The cells themselves stay at the last update, so that looking changes nothing."""
        cells = self._cells[layer.population.index]
        copied = _Cells(cells.population, cells.tau, cells.beta, cells.calcium.copy(), {
            name: replace(element, z=element.z.copy(), connected=element.connected.copy()) for name, element in cells.elements.items()},
            cells.spikes)
        copied.pass_time(self._reached, self.network._simulation.step, self.network.resolution)
        return copied

    @property
    def projections(self) -> list[Projection]:
        """What has grown."""
        return [p for kind in self._kinds.values() for p in kind.projections.values()]

    # ---- in a run ----

    @property
    def memory(self) -> tuple[dict[int, _Cells], int]:
        """What changes in a run, for snapshots: the cells, and the step of the last update."""
        return self._cells, self._reached

    @memory.setter
    def memory(self, kept: tuple[dict[int, _Cells], int]) -> None:
        self._cells, self._reached = kept

    def rewind(self) -> None:
        """The clock begins anew at 0; elements, calcium and what has grown stay."""
        self._reached = 0
        for cells in self._cells.values():
            cells.spikes.clear()

    @property
    def is_active(self) -> bool:
        """Whether there is calcium to follow."""
        return bool(self._cells)

    @property
    def populations(self) -> dict[int, Population]:
        """Those whose spikes count."""
        return {index: cells.population for index, cells in self._cells.items()}

    def next_update(self, step: int, h: float) -> int:
        """The first step after `step` at which connections change."""
        every = max(int(grid_steps(self.interval, h, "growth", "interval")), 1)
        return (step // every + 1) * every

    def is_due(self, step: int, h: float) -> bool:
        """Whether connections change before `step`; the first time at 0, as in NEST."""
        return step == self.next_update(step - 1, h)

    def add(self, population: int, steps: NDArray[np.int64], nodes: NDArray[np.uint32]) -> None:
        """Note spikes."""
        if population in self._cells and steps.size:
            self._cells[population].spikes.append((steps, nodes))

    def update(self, step: int, h: float) -> bool:
        """Remove and make connections. Returns whether there was any change."""
        for cells in self._cells.values():
            cells.pass_time(self._reached, step, h)
            cells.spikes.clear()
        self._reached = step
        if not self.is_enabled:
            return False
        rng = np.random.Generator(np.random.Philox(key=[self.network.seed & 0xffffffffffffffff, streams.GROWTH],
                                                   counter=[0, 0, 0, step]))
        changed = False
        for kind in self._kinds.values():
            for side in ("pre", "post"):
                changed |= self._retract(kind, side, rng)
        for kind in self._kinds.values():
            changed |= self._form(kind, rng)
        for cells in self._cells.values():
            for element in cells.elements.values():
                element.z -= np.maximum(element.vacant, 0) * element.tau_vacant
        return changed

    def _ends(self, pre: str, post: str) -> Iterator[tuple[_Cells, _Cells]]:
        for a in self._cells.values():
            for b in self._cells.values():
                if pre in a.elements and post in b.elements:
                    yield a, b

    def _retract(self, kind: _Kind, side: str, rng: np.random.Generator) -> bool:
        """Neurons with fewer elements than connections lose randomly chosen ones."""
        element_name, changed = getattr(kind, side), False
        for index, cells in self._cells.items():
            if element_name not in cells.elements:
                continue
            excess = np.maximum(-cells.elements[element_name].vacant, 0)
            if not excess.any():
                continue
            bundles = [b for b in self._bundles(kind) if b.layers[side == "post"] == index]
            ends = [b.sources if side == "pre" else b.targets for b in bundles]
            owner = np.concatenate(ends) if ends else np.zeros(0, np.int64)
            order = rng.permutation(owner.size)
            order = order[np.argsort(owner[order], kind="stable")]
            rank = np.arange(owner.size) - np.searchsorted(owner[order], owner[order])
            lost = np.zeros(owner.size, bool)
            lost[order] = rank < excess[owner[order]]
            start = 0
            for bundle in bundles:
                keep = ~lost[start:start + bundle.sources.size]
                start += bundle.sources.size
                if not keep.all():
                    bundle.keep(keep)
                    changed = True
        return changed

    def _bundles(self, kind: _Kind) -> Iterator[_Bundle]:
        """What a kind of synapses may take away: what it has grown, and what was given to it."""
        for key in list(kind.projections):
            sources, targets = self._listed(kind, key)
            yield _Bundle(key, sources, targets, lambda keep, key=key, s=sources, t=targets: self._store(kind, key, s[keep], t[keep]))
        for given in self._given:
            if given.name != kind.name or given.projection not in self.network.projections:
                continue
            for k, table in enumerate(given.projection.tables):
                yield _Bundle((table.source.index, table.target.index), table.sources.astype(np.int64), table.targets.astype(np.int64),
                              lambda keep, given=given, k=k: self._take_away(given, k, ~keep))

    def _take_away(self, given: _Given, k: int, lost: NDArray[np.bool_]) -> None:
        """Remove connections of the table `k` of a projection."""
        tables = given.projection.tables
        self._count(tables[k], given.pre, given.post, -1)
        where = np.zeros(given.projection.n, bool)
        start = sum(len(table) for table in tables[:k])
        where[start:start + len(lost)] = lost
        remove(given.projection, None, None, where)
        self._count(given.projection.tables[k], given.pre, given.post, 1)
        self.network._simulation.forget_tables()

    def _form(self, kind: _Kind, rng: np.random.Generator) -> bool:
        """Vacant elements are shuffled and paired."""
        def vacant(side: str) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
            found = [(index, np.repeat(np.arange(cells.population.n), np.maximum(cells.elements[getattr(kind, side)].vacant, 0)))
                     for index, cells in self._cells.items() if getattr(kind, side) in cells.elements]
            layers = np.concatenate([np.full(nodes.size, index) for index, nodes in found])
            nodes = np.concatenate([nodes for _, nodes in found])
            order = rng.permutation(nodes.size)
            return layers[order], nodes[order]

        (from_layer, sources), (to_layer, targets) = vacant("pre"), vacant("post")
        n = min(sources.size, targets.size)
        from_layer, sources, to_layer, targets = from_layer[:n], sources[:n], to_layer[:n], targets[:n]
        if not kind.autapses:
            keep = (from_layer != to_layer) | (sources != targets)
            from_layer, sources, to_layer, targets = from_layer[keep], sources[keep], to_layer[keep], targets[keep]
        changed = False
        for key in sorted(set(zip(from_layer.tolist(), to_layer.tolist()))):
            here = (from_layer == key[0]) & (to_layer == key[1])
            new = np.stack([sources[here], targets[here]])
            old = np.stack(self._listed(kind, key))
            if not kind.multapses:
                new = np.unique(new, axis=1)
                width = self._cells[key[1]].population.n
                new = new[:, ~np.isin(new[0] * width + new[1], old[0] * width + old[1])]
            if new.size:
                self._store(kind, key, *np.concatenate([old, new], axis=1))
                changed = True
        return changed

    def _listed(self, kind: _Kind, key: tuple[int, int]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        if key not in kind.projections:
            return np.zeros(0, np.int64), np.zeros(0, np.int64)
        table = kind.projections[key].tables[0]
        return table.sources.astype(np.int64), table.targets.astype(np.int64)

    def _store(self, kind: _Kind, key: tuple[int, int], sources: NDArray[np.int64], targets: NDArray[np.int64]) -> None:
        """Put a list of connections in the place of those between two layers."""
        a, b = (self._cells[index] for index in key)
        before = np.stack(self._listed(kind, key))
        order = np.lexsort((targets, sources))
        sources, targets = sources[order], targets[order]
        steps = int(delay_steps(kind.synapse.delay, self.network.resolution))
        table = ConnectionTable(a.population, b.population, np.searchsorted(sources, np.arange(a.population.n + 1)).astype(np.int64),
                                targets.astype(np.uint32), float(kind.synapse.weight), steps, kind.synapse.receptor)
        projection = kind.projections.get(key)
        if projection is None:
            name = self.network._name("projection", None, f"{kind.name}: {a.population.name}→{b.population.name}")
            index = len(self.network.projections) + self.network._n_disconnected
            projection = kind.projections[key] = Projection(self.network, index, name, self._layer(a), self._layer(b),
                                                            pairs(sources, targets), kind.synapse, [table])
            self.network.projections.append(projection)
        else:
            projection.tables, projection.rule = [table], pairs(sources, targets)
        for element, ends, were, n in ((a.elements[kind.pre], sources, before[0], a.population.n),
                                       (b.elements[kind.post], targets, before[1], b.population.n)):
            element.connected += np.bincount(ends, minlength=n) - np.bincount(were, minlength=n)
        self.network._simulation.forget_tables()

    def _layer(self, cells: _Cells) -> Nodes:
        return Layer(self.network, cells.population)
