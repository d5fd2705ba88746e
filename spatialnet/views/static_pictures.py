"""States as static pictures, through Matplotlib's object interface: no pyplot, no global state, no browser.

They stand in for the living figures where nothing runs: in saved notebooks, in exports and in papers. Always on white,
as a page of print is.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_pdf import FigureCanvasPdf
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.collections import LineCollection
from matplotlib.colors import ListedColormap, Normalize
from matplotlib.figure import Figure, FigureBase
from matplotlib.lines import Line2D
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path

from .check_state import CheckState
from .figures.inspection import check_panels, verdict_title
from .figures.layer import colours, numbered
from .figures.maps import PLANES, marker_size
from .figures.movie import frame_title, on_grid, rate_limit
from .figures.raster import MAX_MARKERS, count_picture, population_colors
from .figures.style import legend_columns, limits
from .outlines import Polyline, mask_pieces
from .palette import INK, palette, weight_colours, weight_palette
from .panels_state import PanelsState
from .places import AXES, Places
from .profile_state import ProfileState
from .run_state import MovieState, RasterState
from .state import SIDE, LayerState, MaskState, ProjectionState
from .words import brief

COLORS = INK["light"]
#: More dots than this are put into vector pictures as pixels, and make the fall-back of a notebook a PNG.
MAX_VECTOR_DOTS = 20_000
#: A saved notebook should stay small: from here on the PNG is the smaller file.
MAX_INLINE_DOTS = 200
POINTS_PER_PIXEL = 0.72

_CANVAS = {"svg": FigureCanvasSVG, "png": FigureCanvasAgg, "pdf": FigureCanvasPdf}


def render(state: Any, kind: str, dpi: float = 160) -> bytes:
    """A state as the bytes of an SVG, PNG or PDF file."""
    figure = draw(state)
    buffer = io.BytesIO()
    # Without a date the same state gives the same picture.
    metadata = {"svg": {"Date": None}, "pdf": {"CreationDate": None}, "png": {}}[kind]
    _CANVAS[kind](figure).print_figure(buffer, format=kind, dpi=dpi, metadata=metadata, facecolor="white",
                                       bbox_inches="tight", pad_inches=0.08)
    return buffer.getvalue()


def as_data_uri(state: Any) -> str:
    """A state as a ``data:`` address: SVG for few dots, else PNG."""
    kind = "svg" if n_dots(state) <= MAX_INLINE_DOTS else "png"
    content = base64.b64encode(render(state, kind, dpi=110)).decode()
    return f"data:image/{'svg+xml' if kind == 'svg' else kind};base64,{content}"


def n_dots(state: Any) -> int:
    """How many markers a picture of the state has."""
    if isinstance(state, PanelsState):
        return sum(map(n_dots, state.states))
    if isinstance(state, ProjectionState):
        return len(state.pool)
    if isinstance(state, (LayerState, MaskState)):
        return len(state.places)
    if isinstance(state, ProfileState):
        return len(state.dots().place) * len(state.panels)
    if isinstance(state, CheckState):
        return sum(len(panel.measured) for *_, panel in check_panels(state))
    if isinstance(state, RasterState):
        return state.spikes.n_spikes
    return sum(len(group.ids) for group in state.spikes.placed)


def draw(state: Any) -> Figure:
    """The Matplotlib figure of a state."""
    return _DRAWERS[type(state)](state)


def draw_check(state: CheckState, into: FigureBase | None = None) -> FigureBase:
    """Degrees and distances, measured and expected."""
    panels = check_panels(state)
    figure = into or Figure(figsize=size_of(state), layout="constrained")
    if state.heading:
        figure.suptitle(state.heading, x=0.01, ha="left", **{key: _TITLE[key] for key in ("fontsize", "fontweight", "color")})
    for k, (ax, (_, label, counts, panel)) in enumerate(zip(np.ravel(figure.subplots(1, len(panels))), panels, strict=True)):
        ax.stairs(panel.measured, panel.edges, fill=True, color=COLORS["node"], alpha=0.55, label="measured")
        if panel.expected is not None:
            ax.stairs(panel.expected, panel.edges, color=COLORS["selected"], linewidth=1.6, label="expected", baseline=None)
        ax.set(xlabel=label, ylabel=counts, ylim=(0, None))
        ax.set_title(verdict_title(state, k), **_TITLE)
        _plain(ax)
    ax.legend(frameon=False, fontsize=8.5, labelcolor=COLORS["text"])
    return figure


def draw_profile(state: ProfileState, into: FigureBase | None = None) -> FigureBase:
    """Probability, weights and delays against distance."""
    figure = into or Figure(figsize=size_of(state), layout="constrained")
    dots = state.dots()
    reach = float(dots.place.max()) if len(dots.place) else 1.0
    several = len(state.projection.synapses) > 1
    for k, (ax, name) in enumerate(zip(np.ravel(figure.subplots(1, len(state.panels))), state.panels, strict=True)):
        ax.set(xlabel="distance (mm)" if name == "probability" else state.place_label, ylabel=state.label(name))
        if name == "probability":
            edges, measured, expected = state.share()
            ax.stairs(measured, edges, fill=True, color=COLORS["node"], alpha=0.55, label="measured")
            if expected is not None:
                ax.plot((edges[:-1] + edges[1:]) / 2, expected, color=COLORS["selected"], linewidth=1.6, label="expected")
            ax.set_ylim(0, None)
        for synapse in range(len(state.projection.synapses)) if name != "probability" else ():
            color, mine = population_colors(synapse)[0], dots.synapse == synapse
            ax.scatter(dots.place[mine], getattr(dots, name)[mine], s=9, color=color, alpha=0.65, linewidths=0,
                       label=state.synapse_label(name, synapse) if several else "connections",
                       rasterized=mine.sum() > MAX_INLINE_DOTS)
            x, value = state.curve(name, synapse, reach)
            if len(x):
                ax.plot(x, value, color=color if several else COLORS["selected"], linewidth=1.4,
                        label=None if several else "asked for")
        ax.set_title(state.title() if k == 0 else "", **_TITLE)
        n = len(ax.get_legend_handles_labels()[1])
        beside = {"loc": "upper left", "bbox_to_anchor": (1.0, 1.0)} if n > 2 else {}
        if n > 1:
            ax.legend(frameon=False, fontsize=8.5, labelcolor=COLORS["text"], **beside)
        _plain(ax)
    return figure


def draw_layer(state: LayerState, into: FigureBase | None = None) -> FigureBase:
    """Map of a layer."""
    places = state.places
    figure, axes = _maps(places, state, into)
    colormap, norm = None, None
    color: Any = COLORS["node"]
    if state.color_by == "layer" or np.isfinite(state.values()).any():
        color, colormap = state.values(), ListedColormap(colours(state, "light"))
        norm = Normalize(-0.5, len(places.names) - 0.5) if state.color_by == "layer" else None
    for ax, plane in axes:
        drawn = _dots(ax, places, plane, slice(None), _size(places, state.side), c=color, cmap=colormap, norm=norm, alpha=0.9)
        _chosen(ax, state, plane)
    if numbered(state):
        _number_cells(axes[0][0], state)
    if state.color_by == "layer":
        marks = [Line2D([], [], marker="o", linestyle="", color=color, label=brief(name))
                 for name, color in zip(places.names, colours(state, "light"), strict=True)]
        room = legend_columns([mark.get_label() for mark in marks], state.side)
        axes[0][0].legend(handles=marks, frameon=False, ncols=room, fontsize=8.5, labelcolor=COLORS["text"],
                          loc="upper left", bbox_to_anchor=(0.0, -0.12), handletextpad=0.1, columnspacing=1.0)
    elif colormap is not None:
        _bar(figure, drawn, axes[-1][0], state.label)
    return figure


def draw_projection(state: ProjectionState, into: FigureBase | None = None) -> FigureBase:
    """Map of a projection: the chosen node, its partners, the mask."""
    frame = state.pool if len(state.pool) else state.selectable
    figure, axes = _maps(frame, state, into)
    partners = state.partners()
    index = state.pool.index_of(partners.ids)
    weight, index = partners.weight[index >= 0], index[index >= 0]
    name, low, high = weight_palette(*state.weight_limits)
    norm = Normalize(low, high) if low < high else Normalize(low - 1.0, low + 1.0)
    colormap = ListedColormap(weight_colours(name, "light"))
    top = max(abs(low), abs(high))
    share = np.clip(np.abs(weight) / top, 0.0, 1.0) if top > 0.0 else np.ones(len(weight))
    size = _size(frame, state.side)
    for ax, plane in axes:
        if state.probability:
            ground = _field(ax, frame, plane, state.field(plane), state.field_limit, palette("ground", "light"))
        _dots(ax, state.pool, plane, slice(None), min(size * 0.7, 4.0), c=COLORS["pool"], alpha=0.45)
        _mask(ax, state, frame, plane)
        drawn = _dots(ax, state.pool, plane, index, max(size, 3.6) * (0.75 + 0.5 * share), c=weight, cmap=colormap,
                      norm=norm, edgecolors="white", linewidths=0.3)
        _chosen(ax, state, plane)
    if low < high:
        _bar(figure, drawn, axes[-1][0], state.weight_label)
    if state.probability:
        _bar(figure, ground, axes[-1][0], state.profile_label)
    _caption(figure, state, into)
    return figure


def draw_mask(state: MaskState, into: FigureBase | None = None) -> FigureBase:
    """Preview of a mask."""
    places = state.places
    figure, axes = _maps(places, state, into)
    fields = [state.field(plane) for _, plane in axes]
    for (ax, (across, up)), field in zip(axes, fields, strict=True):
        image = _field(ax, places, (across, up), field, state.limit, palette("field", "light")[24:])
        _dots(ax, places, (across, up), slice(None), min(_size(places, state.side) * 0.4, 3.0), c=COLORS["muted"], alpha=0.6)
        _mask(ax, state, places, (across, up), fill=False)
        _chosen(ax, state, (across, up))
    if state.p is not None:
        _bar(figure, image, axes[-1][0], "probability")
    _caption(figure, state, into)
    return figure


def _number_cells(ax: Axes, state: LayerState) -> None:
    """Columns above and rows on the right; rows count from the top."""
    places, shape = state.places, state.shape
    for axis, side in ((0, "top"), (1, "right")):
        step = float(places.extent[axis]) / shape[axis]
        ticks = places.lower[axis] + step * (np.arange(shape[axis]) + 0.5)
        numbers = ax.secondary_xaxis(side) if axis == 0 else ax.secondary_yaxis(side)
        (numbers.set_xticks if axis == 0 else numbers.set_yticks)(
            ticks, [str(k) for k in (range(shape[0]) if axis == 0 else reversed(range(shape[1])))])
        (numbers.set_xlabel if axis == 0 else numbers.set_ylabel)("column" if axis == 0 else "row")
        _plain(numbers, spines=False)
        numbers.tick_params(length=0)


def draw_panels(state: PanelsState) -> Figure:
    """Pictures side by side."""
    sizes = np.array([size_of(one) for one in state.states])
    width, height = sizes.max(axis=0)
    n_rows, n_columns = len(state.rows), min(state.columns, len(state.states))
    figure = Figure(figsize=(width * n_columns, height * n_rows), layout="constrained")
    places = np.ravel(figure.subfigures(n_rows, n_columns, squeeze=False))
    for one, into in zip(state.states, places, strict=False):
        _DRAWERS[type(one)](one, into)
    return figure


def draw_raster(state: RasterState) -> Figure:
    """Raster with the rates of the populations below."""
    spikes, (start, stop) = state.spikes, state.window
    figure = Figure(figsize=(8.0, 4.6), layout="constrained")
    raster, rates = figure.subplots(2, 1, sharex=True, height_ratios=(2.2, 1))
    offsets, n_rows = spikes.offsets, int(spikes.offsets[-1])
    as_picture = spikes.n_spikes > MAX_MARKERS
    for k, group in enumerate(spikes.groups):
        color = population_colors(k)[0]
        cut, first = group.within(start, stop), int(offsets[k])
        times, rows = group.times[cut], group.rows[cut]
        if as_picture:
            picture, height = count_picture(group, times, rows, start, stop)
            top = max(float(np.percentile(picture, 99.5)), 1.0)
            shades = np.zeros((*picture.shape, 4))
            shades[..., :3] = np.array(list(bytes.fromhex(color[1:]))) / 255
            shades[..., 3] = np.sqrt(np.clip(picture / top, 0.0, 1.0))
            raster.imshow(shades, origin="lower", aspect="auto", interpolation="nearest",
                          extent=(start, stop, first - 0.5, first - 0.5 + height))
        else:
            raster.scatter(times, rows + first, s=float(np.clip(300 / max(n_rows, 1), 1.3, 4.0)) ** 2, c=color,
                           linewidths=0, rasterized=len(times) > MAX_INLINE_DOTS)
        edges, rate = spikes.population_rate(group, state.bin_width)
        rates.stairs(rate, edges, color=color, linewidth=1.0, baseline=None, label=brief(group.name))
        if k:
            raster.axhline(first - 0.5, color=COLORS["line"], linewidth=0.8)
    raster.set(xlim=(start, stop), ylim=(-0.5, max(n_rows, 1) - 0.5))
    if len(spikes.groups) > 1:
        raster.set_yticks((offsets[:-1] + offsets[1:] - 1) / 2, [brief(group.name, 20) for group in spikes.groups])
        raster.tick_params(axis="y", length=0)
        rates.legend(frameon=False, ncols=legend_columns([brief(group.name) for group in spikes.groups], 720), fontsize=8.5,
                     labelcolor=COLORS["text"], loc="lower right", bbox_to_anchor=(1.0, 1.0), borderaxespad=0.1,
                     handlelength=1.2, columnspacing=1.4)
    else:
        raster.set_ylabel(f"nodes of {brief(spikes.groups[0].name, 32)}")
    rates.set(xlabel="time (ms)", ylabel="rate (Hz)", ylim=(0, None))
    for ax in (raster, rates):
        _plain(ax)
    raster.set_title(state.title(), **_TITLE)
    return figure


def draw_frame(state: MovieState) -> Figure:
    """One frame of a movie."""
    groups = state.spikes.placed
    figure = Figure(figsize=(4.2 * len(groups) + 0.6, 4.2), layout="constrained")
    start, stop = state.span()
    colormap, norm = ListedColormap(palette("field", "light")), Normalize(0.0, rate_limit(state))
    for ax, group in zip(np.ravel(figure.subplots(1, len(groups))), groups, strict=True):
        rates = state.spikes.rates(group, start, stop)
        corners = (group.lower[0], group.upper[0], group.lower[1], group.upper[1])
        if group.shape is not None:
            drawn = ax.imshow(on_grid(group, rates), origin="lower", extent=corners, cmap=colormap, norm=norm,
                              interpolation="nearest")
        else:
            size = float(np.clip(220 / max(len(group.ids), 1) ** 0.5, 1.8, 10.0))
            drawn = ax.scatter(group.positions[:, 0], group.positions[:, 1], s=size**2, c=rates, cmap=colormap,
                               norm=norm, edgecolors=COLORS["line"], linewidths=0.3)
        ax.add_patch(Rectangle(corners[::2], corners[1] - corners[0], corners[3] - corners[2], fill=False,
                               edgecolor=COLORS["line"], linewidth=0.8))
        ax.set(xlabel=f"x ({group.units})", ylabel=f"y ({group.units})", aspect="equal")
        ax.set_title(frame_title(group, start, stop), **_TITLE)
        _plain(ax, spines=False)
    _bar(figure, drawn, ax, "rate (Hz)")
    return figure


# ---- what the maps share -----------------------------------------------------------------------------------------

_TITLE = {"loc": "left", "fontsize": 10, "fontweight": "bold", "color": COLORS["text"]}


def _map_sizes(places: Places, side: int) -> tuple[list[float], float]:
    """Widths of the planes of some places and their height, in inches."""
    planes = PLANES[places.dimensions]
    inches = (5.0 if len(planes) == 1 else 3.8) * side / SIDE
    longest = max(float(places.extent.max()), 1e-12)
    share = 0.25 if side >= 300 else 0.1
    widths = [inches * max(float(places.extent[across]) / longest, share) for across, _ in planes]
    return widths, inches * max(float(places.extent[1]) / longest, share)


def size_of(state: Any) -> tuple[float, float]:
    """Width and height of the picture of a state, in inches."""
    if isinstance(state, CheckState):
        return 3.6 * len(check_panels(state)), 3.0
    if isinstance(state, ProfileState):
        return 3.6 * len(state.panels) + (1.4 if len(state.panels) == 1 else 0.0), 3.0
    places = state.pool if isinstance(state, ProjectionState) and len(state.pool) else state.selectable
    widths, height = _map_sizes(places, state.side)
    return sum(widths) + 1.2, height + 0.9


def _maps(places: Places, state: Any, into: FigureBase | None) -> tuple[FigureBase, list[tuple[Axes, tuple[int, int]]]]:
    """Axes for the planes of some places, with the frame of their extent."""
    planes = PLANES[places.dimensions]
    widths, _ = _map_sizes(places, state.side)
    figure = into or Figure(figsize=size_of(state), layout="constrained")
    made = []
    for ax, (across, up) in zip(np.ravel(figure.subplots(1, len(planes), width_ratios=widths)), planes, strict=True):
        ax.set(xlim=limits(places.lower[across], places.upper[across]), ylim=limits(places.lower[up], places.upper[up]), aspect="equal",
               xlabel=f"{AXES[across]} ({places.units})", ylabel=f"{AXES[up]} ({places.units})")
        for lower, upper, edge_wrap in places.boxes:
            ax.add_patch(Rectangle((lower[across], lower[up]), upper[across] - lower[across], upper[up] - lower[up],
                                   fill=False, edgecolor=COLORS["line"], linewidth=0.9,
                                   linestyle="--" if edge_wrap else "-"))
        _plain(ax, spines=False)
        made.append((ax, (across, up)))
    made[0][0].set_title(state.title(), **_TITLE)
    return figure, made


def _size(places: Places, side: int) -> float:
    """Diameter of a node's dot in points."""
    return POINTS_PER_PIXEL * marker_size(places, side)


