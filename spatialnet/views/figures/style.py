"""How every figure is dressed: fonts, axes, and the two wardrobes for light and dark pages.

A model that looks different on the two themes says so in its ``tags``: ``{"spatialnet": {"light": {property:
value}, "dark": {...}}}``. `dress` puts one of them on; in a notebook ``static/bokeh_view.js`` does the same whenever
the theme changes, without asking the kernel.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from bokeh.models import (
    Axis,
    BoxZoomTool,
    ColorBar,
    ColumnDataSource,
    Grid,
    Legend,
    LinearColorMapper,
    Model,
    PanTool,
    Plot,
    Range1d,
    ResetTool,
    Title,
    WheelZoomTool,
)
from bokeh.plotting import figure

from ..palette import INK, THEMES

#: Property values by model name and property name: what a state lets the named models of a figure wear.
Properties = dict[str, dict[str, Any]]

#: Pixels of an item of a legend beside its label: the mark and the gaps.
LEGEND_ITEM = 36
FONT = "system-ui, -apple-system, 'Segoe UI', 'Helvetica Neue', 'Noto Sans', Arial, sans-serif"


def wear(model: Model, **choices: tuple[Any, Any]) -> Model:
    """Give a model its wardrobe: ``property=(value on light, value on dark)``; the light one is put on."""
    held = wardrobe(model) or {theme: {} for theme in THEMES}
    for prop, values in choices.items():
        for theme, value in zip(THEMES, values, strict=True):
            held[theme][prop] = value
    model.tags = [tag for tag in model.tags if not _is_wardrobe(tag)] + [{"spatialnet": held}]
    model.update(**held["light"])
    return model


def ink(model: Model, **roles: str) -> Model:
    """Give a model the colours of `palette.INK`: ``property="text"``, ``"muted"``, …"""
    return wear(model, **{prop: (INK["light"][role], INK["dark"][role]) for prop, role in roles.items()})


def wardrobe(model: Model) -> dict[str, dict[str, Any]] | None:
    """What a model wears on each theme, or None if it looks the same on both."""
    for tag in model.tags:
        if _is_wardrobe(tag):
            return {theme: dict(values) for theme, values in tag["spatialnet"].items()}
    return None


def _is_wardrobe(tag: Any) -> bool:
    return isinstance(tag, Mapping) and "spatialnet" in tag


def dress(root: Model, theme: str) -> None:
    """Put the clothes of a theme on every model below `root`."""
    for model in root.references():
        held = wardrobe(model)
        if held:
            model.update(**held[theme])


def apply(root: Model, properties: Properties, previous: Properties | None = None) -> None:
    """Set the properties of named models, leaving alone those that equal what was set before."""
    for name, values in properties.items():
        model = root.select_one({"name": name})
        if model is None:
            raise LookupError(f"the figure has no model named '{name}'")
        for prop, value in values.items():
            if previous is not None and same(value, previous.get(name, {}).get(prop)):
                continue
            if prop == "wardrobe":
                wear(model, **value)
            else:
                setattr(model, prop, value)


def same(one: Any, two: Any) -> bool:
    """Whether two property values are equal, arrays and columns of arrays included."""
    if one is two:
        return True
    if isinstance(one, Mapping) and isinstance(two, Mapping):
        return one.keys() == two.keys() and all(same(one[key], two[key]) for key in one)
    if isinstance(one, np.ndarray) or isinstance(two, np.ndarray):
        if np.shape(one) != np.shape(two):
            return False
        a, b = np.asarray(one), np.asarray(two)
        return bool(np.array_equal(a, b, equal_nan=a.dtype.kind == "f" and b.dtype.kind == "f"))
    if isinstance(one, (list, tuple)) and isinstance(two, (list, tuple)):
        return len(one) == len(two) and all(same(a, b) for a, b in zip(one, two, strict=True))
    return bool(one == two)


def plain_figure(dimensions: str = "both", **options: Any) -> figure:
    """A figure without Bokeh's own colours: transparent, with sober axes and our tools.

    With ``dimensions="width"``, for time on the x axis, dragging zooms and leaves the y axis alone.
    """
    pan = PanTool(dimensions=dimensions)
    box_zoom = BoxZoomTool(dimensions=dimensions, match_aspect=bool(options.pop("match_aspect", False)))
    plot = figure(
        background_fill_color=None,
        border_fill_color=None,
        outline_line_color=None,
        toolbar_location="above",
        tools=[pan, box_zoom, WheelZoomTool(dimensions=dimensions), ResetTool()],
        **options,
    )
    plot.toolbar.active_drag = box_zoom if dimensions == "width" else pan
    plot.toolbar.logo = None
    plot.toolbar.active_scroll = None  # the wheel scrolls the notebook until its tool is chosen
    plot.toolbar.autohide = True
    finish(plot)
    return plot


def finish(plot: Plot) -> None:
    """Dress the axes, grids and title of a plot."""
    for axis in plot.select({"type": Axis}):
        style_axis(axis)
    for grid in plot.select({"type": Grid}):
        ink(grid, grid_line_color="grid")
    style_title(plot.title)


def style_axis(axis: Axis) -> None:
    """Font and colours of an axis, or of the colour bar, which has the same properties."""
    ink(axis, axis_label_text_color="muted", major_label_text_color="muted", axis_line_color="line",
        major_tick_line_color="line")
    axis.update(
        axis_label_text_font=FONT, axis_label_text_font_size="13px", axis_label_text_font_style="normal",
        major_label_text_font=FONT, major_label_text_font_size="12px", minor_tick_line_color=None,
        major_tick_in=0, major_tick_out=5, axis_label_standoff=8,
    )


def style_title(title: Title) -> None:
    """Font and colour of a title."""
    ink(title, text_color="text")
    title.update(text_font=FONT, text_font_size="14px", text_font_style="bold", standoff=8)


def color_bar(plot: Plot, mapper: LinearColorMapper, title: str, name: str = "bar") -> None:
    """A slim colour bar on the right of a plot, its title running along it.

    The bar is addressed as `name`, the title as ``"<name>-title"``.
    """
    bar = ColorBar(
        color_mapper=mapper, name=name, width=12, padding=8, label_standoff=6, background_fill_color=None,
        border_line_color=None, bar_line_color=None, major_tick_line_color=None, margin=0,
        major_label_text_font=FONT, major_label_text_font_size="12px",
    )
    ink(bar, major_label_text_color="muted")
    plot.add_layout(bar, "right")
    # A title of the bar itself would stand at its foot, over the nodes.
    label = Title(text=title, name=f"{name}-title", align="center", standoff=4, text_font=FONT, text_font_size="13px",
                  text_font_style="normal")
    ink(label, text_color="muted")
    plot.add_layout(label, "right")


def style_legend(legend: Legend) -> None:
    """Font and colours of a legend, without a box."""
    ink(legend, label_text_color="text")
    legend.update(label_text_font=FONT, label_text_font_size="12px", background_fill_color=None,
                  border_line_color=None, padding=2, spacing=14, margin=0, glyph_width=16)


def legend_columns(labels: Sequence[str], width: float) -> int:
    """How many columns a legend of some labels has in so many pixels: as few rows as fit, about equally long."""
    def needed(n: int) -> float:
        return sum(LEGEND_ITEM + 6.5 * max(map(len, labels[k::n])) for k in range(n))
    rows = next(rows for rows in range(1, len(labels) + 1) if rows == len(labels) or needed(-(-len(labels) // rows)) <= width)
    return -(-len(labels) // rows)


def source(name: str, **columns: Any) -> ColumnDataSource:
    """A named column source; a figure's properties address it by this name."""
    return ColumnDataSource(data={key: np.asarray(value) for key, value in columns.items()}, name=name)


def limits(lower: float, upper: float, margin: float = 0.03) -> tuple[float, float]:
    """Ends of an axis, a little wider than the extent, so that nodes and lines on its border are seen whole."""
    pad = margin * (upper - lower) if upper > lower else 0.5
    return float(lower - pad), float(upper + pad)


def bounds(lower: float, upper: float) -> Range1d:
    """The `limits` as a range."""
    return Range1d(*limits(lower, upper))
