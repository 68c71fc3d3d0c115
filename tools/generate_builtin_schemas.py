"""Writes the schemas of the built-in Kubernetes kinds into the analyzer, from the package `kubernetes-validate`.

Usage: generate_builtin_schemas.py [--check]. The package (a development dependency) holds the OpenAPI definitions
of the last Kubernetes versions as JSON Schema; the newest is taken. With `--check` nothing is written, and the exit
status is 1 if the file is out of date.

What the package added for JSON Schema is taken back: `null` beside the type of every optional field, which the
analyzer knows by itself (`Dialect.GO`), and apiVersion and kind as enums. It has no enums, bounds and defaults,
because the OpenAPI definitions of built-in kinds have none.
"""

from __future__ import annotations

import importlib.metadata
import json
import re
import sys
from pathlib import Path
from typing import Any

from koreo_analyzer.schemas.openapi import read_openapi
from koreo_analyzer.schemas.pack import write_pack

TARGET = (
    Path(__file__).parent.parent / "analyzer" / "koreo_analyzer" / "schemas" / "builtin" / "kubernetes.pack"
)
_FOLDER = re.compile(r"v(\d+)\.(\d+)\.\d+-local")


def render() -> bytes:
    """Return the whole file."""
    package = importlib.metadata.distribution("kubernetes-validate")
    folders = Path(str(package.locate_file("kubernetes_validate/kubernetes-json-schema")))
    versions = {
        (int(found[1]), int(found[2])): folder
        for folder in folders.iterdir()
        if (found := _FOLDER.fullmatch(folder.name)) is not None
    }
    newest = max(versions)
    document = json.loads((versions[newest] / "_definitions.json").read_text(encoding="utf-8"))
    schemas = {name: _without_null(schema) for name, schema in document["$defs"].items()}
    return write_pack(f"Kubernetes {newest[0]}.{newest[1]}", read_openapi([{"definitions": schemas}]))


def _without_null(raw: Any) -> Any:
    if isinstance(raw, list):
        return [_without_null(item) for item in raw]
    if not isinstance(raw, dict):
        return raw
    found: dict[str, Any] = {}
    for keyword, value in raw.items():
        if keyword == "properties":
            found[keyword] = {name: _without_null(part) for name, part in value.items()}
        elif keyword == "type" and isinstance(value, list):
            kinds = [kind for kind in value if kind != "null"]
            found[keyword] = kinds[0] if len(kinds) == 1 else kinds
        else:
            found[keyword] = _without_null(value)
    return found


def main() -> int:
    """Write or check the file; return the exit status."""
    made = render()
    version = importlib.metadata.version("kubernetes-validate")
    if "--check" in sys.argv[1:]:
        same = TARGET.exists() and TARGET.read_bytes() == made
        print("up to date" if same else f"{TARGET.name} is out of date with kubernetes-validate {version}")
        return 0 if same else 1
    TARGET.write_bytes(made)
    print(f"{TARGET.name}: {len(made)} bytes from kubernetes-validate {version}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
