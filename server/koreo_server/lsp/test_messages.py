"""The state of FunctionTests as messages of our own: `koreo/testResults`, `koreo/runTests`.

`testResults` tells the whole state of one file, and nothing of others; docs/editors.md describes both.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Self

from lsprotocol import types

from koreo_server.ide.test_edits import expected_and_actual
from koreo_server.ide.test_results import ShownCase, ShownTest, Status, show_test
from koreo_server.lsp.convert import to_range

if TYPE_CHECKING:
    from collections.abc import Collection

    from koreo_analyzer.text import Span
    from koreo_analyzer.workspace import Definition

    from koreo_server.lsp.server import KoreoServer

RESULTS = "koreo/testResults"
RUN = "koreo/runTests"


def register(server: KoreoServer) -> None:
    """Teach the server these messages."""
    server.tests_finished.append(_Teller(server).tell)

    @server.feature(RUN)
    async def run(params: Any) -> dict[str, Any]:
        asked: dict[str, Any] = params if isinstance(params, dict) else {}
        chosen = _chosen(server, asked.get("ids"), asked.get("uris"))
        with _Bar(server, asked.get("workDoneToken")) as bar:
            await server.tests.run(chosen, bar.told)
        return {"tests": [file_state(server, key) for key in dict.fromkeys(key for key, _ in chosen)]}


class _Teller:
    """Tells the client the state of files, by the URIs by which it knows them."""

    def __init__(self, server: KoreoServer) -> None:
        self._server = server
        self._uris: dict[str, str] = {}
        """Key to the URI by which a file was last told to have tests."""

    def tell(self, keys: Collection[str]) -> None:
        """Tell the state of files whose tests have other results."""
        if self._server.client.test_results:
            for key in keys:
                self._tell(key)

    def _tell(self, key: str) -> None:
        state = file_state(self._server, key)
        before = self._uris.pop(key, None)
        if before not in (None, state["uri"], *self._uris.values()):
            self._send({"uri": before, "version": None, "tests": []})
        if state["tests"]:
            self._uris[key] = state["uri"]
        if state["tests"] or before == state["uri"]:
            self._send(state)

    def _send(self, state: dict[str, Any]) -> None:
        self._server.protocol.notify(RESULTS, state)


def _chosen(server: KoreoServer, ids: object, uris: object) -> list[tuple[str, str | None]]:
    """Return the tests that ids and URIs name, by file and id in it; all for neither."""
    if not isinstance(ids, list | tuple) and not isinstance(uris, list | tuple):
        return [(key, None) for key in server.tests.paths()]
    found: dict[tuple[str, str | None], None] = {}
    for uri in uris if isinstance(uris, list | tuple) else ():
        found[server.projects.key_of(str(uri)), None] = None
    for one in ids if isinstance(ids, list | tuple) else ():
        uri, _, rest = str(one).partition("#")
        found[server.projects.key_of(uri), rest.partition("#")[0]] = None
    return list(found)


class _Bar:
    """Tells the client how far a run is (LSP 3.17, "Work Done Progress"), if it gave a token for that."""

    def __init__(self, server: KoreoServer, token: object) -> None:
        self._progress = server.work_done_progress
        self._token = token if isinstance(token, int | str) else None

    def __enter__(self) -> Self:
        if self._token is not None:
            title = types.WorkDoneProgressBegin("Koreo: running tests", cancellable=True, percentage=0)
            self._progress.begin(self._token, title)
        return self

    def told(self, done: int, of: int, name: str) -> bool:
        """Show how many are done; whether the client wants the run to go on."""
        if self._token is None:
            return True
        report = types.WorkDoneProgressReport(message=name, percentage=100 * done // max(of, 1))
        self._progress.report(self._token, report)
        return not self._progress.tokens[self._token].cancelled()

    def __exit__(self, *_failure: object) -> None:
        if self._token is not None:
            self._progress.end(self._token, types.WorkDoneProgressEnd())
            self._progress.tokens.pop(self._token, None)


def shown_tests(server: KoreoServer, key: str) -> list[tuple[Definition, ShownTest]]:
    """Return the tests of a text, as they are shown."""
    return [(result.definition, show_test(result)) for result in server.tests.results(key)]


def file_state(server: KoreoServer, key: str) -> dict[str, Any]:
    """Return the state of all tests of a text, as JSON."""
    uri, opened = server.projects.uri_of(key), server.projects.opened(key)
    return {
        "uri": uri,
        "version": opened.version if opened is not None else None,
        "tests": [_test(server, key, uri, *one) for one in shown_tests(server, key)],
    }


def _test(server: KoreoServer, key: str, uri: str, definition: Definition, test: ShownTest) -> dict[str, Any]:
    own = f"{uri}#{test.id}"
    return {
        "id": own,
        "name": test.name,
        "range": _range(server, key, test.head),
        "status": test.status.value,
        "seconds": test.seconds,
        "function": {"kind": test.kind, "name": test.function},
        "message": test.message,
        "cases": [_case(server, key, own, definition, case) for case in test.cases],
    }


def _case(
    server: KoreoServer, key: str, test: str, definition: Definition, case: ShownCase
) -> dict[str, Any]:
    report = case.report
    expected = actual = None
    if report is not None and case.status is Status.FAILED:
        expected, actual = (
            None if value is None else json.dumps(value, indent=2, ensure_ascii=False, default=str)
            for value in expected_and_actual(definition, report)
        )
    return {
        "id": f"{test}#{case.index}",
        "index": case.index,
        "label": case.label,
        "range": _range(server, key, case.head),
        "status": case.status.value,
        "seconds": report.seconds if report is not None else 0.0,
        "message": (report.reason or None) if report is not None else None,
        "actual": actual,
        "expected": expected,
    }


def _range(server: KoreoServer, key: str, span: Span) -> dict[str, Any]:
    found = to_range(server.projects.lines(key), span, server.client.encoding)
    return {
        "start": {"line": found.start.line, "character": found.start.character},
        "end": {"line": found.end.line, "character": found.end.character},
    }
