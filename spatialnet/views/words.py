"""Things in words: titles, counts, positions. Shared by status lines, tables and pictures."""

from __future__ import annotations

from typing import Any

import numpy as np

from .places import AXES, Places


def grouped(n: float) -> str:
    """A whole number with thin spaces between thousands."""
    return f"{n:,.0f}".replace(",", "\u202f")


def count(n: int, noun: str) -> str:
    """A number and its noun, with thin spaces between thousands.

    Examples
    --------
    >>> count(1, "node"), count(2, "node")
    ('1 node', '2 nodes')
    """
    return f"{grouped(n)} {noun}{'' if n == 1 else 's'}"


def number(value: float, digits: int = 4) -> str:
    """A number with few significant digits, a true minus sign, and no minus before zero.

    Examples
    --------
    >>> number(-0.25), number(-0.0), number(1e-17 - 1e-17)
    ('−0.25', '0', '0')
    """
    text = f"{value + 0.0:.{digits}g}"
    return ("0" if float(text) == 0.0 else text).replace("-", "−")


def brief(name: str, length: int = 24) -> str:
    """A name that fits: what is too long loses its middle.

    Examples
    --------
    >>> brief("E"), brief("pyramidal cells of layer 2/3", 16)
    ('E', 'pyramida…yer 2/3')
    """
    kept = max(length - 1, 2)
    return name if len(name) <= length else f"{name[:kept - kept // 2].rstrip()}…{name[len(name) - kept // 2:].lstrip()}"


def times(values: Any) -> str:
    """Sizes joined by a multiplication sign.

    Examples
    --------
    >>> times([4.0, 2.5])
    '4 × 2.5'
    """
    return " × ".join(number(float(value)) for value in np.atleast_1d(values))


def describe(places: Places, node: int) -> str:
    """A node in words: its id, its layer, its position."""
    index = int(places.index_of(node)[0])
    if index < 0:
        return f"Node {node} (no position)"
    where = ", ".join(f"{AXES[k]} = {number(value)}" for k, value in enumerate(places.positions[index]))
    return f"Node {node} of {places.name_of(node)} · {where} {places.units}"


def layer_title(layer: Any) -> str:
    """Name, size and model of a layer."""
    models = dict.fromkeys(str(part.model) for part in layer.parts)
    return f"{brief(layer.name, 20)} · {count(len(layer), 'node')} · {brief(', '.join(models), 20)}"


def placement(layer: Any) -> str:
    """How the nodes of a layer are placed."""
    if not layer.is_spatial:
        return "none"
    if layer.placement == "grid" and layer.shape is not None:
        whole = int(np.prod(layer.shape)) == len(layer)
        return f"grid {times(layer.shape)}" if whole else f"part of a grid {times(layer.shape)}"
    return str(layer.placement)


def nodes_name(nodes: Any) -> str:
    """Names of the parts of a `Nodes`, joined by plus signs."""
    return " + ".join(str(part.name) for part in getattr(nodes, "parts", None) or (nodes,))


def projection_title(projection: Any) -> str:
    """Name and size of a projection."""
    return f"{brief(projection.name, 30)} · {count(int(projection.n), 'connection')}"
