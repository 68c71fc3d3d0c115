"""The original's verdicts about FunctionTests, ours beside them, and what a difference can be proved with."""

from __future__ import annotations

import gzip
import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from koreo_analyzer.cel import ast
from koreo_analyzer.workspace import Snapshot, Workspace
from koreo_analyzer.yaml.resolve import plain
from koreo_runtime.effects import Create, Delete, Patch
from koreo_runtime.outcomes import Ok, Outcome, Retry
from koreo_runtime.testing import run_tests
from koreo_runtime.testing.expectations import without_last_applied
from koreo_runtime.testing.reports import CaseReport, CaseStatus, TestReport

if TYPE_CHECKING:
    from collections.abc import Iterator

    from koreo_analyzer.language.document import Expression, KoreoDocument
    from koreo_analyzer.text import Span

SHARED = os.environ.get("KOREO_SHARED")
NEEDS_SHARED = "KOREO_SHARED does not name the shared folder"
CORPUS = Path(SHARED or "/nonexistent") / "corpus"
_SUFFIXES = {".yaml", ".yml", ".koreo", ".k"}
_METHODS: dict[type, str] = {Create: "POST", Patch: "PATCH", Delete: "DELETE"}


@dataclass(eq=False)
class Row:
    """One case of a FunctionTest as the original judged it, and our report.

    `ours` is None when our test has an error. `differs` says in what the two differ; `earlier` are the rows of
    the same test before this one.
    """

    workspace: str
    snapshot: Snapshot
    theirs: dict[str, Any]
    report: TestReport
    earlier: list[Row]
    ours: CaseReport | None = None
    differs: frozenset[str] = field(default_factory=frozenset)

    def __str__(self) -> str:
        ours = self.report.error or self.ours
        return f"{self.workspace} {self.theirs['test']} {sorted(self.differs)}\n  {self.theirs}\n  {ours}"

    @property
    def outcome(self) -> Outcome | None:
        return self.ours.outcome if self.ours is not None else None

    @property
    def message(self) -> str:
        """Our message; empty for `Ok` and for what was not run."""
        return "" if self.outcome is None or isinstance(self.outcome, Ok) else self.outcome.message

    def document(self, kind: str, name: str) -> KoreoDocument:
        return self.snapshot.definitions(kind, name)[0].document

    @property
    def function(self) -> KoreoDocument:
        return self.document(self.report.kind, self.report.function)

    @property
    def function_spec(self) -> dict[str, Any]:
        return data_of(self.function)

    @property
    def test_spec(self) -> dict[str, Any]:
        return data_of(self.snapshot.documents(self.report.path)[0].document)

    @property
    def failing(self) -> tuple[Expression, Span] | None:
        """The expression that our outcome blames, and the place in it."""
        if self.outcome is None or isinstance(self.outcome, Ok) or self.outcome.location.span is None:
            return None
        place = self.outcome.location
        for expression in self.document(place.kind, place.name).expressions:
            if expression.path == place.path:
                return expression, place.span
        return None

    @property
    def sent(self) -> list[dict[str, Any]]:
        """What our function sent, as the original's calls are recorded."""
        return [_call(effect) for effect in self.ours.effects] if self.ours is not None else []

    @property
    def their_calls(self) -> list[dict[str, Any]]:
        calls = self.theirs.get("calls") or []
        return [{key: call[key] for key in ("method", "data") if call.get(key)} for call in calls]


def data_of(document: KoreoDocument) -> dict[str, Any]:
    """Return the `spec` of a document as plain data."""
    spec = plain(document.spec) if document.spec is not None else {}
    assert isinstance(spec, dict)
    return spec


def _call(effect: Create | Patch | Delete) -> dict[str, Any]:
    method = {"method": _METHODS[type(effect)]}
    return method if isinstance(effect, Delete) else {**method, "data": without_last_applied(effect.body)}


