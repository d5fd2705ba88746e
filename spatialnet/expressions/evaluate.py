"""Expressions → arrays."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..errors import ExpressionError
from ..language.nodes import Expression, symbols
from ..language.program import compile_program
from .coordinates import NODE_SYMBOLS, PAIR_SYMBOLS

_AXES = "xyz"


def at(expression: Expression, *, seed: int = 0, stream: tuple[int, int, int] = (0, 0, 0), n: int | None = None,
       **values: ArrayLike) -> NDArray[np.float64]:
    """Evaluate `expression` for given values.

    Parameters
    ----------
    expression : Expression
    seed : int
        Seed of the random parts.
    stream : (int, int, int)
        What is drawn, as in `streams`.
    n : int, optional
        Number of values, where no input tells it (a purely random expression).
    **values : array_like
        Inputs by name: ``distance`` (m,), or the vectors ``displacement``, ``source``, ``target``, ``pos`` (m, d), from
        which components and, for ``displacement``, the distance are derived. Single components can be given as
        ``source_x`` and so on, ``dx, dy, dz`` for the displacement.

    Returns
    -------
    ndarray (m,) float64

    Raises
    ------
    ExpressionError
        If an input that occurs is missing, or the shapes do not agree.
    """
    columns: dict[str, NDArray[np.float64]] = {}
    for name, value in values.items():
        array = np.asarray(value, dtype=np.float64)
        if name in ("displacement", "source", "target", "pos"):
            if array.ndim != 2 or not 1 <= array.shape[1] <= 3:
                raise ExpressionError(repr(expression), f"{name} must have shape (m, 2) or (m, 3), got {array.shape}")
            prefix = "d" if name == "displacement" else f"{name}_"
            columns.update({prefix + axis: array[:, i] for i, axis in enumerate(_AXES[:array.shape[1]])})
            if name == "displacement":
                columns.update({f"distance_{a}": np.abs(array[:, i]) for i, a in enumerate(_AXES[:array.shape[1]])})
                columns.setdefault("distance", np.sqrt((array ** 2).sum(axis=1)))
        else:
            columns[name] = array
    used = {name: columns[name] for name in symbols(expression) if name in columns}
    try:
        arrays = np.broadcast_arrays(*used.values()) if used else []
    except ValueError:
        shapes = ", ".join(f"{k} {v.shape}" for k, v in used.items())
        raise ExpressionError(repr(expression), f"the inputs have different shapes: {shapes}") from None
    if any(a.ndim > 1 for a in arrays):
        raise ExpressionError(repr(expression), "the inputs must be one-dimensional")
    size = arrays[0].size if arrays else (n if n is not None else max((c.size for c in columns.values()), default=1))
    inputs = [name for name in (*PAIR_SYMBOLS, *NODE_SYMBOLS) if name in columns]
    inputs += [name for name in columns if name not in inputs]
    program = compile_program(expression, inputs)
    flat = {name: np.atleast_1d(a) for name, a in zip(used, arrays)}
    return program.evaluate({name: flat[name] for name in program.inputs}, size, seed=seed, stream=stream)
