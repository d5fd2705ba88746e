"""What users see and touch: a state, its figure and a few controls, kept in step.

Whatever changes the state (a click, a key, a drop-down, a line of code) makes the figure, the status line and the
controls follow. Callbacks may run in another thread than the cells; they take the lock of the view first.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

import ipywidgets
import traitlets
from bokeh.events import RangesUpdate, Tap
from bokeh.model import Model
from bokeh.plotting import figure as Figure

from . import figures, html, saving, static_pictures
from .bokeh_view import BokehView
from .check_state import CheckState
from .comms import answer_beside_cells
from .figures.raster import window_of
from .figures.style import Properties
from .outlines import DIRECTIONS
from .panels_state import PanelsState
from .profile_state import ProfileState
from .run_state import MovieState, RasterState
from .state import LayerState, MaskState, ProjectionState

LABEL = {"description_width": "initial"}


class View:
    """A state shown as a living figure, with a static picture for where nothing lives.

    The widgets are made when the view is first displayed, or `widget` is asked for: a view that is only saved needs
    neither a browser nor a kernel.

    Attributes
    ----------
    state : traitlets.HasTraits
        What is shown. Change it, and the figure follows.
    """

    #: Builds the figure of a state, and tells what its named models wear.
    make: Callable[[Any], Model]
    properties: Callable[[Any], Properties]
    #: What the picture shows, for screen readers.
    description = ""
    #: Keys that the figure takes.
    keys: Sequence[str] = ()

    def __init__(self, state: Any):
        self.state = state

    @cached_property
    def canvas(self) -> BokehView:
        """The living figure without its controls."""
        self._worn = type(self).properties(self.state)
        root = type(self).make(self.state)
        # Before the view is made: what changes a document later has to be sent after it.
        for plot in root.select({"type": Figure}):
            self.listen(plot)
        canvas = BokehView(root, description=self.description, status=self.status(),
                           taken_keys=list(self.keys), layout=ipywidgets.Layout(width="100%"))
        self.state.observe(self._follow)
        return canvas

    @cached_property
    def widget(self) -> ipywidgets.VBox:
        """The figure with its controls, to be put into a layout of your own."""
        controls = self.controls()
        answer_beside_cells(*controls)
        bar = [ipywidgets.HBox(controls, layout=ipywidgets.Layout(flex_flow="row wrap"))] if controls else []
        return ipywidgets.VBox([*bar, self.canvas], layout=ipywidgets.Layout(width="100%"))

    def controls(self) -> list[ipywidgets.Widget]:
        """Controls bound to traits of the state, in their order."""
        return []

    def listen(self, plot: Figure) -> None:
        """Ask a plot of the figure for the events that change the state."""

    def _follow(self, change: Any) -> None:
        """Bring figure and status line to the state."""
        with self.canvas.lock, self.canvas.together():
            wanted = type(self).properties(self.state)
            figures.apply(self.canvas.root, wanted, self._worn)
            self._worn = wanted
            self.canvas.status = self.status()

    def status(self) -> str:
        """What the line under the figure says."""
        return self.state.words()

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

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {self.state.title()}>"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        """The living view, and for viewers without a kernel a picture and a line of words."""
        return {**(self.widget._repr_mimebundle_() or {}), **static_bundle(self.state)}


def static_bundle(state: traitlets.HasTraits) -> dict[str, str]:
    """A state for viewers that run nothing: a picture with its caption as HTML, and the caption as text."""
    picture = static_pictures.as_data_uri(state)
    title, words = state.title(), state.words()
    return {"text/plain": f"{title}\n{words}", "text/html": html.picture(picture, title, words)}


class _SelectingView(View):
    """A view in which a tap or a key chooses a node."""

    keys = (*DIRECTIONS, "Home")

    @cached_property
    def canvas(self) -> BokehView:
        canvas = super().canvas
        canvas.on_key(self.state.step)
        return canvas

    def listen(self, plot: Figure) -> None:
        plot.on_event(Tap, self._tapped)

    def _tapped(self, event: Tap) -> None:
        if event.x is None or event.y is None:
            return
        _, across, up = event.model.name.split("-")
        self.state.choose_at((event.x, event.y), (int(across), int(up)))


class LayerView(_SelectingView):
    """Map of a layer; a click or the arrow keys choose a node, a drop-down what the nodes are coloured by."""

    make, properties = figures.layer_figure, figures.layer_properties

    def __init__(self, layer: Any, **traits: Any):
        super().__init__(LayerState(layer, **traits))
        self.description = f"Map of {self.state.title()}"

    def status(self) -> str:
        hint = ". Click a node, or focus the map and use the arrow keys." if self.state.node is None else ""
        return super().status() + hint  # a picture in a saved notebook takes no clicks: its words have no hint

    def controls(self) -> list[ipywidgets.Widget]:
        choice = ipywidgets.Dropdown(
            options=[("one colour", ""), *((name, name) for name in self.state.choices)], description="colour by",
            style=LABEL, layout=ipywidgets.Layout(width="220px"), value=self.state.color_by,
        )
        return [self._in_step(choice, "color_by")]


class ProjectionView(_SelectingView):
    """Map of a projection; a click or the arrow keys choose a node, a drop-down whether targets or sources show,
    and a box whether the probability lies beneath."""

    make, properties = figures.projection_figure, figures.projection_properties

    def __init__(self, projection: Any, **traits: Any):
        super().__init__(ProjectionState(projection, **traits))
        self.description = f"Map of {self.state.title()}"

    def controls(self) -> list[ipywidgets.Widget]:
        choice = ipywidgets.Dropdown(options=["targets", "sources"], description="show", style=LABEL,
                                     layout=ipywidgets.Layout(width="170px"), value=self.state.direction)
        if self.state.projection.rule.profile is None:
            return [self._in_step(choice, "direction")]
        shown = ipywidgets.Checkbox(description=self.state.profile_label, indent=False, value=self.state.probability,
                                    layout=ipywidgets.Layout(width="auto", margin="2px 8px"))
        return [self._in_step(choice, "direction"), self._in_step(shown, "probability")]


class MaskPreview(_SelectingView):
    """A mask and a probability around a node of a layer, before connecting; a click or the arrow keys move it."""

    make, properties = figures.mask_figure, figures.mask_properties

    def __init__(self, mask: Any, layer: Any, **traits: Any):
        super().__init__(MaskState(mask, layer, **traits))
        self.description = self.state.title()


class RasterView(View):
    """Raster and population rates of a run; zooming redraws the window in full detail."""

    make, properties = figures.raster_figure, figures.raster_properties
    description = "Spikes of every recorded node over time, and the rates of the populations"

    def __init__(self, spikes: Any, **traits: Any):
        super().__init__(RasterState(spikes, **traits))

    def listen(self, plot: Figure) -> None:
        plot.on_event(RangesUpdate, self._moved)

    def controls(self) -> list[ipywidgets.Widget]:
        spikes = self.state.spikes
        width = ipywidgets.BoundedFloatText(
            value=self.state.bin_width, min=1e-3, max=max(spikes.t_stop - spikes.t_start, 1e-3), step=1.0,
            description="bin width (ms)", style=LABEL, layout=ipywidgets.Layout(width="190px"),
        )
        return [self._in_step(width, "bin_width")]

    def _moved(self, event: RangesUpdate) -> None:
        window = window_of(self.canvas.root)
        self._worn["window"] = {"start": window[0], "end": window[1]}  # the page has moved there by itself
        self.state.window = window


class MovieView(View):
    """Activity in space, frame by frame, with a slider and a player."""

    make, properties = figures.movie_figure, figures.movie_properties
    description = "Activity of the layers in space"

    def __init__(self, spikes: Any, **traits: Any):
        super().__init__(MovieState(spikes, **traits))

    def controls(self) -> list[ipywidgets.Widget]:
        last = self.state.n_frames - 1
        play = ipywidgets.Play(min=0, max=last, value=self.state.frame, interval=100, show_repeat=False)
        slider = ipywidgets.IntSlider(min=0, max=last, value=self.state.frame, description="frame", readout=False,
                                      layout=ipywidgets.Layout(width="420px"))
        # The player drives the slider in the page; only the slider talks to the kernel.
        ipywidgets.jslink((play, "value"), (slider, "value"))
        return [play, self._in_step(slider, "frame")]


class CheckView(View):
    """Degrees and distances of a projection, measured and expected."""

    make, properties = figures.check_figure, figures.check_properties

    def __init__(self, check: Any):
        super().__init__(CheckState(check))
        self.description = f"Degrees and distances of {check.name}, measured and expected"


class ProfileView(View):
    """Probability, weights and delays of a projection; a drop-down chooses what they are drawn against."""

    make, properties = figures.profile_figure, figures.profile_properties

    def __init__(self, projection: Any, **traits: Any):
        super().__init__(ProfileState(projection, **traits))
        self.description = f"Profile of {self.state.title()}"

    def controls(self) -> list[ipywidgets.Widget]:
        if self.state.panels == ("probability",):
            return []
        choice = ipywidgets.Dropdown(options=self.state.choices, description="against", style=LABEL,
                                     layout=ipywidgets.Layout(width="170px"), value=self.state.against)
        return [self._in_step(choice, "against")]


class PanelsView(View):
    """Several views side by side, each alive for itself; a narrow page wraps them."""

    make, properties = figures.panels_figure, figures.panels_properties

    def __init__(self, views: Sequence[View], **traits: Any):
        self.views = tuple(views)
        super().__init__(PanelsState(tuple(view.state for view in views), **traits))

    @cached_property
    def widget(self) -> ipywidgets.HBox:
        """The figures without their controls."""
        canvases = [view.canvas for view in self.views]
        widths = [figures.natural_width(canvas.root) for canvas in canvases]
        width = f"calc({100 / self.state.columns:.6g}% - 4px)" if None in widths else f"{max(widths)}px"
        for canvas in canvases:
            canvas.layout.width = width
        return ipywidgets.HBox(canvases, layout=ipywidgets.Layout(flex_flow="row wrap", width="100%"))
