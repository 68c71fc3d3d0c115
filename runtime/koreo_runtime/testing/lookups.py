"""Which documents a test was computed from: an engine that remembers what was asked of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from koreo_runtime.engine import Engine

if TYPE_CHECKING:
    from collections.abc import Mapping

    from koreo_analyzer.language.document import KoreoDocument
    from koreo_analyzer.workspace import Snapshot

    from koreo_runtime.programs.model import Program, ProgramId, Unusable


class RecordingEngine(Engine):
    """Answers as another engine does, and records the kinds and names that it was asked for."""

    def __init__(self, engine: Engine) -> None:
        self.snapshot = engine.snapshot
        self.settings = engine.settings
        self.quantities = engine.quantities
        self._engine = engine
        self._asked: set[ProgramId] = set()

    def program(self, kind: str, name: str) -> Program | Unusable | None:
        """Return what the other engine returns."""
        self._asked.add((kind, name))
        return self._engine.program(kind, name)

    def take_asked(self) -> set[ProgramId]:
        """Return what was asked for since this was last called."""
        asked, self._asked = self._asked, set()
        return asked


class CurrentDocuments:
    """The active definitions of a snapshot, each looked up once."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._known: dict[ProgramId, KoreoDocument | None] = {}

    def get(self, program: ProgramId) -> KoreoDocument | None:
        """Return the document that a kind and name stand for; None if there is no active one."""
        if program not in self._known:
            found = self._snapshot.active_definition(*program)
            self._known[program] = None if found is None else found.document
        return self._known[program]

    def still_are(self, documents: Mapping[ProgramId, KoreoDocument | None]) -> bool:
        """Whether all names stand for the same documents as they did, and those missing are still missing."""
        return all(self.get(program) is document for program, document in documents.items())
