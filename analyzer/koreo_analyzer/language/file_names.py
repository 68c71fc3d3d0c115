"""Which files hold Koreo (language section 1), by their names, and what others should be called."""

from __future__ import annotations

from typing import Final

_EXTENSIONS: Final = (".k.yaml", ".k.yml", ".koreo", ".k")
NAMES: Final = "*.k.yaml, *.k.yml, *.koreo or *.k"
"""The names of Koreo files for messages."""


def is_koreo_path(path: str) -> bool:
    """Whether a file of this name holds Koreo."""
    return path.lower().endswith(_EXTENSIONS)


def file_name(path: str) -> str:
    """Return the last part of a path."""
    return path.replace("\\", "/").rpartition("/")[2]


def renamed(path: str) -> str:
    """Return what a file should be called so that it is read: `a/site.yaml` → `a/site.k.yaml`."""
    stem, dot, extension = path.rpartition(".")
    return f"{stem}.k.{extension}" if dot else f"{path}.k.yaml"
