"""What is said where no Koreo is found, or not what is looked for: above all which files only need another name."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from koreo_analyzer.language.file_names import NAMES, renamed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from koreo_analyzer.workspace import Snapshot

_MOST_FILES: Final = 3


def no_koreo(paths: Sequence[str], snapshots: Iterable[Snapshot] = ()) -> str:
    """Return that no Koreo file was found in some paths, and why that may be."""
    hint = rename_advice(snapshots) or f"their names are {NAMES}"
    return f"no Koreo files found in {', '.join(paths)}; {hint}"


def rename_advice(snapshots: Iterable[Snapshot], kind: str | None = None) -> str | None:
    """Return which files hold Koreo, or a `kind` of it, and should be renamed to be read; None without any."""
    files = [_shown(path) for snapshot in snapshots for path in snapshot.misnamed_files(kind)]
    what = "Koreo" if kind is None else f"a {kind}"
    if not files:
        return None
    if len(files) == 1:
        return f"`{files[0]}` holds {what}: rename it to `{renamed(files[0])}`"
    names = ", ".join(f"`{name}`" for name in files[:_MOST_FILES])
    more = f" and {len(files) - _MOST_FILES} more" if len(files) > _MOST_FILES else ""
    return f"{names}{more} hold {what}: rename them to `*.k.yaml`"


def _shown(path: str) -> str:
    return os.path.relpath(path).replace(os.sep, "/")
