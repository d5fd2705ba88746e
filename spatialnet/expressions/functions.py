"""The words users write: profiles of distance and functions of values."""

from __future__ import annotations

import math

from ..errors import ParameterError
from ..language.nodes import Expression, Named, as_expression, operation


# Of expressions or numbers `x`, `a`, `b`; each gives an Expression.
def exp(x): "Exponential function of an expression `x`, as in ``exp(-distance / 0.3)``."; return operation("exp", x)
def log(x): "Natural logarithm of an expression `x`."; return operation("log", x)
def sqrt(x): "Square root of an expression `x`."; return operation("sqrt", x)
def sin(x): "Sine of an expression `x` in radians."; return operation("sin", x)
def cos(x): "Cosine of an expression `x` in radians."; return operation("cos", x)
def abs(x): "Absolute value of an expression `x`."; return operation("abs", x)
def floor(x): "Largest integer not above an expression `x`."; return operation("floor", x)
def min(a, b): "The smaller of two expressions `a` and `b`, as in ``min(distance, 1)``."; return operation("min", a, b)
def max(a, b): "The larger of two expressions `a` and `b`, as in ``max(1 - distance, 0)``."; return operation("max", a, b)


def where(condition, a, b) -> Expression:
    """`a` where `condition` holds, else `b`.

    Parameters
    ----------
    condition : Expression
        A comparison, or several joined by ``&``, ``|`` and ``~``.
    a, b : Expression or float

    Returns
    -------
    Expression

    Examples
    --------
    >>> import spatialnet as sn
    >>> sn.where(sn.distance < 0.2, 1.0, 0.5).at(distance=[0.1, 0.2])
    array([1. , 0.5])
    """
    return operation("where", condition, a, b)


def number(owner: str, name: str, value, *, positive: bool = False) -> float:
    """`value` as a finite float, or a `ParameterError` that says what is allowed."""
    allowed = "a number > 0" if positive else "a finite number"
    try:
        result = float(value)
    except (TypeError, ValueError):
        raise ParameterError(owner, name, f"must be {allowed}, got {value!r}") from None
    if not math.isfinite(result) or (positive and result <= 0):
        raise ParameterError(owner, name, f"must be {allowed}, got {value!r}")
    return result


def gaussian(x, mean=0.0, std=1.0) -> Expression:
    """Gaussian profile with peak 1, for probabilities and weights.

    Parameters
    ----------
    x : Expression or float
        Usually ``spatialnet.distance``, in the unit of the positions (mm).
    mean, std : float
        Centre and standard deviation, in the unit of `x`; `std` must be positive.

    Returns
    -------
    Expression
        Evaluates to ``exp(-(x - mean)**2 / (2 std**2))``, shape of `x`, values in (0, 1].

    Raises
    ------
    ParameterError
        If `std` is not positive.

    Notes
    -----
    The profile of NEST's ``spatial_distributions.gaussian``.

    Examples
    --------
    >>> import spatialnet
    >>> gaussian(spatialnet.distance, std=0.5).at(distance=[0.0, 0.5]).round(3)
    array([1.   , 0.607])
    """
    x, mean, std = as_expression(x), number("gaussian", "mean", mean), number("gaussian", "std", std, positive=True)
    body = operation("exp", -0.5 * (((x - mean) if mean else x) / std) ** 2)
    return Named("gaussian", (x,), (("mean", mean), ("std", std)) if mean else (("std", std),), body)


def gaussian2d(x, y, mean_x=0.0, mean_y=0.0, std_x=1.0, std_y=1.0, rho=0.0) -> Expression:
    """Bivariate Gaussian profile with peak 1.

    Parameters
    ----------
    x, y : Expression or float
        Usually ``displacement.x, displacement.y`` (signed) or ``distance.x, distance.y`` (absolute).
    mean_x, mean_y, std_x, std_y : float
        Centre and standard deviations, in the unit of `x` and `y`; the latter positive.
    rho : float
        Correlation, between -1 and 1 (both excluded).

    Returns
    -------
    Expression
        ``exp(-(a**2 + b**2 - 2 rho a b) / (2 (1 - rho**2)))`` with ``a = (x - mean_x) / std_x``, b likewise.

    Raises
    ------
    ParameterError
        If a standard deviation is not positive or ``abs(rho) >= 1``.

    Examples
    --------
    >>> import spatialnet as sn
    >>> sn.gaussian2d(sn.displacement.x, sn.displacement.y, std_x=0.1, std_y=0.2).at(dx=[0.0, 0.1], dy=[0.0, 0.0]).round(3)
    array([1.   , 0.607])
    """
    x, y = as_expression(x), as_expression(y)
    mean_x, mean_y = number("gaussian2d", "mean_x", mean_x), number("gaussian2d", "mean_y", mean_y)
    std_x = number("gaussian2d", "std_x", std_x, positive=True)
    std_y = number("gaussian2d", "std_y", std_y, positive=True)
    rho = number("gaussian2d", "rho", rho)
    if not -1 < rho < 1:
        raise ParameterError("gaussian2d", "rho", f"must lie between -1 and 1, got {rho!r}")
    a = (x - mean_x) / std_x if mean_x else x / std_x
    b = (y - mean_y) / std_y if mean_y else y / std_y
    square = a ** 2 + b ** 2 - 2 * rho * a * b if rho else a ** 2 + b ** 2
    keywords = (("mean_x", mean_x), ("mean_y", mean_y), ("std_x", std_x), ("std_y", std_y), ("rho", rho))
    return Named("gaussian2d", (x, y), keywords, operation("exp", -square / (2 * (1 - rho * rho))))


