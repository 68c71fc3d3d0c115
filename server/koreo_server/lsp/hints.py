"""Inlay hints: everything that is shown within the lines of a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from koreo_server.lsp import testing
from koreo_server.lsp.convert import to_span

if TYPE_CHECKING:
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
        return list(testing.inlay_hints(server, snapshot, path, within))
