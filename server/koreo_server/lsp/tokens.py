"""Semantic tokens: whole files, what changed since the last time, and the part that is on the screen.

The tokens of a document follow from its text, so they are kept, encoded, as long as the document is: an edit encodes
one document of its file again.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import OrderedDict
from typing import TYPE_CHECKING, NamedTuple
from weakref import WeakKeyDictionary

from koreo_analyzer.text import LineIndex, PositionEncoding, Span
from lsprotocol import types

from koreo_server.ide.expression_tokens import TokenType
from koreo_server.ide.semantic_tokens import Token, document_tokens
from koreo_server.lsp.convert import to_span

if TYPE_CHECKING:
    from koreo_analyzer.workspace import Snapshot
    from koreo_analyzer.workspace.documents import ParsedDocument, SourceFile

    from koreo_server.lsp.server import KoreoServer

_TYPES = {kind: number for number, kind in enumerate(TokenType)}
LEGEND = types.SemanticTokensLegend(
    [kind.value for kind in TokenType], ["definition", "readonly", "deprecated", "defaultLibrary"]
)
"""Types in the order of `TokenType`, modifiers in the order of the bits of `Modifier`."""
_REMEMBERED = 32
"""The number of files whose last answer is kept, to tell what changed since."""
_SIZE = 5
"""Integers a token."""


class Encoded(NamedTuple):
    """The tokens of one document: their lines in it, and the integers of the protocol.

    The first token counts from the start of the document. `last` is line and column of the last one.
    """

    lines: list[int]
    first: tuple[int, int]
    last: tuple[int, int]
    data: list[int]


class _Answer(NamedTuple):
    number: str
    data: list[int]


class TokenCache:
    """The encoded tokens of documents, and the last answers."""

    def __init__(self) -> None:
        self._documents: WeakKeyDictionary[ParsedDocument, Encoded] = WeakKeyDictionary()
        self._answers: OrderedDict[str, _Answer] = OrderedDict()
        self._count = 0

    def whole(self, file: SourceFile, encoding: PositionEncoding) -> list[int]:
        """Return the tokens of a file."""
        join = _Join(file.lines, encoding)
        for start, document in file.documents:
            encoded = self._documents.get(document)
            if encoded is None:
                tokens = document_tokens(document, Span(0, len(document.text)))
                encoded = self._documents[document] = encode(document.text, tokens, encoding)
            join.add(start, encoded)
        return join.data

    def part(self, file: SourceFile, within: Span, encoding: PositionEncoding) -> list[int]:
        """Return the tokens that touch some characters of a file, without looking at much else."""
        join = _Join(file.lines, encoding)
        for start, document in file.documents:
            span = within.shift(-start)
            if span.start > len(document.text) or span.end < 0:
                continue
            encoded = self._documents.get(document)
            if encoded is None:
                encoded = encode(document.text, document_tokens(document, span), encoding)
            else:
                line = file.lines.line_of(start)
                encoded = _cut(
                    encoded, file.lines.line_of(within.start) - line, file.lines.line_of(within.end) - line
                )
            join.add(start, encoded)
        return join.data

    def remember(self, uri: str, data: list[int]) -> str:
        """Keep the last answer about a file and return its number."""
        self._count += 1
        number = str(self._count)
        self._answers[uri] = _Answer(number, data)
        self._answers.move_to_end(uri)
        if len(self._answers) > _REMEMBERED:
            self._answers.popitem(last=False)
        return number

    def recall(self, uri: str, number: str) -> list[int] | None:
        """Return an answer about a file, if it was the last."""
        known = self._answers.get(uri)
        return known.data if known is not None and known.number == number else None


class _Join:
    """Puts the tokens of documents together."""

    __slots__ = ("_before", "_encoding", "_lines", "data")

    def __init__(self, lines: LineIndex, encoding: PositionEncoding) -> None:
        self._lines = lines
        self._encoding = encoding
        self._before = (0, 0)
        self.data: list[int] = []

    def add(self, start: int, encoded: Encoded) -> None:
        """Add the tokens of a document that starts at an offset of the file."""
        if not encoded.data:
            return
        base = self._lines.position(start, self._encoding)
        line, column = _placed(encoded.first, base)
        before_line, before_column = self._before
        at = len(self.data)
        self.data += encoded.data
        self.data[at] = line - before_line
        self.data[at + 1] = column - before_column if line == before_line else column
        self._before = _placed(encoded.last, base)


def _placed(place: tuple[int, int], base: tuple[int, int]) -> tuple[int, int]:
    line, column = place
    return base[0] + line, column + (base[1] if line == 0 else 0)


def encode(text: str, tokens: list[Token], encoding: PositionEncoding) -> Encoded:
    """Encode the tokens of a document; of two that overlap the second is left out (LSP 3.17, "Semantic Tokens")."""
    index = LineIndex(text)
    is_ascii = text.isascii()
    lines: list[int] = []
    data: list[int] = []
    first = before = (0, 0)
    end = line = line_start = line_end = 0
    for token in tokens:
        start = token.start
        if start < end or token.end <= start:
            continue
        if start >= line_end:
            line = index.line_of(start)
            line_start = index.line_start(line)
            line_end = index.line_start(line + 1)
        end = token.end
        column, length = start - line_start, end - start
        if not is_ascii:
            column = index.position(start, encoding).column
            length = index.position(end, encoding).column - column
        place = (line, column)
        first = first if lines else place
        data += (
            line - before[0],
            column - before[1] if line == before[0] else column,
            length,
            _TYPES[token.type],
            token.modifiers.value,
        )
        lines.append(line)
        before = place
    return Encoded(lines, first, before, data)


def _cut(encoded: Encoded, first_line: int, last_line: int) -> Encoded:
    """Return the tokens on some lines of a document."""
    lines, first, last, data = encoded
    begin, end = bisect_left(lines, first_line), bisect_right(lines, last_line)
    if begin >= end:
        return Encoded([], (0, 0), (0, 0), [])
    places = [first, last]
    for slot, number in ((0, begin), (1, end - 1)):
        column = 0
        position = bisect_left(lines, lines[number])
        while position <= number:
            column += data[position * _SIZE + 1]
            position += 1
        places[slot] = (lines[number], column)
    return Encoded(lines[begin:end], places[0], places[1], data[begin * _SIZE : end * _SIZE])


def difference(old: list[int], new: list[int]) -> list[types.SemanticTokensEdit]:
    """Return the edit that makes one list of integers of another; none if they are equal."""
    if old == new:
        return []
    most = min(len(old), len(new))
    head = _common(old, new, most)
    tail = _common(old[::-1], new[::-1], most - head)
    return [types.SemanticTokensEdit(head, len(old) - head - tail, new[head : len(new) - tail])]


def _common(one: list[int], other: list[int], most: int) -> int:
    """Return how many of the first `most` integers are equal."""
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def register(server: KoreoServer) -> None:
    """Teach the server these requests."""
    cache = TokenCache()

    def file_of(uri: str) -> SourceFile | None:
        found = server.snapshot_of(uri)
        if found is None:
            return None
        snapshot: Snapshot = found[0]
        file = snapshot.file(found[1])
        return file if file is not None and file.is_koreo else None

    @server.feature(types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL, LEGEND)
    def tokens(params: types.SemanticTokensParams) -> types.SemanticTokens | None:
        uri = params.text_document.uri
        file = file_of(uri)
        if file is None:
            return None
        data = cache.whole(file, server.client.encoding)
        return types.SemanticTokens(data, cache.remember(uri, data))

    @server.feature(types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL_DELTA, LEGEND)
    def changed_tokens(
        params: types.SemanticTokensDeltaParams,
    ) -> types.SemanticTokens | types.SemanticTokensDelta | None:
        uri = params.text_document.uri
        file = file_of(uri)
        if file is None:
            return None
        data = cache.whole(file, server.client.encoding)
        before = cache.recall(uri, params.previous_result_id)
        number = cache.remember(uri, data)
        if before is None:
            return types.SemanticTokens(data, number)
        return types.SemanticTokensDelta(difference(before, data), number)

    @server.feature(types.TEXT_DOCUMENT_SEMANTIC_TOKENS_RANGE, LEGEND)
    def visible_tokens(params: types.SemanticTokensRangeParams) -> types.SemanticTokens | None:
        file = file_of(params.text_document.uri)
        if file is None:
            return None
        within = to_span(file.lines, params.range, server.client.encoding)
        return types.SemanticTokens(cache.part(file, within, server.client.encoding))
