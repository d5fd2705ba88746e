"""The map of a layer."""

from __future__ import annotations

import numpy as np
from bokeh.models import LinearColorMapper, Model
from bokeh.transform import transform

from ..palette import INK, palette
from ..state import LayerState
from .maps import columns, dots, hover, marker_size, panels, place_rows, together
from .style import Properties, apply, color_bar, ink, source, wear


def layer_figure(state: LayerState) -> Model:
    """Map of a layer: its nodes in its extent (dashed where it wraps), the chosen node ringed."""
    places = state.places
    mapper = LinearColorMapper(name="colors", low=0, high=1)
    wear(mapper, palette=(palette("field", "light")[60:], palette("field", "dark")[60:]),
         nan_color=(INK["light"]["node"], INK["dark"]["node"]))
    nodes, chosen = source("nodes", id=[]), source("chosen", id=[])
    made = panels(places, state.title())
    size = marker_size(places)
    for plot, plane in made:
        drawn = dots(plot, plane, nodes, size=size, fill_color=transform("value", mapper), line_color=None,
                     fill_alpha=0.85)
        ring = dots(plot, plane, chosen, size=max(size * 1.5, 11), line_width=2)
        ink(ring.glyph, fill_color="selected", line_color="text")
        hover(plot, [drawn], place_rows(places))
    color_bar(made[-1][0], mapper, state.color_by)
    root = together(made)
    apply(root, layer_properties(state))
    return root


def layer_properties(state: LayerState) -> Properties:
    """What the named models of `layer_figure` wear in a state."""
    places = state.places
    value = state.columns[state.color_by] if state.color_by else np.full(len(places), np.nan)
    finite = value[np.isfinite(value)]
    low, high = (float(finite.min()), float(finite.max())) if len(finite) else (0.0, 1.0)
    units = f" ({places.units})" if state.color_by in ("x", "y", "z") else ""
    return {
        "nodes": {"data": {**columns(places), "value": value.astype(np.float32)}},
        "chosen": {"data": columns(places, state.chosen())},
        "colors": {"low": low, "high": high if high > low else low + 1.0},
        "bar": {"visible": bool(state.color_by)},
        "bar-title": {"text": state.color_by + units, "visible": bool(state.color_by)},
        "title": {"text": state.title()},
    }
