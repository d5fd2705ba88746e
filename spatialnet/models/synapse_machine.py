"""The statements of a synapse → programs of the block machine, for models without compiled C."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import numpy as np
from numpy.typing import NDArray

from ..language.nodes import Expression, Symbol
from ..language.program import _Compiler
from .declaration import SynapseModel
from .plasticity import Statement, plan

#: in the order of the columns that ext/kernels/plasticity.c fills for each event
POST = ("dt", "delay", "K_post", "K_post_triplet")
PRE = ("dt", "delay", "first", "multiplicity", "K_minus", "K_minus_triplet", "K_nearest")
INTERVAL = ("T", "n")
_SEND, _PASSES = " send", " passes"

#: program, the column of each of its inputs, and for each result its register and the column it goes to
Event = tuple[object, NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]


class _Statements(_Compiler):
    """Compiles assignments one after the other; a name means what was last assigned to it."""

    def __init__(self, inputs: list[str], values: Iterable[Expression]):
        super().__init__(inputs, Symbol(""))
        for value in values:
            self._collect_constants(value)
        self.n_registers = len(inputs) + len(self.constants)
        self.register = {name: k for k, name in enumerate(inputs)}

    def emit(self, node: Expression) -> int:
        return self.register[node.name] if isinstance(node, Symbol) else super().emit(node)

    def assign(self, name: str, value: Expression) -> None:
        self.register[name] = self.emit(value)
        self._done = {}  # common subexpressions may contain the old value


@cache
def programs(model: SynapseModel) -> tuple[Event | None, Event, Event | None]:
    """What happens at a postsynaptic spike, at a presynaptic one and in between; None where nothing does."""
    made = plan(model)
    before = [*made.on_pre, Statement(_SEND, made.send, False), Statement(_PASSES, made.passes, False), *made.after]
    return (_event(model, made.on_post, POST) if made.on_post else None, _event(model, before, (*PRE, _SEND, _PASSES)),
            _event(model, made.interval, INTERVAL) if made.interval else None)


def _event(model: SynapseModel, sequence: Iterable[Statement], own: tuple[str, ...]) -> Event:
    from .._core.program import Program
    made, sequence = plan(model), tuple(sequence)
    names = ["w", *made.states, *made.parameters, *own]
    given = [name for name in names if name not in (_SEND, _PASSES)]
    compiler = _Statements(given, [statement.value for statement in sequence])
    for statement in sequence:
        compiler.assign(statement.name, statement.value)
    changed = [s for s in dict.fromkeys(s.name for s in sequence) if s in names]
    program = Program(tuple(given), compiler.code, compiler.constants, compiler.n_registers, 0, compiler.n_draws, compiler.functions)
    return (program, np.array([names.index(name) for name in given], np.int32),
            np.array([compiler.register[name] for name in changed], np.int32),
            np.array([names.index(name) for name in changed], np.int32))
