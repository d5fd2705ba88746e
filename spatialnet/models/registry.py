"""Names → models."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ..errors import ConnectError, ParameterError, UnknownNameError
from .declaration import Model, SynapseModel
from .devices import currents, detectors, spikes
from .neurons import (
    adaptive,
    adaptive_threshold,
    astrocytes,
    binary,
    clopath,
    conductance,
    generalised,
    glif,
    hill_tononi,
    hodgkin_huxley,
    integrate_and_fire,
    multi_compartment,
    multisynapse,
    populations,
    precise,
    rates,
    relays,
)
from .synapses import continuous, short_term, spike_timing, static

_FAMILIES = (
    integrate_and_fire,
    multisynapse,
    adaptive_threshold,
    generalised,
    glif,
    binary,
    conductance,
    adaptive,
    hodgkin_huxley,
    hill_tononi,
    multi_compartment,
    clopath,
    astrocytes,
    rates,
    relays,
    precise,
    populations,
    spikes,
    currents,
    detectors,
    static,
    short_term,
    spike_timing,
    continuous,
)
_MODELS: dict[str, Model] = {model.name: model for family in _FAMILIES for model in family.MODELS}
#: what synapses carry besides spikes, in words
_CARRIED = {"rate": "rates", "diffusion": "rates as drift and diffusion", "sic": "slow inward currents",
            "gap": "voltage through gap junctions"}
_KIND = {"neuron": "neuron", "relay": "neuron", "generator": "neuron", "detector": "neuron", "synapse": "synapse"}


def list_models(kind: str | None = None) -> list[str]:
    """Names of all models that ship, or of those of one kind.

    Parameters
    ----------
    kind : {"neuron", "relay", "generator", "detector", "synapse"}, optional

    Returns
    -------
    list of str

    Examples
    --------
    >>> [name for name in list_models("neuron") if name.startswith("iaf_psc_alpha")]
    ['iaf_psc_alpha', 'iaf_psc_alpha_multisynapse', 'iaf_psc_alpha_ps']
    """
    return sorted(name for name, model in _MODELS.items() if kind in (None, model.kind))


def get_model(name: str | Model, role: str | None = None) -> Model:
    """The model called `name`. In a notebook it shows its page: equations, parameters, units, source.

    Parameters
    ----------
    name : str or Model
        A model itself is given back, if it can be used so.
    role : {"neuron", "synapse"}, optional
        What it is to be used as: a node of a layer (neuron, relay, generator, detector) or a synapse; anything by default.

    Raises
    ------
    UnknownNameError
        With the nearest name that is known.

    Examples
    --------
    >>> get_model("iaf_psc_exp").parameters["tau_m"].unit
    'ms'
    """
    model = name if isinstance(name, Model) else _MODELS.get(name) if isinstance(name, str) else None
    if model is not None and role in (None, _KIND[model.kind]):
        return model
    if model is not None:
        use = "a synapse for connect, not a node" if role == "neuron" else "a node, not a synapse"
        raise UnknownNameError(f"{role} model", model.name, (), f"It is {use}.")
    known = [n for n, m in _MODELS.items() if role in (None, _KIND[m.kind])]
    raise UnknownNameError(f"{role} model" if role else "model", name, known, "See spatialnet.list_models().")


def ships(model: Model) -> bool:
    """Whether `model` is one of those that `list_models` names, and not only called so."""
    return _MODELS.get(model.name) is model


def copy_model(existing: str | Model, new: str, **defaults: object) -> Model:
    """A model like another one, with other defaults.

    Parameters
    ----------
    existing : str or Model
        A neuron, device or synapse, or its name.
    new : str
        Name of the copy.
    **defaults
        Parameters, and initial values of state variables. A parameter called ``lambda`` is written ``lambda_``.

    Returns
    -------
    Model
        To be given to `Network.create`, or called as a synapse. It belongs to no network: keep it.

    Raises
    ------
    UnknownNameError, ParameterError

    Examples
    --------
    >>> slow = copy_model("iaf_psc_alpha", "slow", tau_m=30.0)
    >>> slow.parameters["tau_m"].default
    30.0
    """
    model = existing if isinstance(existing, Model) else _MODELS.get(existing) if isinstance(existing, str) else None
    if model is None:
        raise UnknownNameError("model", existing, _MODELS, "See spatialnet.list_models().")
    if not isinstance(new, str) or not new.strip() or "/" in new or new in _MODELS:
        raise ParameterError("copy_model", "new", f"must be a name without '/' that no model has, got {new!r}")
    checked = model.check(without_underscores(model, defaults), 1)
    given = without_underscores(model, defaults)
    parameters = {name: replace(p, default=checked[name]) if name in given else p for name, p in model.parameters.items()}
    states = {name: replace(s, initial=checked[name]) if name in given else s for name, s in model.states.items()}
    return replace(model, name=new, parameters=parameters, states=states)


def without_underscores(model: Model, values: Mapping[str, object]) -> dict[str, object]:
    """Keywords as names of `model`: Python does not take ``lambda`` as a keyword, so ``lambda_`` stands for it."""
    return {name[:-1] if name.endswith("_") and name[:-1] in model.settable else name: value for name, value in values.items()}


def check_connection(source: Model, target: Model, receptor: int = 0, sending: Mapping[str, object] | None = None,
                     receiving: Mapping[str, object] | None = None, carrier: SynapseModel | None = None) -> None:
    """Refuse connections that mean nothing.

    Parameters
    ----------
    source, target : Model
    receptor : int
    sending, receiving : mapping, optional
        The parameters of the nodes; their defaults if left out.
    carrier : SynapseModel, optional
        The synapse model, where it carries something else than spikes.

    Raises
    ------
    ConnectError
        If `target` takes no input, has no such receptor, or takes nothing of the kind that `source` sends, or the synapse carries.
    """
    if target.kind == "generator":
        raise ConnectError(f"a {target.name} takes no input; connect to neurons or relays.")
    if source.kind == "detector":
        raise ConnectError(f"a {source.name} sends nothing; connect neurons to it.")
    if carrier is not None:
        return _check_coupling(source, target, receptor, carrier)
    if source.kind == "neuron" and not source.spikes:
        raise ConnectError(f"a {source.name} sends no spikes. Connect it by {_carriers(source)}.")
    current = source.kind == "generator" and source.signal == "current"
    if source.kind == "generator" and source.signal == "rate":
        raise ConnectError(f"a {source.name} sends a rate, no spikes. Connect it to rate neurons by rate_connection_delayed.")
    if current and target.kind != "neuron":
        raise ConnectError(f"a {target.name} takes no current from a {source.name}; connect it to neurons.")
    if target.kind == "detector":
        known = tuple(range(target.n_receptors(target.check(receiving or {}, 1) if receiving is None else receiving)))
        if source.kind != "neuron" and not source.has_spikes(sending or source.check({}, 1)):
            raise ConnectError(f"a {source.name} sends different spikes to every target, so a {target.name} cannot see those of "
                               "others. Connect it one-to-one to parrot_neuron nodes and these to the detector.")
    elif target.kind == "neuron":
        known = tuple(target.currents) if current else tuple(target.inputs)
    else:
        known = (0, *target.deaf)
    what = "current" if current else "spikes"
    if not known:
        raise ConnectError(f"a {target.name} takes no {what}.")
    if receptor not in known:
        shown = ", ".join(map(str, known)) if len(known) < 20 else f"0 … {known[-1]}"
        raise ConnectError(f"{target.name} has no receptor {receptor} for {what}; it has {shown}.")
    if not current and target.kind == "neuron" and target.inputs[receptor].scaled and not sends_factor(source):
        raise ConnectError(f"receptor {receptor} of {target.name} takes spikes that carry a factor; those of {source.name} do not.")


def _check_coupling(source: Model, target: Model, receptor: int, carrier: SynapseModel) -> None:
    sent = getattr(source, "sends", {"rate": "rate"} if getattr(source, "signal", "") == "rate" and not carrier.at_once else {})
    what = _CARRIED[carrier.carries]
    if carrier.carries not in sent:
        raise ConnectError(f"a {source.name} sends no {what}, which {carrier.name} carries. Connect it by {_carriers(source)}.")
    if carrier.carries not in getattr(target, "couplings", {}):
        raise ConnectError(f"a {target.name} takes no {what}, which {carrier.name} carries.")
    if receptor != 0:
        raise ConnectError(f"{target.name} has no receptor {receptor} for {what}; it has 0.")


def _carriers(source: Model) -> str:
    """The synapse models that carry what `source` sends."""
    sent = ["rate"] if getattr(source, "signal", "") == "rate" else list(getattr(source, "sends", ()))
    sent += ["spikes"] * (not sent or getattr(source, "spikes", False))
    known = [m.name for m in _MODELS.values() if m.kind == "synapse" and m.carries in sent and
             not (m.at_once and source.kind == "generator")]
    return " or ".join(known) if len(known) < 4 else "a synapse for spikes, such as static_synapse"


def sends_factor(model: Model) -> bool:
    """Whether the spikes of `model` carry a factor for the weights of those receptors that ask for one."""
    return model.kind == "neuron" and "sent" in model.step_text