def _dots(ax: Axes, places: Places, plane: tuple[int, int], index: Any, size: Any, **style: Any) -> Any:
    across, up = plane
    points = places.positions[index] if len(places) else np.empty((0, places.dimensions))
    style.setdefault("linewidths", 0)
    return ax.scatter(points[:, across], points[:, up], s=np.square(size), rasterized=len(points) > MAX_VECTOR_DOTS,
                      zorder=2 + 0.01 * len(ax.collections), **style)


def _field(ax: Axes, places: Places, plane: tuple[int, int], field: Any, limit: float, colors: list[str]) -> Any:
    """A map of values over the extent of some places."""
    across, up = plane
    corners = (places.lower[across], places.upper[across], places.lower[up], places.upper[up])
    return ax.imshow(field, origin="lower", extent=corners, vmin=0.0, vmax=limit, interpolation="nearest",
                     cmap=ListedColormap(colors), zorder=0)


def _chosen(ax: Axes, state: Any, plane: tuple[int, int]) -> None:
    at = state.position()
    if at is not None and len(at) > max(plane):
        ax.scatter(at[plane[0]], at[plane[1]], s=80, c=COLORS["selected"], edgecolors=COLORS["text"], linewidths=1.4,
                   zorder=5)


def _mask(ax: Axes, state: Any, places: Places, plane: tuple[int, int], fill: bool = True) -> None:
    """The mask around the chosen node, wrapped and cut to the extent."""
    at, axes = state.position(), list(plane)
    if at is None or len(at) != places.dimensions:
        return
    strokes, fills = mask_pieces(state.outlines(plane), at[axes], places.lower[axes], places.upper[axes], places.edge_wrap)
    ax.add_collection(LineCollection(strokes, colors=COLORS["mask"], linewidths=1.2, alpha=0.85, zorder=3))
    for rings in fills if fill else []:
        ax.add_patch(PathPatch(compound(rings), facecolor=COLORS["mask"], edgecolor="none", alpha=0.06, zorder=1))


