"""What a view shows, as traitlets: the thing and the node that is chosen. No figure is known here.

Change a state and whatever follows it (a widget in a notebook, a test, a picture) shows the change. Node ids are
global. Facts derived from a state are cached properties or methods of it, so that figure, status line and static
picture agree.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import traitlets
from numpy.typing import NDArray

from ..data.units import weight_units
from .fields import Field
from .outlines import Polyline, mask_outline, nearest, neighbour
from .places import AXES, Places, places_of
from .words import brief, count, describe, layer_title, number, projection_title

#: Longer side of a map that has the width of a page to itself, in pixels.
SIDE = 420


class RefusedError(traitlets.TraitError):
    """A trait cannot have the value it was given; `trait` is its name."""

    def __init__(self, trait: str, reason: str):
        self.trait = trait
        super().__init__(reason)


class Titled(traitlets.HasTraits):
    """A state whose title can be replaced, as in a figure of several panels."""

    heading = traitlets.Unicode("", help="shown instead of the title that tells what the thing is")

    def title(self) -> str:
        """What is shown, in a few words."""
        return self.heading or self.name_of_it()

    def name_of_it(self) -> str:
        """The title, unless there is a heading."""
        raise NotImplementedError


#: Pixels of a letter of a title.
LETTER = 8.5


class MapState(Titled):
    """A state that is drawn as a map, in which one node of some places is chosen."""

    side = traitlets.Int(SIDE, min=80, max=2000, help="longer side of a map, in pixels")
    node = traitlets.Int(None, allow_none=True, help="global id of the chosen node")

    def title(self) -> str:
        """What is shown, in as many letters as there is room above the map."""
        return brief(super().title(), int(self.side * (1.0 if self.n_planes == 1 else 0.72) / LETTER))

    @property
    def selectable(self) -> Places:
        """The places among which a node is chosen."""
        raise NotImplementedError

    @property
    def n_planes(self) -> int:
        """How many planes the map has: two show three dimensions."""
        return self.selectable.dimensions - 1

    @property
    def n_bars(self) -> int:
        """How many colour scales stand beside the map."""
        return 0

    @traitlets.validate("node")
    def _known(self, proposal: dict[str, Any]) -> int | None:
        node = proposal["value"]
        if node is None:
            return None
        node, places = int(node), self.selectable
        if places.index_of(node)[0] < 0 and node not in places.unplaced:
            known = np.concatenate([places.ids, places.unplaced])
            span = f"{known.min()} … {known.max()}" if len(known) else "there are none"
            raise RefusedError("node", f"node {node} is not one of {', '.join(places.names)} (ids {span})")
        return node

    def chosen(self) -> NDArray[np.int64]:
        """Index of the chosen node among `selectable`: one, or none if nothing is chosen or it has no position."""
        index = self.selectable.index_of([] if self.node is None else [self.node])
        return index[index >= 0]

    def position(self) -> NDArray[np.float64] | None:
        """Position of the chosen node, or None if nothing is chosen or it has no position."""
        return next(iter(self.selectable.positions[self.chosen()]), None)

    def choose_at(self, point: tuple[float, ...], axes: tuple[int, ...] = (0, 1)) -> None:
        """Choose the node nearest to a point in the plane of two axes."""
        places = self.selectable
        if len(places):
            axes_ = list(axes)
            index = nearest(places.positions[:, axes_], point, places.extent[axes_], places.edge_wrap)
            self.node = int(places.ids[index])

    def step(self, key: str) -> None:
        """Choose the neighbour in the direction of an arrow or page key; the central node if none was chosen."""
        places = self.selectable
        if len(places) == 0:
            return
        chosen = self.chosen()
        if len(chosen) == 0 or key == "Home":
            self.node = places.central()
        else:
            index = neighbour(places.positions, int(chosen[0]), key, places.extent, places.edge_wrap)
            self.node = int(places.ids[index])


class LayerState(MapState):
    """A layer, the column its nodes are coloured by, and the chosen node."""

    layer = traitlets.Any()
    color_by = traitlets.Unicode("", help="one of `choices`, or empty for one colour")

    def __init__(self, layer: Any, **traits: Any):
        self.places = places_of(layer)
        self.columns = _columns(layer, self.places)
        #: What nodes can be coloured by: a column, their distance from the chosen node, their layer where there are several.
        self.choices = (*self.columns, "distance", *(["layer"] if len(self.places.names) > 1 else []))
        if self.places.dimensions == 3:
            traits.setdefault("color_by", "z")
        elif "layer" in self.choices:
            traits.setdefault("color_by", "layer")
        super().__init__(layer=layer, **traits)

    def values(self) -> NDArray[np.float64]:
        """What the nodes are coloured by (n,); NaN where there is nothing to tell."""
        if self.color_by == "distance":
            at = self.position()
            return np.full(len(self.places), np.nan) if at is None else self.places.distance(at)
        if self.color_by == "layer":
            return self.places.part.astype(np.float64)
        return self.columns[self.color_by] if self.color_by else np.full(len(self.places), np.nan)

    @property
    def label(self) -> str:
        """What the colours mean, with the unit."""
        units = self.unit(self.color_by)
        return f"{self.color_by} ({units})" if units else self.color_by

    def unit(self, column: str) -> str:
        """Unit of something the nodes can be coloured by; empty if it has none."""
        if column in (*AXES, "distance"):
            return self.places.units
        model = getattr(getattr(self.layer, "population", None), "model", None)
        return model.unit(column) if model is not None and column in self.columns else ""

    @property
    def n_bars(self) -> int:
        return int(self.color_by not in ("", "layer"))

    @property
    def shape(self) -> tuple[int, ...] | None:
        """Nodes along each axis, if this is a whole grid and nothing else."""
        parts = self.layer.parts
        whole = len(parts) == 1 and parts[0].is_spatial and parts[0].shape is not None and parts[0].is_whole
        return parts[0].shape if whole else None

    def cell(self) -> tuple[int, ...] | None:
        """Column and row (and, in three dimensions, the floor) of the chosen node in the grid."""
        if self.shape is None or not len(self.chosen()):
            return None
        return tuple(int(k) for k in np.unravel_index(int(self.chosen()[0]), self.shape))

    @property
    def selectable(self) -> Places:
        return self.places

    @traitlets.validate("color_by")
    def _column(self, proposal: dict[str, Any]) -> str:
        if proposal["value"] and proposal["value"] not in self.choices:
            known = ", ".join(self.choices)
            raise RefusedError("color_by", f"no column '{proposal['value']}' to colour by; there are: {known}")
        return proposal["value"]

    def name_of_it(self) -> str:
        return layer_title(self.layer)

    def words(self) -> str:
        """The state in one line of words."""
        if self.node is None:
            return count(len(self.layer), "node")
        text = describe(self.places, self.node)
        if self.cell() is not None:
            text += " · " + ", ".join(f"{name} {k}" for name, k in zip(("column", "row", "floor"), self.cell()))
        if self.color_by in self.columns:
            (value,) = self.columns[self.color_by][self.chosen()]
            text += f" · {self.color_by} = {number(value)} {self.unit(self.color_by)}".rstrip()
        return text


def _columns(layer: Any, places: Places) -> dict[str, NDArray[np.float64]]:
    """Columns a layer can be coloured by: its axes and the parameters that differ between its nodes."""
    columns = {AXES[k]: places.positions[:, k] for k in range(places.dimensions)}
    population = getattr(layer, "population", None)
    indices = getattr(layer, "indices", None)
    for name, value in (getattr(population, "parameters", None) or {}).items():
        if np.ndim(value) == 1 and getattr(population.model.find(name), "kind", "number") == "number":  # a list is no column
            value = np.asarray(value, dtype=np.float64)
            columns[name] = value if indices is None else value[np.asarray(indices)]
    return columns


@dataclass(frozen=True)
class Partners:
    """The nodes at the other end of a node's connections, each once.

    Attributes
    ----------
    ids : (k,) int64 array
        Increasing.
    count : (k,) int array
        Number of connections with each.
    weight : (k,) array
        Sum of their weights.
    delay : (k,) array
        Mean of their delays, ms.
    """

    ids: NDArray[np.int64]
    count: NDArray[np.int64]
    weight: NDArray[np.float64]
    delay: NDArray[np.float64]

    @property
    def n_connections(self) -> int:
        """Number of connections, multapses counted each."""
        return int(self.count.sum())


class ProjectionState(MapState):
    """A projection, the chosen node, and whether its targets or its sources are shown."""

    projection = traitlets.Any()
    direction = traitlets.Enum(("targets", "sources"), default_value="targets")
    probability = traitlets.Bool(False, help="whether what the rule asks of a pair is shown as a map beneath")

    def __init__(self, projection: Any, **traits: Any):
        source, target = places_of(projection.source), places_of(projection.target)
        # One object where both ends are the same nodes: they are then drawn once.
        self.ends = {"source": source, "target": source if np.array_equal(source.ids, target.ids) else target}
        pool = projection.target if projection.driver == "source" else projection.source
        self.mask = None if projection.mask is None else projection.mask.resolved(pool)
        # What was asked last and the answer: figure, colours and words all ask the same.
        self._answers: dict[str, tuple[Any, Any]] = {}
        super().__init__(projection=projection, **traits)
        if self.node is None:
            self.node = self._fallback(None)

    @property
    def selectable(self) -> Places:
        return self.ends["source" if self.direction == "targets" else "target"]

    @property
    def pool(self) -> Places:
        """The places at the other end, among which the partners lie."""
        return self.ends["target" if self.direction == "targets" else "source"]

    @traitlets.observe("direction")
    def _turn(self, change: dict[str, Any]) -> None:
        # The id of the old end means nothing at the new one unless both ends share it.
        old = self.pool  # of the new direction: the end that was selectable before
        places = self.selectable
        if self.node is not None and places.index_of(self.node)[0] < 0 and self.node not in places.unplaced:
            index = int(old.index_of(self.node)[0])
            self.node = self._fallback(None if index < 0 else old.positions[index])

    def _fallback(self, point: NDArray[np.float64] | None) -> int | None:
        places = self.selectable
        if len(places) == 0:
            return int(places.unplaced[0]) if len(places.unplaced) else None
        if point is None or len(point) != places.dimensions:
            return places.central()
        return int(places.ids[nearest(places.positions, point)])

    def partners(self) -> Partners:
        """Targets or sources of the chosen node, with their connections summed up."""
        return self._remembered("partners", (self.node, self.direction), self._partners)

    def _remembered(self, question: str, of: Any, answer: Callable[[], Any]) -> Any:
        """The last answer to a question, asked again if it is about something else or the connections have changed."""
        projection = self.projection
        asked = of, projection.n, projection.n_changes, id(projection.synapse)
        if question not in self._answers or self._answers[question][0] != asked:
            self._answers[question] = asked, answer()
        return self._answers[question][1]

    def _partners(self) -> Partners:
        if self.node is None:
            empty = np.empty(0, dtype=np.int64)
            return Partners(empty, empty, empty.astype(float), empty.astype(float))
        node = np.array([self.node], dtype=np.int64)
        if self.direction == "targets":
            columns, end = self.projection.connections_of(source=node), "target"
        else:
            columns, end = self.projection.connections_of(target=node), "source"
        ids, place, count = np.unique(np.asarray(columns[end]), return_inverse=True, return_counts=True)
        weight = np.bincount(place, weights=np.asarray(columns["weight"], dtype=np.float64), minlength=len(ids))
        delay = np.bincount(place, weights=np.asarray(columns["delay"], dtype=np.float64), minlength=len(ids))
        return Partners(ids.astype(np.int64), count, weight, delay / np.maximum(count, 1))

    @property
    def mask_sign(self) -> int:
        """1 if the mask stands around the chosen node as it is, -1 if mirrored.

        The mask is centred on the driver. Seen from the other end, the nodes whose mask holds the chosen one fill
        the same shape turned by 180°.
        """
        return 1 if (self.direction == "targets") == (self.projection.driver == "source") else -1

    def _usual_weights(self) -> tuple[float, float]:
        """Smallest and largest weight of the projection, without the outer hundredths: an extreme draw among many
        should not take the colours from all others."""
        columns = [np.atleast_1d(table.weights) for table in self.projection.tables if len(table)]
        if not columns:
            return 0.0, 0.0
        weights = np.concatenate([column[:: max(len(column) // 200_000, 1)] for column in columns]).astype(np.float64)
        if weights.min() == weights.max():
            return float(weights[0]), float(weights[0])
        low, high = np.percentile(weights, [1.0, 99.0])
        return float(low), float(high)

    @property
    def weight_limits(self) -> tuple[float, float]:
        """Smallest and largest weight between which colours run.

        They hold for the whole projection, so that nodes can be compared; where several connections with one partner
        add up to more, the limits widen.
        """
        low, high = self._remembered("weights", None, self._usual_weights)
        weight = self.partners().weight
        if len(weight) and self.partners().n_connections > len(weight):
            low, high = min(low, float(weight.min())), max(high, float(weight.max()))
        return low, high

    @property
    def weight_label(self) -> str:
        """Title of the colour scale, with the unit where the target has one."""
        units = weight_units(self.projection)
        return f"weight ({units})" if units else "weight"

    @property
    def n_bars(self) -> int:
        low, high = self.weight_limits
        return int(self.probability) + int(low < high)

    @property
    def profile_label(self) -> str:
        """What the rule's profile means."""
        return {"pairwise_bernoulli": "probability", "symmetric_pairwise_bernoulli": "probability",
                "pairwise_poisson": "mean number"}.get(self.projection.rule.name, "relative probability")

    def field(self, plane: tuple[int, int] = (0, 1), pixels: int = 200) -> NDArray[np.float64]:
        """What the rule asks of pairs of the chosen node with points of the pool, on a lattice; NaN outside the mask."""
        field = Field(self.projection.rule.profile, self.mask, self.pool, is_source=self.direction == "targets",
                      drives=self.mask_sign == 1)
        at = self.position()
        values = np.maximum(field.map(at if at is not None and len(at) == self.pool.dimensions else None, plane, pixels), 0.0)
        return np.minimum(values, 1.0) if self.profile_label == "probability" else values

    @property
    def field_limit(self) -> float:
        """Upper end of the colour scale of `field`."""
        found = [field[np.isfinite(field)] for field in
                 (self.field(plane, 48) for plane in ((0, 1), (2, 1))[: self.pool.dimensions - 1])]
        top = max((float(values.max()) for values in found if len(values)), default=0.0)
        flat = all(np.ptp(values) == 0.0 for values in found if len(values))
        return 1.0 if top == 0.0 or (flat and top < 1.0) else top

    @cached_property
    def _outlines(self) -> dict[tuple[int, int], list[Polyline]]:
        return {}

    def outlines(self, plane: tuple[int, int] = (0, 1)) -> list[Polyline]:
        """Outlines of the mask in a plane as they stand around the chosen node; empty without a mask."""
        if self.mask is None:
            return []
        if plane not in self._outlines:
            self._outlines[plane] = mask_outline(self.mask, plane)
        return [self.mask_sign * line for line in self._outlines[plane]]

    def name_of_it(self) -> str:
        return projection_title(self.projection)

    def words(self) -> str:
        """The state in one line of words."""
        if self.node is None:
            return "No node to choose."
        partners = self.partners()
        text = describe(self.selectable, self.node)
        noun = self.direction[:-1]
        found = count(len(partners.ids), noun)
        if partners.n_connections != len(partners.ids):
            found += f" through {count(partners.n_connections, 'connection')}"
        text += f" · {found}"
        if len(partners.ids):
            names = [self.pool.names[k] for k in np.unique(self.pool.part[self._placed(partners.ids)])]
            text += f" in {' + '.join(names)}" if names else ""
        return text

    def _placed(self, ids: NDArray[np.int64]) -> NDArray[np.int64]:
        index = self.pool.index_of(ids)
        return index[index >= 0]


