"""Weights, delays and receptors: numbers, arrays and expressions end at the connection they were given for."""

import numpy as np
import pytest

import spatialnet as sn
from spatialnet.errors import ConnectError, ExpressionError, ParameterError
from tests.reference.connector import delay_steps


@pytest.fixture
def net():
    network = sn.Network(seed=23, threads=2)
    network.create("iaf_psc_alpha", sn.grid([4, 1], extent=[4., 1.], edge_wrap=True), name="ring")
    network.create("iaf_psc_alpha", n=5, name="a")
    network.create("iaf_psc_alpha", n=7, name="b")
    return network


@pytest.mark.parametrize("delay_ms, stored_ms", [
    (0.14, 0.1), (0.15, 0.2), (0.05, 0.1), (0.25, 0.3), (0.35, 0.4), (0.449, 0.4), (0.45, 0.5), (1.0, 1.0), (1.05, 1.1),
    (0.1, 0.1), (2.9999, 3.0), (1.7499999, 1.7), (1.75, 1.8), (6553.5, 6553.5)])
@pytest.mark.parametrize("form", ["number", "array", "expression", "expression of places"])
def test_delays_are_rounded_to_the_nearest_step_halves_up(net, delay_ms, stored_ms, form):
    """The reference's vectors; however the delay is given."""
    given = {"number": delay_ms, "array": np.full(5, delay_ms), "expression": delay_ms + 0 * sn.random.uniform(),
             "expression of places": delay_ms + 0 * sn.distance}[form]
    ends = (net["ring"], net["ring"]) if "places" in form else (net["a"], net["a"])
    made = net.connect(*ends, sn.one_to_one(), sn.static_synapse(delay=given))
    assert (made.delays == stored_ms).all() and delay_steps(delay_ms) == round(stored_ms * 10)
    every = net.connect(*ends, sn.all_to_all(), sn.static_synapse(delay=given if form != "array" else np.full((5, 5), delay_ms)),
                        name="every")
    assert (every.delays == stored_ms).all()


@pytest.mark.parametrize("resolution, delay_ms, stored_ms", [(0.25, 0.3, 0.25), (0.25, 0.375, 0.5), (0.001, 1.2345, 1.235),
                                                             (1.0, 1.5, 2.0), (0.5, 0.25, 0.5)])
def test_delays_are_whole_steps_of_any_resolution(resolution, delay_ms, stored_ms):
    net = sn.Network(resolution=resolution)
    a = net.create("iaf_psc_alpha", n=3)
    assert net.connect(a, a, sn.one_to_one(), sn.static_synapse(delay=delay_ms)).delays == pytest.approx(stored_ms)


@pytest.mark.parametrize("resolution, delay_ms", [(0.1, 1.0), (0.3, 1.2), (0.7, 1.4), (1.5, 1.5), (2.0, 2.0), (4.0, 4.0)])
@pytest.mark.parametrize("synapse", [None, sn.static_synapse(2.0), sn.synapse("stdp_synapse")])
def test_the_default_delay_is_one_ms_in_whole_steps_rounded_up(resolution, delay_ms, synapse):
    """The reference's vectors; one step at least, and what is asked of the projection tells it."""
    net = sn.Network(resolution=resolution)
    a = net.create("iaf_psc_alpha", n=3)
    for given in (synapse, [sn.static_synapse(delay=4.0), synapse or sn.static_synapse()]):
        made = net.connect(a, a, sn.one_to_one(), given)
        assert made.delays[-1] == pytest.approx(delay_ms)
        told = made.synapse if isinstance(given, list) else (made.synapse,)
        assert told[-1].delay == delay_ms and f"delay={delay_ms!r}" in repr(told[-1])


@pytest.mark.parametrize("resolution", [2.5, 4.0])
def test_one_ms_that_is_asked_for_is_no_default(resolution):
    net = sn.Network(resolution=resolution)
    a = net.create("iaf_psc_alpha", n=3)
    with pytest.raises(ParameterError, match="must be ≥"):
        net.connect(a, a, sn.one_to_one(), sn.static_synapse(delay=1.0))


@pytest.mark.parametrize("delay", [0.04, 0.0, -1.0, 6553.56, 0.049 + 0 * sn.random.uniform(), sn.random.uniform(-2, -1),
                                   np.array([1.0, 1.0, 0.04, 1.0, 1.0])])
def test_delays_that_are_no_steps_are_refused(net, delay):
    with pytest.raises(ParameterError, match="static_synapse.delay: must be"):
        net.connect(net["a"], net["a"], sn.one_to_one(), sn.static_synapse(delay=delay))
    assert net.projections == []


@pytest.mark.parametrize("expression, expected", [
    (sn.distance, [0, 1, 2, 1]), (1 + sn.distance.x, [1, 2, 3, 2]), (sn.target.x - sn.source.x, [0, 1, 2, 3]),
    (sn.displacement.x, [0, 1, -2, -1]), (sn.target.x * 10, [-15, -5, 5, 15])])
