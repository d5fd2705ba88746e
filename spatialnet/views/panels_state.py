"""What a figure of several panels shows: other states, side by side. See `state`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import traitlets

from .state import SIDE, MapState, Titled
from .words import count

#: Pixels of the output of a cell in an ordinary window, of the axes of a map, and of a colour bar.
PAGE, AXES_WIDTH, BAR_WIDTH = 840, 76, 74
#: Widths of all planes of a map, in units of its side.
PLANES_SHARE = {1: 1.0, 2: 2 * 0.72}


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


def side_for(states: Iterable[Any], columns: int) -> int:
    """Longer side of the maps, in pixels, with which so many stand side by side in a notebook."""
    room = [(PAGE / columns - AXES_WIDTH * state.n_planes - BAR_WIDTH * state.n_bars) / PLANES_SHARE[state.n_planes]
            for state in states if isinstance(state, MapState)]
    return int(np.clip(min(room, default=SIDE), 130, SIDE))
