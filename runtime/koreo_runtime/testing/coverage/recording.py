"""Counts what runs: an engine whose programs do what those of any other do, and keep count.

What is evaluated twice counts twice: a block that fails evaluates each of its expressions again, to find all that fail.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from koreo_analyzer.cel.tally import compile_tallying

from koreo_runtime.engine import Engine
from koreo_runtime.programs.model import ValueFunctionProgram

if TYPE_CHECKING:
    from koreo_analyzer.cel.tally import Tally, TallyingProgram
    from koreo_analyzer.language.document import Expression, KoreoDocument, Path
    from koreo_analyzer.workspace import Snapshot

    from koreo_runtime.programs.model import Evaluate, Mark, ProgramId, Unusable


class ExpressionRecord:
    """An expression at its path, and what its program has counted. Where an alias repeats it, it has another."""

    __slots__ = ("expression", "program")

    def __init__(self, expression: Expression, program: TallyingProgram) -> None:
        self.expression = expression
        self.program = program

    @property
    def path(self) -> Path:
        """Where the expression stands."""
        return self.expression.path

    @property
    def whole(self) -> Tally:
        """What was counted of the expression as a whole."""
        return self.program.tallies[self.program.root]

    @property
    def is_constant(self) -> bool:
        """Whether there is nothing to evaluate: a literal, or an operation on literals."""
        return self.program.root in self.program.constants


class DocumentRecord:
    """What was counted in one function: its expressions in the order of the text, and the marks by path."""

    def __init__(self, document: KoreoDocument) -> None:
        self.document = document
        self.marks: Counter[Path] = Counter()
        self._expressions: dict[tuple[int, Path], ExpressionRecord] = {}

    @property
    def expressions(self) -> list[ExpressionRecord]:
        """The expressions, in the order of the text."""
        return sorted(self._expressions.values(), key=lambda record: record.expression.scalar.start)

    def evaluator(self, expression: Expression) -> Evaluate:
        """Return what evaluates an expression and counts."""
        key = expression.scalar.start, expression.path
        record = self._expressions.get(key)
        if record is None:
            record = ExpressionRecord(expression, compile_tallying(expression.facts.root))
            self._expressions[key] = record
        return record.program.evaluate

    def mark(self, path: Path) -> Mark:
        """Return what counts that a path was reached; it is known from now on, as not reached."""
        marks = self.marks
        marks[path] += 0

        def count() -> None:
            marks[path] += 1

        return count


class Recorder:
    """The `Instrument` for coverage: it counts in functions. What tests say themselves is not to be covered."""

    def __init__(self) -> None:
        self._records: dict[int, DocumentRecord] = {}

    def expression(self, document: KoreoDocument, expression: Expression) -> Evaluate | None:
        """Return what counts while it evaluates; None outside of functions."""
        return self.of(document).evaluator(expression) if document.is_function else None

    def marker(self, document: KoreoDocument, path: Path) -> Mark:
        """Return what counts that `path` was reached."""
        return self.of(document).mark(path)

    def of(self, document: KoreoDocument) -> DocumentRecord:
        """Return what was counted in a document."""
        record = self._records.get(id(document))
        if record is None:
            # The record keeps the document alive, and so its identity its own.
            record = self._records[id(document)] = DocumentRecord(document)
        return record


class CountingEngine(Engine):
    """An engine that counts what runs: in `recorder`, and in `applied` how often each function is an overlay."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.recorder = Recorder()
        self.applied: Counter[ProgramId] = Counter()
        super().__init__(snapshot, instrument=self.recorder)

    def value_function(self, name: str) -> ValueFunctionProgram | Unusable | None:
        """Return a ValueFunction that is about to be applied as an overlay."""
        found = super().value_function(name)
        if isinstance(found, ValueFunctionProgram):
            self.applied[found.id] += 1
        return found
