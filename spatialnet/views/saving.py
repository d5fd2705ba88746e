"""Write what a state shows to a file, in the form its suffix names."""

from __future__ import annotations

import os
from html import escape
from pathlib import Path
from typing import Any

from ..data.files import check_target
from .run_state import MovieState

PICTURES = (".svg", ".png", ".pdf")
PAGES = (".html",)


def save(state: Any, path: str | os.PathLike[str]) -> None:
    """Write a picture or a page of a state.

    Parameters
    ----------
    state : one of those that `figures.maker` knows
    path : str or path
        ``.svg``, ``.pdf``, ``.png``: a picture. ``.html``: one file with the living figure and all of BokehJS, for any
        browser, without a network.

    Raises
    ------
    ValueError
        For another suffix.
    OSError
        If there is no such directory, or `path` is one.
    """
    path = Path(path).expanduser()
    suffix = path.suffix.lower()
    if suffix in (*PICTURES, *PAGES):
        check_target(path, example=f"view{suffix}")
    if suffix in PICTURES:
        from . import static_pictures

        content = static_pictures.render(state, suffix[1:])
    elif suffix in PAGES:
        content = page(state).encode()
    else:
        raise ValueError(f"cannot save a view as '{path.name}': the suffix must be one of "
                         f"{', '.join((*PICTURES, *PAGES))}")
    # Written beside and moved: a reader never meets half a file.
    partial = path.with_name(f".{path.name}.part")
    try:
        partial.write_bytes(content)
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)


def page(state: Any) -> str:
    """A page of its own for a state, with BokehJS in it."""
    from bokeh.embed import file_html
    from bokeh.resources import INLINE

    from . import figures

    root = figures.maker(state)[0](state)
    caption = state.words() if not isinstance(state, MovieState) else ""
    return file_html(root, INLINE, title=state.title(), template=_TEMPLATE,
                     template_variables={"caption": escape(caption)})


_TEMPLATE = """
{% block inner_head %}
{{ super() }}
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
  body { margin: 2rem auto; padding: 0 1.25rem; max-width: 62rem; background: #ffffff; color: #1f2933;
         font: 15px/1.5 system-ui, -apple-system, 'Segoe UI', 'Helvetica Neue', 'Noto Sans', Arial, sans-serif; }
  p { color: #52606d; }
</style>
{% endblock %}
{% block contents %}
{{ super() }}
{% if caption %}<p>{{ caption }}</p>{% endif %}
{% endblock %}
"""
