"""The plastic connections of a network → what the engine runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .._core.engine import Modulation, SpikeArchive
from ..connect.plasticity import Plasticity
from ..distinct import distinct
from ..errors import SimulationError
from ..models import get_model
from ..models.plasticity import plan
from ..models.synapse_machine import programs
from .groups import Group
from .timing import steps_up

#: what synapses look at -> the variable that shows that the target has it, and what to say of one that has not
NEEDED = {"": ("tau_minus", "does not spike"), "voltage": ("u_bar_bar", "keeps no filtered voltage"),
          "error": ("error", "has no dendrite that learns")}


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
            "last": plasticity.last, "archive": (target.voltages if made.follows else target.archive) if made.needs_posts else None,
            "modulation": plasticity.modulation,
            "modulator_group": -1 if plasticity.transmitter is None else plasticity.transmitter.parts[0].population.index,
            "records": records, "programs": None if compiled else programs(plasticity.model)}


def prepare_archives(groups: Sequence[Group], tables: Sequence[Any], step: int, h: float) -> None:
    """Give the targets of plastic synapses room for what these look at, from `step` on."""
    longest: dict[tuple[int, str], int] = {}
    for entry in tables:
        plasticity = entry.table.plasticity
        if plasticity is not None and plan(plasticity.model).needs_posts and len(entry.table):
            key = entry.target, plan(plasticity.model).follows
            longest[key] = max(longest.get(key, 0), int(np.max(entry.table.delays)))
    for index, follows in longest:
        group = groups[index]
        needed, what = NEEDED[follows]
        if needed not in (getattr(group, "names", ()) if follows else group.parameters):
            raise SimulationError(f"'{group.population.name}' cannot be the target of such a plastic synapse, because a "
                                  f"{group.population.model.name} {what}.")
        if follows and group.voltages is None:
            group.voltages = SpikeArchive(group.population.n)
        elif not follows and group.archive is None:
            group.archive = SpikeArchive(group.population.n)
    for index, group in enumerate(groups):
        if group.archive is not None:
            group.archive.prepare(group.parameters["tau_minus"], group.parameters["tau_minus_triplet"],
                                  longest.get((index, ""), 1), h)
        if group.voltages is not None and "error" in group.names:
            _follow_errors(group, longest.get((index, "error"), 1), h)
        elif group.voltages is not None:
            _follow_voltage(group, longest.get((index, "voltage"), 1), step, h)


def _follow_errors(group: Group, longest: int, h: float) -> None:
    values = group.parameters
    of_membrane, of_synapses = values["dendritic_C_m"] / values["dendritic_g_L"], values["dendritic_tau_syn_ex"]
    if np.any(of_membrane == of_synapses):
        raise SimulationError(f"'{group.population.name}': the membrane time constant of the dendrite, C_m / g_L, must differ from its "
                              "tau_syn_ex, because the kernel of urbanczik_synapse is a difference of exponentials.")
    group.voltages.follow_errors(group.state[group.names.index("error")], of_synapses, of_membrane, longest, h)


def _follow_voltage(group: Group, longest: int, step: int, h: float) -> None:
    values = group.parameters
    delay = distinct(steps_up(values["delay_u_bars"], h))
    if len(delay) > 1:
        raise SimulationError(f"'{group.population.name}': delay_u_bars must be the same for all neurons of a layer.")
    group.voltages.follow({name: group.state[group.names.index(name)] for name in ("V_m", "u_bar_plus", "u_bar_minus", "u_bar_bar")},
                          group.offset("V_m"), [values[name] for name in ("A_LTP", "A_LTD", "theta_plus", "theta_minus", "u_ref_squared")],
                          values["A_LTD_const"], int(delay[0]), longest, step, h)
