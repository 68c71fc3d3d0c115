"""Inlay hints: everything that is shown within the lines of a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from koreo_analyzer.text import Span
from lsprotocol import types

from koreo_server.ide.type_hints import type_hints
from koreo_server.lsp import testing
from koreo_server.lsp.convert import to_span

if TYPE_CHECKING:
    from koreo_analyzer.workspace import Snapshot

    from koreo_server.ide.type_hints import TypeHint
    from koreo_server.lsp.server import KoreoServer


def register(server: KoreoServer) -> None:
    """Teach the server this request."""

    @server.feature(types.TEXT_DOCUMENT_INLAY_HINT)
    def hints(params: types.InlayHintParams) -> list[types.InlayHint] | None:
        found = server.snapshot_of(params.text_document.uri)
        if found is None:
            return None
        snapshot, path = found
        within = to_span(snapshot.line_index(path), params.range, server.client.encoding)
        found_types = type_hints(snapshot, path, within) if server.settings.inlay_hints_types else ()
        return [
            *(_encode(server, snapshot, path, hint) for hint in found_types),
            *testing.inlay_hints(server, snapshot, path, within),
        ]


def _encode(server: KoreoServer, snapshot: Snapshot, path: str, hint: TypeHint) -> types.InlayHint:
    place = server.range(snapshot, path, Span(hint.offset, hint.offset))
    return types.InlayHint(place.start, hint.label, types.InlayHintKind.Type, tooltip=hint.tooltip)
