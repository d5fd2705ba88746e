"""The plastic connections of a network → what the engine runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .._core.engine import Modulation, SpikeArchive
from ..connect.plasticity import Plasticity
from ..errors import SimulationError
from ..models import get_model
from ..models.plasticity import plan
from ..models.synapse_machine import programs
from .groups import Group


def describe(table: Any, plasticity: Plasticity | None, target: Group, h: float, identity: int, records: bool) -> dict[str, Any]:
    """What `Engine` needs to know about a plastic table; a static one that is recorded counts as plastic, too.

    Raises
    ------
    SimulationError
        If the source cannot drive such synapses.
    """
    model = table.source.model
    if model.kind != "neuron" and not model.has_spikes(table.source.parameters):
        raise SimulationError(
            f"a {model.name} sends different spikes to every target, or none at all, so its synapses cannot be plastic or "
            f"recorded: connect '{table.source.name}' one-to-one to parrot_neuron nodes, and those to '{table.target.name}'.")
    if plasticity is None:
        plasticity = Plasticity.begin(get_model("static_synapse", "synapse"), table.offsets, {}, 0)
    made = plan(plasticity.model)
    compiled = bool(plasticity.model.kernel)
    uniform = compiled and plasticity.is_uniform
    order = [name for name in made.states if name not in plasticity.shared]
    if plasticity.transmitter is not None and plasticity.modulation is None:
        part = plasticity.transmitter.parts[0]
        plasticity.modulation = Modulation(plasticity.parameters[plasticity.model.modulator], int(part.indices[0]))
    return {"model": plasticity.model.name, "kernel": plasticity.model.kernel, "h": h, "identity": identity,
            "needs_posts": made.needs_posts, "columns": not uniform,
            "parameters": [np.atleast_1d(np.asarray(plasticity.parameters[name], np.float64)) for name in made.parameters],
            "states": [plasticity.states[name] for name in order],
            "shared": [plasticity.shared[name] for name in made.shared if name in plasticity.shared],
            "last": plasticity.last, "archive": target.archive if made.needs_posts else None,
            "modulation": plasticity.modulation,
            "modulator_group": -1 if plasticity.transmitter is None else plasticity.transmitter.parts[0].population.index,
            "records": records, "programs": None if compiled else programs(plasticity.model)}


def prepare_archives(groups: Sequence[Group], tables: Sequence[Any], h: float) -> None:
    """Give the targets of plastic synapses room for the spikes that these look at."""
    longest: dict[int, int] = {}
    for entry in tables:
        plasticity = entry.table.plasticity
        if plasticity is not None and plan(plasticity.model).needs_posts and len(entry.table):
            longest[entry.target] = max(longest.get(entry.target, 0), int(np.max(entry.table.delays)))
    for index, group in enumerate(groups):
        if index in longest and group.archive is None:
            if "tau_minus" not in group.parameters:
                raise SimulationError(f"'{group.population.name}' cannot be the target of a plastic synapse, because a "
                                      f"{group.population.model.name} does not spike.")
            group.archive = SpikeArchive(group.population.n)
        if group.archive is not None:
            group.archive.prepare(group.parameters["tau_minus"], group.parameters["tau_minus_triplet"], longest.get(index, 1), h)
