"""Code actions over the protocol: only the kinds that the client announced, and edits that it can make."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from conftest import FULL, Start
from rpc_client import RpcError

if TYPE_CHECKING:
    from pathlib import Path

    from rpc_client import Served

TEXT = """\
apiVersion: koreo.dev/v1beta1
kind: ValueFunction
metadata: {name: f}
spec:
  return: {a: =inputs.size + 1}
"""


def _ask(client: Served, folder: Path, characters: tuple[int, int]) -> Any:
    start, end = ({"line": 4, "character": character} for character in characters)
    uri = (folder / "f.k.yaml").as_uri()
    params = {"textDocument": {"uri": uri}, "range": {"start": start, "end": end}}
    context = {"diagnostics": [], "only": ["refactor"]}
    return client.request("textDocument/codeAction", {**params, "context": context})


def _quick_fixes(client: Served, uri: str, place: tuple[int, int], **context: Any) -> list[Any]:
    """Return the quick fixes at a line and a character."""
    at = dict(zip(("line", "character"), place, strict=True))
    found = client.request(
        "textDocument/codeAction",
        {
            "textDocument": {"uri": uri},
            "range": {"start": at, "end": at},
            "context": {"diagnostics": [], "only": ["quickfix"], **context},
        },
    )
    assert all(action["kind"] == "quickfix" for action in found)
    titles = [action["title"] for action in found]
    assert len(set(titles)) == len(titles)
    return list(found)


def _after(text: str, action: Any) -> str:
    """Return a text of one line a statement after the edits of an action."""
    lines = text.splitlines(keepends=True)
    ((document,),) = (action["edit"]["documentChanges"],)
    for edit in reversed(document["edits"]):
        start, end = edit["range"]["start"], edit["range"]["end"]
        head = lines[start["line"]][: start["character"]]
        tail = lines[end["line"]][end["character"] :]
        lines[start["line"] : end["line"] + 1] = [head + edit["newText"] + tail]
    return "".join(lines)


def _knowing(kinds: list[str]) -> dict[str, Any]:
    action = {
        "codeActionLiteralSupport": {"codeActionKind": {"valueSet": kinds}},
        "disabledSupport": True,
    }
    return {**FULL, "textDocument": {**FULL["textDocument"], "codeAction": action}}


def test_extract(write: Any, start: Start) -> None:
    folder = write({"f.k.yaml": TEXT})
    client = start(folder, capabilities=_knowing(["quickfix", "refactor"]))
    client.settle()
    (action,) = _ask(client, folder, (15, 26))
    assert (action["title"], action["kind"]) == ("Extract into `locals.size`", "refactor.extract")
    assert len(action["edit"]["documentChanges"]) == 1


def test_a_client_gets_no_kind_that_it_does_not_know(write: Any, start: Start) -> None:
    folder = write({"f.k.yaml": TEXT})
    client = start(folder, capabilities=_knowing(["quickfix"]))
    client.settle()
    assert not _ask(client, folder, (15, 26))


def test_inline_and_the_missing_inputs_of_a_step(write: Any, start: Start) -> None:
    function = TEXT.replace("  return", "  locals: {b: =inputs.size}\n  return").replace(
        "=inputs.size + 1", "=locals.b"
    )
    head = "apiVersion: koreo.dev/v1beta1\nkind: Workflow\nmetadata: {name: w}\nspec:\n  steps:\n"
    step = "  - label: one\n    ref: {kind: ValueFunction, name: f}\n"
    folder = write({"f.k.yaml": function, "w.k.yaml": head + step})
    client = start(folder, capabilities=_knowing(["quickfix", "refactor"]))
    client.settle()
    (inlined,) = _ask(client, folder, (12, 12))
    assert (inlined["title"], inlined["kind"]) == ("Inline `locals.b`", "refactor.inline")
    place = {"line": 6, "character": 37}
    params = {
        "textDocument": {"uri": (folder / "w.k.yaml").as_uri()},
        "range": {"start": place, "end": place},
        "context": {"diagnostics": [], "only": ["quickfix"]},
    }
    titles = [action["title"] for action in client.request("textDocument/codeAction", params)]
    assert "Add the missing input `size`" in titles


@pytest.fixture
def resolving(write: Any, start: Start) -> tuple[Served, str]:
    """A client that asks for the edit of the action chosen, and the URI of an open document."""
    capabilities = _knowing(["quickfix", "refactor"])
    capabilities["textDocument"]["codeAction"] |= {
        "dataSupport": True,
        "resolveSupport": {"properties": ["edit"]},
    }
    folder = write({"f.k.yaml": TEXT})
    client = start(folder, capabilities=capabilities)
    uri = (folder / "f.k.yaml").as_uri()
    client.open(uri, TEXT)
    client.settle()
    return client, uri


def test_the_edit_of_a_refactoring_is_worked_out_when_it_is_chosen(
    resolving: tuple[Served, str], tmp_path: Path
) -> None:
    client, uri = resolving
    (action,) = _ask(client, tmp_path, (15, 26))
    assert action["title"] == "Extract into `locals.size`"
    assert "edit" not in action
    resolved = client.request("codeAction/resolve", action)
    expected = TEXT.replace("  return: {a: =inputs", "  locals: {size: =inputs.size}\n  return: {a: =locals")
    assert _after(TEXT, resolved) == expected
    assert client.request("codeAction/resolve", resolved) == resolved
    ((document,),) = (resolved["edit"]["documentChanges"],)
    assert document["textDocument"] == {"uri": uri, "version": 1}


def test_nothing_is_edited_in_a_document_that_changed_meanwhile(
    resolving: tuple[Served, str], tmp_path: Path
) -> None:
    client, uri = resolving
    (action,) = _ask(client, tmp_path, (15, 26))
    client.change(uri, 2, {"text": "# new\n" + TEXT})
    with pytest.raises(RpcError, match="has changed since then"):
        client.request("codeAction/resolve", action)
    assert client.request("codeAction/resolve", {"title": "other", "data": {"uri": 1}})["title"] == "other"


def test_a_resource_becomes_a_template(write: Any, start: Start) -> None:
    text = (
        TEXT.replace("ValueFunction", "ResourceFunction").split("  return")[0]
        + "  resource:\n    data: {a: '1'}\n  apiConfig: {apiVersion: v1, kind: ConfigMap, name: a, namespace: b}\n"
    )
    folder = write({"f.k.yaml": text})
    client = start(folder, capabilities=_knowing(["refactor"]))
    client.settle()
    (action,) = _ask(client, folder, (4, 4))
    assert (action["title"], action["kind"]) == (
        "Convert `resource` to a ResourceTemplate",
        "refactor.rewrite",
    )
    ((document,),) = (action["edit"]["documentChanges"],)
    (edit,) = document["edits"]
    assert edit["range"] == {"start": {"line": 4, "character": 0}, "end": {"line": 7, "character": 0}}
    assert "kind: ResourceTemplate" in edit["newText"]


def test_all_that_is_unused_is_removed_at_once(write: Any, start: Start) -> None:
    text = TEXT.replace("  return", "  locals: {b: 1, c: 2}\n  return")
    folder = write({"f.k.yaml": text})
    client = start(folder, capabilities=_knowing(["quickfix", "source"]))
    client.settle()
    place = {"line": 0, "character": 0}
    params = {
        "textDocument": {"uri": (folder / "f.k.yaml").as_uri()},
        "range": {"start": place, "end": place},
        "context": {"diagnostics": [], "only": ["source.removeUnused"]},
    }
    (action,) = client.request("textDocument/codeAction", params)
    assert (action["title"], action["kind"]) == ("Remove all that is unused", "source.removeUnused")
    assert [one["code"] for one in action["diagnostics"]] == ["unused-local"] * 2
    assert _after(text, action) == TEXT
    fixes = {one["title"]: one for one in _quick_fixes(client, params["textDocument"]["uri"], (4, 12))}
    assert _after(text, fixes["Fix all `unused-local` in this file"]) == TEXT
    assert _after(text, fixes["Remove `b`"]) == text.replace("b: 1, ", "")


CALLED = TEXT.replace("inputs.size + 1", "inputs.size + inputs.more")
CALLER = """\
apiVersion: koreo.dev/v1beta1
kind: Workflow
metadata: {name: w}
spec:
  steps:
  - label: one
    ref: {kind: ValueFunction, name: f}
  - label: two
    ref: {kind: ValueFunction, name: f}
