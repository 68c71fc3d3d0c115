"""The server: one conversation, the session that it is about, and what is shown of it."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from koreo_analyzer import __version__
from koreo_analyzer.text import PositionEncoding
from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer

from koreo_server.lsp.board import Board
from koreo_server.lsp.client import Client, read_client
from koreo_server.lsp.client_process import wait_for_end
from koreo_server.lsp.convert import to_offset, to_range
from koreo_server.lsp.failures import Failures
from koreo_server.lsp.messages import create_converter
from koreo_server.lsp.progress import LoadingProgress
from koreo_server.lsp.protocol import KoreoProtocol
from koreo_server.lsp.publisher import Publisher
from koreo_server.lsp.watching import Watching
from koreo_server.session.loader import Loader
from koreo_server.session.projects import Projects
from koreo_server.session.settings import EditorSettings
from koreo_server.session.test_runs import TestRuns

if TYPE_CHECKING:
    from collections.abc import Collection

    from koreo_analyzer.text import Span
    from koreo_analyzer.workspace import Snapshot

F = TypeVar("F", bound=Callable[..., Any])

_LOG = logging.getLogger(__name__)

_ANSWER_SECONDS = 10.0
"""After this time without an answer a client whose process nobody has seen is taken to be dead."""


class KoreoServer(LanguageServer):
    """One connection with one client."""

    protocol: KoreoProtocol

    def __init__(self) -> None:
        self.failures = Failures(self._show_failure, self._trace_time)
        super().__init__(
            "koreo-ls",
            __version__,
            text_document_sync_kind=types.TextDocumentSyncKind.Incremental,
            protocol_cls=KoreoProtocol,
            converter_factory=create_converter,
        )
        self.projects = Projects()
        self.client = Client()
        self.tests = TestRuns(
            self.projects,
            is_wanted=lambda: self.settings.tests_on_edit,
            finished=self._tests_finished,
            failed=lambda error: self.failures.record("running tests", error),
        )
        self.tests_finished: list[Callable[[Collection[str]], None]] = []
        """Called with the files whose tests have other results."""
        self.texts_changed: list[Callable[[], None]] = []
        """Called when a text of the editor or of the disk may have changed."""
        self.others_changed: list[Callable[[], None]] = []
        """Called when what is known of open texts may have changed by edits of others."""
        self.publisher = self._new_publisher()
        self.loading = LoadingProgress(self)
        self.loader = Loader(
            self.projects,
            self._changed,
            self.loading.update,
            lambda error: self.failures.record("loading files", error),
        )
        self.watching = Watching(self)
        self.settings = self.first_settings = EditorSettings()
        self.when_met: list[Callable[[], None]] = []
        """Called when it is known what the client can do, before it is told what the server can."""
        self.settings_changed: list[Callable[[], None]] = []
        """Called when the user has changed a setting."""
        self.is_told_of_settings = False
        self.ends_with_client = True
        """Whether the process has to end when the client's has: not when it serves others, too."""
        self._watch: asyncio.Task[None] | None = None

    def _new_publisher(self) -> Publisher:
        board = Board(
            self.projects, self.client, self.text_document_publish_diagnostics, self._refresh_diagnostics
        )
        return Publisher(
            self.projects,
            self.tests,
            self.client,
            board,
            lambda error: self.failures.record("diagnostics", error),
            self._fades,
            self._tell_others_changed,
        )

    def _fades(self) -> bool:
        """Whether what no test reaches is faded: the user wants it, and the client can."""
        parts = self.client.pulled if self.client.pulls_diagnostics else self.client.pushed
        return self.settings.fade_untested and types.DiagnosticTag.Unnecessary in parts.tags

    def _refresh_diagnostics(self) -> None:
        self.workspace_diagnostic_refresh(None)

    def _tests_finished(self, keys: Collection[str]) -> None:
        self.publisher.look_at([*keys, *self.projects.open_keys()] if self._fades() else keys)
        for tell in self.tests_finished:
            tell(keys)

    def _tell_others_changed(self) -> None:
        for tell in self.others_changed:
            tell()

    def _changed(self) -> None:
        self.watching.update()
        self.publisher.schedule()
        self.tell_of_change()

    def tell_of_change(self) -> None:
        """Tell those who show something made of the texts that these may be others now."""
        for tell in self.texts_changed:
            tell()

    def report_server_error(self, error: Exception, source: Any) -> None:
        """Log a failure. pygls would show each to the user, malformed messages of the client included."""
        data = error.data if isinstance(error, JsonRpcException) else None
        trace = data.get("traceback", ()) if isinstance(data, dict) else ()
        _LOG.error("%s: %s\n%s", getattr(source, "__name__", source), error, "".join(trace))

    def feature(self, feature_name: str, options: Any | None = None) -> Callable[[F], F]:
        """Register a handler. One that fails gives an empty answer (see `failures`)."""
        register: Callable[[F], F] = super().feature(feature_name, options)
        return lambda handler: register(self.failures.guard(feature_name, handler))

    def command(self, command_name: str) -> Callable[[F], F]:
        """Register a command (`workspace/executeCommand`); see `feature`."""
        register: Callable[[F], F] = super().command(command_name)
        return lambda handler: register(self.failures.guard(command_name, handler))

    def set_settings(self, settings: EditorSettings) -> None:
        """Take the user's settings, and tell those who show something else because of them."""
        if settings != self.settings:
            self.settings = settings
            for tell in self.settings_changed:
                tell()

    def _show_failure(self, message: str) -> None:
        self.window_show_message(types.ShowMessageParams(types.MessageType.Error, message))

    def _trace_time(self, feature: str, seconds: float) -> None:
        """Tell a client that traces how long an answer took (LSP 3.17, `$/logTrace`)."""
        if self.protocol.trace != types.TraceValue.Off:
            self.log_trace(types.LogTraceParams(f"{feature}: {seconds * 1000:.2f} ms"))

    def meet(self, params: types.InitializeParams) -> None:
        """Take note of what the client can do, and end with it."""
        encoding = PositionEncoding(self.workspace.position_encoding)
        self.client = read_client(params.capabilities, encoding, params.client_info)
        self.publisher = self._new_publisher()
        for tell in self.when_met:
            tell()
        if params.process_id is not None and self.ends_with_client:
            self._watch = asyncio.get_running_loop().create_task(self._end_with(params.process_id))

    async def _end_with(self, process_id: int) -> None:
        """End at once when the client's process has ended: nobody is left to answer or to say goodbye to."""
        await wait_for_end(process_id, self._is_answered)
        _LOG.info("the client's process %d is gone", process_id)
        os._exit(1)

    async def _is_answered(self) -> bool:
        """Whether the client answers a request, be it with an error. One that asks for nothing serves."""
        try:
            async with asyncio.timeout(_ANSWER_SECONDS):
                await self.client_register_capability_async(types.RegistrationParams([]))
        except TimeoutError:
            return False
        except JsonRpcException:
            return True
        return True

    def stop(self) -> None:
        """Do nothing more: the client is gone."""
        self.loader.stop()
        self.publisher.stop()
        self.tests.stop()
        self.protocol.stop()
        if self._watch is not None:
            self._watch.cancel()

    def snapshot_of(self, uri: str) -> tuple[Snapshot, str] | None:
        """Return the newest snapshot that has a file, and the path by which the snapshot knows it."""
        key = self.projects.turn_to(uri)
        project = self.projects.project_of(key)
        return None if project is None else (project.workspace.snapshot, key)

    def cursor(self, uri: str, position: types.Position) -> tuple[Snapshot, str, int] | None:
        """Return the newest snapshot that has a file, the path, and the offset that a position means."""
        found = self.snapshot_of(uri)
        if found is None:
            return None
        snapshot, path = found
        return snapshot, path, to_offset(snapshot.line_index(path), position, self.client.encoding)

    def location(self, snapshot: Snapshot, path: str, span: Span) -> types.Location:
        """Return the place of a span in any file of a snapshot."""
        return types.Location(self.projects.uri_of(path), self.range(snapshot, path, span))

    def range(self, snapshot: Snapshot, path: str, span: Span) -> types.Range:
        """Return the range of a span in any file of a snapshot."""
        return to_range(snapshot.line_index(path), span, self.client.encoding)
