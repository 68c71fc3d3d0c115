"""The owned workspace: takes the texts of files, keeps what was made of them, gives out snapshots."""

from __future__ import annotations

import threading
from collections import ChainMap
from typing import TYPE_CHECKING, Any, cast

import immutables

from koreo_analyzer.language.expressions import SharedExpressions
from koreo_analyzer.workspace import index
from koreo_analyzer.workspace.documents import SourceFile, cut
from koreo_analyzer.workspace.queries import Cell, Database
from koreo_analyzer.workspace.questions import FILE_PROBLEMS
from koreo_analyzer.workspace.snapshot import Snapshot
from koreo_analyzer.workspace.values import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping


class Workspace:
    """The files of one workspace. One owner changes it; its snapshots may be read from any thread."""

    def __init__(self, settings: Settings | None = None) -> None:
        self._lock = threading.RLock()
        self._read_expression = SharedExpressions()
        self._contributions: dict[str, index.Contributions] = {}
        self._affected: set[str] = set()
        self.database = Database()
        self._paths: immutables.Map[str, None] = immutables.Map()
        self.database.commit({index.SETTINGS: settings or Settings()})

    @property
    def snapshot(self) -> Snapshot:
        """The present state."""
        with self._lock:
            return Snapshot(self.database, self._lock, self._paths)

    def __contains__(self, path: str) -> bool:
        """Whether there is a file of this path."""
        return path in self._paths

    def apply(self, changes: Mapping[str, str | None]) -> Snapshot:
        """Set the texts of files, by path; None removes a file. All changes become visible at once."""
        with self._lock:
            cells: dict[Cell, Any] = {}
            inputs = ChainMap(cells, cast("dict[Cell, Any]", self.database.inputs))
            for path, text in changes.items():
                cells.update(self._apply_one(inputs, path, text))
            self._mark(cells)
            for path, text in changes.items():
                if text is None:
                    self.database.forget(FILE_PROBLEMS, path)
            return self.snapshot

    def _apply_one(self, inputs: Mapping[Cell, Any], path: str, text: str | None) -> dict[Cell, Any]:
        before: SourceFile | None = inputs.get(index.file_cell(path))
        if before is not None and before.text == text:
            return {}
        known = self._contributions.get(path, {})
        if text is None:
            if before is None:
                return {}
            self._contributions.pop(path, None)
            self._paths = self._paths.delete(path)
            return {**index.changed_cells(inputs, path, known, {}), index.file_cell(path): None}
        file = cut(path, text, before, self._read_expression)
        given = self._contributions[path] = index.contributions(file)
        if before is None:
            self._paths = self._paths.set(path, None)
        return {**index.changed_cells(inputs, path, known, given), index.file_cell(path): file}

    def _mark(self, cells: Mapping[Cell, Any]) -> None:
        marked = self.database.commit(cells)
        self._affected.update(cast("str", key) for query, key in marked if query is FILE_PROBLEMS)
        self._affected.update(cast("str", cell[1]) for cell in cells if cell[0] == "file")

    def configure(self, settings: Settings) -> Snapshot:
        """Change the settings."""
        with self._lock:
            self._mark({index.SETTINGS: settings})
            return self.snapshot

    def take_affected(self) -> set[str]:
        """Return the files whose problems may have changed since this was last called, removed files included."""
        with self._lock:
            affected, self._affected = self._affected, set()
            return affected
