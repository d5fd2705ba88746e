"""PyNEST 3.10's interface: ``import spatialnet.nest as nest``, and the rest of a script stays as it is.

Promised are the same structure where nothing is random, the same distributions where something is, and the same spike times of
deterministic models; **not** the same random draws as NEST. A function or option that is not supported raises an error that
says so by its name.

What differs on purpose:

- Results do not depend on ``local_num_threads``; ``rng_type`` is accepted, but all numbers come from Philox4x64-10.
- Handles are listed by synapse model, kind of ends and source as in NEST; connections of one source that one call made then
  come by target.
- ``Displacement`` and ``Distance`` are target minus source, the shortest way in the layer of ``to``; ``distance`` and masks always
  use the periodicity of the pool layer; slices of layers are honoured, and masks that fit count no node twice.
- What reaches a frozen node is lost; NEST delivers some of it later. ``ignore_and_fire`` and detectors cannot be frozen.
- Generators are active for stamps in (start, stop], one rule for all of them.
- Calcium that nobody asked for before, and traces and archives of the targets of plastic synapses, are not known after a
  simulation; reading them says so. ``t_spike`` is negative for spikes before ``biological_time`` was set to 0.
- After ``rng_seed = s`` calls draw what the same calls drew after an earlier ``rng_seed = s``; what is random in a simulation
  depends on the time and goes on.
- Times are the floats nearest to multiples of the resolution, which those of NEST miss by up to a few units in the last place.
- After ``biological_time = 0`` meters sample from 0 on, while NEST goes on at the sample that was next; `result` counts on.
- A multimeter hands over all samples up to the end of the simulation, ordered by time.
- Binary neurons take the states of binary neurons alone, not spikes of relays and generators. Detectors take no spikes of
  generators that send a train of its own to every target; put a ``parrot_neuron`` between. ``ignore_and_fire`` takes no currents.
- ``cont_delay_synapse``: a default delay between two steps acts like the longer one, also at nodes with precise times.
- ``iaf_tum_2000`` spikes on the grid, and ``V_m`` of ``iaf_psc_exp_htum`` is recorded as it is read, not relative to ``E_L``.
- Weights of ``stdp_dopamine_synapse`` are, when they are read, those of the last presynaptic spike; NEST brings them up to
  date in every slice.
- Values that act at once do so with ``use_wfr=False``, too.
- Lists of generators that belong together must fit each other after every ``set``; values of connections that no model has raise.
- Slices that hold nothing, like ``[0:0]``, raise. Collections with steps can be joined and sliced, and hold collections (``in``);
  ``Disconnect`` takes all arguments by position, too.
- Not there: the e-prop family, ``cm_default``, ``stdp_facetshw_synapse_hom``, ``iaf_bw_2001_exact``, MUSIC and SONATA.
- A failed ``Create``, ``Connect`` or ``set`` leaves everything as it was; lists that are too long are refused.
- Synapses grow at every multiple of the update interval, whatever the delays; the nodes of one ``Create`` have synaptic elements
  of the same names and curves, names of unknown values in them are refused, and ``z`` is never negative. Connections of elements go with these
  alone.
- ``Parameter``s take NumPy numbers, anchors and positions numbers of any kind and arrays.
- Distribution dictionaries and the connection routines of NEST 2.x are there, too (`old`), lists of ids for ``GetStatus`` and
  ``SetStatus``, and what its layers need: ``GetLeaves``, ``GetChildren``, ``PrintNetwork``. They are made by `spatialnet.topology`.
- ``network()`` is the native `spatialnet.Network` behind it all, ``result()`` the last simulation as a dataset.
"""

from __future__ import annotations

import sys as _sys
from types import ModuleType as _ModuleType
from typing import Any as _Any

