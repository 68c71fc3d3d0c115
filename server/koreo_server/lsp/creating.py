"""Code actions that write new documents: in a file of their own where the client can create one, else in this one."""

from __future__ import annotations

import asyncio
import os
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

from koreo_analyzer.language.file_names import file_name, renamed
from koreo_analyzer.text import Span
from koreo_analyzer.workspace import FileEdit, is_koreo_path
from lsprotocol import types

from koreo_server.ide.create import creations
from koreo_server.ide.create_test import create_test
from koreo_server.ide.entities import document_at
from koreo_server.ide.new_text import appended
from koreo_server.ide.test_lenses import tests_of
from koreo_server.lsp.edits import workspace_edit
from koreo_server.session.uris import is_on_disk

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from koreo_analyzer.workspace import FileProblem, Snapshot

    from koreo_server.ide.new_text import NewText
    from koreo_server.lsp.server import KoreoServer

CREATE_TEST: Final = "koreo.createTest"
TEST_KIND: Final = "refactor"
_UNKNOWN: Final = "unknown-reference"


def register(server: KoreoServer) -> None:
    """Teach the server this command."""

    @server.command(CREATE_TEST)
    async def create(*arguments: Any) -> None:
        """Write a test of a function: arguments are the URI of its file, its kind and its name."""
        if len(arguments) < 3 or not all(isinstance(one, str) for one in arguments[:3]):
            return
        uri, kind, name = arguments[:3]
        found = server.snapshot_of(uri)
        definition = found[0].active_definition(kind, name) if found is not None else None
        if found is None or definition is None:
            return
        # Trying inputs may take half a second, and a snapshot may be read from any thread.
        new = await asyncio.to_thread(create_test, found[0], definition)
        if isinstance(new, str):
            server.window_show_message(types.ShowMessageParams(types.MessageType.Info, f"Koreo: {new}"))
            return
        now = server.snapshot_of(uri)
        if now is None or now[0].file(definition.path) is None:
            return
        edit = _edit(server, now[0], new, definition.path)
        server.workspace_apply_edit(types.ApplyWorkspaceEditParams(edit, f"Create a FunctionTest for {name}"))


def missing_definitions(
    server: KoreoServer, uri: str, meant: Sequence[FileProblem], place: Span
) -> Iterator[types.CodeAction]:
    """Yield the actions that create what references name: those under a selection, and those of problems."""
    found = server.snapshot_of(uri)
    if found is None:
        return
    snapshot, path = found
    unknown = [one for one in meant if one.code == _UNKNOWN]
    places = dict.fromkeys([place, *(one.span for one in unknown)])
    for creation in chain.from_iterable(creations(snapshot, path, one) for one in places):
        told = [one for one in unknown if one.span == creation.reference]
        yield types.CodeAction(
            title=creation.title,
            kind=types.CodeActionKind.QuickFix,
            diagnostics=[server.publisher.diagnostic(one) for one in told],
            edit=_edit(server, snapshot, creation.new, path),
        )


def misnamed_files(server: KoreoServer, meant: Sequence[FileProblem]) -> Iterator[types.CodeAction]:
    """Yield the actions that give files with definitions that are missed the names by which they are read."""
    for problem in meant:
        path = next((one.path for one in problem.related if not is_koreo_path(one.path)), None)
        if problem.code != _UNKNOWN or path is None or not server.client.renames_files:
            continue
        if is_on_disk(path) and not os.path.lexists(renamed(path)):
            old, new = server.projects.uri_of(path), server.projects.uri_of(renamed(path))
            options = types.RenameFileOptions(overwrite=False, ignore_if_exists=False)
            change = types.RenameFile(old_uri=old, new_uri=new, options=options)
            yield types.CodeAction(
                title=f"Rename `{file_name(path)}` to `{file_name(renamed(path))}`",
                kind=types.CodeActionKind.QuickFix,
                diagnostics=[server.publisher.diagnostic(problem)],
                edit=types.WorkspaceEdit(document_changes=[change]),
            )


def missing_tests(server: KoreoServer, uri: str, place: Span) -> Iterator[types.CodeAction]:
    """Yield the action that creates a test, at the head of a function; its command finds out what to write."""
    found = server.snapshot_of(uri)
    if found is None or not server.client.applies_edits:
        return
    definition = document_at(*found, place.start)
    document = definition.document if definition is not None else None
    if definition is None or document is None or document.name is None or document.spec is None:
        return
    name = document.name.text
    in_head = place.start < document.spec.start + definition.start
    if document.is_function and in_head and found[0].active_definition(document.kind, name) == definition:
        is_tested = next(tests_of(found[0], document.kind, name), None) is not None
        title = f"Create {'another' if is_tested else 'a'} FunctionTest for `{name}`"
        command = types.Command(title, CREATE_TEST, arguments=[uri, document.kind, name])
        yield types.CodeAction(title=title, kind=TEST_KIND, command=command)


def _edit(server: KoreoServer, snapshot: Snapshot, new: NewText, here: str) -> types.WorkspaceEdit:
    """Return the edit that writes new documents to their file, or to the end of the file `here`."""
    if snapshot.file(new.path) is None and server.client.creates_files and is_on_disk(new.path):
        uri = server.projects.uri_of(new.path)
        start = types.Position(0, 0)
        return types.WorkspaceEdit(
            document_changes=[
                types.CreateFile(
                    uri, options=types.CreateFileOptions(overwrite=False, ignore_if_exists=False)
                ),
                types.TextDocumentEdit(
                    types.OptionalVersionedTextDocumentIdentifier(uri, None),
                    [types.TextEdit(types.Range(start, start), new.text)],
                ),
            ]
        )
    path = new.path if snapshot.file(new.path) is not None else here
    text = snapshot.text(path)
    end = Span(len(text), len(text))
    return workspace_edit(server, [FileEdit(path, end, appended(text, new.text))])
