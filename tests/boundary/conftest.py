"""A small network, and a way to see that a failed call has changed nothing."""

from __future__ import annotations

from contextlib import contextmanager

import numpy as np
import pytest

import spatialnet as sn


@pytest.fixture
def net():
    network = sn.Network(seed=3, threads=1)
    network.create("iaf_psc_alpha", sn.grid([6, 6], extent=[3., 3.], edge_wrap=True), name="E")
    network.create("iaf_psc_alpha", sn.free([[0., 0.], [.5, .5], [-.5, .2]], extent=[3., 3.]), name="I")
    network.create("iaf_psc_alpha", sn.grid([2, 2, 2]), name="cube")
    network.create("parrot_neuron", n=4, name="placeless")
    network.create("poisson_generator", rate=100., name="noise")
    network.connect(network["E"], network["I"], sn.pairwise_bernoulli(0.5), name="before")
    return network


def state_of(network) -> tuple:
    """Everything a later call or run could depend on, as comparable values."""
    from spatialnet.data import description_json
    columns = []
    for projection in network.projections:
        found = projection.connections_of()
        columns.append({name: column.tobytes() for name, column in found.items()})
    parameters = [{k: np.asarray(v, object).tolist() for k, v in p.parameters.items()} for p in network.populations]
    return description_json(network), columns, parameters, network.time, repr(network)


@pytest.fixture
def refused(net):
    """``with refused(ErrorType, "part of the message"):`` the call fails so, and the network is as it was."""
    @contextmanager
    def check(error, *said):
        before = state_of(net)
        with pytest.raises(error) as caught:
            yield
        for part in said:
            assert part in str(caught.value), str(caught.value)
        assert state_of(net) == before
        # The next projection is the one it would have been: no number of the failed call is used up.
        after = net.connect(net["E"], net["E"], sn.pairwise_bernoulli(0.3), sn.static_synapse(delay=1.), name="after")
        assert (len(net.projections), after.index) == (2, 1)
    return check
