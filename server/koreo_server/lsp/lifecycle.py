"""Beginning, folders, and what happens on the disk."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from lsprotocol import types

from koreo_server.lsp import configuration
from koreo_server.session import memory
from koreo_server.session.loader import FileEvent
from koreo_server.session.uris import is_on_disk, path_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from koreo_server.lsp.server import KoreoServer

_EVENTS = {
    types.FileChangeType.Created: FileEvent.CREATED,
    types.FileChangeType.Changed: FileEvent.CHANGED,
    types.FileChangeType.Deleted: FileEvent.DELETED,
}

_FILES = types.FileOperationRegistrationOptions(
    [types.FileOperationFilter(types.FileOperationPattern("**/*"), scheme="file")]
)
"""All files, folders included: a folder may hold files of ours."""


def register(server: KoreoServer) -> None:
    """Teach the server these messages."""
    folders: list[str] = []

    @server.feature(types.INITIALIZE)
    def initialize(params: types.InitializeParams) -> None:
        memory.collect_rarely()
        server.meet(params)
        if params.initialization_options is not None:
            configuration.begin(server, params.initialization_options)
        folders.extend(_folders(params))

    @server.feature(types.INITIALIZED)
    def initialized(_params: types.InitializedParams) -> None:
        server.watching.begin()
        configuration.ask(server)
        server.loader.change_folders(folders, ())

    @server.feature(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
    def folders_changed(params: types.DidChangeWorkspaceFoldersParams) -> None:
        server.loader.change_folders(_paths(params.event.added), _paths(params.event.removed))

    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def files_changed(params: types.DidChangeWatchedFilesParams) -> None:
        server.loader.files_changed(
            (server.projects.key_of(change.uri), _EVENTS[change.type]) for change in params.changes
        )

    @server.feature(types.WORKSPACE_DID_CREATE_FILES, _FILES)
    def created(params: types.CreateFilesParams) -> None:
        happened(FileEvent.CREATED, (file.uri for file in params.files))

    @server.feature(types.WORKSPACE_DID_DELETE_FILES, _FILES)
    def deleted(params: types.DeleteFilesParams) -> None:
        happened(FileEvent.DELETED, (file.uri for file in params.files))

    @server.feature(types.WORKSPACE_DID_RENAME_FILES, _FILES)
    def renamed(params: types.RenameFilesParams) -> None:
        happened(FileEvent.DELETED, (file.old_uri for file in params.files))
        happened(FileEvent.CREATED, (file.new_uri for file in params.files))

    def happened(event: FileEvent, uris: Iterable[str]) -> None:
        """Take notice of what the user did in the editor: not every client watches files, and those take a while."""
        server.loader.files_changed(
            (server.projects.key_of(uri), event) for uri in uris if is_on_disk(path_of(uri))
        )


def _folders(params: types.InitializeParams) -> list[str]:
    """Return the folders that the client opened; older clients name one, by URI or by path."""
    if params.workspace_folders:
        return _paths(params.workspace_folders)
    if params.root_uri:
        return [path_of(params.root_uri)]
    return [os.path.abspath(params.root_path)] if params.root_path else []


def _paths(folders: Iterable[types.WorkspaceFolder]) -> list[str]:
    return [path for folder in folders if is_on_disk(path := path_of(folder.uri))]
