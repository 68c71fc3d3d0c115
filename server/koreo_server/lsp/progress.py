"""Shows how far the loading of workspaces is, when there is enough of it to wait for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

if TYPE_CHECKING:
    from koreo_server.lsp.server import KoreoServer

WORTH_SHOWING = 100
"""So many files take a noticeable while; fewer are read before anybody could look."""


class LoadingProgress:
    """One progress bar at a time (LSP 3.17, "Work Done Progress"), for a client that shows such."""

    def __init__(self, server: KoreoServer) -> None:
        self._server = server
        self._token: str | None = None
        self._number = 0
        self._total = 0
        self._begun = False

    def update(self, unread: int) -> None:
        """Take note of how many files have to be read yet."""
        if not self._server.client.work_done_progress:
            return
        if self._token is None:
            if unread >= WORTH_SHOWING:
                self._start(unread)
            return
        self._total = max(self._total, unread)
        if not self._begun:
            if unread == 0:
                self._token = None
            return
        read = self._total - unread
        if unread:
            self._send(
                types.WorkDoneProgressReport(
                    message=f"{read} of {self._total} files", percentage=100 * read // self._total
                )
            )
        else:
            self._send(types.WorkDoneProgressEnd(message=f"{self._total} files"))
            self._token = None

    def _start(self, unread: int) -> None:
        self._number += 1
        token = self._token = f"koreo-loading-{self._number}"
        self._total, self._begun = unread, False

        def created(_answer: object) -> None:
            # The client has to know a token before it is used; by then all may be read.
            if self._token == token:
                self._begun = True
                self._send(
                    types.WorkDoneProgressBegin("Koreo: reading files", percentage=0, cancellable=False)
                )

        self._server.window_work_done_progress_create(types.WorkDoneProgressCreateParams(token), created)

    def _send(
        self, value: types.WorkDoneProgressBegin | types.WorkDoneProgressReport | types.WorkDoneProgressEnd
    ) -> None:
        if self._token is not None:
            self._server.progress(types.ProgressParams(self._token, value))
