"""What each word of a file is, in both of its languages, for editors to colour (LSP 3.17, "Semantic Tokens").

Everything here follows from the text of one document, so whoever asks may remember the answer for that text.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from koreo_analyzer.language import KINDS, kinds
from koreo_analyzer.language.document import Function, FunctionTest, Workflow
from koreo_analyzer.language.shapes import ListOf, Object, Shape, Text
from koreo_analyzer.text import Span
from koreo_analyzer.yaml.nodes import Mapping, Node, Scalar, Sequence, Style
from koreo_analyzer.yaml.resolve import value

from koreo_server.ide.expression_tokens import Modifier, TokenType, expression_tokens

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from koreo_analyzer.language.document import Expression, KoreoDocument, Name
    from koreo_analyzer.workspace import Snapshot
    from koreo_analyzer.workspace.documents import ParsedDocument

_COMMENT = re.compile(r"(?<![^\s\ufeff\[\]{},\x22\x27])#[^\r\n]*")
_LINE = re.compile(r"[^ \t\r\n][^\r\n]*")
_HEAD: Final = frozenset({"apiVersion", "kind", "metadata", "spec"})
_NAMED: Final = {
    kinds.VALUE_FUNCTION: TokenType.FUNCTION,
    kinds.RESOURCE_FUNCTION: TokenType.FUNCTION,
    kinds.WORKFLOW: TokenType.CLASS,
    kinds.RESOURCE_TEMPLATE: TokenType.STRUCT,
    kinds.FUNCTION_TEST: TokenType.EVENT,
}
"""What the name of a document of a kind is."""

_Role: TypeAlias = tuple[TokenType, Modifier]
_NONE: Final = Modifier(0)


class Token(NamedTuple):
    """A word: `[start, end)`, which may span lines only if it is a text or a comment in an expression."""

    start: int
    end: int
    type: TokenType
    modifiers: Modifier = _NONE


def semantic_tokens(snapshot: Snapshot, path: str, within: Span | None = None) -> list[Token]:
    """Return the words of a file, or those that touch some of its characters, in order; none touch each other.

    Offsets count in the file; a file that the workspace does not know, or that is not Koreo's, has none.
    """
    file = snapshot.file(path)
    if file is None or not file.is_koreo:
        return []
    found: list[Token] = []
    for start, document in file.documents:
        part = Span(0, len(document.text)) if within is None else within.shift(-start)
        if part.start <= len(document.text) and part.end >= 0:
            found += (
                token._replace(start=token.start + start, end=token.end + start)
                for token in document_tokens(document, part)
            )
    return found


def document_tokens(document: ParsedDocument, within: Span) -> list[Token]:
    """Return the words of one document that touch `within`, in order; offsets count in the document."""
    reader = _Reader(document, within)
    return reader.read()


class _Reader:
    """Collects the words of one document."""

    __slots__ = ("_expressions", "_found", "_roles", "_root", "_text", "_texts", "_within")

    def __init__(self, document: ParsedDocument, within: Span) -> None:
        model = document.model
        self._text = document.text
        self._root = document.tree.root
        self._within = within
        self._found: list[Token] = []
        self._texts: list[Span] = []
        """The scalars that hold a `#`."""
        self._expressions: dict[int, Expression] = {}
        self._roles: dict[int, _Role] = {}
        if model is not None:
            self._expressions = {one.scalar.start: one for one in model.expressions}
            self._roles = dict(_roles(model))

    def read(self) -> list[Token]:
        """Return the words in order."""
        root = self._root
        if isinstance(root, Mapping) and self._roles:
            self._document(root)
        elif root is not None:
            self._visit(root, None)
        self._comments()
        self._found.sort()
        return self._found

    def _document(self, root: Mapping) -> None:
        kind = next(
            (e.value for e in root.entries if isinstance(e.key, Scalar) and e.key.text == "kind"), None
        )
        known = KINDS.get(kind.text) if isinstance(kind, Scalar) else None
        for entry in root.entries:
            name = entry.key.text if isinstance(entry.key, Scalar) else ""
            self._key(entry.key, is_known=name in _HEAD)
            shape = known.spec if known is not None and name == "spec" else None
            if name == "apiVersion" and isinstance(entry.value, Scalar):
                self._add(entry.value, TokenType.NAMESPACE, _NONE)
            else:
                self._visit(entry.value, shape)

    def _visit(self, node: Node, shape: Shape | None) -> None:
        start, end = self._within
        if node.end < start or node.start > end:
            return
        if isinstance(node, Scalar):
            self._scalar(node, shape)
        elif isinstance(node, Mapping):
            fields = shape.fields if isinstance(shape, Object) else {}
            for entry in node.entries:
                if entry.value.end < start and entry.key.end < start:
                    continue
                if entry.key.start > end:
                    break
                name = entry.key.text if isinstance(entry.key, Scalar) else ""
                field = fields.get(name)
                self._key(entry.key, is_known=field is not None)
                self._visit(entry.value, field.shape if field is not None else None)
        elif isinstance(node, Sequence):
            item = shape.item if isinstance(shape, ListOf) else None
            for part in node.items:
                if part.start > end:
                    break
                self._visit(part, item)

    def _key(self, key: Node, *, is_known: bool) -> None:
        if not isinstance(key, Scalar):
            return
        role = self._roles.get(key.start)
        if role is not None:
            self._add(key, *role)
        else:
            self._add(key, TokenType.KEYWORD if is_known else TokenType.PROPERTY, _NONE)

    def _scalar(self, scalar: Scalar, shape: Shape | None) -> None:
        if "#" in scalar.text:
            self._texts.append(scalar.span)
        expression = self._expressions.get(scalar.start)
        role = self._roles.get(scalar.start)
        if expression is not None:
            self._expression(expression)
        elif role is not None:
            self._add(scalar, *role)
        elif isinstance(shape, Text) and scalar.text in shape.enum:
            self._add(scalar, TokenType.ENUM_MEMBER, _NONE)
        else:
            self._add(scalar, _type_of(scalar), _NONE)

    def _expression(self, expression: Expression) -> None:
        scalar = expression.scalar
        places = expression.source_map
        sign = places.span(0, 1)
        if scalar.style not in {Style.LITERAL, Style.FOLDED} and sign.start > scalar.start:
            self._found.append(Token(scalar.start, sign.start, TokenType.STRING))
        self._found.append(Token(*sign, TokenType.OPERATOR))
        start, end = self._within
        for token in expression_tokens(expression.facts):
            span = places.span(token.start + 1, token.end + 1)
            if span.end >= start and span.start <= end:
                self._lines(span, token.type, token.modifiers)
        last = places.span(len(places.value), len(places.value)).start
        if scalar.style in {Style.SINGLE, Style.DOUBLE} and scalar.end > last:
            self._found.append(Token(last, scalar.end, TokenType.STRING))

    def _add(self, scalar: Scalar, kind: TokenType, modifiers: Modifier) -> None:
        if scalar.style in {Style.LITERAL, Style.FOLDED}:
            self._found.append(Token(scalar.start, scalar.start + 1, TokenType.OPERATOR))
            first = self._text.find("\n", scalar.start, scalar.end)
            if first >= 0:
                self._lines(Span(first, scalar.end), kind, modifiers)
        elif scalar.end > scalar.start:
            self._lines(scalar.span, kind, modifiers)

    def _lines(self, span: Span, kind: TokenType, modifiers: Modifier) -> None:
        """Add a word; one that spans lines is added line by line, its indentation left out."""
        text = self._text
        if "\n" not in text[span.start : span.end]:
            self._found.append(Token(span.start, span.end, kind, modifiers))
            return
        start, end = self._within
        for line in _LINE.finditer(text, span.start, span.end):
            if line.end() >= start and line.start() <= end:
                self._found.append(Token(line.start(), line.end(), kind, modifiers))

    def _comments(self) -> None:
        """Add the comments outside of texts."""
        text, (start, end) = self._text, self._within
        start = text.rfind("\n", 0, max(start, 0)) + 1
        end = text.find("\n", max(end, start))
        end = end if end >= 0 else len(text)
        inside = iter(sorted(self._texts))
        around = next(inside, None)
        for found in _COMMENT.finditer(text, start, end):
            while around is not None and around.end <= found.start():
                around = next(inside, None)
            if around is not None and around.start < found.start():
                is_header = text[around.start] in "|>" and "\n" not in text[around.start : found.start()]
                if not is_header:
                    continue
            self._found.append(Token(*found.span(), TokenType.COMMENT))


def _type_of(scalar: Scalar) -> TokenType:
    held = value(scalar)
    if isinstance(held, str):
        return TokenType.STRING
    return TokenType.KEYWORD if held is None or isinstance(held, bool) else TokenType.NUMBER


def _roles(document: KoreoDocument) -> Iterator[tuple[int, _Role]]:
    """Yield what the names of a document are, by where they start."""
    yield document.kind_span.start, (TokenType.TYPE, Modifier.DEFAULT_LIBRARY)
    if document.name is not None:
        modifiers = Modifier.DEFINITION if document.active else Modifier.DEFINITION | Modifier.DEPRECATED
        yield document.name.span.start, (_NAMED[document.kind], modifiers)
    for reference in document.references:
        yield reference.name.span.start, (_NAMED[reference.kind], _NONE)
    body = document.body
    if isinstance(body, Workflow):
        yield from _workflow_roles(body)
    elif isinstance(body, Function):
        yield from _all(body.locals, TokenType.VARIABLE, Modifier.DEFINITION)
        for call in body.overlays:
            yield from _all((one.name for one in call.inputs or ()), TokenType.PARAMETER)
    elif isinstance(body, FunctionTest):
        yield from _all((one.name for one in body.inputs or ()), TokenType.PARAMETER)
        for case in body.cases:
            yield from _all((one.name for one in case.overrides), TokenType.PARAMETER)


def _workflow_roles(body: Workflow) -> Iterator[tuple[int, _Role]]:
    if body.trigger is not None:
        yield from _all((body.trigger.group, body.trigger.version), TokenType.NAMESPACE)
        yield from _all((body.trigger.kind,), TokenType.TYPE)
    for step in body.steps:
        if step.label is not None:
            yield from _all((step.label,), TokenType.METHOD, Modifier.DEFINITION)
        yield from _all((one.name for one in step.call.inputs or ()), TokenType.PARAMETER)
        if step.input_key is not None:
            yield from _all((step.input_key,), TokenType.PARAMETER, Modifier.DEFINITION)
        yield from _all((case.case for case in step.cases if case.case is not None), TokenType.ENUM_MEMBER)
        yield from _all(step.state_keys, TokenType.PROPERTY, Modifier.DEFINITION)


def _all(names: Iterable[Name], kind: TokenType, modifiers: Modifier = _NONE) -> Iterator[tuple[int, _Role]]:
    for name in names:
        yield name.span.start, (kind, modifiers)
