"""A session that lasts long holds no more than one that has just begun: counted in objects, not measured in time."""

from __future__ import annotations

import gc
import logging
import sys
from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from conftest import FULL
from random_session import REQUESTS, Session
from rpc_client import RpcError

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Start
    from rpc_client import Served

FUNCTION = """apiVersion: koreo.dev/v1beta1
kind: ValueFunction
metadata: {name: NAME}
spec:
  locals: {hello: "='hello ' + inputs.name"}
  return: {text: =locals.hello, size: =size(locals.hello)}
"""
TEST = """---
apiVersion: koreo.dev/v1beta1
kind: FunctionTest
metadata: {name: NAME-test}
spec:
  functionRef: {kind: ValueFunction, name: NAME}
  inputs: {name: you}
  testCases:
  - expectReturn: {text: hello you, size: 9}
"""
FILES = 110
"""Enough that reading all of them is much work, after which what lives is taken for long-lived."""
WARM_UP, LATER = 12, 6
"""Rounds: until everything that is remembered has reached its bound, and those in which nothing may be added."""
KEYSTROKES = 45
REQUEST_FAILED = -32803
"""A name that cannot be changed, or not to that one (LSP 3.17)."""
SERVER = frozenset(name for name in sys.modules if name.startswith("koreo_server."))


def _round(client: Served, session: Session, number: int) -> None:
    """Do what a user does in an hour: everything once, with names and expressions that have never been there."""
    session.random.seed(1)
    folder = session.folder
    path = folder / "f0.k.yaml"
    uri = path.as_uri()
    typed = f"inputs.name{number}.endsWith('{number}')"
    text = FUNCTION.replace("NAME", "f0")
    client.open(uri, text)
    for length in range(KEYSTROKES):
        new = text.replace("=locals.hello,", f"={typed[:length]},")
        client.change(uri, 2 + length, new)
        session.texts[uri] = new
    client.settle()
    for method in session.methods:
        for _ in range(3):
            asked = client.ask(method, REQUESTS[method][1](session, uri))
            answer = client.wait(lambda message, asked=asked: message.get("id") == asked)
            assert answer.get("error", {"code": REQUEST_FAILED})["code"] == REQUEST_FAILED
    with pytest.raises(RpcError):
        client.request("textDocument/hover", {"position": number})
    client.notify("textDocument/didChange", {"textDocument": {"uri": uri, "version": "two"}})
    client.notify(
        "$/cancelRequest", {"id": client.ask("textDocument/codeLens", {"textDocument": {"uri": uri}})}
    )
    client.close(uri)
    new_file = folder / f"new-{number}.k.yaml"
    new_file.write_text(FUNCTION.replace("NAME", f"new{number}"), encoding="utf-8")
    changes: list[Any] = [{"uri": new_file.as_uri(), "type": 1}]
    client.notify("workspace/didChangeWatchedFiles", {"changes": changes})
    client.settle()
    new_file.unlink()
    changes = [{"uri": new_file.as_uri(), "type": 3}]
    for one in sorted(folder.glob("f*.k.yaml")):
        # All other files are read again, and really have another text.
        one.write_text(f"{one.read_text(encoding='utf-8').rstrip('#')}{'#' * (number % 2)}", encoding="utf-8")
        changes.append({"uri": one.as_uri(), "type": 2})
    client.notify("workspace/didChangeWatchedFiles", {"changes": changes})
    client.settle()
    session.texts.clear()
    client.received.clear()


class _Kept(NamedTuple):
    """What there is: objects, our own by type, what the analyzer remembers, and garbage taken for long-lived."""

    objects: int
    own: Counter[str]
    answers: int
    inputs: int
    garbage: int


def _kept(client: Served) -> _Kept:
    gc.collect()
    gc.unfreeze()
    garbage = gc.collect()
    objects = gc.get_objects()
    own = Counter(type(one).__name__ for one in objects if type(one).__module__ in SERVER)
    (project,) = client.server.projects
    database = project.workspace.database
    return _Kept(len(objects), own, database.size, len(database.readers), garbage)


def test_a_long_session_holds_no_more_than_a_short_one(
    start: Start, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    for number in range(FILES):
        text = (FUNCTION + TEST * (number < 5)).replace("NAME", f"f{number}")
        (tmp_path / f"f{number}.k.yaml").write_text(text, encoding="utf-8")
    # Every record is kept by pytest.
    caplog.set_level(logging.CRITICAL, "pygls")
    caplog.set_level(logging.ERROR, "koreo_server")
    client = start(tmp_path, capabilities={**FULL, "experimental": {"koreo": {"preview": True}}})
    client.settle()
    session = Session(client, tmp_path, {}, 1)
    session.methods = [method for method in REQUESTS if method in client.server.protocol.fm.features]
    for number in range(WARM_UP):
        _round(client, session, number)
    first = _kept(client)
    for number in range(WARM_UP, WARM_UP + LATER):
        _round(client, session, number)
    later = _kept(client)
    assert (later.answers, later.inputs) == (first.answers, first.inputs)
    assert {name for name, count in later.own.items() if count >= first.own[name] + LATER} == set()
    assert later.objects < first.objects + 30 * LATER
    assert later.garbage < 30 * LATER
