"""What can be wrong with the YAML of a document, before anyone asks what it means.

The codes are stable words; what severity each has is decided by those who report them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from koreo_analyzer.problems import Related
    from koreo_analyzer.text import Span

SYNTAX: Final = "yaml-syntax"
"""The text is not YAML."""
TOO_DEEP: Final = "yaml-too-deep"
"""Collections are nested deeper than `MAX_DEPTH`."""
TOO_LARGE: Final = "yaml-too-large"
"""Aliases expand to more than `MAX_EXPANDED` nodes."""
DUPLICATE: Final = "duplicate-key"
"""A mapping has two keys that are the same to Kubernetes; the last one wins."""
ALIAS: Final = "yaml-alias"
"""An alias names no anchor that stands before it, or a collection that contains it."""
KEY: Final = "yaml-key"
"""A key that cannot be a key of a JSON object: null, a sequence, a mapping."""
MERGE: Final = "yaml-merge"
"""A merge key (`<<`) with a value that cannot be merged, or that overrides keys above it."""
TAG: Final = "yaml-tag"
"""A tag that Kubernetes does not know."""
VALUE: Final = "yaml-value"
"""A scalar that has no JSON value: `.inf`, `.nan`, `!!int abc`."""

CODES: Final = (SYNTAX, TOO_DEEP, TOO_LARGE, DUPLICATE, ALIAS, KEY, MERGE, TAG, VALUE)

MAX_DEPTH: Final = 100
"""How deep collections may be nested, aliases expanded. Whoever walks a tree may recurse."""
MAX_EXPANDED: Final = 100_000
"""How many nodes the aliases of one document may stand for. Whoever walks a tree may follow every alias."""

MAX_VALUES: Final = 1_000_000
"""How many values `resolve.plain` makes of a part of a tree."""


@dataclass(frozen=True, slots=True)
class YamlProblem:
    """One problem. `span` and the spans of `related` count from the start of the document's text."""

    span: Span
    code: str
    message: str
    hint: str | None = None
    related: tuple[Related, ...] = ()


_BRACES: Final = re.compile(r"\{\{-?[ \t]*\.?([A-Za-z_]\w*(?:\.\w+)+)[ \t]*-?\}\}[ \t]*(?:#.*)?", re.ASCII)


def braces_hint(line: str) -> str:
    """Return how to mend a value that begins with `{{`, which is what stands to the end of its `line`."""
    selection = _BRACES.fullmatch(line.rstrip())
    if selection is None:
        return "put the whole value in quotes"
    return f"write `={selection[1]}` for an expression, or put the whole value in quotes"
