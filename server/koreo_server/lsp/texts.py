"""The texts of the editor: each open and each change is answered with the problems of the new text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from koreo_server.lsp.changes import apply_changes
from koreo_server.session.projects import OpenFile
from koreo_server.session.uris import is_on_disk

if TYPE_CHECKING:
    from koreo_server.lsp.server import KoreoServer


def register(server: KoreoServer) -> None:
    """Teach the server these messages."""
    projects, loader = server.projects, server.loader

    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    def opened(params: types.DidOpenTextDocumentParams) -> None:
        document = params.text_document
        key = projects.set_text(OpenFile(document.uri, document.version, document.text, document.language_id))
        server.publisher.edited(key)
        server.tell_of_change()
        if is_on_disk(key) and projects.stands_alone(key):
            loader.look_again()

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def changed(params: types.DidChangeTextDocumentParams) -> None:
        document = params.text_document
        before = projects.opened_as(document.uri)
        text = before.text if before is not None else projects.lines(projects.key_of(document.uri)).text
        language = before.language if before is not None else ""
        text = apply_changes(text, params.content_changes, server.client.encoding)
        server.publisher.edited(projects.set_text(OpenFile(document.uri, document.version, text, language)))
        server.tell_of_change()

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    def saved(params: types.DidSaveTextDocumentParams) -> None:
        if not server.client.watches_files:
            loader.read_again()
        elif unseen := server.watching.unseen():
            loader.read_again(unseen)
        elif projects.stands_alone(projects.key_of(params.text_document.uri)):
            loader.look_again()

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def closed(params: types.DidCloseTextDocumentParams) -> None:
        key = projects.close(params.text_document.uri)
        server.publisher.closed(key)
        if projects.opened(key) is not None:
            server.publisher.edited(key)
        server.tell_of_change()
        loader.wake()
