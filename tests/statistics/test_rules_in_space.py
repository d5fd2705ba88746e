"""Every rule in every mask on every kind of layer: how often each node of the pool is chosen, against the definition.

All drivers share one place near a corner, so the count of a node of the pool follows from its own p. That is computed
by looking at every periodic image of every node, with the slow evaluator of `tests/reference`. Chi-square at p > 1e-5,
since there are hundreds of cases; fixed seeds.
"""

import itertools

import numpy as np
import pytest
from scipy import stats

import spatialnet as sn
from tests.reference.connector import Space
from tests.reference.programs import evaluate

N_DRIVERS = 1000
DEGREE = 3
EXTENT = np.array([2.0, 1.8, 1.6])
PLACES = [f"{wrap}{kind} {d}-D" for d, kind, wrap in itertools.product((2, 3), ("grid", "free"), ("", "wrapped "))]
FLAT = {
    "none": None, "circular": ("circular", {"radius": 0.63}),
    "shifted": ("circular", {"radius": 0.5, "anchor": [0.3, -0.2]}),
    "rectangular": ("rectangular", {"lower_left": [-0.31, -0.7], "upper_right": [0.9, 0.4]}),
    "turned": ("rectangular", {"lower_left": [-0.8, -0.3], "upper_right": [0.5, 0.3], "azimuth_angle": 40.}),
    "doughnut": ("doughnut", {"inner_radius": 0.33, "outer_radius": 0.77}),
    "elliptical": ("elliptical", {"major_axis": 1.7, "minor_axis": 0.9, "azimuth_angle": -25.}),
    "cells": ("grid_mask", {"shape": [5, 3], "anchor": [1, 2]}), "combined": None,
}
DEEP = {
    "none": None, "spherical": ("spherical", {"radius": 0.63, "anchor": [0.1, 0., -0.1]}),
    "box": ("box", {"lower_left": [-0.31, -0.7, -0.5], "upper_right": [0.9, 0.4, 0.6]}),
    "turned": ("box", {"lower_left": [-0.6, -0.3, -0.4], "upper_right": [0.6, 0.3, 0.4], "azimuth_angle": 40.,
                       "polar_angle": 20.}),
    "ellipsoidal": ("ellipsoidal", {"major_axis": 1.5, "minor_axis": 0.9, "polar_axis": 1.3, "azimuth_angle": 30.}),
}
CASES = [(place, name) for place in PLACES for name in (FLAT if "2-D" in place else DEEP)
         if not (name == "cells" and "free" in place)]
#: larger for nodes to the upper right of the source, and nowhere 0 or 1
P = 0.05 + 0.7 * sn.gaussian2d(sn.displacement.x, sn.displacement.y, 0.2, 0.1, 0.4, 0.5, rho=0.3)


def positions(place):
    """Places (n, d) around the origin, and the extent."""
    d = 2 if "2-D" in place else 3
    if "grid" in place:
        return sn.grid([11, 9] if d == 2 else [5, 5, 4], extent=EXTENT[:d]).realize().positions, EXTENT[:d]
    free = np.random.default_rng(1).uniform(-0.49, 0.49, (100, d)) * EXTENT[:d]
    free[0], free[1] = -0.49 * EXTENT[:d], 0.49 * EXTENT[:d]
    return free, EXTENT[:d]


def placement(place):
    at, extent = positions(place)
    if "grid" in place:
        return sn.grid([11, 9] if len(extent) == 2 else [5, 5, 4], extent=extent, edge_wrap="wrapped" in place)
    return sn.free(at, extent=extent, center=0 * extent, edge_wrap="wrapped" in place)


def placed(place):
    return sn.Network(threads=1).create("parrot_neuron", placement(place))


def mask_of(place, name):
    if name == "combined":
        return (sn.circular(0.8) | sn.rectangular([0, 0], [0.95, 0.85])) - sn.circular(0.3, anchor=[0.2, 0.2])
    spec = (FLAT if "2-D" in place else DEEP)[name]
    return None if spec is None else getattr(sn, spec[0])(**spec[1])


def driver_place(extent):
    return np.round(0.33 * extent * [1, -1, 1][:len(extent)], 3)


def counts(place, rule):
    """How many connections each node of the pool has with drivers in one place; and the pool."""
    net = sn.Network(seed=12, threads=2)
    pool = net.create("parrot_neuron", placement(place), name="pool")
    at = driver_place(pool.extent)
    drivers = net.create("parrot_neuron", sn.free(np.tile(at, (N_DRIVERS, 1)), extent=pool.extent), name="drivers")
    ends = (drivers, pool) if rule.driver == "source" else (pool, drivers)
    found = net.connect(*ends, rule)
    chosen = net.connections(*ends, projection=found)  # a symmetric rule makes others, too
    ids = chosen.target if rule.driver == "source" else chosen.source
    return np.bincount(ids - pool.ids[0], minlength=len(pool)), pool


