"""Schemas on the disk: the built-in kinds that come with koreo, and those that were pulled from a cluster.

What was pulled belongs to the workspace (`.koreo/schemas.pack` in its folder), as workspaces may be for different
clusters; committed, it makes a check elsewhere know the same kinds. The analyzer touches no disk, so the parts
of the files are read here.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from functools import cache
from importlib.resources import files

from koreo_analyzer.schemas import DefinitionSource, Pack, PackError, SchemaSource

from koreo_project.read import Unreadable, explain

FOLDER = ".koreo"
FILE = "schemas.pack"
LARGEST = 64 * 1024 * 1024
"""Bytes; what was pulled from a cluster is smaller."""

_BUILTIN = files("koreo_analyzer.schemas.builtin") / "kubernetes.pack"


@cache
def builtin() -> DefinitionSource:
    """Return the built-in Kubernetes kinds. Only what is asked for is read."""
    pack = Pack(_read_builtin, "built-in")
    return DefinitionSource(pack.title, pack)


def _read_builtin(start: int, length: int) -> bytes:
    with _BUILTIN.open("rb") as file:
        file.seek(start)
        return file.read(length)


def pulled_path(folder: str) -> str:
    """Return where the schemas that were pulled for the workspace in `folder` are."""
    return f"{folder.rstrip('/')}/{FOLDER}/{FILE}"


def pulled(folder: str) -> DefinitionSource | Unreadable | None:
    """Return the schemas that were pulled for a workspace; None if there are none.

    The file is read as a whole, so that another pull does not change it under those who use it.
    """
    path = pulled_path(folder)
    try:
        with open(path, "rb") as file:
            data = file.read(LARGEST + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        return Unreadable(path, explain(error))
    if len(data) > LARGEST:
        return Unreadable(path, f"it has more than {LARGEST // 1024 // 1024} MiB")
    try:
        pack = Pack(lambda start, length: data[start : start + length], hashlib.sha256(data).digest())
    except PackError as error:
        return Unreadable(path, f"{error}; run `koreo schema pull` again")
    return DefinitionSource(pack.title, pack)


def save_pulled(folder: str, data: bytes) -> str:
    """Write what was pulled for a workspace, all of it or nothing; return the path. Raises OSError."""
    path = pulled_path(folder)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    temporary = f"{path}.{os.getpid()}"
    try:
        with open(temporary, "wb") as file:
            file.write(data)
        os.replace(temporary, path)
    except OSError:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise
    return path


def sources(folder: str) -> tuple[tuple[SchemaSource, ...], Unreadable | None]:
    """Return the sources for the workspace in `folder` besides its own files, and why one cannot be used."""
    own = pulled(folder)
    if isinstance(own, Unreadable):
        return (builtin(),), own
    return ((own, builtin()) if own is not None else (builtin(),)), None
