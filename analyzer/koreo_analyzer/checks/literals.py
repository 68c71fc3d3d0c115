"""Text that is read otherwise than it looks: expressions in literal data, strings that the original changes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from koreo_analyzer.checks.examples import RETURN, greeting, greeting_test
from koreo_analyzer.checks.forgotten import FORGOTTEN_EQUALS, forgotten_equals
from koreo_analyzer.checks.rules import Rule
from koreo_analyzer.language import kinds
from koreo_analyzer.language.expressions import read_expression
from koreo_analyzer.language.meant import Mark, meant_in
from koreo_analyzer.language.shapes import NAMES_IN_SCOPE, Place
from koreo_analyzer.problems import Edit, Fix, Problem, Severity
from koreo_analyzer.yaml.resolve import value
from koreo_analyzer.yaml.scalars import source_map

if TYPE_CHECKING:
    from collections.abc import Iterator

    from koreo_analyzer.language.document import KoreoDocument, Literal, Path
    from koreo_analyzer.yaml.nodes import Scalar

_CASE = """\
  testCases:
  - expectReturn:
      text: Hello World
"""
EXPRESSION_IN_LITERAL = Rule(
    "expression-in-literal",
    Severity.WARNING,
    "an expression where only literals are read",
    "Test inputs, expectations and templates are data: a text that begins with `=` stays that text. It is "
    "nearly always a mistake. Put `# koreo: ignore[expression-in-literal]` above a line that really means "
    "the text. Keys are never expressions either.",
    wrong=greeting_test(_CASE.replace("Hello World", '="Hello " + inputs.name')),
    right=greeting_test(_CASE),
)

READ_DIFFERENTLY = Rule(
    "read-differently",
    Severity.INFO,
    "a text that the original runtime reads as something else",
    "The original pastes a whole block together as CEL source. A static text that Python's `int()` or "
    "`float()` accepts becomes a number there "
    '(`"1.10"` is 1.1, and `"+5"`, which CEL does not know, breaks the block), and escapes in a one-line '
    "text are interpreted. Here strings stay strings. Write an expression to mean the same in both: "
    '`="1.10"`.',
    wrong=greeting(RETURN + '    version: "1.10"\n'),
    right=greeting(RETURN + '    version: ="1.10"\n'),
)

RULES = (EXPRESSION_IN_LITERAL, READ_DIFFERENTLY, FORGOTTEN_EQUALS)

_NAMES_IN_FUNCTIONS: Final = NAMES_IN_SCOPE[Place.RETURN]

_MAY_BE_NUMBER: Final = re.compile(r"\s*(?:[+-]?[\d.]|[+-]?(?:inf|nan))", re.IGNORECASE)
_CEL_NUMBER: Final = re.compile(r"-?\d+|-?\d*\.?\d*(?:[eE][+-]?\d+)?", re.ASCII)
_NUMBER_TEXT: Final = re.compile(r"[\w+.-]+", re.ASCII)
_ESCAPE: Final = re.compile(
    r"\\(?:[\\abfnrtv?\"'`]|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-3][0-7]{2})"
)


def check_literal(document: KoreoDocument, literal: Literal) -> Iterator[Problem]:
    """Yield the problem of one literal, if it has any."""
    scalar = literal.scalar
    text = scalar.text
    if literal.place is Place.LITERAL:
        if (
            text[:1] == "="
            and len(text) > 1
            and value(scalar) == text
            and not _is_reported_elsewhere(document.kind, literal.path)
        ):
            yield EXPRESSION_IN_LITERAL.problem(
                scalar.span,
                "this expression is not evaluated: only literals are read here",
                hint=_literal_hint(document),
            )
        elif document.kind == kinds.RESOURCE_TEMPLATE:
            yield from _placeholder_in_template(document, scalar)
        return
    if literal.meant:
        yield forgotten_equals(document, literal)
        return
    reason = original_reading(scalar.text) if isinstance(value(scalar), str) else None
    if reason is not None:
        yield READ_DIFFERENTLY.problem(
            scalar.span,
            f"the original runtime {reason}",
            hint="write an expression to mean the same in both",
            fixes=_as_expression(scalar),
        )


def _placeholder_in_template(document: KoreoDocument, scalar: Scalar) -> Iterator[Problem]:
    for meant in meant_in(scalar, _NAMES_IN_FUNCTIONS, read_expression)[:1]:
        if meant.mark is Mark.PLACEHOLDER:
            yield EXPRESSION_IN_LITERAL.problem(
                source_map(document.text, scalar).span(meant.span.start, meant.span.end),
                f"`{scalar.text[meant.span.start : meant.span.end]}` stays as it is: only literals are read here",
                hint=_literal_hint(document),
            )


def _as_expression(scalar: Scalar) -> tuple[Fix, ...]:
    """Return the fix that makes an expression of a text which the original takes for a number."""
    if not _NUMBER_TEXT.fullmatch(scalar.text):
        return ()
    written = f'="{scalar.text}"'
    return (Fix(f"Change to `{written}`", (Edit(scalar.span, written),)),)


def check_keys(document: KoreoDocument) -> Iterator[Problem]:
    """Yield a problem for each key of an evaluated block that looks like an expression."""
    for key in document.expression_keys:
        if not key.text[1:].strip():
            continue
        yield EXPRESSION_IN_LITERAL.problem(
            key.span,
            "this expression is not evaluated: a key is never an expression",
            hint='compute the whole mapping, as in `={"a" + inputs.b: 1}`',
        )


def _literal_hint(document: KoreoDocument) -> str | None:
    if document.kind == kinds.FUNCTION_TEST:
        return "write the value itself"
    if document.kind == kinds.RESOURCE_TEMPLATE:
        return "templates are static: compute the value in an overlay of the ResourceFunction"
    return None


def _is_reported_elsewhere(kind: str, path: Path) -> bool:
    """Whether another rule already says that no expression may stand here.

    In a step `label`, `case` and `condition` have patterns, and the kind and name of other Logic must be known.
    """
    match kind:
        case kinds.WORKFLOW:
            return path[1] == "steps" and path[-1] != "inputKey"
        case kinds.RESOURCE_FUNCTION:
            return path[1] == "overlays"
        case kinds.FUNCTION_TEST:
            return path[1] == "functionRef"
        case _:
            return False


def original_reading(text: str) -> str | None:
    """Say what the original does to a static text of an evaluated block; None when it stays this text.

    See language section 2, "strings stay strings".
    """
    if _MAY_BE_NUMBER.match(text):
        number = _number(text)
        if number is not None:
            stripped = text.strip()
            if stripped[-1].isalpha():
                return f"reads this text as the unknown name `{stripped}`"
            if not _CEL_NUMBER.fullmatch(stripped):
                return "takes this text for a number, which CEL cannot read"
            return f"reads this text as the number {number}"
    if "\\" in text and "\n" not in text and _ESCAPE.search(text):
        return "interprets the backslashes of this text"
    return None


def _number(text: str) -> int | float | None:
    """Return the number that Python's `int()` or `float()` makes of a text."""
    for convert in (int, float):
        try:
            return convert(text)
        except ValueError:
            continue
    return None
