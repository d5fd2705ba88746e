"""The map of a projection: a node and its targets or sources."""

from __future__ import annotations

from typing import Any

import numpy as np
from bokeh.models import Legend, LegendItem, LinearColorMapper, Model
from bokeh.transform import transform
from numpy.typing import NDArray

from ...data.units import weight_units
from ..outlines import Polyline, mask_pieces
from ..palette import palette, weight_colours, weight_palette
from ..panels_state import AXES_WIDTH
from ..places import Places
from ..state import ProjectionState
from ..words import brief
from .maps import columns, dots, hover, marker_size, panels, place_rows, together
from .style import Properties, apply, color_bar, ink, legend_columns, source, style_legend, wear

#: A plane of at least so many pixels has room for a legend: without and with drivers of another layer.
ROOM_FOR_LEGEND = (280, 340)


def projection_figure(state: ProjectionState) -> Model:
    """Map of a projection: all nodes faint, the chosen one, its partners coloured and sized by weight, the mask.

    The mask stands around the chosen node, on a torus continued at the opposite edges.
    """
    frame = _frame(state)
    mapper = LinearColorMapper(name="weights", low=0, high=1)
    beneath = LinearColorMapper(name="probabilities", low=0, high=1, nan_color="rgba(0, 0, 0, 0)")
    wear(beneath, palette=(palette("ground", "light"), palette("ground", "dark")))
    pool, drivers = source("pool", id=[]), source("drivers", id=[])
    partners, chosen = source("partners", id=[]), source("chosen", id=[])
    made = panels(frame, state.title(), state.side)
    size, units = marker_size(frame, state.side), weight_units(state.projection)
    for plot, plane in made:
        label, (across, up) = mask_name(plane), plane
        plot.image(image="image", x=frame.lower[across], y=frame.lower[up], dw=frame.extent[across],
                   dh=frame.extent[up], source=source(f"field-{across}-{up}", image=[]), color_mapper=beneath,
                   level="image")
        area = plot.multi_polygons(xs="xs", ys="ys", source=source(f"{label}-area", xs=[], ys=[]), line_color=None,
                                   fill_alpha=0.07)
        ink(area.glyph, fill_color="mask")
        faint = dots(plot, plane, pool, size=min(size * 0.7, 6), line_color=None, fill_alpha=0.45)
        ink(faint.glyph, fill_color="pool")
        # Those that can be clicked have the colour of the chosen one, on top of the pool and fainter.
        own = dots(plot, plane, drivers, size="size", line_color=None, fill_alpha=0.55)
        ink(own.glyph, fill_color="selected")
        outline = plot.multi_line(xs="xs", ys="ys", source=source(f"{label}-line", xs=[], ys=[]), line_width=1.6,
                                  line_alpha=0.85)
        ink(outline.glyph, line_color="mask")
        found = dots(plot, plane, partners, size="size", fill_color=transform("weight", mapper), line_width=0.6)
        ink(found.glyph, line_color="page")
        ring = dots(plot, plane, chosen, size=max(size * 1.5, 14), line_width=2)
        ink(ring.glyph, fill_color="selected", line_color="text")
        hover(plot, [found], [*place_rows(state.pool), ("weight", "@weight{0.[000]}" + (f" {units}" if units else "")), ("delay", "@delay{0.[00]} ms"),
                              ("connections", "@count")])
        hover(plot, [own, faint], place_rows(frame), without=partners)
        if plot is made[0][0] and _has_legend(state):
            said = {name: label["label"]["value"] for name, label in _legend_labels(state).items()}
            marks = {"legend-partners": found, "legend-drivers": own, "legend-pool": faint}
            items = [("chosen node", ring, None), *((said[name], mark, name) for name, mark in marks.items() if name in said),
                     *([("mask", outline, None)] if state.mask is not None else [])]
            legend = Legend(
                orientation="horizontal", ncols=legend_columns([label for label, *_ in items], plot.frame_width + AXES_WIDTH),
                items=[LegendItem(label=label, renderers=[mark], name=name) for label, mark, name in items])
            style_legend(legend)
            plot.add_layout(legend, "below")
    color_bar(made[-1][0], mapper, state.weight_label)
    color_bar(made[-1][0], beneath, state.profile_label, name="field-bar")
    root = together(made)
    apply(root, projection_properties(state))
    return root


def mask_name(plane: tuple[int, int]) -> str:
    """Name under which the mask of a panel is addressed."""
    return f"mask-{plane[0]}-{plane[1]}"


