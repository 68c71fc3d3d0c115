"""A user's session in Emacs 29 or later, with the files of editors/emacs.

`KOREO_EMACS` names the program; without, the `emacs` on the PATH is taken.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from editor_workspace import write_workspace

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "editors" / "emacs"
SESSION = Path(__file__).with_name("emacs_session.el")
LIMIT = 120
EMACS = os.environ.get("KOREO_EMACS") or shutil.which("emacs") or ""

pytestmark = pytest.mark.skipif(not EMACS, reason="no Emacs: KOREO_EMACS names none")


def emacs(*arguments: str, **changes: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [EMACS, "-Q", "--batch", *arguments],
        env={**os.environ, **changes},
        capture_output=True,
        text=True,
        timeout=LIMIT,
        check=False,
        stdin=subprocess.DEVNULL,
    )


def test_a_session(tmp_path: Path) -> None:
    workflow = write_workspace(tmp_path / "workspace")
    plan = {
        "file": str(workflow.with_name("function.k.yaml")),
        "workflow": str(workflow),
        "expression": "total: =locals.doubled",
        "opened": "total: 5",
        "shown": "total: 6",
        "picture": str(tmp_path / "graph of.svg"),
    }
    (tmp_path / "plan.json").write_text(json.dumps(plan), encoding="utf-8")
    result = tmp_path / "result.json"
    done = emacs(
        "-L",
        str(FOLDER),
        "-l",
        str(SESSION),
        HOME=str(tmp_path),
        PLAN=str(tmp_path / "plan.json"),
        RESULT=str(result),
        KOREO_LS=str(Path(sys.executable).with_name("koreo-ls")),
    )
    assert result.exists(), done.stderr
    seen = json.loads(result.read_text(encoding="utf-8"))
    assert (seen["mode"], seen["attached"]) == ("koreo-mode", True)
    assert "# ValueFunction groesse" in seen["opened"]
    assert "total: 5" in seen["opened"]
    assert "total: 6" in seen["typed"]
    assert seen["linked"] == ["function.k.yaml", "total: =locals.doubled + 2"]
    assert "groesse-test" in seen["told"]
    assert "flowchart" in seen["graph"]
    assert seen["step"] == ["workflow.k.yaml", "- label: later"]
    assert seen["picture"] == "<svg"


def test_the_files_compile_without_a_warning(tmp_path: Path) -> None:
    for file in FOLDER.glob("*.el"):
        shutil.copy(file, tmp_path)
    files = sorted(str(one) for one in tmp_path.glob("*.el"))
    done = emacs("-L", str(tmp_path), "-f", "batch-byte-compile", *files)
    assert (done.returncode, done.stderr) == (0, "")
