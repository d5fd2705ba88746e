"""Random numbers by inversion: quantile functions against SciPy's distributions."""

import numpy as np
import pytest
from scipy import stats

from spatialnet.expressions.evaluate import at
from spatialnet.language.nodes import Symbol, operation

P = np.concatenate([np.random.default_rng(1).uniform(size=2000), [0.0, 1e-16, 1e-9, 1e-4, 0.5, 1 - 1e-9, 1 - 2.0 ** -53]])


def quantiles(name, p, parameter):
    return at(operation(name, Symbol("p"), Symbol("a")), p=p, a=np.full(p.size, parameter))


@pytest.mark.parametrize("mean", [1e-6, 0.03, 0.7, 5.0, 11.9, 12.1, 80.0, 1e3, 1e5])
def test_poisson_quantile_is_the_least_number_that_reaches_p(mean):
    found, expected = quantiles("poisson_quantile", P, mean), stats.poisson.ppf(P, mean)
    expected[P == 0] = 0
    # where p lies on a step of the distribution to rounding, either side is right
    near = np.abs(stats.poisson.cdf(np.minimum(found, expected), mean) - P) < 1e-11
    assert ((found == expected) | near & (np.abs(found - expected) <= 1)).all()


@pytest.mark.parametrize("shape", [0.5, 1.0, 2.0, 3.7, 40.0, 500.0])
def test_gamma_quantile_inverts_the_distribution(shape):
    found = quantiles("gamma_quantile", P, shape)
    np.testing.assert_allclose(found, stats.gamma.ppf(P, shape), rtol=1e-9)
