"""Graphs of small networks."""

from __future__ import annotations

from typing import Any

from . import errors

__all__ = ["plot_network"]


def plot_network(nodes: Any, filename: str, ext_conns: bool = False, plot_modelnames: bool = False) -> None:
    """Draw nodes and their connections as a graph.

    Parameters
    ----------
    nodes : NodeCollection
    filename : str
        Its ending decides the format: ``.pdf``, ``.png``, ``.svg`` or ``.jpg``.
    ext_conns : bool
        Whether to draw connections to and from other nodes, too.
    plot_modelnames : bool
        Whether to write the models beside the ids.
    """
    from .connections import GetConnections
    from .nodes import NodeCollection, demand_nodes
    demand_nodes(nodes, "nodes")
    if len(nodes) == 0:
        raise ValueError("nodes must be a non-empty NodeCollection")
    if filename.rsplit(".", 1)[-1] not in ("pdf", "png", "svg", "jpg", "jpeg"):
        raise RuntimeError(f"filename must end with .pdf, .png, .svg or .jpg, got {filename!r}")
    if not isinstance(nodes, NodeCollection):
        raise errors.NESTError("nodes must be a NodeCollection")
    found = [*zip(*GetConnections(nodes, None if ext_conns else nodes)._columns[3:])]
    if ext_conns:
        found += [*zip(*GetConnections(None, nodes)._columns[3:])]
    _draw(nodes, sorted({(int(s), int(t)) for s, t in found}), filename, plot_modelnames)


def _draw(nodes: Any, edges: list[tuple[int, int]], filename: str, with_names: bool) -> None:
    import matplotlib.pyplot as plt
    import numpy as np

    from .nodes import NodeCollection
    ids = sorted({*nodes.tolist(), *(i for edge in edges for i in edge)})
    angles = 2 * np.pi * np.arange(len(ids)) / len(ids)
    places = dict(zip(ids, np.column_stack([np.cos(angles), np.sin(angles)])))
    fig, ax = plt.subplots(figsize=(6, 6))
    for source, target in edges:
        if source == target:
            ax.add_patch(plt.Circle(1.13 * places[source], 0.08, fc="none", ec="0.4"))
            continue
        ax.annotate("", places[target], places[source], arrowprops={
            "arrowstyle": "->", "color": "0.4", "shrinkA": 14, "shrinkB": 14, "connectionstyle": "arc3,rad=0.08"})
    for node, place in places.items():
        text = f"{node}\n{NodeCollection([node]).get('model')}" if with_names else str(node)
        ax.text(*place, text, ha="center", va="center", bbox={"boxstyle": "round", "fc": "white", "ec": "C0"})
    ax.set(xlim=(-1.4, 1.4), ylim=(-1.4, 1.4), aspect="equal")
    ax.axis("off")
    fig.savefig(filename)
    plt.close(fig)
