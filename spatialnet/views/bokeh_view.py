"""`BokehView`: a living Bokeh document in a notebook, without a CDN and without a server.

The kernel's own Bokeh package serves its JavaScript, once per kernel and compressed (`BokehJS`); the page keeps it
for every view. A view carries a snapshot of its document, made anew whenever a front end asks, so a reloaded page
shows the present. After that both sides exchange Bokeh's own patches:

- kernel → page: numbered, so that a page that missed one notices the gap and asks for a snapshot;
- page → kernel: only what a user changed (Bokeh's ``sync`` events), never an echo of what the kernel sent.

JupyterLab may deliver messages in another thread than the one that runs the cells, so every way into the document
goes through one re-entrant lock per view.
"""

from __future__ import annotations

import gzip
import json
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import anywidget
import bokeh
import traitlets
from bokeh.core.json_encoder import serialize_json
from bokeh.core.serialization import Buffer, Serialized, Serializer
from bokeh.document import Document
from bokeh.document.events import DocumentPatchedEvent, RootAddedEvent, RootRemovedEvent, TitleChangedEvent
from bokeh.model import Model
from bokeh.resources import Resources
from ipywidgets import widget_serialization

from .comms import answer_beside_cells

STATIC = Path(__file__).parent / "static"

log = logging.getLogger(__name__)


@cache
def _compressed_bokehjs() -> bytes:
    """BokehJS of the installed package; a third of a megabyte instead of more than one."""
    return gzip.compress(Resources(mode="inline", components=["bokeh"]).js_raw[0].encode(), compresslevel=9, mtime=0)


class BokehJS(anywidget.AnyWidget):
    """The JavaScript of the kernel's Bokeh, sent once for all views of a kernel."""

    _esm = STATIC / "bokehjs.js"
    version = traitlets.Unicode(bokeh.__version__).tag(sync=True)
    part = traitlets.Bytes().tag(sync=True)

    @traitlets.default("part")
    def _part(self) -> bytes:
        return _compressed_bokehjs()


# One per kernel is the point of it. A list, because `Widget.close_all` may close the one that is held.
_served: list[BokehJS] = []
_serving = threading.Lock()


def bokehjs() -> BokehJS:
    """The `BokehJS` of this kernel, made when first needed."""
    with _serving:
        if not _served or _served[0].comm is None:
            _served[:] = [BokehJS()]
        return _served[0]


@dataclass(frozen=True)
class _Setter:
    """The front-end view from which a change came; it is not told of it again."""

    view: str


