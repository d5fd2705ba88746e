"""Figures: for each state a function that builds a Bokeh figure, and one that tells what its named models wear.

``x_figure(state)`` makes the figure once; when the state changes, ``x_properties(state)`` gives the properties of the
named models, which `style.apply` sets on the living figure: zoom and tools stay as the user left them.
"""

from collections.abc import Callable
from typing import Any

from bokeh.model import Model

from ..check_state import CheckState
from ..panels_state import PanelsState
from ..profile_state import ProfileState
from ..run_state import MovieState, RasterState
from ..state import LayerState, MaskState, ProjectionState
from .inspection import check_figure, check_properties
from .layer import layer_figure, layer_properties
from .mask import mask_figure, mask_properties
from .movie import movie_figure, movie_player, movie_properties
from .panels import natural_width, panels_figure, panels_properties
from .profile import profile_figure, profile_properties
from .projection import projection_figure, projection_properties
from .raster import raster_figure, raster_properties
from .style import apply, dress

__all__ = [
    "apply", "check_figure", "check_properties", "dress", "layer_figure", "layer_properties", "maker", "mask_figure",
    "mask_properties", "movie_figure", "movie_player", "movie_properties", "natural_width",
    "panels_figure", "panels_properties", "profile_figure", "profile_properties",
    "projection_figure", "projection_properties", "raster_figure", "raster_properties",
]


def maker(state: Any) -> tuple[Callable[[Any], Model], Callable[[Any], Any]]:
    """The function that builds the figure of a state, and the one that tells what its models wear."""
    return {
        LayerState: (layer_figure, layer_properties), ProjectionState: (projection_figure, projection_properties),
        MaskState: (mask_figure, mask_properties), RasterState: (raster_figure, raster_properties),
        MovieState: (movie_player, movie_properties), CheckState: (check_figure, check_properties),
        PanelsState: (panels_figure, panels_properties), ProfileState: (profile_figure, profile_properties),
    }[type(state)]
