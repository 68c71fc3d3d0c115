"""Diagnostics that are pulled, and phases of those that are pushed, over the protocol."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from conftest import FULL, Start
from rpc_client import RpcError, Served

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


FUNCTION = """\
apiVersion: koreo.dev/v1beta1
kind: ValueFunction
metadata: {name: greet}
spec:
  return: {text: ='Hello ' + inputs.name}
"""
TEST = """\
apiVersion: koreo.dev/v1beta1
kind: FunctionTest
metadata: {name: greet-test}
spec:
  functionRef: {kind: ValueFunction, name: greet}
  inputs: {name: Ada}
  testCases:
  - expectReturn: {text: Hello Ada}
"""
WRONG = FUNCTION.replace("Hello", "Goodbye")
MISSPELT = FUNCTION.replace("return", "retrun")
QUIET = '[severity]\nunused-definition = "off"\nnever-returned = "off"\n'
PULLING: dict[str, Any] = {
    **FULL,
    "workspace": {**FULL["workspace"], "diagnostics": {"refreshSupport": True}},
    "textDocument": {**FULL["textDocument"], "diagnostic": {"relatedDocumentSupport": True}},
}
PUBLISH = "textDocument/publishDiagnostics"


@pytest.fixture
def folder(write: Callable[[dict[str, str]], Path]) -> Path:
    return write({"f.k.yaml": FUNCTION, "t.k.yaml": TEST, "koreo.toml": QUIET})


def _started(start: Start, folder: Path, capabilities: Any = PULLING) -> tuple[Served, str, str]:
    client = start(folder, capabilities=capabilities)
    client.settle()
    return client, (folder / "f.k.yaml").as_uri(), (folder / "t.k.yaml").as_uri()


def _open(client: Served, uri: str, text: str) -> None:
    item = {"uri": uri, "languageId": "koreo", "version": 1, "text": text}
    client.notify("textDocument/didOpen", {"textDocument": item})


def _pull(client: Served, uri: str, previous: str | None = None) -> Any:
    params = {"textDocument": {"uri": uri}, "previousResultId": previous}
    return client.request("textDocument/diagnostic", params)


def _codes(report: Any) -> list[str]:
    return [one["code"] for one in report["items"]]


def test_an_open_file_is_pulled_and_not_pushed(start: Start, folder: Path) -> None:
    client, function, _ = _started(start, folder)
    _open(client, function, MISSPELT)
    report = _pull(client, function)
    assert (report["kind"], _codes(report)) == ("full", ["unknown-key"])
    again = _pull(client, function, report["resultId"])
    assert (again["kind"], again["resultId"]) == ("unchanged", report["resultId"])
    client.change(function, 2, FUNCTION)
    assert _pull(client, function, report["resultId"])["items"] == []
    client.settle()
    assert [params for params in client.sent(PUBLISH) if params["uri"] == function] == []


def test_a_file_that_was_pushed_is_taken_back_when_it_is_opened_and_comes_again(
    start: Start, folder: Path
) -> None:
    (folder / "f.k.yaml").write_text(MISSPELT, encoding="utf-8")
    client, function, _ = _started(start, folder)
    client.wait_codes(function, "unknown-key")
    _open(client, function, MISSPELT)
    client.wait_codes(function)
    assert _codes(_pull(client, function)) == ["unknown-key"]
    client.close(function)
    client.wait_codes(function, "unknown-key")


def test_what_tests_find_is_pulled_after_a_refresh(start: Start, folder: Path) -> None:
    client, function, test = _started(start, folder)
    _open(client, function, FUNCTION)
    _open(client, test, TEST)
    report = _pull(client, test)
    assert report["items"] == []
    client.change(function, 2, WRONG)
    client.wait(lambda message: message.get("method") == "workspace/diagnostic/refresh")
    client.settle()
    assert _codes(_pull(client, test, report["resultId"])) == ["test-failed"]


def test_a_definition_in_a_file_of_another_name_is_told_until_it_is_renamed(
    start: Start, folder: Path
) -> None:
    (folder / "f.k.yaml").rename(folder / "f.yaml")
    client, _, test = _started(start, folder)
    client.wait_codes(test, "unknown-reference")
    (problem,) = client.diagnostics(test)
    assert "`f.yaml` defines it" in problem["message"]
    assert problem["relatedInformation"][0]["location"]["uri"] == (folder / "f.yaml").as_uri()
    (folder / "f.yaml").rename(folder / "f.k.yaml")
    changes = [
        {"uri": (folder / name).as_uri(), "type": kind} for name, kind in (("f.yaml", 3), ("f.k.yaml", 1))
    ]
    client.notify("workspace/didChangeWatchedFiles", {"changes": changes})
    client.wait_codes(test)


def test_other_files_come_along(start: Start, folder: Path) -> None:
    client, function, test = _started(start, folder)
    _open(client, function, FUNCTION)
    _open(client, test, TEST)
    assert _pull(client, test)["items"] == []
    client.change(function, 2, WRONG)
    client.settle()
    related = _pull(client, function)["relatedDocuments"]
    assert _codes(related[test]) == ["test-failed"]
    assert not _pull(client, function).get("relatedDocuments")


def test_the_workspace_is_streamed_held_open_and_answered_on_a_change(start: Start, folder: Path) -> None:
    (folder / "f.k.yaml").write_text(WRONG, encoding="utf-8")
    client, function, test = _started(start, folder)
    client.wait_codes(test, "test-failed")
    params: dict[str, Any] = {"previousResultIds": [], "partialResultToken": "one"}
    assert client.request("workspace/diagnostic", params) == {"items": []}
    report = _streamed(client, "one")
    assert (report["uri"], _codes(report)) == (test, ["test-failed"])
    client.wait_codes(test)

    number = _ask_workspace(client, "two", report)
    client.settle()
    assert all(message.get("id") != number for message in client.received), "nothing has changed yet"
    _open(client, function, FUNCTION)
    assert client.answer(number) == {"items": []}
    report = _streamed(client, "two")
    if report["items"]:  # the place in the function moved first
        client.answer(_ask_workspace(client, "three", report))
        report = _streamed(client, "three")
    assert (report["uri"], report["items"]) == (test, [])


def _ask_workspace(client: Served, token: str, report: Any) -> int:
    known = [{"uri": report["uri"], "value": report["resultId"]}]
    return client.ask("workspace/diagnostic", {"previousResultIds": known, "partialResultToken": token})


def _streamed(client: Served, token: str) -> Any:
    """Return the only report that was sent for a token."""
    (part,) = [told["value"] for told in client.sent("$/progress") if told["token"] == token]
    (report,) = part["items"]
    return report


def test_a_request_that_is_held_open_can_be_cancelled(start: Start, folder: Path) -> None:
    client, _, _ = _started(start, folder)
    number = client.ask("workspace/diagnostic", {"previousResultIds": [], "partialResultToken": 1})
    client.settle()
    client.notify("$/cancelRequest", {"id": number})
    with pytest.raises(RpcError) as cancelled:
        client.answer(number)
    assert cancelled.value.code == -32800


def test_the_workspace_at_once_without_a_token(start: Start, folder: Path) -> None:
    (folder / "f.k.yaml").write_text(WRONG, encoding="utf-8")
    client, _, test = _started(start, folder)
    (report,) = client.request("workspace/diagnostic", {"previousResultIds": []})["items"]
    assert (report["uri"], report["kind"], _codes(report)) == (test, "full", ["test-failed"])
    known = [{"uri": test, "value": report["resultId"]}, {"uri": "file:///gone", "value": "x"}]
    same, gone = client.request("workspace/diagnostic", {"previousResultIds": known})["items"]
    assert (same["uri"], same["kind"]) == (test, "unchanged")
    assert (gone["uri"], gone["items"]) == ("file:///gone", [])


@pytest.mark.parametrize("workspace", [{}, {"diagnostics": {}}, {"diagnostics": {"refreshSupport": False}}])
def test_a_client_that_cannot_be_asked_again_is_pushed(start: Start, folder: Path, workspace: Any) -> None:
    client, function, _ = _started(start, folder, {**PULLING, "workspace": workspace})
    (answer,) = [m["result"] for m in client.received if "capabilities" in (m.get("result") or {})]
    assert "diagnosticProvider" not in answer["capabilities"]
    assert [one["code"] for one in client.open(function, MISSPELT)] == ["unknown-key"]
    with pytest.raises(RpcError):
        _pull(client, function)


def test_types_that_take_long_follow_the_syntax_and_stay_meanwhile(
    start: Start, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("koreo_server.lsp.publisher.SLOW", 0.0)
    client, _, test = _started(start, folder, FULL)
    unknown = TEST.replace("name: greet}", "name: great}")
    client.open(test, unknown)
    client.wait_codes(test, "unknown-reference")
    before = len(client.sent(PUBLISH))
    client.change(test, 2, unknown.replace("inputs: {", "input: {"))
    client.wait_codes(test, "unknown-key", "unknown-reference")
    client.settle()
    sent = [params["diagnostics"] for params in client.sent(PUBLISH)[before:] if params["uri"] == test]
    assert [sorted(one["code"] for one in part) for part in sent] == [["unknown-key", "unknown-reference"]]
    client.change(test, 3, TEST)
    client.wait_codes(test)


def test_a_code_leads_to_the_page_of_its_rule(start: Start, folder: Path) -> None:
    publishing = {**FULL["textDocument"]["publishDiagnostics"], "codeDescriptionSupport": True}
    capabilities = {"textDocument": {"publishDiagnostics": publishing}}
    client, function, _ = _started(start, folder, capabilities)
    (problem,) = client.open(function, MISSPELT)
    assert problem["codeDescription"]["href"].endswith("checks.md#unknown-key")
    client, function, _ = _started(start, folder, FULL)
    (problem,) = client.open(function, MISSPELT)
    assert "codeDescription" not in problem


def test_neovim_is_not_offered_the_diagnostics_of_all_files() -> None:
    """Asked to pull again it would pull them only, and pass over the files that are open."""
    capabilities = {
        "textDocument": {"diagnostic": {}},
        "workspace": {"diagnostics": {"refreshSupport": True}},
    }
    for name, offered in (("Neovim", False), ("Visual Studio Code", True)):
        client = Served()
        params = {
            "processId": None,
            "rootUri": None,
            "capabilities": capabilities,
            "clientInfo": {"name": name},
        }
        answer = client.request("initialize", params)
        assert answer["capabilities"]["diagnosticProvider"]["workspaceDiagnostics"] is offered
        client.hang_up()


def test_a_text_that_turns_out_to_be_plain_yaml_of_a_workspace_has_no_problems(
    start: Start, write: Callable[[dict[str, str]], Path]
) -> None:
    folder = write({"f.yaml": MISSPELT, "t.k.yaml": TEST})
    uri = (folder / "f.yaml").as_uri()
    client = start()
    assert [one["code"] for one in client.open(uri, MISSPELT)] == ["unknown-key"]
    event = {"added": [{"uri": folder.as_uri(), "name": "w"}], "removed": []}
    client.notify("workspace/didChangeWorkspaceFolders", {"event": event})
    client.wait_codes(uri)
    event = {"added": [], "removed": event["added"]}
    client.notify("workspace/didChangeWorkspaceFolders", {"event": event})
    client.wait_codes(uri, "unknown-key")
    client.close(uri)
    client.wait_codes(uri)


def test_a_file_that_was_closed_is_pushed_and_does_not_come_along(start: Start, folder: Path) -> None:
    client, function, test = _started(start, folder)
    _open(client, function, FUNCTION)
    _open(client, test, TEST)
    assert _pull(client, function)["items"] == _pull(client, test)["items"] == []
    client.change(function, 2, WRONG)
    client.settle()
    client.close(test)
    client.wait_codes(test, "test-failed")
    client.settle()
    assert not _pull(client, function).get("relatedDocuments")


def test_the_workspace_is_compared_by_file_however_the_client_writes_its_uri(
    start: Start, write: Callable[[dict[str, str]], Path]
) -> None:
    folder = write({"koreo.toml": QUIET, "c++ (a)/f.k.yaml": MISSPELT})
    client = start(folder, capabilities=PULLING)
    client.settle()
    ours = (folder / "c++ (a)/f.k.yaml").as_uri()
    theirs = ours.replace("%2B", "+").replace("%28", "(").replace("%29", ")")
    assert theirs != ours
    (report,) = client.request("workspace/diagnostic", {"previousResultIds": []})["items"]
    known = {"uri": theirs, "value": report["resultId"]}

    def ask(*known: Any) -> list[tuple[str, str, int]]:
        answer = client.request("workspace/diagnostic", {"previousResultIds": list(known)})
        return [(one["uri"], one["kind"], len(one.get("items", ()))) for one in answer["items"]]

    assert ask(known) == [(theirs, "unchanged", 0)]
    assert ask({**known, "value": "older"}) == [(theirs, "full", 1)]
    assert ask({**known, "uri": ours}, known) == [(ours, "unchanged", 0), (theirs, "full", 0)]
    assert ask({**known, "uri": "file:///gone"}) == [(ours, "full", 1), ("file:///gone", "full", 0)]


def test_a_closed_file_that_is_pulled_is_pushed_all_the_same(start: Start, folder: Path) -> None:
    by_hand = {"tests": {"runOnEdit": False}}
    client = start(folder, capabilities=PULLING, initializationOptions=by_hand)
    client.settle()
    function, test = (folder / "f.k.yaml").as_uri(), (folder / "t.k.yaml").as_uri()
    _open(client, function, FUNCTION)
    assert _pull(client, test)["items"] == []
    client.change(function, 2, FUNCTION.replace("name: greet", "name: gone"))
    assert _codes(_pull(client, test)) == ["unknown-reference"]
    client.wait_codes(test, "unknown-reference")
    client.change(function, 3, FUNCTION)
    assert _pull(client, test)["items"] == []
    client.wait_codes(test)


@pytest.mark.parametrize("announced", ["publishDiagnostics", "diagnostic"])
def test_what_a_client_shows_of_diagnostics_it_may_say_for_each_way(
    start: Start, folder: Path, announced: str
) -> None:
    parts = {"relatedInformation": True, "tagSupport": {"valueSet": [1]}}
    capabilities = {
        **PULLING,
        "textDocument": {**FULL["textDocument"], "publishDiagnostics": {}, "diagnostic": {}},
    }
    capabilities["textDocument"][announced] = parts
    unused = FUNCTION.replace("  return", "  locals: {a: 1}\n  return")
    (folder / "g.k.yaml").write_text(unused.replace("greet", "other"), encoding="utf-8")
    client, _, test = _started(start, folder, capabilities)
    function = (folder / "f.k.yaml").as_uri()
    _open(client, test, TEST)
    _open(client, function, WRONG.replace("  return", "  locals: {a: 1}\n  return"))
    client.settle()
    (failed,) = _pull(client, test)["items"]
    (pulled,) = _pull(client, function)["items"]
    assert ("relatedInformation" in failed, "tags" in pulled) == (True, True), "as of 3.17, or their own"
    (pushed,) = client.diagnostics((folder / "g.k.yaml").as_uri())
    assert ("tags" in pushed) is (announced == "publishDiagnostics")
