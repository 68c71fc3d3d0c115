"""Previews and graphs as messages of our own: `koreo/preview`, `koreo/graph`, and `koreo/previewChanged`.

docs/editors.md describes them. The command `koreo.showObject` gives the preview of one case to editors without them.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from koreo_analyzer.cel import Limits
from koreo_analyzer.text import LineIndex, Span
from lsprotocol import types

from koreo_server.ide.basis import Basis
from koreo_server.ide.graph import graph_at
from koreo_server.ide.preview import preview
from koreo_server.ide.preview_model import PreviewText
from koreo_server.ide.test_lenses import SHOW_OBJECT
from koreo_server.lsp.convert import to_range
from koreo_server.session.allowance import OutOfTimeError
from koreo_server.session.turns import Turns

if TYPE_CHECKING:
    from collections.abc import Mapping

    from koreo_analyzer.workspace import Snapshot

    from koreo_server.ide.graph import Format, Picture
    from koreo_server.ide.preview_model import Preview
    from koreo_server.lsp.server import KoreoServer

PREVIEW: Final = "koreo/preview"
CHANGED: Final = "koreo/previewChanged"
GRAPH: Final = "koreo/graph"
_MOST_SHOWN: Final = 50
"""So many answers are remembered; a cursor that moves on asks for another with each step."""
_LONGEST: Final = 20.0
"""Seconds that a run for an answer may take; other messages are answered meanwhile."""
_TOO_LONG: Final = (
    f"stopped: what is run takes longer than {_LONGEST:.0f} s; give it less to do, such as shorter lists"
)
_PAUSE: Final = 0.1
"""Seconds between a change and the word of it: keystrokes come together."""


def register(server: KoreoServer) -> None:
    """Teach the server these messages."""
    teller = _Teller(server)
    server.texts_changed.append(teller.changed)

    @server.feature(PREVIEW)
    async def show_preview(params: Any) -> dict[str, Any] | None:
        return await _show_preview(server, teller, params)

    @server.feature(GRAPH)
    async def show_graph(params: Any) -> dict[str, Any] | None:
        return await _show_graph(server, teller, params)

    @server.command(SHOW_OBJECT)
    async def show_object(*arguments: Any) -> dict[str, Any] | None:
        return await _show_object(server, arguments)


class _Test(NamedTuple):
    """A test that a request names: its name or id, and its file if that is said."""

    name: str
    path: str | None = None


async def _show_preview(server: KoreoServer, teller: _Teller, params: Any) -> dict[str, Any] | None:
    asked = _asked(server, params)
    if asked is None:
        return None
    snapshot, path, offset = asked
    case = params.get("case")
    version = _version(server, path)
    found = await _run_preview(
        server,
        snapshot,
        path,
        offset,
        test=_test_asked(server, params.get("test")),
        case=case if isinstance(case, int) else None,
    )
    teller.shown(snapshot, found.basis if found is not None else Basis(path))
    return None if found is None else _preview(server, snapshot, version, found)


async def _show_graph(server: KoreoServer, teller: _Teller, params: Any) -> dict[str, Any] | None:
    asked = _asked(server, params)
    if asked is None:
        return None
    snapshot, path, offset = asked
    output: Format = "mermaid" if params.get("format") == "mermaid" else "svg"
    depth = params.get("depth")
    turns = Turns(_LONGEST)
    draw = partial(
        graph_at,
        snapshot,
        path,
        offset,
        output,
        depth=depth if isinstance(depth, int) else 0,
        objects=server.projects.project_of(path),
        limits=Limits(watch=turns.give_way),
    )
    try:
        found = await turns.run(partial(draw, run=params.get("run") is True))
    except OutOfTimeError:
        found = draw(run=False)
        found = replace(found, notes=(_TOO_LONG,)) if found is not None else None
    teller.shown(snapshot, found.basis if found is not None else Basis(path))
    if found is None:
        return None
    return _graph(server, snapshot, found)


def _graph(server: KoreoServer, snapshot: Snapshot, found: Picture) -> dict[str, Any]:
    nodes = [
        {
            "id": node.id,
            "label": node.label,
            "target": _location(server, snapshot, node.place.path, node.place.span),
        }
        for node in found.graph.walk()
        if node.place is not None
    ]
    return {"title": found.graph.title, "text": found.text, "notes": list(found.notes), "nodes": nodes}


async def _show_object(server: KoreoServer, arguments: tuple[Any, ...]) -> dict[str, Any] | None:
    if len(arguments) < 2 or not all(isinstance(one, str) for one in arguments[:2]):
        return None
    found = server.snapshot_of(arguments[0])
    result = server.tests.find(server.projects.key_of(arguments[0]), arguments[1])
    if found is None or result is None:
        return None
    case = arguments[2] if len(arguments) > 2 and isinstance(arguments[2], int) else None
    snapshot, path = found
    start = result.definition.start
    shown = await _run_preview(server, snapshot, path, start, test=_Test(arguments[1], path), case=case)
    return None if shown is None else {"title": shown.title, "text": shown.text}


def _asked(server: KoreoServer, params: Any) -> tuple[Snapshot, str, int | None] | None:
    """Return the snapshot, the file and the offset that a request is about; the offset is None without a position."""
    uri = params.get("uri") if isinstance(params, dict) else None
    if not isinstance(uri, str):
        return None
    match params.get("position"):
        case {"line": int(line), "character": int(character)}:
            return server.cursor(uri, types.Position(_within(line), _within(character)))
    found = server.snapshot_of(uri)
    return None if found is None else (*found, None)


def _test_asked(server: KoreoServer, test: object) -> _Test | None:
    """Return the test that a request names: by its name or its id in the file, or by the id that results have."""
    match test:
        case {"uri": str(uri), "name": str(name)}:
            return _Test(name, server.projects.key_of(uri))
        case str() if "#" in test:
            uri, _, rest = test.partition("#")
            return _Test(rest.partition("#")[0], server.projects.key_of(uri))
        case str():
            return _Test(test)
        case _:
            return None


def _within(number: int) -> int:
    """Return the nearest number that a position may have (LSP 3.17, `uinteger`)."""
    return min(max(number, 0), 2**31 - 1)


def _version(server: KoreoServer, path: str) -> int | None:
    opened = server.projects.opened(path)
    return opened.version if opened is not None else None


async def _run_preview(
    server: KoreoServer,
    snapshot: Snapshot,
    path: str,
    offset: int | None,
    *,
    test: _Test | None,
    case: int | None,
) -> Preview | None:
    """Return a preview; while it is run other messages are answered."""
    turns = Turns(_LONGEST)
    work = partial(
        preview,
        snapshot,
        path,
        offset,
        test=test.name if test is not None else None,
        test_path=test.path if test is not None else None,
        case=case,
        objects=server.projects.project_of(path),
        limits=Limits(watch=turns.give_way),
    )
    try:
        return await turns.run(work)
    except OutOfTimeError:
        return PreviewText(Basis(path)).preview(path.rpartition("/")[2], [_TOO_LONG])


def _preview(server: KoreoServer, snapshot: Snapshot, version: int | None, shown: Preview) -> dict[str, Any]:
    lines = LineIndex(shown.text)
    return {
        "title": shown.title,
        "text": shown.text,
        "version": version,
        "notes": list(shown.notes),
        "links": [
            {
                "range": _json_range(to_range(lines, link.span, server.client.encoding)),
                "target": _location(server, snapshot, link.maker.path, link.maker.span),
            }
            for link in shown.links
        ],
    }


def _location(server: KoreoServer, snapshot: Snapshot, path: str, span: Span) -> dict[str, Any]:
    found = server.location(snapshot, path, span)
    return {"uri": found.uri, "range": _json_range(found.range)}


def _json_range(found: types.Range) -> dict[str, Any]:
    return {
        "start": {"line": found.start.line, "character": found.start.character},
        "end": {"line": found.end.line, "character": found.end.character},
    }


class _Teller:
    """Tells a client that what it was shown may be another now, once for changes that come together.

    Of each answer it is remembered what it follows from; changes of anything else are none of the client's.
    """

    def __init__(self, server: KoreoServer) -> None:
        self._server = server
        self._is_due = False
        self._shown: dict[Basis, Mapping[str, object]] = {}

    def shown(self, snapshot: Snapshot, basis: Basis) -> None:
        """Take note of an answer that was made of a snapshot."""
        if self._server.client.shows_previews:
            self._shown.pop(basis, None)
            self._shown[basis] = self._state(basis, snapshot)
            if len(self._shown) > _MOST_SHOWN:
                del self._shown[next(iter(self._shown))]
            if not snapshot.is_current:
                self.changed()

    def changed(self) -> None:
        """Look soon whether to tell, if something was shown since it was last told."""
        if self._shown and not self._is_due:
            self._is_due = True
            asyncio.get_running_loop().call_later(_PAUSE, self._tell)

    def _tell(self) -> None:
        self._is_due = False
        if any(self._state(basis) != state for basis, state in self._shown.items()):
            self._shown.clear()
            self._server.protocol.notify(CHANGED, {})

    def _state(self, basis: Basis, snapshot: Snapshot | None = None) -> Mapping[str, object]:
        """Return what an answer follows from, in a snapshot or else now."""
        project = self._server.projects.project_of(basis.path)
        if project is None:
            return {}
        return basis.state(snapshot or project.workspace.snapshot, project, project.objects.mark)
