"""Patterns and checks: what they count is what a loop counts, and their p-values are honest."""

import subprocess
import sys

import numpy as np
import pytest
from scipy import stats

import spatialnet as sn
from spatialnet.errors import ConnectError, ParameterError
from tests.connect.test_queries import network

DECAY = sn.gaussian(sn.distance, std=0.25)
SLANTED = 0.9 * sn.gaussian2d(sn.displacement.x, sn.displacement.y, mean_x=0.2, std_x=0.3, std_y=0.1, rho=0.3)
NEAR = sn.circular(0.6)
TORUS = sn.free(sn.random.uniform(-1, 1), n=400, extent=[2, 2], center=[0, 0], edge_wrap=True)
OPEN = sn.free(sn.random.uniform(-1, 1), n=400, extent=[2, 2], center=[0, 0])
GRID = sn.grid([20, 20], extent=[2, 2], edge_wrap=True)

#: placement, whether to another layer, rule, and which tests it allows
CASES = {
    "decay in a mask": (TORUS, True, sn.pairwise_bernoulli(0.5 * DECAY, mask=NEAR), {"number", "out-degree", "in-degree", "distance"}),
    "to sources, open": (OPEN, False, sn.pairwise_bernoulli(0.5 * DECAY, allow_autapses=False, use_on_source=True),
                         {"number", "out-degree", "in-degree", "distance"}),
    "slanted, on a grid": (GRID, False, sn.pairwise_bernoulli(SLANTED, mask=sn.rectangular([-.5, -.3], [.7, .5])),
                           {"number", "out-degree", "in-degree", "distance"}),
    "oversized": (TORUS, False, sn.pairwise_bernoulli(0.05, mask=sn.circular(1.3), allow_oversized_mask=True),
                  {"number", "out-degree", "in-degree", "distance"}),
    "Poisson": (TORUS, True, sn.pairwise_poisson(1.5 * DECAY, mask=NEAR), {"number", "out-degree", "in-degree", "distance"}),
    "placeless": (None, True, sn.pairwise_bernoulli(0.1), {"number", "out-degree", "in-degree"}),
    "in-degree": (TORUS, True, sn.fixed_indegree(20, p=DECAY, mask=NEAR), {"distance"}),
    "out-degree": (OPEN, True, sn.fixed_outdegree(20, p=DECAY), {"distance"}),
    "in-degree, each once": (TORUS, False, sn.fixed_indegree(20, mask=NEAR, allow_multapses=False), {"distance"}),
    "out-degree, no place": (None, True, sn.fixed_outdegree(20), {"in-degree"}),
    "out-degree, each once": (None, True, sn.fixed_outdegree(40, allow_multapses=False), {"in-degree"}),
    "total": (None, True, sn.fixed_total_number(8000), {"out-degree", "in-degree"}),
    "total, each once": (TORUS, False, sn.fixed_total_number(30_000, allow_multapses=False), {"out-degree", "in-degree", "distance"}),
    "total by weight": (TORUS, False, sn.fixed_total_number(8000, p=DECAY), {"distance"}),
    "by weight, each once": (TORUS, True, sn.fixed_indegree(60, p=DECAY, allow_multapses=False), {"distance"}),
    "by weight in a mask, each once": (OPEN, True, sn.fixed_outdegree(15, p=DECAY, mask=NEAR, allow_multapses=False),
                                       {"distance"}),
    "out-degree, oversized": (TORUS, True, sn.fixed_outdegree(30, p=DECAY, mask=sn.circular(1.3),
                                                              allow_oversized_mask=True), {"distance"}),
    "no autapses": (None, False, sn.fixed_outdegree(20, allow_autapses=False), {"in-degree"}),
    "no autapses, each once": (None, False, sn.fixed_indegree(100, allow_multapses=False, allow_autapses=False),
                               {"out-degree"}),
    "total, no autapses": (None, False, sn.fixed_total_number(60_000, allow_multapses=False, allow_autapses=False),
                           {"out-degree", "in-degree"}),
    "symmetric, within": (TORUS, False, sn.symmetric_pairwise_bernoulli(0.5 * DECAY, mask=NEAR),
                          {"number", "out-degree", "in-degree", "distance"}),
    "symmetric, between": (None, True, sn.symmetric_pairwise_bernoulli(0.1), {"number", "out-degree", "in-degree"}),
    "degree by place": (OPEN, True, sn.fixed_indegree(20 + 5 * sn.pos.x, p=DECAY), {"distance"}),
}
#: with the rules of connections that third nodes join
TRIPARTITE = {
    ("third_in", "any"): (sn.tripartite_bernoulli_with_pool(0.4), {"number", "out-degree", "in-degree"}),
    ("third_out", "any"): (sn.tripartite_bernoulli_with_pool(0.4), {"number", "out-degree", "in-degree"}),
    ("third_in", "pools"): (sn.tripartite_bernoulli_with_pool(0.4, 5), {"number", "out-degree"}),
    ("third_out", "pools"): (sn.tripartite_bernoulli_with_pool(0.4, 5), {"number", "out-degree", "in-degree"}),
    ("third_out", "blocks"): (sn.tripartite_bernoulli_with_pool(0.4, 1, "block"), {"number", "in-degree"}),
}


