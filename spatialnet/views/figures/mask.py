"""The preview of a mask: where a node would connect, and how likely, before anything is connected."""

from __future__ import annotations

import numpy as np
from bokeh.models import CustomJSHover, LinearColorMapper, Model

from ..palette import palette
from ..state import MaskState
from .maps import PLANES, columns, dots, hover, marker_size, panels, place_rows, together
from .projection import mask_name, outline_columns
from .style import Properties, apply, color_bar, ink, source, wear


def mask_figure(state: MaskState) -> Model:
    """Probability as colour around the chosen node, the mask's outline, and the nodes of the layer on top."""
    places = state.places
    # The clear colour outside the mask is transparent, so that the page is seen there on either theme.
    mapper = LinearColorMapper(name="probability", low=0, high=1, nan_color="rgba(0, 0, 0, 0)")
    wear(mapper, palette=(palette("field", "light")[24:], palette("field", "dark")[24:]))
    nodes, chosen = source("nodes", id=[]), source("chosen", id=[])
    made = panels(places, state.title(), state.side)
    size = marker_size(places, state.side)
    for plot, plane in made:
        across, up = plane
        label = mask_name(plane)
        image = source(f"field-{across}-{up}", image=[])
        drawn = plot.image(image="image", x=places.lower[across], y=places.lower[up], dw=places.extent[across],
                           dh=places.extent[up], source=image, color_mapper=mapper, level="image")
        drawn.glyph.global_alpha = 0.92
        dot = dots(plot, plane, nodes, size=min(max(size * 0.4, 2.0), 4.5), line_width=0.6, fill_alpha="alpha",
                   line_alpha="alpha")
        ink(dot.glyph, fill_color="muted", line_color="page")
        outline = plot.multi_line(xs="xs", ys="ys", source=source(f"{label}-line", xs=[], ys=[]), line_width=1.8)
        ink(outline.glyph, line_color="mask")
        ring = dots(plot, plane, chosen, size=max(size * 1.2, 13), line_width=2)
        ink(ring.glyph, fill_color="selected", line_color="text")
        hover(plot, [dot], [*place_rows(places), ("probability", "@p{custom}")], {"@p": CustomJSHover(
            code="return isNaN(value) ? 'outside the mask' : value.toPrecision(3)")})
    color_bar(made[-1][0], mapper, "probability")
    root = together(made)
    apply(root, mask_properties(state))
    return root


def mask_properties(state: MaskState) -> Properties:
    """What the named models of `mask_figure` wear in a state."""
    places, at = state.places, state.position()
    p = state.probability(places.positions)
    properties: Properties = {
        "nodes": {"data": {**columns(places), "p": p.astype(np.float32),
                           "alpha": np.where(np.isnan(p), 0.35, 0.95).astype(np.float32)}},
        "chosen": {"data": columns(places, state.chosen())},
        "title": {"text": state.title()},
    }
    for plane in PLANES[places.dimensions]:
        image = state.field(plane)
        properties[f"field-{plane[0]}-{plane[1]}"] = {"data": {"image": [image.astype(np.float32)]}}
        line, _ = outline_columns(state.outlines(plane), at, places, plane) if at is not None else ({"xs": [], "ys": []}, 0)
        properties[f"{mask_name(plane)}-line"] = {"data": line}
    properties["probability"] = {"low": 0.0, "high": state.limit}
    properties["bar"] = properties["bar-title"] = {"visible": state.p is not None}
    return properties
