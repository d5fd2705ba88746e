"""What generators share: a window of activity, the kind of signal that leaves them, checks of lists."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from ..declaration import Model, Parameter, State, _shown

#: parameters of every generator
WINDOW = {
    "start": Parameter(0.0, "ms", "beginning of activity, exclusive"),
    "stop": Parameter(float("inf"), "ms", "end of activity, inclusive", finite=False),
    "origin": Parameter(0.0, "ms", "added to start and stop"),
}


@dataclass(frozen=True, eq=False, repr=False)
class Generator(Model):
    """A device without input.

    Attributes
    ----------
    signal : {"spikes", "current", "rate"}
        What leaves it.
    runs_as : str
        The group of `spatialnet.simulate.generators` that runs it.
    per_target : bool or str
        Whether every target gets spikes of its own, so that the generator has none that could be recorded; or the name of
        the switch that decides it.
    recorded : mapping of str to State
        What can be recorded of it, with units.
    checks : tuple of functions
        Called with the model and its values: raise `ParameterError` where these are impossible only together.
    """

    signal: str = "spikes"
    runs_as: str = ""
    per_target: bool | str = False
    recorded: Mapping[str, State] = field(default_factory=dict)
    checks: tuple[Callable[[Model, Mapping[str, object]], None], ...] = ()

    kind = "generator"

    @property
    def recordables(self) -> tuple[str, ...]:
        return tuple(self.recorded)

    def find(self, name: str) -> Parameter | State:
        if isinstance(name, str) and name not in self.settable and name in self.recorded:
            return self.recorded[name]
        return super().find(name)

    def has_spikes(self, values: Mapping[str, object]) -> bool:
        """Whether a generator with the parameters `values` sends the same spikes to all its targets."""
        if self.signal != "spikes":
            return False
        return not (values[self.per_target] if isinstance(self.per_target, str) else self.per_target)

    def cross_check(self, values: Mapping[str, object]) -> None:
        check_window(self, values)
        for check in self.checks:
            check(self, values)


def require(model: Model, values: Mapping[str, object], name: str, fine: object, rule: str, *shown: str) -> None:
    """Refuse `name` unless `fine` holds for every node; the error tells the values of the parameters `shown`."""
    if not (fine.all() if hasattr(fine, "all") else fine):
        given = ", ".join(f"{one} = {_shown(values[one])}" for one in shown or (name,))
        raise model.refuse(name, f"{rule}, got {given}.")


def check_window(model: Model, values: Mapping[str, object]) -> None:
    """Refuse a window that ends before it begins."""
    require(model, values, "stop", values["stop"] >= values["start"], "must be >= start", "start", "stop")


def each(values: object) -> list[tuple[int, object]]:
    """(node, list) of a list parameter: one pair where all nodes share the list."""
    return list(enumerate(values)) if isinstance(values, tuple) else [(0, values)]


def own(values: Mapping[str, object], name: str, node: int) -> object:
    """The list `name` of one node."""
    lists = values[name]
    return lists[node] if isinstance(lists, tuple) else lists


def steps_check(times: str, amounts: str) -> Callable[[Model, Mapping[str, object]], None]:
    """The check of a signal in steps: times that ascend from above 0, with as many values."""
    def check(model: Model, values: Mapping[str, object]) -> None:
        import numpy as np
        several = [values[name] for name in (times, amounts) if isinstance(values[name], tuple)]
        for node in range(len(several[0]) if several else 1):
            when, what = own(values, times, node), own(values, amounts, node)
            if when.size != what.size:
                raise model.refuse(amounts, f"has {what.size} values for {when.size} {times}; set both together.")
            if when.size and when[0] <= 0:
                raise model.refuse(times, f"must be > 0 ms, got {when[0]:g}. The signal is 0 before the first time.")
            if (np.diff(when) <= 0).any():
                raise model.refuse(times, "must ascend strictly.")
    return check
