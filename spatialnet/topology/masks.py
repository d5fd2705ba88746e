"""Masks by the dictionaries of NEST 2.x."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..masks.mask import Mask as NativeMask
from ..nest import errors
from ..nest.errors import translated
from ..nest.masks import Mask, native_mask

_registered: dict[str, Callable[..., NativeMask]] = {}


def register_mask(name: str, function: Callable[..., NativeMask]) -> None:
    """Add a kind of mask, in place of an extension module in C++.

    Parameters
    ----------
    name : str
        What dictionaries call it.
    function : callable
        Takes the keys of the dictionary as keywords, and ``anchor`` where one is given; returns a mask of `spatialnet`, as
        ``spatialnet.mask(…)`` makes.

    Examples
    --------
    >>> import spatialnet as sn, spatialnet.topology as tp
    >>> def elliptic(r_x=1.0, r_y=1.0):
    ...     return sn.mask("(dx / r_x)**2 + (dy / r_y)**2 <= 1", r_x=r_x, r_y=r_y)
    >>> tp.register_mask("elliptic", elliptic)
    >>> tp.CreateMask("elliptic", {"r_x": 0.5, "r_y": 0.25}).Inside([0.4, 0.0])
    True
    """
    if not callable(function):
        raise TypeError(f"register_mask: function must be callable, got {function!r}")
    _registered[name] = function


def CreateMask(masktype: str, specs: dict[str, Any], anchor: Any = None) -> Mask:
    """A mask; combine with ``&``, ``|`` and ``-``.

    Parameters
    ----------
    masktype : str
        ``rectangular``, ``circular``, ``doughnut``, ``elliptical``, ``box`` (also called ``volume``), ``spherical``,
        ``ellipsoidal``, ``grid``, or a registered one.
    specs : dict
    anchor : list of float, or ``{"row": …, "column": …}`` for grid masks, optional
    """
    return mask_of({masktype: specs} if anchor is None else {masktype: specs, "anchor": anchor})


def mask_of(given: Any) -> Mask:
    """The mask of a dictionary; masks stay as they are."""
    if isinstance(given, Mask):
        return given
    return Mask(native_mask(modern(given))) if not isinstance(given, dict) or not _registered.keys() & given.keys() else _own(given)


def modern(given: Any) -> Any:
    """A dictionary of NEST 2.x as NEST 3 writes it."""
    if not isinstance(given, dict):
        return given
    made = {("box" if kind == "volume" else kind): spec for kind, spec in given.items()}
    if "grid" not in made:
        return made
    spec = dict(made["grid"])
    if "layers" in spec:
        raise errors.unsupported("grid masks with 'layers'", "Use a box, in the unit of the positions.")
    for key in ("rows", "columns"):
        if key not in spec:
            raise errors.BadProperty(f"a grid mask needs 'rows' and 'columns', got {', '.join(spec) or 'none'}.")
    made["grid"] = {"shape": [spec.pop("columns"), spec.pop("rows")], **spec}
    if "anchor" in made:
        anchor = made["anchor"]
        if not isinstance(anchor, dict) or set(anchor) != {"row", "column"}:
            raise errors.BadProperty(f"the anchor of a grid mask is {{'row': …, 'column': …}}, got {anchor!r}.")
        made["anchor"] = [anchor["column"], anchor["row"]]
    return made


def _own(given: dict[str, Any]) -> Mask:
    (kind, spec), = ((k, v) for k, v in given.items() if k != "anchor")
    with translated():
        made = _registered[kind](**spec, **({"anchor": given["anchor"]} if "anchor" in given else {}))
        if not isinstance(made, NativeMask):
            raise errors.TypeMismatch(f"the function registered for masks '{kind}' must return a mask of spatialnet, got {made!r}.")
        return Mask(made)
