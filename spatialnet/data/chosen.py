"""Connections chosen from a network, as a dataset or a table of pandas."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

from .units import weight_units

if TYPE_CHECKING:
    import pandas as pd

    from ..connect.selection import Connections


def chosen_dataset(connections: Connections) -> xr.Dataset:
    """Columns ``source, target, weight, delay`` and ``projection`` along ``synapse``.

    ``projection`` is the number of the projection, whose names stand in its attribute ``flag_meanings`` (CF), one
    line each, because names may hold blanks.
    """
    units = {weight_units(p) for p in connections.projections}
    weight_attrs = {"long_name": "weight"} | ({"units": next(iter(units))} if len(units) == 1 and None not in units else {})
    names = [p.name for p in connections.projections]
    return xr.Dataset({
        "source": ("synapse", connections.source, {"long_name": "global id of the source"}),
        "target": ("synapse", connections.target, {"long_name": "global id of the target"}),
        "weight": ("synapse", connections.weight, weight_attrs),
        "delay": ("synapse", connections.delay, {"units": "ms", "long_name": "delay"}),
        "projection": ("synapse", connections.projection_number, {
            "long_name": "projection", "flag_values": np.arange(len(names)), "flag_meanings": "\n".join(names)}),
    }, attrs={"resolution": float(connections.network.resolution)})


def chosen_frame(connections: Connections) -> pd.DataFrame:
    """A row for each connection; the projection by name."""
    import pandas as pd
    names = [p.name for p in connections.projections]
    return pd.DataFrame({
        "source": connections.source, "target": connections.target, "weight": np.array(connections.weight),
        "delay": connections.delay, "projection": pd.Categorical.from_codes(connections.projection_number, names)})
