"""Renames every name of a workspace, one after the other, and looks at what that did."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from koreo_analyzer.cel import ast
from koreo_analyzer.language.document import Workflow
from koreo_analyzer.language.tree import entries, node_at
from koreo_analyzer.workspace import Workspace
from koreo_analyzer.yaml.nodes import Mapping, resolve_alias
from koreo_runtime.testing import TestRun, run_tests
from koreo_server.ide.entities import named
from koreo_server.ide.rename import Renaming, rename

if TYPE_CHECKING:
    from collections.abc import Iterator

    from koreo_analyzer.workspace import Definition, FileProblem, Snapshot
    from koreo_runtime.testing.reports import CaseStatus

FRESH = "zzfreshzz"


@dataclass
class Tally:
    """What became of all renamings; `tests` as they ended before."""

    tests: TestRun
    done: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    doubted: int = 0
    wrong: list[str] = field(default_factory=list)


def names_in(definition: Definition) -> Iterator[int]:
    """Yield an offset (in the file) in every name that a document defines."""
    document = definition.document
    for _, span, is_definition in named(definition):
        if is_definition:
            yield definition.start + span.start
    blocks: list[tuple[str | int, ...]] = [("return",)]
    if isinstance(document.body, Workflow):
        blocks = [("steps", step.index, "state") for step in document.body.steps]
    for path in blocks:
        node = node_at(document.spec, path)[1]
        if node is not None:
            for offset in _keys(node):
                yield definition.start + offset
    for expression in document.expressions:
        for macro in _macros(expression.facts.root):
            for variable in macro.variables:
                yield definition.start + expression.span(variable.span).start


def _keys(node: object) -> Iterator[int]:
    if isinstance(node, Mapping):
        for _, entry in entries(node):
            yield entry.key.start
            yield from _keys(resolve_alias(entry.value))


def _macros(root: ast.Node) -> Iterator[ast.Macro]:
    return (node for node in ast.walk(root) if isinstance(node, ast.Macro) and node.variables)


def apply(texts: dict[str, str], renaming: Renaming) -> dict[str, str]:
    """Return the files that a renaming changes, as they are then."""
    changed: dict[str, str] = {}
    for edit in sorted(renaming.edits, key=lambda edit: edit.span, reverse=True):
        text = changed.get(edit.path, texts[edit.path])
        changed[edit.path] = text[: edit.span.start] + edit.text + text[edit.span.end :]
    return changed


def shown(snapshot: Snapshot, problems: tuple[FileProblem, ...]) -> Counter[tuple[str, str, int]]:
    """Return problems as what stays the same when a name changes: file, code and line."""
    return Counter(
        (one.path, one.code, snapshot.text(one.path).count("\n", 0, one.span.start)) for one in problems
    )


def verdicts(run: TestRun) -> list[tuple[bool, list[CaseStatus]]]:
    """Return how all tests of a workspace end."""
    return [(bool(report.error), [case.status for case in report.cases]) for report in run.reports]


def rename_everything(texts: dict[str, str], only: set[str] | None = None, every: int = 1) -> Tally:
    """Rename every name (or one of `every`) that the documents of the files `only` define, and back again."""
    workspace = Workspace()
    workspace.apply(texts)
    first = workspace.snapshot
    before = {path: shown(first, first.problems(path)) for path in first.paths()}
    tally = Tally(run_tests(first))
    for path in sorted(only or texts):
        for definition in first.documents(path):
            for offset in sorted(set(names_in(definition)))[::every]:
                _one(workspace, texts, path, offset, before, tally)
    return tally


def _one(
    workspace: Workspace,
    texts: dict[str, str],
    path: str,
    offset: int,
    before: dict[str, Counter[tuple[str, str, int]]],
    tally: Tally,
) -> None:
    """Rename one name, compare the problems, and rename it back."""
    where = f"{path}:{texts[path].count(chr(10), 0, offset) + 1}: {texts[path][offset : offset + 30]!r}"
    renaming = rename(workspace.snapshot, path, offset, FRESH)
    if renaming.refusal is not None:
        tally.refused[renaming.refusal.partition(": ")[2] or renaming.refusal] += 1
        return
    if renaming.doubts:
        tally.doubted += 1
        return
    tally.done += 1
    changed = apply(texts, renaming)
    workspace.apply(changed)
    after = workspace.snapshot
    for one in after.paths():
        now = shown(after, after.problems(one))
        if now != before[one]:
            tally.wrong.append(f"{where}: problems in {one}: {now - before[one]} | {before[one] - now}")
    tests = run_tests(after, previous=tally.tests)
    if verdicts(tests) != verdicts(tally.tests):
        tally.wrong.append(f"{where}: tests end otherwise")
    here = [edit for edit in renaming.edits if edit.path == path]
    place = next(edit for edit in here if edit.span.contains(offset))
    moved = sum(
        len(edit.text) - (edit.span.end - edit.span.start)
        for edit in here
        if edit.span.start < place.span.start
    )
    name = texts[path][place.span.start : place.span.end].strip("\"'")
    back = rename(after, path, place.span.start + moved + 1, name)
    if back.refusal is not None or back.doubts:
        tally.wrong.append(f"{where}: no way back: {back.refusal} {back.doubts[:1]}")
    for one, text in apply({**texts, **changed}, back).items():
        if text != texts[one]:
            tally.wrong.append(f"{where}: {one} is another text after renaming back")
    workspace.apply({one: texts[one] for one in changed})
