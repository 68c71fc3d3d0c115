"""Code actions over the protocol: only the kinds that the client announced, and edits that it can make."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conftest import FULL, Start

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
