"""A projection held against its rule: degrees of both ends, and connections by distance."""

from __future__ import annotations

from typing import Any

import numpy as np
from bokeh.layouts import row
from bokeh.models import Legend, LegendItem, Model, Title
from numpy.typing import NDArray

from ..check_state import CheckState
from .style import Properties, apply, ink, plain_figure, source, style_legend, style_title


def check_panels(state: CheckState) -> list[tuple[str, str, str, Any]]:
    """Name, axis label, unit of the counts, and the histogram or profile, of each panel."""
    check = state.check
    found = [("out", "out-degree", "nodes", check.out_degrees), ("in", "in-degree", "nodes", check.in_degrees)]
    return found + ([] if check.distances is None else [("distance", "distance (mm)", "connections", check.distances)])


def check_figure(state: CheckState) -> Model:
    """A panel for each end and for the distance: measured as bars, expected as a line."""
    plots = []
    for name, label, counts, panel in check_panels(state):
        plot = plain_figure(name=name, height=280, sizing_mode="stretch_width", x_axis_label=label, y_axis_label=counts,
                            title="")
        # The heading stands above the first panel; the others keep as much room.
        plot.title.update(text=state.heading if not plots else " ", visible=bool(state.heading))
        verdict = Title(name=f"{name}-title")
        style_title(verdict)
        plot.add_layout(verdict, "above")
        plot.y_range.start = 0
        bars = plot.quad(left="left", right="right", top="measured", bottom=0,
                         source=source(f"{name}-measured", left=[], right=[], measured=[]), fill_alpha=0.55)
        ink(bars.glyph, fill_color="node", line_color="page")
        line = plot.step(x="x", y="expected", source=source(f"{name}-expected", x=[], expected=[]), mode="center", line_width=2)
        ink(line.glyph, line_color="selected")
        legend = Legend(orientation="horizontal", items=[
            LegendItem(label="measured", renderers=[bars]),
            *([] if panel.expected is None else [LegendItem(label="expected", renderers=[line])])])
        style_legend(legend)
        plot.add_layout(legend, "below")
        plots.append(plot)
    root = row(plots, sizing_mode="stretch_width", max_width=1100)
    apply(root, check_properties(state))
    return root


def check_properties(state: CheckState) -> Properties:
    """What the named models of `check_figure` wear in a state."""
    properties: Properties = {}
    for k, (name, _, _, panel) in enumerate(check_panels(state)):
        x, expected = expected_line(panel)
        properties[f"{name}-measured"] = {"data": {"left": panel.edges[:-1], "right": panel.edges[1:],
                                                   "measured": panel.measured}}
        properties[f"{name}-expected"] = {"data": {"x": x, "expected": expected}}
        properties[f"{name}-title"] = {"text": verdict_title(state, k)}
    return properties


def expected_line(panel: Any) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The expected counts over the middles of the bins; nothing where they are not known."""
    if panel.expected is None:
        return np.empty(0), np.empty(0)
    return (panel.edges[:-1] + panel.edges[1:]) / 2, panel.expected


def verdict_title(state: CheckState, k: int) -> str:
    """The p-value of the k-th panel, or that there is none."""
    p = check_panels(state)[k][-1].verdict.p_value
    return "not tested" if p is None else f"p = {p:.2g}"