def chances(pool, p, mask, driver_is_source):
    """p of each node by definition, 0 outside the mask."""
    at, d = driver_place(pool.extent), len(pool.extent)
    space = Space(d, pool.extent, pool.edge_wrap)
    values = np.ones(len(pool))
    if p is not None:
        values = evaluate(p, space.inputs(at, pool.positions, driver_is_source), len(pool))
    if mask is not None:
        inside, condition = np.zeros(len(pool), bool), mask.resolved(pool).expression
        for turns in itertools.product((-1, 0, 1) if pool.edge_wrap else (0,), repeat=d):
            raw = pool.positions - at + np.array(turns) * pool.extent
            inside |= evaluate(condition, dict(zip(("dx", "dy", "dz"), raw.T)), len(raw)) != 0
        values = values * inside
    return values


def fits(found, expected, variance, dof=0):
    """Sum of squared standard scores; rare nodes together; `dof` are lost to a fixed sum."""
    assert (found[expected == 0] == 0).all() and (found[variance == 0] == expected[variance == 0]).all()
    many = expected >= 8
    assert many.sum() > 2
    score, n = ((found[many] - expected[many]) ** 2 / variance[many]).sum(), many.sum()
    rare = (expected > 0) & ~many
    if rare.any():
        score, n = score + (found[rare].sum() - expected[rare].sum()) ** 2 / variance[rare].sum(), n + 1
    assert 1e-5 < stats.chi2.sf(score * (n - dof) / n if dof else score, n - dof) < 1 - 1e-5


BINOMIAL = {"pairwise_bernoulli": sn.pairwise_bernoulli,
            "symmetric_pairwise_bernoulli": sn.symmetric_pairwise_bernoulli,
            "around targets": lambda p, mask: sn.pairwise_bernoulli(p, mask=mask, use_on_source=True)}
POISSON = {"pairwise_poisson": sn.pairwise_poisson,
           "around sources": lambda p, mask: sn.pairwise_poisson(p, mask=mask, use_on_source=False)}
DRAWN = {"fixed_indegree": lambda p, mask: sn.fixed_indegree(DEGREE, p=p, mask=mask),
         "fixed_outdegree": lambda p, mask: sn.fixed_outdegree(DEGREE, p=p, mask=mask),
         "fixed_total_number": lambda p, mask: sn.fixed_total_number(N_DRIVERS, p=p, mask=mask)}


@pytest.mark.parametrize("rule", BINOMIAL)
@pytest.mark.parametrize("place, mask", CASES)
def test_each_pair_has_its_probability_in_every_mask_on_every_layer(place, mask, rule):
    mask = mask_of(place, mask)
    made = BINOMIAL[rule](P, mask=mask)
    found, pool = counts(place, made)
    p = chances(pool, P, mask, made.driver == "source")
    fits(found, N_DRIVERS * p, N_DRIVERS * p * (1 - p))


@pytest.mark.parametrize("rule", POISSON)
@pytest.mark.parametrize("place, mask", CASES)
def test_each_pair_has_its_mean_number_in_every_mask_on_every_layer(place, mask, rule):
    mask = mask_of(place, mask)
    made = POISSON[rule](2 * P, mask=mask)
    found, pool = counts(place, made)
    expected = N_DRIVERS * 2 * chances(pool, P, mask, made.driver == "source")
    fits(found, expected, expected)


@pytest.mark.parametrize("rule", DRAWN)
@pytest.mark.parametrize("place, mask", CASES)
def test_each_pair_is_drawn_by_its_weight_in_every_mask_on_every_layer(place, mask, rule):
    mask = mask_of(place, mask)
    made = DRAWN[rule](P, mask=mask)
    found, pool = counts(place, made)
    share = chances(pool, P, mask, made.driver == "source")
    expected = found.sum() * share / share.sum()
    assert found.sum() == N_DRIVERS * (1 if rule == "fixed_total_number" else DEGREE)
    fits(found, expected, expected, dof=1)


@pytest.mark.parametrize("rule", [sn.fixed_indegree, sn.fixed_outdegree])
@pytest.mark.parametrize("place, mask", CASES)
def test_candidates_are_drawn_alike_once_each_in_every_mask_on_every_layer(place, mask, rule):
    """And with a degree of all of them, they are exactly the nodes in the mask: as all_to_all has them."""
    mask = mask_of(place, mask)
    inside = chances(placed(place), None, mask, True)
    n = int(inside.sum())
    found, _ = counts(place, rule(DEGREE, mask=mask, allow_multapses=False))
    q = inside * DEGREE / n
    fits(found, N_DRIVERS * q, N_DRIVERS * q * (1 - q) * n / (n - 1), dof=1)
    found, _ = counts(place, rule(n, mask=mask, allow_multapses=False))
    assert (found == N_DRIVERS * inside).all()
    assert (counts(place, sn.all_to_all(mask=mask, use_on_source=rule is sn.fixed_indegree))[0] == found).all()
