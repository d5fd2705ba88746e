"""Long connects show how far they are, and can be given up."""

import numpy as np
import pytest

import spatialnet as sn
from spatialnet.simulate.trackers import Build, BuildWatch, Tracker


class Note:
    """A tracker that keeps what it was told, and may ask to stop."""

    def __init__(self, stop_at=None):
        self.told, self.stop_at = [], stop_at

    def started(self, build):
        self.told.append("started")

    def progressed(self, build):
        self.told.append((build.fraction, build.n_connections))
        if self.stop_at is not None and build.fraction >= self.stop_at:
            build.stop()

    def finished(self, build):
        self.told.append(build.status)


@pytest.fixture
def impatient(monkeypatch):
    """Watches that tell from the beginning, and the tracker they tell."""
    def use(note):
        monkeypatch.setattr(sn.network, "BuildWatch", lambda build, make: BuildWatch(build, lambda: [note], patience=0.0))
        return note
    return use


def network(n_side=70):
    net = sn.Network(seed=3, threads=1)
    return net, net.create("iaf_psc_alpha", sn.grid([n_side, n_side]), name="E")


def test_trackers_are_told_how_far_a_build_is(impatient):
    note = impatient(Note())
    net, layer = network()
    projection = net.connect(layer, layer, sn.pairwise_bernoulli(0.01))
    assert isinstance(note, Tracker)
    assert note.told[0] == "started" and note.told[-1] == "complete"
    fractions, counts = np.array(note.told[1:-1]).T
    assert (np.diff(fractions) > 0).all() and fractions[-1] == 1
    assert (np.diff(counts) > 0).all() and counts[-1] == projection.n


def test_a_tracker_can_give_a_build_up_and_the_network_is_as_before(impatient):
    note = impatient(Note(stop_at=0.3))
    net, layer = network()
    with pytest.raises(KeyboardInterrupt, match="nothing was connected"):
        net.connect(layer, layer, sn.pairwise_bernoulli(0.01))
    assert note.told[-1] == "stopped" and net.projections == []
    note.stop_at = None
    other, same = network()
    assert (net.connect(layer, layer, sn.pairwise_bernoulli(0.01)).targets
            == other.connect(same, same, sn.pairwise_bernoulli(0.01)).targets).all()


def test_a_short_build_bothers_nobody():
    watch = BuildWatch(Build("E→E"), lambda: pytest.fail("a tracker was made"), patience=60.0)
    for fraction in np.linspace(0.1, 1.0, 10):
        watch(fraction, 100)
    watch.close("complete")
    assert watch.build.status == "complete" and watch.build.n_connections == 100
