"""Colours for both themes of JupyterLab, shared by the Bokeh figures and the static pictures.

The hues follow Okabe & Ito (blue, vermilion, green, amber, purple), which stay apart for colour-blind eyes. A
sequential palette runs from quiet (near the page) to loud (far from it), so "more" stands out on white and on
black alike: each palette exists once for a light and once for a dark page.
"""

from __future__ import annotations

from collections.abc import Sequence

THEMES = ("light", "dark")

#: What every part of a figure is drawn with, by theme.
INK: dict[str, dict[str, str]] = {
    "light": {
        "text": "#1f2933",
        "muted": "#52606d",
        "line": "#9aa5b1",
        "grid": "#e4e7eb",
        "pool": "#8794a3",
        "node": "#2f7fc0",
        "selected": "#e69f00",
        "mask": "#1f2933",
        "page": "#ffffff",
    },
    "dark": {
        "text": "#e4e7eb",
        "muted": "#a7b1bd",
        "line": "#616e7c",
        "grid": "#2a323b",
        "pool": "#7b8794",
        "node": "#5aa9e6",
        "selected": "#ffb929",
        "mask": "#f5f7fa",
        "page": "#111418",
    },
}

#: Colours of populations, in the order in which they appear.
POPULATIONS: dict[str, tuple[str, ...]] = {
    "light": ("#1f6fb2", "#d0511b", "#0a8f6a", "#a8568a", "#b98300", "#46525f"),
    "dark": ("#6bb3ea", "#f08a57", "#3ccf9f", "#dd97c2", "#f0bb3c", "#b4bfca"),
}

_ANCHORS: dict[str, dict[str, tuple[str, ...]]] = {
    "blue": {
        "light": ("#9ec5e8", "#5a9fd4", "#1f6fb2", "#0b3d71"),
        "dark": ("#24578a", "#2f7fc0", "#6bb3ea", "#d3ebff"),
    },
    "red": {
        "light": ("#f4b592", "#ea8555", "#d0511b", "#7f2a06"),
        "dark": ("#80371a", "#c2521f", "#f08a57", "#ffdcc8"),
    },
    "diverging": {
        "light": ("#7f2a06", "#d0511b", "#f4b592", "#c3cad3", "#9ec5e8", "#1f6fb2", "#0b3d71"),
        "dark": ("#ffdcc8", "#f08a57", "#a04a20", "#4a5560", "#24578a", "#6bb3ea", "#d3ebff"),
    },
    "ground": {
        "light": ("#f4f7f4", "#d3e9d8", "#a3d2b1", "#6fb58a", "#3f9468"),
        "dark": ("#151b18", "#183126", "#1d4a36", "#25664a", "#2f8560"),
    },
    "field": {
        "light": ("#f3f6f9", "#cfe2f1", "#8dbbe0", "#4a93cd", "#1f6fb2", "#0b3d71", "#072744"),
        "dark": ("#151b22", "#173350", "#1f5586", "#2f7fc0", "#6bb3ea", "#b5dcfa", "#f2f9ff"),
    },
}


def _mix(low: str, high: str, share: float) -> str:
    pairs = zip(bytes.fromhex(low[1:]), bytes.fromhex(high[1:]), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def palette(name: str, theme: str = "light", n: int = 256) -> list[str]:
    """`n` colours of a named palette.

    Parameters
    ----------
    name : str
        ``"blue"`` and ``"red"`` for weights above and below zero, ``"diverging"`` for both at once, ``"field"``
        for maps that begin at the colour of the page, ``"ground"`` for such that lie beneath coloured nodes.
    theme : str
        ``"light"`` or ``"dark"``.
    n : int
        Number of colours.

    Returns
    -------
    list of str
        Hexadecimal colours from low to high.

    Examples
    --------
    >>> palette("blue", n=2)
    ['#9ec5e8', '#0b3d71']
    """
    anchors: Sequence[str] = _ANCHORS[name][theme]
    colours = []
    for k in range(n):
        place = k / max(n - 1, 1) * (len(anchors) - 1)
        i = min(int(place), len(anchors) - 2)
        colours.append(_mix(anchors[i], anchors[i + 1], place - i))
    return colours


def weight_palette(low: float, high: float) -> tuple[str, float, float]:
    """Palette and colour limits for weights between `low` and `high`.

    Excitation is blue and inhibition red; strong is loud. Where both occur the limits are symmetric about 0, so
    the neutral middle of the diverging palette means a weight of 0.

    Returns
    -------
    name : str
        Name for `palette`; for ``"red"`` the colours run backwards, because the strongest weight is the lowest.
    low, high : float
        Limits of the colour scale; `low` < `high` unless all weights are equal.

    Examples
    --------
    >>> weight_palette(-3.0, 1.0)
    ('diverging', -3.0, 3.0)
    """
    if low < 0.0 < high:
        top = max(-low, high)
        return "diverging", -top, top
    return ("red" if high < 0.0 or low < 0.0 else "blue"), low, high


def weight_colours(name: str, theme: str, n: int = 256) -> list[str]:
    """Colours for weights in increasing order: `palette`, with red reversed (see `weight_palette`)."""
    colours = palette(name, theme, n)
    return colours[::-1] if name == "red" else colours
