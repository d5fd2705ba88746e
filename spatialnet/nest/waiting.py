"""Connections that wait: those of small calls that draw nothing are made together, when connections are next asked for.

Scripts that connect in a loop make their connections one by one. The first call of a kind is checked as every call is, and leaves a
`Route` behind. Calls that are like it but for nodes of the same blocks, weight and delay take it, and add their numbers to a `Bundle`.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Hashable
from dataclasses import dataclass
from itertools import compress
from typing import TYPE_CHECKING, Any

import numpy as np

from ..connect import build
from ..connect.projection import Projection
from ..connect.rules import Pairs
from ..errors import ParameterError
from .recording import demand_recordable
from .synapses import Spec, native_synapse

if TYPE_CHECKING:
    from .connections import ConnectionBook
    from .kernel import Block
    from .nodes import NodeCollection

#: up to so many connections of one call wait
FEW = 4096
#: so many that wait are made
_MANY = 1 << 20
#: connections from meters and to recorders carry nothing
_SEEN = ("weight", "delay")


class Bundle:
    """Connections that wait and have everything in common but nodes, weight and delay.

    Attributes
    ----------
    start, end : Block
    spec : Spec
        Its weight and delay are those of no connection.
    is_symmetric : bool
        Whether each of them stands for one in either direction.
    recorder : WeightRecorder or None
        Of what they send.
    sources, targets : array of int64
        Indices into the blocks.
    numbers, later : array of int64
        Place among all connections, and that of the one in the other direction.
    weights, delays : array of float64
    """

    __slots__ = ("start", "end", "spec", "is_symmetric", "recorder", "sources", "targets", "numbers", "later", "weights", "delays")

    def __init__(self, start: Block, end: Block, spec: Spec, is_symmetric: bool, recorder: Any):
        self.start, self.end, self.spec, self.is_symmetric, self.recorder = start, end, spec, is_symmetric, recorder
        self.clear()

    def clear(self) -> None:
        """Hold none."""
        self.sources, self.targets, self.numbers, self.later = array("q"), array("q"), array("q"), array("q")
        self.weights, self.delays = array("d"), array("d")

    @property
    def n(self) -> int:
        """Number of connections, in both directions."""
        return len(self.sources) + len(self.later)


@dataclass(slots=True, frozen=True)
class Route:
    """How the connections of a call come into a bundle: its rule, and the weight and delay where it names none."""

    bundle: Bundle
    is_one_to_one: bool
    allow_autapses: bool
    weight: float
    delay: float


class Queue:
    """All connections that wait, and the calls that are known to be right."""

    def __init__(self, book: ConnectionBook):
        self.book, self.kernel = book, book.kernel
        self.routes: dict[Hashable, Route] = {}
        self.n = 0
        self._bundles: dict[Hashable, Bundle] = {}
        self._filled: list[Bundle] = []
        self._sampled: dict[tuple[Block, Block], set[int] | None] = {}  # pairs of a meter and a node; None: too many to be listed

    def follow(self, pre: Any, post: Any, conn_spec: Any, syn_spec: Any) -> bool:
        """Whether a call takes a route that is known; else it must be checked, and perhaps refused."""
        try:
            route = self.routes.get((pre._home, post._home, told(conn_spec), told(syn_spec)))
        except (AttributeError, TypeError):  # no collections, or values that have no hash
            return False
        if route is None:
            return False
        weight, delay = route.weight, route.delay
        if type(syn_spec) is dict:
            weight, delay = syn_spec.get("weight", weight), syn_spec.get("delay", delay)
        if not math.isfinite(weight) or route.delay and not self.kernel.takes_delay(delay):  # some have no delay
            return False
        return self.put(route, pre, post, weight, delay)

    def route(self, start: Block, end: Block, spec: Spec, is_symmetric: bool, is_one_to_one: bool, allow_autapses: bool,
              recorder: Any = None) -> Route:
        """The route of a call that has been checked."""
        own = [(k, float(v)) for k, v in spec.values.items() if k not in _SEEN]
        key = (start, end, spec.model.name, int(spec.receptor), spec.label, is_symmetric, recorder, *own)
        bundle = self._bundles.get(key)
        if bundle is None:
            if own:
                native_synapse(spec, int(spec.receptor))  # raises what is wrong with them
            bundle = self._bundles[key] = Bundle(start, end, spec, is_symmetric, recorder)
            for device in (*start.devices, *end.devices):
                device.is_connected = True
        return Route(bundle, is_one_to_one, allow_autapses, spec.values["weight"], spec.values.get("delay", 0.0))

    def put(self, route: Route, pre: NodeCollection, post: NodeCollection, weight: float, delay: float) -> bool:
        """Let connections wait; False if something speaks against it."""
        bundle, book = route.bundle, self.book
        start, end, model = bundle.start, bundle.end, bundle.spec.model.name
        n, m = len(pre), len(post)
        if n != m if route.is_one_to_one else not 0 < n * m <= FEW:
            return False
        if n == m == 1:
            sources, targets = (pre.first - start.first,), (post.first - end.first,)
            if start is end and not route.allow_autapses and sources == targets:
                return True
        else:
            sources, targets = _pairs(route, [i - start.first for i in pre.tolist()], [i - end.first for i in post.tolist()])
        declared = bundle.spec.model.declaration
        if declared.checks:  # of values together, the weight perhaps among them
            try:
                declared.check({**bundle.spec.values, "weight": weight}, 1)
            except ParameterError:
                return False
        if start.devices:
            return self._put_samples(route, sources, targets, weight, delay)
        if start.model.element_type == "stimulator" and not end.devices and any(
                book.stimulator_models.setdefault(node + start.first, model) != model for node in set(sources)):
            return False
        self._add(bundle, sources, targets, weight, delay)
        return True

    def _put_samples(self, route: Route, sources: Any, targets: Any, weight: float, delay: float) -> bool:
        """The same for meters, which sample every node once."""
        start, end = route.bundle.start, route.bundle.end
        known = self._sampled.setdefault((start, end), set())
        pairs = [s * end.n + t for s, t in zip(sources, targets)]
        if known is None or not known.isdisjoint(pairs) or len(set(pairs)) < len(pairs):
            return False
        for s in set(sources):
            demand_recordable(start.devices[s], end.model)
        known.update(pairs)
        self._add(route.bundle, sources, targets, weight, delay)
        return True

    def sample_many(self, start: Block, end: Block) -> None:
        """Meters have been connected in a call that could not wait: connections between the same blocks cannot any more."""
        self._sampled[start, end] = None

    def _add(self, bundle: Bundle, sources: Any, targets: Any, weight: float, delay: float) -> None:
        n, first = len(sources), self.book.n_made
        if n == 0:
            return
        if not bundle.sources:
            self._filled.append(bundle)
        bundle.sources.extend(sources)
        bundle.targets.extend(targets)
        if n == 1:
            bundle.numbers.append(first)
            bundle.weights.append(weight)
            bundle.delays.append(delay)
        else:
            bundle.numbers.extend(range(first, first + n))
            bundle.weights.extend(array("d", (weight,)) * n)
            bundle.delays.extend(array("d", (delay,)) * n)
        if bundle.is_symmetric:  # those of the other direction come after all of the first one
            bundle.later.extend(range(first + n, first + 2 * n))
            n *= 2
        self.book.n_made += n
        self.n += n
        if self.n > _MANY:
            self.flush()

    def count(self, model: str) -> int:
        """Number of connections of a synapse model that wait."""
        return sum(bundle.n for bundle in self._filled if bundle.spec.model.name == model)

    def forget_routes(self) -> None:
        """Check every call anew: defaults of synapses have changed."""
        self.routes.clear()

    # ---- making ----

    def flush(self, source: tuple[int, int] | None = None, target: tuple[int, int] | None = None) -> None:
        """Make the connections that wait; with least and largest ids at least those between such nodes."""
        wanted = [b for b in self._filled if b.is_symmetric or b.start.meets(source) and b.end.meets(target)]
        self._filled = [b for b in self._filled if b not in wanted]
        for bundle in wanted:
            self.n -= bundle.n
            self._make(bundle)

    def _make(self, bundle: Bundle) -> None:
        sources, targets, numbers, later, weights, delays = (np.frombuffer(column, column.typecode) for column in (
            bundle.sources, bundle.targets, bundle.numbers, bundle.later, bundle.weights, bundle.delays))
        bundle.clear()
        network, spec = self.kernel.network, bundle.spec
        is_recording = bool(bundle.start.devices or bundle.end.devices)
        # what is recorded is not sent, so it does not change either
        model = self.kernel.synapse_models["static_synapse"] if is_recording else spec.model
        given = {name: column[0] if (column == column[0]).all() else column for name, column in zip(_SEEN, (weights, delays))}
        values = spec.values | {k: v for k, v in given.items() if k in model.declaration.parameters}
        rule = Pairs(sources=sources, targets=targets, make_symmetric=bundle.is_symmetric)
        ends, synapse = (bundle.start.layer, bundle.end.layer), native_synapse(Spec(model, values), int(spec.receptor))
        if is_recording:
            made = record(network, self.book, *ends, rule, synapse)
        else:
            made = network.connect(*ends, rule, synapse)
        orders = [numbers[np.lexsort((targets, sources))]]
        if bundle.is_symmetric:
            orders.append(later[np.lexsort((sources, targets))])
        n = len(made.tables)
        self.book.add(made, [spec.model.name] * n, [spec.label] * n, is_recording, orders, is_numbered=True, weight_recorder=bundle.recorder)


def record(network: Any, book: ConnectionBook, source: Any, target: Any, rule: Any, synapse: Any) -> Projection:
    """Connections of recorders: tables like all others, but no part of the native network."""
    index, name = 2 ** 31 + len(book.calls), f"{source.name}→{target.name}"
    tables = build.connect(network, index, name, source, target, rule, synapse)
    return Projection(network, index, name, source, target, rule, synapse, tables)


def told(spec: Any) -> Hashable:
    """What a conn_spec or syn_spec has in common with others that need not be checked again: all but the numbers of weight and delay.

    Types belong to it, since True is no weight and 1.0 no receptor.
    """
    if spec is None or type(spec) is str:
        return spec
    if type(spec) is dict:
        return tuple([(k, type(v)) if k in _SEEN else (k, type(v), v) for k, v in spec.items()])
    return object()  # equal to nothing else


def _pairs(route: Route, sources: list[int], targets: list[int]) -> tuple[list[int], list[int]]:
    if not route.is_one_to_one:
        sources, targets = [s for s in sources for _ in targets], targets * len(sources)
    if not route.allow_autapses and route.bundle.start is route.bundle.end:
        different = [s != t for s, t in zip(sources, targets)]
        sources, targets = list(compress(sources, different)), list(compress(targets, different))
    return sources, targets
