"""Nodes and connections as text, written and read back."""

import numpy as np
import pytest

import spatialnet as sn
from spatialnet.connect import text as connect_text
from spatialnet.errors import DataError, ParameterError, PositionError
from spatialnet.space import text as space_text
from tests.connect.test_queries import network


@pytest.fixture(params=[1 << 16, 7])
def lines_at_once(request, monkeypatch):
    monkeypatch.setattr(space_text, "_LINES", request.param)
    monkeypatch.setattr(connect_text, "_LINES", request.param)


def test_the_example_of_the_reference_is_written_as_there(tmp_path):
    """Node (-2, 1.5) to (-1, 1.5), weight 1, delay 1; ids are counted from 0 here."""
    net = sn.Network(threads=1)
    layer = net.create("parrot_neuron", sn.grid([5, 4], extent=[5., 4.]))
    net.connect(layer[0], layer[4], sn.one_to_one(), name="one").dump(tmp_path / "one.txt", digits=6)
    layer[:2].dump(tmp_path / "nodes.txt", digits=6)
    assert (tmp_path / "one.txt").read_text() == "0 4 1 1 1 0\n"
    assert (tmp_path / "nodes.txt").read_text() == "0 -2 1.5\n1 -2 0.5\n"


@pytest.mark.parametrize("digits", [None, 6])
def test_what_is_written_is_read_back(tmp_path, lines_at_once, digits):
    net = network()
    path = tmp_path / "c.txt"
    for c in (net.connections(), net.projections[1].connections(), net.connections(source=[])):
        c.dump(path, digits)
        back = sn.read_connections(path)
        assert np.array_equal(back["source"], c.source) and np.array_equal(back["target"], c.target)
        for name in ("weight", "delay", "displacement"):
            if len(c) == 0:
                assert len(back[name]) == 0
            elif digits is None:
                assert np.array_equal(back[name], getattr(c, name), equal_nan=True)
            else:
                np.testing.assert_allclose(back[name], getattr(c, name), rtol=1e-5)
    net["I"].dump(path, digits)
    back = sn.read_nodes(path)
    assert np.array_equal(back["node"], net["I"].ids)
    np.testing.assert_allclose(back["positions"], net["I"].positions, rtol=0 if digits is None else 1e-5)


def test_three_axes_are_written_and_read_back(tmp_path):
    net = sn.Network(threads=1)
    cube = net.create("parrot_neuron", sn.grid([3, 3, 3], edge_wrap=True))
    projection = net.connect(cube, cube, sn.pairwise_bernoulli(1.0, mask=sn.spherical(0.4)))
    projection.dump(tmp_path / "c.txt")
    assert np.array_equal(sn.read_connections(tmp_path / "c.txt")["displacement"], projection.displacements())
    cube.dump(tmp_path / "n.txt")
    assert np.array_equal(sn.read_nodes(tmp_path / "n.txt")["positions"], cube.positions)


@pytest.mark.parametrize("text, said", [
    ("0 1 1 1 1 0\n0 1 1 1 1\n", "line 2: expected 6 columns"), ("0 1 1\n", "line 1: expected source target"),
    ("0 1 1 1 1 0\n\n", "line 2"), ("0 1 1 1 1 x\n", "line 1: 'x' is not a number"), ("-1 1 1 1 1 0\n", "'-1' is not an id"),
    ("0 1.0 1 1 1 0\n", "'1.0' is not an id"), ("0 1 nan 1 1 0\n", "the weight must be finite"),
    ("0 1 1 0 1 0\n", "the delay must be > 0"), ("0 1 1 1 inf 0\n", "the displacement must be finite, or nan"),
    ("0 1 1 1 __import__('os') 0\n", "is not a number"), ("0 1 1_0 1 1 0\n", "'1_0' is not a number"),
    ("99999999999999999999 1 1 1 1 0\n", "is not an id"), ("9999999999999999999 1 1 1 1 0\n", "is not an id"),
    ("0 1 1 1 1 0\n0 1 1 1 é 0\n", "line 2"), ("\x00\xff", "line 1"), ("² 1 1 1 1 0\n", "line 1"),
])
def test_what_is_no_such_text_is_refused_with_its_line(tmp_path, lines_at_once, text, said):
    (tmp_path / "bad.txt").write_text(text, encoding="utf-8")
    with pytest.raises(DataError) as caught:
        sn.read_connections(tmp_path / "bad.txt")
    assert said in str(caught.value) and "bad.txt" in str(caught.value)


def test_nodes_that_are_no_such_text_are_refused(tmp_path):
    for text in ("0 1\n", "0 1 nan\n", "0 1 2\n1 2 3 4\n", "x 1 2\n"):
        (tmp_path / "bad.txt").write_text(text)
        with pytest.raises(DataError, match="line"):
            sn.read_nodes(tmp_path / "bad.txt")


def test_a_failed_dump_leaves_the_old_file_and_nothing_beside_it(tmp_path):
    net = network()
    path = tmp_path / "c.txt"
    net["E"].dump(path)
    before = path.read_bytes()
    with pytest.raises(PositionError):
        net["noise"].dump(path)
    for digits in (0, 18, 2.5, True):
        with pytest.raises(ParameterError, match="digits"):
            net.projections[0].dump(path, digits=digits)
    assert path.read_bytes() == before and [p.name for p in tmp_path.iterdir()] == ["c.txt"]
    with pytest.raises(FileNotFoundError):
        net["E"].dump(tmp_path / "nowhere" / "c.txt")
