"""Expressions that YAML cuts off: a plain scalar ends at ` #`, and in brackets at `,` (YAML 1.2, rules 126 to 131).

The text is YAML then, and the expression is what stands before the cut. Whether the cut is to blame is told by
reading on: if the expression together with what follows is CEL, it was meant as a whole.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from koreo_analyzer.cel import parse
from koreo_analyzer.text import Span
from koreo_analyzer.yaml.nodes import Style
from koreo_analyzer.yaml.scalars import BREAKS

if TYPE_CHECKING:
    from koreo_analyzer.language.document import Expression, KoreoDocument

_COMMENT = re.compile(rf"[ \t]+(#)[^{BREAKS}]*")
_COMMA = re.compile(r"[ \t]*(,)")
_STOP = re.compile(rf"[,\]}}{BREAKS}]|\Z")
_MOST_READ = 500
_MOST_TRIES = 20


@dataclass(frozen=True, slots=True)
class Cut:
    """Where YAML ends an expression too early (`span` within the document), and how to mend it."""

    span: Span
    message: str
    hint: str


def cut_by_yaml(document: KoreoDocument, expression: Expression) -> Cut | None:
    """Return where YAML cuts off an expression that would be CEL with what follows on its line; None otherwise."""
    scalar = expression.scalar
    if scalar.style is not Style.PLAIN:
        return None
    text = document.text
    comment = _COMMENT.match(text, scalar.end)
    if comment is not None:
        if not _is_cel(expression.facts.source + comment.group()):
            return None
        return Cut(
            Span(*comment.span(1)),
            "` #` begins a YAML comment, which ends the expression",
            "put the expression in quotes, or on lines of its own after `|`",
        )
    comma = _COMMA.match(text, scalar.end)
    if comma is None:
        return None
    limit = min(len(text), comma.end() + _MOST_READ)
    for tries, stop in enumerate(_STOP.finditer(text, comma.end(), limit)):
        if tries == _MOST_TRIES:
            return None
        if _is_cel(expression.facts.source + text[scalar.end : stop.start()]):
            return Cut(
                Span(*comma.span(1)),
                "`,` ends the expression: inside `{…}` and `[…]` it separates values",
                "put the expression in quotes",
            )
        if stop.group() in BREAKS:
            return None
    return None


def _is_cel(source: str) -> bool:
    return all(problem.code == "escape" for problem in parse(source).problems)
