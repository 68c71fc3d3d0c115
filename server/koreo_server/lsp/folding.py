"""Folding, and selections that grow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from koreo_server.ide.folding import FoldKind, folds, largest
from koreo_server.ide.selection import selections
from koreo_server.lsp.convert import to_offset

if TYPE_CHECKING:
    from koreo_analyzer.workspace import Snapshot

    from koreo_server.lsp.server import KoreoServer

_KINDS = {
    FoldKind.PART: None,
    FoldKind.COMMENT: types.FoldingRangeKind.Comment,
    FoldKind.DOCUMENT: types.FoldingRangeKind.Region,
}


def register(server: KoreoServer) -> None:
    """Teach the server these requests."""

    @server.feature(types.TEXT_DOCUMENT_FOLDING_RANGE)
    def fold(params: types.FoldingRangeParams) -> list[types.FoldingRange] | None:
        found = _koreo(server, params.text_document.uri)
        if found is None:
            return None
        return [
            types.FoldingRange(start_line=one.first, end_line=one.last, kind=_KINDS[one.kind])
            for one in largest(folds(*found), server.client.most_folds)
        ]

    @server.feature(types.TEXT_DOCUMENT_SELECTION_RANGE)
    def select(params: types.SelectionRangeParams) -> list[types.SelectionRange] | None:
        found = _koreo(server, params.text_document.uri)
        if found is None:
            return None
        snapshot, path = found
        lines = snapshot.line_index(path)
        answer: list[types.SelectionRange] = []
        for position in params.positions:
            offset = to_offset(lines, position, server.client.encoding)
            chain: types.SelectionRange | None = None
            for span in reversed(selections(snapshot, path, offset)):
                chain = types.SelectionRange(server.range(snapshot, path, span), chain)
            answer.append(chain or types.SelectionRange(types.Range(position, position)))
        return answer


def _koreo(server: KoreoServer, uri: str) -> tuple[Snapshot, str] | None:
    """Return the snapshot and the path of a Koreo file; None for others, as `koreo.toml`, which are no YAML of ours."""
    found = server.snapshot_of(uri)
    file = found[0].file(found[1]) if found is not None else None
    return found if file is not None and file.is_koreo else None
