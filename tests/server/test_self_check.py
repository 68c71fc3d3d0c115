"""How the self-test says to install again: from where the package came (PEP 610)."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import pytest
from koreo_server.self_check import again

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("origin", "told"),
    [
        ({"url": "file:///src/koreo", "dir_info": {"editable": True}}, "--editable /src/koreo"),
        ({"url": "file:///src/my%20koreo", "dir_info": {}}, "/src/my koreo"),
        (
            {"url": "file:///d/koreo_lang-0.1.0-py3-none-any.whl", "archive_info": {}},
            "/d/koreo_lang-0.1.0-py3-none-any.whl",
        ),
        ({"url": "https://example.org/koreo.whl", "archive_info": {}}, "https://example.org/koreo.whl"),
        (None, "koreo-lang"),
    ],
    ids=["editable", "folder", "wheel", "address", "index"],
)
@pytest.mark.skipif(sys.platform == "win32", reason="paths of POSIX")
def test_again_from_where_it_came(
    origin: dict[str, object] | None, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    noted = tmp_path / "koreo_lang-9.9.9.dist-info"
    noted.mkdir()
    (noted / "METADATA").write_text("Metadata-Version: 2.1\nName: koreo-lang\nVersion: 9.9.9\n", "utf-8")
    if origin is not None:
        (noted / "direct_url.json").write_text(json.dumps(origin), "utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert again() == f"{sys.executable} -m pip install --force-reinstall {told}"
