"""Code actions: what mends a problem, what mends many at once, refactorings, and last what only hides a problem."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Final

from koreo_analyzer.checks.running import TEST_FAILED
from koreo_analyzer.workspace.fixing import CERTAIN, UNUSED, choose_fixes
from lsprotocol import types

from koreo_server.ide.fixes import quick_fixes
from koreo_server.ide.refactor.add_cases import add_missing_cases
from koreo_server.ide.refactor.add_inputs import add_missing_inputs
from koreo_server.ide.refactor.add_missing import add_missing
from koreo_server.ide.refactor.remove_unused import remove_unused
from koreo_server.ide.refactor.suppress import ignore, ignore_in_document
from koreo_server.ide.test_fixes import failure_fixes
from koreo_server.lsp.concerned import concerned
from koreo_server.lsp.convert import to_span
from koreo_server.lsp.creating import TEST_KIND, misnamed_files, missing_definitions, missing_tests
from koreo_server.lsp.edits import workspace_edit
from koreo_server.lsp.refactoring import KINDS, refactorings

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from koreo_analyzer.text import Span
    from koreo_analyzer.workspace import FileEdit, FileProblem, Snapshot
    from koreo_analyzer.workspace.fixing import ChosenFix

    from koreo_server.ide.refactor.rewritten import Refactoring
    from koreo_server.lsp.server import KoreoServer

_FIX: Final = "quickfix"
_FIX_ALL: Final = "source.fixAll.koreo"
_REMOVE_UNUSED: Final = "source.removeUnused"
_COMPLETED: Final[Mapping[str, Callable[[Snapshot, str, int], Refactoring | None]]] = {
    "missing-input": add_missing_inputs,
    "missing-case": add_missing_cases,
}


def register(server: KoreoServer) -> None:
    """Teach the server this request."""
    kinds = [_FIX, *KINDS, TEST_KIND, _FIX_ALL, _REMOVE_UNUSED]
    options = types.CodeActionOptions(code_action_kinds=kinds, resolve_provider=True)

    @server.feature(types.TEXT_DOCUMENT_CODE_ACTION, options)
    async def offer(params: types.CodeActionParams) -> list[types.CodeAction] | None:
        if not server.client.code_actions:
            return None
        key = server.projects.turn_to(params.text_document.uri)
        opened = server.projects.opened(key)
        await server.publisher.prepare(key)
        if server.projects.opened(key) is not opened:
            return None
        place = to_span(server.projects.lines(key), params.range, server.client.encoding)
        problems = server.publisher.shown(key)
        only = params.context.only
        found: list[types.CodeAction] = []
        meant = concerned(server, key, problems, place, params.context)
        if _wanted(server, _FIX, only):
            found += _fixes(server, meant, place)
            found += _missing_parts(server, key, meant)
            found += _completions(server, params.text_document.uri, meant)
            found += _test_fixes(server, key, problems, meant)
            found += missing_definitions(server, params.text_document.uri, meant, place)
            found += misnamed_files(server, meant)
            found += _same_fixes(server, problems, meant)
        if _wanted(server, _FIX_ALL, only):
            certain = choose_fixes(problems, CERTAIN)
            found += _many(server, "Fix all that is certain", _FIX_ALL, certain)
        if _wanted(server, _REMOVE_UNUSED, only):
            found += _removals(server, "Remove all that is unused", _REMOVE_UNUSED, problems)
        kinds = [kind for kind in KINDS if _wanted(server, kind, only)]
        found += refactorings(server, params.text_document.uri, place, kinds)
        if _wanted(server, TEST_KIND, only):
            found += missing_tests(server, params.text_document.uri, place)
        if _wanted(server, _FIX, only):
            found += _ignores(server, meant, params.context.diagnostics)
        return _without_repeats(found)


def _without_repeats(actions: Iterable[types.CodeAction]) -> list[types.CodeAction]:
    """Return the first action of each title, which in a menu stands for all."""
    by_title: dict[str, types.CodeAction] = {}
    for action in actions:
        by_title.setdefault(action.title, action)
    return list(by_title.values())


def _wanted(server: KoreoServer, kind: str, only: Sequence[types.CodeActionKind | str] | None) -> bool:
    """Whether the client knows a kind of action and asks for it; a kind stands for all kinds below it."""
    asked = None if only is None else {str(getattr(one, "value", one)) for one in only}
    return _is_below(kind, server.client.action_kinds) and (asked is None or _is_below(kind, asked))


def _is_below(kind: str, kinds: Collection[str]) -> bool:
    return any(one in {"", kind} or kind.startswith(f"{one}.") for one in kinds)


def _fixes(server: KoreoServer, meant: Sequence[FileProblem], place: Span) -> Iterator[types.CodeAction]:
    """Yield the fixes that problems bring along."""
    for fix in quick_fixes(meant, place):
        yield _quick_fix(server, fix.title, fix.edits, fix.problems, is_certain=fix.is_only)


def _same_fixes(
    server: KoreoServer, problems: Sequence[FileProblem], meant: Sequence[FileProblem]
) -> Iterator[types.CodeAction]:
    """Yield the actions that fix all problems of the file that are like those that are meant."""
    for code in sorted({problem.code for problem in meant if problem.fixes}):
        title = f"Fix all `{code}` in this file"
        if code in UNUSED:
            yield from _removals(server, title, _FIX, [one for one in problems if one.code == code])
            continue
        many = choose_fixes(problems, frozenset({code}))
        if len(many) > 1:
            yield from _many(server, title, _FIX, many)


def _test_fixes(
    server: KoreoServer, key: str, problems: Sequence[FileProblem], meant: Sequence[FileProblem]
) -> Iterator[types.CodeAction]:
    """Yield the actions that make failing tests expect what happened."""
    failures = [problem for problem in problems if problem.code == TEST_FAILED.code]
    touched = {problem.span for problem in meant if problem.code == TEST_FAILED.code}
    project = server.projects.project_of(key) if touched else None
    if project is not None:
        for fix in failure_fixes(project.workspace.snapshot, server.tests.results(key), touched):
            mended = [problem for problem in failures if problem.span in fix.mended]
            yield _quick_fix(server, fix.title, fix.edits, mended)


def _ignores(
    server: KoreoServer, meant: Sequence[FileProblem], shown: Sequence[types.Diagnostic]
) -> Iterator[types.CodeAction]:
    """Yield the actions that hide problems by a comment: of those that the client shows, if it tells which.

    A failing test is not hidden from `koreo test` by that, so it is not offered for one.
    """
    codes = {diagnostic.code for diagnostic in shown}
    for problem in meant:
        project = server.projects.project_of(problem.path)
        if project is None or problem.code == TEST_FAILED.code or (codes and problem.code not in codes):
            continue
        for hide in (ignore, ignore_in_document):
            hidden = hide(project.workspace.snapshot, problem)
            if hidden is not None:
                yield _quick_fix(server, hidden.title, hidden.edits, [problem])


def _quick_fix(
    server: KoreoServer,
    title: str,
    edits: Iterable[FileEdit],
    mended: Iterable[FileProblem],
    *,
    is_certain: bool = False,
) -> types.CodeAction:
    """Return an action that mends problems; one that `is_certain` may be made without looking at it."""
    return types.CodeAction(
        title=title,
        kind=_FIX,
        diagnostics=[server.publisher.diagnostic(problem) for problem in mended],
        is_preferred=True if is_certain and server.client.preferred_actions else None,
        edit=workspace_edit(server, edits),
    )


def _many(
    server: KoreoServer, title: str, kind: str, fixes: Sequence[ChosenFix]
) -> Iterator[types.CodeAction]:
    """Yield the action that makes several fixes at once, if there are any."""
    if fixes:
        yield types.CodeAction(
            title=title,
            kind=kind,
            diagnostics=[server.publisher.diagnostic(fix.problem) for fix in fixes],
            edit=workspace_edit(server, chain.from_iterable(fix.edits for fix in fixes)),
        )


def _completions(server: KoreoServer, uri: str, meant: Sequence[FileProblem]) -> Iterator[types.CodeAction]:
    """Yield the actions that complete a step: with the inputs or the cases that it is reported to lack."""
    for code, complete in _COMPLETED.items():
        lacking = [problem for problem in meant if problem.code == code]
        found = server.snapshot_of(uri) if lacking else None
        mended = complete(*found, lacking[0].span.start) if found is not None else None
        if mended is not None and mended.refusal is None:
            yield _quick_fix(server, mended.title, mended.edits, lacking, is_certain=mended.is_complete)


def _removals(
    server: KoreoServer, title: str, kind: str, problems: Sequence[FileProblem]
) -> Iterator[types.CodeAction]:
    """Yield the action that removes what is unused in a file; a quick fix for all has to mend several."""
    project = server.projects.project_of(problems[0].path) if problems else None
    if project is None:
        return
    mended, edits = remove_unused(project.workspace.snapshot, problems[0].path, problems)
    if len(mended) > (kind == _FIX):
        yield types.CodeAction(
            title=title,
            kind=kind,
            diagnostics=[server.publisher.diagnostic(problem) for problem in mended],
            edit=workspace_edit(server, edits),
        )


def _missing_parts(server: KoreoServer, key: str, meant: Sequence[FileProblem]) -> Iterator[types.CodeAction]:
    """Yield the actions that write the keys and fields that are reported to be missing, all of a place at once."""
    project = server.projects.project_of(key)
    if project is None:
        return
    by_place: dict[tuple[str, Span], list[FileProblem]] = {}
    for problem in meant:
        if problem.lacks:
            by_place.setdefault((problem.code, problem.span), []).append(problem)
    for mended in by_place.values():
        added = add_missing(project.workspace.snapshot, mended)
        if added is not None and added.refusal is None:
            yield _quick_fix(server, added.title, added.edits, mended, is_certain=added.is_complete)