def _frame(state: ProjectionState) -> Places:
    """The places that give the panels their extent: the pool, or the other end where the pool has no positions."""
    return state.pool if len(state.pool) else state.selectable


def outline_columns(
    lines: list[Polyline], at: NDArray[np.float64], places: Places, plane: tuple[int, int]
) -> tuple[dict[str, list[Any]], dict[str, list[Any]]]:
    """Columns for the line and for the area of a mask around a point, cut and wrapped at the extent."""
    axes = list(plane)
    strokes, fills = mask_pieces(lines, at[axes], places.lower[axes], places.upper[axes], places.edge_wrap)
    line = {"xs": [stroke[:, 0] for stroke in strokes], "ys": [stroke[:, 1] for stroke in strokes]}
    # One polygon per image, all its rings in the first place: Bokeh fills by the even-odd rule, so holes stay empty.
    area = {"xs": [[[ring[:, 0] for ring in rings]] for rings in fills],
            "ys": [[[ring[:, 1] for ring in rings]] for rings in fills]}
    return line, area


def projection_properties(state: ProjectionState) -> Properties:
    """What the named models of `projection_figure` wear in a state."""
    frame, pool, partners = _frame(state), state.pool, state.partners()
    index = pool.index_of(partners.ids)
    placed = index >= 0
    weight = partners.weight[placed]
    low, high = state.weight_limits
    name, low, high = weight_palette(low, high)
    size = marker_size(frame, state.side)
    top = max(abs(low), abs(high))
    share = np.clip(np.abs(weight) / top, 0.0, 1.0) if top > 0.0 else np.ones(len(weight))
    properties: Properties = {
        "pool": {"data": columns(pool)},
        "drivers": {"data": _driver_columns(state)},
        "partners": {"data": {
            **columns(pool, index[placed]),
            "weight": weight.astype(np.float32),
            "delay": partners.delay[placed].astype(np.float32),
            "count": partners.count[placed].astype(np.int32),
            "size": (max(size, 5.0) * (0.75 + 0.5 * share)).astype(np.float32),
        }},
        "chosen": {"data": columns(state.selectable, state.chosen())},
        "weights": {
            "low": low, "high": high if high > low else low + 1.0,
            "wardrobe": {"palette": (weight_colours(name, "light"), weight_colours(name, "dark"))},
        },
        "bar": {"visible": high > low},
        "bar-title": {"visible": high > low},
        "title": {"text": state.title()},
        "probabilities": {"high": state.field_limit if state.probability else 1.0},
        "field-bar": {"visible": state.probability},
        "field-bar-title": {"visible": state.probability},
    }
    if _has_legend(state):
        properties.update(_legend_labels(state))
    if low == high:  # one weight for all: the strong middle of its palette
        properties["weights"].update(low=low - 1.0, high=low + 1.0)
    at = state.position()
    for plane in ((0, 1), (2, 1))[: frame.dimensions - 1]:
        lines = state.outlines(plane) if at is not None and len(at) == frame.dimensions else []
        line, area = outline_columns(lines, at, frame, plane) if lines else ({"xs": [], "ys": []},) * 2
        properties[f"{mask_name(plane)}-line"] = {"data": line}
        properties[f"{mask_name(plane)}-area"] = {"data": area}
        image = [state.field(plane).astype(np.float32)] if state.probability else []
        properties["field-{}-{}".format(*plane)] = {"data": {"image": image}}
    return properties


def _has_legend(state: ProjectionState) -> bool:
    return state.side * (1.0 if state.n_planes == 1 else 0.72) >= ROOM_FOR_LEGEND[state.selectable is not state.pool]


def _legend_labels(state: ProjectionState) -> Properties:
    pool, places = state.pool, state.selectable
    labels = {"legend-partners": f"its {state.direction}",
              "legend-pool": "other nodes" if places is pool else _names(pool)}
    if places is not pool:
        labels["legend-drivers"] = f"{_names(places)}, click one"
    return {name: {"label": {"value": label}} for name, label in labels.items()}


def _driver_columns(state: ProjectionState) -> dict[str, NDArray[Any]]:
    """The nodes that can be chosen; none where they are the pool."""
    places = state.selectable
    found = columns(places, [] if places is state.pool else slice(None))
    size = np.clip(0.4 * marker_size(places, state.side), 2.0, 5.0)
    return {**found, "size": np.full(len(found["id"]), size, dtype=np.float32)}


def _names(places: Places) -> str:
    return brief(" + ".join(places.names[k] for k in np.unique(places.part))) or "nowhere"

