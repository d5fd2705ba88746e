"""Where a dataset comes from: versions, machine, hour."""

from __future__ import annotations

import platform
import sys
from datetime import UTC, datetime
from importlib import metadata

DISTRIBUTION = "jupyter-spatialnet"
_LIBRARIES = ("numpy", "scipy", "xarray", "h5netcdf", "h5py")


def version_of(distribution: str) -> str | None:
    """Version of an installed distribution, or None."""
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return None


def spatialnet_version() -> str:
    """Version of this package; says so when it runs from sources that were never installed."""
    return version_of(DISTRIBUTION) or "0+not.installed"


def environment() -> dict[str, str]:
    """Versions and platform of this process. Names neither the user nor the machine."""
    found = {"python": platform.python_version(), "implementation": sys.implementation.name,
             "spatialnet": spatialnet_version(), "platform": f"{platform.system()} {platform.release()}",
             "machine": platform.machine()}
    found.update((name, version) for name in _LIBRARIES if (version := version_of(name)))
    return found


def now() -> str:
    """This moment in UTC, ISO 8601."""
    return datetime.now(UTC).isoformat(timespec="seconds")
