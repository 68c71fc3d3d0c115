"""The files for editors agree with each other: the same names of files, the same settings."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
JETBRAINS = ROOT / "editors" / "jetbrains"


def _json(path: Path) -> Any:
    return json.loads(path.read_text("utf-8"))


def test_the_template_for_jetbrains_is_one_that_lsp4ij_reads() -> None:
    """LSP4IJ needs `name`, `programArgs.default` and the mappings; of other files it reads those with these names."""
    template = _json(JETBRAINS / "template.json")
    assert {path.name for path in JETBRAINS.iterdir()} == {
        "README.md",
        "initializationOptions.json",
        "settings.json",
        "template.json",
    }
    assert set(template) == {"id", "name", "programArgs", "fileTypeMappings"}
    assert template["programArgs"] == {"default": "koreo-ls --stdio", "windows": "koreo-ls.exe --stdio"}
    koreo, configuration = template["fileTypeMappings"]
    extensions = _json(ROOT / "vscode-extension" / "package.json")["contributes"]["languages"][0][
        "extensions"
    ]
    assert koreo["languageId"] == "koreo"
    assert set(koreo["fileType"]["patterns"]) == {f"*{extension}" for extension in extensions}
    assert configuration["fileType"]["patterns"] == ["koreo.toml"]


def test_the_settings_for_jetbrains_are_those_of_the_server() -> None:
    """An editor without a dialog of its own shows each setting with its default."""
    offered = _json(ROOT / "vscode-extension" / "package.json")["contributes"]["configuration"]["properties"]
    client_only = {"koreo.server.path", "koreo.server.args", "koreo.server.python", "koreo.trace.server"}
    expected: dict[str, Any] = {}
    for name, setting in offered.items():
        if name not in client_only:
            place = expected
            *sections, last = name.split(".")
            for section in sections:
                place = place.setdefault(section, {})
            place[last] = setting["default"]
    assert _json(JETBRAINS / "settings.json") == expected
