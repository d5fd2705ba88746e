"""Other weights and delays, and fewer connections; runs go on with them."""

import numpy as np
import pytest

import spatialnet as sn
from spatialnet.data import description_json
from spatialnet.errors import ConnectError, ExpressionError, ParameterError, PositionError, UnknownNameError
from tests.connect.test_queries import network, rows


@pytest.mark.parametrize("source, target", [(None, None), ([0, 2, 4], None), (None, [57, 60, 80]), (range(30), range(56, 70))])
def test_arrays_are_set_in_the_order_in_which_they_are_read(source, target):
    net = network()
    for projection in net.projections[:3]:
        before = projection.connections_of()
        chosen = np.ones(projection.n, bool)
        if source is not None:
            chosen &= np.isin(before["source"], list(source))
        if target is not None:
            chosen &= np.isin(before["target"], list(target))
        n = int(chosen.sum())
        weights, delays = np.random.default_rng(1).normal(size=n), np.random.default_rng(2).integers(1, 90, n) / 10
        projection.set(weight=weights, delay=delays, source=source, target=target)
        after = projection.connections_of()
        for name, values in (("weight", weights), ("delay", delays)):
            expected = before[name].copy()
            expected[chosen] = values
            assert np.array_equal(after[name], expected)
        assert np.array_equal(after["target"], before["target"]) and np.array_equal(after["source"], before["source"])


def test_connections_are_set_where_marked():
    projection = network().projections[0]
    before = projection.weights
    projection.set(weight=0.5, where=before < 20)
    assert np.array_equal(projection.weights, np.where(before < 20, 0.5, before))


def test_expressions_are_those_of_connect():
    net = network()
    many = net.projections[2]
    many.set(weight=10. - sn.distance, delay=1. + abs(sn.displacement.x) + 0 * sn.source.y)
    c = many.connections()
    assert np.array_equal(c.weight, 10. - c.distance)
    assert np.abs(c.delay - 1. - np.abs(c.displacement[:, 0])).max() <= 0.05 + 1e-9
    before = c.weight
    many.set(weight=-sn.target.x, source=[0, 2])
    chosen = np.isin(many.sources, [0, 2])
    assert np.array_equal(many.weights, np.where(chosen, -many.connections().target_positions[:, 0], before))


def test_random_values_are_drawn_anew_and_the_same_in_every_network():
    made = []
    for _ in range(2):
        projection = network().projections[2]
        draws = [projection.weights]
        for _ in range(2):
            projection.set(weight=sn.random.uniform(1., 2.))
            draws.append(projection.weights)
        made.append(draws)
    assert np.array_equal(made[0], made[1])
    assert all(len(np.intersect1d(a, b)) == 0 for a, b in zip(made[0], made[0][1:]))


def test_columns_are_as_narrow_as_they_can_be():
    projection = network().projections[2]
    table, = projection.tables
    projection.set(weight=np.full(projection.n, 3.0), delay=np.full(projection.n, 2.0))
    assert (table.weights, table.delays) == (3.0, 20)
    projection.set(weight=0.5, delay=1.0, source=[0])
    assert (table.weights.dtype, table.delays.dtype) == (np.float32, np.uint16)
    projection.set(weight=0.1, source=[0])
    assert table.weights.dtype == np.float64 and set(projection.weights) == {0.1, 3.0}
    projection.set(weight=3.0, delay=2.0)
    assert (table.weights, table.delays) == (3.0, 20)


def test_one_number_for_all_is_told_in_the_description_and_others_are_counted():
    one, two = network(), network()
    one.projections[2].set(weight=4.0, delay=3.0)
    assert one.projections[2].synapse.weight == 4.0 and '"changes"' not in description_json(one)
    two.projections[2].set(weight=4.0, source=[0])
    assert '"changes":1' in description_json(two)


@pytest.mark.parametrize("source, target", [([0, 2, 4], None), (None, [57, 60, 80]), (range(30), range(56, 70)),
                                            (range(87), None)])
