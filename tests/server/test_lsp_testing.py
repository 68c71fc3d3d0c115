"""FunctionTests in the editor, over the protocol: results after each edit, hints, lenses, commands, messages."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from conftest import FULL, Start
from rpc_client import Served

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

FUNCTION = """\
apiVersion: koreo.dev/v1beta1
kind: ValueFunction
metadata: {name: greet}
spec:
  locals: {hello: '="Hello " + inputs.name'}
  return: {text: =locals.hello, length: =size(locals.hello)}
"""
TEST = """\
apiVersion: koreo.dev/v1beta1
kind: FunctionTest
metadata: {name: greet-test}
spec:
  functionRef: {kind: ValueFunction, name: greet}
  inputs: {name: Ada}
  testCases:
  - label: greets
    expectReturn: {text: Hello Ada, length: 9}
  - label: another
    inputOverrides: {name: Bo}
    expectReturn: {text: Hello Bo, length: 8}
"""
WRONG = FUNCTION.replace("Hello", "Goodbye")
CLIENT: dict[str, Any] = {
    **FULL,
    "workspace": {
        **FULL["workspace"],
        "applyEdit": True,
        "codeLens": {"refreshSupport": True},
        "inlayHint": {"refreshSupport": True},
    },
    "experimental": {"koreo": {"testResults": True, "clientCommands": ["koreo.showObject"]}},
}
FAILED = ("test-failed", "test-failed", "never-returned")
"""The first case fails in two fields; of the second, which is not run then, types tell that it would."""
QUIET = '[severity]\nunused-definition = "off"\n'
TYPE = 1
"""The kind of a hint that tells a type."""
EVERYTHING = {"start": {"line": 0, "character": 0}, "end": {"line": 99, "character": 0}}


@pytest.fixture
def folder(write: Callable[[dict[str, str]], Path]) -> Path:
    return write({"f.k.yaml": FUNCTION, "t.k.yaml": TEST, "koreo.toml": QUIET})


def _started(
    start: Start, folder: Path, capabilities: Any = CLIENT, **params: Any
) -> tuple[Served, str, str]:
    client = start(folder, capabilities=capabilities, **params)
    client.settle()
    return client, (folder / "f.k.yaml").as_uri(), (folder / "t.k.yaml").as_uri()


def _state(client: Served, uri: str) -> Any:
    """Return the newest `koreo/testResults` of a file."""
    return [state for state in client.sent("koreo/testResults") if state["uri"] == uri][-1]


def _hints(client: Served, uri: str) -> list[str]:
    params = {"textDocument": {"uri": uri}, "range": EVERYTHING}
    found = client.request("textDocument/inlayHint", params)
    return [hint["label"] for hint in found if hint.get("kind") != TYPE]


def _lenses(client: Served, uri: str) -> list[tuple[int, str]]:
    found = client.request("textDocument/codeLens", {"textDocument": {"uri": uri}})
    return [(lens["range"]["start"]["line"], lens["command"]["title"]) for lens in found if "command" in lens]


def _command(client: Served, name: str, *arguments: Any) -> Any:
    return client.request("workspace/executeCommand", {"command": name, "arguments": list(arguments)})


def test_a_mistake_in_a_function_shows_at_the_expected_values_of_its_tests(
    start: Start, folder: Path
) -> None:
    client, function, test = _started(start, folder)
    client.open(function, FUNCTION)
    client.change(function, 2, WRONG)
    client.wait_codes(test, *FAILED)
    text, length, _ = client.diagnostics(test)
    assert text["message"] == ('greet-test, case 1 (greets): `text` is "Goodbye Ada", expected "Hello Ada"')
    assert text["range"] == {"start": {"line": 8, "character": 25}, "end": {"line": 8, "character": 34}}
    assert length["range"]["start"] == {"line": 8, "character": 44}
    (made,) = text["relatedInformation"]
    assert (made["location"]["uri"], made["location"]["range"]["start"]["line"]) == (function, 5)
    client.change(function, 3, FUNCTION)
    client.wait_codes(test)


def test_failures_move_with_the_text_until_the_test_has_run_again(start: Start, folder: Path) -> None:
    client, function, test = _started(start, folder)
    client.open(function, WRONG)
    client.open(test, TEST)
    client.wait_codes(test, *FAILED)
    before = len(client.received)
    client.change(test, 2, TEST.replace("name: Ada", "name: Ada Lovelace"))
    client.settle()
    for message in client.received[before:]:
        if message.get("method") == "textDocument/publishDiagnostics" and message["params"]["uri"] == test:
            codes = [one["code"] for one in message["params"]["diagnostics"]]
            assert codes.count("test-failed") == 2, "none vanishes meanwhile"
    assert "Ada Lovelace" in client.diagnostics(test)[0]["message"]


@pytest.mark.parametrize(
    "half",
    [
        FUNCTION.replace("=locals.hello,", "=locals.,"),
        FUNCTION.replace("inputs.name'", "inputs.'"),
        FUNCTION.replace("=size(locals.hello)", "=size(locals.hello"),
        FUNCTION + "  pre\n",
        FUNCTION + "  preconditions:\n  - \n",
    ],
)
def test_a_half_written_function_does_not_fail_its_tests(start: Start, folder: Path, half: str) -> None:
    client, function, test = _started(start, folder)
    client.open(function, FUNCTION)
    client.settle()
    before = len(client.received)
    client.change(function, 2, half)
    client.settle()
    for message in client.received[before:]:
        if message.get("method") == "textDocument/publishDiagnostics" and message["params"]["uri"] == test:
            assert not [one for one in message["params"]["diagnostics"] if one["severity"] == 1]
    assert client.codes(function)
    assert _hints(client, test) == ["not run: `greet` has errors", "not run", "not run"]
    assert (2, "1 test: 1 not run") in _lenses(client, function)
    (state,) = _state(client, test)["tests"]
    assert (state["status"], [case["status"] for case in state["cases"]]) == ("notRun", ["notRun", "notRun"])
    assert state["message"].startswith("ValueFunction `greet` cannot be run: ")
    client.change(function, 3, FUNCTION)
    client.settle()
    assert [hint[0] for hint in _hints(client, test)] == ["✓", "✓", "✓"]


def test_a_half_written_template_does_not_fail_the_tests_of_what_uses_it(
    start: Start, write: Callable[[dict[str, str]], Path]
) -> None:
    function = """\
