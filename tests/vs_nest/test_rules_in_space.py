"""Every spatial rule in every mask on every kind of layer, here and in NEST: how often each node of the pool is chosen.

All drivers share one place, so the two counts of each node have one mean: chi-square at p > 1e-5, since there are
hundreds of cases. Where all nodes in the mask are connected, the counts are equal. NEST 3.10 takes no combined masks
and no wrapped signed displacement in Connect; and it measures p of fixed_outdegree with the edges of the sources, so
the layer of the drivers wraps where the pool does.
"""

import numpy as np
import pytest
from scipy import stats

import spatialnet as sn

nest = pytest.importorskip("nest", reason="NEST (nest-simulator) is not installed")
from tests.statistics.test_rules_in_space import (  # noqa: E402
    CASES,
    DEEP,
    DEGREE,
    FLAT,
    N_DRIVERS,
    counts,
    driver_place,
    mask_of,
    placed,
    positions,
)
from tests.vs_nest.test_connect import quiet_kernel  # noqa: E402, F401

N_THERE = 500
CASES = [(place, mask) for place, mask in CASES if mask != "combined"]
P = 0.05 + 0.7 * sn.gaussian(sn.distance, 0.2, 0.4)


def nests_p(scale=1.0):
    return scale * (0.05 + 0.7 * nest.spatial_distributions.gaussian(nest.spatial.distance, mean=0.2, std=0.4))


def counts_there(place, mask, rule, driver_is_source):
    """The same as `counts`, by NEST."""
    at, extent = positions(place)
    wrap, size = "wrapped" in place, extent.tolist()
    if "grid" in place:
        layout = nest.spatial.grid([11, 9] if len(extent) == 2 else [5, 5, 4], extent=size, edge_wrap=wrap)
    else:
        layout = nest.spatial.free(at.tolist(), extent=size, edge_wrap=wrap)
    pool = nest.Create("parrot_neuron", positions=layout)
    together = nest.spatial.free([driver_place(extent).tolist()] * N_THERE, extent=size, edge_wrap=wrap)
    drivers = nest.Create("parrot_neuron", positions=together)
    spec = (FLAT if "2-D" in place else DEEP)[mask]
    if spec is not None:
        spec = dict(spec[1])
        anchor = spec.pop("anchor", None)
        name = "grid" if mask == "cells" else (FLAT if "2-D" in place else DEEP)[mask][0]
        rule = rule | {"mask": {name: spec} | ({} if anchor is None else {"anchor": anchor})}
    nest.Connect(*((drivers, pool) if driver_is_source else (pool, drivers)), rule)
    table = nest.GetConnections()
    ids = np.array(table.target if driver_is_source else table.source) - 1
    return np.bincount(ids, minlength=len(pool))


def agree(ours, theirs, variance):
    """Counts of N_DRIVERS and of N_THERE; `variance` is that of a node for one driver, given its mean."""
    assert ((ours == 0) == (theirs == 0))[ours + theirs > 20].all()
    mean = (ours + theirs) / (N_DRIVERS + N_THERE)
    many = mean * N_THERE >= 8
    z = (ours / N_DRIVERS - theirs / N_THERE)[many] ** 2 / (variance(mean[many]) * (1 / N_DRIVERS + 1 / N_THERE))
    assert many.sum() > 2 and 1e-5 < stats.chi2.sf(z.sum(), many.sum()) < 1 - 1e-5


@pytest.mark.parametrize("on_source", [False, True])
@pytest.mark.parametrize("place, mask", CASES)
def test_pairwise_bernoulli_agrees(place, mask, on_source):
    found, _ = counts(place, sn.pairwise_bernoulli(P, mask=mask_of(place, mask), use_on_source=on_source))
    there = counts_there(place, mask, {"rule": "pairwise_bernoulli", "p": nests_p()} | (
        {"use_on_source": True} if on_source else {}), not on_source)
    agree(found, there, lambda mean: mean * (1 - mean))


@pytest.mark.parametrize("place, mask", CASES)
def test_pairwise_poisson_agrees(place, mask):
    found, _ = counts(place, sn.pairwise_poisson(2 * P, mask=mask_of(place, mask)))
    there = counts_there(place, mask, {"rule": "pairwise_poisson", "pairwise_avg_num_conns": nests_p(2.0)}, False)
    agree(found, there, lambda mean: mean)


@pytest.mark.parametrize("rule", ["fixed_indegree", "fixed_outdegree"])
@pytest.mark.parametrize("place, mask", CASES)
def test_fixed_degrees_agree(place, mask, rule):
    found, _ = counts(place, getattr(sn, rule)(DEGREE, p=P, mask=mask_of(place, mask)))
    spec = {"rule": rule, rule.removeprefix("fixed_"): DEGREE, "p": nests_p()}
    there = counts_there(place, mask, spec, rule == "fixed_outdegree")
    assert found.sum() == DEGREE * N_DRIVERS and there.sum() == DEGREE * N_THERE
    many = found + there >= 20
    table = np.array([np.r_[c[many], c[~many].sum()] for c in (found, there)])
    table = table[:, table.sum(axis=0) > 0]
    assert stats.chi2_contingency(table).pvalue > 1e-5


@pytest.mark.parametrize("place, mask", CASES)
def test_all_nodes_in_the_mask_are_the_same(place, mask):
    """Drawn without repetition as many as there are, too."""
    found, _ = counts(place, sn.all_to_all(mask=mask_of(place, mask)))
    there = counts_there(place, mask, {"rule": "pairwise_bernoulli", "p": 1.0}, True)
    assert (found // N_DRIVERS == there // N_THERE).all()
    assert set(found) <= {0, N_DRIVERS} and set(there) <= {0, N_THERE}
    if mask != "none":
        pool = placed(place)
        inside = pool.inside(mask_of(place, mask), driver_place(pool.extent))
        assert inside.ids.tolist() == np.flatnonzero(found).tolist()
