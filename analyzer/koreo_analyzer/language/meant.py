"""Texts that were meant as expressions: without their `=`, behind white space, or with placeholders of other tools.

Helm writes `{{ .Values.x }}`, shells and Terraform `${x.y}`, Kubernetes and Tekton `$(x.y)`. Koreo replaces nothing
in a text. What was meant is known here, beside the expressions, so that what it names counts as used.
"""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from koreo_analyzer.text import Span
from koreo_analyzer.yaml.nodes import Style

if TYPE_CHECKING:
    from collections.abc import Iterator

    from koreo_analyzer.language.expressions import ExpressionFacts, ReadExpression
    from koreo_analyzer.yaml.nodes import Scalar


class Mark(enum.Enum):
    """How a text shows that it was meant as an expression."""

    SELECTION = "a selection from a name in scope"
    BLANKS = "white space before the `=`"
    PLACEHOLDER = "a placeholder of another tool"


@dataclass(frozen=True, slots=True)
class Meant:
    """A part of a text that was meant as an expression.

    `span` is its place in the text, all that is to be replaced; `facts` are those of the expression. Of one
    that is not `known` only a part is an expression, that of `facts`, as in `{{ inputs.x | quote }}`.
    """

    mark: Mark
    span: Span
    facts: ExpressionFacts
    known: bool = True


_SELECTION: Final = re.compile(
    r"""(?<![\w$])([A-Za-z_]\w*)(?:\.[A-Za-z_]\w*|\[(?:\d+|"[^"\\]*"|'[^'\\]*')\])+""", re.ASCII
)
_ENDINGS: Final = frozenset(
    (
        "com",
        "conf",
        "dev",
        "html",
        "io",
        "json",
        "log",
        "md",
        "net",
        "org",
        "toml",
        "txt",
        "xml",
        "yaml",
        "yml",
    )
)
"""What the last part of a selection is not, but that of the name of a file or a host: `resource.yaml`."""

_PLACEHOLDER: Final = re.compile(
    r"(?<![$\\{])(?:(?P<both>\$\{\{)(?P<a>[^{}]++)\}\}|\{\{-?(?P<b>[^{}]++)\}\}(?!\})|\$\{(?P<c>[^{}]++)\}"
    r"|\$\((?P<d>(?:[^()]++|\([^()]*+\))*+)\))"
)
_FOREIGN: Final = re.compile(
    r"inputs\.(?:parameters|artifacts|params|resources)\b"
    r"|steps\.[\w-]+\.(?:outputs|results)\b|resource\.labels?\b"
)
"""What Argo, Tekton and the monitoring of Google Cloud write between the same signs, for themselves to replace."""


def meant_in(scalar: Scalar, names: tuple[str, ...], read: ReadExpression) -> tuple[Meant, ...]:
    """Return what a text that is no expression was meant to evaluate, where `names` are in scope."""
    text = scalar.text
    if "{{" in text or "${" in text or "$(" in text:
        return tuple(_placeholders(text, names, read))
    if scalar.style is Style.PLAIN:
        selection = _SELECTION.fullmatch(text)
        if selection is None or selection[1] not in names or text.rpartition(".")[2] in _ENDINGS:
            return ()
        return (Meant(Mark.SELECTION, Span(0, len(text)), read(text)),)
    source = text.lstrip()
    if source[:1] != "=" or len(source) == len(text):
        return ()
    facts = read(source[1:])
    if facts.broken or not any(use.root in names for use in facts.uses):
        return ()
    return (Meant(Mark.BLANKS, Span(0, len(text)), facts),)


def _placeholders(text: str, names: tuple[str, ...], read: ReadExpression) -> Iterator[Meant]:
    """Yield the placeholders that select from names in scope; GitHub's of a text of several lines are its own."""
    several = "\n" in text.rstrip("\n")
    for found in _PLACEHOLDER.finditer(text):
        inner = found["a"] or found["b"] or found["c"] or found["d"] or ""
        source = inner.strip().removesuffix("-").rstrip().removeprefix(".")
        if (found["both"] and several) or _FOREIGN.match(source):
            continue
        facts = read(source)
        known = not facts.broken and bool(facts.uses)
        known = known and all(use.root in names and use.members for use in facts.uses)
        if not known:
            selection = _selection(source, names, anywhere=found["b"] is not None)
            if selection is None:
                continue
            facts = read(selection)
        yield Meant(Mark.PLACEHOLDER, Span(*found.span()), facts, known)


def _selection(source: str, names: tuple[str, ...], *, anywhere: bool) -> str | None:
    """Return the first selection from a name in scope in what is no expression, which it begins with or not."""
    for part in _SELECTION.finditer(source):
        if not anywhere and part.start() > 0:
            return None
        if part[1] in names:
            return part[0]
    return None
