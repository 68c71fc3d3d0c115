"""Call hierarchy (LSP 3.17, `textDocument/prepareCallHierarchy`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from koreo_analyzer.language import kinds
from lsprotocol import types

from koreo_server.ide.calls import call_items, incoming, outgoing

if TYPE_CHECKING:
    from koreo_analyzer.workspace import Snapshot

    from koreo_server.ide.calls import CallItem
    from koreo_server.lsp.server import KoreoServer

_SYMBOLS = {
    kinds.VALUE_FUNCTION: types.SymbolKind.Function,
    kinds.RESOURCE_FUNCTION: types.SymbolKind.Class,
    kinds.WORKFLOW: types.SymbolKind.Module,
    kinds.FUNCTION_TEST: types.SymbolKind.Package,
}


def register(server: KoreoServer) -> None:
    """Teach the server these requests."""

    @server.feature(types.TEXT_DOCUMENT_PREPARE_CALL_HIERARCHY)
    def find(params: types.CallHierarchyPrepareParams) -> list[types.CallHierarchyItem] | None:
        asked = server.cursor(params.text_document.uri, params.position)
        if asked is None:
            return None
        return [_item(server, asked[0], item) for item in call_items(*asked)] or None

    @server.feature(types.CALL_HIERARCHY_INCOMING_CALLS)
    def callers(
        params: types.CallHierarchyIncomingCallsParams,
    ) -> list[types.CallHierarchyIncomingCall] | None:
        found = server.snapshot_of(params.item.uri)
        if found is None:
            return None
        snapshot = found[0]
        return [
            types.CallHierarchyIncomingCall(
                _item(server, snapshot, link.item),
                [server.range(snapshot, link.item.path, span) for span in link.spans],
            )
            for link in incoming(snapshot, params.item.detail or "", params.item.name)
        ]

    @server.feature(types.CALL_HIERARCHY_OUTGOING_CALLS)
    def callees(
        params: types.CallHierarchyOutgoingCallsParams,
    ) -> list[types.CallHierarchyOutgoingCall] | None:
        found = server.snapshot_of(params.item.uri)
        if found is None:
            return None
        snapshot, path = found
        return [
            types.CallHierarchyOutgoingCall(
                _item(server, snapshot, link.item),
                [server.range(snapshot, path, span) for span in link.spans],
            )
            for link in outgoing(snapshot, params.item.detail or "", params.item.name, path)
        ]


def _item(server: KoreoServer, snapshot: Snapshot, item: CallItem) -> types.CallHierarchyItem:
    """Return an item; its `detail` is the kind of the document, by which it is known again."""
    place = server.location(snapshot, item.path, item.span)
    return types.CallHierarchyItem(
        item.name,
        _SYMBOLS.get(item.kind, types.SymbolKind.Class),
        place.uri,
        place.range,
        server.range(snapshot, item.path, item.name_span),
        detail=item.kind,
    )
