"""Remove all that is unused in a file: one change of each document, as single fixes would get in each other's way.

Two keys in neighbouring lines, or all keys of a mapping, cannot be removed by fixes that know nothing of each other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from koreo_analyzer.edit import set_value
from koreo_analyzer.workspace.fixing import UNUSED, choose_fixes
from koreo_analyzer.yaml.resolve import plain

from koreo_server.ide.cursor import cursor_at
from koreo_server.ide.refactor.rewritten import placed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from koreo_analyzer.edit import Path
    from koreo_analyzer.workspace import Definition, FileEdit, FileProblem, Snapshot
    from koreo_analyzer.yaml.resolve import Value


def remove_unused(
    snapshot: Snapshot, path: str, problems: Iterable[FileProblem]
) -> tuple[list[FileProblem], list[FileEdit]]:
    """Return which problems of a file can be mended by removing something, and the edits that do so."""
    unused = [problem for problem in problems if problem.code in UNUSED]
    keys: dict[int, tuple[Definition, list[tuple[FileProblem, Path]]]] = {}
    for problem in unused:
        cursor = cursor_at(snapshot, path, problem.span.start)
        if cursor is not None and cursor.on_key and problem.code != "unused-ignore":
            found = keys.setdefault(cursor.definition.start, (cursor.definition, []))
            found[1].append((problem, cursor.path))
    mended: list[FileProblem] = []
    edits: list[FileEdit] = []
    for definition, removed in keys.values():
        change = _without(snapshot, definition, [key for _, key in removed])
        mended += [problem for problem, _ in removed] if change else ()
        edits += change
    done = {(problem.code, problem.span) for problem in mended}
    for fix in choose_fixes([one for one in unused if (one.code, one.span) not in done], UNUSED):
        if not any(_meet(one, other) for one in fix.edits for other in edits):
            mended.append(fix.problem)
            edits += fix.edits
    return mended, edits


def _without(snapshot: Snapshot, definition: Definition, keys: Sequence[Path]) -> tuple[FileEdit, ...]:
    """Return the edits that remove keys of a document, and those that hold nothing else."""
    file = snapshot.file(definition.path)
    tree = file.documents[definition.index].document.tree if file is not None else None
    data = plain(tree.root) if tree is not None and tree.root is not None else None
    if tree is None or not isinstance(data, dict):
        return ()
    left = _pruned(data, keys, 0)
    return placed(definition, "", set_value(definition.document.text, tree, (), left)).edits


def _pruned(data: Value, keys: Sequence[Path], depth: int) -> Value:
    """Return data without keys, given by their paths from the root, and without mappings that held nothing else."""
    by_part: dict[str | int, list[Path]] = {}
    for key in keys:
        by_part.setdefault(key[depth], []).append(key)
    if isinstance(data, list):
        return [_pruned(item, by_part.get(i, ()), depth + 1) for i, item in enumerate(data)]
    if not isinstance(data, dict) or not keys:
        return data
    left: dict[str, Value] = {}
    for name, value in data.items():
        inside = by_part.get(name, ())
        if any(len(key) == depth + 1 for key in inside):
            continue
        kept = _pruned(value, inside, depth + 1)
        if kept != {} or not inside:
            left[name] = kept
    return left


def _meet(one: FileEdit, other: FileEdit) -> bool:
    return one.span.start <= other.span.end and other.span.start <= one.span.end