def connected(case, seed, synapse=None):
    if case in TRIPARTITE:
        net = sn.Network(seed=seed, threads=1)
        cells, third = net.create("parrot_neuron", n=400), net.create("parrot_neuron", n=100)
        made = net.connect_tripartite(cells, cells, third, sn.fixed_indegree(20), TRIPARTITE[case][0],
                                      synapses={case[0]: synapse})
        return getattr(made, case[0])
    place, other, rule, _ = CASES[case]
    net = sn.Network(seed=seed, threads=1)
    first = net.create("parrot_neuron", place, name="first", **({} if place else {"n": 400}))
    second = net.create("parrot_neuron", place, name="second", **({} if place else {"n": 400})) if other else first
    return net.connect(first, second, rule, synapse)


@pytest.mark.parametrize("case", [*CASES, *TRIPARTITE], ids=str)
def test_p_values_are_uniform_where_the_rule_is_followed(case):
    """Over 100 networks: Kolmogorov and Smirnov find nothing, and none is absurd; fixed seeds."""
    found: dict[str, list[float]] = {}
    for seed in range(100, 200):
        for name, p in connected(case, seed).check(sample=60).p_values.items():
            found.setdefault(name, []).append(p)
    tested = (CASES | TRIPARTITE)[case][-1]
    assert tested <= found.keys()
    for name, values in found.items():
        if name in tested:
            assert len(values) == 100
            assert stats.kstest(values, "uniform").pvalue > 1e-3 and min(values) > 1e-5, name
        else:
            assert set(values) == {1.0}, name  # fixed by the rule, and kept


@pytest.mark.parametrize("case", ["decay in a mask", "in-degree", "total by weight", "by weight, each once",
                                  "symmetric, within"])
def test_a_profile_of_another_width_is_found(case):
    projection = connected(case, 1)
    rule, p = projection.rule, projection.rule.p
    half = 0.5 if rule.name.endswith("bernoulli") else 1.0
    object.__setattr__(rule, "p", half * sn.gaussian(sn.distance, std=0.3))
    try:
        assert projection.check().distances.verdict.p_value < 1e-6
    finally:
        object.__setattr__(rule, "p", p)


@pytest.mark.parametrize("case, where", [("decay in a mask", "number"), ("placeless", "in-degree"), ("out-degree", "out-degree"),
                                         ("total", "out-degree"), ("in-degree, each once", "in-degree"),
                                         ("symmetric, between", "number"), (("third_out", "any"), "number"),
                                         (("third_in", "any"), "out-degree")])
def test_missing_connections_are_found(case, where):
    projection = connected(case, 2)
    assert projection.check().p_value > 1e-3
    projection.disconnect(source=projection.source[::5], target=projection.target[::2])
    report = projection.check()
    assert report.p_values[where] < 1e-6 and report.p_value < 1e-4


def test_what_is_certain_must_be_so():
    """All pairs in a mask: one that is missing is enough."""
    net = sn.Network(threads=1)
    layer = net.create("parrot_neuron", sn.grid([9, 9], edge_wrap=True))
    projection = net.connect(layer, layer, sn.all_to_all(mask=sn.circular(1 / 3)))
    assert set(projection.check().p_values.values()) == {1.0}
    projection.disconnect(where=np.arange(projection.n) == 100)
    assert set(projection.check().p_values.values()) == {0.0}


