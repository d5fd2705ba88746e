"""See: interactive maps, previews, rasters and movies, their static fall-backs, and tables in HTML.

The other packages call the functions here when a user asks to see something, and only then are Bokeh, ipywidgets and
Matplotlib loaded; `import spatialnet` does not come here. A view has ``state`` (change it, and the figure follows) and
``save(path)`` for ``.svg``, ``.pdf``, ``.png`` and ``.html``.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from operator import index
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .run_progress import ProgressWidget
    from .widgets import (
        CheckView,
        LayerView,
        MaskPreview,
        MovieView,
        PanelsView,
        ProfileView,
        ProjectionView,
        RasterView,
    )

__all__ = [
    "check_mimebundle", "has_kernel", "layer_mimebundle", "mask_mimebundle", "movie", "network_html",
    "panels", "pattern_html", "preview_mask", "progress", "projection_mimebundle", "raster", "view_check", "view_layer",
    "view_profile", "view_projection",
]


def view_layer(layer: Any, node: Any = None, color_by: str | None = None) -> LayerView:
    """Map of a layer.

    Parameters
    ----------
    layer : Layer
        With positions.
    node : Layer or int, optional
        The chosen node, as a layer of one node or as a global id.
    color_by : str, optional
        A parameter that differs between nodes, or an axis.

    Raises
    ------
    ParameterError
        If the node is none of the layer, or there is nothing of that name to colour by.
    """
    from .widgets import LayerView

    _demand_places(layer)
    node = _node_id(node, "view", "node")
    with _refusing("view", otherwise="color_by"):
        return LayerView(layer, node=node, **({} if color_by is None else {"color_by": color_by}))


def view_projection(projection: Any, source: Any = None, target: Any = None, probability: bool = False) -> ProjectionView:
    """Map of a projection: the targets of a source, or the sources of a target.

    Parameters
    ----------
    projection : Projection
    source, target : Layer or int, optional
        The chosen node at one of the ends, as a layer of one node or as a global id. With `target` its sources are
        shown.
    probability : bool
        Whether what the rule asks of a pair is drawn as a map beneath.

    Raises
    ------
    ParameterError
        If both are given, or the node is none of that end.
    """
    from ..errors import ParameterError
    from .widgets import ProjectionView

    if source is not None and target is not None:
        raise ParameterError("view", "source", "give source= to see its targets or target= to see its sources, not both")
    _demand_places(projection.source, projection.target)
    end, other, given = ("source", "targets", source) if target is None else ("target", "sources", target)
    node = _node_id(given, "view", end)
    with _refusing("view", otherwise=end, node=end):
        return ProjectionView(projection, direction=other, node=node, probability=probability)


def view_profile(projection: Any, source: Any = None, target: Any = None, against: str = "distance",
                 show: Any = None) -> ProfileView:
    """Probability, weights and delays against distance; see `Projection.profile`."""
    from ..errors import ParameterError
    from .widgets import ProfileView

    if source is not None and target is not None:
        raise ParameterError("profile", "source", "give source= or target=, not both")
    _demand_places(projection.source, projection.target)
    end, other, given = ("source", "targets", source) if target is None else ("target", "sources", target)
    node = _node_id(given, "profile", end)
    with _refusing("profile", otherwise="against", node=end):
        return ProfileView(projection, direction=other, node=node, against=against, show=show)


def preview_mask(mask: Any, layer: Any, p: Any = None, node: Any = None) -> MaskPreview:
    """A mask, and the probability of a connection in it, around a node of a layer.

    Parameters
    ----------
    mask : Mask
    layer : Layer
        The pool of nodes.
    p : Expression or float, optional
        Connection probability.
    node : Layer or int, optional
        The node in the middle; the one nearest to the centre by default.

    Raises
    ------
    ParameterError
        If `layer` is no layer, or the node is none of it.
    """
    from .widgets import MaskPreview

    demand_layer(layer)
    _demand_places(layer)
    if mask is not None and mask.dimensions != layer.positions.shape[1]:
        from ..errors import MaskError

        raise MaskError(f"{mask!r} has {mask.dimensions} dimensions and layer '{layer.name}' "
                        f"{layer.positions.shape[1]}; preview it on a layer of its own dimension.")
    node = _node_id(node, "preview", "node")
    with _refusing("preview", otherwise="node"):
        return MaskPreview(mask, layer, p=p, node=node)


def panels(views: Any, columns: int | None = None, side: int | None = None) -> PanelsView:
    """Several views side by side; see `spatialnet.panels`."""
    from collections.abc import Mapping

    from ..errors import ParameterError
    from .panels_state import side_for
    from .widgets import CheckView, LayerView, MaskPreview, PanelsView, ProfileView, ProjectionView, View

    titled = dict(views) if isinstance(views, Mapping) else dict.fromkeys([], "")
    listed = list(views.values()) if titled else list(views) if isinstance(views, (list, tuple)) else []
    shown = [one if isinstance(one, View) or not hasattr(one, "view") else one.view() for one in listed]
    for one in shown:
        if not isinstance(one, (LayerView, ProjectionView, MaskPreview, CheckView, ProfileView)):
            raise ParameterError("panels", "views", "must be views of layers, masks, projections, profiles or checks, such as "
                                 f"layer.view() or mask.preview(layer), got {one!r}")
    if not shown:
        raise ParameterError("panels", "views", "must be a list of views, or a dict from titles to views, and not empty, "
                             f"got {views!r}")
    columns = min(len(shown), 3) if columns is None else columns
    for name, value in (("columns", columns), ("side", side)):
        if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < 1):
            raise ParameterError("panels", name, f"must be an integer ≥ 1, got {value!r}")
    with _refusing("panels", otherwise="side"):
        side = side_for([one.state for one in shown], columns) if side is None else side
        for one, title in zip(shown, titled or [""] * len(shown), strict=True):
            one.state.heading = str(title)
            if one.state.has_trait("side"):
                one.state.side = side
    return PanelsView(shown, columns=columns)


def raster(data: Any, name: Any = None, window: tuple[float, float] | None = None, bin_width: float = 5.0) -> RasterView:
    """Raster of the spikes of a run, with the rates of the populations below.

    Parameters
    ----------
    data : xarray.DataTree or Dataset
        A run, or the spikes of one.
    name : str or several, optional
        Recorders; all by default.
    window : (float, float), optional
        First and last time shown, ms; everything by default.
    bin_width : float
        Of the rates, ms.
    """
    from .spikes import spikes_of
    from .widgets import RasterView

    return RasterView(spikes_of(data, name), bin_width=bin_width, **({} if window is None else {"window": window}))


def movie(data: Any, name: Any = None, bin_width: float = 10.0) -> MovieView:
    """Activity of the layers in space, frame by frame.

    Parameters
    ----------
    data : xarray.DataTree or Dataset
        A run, or the spikes of one.
    name : str or several, optional
        Recorders; all by default.
    bin_width : float
        Duration of a frame, ms.

    Raises
    ------
    DataError
        If no recorded node has a position.
    """
    from .spikes import spikes_of
    from .widgets import MovieView

    spikes = spikes_of(data, name)
    if not spikes.placed:
        from ..errors import DataError

        raise DataError("none of the recorded nodes has a position, so there is nothing to show in space; "
                        "use raster() instead.")
    return MovieView(spikes, bin_width=bin_width)


def progress() -> ProgressWidget:
    """A tracker that shows the progress of a run in the cell, with a button to stop it."""
    from .run_progress import ProgressWidget

    return ProgressWidget()


def layer_mimebundle(layer: Any, **options: Any) -> dict[str, Any]:
    """How a layer shows itself at the end of a cell: its map, or its facts where there is nothing to map."""
    if not has_kernel():
        return {"text/plain": repr(layer)}
    if not layer.is_spatial or len(layer) == 0:
        from .html import layer_html

        if len(layer.parts) != 1:
            return {"text/plain": repr(layer)}
        return {"text/plain": repr(layer), "text/html": layer_html(layer)}
    return {**view_layer(layer, **options)._repr_mimebundle_(), "text/plain": repr(layer)}


def projection_mimebundle(projection: Any, **options: Any) -> dict[str, Any]:
    """How a projection shows itself at the end of a cell: its map, or its facts where there is nothing to map."""
    if not has_kernel():
        return {"text/plain": repr(projection)}
    if not any(part.is_spatial for end in (projection.source, projection.target) for part in end.parts):
        from .html import projection_html

        return {"text/plain": repr(projection), "text/html": projection_html(projection)}
    return {**view_projection(projection, **options)._repr_mimebundle_(), "text/plain": repr(projection)}


def mask_mimebundle(mask: Any) -> dict[str, Any]:
    """How a mask shows itself at the end of a cell: its facts."""
    if not has_kernel():
        return {"text/plain": repr(mask)}
    from .html import mask_html

    return {"text/plain": repr(mask), "text/html": mask_html(mask)}


def network_html(network: Any) -> str:
    """Populations, projections and totals of a network as HTML tables."""
    from . import html

    return html.network_html(network)


def model_html(model: Any) -> str:
    """A model as a page of its own: equations, step, parameters, paper."""
    from . import html
    return html.model_html(model)


def pattern_html(pattern: Any) -> str:
    """Which layer connects to which, as an HTML table."""
    from . import html

    return html.pattern_html(pattern)


def view_check(check: Any) -> CheckView:
    """Degrees and distances of a projection, measured and expected, as `Projection.check` gives them."""
    from .widgets import CheckView

    return CheckView(check)


def check_mimebundle(check: Any) -> dict[str, Any]:
    """How a check shows itself at the end of a cell: its figure."""
    if not has_kernel():
        return {"text/plain": repr(check)}
    return {**view_check(check)._repr_mimebundle_(), "text/plain": repr(check)}


def has_kernel() -> bool:
    """Whether this runs in a Jupyter kernel, where widgets live; elsewhere text has to do."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return shell is not None and getattr(shell, "kernel", None) is not None


