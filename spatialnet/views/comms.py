"""Where the messages of widgets are handled."""

from __future__ import annotations

import ipywidgets


def answer_beside_cells(*widgets: ipywidgets.Widget) -> None:
    """Let the messages of some widgets be handled while a cell runs.

    JupyterLab sends them to a thread of their own (a "subshell" of the kernel). From version 7.4 on ipykernel passes
    them to whichever thread wrote to the widget last, which is usually the one the running cell blocks: a button
    that stops a run would answer when there is nothing left to stop. This makes it keep to what the page asked for.
    Where there are no subshells it changes nothing.
    """
    for widget in widgets:
        if widget.comm is not None:
            widget.comm._reply_subshell_for = lambda data, asked_for: asked_for
