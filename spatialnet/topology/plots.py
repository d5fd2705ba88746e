"""Figures of layers, targets, masks and kernels, drawn with Matplotlib; `spatialnet.nest.network` has interactive ones."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..language.nodes import is_random
from ..nest.nodes import NodeCollection
from ..nest.plots import _limits
from ..nest.subnets import LayerNode, ids_of, layer_of
from .connect import GetTargetNodes
from .kernels import Parameter, parameter_of, values_at, way
from .layers import GetPosition, one_layer
from .masks import mask_of

#: distances of the contours of a Gaussian, in σ; other kernels have contours where a Gaussian would have these
_SIGMAS = np.array([1.0, 2.0, 3.0])
_N_POINTS = 201


def PlotLayer(layer: Any, fig: Any = None, nodecolor: Any = "b", nodesize: float = 20) -> Any:
    """Draw all places of a layer.

    Parameters
    ----------
    layer : list of one int
    fig : Figure or Axes, optional
        What to draw on; a new figure by default.
    nodecolor, nodesize : optional

    Returns
    -------
    matplotlib.figure.Figure
    """
    node = one_layer(layer, "PlotLayer")
    ax = _axes(fig, node)
    ax.scatter(*node.geometry.positions.T, s=nodesize, facecolor=nodecolor, edgecolor="none")
    _limits(ax, _spatial(node))
    return ax.figure


def PlotTargets(src_nrn: Any, tgt_layer: Any, tgt_model: str | None = None, syn_type: str | None = None, fig: Any = None, mask: Any = None,
                kernel: Any = None, src_color: Any = "red", src_size: float = 50, tgt_color: Any = "blue", tgt_size: float = 20,
                mask_color: Any = "red", kernel_color: Any = "red") -> Any:
    """Draw the targets of a node in a layer, the node itself, and perhaps mask and kernel around it.

    Parameters
    ----------
    src_nrn, tgt_layer : list of one int
    tgt_model, syn_type : str, optional
        Only targets of this model, only connections of this one.
    fig : Figure or Axes, optional
    mask, kernel : optional
        As in the dictionary that connected them; see `PlotKernel`.
    src_color, src_size, tgt_color, tgt_size, mask_color, kernel_color : optional

    Returns
    -------
    matplotlib.figure.Figure
    """
    source, layer = _one_node(src_nrn, "src_nrn"), one_layer(tgt_layer, "PlotTargets")
    targets = GetTargetNodes([source], [layer.id], tgt_model, syn_type)[0]
    return _partners(source, targets, layer, fig, (src_color, src_size), (tgt_color, tgt_size), mask, kernel, mask_color, kernel_color)


def PlotSources(src_layer: Any, tgt_nrn: Any, src_model: str | None = None, syn_type: str | None = None, fig: Any = None, mask: Any = None,
                kernel: Any = None, tgt_color: Any = "red", tgt_size: float = 50, src_color: Any = "blue", src_size: float = 20,
                mask_color: Any = "red", kernel_color: Any = "red") -> Any:
    """Draw the sources of a node in a layer; the mirror image of `PlotTargets`, for convergent connections."""
    target, layer = _one_node(tgt_nrn, "tgt_nrn"), one_layer(src_layer, "PlotSources")
    from .connect import _chosen, _connections
    among = _chosen(layer, None if src_model is None else {"model": src_model}, "src_model").ids
    sources = _connections(among, np.array([target]), syn_type)[3].tolist()
    return _partners(target, sources, layer, fig, (tgt_color, tgt_size), (src_color, src_size), mask, kernel, mask_color, kernel_color)


def PlotKernel(ax: Any, src_nrn: Any, mask: Any, kern: Any = None, mask_color: Any = "red", kernel_color: Any = "red") -> None:
    """Draw a mask and a kernel around a node.

    Masks and kernels are not continued at periodic edges.

    Parameters
    ----------
    ax : Axes
    src_nrn : list of one int
    mask : dict or Mask, or None
        Its edge is drawn as a line.
    kern : number, dict or Parameter, optional
        Dashed lines where it has the values of a Gaussian at σ, 2 σ and 3 σ, relative to its maximum; a number has none.
    """
    node = _one_node(src_nrn, "src_nrn")
    center = np.array(GetPosition([node])[0])
    if len(center) != 2:
        raise ValueError("PlotKernel draws in two dimensions")
    if mask is not None:
        _draw_mask(ax, mask_of(mask)._native.resolved(_layer(node).native()), center, mask_color)
    kern = 1.0 if kern is None else parameter_of(kern, "kern")
    if isinstance(kern, Parameter):
        if is_random(kern.make(way(2, True))):
            raise ValueError("a random kernel has no contours")
        _draw_kernel(ax, kern, center, _layer(node).geometry.extent, kernel_color)


def _one_node(node: Any, what: str) -> int:
    ids = ids_of(node, what)
    if len(ids) != 1:
        raise ValueError(f"{what} must be a list of one id, got {len(ids)}")
    return int(ids[0])


def _layer(node: int) -> LayerNode:
    found = layer_of(node)
    if found is None:
        raise ValueError(f"node {node} is in no layer")
    return found


def _spatial(layer: LayerNode) -> NodeCollection:
    """The nodes of the first slot, as the plots of `spatialnet.nest` want them."""
    from ..nest.kernel import kernel
    ids = layer.slot_ids(0)
    return NodeCollection._of(ids, kernel.blocks[kernel.block_numbers(ids[:1])[0]])


def _axes(fig: Any, layer: LayerNode) -> Any:
    import matplotlib.pyplot as plt
    if fig is not None:
        return fig if hasattr(fig, "scatter") else fig.gca()
    return plt.figure().add_subplot(111, projection="3d" if len(layer.geometry.extent) == 3 else None)


def _partners(node: int, partners: Any, layer: LayerNode, fig: Any, own: tuple, others: tuple, mask: Any, kern: Any, mask_color: Any,
              kernel_color: Any) -> Any:
    ax = _axes(fig, layer)
    if len(partners):
        ax.scatter(*np.transpose(GetPosition(list(partners))), s=others[1], facecolor=others[0], edgecolor="none")
    ax.scatter(*np.transpose(GetPosition([node])), s=own[1], facecolor=own[0], edgecolor="none", alpha=0.4, zorder=-10)
    if mask is not None or kern is not None:
        PlotKernel(ax, [node], mask, kern, mask_color, kernel_color)
    _limits(ax, _spatial(layer))
    return ax.figure


def _draw_mask(ax: Any, mask: Any, center: np.ndarray, color: Any) -> None:
    """The outlines that the interactive views draw, too."""
    from ..views.outlines import mask_outline
    for ring in mask_outline(mask):
        ax.plot(*(np.asarray(ring) + center).T, color=color, lw=2, zorder=15)


def _draw_kernel(ax: Any, kern: Parameter, center: np.ndarray, extent: np.ndarray, color: Any) -> None:
    axes = [np.linspace(-e, e, _N_POINTS) for e in extent]
    points = np.stack(np.meshgrid(*axes), axis=-1)
    values = values_at(kern, points.reshape(-1, 2)).reshape(_N_POINTS, _N_POINTS)
    levels = np.unique(values.max() * np.exp(-_SIGMAS ** 2 / 2))
    levels = levels[(levels > values.min()) & (levels < values.max())]
    if len(levels):
        ax.contour(axes[0] + center[0], axes[1] + center[1], values, levels=levels, colors=[color], linestyles="dashed", linewidths=1)
