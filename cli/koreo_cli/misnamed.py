"""What is said where no Koreo is found, or not what is looked for: above all which files only need another name."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from koreo_analyzer.language.file_names import NAMES, renamed
from koreo_analyzer.suggest import in_code

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
    what = "Koreo" if kind is None else f"a {kind}"
    files = [_shown(path) for snapshot in snapshots for path in snapshot.misnamed_files(kind)]
    return _advice(files, f" holds {what}", f" hold {what}")


def unread_note(asked: Iterable[tuple[Snapshot, Iterable[str]]], kind: str | None = None) -> str | None:
    """Return which of the files that were asked for hold Koreo, or a `kind` of it, that is missed; None without any.

    Each comes with the snapshot that it belongs to. A file whose definitions all stand in Koreo files as well, such as
    one that was made of them, is none that is missed.
    """
    files: list[str] = []
    for snapshot, paths in asked:
        there = frozenset(paths)
        missed = (
            path for path in snapshot.misnamed_files(kind) if path in there and _is_missed(snapshot, path)
        )
        files += map(_shown, missed)
    return _advice(files, " holds Koreo and is not read", " hold Koreo and are not read")


def _is_missed(snapshot: Snapshot, path: str) -> bool:
    file = snapshot.file(path)
    models = (placed.document.model for placed in file.documents) if file is not None else ()
    return any(
        model is not None and model.name is not None and not snapshot.definitions(model.kind, model.name.text)
        for model in models
    )


def _advice(files: Sequence[str], one: str, many: str) -> str | None:
    if not files:
        return None
    if len(files) == 1:
        return f"`{files[0]}`{one}: rename it to `{renamed(files[0])}`"
    names = in_code(files[:_MOST_FILES])
    more = f" and {len(files) - _MOST_FILES} more" if len(files) > _MOST_FILES else ""
    return f"{names}{more}{many}: rename them to `*.k.yaml`"


def _shown(path: str) -> str:
    return os.path.relpath(path).replace(os.sep, "/")
