"""Networks of neurons in space: describe, connect, simulate and see them in a notebook.

>>> import spatialnet as sn
>>> net = sn.Network(seed=1)
"""

import sys

from . import errors
from .connect.rules import (
    all_to_all,
    fixed_indegree,
    fixed_outdegree,
    fixed_total_number,
    one_to_one,
    pairs,
    pairwise_bernoulli,
    pairwise_poisson,
    symmetric_pairwise_bernoulli,
    tripartite_bernoulli_with_pool,
)
from .connect.synapse import static_synapse, synapse
from .connect.text import read_connections
from .expressions import random
from .expressions.coordinates import displacement, distance, pos, source, target
from .expressions.custom import expression, function
from .expressions.functions import (
    abs,
    cos,
    exp,
    exponential,
    floor,
    gabor,
    gamma,
    gaussian,
    gaussian2d,
    log,
    max,
    min,
    sin,
    sqrt,
    where,
)
from .masks.custom import mask
from .masks.lattice import grid_mask
from .masks.shapes import box, circular, doughnut, ellipsoidal, elliptical, rectangular, spherical
from .models import NeuronModel, Parameter, State, SynapseModel
from .models.registry import copy_model, get_model, list_models
from .network import Network
from .simulate.trackers import RateTracker, StopWhen, WallTimeLimit
from .space.placement import free, grid
from .space.text import read_nodes

__version__ = "0.1.0"

__all__ = [
    "Network", "grid", "free",
    "circular", "rectangular", "doughnut", "elliptical", "spherical", "box", "ellipsoidal", "grid_mask", "mask",
    "distance", "displacement", "source", "target", "pos",
    "gaussian", "gaussian2d", "exponential", "gamma", "gabor",
    "expression", "function", "where", "exp", "log", "sqrt", "sin", "cos", "floor", "abs", "min", "max", "random",
    "all_to_all", "one_to_one", "pairs", "pairwise_bernoulli", "pairwise_poisson", "symmetric_pairwise_bernoulli",
    "fixed_indegree", "fixed_outdegree", "fixed_total_number", "tripartite_bernoulli_with_pool",
    "static_synapse", "synapse", "load", "read_nodes", "read_connections", "list_models", "get_model", "copy_model", "NeuronModel",
    "SynapseModel", "Parameter", "State", "get_include",
    "WallTimeLimit", "StopWhen", "RateTracker",
    "panels",
    "errors",
]


if "xarray" in sys.modules:
    from . import data  # noqa: F401 - its accessor, for what xarray has opened or will


def __getattr__(name: str):
    # xarray takes longer to import than all of this package, so it waits for what needs it.
    if name in ("data", "load"):
        from importlib import import_module
        found = import_module(".data", __name__)
        return found if name == "data" else found.load
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])


def panels(views, columns=None, side=None):
    """Several views side by side, each alive for itself.

    Parameters
    ----------
    views : dict or list
        Views of layers, masks, projections, profiles or checks, such as ``layer.view()`` or ``mask.preview(layer)``; or layers and
        projections themselves. The keys of a dict are the titles.
    columns : int, optional
        How many stand in a row; at most 3 by default. A narrow page takes fewer.
    side : int, optional
        Longer side of each map, in pixels; by default what lets a row fit into a notebook.

    Returns
    -------
    spatialnet.views.widgets.PanelsView

    Raises
    ------
    ParameterError

    Examples
    --------
    >>> import spatialnet as sn
    >>> layer = sn.Network(threads=1).create("iaf_psc_alpha", sn.grid([9, 9]), name="E")
    >>> sn.panels({"circle": sn.circular(0.3).preview(layer), "ring": sn.doughnut(0.2, 0.4).preview(layer)})
    <PanelsView: circle · ring>
    """
    from .views import panels
    return panels(views, columns, side)


def get_include() -> str:
    """Folder of the C headers, for compiled functions; ``spatialnet.pair_function`` is the ``.pxd`` for Cython."""
    from pathlib import Path
    return str(Path(__file__).parent / "include")


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    return [{"src": "labextension", "dest": "spatialnet-labextension"}]
