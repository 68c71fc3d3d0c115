"""The signatures of the call that a cursor stands in, also of one that is half typed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from koreo_analyzer.cel import ast
from koreo_analyzer.cel.functions import MACROS, NAMESPACES, FormKind, lookup
from koreo_analyzer.cel.lexer import tokenize
from koreo_analyzer.types import overlap, parse_type

from koreo_server.ide.cursor import cursor_at

if TYPE_CHECKING:
    from koreo_analyzer.cel.functions import Overload
    from koreo_analyzer.types import Type
    from koreo_analyzer.workspace import Snapshot

_OPENING, _CLOSING = frozenset("([{"), frozenset(")]}")


@dataclass(frozen=True, slots=True)
class Signature:
    """One way to call; `parameters` are the places of the parameters in `label`, in characters."""

    label: str
    parameters: tuple[tuple[int, int], ...]
    doc: str


@dataclass(frozen=True, slots=True)
class SignatureHelp:
    """All ways to call; `active` is the one that suits best, `parameter` the number of the argument at the cursor."""

    signatures: tuple[Signature, ...]
    active: int
    parameter: int


@dataclass(frozen=True, slots=True)
class _Open:
    """A call whose parentheses are open at the cursor."""

    name: str
    name_start: int
    commas: int


def signature_help(snapshot: Snapshot, path: str, offset: int) -> SignatureHelp | None:
    """Return the signatures of the innermost call around an offset of a file."""
    cursor = cursor_at(snapshot, path, offset)
    if cursor is None or cursor.expression is None or cursor.source_offset is None:
        return None
    found = _open_call(cursor.expression.facts.source, cursor.source_offset)
    if found is None:
        return None
    node = _node_of(cursor.expression.facts.root, found.name_start)
    target = node.target if node is not None else None
    namespace = target.name if isinstance(target, ast.Ident) and target.name in NAMESPACES else None
    row = lookup(found.name, namespace)
    if found.name in MACROS and (row is None or isinstance(node, ast.Macro)):
        macro = MACROS[found.name]
        signatures = tuple(_signature(text, found.name, macro.doc) for text in macro.signatures)
        return SignatureHelp(signatures, _fitting(signatures, found.commas), found.commas)
    if row is None:
        return None
    is_member = target is not None and namespace is None
    kind = FormKind.MEMBER if is_member else FormKind.GLOBAL
    typed = snapshot.typing(cursor.definition).of(cursor.expression)
    receiver = typed.node_type(target) if typed is not None and target is not None and is_member else None
    overloads = [one for one in row.overloads if one.kind is kind] or list(row.overloads)
    signatures = tuple(_signature(one.signature, found.name, row.doc) for one in overloads)
    return SignatureHelp(signatures, _active(overloads, receiver, found.commas), found.commas)


def _open_call(source: str, offset: int) -> _Open | None:
    """Return the innermost call that is open before an offset; none when a bracket is open inside of it."""
    stack: list[tuple[str, int, int]] = []
    before = ("", 0)
    for token in tokenize(source):
        if token.start >= offset or token.kind == "end":
            break
        if token.kind in _OPENING:
            name, start = before if token.kind == "(" else ("", 0)
            stack.append((name, start, 0))
        elif token.kind in _CLOSING and stack:
            stack.pop()
        elif token.kind == "," and stack:
            name, start, commas = stack[-1]
            stack[-1] = (name, start, commas + 1)
        before = (token.text, token.start) if token.kind in {"ident", "reserved"} else ("", 0)
    while stack and not stack[-1][0]:
        stack.pop()
    return _Open(*stack[-1]) if stack else None


def _node_of(root: ast.Node, name_start: int) -> ast.Call | ast.Macro | None:
    for node in ast.walk(root):
        if isinstance(node, ast.Call | ast.Macro) and node.name_start == name_start:
            return node
    return None


def _active(overloads: list[Overload], receiver: Type | None, commas: int) -> int:
    """Return the number of the first overload that takes the receiver and as many arguments as there are."""
    for number, one in enumerate(overloads):
        takes_it = receiver is None or overlap(parse_type(one.parameters[0].type), receiver)
        if takes_it and (one.args > commas or one.variadic or (commas == 0 and one.args == 0)):
            return number
    return 0


def _fitting(signatures: tuple[Signature, ...], commas: int) -> int:
    return next((number for number, one in enumerate(signatures) if len(one.parameters) > commas), 0)


def _signature(text: str, name: str, doc: str) -> Signature:
    start = text.index(f"{name}(") + len(name) + 1
    end = text.rindex(") -> ")
    places: list[tuple[int, int]] = []
    depth, first = 0, start
    for at in range(start, end):
        depth += (text[at] in _OPENING) - (text[at] in _CLOSING)
        if text[at] == "," and depth == 0:
            places.append((first, at))
            first = at + 2
    if first < end:
        places.append((first, end))
    return Signature(text, tuple(places), doc)
