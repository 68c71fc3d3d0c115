"""Writing another name at many places of a document: in YAML and in expressions, in the quotes that each place needs.

The result is parsed again and compared with the tree before, scalar by scalar, so that an edit is right or refused.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Final

from koreo_analyzer.cel.lexer import KEYWORDS, RESERVED
from koreo_analyzer.edit import apply
from koreo_analyzer.edit.scalars import quoted, written
from koreo_analyzer.problems import Edit
from koreo_analyzer.text import Span
from koreo_analyzer.yaml.nodes import Alias, Mapping, Node, Scalar, Sequence, Style
from koreo_analyzer.yaml.parse import parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from koreo_analyzer.language.document import Expression
    from koreo_analyzer.yaml.parse import Tree

    from koreo_server.ide.fields import Site

_IDENTIFIER: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_LITERAL: Final = re.compile(r"[rRbB]*(\"|')")
_ESCAPES: Final = {"\n": "\\n", "\r": "\\r", "\t": "\\t", "\\": "\\\\"}


def is_identifier(name: str) -> bool:
    """Whether a name can stand in an expression by itself (CEL langdef, "Syntax": IDENT without the reserved words)."""
    return _IDENTIFIER.fullmatch(name) is not None and name not in KEYWORDS and name not in RESERVED


def rewrite(text: str, tree: Tree, sites: Iterable[Site], name: str) -> tuple[Edit, ...] | None:
    """Return the edits that write `name` at all sites of a document; None if its text does not allow that."""
    by_expression: defaultdict[int, list[Site]] = defaultdict(list)
    scalars = {scalar.span: (scalar, in_flow) for scalar, in_flow in _scalars(tree.root, in_flow=False)}
    edits: list[Edit] = []
    wanted: dict[Span, str] = {}
    whole: dict[Span, Edit] = {}
    for site in sites:
        if site.expression is not None:
            by_expression[id(site.expression)].append(site)
            continue
        if site.span not in scalars:
            return None
        scalar, in_flow = scalars[site.span]
        edits.append(Edit(site.span, written(name, scalar.style, Style.DOUBLE, flow=in_flow)))
        wanted[site.span] = name
    for many in by_expression.values():
        expression = many[0].expression
        if expression is None:
            continue
        changes = [_in_source(expression, site.source, name) for site in many if site.source is not None]
        edits += (Edit(expression.span(change.span), change.text) for change in changes)
        scalar = expression.scalar
        wanted[scalar.span] = scalar.text[0] + apply(scalar.text[1:], changes)
        whole[scalar.span] = Edit(scalar.span, quoted(wanted[scalar.span], Style.DOUBLE))
    return _proven(text, tree, edits, wanted, whole)


def _proven(
    text: str, tree: Tree, edits: list[Edit], wanted: dict[Span, str], whole: dict[Span, Edit]
) -> tuple[Edit, ...] | None:
    """Return edits that read back as wanted; expressions in which a part cannot be changed are written anew."""
    if not tree.sound:
        return tuple(edits)  # it is not YAML yet, and there is nothing to compare with
    wrong = _differences(tree, parse(apply(text, edits)), wanted)
    if wrong is not None and not wrong:
        return tuple(edits)
    # With another structure a plain scalar was cut off somewhere: try quotes everywhere.
    anew = [edit for span, edit in whole.items() if wrong is None or span in wrong]
    kept = [edit for edit in edits if not any(one.span.holds(edit.span) for one in anew)]
    edits = [*kept, *anew]
    return None if _differences(tree, parse(apply(text, edits)), wanted) != set() else tuple(edits)


def _differences(before: Tree, after: Tree, wanted: dict[Span, str]) -> set[Span] | None:
    """Return the scalars (by their place before) that do not hold what is wanted; None for another structure."""
    if not after.sound:
        return None
    pairs: list[tuple[Node | None, Node | None]] = [(before.root, after.root)]
    wrong: set[Span] = set()
    while pairs:
        old, new = pairs.pop()
        if isinstance(old, Scalar) and isinstance(new, Scalar):
            if new.text != wanted.get(old.span, old.text):
                wrong.add(old.span)
        elif isinstance(old, Mapping) and isinstance(new, Mapping) and len(old.entries) == len(new.entries):
            for one, other in zip(old.entries, new.entries, strict=True):
                pairs += ((one.key, other.key), (one.value, other.value))
        elif isinstance(old, Sequence) and isinstance(new, Sequence) and len(old.items) == len(new.items):
            pairs += zip(old.items, new.items, strict=True)
        elif not (isinstance(old, Alias) and isinstance(new, Alias)) and not (old is None and new is None):
            return None
    return wrong


def _scalars(root: Node | None, *, in_flow: bool) -> Iterator[tuple[Scalar, bool]]:
    """Yield the scalars of a tree, each with whether it stands in brackets."""
    stack: list[tuple[Node, bool]] = [(root, in_flow)] if root is not None else []
    while stack:
        node, flow = stack.pop()
        if isinstance(node, Scalar):
            yield node, flow
        elif isinstance(node, Mapping):
            for entry in node.entries:
                stack += ((entry.key, node.flow), (entry.value, node.flow))
        elif isinstance(node, Sequence):
            stack += ((item, node.flow) for item in node.items)


def _in_source(expression: Expression, span: Span, name: str) -> Edit:
    """Return the edit of an expression's source that puts another name in the place of one."""
    source = expression.facts.source
    literal = _LITERAL.match(source, span.start)
    if literal is not None:
        return Edit(span, _text(name, literal.group(1)))
    quote = "'" if expression.scalar.style is Style.DOUBLE else '"'
    before = source[: span.start].rstrip()
    is_optional = before.endswith("?")
    before = before.removesuffix("?").rstrip()
    if not before.endswith(
        "."
    ):  # a name of its own: a variable, or an input that a test reads by its bare name
        text = name if is_identifier(name) else f"inputs[{_text(name, quote)}]"
        return Edit(span, text)
    if _IDENTIFIER.fullmatch(name) and name not in KEYWORDS:
        return Edit(span, name)
    start = len(before.removesuffix(".").rstrip())
    index = _text(name, quote)
    return Edit(Span(start, span.end), f"[?{index}]" if is_optional else f"[{index}]")


def _text(name: str, quote: str) -> str:
    """Return a name as a literal of CEL."""
    escaped = "".join(_ESCAPES.get(character, character) for character in name)
    return quote + escaped.replace(quote, "\\" + quote) + quote
