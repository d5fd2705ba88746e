"""Patterns of connectivity and checks of projections, as datasets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

if TYPE_CHECKING:
    from ..connect.inspection import ConnectivityPattern, ProjectionCheck


def pattern_dataset(pattern: ConnectivityPattern) -> xr.Dataset:
    """A variable for each column of the pattern, along ``projection``."""
    rows = list(pattern)
    texts = {name: ("projection", np.array([getattr(r, name) for r in rows], dtype=str))
             for name in ("source", "target", "rule", "mask", "profile", "sign")}
    weights, delays = np.array([r.weight for r in rows]).reshape(-1, 3), np.array([r.delay for r in rows]).reshape(-1, 2)
    return xr.Dataset({
        **texts, "n": ("projection", np.array([r.n for r in rows], np.int64), {"long_name": "connections"}),
        **{f"weight_{name}": ("projection", weights[:, k]) for k, name in enumerate(("min", "mean", "max"))},
        **{f"delay_{name}": ("projection", delays[:, k], {"units": "ms"}) for k, name in enumerate(("min", "max"))},
    }, {"projection": np.array([r.projection for r in rows], dtype=str)})


def check_dataset(check: ProjectionCheck) -> xr.Dataset:
    """Histograms along ``out_degree`` and ``in_degree``, the profile along ``distance``, p-values along ``test``.

    What is not known is NaN; ``reason`` says why a p-value is.
    """
    variables, coords = {}, {}
    for histogram in (check.out_degrees, check.in_degrees):
        dim = f"{histogram.end}_degree"
        coords[dim] = (dim, (histogram.edges[:-1] + histogram.edges[1:]) / 2, {"long_name": f"{histogram.end}-degree"})
        variables[f"{dim}_measured"] = (dim, histogram.measured, {"long_name": "nodes"})
        variables[f"{dim}_expected"] = (dim, _known(histogram.expected, len(histogram.measured)), {"long_name": "nodes"})
    if check.distances is not None:
        d = check.distances
        coords["distance"] = ("distance", (d.edges[:-1] + d.edges[1:]) / 2, {"units": "mm"})
        variables |= {"pairs": ("distance", d.pairs), "connections_measured": ("distance", d.measured),
                      "connections_expected": ("distance", _known(d.expected, len(d.pairs))),
                      "connections_deviation": ("distance", _known(d.deviation, len(d.pairs)))}
    verdicts = check.verdicts
    coords["test"] = ("test", np.array(list(verdicts), dtype=str))
    for name in ("statistic", "dof", "p_value"):
        values = [getattr(v, name) for v in verdicts.values()]
        variables[name] = ("test", np.array([np.nan if v is None else v for v in values], float))
    variables["reason"] = ("test", np.array([v.reason for v in verdicts.values()], dtype=str))
    return xr.Dataset(variables, coords, {"projection": check.name, "rule": check.rule, "n": int(check.n),
                                          "n_sampled": int(check.n_sampled)})


def _known(values, n: int):
    return np.full(n, np.nan) if values is None else values
