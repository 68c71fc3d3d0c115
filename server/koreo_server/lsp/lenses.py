"""Code lenses: everything that is shown above the lines of a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from koreo_server.lsp import testing

if TYPE_CHECKING:
    from koreo_server.lsp.server import KoreoServer


def register(server: KoreoServer) -> None:
    """Teach the server this request."""

    @server.feature(types.TEXT_DOCUMENT_CODE_LENS)
    def lenses(params: types.CodeLensParams) -> list[types.CodeLens] | None:
        found = server.snapshot_of(params.text_document.uri)
        if found is None:
            return None
        return list(testing.code_lenses(server, *found))