def test_disconnected_are_exactly_those_asked_for(source, target):
    net = network()
    expected = rows(net)
    for projection in net.projections:
        mine = [r for r in expected if r[0] == projection.name]
        gone = [r for r in mine if (source is None or r[1] in source) and (target is None or r[2] in target)]
        if not gone:
            continue
        assert projection.disconnect(source, target) == len(gone)
        assert rows(net, [projection.name]) == [r for r in mine if r not in gone]
        assert projection.n == len(mine) - len(gone)


def test_weak_connections_are_pruned():
    net = network()
    projection = net.projections[0]
    kept = [r for r in rows(net, ["E→I"]) if r[3] >= 19]
    projection.disconnect(where=projection.weights < 19)
    assert rows(net, ["E→I"]) == kept


def test_a_projection_is_removed_and_its_number_is_not_used_again():
    net, other = network(), network()
    many = net.projections[2]
    net.disconnect("many")
    assert [p.name for p in net.projections] == ["E→I", "back", "drive"] and many.n == 0
    assert '"number":3' in description_json(net)
    rule = sn.pairwise_bernoulli(0.3)
    later = [n.connect(n["E"], n["I"], rule, name="later") for n in (net, other)]
    assert np.array_equal(later[0].targets, later[1].targets)
    for call in (lambda: many.set(weight=1.0), lambda: many.disconnect(source=[0]), lambda: net.disconnect(many),
                 lambda: many.connections()):
        with pytest.raises(ConnectError, match="disconnected"):
            call()
    assert net.simulate(5., progress=False)["connections"].children.keys() == {"E→I", "back", "drive", "later"}


# ---- refusals ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("what, error", [
    ({}, ParameterError), ({"weight": np.nan}, ParameterError), ({"weight": [1.0, 2.0]}, ParameterError),
    ({"weight": "much"}, ParameterError), ({"weight": 1.0, "delay": 0.0}, ParameterError), ({"delay": 1e6}, ParameterError),
    ({"weight": 2.0, "delay": np.inf}, ParameterError), ({"delay": sn.distance - 5.}, ParameterError),
    ({"weight": 1 / (sn.distance - sn.distance)}, ConnectError), ({"weight": sn.pos.x}, ExpressionError),
    ({"weight": sn.source.z}, ExpressionError), ({"weight": 1.0, "source": [-4]}, ConnectError),
    ({"weight": 1.0, "where": [True]}, ParameterError), ({"weight": None, "delay": [[1.0]]}, ParameterError),
    ({"weight": 2.0, "delay": "x"}, ParameterError), ({"weight": {}}, ParameterError),
])
def test_impossible_changes_are_refused_and_change_nothing(what, error):
    net = network()
    before, description = rows(net), description_json(net)
    with pytest.raises(error) as caught:
        net.projections[2].set(**what)
    assert str(caught.value)
    assert rows(net) == before and description_json(net) == description
    assert net.projections[2].set(weight=sn.random.uniform(1, 2)) is None
    fresh = network()
    fresh.projections[2].set(weight=sn.random.uniform(1, 2))
    assert rows(net) == rows(fresh)  # the refused one has used up no random number


def test_an_array_with_one_bad_value_is_refused():
    net = network()
    projection = net.projections[2]
    before = rows(net)
    for name, bad in (("weight", np.inf), ("delay", np.nan), ("delay", 0.01), ("delay", 7000.)):
        values = np.ones(projection.n)
        values[-1] = bad
        with pytest.raises(ParameterError):
            projection.set(**{name: values, "weight" if name == "delay" else "delay": 2.0})
        assert rows(net) == before


def test_expressions_of_places_need_places():
    with pytest.raises(PositionError, match="'noise'"):
        network().projections[3].set(weight=sn.distance)


