"""The one network that the facade holds, its settings and its clock."""

from __future__ import annotations

import math
import os
import sys
from bisect import bisect_right
from collections.abc import Callable, Iterable
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum
from operator import attrgetter
from time import perf_counter, process_time
from typing import Any

import numpy as np

from ..connect.synapse import MOST_STEPS
from ..network import Network
from ..simulate.timing import run_steps
from ..space.layer import Layer, Population
from . import errors, growth
from .connections import ConnectionBook
from .errors import translated, unsupported
from .models import NodeModel, SynapseModel, built_in_nodes, built_in_synapses

TICS_PER_MS = 1000.0
RULES = ("all_to_all", "fixed_indegree", "fixed_outdegree", "fixed_total_number", "one_to_one", "pairwise_bernoulli",
         "pairwise_poisson", "symmetric_pairwise_bernoulli")
RNG_TYPES = ("Philox_32", "Philox_64", "Threefry_32", "Threefry_64", "mt19937", "mt19937_64")

#: attributes that are kept and have an effect here
_WRITABLE: dict[str, Any] = {
    "rng_seed": 143202461, "rng_type": "mt19937_64", "resolution": 0.1, "local_num_threads": 1, "data_path": "",
    "data_prefix": "", "overwrite_files": False, "print_time": False, "keep_source_table": True, "dict_miss_is_error": True,
    "structural_plasticity_synapses": {}, "structural_plasticity_update_interval": 10000.0,
}
#: attributes that are checked and kept, but change nothing: gap junctions are always solved more closely than these can ask for
_RELAXATION: dict[str, Any] = {"use_wfr": True, "wfr_comm_interval": 1.0, "wfr_tol": 1e-4, "wfr_max_iterations": 15,
                               "wfr_interpolation_order": 3}
#: attributes that exist with this one value: what they would change is not there
_FIXED: dict[str, Any] = {
    "use_compressed_spikes": True, "update_time_limit": float("inf"), "eprop_update_interval": 1000.0, "eprop_learning_window": 1000.0,
    "total_num_virtual_procs": None, "adaptive_target_buffers": True, "buffer_size_spike_data": 2, "buffer_size_target_data": 2,
    "eprop_reset_neurons_on_update": True, "growth_factor_buffer_spike_data": 1.5, "growth_factor_buffer_target_data": 1.5,
    "max_buffer_size_target_data": 16777216, "spike_buffer_grow_extra": 0.5, "spike_buffer_shrink_limit": 0.2, "spike_buffer_shrink_spare": 0.1,
}
#: wall and processor times, summed up in s
_TIMERS = ("construction_create", "construction_connect", "simulate")
#: models whose spikes have times within the step, in NEST: the last two carry something else in their place
_OFF_GRID = ("_ps", "_ps_lossless", "iaf_chxk_2008", "iaf_tum_2000", "iaf_bw_2001")


class VerbosityLevel(IntEnum):
    """How much is said; kept for scripts that set it, since nothing here speaks."""

    ALL = 0
    DEBUG = 5
    STATUS = 7
    INFO = 10
    PROGRESS = 15
    DEPRECATED = 18
    WARNING = 20
    ERROR = 30
    FATAL = 40
    QUIET = 100


@dataclass(eq=False)
class Block:
    """The nodes of one `Create` call, with consecutive ids from `first`.

    Attributes
    ----------
    layer : Layer
        In the native network; for recorders, one that stands in for them and belongs to no network.
    devices : list
        The recorders, else empty.
    """

    first: int
    n: int
    model: NodeModel
    layer: Layer
    devices: list[Any] = field(default_factory=list)

    @property
    def population(self) -> Population:
        return self.layer.population

    def meets(self, ids: tuple[int, int] | None) -> bool:
        """Whether it has nodes between the least and the largest of some ids; None are all."""
        return ids is None or ids[0] < self.first + self.n and ids[1] >= self.first


