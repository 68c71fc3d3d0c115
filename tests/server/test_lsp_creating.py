"""Documents that code actions create, over the protocol: a new file if the client can make one, else this one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from conftest import Start
    from rpc_client import Served

HEAD = "apiVersion: koreo.dev/v1beta1\nkind: {}\nmetadata: {{name: {}}}\nspec:\n"
FLOW = HEAD.format("Workflow", "w") + (
    "  steps:\n    - {label: one, ref: {kind: ValueFunction, name: greet}, inputs: {who: you}}\n"
)
FUNCTION = HEAD.format("ValueFunction", "f") + "  return: {a: =inputs.size + 1}\n"


def _capable(*operations: str) -> dict[str, Any]:
    kinds = {"codeActionKind": {"valueSet": ["quickfix", "refactor"]}}
    return {
        "workspace": {
            "applyEdit": True,
            "workspaceEdit": {"documentChanges": True, "resourceOperations": list(operations)},
        },
        "textDocument": {"publishDiagnostics": {}, "codeAction": {"codeActionLiteralSupport": kinds}},
    }


def _actions(
    client: Served, uri: str, line: int, character: int, title: str = "Create"
) -> list[dict[str, Any]]:
    here = {"line": line, "character": character}
    params = {"textDocument": {"uri": uri}, "range": {"start": here, "end": here}}
    found: list[dict[str, Any]] = client.request(
        "textDocument/codeAction", {**params, "context": {"diagnostics": []}}
    )
    return [one for one in found if one["title"].startswith(title)]


def test_a_file_whose_name_is_not_read_is_renamed(write: Any, start: Start) -> None:
    folder = write(
        {"w.k.yaml": FLOW, "greet.yaml": HEAD.format("ValueFunction", "greet") + "  return: {a: 1}\n"}
    )
    uri = (folder / "w.k.yaml").as_uri()
    column = FLOW.splitlines()[5].index("greet")
    for operations, count in ((["create"], 0), (["create", "rename"], 1)):
        client = start(folder, capabilities=_capable(*operations))
        client.settle()
        client.wait_codes(uri, "unknown-reference", "unused-definition")
        assert not _actions(client, uri, 5, column)
        assert len(_actions(client, uri, 5, column, "Rename")) == count
    (action,) = _actions(client, uri, 5, column, "Rename")
    assert action["title"] == "Rename `greet.yaml` to `greet.k.yaml`"
    (change,) = action["edit"]["documentChanges"]
    assert (change["kind"], change["oldUri"], change["newUri"]) == (
        "rename",
        (folder / "greet.yaml").as_uri(),
        (folder / "greet.k.yaml").as_uri(),
    )


@pytest.mark.parametrize("operations", [["create"], []], ids=["new file", "same file"])
def test_a_missing_function_is_created(write: Any, start: Start, operations: list[str]) -> None:
    folder = write({"w.k.yaml": FLOW})
    client = start(folder, capabilities=_capable(*operations))
    client.settle()
    uri = (folder / "w.k.yaml").as_uri()
    (action,) = _actions(client, uri, 5, FLOW.splitlines()[5].index("greet"))
    assert (action["title"], action["kind"]) == ("Create ValueFunction `greet`", "quickfix")
    assert [one["code"] for one in action["diagnostics"]] == ["unknown-reference"]
    *made, written = action["edit"]["documentChanges"]
    (edit,) = written["edits"]
    assert "name: greet" in edit["newText"]
    assert "who: =inputs.who" in edit["newText"]
    if operations:
        assert made == [
            {
                "kind": "create",
                "uri": (folder / "greet.k.yaml").as_uri(),
                "options": {"overwrite": False, "ignoreIfExists": False},
            }
        ]
        assert written["textDocument"]["uri"] == made[0]["uri"]
    else:
        assert (made, written["textDocument"]["uri"]) == ([], uri)
        assert edit["newText"].startswith("---\n")
        assert edit["range"]["start"] == {"line": 6, "character": 0}


def test_a_test_is_created(write: Any, start: Start) -> None:
    folder = write({"f.k.yaml": FUNCTION})
    client = start(folder, capabilities=_capable("create"))
    client.settle()
    uri = (folder / "f.k.yaml").as_uri()
    (action,) = _actions(client, uri, 2, 18)
    assert action["title"] == "Create a FunctionTest for `f`"
    assert action["command"]["command"] == "koreo.createTest"
    assert not _actions(client, uri, 4, 14)
    client.request(
        "workspace/executeCommand", {key: action["command"][key] for key in ("command", "arguments")}
    )
    (asked,) = client.sent("workspace/applyEdit")
    made, written = asked["edit"]["documentChanges"]
    assert made["uri"] == (folder / "f-test.k.yaml").as_uri()
    assert "expectReturn" in written["edits"][0]["newText"]
    client.open(made["uri"], written["edits"][0]["newText"])
    (action,) = _actions(client, uri, 2, 18)
    assert action["title"] == "Create another FunctionTest for `f`"
