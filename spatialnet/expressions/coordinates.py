"""The inputs users name: ``distance``, ``displacement``, ``source``, ``target`` and ``pos``."""

from __future__ import annotations

from ..language.nodes import Symbol

_AXES = ("x", "y", "z")

#: symbols that have a value for a pair of nodes, in connections
PAIR_SYMBOLS = ("distance", *(f"distance_{a}" for a in _AXES), *(f"d{a}" for a in _AXES),
                *(f"source_{a}" for a in _AXES), *(f"target_{a}" for a in _AXES))
#: symbols that have a value for a single node
NODE_SYMBOLS = tuple(f"pos_{a}" for a in _AXES)
#: symbols of a mask: position relative to the mask's origin
MASK_SYMBOLS = ("dx", "dy", "dz")


class Coordinates:
    """A vector by its components ``.x .y .z``.

    Parameters
    ----------
    name : str
        Shown in representations.
    symbols : tuple of str
        Names of the three components.
    """

    def __init__(self, name: str, symbols: tuple[str, str, str]):
        self._name = name
        self.x, self.y, self.z = map(Symbol, symbols)

    def __repr__(self) -> str:
        return f"{self._name} (use .x, .y, .z)"


class Distance(Symbol):
    """Distance between source and target, the shortest way where the layer wraps, in the unit of the positions.

    ``distance.x``, ``.y`` and ``.z`` are the absolute distances along the axes.
    """

    __slots__ = ()

    @property
    def x(self) -> Symbol:
        return Symbol("distance_x")

    @property
    def y(self) -> Symbol:
        return Symbol("distance_y")

    @property
    def z(self) -> Symbol:
        return Symbol("distance_z")


distance = Distance("distance")
#: from source to target, signed, the shortest way where the layer wraps
displacement = Coordinates("displacement", MASK_SYMBOLS)
source = Coordinates("source", ("source_x", "source_y", "source_z"))
target = Coordinates("target", ("target_x", "target_y", "target_z"))
#: position of a node, for node parameters and positions
pos = Coordinates("pos", NODE_SYMBOLS)


def n_axes(names) -> int:
    """How many axes a position must have for the symbols `names` to have a value."""
    return max((_AXES.index(n[-1]) + 1 for n in names if n[-1] in _AXES and n != "distance"), default=0)