from . import errors as NESTErrors
from . import logic, math, random, raster_plot, spatial, spatial_distributions, visualization, voltage_trace
from .connect import Connect, TripartiteConnect
from .connections import Disconnect, GetConnections, Install, SynapseCollection
from .errors import NESTError
from .kernel import (
    Cleanup,
    ConnectionRules,
    DisableStructuralPlasticity,
    EnableStructuralPlasticity,
    GetKernelStatus,
    GetLocalVPs,
    NumProcesses,
    Prepare,
    Rank,
    ResetKernel,
    Run,
    RunManager,
    SetAcceptableLatency,
    SetKernelStatus,
    SetMaxBuffered,
    Simulate,
    SyncProcesses,
    VerbosityLevel,
    get_verbosity,
    message,
    network,
    result,
    set_communicator,
    set_verbosity,
)
from .kernel import kernel as _kernel
from .layers import (
    Displacement,
    Distance,
    DumpLayerConnections,
    DumpLayerNodes,
    FindCenterElement,
    FindNearestElement,
    GetPosition,
    GetSourceNodes,
    GetSourcePositions,
    GetTargetNodes,
    GetTargetPositions,
    SelectNodesByMask,
)
from .masks import CreateMask, Mask
from .models import (
    Compartments,
    CopyModel,
    GetDefaults,
    Models,
    Receptors,
    SetDefaults,
    SonataNetwork,
    help,
    serialize_data,
    to_json,
)
from .nodes import Create, GetLocalNodeCollection, GetNodes, NodeCollection, PrintNodes
from .old import (
    ConvergentConnect,
    DivergentConnect,
    GetStatus,
    OneToOneConnect,
    RandomConvergentConnect,
    RandomDivergentConnect,
    SetStatus,
)
from .parameters import CreateParameter, Parameter
from .plots import PlotLayer, PlotProbabilityParameter, PlotSources, PlotTargets
from .subnets import GetChildren, GetLeaves, PrintNetwork
from .synapses import CollocatedSynapses

__version__ = "3.10.0"

__all__ = [
    "Create", "Connect", "TripartiteConnect", "Disconnect", "GetConnections", "CollocatedSynapses", "SynapseCollection",
    "NodeCollection", "GetNodes", "PrintNodes", "GetLocalNodeCollection", "GetStatus", "SetStatus",
    "GetDefaults", "SetDefaults", "CopyModel", "Models", "ConnectionRules", "help", "to_json", "serialize_data", "message", "Install",
    "Compartments", "Receptors", "SonataNetwork", "SetAcceptableLatency", "SetMaxBuffered", "set_communicator",
    "GetKernelStatus", "SetKernelStatus", "ResetKernel", "Simulate", "Prepare", "Run", "Cleanup", "RunManager",
    "EnableStructuralPlasticity", "DisableStructuralPlasticity", "VerbosityLevel", "set_verbosity", "get_verbosity",
    "Rank", "NumProcesses", "SyncProcesses", "GetLocalVPs", "network", "result",
    "spatial", "spatial_distributions", "random", "math", "logic", "Parameter", "CreateParameter", "Mask", "CreateMask",
    "GetPosition", "Displacement", "Distance", "FindNearestElement", "FindCenterElement", "GetTargetNodes", "GetSourceNodes",
    "GetTargetPositions", "GetSourcePositions", "SelectNodesByMask", "DumpLayerNodes", "DumpLayerConnections",
    "PlotLayer", "PlotTargets", "PlotSources", "PlotProbabilityParameter", "raster_plot", "voltage_trace", "visualization",
    "NESTError", "NESTErrors",
    "OneToOneConnect", "ConvergentConnect", "DivergentConnect", "RandomConvergentConnect", "RandomDivergentConnect",
    "GetLeaves", "GetChildren", "PrintNetwork",
]


#: what PyNEST has besides, and what serves here
_ELSEWHERE = {"ll_api": "There is no level below; `network()` is the native API.", "server": "Run the simulation in the notebook itself.",
              "cycle_time_log": "Times are in time_simulate."}


class NestModule(_ModuleType):
    """Kernel attributes are attributes of the module: ``nest.resolution = 0.2``."""

    def __getattr__(self, name: str) -> _Any:
        if name == "userdict":
            return _kernel.userdict
        if name == "kernel_status":
            return _kernel.status()
        if name in _ELSEWHERE:
            raise AttributeError(f"{self.__name__} does not support '{name}'. {_ELSEWHERE[name]}")
        try:
            return _kernel.attribute(name)
        except KeyError:
            raise AttributeError(f"module '{self.__name__}' has no attribute '{name}'") from None

    def __setattr__(self, name: str, value: _Any) -> None:
        if name.startswith("__") or isinstance(value, _ModuleType):
            super().__setattr__(name, value)
            return
        if name in self.__dict__ or name not in _kernel.names:
            raise AttributeError(f"'{name}' is no kernel attribute that can be set")
        try:
            _kernel.set({name: value})
        except ValueError as error:
            raise AttributeError(str(error)) from None

    def get(self, *args: _Any) -> _Any:
        """Kernel attributes: all, one, or a tuple of some."""
        return GetKernelStatus(list(args) if len(args) > 1 else args[0] if args else None)

    def set(self, **kwargs: _Any) -> None:
        """Set kernel attributes."""
        _kernel.set(kwargs)

    def __dir__(self) -> list[str]:
        return sorted({*__all__, *_kernel.names, "get", "set"})


_sys.modules[__name__].__class__ = NestModule
