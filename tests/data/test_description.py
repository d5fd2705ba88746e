"""The description is enough to build the network again, and is plain JSON."""

import hashlib
import json
from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np
import pytest

from spatialnet.data import build_tree, describe, description_json
from spatialnet.data.description import plain
from spatialnet.language.nodes import Symbol
from spatialnet.language.parse import parse
from tests.data.made_by_hand import Nodes, Part


def test_description_survives_json(network):
    assert json.loads(description_json(network)) == describe(network)


def test_description_names_everything(network):
    found = describe(network)
    assert found["seed"] == 12345 and found["resolution"] == 0.1
    assert [p["name"] for p in found["populations"]] == ["noise", "E", "I"]
    grid, free = found["populations"][1:]
    assert grid["geometry"] == {"placement": "grid", "extent": [3.0, 2.0], "center": [0.0, 0.0], "edge_wrap": True,
                                "units": "mm", "shape": [3, 2]}
    assert free["geometry"]["positions"] == {"coordinates": ["x", "y"]}
    assert grid["parameters"] == {"C_m": 250.0, "V_m": {"variable": "V_m"}}
    assert found["populations"][0]["geometry"] is None


def test_what_the_description_points_to_is_in_the_layers(network, result):
    tree = build_tree(network, result)
    for population in json.loads(tree.attrs["description_json"])["populations"]:
        layer = tree[f"/layers/{population['name']}"]
        for value in population["parameters"].values():
            if isinstance(value, dict) and "variable" in value:
                assert layer[value["variable"]].sizes["node"] == population["n"]
        for axis in (population["geometry"] or {}).get("positions", {}).get("coordinates", ()):
            assert axis in layer.coords


def test_projection_is_described_by_its_call(network):
    decay = 0.8 * Symbol("distance")
    network.projections[0].rule = type(network.projections[0].rule)(decay)
    found = describe(network)["projections"][0]
    assert found["name"] == "E→I" and found["driver"] == "source" and found["n"] == 6
    assert found["source"] == [{"population": "E"}] and found["target"] == [{"population": "I"}]
    assert found["rule"] == {"type": "pairwise_bernoulli", "p": {"expression": "0.8 * distance"},
                             "allow_autapses": True, "allow_multapses": False}
    assert repr(parse(found["rule"]["p"]["expression"])) == repr(decay)


def test_slices_are_described_shortly(network):
    from spatialnet.data.description import describe_nodes
    exc = network.populations[1]
    assert describe_nodes(Nodes(Part(exc, np.arange(1, 6, 2)))) == \
        [{"population": "E", "indices": {"start": 1, "stop": 6, "step": 2}}]
    assert describe_nodes(Nodes(Part(exc, np.array([4, 0])))) == [{"population": "E", "indices": [4, 0]}]


def test_hash_is_that_of_the_text(tree):
    text = tree.attrs["description_json"]
    assert tree.attrs["description_sha256"] == hashlib.sha256(text.encode()).hexdigest()


def test_equal_networks_have_equal_descriptions_and_others_not(network):
    before = description_json(network)
    assert description_json(network) == before
    network.seed += 1
    assert description_json(network) != before


@dataclass
class Thing:
    value: object
    _hidden: int = 0


def a_function(x):
    return x


@pytest.mark.parametrize("value, expected", [
    (float("inf"), {"number": "inf"}), (float("nan"), {"number": "nan"}), (np.float32(0.5), 0.5), (np.int64(3), 3),
    (np.bool_(True), True), ((1, 2.0, None), [1, 2.0, None]), ({"a": np.array([1, 2])}, {"a": [1, 2]}),
    (Thing({3}), {"type": "Thing", "value": [3]}), (a_function, {"function": f"{__name__}.a_function"}),
    (SimpleNamespace(name="static_synapse"), {"type": "SimpleNamespace", "name": "static_synapse"}),
])
def test_values_become_plain(value, expected):
    assert plain(value) == expected
    json.dumps(plain(value), allow_nan=False)


def test_long_arrays_are_named_by_hash_unless_asked_for():
    array = np.arange(2000.0)
    assert plain(array)["array"]["shape"] == [2000] and plain(array)["array"]["dtype"] == "float64"
    assert plain(array) != plain(array + 1)
    assert plain(array, short=None) == array.tolist()
