"""The Topology Module of NEST 2.x: ``import spatialnet.topology as tp``, beside ``import spatialnet.nest as nest``.

Both work on one network. Promised are the positions, masks and functions of the Topology user manual: the same connections where
nothing is random, the same distributions where something is; **not** the same random draws as NEST. What is not supported raises
an error that says so by its name.

Layers are nodes: ``l = tp.CreateLayer({...})`` gives a tuple with the id of the layer, its nodes have the ids that follow it, and
``nest.GetStatus(l)``, ``nest.GetLeaves(l)``, ``nest.GetChildren(l)`` and ``nest.PrintNetwork(2)`` know it. Ids come as `tuple`
subclasses that ``nest.GetStatus``, ``SetStatus``, ``Connect`` and ``GetConnections`` take; the first three take any list of ids.

What differs on purpose:

- Everything else of ``nest`` is as in NEST 3: ``nest.Create`` gives a NodeCollection, and connections are a SynapseCollection. Every
  function here takes a NodeCollection where it takes ids.
- ``allow_autapses`` is honoured with and without ``number_of_connections``.
- A node is met once by a mask that fits the layer, also if the mask is exactly as wide.
- With ``number_of_connections`` and too few candidates there is an error instead of an endless loop.
- Grid masks select by position, as in NEST 3: between layers of equal spacing that is the same as by index.
- The bivariate Gaussian has the sign of the correlation that makes it one: ``- 2 rho``, not as printed in the manual; polar
  angles turn about the y axis, as NEST does.
- Nested elements, grid masks with layers, and extension modules in C++ are not there; in place of the last, `register_kernel` and
  `register_mask` add functions of your own.
"""

from ..nest.errors import NESTError
from ..nest.masks import Mask
from .connect import ConnectLayers, DumpLayerConnections, GetTargetNodes, GetTargetPositions
from .kernels import CreateParameter, Parameter, register_kernel
from .layers import (
    CreateLayer,
    Displacement,
    Distance,
    DumpLayerNodes,
    FindCenterElement,
    FindNearestElement,
    GetElement,
    GetLayer,
    GetPosition,
    SelectNodesByMask,
)
from .masks import CreateMask, register_mask
from .plots import PlotKernel, PlotLayer, PlotSources, PlotTargets

__all__ = [
    "CreateLayer", "ConnectLayers", "CreateMask", "CreateParameter", "Mask", "Parameter", "GetElement", "GetLayer", "GetPosition",
    "Displacement", "Distance", "FindNearestElement", "FindCenterElement", "GetTargetNodes", "GetTargetPositions",
    "SelectNodesByMask", "DumpLayerNodes", "DumpLayerConnections", "PlotLayer", "PlotTargets", "PlotSources", "PlotKernel",
    "NESTError", "register_kernel", "register_mask",
]
