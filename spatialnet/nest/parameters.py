"""`Parameter`: a value computed for each node or connection, made of the native expressions."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from ..errors import ExpressionError
from ..expressions import functions
from ..expressions import random as draws
from ..expressions.coordinates import NODE_SYMBOLS, PAIR_SYMBOLS, n_axes
from ..expressions.evaluate import at
from ..language.nodes import Expression, Symbol, as_expression, symbols
from . import errors
from .errors import translated

_AXES = "xyz"
#: stream of numbers drawn by `GetValue` and `apply`, apart from those of networks
_STREAM = 101


def is_number(value: object) -> bool:
    """Whether `value` is a real number, of Python or NumPy."""
    return isinstance(value, (int, float, np.integer, np.floating))


class Parameter:
    """A value that is computed anew for every node or connection; every occurrence of something random draws anew.

    Combines with numbers and Parameters by ``+ - * /`` and comparisons, which have the values 1 and 0, and with numbers
    by ``**``.
    """

    def __init__(self, expression: Expression):
        self.expression = expression

    def _with(self, other: object, made: Callable) -> Parameter:
        if isinstance(other, Parameter):
            return Parameter(made(self.expression, other.expression))
        if not is_number(other):
            raise NotImplementedError(f"a Parameter combines with numbers and Parameters, got {other!r}")
        return Parameter(made(self.expression, as_expression(float(other))))

    def __add__(self, other): return self._with(other, operator.add)
    def __radd__(self, other): return self + other
    def __sub__(self, other): return self._with(other, operator.sub)
    def __rsub__(self, other): return self * -1 + other
    def __mul__(self, other): return self._with(other, operator.mul)
    def __rmul__(self, other): return self * other
    def __truediv__(self, other): return self._with(other, operator.truediv)
    def __rtruediv__(self, other): return self._with(other, lambda a, b: b / a)
    def __lt__(self, other): return self._with(other, operator.lt)
    def __le__(self, other): return self._with(other, operator.le)
    def __gt__(self, other): return self._with(other, operator.gt)
    def __ge__(self, other): return self._with(other, operator.ge)
    def __eq__(self, other): return self._with(other, operator.eq)
    def __ne__(self, other): return self._with(other, operator.ne)
    def __neg__(self): return self * -1
    def __pos__(self): return self

    def __pow__(self, exponent):
        if isinstance(exponent, Parameter):
            raise TypeError("the exponent of a Parameter must be a number")
        return Parameter(self.expression ** float(exponent))

    __hash__ = None
    # NumPy numbers on the left then defer to the operators above
    __array_ufunc__ = None

    def is_spatial(self) -> bool:
        """Whether any part depends on positions."""
        return bool(symbols(self.expression))

    def GetValue(self) -> float:
        """One value, of a Parameter that does not depend on positions."""
        if self.is_spatial():
            raise errors.BadParameterValue("GetValue: the Parameter depends on positions; use apply(nodes).")
        return float(self._drawn(1)[0])

    def apply(self, spatial_nc, positions=None) -> tuple[float, ...]:
        """A value for each node; or, with one node as source, for each of a list of target `positions`."""
        used = symbols(self.expression)
        if positions is None:
            if used.difference(NODE_SYMBOLS):
                raise errors.BadParameterValue("apply: the Parameter belongs to connections; give target positions, too.")
            where = {"pos": spatial_nc.layer_positions(n_axes(used))} if used else {}
            return tuple(self._drawn(len(spatial_nc), **where).tolist())
        if len(spatial_nc) != 1:
            raise ValueError("apply: with positions, give a single node")
        if used.difference(PAIR_SYMBOLS):
            raise errors.BadParameterValue("apply: spatial.pos belongs to a single node and has no value for connections.")
        layer = spatial_nc.layer("apply")
        start, end = layer.positions, np.atleast_2d(np.asarray(positions, np.float64))
        with translated():
            way = layer.displacement(start, end)
        return tuple(self._drawn(len(end), displacement=way, source=np.repeat(start, len(end), 0), target=end).tolist())

    def _drawn(self, n: int, **where: Any) -> np.ndarray:
        from .kernel import kernel
        try:
            return np.broadcast_to(at(self.expression, seed=kernel.seed, stream=(_STREAM, 0, kernel.next_draw()), n=n, **where), (n,))
        except ArithmeticError as error:
            raise errors.KernelException(f"redraw: {error}.") from None
        except ExpressionError as error:
            raise errors.KernelException(str(error)) from None

    def __repr__(self) -> str:
        return f"Parameter({self.expression!r})"


def expression_of(value: object, what: str) -> Expression:
    """The expression of a Parameter, demanded."""
    if not isinstance(value, Parameter):
        raise errors.TypeMismatch(f"{what}: must be a Parameter, got {value!r}.")
    return value.expression


def CreateParameter(parametertype: str, specs: dict[str, Any]) -> Parameter:
    """A Parameter by the name of its kind and a dictionary.

    Parameters
    ----------
    parametertype : str
        ``constant``, ``uniform``, ``uniform_int``, ``normal``, ``lognormal``, ``exponential``, ``position``, ``distance``,
        ``gaussian``, ``gaussian2d``, ``exp_distribution``, ``gamma`` or ``gabor``.
    specs : dict
        As the functions of `random` and `spatial_distributions` take them; ``constant`` takes ``value``, ``position``
        ``dimension`` (from 0) and ``type_id`` (0 node, 1 source, 2 target), ``distance`` ``dimension`` (0: Euclidean).
    """
    from . import random, spatial, spatial_distributions
    makers = {"constant": lambda value: Parameter(as_expression(float(value))),
              "uniform": random.uniform, "uniform_int": random.uniform_int, "normal": random.normal,
              "lognormal": random.lognormal, "exponential": random.exponential,
              "position": lambda dimension, type_id=0, synaptic_endpoint=0:
                  (spatial.pos, spatial.source_pos, spatial.target_pos)[type_id or synaptic_endpoint].n(dimension),
              "distance": lambda dimension=0: spatial.distance.n(dimension),
              "gaussian": spatial_distributions.gaussian, "gaussian2d": spatial_distributions.gaussian2D,
              "exp_distribution": spatial_distributions.exponential, "gamma": spatial_distributions.gamma,
              "gabor": spatial_distributions.gabor}
    if parametertype not in makers:
        raise errors.UndefinedName(f"CreateParameter: there is no kind '{parametertype}'; there are {', '.join(makers)}.")
    try:
        return makers[parametertype](**specs)
    except TypeError as error:
        raise errors.UnaccessedDictionaryEntry(f"CreateParameter: {parametertype}: {error}.") from None


class Position:
    """Coordinates of a node: ``x``, ``y``, ``z``, or ``n(i)`` with i from 0."""

    def __init__(self, prefix: str):
        self._prefix = prefix

    x = property(lambda self: self.n(0))
    y = property(lambda self: self.n(1))
    z = property(lambda self: self.n(2))

    def n(self, dimension: int) -> Parameter:
        """Coordinate along an axis, counted from 0."""
        if not 0 <= dimension < 3:
            raise errors.BadParameterValue(f"position: axes are 0, 1 and 2, got {dimension!r}.")
        return Parameter(Symbol(f"{self._prefix}_{_AXES[dimension]}"))


class Distance(Parameter):
    """Distance between source and target, the shortest way where the layer wraps; per axis ``x``, ``y``, ``z``, all ≥ 0."""

    def __init__(self):
        super().__init__(Symbol("distance"))

    x = property(lambda self: self.n(1))
    y = property(lambda self: self.n(2))
    z = property(lambda self: self.n(3))

    def n(self, dimension: int) -> Parameter:
        """Distance along an axis counted from 1; 0 is the Euclidean one."""
        if not 0 <= dimension <= 3:
            raise errors.BadParameterValue(f"distance: axes are 1, 2 and 3, and 0 for the Euclidean distance, got {dimension!r}.")
        return Parameter(Symbol(f"distance_{_AXES[dimension - 1]}") if dimension else Symbol("distance"))


def profile(name: str, *arguments: object, **keywords: float) -> Parameter:
    """A profile of `spatialnet.expressions.functions` of Parameters."""
    values = [expression_of(a, name) for a in arguments]
    with translated():
        return Parameter(getattr(functions, name)(*values, **keywords))


def distribution(name: str, **keywords: object) -> Parameter:
    """A distribution of `spatialnet.expressions.random` with numbers as arguments."""
    with translated():
        return Parameter(getattr(draws, name)(**keywords))
