"""What is wrong with the text of an expression: shared by the modules that read it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from koreo_analyzer.text import Span

SyntaxCode: TypeAlias = Literal["syntax", "escape", "depth"]
"""`syntax`: not CEL; `depth`: nested too deeply; `escape`: an unknown escape, which keeps its backslash.

An escape is worth a warning, the others are errors (language section 2.1).
"""

_LONGEST_QUOTE = 24


@dataclass(frozen=True, slots=True)
class SyntaxProblem:
    """One problem in the text of an expression; `span` counts from the start of the expression's source.

    `message` says what is wrong and what was expected, `hint` (if there is one) how to mend it. How severe a
    code is, is for the reader to decide.
    """

    span: Span
    message: str
    hint: str | None = None
    code: SyntaxCode = "syntax"


def shorten(text: str) -> str:
    """Return a text for a message, on one line: the beginning of it if it is long."""
    if not text.isprintable():
        text = "".join(ch if ch.isprintable() else repr(ch)[1:-1] for ch in text[:_LONGEST_QUOTE])
    return text if len(text) <= _LONGEST_QUOTE else f"{text[: _LONGEST_QUOTE - 1]}…"
