"""Solutions that become unstable end a run with the variable, the node and the time."""

import numpy as np
import pytest

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
