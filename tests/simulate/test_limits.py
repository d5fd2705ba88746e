"""Solutions that become unstable end a run with the variable, the node and the time."""

import numpy as np
import pytest

import spatialnet as sn
from spatialnet.errors import SimulationError
from tests.reference.plain_network import PlainNetwork


@pytest.mark.parametrize("parameters, weight, variable", [({}, -2000.0, "V_m"), ({"b": 2e6}, 100.0, "w")])
def test_a_variable_that_leaves_its_limits_ends_the_run(parameters, weight, variable):
    """The step is that of the spike's arrival, 5 + 1 ms, though the run is looked at far later."""
    net = PlainNetwork(resolution=0.1)
    neurons = net.create("aeif_psc_delta", 5, **parameters)
    given = net.create("spike_generator", 1, spike_times=[5.0])
    net.connect(given, neurons, pairs=np.array([[0, 3]]), weight=weight, delay=1.0)
    net.record(neurons, "V_m", interval=0.1, name="V_m")
    with pytest.raises(SimulationError, match=rf"aeif_psc_delta node 3 of .*: {variable} became .* at 6 ms, outside its limits") as found:
        net.simulate(200.0)
    assert (found.value.model, found.value.node, found.value.variable) == ("aeif_psc_delta", 3, variable)
    assert found.value.time == pytest.approx(6.0)
    assert found.value.result.traces["V_m"].steps.size > 0


@pytest.mark.parametrize("threads", [1, 2])
def test_a_state_that_is_no_number_ends_the_run_and_is_named(threads):
    """x is integrated down to 0, whose logarithm's square root is no number; only node 3 gets there, after 25 ms."""
    mine = sn.NeuronModel("falling", equations="dx/dt = -speed\ndy/dt = sqrt(x) - y", states={"x": 5.0, "y": 0.0}, parameters={"speed": 0.0})
    net = sn.Network(seed=1, threads=threads)
    cells = net.create(mine, n=8, name="cells", speed=np.where(np.arange(8) == 3, 0.2, 0.0))
    net.record(cells, ["x", "y"], interval=0.1)
    with pytest.raises(SimulationError, match=r"falling node 3 of 'cells' \(id 3\): y became nan") as found:
        net.simulate(1000.0, progress=False)
    error = found.value
    assert (error.model, error.node, error.variable) == ("falling", 3, "y")
    assert 25.0 <= error.time < 1000.0
    traces = error.result.traces["x_y"]
    assert np.isfinite(traces.variables["y"][:250]).all() and traces.steps[-1] * 0.1 <= error.time + 1e-9
    cells.set(speed=0.0, x=5.0, y=0.0)
    assert net.simulate(10.0, progress=False).attrs["status"] == "complete"
