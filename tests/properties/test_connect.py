"""Laws of connecting, on layers and masks that nobody would think of."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import spatialnet as sn
from tests.properties.strategies import coordinates, lengths, masks_of

DIMENSIONS = pytest.mark.parametrize("d", [2, 3])


@st.composite
def placements(draw, d, edge_wrap):
    """A small grid or some free nodes; positions often coincide with edges and with each other."""
    extent = draw(st.lists(st.sampled_from([1.0, 2.0, 3.0, 2.5]), min_size=d, max_size=d))
    if draw(st.booleans()):
        shape = draw(st.lists(st.integers(1, 5), min_size=d, max_size=d))
        return sn.grid(shape, extent=extent, edge_wrap=edge_wrap)
    share = draw(st.lists(st.lists(st.integers(-8, 8), min_size=d, max_size=d), min_size=1, max_size=25))
    return sn.free(np.array(share) / 16 * extent, extent=extent, center=[0.0] * d, edge_wrap=edge_wrap)


def images(displacement, extent, wrap, lower, upper):
    """Every periodic image of a displacement that can lie in a box."""
    if not wrap:
        return [displacement]
    first = np.floor((lower - displacement) / extent).astype(int) - 1
    last = np.ceil((upper - displacement) / extent).astype(int) + 1
    return [displacement + (first + k) * extent for k in np.ndindex(*(last - first + 1))]


def expected_pairs(driver, pool, mask):
    """Driver and pool index of every pair in the mask, each once."""
    lower, upper = mask.bounding_box()
    pairs = set()
    for i, start in enumerate(driver.positions):
        for j, end in enumerate(pool.positions):
            around = images(end - start, pool.extent, pool.edge_wrap, lower, upper)
            if mask.contains(np.array(around)).any():
                pairs.add((i, j))
    return pairs


def on_the_rim(driver, pool, mask):
    """Whether a last digit decides: pairs within 1e-9 of the boundary may fall to either side."""
    lower, upper = mask.bounding_box()
    near = [np.array(images(end - start, pool.extent, pool.edge_wrap, lower, upper))
            for start in driver.positions for end in pool.positions]
    at = np.concatenate(near)
    inside = mask.contains(at)
    d = at.shape[1]
    return any((mask.contains(at + shift) != inside).any() for shift in 1e-9 * np.vstack([np.eye(d), -np.eye(d)]))


@DIMENSIONS
@settings(max_examples=60)
@given(data=st.data())
def test_connections_are_exactly_the_pairs_in_the_mask(d, data):
    """Against looking at every pair and every image; for masks around sources and around targets."""
    wrap = data.draw(st.booleans())
    net = sn.Network(threads=1)
    source = net.create("parrot_neuron", data.draw(placements(d, False)), name="source")
    target = net.create("parrot_neuron", data.draw(placements(d, wrap)), name="target")
    mask, around_target = data.draw(masks_of(d)), data.draw(st.booleans())
    driver, pool = (target, source) if around_target else (source, target)
    lower, upper = mask.bounding_box()
    assume(not pool.edge_wrap or ((upper - lower) < pool.extent * 0.999).all())
    assume(not on_the_rim(driver, pool, mask))
    projection = net.connect(source, target, sn.pairwise_bernoulli(1.0, mask=mask, use_on_source=around_target))
    found = list(zip(projection.sources - source.ids[0], projection.targets - target.ids[0]))
    expected = expected_pairs(driver, pool, mask)
    assert len(found) == len(set(found))
    assert set(found) == ({(j, i) for i, j in expected} if around_target else expected)


@DIMENSIONS
@settings(max_examples=40)
@given(data=st.data())
def test_weights_and_delays_follow_the_short_way_round(d, data):
    wrap = data.draw(st.booleans())
    net = sn.Network(threads=1)
    source = net.create("parrot_neuron", data.draw(placements(d, False)), name="source")
    target = net.create("parrot_neuron", data.draw(placements(d, wrap)), name="target")
    projection = net.connect(source, target, sn.pairwise_bernoulli(1.0), sn.static_synapse(
        weight=sn.distance + 10 * sn.displacement.x + 100 * sn.target.y, delay=1.0 + sn.distance))
    columns = projection.connections_of()
    start = source.positions[columns["source"] - source.ids[0]]
    end = target.positions[columns["target"] - target.ids[0]]
    delta = target.displacement(start, end)
    length = np.sqrt((delta ** 2).sum(axis=1))
    np.testing.assert_allclose(columns["weight"], length + 10 * delta[:, 0] + 100 * end[:, 1], rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(columns["delay"], 1 + length, atol=0.05 + 1e-9)


RULES = {
    "bernoulli": lambda mask, p: sn.pairwise_bernoulli(p, mask=mask),
    "around targets": lambda mask, p: sn.pairwise_bernoulli(p, mask=mask, use_on_source=True),
    "indegree": lambda mask, p: sn.fixed_indegree(3, p=p, mask=mask),
    "outdegree": lambda mask, p: sn.fixed_outdegree(2, p=p),
    "all": lambda mask, p: sn.all_to_all(mask=mask, allow_autapses=False),
    "total": lambda mask, p: sn.fixed_total_number(200, p=p),
}


@pytest.mark.parametrize("rule", RULES)
@settings(max_examples=15)
@given(seed=st.integers(0, 2**63 - 1), radius=lengths, std=lengths, shift=coordinates)
def test_connections_do_not_depend_on_the_number_of_threads(rule, seed, radius, std, shift):
    """Every number is keyed by what it is for; 1, 2 and 7 threads make equal columns."""
    def build(threads):
        net = sn.Network(seed=seed, threads=threads)
        a = net.create("parrot_neuron", sn.grid([15, 15], extent=[20., 20.], edge_wrap=True), name="a")
        b = net.create("parrot_neuron", sn.free(sn.random.uniform(-10, 10), n=150, extent=[20., 20.], center=[0., 0.],
                                                edge_wrap=True), name="b")
        mask = sn.circular(1.5 + radius, anchor=[shift / 10, 0.0])
        projection = net.connect(a, a + b, RULES[rule](mask, sn.gaussian(sn.distance, std=1 + std)), sn.static_synapse(
            weight=sn.random.normal(1.0, 0.1), delay=sn.random.uniform(0.5, 3)))
        return b.positions, projection.connections_of()

    positions, columns = build(1)
    for threads in (2, 7):
        other_positions, other = build(threads)
        assert (positions == other_positions).all()
        for name in columns:
            np.testing.assert_array_equal(columns[name], other[name])


@settings(max_examples=20)
@given(seed=st.integers(0, 2**63 - 1), n=st.integers(1, 60), degree=st.integers(0, 60), autapses=st.booleans())
def test_fixed_degrees_are_exact_and_without_multapses_distinct(seed, n, degree, autapses):
    """Or the call is refused because there are too few candidates."""
    net = sn.Network(seed=seed, threads=1)
    layer = net.create("parrot_neuron", n=n)
    for rule, count in ((sn.fixed_indegree, "in_degrees"), (sn.fixed_outdegree, "out_degrees")):
        free = net.connect(layer, layer, rule(degree, allow_autapses=True), name=f"{count} free")
        assert (getattr(free, count)() == degree).all()
        try:
            projection = net.connect(layer, layer, rule(degree, allow_multapses=False, allow_autapses=autapses),
                                     name=count)
        except sn.errors.ConnectError:
            assert degree > n - (not autapses)
            continue
        assert degree <= n - (not autapses) or degree == 0
        assert (getattr(projection, count)() == degree).all()
        pairs = set(zip(projection.sources, projection.targets))
        assert len(pairs) == projection.n and (autapses or all(s != t for s, t in pairs))
