"""Units and meanings of parameters, variables and weights, asked of the declarations of the models."""

from __future__ import annotations

from ..errors import UnknownNameError


def meaning(model: object, name: str) -> dict[str, str]:
    """CF attributes ``units`` and ``long_name`` of a parameter or variable, as far as the model declares them."""
    try:
        found = model.find(name)
    except UnknownNameError:
        return {"long_name": name}
    return ({"units": found.unit} if found.unit else {}) | {"long_name": found.meaning}


def weight_units(projection) -> str | None:
    """Unit of the weights of a projection: what a spike adds to at the targets. None where targets differ.

    A weight is a current in the ``psc`` families, a conductance in the ``cond`` families and a jump of the membrane
    potential in the ``psc_delta`` ones; relays and recorders have no unit for it. What carries no spikes says the unit itself.
    """
    models = [synapse.declaration for synapse in getattr(projection, "synapses", ())]
    if any(model.carrier for model in models):
        units = {model.unit("weight") if model.carrier and "weight" in model.parameters else "" for model in models}
        return (units.pop() or None) if len(units) == 1 else None
    parts = projection.target.parts
    if getattr(projection.rule, "make_symmetric", False):
        parts = (*parts, *projection.source.parts)
    units = {_weight_unit(part.population.model.name) for part in parts}
    return units.pop() if len(units) == 1 else None


def _weight_unit(model: str) -> str | None:
    families = set(model.split("_"))
    if "delta" in families:
        return "mV"
    return "pA" if "psc" in families else "nS" if "cond" in families else None
