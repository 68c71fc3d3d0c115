"""Formatting a document, a range of it, and the line that was just begun."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from koreo_server.ide import formatting
from koreo_server.lsp.convert import to_span

if TYPE_CHECKING:
    from collections.abc import Iterable

    from koreo_analyzer.problems import Edit
    from koreo_analyzer.workspace import Snapshot

    from koreo_server.lsp.server import KoreoServer


def register(server: KoreoServer) -> None:
    """Teach the server these requests. How wide an indentation is does not depend on the editor."""

    def to_edits(snapshot: Snapshot, path: str, edits: Iterable[Edit]) -> list[types.TextEdit]:
        return [types.TextEdit(server.range(snapshot, path, edit.span), edit.text) for edit in edits]

    @server.feature(types.TEXT_DOCUMENT_FORMATTING)
    def format_document(params: types.DocumentFormattingParams) -> list[types.TextEdit] | None:
        found = server.snapshot_of(params.text_document.uri)
        return None if found is None else to_edits(*found, formatting.format_file(*found))

    @server.feature(types.TEXT_DOCUMENT_RANGE_FORMATTING)
    def format_range(params: types.DocumentRangeFormattingParams) -> list[types.TextEdit] | None:
        found = server.snapshot_of(params.text_document.uri)
        if found is None:
            return None
        snapshot, path = found
        within = to_span(snapshot.line_index(path), params.range, server.client.encoding)
        return to_edits(snapshot, path, formatting.format_file(snapshot, path, within))

    @server.feature(
        types.TEXT_DOCUMENT_ON_TYPE_FORMATTING,
        types.DocumentOnTypeFormattingOptions(first_trigger_character="\n"),
    )
    def format_on_type(params: types.DocumentOnTypeFormattingParams) -> list[types.TextEdit] | None:
        asked = server.cursor(params.text_document.uri, params.position)
        if asked is None or params.ch != "\n":
            return None
        snapshot, path, offset = asked
        return to_edits(snapshot, path, formatting.format_new_line(snapshot, path, offset))
