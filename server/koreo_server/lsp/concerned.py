"""Which problems a request for code actions is about: those under the selection, and those that the client names.

A client that shows problems by line may name all of the cursor's line, wherever in it the cursor stands (Neovim before
0.12). What it names is only looked up: a problem that is gone by now, or moved, is not among the present ones. Where
there is neither, and the user has asked, it is the line that is meant; a light bulb in every line would be too much.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from koreo_analyzer.checks.running import TEST_FAILED
from koreo_analyzer.text import Span
from lsprotocol import types

from koreo_server.ide.fixes import touching
from koreo_server.lsp.convert import to_span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from koreo_analyzer.text import LineIndex
    from koreo_analyzer.workspace import FileProblem

    from koreo_server.lsp.server import KoreoServer


def concerned(
    server: KoreoServer,
    key: str,
    problems: Sequence[FileProblem],
    place: Span,
    context: types.CodeActionContext,
) -> list[FileProblem]:
    """Return the problems of a file that a request is about: first those under the selection, then the others.

    A failing test is also meant by its line, where the selection touches none: one stands on the key beside a value.
    """
    lines = server.projects.lines(key)
    named = {(one.code, to_span(lines, one.range, server.client.encoding)) for one in context.diagnostics}
    touched = touching(problems, place)
    found = [*touched, *(one for one in problems if (one.code, one.span) in named)]
    is_asked = context.trigger_kind is types.CodeActionTriggerKind.Invoked
    if not found and is_asked and place.start == place.end:
        return touching(problems, _whole_lines(lines, place))
    failures = [one for one in problems if one.code == TEST_FAILED.code]
    if not set(failures) & set(touched):
        found += touching(failures, _whole_lines(lines, place))
    return list(dict.fromkeys(found))


def _whole_lines(lines: LineIndex, place: Span) -> Span:
    first, last = lines.line_of(place.start), lines.line_of(place.end)
    return Span(lines.line_start(first), lines.line_start(last) + len(lines.line_text(last)))
