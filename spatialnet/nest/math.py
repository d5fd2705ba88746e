"""Functions of Parameters."""

from ..expressions import functions as _functions
from ..expressions import random as _draws
from ..language.nodes import is_random as _is_random
from . import errors as _errors
from .errors import translated as _translated
from .parameters import Parameter as _Parameter
from .parameters import expression_of as _expression_of
from .parameters import is_number as _is_number

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


def _number(value):
    if not _is_number(value):
        raise TypeError(f"min and max take a Parameter and a number, got {value!r}")
    return float(value)


def min(parameter, value):
    """The smaller of a Parameter and a number."""
    return _Parameter(_functions.min(_expression_of(parameter, "min"), _number(value)))


def max(parameter, value):
    """The larger of a Parameter and a number."""
    return _Parameter(_functions.max(_expression_of(parameter, "max"), _number(value)))


def redraw(parameter, min, max):
    """The Parameter, drawn again until ``min <= value <= max``; at most 1000 times."""
    value = _expression_of(parameter, "redraw")
    if min > max:
        raise _errors.BadParameterValue(f"redraw: min={min!r} must not be above max={max!r}.")
    if not _is_random(value):
        raise _errors.BadParameterValue(f"redraw: {parameter!r} contains nothing random, so drawing again changes nothing.")
    with _translated("BadParameterValue"):
        return _Parameter(_draws.redraw(value, min, max))