def _node_id(node: Any, owner: str, parameter: str) -> int | None:
    """Global id of a node given as an id or as a layer of one node."""
    from ..errors import ParameterError

    if node is None:
        return None
    ids = getattr(node, "ids", node)
    try:
        (only,) = (ids,) if isinstance(ids, str) else ids
    except TypeError:
        only = ids
    except ValueError:
        raise ParameterError(owner, parameter, f"give one node, got {len(ids)} nodes") from None
    try:
        return index(only)
    except TypeError:
        raise ParameterError(owner, parameter, f"must be a layer of one node or a global id, got {node!r}") from None


@contextmanager
def _refusing(owner: str, otherwise: str, **called: str) -> Iterator[None]:
    """What a state refuses, as an error of the call that gave it; `called` is what the call names a trait."""
    import traitlets

    from ..errors import ParameterError

    try:
        yield
    except traitlets.TraitError as error:
        trait = getattr(error, "trait", otherwise)
        raise ParameterError(owner, called.get(trait, trait), str(error)) from None


def demand_layer(layer: Any) -> None:
    """Refuse to preview on anything but a layer."""
    if not hasattr(layer, "parts"):
        from ..errors import ParameterError

        raise ParameterError("preview", "layer", "must be a layer, such as net['E'] or what net.create gave, "
                             f"got {layer!r}")


def _demand_places(*ends: Any) -> None:
    """Refuse what has no positions at all: there is no map of it."""
    if not any(part.is_spatial for end in ends for part in end.parts):
        from ..errors import PositionError

        names = " and ".join(f"'{end.name}'" for end in ends)
        raise PositionError(f"{names}: no node has a position, so there is no map. Create them with a placement, as in "
                            "net.create(model, spatialnet.grid([10, 10])).")
    for end in ends:
        if len({len(part.extent) for part in end.parts if part.is_spatial}) > 1:
            from ..errors import PositionError

            raise PositionError(f"'{end.name}': flat layers and layers with depth have no map in common; view them one by one.")
