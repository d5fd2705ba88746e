"""Profiles and functions of values: what they compute, and which parameters they refuse."""

import numpy as np
import pytest
from scipy import stats

import spatialnet as sn
from spatialnet.errors import ExpressionError, ParameterError

D = np.array([0.0, 0.1, 0.5, 1.0, 2.7])


def test_profiles_compute_their_formulas():
    """spatial.md §4.3; the peak of a Gaussian and of an exponential is 1."""
    np.testing.assert_allclose(sn.gaussian(sn.distance, 0.3, 0.7).at(distance=D), np.exp(-(D - 0.3) ** 2 / (2 * 0.49)), rtol=1e-14)
    np.testing.assert_allclose(sn.exponential(sn.distance, 0.4).at(distance=D), np.exp(-D / 0.4), rtol=1e-14)
    np.testing.assert_allclose(sn.gamma(sn.distance, 2.5, 0.3).at(distance=D), stats.gamma(2.5, scale=0.3).pdf(D), rtol=1e-13)
    np.testing.assert_allclose(sn.gamma(sn.distance, 1, 0.3).at(distance=D), stats.expon(scale=0.3).pdf(D), rtol=1e-14)
    assert sn.gaussian(sn.distance).at(distance=[0.0]) == 1 and sn.exponential(sn.distance).at(distance=[0.0]) == 1


@pytest.mark.parametrize("rho", [0.0, 0.6, -0.9])
def test_bivariate_gaussian_is_the_density_scaled_to_peak_one(rho):
    at = np.random.default_rng(0).normal(size=(20, 2))
    law = stats.multivariate_normal([0.1, -0.2], [[0.25, rho * 0.35], [rho * 0.35, 0.49]])
    made = sn.gaussian2d(sn.displacement.x, sn.displacement.y, 0.1, -0.2, 0.5, 0.7, rho=rho).at(displacement=at)
    np.testing.assert_allclose(made, law.pdf(at) / law.pdf([0.1, -0.2]), rtol=1e-12)


def test_gabor_has_its_peak_in_the_middle_and_stripes_across():
    """θ = 0: waves along y with wavelength λ, cut off below 0; θ turns them counter-clockwise."""
    gabor = sn.gabor(sn.displacement.x, sn.displacement.y, std=1.0, lam=0.8)
    along_y = gabor.at(displacement=[[0, 0], [0, 0.2], [0, 0.4], [0, 0.8]])
    assert along_y == pytest.approx([1, 0, 0, np.exp(-0.32)], abs=1e-15)
    assert gabor.at(displacement=[[0.7, 0]]) == pytest.approx(np.exp(-0.245))
    turned = sn.gabor(sn.displacement.x, sn.displacement.y, theta=90, std=1.0, lam=0.8)
    assert turned.at(displacement=[[-0.8, 0], [0.2, 0]]) == pytest.approx([np.exp(-0.32), 0], abs=1e-15)
    shifted = sn.gabor(sn.displacement.x, sn.displacement.y, psi=90, lam=0.8)
    assert shifted.at(displacement=[[0, 0], [0, -0.2]]) == pytest.approx([0, np.exp(-0.02)], abs=1e-15)


@pytest.mark.parametrize("make, name", [
    (lambda v: sn.gaussian(sn.distance, std=v), "std"), (lambda v: sn.exponential(sn.distance, beta=v), "beta"),
    (lambda v: sn.gamma(sn.distance, kappa=v), "kappa"), (lambda v: sn.gamma(sn.distance, theta=v), "theta"),
    (lambda v: sn.gaussian2d(sn.distance.x, sn.distance.y, std_y=v), "std_y"),
    (lambda v: sn.gabor(sn.distance.x, sn.distance.y, lam=v), "lam"), (lambda v: sn.gabor(sn.distance.x, sn.distance.y, std=v), "std")])
@pytest.mark.parametrize("value", [0, -1.0, np.nan, np.inf, "wide", None])
def test_widths_must_be_positive_numbers(make, name, value):
    with pytest.raises(ParameterError, match=rf"\.{name}: must be a number > 0, got"):
        make(value)


@pytest.mark.parametrize("rho", [1, -1, 1.5, np.nan])
def test_correlation_must_lie_between(rho):
    with pytest.raises(ParameterError, match="gaussian2d.rho"):
        sn.gaussian2d(sn.distance.x, sn.distance.y, rho=rho)


@pytest.mark.parametrize("function, expected", [
    (sn.exp, np.exp), (sn.log, np.log), (sn.sqrt, np.sqrt), (sn.sin, np.sin), (sn.cos, np.cos), (sn.abs, np.abs), (sn.floor, np.floor)])
