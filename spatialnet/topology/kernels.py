"""Functions of displacement for kernels, weights and delays, by the dictionaries of NEST 2.x."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..expressions import functions
from ..expressions import random as draws
from ..expressions.coordinates import MASK_SYMBOLS, distance
from ..expressions.custom import UserFunction
from ..expressions.evaluate import at
from ..language.nodes import Call, Expression, Symbol, as_expression, is_random
from ..nest import errors
from ..nest.errors import translated
from ..nest.parameters import is_number


@dataclass(frozen=True)
class Way:
    """From driver to pool node: the displacement's components and its length, as expressions."""

    axes: tuple[Expression, ...]
    length: Expression

    def without(self, anchor: tuple[float, ...]) -> Way:
        """The way less an anchor."""
        if len(anchor) != len(self.axes):
            raise errors.BadProperty(f"the anchor of a kernel must be {len(self.axes)} numbers here, got {list(anchor)}.")
        if not any(anchor):
            return self
        axes = tuple(axis - a if a else axis for axis, a in zip(self.axes, anchor))
        return Way(axes, functions.sqrt(sum((axis ** 2 for axis in axes[1:]), axes[0] ** 2)))


def way(dimensions: int, driver_is_source: bool) -> Way:
    """The way from driver to pool; native displacements go from source to target."""
    axes = tuple(Symbol(name) for name in MASK_SYMBOLS[:dimensions])
    return Way(axes if driver_is_source else tuple(-axis for axis in axes), distance)


class Parameter:
    """A function of the displacement from driver to pool node; combine with ``+ - * /``."""

    def __init__(self, make: Callable[[Way], Expression]):
        self.make = make

    def _with(self, other: object, combine: Callable) -> Parameter:
        if is_number(other):
            return Parameter(lambda w: combine(self.make(w), as_expression(float(other))))
        if not isinstance(other, Parameter):
            raise NotImplementedError(f"a Parameter combines with numbers and Parameters, got {other!r}")
        return Parameter(lambda w: combine(self.make(w), other.make(w)))

    def __add__(self, other): return self._with(other, operator.add)
    def __radd__(self, other): return self + other
    def __sub__(self, other): return self._with(other, operator.sub)
    def __rsub__(self, other): return self * -1 + other
    def __mul__(self, other): return self._with(other, operator.mul)
    def __rmul__(self, other): return self * other
    def __truediv__(self, other): return self._with(other, operator.truediv)
    def __rtruediv__(self, other): return self._with(other, lambda a, b: b / a)
    def __neg__(self): return self * -1

    def GetValue(self, point: Any) -> float:
        """The value at a displacement."""
        return float(values_at(self, np.atleast_2d(np.asarray(point, np.float64)))[0])


def values_at(parameter: Parameter, displacement: np.ndarray) -> np.ndarray:
    """Values (n,) at displacements (n, d) from driver to pool."""
    from ..nest.kernel import kernel
    from ..nest.parameters import _STREAM
    n, d = displacement.shape
    with translated("KernelException"):
        expression = parameter.make(way(d, True))
        return np.broadcast_to(at(expression, seed=kernel.seed, stream=(_STREAM, 0, kernel.next_draw()), n=n,
                                  displacement=displacement), (n,))


def _between(value: Expression, low: float, high: float) -> Expression:
    """Drawn again until inside."""
    if low == -math.inf and high == math.inf:
        return value
    if not low < high:
        raise errors.BadProperty(f"min < max is demanded, got {low:g} and {high:g}.")
    return draws.redraw(value, max(low, -1e300), min(high, 1e300))


#: name → keys with their defaults, and what makes the expression of a Way and the values
_KERNELS: dict[str, tuple[dict[str, float], Callable[..., Expression]]] = {
    "constant": ({"value": 1.0}, lambda w, value: as_expression(value)),
    "linear": ({"a": 1.0, "c": 0.0}, lambda w, a, c: c + a * w.length),
    "exponential": ({"a": 1.0, "c": 0.0, "tau": 1.0}, lambda w, a, c, tau: c + a * functions.exponential(w.length, tau)),
    "gaussian": ({"p_center": 1.0, "sigma": 1.0, "mean": 0.0, "c": 0.0},
                 lambda w, p_center, sigma, mean, c: c + p_center * functions.gaussian(w.length, mean, sigma)),
    "gaussian2D": ({"p_center": 1.0, "sigma_x": 1.0, "sigma_y": 1.0, "mean_x": 0.0, "mean_y": 0.0, "rho": 0.0, "c": 0.0},
                   lambda w, p_center, sigma_x, sigma_y, mean_x, mean_y, rho, c:
                       c + p_center * functions.gaussian2d(w.axes[0], w.axes[1], mean_x, mean_y, sigma_x, sigma_y, rho)),
    "gamma": ({"kappa": 1.0, "theta": 1.0}, lambda w, kappa, theta: functions.gamma(w.length, kappa, theta)),
    "uniform": ({"min": 0.0, "max": 1.0}, lambda w, min, max: draws.uniform(min, max)),
    "normal": ({"mean": 0.0, "sigma": 1.0, "min": -math.inf, "max": math.inf},
               lambda w, mean, sigma, min, max: _between(draws.normal(mean, sigma), min, max)),
    "lognormal": ({"mu": 0.0, "sigma": 1.0, "min": -math.inf, "max": math.inf},
                  lambda w, mu, sigma, min, max: _between(draws.lognormal(mu, sigma), min, max)),
}


