"""How much of a document is typed: what `koreo check --stats` counts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from koreo_analyzer.cel import ast
from koreo_analyzer.flow.analysis import analyse
from koreo_analyzer.types import AnyType, ListType, MapType, ObjectType, OptionalType, Type, UnionType

if TYPE_CHECKING:
    from collections.abc import Iterable

    from koreo_analyzer.flow.blocks import Typed
    from koreo_analyzer.flow.model import Given, World
    from koreo_analyzer.language.document import KoreoDocument

_LEVELS = 3


@dataclass(slots=True)
class Share:
    """How many parts of expressions have a type, a type with unknown parts, and none; and the reasons, counted."""

    typed: int = 0
    partly: int = 0
    untyped: int = 0
    reasons: dict[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """All parts of expressions."""
        return self.typed + self.partly + self.untyped

    def add(self, other: Share) -> None:
        """Take in the counts of another document."""
        self.typed += other.typed
        self.partly += other.partly
        self.untyped += other.untyped
        for reason, count in other.reasons.items():
            self.reasons[reason] = self.reasons.get(reason, 0) + count


def share_of(document: KoreoDocument, given: Given, world: World) -> Share:
    """Count the parts of all expressions of a document, typed as for `given`."""
    typed: list[Typed] = []
    analyse(document, given, world, typed)
    share = Share()
    seen: set[int] = set()
    for one in typed:
        if id(one.expression) in seen or one.expression.facts.broken:
            continue
        seen.add(id(one.expression))
        _count(share, one)
    return share


def _count(share: Share, one: Typed) -> None:
    types = one.checked.types
    for node in ast.walk(one.expression.facts.root):
        type_ = types.get(id(node))
        if type_ is None:
            continue  # a name of a type or of a namespace, or the variable of a macro
        if isinstance(type_, AnyType):
            share.untyped += 1
            reason = _reason(node, types)
            if reason is not None:
                share.reasons[reason] = share.reasons.get(reason, 0) + 1
        elif _has_unknown(type_, _LEVELS):
            share.partly += 1
        else:
            share.typed += 1


def _reason(node: ast.Node, types: object) -> str | None:
    """Say where an unknown type begins: a name, or a function that says nothing; None if it was unknown before."""
    match node:
        case ast.Ident():
            return f"`{node.name}` is unknown"
        case ast.Select() | ast.Index():
            before = types.get(id(node.operand)) if isinstance(types, dict) else None
            return None if isinstance(before, AnyType) or before is None else "a field of any type"
        case ast.Call() | ast.Macro():
            return f"`{node.name}` may give anything"
        case _:
            return None


def _has_unknown(type_: Type, levels: int) -> bool:
    if levels == 0:
        return False
    match type_:
        case AnyType():
            return True
        case ListType():
            return _has_unknown(type_.item, levels - 1)
        case MapType():
            return _has_unknown(type_.value, levels - 1)
        case OptionalType():
            return _has_unknown(type_.of, levels - 1)
        case UnionType():
            return any(_has_unknown(one, levels) for one in type_.members)
        case ObjectType():
            return _any_unknown((one.type for one in type_.properties.values()), levels - 1)
        case _:
            return False


def _any_unknown(types: Iterable[Type], levels: int) -> bool:
    return any(_has_unknown(one, levels) for one in types)
