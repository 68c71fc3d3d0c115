"""What the client has been told of each file, by the way that it wants: pushed by us or pulled by it.

A client that pulls shows what it pulled beside what was pushed, so no file is told about in both ways. Pulled are
the open files of a client that announces `textDocument/diagnostic` and can be asked to pull again, and all others
once it has sent a `workspace/diagnostic`.
"""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lsprotocol import types

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from koreo_server.lsp.client import Client
    from koreo_server.session.projects import Projects


@dataclass(frozen=True, slots=True)
class Shown:
    """What the client was last told of a file, or would be if it asked."""

    uri: str
    version: int | None
    diagnostics: list[types.Diagnostic]
    is_pushed: bool

    @property
    def result_id(self) -> str:
        """The id of this result: equal ones have the same, in every session."""
        return result_id(self.diagnostics)


def result_id(diagnostics: list[types.Diagnostic]) -> str:
    """Return the id of a list of diagnostics (LSP 3.17, `previousResultId`)."""
    text = repr(diagnostics).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(text, digest_size=12).hexdigest()


class Board:
    """Files by key. `push` sends diagnostics, `refresh` asks the client to pull again.

    What is shown is kept by URI, as the client does: a text may get another key, and a file be opened by another URI.
    """

    def __init__(
        self,
        projects: Projects,
        client: Client,
        push: Callable[[types.PublishDiagnosticsParams], None],
        refresh: Callable[[], None],
    ) -> None:
        self._projects = projects
        self._client = client
        self._push = push
        self._refresh = refresh
        self._shown: dict[str, Shown] = {}
        self._uris: dict[str, str] = {}
        """Key to the URI by which a file was last shown with diagnostics."""
        self._pulls_workspace = False
        self._comes_again = True
        self._is_stale = False
        self._untold: dict[str, None] = {}
        self._waiting: list[asyncio.Future[None]] = []

    def is_pulled(self, key: str) -> bool:
        """Whether the client asks for the diagnostics of a file."""
        return self._client.pulls_diagnostics and (
            self._pulls_workspace or self._projects.opened(key) is not None
        )

    def show(self, key: str, diagnostics: list[types.Diagnostic], *, anyway: bool = False) -> None:
        """Tell the client the diagnostics of a file if they differ from what it has; pushed ones also `anyway`."""
        self._take_back_elsewhere(key)
        before = self._shown.get(self._projects.uri_of(key))
        is_pushed = not self.is_pulled(key)
        if (
            diagnostics == (before.diagnostics if before is not None else [])
            and not (is_pushed and anyway)
            and (before is None or before.is_pushed is is_pushed)
        ):
            return
        self._note(key, diagnostics, is_pushed=is_pushed)
        if is_pushed:
            self._untold.pop(key, None)
            self._send(key, diagnostics)
            return
        self._untold[key] = None
        self._is_stale |= self._projects.opened(key) is not None or not self._comes_again
        for future in self._waiting:
            if not future.done():
                future.set_result(None)

    def tell(self, key: str, diagnostics: list[types.Diagnostic]) -> str:
        """Take note that the client is told these diagnostics as an answer; return their id.

        Of a file that is pushed the client has what was pushed last, whatever else it was told.
        """
        if self.is_pulled(key):
            self._take_back_elsewhere(key)
            self._note(key, diagnostics, is_pushed=False)
            self._untold.pop(key, None)
        return result_id(diagnostics)

    def take_over(self, key: str) -> None:
        """Take back what was pushed of a file that the client pulls now."""
        shown = self._shown.get(self._projects.uri_of(key))
        if shown is not None and shown.is_pushed and self.is_pulled(key):
            self._note(key, shown.diagnostics, is_pushed=False)

    def _note(self, key: str, diagnostics: list[types.Diagnostic], *, is_pushed: bool) -> None:
        uri = self._projects.uri_of(key)
        before = self._shown.get(uri)
        if before is not None and before.is_pushed and not is_pushed:
            self._push(types.PublishDiagnosticsParams(uri, []))
        opened = self._projects.opened(key)
        if diagnostics:
            version = opened.version if opened is not None else None
            self._shown[uri] = Shown(uri, version, diagnostics, is_pushed)
            self._uris[key] = uri
        else:
            self._shown.pop(uri, None)
            self._uris.pop(key, None)

    def _send(self, key: str, diagnostics: list[types.Diagnostic]) -> None:
        opened = self._projects.opened(key)
        version = opened.version if opened is not None else None
        self._push(types.PublishDiagnosticsParams(self._projects.uri_of(key), diagnostics, version))

    def _take_back_elsewhere(self, key: str) -> None:
        """Send that there is nothing under the URI by which a file was shown, unless it is another text's now."""
        uri = self._uris.get(key)
        if uri is None or uri == self._projects.uri_of(key):
            return
        del self._uris[key]
        other = self._projects.key_of(uri)
        opened = self._projects.opened(other)
        if self._uris.get(other) == uri or (opened is not None and opened.uri == uri):
            return
        shown = self._shown.pop(uri, None)
        if shown is not None and shown.is_pushed:
            self._push(types.PublishDiagnosticsParams(uri, []))

    # Pulling

    def pull_workspace(self, *, comes_again: bool) -> None:
        """Take note that the client asks for the diagnostics of all files: what was pushed is taken back.

        One that `comes_again` by itself need not be asked to.
        """
        self._comes_again = comes_again
        if self._pulls_workspace:
            return
        self._pulls_workspace = True
        for key in list(self._uris):
            self.take_over(key)

    def take_untold(self, besides: str, most: int) -> Iterable[tuple[str, Shown | None]]:
        """Return files whose diagnostics have changed since the client was told, by URI; None for no diagnostics.

        Only those that it pulls: others are pushed.
        """
        keys = [key for key in self._untold if key != besides and self.is_pulled(key)][:most]
        for key in keys:
            del self._untold[key]
        uris = [self._projects.uri_of(key) for key in keys]
        return [(uri, self._shown.get(uri)) for uri in uris]

    def all(self) -> list[Shown]:
        """Return all files with diagnostics, in the order of their URIs."""
        return sorted(self._shown.values(), key=lambda shown: shown.uri)

    async def news(self) -> None:
        """Wait until something changes that the client pulls."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(future)
        try:
            await future
        finally:
            self._waiting.remove(future)

    def settle(self) -> None:
        """Ask the client to pull again, if something has changed that it will not ask for by itself."""
        if self._is_stale:
            self._is_stale = False
            self._refresh()