class _Timed:
    """Adds the wall and processor time of a block to two timers; plain, since it is around every `Create` and `Connect`."""

    __slots__ = ("times", "name", "wall", "cpu")

    def __init__(self, times: dict[str, float], name: str):
        self.times, self.name = times, name

    def __enter__(self) -> None:
        self.wall, self.cpu = perf_counter(), process_time()

    def __exit__(self, *error: object) -> None:
        self.times[f"time_{self.name}"] += perf_counter() - self.wall
        self.times[f"time_{self.name}_cpu"] += process_time() - self.cpu


_first_id = attrgetter("first")


class Kernel:
    """State of the facade: what `ResetKernel` begins anew."""

    def __init__(self) -> None:
        self.generation = 0
        self.verbosity = VerbosityLevel.INFO
        self.reset()

    def reset(self) -> None:
        """Forget everything but the verbosity."""
        self.generation += 1
        self.settings = _WRITABLE | _RELAXATION
        self.userdict: dict[str, Any] = {}
        self.blocks: list[Block] = []
        self.block_of: dict[int, Block] = {}  # by id() of the population
        self._first_ids = np.empty(0, np.int64)
        self._network: Network | None = None
        self.connections = ConnectionBook(self)
        self.node_models: dict[str, NodeModel] = built_in_nodes()
        self.synapse_models: dict[str, SynapseModel] = built_in_synapses()
        self.defaults_changed = False
        self.delay_limits: tuple[float, float] | None = None
        self.frozen_delays: tuple[int, int] | None = None
        self.epoch = 0  # the native step at which the time was set to 0
        self.prepared = False
        self.n_spikes = 0
        self.grows = False
        self.growing: dict[str, dict[str, Any]] = {}  # structural_plasticity_synapses at the last run
        self.last_result: Any = None
        self.times = {f"time_{name}{clock}": 0.0 for name in _TIMERS for clock in ("", "_cpu")}
        self._draws = 0

    # ---- network and nodes ----

    @property
    def network(self) -> Network:
        """The native network; made when it is first needed, since resolution and seed are given to it."""
        if self._network is None:
            self._network = Network(seed=self.seed, resolution=self.resolution, threads=self.settings["local_num_threads"])
        return self._network

    @property
    def seed(self) -> int:
        return self.settings["rng_seed"]

    @property
    def resolution(self) -> float:
        return self.settings["resolution"]

    @property
    def tics_per_step(self) -> int:
        return round(self.resolution * TICS_PER_MS)

    @property
    def n_nodes(self) -> int:
        return self.blocks[-1].first + self.blocks[-1].n - 1 if self.blocks else 0

    @property
    def step(self) -> int:
        return 0 if self._network is None else self._network._simulation.step

    def timed(self, name: str) -> _Timed:
        """Adds what a call takes to the timers."""
        return _Timed(self.times, name)

    def next_draw(self) -> int:
        """A number for the next Parameter evaluated outside the network."""
        self._draws += 1
        return self._draws

    def add_block(self, model: NodeModel, layer: Layer, devices: list[Any]) -> Block:
        block = Block(self.n_nodes + 1, len(layer), model, layer, devices)
        self.blocks.append(block)
        self.block_of[id(layer.population)] = block
        return block

    def block_with(self, node_id: int) -> Block:
        """The block of an existing node."""
        return self.blocks[bisect_right(self.blocks, node_id, key=_first_id) - 1]

    def block_numbers(self, ids: np.ndarray) -> np.ndarray:
        """Number of the block of each id."""
        if len(self._first_ids) < len(self.blocks):
            self._first_ids = np.array([block.first for block in self.blocks])
        return np.searchsorted(self._first_ids, ids, side="right") - 1

    def split(self, ids: np.ndarray) -> Iterable[tuple[Block, np.ndarray]]:
        """Ascending ids → (block, indices into it)."""
        if len(ids) == 0:
            return
        numbers = self.block_numbers(ids[[0, -1]])
        if numbers[0] == numbers[1]:
            yield self.blocks[numbers[0]], ids - self.blocks[numbers[0]].first
            return
        numbers = self.block_numbers(ids)
        cuts = np.flatnonzero(np.diff(numbers)) + 1
        for part in np.split(ids, cuts):
            block = self.blocks[self.block_numbers(part[:1])[0]]
            yield block, part - block.first

    # ---- settings ----

    @property
    def names(self) -> set[str]:
        """Of all kernel attributes."""
        return {*self.settings, *_DERIVED, *self.times, *_FIXED}

    def attribute(self, name: str) -> Any:
        """The value of a kernel attribute; KeyError if there is none of that name."""
        if name in self.settings:
            return self.settings[name]
        if name in _DERIVED:
            return _DERIVED[name](self)
        return self.times[name] if name in self.times else _FIXED[name]

    def status(self) -> dict[str, Any]:
        """All kernel attributes."""
        return {name: self.attribute(name) for name in sorted(self.names)}

    def delay_limit(self, which: int) -> float:
        """Smallest (0) or largest (1) delay, ms: as it was set, or of all connections."""
        if self.delay_limits is not None:
            return self.delay_limits[which]
        return self.delay_extrema()[which] * self.tics_per_step / TICS_PER_MS

    def delay_extrema(self) -> tuple[int, int]:
        """Smallest and largest delay in steps."""
        return self.frozen_delays or self.connections.delay_extrema() or (1, 1)

    def set(self, given: dict[str, Any]) -> None:
        """Change attributes."""
        known = self.names
        for key in given:
            if key not in known:
                raise ValueError(f"'{key}' is not a valid kernel attribute.")
        read_only = [k for k in given if k not in self.settings and k not in _FIXED
                     and k not in ("tics_per_ms", "biological_time", "min_delay", "max_delay", "verbosity")]
        if read_only:
            raise ValueError(f"kernel attribute '{read_only[0]}' is read-only.")
        if "tics_per_ms" in given and not isinstance(given["tics_per_ms"], int):
            raise errors.TypeMismatch("tics_per_ms must be an integer, given together with resolution.")
        if "tics_per_ms" in given and "resolution" not in given:
            raise errors.KernelException("tics_per_ms must be given together with resolution.")
        if ("min_delay" in given) != ("max_delay" in given):
            raise errors.BadProperty("Both min_delay and max_delay have to be specified.")
        if "min_delay" in given:
            self._set_delays(given["min_delay"], given["max_delay"])
        for key, value in given.items():
            if key not in ("min_delay", "max_delay"):
                getattr(self, f"_set_{key}", lambda v, k=key: self._set_any(k, v))(value)

    def _set_any(self, key: str, value: Any) -> None:
        if key in _FIXED:
            if value != self.attribute(key):
                raise unsupported(f"{key} = {value!r}", f"It is always {self.attribute(key)!r}.")
            return
        default = _WRITABLE[key]
        if isinstance(default, bool) and not isinstance(value, (bool, np.bool_)):
            raise errors.TypeMismatch(f"{key} must be True or False, got {value!r}.")
        if isinstance(default, str) and not isinstance(value, str):
            raise errors.TypeMismatch(f"{key} must be a text, got {value!r}.")
        self.settings[key] = value

    def _set_use_wfr(self, value: Any) -> None:
        if self.blocks:
            raise errors.KernelException("use_wfr cannot be changed after nodes have been created.")
        if not isinstance(value, (bool, np.bool_)):
            raise errors.TypeMismatch(f"use_wfr must be True or False, got {value!r}.")
        self.settings["use_wfr"] = bool(value)

    def _set_wfr_comm_interval(self, value: Any) -> None:
        if self.connections.n or not self.settings["use_wfr"]:
            raise errors.KernelException("wfr_comm_interval cannot be changed after connections have been made, or with use_wfr=False.")
        self._set_number("wfr_comm_interval", value, float, lambda v: v >= self.resolution, "a number of ms, at least the resolution")

    def _set_wfr_tol(self, value: Any) -> None:
        self._set_number("wfr_tol", value, float, lambda v: v >= 0, "a number ≥ 0")

    def _set_wfr_max_iterations(self, value: Any) -> None:
        self._set_number("wfr_max_iterations", value, int, lambda v: v > 0, "an integer > 0")

    def _set_wfr_interpolation_order(self, value: Any) -> None:
        self._set_number("wfr_interpolation_order", value, int, lambda v: v in (0, 1, 3), "0, 1 or 3")

    def _set_number(self, key: str, value: Any, kind: type, is_allowed: Callable[[Any], bool], allowed: str) -> None:
        if isinstance(value, bool) or not isinstance(value, (int, np.integer) if kind is int else (int, float, np.number)):
            raise errors.TypeMismatch(f"{key} must be {allowed}, got {value!r}.")
        if not is_allowed(value):
            raise errors.KernelException(f"{key} must be {allowed}, got {value!r}.")
        self.settings[key] = kind(value)

    def _set_verbosity(self, value: Any) -> None:
        if not isinstance(value, VerbosityLevel):
            raise errors.TypeMismatch(f"verbosity must be a VerbosityLevel, got {value!r}.")
        self.verbosity = value

    def _set_tics_per_ms(self, value: int) -> None:
        if value != TICS_PER_MS:
            raise unsupported(f"tics_per_ms = {value!r}", "A tic is always 0.001 ms.")

    def _set_rng_seed(self, value: Any) -> None:
        if isinstance(value, bool) or not isinstance(value, (int, np.integer)):
            raise errors.TypeMismatch(f"rng_seed must be an integer, got {value!r}.")
        if not 0 < value < 2 ** 32:
            raise errors.BadProperty(f"rng_seed must be between 1 and 2**32 - 1, got {value}.")
        self.settings["rng_seed"] = int(value)
        self._draws = 0
        if self._network is not None:
            self.connections.flush()
            self._network._reseed(int(value))

    def _set_rng_type(self, value: Any) -> None:
        if value not in RNG_TYPES:
            raise errors.BadProperty(f"rng_type must be one of {', '.join(RNG_TYPES)}, got {value!r}.")
        self.settings["rng_type"] = value

    def _set_resolution(self, value: Any) -> None:
        if not isinstance(value, (int, float, np.integer, np.floating)) or isinstance(value, bool):
            raise errors.TypeMismatch(f"resolution must be a number, got {value!r}.")
        tics = float(value) * TICS_PER_MS
        if self.blocks or self.step or self.defaults_changed:
            raise errors.KernelException("resolution cannot be changed after nodes have been created, the network has been "
                                         "simulated, or defaults of models have been changed.")
        if not (tics >= 1 - 1e-9 and abs(tics - round(tics)) < 1e-6):
            raise errors.KernelException(f"resolution must be a positive multiple of 0.001 ms, got {value!r}.")
        self.settings["resolution"] = float(value)
        self._network = None

    def _set_local_num_threads(self, value: Any) -> None:
        if isinstance(value, bool) or not isinstance(value, (int, np.integer)):
            raise RuntimeError(f"local_num_threads must be an integer, got {value!r}")
        if self.blocks or self.step or self.defaults_changed:
            raise errors.KernelException("local_num_threads cannot be changed after nodes have been created, the network has been "
                                         "simulated, or defaults of models have been changed.")
        if value < 1:
            raise errors.BadProperty(f"local_num_threads must be at least 1, got {value}.")
        self.settings["local_num_threads"] = int(value)
        self._network = None

    def _set_total_num_virtual_procs(self, value: Any) -> None:
        if isinstance(value, bool) or not isinstance(value, (int, np.integer)):
            raise RuntimeError(f"total_num_virtual_procs must be an integer, got {value!r}")
        self._set_local_num_threads(value)

    def _set_data_path(self, value: Any) -> None:
        if not isinstance(value, str):
            raise errors.TypeMismatch(f"data_path must be a text, got {value!r}.")
        if value and not os.path.isdir(value):
            raise errors.BadProperty(f"data_path '{value}' is no directory.")
        self.settings["data_path"] = value

    def _set_structural_plasticity_synapses(self, value: Any) -> None:
        self.settings["structural_plasticity_synapses"] = growth.checked_synapses(self, value)

    def _set_structural_plasticity_update_interval(self, value: Any) -> None:
        self.settings["structural_plasticity_update_interval"] = growth.checked_interval(self, value)

    def _set_biological_time(self, value: Any) -> None:
        if value != 0.0:
            raise errors.BadProperty(f"biological_time can only be set to 0.0, got {value!r}.")
        from .clock import set_back
        set_back(self)

    def _set_delays(self, low: float, high: float) -> None:
        if self.connections.n:
            raise errors.BadProperty("min_delay and max_delay can only be set before any connection is made.")
        if low > high or low < self.resolution:
            raise errors.BadDelay(f"{self.resolution:g} <= min_delay <= max_delay is demanded, got {low:g} and {high:g}.")
        self.delay_limits = float(low), float(high)

    def _limits_in_steps(self) -> tuple[int, int] | None:
        if self.frozen_delays is not None or self.delay_limits is None:
            return self.frozen_delays
        low, high = (round(d * TICS_PER_MS / self.tics_per_step) for d in self.delay_limits)
        return low, high

    def takes_delay(self, delay: float) -> bool:
        """Whether a connection can have a delay: what `check_delay` would not refuse."""
        low, high = self._limits_in_steps() or (1, MOST_STEPS)
        return low <= delay * (TICS_PER_MS / self.tics_per_step) + 0.5 < min(high, MOST_STEPS) + 1

    def check_delay_steps(self, steps: np.ndarray) -> None:
        """Refuse delays outside the limits that were set or frozen."""
        limits = self._limits_in_steps()
        if limits is None or np.size(steps) == 0:
            return
        low, high = int(np.min(steps)), int(np.max(steps))
        if low < limits[0] or high > limits[1]:
            wrong = low if low < limits[0] else high
            raise errors.BadDelay(f"Delay value {wrong * self.resolution:g} is invalid: it must lie between min_delay="
                                  f"{limits[0] * self.resolution:g} and max_delay={limits[1] * self.resolution:g}.")

    # ---- time ----

    def prepare(self) -> None:
        if self.prepared:
            raise errors.KernelException("Prepare called twice.")
        for device in self.devices():
            device.open()
        self.prepared = True

    def run(self, t: Any) -> None:
        if not self.prepared:
            raise errors.KernelException("Run called without Prepare.")
        if isinstance(t, bool) or not isinstance(t, (int, float, np.integer, np.floating)):
            raise TypeError(f"the time must be a number, got {t!r}")
        with translated("BadParameter"):
            run_steps(float(t), self.resolution)
        network = self.network
        self.connections.flush()
        self.connections.attach_recorders()
        growth.prepare(self)
        if self.frozen_delays is None:
            self.frozen_delays = self._limits_from_now_on()
        with translated("KernelException", ParameterError="BadProperty"), self.timed("simulate"):
            result = network._simulation.run(float(t), trackers=self._trackers())
        self.last_result = result
        growth.take_over(self)
        self.connections.hand_out(result)
        if result.status == "stopped":
            raise KeyboardInterrupt(f"the simulation was stopped at {network.time:g} ms")

    def _limits_from_now_on(self) -> tuple[int, int]:
        return self._limits_in_steps() or self.connections.delay_extrema() or (1, 1)

    def cleanup(self) -> None:
        if not self.prepared:
            raise errors.KernelException("Cleanup called without Prepare.")
        for device in self.devices():
            device.close()
        self.prepared = False

    def devices(self) -> Iterable[Any]:
        for block in self.blocks:
            yield from block.devices

    def _trackers(self) -> list[Any]:
        if not self.settings["print_time"]:
            return [_SpikeCounter(self)]
        from ..simulate.trackers import ProgressLine
        return [_SpikeCounter(self), ProgressLine()]


