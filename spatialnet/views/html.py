"""Objects as HTML tables: pure functions from an object to text.

Styles stand in the elements (``static/tables.css`` is read and put there), because notebooks that are not trusted
lose ``<style>``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from html import escape
from pathlib import Path
from textwrap import dedent
from typing import Any

import numpy as np

from ..data.units import weight_units
from ..errors import MaskError, short
from . import words


@cache
def styles() -> dict[str, str]:
    """Declarations of ``static/tables.css`` by class, on one line each."""
    text = (Path(__file__).parent / "static" / "tables.css").read_text(encoding="utf-8")
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    return {name: " ".join(body.split()) for name, body in re.findall(r"\.([\w-]+)\s*\{(.*?)\}", text, re.DOTALL)}


def _element(tag: str, kind: str, content: str, **attributes: str) -> str:
    extra = "".join(f' {key}="{escape(value)}"' for key, value in attributes.items())
    return f'<{tag} style="{styles()[kind]}"{extra}>{content}</{tag}>'


def facts(title: str, rows: Iterable[tuple[str, str]], note: str = "") -> str:
    """A small table of facts: name on the left, value on the right; values are HTML."""
    body = "".join(
        f"<tr>{_element('th', 'fact-name', escape(name), scope='row')}{_element('td', 'fact-value', value)}</tr>"
        for name, value in rows
    )
    foot = _element("p", "note", escape(note)) if note else ""
    return _element("div", "box", _element("p", "title", escape(title))
                    + _element("table", "table", f"<tbody>{body}</tbody>") + foot)


def columns(title: str, header: Sequence[str], rows: Iterable[Sequence[str]], numeric: Sequence[int] = ()) -> str:
    """A table with a header; cells are HTML, the columns in `numeric` are aligned to the right."""
    head = "".join(_element("th", "head-number" if k in numeric else "head", escape(name), scope="col")
                   for k, name in enumerate(header))
    body = "".join(
        "<tr>" + "".join(_element("td", "number" if k in numeric else "cell", cell) for k, cell in enumerate(row)) + "</tr>"
        for row in rows
    )
    return (_element("p", "subtitle", escape(title))
            + _element("table", "table", f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody>"))


def picture(data_uri: str, alt: str, caption: str) -> str:
    """A picture with a caption. As ``<img>``: inline SVG does not survive in notebooks that are not trusted."""
    image = f'<img src="{data_uri}" alt="{escape(alt)}" style="{styles()["picture"]}">'
    return saved(image + _element("p", "note", escape(caption)))


def saved(content: str) -> str:
    """What stands in for a widget in a saved notebook; the JupyterLab extension knows it by its class."""
    return _element("div", "box", content, **{"class": "spatialnet-saved"})


def layer_html(layer: Any) -> str:
    """Facts of a layer."""
    rows = [("nodes", words.grouped(len(layer))), ("model", escape(str(layer.model))), ("ids", _ids(layer.ids)),
            ("placement", escape(words.placement(layer)))]
    if layer.is_spatial:
        units = layer.geometry.units
        rows += [("extent", f"{words.times(layer.extent)} {units}"),
                 ("centre", f"({', '.join(words.number(c) for c in layer.center)}) {units}"),
                 ("edges", "wrapped (torus)" if layer.edge_wrap else "open")]
    return facts(f"Layer {layer.name}", rows + _settings(layer))


def _settings(layer: Any) -> list[tuple[str, str]]:
    """The parameters of a layer that are not the defaults of its model."""
    population, model = layer.population, layer.population.model
    defaults, rows = model.check({}, population.n), []
    for name in model.settable:
        value = population.parameters.get(name)
        if value is None or np.array_equal(value, defaults.get(name)):
            continue
        if np.ndim(value) == 1 and getattr(model.find(name), "kind", "number") == "number":
            value = value[layer.indices]
        numeric = np.size(value) > 0 and np.asarray(value).dtype.kind in "if"
        rows.append((name, _spread([value], model.unit(name)) if numeric else escape(short(value, 40))))
    return rows


def projection_html(projection: Any) -> str:
    """Facts of a projection: what was asked for, and what came of it."""
    source, target = projection.source, projection.target
    n = int(projection.n)
    tables = [table for table in projection.tables if len(table)]
    resolution = projection.network.resolution
    rows = [
        ("from", escape(words.nodes_name(source))), ("to", escape(words.nodes_name(target))),
        ("rule", _code(projection.rule)),
        ("mask", "none" if projection.mask is None else _code(projection.mask)),
        ("connections", words.grouped(n)),
        ("out-degree", f"{words.number(n / max(len(source), 1))} on average"),
        ("in-degree", f"{words.number(n / max(len(target), 1))} on average"),
        ("weights", _spread([table.weights for table in tables], weight_units(projection) or "")),
        ("delays", _spread([np.asarray(table.delays) * resolution for table in tables], "ms")),
    ]
    return facts(f"Projection {projection.name}", rows)


def mask_html(mask: Any) -> str:
    """Facts of a mask."""
    rows = [("shape", _code(mask)), ("dimensions", str(mask.dimensions))]
    try:
        corners = zip(*mask.bounding_box(), strict=True)
    except MaskError:  # cells of a grid have a size only on a layer
        return facts("Mask", rows, note="Counts cells of a grid layer. See it on one with mask.preview(layer).")
    box = " × ".join(f"[{words.number(low)}, {words.number(high)}]" for low, high in corners)
    return facts("Mask", [*rows, ("bounding box", f"{box} mm")],
                 note="Relative to the node it stands around. See it on a layer with mask.preview(layer).")


def network_html(network: Any) -> str:
    """Populations, projections and totals of a network."""
    populations = list(network.populations)
    projections = list(network.projections)
    total = [("nodes", words.grouped(sum(p.n for p in populations))), ("connections", words.grouped(sum(int(p.n) for p in projections))),
             ("resolution", f"{words.number(network.resolution)} ms"), ("seed", str(network.seed))]
    parts = [facts(network.title or "Network", total)]
    if populations:
        parts.append(columns("Populations", ["name", "model", "nodes", "placement", "extent"],
                             [_population_row(p) for p in populations], numeric=(2,)))
    if projections:
        parts.append(columns(
            "Projections", ["name", "from", "to", "rule", "connections"],
            [[escape(str(p.name)), escape(words.nodes_name(p.source)), escape(words.nodes_name(p.target)), _code(p.rule),
              words.grouped(int(p.n))] for p in projections], numeric=(4,)))
    return _element("div", "box", "".join(parts))


def model_html(model: Any) -> str:
    """A model: its equations, what it does in a step, its parameters, and the paper."""
    parts = [_element("p", "title", f"{escape(model.kind)} {escape(model.name)}"), _element("p", "note", escape(model.summary))]
    formula = getattr(model, "_repr_latex_", lambda: "")()
    if formula and getattr(model, "derivatives", True):
        parts.append(f"<div>{escape(formula)}</div>")
    if text := getattr(model, "step_text", ""):
        lines = (line for line in dedent(text).splitlines() if line.strip())
        parts.append(_element("p", "subtitle", "In every step")
                     + "".join(_element("div", "code", escape(line).replace("  ", "&nbsp; ")) for line in lines))
    acts = [(when, text) for when, name in (("With a presynaptic spike", "on_pre"), ("With a postsynaptic spike", "on_post"),
                                            ("After a presynaptic spike", "after"), ("Between events", "interval"))
            if (text := getattr(model, name, ""))]
    for when, text in acts:
        text = re.sub(r"\b(\w+)_\b", lambda found: found[1] if found[1] in model.settable else found[0], text)  # lambda_
        lines = (line for line in dedent(text).replace(";", "\n").splitlines() if line.strip())
        parts.append(_element("p", "subtitle", when)
                     + "".join(_element("div", "code", escape(line).replace("  ", "&nbsp; ")) for line in lines))
    rows = [[_element("span", "code", escape(row["name"])), escape(row["default"]), escape(row["unit"]), escape(row["allowed"]),
             escape(row["meaning"])] for row in model.table()]
    if rows:
        parts.append(columns("Parameters and state", ["name", "default", "unit", "allowed", "meaning"], rows, numeric=(1,)))
    if getattr(model, "recordables", ()):
        parts.append(_element("p", "note", f"Recordable: {escape(', '.join(model.recordables))}"))
    if results := getattr(model, "results", {}):
        parts.append(columns("Results", ["name", "meaning"], [[_element("span", "code", escape(name)), escape(one.meaning)]
                                                             for name, one in results.items()]))
    for text in filter(None, (model.notes, model.paper)):
        parts.append(_element("p", "note", escape(text)))
    if model.doi:
        link = f'<a href="https://doi.org/{escape(model.doi)}">doi:{escape(model.doi)}</a>'
        parts.append(_element("p", "note", link))
    return _element("div", "box", "".join(parts))


def pattern_html(pattern: Any) -> str:
    """Which layer connects to which, a row for each projection."""
    def spread(values: Sequence[float], units: str = "") -> str:
        low, high = values[0], values[-1]
        if np.isnan(low):
            return "–"
        text = words.number(low) if low == high else f"{words.number(low)} … {words.number(high)}"
        return escape(f"{text} {units}".rstrip())

    # What does not fit into the width of a page is not read: the sign is that of the weights.
    rows = [[escape(r.projection), escape(f"{r.source} → {r.target}"), escape(r.rule),
             _element("code", "code", escape(r.mask)) if r.mask else "none",
             _element("code", "code", escape(r.profile)) if r.profile else "–", spread(r.weight),
             spread(r.delay, "ms"), words.grouped(r.n)] for r in pattern]
    header = ["name", "connects", "rule", "mask", "profile", "weights", "delays", "number"]
    return _element("div", "box", columns("Connectivity", header, rows, numeric=(7,)))


def _population_row(population: Any) -> list[str]:
    geometry = population.geometry
    where, size = "–", "–"
    if geometry is not None:
        where = f"grid {words.times(geometry.shape)}" if geometry.shape is not None else geometry.placement
        size = f"{words.times(geometry.extent)} {geometry.units}" + (", wrapped" if geometry.edge_wrap else "")
    return [escape(str(population.name)), escape(str(population.model.name)), words.grouped(population.n), escape(where),
            escape(size)]


def _ids(ids: Any) -> str:
    ids = np.asarray(ids)
    if len(ids) == 0:
        return "–"
    if len(ids) == ids[-1] - ids[0] + 1 and np.all(np.diff(ids) == 1):
        return f"{ids[0]} … {ids[-1]}" if len(ids) > 1 else str(ids[0])
    return f"{len(ids)} between {ids.min()} and {ids.max()}"


def _spread(columns: Sequence[Any], units: str) -> str:
    """Smallest to largest value of some columns, each an array or one number."""
    if not columns:
        return "–"
    low, high = min(float(np.min(c)) for c in columns), max(float(np.max(c)) for c in columns)
    text = words.number(low) if low == high else f"{words.number(low)} … {words.number(high)}"
    return f"{text} {units}".rstrip()


def _code(thing: Any) -> str:
    return _element("code", "code", escape(repr(thing)))
