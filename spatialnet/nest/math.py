"""Functions of Parameters."""

from ..expressions import functions as _functions
from ..expressions import random as _draws
from ..language.nodes import is_random as _is_random
from . import errors as _errors
from .errors import translated as _translated
from .parameters import Parameter as _Parameter
from .parameters import expression_of as _expression_of

__all__ = ["cos", "exp", "max", "min", "redraw", "sin"]


def exp(parameter):
    """Exponential function."""
    return _Parameter(_functions.exp(_expression_of(parameter, "exp")))


def sin(parameter):
    """Sine of an angle in radians."""
    return _Parameter(_functions.sin(_expression_of(parameter, "sin")))


def cos(parameter):
    """Cosine of an angle in radians."""
    return _Parameter(_functions.cos(_expression_of(parameter, "cos")))


def min(parameter, value):
    """The smaller of a Parameter and a number."""
    return _Parameter(_functions.min(_expression_of(parameter, "min"), float(value)))


def max(parameter, value):
    """The larger of a Parameter and a number."""
    return _Parameter(_functions.max(_expression_of(parameter, "max"), float(value)))


def redraw(parameter, min, max):
    """The Parameter, drawn again until ``min <= value <= max``; at most 1000 times."""
    value = _expression_of(parameter, "redraw")
    if min > max:
        raise _errors.BadParameterValue(f"redraw: min={min!r} must not be above max={max!r}.")
    if not _is_random(value):
        raise _errors.BadParameterValue(f"redraw: {parameter!r} contains nothing random, so drawing again changes nothing.")
    with _translated("BadParameterValue"):
        return _Parameter(_draws.redraw(value, min, max))
