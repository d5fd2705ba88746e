"""Conditions between Parameters."""

from ..expressions import functions as _functions
from ..language.nodes import as_expression as _as_expression
from .parameters import Parameter as _Parameter
from .parameters import is_number as _is_number

__all__ = ["conditional"]


def conditional(condition, param_if_true, param_if_false):
    """The first value where `condition` is not 0, else the second; both are Parameters or numbers."""
    values = []
    for value in (param_if_true, param_if_false):
        if not isinstance(value, _Parameter) and not _is_number(value):
            raise TypeError(f"conditional takes Parameters and numbers, got {value!r}")
        values.append(value.expression if isinstance(value, _Parameter) else _as_expression(float(value)))
    # a number has no attribute `expression`: AttributeError, as in NEST
    return _Parameter(_functions.where(condition.expression, *values))
