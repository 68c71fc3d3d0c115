"""Quick fixes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from koreo_server.ide.fixes import QuickFix, quick_fixes
from koreo_server.lsp.convert import to_range, to_span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from koreo_server.lsp.server import KoreoServer


def register(server: KoreoServer) -> None:
    """Teach the server this request."""
    options = types.CodeActionOptions(code_action_kinds=[types.CodeActionKind.QuickFix])

    @server.feature(types.TEXT_DOCUMENT_CODE_ACTION, options)
    def offer(params: types.CodeActionParams) -> list[types.CodeAction] | None:
        if not server.client.code_actions or not _wanted(params.context.only):
            return None
        key = server.projects.key_of(params.text_document.uri)
        lines = server.projects.lines(key)
        place = to_span(lines, params.range, server.client.encoding)
        fixes = quick_fixes(server.projects.problems(key), place)
        return [_action(server, fix) for fix in fixes]


def _wanted(only: Sequence[types.CodeActionKind | str] | None) -> bool:
    """Whether quick fixes are among the kinds asked for; a kind stands for all kinds below it."""
    return only is None or any(str(getattr(kind, "value", kind)) in {"", "quickfix"} for kind in only)


def _action(server: KoreoServer, fix: QuickFix) -> types.CodeAction:
    return types.CodeAction(
        title=fix.title,
        kind=types.CodeActionKind.QuickFix,
        diagnostics=[server.publisher.diagnostic(fix.problem)],
        is_preferred=(fix.is_only or None) if server.client.preferred_actions else None,
        edit=_edit(server, fix),
    )


def _edit(server: KoreoServer, fix: QuickFix) -> types.WorkspaceEdit:
    """Return the edit of a fix; with versions, if the client checks them, so that it cannot hit another text."""
    by_file: dict[str, list[types.TextEdit]] = {}
    for edit in fix.edits:
        lines = server.projects.lines(edit.path)
        text_edit = types.TextEdit(to_range(lines, edit.span, server.client.encoding), edit.text)
        by_file.setdefault(edit.path, []).append(text_edit)
    projects = server.projects
    if not server.client.document_changes:
        return types.WorkspaceEdit(changes={projects.uri_of(key): edits for key, edits in by_file.items()})
    changes = []
    for key, edits in by_file.items():
        opened = projects.opened(key)
        document = types.OptionalVersionedTextDocumentIdentifier(
            projects.uri_of(key), opened.version if opened is not None else None
        )
        changes.append(types.TextDocumentEdit(document, list(edits)))
    return types.WorkspaceEdit(document_changes=list(changes))
