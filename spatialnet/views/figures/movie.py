"""Activity in space, frame by frame."""

from __future__ import annotations

import numpy as np
from bokeh.layouts import column, row
from bokeh.models import CustomJS, LinearColorMapper, Model, Slider, Toggle
from bokeh.transform import transform
from numpy.typing import NDArray

from ..palette import palette
from ..run_state import MovieState
from ..spikes import Group
from ..words import brief
from .maps import frame_size
from .style import Properties, apply, bounds, color_bar, ink, plain_figure, source, wear


def movie_figure(state: MovieState) -> Model:
    """One map for each layer with positions, side by side: grids as pixels, free layers as dots; colour is rate."""
    spikes = state.spikes
    mapper = LinearColorMapper(name="rates", low=0, high=1)
    wear(mapper, palette=(palette("field", "light"), palette("field", "dark")))
    panels = []
    side = 400 if len(spikes.placed) == 1 else 290
    for k, group in enumerate(spikes.placed):
        lower, upper = group.lower, group.upper
        width, height = frame_size(upper - lower, (0, 1), side)
        plot = plain_figure(
            name=f"map-{k}", frame_width=width, frame_height=height, match_aspect=True, title=group.name,
            x_range=bounds(lower[0], upper[0]), y_range=bounds(lower[1], upper[1]),
            x_axis_label=f"x ({group.units})", y_axis_label=f"y ({group.units})",
        )
        plot.title.name = f"title-{k}"
        plot.xgrid.visible = plot.ygrid.visible = False
        plot.xaxis.axis_line_alpha = plot.yaxis.axis_line_alpha = 0
        box = plot.quad(left=[lower[0]], right=[upper[0]], bottom=[lower[1]], top=[upper[1]], fill_color=None)
        if group.shape is not None:
            plot.image(image="image", x=lower[0], y=lower[1], dw=upper[0] - lower[0], dh=upper[1] - lower[1],
                       source=source(f"frame-{k}", image=[]), color_mapper=mapper, level="image")
        else:
            size = float(np.clip(0.75 * side / max(len(group.ids), 1) ** 0.5, 2.5, 14.0))
            data = source(f"frame-{k}", x=group.positions[:, 0], y=group.positions[:, 1], rate=np.zeros(len(group.ids)))
            dots = plot.scatter(x="x", y="y", size=size, source=data, fill_color=transform("rate", mapper), line_width=0.4)
            ink(dots.glyph, line_color="line")
        ink(box.glyph, line_color="line")
        panels.append(plot)
    color_bar(panels[-1], mapper, "rate (Hz)")
    root = panels[0] if len(panels) == 1 else row(*panels, spacing=16)
    apply(root, movie_properties(state))
    return root


def movie_properties(state: MovieState) -> Properties:
    """What the named models of `movie_figure` wear in a frame."""
    start, stop = state.span()
    properties: Properties = {"rates": {"low": 0.0, "high": rate_limit(state)}}
    for k, group in enumerate(state.spikes.placed):
        rates = state.spikes.rates(group, start, stop)
        properties[f"title-{k}"] = {"text": frame_title(group, start, stop)}
        if group.shape is not None:
            properties[f"frame-{k}"] = {"data": {"image": [on_grid(group, rates)]}}
        else:
            properties[f"frame-{k}"] = {"data": {
                "x": group.positions[:, 0].astype(np.float32), "y": group.positions[:, 1].astype(np.float32),
                "rate": rates.astype(np.float32),
            }}
    return properties


def frame_title(group: Group, start: float, stop: float) -> str:
    """Layer and interval of a frame."""
    return f"{brief(group.name, 16)} · {start:g}–{stop:g} ms"


def on_grid(group: Group, values: NDArray[np.float64]) -> NDArray[np.float32]:
    """Values of the nodes of a grid layer as a picture, lowest row first; NaN where nothing was recorded."""
    n_columns, n_rows = group.shape
    share = (group.positions - group.lower) / (group.upper - group.lower)
    across, up = np.floor(share * [n_columns, n_rows]).astype(np.int64).T  # nodes lie in the middle of their cells
    picture = np.full((n_rows, n_columns), np.nan, dtype=np.float32)
    picture[np.clip(up, 0, n_rows - 1), np.clip(across, 0, n_columns - 1)] = values
    return picture


def rate_limit(state: MovieState) -> float:
    """Upper end of the colour scale: the rate that 1 in 200 active node-frames exceeds, at least one spike a frame."""
    one = 1e3 / state.bin_width
    counts: list[NDArray[np.int64]] = []
    for group in state.spikes.placed:
        frames = np.ceil((group.times - state.spikes.t_start) / state.bin_width - 1e-9).astype(np.int64)
        counts.append(np.unique(frames * (len(group.ids) + 1) + group.rows, return_counts=True)[1])
    active = np.concatenate(counts) if counts else np.empty(0)
    return float(max(np.percentile(active, 99.5), 1.0) * one) if len(active) else one


def movie_player(state: MovieState) -> Model:
    """The movie with all its frames and a slider of its own, for a page that has no kernel.

    Frames are kept as one array of bytes per layer, 255 standing for the top of the colour scale.
    """
    root = movie_figure(state)
    top = rate_limit(state)
    spans, frames, sources, titles = [], [], [], []
    each = [MovieState(state.spikes, bin_width=state.bin_width, frame=k) for k in range(state.n_frames)]
    spans = [list(one.span()) for one in each]
    for k, group in enumerate(state.spikes.placed):
        rates = np.array([one.spikes.rates(group, *one.span()) for one in each])
        values = [on_grid(group, frame).ravel() for frame in rates] if group.shape is not None else list(rates)
        levels = np.rint(255 * np.clip(np.nan_to_num(np.array(values)) / top, 0.0, 1.0)).astype(np.uint8)
        frames.append(levels)
        sources.append(root.select_one({"name": f"frame-{k}"}))
        titles.append(root.select_one({"name": f"title-{k}"}))
    slider = Slider(start=0, end=max(state.n_frames - 1, 1), value=state.frame, step=1, title="frame", width=420)
    play = Toggle(label="▶ Play", width=80)
    slider.js_on_change("value", CustomJS(
        args={"frames": frames, "sources": sources, "titles": titles, "spans": spans, "top": top,
              "names": [brief(group.name, 16) for group in state.spikes.placed],
              "grids": [group.shape is not None for group in state.spikes.placed]},
        code="""
        const k = cb_obj.value;
        for (let i = 0; i < sources.length; i++) {
          const all = frames[i], n = all.length / spans.length, values = new Float32Array(n);
          for (let j = 0; j < n; j++) values[j] = all[k * n + j] * top / 255;
          const data = Object.assign({}, sources[i].data);
          if (grids[i]) { const image = data.image[0]; image.set(values); data.image = [image]; } else data.rate = values;
          sources[i].data = data;
          sources[i].change.emit();
          titles[i].text = `${names[i]} · ${spans[k][0]}–${spans[k][1]} ms`;
        }"""))
    play.js_on_change("active", CustomJS(args={"slider": slider}, code="""
        cb_obj.label = cb_obj.active ? '❚❚ Pause' : '▶ Play';
        const step = () => {
          if (!cb_obj.active) return;
          slider.value = slider.value >= slider.end ? slider.start : slider.value + 1;
          setTimeout(step, 100);
        };
        step();"""))
    return column(row(play, slider, spacing=12), root)