@pytest.mark.parametrize("rule", [sn.all_to_all(), sn.pairwise_bernoulli(1.0), sn.pairwise_bernoulli(1.0, use_on_source=True),
                                  sn.fixed_outdegree(4, allow_multapses=False), sn.fixed_indegree(4, allow_multapses=False),
                                  sn.fixed_total_number(16, allow_multapses=False)], ids=lambda r: r.name)
def test_weights_by_place_are_those_of_the_reference(net, expression, expected, rule):
    """4 × 1 wrapped grid, from the first node; positions do not go round, distances do."""
    made = net.connect(net["ring"], net["ring"], rule, sn.static_synapse(expression, 1 + sn.distance))
    columns = made.connections_of(source=[0])
    assert columns["target"].tolist() == [0, 1, 2, 3] and columns["weight"].tolist() == expected
    assert columns["delay"].tolist() == [1, 2, 3, 2]


# ---- arrays ----

def by_pair(made):
    columns = made.connections_of()
    return {(s, t): (w, d) for s, t, w, d in zip(*(columns[k].tolist() for k in ("source", "target", "weight", "delay")))}


def test_arrays_of_one_to_one_go_with_their_pair(net):
    a, order = net["a"], [3, 0, 4, 1, 2]
    weight, delay = np.arange(5.) + 0.5, np.array([.1, .2, .3, .4, .5])
    made = by_pair(net.connect(a[order], a, sn.one_to_one(allow_autapses=False), sn.static_synapse(weight, delay)))
    assert made == {(a.ids[s], a.ids[t]): (t + 0.5, (t + 1) / 10) for t, s in enumerate(order) if s != t}


def test_arrays_of_all_to_all_are_by_target_and_source(net):
    """Entries of pairs that are left out are skipped: indices keep their meaning."""
    a = net["a"]
    weight = np.arange(20.).reshape(4, 5)
    made = by_pair(net.connect(a, a[1:], sn.all_to_all(allow_autapses=False), sn.static_synapse(weight.tolist())))
    assert made == {(a.ids[s], a.ids[t + 1]): (weight[t, s], 1.0) for t in range(4) for s in range(5) if s != t + 1}
    delays = 0.1 + weight / 10
    made = by_pair(net.connect(a, a[1:], sn.all_to_all(), sn.static_synapse(2.0, delays)))
    assert made[a.ids[3], a.ids[2]] == (2.0, pytest.approx(delays[1, 3])) and len(made) == 20


@pytest.mark.parametrize("rule, end, n", [(sn.fixed_indegree, "target", 7), (sn.fixed_outdegree, "source", 5)])
def test_arrays_of_fixed_degrees_have_a_row_for_each_driver(net, rule, end, n):
    """Which entry goes to which of the driver's connections is open, but a row stays with its driver."""
    weight = np.arange(n * 3.).reshape(n, 3)
    made = net.connect(net["a"], net["b"], rule(3), sn.static_synapse(weight, 0.1 + weight / 10)).connections_of()
    for i, node in enumerate(net["a" if end == "source" else "b"].ids):
        own = made[end] == node
        assert sorted(made["weight"][own]) == weight[i].tolist()
        np.testing.assert_allclose(made["delay"][own], 0.1 + made["weight"][own] / 10)


