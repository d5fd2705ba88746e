"""What users write themselves: expressions as text, and functions in Python or compiled."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import ExpressionError, ParameterError, UserCodeError, short
from ..language.nodes import Call, Expression, as_expression
from ..language.parse import parse
from .coordinates import NODE_SYMBOLS, PAIR_SYMBOLS
from .functions import exponential, gabor, gamma, gaussian, gaussian2d

_MOST_INPUTS = 16
_PROFILES = {f.__name__: f for f in (gaussian, gaussian2d, exponential, gamma, gabor)}


class UserFunction:
    """A function of the user, as the machine calls it.

    Attributes
    ----------
    name : str
        For messages, descriptions and representations.
    lower, upper : float
        No value may lie outside.
    capsule : PyCapsule or None
        None for Python functions.
    parameters : tuple of float
        For compiled functions.
    refuses_nan : bool
    """

    def __init__(self, function: Any, lower: float, upper: float, parameters: Sequence[float] = (), *,
                 boolean: bool = False, refuses_nan: bool = False):
        self.function, self.lower, self.upper = function, lower, upper
        self.boolean, self.refuses_nan = boolean, refuses_nan
        self.capsule = None if callable(function) else function
        self.name = getattr(function, "__qualname__", None) or type(function).__name__
        if self.capsule is not None:
            from .._core.program import compiled_name
            self.name = compiled_name(function)
        self.parameters = tuple(parameters)

    def evaluate(self, *columns: NDArray[np.float64]) -> NDArray[np.float64]:
        """Values of a Python function, checked."""
        try:
            result = self.function(*columns)
        except Exception as error:
            raise UserCodeError(self.function, f"raised {type(error).__name__}: {error}") from error
        n = len(columns[0])
        wanted = "a bool" if self.boolean else "a number"
        if not isinstance(result, np.ndarray) or result.dtype.kind not in ("b" if self.boolean else "biuf"):
            given = f"an array of {result.dtype}" if isinstance(result, np.ndarray) else type(result).__name__
            raise UserCodeError(self.function, f"must return a NumPy array with {wanted} for each of its inputs' values, "
                                f"got {given}")
        if result.shape != (n,):
            raise UserCodeError(self.function, f"must return {wanted} for each of its inputs' values, shape ({n},), got "
                                f"shape {result.shape}")
        return np.ascontiguousarray(result, np.float64)

    def refuse(self, value: float) -> None:
        """Raises the error for a value that must not be."""
        said = "NaN" if math.isnan(value) else f"{value:g}, outside its bounds ({self.lower:g}, {self.upper:g})"
        raise UserCodeError(self, f"gave {said}")

    def __repr__(self) -> str:
        return self.name


def check_function(owner: str, function: Any, parameters: Any) -> tuple[float, ...]:
    """`parameters` as floats; an error where `function` is no function or they do not belong to it."""
    from .._core.program import compiled_name
    compiled = type(function).__name__ == "PyCapsule"
    if compiled and compiled_name(function) is None:
        raise ParameterError(owner, "function", "is a capsule that holds no function for this version of spatialnet; make it "
                             "with spatialnet.pair_function, and compile it anew")
    if not compiled and not callable(function):
        raise ParameterError(owner, "function", "must be a Python function or a capsule made with spatialnet.pair_function, "
                             f"got {function!r}")
    try:
        numbers = tuple(float(p) for p in parameters)
    except (TypeError, ValueError):
        raise ParameterError(owner, "parameters", f"must be numbers, got {parameters!r}") from None
    if not all(map(math.isfinite, numbers)):
        raise ParameterError(owner, "parameters", f"must be finite, got {parameters!r}")
    if numbers and not compiled:
        raise ParameterError(owner, "parameters", "belong to compiled functions; give a Python function its own with "
                             "functools.partial or a lambda")
    return numbers


def read(text: str, names: Sequence[str], parameters: dict[str, Any]) -> Expression:
    """The expression in `text`, which may use `names` and `parameters`."""
    for name, value in parameters.items():
        if name in names:
            raise ExpressionError(text, f"'{name}' is an input already; give the parameter another name")
        if not _is_number(value):
            raise ExpressionError(text, f"the parameter {name} must be a finite number, got {value!r}")
    return parse(text, names, {name: float(value) for name, value in parameters.items()}, _PROFILES)


def _is_number(value: Any) -> bool:
    try:
        return math.isfinite(float(value)) and not isinstance(value, str)
    except (TypeError, ValueError):
        return False


def expression(text: str, /, **parameters: float) -> Expression:
    """An expression from text.

    Parameters
    ----------
    text : str
        With numbers, ``+ - * / ** %``, comparisons, ``and or not``, ``a if c else b``, the functions ``abs, exp, expm1,
        log, sqrt, sin, cos, floor, min, max, where``, the profiles ``gaussian, gaussian2d, exponential, gamma, gabor`` with
        their keywords, and the inputs ``distance``, ``dx, dy, dz`` (the displacement from source to target), ``distance.x``,
        ``source.x``, ``target.x`` and likewise for y and z; ``pos.x`` for parameters of nodes.
    **parameters : float
        Values of other names in the text.

    Returns
    -------
    Expression
        For ``p``, ``weight``, ``delay`` and parameters of nodes. They take the text itself too, if it needs no parameters.

    Raises
    ------
    ExpressionError
        If the text cannot be read or names something unknown. Nothing in it is ever executed.
    ParameterError
        If a profile has an impossible parameter, such as ``std=-1``.

    Examples
    --------
    >>> expression("c * exp(-(dx*dx + dy*dy) / a)", a=0.5, c=2).at(displacement=[[0., 0.], [.5, .5]]).round(3)
    array([2.   , 0.736])
    >>> expression("0.8 * gaussian(distance, std=s)", s=0.4)
    0.8 * gaussian(distance, std=0.4)
    """
    return read(text, (*PAIR_SYMBOLS, *NODE_SYMBOLS), parameters)


def from_text(value: Any, owner: str, name: str) -> Any:
    """`value`, or the expression in it where it is text; a `ParameterError` where that cannot be read."""
    if not isinstance(value, str):
        return value
    try:
        return expression(value)
    except ExpressionError as error:
        raise ParameterError(owner, name, f"must be a number or an expression, got {short(value)}: {error.reason}") from None


def function(function: Callable[..., NDArray] | Any, /, inputs: Sequence[str | Expression] = ("dx", "dy"),
             bounds: tuple[float, float] | None = None, parameters: Sequence[float] = ()) -> Expression:
    """A function of your own as an expression, for ``p``, ``weight``, ``delay`` and parameters of nodes.

    Parameters
    ----------
    function : callable or PyCapsule
        A Python function of as many arrays (m,) as there are `inputs`, which returns an array (m,) of numbers; or a compiled
        function as ``spatialnet/include/spatialnet/pair_function.h`` describes it.
    inputs : sequence of str or Expression
        What it is a function of: names as in `expression`, or any expressions.
    bounds : (float, float), optional
        Between which all values lie. For ``p`` they save much time where p is small, since pairs are then not tested one
        by one; ``fixed_total_number`` needs them. A value outside is an error.
    parameters : sequence of float
        For compiled functions: what they get as `parameters`.

    Returns
    -------
    Expression

    Raises
    ------
    ParameterError, ExpressionError
        If something given is impossible. When a projection is made, a `UserCodeError` if the function fails, returns
        something else than (m,) numbers, or a value outside its bounds.

    Notes
    -----
    The value must depend on the inputs only: which pairs are asked, how often, and how many at a time is not defined.
    Python functions hold the interpreter's lock, so a rule that uses one runs in a single thread; compiled ones run in all.

    Examples
    --------
    >>> import numpy as np
    >>> fall = function(lambda dx, dy: np.exp(-np.hypot(dx, dy)), inputs=("dx", "dy"), bounds=(0, 1))
    >>> fall.at(displacement=[[0., 0.], [3., 4.]]).round(4)
    array([1.    , 0.0067])
    """
    numbers = check_function("function", function, parameters)
    lower, upper = _bounds(bounds)
    if isinstance(inputs, (str, Expression)):
        inputs = (inputs,)
    if not isinstance(inputs, (list, tuple)) or not 1 <= len(inputs) <= _MOST_INPUTS:
        raise ParameterError("function", "inputs", f"must be 1 to {_MOST_INPUTS} names or expressions, got {inputs!r}")
    return Call(UserFunction(function, lower, upper, numbers), tuple(as_expression(from_text(i, "function", "inputs")) for i in inputs))


def _bounds(bounds: Any) -> tuple[float, float]:
    if bounds is None:
        return -math.inf, math.inf
    try:
        lower, upper = map(float, bounds)
    except (TypeError, ValueError):
        lower, upper = math.nan, math.nan
    if not lower <= upper:
        raise ParameterError("function", "bounds", f"must be two numbers in order, got {bounds!r}")
    return lower, upper
