"""What the analyzer has to say about a document: problems, the places they relate to, and edits that mend them."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from koreo_analyzer.text import Span


class Severity(enum.IntEnum):
    """How bad a problem is; a larger number is worse.

    Error: the cluster would refuse the document, fail on it or ignore a part of it. Warning: probably wrong.
    Information: style, compatibility, doubt.
    """

    INFO = 1
    WARNING = 2
    ERROR = 3

    @property
    def word(self) -> str:
        """The word of configuration files and reports: `error`, `warning` or `info`."""
        return self.name.lower()


class Tag(enum.Enum):
    """A hint to editors on how to show the text itself (LSP `DiagnosticTag`)."""

    UNNECESSARY = "unnecessary"
    DEPRECATED = "deprecated"


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace the text of `span` (offsets within the document) by `text`."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Fix:
    """A named set of edits in one document that mends a problem."""

    title: str
    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True)
class Related:
    """Another place that explains a problem.

    `path` names the file; None means the document that has the problem. `span` counts from the start of the
    document that is number `index` (from 0) of that file.
    """

    message: str
    span: Span
    path: str | None = None
    index: int = 0


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem of one document. `span` counts from the start of the document's text.

    `lacks` are the paths in the document at which something has to be written that is missing.
    """

    code: str
    span: Span
    message: str
    severity: Severity
    hint: str | None = None
    related: tuple[Related, ...] = ()
    fixes: tuple[Fix, ...] = ()
    tags: tuple[Tag, ...] = field(default=())
    lacks: tuple[tuple[str | int, ...], ...] = ()
