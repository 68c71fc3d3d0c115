"""Diagnostics that the client pulls (LSP 3.17, "Pull Diagnostics"): of one text, and of everything, as it comes.

Offered only to clients that can be asked to pull again, because what tests find comes after the answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from koreo_server.lsp.board import result_id

if TYPE_CHECKING:
    from collections.abc import Iterable

    from koreo_server.lsp.server import KoreoServer

_MOST_RELATED = 50
_A_PART = 100
"""So many files are sent at a time."""
_NOTHING = result_id([])

_WorkspaceReport = (
    types.WorkspaceFullDocumentDiagnosticReport | types.WorkspaceUnchangedDocumentDiagnosticReport
)
_DocumentReport = types.FullDocumentDiagnosticReport | types.UnchangedDocumentDiagnosticReport


def register(server: KoreoServer) -> None:
    """Teach the server these requests, once it knows that the client wants them."""
    server.when_met.append(lambda: _register(server) if server.client.pulls_diagnostics else None)


def _register(server: KoreoServer) -> None:
    options = types.DiagnosticOptions(
        inter_file_dependencies=True, workspace_diagnostics=server.client.pulls_workspace
    )

    @server.feature(types.TEXT_DOCUMENT_DIAGNOSTIC, options)
    async def of_document(params: types.DocumentDiagnosticParams) -> types.DocumentDiagnosticReport:
        key = server.projects.key_of(params.text_document.uri)
        await server.publisher.prepare(key)
        diagnostics = server.publisher.diagnostics(key)
        found = server.publisher.board.tell(key, diagnostics)
        related = _related(server, key) or None
        if params.previous_result_id == found:
            return types.RelatedUnchangedDocumentDiagnosticReport(found, related)
        return types.RelatedFullDocumentDiagnosticReport(diagnostics, related, result_id=found)

    if not server.client.pulls_workspace:
        return

    @server.feature(types.WORKSPACE_DIAGNOSTIC)
    async def of_workspace(params: types.WorkspaceDiagnosticParams) -> types.WorkspaceDiagnosticReport:
        board, token = server.publisher.board, params.partial_result_token
        board.pull_workspace(comes_again=token is not None)
        for key in server.projects.open_keys():
            # What was edited since the client last asked for that text has not been looked at.
            await server.publisher.prepare(key)
            board.tell(key, server.publisher.diagnostics(key))
        known = {previous.uri: previous.value for previous in params.previous_result_ids}
        if token is None:
            return types.WorkspaceDiagnosticReport(list(_reports(server, known, unchanged=True)))
        # Held open until there is something to say, so that the client hears of it at once.
        while not (reports := list(_reports(server, known, unchanged=False))):
            await board.news()
        for start in range(0, len(reports), _A_PART):
            part = types.WorkspaceDiagnosticReport(reports[start : start + _A_PART])
            server.progress(types.ProgressParams(token, part))
        return types.WorkspaceDiagnosticReport([])


def _related(server: KoreoServer, key: str) -> dict[str, _DocumentReport]:
    """Return what has changed in other files, for a client that takes it along."""
    if not server.client.related_documents:
        return {}
    return {
        uri: types.FullDocumentDiagnosticReport([], result_id=_NOTHING)
        if shown is None
        else types.FullDocumentDiagnosticReport(shown.diagnostics, result_id=shown.result_id)
        for uri, shown in server.publisher.board.take_untold(key, _MOST_RELATED)
    }


def _reports(server: KoreoServer, known: dict[str, str], *, unchanged: bool) -> Iterable[_WorkspaceReport]:
    """Yield what differs from what the client knows, by URI; what does not, only if `unchanged`.

    A client may write the URI of a file in its own way, and is answered in that.
    """
    key_of = server.projects.key_of
    written = {key_of(uri): uri for uri in known}
    left = dict(known)
    for shown in server.publisher.board.all():
        uri = shown.uri if shown.uri in known else written.get(key_of(shown.uri), shown.uri)
        found = shown.result_id
        if left.pop(uri, None) != found:
            yield types.WorkspaceFullDocumentDiagnosticReport(
                uri=uri, items=shown.diagnostics, version=shown.version, result_id=found
            )
        elif unchanged:
            yield types.WorkspaceUnchangedDocumentDiagnosticReport(
                uri=uri, result_id=found, version=shown.version
            )
    for uri, before in left.items():
        if before != _NOTHING:
            yield types.WorkspaceFullDocumentDiagnosticReport(uri=uri, items=[], result_id=_NOTHING)
