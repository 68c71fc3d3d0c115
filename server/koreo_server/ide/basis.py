"""What an answer follows from, to tell later, and cheaply, whether it may be another one now."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from koreo_server.ide.test_lenses import tests_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from collections.abc import Set as AbstractSet

    from koreo_analyzer.schemas.kinds import KindName
    from koreo_analyzer.workspace import Snapshot
    from koreo_runtime.programs.model import ProgramId

    from koreo_server.ide.trigger_examples import Objects


@dataclass(frozen=True, slots=True)
class Basis:
    """What an answer about a file was made of: documents, by kind and name, whether they are there or not.

    `tested` is the function whose tests were looked for, `kinds` those of which objects were, or schemas; `files`
    are other files that were read.
    """

    path: str
    programs: frozenset[ProgramId] = frozenset()
    tested: ProgramId | None = None
    kinds: frozenset[KindName] = frozenset()
    files: frozenset[str] = frozenset()

    def with_programs(self, programs: AbstractSet[ProgramId]) -> Basis:
        """Return this with more documents."""
        return replace(self, programs=self.programs | programs)

    def with_kinds(self, found: AbstractSet[KindName]) -> Basis:
        """Return this with more kinds."""
        return replace(self, kinds=self.kinds | found)

    def with_files(self, files: AbstractSet[str]) -> Basis:
        """Return this with more files."""
        return replace(self, files=self.files | files)

    def state(
        self, snapshot: Snapshot, objects: Objects | None, mark: Callable[[str], object]
    ) -> Mapping[str, object]:
        """Return what the files that count hold now: equal states mean equal answers.

        `mark` says what a file that is in no snapshot holds. All parts of a file count, as places in it may move.
        """
        paths = {self.path, *self.files}
        for kind, name in self.programs:
            paths.update(found.path for found in snapshot.definitions(kind, name))
        if self.tested is not None:
            paths.update(test.path for test in tests_of(snapshot, *self.tested))
        for wanted in self.kinds:
            crd = snapshot.crd(wanted.group, wanted.kind)
            paths.update((crd.path,) if crd is not None else ())
            paths.update(objects.object_paths(wanted) if objects is not None else ())
        found: dict[str, object] = {}
        for path in paths:
            file = snapshot.file(path)
            found[path] = file.text if file is not None else mark(path)
        return found