def same(left: Any, right: Any) -> bool:
    """Whether plain data are equal; a boolean is no number."""
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    return bool(left == right)


def workspaces() -> Iterator[tuple[str, dict[str, str], list[dict[str, Any]]]]:
    """Yield every workspace: its name, its files, the original's rows."""
    verdicts = json.loads((CORPUS / "verdicts.json").read_text(encoding="utf-8"))["workspaces"]
    for folder, verdict in verdicts.items():
        paths = [path for path in (CORPUS / folder).iterdir() if path.suffix in _SUFFIXES]
        files = {str(path.relative_to(CORPUS)): path.read_text(encoding="utf-8") for path in paths}
        yield folder, files, verdict["rows"]
    with gzip.open(CORPUS / "mutants.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            mutant = json.loads(line)
            yield mutant["id"], mutant["files"], mutant["verdict"]["rows"]


def rows() -> Iterator[Row]:
    """Run the tests of every workspace and yield all rows, those that are equal included."""
    for name, files, theirs in workspaces():
        snapshot = Workspace().apply(files)
        reports = {(report.path, report.name): report for report in run_tests(snapshot).reports}
        unusable = {(row["file"], row["test"]) for row in theirs if "prepare" in row or "unhealthy" in row}
        earlier: dict[tuple[str, str], list[Row]] = {}
        for one in theirs:
            key = one["file"], one["test"]
            before = earlier.setdefault(key, [])
            row = Row(name, snapshot, one, reports[key], list(before))
            if row.report.error is None and "case" in one:
                row.ours = row.report.cases[one["case"]]
            row.differs = frozenset(_differences(row, unusable=key in unusable))
            before.append(row)
            yield row


def _differences(row: Row, *, unusable: bool) -> Iterator[str]:
    """Yield in what our verdict is another one."""
    theirs, ours = row.theirs, row.ours
    if unusable:
        if row.report.error is None:
            yield "unusable there"
    elif ours is None:
        yield "unusable here"
    elif "crash" in theirs:
        yield "crash"
    elif theirs.get("notrun") or ours.status is CaseStatus.NOT_RUN:
        if not (theirs.get("notrun") and ours.status is CaseStatus.NOT_RUN):
            yield "not run"
    else:
        yield from _differences_of_runs(row, theirs, ours)


def _differences_of_runs(row: Row, theirs: dict[str, Any], ours: CaseReport) -> Iterator[str]:
    if theirs["label"] != ours.label:
        yield "label"
    skipped = theirs["message"] == "user skipped"
    if skipped or ours.status is CaseStatus.SKIPPED:
        if skipped is not (ours.status is CaseStatus.SKIPPED):
            yield "skipped"
        return
    if theirs["pass"] is not (ours.status is CaseStatus.PASSED):
        yield "verdict"
    outcome = type(ours.outcome).__name__ if ours.outcome is not None else "None"
    if theirs["outcome"] != outcome:
        yield "outcome"
    elif isinstance(ours.outcome, Retry) and ours.outcome.delay != theirs["delay"]:
        yield "delay"
    if theirs["outcome"] == outcome and not same(theirs["return"], ours.value):
        yield "value"
    if not same(row.their_calls, row.sent):
        yield "calls"
    if "resource" in theirs:
        after = without_last_applied(ours.resource) if ours.resource is not None else None
        if not same(theirs["resource"] or None, after):
            yield "resource"


def operands_of(expression: Expression, span: Span, operators: frozenset[str]) -> Iterator[ast.Node]:
    """Yield the other operand of every operator in whose one operand a place of the document lies."""
    pending = [expression.facts.root]
    while pending:
        node = pending.pop()
        pending.extend(ast.children(node))
        if isinstance(node, ast.Binary) and node.op in operators:
            for one, other in ((node.left, node.right), (node.right, node.left)):
                inside = expression.span(one.span)
                if inside.start <= span.start and span.end <= inside.end:
                    yield other
