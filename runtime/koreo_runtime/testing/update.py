"""Accepting what a function did: failing expectations become the actual ones.

A case that fails gets an `Update`, or a `Refusal` that says why what happened is no expectation. An update is only
data; `edit` and `accept` write it into the text of the test, which keeps its comments and its style.

The assertion stays what it is where that is possible, and what a user wrote stays where it still holds. A case whose
assertion does not fit what happened, as `expectReturn` when the outcome is Retry, gets the `expectOutcome` that
describes it, and the update tells that it `asserts_something_else`. That a function failed is accepted only by a case
that expects such an outcome: nobody writes a function for its errors.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from koreo_analyzer.edit import Change, apply, rename_key, set_value
from koreo_analyzer.language.tree import entries, node_at
from koreo_analyzer.problems import Edit
from koreo_analyzer.text import Span
from koreo_analyzer.yaml.parse import parse
from koreo_analyzer.yaml.resolve import TooLarge, plain

from koreo_runtime.effects import Delete
from koreo_runtime.outcomes import OUTCOME_KEYS, Cause, Ok, Retry
from koreo_runtime.testing.accept import accepted
from koreo_runtime.testing.expectations import (
    CaseRun,
    ExpectDelete,
    ExpectOutcome,
    ExpectResource,
    ExpectReturn,
    asserted_object,
    outcome_data,
)
from koreo_runtime.testing.reports import CaseStatus

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from koreo_analyzer.edit import Path
    from koreo_analyzer.workspace import Snapshot
    from koreo_analyzer.workspace.documents import PlacedDocument
    from koreo_analyzer.yaml.parse import Tree

    from koreo_runtime.outcomes import Outcome
    from koreo_runtime.testing.expectations import Expectation
    from koreo_runtime.testing.reports import CaseReport, TestReport

CaseId: TypeAlias = tuple[str, int, int]
"""A case of a workspace: its file, the number of the document, that of the case; all stay when texts are updated."""

_LONGEST: Final = 60
"""So many characters of a text are shown in a reason."""
_ERRORS: Final = frozenset({Cause.DEFINITION, Cause.INVALID, Cause.BUG})
"""Causes of outcomes that no definition asks for: something could not be evaluated or was not there."""


@dataclass(frozen=True, slots=True)
class Update:
    """What a failing case would have to expect: `value`, under the key `assertion`."""

    report: TestReport
    case: CaseReport
    assertion: str
    value: Any

    @property
    def id(self) -> CaseId:
        """What tells the case from all others of the workspace."""
        return self.report.path, self.report.document, self.case.index

    @property
    def asserts_something_else(self) -> bool:
        """Whether the case gets another kind of assertion, so that it means something else."""
        return self.assertion != self.case.assertion

    @property
    def description(self) -> str:
        """What changes and why, in one line."""
        if self.asserts_something_else:
            return f"`{self.case.assertion}` becomes `{self.assertion}`: {self.case.reason}"
        return f"`{self.assertion}`: {self.case.reason}"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a failing case cannot be updated; `case` is None when the whole test could not be run."""

    report: TestReport
    case: CaseReport | None
    reason: str


def propose(snapshot: Snapshot, report: TestReport) -> Iterator[Update | Refusal]:
    """Yield an update or a refusal for each failing case; `report` must be that of a test in the snapshot.

    Cases that were not run have none: run the test again once those before them are updated.
    """
    if report.error is not None:
        yield Refusal(report, None, "the test cannot be run")
    for case in report.cases:
        if case.status is CaseStatus.FAILED:
            yield propose_case(snapshot, report, case)


def propose_case(snapshot: Snapshot, report: TestReport, case: CaseReport) -> Update | Refusal:
    """Return the update of a case that failed."""
    outcome = case.outcome
    if outcome is None:
        return Refusal(report, case, "the function was not run; mend the test")
    expected = _expected(snapshot, report, case)
    if _is_error(outcome) and not _expects(expected, case, outcome):
        key = OUTCOME_KEYS[type(outcome)]
        return Refusal(
            report, case, f"this is an error and no decision; mend it, or let the case expect `{key}`"
        )
    run = CaseRun(outcome, case.before, case.resource, case.effects)
    assertion, value, expectation = _actual(run, case.assertion, expected)
    if expectation.check(run) is not None:
        return Refusal(
            report, case, "what happened cannot be written as an expectation; mend the test by hand"
        )
    known = set(_expressions(expected))
    text = next((text for text in _expressions(value) if text not in known), None)
    if text is not None:
        shown = text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
        return Refusal(
            report,
            case,
            f"`{shown}` would look like an expression in the test, which it is not; write it by hand",
        )
    return Update(report, case, assertion, value)


def _expressions(value: Any) -> Iterator[str]:
    """Yield the texts in a value, keys included, that begin as an expression does."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _expressions(key)
            yield from _expressions(item)
    elif isinstance(value, list):
        for item in value:
            yield from _expressions(item)
    elif isinstance(value, str) and value[:1] == "=" and len(value) > 1:
        yield value


def _placed(snapshot: Snapshot, report: TestReport) -> PlacedDocument:
    file = snapshot.file(report.path)
    if file is None:
        raise KeyError(report.path)
    return file.documents[report.document]


def _expected(snapshot: Snapshot, report: TestReport, case: CaseReport) -> Any:
    """Return the value of a case's assertion as plain data; None when it cannot be told."""
    model = _placed(snapshot, report).document.model
    _, node = node_at(None if model is None else model.spec, case.path[1:])
    found = None if node is None else plain(node)
    return None if isinstance(found, TooLarge) else found


