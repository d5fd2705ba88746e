"""Questions to a projection: connections of nodes, degrees, columns."""

import numpy as np
import pytest

import spatialnet as sn
from spatialnet.errors import ConnectError


@pytest.fixture
def made():
    """Connections between slices of three populations, with multapses."""
    net = sn.Network(seed=2)
    a, b, c = (net.create("iaf_psc_alpha", n=n, name=name) for name, n in (("a", 30), ("b", 20), ("c", 10)))
    return net.connect(a[5:25] + c[::2], b[::3] + c + a[:4], sn.fixed_indegree(12), sn.static_synapse(
        sn.random.normal(), sn.random.uniform(0.1, 5)))


def brute(made):
    columns = made.connections_of()
    return list(zip(*(columns[name].tolist() for name in ("source", "target", "weight", "delay"))))


def test_connections_of_nodes_are_those_found_by_looking_at_all(made):
    every = brute(made)
    assert len(every) == made.n == len(made) == 12 * 21
    for node in range(60):
        assert sorted(made.targets_of(node)) == sorted(t for s, t, *_ in every if s == node)
        assert sorted(made.sources_of([node])) == sorted(s for s, t, *_ in every if t == node)
    some, others = np.array([7, 9, 50, 54]), np.array([0, 2, 33, 52])
    columns = made.connections_of(source=some, target=others)
    found = sorted(zip(*(columns[k].tolist() for k in ("source", "target", "weight", "delay"))))
    assert found == sorted(row for row in every if row[0] in some and row[1] in others)


def test_asking_by_nodes_and_by_ids_is_the_same(made):
    layer = made.network["a"]
    assert (made.targets_of(layer[7:9]) == made.targets_of([7, 8])).all()
    assert (made.targets_of([8, 7, 7]) == made.targets_of([7, 8])).all(), "in order, each node once"
    assert made.targets_of([]).size == 0 and made.sources_of(made.network["b"][1:2]).size == 0


def test_degrees_are_in_the_order_of_the_nodes(made):
    every = brute(made)
    assert made.in_degrees().tolist() == [sum(t == node for _, t, *_ in every) for node in made.target.ids]
    assert made.out_degrees().tolist() == [sum(s == node for s, *_ in every) for node in made.source.ids]
    reverse = made.network.connect(made.network["a"][::-1], made.network["b"], sn.fixed_outdegree(3))
    assert reverse.out_degrees().tolist() == [3] * 30


def test_columns_agree_with_each_other(made):
    every = brute(made)
    for i, name in enumerate(("sources", "targets", "weights", "delays")):
        assert getattr(made, name).tolist() == [row[i] for row in every]
    for table in made.tables:
        local = np.column_stack([table.sources, table.targets])
        assert (np.lexsort((local[:, 1], local[:, 0])) == np.arange(len(local))).all()
        assert table.offsets[0] == 0 and table.offsets[-1] == len(table) and len(table.offsets) == table.source.n + 1


@pytest.mark.parametrize("nodes", [-1, 60, [0, 99], 0.5, [[1]], "a", [True]])
def test_nodes_that_are_none_are_refused(made, nodes):
    with pytest.raises(ConnectError, match="must be nodes, or ids between 0 and 59"):
        made.targets_of(nodes)


def test_a_projection_says_what_it_is(made):
    assert made.name == "a[…] + c[…]→b[…] + c + a[…]" and made.driver == "target" and made.mask is None
    assert repr(made).startswith("<projection 'a[…] + c[…]→b[…] + c + a[…]': 252 connections, fixed_indegree(indegree=12)")
    assert not made.is_spatial
