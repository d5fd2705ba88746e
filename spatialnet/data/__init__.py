"""Labelled results: the tree of a run, what to ask of it, and its file. The only package that makes xarray objects."""

from .accessors import SpatialnetAccessor
from .description import describe, description_json
from .files import load, to_netcdf
from .schema import SCHEMA_VERSION, RunTree
from .store import open_store
from .tree import build_tree

__all__ = [
           "SCHEMA_VERSION",
           "RunTree",
           "SpatialnetAccessor",
           "build_tree",
           "describe",
           "description_json",
           "load",
           "open_store",
           "to_netcdf",
]
