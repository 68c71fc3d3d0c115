"""FunctionTests in the editor: their commands, and the hints and lenses that show how they went."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

from koreo_analyzer.text import Span
from lsprotocol import types

from koreo_server.ide import test_lenses as lenses
from koreo_server.ide.test_edits import accept_actual, add_input
from koreo_server.ide.test_hints import TestHint, test_hints, value_hints
from koreo_server.ide.test_summary import is_good, summary_of_all
from koreo_server.lsp.convert import to_range
from koreo_server.lsp.edits import workspace_edit
from koreo_server.lsp.test_messages import file_state, shown_tests

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from koreo_analyzer.workspace import Definition, FileEdit, Snapshot

    from koreo_server.ide.test_results import ShownTest, TestResult
    from koreo_server.lsp.server import KoreoServer

_PAUSE = 0.05
"""Seconds between what is new and the request to show it: much comes together."""
_LONGEST_PAUSE = 0.5


def register(server: KoreoServer) -> None:
    """Teach the server these commands."""
    refresher = _Refresher(server)
    server.tests_finished.append(lambda _keys: refresher.refresh_soon())
    server.others_changed.append(refresher.refresh_soon)
    server.settings_changed.append(refresher.refresh)
    server.settings_changed.append(server.tests.wish_changed)
    server.settings_changed.append(lambda: server.publisher.look_at(server.projects.open_keys()))

    @server.command(lenses.RUN_TEST)
    async def run_test(*arguments: Any) -> dict[str, Any] | None:
        return await _run_test(server, arguments)

    @server.command(lenses.RUN_ALL)
    async def run_all(*_arguments: Any) -> None:
        await server.tests.run([(key, None) for key in server.tests.paths()], _go_on)
        _tell(server, [one for key in server.tests.paths() for _, one in shown_tests(server, key)])

    @server.command(lenses.ACCEPT)
    def accept(*arguments: Any) -> None:
        _accept(server, arguments)

    @server.command(lenses.ADD_INPUT)
    def add(*arguments: Any) -> None:
        _add(server, arguments)

    @server.command(lenses.NOTHING)
    def do_nothing(*_arguments: Any) -> None:
        """Take a click on a lens that only tells."""

    @server.command(lenses.CHOOSE_CASE)
    def choose(*arguments: Any) -> None:
        result = _result(server, arguments)
        if result is not None:
            _choose(server, result, arguments[2] if len(arguments) > 2 else None)
            refresher.refresh()


async def _run_test(server: KoreoServer, arguments: tuple[Any, ...]) -> dict[str, Any] | None:
    found = _test(server, arguments)
    if found is None or server.tests.find(*found) is None:
        return None
    key, test = found
    await server.tests.run([(key, test)], _go_on)
    _tell(server, [one for _, one in shown_tests(server, key) if one.id == test])
    return file_state(server, key)


def _accept(server: KoreoServer, arguments: tuple[Any, ...]) -> None:
    result = _result(server, arguments)
    case = arguments[2] if len(arguments) > 2 else None
    if result is None or result.report is None:
        return
    if isinstance(case, bool) or not isinstance(case, int | None):
        return
    if not result.is_current:
        _say(server, "the test is about to run again; accept what it does then")
        return
    project = server.projects.project_of(result.definition.path)
    if project is not None:
        _apply(
            server,
            f"Accept what {result.name} did",
            accept_actual(project.workspace.snapshot, result.report, case),
        )


def _add(server: KoreoServer, arguments: tuple[Any, ...]) -> None:
    result = _result(server, arguments)
    project = server.projects.project_of(result.definition.path) if result is not None else None
    if result is None or project is None or len(arguments) < 3:
        return
    name = str(arguments[2])
    edits = add_input(project.workspace.snapshot, result.definition, name)
    _apply(server, f"Add input {name} to {result.name}", edits)


def _choose(server: KoreoServer, result: TestResult, case: object) -> None:
    """Show the values of a case in the function under test; none for anything but a number."""
    function = getattr(result.definition.document.body, "function", None)
    if function is None:
        return
    program = (function.kind, function.name.text)
    if not isinstance(case, int):
        server.tests.chosen.pop(program, None)
        return
    server.tests.chosen[program] = (result.definition.path, result.id, case)
    if not server.client.test_results:
        values = f"the values of case {case + 1} of {result.name}"
        _say(server, f"{values} stand in {function.kind} {function.name.text}, as inlay hints")


def _go_on(_done: int, _of: int, _name: str) -> bool:
    return True


def _test(server: KoreoServer, arguments: tuple[Any, ...]) -> tuple[str, str] | None:
    """Return file and id of the test that a command is about."""
    if len(arguments) < 2 or not all(isinstance(one, str) for one in arguments[:2]):
        return None
    return server.projects.key_of(arguments[0]), arguments[1]


def _result(server: KoreoServer, arguments: tuple[Any, ...]) -> TestResult | None:
    found = _test(server, arguments)
    return None if found is None else server.tests.find(*found)


def _say(server: KoreoServer, message: str) -> None:
    server.window_show_message(types.ShowMessageParams(types.MessageType.Info, f"Koreo: {message}"))


def _tell(server: KoreoServer, tests: Sequence[ShownTest]) -> None:
    """Say how tests went that the user has run, where nothing else shows it for certain."""
    if not server.client.test_results:
        kind = types.MessageType.Info if all(map(is_good, tests)) else types.MessageType.Warning
        server.window_show_message(types.ShowMessageParams(kind, f"Koreo: {summary_of_all(tests)}"))


def _apply(server: KoreoServer, label: str, proposed: tuple[list[FileEdit], list[str]]) -> None:
    """Ask the client to edit; say why, where that cannot be."""
    edits, refusals = proposed
    for refusal in dict.fromkeys(refusals):
        _say(server, refusal)
    if not edits:
        return
    if not server.client.applies_edits:
        _say(server, "this editor does not let a language server edit")
        return
    server.workspace_apply_edit(types.ApplyWorkspaceEditParams(workspace_edit(server, edits), label))


class _Refresher:
    """Asks the client to show hints and lenses again, once for what comes together."""

    def __init__(self, server: KoreoServer) -> None:
        self._server = server
        self._since: float | None = None

    def refresh_soon(self) -> None:
        """Ask when what comes together has come."""
        if self._since is None:
            self._since = time.monotonic()
            asyncio.get_running_loop().call_later(_PAUSE, self._due)

    def _due(self) -> None:
        begun = self._since
        if begun is not None and not self._server.tests.is_idle and time.monotonic() - begun < _LONGEST_PAUSE:
            asyncio.get_running_loop().call_later(_PAUSE, self._due)
            return
        self._since = None
        self.refresh()

    def refresh(self) -> None:
        """Ask now."""
        if self._server.client.refreshes_lenses:
            self._server.workspace_code_lens_refresh(None)
        if self._server.client.refreshes_hints:
            self._server.workspace_inlay_hint_refresh(None)


def inlay_hints(
    server: KoreoServer, snapshot: Snapshot, path: str, within: Span
) -> Iterator[types.InlayHint]:
    """Yield the hints of a part of a file that come from tests, as far as the user wants them."""
    found: list[TestHint] = []
    if server.settings.inlay_hints_tests:
        found += test_hints((test for _, test in shown_tests(server, path)), within)
    for function in lenses.functions_in(snapshot, path):
        chosen = _chosen_case(server, snapshot, function)
        if chosen is not None:
            found += value_hints(snapshot, function, *chosen, within)
    lines = snapshot.line_index(path)
    for hint in found:
        place = to_range(lines, Span(hint.offset, hint.offset), server.client.encoding)
        yield types.InlayHint(place.start, hint.label, tooltip=hint.tooltip, padding_left=True)


def _chosen_case(
    server: KoreoServer, snapshot: Snapshot, function: Definition
) -> tuple[Definition, int] | None:
    """Return the case whose values are shown in a function: the chosen one, or the first if all are to be shown."""
    name = function.document.name
    if name is None:
        return None
    program = (function.document.kind, name.text)
    chosen = server.tests.chosen.get(program)
    if chosen is not None:
        result = server.tests.find(*chosen[:2])
        return None if result is None else (result.definition, chosen[2])
    if not server.settings.inlay_hints_values:
        return None
    first = next(lenses.tests_of(snapshot, *program), None)
    return None if first is None else (first, 0)


def no_command(server: KoreoServer) -> str:
    """Return the command of a lens that only tells: none in VS Code, which shows it as a text then."""
    return "" if server.client.client_commands else lenses.NOTHING


def code_lenses(server: KoreoServer, snapshot: Snapshot, path: str) -> Iterator[types.CodeLens]:
    """Yield the lenses of a file that come from tests: of the tests in it, and of functions that have some."""
    if not server.settings.code_lenses:
        return
    uri = server.projects.uri_of(path)
    chosen = server.tests.chosen.values()
    found: list[lenses.TestLens] = []
    shown = shown_tests(server, path)
    found += lenses.test_lenses(
        snapshot,
        shown,
        uri,
        chosen={(test, case) for file, test, case in chosen if file == path},
        with_objects="koreo.showObject" in server.client.client_commands,
        with_values=server.client.inlay_hints,
    )
    functions = ((one, _tests_of(server, snapshot, one)) for one in lenses.functions_in(snapshot, path))
    found += lenses.function_lenses(functions)
    lines = snapshot.line_index(path)
    for lens in found:
        command = types.Command(
            lens.title, lens.command or no_command(server), arguments=list(lens.arguments) or None
        )
        yield types.CodeLens(to_range(lines, lens.span, server.client.encoding), command)


def _tests_of(server: KoreoServer, snapshot: Snapshot, function: Definition) -> list[ShownTest]:
    name = function.document.name
    if name is None:
        return []
    found: list[ShownTest] = []
    tests = lenses.tests_of(snapshot, function.document.kind, name.text)
    by_file: dict[str, set[int]] = {}
    for test in tests:
        by_file.setdefault(test.path, set()).add(test.index)
    for path, numbers in by_file.items():
        found += [test for definition, test in shown_tests(server, path) if definition.index in numbers]
    return found
