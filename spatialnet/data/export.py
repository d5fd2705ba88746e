"""The same columns for other libraries: pandas tables and SciPy matrices."""

from __future__ import annotations

import numpy as np
import xarray as xr
from scipy import sparse

from ..errors import ParameterError
from .spikes import Spikes

VALUES = ("weight", "delay", "count")


def spikes_to_pandas(spikes: Spikes):
    """A `pandas.DataFrame` with one row for each spike: ``time`` (ms), ``node`` and, if several, ``recorder``."""
    import pandas as pd

    columns = {"time": spikes.times, "node": spikes.nodes[spikes.index]}
    if len(spikes.names) > 1:
        columns["recorder"] = pd.Categorical.from_codes(spikes.recorder[spikes.index], list(spikes.names))
    return pd.DataFrame(columns)


def connections_to_pandas(connections: xr.Dataset):
    """A `pandas.DataFrame` with one row for each connection."""
    import pandas as pd

    return pd.DataFrame({name: variable.values for name, variable in connections.data_vars.items()
                         if variable.dims == ("synapse",)})


def connections_to_sparse(connections: xr.Dataset, value: str = "weight") -> sparse.csr_array:
    """Connections as a matrix with a row for each target node and a column for each source node.

    The rows and columns are numbered as ``target_node`` and ``source_node`` are. Several connections of one pair stay
    separate entries; every sum adds them.
    """
    if value not in VALUES:
        raise ParameterError("matrix", "value", f"must be one of {', '.join(VALUES)}, got {value!r}")
    source_node = connections["source_node"].values
    n_in = connections["n_in"].values
    entries = np.ones(int(n_in.sum())) if value == "count" else np.array(connections[value].values, float)
    return sparse.csr_array((entries, np.searchsorted(source_node, connections["source"].values),
                             np.concatenate(([0], np.cumsum(n_in)))), shape=(len(n_in), len(source_node)))
