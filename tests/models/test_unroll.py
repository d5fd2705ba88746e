"""Models whose variables depend on the lengths of lists."""

import numpy as np
import pytest

import spatialnet as sn
from spatialnet.errors import ConnectError, ParameterError
from spatialnet.models import get_model
from spatialnet.models.declaration import NeuronModel, Parameter, SpikeInput, State

TEMPLATE = NeuronModel(
    name="several", summary="Decaying variables.", lists={"k": ("tau",), "j": ("a", "b")},
    parameters={name: Parameter((1.0, 2.0), "ms", "a list", kind="list") for name in ("tau", "a", "b")},
    states={"x[k]": State(1.0, "", "decays"), "y": State(0.0, "", "a sum")},
    equations="dx[k]/dt = -x[k] / tau[k]", inputs={"k": SpikeInput("x[k] += w")},
    step="integrate\nreceive\ny = sum(a[j] * x_1 + b[j])\nif y > 5: x[k] = 0; y = 1")


def test_lines_parts_of_lines_and_sums_are_repeated():
    model = TEMPLATE.unrolled({"tau": [1.0, 2.0, 3.0], "a": [1.0], "b": [2.0]})
    assert tuple(model.states) == ("x_1", "x_2", "x_3", "y") and list(model.inputs) == [1, 2, 3]
    assert model.equations.splitlines() == [f"dx_{k}/dt = -x_{k} / tau_{k}" for k in (1, 2, 3)]
    assert model.step.splitlines()[2:] == ["y = ((a_1 * x_1 + b_1))", "if y > 5: x_1 = 0; x_2 = 0; x_3 = 0; y = 1"]
    assert model.inputs[2].positive == "x_2 += w"


def test_empty_lists_leave_nothing_but_a_zero():
    model = TEMPLATE.unrolled({"tau": [1.0], "a": [], "b": []})
    assert "y = (0)" in model.step and model.elements == ("tau_1",)


def test_the_same_lengths_give_the_same_model():
    assert TEMPLATE.unrolled({"tau": [5.0]}) is TEMPLATE.unrolled({"tau": np.array([7.0])})


@pytest.mark.parametrize("given, reason", [({"a": [1.0]}, "a and b must have the same length; a has 1, b has 2"),
                                           ({"tau": [[1.0], [1.0, 2.0]]}, "same length for all nodes")])
def test_lists_that_do_not_match_are_refused(given, reason):
    with pytest.raises(ParameterError, match=reason):
        TEMPLATE.unrolled(given)


def test_receptors_follow_the_time_constants():
    net = sn.Network(seed=1)
    cells = net.create("iaf_psc_exp_multisynapse", n=2, tau_syn=[1.0, 5.0, 10.0])
    net.connect(cells, cells, sn.all_to_all(), sn.static_synapse(receptor=3))
    with pytest.raises(ConnectError, match="it has 1, 2, 3"):
        net.connect(cells, cells, sn.all_to_all(), sn.static_synapse(receptor=4))
    with pytest.raises(ParameterError, match="tau_syn: must be > 0 ms, got -1"):
        net.create("iaf_psc_exp_multisynapse", tau_syn=[2.0, -1.0])
    with pytest.raises(ParameterError, match="cannot change its length"):
        cells.set(tau_syn=[1.0])


def test_nodes_may_differ_in_their_lists():
    """An exponential current of 1 pA decays with the time constant of each node."""
    net = sn.Network(seed=1)
    cells = net.create("iaf_psc_exp_multisynapse", n=2, tau_syn=[[1.0, 5.0], [2.0, 10.0]], I_syn_2=1.0)
    net.record(cells, "I_syn_2", interval=0.1, dtype="f8")
    last = net.simulate(10.0, progress=False)["recordings/I_syn_2"]["I_syn_2"].values[-1]
    np.testing.assert_allclose(last, np.exp([-2.0, -1.0]), rtol=1e-12)


def test_the_equations_of_a_template_are_shown_for_its_defaults():
    assert "I_\\mathrm{syn" in get_model("iaf_psc_exp_multisynapse")._repr_latex_()
