"""Several figures side by side."""

from __future__ import annotations

from bokeh.layouts import column, row
from bokeh.models import ColorBar, Model
from bokeh.plotting import figure

from ..panels_state import AXES_WIDTH, BAR_WIDTH, PanelsState
from .style import Properties


def panels_figure(state: PanelsState) -> Model:
    """The figures of the states in rows, for a page of its own; in a notebook each lives by itself."""
    from . import maker  # the other figures are made there

    made = [[maker(one)[0](one) for one in states] for states in state.rows]
    # What takes the width it is given has to be given one.
    stretched = any(natural_width(root) is None for roots in made for root in roots)
    options = {"spacing": 12, "sizing_mode": "stretch_width"} if stretched else {"spacing": 12}
    return column([row(roots, **options) for roots in made], **options)


def panels_properties(state: PanelsState) -> Properties:
    """Nothing: each panel follows its own state."""
    return {}


def natural_width(root: Model) -> int | None:
    """Pixels that a figure of maps takes, with its axes and colour bars; None where it takes what it is given."""
    plots = list(root.select({"type": figure}))
    if any(plot.frame_width is None for plot in plots):
        return None
    bars = sum(bar.visible for bar in root.select({"type": ColorBar}))
    right = sum(axis.visible for plot in plots for axis in plot.right if not isinstance(axis, ColorBar) and hasattr(axis, "ticker"))
    return sum(plot.frame_width + AXES_WIDTH for plot in plots) + BAR_WIDTH * bars + 44 * right