def _is_error(outcome: Outcome) -> bool:
    return not isinstance(outcome, Ok) and outcome.cause in _ERRORS


def _expects(expected: Any, case: CaseReport, outcome: Outcome) -> bool:
    """Whether a case expects an outcome of this kind."""
    return case.assertion == ExpectOutcome.key and OUTCOME_KEYS[type(outcome)] in expected


def _actual(run: CaseRun, assertion: str, expected: Any) -> tuple[str, Any, Expectation]:
    """Return the assertion that holds for a run, as near to the present one as can be: key, value, meaning."""
    if assertion == ExpectDelete.key:
        deleted = any(type(effect) is Delete for effect in run.effects)
        return assertion, deleted, ExpectDelete(expected=deleted)
    if assertion == ExpectReturn.key and isinstance(run.outcome, Ok) and run.outcome.value:
        returned = accepted(expected, run.outcome.value)
        return assertion, returned, ExpectReturn(returned)
    if assertion == ExpectResource.key and (sent := asserted_object(run)):
        resource = accepted(expected, sent)
        return assertion, resource, ExpectResource(resource)
    value, expectation = _actual_outcome(run.outcome, expected if assertion == ExpectOutcome.key else None)
    return ExpectOutcome.key, value, expectation


def _actual_outcome(
    outcome: Outcome, expected: dict[str, Any] | None
) -> tuple[dict[str, Any], ExpectOutcome]:
    """Return the value of the `expectOutcome` that an outcome meets; parts of `expected` that hold stay."""
    kind = type(outcome)
    if isinstance(outcome, Ok):
        return outcome_data(kind, "", 0), ExpectOutcome(kind)
    known = next((details for details in (expected or {}).values() if isinstance(details, dict)), {})
    message, delay = known.get("message"), known.get("delay")
    if not isinstance(message, str) or message.casefold() not in outcome.message.casefold():
        message = outcome.message
    if delay != 0:
        delay = int(outcome.delay) if isinstance(outcome, Retry) else 0
    return outcome_data(kind, message, delay), ExpectOutcome(kind, message, delay)


def edit(snapshot: Snapshot, update: Update) -> Change:
    """Return the edits of one update; offsets count from the start of the file."""
    start, document = _placed(snapshot, update.report)
    change = _edit(document.text, document.tree, update)
    return Change(tuple(Edit(each.span.shift(start), each.text) for each in change.edits), change.refusal)


def accept(snapshot: Snapshot, updates: Iterable[Update]) -> tuple[dict[str, str], dict[CaseId, str]]:
    """Return the new texts of the files that updates change, by path, and why cases cannot be changed, by `Update.id`.

    The cases of the updates must be different ones.
    """
    edits: dict[str, list[Edit]] = {}
    refusals: dict[CaseId, str] = {}
    for document_updates in _by_document(updates):
        report = document_updates[0].report
        start, document = _placed(snapshot, report)
        text = document.text
        for update in document_updates:
            tree = document.tree if text is document.text else parse(text)
            change = _edit(text, tree, update)
            if change.refusal is not None:
                refusals[update.id] = change.refusal
            else:
                text = apply(text, change.edits)
        if text != document.text:
            whole = Span(start, start + len(document.text))
            edits.setdefault(report.path, []).append(Edit(whole, text))
    return {path: apply(snapshot.text(path), found) for path, found in edits.items()}, refusals


def _by_document(updates: Iterable[Update]) -> Iterable[list[Update]]:
    found: dict[tuple[str, int], list[Update]] = {}
    for update in updates:
        found.setdefault((update.report.path, update.report.document), []).append(update)
    return found.values()


def _edit(text: str, tree: Tree, update: Update) -> Change:
    """Return the edits of the text of the test's document; a key that only gets another name keeps its place."""
    path = update.case.path
    rename = _rename(tree, update)
    if rename is None:
        return set_value(text, tree, path, update.value)
    renamed = rename_key(text, tree, *rename)
    if renamed.refusal is None:
        between = apply(text, renamed.edits)
        change = set_value(between, parse(between), (*path[:-1], update.assertion), update.value)
        if change.refusal is None:
            return Change((_as_one(text, apply(between, change.edits)),))
    return _replaced(text, tree, update)


def _rename(tree: Tree, update: Update) -> tuple[Path, str] | None:
    """Return the key that gets another name, and that name: the assertion's, or that of the expected outcome."""
    path = update.case.path
    if update.asserts_something_else:
        return path, update.assertion
    _, node = node_at(tree.root, path)
    keys = [key for key, _ in entries(node)]
    if update.assertion != ExpectOutcome.key or len(keys) != 1 or keys[0] in update.value:
        return None
    return (*path, keys[0]), next(iter(update.value))


def _replaced(text: str, tree: Tree, update: Update) -> Change:
    """Return the edits that replace an assertion whose key is not in its own text alone, but merged or repeated."""
    path = update.case.path[:-1]
    _, node = node_at(tree.root, path)
    case = None if node is None else plain(node)
    if not isinstance(case, dict):
        return Change(refusal="there is no such case in the text")
    kept = {key: value for key, value in case.items() if key != update.case.assertion}
    return set_value(text, tree, path, {**kept, update.assertion: update.value})


def _as_one(old: str, new: str) -> Edit:
    """Return the edit that makes one text another, without what both have in common at the ends."""
    shorter = min(len(old), len(new))
    head = next((at for at in range(shorter) if old[at] != new[at]), shorter)
    shorter -= head
    tail = next((at for at in range(shorter) if old[-1 - at] != new[-1 - at]), shorter)
    return Edit(Span(head, len(old) - tail), new[head : len(new) - tail])
