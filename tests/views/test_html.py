"""Tables: the facts are there, readable without a style sheet, and safe to show."""

from html.parser import HTMLParser

import pytest

import spatialnet as sn
from spatialnet.views import html


class Cells(HTMLParser):
    """Text of the cells, row by row; complains about what is not closed."""

    def __init__(self, text):
        super().__init__()
        self.open, self.rows = [], []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        assert tag not in ("style", "script", "svg", "link")
        assert not any(name.startswith("on") or name == "class" and value != "spatialnet-saved" for name, value in attrs)
        if tag != "img":
            self.open.append(tag)
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if {"td", "th"} & set(self.open):
            self.rows[-1][-1] += data


def facts(text):
    return {row[0]: row[1] for row in Cells(text).rows if len(row) == 2}


def test_layer_facts(sheet, cloud, device):
    table = facts(html.layer_html(sheet))
    assert table == {"nodes": "100", "model": "iaf_psc_alpha", "ids": "0 … 99", "placement": "grid 10 × 10",
                     "extent": "1 × 1 mm", "centre": "(0, 0) mm", "edges": "wrapped (torus)"}
    assert facts(html.layer_html(sheet[::2]))["placement"] == "part of a grid 10 × 10"
    assert facts(html.layer_html(sheet[::2]))["ids"] == "50 between 0 and 98"
    assert facts(html.layer_html(cloud))["placement"] == "free"
    assert facts(html.layer_html(device))["placement"] == "none"


def test_a_layer_tells_the_parameters_that_are_not_defaults(net):
    noise = net.create("poisson_generator", rate=800.0)
    assert facts(html.layer_html(noise)) == {"nodes": "1", "model": "poisson_generator", "ids": str(noise.ids[0]), "placement": "none",
                                             "rate": "800 1/s"}
    cells = net.create("iaf_psc_exp", n=3, tau_m=[8.0, 10.0, 12.0])
    assert facts(html.layer_html(cells))["tau_m"] == "8 … 12 ms"
    assert facts(html.layer_html(cells[:1]))["tau_m"] == "8 ms" and "C_m" not in facts(html.layer_html(cells))
    train = net.create("spike_generator", spike_times=[1.0, 2.0])
    assert "1" in facts(html.layer_html(train))["spike_times"]


def test_the_page_of_a_synapse_tells_what_spikes_do():
    page = html.model_html(sn.get_model("stdp_synapse"))
    assert "With a presynaptic spike" in page and "With a postsynaptic spike" in page and "K_minus" in page and "lambda_" not in page
    assert "presynaptic spike" not in html.model_html(sn.get_model("static_synapse"))


def test_projection_facts(projection, back, net, sheet):
    table = facts(html.projection_html(back))
    assert table["connections"] == "3\u202f000" and table["in-degree"] == "30 on average"
    assert table["weights"] == "−5 pA" and table["delays"] == "1 ms"
    assert table["rule"] == repr(back.rule)
    assert "…" in facts(html.projection_html(projection))["weights"]
    assert facts(html.projection_html(net.connect(sheet, sheet, sn.pairwise_bernoulli(p=0.0))))["weights"] == "–"


def test_mask_facts():
    table = facts(html.mask_html(sn.circular(0.5) - sn.circular(0.1)))
    assert table["shape"] == "circular(radius=0.5) - circular(radius=0.1)"
    assert table["bounding box"] == "[−0.5, 0.5] × [−0.5, 0.5] mm"
    assert facts(html.mask_html(sn.grid_mask([3, 2]))) == {"shape": repr(sn.grid_mask([3, 2])), "dimensions": "2"}


def test_network_lists_its_parts(net, projection, device):
    rows = Cells(html.network_html(net)).rows
    assert ["E", "iaf_psc_alpha", "100", "grid 10 × 10", "1 × 1 mm, wrapped"] in rows
    assert ["noise", "poisson_generator", "1", "–", "–"] in rows
    assert any(row[:3] == ["E→I", "E", "I"] and row[4] == f"{projection.n:,}".replace(",", "\u202f") for row in rows)
    assert ["nodes", "161"] in rows and ["seed", "1"] in rows


def test_an_empty_network_shows_itself_too():
    assert ["nodes", "0"] in Cells(html.network_html(sn.Network())).rows


@pytest.mark.parametrize("name", ["<b>bold</b>", '"&amp;', "<script>alert(1)</script>"])
def test_names_are_text_and_not_markup(name):
    net = sn.Network(title=name)
    layer = net.create("iaf_psc_alpha", sn.grid([2, 2]), name=name.replace("/", "|"))
    for text in (html.network_html(net), html.layer_html(layer), html.picture("data:,", name, name)):
        Cells(text)
        assert "<b>" not in text and "<script" not in text


def test_styles_are_in_the_elements():
    assert all(declarations.endswith(";") for declarations in html.styles().values())
    assert f'style="{html.styles()["table"]}"' in html.network_html(sn.Network(seed=3))


@pytest.mark.parametrize("name", ["iaf_psc_alpha", "iaf_cond_exp", "iaf_psc_exp_multisynapse", "poisson_generator", "parrot_neuron"])
def test_models_show_equations_parameters_and_paper(name):
    from spatialnet.models import get_model
    model = get_model(name)
    page = model._repr_html_()
    assert name in page and all(f">{parameter}<" in page for parameter in model.parameters)
    if model.kind == "neuron":
        assert r"\frac{d V_\mathrm{m}}{dt} &amp;=" in page and "In every step" in page and f"doi.org/{model.doi}" in page
        assert "spike if" in page


def test_what_users_write_in_a_model_is_escaped():
    import spatialnet as sn
    model = sn.NeuronModel("mine", summary="<script>alert(1)</script>", equations="dx/dt = -x / tau", parameters={"tau": 5.0})
    assert "<script>" not in model._repr_html_()
