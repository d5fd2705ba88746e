"""Random Parameters. Every occurrence draws anew, for each node or connection."""

import numbers as _numbers

from .parameters import distribution as _distribution

__all__ = ["exponential", "lognormal", "normal", "uniform", "uniform_int"]


def uniform(min=0.0, max=1.0):
    """Uniform in [min, max)."""
    return _distribution("uniform", min=min, max=max)


def uniform_int(max):
    """Integers 0 … max - 1 with equal probability."""
    if isinstance(max, bool) or not isinstance(max, _numbers.Integral):
        raise RuntimeError(f"uniform_int: max must be an integer, got {max!r}")
    return _distribution("uniform_int", max=int(max))


def normal(mean=0.0, std=1.0):
    """Normal distribution."""
    return _distribution("normal", mean=mean, std=std)


def exponential(beta=1.0):
    """Exponential distribution with mean `beta`."""
    return _distribution("exponential", beta=beta)


def lognormal(mean=0.0, std=1.0):
    """Exponential of a normal distribution; `mean` and `std` are those of the logarithm."""
    return _distribution("lognormal", mean=mean, std=std)
