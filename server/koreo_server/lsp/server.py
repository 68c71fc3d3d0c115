"""The server: which messages are understood, and what each of them does.

Handlers are small and run on the event loop: text synchronisation answers with the edited file's problems
before the next message is read, requests ask `ide` about the newest snapshot.
"""

from __future__ import annotations

import asyncio
import logging
import os
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from koreo_analyzer import __version__
from koreo_analyzer.text import PositionEncoding
from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.uris import to_fs_path

from koreo_server.ide import hover, navigation, symbols
from koreo_server.lsp.convert import SYMBOL_KINDS, apply_changes, to_document_symbol, to_offset, to_range
from koreo_server.lsp.projects import OpenFile, Projects
from koreo_server.lsp.publisher import Publisher, uri_of

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from koreo_analyzer.text import Span
    from koreo_analyzer.workspace import Snapshot

_LOG = logging.getLogger(__name__)
_PARENT_CHECK_SECONDS = 2.0
_WATCHED = ("**/*.k.yaml", "**/*.k.yml", "**/*.koreo", "**/*.k", "**/*.yaml", "**/*.yml", "**/koreo.toml")


class KoreoServer(LanguageServer):
    """One connection with one client."""

    def __init__(self) -> None:
        super().__init__(
            "koreo-ls", __version__, text_document_sync_kind=types.TextDocumentSyncKind.Incremental
        )
        self.projects = Projects(self._changed)
        self.encoding = PositionEncoding.UTF16
        self._publisher: Publisher | None = None
        self.folders: list[str] = []
        self._tasks: set[asyncio.Task[Any]] = set()

    @property
    def publisher(self) -> Publisher:
        """What sends diagnostics. Raises RuntimeError before `initialize`."""
        if self._publisher is None:
            raise RuntimeError("the client has not sent `initialize`")
        return self._publisher

    def report_server_error(self, error: Exception, source: Any) -> None:
        """Log a failure. pygls would show each to the user, malformed messages of the client included."""
        _LOG.error("%s: %s", getattr(source, "__name__", source), error)

    def prepare(self, params: types.InitializeParams) -> None:
        """Take note of what the client can do."""
        self.encoding = PositionEncoding(self.workspace.position_encoding)
        document = params.capabilities.text_document
        publishing = document.publish_diagnostics if document is not None else None
        self._publisher = Publisher(
            self.projects,
            self.text_document_publish_diagnostics,
            self.encoding,
            related=bool(publishing and publishing.related_information),
            versions=True,
        )
        if params.process_id is not None:
            self.run(_exit_with(params.process_id))

    def run(self, work: Coroutine[Any, Any, None]) -> None:
        """Run work in the background until it is done or the server ends."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._finished)

    def _finished(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _LOG.error("background work failed", exc_info=error)

    def _changed(self) -> None:
        self.publisher.schedule()

    async def load(self, uris: list[str]) -> None:
        """Load the workspaces of folders, then show the problems of all of their files."""
        for uri in uris:
            folder = to_fs_path(uri)
            if folder is not None and os.path.isdir(folder):
                await self.projects.add_folder(PurePath(folder).as_posix())
        for path, opened in list(self.projects.open_files.items()):
            self.projects.set_text(path, opened)
            self.publisher.publish(path)
        self.publisher.schedule()

    async def watch_files(self) -> None:
        """Ask the client to tell about files that change outside of it, if it can."""
        workspace = self.client_capabilities.workspace
        watching = workspace.did_change_watched_files if workspace is not None else None
        if watching is None or not watching.dynamic_registration:
            return
        watchers = [types.FileSystemWatcher(pattern) for pattern in _WATCHED]
        options = types.DidChangeWatchedFilesRegistrationOptions(watchers)
        registration = types.Registration("koreo-files", types.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)
        await self.client_register_capability_async(types.RegistrationParams([registration]))

    def snapshot_of(self, uri: str) -> tuple[Snapshot, str] | None:
        """Return the newest snapshot that has a file, and the file's path."""
        path = path_of(uri)
        project = self.projects.project_of(path)
        if project is None or project.workspace.snapshot.file(path) is None:
            return None
        return project.workspace.snapshot, path

    def location(self, snapshot: Snapshot, path: str, span: Span) -> types.Location:
        """Return the place of a span in any file of a snapshot."""
        return types.Location(
            uri_of(path, self.projects), to_range(snapshot.line_index(path), span, self.encoding)
        )


def path_of(uri: str) -> str:
    """Return the path of a `file:` URI with `/`; any other URI names a text on no disk and stands for itself."""
    path = to_fs_path(uri) if uri.startswith("file:") else None
    return PurePath(path).as_posix() if path is not None else uri


async def _exit_with(process_id: int) -> None:
    """End this process soon after the client's has ended, as the protocol asks (LSP 3.17, `processId`)."""
    while True:
        await asyncio.sleep(_PARENT_CHECK_SECONDS)
        try:
            os.kill(process_id, 0)
        except ProcessLookupError:
            _LOG.info("the client's process %d is gone", process_id)
            os._exit(1)
        except PermissionError:
            return


def create_server() -> KoreoServer:
    """Return a server with all its handlers."""
    server = KoreoServer()
    _register_lifecycle(server)
    _register_texts(server)
    _register_requests(server)
    return server