"""


def test_what_mends_a_problem_stands_before_what_hides_it(write: Any, start: Start) -> None:
    folder = write({"f.k.yaml": CALLED, "w.k.yaml": CALLER})
    client = start(folder)
    client.settle()
    uri = (folder / "w.k.yaml").as_uri()
    titles = [action["title"] for action in _quick_fixes(client, uri, (6, 37))]
    assert titles == [
        "Add the missing inputs `more`, `size`",
        "Ignore `missing-input` here",
        "Ignore `missing-input` in this document",
    ]


def test_the_one_certain_fix_is_preferred(write: Any, start: Start) -> None:
    made = TEXT.replace("name: f}", "name: made}").replace("a: =inputs.size + 1", "size: 1, more: 2")
    caller = CALLER.replace("name: f}", "name: made}", 1)
    folder = write({"f.k.yaml": CALLED, "m.k.yaml": made, "w.k.yaml": caller})
    client = start(folder)
    client.settle()
    uri = (folder / "w.k.yaml").as_uri()
    added, *hidden = _quick_fixes(client, uri, (8, 37))
    assert (added["title"], added["isPreferred"]) == ("Add the missing inputs `more`, `size`", True)
    assert not any("isPreferred" in one for one in hidden)


def test_nothing_is_preferred_that_has_to_be_filled_in(write: Any, start: Start) -> None:
    folder = write({"f.k.yaml": CALLED, "w.k.yaml": CALLER})
    client = start(folder)
    client.settle()
    added, *_ = _quick_fixes(client, (folder / "w.k.yaml").as_uri(), (6, 37))
    assert "isPreferred" not in added


TESTED = """\
apiVersion: koreo.dev/v1beta1
kind: ValueFunction
metadata: {name: greet}
spec:
  return: {text: '="Goodbye " + inputs.name', length: =size(inputs.name)}
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
    variant: true
    expectReturn: {text: Hello Ada, length: 9}
  - label: another
    expectReturn: {text: Goodbye Ada, length: 4}
