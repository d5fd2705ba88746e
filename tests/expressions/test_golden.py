"""Profiles have the values of the reference, to the digits it prints."""

import numpy as np
import pytest

import spatialnet as sn

TARGETS = np.array([[.3, .4], [-.5, .2]])


@pytest.mark.parametrize("profile, expected", [
    (sn.exponential(sn.distance, beta=.5), [.36787944, .34060461]),
    (sn.gaussian(sn.distance, mean=.5, std=.4), [1, .99537473]),
    (sn.gaussian2d(sn.distance.x, sn.distance.y, .1, .2, .5, .7, rho=.3), [.90929238, .70352747]),
    (sn.gamma(sn.distance, kappa=2, theta=.5), [.73575888, .73368479]),
    (sn.gabor(sn.target.x - sn.source.x, sn.target.y - sn.source.y, theta=30, gamma=.8, std=.6, lam=1.3, psi=.2),
     [.45509691, 0]),
])
def test_profiles_have_the_values_of_the_reference(profile, expected):
    found = profile.at(displacement=TARGETS, source=np.zeros((2, 2)), target=TARGETS)
    assert found == pytest.approx(expected, abs=5e-9)
