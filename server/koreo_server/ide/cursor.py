"""Where a cursor stands: in which document, at which YAML path, and in which part of an expression."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from koreo_analyzer.cel import ast
from koreo_analyzer.yaml.nodes import Alias, Entry, Mapping, Node, Scalar, Sequence

from koreo_server.ide.entities import document_at
from koreo_server.ide.key_names import name_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from koreo_analyzer.language.document import Expression, Path
    from koreo_analyzer.text import Span
    from koreo_analyzer.workspace import Definition, Snapshot


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in a Koreo document.

    `offset` counts in the document, spans too. `path` leads from the root to the value that the cursor stands on or in
    (at a key, to the value of that key, with `on_key`); between values it is that of the mapping or sequence around.
    `chain` are the nodes on the way, the root first. In an expression, `source_offset` counts in its source, and
    `nodes` are its parts around the cursor, the outermost first.
    """

    definition: Definition
    offset: int
    path: Path
    on_key: bool
    chain: tuple[Node, ...]
    entry: Entry | None
    expression: Expression | None
    source_offset: int | None
    nodes: tuple[ast.Node, ...]

    @property
    def scalar(self) -> Scalar | None:
        """The scalar, key or value, that the cursor stands on."""
        last = self.chain[-1] if self.chain else None
        return last if isinstance(last, Scalar) else None

    @property
    def node(self) -> ast.Node | None:
        """The smallest part of the expression around the cursor."""
        return self.nodes[-1] if self.nodes else None

    def span(self, within: Span) -> Span:
        """Return the place in the file of a span of the document."""
        return within.shift(self.definition.start)

    def source_span(self, node: ast.Node) -> Span:
        """Return the place in the file of a part of the expression. Raises ValueError outside of expressions."""
        if self.expression is None:
            raise ValueError("the cursor is not in an expression")
        return self.expression.span(node.span).shift(self.definition.start)


def cursor_at(snapshot: Snapshot, path: str, offset: int) -> Cursor | None:
    """Return where an offset of a file stands; None outside of Koreo documents."""
    definition = document_at(snapshot, path, offset)
    if definition is None:
        return None
    file = snapshot.file(path)
    root = file.documents[definition.index].document.tree.root if file is not None else None
    local = offset - definition.start
    keys, on_key, chain, entry = _descend(root, local)
    if chain and not isinstance(chain[-1], Scalar):
        # Blanks after a plain scalar are not part of it, and yet it is what somebody goes on typing.
        before = len(definition.document.text[:local].rstrip(" \t"))
        back = _descend(root, before)
        if before < local and isinstance(back[2][-1], Scalar) and back[2][-1].end == before and not back[1]:
            keys, on_key, chain, entry = back
    scalar = chain[-1] if chain else None
    expression = source_offset = None
    nodes: tuple[ast.Node, ...] = ()
    if isinstance(scalar, Scalar) and not on_key:
        expression = next((one for one in definition.document.expressions if one.scalar is scalar), None)
    if expression is not None:
        source_offset = _offset_in(expression, min(local, expression.scalar.end))
        if source_offset is not None:
            nodes = tuple(_around(expression.facts.root, source_offset))
    return Cursor(definition, local, keys, on_key, chain, entry, expression, source_offset, nodes)


def _offset_in(expression: Expression, offset: int) -> int | None:
    """Return the offset in the source; right after the last character, blanks between, it is the source's end."""
    found = expression.offset_in_source(offset)
    if found is not None or offset < expression.scalar.start:
        return found
    return len(expression.facts.source) if offset == expression.scalar.end else None


def _descend(root: Node | None, offset: int) -> tuple[Path, bool, tuple[Node, ...], Entry | None]:
    path: list[str | int] = []
    chain: list[Node] = []
    entry: Entry | None = None
    node = root
    while node is not None:
        chain.append(node)
        following: Node | None = None
        if isinstance(node, Mapping):
            for one in node.entries:
                if _holds(one.key, offset) and not (
                    _holds(one.value, offset) and one.value.start >= one.key.end
                ):
                    chain.append(one.key)
                    path.append(name_of(one.key))
                    return tuple(path), True, tuple(chain), one
                if _holds(one.value, offset):
                    entry = one
                    following = one.value
                    path.append(name_of(one.key))
                    break
        elif isinstance(node, Sequence):
            for number, item in enumerate(node.items):
                if _holds(item, offset):
                    following = item
                    path.append(number)
                    entry = None
                    break
        elif isinstance(node, Alias):
            break
        node = following
    return tuple(path), False, tuple(chain), entry


def _holds(node: Node, offset: int) -> bool:
    return node.start <= offset <= node.end and (node.end > node.start or node.start == offset)


def _around(root: ast.Node, offset: int) -> Iterator[ast.Node]:
    """Yield the parts of an expression around an offset, the outermost first.

    Of two parts that touch there, the one that begins at the offset wins, as a cursor stands on what follows it.
    """
    node: ast.Node | None = root
    while node is not None:
        yield node
        touching = [one for one in ast.children(node) if one.start <= offset <= one.end]
        inside = [one for one in touching if one.start <= offset < one.end]
        node = inside[0] if inside else (touching[0] if touching else None)
