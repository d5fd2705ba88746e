"""What users can reach explains itself: a summary, every parameter, and examples that are true."""

import doctest
import inspect

import pytest

import spatialnet as sn
from spatialnet.data.accessors import SpatialnetAccessor

OWNERS = {"Network": sn.Network, "Layer": None, "Projection": None, "Mask": None, "Connections": None, "spatialnet accessor": SpatialnetAccessor}


def _public():
    net = sn.Network(seed=1, threads=1)
    cells = net.create("iaf_psc_alpha", sn.grid([2, 2]))
    made = net.connect(cells, cells, sn.all_to_all())
    owners = {**OWNERS, "Layer": type(cells), "Projection": type(made), "Mask": type(sn.circular(1.0)),
              "Connections": type(made.connections())}
    found = {name: getattr(sn, name) for name in sn.__all__} | {f"random.{name}": getattr(sn.random, name) for name in dir(sn.random)}
    for owner, thing in owners.items():
        found |= {f"{owner}.{name}": inspect.getattr_static(thing, name) for name in dir(thing) if not name.startswith("_")}
    return {name: thing for name, thing in found.items() if callable(thing) or isinstance(thing, property)}


PUBLIC = _public()


@pytest.mark.parametrize("name", PUBLIC)
def test_every_public_name_has_a_docstring_that_names_its_parameters(name):
    thing = PUBLIC[name]
    text = inspect.getdoc(thing)
    assert text, f"{name} has no docstring"
    if isinstance(thing, property) or inspect.isclass(thing) and issubclass(thing, BaseException):
        return
    for parameter in inspect.signature(thing).parameters.values():
        if parameter.name != "self" and parameter.kind not in (parameter.VAR_KEYWORD, parameter.VAR_POSITIONAL):
            assert parameter.name in text, f"the docstring of {name} does not tell what '{parameter.name}' is"


@pytest.mark.parametrize("name", [name for name, thing in PUBLIC.items() if ">>>" in (inspect.getdoc(thing) or "")])
def test_examples_are_true(name):
    thing = PUBLIC[name]
    held = doctest.DocTestFinder(recurse=False).find(thing, name, globs=dict(getattr(inspect.unwrap(thing), "__globals__", vars(sn))))
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    for test in held:
        runner.run(test)
    assert runner.summarize(verbose=False).failed == 0
