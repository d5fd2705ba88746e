"""Spikes over time, and the rate of each population below them."""

from __future__ import annotations

from typing import Any

import numpy as np
from bokeh.layouts import column
from bokeh.models import (
    Column,
    FixedTicker,
    HoverTool,
    Legend,
    LegendItem,
    LinearColorMapper,
    Range1d,
    Span,
)
from numpy.typing import NDArray

from ..palette import POPULATIONS
from ..run_state import RasterState
from ..spikes import Group
from ..words import brief
from .style import Properties, apply, ink, legend_columns, plain_figure, source, style_legend, wear

#: Above this many spikes in the window they are drawn as a picture of counts: browsers slow down with more markers.
MAX_MARKERS = 20_000
#: Cells of that picture: (columns, rows at most).
PICTURE = (900, 300)


def population_colors(k: int) -> tuple[str, str]:
    """Colour of the k-th population on light and on dark."""
    light, dark = POPULATIONS["light"], POPULATIONS["dark"]
    return light[k % len(light)], dark[k % len(dark)]


def raster_figure(state: RasterState) -> Column:
    """Raster above, population rates below, with one axis of time.

    Every recorded node has a row, silent or not; populations are stacked in the order in which they were recorded.
    """
    spikes = state.spikes
    names = [brief(group.name, 20) for group in spikes.groups]
    offsets, n_rows = spikes.offsets, max(int(spikes.offsets[-1]), 1)
    time = Range1d(*state.window, name="window", bounds=(spikes.t_start, spikes.t_stop), min_interval=1.0)
    raster = plain_figure("width", name="raster", x_range=time, y_range=Range1d(-0.5, n_rows - 0.5), height=330,
                          sizing_mode="stretch_width", min_border_left=70, min_border_right=24,
                          y_axis_label=f"nodes of {brief(spikes.groups[0].name, 32)}", title=state.title())
    raster.title.name = "title"
    raster.xaxis.major_label_text_font_size = "0px"
    raster.ygrid.visible = False
    rates = plain_figure("width", name="rates", x_range=time, height=170, sizing_mode="stretch_width", min_border_left=70,
                         min_border_right=24, x_axis_label="time (ms)", y_axis_label="rate (Hz)")
    rates.y_range.start = 0
    rates.title.visible = False
    rates.toolbar_location = None
    rates.yaxis.ticker.desired_num_ticks = 4
    items = []
    for k, group in enumerate(spikes.groups):
        light, dark = population_colors(k)
        dots = raster.scatter(x="time", y="row", source=source(f"spikes-{k}", time=[], row=[]), line_color=None,
                              size=float(np.clip(420 / n_rows, 2.0, 6.0)), fill_alpha=0.85)
        wear(dots.glyph, fill_color=(light, dark))
        mapper = LinearColorMapper(name=f"counts-{k}", low=0, high=1)
        wear(mapper, palette=(_ramp(light), _ramp(dark)))
        raster.image(image="image", x="x", y="y", dw="dw", dh="dh", color_mapper=mapper,
                     source=source(f"picture-{k}", image=[], x=[], y=[], dw=[], dh=[]))
        line = rates.step(x="time", y="rate", mode="after", source=source(f"rate-{k}", time=[], rate=[]), line_width=1.5)
        wear(line.glyph, line_color=(light, dark))
        rates.add_tools(HoverTool(renderers=[line], mode="vline", visible=False, tooltips=[
            (group.name, "@rate{0.[0]} Hz"), ("time", "@time{0.[0]} ms")]))
        items.append(LegendItem(label=names[k], renderers=[line]))
        if k:
            edge = Span(location=offsets[k] - 0.5, dimension="width", line_width=1)
            ink(edge, line_color="line")
            raster.add_layout(edge)
    middles = (offsets[:-1] + offsets[1:] - 1) / 2
    if len(spikes.groups) > 1:
        raster.yaxis.ticker = FixedTicker(ticks=list(middles))
        raster.yaxis.major_label_overrides = {
            float(middle): name for middle, name in zip(middles, names, strict=True)
        }
        raster.yaxis.major_tick_line_color = None
        raster.yaxis.axis_label = None
        legend = Legend(items=items, orientation="horizontal", ncols=legend_columns(names, 720))
        style_legend(legend)
        rates.add_layout(legend, "above")
    root = column(raster, rates, sizing_mode="stretch_width", max_width=1000, spacing=4)
    apply(root, raster_properties(state))
    return root


def raster_properties(state: RasterState) -> Properties:
    """What the named models of `raster_figure` wear in a state."""
    spikes, (start, stop) = state.spikes, state.window
    shown = sum(len(group.times[group.within(start, stop)]) for group in spikes.groups)
    properties: Properties = {
        "window": {"start": start, "end": stop},
        "title": {"text": state.title()},
    }
    for k, group in enumerate(spikes.groups):
        cut, first = group.within(start, stop), int(spikes.offsets[k])
        times, rows = group.times[cut], group.rows[cut]
        as_picture = shown > MAX_MARKERS
        properties[f"spikes-{k}"] = {"data": {
            "time": np.empty(0) if as_picture else times,
            "row": np.empty(0, dtype=np.int32) if as_picture else (rows + first).astype(np.int32),
        }}
        picture, height = count_picture(group, times, rows, start, stop) if as_picture else (None, 0.0)
        properties[f"picture-{k}"] = {"data": {
            "image": [picture] if as_picture else [], "x": [start] if as_picture else [],
            "y": [first - 0.5] if as_picture else [], "dw": [stop - start] if as_picture else [],
            "dh": [height] if as_picture else [],
        }}
        if as_picture:
            properties[f"counts-{k}"] = {"low": 0.0, "high": max(float(np.percentile(picture, 99.5)), 1.0)}
        edges, rate = spikes.population_rate(group, state.bin_width)
        properties[f"rate-{k}"] = {"data": {"time": edges, "rate": np.append(rate, rate[-1:])}}
    return properties


def count_picture(
    group: Group, times: NDArray[np.float64], rows: NDArray[np.int64], start: float, stop: float
) -> tuple[NDArray[np.float32], float]:
    """Spike counts in cells of time and rows, and how many rows the picture is high."""
    n_columns, n_rows = PICTURE[0], min(PICTURE[1], len(group.ids))
    per_row = int(np.ceil(len(group.ids) / n_rows))
    n_rows = int(np.ceil(len(group.ids) / per_row))
    across = np.minimum(((times - start) * (n_columns / (stop - start))).astype(np.int64), n_columns - 1)
    counts = np.bincount(rows // per_row * n_columns + across, minlength=n_rows * n_columns)
    return counts.reshape(n_rows, n_columns).astype(np.float32), float(n_rows * per_row)


def _ramp(color: str) -> list[str]:
    """From clear to a colour, quickly: a single spike must be seen."""
    return [f"{color}{round(255 * (k / 63) ** 0.5):02x}" for k in range(64)]


def window_of(root: Column) -> tuple[float, float]:
    """The window of time a raster shows now, after panning and zooming."""
    window: Any = root.select_one({"name": "window"})
    return float(window.start), float(window.end)
