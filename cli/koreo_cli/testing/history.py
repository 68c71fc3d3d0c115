"""Remembers which tests failed the last time, for `--failed-first`.

One small file for each workspace in the user's cache folder, so that nothing appears in the workspace. It is a
convenience: what cannot be read or written is as if nothing were known.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable

    from koreo_runtime.testing.reports import TestReport

TestId: TypeAlias = tuple[str, str]
"""The file of a test, from the folder of the workspace, and the test's name."""

_VERSION: Final = 1
_NAME_LENGTH: Final = 32


class History:
    """The failed tests of the workspace in an absolute folder."""

    def __init__(self, folder: str, cache: Path | None = None) -> None:
        """Keep the file in `cache`, by default the user's cache folder."""
        self._folder = folder
        digest = hashlib.sha256(folder.encode("utf-8", "surrogateescape")).hexdigest()[:_NAME_LENGTH]
        cache = cache or cache_folder()
        self._file = cache / "failed-tests" / f"{digest}.json" if cache is not None else None

    def failed(self) -> frozenset[TestId]:
        """Return the tests that failed when they were last run."""
        if self._file is None:
            return frozenset()
        try:
            known = json.loads(self._file.read_text("utf-8"))
            return frozenset((str(path), str(name)) for path, name in known["failed"])
        except (OSError, ValueError, TypeError, KeyError, RecursionError):
            return frozenset()

    def record(self, reports: Iterable[TestReport]) -> None:
        """Remember which of the tests that have just run failed; nothing changes for others."""
        results = {self.id_of(report.path, report.name): report.passed for report in reports}
        before = self.failed()
        failed = {test for test in before if test not in results} | {
            test for test, passed in results.items() if not passed
        }
        if failed != before and self._file is not None:
            self._write(self._file, sorted(failed))

    def id_of(self, path: str, name: str) -> TestId:
        """Return how the test of a name in an absolute path is remembered."""
        return os.path.relpath(path, self._folder), name

    def _write(self, file: Path, failed: list[TestId]) -> None:
        data: dict[str, Any] = {"version": _VERSION, "workspace": self._folder, "failed": failed}
        with contextlib.suppress(OSError):
            if not failed:
                file.unlink(missing_ok=True)
                return
            file.parent.mkdir(parents=True, exist_ok=True)
            draft = file.with_suffix(f".{os.getpid()}")
            draft.write_text(json.dumps(data), "utf-8")
            draft.replace(file)


def cache_folder() -> Path | None:
    """Return where Koreo keeps what it can do without; None for a user without a home.

    That is where the system has such files, `XDG_CACHE_HOME` where it has no place of its own.
    """
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or "~/AppData/Local"
    elif sys.platform == "darwin":
        base = "~/Library/Caches"
    else:
        base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    folder = os.path.expanduser(base)
    return Path(folder, "koreo") if os.path.isabs(folder) else None