@pytest.mark.parametrize("threads", [1, 2, 5])
@pytest.mark.parametrize("multapses", [True, False])
@pytest.mark.parametrize("rule, end", [(sn.fixed_indegree, "target"), (sn.fixed_outdegree, "source")])
def test_arrays_without_autapses_keep_their_row_on_any_number_of_threads(rule, end, multapses, threads):
    net = sn.Network(seed=3, threads=threads)
    a = net.create("iaf_psc_alpha", n=150)
    weight = np.arange(600.).reshape(150, 4)
    made = net.connect(a, a, rule(4, allow_autapses=False, allow_multapses=multapses),
                       sn.static_synapse(weight, 1 + weight / 10))
    columns = made.connections_of()
    assert (columns["source"] != columns["target"]).all() and sorted(columns["weight"]) == list(range(600))
    assert (columns[end] == columns["weight"] // 4).all()
    np.testing.assert_allclose(columns["delay"], 1 + columns["weight"] / 10)


def test_arrays_of_fixed_total_number_are_used_once_each(net):
    made = net.connect(net["a"], net["b"], sn.fixed_total_number(30), sn.static_synapse(np.arange(30.), np.arange(1, 31) / 10))
    assert sorted(made.weights) == list(range(30))
    np.testing.assert_allclose(made.delays, (made.weights + 1) / 10)


def test_arrays_where_the_number_is_unknown_are_refused(net):
    for rule in (sn.pairwise_bernoulli(0.5), sn.pairwise_bernoulli(1.0), sn.all_to_all(mask=sn.circular(0.1))):
        ends = (net["ring"], net["ring"]) if rule.mask is not None else (net["a"], net["b"])
        with pytest.raises(ConnectError, match="cannot be arrays, because the number of connections is not known"):
            net.connect(*ends, rule, sn.static_synapse(np.ones(35)))


def test_arrays_are_copied(net):
    """What is changed afterwards is another array."""
    weight = np.arange(5.)
    synapse = sn.static_synapse(weight)
    weight[:] = -1
    made = net.connect(net["a"], net["a"], sn.one_to_one(), synapse)
    assert made.weights.tolist() == [0, 1, 2, 3, 4]


# ---- how columns are kept ----

def test_columns_are_as_narrow_as_loses_nothing(net):
    """A constant is one number; float32 only where every weight comes back to the last bit."""
    a = net["a"]

    def table(*synapse):
        return net.connect(a, a, sn.all_to_all(), sn.static_synapse(*synapse)).tables[0]

    assert table(3.1, 0.2).weights == 3.1 and table(3.1, 0.2).delays == 2 and table().nbytes == 25 * 4 + 6 * 8
    eighths, tenths = np.arange(25.).reshape(5, 5) / 8, np.arange(25.).reshape(5, 5) / 10
    assert table(eighths).weights.dtype == np.float32 and table(tenths).weights.dtype == np.float64
    assert (np.sort(table(tenths).weights) == np.sort(tenths.ravel())).all()
    assert table(np.full((5, 5), 0.1)).weights == 0.1 and isinstance(table(np.full((5, 5), 0.1)).weights, float)
    assert table(1e300 * (1 + tenths)).weights.dtype == np.float64
    kept = table(1.0, 0.1 + tenths)
    assert kept.delays.dtype == np.uint16 and kept.targets.dtype == np.uint32 and kept.offsets.dtype == np.int64


def test_random_weights_and_varying_delays_take_fourteen_bytes():
    net = sn.Network(seed=1)
    layer = net.create("iaf_psc_alpha", sn.grid([30, 30], edge_wrap=True))
    made = net.connect(layer, layer, sn.pairwise_bernoulli(0.3), sn.static_synapse(sn.random.normal(), 0.5 + sn.distance))
    table = made.tables[0]
    assert made.nbytes == 14 * made.n + table.offsets.nbytes and table.offsets.nbytes == 8 * 901


def test_a_synapse_is_constant_one_by_default(net):
    made = net.connect(net["a"], net["b"], sn.all_to_all())
    assert (made.weights == 1).all() and (made.delays == 1).all() and repr(made.synapse) == "static_synapse(weight=1.0, delay=1.0)"


def test_whole_numbers_serve_for_weights_and_delays(net):
    for synapse in (sn.static_synapse(3, 2), sn.static_synapse(np.int32(3), np.uint8(2)),
                    sn.static_synapse([3] * 5, (2,) * 5)):
        made = net.connect(net["a"], net["a"], sn.one_to_one(), synapse)
        assert made.weights.tolist() == [3.0] * 5 and made.delays.tolist() == [2.0] * 5


def test_expressions_must_fit_a_pair_of_these_nodes(net):
    for weight, reason in ((sn.pos.x, "pos belongs to a single node"), (sn.target.z, "uses the z coordinate")):
        with pytest.raises(ExpressionError, match=reason):
            net.connect(net["ring"], net["ring"], sn.all_to_all(), sn.static_synapse(weight))


@pytest.mark.parametrize("value", [np.nan, np.inf, "strong", None, [1, np.nan], [["a"]]])
@pytest.mark.parametrize("name", ["weight", "delay"])
def test_values_that_are_no_numbers_are_refused(name, value):
    with pytest.raises(ParameterError, match=f"static_synapse.{name}"):
        sn.synapse("static_synapse", **{name: value})
    if value is not None or name == "weight":  # None stands for the default delay
        with pytest.raises(ParameterError, match=f"static_synapse.{name}"):
            sn.static_synapse(**{name: value})


def test_random_values_differ_between_seeds_and_calls_and_not_between_threads():
    def made(seed, threads, before=0):
        net = sn.Network(seed=seed, threads=threads)
        a = net.create("iaf_psc_alpha", n=60)
        for _ in range(before):
            net.connect(a, a, sn.one_to_one())
        return net.connect(a, a, sn.fixed_indegree(9), sn.static_synapse(sn.random.normal(), sn.random.uniform(1, 9))).connections_of()

    first = made(1, 1)
    for column in first:
        np.testing.assert_array_equal(first[column], made(1, 7)[column])
    for other in (made(2, 1), made(1, 1, before=1)):
        assert not np.intersect1d(first["weight"], other["weight"]).size and (first["source"] != other["source"]).any()
