"""Figures: for each state a function that builds a Bokeh figure, and one that tells what its named models wear.

``x_figure(state)`` makes the figure once; when the state changes, ``x_properties(state)`` gives the properties of the
named models, which `style.apply` sets on the living figure: zoom and tools stay as the user left them.
"""

from .inspection import check_figure, check_properties
from .layer import layer_figure, layer_properties
from .mask import mask_figure, mask_properties
from .movie import movie_figure, movie_player, movie_properties
from .projection import projection_figure, projection_properties
from .raster import raster_figure, raster_properties
from .style import apply, dress

__all__ = [
    "apply", "check_figure", "check_properties", "dress", "layer_figure", "layer_properties", "mask_figure", "mask_properties", "movie_figure",
    "movie_player", "movie_properties", "projection_figure", "projection_properties", "raster_figure",
    "raster_properties",
]