def exponential(x, beta=1.0) -> Expression:
    """Exponential profile ``exp(-x / beta)`` with peak 1.

    Parameters
    ----------
    x : Expression or float
        Usually ``spatialnet.distance``.
    beta : float
        Length constant, positive, in the unit of `x`.

    Returns
    -------
    Expression
        Shape of `x`; values in (0, 1] for a distance.

    Raises
    ------
    ParameterError
        If `beta` is not positive.

    Notes
    -----
    `spatialnet.random.exponential` is the random distribution.

    Examples
    --------
    >>> import spatialnet as sn
    >>> sn.exponential(sn.distance, beta=0.5).at(distance=[0.0, 0.5]).round(3)
    array([1.   , 0.368])
    """
    x, beta = as_expression(x), number("exponential", "beta", beta, positive=True)
    return Named("exponential", (x,), (("beta", beta),), operation("exp", -x / beta))


def gamma(x, kappa=1.0, theta=1.0) -> Expression:
    """Gamma profile ``x**(kappa - 1) exp(-x / theta) / (theta**kappa Gamma(kappa))``.

    Parameters
    ----------
    x : Expression or float
        Usually ``spatialnet.distance``.
    kappa, theta : float
        Shape (no unit) and scale (unit of `x`), both positive.

    Returns
    -------
    Expression
        A density in the inverse unit of `x`: multiply it by what it should be at its peak, for a probability.

    Raises
    ------
    ParameterError
        If `kappa` or `theta` is not positive.

    Examples
    --------
    >>> import spatialnet as sn
    >>> sn.gamma(sn.distance, kappa=2.0, theta=0.5).at(distance=[0.0, 0.5]).round(3)
    array([0.   , 0.736])
    """
    x = as_expression(x)
    kappa, theta = number("gamma", "kappa", kappa, positive=True), number("gamma", "theta", theta, positive=True)
    scale = math.exp(-kappa * math.log(theta) - math.lgamma(kappa))
    decay = operation("exp", -x / theta)
    body = scale * decay if kappa == 1 else scale * (x ** (kappa - 1)) * decay
    return Named("gamma", (x,), (("kappa", kappa), ("theta", theta)), body)


def gabor(x, y, theta=0.0, gamma=1.0, std=1.0, lam=1.0, psi=0.0) -> Expression:
    """Rectified Gabor profile, for receptive fields.

    Parameters
    ----------
    x, y : Expression or float
        Usually ``displacement.x, displacement.y``.
    theta, psi : float
        Orientation and phase, in degrees.
    gamma : float
        Aspect ratio.
    std, lam : float
        Standard deviation of the envelope and wavelength, positive, in the unit of `x`.

    Returns
    -------
    Expression
        ``max(cos(2 pi v / lam + psi), 0) exp(-(gamma**2 u**2 + v**2) / (2 std**2))`` with
        ``u = x cos(theta) + y sin(theta)`` and ``v = -x sin(theta) + y cos(theta)``.

    Raises
    ------
    ParameterError
        If `std` or `lam` is not positive.

    Examples
    --------
    >>> import spatialnet as sn
    >>> sn.gabor(sn.displacement.x, sn.displacement.y, std=0.5, lam=1.0).at(dx=[0.0, 0.0], dy=[0.0, 0.25]).round(3)
    array([1., 0.])
    """
    x, y = as_expression(x), as_expression(y)
    std, lam = number("gabor", "std", std, positive=True), number("gabor", "lam", lam, positive=True)
    theta, gamma, psi = number("gabor", "theta", theta), number("gabor", "gamma", gamma), number("gabor", "psi", psi)
    c, s = math.cos(math.radians(theta)), math.sin(math.radians(theta))
    u, v = x * c + y * s, y * c - x * s
    wave = operation("max", operation("cos", v * (2 * math.pi / lam) + math.radians(psi)), 0.0)
    envelope = operation("exp", -(gamma * gamma * u ** 2 + v ** 2) / (2 * std * std))
    keywords = (("theta", theta), ("gamma", gamma), ("std", std), ("lam", lam), ("psi", psi))
    return Named("gabor", (x, y), keywords, wave * envelope)
