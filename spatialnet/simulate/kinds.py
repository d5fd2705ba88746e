"""A population → the group that runs it, of the class its model asks for."""

from __future__ import annotations

from . import detectors, generators, populations, precise
from .groups import Group, NeuronGroup

_GROUPS: dict[str, type[Group]] = detectors.GROUPS | generators.GROUPS | populations.GROUPS | precise.GROUPS


def group_class(model: object) -> type[Group]:
    """The class of the groups that run nodes of `model`."""
    if model.kind == "neuron" and not model.runs_as:
        return precise.PreciseGroup if model.precise else NeuronGroup
    return _GROUPS[model.runs_as]


def make_group(population: object, h: float, seed: int) -> Group:
    """The group that runs `population`."""
    return group_class(population.model)(population, h, seed)