class MaskState(MapState):
    """A mask and a probability around a chosen node of a layer, before anything is connected."""

    mask = traitlets.Any()
    layer = traitlets.Any()
    p = traitlets.Any(None, help="None (1 inside the mask), a number, or an expression")

    def __init__(self, mask: Any, layer: Any, **traits: Any):
        self.places = places_of(layer)
        super().__init__(mask=None if mask is None else mask.resolved(layer), layer=layer, **traits)
        if self.node is None:
            self.node = self.places.central()

    @property
    def selectable(self) -> Places:
        return self.places

    def probability(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Probability of a connection from the chosen node to points of the layer; NaN outside the mask."""
        return np.clip(self._field.at(self.position(), points), 0.0, 1.0)

    @property
    def _field(self) -> Field:
        return Field(self.p, self.mask, self.places)

    @cached_property
    def _outlines(self) -> dict[tuple[int, int], list[Polyline]]:
        return {}

    def outlines(self, plane: tuple[int, int] = (0, 1)) -> list[Polyline]:
        """Outlines of the mask in a plane, relative to the chosen node; empty without a mask."""
        if self.mask is None:
            return []
        if plane not in self._outlines:
            self._outlines[plane] = mask_outline(self.mask, plane)
        return self._outlines[plane]

    @property
    def limit(self) -> float:
        """Upper end of the colour scale: the largest probability anywhere around the node.

        A flat probability would fill the mask with the loudest colour; it is shown on the scale up to 1 instead, and
        the bare mask, which has no scale, as a light tint.
        """
        if self.p is None:
            return 4.0
        found = np.concatenate([np.ravel(self.field(plane, 48)) for plane in ((0, 1), (2, 1))[: self.places.dimensions - 1]])
        found = found[np.isfinite(found)]
        if len(found) == 0 or np.ptp(found) == 0.0:
            return 1.0
        return float(max(found.max(), np.nanmax(self.probability(self.places.positions), initial=0.0)))

    def field(self, plane: tuple[int, int] = (0, 1), pixels: int = 200) -> NDArray[np.float64]:
        """Probability on a lattice of pixel centres over the extent, rows upwards; NaN outside the mask.

        In three dimensions the lattice lies in the plane through the chosen node.
        """
        return np.clip(self._field.map(self.position(), plane, pixels), 0.0, 1.0)

    @property
    def n_bars(self) -> int:
        return int(self.p is not None)

    def name_of_it(self) -> str:
        return f"Mask on {layer_title(self.layer)}"

    def words(self) -> str:
        """The state in one line of words."""
        if self.node is None:
            return "The layer has no node to stand on."
        p = self.probability(self.places.positions)
        inside = np.flatnonzero(~np.isnan(p))
        # Whether a node may meet itself is said when connecting (autapses); the preview counts the others.
        others = np.setdiff1d(inside, self.chosen())
        text = f"{describe(self.places, self.node)} · {count(len(others), 'other node')} in the mask"
        if self.p is not None:
            text += f" · {p[others].sum():.4g} connections expected"
        return text
