"""What all maps of places share: panels for two and three dimensions, the frame of the extent, markers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from bokeh.layouts import row
from bokeh.models import ColumnDataSource, CustomJS, GlyphRenderer, HoverTool, Model
from bokeh.plotting import figure
from numpy.typing import NDArray

from ..places import AXES, Places
from ..state import SIDE
from .style import bounds, ink, plain_figure

#: Planes that are drawn, as (horizontal axis, vertical axis). A second panel shows depth beside the first.
PLANES = {2: ((0, 1),), 3: ((0, 1), (2, 1))}


def frame_size(extent: NDArray[np.float64], plane: tuple[int, int], side: int, smallest: int = 120) -> tuple[int, int]:
    """Pixels of a panel whose units are as long across as up, with `side` as the longer side."""
    width, height = (max(float(extent[axis]), 1e-12) for axis in plane)
    longest = max(width, height)
    return max(round(side * width / longest), smallest), max(round(side * height / longest), smallest)


def marker_size(places: Places, side: int = SIDE) -> float:
    """Diameter in pixels at which the nodes of a layer nearly touch, within what the eye can use."""
    extent = np.maximum(places.extent[:2], 1e-12)
    area = side**2 * float(extent.min() / extent.max())
    return float(np.clip(0.62 * (area / max(len(places), 1)) ** (1 / 2), 2.0, 13.0))


def panels(places: Places, title: str, side: int = SIDE) -> list[tuple[figure, tuple[int, int]]]:
    """Empty panels for the planes of some places, with labelled axes and the frame of the extent.

    The first panel carries the title, as a model named ``"title"``; its name is ``"plane-0-1"``, and the name of a
    second one ``"plane-2-1"``, so that a tap can be traced to its axes.
    """
    planes = PLANES[places.dimensions]
    smallest = min(120, side)
    side = side if len(planes) == 1 else round(0.72 * side)
    made: list[tuple[figure, tuple[int, int]]] = []
    for plane in planes:
        across, up = plane
        width, height = frame_size(places.extent, plane, side, smallest)
        plot = plain_figure(
            frame_width=width, frame_height=height, match_aspect=True, name=f"plane-{across}-{up}",
            x_range=bounds(places.lower[across], places.upper[across]),
            y_range=made[0][0].y_range if made else bounds(places.lower[up], places.upper[up]),
            title=title if not made else "from the side", x_axis_label=f"{AXES[across]} ({places.units})",
            y_axis_label=f"{AXES[up]} ({places.units})",
        )
        if not made:
            plot.title.name = "title"
        plot.xgrid.visible = plot.ygrid.visible = False
        for lower, upper, edge_wrap in places.boxes:
            box = plot.quad(left=[lower[across]], right=[upper[across]], bottom=[lower[up]], top=[upper[up]],
                            fill_color=None, line_width=1.2, line_dash="dashed" if edge_wrap else "solid")
            ink(box.glyph, line_color="line")
        for axis, length in ((plot.xaxis, width), (plot.yaxis, height)):
            axis.axis_line_alpha = 0  # the frame of the extent is the axis
            axis.ticker.desired_num_ticks = max(length // 60, 2)
        made.append((plot, plane))
    return made


def together(made: Sequence[tuple[figure, tuple[int, int]]]) -> Model:
    """The one panel, or the panels side by side."""
    return made[0][0] if len(made) == 1 else row(*[plot for plot, _ in made], spacing=12)


def columns(places: Places, index: Any = slice(None)) -> dict[str, NDArray[Any]]:
    """Columns of a source for some nodes: ``id``, ``x``, ``y`` and, where there is one, ``z``."""
    positions = places.positions[index].astype(np.float32)
    named = {AXES[k]: positions[:, k] for k in range(places.dimensions)}
    return {"id": places.ids[index].astype(np.int32 if _small(places.ids) else np.float64), **named}


def _small(ids: NDArray[np.int64]) -> bool:
    # Browsers have no 64-bit integers in typed arrays that figures can use.
    return len(ids) == 0 or int(ids.max()) < 2**31


def dots(
    plot: figure, plane: tuple[int, int], data: ColumnDataSource, name: str | None = None, **style: Any
) -> GlyphRenderer:
    """Round markers for the rows of a source, in a plane."""
    return plot.scatter(x=AXES[plane[0]], y=AXES[plane[1]], source=data, **({"name": name} if name else {}), **style)


def hover(
    plot: figure, renderers: Sequence[GlyphRenderer], rows: Sequence[tuple[str, str]], formatters: Any = None,
    without: ColumnDataSource | None = None,
) -> None:
    """Tooltips over some renderers, one node at a time; none for the nodes of the source `without`, which have their own."""
    filters = {} if without is None else {"@id": CustomJS(
        args={"without": without}, code="return !Array.from(without.data.id).includes(cb_data.value)")}
    plot.add_tools(HoverTool(renderers=list(renderers), tooltips=list(rows), formatters=formatters or {}, mode="mouse",
                             filters=filters, point_policy="snap_to_data", attachment="horizontal", visible=False, limit=1))


def place_rows(places: Places) -> list[tuple[str, str]]:
    """Tooltip rows for the id and the position of a node."""
    axes = [AXES[k] for k in range(places.dimensions)]
    where = ", ".join(f"@{axis}{{0.[000]}}" for axis in axes)
    return [("node", "@id"), (", ".join(axes), f"{where} {places.units}")]
