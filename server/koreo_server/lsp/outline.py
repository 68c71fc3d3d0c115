"""The symbols of a file and of all workspaces."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from koreo_server.ide import symbols
from koreo_server.lsp.convert import to_document_symbol, to_symbol_kind

if TYPE_CHECKING:
    from koreo_server.lsp.server import KoreoServer


def register(server: KoreoServer) -> None:
    """Teach the server these requests."""

    @server.feature(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
    def outline(
        params: types.DocumentSymbolParams,
    ) -> list[types.DocumentSymbol] | list[types.SymbolInformation] | None:
        found = server.snapshot_of(params.text_document.uri)
        if found is None:
            return None
        snapshot, path = found
        tree = symbols.document_symbols(snapshot, path)
        known = server.client.document_symbol_kinds
        if server.client.symbol_trees:
            lines = snapshot.line_index(path)
            return [to_document_symbol(symbol, lines, server.client.encoding, known) for symbol in tree]
        return [
            types.SymbolInformation(
                location=server.location(snapshot, path, inner.span),
                name=inner.name,
                kind=to_symbol_kind(inner.kind, known),
                container_name=container,
            )
            for symbol in tree
            for inner, container in ((symbol, None), *((child, symbol.name) for child in symbol.children))
        ]

    @server.feature(types.WORKSPACE_SYMBOL)
    def search(params: types.WorkspaceSymbolParams) -> list[types.SymbolInformation]:
        return [
            types.SymbolInformation(
                location=server.location(project.workspace.snapshot, symbol.path, symbol.span),
                name=symbol.name,
                kind=to_symbol_kind(symbol.kind, server.client.workspace_symbol_kinds),
                container_name=symbol.container,
            )
            for project in server.projects
            for symbol in symbols.workspace_symbols(project.workspace.snapshot, params.query)
        ]