class _SpikeCounter:
    """Adds up the spikes of all runs."""

    def __init__(self, kernel: Kernel):
        self.kernel = kernel

    def started(self, run: Any) -> None:
        """Nothing is known yet."""

    progressed = started

    def finished(self, run: Any) -> None:
        self.kernel.n_spikes += run.n_spikes


def _build_info() -> dict[str, Any]:
    from .. import __version__
    return {"version": "3.10.0", "spatialnet": __version__, "python": sys.version.split()[0]}


def _memory_kb() -> int:
    """The most memory that the process has used, in kB."""
    try:
        import resource
    except ImportError:  # not on Windows
        return 0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // (1024 if sys.platform == "darwin" else 1)


#: attributes that follow from something else
_DERIVED: dict[str, Callable[[Kernel], Any]] = {
    "tics_per_ms": lambda k: TICS_PER_MS, "ms_per_tic": lambda k: 1 / TICS_PER_MS, "tics_per_step": lambda k: k.tics_per_step,
    "T_max": lambda k: 1152921504606846.8, "T_min": lambda k: -1152921504606846.8, "to_do": lambda k: 0,
    "biological_time": lambda k: (k.step - k.epoch) * k.tics_per_step / TICS_PER_MS,
    "min_delay": lambda k: k.delay_limit(0), "max_delay": lambda k: k.delay_limit(1),
    "total_num_virtual_procs": lambda k: k.settings["local_num_threads"], "num_processes": lambda k: 1, "mpi_rank": lambda k: 0,
    "rng_types": lambda k: list(RNG_TYPES), "network_size": lambda k: k.n_nodes, "num_connections": lambda k: k.connections.n,
    "local_spike_counter": lambda k: k.n_spikes, "node_models": lambda k: sorted(k.node_models),
    "synapse_models": lambda k: sorted(k.synapse_models), "connection_rules": lambda k: list(RULES),
    "recording_backends": lambda k: ["ascii", "memory", "screen"], "stimulation_backends": lambda k: [],
    "growth_curves": lambda k: ["gaussian", "linear", "sigmoid"],
    "off_grid_spiking": lambda k: any(b.model.base.endswith(_OFF_GRID) for b in k.blocks), "prepared": lambda k: k.prepared,
    "verbosity": lambda k: k.verbosity, "build_info": lambda k: _build_info(), "max_num_syn_models": lambda k: 511,
    "memory_size": lambda k: _memory_kb(), "modules": lambda k: [], "recv_buffer_size_secondary_events": lambda k: 0,
    "send_buffer_size_secondary_events": lambda k: 0, "time_communicate_prepare": lambda k: np.zeros(1),
    "time_communicate_prepare_cpu": lambda k: np.zeros(1), "max_update_time": lambda k: -math.inf, "min_update_time": lambda k: math.inf,
    "spike_buffer_resize_log": lambda k: {c: np.empty(0) for c in ("global_max_spikes_sent", "new_buffer_size", "times")},
}

