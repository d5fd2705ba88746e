"""Names as long as users give them, and layers as small as they can be: what is drawn fits, and nothing warns."""

import warnings

import numpy as np
import pytest
from bokeh.models import HoverTool, Legend, Title

import spatialnet as sn
from spatialnet.views import figures, static_pictures
from spatialnet.views.check_state import CheckState
from spatialnet.views.figures.style import legend_columns
from spatialnet.views.state import LayerState, ProjectionState
from spatialnet.views.words import brief

LONG = "excitatory pyramidal cells in the upper half of layer 2 and 3 of the primary visual cortex"


@pytest.fixture
def long_names(net):
    exc = net.create("iaf_psc_alpha", sn.grid([5, 5]), name=LONG)
    inh = net.create("iaf_psc_alpha", sn.free(sn.random.uniform(-0.5, 0.5), n=9, extent=[1.0, 1.0]), name=LONG[::-1])
    return exc, inh, net.connect(exc, inh, sn.pairwise_bernoulli(0.5, mask=sn.circular(0.4)))


@pytest.mark.parametrize("name", ["", "E", "a" * 24, "a" * 25, LONG])
def test_a_brief_name_is_never_too_long_and_keeps_both_ends(name):
    short = brief(name, 24)
    assert len(short) <= 24 and (short == name) == (len(name) <= 24)
    assert short[:5] == name[:5] and short[-5:] == name[-5:]


def test_legends_have_as_few_rows_as_fit_about_equally_long():
    assert legend_columns(["E", "I"], 400) == 2 and legend_columns(["E", "I"], 10) == 1 and legend_columns(["E"], 10) == 1
    assert legend_columns(["node"] * 5, 5 * 62 - 1) == 3


def test_long_names_fit_their_figures_and_draw_without_a_warning(long_names):
    exc, inh, made = long_names
    states = [LayerState(exc + inh), LayerState(exc), ProjectionState(made), LayerState(exc, heading=LONG, side=200)]
    for state in states:
        assert len(state.title()) * 8 <= state.side
        root = figures.maker(state)[0](state)
        for legend in root.select({"type": Legend}):
            labels = [item.label.value for item in legend.items]
            assert max(map(len, labels)) <= 40 and legend.ncols == legend_columns(labels, state.side + 76)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            static_pictures.render(state, "svg")


@pytest.mark.parametrize("places", [[[0.3, 0.2]], [[0.0, 1.0], [2.0, 1.0]], [[0.1, 0.2, 0.3]]])
def test_layers_without_an_extent_are_drawn_without_a_warning(net, places):
    layer = net.create("iaf_psc_alpha", sn.free(places), name="lone")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        static_pictures.render(LayerState(layer), "svg")


def test_a_node_has_one_tooltip(projection):
    """Partners have one of their own, with weight and delay; the one for nodes leaves them out."""
    root = figures.maker(ProjectionState(projection))[0](ProjectionState(projection))
    others, partners = sorted(root.select({"type": HoverTool}), key=lambda tool: len(tool.tooltips))
    assert "weight" in dict(partners.tooltips) and dict(partners.tooltips)["weight"].endswith(" pA")
    assert others.filters["@id"].args["without"].name == "partners"


def test_a_check_under_a_heading_tells_it_above_the_verdicts(projection):
    state = CheckState(projection.check())
    root = figures.maker(state)[0](state)
    assert not any(plot.title.visible for plot in root.children)
    state = CheckState(projection.check(), heading="the first")
    root = figures.maker(state)[0](state)
    assert [plot.title.text for plot in root.children] == ["the first", " ", " "]
    verdict = root.select_one({"name": "out-title"})
    assert isinstance(verdict, Title) and verdict.text.startswith("p = ")
    drawn = static_pictures.draw(state)
    assert drawn.get_suptitle() == "the first" and np.ravel(drawn.axes)[0].get_title(loc="left") == verdict.text
