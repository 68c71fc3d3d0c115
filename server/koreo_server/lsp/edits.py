"""Edits of texts, as the client takes them: with versions if it checks them, so that no edit hits another text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from koreo_server.lsp.convert import to_range

if TYPE_CHECKING:
    from collections.abc import Iterable

    from koreo_analyzer.workspace import FileEdit

    from koreo_server.lsp.server import KoreoServer


def workspace_edit(server: KoreoServer, edits: Iterable[FileEdit]) -> types.WorkspaceEdit:
    """Return edits of any files, whose offsets count in the present texts."""
    by_file: dict[str, list[types.TextEdit]] = {}
    for edit in edits:
        lines = server.projects.lines(edit.path)
        text_edit = types.TextEdit(to_range(lines, edit.span, server.client.encoding), edit.text)
        by_file.setdefault(edit.path, []).append(text_edit)
    projects = server.projects
    if not server.client.document_changes:
        return types.WorkspaceEdit(changes={projects.uri_of(key): edits for key, edits in by_file.items()})
    changes: list[types.TextDocumentEdit] = []
    for key, text_edits in by_file.items():
        opened = projects.opened(key)
        document = types.OptionalVersionedTextDocumentIdentifier(
            projects.uri_of(key), opened.version if opened is not None else None
        )
        changes.append(types.TextDocumentEdit(document, list(text_edits)))
    return types.WorkspaceEdit(document_changes=list(changes))
