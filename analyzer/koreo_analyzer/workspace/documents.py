"""Files and their documents, parsed: everything that follows from the text of one document alone.

A `ParsedDocument` counts offsets from its own start, so it does not change when it moves within its file, and
a file that changes keeps the parsed documents whose text is the same.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from koreo_analyzer.checks import check_document
from koreo_analyzer.language.crds import CrdHeader, read_crd
from koreo_analyzer.language.file_names import is_koreo_path
from koreo_analyzer.language.reader import is_koreo, read_document
from koreo_analyzer.schemas import KindName, schemas_in_tree
from koreo_analyzer.text import LineIndex
from koreo_analyzer.workspace.ignores import Ignore, read_ignores
from koreo_analyzer.yaml.parse import Tree, parse
from koreo_analyzer.yaml.stream import split

if TYPE_CHECKING:
    from collections.abc import Sequence

    from koreo_analyzer.language.document import KoreoDocument
    from koreo_analyzer.language.expressions import ReadExpression
    from koreo_analyzer.problems import Problem

_CRD = "CustomResourceDefinition"
_KIND_WORD = re.compile(r"""\bkind["']?\s*:\s*(?:[&!]\S+\s+)*["']?([A-Z]\w*)""")


class ParsedDocument:
    """One document: its text, and what was made of it when it was first asked for. Compared by identity."""

    def __init__(self, text: str, read_expression: ReadExpression) -> None:
        self.text = text
        self._read_expression = read_expression

    @cached_property
    def tree(self) -> Tree:
        """The positioned tree and its syntax problems."""
        return parse(self.text)

    @cached_property
    def model(self) -> KoreoDocument | None:
        """The meaning of the document; None for one that is not Koreo's."""
        root = self.tree.root
        if root is None or not is_koreo(root):
            return None
        return read_document(self.text, root, self._read_expression, sound=self.tree.sound)

    @cached_property
    def problems(self) -> tuple[Problem, ...]:
        """The problems that the document has by itself."""
        return check_document(self.tree, self.model)

    @cached_property
    def ignores(self) -> tuple[Ignore, ...]:
        """The `# koreo: ignore[…]` comments."""
        return read_ignores(self.text, self.tree)

    @cached_property
    def crd_words(self) -> frozenset[str]:
        """The kinds that the document may define, if it is a CustomResourceDefinition, found without parsing it."""
        if _CRD not in self.text:
            return frozenset()
        return frozenset(_KIND_WORD.findall(self.text)) - {_CRD}

    @cached_property
    def crd(self) -> CrdHeader | None:
        """Group, kind and versions, when the document is a CustomResourceDefinition."""
        if _CRD not in self.text or not self.tree.sound:
            return None
        return read_crd(self.tree.root)

    @cached_property
    def crd_names(self) -> tuple[KindName, ...]:
        """Every kind that the document defines, when it is a CustomResourceDefinition: one for each version."""
        if _CRD not in self.text or not self.tree.sound:
            return ()
        return tuple(schema.name for schema in schemas_in_tree(self.tree.root, ""))


class PlacedDocument(NamedTuple):
    """A document and the offset in its file at which it starts."""

    start: int
    document: ParsedDocument


class SourceFile:
    """The text of a file, cut into documents. Immutable."""

    def __init__(self, path: str, text: str, documents: tuple[PlacedDocument, ...]) -> None:
        self.path = path
        self.text = text
        self.documents = documents
        self.is_koreo = is_koreo_path(path)

    @cached_property
    def lines(self) -> LineIndex:
        """Where the lines of the file begin."""
        return LineIndex(self.text)

    def document_at(self, offset: int) -> tuple[int, PlacedDocument] | None:
        """Return number and document that a cursor at `offset` stands in; None in an empty file."""
        found = None
        for index, placed in enumerate(self.documents):
            if placed.start <= offset or found is None:
                found = (index, placed)
        return found


def cut(path: str, text: str, before: SourceFile | None, read_expression: ReadExpression) -> SourceFile:
    """Cut the text of a file into documents; those whose text `before` already has are taken from it."""
    known = (
        {placed.document.text: placed.document for placed in before.documents} if before is not None else {}
    )
    documents: list[PlacedDocument] = []
    for start, end, empty in split(text):
        if empty:
            continue
        part = text[start:end]
        document = known.get(part)
        if document is None:
            document = known[part] = ParsedDocument(part, read_expression)
        documents.append(PlacedDocument(start, document))
    return SourceFile(path, text, tuple(documents))


def count_expressions(documents: Sequence[PlacedDocument]) -> int:
    """Return how many expressions the Koreo documents among `documents` hold."""
    return sum(
        len(placed.document.model.expressions) for placed in documents if placed.document.model is not None
    )
