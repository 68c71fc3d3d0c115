"""Rename, with a question before (LSP 3.17, `textDocument/rename` and `textDocument/prepareRename`)."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, cast

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from koreo_server.ide.rename import prepare, rename_by_steps
from koreo_server.session.background import Slices

if TYPE_CHECKING:
    from collections.abc import Generator

    from koreo_analyzer.workspace import FileEdit, Snapshot

    from koreo_server.ide.fields import Doubt
    from koreo_server.ide.rename import Renaming
    from koreo_server.lsp.server import KoreoServer

_DOUBTFUL = "koreo-doubtful"
_MOST_SHOWN = 5


def register(server: KoreoServer) -> None:
    """Teach the server these requests."""

    @server.feature(types.TEXT_DOCUMENT_PREPARE_RENAME)
    def ask(params: types.PrepareRenameParams) -> types.PrepareRenamePlaceholder | None:
        asked = server.cursor(params.text_document.uri, params.position)
        found = prepare(*asked) if asked is not None else None
        if asked is None or found is None:
            return None
        if found.refusal is not None:
            raise _refused(found.refusal)
        snapshot, path, _ = asked
        return types.PrepareRenamePlaceholder(server.range(snapshot, path, found.span), found.name)

    @server.feature(types.TEXT_DOCUMENT_RENAME, types.RenameOptions(prepare_provider=True))
    async def give_name(params: types.RenameParams) -> types.WorkspaceEdit | None:
        asked = server.cursor(params.text_document.uri, params.position)
        if asked is None:
            return None
        if not server.loader.is_idle:
            raise _refused("files of the workspace are still being read; try again in a moment")
        snapshot = asked[0]
        found = await _in_slices(rename_by_steps(*asked, params.new_name))
        if not snapshot.is_current:
            raise _refused("a text has changed meanwhile; try again")
        if found.refusal is not None:
            raise _refused(found.refusal)
        if found.doubts and not server.client.change_annotations:
            remedies = " and ".join(dict.fromkeys(doubt.remedy for doubt in found.doubts))
            why = _why(server, snapshot, found.doubts)
            raise _refused(f"{why}. What to do: {remedies}, or rename by hand")
        return _edit(server, snapshot, found.edits, found.doubts)


async def _in_slices(steps: Generator[None, None, Renaming]) -> Renaming:
    """Do some work by its steps, between which other messages are answered."""
    slices = Slices()
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return cast("Renaming", end.value)
        await slices.give_way()


def _refused(why: str) -> JsonRpcException:
    return JsonRpcException(f"Koreo: not renamed: {why}", types.LSPErrorCodes.RequestFailed)


def _why(server: KoreoServer, snapshot: Snapshot, doubts: tuple[Doubt, ...]) -> str:
    """Return what has to be looked at, as a text: the places, and why."""
    shown = []
    for doubt in doubts[:_MOST_SHOWN]:
        place = server.location(snapshot, doubt.path, doubt.span)
        shown.append(f"{place.uri.rpartition('/')[2]}:{place.range.start.line + 1}: {doubt.why}")
    more = len(doubts) - len(shown)
    return "; ".join(shown) + (f"; and {more} more" if more else "")


def _edit(
    server: KoreoServer, snapshot: Snapshot, edits: tuple[FileEdit, ...], doubts: tuple[Doubt, ...]
) -> types.WorkspaceEdit:
    """Return edits with versions, if the client checks them; to be confirmed, if there is a doubt about any."""
    by_file = {path: list(many) for path, many in groupby(edits, key=lambda edit: edit.path)}
    if not server.client.document_changes:
        return types.WorkspaceEdit(
            changes={
                server.projects.uri_of(path): [
                    types.TextEdit(server.range(snapshot, path, edit.span), edit.text) for edit in many
                ]
                for path, many in by_file.items()
            }
        )
    changes: list[types.TextDocumentEdit] = []
    for path, many in by_file.items():
        opened = server.projects.opened(path)
        document = types.OptionalVersionedTextDocumentIdentifier(
            server.projects.uri_of(path), opened.version if opened is not None else None
        )
        ranges = [(server.range(snapshot, path, edit.span), edit.text) for edit in many]
        if doubts:
            annotated = [types.AnnotatedTextEdit(_DOUBTFUL, place, text) for place, text in ranges]
            changes.append(types.TextDocumentEdit(document, annotated))
        else:
            plain = [types.TextEdit(place, text) for place, text in ranges]
            changes.append(types.TextDocumentEdit(document, plain))
    if not doubts:
        return types.WorkspaceEdit(document_changes=changes)
    annotation = types.ChangeAnnotation(
        "Rename: look at other places, too",
        needs_confirmation=True,
        description=_why(server, snapshot, doubts),
    )
    return types.WorkspaceEdit(document_changes=changes, change_annotations={_DOUBTFUL: annotation})
