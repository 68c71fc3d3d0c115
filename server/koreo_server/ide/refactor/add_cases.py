"""Add missing cases: a `refSwitch` gets one for every value that its `switchOn` can give, so that no run fails."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from koreo_analyzer.language.document import Workflow
from koreo_analyzer.language.kinds import VALUE_FUNCTION
from koreo_analyzer.types import StringType

from koreo_server.ide.cursor import cursor_at
from koreo_server.ide.refactor.rewritten import with_values

if TYPE_CHECKING:
    from koreo_analyzer.workspace import Snapshot

    from koreo_server.ide.refactor.rewritten import Refactoring


def add_missing_cases(snapshot: Snapshot, path: str, offset: int) -> Refactoring | None:
    """Give the `refSwitch` around the cursor its missing cases, what they run to be filled in; None without any.

    The kind of what they run is that of the last case.
    """
    cursor = cursor_at(snapshot, path, offset)
    body = cursor.definition.document.body if cursor is not None else None
    if cursor is None or not isinstance(body, Workflow):
        return None
    step = next((one for one in body.steps if one.span.start <= cursor.offset <= one.span.end), None)
    if step is None or any(case.default is not None for case in step.cases):
        return None
    switch = ("spec", "steps", step.index, "refSwitch")
    chosen = next((one for one in step.expressions if one.path == (*switch, "switchOn")), None)
    typed = snapshot.typing(cursor.definition).of(chosen) if chosen is not None else None
    words = typed.type.literals if typed is not None and isinstance(typed.type, StringType) else None
    missing = sorted(
        (words or frozenset()) - {case.case.text for case in step.cases if case.case is not None}
    )
    if not missing:
        return None
    last = step.cases[-1].reference if step.cases else None
    kind = last.kind if last is not None else VALUE_FUNCTION
    values = [
        ((*switch, "cases", len(step.cases) + number), {"case": word, "kind": kind, "name": ""})
        for number, word in enumerate(missing)
    ]
    title = f"Add {'a case' if len(missing) == 1 else 'cases'} for {', '.join(f'`{one}`' for one in missing)}"
    return replace(with_values(snapshot, cursor.definition, title, values), is_complete=False)
