"""A user's session in real Neovims, with the files of editors/neovim as a user installs them.

`KOREO_NVIM` names the programs, divided by `:`; without, the `nvim` on the PATH is taken. tests/editors/README.md says
where to get some.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from editor_workspace import write_workspace

ROOT = Path(__file__).parents[2]
SESSION = Path(__file__).with_name("neovim_session.lua")
LIMIT = 120
PROGRAMS = [one for one in os.environ.get("KOREO_NVIM", shutil.which("nvim") or "").split(":") if one]


@pytest.fixture(
    params=PROGRAMS or [pytest.param("", marks=pytest.mark.skip("no Neovim: KOREO_NVIM names none"))]
)
def seen(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, Any]:
    """What a Neovim showed in the session."""
    home, workspace = tmp_path / "home", tmp_path / "workspace"
    config = home / "config" / "nvim"
    shutil.copytree(ROOT / "editors" / "neovim", config)
    server = Path(sys.executable).with_name("koreo-ls")
    (config / "init.lua").write_text(f"vim.g.koreo_ls = {str(server)!r}\n", encoding="utf-8")
    file = write_workspace(workspace)
    plan = {
        "file": str(file),
        "hints": str(workspace / "function.k.yaml"),
        "code": "unknown-field",
        "hover": {"text": "steps.sizes", "offset": 7},
        "completion": {"line": "      count: =steps.sizes.totl", "typed": "      count: =steps.sizes."},
        "definition": {
            "text": "name: groesse",
            "offset": 8,
            "file": "function.k.yaml",
            "line": "name: groesse",
        },
        "rename": {"text": "label: sizes", "offset": 8, "to": "measures", "expected": "=steps.measures.totl"},
        "action": {
            "text": "totl",
            "offset": 1,
            "title": "Change to `total`",
            "expected": "=steps.measures.total",
        },
        "test": "groesse-test",
        "preview": {
            "text": "    total: =locals.doubled + 1",
            "offset": 6,
            "opened": "total: 5",
            "typed": "    total: =locals.doubled + 2",
            "shown": "total: 6",
        },
        "picture": str(workspace / "graph of.svg"),
    }
    (tmp_path / "plan.json").write_text(json.dumps(plan), encoding="utf-8")
    result = tmp_path / "result.json"
    environment = {
        **os.environ,
        "HOME": str(home),
        **{f"XDG_{name}_HOME": str(home / name.lower()) for name in ("CONFIG", "DATA", "STATE", "CACHE")},
        "PLAN": str(tmp_path / "plan.json"),
        "RESULT": str(result),
    }
    for name in ("data", "state", "cache"):
        (home / name / "nvim").mkdir(parents=True)
    done = subprocess.run(
        [request.param, "--headless", "-n", "-c", f"luafile {SESSION}"],
        env=environment,
        cwd=workspace,
        capture_output=True,
        text=True,
        timeout=LIMIT,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    assert result.exists(), done.stderr
    shown: dict[str, Any] = json.loads(result.read_text(encoding="utf-8"))
    return shown


def test_a_session(seen: dict[str, Any]) -> None:
    assert not seen["errors"], seen["errors"]
    sees_problems(seen)
    sees_previews(seen["preview"])
    sees_tests(seen)
    sees_graphs(seen["graph"])
    assert "koreo-ls" in seen["status"]
    assert "tests: ✓ 1" in seen["status"]
    assert seen["command_completion"] == [
        ["KoreoGraph", "KoreoPreview", "KoreoRun", "KoreoRunAll", "KoreoStatus"],
        ["mermaid", "svg"],
        ["groesse-test"],
        ["groesse-test"],
    ]
    assert seen["stopped"] is True


def sees_previews(seen: dict[str, Any]) -> None:
    assert "# ValueFunction groesse" in seen["opened"]
    assert "total: 5" in seen["opened"]
    assert "total: 6" in seen["typed"]
    assert (seen["stayed"], seen["filetype"]) == (True, "yaml")
    assert seen["linked"] == ["function.k.yaml", "total: =locals.doubled + 1", True]
    assert "groesse-test" in seen["pinned"]


def sees_tests(seen: dict[str, Any]) -> None:
    assert seen["signs"] == ["✓name: groesse-test", "✓- label: it doubles"]
    good = "Koreo: ✓ groesse-test: 1 case passed"
    assert seen["lenses"]["run"] == good
    assert seen["lenses"]["used_by"] == ["qf", 2]
    assert "# ValueFunction groesse: groesse-test, it doubles" in seen["lenses"]["object"]
    assert seen["run"] == [good, good, good, good, "Koreo: there is no FunctionTest nothing"]


def sees_graphs(seen: dict[str, Any]) -> None:
    assert "flowchart" in seen["text"]
    assert seen["linked"] == ["workflow.k.yaml", "- label: later"]
    assert seen["told"].endswith("graph of.svg")
    assert seen["picture"] == "<svg"


def sees_problems(seen: dict[str, Any]) -> None:
    assert (seen["filetype"], seen["syntax"], seen["attached"]) == ("koreo", "koreo", True)
    assert "unknown-field@22" in seen["diagnostics"]
    assert "groesse" in seen["hover"]
    assert seen["completion"][0] == "total"
    assert seen["definition"] == ["function.k.yaml", "name: groesse"]
    assert seen["rename"] is True
    assert seen["code_action"]["applied"] is True, seen["code_action"]
    assert not any(one.startswith("unknown-field") for one in seen["mended"])
    if seen["inlay_hints"] is not None:
        assert ": int" in seen["inlay_hints"]
    if seen["semantic_tokens"] is not None:
        assert seen["semantic_tokens"]
