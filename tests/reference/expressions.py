"""What an expression means, in NumPy and one node at a time."""

from __future__ import annotations

import numpy as np
from scipy import special

from spatialnet.language.nodes import Draw, Expression, Named, Number, Operation, Redraw, Symbol

MEANING = {
    "neg": np.negative, "abs": np.abs, "exp": np.exp, "expm1": np.expm1, "log": np.log, "sqrt": np.sqrt,
    "sin": np.sin, "cos": np.cos, "floor": np.floor, "not": lambda a: np.equal(a, 0.0),
    "normal_quantile": special.ndtri, "lgamma": special.gammaln,
    "add": np.add, "sub": np.subtract, "mul": np.multiply, "div": np.divide, "pow": np.power, "mod": np.mod,
    "min": np.minimum, "max": np.maximum,
    "lt": np.less, "le": np.less_equal, "gt": np.greater, "ge": np.greater_equal, "eq": np.equal, "ne": np.not_equal,
    "and": lambda a, b: (a != 0) & (b != 0), "or": lambda a, b: (a != 0) | (b != 0),
    "where": lambda c, a, b: np.where(c != 0, a, b),
}


def evaluate(node: Expression, **values: np.ndarray) -> np.ndarray:
    """Value of `node`, float64, for inputs by name; only of expressions without random parts."""
    match node:
        case Number(value):
            return np.float64(value)
        case Symbol(name):
            return np.asarray(values[name], float)
        case Named(body=body):
            return evaluate(body, **values)
        case Operation(name, arguments):
            return np.asarray(MEANING[name](*(evaluate(a, **values) for a in arguments)), float)
        case Draw() | Redraw():
            raise ValueError("a random part has no single value")
    raise TypeError(f"not an expression node: {node!r}")
