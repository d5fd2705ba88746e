"""Profiles of distance and displacement, for connections."""

from .parameters import profile as _profile

__all__ = ["exponential", "gabor", "gamma", "gaussian", "gaussian2D"]


def exponential(x, beta=1.0):
    """``exp(-x / beta)``."""
    return _profile("exponential", x, beta=beta)


def gaussian(x, mean=0.0, std=1.0):
    """``exp(-(x - mean)**2 / (2 std**2))``, with peak 1."""
    return _profile("gaussian", x, mean=mean, std=std)


def gaussian2D(x, y, mean_x=0.0, mean_y=0.0, std_x=1.0, std_y=1.0, rho=0.0):
    """``exp(-(a**2 + b**2 - 2 rho a b) / (2 (1 - rho**2)))`` with ``a = (x - mean_x) / std_x``, b likewise."""
    return _profile("gaussian2d", x, y, mean_x=mean_x, mean_y=mean_y, std_x=std_x, std_y=std_y, rho=rho)


def gamma(x, kappa=1.0, theta=1.0):
    """``x**(kappa - 1) exp(-x / theta) / (theta**kappa Gamma(kappa))``."""
    return _profile("gamma", x, kappa=kappa, theta=theta)


def gabor(x, y, theta=0.0, gamma=1.0, std=1.0, lam=1.0, psi=0.0):
    """``max(cos(2 pi v / lam + psi), 0) exp(-(gamma**2 u**2 + v**2) / (2 std**2))``; `theta` and `psi` in degrees."""
    return _profile("gabor", x, y, theta=theta, gamma=gamma, std=std, lam=lam, psi=psi)
