"""What a view of a check shows: a projection held against its rule. See `state`."""

from __future__ import annotations

from typing import Any

import traitlets

from .state import Titled
from .words import count


class CheckState(Titled):
    """A projection held against its rule."""

    check = traitlets.Any(help="a `ProjectionCheck`")

    def __init__(self, check: Any, **traits: Any):
        super().__init__(check=check, **traits)

    def name_of_it(self) -> str:
        return f"Check of {self.check.name} · {self.check.rule}"

    def words(self) -> str:
        """The state in one line of words."""
        said = [f"{name}: " + (f"p = {v.p_value:.3g}" if v.p_value is not None else "not tested")
                for name, v in self.check.verdicts.items()]
        return f"{count(self.check.n_sampled, 'driver')} looked at · " + " · ".join(said)
