"""Checks of projections as figures and pictures."""

import numpy as np
import pytest

import spatialnet as sn
from spatialnet.views import figures
from spatialnet.views.check_state import CheckState


@pytest.mark.parametrize("rule", [sn.pairwise_bernoulli(0.3, mask=sn.circular(0.3)), sn.fixed_indegree(5)])
def test_a_check_is_drawn_as_it_was_measured(net, sheet, rule, tmp_path):
    check = net.connect(sheet, sheet, rule).check()
    root = figures.check_figure(CheckState(check))
    for name, panel in (("out", check.out_degrees), ("in", check.in_degrees), ("distance", check.distances)):
        bars = root.select_one({"name": f"{name}-measured"}).data
        assert np.array_equal(bars["measured"], panel.measured) and np.array_equal(bars["left"], panel.edges[:-1])
        line = root.select_one({"name": f"{name}-expected"}).data
        assert np.array_equal(line["expected"], [] if panel.expected is None else panel.expected)
    view = check.view()
    assert "p = " in view.state.words() and len(root.children) == 3
    for suffix in ("svg", "png", "pdf", "html"):
        view.save(tmp_path / f"check.{suffix}")
        assert (tmp_path / f"check.{suffix}").stat().st_size > 1000
    assert check._repr_mimebundle_() == {"text/plain": repr(check)}


def test_a_check_without_places_has_two_panels(net):
    cells = net.create("parrot_neuron", n=50)
    root = figures.check_figure(CheckState(net.connect(cells, cells, sn.pairwise_bernoulli(0.3)).check()))
    assert [plot.name for plot in root.children] == ["out", "in"]
