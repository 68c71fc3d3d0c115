"""Hover: what a thing is, and what tests say about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from koreo_analyzer.language import kinds
from koreo_runtime.testing.values import case_values
from lsprotocol import types

from koreo_server.ide import hover
from koreo_server.ide.cursor import cursor_at
from koreo_server.ide.test_hints import test_tooltip
from koreo_server.ide.test_lenses import tests_of
from koreo_server.ide.test_problems import value_text
from koreo_server.ide.test_results import show_test
from koreo_server.lsp.markup import to_markup

if TYPE_CHECKING:
    from koreo_analyzer.workspace import Snapshot

    from koreo_server.ide.cursor import Cursor
    from koreo_server.lsp.server import KoreoServer

_LONGEST = 400


def register(server: KoreoServer) -> None:
    """Teach the server this request."""

    @server.feature(types.TEXT_DOCUMENT_HOVER)
    def show_hover(params: types.HoverParams) -> types.Hover | None:
        asked = server.cursor(params.text_document.uri, params.position)
        if asked is None:
            return None
        snapshot, path, offset = asked
        found = hover.hover(snapshot, path, offset)
        if found is None:
            return None
        cursor = cursor_at(snapshot, path, offset)
        notes = [_value(server, snapshot, cursor), _status(server, cursor)] if cursor is not None else []
        markdown = "\n\n".join([found.markdown, *(note for note in notes if note)])
        content = to_markup(markdown, is_shown=server.client.markdown_hover)
        return types.Hover(content, server.range(snapshot, path, found.span))


def _value(server: KoreoServer, snapshot: Snapshot, cursor: Cursor) -> str | None:
    """Return what the expression under a cursor gave in the chosen case, or else in the first test that reaches it."""
    document = cursor.definition.document
    if cursor.expression is None or document.name is None or not document.is_function:
        return None
    program = (document.kind, document.name.text)
    chosen = server.tests.chosen.get(program)
    if chosen is not None:
        result = server.tests.find(*chosen[:2])
        cases = [(result.definition, chosen[2])] if result is not None else []
    else:
        cases = [(test, 0) for test in list(tests_of(snapshot, *program))[:1]]
    for test, case in cases:
        given = case_values(snapshot, test, case).get(program, {}).get(cursor.expression.path)
        if given is not None and test.document.name is not None:
            text = value_text(given.value) if given.error is None else f"error: {given.error}"
            shown = text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
            return f"In `{test.document.name.text}`, case {case + 1}, the whole expression gives `{shown}`"
    return None


def _status(server: KoreoServer, cursor: Cursor) -> str | None:
    """Return how the FunctionTest went whose name is under a cursor."""
    document = cursor.definition.document
    if document.kind != kinds.FUNCTION_TEST or cursor.path != ("metadata", "name") or document.name is None:
        return None
    index = cursor.definition.index
    results = server.tests.results(cursor.definition.path)
    result = next((one for one in results if one.definition.index == index), None)
    return test_tooltip(show_test(result)) if result is not None else None
