"""The order in which a workspace's problems are found: no file makes the client wait for many others."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from conftest import FULL
from rpc_client import Served

if TYPE_CHECKING:
    from pathlib import Path

SHARED = """\
apiVersion: koreo.dev/v1beta1
kind: ValueFunction
metadata:
  name: shared
spec:
  return:
    value: =inputs.value +
"""
CALLER = """\
apiVersion: koreo.dev/v1beta1
kind: Workflow
metadata:
  name: caller-{number}
spec:
  steps:
    - label: one
      ref:
        kind: ValueFunction
        name: shared
      inputs:
        value: ={number} +
"""


def test_callers_come_before_what_they_call(tmp_path: Path, no_bugs: None) -> None:
    (tmp_path / "a-shared.k.yaml").write_text(SHARED)
    for number in range(5):
        (tmp_path / f"caller-{number}.k.yaml").write_text(CALLER.format(number=number))
    client = Served()
    folders = [{"uri": tmp_path.as_uri(), "name": "w"}]
    client.request(
        "initialize", {"processId": os.getpid(), "capabilities": FULL, "workspaceFolders": folders}
    )
    client.notify("initialized", {})
    client.settle()
    told = [
        params["uri"] for params in client.sent("textDocument/publishDiagnostics") if params["diagnostics"]
    ]
    assert len(told) == 6
    assert told[-1] == (tmp_path / "a-shared.k.yaml").as_uri()
    assert client.request("shutdown") is None
    client.notify("exit")
    assert client.hang_up() == 0
