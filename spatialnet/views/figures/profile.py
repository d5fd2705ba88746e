"""Probability, weights and delays against distance."""

from __future__ import annotations

import numpy as np
from bokeh.layouts import row
from bokeh.models import Legend, LegendItem, Model
from bokeh.plotting import figure

from ..palette import POPULATIONS
from ..profile_state import ProfileState
from .style import Properties, apply, ink, plain_figure, source, style_legend, wear


def profile_figure(state: ProfileState) -> Model:
    """A panel for the share of connected pairs, for weights and for delays: what was made, and what was asked for."""
    plots = []
    for name in state.panels:
        plot = plain_figure(name=name, height=280, sizing_mode="stretch_width", y_axis_label=state.label(name), title="",
                            x_axis_label="distance (mm)" if name == "probability" else "")
        plot.title.name, plot.xaxis[0].name = f"{name}-title", f"{name}-axis"
        items = _share(plot) if name == "probability" else _dots(plot, state, name)
        if len(items) > 1:
            few = len(items) == 2
            legend = Legend(orientation="horizontal" if few else "vertical", items=items, location="top_left")
            style_legend(legend)
            legend.spacing = 14 if few else 2
            plot.add_layout(legend, "below" if few else "right")
        plots.append(plot)
    root = row(plots, sizing_mode="stretch_width", max_width=360 * len(plots) + 240)
    apply(root, profile_properties(state))
    return root


def _share(plot: figure) -> list[LegendItem]:
    plot.y_range.start = 0
    bars = plot.quad(left="left", right="right", top="share", bottom=0, fill_alpha=0.55,
                     source=source("probability-measured", left=[], right=[], share=[]))
    ink(bars.glyph, fill_color="node", line_color="page")
    line = plot.line(x="x", y="share", source=source("probability-expected", x=[], share=[]), line_width=2)
    ink(line.glyph, line_color="selected")
    return [LegendItem(label="measured", renderers=[bars]), LegendItem(label="expected", renderers=[line])]


def _dots(plot: figure, state: ProfileState, name: str) -> list[LegendItem]:
    items, several = [], len(state.projection.synapses) > 1
    for k in range(len(state.projection.synapses)):
        color = tuple(POPULATIONS[theme][k % len(POPULATIONS[theme])] for theme in ("light", "dark"))
        line = plot.line(x="x", y="value", source=source(f"{name}-curve-{k}", x=[], value=[]), line_width=1.6,
                         line_alpha=0.8)
        dots = plot.scatter(x="x", y="value", source=source(f"{name}-dots-{k}", x=[], value=[]), size=5, line_color=None,
                            fill_alpha=0.65)
        wear(line.glyph, line_color=color)
        wear(dots.glyph, fill_color=color)
        label = state.synapse_label(name, k) if several else "connections"
        items.append(LegendItem(label=label, renderers=[dots, line] if several else [dots]))
        if not several and len(state.curve(name, k, 1.0)[0]):
            ink(line.glyph, line_color="selected")
            items.append(LegendItem(label="asked for", renderers=[line]))
    return items


def profile_properties(state: ProfileState) -> Properties:
    """What the named models of `profile_figure` wear in a state."""
    properties: Properties = {f"{name}-title": {"text": state.title() if k == 0 else ""}
                              for k, name in enumerate(state.panels)}
    dots = state.dots()
    reach = float(dots.place.max()) if len(dots.place) else 1.0
    for name in state.panels:
        if name == "probability":
            edges, measured, expected = state.share()
            middle = (edges[:-1] + edges[1:]) / 2
            properties["probability-measured"] = {"data": {"left": edges[:-1], "right": edges[1:], "share": measured}}
            properties["probability-expected"] = {"data": {"x": middle if expected is not None else np.empty(0),
                                                           "share": expected if expected is not None else np.empty(0)}}
            continue
        properties[f"{name}-axis"] = {"axis_label": state.place_label}
        for k in range(len(state.projection.synapses)):
            x, value = state.curve(name, k, reach)
            mine = dots.synapse == k
            properties[f"{name}-curve-{k}"] = {"data": {"x": x, "value": value}}
            properties[f"{name}-dots-{k}"] = {"data": {"x": dots.place[mine], "value": getattr(dots, name)[mine]}}
    return properties