def register_kernel(name: str, function: Callable[..., Expression]) -> None:
    """Add a kernel function, in place of an extension module in C++.

    Parameters
    ----------
    name : str
        What dictionaries call it.
    function : callable
        Takes the components of the displacement, as many as the layers have dimensions, as `spatialnet` expressions, and
        its parameters as keywords with numbers as defaults; returns an expression.

    Examples
    --------
    >>> import spatialnet.topology as tp
    >>> def affine2d(x, y, *, a=1.0, b=1.0, c=0.0):
    ...     return a * x + b * y + c
    >>> tp.register_kernel("affine2d", affine2d)
    >>> tp.CreateParameter("affine2d", {"b": 2.0, "c": 0.5}).GetValue([0.25, 0.125])
    1.0
    """
    if not callable(function):
        raise TypeError(f"register_kernel: function must be callable, got {function!r}")
    if name in _KERNELS and not hasattr(_KERNELS[name][1], "registered"):
        raise errors.NamingConflict(f"'{name}' is a kernel already.")

    def made(w: Way, **values: float) -> Expression:
        return as_expression(function(*w.axes, **values))

    made.registered = True
    _KERNELS[name] = dict(function.__kwdefaults__ or {}), made


def CreateParameter(parametertype: str, specs: dict[str, Any]) -> Parameter:
    """A function of displacement by its name.

    Parameters
    ----------
    parametertype : str
        ``constant``, ``linear``, ``exponential``, ``gaussian``, ``gaussian2D``, ``gamma``, ``uniform``, ``normal``,
        ``lognormal``, or a registered one.
    specs : dict
        Its keys, of which all have defaults; and ``cutoff``, below which values become 0; and ``anchor``, a displacement that
        is subtracted first.

    Raises
    ------
    NESTErrors.UndefinedName, NESTErrors.UnaccessedDictionaryEntry, NESTErrors.BadProperty
    """
    if parametertype not in _KERNELS:
        raise errors.UndefinedName(f"there is no function '{parametertype}'; there are {', '.join(_KERNELS)}.")
    if not isinstance(specs, dict):
        raise errors.TypeMismatch(f"{parametertype}: its keys must be a dictionary, got {specs!r}.")
    keys, make = _KERNELS[parametertype]
    given = dict(specs)
    cutoff, anchor = given.pop("cutoff", -math.inf), given.pop("anchor", None)
    unknown = [k for k in given if k not in keys]
    if unknown:
        raise errors.UnaccessedDictionaryEntry(f"Unaccessed elements in '{parametertype}': {' '.join(map(str, unknown))}; there are "
                                               f"{', '.join([*keys, 'cutoff', 'anchor'])}.")
    values = {}
    for key, value in {**keys, **given, "cutoff": cutoff}.items():
        if isinstance(value, bool) or not is_number(value) or math.isnan(value):
            raise errors.BadProperty(f"{parametertype}: {key} must be a number, got {value!r}.")
        values[key] = float(value)
    cutoff = values.pop("cutoff")
    shift = None if anchor is None else tuple(np.asarray(anchor, np.float64).ravel().tolist())
    with translated():
        made = Parameter(lambda w: _cut_off(make(w if shift is None else w.without(shift), **values), cutoff))
        if not hasattr(make, "registered"):  # bad values are refused here; how many axes a registered one takes is not known
            make(way(2, True), **values)
    return made


def _cut_off(value: Expression, cutoff: float) -> Expression:
    if cutoff == -math.inf:
        return value
    if not is_random(value):
        return functions.where(value >= cutoff, value, 0.0)

    def below_is_0(x):
        return np.where(x < cutoff, 0.0, x)

    return Call(UserFunction(below_is_0, -math.inf, math.inf), (value,))  # a second mention would draw another number


def parameter_of(value: Any, what: str) -> Parameter | float:
    """What a connection dictionary has as kernel, weights or delays: a number, a dictionary with one function, a Parameter."""
    if isinstance(value, Parameter):
        return value
    if isinstance(value, dict):
        if len(value) != 1:
            raise errors.BadProperty(f"{what} must be one function, {{'gaussian': {{…}}}}, got {', '.join(map(str, value)) or 'none'}.")
        (name, specs), = value.items()
        return CreateParameter(name, specs)
    if isinstance(value, bool) or not is_number(value):
        raise errors.TypeMismatch(f"{what} must be a number, a dictionary or a Parameter, got {value!r}.")
    return float(value)