kernel = Kernel()


# ---- what users call ----

def Simulate(t: float) -> None:
    """Simulate `t` ms, a multiple of the resolution."""
    if kernel.prepared:
        raise errors.KernelException("Simulate called between Prepare and Cleanup; use Run.")
    with RunManager():
        Run(t)


def Prepare() -> None:
    """Make ready for `Run`."""
    kernel.prepare()


def Run(t: float) -> None:
    """Simulate `t` ms between `Prepare` and `Cleanup`."""
    kernel.run(t)


def Cleanup() -> None:
    """End what `Prepare` began; closes files."""
    kernel.cleanup()


@contextmanager
def RunManager():
    """`Prepare` on entry, `Cleanup` on exit; use `Run` inside."""
    Prepare()
    try:
        yield
    finally:
        Cleanup()


def ResetKernel() -> None:
    """Forget all nodes, connections, copied models and settings; handles from before raise."""
    kernel.reset()


def GetKernelStatus(keys: str | list[str] | None = None) -> Any:
    """All kernel attributes, one, or a tuple of some."""
    if keys is None:
        return kernel.status()
    if isinstance(keys, str):
        return kernel.attribute(keys)
    try:
        return tuple(kernel.attribute(k) for k in keys)
    except TypeError:
        raise TypeError("keys should be either a string or an iterable") from None


