"""Impossible nodes are refused: what was given, what is allowed, what to do; and nothing is left behind."""

import numpy as np
import pytest

import spatialnet as sn
from spatialnet.errors import (
    ExpressionError,
    ParameterError,
    PositionError,
    SpatialnetError,
    UnknownNameError,
)


def test_unknown_model_is_refused_with_the_nearest_name(net, refused):
    with refused(UnknownNameError, "no neuron model 'iaf_psc_alfa'", "Did you mean 'iaf_psc_alpha'", "list_models()"):
        net.create("iaf_psc_alfa", sn.grid([2, 2]))


def test_synapse_model_is_no_neuron(net, refused):
    with refused(UnknownNameError, "no neuron model 'static_synapse'"):
        net.create("static_synapse")


@pytest.mark.parametrize("model", [None, 3, ["iaf_psc_alpha"], ""])
def test_model_must_be_a_name(net, refused, model):
    with refused(UnknownNameError, "no neuron model"):
        net.create(model)


def test_unknown_parameter_is_refused_with_the_nearest_name(net, refused):
    with refused(UnknownNameError, "iaf_psc_alpha has no parameter 'tau_n'", "Did you mean 'tau_m'"):
        net.create("iaf_psc_alpha", tau_n=10.)


@pytest.mark.parametrize("value, said", [
    (-10., "must be > 0 ms, got -10"), (0., "must be > 0 ms, got 0"), (np.nan, "got NaN"), (np.inf, "must be finite"),
    ("ten", "must be a number"), (None, "must be a number"), (1 + 2j, "must be a number"), (True, "must be a number"),
    ([10., 10.], "2 values for 3 nodes"), ([10., -1., 10.], "must be > 0 ms, got -1"), ([10., np.nan, 10.], "got NaN"),
    ([[10., 10., 10.]], "array of 3 numbers"), ([], "0 values for 3 nodes"),
])
def test_impossible_parameter_is_refused(net, refused, value, said):
    """``Thing.parameter: reason``."""
    with refused(ParameterError, "iaf_psc_alpha.tau_m: ", said):
        net.create("iaf_psc_alpha", n=3, tau_m=value)


def test_parameters_that_are_impossible_together_are_refused(net, refused):
    with refused(ParameterError, "V_reset"):
        net.create("iaf_psc_alpha", n=3, V_th=-60., V_reset=-50.)


@pytest.mark.parametrize("value, error, said", [
    (sn.distance, ExpressionError, "cannot use 'distance'"), (sn.source.x, ExpressionError, "source"),
    (sn.pos.z, ExpressionError, "pos.z in the 2-dimensional layer"), (sn.pos.x, ParameterError, "must be > 0"),
    (sn.log(sn.pos.x), ParameterError, "tau_m"), (-sn.random.uniform(1, 2), ParameterError, "must be > 0"),
])
def test_impossible_expression_for_a_parameter_is_refused(net, refused, value, error, said):
    with refused(error, said):
        net.create("iaf_psc_alpha", sn.grid([3, 3]), tau_m=value)


@pytest.mark.parametrize("change", [{"spike_times": 1 + sn.random.uniform()}, {"spike_times": "1 + pos.x"},
                                    {"allow_offgrid_times": 0 * sn.pos.x}])
def test_expression_for_what_is_no_number_is_refused(net, refused, change):
    """A list of times is one value of a node; an expression would give one time to each."""
    with refused(ParameterError, f"spike_generator.{next(iter(change))}: ", "takes no expression"):
        net.create("spike_generator", sn.grid([2, 2]), **change)


def test_position_of_nodes_without_one_is_refused(net, refused):
    with refused(PositionError, "has no positions", "spatialnet.grid"):
        net.create("iaf_psc_alpha", n=3, V_m=-60. + sn.pos.x)


@pytest.mark.parametrize("n", [0, -1, 2.5, "many", True, np.nan])
def test_impossible_number_is_refused(net, refused, n):
    with refused(ParameterError, "create.n: must be an integer ≥ 1, got"):
        net.create("iaf_psc_alpha", n=n)


def test_huge_number_is_refused_before_memory_is_asked_for(net, refused):
    with refused(ParameterError, "create.n: would make", "2**32"):
        net.create("iaf_psc_alpha", n=2**40)


