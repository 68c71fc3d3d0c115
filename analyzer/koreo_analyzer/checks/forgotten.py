"""Texts that were meant as expressions, which Koreo gives on as they stand, and the expressions that were meant."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from koreo_analyzer.cel import ast
from koreo_analyzer.checks.examples import RETURN, greeting
from koreo_analyzer.checks.rules import Rule
from koreo_analyzer.edit.scalars import written
from koreo_analyzer.language.meant import Mark
from koreo_analyzer.problems import Edit, Fix, Problem, Severity
from koreo_analyzer.text import Span
from koreo_analyzer.yaml.nodes import Style
from koreo_analyzer.yaml.scalars import source_map

if TYPE_CHECKING:
    from koreo_analyzer.language.document import KoreoDocument, Literal
    from koreo_analyzer.language.meant import Meant

FORGOTTEN_EQUALS = Rule(
    "forgotten-equals",
    Severity.INFO,
    "a text that looks like an expression without its `=`",
    "Only a text whose first character is `=` is evaluated, and then the whole of it. This one is a selection from a "
    "name in scope, or an expression behind white space, and stays a text. Put a selection that is meant as a text in "
    "quotes.\n\nNothing in a text is replaced: `{{ inputs.name }}`, `${inputs.name}` and `$(inputs.name)`, "
    "as other tools write them, stay as they are, which is told as a warning. Texts are joined with `+`: "
    '`="web-" + inputs.name`.',
    wrong=greeting(RETURN + "    name: inputs.name\n"),
    right=greeting(RETURN + "    name: =inputs.name\n    path: 'inputs.name'\n"),
)
_LONGEST_SHOWN: Final = 60
"""So long an expression is written into a hint."""


def forgotten_equals(document: KoreoDocument, literal: Literal) -> Problem:
    """Return the problem of a text that was meant to be an expression, or to have some."""
    scalar = literal.scalar
    first = literal.meant[0]
    if first.mark is Mark.PLACEHOLDER:
        return _placeholder(document, literal)
    if first.mark is Mark.SELECTION:
        return FORGOTTEN_EQUALS.problem(
            scalar.span,
            f"this is the text `{scalar.text}`: it does not begin with `=`",
            hint=f"write `={scalar.text}`, or put it in quotes if the text is meant",
            fixes=(Fix("Make it an expression", (Edit(Span(scalar.start, scalar.start), "="),)),),
        )
    source = scalar.text.lstrip()
    blanks = Span(scalar.start + 1, scalar.start + 1 + len(scalar.text) - len(source))
    fixes: tuple[Fix, ...] = ()
    if document.text[blanks.start : blanks.end + 1].strip(" \t") == "=":
        fixes = (Fix("Remove the blanks", (Edit(blanks, ""),)),)
    return FORGOTTEN_EQUALS.problem(
        scalar.span,
        "this expression is not evaluated: it begins with white space",
        hint="`=` must be the first character",
        fixes=fixes,
    )


def _placeholder(document: KoreoDocument, literal: Literal) -> Problem:
    scalar, first = literal.scalar, literal.meant[0]
    whole = _joined(scalar.text, literal.meant)
    hint = 'make the whole text an expression, with `+` between its parts: `="a " + inputs.b`'
    fixes: tuple[Fix, ...] = ()
    if whole is not None:
        if len(whole) <= _LONGEST_SHOWN:
            hint = f"write `={whole}`"
        if scalar.style not in (Style.LITERAL, Style.FOLDED) and scalar.tag is None:
            text = written(f"={whole}", Style.PLAIN, Style.SINGLE, flow=True)
            fixes = (Fix("Make it an expression", (Edit(scalar.span, text),)),)
    return FORGOTTEN_EQUALS.problem(
        source_map(document.text, scalar).span(first.span.start, first.span.end),
        f"`{scalar.text[first.span.start : first.span.end]}` stays as it is: nothing in a text is replaced",
        severity=Severity.WARNING,
        hint=hint,
        fixes=fixes,
    )


def _joined(text: str, meant: tuple[Meant, ...]) -> str | None:
    """Return the expression that a text with placeholders stands for; None for one of several lines or unreadable."""
    if not all(part.known for part in meant) or "\n" in text.rstrip("\n"):
        return None
    text = text.rstrip("\n")
    if len(meant) == 1 and meant[0].span == Span(0, len(text)):
        return meant[0].facts.source
    parts: list[str] = []
    at = 0
    for part in meant:
        if part.span.start > at:
            parts.append(_string(text[at : part.span.start]))
        parts.append(_as_text(part))
        at = part.span.end
    if at < len(text):
        parts.append(_string(text[at:]))
    return " + ".join(parts)


def _string(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\x7f")


def _as_text(part: Meant) -> str:
    """Return an expression that is a string whatever its value is, as `+` joins nothing else with a string."""
    root = part.facts.root
    if isinstance(root, ast.Call) and root.name == "string":
        return part.facts.source
    return f"string({part.facts.source})"