def test_functions_of_values_are_numpys(function, expected):
    np.testing.assert_allclose(function(sn.distance).at(distance=D[1:]), expected(D[1:]), rtol=1e-14)


def test_choice_and_extremes_take_expressions_and_numbers():
    d = sn.distance
    assert sn.where(d < 0.5, d, -1).at(distance=D).tolist() == [0.0, 0.1, -1, -1, -1]
    assert sn.min(d, 0.5).at(distance=D).tolist() == [0, 0.1, 0.5, 0.5, 0.5]
    assert sn.max(0.5, d).at(distance=D).tolist() == [0.5, 0.5, 0.5, 1.0, 2.7]
    assert sn.max(d, 1 - d).at(distance=D) == pytest.approx([1, 0.9, 0.5, 1.0, 2.7])
    assert ((d > 0.1) & (d <= 1.0)).at(distance=D).tolist() == [0, 0, 1, 1, 0]


# ---- at ----

def test_displacement_brings_distances_and_components_along():
    at = [[3.0, -4.0], [0.0, 1.0]]
    for expression, expected in ((sn.distance, [5, 1]), (sn.distance.y, [4, 1]), (sn.displacement.y, [-4, 1]),
                                 (sn.displacement.x * sn.distance.x, [9, 0])):
        assert expression.at(displacement=at).tolist() == expected
    assert (sn.target.x - sn.source.y).at(source=[[1, 2]], target=[[5, 6]]).tolist() == [3]
    assert sn.pos.z.at(pos=[[1, 2, 3], [4, 5, 6]]).tolist() == [3, 6]


def test_inputs_are_broadcast_and_counted():
    assert (sn.distance + sn.target.x).at(
        distance=[1.0, 2.0], target_x=10).tolist() == [11, 12]
    assert sn.random.uniform().at(n=5).shape == (5,)
    assert (1 + 0 * sn.distance).at(distance=[]).shape == (0,)


@pytest.mark.parametrize("expression, values, reason", [
    (sn.distance, {}, "'distance' has no value here"), (sn.distance.z, {"displacement": [[1, 2]]}, "'distance_z' has no value"),
    (sn.distance + sn.target.x, {"distance": [1, 2], "target_x": [1, 2, 3]}, "different shapes"),
    (sn.distance, {"distance": [[1.0]]}, "one-dimensional"), (sn.target.x, {"target": [1, 2]}, r"must have shape \(m, 2\) or \(m, 3\)")])
def test_inputs_that_do_not_fit_are_refused(expression, values, reason):
    with pytest.raises(ExpressionError, match=reason):
        expression.at(**values)


def test_every_occurrence_of_a_random_part_draws_anew():
    """u - u of one object is not 0, as in the reference; a shared part without chance is computed once."""
    u = sn.random.uniform()
    difference = (u - u).at(n=500, seed=1)
    assert (difference != 0).all() and stats.kstest(difference, stats.triang(0.5, -1, 2).cdf).pvalue > 1e-3
    assert (u.at(n=10, seed=1) == u.at(n=10, seed=1)).all() and (u.at(n=10, seed=1) != u.at(n=10, seed=2)).all()
    assert (u.at(n=10, seed=1, stream=(1, 0, 0)) != u.at(n=10, seed=1, stream=(2, 0, 0))).all()


@pytest.mark.parametrize("make, reason", [
    (lambda: sn.random.uniform(1, 1), "random.uniform.max"), (lambda: sn.random.uniform(2, 1), "above min=2"),
    (lambda: sn.random.normal(0, 0), "random.normal.std"), (lambda: sn.random.lognormal(0, -1), "random.lognormal.std"),
    (lambda: sn.random.exponential(0), "random.exponential.beta"), (lambda: sn.random.uniform_int(0), "an integer ≥ 1"),
    (lambda: sn.random.uniform_int(2.5), "an integer ≥ 1"), (lambda: sn.random.uniform_int(True), "an integer ≥ 1"),
    (lambda: sn.random.redraw(sn.random.uniform(), 2, 1), "must not be below min=2"),
    (lambda: sn.random.redraw(sn.distance, 0, 1), "must contain a random distribution")])
def test_distributions_without_meaning_are_refused(make, reason):
    with pytest.raises(ParameterError, match=reason):
        make()


def test_arguments_of_distributions_may_be_expressions():
    made = sn.random.normal(mean=10 * sn.distance, std=0.001 + 0 * sn.distance).at(distance=D, seed=3)
    np.testing.assert_allclose(made, 10 * D, atol=0.01)
    assert sn.random.redraw(sn.random.normal(sn.distance, 1.0), 0, 3).at(distance=D, seed=3).min() >= 0