def SetKernelStatus(params: dict[str, Any]) -> None:
    """Set kernel attributes."""
    kernel.set(dict(params))


def EnableStructuralPlasticity() -> None:
    """Let synapses grow between synaptic elements in simulations from now on."""
    kernel.grows = True


def DisableStructuralPlasticity() -> None:
    """Let connections stay as they are; elements and calcium follow the spikes all the same."""
    kernel.grows = False


def set_verbosity(level: int | str | VerbosityLevel) -> None:
    """Set the verbosity by level, or by its old name such as ``"M_WARNING"``."""
    if isinstance(level, str) and level.removeprefix("M_") not in VerbosityLevel.__members__:
        raise AttributeError(f"there is no verbosity '{level}'; there are {', '.join(VerbosityLevel.__members__)}")
    kernel.verbosity = VerbosityLevel[level.removeprefix("M_")] if isinstance(level, str) else VerbosityLevel(level)


def get_verbosity() -> VerbosityLevel:
    """The verbosity."""
    return kernel.verbosity


def message(message: str, severity: VerbosityLevel = VerbosityLevel.INFO, *, function: str | None = None, filename: str | None = None,
            lineno: int | None = None) -> None:
    """Print a message if its severity is at least the verbosity; where it comes from is told at the levels DEBUG and ALL."""
    if severity < kernel.verbosity:
        return
    place = ", ".join(str(p) for p in (function, filename, lineno) if p is not None) if kernel.verbosity <= VerbosityLevel.DEBUG else ""
    print(f"[{VerbosityLevel(severity).name}] [{datetime.now():%Y-%m-%d %H:%M:%S}{f', {place}' if place else ''}] {message}")


