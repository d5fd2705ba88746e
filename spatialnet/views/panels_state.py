"""What a figure of several panels shows: other states, side by side. See `state`."""

from __future__ import annotations

from typing import Any

import traitlets

from .state import SIDE, Titled
from .words import count


class PanelsState(Titled):
    """Several states in rows, each under a title of its own."""

    states = traitlets.Tuple(help="the states, row by row")
    columns = traitlets.Int(2, min=1, help="how many stand in a row")

    def __init__(self, states: tuple[Any, ...], **traits: Any):
        super().__init__(states=tuple(states), **traits)

    @property
    def rows(self) -> list[tuple[Any, ...]]:
        """The states of each row."""
        return [self.states[k:k + self.columns] for k in range(0, len(self.states), self.columns)]

    def name_of_it(self) -> str:
        return " · ".join(state.title() for state in self.states)

    def words(self) -> str:
        """The state in one line of words."""
        return f"{count(len(self.states), 'panel')}: " + "; ".join(
            f"{state.title()}: {state.words().rstrip('.')}" for state in self.states)


def side_for(columns: int) -> int:
    """Longer side of a map in pixels, of which that many stand side by side in a notebook."""
    return {1: SIDE, 2: 320, 3: 205}.get(columns, 150)