def compound(rings: list[Polyline]) -> Path:
    """Rings as one path; holes run the other way round than what they are in, because the filling rule is non-zero."""
    oriented = []
    for ring in rings:
        depth = sum(Path(other).contains_point(ring[0]) for other in rings if other is not ring)
        x, y = ring[:, 0], ring[:, 1]
        counterclockwise = np.sum(x[:-1] * y[1:] - x[1:] * y[:-1]) > 0.0
        oriented.append(Path(ring if counterclockwise == (depth % 2 == 0) else ring[::-1], closed=True))
    return Path.make_compound_path(*oriented)


def _bar(figure: Figure, drawn: Any, ax: Axes, label: str) -> None:
    bar = figure.colorbar(drawn, ax=ax, shrink=0.75, aspect=28, pad=0.02)
    bar.set_label(label, color=COLORS["muted"])
    bar.outline.set_visible(False)
    bar.solids.set_alpha(1.0)
    bar.ax.tick_params(colors=COLORS["muted"], labelsize=8.5, length=0)


def _caption(figure: FigureBase, state: Any, into: FigureBase | None) -> None:
    if into is not None:  # a panel is too narrow for a sentence
        return
    figure.supxlabel(state.words(), fontsize=8.5, color=COLORS["text"], x=0.02, ha="left")


def _plain(ax: Axes, spines: bool = True) -> None:
    ax.tick_params(colors=COLORS["line"], labelcolor=COLORS["muted"], labelsize=9)
    for label in (ax.xaxis.label, ax.yaxis.label):
        label.set(color=COLORS["muted"], fontsize=9.5)
    for side, spine in ax.spines.items():
        spine.set_visible(spines and side in ("left", "bottom"))
        spine.set_color(COLORS["line"])


_DRAWERS: dict[type, Callable[..., Any]] = {
    LayerState: draw_layer, ProjectionState: draw_projection, MaskState: draw_mask, RasterState: draw_raster,
    MovieState: draw_frame, CheckState: draw_check, ProfileState: draw_profile,
    PanelsState: draw_panels,
}