def Rank() -> int:
    """Number of this process: 0."""
    return 0


def NumProcesses() -> int:
    """Number of processes: 1."""
    return 1


def set_communicator() -> None:
    """Not available; raises."""
    raise unsupported("set_communicator", "There is one process; use local_num_threads.")


def SetAcceptableLatency(port_name: str, latency: float) -> None:
    """Not available; raises."""
    raise unsupported("SetAcceptableLatency", "There are no MUSIC ports.")


def SetMaxBuffered(port_name: str, size: int) -> None:
    """Not available; raises."""
    raise unsupported("SetMaxBuffered", "There are no MUSIC ports.")


def SyncProcesses() -> None:
    """There is one process, which is in step with itself."""


def GetLocalVPs() -> range:
    """Virtual processes of this process."""
    return range(kernel.settings["local_num_threads"])


def ConnectionRules() -> tuple[str, ...]:
    """Names of the rules."""
    return RULES


def network() -> Network:
    """The native network behind this module, with its views and datasets.

    Its ids are counted from 0, and recorders are no nodes of it but among its ``recorders``.
    """
    kernel.connections.flush()
    kernel.connections.attach_recorders()
    return kernel.network


def result():
    """The last simulation as an `xarray.DataTree`; see `spatialnet.Network.simulate`."""
    from ..data import build_tree
    if kernel.last_result is None:
        raise errors.KernelException("nothing has been simulated yet.")
    return build_tree(kernel.network, kernel.last_result)
