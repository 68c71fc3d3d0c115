"""The tokens of a sound YAML document: everything in it that is not white space between two things.

The tree does not hold dashes, colons, brackets, anchors and comments; a formatter needs them all, to see that it loses
none.
"""

from __future__ import annotations

import enum
import re
from typing import TYPE_CHECKING, Final, NamedTuple

from koreo_analyzer.yaml.comments import comments
from koreo_analyzer.yaml.nodes import Alias, Mapping, Scalar, Sequence, Style, children
from koreo_analyzer.yaml.scalars import read_block

if TYPE_CHECKING:
    from koreo_analyzer.yaml.nodes import Node
    from koreo_analyzer.yaml.parse import Tree

BLOCKS: Final = frozenset({Style.LITERAL, Style.FOLDED})
_PROPERTY = re.compile(r"!<[^>\s]*>|[&!][^\s,\[\]{}]*")
_MARKER = re.compile(r"(?:---|\.\.\.)(?=\s|\Z)")
_LINE = re.compile(r"[^\r\n]*")
_HEADER = re.compile(r"[|>](?:([1-9])[+-]?|[+-]?([1-9])?)")


class Kind(enum.Enum):
    """What a token is; brackets and other punctuation have one kind each."""

    SCALAR = "scalar"
    ALIAS = "alias"
    PROPERTY = "anchor or tag"
    COMMENT = "comment"
    MARKER = "document marker"
    DIRECTIVE = "directive"
    DASH = "-"
    COLON = ":"
    COMMA = ","
    OPEN = "[ or {"
    CLOSE = "] or }"


_PUNCTUATION: Final = {
    "-": Kind.DASH,
    ":": Kind.COLON,
    ",": Kind.COMMA,
    "[": Kind.OPEN,
    "{": Kind.OPEN,
    "]": Kind.CLOSE,
    "}": Kind.CLOSE,
}


class Token(NamedTuple):
    """A piece of the text `[start, end)`; `node` is what the tree holds for a scalar."""

    kind: Kind
    start: int
    end: int
    node: Scalar | None = None


class StrangeError(Exception):
    """The text is written in a way that the formatter does not know; the message says in which."""


def tokens_of(text: str, tree: Tree) -> list[Token]:
    """Return the tokens in the order of the text. Raises `StrangeError`."""
    atoms = {span.start: Token(Kind.COMMENT, *span) for span in comments(text, tree)}
    if tree.root is not None:
        _collect(text, tree.root, atoms)
    found: list[Token] = []
    position, size = 0, len(text)
    while True:
        while position < size and text[position] in " \t\r\n":
            position += 1
        if position == size:
            return found
        token = atoms.get(position) or _read(text, position)
        found.append(token)
        position = token.end


def _collect(text: str, root: Node, atoms: dict[int, Token]) -> None:
    stack = [root]
    while stack:
        node = stack.pop()
        if isinstance(node, Mapping | Sequence):
            stack.extend(children(node))
        elif isinstance(node, Alias):
            atoms[node.start] = Token(Kind.ALIAS, node.start, node.end)
        elif isinstance(node, Scalar) and node.end > node.start:
            end = _block_end(text, node) if node.style in BLOCKS else node.end
            atoms[node.start] = Token(Kind.SCALAR, node.start, end, node)


def _read(text: str, position: int) -> Token:
    at_line_start = position == 0 or text[position - 1] in "\r\n"
    if at_line_start and (found := _MARKER.match(text, position)):
        return Token(Kind.MARKER, position, found.end())
    if at_line_start and text[position] == "%" and (found := _LINE.match(text, position)):
        return Token(Kind.DIRECTIVE, position, position + len(found.group().rstrip()))
    kind = _PUNCTUATION.get(text[position])
    if kind is not None:
        return Token(kind, position, position + 1)
    if (found := _PROPERTY.match(text, position)) is not None:
        return Token(Kind.PROPERTY, position, found.end())
    if text[position] == "?":
        raise StrangeError("it has keys after `?`")
    raise StrangeError(f"it has `{text[position]}` where none is expected")


def content_column(text: str, scalar: Scalar) -> int:
    """Return the column at which the lines of a block scalar begin, which are more than its header."""
    found = _HEADER.match(text, scalar.start)
    digit = (found.group(1) or found.group(2)) if found is not None else None
    if digit is not None:
        return max(scalar.indent, 0) + int(digit)
    for line in text[scalar.start : scalar.end].splitlines()[1:]:
        if line.strip(" "):
            return len(line) - len(line.lstrip(" "))
    return max(scalar.indent + 1, 1)


def given_width(text: str, scalar: Scalar) -> int | None:
    """Return the indentation that the header of a block scalar gives (`|2`); None if it gives none."""
    found = _HEADER.match(text, scalar.start)
    digit = (found.group(1) or found.group(2)) if found is not None else None
    return int(digit) if digit is not None else None


def keeps_breaks(text: str, scalar: Scalar) -> bool:
    """Whether the line breaks after a block scalar belong to it (`|+`)."""
    return "+" in text[scalar.start : scalar.start + 3].split("\n", 1)[0].split("#", 1)[0]


def _block_end(text: str, scalar: Scalar) -> int:
    """Return the end of the last line that belongs to a block scalar, before its line break."""
    stop = read_block(text, scalar.start, scalar.indent).stop
    keeps = keeps_breaks(text, scalar)
    if not keeps and text.find("\n", scalar.start, scalar.end) < 0:
        return scalar.end
    column = content_column(text, scalar)
    end = position = _line_end(text, scalar.end)
    while (start := text.find("\n", position) + 1) and start < stop:
        position = _line_end(text, start)
        if keeps or position - start > column:
            end = position
    return end


def _line_end(text: str, offset: int) -> int:
    found = text.find("\n", offset)
    end = len(text) if found < 0 else found
    return end - 1 if end > offset and text[end - 1] == "\r" else end
