"""Which files the client tells about when they change outside of it (LSP 3.17, `workspace/didChangeWatchedFiles`).

A plain pattern means the folders that the client has opened. A workspace may have more: folders of CRDs elsewhere, and
its own, when only a part of it was opened. Those are watched by patterns of their own where the client knows such.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from koreo_server.session.uris import is_below, uri_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from koreo_server.lsp.server import KoreoServer

_PATTERNS = (
    *("**/*.k.yaml", "**/*.k.yml", "**/*.koreo", "**/*.k"),
    *("**/*.yaml", "**/*.yml", "**/koreo.toml", "**/.gitignore", "**/.koreo/schemas.pack"),
)
_METHOD = types.WORKSPACE_DID_CHANGE_WATCHED_FILES


class Watching:
    """What the client was asked to watch."""

    def __init__(self, server: KoreoServer) -> None:
        self._server = server
        self._outside: dict[str, None] = {}
        """Folders outside of the client's that are watched."""

    def begin(self) -> None:
        """Ask the client to watch its folders, if it can."""
        if self._server.client.watches_files:
            self._register("koreo-files", list(_PATTERNS))

    def update(self) -> None:
        """Ask the client to watch what the workspaces have elsewhere now, and no more what they had."""
        if not self._server.client.watches_elsewhere:
            return
        wanted = dict.fromkeys(self._elsewhere())
        for folder in [folder for folder in self._outside if folder not in wanted]:
            del self._outside[folder]
            gone = types.Unregistration(_id(folder), _METHOD)
            self._server.client_unregister_capability(types.UnregistrationParams([gone]))
        for folder in wanted:
            if folder not in self._outside:
                self._outside[folder] = None
                base = uri_of(folder)
                self._register(_id(folder), [types.RelativePattern(base, pattern) for pattern in _PATTERNS])

    def unseen(self) -> list[str]:
        """Return the folders in which the client sees no change, though it watches others."""
        client = self._server.client
        return list(self._elsewhere()) if client.watches_files and not client.watches_elsewhere else []

    def _elsewhere(self) -> Iterator[str]:
        """Yield the folders of workspaces that are outside of the client's."""
        opened = self._server.loader.folders
        for project in self._server.projects:
            if project.prepared is not None:
                for folder in (project.folder, *project.prepared.config.crd_folders):
                    if not any(is_below(folder, one) for one in opened):
                        yield folder

    def _register(self, name: str, patterns: list[str] | list[types.RelativePattern]) -> None:
        watchers = [types.FileSystemWatcher(pattern) for pattern in patterns]
        options = types.DidChangeWatchedFilesRegistrationOptions(watchers)
        registration = types.Registration(name, _METHOD, options)
        self._server.client_register_capability(types.RegistrationParams([registration]))


def _id(folder: str) -> str:
    return f"koreo-files {folder}"
