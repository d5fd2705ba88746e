"""What users see and touch: a state, its figure and a few controls, kept in step.

Whatever changes the state (a click, a key, a drop-down, a line of code) makes the figure, the status line and the
controls follow. Callbacks may run in another thread than the cells; they take the lock of the view first.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Any

import ipywidgets
import traitlets
from bokeh.events import RangesUpdate, Tap
from bokeh.model import Model
from bokeh.plotting import figure as Figure

from . import figures, html, saving, static_pictures
from .bokeh_view import BokehView
from .figures.raster import window_of
from .figures.style import Properties
from .outlines import DIRECTIONS
from .state import LayerState, MaskState, MovieState, ProjectionState, RasterState
from .words import layer_title, projection_title

KEYS = [*DIRECTIONS, "Home"]
LABEL = {"description_width": "initial"}


class View(ipywidgets.VBox):
    """A state shown as a living figure, with a static picture for where nothing lives.

    Attributes
    ----------
    state : traitlets.HasTraits
        What is shown. Change it, and the figure follows.
    canvas : BokehView
        The figure.
    """

    def __init__(
        self,
        state: traitlets.HasTraits,
        make: Callable[[Any], Model],
        properties: Callable[[Any], Properties],
        controls: Sequence[ipywidgets.Widget] = (),
        description: str = "",
        keys: Sequence[str] = (),
    ):
        self.state = state
        self._properties = properties
        self._worn = properties(state)
        self.canvas = BokehView(make(state), description=description, status=state.words(), taken_keys=list(keys))
        self.canvas.layout.width = "100%"
        bar = [ipywidgets.HBox(list(controls), layout=ipywidgets.Layout(flex_flow="row wrap"))] if controls else []
        super().__init__([*bar, self.canvas], layout=ipywidgets.Layout(width="100%"))
        state.observe(self._follow)

    def _follow(self, change: Any) -> None:
        """Bring figure and status line to the state."""
        with self.canvas.lock, self.canvas.together():
            wanted = self._properties(self.state)
            figures.apply(self.canvas.root, wanted, self._worn)
            self._worn = wanted
            self.canvas.status = self.state.words()

    def _in_step(self, control: ipywidgets.Widget, trait: str) -> ipywidgets.Widget:
        """Bind the value of a control to a trait of the state, both ways."""
        traitlets.link((self.state, trait), (control, "value"))
        return control

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the view as it is now: ``.svg``, ``.pdf`` or ``.png`` as a picture, ``.html`` as a page to explore.

        The page holds all it needs and works without a network.

        Raises
        ------
        ValueError
            For another suffix.
        """
        saving.save(self.state, path)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None, **_: Any) -> dict[str, Any]:
        """The living view, and for viewers without a kernel a picture and a line of words."""
        living = super()._repr_mimebundle_() or {}
        return {**living, **static_bundle(self.state)}


def static_bundle(state: traitlets.HasTraits) -> dict[str, str]:
    """A state for viewers that run nothing: a picture with its caption as HTML, and the caption as text."""
    picture = static_pictures.as_data_uri(state)
    title, words = saving.title(state), state.words()
    return {"text/plain": f"{title}\n{words}", "text/html": html.picture(picture, title, words)}


class _SelectingView(View):
    """A view in which a tap or a key chooses a node."""

    def __init__(self, state: Any, *args: Any, **options: Any):
        super().__init__(state, *args, keys=KEYS, **options)
        for plot in self.canvas.root.select({"type": Figure}):
            plot.on_event(Tap, self._tapped)
        self.canvas.on_key(state.step)

    def _tapped(self, event: Tap) -> None:
        if event.x is None or event.y is None:
            return
        _, across, up = event.model.name.split("-")
        self.state.choose_at((event.x, event.y), (int(across), int(up)))


class LayerView(_SelectingView):
    """Map of a layer; a click or the arrow keys choose a node, a drop-down what the nodes are coloured by."""

    def __init__(self, layer: Any, **traits: Any):
        state = LayerState(layer, **traits)
        choice = ipywidgets.Dropdown(
            options=[("one colour", ""), *((name, name) for name in state.columns)], description="colour by",
            style=LABEL, layout=ipywidgets.Layout(width="220px"), value=state.color_by,
        )
        super().__init__(state, figures.layer_figure, figures.layer_properties, controls=[choice],
                         description=f"Map of {layer_title(layer)}")
        self._in_step(choice, "color_by")


class ProjectionView(_SelectingView):
    """Map of a projection; a click or the arrow keys choose a node, a drop-down whether targets or sources show."""

    def __init__(self, projection: Any, **traits: Any):
        state = ProjectionState(projection, **traits)
        choice = ipywidgets.Dropdown(options=["targets", "sources"], description="show", style=LABEL,
                                     layout=ipywidgets.Layout(width="170px"), value=state.direction)
        super().__init__(state, figures.projection_figure, figures.projection_properties, controls=[choice],
                         description=f"Map of {projection_title(projection)}")
        self._in_step(choice, "direction")


class MaskPreview(_SelectingView):
    """A mask and a probability around a node of a layer, before connecting; a click or the arrow keys move it."""

    def __init__(self, mask: Any, layer: Any, **traits: Any):
        super().__init__(MaskState(mask, layer, **traits), figures.mask_figure, figures.mask_properties,
                         description=f"Preview of a mask on {layer_title(layer)}")


class RasterView(View):
    """Raster and population rates of a run; zooming redraws the window in full detail."""

    def __init__(self, spikes: Any, **traits: Any):
        state = RasterState(spikes, **traits)
        width = ipywidgets.BoundedFloatText(
            value=state.bin_width, min=1e-3, max=max(spikes.t_stop - spikes.t_start, 1e-3), step=1.0,
            description="bin width (ms)", style=LABEL, layout=ipywidgets.Layout(width="190px"),
        )
        super().__init__(state, figures.raster_figure, figures.raster_properties, controls=[width],
                         description="Spikes of every recorded node over time, and the rates of the populations")
        self._in_step(width, "bin_width")
        for plot in self.canvas.root.select({"type": Figure}):
            plot.on_event(RangesUpdate, self._moved)

    def _moved(self, event: RangesUpdate) -> None:
        window = window_of(self.canvas.root)
        self._worn["window"] = {"start": window[0], "end": window[1]}  # the page has moved there by itself
        self.state.window = window


class MovieView(View):
    """Activity in space, frame by frame, with a slider and a player."""

    def __init__(self, spikes: Any, **traits: Any):
        state = MovieState(spikes=spikes, **traits)
        last = state.n_frames - 1
        play = ipywidgets.Play(min=0, max=last, value=state.frame, interval=100, show_repeat=False)
        slider = ipywidgets.IntSlider(min=0, max=last, value=state.frame, description="frame", readout=False,
                                      layout=ipywidgets.Layout(width="420px"))
        super().__init__(state, figures.movie_figure, figures.movie_properties, controls=[play, slider],
                         description="Activity of the layers in space")
        ipywidgets.jslink((play, "value"), (slider, "value"))
        self._in_step(slider, "frame")
