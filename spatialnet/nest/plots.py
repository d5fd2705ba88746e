"""Figures of layers and connections, drawn with Matplotlib; the native views of `network()` are interactive."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..expressions.evaluate import at
from .layers import GetSourcePositions, GetTargetPositions
from .masks import Mask
from .nodes import NodeCollection
from .parameters import Parameter

#: masks that are drawn as outlines
_DRAWN = ("circular", "doughnut", "rectangular", "elliptical")


def PlotLayer(layer: NodeCollection, fig: Any = None, nodecolor: Any = "b", nodesize: float = 20) -> Any:
    """Draw all nodes of a layer; returns the Matplotlib figure."""
    _demand_layer(layer, "layer")
    fig, ax = _axes(fig, layer)
    ax.scatter(*layer.layer("PlotLayer").positions.T, s=nodesize, facecolor=nodecolor)
    _limits(ax, layer)
    return fig


def PlotTargets(src_nrn: NodeCollection, tgt_layer: NodeCollection, syn_type: str | None = None, fig: Any = None, mask: Any = None,
                probability_parameter: Parameter | None = None, src_color: Any = "red", src_size: float = 50, tgt_color: Any = "blue",
                tgt_size: float = 20, mask_color: Any = "yellow", probability_cmap: str = "Greens") -> Any:
    """Draw the targets of one node in a layer, the node, and perhaps its mask and probability; returns the figure."""
    _demand_layer(src_nrn, "src_nrn", one=True)
    _demand_layer(tgt_layer, "tgt_layer")
    found = GetTargetPositions(src_nrn, tgt_layer, syn_type)[0]
    return _plot_partners(found, src_nrn, tgt_layer, fig, mask, probability_parameter, (src_color, src_size), (tgt_color, tgt_size),
                          mask_color, probability_cmap)


def PlotSources(src_layer: NodeCollection, tgt_nrn: NodeCollection, syn_type: str | None = None, fig: Any = None, mask: Any = None,
                probability_parameter: Parameter | None = None, tgt_color: Any = "red", tgt_size: float = 50, src_color: Any = "blue",
                src_size: float = 20, mask_color: Any = "yellow", probability_cmap: str = "Greens") -> Any:
    """Draw the sources of one node in a layer, the node, and perhaps its mask and probability; returns the figure."""
    _demand_layer(tgt_nrn, "tgt_nrn", one=True)
    _demand_layer(src_layer, "src_layer")
    found = GetSourcePositions(src_layer, tgt_nrn, syn_type)[0]
    return _plot_partners(found, tgt_nrn, src_layer, fig, mask, probability_parameter, (tgt_color, tgt_size), (src_color, src_size),
                          mask_color, probability_cmap)


def PlotProbabilityParameter(source: NodeCollection, parameter: Parameter | None = None, mask: Any = None,
                             edges: Any = (-0.5, 0.5, -0.5, 0.5), shape: Any = (100, 100), ax: Any = None, prob_cmap: str = "Greens",
                             mask_color: Any = "yellow") -> None:
    """Draw into `ax` the connection probability around one node, clipped to [0, 1], and the outline of a mask.

    `edges` are x_min, x_max, y_min, y_max; `shape` the number of points along x and y.
    """
    if parameter is None and mask is None:
        raise ValueError("At least one of parameter or mask must be specified")
    _demand_layer(source, "source", one=True)
    import matplotlib.pyplot as plt
    ax = plt.subplots()[1] if ax is None else ax
    layer = source.layer("PlotProbabilityParameter")
    if parameter is not None:
        x, y = (np.linspace(edges[2 * k], edges[2 * k + 1], shape[k]) for k in range(2))
        points = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
        values = at(parameter.expression, displacement=layer.displacement(layer.positions, points), n=len(points),
                    source=np.repeat(layer.positions, len(points), 0), target=points)
        image = ax.imshow(np.clip(np.broadcast_to(values, len(points)), 0, 1).reshape(shape[1], shape[0]), vmin=0, vmax=1,
                          cmap=prob_cmap, aspect="equal", origin="lower", extent=tuple(edges), zorder=-1)
        plt.colorbar(image, ax=ax, fraction=0.046, pad=0.04)
    if mask is not None:
        _draw_mask(ax, mask, layer, mask_color)


def _plot_partners(found: list, node: NodeCollection, layer: NodeCollection, fig: Any, mask: Any, parameter: Parameter | None,
                   own: tuple, others: tuple, mask_color: Any, cmap: str) -> Any:
    fig, ax = _axes(fig, layer)
    place = node.layer("plot").positions
    if len(found):
        ax.scatter(*np.transpose(found), s=others[1], facecolor=others[0])
    ax.scatter(*place.T, s=own[1], facecolor=own[0], alpha=0.4, zorder=-10)
    if len(layer.spatial["extent"]) == 2 and (mask is not None or parameter is not None):
        center, half = np.asarray(layer.spatial["center"]), np.asarray(layer.spatial["extent"]) / 2
        edges = np.column_stack([center - half, center + half]).ravel().tolist()
        PlotProbabilityParameter(node, parameter, mask=mask, edges=edges, ax=ax, prob_cmap=cmap, mask_color=mask_color)
    _limits(ax, layer)
    return fig


def _demand_layer(nodes: Any, what: str, one: bool = False) -> None:
    if not isinstance(nodes, NodeCollection):
        raise TypeError(f"{what} must be a NodeCollection.")
    if one and len(nodes) != 1:
        raise (TypeError if what != "source" else ValueError)(f"{what} must be a single element NodeCollection.")
    if nodes.spatial is None:
        raise TypeError(f"{what} must be a NodeCollection with spatial extent.")


def _axes(fig: Any, layer: NodeCollection) -> tuple[Any, Any]:
    import matplotlib.pyplot as plt
    if fig is not None:
        return fig, fig.gca()
    fig = plt.figure()
    return fig, fig.add_subplot(111, projection="3d" if len(layer.spatial["extent"]) == 3 else None)


def _limits(ax: Any, layer: NodeCollection) -> None:
    """The extent and 5 % more; equal scales; no ticks."""
    center, half = np.asarray(layer.spatial["center"]), np.asarray(layer.spatial["extent"]) * 0.55
    for axis, c, h in zip("xyz", center, half):
        if h > 0:
            getattr(ax, f"set_{axis}lim")(c - h, c + h)
        getattr(ax, f"set_{axis}ticks")([])
    if len(center) == 2:
        ax.set_aspect("equal", "box")


def _draw_mask(ax: Any, mask: Any, layer: Any, color: Any) -> None:
    """Outline of a mask given as a dictionary, and on wrapped layers its images, too."""
    if isinstance(mask, Mask):
        raise ValueError("the mask must be a dictionary here, {'circular': {…}}")
    given = dict(mask)
    anchor = np.asarray(given.pop("anchor", (0.0, 0.0)), np.float64)
    (kind, spec), = given.items()
    if kind not in _DRAWN:
        raise ValueError(f"a mask can be {', '.join(_DRAWN)}, got {kind}")
    from matplotlib import patches
    style = {"fc": "none", "ec": color, "lw": 3, "zorder": 15}
    shifts = [np.zeros(2)]
    if layer.edge_wrap:
        shifts = [np.array([i, j]) * layer.extent for i in (-1, 0, 1) for j in (-1, 0, 1)]
    for shift in shifts:
        place = layer.positions[0] + anchor + shift
        for patch in _patches(patches, kind, spec, place, style):
            ax.add_patch(patch)


def _patches(patches: Any, kind: str, spec: dict[str, Any], place: np.ndarray, style: dict[str, Any]) -> list[Any]:
    angle = spec.get("azimuth_angle", 0.0)
    if kind == "circular":
        return [patches.Circle(place, spec["radius"], **style)]
    if kind == "doughnut":
        return [patches.Circle(place, spec[f"{end}_radius"], **style) for end in ("inner", "outer")]
    if kind == "elliptical":
        place = place + np.asarray(spec.get("anchor", (0.0, 0.0)))
        return [patches.Ellipse(place, spec["major_axis"], spec["minor_axis"], angle=angle, **style)]
    lower, upper = np.asarray(spec["lower_left"]), np.asarray(spec["upper_right"])
    return [patches.Rectangle(place + lower, *(upper - lower), angle=angle, rotation_point="center", **style)]

