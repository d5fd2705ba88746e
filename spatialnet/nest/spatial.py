"""Positions for `Create`, and what connections can depend on."""

from __future__ import annotations

from dataclasses import dataclass as _dataclass
from typing import Any as _Any

import numpy as _np

from ..language.nodes import symbols as _symbols
from ..space import placement as _placement
from . import errors as _errors
from .errors import translated as _translated
from .parameters import Distance as _Distance
from .parameters import Parameter as _Parameter
from .parameters import Position as _Position

__all__ = ["distance", "free", "grid", "pos", "source_pos", "target_pos"]

pos = _Position("pos")
source_pos = _Position("source")
target_pos = _Position("target")
distance = _Distance()


@_dataclass
class grid:
    """Nodes on a regular grid, in the centres of its cells.

    Parameters
    ----------
    shape : [int, int] or [int, int, int]
    center, extent : list of float, optional
        Default 0 and 1 along each axis.
    edge_wrap : bool
        Whether opposite edges are glued together.
    """

    shape: _Any
    center: _Any = None
    extent: _Any = None
    edge_wrap: bool = False

    def _placed(self, n: int) -> _placement.Placement:
        if n > 1:
            raise ValueError("the shape of a grid decides the number of nodes; leave n out")
        if not isinstance(self.edge_wrap, (bool, _np.bool_)):
            raise _errors.TypeMismatch(f"grid: edge_wrap must be True or False, got {self.edge_wrap!r}.")
        if not isinstance(self.shape, (list, tuple, _np.ndarray)) or any(isinstance(k, (float, _np.floating)) for k in self.shape):
            raise _errors.TypeMismatch(f"grid: shape must be integers, got {self.shape!r}.")
        with _translated():
            return _placement.grid(self.shape, self.extent, self.center, self.edge_wrap)


class free:
    """Freely placed nodes.

    Parameters
    ----------
    pos : list of positions, Parameter, or list of 2 or 3 Parameters
    extent : list of float, optional
        By default the whole numbers that just contain the positions.
    edge_wrap : bool
    num_dimensions : int, optional
        2 or 3, for a single Parameter without `extent`.
    """

    def __init__(self, pos, extent=None, edge_wrap=False, num_dimensions=None):
        if extent is not None and num_dimensions is not None:
            raise TypeError("extent tells the number of dimensions; leave num_dimensions out")
        if isinstance(pos, _Parameter):
            d = num_dimensions if extent is None else len(extent)
            if d is None:
                raise TypeError("a single Parameter needs num_dimensions or extent")
            if d not in (2, 3):
                raise ValueError(f"the number of dimensions must be 2 or 3, got {d!r}")
            pos = [pos] * d
        elif isinstance(pos, (list, tuple, _np.ndarray)):
            if len(pos) == 0:
                raise ValueError("give at least one position")
            if all(isinstance(p, _Parameter) for p in pos) and len(pos) not in (2, 3):
                raise ValueError(f"give 2 or 3 Parameters, one for each axis, got {len(pos)}")
            if any(isinstance(x, str) for p in pos if isinstance(p, (list, tuple)) for x in p):
                raise TypeError(f"positions must be numbers, got {pos!r}")
            if num_dimensions is not None:
                raise TypeError("num_dimensions is for a single Parameter; positions tell their own")
        else:
            raise TypeError(f"pos must be a list of positions, a Parameter or a list of Parameters, got {pos!r}")
        self.pos, self.extent, self.edge_wrap = pos, extent, edge_wrap

    def _placed(self, n: int) -> _placement.Placement:
        if all(isinstance(p, _Parameter) for p in self.pos):
            given = [p.expression for p in self.pos]
            if any(_symbols(e) for e in given):
                raise _errors.BadParameterValue("free: the Parameters must not depend on positions.")
        else:
            given, n = self.pos, None
            if len(given) == 1 and self.extent is None:
                raise _errors.KernelException("free: a single node has no extent of its own; give extent.")
        with _translated():
            return _placement.free(given, n, self.extent, None, self.edge_wrap)
