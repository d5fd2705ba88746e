"""Random distributions, as expressions. Every occurrence draws anew, for each node or connection.

The arguments may be expressions themselves: ``normal(mean=10 * distance, std=1.0)``.
"""

from __future__ import annotations

import numbers

from ..errors import ParameterError
from ..language.nodes import Draw, Expression, Named, Number, Redraw, as_expression, is_random, operation

__all__ = ["exponential", "lognormal", "normal", "redraw", "uniform", "uniform_int"]


def __dir__() -> list[str]:
    return __all__


def _distribution(name: str, body: Expression, **keywords: Expression) -> Expression:
    return Named(name, (), tuple((k, repr(v)) for k, v in keywords.items()), body)


def _positive(owner: str, name: str, value: Expression) -> None:
    if isinstance(value, Number) and not value.value > 0:
        raise ParameterError(owner, name, f"must be > 0, got {value.value:g}")


def uniform(min=0.0, max=1.0) -> Expression:
    """Uniform in [min, max).

    Parameters
    ----------
    min, max : float or Expression
        In the unit of what is drawn.

    Returns
    -------
    Expression
        One number for each node or connection.

    Raises
    ------
    ParameterError
        If not ``min < max``.

    Examples
    --------
    >>> import spatialnet as sn
    >>> sn.random.uniform(-1, 1)
    uniform(min=-1, max=1)
    """
    min, max = as_expression(min), as_expression(max)
    if isinstance(min, Number) and isinstance(max, Number) and not min.value < max.value:
        raise ParameterError("random.uniform", "max", f"must be above min={min.value:g}, got {max.value:g}")
    return _distribution("uniform", min + (max - min) * Draw(), min=min, max=max)


def uniform_int(max: int) -> Expression:
    """Integers 0, 1, …, max - 1 with equal probability.

    Parameters
    ----------
    max : int
        How many there are.

    Returns
    -------
    Expression
        One integer for each node or connection.

    Raises
    ------
    ParameterError
        If `max` is not an integer ≥ 1.

    Examples
    --------
    >>> import spatialnet as sn
    >>> sn.random.uniform_int(3)
    uniform_int(max=3)
    """
    if isinstance(max, bool) or not isinstance(max, numbers.Integral) or max < 1:
        raise ParameterError("random.uniform_int", "max", f"must be an integer ≥ 1, got {max!r}")
    return _distribution("uniform_int", operation("floor", Draw() * int(max)), max=Number(float(max)))


def normal(mean=0.0, std=1.0) -> Expression:
    """Normal distribution.

    Parameters
    ----------
    mean, std : float or Expression
        In the unit of what is drawn.

    Returns
    -------
    Expression
        One number for each node or connection.

    Raises
    ------
    ParameterError
        If `std` is not positive.

    Examples
    --------
    >>> import spatialnet as sn
    >>> sn.random.normal(mean=20.0, std=0.1 * sn.distance)
    normal(mean=20, std=0.1 * distance)
    """
    mean, std = as_expression(mean), as_expression(std)
    _positive("random.normal", "std", std)
    return _distribution("normal", mean + std * operation("normal_quantile", Draw()), mean=mean, std=std)


def lognormal(mean=0.0, std=1.0) -> Expression:
    """Exponential of a normal distribution; `mean` and `std` are those of the logarithm.

    Parameters
    ----------
    mean, std : float or Expression
        Of the logarithm, without a unit.

    Returns
    -------
    Expression
        One number > 0 for each node or connection.

    Raises
    ------
    ParameterError
        If `std` is not positive.

    Examples
    --------
    >>> import spatialnet as sn
    >>> sn.random.lognormal(mean=0.0, std=0.5)
    lognormal(mean=0, std=0.5)
    """
    mean, std = as_expression(mean), as_expression(std)
    _positive("random.lognormal", "std", std)
    body = operation("exp", mean + std * operation("normal_quantile", Draw()))
    return _distribution("lognormal", body, mean=mean, std=std)


def exponential(beta=1.0) -> Expression:
    """Exponential distribution with mean (scale) `beta`.

    Parameters
    ----------
    beta : float or Expression
        In the unit of what is drawn.

    Returns
    -------
    Expression
        One number ≥ 0 for each node or connection.

    Raises
    ------
    ParameterError
        If `beta` is not positive.

    Examples
    --------
    >>> import spatialnet as sn
    >>> sn.random.exponential(beta=2.0)
    exponential(beta=2)
    """
    beta = as_expression(beta)
    _positive("random.exponential", "beta", beta)
    return _distribution("exponential", -beta * operation("log", 1.0 - Draw()), beta=beta)


def redraw(value, min, max) -> Expression:
    """`value` drawn again until ``min <= value <= max`` (a truncated distribution).

    Parameters
    ----------
    value : Expression
        With a random part.
    min, max : float
        Inclusive.

    Returns
    -------
    Expression
        One number in [min, max] for each node or connection.

    Raises
    ------
    ParameterError
        If not ``min <= max``, or if nothing in `value` is random.

    Examples
    --------
    >>> import spatialnet as sn
    >>> sn.random.redraw(sn.random.normal(20.0, 5.0), min=0.0, max=40.0)
    redraw(normal(mean=20, std=5), 0, 40)
    """
    value, low, high = as_expression(value), float(min), float(max)
    if not low <= high:
        raise ParameterError("random.redraw", "max", f"must not be below min={low:g}, got {high:g}")
    if not is_random(value):
        raise ParameterError("random.redraw", "value", f"must contain a random distribution, got {value!r}")
    return Redraw(value, low, high)
