"""Recorders: nodes here, recordings of the native network underneath."""

from __future__ import annotations

import math
import os
from typing import Any, TextIO

import numpy as np

from ..models.declaration import Model
from . import errors
from .models import FOREVER

_TICS_PER_MS = 1000


class StandIn(Model):
    """The declaration of a recorder's place in connection tables; it is never simulated."""

    kind = "recorder"

    def __init__(self, name: str):
        super().__init__(name, "A recorder.", {})


class Recorder:
    """What all recorders share: a window of activity, and where the data go.

    ``start``, ``stop`` and ``origin`` in ms: stamps in (start + origin, stop + origin] are kept. ``record_to`` is
    ``"memory"`` (the key ``events``), ``"ascii"`` (a file) or ``"screen"``.
    """

    extra: dict[str, Any] = {}
    #: columns of `events` after senders and times
    variables: tuple[str, ...] = ()
    #: parameters that cannot change once connected
    fixed_when_connected: tuple[str, ...] = ()

    def __init__(self, given: dict[str, Any], node_id: int = 0):
        self.id = node_id
        self.values: dict[str, Any] = {"start": 0.0, "stop": FOREVER, "origin": 0.0, "label": "", "record_to": "memory",
                                       "time_in_steps": False, "file_extension": "dat", "precision": 3, **self.extra}
        self.is_connected = self.frozen = False
        self.has_data = False
        self.file: TextIO | None = None
        self.file_name = ""
        self._clear()
        self.set(given)

    def _clear(self) -> None:
        self.chunks: list[tuple[np.ndarray, ...]] = []
        self.is_precise = False  # then the last column of the chunks is the offset
        self.n_events = 0

    # ---- status ----

    def status(self) -> dict[str, Any]:
        """Everything `get` shows of it, beside what all nodes have."""
        values = {k: list(v) if isinstance(v, tuple) else v for k, v in self.values.items()}
        if values["record_to"] == "ascii":
            values["filenames"] = [self._file_name()]
        else:
            del values["file_extension"]
            if values["record_to"] == "memory":
                del values["precision"]
        values["n_events"] = self.n_events
        if values["record_to"] == "memory":
            values["events"] = self.events()
        return values

    def set(self, given: dict[str, Any]) -> None:
        """Change properties; nothing changes if one is impossible."""
        values = dict(self.values)
        for key, value in given.items():
            if key == "n_events":
                if isinstance(value, bool):
                    raise errors.TypeMismatch(f"n_events must be an integer, got {value!r}.")
                if value != 0:
                    raise errors.BadProperty(f"Property n_events can only be set to 0 (which clears all stored events), got {value!r}.")
            elif key not in values:
                if key == "frozen":
                    self._check_frozen(value)
                    continue
                raise errors.UnaccessedDictionaryEntry(f"Unaccessed elements in params of {type(self).__name__}: {key}")
            else:
                values[key] = self._checked(key, value)
        if values["stop"] < values["start"]:
            raise errors.BadProperty(f"stop >= start required, got start={values['start']:g} and stop={values['stop']:g}.")
        self.values, self.frozen = values, given.get("frozen", self.frozen)
        if "n_events" in given:
            self._clear()

    def _check_frozen(self, value: Any) -> None:
        """Recorders that spikes are sent to take them even when they are frozen, as in NEST."""
        if not isinstance(value, (bool, np.bool_)):
            raise errors.TypeMismatch(f"frozen must be True or False, got {value!r}.")

    def _checked(self, key: str, value: Any) -> Any:
        old = self.values[key]
        if key in self.fixed_when_connected and self.is_connected and value != old:
            raise errors.BadProperty(f"{key} cannot be changed once the recorder is connected.")
        if key == "record_to" and isinstance(value, str) and value not in ("memory", "ascii", "screen"):
            raise errors.BadProperty(f"Unknown recording backend '{value}'; there are memory, ascii and screen.")
        if key == "time_in_steps" and self.has_data and value != old:
            raise errors.BadProperty("Property time_in_steps cannot be set after Simulate has been called.")
        if isinstance(old, bool):
            if not isinstance(value, (bool, np.bool_)):
                raise errors.TypeMismatch(f"{key} must be True or False, got {value!r}.")
            return bool(value)
        if isinstance(old, str):
            if not isinstance(value, str):
                raise errors.TypeMismatch(f"{key} must be a text, got {value!r}.")
            return value
        if key == "precision":
            return int(value)
        if isinstance(old, float):
            return self._time(key, value)
        return value

    def _time(self, key: str, value: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, (int, float, np.integer, np.floating)):
            raise errors.TypeMismatch(f"{key} must be a number, got {value!r}.")
        if value in (math.inf, FOREVER):
            return FOREVER
        if self.steps(value) is None or value < 0:
            raise errors.BadProperty(f"{key} must be a multiple of the resolution and not negative, got {value:g}.")
        return float(value)

    @staticmethod
    def steps(time: float) -> int | None:
        """`time` in steps; None if it is no multiple of the resolution."""
        from .kernel import kernel
        tics = time * _TICS_PER_MS
        if abs(tics - round(tics)) > 1e-6 or round(tics) % kernel.tics_per_step:
            return None
        return round(tics) // kernel.tics_per_step

    def window(self) -> tuple[float, float]:
        """Stamps kept, in steps: above the first, up to the second."""
        origin = self.steps(self.values["origin"])
        stop = self.values["stop"]
        return self.steps(self.values["start"]) + origin, math.inf if stop == FOREVER else self.steps(stop) + origin

    # ---- data ----

    def add(self, senders: np.ndarray, steps: np.ndarray, *values: np.ndarray, offsets: np.ndarray | None = None) -> None:
        """Take over events of native steps, sorted by time; those outside the window are dropped.

        `offsets` is how long before the end of its step each was, in ms.
        """
        from .kernel import kernel
        self.has_data = True
        if len(steps) == 0:
            return
        steps = steps - kernel.epoch
        low, high = self.window()
        keep = (steps > low) & (steps <= high)
        offsets = np.zeros(len(steps) if self.is_precise else 0) if offsets is None else offsets
        if len(offsets) and not self.is_precise:
            self.is_precise = True
            self.chunks = [(*chunk, np.zeros(len(chunk[0]))) for chunk in self.chunks]
        chunk = tuple(column[keep] for column in (senders, steps, *values, *([offsets] * self.is_precise)))
        if len(chunk[0]) == 0:
            return
        self.n_events += len(chunk[0])
        if self.values["record_to"] == "memory":
            self.chunks.append(chunk)
        else:
            self._write(chunk)

    def events(self) -> dict[str, np.ndarray]:
        """The data in memory, as columns."""
        names = ["senders", "times", *self.columns]
        if len(self.chunks) > 1:
            self.chunks = [tuple(np.concatenate(c) for c in zip(*self.chunks))]
        if not self.chunks:
            columns = [np.empty(0) for _ in names]
        else:
            columns = [c.copy() for c in self.chunks[0]]
            if not self.values["time_in_steps"]:
                columns[1] = _ms(columns[1]) - (columns[-1] if self.is_precise else 0.0)
        made = dict(zip(names, columns))
        if self.values["time_in_steps"]:
            made["offsets"] = columns[-1] if self.is_precise and self.chunks else np.zeros(len(columns[0]))
        return dict(sorted(made.items()))

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of what is recorded beside sender and time."""
        return self.variables

    # ---- files ----

    def _file_name(self) -> str:
        from .kernel import kernel
        settings, base = kernel.settings, self.values["label"] or self.name
        digits = len(str(kernel.n_nodes))
        return os.path.join(settings["data_path"], f"{settings['data_prefix']}{base}-{self.id:0{digits}d}-0.{self.values['file_extension']}")

    @property
    def name(self) -> str:
        from .kernel import kernel
        return next(b.model.name for b in reversed(kernel.blocks) if b.first <= self.id)

    def open(self) -> None:
        """Begin a file, where the data go to one."""
        if self.values["record_to"] != "ascii":
            return
        from .kernel import kernel
        path = self._file_name()
        if os.path.exists(path) and not kernel.settings["overwrite_files"]:
            raise errors.IOError(f"The file '{path}' exists already and overwrite_files is False.")
        self.file = open(path, "w", encoding="utf-8")  # noqa: SIM115
        times = ["time_step", "time_offset"] if self.values["time_in_steps"] else ["time_ms"]
        self.file.write("# NEST version: 3.10.0\n# RecordingBackendASCII version: 2\n"
                        + "\t".join(["sender", *times, *self.columns]) + "\n")

    def close(self) -> None:
        """End the file."""
        if self.file is not None:
            self.file.close()
            self.file = None

    def _write(self, chunk: tuple[np.ndarray, ...]) -> None:
        digits = self.values["precision"]
        offsets = np.zeros(len(chunk[0]))
        if self.is_precise:
            *chunk, offsets = chunk
        if self.values["time_in_steps"]:
            times = [f"{s}\t{o:.{digits}f}" for s, o in zip(chunk[1], offsets)]
        else:
            times = [f"{t:.{digits}f}" for t in _ms(chunk[1]) - offsets]
        lines = ["\t".join([str(sender), time, *(f"{v:.{digits}f}" for v in values)])
                 for sender, time, *values in zip(chunk[0], times, *chunk[2:])]
        text = "\n".join(lines)
        if self.file is not None:
            self.file.write(text + "\n")
        else:
            print(text)


def _ms(steps: np.ndarray) -> np.ndarray:
    """Times of steps in ms; by division, so that 3 steps of 0.1 are 0.3."""
    from .kernel import kernel
    return steps * kernel.tics_per_step / _TICS_PER_MS


class SpikeRecorder(Recorder):
    """Records the spikes of the nodes connected to it, by the time of their emission."""


class Multimeter(Recorder):
    """Records variables of the nodes it is connected to.

    ``record_from`` lists them; samples are taken at ``offset`` + k ``interval`` (ms), k ≥ 1.
    """

    extra = {"interval": 1.0, "offset": 0.0, "record_from": ()}
    fixed_when_connected = ("interval", "offset", "record_from")

    @property
    def columns(self) -> tuple[str, ...]:
        return self.values["record_from"]

    def _check_frozen(self, value: Any) -> None:
        super()._check_frozen(value)
        if value:
            raise errors.BadProperty("a multimeter cannot be frozen.")

    def _checked(self, key: str, value: Any) -> Any:
        if key == "record_from":
            if isinstance(value, str) or not all(isinstance(v, str) for v in value):
                raise errors.TypeMismatch(f"record_from must be a list of names, got {value!r}.")
            value = tuple(value)
        value = super()._checked(key, value)
        if key == "interval" and not (value != FOREVER and self.steps(value) >= 1):
            raise errors.BadProperty("The sampling interval must be at least as long as the simulation resolution.")
        if key == "offset" and not (value == 0.0 or self.steps(value) >= 1):
            raise errors.BadProperty("The offset must be 0 or at least the simulation resolution.")
        return value


class WeightRecorder(Recorder):
    """Records the weights that connections send whose model names it as its ``weight_recorder``."""

    variables = ("targets", "receptors", "ports", "weights")


class Voltmeter(Multimeter):
    """A multimeter that records ``V_m``."""

    extra = {**Multimeter.extra, "record_from": ("V_m",)}


RECORDERS: dict[str, type[Recorder]] = {"spike_recorder": SpikeRecorder, "multimeter": Multimeter, "voltmeter": Voltmeter,
                                        "weight_recorder": WeightRecorder}


def demand_recordable(recorder: Multimeter, model: Any) -> None:
    """Refuse to record what nodes of `model` do not have."""
    if not model.recordables:
        raise errors.IllegalConnection(f"{model.name} has nothing that a multimeter can record.")
    for name in recorder.columns:
        if name not in model.recordables:
            raise errors.IllegalConnection(f"Cannot connect with {model.name}: it has no recordable '{name}'; it has "
                                           f"{', '.join(model.recordables)}.")


def demand_spikes(block: Any) -> None:
    """Refuse to record what is no spikes."""
    model = block.population.model
    if getattr(model, "signal", "spikes") != "spikes" or not getattr(model, "spikes", True):
        raise errors.IllegalConnection(f"{block.model.name} sends no spikes.")