class BokehView(anywidget.AnyWidget):
    """Shows a Bokeh model, in step with the kernel in both directions.

    Parameters
    ----------
    root : bokeh.model.Model
        A figure or a layout. Change its models, or what their callbacks do, and every open view follows.
    description : str
        What the picture shows, for screen readers.
    status : str
        A line of words under the figure; changes of it are read out.
    """

    _esm = STATIC / "bokeh_view.js"
    _css = STATIC / "bokeh_view.css"

    bokehjs = traitlets.Instance(BokehJS).tag(sync=True, **widget_serialization)
    description = traitlets.Unicode("").tag(sync=True)
    status = traitlets.Unicode("").tag(sync=True)
    taken_keys = traitlets.List(traitlets.Unicode(), help="keys the view takes, as DOM names").tag(sync=True)
    _snapshot = traitlets.Dict().tag(sync=True, to_json=lambda _, view: view._dump())

    def __init__(self, root: Model, **traits: Any):
        self.lock = threading.RLock()
        self._seq = 0
        self._held: list[DocumentPatchedEvent] | None = None
        self._key_callbacks: list[Callable[[str], None]] = []
        self._doc = Document()
        self._doc.add_root(root)
        super().__init__(bokehjs=traits.pop("bokehjs", None) or bokehjs(), **traits)
        self._doc.on_change_dispatch_to(self)
        self.on_msg(BokehView._receive)
        answer_beside_cells(self)

    @property
    def document(self) -> Document:
        """The document; take `lock` before changing it from a thread."""
        return self._doc

    @property
    def root(self) -> Model:
        """The model that is shown. Setting it shows another one in all open views."""
        return self._doc.roots[0]

    @root.setter
    def root(self, model: Model) -> None:
        with self.lock, self.together():
            self._doc.clear()
            self._doc.add_root(model)

    def on_key(self, callback: Callable[[str], None]) -> None:
        """Call `callback(key)` when one of `taken_keys` is pressed while the view has the focus."""
        self._key_callbacks.append(callback)

    @contextmanager
    def together(self) -> Iterator[None]:
        """Changes within reach the page as one patch. Nested uses join the outer one."""
        with self.lock:
            if self._held is not None:
                yield
                return
            self._held = []
            try:
                yield
            finally:
                events, self._held = self._held, None
                self._send_patch(events)

    def _dump(self) -> dict[str, Any]:
        """The document as it is now, with the number of the last patch it includes."""
        with self.lock:
            return {"seq": self._seq, **_plain(self._doc.to_json())}

    # Bokeh calls this by name: see `Document.on_change_dispatch_to`.
    def _document_patched(self, event: DocumentPatchedEvent) -> None:
        with self.lock:
            if self._held is None:
                self._send_patch([event])
            else:
                self._held.append(event)

    def _send_patch(self, events: list[DocumentPatchedEvent]) -> None:
        """Number the events and send them, each to all views but the one it came from."""
        run: list[DocumentPatchedEvent] = []
        for event in _last_of_each(events):
            # Order counts, so only neighbours of one origin share a message.
            if run and run[-1].setter != event.setter:
                self._send_run(run)
                run = []
            run.append(event)
        if run:
            self._send_run(run)

    def _send_run(self, events: list[DocumentPatchedEvent]) -> None:
        models = self._doc.models
        serializer = Serializer(references=models.synced_references)  # the page knows these by their ids
        events_json = serializer.encode(events)
        models.flush_synced(lambda model: not serializer.has_ref(model))
        self._seq += 1
        setter = events[0].setter
        message = _plain(Serialized({"events": events_json}, serializer.buffers))
        buffers = message.pop("buffers")
        not_to = setter.view if isinstance(setter, _Setter) else None
        self.send({"kind": "patch", "seq": self._seq, "not_to": not_to, **message}, buffers)

    def _receive(self, content: dict[str, Any], buffers: list[Any]) -> None:
        """A message of a front-end view: a patch, a key, or the question whether it missed something."""
        kind, view = content.get("kind"), content.get("view")
        with self.lock:
            if kind == "patch":
                patch = Serialized(
                    content=json.loads(content["content"]),
                    buffers=[Buffer(id, bytes(data)) for id, data in zip(content["ids"], buffers, strict=True)],
                )
                with self.together():
                    self._doc.apply_json_patch(patch, setter=_Setter(view))
            elif kind == "key":
                with self.together():
                    for callback in self._key_callbacks:
                        callback(content["key"])
            elif kind == "check" and content["seq"] != self._seq:
                snapshot = self._dump()
                data = snapshot.pop("buffers")
                self.send({"kind": "snapshot", "to": view, **snapshot}, data)
            elif kind == "error":
                log.warning("a view of a figure could not be shown in the page: %s", content.get("text"))


def _plain(serialized: Serialized[Any]) -> dict[str, Any]:
    """A serialized document as text and a list of buffers with their ids."""
    buffers = serialized.buffers or []
    return {
        "content": serialize_json(serialized.content),
        "ids": [buffer.id for buffer in buffers],
        "buffers": [buffer.to_bytes() for buffer in buffers],
    }


def _last_of_each(events: list[DocumentPatchedEvent]) -> list[DocumentPatchedEvent]:
    """Of several changes to one property only the last; structural events and their order stay."""
    if any(isinstance(event, (RootAddedEvent, RootRemovedEvent, TitleChangedEvent)) for event in events):
        return events
    kept: dict[Any, DocumentPatchedEvent] = {}
    for k, event in enumerate(events):
        model, attr = getattr(event, "model", None), getattr(event, "attr", None)
        key = k if model is None or event.kind != "ModelChanged" else (model.id, attr, event.setter)
        kept.pop(key, None)
        kept[key] = event
    return list(kept.values())