"""


def test_a_failing_test_is_mended_by_what_happened(write: Any, start: Start) -> None:
    folder = write({"f.k.yaml": TESTED, "t.k.yaml": TEST})
    client = start(folder)
    client.settle()
    uri = (folder / "t.k.yaml").as_uri()
    client.wait_codes(uri, "test-failed", "test-failed", "test-failed")
    found = _quick_fixes(client, uri, (9, 30), diagnostics=client.diagnostics(uri)[:1])
    assert [action["title"] for action in found] == [
        "Accept the actual value of `text`",
        "Accept all actual values of case 1 ([variant] greets)",
        "Accept all actual values of greet-test",
    ]
    one, case, test = (_after(TEST, action) for action in found)
    assert one == TEST.replace("Hello", "Goodbye")
    assert case == one.replace("length: 9", "length: 3")
    assert test == case.replace("length: 4", "length: 3")
    assert [len(action["diagnostics"]) for action in found] == [1, 2, 3]
    assert not any("isPreferred" in action for action in found)


@pytest.mark.parametrize("character", [0, 17, 19, 46])
def test_a_failing_value_is_accepted_from_anywhere_in_its_line(
    write: Any, start: Start, character: int
) -> None:
    folder = write({"f.k.yaml": TESTED, "t.k.yaml": TEST})
    client = start(folder)
    client.settle()
    uri = (folder / "t.k.yaml").as_uri()
    client.wait_codes(uri, "test-failed", "test-failed", "test-failed")
    titles = [action["title"] for action in _quick_fixes(client, uri, (9, character))]
    assert "Accept the actual value of `text`" in titles
    assert not any("test-failed" in title for title in titles)
    assert _quick_fixes(client, uri, (8, 4)) == []


def test_problems_that_the_client_names_are_mended_wherever_the_cursor_stands(
    write: Any, start: Start
) -> None:
    text = TEXT.replace("inputs.size + 1", "inputs.size + locals.sise").replace(
        "  return", "  locals: {size: 1}\n  return"
    )
    caller = CALLER.split("  - label: two", maxsplit=1)[0].replace("name: f}", "name: nosuch}")
    folder = write({"f.k.yaml": text, "w.k.yaml": caller})
    client = start(folder)
    client.settle()
    for path, code, title, place in (
        ("f.k.yaml", "unknown-local", "Change to `size`", (5, 0)),
        ("w.k.yaml", "unknown-reference", "Create ValueFunction `nosuch`", (6, 0)),
    ):
        uri = (folder / path).as_uri()
        named = [one for one in client.diagnostics(uri) if one["code"] == code]
        assert len(named) == 1
        assert title in [one["title"] for one in _quick_fixes(client, uri, place, diagnostics=named)]
        assert _quick_fixes(client, uri, place) == []
        assert title in [one["title"] for one in _quick_fixes(client, uri, place, triggerKind=1)], "asked for"
        assert _quick_fixes(client, uri, place, triggerKind=2) == [], "a light bulb"
        moved = [{**one, "range": {**one["range"], "start": {"line": 0, "character": 0}}} for one in named]
        assert _quick_fixes(client, uri, place, diagnostics=moved) == []


@pytest.mark.parametrize(("character", "places"), [(0, [15, 25]), (16, [15]), (26, [25])])
def test_one_title_mends_all_that_is_meant(
    write: Any, start: Start, character: int, places: list[int]
) -> None:
    text = TEXT.replace(
        "  return: {a: =inputs.size + 1}", "  locals: {n: 1}\n  return: {a: =input.a + input.b}"
    )
    folder = write({"f.k.yaml": text})
    client = start(folder)
    client.settle()
    uri = (folder / "f.k.yaml").as_uri()
    action = next(
        one
        for one in _quick_fixes(client, uri, (5, character), triggerKind=1)
        if one["title"] == "Change to `inputs`"
    )
    ((document,),) = (action["edit"]["documentChanges"],)
    found = sorted(edit["range"]["start"]["character"] for edit in document["edits"])
    assert found == places
    assert len(action["diagnostics"]) == len(places)


def test_only_what_is_shown_can_be_ignored(write: Any, start: Start) -> None:
    folder = write({"f.k.yaml": TEXT.replace("inputs.size", "size")})
    client = start(folder)
    client.settle()
    uri = (folder / "f.k.yaml").as_uri()
    (shown,) = [one for one in client.diagnostics(uri) if one["code"] != "unused-definition"]
    for diagnostics, expected in (([shown], True), ([], True), ([{**shown, "code": "other"}], False)):
        titles = [one["title"] for one in _quick_fixes(client, uri, (4, 16), diagnostics=diagnostics)]
        assert (f"Ignore `{shown['code']}` here" in titles) is expected


def test_what_is_missing_is_written_for_all_keys_of_a_place(write: Any, start: Start) -> None:
    text = TEXT.replace("ValueFunction", "ResourceFunction").replace(
        "  return: {a: =inputs.size + 1}", "  apiConfig: {kind: ConfigMap, name: a}\n  resource: {}"
    )
    folder = write({"f.k.yaml": text})
    client = start(folder)
    client.settle()
    found = _quick_fixes(client, (folder / "f.k.yaml").as_uri(), (4, 4))
    assert [action["title"] for action in found] == [
        "Add the missing keys `apiVersion`, `namespace`",
        "Ignore `missing-key` here",
    ]
    added = found[0]
    assert "isPreferred" not in added
    assert [one["code"] for one in added["diagnostics"]] == ["missing-key"] * 2
    assert _after(text, added) == text.replace("name: a}", 'name: a, apiVersion: "", namespace: ""}')