def test_what_is_not_there_cannot_be_disconnected():
    net = network()
    before = rows(net)
    with pytest.raises(ConnectError, match="no such connection"):
        net.projections[0].disconnect(source=net["I"])
    with pytest.raises(ConnectError, match="net.disconnect"):
        net.projections[0].disconnect()
    with pytest.raises(UnknownNameError, match="Did you mean 'many'"):
        net.disconnect("mny")
    for other in (None, network().projections[0], net["E"]):
        with pytest.raises(ConnectError, match="no projection of this network"):
            net.disconnect(other)
    assert rows(net) == before


# ---- runs --------------------------------------------------------------------------------------------------------


def chain(delay=2.0):
    """A generator that drives a relay every ms, and the relay another one."""
    net = sn.Network(threads=1)
    given = net.create("spike_generator", spike_times=np.arange(1., 60.))
    first, second = net.create("parrot_neuron", name="first"), net.create("parrot_neuron", name="second")
    net.connect(given, first, sn.all_to_all(), sn.static_synapse(delay=1.0))
    link = net.connect(first, second, sn.all_to_all(), sn.static_synapse(delay=delay), name="link")
    net.record(second, "spikes")
    return net, link


def times(data):
    return data["spikes/spikes"]["time"].values.tolist()


@pytest.mark.parametrize("new", [0.1, 1.0, 3.0, 40.0])
def test_a_new_delay_holds_from_the_next_spike_on(new):
    """Spikes under way arrive as they were sent, through rings that grow and slices that shrink."""
    net, link = chain(delay=2.0)
    found = times(net.simulate(20.5, progress=False))
    link.set(delay=new)
    found += times(net.simulate(30., progress=False))
    sent = np.arange(2., 51.)
    expected = np.where(sent <= 20.5, sent + 2.0, sent + new)
    assert sorted(found) == pytest.approx(sorted(expected[expected <= 50.5]))


def test_a_run_goes_on_without_what_was_disconnected():
    net, link = chain(delay=2.0)
    found = times(net.simulate(20.5, progress=False))
    net.disconnect(link)
    found += times(net.simulate(10., progress=False))
    assert found == pytest.approx(np.arange(4., 23.))
    assert len(net._simulation._tables) == 1


def test_changed_connections_run_like_ones_made_so():
    """Random parts are the network's, so a network changed before its run equals one changed by hand."""
    def run(change):
        net = network()
        net.record(net["E"] + net["I"], "spikes")
        net.record(net["I"], "V_m", interval=0.1, dtype="f8")
        change(net)
        data = net.simulate(50., progress=False)
        return data["recordings/V_m"]["V_m"].values

    def by_set(net):
        net.projections[0].set(weight=sn.distance * 100, delay=1.0 + sn.distance)
        net.projections[3].set(weight=900.)
        net.projections[2].disconnect(source=[0, 2, 4])

    def by_hand(net):
        c = net.projections[0].connections()
        table, = net.projections[0].tables
        table.weights, table.delays = c.distance * 100, np.floor((1.0 + c.distance) * 10 + 0.5).astype(np.uint16)
        for table in net.projections[3].tables:
            table.weights = 900.
        table, = net.projections[2].tables
        keep = ~np.isin(table.sources, [0, 2, 4])
        sources, table.targets, table.weights = table.sources[keep], table.targets[keep], table.weights[keep]
        table.offsets = np.searchsorted(sources, np.arange(table.source.n + 1)).astype(np.int64)

    assert np.array_equal(run(by_set), run(by_hand))
    assert not np.array_equal(run(by_set), run(lambda net: None))


def test_connections_are_not_changed_during_a_run():
    net, link = chain()

    class Meddler:
        def started(self, run):
            self.refused = []
            for call in (lambda: link.set(weight=2.0), lambda: link.disconnect(source=[1]), lambda: net.disconnect(link)):
                with pytest.raises(ConnectError, match="during a run") as caught:
                    call()
                self.refused.append(caught)

        def progressed(self, run):
            pass

        def finished(self, run):
            pass

    meddler = Meddler()
    net.simulate(5., progress=False, trackers=[meddler])
    assert len(meddler.refused) == 3 and link.n == 1