@pytest.mark.parametrize("case", ["decay in a mask", "to sources, open", "slanted, on a grid"])
def test_the_profile_is_that_of_a_loop_over_all_pairs(case):
    projection = connected(case, 3)
    found = projection.check(sample=10_000, bins=7).distances
    rule, source, target = projection.rule, projection.source, projection.target
    start, end = np.repeat(source.positions, len(target), axis=0), np.tile(target.positions, (len(source), 1))
    pool = target if projection.driver == "source" else source
    way = pool.parts[0].displacement(start, end)
    distance = np.sqrt((way ** 2).sum(axis=1))
    p = sn.expressions.evaluate.at(rule.p, displacement=way, source=start, target=end).clip(0, 1)
    p = np.broadcast_to(p, len(distance)).copy()
    if projection.mask is not None:
        p[~projection.mask.contains(way if projection.driver == "source" else -way)] = 0
    if not rule.allow_autapses:
        p[np.repeat(source.ids, len(target)) == np.tile(target.ids, len(source))] = 0
    edges = found.edges
    assert found.pairs.tolist() == np.histogram(distance, edges)[0].tolist()
    np.testing.assert_allclose(found.expected, np.histogram(distance, edges, weights=p)[0], atol=1e-9)
    np.testing.assert_allclose(found.deviation ** 2, np.histogram(distance, edges, weights=p * (1 - p))[0], atol=1e-9)
    assert found.measured.tolist() == np.histogram(projection.distances(), edges)[0].tolist()


def test_histograms_count_every_node():
    for case in CASES:
        projection = connected(case, 4)
        report = projection.check(sample=20)
        out, into = projection.out_degrees(), projection.in_degrees()
        if case == "symmetric, within":  # one direction, as it was drawn
            table = projection.tables[0]
            out, into = np.diff(table.offsets), np.bincount(table.targets, minlength=400)
        for histogram, degrees in ((report.out_degrees, out), (report.in_degrees, into)):
            assert histogram.measured.tolist() == np.histogram(degrees, histogram.edges)[0].tolist()
            assert histogram.measured.sum() == len(degrees)
            if histogram.expected is not None:
                assert histogram.expected.sum() == pytest.approx(len(degrees), rel=0.02)


def test_expected_degrees_are_binomial_where_all_pairs_are_alike():
    report = connected("placeless", 5).check()
    edges = report.out_degrees.edges
    np.testing.assert_allclose(report.out_degrees.expected, 400 * np.diff(stats.binom.cdf(np.floor(edges), 400, 0.1)), atol=1e-9)


def test_where_no_law_is_known_the_reason_is_told():
    net = network()
    exc = net["E"]
    for rule, said in ((sn.pairwise_bernoulli(DECAY * sn.random.uniform(0.2, 0.8)), "p is random"),
                       (sn.fixed_total_number(50, p=DECAY, allow_multapses=False), "without repetition")):
        report = net.connect(exc, exc, rule).check()
        assert said in report.distances.verdict.reason and said in repr(report)
        assert report.distances.expected is None
        assert report.distances.measured.sum() == net.projections[-1].n
    joined = connected(("third_in", "pools"), 1)
    assert "depends on the target" in joined.check().in_degrees.verdict.reason
    joined.network.projections[0].set(weight=np.arange(8000.))
    report = joined.check()
    assert report.p_value is None and "primary connections are no longer known" in report.number.reason


