"""The map of a layer."""

from __future__ import annotations

import numpy as np
from bokeh.models import (
    CustomJSTickFormatter,
    FixedTicker,
    Legend,
    LegendItem,
    LinearAxis,
    LinearColorMapper,
    Model,
)
from bokeh.plotting import figure
from bokeh.transform import transform

from ..palette import INK, POPULATIONS, palette
from ..panels_state import AXES_WIDTH
from ..state import LayerState
from ..words import brief
from .maps import columns, dots, hover, marker_size, panels, place_rows, together
from .style import Properties, apply, color_bar, ink, legend_columns, source, style_axis, style_legend, wear

#: A cell of a grid has at least so many pixels where columns and rows are numbered.
NUMBERED = 24


def layer_figure(state: LayerState) -> Model:
    """Map of a layer: its nodes in its extent (dashed where it wraps), the chosen node ringed."""
    places = state.places
    mapper = LinearColorMapper(name="colors", low=0, high=1)
    wear(mapper, nan_color=(INK["light"]["node"], INK["dark"]["node"]))
    nodes, chosen = source("nodes", id=[]), source("chosen", id=[])
    made = panels(places, state.title(), state.side)
    size = marker_size(places, state.side)
    for plot, plane in made:
        drawn = dots(plot, plane, nodes, size=size, fill_color=transform("value", mapper), line_color=None,
                     fill_alpha=0.85)
        ring = dots(plot, plane, chosen, size=max(size * 1.5, 11), line_width=2)
        ink(ring.glyph, fill_color="selected", line_color="text")
        hover(plot, [drawn], place_rows(places))
    if numbered(state):
        _number_cells(made[0][0], state)
    if "layer" in state.choices:
        _name_layers(made[0][0], state)
    color_bar(made[-1][0], mapper, state.label)
    root = together(made)
    apply(root, layer_properties(state))
    return root


def layer_properties(state: LayerState) -> Properties:
    """What the named models of `layer_figure` wear in a state."""
    places = state.places
    value = state.values()
    finite = value[np.isfinite(value)]
    low, high = (float(finite.min()), float(finite.max())) if len(finite) else (0.0, 1.0)
    by_layer, shows_bar = state.color_by == "layer", len(finite) > 0 and state.color_by != "layer"
    if by_layer:
        low, high = -0.5, len(places.names) - 0.5
    properties: Properties = {
        "nodes": {"data": {**columns(places), "value": value.astype(np.float32)}},
        "chosen": {"data": columns(places, state.chosen())},
        "colors": {"low": low, "high": high if high > low else low + 1.0,
                   "wardrobe": {"palette": (colours(state, "light"), colours(state, "dark"))}},
        "bar": {"visible": shows_bar},
        "bar-title": {"text": state.label, "visible": shows_bar},
        "title": {"text": state.title()},
    }
    if "layer" in state.choices:
        properties["layers"] = {"visible": by_layer}
    return properties


def colours(state: LayerState, theme: str) -> list[str]:
    """From low to high; one for each layer where nodes are coloured by it."""
    if state.color_by != "layer":
        return palette("field", theme)[60:]
    populations = POPULATIONS[theme]
    return [populations[k % len(populations)] for k in range(len(state.places.names))]


def numbered(state: LayerState) -> bool:
    """Whether there is room to number the columns and rows of a grid."""
    shape, extent = state.shape, state.places.extent
    if shape is None or len(shape) != 2:
        return False
    sides = state.side * extent / extent.max()
    return bool(np.all(sides / np.array(shape) >= NUMBERED)) and state.side >= 240


def _number_cells(plot: figure, state: LayerState) -> None:
    """Columns above and rows on the right; rows count from the top."""
    places, shape = state.places, state.shape
    for axis, side, sign, name in ((0, "above", 1.0, "column"), (1, "right", -1.0, "row")):
        step = sign * float(places.extent[axis]) / shape[axis]
        first = float(places.lower[axis] if sign > 0 else places.upper[axis]) + step / 2
        numbers = LinearAxis(
            ticker=FixedTicker(ticks=[first + k * step for k in range(shape[axis])]), axis_label=name,
            formatter=CustomJSTickFormatter(args={"first": first, "step": step},
                                            code="return Math.round((tick - first) / step).toFixed(0)"))
        style_axis(numbers)
        numbers.update(axis_line_alpha=0, major_tick_line_alpha=0, axis_label_standoff=2, major_label_standoff=0)
        plot.add_layout(numbers, side)


def _name_layers(plot: figure, state: LayerState) -> None:
    """A legend of the layers by colour."""
    items, names = [], [brief(name) for name in state.places.names]
    for k, name in enumerate(names):
        mark = plot.scatter(x=[np.nan], y=[np.nan], size=9, line_color=None)  # the legend draws nothing for no marks
        pick = k % len(POPULATIONS["light"])
        wear(mark.glyph, fill_color=(POPULATIONS["light"][pick], POPULATIONS["dark"][pick]))
        items.append(LegendItem(label=name, renderers=[mark]))
    legend = Legend(orientation="horizontal", items=items, name="layers",
                    ncols=legend_columns(names, plot.frame_width + AXES_WIDTH))
    style_legend(legend)
    plot.add_layout(legend, "below")
