"""Document links (LSP 3.17, `textDocument/documentLink`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from koreo_server.ide.links import document_links

if TYPE_CHECKING:
    from koreo_server.lsp.server import KoreoServer


def register(server: KoreoServer) -> None:
    """Teach the server this request."""

    @server.feature(types.TEXT_DOCUMENT_DOCUMENT_LINK)
    def links(params: types.DocumentLinkParams) -> list[types.DocumentLink] | None:
        found = server.snapshot_of(params.text_document.uri)
        if found is None:
            return None
        snapshot, path = found
        return [
            types.DocumentLink(
                server.range(snapshot, path, link.span),
                server.projects.uri_of(link.path),
                link.tooltip if server.client.link_tooltips else None,
            )
            for link in document_links(snapshot, path)
        ]