def _register_lifecycle(server: KoreoServer) -> None:
    @server.feature(types.INITIALIZE)
    def initialize(params: types.InitializeParams) -> None:
        server.prepare(params)
        folders = [folder.uri for folder in params.workspace_folders or ()]
        if not folders and params.root_uri:
            folders = [params.root_uri]
        elif not folders and params.root_path:
            folders = [PurePath(params.root_path).as_uri()]
        server.folders = folders

    @server.feature(types.INITIALIZED)
    def initialized(_params: types.InitializedParams) -> None:
        server.run(server.watch_files())
        server.run(server.load(server.folders))

    @server.feature(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
    def folders_changed(params: types.DidChangeWorkspaceFoldersParams) -> None:
        for folder in params.event.removed:
            server.publisher.take_back(server.projects.remove_folder(path_of(folder.uri)))
        server.run(server.load([folder.uri for folder in params.event.added]))

    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def files_changed(params: types.DidChangeWatchedFilesParams) -> None:
        server.run(server.projects.refresh([path_of(change.uri) for change in params.changes]))


def _register_texts(server: KoreoServer) -> None:
    def show(path: str, opened: OpenFile) -> None:
        if server.projects.set_text(path, opened) is not None:
            server.publisher.publish(path)
            server.publisher.schedule()

    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    def opened(params: types.DidOpenTextDocumentParams) -> None:
        document = params.text_document
        show(path_of(document.uri), OpenFile(document.uri, document.version, document.text))

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def changed(params: types.DidChangeTextDocumentParams) -> None:
        document = params.text_document
        path = path_of(document.uri)
        before = server.projects.open_files.get(path)
        text = apply_changes(
            before.text if before is not None else "", list(params.content_changes), server.encoding
        )
        show(path, OpenFile(document.uri, document.version, text))

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def closed(params: types.DidCloseTextDocumentParams) -> None:
        server.run(server.projects.close(path_of(params.text_document.uri)))


def _register_requests(server: KoreoServer) -> None:
    def ask(uri: str, position: types.Position) -> tuple[Snapshot, str, int] | None:
        found = server.snapshot_of(uri)
        if found is None:
            return None
        snapshot, path = found
        return snapshot, path, to_offset(snapshot.line_index(path), position, server.encoding)

    @server.feature(types.TEXT_DOCUMENT_DEFINITION)
    def go_to_definition(
        params: types.DefinitionParams,
    ) -> list[types.Location] | list[types.LocationLink] | None:
        asked = ask(params.text_document.uri, params.position)
        if asked is None:
            return None
        snapshot, path, offset = asked
        links = navigation.definition(snapshot, path, offset)
        document = server.client_capabilities.text_document
        if document is None or document.definition is None or not document.definition.link_support:
            return [server.location(snapshot, link.path, link.span) for link in links]
        lines = snapshot.line_index(path)
        found = ((link, server.location(snapshot, link.path, link.span)) for link in links)
        return [
            types.LocationLink(
                place.uri, place.range, place.range, to_range(lines, link.origin, server.encoding)
            )
            for link, place in found
        ]

    @server.feature(types.TEXT_DOCUMENT_REFERENCES)
    def find_references(params: types.ReferenceParams) -> list[types.Location] | None:
        asked = ask(params.text_document.uri, params.position)
        if asked is None:
            return None
        snapshot, path, offset = asked
        places = navigation.references(
            snapshot, path, offset, include_definition=params.context.include_declaration
        )
        return [server.location(snapshot, place.path, place.span) for place in places]

    @server.feature(types.TEXT_DOCUMENT_HOVER)
    def show_hover(params: types.HoverParams) -> types.Hover | None:
        asked = ask(params.text_document.uri, params.position)
        if asked is None:
            return None
        snapshot, path, offset = asked
        found = hover.hover(snapshot, path, offset)
        if found is None:
            return None
        return types.Hover(
            types.MarkupContent(types.MarkupKind.Markdown, found.markdown),
            to_range(snapshot.line_index(path), found.span, server.encoding),
        )

    @server.feature(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
    def outline(
        params: types.DocumentSymbolParams,
    ) -> list[types.DocumentSymbol] | list[types.SymbolInformation] | None:
        found = server.snapshot_of(params.text_document.uri)
        if found is None:
            return None
        snapshot, path = found
        tree = symbols.document_symbols(snapshot, path)
        document = server.client_capabilities.text_document
        outline_support = document.document_symbol if document is not None else None
        if outline_support is not None and outline_support.hierarchical_document_symbol_support:
            lines = snapshot.line_index(path)
            return [to_document_symbol(symbol, lines, server.encoding) for symbol in tree]
        return [
            types.SymbolInformation(
                location=server.location(snapshot, path, inner.span),
                name=inner.name,
                kind=SYMBOL_KINDS[inner.kind],
                container_name=container,
            )
            for symbol in tree
            for inner, container in ((symbol, None), *((child, symbol.name) for child in symbol.children))
        ]

    @server.feature(types.WORKSPACE_SYMBOL)
    def search(
        params: types.WorkspaceSymbolParams,
    ) -> list[types.WorkspaceSymbol] | list[types.SymbolInformation]:
        found: list[types.SymbolInformation] = []
        for project in server.projects:
            snapshot = project.workspace.snapshot
            for symbol in symbols.workspace_symbols(snapshot, params.query):
                place = server.location(snapshot, symbol.path, symbol.span)
                found.append(
                    types.SymbolInformation(
                        location=place,
                        name=symbol.name,
                        kind=SYMBOL_KINDS[symbol.kind],
                        container_name=symbol.container,
                    )
                )
        return found
