"""What goes into a workspace and what comes out: settings, problems with places in files, definitions, counts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from koreo_analyzer.language.document import KoreoDocument
    from koreo_analyzer.problems import Severity, Tag
    from koreo_analyzer.schemas import SchemaSource
    from koreo_analyzer.text import Span


@dataclass(frozen=True, slots=True)
class Settings:
    """What a workspace is told besides its texts.

    `severities` is what the configuration says about problems: the severity of a code, None to turn it off.
    `schemas` are asked, in this order, for the kinds that no CustomResourceDefinition of the workspace defines.
    """

    severities: Mapping[str, Severity | None] = field(default_factory=dict)
    schemas: tuple[SchemaSource, ...] = ()


@dataclass(frozen=True, slots=True)
class FileRelated:
    """A place that explains a problem; `span` counts from the start of the file."""

    path: str
    span: Span
    message: str


@dataclass(frozen=True, slots=True)
class FileEdit:
    """Replace `span` of a file by `text`."""

    path: str
    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class FileFix:
    """A named set of edits that mends a problem."""

    title: str
    edits: tuple[FileEdit, ...]


@dataclass(frozen=True, slots=True)
class FileProblem:
    """One problem of a file, as people see it: severities of the configuration applied, offsets in the file.

    `lacks` are the paths, in the document that has the problem, at which something has to be written that is missing.
    """

    path: str
    span: Span
    code: str
    message: str
    severity: Severity
    hint: str | None = None
    related: tuple[FileRelated, ...] = ()
    fixes: tuple[FileFix, ...] = ()
    tags: tuple[Tag, ...] = ()
    lacks: tuple[tuple[str | int, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Statistics:
    """The size of a workspace. `kinds` counts the Koreo documents by kind."""

    files: int
    documents: int
    expressions: int
    characters: int
    kinds: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Definition:
    """A document of the snapshot and where it stands: `start` is its offset in the file."""

    path: str
    index: int
    start: int
    document: KoreoDocument
