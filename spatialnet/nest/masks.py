"""Masks by the dictionaries of NEST."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..masks import lattice, shapes
from ..masks.mask import Mask as NativeMask
from . import errors
from .errors import translated

#: keys of each kind: needed, and optional
_KEYS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "rectangular": (("lower_left", "upper_right"), ("azimuth_angle",)),
    "box": (("lower_left", "upper_right"), ("azimuth_angle", "polar_angle")),
    "circular": (("radius",), ("anchor",)),
    "spherical": (("radius",), ("anchor",)),
    "doughnut": (("inner_radius", "outer_radius"), ("anchor",)),
    "elliptical": (("major_axis", "minor_axis"), ("azimuth_angle", "anchor")),
    "ellipsoidal": (("major_axis", "minor_axis", "polar_axis"), ("azimuth_angle", "polar_angle", "anchor")),
    "grid": (("shape",), ()),
}


class Mask:
    """A region around a node; combine with ``&``, ``|`` and ``-``."""

    def __init__(self, native: NativeMask):
        self._native = native

    def _with(self, other: object, operator: str) -> Mask:
        if not isinstance(other, Mask):
            raise NotImplementedError(f"a mask combines with masks, got {other!r}")
        combine = {"&": lambda a, b: a & b, "|": lambda a, b: a | b, "-": lambda a, b: a - b}[operator]
        with translated():
            return Mask(combine(self._native, other._native))

    def __and__(self, other): return self._with(other, "&")
    def __or__(self, other): return self._with(other, "|")
    def __sub__(self, other): return self._with(other, "-")

    def Inside(self, point: Any) -> bool:
        """Whether a point, relative to the mask's origin, lies in the mask."""
        if not isinstance(point, (list, tuple, np.ndarray)):
            raise TypeError(f"a point must be a list of coordinates, got {point!r}")
        with translated("BadProperty" if len(point) != self._native.dimensions else "KernelException"):
            return bool(self._native.contains([point])[0])

    def __repr__(self) -> str:
        return f"Mask({self._native!r})"


def CreateMask(masktype: str, specs: dict[str, Any], anchor: Any = None) -> Mask:
    """A mask by the name of its kind.

    Parameters
    ----------
    masktype : str
        ``rectangular``, ``circular``, ``doughnut``, ``elliptical``, ``box``, ``spherical``, ``ellipsoidal`` or ``grid``.
    specs : dict
    anchor : list of float, optional
        Where the origin of the mask lies, relative to the node.
    """
    return Mask(native_mask({masktype: specs} if anchor is None else {masktype: specs, "anchor": anchor}))


def native_mask(given: Any) -> NativeMask:
    """The native mask of a `Mask` or a dictionary."""
    if isinstance(given, Mask):
        return given._native
    if not isinstance(given, dict):
        raise errors.TypeMismatch(f"a mask must be a dictionary or made by CreateMask, got {given!r}")
    given = dict(given)
    anchor = given.pop("anchor", None)
    if anchor is not None and np.ndim(anchor) == 0:
        raise errors.TypeMismatch(f"the anchor must be a list of coordinates, got {anchor!r}.")
    if len(given) != 1:
        raise errors.TypeMismatch(f"a mask has one kind, and perhaps an anchor, got {', '.join(map(str, given)) or 'none'}.")
    (kind, spec), = given.items()
    if kind not in _KEYS:
        raise errors.UndefinedName(f"there is no mask '{kind}'; there are {', '.join(_KEYS)}.")
    if not isinstance(spec, dict):
        raise errors.TypeMismatch(f"the specification of mask '{kind}' must be a dict, got {spec!r}.")
    texts = [k for k, v in spec.items() if isinstance(v, str)]
    if texts:
        raise errors.TypeMismatch(f"mask '{kind}': {texts[0]} must be a number, got {spec[texts[0]]!r}.")
    needed, optional = _KEYS[kind]
    for key in needed:
        if key not in spec:
            raise IndexError(f"mask '{kind}' needs '{key}'")
    if "polar_angle" in spec and "polar_angle" not in optional and "azimuth_angle" in optional:
        raise errors.BadProperty("polar_angle is for 3-dimensional masks.")
    unknown = [k for k in spec if k not in (*needed, *optional)]
    if unknown:
        raise errors.UnaccessedDictionaryEntry(f"Unaccessed elements in the mask '{kind}': {' '.join(map(str, unknown))}")
    with translated():
        if kind == "grid":
            return _grid(spec["shape"], anchor)
        return _shape(kind, dict(spec), anchor)


def _grid(shape: Any, anchor: Any) -> NativeMask:
    if anchor is not None and any(isinstance(a, (float, np.floating)) for a in anchor):
        raise TypeError(f"the anchor of a grid mask is [column, row], two integers, got {anchor!r}")
    return lattice.grid_mask(list(shape)[:2], None if anchor is None else list(anchor))


def _shape(kind: str, spec: dict[str, Any], anchor: Any) -> NativeMask:
    d = 3 if kind in ("box", "spherical", "ellipsoidal") else 2
    inner = spec.pop("anchor", None)
    if anchor is not None and len(np.atleast_1d(anchor)) != d:
        if len(np.atleast_1d(anchor)) == 1:
            raise errors.BadProperty(f"the anchor must be {d} numbers, got {anchor!r}.")
        raise TypeError(f"the anchor must be {d} numbers, got {anchor!r}")
    shifts = [np.asarray(a, np.float64) for a in (anchor, inner) if a is not None]
    total = sum(shifts) if shifts else None
    if kind == "doughnut" and spec["inner_radius"] < 0:  # no hole
        return shapes.circular(spec["outer_radius"], anchor=total)
    return getattr(shapes, kind)(**spec, anchor=total)
