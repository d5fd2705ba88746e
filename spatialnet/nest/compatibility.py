"""Which synapses NEST makes between which nodes: what would mean nothing is refused by `Connect`, and not only in a run."""

from __future__ import annotations

from functools import cache
from typing import Any

from ..models.plasticity import plan
from ..models.registry import get_model
from . import errors
from .models import HIDDEN, NodeModel, SynapseModel

#: synapse models through which stimulators may send
FOR_STIMULATORS = frozenset({"static_synapse", "static_synapse_hom_w", "cont_delay_synapse", "rate_connection_delayed"})
#: nodes that send the two states of a binary neuron as spikes, those that take nothing else, and those that take and send either
_BINARY = frozenset({"mcculloch_pitts_neuron", "ginzburg_neuron", "erfc_neuron"})
_OF_BINARY = _BINARY | {"spin_detector", "correlospinmatrix_detector"}
_OF_BOTH = frozenset({"parrot_neuron", "spike_generator", "spike_recorder"})
#: what binary neurons take besides
_NOISE = frozenset({"noise_generator"})


def demand_compatible(start: NodeModel, end: NodeModel, synapse: SynapseModel, has_modulator: bool) -> None:
    """Refuse a synapse that NEST does not make between nodes of two models; receptors are no matter of this.

    Raises
    ------
    NESTErrors.BadProperty, NESTErrors.IllegalConnection, NESTErrors.NotImplemented
    """
    if not has_modulator and "volume_transmitter" in synapse.node_keys:
        raise errors.BadProperty(f"{synapse.name} needs a volume_transmitter; give it with CopyModel or SetDefaults.")
    found = _refusal(start.base, start.element_type, end.base, end.element_type, synapse.base)
    if found is not None:
        kind, text = found
        raise getattr(errors, kind)(text)


def demand_same_signal(start: NodeModel, end: NodeModel) -> None:
    """Refuse to send spikes to what takes the states of binary neurons, and the other way; receptors are looked at before.

    Raises
    ------
    NESTErrors.IllegalConnection
    """
    if start.base in _BINARY and end.base not in _OF_BINARY | _OF_BOTH:
        raise errors.IllegalConnection(f"{start.name} is a binary neuron and sends no spikes for {end.name}.")
    if end.base in _OF_BINARY and start.base not in _BINARY | _OF_BOTH | _NOISE:
        raise errors.IllegalConnection(f"{end.name} takes the states of binary neurons, which {start.name} does not send.")


@cache
def _refusal(start: str, start_type: str, end: str, end_type: str, synapse: str) -> tuple[str, str] | None:
    """The error's name and what it says; None where all is well."""
    if end == "weight_recorder":
        return "IllegalConnection", "a weight_recorder is no target; name it in the synapse model whose weights it records."
    if start_type == "recorder" and synapse not in FOR_STIMULATORS:
        return "IllegalConnection", f"a {start} is connected by static_synapse, not by {synapse}."
    if start_type == "stimulator" and synapse not in FOR_STIMULATORS:
        return "IllegalConnection", f"{start} cannot send through {synapse}; put a parrot_neuron between."
    if get_model(synapse, "synapse").carries != "spikes":
        return None
    if start == "volume_transmitter":
        return "IllegalConnection", "volume_transmitter sends nothing over connections; name it in the synapse model that it modulates."
    looks_back = plan(get_model(synapse, "synapse"))
    if looks_back.follows and not _shows(end, looks_back.follows):
        kind = "NotImplemented" if end_type in ("neuron", "other") else "IllegalConnection"
        return kind, f"{synapse} is not supported by {end}; it needs a target that keeps its {looks_back.follows}."
    if looks_back.needs_posts and not looks_back.follows and not _archives(end):
        return "IllegalConnection", f"{synapse} needs a target that keeps its spikes, which {end} does not."
    if end == "volume_transmitter" and start_type == "stimulator":
        return "IllegalConnection", f"a volume_transmitter takes no spikes from a {start}; put a parrot_neuron between."
    return None


def _shows(model: str, what: str) -> bool:
    from ..simulate.plasticity import NEEDED
    return NEEDED[what][0] in getattr(_declared(model), "states", ())


def _archives(model: str) -> bool:
    return "tau_minus" in getattr(_declared(model), "settable", ()) and "tau_minus" not in HIDDEN.get(model, ())


def _declared(model: str) -> Any:
    from .recording import RECORDERS
    return None if model in RECORDERS else get_model(model)

