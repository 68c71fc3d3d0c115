"""The VS Code extension: its own tests, and the packaged extension in a real editor.

The editor is code-server in a headless Chromium, as `vscode/run.sh` starts it. It is used when it is installed in
`~/.cache/koreo-editors` already, or when KOREO_EDITOR_TESTS is `install`, which installs it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
EXTENSION = ROOT / "vscode-extension"
EDITORS = Path(os.environ.get("KOREO_EDITORS", Path.home() / ".cache" / "koreo-editors"))
TOOLS = ("node", "npm", "chromium", "rg")


def _needs_modules() -> None:
    if shutil.which("npm") is None:
        pytest.skip("npm is not installed")
    if not (EXTENSION / "node_modules").is_dir():
        pytest.skip("vscode-extension/node_modules is missing: run `npm ci` there")


def _run(*command: str | Path, seconds: int, **environment: str) -> str:
    done = subprocess.run(
        command,
        cwd=EXTENSION,
        env=os.environ | environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=seconds,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


@pytest.mark.timeout(200)
def test_types_lint_and_unit_tests() -> None:
    _needs_modules()
    assert "# fail 0" in _run("npm", "run", "--silent", "check", seconds=180)


@pytest.mark.timeout(900)
def test_the_package_in_a_real_editor() -> None:
    _needs_modules()
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)}")
    installed = any(EDITORS.glob("code-server-*/.complete"))
    if not installed and os.environ.get("KOREO_EDITOR_TESTS") != "install":
        pytest.skip("code-server is not installed: KOREO_EDITOR_TESTS=install installs it")
    server = Path(sys.executable).with_name("koreo-ls")
    if not server.exists():
        pytest.skip(f"no koreo-ls beside {sys.executable}")
    told = _run(ROOT / "tests/editors/vscode/run.sh", seconds=880, KOREO_LS=str(server))
    assert "not ok" not in told
    assert told.count("ok ") >= 8