apiVersion: koreo.dev/v1beta1
kind: ResourceFunction
metadata: {name: config}
spec:
  apiConfig: {apiVersion: v1, kind: ConfigMap, name: a, namespace: b}
  resourceTemplateRef: {name: base}
  overlays: [{overlayRef: {kind: ValueFunction, name: more}}]
"""
    template = """\
apiVersion: koreo.dev/v1beta1
kind: ResourceTemplate
metadata: {name: base}
spec:
  template: {apiVersion: v1, kind: ConfigMap, data: {a: b}}
"""
    more = """\
apiVersion: koreo.dev/v1beta1
kind: ValueFunction
metadata: {name: more}
spec: {return: {data: {c: ="d"}}}
"""
    head = "apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: b}"
    cases = f"  testCases:\n  - expectResource: {{{head}, data: {{a: b, c: d}}}}\n"
    text = TEST.replace("ValueFunction, name: greet", "ResourceFunction, name: config")
    text = text[: text.index("  inputs:")] + cases
    folder = write(
        {"f.k.yaml": function, "a.k.yaml": template, "b.k.yaml": more, "t.k.yaml": text, "koreo.toml": QUIET}
    )
    client, _, test = _started(start, folder)
    assert [hint[0] for hint in _hints(client, test)] == ["✓", "✓"]
    for name, whole, half in (
        ("a.k.yaml", template, template.replace("spec:\n", "spec:\n  ab\n")),
        ("b.k.yaml", more, more.replace('="d"', "=inputs.")),
    ):
        uri = (folder / name).as_uri()
        client.open(uri, whole)
        client.change(uri, 2, half)
        client.settle()
        assert not [one for one in client.diagnostics(test) if one["severity"] == 1], name
        title = "base" if name == "a.k.yaml" else "more"
        assert _hints(client, test) == [f"not run: `{title}` has errors", "not run"]
        client.change(uri, 3, whole)
        client.settle()
        assert [hint[0] for hint in _hints(client, test)] == ["✓", "✓"], name


def test_hints_and_lenses_of_tests(start: Start, folder: Path) -> None:
    client, function, test = _started(start, folder)
    assert [hint[0] for hint in _hints(client, test)] == ["✓", "✓", "✓"]
    assert (2, "1 test: 1 passed") in _lenses(client, function)
    client.open(function, WRONG)
    client.settle()
    assert _hints(client, test) == ["✗ 1 failed, 1 not run", "✗", "not run"]
    assert (2, "1 test: 1 failed") in _lenses(client, function)
    assert _lenses(client, test) == [
        (2, "▶ run"),
        (2, "run all"),
        (7, "accept actual value"),
        (7, "show values"),
    ]


@pytest.mark.parametrize(("capabilities", "command"), [(FULL, "koreo.nothing"), (CLIENT, "")])
def test_a_lens_that_only_tells_can_be_clicked(
    start: Start, folder: Path, capabilities: Any, command: str
) -> None:
    client, function, _ = _started(start, folder, capabilities)
    found = client.request("textDocument/codeLens", {"textDocument": {"uri": function}})
    commands = [client.request("codeLens/resolve", lens)["command"] for lens in found]
    assert [(one["title"], one["command"]) for one in commands] == [
        ("1 test: 1 passed", command),
        (commands[1]["title"], command),
    ]
    if command:
        assert _command(client, command) is None


def test_the_client_is_asked_to_show_results_only_if_it_announced_that(start: Start, folder: Path) -> None:
    client, function, _ = _started(start, folder)
    client.open(function, WRONG)
    client.wait(lambda message: message.get("method") == "workspace/inlayHint/refresh")
    client.wait(lambda message: message.get("method") == "workspace/codeLens/refresh")
    client, function, test = _started(start, folder, capabilities={})
    client.open(function, WRONG)
    client.wait_codes(test, *FAILED)
    client.settle()
    asked = {message["method"] for message in client.received if "method" in message}
    assert asked == {"textDocument/publishDiagnostics"}


def test_the_state_of_a_file_is_sent_whenever_it_changes(start: Start, folder: Path) -> None:
    client, function, test = _started(start, folder)
    state = _state(client, test)
    (one,) = state["tests"]
    assert (state["version"], one["id"], one["status"]) == (None, f"{test}#greet-test", "passed")
    assert one["function"] == {"kind": "ValueFunction", "name": "greet"}
    assert [case["status"] for case in one["cases"]] == ["passed", "passed"]
    client.open(function, WRONG)
    client.settle()
    failed, not_run = _state(client, test)["tests"][0]["cases"]
    assert (failed["status"], not_run["status"]) == ("failed", "notRun")
    differing = json.loads(failed["actual"]), json.loads(failed["expected"])
    assert differing == ({"text": "Goodbye Ada", "length": 11}, {"text": "Hello Ada", "length": 9})
    client.change(function, 2, FUNCTION.replace("Hello", "Hallo"))
    client.settle()
    (failed, _) = _state(client, test)["tests"][0]["cases"]
    assert (failed["actual"], failed["expected"]) == ('"Hallo Ada"', '"Hello Ada"')
    client.open(test, TEST.replace("FunctionTest", "Nothing"))
    client.settle()
    assert _state(client, test) == {"uri": test, "version": 1, "tests": []}


def test_accepting_what_a_function_did(start: Start, folder: Path) -> None:
    client, function, test = _started(start, folder)
    client.open(function, WRONG)
    client.open(test, TEST, version=7)
    client.settle()
    for nonsense in ("0", True, -1, 0.5):
        _command(client, "koreo.acceptActual", test, "greet-test", nonsense)
    assert client.sent("workspace/applyEdit") == []
    _command(client, "koreo.acceptActual", test, "greet-test", 0)
    (asked,) = client.sent("workspace/applyEdit")
    (change,) = asked["edit"]["documentChanges"]
    assert change["textDocument"] == {"uri": test, "version": 7}
    (edit,) = change["edits"]
    lines = TEST.splitlines()
    line, first, last = 8, edit["range"]["start"]["character"], edit["range"]["end"]["character"]
    accepted = lines[line][:first] + edit["newText"] + lines[line][last:]
    assert accepted == "    expectReturn: {text: Goodbye Ada, length: 11}"


def test_a_test_that_has_the_name_of_another_has_an_id_of_its_own(start: Start, folder: Path) -> None:
    client, function, test = _started(start, folder)
    client.open(function, FUNCTION)
    copy = TEST.replace("Hello Ada", "Hello Eve")
    client.open(test, f"{TEST}---\n{copy}")
    client.settle()
    assert [(one["id"], one["name"], one["status"]) for one in _state(client, test)["tests"]] == [
        (f"{test}#greet-test", "greet-test", "passed"),
        (f"{test}#greet-test~2", "greet-test", "failed"),
    ]
    answer = client.request("koreo/runTests", {"ids": [f"{test}#greet-test~2"], "uris": None})
    assert [one["status"] for one in answer["tests"][0]["tests"]] == ["passed", "failed"]
    found = client.request("textDocument/codeLens", {"textDocument": {"uri": test}})
    (accept,) = [lens for lens in found if lens.get("command", {}).get("title") == "accept actual value"]
    first_line = TEST.count("\n") + 1
    assert accept["range"]["start"]["line"] == first_line + 7
    _command(client, accept["command"]["command"], *accept["command"]["arguments"])
    (asked,) = client.sent("workspace/applyEdit")
    (edit,) = asked["edit"]["documentChanges"][0]["edits"]
    assert edit["range"]["start"]["line"] == first_line + 8
    place = {"textDocument": {"uri": test}, "position": {"line": first_line + 2, "character": 20}}
    assert "1 failed" in client.request("textDocument/hover", place)["contents"]["value"]


@pytest.mark.parametrize("uri", ["untitled:Untitled-1", "x.yaml"])
def test_a_closed_text_that_was_koreo_by_its_language_has_no_tests(
    start: Start, write: Callable[[dict[str, str]], Path], uri: str
) -> None:
    folder = write({"x.yaml": TEST})
    uri = uri if ":" in uri else (folder / uri).as_uri()
    client = start(capabilities=CLIENT)
    client.open(uri, f"{FUNCTION}---\n{TEST}")
    client.settle()
    assert len(_state(client, uri)["tests"]) == 1
    client.close(uri)
    client.settle()
    assert _state(client, uri) == {"uri": uri, "version": None, "tests": []}
    assert {state["uri"] for state in client.sent("koreo/testResults")} == {uri}


def test_adding_an_input_that_is_missing(start: Start, folder: Path) -> None:
    client, _, test = _started(start, folder)
    text = TEST.replace("  inputs: {name: Ada}\n", "").replace("    inputOverrides: {name: Bo}\n", "")
    client.open(test, text)
    client.settle()
    assert (2, "add missing input `name`") in _lenses(client, test)
    _command(client, "koreo.addMissingInput", test, "greet-test", "name")
    (asked,) = client.sent("workspace/applyEdit")
    (edit,) = asked["edit"]["documentChanges"][0]["edits"]
    assert edit["newText"].split() == ["inputs:", "name:", "example-name"]


def test_values_of_a_chosen_case(start: Start, folder: Path) -> None:
    client, function, test = _started(start, folder)
    assert _hints(client, function) == []
    _command(client, "koreo.chooseCase", test, "greet-test", 1)
    assert _hints(client, function) == ['= "Hello Bo"', '= "Hello Bo"', "= 8"]
    assert (9, "hide values") in _lenses(client, test)
    _command(client, "koreo.chooseCase", test, "greet-test", None)
    assert _hints(client, function) == []


def test_running_tests_when_asked(start: Start, folder: Path) -> None:
    quiet = {"initializationOptions": {"tests": {"runOnEdit": False}}}
    client, function, test = _started(start, folder, **quiet)
    assert _state(client, test)["tests"][0]["status"] == "notRun"
    client.open(function, WRONG)
    client.settle()
    assert set(client.codes(test)) == {"never-returned"}, "what types tell"
    state = _command(client, "koreo.runTest", test, "greet-test")
    assert state["tests"][0]["status"] == "failed"
    client.wait_codes(test, *FAILED)
    client.change(function, 2, FUNCTION)
    params = {"ids": None, "uris": None, "workDoneToken": "run"}
    (state,) = client.request("koreo/runTests", params)["tests"]
    assert [one["status"] for one in state["tests"]] == ["passed"]
    kinds = [params["value"]["kind"] for params in client.sent("$/progress") if params["token"] == "run"]
    assert (kinds[0], kinds[-1]) == ("begin", "end")
    ids = {"ids": [f"{test}#greet-test#0"], "uris": None}
    (again,) = client.request("koreo/runTests", ids)["tests"]
    assert [one["id"] for one in again["tests"]] == [f"{test}#greet-test"]


def test_an_editor_that_shows_no_results_is_told_how_a_run_went(folder: Path) -> None:
    client = Served()
    params = {"processId": None, "rootUri": folder.as_uri(), "capabilities": FULL}
    client.request("initialize", params)
    client.notify("initialized", {})
    client.settle()
    function, test = ((folder / name).as_uri() for name in ("f.k.yaml", "t.k.yaml"))
    _command(client, "koreo.runTest", test, "greet-test")
    _command(client, "koreo.chooseCase", test, "greet-test", 1)
    client.open(function, WRONG)
    client.settle()
    _command(client, "koreo.runAllTests")
    client.open(test, TEST.replace("name: greet}", "name: nobody}"))
    _command(client, "koreo.runTest", test, "greet-test")
    first, chosen, failed, unusable = client.sent("window/showMessage")
    assert first == {"type": 3, "message": "Koreo: greet-test: 2 cases passed"}
    values = "the values of case 2 of greet-test stand in ValueFunction greet, as inlay hints"
    assert chosen == {"type": 3, "message": f"Koreo: {values}"}
    assert failed == {
        "type": 2,
        "message": "Koreo: greet-test: 1 of 2 cases failed, 1 not run: "
        'case 1 (greets): `text` is "Goodbye Ada", expected "Hello Ada"',
    }
    assert unusable["message"].startswith("Koreo: greet-test cannot be run: ")
    client.hang_up()


def test_values_are_offered_only_where_hints_are_shown(start: Start, folder: Path) -> None:
    document = {name: one for name, one in FULL["textDocument"].items() if name != "inlayHint"}
    client, _, test = _started(start, folder, {**CLIENT, "textDocument": document})
    assert (2, "▶ run") in _lenses(client, test)
    assert not [title for _, title in _lenses(client, test) if "values" in title]


def test_a_test_that_takes_long_is_not_run_after_an_edit_but_by_hand(
    start: Start, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("koreo_server.session.test_runs.BUDGET", 0.005)
    monkeypatch.setattr("koreo_server.session.test_runs.QUIET", 0.01)
    numbers = f"[{', '.join('1' * 300)}]"
    grown = f"{numbers}.map(a, {numbers}.map(b, b)).size() > 0"
    long = FUNCTION.replace('"Hello " + inputs.name', f'({grown} ? "Hello " : "") + inputs.name')
    client, function, test = _started(start, folder)
    client.open(function, long)
    client.settle()
    not_run = "not run: takes longer than 0.005 s; run it by hand"
    assert _hints(client, test) == [not_run, "not run", "not run"]
    assert (2, "1 test: 1 not run") in _lenses(client, function)
    (one,) = _state(client, test)["tests"]
    assert (one["status"], one["message"]) == ("notRun", "takes longer than 0.005 s; run it by hand")
    state = _command(client, "koreo.runTest", test, "greet-test")
    assert [case["status"] for case in state["tests"][0]["cases"]] == ["passed", "passed"]
    client.settle()
    assert [hint[0] for hint in _hints(client, test)] == ["✓", "✓", "✓"]
    client.change(function, 2, long.replace("Hello", "Goodbye"))
    client.settle()
    assert _hints(client, test)[0] == not_run
    client.change(function, 3, WRONG)
    client.wait_codes(test, *FAILED)


def test_a_failure_that_may_be_mended_is_not_shown_if_tests_are_run_only_by_hand(
    start: Start, folder: Path
) -> None:
    client, function, test = _started(start, folder)
    client.open(function, WRONG)
    client.wait_codes(test, *FAILED)
    client.notify(
        "workspace/didChangeConfiguration", {"settings": {"koreo": {"tests": {"runOnEdit": False}}}}
    )
    client.settle()
    assert client.codes(test) == sorted(FAILED), "nothing has changed since"
    client.change(function, 2, FUNCTION)
    client.wait_codes(test)
    client.change(function, 3, WRONG)
    client.settle()
    assert "test-failed" not in client.codes(test)
    _command(client, "koreo.runTest", test, "greet-test")
    client.wait_codes(test, *FAILED)
    client.open(test, TEST.replace("name: Ada", "name: Eve"))
    client.settle()
    assert "test-failed" not in client.codes(test)
    client.notify("workspace/didChangeConfiguration", {"settings": {"koreo": {"tests": {"runOnEdit": True}}}})
    client.settle()
    assert client.codes(test).count("test-failed") == 2


WORKFLOW = """\
apiVersion: koreo.dev/v1beta1
kind: Workflow
metadata: {name: flow}
spec:
  crdRef: {apiGroup: example.com, version: v1, kind: Thing}
  steps:
  - label: greet
    ref: {kind: ValueFunction, name: greet}
    inputs: {name: Ada}
