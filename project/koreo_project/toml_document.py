"""TOML with places and with recovery: one bad line costs that line, not the whole file."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from koreo_analyzer.text import LineIndex, Span

from koreo_project.toml_spans import KeyPath, Place, locate

if TYPE_CHECKING:
    from collections.abc import Mapping

_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
_TOKEN = re.compile(r"\w+|\S")
_MOST_BAD_LINES = 20


class SyntaxProblem(NamedTuple):
    """Why a text is not TOML and at which token."""

    span: Span
    message: str


@dataclass(frozen=True, slots=True)
class Document:
    """The values of a TOML text and the places of its keys.

    After a syntax error the values are what is left without the bad lines, and a key at or after the offset
    `certain` may have come into the wrong table that way.
    """

    values: Mapping[str, Any]
    places: Mapping[KeyPath, Place]
    error: SyntaxProblem | None
    certain: int


def parse(text: str) -> Document:
    """Parse TOML; lines with a syntax error are blanked, which keeps all other places. Never raises."""
    certain = len(text) + 1
    first: SyntaxProblem | None = None
    rest = text
    for _ in range(_MOST_BAD_LINES):
        try:
            return Document(tomllib.loads(rest), locate(rest), first, certain)
        except RecursionError:
            first = first or SyntaxProblem(Span(0, 1), "too deeply nested")
            break
        except ValueError as error:
            problem, line = _syntax_problem(rest, str(error))
            # One bad line that is no header leaves the meaning of the others alone.
            if first is not None or rest[line.start : line.end].lstrip().startswith("["):
                certain = min(certain, line.start, first.span.start if first else line.start)
            first = first or problem
            rest = rest[: line.start] + " " * (line.end - line.start) + rest[line.end :]
    return Document({}, {}, first, 0)


def _syntax_problem(text: str, message: str) -> tuple[SyntaxProblem, Span]:
    """Return the problem for what `tomllib` said, and the line that it is on."""
    lines = LineIndex(text)
    found = _PLACE.search(message)
    if found is None or found[1] is None:
        offset = max(0, len(text.rstrip()) - 1)
    else:
        offset = lines.offset(int(found[1]) - 1, int(found[2]) - 1)
    number = lines.line_of(offset)
    line = Span(lines.line_start(number), lines.line_start(number) + len(lines.line_text(number)))
    token = _TOKEN.match(text, offset)
    span = Span(offset, token.end() if token else offset + 1)
    reason = message[: found.start()] if found else message
    return SyntaxProblem(span, f"not TOML: {reason[:1].lower()}{reason[1:]}"), line