def test_number_beside_a_placement_is_refused(net, refused):
    with refused(ParameterError, "create.n: is decided by the placement"):
        net.create("iaf_psc_alpha", sn.grid([2, 2]), n=5)


@pytest.mark.parametrize("positions", [[[0, 0]], "grid", 3, np.zeros((3, 2))])
def test_positions_must_be_a_placement(net, refused, positions):
    with refused(ParameterError, "create.positions: must be spatialnet.grid(…) or spatialnet.free(…)"):
        net.create("iaf_psc_alpha", positions)


def test_random_position_outside_the_extent_is_refused(net, refused):
    with refused(PositionError, "outside the extent", "larger extent"):
        net.create("iaf_psc_alpha", sn.free(sn.random.uniform(-5, 5), n=100, extent=[1., 1.]))


@pytest.mark.parametrize("name", ["E", "a/b", "", "  ", ".", "..", 3])
def test_impossible_name_is_refused(net, refused, name):
    with refused(ParameterError, "layer.name: "):
        net.create("iaf_psc_alpha", name=name)


@pytest.mark.parametrize("arguments", [{"seed": -1}, {"seed": 1.5}, {"seed": "x"}, {"seed": 2**63}, {"seed": True},
                                       {"resolution": 0}, {"resolution": -0.1}, {"resolution": np.nan},
                                       {"resolution": 0.00005}, {"resolution": np.inf}, {"resolution": "fine"},
                                       {"threads": 0}, {"threads": -2}, {"threads": 1.5}, {"threads": 10**6}])
def test_impossible_network_is_refused(arguments):
    with pytest.raises(ParameterError, match=rf"Network\.{next(iter(arguments))}: must be .*, got "):
        sn.Network(**arguments)


@pytest.mark.parametrize("change", [{"tau_m": -1.}, {"tau_m": np.nan}, {"tau_m": [1., 2.]}, {"tau_n": 1.},
                                    {"C_m": 100., "tau_m": -1.}, {"V_reset": 0.}, {"tau_m": sn.distance}])
def test_failed_set_changes_nothing(net, refused, change):
    """Also not the parameters that were good."""
    with refused(SpatialnetError):
        net["E"].set(change)


def test_failed_set_does_not_change_later_random_values(net):
    """A second setting draws anew; one that failed is none."""
    other = sn.Network(seed=3)
    other.create("iaf_psc_alpha", sn.grid([6, 6], extent=[3., 3.], edge_wrap=True), name="E")
    with pytest.raises(SpatialnetError):
        net["E"].set(V_m=sn.random.uniform(-70, -60), tau_m=-1.)
    for network in (net, other):
        network["E"].set(V_m=sn.random.uniform(-70, -60))
    assert (net["E"].get("V_m") == other["E"].get("V_m")).all()


@pytest.mark.parametrize("key, error", [(36, IndexError), (-37, IndexError), ([0, 99], IndexError), ([0, 0], IndexError),
                                        (1.5, TypeError), ("a", TypeError), ([[0, 1]], TypeError),
                                        (np.ones(5, bool), IndexError), (None, TypeError)])
def test_impossible_slice_is_refused(net, key, error):
    with pytest.raises(error):
        net["E"][key]


@pytest.mark.parametrize("point", [[0], [0, 0, 0], [np.nan, 0], "here"])
def test_nearest_to_an_impossible_point_is_refused(net, point):
    with pytest.raises(PositionError, match="'E' is 2-dimensional"):
        net["E"].nearest(point)


@pytest.mark.parametrize("k", [0, -1, 37])
def test_impossible_number_of_nearest_nodes_is_refused(net, k):
    with pytest.raises(PositionError, match="between 1 and 36"):
        net["E"].nearest([0, 0], k=k)


def test_nodes_are_joined_once_and_within_one_network(net):
    with pytest.raises(PositionError, match="share nodes"):
        net["E"] + net["E"][:3]
    with pytest.raises(PositionError, match="two networks"):
        net["E"] + sn.Network().create("iaf_psc_alpha")
    with pytest.raises(TypeError):
        net["E"] + 3
    with pytest.raises(UnknownNameError, match="no layer 'F'"):
        net["F"]
