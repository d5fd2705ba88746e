"""The whole interface of PyNEST: every public name is here, with the same parameters and defaults, or is refused by its name."""

import importlib
import inspect
import types

import numpy as np
import pytest

from tests.vs_nest.on_both import ours, theirs

MODULES = ("", "spatial", "random", "math", "logic", "spatial_distributions", "raster_plot", "voltage_trace")
CLASSES = ("NodeCollection", "SynapseCollection", "Parameter", "Mask", "CollocatedSynapses")
#: modules of NEST that list what users call in `__all__`
API = ("connections", "info", "models", "nodes", "parallel_computing", "simulation", "sonata", "spatial", "types")


def pair(module):
    if not module:
        return ours, theirs
    return getattr(ours, module), importlib.import_module(f"nest.{module}")


def public(thing):
    """Names that belong to a module itself."""
    return [name for name in dir(thing) if not name.startswith("_") and not name.startswith("hl_api") and name not in ("nest", "numpy")]


def parameters(function):
    """Names and defaults; lists and tuples count as the same, and so do all enumeration levels of one number."""
    found = {}
    for name, parameter in inspect.signature(function).parameters.items():
        default = parameter.default
        found[name] = list(default) if isinstance(default, (list, tuple)) else int(default) if isinstance(default, int) else default
    return found


NAMES = [(module, name) for module in MODULES for name in public(pair(module)[1])]


@pytest.mark.parametrize(("module", "name"), NAMES)
def test_every_public_name_is_here_or_says_that_it_is_not(module, name):
    here, there = pair(module)
    try:
        found = getattr(here, name)
    except AttributeError as error:
        assert f"does not support '{name}'" in str(error)
        return
    try:
        wanted = getattr(there, name)
    except (KeyError, ImportError):
        return
    if module == "spatial" and name.endswith("pos"):  # a class there, an object here
        assert all(hasattr(found, axis) and hasattr(wanted, axis) for axis in ("x", "y", "z", "n"))
    elif isinstance(wanted, type):
        assert isinstance(found, type)
    elif callable(wanted):
        if inspect.isfunction(wanted):
            assert parameters(found) == parameters(wanted)
    elif isinstance(wanted, types.ModuleType):
        assert isinstance(found, types.ModuleType)
    else:
        alike = {type(found), type(wanted)} <= {int, float} or isinstance(found, np.ndarray)
        assert type(found).__name__ == type(wanted).__name__ or alike


@pytest.mark.parametrize(("owner", "name"), [(c, n) for c in CLASSES for n in dir(getattr(theirs, c)) if not n.startswith("_")])
def test_every_method_is_here_with_its_parameters(owner, name):
    here, there = (getattr(getattr(nest, owner), name) for nest in (ours, theirs))
    if inspect.isfunction(there):
        mine, wanted = parameters(here), parameters(there)
        if (owner, name) == ("NodeCollection", "get"):
            assert mine.pop("output") == "" and "kwargs" in wanted and wanted.pop("kwargs")  # of which output is the only one
        assert mine == wanted


@pytest.mark.parametrize("operator", ["add", "radd", "sub", "rsub", "mul", "rmul", "truediv", "rtruediv", "pow", "neg", "pos", "lt", "le", "eq", "ne", "ge",
                                      "gt", "getitem", "len", "iter", "contains", "array", "and", "or"])
@pytest.mark.parametrize("owner", CLASSES)
def test_operators_are_the_same(owner, operator):
    name = f"__{operator}__"
    assert hasattr(getattr(ours, owner), name) or not hasattr(getattr(theirs, owner), name)


@pytest.mark.parametrize("module", API)
def test_all_of_the_high_level_modules(module):
    """`__all__` of every module of the high-level interface."""
    for name in getattr(importlib.import_module(f"nest.lib.hl_api_{module}"), "__all__", ()):
        assert hasattr(ours, name) or name == "SuppressedDeprecationWarning", name


def test_every_key_of_the_kernel_has_the_same_kind_of_value():
    ours.ResetKernel()
    theirs.ResetKernel()
    here, there = ours.GetKernelStatus(), theirs.GetKernelStatus()
    assert set(here) == set(there)
    for key, value in there.items():
        assert type(here[key]) is type(value) or {type(here[key]), type(value)} <= {int, float, list, tuple, np.ndarray, ours.VerbosityLevel,
                                                                                    theirs.VerbosityLevel}, key


@pytest.mark.parametrize("call", ["SonataNetwork('x')", "Compartments(3)", "Receptors(3)", "SetAcceptableLatency('p', 1.0)", "SetMaxBuffered('p', 1)",
                                  "set_communicator()", "Install('x')"])
def test_what_is_not_there_is_refused_by_name(call):
    with pytest.raises(ours.NESTErrors.NotImplemented, match=call.split("(")[0].replace("Install", "modules")):
        eval(f"ours.{call}")  # noqa: S307


@pytest.mark.parametrize("key", ["adaptive_target_buffers", "use_compressed_spikes", "spike_buffer_grow_extra", "buffer_size_spike_data", "eprop_update_interval",
                                 "update_time_limit"])
def test_kernel_attributes_without_effect_are_refused_by_name(key):
    """Their one value can be set, no other."""
    value = ours.get(key)
    ours.set(**{key: value})
    with pytest.raises(ours.NESTErrors.NotImplemented, match=key):
        ours.set(**{key: not value if isinstance(value, bool) else value / 2 if np.isfinite(value) else 5.0})


def test_timers_run():
    ours.ResetKernel()
    assert ours.get("time_simulate") == 0.0
    nodes = ours.Create("iaf_psc_alpha", 3)
    ours.Connect(nodes, nodes)
    ours.Simulate(5.0)
    assert all(ours.get(f"time_{name}") > 0.0 for name in ("construction_create", "construction_connect", "simulate"))


def test_messages_obey_the_verbosity(capsys):
    ours.set_verbosity("M_WARNING")
    ours.message("quiet")
    ours.message("loud", ours.VerbosityLevel.ERROR)
    out = capsys.readouterr().out
    assert "quiet" not in out and out.startswith("[ERROR]") and out.endswith("] loud\n")
