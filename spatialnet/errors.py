"""Every exception of the package.

A message says what was given, what is allowed and what to do next; the facts it is made of are attributes.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable

__all__ = [
    "ConnectError", "DataError", "ExpressionError", "MaskError", "ParameterError", "PositionError", "SimulationError",
    "SpatialnetError", "UnknownNameError", "UserCodeError",
]


def __dir__() -> list[str]:
    return __all__


def short(value: object, length: int = 80) -> str:
    """`repr` of what was given, cut where it is long."""
    text = repr(value)
    return text if len(text) <= length else f"{text[:length - 2]}…{text[0] if isinstance(value, str) else ''}"


class SpatialnetError(Exception):
    """Base of all errors raised on purpose by spatialnet."""


class ParameterError(SpatialnetError, ValueError):
    """A parameter has an impossible value: ``Thing.parameter: reason``."""

    def __init__(self, owner: str, parameter: str, reason: str):
        self.owner, self.parameter, self.reason = owner, parameter, reason
        super().__init__(f"{owner}.{parameter}: {reason}")


class UnknownNameError(SpatialnetError, LookupError):
    """A name that is not known, or that `owner` does not have; the message offers the nearest one that is."""

    def __init__(self, kind: str, name: str, known: Iterable[str], hint: str = "", owner: str = ""):
        self.kind, self.name, self.known, self.owner = kind, name, tuple(known), owner
        near = difflib.get_close_matches(str(name), self.known, n=1, cutoff=0.5)
        message = f"{owner} has no {kind} '{name}'." if owner else f"no {kind} '{name}'."
        if near:
            message += f" Did you mean '{near[0]}'?"
        elif 0 < len(self.known) <= 12:
            message += f" Known: {', '.join(self.known)}."
        super().__init__(f"{message} {hint}".rstrip())


class ExpressionError(SpatialnetError, ValueError):
    """An expression, or the text of one, that cannot be read or used here."""

    def __init__(self, text: str, reason: str):
        self.text, self.reason = text, reason
        super().__init__(f"{short(text)}: {reason}" if text else reason)


class PositionError(SpatialnetError, ValueError):
    """Positions, extents or shapes that do not make a layer."""


class MaskError(SpatialnetError, ValueError):
    """A mask that is impossible, or does not fit the layer it is used on."""


class ConnectError(SpatialnetError, ValueError):
    """A rule that cannot be carried out on these nodes."""


class SimulationError(SpatialnetError, RuntimeError):
    """A run that cannot start or cannot go on."""


class DataError(SpatialnetError, ValueError):
    """A dataset or file that is not what spatialnet writes."""


class UserCodeError(SpatialnetError, RuntimeError):
    """A function given by the user failed; the cause is chained."""

    def __init__(self, function: object, reason: str):
        self.function = getattr(function, "__qualname__", repr(function))
        super().__init__(f"{self.function}: {reason}")