"""


def _wait_refreshed(client: Served, start: int) -> None:
    """Wait until hints and lenses are asked for again."""
    for method in ("workspace/inlayHint/refresh", "workspace/codeLens/refresh"):
        client.wait(lambda message, wanted=method: message.get("method") == wanted, start=start)


def test_hints_and_lenses_of_an_open_text_are_asked_for_again_when_another_changes(
    start: Start, write: Callable[[dict[str, str]], Path]
) -> None:
    folder = write({"f.k.yaml": FUNCTION, "w.k.yaml": WORKFLOW, "koreo.toml": QUIET})
    client = start(folder, capabilities=CLIENT)
    function, workflow = (folder / "f.k.yaml").as_uri(), (folder / "w.k.yaml").as_uri()
    client.open(function, FUNCTION)
    _wait_refreshed(client, 0)
    client.settle()
    client.open(workflow, WORKFLOW)
    client.settle()
    begin = len(client.received)
    client.change(workflow, 2, WORKFLOW.replace("name: greet}", "name: other}"))
    _wait_refreshed(client, begin)


def test_what_no_test_reaches_is_faded_if_that_is_wanted(start: Start, folder: Path) -> None:
    client, function, _ = _started(start, folder)
    branches = FUNCTION.replace("=size(locals.hello)", "'=size(inputs.name) > 20 ? 0 : size(locals.hello)'")
    assert client.open(function, branches) == []
    client.notify("workspace/didChangeConfiguration", {"settings": {"koreo": {"fadeUntested": True}}})
    client.wait_codes(function, "untested")
    (faded,) = client.diagnostics(function)
    assert (faded["severity"], faded["tags"]) == (4, [1])
    line, place = branches.splitlines()[5], faded["range"]
    assert line[place["start"]["character"] : place["end"]["character"]] == "0"
    client.notify("workspace/didChangeConfiguration", {"settings": {"koreo": {"fadeUntested": False}}})
    client.wait_codes(function)


def test_a_bug_in_the_runtime_is_shown_once_and_all_else_goes_on(
    write: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_arguments: Any, **_more: Any) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr("koreo_server.session.suite.run_by_case", fail)
    folder = write({"f.k.yaml": FUNCTION, "t.k.yaml": TEST, "koreo.toml": QUIET})
    client = Served()
    params = {"processId": None, "rootUri": folder.as_uri(), "capabilities": CLIENT}
    client.request("initialize", params)
    client.notify("initialized", {})
    client.settle()
    test = (folder / "t.k.yaml").as_uri()
    assert _hints(client, test) == ["not run", "not run", "not run"]
    client.open(test, TEST.replace("Ada", "Eve"))
    client.settle()
    assert len(client.sent("window/showMessage")) == 1
    assert client.codes(test) == []
    client.hang_up()


@pytest.mark.parametrize(
    "arguments", [[], [1, 2], ["untitled:x", "none"], ["untitled:x", "none", "z"], [None, None, None]]
)
@pytest.mark.parametrize(
    "name",
    ["runTest", "acceptActual", "addMissingInput", "chooseCase"],
)
def test_commands_about_nothing(start: Start, folder: Path, name: str, arguments: list[Any]) -> None:
    client, _, _ = _started(start, folder)
    assert _command(client, f"koreo.{name}", *arguments) is None