LISTED = {
    "one to one": sn.one_to_one(), "pairs": sn.pairs([4, 4, 399, 7, 7], [0, 0, 398, 7, 8]),
    "pairs, no autapses": sn.pairs(np.arange(400), np.arange(400) // 2, allow_autapses=False),
    "both directions": sn.one_to_one(make_symmetric=True), "every pair": sn.all_to_all(),
}


@pytest.mark.parametrize("synapse", [None, [sn.static_synapse(), sn.static_synapse(2.0), sn.static_synapse(3.0)]])
@pytest.mark.parametrize("place", [GRID, None], ids=["grid", "placeless"])
@pytest.mark.parametrize("name", LISTED)
def test_what_is_listed_must_be_there(name, place, synapse):
    """Nothing is left to chance, so the p-value is 1; where one connection of thousands is another, it is 0."""
    net = sn.Network(threads=1)
    first, second = (net.create("parrot_neuron", place, **({} if place else {"n": 400})) for _ in range(2))
    ends = (first, first) if name == "pairs, no autapses" else (first, second)
    projection = net.connect(*ends, LISTED[name], synapse)
    report = projection.check(sample=400)
    assert set(report.p_values.values()) == {1.0} and len(report.p_values) == (4 if place else 3)
    assert report.n == projection.n and report.out_degrees.expected.sum() == pytest.approx(400)
    table = projection.tables[0]
    table.targets = table.targets.copy()
    table.targets[0] += 1
    assert projection.check(sample=400).p_value == 0.0


@pytest.mark.parametrize("case", ["symmetric, within", "placeless", "in-degree", ("third_out", "any")], ids=str)
def test_several_synapses_and_both_directions_must_join_the_same_nodes(case):
    projection = connected(case, 2, [sn.static_synapse(), sn.static_synapse(weight=2.0)])
    assert projection.check().p_value > 1e-3
    projection.disconnect(where=np.arange(projection.n) == projection.n - 1)
    assert projection.check().p_values["number"] == 0.0


def test_every_rule_can_be_checked():
    net = network()
    exc, inh, noise = net["E"], net["I"], net["noise"]
    drawn = sn.random.uniform_int(5) + 1
    for rule in (sn.fixed_indegree(drawn), sn.fixed_outdegree(np.arange(30) % 4), sn.fixed_total_number(0)):
        assert net.connect(inh, inh, rule).check().p_values.get("out-degree", 1.0) > 1e-3
    for projection in [*net.projections, net.connect(noise, exc + inh, sn.pairwise_bernoulli(0.5)),
                       net.connect(exc + inh, inh, sn.pairwise_bernoulli(0.5 * DECAY))]:
        report = projection.check()
        assert report.p_value is None or report.p_value > 1e-4
        assert report.to_dataset().attrs["n"] == projection.n


def test_checks_repeat_and_change_nothing():
    projection = connected("decay in a mask", 6)
    first, again = projection.check().to_dataset(), projection.check().to_dataset()
    assert first.identical(again) and first.to_netcdf() is not None
    assert np.array_equal(projection.connections_of()["target"], connected("decay in a mask", 6).connections_of()["target"])


def test_strange_checks_are_refused():
    projection = connected("placeless", 1)
    for options in ({"sample": 0}, {"sample": 1.5}, {"bins": 0}, {"bins": True}):
        with pytest.raises(ParameterError, match="must be an integer"):
            projection.check(**options)
    projection.network.disconnect(projection)
    with pytest.raises(ConnectError, match="disconnected"):
        projection.check()


def test_the_pattern_tells_every_projection():
    net = network()
    pattern = net.pattern()
    assert [(r.projection, r.source, r.target, r.rule, r.sign, r.n) for r in pattern] == [
        (p.name, p.source.name, p.target.name, p.rule.name, sign, p.n) for p, sign in zip(net.projections, "+−++")]
    for row, projection in zip(pattern, net.projections):
        weights, delays = projection.weights, projection.delays
        assert row.weight == pytest.approx((weights.min(), weights.mean(), weights.max()))
        assert row.delay == pytest.approx((delays.min(), delays.max()))
    assert pattern.rows[0].mask == "circular(radius=0.6)" and pattern.rows[3].mask == pattern.rows[3].profile == ""
    data = pattern.to_dataset()
    assert data["mask"].sel(projection="E→I") == "circular(radius=0.6)" and data["n"].sum() == net.n_connections
    assert "E → I (+)" in repr(pattern)
    table = pattern._repr_html_()
    assert all(text in table for text in ("E→I", "circular(radius=0.6)", "fixed_indegree", "ms", "−5"))
    net.projections[0].set(weight=sn.random.uniform(-1., 1.))
    assert net.pattern().rows[0].sign == "±"
    assert len(sn.Network().pattern()) == 0 and sn.Network().pattern().to_dataset().sizes == {"projection": 0}


def test_inspection_is_loaded_when_asked_for():
    code = "import spatialnet, sys; print('spatialnet.connect.inspection' in sys.modules, 'scipy.stats' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()[0] == "False"
