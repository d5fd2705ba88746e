"""Equations → what integrates them exactly.

Equations that are linear in the state, with constant coefficients, are integrated exactly: one step h is
``y(t + h) = P y(t) + Q c`` with ``P = exp(A h)`` and ``Q`` its integral (Rotter and Diesmann 1999,
doi:10.1007/s004220050570). `linear_system` finds A, c and which entries of P can differ from 0, symbolically and
without NumPy, because the build needs that to write the C; `propagators` gives the numbers, at run time. The numeric
matrix exponential keeps full precision where symbolic propagators cancel, near tau_m = tau_syn.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from ..language.nodes import (
    Expression,
    Number,
    Operation,
    Symbol,
    children,
    operation,
    structure,
    substitute,
    symbols,
)
from .declaration import NeuronModel

#: coefficients of the Padé approximant of order 13 to exp
_PADE = tuple(map(float, (64764752532480000, 32382376266240000, 7771770303897600, 1187353796428800, 129060195264000, 10559470521600,
                          670442572800, 33522128640, 1323241920, 40840800, 960960, 16380, 182, 1)))


def derivative(node: Expression, name: str) -> Expression:
    """d `node` / d `name`; zero parts vanish, so what is left is the structure.

    Raises
    ------
    NotImplementedError
        For an operation without a derivative here.
    """
    if isinstance(node, Symbol):
        return Number(float(node.name == name))
    inner = [derivative(child, name) for child in children(node)]
    if all(_is(d, 0.0) for d in inner):
        return Number(0.0)
    match node:
        case Operation("neg", _):
            return _times(Number(-1.0), inner[0])
        case Operation("add", _):
            return _plus(*inner)
        case Operation("sub", _):
            return _plus(inner[0], _times(Number(-1.0), inner[1]))
        case Operation("mul", (a, b)):
            return _plus(_times(inner[0], b), _times(a, inner[1]))
        case Operation("div", (a, b)):
            return _plus(_over(inner[0], b), _times(Number(-1.0), _over(_times(a, inner[1]), _times(b, b))))
        case Operation("pow", (a, Number(power))):
            return _times(_times(Number(power), operation("pow", a, Number(power - 1.0))), inner[0])
        case Operation("exp", _):
            return _times(node, inner[0])
        case Operation("log", (a,)):
            return _over(inner[0], a)
        case Operation("sin", (a,)):
            return _times(operation("cos", a), inner[0])
        case Operation("cos", (a,)):
            return _times(Number(-1.0), _times(operation("sin", a), inner[0]))
    raise NotImplementedError(f"no derivative of {node!r}")


def _is(node: Expression, value: float) -> bool:
    return isinstance(node, Number) and node.value == value


def _plus(a: Expression, b: Expression) -> Expression:
    return b if _is(a, 0.0) else a if _is(b, 0.0) else operation("add", a, b)


def _times(a: Expression, b: Expression) -> Expression:
    if _is(a, 0.0) or _is(b, 0.0):
        return Number(0.0)
    return b if _is(a, 1.0) else a if _is(b, 1.0) else operation("mul", a, b)


def _over(a: Expression, b: Expression) -> Expression:
    return a if _is(a, 0.0) or _is(b, 1.0) else operation("div", a, b)


@dataclass(frozen=True)
class LinearSystem:
    """``y' = A y + B i + c`` of a model, in its shifted variables; i is constant in a step.

    Attributes
    ----------
    states : tuple of str
        The variables that have an equation.
    inputs : tuple of str
        The currents, and the variables without an equation on which others depend.
    matrix : dict of (int, int) to Expression
        The entries of A that are not 0.
    stimulus : dict of (int, int) to Expression
        The entries of B that are not 0: variable, input.
    constant : dict of int to Expression
        The entries of c that are not 0.
    propagates : tuple of (int, int)
        Where exp(A h) can differ from 0: row, column.
    stimulated : tuple of (int, int)
        Which input reaches which variable.
    driven : tuple of int
        Variables that the constants reach.
    """

    states: tuple[str, ...]
    inputs: tuple[str, ...]
    matrix: dict[tuple[int, int], Expression]
    stimulus: dict[tuple[int, int], Expression]
    constant: dict[int, Expression]
    propagates: tuple[tuple[int, int], ...]
    stimulated: tuple[tuple[int, int], ...]
    driven: tuple[int, ...]


def sides(model: NeuronModel) -> dict[str, Expression]:
    """The right-hand sides of `model` with all abbreviations replaced."""
    known: dict[str, Expression] = {}
    for name, node in model.abbreviations.items():
        known[name] = substitute(node, known)
    return {name: substitute(node, known) for name, node in model.derivatives.items()}


def shifted(model: NeuronModel, node: Expression) -> Expression:
    """`node` with every variable that is kept relative to a parameter written as variable + parameter."""
    return substitute(node, {name: operation("add", Symbol(name), Symbol(state.relative_to))
                             for name, state in model.states.items() if state.relative_to})


def is_linear(model: NeuronModel) -> bool:
    """Whether the exact propagator can integrate the equations of `model`."""
    try:
        linear_system(model)
    except NotImplementedError:
        return False
    return True


@cache
def linear_system(model: NeuronModel) -> LinearSystem:
    """Sort the equations of `model`.

    Raises
    ------
    NotImplementedError
        If they are not linear in the state and the currents with constant coefficients.
    """
    right = {name: shifted(model, node) for name, node in sides(model).items()}
    states, used = tuple(right), frozenset().union(*map(symbols, right.values()))
    inputs = (*model.currents.values(), *(name for name in model.states if name in used - set(right)))
    changing = set(model.states) | set(inputs) | {"refractory"} | {f"old_{name}" for name in model.states}

    def entries(names: tuple[str, ...]) -> dict[tuple[int, int], Expression]:
        return {(i, j): d for i, node in enumerate(right.values()) for j, name in enumerate(names)
                if not _is(d := derivative(node, name), 0.0)}

    def check(parts: dict) -> None:
        if any(symbols(entry) & changing for entry in parts.values()):
            raise NotImplementedError("they are not linear with constant coefficients, as the exact solution needs")

    matrix, stimulus = entries(states), entries(inputs)
    check(matrix)
    check(stimulus)
    nothing = dict.fromkeys((*states, *inputs), 0.0)
    at_zero = (simplified(substitute(node, nothing)) for node in right.values())
    constant = {i: node for i, node in enumerate(at_zero) if not _is(node, 0.0)}
    check(constant)

    reach = {(i, i) for i in range(len(states))} | set(matrix)
    for k in range(len(states)):
        reach |= {(i, j) for i in range(len(states)) for j in range(len(states)) if {(i, k), (k, j)} <= reach}
    stimulated = {(i, c) for i in range(len(states)) for k, c in stimulus if (i, k) in reach}
    return LinearSystem(states, inputs, matrix, stimulus, constant, tuple(sorted(reach)), tuple(sorted(stimulated)),
                        tuple(i for i in range(len(states)) if any((i, k) in reach for k in constant)))


def simplified(node: Expression) -> Expression:
    """`node` without terms that are 0 whatever the parameters: 0 / a, 0 + a, a - a."""
    if not isinstance(node, Operation):
        return node
    arguments = tuple(map(simplified, node.arguments))
    match node.name, arguments:
        case "add", (a, b):
            return _plus(a, b)
        case "sub", (a, b):
            if structure(a) == structure(b):
                return Number(0.0)
            return a if _is(b, 0.0) else operation("sub", a, b)
        case "mul", (a, b):
            return _times(a, b)
        case "div", (a, b):
            return _over(a, b)
    return operation(node.name, *arguments)


@cache
def _functions() -> dict[str, Callable]:
    """Operations as functions of NumPy, which the build does without."""
    import numpy as np
    return {"neg": np.negative, "add": np.add, "sub": np.subtract, "mul": np.multiply, "div": np.divide,
            "pow": np.power, "exp": np.exp, "log": np.log, "sqrt": np.sqrt, "sin": np.sin, "cos": np.cos,
            "abs": np.abs, "min": np.minimum, "max": np.maximum, "expm1": np.expm1, "floor": np.floor,
            "lt": np.less, "le": np.less_equal, "gt": np.greater, "ge": np.greater_equal, "eq": np.equal,
            "ne": np.not_equal, "and": np.logical_and, "or": np.logical_or, "not": np.logical_not,
            "where": np.where, "mod": np.mod}


def evaluate(node: Expression, values: dict[str, object]) -> object:
    """`node` on floats or arrays, by NumPy.

    Parameters
    ----------
    values : dict
        Of every symbol in `node`; arrays broadcast.
    """
    match node:
        case Number(value):
            return value
        case Symbol(name):
            return values[name]
        case Operation("lower_gamma", (s, x)):
            from scipy.special import gamma, gammainc
            return gamma(evaluate(s, values)) * gammainc(evaluate(s, values), evaluate(x, values))
        case Operation(name, arguments) if name in _functions():
            return _functions()[name](*(evaluate(a, values) for a in arguments))
    raise NotImplementedError(f"cannot evaluate {node!r} here")


def condition_holds(node: Expression, values: dict[str, object]) -> bool:
    """Whether a condition on parameters holds for any of the nodes; works without NumPy on numbers."""
    if all(isinstance(values[name], (int, float)) for name in symbols(node)):
        numbers = substitute(node, {name: float(values[name]) for name in symbols(node)})
        return isinstance(numbers, Number) and numbers.value != 0.0
    import numpy as np
    return bool(np.any(evaluate(node, values)))


def exponential(matrix):
    """exp of square matrices (..., n, n), by the diagonal Padé approximant of order 13, scaled and squared.

    Higham: The scaling and squaring method for the matrix exponential revisited, SIAM J. Matrix Anal. Appl. 26, 1179 (2005). SciPy's
    does the same, but importing ``scipy.linalg`` takes as long as a small network.
    """
    import numpy as np
    norm = np.abs(matrix).sum(axis=-2).max(axis=-1)[..., None, None]
    squarings = np.ceil(np.log2(np.maximum(norm / 5.371920351148152, 1.0)))
    A, one = matrix / 2.0 ** squarings, np.eye(matrix.shape[-1])
    powers = [one, A @ A]
    powers += [powers[1] @ powers[1]]
    powers += [powers[2] @ powers[1]]

    def combined(c: tuple[float, ...]) -> np.ndarray:
        high = sum(weight * power for weight, power in zip(c[4:], powers[1:]))
        return powers[3] @ high + sum(weight * power for weight, power in zip(c[:4], powers))

    odd = A @ combined(_PADE[1::2])
    even = combined(_PADE[::2])
    found = np.linalg.solve(even - odd, even + odd)
    for k in range(int(squarings.max())):
        found = np.where(squarings > k, found @ found, found)
    return found


def propagators(system: LinearSystem, values: dict[str, object], h: float, n: int):
    """Numbers of one step.

    Parameters
    ----------
    values : dict
        Parameters as floats or (n,) arrays.
    h : float
        Step, ms.
    n : int
        Number of neurons.

    Returns
    -------
    P : (s, s) or (n, s, s) float64
        exp(A h).
    stimulus : (s, c) or (n, s, c) float64
        What a current of 1 pA adds to each variable in one step.
    constant : (s,) or (n, s) float64
        What the constants add.
    """
    import numpy as np
    size, n_currents = len(system.states), 1 + max((c for _, c in system.stimulus), default=0)
    entries = {at: evaluate(node, values) for at, node in system.matrix.items()}
    stimulus = {i: evaluate(node, values) for i, node in system.stimulus.items()}
    constant = {i: evaluate(node, values) for i, node in system.constant.items()}

    def columns(parts: dict, shape: tuple[int, ...]) -> np.ndarray:
        wide = any(np.ndim(v) for v in parts.values())
        table = np.zeros((n, *shape) if wide else shape)
        for at, value in parts.items():
            table[(..., *np.atleast_1d(at))] = value
        return table

    matrix = columns(entries, (size, size))
    # exp of [[A, 1], [0, 0]] h holds exp(A h) and its integral from 0 to h.
    distinct, back = (matrix, None) if matrix.ndim == 2 else np.unique(matrix, axis=0, return_inverse=True)
    block = np.zeros((*distinct.shape[:-2], 2 * size, 2 * size))
    block[..., :size, :size] = distinct * h
    block[..., :size, size:] = np.eye(size) * h
    whole = exponential(block)
    step, integral = whole[..., :size, :size], whole[..., :size, size:]
    if back is not None:
        step, integral = step[back.ravel()], integral[back.ravel()]

    constants = integral @ columns(constant, (size,))[..., None]
    return np.ascontiguousarray(step), integral @ columns(stimulus, (size, n_currents)), constants[..., 0]
