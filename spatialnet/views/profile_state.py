"""What a view of a profile shows: how connections depend on distance or place, beside what was asked for. See `state`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import traitlets
from numpy.typing import NDArray

from ..connect.selection import pick
from ..data.units import weight_units
from ..language.nodes import Expression, is_random, symbols
from ..language.render import text
from .places import AXES, places_of
from .state import RefusedError, Titled
from .words import count, describe, grouped, number, projection_title

#: Sources looked at where no node is chosen, and most dots that are drawn.
MAX_NODES, MAX_DOTS = 100, 3000
QUANTITIES = ("weight", "delay")


@dataclass(frozen=True)
class Dots:
    """Some connections.

    Attributes
    ----------
    place : (m,) array
        Distance, or a coordinate of the partner, mm.
    weight, delay : (m,) arrays
    synapse : (m,) int array
        Which of the projection's synapses.
    """

    place: NDArray[np.float64]
    weight: NDArray[np.float64]
    delay: NDArray[np.float64]
    synapse: NDArray[np.int64]


class ProfileState(Titled):
    """Probability, weights and delays of a projection, against distance or along an axis."""

    projection = traitlets.Any()
    node = traitlets.Int(None, allow_none=True, help="global id of the node whose connections are shown; some of all without")
    direction = traitlets.Enum(("targets", "sources"), default_value="targets")
    against = traitlets.Unicode("distance", help="'distance', or an axis: where the partner lies")
    panels = traitlets.Tuple(help="'probability', 'weight' and 'delay', in the order in which they are shown")

    def __init__(self, projection: Any, show: Any = None, **traits: Any):
        super().__init__(projection=projection, **traits)
        known = (*(("probability",) if self.node is None and self.check is not None else ()), *QUANTITIES)
        if show is None:
            chosen = [name for name in known if (self.check.expected is not None if name == "probability"
                                                 else self._differs(name))] or ["weight"]
        else:
            chosen = [show] if isinstance(show, str) else list(show)
            for name in chosen:
                if name not in known:
                    why = " (the probability is that of the whole projection: give no node)" if name == "probability" else ""
                    raise RefusedError("show", f"must be some of {', '.join(known)}, got {name!r}{why}")
        self.panels = tuple(chosen)

    @traitlets.validate("against")
    def _known_axis(self, proposal: dict[str, Any]) -> str:
        if proposal["value"] not in self.choices:
            raise RefusedError("against", f"must be one of {', '.join(self.choices)}, got {proposal['value']!r}")
        return proposal["value"]

    @traitlets.validate("node")
    def _known_node(self, proposal: dict[str, Any]) -> int | None:
        node = proposal["value"]
        end = self.projection.source if self.direction == "targets" else self.projection.target
        if node is not None and node not in end.ids:
            raise RefusedError("node", f"node {node} is not one of {end.name}")
        return node

    @property
    def choices(self) -> tuple[str, ...]:
        """What `against` can be."""
        return ("distance", *AXES[:places_of(self.projection.target).dimensions])

    @cached_property
    def check(self) -> Any:
        """Connections and pairs by distance, measured and expected; None without positions."""
        return self.projection.check().distances

    def _differs(self, quantity: str) -> bool:
        column = {"weight": "weights", "delay": "delays"}[quantity]
        values = [np.atleast_1d(getattr(table, column)) for table in self.projection.tables if len(table)]
        return bool(values) and min(v.min() for v in values) < max(v.max() for v in values)

    # ---- what is drawn ----

    def share(self) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64] | None]:
        """Edges of bins of distance, connections per pair in each, and how many the rule lets expect, if known."""
        check = self.check
        pairs = np.where(check.pairs > 0, check.pairs, np.nan)
        return check.edges, check.measured / pairs, None if check.expected is None else check.expected / pairs

    def dots(self) -> Dots:
        """The connections of the chosen node, or some of all."""
        projection = self.projection
        if self.node is None:
            ids = projection.source.ids
            ends = {"source": ids[np.unique(np.linspace(0, len(ids) - 1, min(MAX_NODES, len(ids))).astype(int))]}
        else:
            ends = {"source" if self.direction == "targets" else "target": [self.node]}
        found = projection.connections(**ends)
        synapse = np.repeat(_synapse_of_tables(projection), [len(p) for p in pick(projection, **ends)])
        some = np.unique(np.linspace(0, len(found) - 1, min(MAX_DOTS, len(found))).astype(int)) if len(found) else slice(0)
        if self.against == "distance":
            place = found.distance
        else:
            positions = found.target_positions if self.direction == "targets" else found.source_positions
            place = positions[:, AXES.index(self.against)]
        return Dots(place[some], found.weight.astype(np.float64)[some], found.delay[some], synapse[some])

    def curve(self, quantity: str, synapse: int, reach: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """What was asked for, from 0 to `reach`, if it depends on the distance alone and that is what is shown."""
        value = getattr(self.projection.synapses[synapse], quantity)
        empty = np.empty(0)
        if self.against != "distance" or not isinstance(value, Expression) or is_random(value) or symbols(value) != {"distance"}:
            return empty, empty
        x = np.linspace(0.0, reach, 200)
        return x, value.at(distance=x)

    # ---- in words ----

    @property
    def place_label(self) -> str:
        """Title of the axis that all dots share."""
        return "distance (mm)" if self.against == "distance" else f"{self.against} of the {self.direction[:-1]} (mm)"

    def label(self, quantity: str) -> str:
        """Title of the other axis."""
        if quantity == "delay":
            return "delay (ms)"
        if quantity == "probability":
            return "connections per pair"
        units = weight_units(self.projection)
        return f"weight ({units})" if units else "weight"

    def synapse_label(self, quantity: str, synapse: int) -> str:
        """What one of several synapses was asked to carry."""
        value = getattr(self.projection.synapses[synapse], quantity)
        return text(value) if isinstance(value, Expression) else number(value) if np.isscalar(value) else "listed"

    def name_of_it(self) -> str:
        return projection_title(self.projection)

    def words(self) -> str:
        """The state in one line of words."""
        shown = len(self.dots().place)
        if self.node is None:
            some = "all" if shown == self.projection.n else f"{grouped(shown)} of the"
            return f"{some} {count(self.projection.n, 'connection')} as dots" if set(self.panels) & set(QUANTITIES) else (
                f"{count(int(self.check.measured.sum()), 'connection')} among {count(int(self.check.pairs.sum()), 'pair')}")
        places = places_of(self.projection.source if self.direction == "targets" else self.projection.target)
        way = "to targets" if self.direction == "targets" else "from sources"
        return f"{describe(places, self.node)} · {count(shown, 'connection')} {way}"


def _synapse_of_tables(projection: Any) -> list[int]:
    """Which synapse each table of a projection belongs to: they come synapse by synapse, then all once more in reverse."""
    n = len(projection.tables) // (2 if projection.rule.make_symmetric else 1)
    each = n // len(projection.synapses)
    return [k % n // each for k in range(len(projection.tables))]
