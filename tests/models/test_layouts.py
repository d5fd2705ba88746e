"""What is read of a compiled step is what planning it gives."""

from dataclasses import fields

import pytest

import spatialnet as sn
from spatialnet._core.engine import layout
from spatialnet.language.nodes import Expression, structure
from spatialnet.models import get_model, list_models
from spatialnet.models.kernels import Layout, default_flags, plan
from spatialnet.models.layouts import read

COMPILED = [name for name in list_models("neuron") if get_model(name).kernel]


def comparable(value):
    """Dataclasses, containers and expressions as tuples that compare by what they hold."""
    if isinstance(value, Expression):
        return structure(value)
    if isinstance(value, dict):
        return tuple((key, comparable(item)) for key, item in value.items())
    if isinstance(value, tuple):
        return tuple(map(comparable, value))
    return {f.name: comparable(getattr(value, f.name)) for f in fields(value)} if hasattr(value, "__dataclass_fields__") else value


@pytest.mark.parametrize("name", COMPILED)
def test_layout_is_that_of_the_plan(name):
    model = get_model(name)
    made, found = plan(model, default_flags(model)), read(layout(name))
    for field in fields(Layout):
        assert comparable(getattr(found, field.name)) == comparable(getattr(made, field.name)), field.name
    assert (found.counts, found.touched, found.flags, found.rows) == (made.counts, made.touched, default_flags(model), made.rows)


def test_models_without_a_compiled_step_have_none():
    assert layout("") == "" and layout("mine") == ""


def test_compiled_models_are_not_planned(monkeypatch):
    monkeypatch.setattr("spatialnet.models.kernels.plan", lambda *given: pytest.fail("planned"))
    for name in ("iaf_psc_alpha", "aeif_cond_alpha", "hh_psc_alpha_gap", "izhikevich"):
        net = sn.Network(threads=1)
        net.create(name, n=3)
        net.create(sn.copy_model(name, "copy"), n=3, name="others")
        net.simulate(1.0, progress=False)
